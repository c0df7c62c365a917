"""A panel's sliders, reset and picture hang together, with real widgets and in a plain kernel."""

from __future__ import annotations

import subprocess
import sys
import threading

import ipywidgets
import nbformat
import pytest
from nbclient import NotebookClient

from course import controls
from course.panel import Slider as Spec
from course.panel import button_for, panel
from course.pictures.picture import Picture
from course.units.output_size import panels as output_size
from course.units.padding import panels as padding_unit
from course.widgets import Slider

PANELS = {
    "windows": output_size.windows,
    "staircase": output_size.staircase,
    "padding": padding_unit.padding,
    "frameworks": padding_unit.frameworks,
}


def counting():
    """A picture function that remembers what it was asked to draw."""
    asked = []

    def picture(**values):
        asked.append(values)
        return Picture("<svg/>", f"{values}.")

    return picture, asked


@pytest.mark.parametrize("name", PANELS)
def test_every_slider_of_a_panel_changes_its_picture(name):
    shown = PANELS[name]()
    for slider in shown.sliders.values():
        before = shown.html.value
        slider.value = slider.value + 1 if slider.value < slider.max else slider.value - 1
        assert shown.html.value != before
        assert shown.picture.alt in shown.html.value.replace("&quot;", '"')


@pytest.mark.parametrize("name", PANELS)
def test_reset_brings_the_first_picture_back(name):
    shown = PANELS[name]()
    first = shown.html.value
    for slider in shown.sliders.values():
        slider.value = slider.min
    assert shown.html.value != first
    shown.reset.click()
    assert shown.html.value == first


@pytest.mark.parametrize("name", PANELS)
def test_sliders_say_what_they_are(name):
    for symbol, slider in PANELS[name]().sliders.items():
        assert slider.symbol == (symbol if len(symbol) == 1 else "")
        assert len(slider.description) > 3
        assert slider.readout and slider.continuous_update


@pytest.mark.parametrize("name", PANELS)
def test_every_corner_of_the_ranges_can_be_drawn(name):
    shown = PANELS[name]()
    for pick in ("min", "max"):
        for slider in shown.sliders.values():
            slider.value = getattr(slider, pick)
        assert "<svg" in shown.html.value


def test_a_reset_is_one_redraw():
    picture, asked = counting()
    shown = panel(picture, Spec("W", 1, 9, 5, "width"), Spec("S", 1, 3, 1, "stride"))
    shown.sliders["W"].value, shown.sliders["S"].value = 7, 3
    assert len(asked) == 3
    shown.reset.click()
    assert len(asked) == 4
    assert asked[-1] == {"W": 5, "S": 1}


def test_a_range_follows_from_the_other_sliders_with_one_redraw():
    picture, asked = counting()
    many = Spec("at", 1, lambda W: W * W, 4, "place")
    shown = panel(picture, Spec("W", 1, 9, 2, "width"), many)
    assert shown.sliders["at"].max == 4
    shown.sliders["W"].value = 1
    assert asked[-1] == {"W": 1, "at": 1}
    assert len(asked) == 2
    shown.sliders["W"].value = 9
    assert shown.sliders["at"].max == 81
    shown.sliders["at"].value = 80
    shown.reset.click()
    assert asked[-1] == {"W": 2, "at": 4}
    assert len(asked) == 5


def test_a_students_function_is_called_with_the_values_it_needs():
    asked = []

    def mine(W, F, S, P):
        asked.append((W, F, S, P))
        return 3

    shown = output_size.windows(mine)
    assert "✓ mine(7, 3, 2, 0) gives 3: right" in shown.picture.alt
    shown.sliders["S"].value = 1
    assert "✗ mine(7, 3, 1, 0) gives 3; 5 fit along an axis" in shown.picture.alt
    assert asked == [(7, 3, 2, 0), (7, 3, 1, 0)]


def test_the_number_of_parameters_tells_the_two_paddings_apart():
    def same_padding_s1(F):
        return 1, 1

    def same_padding_s2(H, F):
        return 15

    assert "✓ same_padding_s1(3)" in padding_unit.padding(same_padding_s1).picture.alt
    assert "✓ same_padding_s2(28, 3)" in padding_unit.padding(same_padding_s2).picture.alt
    assert "TypeError" in padding_unit.padding(7).picture.alt


@pytest.mark.parametrize("name", PANELS)
def test_a_students_function_that_raises_leaves_the_panel_working(name):
    def broken(*args):
        raise ZeroDivisionError("division by zero")

    shown = PANELS[name](broken)
    assert "raised ZeroDivisionError: division by zero" in shown.picture.alt
    before, slider = shown.html.value, shown.sliders["F"]
    slider.value += 1
    assert shown.html.value != before


def test_importing_a_units_panels_does_not_import_ipywidgets():
    code = "import sys, course.units.padding.panels; print('ipywidgets' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"


def test_panels_run_in_a_plain_kernel():
    cells = [
        "from course.units.output_size import panels\npanels.windows(lambda W, F, S, P: 1 / 0)",
        "shown = panels.staircase()\nshown",
        "shown.sliders['S'].value = 2\nprint(shown)",
        "shown._on_message(None, {'do': 'keep'}, [])",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    client = NotebookClient(notebook, timeout=60, kernel_name="python3")
    with client.setup_kernel():
        for index, cell in enumerate(notebook.cells[:3]):
            client.execute_cell(cell, index)
        broken, shown, printed = (cell.outputs for cell in notebook.cells[:3])
        assert "3 windows along each axis" in broken[0].data["text/plain"]
        assert "raised ZeroDivisionError" in broken[0].data["text/plain"]
        picture, widgets = (output.data for output in shown)
        assert "application/vnd.jupyter.widget-view+json" in widgets
        assert widgets["text/html"] == ""  # where there are no widgets, the picture stands above
        assert "Run this cell to move the sliders." in picture["text/html"]
        assert "<svg" in picture["text/html"] and "At S = 3" in picture["text/plain"]
        assert "At S = 2 the size is 14" in printed[0].text

        # what the notebook keeps follows, when the page asks for it
        client.execute_cell(notebook.cells[3], 3)
        kept = notebook.cells[1].outputs[0].data
        assert "At S = 2 the size is 14" in kept["text/plain"]
        assert kept["text/plain"] in kept["text/html"].replace("&quot;", '"')


@pytest.mark.parametrize("name", PANELS)
def test_while_grading_a_panel_draws_nothing(name, monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    shown = PANELS[name]()
    assert not hasattr(shown, "picture") and not hasattr(shown, "_repr_mimebundle_")
    assert repr(shown) == "A panel. It is drawn in JupyterLab, not while a notebook is graded."


def test_while_grading_a_students_function_is_not_asked(monkeypatch):
    picture, asked = counting()
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    panel(picture, Spec("W", 1, 9, 4, "width"), yours=lambda W: 1 / 0)
    assert asked == []


# ------------------------------------------------------------------------------ the slider


def test_the_slider_is_one_of_ipywidgets_own_kind():
    slider = Slider(value=3, min=1, max=9, step=2, description="stride", disabled=True)
    assert isinstance(slider, ipywidgets.DOMWidget) and isinstance(slider, ipywidgets.IntSlider)
    heard = []
    slider.observe(lambda change: heard.append(change["new"]), names="value")
    slider.value = 99
    slider.max = 5
    assert heard == [9, 5]
    other = ipywidgets.IntText()
    ipywidgets.link((slider, "value"), (other, "value"))
    other.value = 2
    assert slider.value == 2
    assert slider in ipywidgets.HBox([slider]).children


def test_interactive_takes_it_as_it_is():
    asked = []
    slider = Slider(value=3, max=9)
    shown = ipywidgets.interactive(lambda stride: asked.append(stride), stride=slider)
    slider.value = 4
    assert shown.children[0] is slider and slider.description == "stride"
    assert asked == [3, 4]


def test_where_its_script_cannot_be_loaded_a_panel_has_ipywidgets_own(monkeypatch):
    monkeypatch.setattr("course.controls.loadable", lambda: False)
    shown = output_size.windows()
    assert {type(slider) for slider in shown.sliders.values()} == {ipywidgets.IntSlider}
    assert shown.sliders["S"].description == "S  stride" and shown.sliders["S"].max == 6
    shown.sliders["W"].value = 8
    assert shown.picture.html() in shown.html.value and "Input 8 × 8" in shown.picture.alt


@pytest.mark.parametrize("missing", ["anywidget", "its part for the page"])
def test_what_is_needed_for_the_slider_is_looked_for(monkeypatch, missing):
    assert controls.loadable.__wrapped__()
    if missing == "anywidget":
        monkeypatch.setattr(controls, "find_spec", lambda name: None)
    else:
        monkeypatch.setattr("jupyter_core.paths.jupyter_path", lambda *names: ["/nowhere"])
    assert not controls.loadable.__wrapped__()


def test_an_older_picture_never_takes_the_place_of_a_newer_one():
    begun, go_on = threading.Event(), threading.Event()

    def picture(W):
        if W == 2:
            begun.set()
            go_on.wait(10)
        return Picture("<svg/>", f"W = {W}")

    shown = panel(picture, Spec("W", 1, 9, 1, "width"))
    late = threading.Thread(target=lambda: setattr(shown.sliders["W"], "value", 2))
    late.start()
    assert begun.wait(10)
    shown.sliders["W"].value = 3
    go_on.set()
    late.join(10)
    assert shown.picture.alt == "W = 3" and "W = 3" in shown.html.value


# ------------------------------------------------------------------------------ the picture


def test_what_is_clicked_in_a_picture_sets_the_sliders_with_one_redraw():
    picture, asked = counting()
    shown = panel(picture, Spec("W", 1, 9, 5, "width"), Spec("S", 1, 3, 1, "stride"))
    shown.html.chosen = {"values": {"W": 7, "S": 99, "unknown": 3}, "turn": 1}
    assert asked[1:] == [{"W": 7, "S": 3}]
    for nonsense in ({}, {"values": 7}, {"values": {"W": "3", "S": 1.5}}):
        shown.html.chosen = nonsense
        assert shown.values == {"W": 7, "S": 3}


# ------------------------------------------------------------------------------ set by a check


def test_a_check_offers_to_set_the_panel_to_where_an_answer_is_wrong():
    shown = output_size.windows()
    button = button_for([{"W": 9, "F": 4, "S": 2, "P": 1}])
    assert button.description == "Set the panel to W = 9, F = 4, S = 2, P = 1"
    button.click()
    assert {name: shown.values[name] for name in "WFSP"} == {"W": 9, "F": 4, "S": 2, "P": 1}
    assert "Input 9 × 9 with 1 zero on each side" in shown.html.value


def test_the_first_input_that_a_panel_can_show_is_offered():
    shown = output_size.windows()
    inputs = [{"W": 99, "F": 4, "S": 2, "P": 1}, {"image": [1]}, {"W": 5, "F": 3, "S": 2, "P": 0}]
    button_for(inputs).click()
    assert shown.values["W"] == 5


def test_the_last_panel_is_set():
    first, last = output_size.windows(), output_size.windows()
    before = first.values
    button_for([{"W": 9, "F": 2, "S": 2, "P": 1}]).click()
    assert first.values == before and last.values["W"] == 9


def test_nothing_is_offered_where_no_panel_shows_it():
    kept = output_size.windows()
    assert button_for([{"rows": 2}, {}, {"W": 2.5, "F": 1, "S": 1, "P": 0}]) is None
    assert kept.values["W"] == 7
