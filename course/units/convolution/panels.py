"""Panels of unit 01: one place of a layer's output, and a kernel on a drawing of one's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from course.panel import NotDrawn, Panel, Slider, panel
from course.pictures.live import kernel as kernel_picture
from course.pictures.live import patch as patch_picture
from course.pictures.live.layer import steps
from course.pictures.live.yours import Yours, ask

SEVEN = """
............
............
..########..
..########..
........##..
.......##...
.......##...
......##....
......##....
.....##.....
.....##.....
............
"""
DIGIT = [[int(pixel == "#") for pixel in row] for row in SEVEN.split()]

KERNELS = {
    "edges, left to right": [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]],
    "edges, top to bottom": [[-1, -1, -1], [0, 0, 0], [1, 1, 1]],
    "blur (nine times the mean)": [[1, 1, 1], [1, 1, 1], [1, 1, 1]],
    "sharpen": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
    "as it was": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
}


def place(yours: Callable[..., Any] | None = None) -> Panel | NotDrawn:
    """A window that moves over the channels of an input, and the one number that it gives.

    ``yours`` is the student's ``window_dot(patch, weights, bias)``, judged at the place shown.
    """
    return panel(
        patch_picture.patch,
        Slider("D", 1, len(patch_picture.VOLUME), 3, "channels"),
        Slider("F", 1, len(patch_picture.FILTER[0]), 3, "filter size", unit="pixel"),
        Slider("at", 1, _how_many, 1, "window shown", play=True),
        Slider("bias", -5, 5, 2, "bias"),
        yours=None if yours is None else lambda D, F, at, bias: _number(yours, D, F, at, bias),
    )


def editor(yours: Callable[..., Any] | None = None) -> Any:
    """A drawing, a 3 x 3 kernel, and the map; ``yours`` is the student's ``corr2d``."""
    from course.drawing import drawing  # here: it brings the widgets, which take time to import

    return drawing(
        kernel_picture.kernel_map,
        DIGIT,
        KERNELS,
        yours=None if yours is None else lambda image, kernel: _map(yours, image, kernel),
    )


def _how_many(D: int, F: int, bias: int) -> int:
    height, width = patch_picture.HEIGHT, patch_picture.WIDTH
    return len(steps(height, F, 1)) * len(steps(width, F, 1))


def _number(function: Callable[..., Any], D: int, F: int, at: int, bias: int) -> Yours:
    import numpy as np

    places = patch_picture.places(F)
    row, column = places[min(at, len(places)) - 1]
    patch = np.array(patch_picture.VOLUME)[:D, row : row + F, column : column + F]
    weights = np.array(patch_picture.FILTER)[:D, :F, :F]
    return _called(ask(function, patch, weights, bias), f"patch, weights, {bias}")


def _map(function: Callable[..., Any], image: list[list[int]], kernel: list[list[int]]) -> Yours:
    import numpy as np

    return _called(ask(function, np.array(image), np.array(kernel)), "image, kernel")


def _called(yours: Yours, args: str) -> Yours:
    """The answer with its arguments in words: arrays are too long to be written out."""
    return Yours(f"{yours.call.partition('(')[0]}({args})", (), yours.answer)
