"""Tests every exercise of a unit: reference, slips, probes, constants, the notebook's cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat

from autograder.marking.key import BadKey, file_problems, load_key, problems_of


@dataclass(frozen=True)
class Tested:
    """An exercise after its test; ``problems`` are sentences, [] if all is well."""

    unit: str
    exercise: str
    slips: int
    cases: int
    problems: list[str]


def units_of(source: Path) -> list[str]:
    """The names of the units with a key in a source folder, sorted."""
    return sorted(path.parent.name for path in source.glob("*/key.py"))


def selftest(source: Path, units: list[str]) -> Iterator[Tested]:
    """Test the exercises of ``units``, one after the other."""
    for unit in units:
        try:
            text = (source / unit / "key.py").read_text(encoding="utf-8")
            key = load_key(text, f"{unit}/key.py")
        except (OSError, BadKey) as error:
            yield Tested(unit, "key.py", 0, 0, [str(error)])
            continue
        graded = _grade_cells(source / unit)
        for name, keyed in key.exercises.items():
            try:
                problems = problems_of(keyed)
            except BadKey as error:
                problems = [str(error)]
            if name not in graded:
                problems.append(f"{name}: no grade cell of the notebook has this id")
            hidden = sum(len(group.cases) for group in keyed.groups)
            yield Tested(unit, name, len(keyed.exercise.slips), hidden, problems)
        for name, keyed in key.files.items():
            problems = file_problems(keyed)
            if name not in graded:
                problems.append(f"{name}: no grade cell of the notebook has this id")
            yield Tested(unit, name, len(keyed.samples) - 1, 0, problems)
        for name in sorted(graded - key.exercises.keys() - key.files.keys()):
            yield Tested(unit, name, 0, 0, [f"{name}: a test cell has points but no key"])


def _grade_cells(folder: Path) -> set[str]:
    """The ids of the automatically graded cells of a unit's notebooks."""
    found = set()
    for path in folder.glob("*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            data = cell.metadata.get("nbgrader", {})
            if data.get("grade") and not data.get("solution") and cell.cell_type == "code":
                found.add(data["grade_id"])
    return found
