"""Unit 05, 1 x 1 convolution: what to write, how it is marked, and the slips people make.

Images are stored as PyTorch does it, (N, D, H, W): images, channels, rows, columns.  The weights
of a 1 x 1 layer are a matrix (K, D), a row for each filter, those of an F x F layer (K, D, F, F);
a bias is (K,).  ``M`` is the number of channels between two layers, ``B`` that of a bottleneck.
Slips called ``M..`` are the numbered misconceptions of the course's catalogue, ``U5-..`` are this
unit's.

In every group the right answers differ from each other, so that no constant earns anything.
"""

import numpy as np

from exercises.authoring import Group, claim, edit, exercise, tests


def numbers(start, *shape):
    """Small whole numbers of both signs, without a pattern that an axis could share."""
    count = int(np.prod(shape))
    return ((np.arange(start, start + count) ** 2 * 7 + start) % 11 - 5).reshape(shape)


def pixels(start, *shape):
    """Whole numbers as an image has them: none is negative."""
    return numbers(start, *shape) + 5


# ------------------------------------------------------------- a matrix product at every pixel

row = np.array([[[[1, 2]], [[3, 4]]]])  # one image: 2 channels, 1 row, 2 columns


def layer(start, N, D, H, W, K):
    """Arguments: whole images, whole weights, whole biases."""
    return pixels(start, N, D, H, W), numbers(start + 1, K, D), numbers(start + 2, K) * 10


def fractions(start, N, D, H, W, K):
    """Whole images and biases, but weights with a fraction that a float holds exactly."""
    return pixels(start, N, D, H, W), numbers(start + 1, K, D) / 4, numbers(start + 2, K)


@exercise(
    points=2,
    returns="the output, an array of shape (N, K, H, W): at each pixel weights @ channels + bias",
    examples=[
        ((row, np.array([[1, 10]]), np.array([0])), np.array([[[[31, 42]]]])),
        ((row, np.array([[0, 1], [1, 0], [1, -1]]), np.array([0, 0, 5])),
         np.array([[[[3, 4]], [[1, 2]], [[3, 3]]]])),
        ((row, np.array([[0.25, 0.5]]), np.array([1])), np.array([[[[2.75, 3.5]]]])),
        ((np.array([[[[1], [2]]], [[[3], [4]]]]), np.array([[2]]), np.array([-5])),
         np.array([[[[-3], [-1]]], [[[1], [3]]]])),
    ],
    probes=[layer(3, 2, 3, 2, 3, 3), layer(8, 1, 2, 3, 4, 3)],
    groups=[
        Group("as deep as before", [layer(s, 1, D, 3, 4, D) for s, D in [(1, 2), (2, 3), (5, 4)]]),
        Group("fewer channels", [layer(s, 1, D, 2, 5, K) for s, D, K in [(4, 3, 1), (6, 5, 2)]]),
        Group("more channels", [layer(s, 1, D, 4, 2, K) for s, D, K in [(7, 1, 3), (9, 2, 6)]]),
        Group("weights with a fraction",
              [fractions(s, 1, 3, 3, 2, K) for s, K in [(1, 2), (4, 4)]]),
        Group("several images", [layer(s, N, 2, H, W, 3)
                                 for s, N, H, W in [(2, 2, 1, 3), (3, 4, 3, 1), (5, 3, 2, 2)]]),
    ],
    praise="adds over the channels at each pixel, and adds each filter its own bias",
)
def conv1x1(x, weights, bias):
    output = np.einsum("kd,ndhw->nkhw", weights, x)
    return output + bias[:, None, None]


slip = conv1x1.slip

slip("U5-one-weight", "each filter has a single weight, the same for all channels",
     edit('"kd,', '"k,') & edit("weights, x", "weights[:, 0], x"),
     "A 1 × 1 filter on an image with 3 channels: how many numbers does it read at one pixel?",
     "It reads all D channels, and each has a weight of its own: weights[k, d]. The filter is "
     "1 × 1 × D, not 1 × 1 × 1.")


@slip("U5-scales", "each filter only scales one channel, the others are not read",
      hint="In the panel, change the number of input channels from 1 to 3. "
      "How many products are there in one output number?",
      more="A 1 × 1 convolution multiplies by a constant only where there is a single channel. "
      "In general each output number is a sum over all D channels.")
def _(x, weights, bias):
    D = x.shape[1]
    maps = [weights[k, k % D] * x[:, k % D] + bias[k] for k in range(len(bias))]
    return np.stack(maps, axis=1)


slip("U5-no-sum", "the products are not added up: one map for each channel of each filter",
     "weights[:, :, None, None] * x[:, None] + bias[:, None, None, None]",
     "How many axes has your output, and how many were asked for?",
     "Multiplying is only half of a filter's work. It adds its D products, so the axis of the "
     "input channels is gone.")

slip("U5-transposed", "rows and columns of the matrix have changed places", edit('"kd,', '"dk,'),
     "weights[k, d]: which of the two counts the filters, and which the input channels?",
     "Row k of the matrix is filter k, so its length is D. With @ the matrix stands on the left: "
     "weights @ channels. (channels @ weights multiplies by the columns.)")

slip("U5-reshaped", "reshape was taken for moving an axis, so numbers of other pixels are mixed in",
     "(x.reshape(x.shape[0], -1, x.shape[1]) @ weights.T + bias)"
     ".reshape(x.shape[0], -1, *x.shape[2:])",
     "Take an image whose channels hold 1, 2 and 3, 4 at two pixels. "
     "After your reshape: which numbers stand side by side?",
     "reshape keeps the numbers in their order in memory and only cuts the row anew. "
     "To bring the channels to the end, use np.moveaxis(x, 1, -1), and back again afterwards.")

slip("U5-no-bias", "the bias is left out", "np.einsum('kd,ndhw->nkhw', weights, x)",
     "Your output differs from the right one by the same number all over a map. Which number?",
     "Each filter adds its bias once, at every pixel of its map.")

slip("U5-bias-per-channel", "the bias is added once for each input channel",
     edit("output + bias[:, None, None]", "output + x.shape[1] * bias[:, None, None]"),
     "For one output number: how many products are there, and how many biases?",
     "First add up all D products, then add the bias once.")

slip("U5-bias-along-width", "the biases are spread over the columns instead of the maps",
     edit("output + bias[:, None, None]", "output + bias"),
     "Take an image of 3 columns and 3 filters. Does your bias belong to a filter or to a column?",
     "NumPy lines up shapes from the right, so (K,) meets the last axis, W. Give the bias two "
     "more axes: bias[:, None, None] has the shape (K, 1, 1).")

slip("U5-channels-last", "the channels come last", edit("return output + bias[:, None, None]",
                                                       "return np.moveaxis(output, 1, -1) + bias"),
     "Print the shape of your output. In which order does the exercise ask for the axes?",
     "Your numbers are right, the order is (N, H, W, K). Bring the last axis to place 1: "
     "np.moveaxis(output, -1, 1).")

slip("U5-whole-numbers", "fractions are cut off",
     edit("output + bias[:, None, None]", "(output + bias[:, None, None]).astype(x.dtype)"),
     "Your pixels are whole numbers. Do weighted sums of them have to be whole as well?",
     "What is stored in an array of whole numbers loses its fraction. np.zeros_like(x) makes such "
     "an array where x is one; np.zeros(shape) makes one of floats.")

slip("U5-relu", "negative outputs are set to 0",
     edit("output + bias[:, None, None]", "np.maximum(output + bias[:, None, None], 0)"),
     "Which of your outputs are negative? Did the exercise ask for a ReLU?",
     "The layer itself is the matrix and the bias. A ReLU, where there is one, is a step of its "
     "own.")


# -------------------------------------------------------------------------------- parameters


@exercise(
    points=1,
    returns="the number of parameters of a 1 × 1 layer with D channels in and K out, an int",
    examples={(28, 28, 192, 16): 3088, (7, 5, 192, 16): 3088, (7, 5, 3, 2): 8, (1, 1, 1, 1): 2},
    probes=[(6, 4, 5, 3), (3, 9, 2, 7)],
    groups=[
        Group("one channel, or one filter", [(4, 5, D, K) for D, K in [(1, 4), (6, 1), (9, 1)]]),
        Group("images of another size", [(H, W, D, K) for H, W in [(3, 8), (11, 6)]
                                         for D, K in [(4, 3), (12, 20)]]),
        Group("large layers", [(14, 10, D, K) for D, K in [(256, 64), (64, 256), (832, 128)]]),
    ],
    praise="does not count the places: weights are shared",
)
def params1x1(H, W, D, K):
    return D * K + K


slip = params1x1.slip

slip("M55", "the biases are forgotten", "D * K",
     "Take D = 1 and K = 1. What two numbers does this layer learn?",
     "Beside its D weights each filter has a bias: K more parameters.")

slip("M56", "each filter has one weight, whatever the depth", "2 * K",
     "In the panel, count the weights in one row of the matrix. What does their number follow?",
     "A 1 × 1 filter is as deep as its input: it has D weights and a bias.")

slip("M57", "multiplications are counted", "H * W * D * K",
     "Does the layer get new weights when the image gets larger?",
     "The same matrix is used at every pixel. So H and W count for multiplications, but not for "
     "parameters.")

slip("U5-unshared", "every pixel has a matrix of its own", "H * W * (D * K + K)",
     "Move the pixel in the panel. Does the matrix change?",
     "All pixels share one matrix, so H and W do not matter. They are given to lead you astray.")

slip("U5-bias-of-inputs", "one bias for each input channel", "D * K + D",
     "Who has the bias: the channel that is read or the filter that writes?",
     "A bias belongs to a filter, so there are K of them.")

slip("U5-bias-of-weights", "one bias for each weight", "2 * D * K",
     "A filter adds D products. How often does it add its bias after that?",
     "One bias a filter is enough: D * K weights and K biases.")

slip("U5-one-bias", "one bias for the whole layer", "D * K + 1",
     "Do two filters share a bias?",
     "Each of the K filters has its own: K biases.")


# ---------------------------------------------------------------- "few parameters" is relative
# Weights alone are compared, so that no number of parameters stands in what is published.

proper = "D >= 1 and F >= 3 and M >= 1 and K >= 1"
heavier = "M * K > F * F * D * M"


@claim(
    "A 1 × 1 layer has few weights, compared with the F × F layer before it.",
    points=1,
    returns="(D, F, M, K): an F × F layer from D to M channels and a 1 × 1 layer from M to K, "
    "of which the second has more weights",
    gives="D, F, M, K",
    requirements=[
        ("D, M and K are at least 1, F is at least 3", proper),
        ("the 1 × 1 layer has more weights than the F × F layer", heavier),
    ],
)
def many_weights():
    return 3, 3, 64, 64


slip = many_weights.slip

slip("U5-claim-holds", "says that there is none", "'none'",
     "An RGB image goes into the first layer. How many weights has one of its filters?",
     "A first layer is shallow: with F = 3 and D = 3 a filter has only 27 weights. Now choose K.",
     matches="type(answer) is str")

slip("U5-small-filter", "the first filter is smaller than 3 × 3", "3, 1, 8, 8",
     "What is F in your answer? The claim speaks of larger filters.",
     "Take F = 3 or more. Even then there are counterexamples.",
     matches="D >= 1 and M >= 1 and K >= 1 and F < 3")

slip("U5-equal-weights", "both layers have equally many weights", "3, 3, 8, 27",
     "Count both. Is one of them larger?",
     "You found where the two are equal. One filter more in the second layer, and it is the "
     "larger one.",
     matches=f"{proper} and M * K == F * F * D * M")

slip("U5-depth-forgotten", "larger than F × F, but each filter is D deep", "3, 3, 8, 20",
     "How many weights has one filter of your first layer? Is it really flat?",
     "A filter of the first layer has F · F · D weights. K has to be larger than that.",
     matches=f"{proper} and F * F < K and K < F * F * D")

slip("U5-wide-middle", "many channels in the middle, which both layers have", "3, 3, 500, 8",
     "Double M. What happens to the weights of the first layer, and to those of the second?",
     "M stands on both sides: it is the first layer's number of filters and the second one's "
     "depth. Look at the other numbers.",
     matches=f"{proper} and M > F * F * D and K <= F * F")

slip("U5-three-numbers", "gives three numbers", "3, 3, 64",
     "Two layers, three depths and a filter size: which number is missing?",
     "Give four numbers: D, F, M and K, in this order.",
     matches="len(answer) == 3")


# ------------------------------------------------------------------ multiplications of a bottleneck


@exercise(
    points=2,
    returns="the multiplications of both layers together, an int",
    examples={
        (28, 28, 192, 16, 5, 32): 12_443_648,
        (1, 1, 3, 2, 1, 4): 14,
        (2, 3, 4, 1, 3, 5): 294,
    },
    probes=[(6, 5, 7, 2, 3, 4), (9, 4, 2, 3, 5, 6)],
    groups=[
        Group("one pixel", [(1, 1, D, B, F, K) for D, B, F, K in
                            [(6, 2, 3, 5), (10, 3, 1, 4), (8, 1, 7, 2)]]),
        Group("images wider than tall, and taller than wide",
              [(H, W, 5, 2, 3, 4) for H, W in [(3, 8), (9, 2), (14, 10)]]),
        Group("filter sizes", [(7, 6, 12, 3, F, 5) for F in (1, 3, 5, 7, 11)]),
        Group("depths", [(6, 9, D, B, 3, K) for D in (4, 256) for B in (1, 32) for K in (8, 48)]),
    ],
    praise="counts every place, every filter, and the whole depth of both layers",
)
def mults(H, W, D, B, F, K):
    return H * W * B * D + H * W * K * F * F * B


slip = mults.slip

slip("M58", "weights are counted, not multiplications", "B * D + K * F * F * B",
     "Each weight is used once at every pixel. How many pixels are there?",
     "You have the weights of the two layers. All of them are used at each of the H · W places.")

slip("M59", "the 1 × 1 layer is forgotten", edit("H * W * B * D + ", ""),
     "Two layers were asked for. Which one have you counted?",
     "The 1 × 1 layer costs something too: it makes B numbers a pixel, each from D products.")

slip("M60", "the F × F layer is forgotten", edit(" + H * W * K * F * F * B", ""),
     "Two layers were asked for. Which one have you counted?",
     "Add the F × F layer, which reads B channels and makes K.")

slip("M61", "the F × F layer still reads all D channels", edit("F * F * B", "F * F * D"),
     "How deep is the image that the second layer gets?",
     "The 1 × 1 layer has left only B channels, so a filter of the second layer is F × F × B.")

slip("U5-direct", "the F × F layer without a bottleneck is counted", "H * W * K * F * F * D",
     "Does B have any influence on your answer?",
     "This is what the layer costs without a bottleneck. With it there are two layers, D to B "
     "and B to K.")

slip("U5-multiplied", "the two layers are multiplied", edit(" + H", " * H"),
     "One layer is computed after the other. Do their costs add up or multiply?",
     "Count each layer by itself, then add the two numbers.")

slip("U5-flat-filter", "an F × F filter is taken to be flat", edit("F * F * B", "F * F"),
     "A filter of the second layer: how deep is it?",
     "It is as deep as its input, so it needs F · F · B products for one number.")

slip("U5-one-side", "F is counted once: the filter is a row, not a square", edit("F * F", "F"),
     "Draw a 3 × 3 filter. How many cells has it?",
     "F rows and F columns: F * F.")

slip("U5-biases-too", "biases are counted as multiplications", edit("B * D", "B * (D + 1)")
     & edit("F * F * B", "(F * F * B + 1)"),
     "What is the bias multiplied with?",
     "A bias is added. It is a parameter, but no multiplication.")

slip("U5-no-padding", "the second layer is computed as if it had no padding",
     edit("H * W * K", "(H - F + 1) * (W - F + 1) * K"),
     "How large is the output that the exercise speaks of?",
     "Here the F × F layer is padded so that its output has H rows and W columns, as its input.")


# ------------------------------------------------------------------ two layers of one number each

whole_layers = "0 not in (w1, b1, w2, b2) and 1 not in (w1, w2)"


def everywhere(equal):
    """That two sides are equal for some numbers x: lines that meet twice are the same."""
    return f"all({equal} for x in range(-3, 4))"


equals_one = everywhere("w2 * (w1 * x + b1) + b2 == w * x + b")
loses_bias = everywhere("w2 * w1 * x + b2 == w * x + b")
adds_biases = everywhere("w2 * w1 * x + b1 + b2 == w * x + b")
adds_all = everywhere("w1 * x + b1 + w2 * x + b2 == w * x + b")
turned = everywhere("w1 * (w2 * x + b2) + b1 == w * x + b")


@claim(
    "Two layers in a row can always do more than one.",
    points=1,
    returns="(w1, b1, w2, b2, w, b): two layers, and the one layer that does the same",
    gives="w1, b1, w2, b2, w, b",
    requirements=[
        ("none of w1, b1, w2 and b2 is 0, and w1 and w2 are not 1", whole_layers),
        ("w · x + b is what the second layer makes of the first one's output, for every x",
         equals_one),
    ],
)
def one_is_enough():
    return 3, 1, 2, 5, 6, 7


slip = one_is_enough.slip

slip("M62", "says that there is no such layer", "'no'",
     "Put 3x + 1 into 2y + 5 and write it without brackets. What do you get?",
     "Whatever two layers you choose, multiplying out leaves one number times x and one number "
     "without x. That is one layer. Only something that is no layer can help in between.",
     matches="type(answer) is str")

slip("U5-lost-bias", "the first layer's bias is lost", "3, 1, 2, 5, 6, 5",
     "Try x = 0. What do the two layers give, and what does your one layer give?",
     "At x = 0 the first layer gives b1, and the second one multiplies that too.",
     matches=f"{whole_layers} and {loses_bias} and not {turned}")

slip("U5-added-biases", "the biases are only added", "3, 1, 2, 5, 6, 6",
     "Try x = 0. What does the second layer do to the first one's bias?",
     "It multiplies all that it gets, the bias b1 as well, and then adds b2.",
     matches=f"{whole_layers} and {adds_biases} and not {equals_one} and not {turned}")

slip("U5-added-layers", "the two layers are added instead of chained", "3, 1, 2, 5, 5, 6",
     "Take x = 1. What goes into the second layer: 1, or what the first has made of it?",
     "The second layer reads the first one's output. Put w1 * x + b1 where it has its input.",
     matches=f"{whole_layers} and {adds_all} and not {equals_one} and not {turned} "
     f"and not {adds_biases} and not {loses_bias}")

slip("U5-turned", "the second layer is computed first", "3, 1, 2, 5, 6, 16",
     "Which of the two layers sees x?",
     "The first layer sees x. The second one sees w1 * x + b1.",
     matches=f"{whole_layers} and {turned} and not {equals_one}")

slip("U5-idle-layer", "one of the layers has a 0 in it, or only copies", "1, 1, 2, 5, 2, 7",
     "Your one layer is right. But are these two real layers?",
     "The claim is about layers that do something: take weights other than 0 and 1, and biases "
     "other than 0.",
     matches=f"not ({whole_layers}) and {equals_one}")


# ------------------------------------------------------------------------ one layer for two


def pair(start, D, M, K, F):
    """Arguments: an F x F layer from D to M channels, then a 1 x 1 layer from M to K."""
    return (numbers(start, M, D, F, F), numbers(start + 1, M),
            numbers(start + 2, K, M), numbers(start + 3, K))  # fmt: skip


def quarters(start, D, M, K, F):
    """The same, with weights that have a fraction."""
    weights1, bias1, weights2, bias2 = pair(start, D, M, K, F)
    return weights1, bias1, weights2 / 4, bias2


corners = np.array([[[[1, 0], [0, 0]]], [[[0, 0], [0, 1]]]])  # M = 2 filters, D = 1, F = 2


@exercise(
    points=3,
    returns="(weights, bias) of the one layer: arrays of shapes (K, D, F, F) and (K,)",
    examples=[
        ((np.array([[[[3]]]]), np.array([1]), np.array([[2]]), np.array([5])),
         (np.array([[[[6]]]]), np.array([7]))),
        ((corners, np.array([0, 0]), np.array([[1, 10]]), np.array([0])),
         (np.array([[[[1, 0], [0, 10]]]]), np.array([0]))),
        ((corners, np.array([3, 4]), np.array([[0, 1], [1, -1], [2, 0]]), np.array([0, 0, 5])),
         (np.array([[[[0, 0], [0, 1]]], [[[1, 0], [0, -1]]], [[[2, 0], [0, 0]]]]),
          np.array([4, -1, 11]))),
        ((np.array([[[[2]], [[4]]]]), np.array([1]), np.array([[0.25]]), np.array([1])),
         (np.array([[[[0.5]], [[1.0]]]]), np.array([1.25]))),
    ],
    probes=[pair(2, 2, 3, 3, 2), pair(6, 3, 2, 4, 3)],
    groups=[
        Group("1 × 1 after 1 × 1", [pair(s, D, M, K, 1) for s, D, M, K in
                                    [(1, 2, 3, 2), (4, 3, 2, 4), (7, 1, 2, 1)]]),
        Group("1 × 1 after F × F", [pair(s, 2, 2, 3, F) for s, F in [(3, 2), (5, 3), (8, 4)]]),
        Group("many channels in between", [pair(s, D, 6, 2, 3) for s, D in [(2, 1), (9, 3)]]),
        Group("weights with a fraction", [quarters(s, 2, M, M, 2) for s, M in [(1, 2), (6, 3)]]),
    ],
    praise="puts the second layer through the first, its bias included",
)
def collapse(weights1, bias1, weights2, bias2):
    weights = np.einsum("km,mdij->kdij", weights2, weights1)
    bias = weights2 @ bias1 + bias2
    return weights, bias


slip = collapse.slip

slip("U5-first-bias-lost", "the first layer's biases are lost",
     edit("weights2 @ bias1 + bias2", "bias2 + 0"),
     "What do the two layers give for a patch of zeros? And yours?",
     "For a patch of zeros the first layer gives bias1. The second one multiplies that by its "
     "weights and adds bias2.")

slip("U5-second-bias-lost", "the second layer's biases are lost", edit(" + bias2", ""),
     "What do the two layers give for a patch of zeros? And yours?",
     "You have what becomes of the first layer's biases. The second layer adds its own as well.")

slip("U5-biases-only-added", "the biases are added as they are",
     edit("weights2 @ bias1 + bias2", "bias1.sum() + bias2"),
     "What does the second layer do to everything that it gets?",
     "It weights all M numbers, the biases in them as well: bias1[m] goes into output k with the "
     "weight weights2[k, m].")

slip("U5-bias-by-bias", "the two biases are added number by number",
     edit("weights2 @ bias1", "bias1"),
     "How many biases has the first layer, and how many the second? Do they match one to one?",
     "The M biases of the first layer pass through the second one's matrix (K, M) like "
     "everything else.")

slip("U5-second-transposed", "the second layer's matrix is turned",
     edit('"km,', '"mk,') & edit("weights2 @", "weights2.T @"),
     "weights2[k, m]: which of the two counts the channels in between?",
     "weights2 has K rows and M columns. Row k holds what filter k makes of the M channels.")

slip("U5-bias-per-place", "the first biases are counted once for every place of the filter",
     edit("weights2 @ bias1", "weights2 @ bias1 * weights1[0, 0].size"),
     "How often does the F × F filter add its bias for one output number?",
     "Once, after all its products. The 1 × 1 layer reads that one number, not F · F of them.")

slip("U5-still-flat", "the filters are left flat",
     edit("return weights, bias", "return weights.reshape(len(weights), -1), bias"),
     "Print weights.shape. Which shape was asked for?",
     "Your numbers are right. Bring the filters back to their shape: "
     "weights.reshape(K, D, F, F).")

slip("U5-bias-first", "the bias comes first", edit("return weights, bias", "return bias, weights"),
     "In which order does the exercise ask for the two?",
     "Return the weights first, then the bias.")


# ----------------------------------------------------- a test: is this network one linear layer?
# The right one is published, and tells nothing: a matrix for one patch, no image, no second layer.


def network(patch):
    weights = np.arange(108).reshape(4, 27) * 7 % 11 - 5
    return weights @ patch + np.array([3, -1, 0, 2])


def first_layer(patch):
    """The 8 numbers that the first layer of a mini network makes of a patch."""
    weights = np.arange(216).reshape(8, 27) * 5 % 13 - 6
    return weights @ patch + np.array([4, -3, 0, 7, -8, 2, 1, -5])


def second_layer(hidden):
    """The 4 numbers that its second layer makes of these 8."""
    return (np.arange(32).reshape(4, 8) * 3 % 7 - 3) @ hidden + np.array([1, 0, -2, 6])


@tests(of=network, points=2,
       returns="True for a network that behaves like one linear layer, False for any other")
def is_one_layer(network):
    zero = network(np.zeros(27))
    random = np.random.default_rng(5)
    for size in (0.1, 1, 10, 100, 1000):
        one, two = size * random.normal(size=(2, 27))
        if not np.allclose(network(one) + network(two), network(one + two) + zero, atol=1e-6):
            return False
        if not np.allclose(network(one) + network(-one), 2 * zero, atol=1e-6):
            return False
    return True


sound, faulty = is_one_layer.sound, is_one_layer.faulty

sound("has two layers with nothing in between", "second_layer(first_layer(patch))")
sound("has no bias", "network(patch) - np.array([3, -1, 0, 2])")
sound("gives the same four numbers for every patch", "0 * network(patch) + 7")
sound("copies four of its inputs", "np.asarray(patch, dtype=float)[5:9]")
sound("has a large bias", "network(patch) + 1000")


@sound("has weights with a fraction and adds its products in another order")
def _(patch):
    output = []
    for k in range(4):
        total = 0.0
        for place in reversed(range(27)):
            total += (0.1 * k - 0.7 / (place + 1)) * float(patch[place])
        output.append(total + 0.3)
    return np.array(output)


faulty("has a ReLU at its end", "network(patch) * (network(patch) > 0)",
       "Take a patch x and its negative, -x. What does a ReLU leave of each?",
       "One linear layer has f(x) + f(-x) = 2 f(0). A ReLU breaks this as soon as it sets "
       "something to 0. Try a few patches, and compare all four numbers.",
       shown=True)

faulty("cuts its outputs off at -9 and 9, but has no bias",
       "(network(patch) - network(0 * patch)).clip(-9, 9)",
       "This one has f(x) + f(-x) = 0 = 2 f(0) for every x. Which other equation does it break?",
       "It treats x and -x alike, so the equation with -x cannot see it. Compare "
       "f(x) + f(y) with f(x + y) + f(0), for patches that have nothing to do with each other.",
       shown=True)

faulty("has a ReLU between its two layers", "second_layer(np.maximum(first_layer(patch), 0))",
       "What does your test compare, and on how many patches?",
       "Compare f(x) + f(-x) with 2 f(0) for several patches x that are not 0.", worth=2)

faulty("has a ReLU that leaves a tenth of negative numbers",
       "second_layer(np.maximum(first_layer(patch), first_layer(patch) / 10))",
       "Nothing becomes 0 here. Is it still a line?",
       "Compare numbers, do not look for zeros: f(x) + f(-x) differs from 2 f(0).")

faulty("has a ReLU that only large patches meet",
       "second_layer(np.maximum(first_layer(patch) + 100, 0))",
       "How large are the numbers in your patches? Would a ReLU that waits behind a bias of 100 "
       "ever cut something off?",
       "For small patches nothing is negative before this ReLU. Try patches that are ten, a "
       "hundred and a thousand times as large, too.")

faulty("bends only where numbers are large",
       "network(patch) + np.abs(patch).max().clip(50) - 50",
       "How large are the numbers in your patches? Would a bend at 50 ever show?",
       "Try patches that are ten, a hundred and a thousand times as large, too.", shown=True)

faulty("has a ReLU at its input", "network(np.maximum(patch, 0))",
       "Does your test ever give the network a negative number?",
       "A pixel is not negative, but a channel after a convolution may well be. "
       "Try patches with both signs.", shown=True)

faulty("has a ReLU at one of its four outputs",
       "np.where([False, False, True, False], np.maximum(network(patch), 0), network(patch))",
       "Does your test compare all four numbers, or only the first?",
       "np.allclose compares arrays as a whole. A single number that is off is enough.",
       shown=True)

faulty("bends only where numbers are near 0",
       "network(patch) + np.asarray(patch)[:4].clip(-1, 1)",
       "How small are the numbers in your patches? Beside a million nobody sees a bend of 1.",
       "np.allclose forgives more where numbers are larger. Try patches of ordinary size, too.",
       shown=True)

faulty("adds a square", "network(patch) + np.asarray(patch)[:4] ** 2",
       "Is the output doubled when the patch is?",
       "Any bend shows in f(x) + f(-x) = 2 f(0), or in the equation with x + y.")
