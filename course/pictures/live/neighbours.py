"""Who is near whom: four fruits on a plane, and the squared distances from one of them."""

from __future__ import annotations

from math import hypot

import numpy as np

from course.pictures.live.fruit import NAMES, Table, measured, named
from course.pictures.live.yours import Yours, judge, verdict_lines
from course.pictures.picture import Picture
from course.pictures.spots import cells
from course.pictures.svg import (
    BLUE,
    INK,
    VERMILLION,
    drawing,
    element,
    hatch,
    line,
    middle,
    rect,
    text,
)
from course.pictures.words import listed

WIDTH, HEIGHT = 660, 352
LEFT, BOTTOM, RIGHT, TOP = 40.0, 206.0, 640.0, 26.0
BAR, LONGEST = 262.0, 340.0  # of the bars below: the first one's top, and the longest one's length
AROUND = {  # where a fruit's name stands, seen from its point: right, down, anchor
    "Orange": (8, 18, "start"),
    "Apple": (11, 5, "start"),
    "Banana": (-11, 5, "end"),
    "Grape": (-11, 5, "end"),
}


def squares(table: Table, row: int) -> Table:
    """Squared differences from ``row``, layout ND: their sum along a row is a squared distance."""
    made: Table = (table - table[row]) ** 2
    return made


def neighbour(table: Table, row: int) -> int:
    """The row whose squared distance from ``row`` is smallest."""
    others = [other for other in range(len(table)) if other != row]
    return min(others, key=lambda other: squares(table, row)[other].sum())


def neighbours(unit: int, scaled: int, row: int, yours: Yours | None = None) -> Picture:
    """The fruits, an arrow from each to its neighbour, and the distances from fruit ``row``.

    One unit is equally long on both axes.  ``yours`` is the student's answer to "which row is
    nearest to this one?".
    """
    table = measured(unit, scaled)
    nearest = [neighbour(table, one) for one in range(len(NAMES))]
    arrows = listed([f"{NAMES[one]} to {NAMES[other]}" for one, other in enumerate(nearest)])
    bars, said = _bars(table, row, nearest[row])
    title = f"{named(unit, scaled)}; each arrow goes to the nearest"
    parts = [text(LEFT - 28, 14, title, 13, font_weight="bold"), _axes(scaled)]
    parts += [*_cloud(table, nearest, row, scaled), *bars]
    height = HEIGHT
    words = f"The fruits, {named(unit, scaled)}. Nearest: {arrows}. {said}"
    if yours:
        truth = f"the nearest is row {nearest[row]}, {NAMES[nearest[row]]}"
        verdict = judge(yours, yours.whole == nearest[row], truth)
        parts.append(verdict_lines(LEFT - 28, HEIGHT + 14, verdict, 96, lines=1))
        height += 26
        words += f" {verdict}."
    apart = squares(table, row).sum(axis=1)
    rows = [
        [name, *map(float, table[one]), float(apart[one]), NAMES[nearest[one]]]
        for one, name in enumerate(NAMES)
    ]
    heads = ["fruit", "weight", "price", f"squared distance from {NAMES[row]}", "its nearest"]
    return Picture(drawing(WIDTH, height, *parts), words, lambda: [heads, *rows])


def _place(x: float, y: float, scaled: int) -> tuple[float, float]:
    """Where a point lies on the drawing: 29 pixels a unit, 50 of standardised ones."""
    if scaled:
        return (LEFT + RIGHT) / 2 + 50 * x, (TOP + BOTTOM) / 2 + 6 - 50 * y
    return LEFT + 29 * x, BOTTOM - 29 * y


def _axes(scaled: int) -> str:
    """The axes at the left and below, and where the means lie among standardised columns."""
    across, up = (range(-5, 6), range(-1, 2)) if scaled else (range(0, 21, 5), range(1, 6))
    parts = [
        line(LEFT, BOTTOM, RIGHT, BOTTOM, stroke_opacity=0.6),
        line(LEFT, TOP, LEFT, BOTTOM, stroke_opacity=0.6),
        text(RIGHT, BOTTOM - 6, "weight", 12, text_anchor="end"),
        text(LEFT + 6, TOP + 6, "price", 12),
    ]
    for number in across:
        x, _ = _place(number, 0, scaled)
        parts.append(line(x, BOTTOM - 3, x, BOTTOM + 3))
        parts.append(middle(x, BOTTOM + 12, _signed(number), 11, fill_opacity=0.75))
    for number in up:
        _, y = _place(0, number, scaled)
        parts.append(line(LEFT - 3, y, LEFT + 3, y))
        parts.append(middle(LEFT - 14, y, _signed(number), 11, fill_opacity=0.75))
    if scaled:
        x, y = _place(0, 0, scaled)
        parts.append(line(x, TOP, x, BOTTOM, stroke_opacity=0.2))
        parts.append(line(LEFT, y, RIGHT, y, stroke_opacity=0.2))
    return "".join(parts)


def _signed(number: int) -> str:
    return str(number).replace("-", "−")


def _cloud(table: Table, nearest: list[int], row: int, scaled: int) -> list[str]:
    """The arrows, the points and their names: beside a narrow cloud, else around it."""
    places = [_place(x, y, scaled) for x, y in table.tolist()]
    parts = [_arrow(places[one], places[other], one == row) for one, other in enumerate(nearest)]
    rightmost = max(x for x, _ in places)
    narrow = rightmost - min(x for x, _ in places) < 80
    for one, (x, y) in enumerate(places):
        chosen = one == row
        parts.append(element("circle", cx=x, cy=y, r=6 if chosen else 4.5, fill=INK))
        parts.append(cells(x - 12, y - 12, 24, 24, NAMES[one], (0, 0), row=([one], [0])))
        look = {"font_weight": "bold"} if chosen else {}
        if narrow:
            x, y = rightmost + 34, y + 5
        else:
            right, down, look["text_anchor"] = AROUND[NAMES[one]]
            x, y = x + right, y + down
        parts.append(text(x, y, NAMES[one], 13, **look))
    return parts


def _arrow(start: tuple[float, float], end: tuple[float, float], bold: bool) -> str:
    """A bent arrow; two that go to and fro bend to different sides."""
    (x1, y1), (x2, y2) = start, end
    length = hypot(x2 - x1, y2 - y1)
    right, down = (x2 - x1) / length, (y2 - y1) / length
    bend = 0.18 * length + 4
    cx, cy = (x1 + x2) / 2 + down * bend, (y1 + y2) / 2 - right * bend
    back = hypot(x2 - cx, y2 - cy)
    along, across = (x2 - cx) / back, (y2 - cy) / back
    tip_x, tip_y = x2 - 7 * along, y2 - 7 * across
    wings = " ".join(
        f"{tip_x - 9 * along + side * 4 * across:.1f},{tip_y - 9 * across - side * 4 * along:.1f}"
        for side in (1, -1)
    )
    path = f"M{x1:.1f} {y1:.1f}Q{cx:.1f} {cy:.1f} {tip_x - 6 * along:.1f} {tip_y - 6 * across:.1f}"
    return element("path", d=path, stroke=BLUE, stroke_width=3.5 if bold else 1.5, fill="none") + (
        element("polygon", points=f"{tip_x:.1f},{tip_y:.1f} {wings}", fill=BLUE)
    )


def _bars(table: Table, row: int, nearest: int) -> tuple[list[str], str]:
    """The squared distances from ``row`` as bars of two parts, and in words."""
    parts_of = squares(table, row)
    most = parts_of.sum(axis=1).max()
    x = LEFT + 62
    parts = [
        text(LEFT - 28, BAR - 22, f"squared distance from {NAMES[row]} =", 13, font_weight="bold"),
        rect(278, BAR - 33, 16, 14, BLUE, fill_opacity=0.6), text(300, BAR - 22, "weight part"),
        text(376, BAR - 22, "+"),
        hatch(392, BAR - 33, 16, 14, VERMILLION, 5),
        rect(392, BAR - 33, 16, 14, stroke=VERMILLION), text(414, BAR - 22, "price part"),
    ]  # fmt: skip
    said = []
    for place, other in enumerate(one for one in range(len(NAMES)) if one != row):
        y = BAR + 30 * place
        weight, price = (parts_of[other] / most * LONGEST).tolist()
        sums = _sum(*parts_of[other].tolist())
        bold = {"font_weight": "bold"} if other == nearest else {}
        parts.append(text(LEFT - 28, y + 14, NAMES[other], 13, **bold))
        parts.append(rect(x, y, weight, 20, BLUE, fill_opacity=0.6))
        if price >= 1:
            parts.append(hatch(x + weight, y, price, 20, VERMILLION, 6))
            parts.append(rect(x + weight, y, price, 20, stroke=VERMILLION))
        nearer = "  nearest" if other == nearest else ""
        parts.append(text(x + weight + price + 10, y + 14, sums + nearer, 12, **bold))
        said.append(f"to {NAMES[other]} {sums}")
    return (
        parts,
        f"Squared distances from {NAMES[row]}, weight part and price part: {'; '.join(said)}.",
    )


def _sum(weight: float, price: float) -> str:
    """``"9 + 4 = 13"``, with as many digits as tell the sum from its larger part."""
    digits = 4 if min(weight, price) * 100 > max(weight, price) else 7
    if np.allclose([weight, price], np.round([weight, price])):
        digits = 7
    return f"{weight:.3g} + {price:.3g} = {weight + price:.{digits}g}"
