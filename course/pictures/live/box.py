"""A box of numbers and the memory that holds it: which element lies where.

Memory is one long row of places, counted from 0.  Which element lies at which of them is found by
walking through all indices, as a machine does; no formula is used.
"""

from __future__ import annotations

from itertools import product

from course.pictures.picture import Picture, Table
from course.pictures.spots import cells, numbered
from course.pictures.svg import (
    BLUE,
    GREEN,
    INK,
    VERMILLION,
    drawing,
    grid,
    middle,
    rect,
    text,
)
from course.pictures.words import count, listed

LAYOUTS = ("CHW", "HWC")  # of an array, an axis a letter: channel, row (height), column (width)
ORDERS = ("last", "first")  # the index that changes from one place in memory to the next
FRAMEWORKS = ("channels first, as in PyTorch", "channels last, as in TensorFlow")
WIDEST, TALLEST, DEEPEST = 6, 4, 3

WIDTH, HEIGHT = 660, 462
LEFT, TOP, CELL, GAP = 26, 64, 30, 30  # the box, a channel beside the other
MEMORY, ROW, PLACE, DEEP = 238, 12, 51, 27  # the memory, so many places a row
COLOURS = (BLUE, GREEN, VERMILLION)  # of the channels; their numbers stand in the cells too

Index = tuple[int, ...]


def in_memory(shape: Index, order: int) -> list[Index]:
    """The indices of an array of this shape, in the order in which memory holds its elements.

    ``order`` 1: the last index changes fastest (NumPy, PyTorch, TensorFlow), 2: the first
    (Fortran, MATLAB, R).
    """
    if order == 1:
        return list(product(*map(range, shape)))
    return [index[::-1] for index in product(*map(range, shape[::-1]))]


def box(W: int, H: int, D: int, layout: int, order: int, at: int) -> Picture:
    """A box of D x H x W numbers as an array of LAYOUTS[layout - 1], and its memory.

    Cells of the box show their place in memory; places in memory show the index of their element.
    The element at place ``at`` is outlined in both; ``at`` beyond the last place means the last.
    """
    axes = LAYOUTS[layout - 1]
    sizes = {"C": D, "H": H, "W": W}
    shape = tuple(sizes[axis] for axis in axes)
    memory = in_memory(shape, order)
    at = min(max(at, 0), len(memory) - 1)
    elements = [dict(zip(axes, index, strict=True)) for index in memory]
    shown = f"array[{', '.join(map(str, memory[at]))}]"
    kind = f"layout {axes}: {FRAMEWORKS[layout - 1]}. The array's shape is {shape}"
    fastest = f"the {ORDERS[order - 1]} index changes fastest"
    parts = [
        text(LEFT, 16, kind[0].upper() + kind[1:], 13, font_weight="bold"),
        *_box(W, H, D, elements, at),
        text(LEFT, MEMORY - 34, f"memory, {fastest}", 13, font_weight="bold"),
        text(LEFT, MEMORY - 14, "each place shows the index of what lies there", 12),
        *_memory(memory, elements, at),
    ]
    steps = _steps(elements)
    here = elements[at]
    where = f"channel {here['C']}, row {here['H']}, column {here['W']}"
    parts.append(text(LEFT, HEIGHT - 28, f"place {at}: {shown}, which is {where}", 13))
    parts.append(text(LEFT, HEIGHT - 8, _drawn_steps(steps), 13))
    said = (
        f"A box of {count(D, 'channel')}, {count(H, 'row')} and {count(W, 'column')}. "
        f"{kind[0].upper() + kind[1:]}, and {fastest}. "
        f"Place {at} of 0 to {len(memory) - 1} in memory holds {where}: {shown}."
        f"{_said_steps(steps)}"
    )
    rows = [
        [place, f"[{', '.join(map(str, index))}]", *(element[axis] for axis in "CHW")]
        for place, (index, element) in enumerate(zip(memory, elements, strict=True))
    ]
    table: Table = [["place in memory", "index", "channel", "row", "column"], *rows]
    return Picture(drawing(WIDTH, HEIGHT, *parts), said, lambda: table)


def _steps(elements: list[dict[str, int]]) -> dict[str, int]:
    """How many places further the next column, row and channel lie, where there is a next one."""
    names = {"W": "column", "H": "row", "C": "channel"}
    first = dict.fromkeys(names, 0)
    return {
        name: elements.index({**first, axis: 1})
        for axis, name in names.items()
        if {**first, axis: 1} in elements
    }


def _drawn_steps(steps: dict[str, int]) -> str:
    if not steps:
        return "a single number has no neighbours"
    return "one further in the box, so many places in memory: " + ", ".join(
        f"{name} {places}" for name, places in steps.items()
    )


def _said_steps(steps: dict[str, int]) -> str:
    if not steps:
        return " A single number has no neighbours."
    words = listed([f"the next {name} {count(places, 'place')}" for name, places in steps.items()])
    return f" In memory, {words} further."


def _box(W: int, H: int, D: int, elements: list[dict[str, int]], at: int) -> list[str]:
    """The channels side by side, with the places of their elements."""
    parts = []
    for channel in range(D):
        x = LEFT + channel * (W * CELL + GAP)
        parts += [
            text(x, TOP - 22, f"channel {channel}", 12),
            rect(x, TOP, W * CELL, H * CELL, COLOURS[channel], fill_opacity=0.18),
            grid(x, TOP, W, H, CELL),
        ]
        parts += [
            middle(x + (column + 0.5) * CELL, TOP - 8, str(column), 10, fill_opacity=0.75)
            for column in range(W)
        ]
        parts += [
            middle(x - 9, TOP + (row + 0.5) * CELL, str(row), 10, fill_opacity=0.75)
            for row in range(H)
        ]
    here = elements[at]
    for channel in range(D):
        # a step to the next row or column is as long in memory wherever it begins
        down = [elements.index({"C": channel, "H": row, "W": 0}) for row in range(H)]
        first = elements.index({"C": channel, "H": 0, "W": 0})
        across = [
            elements.index({"C": channel, "H": 0, "W": column}) - first for column in range(W)
        ]
        now = (here["H"], here["W"]) if here["C"] == channel else (0, 0)
        x = LEFT + channel * (W * CELL + GAP)
        says = f"channel {channel}"
        parts.append(cells(x, TOP, W * CELL, H * CELL, says, now, at=(down, across)))
    for place, element in enumerate(elements):
        x = LEFT + element["C"] * (W * CELL + GAP) + element["W"] * CELL
        y = TOP + element["H"] * CELL
        if place == at:
            parts.append(rect(x, y, CELL, CELL, stroke=INK, stroke_width=3))
        parts.append(
            middle(x + CELL / 2, y + CELL / 2, str(place), 12, font_weight=_weight(place, at))
        )
    return parts


def _memory(memory: list[Index], elements: list[dict[str, int]], at: int) -> list[str]:
    """The places in memory, a dozen a row, with the index of the element that lies there."""
    parts = []
    for place, (index, element) in enumerate(zip(memory, elements, strict=True)):
        row, column = divmod(place, ROW)
        x, y = LEFT + column * PLACE, MEMORY + row * DEEP
        colour = COLOURS[element["C"]]
        parts.append(
            rect(x, y, PLACE, DEEP, colour, fill_opacity=0.18, stroke=INK, stroke_opacity=0.35)
        )
        words = ",".join(map(str, index))
        parts.append(middle(x + PLACE / 2, y + DEEP / 2, words, 12, font_weight=_weight(place, at)))
        if column == 0:
            parts.append(middle(LEFT - 12, y + DEEP / 2, str(place), 10, fill_opacity=0.75))
    row, column = divmod(at, ROW)
    rows, columns = -(-len(memory) // ROW), min(len(memory), ROW)
    parts.append(
        cells(LEFT, MEMORY, columns * PLACE, rows * DEEP, "memory", (row, column),
              at=numbered(rows, ROW, 0) if rows > 1 else numbered(1, columns, 0))
    )  # fmt: skip
    parts.append(
        rect(LEFT + column * PLACE, MEMORY + row * DEEP, PLACE, DEEP, stroke=INK, stroke_width=3)
    )
    return parts


def _weight(place: int, at: int) -> str | None:
    return "bold" if place == at else None
