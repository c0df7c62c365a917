"""Errors that are a sentence for a student."""

from __future__ import annotations

from typing import NamedTuple


class OneLine:
    """Mixed into an exception whose message is all that there is to know: shown as one line."""

    def _render_traceback_(self) -> list[str]:  # IPython's hook for exceptions that draw themselves
        return [f"{type(self).__name__}: {self}"]


class Place(NamedTuple):
    """Where something stands in an author's file: ``02-output-size/exercises.py, line 12``."""

    file: str
    line: int

    @classmethod
    def of(cls, filename: str, line: int) -> Place:
        """A line of code whose file ``exercises.unit.load`` has named, or of any other file."""
        _, loaded, name = filename.partition(">/")
        return cls(name if loaded else filename.rpartition("/")[2], line)

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}"


class BadExercise(Exception):
    """An author's mistake; the message says where it is, what was expected and what came.

    ``place`` is None where nobody knew it yet.
    """

    place: Place | None = None

    @classmethod
    def at(cls, place: Place, says: str) -> BadExercise:
        """The mistake that stands at ``place``."""
        made = cls(f"{place}: {says}")
        made.place = place
        return made
