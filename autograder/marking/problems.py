"""What can be wrong with an exercise as its author wrote it, in sentences that name the place."""

from __future__ import annotations

import ast
import itertools
import random
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from autograder.marking.marks import Variant, known_mistakes, mark, mark_file, mark_variant
from exercises.answers import is_array
from exercises.authoring import AnyAuthored, AuthoredClaim, AuthoredExercise, AuthoredTests
from exercises.calls import observe_all
from exercises.claims import names_in, value_of
from exercises.comparison import alike, same, show
from exercises.fingerprint import fingerprint
from exercises.handed_in import HandedIn
from exercises.public import answers_of
from exercises.publishing import SECONDS, candidates, case_key, prints
from exercises.questions import ALIKE, AuthoredIdentity, AuthoredQuestion
from exercises.source import compiled
from exercises.told import call_text
from exercises.unit import AnyExercise
from exercises.variants import entered

SEARCHED = 4_000  # inputs that are tried in search of a probe


def problems_of(exercise: AnyExercise) -> list[str]:
    """Everything that is wrong with an exercise, in sentences; [] if nothing is.

    The reference earns all and examples agree with it; each slip loses something, is recognised as
    itself and told apart from every other; nothing that is asked in the open is among the hidden
    cases; no constant answer earns anything.  Of a question with numbers of the student's own all
    this holds for every variant.
    """
    if isinstance(exercise, AuthoredIdentity):
        return list(_identity_problems(exercise))
    if isinstance(exercise, AuthoredQuestion):
        return list(_question_problems(exercise))
    if isinstance(exercise, AuthoredClaim):
        return list(_claim_problems(exercise))
    if isinstance(exercise, AuthoredTests):
        return list(_tests_problems(exercise))
    return list(_function_problems(exercise))


def file_problems(wanted: HandedIn) -> list[str]:
    """Everything that is wrong with how a file is judged: the right one earns all, others lose."""
    if "right" not in wanted.samples:
        return [f"{wanted.name}: no sample is called 'right'"]
    found = []
    for kind, make in wanted.samples.items():
        judged = mark_file(wanted, make())
        if (judged.credit == 1) != (kind == "right"):
            found.append(
                f"{wanted.name}: the file {kind!r} earns {judged.credit}"
                + (f" ({judged.problem})" if judged.problem else "")
            )
    return found


def _function_problems(exercise: AuthoredExercise) -> Iterator[str]:
    name, public = exercise.name, exercise.public
    whole = mark(exercise, answers_of(exercise.reference, exercise.questions))
    if whole.credit != 1:
        lost = ", ".join(group.says for group in whole.groups if not group.passed)
        yield f"{exercise.place}: {name}: the reference answers differently each time: {lost}"
    if whole.remarks:
        yield f"{exercise.place}: {name}: the reference is remarked on: {whole.remarks[0]}"
    for (args, stated), given in zip(exercise.stated, public.examples, strict=True):
        if not same(given.right, stated):
            yield (
                f"{exercise.place}: {call_text(name, args)}: the example says {show(stated)}, the "
                f"reference {show(given.right)}"
            )
    if not exercise.stated:
        yield f"{exercise.place}: {name} has no example"
    yield from _misplaced_cases(exercise)
    right = [given.right for given in public.inputs]
    for slip in exercise.slips.values():
        if not slip.says or not slip.hint:
            yield f"{slip.place}: {name}: the slip {slip.id} has no words yet: fill them in"
    worded = [slip for slip in exercise.slips.values() if slip.says]
    for slip, kept in zip(worded, public.slips, strict=True):
        answers = list(kept.answers)
        if alike(right, answers):
            wrong = exercise.wrong(slip.id)
            yield (
                f"{slip.place}: {name}: no example or probe shows that {slip.id} is wrong"
                + _proposal(exercise, exercise.reference, wrong)
            )
            continue
        if _credit(exercise, exercise.wrong(slip.id)) == 1:
            yield f"{slip.place}: {name}: the slip {slip.id} ({slip.says}) loses nothing"
        found = public.diagnose(answers)
        if found is None or found.id != slip.id:
            yield from _not_told_apart(exercise, slip.id, answers)
    yield from _unseen_changes(exercise)
    for text, credit in _earning_constants(exercise):
        yield f"{exercise.place}: {name}: always answering {text} earns {credit} of the points"


def _not_told_apart(exercise: AuthoredExercise, id: str, answers: list[Any]) -> Iterator[str]:
    slip = exercise.slips[id]
    others = [
        other.id
        for other in exercise.public.slips
        if other.id != id and alike(list(other.answers), answers)
    ]
    if not others:
        yield f"{slip.place}: {exercise.name}: the slip {id} is not recognised as itself"
    for other in others:
        proposal = _proposal(exercise, exercise.wrong(id), exercise.wrong(other))
        yield (
            f"{slip.place}: {exercise.name}: no example or probe tells {id} from {other}{proposal}"
        )


def _misplaced_cases(exercise: AuthoredExercise) -> Iterator[str]:
    """Probes among the hidden cases give these away; a group of examples alone hides nothing."""
    shown = {case_key(args) for args, _ in exercise.stated}
    for probe in exercise.probes:
        for group in exercise.groups:
            if case_key(probe) in map(case_key, group.cases):
                yield (
                    f"{exercise.place}: the probe {call_text(exercise.name, probe)} is also a "
                    f"hidden case of {group.says!r}; take another one"
                )
    for group in exercise.groups:
        if all(case_key(case) in shown for case in group.cases):
            yield (f"{exercise.place}: {exercise.name}: every case of {group.says!r} is an example")


def _credit(exercise: AnyAuthored, function: Callable[..., Any]) -> Fraction:
    return mark(exercise, answers_of(function, exercise.questions)).credit


def _unseen_changes(exercise: AuthoredExercise) -> Iterator[str]:
    """Small changes of the reference that the check lets pass, or the hidden cases do."""
    published = exercise.published()
    right = prints([given.right for given in published.all_inputs], published)[0]
    reported = set()
    for change in exercise.changes(published):
        line = _changed_line(exercise.source, change.mutant.source)
        seen = change.prints[0] != right
        if change.mutant.kind in exercise.accepted or (seen, line) in reported:
            continue
        if seen != _earns_all(exercise, change.function):
            continue
        reported.add((seen, line))
        proposal = _proposal(exercise, exercise.reference, change.function)
        what = "earns everything" if seen else "passes the check and loses points"
        yield f"{exercise.place}: {exercise.name}: with {line!r} the reference {what}{proposal}"


def _earns_all(exercise: AuthoredExercise, function: Callable[..., Any]) -> bool:
    """Whether a function answers every hidden case rightly."""
    count = len(exercise.questions) - len(exercise.inputs)
    cases = exercise.questions[:count]
    for start in range(0, count, 10):  # most wrong functions fail early
        calls = observe_all(function, cases[start : start + 10], SECONDS)
        right = exercise.expected[start : start + len(calls)]
        if (
            calls[-1].late
            or calls[-1].cut
            or not all(
                exercise.accepts(call.answer, wanted)
                for call, wanted in zip(calls, right, strict=True)
            )
        ):
            return False
    return True


def _changed_line(source: str, changed: str) -> str:
    """The first line of ``changed`` that the reference does not have."""
    lines = {line.strip() for line in ast.unparse(ast.parse(source)).splitlines()}
    return next((line.strip() for line in changed.splitlines() if line.strip() not in lines), "")


# ------------------------------------------------------------------- a probe, found by search


def _proposal(
    exercise: AuthoredExercise, one: Callable[..., Any], other: Callable[..., Any]
) -> str:
    """A probe at which two functions answer differently, as the end of a sentence."""
    hidden = {case_key(case) for group in exercise.groups for case in group.cases}
    for case in (*candidates(exercise), *_candidates(exercise)):
        if case_key(case) in hidden:
            continue
        (first,), (second,) = observe_all(one, [case], SECONDS), observe_all(other, [case], SECONDS)
        if not first.late and not second.late and not alike([first.answer], [second.answer]):
            return f"; {_typed(case)} would do"
    return f"; {SEARCHED:,} inputs were tried and none did: are they the same?"


def _candidates(exercise: AuthoredExercise) -> Iterator[tuple[Any, ...]]:
    """Inputs near those that the exercise knows: first very near ones.

    No number is smaller than 1 and than all that are known: a stride of 0 is nobody's case.
    """
    known = exercise.questions
    least = [min([1, *_numbers(args)]) for args in itertools.zip_longest(*known)]
    draw = random.Random(exercise.name)
    for number in range(SEARCHED):
        near = zip(draw.choice(known), least, strict=False)
        yield tuple(_near(arg, draw, 1 + number // 500, low) for arg, low in near)


def _numbers(value: Any) -> Iterator[Any]:
    """The numbers in a value that ``_near`` changes."""
    if type(value) in (int, float):
        yield value
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _numbers(item)


def _near(value: Any, draw: random.Random, step: int, least: float) -> Any:
    if type(value) is int:
        return max(value + draw.randint(-step, step), least)
    if type(value) is float:
        return float(max(value + draw.randint(-step, step) / 4, least))
    if isinstance(value, (list, tuple)):
        return type(value)(_near(item, draw, step, least) for item in value)
    if is_array(value) and value.dtype.kind in "iuf":
        import numpy as np

        noise = np.array([draw.randint(0, step) for _ in range(value.size)])
        return value + noise.reshape(value.shape).astype(value.dtype)
    return value


def _typed(case: tuple[Any, ...]) -> str:
    return (
        "("
        + ", ".join(" ".join(repr(arg).split()) for arg in case)
        + ("," if len(case) == 1 else "")
        + ")"
    )


# ------------------------------------------------------------------- the other kinds


def _earning_constants(exercise: AuthoredExercise) -> Iterator[tuple[str, Fraction]]:
    """The constant answers that earn something: none should."""
    tried: list[Any] = []
    for expected in exercise.expected:
        if any(alike([expected], [other]) for other in tried):
            continue
        tried.append(expected)
        if credit := mark(exercise, [expected] * len(exercise.questions)).credit:
            yield show(expected), credit


def _claim_problems(claim: AuthoredClaim) -> Iterator[str]:
    answer = answers_of(claim.reference, [()])[0]
    if unmet := claim.public.unmet(answer):
        yield f"{claim.place}: {claim.name}: the reference does not meet: {unmet.says}"
        if unmet in claim.requirements:
            try:
                value_of(unmet.holds, names_in(answer, claim.public.gives) or {})
            except Exception as error:
                yield f"{claim.place}: {claim.name}: {unmet.holds}: {type(error).__name__}: {error}"
    for slip in claim.slips.values():
        given = answers_of(claim.wrong(slip.id), [()])
        if not claim.public.unmet(given[0]):
            yield f"{slip.place}: {claim.name}: the slip {slip.id} is a counterexample"
        found = claim.public.diagnose(given)
        if found is None or found.id != slip.id:
            known = found.id if found else "none, or more than one"
            yield f"{slip.place}: {claim.name}: the slip {slip.id} is recognised as {known}"
        if claim.public.diagnose([answer]):
            yield f"{slip.place}: {claim.name}: a slip matches the right answer"


def _tests_problems(tests: AuthoredTests) -> Iterator[str]:
    whole = mark(tests, answers_of(tests.reference, tests.questions))
    for group in whole.groups:
        if not group.passed:
            yield f"{tests.place}: {tests.name}: the reference fails at: {group.says}"
    for id, text in known_mistakes(tests):
        if id in ("accepts-all", "rejects-all") and _credit(tests, compiled(text, {}, id)):
            yield f"{tests.place}: {tests.name}: a test that {id.replace('-', ' ')} earns points"
    if sum(one.sound for one in tests.judged) < 2 or all(one.sound for one in tests.judged):
        yield f"{tests.place}: {tests.name} needs sound and faulty implementations"
    shown = [one for one in tests.judged if one.shown and not one.sound]
    if not shown:
        yield f"{tests.place}: {tests.name} shows no faulty one: its check could not fail"
    for one in tests.judged:
        if not one.sound and not one.hint:
            yield f"{one.place}: {tests.name}: no hint for who accepts one that {one.says}"


def _identity_problems(identity: AuthoredIdentity) -> Iterator[str]:
    if entered(answers_of(identity.reference, [()])[0]) is None:
        yield f"{identity.place}: {identity.name}: the reference says no id"
    for chain in identity.chains:
        if not chain.asked:
            yield f"{chain.place}: nothing is asked about {chain.name}"
        if not chain.frozen:
            yield (
                f"{chain.place}: {chain.name}: nothing keeps its variants from changing: write "
                f"frozen={chain.fingerprint!r}"
            )


def _question_problems(question: AuthoredQuestion) -> Iterator[str]:
    """What is wrong with a question, at each of its variants."""
    name, public, chain = question.name, question.public, question.chain.public
    if not question.slips:
        yield f"{question.place}: {name} knows no wrong answer, so its check could not fail"
    for variant in range(len(chain.rows)):
        numbers = chain.numbers(variant)
        at = Variant(variant, question.numbers_at(variant))
        right = question.answer_at(question.reference, numbers)
        if mark_variant(question, [right], variant).credit != 1:
            yield f"{question.place}: {name}: at {at} the reference earns nothing"
        if public.diagnose(right, variant):
            yield f"{question.place}: {name}: at {at} a slip matches the right answer"
        for slip in question.slips.values():
            wrong = question.answer_at(question.wrong(slip.id), numbers)
            judged = mark_variant(question, [wrong], variant)
            if judged.credit:
                yield f"{slip.place}: {name}: at {at} the slip {slip.id} loses nothing"
            elif judged.slip is None or judged.slip.id != slip.id:
                known = judged.slip.id if judged.slip else "none, or more than one"
                yield f"{slip.place}: {name}: at {at} the slip {slip.id} is recognised as {known}"
    rights = [fingerprint(right) for right in question.rights]
    for right, text in dict(zip(map(show, question.rights), rights, strict=True)).items():
        if (many := rights.count(text)) > len(rights) // ALIKE:
            yield (
                f"{question.place}: {name}: always answering {right} is right for {many} of "
                f"{len(rights)} variants"
            )
