"""Unit 06, pooling: what to write, how it is marked, and the slips people make.

``maps`` are feature maps in layout DHW: ``D`` maps of ``H`` rows and ``W`` columns.  ``F`` is the
size of the window, ``S`` the stride, ``P`` the padding on each side.  Slips called ``M..`` are the
numbered misconceptions of the course's catalogue, ``U6-..`` are this unit's.

All maps hold small whole numbers, so that sums are exact, and are wider than tall or taller than
wide.  In every group the right answers differ from each other.
"""

import numpy as np

from exercises.authoring import Group, claim, edit, exercise, tests


def made(seed, D, H, W, low=-9, high=9):
    """D maps of H x W whole numbers, the same in every run."""
    return np.random.default_rng(seed).integers(low, high + 1, (D, H, W))


# ------------------------------------------------------------------- examples before any code
# Windows of three at stride 2 over a row of five with one place outside on each side: two, three
# and two of their numbers exist.

windows = "[row[0:2], row[1:4], row[3:5]]"
five = "len(row) == 5 and all(type(number) is int for number in row)"
differ = f"any(min(window) < max(window) for window in {windows})"
zero_wins = "max(row[0:2]) < 0 or max(row[3:5]) < 0"


@claim(
    "The row 2, 5, 5, 3, 4 is a good example: whoever gets it right has a max pooling.",
    points=1,
    returns="a list of five whole numbers: a row on which max, zero-padded max, average and min "
    "all give different answers",
    gives={"row": "list"},
    requirements=[
        ("five whole numbers", five),
        ("max, average and min give three different answers", differ),
        ("max and zero-padded max give different answers", zero_wins),
    ],
)
def telling_row():
    return [-3, -1, -2, -5, -4]


slip = telling_row.slip

slip("U6-nothing-below-zero", "no number is negative, so that no zero ever wins", "[1, 4, 2, 5, 3]",
     "The zeros take part in two of the windows. What would a zero have to meet there to win?",
     "A zero wins where everything else in the window is smaller. That takes negative numbers at "
     "one end of the row.",
     matches=f"{five} and {differ} and min(row) >= 0 and row != [2, 5, 5, 3, 4]")

slip("U6-middle-only", "there are negative numbers, but not enough of them at the ends",
     "[3, -4, -2, -5, 1]",
     "Write down the first window and the last one, each with its zero. Which number is the "
     "largest there?",
     "The first window holds two numbers of the row and a zero, the last one too. In one of them "
     "both numbers have to be below zero.",
     matches=f"{five} and {differ} and min(row) < 0 and not ({zero_wins})")

slip("U6-constant", "all numbers are equal", "[-2, -2, -2, -2, -2]",
     "What is the largest of three equal numbers? And their average?",
     "In a window of equal numbers, max, average and min are the same. Take different ones.",
     matches=f"{five} and min(row) == max(row)")

slip("U6-claimed-row", "the row of the claim", "[2, 5, 5, 3, 4]",
     "Put zeros around this row. Does any of the three maxima change?",
     "On this row a zero never wins, so the zero-padded max gives the same. Give another row.")

slip("U6-not-five", "another length than five", "[-3, -1, -2]",
     "How many numbers has the row in the picture?",
     "The row has five numbers. The two places outside are added by the pooling.",
     matches="len(row) != 5")


# ------------------------------------------------------------------------------------- sizes


@exercise(
    points=1,
    returns="the shape of the output as a tuple (width, height, depth); raises ValueError when "
    "the window does not fit or P is more than half of F",
    examples={
        (26, 26, 32, 2): (13, 13, 32),
        (26, 26, 32, 2, 1): (25, 25, 32),
        (7, 5, 4, 2): (3, 2, 4),
        (7, 5, 4, 3, 2, 1): (4, 3, 4),
        (3, 5, 1, 4): ValueError,
        (6, 6, 1, 3, 3, 2): ValueError,
    },
    probes=[(23, 17, 6, 5, 3, 2), (20, 14, 6, 3), (9, 16, 5, 4, 3, 2), (5, 3, 1, 4),
            (3, 9, 2, 4, 1, 1), (2, 16, 6, 3, 2), (7, 3, 4, 4, 3, 1), (1, 2, 3, 4, 1, 1),
            (1, 4, 4, 5, 1, 1), (2, 10, 1, 4, 1, 1), (12, 2, 5, 4, 1, 1), (1, 6, 4, 4, 1, 2)],
    groups=[
        Group("no stride given", [(28, 28, 64, 2), (9, 12, 3, 3), (14, 11, 1, 5), (10, 7, 8, 4)]),
        Group("a stride of its own", [(13, 9, 2, 3, 2), (16, 21, 5, 4, 3), (8, 6, 7, 2, 1),
                                      (12, 9, 3, 2, 4)]),
        Group("padding", [(15, 8, 3, 3, 2, 1), (10, 13, 4, 4, 3, 2), (112, 112, 64, 3, 2, 1),
                          (9, 7, 2, 2, 2, 1)]),
        Group("windows that just fit, and windows and paddings that do not",
              [(4, 6, 2, 4), (4, 6, 2, 5), (6, 4, 3, 5), (2, 3, 3, 4, 1, 1), (2, 3, 3, 5, 1, 1),
               (8, 9, 2, 2, 1, 2), (8, 9, 2, 4, 1, 2), (8, 9, 2, 5, 4, 3),
               (12, 4, 3, 4), (7, 3, 1, 4, 3), (2, 2, 5, 4, 3, 1),
               (1, 12, 6, 3, 3, 1), (8, 2, 5, 4, 1, 1)]),
    ],
    praise="leaves the depth alone, takes S = F where none is said, and refuses what does not "
    "fit",
)  # fmt: skip
def pool_shape(W, H, D, F, S=None, P=0):
    if S is None:
        S = F
    if 2 * P > F or F > W + 2 * P or F > H + 2 * P:
        raise ValueError("the window does not fit, or P is more than half of it")
    return (W - F + 2 * P) // S + 1, (H - F + 2 * P) // S + 1, D


slip = pool_shape.slip
width, height = "(W - F + 2 * P) // S + 1", "(H - F + 2 * P) // S + 1"

slip("M63", "the stride is taken to be 1 where none is given", edit("S = F", "S = 1"),
     "Nobody named a stride: by how much does a pooling window move then?",
     "In a convolution the usual stride is 1. In a pooling layer it is F, unless somebody says "
     "otherwise, so that the windows lie side by side.")

slip("M64", "the depth is halved as well", edit("S + 1, D", "S + 1, D // 2"),
     "Two maps go in. Does any window look at both of them?",
     "Pooling works on each map by itself, so as many maps come out as went in.")

slip("M65", "F is subtracted, and that is all",
     edit(width, "W - F") & edit(height, "H - F"),
     "Draw a row of 4 columns and windows of 2, side by side. How many are there?",
     "Windows are counted as in unit 02: the room W - F + 2P, whole steps of S, and the first "
     "window.")

slip("U6-halved", "width and height are halved whatever the layer is",
     edit(width, "W // 2") & edit(height, "H // 2"),
     "With F = 2 and S = 2 that is right. What if the windows move by 1, or by 3?",
     "Halving is what the usual layer does, F = 2 and S = 2. In general, count the windows: room, "
     "whole steps, plus the first.")

slip("U6-quotient", "width and height are only divided by the stride",
     edit(width, "W // S") & edit(height, "H // S"),
     "Keep S and make F larger. Does the number of windows stay the same?",
     "W // S is right only while F = S and P = 0. In general: room W - F + 2P, whole steps of S, "
     "plus the first window.")

slip("U6-size-up", "rounded up: a window that hangs over the edge is counted",
     edit(width, "-(-(W - F + 2 * P) // S) + 1") & edit(height, "-(-(H - F + 2 * P) // S) + 1"),
     "7 columns, windows of 2 side by side: does the fourth one find two columns?",
     "Only whole windows count: round down. (PyTorch rounds up if you ask for it with "
     "ceil_mode=True.)")

slip("U6-size-unpadded", "the padding is ignored",
     edit(width, "(W - F) // S + 1") & edit(height, "(H - F) // S + 1"),
     "The window slides over the padded map. How wide is that?",
     "P places are added on each side: the room is W - F + 2P.")

slip("U6-any-padding", "a padding of more than half a window is accepted",
     edit("2 * P > F or ", ""),
     "Read the contract again: how large may P be for F = 3?",
     "P may be at most half of F. Raise ValueError when 2 * P > F.")

slip("U6-half-refused", "a padding of exactly half a window is refused",
     edit("2 * P > F", "2 * P >= F"),
     "F = 4 and P = 2: is 2 more than half of 4?",
     "Half of F is still allowed. Refuse only 2 * P > F.")

slip("U6-size-swap", "width and height have changed places",
     f"({height.replace('S', '(S or F)')}, {width.replace('S', '(S or F)')}, D)",
     "Try a map that is wider than it is tall. Is your output as well?",
     "The order is (width, height, depth): the first number comes from W, the second from H.")


# ------------------------------------------------------------------ what stands outside the map


@exercise(
    points=1,
    returns="an array in layout DHW, of floats: the maps with P places of minus infinity on each "
    "of their four sides",
    examples=[
        ((np.array([[[1.5, -2.5]]]), 1),
         np.array([[[-np.inf] * 4, [-np.inf, 1.5, -2.5, -np.inf], [-np.inf] * 4]])),
        ((np.array([[[7]], [[8]]]), 1),
         np.array([[[-np.inf] * 3, [-np.inf, 7, -np.inf], [-np.inf] * 3],
                   [[-np.inf] * 3, [-np.inf, 8, -np.inf], [-np.inf] * 3]])),
        ((np.array([[[7, 8]]]), 0), np.array([[[7.0, 8.0]]])),
    ],
    probes=[(made(1, 2, 2, 3), 2), (made(2, 1, 3, 2) / 2, 1)],
    groups=[
        Group("one map of fractions", [(made(10 + P, 1, 2 + P, 5 - P) / 4, P) for P in (0, 1, 2)]),
        Group("maps of whole numbers", [(made(20 + P, 1, 3, 2 + P), P) for P in (0, 1, 2)]),
        Group("several maps", [(made(30 + P, 4 - P, 2, 4) / 2, P) for P in (1, 2, 3)]
              + [(made(34, 5, 4, 2), 2)]),
    ],
    praise="pads with something that loses against every number, on rows and columns only",
)  # fmt: skip
def pad_for_max(maps, P):
    D, H, W = maps.shape
    padded = np.full((D, H + 2 * P, W + 2 * P), -np.inf)
    padded[:, P : P + H, P : P + W] = maps
    return padded


slip = pad_for_max.slip
around = "((0, 0), (P, P), (P, P))"

slip("U6-zeros-around", "zeros are put around the maps", edit("-np.inf", "0.0"),
     "The window holds -3, -1 and one place outside. Which of your numbers is the largest?",
     "A zero beats every negative number. What stands outside must lose against anything: "
     "-np.inf does.")

slip("U6-whole-number-array", "the array holds whole numbers only, and infinity is none",
     f"np.pad(maps, {around}, constant_values=-np.inf)",
     "Which numbers can an array of ints hold? Look at the last word of the error.",
     "Infinity is a float. Make the array with np.full(shape, -np.inf), whose numbers are floats, "
     "or turn the maps into floats first: maps.astype(float).")

slip("U6-plus-infinity", "the sign is missing: plus infinity is put around the maps",
     edit("-np.inf", "np.inf"),
     "What is the largest number of a window that holds plus infinity?",
     "What stands outside must never win. Plus infinity always wins, minus infinity never.")

slip("U6-depth-padded", "maps are added in front and behind as well",
     "np.pad(maps.astype(float), P, constant_values=-np.inf)",
     "How many maps did you get, and how many came?",
     "np.pad with a single P pads all three axes. Pad rows and columns only: "
     "((0, 0), (P, P), (P, P)).")

slip("U6-one-side", "only the right and the lower side are padded",
     "np.pad(maps.astype(float), ((0, 0), (0, P), (0, P)), constant_values=-np.inf)",
     "Count the rows of your answer. How many should be added?",
     "P places stand on each of the four sides: above, below, left and right.")

slip("U6-smallest-number", "the smallest number of the maps is put around them",
     f"np.pad(maps.astype(float), {around}, constant_values=maps.min())",
     "Your padding is a number that the maps hold, too. Could you still tell the two apart?",
     "For a maximum this would do, but the exercise asks for minus infinity: it loses against "
     "every number, whatever the maps hold.")

slip("U6-not-a-number", "nan is put around the maps", edit("-np.inf", "np.nan"),
     "What does np.max([np.nan, 3.0]) give?",
     "nan is contagious: a maximum with nan in it is nan. Minus infinity simply loses.")


# --------------------------------------------------------------------------------- max pooling


@exercise(
    points=2,
    returns="an array in layout DHW: the largest number of each window, where places outside the "
    "maps never win",
    examples=[
        ((np.array([[[1, 3, 2, 4], [5, 0, 7, 6]]]), 2, 2, 0), np.array([[[5.0, 7.0]]])),
        ((np.array([[[1, 3, 2], [5, 0, 7]]]), 2, 1, 0), np.array([[[5.0, 7.0]]])),
        ((np.array([[[1, 2], [3, 4]], [[-5, -6], [-7, -8]]]), 2, 2, 0),
         np.array([[[4.0]], [[-5.0]]])),
        ((np.array([[[-3, -1], [-2, -5]]]), 2, 2, 1), np.array([[[-3.0, -1.0], [-2.0, -5.0]]])),
        ((np.array([[[1, 2, 3, 4, 5]] * 2]), 2, 2, 0), np.array([[[2.0, 4.0]]])),
    ],
    valid="2 * P <= F <= min(maps.shape[1:]) + 2 * P",
    probes=[(made(3, 2, 5, 7), 3, 2, 1), (made(4, 2, 6, 4), 2, 3, 0),
            (made(5, 1, 4, 6, -9, -1), 2, 1, 0),
            (np.array([[[0.5, 0.25, -0.5], [-0.75, -2.5, 1.5]]]), 2, 1, 0)],
    groups=[
        Group("windows side by side",
              [(made(40, 1, 4, 6), 2, 2, 0), (made(41, 1, 9, 6), 3, 3, 0),
               (made(42, 1, 5, 3), 1, 1, 0),
               (np.array([[[0.5, 2.25], [-1.5, 0.75]]]), 1, 1, 0)]),
        Group("windows that overlap, and windows with gaps",
              [(made(50, 1, 4, 5), 2, 1, 0), (made(51, 1, 6, 5), 3, 2, 0),
               (made(52, 1, 5, 8), 2, 3, 0)]),
        Group("rows and columns left over",
              [(made(60, 1, 5, 7), 2, 2, 0), (made(61, 1, 8, 5), 3, 3, 0),
               (made(62, 1, 7, 10), 4, 3, 0)]),
        Group("several maps, and maps with nothing above zero",
              [(made(70, 3, 4, 6), 2, 2, 0), (made(71, 2, 4, 4, -9, -1), 2, 2, 0),
               (made(72, 4, 5, 3), 3, 1, 0)]),
        Group("places outside",
              [(made(80, 1, 4, 6, -9, -1), 3, 2, 1), (made(81, 2, 5, 3), 3, 1, 1),
               (made(82, 2, 6, 7, -9, -1), 4, 3, 2), (made(83, 1, 3, 5, -9, 0), 2, 2, 1)], worth=2),
    ],
    praise="lets nothing from outside win, even where all numbers are negative",
)  # fmt: skip
def max_pool(maps, F, S, P):
    D, H, W = maps.shape
    padded = pad_for_max(maps, P)
    tops = range(0, H + 2 * P - F + 1, S)
    lefts = range(0, W + 2 * P - F + 1, S)
    out = np.empty((D, len(tops), len(lefts)))
    for i, top in enumerate(tops):
        for j, left in enumerate(lefts):
            out[:, i, j] = padded[:, top : top + F, left : left + F].max(axis=(1, 2))
    return out


slip = max_pool.slip
down, across = "range(0, H + 2 * P - F + 1, S)", "range(0, W + 2 * P - F + 1, S)"
zeros = edit("pad_for_max(maps, P)", f"np.pad(maps, {around})")

slip("M68", "zeros stand outside, and they win over negative numbers", zeros,
     "Take the map -3, -1, -2, -5 with P = 1. Which of your outputs is no number of the map?",
     "What stands outside must lose against every number. Let pad_for_max put minus infinity "
     "there.")

slip("U6-from-zero", "a window of negative numbers gives 0",
     edit("max(axis=(1, 2))", "max(axis=(1, 2), initial=0)"),
     "A window holds -5, -6, -7 and -8, and there is no padding. What do you get?",
     "The largest of them is asked, which is negative, too. If you search for it one by one: begin "
     "at -np.inf, or at the first number of the window, not at 0.")

slip("U6-average", "the average is taken", zeros & edit("max(axis", "mean(axis"),
     "Is your output a number that stands in the window?",
     "Max pooling picks one number of each window, the largest. The average comes later.")

slip("U6-min", "the smallest number is taken",
     edit("pad_for_max(maps, P)", "-pad_for_max(-maps, P)") & edit(".max(", ".min("),
     "1, 3, 5 and 0 lie in a window. Which of them should come out?",
     "Take the largest number of each window.")

slip("U6-stride-ignored", "the windows move by one place, whatever S is",
     edit(down, down.replace("S", "1")) & edit(across, across.replace("S", "1")),
     "How many outputs do you get for 4 columns, F = 2, S = 2?",
     "Each window begins S places after the one before.")

slip("U6-stride-is-F", "the windows are laid side by side, whatever S is",
     edit(down, down.replace("S", "F")) & edit(across, across.replace("S", "F")),
     "F = 2 and S = 1 on 3 columns: how many windows are there?",
     "Often the stride equals F, but it need not. Step by S.")

slip("U6-one-map", "the largest number over all maps together",
     edit("max(axis=(1, 2))", "max()"),
     "Two maps go in, the second with negative numbers only. Which numbers come out of it?",
     "Each map is pooled by itself. .max() looks at all of them; .max(axis=(1, 2)) looks at rows "
     "and columns and keeps the maps apart.")

slip("U6-overhang", "windows that hang over the edge are counted",
     edit(down, "range(0, H + 2 * P - F + S, S)") & edit(across, "range(0, W + 2 * P - F + S, S)"),
     "5 columns, F = 2, S = 2: does your last window find two columns?",
     "Only whole windows count. The last one begins no later than at W + 2P - F.")

slip("U6-last-missing", "the last row and column of windows are missing",
     edit(down, "range(0, H + 2 * P - F, S)") & edit(across, "range(0, W + 2 * P - F, S)"),
     "4 columns, F = 2, S = 2: where does the last window begin, and does your range reach it?",
     "A window may end exactly at the edge: the last one begins at W + 2P - F, and range ends "
     "before its second number.")

slip("U6-max-unpadded", "the padding is ignored",
     edit("pad_for_max(maps, P)", "maps") & edit(down, down.replace(" + 2 * P", ""))
     & edit(across, across.replace(" + 2 * P", "")),
     "With P = 1, how many columns can the windows slide over?",
     "Pad first, then slide over W + 2P columns and H + 2P rows.")


# --------------------------------------------------------------------------- a test of your own


@tests(
    of=max_pool,
    points=2,
    returns="True when the implementation is a right max_pool(maps, F, S, P), False (or an error) "
    "when it is not",
)
def is_max_pool(max_pool):
    row = np.array([[[-3, -1, -2, -5, -4]]])
    if not np.array_equal(max_pool(row, 1, 2, 0), [[[-3, -2, -4]]]):
        return False
    pair = np.array([[[-3, -1, -2], [-5, -4, -7]], [[8, 1, 0], [2, 9, 3]]])
    if not np.array_equal(max_pool(pair, 2, 1, 0), [[[-1, -1]], [[9, 9]]]):
        return False
    if not np.array_equal(max_pool(pair, 2, 2, 0), [[[-1]], [[9]]]):
        return False
    return np.array_equal(max_pool(pair, 2, 2, 1), [[[-3, -1], [-5, -4]], [[8, 1], [2, 9]]])


@is_max_pool.sound("gives its answer as nested lists")
def _(maps, F, S, P):
    return max_pool(maps, F, S, P).tolist()


@is_max_pool.sound("takes the largest number of each row first, then of these")
def _(maps, F, S, P):
    padded = np.pad(maps.astype(float), ((0, 0), (P, P), (P, P)), constant_values=-np.inf)
    lefts = range(0, padded.shape[2] - F + 1, S)
    thin = np.stack([padded[:, :, left : left + F].max(axis=2) for left in lefts], axis=2)
    tops = range(0, padded.shape[1] - F + 1, S)
    return np.stack([thin[:, top : top + F].max(axis=1) for top in tops], axis=1)


@is_max_pool.sound("turns the maps around and looks for the smallest number")
def _(maps, F, S, P):
    padded = np.pad(-1.0 * maps, ((0, 0), (P, P), (P, P)), constant_values=np.inf)
    seen = np.lib.stride_tricks.sliding_window_view(padded, (F, F), axis=(1, 2))
    return -seen[:, ::S, ::S].min(axis=(3, 4))


@is_max_pool.sound("puts a very small number outside instead of minus infinity, in whole numbers")
def _(maps, F, S, P):
    padded = np.pad(maps, ((0, 0), (P, P), (P, P)), constant_values=maps.min() - 1)
    _, H, W = padded.shape
    return np.array([[[one[top : top + F, left : left + F].max()
                       for left in range(0, W - F + 1, S)] for top in range(0, H - F + 1, S)]
                     for one in padded])  # fmt: skip


faulty = is_max_pool.faulty

faulty("takes the smallest number", "-max_pool(-maps, F, S, P)",
       "Which of your inputs has a window whose largest and smallest numbers differ?",
       "Any window with different numbers in it tells max from min. Compare the answer with what "
       "you worked out by hand.", shown=True)
faulty("moves by one place, whatever S is", "max_pool(maps, F, 1, P)",
       "Does one of your calls have a stride other than 1?",
       "Call it with S = 2 on a map that has room for more than one step.", shown=True)
faulty("never gives a negative number", "max_pool(maps * (maps > 0), F, S, P)",
       "Is there a window in your examples that holds negative numbers only?",
       "Only a window with nothing but negative numbers shows what a zero does that sneaks in.",
       shown=True)
faulty("has zeros outside the maps",
       "max_pool(np.pad(maps, ((0, 0), (P, P), (P, P))), F, S, 0)",
       "Take the map -3, -1, -2, -5 with P = 1. Which of your outputs is no number of the map?",
       "A zero outside wins against negative numbers only: pad a map of these.", worth=2,
       shown=True)
faulty("takes the average", slip="U6-average")
faulty("lays the windows side by side, whatever S is", "max_pool(maps, F, F, P)",
       "F = 2 and S = 1 on 3 columns: how many windows are there?",
       "With S = F nobody can tell which of the two is used. Try a stride smaller than F.",
       shown=True)
faulty("takes the largest number over all maps",
       "max_pool(np.repeat(maps.max(axis=0, keepdims=True), len(maps), axis=0), F, S, P)",
       "Two maps go in, the second with negative numbers only. Which numbers come out of it?",
       "Each map is pooled by itself. Only two maps that differ can show it.", shown=True)
faulty("loses the last windows", slip="U6-last-missing")
faulty("has windows that hang over the edge", slip="U6-overhang")
faulty("ignores the padding", "max_pool(maps, F, S, 0)",
       "Does one of your calls have a padding above 0? How large is its answer to be?",
       "With P = 0 nobody can tell. Compare the shape, too.", shown=True)


# ----------------------------------------------------------------------------- average pooling


@exercise(
    points=2,
    returns="an array in layout DHW: the average of each window; its sum is divided by F * F where "
    "zeros count, else by the number of places inside the map",
    examples=[
        ((np.array([[[1, 3, 2, 4], [5, 0, 7, 6]]]), 2, 2, 0, True), np.array([[[2.25, 4.75]]])),
        ((np.array([[[4, 8], [0, 6]]]), 2, 2, 1, True), np.array([[[1.0, 2.0], [0.0, 1.5]]])),
        ((np.array([[[4, 8], [0, 6]]]), 2, 2, 1, False), np.array([[[4.0, 8.0], [0.0, 6.0]]])),
        ((np.array([[[0, 2], [4, 6]]]), 2, 1, 1, False),
         np.array([[[0.0, 1.0, 2.0], [2.0, 3.0, 4.0], [4.0, 5.0, 6.0]]])),
        ((np.array([[[1, 2], [3, 4]], [[-5, -6], [-7, -8]]]), 2, 2, 0, False),
         np.array([[[2.5]], [[-6.5]]])),
    ],
    valid="2 * P <= F <= min(maps.shape[1:]) + 2 * P",
    probes=[(made(6, 2, 5, 7, 0, 9), 3, 2, 1, True), (made(7, 2, 7, 5, 0, 9), 3, 2, 1, False)],
    groups=[
        Group("windows inside the maps",
              [(made(90, 1, 4, 6), 2, 2, 0, True), (made(91, 1, 5, 7), 2, 1, 0, False),
               (made(92, 1, 8, 5), 3, 2, 0, True)]),
        Group("several maps",
              [(made(100, 3, 4, 6), 2, 2, 0, False), (made(101, 2, 6, 3), 3, 1, 0, True)]),
        Group("padding, with the zeros counted",
              [(made(110, 1, 5, 4, 1, 9), 3, 2, 1, True), (made(111, 2, 3, 6, 1, 9), 2, 1, 1, True),
               (made(112, 1, 6, 8), 4, 3, 2, True)]),
        Group("padding, with the zeros left out",
              [(made(120, 1, 5, 4, 1, 9), 3, 2, 1, False),
               (made(121, 2, 3, 6, 0, 3), 2, 1, 1, False),
               (made(122, 1, 6, 8, 0, 2), 4, 3, 2, False)]),
    ],
    praise="divides by what each way of counting asks for, at the border, too",
)  # fmt: skip
def avg_pool(maps, F, S, P, count_zeros):
    D, H, W = maps.shape
    padded = np.pad(maps, ((0, 0), (P, P), (P, P)))
    inside = np.pad(np.ones((H, W)), P)
    tops = range(0, H + 2 * P - F + 1, S)
    lefts = range(0, W + 2 * P - F + 1, S)
    out = np.empty((D, len(tops), len(lefts)))
    for i, top in enumerate(tops):
        for j, left in enumerate(lefts):
            total = padded[:, top : top + F, left : left + F].sum(axis=(1, 2))
            places = F * F if count_zeros else inside[top : top + F, left : left + F].sum()
            out[:, i, j] = total / places
    return out


slip = avg_pool.slip

slip("M69", "the padding is never counted, whatever count_zeros says",
     edit("F * F if count_zeros else ", ""),
     "A corner window holds 4 and three zeros, and the zeros count. By what is the sum divided?",
     "With count_zeros=True, PyTorch's default, every sum is divided by F * F, at the border too.")

slip("U6-always-counted", "every sum is divided by F * F, whatever count_zeros says",
     edit(" if count_zeros else inside[top : top + F, left : left + F].sum()", ""),
     "A corner window finds only the number 4, and the zeros do not count. What is the average "
     "of 4?",
     "With count_zeros=False the sum is divided by the number of places that lie inside the map.")

slip("U6-flag-swapped", "True and False have changed places",
     edit("if count_zeros", "if not count_zeros"),
     "Read aloud: count the zeros, True. By what do you divide then?",
     "If the zeros count, a window has F * F numbers. If not, only those inside the map.")

slip("U6-map-zeros-left-out", "zeros of the map are left out too, as if they were padding",
     edit("inside[top : top + F, left : left + F].sum()",
          "(padded[:, top : top + F, left : left + F] != 0).sum(axis=(1, 2)).clip(1)"),
     "A window inside the map holds 0, 2, 4 and 6. What is the average of these four?",
     "A zero of the map is a number like any other. Leave out places, not zeros: count how many "
     "rows and columns of the window lie inside the map.")

slip("U6-sum", "the sum is not divided", edit("total / places", "total"),
     "What is the average of 1, 3, 5 and 0?",
     "Divide each sum by how many numbers it has.")

slip("U6-divided-by-F", "the sum is divided by F instead of F * F", edit("F * F if", "F if"),
     "How many numbers lie in a window of F = 2?",
     "A window has F rows of F numbers: F * F in all.")

slip("U6-whole-quotient", "rounded down to whole numbers",
     edit("total / places", "total // places"),
     "Which of your outputs should have had a fraction?",
     "// rounds down. An average is divided by /.")

slip("U6-maps-averaged", "one average over all maps",
     edit("total / places", "(total / places).mean()"),
     "Two maps go in. Should the two outputs be the same?",
     "Each map is pooled by itself: sum over rows and columns only, axis=(1, 2).")


# ------------------------------------------------------------ average pooling as a convolution


@exercise(
    points=1,
    returns="an array in layout KDFF, with K = D filters: the weights of the convolution without "
    "bias that does what average pooling does",
    examples=[
        ((1, 2), np.array([[[[0.25, 0.25], [0.25, 0.25]]]])),
        ((2, 1), np.array([[[[1.0]], [[0.0]]], [[[0.0]], [[1.0]]]])),
    ],
    probes=[(3, 2), (2, 4)],
    groups=[
        Group("one map", [(1, 3), (1, 4), (1, 1), (1, 5)]),
        Group("several maps", [(2, 2), (4, 2), (3, 3), (5, 1), (2, 3)], worth=2),
    ],
    praise="lets each filter look at its own map only",
)  # fmt: skip
def avg_as_conv(D, F):
    filters = np.zeros((D, D, F, F))
    for d in range(D):
        filters[d, d] = 1 / F**2
    return filters


slip = avg_as_conv.slip

slip("U6-all-channels", "every filter averages all the maps at once, and adds them up",
     "np.full((D, D, F, F), 1 / F**2)",
     "Follow filter 0 through map 1. Should it see anything there?",
     "Output d is made of map d alone. In filter d, all weights for the other maps are 0.")

slip("U6-mean-of-channels", "every filter takes the average over all the maps",
     "np.full((D, D, F, F), 1 / (D * F**2))",
     "All your filters are the same. Would the pooled maps be the same, too?",
     "Pooling keeps the maps apart: filter d has 1 / F**2 in slice d, and 0 in the others.")

slip("U6-ones", "the weights are ones: they add up, but they do not divide",
     edit("1 / F**2", "1"),
     "Your filter meets the numbers 1, 3, 5 and 0. What comes out?",
     "An average is each number times one over how many there are: 1 / F**2.")

slip("U6-one-over-F", "the weights are 1 / F", edit("1 / F**2", "1 / F"),
     "Add up the weights of one filter. What should they add up to?",
     "A window has F * F numbers, so each has the weight 1 / F**2, and together they make 1.")

slip("U6-flat-filters", "the filters have no depth", "np.full((D, F, F), 1 / F**2)",
     "How many axes does the exercise ask for? How deep is a filter?",
     "A filter is as deep as its input: D slices of F x F. Filter d is empty but for slice d.")

slip("U6-one-filter", "there is only one filter",
     "np.full((1, D, F, F), 1 / F**2)",
     "One filter makes one map. How many maps does pooling give back?",
     "As many maps come out as go in, so D filters are needed, one for each map.")


# ------------------------------------------------------------------------- what max pooling keeps

four = "len(window) == 4 and all(type(number) is int for number in window)"
strongest = "max(window, key=abs)"
lonely = f"sum(abs(number) == abs({strongest}) for number in window) == 1"


@claim(
    "Max pooling keeps the strongest answer of each window.",
    points=1,
    returns="a list of four whole numbers: a window whose strongest number, the one farthest from "
    "zero, is not the one that max pooling keeps",
    gives={"window": "list"},
    requirements=[
        ("four whole numbers", four),
        ("one of them is farther from zero than all the others", lonely),
        ("max pooling keeps another one", f"{strongest} < 0"),
    ],
)
def strongest_lost():
    return [-9, 1, 0, 2]


slip = strongest_lost.slip

slip("U6-strongest-is-largest", "the strongest number is the largest, too", "[9, 1, 0, 2]",
     "Which number lies farthest from zero here, and which one is the largest? Must they be the "
     "same?",
     "Below zero, strong and large part company: -9 is far from zero, and smaller than all the "
     "rest.",
     matches=f"{four} and {lonely} and {strongest} > 0")

slip("U6-equally-strong", "two numbers are equally strong", "[-4, 4, 0, 2]",
     "How far from zero is the one, how far the other?",
     "Make the negative one a little stronger: then it alone is the strongest.",
     matches=f"{four} and not {lonely} and max(window) != min(window)")

slip("U6-window-constant", "all four numbers are equal", "[-3, -3, -3, -3]",
     "Can the strongest number get lost if all are the same?",
     "Take different numbers, one of them far below zero.",
     matches=f"{four} and max(window) == min(window)")

slip("U6-window-as-rows", "two rows of two numbers", "[[-9, 1], [0, 2]]",
     "A list of how many numbers is asked for?",
     "Write the four numbers in one list, without rows.",
     matches="len(window) == 2 and all(type(row) is list for row in window)")


# --------------------------------------------------------------------- what it saves, and where


@exercise(
    points=1,
    returns="how many parameters the pooling layer and the next layer have together, biases "
    "included, an int",
    examples={
        ("dense", False, 26, 26, 32, 10): 216330,
        ("dense", True, 26, 26, 32, 10): 54090,
        ("conv", False, 26, 26, 32, 10): 2890,
        ("conv", True, 26, 26, 32, 10): 2890,
        ("dense", True, 7, 5, 2, 3): 39,
    },
    probes=[("dense", True, 9, 4, 3, 5), ("conv", True, 9, 4, 3, 5), ("conv", False, 11, 6, 4, 7),
            ("dense", False, 5, 3, 2, 4)],
    groups=[
        Group("a dense layer",
              [("dense", pooled, W, H, D, K) for pooled in (False, True)
               for W, H, D, K in [(28, 28, 1, 10), (14, 8, 64, 3), (6, 10, 4, 1)]]),
        Group("a convolution", [("conv", pooled, W, H, D, K) for pooled, W, H, D, K in
                                [(False, 28, 28, 1, 10), (True, 14, 8, 64, 3), (True, 6, 10, 4, 1),
                                 (False, 12, 9, 3, 8), (True, 28, 28, 5, 6)]]),
        Group("rows and columns left over", [("dense", True, W, H, D, K) for W, H, D, K in
                                             [(7, 7, 3, 2), (5, 9, 2, 10), (13, 6, 8, 1)]]),
    ],
    praise="gives pooling no parameters, and knows which layer after it notices the smaller map",
)  # fmt: skip
def parameters_after(layer, pooled, W, H, D, K):
    if pooled:
        W, H = W // 2, H // 2
    if layer == "dense":
        return (W * H * D + 1) * K
    return (3 * 3 * D + 1) * K


slip = parameters_after.slip
conv = "(3 * 3 * D + 1) * K"

slip("U6-conv-quartered", "the convolution's parameters are divided by four as well",
     edit(conv, f"{conv} // (4 if pooled else 1)"),
     "How large is one filter of the convolution on a large map? And on a small one?",
     "A convolution uses the same filters at every place, so it has 3 * 3 * D + 1 parameters a "
     "filter, however large its input is. Pooling saves it places, not parameters.")

slip("M66", "the pooling window is counted as four weights",
     edit("* D + 1) * K\n    return", "* D + 1) * K + 4 * pooled\n    return")
     & edit(conv, f"{conv} + 4 * pooled"),
     "Which numbers of a max pooling layer does training change?",
     "None: taking the largest of four numbers leaves nothing to learn. A pooling layer has 0 "
     "parameters.")

slip("M67", "the pooling window is counted as four weights for each map",
     edit("* D + 1) * K\n    return", "* D + 1) * K + 4 * D * pooled\n    return")
     & edit(conv, f"{conv} + 4 * D * pooled"),
     "Which numbers of a max pooling layer does training change?",
     "None, on one map or on many: taking the largest of four numbers leaves nothing to learn.")

slip("U6-pooling-forgotten", "pooled makes no difference",
     edit("W // 2, H // 2", "W, H"),
     "How many numbers reach the dense layer after pooling?",
     "2 x 2 pooling leaves W // 2 columns and H // 2 rows. A dense layer has a weight for each "
     "number that is left.")

slip("U6-width-only", "only the width is halved", edit("H // 2", "H"),
     "A 2 x 2 window at stride 2 moves in two directions. What becomes of the rows?",
     "Both shrink: W // 2 columns and H // 2 rows.")

slip("U6-depth-halved", "the depth is halved as well",
     edit("        W, H = W // 2, H // 2", "        W, H, D = W // 2, H // 2, D // 2"),
     "How many maps come out of a pooling layer that gets 32?",
     "Pooling works on each map by itself: the depth stays D.")

slip("U6-exact-quarter", "a quarter of all numbers, although some rows or columns are lost",
     edit("W, H = W // 2, H // 2", "W, H = W * H // 4, 1"),
     "7 columns, windows of 2 side by side: how many are there?",
     "The odd column is lost before rows and columns are multiplied: W // 2 times H // 2.")

slip("U6-no-biases", "the biases are forgotten",
     edit("(W * H * D + 1)", "(W * H * D)") & edit("(3 * 3 * D + 1)", "(3 * 3 * D)"),
     "By how much does your number differ from the right one? Where is that number to be found?",
     "Each neuron, and each filter, has a bias of its own: K more parameters.")
