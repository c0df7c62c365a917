"""Answers that are the same whatever is asked, or hold the same number everywhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from exercises.answers import Other, Raised, is_array
from exercises.comparison import show
from exercises.fingerprint import fingerprint
from exercises.public import Exercise, Slip

LEAST = 5  # answers, or it is chance


def explain(exercise: Exercise, answers: Sequence[Any]) -> Slip | None:
    """What is told of a constant, where right answers are different ones; else None."""
    pairs = [
        (answer, given.right)
        for answer, given in zip(answers, exercise.all_inputs, strict=True)
        if not isinstance(given.right, Raised)
    ]
    given = [answer for answer, _ in pairs]
    if len(given) < LEAST or any(isinstance(one, (Raised, Other)) for one in given):
        return None
    if given[0] is None or len({fingerprint([right]) for _, right in pairs}) < 3:
        return None
    if len({fingerprint([answer]) for answer in given}) == 1:
        return Slip(
            "", "the same answer to everything",
            f"Your answer is always {show(given[0])}, whatever goes in. Where do the arguments "
            "come into it?",
        )  # fmt: skip
    numbers = [list(_numbers(answer)) for answer in given]
    several = [items for items in numbers if len(items) > 1]
    if len(several) >= LEAST and len({item for items in numbers for item in items}) == 1:
        return Slip(
            "", "the same number everywhere",
            f"Every number that you give is {several[0][0]:g}, whatever goes in. Which line is to "
            "make them different?",
        )  # fmt: skip
    return None


def _numbers(answer: Any) -> Iterator[float]:
    """All numbers in a plain answer; truth values and texts count as none."""
    if is_array(answer):
        if answer.dtype.kind in "iuf":
            yield from answer.ravel().tolist()
    elif type(answer) is list:
        for item in answer:
            yield from _numbers(item)
    elif type(answer) in (int, float):
        yield answer
