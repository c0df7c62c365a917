"""Exercises of unit 02, output size and stride: the public half.

Widths are counted in columns.  ``W, H, D`` are an input's width, height and depth, ``F`` the filter
size, ``S`` the stride, ``P`` the zeros added on each side and ``K`` the number of filters.  Slips
called ``M..`` are the numbered misconceptions of the course's catalogue, ``U2-..`` are this unit's.

Where no slip is about filters that do not fit, the probes hold only filters that fit: a student who
forgot the ``ValueError`` as well then still meets the hint for the bigger mistake.
"""

import numpy as np

from course.answers import Raised
from course.exercise import Claim, Example, Exercise, Requirement

# ------------------------------------------------------------------- where the windows begin

window_starts = Exercise(
    name="window_starts",
    signature="window_starts(W, F, S, P)",
    returns="a list with the left edge of every window, counted on the padded input; "
    "an empty list when no window fits",
    examples=(
        Example((5, 3, 1, 0), [0, 1, 2]),
        Example((7, 3, 2, 0), [0, 2, 4]),
        Example((7, 3, 3, 0), [0, 3]),
        Example((5, 3, 1, 1), [0, 1, 2, 3, 4]),
        Example((3, 5, 1, 0), []),
    ),
    probes=((11, 4, 2, 2), (9, 3, 3, 0), (6, 2, 3, 1)),
)


@window_starts.slip(
    "U2-gap",
    "a stride of S leaves S columns between two windows",
    hint="Put two windows of stride 1 on paper, the second right after the first. "
    "How far apart are their left edges?",
    more="The stride is the distance between two left edges, not the space left free between "
    "them. With stride 1 the edges are 0, 1, 2: each is S further on, not S + 1.",
)
def _(W, F, S, P):
    starts = []
    left = 0
    while left + F <= W + 2 * P:
        starts.append(left)
        left = left + S + 1
    return starts


@window_starts.slip(
    "U2-last-missing",
    "the last window is left out",
    hint="Which columns does your last window read? Is there room for one more step?",
    more="A window may end exactly at the edge. Its left edge is then W + 2P - F, and that one "
    "counts: with range, the end has to be one further.",
)
def _(W, F, S, P):
    return list(range(0, W + 2 * P - F, S))


@window_starts.slip(
    "U2-overhang",
    "windows that hang over the right edge are counted",
    hint="Take the last left edge of your list and add F - 1. Does that column exist?",
    more="A window counts only if all F of its columns lie on the padded input: "
    "left edge + F must not exceed W + 2P.",
)
def _(W, F, S, P):
    return list(range(0, W + 2 * P, S))


@window_starts.slip(
    "U2-starts-unpadded",
    "the padding is ignored",
    hint="With P = 1, how many columns can the filter slide over?",
    more="P zeros stand on the left and P on the right, so the filter slides over W + 2P columns.",
)
def _(W, F, S, P):
    return list(range(0, W - F + 1, S))


@window_starts.slip(
    "U2-starts-pad-once",
    "the padding is counted on one side only",
    hint="Draw the padded row for W = 5 and P = 1. How long is it?",
    more="P zeros are added on both sides: W + 2P columns, not W + P.",
)
def _(W, F, S, P):
    return list(range(0, W + P - F + 1, S))


@window_starts.slip(
    "U2-negative-start",
    "columns are counted from the first pixel, so that the padding gets negative numbers",
    hint="Which column is number 0: the first zero of the padding or the first pixel?",
    more="The exercise asks for columns of the padded input. Column 0 is its first one, a zero "
    "if there is padding. So the first window begins at 0, never at -P.",
)
def _(W, F, S, P):
    return list(range(-P, W + P - F + 1, S))


@window_starts.slip(
    "U2-every-column",
    "the stride is ignored",
    hint="Your list steps by one column. How far does the layer step?",
    more="Each left edge is S columns after the one before.",
)
def _(W, F, S, P):
    return list(range(W + 2 * P - F + 1))


@window_starts.slip(
    "U2-side-by-side",
    "the windows are laid side by side, F apart",
    hint="With F = 3 and S = 1, do two neighbouring windows share columns?",
    more="How far the filter moves is the stride's business. F says how wide a window is; "
    "windows overlap whenever S is smaller than F.",
)
def _(W, F, S, P):
    return list(range(0, W + 2 * P - F + 1, F))


@window_starts.slip(
    "U2-right-edges",
    "the right edges are listed",
    hint="Look at the first number of your list. Is it where the first window begins?",
    more="These are the columns where windows end. Subtract F - 1 to get where they begin.",
)
def _(W, F, S, P):
    return list(range(F - 1, W + 2 * P, S))


@window_starts.slip(
    "U2-from-one",
    "columns are counted from 1",
    hint="What is the number of the first column, in Python and in the pictures above?",
    more="Columns are counted from 0, as list items are. So the first window begins at 0.",
)
def _(W, F, S, P):
    return list(range(1, W + 2 * P - F + 2, S))


# ------------------------------------------------------------------------- the output width

output_size = Exercise(
    name="output_size",
    signature="output_size(W, F, S, P)",
    returns="the output width, an int; raises ValueError when F > W + 2P",
    examples=(
        Example((7, 3, 1, 0), 5),
        Example((7, 3, 2, 0), 3),
        Example((7, 3, 3, 0), 2),
        Example((7, 3, 1, 1), 7),
        Example((3, 5, 1, 1), 1),
        Example((3, 5, 1, 0), ValueError),
    ),
    probes=((47, 8, 3, 5), (49, 9, 2, 2), (3, 5, 2, 1), (3, 5, 2, 2), (3, 5, 3, 0), (2, 9, 3, 1)),
)


@output_size.slip(
    "M01",
    "the +1 went into the denominator",
    hint="Count the windows at stride 1 in the panel. Your formula divides by 2 there: why?",
    more="Dividing by S + 1 treats the stride as a gap. The steps are S long, so the room is "
    "divided by S. The + 1 is the first window, which needs no step: it is added at the end.",
)
def _(W, F, S, P):
    return (W - F + 2 * P) / (S + 1)


@output_size.slip(
    "M02",
    "the first window is not counted",
    hint="Take W = F and P = 0. Your function says 0. In how many places can the filter lie?",
    more="You counted the steps. The windows are one more: the first needs no step to get there. "
    "A fence with four gaps has five posts.",
)
def _(W, F, S, P):
    return (W - F + 2 * P) // S


@output_size.slip(
    "M03",
    "no rounding down: the size is a fraction",
    hint="Set W = 7, F = 3, S = 3 in the panel. Is there such a thing as a third of a window?",
    more="A window is there or it is not. Only whole steps count, so round the division down: "
    "// does it and keeps an int.",
)
def _(W, F, S, P):
    return (W - F + 2 * P) / S + 1


@output_size.slip(
    "M04",
    "rounded up: a window that hangs over the edge is counted",
    hint="Set W = 7, F = 3, S = 3 in the panel and find your last window. "
    "Is all of it on the padded input?",
    more="Rounding up counts a window with some of its columns beyond the edge. "
    "Round down: // does.",
)
def _(W, F, S, P):
    import math

    return math.ceil((W - F + 2 * P) / S) + 1


@output_size.slip(
    "M05",
    "the padding is counted once",
    hint="Draw the padded row for W = 5 and P = 1. How many columns has it?",
    more="P zeros stand on the left and P more on the right: the padded width is W + 2P.",
)
def _(W, F, S, P):
    return (W - F + P) // S + 1


@output_size.slip(
    "M06",
    "the padding is ignored",
    hint="Move P from 0 to 1 in the panel. Does the number of windows stay?",
    more="The filter slides over the padded input, W + 2P columns wide. Put that where you have W.",
)
def _(W, F, S, P):
    return (W - F) // S + 1


@output_size.slip(
    "M07",
    "the stride is ignored",
    hint="Your windows move one column at a time. How far does the layer step?",
    more="Each step takes S columns of room, so divide the room W - F + 2P by S, rounding down.",
)
def _(W, F, S, P):
    return W - F + 2 * P + 1


@output_size.slip(
    "M08",
    "the filter size is ignored",
    hint="Where does the last window begin? Can it begin in the last column?",
    more="A window needs F columns, so the last one begins no later than W + 2P - F. "
    "That number is the room to divide by S.",
)
def _(W, F, S, P):
    return (W + 2 * P) // S + 1


@output_size.slip(
    "M09",
    "the size under TensorFlow's SAME rule, which chooses its own padding",
    hint="Your answer never looks at F or P. Does the number of windows in the panel?",
    more="ceil(W / S) is the size when the framework chooses the padding itself (the SAME rule, "
    "next unit). Here P is given: count the windows that fit.",
)
def _(W, F, S, P):
    import math

    return math.ceil(W / S)


@output_size.slip(
    "M10",
    "the width is only divided by the stride",
    hint="Keep W and S in the panel and make F larger. Does the number of windows stay?",
    more="Dividing W by S is right only for a lucky P. In general: the room is W - F + 2P, "
    "whole steps of S, plus the first window.",
)
def _(W, F, S, P):
    return W // S


@output_size.slip(
    "M11",
    "the +1 went into the numerator",
    hint="Compare your answers with the panel at S = 1 and at S = 2. Which of them agree?",
    more="Divide the room first, round down, and add 1 afterwards. "
    "Inside the fraction the 1 is divided by S as well; only at S = 1 that does no harm.",
)
def _(W, F, S, P):
    return (W - F + 2 * P + 1) / S


@output_size.slip(
    "M12",
    "int() is used to round down, and nothing asks whether the filter fits",
    hint="What is int(-0.67)? And how many windows of width 5 fit on 3 columns?",
    more="int() cuts towards zero, so a filter that does not fit gets the size 1. "
    "Ask first: if F > W + 2 * P, raise ValueError. Then round down with //.",
)
def _(W, F, S, P):
    return int((W - F + 2 * P) / S) + 1


@output_size.slip(
    "U2-no-check",
    "the formula is right, but nothing asks whether the filter fits",
    hint="How many windows of width 5 fit on 3 columns? What does your function say?",
    more="Beyond its condition the formula gives zero or a negative number, which is no size. "
    "Ask first: if F > W + 2 * P, raise ValueError(...).",
)
def _(W, F, S, P):
    return (W - F + 2 * P) // S + 1


@output_size.slip(
    "U2-zero",
    "returns 0 for a filter that does not fit",
    hint="What should happen to a network whose layer has no output? Read the contract again.",
    more="A size of 0 would travel on and fail far away. The exercise asks for an error at the "
    "place where it happens: raise ValueError(...) instead of return 0.",
)
def _(W, F, S, P):
    if F > W + 2 * P:
        return 0
    return (W - F + 2 * P) // S + 1


@output_size.slip(
    "U2-fit-unpadded",
    "the filter is compared with the input before padding",
    hint="W = 3, F = 5, P = 1. How many columns can the filter lie on?",
    more="The filter slides over the padded input. It fits as long as F is at most W + 2P.",
)
def _(W, F, S, P):
    if F > W:
        raise ValueError("the filter does not fit")
    return (W - F + 2 * P) // S + 1


@output_size.slip(
    "U2-fit-strict",
    "a filter as wide as the padded input is refused",
    hint="A filter of width 5 on 5 columns: in how many places can it lie?",
    more="It fits in exactly one place. Refuse only F > W + 2P, not F >= W + 2P.",
)
def _(W, F, S, P):
    if F >= W + 2 * P:
        raise ValueError("the filter does not fit")
    return (W - F + 2 * P) // S + 1


# ---------------------------------------------------- an output that is larger than the input
# The tests below compute no size.  They only ask whether a window of a given number still fits.


def _numbers(answer, count):
    """The answer as ``count`` whole numbers; raises ValueError or TypeError if it is not that."""
    values = answer.tolist() if isinstance(answer, np.ndarray) else answer
    whole = all(type(v) is int or (type(v) is float and v.is_integer()) for v in values)
    if len(values) != count or not whole:
        raise ValueError(f"not {count} whole numbers")
    return [int(v) for v in values]


def _numbers_that(count, test):
    """A test of a claim's answer: ``count`` whole numbers for which ``test`` holds."""
    return lambda answer: test(*_numbers(answer, count))


def _in_range(W, F, S, P, *_):
    return W >= 1 and F >= 1 and S >= 1 and P >= 0


def _window_fits(number, W, F, S, P):
    """Whether the window of that number, counted from 1, lies on the padded input."""
    return (number - 1) * S + F <= W + 2 * P


def _is_layer(W, F, S, P, *_):
    return _in_range(W, F, S, P) and _window_fits(1, W, F, S, P)


larger_output = Claim(
    name="larger_output",
    signature="larger_output()",
    returns="(W, F, S, P): a layer whose output is wider than its input",
    claim="A convolution's output is never larger than its input.",
    requirements=(
        Requirement("four whole numbers W, F, S, P", _numbers_that(4, lambda *_: True)),
        Requirement("W, F and S are at least 1, P is at least 0", _numbers_that(4, _in_range)),
        Requirement("the filter fits on the padded input", _numbers_that(4, _is_layer)),
        Requirement(
            "it has more windows than the input has columns",
            _numbers_that(4, lambda W, F, S, P: _window_fits(W + 1, W, F, S, P)),
        ),
    ),
)


@larger_output.slip(
    "U2-equal",
    "the output is as wide as the input, not wider",
    hint="Your layer gives back exactly W columns. What would one more zero on each side do?",
    more="Equal is not larger. At stride 1 the width stays when 2P = F - 1; every further zero "
    "adds to the output.",
    matches=_numbers_that(
        4,
        lambda W, F, S, P: (
            _is_layer(W, F, S, P)
            and _window_fits(W, W, F, S, P)
            and not _window_fits(W + 1, W, F, S, P)
        ),
    ),
)
def _():
    return 5, 3, 1, 1


@larger_output.slip(
    "U2-too-little-padding",
    "too little padding: the output would be narrower even at stride 1",
    hint="Without padding a filter of width F costs F - 1 columns. "
    "Which slider of the panel gives columns back?",
    more="At stride 1 there are W - F + 2P + 1 windows. "
    "Choose P so large that 2P is more than F - 1.",
    matches=_numbers_that(
        4, lambda W, F, S, P: _is_layer(W, F, S, P) and not _window_fits(W, W, F, 1, P)
    ),
)
def _():
    return 7, 3, 1, 0


@larger_output.slip(
    "U2-stride-eats-it",
    "the padding would do, but the stride is larger than 1",
    hint="You have zeros enough. How many columns does each of your steps use up?",
    more="With stride S only about every S-th place counts. Set S to 1 and keep the padding.",
    matches=_numbers_that(
        4,
        lambda W, F, S, P: (
            _is_layer(W, F, S, P)
            and _window_fits(W, W, F, 1, P)
            and not _window_fits(W, W, F, S, P)
        ),
    ),
)
def _():
    return 7, 3, 2, 3


@larger_output.slip(
    "U2-oversized-filter",
    "the filter does not fit",
    hint="How many columns has the padded input, and how many does one window need?",
    more="A filter wider than W + 2P has no place at all, so there is no output to be larger.",
    matches=_numbers_that(4, lambda *layer: _in_range(*layer) and not _is_layer(*layer)),
)
def _():
    return 3, 9, 1, 1


@larger_output.slip(
    "U2-no-step",
    "a stride of zero or less",
    hint="A window that moves by 0 columns: when does it reach the edge?",
    more="With stride 0 the window never moves on, and a negative stride walks off the input. "
    "The smallest stride is 1.",
    matches=_numbers_that(4, lambda W, F, S, P: S <= 0),
)
def _():
    return 5, 3, 0, 1


@larger_output.slip(
    "U2-half-step",
    "a stride that is a fraction",
    hint="Where would a window begin that has moved by half a column?",
    more="There is nothing between two columns, so a stride is a whole number. "
    "Let another setting make the output larger.",
    matches=lambda a: len(a) == 4 and type(a[2]) is float and a[2] > 0 and not a[2].is_integer(),
)
def _():
    return 5, 3, 0.5, 0


# -------------------------------------------------------------------- what nobody ever reads

unread_columns = Exercise(
    name="unread_columns",
    signature="unread_columns(W, F, S, P)",
    returns="how many columns of the padded input no window covers, an int; "
    "raises ValueError when F > W + 2P",
    examples=(
        Example((7, 3, 1, 0), 0),
        Example((7, 3, 3, 0), 1),
        Example((10, 2, 4, 0), 4),
        Example((11, 2, 4, 0), 5),
        Example((7, 2, 4, 1), 5),
        Example((3, 5, 1, 0), ValueError),
    ),
    probes=((19, 3, 5, 2), (20, 6, 4, 0), (17, 2, 6, 1)),
)


@unread_columns.slip(
    "U2-tail-only",
    "only the columns after the last window are counted",
    hint="Set F = 2 and S = 4 in the panel. Where else are there hatched columns?",
    more="When S is larger than F, each step jumps over S - F columns. Add them: one such gap "
    "between each window and the next.",
)
def _(W, F, S, P):
    if F > W + 2 * P:
        raise ValueError("the filter does not fit")
    return (W - F + 2 * P) % S


@unread_columns.slip(
    "U2-gaps-only",
    "only the gaps between the windows are counted",
    hint="Set W = 7, F = 3, S = 3 in the panel. Is there a hatched column without any gap?",
    more="The last window may end before the edge. Add the columns to the right of it: what the "
    "division by S leaves over.",
)
def _(W, F, S, P):
    if F > W + 2 * P:
        raise ValueError("the filter does not fit")
    steps = (W - F + 2 * P) // S
    return steps * max(S - F, 0)


@unread_columns.slip(
    "U2-unread-unpadded",
    "the padding is ignored",
    hint="The windows lie on the padded input. How many columns has it?",
    more="Count on all W + 2P columns, zeros included. With padding the last window may end "
    "somewhere else than without.",
)
def _(W, F, S, P):
    if F > W:
        raise ValueError("the filter does not fit")
    steps, tail = divmod(W - F, S)
    return tail + steps * max(S - F, 0)


@unread_columns.slip(
    "U2-pixels-only",
    "unread zeros of the padding are not counted",
    hint="Is an unread column at the very right a pixel or a zero? Which of them does the "
    "exercise count?",
    more="The exercise counts columns of the padded input, so an unread zero counts as well. "
    "(Yours answers another good question: how many pixels are lost.)",
)
def _(W, F, S, P):
    if F > W + 2 * P:
        raise ValueError("the filter does not fit")
    read = set()
    for left in range(0, W + 2 * P - F + 1, S):
        read.update(range(left, left + F))
    return sum(column not in read for column in range(P, P + W))


@unread_columns.slip(
    "U2-first-unread",
    "a place, not a number of columns: where the last window ends",
    hint="W = 7, F = 3, S = 3: you say 6. Is that which column, or how many?",
    more="That is the number of the column after the last window. How many are there from it to "
    "the right edge? Then add the gaps.",
)
def _(W, F, S, P):
    if F > W + 2 * P:
        raise ValueError("the filter does not fit")
    return (W - F + 2 * P) // S * S + F


@unread_columns.slip(
    "U2-negative-gap",
    "overlapping windows are counted as negative gaps",
    hint="With S = 1 and F = 3 two neighbouring windows overlap. How wide is the gap between them?",
    more="S - F is a gap only when it is positive. Windows that overlap leave no gap: "
    "use max(S - F, 0).",
)
def _(W, F, S, P):
    if F > W + 2 * P:
        raise ValueError("the filter does not fit")
    steps, tail = divmod(W - F + 2 * P, S)
    return tail + steps * (S - F)


@unread_columns.slip(
    "U2-gap-per-window",
    "one gap too many: one for each window",
    hint="Three windows stand in a row. How many gaps are between them?",
    more="There is one gap less than there are windows, because nothing follows the last one "
    "but the tail, and that is counted already.",
)
def _(W, F, S, P):
    if F > W + 2 * P:
        raise ValueError("the filter does not fit")
    steps, tail = divmod(W - F + 2 * P, S)
    return tail + (steps + 1) * max(S - F, 0)


@unread_columns.slip(
    "U2-read-instead",
    "the columns that are read are counted",
    hint="Hatched columns are the unread ones. Did you count those or the others?",
    more="You have the number of columns that some window reads. Subtract it from W + 2P.",
)
def _(W, F, S, P):
    if F > W + 2 * P:
        raise ValueError("the filter does not fit")
    steps, tail = divmod(W - F + 2 * P, S)
    return W + 2 * P - tail - steps * max(S - F, 0)


@unread_columns.slip(
    "U2-rest-of-width",
    "the remainder of the whole padded width is taken",
    hint="The first window takes F columns before any step is made. How much room is left to step?",
    more="Steps of S divide the room W + 2P - F, not the whole width. What that division leaves "
    "over is the tail.",
)
def _(W, F, S, P):
    if F > W + 2 * P:
        raise ValueError("the filter does not fit")
    steps = (W - F + 2 * P) // S
    return (W + 2 * P) % S + steps * max(S - F, 0)


# ------------------------------------------------------------ a stride that leaves a remainder


def _leaves_a_remainder(W, F, S, P, *_):
    return (W - F + 2 * P) % S != 0


def _has_windows(out, W, F, S, P):
    return _window_fits(out, W, F, S, P) and not _window_fits(out + 1, W, F, S, P)


runs_anyway = Claim(
    name="runs_anyway",
    signature="runs_anyway()",
    returns="(W, F, S, P, out): a layer whose stride leaves a remainder, and its output width",
    claim="A layer whose stride does not divide W - F + 2P cannot be built.",
    requirements=(
        Requirement("five whole numbers W, F, S, P, out", _numbers_that(5, lambda *_: True)),
        Requirement("W, F and S are at least 1, P is at least 0", _numbers_that(5, _in_range)),
        Requirement("the filter fits on the padded input", _numbers_that(5, _is_layer)),
        Requirement("the stride leaves a remainder", _numbers_that(5, _leaves_a_remainder)),
        Requirement(
            "out is the number of windows that fit",
            _numbers_that(5, lambda W, F, S, P, out: _has_windows(out, W, F, S, P)),
        ),
        Requirement(
            "the layer is your own, not the text's 7, 3, 3, 0",
            _numbers_that(5, lambda *layer: layer[:4] != (7, 3, 3, 0)),
        ),
    ),
)


def _off_by(one):
    """Recognises a layer of the right kind with a width that is off by ``one``."""
    return _numbers_that(
        5,
        lambda W, F, S, P, out: (
            _is_layer(W, F, S, P)
            and _leaves_a_remainder(W, F, S, P)
            and out - one >= 1
            and out >= 1
            and _has_windows(out - one, W, F, S, P)
        ),
    )


def _has_no_width(answer):
    """Recognises an error, a word, or nothing where the width should be."""
    if isinstance(answer, Raised):
        return "ValueError" in answer.names
    return type(answer) is str or (len(answer) == 5 and (not answer[4] or type(answer[4]) is str))


@runs_anyway.slip(
    "M17",
    "says that there is no output",
    hint="Set W = 7, F = 3, S = 3 in the panel. It shows a layer. How many windows has it?",
    more="That a stride must divide exactly is a habit of some textbooks, no law. Frameworks take "
    "the windows that fit and leave the last columns unread. Give the width they arrive at.",
    matches=_has_no_width,
)
def _():
    raise ValueError("the stride does not fit")


@runs_anyway.slip(
    "M18",
    "counts one more window, which hangs over the edge",
    hint="Draw your last window. Are all its columns on the padded input?",
    more="One window more needs extra padding (the SAME rule adds it) or the option ceil_mode of "
    "PyTorch's pooling layers. A convolution with the given P rounds down.",
    matches=_off_by(1),
)
def _():
    return 8, 3, 2, 0, 4


@runs_anyway.slip(
    "M19",
    "gives a fraction of a window",
    hint="Your width is no whole number. Which part of a window would be the last one?",
    more="A window is there or it is not: frameworks round down.",
    matches=lambda a: len(a) == 5 and type(a[4]) is float and not a[4].is_integer(),
)
def _():
    return 8, 3, 2, 0, 3.5


@runs_anyway.slip(
    "U2-steps-only",
    "counts the steps and forgets the first window",
    hint="How many windows are there before the first step?",
    more="The first window needs no step: there is one window more than there are steps.",
    matches=_off_by(-1),
)
def _():
    return 8, 3, 2, 0, 2


@runs_anyway.slip(
    "U2-divides",
    "the stride divides without remainder, so the claim says nothing about the layer",
    hint="Divide W - F + 2P by your S. What is left over?",
    more="The claim speaks of strides that leave a remainder. Make W one larger, for example.",
    matches=_numbers_that(
        5, lambda *layer: layer[4] >= 1 and _is_layer(*layer) and not _leaves_a_remainder(*layer)
    ),
)
def _():
    return 9, 3, 2, 0, 4


@runs_anyway.slip(
    "U2-no-width",
    "gives the layer but not its output width",
    hint="Four numbers describe a layer. What does it give back?",
    more="Add the output width as a fifth number.",
    matches=_numbers_that(4, lambda *_: True),
)
def _():
    return 8, 3, 2, 0


# ------------------------------------------------------------------------------ whole volumes

output_volume = Exercise(
    name="output_volume",
    signature="output_volume(W, H, D, F, S, P, K)",
    returns="the shape of the output as a tuple (width, height, depth); "
    "raises ValueError when F > W + 2P or F > H + 2P",
    examples=(
        Example((32, 32, 3, 5, 1, 2, 10), (32, 32, 10)),
        Example((32, 32, 3, 5, 1, 0, 1), (28, 28, 1)),
        Example((9, 7, 3, 3, 2, 0, 4), (4, 3, 4)),
        Example((9, 3, 1, 5, 1, 0, 2), ValueError),
        Example((3, 9, 1, 5, 1, 0, 2), ValueError),
    ),
    probes=(
        (47, 29, 4, 8, 3, 5, 6),
        (32, 20, 3, 5, 1, 2, 10),
    ),
)


@output_volume.slip(
    "M13",
    "the output depth is the input depth",
    hint="One filter makes one map, whatever the depth of the input. How many filters are there?",
    more="The output has one map for each filter, so its depth is K. The input depth D is used up: "
    "each filter adds over it.",
)
def _(W, H, D, F, S, P, K):
    if F > W + 2 * P or F > H + 2 * P:
        raise ValueError("the filter does not fit")
    return (W - F + 2 * P) // S + 1, (H - F + 2 * P) // S + 1, D


@output_volume.slip(
    "M14",
    "one map for each channel of each filter",
    hint="A filter looks at all D channels at once. How many numbers does it give at one place?",
    more="It adds its products over all channels and gives one number, so each filter makes one "
    "map, not D. The depth is K.",
)
def _(W, H, D, F, S, P, K):
    if F > W + 2 * P or F > H + 2 * P:
        raise ValueError("the filter does not fit")
    return (W - F + 2 * P) // S + 1, (H - F + 2 * P) // S + 1, D * K


@output_volume.slip(
    "M15",
    "depth first, as PyTorch stores it",
    hint="Your three numbers are right. In which order does the exercise ask for them?",
    more="The order here is (width, height, depth). Depth first, then height, then width is the "
    "layout that PyTorch uses.",
)
def _(W, H, D, F, S, P, K):
    if F > W + 2 * P or F > H + 2 * P:
        raise ValueError("the filter does not fit")
    return K, (H - F + 2 * P) // S + 1, (W - F + 2 * P) // S + 1


@output_volume.slip(
    "M16",
    "width and height of the padded input are returned",
    hint="You added the padding. What did the filter do after that?",
    more="W + 2P is what the filter slides over. How often it fits there is the output's width.",
)
def _(W, H, D, F, S, P, K):
    if F > W + 2 * P or F > H + 2 * P:
        raise ValueError("the filter does not fit")
    return W + 2 * P, H + 2 * P, K


@output_volume.slip(
    "U2-swap",
    "width and height have changed places",
    hint="Try an input that is wider than it is tall. Is your output as well?",
    more="The order is (width, height, depth): the first number comes from W, the second from H.",
)
def _(W, H, D, F, S, P, K):
    if F > W + 2 * P or F > H + 2 * P:
        raise ValueError("the filter does not fit")
    return (H - F + 2 * P) // S + 1, (W - F + 2 * P) // S + 1, K


@output_volume.slip(
    "U2-square",
    "the height is taken from the width",
    hint="Try W = 9 and H = 7. Does anything in your answer come from H?",
    more="Height follows the same rule as width, but with H in the place of W.",
)
def _(W, H, D, F, S, P, K):
    if F > W + 2 * P:
        raise ValueError("the filter does not fit")
    size = (W - F + 2 * P) // S + 1
    return size, size, K


@output_volume.slip(
    "U2-one-map",
    "the output has depth 1 whatever K is",
    hint="You have the map of one filter. What becomes of the others?",
    more="Each of the K filters makes a map; stacked they are K deep.",
)
def _(W, H, D, F, S, P, K):
    if F > W + 2 * P or F > H + 2 * P:
        raise ValueError("the filter does not fit")
    return (W - F + 2 * P) // S + 1, (H - F + 2 * P) // S + 1, 1


@output_volume.slip(
    "U2-sliding-depth",
    "the filter is slid through the depth as well",
    hint="How deep is a filter, and how deep is the input? Is there room to slide?",
    more="A filter is as deep as its input, D, so it does not move in that direction. "
    "The output's depth is the number of filters, K.",
)
def _(W, H, D, F, S, P, K):
    if F > W + 2 * P or F > H + 2 * P:
        raise ValueError("the filter does not fit")
    width, height = (W - F + 2 * P) // S + 1, (H - F + 2 * P) // S + 1
    return width, height, (D - F + 2 * P) // S + 1


@output_volume.slip(
    "U2-count",
    "the number of numbers in the volume, not its shape",
    hint="You give one number. How many does the exercise ask for?",
    more="Width times height times depth is how many numbers the output holds. "
    "Return the three factors as a tuple.",
)
def _(W, H, D, F, S, P, K):
    if F > W + 2 * P or F > H + 2 * P:
        raise ValueError("the filter does not fit")
    return ((W - F + 2 * P) // S + 1) * ((H - F + 2 * P) // S + 1) * K


# ------------------------------------------------------------- from the size to the settings

valid_hyperparameters = Exercise(
    name="valid_hyperparameters",
    signature="valid_hyperparameters(W, F, out, S_max, P_max)",
    returns="a list of all (S, P) with 1 <= S <= S_max and 0 <= P <= P_max whose output width is "
    "out, sorted by S, then by P",
    examples=(
        Example((32, 8, 14, 4, 5), [(2, 1)]),
        Example((7, 3, 5, 2, 3), [(1, 0), (2, 2)]),
        Example((7, 3, 2, 4, 0), [(3, 0), (4, 0)]),
        Example((3, 5, 1, 4, 2), [(1, 1), (2, 1), (3, 1), (3, 2), (4, 1), (4, 2)]),
        Example((7, 3, 9, 1, 1), []),
    ),
    probes=((11, 3, 6, 3, 5), (3, 6, 1, 4, 2), (5, 3, 2, 6, 3), (20, 4, 9, 3, 2)),
)


@valid_hyperparameters.slip(
    "U2-exact-only",
    "strides that leave a remainder are thrown out",
    hint="W = 7, F = 3, S = 3, P = 0 gives a width of 2. Is it on your list for out = 2?",
    more="A stride need not divide: the formula rounds down. Compare the rounded size with out.",
)
def _(W, F, out, S_max, P_max):
    found = []
    for S in range(1, S_max + 1):
        for P in range(P_max + 1):
            room = W - F + 2 * P
            if room >= 0 and room % S == 0 and room // S + 1 == out:
                found.append((S, P))
    return found


@valid_hyperparameters.slip(
    "U2-padding-from-1",
    "P = 0 is never tried",
    hint="What is the smallest padding that a layer can have?",
    more="No padding at all is a valid setting: let P run from 0.",
)
def _(W, F, out, S_max, P_max):
    found = []
    for S in range(1, S_max + 1):
        for P in range(1, P_max + 1):
            room = W - F + 2 * P
            if room >= 0 and room // S + 1 == out:
                found.append((S, P))
    return found


@valid_hyperparameters.slip(
    "U2-limits-excluded",
    "S_max and P_max themselves are never tried",
    hint="Which is the largest S that your loop tries?",
    more="range(1, S_max) ends at S_max - 1. The limits count, so write range(1, S_max + 1) and "
    "range(P_max + 1).",
)
def _(W, F, out, S_max, P_max):
    found = []
    for S in range(1, S_max):
        for P in range(P_max):
            room = W - F + 2 * P
            if room >= 0 and room // S + 1 == out:
                found.append((S, P))
    return found


@valid_hyperparameters.slip(
    "U2-stride-limit-excluded",
    "S_max itself is never tried",
    hint="Which is the largest S that your loop tries? And the largest P?",
    more="range(1, S_max) ends at S_max - 1. Write range(1, S_max + 1).",
)
def _(W, F, out, S_max, P_max):
    found = []
    for S in range(1, S_max):
        for P in range(P_max + 1):
            room = W - F + 2 * P
            if room >= 0 and room // S + 1 == out:
                found.append((S, P))
    return found


@valid_hyperparameters.slip(
    "U2-padding-limit-excluded",
    "P_max itself is never tried",
    hint="Which is the largest P that your loop tries? And the largest S?",
    more="range(P_max) ends at P_max - 1. Write range(P_max + 1).",
)
def _(W, F, out, S_max, P_max):
    found = []
    for S in range(1, S_max + 1):
        for P in range(P_max):
            room = W - F + 2 * P
            if room >= 0 and room // S + 1 == out:
                found.append((S, P))
    return found


@valid_hyperparameters.slip(
    "U2-pairs-swapped",
    "the pairs are (P, S)",
    hint="Read your first pair aloud: which number is the stride?",
    more="The exercise asks for (S, P), the stride first.",
)
def _(W, F, out, S_max, P_max):
    found = []
    for S in range(1, S_max + 1):
        for P in range(P_max + 1):
            room = W - F + 2 * P
            if room >= 0 and room // S + 1 == out:
                found.append((P, S))
    return found


@valid_hyperparameters.slip(
    "U2-sorted-by-padding",
    "sorted by P first",
    hint="You have the right pairs. By which number should they be sorted first?",
    more="By S, then by P: let the outer loop run over S, or sort the list at the end.",
)
def _(W, F, out, S_max, P_max):
    found = []
    for P in range(P_max + 1):
        for S in range(1, S_max + 1):
            room = W - F + 2 * P
            if room >= 0 and room // S + 1 == out:
                found.append((S, P))
    return found


@valid_hyperparameters.slip(
    "U2-filter-too-large",
    "settings are listed in which the filter does not fit",
    hint="Take a pair with P = 0 from your list for W = 3, F = 5. Where would the window lie?",
    more="int() cuts towards zero, so a filter that does not fit seems to have one window. "
    "Skip every P with F > W + 2P.",
)
def _(W, F, out, S_max, P_max):
    found = []
    for S in range(1, S_max + 1):
        for P in range(P_max + 1):
            if int((W - F + 2 * P) / S) + 1 == out:
                found.append((S, P))
    return found


@valid_hyperparameters.slip(
    "U2-hyper-pad-once",
    "the padding is counted once",
    hint="Put one of your pairs into the panel. Does it show the width that was asked for?",
    more="P zeros stand on both sides: use W + 2P, not W + P.",
)
def _(W, F, out, S_max, P_max):
    found = []
    for S in range(1, S_max + 1):
        for P in range(P_max + 1):
            room = W - F + P
            if room >= 0 and room // S + 1 == out:
                found.append((S, P))
    return found


@valid_hyperparameters.slip(
    "U2-hyper-steps",
    "counts the steps and forgets the first window",
    hint="Put one of your pairs into the panel. By how much is the width off?",
    more="There is one window more than there are steps: add 1 after the division.",
)
def _(W, F, out, S_max, P_max):
    found = []
    for S in range(1, S_max + 1):
        for P in range(P_max + 1):
            room = W - F + 2 * P
            if room >= 0 and room // S == out:
                found.append((S, P))
    return found


@valid_hyperparameters.slip(
    "U2-hyper-ceil",
    "rounded up: a window that hangs over the edge is counted",
    hint="Put one of your pairs into the panel. Is the last window all on the padded input?",
    more="Round the division down: only whole windows count.",
)
def _(W, F, out, S_max, P_max):
    found = []
    for S in range(1, S_max + 1):
        for P in range(P_max + 1):
            room = W - F + 2 * P
            if room >= 0 and -(-room // S) + 1 == out:
                found.append((S, P))
    return found


@valid_hyperparameters.slip(
    "U2-one-padding-each",
    "only the first padding that works is kept for each stride",
    hint="For one stride, can two paddings lead to the same width?",
    more="They can: rounding down hides a small difference. "
    "Go on after the first hit, without break.",
)
def _(W, F, out, S_max, P_max):
    found = []
    for S in range(1, S_max + 1):
        for P in range(P_max + 1):
            room = W - F + 2 * P
            if room >= 0 and room // S + 1 == out:
                found.append((S, P))
                break
    return found


@valid_hyperparameters.slip(
    "U2-first-only",
    "stops at the first setting",
    hint="You give one setting. Could there be others?",
    more="The exercise asks for all of them: collect the pairs in a list and return it at the end.",
)
def _(W, F, out, S_max, P_max):
    for S in range(1, S_max + 1):
        for P in range(P_max + 1):
            room = W - F + 2 * P
            if room >= 0 and room // S + 1 == out:
                return [(S, P)]
    return []


EXERCISES = (
    window_starts,
    output_size,
    larger_output,
    unread_columns,
    runs_anyway,
    output_volume,
    valid_hyperparameters,
)
