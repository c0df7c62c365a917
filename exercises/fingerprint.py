"""A list of answers in sixteen characters: equal for answers that count as the same.

Many mistakes' answers to a hundred inputs would make a large file.  Whether a student's answers are
those of a mistake can be seen from their fingerprints alone, and nothing else can.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from typing import Any

from exercises.answers import Other, Raised, is_array


def fingerprint(answers: Sequence[Any]) -> str:
    """The fingerprint of plain answers, in their order."""
    text = "\n".join(map(_canonical, answers))
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def _canonical(answer: Any) -> str:
    """An answer as text: 5, 5.0 and NumPy's 5 alike, lists and arrays alike, errors by kind."""
    if is_array(answer):
        if not answer.size:
            return _empty(answer.shape)
        answer = answer.tolist()
    if isinstance(answer, Raised):
        return f"!{answer.names[0]}"
    if isinstance(answer, Other):
        return f"?{answer.what}"
    if isinstance(answer, list):
        return f"[{','.join(map(_canonical, answer))}]"
    if isinstance(answer, dict):
        items = sorted((key, _canonical(value)) for key, value in answer.items())
        return f"{{{','.join(f'{key}:{value}' for key, value in items)}}}"
    if type(answer) in (int, float):
        return _number(answer)
    return repr(answer)


def _empty(shape: tuple[int, ...]) -> str:
    """An array without a number in it: 300 times 300 empty lists are soon written."""
    text = "[]"
    for length in reversed(shape[: shape.index(0)]):
        text = f"[{','.join([text] * length)}]"
    return text


def _number(number: float) -> str:
    if isinstance(number, float):
        if not math.isfinite(number):
            return repr(number)
        if not number.is_integer():
            return f"{number:.5g}"
        number = int(number)
    return str(number)
