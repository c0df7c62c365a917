"""Scratch courses and the sample class, graded once for all tests that look at them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest

from autograder.demo.demo import DEMO_LIMITS, hand_in, make_course, sample_class
from autograder.demo.sample import Maker, Sample
from autograder.driver import Graded
from autograder.nbgrader_plugin.course_folder import CourseFolder
from autograder.run import grade_unit
from exercises.unit import load

SOURCE = Path(__file__).parents[2] / "source"
UNITS = sorted(path.parent.name for path in SOURCE.glob("*/exercises.py"))
WITH_FILES = ["10-mnist"]  # a class of their own: see test_files.py
WHOLE = "02-output-size"  # accidents and tricks are the same in every unit: they are played in one


@dataclass
class Class:
    """A graded sample class of one unit."""

    folder: CourseFolder
    unit: str
    samples: dict[str, Sample]
    graded: dict[str, Graded]

    def marks(self, student: str) -> dict[str, dict]:
        """A student's marks by exercise."""
        return {mark["exercise"]: mark for mark in self.graded[student].notebooks["unit"]["marks"]}

    def flags(self, student: str) -> set[str]:
        """The kinds of a student's flags."""
        return {flag["kind"] for flag in self.graded[student].notebooks["unit"]["flags"]}


@pytest.fixture(scope="session", params=[unit for unit in UNITS if unit not in WITH_FILES])
def graded_class(
    request: pytest.FixtureRequest, sandbox: None, tmp_path_factory: pytest.TempPathFactory
) -> Class:
    """A unit's sample class, graded through ``autograder grade``'s door; one unit's is whole."""
    unit = request.param
    root = tmp_path_factory.mktemp(unit) / "course"
    folder = make_course(root, SOURCE, [unit], DEMO_LIMITS)
    samples = sample_class(folder, unit) if unit == WHOLE else small_class(folder, unit)
    hand_in(folder, unit, samples)
    graded = grade_unit(folder, unit)
    return Class(folder, unit, {s.name: s for s in samples}, {g.student: g for g in graded})


def small_class(folder: CourseFolder, unit: str) -> list[Sample]:
    """Those who did their best, and everyone who makes a slip."""
    solved = nbformat.read(folder.source(unit) / "unit.ipynb", as_version=4)
    released = nbformat.read(folder.path("release", ".", unit) / "unit.ipynb", as_version=4)
    maker = Maker(solved, released, load(folder.key(unit) or ""))
    return [*maker.honest(), *maker.slips()]
