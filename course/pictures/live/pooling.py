"""Max and average of windows on a small digit: the window, and the two maps it helps to make."""

from __future__ import annotations

from typing import Any

import numpy as np

from course.pictures.live.layer import window_starts
from course.pictures.live.yours import Verdict, Yours, judge, verdict_lines
from course.pictures.picture import Picture, Table
from course.pictures.pixels import Pixels
from course.pictures.spots import cells, drag, numbered
from course.pictures.svg import (
    BLUE,
    GREY,
    INK,
    PURPLE,
    drawing,
    grid,
    hatch,
    middle,
    rect,
    text,
)
from course.pictures.words import count
from exercises.answers import is_array
from exercises.comparison import same

# Our own drawing of a two, from 0 (blank) to 9 (full ink).
DIGIT = np.array(
    [
        [int(level) for level in row]
        for row in (
            "00000000000000",
            "00003799961000",
            "00069999999400",
            "00298500279900",
            "00371000019920",
            "00000000008930",
            "00000000029910",
            "00000000189500",
            "00000001898000",
            "00000028971000",
            "00000389600000",
            "00005998555540",
            "00009999999970",
            "00000000000000",
        )
    ]
)
FULL = 9

WIDTH, HEIGHT = 660, 372
LEFT, TOP, SIDE = 26, 44, 296  # the padded digit
RIGHT, MAP, STEP = 352, 92, 106  # the maps beside it
BIG_TOP, BIG = 178, 24.0  # the window, enlarged


def pooled(values: np.ndarray, F: int, S: int, P: int) -> tuple[np.ndarray, np.ndarray]:
    """The largest number and the average of each window of a map H x W, as two maps.

    Places outside the map never win; in the average they count as zeros.
    """
    rows, columns = (window_starts(size, F, S, P) for size in values.shape)
    highest, lowest = np.pad(values.astype(float), P, constant_values=-np.inf), np.pad(values, P)
    shape = len(rows), len(columns)
    largest, average = np.zeros(shape), np.zeros(shape)
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            at = slice(row, row + F), slice(column, column + F)
            largest[i, j], average[i, j] = highest[at].max(), lowest[at].mean()
    return largest, average


def pooling(F: int, S: int, P: int, at: int = 1, yours: Yours | None = None) -> Picture:
    """The digit with window number ``at`` (from 1, row by row), and its two pooled maps.

    ``yours`` is what the student's ``max_pool`` made of the digit, in layout DHW.
    """
    largest, average = pooled(DIGIT, F, S, P)
    size, n = len(DIGIT), len(largest)
    at = min(max(at, 1), n * n)
    row, column = divmod(at - 1, n)
    cell = SIDE / (P + size + P)
    pixels = Pixels()
    pixels.add(DIGIT / FULL, LEFT + P * cell, TOP + P * cell, cell)
    parts = _digit(size, P, cell)
    parts.append(
        rect(
            LEFT + column * S * cell, TOP + row * S * cell, F * cell, F * cell, BLUE,
            fill_opacity=0.25, stroke=BLUE, stroke_width=3,
        )
    )  # fmt: skip
    starts = window_starts(size, F, S, P)
    parts.append(drag(LEFT, TOP, cell, (P + size + P,) * 2, F, (starts, starts), at))
    maps = [("max", largest), ("average", average)]
    theirs = _drawable(yours, n)
    if theirs is not None:
        maps.append(("yours", theirs))
    for number, (name, values) in enumerate(maps):
        parts += _map(pixels, name, values, RIGHT + number * STEP, row, column)
    values = np.pad(DIGIT, P)[row * S : row * S + F, column * S : column * S + F]
    inside = np.pad(np.ones_like(DIGIT), P)[
        row * S : row * S + F, column * S : column * S + F
    ].astype(bool)
    drawn, said = _window(values, inside)
    parts += drawn
    outside = f" with {count(P, 'place')} outside on each side" if P else ""
    alt = (
        f"A two on 14 × 14 places{outside}, pooled "
        f"with windows of {F} × {F} at stride {S}: the maps hold {n} × {n} numbers. "
        f"Window {at} of {n * n}, in row {row} and column {column} of the maps: {said}"
    )
    height = HEIGHT
    if yours:
        verdict = _judged(yours, largest[None])
        parts.append(verdict_lines(LEFT, HEIGHT + 12, verdict, 96, lines=2))
        height += 40
        alt += f" {verdict}."
    return Picture(
        drawing(WIDTH, height, *pixels.parts(), *parts, cuts=[338], below=HEIGHT),
        alt,
        lambda: _table(largest, average),
    )


def _digit(size: int, P: int, cell: float) -> list[str]:
    side, inner = (P + size + P) * cell, P * cell
    parts = [text(LEFT, 16, "a digit" + (", padded" if P else ""), 13, font_weight="bold")]
    if P:
        for x, y, wide, high in (
            (0, 0, side, inner),
            (0, side - inner, side, inner),
            (0, inner, inner, side - 2 * inner),
            (side - inner, inner, inner, side - 2 * inner),
        ):
            parts.append(hatch(LEFT + x, TOP + y, wide, high, GREY))
    parts.append(grid(LEFT, TOP, P + size + P, P + size + P, cell, stroke_opacity=0.25))
    parts.append(
        rect(LEFT + inner, TOP + inner, size * cell, size * cell, stroke=INK, stroke_width=1.5)
    )
    for number in range(P + size + P):
        centre = (number + 0.5) * cell
        parts.append(middle(LEFT + centre, TOP - 9, str(number), 10, fill_opacity=0.75))
        parts.append(middle(LEFT - 11, TOP + centre, str(number), 10, fill_opacity=0.75))
    return parts


def _map(
    pixels: Pixels, name: str, values: np.ndarray, x: float, row: int, column: int
) -> list[str]:
    """A pooled map with the shown window's cell outlined."""
    n = len(values)
    cell = min(MAP / n, 23.0)
    pixels.add(values / FULL, x, TOP, cell)
    own = name == "yours"
    return [
        text(x, 16, name, 13, font_weight="bold"),
        text(x, 34, f"{n} × {n}", 12),
        grid(x, TOP, n, n, cell, stroke_opacity=0.25),
        rect(
            x, TOP, n * cell, n * cell, stroke=PURPLE if own else INK, stroke_width=1.5,
            stroke_dasharray="3 2" if own else None,
        ),
        rect(x + column * cell, TOP + row * cell, cell, cell, stroke=BLUE, stroke_width=2.5),
        cells(x, TOP, n * cell, n * cell, f"{name} map", (row, column), tab=name == "max",
              at=numbered(n, n)),
    ]  # fmt: skip


def _window(values: np.ndarray, inside: np.ndarray) -> tuple[list[str], str]:
    """The shown window with its numbers, what the two poolings make of it, and that in words."""
    F, there = len(values), values[inside]
    side = F * BIG
    parts = [
        text(RIGHT, BIG_TOP - 10, "the window", 13, font_weight="bold"),
        rect(RIGHT, BIG_TOP, side, side, BLUE, fill_opacity=0.12, stroke=BLUE, stroke_width=2.5),
        grid(RIGHT, BIG_TOP, F, F, BIG),
    ]
    for i, j in np.ndindex(F, F):
        x, y = RIGHT + j * BIG, BIG_TOP + i * BIG
        if inside[i, j]:
            parts.append(middle(x + BIG / 2, y + BIG / 2, str(values[i, j]), 13))
        else:
            parts.append(hatch(x, y, BIG, BIG, GREY))
    total, places = int(there.sum()), F * F
    lines = [
        ("largest", f"{there.max()}"),
        ("average", f"{total} / {places} = {total / places:.4g}"),
    ]
    said = (
        f"the largest number is {there.max()}, the average {total} / {places} = "
        f"{total / places:.4g}"
    )
    x = RIGHT + side + 16
    if len(there) < places:
        missing = places - len(there)
        where = f"{count(missing, 'place')} {'lies' if missing == 1 else 'lie'} outside"
        lines[1] = ("average", f"{lines[1][1]}, zeros counted")
        lines.append(("", f"{total} / {len(there)} = {total / len(there):.4g}, zeros left out"))
        parts.append(text(RIGHT, BIG_TOP + side + 22, f"hatched: {where} the digit", 12))
        said += (
            f" where zeros count, and {total} / {len(there)} = {total / len(there):.4g} where "
            f"they are left out; {where}"
        )
    for number, (name, what) in enumerate(lines):
        y = BIG_TOP + 18 + number * 40 - (18 if not name else 0)
        if name:
            parts.append(text(x, y, name, 12, font_weight="bold"))
        parts.append(text(x, y + 18, what, 12))
    return parts, said + "."


def _judged(yours: Yours, truth: np.ndarray) -> Verdict:
    """The verdict on a pooled digit; of arrays only what differs is said, not the numbers."""
    answer = _as_array(yours.answer)
    if answer is None:
        return judge(yours, False, "an array of one map is asked")
    if same(answer, truth):
        return Verdict(True, f"{yours.call} gives the max map: right")
    if answer.shape != truth.shape:
        shape = " × ".join(map(str, answer.shape))
        wanted = " × ".join(map(str, truth.shape))
        return Verdict(False, f"{yours.call} has the shape {shape}; {wanted} is asked")
    differing = int((answer != truth).sum())
    return Verdict(
        False, f"{yours.call} differs from the max map in {differing} of {truth.size} numbers"
    )


def _drawable(yours: Yours | None, n: int) -> np.ndarray | None:
    """The student's map where it can be drawn beside the others."""
    answer = None if yours is None else _as_array(yours.answer)
    if answer is None or answer.ndim not in (2, 3) or answer.shape[-2:] != (n, n):
        return None
    maps = answer.reshape(-1, n, n).astype(float)
    return np.nan_to_num(maps[0]) if len(maps) else None


def _as_array(answer: Any) -> np.ndarray | None:
    """A plain answer as an array of numbers, if it is one or nested lists that make one."""
    if isinstance(answer, list):
        try:
            return np.array(answer, dtype=float)
        except (TypeError, ValueError):
            return None
    return answer if is_array(answer) else None


def _table(largest: np.ndarray, average: np.ndarray) -> Table:
    """Both maps, number by number."""
    places = np.ndindex(largest.shape)
    rows = [[f"({i}, {j})", int(largest[i, j]), float(average[i, j])] for i, j in places]
    return [["place (row, column)", "max", "average"], *rows]
