"""A panel to draw on: pixels, weights, their names and the picture hang together."""

from __future__ import annotations

import subprocess
import sys

import pytest
from traitlets import TraitError

from course.drawing import OWN, Cells, drawing
from course.panel import NotDrawn
from course.pictures.picture import Picture

PIXELS = [[0, 1, 0], [1, 1, 0]]
WEIGHTS = {"one": [[1, 0], [0, 0]], "two": [[2, 0], [0, -2]]}


def counting():
    """A picture function that remembers what it was asked to draw."""
    asked = []

    def picture(**values):
        asked.append(values)
        return Picture("<svg/>", f"{values}.")

    return picture, asked


@pytest.fixture
def drawn():
    picture, asked = counting()
    made = drawing(picture, PIXELS, WEIGHTS)
    assert asked == [{"image": PIXELS, "kernel": WEIGHTS["one"]}]
    asked.clear()
    return made, asked


def test_a_stroke_is_one_picture(drawn):
    shown, asked = drawn
    shown.pixels.rows = [[1, 1, 1], [1, 1, 0]]
    assert asked == [{"image": [[1, 1, 1], [1, 1, 0]], "kernel": WEIGHTS["one"]}]
    assert shown.picture.alt in shown.html.value


def test_choosing_a_kernel_sets_its_weights_with_one_picture(drawn):
    shown, asked = drawn
    shown.preset.value = "two"
    assert shown.weights.rows == WEIGHTS["two"]
    assert asked == [{"image": PIXELS, "kernel": WEIGHTS["two"]}]


def test_a_changed_kernel_is_the_students_own_until_it_is_a_known_one_again(drawn):
    shown, asked = drawn
    shown.weights.rows = [[1, 0], [0, 5]]
    assert shown.preset.value == OWN and len(asked) == 1
    shown.preset.value = "two"
    assert len(asked) == 2
    shown.preset.value = OWN  # choosing that changes nothing
    assert shown.weights.rows == WEIGHTS["two"] and len(asked) == 2
    shown.weights.rows = WEIGHTS["one"]
    assert shown.preset.value == "one" and len(asked) == 3


def test_clear_takes_the_pixels_and_reset_brings_all_back(drawn):
    shown, asked = drawn
    shown.preset.value = "two"
    shown.clear.click()
    assert asked[-1] == {"image": [[0, 0, 0], [0, 0, 0]], "kernel": WEIGHTS["two"]}
    shown.reset.click()
    assert asked[-1] == {"image": PIXELS, "kernel": WEIGHTS["one"]} and len(asked) == 3
    assert shown.preset.value == "one"


def test_the_first_drawing_is_not_changed_by_drawing(drawn):
    shown, _ = drawn
    shown.pixels.rows = [[1, 1, 1], [1, 1, 1]]
    shown.reset.click()
    assert shown.pixels.rows == PIXELS == [[0, 1, 0], [1, 1, 0]]


def test_the_students_function_is_asked_with_the_same_values():
    picture, asked = counting()
    shown = drawing(picture, PIXELS, WEIGHTS, yours=lambda image, kernel: (sum(image[0]), kernel))
    shown.pixels.rows = [[1, 1, 1], [0, 0, 0]]
    assert asked[-1]["yours"] == (3, WEIGHTS["one"])


@pytest.mark.parametrize("rows", [[[1, 2]], [[1, 2, 3], [4, 5, 6]], []])
def test_cells_keep_their_shape(rows):
    cells = Cells(rows=[[1, 2], [3, 4]], kind="numbers", label="weight", low=-9, high=9)
    with pytest.raises(TraitError, match="expected 2 rows of 2 numbers"):
        cells.rows = rows
    assert cells.rows == [[1, 2], [3, 4]]


def test_the_notebook_keeps_its_picture(drawn, monkeypatch):
    shown, _ = drawn
    bundles = []
    monkeypatch.setattr(
        "IPython.display.display", lambda bundle, raw, **more: bundles.append(bundle)
    )
    shown._ipython_display_()
    picture, widgets = bundles
    assert repr(shown) == picture["text/plain"] == shown.picture.alt
    assert "<svg" in picture["text/html"]
    view = widgets["application/vnd.jupyter.widget-view+json"]
    assert view["model_id"] == shown.box.model_id and widgets["text/html"] == ""


def test_nothing_is_drawn_while_a_notebook_is_graded(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    picture, asked = counting()
    assert isinstance(drawing(picture, PIXELS, WEIGHTS), NotDrawn) and not asked


def test_a_units_import_does_not_wait_for_the_widgets():
    code = (
        "import sys; from course.units.convolution import check, panels;"
        "print([name for name in ('anywidget', 'ipywidgets', 'torch') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
