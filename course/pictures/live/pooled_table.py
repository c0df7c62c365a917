"""A pooled table, a cell of it back to its window on an input that fits."""

from __future__ import annotations

import numpy as np

from course.pictures.picture import Picture, numbered_rows
from course.pictures.pixels import Pixels
from course.pictures.spots import cells, column_of, row_of
from course.pictures.svg import BLUE, INK, VERMILLION, drawing, middle, rect, text

WIDTH, HEIGHT = 680, 392
LEFT, TOP, CELL = 2, 48, 11.0  # the input
RIGHT, WIDE, HIGH = 314, 28.0, 22.0  # the table
BELOW = 368


def reconstructed(table: np.ndarray) -> np.ndarray:
    """An input twice as wide and high whose 2 x 2 maxima are ``table``: one of very many.

    It runs smoothly from cell to cell and is made so that each window's largest number is the
    table's; numbers have one decimal, like the table's.  ``table`` holds none below 0.
    """
    fine = table
    for axis in (0, 1):
        size = fine.shape[axis]
        places = (np.arange(2 * size) - 0.5) / 2
        fine = np.apply_along_axis(lambda line, p=places, s=size: np.interp(p, range(s), line),
                                   axis, fine)  # fmt: skip
    made = np.zeros_like(fine)
    for row, column in np.ndindex(table.shape):
        at = slice(2 * row, 2 * row + 2), slice(2 * column, 2 * column + 2)
        wanted, window = table[row, column], fine[at]
        if wanted > 0:
            scaled = np.round(window * wanted / window.max(), 1)
            scaled.flat[window.argmax()] = wanted
            made[at] = scaled
    return made


def pooled_table(
    table: np.ndarray, doubtful: tuple[tuple[int, int], ...], row: int, column: int
) -> Picture:
    """``table`` beside a reconstructed input; cell (row, column), from 0, and its window shown.

    ``doubtful`` cells have a dashed outline.
    """
    given = reconstructed(table)
    rows, columns = table.shape
    pixels = Pixels()
    pixels.add(given / given.max(), LEFT, TOP, CELL)
    window = given[2 * row : 2 * row + 2, 2 * column : 2 * column + 2]
    parts = [
        text(LEFT, 16, f"a map of {2 * rows} × {2 * columns}", 13, font_weight="bold"),
        text(LEFT, 35, "made up by us to fit the table", 12),
        rect(LEFT, TOP, 2 * columns * CELL, 2 * rows * CELL, stroke=INK, stroke_opacity=0.5),
        rect(
            LEFT + 2 * column * CELL, TOP + 2 * row * CELL, 2 * CELL, 2 * CELL, BLUE,
            fill_opacity=0.25, stroke=BLUE, stroke_width=3,
        ),
        text(RIGHT, 16, f"max-pooled, as printed: {rows} × {columns}", 13, font_weight="bold"),
    ]  # fmt: skip
    for x, wide, high, says, tab in (
        (LEFT, 2 * CELL, 2 * CELL, "window of the map", False),
        (RIGHT, WIDE, HIGH, "table", True),
    ):
        parts.append(
            cells(x, TOP, columns * wide, rows * high, says, (row, column), tab=tab,
                  row=row_of(rows, columns), column=column_of(rows, columns))
        )  # fmt: skip
    for number in range(columns):
        parts.append(
            middle(RIGHT + (number + 0.5) * WIDE, TOP - 9, str(number), 10, fill_opacity=0.75)
        )
    for number in range(rows):
        parts.append(
            middle(RIGHT - 11, TOP + (number + 0.5) * HIGH, str(number), 10, fill_opacity=0.75)
        )
    for i, j in np.ndindex(table.shape):
        x, y = RIGHT + j * WIDE, TOP + i * HIGH
        blank = 0.55 if table[i, j] == 0 else 1
        parts.append(middle(x + WIDE / 2, y + HIGH / 2, f"{table[i, j]:.1f}", 11.5,
                            fill_opacity=blank))  # fmt: skip
        if (i, j) in doubtful:
            parts.append(
                rect(x + 1, y + 1, WIDE - 2, HIGH - 2, stroke=VERMILLION, stroke_width=2,
                     stroke_dasharray="4 2")
            )  # fmt: skip
    parts.append(
        rect(
            RIGHT + column * WIDE, TOP + row * HIGH, WIDE, HIGH, BLUE,
            fill_opacity=0.25, stroke=BLUE, stroke_width=3,
        )
    )  # fmt: skip
    numbers = ", ".join(f"{number:.1f}" for number in window.flat)
    where = f"rows {2 * row} and {2 * row + 1}, columns {2 * column} and {2 * column + 1}"
    parts.append(text(LEFT, BELOW, f"{where}: {numbers}", 13))
    parts.append(text(LEFT, BELOW + 19, f"the largest of them is {table[row, column]:.1f}", 13))
    if doubtful:
        parts.append(rect(RIGHT, BELOW + 8, 16, 13, stroke=VERMILLION, stroke_width=2,
                          stroke_dasharray="4 2"))  # fmt: skip
        parts.append(text(RIGHT + 24, BELOW + 19, "stands out", 12))
    doubt = " This is one of the cells that stand out." if (row, column) in doubtful else ""
    alt = (
        f"The printed table, {rows} × {columns}, and a map of {2 * rows} × {2 * columns} that we "
        f"made up to fit it; the print does not show the real one. Cell ({row}, {column}) of the "
        f"table is {table[row, column]:.1f}: the largest of {numbers}, which stand in {where}."
        f"{doubt}"
    )
    return Picture(
        drawing(WIDTH, HEIGHT, *pixels.parts(), *parts, cuts=[298], below=BELOW - 16),
        alt,
        lambda: numbered_rows(table.tolist()),
    )
