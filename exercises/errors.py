"""Errors that are a sentence for a student."""

from __future__ import annotations

from typing import NamedTuple


class OneLine:
    """Mixed into an exception whose message is all that there is to know: shown as one line."""

    def _render_traceback_(self) -> list[str]:  # IPython's hook for exceptions that draw themselves
        return [f"{type(self).__name__}: {self}"]


class Place(NamedTuple):
    """Where something stands in an author's file: ``exercises.py, line 12``."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}"


class BadExercise(Exception):
    """An author's mistake; the message says where it is, what was expected and what came.

    ``place`` and ``says`` are its two halves; ``place`` is None where nobody knew the place yet.
    """

    place: Place | None = None
    says: str = ""

    @classmethod
    def at(cls, place: Place, says: str) -> BadExercise:
        """The mistake that stands at ``place``."""
        made = cls(f"{place}: {says}")
        made.place, made.says = place, says
        return made
