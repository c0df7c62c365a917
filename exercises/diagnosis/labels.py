"""Answers that are words: which of them is given where which is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from exercises.answers import Raised
from exercises.public import Exercise, Slip
from exercises.told import call_text


def explain(exercise: Exercise, answers: Sequence[Any]) -> Slip | None:
    """The most frequent mix-up of words, where every right answer is one or an error."""
    pairs = [
        (given.args, answer, given.right)
        for answer, given in zip(answers, exercise.all_inputs, strict=True)
        if not isinstance(given.right, Raised)
    ]
    if not pairs or not all(type(right) is str for _, _, right in pairs):
        return None
    wrong = [one for one in pairs if type(one[1]) is str and one[1] != one[2]]
    if not wrong:
        return None
    words = sorted({right for _, _, right in pairs})
    if strange := next((answer for _, answer, _ in wrong if answer not in words), ""):
        return Slip(
            "", f"gives {strange!r}, which is none of the words that are asked",
            f"Your function gives {strange!r}. Is that one of the words that the exercise asks "
            "for, letter by letter?",
            f"Asked for: {exercise.returns.partition(';')[0]}.",
        )  # fmt: skip
    mixed = Counter((right, answer) for _, answer, right in wrong)
    ((asked, given), count), *_ = mixed.most_common()
    of = sum(right == asked for _, _, right in pairs)
    args = next(args for args, answer, right in wrong if (right, answer) == (asked, given))
    how = "every time" if count == of > 1 else f"{count} of {of} times"
    return Slip(
        "", f"{given!r} where {asked!r} is asked",
        f"Of what was tried, {asked!r} is asked {of} time{'s' * (of != 1)}, and yours says "
        f"{given!r} {how}: {call_text(exercise.name, args)}, for one. Which line of yours decides "
        "that?",
    )  # fmt: skip
