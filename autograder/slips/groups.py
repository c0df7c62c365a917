"""The wrong answers to an exercise that nothing explained, grouped by how they answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.marking.behaviour import hidden_prints, key_of, public_answers
from autograder.nbgrader_plugin.autograded import read_marks
from exercises.authoring import AuthoredExercise
from exercises.comparison import show
from exercises.diagnosis import regions
from exercises.public import Input
from exercises.told import call_text
from exercises.unit import Unit

SHOWN = 4  # inputs at which a group differs from right


@dataclass
class Group:
    """Submissions whose function answers everything that was asked alike, and wrongly.

    ``students`` have it now; ``later`` is how many had it before, and earn everything now.
    """

    exercise: AuthoredExercise
    notebook: str
    behaviour: dict[str, Any]
    students: list[str] = field(default_factory=list)
    later: int = 0

    @property
    def differences(self) -> list[str]:
        """The public inputs at which the group differs from right, small ones first, in words."""
        public = self.exercise.public
        answers = public_answers(self.behaviour)
        wrong = [
            (call_text(self.exercise.name, given.args), given.right, answer)
            for given, answer in zip(public.inputs, answers, strict=True)
            if not given.accepts(answer)
        ]
        wrong.sort(key=lambda one: len(one[0]))
        return [
            f"{call}: {show(right)} is right, theirs is {show(answer)}"
            for call, right, answer in wrong[:SHOWN]
        ]

    @property
    def rule(self) -> str:
        """Where the group is right and where wrong, of all that a grader asks, or ""."""
        hidden = len(self.exercise.questions) - len(self.exercise.inputs)
        prints = hidden_prints(self.exercise.expected[:hidden])
        right = [one == other for one, other in zip(self.behaviour["hidden"], prints, strict=True)]
        public = self.exercise.public
        right += [
            given.accepts(answer)
            for given, answer in zip(public.inputs, public_answers(self.behaviour), strict=True)
        ]
        asked = [
            Input(args, expected)
            for args, expected in zip(self.exercise.questions, self.exercise.expected, strict=True)
        ]
        return regions.rule(public, asked, right)


def groups(unit: Unit, folders: dict[str, Path]) -> list[Group]:
    """All groups of a unit's graded submissions, the largest first.

    ``folders`` are the graded ones by student.
    """
    found: dict[tuple[str, str], Group] = {}
    repaired: list[tuple[str, str]] = []
    for student, folder in sorted(folders.items()):
        marks = read_marks(folder) or {"notebooks": {}}
        for notebook, entry in _entries(marks):
            exercise = unit.exercises.get(entry["exercise"])
            if not isinstance(exercise, AuthoredExercise):
                continue
            if entry["earned"] == entry["points"]:
                repaired += [(exercise.name, key) for key in set(entry.get("earlier", ()))]
            elif entry.get("behaviour") and not entry.get("slip") and not entry.get("problem"):
                behaviour = entry["behaviour"]
                if len(behaviour["public"]) != len(exercise.inputs):
                    continue  # graded by another key: it will be graded again
                key = exercise.name, key_of(behaviour)
                group = found.setdefault(key, Group(exercise, notebook, behaviour))
                group.students.append(student)
    for key in repaired:
        if key in found:
            found[key].later += 1
    return sorted(found.values(), key=lambda one: (-len(one.students), one.exercise.name))


def _entries(marks: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for notebook, record in marks["notebooks"].items():
        for entry in record["marks"]:
            yield notebook, entry
