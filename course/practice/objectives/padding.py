"""Padding, and how TensorFlow pads."""

from __future__ import annotations

from course.pictures.live.frameworks import frameworks
from course.pictures.live.padding import padding
from course.pictures.live.windows import windows
from course.pictures.picture import Picture
from course.pictures.words import count
from course.practice import brute_force as by_hand
from course.practice.objectives.sizes import listed
from course.practice.pictures import row
from course.practice.skill import Objective, Slip


def _keeps_worked(right: int, W: int, F: int, S: int = 1) -> str:
    if not right:
        return f"{by_hand.size(W, F, S)} windows fit without any zeros."
    return (
        f"With P = {right - 1} the output is {by_hand.size(W, F, S, right - 1)} wide, with "
        f"P = {right} it is {by_hand.size(W, F, S, right)}."
    )


def _same_size_worked(right: int, W: int, F: int, S: int) -> str:
    starts = by_hand.tf_same_starts(W, S)
    return f"Under SAME a window belongs to each of the columns {listed(starts)}: {right} of them."


def _same_zeros_worked(right: tuple[int, int], W: int, F: int, S: int) -> str:
    windows = len(by_hand.tf_same_starts(W, S))
    return (
        f"{count(windows, 'window')} must fit. Zeros are added one by one, the first at the end, "
        f"until they do: {right[0]} before and {right[1]} after."
    )


def _valid_worked(right: int, W: int, F: int, S: int) -> str:
    starts = by_hand.steps(W, F, S)
    return f"VALID adds no zeros. Windows begin at {listed(starts)}: {right} of them."


def _both(right: object, W: int, F: int, S: int) -> Picture | None:
    """PyTorch and TensorFlow side by side, while the row is short enough to be read."""
    return frameworks(W, F, S) if W < 14 else None


SAME_1 = Objective(
    "same-padding-stride-1", 3, "Padding that keeps the size, stride 1",
    "A row is {W} columns wide. F = {F}, S = 1. How many zeros on each side keep the width?",
    {"W": range(8, 17), "F": range(3, 14, 2)},
    lambda W, F: by_hand.padding_that_keeps(W, F, 1), _keeps_worked,
    (
        Slip("M20", "all the zeros that are needed are put on each side", "F - 1",
             "That many are needed in all. How many sides are there?"),
        Slip("M21", "as many zeros as the filter is wide are put on each side", "F",
             "How many columns get lost without padding?"),
        Slip("U3-half-up", "half the filter is rounded up", "(F + 1) // 2",
             "The filter's middle lies on the first column. How many of its columns lie outside?"),
    ),
    "How many columns does the output lose without padding? Share them between two sides.",
    point=lambda W, F: row(W, F, 1), picture=lambda right, W, F: padding(W, F, 1, right),
)  # fmt: skip

SAME_2 = Objective(
    "same-padding-stride-2", 3, "Padding that keeps the size, stride 2",
    "A row is {W} columns wide. F = {F}, S = 2. How many zeros on each side keep the width?",
    {"W": range(8, 25), "F": range(2, 10)},
    lambda W, F: by_hand.padding_that_keeps(W, F, 2),
    lambda right, W, F: _keeps_worked(right, W, F, 2),
    (
        Slip("M23", "what is right for stride 1 is used", "(F - 1) // 2",
             "With that padding, how many windows fit at steps of two?"),
        Slip("M25", "the half zero that comes out is rounded down", "(W + F - 2) // 2",
             "Put it in: is the output as wide as the input, or one short?"),
        Slip("M24", "half a zero is put on each side", "(W + F - 2) / 2",
             "Is there such a thing as half a zero?"),
        Slip("M26", "all the zeros that are needed are put on each side", "W + F - 1",
             "How many sides are there?"),
    ),
    "As many windows as columns, two apart: where does the last one end? How wide must the padded "
    "row be?",
    point=lambda W, F: row(W, F, 2), picture=lambda right, W, F: padding(W, F, 2, right),
    only="(W + F) % 2",
)  # fmt: skip

TF = {"W": range(5, 26), "F": range(2, 6), "S": range(2, 5)}

TF_SIZE = Objective(
    "tf-same-size", 3, "TensorFlow's SAME: the size",
    "TensorFlow, padding='SAME'. The row is {W} wide, F = {F}, S = {S}. How wide is the output?",
    TF, lambda W, F, S: len(by_hand.tf_same_starts(W, S)), _same_size_worked,
    (
        Slip("M27", "SAME always keeps the size", "W", "Of what stride is that true?"),
        Slip("M28", "the width is divided by the stride and rounded down", "W // S",
             "What becomes of the columns that are left over?"),
        Slip("U3-valid-for-same", "no zeros are added", "(W - F) // S + 1",
             "SAME adds zeros where a window would hang over. Does one more window fit then?"),
    ),
    "Under SAME a window belongs to every S-th column, from the first. Count those columns.",
    picture=_both,
)  # fmt: skip

TF_ZEROS = Objective(
    "tf-same-zeros", 3, "TensorFlow's SAME: the zeros",
    "TensorFlow, padding='SAME'. The row is {W} wide, F = {F}, S = {S}. How many zeros does it put "
    "before and after? Type both numbers.",
    {**TF, "S": range(1, 4)},
    by_hand.tf_same_zeros, _same_zeros_worked,
    (
        Slip("M29", "the odd zero goes before", "(lambda t: (t - t // 2, t // 2))"
             "(max((ceil(W / S) - 1) * S + F - W, 0))", "On which side does the odd zero go?"),
        Slip("M30", "both sides get equally many", "(lambda t: (t - t // 2, t - t // 2))"
             "(max((ceil(W / S) - 1) * S + F - W, 0))",
             "Is the number of zeros that are needed an even one?"),
        Slip("U3-all-after", "all zeros go after",
             "(0, max((ceil(W / S) - 1) * S + F - W, 0))", "How are the zeros shared out?"),
    ),
    "How many windows must fit? How wide must the row be for them? Share out what is missing.",
    picture=_both,
)  # fmt: skip

TF_VALID = Objective(
    "tf-valid", 3, "TensorFlow's VALID",
    "TensorFlow, padding='VALID'. The row is {W} wide, F = {F}, S = {S}. How wide is the output?",
    {**TF, "W": range(7, 17)}, by_hand.size, _valid_worked,
    (
        Slip("M32", "SAME is used", "ceil(W / S)", "Which of the two adds zeros?"),
        Slip("M33", "a part of a window is counted", "(W - F + 1) / S",
             "Can a part of a window give a number?"),
        Slip("U3-valid-down", "the places are divided by the stride and rounded down",
             "(W - F + 1) // S", "Is the window at column 0 among those that you counted?"),
    ),
    "VALID means: only windows that lie inside. Count them.",
    point=row, picture=lambda right, W, F, S: windows(W, F, S, 0),
)  # fmt: skip

OBJECTIVES = (SAME_1, SAME_2, TF_SIZE, TF_ZEROS, TF_VALID)
