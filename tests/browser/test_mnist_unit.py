"""The lab in JupyterLab: trained from top to bottom, stopped by its button, validated."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import nbformat
import pytest

from tests.support.student import Student

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


MEASURING = source("bars = climb.measured(")


def test_the_lab_runs_from_top_to_bottom(student, lab):
    from playwright.sync_api import expect

    # from two batches a rung, as a grader does: bf16 takes minutes on a processor that has none
    student.write(MEASURING, MEASURING.replace("least=GRADING", "least=True"))
    student.notebook.run_all()
    assert student.tracebacks() == 0
    assert (lab.root / "10-mnist" / "mnist.safetensors").stat().st_size > 13_000_000
    expect(student.go_to("trained_weights")).to_contain_text("✓ mnist.safetensors: right form")

    maps = student.panel(source("panels.maps"))
    before = maps.alt()
    assert re.match(r"The digit \d, which the network takes for a \d with", before)
    maps.root.locator(".panel-range").first.press("ArrowRight")
    expect(maps.picture).not_to_have_attribute("aria-label", before)

    nudged = student.panel(source("panels.moved"))
    before = nudged.alt()
    nudged.root.locator(".panel-range").nth(1).press("ArrowRight")
    expect(nudged.picture).not_to_have_attribute("aria-label", before)

    speed = student.panel(source("panels.speed"))
    speed.root.locator(".panel-range").first.press("End")
    expect(speed.picture).to_have_attribute(
        "aria-label", re.compile("^Rung 9, batch normalisation")
    )

    # what is validated is not trained again: the weights beside the notebook are enough
    expect(student.validate()).to_contain_text("Success! Your notebook passes all the tests.")
    student.close_dialog()


TRAINING = source("if GRADING:\n    net = handed_in()")
ENDS_SOON = 30  # seconds from the press to the sentence, on a busy machine
GROWN = """([cell, least]) => {
    const said = cell.querySelector('figure [role=img]')?.getAttribute('aria-label') || '';
    return Number((said.match(/after ([0-9,]+)/) || [0, '0'])[1].replace(',', '')) > least;
}"""


@pytest.fixture
def ready(student):
    """A student who has run all that training needs, with QUICK = False, and no more."""
    for name, text in CELLS.items():
        if name == "quick-true":
            student.write(text, "QUICK = False")
            student.run("QUICK = False")
        elif text.startswith(("# Run this cell first", "import numpy", "mnist = digits()")):
            student.run(text)
    # Two threads that wait for each other make a busy machine very slow; and each stop and each
    # saving reads the validation digits.
    student.notebook.value_of("torch.set_num_threads(1)")
    fewer = "mnist := __import__('dataclasses').replace(mnist, validation=mnist.validation[:500])"
    student.notebook.value_of(f"({fewer})")
    return student


def begin(student, text=TRAINING):
    """Run the training, and return its cell once it has learned from some digits, then more."""
    cell = student.go_to(text)
    student.page.evaluate(
        "window.ended = 0;"
        "window.jupyterapp.commands.execute('notebook:run-cell').finally(() => {window.ended = 1});"
        "0"
    )
    for least in (0, 600):
        student.page.wait_for_function(GROWN, arg=[cell.element_handle(), least])
    assert student.page.evaluate("window.ended") == 0
    return cell


def click_stop(cell):
    cell.get_by_role("button", name="Stop").click()


def press_stop(cell):
    """By keyboard alone: the button takes the focus, and Enter presses it."""
    cell.get_by_role("button", name="Stop").focus()
    cell.page.keyboard.press("Enter")


def click_interrupt(cell):
    cell.page.locator('[data-command="notebook:interrupt-kernel"]').first.click()


def press_interrupt(cell):
    cell.page.keyboard.press("Escape")
    cell.page.keyboard.press("i")
    cell.page.keyboard.press("i")


def test_each_way_to_stop_keeps_what_was_learned(ready, lab):
    from playwright.sync_api import expect

    weights, notebook = lab.root / "10-mnist" / "mnist.safetensors", ready.notebook
    for stop, says in [
        (click_stop, "Training stopped by you after [0-9,]+ digits; what was learned is kept"),
        (press_stop, "Training stopped by you after [0-9,]+ digits; what was learned is kept"),
        (click_interrupt, "Training interrupted by you; what was learned is kept: it is in mnist"),
        (press_interrupt, "Training interrupted by you; what was learned is kept: it is in mnist"),
    ]:
        weights.unlink(missing_ok=True)
        cell = begin(ready)
        stop(cell)
        ready.page.wait_for_function("window.ended === 1", timeout=1000 * ENDS_SOON)
        expect(cell).to_contain_text(re.compile(says))
        assert ready.tracebacks() == 0
        same = "all(map(torch.equal, net.parameters(), checkpoint.load(FILE).parameters()))"
        assert notebook.value_of(same) == "True", stop.__name__
        if stop in (click_stop, press_stop):
            last = "train.evaluate(net, mnist.validation).accuracy, history.validation[-1].accuracy"
            now, shown = notebook.value_of(last).strip("()").split(", ")
            assert now == shown and float(now) > 0.5
            expect(cell.get_by_role("button", name="Stopped")).to_be_disabled()
    # from here on as if nothing had happened: the next cell, and training the same network on
    after = ready.run(source("net = net.cpu().eval()"))
    expect(after).to_contain_text(re.compile(r"validation: \d+\.\d+% of [0-9,]+ digits are right"))
    on = (
        "train.fit(net, mnist.train[:640], mnist.validation[:200], batch=64, path=None, show=False)"
    )
    assert notebook.value_of(f"{on}.ended") == "'finished: 1 epoch, 640 digits'"


RAISES = "setattr(train.F, 'cross_entropy', lambda *a, **k: (_ for _ in ()).throw({}))"


def test_each_trouble_ends_in_one_line_with_the_checkpoint_safe(ready, lab):
    from playwright.sync_api import expect

    weights, notebook = lab.root / "10-mnist" / "mnist.safetensors", ready.notebook
    notebook.value_of("checkpoint.save(Net(), FILE)")
    before = weights.read_bytes()
    wild = TRAINING.replace("batch=64", "batch=64, rate=1e9")
    cell = ready.write(TRAINING, wild)
    kept = "Nothing had been saved yet; mnist.safetensors is still what an earlier training saved."
    for error, says in [
        (None, "The loss is nan after 704 digits. Steps that are too large"),
        ("torch.OutOfMemoryError('CUDA out of memory.')", "Out of memory with batches of 64. Try"),
        ("RuntimeError('CUDA error: unspecified launch failure')", "The GPU failed or is gone"),
    ]:
        if error:
            notebook.value_of(RAISES.format(error))
        ready.run(wild)
        shown = cell.locator('[data-mime-type="application/vnd.jupyter.stderr"]').last
        expect(shown).to_contain_text("TrainingStopped: ")
        expect(shown).to_contain_text(says)
        expect(shown).to_contain_text(kept)
        assert "Traceback" not in cell.inner_text() and "File" not in shown.inner_text()
        assert weights.read_bytes() == before
