"""Unit 02, output size and stride: what to write, how it is marked, and the slips people make.

Widths are counted in columns.  ``W, H, D`` are an input's width, height and depth, ``F`` the filter
size, ``S`` the stride, ``P`` the zeros added on each side and ``K`` the number of filters.  Slips
called ``M..`` are the numbered misconceptions of the course's catalogue, ``U2-..`` are this unit's.

In every group the right answers differ from each other, so that no constant earns anything: that is
why filters that do not fit stand beside filters that just do.
"""

from exercises.authoring import Group, claim, edit, exercise

# ------------------------------------------------------------------- where the windows begin


@exercise(
    points=1,
    returns="a list with the left edge of every window, counted on the padded input; "
    "an empty list when no window fits",
    examples={
        (5, 3, 1, 0): [0, 1, 2],
        (7, 3, 2, 0): [0, 2, 4],
        (7, 3, 3, 0): [0, 3],
        (5, 3, 1, 1): [0, 1, 2, 3, 4],
        (3, 5, 1, 0): [],
    },
    probes=[(11, 4, 2, 2), (9, 3, 3, 0), (6, 2, 3, 1)],
    groups=[
        Group("stride 1", [(W, F, 1, 0) for W, F in [(6, 3), (9, 1), (12, 5), (8, 8)]]),
        Group("larger strides", [(W, F, S, 0) for W, F in [(13, 4), (16, 3)] for S in (2, 4, 5)]),
        Group(
            "padding",
            [(W, F, S, P) for W, F in [(6, 4), (11, 2)] for S in (1, 3) for P in (1, 3)],
        ),
        Group(
            "the last window",
            [(W, 4, 3, P) for W in range(4, 13) for P in (0, 1)] + [(2, 7, 1, 1)],
        ),
    ],
    praise="counts from column 0, takes the last window that still fits, and lists nothing where"
    " none does",
)
def window_starts(W, F, S, P):
    return list(range(0, W + 2 * P - F + 1, S))


slip = window_starts.slip

slip("U2-gap", "a stride of S leaves S columns between two windows",
     edit(", S)", ", S + 1)"),
     "Put two windows of stride 1 on paper, the second right after the first. "
     "How far apart are their left edges?",
     "The stride is the distance between two left edges, not the space left free between "
     "them. With stride 1 the edges are 0, 1, 2: each is S further on, not S + 1.")

slip("U2-last-missing", "the last window is left out", edit("- F + 1", "- F"),
     "Which columns does your last window read? Is there room for one more step?",
     "A window may end exactly at the edge. Its left edge is then W + 2P - F, and that one "
     "counts: with range, the end has to be one further.")

slip("U2-overhang", "windows that hang over the right edge are counted", edit(" - F + 1", ""),
     "Take the last left edge of your list and add F - 1. Does that column exist?",
     "A window counts only if all F of its columns lie on the padded input: "
     "left edge + F must not exceed W + 2P.")

slip("U2-starts-unpadded", "the padding is ignored", edit(" + 2 * P", ""),
     "With P = 1, how many columns can the filter slide over?",
     "P zeros stand on the left and P on the right, so the filter slides over W + 2P columns.")

slip("U2-starts-pad-once", "the padding is counted on one side only", edit("2 * P", "P"),
     "Draw the padded row for W = 5 and P = 1. How long is it?",
     "P zeros are added on both sides: W + 2P columns, not W + P.")

slip("U2-negative-start",
     "columns are counted from the first pixel, so that the padding gets negative numbers",
     "list(range(-P, W + P - F + 1, S))",
     "Which column is number 0: the first zero of the padding or the first pixel?",
     "The exercise asks for columns of the padded input. Column 0 is its first one, a zero "
     "if there is padding. So the first window begins at 0, never at -P.")

slip("U2-every-column", "the stride is ignored", edit(", S)", ")"),
     "Your list steps by one column. How far does the layer step?",
     "Each left edge is S columns after the one before.")

slip("U2-side-by-side", "the windows are laid side by side, F apart", edit(", S)", ", F)"),
     "With F = 3 and S = 1, do two neighbouring windows share columns?",
     "How far the filter moves is the stride's business. F says how wide a window is; "
     "windows overlap whenever S is smaller than F.")

slip("U2-right-edges", "the right edges are listed", "list(range(F - 1, W + 2 * P, S))",
     "Look at the first number of your list. Is it where the first window begins?",
     "These are the columns where windows end. Subtract F - 1 to get where they begin.")

slip("U2-from-one", "columns are counted from 1", "list(range(1, W + 2 * P - F + 2, S))",
     "What is the number of the first column, in Python and in the pictures above?",
     "Columns are counted from 0, as list items are. So the first window begins at 0.")


# ------------------------------------------------------------------------- the output width


@exercise(
    points=3,
    returns="the output width, an int; raises ValueError when F > W + 2P",
    examples={
        (7, 3, 1, 0): 5,
        (7, 3, 2, 0): 3,
        (7, 3, 3, 0): 2,
        (7, 3, 1, 1): 7,
        (3, 5, 1, 1): 1,
        (3, 5, 1, 0): ValueError,
    },
    probes=[
        (47, 8, 3, 5),
        (49, 9, 2, 2),
        (3, 5, 2, 1),
        (3, 5, 2, 2),
        (3, 5, 3, 0),
        (2, 9, 3, 1),
        (3, 6, 2, 1),
        (6, 9, 1, 2),
    ],
    groups=[
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
            [
                (W, F, S, P)
                for W in (27, 224)
                for F, P in [(3, 1), (7, 3), (4, 2)]
                for S in (2, 3, 4)
            ],
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
    ],
    praise="counts the first window, the zeros on both sides and whole windows only, and refuses"
    " what does not fit",
)
def output_size(W, F, S, P):
    if F > W + 2 * P:
        raise ValueError("the filter does not fit")
    return (W - F + 2 * P) // S + 1


slip = output_size.slip

slip("M01", "the +1 went into the denominator", "(W - F + 2 * P) / (S + 1)",
     "Count the windows at stride 1 in the panel. Your formula divides by 2 there: why?",
     "Dividing by S + 1 treats the stride as a gap. The steps are S long, so the room is "
     "divided by S. The + 1 is the first window, which needs no step: it is added at the end.")

slip("M02", "the first window is not counted", "(W - F + 2 * P) // S",
     "Take W = F and P = 0. Your function says 0. In how many places can the filter lie?",
     "You counted the steps. The windows are one more: the first needs no step to get there. "
     "A fence with four gaps has five posts.")

slip("M03", "no rounding down: the size is a fraction", "(W - F + 2 * P) / S + 1",
     "Set W = 7, F = 3, S = 3 in the panel. Is there such a thing as a third of a window?",
     "A window is there or it is not. Only whole steps count, so round the division down: "
     "// does it and keeps an int.")

slip("M04", "rounded up: a window that hangs over the edge is counted",
     "-(-(W - F + 2 * P) // S) + 1",
     "Set W = 7, F = 3, S = 3 in the panel and find your last window. "
     "Is all of it on the padded input?",
     "Rounding up counts a window with some of its columns beyond the edge. Round down: // does.")

slip("M05", "the padding is counted once", "(W - F + P) // S + 1",
     "Draw the padded row for W = 5 and P = 1. How many columns has it?",
     "P zeros stand on the left and P more on the right: the padded width is W + 2P.")

slip("M06", "the padding is ignored", "(W - F) // S + 1",
     "Move P from 0 to 1 in the panel. Does the number of windows stay?",
     "The filter slides over the padded input, W + 2P columns wide. Put that where you have W.")

slip("M07", "the stride is ignored", "W - F + 2 * P + 1",
     "Your windows move one column at a time. How far does the layer step?",
     "Each step takes S columns of room, so divide the room W - F + 2P by S, rounding down.")

slip("M08", "the filter size is ignored", "(W + 2 * P) // S + 1",
     "Where does the last window begin? Can it begin in the last column?",
     "A window needs F columns, so the last one begins no later than W + 2P - F. "
     "That number is the room to divide by S.")

slip("M09", "the size under TensorFlow's SAME rule, which chooses its own padding", "-(-W // S)",
     "Your answer never looks at F or P. Does the number of windows in the panel?",
     "ceil(W / S) is the size when the framework chooses the padding itself (the SAME rule, "
     "next unit). Here P is given: count the windows that fit.")

slip("M10", "the width is only divided by the stride", "W // S",
     "Keep W and S in the panel and make F larger. Does the number of windows stay?",
     "Dividing W by S is right only for a lucky P. In general: the room is W - F + 2P, "
     "whole steps of S, plus the first window.")

slip("M11", "the +1 went into the numerator", "(W - F + 2 * P + 1) / S",
     "Compare your answers with the panel at S = 1 and at S = 2. Which of them agree?",
     "Divide the room first, round down, and add 1 afterwards. "
     "Inside the fraction the 1 is divided by S as well; only at S = 1 that does no harm.")

slip("M12", "int() is used to round down, and nothing asks whether the filter fits",
     "int((W - F + 2 * P) / S) + 1",
     "What is int(-0.67)? And how many windows of width 5 fit on 3 columns?",
     "int() cuts towards zero, so a filter that does not fit gets the size 1. "
     "Ask first: if F > W + 2 * P, raise ValueError. Then round down with //.")

slip("U2-no-check", "the formula is right, but nothing asks whether the filter fits",
     "(W - F + 2 * P) // S + 1",
     "How many windows of width 5 fit on 3 columns? What does your function say?",
     "Beyond its condition the formula gives zero or a negative number, which is no size. "
     "Ask first: if F > W + 2 * P, raise ValueError(...).")

slip("U2-zero", "returns 0 for a filter that does not fit",
     edit('raise ValueError("the filter does not fit")', "return 0"),
     "What should happen to a network whose layer has no output? Read the contract again.",
     "A size of 0 would travel on and fail far away. The exercise asks for an error at the "
     "place where it happens: raise ValueError(...) instead of return 0.")

slip("U2-fit-unpadded", "the filter is compared with the input before padding",
     edit("F > W + 2 * P", "F > W"),
     "W = 3, F = 5, P = 1. How many columns can the filter lie on?",
     "The filter slides over the padded input. It fits as long as F is at most W + 2P.")

slip("U2-fit-strict", "a filter as wide as the padded input is refused", edit("F >", "F >="),
     "A filter of width 5 on 5 columns: in how many places can it lie?",
     "It fits in exactly one place. Refuse only F > W + 2P, not F >= W + 2P.")


# ---------------------------------------------------- an output that is larger than the input
# No expression below computes a size: it would be published.  Each asks whether the window of a
# given number, counted from 1, still lies on the padded input: (number - 1) * S + F <= W + 2 * P.

in_range = "W >= 1 and F >= 1 and S >= 1 and P >= 0"
fits = "F <= W + 2 * P"
layer = f"{in_range} and {fits}"
as_wide = "(W - 1) * S + F <= W + 2 * P"
wider = "W * S + F <= W + 2 * P"
as_wide_at_stride_1 = "W - 1 + F <= W + 2 * P"
wider_at_stride_1 = "W + F <= W + 2 * P"


@claim(
    "A convolution's output is never larger than its input.",
    points=1,
    returns="(W, F, S, P): a layer whose output is wider than its input",
    gives="W, F, S, P",
    requirements=[
        ("W, F and S are at least 1, P is at least 0", in_range),
        ("the filter fits on the padded input", fits),
        ("it has more windows than the input has columns", wider),
    ],
)
def larger_output():
    return 5, 3, 1, 2


slip = larger_output.slip

slip("U2-equal", "the output is as wide as the input, not wider", "5, 3, 1, 1",
     "Your layer gives back exactly W columns. What would one more zero on each side do?",
     "Equal is not larger. At stride 1 the width stays when 2P = F - 1; every further zero "
     "adds to the output.",
     matches=f"{layer} and {as_wide} and not {wider}")

slip("U2-too-little-padding", "too little padding: the output would be narrower even at stride 1",
     "7, 3, 1, 0",
     "Without padding a filter of width F costs F - 1 columns. "
     "Which slider of the panel gives columns back?",
     "At stride 1 there are W - F + 2P + 1 windows. "
     "Choose P so large that 2P is more than F - 1.",
     matches=f"{layer} and not {as_wide_at_stride_1}")

slip("U2-stride-eats-it", "the padding would do, but the stride is larger than 1", "7, 3, 2, 3",
     "You have zeros enough. How many columns does each of your steps use up?",
     "With stride S only about every S-th place counts. Set S to 1 and keep the padding.",
     matches=f"{layer} and {wider_at_stride_1} and not {as_wide}")

slip("U2-oversized-filter", "the filter does not fit", "3, 9, 1, 1",
     "How many columns has the padded input, and how many does one window need?",
     "A filter wider than W + 2P has no place at all, so there is no output to be larger.",
     matches=f"{in_range} and not {fits}")

slip("U2-no-step", "a stride of zero or less", "5, 3, 0, 1",
     "A window that moves by 0 columns: when does it reach the edge?",
     "With stride 0 the window never moves on, and a negative stride walks off the input. "
     "The smallest stride is 1.",
     matches="S <= 0")

slip("U2-half-step", "a stride that is a fraction", "5, 3, 0.5, 0",
     "Where would a window begin that has moved by half a column?",
     "There is nothing between two columns, so a stride is a whole number. "
     "Let another setting make the output larger.",
     matches="len(answer) == 4 and type(answer[2]) is float and answer[2] > 0 "
     "and not answer[2].is_integer()")


# -------------------------------------------------------------------- what nobody ever reads


@exercise(
    points=2,
    returns="how many columns of the padded input no window covers, an int; "
    "raises ValueError when F > W + 2P",
    examples={
        (7, 3, 1, 0): 0,
        (7, 3, 3, 0): 1,
        (10, 2, 4, 0): 4,
        (11, 2, 4, 0): 5,
        (7, 2, 4, 1): 5,
        (3, 5, 1, 0): ValueError,
    },
    probes=[(19, 3, 5, 2), (20, 6, 4, 0), (17, 2, 6, 1)],
    groups=[
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
    ],
    praise="counts the gaps between windows and the tail, and counts no column twice",
)
def unread_columns(W, F, S, P):
    if F > W + 2 * P:
        raise ValueError("the filter does not fit")
    steps, tail = divmod(W - F + 2 * P, S)
    return tail + steps * max(S - F, 0)


slip = unread_columns.slip

slip("U2-tail-only", "only the columns after the last window are counted",
     edit("tail + steps * max(S - F, 0)", "tail"),
     "Set F = 2 and S = 4 in the panel. Where else are there hatched columns?",
     "When S is larger than F, each step jumps over S - F columns. Add them: one such gap "
     "between each window and the next.")

slip("U2-gaps-only", "only the gaps between the windows are counted", edit("tail + ", ""),
     "Set W = 7, F = 3, S = 3 in the panel. Is there a hatched column without any gap?",
     "The last window may end before the edge. Add the columns to the right of it: what the "
     "division by S leaves over.")

slip("U2-unread-unpadded", "the padding is ignored",
     edit("F > W + 2 * P", "F > W") & edit("W - F + 2 * P", "W - F"),
     "The windows lie on the padded input. How many columns has it?",
     "Count on all W + 2P columns, zeros included. With padding the last window may end "
     "somewhere else than without.")


@slip("U2-pixels-only", "unread zeros of the padding are not counted",
      hint="Is an unread column at the very right a pixel or a zero? Which of them does the "
      "exercise count?",
      more="The exercise counts columns of the padded input, so an unread zero counts as well. "
      "(Yours answers another good question: how many pixels are lost.)")
def _(W, F, S, P):
    if F > W + 2 * P:
        raise ValueError("the filter does not fit")
    read = set()
    for left in range(0, W + 2 * P - F + 1, S):
        read.update(range(left, left + F))
    return sum(column not in read for column in range(P, P + W))


slip("U2-first-unread", "a place, not a number of columns: where the last window ends",
     edit("tail + steps * max(S - F, 0)", "steps * S + F"),
     "W = 7, F = 3, S = 3: you say 6. Is that which column, or how many?",
     "That is the number of the column after the last window. How many are there from it to "
     "the right edge? Then add the gaps.")

slip("U2-negative-gap", "overlapping windows are counted as negative gaps",
     edit("max(S - F, 0)", "(S - F)"),
     "With S = 1 and F = 3 two neighbouring windows overlap. How wide is the gap between them?",
     "S - F is a gap only when it is positive. Windows that overlap leave no gap: "
     "use max(S - F, 0).")

slip("U2-gap-per-window", "one gap too many: one for each window",
     edit("tail + steps", "tail + (steps + 1)"),
     "Three windows stand in a row. How many gaps are between them?",
     "There is one gap less than there are windows, because nothing follows the last one "
     "but the tail, and that is counted already.")

slip("U2-read-instead", "the columns that are read are counted",
     edit("tail + steps", "W + 2 * P - tail - steps"),
     "Hatched columns are the unread ones. Did you count those or the others?",
     "You have the number of columns that some window reads. Subtract it from W + 2P.")

slip("U2-rest-of-width", "the remainder of the whole padded width is taken",
     edit("tail + steps", "(W + 2 * P) % S + steps"),
     "The first window takes F columns before any step is made. How much room is left to step?",
     "Steps of S divide the room W + 2P - F, not the whole width. What that division leaves "
     "over is the tail.")


# ------------------------------------------------------------ a stride that leaves a remainder

remainder = "(W - F + 2 * P) % S != 0"


def windows(out):
    """That as many windows fit as ``out`` says, and no more."""
    return f"{out} >= 1 and ({out} - 1) * S + F <= W + 2 * P < {out} * S + F"


@claim(
    "A layer whose stride does not divide W - F + 2P cannot be built.",
    points=1,
    returns="(W, F, S, P, out): a layer whose stride leaves a remainder, and its output width",
    gives="W, F, S, P, out",
    requirements=[
        ("W, F and S are at least 1, P is at least 0", in_range),
        ("the filter fits on the padded input", fits),
        ("the stride leaves a remainder", remainder),
        ("out is the number of windows that fit", windows("out")),
        ("the layer is your own, not the text's 7, 3, 3, 0", "(W, F, S, P) != (7, 3, 3, 0)"),
    ],
)
def runs_anyway():
    return 8, 3, 2, 0, 3


slip = runs_anyway.slip

slip("M17", "says that there is no output", "'no'",
     "Set W = 7, F = 3, S = 3 in the panel. It shows a layer. How many windows has it?",
     "That a stride must divide exactly is a habit of some textbooks, no law. Frameworks take "
     "the windows that fit and leave the last columns unread. Give the width they arrive at.",
     matches="type(answer) is str or len(answer) == 5 and "
     f"(answer[4] is None or type(answer[4]) is str) or out == 0 and {layer} and {remainder}")

slip("M18", "counts one more window, which hangs over the edge", "8, 3, 2, 0, 4",
     "Draw your last window. Are all its columns on the padded input?",
     "One window more needs extra padding (the SAME rule adds it) or the option ceil_mode of "
     "PyTorch's pooling layers. A convolution with the given P rounds down.",
     matches=f"{layer} and {remainder} and {windows('(out - 1)')}")

slip("M19", "gives a fraction of a window", "8, 3, 2, 0, 3.5",
     "Your width is no whole number. Which part of a window would be the last one?",
     "A window is there or it is not: frameworks round down.",
     matches="len(answer) == 5 and type(answer[4]) is float and not answer[4].is_integer()")

slip("U2-steps-only", "counts the steps and forgets the first window", "8, 3, 2, 0, 2",
     "How many windows are there before the first step?",
     "The first window needs no step: there is one window more than there are steps.",
     matches=f"out >= 1 and {layer} and {remainder} and {windows('(out + 1)')} "
     "and not (P > 0 and out == (W - F) // S + 1)")

slip("U2-divides", "the stride divides without remainder, so the claim says nothing of the layer",
     "9, 3, 2, 0, 4",
     "Divide W - F + 2P by your S. What is left over?",
     "The claim speaks of strides that leave a remainder: S has to be above 1, and W such that "
     "something is left over.",
     matches=f"out >= 1 and {layer} and not {remainder}")

slip("U2-no-width", "gives the layer but not its output width", "8, 3, 2, 0",
     "Four numbers describe a layer. What does it give back?",
     "Add the output width as a fifth number.",
     matches="len(answer) == 4 and all(type(number) is int for number in answer)")


# ------------------------------------------------------------------------------ whole volumes


@exercise(
    points=2,
    returns="the shape of the output as a tuple (width, height, depth); "
    "raises ValueError when F > W + 2P or F > H + 2P",
    examples={
        (32, 32, 3, 5, 1, 2, 10): (32, 32, 10),
        (32, 32, 3, 5, 1, 0, 1): (28, 28, 1),
        (9, 7, 3, 3, 2, 0, 4): (4, 3, 4),
        (9, 3, 1, 5, 1, 0, 2): ValueError,
        (3, 9, 1, 5, 1, 0, 2): ValueError,
    },
    probes=[(47, 29, 4, 8, 3, 5, 6), (32, 20, 3, 5, 1, 2, 10)],
    groups=[
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
    ],
    praise="keeps width and height apart, and has one map for each filter",
)
def output_volume(W, H, D, F, S, P, K):
    return output_size(W, F, S, P), output_size(H, F, S, P), K


slip = output_volume.slip

slip("M13", "the output depth is the input depth", edit("P), K", "P), D"),
     "One filter makes one map, whatever the depth of the input. How many filters are there?",
     "The output has one map for each filter, so its depth is K. The input depth D is used up: "
     "each filter adds over it.")

slip("M14", "one map for each channel of each filter", edit("P), K", "P), D * K"),
     "A filter looks at all D channels at once. How many numbers does it give at one place?",
     "It adds its products over all channels and gives one number, so each filter makes one "
     "map, not D. The depth is K.")

slip("M15", "depth first, as PyTorch stores it",
     "K, output_size(H, F, S, P), output_size(W, F, S, P)",
     "Your three numbers are right. In which order does the exercise ask for them?",
     "The order here is (width, height, depth). Depth first, then height, then width is the "
     "layout that PyTorch uses.")

slip("M16", "width and height of the padded input are returned",
     edit("output_size(W, F, S, P), output_size(H, F, S, P)", "W + 2 * P, H + 2 * P"),
     "You added the padding. What did the filter do after that?",
     "W + 2P is what the filter slides over. How often it fits there is the output's width.")

slip("U2-swap", "width and height have changed places",
     "output_size(H, F, S, P), output_size(W, F, S, P), K",
     "Try an input that is wider than it is tall. Is your output as well?",
     "The order is (width, height, depth): the first number comes from W, the second from H.")

slip("U2-square", "the height is taken from the width", edit("output_size(H", "output_size(W"),
     "Try W = 9 and H = 7. Does anything in your answer come from H?",
     "Height follows the same rule as width, but with H in the place of W.")

slip("U2-one-map", "the output has depth 1 whatever K is", edit("P), K", "P), 1"),
     "You have the map of one filter. What becomes of the others?",
     "Each of the K filters makes a map; stacked they are K deep.")

slip("U2-sliding-depth", "the filter is slid through the depth as well",
     edit("P), K", "P), (D - F + 2 * P) // S + 1"),
     "How deep is a filter, and how deep is the input? Is there room to slide?",
     "A filter is as deep as its input, D, so it does not move in that direction. "
     "The output's depth is the number of filters, K.")

slip("U2-count", "the number of numbers in the volume, not its shape",
     "output_size(W, F, S, P) * output_size(H, F, S, P) * K",
     "You give one number. How many does the exercise ask for?",
     "Width times height times depth is how many numbers the output holds. "
     "Return the three factors as a tuple.")


# ------------------------------------------------------------- from the size to the settings


@exercise(
    points=2,
    returns="a list of all (S, P) with 1 <= S <= S_max and 0 <= P <= P_max whose output width is "
    "out, sorted by S, then by P",
    examples={
        (32, 8, 14, 4, 5): [(2, 1)],
        (7, 3, 5, 2, 3): [(1, 0), (2, 2)],
        (7, 3, 2, 4, 0): [(3, 0), (4, 0)],
        (3, 5, 1, 4, 2): [(1, 1), (2, 1), (3, 1), (3, 2), (4, 1), (4, 2)],
        (7, 3, 9, 1, 1): [],
    },
    probes=[(11, 3, 6, 3, 5), (3, 6, 1, 4, 2), (6, 3, 2, 6, 3), (20, 4, 9, 3, 2)],
    groups=[
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
            [
                *((W, F, out, 6, 3) for W, F in [(3, 6), (4, 9), (2, 5)] for out in (1, 2, 3)),
                (3, 5, 1, 3, 1),  # a filter that just fits
            ],
        ),
    ],
    praise="tries the limits themselves, keeps strides that leave a remainder, and leaves out "
    "filters that do not fit",
)
def valid_hyperparameters(W, F, out, S_max, P_max):
    found = []
    for S in range(1, S_max + 1):
        for P in range(0, P_max + 1):
            room = W - F + 2 * P
            if room >= 0 and room // S + 1 == out:
                found.append((S, P))
    return found


slip = valid_hyperparameters.slip

slip("U2-exact-only", "strides that leave a remainder are thrown out",
     edit("room >= 0", "room >= 0 and room % S == 0"),
     "W = 7, F = 3, S = 3, P = 0 gives a width of 2. Is it on your list for out = 2?",
     "A stride need not divide: the formula rounds down. Compare the rounded size with out.")

slip("U2-padding-from-1", "P = 0 is never tried", edit("range(0,", "range(1,"),
     "What is the smallest padding that a layer can have?",
     "No padding at all is a valid setting: let P run from 0.")

slip("U2-limits-excluded", "S_max and P_max themselves are never tried",
     edit("S_max + 1)", "S_max)") & edit("P_max + 1)", "P_max)"),
     "Which is the largest S that your loop tries?",
     "range(1, S_max) ends at S_max - 1. The limits count, so write range(1, S_max + 1) and "
     "range(P_max + 1).")

slip("U2-stride-limit-excluded", "S_max itself is never tried", edit("S_max + 1)", "S_max)"),
     "Which is the largest S that your loop tries? And the largest P?",
     "range(1, S_max) ends at S_max - 1. Write range(1, S_max + 1).")

slip("U2-padding-limit-excluded", "P_max itself is never tried", edit("P_max + 1)", "P_max)"),
     "Which is the largest P that your loop tries? And the largest S?",
     "range(P_max) ends at P_max - 1. Write range(P_max + 1).")

slip("U2-pairs-swapped", "the pairs are (P, S)", edit("((S, P))", "((P, S))"),
     "Read your first pair aloud: which number is the stride?",
     "The exercise asks for (S, P), the stride first.")

slip("U2-sorted-by-padding", "sorted by P first",
     edit("return found", "return sorted(found, key=lambda pair: pair[1])"),
     "You have the right pairs. By which number should they be sorted first?",
     "By S, then by P: let the outer loop run over S, or sort the list at the end.")

slip("U2-filter-too-large", "settings are listed in which the filter does not fit",
     edit("room >= 0 and room // S + 1", "int(room / S) + 1"),
     "Take a pair with P = 0 from your list for W = 3, F = 5. Where would the window lie?",
     "int() cuts towards zero, so a filter that does not fit seems to have one window. "
     "Skip every P with F > W + 2P.")

slip("U2-hyper-pad-once", "the padding is counted once", edit("2 * P", "P"),
     "Put one of your pairs into the panel. Does it show the width that was asked for?",
     "P zeros stand on both sides: use W + 2P, not W + P.")

slip("U2-hyper-steps", "counts the steps and forgets the first window", edit("// S + 1", "// S"),
     "Put one of your pairs into the panel. By how much is the width off?",
     "There is one window more than there are steps: add 1 after the division.")

slip("U2-hyper-ceil", "rounded up: a window that hangs over the edge is counted",
     edit("room // S + 1", "-(-room // S) + 1"),
     "Put one of your pairs into the panel. Is the last window all on the padded input?",
     "Round the division down: only whole windows count.")

slip("U2-one-padding-each", "only the first padding that works is kept for each stride",
     edit("append((S, P))", "append((S, P))\n                break"),
     "For one stride, can two paddings lead to the same width?",
     "They can: rounding down hides a small difference. "
     "Go on after the first hit, without break.")

slip("U2-first-only", "stops at the first setting", edit("return found", "return found[:1]"),
     "You give one setting. Could there be others?",
     "The exercise asks for all of them: collect the pairs in a list and return it at the end.")
