"""The notebooks that ship with nbgrader, graded by stock nbgrader and by this engine."""

from __future__ import annotations

import contextlib
import re
import shutil
from pathlib import Path

import nbformat
import nbgrader as stock
import pytest
from nbgrader.api import Gradebook
from nbgrader.tests import run_nbgrader
from nbgrader_course import OURS, STOCK, nbgrader, rows

from autograder.driver import grade_unit
from autograder.folder import CourseFolder, find_own_programs

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


@pytest.mark.parametrize("door", ["nbgrader autograde", "autograder grade"])
def test_the_demo_course_gets_its_published_grades(tmp_path: Path, door: str) -> None:
    for folder in ("source", "submitted"):
        shutil.copytree(GUIDE / folder, tmp_path / folder)
    config = OURS + 'c.IncludeHeaderFooter.header = "source/header.ipynb"\n'
    (tmp_path / "nbgrader_config.py").write_text(config)
    nbgrader(tmp_path, "generate_assignment", "ps1")
    if door == "nbgrader autograde":
        nbgrader(tmp_path, "autograde", "ps1")
    else:
        grade_unit(CourseFolder.open(tmp_path), "ps1")
    published = published_scores()
    assert len(published) == 2 * 9
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as book:
        for student, total in PUBLISHED.items():
            assert book.find_submission("ps1", student).score == total
        for (student, notebook, cell), (score, most) in published.items():
            grade = book.find_grade(cell, notebook, "ps1", student)
            assert (grade.score, grade.max_score) == (score, most), (student, notebook, cell)
