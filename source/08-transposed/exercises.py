"""Unit 08, transposed convolution: what to write, how it is marked, and the slips people make.

``W`` is the input's width, ``F`` the filter size, ``S`` the stride and ``P`` the padding of the
convolution that leads back, ``a`` the output padding, ``N`` the width that it leads back to.  Maps
are in layout DHW: ``D`` maps of ``H`` rows and ``W`` columns; filters are ``D x K x F x F``, from
``D`` maps to ``K``.  Slips called ``M..`` are the numbered misconceptions of the course's
catalogue, ``U8-..`` are this unit's.

Arrays hold small whole numbers, so that sums are exact, and are wider than tall or taller than
wide.  In every group the right answers differ from each other.
"""

import numpy as np

from exercises.authoring import Group, claim, edit, exercise


def made(seed, *shape):
    """Whole numbers from -4 to 5 without 0, the same in every run."""
    numbers = np.random.default_rng(seed).integers(-4, 5, shape)
    return numbers + (numbers >= 0)


def row(seed, size):
    """The same as a list."""
    return made(seed, size).tolist()


# --------------------------------------------------------------------------------------- sizes


@exercise(
    points=3,
    returns="the output's size along one axis, an int; raises ValueError when a >= S or when "
    "nothing is left",
    examples={
        (4, 3, 2, 0): 9,
        (4, 4, 2, 1): 8,
        (3, 3, 2, 1, 1): 6,
        (3, 3, 1, 0, 0, 2): 7,
        (3, 3, 2, 1, 2): ValueError,
        (2, 3, 1, 2): ValueError,
    },
    probes=[(16, 4, 4, 3, 1), (5, 4, 3, 1, 2, 3), (4, 2, 3, 0, 2), (1, 2, 3, 1, 1), (7, 5, 1, 1),
            (3, 3, 2, 1, 5), (1, 5, 3, 2)],
    groups=[
        Group("no padding", [(W, F, S, 0) for W, F in [(7, 3), (5, 2), (1, 6)] for S in (1, 2, 4)]),
        Group("padding is taken off", [(W, F, S, P) for W, F in [(6, 5), (9, 4)] for S in (1, 3)
                                       for P in (1, 2, 3)] + [(14, 4, 2, 1), (7, 1, 4, 2)]),
        Group("output padding", [(W, F, 4, P, a) for W, F, P in [(5, 3, 1), (8, 6, 2)]
                                 for a in (1, 2, 3)] + [(7, 3, 2, 1, 1), (4, 2, 5, 0, 4)]),
        Group("dilation", [(W, F, S, P, a, dilation) for W, F, S, P, a in
                           [(6, 3, 2, 1, 1), (4, 4, 3, 0, 2), (9, 2, 1, 1, 0)]
                           for dilation in (2, 3)]),
        Group("too much output padding, and nothing left",
              [(3, 5, S, 2, a) for S in (1, 2, 3) for a in (1, 2, 3)]
              + [(W, 3, 1, P) for W in (1, 3, 4) for P in (1, 2, 3)] + [(1, 2, 4, 2, 3)]),
    ],
    praise="counts the steps between the stamps, the dilation and the output padding, and "
    "refuses what does not exist",
)  # fmt: skip
def out_size_T(W, F, S, P, a=0, dilation=1):
    if a >= S:
        raise ValueError("the output padding must be smaller than the stride")
    size = S * (W - 1) + dilation * (F - 1) + 1 - 2 * P + a
    if size < 1:
        raise ValueError("nothing is left")
    return size


slip = out_size_T.slip

slip("M70", "the formula of the convolution, which goes the other way", "(W - F + 2 * P) // S + 1",
     "Four stamps of width 3, two columns apart: do they cover more columns than 4, or fewer?",
     "That is what a convolution makes of W columns. Here W is the number of stamps: the last one "
     "begins S * (W - 1) columns after the first, and has its own width.")

slip("M71", "the notes' unfinished line: dividing by 1/S",
     edit("S * (W - 1) + dilation * (F - 1) + 1 - 2 * P + a", "S * (W + 2 * (F - P - 1) - F) + 1"),
     "Take W = 4, F = 4, S = 2, P = 1 and count the columns that the stamps cover. Is it 9?",
     "Dividing by 1/S multiplies the zeros around the input and the filter by S as well. Only the "
     "W - 1 steps between the stamps are S long.")

slip("M72", "the input is only multiplied by the stride",
     edit("S * (W - 1) + dilation * (F - 1) + 1 - 2 * P + a", "S * W"),
     "Keep W and S in your drawing and make the filter wider. Does the output stay the same?",
     "S * W is right only for a lucky F and P (and for SAME in Keras). The last stamp reaches as "
     "far as the filter is wide, and P columns are taken off at each end.")

slip("M73", "the padding is added", edit("- 2 * P", "+ 2 * P"),
     "P belongs to the convolution that leads back, and it added P columns there. What must "
     "happen to them on the way here?",
     "The padded columns were never part of the real row, so they are taken off: P at each end.")

slip("M74", "one step too many", edit("(W - 1)", "W"),
     "How many stamps are there for W = 1? And how many steps between them?",
     "W stamps have W - 1 steps between them.")

slip("M75", "the padding is taken off at one end only", edit("2 * P", "P"),
     "At how many ends did the convolution add P zeros?",
     "P columns go at the left and P at the right: 2P together.")

slip("M76", "the output padding is ignored", edit(" + a", ""),
     "Compare your answers for a = 0 and a = 1. What is a for?",
     "Several sizes lead to the same W. Output padding chooses one of them: it makes the output a "
     "columns larger.")

slip("M77", "the output padding is counted at both ends", edit("+ a", "+ 2 * a"),
     "With S = 2 there are two sizes to choose from. By how many columns do they differ?",
     "Output padding is added at one end only, the right one, so it counts once.")

slip("M78", "the padding is ignored", edit(" - 2 * P", ""),
     "Set P to 1 and then to 0 in your function. Should the size be the same?",
     "P columns are taken off at each end: subtract 2P.")

slip("U8-no-dilation", "the dilation is ignored", edit("dilation * (F - 1) + 1", "F"),
     "Three weights, every second column: which columns do they touch?",
     "Between F weights there are F - 1 steps of `dilation` columns, so a stamp is "
     "dilation * (F - 1) + 1 wide.")

slip("U8-dilation-times-F", "the stamp is taken to be dilation times F wide",
     edit("dilation * (F - 1) + 1", "dilation * F"),
     "Three weights with dilation 2 stand in columns 0, 2 and 4. How many columns is that?",
     "Nothing comes after the last weight: F - 1 steps of `dilation`, and one more column.")

slip("U8-any-a", "any output padding is accepted",
     edit('    if a >= S:\n        raise ValueError("the output padding must be smaller than the '
          'stride")\n', ""),
     "With S = 2, which output paddings lead back to the same W?",
     "From a = S on, the convolution finds one window more. Refuse it: raise ValueError.")

slip("U8-empty", "a size of 0 or less is returned",
     edit('    if size < 1:\n        raise ValueError("nothing is left")\n', ""),
     "Two stamps of width 3 at stride 1 cover 4 columns. If 2 are taken off at each end, what is "
     "left?",
     "An output of no columns, or of fewer than none, does not exist: raise ValueError.")

slip("U8-a-to-S", "an output padding of exactly S is accepted", edit("a >= S", "a > S"),
     "S = 2 and a = 2: how many windows does the convolution find on the way back?",
     "S more columns are room for one more window. The largest a is S - 1.")


# --------------------------------------------------------------- an output smaller than its input
# No expression below computes a size: it would be published.  Each asks whether W windows of the
# convolution find room on a given number of columns.

in_range = "W >= 1 and F >= 1 and S >= 1 and P >= 0"
something_left = "2 * P < (W - 1) * S + F"
smaller = "(W - 1) * S + F < W + 2 * P"
as_large = "(W - 1) * S + F == W + 2 * P"


@claim(
    "The output of a transposed convolution is never smaller than its input.",
    points=1,
    returns="(W, F, S, P): a transposed convolution whose output is smaller than its input",
    gives="W, F, S, P",
    requirements=[
        ("W, F and S are at least 1, P is at least 0", in_range),
        ("at least one column is left", something_left),
        ("its output has fewer columns than its input", smaller),
    ],
)
def smaller_output():
    return 5, 3, 1, 2


slip = smaller_output.slip

slip("U8-equal-size", "the output is as large as the input, not smaller", "5, 3, 1, 1",
     "Your output has just as many columns as your input. What would one more P take away?",
     "Equal is not smaller. Each further P takes off two more columns.",
     matches=f"{in_range} and {something_left} and {as_large}")

slip("U8-still-larger", "the output is larger than the input", "5, 3, 2, 0",
     "Which of the four numbers takes columns away? And which spreads the stamps apart?",
     "At stride 1 the stamps cover W + F - 1 columns. Choose P so that more than F - 1 of them are "
     "taken off.",
     matches=f"{in_range} and {something_left} and not {smaller} and not {as_large}")

slip("U8-all-gone", "nothing is left of the output", "2, 3, 1, 3",
     "How many columns do your stamps cover, and how many do you take off?",
     "An output without columns does not exist. Take a larger W, or a smaller P.",
     matches=f"{in_range} and not {something_left}")

slip("U8-no-stride", "a stride of zero or less", "5, 3, 0, 0",
     "Stamps that are 0 columns apart: can a convolution move by 0 columns?",
     "The smallest stride is 1.",
     matches="S <= 0")


# ---------------------------------------------------------------------------------- by matrix


@exercise(
    points=2,
    returns="an array of N numbers: the transposed matrix of the convolution, times the row; "
    "raises ValueError when the convolution does not lead from N columns to len(row)",
    examples=[
        (([1, 2], [1, 1, 1], 4, 1, 0), [1, 3, 3, 2]),
        (([1, 10], [1, 2, 3], 5, 2, 0), [1, 2, 13, 20, 30]),
        (([1, 10], [1, 2, 3], 3, 2, 1), [2, 13, 20]),
        (([1, 10], [1, 2, 3], 6, 2, 0), [1, 2, 13, 20, 30, 0]),
        (([1, 10], [1, 2, 3], 4, 2, 1), [2, 13, 20, 30]),
        (([1, 10], [1, 2, 3], 7, 2, 0), ValueError),
        (([1], [1, 2, 3], 2, 1, 0), ValueError),
    ],
    probes=[(row(1, 4), row(2, 4), 12, 3, 1), (row(3, 3), row(4, 5), 3, 1, 2),
            (row(5, 3), [2, -1], 9, 4, 1), (row(6, 2), row(7, 3), 2, 2, 0)],
    groups=[
        Group("stride 1, no padding", [(row(10 + W, W), row(20 + F, F), W + F - 1, 1, 0)
                                       for W, F in [(3, 2), (5, 4), (2, 6)]]),
        Group("larger strides", [(row(30 + W, W), row(40 + F, F), S * (W - 1) + F, S, 0)
                                 for W, F, S in [(3, 3, 2), (4, 2, 3), (3, 5, 4), (2, 1, 3)]]),
        Group("padding", [(row(50 + W, W), row(60 + F, F), S * (W - 1) + F - 2 * P, S, P)
                          for W, F, S, P in [(4, 3, 1, 1), (3, 5, 2, 2), (4, 4, 2, 1),
                                             (6, 2, 2, 2)]]),
        Group("every N that leads to the same number of windows",
              [(row(70, 3), row(71, 4), N, 3, 1) for N in (8, 9, 10)]
              + [(row(72, 2), row(73, 2), N, 4, 0) for N in (6, 7, 8, 9)]),
        Group("an N that leads somewhere else", [(row(80, 3), row(81, 3), N, 2, 1)
                                                 for N in (3, 4, 5, 6, 7)]
              + [([2], [3, 1, 2, 1], N, 2, 0) for N in (2, 3, 4, 5)]
              + [([1, 2], [1, 1, 1], 2, 1, 1), ([2], [3, 1, 1, 2], 2, 1, 1)]),
    ],
    praise="lets overlapping stamps add up, takes the padding off, and refuses what does not "
    "lead back",
)  # fmt: skip
def transpose_by_matrix(row, weights, N, S, P):
    W, F = len(row), len(weights)
    if F > N + 2 * P or (N - F + 2 * P) // S + 1 != W:
        raise ValueError("the convolution does not lead from N columns to this row")
    matrix = np.zeros((W, N))
    for i in range(W):
        for j in range(F):
            column = i * S + j - P
            if 0 <= column < N:
                matrix[i, column] = weights[j]
    return matrix.T @ row


slip = transpose_by_matrix.slip

slip("M79", "the matrix is inverted, not transposed",
     edit("matrix.T @ row", "np.linalg.pinv(matrix) @ row"),
     "A transposed matrix holds the same numbers as the matrix, only turned. Does yours?",
     "Nothing is undone here. Take matrix.T, the same weights with rows and columns exchanged, "
     "and multiply.")

slip("U8-matrix-flipped", "the weights stand in the matrix from right to left",
     edit("= weights[j]", "= weights[F - 1 - j]"),
     "Write down the first row of your matrix for the weights 1, 2, 3. In which order do they "
     "stand?",
     "A row of the matrix is a window of the convolution, with its weights in their order. Nothing "
     "is flipped here: the transposing does all that is needed.")

slip("U8-wraps", "weights that fall on the padding come back at the right end",
     edit("0 <= column < N", "column < N"),
     "Which column does Python take for matrix[0, -1]?",
     "A negative index counts from the end. Weights over the padding meet only zeros, so leave "
     "them out: ask for 0 <= column as well.")

slip("U8-matrix-unpadded", "the windows begin at column 0, whatever P is", edit(" + j - P", " + j"),
     "With P = 1, in which column of the real row does the first window begin?",
     "The first window begins P columns before the row: column i * S + j - P.")

slip("U8-matrix-stride-1", "the windows are one column apart", edit("i * S + j", "i + j"),
     "How far is it from the first window to the second one?",
     "Window i begins i * S columns after the first.")

slip("U8-overwritten", "where stamps overlap, the last one wins",
     edit("matrix[i, column] = weights[j]",
          "matrix[:, column] = 0; matrix[i, column] = weights[j]"),
     "Take the row 1, 2 and the weights 1, 1, 1. Which columns are touched twice, and what should "
     "stand there?",
     "Where two stamps fall on the same column, their numbers are added up.")

slip("U8-any-N", "nothing asks whether N leads to this row",
     edit('    if F > N + 2 * P or (N - F + 2 * P) // S + 1 != W:\n        raise ValueError("the '
          'convolution does not lead from N columns to this row")\n', ""),
     "How many windows does the convolution find on N columns? And how many numbers has the row?",
     "Count the windows with the formula of unit 02. If there are not as many as the row has "
     "numbers, or if the filter does not fit, raise ValueError.")

slip("U8-smallest-N-only", "only the smallest N is accepted",
     edit("(N - F + 2 * P) // S + 1 != W", "(N - F + 2 * P) / S + 1 != W"),
     "Does a stride have to divide exactly? How many windows of width 3 has stride 2 on 6 columns?",
     "The number of windows is rounded down, so up to S different N lead to the same row.")


# ----------------------------------------------------------------------------- inserting zeros


@exercise(
    points=1,
    returns="an array in layout DHW of the maps' kind of numbers: S - 1 zeros between neighbours, "
    "in rows and in columns",
    examples=[
        ((np.array([[[1, 2, 3]]]), 2), np.array([[[1, 0, 2, 0, 3]]])),
        ((np.array([[[1, 2], [3, 4]]]), 3),
         np.array([[[1, 0, 0, 2], [0, 0, 0, 0], [0, 0, 0, 0], [3, 0, 0, 4]]])),
        ((np.array([[[0.5], [2.5]]]), 2), np.array([[[0.5], [0.0], [2.5]]])),
        ((np.array([[[7, 8]], [[5, 6]]]), 2), np.array([[[7, 0, 8]], [[5, 0, 6]]])),
        ((np.array([[[7, 8]]]), 1), np.array([[[7, 8]]])),
    ],
    probes=[(made(101, 2, 3, 2), 3), (made(102, 1, 2, 4) / 4, 2)],
    groups=[
        Group("one map", [(made(110 + S, 1, S, 5 - S), S) for S in (2, 3, 4)]),
        Group("several maps", [(made(120 + D, D, 3, 2), S) for D, S in [(2, 2), (3, 3), (4, 2)]]),
        Group("fractions", [(made(130 + S, 1, 2, 3) / 8, S) for S in (2, 3)]),
        Group("stride 1, and maps of one row or column",
              [(made(140, 1, 3, 4), 1), (made(141, 2, 1, 3), 3), (made(142, 2, 4, 1), 2)]),
    ],
    praise="puts zeros between neighbours only, and leaves the kind of numbers as it was",
)  # fmt: skip
def zero_insert(maps, S):
    D, H, W = maps.shape
    stretched = np.zeros((D, S * (H - 1) + 1, S * (W - 1) + 1), dtype=maps.dtype)
    stretched[:, ::S, ::S] = maps
    return stretched


slip = zero_insert.slip

slip("U8-zeros-at-the-end", "zeros also stand after the last row and column",
     edit("S * (H - 1) + 1, S * (W - 1) + 1", "S * H, S * W"),
     "Between three numbers there are two gaps. After which number do you put zeros?",
     "Zeros stand between neighbours only, none after the last: S * (H - 1) + 1 rows.")

slip("U8-S-zeros", "S zeros between neighbours, one too many",
     edit("S * (H - 1) + 1, S * (W - 1) + 1", "(S + 1) * (H - 1) + 1, (S + 1) * (W - 1) + 1")
     & edit("::S, ::S", ":: S + 1, :: S + 1"),
     "With S = 1 nothing may be inserted. What does your function do?",
     "Neighbours should be S columns apart, so S - 1 zeros stand between them.")

slip("U8-columns-only", "zeros are inserted between columns only",
     edit("S * (H - 1) + 1", "H") & edit("::S, ::S", ":, ::S"),
     "Stamps are S columns apart. And from top to bottom?",
     "Rows are spread like columns: S - 1 rows of zeros between two rows.")

slip("U8-rows-only", "zeros are inserted between rows only",
     edit("S * (W - 1) + 1", "W") & edit("::S, ::S", "::S, :"),
     "Stamps are S rows apart. And from left to right?",
     "Columns are spread like rows: S - 1 columns of zeros between two columns.")

slip("U8-depth-too", "zeros are inserted between the maps as well",
     edit("(D,", "(S * (D - 1) + 1,") & edit("[:,", "[::S,"),
     "How many maps go in, and how many come out of yours?",
     "The first axis counts maps. They stay as they are: spread rows and columns only.")

slip("U8-repeated", "numbers are repeated, no zeros inserted",
     "np.repeat(np.repeat(maps, S, axis=1), S, axis=2)",
     "What stands between 1 and 2 in the first example? And in yours?",
     "Repeating neighbours is another way to enlarge a map. Here zeros stand between them.")

slip("U8-cut-to-whole", "fractions are cut off", edit("dtype=maps.dtype", "dtype=int"),
     "What becomes of 0.5 in your array?",
     "An array of whole numbers cannot hold 0.5. Let np.zeros make the maps' own kind: "
     "dtype=maps.dtype.")


# --------------------------------------------------------------------------------- P and P'


@claim(
    "The P of a transposed convolution says how many zeros are put around its input.",
    points=1,
    returns="(F, P, P_dash): a filter size, a P, and the other number of zeros that stand around "
    "the input",
    gives="F, P, P_dash",
    requirements=[
        ("F is at least 1, P and P_dash are at least 0", "F >= 1 and P >= 0 and P_dash >= 0"),
        ("P_dash is the number of zeros on each side of the input", "P + P_dash == F - 1"),
        ("it differs from P", "P_dash != P"),
        ("the layer is your own, not the guide's F = 4, P = 2", "(F, P) != (4, 2)"),
    ],
)
def two_paddings():
    return 5, 1, 3


slip = two_paddings.slip

slip("U8-P-for-P-dash", "P is taken for P'", "5, 1, 1",
     "Look at the panel with your F and P. How many zeros stand at each end of the stretched row?",
     "P is the padding of the convolution that leads back. Its opposite stands around the input: "
     "the larger P, the fewer zeros.",
     matches="P == P_dash and P + P_dash != F - 1 and F >= 1 and P >= 0")

slip("U8-the-same", "a layer at which both are the same", "3, 1, 1",
     "For your layer the claim is right. Which F would make it wrong with the same P?",
     "P and P' are the same only when F = 2P + 1. Take another F.",
     matches="P == P_dash and P + P_dash == F - 1")

slip("U8-one-too-many", "P' is taken to be F - P", "5, 1, 4",
     "How many columns does the filter hang over, if it touches the input with one column only?",
     "Without padding, F - 1 zeros stand on each side: one column of the filter must meet the "
     "input. P takes P of them away.",
     matches="P + P_dash == F and F >= 1 and P >= 0")

slip("U8-the-guides-own", "the guide's own layer", "4, 2, 1",
     "That is the layer of the figure. Can you find another one?",
     "Choose an F and a P of your own, and count the zeros in the panel.",
     matches="(F, P, P_dash) == (4, 2, 1)")


# ----------------------------------------------------------------------------------- by zeros


@exercise(
    points=2,
    returns="an array in layout DHW, K maps: insert zeros, pad P' = F - 1 - P and a more at the "
    "bottom and right, flip the filters, slide with stride 1",
    examples=[
        ((np.array([[[1, 10]]]), np.array([[[[1, 2], [3, 4]]]]), 1, 0, 0),
         [[[1, 12, 20], [3, 34, 40]]]),
        ((np.array([[[1, 10]]]), np.array([[[[1, 2], [3, 4]]]]), 2, 0, 0),
         [[[1, 2, 10, 20], [3, 4, 30, 40]]]),
        ((np.array([[[1, 2], [3, 4]]]), np.array([[[[0, 1, 0], [2, 3, 4], [0, 5, 0]]]]), 1, 1, 0),
         [[[10, 14], [22, 34]]]),
        ((np.array([[[1, 10]]]), np.array([[[[0, 1, 0], [2, 3, 4], [0, 5, 0]]]]), 2, 1, 1),
         [[[3, 24, 30, 40], [5, 0, 50, 0]]]),
        ((np.array([[[1]], [[10]]]),
          np.array([[[[1, 2], [3, 4]], [[5, 6], [7, 8]]], [[[1, 1], [1, 1]], [[0, 0], [0, 2]]]]),
          1, 0, 0),
         [[[11, 12], [13, 14]], [[5, 6], [7, 28]]]),
    ],
    probes=[(made(201, 2, 2, 3), made(202, 2, 2, 3, 3), 2, 1, 1),
            (made(203, 1, 3, 2), made(204, 1, 1, 4, 4), 3, 2, 2),
            (made(205, 2, 1, 2), made(206, 2, 3, 2, 2), 1, 0, 0)],
    groups=[
        Group("one map, stride 1", [(made(210 + F, 1, F, 5 - F), made(220 + F, 1, 1, F, F), 1, 0, 0)
                                    for F in (2, 3, 4)]),
        Group("larger strides", [(made(230 + S, 1, S, 4), made(240 + S, 1, 1, F, F), S, 0, 0)
                                 for S, F in [(2, 3), (3, 4), (2, 2)]]),
        Group("padding", [(made(250 + P, 1, 4, 3), made(260 + F, 1, 1, F, F), S, P, 0)
                          for F, S, P in [(3, 1, 1), (4, 2, 1), (5, 2, 3), (3, 2, 2)]]),
        Group("output padding", [(made(270 + a, 1, 2, 3), made(280 + F, 1, 1, F, F), S, P, a)
                                 for F, S, P, a in [(3, 2, 1, 1), (4, 3, 0, 2), (2, 3, 1, 1)]]),
        Group("several maps in, several maps out",
              [(made(290 + D, D, 2, 3), made(295 + K, D, K, 3, 3), 2, 1, 1)
               for D, K in [(1, 3), (3, 1), (2, 3), (2, 2)]]),
    ],
    praise="turns the filters, pads with P', and adds over all maps of the input",
)  # fmt: skip
def conv_transpose(maps, filters, S, P, a):
    F = filters.shape[2]
    P_dash = F - 1 - P
    stretched = zero_insert(maps, S)
    padded = np.pad(stretched, ((0, 0), (P_dash, P_dash + a), (P_dash, P_dash + a)))
    flipped = filters[:, :, ::-1, ::-1]
    windows = np.lib.stride_tricks.sliding_window_view(padded, (F, F), axis=(1, 2))
    out = np.einsum("dhwij,dkij->khw", windows, flipped)
    return out


slip = conv_transpose.slip

slip("U8-not-flipped", "the filters are not flipped", edit("[:, :, ::-1, ::-1]", ""),
     "One input number alone, 1, should leave the filter itself on the output. What does yours "
     "leave?",
     "The zeros make the input slide under the filter from its last weight to its first. Turn each "
     "filter upside down and left to right first: filters[:, :, ::-1, ::-1].")

slip("U8-flipped-once", "the filters are flipped along one axis only",
     edit(", ::-1, ::-1]", ", ::-1]"),
     "Does your filter change in both directions?",
     "Rows and columns are both reversed: filters[:, :, ::-1, ::-1].")

slip("U8-padded-with-P", "P zeros stand around the stretched input instead of P'",
     edit("F - 1 - P", "P"),
     "With P = 0 the output should be larger than the stretched input. Can it be, in yours?",
     "P is the padding of the convolution that leads back. Around the stretched input stand "
     "P' = F - 1 - P zeros.")

slip("U8-padded-full", "P is ignored", edit("F - 1 - P", "F - 1"),
     "Set P from 0 to 1. Does the output lose a row at each end?",
     "Every P takes one zero away on each side: P' = F - 1 - P.")

slip("U8-slides-by-S", "the filter slides with the stride S",
     edit("    return out", "    return out[:, ::S, ::S]"),
     "S is used up when the zeros are inserted. How far does the filter move after that?",
     "On the stretched input the filter moves by 1. Taking S here as well goes back to a small "
     "map.")

slip("U8-nothing-inserted", "no zeros are inserted", edit("zero_insert(maps, S)", "maps"),
     "Your output does not grow with S. How far apart should two stamps be?",
     "S - 1 zeros between neighbours bring the stamps S apart: call zero_insert(maps, S) first.")

slip("U8-a-on-both-sides", "output padding is added at the top and left as well",
     edit("((0, 0), (P_dash, P_dash + a), (P_dash, P_dash + a))",
          "((0, 0), (P_dash + a, P_dash + a), (P_dash + a, P_dash + a))"),
     "By how many rows does your output grow when a grows by 1?",
     "The a extra zeros stand at the bottom and at the right only.")

slip("U8-a-top-left", "output padding is added at the top and left",
     edit("((0, 0), (P_dash, P_dash + a), (P_dash, P_dash + a))",
          "((0, 0), (P_dash + a, P_dash), (P_dash + a, P_dash))"),
     "Where does the convolution leave columns unread: at the beginning or at the end?",
     "It leaves out what comes after the last window. So the a extra zeros stand at the bottom and "
     "at the right.")

slip("U8-zeros-on-the-output", "output padding is taken for zeros around the output",
     edit("(P_dash, P_dash + a), (P_dash, P_dash + a)", "(P_dash, P_dash), (P_dash, P_dash)")
     & edit("    return out", "    return np.pad(out, ((0, 0), (0, a), (0, a)))"),
     "In the fourth example, is the last column of zeros only?",
     "In spite of its name, output padding puts no zeros on the output. It puts more zeros at the "
     "bottom and right of the stretched input, a of them, and the filter slides over them as well.")

slip("U8-first-map", "only the first input map is used",
     edit("windows, flipped)", "windows[:1], flipped[:1])"),
     "Change a number in the second input map. Does your output change?",
     "Every input map leaves its stamps on every output map: add over d.")

slip("U8-in-and-out", "the filters' first axis is taken for the output",
     edit('"dhwij,dkij->khw"', '"dhwij,kdij->khw"'),
     "What does the first axis of filters count here, maps that go in or maps that come out?",
     "filters[d, k] leads from input map d to output map k. In a convolution it is the other way "
     "round, filters[k, d].")


# ----------------------------------------------------------------------- the notes' formula


@claim(
    "The notes' formula is right at stride 1, and wrong at every larger stride.",
    points=1,
    returns="(W, F, S, P): a layer with a larger stride at which the formula gives the true size",
    gives="W, F, S, P",
    requirements=[
        ("W, F and S are at least 1, P is at least 0", in_range),
        ("the stride is larger than 1", "S > 1"),
        ("the formula gives the true size", "F == 2 * P + 1"),
    ],
)
def right_at_stride():
    return 4, 3, 2, 1


slip = right_at_stride.slip

slip("U8-stride-1", "the stride is 1", "4, 4, 1, 1",
     "That the formula is right there is what the claim says. Which of the numbers must be larger?",
     "Take a stride of 2 or more.",
     matches=f"{in_range} and S == 1")

slip("U8-formula-too-large", "the formula gives too much", "4, 4, 2, 1",
     "Is your true size smaller or larger than the formula's? What happens to both when P grows?",
     "The formula gives more than the true size here. Raise P or lower F, one by one, and watch "
     "the difference.",
     matches=f"{in_range} and S > 1 and F > 2 * P + 1")

slip("U8-formula-too-small", "the formula gives too little", "6, 2, 2, 1",
     "Is your true size smaller or larger than the formula's? What happens to both when F grows?",
     "The formula gives less than the true size here. Raise F or lower P, one by one, and watch "
     "the difference.",
     matches=f"{in_range} and S > 1 and F < 2 * P + 1")


# ------------------------------------------------------------------------- which output padding


@exercise(
    points=2,
    returns="the output padding a that leads back to N columns, an int; raises ValueError when "
    "F > N + 2P",
    examples={
        (5, 3, 2, 1): 0,
        (6, 3, 2, 1): 1,
        (28, 5, 3, 2): 0,
        (9, 2, 4, 0): 3,
        (3, 5, 2, 0): ValueError,
    },
    probes=[(17, 4, 5, 2), (20, 3, 7, 1), (11, 6, 4, 3), (7, 3, 1, 0), (2, 6, 3, 1), (3, 5, 2, 1),
            (2, 5, 2, 1), (3, 6, 2, 1)],
    groups=[
        Group("stride 2", [(N, F, 2, P) for N in (12, 31) for F, P in [(3, 1), (4, 1), (5, 0)]]),
        Group("larger strides",
              [(N, F, S, 0) for N in (13, 22) for F in (3, 4) for S in (3, 5, 6)]),
        Group("larger strides and padding",
              [(N, F, S, P) for N in (14, 19) for F, P in [(3, 1), (7, 3)] for S in (3, 4)]),
        Group("filters that just fit, and filters that do not",
              [(4, F, 3, P) for F in (4, 5, 6, 7) for P in (0, 1)] + [(5, 4, 3, 0), (5, 4, 3, 1)]),
    ],
    praise="gives what the division leaves over, padding included",
)  # fmt: skip
def output_padding_for(N, F, S, P):
    if F > N + 2 * P:
        raise ValueError("the filter does not fit")
    return (N + 2 * P - F) % S


slip = output_padding_for.slip

slip("U8-steps-not-rest", "the whole steps are counted, not what is left over", edit("% S", "// S"),
     "Which of the two numbers of divmod does the convolution throw away?",
     "What is lost on the way is what the division leaves over: the remainder, % S.")

slip("U8-always-S-1", "a is always S - 1", edit("(N + 2 * P - F) % S", "S - 1"),
     "For N = 5, F = 3, S = 2, P = 1 no column is left over. Which a do you give?",
     "S - 1 is what many listings write, for even sizes with F = 3 and P = 1. It depends on N: "
     "give back what the convolution left unread.")

slip("U8-N-mod-S", "only N and S are looked at", edit("(N + 2 * P - F) % S", "N % S"),
     "Does the number of columns left over depend on F?",
     "The first window takes F columns of the N + 2P before any step. Divide what is left by S.")

slip("U8-a-unpadded", "the padding is ignored", edit("(N + 2 * P - F) % S", "(N - F) % S"),
     "How many columns does the convolution slide over, with its padding?",
     "It slides over N + 2P columns.")

slip("U8-a-pad-once", "the padding is counted once", edit("(N + 2 * P - F)", "(N + P - F)"),
     "At how many ends do P zeros stand?",
     "P zeros stand at both ends: N + 2P columns.")

slip("U8-complement", "what is missing to the next step, not what is left over",
     edit("(N + 2 * P - F) % S", "-(N + 2 * P - F) % S"),
     "Take N = 9, F = 2, S = 4, P = 0. After the last window, how many columns are left?",
     "You count the columns that the next step would still need. Count those that are there: "
     "(N + 2P - F) % S.")

slip("U8-a-no-check", "nothing asks whether the filter fits",
     edit('    if F > N + 2 * P:\n        raise ValueError("the filter does not fit")\n', ""),
     "A filter of 5 on 3 columns: is there a row to come back from?",
     "Where the filter does not fit, there is no convolution and no way back. Raise ValueError "
     "when F > N + 2P.")


# -------------------------------------------------------------------------- the guide's figure


@claim(
    "A 3 x 3 kernel slides over a 2 x 2 input with one zero between neighbours.",
    points=1,
    returns="(inputs, stretched, before, after): columns of the input, columns with the zeros "
    "inserted, zeros at the left and zeros at the right",
    gives="inputs, stretched, before, after",
    requirements=[
        ("inputs is what the convolution makes of 6 columns",
         "(inputs - 1) * 2 + 3 <= 6 + 2 * 1 < inputs * 2 + 3"),
        ("stretched has S - 1 = 1 zero between neighbours", "stretched == inputs + (inputs - 1)"),
        ("before is P', with P = 1 and F = 3", "before + 1 == 3 - 1"),
        ("the 3 x 3 kernel then finds 6 places in a row",
         "before + stretched + after - 3 == 6 - 1"),
    ],
)
def figure_repaired():
    return 3, 5, 1, 2


slip = figure_repaired.slip

slip("U8-as-printed", "the input as it is printed, 2 x 2", "2, 3, 1, 2",
     "How many windows of 3 does stride 2 find on 6 columns with a zero at each end?",
     "Count them: room 6 + 2 - 3, whole steps of 2, plus the first window.",
     matches="inputs == 2")

slip("U8-after-as-before", "the extra zero at the right is forgotten", "3, 5, 1, 1",
     "How many places does the kernel find on your row? The output should have 6 columns.",
     "The convolution left one column unread. To get it back, one zero more stands at the right.",
     matches="inputs == 3 and stretched == 5 and before == 1 and after == 1")

slip("U8-figure-zeros-after-each", "a zero is put after the last number, too", "3, 6, 1, 1",
     "Between three numbers, how many gaps are there?",
     "Three numbers have two gaps, so two zeros are inserted.",
     matches="inputs == 3 and stretched == 6")

slip("U8-inserted-only", "stretched counts the inserted zeros only", "3, 2, 1, 2",
     "You count the zeros. How many columns does the stretched input have?",
     "Count the numbers as well as the zeros between them.",
     matches="inputs == 3 and stretched == 2")


# ------------------------------------------------------------------------------------- overlap


@exercise(
    points=1,
    returns="a list or array of whole numbers: for each output column, how many stamps fall on it",
    examples={
        (3, 3, 1, 0): [1, 2, 3, 2, 1],
        (3, 3, 2, 0): [1, 1, 2, 1, 2, 1, 1],
        (3, 3, 2, 1): [1, 2, 1, 2, 1],
        (2, 2, 3, 0): [1, 1, 0, 1, 1],
    },
    probes=[(4, 5, 2, 1), (3, 4, 2, 1), (2, 1, 4, 0), (4, 2, 3, 1)],
    groups=[
        Group("stride 1", [(W, F, 1, 0) for W, F in [(4, 2), (2, 5), (5, 4)]]),
        Group("larger strides", [(W, F, S, 0) for W, F in [(4, 3), (3, 5)] for S in (2, 3)]
              + [(4, 4, 2, 0)]),
        Group("padding", [(5, 4, 2, 1), (5, 3, 2, 1), (4, 5, 3, 2), (6, 3, 1, 1)]),
        Group("stamps that do not touch", [(3, 2, 4, 0), (4, 1, 3, 0), (3, 3, 5, 1), (3, 3, 4, 0)]),
    ],
    praise="counts every stamp, and takes the padding off at both ends",
)  # fmt: skip
def overlap_counts(W, F, S, P):
    counts = np.zeros(S * (W - 1) + F, dtype=int)
    for i in range(W):
        counts[i * S : i * S + F] += 1
    return counts[P : len(counts) - P].tolist()


slip = overlap_counts.slip

slip("U8-covered", "columns are marked, not counted", edit("+= 1", "= 1"),
     "In the first example three stamps fall on the middle column. What does yours say?",
     "Each stamp adds 1 to every column that it touches: += 1.")

slip("U8-not-cropped", "the padding is not taken off", edit("[P : len(counts) - P]", "[:]"),
     "How many columns has the output for W = 3, F = 3, S = 2, P = 1?",
     "P columns go at each end of what the stamps cover.")

slip("U8-side-by-side", "the stamps are one column apart", edit("i * S : i * S + F", "i : i + F"),
     "How far apart are two stamps?",
     "Stamp i begins in column i * S.")

slip("U8-cropped-left", "the padding is taken off at the left only",
     edit("[P : len(counts) - P]", "[P:]"),
     "Is your list longer than the output?",
     "P columns go at the left and P at the right.")

slip("U8-average", "the average overlap everywhere",
     edit("counts[P : len(counts) - P].tolist()",
          "[F / S] * len(counts[P : len(counts) - P])"),
     "F / S stamps fall on a column on the average. And on each single one?",
     "Only where F is a multiple of S, and away from the ends, do all columns get the average.")


# --------------------------------------------------------------------------------------- Keras


@claim(
    "padding='valid' in Keras gives the size of P = 0.",
    points=1,
    returns="(W, F, S, out): a layer at which the two differ, and the size that Keras gives",
    gives="W, F, S, out",
    requirements=[
        ("W, F and S are at least 1", "W >= 1 and F >= 1 and S >= 1"),
        ("the two sizes differ", "F < S"),
        ("out is the size that Keras gives", "out == W * S"),
    ],
)
def keras_differs():
    return 4, 2, 3, 12


slip = keras_differs.slip

slip("U8-keras-same-size", "a layer at which the two agree", "4, 3, 2, 9",
     "Compute F - S for your layer. Is it below zero?",
     "As long as F is at least S, max(F - S, 0) is F - S, and both formulas are the same.",
     matches="W >= 1 and S >= 1 and F >= S")

slip("U8-size-of-P-0", "gives the size of P = 0", "4, 2, 3, 11",
     "Your layer is a good one. Which of the two sizes does Keras give?",
     "Keras does not let the output end with the last stamp: max(F - S, 0) is 0 here.",
     matches="W >= 1 and 1 <= F < S and out == (W - 1) * S + F")
