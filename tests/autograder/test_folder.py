"""What a notebook finds in its working directory: what nbgrader lays there."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from autograder.nbgrader_plugin.autograded import read_marks
from autograder.nbgrader_plugin.course_folder import CourseFolder
from autograder.run import grade_unit
from tests.support.cells import cell, notebook, write
from tests.support.nbgrader_course import OURS, nbgrader_here

pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.usefixtures("sandbox"),
    pytest.mark.filterwarnings("ignore:Object of type"),  # SQLAlchemy on nbgrader
]
UNIT = "folders"
TESTS = {
    "own-file": "import json\nassert 'own-file' in open('main.ipynb').read()",
    "sibling": "%run helpers.ipynb\nassert helped() == 7",
    "program": "import subprocess\nassert subprocess.check_output(['./say.sh']) == b'hello\\n'",
    "own-key": "assert open('key.py').read() == 'KEY = 1' and open('marks.json').read() == '[1, 2]'",
    "user": "import os, pwd\nassert pwd.getpwuid(os.getuid())",
    "many": "import os\nassert len(os.listdir('many')) == 3000",
}
SCHEME = "Why?\n=== BEGIN MARK SCHEME ===\na secret answer\n=== END MARK SCHEME ==="
HIDDEN = "x = 1\n### BEGIN HIDDEN TESTS\nassert x == 2 and 'a secret test'\n### END HIDDEN TESTS"
TESTS["hidden"] = HIDDEN


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("folders")


@pytest.fixture(scope="module")
def marks(root: Path) -> dict[str, float]:
    """What the tests earned, of somebody who handed in what was released, and many files."""
    (root / "nbgrader_config.py").write_text(OURS)
    unit = root / "source" / UNIT
    tests = [cell(source, name, 1) for name, source in TESTS.items()]
    tests.append(cell(SCHEME, "essay", 1, kind="markdown", task=True))
    write(unit, notebook(*tests), "main.ipynb")
    words = cell("Why?", "why", 1, kind="markdown", solution=True)
    helper = notebook(new_code_cell("def helped():\n    return 7"), words)
    write(unit, helper, "helpers.ipynb")
    (unit / "say.sh").write_text("#!/bin/sh\necho hello\n")
    (unit / "say.sh").chmod(0o755)
    (unit / "key.py").write_text("KEY = 1")
    (unit / "marks.json").write_text("[1, 2]")
    nbgrader_here(root, "generate_assignment", UNIT)
    place = root / "submitted" / "ann" / UNIT
    place.mkdir(parents=True)
    for name in ("main", "helpers"):
        released = nbformat.read(root / "release" / UNIT / f"{name}.ipynb", 4)
        write(place, released, f"{name}.ipynb")
    (place / "many").mkdir()
    for number in range(3000):
        (place / "many" / f"{number}.txt").write_text("x")
    (graded,) = grade_unit(CourseFolder.open(root), UNIT, workers=1)
    assert graded.failed is None
    marks = {mark["exercise"]: mark["earned"] for mark in graded.notebooks["main"]["marks"]}
    assert read_marks(graded.folder), "the marks are the engine's"
    assert Path(graded.folder / "helpers.ipynb").exists()
    return marks


@pytest.mark.parametrize("name", TESTS)
def test_a_notebook_finds_what_nbgrader_lays_there(marks: dict[str, float], name: str) -> None:
    assert marks[name] == (name != "hidden")


def test_the_feedback_holds_no_hidden_test_and_no_mark_scheme(root: Path, marks: object) -> None:
    nbgrader_here(root, "generate_feedback", UNIT)
    page = (root / "feedback" / "ann" / UNIT / "main.html").read_text(encoding="utf-8")
    assert "a secret" not in page and "HIDDEN" not in page and "MARK SCHEME" not in page
    assert "AssertionError" in page and "Why?" in page
