"""What is practised: an objective, and the well-known slips on the way to it.

A *skill* is an objective and one of its slips: "output size, without counting the padding twice".
It is what the schedule remembers; a question is never shown twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import ceil
from types import CodeType
from typing import Any

from course.pictures.picture import Picture

Number = int | float | Fraction
Answer = Number | tuple[Number, ...] | None  # None: "there is none"
Numbers = Mapping[str, int]


def value_of(expression: str, numbers: Numbers) -> Any:
    """What an expression of this package gives for these numbers."""
    return eval(_compiled(expression), {"ceil": ceil, **numbers})


@cache
def _compiled(expression: str) -> CodeType:
    return compile(expression, expression, "eval")


@dataclass(frozen=True)
class Slip:
    """A well-known way to a wrong answer.

    ``when`` ends the sentence "15 is what comes out when ..."; ``think`` is a question that points
    at the mistake without giving the answer.  ``wrong`` is an expression in the question's symbols.
    """

    id: str
    when: str
    wrong: str
    think: str

    def answer(self, numbers: Numbers) -> Answer:
        """What somebody with this slip answers."""
        answer: Answer = value_of(self.wrong, numbers)
        return answer


@dataclass(frozen=True)
class Objective:
    """One thing that a student can do, as a source of questions.

    ``ask`` is the question with the symbols in braces, ``among`` the values that each symbol may
    take, ``only`` an expression that must hold of them.  ``right`` finds the answer by brute force,
    ``worked`` says in words how it comes about, given the numbers and the answer.  ``point`` draws
    the question without the answer, ``picture`` with it.
    """

    id: str
    unit: int
    title: str
    ask: str
    among: Mapping[str, Sequence[int]]
    right: Callable[..., Answer]
    worked: Callable[..., str]
    slips: tuple[Slip, ...]
    hint: str
    only: str = "True"
    point: Callable[..., Picture] | None = None
    picture: Callable[..., Picture | None] | None = None

    def slip(self, id: str) -> Slip:
        """The slip of that name; KeyError if there is none."""
        return {slip.id: slip for slip in self.slips}[id]


@dataclass(frozen=True)
class Skill:
    """An objective and one of its slips, by name."""

    objective: str
    slip: str
