"""Parameters, multiplications and receptive fields: arrays are built and their numbers counted."""

from __future__ import annotations

from course.pictures.live.bottleneck import bottleneck
from course.pictures.live.counts import counts
from course.pictures.live.field import field
from course.pictures.picture import Picture
from course.practice import brute_force as by_hand
from course.practice.pictures import filters
from course.practice.skill import Objective, Slip

LAYER = {"W": range(8, 17), "D": range(2, 9), "F": (2, 3, 4, 5), "K": range(3, 13)}


def _counted(right: object, W: int, F: int, D: int, K: int, S: int = 1) -> Picture:
    return counts(W, D, F, S, 0, K)


CONNECTIONS = Objective(
    "connections", 4, "What one output is joined to",
    "The input is {W} × {W} × {D}. A filter is {F} × {F}. How many input numbers does one output "
    "number read?",
    {"W": range(8, 17), "D": range(2, 9), "F": (2, 3, 4, 5)}, by_hand.connections,
    lambda right, W, D, F: (
        f"Its window holds {F} × {F} = {F * F} places, each with {D} numbers: {right}."
    ),
    (
        Slip("M53", "the depth is forgotten", "F * F", "How many numbers lie at one place?"),
        Slip("M52", "the bias is counted", "F * F * D + 1", "Is the bias an input?"),
        Slip("M54", "the whole input is counted", "W * W * D", "How far does the filter reach?"),
        Slip("U4-one-way", "the window is taken to be a single row", "F * D",
             "How many places has a window of that size?"),
    ),
    "How many places lie in the window, and how many numbers at each?",
    point=lambda W, D, F: filters(F, D, 1),
)  # fmt: skip

CONV = Objective(
    "conv-params", 4, "Parameters of a convolution",
    "The input is {W} × {W} × {D}. A layer has {K} filters of size {F} × {F}, with biases. How "
    "many parameters?",
    LAYER, lambda W, D, F, K: by_hand.conv_params(F, D, K),
    lambda right, W, D, F, K: (
        f"One filter holds {by_hand.conv_params(F, D, 1) - 1} weights and has one bias: "
        f"{by_hand.conv_params(F, D, 1)} numbers. {K} filters: {right:,}."
    ),
    (
        Slip("M35", "the biases are forgotten", "F * F * D * K",
             "What is added to every sum of products?"),
        Slip("M36", "the depth is forgotten", "(F * F + 1) * K",
             "How deep is a filter on an input of that depth?"),
        Slip("M39", "one filter is counted", "F * F * D + 1", "How many filters are there?"),
        Slip("M38", "there is one bias for the whole layer", "F * F * D * K + 1",
             "Do two filters share their bias?"),
        Slip("M42", "there is a bias for each input channel", "(F * F * D + D) * K",
             "The channels are added up first. How many biases does one sum need?"),
        Slip("M41", "F is not squared", "(F * D + 1) * K", "How many rows has a filter?"),
        Slip("M43", "there is a bias for each output number",
             "F * F * D * K + (W - F + 1) ** 2 * K",
             "The filter is shared by all places. And its bias?"),
        Slip("M47", "outputs are counted", "(W - F + 1) ** 2 * K",
             "Which numbers does training change?"),
    ),
    "How many weights has one filter? What comes on top? How many filters?",
    point=lambda W, **layer: filters(**layer), picture=_counted,
)  # fmt: skip

LOCAL = Objective(
    "local-params", 4, "Parameters of a locally connected layer",
    "The input is {W} × {W} × {D}. A locally connected layer makes {K} maps with {F} × {F} "
    "windows, S = {S}, P = 0, with biases. How many parameters?",
    {**LAYER, "S": (1, 2, 3), "W": range(6, 13), "K": range(2, 9)}, by_hand.local_params,
    lambda right, W, D, F, S, K: (
        f"There are {by_hand.size(W, F, S)} × {by_hand.size(W, F, S)} places. At each, {K} filters "
        f"of their own hold {by_hand.conv_params(F, D, K):,} numbers: {right:,}."
    ),
    (
        Slip("M48", "the filters are shared by all places", "(F * F * D + 1) * K",
             "Does a locally connected layer use one filter at all places?"),
        Slip("M50", "the biases are forgotten", "((W - F) // S + 1) ** 2 * F * F * D * K",
             "What is added to every sum of products?"),
        Slip("M51", "one map is counted", "((W - F) // S + 1) ** 2 * (F * F * D + 1)",
             "How many maps are there?"),
        Slip("M49", "every output reads the whole input",
             "((W - F) // S + 1) ** 2 * K * (W * W * D + 1)", "How far does a window reach?"),
        Slip("U4-biases-shared", "the biases are shared by all places",
             "((W - F) // S + 1) ** 2 * F * F * D * K + K",
             "If nothing is shared, how many biases has one map?"),
    ),
    "How many places are there? What stands at each of them?",
    point=lambda W, S, **layer: filters(**layer), picture=_counted,
)  # fmt: skip

DENSE = Objective(
    "dense-params", 4, "Parameters of a dense layer",
    "An input of {H} × {W} × {D} is flattened. A dense layer has {K} neurons, with biases. How "
    "many parameters?",
    {"W": range(4, 10), "H": range(4, 10), "D": range(2, 5), "K": range(3, 13)},
    by_hand.dense_params,
    lambda right, W, H, D, K: (
        f"Flattened, the input is a row of {by_hand.dense_params(W, H, D, 1) - 1} numbers. Each "
        f"neuron has a weight for each of them and one bias: "
        f"{by_hand.dense_params(W, H, D, 1)} × {K} = {right:,}."
    ),
    (
        Slip("U4-dense-no-bias", "the biases are forgotten", "W * H * D * K",
             "What is added to every sum of products?"),
        Slip("U4-dense-one-bias", "there is one bias for the whole layer", "W * H * D * K + 1",
             "Do two neurons share their bias?"),
        Slip("U4-dense-flat", "the depth is forgotten", "(W * H + 1) * K",
             "How many numbers are there once the input is flattened?"),
        Slip("U4-dense-bias-per-input", "there is a bias for each input",
             "W * H * D * K + W * H * D", "What does a bias belong to: an input or a neuron?"),
    ),
    "How many numbers does one neuron read? What else has it got?",
)  # fmt: skip

FIELD = Objective(
    "receptive-field", 4, "Receptive field",
    "Two layers, one after the other. The first has F = {F1} and S = {S1}, the second F = {F2}, "
    "without padding. How many columns of the input lie in the receptive field of one output?",
    {"F1": range(2, 6), "S1": (1, 2, 3), "F2": range(2, 6)},
    lambda **stack: max(by_hand.columns_seen(**stack)) + 1,
    lambda right, F1, S1, F2: (
        f"The output reads {F2} numbers of the first layer's map. The window of the first "
        f"begins at column 0. That of the last begins at column {S1 * (F2 - 1)} and reaches to "
        f"column {right - 1}: {right} columns."
    ),
    (
        Slip("M83", "the two sizes are added", "F1 + F2", "Do neighbouring windows overlap?"),
        Slip("M84", "the last layer alone is looked at", "F2",
             "What does each number that it reads see?"),
        Slip("M85", "the two sizes are multiplied", "F1 * F2", "Do neighbouring windows overlap?"),
        Slip("U4-field-stride", "the first layer's stride is taken to be 1", "F1 + F2 - 1",
             "How far apart do two neighbours of the first map begin in the input?"),
        Slip("U4-field-whole-steps", "a step too many is counted", "F1 + F2 * S1",
             "How many steps lie between the first and the last window?"),
    ),
    "Which numbers of the first map does the output read? Where does the first of their windows "
    "begin, and where does the last one end?",
    picture=lambda right, F1, S1, F2: field(F1, S1, F2, 1), only="S1 > 1",
)  # fmt: skip

ONE = Objective(
    "params-1x1", 5, "Parameters of a 1 × 1 convolution",
    "The input is {W} × {W} × {D}. A layer has {K} filters of size 1 × 1, with biases. How many "
    "parameters?",
    {"W": range(5, 15), "D": range(3, 25), "K": range(3, 17)},
    lambda W, D, K: by_hand.conv_params(1, D, K),
    lambda right, W, D, K: (
        f"A filter of size 1 × 1 holds {D} weights, one for each channel, and has one bias. "
        f"{K} filters: {right:,}. The width does not matter."
    ),
    (
        Slip("M55", "the biases are forgotten", "D * K", "What is added to every sum?"),
        Slip("M56", "a 1 × 1 filter is taken to have one weight", "2 * K",
             "How deep is a 1 × 1 filter?"),
        Slip("M57", "multiplications are counted", "W * W * D * K",
             "Does a layer have more parameters on a larger image?"),
        Slip("U5-one-bias", "there is one bias for the whole layer", "D * K + 1",
             "Do two filters share their bias?"),
    ),
    "1 × 1 is the size on the page. How deep does such a filter go?",
    point=lambda W, D, K: filters(1, D, K),
)  # fmt: skip

MULTS = Objective(
    "bottleneck-mults", 5, "Multiplications of a bottleneck",
    "An input of {W} × {W} × {D} goes through {B} filters of 1 × 1 and then {K} filters of "
    "{F} × {F}. Both layers keep width and height. How many multiplications in all?",
    {"W": range(4, 11), "D": range(6, 17), "B": (2, 3, 4), "F": (3, 5), "K": range(4, 9)},
    lambda W, D, B, F, K: by_hand.mults(W, 1, D, B) + by_hand.mults(W, F, B, K),
    lambda right, W, D, B, F, K: (
        f"At one place the first layer multiplies {D * B} times, the second {F * F * B * K} times. "
        f"There are {W} × {W} places: {right:,}."
    ),
    (
        Slip("M58", "weights are counted", "D * B + F * F * B * K",
             "At how many places is each weight used?"),
        Slip("M59", "the 1 × 1 layer is forgotten", "W * W * F * F * B * K",
             "Does the first layer cost nothing?"),
        Slip("M60", "the second layer is forgotten", "W * W * D * B", "And the second layer?"),
        Slip("M61", "the second layer still reads all channels of the input",
             "W * W * (D * B + F * F * D * K)", "How deep is what the second layer reads?"),
    ),
    "What happens at one place, in each layer? How many places are there?",
    picture=lambda right, **layers: bottleneck(**layers),
)  # fmt: skip

OBJECTIVES = (CONNECTIONS, CONV, LOCAL, DENSE, FIELD, ONE, MULTS)
