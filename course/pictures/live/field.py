"""The receptive field of one output behind two layers, traced back column by column."""

from __future__ import annotations

from course.pictures.live.layer import steps
from course.pictures.live.yours import Yours, judge, verdict_lines
from course.pictures.picture import Picture
from course.pictures.spots import cells, numbered
from course.pictures.svg import (
    BLUE,
    INK,
    VERMILLION,
    drawing,
    grid,
    hatch,
    line,
    middle,
    rect,
    text,
)
from course.pictures.words import columns, count, runs, span

COLUMNS = 20  # of the input
WIDTH, HEIGHT = 680, 316
LEFT, CELL = 52, 31.0
TOPS = (22, 112, 202)  # of the second map, the first map, the input


def ways(F1: int, S1: int, F2: int, S2: int, at: int) -> tuple[list[int], list[int]]:
    """Numbers of the first map that output ``at`` reads, and in how many ways it reads each column.

    Found by following every step of every window.
    """
    first, second = maps(F1, S1, F2, S2)
    middles = list(range(second[at], second[at] + F2))
    found = [0] * COLUMNS
    for number in middles:
        for column in range(first[number], first[number] + F1):
            found[column] += 1
    return middles, found


def maps(F1: int, S1: int, F2: int, S2: int) -> tuple[list[int], list[int]]:
    """The left edges of the windows of both layers."""
    first = steps(COLUMNS, F1, S1)
    return first, steps(len(first), F2, S2)


def field(F1: int, S1: int, F2: int, S2: int, at: int = 0, yours: Yours | None = None) -> Picture:
    """Two layers on a row of 20 columns, with all that output number ``at`` depends on.

    The number in a column says in how many ways it reaches the output.  ``yours`` is the student's
    answer to "how wide is the receptive field?".
    """
    first, second = maps(F1, S1, F2, S2)
    at = min(at, len(second) - 1)
    middles, found = ways(F1, S1, F2, S2, at)
    read = [column for column, number in enumerate(found) if number]
    low, high = read[0], read[-1]
    gaps = [column for column in range(low, high + 1) if column not in read]
    ones = [LEFT + (start + F1 / 2) * CELL for start in first]
    twos = [(ones[start] + ones[start + F2 - 1]) / 2 for start in second]
    parts = [
        *_map("layer 2", TOPS[0], twos, [at]),
        *_map("layer 1", TOPS[1], ones, middles),
        *_input(found, gaps),
        *_cone(twos[at], ones[middles[0]], ones[middles[-1]], TOPS[0] + 28, TOPS[1]),
    ]
    apart = twos[1] - twos[0] if len(twos) > 1 else 26
    parts.append(
        cells(twos[0] - apart / 2, TOPS[0], apart * len(twos), 28, "output of layer 2", (0, at),
              at=numbered(1, len(twos), 0))
    )  # fmt: skip
    for number in middles:
        ends = LEFT + (first[number] + 0.5) * CELL, LEFT + (first[number] + F1 - 0.5) * CELL
        parts += _cone(ones[number], *ends, TOPS[1] + 28, TOPS[2])
    wide = high - low + 1
    below = TOPS[2] + CELL
    parts += [
        line(LEFT + low * CELL, below + 14, LEFT + (high + 1) * CELL, below + 14, BLUE,
             stroke_width=4),
        text(LEFT, below + 40, f"receptive field: {span('column', low, high)}, "
             f"{count(wide, 'column')} wide", 13, font_weight="bold"),
        text(LEFT, below + 60, "number in a column: in how many ways it reaches the output"),
    ]  # fmt: skip
    which = f" of 0 to {len(second) - 1}" if len(second) > 1 else ", the only one,"
    said = (
        f"Layer 1 with F = {F1}, S = {S1}, layer 2 with F = {F2}, S = {S2}, on 20 columns. Output "
        f"{at}{which} reads {span('number', middles[0], middles[-1])} of the "
        f"first map, and through {'it' if F2 == 1 else 'them'} {span('column', low, high)} of the "
        f"input: "
        f"{count(wide, 'column')}. In how many ways each of these reaches it: "
        f"{', '.join(map(str, found[low : high + 1]))}."
    )
    if gaps:
        said += f" Within the field, {columns(gaps)} {'is' if len(gaps) == 1 else 'are'} not read."
    height: float = HEIGHT
    if yours:
        verdict = judge(yours, yours.whole == wide, f"the field is {count(wide, 'column')} wide")
        parts.append(verdict_lines(8, HEIGHT + 10, verdict, 92, lines=2))
        said += f" {verdict}."
        height += 40
    table = [["column of the input", "ways to the output"], *enumerate(found)]
    return Picture(drawing(WIDTH, height, *parts), said, lambda: table)


def _map(name: str, top: float, centres: list[float], chosen: list[int]) -> list[str]:
    """A row of numbers, each above the middle of what it reads."""
    parts = [text(2, top + 18, name, 12)]
    for number, x in enumerate(centres):
        here = number in chosen
        parts.append(
            rect(x - 13, top, 26, 28, BLUE if here else "none", fill_opacity=0.35,
                 stroke=BLUE if here else INK, stroke_width=2.5 if here else 1,
                 stroke_opacity=1 if here else 0.5)
        )  # fmt: skip
        parts.append(middle(x, top + 14, str(number), 11))
    return parts


def _input(found: list[int], gaps: list[int]) -> list[str]:
    """The row of columns with the ways in which each is read."""
    top, most = TOPS[2], max(found)
    parts = [text(2, top + 20, "input", 12)]
    for first, last in runs(gaps):
        x, wide = LEFT + first * CELL, (last - first + 1) * CELL
        parts.append(hatch(x, top, wide, CELL, VERMILLION))
    for column, number in enumerate(found):
        x = LEFT + column * CELL
        if number:
            parts.append(rect(x, top, CELL, CELL, BLUE, fill_opacity=0.12 + 0.4 * number / most))
            parts.append(middle(x + CELL / 2, top + CELL / 2, str(number), 12, font_weight="bold"))
        parts.append(middle(x + CELL / 2, top + CELL + 7, str(column), 9, fill_opacity=0.75))
    return [*parts, grid(LEFT, top, len(found), 1, CELL)]


def _cone(x: float, left: float, right: float, top: float, bottom: float) -> list[str]:
    """Two lines from a number down to the ends of its window."""
    return [
        line(x, top, end, bottom, BLUE, stroke_width=1.2, stroke_opacity=0.8)
        for end in dict.fromkeys((left, right))
    ]
