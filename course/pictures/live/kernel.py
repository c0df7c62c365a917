"""What a 3 x 3 kernel makes of a drawing: the map, with its numbers."""

from __future__ import annotations

from typing import Any

from course.pictures.live.layer import steps
from course.pictures.live.yours import Verdict, Yours, judge, verdict_lines
from course.pictures.picture import Picture, numbered_rows
from course.pictures.svg import (
    BLUE,
    INK,
    PURPLE,
    VERMILLION,
    drawing,
    grid,
    hatch,
    middle,
    rect,
    text,
)
from course.pictures.words import count
from exercises.answers import is_array
from exercises.comparison import same, show

Rows = list[list[int]]

CELL, LEFT, TOP = 32, 12, 34


def kernel_map(image: Rows, kernel: Rows, yours: Yours | None = None) -> Picture:
    """The map of ``kernel`` on ``image`` (0 blank, 1 ink): each number in its place.

    Positive numbers are on blue, negative ones on hatched vermillion, the stronger the larger.  A
    dot marks the places whose centre lies on ink.  ``yours`` is the student's map.
    """
    numbers = cross_correlation(image, kernel)
    rows, columns = len(numbers), len(numbers[0])
    most = max(1, max(abs(number) for row in numbers for number in row))
    middle_of = len(kernel) // 2
    parts = [text(LEFT, 20, f"map {rows} × {columns}", 13, font_weight="bold")]
    for i, row in enumerate(numbers):
        for j, number in enumerate(row):
            on_ink = image[i + middle_of][j + middle_of]
            parts.append(_place(LEFT + j * CELL, TOP + i * CELL, number, most, bool(on_ink)))
    parts.append(grid(LEFT, TOP, columns, rows, CELL))
    below = TOP + rows * CELL + 10
    parts.append(_legend(below))
    said = _words(image, kernel, numbers)
    height = below + 46
    if yours:
        given = yours.answer.tolist() if is_array(yours.answer) else yours.answer
        wrong = _differing(given, numbers)
        parts += [_outlined(*place) for place in wrong]
        verdict = _judged(yours, given, numbers, wrong)
        parts.append(verdict_lines(LEFT, height + 12, verdict, 44, lines=5))
        height += 24 + 17 * min(5, 1 + len(verdict.says) // 38)
        said += f" {verdict}."
    drawn = drawing(LEFT + columns * CELL + 12, height, *parts)
    return Picture(drawn, said, lambda: numbered_rows(numbers))


def cross_correlation(image: Rows, kernel: Rows) -> Rows:
    """The map, by stepping a window along: at each place products, added up."""
    F = len(kernel)
    return [
        [
            sum(image[row + i][column + j] * kernel[i][j] for i in range(F) for j in range(F))
            for column in steps(len(image[0]), F, 1)
        ]
        for row in steps(len(image), F, 1)
    ]


def _place(x: float, y: float, number: int, most: int, on_ink: bool) -> str:
    """One number of the map on its ground."""
    strong = abs(number) / most
    parts = []
    if number > 0:
        parts.append(rect(x, y, CELL, CELL, BLUE, fill_opacity=0.1 + 0.4 * strong))
    if number < 0:
        parts.append(rect(x, y, CELL, CELL, VERMILLION, fill_opacity=0.05 + 0.3 * strong))
        parts.append(hatch(x, y, CELL, CELL, VERMILLION, 8, 0.8))
    words = str(number).replace("-", "−")
    faint = {} if number else {"fill_opacity": 0.6}
    parts.append(middle(x + CELL / 2, y + CELL / 2, words, 12, **faint))
    if on_ink:
        parts.append(rect(x + 3, y + 3, 4, 4, INK, rx=2))
    return "".join(parts)


def _legend(y: float) -> str:
    x = LEFT
    return "".join(
        [
            rect(x, y, 16, 14, BLUE, fill_opacity=0.4),
            text(x + 22, y + 11, "above 0"),
            rect(x + 88, y, 16, 14, VERMILLION, fill_opacity=0.25),
            hatch(x + 88, y, 16, 14, VERMILLION, 5),
            text(x + 110, y + 11, "below 0"),
            rect(x + 180, y + 5, 4, 4, INK, rx=2),
            text(x + 192, y + 11, "centre lies on ink"),
        ]
    )


def _outlined(row: int, column: int) -> str:
    look = {"stroke": PURPLE, "stroke_width": 2.5, "stroke_dasharray": "4 2"}
    return rect(LEFT + column * CELL + 1.5, TOP + row * CELL + 1.5, CELL - 3, CELL - 3, **look)


def _shape(rows: Any) -> tuple[int, int] | None:
    """Rows and columns of a table of numbers; None for anything else."""
    if type(rows) is not list or not rows or any(type(row) is not list for row in rows):
        return None
    widths = {len(row) for row in rows}
    return (len(rows), widths.pop()) if len(widths) == 1 else None


def _differing(given: Any, numbers: Rows) -> list[tuple[int, int]]:
    """The places where a map of the right shape has another number."""
    if _shape(given) != _shape(numbers):
        return []
    return [
        (i, j)
        for i, row in enumerate(numbers)
        for j, number in enumerate(row)
        if not same(given[i][j], number)
    ]


def _judged(yours: Yours, given: Any, numbers: Rows, wrong: list[tuple[int, int]]) -> Verdict:
    """The verdict on a map; a map of numbers is too long to be written out."""
    rows, columns = len(numbers), len(numbers[0])
    shape = _shape(given)
    if shape is None:
        return judge(yours, False, f"a map of {rows} × {columns} numbers is asked")
    if shape != (rows, columns):
        says = f"is {shape[0]} × {shape[1]}, and there are {rows} × {columns} places"
    elif wrong:
        row, column = wrong[0]
        says = (
            f"has {count(len(wrong), 'other number')} of {rows * columns} (dashed), the first in "
            f"row {row}, column {column}: {show(given[row][column], 12)}, "
            f"not {numbers[row][column]}"
        )
    else:
        return Verdict(True, f"{yours.call} gives this map: right")
    return Verdict(False, f"the map of {yours.call} {says}")


def _words(image: Rows, kernel: Rows, numbers: Rows) -> str:
    ink = sum(map(sum, image))
    weights = " / ".join(" ".join(map(str, row)) for row in kernel).replace("-", "−")
    flat = [(number, i, j) for i, row in enumerate(numbers) for j, number in enumerate(row)]
    high = max(flat, key=lambda one: one[0])
    low = min(flat, key=lambda one: one[0])
    said = (
        f"A drawing of {len(image)} × {len(image[0])} pixels, {ink} of them ink; the kernel is "
        f"{weights}. The map is {len(numbers)} × {len(numbers[0])}. "
    )
    if high[0] == low[0]:
        return said + f"All its numbers are {high[0]}.".replace("-", "−")
    ends = [f"{number} in row {i}, column {j}" for number, i, j in (high, low)]
    zeros = sum(not number for number, _, _ in flat)
    return (
        said + f"Its largest number is {ends[0]}, its smallest {ends[1]}; ".replace("-", "−")
        + f"{count(zeros, 'place')} {'holds' if zeros == 1 else 'hold'} 0."
    )  # fmt: skip
