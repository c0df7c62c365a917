"""How questions with numbers of the student's own are written.

In ``source/<unit>/exercises.py``::

    @identity
    def my_id():
        return "ada"

    @my_id.numbers(W="columns of the image", F="size of the filters", frozen="5c1d...")
    def layer(draw):
        return {"W": draw.randint(20, 60), "F": draw.choice((3, 5, 7))}

    @layer.question(points=1, returns="how many windows fit", gives="windows")
    def windows(W, F):
        return W - F + 1

    windows.slip("M02", "counts the steps", edit(" + 1", ""), "And the first window?")

``draw`` is a ``random.Random`` with a seed; the function gives candidates.  Of these the first are
kept at which every answer, right or a slip's, differs from every other.  ``frozen`` is the list's
fingerprint: whoever changes a question, a slip or the drawing learns that students would get other
numbers.
"""

from __future__ import annotations

import functools
import itertools
import random
from collections import Counter
from collections.abc import Callable
from typing import Any

from exercises import public
from exercises.answers import answer_of, plain
from exercises.authoring import Authored, Change, Function, Mistake, _place
from exercises.claims import COUNTS, KINDS
from exercises.comparison import same, show
from exercises.errors import BadExercise
from exercises.fingerprint import fingerprint
from exercises.source import compiled
from exercises.variants import Chain, Identity, Question, parts_of

COUNT = 24  # variants of a chain, unless its author says otherwise
FEWEST, MOST = 20, 50
ALIKE = 4  # at most one in so many variants has the same right answer
TRIED = 20_000

__all__ = ["AuthoredIdentity", "AuthoredQuestion", "identity"]


class AuthoredIdentity(Authored):
    """The function by which a student says whose numbers the questions are about: no points."""

    def __init__(self, reference: Function) -> None:
        super().__init__(reference, "your id, a text", 0)
        self.chains: list[AuthoredChain] = []

    def numbers(
        self, *, count: int = COUNT, frozen: str = "", **says: str
    ) -> Callable[[Callable[[random.Random], dict[str, Any] | None]], AuthoredChain]:
        """A decorator: the function below draws candidates for a chain's numbers.

        It returns them by name, or None for a draw that is no good; ``says`` has words for each.
        """
        return lambda draw: AuthoredChain(self, draw, count, frozen, says)

    @property
    def questions(self) -> list[tuple[Any, ...]]:
        """It is asked once, without arguments."""
        return [()]

    def published(self) -> Identity:
        """What a check works from."""
        return self.public

    @functools.cached_property
    def public(self) -> Identity:
        """What may be published: every variant's numbers."""
        chains = tuple(chain.public for chain in self.chains)
        return Identity(self.name, self.signature, self.returns, self.points, chains)


def identity(reference: Function) -> AuthoredIdentity:
    """A decorator: the function below says who the author of the solutions is."""
    return AuthoredIdentity(reference)


class AuthoredChain:
    """Numbers that several questions share; made by ``numbers``."""

    def __init__(
        self,
        owner: AuthoredIdentity,
        draw: Callable[[random.Random], dict[str, Any] | None],
        count: int,
        frozen: str,
        says: dict[str, str],
    ) -> None:
        self.name, self.draw, self.count, self.frozen = draw.__name__, draw, count, frozen
        self.says = tuple(says.items())
        self.place = _place(3)
        self.asked: list[AuthoredQuestion] = []
        if not FEWEST <= count <= MOST:
            raise BadExercise.at(
                self.place, f"{self.name} has {FEWEST} to {MOST} variants, not {count}"
            )
        owner.chains.append(self)

    def question(
        self, *, points: float, returns: str, gives: str | dict[str, str]
    ) -> Callable[[Function], AuthoredQuestion]:
        """A decorator: the function below answers a question about some of the numbers.

        ``gives`` names the answer's parts, as a claim's.
        """
        if isinstance(gives, str):
            gives = dict.fromkeys(gives.replace(",", " ").split(), "whole")
        return lambda reference: AuthoredQuestion(self, reference, returns, points, gives)

    @functools.cached_property
    def public(self) -> Chain:
        """The chain with its variants.  Raises BadExercise where there are not enough."""
        chain = Chain(self.name, self.says, tuple(self._rows()))
        now = fingerprint([list(row) for row in chain.rows])
        if self.frozen and now != self.frozen:
            raise BadExercise.at(
                self.place,
                f"{self.name}: the variants are no longer those of "
                f"frozen={self.frozen!r}: students would get other numbers than they had. If that "
                f"is meant, write frozen={now!r}",
            )
        return chain

    @property
    def fingerprint(self) -> str:
        """What ``frozen`` has to be."""
        return fingerprint([list(row) for row in self.public.rows])

    def _rows(self) -> list[tuple[Any, ...]]:
        draw = random.Random(self.name)
        names = [name for name, _ in self.says]
        rows: list[tuple[Any, ...]] = []
        given: list[Counter[str]] = [Counter() for _ in self.asked]
        blurred: Counter[str] = Counter()
        for _ in range(TRIED):
            numbers = self.draw(draw)
            if numbers is None:
                continue
            if set(numbers) != set(names):
                raise BadExercise.at(
                    self.place,
                    f"{self.name} says what {', '.join(names)} are, and draws {', '.join(numbers)}",
                )
            row = tuple(plain(numbers[name]) for name in names)
            unclear = next(filter(None, (one.unclear_at(numbers) for one in self.asked)), "")
            if row in rows or unclear:
                blurred[unclear] += bool(unclear)
                continue
            rights = [fingerprint(one.right_at(numbers)) for one in self.asked]
            if any(
                seen[right] >= self.count // ALIKE
                for seen, right in zip(given, rights, strict=True)
            ):
                blurred["right answers that many variants share"] += 1
                continue
            for seen, right in zip(given, rights, strict=True):
                seen[right] += 1
            rows.append(row)
            if len(rows) == self.count:
                return rows
        why = ", ".join(f"{many} times {what}" for what, many in blurred.most_common(3))
        raise BadExercise.at(
            self.place,
            f"{self.name}: of {TRIED:,} draws {len(rows)} can be used, not "
            f"{self.count}; the others were refused: {why}",
        )


class AuthoredQuestion(Authored):
    """A question about a chain's numbers, with all that is known of it; made by ``question``.

    The reference takes the numbers that it needs by name; the student's function takes nothing.
    """

    def __init__(
        self,
        chain: AuthoredChain,
        reference: Function,
        returns: str,
        points: float,
        gives: dict[str, str],
    ) -> None:
        super().__init__(reference, returns, points)
        self.chain, self.gives = chain, tuple(gives.items())
        code = reference.__code__
        self.takes = code.co_varnames[: code.co_argcount]
        strangers = set(self.takes) - {name for name, _ in chain.says}
        if strangers:
            raise BadExercise.at(
                self.place, f"{self.name}: {chain.name} has no {', '.join(sorted(strangers))}"
            )
        if not 0 < len(gives) < len(COUNTS) or set(gives.values()) - KINDS.keys():
            raise BadExercise.at(
                self.place,
                f"{self.name}: an answer has 1 to {len(COUNTS) - 1} parts, each one "
                f"of {', '.join(KINDS)}, not {gives}",
            )
        chain.asked.append(self)

    @property
    def asked_as(self) -> str:
        """How the student's function is written."""
        return f"{self.name}()"

    def slip(self, id: str, says: str, change: Change, hint: str, more: str = "") -> None:
        """Add a well-known wrong way to answer: an expression, an ``edit``, or a function."""
        place = _place()
        try:
            source = self._changed(change)
            compiled(source, self.space, f"{self.name}: {id}")
        except BadExercise as problem:
            raise BadExercise.at(place, f"{self.name}, slip {id}: {problem}") from None
        self._add(Mistake(id, says, hint, more, source, place))

    @property
    def questions(self) -> list[tuple[Any, ...]]:
        """The student's function is asked once, without arguments."""
        return [()]

    def numbers_at(self, variant: int) -> dict[str, Any]:
        """The numbers of a variant that the question is about, by name."""
        numbers = self.chain.public.numbers(variant)
        return {name: numbers[name] for name in self.takes}

    def answer_at(self, function: Function, numbers: dict[str, Any]) -> Any:
        """The plain answer of the reference or a slip to a variant's numbers."""
        return answer_of(function, tuple(numbers[name] for name in self.takes))

    def right_at(self, numbers: dict[str, Any]) -> Any:
        """The right answer's parts.  Raises BadExercise where they have another form."""
        answer = self.answer_at(self.reference, numbers)
        parts = parts_of(answer, self.gives)
        if parts is None:
            raise BadExercise.at(
                self.place,
                f"{self.name}: at {numbers} the reference answers {show(answer)}, "
                f"which is not {', '.join(name for name, _ in self.gives)}",
            )
        return parts

    @functools.cached_property
    def rights(self) -> list[list[Any]]:
        """The right answer's parts for each variant."""
        chain = self.chain.public
        return [self.right_at(chain.numbers(variant)) for variant in range(len(chain.rows))]

    def given_by(self, id: str) -> list[Any]:
        """A slip's answer to each variant."""
        chain, wrong = self.chain.public, self.wrong(id)
        return [self.answer_at(wrong, chain.numbers(number)) for number in range(len(chain.rows))]

    def unclear_at(self, numbers: dict[str, Any]) -> str:
        """Why these numbers are no good for this question; "" where all answers differ."""
        answers = {"the right answer": self.right_at(numbers)}
        for id in self.slips:
            parts = parts_of(self.answer_at(self._wrongs[id], numbers), self.gives)
            if parts is None:
                return f"{self.name}: {id} gives no answer of the right form"
            answers[id] = parts
        for (one, first), (other, second) in itertools.combinations(answers.items(), 2):
            if same(first, second) or same(second, first):
                return f"{self.name}: {one} and {other} are the same"
        return ""

    @functools.cached_property
    def _wrongs(self) -> dict[str, Function]:
        return {id: self.wrong(id) for id in self.slips}

    def published(self) -> Question:
        """What a check works from."""
        return self.public

    @functools.cached_property
    def public(self) -> Question:
        """What may be published: all but the right answers."""
        slips = tuple(
            public.Slip(slip.id, slip.says, slip.hint, slip.more, tuple(self.given_by(slip.id)))
            for slip in self.slips.values()
        )
        return Question(
            self.name, self.asked_as, self.returns, self.points, self.chain.name, self.gives, slips
        )
