"""The benchmark of the sliders measures every panel, and its plots show what the panels show."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path

import pytest

from benchmarks._plotted import figure_of, plotted
from benchmarks.sliders import PANELS
from course import plots
from course.panel import Panel
from course.units.output_size import panels as output_size

UNITS = Path(__file__).parents[1] / "course" / "units"


@pytest.fixture(autouse=True)
def nothing_opens():
    import matplotlib.pyplot as plt

    plt.switch_backend("agg")
    yield
    plt.close("all")


def test_every_panel_of_every_unit_is_measured():
    for file in UNITS.glob("*/panels.py"):
        module = importlib.import_module(f"course.units.{file.parent.name}.panels")
        made = {
            name
            for name, function in inspect.getmembers(module, inspect.isfunction)
            if function.__module__ == module.__name__
            and re.match(r"Panel\b", str(inspect.signature(function).return_annotation))
        }
        measured = {call.partition("(")[0] for call, _ in PANELS.get(file.parent.name, [])}
        assert made == measured, file


CALLS = [(unit, *one) for unit, calls in PANELS.items() if unit != "mnist" for one in calls]


@pytest.mark.parametrize(
    ("unit", "call", "slider"), CALLS, ids=lambda value: value.partition("(")[0]
)
def test_a_plot_has_every_word_and_shape_of_its_panel(unit, call, slider):
    panels = importlib.import_module(f"course.units.{unit}.panels")
    shown = eval(f"panels.{call}", {"panels": panels})
    assert isinstance(shown, Panel)
    assert shown.values[slider] < shown.sliders[slider].max  # each press has something to move
    figure = figure_of(shown._draw, shown.values)
    if "<defs>" in shown.picture.svg:  # drawn by matplotlib already
        assert plots.show(figure, shown._draw(**shown.values).alt) == shown._draw(**shown.values)
        return
    figure = plotted(shown.picture)
    (axes,) = figure.axes
    words = re.findall(r"<text[^>]*>([^<]*)</text>", shown.picture.svg)
    assert sorted("".join(text.get_text() for text in axes.texts).replace("\\$", "$")) == sorted(
        "".join(map(unescaped, words))
    )
    shapes = len(re.findall("<(?:rect|circle|polygon|path) ", shown.picture.svg))
    assert len(axes.patches) == shapes
    assert len(axes.lines) == shown.picture.svg.count("<line ")


def unescaped(words):
    from html import unescape

    return unescape(words)


def test_what_it_cannot_plot_it_says():
    from course.pictures.picture import Picture

    picture = output_size.windows().picture
    with pytest.raises(ValueError, match="not plotted yet: image"):
        plotted(Picture(picture.svg.replace("<rect", "<image", 1), ""))
