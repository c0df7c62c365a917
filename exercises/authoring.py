"""How an exercise is written: once, by the teacher, in ``source/<unit>/exercises.py``.

The reference is a function, and a slip is a change of it::

    from exercises.authoring import Group, edit, exercise

    @exercise(
        points=3,
        returns="the output width, an int; raises ValueError when F > W + 2P",
        examples={(7, 3, 1, 0): 5, (3, 5, 1, 0): ValueError},
        probes=[(47, 8, 3, 5)],
        groups=[Group("stride 1", [(28, 3, 1, 0), (32, 5, 1, 0)])],
    )
    def output_size(W, F, S, P):
        if F > W + 2 * P:
            raise ValueError("the filter does not fit")
        return (W - F + 2 * P) // S + 1

    output_size.slip("M05", "the padding is counted once", "(W - F + P) // S + 1",
                     "How many columns has the padded row?", "P zeros stand on either side.")

Nothing of this file reaches a student but what ``public`` gives.
"""

from __future__ import annotations

import functools
import random
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from exercises import public, publishing
from exercises.answers import NotPlain, Other, Raised, arguments
from exercises.claims import COUNTS, KINDS, Requirement, value_of
from exercises.comparison import accepts, expected_answer, show
from exercises.errors import BadExercise, Place
from exercises.source import (
    arguments_read,
    compiled,
    edit,
    names_used,
    returning,
    signature_of,
    standing_alone,
    text_of,
)
from exercises.subjects import Implementation
from exercises.told import call_text

__all__ = ["BadExercise", "Group", "claim", "edit", "exercise", "tests"]

Function = Callable[..., Any]
Change = str | edit | Function


@dataclass(frozen=True)
class Group:
    """Hidden inputs that stand for one idea; credit is given for all of them or for none.

    ``worth`` is its share of the exercise's points.
    """

    says: str
    cases: tuple[tuple[Any, ...], ...]
    worth: int

    def __init__(self, says: str, cases: Iterable[tuple[Any, ...]], worth: int = 1) -> None:
        object.__setattr__(self, "says", says)
        object.__setattr__(self, "cases", tuple(cases))
        object.__setattr__(self, "worth", worth)
        if not self.cases:
            raise BadExercise.at(_place(), f"the group {says!r} has no cases")
        if type(worth) is not int or worth < 1:
            raise BadExercise.at(
                _place(), f"the group {says!r} must be worth a whole number of shares, not {worth}"
            )


def _place(depth: int = 2) -> Place:
    """Where the author's call stands."""
    frame = sys._getframe(depth)
    return Place.of(frame.f_code.co_filename, frame.f_lineno)


@dataclass(frozen=True)
class Mistake:
    """A slip as its author wrote it: words, text, and the place in the author's file."""

    id: str
    says: str
    hint: str
    more: str
    source: str
    place: Place
    matches: str = ""
    change: edit | None = None


class Authored:
    """What all kinds of exercises have: a reference with its name, text and place, and points."""

    def __init__(self, reference: Function, returns: str, points: float) -> None:
        self.reference, self.returns, self.points = reference, returns, points
        self.name = reference.__name__
        self.source = text_of(reference)
        self.signature = signature_of(self.source)
        self.space = reference.__globals__
        code = reference.__code__
        self.place = Place.of(code.co_filename, code.co_firstlineno)
        self.slips: dict[str, Mistake] = {}

    @property
    def asked_as(self) -> str:
        """How the student's function is written."""
        return self.signature

    def __call__(self, *args: Any) -> Any:
        """The reference's answer: a later exercise may use an earlier one."""
        return self.reference(*args)

    def _changed(self, change: Change) -> str:
        if isinstance(change, edit):
            return change.of(self.source)
        if isinstance(change, str):
            return returning(self.signature, change)
        return text_of(change, self.name)

    def _add(self, slip: Mistake) -> None:
        if slip.id in self.slips:
            raise BadExercise.at(slip.place, f"{self.name} has two slips called {slip.id}")
        self.slips[slip.id] = slip

    def wrong(self, id: str) -> Function:
        """A slip as a function."""
        return self.made(self.slips[id].source, id)

    def made(self, text: str, what: str) -> Function:
        """The function of a text that sees what the reference sees.  Raises BadExercise."""
        return compiled(text, self.space, f"{self.name}: {what}")

    def standing_alone(self, id: str | None = None) -> str:
        """The reference, or a slip, as text that runs in an empty notebook."""
        return standing_alone(self.slips[id].source if id else self.source, self.space)


class AuthoredExercise(Authored):
    """A function to write, with all that is known of it; made by ``exercise``."""

    def __init__(
        self,
        reference: Function,
        returns: str,
        points: float,
        examples: Iterable[tuple[tuple[Any, ...], Any]],
        probes: Iterable[tuple[Any, ...]],
        groups: Iterable[Group],
        *,
        valid: str = "",
        features: Mapping[str, str] | None = None,
        praise: str = "",
        accepted: Iterable[str] = (),
        others: int = publishing.OTHERS,
        whole: bool = False,
        shown: bool = False,
    ) -> None:
        super().__init__(reference, returns, points)
        self.shown = shown
        self._published: public.Exercise | None = None
        self._changes: list[publishing.Changed] | None = None
        self._answers_of: dict[str, list[Any]] = {}
        self.others, self.whole = others, whole
        self.lines: int | None = None  # that a wrong function may run: see publishing
        self.valid, self.praise, self.accepted = valid, praise, tuple(accepted)
        self.features = tuple((features or {}).items())
        self.stated = [(self._asked(args), self._stated(args, right)) for args, right in examples]
        self.probes = [self._asked(probe) for probe in probes]
        self.groups = tuple(
            Group(group.says, map(self._asked, group.cases), group.worth) for group in groups
        )
        if not self.groups:
            raise BadExercise.at(self.place, f"{self.name} has no groups of hidden cases")

    def _asked(self, args: Any) -> tuple[Any, ...]:
        """Arguments as they are asked.  Raises BadExercise."""
        if not isinstance(args, tuple):
            raise BadExercise.at(
                self.place,
                f"{self.name}: an input is a tuple of arguments; for one argument "
                f"write ({show(args)},)",
            )
        try:
            return arguments(args)
        except NotPlain as problem:
            raise BadExercise.at(
                self.place, f"{call_text(self.name, args)} cannot be asked: it holds {problem}"
            ) from None

    def _stated(self, args: Any, right: Any) -> Any:
        """What an example says, as it is compared.  Raises BadExercise."""
        try:
            return expected_answer(right)
        except TypeError as problem:
            raise BadExercise.at(self.place, f"{call_text(self.name, args)}: {problem}") from None

    def slip(
        self, id: str, says: str, change: Change | None = None, hint: str = "", more: str = ""
    ) -> Any:
        """Add a well-known wrong way to answer.

        ``change`` is an expression to return, an ``edit`` of the reference, or a function; left
        out, the function below this decorator.
        """
        place = _place()

        def add(change: Change) -> Any:
            try:
                source = self._changed(change)
                compiled(source, self.space, f"{self.name}: {id}")
            except BadExercise as problem:
                raise BadExercise.at(place, f"{self.name}, slip {id}: {problem}") from None
            kept = change if isinstance(change, edit) else None
            self._add(Mistake(id, says, hint, more, source, place, change=kept))
            return change

        return add if change is None else add(change)

    @property
    def inputs(self) -> list[tuple[Any, ...]]:
        """The public inputs: of the examples, then the probes."""
        return [*(args for args, _ in self.stated), *self.probes]

    def accepts(self, answer: Any, right: Any) -> bool:
        """Whether a plain answer to a question is the right one."""
        return accepts(answer, right, whole=self.whole)

    @property
    def questions(self) -> list[tuple[Any, ...]]:
        """All inputs that a grader asks: the hidden cases of every group, then the public ones."""
        return [*(case for group in self.groups for case in group.cases), *self.inputs]

    @functools.cached_property
    def expected(self) -> list[Any]:
        """The right answers to the questions.  Raises BadExercise for what no answer can equal."""
        answers = public.answers_of(self.reference, self.questions)
        for case, answer in zip(self.questions, answers, strict=True):
            if isinstance(answer, Other) or (
                isinstance(answer, Raised) and "ValueError" not in answer.names
            ):
                raise BadExercise.at(
                    self.place,
                    f"{call_text(self.name, case)}: the reference answers "
                    f"{show(answer)}, which no answer can equal",
                )
        return answers

    def answers_of(self, slip: str) -> list[Any]:
        """A slip's own answers to the questions, worked out once."""
        if slip not in self._answers_of:
            self._answers_of[slip] = public.answers_of(self.wrong(slip), self.questions)
        return self._answers_of[slip]

    @property
    def arguments(self) -> tuple[str, ...]:
        """The names of the function's arguments."""
        return self.public.arguments

    def published(self) -> public.Exercise:
        """What a check works from: all that is public, with what has to be worked out."""
        if self._published is None:
            self._published = publishing.published(self)
        return self._published

    def changes(self, whole: public.Exercise) -> list[publishing.Changed]:
        """The small changes of the reference, worked out once."""
        if self._changes is None:
            self._changes = list(publishing.changed(self, whole))
        return self._changes

    @functools.cached_property
    def public(self) -> public.Exercise:
        """What may be published: words, inputs with their right answers, the slips' answers."""
        rights = map(_wordless, self.expected[len(self.questions) - len(self.inputs) :])
        given = [public.Input(*pair, self.whole) for pair in zip(self.inputs, rights, strict=True)]
        slips = (
            public.Slip(slip.id, slip.says, slip.hint, slip.more,
                        tuple(map(_wordless, public.answers_of(self.wrong(slip.id), self.inputs))))
            for slip in self.slips.values()
            if slip.says  # one that has no words yet says nothing to anybody
        )  # fmt: skip
        count = len(self.stated)
        return public.Exercise(
            self.name, self.signature, self.returns, self.points,
            tuple(given[:count]), tuple(given[count:]), tuple(slips),
            features=self.features, praise=self.praise, whole=self.whole,
            needed=tuple(arguments_read(self.source)), way=self.source if self.shown else "",
        )  # fmt: skip


def _wordless(answer: Any) -> Any:
    """An answer as it may be published: of an error only its kind, not the author's words."""
    return Raised(answer.names) if isinstance(answer, Raised) else answer


class AuthoredClaim(Authored):
    """A wrong claim to be answered with a counterexample; made by ``claim``."""

    def __init__(
        self,
        reference: Function,
        returns: str,
        points: float,
        says: str,
        gives: dict[str, str],
        requirements: Iterable[tuple[str, str]],
    ) -> None:
        super().__init__(reference, returns, points)
        self.says, self.gives = says, gives
        self.requirements = tuple(Requirement(*one) for one in requirements)
        strange = set(gives.values()) - KINDS.keys()
        if strange:
            raise BadExercise.at(self.place, f"{self.name}: a part is one of {', '.join(KINDS)}, "
                              f"not {', '.join(sorted(strange))}")  # fmt: skip
        if not 0 < len(gives) < len(COUNTS):
            raise BadExercise.at(
                self.place,
                f"{self.name}: an answer has 1 to {len(COUNTS) - 1} parts, not {len(gives)}",
            )

    def slip(
        self, id: str, says: str, answer: str, hint: str, more: str = "", *, matches: str = ""
    ) -> None:
        """Add a well-known wrong answer.

        ``answer`` is one, as an expression; ``matches`` recognises its like: an expression over the
        parts' names, ``answer`` (the plain answer) and ``raised`` (the names of an error's
        classes).  Left out: this answer alone.
        """
        place = _place()
        source = returning(self.signature, answer)
        try:
            given = public.answers_of(compiled(source, self.space, f"{self.name}: {id}"), [()])[0]
        except BadExercise as problem:
            raise BadExercise.at(place, f"{self.name}, slip {id}: {problem}") from None
        if not matches:
            matches = f"answer == {given!r}"
        try:
            value_of(matches, {"answer": None, "raised": ()})
        except SyntaxError as problem:
            raise BadExercise.at(
                place, f"{self.name}, slip {id}: {problem.msg}: {matches}"
            ) from None
        except Exception:  # it is about other answers than None
            pass
        self._add(Mistake(id, says, hint, more, source, place, matches))

    @property
    def questions(self) -> list[tuple[Any, ...]]:
        """A claim is asked once, without arguments."""
        return [()]

    def published(self) -> public.Claim:
        """What a check works from."""
        return self.public

    @functools.cached_property
    def public(self) -> public.Claim:
        """What may be published: all but the counterexample."""
        slips = (
            public.Slip(slip.id, slip.says, slip.hint, slip.more, matches=slip.matches)
            for slip in self.slips.values()
        )
        return public.Claim(
            self.name, self.signature, self.returns, self.points, self.says,
            tuple(self.gives.items()), self.requirements, tuple(slips),
        )  # fmt: skip


@dataclass(frozen=True)
class Judged:
    """An implementation that a student's test has to judge; ``worth`` of a faulty one: its share.

    ``shown``: the notebook's check tries it too.
    """

    sound: bool
    says: str
    source: str
    hint: str
    more: str
    place: Place
    worth: int = 1
    shown: bool = False


class AuthoredTests(Authored):
    """A function that judges implementations of another; made by ``tests``.

    ``of`` is the exercise (or a function) whose implementations are judged.  Where that is an
    exercise, its reference must not be published, and the notebook's check takes the student's own
    function as the right one.
    """

    def __init__(self, reference: Function, returns: str, points: float, of: Any) -> None:
        super().__init__(reference, returns, points)
        self.of = of
        self.own = isinstance(of, Authored)
        self.right = of.source if self.own else text_of(of)
        self.of_space = of.space if self.own else of.__globals__
        self.judged: list[Judged] = []
        self.of_name = self.right[4 : self.right.index("(")]
        self.judged.append(
            Judged(True, "is the one that everybody writes", self.right, "", "", self.place)
        )

    def sound(self, says: str, change: Change | None = None, *, shown: bool = False) -> Any:
        """Add an implementation that has to be accepted; ``says`` completes "one that ...".

        ``shown``: as of faulty ones.
        """
        return self._judged(True, says, change, "", "", 1, shown, _place())

    def faulty(
        self,
        says: str,
        change: Change | None = None,
        hint: str = "",
        more: str = "",
        *,
        slip: str = "",
        worth: int = 1,
        shown: bool = False,
    ) -> Any:
        """Add an implementation that has to be rejected.

        ``change`` is an expression (in which the function's name means the right one), an edit of
        the right one, or a function; ``slip`` names a slip of the exercise instead.  ``shown`` ones
        are tried by the notebook's check: as expressions around the student's own function, so
        that they give nothing away.
        """
        place = _place()
        if slip:
            known = self.of.slips.get(slip) if self.own else None
            if known is None:
                raise BadExercise.at(
                    place, f"{self.name}: {self.of_name} has no slip called {slip}"
                )
            return self._judged(False, says, known.source, hint or known.hint, more or known.more,
                                worth, shown, place, whole=True)  # fmt: skip
        return self._judged(False, says, change, hint, more, worth, shown, place)

    def _judged(
        self, sound: bool, says: str, change: Any, hint: str, more: str, worth: int, shown: bool,
        place: Place, whole: bool = False,
    ) -> Any:  # fmt: skip
        if change is None:
            return lambda function: self._judged(
                sound, says, function, hint, more, worth, shown, place
            )
        try:
            text = self._text_of_judged(change, whole)
            compiled(text, self.of_space, f"{self.name}: {says}")
            if shown:
                self._fit_to_be_shown(text)
        except BadExercise as problem:
            raise BadExercise.at(place, f"{self.name}, {says}: {problem}") from None
        self.judged.append(Judged(sound, says, text, hint, more, place, worth, shown))
        return change

    def _fit_to_be_shown(self, text: str) -> None:
        """Raises BadExercise for what would give an answer away: it is published as it stands."""
        if not self.own:
            return
        if f"{self.of_name}(" not in text.partition("\n")[2]:
            raise BadExercise(
                f"what is shown must be an expression around {self.of_name}, or it would give an "
                "answer away"
            )
        for name in names_used(text):
            own = getattr(self.of_space.get(name), "__module__", "") == self.of_space["__name__"]
            if name != self.of_name and (own or isinstance(self.of_space.get(name), Authored)):
                raise BadExercise(
                    f"what is shown must not use {name}, which would be published too"
                )

    def _text_of_judged(self, change: Any, whole: bool) -> str:
        if whole:
            return str(change)
        if isinstance(change, edit):
            return change.of(self.right)
        if isinstance(change, str):
            return returning(signature_of(self.right), change)
        return text_of(change, self.of_name)

    def implementation(self, judged: Judged) -> Implementation:
        """One of the judged, ready to be called or sent into a sandbox."""
        around = f"{self.of_name}(" in judged.source.partition("\n")[2]
        right = self._alone(self.right) if around else ""
        return Implementation(self.of_name, self._alone(judged.source), right)

    def _alone(self, text: str) -> str:
        """An implementation with all that it uses but the right one."""
        return standing_alone(text, self.of_space, frozenset({self.of_name}))

    @functools.cached_property
    def asked(self) -> list[int]:
        """Which of the judged is asked about, in which order: each twice, in a mixed order."""
        twice = [*range(len(self.judged)), *range(len(self.judged))]
        random.Random(self.name).shuffle(twice)
        return twice

    @property
    def questions(self) -> list[tuple[Any, ...]]:
        """All that a grader asks: what the test says of each implementation, twice."""
        return [(self.implementation(self.judged[number]),) for number in self.asked]

    def published(self) -> public.Tests:
        """What a check works from."""
        return self.public

    @functools.cached_property
    def public(self) -> public.Tests:
        """What may be published: the shown implementations, as text around the right one."""
        subjects = tuple(
            public.Subject(one.sound, one.says, self._alone(one.source), one.hint, one.more)
            for one in self.judged
            if one.shown
        )
        right = "" if self.own else standing_alone(self.right, self.of_space)
        return public.Tests(
            self.name, self.signature, self.returns, self.points, self.of_name, subjects, right
        )


AnyAuthored = AuthoredExercise | AuthoredClaim | AuthoredTests


def exercise(
    *,
    points: float,
    returns: str,
    examples: Mapping[tuple[Any, ...], Any] | Iterable[tuple[tuple[Any, ...], Any]],
    probes: Iterable[tuple[Any, ...]] = (),
    groups: Iterable[Group],
    valid: str = "",
    features: Mapping[str, str] | None = None,
    praise: str = "",
    accepted: Iterable[str] = (),
    others: int = publishing.OTHERS,
    whole: bool = False,
    shown: bool = False,
) -> Callable[[Function], AuthoredExercise]:
    """A decorator: the function below is the reference of an exercise.

    ``examples`` map arguments to right answers (or are pairs of them, where arguments cannot be
    keys); an error to be raised is given as its class.  ``probes`` are further public inputs, at
    which mistakes answer differently; ``groups`` hold the hidden cases.  ``valid`` is an expression
    over the arguments that says which of them belong together (``"d < D"``), for the further inputs
    that are made when the exercise is published.  ``features`` map words to expressions over the
    arguments that may tell where a function is wrong; these and ``praise``, what a right answer
    gets right that others get wrong, are published.  ``accepted`` names kinds of small changes
    (``mutants``) that a self-test need not find wrong, because the exercise leaves them open.
    ``others`` is how many further inputs a check tries: fewer where an answer takes long.
    ``whole``: whole numbers have to stay whole, so that floats in their place are wrong.
    ``shown``: the reference is published too, and shown below a check that passes, as one way to
    write it.  Whoever opens the unit's public file finds it there before.
    """
    pairs = list(examples.items() if isinstance(examples, Mapping) else examples)
    return lambda reference: AuthoredExercise(
        reference, returns, points, pairs, probes, groups,
        valid=valid, features=features, praise=praise, accepted=accepted, others=others,
        whole=whole, shown=shown,
    )  # fmt: skip


def claim(
    says: str,
    *,
    points: float,
    returns: str,
    gives: str | dict[str, str],
    requirements: Iterable[tuple[str, str]],
) -> Callable[[Function], AuthoredClaim]:
    """A decorator: the function below gives a counterexample to the wrong claim ``says``.

    ``gives`` names the answer's parts, whole numbers unless it maps them to another kind (of
    ``claims.KINDS``); ``requirements`` pair words with an expression over these names.
    """
    if isinstance(gives, str):
        gives = dict.fromkeys(gives.replace(",", " ").split(), "whole")
    return lambda reference: AuthoredClaim(reference, returns, points, says, gives, requirements)


def tests(*, of: Any, points: float, returns: str) -> Callable[[Function], AuthoredTests]:
    """A decorator: the function below judges implementations of ``of`` rightly."""
    return lambda reference: AuthoredTests(reference, returns, points, of)
