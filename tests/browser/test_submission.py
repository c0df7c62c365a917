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
OURS = ".jp-Notebook .jp-OutputArea, .jp-Notebook .jp-MarkdownCell .jp-RenderedMarkdown"
KERNEL_IDLES = (
    "window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
)

pytestmark = pytest.mark.sandbox


@pytest.fixture(scope="module")
def school(tmp_path_factory, sandbox):
    """A course that is handed out through an exchange in a temporary folder."""
    folder = tmp_path_factory.mktemp("school")
    make_course(folder / "course", ROOT / "source", [UNIT])
    exchange = folder / "exchange"
    exchange.mkdir()
    exchange.chmod(0o777)
    where = f"c.Exchange.root = {str(exchange)!r}\n"
    settings = folder / "course" / "nbgrader_config.py"
    settings.write_text(settings.read_text() + where)
    theirs = folder / "student" / "config" / "nbgrader_config.py"
    theirs.parent.mkdir(parents=True)
    course_id = 'c.CourseDirectory.course_id = "sliding-windows-demo"\n'
    theirs.write_text(f"c = get_config()\n{course_id}{where}")
    teacher(folder / "course", "nbgrader", "release_assignment", UNIT)
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
    assert serious(tab, OURS) == []

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

    submitted = assignments(tab).locator("#submitted_assignments_list")
    expect(submitted).to_contain_text("feedback available to fetch")
    submitted.get_by_role("button", name="Fetch Feedback").click()
    submitted.get_by_text("(view feedback)").click()  # the folder, in the file browser
    tab.locator(".jp-DirListing-item", has_text="unit.html").dblclick()
    page = tab.frame_locator("iframe.jp-HTMLViewer, .jp-HTMLViewer iframe")
    for words in (
        "output_size: 1.5 of 3 points",
        "padding (0.5 of 3 points lost)",
        "This looks like a known slip: the padding is counted once.",
        "window_starts: 1 of 1 point",
        "Nothing is written here yet: it still raises NotImplementedError.",
    ):
        expect(page.get_by_text(words).first).to_be_visible()

    (file,) = students.root.glob(f"{UNIT}/feedback/*/unit.html")
    alone = tab.context.new_page()
    alone.goto(file.as_uri())
    theirs = "html-has-lang"  # nbgrader's template opens with <html>
    assert [one for one in serious(alone, "body") if one[0] != theirs] == []
    alone.close()


def test_it_is_opened_on_another_day(students, tab):
    from playwright.sync_api import expect

    page = tab.context.new_page()
    asked = f"{students.url}/api/sessions?token={students.token}"
    (session,) = page.request.get(asked).json()
    page.request.delete(f"{students.url}/api/sessions/{session['id']}?token={students.token}")
    page.goto(f"{students.url}/lab/workspaces/later/tree/START.md?token={students.token}")
    page.get_by_role("heading", name="Sliding Windows").wait_for()
    expect(page.get_by_text("1 of 7 checks pass")).to_be_visible()
    student = open_unit(page)
    panel = student.go_to("panels.windows()")
    expect(panel.get_by_role("img", name=re.compile("Input 7 × 7"))).to_be_visible()
    expect(panel.get_by_text("Run this cell to move the sliders.")).to_be_visible()
    for said in ("Error displaying widget", "Loading widget"):  # there, but hidden
        expect(page.get_by_text(said).filter(visible=True)).to_have_count(0)
    expect(student.go_to("output_size-answer")).to_contain_text("(W - F + P) // S + 1")
    student.notebook.shut_down()
    page.close()
