"""Unit 11, the review: questions over all units, with numbers of the student's own.

Private: only the public half (``exercises.json``, made by ``make release``) reaches students.
"""

from exercises.authoring import edit
from exercises.questions import identity


@identity
def my_id():
    return "ada"


def size(W, F, S, P):
    """How many windows there are along one axis."""
    return (W - F + 2 * P) // S + 1


# ------------------------------------------------------------------------------- one layer


@my_id.numbers(
    N="images in the batch",
    W="columns of an image",
    H="rows of an image",
    D="channels of an image",
    F="size of the filters",
    S="stride",
    P="padding on each side",
    K="number of filters",
    B="width of the bottleneck",
    frozen="0cdec0838c944f98",
)
def layer(draw):
    numbers = {
        "N": draw.choice((4, 8, 16, 32)),
        "W": draw.randint(25, 64),
        "H": draw.randint(25, 64),
        "D": draw.randint(12, 40),
        "F": draw.choice((5, 7, 9)),
        "S": draw.choice((3, 4, 5)),
        "P": draw.choice((1, 2, 3)),
        "K": draw.randint(10, 60),
        "B": draw.randint(4, 10),
    }
    return numbers if numbers["S"] < numbers["F"] and numbers["W"] != numbers["H"] else None


@layer.question(
    points=1,
    returns="the shape of the layer's output in layout NCHW: (images, channels, rows, columns)",
    gives="images, channels, rows, columns",
)
def batch_shape(N, W, H, D, F, S, P, K):
    return N, K, size(H, F, S, P), size(W, F, S, P)


slip = batch_shape.slip

slip("U11-nhwc", "the layout is NHWC", "N, size(H, F, S, P), size(W, F, S, P), K",
     "Your four numbers are right. Which axis does the second letter of NCHW stand for?",
     "NCHW has the channels right behind the images. You gave NHWC, the layout of TensorFlow.")

slip("U2-swap", "width and height have changed places",
     "N, K, size(W, F, S, P), size(H, F, S, P)",
     "Is the image wider than tall, or taller than wide? And your output?",
     "Rows come before columns in every layout of this course: first what H becomes, then what W "
     "becomes.")

slip("M13", "the output depth is the input depth", edit("N, K,", "N, D,"),
     "Each filter makes one map. How many filters are there?",
     "The output has a channel for each filter, so there are K. The D channels are added up.")

slip("M05", "the padding is counted once",
     edit("size(H, F, S, P), size(W, F, S, P)",
          "(H - F + P) // S + 1, (W - F + P) // S + 1"),
     "How many columns has the padded image?",
     "P zeros stand on either side, so the filter slides over W + 2P columns and H + 2P rows.")

slip("M02", "counts the steps and forgets the first window",
     edit("size(H, F, S, P), size(W, F, S, P)", "size(H, F, S, P) - 1, size(W, F, S, P) - 1"),
     "How many windows are there before the first step?",
     "The first window needs no step: add 1 after the division.")

slip("M08", "rounded up: a window that hangs over the edge is counted",
     edit("size(H, F, S, P), size(W, F, S, P)",
          "-(-(H - F + 2 * P) // S) + 1, -(-(W - F + 2 * P) // S) + 1"),
     "Is your last window all on the padded image, in both directions?",
     "Only whole windows count: round the division down.")


@layer.question(
    points=1,
    returns="(columns, rows): how many of each of the padded image no window covers",
    gives="columns, rows",
)
def unread(W, H, F, S, P):
    return (W + 2 * P - F) % S, (H + 2 * P - F) % S


slip = unread.slip

slip("U2-rest-of-width", "the remainder of the whole padded width is taken",
     "(W + 2 * P) % S, (H + 2 * P) % S",
     "The first window takes F columns before any step is made. How much room is left to step?",
     "Steps of S divide the room W + 2P - F, not the whole width. What that division leaves over "
     "is unread.")

slip("U2-unread-unpadded", "the padding is ignored", "(W - F) % S, (H - F) % S",
     "The windows lie on the padded image. How many columns has it?",
     "Count on all W + 2P columns, zeros included.")

slip("U2-first-unread", "a place, not a number of columns: where the last window ends",
     "W + 2 * P - (W + 2 * P - F) % S, H + 2 * P - (H + 2 * P - F) % S",
     "Is your number a place, or is it how many?",
     "You gave how many columns are read, which is also the number of the first column after the "
     "last window. How many are there from it to the right edge?")

slip("U2-negative-gap", "overlapping windows are counted as negative gaps",
     "(W + 2 * P - F) % S + (W + 2 * P - F) // S * (S - F), "
     "(H + 2 * P - F) % S + (H + 2 * P - F) // S * (S - F)",
     "Your stride is smaller than the filter. Is there any gap between two windows?",
     "S - F is a gap only where it is positive. Your windows overlap, so only what lies behind "
     "the last one is unread.")

slip("U11-rows-first", "rows and columns have changed places",
     "(H + 2 * P - F) % S, (W + 2 * P - F) % S",
     "Which of your two numbers comes from W?",
     "The columns come first here: they are counted along W.")

slip("U11-to-next-step", "the columns that one more window would need are counted",
     "S - (W + 2 * P - F) % S, S - (H + 2 * P - F) % S",
     "Is that what is left over, or what is missing?",
     "You counted the columns that are missing for one more window. What is unread is what the "
     "last whole step leaves over.")


@layer.question(
    points=1,
    returns="how many parameters the layer has, weights and biases together",
    gives={"parameters": "number"},
)
def parameters(W, H, D, F, S, P, K):
    return K * (F * F * D + 1)


slip = parameters.slip

slip("M35", "the biases are forgotten", edit(" + 1", ""),
     "What does a filter learn beside its weights?",
     "Each filter has one bias: F · F · D + 1 numbers for each of the K filters.")

slip("M36", "the depth is forgotten", edit("F * F * D", "F * F"),
     "How deep is a filter?",
     "A filter is as deep as its input, so it has F · F · D weights.")

slip("M38", "one bias for the whole layer", "K * F * F * D + 1",
     "How many biases are there in a layer of several filters?",
     "Each of the K filters has a bias of its own.")

slip("M41", "one side of the filter is forgotten", edit("F * F * D", "F * D"),
     "Your filter is F wide. How tall is it?",
     "A filter has F rows and F columns: F · F · D weights.")

slip("M40", "counted as if every place had its own filter",
     edit("K * (", "size(W, F, S, P) * size(H, F, S, P) * K * ("),
     "Does a filter get new weights when it moves on?",
     "All places share one filter, so it is counted once. You counted a locally connected layer.")

slip("M42", "one bias for each input channel", edit("D + 1", "D + D"),
     "The products of all channels are added up to one number. How often is the bias added to it?",
     "Once: each filter has one bias, whatever D is.")


@layer.question(
    points=1,
    returns="how many multiplications a 1 × 1 layer from D to B channels and the layer behind it "
    "cost for one image",
    gives={"multiplications": "number"},
)
def bottleneck(W, H, D, F, S, P, K, B):
    return W * H * B * D + size(W, F, S, P) * size(H, F, S, P) * K * F * F * B


slip = bottleneck.slip

slip("M61", "the F × F layer still reads all D channels", edit("F * F * B", "F * F * D"),
     "How deep is the image that the second layer reads?",
     "Behind the bottleneck there are B channels, so its filters are F · F · B.")

slip("M59", "the 1 × 1 layer is forgotten", edit("W * H * B * D + ", ""),
     "There are two layers. What does the first one cost?",
     "The 1 × 1 layer gives W · H · B numbers, and each costs D products.")

slip("M60", "the F × F layer is forgotten", "W * H * B * D",
     "There are two layers. What does the second one cost?",
     "The second layer gives one number for each window and filter. Each costs F · F · B products.")

slip("U11-as-at-stride-1", "the second layer is computed as if its output had W × H places",
     edit("size(W, F, S, P) * size(H, F, S, P)", "W * H"),
     "How many windows has your layer? You gave its output's shape in the first question.",
     "The second layer has a stride. It gives a number for each of its windows, not for each "
     "pixel.")

slip("U5-one-side", "F is counted once: the filter is a row, not a square",
     edit("F * F * B", "F * B"),
     "How many products does one output number of the second layer cost?",
     "A filter has F rows and F columns on each of the B channels: F · F · B products.")

slip("U5-direct", "the F × F layer without a bottleneck is counted",
     "size(W, F, S, P) * size(H, F, S, P) * K * F * F * D",
     "Where is B in your number?",
     "That is what the layer costs without the bottleneck. With it there are two layers: from D "
     "to B channels, and from B to K.")


@layer.question(
    points=1,
    returns="(columns, a): how many columns the transposed layer gives without output padding, and "
    "the output padding that leads back to W",
    gives="columns, a",
)
def way_back(W, F, S, P):
    n = size(W, F, S, P)
    return (n - 1) * S + F - 2 * P, (W + 2 * P - F) % S


slip = way_back.slip

slip("U11-arrives", "the transposed layer is believed to arrive at W by itself", "W, 0",
     "Did any window read the last columns? Who could know about them on the way back?",
     "Without output padding you arrive at the smallest width that has as many windows. What the "
     "convolution left unread is missing, and a adds it.")

slip("M72", "the input is only multiplied by the stride",
     edit("(n - 1) * S + F - 2 * P, (W + 2 * P - F) % S", "n * S, W - n * S"),
     "Lay the stamps down: the first one takes F columns. How many does each further one add?",
     "n stamps of width F, each S further than the one before, cover (n - 1)S + F columns. Then P "
     "is taken off at both ends.")

slip("M73", "the padding is added", edit("F - 2 * P", "F + 2 * P"),
     "The convolution's padding made room for more windows. What must become of it on the way "
     "back?",
     "What the convolution added at both ends, its transpose takes off: - 2P.")

slip("M78", "the padding is ignored", edit("F - 2 * P", "F"),
     "The stamps lie on the padded input. Which of their columns belong to no pixel?",
     "P columns at either end were padding: take 2P off.")

slip("M70", "the formula of the convolution, which goes the other way",
     edit("(n - 1) * S + F - 2 * P", "size(n, F, S, P)"),
     "Is your width smaller or larger than the number of windows? Which way should it go?",
     "That is the convolution's size again. On the way back n stamps are laid down, each S further "
     "than the one before.")

slip("U8-complement", "what is missing to the next step, not what is left over",
     edit("(W + 2 * P - F) % S", "S - (W + 2 * P - F) % S"),
     "Add your a to your width. Do you arrive at W?",
     "a is W less the width without output padding: as many columns as the convolution left "
     "unread.")


# ------------------------------------------------------------------------------- zeros at stride 2


@my_id.numbers(W="columns of the image", F="size of the filters", S="stride",
    frozen="23da0fbd6052fbe6",
)
def same(draw):
    return {"W": draw.randint(20, 90), "F": draw.randint(4, 11), "S": draw.randint(2, 5)}


@same.question(
    points=1,
    returns="(out, before, after): the output width with TensorFlow's SAME, the zeros before the "
    "image, and the zeros after it",
    gives="out, before, after",
)
def same_zeros(W, F, S):
    out = -(-W // S)
    total = max((out - 1) * S + F - W, 0)
    return out, total // 2, total - total // 2


slip = same_zeros.slip

slip("M27", "believes that SAME always keeps the size",
     edit("return out,", "return W,"),
     "Your stride is larger than 1. Does SAME still mean the same size?",
     "SAME gives one window for each stride: the width divided by S, rounded up.")

slip("M28", "rounds W/S down", edit("-(-W // S)", "W // S"),
     "W is no multiple of S. Is the rest left out, or does it get a window?",
     "SAME rounds up: out is W/S, rounded up.")

slip("M29", "puts the extra zero before the input",
     edit("total // 2, total - total // 2", "total - total // 2, total // 2"),
     "The total is odd. On which side does TensorFlow put the larger half?",
     "The smaller half goes before the image, the rest after it.")

slip("U3-zeros-of-s1", "adds the zeros that S = 1 would need",
     edit("max((out - 1) * S + F - W, 0)", "F - 1"),
     "Where does the last of your windows end? How many zeros does it need?",
     "F - 1 zeros are needed at stride 1. Here the last window ends at (out - 1)S + F; what lies "
     "beyond W has to be zeros.")

slip("U3-valid", "uses the rule of VALID", "(W - F) // S + 1, 0, 0",
     "Does SAME use zeros?",
     "That is VALID, which never pads. SAME fixes out first, then adds the zeros that it needs.")

slip("U3-both-total", "puts the total on each side",
     edit("total // 2, total - total // 2", "total, total"),
     "How many zeros did you add in all?",
     "The total is shared: half of it before, rounded down, and the rest after.")


# ------------------------------------------------------------------------------- a filter on a row


@my_id.numbers(
    row="the row, one channel", weights="the filter", bias="its bias",
    frozen="cf38d4183c5ce319",
)
def strip(draw):
    return {
        "row": [draw.randint(-4, 4) for _ in range(8)],
        "weights": [draw.randint(-3, 3) for _ in range(3)],
        "bias": draw.choice((-5, -3, -2, 2, 3, 5)),
    }


@strip.question(
    points=1,
    returns="the layer's output, a list of 6 numbers, at stride 1 and without padding",
    gives={"output": "list"},
)
def slide(row, weights, bias):
    return [sum(w * x for w, x in zip(weights, row[at:at + 3])) + bias for at in range(6)]


slip = slide.slip

slip("U1-flipped", "the kernel is turned by half a turn before it is laid on the image",
     edit("zip(weights,", "zip(weights[::-1],"),
     "Which weight meets the first number of the row, in your first window?",
     "Layers lay the filter down as it is: the first weight on the first number. You turned it "
     "round, which is the mathematicians' convolution.")

slip("U1-no-bias", "the bias is left out", edit(" + bias", ""),
     "What is added to each sum?",
     "The bias is added once to every number of the output.")

slip("U1-bias-in-every-product", "the bias is added to every product, before the sum",
     edit(" + bias", " + 3 * bias"),
     "How often did you add the bias in one window?",
     "Once for each output number, after the products are added up.")

slip("U1-same-size", "zeros are put around the row, so that the output keeps its size",
     "[sum(w * x for w, x in zip(weights, ([0] + row + [0])[at:at + 3])) + bias "
     "for at in range(8)]",
     "How many numbers did you give? In how many places does the filter fit?",
     "There is no padding here: 8 numbers leave 6 places for a filter of 3.")

slip("U1-tiles", "the windows are laid side by side, without overlap",
     edit("for at in range(6)", "for at in (0, 3)"),
     "The stride is 1. Where does the second window begin?",
     "Each window begins one place after the one before, so there are 6.")


@strip.question(
    points=1,
    returns="what max pooling with F = 2, S = 2, P = 1 makes of the output before, a list of "
    "4 numbers",
    gives={"pooled": "list"},
)
def pool(row, weights, bias):
    out = [sum(w * x for w, x in zip(weights, row[at:at + 3])) + bias for at in range(6)]
    return [out[0], max(out[1:3]), max(out[3:5]), out[5]]


slip = pool.slip

slip("M68", "zeros stand outside, and they win over negative numbers",
     edit("[out[0], max(out[1:3]), max(out[3:5]), out[5]]",
          "[max(out[0], 0), max(out[1:3]), max(out[3:5]), max(out[5], 0)]"),
     "Which number stands outside the map, so that it never wins?",
     "Max pooling pads with minus infinity. A zero would win over a negative number.")

slip("U6-average", "the average is taken",
     edit("[out[0], max(out[1:3]), max(out[3:5]), out[5]]",
          "[out[0] / 2, sum(out[1:3]) / 2, sum(out[3:5]) / 2, out[5] / 2]"),
     "What does the word max mean here?",
     "Take the largest number of each window, not the mean.")

slip("U6-max-unpadded", "the padding is ignored",
     edit("[out[0], max(out[1:3]), max(out[3:5]), out[5]]",
          "[max(out[0:2]), max(out[2:4]), max(out[4:6])]"),
     "Where does the first window begin, once there is a place outside on the left?",
     "With P = 1 the first window lies half outside: it sees one place of padding and the first "
     "number.")

slip("U6-stride-ignored", "the windows move by one place, whatever S is",
     edit("[out[0], max(out[1:3]), max(out[3:5]), out[5]]",
          "[out[0], *map(max, out, out[1:]), out[5]]"),
     "By how many places does the window move?",
     "S = 2: the windows begin at every second place of the padded map.")

slip("U11-of-the-row", "the row itself is pooled",
     "[row[0], max(row[1:3]), max(row[3:5]), max(row[5:7]), row[7]]",
     "Which numbers did you pool, and how many are there?",
     "The pooling comes behind the filter: it reads the six numbers of the question before.")

slip("U11-of-the-flipped", "the output of a filter turned round is pooled",
     edit("zip(weights,", "zip(weights[::-1],"),
     "The pooling is fine. What about the numbers that you pooled?",
     "Look at the question before: there the filter was turned round. Mend that first.")


# ------------------------------------------------------------------------------- what moves along


@my_id.numbers(
    strides="the strides of the layers, from the first to the last", move="how far the image moves",
    frozen="6514dcc7b0d6eff6",
)
def stack(draw):
    strides = [draw.randint(1, 4) for _ in range(3)]
    total = strides[0] * strides[1] * strides[2]
    move = total * draw.choice((-6, -5, -4, -3, -2, 2, 3, 4, 5, 6))
    return {"strides": strides, "move": move} if total > 3 else None


@stack.question(
    points=1,
    returns="(smallest, places): the smallest move of the image to the right with which the last "
    "map just moves, and by how many places it moves when the image moves by move",
    gives="smallest, places",
)
def moves(strides, move):
    total = strides[0] * strides[1] * strides[2]
    return total, move // total


slip = moves.slip

slip("M81", "the map is said to move as far as the image, whatever the strides are",
     "1, move",
     "One place of the last map is how many places of the image?",
     "Each stride makes the map smaller, and a move on it as well. Multiply the strides: so many "
     "places of the image are one place of the last map.")

slip("U7-strides-added", "the strides are added up",
     edit("strides[0] * strides[1] * strides[2]", "strides[0] + strides[1] + strides[2]"),
     "Two layers with stride 2: how many places of the image is one place of the last map?",
     "Of every second place every second one is kept: that is every fourth. Strides multiply.")

slip("U7-last-stride", "only the last layer's stride counts",
     edit("strides[0] * strides[1] * strides[2]", "strides[2]"),
     "What do the strides before the last layer do?",
     "Each layer strides over the map before it. All of them count: multiply.")

slip("U7-grows", "the move is multiplied by the strides", edit("move // total", "move * total"),
     "The last map is smaller than the image. Does something move further on it, or less far?",
     "Divide the move by the product of the strides.")

slip("M80", "the map is said to stay where it is", edit("move // total", "0"),
     "Your image moves by a multiple of your first number. What does the map do then?",
     "It is equivariant: it moves along, by so many whole places.")


# ------------------------------------------------------------------------------- the lab's network


@my_id.numbers(
    H="rows of an image",
    W="columns of an image",
    F="size of the filters, in both convolutions",
    K1="filters of the first convolution",
    K2="filters of the second convolution",
    frozen="c677f38edd033bfe",
)
def network(draw):
    return {
        "H": draw.randint(30, 60),
        "W": draw.randint(30, 60),
        "F": draw.choice((3, 5, 7)),
        "K1": draw.randint(3, 12),
        "K2": draw.randint(13, 40),
    }


@network.question(
    points=1,
    returns="how many numbers reach the first dense layer",
    gives="numbers",
)
def flat(H, W, F, K1, K2):
    H, W = (H - F + 1) // 2, (W - F + 1) // 2
    H, W = (H - F + 1) // 2, (W - F + 1) // 2
    return H * W * K2


slip = flat.slip

slip("M94", "takes the depth of the first convolution", edit("H * W * K2", "H * W * K1"),
     "How many maps leave the last convolution?",
     "The second convolution has K2 filters, so K2 maps reach the dense layer.")

slip("U10-never-valid", "the convolutions are taken to keep the size", "H // 4 * (W // 4) * K2",
     "There are no zeros around the image here. What does a filter of size F take away?",
     "Without padding each convolution takes away F - 1 rows and columns.")

slip("U10-pool-rounds-up", "rounds up where a pooling meets an odd size",
     "-(-(-(-(H - F + 1) // 2) - F + 1) // 2) * -(-(-(-(W - F + 1) // 2) - F + 1) // 2) * K2",
     "Somewhere on the way a pooling meets an odd size. What becomes of the last row or column?",
     "It is left out: pooling counts whole windows only, and rounds down.")

slip("U10-depths-multiplied", "multiplies the depths of both convolutions",
     edit("H * W * K2", "H * W * K1 * K2"),
     "Does a filter of the second convolution make a map for each channel that it reads?",
     "It adds up over all channels and makes one map. So there are K2 maps, whatever K1 is.")

slip("U10-square-only", "takes the image for a square", edit("H * W * K2", "H * H * K2"),
     "Does your answer use W?",
     "Rows and columns shrink each for themselves. Multiply both with K2.")

slip("U11-not-flat", "only the places are counted, not the maps", edit("H * W * K2", "H * W"),
     "How many maps are there at the end?",
     "All numbers of all maps are put into one row: multiply with K2.")


# ---------------------------------------------------------------------------- numbers in, in time


@my_id.numbers(
    train="the training data, one column",
    new="a new number",
    x="what goes through dropout",
    u="a number from 0 to 1 for each",
    p="the probability of being dropped",
    frozen="033964a6aa150c34",
)
def column(draw):
    m, s = draw.randint(10, 40), draw.choice((2, 3, 4, 5, 6))
    p = draw.choice((0.2, 0.25, 0.4, 0.6, 0.75, 0.8))
    steps = round(20 * p), round(20 * (1 - p))
    u = [draw.randint(1, 19) / 20 for _ in range(4)]
    if min(u) >= p or max(u) < p or any(round(20 * one) in steps for one in u):
        return None
    return {
        "train": draw.sample([m - s, m - s, m + s, m + s], 4),
        "new": m + s * draw.choice((-4, -3, -2, 2, 3, 4)) + draw.choice((0, s / 2)),
        "x": [draw.choice((-6, -4, -3, -2, 2, 3, 4, 6)) for _ in range(4)],
        "u": u,
        "p": p,
    }


@column.question(
    points=1,
    returns="the new number, standardised by the training data",
    gives={"z": "number"},
)
def standardised(train, new):
    m = sum(train) / 4
    s = (sum((x - m) ** 2 for x in train) / 4) ** 0.5
    return (new - m) / s


slip = standardised.slip

slip("M89", "takes the mean and the deviation from training and new data together",
     edit("m = sum(train) / 4", "train = train + [new]\n    m = sum(train) / 5")
     & edit("for x in train) / 4", "for x in train) / 5"),
     "Whose mean did you take? Had the training data met the new number?",
     "Mean and standard deviation come from the training data alone. The new number has no say.")

slip("U9-centred-only", "subtracts the mean and does not divide",
     edit("(new - m) / s", "new - m"),
     "Which unit has your answer?",
     "Divide by the standard deviation: only then the unit is gone.")

slip("U9-not-centred", "divides and does not subtract the mean",
     edit("(new - m) / s", "new / s"),
     "What would a number as large as the mean become?",
     "Subtract the mean of the training data before you divide.")

slip("U9-sample", "divides the sum of squares by N - 1",
     edit("for x in train) / 4", "for x in train) / 3"),
     "You divided the sum of squares by 3. Which mean does unit 09 take?",
     "The standard deviation there is the root of the mean square: divide by N, which is 4. "
     "(With N - 1 you estimate the deviation of a population from a sample.)")

slip("U9-variance", "divides by the variance", edit("/ 4) ** 0.5", "/ 4)"),
     "Is what you divide by in the unit of the data?",
     "That is the mean square. Take its root.")


@column.question(
    points=1,
    returns="the 4 numbers after inverted dropout in training, a list",
    gives={"out": "list"},
)
def dropped(x, u, p):
    return [0 if b < p else a / (1 - p) for a, b in zip(x, u)]


slip = dropped.slip

slip("M90", "takes p for the probability of keeping",
     "[0 if b < 1 - p else a / p for a, b in zip(x, u)]",
     "Is p the probability of being dropped, or of being kept?",
     "p is what is dropped. Drop where u < p, and divide the others by 1 - p.")

slip("U9-keeps-below", "keeps where u < p and drops elsewhere", edit("b < p", "b >= p"),
     "If p is small, should much be dropped or little?",
     "u < p happens with probability p. So these are the ones to drop.")

slip("M91", "does not make up for what is dropped", edit("a / (1 - p)", "a"),
     "What has become of the mean?",
     "What is kept is divided by the probability of keeping, 1 - p.")

slip("U9-divides-by-p", "divides by p", edit("a / (1 - p)", "a / p"),
     "Which probability do the kept numbers have to make up for?",
     "They stand for those that were dropped, so they are divided by the probability of keeping, "
     "1 - p.")

slip("U9-multiplies", "multiplies by 1 - p where it should divide",
     edit("a / (1 - p)", "a * (1 - p)"),
     "Do the kept numbers become larger or smaller? Which of it keeps the mean?",
     "Divide by 1 - p: fewer numbers are left, so each has to be larger.")
