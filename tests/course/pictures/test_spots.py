"""What can be clicked in a picture shows what the sliders say, and sets what it promises."""

from __future__ import annotations

import importlib
import json
import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.sliders import PANELS
from course.pictures.live.layer import steps
from course.pictures.plane import ticks
from course.pictures.spots import drag, nearest

CALLS = [(unit, call) for unit, calls in PANELS.items() if unit != "mnist" for call, _ in calls]
WITHOUT = {  # panels that have only sizes to set
    "padding.padding", "padding.frameworks", "parameters.counts", "transposed.stamps",
    "scaling.descent", "scaling.dropout",
}  # fmt: skip


def marks_in(svg):
    return [json.loads(unescape(mark)) for mark in re.findall(r'data-spot="([^"]*)"', svg)]


def values_at(mark, cell):
    return {name: down[cell[0]] + across[cell[1]] for name, (down, across) in mark["sets"].items()}


@pytest.mark.parametrize(("unit", "call"), CALLS, ids=lambda value: value.partition("(")[0])
def test_a_mark_shows_what_is_set_and_sets_what_is_chosen(unit, call):
    panels = importlib.import_module(f"course.units.{unit}.panels")
    shown = eval(f"panels.{call}", {"panels": panels})
    marks = marks_in(shown.picture.svg)
    assert bool(marks) == (f"{unit}.{call.partition('(')[0]}" not in WITHOUT)
    assert any(mark["tab"] for mark in marks) or not marks
    turn = 0
    for number in range(len(marks)):
        for corner in ("first", "last"):
            shown.reset.click()
            mark = marks_in(shown.picture.svg)[number]
            rows, columns = mark["size"]
            for down, across in mark["sets"].values():
                assert (len(down), len(across)) == (rows, columns)
            cell = (0, 0) if corner == "first" else (rows - 1, columns - 1)
            wanted = values_at(mark, cell)
            turn += 1
            shown.html.chosen = {"values": wanted, "turn": turn}
            for name, value in wanted.items():
                slider = shown.sliders[name]
                assert slider.value == min(max(value, slider.min), slider.max)
            again = marks_in(shown.picture.svg)[number]
            if rows * columns > 1 and not again["says"].startswith("channel "):
                now = values_at(again, again["now"])
                assert now == {name: shown.values[name] for name in now}


@given(st.integers(1, 12), st.integers(1, 6), st.integers(1, 4))
def test_a_dragged_filter_is_the_one_with_its_middle_nearest(width, F, S):
    starts = steps(width, F, S)
    if not starts:
        return
    found = nearest(starts, F, width)
    for column, window in enumerate(found):
        apart = [abs(start + F / 2 - (column + 0.5)) for start in starts]
        assert apart[window] == min(apart)
    assert sorted(found) == found and (S > F or set(found) == set(range(len(starts))))
    for at in range(1, len(starts) ** 2 + 1):
        (mark,) = marks_in(drag(0, 0, 10, (width, width), F, (starts, starts), at))
        assert values_at(mark, mark["now"]) == {"at": at}


@given(st.floats(1, 1e12), st.integers(3, 10))
def test_ticks_are_round_and_reach_the_end(high, most):
    found = ticks(high, most)
    if high < 2:  # nothing round lies between
        assert found == [0, 1]
        return
    step = found[1]
    assert found[0] == 0 and high - step < found[-1] <= high and len(found) <= most + 1
    assert str(step).rstrip("0") in {"1", "2", "5"}
    assert found == list(range(0, found[-1] + 1, step))
