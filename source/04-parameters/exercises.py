"""Unit 04, parameters and sharing: what to write, how it is marked, and the slips people make.

A layer is always given in the same order: an input of ``W`` columns, ``H`` rows and ``D`` channels,
then filter size ``F``, stride ``S``, padding ``P``, number of filters ``K``.  The same numbers are
counted as a convolution, as a locally connected layer and as a dense layer.  Slips called ``M..``
are the numbered misconceptions of the course's catalogue, ``U4-..`` are this unit's.
"""

import numpy as np

from exercises.authoring import Group, claim, edit, exercise


def places(W, H, F, S, P):
    return ((W - F + 2 * P) // S + 1) * ((H - F + 2 * P) // S + 1)


# ------------------------------------------------------------------- what one output is joined to


@exercise(
    points=1,
    returns="how many numbers of the input one output number is computed from, an int",
    examples={(16, 16, 20, 3): 180, (32, 32, 3, 5): 75, (9, 7, 1, 2): 4},
    probes=[(12, 10, 6, 4)],
    groups=[
        Group("one channel", [(9, 9, 1, 3), (20, 11, 1, 5), (8, 12, 1, 4), (6, 6, 1, 1)]),
        Group("several channels", [(9, 9, 3, 3), (20, 11, 4, 5), (8, 12, 192, 1), (28, 28, 32, 5)]),
    ],
    praise="goes through the whole depth, and leaves the bias out",
)
def connections(W, H, D, F):
    return F * F * D


slip = connections.slip

slip("M52", "the bias is counted as a connection", "F * F * D + 1",
     "One of the numbers that you count comes from nowhere in the input. Which?",
     "The bias is a parameter, but no connection: it is added without reading anything. "
     "Count the F x F x D numbers of the window only.")

slip("M53", "the depth is forgotten", "F * F",
     "How many channels does a filter look at when it stops at one place?",
     "A window goes through the whole depth: F x F numbers in each of the D channels.")

slip("M54", "the whole input is counted, as in a dense layer", "W * H * D",
     "Change a pixel in the far corner of the image. Does this output notice?",
     "Only what lies in the window reaches this output: F x F places, in all D channels.")

slip("U4-one-side", "one side of the window is forgotten", "F * D",
     "Draw a window of F = 3. How many squares has it?",
     "The window has F columns and F rows, so F x F places, and D numbers at each.")

slip("U4-depth-added", "the depth is added, not multiplied", "F * F + D",
     "With two channels, how many numbers lie below one square of the window?",
     "At each of the F x F places lie D numbers, one a channel: multiply.")

slip("U4-three-channels", "three channels are taken whatever the input", "F * F * 3",
     "Does every input have three channels? What are the 20 in 16 x 16 x 20?",
     "Only a colour image has three channels. Deeper in a network the input has D of them.")


# ------------------------------------------------------------------------------ a convolution


@exercise(
    points=2,
    returns="how many parameters the convolution has, weights and biases, an int",
    examples={
        (32, 32, 3, 5, 1, 2, 10): 760,
        (32, 32, 3, 5, 1, 0, 6): 456,
        (16, 16, 20, 3, 1, 1, 1): 181,
        (32, 32, 3, 8, 2, 1, 20): 3860,
    },
    probes=[(20, 11, 4, 3, 2, 0, 5), (6, 25, 2, 3, 2, 1, 3)],
    groups=[
        Group("inputs of one channel",
              [(28, 28, 1, 5, 1, 2, 32), (9, 14, 1, 3, 1, 0, 4), (30, 12, 1, 7, 2, 3, 2)]),
        Group("inputs of several channels",
              [(28, 20, 32, 5, 1, 2, 64), (14, 10, 6, 3, 1, 1, 1), (9, 9, 2, 4, 1, 0, 3),
               (28, 28, 192, 1, 1, 0, 16)], worth=2),
        Group("the same filters on other inputs, with other strides and paddings",
              [(W, H, 2, 3, S, P, K) for W, H in [(12, 9), (40, 31)] for S, P in [(1, 0), (3, 1)]
               for K in (2, 5)]),
    ],
    praise="counts each weight once, however often it is used, and one bias for each filter",
)
def conv_params(W, H, D, F, S, P, K):
    return (F * F * D + 1) * K


slip = conv_params.slip

slip("M35", "the biases are forgotten", "F * F * D * K",
     "You have all weights. What is added after the products?",
     "Each filter has one bias besides its F x F x D weights: K biases in all.")

slip("M36", "the depth is forgotten", "(F * F + 1) * K",
     "Your answer never looks at D. How deep is a filter on a colour image?",
     "A filter goes through all channels of its input: F x F x D weights. "
     "On 32 x 32 x 3 with six filters of size 5 that makes 456, not 156.")

slip("M37", "depth and biases are forgotten", "F * F * K",
     "Two things are missing. How deep is a filter, and what is added after the products?",
     "A filter has F x F x D weights and one bias; there are K of them.")

slip("M38", "one bias for the whole layer", "F * F * D * K + 1",
     "Two filters look for two different things. Do they have to share a bias?",
     "Each filter has a bias of its own, so there are K biases.")

slip("M39", "one filter only", "F * F * D + 1",
     "That is one filter. How many has the layer?",
     "Every filter has its own weights and its own bias: multiply by K.")

slip("M40", "counted as if every place had its own filter",
     "(F * F * D + 1) * K * places(W, H, F, S, P)",
     "Make the input larger and keep the filters. Is there more to learn?",
     "A filter is stored once and used at every place. "
     "So the number of places has no influence on the number of parameters.")

slip("M41", "one side of the filter is forgotten", "(F * D + 1) * K",
     "Draw one channel of a filter of size 5. How many weights has it?",
     "The filter has F columns and F rows, so F x F weights a channel.")

slip("M42", "one bias for each input channel", "(F * F * D + D) * K",
     "How many numbers does a filter give at one place? How often is a bias added to it?",
     "The products of all channels are added up first, then one bias is added: one a filter.")

slip("M43", "one bias for each output number", "F * F * D * K + K * places(W, H, F, S, P)",
     "You share the weights between all places. What about the bias?",
     "The bias belongs to the filter, so it is shared between all places too: K biases.")

slip("M44", "the number of filters is added, not multiplied", "F * F * D + 1 + K",
     "Take K = 1, then K = 2. By how much should the count grow?",
     "Each further filter brings F x F x D weights and a bias: multiply by K.")

slip("M45", "multiplications are counted", "F * F * D * K * places(W, H, F, S, P)",
     "How often is one weight used, and how often is it stored?",
     "You counted how often weights are multiplied. A parameter is stored once, "
     "however often it is used. And each filter has a bias as well.")

slip("M46", "counted as a dense layer", "(W * H * D + 1) * K * places(W, H, F, S, P)",
     "How many numbers of the input does one output of a convolution read?",
     "A filter has a weight only for what lies in its window, F x F x D of them, "
     "and all places share these.")

slip("M47", "the numbers of the output are counted", "K * places(W, H, F, S, P)",
     "You counted what comes out. Does training change these numbers, or others?",
     "The output is computed anew for each image. What training changes are the weights and the "
     "biases of the filters.")

slip("U4-in-and-out", "input channels and filters have changed places", "(F * F * K + 1) * D",
     "How deep is one filter: as deep as the input or as deep as the output?",
     "A filter is as deep as the input, D. There are K of them, each with one bias.")


# ------------------------------------------------------------------ what a printed count left out


@exercise(
    points=1,
    returns='"nothing", "biases", "depth", "both" or "something else"',
    examples={
        (5, 3, 6, 456): "nothing",
        (5, 3, 6, 156): "depth",
        (5, 3, 6, 450): "biases",
        (5, 3, 256, 6400): "both",
        (5, 1, 256, 6400): "biases",
        (3, 20, 1, 46336): "something else",
    },
    probes=[(4, 1, 3, 51), (4, 2, 3, 51), (4, 2, 3, 97), (4, 2, 3, 48), (4, 2, 3, 99)],
    groups=[
        Group("right counts, and forgotten biases",
              [(3, 20, 2, 362), (3, 20, 2, 360), (7, 3, 64, 9472), (7, 3, 64, 9408)]),
        Group("forgotten depth",
              [(3, 8, 4, 40), (3, 8, 4, 36), (5, 32, 64, 1664), (5, 32, 64, 1600)]),
        Group("one channel, where no depth can be forgotten",
              [(2, 1, 6, 30), (2, 1, 6, 24), (5, 1, 32, 832), (5, 1, 32, 800)]),
        Group("other faults",
              [(3, 4, 2, 73), (3, 4, 2, 37), (3, 4, 2, 74), (3, 4, 2, 20), (3, 4, 2, 26)]),
    ],
    praise="asks in an order in which the first that fits is the right one",
)
def what_is_missing(F, D, K, printed):
    if printed == (F * F * D + 1) * K:
        return "nothing"
    if printed == F * F * D * K:
        return "biases"
    if printed == (F * F + 1) * K:
        return "depth"
    if printed == F * F * K:
        return "both"
    return "something else"


slip = what_is_missing.slip


@slip("U4-depth-first", "with one channel, the depth is said to be missing",
      hint="An input of one channel: how many weights are lost if somebody forgets its depth?",
      more="With D = 1 the counts with and without depth are the same, so no depth is missing. "
      "Ask whether the count is right, or lacks its biases, before you ask about the depth.")
def _(F, D, K, printed):
    if printed == (F * F + 1) * K:
        return "depth"
    if printed == F * F * K:
        return "both"
    if printed == (F * F * D + 1) * K:
        return "nothing"
    if printed == F * F * D * K:
        return "biases"
    return "something else"


slip("U4-other-way-round", "biases and depth are mixed up",
     edit('return "biases"', 'return "depth"') & edit('return "depth"', 'return "biases"'),
     "Take 450, which is 5 * 5 * 3 * 6. What is in there, and what is not?",
     "You give the right words in the wrong places: 450 has the depth 3 and no biases, "
     "156 = (5 * 5 + 1) * 6 has biases and no depth.")

slip("U4-no-else", "every other fault is called \"both\"",
     edit("    if printed == F * F * K:\n        return \"both\"\n    return \"something else\"",
          "    return \"both\""),
     "46,336 for one filter of 3 x 3 x 20: did somebody forget something there?",
     "A count can be wrong in other ways, too. Say \"both\" only where the number is F * F * K.")

slip("U4-never-both", "depth and biases are never found missing together",
     edit("    if printed == F * F * K:\n        return \"both\"\n", ""),
     "Leave out the depth and the biases. Which number is left?",
     "F * F * K has neither depth nor biases: that is \"both\".")

slip("U4-one-bias-is-right", "a layer with a single bias is taken for the right one",
     edit("(F * F * D + 1) * K", "F * F * D * K + 1"),
     "How many biases has a layer of 6 filters? Does your right count have as many?",
     "Each filter has its own bias: the right count is (F * F * D + 1) * K.")


# ------------------------------------------------------------------------- without sharing


@exercise(
    points=1,
    returns="how many parameters the locally connected layer has, weights and biases, an int",
    examples={
        (32, 32, 3, 8, 2, 1, 20): 756560,
        (16, 16, 20, 3, 1, 1, 1): 46336,
        (9, 7, 1, 3, 3, 0, 2): 120,
    },
    probes=[(20, 11, 4, 3, 2, 0, 5), (6, 25, 2, 3, 2, 1, 3)],
    groups=[
        Group("one filter at stride 1",
              [(8, 6, 1, 3, 1, 0, 1), (10, 13, 4, 5, 1, 2, 1), (7, 9, 2, 2, 1, 0, 1)]),
        Group("several filters",
              [(6, 6, 3, 3, 1, 1, 4), (9, 5, 1, 5, 1, 0, 6), (28, 28, 1, 5, 1, 2, 32)]),
        Group("strides that leave a remainder",
              [(12, 9, 2, 3, 2, 0, 3), (11, 14, 1, 4, 3, 1, 2), (8, 15, 3, 2, 4, 0, 1),
               (14, 9, 2, 3, 2, 0, 3), (8, 14, 2, 3, 2, 0, 3)]),
    ],
    praise="counts the places as well, with a bias for each of them",
)
def local_params(W, H, D, F, S, P, K):
    columns = (W - F + 2 * P) // S + 1
    rows = (H - F + 2 * P) // S + 1
    return (F * F * D + 1) * columns * rows * K


slip = local_params.slip
count = "(F * F * D + 1) * columns * rows * K"

slip("M48", "the filters are shared", edit(count, "(F * F * D + 1) * K"),
     "That is a convolution. How many filters are there if every place has its own?",
     "Without sharing each of the output's places has K filters of its own: multiply by the "
     "number of places.")

slip("M49", "counted as a dense layer", edit(count, "(W * H * D + 1) * columns * rows * K"),
     "Does one output of a locally connected layer read the whole input?",
     "It still reads its window only: F x F x D weights and a bias for each output number.")

slip("M50", "the biases are forgotten", edit("(F * F * D + 1)", "F * F * D"),
     "What is added after the products? And how many of these are there without sharing?",
     "Each output number has a bias of its own here: one more parameter each.")

slip("M51", "the number of filters is forgotten", edit(count, "(F * F * D + 1) * columns * rows"),
     "You have one map. How many has the output?",
     "Each of the K maps has filters of its own: multiply by K.")

slip("U4-shared-bias", "the weights are not shared, but the biases are",
     edit(count, "F * F * D * columns * rows * K + K"),
     "Two outputs of one map: may their weights differ? And their biases?",
     "Nothing is shared here: each output number has its own weights and its own bias.")

slip("U4-one-axis", "places are counted along one axis only", edit("columns * rows", "columns"),
     "A map has columns. What else?",
     "Places = columns of the output times rows of the output.")

slip("U4-input-places", "one filter for each place of the input",
     edit("columns * rows", "W * H"),
     "How often does a filter stop when it moves by S?",
     "Every stop has its own filter, not every pixel. Count stops as in unit 2: they are the "
     "places of the output.")

slip("U4-local-square", "the number of rows is taken from the width",
     edit("(H - F + 2 * P)", "(W - F + 2 * P)"),
     "Try an input with W = 9 and H = 7. Does anything in your answer come from H?",
     "Rows follow the same rule as columns, but with H in the place of W.")


# ------------------------------------------------- by how much sharing makes a layer smaller
# No expression below counts parameters: it would be published.  Each asks whether a filter finds a
# given number of places on the padded input, in both directions.

in_range = "W >= 1 and F >= 1 and S >= 1 and P >= 0 and K >= 1"
fits = "F <= W + 2 * P"
layer = f"{in_range} and {fits}"


def along(n):
    """That n windows fit along an axis, and no more."""
    return f"({n} - 1) * S + F <= W + 2 * P < {n} * S + F"


def is_used(times):
    return f"any(n * n == {times} and {along('n')} for n in range(1, 1001))"


other = f"{layer} and not {is_used('times')}"


@claim(
    "Sharing means that all filters of a layer share their parameters, so it divides their number "
    "by K.",
    points=1,
    returns="(W, F, S, P, K, times): a layer on a W x W input, and by how much sharing divides the "
    "number of its parameters",
    gives="W, F, S, P, K, times",
    requirements=[
        ("W, F, S and K are at least 1, P is at least 0", in_range),
        ("the filter fits on the padded input", fits),
        ("a filter is used at exactly so many places of the W x W input as times says",
         is_used("times")),
        ("times is not K", "times != K"),
        ("the layer is your own, not the text's 32, 8, 2, 1, 20",
         "(W, F, S, P, K) != (32, 8, 2, 1, 20)"),
    ],
)
def sharing_factor():
    return 5, 3, 1, 0, 2, 9


slip = sharing_factor.slip

slip("U4-factor-K", "gives the number of filters, as the claim does", "5, 3, 1, 0, 2, 2",
     "Is one of your filters ever used in the place of another filter? "
     "How often is it used by itself?",
     "Filters stay different: each looks for something of its own. What is shared is one filter "
     "between the places where it stops. How many are these on your input?",
     matches=f"{other} and times == K")

slip("U4-factor-axis", "gives the places along one axis", "5, 3, 1, 0, 2, 3",
     "You counted the windows of one row. How many rows of windows are there?",
     "On a W x W input the filter stops at as many rows as columns: multiply the two.",
     matches=f"{other} and times != K and {along('times')}")

slip("U4-factor-both", "gives places times filters", "5, 3, 1, 0, 2, 18",
     "With and without sharing: how many filters are there at one place?",
     "K filters at each place, in both layers, so K cancels. What remains is the number of places.",
     matches=f"{other} and times % K == 0 and {is_used('times / K')} "
     f"and times != K and not ({along('times')})")

slip("U4-factor-window", "times is F x F, the numbers of one window", "6, 3, 1, 0, 2, 9",
     "F x F is what a filter reads at one place. At how many places does it read?",
     "The weights of a window are there with and without sharing. What differs is how many "
     "places have weights of their own.",
     matches=f"{other} and times == F * F and times != K and not ({along('times')}) "
     f"and not (times % K == 0 and {is_used('times / K')}) "
     "and ((W - F) // S + 1) ** 2 != times and (-((F - W - 2 * P) // S) + 1) ** 2 != times")

slip("U4-factor-coincidence", "a layer that has as many places as filters", "5, 3, 1, 0, 9, 9",
     "Your count is right. Is it the number of places or the number of filters?",
     "In your layer the two happen to be equal, so it cannot tell them apart. Change K.",
     matches=f"{layer} and {is_used('times')} and times == K")


# ----------------------------------------------------------------------------- a dense layer


@exercise(
    points=1,
    returns="how many parameters the dense layer has, weights and biases, an int",
    examples={
        (32, 32, 3, 5, 1, 0, 6): 14455392,
        (16, 16, 20, 3, 1, 1, 1): 1310976,
        (9, 7, 1, 3, 3, 0, 2): 768,
    },
    probes=[(20, 11, 4, 3, 2, 0, 5), (6, 25, 2, 3, 2, 1, 3)],
    groups=[
        Group("one channel and one filter",
              [(5, 5, 1, 3, 1, 0, 1), (8, 6, 1, 3, 1, 0, 1), (7, 9, 1, 2, 1, 0, 1)]),
        Group("channels and filters",
              [(6, 6, 3, 3, 1, 0, 4), (9, 5, 2, 5, 1, 0, 6), (28, 28, 1, 5, 1, 0, 32)]),
        Group("strides and padding",
              [(12, 9, 2, 3, 2, 0, 3), (11, 14, 1, 4, 3, 1, 2), (8, 15, 3, 2, 4, 2, 1),
               (12, 15, 2, 3, 2, 1, 3), (6, 9, 2, 4, 2, 1, 4), (8, 12, 1, 5, 2, 2, 2)]),
    ],
    praise="joins every input to every output, and gives each output one bias",
)
def dense_params(W, H, D, F, S, P, K):
    columns = (W - F + 2 * P) // S + 1
    rows = (H - F + 2 * P) // S + 1
    return (W * H * D + 1) * columns * rows * K


slip = dense_params.slip
count = "(W * H * D + 1) * columns * rows * K"

slip("U4-dense-no-bias", "the biases are forgotten", edit("(W * H * D + 1)", "W * H * D"),
     "You have a weight for every pair. What else has each output number?",
     "Each output of a dense layer has a bias, too: one more parameter for each output number.")

slip("U4-dense-one-bias", "one bias for each filter",
     edit(count, "W * H * D * columns * rows * K + K"),
     "What do two outputs of a dense layer have in common?",
     "A dense layer knows no filters and shares nothing: every output number has its own bias.")

slip("U4-dense-window", "each output reads its window only",
     edit("(W * H * D + 1)", "(F * F * D + 1)"),
     "That is a locally connected layer. What does an output of a dense layer read?",
     "Every output reads every input number: W x H x D weights each.")

slip("U4-dense-padded", "the zeros of the padding are inputs, too",
     edit("(W * H * D + 1)", "((W + 2 * P) * (H + 2 * P) * D + 1)"),
     "Is a zero of the padding something that the layer before has computed?",
     "Padding belongs to the convolution. The dense layer reads the W x H x D numbers themselves; "
     "P only helps to say how large the output is.")

slip("U4-dense-flat", "the channels of the input are forgotten",
     edit("(W * H * D + 1)", "(W * H + 1)"),
     "How many numbers are in an image of 32 x 32 x 3?",
     "The input holds W x H x D numbers, and each has a weight to each output number.")

slip("U4-dense-one-map", "the number of filters is forgotten",
     edit(count, "(W * H * D + 1) * columns * rows"),
     "How deep is the output that the dense layer has to make?",
     "The output holds columns x rows x K numbers.")

slip("U4-dense-added", "inputs and outputs are added",
     edit(count, "W * H * D + columns * rows * K"),
     "Draw two inputs and three outputs, and join each to each. How many lines are there?",
     "Each output has a weight for each input, so the two numbers are multiplied, and each "
     "output has a bias.")


# -------------------------------------------------------------------- a convolution as a matrix

SMALL = [[1, 2], [3, 4]]
NINE = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]


@exercise(
    points=2,
    returns="the matrix, with a row for each output number and a column for each pixel",
    examples=[
        ((SMALL, 3, 2, 1), np.array([[1, 2, 0, 3, 4, 0], [0, 1, 2, 0, 3, 4]])),
        ((SMALL, 2, 3, 1), np.array([[1, 2, 3, 4, 0, 0], [0, 0, 1, 2, 3, 4]])),
        ((SMALL, 4, 2, 2), np.array([[1, 2, 0, 0, 3, 4, 0, 0], [0, 0, 1, 2, 0, 0, 3, 4]])),
    ],
    valid="len(kernel) <= W and len(kernel) <= H",
    probes=[(SMALL, 3, 3, 1), (SMALL, 5, 4, 2), ([[0.5, 2], [1.25, -1]], 3, 3, 1)],
    groups=[
        Group("stride 1", [(NINE, 4, 4, 1), (NINE, 5, 4, 1), (SMALL, 3, 4, 1), (SMALL, 4, 3, 1)]),
        Group("larger strides",
              [(SMALL, 4, 4, 2), (NINE, 7, 5, 2), (SMALL, 5, 2, 3), (SMALL, 2, 7, 3)]),
        Group("filters of one weight, and filters as large as the image",
              [([[5]], 3, 2, 1), ([[5]], 4, 3, 2), (NINE, 3, 3, 1), (SMALL, 2, 2, 1)]),
        Group("weights with a fraction",
              [([[0.25]], 2, 2, 1), ([[1.5, 2], [0.5, 3]], 3, 2, 1)]),
    ],
    praise="numbers the pixels row by row, and moves by the stride in both directions",
)
def conv_as_matrix(kernel, W, H, S):
    F = len(kernel)
    rows = (H - F) // S + 1
    columns = (W - F) // S + 1
    matrix = np.zeros((rows * columns, H * W))
    for row in range(rows):
        for column in range(columns):
            for i in range(F):
                for j in range(F):
                    pixel = (row * S + i) * W + column * S + j
                    matrix[row * columns + column, pixel] = kernel[i][j]
    return matrix


slip = conv_as_matrix.slip

slip("U4-flipped", "the kernel is turned by 180 degrees",
     edit("kernel[i][j]", "kernel[-1 - i][-1 - j]"),
     "Which weight meets the top left pixel of a window?",
     "Layers slide the kernel as it is: its top left weight meets the window's top left pixel. "
     "Turning it first is what mathematicians call convolution.")

slip("U4-matrix-turned", "rows and columns of the matrix are exchanged",
     edit("return matrix", "return matrix.T"),
     "How long is a row of your matrix? How many pixels are there?",
     "Each row belongs to one output number and holds a weight for each pixel: as many rows as "
     "outputs, as many columns as pixels.")

slip("U4-column-by-column", "pixels and outputs are numbered column by column",
     edit("(row * S + i) * W + column * S + j", "(column * S + j) * H + row * S + i")
     & edit("row * columns + column,", "column * rows + row,"),
     "Which pixel is number 1: the one to the right of the first, or the one below it?",
     "Numbers run row by row: the pixel in row r and column c has the number r * W + c.")

slip("U4-width-of-output", "a row of the image is taken to be as long as a row of the output",
     edit("(row * S + i) * W", "(row * S + i) * columns"),
     "By how much does the number grow when you go one pixel down?",
     "One row down in the image means W pixels further: r * W + c. The output's own width counts "
     "for the matrix's rows only.")


@slip("U4-shifted-rows", "every row is the row before it, shifted by the stride",
      hint="Take 3 x 3 pixels. The second window of a row of windows is at the right edge. "
      "Where is the next one?",
      more="Within one row of windows each row of the matrix is the one before, shifted by S. At "
      "the end of it the window jumps back to the left and S rows down: the shift is another.")
def _(kernel, W, H, S):
    F = len(kernel)
    first = np.zeros(H * W, dtype=int)
    for i in range(F):
        for j in range(F):
            first[i * W + j] = kernel[i][j]
    outputs = ((H - F) // S + 1) * ((W - F) // S + 1)
    return np.array([np.roll(first, n * S) for n in range(outputs)])


slip("U4-matrix-no-stride", "the stride is ignored",
     edit("(H - F) // S", "(H - F)") & edit("(W - F) // S", "(W - F)")
     & edit("row * S + i", "row + i") & edit("column * S + j", "column + j"),
     "How far apart are two windows when S = 2? How many rows has your matrix then?",
     "The window moves by S pixels, so there are fewer outputs, and the window of output (row, "
     "column) begins at pixel (row * S, column * S).")

slip("U4-matrix-steps", "the number of rows is right, but the windows move by one",
     edit("row * S + i", "row + i") & edit("column * S + j", "column + j"),
     "With S = 2, where does the second window begin?",
     "You use S to count the outputs. The windows move by S as well: output (row, column) begins "
     "at pixel (row * S, column * S).")

slip("U4-matrix-swap", "width and height have changed places",
     edit("(H - F)", "(W - F)") & edit("(W - F)", "(H - F)") & edit("i) * W", "i) * H"),
     "Try an image that is wider than it is tall. How long is one of its rows?",
     "W is the number of columns, so a row has W pixels: the pixel below number 0 is number W.")


# ------------------------------------------------------------------------- the receptive field


@exercise(
    points=1,
    returns="how many columns lie between the first and the last that one output of the last layer "
    "depends on, these two included, an int",
    examples=[
        (([[3, 1]],), 3),
        (([[3, 1], [3, 1]],), 5),
        (([[3, 2], [3, 1]],), 7),
        (([[3, 1], [3, 2]],), 5),
    ],
    probes=[([[5, 2], [3, 2], [2, 3]],), ([[2, 2], [3, 1], [2, 2], [3, 1]],),
            ([[2, 3], [2, 1]],), ([[1, 4], [3, 2]],)],
    groups=[
        Group("stride 1",
              [([[5, 1]],), ([[3, 1], [3, 1], [3, 1]],), ([[5, 1], [2, 1]],),
               ([[4, 1], [1, 1], [8, 1]],)]),
        Group("a stride somewhere",
              [([[3, 2], [5, 1]],), ([[5, 1], [3, 2]],), ([[3, 3], [2, 1]],),
               ([[2, 2], [3, 1], [3, 1]],)]),
        Group("several strides",
              [([[3, 2], [3, 2], [3, 2]],), ([[7, 2], [3, 2], [3, 1]],),
               ([[5, 1], [2, 2], [5, 1], [2, 2]],), ([[1, 3], [2, 4], [3, 1]],)]),
    ],
    praise="goes back from the output, and multiplies by the strides in front only",
)
def receptive_field(layers):
    r = 1
    for F, S in reversed(layers):
        r = (r - 1) * S + F
    return r


slip = receptive_field.slip

slip("M83", "the filter sizes are added", "sum(F for F, S in layers)",
     "Two windows of width 3, one column apart: how many columns do they cover together?",
     "Neighbouring windows overlap. With two layers of F = 3 at stride 1, three neighbouring "
     "windows cover 3 + 2 columns, not 6.")

slip("M84", "only the last layer is seen", "layers[-1][0]",
     "The last layer reads a map, not the image. What did each number of that map read?",
     "Trace back, layer by layer: F numbers of the last map, and the windows of all of them.")

slip("M85", "the filter sizes are multiplied", edit("r = (r - 1) * S + F", "r = r * F"),
     "Do the windows of neighbouring outputs lie side by side, or do they overlap?",
     "Multiplying is right only where windows touch without overlap, S = F. In general r "
     "neighbouring windows cover (r - 1) * S + F columns.")

slip("U4-first-layer-only", "only the first layer is seen", "layers[0][0]",
     "The first layer's window is what one number of the first map sees. "
     "How many of them does the next layer put together?",
     "Each later layer joins several numbers of the map before it, so it sees more of the image.")

slip("U4-field-no-stride", "the strides are ignored", edit("(r - 1) * S", "(r - 1)"),
     "With stride 2 in the first layer, how far apart are two neighbouring windows?",
     "Neighbouring windows lie S columns apart, so r of them cover (r - 1) * S + F columns.")

slip("U4-front-to-back", "the layers are traced from the first to the last",
     edit("reversed(layers)", "layers"),
     "You begin with one number of the last map. Which layer made it?",
     "Trace back from the output: the last layer comes first, the image comes at the end.")

slip("U4-no-overlap-step", "one step too many between the windows", edit("(r - 1) * S", "r * S"),
     "Three windows stand in a row. How many steps lie between the first and the last?",
     "Between r windows there are r - 1 steps of S columns; the last window adds its F columns.")


# ---------------------------------------------------------------- the receptive field, measured


def forward(row, layers):
    for weights, bias, S in layers:
        windows = np.lib.stride_tricks.sliding_window_view(row, len(weights))[::S]
        row = windows @ weights + bias
    return row


ONES, TWICE = [[1, 1, 1], 0, 1], [[1, 1, 1], 0, 2]


@exercise(
    points=1,
    returns="a list of W numbers: by how much output number at changes for each unit of change in "
    "each column of the input",
    examples=[
        (([ONES], 5, 1), [0, 1, 1, 1, 0]),
        (([ONES, ONES], 7, 1), [0, 1, 2, 3, 2, 1, 0]),
        (([[[1, 1], 0, 1], [[1, -1], 0, 1]], 5, 1), [0, 1, 0, -1, 0]),
        (([[[2, 5], 7, 2]], 6, 2), [0, 0, 0, 0, 2, 5]),
    ],
    probes=[([TWICE, [[2, 3], 4, 1]], 9, 1), ([[[0.5, 1.5], 1, 1]], 4, 2)],
    groups=[
        Group("one layer", [([[[1, 2, 3], 0, 1]], 6, at) for at in (0, 2, 3)]
              + [([[[4, 1], 9, 3]], 8, at) for at in (0, 1)]),
        Group("two layers", [([[[1, 2], 3, 1], [[1, 1, 2], 1, 1]], 7, at) for at in (0, 3)]
              + [([ONES, TWICE], 9, at) for at in (0, 1, 2)] + [([TWICE, ONES], 10, 1)]),
        Group("weights that are zero or cancel",
              [([[[1, 0, 2], 0, 1]], 6, 1), ([[[1, 1], 2, 1], [[3, -3], 5, 1]], 6, 2),
               ([[[1, 0, 1], 0, 1], [[1, 0, 1], 0, 1]], 8, 1)]),
        Group("weights with a fraction",
              [([[[0.5, 2], 0.25, 1]], 5, at) for at in (1, 3)]),
    ],
    praise="takes the biases away, and puts each column back before the next",
)
def influence(layers, W, at):
    row = np.zeros(W)
    before = forward(row, layers)[at]
    changes = []
    for column in range(W):
        row[column] = 1
        changes.append(forward(row, layers)[at] - before)
        row[column] = 0
    return changes


slip = influence.slip

slip("U4-no-baseline", "the output itself is listed, not its change", edit(" - before", ""),
     "What does the output say when every column is 0? Is that the work of a column?",
     "The biases are in the output before anything is changed. Subtract the output of the "
     "unchanged row.")

slip("U4-left-changed", "a changed column is not set back", edit("        row[column] = 0\n", ""),
     "When you change column 3, what do columns 0, 1 and 2 hold?",
     "Every column has to be changed alone: set it back, or start from a fresh row each time.")

slip("U4-yes-or-no", "says whether a column matters, not how much",
     edit("forward(row, layers)[at] - before)", "int(forward(row, layers)[at] != before))"),
     "In the second example the middle column counts 3. What does yours say?",
     "The exercise asks by how much the output changes: give the difference itself.")

slip("U4-all-outputs", "all outputs are watched, not one",
     edit("forward(row, layers)[at] - before)",
          "sum(forward(row, layers)) - sum(forward(np.zeros(W), layers)))"),
     "Which of the outputs do you watch? Which does the exercise ask for?",
     "Look at output number `at` only.")

slip("U4-wrong-way", "shows what one column does to all outputs",
     "list(forward(np.eye(W)[at], layers) - forward(np.zeros(W), layers))",
     "How long is your list: as long as the input or as long as the output?",
     "The question is which columns reach one output, not which outputs one column reaches: "
     "change each of the W columns in turn.")

slip("U4-last-layer", "only the last layer is asked",
     edit("    row = np.zeros(W)\n", "    layers = layers[-1:]\n    row = np.zeros(W)\n"),
     "Where does your row enter: before the first layer or before the last?",
     "The row is the input of the whole network: send it through all layers.")


# --------------------------------------------------------------- parameters and hyperparameters


THINGS = [
    "weights", "biases", "filter size", "filter depth", "number of filters", "pool size", "stride",
    "padding", "units", "number of inputs", "rate", "pixel values", "word frequency",
]  # fmt: skip
# each tells the same as another question, or shows that a layer has no such thing
PROBED = [
    ("Conv", "biases"), ("Conv", "padding"), ("Conv", "pixel values"), ("Conv", "units"),
    ("Conv", "number of inputs"), ("Conv", "number of filters"), ("Dense", "weights"),
    ("Dense", "padding"),
    ("MaxPooling", "stride"), ("MaxPooling", "word frequency"), ("Dropout", "biases"),
]  # fmt: skip


@exercise(
    points=1,
    returns='"parameter", "hyperparameter" or "given"; raises ValueError for a thing that the '
    "layer does not have",
    examples={
        ("Conv", "weights"): "parameter",
        ("Conv", "stride"): "hyperparameter",
        ("Conv", "filter depth"): "given",
        ("MaxPooling", "weights"): ValueError,
        ("Dense", "word frequency"): "given",
        ("Dropout", "weights"): ValueError,
    },
    # there are only so many questions: what is no probe is asked by the grader
    probes=PROBED,
    groups=[
        Group("Conv", [("Conv", thing) for thing in THINGS if ("Conv", thing) not in PROBED]),
        Group("Dense", [("Dense", thing) for thing in THINGS if ("Dense", thing) not in PROBED]),
        Group("MaxPooling and Dropout",
              [(layer, thing) for layer in ("MaxPooling", "Dropout") for thing in THINGS
               if (layer, thing) not in PROBED]),
    ],
    praise="tells what is learned from what is chosen and what is given",
)
def param_or_hyper(layer, thing):
    learned = {"Conv": ["weights", "biases"], "Dense": ["weights", "biases"]}
    chosen = {
        "Conv": ["filter size", "number of filters", "stride", "padding"],
        "MaxPooling": ["pool size", "stride", "padding"],
        "Dense": ["units"],
        "Dropout": ["rate"],
    }
    given = {
        "Conv": ["filter depth", "pixel values"],
        "MaxPooling": ["pixel values"],
        "Dense": ["number of inputs", "word frequency"],
    }
    if thing in learned.get(layer, []):
        return "parameter"
    if thing in chosen.get(layer, []):
        return "hyperparameter"
    if thing in given.get(layer, []):
        return "given"
    raise ValueError(f"a {layer} layer has no {thing}")


slip = param_or_hyper.slip
learned = '{"Conv": ["weights", "biases"], "Dense": ["weights", "biases"]}'
rest = '    raise ValueError(f"a {layer} layer has no {thing}")'

slip("M101", "what follows from the input is taken to be chosen",
     edit('"stride", "padding"],\n        "MaxPooling"',
          '"stride", "padding", "filter depth"],\n        "MaxPooling"')
     & edit('["units"]', '["units", "number of inputs"]'),
     "Your input has 20 channels. Could you choose filters of depth 7 for it?",
     "A filter is as deep as its input, so nobody chooses its depth: it is given. The same holds "
     "for the number of inputs of a Dense layer.")

slip("M102", "what the data holds is taken to be learned",
     edit(learned, '{"Conv": ["weights", "biases", "pixel values"], '
          '"MaxPooling": ["pixel values"], "Dense": ["weights", "biases", "word frequency"]}'),
     "Train for a hundred steps. Which numbers have changed: how often a word stands in a text, "
     "or the weight that it is multiplied by?",
     "Word frequencies and pixels are features: they come with the data, and training leaves them "
     "as they are. Parameters are what the optimiser changes.")

slip("U4-pool-weights", "a pooling window is taken for weights",
     edit("    learned = {", '    learned = {"MaxPooling": ["weights", "biases"], '),
     "Which numbers would training change in \"take the largest of four\"?",
     "Taking the largest needs no weight and no bias: a pooling layer has nothing to learn. "
     "For what a layer does not have, raise ValueError.")


@slip("U4-settings", "everything that is written into the brackets of a layer is a parameter",
      hint="Does the optimiser change the stride while it trains?",
      more="Documentation lists all settings of a layer under \"Parameters\", meaning parameters "
      "of the Python function. In a network, parameters are what training sets; stride, padding "
      "and the like are chosen before: hyperparameters.")
def _(layer, thing):
    learned = {"Conv": ["weights", "biases", "filter size", "number of filters", "stride",
                        "padding"],
               "MaxPooling": ["pool size", "stride", "padding"],
               "Dense": ["weights", "biases", "units"], "Dropout": ["rate"]}
    given = {"Conv": ["filter depth", "pixel values"], "MaxPooling": ["pixel values"],
             "Dense": ["number of inputs", "word frequency"]}
    if thing in learned.get(layer, []):
        return "parameter"
    if thing in given.get(layer, []):
        return "given"
    raise ValueError(f"a {layer} layer has no {thing}")


slip("U4-more-filters", "how many there are is taken to be learned",
     edit(learned, '{"Conv": ["weights", "biases", "number of filters"], '
          '"Dense": ["weights", "biases", "units"]}'),
     "Does a layer grow more filters while it trains?",
     "The number of filters says how many parameters there are, but it is chosen before training "
     "and stays: a hyperparameter. The same holds for the units of a Dense layer.")

slip("U4-word-for-nothing", "returns a word where an error is asked",
     edit(rest, '    return "none"'),
     "What should happen for the weights of a MaxPooling layer? Read the contract again.",
     "A layer has no such thing: raise ValueError(...) instead of returning something.")
