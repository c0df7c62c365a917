"""What an exercise is: its public half.

An exercise says what to write, shows a few examples, and knows the well-known wrong ways to answer
(*slips*), each kept as code with a hint.  It holds no reference answer: see ``source/*/key.py``.

There are two kinds.  An ``Exercise`` asks for a function that gives the right answer for every
input.  A ``Claim`` states something that is wrong and asks for a counterexample: a function without
parameters that returns one; there are many right answers, and ``requirements`` say what makes one.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from course.answers import NotPlain, Other, Raised, answer_of, plain, same

Function = Callable[..., Any]


@dataclass(frozen=True)
class Example:
    """A public input with its expected answer (plain data, or an exception class to be raised)."""

    args: tuple
    expected: Any

    def accepts(self, answer: Any) -> bool:
        """Whether plain ``answer`` is the expected one."""
        return same(answer, expected_answer(self.expected))


@dataclass(frozen=True)
class Slip:
    """A well-known wrong way to answer.

    ``wrong`` is the slip as code: called like the exercise's function it gives the wrong answers.
    ``hint`` asks a question or points at a picture; ``more`` tells, and is folded away at first.
    ``matches`` (claims only) recognises the slip in an answer.
    """

    id: str
    says: str
    hint: str
    wrong: Function
    more: str = ""
    matches: Callable[[Any], bool] | None = None


@dataclass
class Exercise:
    """A function to write.

    ``name`` is the function's, and the grade cell's id in the notebook.  ``signature`` shows how it
    is called, ``returns`` what it gives.  ``probes`` are inputs at which the slips' answers differ
    from each other; the right answers to them are not kept here.
    """

    name: str
    signature: str
    returns: str
    examples: tuple[Example, ...] = ()
    probes: tuple[tuple, ...] = ()
    slips: list[Slip] = field(default_factory=list)
    _signatures: list[tuple[Slip, list]] = field(default_factory=list, repr=False, compare=False)

    def slip(
        self,
        id: str,
        says: str,
        *,
        hint: str,
        more: str = "",
        matches: Callable[[Any], bool] | None = None,
    ) -> Callable[[Function], Function]:
        """A decorator that adds a wrong function as a slip of this exercise."""

        def add(wrong: Function) -> Function:
            if any(known.id == id for known in self.slips):
                raise ValueError(f"{self.name}: two slips are called {id}")
            self.slips.append(Slip(id, says, hint, wrong, more, matches))
            return wrong

        return add

    def answers(self, function: Function, inputs: tuple[tuple, ...] | None = None) -> list:
        """The plain answers of ``function`` to ``inputs`` (the probes unless given).

        Each call gets copies, so that a function that changes its arguments harms nobody.
        """
        inputs = self.probes if inputs is None else inputs
        return [answer_of(function, copy.deepcopy(args)) for args in inputs]

    def diagnose(self, answers: list) -> Slip | None:
        """The one slip that answers the probes like this, or None if none or several do.

        A slip is recognised too where the student's function raises an error that the slip does
        not, or the other way round, as long as at least half of the probes are answered by both.
        """
        for slip in self.slips[len(self._signatures) :]:  # worked out once: slips do not change
            self._signatures.append((slip, self.answers(slip.wrong)))
        signatures = self._signatures
        found = [slip for slip, theirs in signatures if alike(answers, theirs)]
        if not found:
            found = [slip for slip, theirs in signatures if _alike_but_for_errors(answers, theirs)]
        return found[0] if len(found) == 1 else None


@dataclass(frozen=True)
class Requirement:
    """One thing that a counterexample has to be; ``holds`` takes the plain answer.

    ``holds`` may raise: an answer that it cannot read does not meet it.
    """

    says: str
    holds: Callable[[Any], bool]


@dataclass
class Claim(Exercise):
    """A wrong claim, to be answered with a counterexample; asked without arguments.

    ``requirements`` are checked in order, and the later ones only where the earlier ones hold.
    """

    claim: str = ""
    requirements: tuple[Requirement, ...] = ()
    probes: tuple[tuple, ...] = ((),)

    def unmet(self, answer: Any) -> Requirement | None:
        """The first requirement that ``answer`` does not meet, or None if it meets all."""
        for requirement in self.requirements:
            try:
                met = requirement.holds(answer)
            except Exception:
                met = False
            if not met:
                return requirement
        return None

    def diagnose(self, answers: list) -> Slip | None:
        """The one slip that recognises the answer, or None if none or several do."""
        found = [slip for slip in self.slips if _matches(slip, answers[0])]
        return found[0] if len(found) == 1 else None


def _matches(slip: Slip, answer: Any) -> bool:
    try:
        return bool(slip.matches and slip.matches(answer))
    except Exception:
        return False


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


def alike(ours: list, theirs: list) -> bool:
    """Whether two lists of answers would be taken for the same mistake.

    Like ``same``, but two answers that are no data at all are alike too when they look alike.
    """
    return len(ours) == len(theirs) and all(map(_alike, ours, theirs))


def _alike_but_for_errors(ours: list, theirs: list) -> bool:
    if len(ours) != len(theirs):
        return False
    pairs = [pair for pair in zip(ours, theirs, strict=True) if Raised not in map(type, pair)]
    return 2 <= len(pairs) >= len(ours) / 2 and all(_alike(*pair) for pair in pairs)


def _alike(one: Any, other: Any) -> bool:
    if isinstance(one, Raised) and isinstance(other, Raised):
        return one.names[0] == other.names[0]
    if isinstance(other, Raised) or isinstance(one, Raised):
        return False
    if isinstance(one, Other) or isinstance(other, Other):
        return one == other
    return same(one, other)
