"""Layers on a small digit, and what a shift of the digit does to their maps; all in whole numbers.

A shift is cyclic.  Maps of layers that leave places out are filled up again, each number as a
square, so that every map is as large as the digit and can be compared place by place.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

# Our own drawing of a two, from 0 (blank) to 9 (full ink); its edge is empty.
DIGIT = np.array(
    [
        [int(level) for level in row]
        for row in (
            "0000000000000000",
            "0000000000000000",
            "0000000000000000",
            "0000014650000000",
            "0000088691000000",
            "0000083077000000",
            "0000010029000000",
            "0000000047000000",
            "0000000294000000",
            "0000001850000000",
            "0000018600000000",
            "0000027986400000",
            "0000000135600000",
            "0000000000000000",
            "0000000000000000",
            "0000000000000000",
        )
    ]
)
FULL = 9
SIZE = len(DIGIT)
EDGES = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]])  # answers where light is on the left

Layer = Callable[[np.ndarray], np.ndarray]


def moved(values: np.ndarray, down: int, right: int) -> np.ndarray:
    """A map H x W, moved on a ring."""
    return np.roll(values, (down, right), (0, 1))


def convolved(values: np.ndarray, zeros: bool) -> np.ndarray:
    """The edge filter's answers after a ReLU, as large as the map.

    Beyond the edge lie zeros, or the map goes on at its other side.
    """
    padded = np.pad(values, 1) if zeros else np.pad(values, 1, mode="wrap")
    seen = np.lib.stride_tricks.sliding_window_view(padded, (3, 3))
    return np.maximum((seen * EDGES).sum((2, 3)), 0)


def pooled(values: np.ndarray) -> np.ndarray:
    """The largest number of each 2 x 2 window, side by side; width and height are even."""
    H, W = values.shape
    return values.reshape(H // 2, 2, W // 2, 2).max((1, 3))


def blurred(values: np.ndarray) -> np.ndarray:
    """Every second row and column of the blurred maxima of neighbours, times 16: whole numbers."""
    for axis in (1, 0):
        largest = np.maximum(values, np.roll(values, -1, axis))
        values = np.roll(largest, 1, axis) + 2 * largest + np.roll(largest, -1, axis)
        values = values[:, ::2] if axis else values[::2]
    return values


def filled(values: np.ndarray) -> np.ndarray:
    """Each number as a square of 2 x 2."""
    return values.repeat(2, 0).repeat(2, 1)


def dense(values: np.ndarray) -> np.ndarray:
    """A dense layer with as many outputs as places, weights drawn by chance, laid out as a map."""
    weights = np.random.default_rng(7).integers(-3, 4, (values.size, values.size))
    return (weights @ values.ravel()).reshape(values.shape)


# Number on the slider -> what the layer is called, and the layer.
LAYERS: dict[int, tuple[str, Layer]] = {
    1: ("a convolution on a ring", lambda values: convolved(values, zeros=False)),
    2: ("a convolution with zeros outside", lambda values: convolved(values, zeros=True)),
    3: ("a convolution on a ring at stride 2",
        lambda values: filled(convolved(values, zeros=False)[::2, ::2])),
    4: ("max pooling 2 × 2 at stride 2", lambda values: filled(pooled(values))),
    5: ("max, blur, every second place", lambda values: filled(blurred(values))),
    6: ("a dense layer", dense),
}  # fmt: skip


def difference(layer: Layer, down: int, right: int) -> np.ndarray:
    """How far f(T x) lies from T f(x) at each place, H x W, at least 0."""
    return np.abs(layer(moved(DIGIT, down, right)) - moved(layer(DIGIT), down, right))


def norm(values: np.ndarray) -> float:
    """The length of a map: the root of the sum of its squares."""
    return float(np.sqrt((values.astype(float) ** 2).sum()))


def move_in_words(down: int, right: int) -> str:
    """A shift in words: ``moved 3 to the right and 1 up``."""
    parts = []
    if right:
        parts.append(f"{abs(right)} to the {'right' if right > 0 else 'left'}")
    if down:
        parts.append(f"{abs(down)} {'down' if down > 0 else 'up'}")
    return f"moved {' and '.join(parts)}" if parts else "not moved"
