"""Why an answer is wrong: one message, the first of these that is true.

Everything that a message says holds for the student's own function: it is checked against all of
its answers to the public inputs before it is shown.

===================  ================================================================  ============
step                 what it sees                                                      module
===================  ================================================================  ============
a crash, no end      the line, what the error means here; a call that does not end     crashes
form                 arguments that the call changed                                   form
a slip               the answers of one known slip throughout                          here
constants            the same answer to everything                                     constants
lookalikes           two slips at once; a small general change of the right function  lookalikes
form                 printed, not returned; text, a set, a wrong length or shape       form
only the errors      right wherever there is an answer, and errors otherwise           errors
a slip, errors apart a known slip, but for where errors are raised                     here
relation             always one too many, twice as many, in another order, ...         relations
unused               an argument that the function never looks at                      unused
words                which word is given where which is asked                          labels
region               right wherever S = 1                                              regions
numbers of many      right where 0 is asked; the right ones at other places            entries
from the examples    right on each example and on nothing else                         here
formula              always twice the root of the right one; always too small          transforms
===================  ================================================================  ============

What none of them sees is left to the table.  A known slip comes before its form: "no rounding down"
says more than "a fraction".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from exercises.answers import Raised
from exercises.calls import Call
from exercises.diagnosis import (
    constants,
    crashes,
    entries,
    errors,
    form,
    labels,
    regions,
    relations,
    transforms,
    unused,
)
from exercises.diagnosis.lookalikes import lookalike
from exercises.fingerprint import fingerprint
from exercises.public import Exercise, Slip

FEW = 0.15  # of the inputs that are no examples: so few are right by chance


def explain(exercise: Exercise, calls: Sequence[Call], function: Callable[..., Any]) -> Slip | None:
    """What is wrong with these answers to ``exercise.all_inputs``; None where nothing is known.

    ``calls`` of ``function`` may be fewer than the inputs: a call did not end.
    """
    told = crashes.explain(exercise, calls)
    if len(calls) < len(exercise.all_inputs):
        return told
    answers = [call.answer for call in calls]
    prints = fingerprint(answers), _answered(exercise, answers)
    known = next((one for one in exercise.slips if one.prints and one.prints[0] == prints[0]), None)
    if told:
        shown = answers[: len(exercise.inputs)]
        if known and not _errors_in_vain(exercise, shown):  # it ends in an error later than those
            return known
        return _slip_where_it_answers(exercise, answers) or told
    return (
        form.changed(exercise, calls)
        or known
        or constants.explain(exercise, answers)
        or lookalike(exercise, prints)
        or form.explain(exercise, calls)
        or errors.explain(exercise, calls)
        or _slip_errors_apart(exercise, prints[1])
        or relations.explain(exercise, answers)
        or _slip_where_it_answers(exercise, answers)
        or unused.explain(exercise, function)
        or labels.explain(exercise, answers)
        or regions.explain(exercise, answers)
        or entries.explain(exercise, answers)
        or _from_the_examples(exercise, answers)
        or transforms.explain(exercise, answers)
    )


def _answered(exercise: Exercise, answers: Sequence[object]) -> str:
    """The fingerprint of the answers to what has an answer."""
    return fingerprint(
        [
            answer
            for answer, given in zip(answers, exercise.all_inputs, strict=True)
            if not isinstance(given.right, Raised)
        ]
    )


def _slip_errors_apart(exercise: Exercise, answered: str) -> Slip | None:
    """The one slip that answers like this wherever there is an answer, and wrongly somewhere."""
    if answered == _answered(exercise, [given.right for given in exercise.all_inputs]):
        return None
    found = [slip for slip in exercise.slips if slip.prints and slip.prints[1] == answered]
    return found[0] if len(found) == 1 else None


def _slip_where_it_answers(exercise: Exercise, answers: Sequence[object]) -> Slip | None:
    """The one slip that differs only where an error was raised, if one was raised in vain.

    Without such an error the fingerprints have told already that the slip answers otherwise.
    """
    if not _errors_in_vain(exercise, answers) and exercise.others:
        return None
    return exercise.slip_but_for_errors(list(answers[: len(exercise.inputs)]))


def _errors_in_vain(exercise: Exercise, answers: Sequence[object]) -> bool:
    """Whether an error was raised where there is an answer, among the first inputs."""
    return any(
        isinstance(answer, Raised) and not isinstance(given.right, Raised)
        for answer, given in zip(answers, exercise.all_inputs, strict=False)
    )


def _from_the_examples(exercise: Exercise, answers: Sequence[object]) -> Slip | None:
    """Right on every example, and on hardly anything else."""
    right = [given.accepts(answer) for given, answer in
             zip(exercise.all_inputs, answers, strict=True)]  # fmt: skip
    count = len(exercise.examples)
    others = right[count:]
    if all(right[:count]) and len(others) >= 10 and sum(others) <= FEW * len(others):
        return Slip(
            "", "right on the examples and on hardly anything else",
            "It answers the examples, and hardly anything else. What would it say to an input that "
            "nobody has shown you?",
            f"Of {len(others)} other inputs it answers {sum(others)} rightly. Look for the rule "
            "behind the examples.",
        )  # fmt: skip
    return None
