"""Errors that are a sentence for a student."""

from __future__ import annotations


class OneLine:
    """Mixed into an exception whose message is all that there is to know: shown as one line."""

    def _render_traceback_(self) -> list[str]:  # IPython's hook for exceptions that draw themselves
        return [f"{type(self).__name__}: {self}"]


class BadExercise(Exception):
    """An author's mistake; the message says where it is, what was expected and what came."""
