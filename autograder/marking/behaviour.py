"""How a wrong function answered, as ``marks.json`` keeps it: to be grouped, and named later.

The answers to the public inputs are kept as they are; of those to the hidden cases only
fingerprints, which tell whether a slip answers alike and give nothing away.
"""

from __future__ import annotations

from typing import Any

from exercises.answers import Raised
from exercises.authoring import AuthoredExercise
from exercises.fingerprint import fingerprint
from exercises.public import Slip, read_value, written

LARGEST = 20_000  # characters of the public answers that are kept


def kept(exercise: AuthoredExercise, answers: list[Any]) -> dict[str, Any] | None:
    """What is kept of the answers to all questions.

    None where there are not all, where there is too much, or where nothing is written yet.
    """
    if len(answers) != len(exercise.questions) or all(map(_is_unwritten, answers)):
        return None
    hidden = len(answers) - len(exercise.inputs)
    public = [written(answer) for answer in answers[hidden:]]
    if len(repr(public)) > LARGEST:
        return None
    return {"public": public, "hidden": list(map(_print, answers[:hidden]))}


def _is_unwritten(answer: Any) -> bool:
    return isinstance(answer, Raised) and answer.names[0] == "NotImplementedError"


def _print(answer: Any) -> str:
    """An answer's fingerprint; an error's begins with an exclamation mark."""
    return ("!" if isinstance(answer, Raised) else "") + fingerprint([answer])


def public_answers(behaviour: dict[str, Any]) -> list[Any]:
    """The plain answers to the public inputs."""
    return [read_value(one) for one in behaviour["public"]]


def slip_shown(exercise: AuthoredExercise, public: list[Any], hidden: list[str]) -> Slip | None:
    """The slip that the answers to the public inputs show, if those to the hidden ones agree.

    ``hidden`` are what ``hidden_prints`` gives.
    """
    exact = exercise.public.slip_exactly(public)
    slip = exact or exercise.public.slip_but_for_errors(public)
    if slip is None:
        return None
    theirs = hidden_prints(exercise.answers_of(slip.id)[: len(hidden)])
    for one, other in zip(hidden, theirs, strict=False):
        apart = one.startswith("!") or other.startswith("!")
        if one != other and (exact or not apart):
            return None
    return slip


def hidden_prints(answers: list[Any]) -> list[str]:
    """The fingerprints of answers to hidden cases."""
    return list(map(_print, answers))


def key_of(behaviour: dict[str, Any]) -> str:
    """The same text for the same answers to everything that was asked."""
    return fingerprint([*public_answers(behaviour), *behaviour["hidden"]])
