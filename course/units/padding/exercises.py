"""Exercises of unit 03, padding: the public half.

The symbols are the course's: ``W`` and ``H`` are the input's width and height, ``D`` its depth,
``F`` the filter's size, ``S`` the stride, ``P`` the zeros on each side.  Probes hold only layers
that exist, so that a student who also forgot the ``ValueError`` still meets the hint for the bigger
mistake.
"""

import numpy as np

from course.exercise import Claim, Example, Exercise, Requirement

# --------------------------------------------------------------------------- a border of zeros

pad2d = Exercise(
    name="pad2d",
    signature="pad2d(image, P)",
    returns="an (H+2P) x (W+2P) array, layout HW: the image with P zeros on each of its four "
    "sides; raises ValueError when P < 0",
    examples=(
        Example(
            (np.array([[1, 2], [3, 4]]), 1),
            np.array([[0, 0, 0, 0], [0, 1, 2, 0], [0, 3, 4, 0], [0, 0, 0, 0]]),
        ),
        Example(
            (np.array([[5, 6]]), 2),
            np.array([[0] * 6, [0] * 6, [0, 0, 5, 6, 0, 0], [0] * 6, [0] * 6]),
        ),
        Example((np.array([[0.5]]), 1), np.array([[0, 0, 0], [0, 0.5, 0], [0, 0, 0]])),
        Example((np.array([[7, 8]]), 0), np.array([[7, 8]])),
        Example((np.array([[7, 8]]), -1), ValueError),
    ),
    probes=(
        (np.array([[1, 2, 3], [4, 5, 6]]), 1),
        (np.array([[1, 2], [3, 4], [5, 6]]), 2),
        (np.array([[0.25, 1.5], [2.75, 3.5]]), 3),
        (np.array([[7, 8, 9]]), 0),
    ),
)


@pad2d.slip(
    "U3-after",
    "puts zeros below and to the right only",
    hint="Draw the border around a sheet of paper. How many edges did you cross?",
    more="P zeros go on every side: above, below, left and right. Your image still sits in the "
    "top left corner, without zeros before it.",
)
def _(image, P):
    import numpy as np

    if P < 0:
        raise ValueError("P must not be negative")
    return np.pad(image, ((0, P), (0, P)))


@pad2d.slip(
    "U3-before",
    "puts zeros above and to the left only",
    hint="Look at the last row and the last column of your answer. What should be there?",
    more="P zeros go on every side: above, below, left and right. Yours stop after the first two.",
)
def _(image, P):
    import numpy as np

    if P < 0:
        raise ValueError("P must not be negative")
    return np.pad(image, ((P, 0), (P, 0)))


@pad2d.slip(
    "U3-corner",
    "makes an array of the right size and leaves the image in its corner",
    hint="The size is right. In which row of the new array does the image's first row belong?",
    more="Row 0 of the image goes to row P of the new array, column 0 to column P. Then P zeros "
    "are left on each side.",
)
def _(image, P):
    import numpy as np

    if P < 0:
        raise ValueError("P must not be negative")
    H, W = image.shape
    padded = np.zeros((H + 2 * P, W + 2 * P), dtype=image.dtype)
    padded[:H, :W] = image
    return padded


@pad2d.slip(
    "U3-rows",
    "adds rows of zeros and no columns",
    hint="The image has become taller. Has it become wider, too?",
    more="The height becomes H + 2P and the width W + 2P. Add P columns of zeros on the left and "
    "on the right.",
)
def _(image, P):
    import numpy as np

    if P < 0:
        raise ValueError("P must not be negative")
    return np.pad(image, ((P, P), (0, 0)))


@pad2d.slip(
    "U3-columns",
    "adds columns of zeros and no rows",
    hint="The image has become wider. Has it become taller, too?",
    more="The width becomes W + 2P and the height H + 2P. Add P rows of zeros above and below.",
)
def _(image, P):
    import numpy as np

    if P < 0:
        raise ValueError("P must not be negative")
    return np.pad(image, ((0, 0), (P, P)))


@pad2d.slip(
    "U3-edge",
    "repeats the image's edge instead of adding zeros",
    hint="The size is right. Which numbers does your border hold?",
    more="Your border repeats the outermost pixels. That is a padding too, but here the border "
    "is made of zeros.",
)
def _(image, P):
    import numpy as np

    return np.pad(image, P, mode="edge")


@pad2d.slip(
    "U3-total",
    "shares P zeros between the two sides",
    hint="Count the zeros to the left of the image, then those to the right. Is each of them P?",
    more="P counts the zeros on each side. Each axis grows by 2P in all, not by P.",
)
def _(image, P):
    import numpy as np

    if P < 0:
        raise ValueError("P must not be negative")
    before, after = P // 2, P - P // 2
    return np.pad(image, ((before, after), (before, after)))


@pad2d.slip(
    "U3-twice",
    "puts 2P zeros on each side",
    hint="Each axis should grow by 2P. By how much does yours grow?",
    more="The 2 in H + 2P counts the sides. On each single side there are P zeros.",
)
def _(image, P):
    import numpy as np

    return np.pad(image, 2 * P)


@pad2d.slip(
    "U3-swapped",
    "takes the first number of the shape for the width",
    hint="Try an image that is not square. Which comes first in image.shape, H or W?",
    more="In the layout HW, image.shape is (H, W): rows first. With the two names swapped, square "
    "images still work and all others fail.",
)
def _(image, P):
    import numpy as np

    if P < 0:
        raise ValueError("P must not be negative")
    W, H = image.shape
    padded = np.zeros((H + 2 * P, W + 2 * P), dtype=image.dtype)
    padded[P : P + H, P : P + W] = image
    return padded


@pad2d.slip(
    "U3-minus-zero",
    "cuts with -P, which cuts everything away when P is 0",
    hint="Your answer works for P = 1. What is padded[0:-0]?",
    more="-0 is 0, so padded[0:-0] is empty. Say where the image ends without a minus: at P + H "
    "and P + W.",
)
def _(image, P):
    import numpy as np

    if P < 0:
        raise ValueError("P must not be negative")
    padded = np.zeros((image.shape[0] + 2 * P, image.shape[1] + 2 * P), dtype=image.dtype)
    padded[P:-P, P:-P] = image
    return padded


@pad2d.slip(
    "U3-integers",
    "makes a border of integers and so cuts off the image's fractions",
    hint="Pad an image that holds 0.5. What became of it?",
    more="An array of integers cannot hold 0.5. Make the zeros of the image's own kind: "
    "dtype=image.dtype.",
)
def _(image, P):
    import numpy as np

    if P < 0:
        raise ValueError("P must not be negative")
    H, W = image.shape
    padded = np.zeros((H + 2 * P, W + 2 * P), dtype=int)
    padded[P : P + H, P : P + W] = image
    return padded


@pad2d.slip(
    "U3-overwritten",
    "writes the zeros over the image's own border",
    hint="Is your answer larger than the image? Where did the outermost pixels go?",
    more="Padding adds a border around the image and erases nothing. Start from a larger array of "
    "zeros and copy the image into it.",
)
def _(image, P):
    if P < 0:
        raise ValueError("P must not be negative")
    padded = image.copy()
    H, W = image.shape
    padded[:P] = 0
    padded[max(H - P, 0) :] = 0
    padded[:, :P] = 0
    padded[:, max(W - P, 0) :] = 0
    return padded


# --------------------------------------------------------------------------- the same size, S = 1

same_padding_s1 = Exercise(
    name="same_padding_s1",
    signature="same_padding_s1(F)",
    returns="(before, after): the zeros on either side that keep the width at S = 1, for even F "
    "with the extra zero after; raises ValueError when F < 1",
    examples=(
        Example((3,), (1, 1)),
        Example((5,), (2, 2)),
        Example((4,), (1, 2)),
        Example((0,), ValueError),
    ),
    probes=((7,), (8,), (1,), (2,)),
)


@same_padding_s1.slip(
    "M20",
    "puts all F - 1 zeros on each side",
    hint="With F = 5 the width shrinks by 4. How many zeros do you add in all?",
    more="F - 1 zeros are needed in all. They are shared by the two sides.",
)
def _(F):
    if F < 1:
        raise ValueError("a filter has at least one pixel")
    return F - 1, F - 1


@same_padding_s1.slip(
    "M21",
    "puts F zeros on each side",
    hint="Put your zeros into the size formula of unit 02, for W = 7 and F = 3. Is it still 7?",
    more="F zeros on each side make the output F + 1 wider than the input. Only F - 1 zeros "
    "are missing, in all.",
)
def _(F):
    if F < 1:
        raise ValueError("a filter has at least one pixel")
    return F, F


@same_padding_s1.slip(
    "M22",
    "puts half a zero on each side when F is even",
    hint="Odd filters are right. For F = 4 you put 1.5 zeros on each side: what would half a "
    "zero look like?",
    more="For even F, the F - 1 zeros are an odd number, and no symmetric P exists. Give one "
    "side one zero more than the other: here, the side after.",
)
def _(F):
    if F < 1:
        raise ValueError("a filter has at least one pixel")
    return (F - 1) / 2, (F - 1) / 2


@same_padding_s1.slip(
    "M22-small",
    "rounds half a zero down on both sides, so that one zero is missing",
    hint="Odd filters are right. For F = 4, add up your zeros: are there F - 1 of them?",
    more="For even F, the F - 1 zeros are an odd number. Rounding both halves down loses one, "
    "and the output is one narrower than the input. Give the zero that is left to the side after.",
)
def _(F):
    if F < 1:
        raise ValueError("a filter has at least one pixel")
    return (F - 1) // 2, (F - 1) // 2


@same_padding_s1.slip(
    "U3-large",
    "rounds half a zero up on both sides, so that there is one zero too many",
    hint="Odd filters are right. For F = 4, add up your zeros: are there F - 1 of them?",
    more="F // 2 on both sides gives F zeros for even F. The output becomes one wider than the "
    "input.",
)
def _(F):
    if F < 1:
        raise ValueError("a filter has at least one pixel")
    return F // 2, F // 2


@same_padding_s1.slip(
    "U3-extra-before",
    "puts the extra zero before the input",
    hint="The number of zeros is right. On which side should the extra one be?",
    more="When the zeros cannot be shared evenly, the extra one goes after: to the right, or "
    "below. TensorFlow has the same rule.",
)
def _(F):
    if F < 1:
        raise ValueError("a filter has at least one pixel")
    return F // 2, (F - 1) // 2


@same_padding_s1.slip(
    "U3-one-side",
    "puts all zeros after the input",
    hint="The width is kept. But how far is the first window's middle from the first pixel?",
    more="Share the zeros between the two sides. With all of them after, the picture moves to "
    "the left from layer to layer.",
)
def _(F):
    if F < 1:
        raise ValueError("a filter has at least one pixel")
    return 0, F - 1


@same_padding_s1.slip(
    "U3-always-one",
    "takes P = 1 for every filter",
    hint="One zero on each side is right for F = 3. Is it still right for F = 5?",
    more="A filter of F pixels takes F - 1 off the width. The larger the filter, the more zeros "
    "it needs.",
)
def _(F):
    if F < 1:
        raise ValueError("a filter has at least one pixel")
    return 1, 1


@same_padding_s1.slip(
    "U3-single",
    "gives one number for both sides",
    hint="How many numbers does the exercise ask for?",
    more="Return two numbers, (before, after). For even F they differ, which is why one is not "
    "enough.",
)
def _(F):
    if F < 1:
        raise ValueError("a filter has at least one pixel")
    return (F - 1) // 2


# --------------------------------------------------------------------------- the same size, S = 2

same_padding_s2 = Exercise(
    name="same_padding_s2",
    signature="same_padding_s2(H, F)",
    returns="P, an int: the one symmetric padding that keeps the height at S = 2; raises "
    "ValueError when H < 1 or F < 1",
    examples=(
        Example((28, 3), 15),
        Example((28, 5), 16),
        Example((7, 3), 4),
        Example((0, 3), ValueError),
    ),
    probes=((29, 6), (30, 3), (12, 5), (9, 7), (6, 3)),
)


@same_padding_s2.slip(
    "M23",
    "takes the padding that is right for S = 1",
    hint="Set the panel to S = 2 and to your P. Is the output as high as the input, or half as "
    "high?",
    more="(F - 1)/2 keeps the height for S = 1 only. At S = 2 it gives about H/2 windows: 14 for "
    "H = 28, F = 3. Start from the size formula with S = 2.",
)
def _(H, F):
    if H < 1 or F < 1:
        raise ValueError("no such layer")
    return (F - 1) // 2


@same_padding_s2.slip(
    "M24",
    "drops the floor and so gets half a zero",
    hint="For H = 28, F = 3 your padding is 14.5. Which step of the derivation lost the floor?",
    more="The floor leaves room: 2P may be H + F - 2 or H + F - 1. One of two neighbours is "
    "always even. Take that one.",
)
def _(H, F):
    if H < 1 or F < 1:
        raise ValueError("no such layer")
    return (H + F) / 2 - 1


@same_padding_s2.slip(
    "M25",
    "rounds half a zero down",
    hint="Put your P for H = 28, F = 3 into the size formula. How high is the output?",
    more="With P = 14 it is 27: one short. Rounding down gives 2P = H + F - 3, which lies below "
    "the allowed H + F - 2.",
)
def _(H, F):
    if H < 1 or F < 1:
        raise ValueError("no such layer")
    return (H + F) // 2 - 1


@same_padding_s2.slip(
    "M26",
    "gives the zeros of both sides together",
    hint="P counts the zeros on one side. How many sides does your number cover?",
    more="H + F - 2 bounds 2P, the zeros above and below together. P is half of what fits.",
)
def _(H, F):
    if H < 1 or F < 1:
        raise ValueError("no such layer")
    return H + F - 2


@same_padding_s2.slip(
    "U3-one-more",
    "rounds up where there was nothing to round",
    hint="H = 28, F = 3 is right. Put your P for H = 7, F = 3 into the size formula: is it 7?",
    more="When H + F is even, (H + F)/2 - 1 is already a whole number, and adding anything to it "
    "makes the output one row higher.",
)
def _(H, F):
    if H < 1 or F < 1:
        raise ValueError("no such layer")
    return (H + F) // 2


@same_padding_s2.slip(
    "U3-round",
    "lets Python's round() decide, which goes to the even neighbour",
    hint="Print round(14.5) and round(15.5). What does round() do with a half?",
    more="round() takes a half to the even number: 14.5 to 14, but 15.5 to 16. Here a half must "
    "always go up. Integer division can say that without any rounding of fractions.",
)
def _(H, F):
    if H < 1 or F < 1:
        raise ValueError("no such layer")
    return round((H + F) / 2 - 1)


@same_padding_s2.slip(
    "U3-scaled",
    "multiplies the padding of S = 1 by the stride",
    hint="Does the padding that you need depend on H? Compare H = 7 and H = 28 in the panel.",
    more="At S = 2 every second window is skipped, and there are about H/2 of those: the zeros "
    "must make up for all of them. So P grows with H. Start from the size formula.",
)
def _(H, F):
    if H < 1 or F < 1:
        raise ValueError("no such layer")
    return 2 * (F - 1) // 2


@same_padding_s2.slip(
    "U3-no-filter",
    "forgets the filter",
    hint="Does the padding that you need depend on F? Compare F = 3 and F = 5 in the panel.",
    more="A larger filter needs more zeros. Start from H - F + 2P, the room that the filter has "
    "to move in.",
)
def _(H, F):
    if H < 1 or F < 1:
        raise ValueError("no such layer")
    return H // 2


@same_padding_s2.slip(
    "U3-no-image",
    "forgets that the image itself already makes room",
    hint="With P = 0, are there no windows at all? What does the image itself bring?",
    more="H - F + 2P must be at least 2(H - 1). Solve for 2P without losing the H on the left.",
)
def _(H, F):
    if H < 1 or F < 1:
        raise ValueError("no such layer")
    return (2 * (H - 1) + F + 1) // 2


# --------------------------------------------------------------------------- find the mistake 1


def _whole(number):
    return isinstance(number, int | float | np.integer) and number == int(number)


half_a_zero = Claim(
    name="half_a_zero",
    signature="half_a_zero()",
    returns="(H, F, P): a layer with S = 2 for which the claimed padding is no whole number, and "
    "the padding P that does keep its height",
    claim="For S = 2 the padding P = (H + F)/2 − 1 always keeps the height.",
    requirements=(
        Requirement(
            "three whole numbers (H, F, P)",
            lambda answer: len(answer) == 3 and all(map(_whole, answer)),
        ),
        Requirement(
            "a layer that exists: H and F at least 1, P at least 0",
            lambda answer: answer[0] >= 1 and answer[1] >= 1 and answer[2] >= 0,
        ),
        Requirement(
            "for your H and F, (H + F)/2 − 1 is no whole number",
            lambda answer: (answer[0] + answer[1]) % 2 == 1,
        ),
        Requirement(
            "with S = 2 and your P, the output has H rows",
            # the left edges of the windows, one by one
            lambda answer: (
                len(range(0, int(answer[0] + 2 * answer[2] - answer[1]) + 1, 2)) == answer[0]
            ),
        ),
    ),
)


@half_a_zero.slip(
    "M24",
    "gives the half zero of the claim itself",
    hint="You found the right kind of layer. Can a border be 14.5 zeros wide?",
    more="Your P is what the claim says. Give the whole number that does keep the height: try "
    "the two neighbours in the size formula, with its floor.",
    matches=lambda answer: answer[2] % 1 == 0.5 and answer[2] == (answer[0] + answer[1]) / 2 - 1,
)
def _():
    return 28, 3, 14.5


@half_a_zero.slip(
    "M25",
    "rounds the claim's half zero down",
    hint="You found the right kind of layer. Put your P into the size formula: how high is the "
    "output?",
    more="Rounded down, the padding gives one row too few. The other neighbour of the half works.",
    matches=lambda answer: (
        (answer[0] + answer[1]) % 2 == 1 and answer[2] == (answer[0] + answer[1] - 3) // 2
    ),
)
def _():
    return 28, 3, 14


@half_a_zero.slip(
    "M26",
    "gives the zeros of both sides together",
    hint="You found the right kind of layer. Does your P count one side, or both?",
    more="P counts the zeros on one side. Your number is about twice as large as it should be.",
    matches=lambda answer: (
        (answer[0] + answer[1]) % 2 == 1 and 0 < answer[0] + answer[1] - answer[2] <= 2
    ),
)
def _():
    return 28, 3, 30


@half_a_zero.slip(
    "M23",
    "takes the padding that is right for S = 1",
    hint="You found the right kind of layer. For which stride is your P right?",
    more="(F − 1)/2 keeps the height for S = 1. With S = 2 the output is then about half as high "
    "as the input.",
    matches=lambda answer: (
        (answer[0] + answer[1]) % 2 == 1
        and answer[0] > 2
        and answer[2] in ((answer[1] - 1) / 2, answer[1] // 2)
    ),
)
def _():
    return 28, 3, 1


@half_a_zero.slip(
    "U3-claim-holds",
    "gives a layer for which the claim is right",
    hint="For this layer the claim holds. When is (H + F)/2 a whole number, and when is it not?",
    more="Yours has an even H + F, and then the claimed P is a whole number and works. Look for a "
    "layer where H + F is odd.",
    matches=lambda answer: (
        (answer[0] + answer[1]) % 2 == 0 and answer[2] == (answer[0] + answer[1]) // 2 - 1
    ),
)
def _():
    return 28, 4, 15


@half_a_zero.slip(
    "U3-no-padding",
    "names a layer without the padding that works",
    hint="You name H and F. Which whole P does keep the height of that layer?",
    more="Return three numbers: H, F, and the P that works for them.",
    matches=lambda answer: len(answer) == 2,
)
def _():
    return 28, 3


# --------------------------------------------------------------------------- any stride

all_valid_paddings = Exercise(
    name="all_valid_paddings",
    signature="all_valid_paddings(H, F, S)",
    returns="a sorted list of every symmetric P >= 0 that keeps the height, [] if there is none; "
    "raises ValueError when H < 1, F < 1 or S < 1",
    examples=(
        Example((7, 3, 1), [1]),
        Example((7, 4, 1), []),
        Example((7, 3, 3), [7, 8]),
        Example((7, 4, 3), [8]),
        Example((0, 3, 1), ValueError),
    ),
    probes=((9, 5, 1), (9, 6, 1), (10, 3, 2), (8, 3, 3), (9, 4, 3), (9, 3, 4), (6, 4, 5)),
)


@all_valid_paddings.slip(
    "U3-exact",
    "accepts only a last window that ends exactly at the border",
    hint="H = 7, F = 3, S = 3: try P = 8 in the size formula. Does it keep the height?",
    more="The floor allows up to S - 1 rows that no window reaches. A padding is valid whether "
    "or not such rows are left.",
)
def _(H, F, S):
    if H < 1 or F < 1 or S < 1:
        raise ValueError("no such layer")
    exact = S * (H - 1) + F - H
    return [exact // 2] if exact % 2 == 0 else []


@all_valid_paddings.slip(
    "U3-only-one",
    "rounds up to one padding for every layer",
    hint="Does every layer have exactly one such P? Try (7, 4, 1) and (7, 3, 3) in the size "
    "formula.",
    more="That there is exactly one is special to S = 2. At S = 1 there may be none, and at "
    "S = 4 there are always two.",
)
def _(H, F, S):
    if H < 1 or F < 1 or S < 1:
        raise ValueError("no such layer")
    return [(S * (H - 1) + F - H + 1) // 2]


@all_valid_paddings.slip(
    "U3-totals",
    "lists the totals 2P instead of P",
    hint="Take the first number of your list as P, on both sides. Does it keep the height?",
    more="The inequality bounds 2P. Keep the even totals, and give half of each.",
)
def _(H, F, S):
    if H < 1 or F < 1 or S < 1:
        raise ValueError("no such layer")
    lowest = S * (H - 1) + F - H
    return [total for total in range(lowest, lowest + S) if total % 2 == 0]


@all_valid_paddings.slip(
    "U3-odd-totals",
    "takes every total for a P, odd ones too",
    hint="S = 1 should give one padding or none. How many numbers may 2P be, and how many of "
    "them can be halved?",
    more="The inequality bounds 2P, and it leaves S numbers. Only the even ones are twice a "
    "whole P.",
)
def _(H, F, S):
    if H < 1 or F < 1 or S < 1:
        raise ValueError("no such layer")
    lowest = S * (H - 1) + F - H
    return list(range(lowest, lowest + S))


@all_valid_paddings.slip(
    "U3-half-zeros",
    "lists halves of zeros",
    hint="Your list for (7, 4, 1) holds 1.5. What would half a row of zeros look like?",
    more="P is a whole number. Where 2P would have to be odd, there is no such P, and the list "
    "may stay empty.",
)
def _(H, F, S):
    if H < 1 or F < 1 or S < 1:
        raise ValueError("no such layer")
    lowest = S * (H - 1) + F - H
    return [total / 2 for total in range(lowest, lowest + S)]


@all_valid_paddings.slip(
    "U3-upper-missed",
    "leaves out the upper end",
    hint="At S = 1 the two ends of the inequality are the same number. Does your list know it?",
    more="Both ends count: 2P may be as large as S(H - 1) + F - H + S - 1. Python's range() and "
    "a < both stop one short.",
)
def _(H, F, S):
    if H < 1 or F < 1 or S < 1:
        raise ValueError("no such layer")
    lowest = S * (H - 1) + F - H
    return [P for P in range(S * H + F) if lowest <= 2 * P < lowest + S - 1]


@all_valid_paddings.slip(
    "U3-upper-passed",
    "goes one beyond the upper end",
    hint="Put the last P of your list for (7, 4, 1) into the size formula. How high is the output?",
    more="S - 1 rows may be left over, not S: with S rows left, one more window fits.",
)
def _(H, F, S):
    if H < 1 or F < 1 or S < 1:
        raise ValueError("no such layer")
    lowest = S * (H - 1) + F - H
    return [P for P in range(S * H + F) if lowest <= 2 * P <= lowest + S]


@all_valid_paddings.slip(
    "U3-below-F",
    "looks only at paddings smaller than the filter",
    hint="Your list is empty for S = 3. Did you search far enough?",
    more="Nothing forbids a P of F or more. Such a padding makes windows that see only zeros, "
    "which is useless, but the size is kept.",
)
def _(H, F, S):
    if H < 1 or F < 1 or S < 1:
        raise ValueError("no such layer")
    found = []
    for P in range(F):
        if F <= H + 2 * P and (H - F + 2 * P) // S + 1 == H:
            found.append(P)
    return found


@all_valid_paddings.slip(
    "U3-divided",
    "asks for the height divided by the stride",
    hint="Which output height do your paddings give for H = 7, S = 3? Which one is asked for?",
    more="To keep the height means H rows out, at every stride. H/S rows, rounded up, is what "
    "TensorFlow's SAME gives.",
)
def _(H, F, S):
    if H < 1 or F < 1 or S < 1:
        raise ValueError("no such layer")
    wanted = -(-H // S)
    found = []
    for P in range(H + F):
        out = (H - F + 2 * P) // S + 1
        if F <= H + 2 * P and out == wanted:
            found.append(P)
    return found


@all_valid_paddings.slip(
    "M23",
    "takes the padding of S = 1 for every stride",
    hint="Does your answer depend on the stride? Compare S = 1 and S = 3 in the panel.",
    more="(F - 1)/2 is the answer for S = 1 and odd F. At other strides the zeros must also make "
    "up for the windows that are skipped.",
)
def _(H, F, S):
    if H < 1 or F < 1 or S < 1:
        raise ValueError("no such layer")
    return [(F - 1) // 2] if F % 2 == 1 else []


# --------------------------------------------------------------------------- TensorFlow's VALID

tf_valid = Exercise(
    name="tf_valid",
    signature="tf_valid(W, F, S)",
    returns="the output width with TensorFlow's VALID, an int; raises ValueError when F > W",
    examples=(Example((7, 3, 3), 2), Example((7, 3, 2), 3), Example((3, 5, 1), ValueError)),
    probes=((50, 9, 2), (49, 9, 2), (29, 4, 7), (30, 6, 1)),
)


@tf_valid.slip(
    "M32",
    "uses the rule of SAME",
    hint="Your output does not depend on F. Where could VALID take the zeros from?",
    more="ceil(W/S) is SAME, which pads. VALID never pads, so a larger filter leaves fewer "
    "windows.",
)
def _(W, F, S):
    import math

    if F > W:
        raise ValueError("the filter does not fit")
    return math.ceil(W / S)


@tf_valid.slip(
    "M33",
    "does not round, and so counts a fraction of a window",
    hint="Can there be two thirds of a window?",
    more="(W - F + 1)/S counts a window for each S left edges. The first window of a group that "
    "is not full counts too: round up.",
)
def _(W, F, S):
    if F > W:
        raise ValueError("the filter does not fit")
    return (W - F + 1) / S


@tf_valid.slip(
    "M34",
    "takes unit 02's formula and rounds up, because TensorFlow's rule has a ceil",
    hint="You expect another size than PyTorch's. Step through W = 7, F = 3, S = 3 by hand: "
    "which left edges fit?",
    more="Both frameworks count the same windows. The formula that rounds up has its + 1 inside, "
    "the one that rounds down has it outside. Do not mix the two.",
)
def _(W, F, S):
    import math

    if F > W:
        raise ValueError("the filter does not fit")
    return math.ceil((W - F) / S) + 1


@tf_valid.slip(
    "U3-rounded-down",
    "rounds down with the + 1 inside",
    hint="Where is the + 1 in the formula that you round down, and where is it in the one that "
    "is rounded up?",
    more="With the + 1 inside the division, VALID rounds up. Rounding down there loses the last "
    "window whenever the steps do not divide evenly.",
)
def _(W, F, S):
    if F > W:
        raise ValueError("the filter does not fit")
    return (W - F + 1) // S


@tf_valid.slip(
    "U3-no-first",
    "forgets the first window",
    hint="How many windows fit when F = W? How many does your function count?",
    more="W - F counts the pixels that the window can move, and it starts at 0: that makes "
    "W - F + 1 left edges.",
)
def _(W, F, S):
    import math

    if F > W:
        raise ValueError("the filter does not fit")
    return math.ceil((W - F) / S)


@tf_valid.slip(
    "M17",
    "refuses a layer whose last window does not end at the border",
    hint="Is a column that no window reads an error, or is it just not read?",
    more="VALID leaves such columns out and goes on. Only a filter larger than the input is an "
    "error.",
)
def _(W, F, S):
    if F > W or (W - F) % S != 0:
        raise ValueError("the windows do not fit")
    return (W - F) / S + 1


# --------------------------------------------------------------------------- TensorFlow's SAME

tf_same = Exercise(
    name="tf_same",
    signature="tf_same(W, F, S)",
    returns="(out, before, after): the output width with TensorFlow's SAME and the zeros on "
    "either side; raises ValueError when W < 1, F < 1 or S < 1",
    examples=(
        Example((28, 3, 2), (14, 0, 1)),
        Example((37, 4, 2), (19, 1, 2)),
        Example((35, 6, 1), (35, 2, 3)),
        Example((4, 1, 2), (2, 0, 0)),
        Example((0, 3, 1), ValueError),
    ),
    probes=((36, 5, 2), (41, 6, 4), (23, 8, 1), (12, 2, 4), (8, 3, 2)),
)


@tf_same.slip(
    "M27",
    "believes that SAME always keeps the size",
    hint="How many windows start inside the image when S = 2? Set the panel to S = 2.",
    more="SAME gives ceil(W/S). It keeps the size only for S = 1; at S = 2 it halves it.",
)
def _(W, F, S):
    if W < 1 or F < 1 or S < 1:
        raise ValueError("no such layer")
    return W, (F - 1) // 2, F // 2


@tf_same.slip(
    "M28",
    "rounds W/S down",
    hint="37/2 is 18.5. Do 18 windows, each two pixels on from the last, reach the last pixel?",
    more="SAME rounds up: 18.5 needs a 19th window, and the zeros make room for it.",
)
def _(W, F, S):
    if W < 1 or F < 1 or S < 1:
        raise ValueError("no such layer")
    out = W // S
    total = max((out - 1) * S + F - W, 0)
    return out, total // 2, total - total // 2


@tf_same.slip(
    "M29",
    "puts the extra zero before the input",
    hint="The sizes are right. On which side does TensorFlow put the odd zero?",
    more="before is the smaller half, total // 2, and the rest goes after: to the right, or below.",
)
def _(W, F, S):
    if W < 1 or F < 1 or S < 1:
        raise ValueError("no such layer")
    out = (W + S - 1) // S
    total = max((out - 1) * S + F - W, 0)
    return out, total - total // 2, total // 2


@tf_same.slip(
    "M30",
    "pads both sides alike: the right shape, but other numbers",
    hint="The output's width is right. Where does your first window start, and where does "
    "TensorFlow's?",
    more="The same number of zeros on both sides shifts every window by one pixel when the total "
    "is odd. On the inputs 0 to 7 with the weights 1, 2, 3 and S = 2 that makes [3, 14, 26, 38] "
    "of TensorFlow's [8, 20, 32, 20].",
)
def _(W, F, S):
    if W < 1 or F < 1 or S < 1:
        raise ValueError("no such layer")
    out = (W + S - 1) // S
    P = (max((out - 1) * S + F - W, 0) + 1) // 2
    return out, P, P


@tf_same.slip(
    "M31",
    "takes away zeros when the stride is larger than the filter",
    hint="Try W = 4, F = 1, S = 2. Can there be -1 zeros?",
    more="When F < S, the last window may end before the input does, and the formula for the "
    "total falls below 0. SAME then adds nothing: take max(total, 0).",
)
def _(W, F, S):
    if W < 1 or F < 1 or S < 1:
        raise ValueError("no such layer")
    out = (W + S - 1) // S
    total = (out - 1) * S + F - W
    return out, total // 2, total - total // 2


@tf_same.slip(
    "U3-valid",
    "uses the rule of VALID",
    hint="Your zeros are always 0. Which of the two rules adds zeros?",
    more="VALID never pads. SAME first fixes the output width, ceil(W/S), and then adds as many "
    "zeros as that needs.",
)
def _(W, F, S):
    if W < 1 or F < 1 or S < 1:
        raise ValueError("no such layer")
    return (W - F) // S + 1, 0, 0


@tf_same.slip(
    "U3-zeros-of-s1",
    "adds the zeros that S = 1 would need",
    hint="The output's width is right. Do your zeros depend on S?",
    more="At a larger stride the last window starts further left of the end, and fewer zeros are "
    "needed: (out - 1)S + F - W in all.",
)
def _(W, F, S):
    if W < 1 or F < 1 or S < 1:
        raise ValueError("no such layer")
    return (W + S - 1) // S, (F - 1) // 2, F // 2


@tf_same.slip(
    "U3-both-total",
    "puts the total on each side",
    hint="Add your two numbers of zeros. Is their sum the total?",
    more="The total is shared: total // 2 before, the rest after.",
)
def _(W, F, S):
    if W < 1 or F < 1 or S < 1:
        raise ValueError("no such layer")
    out = (W + S - 1) // S
    total = max((out - 1) * S + F - W, 0)
    return out, total, total


@tf_same.slip(
    "U3-all-after",
    "puts all zeros after the input",
    hint="A total of 1 is right. What becomes of a total of 3 or 5?",
    more="The total is shared between the two sides: total // 2 before, the rest after. Only the "
    "odd one goes after by itself.",
)
def _(W, F, S):
    if W < 1 or F < 1 or S < 1:
        raise ValueError("no such layer")
    out = (W + S - 1) // S
    return out, 0, max((out - 1) * S + F - W, 0)


@tf_same.slip(
    "U3-one-step-more",
    "counts one step too many between the windows",
    hint="There are out windows. How many steps lie between the first and the last?",
    more="Between out windows there are out - 1 steps of S. The last window then ends at "
    "(out - 1)S + F.",
)
def _(W, F, S):
    if W < 1 or F < 1 or S < 1:
        raise ValueError("no such layer")
    out = (W + S - 1) // S
    total = max(out * S + F - W, 0)
    return out, total // 2, total - total // 2


# --------------------------------------------------------------------------- find the mistake 2

filter_shape = Exercise(
    name="filter_shape",
    signature="filter_shape(H, W, D, F)",
    returns="the shape of one filter, layout HWC, for an input of H x W x D without padding; "
    "raises ValueError when F > H or F > W",
    examples=(
        Example((32, 32, 3, 5), (5, 5, 3)),
        Example((16, 12, 20, 3), (3, 3, 20)),
        Example((4, 9, 2, 5), ValueError),
    ),
    probes=((16, 18, 20, 3), (24, 14, 1, 5), (9, 8, 6, 4)),
)


@filter_shape.slip(
    "M101",
    "leaves the depth to the author, who says 3",
    hint="Your filter fits colour images. What happens to it on 20 feature maps?",
    more="A filter reads every channel of its window, so its depth is D. The author chooses F; "
    "the input decides the depth.",
)
def _(H, W, D, F):
    if F > H or F > W:
        raise ValueError("the filter does not fit")
    return F, F, 3


@filter_shape.slip(
    "U3-depth-1",
    "makes every filter one channel deep",
    hint="Your filter reads one channel. Which of the D channels should that be?",
    more="A filter reads all of them and adds up: its depth is D. What is one deep is the map "
    "that it makes.",
)
def _(H, W, D, F):
    if F > H or F > W:
        raise ValueError("the filter does not fit")
    return F, F, 1


@filter_shape.slip(
    "U3-cube",
    "makes the filter as deep as it is wide",
    hint="The filter has F rows and F columns. Which number says how many channels there are?",
    more="F is chosen for height and width. The depth is the input's own, D.",
)
def _(H, W, D, F):
    if F > H or F > W:
        raise ValueError("the filter does not fit")
    return F, F, F


@filter_shape.slip(
    "U3-depth-first",
    "puts the depth first",
    hint="The three numbers are right. In which order does the layout HWC name them?",
    more="HWC is height, width, channels: the depth comes last. PyTorch puts it first; here the "
    "layout is HWC.",
)
def _(H, W, D, F):
    if F > H or F > W:
        raise ValueError("the filter does not fit")
    return D, F, F


@filter_shape.slip(
    "U3-flat",
    "leaves the depth out",
    hint="How many numbers does a filter hold on a 32 x 32 x 3 image: 25, or 75?",
    more="Height and width alone describe one slice of the filter. Give its depth as the third "
    "number.",
)
def _(H, W, D, F):
    if F > H or F > W:
        raise ValueError("the filter does not fit")
    return F, F


@filter_shape.slip(
    "U3-whole-image",
    "makes the filter as large as the image",
    hint="The depth is right. How far could a filter of the image's size move?",
    more="That filter would have one window only. Its height and width are F.",
)
def _(H, W, D, F):
    if F > H or F > W:
        raise ValueError("the filter does not fit")
    return H, W, D


EXERCISES = (
    pad2d,
    same_padding_s1,
    same_padding_s2,
    half_a_zero,
    all_valid_paddings,
    tf_valid,
    tf_same,
    filter_shape,
)
