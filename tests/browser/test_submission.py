"""A student hands in through nbgrader's list, is graded, and reads why a point was lost."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.demo.demo import make_course
from tests.support import lab as driving
from tests.support.notebook import Notebook
from tests.support.student import Student

ROOT = Path(__file__).parents[2]
UNIT = "02-output-size"
SLIP = "def output_size(W, F, S, P):\n    return (W - F + P) // S + 1"
RIGHT = "def window_starts(W, F, S, P):\n    return list(range(0, W + 2 * P - F + 1, S))"
KERNEL_IDLES = (
    "window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
)

pytestmark = pytest.mark.sandbox


@pytest.fixture(scope="module")
def school(tmp_path_factory, sandbox):
    """A course that is handed out through an exchange in a temporary folder."""
    folder = tmp_path_factory.mktemp("school")
    made = make_course(folder / "course", ROOT / "source", [UNIT])
    exchange = folder / "exchange"
    exchange.mkdir()
    exchange.chmod(0o777)
    where = f"c.Exchange.root = {str(exchange)!r}\n"
    settings = made.root / "nbgrader_config.py"
    settings.write_text(settings.read_text() + where)
    theirs = folder / "student" / "config" / "nbgrader_config.py"
    theirs.parent.mkdir(parents=True)
    course_id = 'c.CourseDirectory.course_id = "sliding-windows-demo"\n'
    theirs.write_text(f"c = get_config()\n{course_id}{where}")
    teacher(made.root, "nbgrader", "release_assignment", UNIT)
    return folder


def teacher(course, *command):
    """What a teacher types in the course's folder."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", *command], cwd=course, env=environment,
        capture_output=True, text=True, timeout=200,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def students(school, browser):
    """The student's lab."""
    folder = school / "student"
    start = ["-m", "course", "lab", "--into", str(folder / "root")]
    start += ["--release", str(school / "course" / "release")]
    with driving.lab_server(folder, start) as lab:
        yield lab


@pytest.fixture(scope="module")
def tab(students, browser):
    """The student's browser: what one step has opened, the next one finds."""
    page = browser.new_page()
    page.goto(f"{students.url}/?token={students.token}")
    page.get_by_role("heading", name="Sliding Windows").wait_for()
    yield page
    page.close()


def serious(page, where):
    """What axe finds in a part of the page that keeps somebody out."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, context=where, options={"resultTypes": ["violations"]})
    return [
        (one["id"], node["html"])
        for one in found.response["violations"] if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]  # fmt: skip


def assignments(tab):
    """nbgrader's list, from its menu, as it is now."""
    tab.locator(".lm-MenuBar-item", has_text="Nbgrader").click()
    tab.locator(".lm-Menu-item", has_text="Assignment List").click()
    listed = tab.locator("#nbgrader-assignment-list")
    listed.locator("#refresh_assignments_list").click()
    return listed


def open_unit(tab):
    tab.get_by_role("link", name="02 · Output size and stride").click()
    tab.wait_for_function(KERNEL_IDLES)
    return Student(Notebook(tab))


def test_a_unit_is_answered_and_submitted(school, tab):
    from playwright.sync_api import expect

    student = open_unit(tab)
    student.notebook.run_all()
    for name, text in (("output_size", SLIP), ("window_starts", RIGHT)):
        student.write(f"{name}-answer", text)
        student.run(f"{name}-answer")
    expect(student.run("output_size")).to_contain_text("3 of 6 examples disagree")
    expect(student.run("window_starts")).to_contain_text("✓ window_starts")
    tab.keyboard.press("Control+s")
    tab.wait_for_function("!window.jupyterapp.shell.currentWidget.context.model.dirty")
    ours = ".jp-Notebook .jp-RenderedHTMLCommon, .jp-Notebook .panel-box"
    assert serious(tab, ours) == []

    listed = assignments(tab)
    downloaded = listed.locator("#fetched_assignments_list")
    expect(downloaded).to_contain_text(UNIT)
    downloaded.get_by_role("button", name="Submit").click()
    expect(listed.locator("#submitted_assignments_list")).to_contain_text(UNIT)
    (handed_in,) = (school / "exchange" / "sliding-windows-demo" / "inbound").iterdir()
    assert SLIP.splitlines()[1] in (handed_in / "unit.ipynb").read_text()


def test_it_is_collected_graded_and_given_back(school):
    course = school / "course"
    teacher(course, "nbgrader", "collect", UNIT)
    (student,) = (course / "submitted").iterdir()
    said = teacher(course, "autograder", "grade", UNIT)
    assert student.name in said
    teacher(course, "nbgrader", "generate_feedback", UNIT)
    teacher(course, "nbgrader", "release_feedback", UNIT)
    assert (course / "feedback" / student.name / UNIT / "unit.html").is_file()


def test_the_feedback_is_fetched_and_says_why_a_point_was_lost(students, tab):
    from playwright.sync_api import expect

    listed = assignments(tab)
    submitted = listed.locator("#submitted_assignments_list")
    submitted.get_by_role("button", name="Fetch Feedback").click()
    link = submitted.get_by_role("link", name=re.compile("view feedback", re.IGNORECASE))
    expect(link).to_be_attached()
    (page,) = students.root.glob(f"{UNIT}/feedback/*/unit.html")

    tab.goto(f"{students.url}/files/{page.relative_to(students.root)}?token={students.token}")
    box = tab.locator(".sliding-windows-mark, .panel, section, div").filter(has_text="output_size")
    expect(box.first).to_be_visible()
    expect(tab.locator("body")).to_contain_text("The padding is counted once")
    assert serious(tab, "body") == []


def test_it_is_opened_on_another_day(students, tab):
    from playwright.sync_api import expect

    tab.goto(f"{students.url}/?token={students.token}")
    tab.get_by_role("heading", name="Sliding Windows").wait_for()
    expect(tab.get_by_text("1 of 7 checks pass")).to_be_visible()
    student = open_unit(tab)
    student.notebook.command("kernelmenu:restart")
