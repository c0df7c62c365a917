"""Unit 07, equivariance: what to write, how it is marked, and the slips people make.

``maps`` are feature maps in layout DHW.  A shift is cyclic: what leaves on one side enters on the
other.  Slips called ``M..`` are the numbered misconceptions of the course's catalogue, ``U7-..``
are this unit's.

All numbers are small and whole, or sums of quarters, so that they are exact; maps are wider than
tall or taller than wide.  In every group the right answers differ from each other.
"""

import numpy as np

from exercises.authoring import Group, claim, edit, exercise, tests


def made(seed, *shape, low=-9, high=9):
    """Whole numbers of a shape, the same in every run."""
    return np.random.default_rng(seed).integers(low, high + 1, shape)


# --------------------------------------------------------------------------------------- shift


@exercise(
    points=1,
    returns="an array in layout DHW, as large as maps: everything moved down and to the right by "
    "so many places, and what leaves on one side enters on the other",
    examples=[
        ((np.array([[[1, 2, 3, 4]]]), 0, 1), np.array([[[4, 1, 2, 3]]])),
        ((np.array([[[1, 2, 3], [4, 5, 6]]]), 1, 0), np.array([[[4, 5, 6], [1, 2, 3]]])),
        ((np.array([[[1, 2, 3], [4, 5, 6]]]), 1, -1), np.array([[[5, 6, 4], [2, 3, 1]]])),
        ((np.array([[[1, 2]], [[3, 4]]]), 0, 1), np.array([[[2, 1]], [[4, 3]]])),
        ((np.array([[[1, 2, 3]]]), 0, 5), np.array([[[2, 3, 1]]])),
    ],
    probes=[(made(1, 2, 3, 5), 1, 2), (made(2, 3, 4, 3), -1, 1), (made(3, 2, 5, 4), 2, 0)],
    groups=[
        Group("one direction at a time",
              [(made(10, 1, 3, 5), 0, 2), (made(11, 1, 5, 3), 2, 0), (made(12, 1, 2, 6), 0, 1)]),
        Group("both directions", [(made(20, 1, 4, 7), 1, 3), (made(21, 1, 7, 4), 5, 2)]),
        Group("up and to the left",
              [(made(30, 1, 4, 6), -1, 0), (made(31, 1, 3, 5), 1, -2),
               (made(32, 1, 5, 3), -2, -1)]),
        Group("several maps",
              [(made(40, 3, 4, 5), 1, 2), (made(41, 2, 5, 3), 0, -1), (made(42, 4, 3, 2), 2, 1)]),
        Group("once around and farther",
              [(made(50, 2, 3, 4), 3, 4), (made(51, 1, 2, 5), 3, -6), (made(52, 1, 4, 3), 0, 7)]),
    ],
    praise="moves rows down and columns right, each map by itself, and closes both to a ring",
)  # fmt: skip
def shift(maps, down, right):
    return np.roll(maps, (down, right), axis=(1, 2))


slip = shift.slip

slip("U7-swapped", "down and right have changed places", edit("(down, right)", "(right, down)"),
     "Shift 1 place down and none to the right. Did your rows change places, or your columns?",
     "Rows are counted along axis 1, so axis 1 moves by down; columns along axis 2, by right.")

slip("U7-backwards", "everything moves up and to the left",
     edit("(down, right)", "(-down, -right)"),
     "The row 1, 2, 3, 4 moves 1 to the right. Which number stands at place 1 then?",
     "The number of place 0 has to arrive at place 1. Yours went the other way round the ring.")

slip("U7-first-axes", "maps and rows are moved instead of rows and columns",
     edit("axis=(1, 2)", "axis=(0, 1)"),
     "Layout DHW: which axis counts the maps, and should a shift touch it?",
     "Axis 0 counts the maps. Rows are axis 1, columns axis 2: axis=(1, 2).")

slip("U7-no-axis", "the numbers are moved in one long line, across the ends of rows",
     "np.roll(maps, (down, right))",
     "Look where the last number of the first row went. Is it still in that row?",
     "np.roll without axis lays all rows end to end and rolls that line. Say which axes move: "
     "axis=(1, 2).")

slip("U7-right-only", "nothing moves down", "np.roll(maps, right, axis=2)",
     "Shift by 1 down and 0 to the right. Does your function do anything?",
     "Move along both axes: rows by down, columns by right.")

slip("U7-down-only", "nothing moves to the right", "np.roll(maps, down, axis=1)",
     "Shift by 0 down and 1 to the right. Does your function do anything?",
     "Move along both axes: rows by down, columns by right.")


@slip("U7-zeros-enter", "zeros enter where something should come in from the other side",
      hint="What should stand in the place that got free: a zero, or what left on the other side?",
      more="On a ring nothing is lost: the 4 that leaves the row 1, 2, 3, 4 on the right comes in "
      "again on the left.")
def zeros_enter(maps, down, right):
    _, H, W = maps.shape
    out = np.zeros_like(maps)
    for row in range(H):
        for column in range(W):
            if 0 <= row + down < H and 0 <= column + right < W:
                out[:, row + down, column + right] = maps[:, row, column]
    return out


# ------------------------------------------------------------------------- how far a map moves


@exercise(
    points=1,
    returns="by how many places the last map moves, an int; raises ValueError when it does not "
    "just move, because it gets other numbers",
    examples={
        (3, (1,), True): 3,
        (3, (1, 1), False): 3,
        (6, (2,), True): 3,
        (3, (2,), True): ValueError,
        (-4, (2, 2), False): -1,
        (2, (2, 2), True): ValueError,
    },
    probes=[(12, (1, 3, 2), False), (7, (1, 1, 1), False), (6, (4,), False), (4, (2, 4), True),
            (12, (3, 4), False), (18, (3,), False), (24, (2, 3, 2), True), (-9, (3, 3), True)],
    groups=[
        Group("stride 1 everywhere", [(1, (1,), True), (-2, (1, 1), True), (9, (1, 1, 1), True)]),
        Group("one layer that strides",
              [(8, (2,), True), (9, (3,), True), (-10, (1, 2), True), (5, (5,), True),
               (0, (2,), True)]),
        Group("several layers that stride",
              [(8, (2, 2), True), (16, (2, 2, 2), True), (-18, (3, 1, 2), True),
               (30, (2, 3), True)]),
        Group("moves that the map cannot follow",
              [(1, (2,), True), (8, (4,), True), (6, (2, 2), True), (-3, (1, 2), True),
               (4, (2, 3), True), (12, (2, 3), True)]),
        Group("weights that nobody trained",
              [(2, (1,), False), (15, (5, 1), False), (5, (2, 5), False), (-8, (2, 4), False)]),
    ],
    praise="multiplies the strides, refuses moves that fall between two windows, and does not ask "
    "for training",
)  # fmt: skip
def map_moves(move, strides, trained):
    total = 1
    for S in strides:
        total = total * S
    if move % total != 0:
        raise ValueError("the windows see other numbers: the map does not just move")
    return move // total


slip = map_moves.slip
refuses = '    if move % total != 0:\n        raise ValueError("the windows see other numbers: ' \
    'the map does not just move")\n'

slip("M80", "the map is said to stay where it is", edit("move // total", "0"),
     "Move the digit in the panel by 3 at stride 1. Does its map stay where it was?",
     "That would be invariance: the same answer wherever the digit is. A convolution is "
     "equivariant: its map moves along.")

slip("M81", "the map is said to move as far as the image, whatever the strides are",
     edit(refuses, "") & edit("move // total", "move"),
     "Stride 2 keeps every second answer. The image moves by 6: by how many places of the smaller "
     "map is that?",
     "At stride S one place of the map is S places of the image, so the map moves by move / S, "
     "and if that is no whole number, it does not just move.")

slip("M82", "a map of untrained weights is said not to follow",
     edit("if move % total != 0:", "if not trained or move % total != 0:"),
     "The filter in section 2 was drawn by chance. Did its map follow or not?",
     "It follows from using the same weights at every place, whatever they are. Nothing has to be "
     "learned for it.")

slip("U7-rounded", "a move that falls between two windows is rounded", edit(refuses, ""),
     "Stride 2 and a move of 3: do the windows see the same patches as before?",
     "Every window begins at a multiple of the total stride. A move that is no multiple shows the "
     "windows new patches: raise ValueError.")

slip("U7-strides-added", "the strides are added up",
     edit("total = 1\n", "total = 0\n") & edit("total * S", "total + S"),
     "Two layers of stride 3: how many places of the image is one place of the last map?",
     "One place of the last map is 3 places of the map before, and each of these is 3 places of "
     "the image: 3 times 3.")

slip("U7-last-stride", "only the last layer's stride counts",
     edit("total = total * S", "total = S"),
     "What did the layers before the last one do to the map?",
     "Every layer that strides shrinks the map: multiply all the strides.")

slip("U7-largest-stride", "only the largest stride counts",
     edit("total = total * S", "total = max(total, S)"),
     "Two layers of stride 2: is a move by 2 still a whole place on the second map?",
     "Strides multiply: after two layers of stride 2, one place is 4 places of the image.")

slip("U7-grows", "the move is multiplied by the strides",
     edit(refuses, "") & edit("move // total", "move * total"),
     "The map of a layer with stride 2 is half as wide as the image. Can it move twice as far?",
     "One place of the map is S places of the image, so the map moves by fewer places: divide.")


# --------------------------------------------------------------------------- a test of one's own


def layer(maps):
    """A convolution with three filters of 3 x 3 on a ring: the usual sound layer."""
    D, H, W = maps.shape
    filters = np.random.default_rng(1).normal(size=(3, D, 3, 3))
    around = np.pad(maps, ((0, 0), (1, 1), (1, 1)), mode="wrap")
    out = np.zeros((3, H, W))
    for i in range(3):
        for j in range(3):
            out += np.tensordot(filters[:, :, i, j], around[:, i : i + H, j : j + W], 1)
    return out


@tests(
    of=layer,
    points=2,
    returns="True if the layer's maps move along with every cyclic shift of its input, False if "
    "they do not",
)
def is_equivariant(layer):
    maps = np.random.default_rng(0).normal(size=(2, 6, 9))
    for down, right in [(1, 0), (0, 1), (2, 3)]:
        if not np.allclose(layer(shift(maps, down, right)), shift(layer(maps), down, right)):
            return False
    return True


sound, faulty = is_equivariant.sound, is_equivariant.faulty


@sound("is a 1x1 convolution")
def _(maps):
    return np.tensordot(np.random.default_rng(2).normal(size=(4, len(maps))), maps, 1)


@sound("has a bias and a ReLU after its convolution")
def _(maps):
    return np.maximum(layer(maps) + np.array([0.5, -1.0, 2.0])[:, None, None], 0)


@sound("filters every map by itself, with an even filter of 2 x 2")
def _(maps):
    a, b, c, d = np.random.default_rng(3).normal(size=(4, len(maps), 1, 1))
    right, below = np.roll(maps, -1, 2), np.roll(maps, -1, 1)
    return a * maps + b * right + c * below + d * np.roll(below, -1, 2)


@sound("always gives the same map, with one number in all its places")
def _(maps):
    return np.full((1, *maps.shape[1:]), 3.5)


@sound("computes a convolution by Fourier transforms, so that sums differ in the last bit")
def _(maps):
    filters = np.random.default_rng(4).normal(size=(len(maps), 3, 3))
    seen = np.fft.fft2(maps) * np.conj(np.fft.fft2(filters, maps.shape[1:]))
    return np.real(np.fft.ifft2(seen.sum(0)))[None]


@sound("takes the largest number of 2 x 2 neighbours at every place")
def _(maps):
    across = np.maximum(maps, np.roll(maps, -1, 2))
    return np.maximum(across, np.roll(across, -1, 1))


@sound("subtracts the average of all its numbers")
def _(maps):
    return maps - maps.mean()


@sound("is a stack of two convolutions with a ReLU between them")
def _(maps):
    return layer(np.maximum(layer(maps), 0))


faulty("keeps every second row and column, as at stride 2", "layer(maps)[:, ::2, ::2]",
       "Its map is smaller. When the input moves by 1, can it move by 1 as well?",
       "Compare two whole arrays: layer of the shifted maps, and the layer's maps shifted. "
       "np.allclose(one, other) looks at every number.", shown=True)
faulty("has a bias that grows from left to right",
       "layer(maps) + [0.1 * place for place in range(maps.shape[2])]",
       "Where does this layer add more: on the left or on the right? Which shift would show it?",
       "Try a shift to the right. A test that only moves down, or only by 0, cannot see it.",
       shown=True)
faulty("has a bias that grows from top to bottom",
       "layer(maps) + [[0.1 * place] for place in range(maps.shape[1])]",
       "Where does this layer add more: above or below? Which shift would show it?",
       "Try a shift down as well. A test that only moves to the right cannot see it.", shown=True)


@faulty("has zeros outside, which only shows at the edges", hint="What stands beyond the edge?",
        more="With zeros beyond the edge, a number that wraps around meets zeros where it met "
        "neighbours before.", worth=2)
def _(maps):
    _, H, W = maps.shape
    padded = np.pad(maps, ((0, 0), (1, 1), (1, 1)))
    out = np.zeros((2, H, W))
    for number, one in enumerate(np.random.default_rng(5).normal(size=(2, len(maps), 3, 3))):
        for i in range(3):
            for j in range(3):
                out[number] += np.tensordot(one[:, i, j], padded[:, i : i + H, j : j + W], 1)
    return out


@faulty("pools 2 x 2 and fills the map up again, so that it follows even shifts only",
        hint="Is there an odd shift among yours?",
        more="Windows that lie side by side begin at even places. Only a shift by an odd number "
        "moves something from one window into another.", worth=2)
def _(maps):
    _, H, W = maps.shape
    filled = np.pad(maps, ((0, 0), (0, H % 2), (0, W % 2)), mode="edge")
    across = np.maximum(filled[:, :, ::2], filled[:, :, 1::2])
    pooled = np.maximum(across[:, ::2], across[:, 1::2])
    return pooled.repeat(2, 1).repeat(2, 2)[:, :H, :W]


@faulty("lays all numbers in one line and is dense",
        hint="Which weight does a number meet before the shift, and which after it?",
        more="A dense layer has weights of its own for every place, so a shift changes its sums.")
def _(maps):
    weights = np.random.default_rng(6).normal(size=(5, maps.size))
    return (weights @ maps.ravel()).reshape(5, 1, 1)


@faulty("is dense, and lays its numbers out as a map again",
        hint="Which weight does a number meet before the shift, and which after it?",
        more="A dense layer has weights of its own for every place, so a shift changes its sums.")
def _(maps):
    _, H, W = maps.shape
    mixed = np.random.default_rng(7).normal(size=(H, H)) @ maps.sum(0)
    return (mixed @ np.random.default_rng(8).normal(size=(W, W)))[None]


@faulty("adds a bias in one corner only",
        hint="Do you compare all numbers, or only some?",
        more="One place is enough to break it: compare the whole arrays.")
def _(maps):
    out = layer(maps)
    out[:, 0, 0] += 1
    return out


@faulty("uses other weights in the right half than in the left half",
        hint="Are the weights shared by all places?",
        more="Without shared weights the map has no reason to follow.")
def _(maps):
    out = layer(maps)
    out[:, :, maps.shape[2] // 2 :] *= -1
    return out


# ----------------------------------------------------------------------- "translation invariant"
# The network of the claim: the largest of each of four pairs, added up; thick from 10 on.

eight = "len(row) == 8 and all(type(number) is int and 0 <= number <= 9 for number in row)"
few = "1 <= move <= 3"
stays = "not any(row[8 - move:])"
pairs = "sum(max({0}[place:place + 2]) for place in (0, 2, 4, 6))"
before, after = pairs.format("row"), pairs.format("([0] * move + row)")
changes = f"({before} >= 10) != ({after} >= 10)"
formed = f"{eight} and {few}"


@claim(
    "CNNs are translation invariant: pooling sees to it that a shift changes nothing.",
    points=1,
    returns="a row of eight whole numbers from 0 to 9, and by how many places it moves to the "
    "right (1 to 3), so that nothing is lost and the network changes its mind",
    gives={"row": "list", "move": "whole"},
    requirements=[
        ("eight whole numbers from 0 to 9", eight),
        ("a move by 1, 2 or 3 places", few),
        ("nothing but zeros leaves the row", stays),
        ("the network says thick before and thin after, or thin before and thick after", changes),
    ],
)
def changed_by_a_move():
    return [0, 0, 4, 8, 0, 0, 0, 0], 1


slip = changed_by_a_move.slip

slip("U7-lost", "something that is not zero leaves the row", "([0, 0, 0, 0, 0, 0, 4, 8], 1)",
     "Which number would stand at place 8 after the move? Is there a place 8?",
     "A thing that is cut off is another thing. The last places of the row, as many as it moves, "
     "have to hold zeros.",
     matches=f"{formed} and not ({stays})")

slip("U7-even-move", "a move by 2, which pooling follows", "([0, 0, 4, 8, 0, 0, 0, 0], 2)",
     "Write down the four pairs before and after the move. Which numbers meet in a pair now that "
     "did not meet before?",
     "A move by 2 shifts whole pairs: the maxima move along, and their sum stays. Only an odd move "
     "makes new pairs.",
     matches=f"{formed} and {stays} and move == 2")

slip("U7-same-sum", "an odd move, and the four maxima add up to the same sum as before",
     "([0, 0, 0, 8, 0, 0, 0, 0], 1)",
     "Add up your four maxima before and after. Why are the sums the same?",
     "A number with zeros on both sides is its pair's largest before and after. Let two numbers "
     "stand side by side: in one pair before the move, in two pairs after it.",
     matches=f"{formed} and {stays} and move != 2 and {before} == {after}")

slip("U7-same-class", "the sum changes, but not from below 10 to 10 or more",
     "([0, 0, 1, 2, 0, 0, 0, 0], 1)",
     "Between which two sums does the network change its mind? On which side are yours?",
     "Your sum changes, but both sums lie on the same side of 10. Take larger or smaller numbers: "
     "one sum has to be at most 9 and the other at least 10.",
     matches=f"{formed} and {stays} and {before} != {after} and not ({changes})")

slip("U7-no-move", "a move of 0 places, or by more than 3", "([0, 0, 4, 8, 0, 0, 0, 0], 0)",
     "By how many places does your row move?",
     "Move it by 1, 2 or 3 places.",
     matches=f"{eight} and not ({few})")

slip("U7-row-only", "the row without the move", "[0, 0, 4, 8, 0, 0, 0, 0]",
     "Two things are asked for. Which one is missing?",
     "Return both: return row, move.",
     matches="type(answer) is list and len(answer) == 8")


# -------------------------------------------------------------------------- blur before you stride


@exercise(
    points=1,
    returns="an array whose last axis is half as long: the larger of each number and its right "
    "neighbour, blurred with 1/4, 1/2, 1/4, and every second of these, from the first on",
    examples=[
        ((np.array([0, 0, 1, 2, 0, 0, 0, 0]),), np.array([0.25, 1.75, 0.5, 0.0])),
        ((np.array([0, 0, 0, 1, 2, 0, 0, 0]),), np.array([0.0, 1.0, 1.5, 0.0])),
        ((np.array([4, 0, 0, 0]),), np.array([3.0, 1.0])),
        ((np.array([[0, 4, 0, 0], [-8, -4, -4, -8]]),),
         np.array([[3.0, 1.0], [-5.0, -5.0]])),
    ],
    probes=[(made(4, 6),), (made(5, 2, 8),), (made(6, 2, 3, 4),), (made(7, 10, low=-9, high=-1),)],
    groups=[
        Group("a row with zeros at its ends",
              [(np.array([0, 0, 3, 7, 1, 0, 0, 0]),), (np.array([0, 0, 0, 5, 0, 0]),),
               (np.array([0, 0, 2, 9, 4, 6, 8, 1, 0, 0]),)]),
        Group("a row that goes on at its other end",
              [(made(60, 4, low=1),), (made(61, 8, low=1),), (made(62, 12, low=1),)]),
        Group("numbers below zero",
              [(made(70, 6, low=-9, high=-1),), (made(71, 10),), (made(72, 4, low=-9, high=-1),)]),
        Group("several rows, several maps",
              [(made(80, 3, 8),), (made(81, 5, 4),), (made(82, 2, 3, 6),), (made(83, 3, 4, 2),)]),
    ],
    praise="blurs before it leaves anything out, and closes every row to a ring",
)  # fmt: skip
def blur_pool(rows):
    largest = np.maximum(rows, np.roll(rows, -1, axis=-1))
    before, behind = np.roll(largest, 1, axis=-1), np.roll(largest, -1, axis=-1)
    blurred = (before + 2 * largest + behind) / 4
    return blurred[..., ::2]


slip = blur_pool.slip

slip("U7-no-blur", "nothing is blurred: this is max pooling as before",
     edit("(before + 2 * largest + behind) / 4", "largest * 1.0"),
     "Your answers are whole numbers. Which of the three steps would make quarters?",
     "Between the largest of two and every second number stands the blur: a quarter of the left "
     "neighbour, half of the number, a quarter of the right one.")

slip("U7-blur-late", "every second number is taken first, and the blur comes after it",
     "(lambda kept: (np.roll(kept, 1, axis=-1) + 2 * kept + np.roll(kept, -1, axis=-1)) / 4)("
     "np.maximum(rows, np.roll(rows, -1, axis=-1))[..., ::2])",
     "Which step throws numbers away? Should the blur see them before that, or after?",
     "What is thrown away cannot be blurred any more. First the largest, then the blur, and only "
     "then every second number.")

slip("U7-no-max", "the row itself is blurred, without the largest of two",
     edit("np.maximum(rows, np.roll(rows, -1, axis=-1))", "rows"),
     "In the row 4, 0, 0, 0 two pairs of neighbours hold the 4. In how many places does a 4 stand "
     "after your first step?",
     "Begin with the larger of each number and its right neighbour: max pooling of width 2 at "
     "stride 1.")

slip("U7-average-of-three", "the blur is a plain average of three",
     edit("2 * largest", "largest") & edit("/ 4", "/ 3"),
     "Which weights does the blur have? What do all even places of the row get from it, and what "
     "the odd ones?",
     "The weights are 1/4, 1/2, 1/4. Only with these do even and odd places count equally.")

slip("U7-average-of-two", "the blur is a plain average of the number and its right neighbour",
     edit("(before + 2 * largest + behind) / 4", "(largest + behind) / 2"),
     "How many neighbours does each place look at in step 2, and on which sides?",
     "The blur looks to both sides: a quarter of the left neighbour, half of the number, a quarter "
     "of the right one.")

slip("U7-not-divided", "the blur does not divide by 4", edit(" / 4", " / 1"),
     "Blur a row that holds nothing but ones. What should come out?",
     "1 + 2 + 1 is 4, so divide by 4: a blur should leave a constant row as it is.")

slip("U7-odd-kept", "the odd places are kept instead of the even ones",
     edit("[..., ::2]", "[..., 1::2]"),
     "Which place does the first number of your answer come from?",
     "Keep places 0, 2, 4 and so on: [..., ::2].")

slip("U7-all-kept", "all places are kept", edit("[..., ::2]", ""),
     "How long is your answer, and how long should it be?",
     "Keep every second number: [..., ::2].")

slip("U7-left-neighbour", "each number is compared with its left neighbour",
     edit("np.maximum(rows, np.roll(rows, -1, axis=-1))",
          "np.maximum(rows, np.roll(rows, 1, axis=-1))"),
     "Which number stands to the right of place 0? Does np.roll(rows, 1) bring it there?",
     "np.roll(rows, -1, axis=-1) moves everything one place to the left, so that the right "
     "neighbour arrives at each place.")

slip("U7-all-rolled", "the rows are rolled as one long line",
     edit("np.roll(rows, -1, axis=-1)", "np.roll(rows, -1)")
     & edit("np.roll(largest, 1, axis=-1)", "np.roll(largest, 1)")
     & edit("np.roll(largest, -1, axis=-1)", "np.roll(largest, -1)"),
     "Two rows come in. Which neighbour does the last number of the first row have in yours?",
     "Every row is a ring of its own: np.roll needs axis=-1.")


@slip("U7-zeros-beyond", "beyond the ends stand zeros, and the row is no ring",
      hint="What stands to the left of the first number, if the row is a ring?",
      more="The row closes to a ring: left of the first number stands the last one. np.roll does "
      "that, zeros do not.")
def zeros_beyond(rows):
    around = [(0, 0)] * (rows.ndim - 1)
    padded = np.pad(rows, [*around, (0, 1)])
    largest = np.pad(np.maximum(padded[..., :-1], padded[..., 1:]), [*around, (1, 1)])
    return ((largest[..., :-2] + 2 * largest[..., 1:-1] + largest[..., 2:]) / 4)[..., ::2]


# ------------------------------------------------------------------ how often it changes its mind


def scores(seed, *shape):
    """Scores without a tie: whole numbers, along the last axis all different."""
    random = np.random.default_rng(seed)
    return random.permuted(np.broadcast_to(2 * np.arange(shape[-1]) - 3, shape), axis=-1)


def nudged(seed, M, before, share):
    """Scores after M shifts: of some images the scores of before and one more, of others new."""
    random = np.random.default_rng(seed)
    new = scores(seed + 1, M, *before.shape)
    keep = random.random((M, len(before))) < share
    return np.where(keep[..., None], before + 1, new)


def measured(seed, M, N, K, share):
    """A case: scores before, and after M shifts."""
    before = scores(seed, N, K)
    return before, nudged(seed + 1, M, before, share)


@exercise(
    points=1,
    returns="the share of all pairs of an image and a shift at which the class changed, a float "
    "from 0 to 1",
    examples=[
        ((np.array([[3, 1], [0, 2]]), np.array([[[1, 4], [0, 5]]])), 0.5),
        ((np.array([[3, 1], [0, 2]]), np.array([[[2, 1], [1, 2]]])), 0.0),
        ((np.array([[3, 1, 0], [0, 2, 5]]),
          np.array([[[1, 4, 0], [0, 2, 6]], [[0, 1, 2], [3, 2, 4]]])), 0.5),
        ((np.array([[5, 1, 2], [4, 0, 1], [1, 2, 3], [0, 9, 8]]),
          np.array([[[6, 1, 2], [0, 1, 4], [1, 2, 3], [0, 8, 7]]])), 0.25),
    ],
    probes=[measured(300, 4, 3, 3, 0.5), measured(310, 2, 5, 4, 0.6), measured(320, 1, 6, 3, 0.5),
            measured(330, 3, 4, 5, 0.4)],
    groups=[
        Group("one shift", [measured(400, 1, 5, 3, 0.6), measured(410, 1, 8, 4, 0.6),
                            measured(420, 1, 4, 10, 0.5)]),
        Group("several shifts", [measured(500, 4, 5, 3, 0.5), measured(510, 3, 7, 4, 0.7),
                                 measured(520, 2, 6, 10, 0.4)]),
        Group("all change, and none does", [measured(600, 4, 3, 20, 0.0),
                                            measured(610, 2, 5, 3, 1.0)]),
        Group("as many images as classes", [measured(700, 2, 4, 4, 0.5),
                                            measured(710, 4, 3, 3, 0.6)]),
    ],
    praise="compares classes, not scores, and counts every pair of an image and a shift",
)  # fmt: skip
def changed_mind(before, after):
    return float((after.argmax(axis=-1) != before.argmax(axis=-1)).mean())


slip = changed_mind.slip

slip("U7-scores-compared", "the scores are compared, not the classes",
     "float((after != before).any(axis=-1).mean())",
     "Two images got other scores, and the largest stayed where it was. Did the network change its "
     "mind?",
     "The class is the place of the largest score: argmax along the last axis. Compare these.")

slip("U7-largest-compared", "the largest scores are compared, not their places",
     edit("after.argmax(axis=-1)", "after.max(axis=-1)")
     & edit("before.argmax(axis=-1)", "before.max(axis=-1)"),
     "Does max say which class has the largest score, or how large that score is?",
     "argmax gives the place of the largest score. That place is the class.")

slip("U7-kept", "the share that did not change is given", edit("!=", "=="),
     "Nothing changed in the second example. Which share is that?",
     "Count the pairs at which the class is another one than before: !=.")

slip("U7-any-shift", "an image counts once, as soon as one of its shifts changes the class",
     edit(".mean()", ".any(axis=0).mean()"),
     "Two images and two shifts: how many pairs are there?",
     "Every image with every shift is a pair of its own. Take the mean over all of them.")

slip("U7-counted", "the pairs are counted, and not divided by how many there are",
     edit(".mean()", ".sum()"),
     "Can a share be larger than 1?",
     "Divide by the number of pairs: the mean of an array of True and False does both at once.")

slip("U7-first-shift", "only the first shift is looked at",
     edit("after.argmax(axis=-1)", "after[0].argmax(axis=-1)"),
     "How many shifts does after hold? How many do you use?",
     "after has a layer for each shift. Compare all of them with before.")

slip("U7-per-image", "the changes are divided by the number of images only",
     edit(".mean()", ".sum() / len(before)"),
     "Two images, two shifts, and every class changes: what should come out?",
     "There are M times N pairs. Divide by that, or take the mean.")

slip("U7-classes-down", "the largest of each column is taken: for each class an image",
     edit("after.argmax(axis=-1)", "after.argmax(axis=-2)")
     & edit("before.argmax(axis=-1)", "before.argmax(axis=-2)"),
     "Which axis counts the classes, the first or the last?",
     "A row holds the scores of one image. Look along the row: axis=-1.")
