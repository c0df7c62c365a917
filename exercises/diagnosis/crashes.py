"""A function that ends in an error of its own, cannot be called as asked, or does not end."""

from __future__ import annotations

import re
import sysconfig
import traceback
from collections.abc import Sequence

from exercises.answers import Raised
from exercises.calls import ALL_SECONDS, SECONDS, Call
from exercises.public import Exercise, Slip
from exercises.told import call_text, counted

LIBRARIES = tuple(sysconfig.get_paths()[kind] for kind in ("stdlib", "purelib", "platlib"))

# what an error usually means to somebody who writes their first functions
MEANINGS = {
    "NameError": "A name is used that nothing is called by here. Is it spelt as where it was made?",
    "UnboundLocalError": "A name is used before it has a value. Does every way through the "
    "function give it one?",
    "TypeError": "Two things were put together that do not go together. What does each of them "
    "hold at this line?",
    "IndexError": "A place is asked for that the list or array does not have. How long is it, and "
    "which is the last place?",
    "KeyError": "A key is asked for that the dictionary does not have.",
    "ZeroDivisionError": "Something is divided by 0. Which of your numbers can become 0?",
    "AttributeError": "A value does not have what is asked of it. What kind of value is it at this "
    "line?",
    "ModuleNotFoundError": "There is no module of this name here.",
    "RecursionError": "The function calls itself again and again. Where should it stop?",
    "ValueError": "A function was given a value that it cannot work with. Which one, and what is "
    "it at this line?",
    "OverflowError": "A number is too large, or infinite, for the kind of number that is to hold "
    "it.",
    "MemoryError": "It asked for more memory than there is. How large does your list or array get?",
}

# what some of Python's own words say more exactly; the first that is found in a message counts
EXACTLY = (
    (r"positional argument|keyword argument|required argument|takes no arguments",
     "Another number of arguments, or another name, is given than is taken there. What does each "
     "of them stand for?"),
    (r"not callable", "Something is called, with brackets behind it, that is no function. What is "
     "it at this line?"),
    (r"not subscriptable", "Square brackets ask for a part of something that has no parts. What "
     "is it at this line?"),
    (r"not iterable", "It is to be gone through one by one, and has no items. What is it at this "
     "line?"),
    (r"too many values to unpack|not enough values to unpack",
     "There are more names on the left than values on the right, or fewer. How many come?"),
    (r"broadcast|shapes? .*(mismatch|not aligned)|size of tensor|mat1 and mat2|same shape",
     "Two arrays meet whose shapes do not fit. Print both shapes in front of this line."),
)  # fmt: skip


def explain(exercise: Exercise, calls: Sequence[Call]) -> Slip | None:
    """What a crash or an endless call says, or None where there is none."""
    late = next((call for call in calls if call.late), None)
    if late is not None:
        return _endless(exercise.name, late)
    if calls[-1].cut and len(calls) <= len(exercise.inputs):
        return Slip(
            "", "the time was up",
            f"Within {ALL_SECONDS:g} seconds your function answered {len(calls) - 1} of "
            f"{len(exercise.inputs)} inputs. What takes it so long?",
            "Look for something that is worked out again and again, and could be once.",
        )  # fmt: skip
    wrongly = [
        (call, given)
        for call, given in zip(calls, exercise.all_inputs, strict=False)
        if call.error is not None and not _asked_for(call, given.right)
    ]
    if not wrongly:
        return None
    call = wrongly[0][0]
    if said := _called_wrongly(exercise, call):
        return said
    if raised_here(call):
        return None  # refused on purpose: see ``errors``
    return told(exercise.name, call)


def without_arguments(name: str, call: Call) -> Slip | None:
    """What a function without arguments has to hear that gave no value; None where it gave one."""
    if call.late:
        return _endless(name, call)
    if call.error is None:
        return None
    if raised_here(call):
        return Slip(
            "", "raises an error where a value is asked",
            f"Your function raises {call.answer}. The exercise asks for an answer to return, and "
            "there is one. Which word hands a value back?",
        )  # fmt: skip
    return told(name, call)


def _endless(name: str, call: Call) -> Slip:
    return Slip(
        "", "a call does not end",
        f"{call_text(name, call.args)} did not end within {SECONDS:g} seconds and was stopped. "
        "Which line of your loop brings it nearer to its end?",
        "A while loop ends when its condition becomes false: something in its body has to change "
        "what the condition looks at, at every turn.",
    )  # fmt: skip


def told(name: str, call: Call) -> Slip:
    """What there is to say of a call of ``name`` that ended in an error: where, and why."""
    line = _line(call)
    where = f", in your line `{line}`" if line else ""
    kind = type(call.error).__name__
    words = str(call.error).strip().splitlines()
    message = f"{kind}: {words[0]}" if words else kind
    if meant := raised_by(call):
        meaning = (
            f"That error was raised on purpose, by {meant}, which your function calls. For which "
            "numbers does it do so, and is your answer to be an error then?"
        )
    else:
        meaning = _meaning(call)
    return Slip(
        "", f"it ends in an error ({kind})",
        f"{call_text(name, call.args)} ends in {message[:160]}{where}. {meaning}",
    )  # fmt: skip


def _meaning(call: Call) -> str:
    words = str(call.error)
    for pattern, meaning in EXACTLY:
        if re.search(pattern, words):
            return meaning
    return next(
        (MEANINGS[base.__name__] for base in type(call.error).__mro__ if base.__name__ in MEANINGS),
        "What does each name hold at this line? Print it and see.",
    )


def _asked_for(call: Call, right: object) -> bool:
    return (
        isinstance(right, Raised)
        and isinstance(call.answer, Raised)
        and bool(set(right.names[:1]) & set(call.answer.names))
    )


def _called_wrongly(exercise: Exercise, call: Call) -> Slip | None:
    """The error of a call that never got into the function: another number of arguments."""
    if not isinstance(call.error, TypeError) or _frames(call):
        return None
    return Slip(
        "", "it is not called as the exercise asks",
        f"It cannot be called as {exercise.signature}: {call.error}.",
        f"The exercise asks for {exercise.signature}: "
        f"{counted(len(exercise.arguments), 'argument')}, in this order.",
    )  # fmt: skip


def _frames(call: Call) -> list[traceback.FrameSummary]:
    """The frames of the student's own function, outermost first."""
    here = __file__.rpartition("diagnosis")[0]
    return [one for one in traceback.extract_tb(call.trace) if not one.filename.startswith(here)]


def _line(call: Call) -> str:
    """The last line of the student's own that was running, as they wrote it."""
    frames = _frames(call)
    own = [one for one in frames if one.filename == frames[0].filename] if frames else []
    return (own[-1].line or "").strip()[:100] if own else ""


def raised_here(call: Call) -> bool:
    """Whether the error was meant: by a ``raise`` or ``assert`` in the function's own lines."""
    frames = _frames(call)
    return bool(frames) and _is_meant(frames[-1]) and frames[-1].name == frames[0].name


def raised_by(call: Call) -> str:
    """The function that raised the error on purpose, called by the student's; or ""."""
    frames = _frames(call)
    if len(frames) < 2 or frames[-1].name == frames[0].name or not _is_meant(frames[-1]):
        return ""
    return "" if frames[-1].filename.startswith(LIBRARIES) else frames[-1].name


def _is_meant(frame: traceback.FrameSummary) -> bool:
    return bool(re.search(r"\b(raise|assert)\b", frame.line or ""))
