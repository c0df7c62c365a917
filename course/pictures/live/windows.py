"""A window on the padded input: which windows fit, which columns they never read."""

from __future__ import annotations

from course.pictures.live.layer import unread, window_starts
from course.pictures.live.yours import NO_SIZE, Yours, judge, verdict_lines
from course.pictures.picture import Picture, Table
from course.pictures.spots import cells, drag, numbered
from course.pictures.svg import (
    BLUE,
    INK,
    PURPLE,
    VERMILLION,
    drawing,
    element,
    grid,
    hatch,
    middle,
    paragraph,
    rect,
    text,
)
from course.pictures.words import columns, count, runs, span
from exercises.answers import Raised
from exercises.comparison import same

WIDTH, HEIGHT = 660, 368
LEFT, TOP, SIDE = 30, 44, 308  # the padded input
RIGHT, OUTPUT, LARGEST = 384, 116, 28.0  # the outputs beside it
READABLE = 15  # cells smaller than this hold no zero and have only every fifth number


def windows(W: int, F: int, S: int, P: int, at: int = 1, yours: Yours | None = None) -> Picture:
    """The padded W x W input with window number ``at`` (from 1, row by row) and the output.

    The last window is outlined, columns and rows that no window reads are hatched.  ``at`` beyond
    the last window shows the last.  ``yours`` is the student's answer to "how many windows fit
    along one axis?".
    """
    starts, width = window_starts(W, F, S, P), P + W + P
    parts = _input(W, F, S, P)
    words = f"Input {W} × {W}" + (
        f" with {count(P, 'zero')} on each side, {width} × {width} in all" if P else ""
    )
    if starts:
        parts += _legend(width, F, S, P)
        drawn, said = _fitting(F, S, starts, width, P, at)
    else:
        drawn, said = _too_large(F, width)
    parts += drawn
    if yours:
        expected = len(starts) or Raised.of(ValueError)
        truth = (
            f"{len(starts)} {'fits' if len(starts) == 1 else 'fit'} along an axis"
            if starts
            else NO_SIZE
        )
        verdict = judge(yours, same(yours.answer, expected), truth)
        parts += [_yours_grid(len(starts), yours), verdict_lines(RIGHT, 316, verdict, 40)]
        said += f" {verdict}."
    return Picture(
        drawing(WIDTH, HEIGHT, *parts, cuts=[372]), f"{words}. {said}", lambda: _table(starts, F)
    )


def _cell(width: int, F: int) -> float:
    return min(42.0, SIDE / max(width, F))


def _input(W: int, F: int, S: int, P: int) -> list[str]:
    """The padded input: zeros, image, indices, unread columns and rows."""
    width = P + W + P
    cell = _cell(width, F)
    side, inner = width * cell, LEFT + P * cell
    parts = [
        text(LEFT, 16, "padded input" if P else "input", 13, font_weight="bold"),
        rect(inner, TOP + P * cell, W * cell, W * cell, INK, fill_opacity=0.1),
        grid(LEFT, TOP, width, width, cell),
        rect(inner, TOP + P * cell, W * cell, W * cell, stroke=INK, stroke_width=1.5),
    ]
    every = 1 if cell >= READABLE else 5
    for column in range(0, width, every):
        centre = (column + 0.5) * cell
        parts.append(middle(LEFT + centre, TOP - 9, str(column), 10, fill_opacity=0.75))
        parts.append(middle(LEFT - 12, TOP + centre, str(column), 10, fill_opacity=0.75))
    if P and cell >= READABLE:
        for row in range(width):
            zeros = [c for c in range(width) if not (P <= row < P + W and P <= c < P + W)]
            where = " ".join(f"{LEFT + (c + 0.5) * cell:.1f}" for c in zeros)
            y = TOP + (row + 0.5) * cell + 4
            parts.append(_zeros(where, y, "0" * len(zeros)))
    for first, last in runs(unread(width, F, S)):
        start, thick = first * cell, (last - first + 1) * cell
        parts.append(hatch(LEFT + start, TOP, thick, side, VERMILLION))
        parts.append(hatch(LEFT, TOP + start, side, thick, VERMILLION))
    return parts


def _zeros(where: str, y: float, zeros: str) -> str:
    return element(
        "text", zeros, x=where, y=y, font_size=11, fill=INK, fill_opacity=0.75, text_anchor="middle"
    )


def _fitting(
    F: int, S: int, starts: list[int], width: int, P: int, at: int
) -> tuple[list[str], str]:
    """The windows, the output with the cell that the shown window fills, and both in words."""
    n, cell = len(starts), _cell(width, F)
    at = min(max(at, 1), n * n)
    row, column = divmod(at - 1, n)
    size, last = F * cell, starts[-1]
    corner = LEFT + starts[column] * cell, TOP + starts[row] * cell
    far = LEFT + last * cell, TOP + last * cell
    small = min(LARGEST, OUTPUT / n)
    parts = [
        rect(*far, size, size, stroke=BLUE, stroke_width=2.5, stroke_dasharray="6 4"),
        rect(*corner, size, size, BLUE, fill_opacity=0.3, stroke=BLUE, stroke_width=3),
        text(RIGHT, 16, f"output {n} × {n}", 13, font_weight="bold"),
        rect(
            RIGHT + column * small, TOP + row * small, small, small, BLUE,
            fill_opacity=0.5, stroke=BLUE, stroke_width=2,
        ),
        grid(RIGHT, TOP, n, n, small),
        text(RIGHT, 186, f"{count(n, 'window')} along each axis"),
        text(RIGHT, 205, f"shown: window {at} of {n * n}, output cell ({row}, {column})"),
        drag(LEFT, TOP, cell, (width, width), F, (starts, starts), at),
        cells(RIGHT, TOP, n * small, n * small, "output", (row, column), at=numbered(n, n)),
    ]  # fmt: skip
    never = unread(width, F, S)
    said = (
        f"Filter {F} × {F}, stride {S}: {count(n, 'window')} along each axis, so the output is "
        f"{n} × {n}. Window {at} of {n * n} reads "
        f"{span('row', starts[row], starts[row] + F - 1)} and "
        f"{span('column', starts[column], starts[column] + F - 1)}. "
        f"The last window of a row ends at column {last + F - 1} of 0 to {width - 1}. "
    )
    if not never:
        return parts, said + "No column is unread."
    said += f"No window reads {columns(never)}"
    zeros = [c for c in never if not P <= c < width - P]
    if zeros:
        padded = f"{len(zeros)} {'is' if len(zeros) == 1 else 'are'} padding"
        said += " (padding)" if zeros == never else f" ({padded})"
    return parts, said + "; rows likewise."


def _too_large(F: int, width: int) -> tuple[list[str], str]:
    """The filter hanging over the padded input, and that in words."""
    size = F * _cell(width, F)
    said = f"No window fits: the filter, {F} × {F}, is larger than {width} × {width}."
    words, _ = paragraph(RIGHT, 60, said, 42, 13)
    hanging = rect(
        LEFT, TOP, size, size, VERMILLION,
        fill_opacity=0.08, stroke=VERMILLION, stroke_width=3, stroke_dasharray="6 4",
    )  # fmt: skip
    return [hanging, text(RIGHT, 16, "no output", 13, font_weight="bold"), words], said


def _yours_grid(n: int, yours: Yours) -> str:
    """The output as the student's answer has it, where that can be drawn."""
    size = yours.whole
    if size is None or not 0 < size <= 40:
        return ""
    small = min(LARGEST, OUTPUT / max(n, 1), OUTPUT / size)
    x = RIGHT + OUTPUT + 34
    return text(x, 16, f"yours {size} × {size}", 13, font_weight="bold") + grid(
        x, TOP, size, size, small, stroke=PURPLE, stroke_opacity=1, stroke_dasharray="3 2"
    )


def _legend(width: int, F: int, S: int, P: int) -> list[str]:
    """What the outlines and hatches mean."""
    y = 226
    keys = [
        (rect(0, 0, 16, 14, BLUE, fill_opacity=0.3, stroke=BLUE, stroke_width=2.5), "window shown"),
        (rect(0, 0, 16, 14, stroke=BLUE, stroke_width=2, stroke_dasharray="5 3"), "last window"),
        (rect(0, 0, 16, 14, INK, fill_opacity=0.1, stroke=INK), "the image"),
    ]
    if unread(width, F, S):
        keys.append((hatch(0, 0, 16, 14, VERMILLION, 5), "never read"))
    if P:
        zero = middle(8, 7, "0") if _cell(width, F) >= READABLE else ""
        keys.append((rect(0, 0, 16, 14, stroke=INK, stroke_opacity=0.35) + zero, "zeros"))
    parts = []
    for place, (swatch, words) in enumerate(keys):
        x, below = RIGHT + place % 2 * 128, y + place // 2 * 22
        parts.append(element("g", swatch, transform=f"translate({x} {below})"))
        parts.append(text(x + 24, below + 11, words))
    return parts


def _table(starts: list[int], F: int) -> Table:
    """Along one axis: each window and what it reads."""
    rows = [[number, start, start + F - 1] for number, start in enumerate(starts)]
    return [["output cell along an axis", "first row or column read", "last"], *rows]
