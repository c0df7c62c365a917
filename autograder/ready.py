"""Imported once by the process that workers are forked from, so that none imports it again."""

import autograder.lean  # noqa: I001  before all that imports nbformat

import contextlib
import gc

import distributed  # noqa: F401

import autograder.crew  # noqa: F401
from autograder.warm import nesting_allowed

with contextlib.suppress(Exception):  # what is wrong is said when a worker needs it
    nesting_allowed()  # remembered for all workers
gc.freeze()  # what is here stays: no worker need look through it for garbage
