"""How wrong answers are related to the right ones: always one too many, turned, another part."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from exercises.answers import NotPlain, Other, Raised, as_array, is_array
from exercises.comparison import same, show
from exercises.public import Exercise, Slip

Pair = tuple[Any, Any]
LEAST = 4  # pairs, or a relation is chance


def explain(exercise: Exercise, answers: Sequence[Any]) -> Slip | None:
    """A relation that holds between every answer and the right one, or None.

    Inputs at which an error is asked for, or was raised, are left out.
    """
    pairs = [
        (answer, given.right)
        for answer, given in zip(answers, exercise.all_inputs, strict=True)
        if not isinstance(given.right, Raised) and not isinstance(answer, (Raised, Other))
    ]
    if len(pairs) < LEAST or all(same(*pair) for pair in pairs):
        return None
    if all(_number(answer) and _number(right) for answer, right in pairs):
        return _of_numbers(pairs)
    if all(type(answer) is list and type(right) is list for answer, right in pairs):
        return _of_tuples(exercise, pairs) or _of_lists(pairs)
    if all(is_array(right) for _, right in pairs):
        return _of_arrays(pairs)
    return None


def _number(value: Any) -> bool:
    return type(value) in (int, float) and value == value and abs(value) != float("inf")


def _always(pairs: list[Pair], holds: Callable[[Any, Any], bool]) -> bool:
    return all(holds(answer, right) for answer, right in pairs)


# ------------------------------------------------------------------------------- numbers


def _of_numbers(pairs: list[Pair]) -> Slip | None:
    if words := _difference(pairs):
        return Slip(
            "", words,
            f"Your answers are {words}. What is counted once too often, or not at all?",
        )  # fmt: skip
    if words := _ratio(pairs):
        hint = f"Your answers are always {words}. Where does this factor come from?"
        return Slip("", f"the answers are {words}", hint)
    for places in range(4) if _telling(pairs) else ():
        if all(abs(answer - round(right, places)) < 1e-9 for answer, right in pairs):
            to = f"to {places} decimal{'s' * (places != 1)}" if places else "to a whole number"
            return Slip(
                "", f"rounded {to}",
                f"Your answers are the right ones, rounded {to}. Does the exercise ask for that?",
            )  # fmt: skip
    if _telling(pairs) and _always(pairs, lambda a, r: a == math.trunc(r)):
        return Slip(
            "", "the fractions are cut off",
            "The whole parts are right, and what follows the point is gone. Which step of yours "
            "makes whole numbers?",
        )  # fmt: skip
    return None


def _telling(pairs: list[Pair]) -> bool:
    """Whether there are enough right answers, different and with fractions, to say so."""
    return len({right for _, right in pairs if right % 1}) >= 3


def _difference(pairs: list[Pair]) -> str:
    """By how much every answer is too large or too small, in words, if it is always the same."""
    difference = pairs[0][0] - pairs[0][1]
    if not difference or not _always(pairs, lambda a, r: same(a - r, difference)):
        return ""
    return f"always {abs(difference):g} {'too many' if difference > 0 else 'too few'}"


def _ratio(pairs: list[Pair]) -> str:
    """How many times as large as it should be every answer is, in words, if always the same."""
    nonzero = [(answer, right) for answer, right in pairs if right]
    if len({right for _, right in nonzero}) < 3 or not nonzero[0][0]:
        return ""
    answer, right = nonzero[0]
    ratio = Fraction(answer / right).limit_denominator(64)
    if ratio in (0, 1) or not _always(pairs, lambda a, r: same(a, r * float(ratio))):
        return ""
    if ratio == -1:
        return "the right numbers with the wrong sign"
    if ratio.denominator == 1:
        return f"{ratio.numerator} times as large as they should be"
    if ratio.numerator == 1:
        return f"{ratio.denominator} times smaller than they should be"
    return f"{ratio} of what they should be"


# ------------------------------------------------------------------------------- tuples, lists


def _of_tuples(exercise: Exercise, pairs: list[Pair]) -> Slip | None:
    """Tuples of a fixed length: another order, or some of the parts wrong."""
    lengths = {len(value) for pair in pairs for value in pair}
    if len(lengths) != 1 or not 2 <= (count := lengths.pop()) <= 6:
        return None
    if len({len(right) for _, right in pairs}) != 1:
        return None
    order = _order(pairs, count)
    if order is not None:
        return Slip(
            "", "the right numbers in another order",
            "The numbers are right, and they stand in another order than asked. Which comes "
            "first?",
            f"The exercise asks for: {exercise.returns.partition(';')[0]}.",
        )  # fmt: skip
    wrong = [
        place
        for place in range(count)
        if not all(same(answer[place], right[place]) for answer, right in pairs)
    ]
    if not wrong or len(wrong) == count:
        return None
    if sum(not same(answer, right) for answer, right in pairs) < LEAST:
        return None
    which = _places(wrong)
    right_ones = _places([place for place in range(count) if place not in wrong])
    inner = [(answer[wrong[0]], right[wrong[0]]) for answer, right in pairs]
    further = ""
    if len(wrong) == 1 and _always(inner, lambda a, b: _number(a) and _number(b)):
        words = _difference(inner)
        further = f" It is {words}." if words else ""
    verb = "is" if len(wrong) == 1 else "are"
    other_verb = "is" if count - len(wrong) == 1 else "are"
    return Slip(
        "", f"the {which} of the {count} numbers {verb} wrong",
        f"The {right_ones} of your {count} numbers {other_verb} always right. What {verb} the "
        f"{which} to be?{further}",
        f"The exercise asks for: {exercise.returns.partition(';')[0]}.",
    )  # fmt: skip


ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")


def _places(places: list[int]) -> str:
    names = [ORDINALS[place] for place in places]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _order(pairs: list[Pair], count: int) -> list[int] | None:
    """The one permutation that makes every answer right, or None."""
    import itertools

    fitting = [
        list(order)
        for order in itertools.permutations(range(count))
        if list(order) != list(range(count)) and _always(pairs, _in_order(order))
    ]
    return fitting[0] if len(fitting) == 1 else None


def _in_order(order: Sequence[int]) -> Callable[[Any, Any], bool]:
    return lambda answer, right: same([answer[place] for place in order], right)


def _of_lists(pairs: list[Pair]) -> Slip | None:
    long = [(answer, right) for answer, right in pairs if len(right) >= 2]
    if len(long) < 3:
        return None
    for holds, says, hint in (
        (lambda a, r: same(a, r[::-1]), "the right list, backwards",
         "The items are right, and the last of them comes first. In which order are they asked?"),
        (lambda a, r: same(a, r[:-1]), "the last item is missing",
         "Wherever several items are asked, your list stops one too early. What decides where it "
         "ends?"),
        (lambda a, r: same(a, r[1:]), "the first item is missing",
         "Wherever several items are asked, your list begins one too late. What is its first item "
         "to be?"),
        (lambda a, r: len(a) == len(r) + 1 and same(a[:-1], r), "one item too many at the end",
         "Wherever several items are asked, your list has one more at its end. What decides where "
         "it stops?"),
        (lambda a, r: same(a, r[:1]), "only the first item",
         "Wherever several items are asked, you give the first one only. Does your function go on "
         "after it?"),
    ):  # fmt: skip
        if _always(long, holds):
            return Slip("", says, hint)
    moved = [pair for pair in pairs if not same(*pair)]
    if (
        sum(_all_different(right) for _, right in moved) >= LEAST
        and _always(pairs, lambda a, r: same(_sorted(a), _sorted(r)))
    ):  # fmt: skip
        answer, right = min(moved, key=lambda pair: len(pair[1]))
        return Slip(
            "", "the right items in another order",
            f"The items are right, and they stand as {show(answer)} where {show(right)} is asked. "
            "In which order does the exercise ask for them?",
        )  # fmt: skip
    if _always(long, lambda a, r: len(a) < len(r) and _within(a, r)):
        return Slip(
            "", "part of the list",
            "Wherever several items are asked, whatever you list is right, and something is "
            "missing. Which items do you not find?",
        )  # fmt: skip
    if _always(long, lambda a, r: len(a) > len(r) and _within(r, a)):
        return Slip(
            "", "more than the list",
            "Wherever several items are asked, all of them are in your list, and something else as "
            "well. Take one item that does not belong: why is it there?",
        )  # fmt: skip
    flat = [(answer, right) for answer, right in long if all(map(_number, [*answer, *right]))]
    if len(flat) == len(long) and _always(long, lambda a, r: len(a) == len(r)):
        items = [pair for answer, right in long for pair in zip(answer, right, strict=True)]
        return _of_numbers(items)
    return None


def _all_different(items: list[Any]) -> bool:
    """Whether no item is there twice: equal ones have no order to get wrong."""
    return len(items) >= 2 and len(set(map(repr, items))) == len(items)


def _sorted(items: list[Any]) -> list[Any]:
    return sorted(items, key=repr)


def _within(part: list[Any], whole: list[Any]) -> bool:
    rest = list(whole)
    for item in part:
        found = next((place for place, other in enumerate(rest) if same(item, other)), None)
        if found is None:
            return False
        del rest[found]
    return True


# ------------------------------------------------------------------------------- arrays


def _of_arrays(pairs: list[Pair]) -> Slip | None:
    import numpy as np

    arrays = []
    for answer, right in pairs:
        try:
            array = as_array(answer)
        except NotPlain:
            return None
        arrays.append((array.astype(float), right.astype(float)))
    telling = [(a, r) for a, r in arrays if r.size > 1 and len(np.unique(r)) > 1]
    if len(telling) < 3:
        return None

    def close(one: Any, other: Any) -> bool:
        return one.shape == other.shape and bool(np.allclose(one, other, atol=1e-6))

    two = all(r.ndim == 2 for _, r in telling)
    for needs, holds, says, hint in (
        (two, lambda a, r: close(a, r.T), "rows and columns exchanged",
         "Rows and columns have changed places. Which index comes first?"),
        (two, lambda a, r: close(a, r[::-1]), "upside down",
         "Your answer is upside down. In which order do you go through the rows?"),
        (two, lambda a, r: close(a, r[:, ::-1]), "left and right exchanged",
         "Left and right have changed places. In which order do you go through the columns?"),
        (two, lambda a, r: close(a, r[::-1, ::-1]), "turned by half a turn",
         "Your answer is turned by half a turn. What do you flip, and is it asked for?"),
        (True, lambda a, r: a.shape == r.shape and not a.any(), "all zeros",
         "The shape is right and every number is 0. Where do you write into the array?"),
        (True, lambda a, r: close(a, np.trunc(r)), "the fractions are cut off",
         "The whole parts are right. Which kind of numbers can your array hold?"),
        (True, lambda a, r: close(a, -r), "the wrong sign",
         "The numbers are right and their sign is not. What do you subtract from what?"),
        (True, lambda a, r: close(a, np.maximum(r, 0)), "what is negative has become 0",
         "What is positive is right, and whatever is negative has become 0. Does the exercise ask "
         "for a ReLU, or for a maximum that starts at 0?"),
    ):  # fmt: skip
        if needs and _always(telling, holds):
            return Slip("", says, hint)
    if not _always(telling, lambda a, r: a.shape == r.shape):
        return None
    differences = [a - r for a, r in telling]
    first = float(differences[0].flat[0])
    if (
        first
        and np.isfinite(first)
        and all(np.allclose(one, first, atol=1e-6) for one in differences)
    ):
        return Slip("", f"always {abs(first):g} too {'large' if first > 0 else 'small'}",
                    f"Every number is {abs(first):g} too {'large' if first > 0 else 'small'}. What "
                    "is added too often, or not at all?")  # fmt: skip
    largest = max(telling, key=lambda pair: float(np.abs(pair[1]).max()))
    place = np.unravel_index(np.abs(largest[1]).argmax(), largest[1].shape)
    share = float(largest[0][place] / largest[1][place])
    ratio = Fraction(share).limit_denominator(64) if np.isfinite(share) else 0
    if ratio not in (0, 1) and _always(telling, lambda a, r: close(a, r * float(ratio))):
        return Slip("", f"{ratio} times what is asked",
                    f"Every number is {ratio} times what it should be. Where does this factor come "
                    "from?")  # fmt: skip
    if two and min(min(r.shape) for _, r in telling) >= 3:
        inside = all(np.allclose(d[1:-1, 1:-1], 0, atol=1e-6) for d in differences)
        if inside:
            return Slip("", "wrong at the border only",
                        "The middle is right, and only the border is wrong. What does your code "
                        "see beyond the edge?")  # fmt: skip
    return None
