"""A student's lab, as ``course lab`` starts it: the start page, the tabs, and whose tools are there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import lab as driving
from tests.support.notebook import Notebook
from tests.support.student import Student

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def students(tmp_path_factory, browser):
    """A lab on a fresh working copy."""
    folder = tmp_path_factory.mktemp("students")
    with driving.lab_server(folder, ["-m", "course", "lab", "--into", str(folder / "root")]) as lab:
        yield lab


@pytest.fixture
def tab(students, page):
    """The student's browser, on the page on which the lab opens."""
    page.goto(f"{students.url}/?token={students.token}")
    page.get_by_role("heading", name="Sliding Windows").wait_for()
    return page


def tabs(page):
    """What the tabs of the main area show: their pseudo-elements, or their own labels."""
    return page.eval_on_selector_all(
        ".jp-MainAreaWidget-ContainerRoot, .lm-DockPanel-tabBar .lm-TabBar-tab",
        """tabs => tabs.map(tab => {
            const own = tab.querySelector('.lm-TabBar-tabLabel');
            const shown = getComputedStyle(tab, '::after').content;
            return shown === 'none' ? own.innerText : JSON.parse(shown); })""",
    )


def test_a_students_hour(students, tab):
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import expect

    # the lab opens on the units, and a unit opens from there
    expect(tab.get_by_role("row")).to_have_count(13)
    expect(tab.get_by_text("0 of 7 checks pass")).to_have_count(2)  # unit 02, unit 05
    expect(tab.get_by_role("heading", name="When something is stuck")).to_be_visible()
    found = Axe().run(tab, context=".jp-RenderedMarkdown", options={"resultTypes": ["violations"]})
    serious = [v for v in found.response["violations"] if v["impact"] in ("serious", "critical")]
    assert [v["id"] for v in serious] == [], serious
    tab.get_by_role("link", name="02 · Output size and stride").click()
    tab.wait_for_function(
        "window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
    )
    assert tabs(tab) == ["Start", "02 output size"]

    # none of a teacher's tools, and no exchange where there is none
    menu = tab.locator(".lm-MenuBar-item", has_text="Nbgrader")
    menu.click()
    offered = tab.locator(".lm-Menu-item").all_inner_texts()
    assert not [one for one in offered if re.search("Formgrader|Course List|Assignment List", one)]
    tab.keyboard.press("Escape")
    expect(tab.get_by_text("Create Assignment")).to_have_count(0)

    # Run All goes to the end, and says there what is open
    student = Student(Notebook(tab))
    student.notebook.run_all()
    said = student.run("from course import progress\n\nprogress()")
    expect(said).to_contain_text("Unit 02, Output size and stride: 0 of 7 checks pass")
    expect(said).to_contain_text("Open: window_starts, output_size, larger_output")

    # the headline once; a misspelt name; what was written and not run
    answer = "output_size-answer"
    student.write(answer, "def output_sise(W, F, S, P):\n    return (W - F + 2 * P) // S + 1")
    student.run(answer)
    checked = student.run("output_size")
    expect(checked).to_contain_text("After it a cell made `output_sise`")
    expect(checked).to_contain_text("NotYet: see above.")
    student.write(
        answer, "def output_size(W, F, S, P):\n    print(W)\n    return (W - F + P) // S + 1"
    )
    tab.keyboard.press("Control+s")
    tab.wait_for_function("!window.jupyterapp.shell.currentWidget.context.model.dirty")
    checked = student.run("output_size")
    expect(checked).to_contain_text("has another text of it, which has not been run")
    student.run(answer)
    checked = student.run("output_size")
    assert checked.inner_text().count("examples disagree") == 1
    assert checked.inner_text().startswith("✗ output_size")
    expect(checked.get_by_text("Your function printed")).to_be_visible()

    # what passes is on the start page as soon as one goes back to it
    right = "def window_starts(W, F, S, P):\n    return list(range(0, W + 2 * P - F + 1, S))"
    student.write("window_starts-answer", right)
    student.run("window_starts-answer")
    expect(student.run("window_starts")).to_contain_text("✓ window_starts")
    tab.locator(".lm-DockPanel-tabBar .lm-TabBar-tab").first.click()
    expect(tab.get_by_text("1 of 7 checks pass")).to_be_visible()
    expect(tab.get_by_text("1 of 14")).to_be_visible()
    listed = subprocess.run(
        [sys.executable, "-m", "course", "units"], capture_output=True, text=True, check=True,
        cwd=students.root, env={**os.environ, "PYTHONPATH": str(ROOT)},
    ).stdout  # fmt: skip
    (line,) = [one for one in listed.splitlines() if "checks pass" in one]
    assert line.startswith("02-output-size") and line.endswith("1 of 7 checks pass")

    # Validate can be seen in a small window
    tab.locator(".lm-DockPanel-tabBar .lm-TabBar-tab").nth(1).click()
    tab.set_viewport_size({"width": 800, "height": 900})
    expect(tab.get_by_role("button", name="Validate")).to_be_visible()
