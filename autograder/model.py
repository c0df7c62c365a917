"""A unit's own solution, graded like a student's: what is wrong with it, or with its tests.

The source is released and handed in, as it is, in a scratch copy of the course; so a model solution
that is wrong, a test that refuses it and a notebook that runs into a limit are found before a class
finds them.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from autograder.marking.marking import number
from autograder.nbgrader_plugin.course_folder import CourseFolder
from autograder.nbgrader_plugin.releasing import release
from autograder.run import grade_unit
from exercises.errors import BadExercise
from exercises.unit import load

STUDENT = "model-solution"
NOT_ITS_FAULT = {"another-id"}  # a review's numbers are those of the id that its solution enters
CONFIG = "nbgrader_config.py"


def problems_of_solution(folder: CourseFolder, unit: str) -> list[str]:
    """What is wrong with a unit's own solution, in sentences; [] if it earns everything.

    What a person marks is left out, and so are files that are handed in.  Raises NoSandbox,
    NotReleased if nbgrader cannot release the unit.
    """
    with tempfile.TemporaryDirectory(prefix="selftest-") as scratch:
        copy = _copy_of(folder, unit, Path(scratch).resolve() / "course")
        release(copy, unit)
        shutil.copytree(copy.source(unit), copy.path("submitted", STUDENT, unit))
        (graded,) = grade_unit(copy, unit, workers=1)
        records = graded.notebooks  # read now, while they are there
    if graded.failed:
        return [f"its own solution is not graded: {graded.failed}"]
    said = []
    files = _handed_in(folder, unit)
    for notebook, record in records.items():
        said += [
            f"{notebook}: {flag['says']}"
            for flag in record["flags"]
            if flag["kind"] not in NOT_ITS_FAULT
        ]
        for mark in record["marks"]:
            if mark["earned"] in (None, mark["points"]) or mark["exercise"] in files:
                continue
            said.append(f"{mark['exercise']}: {_loses(mark)}")
    return said


def _copy_of(folder: CourseFolder, unit: str, root: Path) -> CourseFolder:
    """The unit alone, in a course with the same settings at ``root``."""
    sources = folder.source(unit).parent
    target = root / sources.relative_to(Path(folder.course.root).resolve())
    shutil.copytree(sources / unit, target / unit)
    for beside in sources.glob("*.ipynb"):  # a header, a footer
        shutil.copy(beside, target)
    config = Path(folder.course.root) / CONFIG
    if config.exists():
        shutil.copy(config, root)
    copy = CourseFolder.open(root)
    copy.course.root = str(root)
    copy.course.db_url = f"sqlite:///{root / 'gradebook.db'}"
    return copy


def _handed_in(folder: CourseFolder, unit: str) -> set[str]:
    key = folder.key(unit)
    try:
        return set(load(key, unit).files) if key else set()
    except BadExercise:  # that is said elsewhere
        return set()


def _loses(mark: dict[str, Any]) -> str:
    says = f"its own solution earns {number(mark['earned'])} of {number(mark['points'])} points"
    why = [group["says"] for group in mark.get("groups", ()) if not group["passed"]]
    problem = mark.get("problem")
    if problem:
        why.append(problem["says"])
    return says + (f" ({'; '.join(why)})" if why else "")
