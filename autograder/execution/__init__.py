"""Runs a notebook behind the wall, watches its limits and brings back outputs and answers."""
