"""Exercises of unit 10, the MNIST lab: the public half.

Three parts: the network's shapes and parameters, the bug ladder (``RUNGS``: a program of twelve
bugs, repaired one function at a time), and weights carried from TensorFlow to PyTorch.

Arguments come as plain numbers, lists and arrays, and so do answers; a torch tensor counts as an
array.  Slips called ``M..`` are the numbered misconceptions of the course's catalogue, ``U10-..``
are this unit's.
"""

import numpy as np

from course.exercise import Example, Exercise

# --------------------------------------------------------------------------- shapes

flat_size = Exercise(
    name="flat_size",
    signature="flat_size(H, W, K1, K2, padding)",
    returns="how many numbers reach the first dense layer, an int; raises ValueError when the "
    "image is too small to leave any",
    examples=(
        Example((28, 28, 32, 64, "valid"), 1024),
        Example((32, 32, 6, 16, "same"), 1024),
        Example((32, 32, 6, 16, "valid"), 400),
        Example((30, 20, 4, 8, "same"), 280),
        Example((12, 12, 32, 64, "valid"), ValueError),
    ),
    probes=(
        (28, 28, 32, 64, "same"),
        (28, 28, 32, 64, "valid"),
        (45, 38, 6, 10, "same"),
        (47, 37, 6, 10, "valid"),
    ),
)


@flat_size.slip(
    "M94",
    "takes the depth of the first convolution",
    hint="How many maps come out of the last pooling: K1 of them, or K2?",
    more="Each convolution replaces the depth by its own number of filters. K1 maps go into the "
    "second convolution, K2 come out, and pooling leaves the depth alone: 64 maps, not 32.",
)
def _(H, W, K1, K2, padding):
    for _ in range(2):
        if padding == "valid":
            H, W = H - 4, W - 4
        H, W = H // 2, W // 2
    if H < 1 or W < 1:
        raise ValueError("nothing is left")
    return H * W * K1


@flat_size.slip(
    "M95",
    "pools once",
    hint="Count the poolings on the way from the image to the dense layer. How many are there?",
    more="There are two, one after each convolution: 28 becomes 14, and 14 becomes 7.",
)
def _(H, W, K1, K2, padding):
    for _ in range(2):
        if padding == "valid":
            H, W = H - 4, W - 4
    H, W = H // 2, W // 2
    if H < 1 or W < 1:
        raise ValueError("nothing is left")
    return H * W * K2


@flat_size.slip(
    "M96",
    "takes away four rows and columns whatever the padding is",
    hint='Your answers are right for "valid". What does a convolution with "same" take away?',
    more='With "same" the size stays at stride 1, and only the poolings halve: 28, 28, 14, 14, 7. '
    'The road 28, 24, 12, 8, 4 is that of "valid".',
)
def _(H, W, K1, K2, padding):
    for _ in range(2):
        H, W = (H - 4) // 2, (W - 4) // 2
    if H < 1 or W < 1:
        raise ValueError("nothing is left")
    return H * W * K2


@flat_size.slip(
    "M97",
    "does not pool at all",
    hint="What is left of 28 x 28 after a 2 x 2 pooling with stride 2?",
    more="A pooling halves height and width. After two of them a quarter of each axis is left: "
    "7 x 7 of 28 x 28.",
)
def _(H, W, K1, K2, padding):
    for _ in range(2):
        if padding == "valid":
            H, W = H - 4, W - 4
    if H < 1 or W < 1:
        raise ValueError("nothing is left")
    return H * W * K2


@flat_size.slip(
    "U10-never-valid",
    'treats "valid" like "same"',
    hint='Your answers are right for "same". Does a 5 x 5 window fit around the first pixel '
    "when there are no zeros?",
    more='With "valid" nothing is added, so each 5 x 5 convolution takes away 4 rows and 4 '
    "columns before the pooling halves what is left.",
)
def _(H, W, K1, K2, padding):
    for _ in range(2):
        H, W = H // 2, W // 2
    if H < 1 or W < 1:
        raise ValueError("nothing is left")
    return H * W * K2


@flat_size.slip(
    "U10-pool-rounds-up",
    "rounds up where a pooling meets an odd size",
    hint="Pool 5 columns two at a time. Does the last one get a window of its own?",
    more="PyTorch's MaxPool2d(2) rounds down: of 5 columns it makes 2 and leaves the last one "
    "out. TensorFlow's SAME would make 3; that is the other rule.",
)
def _(H, W, K1, K2, padding):
    for _ in range(2):
        if padding == "valid":
            H, W = H - 4, W - 4
        H, W = -(-H // 2), -(-W // 2)
    if H < 1 or W < 1:
        raise ValueError("nothing is left")
    return H * W * K2


@flat_size.slip(
    "U10-square-only",
    "takes the image for a square",
    hint="Try an image of 30 rows and 20 columns. Which of the two numbers do you never use?",
    more="Height and width go their ways alone: multiply H by W, not H by H.",
)
def _(H, W, K1, K2, padding):
    for _ in range(2):
        if padding == "valid":
            H = H - 4
        H = H // 2
    if H < 1:
        raise ValueError("nothing is left")
    return H * H * K2


@flat_size.slip(
    "U10-depths-multiplied",
    "multiplies the depths of both convolutions",
    hint="Does each of the K2 filters make one map, or K1 of them?",
    more="A filter of the second convolution reads all K1 maps and makes one. So K2 maps leave "
    "the layer, however many came in.",
)
def _(H, W, K1, K2, padding):
    for _ in range(2):
        if padding == "valid":
            H, W = H - 4, W - 4
        H, W = H // 2, W // 2
    if H < 1 or W < 1:
        raise ValueError("nothing is left")
    return H * W * K1 * K2


# --------------------------------------------------------------------------- parameters

network_params = Exercise(
    name="network_params",
    signature="network_params(D, F, K1, K2, flat, hidden, classes)",
    returns="the number of all weights and biases of the network, an int",
    examples=(
        Example((1, 3, 2, 3, 12, 5, 2), 20 + 57 + 65 + 12),
        Example((3, 5, 6, 16, 400, 120, 10), 456 + 2_416 + 48_120 + 1_210),
    ),
    probes=((1, 5, 32, 64, 3136, 1024, 10), (3, 4, 6, 16, 400, 120, 7)),
)


@network_params.slip(
    "M98",
    "counts the dense layers alone",
    hint="Which layers of this network learn something? Your sum has two of them.",
    more="The convolutions have weights, too: F x F x depth + 1 for each filter.",
)
def _(D, F, K1, K2, flat, hidden, classes):
    return (flat + 1) * hidden + (hidden + 1) * classes


@network_params.slip(
    "M99",
    "counts no biases",
    hint="A filter adds one more number to its sum of products. Do you count that number?",
    more="Each filter and each dense unit has one bias: + K1, + K2, + hidden, + classes.",
)
def _(D, F, K1, K2, flat, hidden, classes):
    return F * F * D * K1 + F * F * K1 * K2 + flat * hidden + hidden * classes


@network_params.slip(
    "M100",
    "forgets the depth of the second convolution's filters",
    hint="How many numbers does one filter of the second convolution hold, if 32 maps come in?",
    more="A filter is as deep as its input: F x F x K1 weights and one bias in the second "
    "convolution, not F x F + 1.",
)
def _(D, F, K1, K2, flat, hidden, classes):
    conv1 = (F * F * D + 1) * K1
    conv2 = (F * F + 1) * K2
    return conv1 + conv2 + (flat + 1) * hidden + (hidden + 1) * classes


@network_params.slip(
    "U10-depth-of-the-image",
    "gives the second convolution the depth of the image",
    hint="What does the second convolution read: the image, or what the first one made of it?",
    more="K1 maps come in, so each of its filters has depth K1, not D.",
)
def _(D, F, K1, K2, flat, hidden, classes):
    return (
        (F * F * D + 1) * K1 + (F * F * D + 1) * K2 + (flat + 1) * hidden + (hidden + 1) * classes
    )


@network_params.slip(
    "U10-one-bias-a-layer",
    "counts one bias for each layer",
    hint="Do all filters of a layer share one bias, or does each have its own?",
    more="Each filter and each dense unit has a bias of its own, so a layer with K filters has K.",
)
def _(D, F, K1, K2, flat, hidden, classes):
    return F * F * D * K1 + F * F * K1 * K2 + flat * hidden + hidden * classes + 4


@network_params.slip(
    "U10-conv-biases-only",
    "leaves out the biases of the dense layers",
    hint="Your convolutions are right. Does a dense unit add a bias, too?",
    more="It does: flat + 1 numbers for each hidden unit, hidden + 1 for each class.",
)
def _(D, F, K1, K2, flat, hidden, classes):
    return (F * F * D + 1) * K1 + (F * F * K1 + 1) * K2 + flat * hidden + hidden * classes


@network_params.slip(
    "U10-last-layer-missing",
    "stops at the hidden layer",
    hint="How many scores leave the network, and who computes them?",
    more="The last dense layer has (hidden + 1) x classes numbers: 10,250 in the network of "
    "this unit.",
)
def _(D, F, K1, K2, flat, hidden, classes):
    return (F * F * D + 1) * K1 + (F * F * K1 + 1) * K2 + (flat + 1) * hidden


# --------------------------------------------------------------------------- the bug ladder: 1

pictures = Exercise(
    name="pictures",
    signature="pictures(digits)",
    returns="an N x 1 x H x W array, layout NCHW, of numbers from 0 to 1",
    examples=(
        Example(
            (np.array([[[0, 255], [51, 102]]], dtype=np.uint8),),
            np.array([[[[0.0, 1.0], [0.2, 0.4]]]]),
        ),
        Example(
            (np.array([[[255, 0, 204]], [[0, 153, 255]]], dtype=np.uint8),),
            np.array([[[[1.0, 0.0, 0.8]]], [[[0.0, 0.6, 1.0]]]]),
        ),
    ),
    probes=(
        (np.array([[[255, 51], [102, 0], [204, 255]]], dtype=np.uint8),),
        (np.array([[[0, 255]], [[153, 51]], [[255, 102]]], dtype=np.uint8),),
    ),
)


@pictures.slip(
    "U10-nhwc",
    "puts the channel last",
    hint="The numbers are right. Where does PyTorch look for the channels of a picture?",
    more="PyTorch's layout is NCHW: the channel is axis 1. TensorFlow's is NHWC, and there it is "
    "the last. With one channel both hold the same numbers in another shape.",
)
def _(digits):
    import numpy as np

    return np.asarray(digits)[:, :, :, None] / 255


@pictures.slip(
    "U10-no-channel",
    "leaves the channel out",
    hint="The numbers are right. How many axes does NCHW name?",
    more="A grey picture has one channel, and its axis has to be there: N x 1 x H x W.",
)
def _(digits):
    import numpy as np

    return np.asarray(digits) / 255


@pictures.slip(
    "U10-bytes",
    "leaves the bytes from 0 to 255 as they are",
    hint="The shape is right. What is the largest number in your answer, and what should it be?",
    more="Divide by 255, the largest byte: black is 0, white is 1.",
)
def _(digits):
    import numpy as np

    return np.asarray(digits)[:, None].astype(float)


@pictures.slip(
    "U10-whole-division",
    "divides bytes and keeps whole numbers only",
    hint="What is 102 // 255, and what is 102 / 255?",
    more="// throws the fraction away, and every grey becomes black. / keeps it.",
)
def _(digits):
    import numpy as np

    return np.asarray(digits)[:, None] // 255


@pictures.slip(
    "U10-256",
    "divides by 256",
    hint="How bright is your brightest pixel?",
    more="A byte counts from 0 to 255. Divided by 256, white is only 0.996.",
)
def _(digits):
    import numpy as np

    return np.asarray(digits)[:, None] / 256


# --------------------------------------------------------------------------- the bug ladder: 2

targets = Exercise(
    name="targets",
    signature="targets(one_hot)",
    returns="the class of each row, N whole numbers from 0",
    examples=(
        Example((np.array([[0, 1, 0], [0, 0, 1]]),), [1, 2]),
        Example((np.array([[1, 0, 0, 0], [0, 0, 0, 1], [0, 1, 0, 0]]),), [0, 3, 1]),
    ),
    probes=(
        (np.array([[0, 0, 0, 1], [0, 1, 0, 0], [1, 0, 0, 0]]),),
        (np.array([[0, 0, 1], [0, 1, 0]]),),
    ),
)


@targets.slip(
    "U10-still-one-hot",
    "hands the rows back as they are",
    hint="How many numbers does your answer have for each digit? One is asked.",
    more="The place of the 1 in the row is the class.",
)
def _(one_hot):
    return one_hot


@targets.slip(
    "U10-down-the-columns",
    "looks for the 1 down each column",
    hint="A row is a digit, a column a class. How many answers do you give, and how many digits "
    "are there?",
    more="argmax(0) goes down the columns, argmax(1) along the rows.",
)
def _(one_hot):
    import numpy as np

    return np.asarray(one_hot).argmax(0)


@targets.slip(
    "U10-largest-value",
    "gives the largest number, not its place",
    hint="Your answers are all 1. Is that a class?",
    more="max says how large the largest is, argmax where it stands.",
)
def _(one_hot):
    import numpy as np

    return np.asarray(one_hot).max(1)


@targets.slip(
    "U10-from-one",
    "counts the classes from 1",
    hint="Which number does the digit 0 get?",
    more="Ten classes are 0 to 9. With 1 to 10 the loss looks for an eleventh score.",
)
def _(one_hot):
    import numpy as np

    return np.asarray(one_hot).argmax(1) + 1


# --------------------------------------------------------------------------- the bug ladder: 3

split = Exercise(
    name="split",
    signature="split(order, held_out)",
    returns="(train, validation), two lists without a common digit: validation is the first "
    "held_out of order, train the rest; raises ValueError when either would be empty",
    examples=(
        Example(([4, 0, 3, 1, 2], 2), ([3, 1, 2], [4, 0])),
        Example(([7, 5, 6], 1), ([5, 6], [7])),
        Example(([1, 0], 0), ValueError),
        Example(([1, 0], 2), ValueError),
    ),
    probes=(([5, 2, 7, 0, 6, 1, 4, 3], 3), ([9, 4, 6, 1, 3], 2)),
)


@split.slip(
    "U10-on-the-training-digits",
    "validates on digits that it also trains on",
    hint="Is there a digit in both of your lists?",
    more="What was learned by heart is always known. Only digits that training never sees can "
    "tell whether something was understood.",
)
def _(order, held_out):
    if not 0 < held_out < len(order):
        raise ValueError("nothing is left for one of the two")
    return order, order[:held_out]


@split.slip(
    "U10-on-the-training-batch",
    "takes the validation digits from the training ones",
    hint="Your training digits are right. Where do your validation digits come from?",
    more="They are the first ones of the training list. The first held_out of order, which you "
    "kept out of training, are the ones to validate on.",
)
def _(order, held_out):
    if not 0 < held_out < len(order):
        raise ValueError("nothing is left for one of the two")
    train = order[held_out:]
    return train, train[:held_out]


@split.slip(
    "U10-swapped",
    "gives the two parts in the other order",
    hint="Which of the two comes first: what to train on, or what to validate on?",
    more="(train, validation): the large part first.",
)
def _(order, held_out):
    if not 0 < held_out < len(order):
        raise ValueError("nothing is left for one of the two")
    return order[:held_out], order[held_out:]


@split.slip(
    "U10-last-ones",
    "holds out the last digits instead of the first",
    hint="No digit is in both lists: good. Which end of the order does the exercise name?",
    more="Either end would do for honest validation, but everyone has to hold out the same "
    "digits to compare results: here the first held_out.",
)
def _(order, held_out):
    if not 0 < held_out < len(order):
        raise ValueError("nothing is left for one of the two")
    return order[:-held_out], order[-held_out:]


@split.slip(
    "U10-by-number",
    "sorts the digits before it splits them",
    hint="Does your split follow the order that it was given?",
    more="The order was shuffled on purpose: a sorted one may have all the zeros at its start.",
)
def _(order, held_out):
    if not 0 < held_out < len(order):
        raise ValueError("nothing is left for one of the two")
    order = sorted(order)
    return order[held_out:], order[:held_out]


# --------------------------------------------------------------------------- the bug ladder: 4

start_std = Exercise(
    name="start_std",
    signature="start_std(shape)",
    returns="the standard deviation to draw a layer's first weights with, a float; shape is "
    "[O, I] or [O, I, H, W]",
    examples=(
        Example(([4, 8],), 0.5),
        Example(([64, 2, 5, 5],), 0.2),
        Example(([10, 200],), 0.1),
    ),
    probes=(([64, 32, 5, 5],), ([32, 1, 5, 5],), ([10, 1024],)),
)


@start_std.slip(
    "U10-std-1",
    "draws with standard deviation 1, whatever the layer",
    hint="A unit of the dense layer adds up 3,136 products. How large is such a sum if each "
    "weight is about 1?",
    more="The sum's variance is the number of products times the variance of one. Layer after "
    "layer the scores grow, until the first loss is thousands of times ln 10.",
)
def _(shape):
    return 1.0


@start_std.slip(
    "U10-variance",
    "gives the variance instead of the standard deviation",
    hint="2 / n is the variance. How do you get from there to the standard deviation?",
    more="Take the square root.",
)
def _(shape):
    n = 1
    for length in shape[1:]:
        n = n * length
    return 2 / n


@start_std.slip(
    "U10-without-the-2",
    "forgets the ReLU's factor 2",
    hint="What does the ReLU do to half of the numbers?",
    more="It sets them to 0, and half of the variance is gone. The 2 brings it back: "
    "the variance is 2 / n, not 1 / n.",
)
def _(shape):
    n = 1
    for length in shape[1:]:
        n = n * length
    return n**-0.5


@start_std.slip(
    "U10-outputs",
    "counts the outputs instead of the inputs",
    hint="How many products does one sum have: as many as the layer has outputs, or inputs?",
    more="One output adds up all inputs of its window: I, or I x H x W. O says how many such sums "
    "there are, not how long they are.",
)
def _(shape):
    n = shape[0]
    for length in shape[2:]:
        n = n * length
    return (2 / n) ** 0.5


@start_std.slip(
    "U10-window-forgotten",
    "counts the input's channels, but not the window",
    hint="Your dense layers are right. How many numbers does a 5 x 5 window read from I channels?",
    more="I x H x W of them. For (64, 32, 5, 5) that is 800, not 32.",
)
def _(shape):
    return (2 / shape[1]) ** 0.5


@start_std.slip(
    "U10-all-weights",
    "counts all weights of the layer",
    hint="Is the whole layer one sum, or O of them?",
    more="Leave O out: each of the O outputs has a sum of its own.",
)
def _(shape):
    n = 1
    for length in shape:
        n = n * length
    return (2 / n) ** 0.5


# --------------------------------------------------------------------------- the bug ladder: 5

dense = Exercise(
    name="dense",
    signature="dense(x, weight, bias)",
    returns="a dense layer with its ReLU, N x O, for x (N x I), weight (O x I) and bias (O)",
    examples=(
        Example(
            (
                np.array([[1.0, 2.0]]),
                np.array([[1.0, 1.0], [1.0, -1.0], [0.5, 0.0]]),
                np.array([0.0, 0.0, 1.0]),
            ),
            np.array([[3.0, 0.0, 1.5]]),
        ),
        Example(
            (
                np.array([[1.0, 0.0], [0.0, 1.0]]),
                np.array([[2.0, -3.0], [4.0, 5.0]]),
                np.array([-1.0, 1.0]),
            ),
            np.array([[1.0, 5.0], [0.0, 6.0]]),
        ),
    ),
    probes=(
        (
            np.array([[1.0, -2.0], [3.0, 0.5]]),
            np.array([[2.0, -1.0], [-1.5, -3.0]]),
            np.array([-1.0, 2.0]),
        ),
        (
            np.array([[-1.0, 2.0], [0.5, 1.0]]),
            np.array([[1.0, 3.0], [-4.0, 1.0]]),
            np.array([0.5, -3.0]),
        ),
    ),
)


@dense.slip(
    "U10-no-return",
    "computes the layer and does not return it",
    hint="Your function ends, and nothing comes out. What is its last line?",
    more="Without a return a Python function gives None. The next layer then fails, a long way "
    "from the mistake.",
)
def _(x, weight, bias):
    import numpy as np

    out = x @ weight.T + bias
    out = np.maximum(out, 0)


@dense.slip(
    "U10-not-transposed",
    "multiplies by the weights as they lie",
    hint="Each row of the weights belongs to one output. Which axis of x should it meet?",
    more="The layout is O x I, as in nn.Linear. x is N x I, so x @ weight.T is N x O. For a square "
    "layer x @ weight runs, too, and gives other numbers.",
)
def _(x, weight, bias):
    import numpy as np

    return np.maximum(x @ weight + bias, 0)


@dense.slip(
    "U10-no-relu",
    "leaves the ReLU out",
    hint="Is there a negative number in your answer?",
    more="Without the ReLU two dense layers collapse into one. Negative sums become 0.",
)
def _(x, weight, bias):
    return x @ weight.T + bias


@dense.slip(
    "U10-relu-before-bias",
    "adds the bias after the ReLU",
    hint="The bias is part of the sum. When does the ReLU look at it?",
    more="First the products and the bias, then the ReLU on the whole.",
)
def _(x, weight, bias):
    import numpy as np

    return np.maximum(x @ weight.T, 0) + bias


@dense.slip(
    "U10-no-bias",
    "leaves the bias out",
    hint="Set x to zeros. What should come out?",
    more="Each output adds its own bias before the ReLU.",
)
def _(x, weight, bias):
    import numpy as np

    return np.maximum(x @ weight.T, 0)


# --------------------------------------------------------------------------- the bug ladder: 6

dropout = Exercise(
    name="dropout",
    signature="dropout(x, u, keep, training)",
    returns="x with dropout, an array of its shape: where u < keep a number is kept and divided by "
    "keep, the others become 0; x itself when training is False",
    examples=(
        Example(
            (np.array([3.0, 6.0, 9.0, 12.0]), np.array([0.1, 0.9, 0.5, 0.7]), 0.75, True),
            np.array([4.0, 0.0, 12.0, 16.0]),
        ),
        Example(
            (np.array([3.0, 6.0, 9.0, 12.0]), np.array([0.1, 0.9, 0.5, 0.7]), 0.75, False),
            np.array([3.0, 6.0, 9.0, 12.0]),
        ),
        Example(
            (np.array([[1.0, 2.0], [5.0, 4.0]]), np.array([[0.3, 0.1], [0.15, 0.8]]), 0.2, True),
            np.array([[0.0, 10.0], [25.0, 0.0]]),
        ),
    ),
    probes=(
        (
            np.array([1.0, 2.0, 3.0, 4.0, 5.0]),
            np.array([0.05, 0.3, 0.6, 0.72, 0.95]),
            0.7,
            True,
        ),
        (np.array([1.0, 2.0, 3.0, 4.0]), np.array([0.9, 0.3, 0.6, 0.85]), 0.8, False),
    ),
)


@dropout.slip(
    "M90",
    "takes the share that is kept for the share that is dropped",
    hint="With keep = 0.75, how many of 1,000 numbers should survive? How many of yours do?",
    more="keep is what stays. PyTorch's nn.Dropout asks for the other one, the share that goes: "
    "keep = 0.75 is p = 0.25.",
)
def _(x, u, keep, training):
    import numpy as np

    if not training:
        return x
    p = keep
    return np.where(u < 1 - p, x / (1 - p), 0)


@dropout.slip(
    "M91",
    "does not make up for what is dropped",
    hint="Average x over many drops. Is it what it was before?",
    more="Of 0.75 of the numbers only 0.75 of the sum is left. Divided by keep, a kept 1 counts "
    "1.333, and the mean stays.",
)
def _(x, u, keep, training):
    import numpy as np

    if not training:
        return x
    return np.where(u < keep, x, 0)


@dropout.slip(
    "M92",
    "drops at test time, too",
    hint="Ask the trained network twice for the same digit. Should the two answers agree?",
    more="Dropout works while training and rests afterwards. In PyTorch net.eval() sends it to "
    "rest; without it the test accuracy is that of a network with holes.",
)
def _(x, u, keep, training):
    import numpy as np

    return np.where(u < keep, x / keep, 0)


@dropout.slip(
    "U10-scaled-at-test",
    "rescales at test time instead of while training",
    hint="Your test answer differs from x. Which of the two modes should leave it alone?",
    more="Shrinking by keep at test time was the first way to do it. PyTorch divides by keep while "
    "training, so that a trained network runs as it is.",
)
def _(x, u, keep, training):
    import numpy as np

    if training:
        return np.where(u < keep, x, 0)
    return x * keep


@dropout.slip(
    "U10-multiplied",
    "multiplies by keep instead of dividing",
    hint="Are your kept numbers larger than before, or smaller?",
    more="Some numbers are gone, so the others have to grow: divide by keep.",
)
def _(x, u, keep, training):
    import numpy as np

    if not training:
        return x
    return np.where(u < keep, x * keep, 0)


# --------------------------------------------------------------------------- the bug ladder: 7

loss_of = Exercise(
    name="loss_of",
    signature="loss_of(scores, labels)",
    returns="the mean cross-entropy of scores (logits, N x C) and labels (N whole numbers), "
    "a single number",
    examples=(
        Example((np.zeros((2, 10)), [3, 7]), 2.302585093),
        Example((np.array([[2.0, 0.0]]), [0]), 0.126928011),
        Example((np.array([[2.0, 0.0], [0.0, 0.0]]), [1, 1]), 1.410037596),
    ),
    probes=(
        (np.array([[2.0, -1.0, 0.5], [0.0, 1.0, 3.0]]), [0, 1]),
        (np.array([[1.0, 4.0, -2.0, 0.0]]), [3]),
    ),
)


@loss_of.slip(
    "U10-softmax-twice",
    "takes the softmax twice",
    hint="Give it scores of 10 for the right class and 0 for the others. How close to 0 does your "
    "loss get?",
    more="cross_entropy contains the softmax and asks for scores. Fed with shares, it squeezes "
    "them once more: with ten classes the loss cannot fall below 1.46, and learning crawls.",
)
def _(scores, labels):
    import numpy as np

    for _ in range(2):
        scores = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
    return -np.log(scores[range(len(labels)), labels]).mean()


@loss_of.slip(
    "U10-raw-scores",
    "takes the scores for logarithms of shares",
    hint="Can your loss be negative?",
    more="nll_loss expects the output of log_softmax. Without it the network only has to make the "
    "right score larger and larger, and the loss falls for ever.",
)
def _(scores, labels):
    return -scores[range(len(labels)), labels].mean()


@loss_of.slip(
    "U10-summed",
    "adds up the losses instead of averaging them",
    hint="Twice as many digits: should the loss be twice as large?",
    more="With the sum, the step grows with the batch, and the rate means something else for "
    "every batch size. Take the mean.",
)
def _(scores, labels):
    import numpy as np

    shares = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
    return -np.log(shares[range(len(labels)), labels]).sum()


@loss_of.slip(
    "U10-mean-over-classes",
    "averages over the classes, too",
    hint="Over how many numbers do you average: over N, or over N x C?",
    more="Each digit has one loss, that of its right class. The zeros of the other classes do not "
    "count in the mean.",
)
def _(scores, labels):
    import numpy as np

    shares = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
    return -np.log(shares[range(len(labels)), labels]).sum() / scores.size


@loss_of.slip(
    "U10-no-logarithm",
    "leaves the logarithm out",
    hint="What is your loss where all ten scores are equal? It should be ln 10 = 2.30.",
    more="The loss of a digit is minus the logarithm of the share that its class gets.",
)
def _(scores, labels):
    import numpy as np

    shares = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
    return 1 - shares[range(len(labels)), labels].mean()


# --------------------------------------------------------------------------- the bug ladder: 8

batches = Exercise(
    name="batches",
    signature="batches(n, batch)",
    returns="a list of (start, stop) pairs that cover n digits, batch at a time, the last one "
    "smaller where they do not divide; raises ValueError when batch < 1",
    examples=(
        Example((6, 2), [(0, 2), (2, 4), (4, 6)]),
        Example((7, 3), [(0, 3), (3, 6), (6, 7)]),
        Example((2, 5), [(0, 2)]),
        Example((5, 0), ValueError),
    ),
    probes=((10, 4), (12, 4), (300, 128), (3, 8)),
)


@batches.slip(
    "U10-float-range",
    "divides with /, and range wants a whole number",
    hint="What is 6 / 2 in Python: 3 or 3.0?",
    more="/ always gives a float, even where it comes out whole, and range(3.0) raises a "
    "TypeError. // gives an int.",
)
def _(n, batch):
    if batch < 1:
        raise ValueError("a batch has at least one digit")
    return [(k * batch, (k + 1) * batch) for k in range(n / batch)]


@batches.slip(
    "U10-last-batch-dropped",
    "leaves out the digits of the last, smaller batch",
    hint="Which digits does nobody see when n = 7 and batch = 3?",
    more="n // batch counts the full batches only. Of 55,000 digits in batches of 128 that leaves "
    "out 88.",
)
def _(n, batch):
    if batch < 1:
        raise ValueError("a batch has at least one digit")
    return [(k * batch, (k + 1) * batch) for k in range(n // batch)]


@batches.slip(
    "U10-beyond-the-end",
    "lets the last batch reach beyond the last digit",
    hint="Is there a digit number 8 when n = 7?",
    more="Slicing would forgive it, counting would not: stop is n at the most.",
)
def _(n, batch):
    if batch < 1:
        raise ValueError("a batch has at least one digit")
    return [(start, start + batch) for start in range(0, n, batch)]


@batches.slip(
    "U10-empty-batch",
    "adds an empty batch where the digits divide evenly",
    hint="Try n = 6 and batch = 2. How many batches do you get?",
    more="n // batch + 1 is one too many when nothing is left over. The mean over an empty batch "
    "is NaN.",
)
def _(n, batch):
    if batch < 1:
        raise ValueError("a batch has at least one digit")
    return [(k * batch, min(n, (k + 1) * batch)) for k in range(n // batch + 1)]


@batches.slip(
    "U10-stop-included",
    "names the last digit of a batch instead of the one after it",
    hint="How many digits does the slice [0:1] hold?",
    more="Python's stop is the first one that is *not* taken: a batch of two is (0, 2).",
)
def _(n, batch):
    if batch < 1:
        raise ValueError("a batch has at least one digit")
    return [(start, min(n, start + batch) - 1) for start in range(0, n, batch)]


# --------------------------------------------------------------------------- the bug ladder: 9

orders = Exercise(
    name="orders",
    signature="orders(n, seed, epochs)",
    returns="a list with one order of n digits for each epoch, each drawn by torch.randperm from "
    "the same generator, which is seeded once",
    examples=(
        Example((5, 0, 1), [[4, 0, 1, 3, 2]]),
        Example((4, 7, 2), [[3, 2, 0, 1], [2, 0, 3, 1]]),
    ),
    probes=((9, 3, 3), (7, 11, 2)),
)


@orders.slip(
    "U10-seeded-each-epoch",
    "seeds again before each epoch",
    hint="Compare the orders of your first two epochs. What do you see?",
    more="The same seed gives the same order again. Make the generator once, before the loop, and "
    "let it run on.",
)
def _(n, seed, epochs):
    import torch

    return [torch.randperm(n, generator=torch.Generator().manual_seed(seed)) for _ in range(epochs)]


@orders.slip(
    "U10-not-shuffled",
    "does not shuffle",
    hint="Is digit 0 the first one in every epoch?",
    more="torch.randperm(n) is a shuffled 0 to n - 1. In one fixed order the network meets the "
    "same neighbours again and again.",
)
def _(n, seed, epochs):
    return [list(range(n)) for _ in range(epochs)]


@orders.slip(
    "U10-seed-of-its-own",
    "uses a seed of its own instead of the one it is given",
    hint="Call it with the seeds 1 and 2. Do the orders differ?",
    more="The seed is an argument, so that whoever runs the program can choose another one and "
    "see how much depends on chance.",
)
def _(n, seed, epochs):
    import torch

    generator = torch.Generator().manual_seed(0)
    return [torch.randperm(n, generator=generator) for _ in range(epochs)]


@orders.slip(
    "U10-seed-plus-epoch",
    "makes a new generator for each epoch",
    hint="Your first order is right. Who draws the second?",
    more="It can be done with a seed for each epoch, but the exercise asks for one generator that "
    "is seeded once and runs on.",
)
def _(n, seed, epochs):
    import torch

    return [
        torch.randperm(n, generator=torch.Generator().manual_seed(seed + epoch))
        for epoch in range(epochs)
    ]


# --------------------------------------------------------------------------- the bug ladder: 10

descend = Exercise(
    name="descend",
    signature="descend(x, y, w, rate, steps)",
    returns="a list with w after each step of gradient descent on the mean of (w * x - y) ** 2",
    examples=(
        Example(([1.0], [3.0], 0.0, 0.25, 2), [1.5, 2.25]),
        Example(([1.0, 2.0], [2.0, 4.0], 0.0, 0.1, 3), [1.0, 1.5, 1.75]),
        Example(([2.0], [2.0], 1.0, 0.1, 1), [1.0]),
    ),
    probes=(([1.0, 3.0], [2.0, 3.0], 0.5, 0.05, 3), ([2.0, -1.0], [1.0, 1.5], 1.0, 0.1, 4)),
)


@descend.slip(
    "U10-no-zero-grad",
    "adds each gradient to those of the steps before",
    hint="Your first step is right. Print w.grad before the second backward: is it 0?",
    more="backward() adds to what is in .grad already. Call optimizer.zero_grad() before it, in "
    "every step.",
)
def _(x, y, w, rate, steps):
    n, total, after = len(x), 0.0, []
    for _ in range(steps):
        total += sum(2 * (w * a - b) * a for a, b in zip(x, y, strict=True)) / n
        w = w - rate * total
        after.append(w)
    return after


@descend.slip(
    "U10-no-step",
    "finds the gradient and never takes a step",
    hint="Does your w ever change?",
    more="backward() only finds the gradient. optimizer.step() moves the weights, after it.",
)
def _(x, y, w, rate, steps):
    return [w for _ in range(steps)]


@descend.slip(
    "U10-uphill",
    "steps uphill",
    hint="Does the loss fall from step to step?",
    more="The gradient points to where the loss grows. Go the other way: minus.",
)
def _(x, y, w, rate, steps):
    n, after = len(x), []
    for _ in range(steps):
        w = w + rate * sum(2 * (w * a - b) * a for a, b in zip(x, y, strict=True)) / n
        after.append(w)
    return after


@descend.slip(
    "U10-same-tensor",
    "notes the same tensor again and again",
    hint="All your numbers are equal. How many tensors called w are there?",
    more="The optimiser changes w in place, so a list of w's is one tensor many times. Note the "
    "number, w.item(), at once.",
)
def _(x, y, w, rate, steps):
    n = len(x)
    for _ in range(steps):
        w = w - rate * sum(2 * (w * a - b) * a for a, b in zip(x, y, strict=True)) / n
    return [w for _ in range(steps)]


@descend.slip(
    "U10-sum-of-squares",
    "descends the sum of the squares instead of their mean",
    hint="Your steps are right for a single point. What changes with two?",
    more="The mean divides by the number of points. Without that the step grows with the data.",
)
def _(x, y, w, rate, steps):
    after = []
    for _ in range(steps):
        w = w - rate * sum(2 * (w * a - b) * a for a, b in zip(x, y, strict=True))
        after.append(w)
    return after


@descend.slip(
    "U10-start-included",
    "notes w before the step instead of after it",
    hint="Your first number is where w began. What is asked?",
    more="Note w after the step: the last one counts, too.",
)
def _(x, y, w, rate, steps):
    n, before = len(x), []
    for _ in range(steps):
        before.append(w)
        w = w - rate * sum(2 * (w * a - b) * a for a, b in zip(x, y, strict=True)) / n
    return before


# --------------------------------------------------------------------------- the bug ladder: 11

epoch_loss = Exercise(
    name="epoch_loss",
    signature="epoch_loss(losses, sizes)",
    returns="the mean loss of all digits of an epoch, a float, from the mean loss and the size of "
    "each batch",
    examples=(
        Example(([2.0, 1.0], [4, 4]), 1.5),
        Example(([2.0, 1.0, 5.0], [4, 4, 2]), 2.2),
        Example(([0.5], [3]), 0.5),
    ),
    probes=(([3.0, 2.0, 4.0, 9.0], [8, 8, 8, 3]), ([1.5, 0.25, 6.0], [128, 128, 44])),
)


@epoch_loss.slip(
    "U10-overwritten",
    "keeps the last batch's loss only",
    hint="What becomes of the first batch's loss when the second one comes?",
    more="loss = ... in a loop overwrites what was there. Add up, and divide at the end.",
)
def _(losses, sizes):
    return losses[-1]


@epoch_loss.slip(
    "U10-batches-count-alike",
    "counts a small batch as much as a large one",
    hint="Your answer is right while all batches are alike. How much should a batch of 2 weigh "
    "beside one of 4?",
    more="Each digit counts once: multiply each batch's mean by its size before you add up.",
)
def _(losses, sizes):
    return sum(losses) / len(losses)


@epoch_loss.slip(
    "U10-total",
    "gives the sum instead of the mean",
    hint="Is your answer between the smallest and the largest loss of the epoch?",
    more="Divide the sum by the number of digits.",
)
def _(losses, sizes):
    return sum(loss * size for loss, size in zip(losses, sizes, strict=True))


@epoch_loss.slip(
    "U10-batches-for-digits",
    "adds the batches' means and divides by the digits",
    hint="Add up one number for each batch, or one for each digit?",
    more="The loss of a batch is a mean already: times its size it is the sum over its digits.",
)
def _(losses, sizes):
    return sum(losses) / sum(sizes)


# --------------------------------------------------------------------------- the bug ladder: 12

test_report = Exercise(
    name="test_report",
    signature="test_report(right)",
    returns="(accuracy, error), two floats in percent: the share of True in right, and its "
    "standard error",
    examples=(
        Example((np.array([True, True, True, False]),), (75.0, 21.650635095)),
        Example((np.arange(1000) % 10 > 0,), (90.0, 0.948683298)),
    ),
    probes=(
        (np.arange(400) % 7 > 1,),
        (np.arange(900) > 90,),
        (np.arange(6) > 0,),
    ),
)


@test_report.slip(
    "U10-first-256",
    "looks at the first 256 digits only",
    hint="How many digits does your report rest on? How many are there?",
    more="At 97 % the first 256 leave an error of 1.07 points, all 10,000 one of 0.17. Nothing is "
    "saved by looking at fewer: testing takes a second.",
)
def _(right):
    import numpy as np

    right = np.asarray(right)[:256]
    p, n = right.mean(), len(right)
    return 100 * p, 100 * (p * (1 - p) / n) ** 0.5


@test_report.slip(
    "U10-shares",
    "answers in shares instead of percent",
    hint="Your accuracy is below 1. What does the exercise count in?",
    more="Multiply both numbers by 100: percent, and percentage points.",
)
def _(right):
    import numpy as np

    p, n = np.mean(right), len(right)
    return p, (p * (1 - p) / n) ** 0.5


@test_report.slip(
    "U10-no-root",
    "forgets the square root",
    hint="Four times as many digits: should the error fall to a half, or to a quarter?",
    more="p (1 - p) / n is the variance of the accuracy. The error is its square root, so it only "
    "halves when n grows fourfold.",
)
def _(right):
    import numpy as np

    p, n = np.mean(right), len(right)
    return 100 * p, 100 * p * (1 - p) / n


@test_report.slip(
    "U10-one-digits-spread",
    "gives the spread of a single digit",
    hint="Does your error shrink when there are more digits?",
    more="The root of p (1 - p) is how much one digit varies. A mean of n digits varies less, by "
    "the root of n.",
)
def _(right):
    import numpy as np

    p = np.mean(right)
    return 100 * p, 100 * (p * (1 - p)) ** 0.5


@test_report.slip(
    "U10-right-ones-only",
    "leaves out the share of wrong digits",
    hint="A network that is always right: how uncertain is its 100 %? What does yours say?",
    more="The variance of a yes-or-no with share p is p (1 - p). At p = 1 nothing varies.",
)
def _(right):
    import numpy as np

    p, n = np.mean(right), len(right)
    return 100 * p, 100 * (p / n) ** 0.5


# --------------------------------------------------------------------------- porting weights

port_conv = Exercise(
    name="port_conv",
    signature="port_conv(weights)",
    returns="the same convolution's weights in PyTorch's layout OIHW, for weights in TensorFlow's "
    "layout HWIO",
    examples=(
        Example(
            (np.array([[[[1, 2]], [[3, 4]]], [[[5, 6]], [[7, 8]]]]),),
            np.array([[[[1, 3], [5, 7]]], [[[2, 4], [6, 8]]]]),
        ),
        Example(
            (np.array([[[[1], [2]], [[3], [4]], [[5], [6]]]]),),
            np.array([[[[1, 3, 5]], [[2, 4, 6]]]]),
        ),
    ),
    probes=((np.arange(36).reshape(3, 3, 2, 2),), (np.arange(16).reshape(2, 2, 2, 2),)),
)


@port_conv.slip(
    "U10-reshaped",
    "reshapes instead of moving the axes",
    hint="The shape is right. Take output 0: are all of its weights still together?",
    more="reshape keeps the numbers in their order in memory and only draws other borders. "
    "Moving an axis needs transpose (NumPy) or permute (torch).",
)
def _(weights):
    H, W, I, O = weights.shape  # noqa: E741
    return weights.reshape(O, I, H, W)


@port_conv.slip(
    "U10-all-axes-reversed",
    "reverses all axes, which swaps height and width",
    hint="O and I are where they should be. Is a vertical stroke still vertical?",
    more=".T turns HWIO into OIWH. For square filters the shape is right and every filter is "
    "mirrored along its diagonal. The axes are 3, 2, 0, 1.",
)
def _(weights):
    return weights.transpose(3, 2, 1, 0)


@port_conv.slip(
    "U10-iohw",
    "puts the input's channels before the output's",
    hint="Which number comes first in OIHW, and how large is it?",
    more="OIHW: the outputs first. In HWIO they are axis 3.",
)
def _(weights):
    return weights.transpose(2, 3, 0, 1)


@port_conv.slip(
    "U10-flipped",
    "flips the filters",
    hint="Both frameworks slide the filter as it is. Does anything have to be turned round?",
    more="Neither PyTorch nor TensorFlow flips: both compute a cross-correlation. Only the order "
    "of the axes differs.",
)
def _(weights):
    return weights[::-1, ::-1].transpose(3, 2, 0, 1)


port_dense = Exercise(
    name="port_dense",
    signature="port_dense(weights, H, W, C)",
    returns="the same dense layer's weights in PyTorch's layout O x CHW, for TensorFlow's weights "
    "HWC x O; raises ValueError unless weights has H * W * C rows",
    examples=(
        Example(
            (np.array([[1, 10], [2, 20], [3, 30], [4, 40]]), 1, 2, 2),
            np.array([[1, 3, 2, 4], [10, 30, 20, 40]]),
        ),
        Example(
            (np.array([[1], [2], [3], [4], [5], [6]]), 3, 1, 2),
            np.array([[1, 3, 5, 2, 4, 6]]),
        ),
        Example((np.array([[1], [2], [3], [4]]), 2, 2, 1), np.array([[1, 2, 3, 4]])),
        Example((np.array([[1, 2], [3, 4], [5, 6]]), 1, 2, 2), ValueError),
    ),
    probes=(
        (np.arange(36).reshape(12, 3), 2, 3, 2),
        (np.arange(144).reshape(12, 12), 2, 2, 3),
    ),
)


@port_dense.slip(
    "U10-only-transposed",
    "turns the weights round and leaves the inputs in their old order",
    hint="Which map does the second weight of a row belong to: in TensorFlow, and in PyTorch?",
    more="TensorFlow flattens HWC: the channels of a pixel stand together. PyTorch flattens CHW: "
    "the pixels of a map stand together. The shape is right either way; the network is not.",
)
def _(weights, H, W, C):
    if len(weights) != H * W * C:
        raise ValueError("the rows do not fit the maps")
    return weights.T


@port_dense.slip(
    "U10-columns-first",
    "goes through the columns before the rows",
    hint="The maps are together now. In which order do you read the pixels of one of them?",
    more="CHW reads a map row by row: W is the last axis and runs fastest.",
)
def _(weights, H, W, C):
    if len(weights) != H * W * C:
        raise ValueError("the rows do not fit the maps")
    O = weights.shape[1]  # noqa: E741
    return weights.reshape(H, W, C, O).transpose(3, 2, 1, 0).reshape(O, -1)


@port_dense.slip(
    "U10-unflattened-as-chw",
    "reads TensorFlow's rows as CHW",
    hint="How does TensorFlow flatten H x W x C: which axis runs fastest?",
    more="The rows are in the order HWC. Give them their axes as (H, W, C), move C to the front, "
    "and flatten again.",
)
def _(weights, H, W, C):
    if len(weights) != H * W * C:
        raise ValueError("the rows do not fit the maps")
    O = weights.shape[1]  # noqa: E741
    return weights.reshape(C, H, W, O).transpose(3, 1, 2, 0).reshape(O, -1)


@port_dense.slip(
    "U10-not-turned",
    "puts the inputs in order and does not turn the weights round",
    hint="The rows are in the right order. What are the rows of an nn.Linear: inputs or outputs?",
    more="PyTorch's layout is O x I: one row for each output. Transpose at the end.",
)
def _(weights, H, W, C):
    if len(weights) != H * W * C:
        raise ValueError("the rows do not fit the maps")
    O = weights.shape[1]  # noqa: E741
    return weights.reshape(H, W, C, O).transpose(2, 0, 1, 3).reshape(-1, O)


@port_dense.slip(
    "U10-only-reshaped",
    "gives the weights the right shape without moving a number",
    hint="The shape is right. Is the first row of yours what output 0 had in TensorFlow?",
    more="In TensorFlow the weights of output 0 are a column. reshape does not gather a column "
    "into a row; transpose does.",
)
def _(weights, H, W, C):
    if len(weights) != H * W * C:
        raise ValueError("the rows do not fit the maps")
    return weights.reshape(weights.shape[1], weights.shape[0])


RUNGS = (
    pictures,
    targets,
    split,
    start_std,
    dense,
    dropout,
    loss_of,
    batches,
    orders,
    descend,
    epoch_loss,
    test_report,
)
EXERCISES = (flat_size, network_params, *RUNGS, port_conv, port_dense)
