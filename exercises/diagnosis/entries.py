"""Answers of many numbers: which of the numbers are right, and whether they only stand elsewhere.

Only where every answer has the shape that is asked.  What is said are counts over all numbers of
all answers that were tried.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from exercises.answers import NotPlain, Other, Raised, as_array, is_array
from exercises.public import Exercise, Slip

LEAST = 6  # numbers on either side of a rule: fewer are chance
ENOUGH = 0.6  # so many of the numbers beyond a rule have to be wrong
Pair = tuple[Any, Any]


def explain(exercise: Exercise, answers: Sequence[Any]) -> Slip | None:
    """Which numbers of the answers are right, or None where no rule says it."""
    found = list(_arrays(exercise, answers))
    pairs = [one for one in found if one is not None]
    if len(pairs) < 3 or len(pairs) < len(found):
        return None
    return _elsewhere(pairs) or _rule(pairs)


def _arrays(exercise: Exercise, answers: Sequence[Any]) -> Iterator[Pair | None]:
    """Answers with the right ones, as arrays of floats; None where that is not to be had."""
    for answer, given in zip(answers, exercise.all_inputs, strict=True):
        if isinstance(given.right, Raised):
            continue
        if isinstance(answer, (Raised, Other)) or not (
            is_array(given.right) or type(given.right) is list
        ):
            yield None
            return
        try:
            ours, theirs = as_array(answer), as_array(given.right)
        except NotPlain:
            yield None
            return
        if ours.shape != theirs.shape or {ours.dtype.kind, theirs.dtype.kind} & set("bO"):
            yield None
            return
        yield ours.astype(float), theirs.astype(float)


def _elsewhere(pairs: list[Pair]) -> Slip | None:
    """Whether all numbers are there, at other places."""
    import numpy as np

    telling = [(a, r) for a, r in pairs if r.size > 2 and len(np.unique(r)) > 2]
    moved = [(a, r) for a, r in telling if not _close(a, r).all()]
    if len(moved) < 3 or not all(
        _close(np.sort(a, axis=None), np.sort(r, axis=None)).all() for a, r in pairs
    ):
        return None
    if all(r.ndim == 2 for _, r in pairs) and all(_same_rows(a, r) for a, r in pairs):
        return Slip(
            "", "the right rows in another order",
            "Each row of yours is one that is asked, and they stand in another order. Which comes "
            "after the first?",
        )  # fmt: skip
    return Slip(
        "", "the right numbers at other places",
        "All numbers that are asked are in your answers, each as often as it should be, and some "
        "stand at other places. Take a small example: which number should stand where?",
    )  # fmt: skip


def _same_rows(one: Any, other: Any) -> bool:
    ours, theirs = (sorted(map(tuple, rows.round(9).tolist())) for rows in (one, other))
    return ours == theirs


def _close(one: Any, other: Any) -> Any:
    """Where two arrays are equal, as answers are compared."""
    import numpy as np

    with np.errstate(all="ignore"):
        finite = np.abs(other[np.isfinite(other)])
        scale = max(1.0, float(np.max(finite, initial=0)))
        return np.isclose(one, other, rtol=0, atol=1e-6 * scale, equal_nan=True)


def _rule(pairs: list[Pair]) -> Slip | None:
    import numpy as np

    good = np.concatenate([_close(a, r).ravel() for a, r in pairs])
    wrong = int((~good).sum())
    if wrong < LEAST:
        return None
    best, most = None, ENOUGH
    for words, contrary, masks in _rules(pairs):
        within = np.concatenate([mask.ravel() for mask in masks])
        beyond = int((~within).sum())
        if min(len(good) - beyond, beyond) < LEAST or not good[within].all():
            continue
        if wrong / beyond > most + 1e-9:
            best, most = (words, contrary, len(good) - beyond), wrong / beyond
    if best is None:
        return None
    words, contrary, count = best
    return Slip(
        "", f"right where {words}, of what was tried",
        f"Of the {len(good)} numbers in your answers to what was tried, the {count} where {words} "
        f"are all right. Wrong are {wrong}, all of them where {contrary}. What is different there?",
    )  # fmt: skip


def _rules(pairs: list[Pair]) -> Iterator[tuple[str, str, list[Any]]]:
    """Rules over the right numbers and their places: words, contrary, where each holds."""
    rights = [right for _, right in pairs]
    for one, other, masks in (
        ("0 is asked", "another number than 0 is asked", [r == 0 for r in rights]),
        ("a positive number is asked", "no positive number is asked", [r > 0 for r in rights]),
        ("a negative number is asked", "no negative number is asked", [r < 0 for r in rights]),
        ("a whole number is asked", "a fraction is asked", [r % 1 == 0 for r in rights]),
        *_places(rights),
    ):
        yield one, other, masks
        yield other, one, [~mask for mask in masks]


def _places(rights: list[Any]) -> Iterator[tuple[str, str, list[Any]]]:
    import numpy as np

    axes = {right.ndim for right in rights}
    if len(axes) != 1 or not (count := axes.pop()):
        return
    where = [np.indices(right.shape) for right in rights]
    for axis in range(count):
        last = [right.shape[axis] - 1 for right in rights]
        name = _name(axis, count)
        yield f"{name} is the first", f"{name} is not the first", [at[axis] == 0 for at in where]
        yield (f"{name} is the last", f"{name} is not the last",
               [at[axis] == end for at, end in zip(where, last, strict=True)])  # fmt: skip
    for one in range(count):
        for other in range(one + 1, count):
            names = f"{_name(one, count)} and {_name(other, count)}"
            yield (f"{names} have the same number", f"{names} have different numbers",
                   [at[one] == at[other] for at in where])  # fmt: skip
    if count >= 2:
        yield (
            "the place is at the border",
            "the place is not at the border",
            [_border(at, right.shape) for at, right in zip(where, rights, strict=True)],
        )


def _name(axis: int, axes: int) -> str:
    """What a place along an axis is called."""
    if axes == 1:
        return "the place"
    if axes - axis <= 2:
        return ("the row", "the column")[2 - axes + axis]
    return f"the index along axis {axis}"


def _border(at: Any, shape: tuple[int, ...]) -> Any:
    row, column = at[-2], at[-1]
    return (row == 0) | (column == 0) | (row == shape[-2] - 1) | (column == shape[-1] - 1)
