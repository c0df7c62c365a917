"""Fresh questions: numbers at which every slip of the objective gives an answer of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from random import Random

from course.pictures.picture import Picture
from course.practice.answers import Typed
from course.practice.skill import Answer, Numbers, Objective, Slip, value_of

TRIES = 10_000  # draws until a question must have been found; a hundred are many
APART = Fraction(1, 20)  # answers differ by more than anybody rounds


@dataclass(frozen=True)
class Instance:
    """One question: an objective with numbers, and its right answer, found by brute force."""

    objective: Objective
    numbers: Numbers
    right: Answer

    @property
    def question(self) -> str:
        """What is asked."""
        shown = {name: str(value).replace("-", "−") for name, value in self.numbers.items()}
        return self.objective.ask.format(**shown).replace(" = ", "\u00a0=\u00a0")  # F = 3 in a line

    @property
    def asks_for(self) -> int:
        """How many numbers the answer has."""
        return len(self.right) if isinstance(self.right, tuple) else 1

    def slip_of(self, typed: Typed) -> Slip | None:
        """The slip that answers what was typed, if any does."""
        for slip in self.objective.slips:
            if typed.agrees(slip.answer(self.numbers)):
                return slip
        return None

    def worked(self) -> str:
        """How the answer comes about."""
        return self.objective.worked(self.right, **self.numbers)

    def pointing(self) -> Picture | None:
        """The question as a picture that leaves the counting to do."""
        return self.objective.point(**self.numbers) if self.objective.point else None

    def picture(self) -> Picture | None:
        """The question and its answer as a picture."""
        draw = self.objective.picture
        return draw(self.right, **self.numbers) if draw else None


def fresh(objective: Objective, random: Random, seen: Iterable[Numbers] = ()) -> Instance:
    """A question whose numbers are not among ``seen`` and at which all slips differ.

    Raises LookupError if none is found: then the objective's ranges are too narrow.
    """
    before = [dict(numbers) for numbers in seen]
    for draw in range(TRIES):
        numbers = {name: random.choice(values) for name, values in objective.among.items()}
        if not value_of(objective.only, numbers):
            continue
        if numbers in before and draw < TRIES // 2:
            continue
        try:
            right = objective.right(**numbers)
        except (StopIteration, IndexError, ValueError):
            continue  # no such layer
        if separates([right, *(slip.answer(numbers) for slip in objective.slips)]):
            return Instance(objective, numbers, right)
    raise LookupError(f"{objective.id}: no numbers found at which all slips differ")


def separates(answers: list[Answer]) -> bool:
    """Whether all answers differ by so much that a typed one can be taken for one of them only."""
    return all(_apart(one, other) for one, other in combinations(answers, 2))


def _apart(one: Answer, other: Answer) -> bool:
    if one is None or other is None:
        return one is not other
    if isinstance(one, tuple) or isinstance(other, tuple):
        return one != other
    return abs(Fraction(one) - Fraction(other)) > APART
