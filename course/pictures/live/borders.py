"""One padded row under four poolings: what stands outside decides what comes out at the ends."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from course.pictures.live.layer import window_starts
from course.pictures.picture import Picture
from course.pictures.spots import cells, drag, numbered
from course.pictures.svg import (
    BLUE,
    GREY,
    INK,
    VERMILLION,
    drawing,
    grid,
    hatch,
    middle,
    rect,
    text,
)
from course.pictures.words import count, listed

ROW = (-3, -1, -2, -5, -4)  # the lowest of the rows that can be shown

WIDTH, HEIGHT = 660, 318
LEFT, TOP, CELL = 24, 40, 42.0
NAMES, OUT, LINE, WIDE, HIGH = 24, 238, 128, 69.0, 30.0

Pooling = Callable[[list[int], int], Fraction]
POOLINGS: tuple[tuple[str, str, Pooling], ...] = (
    ("max", "outside never wins", lambda there, F: Fraction(max(there))),
    ("max", "zeros outside", lambda there, F: Fraction(max([*there, *[0] * (F - len(there))]))),
    ("average", "zeros counted", lambda there, F: Fraction(sum(there), F)),
    ("average", "zeros left out", lambda there, F: Fraction(sum(there), len(there))),
)


def outputs(row: list[int], F: int, S: int, P: int) -> list[list[Fraction]]:
    """What each of the four poolings makes of each window, exactly: four lists."""
    windows = [
        [row[column - P] for column in range(start, start + F) if P <= column < P + len(row)]
        for start in window_starts(len(row), F, S, P)
    ]
    return [[pool(there, F) for there in windows] for _, _, pool in POOLINGS]


def borders(F: int, S: int, P: int, lift: int, at: int = 1) -> Picture:
    """The row ``ROW`` raised by ``lift``, padded; window ``at`` (from 1) is shown on it.

    Outputs in which the two ways of one pooling differ are outlined and carry a mark.
    """
    row = [number + lift for number in ROW]
    starts = window_starts(len(row), F, S, P)
    at = min(max(at, 1), len(starts))
    lines = outputs(row, F, S, P)
    differing = [
        [one != other for one, other in zip(lines[first], lines[first + 1], strict=True)]
        for first in (0, 2)
    ]
    parts = _row(row, P)
    parts.append(
        rect(
            LEFT + starts[at - 1] * CELL, TOP, F * CELL, CELL, BLUE,
            fill_opacity=0.25, stroke=BLUE, stroke_width=3,
        )
    )  # fmt: skip
    n = len(starts)
    parts.append(drag(LEFT, TOP, CELL, (1, P + len(row) + P), F, ([0], starts), at))
    parts.append(
        cells(OUT - 3, LINE, n * WIDE, 4 * HIGH + 34, "outputs", (0, at - 1), at=numbered(1, n))
    )
    for number, (name, how, _) in enumerate(POOLINGS):
        y = LINE + number * (HIGH + 8) + (10 if number > 1 else 0)
        parts.append(text(NAMES, y + 20, name, 13, font_weight="bold"))
        parts.append(text(NAMES + 70, y + 20, how, 13))
        for place, value in enumerate(lines[number]):
            x = OUT + place * WIDE
            differs = differing[number // 2][place]
            shown = place == at - 1
            parts.append(
                rect(
                    x, y, WIDE - 6, HIGH, BLUE if shown else "none",
                    fill_opacity=0.25 if shown else None,
                    stroke=VERMILLION if differs else INK,
                    stroke_width=2.5 if differs else 1,
                    stroke_opacity=None if differs else 0.4,
                )
            )  # fmt: skip
            mark = "≠ " if differs else ""
            parts.append(middle(x + (WIDE - 6) / 2, y + HIGH / 2, mark + _number(value), 13))
    parts.append(
        text(NAMES, HEIGHT - 8, "≠ outlined: the two ways differ here; filled: the window shown")
    )
    said = (
        f"The row {', '.join(map(_number, row))} with {count(P, 'place')} outside "
        f"on each side; windows of {F} at stride {S}: {n}. "
    )
    for (name, how, _), values in zip(POOLINGS, lines, strict=True):
        said += f"{name.capitalize()}, {how}: {', '.join(map(_number, values))}. "
    for name, flags in zip(("maxima", "averages"), differing, strict=True):
        where = [str(place + 1) for place, flag in enumerate(flags) if flag]
        which = f"in window{'s' if len(where) > 1 else ''} {listed(where)}" if where else "nowhere"
        said += f"The two {name} differ {which}. "
    table = [
        ["pooling", *(f"window {number + 1}" for number in range(n))],
        *([f"{name}, {how}", *map(_number, values)]
          for (name, how, _), values in zip(POOLINGS, lines, strict=True)),
    ]  # fmt: skip
    return Picture(drawing(WIDTH, HEIGHT, *parts), said.strip(), lambda: table)


def _number(value: Fraction | int) -> str:
    """A number as it is shown: of a fraction two decimals."""
    shown = str(value) if value.denominator == 1 else f"{float(value):.2f}".rstrip("0")
    return shown.replace("-", "−")


def _row(row: list[int], P: int) -> list[str]:
    width = P + len(row) + P
    parts = [
        text(LEFT, 16, "a row" + (", with places outside" if P else ""), 13, font_weight="bold"),
        rect(LEFT + P * CELL, TOP, len(row) * CELL, CELL, INK, fill_opacity=0.08),
        grid(LEFT, TOP, width, 1, CELL),
        rect(LEFT + P * CELL, TOP, len(row) * CELL, CELL, stroke=INK, stroke_width=1.5),
    ]
    for start in (0, P + len(row)) if P else ():
        parts.append(hatch(LEFT + start * CELL, TOP, P * CELL, CELL, GREY))
    for place, number in enumerate(row):
        x = LEFT + (P + place + 0.5) * CELL
        parts.append(middle(x, TOP + CELL / 2, _number(number), 15))
    for column in range(width):
        x = LEFT + (column + 0.5) * CELL
        parts.append(middle(x, TOP + CELL + 11, str(column), 10, fill_opacity=0.75))
    return parts
