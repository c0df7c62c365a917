"""What answers to an exercise are worth, and why: the verdict, reached outside the notebook."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from autograder.errors import Problem
from autograder.marking.behaviour import hidden_prints, kept, slip_shown
from exercises.answers import CHANGED, Other, Raised
from exercises.authoring import AuthoredClaim, AuthoredExercise, AuthoredTests, Judged
from exercises.check import accepts
from exercises.comparison import remark, same, show
from exercises.diagnosis import counterexamples
from exercises.handed_in import HandedIn, Unusable
from exercises.public import Slip
from exercises.questions import AuthoredIdentity, AuthoredQuestion
from exercises.unit import AnyExercise
from exercises.variants import entered


@dataclass(frozen=True)
class GroupMark:
    """How one group went: ``right`` of ``cases`` answers; ``worth`` its share of the points."""

    says: str
    passed: bool
    right: int
    cases: int
    worth: int


@dataclass(frozen=True)
class Variant:
    """Which of a question's variants was asked, from 0, and its numbers by name."""

    number: int
    numbers: dict[str, Any]

    def __str__(self) -> str:
        return ", ".join(f"{name} = {show(value)}" for name, value in self.numbers.items())


@dataclass(frozen=True)
class Mark:
    """What a submission earned on an exercise, and why.

    ``credit`` is the share of the points, from 0 to 1.  ``slip`` is the slip that the answers show,
    ``remarks`` are friendly words that cost nothing.  ``problem`` says why there were no answers to
    compare, or too few, if so; ``why`` what the answers themselves tell of that: nothing written
    yet, or an error each time.  ``variant`` is which of a question's was asked.  ``behaviour`` is
    what is kept of a wrong function's answers.
    """

    exercise: str
    credit: Fraction
    groups: tuple[GroupMark, ...]
    slip: Slip | None = None
    remarks: tuple[str, ...] = ()
    problem: Problem | None = None
    variant: Variant | None = None
    behaviour: dict[str, Any] | None = None
    why: str = ""


def mark(
    exercise: AnyExercise, answers: list[Any], problem: Problem | None = None, *, of: str = ""
) -> Mark:
    """The mark that these answers to the exercise's ``questions`` earn.

    ``answers`` may be shorter than the questions (a limit was hit); what is missing is wrong, and
    ``problem`` says why it is missing.  ``of`` is the id of whose numbers a question is about.
    """
    judged = _mark(exercise, answers, problem, of)
    if judged.credit == 1 or problem:
        return judged
    return replace(judged, why=_why(answers))


def _mark(exercise: AnyExercise, answers: list[Any], problem: Problem | None, of: str) -> Mark:
    if isinstance(exercise, AuthoredQuestion):
        return mark_variant(exercise, answers, exercise.chain.public.number_of(of), problem)
    if isinstance(exercise, AuthoredIdentity):
        said = bool(answers) and entered(answers[0]) is not None
        groups = (GroupMark("says whose numbers these are", said, int(said), 1, 1),)
        return Mark(exercise.name, Fraction(int(said)), groups, problem=problem)
    if isinstance(exercise, AuthoredClaim):
        return _mark_claim(exercise, answers, problem)
    if isinstance(exercise, AuthoredTests):
        return _mark_tests(exercise, answers, problem)
    return _mark_function(exercise, answers, problem)


def _why(answers: list[Any]) -> str:
    """What there is to say where every single answer is an error.

    Its text and the names of a student's own errors are not shown: they may tell what was asked.
    """
    if not answers or not all(isinstance(answer, Raised) for answer in answers):
        return ""
    kinds = {answer.names[0] for answer in answers}
    if kinds == {"NotImplementedError"}:
        return "Nothing is written here yet: it still raises NotImplementedError."
    known = sorted(kind for kind in kinds if _is_pythons_own(kind))
    named = " or ".join(known[:3] if len(known) == len(kinds) else [*known[:2], "another error"])
    return f"It does not run: {'each' if len(answers) > 1 else 'the'} call ends in {named}."


def _is_pythons_own(kind: str) -> bool:
    error = getattr(builtins, kind, None)
    return isinstance(error, type) and issubclass(error, BaseException)


def _mark_function(exercise: AuthoredExercise, answers: list[Any], problem: Problem | None) -> Mark:
    pairs = list(zip(answers, exercise.expected, strict=False))
    marks: list[GroupMark] = []
    remarks: dict[str, None] = {}
    at = 0
    for group in exercise.groups:
        right = 0
        for answer, expected in pairs[at : at + len(group.cases)]:
            if exercise.accepts(answer, expected):
                right += 1
                remarks.setdefault(remark(answer, expected))
        at += len(group.cases)
        passed = right == len(group.cases)
        marks.append(GroupMark(group.says, passed, right, len(group.cases), group.worth))
    credit = _share(marks)
    slip, behaviour = None, None
    if credit < 1:
        slip = slip_shown(exercise, answers[at:], hidden_prints(answers[:at])) or _changes(answers)
        behaviour = kept(exercise, answers)
    said = tuple(filter(None, remarks))
    return Mark(exercise.name, credit, tuple(marks), slip, said, problem, behaviour=behaviour)


def _changes(answers: list[Any]) -> Slip | None:
    """What is told of a function that changes an argument."""
    if not any(isinstance(answer, Other) and answer.kind == CHANGED for answer in answers):
        return None
    return Slip(
        "", "the call changes an argument",
        "After a call of your function, is each argument still what it was before?",
        "Work on a copy, or build something new.",
    )  # fmt: skip


def _share(marks: list[GroupMark]) -> Fraction:
    return Fraction(sum(one.worth for one in marks if one.passed), sum(one.worth for one in marks))


def _mark_claim(claim: AuthoredClaim, answers: list[Any], problem: Problem | None) -> Mark:
    if not answers:
        groups = (GroupMark("a counterexample", False, 0, 1, 1),)
        return Mark(claim.name, Fraction(0), groups, problem=problem)
    unmet = claim.public.unmet(answers[0])
    groups = (
        GroupMark(unmet.says if unmet else "a counterexample", not unmet, int(not unmet), 1, 1),
    )
    slip = None
    if unmet:
        slip = counterexamples.of_form(claim.public, answers[0]) or claim.public.diagnose(answers)
    return Mark(claim.name, Fraction(int(not unmet)), groups, slip, (), problem)


def mark_variant(
    question: AuthoredQuestion, answers: list[Any], variant: int, problem: Problem | None = None
) -> Mark:
    """The mark that the answer to one variant of a question earns."""
    parts = question.public.parts(answers[0]) if answers else None
    right = parts is not None and same(parts, question.rights[variant])
    asked = Variant(variant, question.numbers_at(variant))
    says = f"the answer for {asked}"
    if answers and parts is None:
        says += f" ({question.public.form.says})"
    groups = (GroupMark(says, right, int(right), 1, 1),)
    slip = question.public.diagnose(answers[0], variant) if answers and not right else None
    credit = Fraction(int(right))
    return Mark(question.name, credit, groups, slip, (), problem, asked)


def _mark_tests(tests: AuthoredTests, answers: list[Any], problem: Problem | None) -> Mark:
    """A share for each faulty implementation that is rejected; nothing if a sound one is."""
    verdicts: list[list[bool | None]] = [[] for _ in tests.judged]
    for number, answer in zip(tests.asked, answers, strict=False):
        verdicts[number].append(accepts(answer))
    marks, refused, slip = [], None, None
    for judged, said in zip(tests.judged, verdicts, strict=True):
        passed = said == [judged.sound] * 2
        if judged.sound and not passed and refused is None:
            refused = judged
        if judged.sound:
            continue
        says = f"rejects one that {judged.says}"
        if len(set(said)) > 1:
            says += " (yours answers once this, once that)"
        if not passed and slip is None:
            slip = Slip("", f"accepts one that {judged.says}", _how_to_tell(judged), judged.more)
        marks.append(GroupMark(says, passed, said.count(False), 2, judged.worth))
    if refused is not None:  # what a test lets through is the smaller trouble
        whole = sum(one.worth for one in marks)
        nothing = [replace(one, worth=0) for one in marks]
        groups = (GroupMark(f"accepts one that {refused.says}", False, 0, 1, whole), *nothing)
        return Mark(tests.name, Fraction(0), groups, problem=problem)
    groups = (GroupMark("accepts every sound one", True, 1, 1, 0), *marks)
    return Mark(tests.name, _share(marks), groups, slip, problem=problem)


def _how_to_tell(judged: Judged) -> str:
    """A hint to who lets a faulty implementation pass; what the test asked is not known here."""
    return (
        "Does your test make a call at which this one answers otherwise than a right one? If so, "
        f"what does it do with the answer? If not: {judged.hint}"
    )


def mark_file(wanted: HandedIn, data: bytes | None) -> Mark:
    """The mark that a file earns.  Never raises for anything that the file can be."""
    met: dict[str, bool] = {}
    problem = None
    try:
        met = wanted.judge(data)
    except Unusable as error:
        problem = Problem("unusable", str(error))
    except Exception as error:  # the judge's author did not think of it
        says = f"{wanted.file} could not be read ({type(error).__name__})"
        problem = Problem("unreadable", says)
    marks = [
        GroupMark(says, bool(met.get(says)), int(bool(met.get(says))), 1, worth)
        for says, worth in wanted.groups.items()
    ]
    return Mark(wanted.name, _share(marks), tuple(marks), problem=problem)


def known_mistakes(exercise: AnyExercise, of: str = "") -> Iterator[tuple[str, str]]:
    """Wrong ways to answer that are known of an exercise: their ids, and text that stands alone.

    ``of`` is the id of whose numbers a question is about.
    """
    if isinstance(exercise, AuthoredQuestion):
        variant = exercise.chain.public.number_of(of)
        for slip in exercise.public.slips:
            yield slip.id, f"def {exercise.asked_as}:\n    return {slip.answers[variant]!r}\n"
        return
    if isinstance(exercise, AuthoredTests):
        for name, verdict in (("accepts-all", True), ("rejects-all", False)):
            yield name, f"def {exercise.signature}:\n    return {verdict}\n"
    for id in exercise.slips:
        yield id, exercise.standing_alone(id)
