"""Inputs and answers as a student would type them."""

from __future__ import annotations

from typing import Any

from exercises.comparison import expected_answer, show


def call_text(name: str, args: tuple[Any, ...]) -> str:
    """A call as a student would type it: ``output_size(7, 3, 1, 0)``."""
    return f"{name}({', '.join(show(expected_answer(arg), 60) for arg in args)})"
