"""``check(f)``: try a student's function on an exercise's public inputs, diagnose, explain.

A unit makes its own from its public file::

    check = checker(Path(__file__).with_name("exercises.json"))

A check that finds something wrong shows it as a table, adds the hint of the slip that the answers
match, and ends with an ``AssertionError`` so that nbgrader's Validate sees it too.  It never
decides a mark: the grader asks other questions, outside the student's process.
"""

from __future__ import annotations

import functools
import os
import re
import sys
from collections import ChainMap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Any

from exercises import public
from exercises.answers import Other, Raised
from exercises.calls import (
    ALL_SECONDS,
    NO_ANSWER,
    SECONDS,
    Call,
    Printed,
    answer_in_time,
    observe_all,
)
from exercises.cells import CELLS, is_watched_by_a_person
from exercises.comparison import remark, show
from exercises.errors import OneLine
from exercises.public import AnyExercise, Claim, Exercise, Input, Slip, Subject, Tests
from exercises.report import Offer, Report, Row, show_any, show_report
from exercises.subjects import built
from exercises.told import call_text
from exercises.tries import Tries
from exercises.variants import Identity, Question, entered, identity_in

# Imported where an answer is wrong, or the first line of every notebook would wait for it.
if TYPE_CHECKING:
    from exercises.diagnosis import misjudged

Function = Callable[..., Any]


class NotYet(OneLine, AssertionError):
    """The check found something to work on.  Shown as one line, without a traceback.

    Under a report that a person sees the line does not say it again.  nbgrader's Validate shows the
    line alone, and there it says all.
    """

    def _render_traceback_(self) -> list[str]:
        if is_watched_by_a_person():
            return [f"{type(self).__name__}: see above."]
        return super()._render_traceback_()


class Interrupted(OneLine, KeyboardInterrupt):
    """Somebody interrupted a check.  Shown as one line."""


def inspect(exercise: AnyExercise, function: Function, known: Known | None = None) -> Report:
    """What a check of ``function`` finds; shows and raises nothing.

    ``known`` are the unit's exercises: a test of the student's is tried on their own function.
    """
    if isinstance(exercise, Claim):
        return _inspect_claim(exercise, function)
    if isinstance(exercise, Tests):
        return _inspect_tests(exercise, function, known or {})
    if isinstance(exercise, Identity):
        return _inspect_identity(exercise, function)
    if isinstance(exercise, Question):
        return _inspect_question(exercise, function, known or {})
    return _inspect_function(exercise, function)


def _inspect_function(exercise: Exercise, function: Function) -> Report:
    exercise = replace(exercise, own=_own_names(exercise, function))
    inputs = exercise.all_inputs
    calls = observe_all(function, [given.args for given in inputs])
    cut = calls[-1].cut and len(calls) > len(exercise.inputs)
    if cut:  # the exercise is what was answered by then
        calls = calls[:-1]
        others = exercise.others[: len(calls) - len(exercise.inputs)]
        exercise = replace(exercise, others=others)
        inputs = exercise.all_inputs
    if all(_unanswered(call.answer) for call in calls):
        return _not_written(exercise)
    rows = _rows(exercise.name, inputs, calls)
    count = len(exercise.examples)
    name, shown = exercise.name, rows[:count]
    printed = _printed(name, calls[:count])
    wrong = sum(not row.passed for row in shown)
    if wrong:
        headline = f"{name}: {wrong} of {count} examples disagree."
    elif not all(row.passed for row in rows) or len(calls) < len(inputs):
        headline = f"{name}: the {count} examples agree, another input does not."
        shown = [row for row in rows if not row.passed][:2] or shown
    elif any(call.changed for call in calls):
        headline = f"{name}: the answers agree, and an argument is no longer what it was."
    else:
        remarks = (remark(call.answer, given.right)
                   for given, call in zip(inputs, calls, strict=True))  # fmt: skip
        praise = f" It {exercise.praise}." if exercise.praise else ""
        headline = f"{name}: all {count} examples agree.{praise} The grader tries others too."
        word = next(filter(None, remarks), SLOW if cut else "")
        return Report(
            name, headline, True, tuple(shown), remark=word, printed=printed, way=exercise.way
        )
    wrong_ones = [pair for pair in zip(inputs, rows, strict=False) if not pair[1].passed]
    wrong_ones.sort(key=lambda pair: _size(pair[0]))
    named = (dict(zip(exercise.arguments, given.args, strict=False)) for given, _ in wrong_ones)
    from exercises.diagnosis import explain

    said = explain(exercise, calls, function)
    shown = [_without_what_is_said(row, said) for row in shown]
    disagreements = tuple(_without_what_is_said(row, said) for _, row in wrong_ones)
    return Report(
        name, headline, False, tuple(shown), said, disagreements=disagreements,
        settings=tuple(named), printed=printed,
    )  # fmt: skip


def _without_what_is_said(row: Row, said: Slip | None) -> Row:
    """A row of the table, without an error's message if the hint below tells it."""
    found = re.fullmatch(r"raises (\w+)(?:: (.*)|, as above)", row.came, re.DOTALL)
    if row.passed or said is None or not found or (found[2] or found[1]) not in said.hint:
        return row
    return replace(row, came=f"raises {found[1]}")


def _size(given: Input) -> tuple[int, float]:
    """How large an input is to work out by hand: its text, and the numbers in it."""
    numbers = sum(abs(arg) for arg in given.args if type(arg) in (int, float))
    return len(call_text("", given.args)), numbers


def _own_names(exercise: Exercise, function: Function) -> tuple[str, ...]:
    """What a student calls the arguments; () where these are not as many."""
    code = getattr(function, "__code__", None)
    if not isinstance(code, CodeType) or code.co_argcount != len(exercise.arguments):
        return ()
    names = code.co_varnames[: code.co_argcount]
    # a name that means another argument to the author would be taken for that one
    moved = any(name in exercise.arguments and name != other
                for name, other in zip(names, exercise.arguments, strict=True))  # fmt: skip
    return () if moved else names


SLOW = (
    f"After {ALL_SECONDS:g} seconds the check stopped trying further inputs. Whatever was answered "
    "by then is right."
)


def _rows(name: str, inputs: tuple[Input, ...], calls: list[Call]) -> list[Row]:
    """A row for each call; what an error says is said once."""
    rows: list[Row] = []
    said: set[str] = set()
    for given, call in zip(inputs, calls, strict=False):
        came, passed = _came(call.answer, given.right), given.accepts(call.answer)
        if isinstance(call.answer, Raised) and not passed:
            if came in said:
                came = f"raises {call.answer.names[0]}, as above"
            said.add(came)
        wanted = f"a {given.right}" if isinstance(given.right, Raised) else show(given.right)
        rows.append(Row(call_text(name, given.args), passed, came, wanted))
    return rows


def _came(answer: Any, right: Any = None) -> str:
    if isinstance(answer, Raised):
        return f"raises {answer}"
    if answer is None:
        return "None (is a return missing?)"
    if isinstance(answer, str) and not isinstance(right, str):
        return f"{show(answer)}, a text"
    return str(answer) if isinstance(answer, Other) else show(answer)


def _printed(name: str, calls: list[Call]) -> str:
    """What was printed by the calls of the examples, under each call."""
    return "\n".join(
        f"{call_text(name, call.args)}\n{call.printed.rstrip()}"
        for call in calls
        if call.printed.strip()
    )


def _inspect_claim(claim: Claim, function: Function) -> Report:
    (call,) = observe_all(function, [()])
    answer = call.answer
    if _unanswered(answer):
        return _not_written(claim)
    unmet = claim.unmet(answer)
    if unmet is None:
        return Report(claim.name, f"{claim.name}: {show(answer)} is a counterexample.", True)
    rows, reached = [], True
    for requirement in claim.all_requirements:
        if requirement == unmet:
            reached = False
            rows.append(Row(requirement.says, False, f"yours: {_came(answer)}"))
        elif reached:
            rows.append(Row(requirement.says, True))
    headline = f"{claim.name}: not a counterexample yet."
    from exercises.diagnosis import counterexamples, crashes

    said = crashes.without_arguments(claim.name, call) or counterexamples.explain(claim, call)
    return Report(claim.name, headline, False, tuple(rows), said)


def _inspect_tests(tests: Tests, function: Function, known: Known) -> Report:
    right, problem = _right_one(tests, function, known)
    if right is None:
        return Report(tests.name, f"{tests.name}: {problem}", False)
    tried: list[Tried] = []
    for subject in (Subject(True, "is right", ""), *tests.subjects):
        tried.append(_tried(tests, function, right, subject))
        if tried[-1].answer is NO_ANSWER:
            return _endless(tests, subject)
    if tried[0].verdicts[0] is None:
        return _not_written(tests)
    rows = [_judged(one) for one in tried]
    wrong = [row for row in rows if not row.passed]
    if wrong:
        verb = "is" if len(wrong) == 1 else "are"
        headline = f"{tests.name}: {len(wrong)} of {len(rows)} implementations {verb} misjudged."
        return Report(tests.name, headline, False, tuple(rows), _why(tests, tried, right))
    headline = f"{tests.name}: all {len(rows)} are judged rightly. The grader tries others too."
    return Report(tests.name, headline, True, tuple(rows))


def _endless(tests: Tests, subject: Subject) -> Report:
    headline = (
        f"{tests.name}: your test of one that {subject.says} did not end within {SECONDS:g} "
        "seconds and was stopped."
    )
    return Report(tests.name, headline, False)


@dataclass(frozen=True)
class Tried:
    """What a test said of an implementation, twice, and what it was seen to ask."""

    subject: Subject
    watched: misjudged.Watched
    answer: Any
    verdicts: tuple[bool | None, bool | None]

    @property
    def passed(self) -> bool:
        """Whether it was judged rightly both times."""
        return self.verdicts == (self.subject.sound,) * 2


def _tried(tests: Tests, function: Function, right: Function, subject: Subject) -> Tried:
    from exercises.diagnosis import misjudged

    own = built(tests.of, subject.source, right) if subject.source else right
    watched = misjudged.Watched(own)
    answers = [answer_in_time(function, (watched,))]
    if answers[0] is not NO_ANSWER:
        answers.append(answer_in_time(function, (watched,)))
    endless = any(answer is NO_ANSWER for answer in answers)  # one may be an array
    answer = NO_ANSWER if endless else answers[0]
    return Tried(subject, watched, answer, (accepts(answers[0]), accepts(answers[-1])))


def _judged(one: Tried) -> Row:
    first, second = one.verdicts
    came = WORD.get(first, "") if first == second else "once this, once that"
    return Row(f"one that {one.subject.says}", one.passed, came, WORD[one.subject.sound])


def _why(tests: Tests, tried: list[Tried], right: Function) -> Slip | None:
    """What to say of a test that misjudges one of these."""
    from exercises.diagnosis import misjudged

    wrong = [one for one in tried if not one.passed]
    if fickle := next((one for one in wrong if one.verdicts[0] != one.verdicts[1]), None):
        return misjudged.changes_its_mind(fickle.subject)
    if wrong == tried:
        return misjudged.turned_round()
    first = wrong[0]
    if first.subject.sound:
        return misjudged.refuses_the_right(tests.of, first.subject, first.watched, first.answer)
    if tests.right:  # a property is asked for, not the answers of one function
        return misjudged.might_tell(first.subject)
    return misjudged.lets_pass(tests.of, first.subject, first.watched, right)


def _inspect_identity(identity: Identity, function: Function) -> Report:
    answer = answer_in_time(function, ())
    if _unanswered(answer):
        return _not_written(identity)
    me = entered(answer)
    if me is None:
        rows = (Row("your id, a short text in quotation marks", False, f"yours: {_came(answer)}"),)
        return Report(identity.name, f"{identity.name}: this is no id yet.", False, rows)
    headline = f"{identity.name}: the questions below are about the numbers of {me!r}. Is that you?"
    return Report(identity.name, headline, True)


def _inspect_question(question: Question, function: Function, known: Known) -> Report:
    """What can be said without the right answer: the form, and the well-known wrong ones."""
    name, identity = question.name, identity_in(known)
    own = getattr(function, "__globals__", {}).get(identity.name)
    me = entered(answer_in_time(own, ())) if callable(own) else None
    if me is None:
        says = f"{name}: whose numbers? Make check({identity.name}) pass first."
        return Report(name, says, False)
    answer = answer_in_time(function, ())
    if _unanswered(answer):
        return _not_written(question)
    if question.parts(answer) is None:
        rows = (Row(question.form.says, False, f"yours: {_came(answer)}"),)
        return Report(name, f"{name}: not an answer yet.", False, rows)
    slip = question.diagnose(answer, identity.chain(question.chain).number_of(me))
    if slip:
        headline = f"{name}: {show(answer)} is not right for your numbers."
        return Report(name, headline, False, slip=slip)
    headline = (
        f"{name}: {show(answer)} has the form that was asked for, and none of the "
        f"{len(question.slips)} well-known slips gives it. Whether it is right, only the grader "
        "knows."
    )
    return Report(name, headline, True, open=True)


WORD: dict[bool | None, str] = {True: "accepted", False: "rejected"}


def accepts(answer: Any) -> bool | None:
    """What a test's plain answer means: True, False, or None where nothing is written yet.

    A test accepts by returning True; whatever else it returns or raises rejects.
    """
    return None if _unanswered(answer) else answer is True


def _right_one(tests: Tests, function: Function, known: Known) -> tuple[Function | None, str]:
    """The right function that a test is tried on, or why there is none."""
    if tests.right:
        return built(tests.of, tests.right), ""
    own = getattr(function, "__globals__", {}).get(tests.of)
    asked = known.get(tests.of)
    if not callable(own):
        return None, f"your test is tried on your own {tests.of}, and there is none yet."
    if isinstance(asked, Exercise) and not inspect(asked, own).passed:
        return (
            None,
            f"your test is tried on your own {tests.of}. Make check({tests.of}) pass first.",
        )
    return own, ""


def _unanswered(answer: Any) -> bool:
    return isinstance(answer, Raised) and answer.names[0] == "NotImplementedError"


def _not_written(exercise: AnyExercise) -> Report:
    headline = f"{exercise.name}: nothing written yet. Replace `raise NotImplementedError()`."
    return Report(exercise.name, headline, False, unwritten=True)


Known = Mapping[str, AnyExercise]


@functools.cache
def exercises_in(file: Path) -> Known:
    """The exercises of a unit's public file, by name.  Raises FileNotFoundError.

    None are in a file that is empty, as it is while a notebook is graded: a check that judges
    functions would be a right answer to whoever is asked for a test of them.
    """
    try:
        text = file.read_text(encoding="utf-8")
        return public.read(text) if text else {}
    except FileNotFoundError:
        raise FileNotFoundError(
            f"The unit's exercises are not here: {file.name} is missing in {file.parent}. "
            "Fetch the unit again and put that file beside the notebook."
        ) from None


Heard = Callable[[Report], Any]


def checker(
    file: str | os.PathLike[str], offer: Offer | None = None, heard: Heard | None = None
) -> Callable[[Any], None]:
    """The ``check`` of a unit, which finds the exercise by the function's name.

    ``file`` is the unit's public file; it is read when it is first needed.  ``offer`` makes
    something to be shown below a report of the inputs that came out wrong (their arguments by name,
    small ones first), or None.  ``heard`` is told of every report.
    """
    place = Path(file).absolute()
    tries = Tries()
    CELLS.watch()

    def check(function: Any) -> None:
        """Try a function on its examples.  Raises NotYet (an AssertionError) if one disagrees."""
        CELLS.watch()
        known = exercises_in(place)
        if not known:
            name = getattr(function, "__name__", None)
            print(f"{name or 'check'}: not tried while it is graded. Now the grader asks.")
            return
        if not callable(function):
            raise TypeError(
                f"check takes the function itself, without brackets: check({next(iter(known))}). "
                f"It was given {show_any(function)}."
            )
        names = ChainMap(sys._getframe(1).f_globals, sys.modules["__main__"].__dict__)
        name = _name_of(function, known, names)
        report = tries.seen(_quietly(known[name], function, known))
        if heard:
            heard(report)
        show_report(report, offer)
        if not report.passed:
            raise NotYet(report.headline)

    return check


def _name_of(function: Any, known: Known, names: Mapping[str, Any]) -> str:
    """The exercise that a function answers: called by its name, as a ``def`` or a variable is."""
    called = getattr(function, "__name__", None)
    bound = [name for name in known if names.get(name) is function]
    if isinstance(called, str) and called in known and (called in bound or not bound):
        return called
    if bound:  # a lambda, say, or what a decorator gave
        return bound[0]
    raise TypeError(
        f"No exercise of this unit is called {called!r}. "
        f"Keep the name that the exercise gives: {', '.join(known)}."
    )


def _quietly(exercise: AnyExercise, function: Any, known: Known) -> Report:
    """What a check finds, with what was printed meanwhile and what is known of a newer text."""
    printed = Printed()
    try:
        with printed.instead():
            report = inspect(exercise, function, known)
    except KeyboardInterrupt:
        says = f"the check of {exercise.name} was stopped before its end. Nothing was judged."
        raise Interrupted(says) from None
    newer = CELLS.newer(exercise.name, function, known, right=report.passed)
    if report.unwritten and newer:
        headline = f"{exercise.name}: nothing is written in the version that was run."
        report = replace(report, headline=headline)
    elif report.unwritten and (maker := CELLS.maker_of(function)):
        newer = (
            f"That is what cell [{maker}] made. Have you written more since? Run that cell, then "
            "check again."
        )
    return replace(report, newer=newer, printed=report.printed or printed.taken().rstrip())
