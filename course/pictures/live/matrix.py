"""A layer as a matrix: a row for each output number, a column for each pixel, an entry traced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from course.pictures.live.layer import steps
from course.pictures.live.yours import Verdict, Yours, judge, verdict_lines
from course.pictures.picture import Picture, Table, numbered_rows
from course.pictures.spots import cells, column_of, numbered, row_of
from course.pictures.svg import (
    BLUE,
    INK,
    VERMILLION,
    drawing,
    grid,
    hatch,
    middle,
    paragraph,
    rect,
    text,
)
from course.pictures.words import count
from exercises.comparison import same

WIDTH, HEIGHT = 680, 440
LEFT, TOP, WIDE, TALL = 34, 62, 400, 360  # the matrix
RIGHT, SMALL = 478, 25.0  # image, filter and output beside it
NAMES = "abcdefghi"  # of the weights of a filter, row by row
KINDS = {1: "convolution", 2: "locally connected layer", 3: "dense layer"}


@dataclass(frozen=True)
class Layer:
    """One filter on one channel: windows found by stepping, numbered row by row."""

    W: int
    H: int
    F: int
    S: int
    kind: int

    @property
    def tops(self) -> list[int]:
        """The first row of each row of windows."""
        return steps(self.H, self.F, self.S)

    @property
    def lefts(self) -> list[int]:
        """The first column of each column of windows."""
        return steps(self.W, self.F, self.S)

    def corner(self, output: int) -> tuple[int, int]:
        """The top left pixel of the window of an output number, as (row, column)."""
        windows = [(top, left) for top in self.tops for left in self.lefts]
        return windows[output]

    def inside(self, output: int, pixel: int) -> tuple[int, int] | None:
        """Where in the window a pixel lies, as (row, column), or None if it is outside."""
        (row, column), (top, left) = divmod(pixel, self.W), self.corner(output)
        if top <= row < top + self.F and left <= column < left + self.F:
            return row - top, column - left
        return None

    def weight(self, output: int, pixel: int) -> str:
        """The name of an entry's weight, equal for entries that share it; "" for a fixed zero."""
        place = self.inside(output, pixel)
        if self.kind == 3:
            return f"{output} {pixel}"
        if place is None:
            return ""
        name = NAMES[place[0] * self.F + place[1]]
        return name if self.kind == 1 else f"{output} {name}"

    def table(self) -> list[list[str]]:
        """The names of all entries."""
        outputs, pixels = len(self.tops) * len(self.lefts), self.W * self.H
        return [[self.weight(o, p) for p in range(pixels)] for o in range(outputs)]


def kernel(F: int) -> list[list[int]]:
    """The filter that a student's function is asked about: 1, 2, 3 and so on."""
    return [[row * F + column + 1 for column in range(F)] for row in range(F)]


def matrix(
    W: int, H: int, F: int, S: int, kind: int, row: int = 0, column: int = 0,
    yours: Yours | None = None,
) -> Picture:  # fmt: skip
    """The matrix of a layer on an image of H rows and W columns, and where one entry comes from.

    ``kind``: 1 convolution, 2 locally connected, 3 dense.  Entries with the same weight as the
    traced one are filled.  ``yours`` is what the student's function makes of ``kernel(F)``; entries
    in which that differs are hatched.
    """
    layer = Layer(W, H, F, S, kind)
    if not (layer.tops and layer.lefts):
        words = f"No window fits: the filter, {F} × {F}, is larger than the image of {H} × {W}."
        said, _ = paragraph(8, 24, words, 80, 13)
        return Picture(drawing(WIDTH, 48, said), words)
    table = layer.table()
    row, column = min(row, len(table) - 1), min(column, W * H - 1)
    wrong: set[tuple[int, int]] = set()
    verdict = None
    if yours and kind == 1:
        wrong, verdict = _judged(layer, table, yours)
    parts = _entries(layer, table, row, column, wrong)
    parts += _beside(layer, row, column, table[row][column])
    said = _words(layer, table, row, column)
    height: float = HEIGHT
    if verdict:
        parts.append(verdict_lines(8, HEIGHT + 14, verdict, 92, lines=2))
        said += f" {verdict}."
        height += 44
    return Picture(
        drawing(WIDTH, height, *parts, cuts=[462], below=HEIGHT), said, lambda: _numbers(table)
    )


def _entries(
    layer: Layer, table: list[list[str]], row: int, column: int, wrong: set[tuple[int, int]]
) -> list[str]:
    """The matrix itself."""
    pixels, outputs = layer.W * layer.H, len(table)
    cell = min(28.0, WIDE / pixels, TALL / outputs)
    chosen = table[row][column]
    parts = [
        text(8, 16, f"{KINDS[layer.kind]}: {outputs} × {pixels} matrix", 13, font_weight="bold"),
        text(8, 34, "a row for each output number, a column for each pixel", 12),
        rect(LEFT, TOP + row * cell, pixels * cell, cell, BLUE, fill_opacity=0.12),
        rect(LEFT + column * cell, TOP, cell, outputs * cell, BLUE, fill_opacity=0.12),
    ]
    for r, entries in enumerate(table):
        for c, name in enumerate(entries):
            x, y = LEFT + c * cell, TOP + r * cell
            same_weight = bool(name) and name == chosen
            if name:
                parts.append(
                    rect(x, y, cell, cell, BLUE if same_weight else INK,
                         fill_opacity=1 if same_weight else 0.16)
                )  # fmt: skip
            if (r, c) in wrong:
                parts.append(hatch(x, y, cell, cell, VERMILLION, 5, 1.5))
            if len(name) == 1:
                parts.append(
                    middle(x + cell / 2, y + cell / 2, name, max(9.0, cell * 0.55),
                           fill="#fff" if same_weight else INK)
                )  # fmt: skip
    parts += [
        cells(LEFT, TOP, pixels * cell, outputs * cell, "matrix", (row, column),
              row=row_of(outputs, pixels), column=column_of(outputs, pixels)),
        grid(LEFT, TOP, pixels, outputs, cell),
        rect(LEFT + column * cell, TOP + row * cell, cell, cell, stroke=VERMILLION, stroke_width=3),
        middle(LEFT + (column + 0.5) * cell, TOP - 9, str(column), 11, font_weight="bold"),
        middle(LEFT - 14, TOP + (row + 0.5) * cell, str(row), 11, font_weight="bold"),
    ]  # fmt: skip
    return parts


def _beside(layer: Layer, row: int, column: int, name: str) -> list[str]:
    """Image with window and pixel, filter, output."""
    W, H, F = layer.W, layer.H, layer.F
    top, left = layer.corner(row)
    down, across = divmod(column, W)
    place = layer.inside(row, column)
    y: float = 28
    parts = [
        text(RIGHT, 16, f"image, pixel {column} of 0 to {W * H - 1}", 12.5, font_weight="bold"),
        rect(RIGHT + left * SMALL, y + top * SMALL, F * SMALL, F * SMALL, BLUE, fill_opacity=0.3),
        grid(RIGHT, y, W, H, SMALL),
        rect(RIGHT + left * SMALL, y + top * SMALL, F * SMALL, F * SMALL, stroke=BLUE,
             stroke_width=3),
        rect(RIGHT + across * SMALL, y + down * SMALL, SMALL, SMALL, stroke=VERMILLION,
             stroke_width=3),
    ]  # fmt: skip
    parts.append(
        cells(RIGHT, y, W * SMALL, H * SMALL, "image", (down, across), column=numbered(H, W, 0))
    )
    for pixel in range(W * H):
        r, c = divmod(pixel, W)
        parts.append(middle(RIGHT + (c + 0.5) * SMALL, y + (r + 0.5) * SMALL, str(pixel), 10))
    y = 28 + 5 * SMALL + 30
    title = "the filter" if layer.kind == 1 else "the window"
    parts.append(text(RIGHT, y - 10, title, 12.5, font_weight="bold"))
    for r in range(F):
        for c in range(F):
            x, below = RIGHT + c * SMALL, y + r * SMALL
            here = (r, c) == place
            if here:
                parts.append(rect(x, below, SMALL, SMALL, BLUE))
            if layer.kind == 1:
                letter = NAMES[r * F + c]
                fill = "#fff" if here else INK
                parts.append(middle(x + SMALL / 2, below + SMALL / 2, letter, 13, fill=fill))
    parts.append(grid(RIGHT, y, F, F, SMALL))
    lefts, tops = layer.lefts, layer.tops
    r, c = divmod(row, len(lefts))
    x, small = RIGHT + 3 * SMALL + 28, min(SMALL, 3 * SMALL / max(len(lefts), len(tops)))
    parts += [
        text(x, y - 10, f"output {row}", 12.5, font_weight="bold"),
        rect(x + c * small, y + r * small, small, small, BLUE),
        grid(x, y, len(lefts), len(tops), small),
        cells(x, y, len(lefts) * small, len(tops) * small, "output", (r, c),
              row=numbered(len(tops), len(lefts), 0)),
    ]  # fmt: skip
    words, _ = paragraph(RIGHT, y + 3 * SMALL + 26, _trace(layer, row, column, name), 33, 12, 9)
    return [*parts, words]


def _trace(layer: Layer, row: int, column: int, name: str) -> str:
    """Where the entry comes from, in one or two sentences."""
    place, pixel = layer.inside(row, column), divmod(column, layer.W)
    (top, left), (r, c) = layer.corner(row), divmod(row, len(layer.lefts))
    start = (
        f"Entry ({row}, {column}): output ({r}, {c}) has its window at pixel ({top}, {left}). "
        f"Pixel {column} is {pixel}, "
    )
    where = f"at {place} in the window" if place else "outside the window"
    if layer.kind == 3:
        return f"{start}{where}. A dense layer has a weight for it all the same, used only here."
    if place is None:
        return f"{start}{where}, so the entry is 0."
    if layer.kind == 2:
        return f"{start}{where}. Its weight is used only here."
    return f"{start}{where}, so the entry is the weight {name}."


def _words(layer: Layer, table: list[list[str]], row: int, column: int) -> str:
    names = [name for entries in table for name in entries if name]
    total = len(table) * len(table[0])
    times = names.count(table[row][column])
    said = (
        f"A {KINDS[layer.kind]} on an image of {count(layer.H, 'row')} and "
        f"{count(layer.W, 'column')}, F = {layer.F}, S = {layer.S}, as a matrix of {len(table)} × "
        f"{len(table[0])}: {total} {'entry' if total == 1 else 'entries'}, "
        f"{total - len(names) or 'none'} of them always 0, "
        f"{count(len(set(names)), 'different weight')}. "
        f"{_trace(layer, row, column, table[row][column])}"
    )
    if times and layer.kind == 1:
        said += f" It stands in the matrix {count(times, 'time')}, once a row."
    return said


def _judged(
    layer: Layer, table: list[list[str]], yours: Yours
) -> tuple[set[tuple[int, int]], Verdict]:
    """The entries in which the student's matrix differs, and the verdict on it."""
    truth = [[NAMES.index(name) + 1 if name else 0 for name in entries] for entries in table]
    shape = f"{len(truth)} × {len(truth[0])}"
    given = _rows(yours.answer)
    if given is None:
        return set(), judge(yours, False, f"a matrix of {shape} is asked")
    if [len(row) for row in given] != [len(row) for row in truth]:
        sizes = f"{len(given)} × {len(given[0]) if given else 0}"
        return set(), Verdict(False, f"{yours.call} is {sizes}; the matrix is {shape}")
    wrong = {
        (r, c)
        for r, row in enumerate(truth)
        for c, entry in enumerate(row)
        if not same(given[r][c], entry)
    }
    if wrong:
        differs = f"differs in {len(wrong)} of {len(truth) * len(truth[0])} entries (hatched)"
        return wrong, Verdict(False, f"{yours.call} {differs}")
    return wrong, Verdict(True, f"{yours.call} gives this matrix, with 1 for a, 2 for b and so on")


def _rows(answer: Any) -> list[list[Any]] | None:
    """A plain answer as rows of numbers, or None if it is no matrix."""
    tolist = getattr(answer, "tolist", None)
    rows = tolist() if tolist else answer
    if type(rows) is not list:
        return None
    rows = [row.tolist() if hasattr(row, "tolist") else row for row in rows]
    if not all(type(row) is list and len(row) == len(rows[0]) for row in rows):
        return None
    return rows


def _numbers(table: list[list[str]]) -> Table:
    """The matrix: names of weights, a dot where another weight stands, 0 where none does."""
    named = [[name if len(name) == 1 else "·" if name else 0 for name in row] for row in table]
    return numbered_rows(named, "output, pixel")
