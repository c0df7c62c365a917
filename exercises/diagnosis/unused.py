"""Arguments that a function never looks at, though the right answer depends on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import CodeType
from typing import Any

from exercises.public import Exercise, Slip

SEEKING = {"locals", "vars", "eval", "exec", "globals"}  # who uses these may look at anything


def explain(exercise: Exercise, function: Callable[..., Any]) -> Slip | None:
    """The first such argument, by the student's own name for it; None where there is none."""
    code = getattr(function, "__code__", None)
    if not isinstance(code, CodeType) or code.co_argcount != len(exercise.arguments):
        return None
    if SEEKING & {name for one in _codes(code) for name in one.co_names}:
        return None
    read = set(_read(code))
    for own, name in zip(code.co_varnames, exercise.arguments, strict=False):
        if name in exercise.needed and own not in read:
            return Slip(
                "", f"{own} is never looked at",
                f"Your function never looks at {own}. Should its answer be the same whatever {own} "
                "is?",
            )  # fmt: skip
    return None


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for const in code.co_consts:
        if isinstance(const, CodeType):
            yield from _codes(const)


def _read(code: CodeType) -> Iterator[str]:
    """The names whose values a function's code, or a function within it, takes."""
    import dis

    for one in _codes(code):
        for step in dis.get_instructions(one):
            if step.opname.startswith("LOAD_") and isinstance(step.argval, str):
                yield step.argval
