"""Panels of unit 06: max and average on a digit, four ways at the border, a table and its input."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from course.panel import NotDrawn, Panel, Slider, panel
from course.pictures.live import borders as borders_picture
from course.pictures.live import pooled_table
from course.pictures.live import pooling as pooling_picture
from course.pictures.live.layer import window_starts
from course.pictures.live.yours import Yours, ask
from course.units.pooling.table import TABLE

DOUBTFUL = ((5, 6), (9, 7))


def digit(yours: Callable[..., Any] | None = None) -> Panel | NotDrawn:
    """A digit, its max-pooled and its average-pooled map, and one window with its numbers.

    ``yours`` is the student's ``max_pool(maps, F, S, P)``; its map is shown beside the others.
    """
    return panel(
        pooling_picture.pooling,
        Slider("F", 1, 4, 2, "window size", unit="pixel"),
        Slider("S", 1, 4, 2, "stride", unit="pixel"),
        Slider("P", 0, _half, 0, "padding", unit="zero"),
        Slider("at", 1, _windows, 11, "window shown", play=True),
        yours=_asking(yours),
    )


def borders() -> Panel | NotDrawn:
    """A row of numbers with places outside, under two ways of max and two of average pooling."""
    return panel(
        borders_picture.borders,
        Slider("F", 1, 4, 3, "window size", unit="pixel"),
        Slider("S", 1, 4, 2, "stride", unit="pixel"),
        Slider("P", 0, _half, 1, "padding", unit="zero"),
        Slider("lift", 0, 5, 0, "added to the row"),
        Slider("at", 1, _windows_of_row, 1, "window shown", play=True),
    )


def table() -> Panel | NotDrawn:
    """The printed 13 x 13 table, a cell of it back to its window on a map that we made up."""
    return panel(
        partial(pooled_table.pooled_table, np.array(TABLE), DOUBTFUL),
        Slider("row", 0, len(TABLE) - 1, 3, "row"),
        Slider("column", 0, len(TABLE) - 1, 6, "column"),
    )


def _half(F: int, **others: int) -> int:
    return F // 2


def _windows(F: int, S: int, P: int) -> int:
    return len(window_starts(len(pooling_picture.DIGIT), F, S, P)) ** 2


def _windows_of_row(F: int, S: int, P: int, lift: int) -> int:
    return len(window_starts(len(borders_picture.ROW), F, S, P))


def _asking(function: Callable[..., Any] | None) -> Callable[..., Yours] | None:
    if function is None:
        return None

    def asking(F: int, S: int, P: int, at: int) -> Yours:
        answer = ask(function, pooling_picture.DIGIT[None].copy(), F, S, P)
        return replace(answer, call=f"max_pool(digit, {F}, {S}, {P})")

    return asking
