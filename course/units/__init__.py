"""The public half of every unit: one package a unit, named like its folder in ``source/``."""
