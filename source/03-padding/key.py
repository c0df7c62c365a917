"""Key of unit 03, padding: reference answers and hidden cases."""

import numpy as np

from autograder.marking.key import Group, Key
from course.units.padding.exercises import (
    all_valid_paddings,
    filter_shape,
    half_a_zero,
    pad2d,
    same_padding_s1,
    same_padding_s2,
    tf_same,
    tf_valid,
)

KEY = Key(watch=["course.pictures"])
random = np.random.default_rng(3)  # the cases are the same in every run


def picture(H, W):
    """An H x W image of whole numbers, none of them 0."""
    return random.integers(1, 10, (H, W))


@KEY.answer(
    pad2d,
    Group(
        "a border on all four sides of a square image",
        [(picture(H, H), P) for H, P in [(2, 2), (3, 1), (5, 1), (5, 2), (4, 3), (28, 2)]],
    ),
    Group(
        "images that are not square",
        [
            (picture(H, W), P)
            for H, W, P in [(2, 5, 1), (5, 2, 1), (1, 6, 2), (6, 1, 2), (12, 20, 3)]
        ],
    ),
    Group(
        "fractions stay fractions",
        [
            (picture(H, W) + random.integers(1, 8, (H, W)) / 8, P)
            for H, W, P in [(3, 3, 1), (4, 4, 2), (2, 2, 3)]
        ],
    ),
    Group(
        "P = 0, and P below 0",
        [
            (picture(3, 3), 0),
            (picture(28, 28), 0),
            (picture(3, 3), 1),
            (picture(3, 3), -1),
            (picture(5, 5), -2),
        ],
    ),
)
def _(image, P):
    if P < 0:
        raise ValueError("P must not be negative")
    H, W = image.shape
    padded = np.zeros((H + 2 * P, W + 2 * P), dtype=image.dtype)
    padded[P : P + H, P : P + W] = image
    return padded


@KEY.answer(
    same_padding_s1,
    Group("odd filters", [(F,) for F in range(3, 32, 2)]),
    Group("even filters, the extra zero after", [(F,) for F in range(2, 33, 2)], worth=2),
    Group("the smallest filter, and no filter", [(1,), (0,), (-1,), (-4,)]),
)
def _(F):
    if F < 1:
        raise ValueError("a filter has at least one pixel")
    return (F - 1) // 2, F // 2


@KEY.answer(
    same_padding_s2,
    Group(
        "H + F even",
        [(H, F) for H in (5, 8, 13, 28, 30, 101) for F in range(1, 12) if (H + F) % 2 == 0],
    ),
    Group(
        "H + F odd, where the floor decides",
        [(H, F) for H in (5, 8, 13, 28, 30, 101) for F in range(1, 12) if (H + F) % 2 == 1],
        worth=2,
    ),
    Group(
        "filters larger than the input, and sizes below 1",
        [(1, 5), (2, 6), (3, 9), (4, 10), (0, 3), (28, 0), (-3, 3), (7, -2)],
    ),
)
def _(H, F):
    if H < 1 or F < 1:
        raise ValueError("a height and a filter size are at least 1")
    return (H + F - 1) // 2


@KEY.answer(half_a_zero)
def _():
    return 28, 3, 15


@KEY.answer(
    all_valid_paddings,
    Group(
        "S = 1: one or none",
        [(H, F, 1) for H in (5, 8, 28, 33) for F in range(1, 10)],
    ),
    Group(
        "S = 2: exactly one",
        [(H, F, 2) for H in (5, 8, 28, 33) for F in range(1, 10)],
    ),
    Group(
        "S = 3 and more: several",
        [(H, F, S) for H in (1, 5, 8, 28) for F in range(1, 8) for S in (3, 4, 5, 7)],
        worth=2,
    ),
    Group(
        "sizes below 1",
        [(1, 1, 1), (1, 5, 2), (0, 3, 1), (7, 0, 1), (7, 3, 0), (-7, 3, 2)],
    ),
)
def _(H, F, S):
    if H < 1 or F < 1 or S < 1:
        raise ValueError("a height, a filter size and a stride are at least 1")
    smallest = S * (H - 1) + F - H  # of 2P: the last of H windows just fits
    return [total // 2 for total in range(smallest, smallest + S) if total % 2 == 0]


@KEY.answer(
    tf_valid,
    Group(
        "windows that fit exactly",
        [(F + S * n, F, S) for F in (1, 2, 3, 5, 8) for S in (1, 2, 3, 4) for n in (1, 4, 9)],
    ),
    Group(
        "columns that are left over",
        [
            (F + S * n + rest, F, S)
            for F in (1, 2, 3, 5, 8)
            for S in (2, 3, 4, 7)
            for n in (1, 4, 9)
            for rest in range(1, S)
        ],
    ),
    Group(
        "filters as large as the input, and larger ones",
        [(5, 5, 1), (5, 5, 3), (28, 28, 2), (3, 5, 1), (4, 5, 1), (4, 5, 2), (2, 9, 4)],
    ),
)
def _(W, F, S):
    if F > W:
        raise ValueError("the filter is larger than the input")
    return -(-(W - F + 1) // S)  # rounded up


LAYERS = [
    (W, F, S) for W in (7, 8, 13, 28, 37) for S in (1, 2, 3, 4) for F in range(S, 10) if F > 1
]


def missing(W, F, S):
    """By how many pixels the windows of SAME reach beyond the input; negative if they do not."""
    return (-(-W // S) - 1) * S + F - W


@KEY.answer(
    tf_same,
    Group(
        "S = 1: the size is kept",
        [(W, F, 1) for W in (5, 8, 28, 35) for F in (1, 3, 5, 7, 9)],
    ),
    Group(
        "larger strides, an even number of zeros",
        [case for case in LAYERS if case[2] > 1 and missing(*case) % 2 == 0],
    ),
    Group(
        "an odd number of zeros",
        [case for case in LAYERS if missing(*case) % 2 == 1],
        worth=2,
    ),
    Group(
        "strides larger than the filter, where no zeros are needed",
        [
            (W, F, S)
            for W in (4, 5, 7, 8, 10, 12, 28)
            for F in (1, 2, 3)
            for S in (2, 3, 4, 5)
            if F < S and missing(W, F, S) <= 0
        ],
    ),
    Group(
        "sizes below 1",
        [(1, 1, 1), (1, 5, 3), (0, 3, 1), (7, 0, 1), (7, 3, 0), (-7, 3, 2)],
    ),
)
def _(W, F, S):
    if W < 1 or F < 1 or S < 1:
        raise ValueError("a width, a filter size and a stride are at least 1")
    out = -(-W // S)  # W / S rounded up
    total = max((out - 1) * S + F - W, 0)
    before = total // 2
    return out, before, total - before


@KEY.answer(
    filter_shape,
    Group(
        "any depth, chosen by the input",
        [
            (H, H, D, F)
            for H in (16, 28, 32)
            for F in (1, 3, 5, 8)
            for D in (1, 2, 3, 4, 20, 64)
            if D != F
        ],
        worth=2,
    ),
    Group(
        "images that are not square",
        [(6, 10, 4, 5), (10, 6, 4, 5), (3, 30, 12, 2), (30, 3, 12, 3), (7, 5, 8, 5)],
    ),
    Group(
        "filters that do not fit",
        [(5, 5, 2, 5), (4, 6, 7, 3), (4, 9, 2, 5), (9, 4, 2, 5), (3, 3, 20, 4), (1, 1, 8, 2)],
    ),
)
def _(H, W, D, F):
    if F > H or F > W:
        raise ValueError("the filter is larger than the input")
    return F, F, D
