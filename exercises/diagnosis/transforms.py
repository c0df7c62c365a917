"""Numbers that can be worked out from the right ones, or from the arguments: what is computed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from exercises.answers import NotPlain, Other, Raised, as_array, is_array
from exercises.comparison import same
from exercises.public import Exercise, Input, Slip

LEAST = 6  # numbers, three of them different, or a relation is chance
SIDED = 8  # wrong answers on one side
Pair = tuple[float, float]

STATISTICS: tuple[tuple[str, Callable[[list[float]], float]], ...] = (
    ("the first of {}", lambda items: items[0]),
    ("the last of {}", lambda items: items[-1]),
    ("the largest of {}", max),
    ("the smallest of {}", min),
    ("the sum of {}", sum),
    ("the mean of {}", lambda items: sum(items) / len(items)),
    ("the median of {}", lambda items: _median(sorted(items))),
    ("the number of items in {}", len),
)
POWERS = ((2, "the square"), (0.5, "the square root"), (-1, "1 divided by"),
          (-0.5, "1 divided by the square root"), (3, "the third power"))  # fmt: skip


def _median(items: list[float]) -> float:
    """The middle one of sorted numbers, or the mean of both."""
    half = len(items) // 2
    return items[half] if len(items) % 2 else (items[half - 1] + items[half]) / 2


def explain(exercise: Exercise, answers: Sequence[Any]) -> Slip | None:
    """A formula that gives every answer from the right one or the arguments; or the side."""
    asked = [
        (given, answer)
        for given, answer in zip(exercise.all_inputs, answers, strict=True)
        if not isinstance(given.right, Raised)
    ]
    if any(isinstance(answer, (Raised, Other)) for _, answer in asked):
        return None
    numbers = [pair for given, answer in asked for pair in _numbers(answer, given.right)]
    if any(pair is None for pair in numbers) or len(numbers) < LEAST:
        return None
    pairs = [pair for pair in numbers if pair is not None]
    single = all(type(given.right) in (int, float) for given, _ in asked)
    if single and (told := _of_arguments(exercise, asked)):
        return told
    if len({round(right, 9) for _, right in pairs}) < 3:
        return None
    return _straight(pairs) or _power(pairs) or _nearly(pairs) or _one_side(pairs)


def _numbers(answer: Any, right: Any) -> Iterator[Pair | None]:
    """The numbers of an answer with those that are asked; None where they are no such pairs."""
    if type(right) in (int, float):
        ok = type(answer) in (int, float) and math.isfinite(answer) and math.isfinite(right)
        yield (answer, right) if ok else None
        return
    try:
        ours, theirs = as_array(answer), as_array(right)
    except NotPlain:
        yield None
        return
    if ours.shape != theirs.shape or {ours.dtype.kind, theirs.dtype.kind} & set("bO"):
        yield None
        return
    pairs = zip(ours.ravel().tolist(), theirs.ravel().tolist(), strict=True)
    for one, other in pairs:
        yield (one, other) if math.isfinite(one) and math.isfinite(other) else None


# ------------------------------------------------------------------------------- from the arguments


def _of_arguments(exercise: Exercise, asked: list[tuple[Input, Any]]) -> Slip | None:
    """The one of few simple values of an argument that every answer is."""
    for place, name in enumerate(exercise.own_names):
        values = [given.args[place] if place < len(given.args) else None for given, _ in asked]
        answers = [answer for _, answer in asked]
        if all(type(value) in (int, float) for value in values):
            if _all_same(answers, values):
                return _gives(f"{name} itself")
        elif all(_is_row(value) for value in values):
            rows: list[list[Any]] = [list(value) for value in values if value is not None]
            for words, of in STATISTICS:
                if _all_same(answers, [of(row) for row in rows]):
                    return _gives(words.format(name))
    return None


def _is_row(value: Any) -> bool:
    """Whether a value is a row of numbers, and not an empty one."""
    if is_array(value):
        return value.ndim == 1 and value.dtype.kind in "iuf" and value.size > 0
    return (
        isinstance(value, (list, tuple))
        and len(value) > 0
        and all(type(item) in (int, float) for item in value)
    )


def _all_same(answers: Sequence[Any], values: Sequence[Any]) -> bool:
    return all(
        same(float(answer), float(value)) for answer, value in zip(answers, values, strict=True)
    )


def _gives(what: str) -> Slip:
    return Slip(
        "", f"the answer is always {what}",
        f"Whatever was tried, your answer is {what}. What else does the right one depend on?",
    )  # fmt: skip


# ------------------------------------------------------------------------------- from right ones


def _straight(pairs: list[Pair]) -> Slip | None:
    """Every answer is the right one, times a number, plus a number."""
    (one, first), (other, second) = (
        min(pairs, key=lambda pair: pair[1]), max(pairs, key=lambda pair: pair[1])
    )  # fmt: skip
    if math.isclose(first, second):
        return None
    times = (other - one) / (second - first)
    plus = one - times * first
    if math.isclose(times, 0, abs_tol=1e-9) or (math.isclose(times, 1) and abs(plus) < 1e-9):
        return None
    if not all(same(answer, times * right + plus) for answer, right in pairs):
        return None
    formula = "the right one" if math.isclose(times, 1) else f"{times:.4g} times the right one"
    if abs(plus) > 1e-9:
        formula += f", {'plus' if plus > 0 else 'minus'} {abs(plus):.4g}"
    return _formula(formula)


def _power(pairs: list[Pair]) -> Slip | None:
    """Every answer is a power of the right one, times a number."""
    if not all(answer > 0 and right > 0 for answer, right in pairs):
        return None
    for power, words in POWERS:
        ratios = [answer / right**power for answer, right in pairs]
        if all(math.isclose(ratio, ratios[0], rel_tol=1e-5) for ratio in ratios):
            of = "the right one" if words.endswith("by") else "of the right one"
            factor = "" if math.isclose(ratios[0], 1, rel_tol=1e-5) else f"{ratios[0]:.4g} times "
            return _formula(f"{factor}{words} {of}")
    return None


def _formula(words: str) -> Slip:
    return Slip(
        "", f"always {words}",
        f"Whatever was tried, your answer is {words}. Which step of yours makes the difference?",
    )  # fmt: skip


def _nearly(pairs: list[Pair]) -> Slip | None:
    """No number is far off: something rounds on the way."""
    largest = max(abs(right) for _, right in pairs)
    off = max(abs(answer - right) for answer, right in pairs)
    if off > 0.02 * largest or all(type(right) is int for _, right in pairs):
        return None
    return Slip(
        "", "nearly right throughout",
        f"No number of yours is off by more than {off:.2g}, and hardly any is exact. Which step "
        "loses digits, or adds a little?",
    )  # fmt: skip


def _one_side(pairs: list[Pair]) -> Slip | None:
    """Whatever is wrong is too large, or too small."""
    wrong = [answer - right for answer, right in pairs if not same(answer, right)]
    if len(wrong) < SIDED or not (min(wrong) > 0 or max(wrong) < 0):
        return None
    side = "large" if wrong[0] > 0 else "small"
    what = (
        "What is in it that does not belong there, or is there too often?"
        if wrong[0] > 0
        else "What is left out, or taken away too often?"
    )
    return Slip(
        "", f"too {side} wherever it is wrong",
        f"Of {len(pairs)} numbers that were tried, {len(wrong)} are wrong, and every one of these "
        f"is too {side}. {what}",
    )  # fmt: skip
