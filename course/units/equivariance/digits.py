"""Digits that this course draws itself: strokes with a shaky hand, by NumPy, from a seed.

They are no handwriting.  A network that is trained on them is measured on others of the same kind.
"""

from __future__ import annotations

import numpy as np

SIZE = 28  # rows and columns of an image
MARGIN = 4.0  # pixels that stay empty on each side, so that a shift of up to 4 loses no ink
HEIGHT = 16.0  # of a digit, in pixels, before it is stretched and turned


def _arc(x: float, y: float, wide: float, high: float, start: float, end: float) -> np.ndarray:
    """Points on an ellipse around (x, y), from one angle to another, in turns; 0.25 is down."""
    angle = 2 * np.pi * np.linspace(start, end, 9)
    return np.stack([x + wide * np.cos(angle), y + high * np.sin(angle)], axis=1)


def _path(*points: tuple[float, float]) -> np.ndarray:
    return np.array(points, dtype=float)


# Each digit's strokes in a box from (0, 0) above on the left to (1, 1) below on the right.
STROKES: tuple[tuple[np.ndarray, ...], ...] = (
    (_arc(0.5, 0.5, 0.36, 0.5, 0, 1),),
    (_path((0.3, 0.2), (0.55, 0), (0.55, 1)),),
    (np.concatenate([_arc(0.5, 0.28, 0.34, 0.28, 0.5, 1.1), _path((0.15, 1), (0.88, 1))]),),
    (_arc(0.45, 0.26, 0.34, 0.26, 0.55, 1.25), _arc(0.45, 0.75, 0.38, 0.25, 0.75, 1.45)),
    (_path((0.68, 1), (0.68, 0), (0.12, 0.66), (0.92, 0.66)),),
    (
        _path((0.82, 0), (0.25, 0), (0.22, 0.45)),
        np.concatenate([_path((0.22, 0.45)), _arc(0.46, 0.69, 0.38, 0.31, 0.72, 1.42)]),
    ),
    (
        np.concatenate([_path((0.72, 0), (0.35, 0.3), (0.17, 0.68)),
                        _arc(0.5, 0.7, 0.33, 0.3, 0.5, 1.5)]),
    ),
    (_path((0.12, 0), (0.88, 0), (0.42, 1)),),
    (_arc(0.5, 0.25, 0.29, 0.25, 0.25, 1.25), _arc(0.5, 0.75, 0.36, 0.25, 0.75, 1.75)),
    (
        np.concatenate([_arc(0.5, 0.3, 0.33, 0.3, 0, 1), _path((0.83, 0.32), (0.6, 1))]),
    ),
)  # fmt: skip


def draw(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """``count`` digits: images N x 28 x 28 of floats from 0 to 1, and the N digits that they show.

    The same seed gives the same digits.  All lie in the middle of the image, as in MNIST.
    """
    random = np.random.default_rng(seed)
    shown = random.integers(0, 10, count)
    images = np.stack([_image(random, STROKES[digit]) for digit in shown])
    return images, shown


def _image(random: np.random.Generator, strokes: tuple[np.ndarray, ...]) -> np.ndarray:
    """One digit: its strokes, shaken, turned, stretched, moved to the middle and inked."""
    turn, slant = random.normal(0, 0.16), random.normal(0, 0.2)
    wide, high = HEIGHT * 0.72 * random.uniform(0.75, 1.15), HEIGHT * random.uniform(0.85, 1.1)
    pen = random.uniform(0.7, 1.6)
    shape = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    shape = shape @ np.array([[wide, -slant * high], [0, high]])
    lines = [(stroke + random.normal(0, 0.055, stroke.shape)) @ shape.T for stroke in strokes]
    points = np.concatenate(lines)
    middle = (points.min(0) + points.max(0)) / 2
    room = SIZE / 2 - MARGIN - pen - 0.5
    shrink = min(1.0, *(room / np.abs(points - middle).max(0)))
    lines = [(line - middle) * shrink + (SIZE - 1) / 2 for line in lines]
    begins = np.concatenate([line[:-1] for line in lines])
    ends = np.concatenate([line[1:] for line in lines])
    return np.clip(pen + 0.5 - _distance(begins, ends), 0, 1)


def _distance(begins: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """From each pixel the distance to the nearest of the lines, H x W."""
    rows, columns = np.mgrid[:SIZE, :SIZE]
    pixels = np.stack([columns, rows], axis=-1)[..., None, :]
    along = ends - begins
    length = np.maximum((along**2).sum(-1), 1e-9)
    share = np.clip(((pixels - begins) * along).sum(-1) / length, 0, 1)
    return np.sqrt(((pixels - begins - share[..., None] * along) ** 2).sum(-1)).min(-1)
