"""The forkserver imports this once, so that no worker that is forked from it imports it again."""

import autograder.workers.startup  # noqa: I001  before all that imports nbformat

import gc

import autograder.workers.crew  # noqa: F401

gc.freeze()  # what is here stays: no worker need look through it for garbage
