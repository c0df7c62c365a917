"""The key of a unit: reference answers and hidden cases, the private half of its exercises.

``source/NN-unit/key.py`` makes one and calls it ``KEY``::

    from autograder.marking.key import Group, Key
    from course.units.output_size.exercises import output_size

    KEY = Key()

    @KEY.answer(
        output_size,
        Group("stride 1", [(7, 3, 1, 0), (32, 5, 1, 2)]),
        Group("windows that do not fit", [(7, 3, 3, 0), (3, 5, 1, 0)], worth=2),
    )
    def reference(W, F, S, P):
        ...

Expected answers are what the reference gives.  A group's ``worth`` is its share of the points that
the notebook gives the exercise.  For a claim no groups are named: a counterexample earns all or
nothing.
"""

from __future__ import annotations

import functools
import sys
import types
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from autograder.execution.questions import Questions
from course.answers import NotPlain, Other, Raised, plain, same, show
from course.answers import remark as remark_on
from course.exercise import Claim, Exercise, Slip, alike


@dataclass(frozen=True)
class Group:
    """Hidden inputs that stand for one idea; credit is given for all of them or for none."""

    says: str
    cases: tuple[tuple, ...]
    worth: int

    def __init__(self, says: str, cases: Iterable[tuple], worth: int = 1) -> None:
        object.__setattr__(self, "says", says)
        object.__setattr__(self, "cases", tuple(cases))
        object.__setattr__(self, "worth", worth)
        if not self.cases:
            raise ValueError(f"the group {says!r} has no cases")
        if type(worth) is not int or worth < 1:
            raise ValueError(f"the group {says!r} must be worth a whole number of shares")
        if not all(isinstance(case, tuple) for case in self.cases):
            raise TypeError(f"the cases of {says!r} must be tuples of arguments")


@dataclass(frozen=True)
class GroupMark:
    """How one group went: ``right`` of ``cases`` answers; ``worth`` its share of the points."""

    says: str
    passed: bool
    right: int
    cases: int
    worth: int


@dataclass(frozen=True)
class Mark:
    """What a submission earned on an exercise, and why.

    ``credit`` is the share of the points, from 0 to 1.  ``slip`` is the slip that the answers show,
    ``remarks`` are friendly words that cost nothing.  ``problem`` says in a sentence why there were
    no answers to compare, if so.
    """

    exercise: str
    credit: Fraction
    groups: tuple[GroupMark, ...]
    slip: Slip | None = None
    remarks: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class KeyedExercise:
    """An exercise together with its private half."""

    exercise: Exercise
    reference: Callable[..., Any]
    groups: tuple[Group, ...]

    @property
    def questions(self) -> list[tuple]:
        """All inputs to ask, in order: the hidden cases of every group, then the probes."""
        hidden = [case for group in self.groups for case in group.cases]
        return [*hidden, *self.exercise.probes]

    @functools.cached_property
    def asked(self) -> Questions:
        """The questions, packed for the way into the sandbox."""
        return Questions.of(self.questions)

    @functools.cached_property
    def _expected(self) -> list[list]:
        """The right answers to the cases of each group."""
        return [[self.expected(case) for case in group.cases] for group in self.groups]

    def expected(self, case: tuple) -> Any:
        """The right answer to one case, as plain data or a Raised."""
        answer = self.exercise.answers(self.reference, (case,))[0]
        if isinstance(answer, Other) or (
            isinstance(answer, Raised) and "ValueError" not in answer.names
        ):
            raise BadKey(f"the reference of {self.exercise.name} answers {show(answer)} to {case}")
        return answer

    def mark(self, answers: list, problem: str = "") -> Mark:
        """The mark that these answers to ``questions`` earn.

        ``answers`` may be shorter than the questions (a limit was hit); what is missing is wrong,
        and ``problem`` says why it is missing.
        """
        name = self.exercise.name
        hidden = answers[: len(self.questions) - len(self.exercise.probes)]
        probed = answers[len(self.questions) - len(self.exercise.probes) :]
        if isinstance(self.exercise, Claim):
            return self._mark_claim(name, probed, problem)
        marks, remarks, at = [], {}, 0
        for group, wanted in zip(self.groups, self._expected, strict=True):
            right = 0
            for expected, answer in zip(wanted, hidden[at : at + len(wanted)], strict=False):
                if same(answer, expected):
                    right += 1
                    remarks.setdefault(remark_on(answer, expected))
            at += len(wanted)
            passed = right == len(group.cases)
            marks.append(GroupMark(group.says, passed, right, len(group.cases), group.worth))
        earned = sum(mark.worth for mark in marks if mark.passed)
        credit = Fraction(earned, sum(mark.worth for mark in marks))
        slip = None
        if credit < 1 and len(probed) == len(self.exercise.probes):
            slip = self.exercise.diagnose(probed)
        return Mark(name, credit, tuple(marks), slip, tuple(filter(None, remarks))[:1], problem)

    def _mark_claim(self, name: str, probed: list, problem: str) -> Mark:
        if not probed:
            groups = (GroupMark("a counterexample", False, 0, 1, 1),)
            return Mark(name, Fraction(0), groups, None, (), problem)
        unmet = self.exercise.unmet(probed[0])
        says = unmet.says if unmet else "a counterexample"
        groups = (GroupMark(says, not unmet, int(not unmet), 1, 1),)
        slip = self.exercise.diagnose(probed) if unmet else None
        return Mark(name, Fraction(int(not unmet)), groups, slip, (), problem)


class Unusable(Exception):
    """What was handed in cannot be judged at all; the message tells the student what is wrong."""


@dataclass(frozen=True)
class KeyedFile:
    """A file to hand in, beside the notebook, and how it is judged.

    ``judge`` gets the file's bytes (None if there is no such file) in the trusted process, and
    answers for each group whether it is met; it raises Unusable where nothing can be judged.  The
    bytes are a stranger's: a judge parses them with care and runs nothing of them.  ``samples``
    make files for the sample class, by name.
    """

    name: str
    file: str
    groups: dict[str, int]
    judge: Callable[[bytes | None], dict[str, bool]]
    samples: dict[str, Callable[[], bytes | None]]

    def mark(self, data: bytes | None) -> Mark:
        """The mark that a file earns.  Never raises for anything that the file can be."""
        try:
            met, problem = self.judge(data), ""
        except Unusable as error:
            met, problem = {}, str(error)
        except Exception as error:
            met, problem = {}, f"{self.file} could not be read ({type(error).__name__})"
        marks = tuple(
            GroupMark(says, bool(met.get(says)), int(bool(met.get(says))), 1, worth)
            for says, worth in self.groups.items()
        )
        earned = sum(mark.worth for mark in marks if mark.passed)
        credit = Fraction(earned, sum(self.groups.values()))
        return Mark(self.name, credit, marks, problem=problem)


class Key:
    """All keyed exercises of a unit, by name, in the order in which they were added.

    ``watch`` names modules that hold what students are asked to write (a picture that tells the
    truth has to compute it): a submission whose own code mentions one is flagged.
    """

    def __init__(self, watch: Iterable[str] = ()) -> None:
        self.exercises: dict[str, KeyedExercise] = {}
        self.files: dict[str, KeyedFile] = {}
        self.watch = tuple(watch)

    def answer(self, exercise: Exercise, *groups: Group) -> Callable[[Callable], Callable]:
        """A decorator: the function below is the reference answer of ``exercise``."""
        if exercise.name in self.exercises:
            raise ValueError(f"{exercise.name} has a reference answer already")
        if bool(groups) == isinstance(exercise, Claim):
            raise ValueError(
                f"{exercise.name}: an exercise needs groups of hidden cases, a claim takes none"
            )

        def add(reference: Callable) -> Callable:
            self.exercises[exercise.name] = KeyedExercise(exercise, reference, groups)
            return reference

        return add

    def file(
        self,
        name: str,
        file: str,
        *,
        groups: dict[str, int],
        samples: dict[str, Callable[[], bytes | None]] | None = None,
    ) -> Callable[[Callable], Callable]:
        """A decorator: the function below judges ``file``, which the grade cell ``name`` is about.

        ``groups`` maps each group's name to its worth.
        """

        def add(judge: Callable) -> Callable:
            self.files[name] = KeyedFile(name, file, dict(groups), judge, dict(samples or {}))
            return judge

        return add


class BadKey(Exception):
    """A key that cannot be used; the message says what to change."""


def load_key(source: str, name: str = "key.py") -> Key:
    """The key that the Python text ``source`` makes.  Raises BadKey.

    The text is the instructor's, and trusted.  It is run as a module of its own, so that a key can
    travel to another machine as text.
    """
    module = types.ModuleType(f"autograder_key_{abs(hash(source))}")
    module.__file__ = name
    sys.modules[module.__name__] = module
    try:
        exec(compile(source, name, "exec"), module.__dict__)
    except Exception as error:
        raise BadKey(f"{name} cannot be run: {type(error).__name__}: {error}") from error
    key = module.__dict__.get("KEY")
    if not isinstance(key, Key) or not (key.exercises or key.files):
        raise BadKey(f"{name} must make a Key with at least one exercise and call it KEY")
    return key


# --------------------------------------------------------------------------- testing a key


def problems_of(keyed: KeyedExercise) -> list[str]:
    """Everything that is wrong with an exercise and its key, in sentences; [] if nothing is.

    Every case can be asked, the reference earns all, examples agree with it, each slip loses
    something, every two slips are told apart, each slip is recognised as itself, and no constant
    answer earns anything.
    """
    exercise, found = keyed.exercise, []
    name = exercise.name
    for case in [*keyed.questions, *(example.args for example in exercise.examples)]:
        try:
            plain(list(case))
        except NotPlain as problem:
            found.append(f"{name}: the case {case} cannot be asked, it holds {problem}")
    if found:
        return found

    def marked(function: Callable) -> Mark:
        return keyed.mark(exercise.answers(function, tuple(keyed.questions)))

    mark = marked(keyed.reference)
    if mark.credit != 1:
        lost = ", ".join(group.says for group in mark.groups if not group.passed)
        found.append(f"{name}: the reference answer loses {lost}")
    if mark.remarks:
        found.append(f"{name}: the reference answer is remarked on: {mark.remarks[0]}")
    for example in exercise.examples:
        right = exercise.answers(keyed.reference, (example.args,))[0]
        if not example.accepts(right):
            found.append(f"{name}{example.args}: the example differs from the key's {show(right)}")
    if not exercise.slips:
        found.append(f"{name}: no slip is known")
    signatures = {slip.id: exercise.answers(slip.wrong) for slip in exercise.slips}
    right = exercise.answers(keyed.reference)
    for slip in exercise.slips:
        if marked(slip.wrong).credit == 1:
            found.append(f"{name}: the slip {slip.id} ({slip.says}) loses nothing")
        if not isinstance(exercise, Claim) and alike(right, signatures[slip.id]):
            found.append(f"{name}: on the probes the slip {slip.id} looks like the right answer")
        recognised = exercise.diagnose(signatures[slip.id])
        if recognised is None or recognised.id != slip.id:
            others = [
                other.id
                for other in exercise.slips
                if other.id != slip.id and alike(signatures[other.id], signatures[slip.id])
            ]
            with_whom = f"from {', '.join(others)}" if others else "as itself"
            found.append(f"{name}: the probes do not tell the slip {slip.id} {with_whom}")
    if not isinstance(exercise, Claim):
        found += [
            f"{name}: always answering {text} earns {credit} of the points"
            for text, credit in _earning_constants(keyed, marked)
        ]
        public = [example.args for example in exercise.examples]
        found += [
            f"{name}: every case of {group.says!r} is a public example"
            for group in keyed.groups
            if all(any(_equal(case, args) for args in public) for case in group.cases)
        ]
    return found


def file_problems(keyed: KeyedFile) -> list[str]:
    """Everything that is wrong with how a file is judged: the right one earns all, others lose."""
    if "right" not in keyed.samples:
        return [f"{keyed.name}: no sample is called 'right'"]
    found = []
    for kind, make in keyed.samples.items():
        mark = keyed.mark(make())
        if (mark.credit == 1) != (kind == "right"):
            found.append(f"{keyed.name}: the file {kind!r} earns {mark.credit} ({mark.problem})")
    return found


def _equal(one: tuple, other: tuple) -> bool:
    return same(plain(list(one)), plain(list(other)))


def _earning_constants(keyed: KeyedExercise, marked: Callable) -> Iterable[tuple[str, Fraction]]:
    """The constant answers that earn something: none should."""
    tried: list[Any] = []
    for case in keyed.questions[: len(keyed.questions) - len(keyed.exercise.probes)]:
        expected = keyed.expected(case)
        if any(alike([expected], [other]) for other in tried):
            continue
        tried.append(expected)

        def constant(*_: Any, expected: Any = expected) -> Any:
            if isinstance(expected, Raised):
                raise ValueError
            return expected

        credit = marked(constant).credit
        if credit:
            yield show(expected), credit
