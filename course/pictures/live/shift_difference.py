"""How far f(T x) lies from T f(x): for every small shift T as a table, for one of them as a map."""

from __future__ import annotations

from functools import cache

import numpy as np

from course.pictures.live.moved_layers import DIGIT, LAYERS, SIZE, difference, move_in_words, norm
from course.pictures.picture import Picture, Table
from course.pictures.pixels import Pixels
from course.pictures.spots import cells
from course.pictures.svg import BLUE, INK, VERMILLION, drawing, grid, hatch, middle, rect, text

REACH = 4  # shifts from -4 to 4
WIDTH, HEIGHT = 660, 414
LEFT, TOP, CELL = 44, 84, 34  # the table of shifts
RIGHT, SIDE = 406, 240  # the map of differences


@cache
def percents(layer: int) -> np.ndarray:
    """The norm of the difference in percent of the map's own norm, for each shift; 9 x 9.

    Row 0 is 4 up, column 0 is 4 to the left.
    """
    f = LAYERS[layer][1]
    whole = norm(f(DIGIT))
    moves = range(-REACH, REACH + 1)
    return np.array([[100 * norm(difference(f, down, right)) / whole for right in moves]
                     for down in moves])  # fmt: skip


def shift_difference(layer: int, right: int, down: int) -> Picture:
    """A layer's table over all shifts, and where the difference lies for the shift asked for."""
    name, f = LAYERS[layer]
    table, differs = percents(layer), difference(f, down, right)
    largest = float(np.abs(f(DIGIT)).max())
    pixels = Pixels()
    parts = [text(LEFT - 36, 18, f"f is {name}", 14, font_weight="bold")]
    parts += _table(pixels, table, down, right)
    parts += _map(pixels, differs / largest)
    here = table[down + REACH, right + REACH]
    exact = int((table == 0).sum())
    leaves = "leaves" if exact == 1 else "leave"
    places = int((differs > 0).sum())
    alt = (
        f"f is {name}. T: {move_in_words(down, right)}. f(T x) and T f(x) differ "
        f"in {places} of {SIZE * SIZE} places, by {_percent(here)} of the map's own length. Of the "
        f"{table.size} shifts by up to {REACH} places, {exact} {leaves} no difference at "
        f"all; the largest difference is {table.max():.0f} %."
    )
    return Picture(
        drawing(WIDTH, HEIGHT, *pixels.parts(), *parts, cuts=[380]), alt, lambda: _numbers(table)
    )


def _percent(value: float) -> str:
    return f"{value:.0f} %" if value == 0 or value >= 0.5 else "less than 1 %"


def _table(pixels: Pixels, table: np.ndarray, down: int, right: int) -> list[str]:
    size = len(table)
    parts = [
        text(LEFT - 36, 42, "length of f(T x) − T f(x), in % of f(x)", 12.5),
        text(LEFT, 62, "T: to the right →", 11.5, fill_opacity=0.8),
        text(LEFT - 36, TOP + size * CELL + 18, "T: down ↓ on the left; 0 is no difference", 11.5,
             fill_opacity=0.8),
        grid(LEFT, TOP, size, size, CELL, stroke_opacity=0.25),
    ]  # fmt: skip
    pixels.add(np.clip(table / 200, 0, 0.5), LEFT, TOP, CELL)  # never so dark that words drown
    for row, column in np.ndindex(table.shape):
        x, y = LEFT + (column + 0.5) * CELL, TOP + (row + 0.5) * CELL
        value = table[row, column]
        words = "0" if value == 0 else "<1" if value < 0.5 else f"{value:.0f}"
        parts.append(middle(x, y, words, 12, font_weight="bold" if value == 0 else None))
    for place in range(size):
        centre = (place + 0.5) * CELL
        parts.append(middle(LEFT + centre, TOP - 8, str(place - REACH), 10, fill_opacity=0.75))
        parts.append(middle(LEFT - 12, TOP + centre, str(place - REACH), 10, fill_opacity=0.75))
    reach = range(-REACH, REACH + 1)
    parts.append(
        cells(LEFT, TOP, size * CELL, size * CELL, "table of shifts", (down + REACH, right + REACH),
              down=(reach, [0] * size), right=([0] * size, reach))
    )  # fmt: skip
    parts.append(
        rect(
            LEFT + (right + REACH) * CELL, TOP + (down + REACH) * CELL, CELL, CELL,
            stroke=BLUE, stroke_width=3,
        )
    )  # fmt: skip
    return parts


def _map(pixels: Pixels, shares: np.ndarray) -> list[str]:
    cell = SIDE / len(shares)
    pixels.add(shares, RIGHT, TOP, cell)
    parts = [
        text(RIGHT, 42, "where they differ, at the framed shift", 12.5),
        text(RIGHT, 62, "hatched; the more ink, the farther apart", 11.5, fill_opacity=0.8),
        grid(RIGHT, TOP, len(shares), len(shares), cell, stroke_opacity=0.15),
        rect(RIGHT, TOP, SIDE, SIDE, stroke=INK, stroke_width=1.5),
    ]
    parts += [hatch(RIGHT + c * cell, TOP + r * cell, cell, cell, VERMILLION, 5)
              for r, c in np.argwhere(shares > 0)]  # fmt: skip
    if not shares.any():
        parts.append(middle(RIGHT + SIDE / 2, TOP + SIDE / 2, "nowhere", 13))
    return parts


def _numbers(table: np.ndarray) -> Table:
    """The table of shifts, in percent."""
    reach = range(-REACH, REACH + 1)
    rows = [[down, *map(_percent, row)] for down, row in zip(reach, table.tolist(), strict=True)]
    return [["down, to the right", *reach], *rows]
