"""Key of unit 02, output size and stride: reference answers and hidden cases."""

from autograder.marking.key import Group, Key
from course.units.output_size.exercises import (
    larger_output,
    output_size,
    output_volume,
    runs_anyway,
    unread_columns,
    valid_hyperparameters,
    window_starts,
)

KEY = Key(watch=["course.pictures"])


# In every group the right answers differ from each other, so that no constant earns anything:
# that is why filters that do not fit stand beside filters that just do.


@KEY.answer(
    window_starts,
    Group("stride 1", [(W, F, 1, 0) for W, F in [(6, 3), (9, 1), (12, 5), (8, 8)]]),
    Group("larger strides", [(W, F, S, 0) for W, F in [(13, 4), (16, 3)] for S in (2, 4, 5)]),
    Group("padding", [(W, F, S, P) for W, F in [(6, 4), (11, 2)] for S in (1, 3) for P in (1, 3)]),
    Group("the last window", [(W, 4, 3, P) for W in range(4, 13) for P in (0, 1)] + [(2, 7, 1, 1)]),
)
def reference_starts(W, F, S, P):
    return list(range(0, W + 2 * P - F + 1, S))


@KEY.answer(
    output_size,
    Group("stride 1", [(W, F, 1, 0) for W, F in [(28, 3), (128, 5), (32, 8), (9, 8), (10, 1)]]),
    Group(
        "padding",
        [(W, F, 1, P) for W, F in [(14, 3), (32, 5), (9, 6), (5, 2)] for P in (1, 2, 4)],
    ),
    Group(
        "strides that fit exactly",
        [(F + S * steps, F, S, 0) for F in (2, 5) for S in (2, 3, 5) for steps in (1, 4)],
    ),
    Group(
        "strides that leave a remainder",
        [
            (F + S * steps + rest, F, S, 0)
            for F in (3, 6)
            for S, rest in [(2, 1), (3, 1), (3, 2), (7, 4)]
            for steps in (0, 1, 6)
        ],
    ),
    Group(
        "stride and padding together",
        [(W, F, S, P) for W in (27, 224) for F, P in [(3, 1), (7, 3), (4, 2)] for S in (2, 3, 4)],
    ),
    Group(
        "filters that just fit, and filters that do not",
        [
            (W, W + 2 * P + extra, S, P)
            for W, P in [(3, 0), (4, 1)]
            for S in (1, 3)
            for extra in (0, 1)
        ]
        + [(5, 9, 2, P) for P in (1, 2, 3)]
        + [(2, 9, 4, 2), (2, 9, 5, 3), (6, 20, 5, 4)],
    ),
)
def reference_size(W, F, S, P):
    if F > W + 2 * P:
        raise ValueError("the filter is larger than the padded input")
    return (W - F + 2 * P) // S + 1


@KEY.answer(larger_output)
def reference_larger():
    return 5, 3, 1, 2


@KEY.answer(
    unread_columns,
    Group(
        "the columns after the last window",
        [(W, F, S, 0) for W in (16, 21, 23) for F, S in [(3, 3), (5, 4), (6, 5), (4, 1)]],
    ),
    Group(
        "the gaps between windows",
        [(F + S * steps, F, S, 0) for F, S in [(1, 2), (2, 5), (3, 4)] for steps in (0, 1, 5)],
    ),
    Group(
        "gaps and tail on the padded input",
        [(W, F, S, P) for W in (13, 18) for F, S in [(2, 5), (3, 4), (1, 6)] for P in (1, 2)]
        + [(W, 3, 2, 1) for W in (6, 7, 224)],
    ),
    Group(
        "filters that just fit, and filters that do not",
        [(4, 6, 2, P) for P in (0, 1, 2)] + [(4, 6, 3, 2), (5, 8, 4, 1), (5, 8, 3, 3)],
    ),
)
def reference_unread(W, F, S, P):
    if F > W + 2 * P:
        raise ValueError("the filter is larger than the padded input")
    steps, tail = divmod(W - F + 2 * P, S)
    return tail + steps * max(S - F, 0)


@KEY.answer(runs_anyway)
def reference_runs():
    return 8, 3, 2, 0, 3


@KEY.answer(
    output_volume,
    Group(
        "width and height, with one channel and one filter",
        [
            (W, H, 1, F, S, P, 1)
            for W, H in [(20, 11), (9, 30)]
            for F, S, P in [(3, 2, 1), (5, 1, 0)]
        ]
        + [(40, 17, 1, 8, 3, 2, 1)],
    ),
    Group(
        "depth",
        [(12, 12, D, 3, S, 1, K) for S in (1, 2) for D, K in [(3, 8), (16, 4), (1, 6), (5, 1)]]
        + [(32, 32, 3, 8, 2, 1, 20)],
        worth=2,
    ),
    Group(
        "filters that just fit, and filters that do not",
        [(W, H, 1, 6, 2, P, 1) for W, H in [(6, 9), (9, 6), (4, 9), (9, 4)] for P in (0, 1)],
    ),
)
def reference_volume(W, H, D, F, S, P, K):
    return reference_size(W, F, S, P), reference_size(H, F, S, P), K


@KEY.answer(
    valid_hyperparameters,
    Group(
        "stride 1",
        [(W, F, out, 1, 6) for W, F, out in [(12, 4, 11), (12, 5, 8), (10, 3, 20), (6, 2, 17)]],
    ),
    Group(
        "strides that leave a remainder",
        [(W, F, out, 6, 3) for W, F in [(17, 4), (20, 3), (5, 3)] for out in (2, 3, 4, 5)],
    ),
    Group(
        "the limits themselves",
        [(18, 2, 5, S_max, P_max) for S_max in (3, 4, 5) for P_max in (0, 1, 2, 3)]
        + [(9, 4, 8, 1, 1), (9, 4, 6, 1, 0), (13, 3, 6, 2, 0)],
    ),
    Group(
        "filters that do not fit are left out",
        [(W, F, out, 6, 3) for W, F in [(3, 6), (4, 9), (2, 5)] for out in (1, 2, 3)],
    ),
)
def reference_hyperparameters(W, F, out, S_max, P_max):
    return [
        (S, P)
        for S in range(1, S_max + 1)
        for P in range(P_max + 1)
        if (room := W - F + 2 * P) >= 0 and room // S + 1 == out
    ]
