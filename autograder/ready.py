"""Imported once by the process that workers are forked from: what each would do again by itself."""

import autograder.lean  # noqa: I001  before all that imports nbformat

import contextlib
import gc

import distributed  # noqa: F401

import autograder.crew  # noqa: F401
from autograder.sandbox import NoSandbox, require
from autograder.warm import nesting_allowed

with contextlib.suppress(NoSandbox):  # the driver says so itself
    require()
    nesting_allowed()
gc.freeze()  # what is here stays: no worker need look through it for garbage
