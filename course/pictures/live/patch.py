"""One place of a layer's output: a patch, a filter as deep as it, a bias, one number."""

from __future__ import annotations

from course.pictures.live.layer import steps
from course.pictures.live.yours import Yours, judge, verdict_lines
from course.pictures.picture import Picture, Table
from course.pictures.spots import cells, drag, numbered
from course.pictures.svg import (
    BLUE,
    GREEN,
    GREY,
    INK,
    PURPLE,
    drawing,
    grid,
    line,
    middle,
    rect,
    text,
)
from course.pictures.words import count, listed, span
from exercises.comparison import same

Rows = list[list[int]]

VOLUME: list[Rows] = [
    [[0, 1, 3, 3, 0, 1], [1, 2, 3, 0, 0, 2], [0, 2, 4, 1, 1, 0],
     [2, 3, 0, 0, 2, 1], [1, 0, 0, 3, 4, 2]],
    [[2, 0, 1, 0, 1, 3], [0, 1, 0, 2, 3, 0], [1, 0, 3, 2, 0, 1],
     [0, 2, 1, 0, 1, 2], [3, 1, 0, 1, 0, 0]],
    [[1, 1, 0, 2, 0, 0], [3, 0, 1, 1, 2, 0], [0, 0, 2, 0, 1, 4],
     [1, 3, 0, 2, 0, 1], [0, 1, 2, 0, 3, 1]],
]  # fmt: skip
FILTER: list[Rows] = [
    [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
    [[0, 1, 0], [1, -4, 1], [0, 1, 0]],
    [[1, 0, -1], [0, 2, 0], [-1, 0, 1]],
]
HEIGHT, WIDTH = len(VOLUME[0]), len(VOLUME[0][0])

# A channel keeps its colour and its dashes wherever it is drawn; the bias has its own.
LOOKS = [(BLUE, None), (GREEN, "6 3"), (PURPLE, "2 2")]
BIAS = (GREY, "8 2 2 2")

CELL, BLOCK, TOP = 18, 116, 24  # of the numbers on the left, a channel's height, where they begin
INPUT, KERNEL, PRODUCTS, SUM = 24, 166, 258, 352  # left edges
RIGHT, PLACE = 440, 32  # the map: its left edge, its cell


def patch(D: int, F: int, at: int, bias: int, yours: Yours | None = None) -> Picture:
    """Window number ``at`` (from 1, row by row) of an F x F x D filter on a 5 x 6 x D input.

    The map on the right is filled as far as the window has come; ``at`` beyond the last window
    shows the last.  ``yours`` is the student's answer for this place.
    """
    every = places(F)
    at = min(max(at, 1), len(every))
    corner = every[at - 1]
    sums = [sum(sum(row) for row in products(channel, F, *corner)) for channel in range(D)]
    total = sum(sums) + bias
    parts = [_channel(channel, F, corner, sums[channel]) for channel in range(D)]
    below = max(TOP + D * BLOCK, TOP + 16 + PLACE * len(steps(HEIGHT, F, 1)))
    rows, columns = len(steps(HEIGHT, F, 1)), len(steps(WIDTH, F, 1))
    parts += [
        drag(INPUT, TOP + channel * BLOCK, CELL, (HEIGHT, WIDTH), F,
             (range(rows), range(columns)), at, tab=not channel)
        for channel in range(D)
    ]  # fmt: skip
    parts.append(
        cells(RIGHT, TOP, columns * PLACE, rows * PLACE, "map", corner, at=numbered(rows, columns))
    )
    parts += [_map(D, F, every[:at], bias), _formula(below, sums, bias, total)]
    height = below + 58
    said = _words(D, F, at, len(every), corner, sums, bias, total)
    if yours:
        verdict = judge(yours, same(yours.answer, total), f"the parts add up to {signed(total)}")
        parts.append(verdict_lines(INPUT, height + 14, verdict, 96, lines=2))
        height += 40
        said += f" {verdict}."
    return Picture(
        drawing(660, height, *parts, cuts=[424], below=below - 2), said, lambda: _table(D, F, bias)
    )


def signed(number: int) -> str:
    """A number with a true minus sign."""
    return str(number).replace("-", "−")


def products(channel: int, F: int, row: int, column: int) -> Rows:
    """What one channel's kernel gives at a place, before anything is added up."""
    return [
        [VOLUME[channel][row + i][column + j] * FILTER[channel][i][j] for j in range(F)]
        for i in range(F)
    ]


def places(F: int) -> list[tuple[int, int]]:
    """The top left corners of all windows, row by row."""
    return [(row, column) for row in steps(HEIGHT, F, 1) for column in steps(WIDTH, F, 1)]


def _look(look: tuple[str, str | None], width: float = 2.5) -> dict[str, object]:
    colour, dashes = look
    return {"stroke": colour, "stroke_width": width, "stroke_dasharray": dashes}


def _numbers(x: float, y: float, rows: Rows) -> list[str]:
    """A table of numbers, one in each cell."""
    return [grid(x, y, len(rows[0]), len(rows), CELL)] + [
        middle(x + (j + 0.5) * CELL, y + (i + 0.5) * CELL, signed(number), 10.5)
        for i, row in enumerate(rows)
        for j, number in enumerate(row)
    ]


def _boxed(x: float, y: float, number: int, look: tuple[str, str | None]) -> str:
    """A number in a box that looks as what it belongs to."""
    fill = rect(x, y, 42, 24, look[0], fill_opacity=0.15, rx=3, **_look(look, 2))
    return fill + middle(x + 21, y + 12, signed(number), 13, font_weight="bold")


def _channel(channel: int, F: int, corner: tuple[int, int], partial: int) -> str:
    """A channel of the input with its window, its kernel, the products and their sum."""
    y, look, size = TOP + channel * BLOCK, LOOKS[channel], F * CELL
    (row, column), centre = corner, y + HEIGHT * CELL / 2
    top, left = centre - size / 2, INPUT + column * CELL
    parts = [
        text(INPUT, y - 8, f"channel {channel}", 12, font_weight="bold"),
        *_numbers(INPUT, y, VOLUME[channel]),
        rect(left, y + row * CELL, size, size, look[0], fill_opacity=0.2, **_look(look, 3)),
        middle(KERNEL - 16, centre, "×", 16),
        text(KERNEL, top - 8, f"kernel {channel}"),
        *_numbers(KERNEL, top, [weights[:F] for weights in FILTER[channel][:F]]),
        rect(KERNEL, top, size, size, **_look(look)),
        middle((KERNEL + size + PRODUCTS) / 2, centre, "=", 16),
        text(PRODUCTS, top - 8, "products"),
        *_numbers(PRODUCTS, top, products(channel, F, row, column)),
        rect(PRODUCTS, top, size, size, **_look(look)),
        middle((PRODUCTS + size + SUM) / 2, centre, "→", 16),
        text(SUM, centre - 20, "added up"),
        _boxed(SUM, centre - 12, partial, look),
    ]  # fmt: skip
    return "".join(parts)


def _map(D: int, F: int, seen: list[tuple[int, int]], bias: int) -> str:
    """The output as far as the window has come, its last number outlined."""
    rows, columns = len(steps(HEIGHT, F, 1)), len(steps(WIDTH, F, 1))
    parts = [
        text(RIGHT, TOP - 8, f"map {rows} × {columns}", 12, font_weight="bold"),
        grid(RIGHT, TOP, columns, rows, PLACE),
    ]
    for row, column in seen:
        number = bias + sum(
            sum(sum(line) for line in products(channel, F, row, column)) for channel in range(D)
        )
        x, y = RIGHT + (column + 0.5) * PLACE, TOP + (row + 0.5) * PLACE
        parts.append(middle(x, y, signed(number), 12))
    x, y = RIGHT + seen[-1][1] * PLACE, TOP + seen[-1][0] * PLACE
    parts.append(rect(x, y, PLACE, PLACE, INK, fill_opacity=0.12, stroke=INK, stroke_width=3))
    return "".join(parts)


def _formula(y: float, sums: list[int], bias: int, total: int) -> str:
    """The sum at this place, its terms in the boxes that they have above."""
    parts = [line(INPUT, y, 636, y, stroke_opacity=0.4)]
    x = INPUT
    terms = [(f"channel {c}", number, LOOKS[c]) for c, number in enumerate(sums)]
    for name, number, look in [*terms, ("bias", bias, BIAS)]:
        parts += [text(x, y + 18, name), _boxed(x, y + 26, number, look)]
        x += 74
        parts.append(middle(x - 16, y + 38, "=" if name == "bias" else "+", 16))
    parts += [
        text(x, y + 18, "this place of the map"),
        rect(x, y + 26, 48, 24, INK, fill_opacity=0.12, stroke=INK, stroke_width=3),
        middle(x + 24, y + 38, signed(total), 14, font_weight="bold"),
    ]
    return "".join(parts)


def _words(
    D: int,
    F: int,
    at: int,
    of: int,
    corner: tuple[int, int],
    sums: list[int],
    bias: int,
    total: int,
) -> str:
    row, column = corner
    parts = [f"channel {channel} gives {signed(number)}" for channel, number in enumerate(sums)]
    numbers = "; ".join(
        f"channel {channel}: {_spoken(VOLUME[channel], F, row, column)} times "
        f"{_spoken(FILTER[channel], F, 0, 0)}"
        for channel in range(D)
    )
    return (
        f"Input of {count(D, 'channel')}, {HEIGHT} × {WIDTH} each; filter {F} × {F} × {D}, "
        f"so {count(F * F * D, 'weight')}. "
        f"Window {at} of {of} reads {span('row', row, row + F - 1)} and "
        f"{span('column', column, column + F - 1)}. Place by place, {numbers}. "
        f"Added up, {listed([*parts, f'the bias is {signed(bias)}'])}: together {signed(total)}, "
        f"in row {row} and column {column} of the map."
    )


def _spoken(rows: Rows, F: int, row: int, column: int) -> str:
    """A square of numbers in words: rows are parted by a slash."""
    return " / ".join(
        " ".join(signed(number) for number in line[column : column + F])
        for line in rows[row : row + F]
    )


def _table(D: int, F: int, bias: int) -> Table:
    """Every place of the map: what each channel gives, and all of it with the bias."""
    rows = []
    for row, column in places(F):
        sums = [sum(sum(line) for line in products(c, F, row, column)) for c in range(D)]
        rows.append([f"({row}, {column})", *sums, bias, sum(sums) + bias])
    return [["place (row, column)", *(f"channel {c}" for c in range(D)), "bias", "map"], *rows]
