"""Filters as squares: a weight's size is its square's, its sign is full or hollow."""

from __future__ import annotations

import numpy as np

from course.pictures.picture import Picture, Table
from course.pictures.spots import cells, numbered
from course.pictures.svg import BLUE, VERMILLION, drawing, rect, text

CELL, GAP, COLUMNS, TOP = 12, 16, 8, 26


def filters(weights: np.ndarray, at: int | None = None) -> Picture:
    """``weights`` K x F x F: positive ones as full squares, negative ones as hollow ones.

    All share one scale, so that a filter of small weights looks small.  Of filter ``at`` the
    numbers are shown below.
    """
    weights = np.nan_to_num(np.asarray(weights, dtype=float))
    largest = float(np.abs(weights).max()) or 1.0
    height, width = weights.shape[1:]
    parts = [
        rect(0, 4, 11, 11, BLUE),
        text(17, 14, "positive"),
        rect(90, 5, 9, 9, stroke=VERMILLION, stroke_width=2),
        text(106, 14, "negative; the larger the square, the larger the weight"),
    ]
    for number, one in enumerate(weights):
        left = number % COLUMNS * (width * CELL + GAP) + 1
        top = number // COLUMNS * (height * CELL + GAP) + TOP
        frame = {"stroke": "currentColor", "stroke_opacity": 0.25}
        parts.append(rect(left, top, width * CELL, height * CELL, **frame))
        for (row, column), weight in np.ndenumerate(one):
            side = (CELL - 1) * (abs(weight) / largest) ** 0.5
            if side < 1:
                continue
            x, y = left + (column + 0.5) * CELL, top + (row + 0.5) * CELL
            if weight > 0:
                parts.append(rect(x - side / 2, y - side / 2, side, side, BLUE))
            else:
                side = max(side - 1.6, 0.4)
                stroke = {"stroke": VERMILLION, "stroke_width": 1.6}
                parts.append(rect(x - side / 2, y - side / 2, side, side, **stroke))
    rows = -(-len(weights) // COLUMNS)
    wide = min(COLUMNS, len(weights)) * (width * CELL + GAP) - GAP + 2
    high = TOP + rows * (height * CELL + GAP) - GAP + 2
    shown = ""
    if at is not None:
        parts += _one(weights[at], at, len(weights), high)
        wide += 4  # for the frame
        high += 30 + 18 * height
        lines = " / ".join(" ".join(map(_number, row)) for row in weights[at].tolist())
        shown = f" Filter {at}: {lines}."
    drawn = drawing(wide, high, *parts)
    positive = float((weights > 0).mean())
    strengths = np.abs(weights).sum((1, 2))
    return Picture(
        drawn,
        f"{len(weights)} filters of {height} x {width} weights, {positive:.0%} of them positive. "
        f"The largest weight is {largest:.2f}. Filter {int(strengths.argmax())} is the strongest "
        f"in sum, filter {int(strengths.argmin())} the weakest (counted from 0, row by row)."
        f"{shown}",
        lambda: _table(weights),
    )


def _one(weights: np.ndarray, at: int, many: int, top: float) -> list[str]:
    """A frame around one filter, its numbers below all of them, and what can be clicked."""
    height, width = weights.shape
    step = width * CELL + GAP, height * CELL + GAP
    columns = min(COLUMNS, many)
    line, place = divmod(at, COLUMNS)
    left, upper = place * step[0] - 2, line * step[1] + TOP - 3
    frame = {"stroke": BLUE, "stroke_width": 3}
    size = -(-many // COLUMNS), columns
    return [
        rect(left, upper, step[0] - GAP + 6, step[1] - GAP + 6, **frame),
        cells(1 - GAP / 2, TOP - GAP / 2, columns * step[0], size[0] * step[1], "filters",
              (line, place), filter=numbered(*size, 0)),
        text(1, top + 20, f"filter {at}", 13, font_weight="bold"),
        *(
            text(1 + (i + 1) * 48, top + 40 + 18 * j, _number(weight), 12, text_anchor="end")
            for j, row in enumerate(weights.tolist())
            for i, weight in enumerate(row)
        ),
    ]  # fmt: skip


def _number(weight: float) -> str:
    return f"{weight:.2f}".replace("-", "−")


def _table(weights: np.ndarray) -> Table:
    """A row for each filter, a column for each place of its weights."""
    places = [f"({i}, {j})" for i, j in np.ndindex(weights.shape[1:])]
    rows = [[number, *one.ravel().tolist()] for number, one in enumerate(weights)]
    return [["filter", *places], *rows]
