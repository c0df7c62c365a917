"""Numbers rather than sizes: a patch, pooled values, shifts, scaling, a step, dropout."""

from __future__ import annotations

from fractions import Fraction

from course.practice import brute_force as by_hand
from course.practice.answers import written
from course.practice.skill import Objective, Slip

DIGITS = range(-4, 6)
ROW = {name: range(-9, 0) for name in ("x1", "x2", "x3")}


DOT = Objective(
    "patch", 1, "One output number",
    "A patch holds {x1} {x2} / {x3} {x4}, the filter {w1} {w2} / {w3} {w4}, the bias is {b}. What "
    "is the output?",
    {**{f"x{i}": DIGITS for i in (1, 2, 3, 4)}, **{f"w{i}": range(-3, 4) for i in (1, 2, 3, 4)},
     "b": range(1, 6)},
    lambda x1, x2, x3, x4, w1, w2, w3, w4, b: by_hand.dot([x1, x2, x3, x4], [w1, w2, w3, w4], b),
    lambda right, x1, x2, x3, x4, w1, w2, w3, w4, b: (
        f"{x1 * w1} + {x2 * w2} + {x3 * w3} + {x4 * w4}, and the bias {b}: {right}."
        .replace("+ -", "− ").replace("-", "−")
    ),
    (
        Slip("U1-no-bias", "the bias is left out", "x1 * w1 + x2 * w2 + x3 * w3 + x4 * w4",
             "What is added after the products?"),
        Slip("U1-bias-in-every-product", "the bias is added to every product",
             "x1 * w1 + x2 * w2 + x3 * w3 + x4 * w4 + 4 * b",
             "How many biases belong to one output number?"),
        Slip("U1-flipped", "the filter is turned by half a turn first",
             "x1 * w4 + x2 * w3 + x3 * w2 + x4 * w1 + b",
             "Which weight lies on the upper left number?"),
        Slip("U1-sums-multiplied", "both are added up first and then multiplied",
             "(x1 + x2 + x3 + x4) * (w1 + w2 + w3 + w4) + b",
             "What is done first at each place: multiply or add?"),
        Slip("U1-kernel-transposed", "rows and columns of the filter are exchanged",
             "x1 * w1 + x2 * w3 + x3 * w2 + x4 * w4 + b",
             "Which weight lies on the upper right number?"),
    ),
    "Lay the filter on the patch. Multiply place by place, then add everything up.",
)  # fmt: skip

MAX = Objective(
    "max-pooling-edge", 6, "Max pooling at the edge",
    "A row begins {x1} {x2} {x3}. Max pooling, F = 3, S = 2, P = 1. What is the first output?",
    ROW, lambda **row: by_hand.max_of(by_hand.padded_window(list(row.values()), 3, 1)),
    lambda right, x1, x2, x3: (
        f"The first window reads one place of padding, {x1} and {x2}. Padding never wins, so the "
        f"output is {right}.".replace("-", "−")
    ),
    (
        Slip("M68", "a zero outside wins", "0", "Does max pooling pad with a number that can win?"),
        Slip("U6-unpadded", "the window begins inside the row", "max(x1, x2, x3)",
             "Which places does the first window cover when P is 1?"),
        Slip("U6-min", "the smallest number is taken", "min(x1, x2)",
             "Which is larger: −1 or −5?"),
    ),
    "Which places does the first window cover? What stands outside the row?",
)  # fmt: skip

MEAN = Objective(
    "average-pooling-edge", 6, "Average pooling at the edge",
    "A row begins {x1} {x2} {x3}. Average pooling, F = 3, S = 2, P = 1, and padded zeros count. "
    "What is the first output?",
    {name: range(1, 13) for name in ROW},
    lambda **row: by_hand.mean_of(by_hand.padded_window(list(row.values()), 3, 1)),
    lambda right, x1, x2, x3: (
        f"The first window reads 0, {x1} and {x2}: a sum of {x1 + x2} on three places, "
        f"{written(right)}."
    ),
    (
        Slip("M69", "the padded zero does not count", "(x1 + x2) / 2",
             "How many places has the window?"),
        Slip("U6-sum", "the sum is not divided", "x1 + x2", "What makes an average of a sum?"),
        Slip("U6-unpadded", "the window begins inside the row", "(x1 + x2 + x3) / 3",
             "Which places does the first window cover when P is 1?"),
    ),
    "What does the first window read? By how many places is its sum divided?",
    only="(x1 + x2) % 3 == 0",
)  # fmt: skip

SHIFT = Objective(
    "shifted-input", 7, "The input moves",
    "Everything in the input moves {shift} columns to the right. A layer has stride {S}. Away from "
    "the edges, by how many places does its map move?",
    {"S": (2, 3, 4), "shift": range(4, 29)}, by_hand.moved,
    lambda right, S, shift: (
        f"Neighbours in the map see the input {S} columns apart. {shift} columns are {right} such "
        f"steps."
    ),
    (
        Slip("M80", "the map is said not to move", "0",
             "The layer finds the same thing at another place. Where does it write that down?"),
        Slip("U7-stride-ignored", "the map moves as far as the input", "shift",
             "How far apart do two neighbours of the map begin in the input?"),
        Slip("U7-stride-times", "the move is multiplied by the stride", "shift * S",
             "Is the map longer than the input, or shorter?"),
    ),
    "One step in the map is how many columns in the input?",
    only="shift % S == 0 and shift // S > 1",
)  # fmt: skip

SCALE = Objective(
    "standardise", 9, "Standardising a new value",
    "The training values of a column are {t1} and {t2}. A new value is {x}. What is it once it is "
    "standardised?",
    {"t1": range(2, 20), "t2": range(6, 40), "x": range(1, 60)},
    lambda t1, t2, x: by_hand.standardised([t1, t2], x),
    lambda right, t1, t2, x: (
        f"The training mean is {(t1 + t2) // 2} and the deviation {(t2 - t1) // 2}. {x} lies "
        f"{written(abs(right))} deviation{'' if abs(right) == 1 else 's'} "
        f"{'above' if right > 0 else 'below'} the mean: "
        f"{written(right)}."
    ),
    (
        Slip("M89", "the new value is part of the mean and the deviation",
             "(x - (t1 + t2 + x) / 3) / (((t1 - (t1 + t2 + x) / 3) ** 2 + (t2 - (t1 + t2 + x) / 3) "
             "** 2 + (x - (t1 + t2 + x) / 3) ** 2) / 3) ** 0.5",
             "Whose mean is meant? Has the model seen the new value?"),
        Slip("U9-centred-only", "the mean is subtracted and nothing is divided",
             "x - (t1 + t2) / 2", "How far do the training values lie from their mean?"),
        Slip("U9-not-centred", "the mean is not subtracted", "x / ((t2 - t1) / 2)",
             "What becomes of a value that equals the mean?"),
        Slip("U9-variance", "the variance is used to divide",
             "(x - (t1 + t2) / 2) / ((t2 - t1) / 2) ** 2",
             "In what unit is a variance, if the values are in grams?"),
        Slip("U9-min-max", "the training values are squeezed into 0 to 1", "(x - t1) / (t2 - t1)",
             "Where does standardising put the mean?"),
    ),
    "What are the mean and the deviation of the training values? How many deviations away is the "
    "new one?",
    only="t2 > t1 + 3 and (t2 - t1) % 2 == 0 and 2 * x != t1 + t2 "
         "and (2 * x - t1 - t2) % (t2 - t1) == 0",
)  # fmt: skip

STEP = Objective(
    "gradient-step", 9, "One step of gradient descent",
    "The loss is {c} · (w − {t})². The weight is w = {w}, the learning rate 1/{n}. What is w after "
    "one step?",
    {"c": (1, 2, 3), "t": range(1, 9), "w": range(2, 20), "n": (4, 8, 10, 16)},
    lambda c, t, w, n: w - by_hand.slope(c, t, w) / n,
    lambda right, c, t, w, n: (
        f"At w = {w} the slope is {written(by_hand.slope(c, t, w))}. A step goes against it, "
        f"{written(by_hand.slope(c, t, w))} / {n} = {written(by_hand.slope(c, t, w) / n)} far, to "
        f"{written(right)}."
    ),
    (
        Slip("U9-uphill", "the step goes up the slope", "w + 2 * c * (w - t) / n",
             "Does the loss grow or shrink in that direction?"),
        Slip("U9-half-slope", "the slope lacks its factor 2", "w - c * (w - t) / n",
             "What is the slope of a square?"),
        Slip("U9-loss-for-slope", "the loss is used for the slope", "w - c * (w - t) ** 2 / n",
             "Which tells how steep it is: the loss or its slope?"),
        Slip("U9-rate-forgotten", "the learning rate is left out", "w - 2 * c * (w - t)",
             "What does the learning rate do to the step?"),
        Slip("U9-step-only", "the step is given, not the new weight", "2 * c * (w - t) / n",
             "What is asked for: the step, or where it leads?"),
    ),
    "How steep is the loss at w? Which way is down, and how far do you go?",
    only="w > t and (2 * c * (w - t)) % n == 0",
)  # fmt: skip

KEPT = Objective(
    "dropout-kept", 9, "A unit that dropout keeps",
    "Dropout in training keeps {k} of {n} units and drops the others. What does a kept unit with "
    "the value {x} become?",
    {"k": (2, 3, 4, 5), "n": (4, 5, 6, 8, 10), "x": range(2, 31)},
    lambda k, n, x: by_hand.kept_value(x, k, n),
    lambda right, k, n, x: (
        f"{n} units of {x} add up to {n * x}. So that {k} units still do, each must be "
        f"{written(right)}."
    ),
    (
        Slip("M91", "a kept unit stays as it is", "x",
             "Is the mean over all units still the same?"),
        Slip("U9-multiplies", "it is multiplied by the share that is kept", "x * k / n",
             "The dropped ones are missing from the sum. Must the others grow or shrink?"),
        Slip("U9-divides-by-p", "it is divided by the share that is dropped", "x * n / (n - k)",
             "Which share carries the whole sum now?"),
    ),
    "The sum over all units shall stay. How many are left to carry it?",
    only="k < n and n * x % k == 0",
)  # fmt: skip

TORCH = Objective(
    "dropout-p", 9, "Keep, and PyTorch's p",
    "A paper keeps a unit with probability {k}/{n}. Which p does torch.nn.Dropout need?",
    {"k": range(1, 10), "n": (4, 5, 8, 10)},
    lambda k, n: Fraction(sum(unit >= k for unit in range(n)), n),
    lambda right, k, n: (
        f"Dropped are {n - k} of {n} units. PyTorch's p is the share that is dropped: "
        f"{written(right)}."
    ),
    (
        Slip("M90", "the probability of keeping is given", "k / n",
             "What does PyTorch's p count: kept or dropped?"),
        Slip("U9-percent", "it is given in percent", "100 * (n - k) / n",
             "Between which two numbers does a probability lie?"),
        Slip("U9-factor", "the factor for the kept ones is given", "n / k",
             "Between which two numbers does a probability lie?"),
    ),
    "How many of the units are dropped, of how many?",
    only="k < n and 2 * k != n",
)  # fmt: skip

OBJECTIVES = (DOT, MAX, MEAN, SHIFT, SCALE, STEP, KEPT, TORCH)
