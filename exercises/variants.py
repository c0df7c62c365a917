"""The public half of questions with numbers of the student's own.

A chain of questions is about the same numbers.  There are some dozens of variants of these, and the
student's id chooses one.  Of each question the slips' answers are known for every variant; they are
wrong, so they may be public.  The right answer is not here: no check can tell it from other
answers, and only a grader says whether one is right.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from exercises.claims import Requirement, names_in, requirement_of_form
from exercises.comparison import same

if TYPE_CHECKING:
    from exercises.public import Slip

LONGEST_ID = 100  # characters


def entered(answer: Any) -> str | None:
    """The id in a plain answer, or None: blanks around it and capitals make no difference."""
    if type(answer) is not str or len(answer) > LONGEST_ID:
        return None
    return unicodedata.normalize("NFC", answer).strip().casefold() or None


@dataclass(frozen=True)
class Chain:
    """Numbers that several questions share.

    ``says`` pairs the numbers' names with what they are; ``rows`` holds a variant's numbers each,
    in this order.
    """

    name: str
    says: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Any, ...], ...]

    def number_of(self, id: str) -> int:
        """Which variant an id (as ``entered`` gives it) has, from 0."""
        digest = hashlib.sha256(f"{self.name}:{id}".encode()).digest()
        return int.from_bytes(digest[:8], "big") % len(self.rows)

    def numbers(self, variant: int) -> dict[str, Any]:
        """A variant's numbers by name."""
        return dict(zip((name for name, _ in self.says), self.rows[variant], strict=True))


@dataclass(frozen=True)
class Identity:
    """A function that says whose numbers the questions of a unit are about."""

    name: str
    signature: str
    returns: str
    points: float
    chains: tuple[Chain, ...] = ()

    def chain(self, name: str) -> Chain:
        """The chain of a name.  Raises LookupError."""
        found = next((chain for chain in self.chains if chain.name == name), None)
        if found is None:
            known = ", ".join(chain.name for chain in self.chains)
            raise LookupError(f"there are no numbers called {name!r}, only {known}")
        return found


@dataclass(frozen=True)
class Question:
    """A question about the numbers of ``chain``; its function takes no arguments.

    ``gives`` maps the names of the answer's parts to their kinds, as a claim's.  A slip's
    ``answers`` are its own to each variant, in order.
    """

    name: str
    signature: str
    returns: str
    points: float
    chain: str
    gives: tuple[tuple[str, str], ...]
    slips: tuple[Slip, ...] = ()

    @property
    def form(self) -> Requirement:
        """What an answer has to consist of."""
        return requirement_of_form(self.gives)

    def parts(self, answer: Any) -> list[Any] | None:
        """The parts of a plain answer, as they are compared; None where it has another form."""
        return parts_of(answer, self.gives)

    def diagnose(self, answer: Any, variant: int) -> Slip | None:
        """The one slip that gives this answer to this variant, or None."""
        parts = self.parts(answer)
        if parts is None:
            return None
        found = [slip for slip in self.slips if same(parts, self.parts(slip.answers[variant]))]
        return found[0] if len(found) == 1 else None


def parts_of(answer: Any, gives: tuple[tuple[str, str], ...]) -> list[Any] | None:
    """The parts of a plain answer, in order; None where it does not consist of these."""
    names = names_in(answer, gives)
    return None if names is None else list(names.values())


def identity_in(known: Mapping[str, Any]) -> Identity:
    """The exercise that says whose numbers a unit asks about.  Raises LookupError."""
    for exercise in known.values():
        if isinstance(exercise, Identity):
            return exercise
    raise LookupError("the unit has questions, and nothing that says whose numbers they are about")
