"""Imported once by the process that workers are forked from, so that none imports it again."""

import autograder.lean  # noqa: I001  before all that imports nbformat

import gc

import distributed  # noqa: F401

import autograder.crew  # noqa: F401

gc.freeze()  # what is here stays: no worker need look through it for garbage
