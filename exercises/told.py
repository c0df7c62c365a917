"""Inputs and answers as a student would type them."""

from __future__ import annotations

from typing import Any

from exercises.answers import NotPlain, plain
from exercises.comparison import show


def call_text(name: str, args: tuple[Any, ...]) -> str:
    """A call as a student would type it: ``output_size(7, 3, 1, 0)``."""
    return f"{name}({', '.join(show(_listed(arg), 60) for arg in args)})"


def _listed(value: Any) -> Any:
    """A value with lists for tuples; as it is where it is no plain data."""
    try:
        return plain(value)
    except NotPlain:
        return value


def counted(number: int, thing: str) -> str:
    """``1 argument``, ``2 arguments``."""
    return f"{number} {thing}{'' if number == 1 else 's'}"
