"""Which digits are taken for which: a table of counts, shaded where a network errs."""

from __future__ import annotations

import numpy as np

from course.pictures.picture import Picture, numbered_rows
from course.pictures.pixels import Pixels
from course.pictures.spots import cells, column_of, row_of
from course.pictures.svg import BLUE, INK, VERMILLION, drawing, grid, middle, rect, text
from course.pictures.words import count, listed

CELL, LEFT, TOP = 44, 96, 52
MOST, DIGIT, BELOW = 8, 2.0, 92  # digits of a cell, a pixel of them, the height of their row


def confusion(
    counts: np.ndarray, true: int | None = None, said: int | None = None,
    images: np.ndarray | None = None,
) -> Picture:  # fmt: skip
    """``counts[true, predicted]``, C x C whole numbers.

    The diagonal is what is right.  A wrong cell is framed, and shaded by its share of all errors.
    Of the cell (``true``, ``said``) some digits are shown below: ``images``, N x H x W from 0 to 1.
    """
    classes = len(counts)
    wrong = counts.copy()
    np.fill_diagonal(wrong, 0)
    most = max(1, int(wrong.max()))
    parts = [
        text(LEFT, 16, "what the network says", 13, font_weight="bold"),
        text(4, TOP + 14, "what it is", 13, font_weight="bold"),
    ]
    for digit in range(classes):
        parts.append(middle(LEFT + (digit + 0.5) * CELL, TOP - 14, str(digit), 13))
        parts.append(middle(LEFT - 14, TOP + (digit + 0.5) * CELL, str(digit), 13))
    for row in range(classes):
        for column in range(classes):
            number = int(counts[row, column])
            x, y = LEFT + column * CELL, TOP + row * CELL
            if row == column:
                parts.append(rect(x, y, CELL, CELL, BLUE, fill_opacity=0.2))
            elif number:
                shade = 0.08 + 0.32 * number / most
                parts.append(rect(x, y, CELL, CELL, VERMILLION, fill_opacity=shade))
                frame = {"stroke": VERMILLION, "stroke_width": 1.5}
                parts.append(rect(x + 2, y + 2, CELL - 4, CELL - 4, **frame))
            if number:
                weight = "bold" if row != column else None
                parts.append(
                    middle(x + CELL / 2, y + CELL / 2, f"{number:,}", 12.5, font_weight=weight)
                )
    parts.append(grid(LEFT, TOP, classes, classes, CELL, stroke_opacity=0.25))
    side = classes * CELL
    words, height = _said(counts, wrong), TOP + side + 4.0
    if true is not None and said is not None and images is not None:
        parts += _behind(counts, true, said, images, height)
        size = (classes, classes)
        parts.append(
            cells(LEFT, TOP, side, side, "table: true and said", (true, said),
                  true=row_of(*size), said=column_of(*size))
        )  # fmt: skip
        words += f" Shown: {_cell(counts, true, said)}."
        height += BELOW
    drawn = drawing(LEFT + side + 4, height, *parts)
    return Picture(drawn, words, lambda: numbered_rows(counts.tolist(), "what it is, what is said"))


def _behind(counts: np.ndarray, true: int, said: int, images: np.ndarray, top: float) -> list[str]:
    """A frame around a cell, and some of its digits below the table."""
    pixels, side = Pixels(), images.shape[-1] * DIGIT
    for place, image in enumerate(images[:MOST]):
        pixels.add(image, 4 + place * (side + 6), top + 30, DIGIT)
    frame = {"stroke": INK, "stroke_width": 3.5}
    return [
        rect(LEFT + said * CELL, TOP + true * CELL, CELL, CELL, **frame),
        text(4, top + 20, _cell(counts, true, said), 13, font_weight="bold"),
        pixels.svg(),
    ]


def _cell(counts: np.ndarray, true: int, said: int) -> str:
    taken = "is right" if true == said else f"is taken for {said}"
    number = int(counts[true, said])
    some = f", the first {MOST} of them" if number > MOST else ""
    return f"{true} {taken}: {count(number, 'time')}{some}"


def _said(counts: np.ndarray, wrong: np.ndarray) -> str:
    total, errors = int(counts.sum()), int(wrong.sum())
    said = f"Confusion matrix of {total:,} digits: {total - errors:,} right, {errors:,} wrong."
    if errors:
        order = np.argsort(wrong, axis=None, kind="stable")[::-1][:3]
        pairs = [np.unravel_index(place, wrong.shape) for place in order]
        worst = [
            f"{true} taken for {said_to_be} ({count(int(wrong[true, said_to_be]), 'time')})"
            for true, said_to_be in pairs
            if wrong[true, said_to_be]
        ]
        said += f" Most often: {listed(worst)}."
    return said
