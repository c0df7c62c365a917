"""Filters as squares: a weight's size is its square's, its sign is full or hollow."""

from __future__ import annotations

import numpy as np

from course.pictures.picture import Picture
from course.pictures.svg import BLUE, VERMILLION, drawing, rect, text

CELL, GAP, COLUMNS, TOP = 12, 16, 8, 26


def filters(weights: np.ndarray) -> Picture:
    """``weights`` K x F x F: positive ones as full squares, negative ones as hollow ones.

    All share one scale, so that a filter of small weights looks small.
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
    drawn = drawing(
        min(COLUMNS, len(weights)) * (width * CELL + GAP) - GAP + 2,
        TOP + rows * (height * CELL + GAP) - GAP + 2,
        *parts,
    )
    positive = float((weights > 0).mean())
    strengths = np.abs(weights).sum((1, 2))
    return Picture(
        drawn,
        f"{len(weights)} filters of {height} x {width} weights, {positive:.0%} of them positive. "
        f"The largest weight is {largest:.2f}. Filter {int(strengths.argmax())} is the strongest "
        f"in sum, filter {int(strengths.argmin())} the weakest (counted from 0, row by row).",
    )
