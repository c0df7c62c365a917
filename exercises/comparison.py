"""Whether an answer is the right one, and whether two answers show the same mistake."""

from __future__ import annotations

import math
from itertools import repeat
from typing import Any

from exercises.answers import NotPlain, Other, Raised, as_array, is_array, plain


def same(answer: Any, expected: Any, tolerance: float = 1e-6) -> bool:
    """Whether plain ``answer`` is the plain ``expected`` one, by the table at the top.

    Numbers with a fraction are compared within ``tolerance``, relative to the larger of 1 and the
    expected size (in an array of floats: its largest number); integers exactly.  An Other is never
    the same as anything.  Never raises for any two answers, and converts nothing before it has the
    expected shape.
    """
    if type(answer) is int and type(expected) is int:  # most of a class's answers
        return answer == expected
    if isinstance(expected, Raised):
        return isinstance(answer, Raised) and expected.names[0] in answer.names
    if isinstance(answer, (Raised, Other)) or isinstance(expected, Other):
        return False
    if is_array(expected):
        return _same_array(answer, expected, tolerance)
    if expected is None or type(expected) in (bool, str):
        return type(answer) is type(expected) and bool(answer == expected)
    if type(expected) in (int, float):
        return _same_number(answer, expected, tolerance)
    if type(expected) is list:
        items = _items(answer, len(expected))
        return items is not None and all(map(same, items, expected, repeat(tolerance)))
    if type(expected) is dict:
        return (
            type(answer) is dict
            and answer.keys() == expected.keys()
            and all(same(answer[key], expected[key], tolerance) for key in expected)
        )
    raise TypeError(f"an expected answer must be plain data, not {type(expected).__name__}")


def accepts(answer: Any, right: Any, *, whole: bool = False) -> bool:
    """Whether plain ``answer`` is the ``right`` one; with ``whole``, floats are no whole numbers.

    Then 5.0 is wrong where 5 is asked, and an array of floats where one of integers is.
    """
    return same(answer, right) and (not whole or _as_whole(answer, right))


def _as_whole(answer: Any, right: Any) -> bool:
    """Whether whole numbers are whole numbers in an answer that is right otherwise."""
    if is_array(right):
        return bool(right.dtype.kind == "f" or as_array(answer).dtype.kind != "f")
    if type(right) is list:
        return all(map(_as_whole, _items(answer, len(right)) or [], right))
    return type(right) is not int or type(answer) is int


def _items(answer: Any, count: int) -> list[Any] | None:
    """The ``count`` items of a list, or of an array along its first axis; None if it has others."""
    if is_array(answer):
        if answer.shape[:1] != (count,):
            return None
        if answer.ndim > 1:
            return list(answer)
        items: list[Any] = answer.tolist()
        return items
    return answer if type(answer) is list and len(answer) == count else None


def _same_number(answer: Any, expected: float, tolerance: float) -> bool:
    if type(answer) not in (int, float):
        return False
    try:
        answer, expected = float(answer), float(expected)
    except OverflowError:
        return False
    if not math.isfinite(expected) or not math.isfinite(answer):
        return bool(answer == expected or (math.isnan(answer) and math.isnan(expected)))
    return bool(abs(answer - expected) <= tolerance * max(1.0, abs(expected)))


def _same_array(answer: Any, expected: Any, tolerance: float) -> bool:
    import numpy as np

    try:
        answer = as_array(answer)
    except NotPlain:
        return False
    if answer.shape != expected.shape or (answer.dtype.kind == "b") != (expected.dtype.kind == "b"):
        return False
    if answer.dtype == expected.dtype and expected.dtype.kind in "biu":
        return bool((answer == expected).all())
    if expected.dtype.kind != "f":
        return all(map(same, answer.ravel().tolist(), expected.ravel().tolist()))
    with np.errstate(all="ignore"):  # a notebook may have made errors of warnings
        finite = np.abs(expected[np.isfinite(expected)])
        scale = max(1.0, float(np.max(finite, initial=0)))
        return bool(np.allclose(answer, expected, rtol=0, atol=tolerance * scale, equal_nan=True))


def remark(answer: Any, expected: Any) -> str:
    """A friendly word on an answer that is right but not quite what was asked, or ``""``."""
    if type(expected) is int and type(answer) is float:
        return "The value is right, but it is a float; a size should be an int: range(5.0) fails."
    if type(expected) is list and type(answer) is list and len(answer) == len(expected):
        return next(filter(None, map(remark, answer, expected)), "")
    return ""


def show(answer: Any, limit: int = 120) -> str:
    """``answer`` as short text for a person."""
    if is_array(answer):
        import numpy as np

        text = np.array2string(answer, threshold=40, separator=", ")
    elif isinstance(answer, (Raised, Other)):
        text = str(answer)
    elif type(answer) is list:
        text = "[" + ", ".join(show(item, limit) for item in answer[:20])
        text += ", …]" if len(answer) > 20 else "]"
    else:
        text = repr(answer)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def alike(ours: list[Any], theirs: list[Any]) -> bool:
    """Whether two lists of answers would be taken for the same mistake.

    Like ``same``, but two answers that are no data at all are alike too when they look alike.
    """
    return len(ours) == len(theirs) and all(map(look_alike, ours, theirs))


def look_alike(one: Any, other: Any) -> bool:
    """Whether two answers to one input would be taken for the same mistake; see ``alike``."""
    if isinstance(one, Raised) and isinstance(other, Raised):
        return one.names[0] == other.names[0]
    if isinstance(one, Other) and isinstance(other, Other):
        return one == other
    return same(one, other)


def expected_answer(value: Any) -> Any:
    """``value`` as the plain answer to compare with; an exception class becomes a Raised.

    Raises TypeError for anything that no plain answer can equal: a mistake of the author's.
    """
    if isinstance(value, type) and issubclass(value, Exception):
        return Raised.of(value)
    try:
        return plain(value)
    except NotPlain as problem:
        raise TypeError(f"an expected answer must be plain data, not {problem}") from None
