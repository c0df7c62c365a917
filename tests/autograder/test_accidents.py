"""Accidents of one submission and its files are that submission's record, and end no run."""

from __future__ import annotations

import json
import os
import sqlite3
from pathlib import Path

import nbformat
import pytest
from typer.testing import CliRunner

from autograder.cli import app
from autograder.demo.demo import make_course
from autograder.driver import Graded
from autograder.nbgrader_plugin.course_folder import CourseFolder
from tests.support.half import make_unit

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(300)]

UNIT = "01-half"
ODD = os.fsdecode(b"od\xffd")
RIGHT = "def half(n):\n    return n // 2"
# who is graded like anybody else, and whose work waits for a person, by the kind of the problem
GRADED = ["ann", "a-file-for-a-folder", "a-folder-for-a-file", "zoe"]
WAIT = {"no-way-through": "reading", "no-place": "writing", ODD: "writing"}
if os.geteuid() != 0:  # whom no permission stops
    WAIT["not-to-be-read"] = "reading"


def deep(folder: Path) -> None:
    """A file in so many folders that its path is longer than any that can be opened."""
    before = os.open(".", os.O_RDONLY)
    try:
        os.chdir(folder)
        for _ in range(25):
            os.mkdir("d" * 200)
            os.chdir("d" * 200)
        Path("x.txt").write_text("x")
    finally:
        os.fchdir(before)
        os.close(before)


@pytest.fixture(scope="module")
def course(sandbox: None, tmp_path_factory: pytest.TempPathFactory) -> CourseFolder:
    """A course whose class had every accident, graded by the command."""
    root = tmp_path_factory.mktemp("accidents")
    unit = make_unit(root / "source" / UNIT)
    (unit / "data").mkdir()
    (unit / "data" / "x.csv").write_text("1,2")
    (unit / "table").write_text("3")
    folder = make_course(root / "course", root / "source", [UNIT])
    for student in [*GRADED, *WAIT]:
        place = folder.path("submitted", student, UNIT)
        place.mkdir(parents=True)
        nb = nbformat.read(folder.path("release", ".", UNIT) / "unit.ipynb", as_version=4)
        nb.cells[1].source = RIGHT
        nbformat.write(nb, place / "unit.ipynb")
        if student == "a-file-for-a-folder":
            (place / "data").write_text("no folder")
        elif student == "a-folder-for-a-file":
            (place / "table").mkdir()
            (place / "table" / "mine.txt").write_text("mine")
        elif student == "no-way-through":
            deep(place)
        elif student == "no-place":
            folder.path("autograded", student, UNIT).parent.parent.mkdir(exist_ok=True)
            folder.path("autograded", student, UNIT).parent.write_text("a file")
        elif student == "not-to-be-read":
            (place / "unit.ipynb").chmod(0)
    return folder


@pytest.fixture(scope="module")
def run(course: CourseFolder) -> tuple[int, str]:
    """Exit code and text of the command."""
    words = ["grade", UNIT, "--course", course.course.root, "--workers", "1"]
    result = CliRunner().invoke(app, words)
    assert isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, " ".join(result.output.split())


def rows(course: CourseFolder) -> dict[str, tuple]:
    query = """
        select submitted_assignment.student_id, grade.auto_score, grade.needs_manual_grade
        from grade
        join submitted_notebook on submitted_notebook.id = grade.notebook_id
        join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id
    """
    with sqlite3.connect(Path(course.course.root) / "gradebook.db") as book:
        return {student: (score, waits) for student, score, waits in book.execute(query)}


def test_everybody_else_is_graded(course, run):
    found = rows(course)
    assert {name: found[name] for name in GRADED} == dict.fromkeys(GRADED, (4.0, 0))


def test_who_could_not_be_graded_waits_and_is_named_with_the_reason(course, run):
    code, text = run
    assert code == 1
    for name in WAIT:
        assert (
            f"{name.encode('utf-8', 'replace').decode().replace('?', chr(0xFFFD))} was not graded: it"
            in text
        )
    found = rows(course)
    for name in WAIT.keys() - {ODD}:  # which no gradebook can hold
        assert found[name] == (None, 1)


def test_the_record_says_what_it_was(course, run):
    graded = Graded("no-way-through", course.path("autograded", "no-way-through", UNIT))
    problem = graded.notebooks["unit"]["failed"]
    assert problem["kind"] == "reading" and "OSError" in problem["says"]
    text = (graded.folder / "unit.ipynb").read_text()
    assert "Not graded yet: it cannot be read" in nbformat.reads(text, 4).cells[0].source
    assert json.loads((graded.folder / "marks.json").read_text())["student"] == "no-way-through"


def test_the_instructors_files_win_over_folders_and_files(course, run):
    for name in ("a-file-for-a-folder", "a-folder-for-a-file"):
        folder = course.path("autograded", name, UNIT)
        assert (folder / "data" / "x.csv").read_text() == "1,2"
        assert (folder / "table").read_text() == "3"
