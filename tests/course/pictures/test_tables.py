"""What a picture shows can be read as a table: for every panel, with the right numbers."""

from __future__ import annotations

import importlib
from xml.etree import ElementTree

import numpy as np
import pytest
import torch

from benchmarks.sliders import PANELS
from course.pictures.live.borders import borders
from course.pictures.live.padding import padding
from course.pictures.live.patch import FILTER, VOLUME, patch
from course.pictures.live.pooling import DIGIT, pooling
from course.pictures.live.staircase import staircase
from course.pictures.live.stamps import stamps
from course.pictures.live.windows import windows
from course.pictures.live.zero_insertion import ROW, WEIGHTS, zero_insertion
from course.pictures.picture import SHOW, Picture, numbered_rows
from course.units.output_size import panels as output_size

CALLS = [(unit, call) for unit, calls in PANELS.items() if unit != "mnist" for call, _ in calls]


@pytest.mark.parametrize(("unit", "call"), CALLS, ids=lambda value: value.partition("(")[0])
def test_every_panel_has_a_table_at_the_ends_of_its_sliders(unit, call):
    panels = importlib.import_module(f"course.units.{unit}.panels")
    shown = eval(f"panels.{call}", {"panels": panels})
    for end in ("value", "min", "max"):
        for slider in shown.sliders.values():
            slider.value = getattr(slider, end)
        if "No window fits" in shown.picture.alt and shown.picture.table is None:
            continue
        head, *rows = shown.picture.table()
        assert rows or "o window" in shown.picture.alt or "othing" in shown.picture.alt
        assert {len(row) for row in rows} <= {len(head)}
        table = ElementTree.fromstring(shown.picture.table_html())
        assert len(table.findall("tbody/tr")) == len(rows)


def test_a_windows_table():
    assert list(windows(7, 3, 2, 0).table())[1:] == [[0, 0, 2], [1, 2, 4], [2, 4, 6]]


@pytest.mark.parametrize(("W", "F", "P"), [(32, 5, 0), (9, 4, 2), (16, 16, 0)])
def test_a_staircases_table_is_as_torch_has_it(W, F, P):
    for stride, size, over in list(staircase(W, F, P, 1).table())[1:]:
        made = torch.nn.functional.conv1d(
            torch.zeros(1, 1, W), torch.zeros(1, 1, F), stride=stride, padding=P
        )
        assert size == made.shape[-1]
        assert over == W + 2 * P - F - (size - 1) * stride


def test_a_paddings_table_says_what_is_seen():
    seen = [row[3] for row in list(padding(4, 2, 2, 2).table())[1:]]
    assert seen == ["only zeros", "the image", "the image", "only zeros"]


def test_a_patchs_table_is_the_map():
    D, F, bias = 3, 3, 2
    image = torch.tensor(VOLUME[:D], dtype=torch.float)[None]
    kernel = torch.tensor([[line[:F] for line in one[:F]] for one in FILTER[:D]])[None].float()
    made = torch.nn.functional.conv2d(image, kernel, torch.tensor([float(bias)]))
    assert [row[-1] for row in list(patch(D, F, 1, bias).table())[1:]] == made.ravel().tolist()


@pytest.mark.parametrize(("F", "S", "P"), [(2, 2, 0), (3, 1, 1), (4, 3, 2)])
def test_a_poolings_table_is_as_torch_has_it(F, S, P):
    digit = torch.tensor(DIGIT, dtype=torch.float)[None]
    largest = torch.nn.functional.max_pool2d(digit, F, S, P).ravel().tolist()
    average = torch.nn.functional.avg_pool2d(digit, F, S, P).ravel().tolist()
    rows = list(pooling(F, S, P).table())[1:]
    assert [row[1] for row in rows] == largest
    assert np.allclose([row[2] for row in rows], average)


def test_a_borders_table():
    table = {row[0]: row[1:] for row in borders(3, 2, 1, 0).table()}
    assert table["max, outside never wins"] == ["−1", "−1", "−4"]
    assert table["max, zeros outside"] == ["0", "−1", "0"]


def test_the_tables_of_transposed_convolutions():
    counts = [row[1] for row in list(stamps(4, 3, 2, 0).table())[1:]]
    assert counts == [1, 1, 2, 1, 2, 1, 2, 1, 1]
    made = torch.nn.functional.conv_transpose1d(
        torch.tensor([[ROW[:3]]]).float(), torch.tensor([[WEIGHTS[:3]]]).float(), stride=2,
        padding=1,
    )  # fmt: skip
    last = list(zero_insertion(3, 3, 2, 1, 0).table())[-1]
    assert last == [4, "the output", ", ".join(f"{value:g}" for value in made.ravel().tolist())]


def test_numbers_and_words_stand_in_a_table_as_they_are_read():
    picture = Picture("<svg/>", "Seen.", lambda: numbered_rows([[-1, 0.123456], ["a < b", "-x"]]))
    table = ElementTree.fromstring(picture.table_html())
    cells = [[cell.text for cell in row] for row in table.iter("tr")]
    assert cells == [
        ["row, column", "0", "1"], ["0", "−1", "0.1235"], ["1", "a < b", "-x"],
    ]  # fmt: skip
    assert {cell.get("scope") for cell in table.iter("th")} == {"col", "row"}


def test_the_table_is_folded_below_the_picture_and_left_out_where_there_is_none():
    picture = Picture("<svg/>", "Seen.", lambda: [["a"], [1]])
    assert f"<summary>{SHOW}</summary><table>" in picture.html()
    assert picture.html(with_table=False) == Picture("<svg/>", "Seen.").html()


def test_a_live_table_is_made_only_while_it_is_open():
    shown = output_size.windows()
    assert shown.html.has_table and shown.html.table == ""
    shown.html.unfolded = True
    assert "<table>" in shown.html.table
    before = shown.html.table
    shown.sliders["W"].value = 12
    assert shown.html.table != before and shown.html.table == shown.picture.table_html()
    shown.html.unfolded = False
    shown.sliders["W"].value = 5
    assert shown.html.table == ""
    assert SHOW not in shown.html.value
