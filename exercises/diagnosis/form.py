"""Answers of the wrong form: printed, nothing, text, a set, another length, shape or kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from exercises.answers import NotPlain, Other, Raised, as_array, is_array
from exercises.calls import Call
from exercises.comparison import accepts, same, show
from exercises.public import Exercise, Slip
from exercises.told import call_text, counted

Pair = tuple[Call, Any]  # a call that should have given an answer, and that answer


def explain(exercise: Exercise, calls: Sequence[Call]) -> Slip | None:
    """What is wrong with the form of the answers, or None.

    Only calls that should give an answer, and gave something, are looked at.
    """
    pairs = [
        (call, given.right)
        for call, given in zip(calls, exercise.all_inputs, strict=True)
        if not isinstance(given.right, Raised) and not isinstance(call.answer, Raised)
    ]
    if not pairs:
        return None
    for step in (_no_longer_whole, _nothing, _no_data, _text, _truth, _nested, _length, _axes,
                 _shape, _alone, _fraction):  # fmt: skip
        if told := step(exercise, pairs):
            return told
    return None


def changed(exercise: Exercise, calls: Sequence[Call]) -> Slip | None:
    """Arguments that the call changed: right numbers are no use if the input is spoilt."""
    call = next((call for call in calls if call.changed), None)
    if call is None:
        return None
    name = exercise.own_names[call.changed[0]]
    return Slip(
        "", f"the call changes its argument {name}",
        f"After {call_text(exercise.name, call.args)}, is {name} still what it was before?",
        f"Your function changes {name} itself, and whoever called it finds it changed. Work on a "
        "copy, or build something new.",
    )  # fmt: skip


def _no_longer_whole(exercise: Exercise, pairs: list[Pair]) -> Slip | None:
    """The right numbers as floats where whole ones have to stay whole."""
    if not exercise.whole:
        return None
    if not all(same(call.answer, right) for call, right in pairs):
        return None
    call = next(
        (call for call, right in pairs if not accepts(call.answer, right, whole=True)), None
    )
    if call is None:
        return None
    return Slip(
        "", "floats where whole numbers are asked",
        f"The numbers are right. But {call_text(exercise.name, call.args)} gives floats: what kind "
        "of number is asked?",
        "An array that is made without a word about its kind holds floats. Say dtype=..., or take "
        "the kind of what came in.",
    )  # fmt: skip


def _nothing(exercise: Exercise, pairs: list[Pair]) -> Slip | None:
    gave_none = [(call, right) for call, right in pairs if call.answer is None]
    if not gave_none or any(right is None for _, right in pairs):
        return None
    call = gave_none[0][0]
    if len(gave_none) == len(pairs):
        if all(call.printed.strip() for call, _ in pairs):
            return Slip(
                "", "prints its answer and returns nothing",
                "It prints an answer, and nobody can go on computing with what is printed. Which "
                "word hands a value back to whoever called?",
                "print shows something to people; return gives it to the program. Put return in "
                "the place of print.",
            )  # fmt: skip
        return Slip(
            "", "returns nothing",
            "What does your function hand back when it is done? Every call gives None.",
            "A function that ends without return gives None, and so does one with a return that is "
            "never reached.",
        )  # fmt: skip
    return Slip(
        "", "returns nothing in some cases",
        f"{call_text(exercise.name, call.args)} gives None. Which way does it take through your "
        "function, and is there a return on it?",
        "Every way through the function needs a return. An if without else is often the place.",
    )  # fmt: skip


def _no_data(exercise: Exercise, pairs: list[Pair]) -> Slip | None:
    call = next((call for call, _ in pairs if isinstance(call.answer, Other)), None)
    if call is None:
        return None
    asked = exercise.returns.partition(";")[0]
    hint = f"{call_text(exercise.name, call.args)} gives {call.answer}. What is asked: {asked}."
    more = {
        "builtin_function_or_method": "That is a function which has not been called: the brackets "
        "() are missing.",
        "method": "That is a method which has not been called: the brackets () are missing.",
        "function": "That is a function which has not been called: the brackets () are missing.",
        "generator": "That is a recipe for the items, not the items: put list(...) around it.",
        "map": "That is a recipe for the items, not the items: put list(...) around it.",
        "zip": "That is a recipe for the items, not the items: put list(...) around it.",
        "set": "A set has no order and holds nothing twice. Make it a list: sorted(...) gives one "
        "in order.",
        "type": "That is a class, not a value of it.",
    }.get(call.answer.kind, "")  # fmt: skip
    return Slip("", f"gives {call.answer}", hint, more)


def _text(exercise: Exercise, pairs: list[Pair]) -> Slip | None:
    found = _all(pairs, lambda answer, right: type(answer) is str and type(right) is not str)
    if found is None:
        return None
    return Slip(
        "", "gives text",
        f"{call_text(exercise.name, found.args)} gives {show(found.answer)}, in quotes: text. Can "
        "one compute with it?",
        "The exercise asks for the value itself, not for words about it.",
    )  # fmt: skip


def _truth(exercise: Exercise, pairs: list[Pair]) -> Slip | None:
    found = _all(pairs, lambda answer, right: type(answer) is bool and type(right) is not bool)
    if found is None:
        return None
    return Slip(
        "", "gives True or False",
        f"{call_text(exercise.name, found.args)} gives {found.answer}. The exercise asks for: "
        f"{exercise.returns.partition(';')[0]}.",
        "A comparison (==, <, >=) gives True or False. Return what you compared.",
    )  # fmt: skip


def _nested(exercise: Exercise, pairs: list[Pair]) -> Slip | None:
    """The right answer in one pair of brackets too many, or too few."""
    if _all(pairs, lambda answer, right: type(answer) is list and len(answer) == 1
            and same(answer[0], right)):  # fmt: skip
        return Slip(
            "", "the answer stands in brackets of its own",
            "The value is right, and it is packed into a list of one. Is a list asked for?",
            "Return the value without the outer brackets (a comma behind it makes a tuple, too).",
        )  # fmt: skip
    return None


def _length(exercise: Exercise, pairs: list[Pair]) -> Slip | None:
    """Another number of parts than a tuple of a fixed length has."""
    lengths = {len(right) if type(right) is list else -1 for _, right in pairs}
    if len(lengths) != 1 or -1 in lengths or len(pairs) < 4:
        return None
    (wanted,) = lengths
    found = _all(pairs, lambda answer, right: type(answer) is list and len(answer) != wanted)
    if found is None:
        return None
    return Slip(
        "", f"gives {counted(len(found.answer), 'part')}, not {wanted}",
        f"{call_text(exercise.name, found.args)} gives {show(found.answer)}. How many parts does "
        "the exercise ask for, and what is each of them?",
        f"It asks for {wanted}: {exercise.returns.partition(';')[0]}.",
    )  # fmt: skip


def _array(value: Any) -> Any:
    """A plain answer as an array, or None where it is none."""
    try:
        return as_array(value)
    except NotPlain:
        return None


def _axes(exercise: Exercise, pairs: list[Pair]) -> Slip | None:
    if not all(is_array(right) for _, right in pairs):
        return None
    found = _all(pairs, lambda answer, right: (array := _array(answer)) is not None
                 and array.ndim != right.ndim)  # fmt: skip
    if found is None:
        return None
    right = next(right for call, right in pairs if call is found)
    have, want = _array(found.answer).ndim, right.ndim
    return Slip(
        "", f"an array with {_count(have)}, not {want}",
        f"{call_text(exercise.name, found.args)} gives an array with {_count(have)}; "
        f"{_count(want)} {'are' if want != 1 else 'is'} asked. What does each of them stand for?",
        f"The shape should be {right.shape}, and yours is {_array(found.answer).shape}.",
    )  # fmt: skip


def _count(axes: int) -> str:
    return "1 axis" if axes == 1 else f"{axes} axes"


def _shape(exercise: Exercise, pairs: list[Pair]) -> Slip | None:
    if not all(is_array(right) for _, right in pairs):
        return None
    wrong = [
        (call, right, array)
        for call, right in pairs
        if (array := _array(call.answer)) is not None and array.shape != right.shape
    ]
    if not wrong:
        return None
    call, right, array = min(wrong, key=lambda one: one[1].size)
    swapped = all(array.shape == right.shape[::-1] for _, right, array in wrong)
    hint = (
        f"{call_text(exercise.name, call.args)} should have the shape {right.shape}, and yours has "
        f"{array.shape}. Along which axis do they differ?"
    )
    more = "The two axes have changed places: rows come first, then columns." if (
        swapped and right.ndim == 2 and right.shape != array.shape
    ) else ""  # fmt: skip
    return Slip("", "an array of another shape", hint, more)


def _alone(exercise: Exercise, pairs: list[Pair]) -> Slip | None:
    """One number where several are asked, or several where one is."""
    several = _all(pairs, lambda answer, right: type(right) in (int, float)
                   and (type(answer) is list or is_array(answer)))  # fmt: skip
    if several is not None:
        return Slip(
            "", "gives several values where one number is asked",
            f"{call_text(exercise.name, several.args)} gives {show(several.answer)}. The exercise "
            "asks for one number: which?",
            f"It asks for: {exercise.returns.partition(';')[0]}.",
        )  # fmt: skip
    one = _all(pairs, lambda answer, right: (type(right) is list or is_array(right))
               and type(answer) in (int, float))  # fmt: skip
    if one is not None:
        return Slip(
            "", "gives one number where more is asked",
            f"{call_text(exercise.name, one.args)} gives {show(one.answer)}: one number. What does "
            "the exercise ask for?",
            f"It asks for: {exercise.returns.partition(';')[0]}.",
        )  # fmt: skip
    return None


def _fraction(exercise: Exercise, pairs: list[Pair]) -> Slip | None:
    """A fraction where every right answer is a whole number, and right once it is rounded down."""
    if not all(type(right) is int for _, right in pairs):
        return None
    broken = [
        (call, right)
        for call, right in pairs
        if type(call.answer) is float and not call.answer.is_integer()
    ]
    if not broken:
        return None
    call = broken[0][0]
    return Slip(
        "", "gives a fraction where a whole number is asked",
        f"{call_text(exercise.name, call.args)} gives {show(call.answer)}. Is there such a thing "
        "as a part of what you count?",
        "Every right answer here is a whole number. Which step of yours makes a fraction, and what "
        "should become of it?",
    )  # fmt: skip


def _all(pairs: list[Pair], holds: Callable[[Any, Any], bool]) -> Call | None:
    """The first call, if ``holds(answer, right)`` for all of them; else None."""
    return pairs[0][0] if all(holds(call.answer, right) for call, right in pairs) else None
