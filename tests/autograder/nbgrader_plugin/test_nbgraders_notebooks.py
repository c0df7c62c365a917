"""The notebooks that ship with nbgrader, graded by stock nbgrader and by this engine."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import nbgrader as stock
import pytest
from nbgrader.api import Gradebook

from autograder.nbgrader_plugin.autograded import read_marks
from autograder.nbgrader_plugin.course_folder import CourseFolder
from autograder.run import grade_unit
from tests.support.nbgrader_course import (
    OURS,
    STOCK,
    differences_in_the_docs,
    nbgrader,
    nbgrader_here,
    rows,
)

PACKAGE = Path(stock.__file__).parent

pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.usefixtures("sandbox"),
    pytest.mark.filterwarnings("ignore:Object of type"),  # SQLAlchemy on nbgrader
    pytest.mark.timeout(900),
]


# ------------------------------------------------------------------------- the demo course

GUIDE = PACKAGE / "docs" / "source" / "user_guide"
PUBLISHED = {"bitdiddle": 1.5, "hacker": 3.0}  # as in the guide's grades.csv


def published_scores() -> dict[tuple[str, str, str], tuple[float, float]]:
    """Points and the most there are, by student, notebook and cell: as the guide's feedback has it."""
    line = re.compile(r'<a href="#([\w-]+)">[^<]*</a> \(Score: ([\d.]+) / ([\d.]+)\)')
    return {
        (path.parts[-3], path.stem, cell): (float(score), float(most))
        for path in sorted(GUIDE.glob("feedback/*/ps1/*.html"))
        for cell, score, most in line.findall(path.read_text(encoding="utf-8"))
    }


@pytest.fixture(scope="module")
def demo_course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """nbgrader's demo course, released and handed in."""
    root = tmp_path_factory.mktemp("demo")
    for folder in ("source", "submitted"):
        shutil.copytree(GUIDE / folder, root / folder)
    config = OURS + 'c.IncludeHeaderFooter.header = "source/header.ipynb"\n'
    (root / "nbgrader_config.py").write_text(config)
    nbgrader_here(root, "generate_assignment", "ps1")
    return root


@pytest.mark.parametrize("door", ["nbgrader autograde", "autograder grade"])
def test_the_demo_course_gets_its_published_grades(
    demo_course: Path, tmp_path: Path, door: str
) -> None:
    root = Path(shutil.copytree(demo_course, tmp_path / "course"))
    if door == "nbgrader autograde":
        nbgrader(root, "autograde", "ps1")
    else:
        grade_unit(CourseFolder.open(root), "ps1")
    published = published_scores()
    assert len(published) == 2 * 9
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as book:
        for student, total in PUBLISHED.items():
            assert book.find_submission("ps1", student).score == total
        for (student, notebook, cell), (score, most) in published.items():
            grade = book.find_grade(cell, notebook, "ps1", student)
            assert (grade.score, grade.max_score) == (score, most), (student, notebook, cell)


# ------------------------------------------------------------- the notebooks of nbgrader's tests

NOTEBOOKS = {
    f"{path.parts[-3]}-{path.stem}": path for path in sorted(PACKAGE.glob("tests/*/files/*.ipynb"))
}
# those that nbgrader itself can release; every other one is handed in for one of these
SOURCES = [
    "apps-autotest-hashed", "apps-autotest-hidden", "apps-autotest-multi", "apps-autotest-simple",
    "apps-infinite-loop", "apps-open_relative_file", "apps-side-effects",
    "apps-submitted-unchanged", "apps-test", "apps-test-hidden-tests", "apps-timeout",
    "apps-validating-environment-variable", "apps-validation-zero-points",
    "preprocessors-infinite-recursion", "preprocessors-long-output",
    "preprocessors-manually-graded-code-cell", "preprocessors-submitted-unchanged",
    "preprocessors-test", "preprocessors-test_taskcell", "preprocessors-warning-pattern",
    "ui-tests-open_relative_file", "ui-tests-submitted-unchanged",
]  # fmt: skip
FOR_ANYTHING_ELSE = "apps-test"
WITHOUT_POINTS = {
    "apps-infinite-loop", "apps-side-effects", "preprocessors-infinite-recursion",
    "preprocessors-long-output", "preprocessors-warning-pattern",
}  # fmt: skip
LIMITS = "c.Execute.timeout = 4\n"  # some loop for ever

# notebooks with another outcome, and the row of docs/differences.md that says why
DIFFERENT = {
    name: row
    for row, names in {
        "a deleted cell with points": [
            "apps-infinite-loop-with-output", "apps-test-no-metadata",
            "apps-test-no-metadata-autotest", "preprocessors-header", "preprocessors-no-cell-type",
            "ui-tests-blank", "ui-tests-empty", "ui-tests-task",
        ],
        "metadata of an older or newer nbgrader": [
            "apps-test-v0", "apps-test-v0-invalid", "apps-test-v1", "apps-test-v2", "apps-too-new",
            "ui-tests-old-schema",
        ],
        "cells that the gradebook does not know": [
            "preprocessors-bad-markdown-cell-2", "preprocessors-blank-grade-id",
            "preprocessors-blank-points", "preprocessors-duplicate-grade-ids",
        ],
        "a cell that became another type": [
            "preprocessors-bad-markdown-cell-1", "preprocessors-cell-type-changed",
            "preprocessors-submitted-answer-cell-type-changed",
            "preprocessors-submitted-grade-cell-type-changed",
            "ui-tests-submitted-answer-cell-type-changed",
            "ui-tests-submitted-grade-cell-type-changed",
        ],
    }.items()
    for name in names
}  # fmt: skip
UNDECIDED = [(None, 1), (None,)]  # what stock nbgrader's gradebook says of a cell without a verdict


def cells_of(path: Path) -> set[str]:
    """The grade ids in a notebook of any format."""
    return set(re.findall(r'"grade_id": "([^"]+)"', path.read_text(encoding="utf-8")))


def submissions() -> list[tuple[str, str]]:
    """Each notebook with the unit that it is handed in for: the most alike of its folder."""
    found = []
    for name, path in NOTEBOOKS.items():
        cells = cells_of(path)
        alike = {
            unit: len(cells & cells_of(NOTEBOOKS[unit])) / len(cells | cells_of(NOTEBOOKS[unit]))
            for unit in SOURCES
            if cells & cells_of(NOTEBOOKS[unit]) and NOTEBOOKS[unit].parent == path.parent
        }
        if name in SOURCES:
            found.append((name, name))
        else:
            found.append((max(alike, key=alike.get, default=FOR_ANYTHING_ELSE), name))
    return sorted(found)


@pytest.fixture(scope="module")
def courses(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """All of nbgrader's notebooks handed in: in a course of ours and in a stock one, both graded."""
    root = tmp_path_factory.mktemp("notebooks") / "ours"
    root.mkdir()
    (root / "nbgrader_config.py").write_text(OURS + LIMITS)
    shutil.copy(PACKAGE / "tests" / "apps" / "files" / "autotests.yml", root)
    for unit in SOURCES:
        (root / "source" / unit).mkdir(parents=True)
        shutil.copy(NOTEBOOKS[unit], root / "source" / unit / "nb.ipynb")
        nbgrader_here(root, "generate_assignment", unit)
    for unit, name in submissions():
        (root / "submitted" / name / unit).mkdir(parents=True)
        shutil.copy(NOTEBOOKS[name], root / "submitted" / name / unit / "nb.ipynb")
    theirs = Path(shutil.copytree(root, root.with_name("stock")))
    (theirs / "nbgrader_config.py").write_text(STOCK + LIMITS)
    folder = CourseFolder.open(root)
    for unit in SOURCES:
        grade_unit(folder, unit, workers=1)
    failed = set()
    for unit, name in submissions():
        try:
            nbgrader_here(theirs, "autograde", unit, "--student", name)
        except AssertionError:  # it did not end with 0
            failed.add((unit, name))
    return {"ours": root, "stock": theirs, "failed": failed}


def test_every_notebook_of_nbgraders_tests_is_graded_alike(courses: dict[str, Any]) -> None:
    ours, theirs = rows(courses["ours"]), rows(courses["stock"])
    different = {
        row: (theirs.get(row), ours.get(row))
        for row in ours.keys() | theirs.keys()
        if ours.get(row) != theirs.get(row)
    }
    # whatever stock nbgrader decides is decided alike
    assert {row: both for row, both in different.items() if both[0] not in UNDECIDED} == {}
    names = {student for student, *_ in different} | {name for _, name in courses["failed"]}
    assert names == DIFFERENT.keys()
    # and everyone but those is compared
    assert {student for student, *_ in ours} > NOTEBOOKS.keys() - DIFFERENT.keys() - WITHOUT_POINTS


def test_every_notebook_is_graded_by_this_engine(courses: dict[str, Any]) -> None:
    for unit, name in submissions():
        record = read_marks(courses["ours"] / "autograded" / name / unit)["notebooks"]["nb"]
        assert record["failed"] is None, name


def test_differences_are_in_the_docs() -> None:
    assert set(DIFFERENT.values()) <= differences_in_the_docs()
