"""Digits side by side, each with a line below it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from course.pictures.picture import Picture
from course.pictures.pixels import Pixels
from course.pictures.svg import drawing, middle, rect
from course.pictures.words import listed

CELL, GAP, CAPTION = 2.5, 12, 30


def digits(
    images: np.ndarray, captions: Sequence[str], says: str, columns: int = 8, details: int = 4
) -> Picture:
    """``images`` N x 28 x 28 from 0 to 1, with ``captions``; a caption may have two lines.

    ``says`` begins the alt text, which then reads out the first ``details`` captions.
    """
    side = CELL * images.shape[-1]
    pixels, parts = Pixels(), []
    for number, (image, caption) in enumerate(zip(images, captions, strict=True)):
        x = (number % columns) * (side + GAP) + 1
        y = number // columns * (side + CAPTION + GAP) + 1
        pixels.add(image, x, y, CELL)
        parts.append(rect(x, y, side, side, stroke="currentColor", stroke_opacity=0.3))
        for line, words in enumerate(caption.split("\n")):
            parts.append(middle(x + side / 2, y + side + 10 + 14 * line, words, 11.5))
    rows = -(-len(images) // columns)
    width = min(columns, len(images)) * (side + GAP) - GAP + 2
    drawn = drawing(width, rows * (side + CAPTION + GAP) - GAP + 6, pixels.svg(), *parts)
    read = [caption.replace("\n", ", ") for caption in captions[:details]]
    more = f"; {len(images) - details} more" if len(images) > details else ""
    words = f"{says} {listed(read)}{more}." if read else says
    told = [[number, caption.replace("\n", ", ")] for number, caption in enumerate(captions)]
    return Picture(drawn, words, lambda: [["digit", "caption"], *told])
