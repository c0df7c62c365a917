"""The lab in JupyterLab: trained from top to bottom, stopped by its button, validated."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import nbformat
import pytest

pytest.importorskip("torch")
pytest.importorskip("sklearn")
sys.path.insert(0, str(Path(__file__).parent))
from student_in_browser import Student

ROOT = Path(__file__).parents[2]
UNIT = ROOT / "source" / "10-mnist" / "unit.ipynb"
CELLS = {cell.id: cell.source for cell in nbformat.read(UNIT, 4).cells}
FOLDER = "SLIDING_WINDOWS_MNIST"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def source(beginning):
    """The one cell that begins like this."""
    (found,) = [text for text in CELLS.values() if text.startswith(beginning)]
    return found


@pytest.fixture(scope="module", autouse=True)
def digits():
    """MNIST where it lies beside the project; else the kernel finds what it can."""
    beside = ROOT.parent / "shared" / "mnist"
    if beside.is_dir():
        os.environ.setdefault(FOLDER, str(beside))


@pytest.fixture
def student(lab, notebooks, page):
    page.set_default_timeout(300_000)
    (lab.root / "10-mnist").mkdir(exist_ok=True)
    (lab.root / "10-mnist" / "mnist.safetensors").unlink(missing_ok=True)
    shutil.copy(UNIT, lab.root / "10-mnist" / "unit.ipynb")
    return Student(notebooks.open("10-mnist/unit.ipynb"))


def test_the_lab_runs_from_top_to_bottom(student, lab):
    from playwright.sync_api import expect

    student.notebook.run_all()
    assert student.tracebacks() == 0
    assert (lab.root / "10-mnist" / "mnist.safetensors").stat().st_size > 13_000_000
    expect(student.go_to("trained_weights")).to_contain_text("✓ mnist.safetensors: right form")

    maps = student.panel(source("panels.maps"))
    before = maps.alt()
    assert re.match(r"The digit \d, which the network takes for a \d with", before)
    maps.root.locator(".noUi-handle").first.press("ArrowRight")
    expect(maps.picture).not_to_have_attribute("aria-label", before)

    speed = student.panel(source("panels.speed"))
    speed.root.locator(".noUi-handle").first.press("End")
    expect(speed.picture).to_have_attribute("aria-label", re.compile("^Rung 8, Muon"))

    # what is validated is not trained again: the weights beside the notebook are enough
    expect(student.validate()).to_contain_text("Success! Your notebook passes all the tests.")
    student.close_dialog()


def test_the_stop_button_keeps_what_was_learned(student, lab):
    from playwright.sync_api import expect

    for name, text in CELLS.items():  # everything that training needs, and no more
        if name == "quick-true":
            student.write(text, "QUICK = False")
            student.run("QUICK = False")
        elif "import" in text.partition("\n")[0] or text.startswith("mnist = digits()"):
            student.run(text)
    training = source("if GRADING:\n    net = handed_in()")
    cell = student.go_to(training)
    student.page.evaluate(
        "window.jupyterapp.commands.execute('notebook:run-cell').then(() => {window.ended = 1}); 0"
    )
    stop = cell.get_by_role("button", name="Stop")
    stop.wait_for()
    expect(cell.locator("figure [role=img]")).to_have_attribute(
        "aria-label", re.compile("Training: loss from")
    )
    stop.click()
    student.page.wait_for_function("window.ended === 1")
    expect(cell).to_contain_text(re.compile("stopped by you after [0-9,]+ digits"))
    assert (lab.root / "10-mnist" / "mnist.safetensors").exists()
    assert student.tracebacks() == 0
