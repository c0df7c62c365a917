"""nbgrader's formgrader on a course that `autograder grade` has graded."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest

from autograder.demo.demo import hand_in, make_course, sample_class
from autograder.demo.sample import as_bytes
from autograder.nbgrader_plugin.course_folder import CourseFolder
from tests.support import lab as driving

pytestmark = pytest.mark.sandbox

SOURCE = Path(__file__).parents[2] / "source"
UNIT = "02-output-size"
SLIP = "slips-02"  # M02 in output_size, among others
STUDENTS = ("all-correct", SLIP, "missing")
FREE_TEXT = "The filter must fit on the padded input, and the stride must be at least 1."
# The server is started one folder above the course, as on a machine with several courses.
CONFIG = """
from autograder.nbgrader_plugin.plugin import configure

c = get_config()
configure(c)
c.CourseDirectory.root = {root!r}
"""


@dataclass
class Formgrader:
    """A JupyterLab above a graded course, and the course."""

    lab: Any
    folder: CourseFolder

    def open(self, page: Any, path: str) -> None:
        """One of formgrader's pages."""
        login = f"{self.lab.url}/login?token={self.lab.token}"
        page.goto(f"{login}&next=/formgrader/{path}")

    def submission(self, student: str) -> str:
        """The path of the manual-grading view of a student's submission."""
        with self.folder.gradebook() as gradebook:
            found = gradebook.find_submission_notebook("unit", UNIT, student)
            return f"submissions/{found.id}/"

    def grade(self, *options: str) -> None:
        """Grade from the command line."""
        command = [sys.executable, "-m", "autograder", "grade", UNIT, *options]
        subprocess.run([*command, "--course", self.folder.course.root], check=True)

    def marks(self, student: str) -> Path:
        """The file with a student's marks."""
        return self.folder.path("autograded", student, UNIT) / "marks.json"

    def set_score(self, student: str, exercise: str, score: float) -> None:
        """Write something else into the gradebook."""
        with self.folder.gradebook() as gradebook:
            gradebook.find_grade(exercise, "unit", UNIT, student).auto_score = score
            gradebook.db.commit()

    def scores(self, student: str) -> dict[str, float | None]:
        """What the gradebook says of a student, by exercise."""
        with self.folder.gradebook() as gradebook:
            found = gradebook.find_submission_notebook("unit", UNIT, student)
            return {grade.name: grade.auto_score for grade in found.grades}


@pytest.fixture(scope="module")
def formgrader(tmp_path_factory, sandbox, browser):
    place = tmp_path_factory.mktemp("formgrader")
    root = place / "root" / "course"
    (place / "config").mkdir()
    (place / "config" / "nbgrader_config.py").write_text(CONFIG.format(root=str(root)))
    with driving.lab_server(place) as lab:
        folder = make_course(root, SOURCE, [UNIT])
        samples = [one for one in sample_class(folder, UNIT) if one.name in STUDENTS]
        hand_in(folder, UNIT, samples)
        answer_in_words(folder.path("submitted", SLIP, UNIT) / "unit.ipynb")
        graded = Formgrader(lab, folder)
        graded.grade("--workers", "1")
        yield graded


def answer_in_words(submitted):
    nb = nbformat.read(submitted, 4)
    (cell,) = [cell for cell in nb.cells if cell.source.startswith("*Your answer:*")]
    cell.source = FREE_TEXT
    submitted.write_bytes(as_bytes(nb))


def test_it_opens_in_jupyterlab_and_lists_the_unit(formgrader, page):
    from playwright.sync_api import expect

    page.goto(f"{formgrader.lab.url}/lab?token={formgrader.lab.token}")
    opener = "nbgrader:open-formgrader"
    page.wait_for_function(f"window.jupyterapp?.commands.hasCommand('{opener}')")
    page.evaluate(f"window.jupyterapp.commands.execute('{opener}').then(() => null)")
    row = page.frame_locator("iframe").get_by_role("row", name=UNIT)
    expect(row).to_be_visible()
    expect(row.locator(".num-submissions")).to_have_text(str(len(STUDENTS)))


def test_the_manual_grading_view_shows_verdicts_scores_and_the_rubric(formgrader, page):
    from playwright.sync_api import expect

    formgrader.open(page, formgrader.submission(SLIP))
    verdict = page.get_by_role("note").filter(has_text="output_size: 0 of 3 points")
    expect(verdict).to_contain_text("✗ strides that leave a remainder (0.5 of 3 points lost)")
    expect(verdict).to_contain_text("This looks like a known slip: the first window is not counted")
    expect(page.locator("input#output_size")).to_have_attribute("placeholder", "0")
    expect(page.locator("input#output_volume")).to_have_attribute("placeholder", "1")

    # the free-text task: mark scheme, a score that is asked for, and the answer right below
    task = page.locator(".cell", has=page.locator("input#constraints"))
    expect(task).to_contain_text("BEGIN MARK SCHEME")
    expect(task).to_contain_text("half a point for each of these four")
    expect(task.locator("input#constraints")).to_contain_class("needs_manual_grade")
    expect(task.locator("xpath=following-sibling::*[1]")).to_have_text(FREE_TEXT)


def test_points_by_hand_are_kept_when_the_class_is_graded_again(formgrader, page):
    formgrader.open(page, formgrader.submission(SLIP))
    score = page.locator("input#constraints")
    with page.expect_response(lambda response: "/formgrader/api/grade/" in response.url):
        score.fill("1.5")
        score.press("Tab")

    def by_hand():
        with formgrader.folder.gradebook() as gradebook:
            return gradebook.find_grade("constraints", "unit", UNIT, SLIP).manual_score

    assert by_hand() == 1.5
    formgrader.grade("--student", SLIP, "--force")
    assert by_hand() == 1.5


def test_a_submission_without_a_notebook_can_be_opened_too(formgrader, page):
    from playwright.sync_api import expect

    formgrader.open(page, formgrader.submission("missing"))
    expect(page.get_by_text("no notebook was handed in")).to_be_visible()


def test_the_autograde_button_runs_this_engine(formgrader, page):
    from playwright.sync_api import expect

    before = {}
    for student in ("all-correct", SLIP):  # two in a row, in one server
        marks = formgrader.marks(student)
        before[student] = json.loads(marks.read_text())["notebooks"]["unit"]["marks"]
        marks.unlink()
        formgrader.set_score(student, "output_size", 1.25)

    for student, expected in before.items():
        formgrader.open(page, f"manage_submissions/{UNIT}")
        page.get_by_role("row", name=student).locator(".autograde a").click()
        expect(page.get_by_text("Successfully autograded").first).to_be_visible()
        graded = json.loads(formgrader.marks(student).read_text())["notebooks"]["unit"]
        assert (graded["failed"], graded["marks"]) == (None, expected)
        score = next(mark["earned"] for mark in expected if mark["exercise"] == "output_size")
        assert formgrader.scores(student)["output_size"] == score
