"""What a counterexample has to be, as expressions over the names of its parts.

An expression is an author's text and may be published.  It sees the answer's parts by name, a few
of Python's own functions and, if it names it, NumPy as ``np``.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from types import CodeType
from typing import Any

from exercises.answers import as_array, is_array

LARGEST = 1_000_000  # of a whole number: an expression may count up to it

WORDS = {
    word.__name__: word
    for word in (abs, all, any, bool, divmod, float, int, isinstance, len, list, max, min, range,
                 round, set, sorted, str, sum, tuple, type, zip)
}  # fmt: skip

KINDS = {
    "whole": ("whole number", "whole numbers"),
    "number": ("number", "numbers"),
    "array": ("array", "arrays"),
    "list": ("list", "lists"),
    "text": ("text", "texts"),
}

COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True)
class Requirement:
    """One thing that a counterexample has to be, in words and as an expression."""

    says: str
    holds: str


def requirement_of_form(gives: tuple[tuple[str, str], ...]) -> Requirement:
    """What the answer has to consist of; it has no expression: ``names_in`` sees to it."""
    kinds = {kind for _, kind in gives}
    names = ", ".join(name for name, _ in gives)
    if len(kinds) == 1:
        one, several = KINDS[gives[0][1]]
        says = (
            f"one {one}, {names}" if len(gives) == 1 else f"{COUNTS[len(gives)]} {several} {names}"
        )
    else:
        says = ", ".join(f"{name} ({KINDS[kind][0]})" for name, kind in gives)
    return Requirement(says, "True")


def names_in(answer: Any, gives: tuple[tuple[str, str], ...]) -> dict[str, Any] | None:
    """The parts of a plain answer by name, or None where it does not consist of these."""
    parts: list[Any]
    if len(gives) == 1:
        parts = [answer]
        if type(answer) is list and len(answer) == 1 and gives[0][1] in ("whole", "number", "text"):
            parts = answer
    elif is_array(answer) and answer.ndim == 1:
        parts = answer.tolist()
    elif type(answer) is list:
        parts = answer
    else:
        return None
    if len(parts) != len(gives):
        return None
    try:
        return {name: _as(kind, part) for (name, kind), part in zip(gives, parts, strict=True)}
    except (TypeError, ValueError):
        return None


def _as(kind: str, part: Any) -> Any:
    """A part as what it has to be.  Raises TypeError or ValueError where it is not."""
    if kind == "whole":
        if type(part) is float and part.is_integer():
            part = int(part)
        if type(part) is not int or abs(part) > LARGEST:
            raise TypeError("not a whole number of at most a million")
        return part
    if kind == "number":
        if type(part) not in (int, float):
            raise TypeError("not a number")
        return part
    if kind == "array":
        return as_array(part)
    if kind == "list":
        part = part.tolist() if is_array(part) else part
        if type(part) is not list:
            raise TypeError("not a list")
        return _whole_where_it_can_be(part)
    if type(part) is not str:
        raise TypeError("not a text")
    return part


def _whole_where_it_can_be(value: Any) -> Any:
    """Lists in which 5.0 counts as 5, as it does by itself."""
    if type(value) is list:
        return list(map(_whole_where_it_can_be, value))
    return int(value) if type(value) is float and value.is_integer() else value


@functools.lru_cache(maxsize=1_000)
def _compiled(expression: str) -> CodeType:
    return compile(expression.strip(), "<requirement>", "eval")


def _numpys_own(name: str, *rest: Any, **settings: Any) -> Any:
    """Import for NumPy: its methods load what they need when they are first called."""
    if name.partition(".")[0] != "numpy":
        raise NameError(f"name {name!r} is not defined")
    return __import__(name, *rest, **settings)


def value_of(expression: str, names: dict[str, Any]) -> Any:
    """The value of an expression.  Raises whatever it raises."""
    code = _compiled(expression)
    space: dict[str, Any] = {"__builtins__": {**WORDS, "__import__": _numpys_own}, **names}
    if re.search(r"\bnp\b", expression):
        import numpy as np

        space["np"] = np
    return eval(code, space)
