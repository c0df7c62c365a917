"""A unit that was released again in another order: whoever got it before is not to blame."""

from __future__ import annotations

import copy
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from autograder.nbgrader_plugin.course_folder import CourseFolder
from autograder.run import grade_unit
from tests.support.cells import cell, notebook, write
from tests.support.nbgrader_course import OURS, STOCK, nbgrader, nbgrader_here, rows

pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.usefixtures("sandbox"),
    pytest.mark.filterwarnings("ignore:Object of type"),  # SQLAlchemy on nbgrader
]
UNIT = "again"
CLASS = ("ann", "bob", "eve", "zoe")


def pair(name: str, right: str, test: str) -> list[nbformat.NotebookNode]:
    return [
        cell(f"### BEGIN SOLUTION\n{right}\n### END SOLUTION", f"{name}-answer", solution=True),
        cell(test, name, 2),
    ]


FIRST = pair("one", "step = 2", "assert step == 2")
SECOND = pair("two", "two = 4", "assert two == 4")
ANSWERS = {"one-answer": "step = 2", "two-answer": "two = 2 * step"}  # as it was released at first


def hand_in(root: Path, released: nbformat.NotebookNode, student: str) -> None:
    nb = copy.deepcopy(released)
    for one in nb.cells:
        one.source = ANSWERS.get(one.metadata.nbgrader.grade_id, one.source)
    if student == "eve":  # who has moved a cell, too
        nb.cells.insert(0, nb.cells.pop())
    nb.cells.append(new_code_cell("one = 'my own'"))
    write(root / "submitted" / student / UNIT, nb)


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A course by stock nbgrader and by both doors: released, handed in, and released again."""
    roots = {}
    for door in ("stock", "nbgrader", "autograder"):
        root = roots[door] = tmp_path_factory.mktemp(door)
        (root / "nbgrader_config.py").write_text(STOCK if door == "stock" else OURS)
        write(root / "source" / UNIT, notebook(*FIRST, *SECOND))
        nbgrader_here(root, "generate_assignment", UNIT)
        released = nbformat.read(root / "release" / UNIT / "unit.ipynb", 4)
        for student in CLASS:
            hand_in(root, released, student)
        write(root / "source" / UNIT, notebook(*SECOND, *FIRST))
        nbgrader_here(root, "generate_assignment", UNIT, "--force")
        if door == "autograder":
            grade_unit(CourseFolder.open(root), UNIT, workers=1)
        else:
            nbgrader(root, "autograde", UNIT)
    return roots


@pytest.mark.parametrize("door", ["nbgrader", "autograder"])
def test_a_class_that_is_reordered_alike_is_graded_as_it_stands(graded, door):
    ours, stock = rows(graded[door]), rows(graded["stock"])
    for student in CLASS:
        for name in ("one", "two"):
            place = (student, UNIT, "unit", f"score {name}")
            assert ours[place] == (2.0, 0)
            if student != "eve":
                assert ours[place] == stock[place]


def test_nobody_is_called_reordered_but_who_moved_a_cell(graded):
    folder = CourseFolder.open(graded["autograder"])
    for one in grade_unit(folder, UNIT, force=True, workers=1):
        kinds = {flag["kind"] for flag in one.notebooks["unit"]["flags"]}
        assert kinds == ({"reordered"} if one.student == "eve" else set())


def test_who_has_the_unit_as_it_is_today_is_right_too(graded, tmp_path):
    root = graded["autograder"]
    nb = nbformat.read(root / "release" / UNIT / "unit.ipynb", 4)
    for one in nb.cells:
        today = {"one-answer": "step = two // 2", "two-answer": "two = 4"}
        one.source = today.get(one.metadata.nbgrader.grade_id, one.source)
    write(root / "submitted" / "late" / UNIT, nb)
    (one,) = grade_unit(CourseFolder.open(root), UNIT, students=["late"], workers=1)
    assert [mark["earned"] for mark in one.notebooks["unit"]["marks"]] == [2.0, 2.0]
    assert one.notebooks["unit"]["flags"] == []
