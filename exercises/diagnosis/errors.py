"""Only the errors are wrong: nothing raised, another kind raised, or refused what exists."""

from __future__ import annotations

from collections.abc import Sequence

from exercises.answers import Other, Raised
from exercises.calls import Call
from exercises.comparison import show
from exercises.diagnosis.regions import where
from exercises.public import Exercise, Slip
from exercises.told import call_text


def explain(exercise: Exercise, calls: Sequence[Call]) -> Slip | None:
    """What is wrong with the errors, where all answers that were given to what exists are right."""
    pairs = list(zip(calls, exercise.all_inputs, strict=True))
    refused, missing, other = [], [], []
    for call, given in pairs:
        raises, asked = isinstance(call.answer, Raised), isinstance(given.right, Raised)
        if given.accepts(call.answer):
            continue
        if raises and asked:
            other.append(call)
        elif raises:
            refused.append(call)
        elif asked:
            missing.append(call)
        else:
            return None  # a wrong answer: that is the larger trouble
    if refused and not missing and not other:
        return _refuses(exercise, refused)
    if missing and not refused:
        return _does_not_raise(exercise, missing)
    if other and not refused and not missing:
        return _another_kind(exercise, other[0])
    if refused and missing:
        return Slip(
            "", "raises errors in the wrong places",
            f"{call_text(exercise.name, refused[0].args)} raises an error and should not; "
            f"{call_text(exercise.name, missing[0].args)} should and does not. What decides "
            "between the two?",
            "All other answers are right: look at the condition in front of your raise.",
        )  # fmt: skip
    return None


def _kind(exercise: Exercise) -> str:
    return next(given.right.names[0] for given in exercise.all_inputs
                if isinstance(given.right, Raised))  # fmt: skip


def _does_not_raise(exercise: Exercise, missing: list[Call]) -> Slip:
    call, kind = missing[0], _kind(exercise)
    answers = [one.answer for one in missing]
    text = call_text(exercise.name, call.args)
    contract = f"The exercise asks for an error there: raise {kind}(...)."
    if all(
        (isinstance(one, Other) and one.kind == kind) or (type(one) is str and one == kind)
        for one in answers
    ) or all(isinstance(one, Other) and one.kind in ("type", "ABCMeta") for one in answers):
        return Slip(
            "", "returns the error instead of raising it",
            f"{text} hands the error back like any other value, and the program goes on. Which "
            "word stops it?",
            f"return {kind} gives the error away as a value. raise {kind}(...) stops the program.",
        )  # fmt: skip
    if all(one is None for one in answers):
        printed = all(one.printed.strip() for one in missing)
        how = "prints something and returns None" if printed else "returns None"
        return Slip(
            "", f"{how} where it should raise an error",
            f"{text} {how}. Would whoever called your function notice that something is wrong?",
            f"{contract} A printed word stops nobody." if printed else contract,
        )  # fmt: skip
    return Slip(
        "", "does not raise the error that is asked for",
        f"Everything that exists is right. But {text} gives {show(call.answer)}. Is there such a "
        "case at all?",
        f"{contract} Ask for it before you compute.",
    )  # fmt: skip


def _refuses(exercise: Exercise, refused: list[Call]) -> Slip:
    call = min(refused, key=lambda one: sum(abs(a) for a in one.args if type(a) is int))
    exist = [given for given in exercise.all_inputs if not isinstance(given.right, Raised)]
    gone = {id(one.args) for one in refused}
    rule = where(exercise, exist, [id(given.args) not in gone for given in exist])
    says = f" {rule}" if rule else ""
    return Slip(
        "", "refuses what exists",
        f"{call_text(exercise.name, call.args)} raises {show(call.answer)}. Does the exercise ask "
        "for an error here?",
        f"Whatever your function does answer is right, but it refuses too much.{says} Look at the "
        "condition in front of your raise.",
    )  # fmt: skip


def _another_kind(exercise: Exercise, call: Call) -> Slip:
    kind = _kind(exercise)
    return Slip(
        "", f"raises another error than {kind}",
        f"{call_text(exercise.name, call.args)} raises {show(call.answer)}. Which error does the "
        "exercise ask for?",
        f"Whoever calls your function waits for a {kind}: raise {kind}(...).",
    )  # fmt: skip
