"""Right answers by doing it: windows are stepped along, arrays are built and their numbers counted.

No size formula is used.  The exercises ask for the formulas, and an answer that is counted is a
witness of its own.  Numbers are kept small enough for this to take no time.

Symbols as everywhere in the course: ``W, H`` input width and height, ``D`` depth, ``F`` filter
size, ``S`` stride, ``P`` zeros on each side, ``K`` filters.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import count

import numpy as np

from course.pictures.live.layer import steps, unread, window_starts

__all__ = ["steps", "unread", "window_starts"]


def size(W: int, F: int, S: int, P: int = 0) -> int:
    """How many windows lie inside the padded row."""
    return len(window_starts(W, F, S, P))


def dot(patch: list[int], weights: list[int], bias: int) -> int:
    """The one number of a patch: products place by place, added up, and the bias."""
    total = bias
    for value, weight in zip(patch, weights, strict=True):
        total += value * weight
    return total


def shape(W: int, H: int, D: int, F: int, S: int, P: int, K: int) -> tuple[int, ...]:
    """The output's shape, layout HWC, of a layer that is really run on zeros and ones."""
    padded = np.pad(np.ones((H, W, D)), ((P, P), (P, P), (0, 0)))
    filters = np.ones((K, F, F, D))
    tops, lefts = window_starts(H, F, S, P), window_starts(W, F, S, P)
    out = [
        [[np.sum(padded[t : t + F, c : c + F] * one) for one in filters] for c in lefts]
        for t in tops
    ]
    return np.array(out).shape


def output_numbers(W: int, H: int, D: int, F: int, S: int, P: int, K: int) -> int:
    """How many numbers that layer's output holds."""
    return np.zeros(shape(W, H, D, F, S, P, K)).size


def padding_that_keeps(W: int, F: int, S: int) -> int:
    """The smallest P with which as many windows fit as there are columns, by trying."""
    return next(P for P in count() if size(W, F, S, P) >= W)


def tf_same_starts(W: int, S: int) -> list[int]:
    """TensorFlow's SAME: a window for column 0, S, 2S and so on, as long as there are columns."""
    return steps(W, 1, S)


def tf_same_zeros(W: int, F: int, S: int) -> tuple[int, int]:
    """Zeros before and after the row under SAME: added one by one, the first one at the end."""
    windows, before, after = len(tf_same_starts(W, S)), 0, 0
    while len(steps(before + W + after, F, S)) < windows:
        if after > before:
            before += 1
        else:
            after += 1
    return before, after


def conv_params(F: int, D: int, K: int) -> int:
    """Numbers in the arrays of a convolution: its filters and its biases."""
    return np.zeros((K, F, F, D)).size + np.zeros(K).size


def local_params(W: int, D: int, F: int, S: int, K: int) -> int:
    """Numbers in the arrays of a locally connected layer on a W x W input."""
    n = size(W, F, S)
    return np.zeros((n, n, K, F, F, D)).size + np.zeros((n, n, K)).size


def dense_params(W: int, H: int, D: int, K: int) -> int:
    """Numbers in the arrays of a dense layer of K neurons on a flattened volume."""
    flat = np.zeros((H, W, D)).reshape(-1)
    return np.zeros((K, len(flat))).size + np.zeros(K).size


def connections(W: int, D: int, F: int) -> int:
    """How many input numbers change the first output of a W x W x D input: those in its window."""
    read = np.zeros((W, W, D), bool)
    read[:F, :F] = True
    return int(read.sum())


def columns_seen(F1: int, S1: int, F2: int) -> set[int]:
    """The input columns that reach the first output of two stacked layers, marked one by one."""
    return {S1 * middle + first for middle in range(F2) for first in range(F1)}


def mults(W: int, F: int, D: int, K: int) -> int:
    """Multiplications of a layer that keeps the size W x W: those at one place, at every place."""
    at_one_place = np.zeros((K, F, F, D)).size
    return sum(at_one_place for _row in range(W) for _column in range(W))


def pooled_numbers(W: int, D: int) -> int:
    """How many numbers 2 x 2 pooling leaves of D maps of W x W: one for each window of each map."""
    starts = steps(W, 2, 2)
    return sum(1 for _map in range(D) for _row in starts for _column in starts)


def padded_window(row: list[int], F: int, P: int) -> list[int | None]:
    """What the first window of a padded row reads; None where there is only padding."""
    return [*[None] * P, *row, *[None] * P][:F]


def max_of(window: list[int | None]) -> int:
    """Max pooling: padding never wins."""
    return max(value for value in window if value is not None)


def mean_of(window: list[int | None]) -> Fraction:
    """Average pooling that counts padded places as zeros."""
    return Fraction(sum(value or 0 for value in window), len(window))


def moved(S: int, shift: int) -> int:
    """By how many places a peak moves in the map of a layer with stride S, found in two maps."""

    def peak(at: int) -> int:
        row = np.zeros(60, int)
        row[at] = 1
        return int(np.argmax([row[start] for start in steps(60, 1, S)]))

    return peak(2 * S + shift) - peak(2 * S)


def stamped(W: int, F: int, S: int, P: int = 0, a: int = 0) -> list[int]:
    """How many stamps fall on each output column of a transposed convolution.

    W stamps of F columns are written S apart; P columns are cut off at each end, then ``a`` are
    added at the right.
    """
    written: dict[int, int] = {}
    for start in (S * place for place in range(W)):
        for column in range(start, start + F):
            written[column] = written.get(column, 0) + 1
    row = [written.get(column, 0) for column in range(max(written) + 1 + a)]
    return row[P : len(row) - P]


def output_padding(N: int, F: int, S: int, P: int) -> int:
    """The output padding with which the transposed layer leads back to N columns, by trying."""
    W = size(N, F, S, P)
    return next(a for a in range(S) if len(stamped(W, F, S, P, a)) == N)


def stretched(W: int, S: int) -> list[str]:
    """W numbers with S - 1 zeros between neighbours."""
    row: list[str] = []
    for place in range(W):
        row += (["0"] * (S - 1) if place else []) + ["x"]
    return row


def kept_value(x: int, kept: int, of: int) -> Fraction:
    """What a kept unit must become so that the sum over all units stays, by trying in small steps.

    ``kept`` of ``of`` units that all held ``x`` are left.
    """
    return next(v for v in _fractions(kept) if v * kept == of * x)


def _fractions(denominator: int) -> Iterator[Fraction]:
    return (Fraction(top, denominator) for top in count())


def standardised(train: list[int], new: int) -> Fraction:
    """How many deviations ``new`` lies above the training mean.

    Raises ValueError unless the deviation is a whole number, so that the answer is exact.
    """
    mean = Fraction(sum(train), len(train))
    variance = sum((value - mean) ** 2 for value in train) / len(train)
    deviation = next(d for d in _fractions(1) if d * d >= variance)
    if deviation * deviation != variance:
        raise ValueError(f"the deviation of {train} is no whole number")
    return (new - mean) / deviation


def slope(c: int, t: int, w: int) -> Fraction:
    """The slope of c (w - t)^2, from the loss a little to the right and to the left."""
    little = Fraction(1, 1000)
    right, left = c * (w + little - t) ** 2, c * (w - little - t) ** 2
    return (right - left) / (2 * little)  # exact: the loss is a parabola
