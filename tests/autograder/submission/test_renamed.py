"""Notebooks under another name, in another language, and with too many pictures."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_output

from autograder.nbgrader_plugin.course_folder import CourseFolder
from autograder.run import grade_unit
from tests.support.cells import cell, notebook, write
from tests.support.nbgrader_course import OURS, nbgrader_here, rows

pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.usefixtures("sandbox"),
    pytest.mark.filterwarnings("ignore:Object of type"),  # SQLAlchemy on nbgrader
]


def source(unit: str) -> nbformat.NotebookNode:
    return notebook(
        cell(f"### BEGIN SOLUTION\n{unit} = 1\n### END SOLUTION", f"{unit}-answer", solution=True),
        cell(f"assert {unit} == 1", unit, 2),
    )


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two units in Python, and one in R as Colab saves it."""
    root = tmp_path_factory.mktemp("renamed")
    (root / "nbgrader_config.py").write_text(OURS)
    for unit in ("one", "two", "colab"):
        nb = source(unit)
        if unit == "colab":
            nb.metadata = {"kernelspec": {"name": "ir", "display_name": "R"},
                           "language_info": {"name": "R"}}  # fmt: skip
        write(root / "source" / unit, nb, "unit.ipynb")
        nbgrader_here(root, "generate_assignment", unit)
    return root


def grade(root: Path, unit: str, files: dict[str, bytes], student: str):
    place = root / "submitted" / student / unit
    place.mkdir(parents=True)
    for name, data in files.items():
        (place / name).write_bytes(data)
    (graded,) = grade_unit(CourseFolder.open(root), unit, students=[student], workers=1)
    return graded, rows(root)[student, unit, "unit", f"score {unit}"]


def solved(root: Path, unit: str) -> bytes:
    nb = nbformat.read(root / "release" / unit / "unit.ipynb", 4)
    nb.cells[0].source = f"{unit} = 1"
    return nbformat.writes(nb).encode()


@pytest.mark.parametrize("name", ["unit (1).ipynb", "unit-1.ipynb", "ann_late_12_unit.ipynb"])
def test_one_unknown_notebook_with_the_units_cells_is_graded(course: Path, name: str) -> None:
    graded, row = grade(course, "one", {name: solved(course, "one")}, f"as-{name[:6]}")
    assert row == (2, 0) and graded.failed is None
    (flag,) = graded.notebooks["unit"]["flags"]
    assert flag["kind"] == "renamed" and name in flag["says"]


def test_one_without_nbgraders_data_is_known_by_its_tests(course: Path) -> None:
    nb = json.loads(solved(course, "one"))
    for one in nb["cells"]:
        one["metadata"] = {}
    graded, row = grade(course, "one", {"mine.ipynb": json.dumps(nb).encode()}, "stripped")
    assert row == (2, 0)
    kinds = {flag["kind"] for flag in graded.notebooks["unit"]["flags"]}
    assert kinds == {"renamed", "stripped"}


def test_of_several_a_person_chooses(course: Path) -> None:
    data = solved(course, "one")
    graded, row = grade(course, "one", {"a.ipynb": data, "b.ipynb": data}, "several")
    assert row == (None, 1)
    assert graded.failed.kind == "which"
    assert "a.ipynb and b.ipynb could each be it" in graded.failed.says


def test_another_units_notebook_is_recognised_as_that(course: Path) -> None:
    graded, row = grade(course, "one", {"x.ipynb": solved(course, "two")}, "other-unit")
    assert row == (None, 1)
    assert "what was handed in is x.ipynb (x.ipynb is of two)" in graded.failed.says


def test_a_unit_in_another_language_waits_for_a_person(course: Path) -> None:
    graded, row = grade(course, "colab", {"unit.ipynb": solved(course, "colab")}, "in-r")
    assert row == (None, 1)
    assert graded.failed.kind == "language" and "written in r" in graded.failed.says


def test_pictures_of_a_large_notebook_are_left_out_before_it_is_read(course: Path) -> None:
    nb = nbformat.reads(solved(course, "one"), 4)
    picture = {"image/png": "QUJD" * 6 * 2**20}
    nb.cells.insert(1, copy.deepcopy(nb.cells[0]))
    nb.cells[1] = nbformat.v4.new_code_cell("x = 1", outputs=[new_output("display_data", picture)])
    data = nbformat.writes(nb).encode()
    assert len(data) > 22 * 2**20
    graded, row = grade(course, "one", {"unit.ipynb": data}, "pictures")
    assert row == (2, 0) and graded.notebooks["unit"]["flags"] == []
