"""Unit 01, convolution by hand: what to write, how it is marked, and the slips people make.

Layouts: an image is H x W, a volume D x H x W, the filters of a layer K x D x F x F.  ``S`` is the
stride, ``P`` the zeros added on each side.  Slips called ``M..`` are the numbered misconceptions of
the course's catalogue, ``U1-..`` are this unit's.

The numbers are small and whole, or eighths, so that every order of adding gives the same sums.
"""

import numpy as np

from exercises.authoring import Group, claim, edit, exercise, tests

random = np.random.default_rng(1)  # the cases are the same in every run


def array(*rows):
    return np.array(rows)


def whole(*shape):
    """Whole numbers from -4 to 5, an array of this shape."""
    return random.integers(-4, 6, shape)


def eighths(*shape):
    """Fractions that a computer holds exactly."""
    return random.integers(-20, 21, shape) / 8


# ---------------------------------------------------------------------- one patch, one number


@exercise(
    points=1,
    returns="one number: the dot product of patch and weights, and the bias",
    examples=[
        ((array([[1, 2], [3, 4]]), array([[1, 0], [0, -1]]), 0), -3),
        ((array([[1, 2], [3, 4]]), array([[1, 0], [0, -1]]), 10), 7),
        ((array([[1, 2], [3, 4]], [[5, 0], [0, 1]]),
          array([[0, 1], [1, 0]], [[2, 3], [4, 5]]), -1), 19),
        ((array([[0.5, 0], [1, 2]]), array([[1, 1], [1, -1]]), 0.25), -0.25),
    ],
    probes=[(whole(2, 3, 3), whole(2, 3, 3), 3), (whole(3, 2, 2), whole(3, 2, 2), -2)],
    groups=[
        Group("one channel, no bias", [(whole(1, F, F), whole(1, F, F), 0) for F in (1, 2, 3, 5)]),
        Group("a bias",
              [(whole(1, F, F), whole(1, F, F), b) for F, b in [(2, 4), (3, -7), (4, 1)]]),
        Group("several channels",
              [(whole(D, F, F), whole(D, F, F), b)
               for D, F, b in [(2, 3, 1), (3, 5, -4), (20, 3, 6)]]),
        Group("fractions", [(eighths(D, 3, 3), eighths(D, 3, 3), 0.5) for D in (1, 2, 4)]),
    ],
    features={"D = 1": "len(patch) == 1", "the bias is 0": "bias == 0"},
    praise="multiplies place by place, adds up all channels, and adds the bias once",
)  # fmt: skip
def window_dot(patch, weights, bias):
    return np.sum(patch * weights) + bias


slip = window_dot.slip

slip("U1-no-bias", "the bias is left out", edit(" + bias", ""),
     "One of your three arguments has no influence on the answer. Which?",
     "The bias is added to the sum, once, at the end.")

slip("U1-bias-in-every-product", "the bias is added to every product, before the sum",
     edit("patch * weights) + bias", "patch * weights + bias)"),
     "Let every weight be 0 and the bias 1. What should come out, and what does?",
     "You add the bias as often as there are weights. It belongs to the sum, not to the "
     "products: add it once, after np.sum.")

slip("U1-bias-per-channel", "the bias is added once for each channel",
     edit("+ bias", "+ len(patch) * bias"),
     "In the panel, move from one channel to three. How many times does the bias appear?",
     "A filter has one bias, however deep it is. Add up all channels first, then add it once.")

slip("U1-sums-multiplied", "first both are added up, then the two sums are multiplied",
     "np.sum(patch) * np.sum(weights) + bias",
     "Take weights 1 and -1. Their sum is 0: should such a filter never see anything?",
     "Each number of the patch meets its own weight. Multiply place by place, then add up.")

slip("U1-mean", "the products are averaged, not added up", edit("np.sum", "np.mean"),
     "In the panel, is anything divided?",
     "A dot product is a sum. Nothing divides it by the number of weights.")

slip("U1-matrix-product", "rows times columns instead of place by place",
     edit("patch * weights", "patch @ weights"),
     "Which weight should the number in the top right corner meet?",
     "The @ multiplies matrices: rows times columns. Here each number meets the weight at its own "
     "place: use *.")

slip("U1-one-channel", "only the first channel is used",
     edit("patch * weights", "patch[0] * weights[0]"),
     "Move D in the panel. How many partial sums go into the answer?",
     "Every channel gives a partial sum, and all of them are added.")

slip("U1-number-per-channel", "one number for each channel",
     edit("patch * weights)", "patch * weights, axis=(-2, -1))"),
     "You give a list of partial sums. How many numbers does one place of the output hold?",
     "One. Add the partial sums of the channels as well, and the bias once.")


# ------------------------------------------------------------------------ one kernel, one map


@exercise(
    points=3,
    returns="the map, one number for each place, an array H-by-W of its own; "
    "raises ValueError when the kernel is larger than the image",
    examples=[
        ((array([1, 2, 0, 1], [0, 1, 3, 2], [4, 0, 1, 1]), array([1, 0], [0, -1])),
         array([0, -1, -2], [0, 0, 2])),
        ((array([1, 2, 4], [1, 2, 4], [1, 2, 4]), array([0, 0, 0], [-1, 0, 1], [0, 0, 0])),
         array([3])),
        ((array([1, 2], [0, 4]), array([0.5])), array([0.5, 1], [0, 2])),
        ((array([1, 2, 3], [4, 5, 6]), np.ones((3, 3), int)), ValueError),
    ],
    probes=[(whole(4, 6), whole(3, 3)), (whole(5, 3), whole(2, 2)), (eighths(3, 4), whole(2, 2)),
            (whole(4, 3), eighths(2, 2)), (whole(3, 2), whole(3, 3)), (whole(1, 1), whole(2, 2))],
    groups=[
        Group("square images", [(whole(n, n), whole(F, F)) for n, F in [(5, 3), (7, 3), (8, 5)]]),
        Group("images that are not square",
              [(whole(H, W), whole(F, F)) for H, W, F in [(3, 7, 3), (6, 4, 3), (9, 5, 4)]],
              worth=2),
        Group("even kernels, and a single weight",
              [(whole(H, W), whole(F, F)) for H, W, F in [(4, 4, 2), (6, 7, 4), (3, 5, 1)]]),
        Group("fractions stay fractions",
              [(eighths(4, 5), whole(3, 3)), (whole(5, 4), eighths(2, 2)),
               (eighths(3, 3), eighths(2, 2))]),
        Group("kernels that just fit, and kernels that do not",
              [(whole(H, W), whole(F, F)) for H, W, F in
               [(4, 4, 4), (3, 5, 3), (5, 3, 3), (4, 3, 4), (3, 4, 4), (2, 2, 3)]]),
    ],
    features={"H = W": "image.shape[0] == image.shape[1]", "F = 1": "len(kernel) == 1"},
    praise="takes every place, the last ones too, lays the kernel down as it is, and refuses what "
    "does not fit",
)  # fmt: skip
def corr2d(image, kernel):
    F, (H, W) = len(kernel), image.shape
    if F > H or F > W:
        raise ValueError("the kernel is larger than the image")
    return np.array([[np.sum(image[row : row + F, column : column + F] * kernel)
                      for column in range(W - F + 1)] for row in range(H - F + 1)])  # fmt: skip


slip = corr2d.slip

slip("U1-flipped", "the kernel is turned by half a turn before it is laid on the image",
     edit("* kernel", "* kernel[::-1, ::-1]"),
     "Which weight should meet the top left number of the patch: the first or the last?",
     "You computed what mathematics calls a convolution. A layer lays the kernel down as it is, "
     "without turning it.")

slip("U1-last-place", "the last row and the last column of places are left out",
     edit("W - F + 1", "W - F") & edit("H - F + 1", "H - F"),
     "Take a kernel as large as the image. In how many places can it lie?",
     "The last window begins at row H - F and at column W - F, and those count: range needs an "
     "end that is one further.")

slip("U1-overhang", "windows that hang over the edge are tried",
     edit("W - F + 1", "W") & edit("H - F + 1", "H"),
     "Print row, column and the shape of your patch at every stop. Where is it too small?",
     "A window must lie on the image completely, so its top left corner stays at least F - 1 "
     "away from the bottom and right edges.")

slip("U1-row-column", "row and column are exchanged when the patch is cut out",
     edit("row : row + F, column : column + F", "column : column + F, row : row + F"),
     "In image[a, b], which one counts rows? Try an image that is wider than it is high.",
     "The first index counts rows, from the top; the second counts columns, from the left.")

slip("U1-square", "as many columns of places as rows", edit("(W - F + 1)", "(H - F + 1)"),
     "Try an image that is wider than it is high. Is your map as well?",
     "Rows of places follow from H, columns of places from W.")

slip("U1-tiles", "the windows are laid side by side, without overlap",
     edit("(W - F + 1)", "(0, W - F + 1, F)") & edit("(H - F + 1)", "(0, H - F + 1, F)"),
     "After the first stop in the panel, how far does the window move?",
     "It moves by one column, so that neighbouring windows overlap.")

slip("U1-kernel-transposed", "rows and columns of the kernel are exchanged",
     edit("* kernel", "* kernel.T"),
     "Try a kernel with a single 1 in its top right corner. Which pixel does each stop read?",
     "Rows of the kernel belong to rows of the patch. Nothing has to be transposed.")

slip("U1-truncated", "fractions are cut off where the image has none",
     edit("for row in range(H - F + 1)])", "for row in range(H - F + 1)]).astype(image.dtype)"),
     "The third example has a weight of 0.5. What kind of numbers does your map hold?",
     "np.zeros_like(image) makes an array of the image's kind. Where the image holds whole "
     "numbers, everything after the point is lost. np.zeros((rows, columns)) holds fractions.")


@slip("U1-same-size", "zeros are put around the image, so that the map keeps its size",
      hint="How many rows has the map of the first example, and how many has yours?",
      more="Padding is a choice that comes later. Here the kernel lies on the image alone, and "
      "the map is smaller than the image.")
def _(image, kernel):
    F, (H, W) = len(kernel), image.shape
    if F > H or F > W:
        raise ValueError("the kernel is larger than the image")
    before = (F - 1) // 2
    image = np.pad(image, (before, F - 1 - before))
    return np.array([[np.sum(image[row : row + F, column : column + F] * kernel)
                      for column in range(W)] for row in range(H)])  # fmt: skip


slip("U1-no-check", "nothing asks whether the kernel fits",
     edit("F > H or F > W", "False"),
     "How many places are there for a 3 x 3 kernel on 2 rows? And what does your function return?",
     "There is no place and so no map. Say so at once: raise ValueError(...) when F > H or F > W.")

slip("U1-fit-one-way", "only the height is asked whether the kernel fits", edit(" or F > W", ""),
     "Three rows, two columns, a 3 x 3 kernel: which question do you not ask?",
     "The kernel has to fit in both directions.")

slip("U1-fit-strict", "a kernel as large as the image is refused",
     edit("F > H or F > W", "F >= H or F >= W"),
     "A 3 x 3 kernel on a 3 x 3 image: in how many places can it lie?",
     "In exactly one. Refuse only a kernel that is larger than the image.")


# --------------------------------------------------- from cross-correlation to convolution


@exercise(
    points=1,
    returns="the kernel turned by half a turn, an array of the same shape",
    examples=[
        ((array([1, 2], [3, 4]),), array([4, 3], [2, 1])),
        ((array([0.5, 0, 0], [0, 0, 2], [0, 3, 0]),), array([0, 3, 0], [2, 0, 0], [0, 0, 0.5])),
    ],
    probes=[(array([1, 2, 3], [4, 5, 6], [7, 8, 9]),)],
    groups=[
        Group("odd kernels", [(whole(F, F),) for F in (3, 5, 7)]),
        Group("even kernels", [(whole(F, F),) for F in (2, 4, 6)]),
        Group("fractions", [(eighths(F, F),) for F in (2, 3)]),
    ],
    praise="reverses the rows and the columns",
)
def flip(kernel):
    return kernel[::-1, ::-1]


slip = flip.slip

slip("U1-not-flipped", "the kernel is left as it is", "kernel",
     "Where should the weight of the top left corner end up?",
     "Half a turn carries the top left corner to the bottom right.")

slip("U1-flip-rows", "only turned upside down", edit("[::-1, ::-1]", "[::-1]"),
     "Follow the 1 of the first example. Did it change its row and its column?",
     "You reversed the order of the rows. In each row the numbers have to change places as well.")

slip("U1-flip-columns", "only mirrored from left to right", edit("[::-1, ::-1]", "[:, ::-1]"),
     "Follow the 1 of the first example. Did it change its row and its column?",
     "You reversed each row. The rows have to change places as well.")

slip("U1-transposed", "transposed: rows became columns", edit("[::-1, ::-1]", ".T"),
     "The top left corner stayed where it was. Does half a turn do that?",
     "Transposing mirrors on the diagonal. Half a turn reverses the rows and the columns.")

slip("U1-quarter-turn", "turned by a quarter only", "np.rot90(kernel)",
     "In which corner is the 1 of the first example now? And after the same turn again?",
     "Two quarters make the half turn: reverse the rows and the columns.")

slip("U1-negated", "the signs are changed", "-kernel",
     "Turn a sheet of paper with numbers on it. Do the numbers change?",
     "The weights keep their values and get other places.")


# ---------------------------------------------------------- does it make a difference at all?

as_it_is = "kernel.ravel().tolist()"
turned = "np.correlate([1], kernel.ravel(), 'full').tolist()"
small_square = "kernel.shape == (3, 3)"
not_all_equal = "len(set(kernel.ravel().tolist())) > 1"


@claim(
    "A layer computes a cross-correlation, so its map is never that of a convolution.",
    points=1,
    returns="a 3 x 3 kernel, not all of its weights equal, with which both give the same map",
    gives={"kernel": "array"},
    requirements=[
        ("the kernel is 3 x 3", small_square),
        ("its weights are not all equal", not_all_equal),
        ("cross-correlation and convolution with it give the same map", f"{as_it_is} == {turned}"),
    ],
)
def no_difference():
    return np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]])


slip = no_difference.slip
mirrored = "np.array_equal(kernel, kernel.T)"
upside_down = "kernel[0].tolist() == kernel[2].tolist()"
sideways = "kernel[:, 0].tolist() == kernel[:, 2].tolist()"
opposite = f"{as_it_is} == [-one for one in {turned}]"
one_kind = f"{small_square} and {not_all_equal} and not {as_it_is} == {turned}"

slip("U1-all-equal", "all weights are equal", "np.ones((3, 3))",
     "That works, but it is too easy. Which weights change places with each other in half a turn?",
     "Let one pair be different: two weights on opposite sides of the centre, both changed alike.",
     matches=f"{small_square} and not {not_all_equal}")

slip("U1-diagonal", "the kernel is its own mirror image on the diagonal, and that is not enough",
     "np.array([[1, 2, 0], [2, 0, 0], [0, 0, 0]])",
     "Turn your kernel by half a turn on paper. Does the top left corner meet its equal?",
     "Being equal to its transposed is another symmetry. Here the top left weight has to equal the "
     "bottom right one, the top right the bottom left, and so on.",
     matches=f"{one_kind} and {mirrored} and not {opposite}")

slip("U1-top-bottom", "top and bottom row are equal, and that is not enough",
     "np.array([[1, 2, 3], [0, 0, 0], [1, 2, 3]])",
     "Half a turn carries the top row to the bottom. In which order do its weights arrive?",
     "They arrive from right to left. So the bottom row has to be the top row read backwards.",
     matches=f"{one_kind} and {upside_down} and not {mirrored} and not {opposite}")

slip("U1-left-right", "left and right column are equal, and that is not enough",
     "np.array([[1, 0, 1], [2, 0, 2], [3, 0, 3]])",
     "Half a turn carries the left column to the right. In which order do its weights arrive?",
     "They arrive from bottom to top. So the right column has to be the left one read upwards.",
     matches=f"{one_kind} and {sideways} and not {mirrored} and not {opposite}")

slip("U1-opposite", "the two maps differ in their sign",
     "np.array([[0, 0, 0], [-1, 0, 1], [0, 0, 0]])",
     "Your kernel looks for edges. What does it answer to an edge, and what after half a turn?",
     "Half a turn changes every sign of this kernel, so both maps have the same sizes and opposite "
     "signs. Opposite weights have to be equal instead.",
     matches=f"{one_kind} and {opposite}")

slip("U1-other-shape", "the kernel is not 3 x 3", "np.array([[1, 2], [2, 1]])",
     "Count the rows and the columns of your kernel.",
     "The exercise asks for three rows of three weights.",
     matches=f"kernel.ndim >= 1 and not {small_square}")


# -------------------------------------------------------------------- a slice of the output


@exercise(
    points=2,
    returns="the map of filter d, an array of rows and columns; raises ValueError when the "
    "filters are not as deep as the input, or larger than it",
    examples=[
        ((array([[1, 2, 3], [4, 5, 6]]), array([[[1, 0], [0, 1]]], [[[0, 1], [1, 0]]]),
          array(0, 10), 0, 1), array([6, 8])),
        ((array([[1, 2, 3], [4, 5, 6]]), array([[[1, 0], [0, 1]]], [[[0, 1], [1, 0]]]),
          array(0, 10), 1, 1), array([16, 18])),
        ((array([[1, 2, 3], [4, 5, 6]], [[1, 0, 0], [0, 0, 1]]), array([[[1]], [[10]]]),
          array(100), 0, 2), array([111, 103])),
        ((array([[1, 2], [3, 4]], [[5, 6], [7, 8]]), array([[[1]]]), array(0), 0, 1), ValueError),
        ((array([[1, 2, 3]]), array([[[1, 0], [0, 1]]]), array(0), 0, 1), ValueError),
    ],
    probes=[(whole(3, 4, 6), whole(2, 3, 2, 2), array(3, -5), 1, 1),
            (whole(2, 6, 7), whole(3, 2, 3, 3), array(1, 2, 4), 2, 2),
            (whole(1, 4, 4), whole(2, 2, 2, 2), array(0, 0), 1, 1)],
    groups=[
        Group("one channel", [(whole(1, H, W), whole(1, 1, F, F), array(b), 0, 1)
                              for H, W, F, b in [(4, 5, 3, 2), (6, 3, 2, -1)]]),
        Group("several channels, one bias",
              [(whole(D, H, W), whole(1, D, F, F), array(b), 0, 1)
               for D, H, W, F, b in [(2, 4, 5, 3, 3), (3, 6, 4, 2, -2), (5, 3, 3, 1, 4)]]),
        Group("which filter", [(whole(2, 4, 5), whole(3, 2, 2, 2), array(1, -3, 7), d, 1)
                               for d in (0, 1, 2)]),
        Group("strides", [(whole(2, 7, 8), whole(2, 2, F, F), array(2, 5), 1, S)
                          for F, S in [(2, 2), (3, 3), (2, 4)]]),
        Group("filters that are as deep as the input, and filters that are not",
              [(whole(D, 3, 4), whole(2, deep, 2, 2), array(1, 2), 1, 1)
               for D, deep in [(2, 2), (2, 1), (2, 3), (1, 3), (3, 3), (3, 2)]]),
        Group("filters that just fit, and filters that do not",
              [(whole(2, H, W), whole(1, 2, F, F), array(3), 0, 1)
               for H, W, F in [(3, 4, 3), (4, 3, 3), (3, 4, 4), (4, 3, 4)]]),
    ],
    valid="d < len(filters)",
    features={"D = 1": "len(padded) == 1", "K = 1": "len(filters) == 1"},
    praise="adds the maps of all channels and the bias of its own filter once, and starts its "
    "strides in the corner",
)  # fmt: skip
def depth_slice(padded, filters, biases, d, S):
    if len(filters[d]) != len(padded):
        raise ValueError("the filter is not as deep as the input")
    maps = [corr2d(channel, kernel) for channel, kernel in zip(padded, filters[d], strict=True)]
    return sum(maps)[::S, ::S] + biases[d]


slip = depth_slice.slip

slip("U1-bias-per-map", "the bias is added once for each channel",
     edit("+ biases[d]", "+ len(maps) * biases[d]"),
     "With two channels, by how much does your map change when the bias grows by 1?",
     "A filter has one bias. Add the channels' maps first, then add it once.")

slip("U1-no-biases", "the bias is left out", edit(" + biases[d]", ""),
     "What becomes of the biases in your function?",
     "The map of filter d is offset by the bias of filter d: add biases[d] to every number.")

slip("U1-d-from-one", "the filters are counted from 1",
     edit("zip(padded, filters[d], strict=True)", "zip(padded, filters[d - 1], strict=True)")
     & edit("+ biases[d]", "+ biases[d - 1]"),
     "Which filter do you take for d = 0?",
     "Filters are counted from 0, like all items in Python: filter d is filters[d].")

slip("U1-first-channel", "only the first channel is read", edit("sum(maps)", "maps[0]"),
     "How many channels has the third example, and which of them does your map use?",
     "Each channel of the input meets the kernel of the same number, and all these maps are added.")

slip("U1-maps-apart", "one map for each channel", edit("sum(maps)[::S, ::S]",
                                                       "np.array(maps)[:, ::S, ::S]"),
     "One filter makes one map. How many do you return?",
     "Add the channels' maps place by place; then add the bias.")

slip("U1-maps-averaged", "the channels' maps are averaged",
     edit("sum(maps)", "np.mean(maps, axis=0)"),
     "Three partial sums stand in the panel's formula. What joins them?",
     "The partial sums of the channels are added. Nothing is divided.")

slip("U1-stride-ignored", "the stride is ignored", edit("[::S, ::S]", ""),
     "How many places do you keep when S = 2?",
     "Of the places at stride 1 keep every S-th row and every S-th column, from 0.")

slip("U1-stride-one-way", "the stride is used for the rows only", edit("[::S, ::S]", "[::S]"),
     "The window moves down by S. And to the right?",
     "It moves by S in both directions.")

slip("U1-filter-flipped", "the kernels are turned by half a turn",
     edit("filters[d], strict", "filters[d][:, ::-1, ::-1], strict"),
     "Which weight should meet the top left number of a patch?",
     "That is a convolution in the mathematician's sense. A layer uses its kernels as they are.")

slip("U1-depth-unasked", "nothing asks whether the filters are as deep as the input",
     edit("len(filters[d]) != len(padded)", "False") & edit(", strict=True", ""),
     "Two channels and a filter for one: what does your function do with the second channel?",
     "zip stops at the shorter one, and NumPy stretches a depth of 1, both without a word. "
     "Compare len(filters[d]) with len(padded) first, and raise ValueError.")


# --------------------------------------------------------------------- patches are no filters

rows = "len([row for row in range(H) if row + F <= H])"
columns = "len([column for column in range(W) if column + F <= W])"
sizes = "min(H, W, F, K) >= 1"
lies = "F <= H and F <= W"
exists = f"{sizes} and {lies}"
counted = f"patches == {rows} * {columns}"


@claim(
    "The regions that a layer looks at are called patches, and also kernels or filters.",
    points=1,
    returns="(H, W, F, K, patches): a layer at stride 1 without padding, and how many patches its "
    "filters look at; not as many as there are filters",
    gives="H, W, F, K, patches",
    requirements=[
        ("H, W, F and K are at least 1", sizes),
        ("the filter fits on the image", lies),
        ("patches is the number of places where a filter can lie", counted),
        ("there are not as many filters as patches", "patches != K"),
    ],
)
def not_a_filter():
    return 5, 6, 3, 2, 12


slip = not_a_filter.slip
miscounted = f"{exists} and not {counted}"

slip("U1-patch-is-filter", "there are said to be as many patches as filters", "5, 6, 3, 2, 2",
     "Lay one filter on the image and move it. Did the filter change? Did what lies under it?",
     "A filter is a set of weights, and K of them are used everywhere. A patch is the part of the "
     "image under it, and there is one for each place.",
     matches=f"{miscounted} and patches == K")

slip("U1-as-many", "patches and filters happen to be equally many", "3, 4, 3, 2, 2",
     "You counted rightly. What happens to the number of patches if you add a filter?",
     "Nothing: K is chosen freely. Choose another K.",
     matches=f"{exists} and {counted} and patches == K")

slip("U1-patch-per-pixel", "one patch for each pixel", "5, 6, 3, 2, 30",
     "Where does the patch lie that begins at the last pixel?",
     "It would hang over the edge. Only windows that lie on the image completely count.",
     matches=f"{miscounted} and patches != K and patches == H * W")

slip("U1-patches-one-way", "only the places along one direction are counted", "5, 6, 3, 2, 4",
     "In how many rows of the image can a window begin? And in how many columns?",
     "Every row of places holds as many patches as there are columns of places: multiply.",
     matches=f"{miscounted} and patches != K and patches in ({rows}, {columns})")

slip("U1-patches-aside", "only patches that do not overlap are counted", "9, 7, 3, 4, 6",
     "At stride 1, how far is it from one patch to the next?",
     "One pixel, so that neighbours overlap.",
     matches=f"{miscounted} and patches not in (K, {rows}, {columns}) "
     "and patches == (H // F) * (W // F)")

slip("U1-patch-too-large", "the filter does not fit on the image", "2, 6, 3, 2, 4",
     "Can a window of this size lie on your image?",
     "Make F at most as large as H and as W.",
     matches=f"{sizes} and not ({lies})")


# --------------------------------------------------------------- depth is not height

all_sizes = "min(D, H, W, F, K) >= 1"


@claim(
    "K filters, and so K numbers for each patch, give the next layer the height K.",
    points=1,
    returns="(D, H, W, F, K, depth, height, width): a layer at stride 1 without padding, and the "
    "size of its output, whose height is not K",
    gives="D, H, W, F, K, depth, height, width",
    requirements=[
        ("D, H, W, F and K are at least 1", all_sizes),
        ("the filter fits on the image", lies),
        ("depth is the number of maps", "depth == K"),
        ("height and width count the places", f"height == {rows} and width == {columns}"),
        ("the height is not K", "height != K"),
    ],
)
def not_higher():
    return 3, 7, 9, 3, 4, 4, 5, 7


slip = not_higher.slip
layer = f"{all_sizes} and {lies}"
placed = f"height == {rows} and width == {columns}"

slip("M13", "the output is said to be as deep as the input", "3, 7, 9, 3, 4, 3, 5, 7",
     "One filter reads all channels of the input. How many maps do K filters make?",
     "The input's depth is used up: each filter adds over it and makes one map. K filters make a "
     "volume K deep.",
     matches=f"{layer} and {placed} and depth == D and depth != K")

slip("M14", "one map for each channel of each filter", "3, 7, 9, 3, 4, 12, 5, 7",
     "A filter looks at all D channels at once. How many numbers does it give at one place?",
     "One: it adds over the channels. So each filter makes one map, not D.",
     matches=f"{layer} and {placed} and depth == D * K and depth not in (D, K)")

slip("M15", "the three sizes stand in another order", "3, 7, 9, 3, 4, 5, 7, 4",
     "Your three numbers are right. In which order are they asked for?",
     "The order here is depth, height, width.",
     matches=f"{layer} and not (depth == K and {placed}) "
     f"and sorted([depth, height, width]) == sorted([K, {rows}, {columns}]) "
     f"and not (height == K and depth == 1)")

slip("U1-height-is-K", "says what the claim says: the height is K", "3, 7, 9, 3, 4, 1, 4, 7",
     "K maps are laid on each other. In which direction does the pile grow?",
     "The K numbers of a patch stand in a column through the depth. Height and width count places.",
     matches=f"{layer} and height == K and K != {rows} and depth != {rows}")

slip("U1-size-kept", "height and width stay those of the input", "3, 7, 9, 3, 4, 4, 7, 9",
     "In which row does the last window begin?",
     "At row H - F. From 0 on, that makes fewer places than rows, unless F is 1.",
     matches=f"{layer} and depth == K and height == H and width == W and not ({placed})")

slip("U1-height-by-chance", "the height happens to be K", "3, 7, 9, 3, 5, 5, 5, 7",
     "All your numbers are right. Does the claim hold for this layer, by chance?",
     "Change K, and the height stays as it is: that layer is the counterexample.",
     matches=f"{layer} and depth == K and {placed} and height == K")


# ----------------------------------------------------------------------- the layer


@exercise(
    points=3,
    returns="the output volume, an array K x rows x columns; raises ValueError when the filters "
    "are not as deep as the input, or larger than the padded input",
    examples=[
        ((array([[1, 2], [3, 4]]), array([[[1]]], [[[2]]]), array(0, 10), 1, 0),
         array([[1, 2], [3, 4]], [[12, 14], [16, 18]])),
        ((array([[1, 2, 3], [4, 5, 6], [7, 8, 9]]), array([[[1, 0], [0, 2]]]), array(0), 2, 1),
         array([[2, 6], [14, 23]])),
        ((array([[1]], [[2]]), array([[[3]], [[4]]]), array(5), 1, 1),
         array([[5, 5, 5], [5, 16, 5], [5, 5, 5]])),
        ((array([[1, 2], [3, 4]], [[5, 6], [7, 8]]), array([[[1]]]), array(0), 1, 0), ValueError),
        ((array([[1, 2, 3]]), array([[[1, 0], [0, 1]]]), array(0), 1, 0), ValueError),
    ],
    probes=[(whole(2, 4, 5), whole(3, 2, 3, 3), array(1, -2, 5), 1, 1),
            (whole(3, 6, 5), whole(2, 3, 2, 2), array(4, -1), 2, 0),
            (whole(1, 5, 7), whole(2, 1, 3, 3), array(2, -3), 2, 2),
            (whole(3, 3, 4), whole(2, 2, 2, 2), array(1, 2), 1, 0)],
    groups=[
        Group("stride 1, no padding",
              [(whole(D, H, W), whole(K, D, F, F), whole(K), 1, 0)
               for D, H, W, F, K in [(1, 4, 5, 2, 3), (3, 6, 5, 3, 2), (2, 3, 7, 1, 4)]]),
        Group("padding", [(whole(2, H, W), whole(3, 2, F, F), whole(3), 1, P)
                          for H, W, F, P in [(4, 5, 3, 1), (3, 6, 2, 2), (2, 3, 5, 3)]]),
        Group("strides", [(whole(2, H, W), whole(2, 2, F, F), whole(2), S, 0)
                          for H, W, F, S in [(6, 7, 3, 2), (8, 5, 2, 3), (7, 9, 2, 4)]]),
        Group("stride and padding together",
              [(whole(3, H, W), whole(2, 3, F, F), whole(2), S, P)
               for H, W, F, S, P in [(5, 6, 3, 2, 1), (6, 4, 2, 3, 2), (7, 8, 5, 2, 2)]]),
        Group("filters that are as deep as the input, and filters that are not",
              [(whole(D, 4, 3), whole(2, deep, 2, 2), array(1, 2), 1, 1)
               for D, deep in [(2, 2), (2, 1), (1, 2), (3, 3), (3, 1), (2, 4)]]),
        Group("filters that just fit, and filters that do not",
              [(whole(2, H, W), whole(2, 2, F, F), array(3, 1), 1, P)
               for H, W, F, P in [(3, 4, 3, 0), (1, 2, 3, 1), (3, 4, 4, 0), (2, 1, 4, 1)]]),
    ],
    features={"D = 1": "len(volume) == 1", "K = 1": "len(filters) == 1"},
    praise="pads rows and columns but not the depth, heeds the stride, and lays the maps of all "
    "filters behind each other",
)  # fmt: skip
def conv_layer(volume, filters, biases, S, P):
    padded = np.pad(volume, [(0, 0), (P, P), (P, P)])
    return np.stack([depth_slice(padded, filters, biases, d, S) for d in range(len(filters))])


slip = conv_layer.slip
one_slice = "depth_slice(padded, filters, biases, d, S)"

slip("U1-layer-flipped", "the kernels are turned by half a turn",
     edit(one_slice, "depth_slice(padded, filters[:, :, ::-1, ::-1], biases, d, S)"),
     "Which weight should meet the top left number of a patch?",
     "That is a convolution in the mathematician's sense. A layer uses its kernels as they are.")

slip("U1-layer-channel", "only the first channel is read",
     edit(one_slice, "depth_slice(padded[:1], filters[:, :1], biases, d, S)"),
     "How many channels has the third example, and how many of them do you read?",
     "Every channel meets a kernel of its own, and all their maps are added.")

slip("U1-layer-bias-twice", "the bias is added twice",
     edit(one_slice, "depth_slice(padded, filters, biases, d, S) + biases[d]"),
     "Let all weights be 0 and a bias be 1. What does your layer give, and what should it give?",
     "Its numbers are twice the bias. If you call depth_slice, that has added the bias already.")

slip("U1-layer-no-bias", "the biases are left out",
     edit(one_slice, "depth_slice(padded, filters, 0 * biases, d, S)"),
     "What would change in your output if all biases grew by 1?",
     "Each map is offset by the bias of its own filter.")

slip("U1-pads-depth", "zeros are added in front of and behind the channels too",
     edit("[(0, 0), (P, P), (P, P)]", "P"),
     "How many channels has your padded volume? Does the filter still have as many?",
     "Zeros stand on the four sides of each channel. In front of the first channel and behind the "
     "last there are none: the depth stays as it is.")

slip("U1-no-padding", "the padding is ignored", edit("(P, P), (P, P)", "(0, 0), (0, 0)"),
     "Move P from 0 to 1. Does your output grow?",
     "Put P rows of zeros above and below, P columns left and right, before any window lies down.")

slip("U1-pad-one-side", "zeros on one side only", edit("(P, P), (P, P)", "(P, 0), (P, 0)"),
     "How many rows has a volume of 3 rows after padding with P = 1?",
     "P zeros stand before and P after, in both directions: 3 rows become 5.")

slip("U1-height", "the maps stand below each other instead of behind each other",
     edit("np.stack", "np.concatenate"),
     "How many axes has your answer? K maps make it K high: is that what the layer returns?",
     "K numbers for each patch give the depth K. np.stack puts the maps on a new first axis.")

slip("U1-depth-last", "the depth is the last axis",
     edit("for d in range(len(filters))])", "for d in range(len(filters))], axis=-1)"),
     "In which order does this unit write a volume's axes?",
     "Depth comes first here: K x rows x columns. (TensorFlow puts it last.)")

slip("U1-maps-summed", "the maps of all filters are added up", edit("np.stack(", "sum("),
     "What is left of two filters, if you add their maps?",
     "Each filter keeps a map of its own. Only the channels of the input are added up.")


@slip("U1-unstrided-place",
      "the output has the right size, but its windows move by 1 whatever the stride is",
      hint="With S = 2, where does the second window of a row begin, and where does yours?",
      more="The number in row r and column c of the output comes from the window at row r * S and "
      "column c * S of the padded input.")
def _(volume, filters, biases, S, P):
    padded = np.pad(volume, [(0, 0), (P, P), (P, P)])
    every = np.stack([depth_slice(padded, filters, biases, d, 1) for d in range(len(filters))])
    _, rows, columns = every[:, ::S, ::S].shape
    return every[:, :rows, :columns]


# ------------------------------------------------------------------ filters of another depth


@claim(
    "The depth of a filter and the depth of its input always match.",
    points=1,
    returns="(D, K, G, depth): a grouped layer, and how many channels each of its filters reads; "
    "not all of them",
    gives="D, K, G, depth",
    requirements=[
        ("all four are at least 1", "min(D, K, G, depth) >= 1"),
        ("D channels and K filters can be shared out among G groups", "D % G == 0 and K % G == 0"),
        ("depth is the number of channels in a group", "depth * G == D"),
        ("it is not the depth of the input", "depth != D"),
        ("the layer is your own: not 4 channels, as in the text", "D != 4"),
    ],
)
def shallow_filter():
    return 6, 4, 2, 3


slip = shallow_filter.slip
shared = "min(D, K, G, depth) >= 1 and D % G == 0 and K % G == 0"

slip("U1-one-group", "a single group is no group: its filters read every channel", "6, 4, 1, 6",
     "With G = 1, which channels does a filter not read?",
     "None. With one group the layer is an ordinary one; take at least two.",
     matches=f"{shared} and G == 1")

slip("M101", "the filters are said to be as deep as the input all the same", "6, 4, 2, 6",
     "Your channels are shared out among the groups. How many does one filter get to see?",
     "A filter reads the channels of its own group only, D / G of them, so that is its depth.",
     matches=f"{shared} and G > 1 and depth == D")

slip("U1-depth-is-groups", "the number of groups is given as the depth", "8, 4, 2, 2",
     "Eight channels in two groups: how many channels are in a group?",
     "D / G channels are in a group. That is not the number of groups.",
     matches=f"{shared} and G > 1 and depth == G and depth * G != D")

slip("U1-depth-from-filters", "the filters are shared out, not the channels", "12, 10, 2, 5",
     "How many filters are in a group, and how many channels? Which of the two does a filter read?",
     "A filter reads channels: D / G of them. K / G is the number of filters in a group.",
     matches=f"{shared} and G > 1 and depth * G == K and depth * G != D and depth != G")

slip("U1-channels-left", "the channels cannot be shared out evenly", "6, 4, 4, 1",
     "Share out your channels among the groups. What is left over?",
     "Every group has to get as many channels as every other: choose a G that divides D.",
     matches="min(D, K, G) >= 1 and D % G != 0")

slip("U1-filters-left", "the filters cannot be shared out evenly", "6, 4, 3, 2",
     "Share out your filters among the groups. What is left over?",
     "Every group has to get as many filters as every other: choose a G that divides K as well.",
     matches="min(D, K, G) >= 1 and D % G == 0 and K % G != 0")


# ------------------------------------------------------------------------ a test for layers


@tests(
    of=conv_layer,
    points=2,
    returns="True for a right implementation of conv_layer, False (or an error) for a wrong one",
)
def test_conv_layer(layer):
    volume = np.arange(40).reshape(2, 4, 5) ** 2 % 11
    filters = np.arange(36).reshape(2, 2, 3, 3) ** 2 % 7 - 2
    biases = np.array([3, -5])
    at = np.pad(volume, [(0, 0), (1, 1), (1, 1)])
    for S in (1, 2):
        got = layer(volume, filters, biases, S, 1)
        for d in range(2):
            for row in range(0, 4, S):
                for column in range(0, 5, S):
                    patch = at[:, row : row + 3, column : column + 3]
                    wanted = np.sum(patch * filters[d]) + biases[d]
                    if not np.isclose(got[d, row // S, column // S], wanted):
                        return False
    return got.shape == (2, 2, 3)


sound, faulty = test_conv_layer.sound, test_conv_layer.faulty


@sound("adds every product by itself, in an order of its own, and gives floats")
def _(volume, filters, biases, S, P):
    padded = np.pad(volume, [(0, 0), (P, P), (P, P)])
    K, D, F, _ = np.shape(filters)
    if len(padded) != D or min(padded.shape[1:]) < F:
        raise ValueError("no layer")
    rows, columns = (padded.shape[1] - F) // S + 1, (padded.shape[2] - F) // S + 1
    out = np.zeros((K, rows, columns))
    for j in reversed(range(F)):
        for i in reversed(range(F)):
            for c in range(D):
                for d in range(K):
                    for row in range(rows):
                        for column in range(columns):
                            value = padded[c, row * S + i, column * S + j]
                            out[d, row, column] += filters[d][c][i][j] * value
    return out + np.reshape(biases, (-1, 1, 1))


@sound("cuts out all patches and does the rest with one matrix product")
def _(volume, filters, biases, S, P):
    padded = np.pad(volume, [(0, 0), (P, P), (P, P)])
    K, D, F, _ = np.shape(filters)
    if len(padded) != D:
        raise ValueError("the filters are not as deep as the input")
    patches = np.lib.stride_tricks.sliding_window_view(padded, (F, F), axis=(1, 2))[:, ::S, ::S]
    rows, columns = patches.shape[1:3]
    patches = patches.transpose(1, 2, 0, 3, 4).reshape(rows * columns, -1)
    out = patches @ np.reshape(filters, (K, -1)).T + np.asarray(biases)
    return out.T.reshape(K, rows, columns)


sound("adds up in tenths, so that the last digits differ",
      "conv_layer(np.multiply(volume, 0.1), filters, np.multiply(biases, 0.1), S, P) / 0.1")

sound("reads the picture from the bottom right and turns kernels and map to suit",
      "conv_layer(np.flip(volume, (1, 2)), np.flip(filters, (2, 3)), biases, 1, P)"
      "[:, ::-1, ::-1][:, ::S, ::S]")

faulty("adds every bias twice", "conv_layer(volume, filters, np.multiply(biases, 2), S, P)",
       "Are there biases in your test, and are they something else than 0?",
       "With biases of 0 nobody can see how often they are added.", shown=True)
faulty("reads the first channel only",
       "conv_layer(np.asarray(volume)[:1], np.asarray(filters)[:, :1], biases, S, P)",
       "How many channels has the volume in your test? What stands in the second?",
       "Take a volume with at least two channels, and kernels that are not 0 in any of them.",
       shown=True)
faulty("returns the right shape, full of zeros", "0 * conv_layer(volume, filters, biases, S, P)",
       "Does your test look at the numbers, or only at the shape?",
       "Work out the numbers of a small layer by hand and compare them all.", shown=True)

faulty("turns its kernels by half a turn", slip="U1-layer-flipped",
       hint="Do the kernels in your test look different after half a turn?",
       more="A kernel that half a turn does not change cannot show this. Let all weights differ.")
faulty("leaves the biases out", slip="U1-layer-no-bias",
       hint="Which biases does your test use?",
       more="A bias of 0 cannot be missed. Take others.")
faulty("adds the bias once for each channel",
       "conv_layer(volume, filters, len(volume) * np.asarray(biases), S, P)",
       "Are there several channels in your test, and a bias that is not 0, at the same time?",
       "With one channel, once for each channel is once.")
faulty("mixes up the biases of its filters", "conv_layer(volume, filters, np.flip(biases), S, P)",
       "Has every filter in your test a bias of its own?",
       "With one filter, or with equal biases, there is nothing to mix up.")
faulty("exchanges the rows and the columns of its kernels",
       "conv_layer(volume, np.swapaxes(filters, 2, 3), biases, S, P)",
       "Do the kernels in your test look different when rows and columns change places?",
       "A kernel that equals its transposed cannot show this. Use weights that all differ.")
faulty("reads every patch one column too far to the right",
       "conv_layer(np.roll(volume, -1, axis=2), filters, biases, S, P)",
       "Are the columns of your volume different from each other?",
       "Where all columns are alike, a patch looks the same one column further.")
faulty("moves its windows by 1 whatever the stride is", slip="U1-unstrided-place",
       hint="Does your test try a stride above 1, and more than one place?",
       more="At stride 1 nobody can tell whether a layer heeds its stride.")
faulty("ignores the padding", slip="U1-no-padding",
       hint="Does your test try a padding above 0, and compare the shape as well?",
       more="At P = 0 nobody can tell whether a layer pads.")
faulty("puts all zeros on one side",
       "conv_layer(np.pad(volume, [(0, 0), (2 * P, 0), (2 * P, 0)]), filters, biases, S, 0)",
       "Does your test try a padding above 0, and compare the numbers as well as the shape?",
       "The shape is right here. Only the numbers show where the zeros are.")
faulty("uses its first filter for every map",
       "conv_layer(volume, [filters[0] for _ in filters], biases, S, P)",
       "How many filters are in your test? Are they different?",
       "Take at least two filters, and compare all maps.")
faulty("is locally connected: its weights change from place to place",
       "conv_layer(volume, filters, np.zeros(len(filters)), S, P)"
       " * [1 + place % 3 for place in range(conv_layer(volume, filters, biases, S, P).shape[2])]"
       " + np.reshape(biases, (-1, 1, 1))",
       "Does your test compare the numbers of every place, or only of the first?",
       "This one is right in the first column of places. Compare the whole output.")
