"""Unit 09, scaling and dropout: what to write, how it is marked, and the slips people make.

A table of data has layout ND: N rows, one a thing, and D columns, one a feature.  Slips called
``M..`` are the numbered misconceptions of the course's catalogue, ``U9-..`` are this unit's.
"""

import numpy as np

from exercises.authoring import Group, claim, edit, exercise, tests

random = np.random.default_rng(9)  # the cases are the same in every run

GRAMS = np.array([[15, 1], [18, 3], [12, 2], [10, 5]])  # orange, apple, banana, grape
KILOGRAMS = GRAMS / [1000, 1]
LIKED = np.array([1, 2, 3, 5]) - 2.75  # what the text predicts, centred


def table(N, D, low=-9, high=9):
    """N rows of D whole numbers."""
    return random.integers(low, high + 1, (N, D))


# ------------------------------------------------------------------------- who is near


@exercise(
    points=2,
    returns="the number of the row of X that is nearest to row i, an int; row i itself does not "
    "count, and of rows that are equally near the first is taken",
    examples=[
        ((GRAMS, 1), 0),
        ((GRAMS, 3), 2),
        ((KILOGRAMS, 1), 2),
        ((np.array([[0, 0], [3, 4], [6, 0]]), 0), 1),
        ((np.array([[7], [2], [1], [3]]), 1), 2),
        ((np.array([[4, 1], [0, 0], [4, 1]]), 2), 0),
    ],
    probes=[
        (np.array([[5, 5], [2, 9], [9, 2], [6, 3]]), 0),
        (np.array([[1, 0, 3], [2, 7, 1], [2, 6, 9], [5, 7, 3], [0, 9, 9]]), 1),
        (KILOGRAMS, 3),
        (np.array([[20, 3], [23, 9], [25, 2], [11, 3]]), 0),
    ],
    groups=[
        Group("the nearest of four to seven rows",
              [(table(N, 2), i) for N in (4, 5, 6, 7) for i in (0, 1, N - 1)]
              + [(np.array([[1, 1], [16, 2], [10, 2], [13, 6]]), 2),
                 (np.array([[5, 0], [0, 5], [2, 8], [9, 1]]), 1)], worth=2),
        Group("columns on very different scales",
              [(table(5, 2) * scale, i) for scale in ([1, 0.001], [0.001, 1], [1000, 1])
               for i in range(5)], worth=2),
        Group("one column, and five",
              [(np.array([[3], [9], [5], [12]]), i) for i in range(4)]
              + [(table(6, 5), i) for i in range(6)]),
        Group("equally near rows, and rows that are equal",
              [(np.array([[4], [6], [2], [8], [4]]), i) for i in (1, 2, 3, 4)]
              + [(np.array([[1, 2], [3, 2], [1, 2], [1, 0]]), i) for i in (1, 2, 3)]),
    ],
    praise="leaves the row itself out, keeps the numbers of the others, and takes the first of "
    "equals",
)
def nearest(X, i):
    distances = ((X - X[i]) ** 2).sum(axis=1).astype(float)
    distances[i] = np.inf
    return int(np.argmin(distances))


slip = nearest.slip
SUM = "((X - X[i]) ** 2).sum(axis=1)"

slip("M86", "scales the columns first, so that units make no difference",
     edit("((X - X[i])", "(((X - X[i]) / X.std(axis=0))"),
     "Who is Apple's neighbour in grams, and who in kilograms? Yours says the same for both.",
     "You divided by the columns' deviations before you measured. That is a good idea, and comes "
     "later in this unit; here the question is what the numbers say as they stand.")

slip("U9-one-column", "only the column with the largest numbers counts",
     edit(SUM, "((X - X[i])[:, abs(X).sum(axis=0).argmax()] ** 2)"),
     "In grams, Apple and Orange differ by 3 in weight and by 2 in price. Does your distance see "
     "the 2?",
     "Every column takes part: square each difference, then add over the columns of a row.")

slip("U9-itself", "finds the row itself", edit("    distances[i] = np.inf\n", ""),
     "How far is a row from itself? And which row does your function find?",
     "The distance to itself is 0, smaller than any other. Leave row i out.")

slip("U9-shifted", "numbers the rows after taking row i out",
     "int(np.argmin(((np.delete(X, i, axis=0) - X[i]) ** 2).sum(axis=1)))",
     "You took row i out of the table. Which numbers do the rows behind it have now?",
     "Behind the gap every row moved up by one. Keep the row and give it an infinite distance.")

slip("U9-no-squares", "adds up the differences themselves",
     edit("((X - X[i]) ** 2)", "(X - X[i])"),
     "One row is 3 more in one column and 3 less in the other. What is your distance to it?",
     "Differences with opposite signs cancel. Square them before you add.")

slip("U9-manhattan", "adds up the sizes of the differences, not their squares",
     edit("((X - X[i]) ** 2)", "abs(X - X[i])"),
     "From (0, 0), which is nearer as the crow flies: (3, 4) or (6, 0)?",
     "You walk along the axes (7 against 6). The straight line is the root of the sum of squares: "
     "5 against 6.")

slip("U9-farthest", "finds the row that is farthest away",
     edit("argmin", "argmax") & edit("= np.inf", "= -np.inf"),
     "In the picture, is your row the closest one or the one at the other end?",
     "Take the smallest distance: argmin, not argmax.")

slip("U9-distance", "gives the squared distance, not the row",
     edit("int(np.argmin(distances))", "float(distances.min())"),
     "Is your answer how far, or which one?",
     "np.argmin gives the place of the smallest number, min the number itself.")

slip("U9-last", "takes the last of several that are equally near",
     edit("int(np.argmin(distances))", "len(X) - 1 - int(np.argmin(distances[::-1]))"),
     "Two rows are equally near. Which of them does the exercise want?",
     "The first: go on only when a distance is really smaller (<, not <=).")

slip("U9-twin", "passes over rows that are equal to row i",
     edit("distances[i] = np.inf", "distances[distances == 0] = np.inf"),
     "Two rows hold the same numbers. How far apart are they?",
     "Only row i itself is left out. Another row with the same numbers is as near as can be.")


# ------------------------------------------------------------------ large numbers decide?

shape = "X.shape == (3, 2)"
larger = "min(X[:, 0]) > max(X[:, 1])"  # not X.min(): that imports, and a claim cannot
by_weight = "abs(X[1, 0] - X[0, 0]) < abs(X[2, 0] - X[0, 0])"


def nearer(one, other):
    """That row ``one`` is nearer to row 0 than row ``other`` is, over both columns."""
    return f"sum((X[{one}] - X[0]) ** 2) < sum((X[{other}] - X[0]) ** 2)"


@claim(
    "Every weight is a larger number than every price, so the weight decides who is near.",
    points=1,
    returns="a 3 x 2 array, rows A, B, C and columns weight and price: B is nearer to A by weight, "
    "and still C is A's neighbour",
    gives={"X": "array"},
    requirements=[
        ("three rows and two columns", shape),
        ("every weight is larger than every price", larger),
        ("by weight alone, B is nearer to A than C is", by_weight),
        ("by weight and price together, C is nearer to A than B is", nearer(2, 1)),
    ],
)
def price_decides():
    return np.array([[100, 1], [101, 9], [102, 1]])


slip = price_decides.slip
valid = f"{shape} and {larger} and {by_weight}"

slip("M87", "a table in which the weight does decide", "np.array([[10, 1], [12, 2], [18, 3]])",
     "By how much do your weights differ, and by how much your prices?",
     "A distance is made of differences. Weights around 100 that differ by 1 or 2 add little; let "
     "B's price be far from A's.",
     matches=f"{valid} and {nearer(1, 2)}")

slip("U9-larger-prices", "some price is larger than some weight",
     "np.array([[1, 10], [2, 90], [3, 10]])",
     "Which is the smallest weight in your table, and which the largest price?",
     "The claim speaks of weights that are larger than all prices. Add 100 to every weight: that "
     "changes no difference.",
     matches=f"{shape} and not {larger}")

slip("U9-rows-exchanged", "rows B and C have changed places",
     "np.array([[100, 1], [102, 1], [101, 9]])",
     "Which row has the weight that is next to A's: the second or the third?",
     "Your table is a counterexample with its last two rows exchanged: B, the second row, has to "
     "be the one that is nearer by weight.",
     matches=f"{shape} and {larger} and {nearer(1, 2)} "
     "and abs(X[2, 0] - X[0, 0]) < abs(X[1, 0] - X[0, 0])")

slip("U9-equal", "B and C are equally near", "np.array([[100, 1], [101, 3], [102, 2]])",
     "Work out both squared distances from A. Which is smaller?",
     "They are equal. Move B's price a little further away.",
     matches=f"{valid} and not {nearer(1, 2)} and not {nearer(2, 1)}")

slip("U9-columns-as-rows", "the table lies on its side", "np.array([[100, 101, 102], [1, 9, 1]])",
     "How many rows does your table have? And how many things are there?",
     "One row for each of A, B, C; one column for the weights, one for the prices.",
     matches="X.shape == (2, 3)")


# ---------------------------------------------------------------------------- standardise


@exercise(
    points=2,
    returns="an array of new's shape: each column of new minus the mean of that column of train, "
    "divided by its standard deviation in train (by 1 where that is 0)",
    examples=[
        ((np.array([[1, 10], [3, 30]]), np.array([[4, 0]])), np.array([[2.0, -2.0]])),
        ((np.array([[1, 10], [3, 30]]), np.array([[1, 10], [3, 30]])),
         np.array([[-1.0, -1.0], [1.0, 1.0]])),
        ((np.array([[0, 8], [0, 8], [6, 8], [6, 8]]), np.array([[3, 8], [9, 9]])),
         np.array([[0.0, 0.0], [2.0, 1.0]])),
    ],
    probes=[
        (np.array([[2, 0], [4, 1], [4, 5], [4, 2], [6, 7]]), np.array([[1, 1], [7, 3], [4, 8]])),
        (np.array([[1, 0, 5], [5, 8, 1]]), np.array([[9, 9, 9], [0, 2, 0], [1, 1, 7], [3, 0, 3]])),
    ],
    groups=[
        Group("training data by their own numbers",
              [(one, one) for one in (table(N, D) for N, D in [(4, 2), (6, 3), (9, 1), (3, 5)])]),
        Group("new rows by the training data's numbers",
              [(table(N, D), table(M, D, -20, 20))
               for N, D, M in [(4, 2, 3), (6, 3, 7), (3, 4, 2), (12, 2, 5), (5, 1, 4)]], worth=2),
        Group("one new row alone",
              [(table(N, D), table(1, D, -20, 20)) for N, D in [(4, 2), (6, 3), (5, 4)]]),
        Group("a column that is the same in all training rows",
              [(table(N, 3) * [1, 0, 1] + [0, c, 0], table(M, 3))
               for N, c, M in [(4, 5, 2), (6, -2, 3), (3, 0, 1)]]),
    ],
    praise="learns from the training data alone, column by column, and copes with one that never"
    " changes",
)
def standardise(train, new):
    mean = train.mean(axis=0)
    deviation = train.std(axis=0)
    return (new - mean) / np.where(deviation > 0, deviation, 1)


slip = standardise.slip

slip("M89", "takes the mean and the deviation from training and new rows together",
     edit("train.mean", "np.concatenate([train, new]).mean")
     & edit("train.std", "np.concatenate([train, new]).std"),
     "In the first example, which mean does the first column have: 2 or something else?",
     "You let the new rows take part. At the time of training they are not there yet, and a test "
     "that helps to choose the scale is no test. Mean and deviation come from train alone.")

slip("U9-by-new", "takes the mean and the deviation from the new rows",
     edit("train.mean", "new.mean") & edit("train.std", "new.std"),
     "What does your function make of a single new row? Could anything be learned from that?",
     "By its own mean a single row is all zeros. New rows are measured with the training data's "
     "mean and deviation.")

slip("U9-centred-only", "subtracts the mean and does not divide",
     edit(" / np.where(deviation > 0, deviation, 1)", ""),
     "After your function, how large are the deviations of the two columns?",
     "Subtracting moves the columns to 0. Dividing by the deviation makes their scales equal.")

slip("U9-not-centred", "divides and does not subtract the mean",
     edit("(new - mean)", "new"),
     "What is the mean of a column after your function?",
     "Subtract the training mean first, so that the training column has mean 0.")

slip("U9-sample", "divides the sum of squares by N - 1",
     edit("std(axis=0)", "std(axis=0, ddof=1)"),
     "By how many numbers is the sum of squares divided in the text's formula?",
     "With N - 1 you estimate a population's deviation from a sample (pandas does so). Here the "
     "formula divides by N, as NumPy's std and most scalers do.")

slip("U9-one-mean", "takes one mean and one deviation for the whole table",
     edit("mean(axis=0)", "mean()") & edit("std(axis=0)", "std()"),
     "Grams and prices: is there one mean that tells something about both?",
     "Each column has a mean and a deviation of its own: axis=0 goes down the rows.")

slip("U9-min-max", "squeezes the training columns into 0 to 1",
     edit("train.mean", "train.min")
     & edit("deviation = train.std(axis=0)",
            "deviation = train.max(axis=0) - train.min(axis=0)"),
     "Is a standardised training column ever negative?",
     "That is min-max scaling: it takes the smallest and the largest number. Standardising takes "
     "the mean and the standard deviation.")

slip("U9-variance", "divides by the variance", edit("train.std", "train.var"),
     "If the weights are in grams, in which unit is their variance?",
     "The variance is in squared grams. Its root, the standard deviation, is in grams, so that the "
     "quotient has no unit.")

slip("U9-divides-by-zero", "divides by a deviation of 0",
     edit("return (new - mean) / np.where(deviation > 0, deviation, 1)",
          "with np.errstate(all='ignore'):\n        return (new - mean) / deviation"),
     "One training column is 8 in every row. What is its deviation?",
     "It is 0, and dividing by it gives nan or inf. Divide such a column by 1 instead.")

slip("U9-train-back", "gives the training rows back", edit("(new - mean)", "(train - mean)"),
     "How many rows has your answer, and how many has new?",
     "Mean and deviation come from train. What is shifted and divided is new.")


# ------------------------------------------------------------------- a test against peeking


@tests(
    of=standardise,
    points=2,
    returns="True when the implementation is a right standardise(train, new), False (or an error) "
    "when it is not",
)
def is_standardise(standardise):
    train = np.array([[1, 10, 4], [3, 30, 4]])
    new = np.array([[4, 0, 4], [0, 50, 6], [9, 10, 5]])
    right = np.array([[2, -2, 0], [-2, 3, 2], [7, -1, 1]])
    if not np.allclose(standardise(train, new), right):
        return False
    return all(np.allclose(standardise(train, new[[i]]), right[[i]]) for i in range(3))


@is_standardise.sound("goes number by number and gives nested lists")
def _(train, new):
    answer = []
    for row in new.tolist():
        line = []
        for column, number in enumerate(row):
            seen = train[:, column].tolist()
            mean = sum(seen) / len(seen)
            deviation = (sum((one - mean) ** 2 for one in seen) / len(seen)) ** 0.5
            line.append((number - mean) / (deviation or 1))
        answer.append(line)
    return answer


@is_standardise.sound("divides first and subtracts afterwards")
def _(train, new):
    deviation = train.std(axis=0)
    deviation[deviation == 0] = 1
    return new / deviation - train.mean(axis=0) / deviation


@is_standardise.sound("measures lengths of centred columns")
def _(train, new):
    centred = train - train.mean(axis=0)
    lengths = np.linalg.norm(centred, axis=0)
    return (new - train.mean(axis=0)) * np.sqrt(len(train)) / np.where(lengths, lengths, np.sqrt(
        len(train)))


faulty = is_standardise.faulty

faulty("takes mean and deviation from the new rows", "standardise(new, new)",
       "Does your test know what should come out for a new row that is not like the training rows?",
       "Work out by hand what one new row becomes with the training data's mean and deviation.",
       shown=True)
faulty("peeks as soon as there are several new rows",
       "standardise(train if len(new) == 1 else new, new)",
       "What does your test try: one new row, or several at once?",
       "Give several new rows at once, and compare with what each of them becomes alone.",
       shown=True)
faulty("gives numbers that are twice too large", "2 * standardise(train, new)",
       "Does your test compare with numbers that you worked out?",
       "Take two training rows whose mean and deviation you see at once.", shown=True)
faulty("lets the new rows take part", slip="M89", worth=2)
faulty("divides the sum of squares by N - 1", slip="U9-sample")
faulty("takes one mean for all columns", slip="U9-one-mean")
faulty("does not divide", slip="U9-centred-only")
faulty("divides by zero", slip="U9-divides-by-zero")


@faulty("centres on the training rows, but takes the deviation of all rows",
        hint="Does your test notice when only the deviation has seen the new rows?",
        more="Let the new rows lie far away: their distance from the training rows changes the "
        "deviation of all rows together.")
def _(train, new):
    deviation = np.concatenate([train, new]).std(axis=0)
    return (new - train.mean(axis=0)) / np.where(deviation > 0, deviation, 1)


# --------------------------------------------------------------------------- steps downhill


def loss(w, X, y):
    """Half the mean squared error of the predictions X @ w."""
    return np.mean((X @ w - y) ** 2) / 2


def gradient(w, X, y):
    """The slope of the loss in each weight."""
    return X.T @ (X @ w - y) / len(y)


def rate(X):
    """The learning rate 1 / L, where L is the largest curvature of the loss."""
    return 1 / np.linalg.eigvalsh(X.T @ X / len(X))[-1]


def lowest(X, y):
    """The smallest loss that any weights reach."""
    return loss(np.linalg.lstsq(X, y, rcond=None)[0], X, y)


def centred(X):
    return X - X.mean(axis=0)


SCALED = centred(GRAMS) / GRAMS.std(axis=0)
BOWL = np.array([[2, 0], [0, 1]])


def valley(N, D, stretch):
    """Centred data whose first column is ``stretch`` times as wide as the others, and targets."""
    X = centred(table(N, D) * np.array([stretch, *[1] * (D - 1)]))
    return X, centred(table(N, 1)[:, 0])


@exercise(
    others=0,  # an answer takes long
    points=2,
    returns="how many steps of gradient descent from w = 0 at rate(X) it takes until the loss is "
    "at most gap above the lowest, an int",
    examples=[
        ((BOWL, np.array([2, 1]), 0.1), 2),
        ((np.array([[1], [-1]]), np.array([3, -3]), 1e-6), 1),
        ((BOWL, np.array([0, 0]), 0.1), 0),
        ((centred(GRAMS), LIKED, 1e-6), 35),
        ((SCALED, LIKED, 1e-6), 10),
    ],
    probes=[
        (np.array([[3, 1], [-1, 1], [-2, -2]]), np.array([1, 2, -3]), 1e-4),
        (np.array([[4, 1], [0, 1], [-4, -2]]), np.array([2, 6, -8]), 0.001),
    ],
    groups=[
        Group("round valleys", [(*valley(N, 2, 1), gap) for N, gap in
                                [(5, 1e-6), (8, 1e-3), (12, 1e-6), (20, 1e-4)]]),
        Group("long valleys", [(*valley(N, 2, stretch), gap) for N, stretch, gap in
                               [(5, 4, 1e-3), (8, 8, 1e-3), (12, 10, 1e-4), (6, 12, 1e-2)]],
              worth=2),
        Group("one weight, and three", [(*valley(N, D, stretch), 1e-4) for N, D, stretch in
                                        [(6, 1, 1), (9, 3, 1), (9, 3, 5), (12, 3, 2)]]),
        Group("few steps or none", [(BOWL, np.array([4, 2]), gap) for gap in (9, 4, 1, 0.3)]),
    ],
    praise="asks before the first step, and measures the gap above the lowest loss",
)
def gd_steps(X, y, gap):
    w = np.zeros(X.shape[1])
    steps = 0
    while loss(w, X, y) - lowest(X, y) > gap:
        w = w - rate(X) * gradient(w, X, y)
        steps = steps + 1
    return steps


slip = gd_steps.slip

slip("U9-one-more", "counts one step more than it took", edit("return steps", "return steps + 1"),
     "When the weights are good enough from the start, how many steps are needed?",
     "Ask first whether the loss is low enough, then step. At y = (0, 0) the answer is 0.")

slip("U9-stops-when-slow", "stops when a step lowers the loss by no more than the gap",
     edit("loss(w, X, y) - lowest(X, y) > gap",
          "loss(w, X, y) - loss(w - rate(X) * gradient(w, X, y), X, y) > gap"),
     "Your walk stops when steps get small. Is it at the bottom then, or in a long flat valley?",
     "In a long valley the steps are small far from the bottom. Compare the loss with the lowest "
     "one, not with the loss one step before.")

slip("U9-scales-inside", "standardises X before it starts",
     edit("    w = np",
          "    X = (X - X.mean(axis=0)) / np.maximum(X.std(axis=0), 1e-9)\n    w = np"),
     "Grams and standardised columns: does your function find the same number of steps?",
     "You scaled the columns yourself, so nothing is left to compare. Take X as it comes.")

slip("U9-one-by-one", "changes one weight, then looks at the slope again for the next",
     edit("w = w - rate(X) * gradient(w, X, y)",
          "for j in range(len(w)):\n            w[j] -= rate(X) * gradient(w, X, y)[j]"),
     "When you change the second weight, has the first one already moved?",
     "All weights step at once, along one gradient. Compute it first, then change the whole "
     "array.")

slip("U9-relative", "takes the gap as a share of the gap at the start",
     edit("> gap", "> gap * (loss(0 * w, X, y) - lowest(X, y))"),
     "With gap = 0.1: do you stop 0.1 above the lowest loss, or at a tenth of the first gap?",
     "The gap is a plain difference of two losses. Compare it with gap itself.")

slip("U9-half-rate", "walks at half the rate", edit("rate(X) *", "rate(X) / 2 *"),
     "With one weight, X = (1, -1): does your first step end at the bottom?",
     "At the rate 1 / L one weight alone is there after one step. loss has a factor 1/2 already, "
     "and gradient and rate go with it; halve nothing once more.")

slip("U9-weights", "gives the weights, not the number of steps", edit("return steps", "return w"),
     "Is your answer a number of steps, or the place where the walk ends?",
     "Count the steps in a variable and return that.")


# -------------------------------------------------------------------------- who does not care

sides = "[w <= {} for w in (15, 18, 12, 10)]"
split = f"0 < sum({sides.format('grams')}) < 4"
alike = f"{sides.format('grams')} == {sides.format('1000 * kilograms')}"


@claim(
    "A tree's answers depend on the unit, too: whoever weighs in kilograms gets other groups.",
    points=1,
    returns="(grams, kilograms), two numbers: limits for the question 'weight at most ...?' in the "
    "two units that sort the four fruits into the same two groups",
    gives={"grams": "number", "kilograms": "number"},
    requirements=[
        ("asked in grams, some of 15, 18, 12 and 10 are at most the limit and some are not", split),
        ("asked in kilograms, the same fruits are at most the limit", alike),
        ("the limit is your own, not the text's 13.5 grams", "grams != 13.5"),
    ],
)
def same_groups():
    return 16, 0.016


slip = same_groups.slip

slip("M88", "says that there are no such limits", "'no'",
     "A tree asks 'weight at most 16 grams?'. How would you ask the same in kilograms?",
     "A tree only asks which side of a limit a number is on. With the unit the limit changes too, "
     "and the groups stay. No scaling is needed for that.",
     matches="type(answer) is str")

slip("U9-same-limit", "takes the same number in both units", "16, 16",
     "How many kilograms does the heaviest fruit weigh? On which side of your limit is it?",
     "In kilograms all fruits weigh less than 1. Divide the limit by 1000.",
     matches=f"{split} and grams == kilograms")

slip("U9-times", "multiplies by 1000 instead of dividing", "16, 16000",
     "Is a kilogram more than a gram, or less? So is the number of kilograms larger or smaller?",
     "16 grams are 0.016 kilograms: divide by 1000.",
     matches=f"{split} and kilograms == 1000 * grams")

slip("U9-one-group", "a limit with all fruits on the same side", "20, 0.02",
     "Which fruits weigh more than your limit?",
     "Choose a limit between the lightest and the heaviest fruit: 10 and 18 grams.",
     matches=f"not {split} and (grams >= 18 or 1 < grams < 10)")

slip("U9-units-exchanged", "the kilograms come first", "0.016, 16",
     "Which of your two numbers is in grams?", "Return (grams, kilograms), in this order.",
     matches="0 < grams < 1 and kilograms >= 1")


# ---------------------------------------------------------------------------------- dropout


def units(*shape):
    """Numbers x to drop and, of the same shape, u in [0, 1): exact in eighths, most above 0."""
    return random.integers(1, 10, shape), random.integers(0, 8, shape) / 8


X4, U4 = np.array([4, 8, 2, 6]), np.array([0.125, 0.5, 0.875, 0.25])


@exercise(
    points=3,
    returns="an array of x's shape: in training, 0 where u < p and x / (1 - p) elsewhere (all "
    "zeros when p is 1); in evaluation, x; raises ValueError when p < 0 or p > 1",
    examples=[
        ((X4, U4, 0.25, True), np.array([0, 8, 2, 6]) / 0.75),
        ((X4, U4, 0.5, True), np.array([0.0, 16.0, 4.0, 0.0])),
        ((X4, U4, 0.25, False), X4),
        ((X4, U4, 0, True), X4),
        ((X4, U4, 1, True), np.zeros(4)),
        ((X4, U4, 1.5, True), ValueError),
        ((X4, U4, -0.5, False), ValueError),
    ],
    probes=[
        (np.array([[1, 2, 3], [4, 5, 6]]),
         np.array([[0.875, 0.25, 0.125], [0.5, 0, 0.75]]), 0.75, True),
        (np.array([[1, 2, 3], [4, 5, 6]]),
         np.array([[0.875, 0.25, 0.125], [0.5, 0, 0.75]]), 0.125, True),
        (np.array([[1, 2, 3], [4, 5, 6]]),
         np.array([[0.875, 0.25, 0.125], [0.5, 0, 0.75]]), 0.75, False),
    ],
    groups=[
        Group("training", [(*units(*shape), p, True) for shape in [(8,), (3, 5), (2, 3, 4)]
                           for p in (0.25, 0.375, 0.5, 0.75, 0.875)], worth=3),
        Group("evaluation", [(*units(*shape), p, False) for shape in [(8,), (3, 5), (2, 3, 4)]
                             for p in (0.25, 0.5, 0.75, 1)], worth=2),
        Group("p = 0 and p = 1 in training",
              [(*units(*shape), p, True) for shape in [(6,), (2, 4)] for p in (0, 1)]),
        Group("p that is no probability",
              [(*units(4), p, training) for p in (-0.25, 1.25, 2, 0.5)
               for training in (True, False)]),
    ],
    praise="drops with probability p, makes up for it in training, and does nothing in "
    "evaluation",
)
def dropout_forward(x, u, p, training):
    if p < 0 or p > 1:
        raise ValueError("p must be from 0 to 1")
    if not training:
        return x
    if p == 1:
        return np.zeros(x.shape)
    return np.where(u < p, 0, x) / (1 - p)


slip = dropout_forward.slip


@slip("M90", "takes p for the probability of keeping",
      hint="At p = 0.75, should most numbers be dropped or most be kept?",
      more="p is the probability of being dropped, as in PyTorch and Keras. Your function keeps "
      "with probability p: TensorFlow 1 called that keep_prob.")
def _(x, u, p, training):
    if p < 0 or p > 1:
        raise ValueError("p must be from 0 to 1")
    if not training:
        return x
    if p == 0:
        return np.zeros(x.shape)
    return np.where(u < p, x, 0) / p


slip("U9-keeps-below", "keeps where u < p and drops elsewhere", edit("0, x)", "x, 0)"),
     "u = 0.125 and p = 0.25: is this number dropped or kept?",
     "Drop where u < p. u is even on 0 to 1, so that happens with probability p.")

slip("M91", "does not make up for what is dropped", edit(" / (1 - p)", " * 1.0"),
     "Take four ones and drop one of them. What is the mean before and after?",
     "What is kept is divided by 1 - p in training, so that the mean stays. At p = 0.25 a kept 1 "
     "becomes 1.333.")

slip("M92", "drops in evaluation, too", edit("if not training", "if training is None"),
     "Call your function with training=False and two different u. Do the answers agree?",
     "In evaluation nothing is dropped and nothing is scaled: return x, whatever u is.")

slip("U9-old-way", "leaves the kept numbers alone, and scales in evaluation instead",
     edit("return x\n", "return x * (1 - p)\n") & edit(" / (1 - p)", " * 1.0"),
     "What does your function do in evaluation? What should it do?",
     "That is dropout as it was first described. Inverted dropout does the scaling in training, so "
     "that evaluation has nothing to do.")

slip("U9-scales-twice", "scales in training and in evaluation",
     edit("return x\n", "return x * (1 - p)\n"),
     "In training your mean is right. What is it in evaluation?",
     "Dividing by 1 - p in training has settled it. In evaluation return x as it is.")

slip("U9-divides-by-p", "divides by p", edit("/ (1 - p)", "/ (p or 1)"),
     "At p = 0.25 three of four numbers are left. How much must each grow for the same sum?",
     "By 4/3, that is 1 / (1 - p): divide by the share that is kept.")

slip("U9-multiplies", "multiplies by 1 - p where it should divide", edit("/ (1 - p)", "* (1 - p)"),
     "Some numbers are gone. Should the others become larger or smaller?",
     "Larger: divide by 1 - p.")

slip("U9-limit-dropped", "drops where u equals p, too", edit("u < p", "u <= p"),
     "u = 0.25 and p = 0.25: is this number dropped?",
     "Dropped is where u < p. With <= even p = 0 could drop something: where u is 0.")

slip("U9-counted", "divides by the share that happened to be kept this time",
     edit("/ (1 - p)", "/ max((u >= p).mean(), 1e-9)"),
     "Two calls with the same p and other u: is a kept number always enlarged by the same factor?",
     "The factor is 1 / (1 - p), whatever u is. The mean is kept on average, not in each call.")

slip("U9-all-dropped", "divides by zero at p = 1",
     edit("p == 1", "p == 9")
     & edit("return np.where(u < p, 0, x) / (1 - p)",
            "with np.errstate(all='ignore'):\n        return np.where(u < p, 0, x) / (1 - p)"),
     "At p = 1 everything is dropped. By what do you divide?",
     "1 - p is 0 there, and 0 / 0 is nan. Return zeros before you divide.")


# -------------------------------------------------------------------- a test of dropout

@tests(
    of=dropout_forward,
    points=2,
    returns="True when the implementation is a right dropout_forward(x, u, p, training), False (or "
    "an error) when it is not",
)
def is_dropout(dropout_forward):
    u = np.arange(100).reshape(4, 25) % 8 / 8
    x = np.arange(1, 101).reshape(4, 25)
    for p in (0.25, 0.5, 0.75):
        if not np.allclose(dropout_forward(x, u, p, True), (u >= p) * x / (1 - p)):
            return False
        if not np.allclose(dropout_forward(x, u, p, False), x):
            return False
    return True


@is_dropout.sound("writes zeros into a copy and gives nested lists")
def _(x, u, p, training):
    if p < 0 or p > 1:
        raise ValueError("no probability")
    answer = x.astype(float)
    if training:
        answer[u < p] = 0
        if p < 1:
            answer *= 1 / (1 - p)
    return answer.tolist()


@is_dropout.sound("goes number by number")
def _(x, u, p, training):
    if not 0 <= p <= 1:
        raise ValueError("no probability")
    answer = [one if not training else one / (1 - p) if p <= chance else 0.0
              for one, chance in zip(x.ravel(), u.ravel(), strict=True)]
    return np.array(answer, dtype=float).reshape(x.shape)


@is_dropout.sound("makes a mask of 0 and 1 / (1 - p) first")
def _(x, u, p, training):
    if p < 0 or p > 1:
        raise ValueError("no probability")
    mask = np.ones(x.shape)
    if training:
        mask = (u >= p) * (1 / (1 - p) if p < 1 else 0.0)
    return mask * x


faulty = is_dropout.faulty

faulty("takes p for the probability of keeping", "dropout_forward(x, u, 1 - p, training)",
       "Does your test use a p other than 0.5?",
       "At p = 0.5 dropping and keeping are equally likely. Take p = 0.25 and count the zeros.",
       shown=True)
faulty("drops in evaluation, too", "dropout_forward(x, u, p, True)",
       "Does your test call the function with training=False?",
       "In evaluation the answer has to be x, whatever u is.", shown=True)
faulty("drops nothing in training", "dropout_forward(x, u, p, False)",
       "Does your test look for zeros?",
       "In training, the answer has to be 0 exactly where u < p.", shown=True)
faulty("does not make up for what is dropped", slip="M91")
faulty("scales in training and in evaluation", slip="U9-scales-twice")
faulty("does it the old way, scaling in evaluation only", slip="U9-old-way")
faulty("divides by p", slip="U9-divides-by-p")
faulty("keeps what should be dropped", slip="U9-keeps-below")
faulty("divides by the share that happened to be kept", slip="U9-counted")


@faulty("drops whole rows, by the first number of each row of u",
        hint="Has your x more than one row?",
        more="Every number has a chance of its own. Take an x with several rows and columns.")
def _(x, u, p, training):
    return dropout_forward(x, np.broadcast_to(u[..., :1], u.shape), p, training)


# ---------------------------------------------------------------------------- keep, or drop

@claim(
    "The listing says dropout = 0.75, so in PyTorch the layer is nn.Dropout(0.75).",
    points=1,
    returns="(p, factor, learned): the argument of nn.Dropout that does the same as the listing, "
    "what a kept number is multiplied by in training, and how many parameters the layer learns",
    gives={"p": "number", "factor": "number", "learned": "whole"},
    requirements=[
        ("p is a probability", "0 <= p <= 1"),
        ("of 100 numbers 75 are kept on average", "abs(100 * p + 75 - 100) < 1e-6"),
        ("75 kept numbers, enlarged by the factor, add up to what 100 did",
         "abs(75 * factor - 100) < 0.5"),
        ("as many numbers as gradient descent changes in this layer", "learned == 0"),
    ],
)
def in_pytorch():
    return 0.25, 1 / 0.75, 0


slip = in_pytorch.slip

slip("M90", "takes keep for p", "0.75, 1 / 0.75, 0",
     "What is 0.75 the probability of in the listing: of staying or of going?",
     "The listing hands 0.75 on as keep_prob. PyTorch's p is the probability of being dropped.",
     matches="p == 0.75")

slip("M91", "leaves the kept numbers as they are", "0.25, 1, 0",
     "A quarter of the numbers is gone. What makes up for it?",
     "What is kept is divided by the probability of keeping.",
     matches="p == 0.25 and factor == 1")

slip("M93", "counts the rate as a parameter that is learned", "0.25, 1 / 0.75, 1",
     "Who chose 0.75: gradient descent, or the person who wrote the listing?",
     "The rate is a hyperparameter: it is set beforehand and never changed by a step.",
     matches="p == 0.25 and abs(75 * factor - 100) < 0.5 and learned > 0")

slip("U9-factor-of-p", "divides by p", "0.25, 4, 0",
     "75 of 100 are kept. Four times as much of each: is that the sum you began with?",
     "Divide by what is kept, 1 - p, not by p.",
     matches="p == 0.25 and factor == 4")

slip("U9-smaller", "makes the kept numbers smaller", "0.25, 0.75, 0",
     "Some numbers are gone. Should those that are left grow or shrink?",
     "They have to grow, so that the sum stays: divide by 0.75.",
     matches="p == 0.25 and factor == 0.75")

slip("U9-percent", "gives p in percent", "25, 1 / 0.75, 0",
     "Which is the largest value that a probability can have?",
     "Give p as a number from 0 to 1.",
     matches="p == 25")
