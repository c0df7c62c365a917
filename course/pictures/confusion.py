"""Which digits are taken for which: a table of counts, shaded where a network errs."""

from __future__ import annotations

import numpy as np

from course.pictures.picture import Picture
from course.pictures.svg import BLUE, VERMILLION, drawing, grid, middle, rect, text
from course.pictures.words import count, listed

CELL, LEFT, TOP = 44, 96, 52


def confusion(counts: np.ndarray) -> Picture:
    """``counts[true, predicted]``, C x C whole numbers.

    The diagonal is what is right.  A wrong cell is framed, and shaded by its share of all errors.
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
    for true in range(classes):
        for said in range(classes):
            number = int(counts[true, said])
            x, y = LEFT + said * CELL, TOP + true * CELL
            if true == said:
                parts.append(rect(x, y, CELL, CELL, BLUE, fill_opacity=0.2))
            elif number:
                shade = 0.08 + 0.32 * number / most
                parts.append(rect(x, y, CELL, CELL, VERMILLION, fill_opacity=shade))
                frame = {"stroke": VERMILLION, "stroke_width": 1.5}
                parts.append(rect(x + 2, y + 2, CELL - 4, CELL - 4, **frame))
            if number:
                weight = "bold" if true != said else None
                parts.append(
                    middle(x + CELL / 2, y + CELL / 2, f"{number:,}", 12.5, font_weight=weight)
                )
    parts.append(grid(LEFT, TOP, classes, classes, CELL, stroke_opacity=0.25))
    side = classes * CELL
    return Picture(drawing(LEFT + side + 4, TOP + side + 4, *parts), _said(counts, wrong))


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
