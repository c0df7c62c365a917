"""Stamps: where each input number of a transposed convolution writes, and how often in all."""

from __future__ import annotations

import numpy as np

from course.pictures.live.yours import Yours, judge, verdict_lines
from course.pictures.picture import Picture
from course.pictures.pixels import Pixels
from course.pictures.svg import (
    BLUE,
    GREY,
    INK,
    drawing,
    grid,
    hatch,
    middle,
    rect,
    text,
)
from course.pictures.words import count
from exercises.comparison import same

WIDTH, HEIGHT = 660, 316
LEFT, AXIS, TOP, LINE = 10, 410, 60, 24  # the stamps along one axis
COUNTS = TOP + 6 * LINE + 34  # the line of numbers below them
MAP_LEFT, MAP_TOP, MAP = 456, 60, 190  # the counts in two dimensions


def counted(W: int, F: int, S: int) -> list[int]:
    """How many of ``W`` stamps of ``F`` columns, ``S`` apart, fall on each column."""
    width = S * (W - 1) + F
    return [sum(i * S <= column < i * S + F for i in range(W)) for column in range(width)]


def inner(W: int, F: int, S: int) -> range:
    """The columns away from the ends: one stamp more, before or after, would not reach them."""
    return range(F - 1, min(S * W, S * (W - 1) + F))


def stamps(W: int, F: int, S: int, P: int, yours: Yours | None = None) -> Picture:
    """Stamps, S columns apart, and for each column of the output how many fall on it.

    The P columns that are taken off at each end are hatched.  ``yours`` is the student's list of
    counts; it is not judged where nothing is left.
    """
    counts = counted(W, F, S)
    width, left_over = len(counts), counts[P : len(counts) - P]
    cell = min(26.0, AXIS / width)
    parts = _bars(W, F, S, width, cell) + _counts(counts, P, cell)
    if W == 1:
        said = f"1 stamp of {count(F, 'column')} covers {count(width, 'column')}"
    else:
        verb = "cover" if F >= S else "reach over"
        said = f"{W} stamps of {count(F, 'column')}, {S} apart, {verb} {width} columns"
    said += f"; P = {P} takes off {count(P, 'column')} at each end. " if P else ". "
    if left_over:
        shown = ", ".join(map(str, left_over))
        said += f"The output has {count(len(left_over), 'column')}, with overlap {shown}. "
        pixels = _map(left_over)
        parts = [pixels.svg(), *parts, *_frame(len(left_over))]
    else:
        said += "Nothing is left. "
        parts.append(text(MAP_LEFT, 16, "nothing is left", 13, font_weight="bold"))
    said += _evenness(counts, W, F, S)
    table = [["column of the output", "stamps on it"], *enumerate(left_over)]
    height = HEIGHT
    if yours and left_over:
        verdict = judge(yours, same(yours.answer, left_over), f"the counts are {left_over}")
        parts.append(verdict_lines(LEFT, HEIGHT + 12, verdict, 96, lines=3))
        height += 54
        said += f" {verdict}."
    return Picture(drawing(WIDTH, height, *parts, cuts=[440], below=HEIGHT), said, lambda: table)


def _evenness(counts: list[int], W: int, F: int, S: int) -> str:
    """Whether all columns away from the ends are covered equally often, in words."""
    there = [counts[column] for column in inner(W, F, S)]
    if len(there) < S:
        return "There are too few stamps to see a pattern."
    if len(set(there)) == 1:
        return f"Away from the ends it is even: {there[0]} everywhere."
    return f"Away from the ends it is uneven, between {min(there)} and {max(there)}."


def _bars(W: int, F: int, S: int, width: int, cell: float) -> list[str]:
    """One line for each stamp."""
    parts = [text(LEFT, 16, "stamps along one axis", 13, font_weight="bold")]
    for column in range(width):
        if cell >= 14 or column % 5 == 0:
            centre = LEFT + (column + 0.5) * cell
            parts.append(middle(centre, TOP - 14, str(column), 10, fill_opacity=0.75))
    for i in range(W):
        x, y = LEFT + i * S * cell, TOP + i * LINE
        parts.append(
            rect(x, y, F * cell, LINE - 6, BLUE, fill_opacity=0.3, stroke=BLUE, stroke_width=2)
        )
        if F * cell >= 22:
            parts.append(middle(x + F * cell / 2, y + LINE / 2 - 3, f"{i}", 11))
    return parts


def _counts(counts: list[int], P: int, cell: float) -> list[str]:
    """The number of stamps on each column, with the columns taken off hatched."""
    width, high = len(counts), 26
    parts = [text(LEFT, COUNTS - 10, "how many stamps fall on each column", 12)]
    largest = max(counts)
    for column, number in enumerate(counts):
        x = LEFT + column * cell
        parts.append(rect(x, COUNTS, cell, high, INK, fill_opacity=0.4 * number / largest))
        parts.append(middle(x + cell / 2, COUNTS + high / 2, str(number), 12))
        parts.append(rect(x, COUNTS, cell, high, stroke=INK, stroke_opacity=0.35))
    off = min(P, width) * cell
    if P:
        parts.append(hatch(LEFT, COUNTS, off, high, GREY, 5, 1.5))
        parts.append(hatch(LEFT + width * cell - off, COUNTS, off, high, GREY, 5, 1.5))
        parts.append(text(LEFT, COUNTS + 46, f"hatched: taken off, P = {P} at each end", 12))
    return parts


def _map(counts: list[int]) -> Pixels:
    """The counts in two dimensions: of the row times of the column."""
    pixels = Pixels()
    both = np.outer(counts, counts)
    pixels.add(both / max(both.max(), 1), MAP_LEFT, MAP_TOP, _map_cell(len(counts)))
    return pixels


def _map_cell(n: int) -> float:
    return max(1.0, min(22.0, MAP // n))  # whole pixels: no seams between cells


def _frame(n: int) -> list[str]:
    cell = _map_cell(n)
    return [
        text(MAP_LEFT, 16, "in two dimensions", 13, font_weight="bold"),
        text(MAP_LEFT, 36, f"{n} × {n}, more ink: more stamps", 12),
        grid(MAP_LEFT, MAP_TOP, n, n, cell, stroke_opacity=0.25),
        rect(MAP_LEFT, MAP_TOP, n * cell, n * cell, stroke=INK, stroke_width=1.5),
    ]
