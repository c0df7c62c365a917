"""Sizes of convolutions and poolings: windows are stepped along and counted."""

from __future__ import annotations

from course.pictures.live.windows import windows
from course.pictures.words import columns, count
from course.practice import brute_force as by_hand
from course.practice.pictures import row
from course.practice.skill import Objective, Slip

LAYER = {"W": range(6, 17), "F": range(2, 9), "S": range(2, 7), "P": range(1, 5)}


def listed(starts: list[int]) -> str:
    """Where windows begin, in words; the middle of many is left out."""
    if len(starts) > 7:
        return f"{', '.join(map(str, starts[:3]))}, … {starts[-1]}"
    return ", ".join(map(str, starts))


def _size_worked(right: int, W: int, F: int, S: int, P: int = 0, **others: int) -> str:
    starts = by_hand.window_starts(W, F, S, P)
    return (
        f"The {'padded ' if P else ''}row has columns 0 to {P + W + P - 1}. Windows begin at "
        f"{listed(starts)}; the last one ends at column {starts[-1] + F - 1}, and one more would "
        f"hang over. That makes {count(right, 'window')}."
    )


def _last_worked(right: int, W: int, F: int, S: int, P: int) -> str:
    return (
        f"Windows begin at {listed(by_hand.window_starts(W, F, S, P))}. The one at column {right} "
        f"ends at column {right + F - 1}; the padded row ends at column {P + W + P - 1}."
    )


def _unread_worked(right: int, W: int, F: int, S: int, P: int) -> str:
    width = P + W + P
    return (
        f"Windows begin at {listed(by_hand.steps(width, F, S))} and are {count(F, 'column')} wide. "
        f"None of them reads {columns(by_hand.unread(width, F, S))}: {right} in all."
    )


def _shape_worked(right: int, W: int, H: int, D: int, F: int, S: int, P: int, K: int) -> str:
    tall, wide = by_hand.size(H, F, S, P), by_hand.size(W, F, S, P)
    return (
        f"{tall} windows fit from top to bottom and {wide} from left to right, and each of the "
        f"{K} filters makes one map: {tall} × {wide} × {K} = {right:,}."
    )


SIZE = Objective(
    "output-size", 2, "Output size",
    "An input is {W} columns wide. F = {F}, S = {S}, P = {P}. How wide is the output?",
    {**LAYER, "W": range(6, 23), "F": range(2, 11)}, by_hand.size, _size_worked,
    (
        Slip("M02", "the first window is not counted", "(W - F + 2 * P) // S",
             "How many windows fit when the filter is as wide as the padded row?"),
        Slip("M05", "the padding is counted on one side only", "(W - F + P) // S + 1",
             "How many columns has the padded row?"),
        Slip("M04", "a window that hangs over the edge is counted", "ceil((W - F + 2 * P) / S) + 1",
             "Where does your last window end, and where does the row?"),
        Slip("M06", "the padding is left out", "(W - F) // S + 1",
             "How many columns does the filter slide over?"),
        Slip("M07", "the window moves one column at a time", "W - F + 2 * P + 1",
             "How far is it from one window to the next?"),
        Slip("M03", "a part of a window is counted", "(W - F + 2 * P) / S + 1",
             "Can a part of a window give a number?"),
        Slip("M08", "the filter's width is not taken off", "(W + 2 * P) // S + 1",
             "How far to the right may the left edge of a window go?"),
        Slip("M01", "the 1 for the first window is added to the stride",
             "(W - F + 2 * P) / (S + 1)", "Count the steps first. What is the 1 for?"),
    ),
    "Put the first window down at column 0, then step by S. Which is the last that fits?",
    point=row, picture=lambda right, **layer: windows(**layer),
)  # fmt: skip

LAST = Objective(
    "last-window", 2, "Where the last window begins",
    "An input is {W} columns wide. F = {F}, S = {S}, P = {P}. Columns of the padded row are "
    "counted from 0. At which one does the last window begin?",
    LAYER, lambda W, F, S, P: by_hand.window_starts(W, F, S, P)[-1], _last_worked,
    (
        Slip("U2-overhang", "windows may hang over the right edge", "(W + 2 * P - 1) // S * S",
             "Where does a window that begins there end?"),
        Slip("U2-starts-unpadded", "the padding is left out", "(W - F) // S * S",
             "How many columns has the padded row?"),
        Slip("U2-every-column", "the window moves one column at a time", "W + 2 * P - F",
             "Which columns can a window begin at, if each step is S wide?"),
        Slip("U2-right-edges", "the window's right edge is given",
             "(W + 2 * P - F) // S * S + F - 1", "Which end of the window is asked for?"),
        Slip("U2-from-one", "columns are counted from 1", "(W + 2 * P - F) // S * S + 1",
             "What number has the leftmost column?"),
    ),
    "Windows begin at 0, then at S, and so on. Which one just fits?",
    point=row, picture=lambda right, **layer: windows(**layer), only="W + 2 * P >= F",
)  # fmt: skip

UNREAD = Objective(
    "unread-columns", 2, "Columns that are never read",
    "An input is {W} columns wide. F = {F}, S = {S}, P = {P}. How many columns of the padded row "
    "does no window read?",
    {**LAYER, "P": range(0, 4), "F": range(1, 5), "S": range(2, 7)},
    lambda W, F, S, P: len(by_hand.unread(P + W + P, F, S)), _unread_worked,
    (
        Slip("U2-tail-only", "only the columns after the last window are counted",
             "(W - F + 2 * P) % S", "Is there anything between two windows?"),
        Slip("U2-gaps-only", "only the gaps between windows are counted",
             "(W - F + 2 * P) // S * (S - F)", "Does the last window end at the edge?"),
        Slip("U2-gap-per-window", "a gap is counted for each window",
             "((W - F + 2 * P) // S + 1) * (S - F) + (W - F + 2 * P) % S",
             "How many gaps lie between three windows?"),
        Slip("U2-read-instead", "the columns that are read are counted",
             "((W - F + 2 * P) // S + 1) * F", "Which columns are asked for?"),
    ),
    "Put the windows down one by one and mark what they read. What stays unmarked?",
    point=row, picture=lambda right, **layer: windows(**layer), only="S > F and W + 2 * P >= F + S",
)  # fmt: skip

REMAINDER = Objective(
    "remainder", 2, "A stride that leaves a remainder",
    "An input is {W} columns wide. F = {F}, S = {S}, no padding. How wide is the output that a "
    "framework gives? Type none if there is no such layer.",
    {"W": range(6, 17), "F": range(2, 7), "S": range(2, 6)}, by_hand.size, _size_worked,
    (
        Slip("M17", "a stride must fit without remainder", "None",
             "Nothing forces the last window to end at the edge. What happens to the columns that "
             "are left?"),
        Slip("M18", "one more window may hang over the edge", "ceil((W - F) / S) + 1",
             "What would that window read beyond the edge?"),
        Slip("M19", "a part of a window is counted", "(W - F) / S + 1",
             "Can a part of a window give a number?"),
        Slip("U2-steps-only", "the steps are counted, not the windows", "(W - F) // S",
             "Is there a window before the first step?"),
    ),
    "Count the windows that lie inside the row. The rest is simply not read.",
    point=row, picture=lambda right, **layer: windows(P=0, **layer), only="W > F and (W - F) % S",
)  # fmt: skip

DEPTH = Objective(
    "output-depth", 2, "Depth of the output",
    "The input is {W} × {W} with {D} channels. A layer has {K} filters of size {F} × {F}. How many "
    "maps has its output?",
    {"W": range(6, 10), "D": range(2, 7), "K": range(2, 9), "F": (2, 3, 5)},
    lambda W, D, K, F: by_hand.shape(W, W, D, F, 1, 0, K)[2],
    lambda right, W, D, K, F: (
        f"Each filter reads all {D} channels at once and makes one map. {K} filters make {right}."
    ),
    (
        Slip("M13", "the output is as deep as the input", "D", "What makes a map of the output?"),
        Slip("M14", "every filter makes a map for each channel", "D * K",
             "What does a filter do with what it found in each channel?"),
        Slip("U2-sliding-depth", "the filter slides through the channels too",
             "K * (D - F + 1)", "How deep is a filter?"),
    ),
    "One filter lies on all channels at once and gives one number a place. So what does one filter "
    "make?",
)  # fmt: skip

NUMBERS = Objective(
    "output-volume", 2, "Numbers in the output",
    "The input is {H} high, {W} wide and {D} deep. A layer has {K} filters of size {F} × {F}, "
    "S = {S}, P = {P}. How many numbers has its output?",
    {"W": range(5, 10), "H": range(5, 10), "D": (2, 3), "K": (4, 5, 6), "F": (2, 3), "S": (1, 2),
     "P": (1, 2)},
    by_hand.output_numbers,
    _shape_worked,
    (
        Slip("U2-square", "the output is as high as it is wide",
             "((W - F + 2 * P) // S + 1) ** 2 * K", "Do equally many windows fit both ways?"),
        Slip("M13", "the output is as deep as the input",
             "((W - F + 2 * P) // S + 1) * ((H - F + 2 * P) // S + 1) * D",
             "What makes a map of the output?"),
        Slip("U2-one-map", "only one map is counted",
             "((W - F + 2 * P) // S + 1) * ((H - F + 2 * P) // S + 1)",
             "How many maps do that many filters make?"),
        Slip("M14", "every filter makes a map for each channel",
             "((W - F + 2 * P) // S + 1) * ((H - F + 2 * P) // S + 1) * D * K",
             "What does a filter do with what it found in each channel?"),
        Slip("M16", "the padded input's size is taken for the output's",
             "(W + 2 * P) * (H + 2 * P) * K", "How many windows fit on the padded input?"),
    ),
    "Count windows from top to bottom, then from left to right. How many maps are there?",
    only="W != H",
)  # fmt: skip

POOL = Objective(
    "pool-size", 6, "Size after pooling",
    "A map is {W} × {W}. It is pooled with F = {F}, S = {S}, no padding. How wide is the result?",
    {"W": range(8, 21), "F": range(2, 6), "S": range(2, 5)}, by_hand.size, _size_worked,
    (
        Slip("M63", "the window moves one column at a time", "W - F + 1",
             "How far is it from one window to the next?"),
        Slip("M65", "F is subtracted and nothing else", "W - F",
             "How many windows fit, at steps of S?"),
        Slip("U6-quotient", "the width is divided by the stride, whatever F is", "W // S",
             "Does the last of these windows still fit?"),
        Slip("U6-steps", "the steps are counted, not the windows", "(W - F) // S",
             "Is there a window before the first step?"),
    ),
    "Pooling windows are counted as a convolution's are. Where does the last one begin?",
    point=row, picture=lambda right, **layer: windows(P=0, **layer), only="F > S",
)  # fmt: skip

POOLED = Objective(
    "pooled-numbers", 6, "Numbers after pooling",
    "A volume of {W} × {W} with {D} maps is pooled by 2 × 2 windows, S = 2. How many numbers are "
    "left?",
    {"W": range(6, 17, 2), "D": range(4, 17, 2)},
    by_hand.pooled_numbers,
    lambda right, W, D: (
        f"{by_hand.size(W, 2, 2)} windows fit each way, on each of the {D} maps: {right:,} numbers."
    ),
    (
        Slip("M64", "the depth is halved as well", "(W // 2) ** 2 * (D // 2)",
             "Does pooling look across maps?"),
        Slip("U6-width-only", "only the width is halved", "W // 2 * W * D",
             "A window is two rows high as well. What becomes of the height?"),
        Slip("U6-one-map", "one map is counted", "(W // 2) ** 2", "How many maps are pooled?"),
        Slip("M63", "the windows move one place at a time", "(W - 1) ** 2 * D",
             "How far is it from one window to the next?"),
    ),
    "How many windows lie on one map? How many maps come out?",
)  # fmt: skip

OBJECTIVES = (LAST, SIZE, UNREAD, REMAINDER, DEPTH, NUMBERS, POOL, POOLED)
