"""A digit, the feature maps that a layer makes of it, and the scores at the end."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from course.pictures.picture import Picture
from course.pictures.pixels import Pixels
from course.pictures.svg import BLUE, GREEN, INK, VERMILLION, drawing, line, rect, text
from course.pictures.words import count

WIDTH, LARGE, SMALL, GAP = 680, 4, 52, 6
AT = 170  # the maps' left edge


def maps(
    image: np.ndarray,
    features: np.ndarray,
    shares: Sequence[float],
    true: int,
    layer: str,
) -> Picture:
    """``image`` H x W and ``features`` K x h x w, all drawn on one scale; ``shares`` C sum to 1."""
    features = np.nan_to_num(np.asarray(features, dtype=float))
    largest = float(features.max()) or 1.0
    pixels, parts = Pixels(), []
    pixels.add(image, 1, 24, LARGE)
    side = LARGE * image.shape[-1]
    parts += [
        text(0, 14, f"the digit: {true}", 12.5, font_weight="bold"),
        rect(1, 24, side, side, stroke=INK, stroke_opacity=0.3),
        text(AT, 14, f"{layer}: {len(features)} maps", 12.5, font_weight="bold"),
    ]
    columns = (WIDTH - AT) // (SMALL + GAP)
    for number, one in enumerate(features):
        x = AT + number % columns * (SMALL + GAP)
        y = 24 + number // columns * (SMALL + GAP)
        pixels.add(one / largest, x, y, SMALL / one.shape[-1])
        parts.append(rect(x, y, SMALL, SMALL, stroke=INK, stroke_opacity=0.25))
    said = int(np.argmax(shares))
    parts.append(_bars(shares, true, said, 24 + side + 22))
    below = 24 + -(-len(features) // columns) * (SMALL + GAP)
    height = max(below, 24 + side + 30 + 17 * len(shares)) + 4
    silent = int((features.reshape(len(features), -1).max(1) <= 0).sum())
    verdict = "right" if said == true else "wrong"
    alt = (
        f"The digit {true}, which the network takes for a {said} with {shares[said]:.1%}: "
        f"{verdict}. "
        f"{layer}: {count(len(features), 'map')} of {features.shape[1]} x {features.shape[2]}, "
        f"{silent or 'none'} of them blank on this digit; map "
        f"{int(features.sum((1, 2)).argmax())} answers most strongly (counted from 0)."
    )
    drawn = drawing(WIDTH, height, pixels.svg(), *parts)
    rows = [[digit, f"{share:.1%}"] for digit, share in enumerate(shares)]
    return Picture(drawn, alt, lambda: [["digit", "share"], *rows])


def _bars(shares: Sequence[float], true: int, said: int, top: float) -> str:
    parts = [text(0, top, "what it says", 12.5, font_weight="bold")]
    for digit, share in enumerate(shares):
        y = top + 8 + 17 * digit
        colour = GREEN if digit == true else (VERMILLION if digit == said else BLUE)
        mark = "✓" if digit == said == true else ("✗" if digit == said else "")
        parts += [
            text(0, y + 11, str(digit), 12),
            line(14, y, 14, y + 14, stroke_opacity=0.5),
            rect(14, y + 2, max(0.5, 72 * float(share)), 10, colour),
            text(92, y + 11, f"{share:.1%} {mark}", 11.5),
        ]
    return "".join(parts)
