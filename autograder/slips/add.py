"""A group's function as a slip at the end of a unit's ``exercises.py``, with words to fill in."""

from __future__ import annotations

import ast
from pathlib import Path

from autograder.marking.behaviour import hidden_prints, public_answers
from autograder.slips.code import plain_function, written_by
from autograder.slips.groups import Group
from exercises.authoring import AuthoredExercise
from exercises.calls import observe_all
from exercises.comparison import alike
from exercises.errors import BadExercise
from exercises.unit import Unit

SECONDS = 10.0  # for all answers of a student's function

SLIP = """

# {count} of a class answered so
@{name}.slip(
    "{id}",
    "",  # what goes wrong, in half a sentence
    hint="",  # a question, or a picture to look at
    more="",  # what is right, folded away at first
)
{code}
"""


class NoSlip(ValueError):
    """A group cannot be made into a slip by itself; the message says why and what to do."""


def add(path: Path, unit: Unit, group: Group, folders: dict[str, Path], of: int) -> str:
    """Write a slip for ``group`` into the file of ``unit``; its id.

    ``folders`` are the graded ones by student, ``of`` how many there are.  Raises NoSlip.
    """
    exercise = group.exercise
    known = _before(unit, exercise.name)
    texts = {
        written_by(folders[student], group.notebook, exercise.name) for student in group.students
    }
    for text in sorted(texts, key=len):
        node = plain_function(text, known, set(exercise.space))
        if node is not None and _answers_alike(exercise, ast.unparse(node), group):
            break
    else:
        raise NoSlip(
            f"no function of this group is plain enough to be taken over (it computes, and does "
            f"nothing else): write the slip of {exercise.name} by hand, after one of the two "
            "that are shown"
        )
    node.name = "_"
    id = next(f"C{n}" for n in range(1, 1_000) if f"C{n}" not in exercise.slips)
    count = f"{len(group.students)} of {of}"
    text = SLIP.format(count=count, name=exercise.name, id=id, code=ast.unparse(node))
    path.write_text(path.read_text(encoding="utf-8").rstrip() + "\n" + text, encoding="utf-8")
    return id


def _before(unit: Unit, name: str) -> set[str]:
    """The functions that stand before an exercise, which an answer to it may call."""
    names = list(unit.exercises)
    return {
        one for one in names[: names.index(name)]
        if isinstance(unit.exercises[one], AuthoredExercise)
    }  # fmt: skip


def _answers_alike(exercise: AuthoredExercise, text: str, group: Group) -> bool:
    """Whether a text of a student's gives the group's answers here, too."""
    try:
        function = exercise.made(text, "a class's answer")
    except BadExercise:
        return False
    calls = observe_all(function, exercise.questions, SECONDS)
    if len(calls) < len(exercise.questions) or calls[-1].late or calls[-1].cut:
        return False
    answers = [call.answer for call in calls]
    hidden = len(answers) - len(exercise.inputs)
    return (
        alike(answers[hidden:], public_answers(group.behaviour))
        and hidden_prints(answers[:hidden]) == group.behaviour["hidden"]
    )
