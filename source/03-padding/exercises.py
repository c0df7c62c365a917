"""Unit 03, padding: what to write, how it is marked, and the slips people make.

``W`` and ``H`` are an input's width and height, ``D`` its depth, ``F`` the filter's size, ``S`` the
stride and ``P`` the zeros on each side.  Slips called ``M..`` are the numbered misconceptions of
the course's catalogue, ``U3-..`` are this unit's.

Probes hold only layers that exist, so that a student who also forgot the ``ValueError`` still meets
the hint for the bigger mistake.
"""

import math

import numpy as np

from exercises.authoring import Group, claim, edit, exercise

random = np.random.default_rng(3)  # the cases are the same in every run


def picture(H, W):
    """An H x W image of whole numbers, none of them 0."""
    return random.integers(1, 10, (H, W))


# ------------------------------------------------------------------------- a border of zeros


@exercise(
    points=2,
    returns="an (H+2P) x (W+2P) array, layout HW: the image with P zeros on each of its four "
    "sides; raises ValueError when P < 0",
    examples=[
        (
            (np.array([[1, 2], [3, 4]]), 1),
            np.array([[0, 0, 0, 0], [0, 1, 2, 0], [0, 3, 4, 0], [0, 0, 0, 0]]),
        ),
        (
            (np.array([[5, 6]]), 2),
            np.array([[0] * 6, [0] * 6, [0, 0, 5, 6, 0, 0], [0] * 6, [0] * 6]),
        ),
        ((np.array([[0.5]]), 1), np.array([[0, 0, 0], [0, 0.5, 0], [0, 0, 0]])),
        ((np.array([[7, 8]]), 0), np.array([[7, 8]])),
        ((np.array([[7, 8]]), -1), ValueError),
    ],
    probes=[
        (np.array([[1, 2, 3], [4, 5, 6]]), 1),
        (np.array([[1, 2], [3, 4], [5, 6]]), 2),
        (np.array([[0.25, 1.5], [2.75, 3.5]]), 3),
        (np.array([[7, 8, 9]]), 0),
    ],
    whole=True,
    groups=[
        Group(
            "a border on all four sides of a square image",
            [(picture(H, H), P) for H, P in [(2, 2), (3, 1), (5, 1), (5, 2), (4, 3), (28, 2)]],
        ),
        Group(
            "images that are not square",
            [
                (picture(H, W), P)
                for H, W, P in [(2, 5, 1), (5, 2, 1), (1, 6, 2), (6, 1, 2), (12, 20, 3)]
            ],
        ),
        Group(
            "fractions stay fractions",
            [
                (picture(H, W) + random.integers(1, 8, (H, W)) / 8, P)
                for H, W, P in [(3, 3, 1), (4, 4, 2), (2, 2, 3)]
            ],
        ),
        Group(
            "P = 0, and P below 0",
            [(picture(H, H), P) for H, P in [(3, 0), (28, 0), (3, 1), (3, -1), (5, -2)]],
        ),
    ],
    praise="works for P = 0 and for images that are not square, and leaves the kind of numbers "
    "as it was",
)
def pad2d(image, P):
    if P < 0:
        raise ValueError("P must not be negative")
    H, W = image.shape
    padded = np.zeros((H + 2 * P, W + 2 * P), dtype=image.dtype)
    padded[P : P + H, P : P + W] = image
    return padded


slip = pad2d.slip

slip("U3-after", "puts zeros below and to the right only", "np.pad(image, (0, P))",
     "Draw the border around a sheet of paper. How many edges did you cross?",
     "P zeros go on every side: above, below, left and right. Your image still sits in the "
     "top left corner, without zeros before it.")

slip("U3-before", "puts zeros above and to the left only", "np.pad(image, (P, 0))",
     "Look at the last row and the last column of your answer. What should be there?",
     "P zeros go on every side: above, below, left and right. Yours stop after the first two.")

slip("U3-corner", "makes an array of the right size and leaves the image in its corner",
     edit("P : P + H, P : P + W", ":H, :W"),
     "The size is right. In which row of the new array does the image's first row belong?",
     "Row 0 of the image goes to row P of the new array, column 0 to column P. Then P zeros "
     "are left on each side.")

slip("U3-rows", "adds rows of zeros and no columns", "np.pad(image, ((P, P), (0, 0)))",
     "The image has become taller. Has it become wider, too?",
     "The height becomes H + 2P and the width W + 2P. Add P columns of zeros on the left and "
     "on the right.")

slip("U3-columns", "adds columns of zeros and no rows", "np.pad(image, ((0, 0), (P, P)))",
     "The image has become wider. Has it become taller, too?",
     "The width becomes W + 2P and the height H + 2P. Add P rows of zeros above and below.")

slip("U3-edge", "repeats the image's edge instead of adding zeros",
     "np.pad(image, P, mode='edge')",
     "The size is right. Which numbers does your border hold?",
     "Your border repeats the outermost pixels. That is a padding too, but here the border "
     "is made of zeros.")

slip("U3-total", "shares P zeros between the two sides", "np.pad(image, (P // 2, P - P // 2))",
     "Count the zeros to the left of the image, then those to the right. Is each of them P?",
     "P counts the zeros on each side. Each axis grows by 2P in all, not by P.")

slip("U3-twice", "puts 2P zeros on each side", "np.pad(image, 2 * P)",
     "Each axis should grow by 2P. By how much does yours grow?",
     "The 2 in H + 2P counts the sides. On each single side there are P zeros.")

slip("U3-swapped", "takes the first number of the shape for the width",
     edit("H, W = image.shape", "W, H = image.shape"),
     "Try an image that is not square. Which comes first in image.shape, H or W?",
     "In the layout HW, image.shape is (H, W): rows first. With the two names swapped, square "
     "images still work and all others fail.")

slip("U3-minus-zero", "P = 0 goes wrong",
     edit("P : P + H, P : P + W", "P:-P, P:-P"),
     "Try P = 0. What should come back, and what does? If you cut with -P: what is padded[0:-0]?",
     "-0 is 0, so padded[0:-0] is empty. Say where the image ends without a minus: at P + H "
     "and P + W.")

slip("U3-integers", "makes a border of integers and so cuts off the image's fractions",
     edit("dtype=image.dtype", "dtype=int"),
     "Pad an image that holds 0.5. What became of it?",
     "An array of integers cannot hold 0.5. Make the zeros of the image's own kind: "
     "dtype=image.dtype.")

slip("U3-overwritten", "writes the zeros over the image's own border",
     edit("(H + 2 * P, W + 2 * P)", "(H, W)")
     & edit("P : P + H, P : P + W] = image", "P : H - P, P : W - P] = image[P : H - P, P : W - P]"),
     "Is your answer larger than the image? Where did the outermost pixels go?",
     "Padding adds a border around the image and erases nothing. Start from a larger array of "
     "zeros and copy the image into it.")


# ------------------------------------------------------------------- the same size at stride 1


@exercise(
    points=2,
    returns="(before, after): the zeros on either side that keep the width at S = 1, for even F "
    "with the extra zero after; raises ValueError when F < 1",
    examples={(3,): (1, 1), (5,): (2, 2), (4,): (1, 2), (1,): (0, 0), (0,): ValueError},
    probes=[(35,), (34,), (36,), (37,)],
    groups=[
        Group("odd filters", [(F,) for F in range(3, 32, 2)]),
        Group("even filters, the extra zero after", [(F,) for F in range(2, 33, 2)], worth=2),
        Group("the smallest filter, and no filter", [(1,), (0,), (-1,), (-4,)]),
    ],
    praise="splits the zeros, with the extra one after, and refuses what is no filter",
)
def same_padding_s1(F):
    if F < 1:
        raise ValueError("a filter has at least one pixel")
    return (F - 1) // 2, F // 2


slip = same_padding_s1.slip
both = "(F - 1) // 2, F // 2"

slip("M20", "puts all F - 1 zeros on each side", edit(both, "F - 1, F - 1"),
     "With F = 5 the width shrinks by 4. How many zeros do you add in all?",
     "F - 1 zeros are needed in all. They are shared by the two sides.")

slip("M21", "puts F zeros on each side", edit(both, "F, F"),
     "Put your zeros into the size formula of unit 02, for W = 7 and F = 3. Is it still 7?",
     "F zeros on each side make the output F + 1 wider than the input. Only F - 1 zeros "
     "are missing, in all.")

slip("M22", "puts half a zero on each side when F is even", edit(both, "(F - 1) / 2, (F - 1) / 2"),
     "Odd filters are right. For F = 4 you put 1.5 zeros on each side: what would half a "
     "zero look like?",
     "For even F, the F - 1 zeros are an odd number, and no symmetric P exists. Give one "
     "side one zero more than the other: here, the side after.")

slip("M22-small", "rounds half a zero down on both sides, so that one zero is missing",
     edit(", F // 2", ", (F - 1) // 2"),
     "Odd filters are right. For F = 4, add up your zeros: are there F - 1 of them?",
     "For even F, the F - 1 zeros are an odd number. Rounding both halves down loses one, "
     "and the output is one narrower than the input. Give the zero that is left to the side after.")

slip("U3-large", "rounds half a zero up on both sides, so that there is one zero too many",
     edit("(F - 1) // 2", "F // 2"),
     "Odd filters are right. For F = 4, add up your zeros: are there F - 1 of them?",
     "F // 2 on both sides gives F zeros for even F. The output becomes one wider than the "
     "input.")

slip("U3-extra-before", "puts the extra zero before the input", edit(both, "F // 2, (F - 1) // 2"),
     "The number of zeros is right. On which side should the extra one be?",
     "When the zeros cannot be shared evenly, the extra one goes after: to the right, or "
     "below. TensorFlow has the same rule.")

slip("U3-one-side", "puts all zeros after the input", edit(both, "0, F - 1"),
     "The width is kept. But how far is the first window's middle from the first pixel?",
     "Share the zeros between the two sides. With all of them after, the picture moves to "
     "the left from layer to layer.")

slip("U3-always-one", "takes P = 1 for every filter", edit(both, "1, 1"),
     "One zero on each side is right for F = 3. Is it still right for F = 5?",
     "A filter of F pixels takes F - 1 off the width. The larger the filter, the more zeros "
     "it needs.")

slip("U3-single", "gives one number for both sides", edit(", F // 2", ""),
     "How many numbers does the exercise ask for?",
     "Return two numbers, (before, after). For even F they differ, which is why one is not "
     "enough.")


# ------------------------------------------------------------------- the same size at stride 2


@exercise(
    points=3,
    returns="P, an int: the one symmetric padding that keeps the height at S = 2; raises "
    "ValueError when H < 1 or F < 1",
    examples={(28, 3): 15, (28, 5): 16, (7, 3): 4, (0, 3): ValueError},
    probes=[(29, 6), (29, 4), (12, 5), (9, 7), (6, 3)],
    groups=[
        Group(
            "H + F even",
            [(H, F) for H in (5, 8, 13, 28, 30, 101) for F in range(1, 12) if (H + F) % 2 == 0],
        ),
        Group(
            "H + F odd, where the floor decides",
            [(H, F) for H in (5, 8, 13, 28, 30, 101) for F in range(1, 12) if (H + F) % 2 == 1],
            worth=2,
        ),
        Group(
            "filters larger than the input, and sizes below 1",
            [(1, 5), (2, 6), (3, 9), (4, 10), (0, 3), (28, 0), (-3, 3), (7, -2)],
        ),
    ],
    praise="rounds the right way for odd and even sizes",
)
def same_padding_s2(H, F):
    if H < 1 or F < 1:
        raise ValueError("a height and a filter size are at least 1")
    return (H + F - 1) // 2


slip = same_padding_s2.slip
rounded = "(H + F - 1) // 2"

slip("M23", "takes the padding that is right for S = 1", edit("H + F - 1", "F - 1"),
     "Set the panel to S = 2 and to your P. Is the output as high as the input, or half as high?",
     "(F - 1)/2 keeps the height for S = 1 only. At S = 2 it gives about H/2 windows: 14 for "
     "H = 28, F = 3. Start from the size formula with S = 2.")

slip("M24", "drops the floor and so gets half a zero", edit(rounded, "(H + F) / 2 - 1"),
     "For H = 28, F = 3 your padding is 14.5. Which step of the derivation lost the floor?",
     "The floor leaves room: 2P may be H + F - 2 or H + F - 1. One of two neighbours is "
     "always even. Take that one.")

slip("M25", "rounds half a zero down", edit(rounded, "(H + F) // 2 - 1"),
     "Put your P for H = 28, F = 3 into the size formula. How high is the output?",
     "With P = 14 it is 27: one short. Rounding down gives 2P = H + F - 3, which lies below "
     "the allowed H + F - 2.")

slip("M26", "gives the zeros of both sides together", edit(rounded, "H + F - 2"),
     "P counts the zeros on one side. How many sides does your number cover?",
     "H + F - 2 bounds 2P, the zeros above and below together. P is half of what fits.")

slip("U3-one-more", "rounds up where there was nothing to round", edit(rounded, "(H + F) // 2"),
     "H = 28, F = 3 is right. Put your P for H = 7, F = 3 into the size formula: is it 7?",
     "When H + F is even, (H + F)/2 - 1 is already a whole number, and adding anything to it "
     "makes the output one row higher.")

slip("U3-round", "lets Python's round() decide, which goes to the even neighbour",
     edit(rounded, "round((H + F) / 2 - 1)"),
     "Print round(14.5) and round(15.5). What does round() do with a half?",
     "round() takes a half to the even number: 14.5 to 14, but 15.5 to 16. Here a half must "
     "always go up. Integer division can say that without any rounding of fractions.")

slip("U3-scaled", "multiplies the padding of S = 1 by the stride",
     edit("H + F - 1", "2 * (F - 1)"),
     "Does the padding that you need depend on H? Compare H = 7 and H = 28 in the panel.",
     "At S = 2 every second window is skipped, and there are about H/2 of those: the zeros "
     "must make up for all of them. So P grows with H. Start from the size formula.")

slip("U3-no-filter", "forgets the filter", edit("H + F - 1", "H"),
     "Does the padding that you need depend on F? Compare F = 3 and F = 5 in the panel.",
     "A larger filter needs more zeros. Start from H - F + 2P, the room that the filter has "
     "to move in.")

slip("U3-no-image", "forgets that the image itself already makes room",
     edit("H + F - 1", "2 * (H - 1) + F + 1"),
     "With P = 0, are there no windows at all? What does the image itself bring?",
     "H - F + 2P must be at least 2(H - 1). Solve for 2P without losing the H on the left.")


# --------------------------------------------------------------- a formula without its floor
# No expression below computes a padding: it would be published.  Each asks whether with so many
# zeros in all and S = 2 window number H, counted from 1, still fits, and the next no longer.

odd = "(H + F) % 2 == 1"


def keeps(zeros):
    """That ``zeros`` on both sides together keep the height at S = 2."""
    return f"(H - 1) * 2 + F <= H + {zeros} < H * 2 + F"


@claim(
    "For S = 2 the padding P = (H + F)/2 − 1 always keeps the height.",
    points=1,
    returns="(H, F, P): a layer with S = 2 for which the claimed padding is no whole number, and "
    "the padding P that does keep its height",
    gives="H, F, P",
    requirements=[
        ("a layer that exists: H and F at least 1, P at least 0", "H >= 1 and F >= 1 and P >= 0"),
        ("for your H and F, (H + F)/2 − 1 is no whole number", odd),
        ("with S = 2 and your P, the output has H rows", keeps("2 * P")),
    ],
)
def half_a_zero():
    return 28, 3, 15


slip = half_a_zero.slip

slip("M24", "gives the half zero of the claim itself", "28, 3, 14.5",
     "You found the right kind of layer. Can a border be 14.5 zeros wide?",
     "Your P is what the claim says. Give the whole number that does keep the height: try "
     "the two neighbours in the size formula, with its floor.",
     matches="answer[2] % 1 == 0.5 and answer[2] == (answer[0] + answer[1]) / 2 - 1")

slip("M25", "rounds the claim's half zero down", "28, 3, 14",
     "You found the right kind of layer. Put your P into the size formula: how high is the "
     "output?",
     "Rounded down, the padding gives one row too few. The other neighbour of the half works.",
     matches=f"H >= 1 and F >= 1 and P >= 0 and {odd} and {keeps('2 * (P + 1)')}")

slip("M26", "gives the zeros of both sides together", "28, 3, 30",
     "You found the right kind of layer. Does your P count one side, or both?",
     "P counts the zeros on one side. Your number is about twice as large as it should be.",
     matches=f"H >= 1 and F >= 1 and P >= 0 and {odd} and {keeps('P')}")

slip("M23", "takes the padding that is right for S = 1", "28, 3, 1",
     "You found the right kind of layer. For which stride is your P right?",
     "(F − 1)/2 keeps the height for S = 1. With S = 2 the output is then about half as high "
     "as the input.",
     matches="(answer[0] + answer[1]) % 2 == 1 and answer[0] > 2 and "
     "(2 * answer[2] == answer[1] - 1 or answer[1] % 2 == 0 and 2 * answer[2] == answer[1])")

slip("U3-claim-holds", "gives a layer for which the claim is right", "28, 4, 15",
     "For this layer the claim holds. When is (H + F)/2 a whole number, and when is it not?",
     "Yours has an even H + F, and then the claimed P is a whole number and works. Look for a "
     "layer where H + F is odd.",
     matches=f"not {odd} and {keeps('2 * P')}")

slip("U3-no-padding", "names a layer without the padding that works", "28, 3",
     "You name H and F. Which whole P does keep the height of that layer?",
     "Return three numbers: H, F, and the P that works for them.",
     matches="len(answer) == 2")


# ----------------------------------------------------------------- the same size at any stride


@exercise(
    points=2,
    returns="a sorted list of every symmetric P >= 0 that keeps the height, [] if there is none; "
    "raises ValueError when H < 1, F < 1 or S < 1",
    examples={
        (7, 3, 1): [1],
        (7, 4, 1): [],
        (7, 3, 3): [7, 8],
        (7, 4, 3): [8],
        (0, 3, 1): ValueError,
    },
    probes=[(9, 5, 1), (9, 6, 1), (10, 3, 2), (9, 3, 3), (9, 4, 3), (9, 3, 4), (6, 4, 5),
            (1, 4, 1), (1, 5, 1), (2, 1, 7)],
    groups=[
        Group(
            "S = 1: one or none",
            [(H, F, 1) for H in (5, 8, 28, 33) for F in range(1, 10)] + [(1, 7, 1)],
        ),
        Group("S = 2: exactly one", [(H, F, 2) for H in (5, 8, 28, 33) for F in range(1, 10)]),
        Group(
            "S = 3 and more: several",
            [(H, F, S) for H in (1, 5, 8, 28) for F in range(1, 8) for S in (3, 4, 5, 7)],
            worth=2,
        ),
        Group(
            "sizes below 1",
            [(1, 1, 1), (1, 5, 2), (0, 3, 1), (7, 0, 1), (7, 3, 0), (-7, 3, 2)],
        ),
    ],
    praise="finds every padding, not only the first, and none where there is none",
)
def all_valid_paddings(H, F, S):
    if H < 1 or F < 1 or S < 1:
        raise ValueError("a height, a filter size and a stride are at least 1")
    lowest = S * (H - 1) + F - H  # of 2P: the last of H windows just fits
    return [P for P in range(S * H + F) if lowest <= 2 * P < lowest + S]


slip = all_valid_paddings.slip

slip("U3-exact", "accepts only a last window that ends exactly at the border",
     edit("< lowest + S", "<= lowest"),
     "H = 7, F = 3, S = 3: try P = 8 in the size formula. Does it keep the height?",
     "The floor allows up to S - 1 rows that no window reaches. A padding is valid whether "
     "or not such rows are left.")

slip("U3-only-one", "rounds up to one padding for every layer",
     edit("lowest + S", "lowest + 2"),
     "Does every layer have exactly one such P? Try (7, 4, 1) and (7, 3, 3) in the size formula.",
     "That there is exactly one is special to S = 2. At S = 1 there may be none, and at "
     "S = 4 there are always two.")

slip("U3-totals", "lists the totals 2P instead of P", edit("[P for", "[2 * P for"),
     "Take the first number of your list as P, on both sides. Does it keep the height?",
     "The inequality bounds 2P. Keep the even totals, and give half of each.")

slip("U3-odd-totals", "takes every total for a P, odd ones too", edit("<= 2 * P", "<= P"),
     "S = 1 should give one padding or none. How many numbers may 2P be, and how many of "
     "them can be halved?",
     "The inequality bounds 2P, and it leaves S numbers. Only the even ones are twice a whole P.")

slip("U3-half-zeros", "lists halves of zeros",
     edit("[P for", "[P / 2 for") & edit("<= 2 * P", "<= P"),
     "Your list for (7, 4, 1) holds 1.5. What would half a row of zeros look like?",
     "P is a whole number. Where 2P would have to be odd, there is no such P, and the list "
     "may stay empty.")

slip("U3-upper-missed", "leaves out the upper end", edit("lowest + S", "lowest + S - 1"),
     "At S = 1 the two ends of the inequality are the same number. Does your list know it?",
     "Both ends count: 2P may be as large as S(H - 1) + F - H + S - 1. Python's range() and "
     "a < both stop one short.")

slip("U3-upper-passed", "goes one beyond the upper end", edit("< lowest", "<= lowest"),
     "Put the last P of your list for (7, 4, 1) into the size formula. How high is the output?",
     "S - 1 rows may be left over, not S: with S rows left, one more window fits.")

slip("U3-below-F", "looks only at paddings smaller than the filter", edit("S * H + F", "F"),
     "Your list is empty for S = 3. Did you search far enough?",
     "Nothing forbids a P of F or more. Such a padding makes windows that see only zeros, "
     "which is useless, but the size is kept.")

slip("U3-divided", "asks for the height divided by the stride",
     edit("(H - 1)", "(math.ceil(H / S) - 1)") & edit("S * H + F", "H + F"),
     "Which output height do your paddings give for H = 7, S = 3? Which one is asked for?",
     "To keep the height means H rows out, at every stride. H/S rows, rounded up, is what "
     "TensorFlow's SAME gives.")

slip("M23", "takes the padding of S = 1 for every stride",
     edit("S * (H - 1) + F - H", "F - 1") & edit("lowest + S", "lowest + 1"),
     "Does your answer depend on the stride? Compare S = 1 and S = 3 in the panel.",
     "(F - 1)/2 is the answer for S = 1 and odd F. At other strides the zeros must also make "
     "up for the windows that are skipped.")


# -------------------------------------------------------------------------- TensorFlow's VALID


@exercise(
    points=1,
    returns="the output width with TensorFlow's VALID, an int; raises ValueError when F > W",
    examples={(7, 3, 3): 2, (7, 3, 2): 3, (3, 5, 1): ValueError},
    probes=[(50, 9, 2), (49, 9, 2), (29, 4, 7), (30, 6, 1)],
    groups=[
        Group(
            "windows that fit exactly",
            [(F + S * n, F, S) for F in (1, 2, 3, 5, 8) for S in (1, 2, 3, 4) for n in (1, 4, 9)],
        ),
        Group(
            "columns that are left over",
            [
                (F + S * n + rest, F, S)
                for F in (1, 2, 3, 5, 8)
                for S in (2, 3, 4, 7)
                for n in (1, 4, 9)
                for rest in range(1, S)
            ],
        ),
        Group(
            "filters as large as the input, and larger ones",
            [(5, 5, 1), (5, 5, 3), (28, 28, 2), (3, 5, 1), (4, 5, 1), (4, 5, 2), (2, 9, 4)],
        ),
    ],
    praise="counts whole windows only, and refuses a filter that is larger than the input",
)
def tf_valid(W, F, S):
    if F > W:
        raise ValueError("the filter is larger than the input")
    return math.ceil((W - F + 1) / S)


slip = tf_valid.slip

slip("M32", "uses the rule of SAME", edit("(W - F + 1)", "W"),
     "Your output does not depend on F. Where could VALID take the zeros from?",
     "ceil(W/S) is SAME, which pads. VALID never pads, so a larger filter leaves fewer windows.")

slip("M33", "does not round, and so counts a fraction of a window", edit("math.ceil", ""),
     "Can there be two thirds of a window?",
     "(W - F + 1)/S counts a window for each S left edges. The first window of a group that "
     "is not full counts too: round up.")

slip("M34", "takes unit 02's formula and rounds up, because TensorFlow's rule has a ceil",
     edit(" + 1) / S)", ") / S) + 1"),
     "You expect another size than PyTorch's. Step through W = 7, F = 3, S = 3 by hand: "
     "which left edges fit?",
     "Both frameworks count the same windows. The formula that rounds up has its + 1 inside, "
     "the one that rounds down has it outside. Do not mix the two.")

slip("U3-rounded-down", "rounds down with the + 1 inside", edit("math.ceil", "math.floor"),
     "Where is the + 1 in the formula that you round down, and where is it in the one that "
     "is rounded up?",
     "With the + 1 inside the division, VALID rounds up. Rounding down there loses the last "
     "window whenever the steps do not divide evenly.")

slip("U3-no-first", "forgets the first window", edit(" + 1", ""),
     "How many windows fit when F = W? How many does your function count?",
     "W - F counts the pixels that the window can move, and it starts at 0: that makes "
     "W - F + 1 left edges.")

slip("M17", "refuses a layer whose last window does not end at the border",
     edit("F > W", "F > W or (W - F) % S != 0"),
     "Is a column that no window reads an error, or is it just not read?",
     "VALID leaves such columns out and goes on. Only a filter larger than the input is an error.")


# --------------------------------------------------------------------------- TensorFlow's SAME


def missing(W, F, S):
    """By how many pixels the windows of SAME reach beyond the input; negative if they do not."""
    return (math.ceil(W / S) - 1) * S + F - W


layers = [
    (W, F, S) for W in (7, 8, 13, 28, 37) for S in (1, 2, 3, 4) for F in range(S, 10) if F > 1
]


@exercise(
    points=3,
    returns="(out, before, after): the output width with TensorFlow's SAME and the zeros on "
    "either side; raises ValueError when W < 1, F < 1 or S < 1",
    examples={
        (28, 3, 2): (14, 0, 1),
        (37, 4, 2): (19, 1, 2),
        (35, 6, 1): (35, 2, 3),
        (4, 1, 2): (2, 0, 0),
        (0, 3, 1): ValueError,
    },
    probes=[(36, 5, 2), (41, 6, 4), (23, 8, 1), (11, 2, 4), (10, 3, 2)],
    groups=[
        Group(
            "S = 1: the size is kept",
            [(W, F, 1) for W in (5, 8, 28, 35) for F in (1, 3, 5, 7, 9)],
        ),
        Group(
            "larger strides, an even number of zeros",
            [case for case in layers if case[2] > 1 and missing(*case) % 2 == 0],
        ),
        Group(
            "an odd number of zeros",
            [case for case in layers if missing(*case) % 2 == 1],
            worth=2,
        ),
        Group(
            "strides larger than the filter, where no zeros are needed",
            [
                (W, F, S)
                for W in (4, 5, 7, 8, 10, 12, 28)
                for F in (1, 2, 3)
                for S in (2, 3, 4, 5)
                if F < S and missing(W, F, S) <= 0
            ],
        ),
        Group(
            "sizes below 1",
            [(1, 1, 1), (1, 5, 3), (0, 3, 1), (7, 0, 1), (7, 3, 0), (-7, 3, 2)],
        ),
    ],
    praise="pads no more than is needed, never less than nothing, and puts the extra zero after",
)
def tf_same(W, F, S):
    if W < 1 or F < 1 or S < 1:
        raise ValueError("a width, a filter size and a stride are at least 1")
    out = math.ceil(W / S)
    total = max((out - 1) * S + F - W, 0)
    return out, total // 2, total - total // 2


slip = tf_same.slip
halves = "total // 2, total - total // 2"

slip("M27", "believes that SAME always keeps the size",
     edit("math.ceil(W / S)", "W") & edit("(out - 1) * S + F - W", "F - 1"),
     "How many windows start inside the image when S = 2? Set the panel to S = 2.",
     "SAME gives ceil(W/S). It keeps the size only for S = 1; at S = 2 it halves it.")

slip("M28", "rounds W/S down", edit("math.ceil(W / S)", "W // S"),
     "37/2 is 18.5. Do 18 windows, each two pixels on from the last, reach the last pixel?",
     "SAME rounds up: 18.5 needs a 19th window, and the zeros make room for it.")

slip("M29", "puts the extra zero before the input",
     edit(halves, "total - total // 2, total // 2"),
     "The sizes are right. On which side does TensorFlow put the odd zero?",
     "before is the smaller half, total // 2, and the rest goes after: to the right, or below.")

slip("M30", "pads both sides alike: the right shape, but other numbers",
     edit(halves, "(total + 1) // 2, (total + 1) // 2"),
     "The output's width is right. Where does your first window start, and where does "
     "TensorFlow's?",
     "The same number of zeros on both sides shifts every window by one pixel when the total "
     "is odd. On the inputs 0 to 7 with the weights 1, 2, 3 and S = 2 that makes [3, 14, 26, 38] "
     "of TensorFlow's [8, 20, 32, 20].")

slip("M31", "takes away zeros when the stride is larger than the filter",
     edit("max((out - 1) * S + F - W, 0)", "(out - 1) * S + F - W"),
     "Try W = 4, F = 1, S = 2. Can there be -1 zeros?",
     "When F < S, the last window may end before the input does, and the formula for the "
     "total falls below 0. SAME then adds nothing: take max(total, 0).")

slip("U3-valid", "uses the rule of VALID", edit(f"out, {halves}", "(W - F) // S + 1, 0, 0"),
     "Your zeros are always 0. Which of the two rules adds zeros?",
     "VALID never pads. SAME first fixes the output width, ceil(W/S), and then adds as many "
     "zeros as that needs.")

slip("U3-zeros-of-s1", "adds the zeros that S = 1 would need",
     edit("(out - 1) * S + F - W", "F - 1"),
     "The output's width is right. Do your zeros depend on S?",
     "At a larger stride the last window starts further left of the end, and fewer zeros are "
     "needed: (out - 1)S + F - W in all.")

slip("U3-both-total", "puts the total on each side", edit(halves, "total, total"),
     "Add your two numbers of zeros. Is their sum the total?",
     "The total is shared: total // 2 before, the rest after.")

slip("U3-all-after", "puts all zeros after the input", edit(halves, "0, total"),
     "A total of 1 is right. What becomes of a total of 3 or 5?",
     "The total is shared between the two sides: total // 2 before, the rest after. Only the "
     "odd one goes after by itself.")

slip("U3-one-step-more", "counts one step too many between the windows", edit("(out - 1)", "out"),
     "There are out windows. How many steps lie between the first and the last?",
     "Between out windows there are out - 1 steps of S. The last window then ends at "
     "(out - 1)S + F.")


# --------------------------------------------------------------------- what padding leaves alone


@exercise(
    points=1,
    returns="the shape of one filter, layout HWC, for an input of H x W x D without padding; "
    "raises ValueError when F > H or F > W",
    examples={
        (32, 32, 3, 5): (5, 5, 3),
        (16, 12, 20, 3): (3, 3, 20),
        (4, 9, 2, 5): ValueError,
    },
    probes=[(16, 18, 20, 3), (24, 14, 1, 5), (9, 8, 6, 4)],
    groups=[
        Group(
            "any depth, chosen by the input",
            [
                (H, H, D, F)
                for H in (16, 28, 32)
                for F in (1, 3, 5, 8)
                for D in (1, 2, 3, 4, 20, 64)
                if D != F
            ],
            worth=2,
        ),
        Group(
            "images that are not square",
            [(6, 10, 4, 5), (10, 6, 4, 5), (3, 30, 12, 2), (30, 3, 12, 3), (7, 5, 8, 5)],
        ),
        Group(
            "filters that do not fit",
            [(5, 5, 2, 5), (4, 6, 7, 3), (4, 9, 2, 5), (9, 4, 2, 5), (3, 3, 20, 4), (1, 1, 8, 2)],
        ),
    ],
    praise="makes the filter as deep as the input, and refuses what does not fit",
)
def filter_shape(H, W, D, F):
    if F > H or F > W:
        raise ValueError("the filter is larger than the input")
    return F, F, D


slip = filter_shape.slip

slip("M101", "leaves the depth to the author, who says 3", edit("F, F, D", "F, F, 3"),
     "Your filter fits colour images. What happens to it on 20 feature maps?",
     "A filter reads every channel of its window, so its depth is D. The author chooses F; "
     "the input decides the depth.")

slip("U3-depth-1", "makes every filter one channel deep", edit("F, F, D", "F, F, 1"),
     "Your filter reads one channel. Which of the D channels should that be?",
     "A filter reads all of them and adds up: its depth is D. What is one deep is the map "
     "that it makes.")

slip("U3-cube", "makes the filter as deep as it is wide", edit("F, F, D", "F, F, F"),
     "The filter has F rows and F columns. Which number says how many channels there are?",
     "F is chosen for height and width. The depth is the input's own, D.")

slip("U3-depth-first", "puts the depth first", edit("F, F, D", "D, F, F"),
     "The three numbers are right. In which order does the layout HWC name them?",
     "HWC is height, width, channels: the depth comes last. PyTorch puts it first; here the "
     "layout is HWC.")

slip("U3-flat", "leaves the depth out", edit("F, F, D", "F, F"),
     "How many numbers does a filter hold on a 32 x 32 x 3 image: 25, or 75?",
     "Height and width alone describe one slice of the filter. Give its depth as the third "
     "number.")

slip("U3-whole-image", "makes the filter as large as the image", edit("F, F, D", "H, W, D"),
     "The depth is right. How far could a filter of the image's size move?",
     "That filter would have one window only. Its height and width are F.")
