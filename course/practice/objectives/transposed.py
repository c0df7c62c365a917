"""Transposed convolution: stamps are written and columns counted."""

from __future__ import annotations

from course.pictures.live.stamps import stamps
from course.pictures.words import count
from course.practice import brute_force as by_hand
from course.practice.pictures import row, stamp
from course.practice.skill import Objective, Slip

LAYER = {"W": range(3, 8), "F": range(3, 9), "S": range(2, 6), "P": (1, 2)}


def _size_worked(right: int, W: int, F: int, S: int, P: int, a: int) -> str:
    written = len(by_hand.stamped(W, F, S))
    added = f", output padding adds {count(a, 'column')} at the right" if a else ""
    return (
        f"The last of the {W} stamps begins at column {S * (W - 1)}, so {written} columns are "
        f"written. P = {P} takes {count(P, 'column')} off each end{added}: {right}."
    )


SIZE = Objective(
    "transposed-size", 8, "Size of a transposed convolution",
    "A transposed convolution with F = {F}, S = {S}, P = {P} and output padding {a} gets {W} "
    "columns. How many does it give?",
    {**LAYER, "a": (1, 2, 3)},
    lambda **layer: len(by_hand.stamped(**layer)), _size_worked,
    (
        Slip("M70", "the convolution's own formula is used", "(W - F + 2 * P) // S + 1",
             "Which way does the layer go: to fewer columns or to more?"),
        Slip("M73", "padding adds columns", "S * (W - 1) + F + 2 * P + a",
             "The padding belongs to the layer that is turned round. What becomes of columns that "
             "it had added?"),
        Slip("M74", "there is a step for every number", "S * W + F - 2 * P + a",
             "How many steps lie between the first stamp and the last?"),
        Slip("M75", "columns are cut off at one end only", "S * (W - 1) + F - P + a",
             "At how many ends is the padding cut off?"),
        Slip("M76", "the output padding is left out", "S * (W - 1) + F - 2 * P",
             "What does the output padding add?"),
        Slip("M78", "the padding is left out", "S * (W - 1) + F + a",
             "What does the padding take away here?"),
        Slip("M77", "the output padding is added at both ends", "S * (W - 1) + F - 2 * P + 2 * a",
             "At how many ends does output padding add columns?"),
        Slip("M72", "the width is multiplied by the stride", "S * W",
             "How wide is the last stamp?"),
    ),
    "Where does the last stamp end? What is cut off, and what is added?",
    point=stamp, only="a < S and F > 2 * P",
)  # fmt: skip


def _back_worked(right: int, N: int, F: int, S: int, P: int) -> str:
    W = by_hand.size(N, F, S, P)
    return (
        f"The convolution gives {count(W, 'column')}. Without output padding the transposed layer "
        f"makes {len(by_hand.stamped(W, F, S, P))} of them. From there it is {right} more to {N}."
    )


BACK = Objective(
    "output-padding", 8, "Output padding that leads back",
    "A convolution with F = {F}, S = {S}, P = {P} reads {N} columns. Its transposed layer shall "
    "lead back to {N}. Which output padding does it need?",
    {"N": range(8, 23), "F": range(2, 6), "S": (3, 4, 5), "P": (1, 2)},
    by_hand.output_padding,
    _back_worked,
    (
        Slip("U8-steps-not-rest", "the steps are counted, not what is left over",
             "(N + 2 * P - F) // S", "How many columns did the convolution not read?"),
        Slip("U8-a-unpadded", "the padding is left out", "(N - F) % S",
             "How wide is the padded row?"),
        Slip("U8-a-pad-once", "the padding is counted on one side only", "(N + P - F) % S",
             "How wide is the padded row?"),
        Slip("U8-complement", "what is missing to the next step is given",
             "S - (N + 2 * P - F) % S", "Is anything missing, or is something left over?"),
    ),
    "How many columns at the end does the convolution leave unread?",
    point=lambda N, F, S, P: row(N, F, S, P), only="F > P and 2 * P < F + N",
)  # fmt: skip

STRETCH = Objective(
    "zero-insertion", 8, "Zeros between neighbours",
    "A row of {W} numbers is stretched for a transposed convolution with S = {S}. How long is it "
    "then?",
    {"W": range(3, 11), "S": range(3, 7)},
    lambda W, S: len(by_hand.stretched(W, S)),
    lambda right, W, S: (
        f"{' '.join(by_hand.stretched(W, S))}: {W} numbers and {right - W} zeros, {right} in all."
    ),
    (
        Slip("U8-zeros-at-the-end", "zeros stand after the last number, too", "W * S",
             "What would the zeros after the last number keep apart?"),
        Slip("U8-S-zeros", "S zeros stand between neighbours", "W + (W - 1) * S",
             "Two neighbours shall be S places apart. How many places lie between them?"),
        Slip("U8-one-zero", "one zero stands between neighbours", "2 * W - 1",
             "How far apart shall two neighbours be?"),
        Slip("U8-inserted-only", "the zeros alone are counted", "(W - 1) * (S - 1)",
             "Are the numbers themselves still there?"),
    ),
    "Neighbours end up S places apart. How many gaps are there?",
)  # fmt: skip

OVERLAP = Objective(
    "overlap", 8, "Stamps on one column",
    "A transposed convolution with F = {F}, S = {S}, P = {P} gets {W} columns. How many input "
    "numbers reach output column {c} (counted from 0)?",
    {"W": range(4, 7), "F": range(3, 7), "S": (1, 2), "P": (1, 2), "c": range(0, 6)},
    lambda W, F, S, P, c: by_hand.stamped(W, F, S, P)[c],
    lambda right, W, F, S, P, c: (
        f"P = {P} takes {count(P, 'column')} off at the left, so output column {c} is the one that "
        f"was number {c + P}. On it {'lies' if right == 1 else 'lie'} {count(right, 'stamp')}: "
        f"{right}."
    ),
    (
        Slip("U8-covered", "it is asked only whether a stamp falls there", "1",
             "Could more than one stamp fall on that column?"),
        Slip("U8-not-cropped", "columns are counted before any are cut off",
             "sum(S * i <= c < S * i + F for i in range(W))",
             "Which column is number 0 once the padding is cut off?"),
        Slip("U8-all-stamps", "all stamps are said to reach it", "W", "How wide is one stamp?"),
    ),
    "Which column was that before the cut? Which stamps lie on it?",
    point=lambda W, F, S, P, c: stamp(W, F, S),
    picture=lambda right, W, F, S, P, c: stamps(W, F, S, P),
    only="P < F and c < S * (W - 1) + F - 2 * P",
)  # fmt: skip

OBJECTIVES = (SIZE, BACK, STRETCH, OVERLAP)
