"""Tests every exercise of a unit: reference, slips, probes, constants, the notebook's cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.marking.agreement import disagreements
from autograder.marking.problems import file_problems, problems_of
from exercises.authoring import AuthoredExercise, AuthoredTests
from exercises.errors import BadExercise
from exercises.questions import AuthoredQuestion
from exercises.unit import FILE, PUBLIC, Unit, load, text_in


@dataclass(frozen=True)
class Tested:
    """An exercise after its test; ``problems`` are sentences, [] if all is well."""

    unit: str
    exercise: str
    slips: int
    cases: int
    problems: list[str]


def units_of(source: Path) -> list[str]:
    """The names of the units with exercises in a source folder, sorted."""
    return sorted(path.parent.name for path in source.glob(f"*/{FILE}") if text_in(path.parent))


def selftest(source: Path, units: list[str]) -> Iterator[Tested]:
    """Test the exercises of ``units``, one after the other."""
    for name in units:
        try:
            text = text_in(source / name)
            if text is None:
                raise BadExercise(f"{name} has no {FILE} that imports exercises.authoring")
            unit = load(text, f"{name}/{FILE}")
        except (OSError, BadExercise) as error:
            yield Tested(name, FILE, 0, 0, [str(error)])
        else:
            yield from examine(source / name, unit)


def examine(folder: Path, unit: Unit) -> Iterator[Tested]:
    """Test the exercises of one unit, whose notebooks lie in ``folder``."""
    name = folder.name
    differ: dict[str, list[str]] = {}
    for grade_id, says in disagreements(folder, unit):
        differ.setdefault(grade_id, []).append(says)
    for exercise in unit.exercises.values():
        try:
            problems = problems_of(exercise)
        except BadExercise as error:
            problems = [str(error)]
        problems += differ.pop(exercise.name, [])
        cases, slips = 0, len(exercise.slips)
        if isinstance(exercise, AuthoredQuestion):
            cases = exercise.chain.count
        elif isinstance(exercise, AuthoredExercise):
            cases = sum(len(group.cases) for group in exercise.groups)
        elif isinstance(exercise, AuthoredTests):
            cases = len(exercise.judged)
        yield Tested(name, exercise.name, slips, cases, problems)
    for wanted in unit.files.values():
        problems = [*file_problems(wanted), *differ.pop(wanted.name, [])]
        yield Tested(name, wanted.name, len(wanted.samples) - 1, 0, problems)
    for grade_id, problems in differ.items():
        yield Tested(name, grade_id, 0, 0, problems)
    if stale := list(_stale(folder, unit)):
        yield Tested(name, PUBLIC, 0, 0, stale)


def _stale(folder: Path, unit: Unit) -> Iterator[str]:
    """Why what lies beside a notebook for its check is not what the exercises file makes."""
    public = folder / PUBLIC
    wanted = any(PUBLIC in path.read_text(encoding="utf-8") for path in folder.glob("*.ipynb"))
    if not (wanted or public.exists()):
        return
    try:
        if public.exists() and public.read_text(encoding="utf-8") == unit.public():
            return
    except BadExercise:  # said already
        return
    yield (
        f"{PUBLIC} {'is not what ' + FILE + ' makes' if public.exists() else 'is not there'}: "
        f"python -m exercises {folder / FILE} {public}"
    )
