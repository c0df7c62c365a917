"""Unit 01: its references against PyTorch and brute force, its slips, its text and its pictures."""

import contextlib
import io
import itertools
import re
from pathlib import Path
from xml.etree import ElementTree

import jupytext
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.marking.marks import mark
from autograder.marking.problems import problems_of
from course.pictures.live import kernel as kernel_picture
from course.pictures.live import patch as patch_picture
from course.units.convolution import check, panels
from exercises import public
from exercises.check import NotYet, exercises_in, inspect
from exercises.unit import load_file

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "source" / "01-convolution"
UNIT = load_file(SOURCE / "exercises.py")
TEXT = (SOURCE / "unit.md").read_text(encoding="utf-8")
CELLS = jupytext.reads(TEXT, "md").cells
WRITTEN = {
    cell.metadata.nbgrader["grade_id"].removesuffix("-answer"): cell.source
    for cell in CELLS
    if cell.metadata.get("nbgrader", {}).get("solution")
}
MORE = ROOT / "course" / "units" / "convolution" / "exercises.json"

number = st.integers(-9, 9)


def arrays(*shape):
    """Arrays of small whole numbers, all of one shape."""
    size = int(np.prod(shape))
    return st.lists(number, min_size=size, max_size=size).map(lambda n: np.reshape(n, shape))


@st.composite
def layers(draw):
    """volume, filters, biases, S, P of a layer that exists, mostly not square."""
    D, K, F = draw(st.integers(1, 3)), draw(st.integers(1, 3)), draw(st.integers(1, 4))
    S, P = draw(st.integers(1, 4)), draw(st.integers(0, 3))
    least = max(1, F - 2 * P)
    H, W = draw(st.integers(least, least + 4)), draw(st.integers(least, least + 5))
    return draw(arrays(D, H, W)), draw(arrays(K, D, F, F)), draw(arrays(K)), S, P


def reference(name):
    return UNIT.exercises[name].reference


def by_torch(volume, filters, biases, S=1, P=0):
    """The layer's output by PyTorch, D x H x W in and K x rows x columns out."""
    import torch

    volume, filters, biases = (
        torch.tensor(a, dtype=torch.float64) for a in (volume, filters, biases)
    )
    found = torch.nn.functional.conv2d(volume[None], filters, biases, stride=S, padding=P)
    return found[0].numpy()


# ------------------------------------------------------------------------------- references


@given(st.integers(1, 4).flatmap(lambda D: st.tuples(arrays(D, 3, 3), arrays(D, 3, 3), number)))
def test_one_place_is_every_pair_multiplied_and_added_up(case):
    patch, weights, bias = case
    pairs = zip(patch.ravel().tolist(), weights.ravel().tolist(), strict=True)
    assert reference("window_dot")(*case) == bias + sum(value * weight for value, weight in pairs)


@given(layers())
def test_layers_are_those_of_torch(layer):
    expected = by_torch(*layer)
    found = reference("conv_layer")(*layer)
    assert found.shape == expected.shape and np.array_equal(found, expected)


@given(layers())
def test_slices_are_those_of_torch_on_a_padded_input(layer):
    volume, filters, biases, S, P = layer
    expected = by_torch(*layer)
    padded = np.zeros((len(volume), volume.shape[1] + 2 * P, volume.shape[2] + 2 * P), int)
    padded[:, P : P + volume.shape[1], P : P + volume.shape[2]] = volume
    for d in range(len(filters)):
        assert np.array_equal(reference("depth_slice")(padded, filters, biases, d, S), expected[d])


@given(layers())
def test_maps_are_those_of_torch_and_flipped_ones_those_of_a_convolution(layer):
    from scipy import signal

    volume, filters, *_ = layer
    image, kernel = np.pad(volume[0], 3), filters[0, 0]
    expected = by_torch(image[None], kernel[None, None], [0])[0]
    assert np.array_equal(reference("corr2d")(image, kernel), expected)
    turned = reference("corr2d")(image, reference("flip")(kernel))
    assert np.array_equal(turned, signal.convolve2d(image, kernel, mode="valid"))


@given(st.integers(1, 5), st.integers(1, 5), st.integers(1, 5))
def test_a_map_exists_where_a_window_lies_on_the_image(H, W, F):
    places = [
        (row, column)
        for row, column in itertools.product(range(H), range(W))
        if row + F <= H and column + F <= W
    ]
    try:
        found = reference("corr2d")(np.ones((H, W)), np.ones((F, F)))
    except ValueError:
        assert not places
    else:
        assert found.size == len(places) > 0


@pytest.mark.parametrize("D, deep", [(2, 1), (1, 2), (3, 2), (2, 3)])
def test_filters_of_another_depth_are_refused(D, deep):
    volume, filters, biases = np.ones((D, 3, 3)), np.ones((2, deep, 2, 2)), np.zeros(2)
    with pytest.raises(ValueError, match="deep"):
        reference("conv_layer")(volume, filters, biases, 1, 0)
    with pytest.raises(ValueError, match="deep"):
        reference("depth_slice")(volume, filters, biases, 0, 1)


# ---------------------------------------------------------------------------- what is asked


def test_nothing_is_wrong_with_the_exercises():
    assert [problem for one in UNIT.exercises.values() for problem in problems_of(one)] == []


def test_the_public_file_is_made_from_the_private_one():
    assert MORE.read_text(encoding="utf-8") == UNIT.public()


def test_hidden_inputs_are_not_public():
    for one in UNIT.exercises.values():
        shown = [repr(args) for args in getattr(one, "inputs", [])]
        for group in getattr(one, "groups", []):
            assert not set(map(repr, group.cases)) & set(shown), group.says


@given(
    st.integers(1, 8), st.integers(1, 8), st.integers(1, 4), st.integers(1, 6), st.integers(0, 70)
)
def test_patches_are_counted_by_trying_every_corner(H, W, F, K, patches):
    corners = sum(
        row + F <= H and column + F <= W for row, column in itertools.product(range(H), range(W))
    )
    unmet = UNIT.exercises["not_a_filter"].public.unmet([H, W, F, K, patches])
    assert (unmet is None) == (corners == patches != K and corners > 0)


@given(st.tuples(*[st.integers(1, 4)] * 2, st.integers(1, 6), st.integers(1, 6), st.integers(1, 4)))
def test_sizes_are_those_of_torch(layer):
    D, K, H, W, F = layer
    claim = UNIT.exercises["not_higher"].public
    try:
        depth, height, width = by_torch(
            np.zeros((D, H, W)), np.zeros((K, D, F, F)), np.zeros(K)
        ).shape
    except RuntimeError:
        assert claim.unmet([D, H, W, F, K, K, 1, 1]).says == "the filter fits on the image"
        return
    unmet = claim.unmet([D, H, W, F, K, depth, height, width])
    assert (unmet is None) == (height != K)
    for other in (
        (depth + 1, height, width),
        (depth, height + 1, width),
        (depth, height, width + 1),
    ):
        assert claim.unmet([D, H, W, F, K, *other])


@given(st.integers(1, 12), st.integers(1, 12), st.integers(1, 6), st.integers(1, 12))
def test_grouped_layers_are_those_that_torch_builds(D, K, G, depth):
    import torch

    try:
        built = torch.nn.Conv2d(D, K, 1, groups=G).weight.shape[1]
    except ValueError:
        built = None
    unmet = UNIT.exercises["shallow_filter"].public.unmet([D, K, G, depth])
    assert (unmet is None) == (built == depth != D and D != 4)


@given(arrays(3, 3))
def test_no_difference_is_none_on_any_image(kernel):
    from scipy import signal

    image = np.random.default_rng(0).integers(-9, 10, (7, 8))
    for one in (kernel, kernel + kernel[::-1, ::-1]):
        ways = [way(image, one, mode="valid") for way in
                (signal.convolve2d, signal.correlate2d)]  # fmt: skip
        unmet = UNIT.exercises["no_difference"].public.unmet(one)
        assert (unmet is None) == (np.array_equal(*ways) and one.min() < one.max())


# ------------------------------------------------------------------- right in another way


def looped(image, kernel):
    """corr2d with four loops and lists."""
    F, H, W = len(kernel), len(image), len(image[0])
    if min(H, W) < F:
        raise ValueError
    out = [[0.0] * (W - F + 1) for _ in range(H - F + 1)]
    for i, j, row, column in itertools.product(
        range(F), range(F), range(H - F + 1), range(W - F + 1)
    ):
        out[row][column] += float(image[row + i][column + j] * kernel[i][j])
    return out


def viewed(image, kernel):
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return np.einsum("rcij,ij->rc", windows, kernel)


def torch_layer(volume, filters, biases, S, P):
    try:
        return by_torch(volume, filters, biases, S, P)
    except RuntimeError as problem:
        raise ValueError("PyTorch refuses it") from problem


def layer_without_slices(volume, filters, biases, S, P):
    K, D, F, _ = filters.shape
    if len(volume) != D or min(volume.shape[1:]) + 2 * P < F:
        raise ValueError("the filters do not fit")
    padded = np.zeros((D, volume.shape[1] + 2 * P, volume.shape[2] + 2 * P))
    padded[:, P : P + volume.shape[1], P : P + volume.shape[2]] = volume
    rows = range(0, padded.shape[1] - F + 1, S)
    columns = range(0, padded.shape[2] - F + 1, S)
    out = np.zeros((K, len(rows), len(columns)))
    for d, (i, row), (j, column) in itertools.product(
        range(K), enumerate(rows), enumerate(columns)
    ):
        out[d, i, j] = (padded[:, row : row + F, column : column + F] * filters[d]).sum() + biases[
            d
        ]
    return out


@pytest.mark.parametrize(
    "name, function",
    [
        ("window_dot", lambda patch, weights, bias: np.vdot(patch, weights) + bias),
        ("window_dot", lambda p, w, b: sum(a * c for a, c in zip(p.flat, w.flat, strict=True)) + b),
        ("corr2d", looped),
        ("corr2d", viewed),
        ("flip", lambda kernel: np.rot90(kernel, 2)),
        ("flip", lambda kernel: [row[::-1].tolist() for row in kernel][::-1]),
        ("conv_layer", torch_layer),
        ("conv_layer", layer_without_slices),
    ],
)
def test_right_answers_in_other_words_pass_and_earn_everything(name, function):
    function.__name__ = name
    with contextlib.redirect_stdout(io.StringIO()):
        check(function)
    one = UNIT.exercises[name]
    assert mark(one, public.answers_of(function, one.questions)).credit == 1


@pytest.mark.parametrize(
    "name, function, id",
    [
        ("window_dot", lambda p, w, b: (p * w).sum(axis=0) + b, None),
        ("corr2d", lambda image, kernel: looped(image, kernel)[::-1], None),
        ("corr2d", lambda image, kernel: looped(image, np.flip(kernel)), "U1-flipped"),
        ("flip", lambda kernel: np.flip(kernel, 0), "U1-flip-rows"),
        ("conv_layer", lambda v, f, b, S, P: torch_layer(v, np.flip(f, (2, 3)).copy(), b, S, P), "U1-layer-flipped"),
        ("conv_layer", lambda v, f, b, S, P: torch_layer(v, f, b * 0, S, P), "U1-layer-no-bias"),
        ("conv_layer", lambda v, f, b, S, P: torch_layer(v, f, b, 1, P), None),
    ],
)  # fmt: skip
def test_wrong_answers_in_other_words_get_the_hint_that_is_theirs_or_none(name, function, id):
    found = UNIT.exercises[name].public.diagnose(
        public.answers_of(function, UNIT.exercises[name].inputs)
    )
    assert (found and found.id) == id


def unasked(volume, filters, biases, S, P):
    """Right wherever there is an output; elsewhere an empty one."""
    try:
        return torch_layer(volume, filters, biases, S, P)
    except ValueError:
        return np.zeros((len(filters), 0, 0))


def no_single_weight(image, kernel):
    if len(kernel) == 1:
        raise ValueError("too small")
    return viewed(image, kernel)


@pytest.mark.parametrize(
    "name, function, says",
    [
        ("conv_layer", unasked, "the error that is asked for"),
        ("corr2d", no_single_weight, "refuses what exists"),
    ],
)
def test_what_is_wrong_with_errors_alone_is_told_where_answers_are_arrays(name, function, says):
    known = exercises_in(MORE)
    assert says in inspect(known[name], function, known).slip.says


# --------------------------------------------------------------------- a test of the student's

JUDGE = UNIT.exercises["test_conv_layer"]


def judged(test):
    return mark(JUDGE, public.answers_of(test, JUDGE.questions))


def made(shape, low=1, high=9):
    return np.random.default_rng(5).integers(low, high, shape)


@settings(max_examples=20)
@given(layers())
def test_sound_layers_are_right_and_faulty_ones_are_wrong_somewhere(layer):
    volume, filters, biases, S, P = layer
    for one in JUDGE.judged:
        if one.sound:
            found = JUDGE.implementation(one)(volume, filters, biases, S, P)
            assert np.allclose(found, by_torch(*layer)), one.says


def test_faulty_layers_are_wrong_on_an_input_where_everything_matters():
    layer = made((3, 6, 7)), made((2, 3, 3, 3), -4, 5), np.array([3, -5]), 2, 1
    right = by_torch(*layer)
    for one in JUDGE.judged:
        found = JUDGE.implementation(one)(*layer)
        alike = found.shape == right.shape and np.allclose(found, right)
        assert alike == one.sound, one.says


def test_a_test_of_the_shape_alone_earns_nothing_much():
    def shape_only(layer):
        return layer(made((2, 4, 5)), made((3, 2, 3, 3)), made(3), 1, 1).shape == (3, 4, 5)

    assert judged(shape_only).credit < 0.2


def test_a_test_that_compares_fractions_exactly_rejects_a_sound_layer():
    layer = made((2, 5, 6)) / 7, made((2, 2, 3, 3)) / 3, made(2) / 9, 2, 1
    right = by_torch(*layer)
    assert judged(lambda f: bool((f(*layer) == right).all())).credit == 0
    assert judged(lambda f: bool(np.allclose(f(*layer), right))).credit == 1


def test_what_the_check_shows_gives_no_layer_away():
    shown = exercises_in(MORE)["test_conv_layer"]
    assert shown.right == "" and len(shown.subjects) == 11
    assert all("conv_layer(" in one.source.partition("\n")[2] for one in shown.subjects)


# ---------------------------------------------------------------------------------- the text


def solved():
    """The notebook's own names after its answer cells, without drawing anything."""
    space = {"np": np}
    for source in WRITTEN.values():
        exec(source, space)
    return space


def test_the_notebooks_solutions_pass_their_checks_and_earn_everything():
    space = solved()
    for name, one in UNIT.exercises.items():
        with contextlib.redirect_stdout(io.StringIO()):
            check(space[name])
        assert mark(one, public.answers_of(space[name], one.questions)).credit == 1, name


def test_stubs_are_told_what_is_missing():
    def window_dot(patch, weights, bias):
        raise NotImplementedError()

    with (
        pytest.raises(NotYet, match="nothing written yet"),
        contextlib.redirect_stdout(io.StringIO()),
    ):
        check(window_dot)


def test_points_are_the_same_everywhere():
    graded = {
        cell.metadata.nbgrader["grade_id"]: cell.metadata.nbgrader["points"]
        for cell in CELLS
        if cell.metadata.get("nbgrader", {}).get("points") is not None
    }
    told = dict(re.findall(r"^\|.*\| `([\w-]+)`(?: \(in words\))? \| (\d+) \|", TEXT, re.MULTILINE))
    heads = re.findall(r"^### .*? · `([\w-]+).*?\n+\*\*(\d+) points? · ", TEXT, re.MULTILINE)
    assert {name: int(points) for name, points in heads} == graded
    assert {name: int(points) for name, points in told.items()} == graded
    assert f" · {sum(graded.values())} points · " in TEXT
    assert {name: one.points for name, one in UNIT.exercises.items()} == {
        name: points for name, points in graded.items() if name in UNIT.exercises
    }


def test_minutes_leave_time_for_reading():
    minutes = re.findall(
        r"^\|.*\| `[\w-]+`(?: \(in words\))? \| \d+ \| (\d+) \|", TEXT, re.MULTILINE
    )
    heads = re.findall(r"^\*\*\d+ points? · (\d+) minutes", TEXT, re.MULTILINE)
    assert minutes == heads
    whole = int(re.search(r"· (\d+) minutes ·", TEXT)[1])
    assert 15 <= whole - sum(map(int, minutes)) <= 30


@pytest.mark.parametrize("name", ["window_dot", "corr2d", "flip", "depth_slice", "conv_layer"])
def test_the_tables_examples_are_those_of_the_exercise(name):
    text = TEXT.partition(f"### Exercise · `{name}(")[2].partition("<details>")[0]
    rows = re.findall(r"^\| `?\[.*\|$", text, re.MULTILINE)
    stated = UNIT.exercises[name].stated
    assert len(rows) == len(stated)
    for row, (args, right) in zip(rows, stated, strict=True):
        *given, answer = (cell.strip(" `") for cell in row.strip("|").split(" | "))
        for shown, arg in zip(given, args, strict=True):
            assert np.array_equal(np.array(eval(shown)), arg) and np.shape(eval(shown)) == np.shape(
                arg
            )
        if answer == "ValueError":
            assert "ValueError" in right.names
        else:
            assert np.array_equal(np.array(eval(answer)), right)


def test_claims_stand_in_the_text_as_they_are_judged():
    for one in UNIT.exercises.values():
        if hasattr(one, "says"):
            assert f'**"{one.says}"**' in TEXT


# ------------------------------------------------------------------------------ the pictures


def well_formed(picture):
    ElementTree.fromstring(picture.svg)
    assert '="None"' not in picture.svg and len(picture.alt) > 40
    return picture


@pytest.mark.parametrize("D, F", list(itertools.product((1, 2, 3), (1, 2, 3))))
def test_every_window_tells_the_number_that_torch_gives(D, F):
    volume = np.array(patch_picture.VOLUME)[:D]
    weights = np.array(patch_picture.FILTER)[None, :D, :F, :F]
    for bias in (-5, 0, 5):
        expected = by_torch(volume, weights, [bias])[0]
        for at, (row, column) in enumerate(np.ndindex(expected.shape), start=1):
            alt = well_formed(patch_picture.patch(D, F, at, bias)).alt
            wanted = (
                f"together {patch_picture.signed(int(expected[row, column]))}, in row {row} and "
            )
            assert wanted + f"column {column} of the map" in alt
        assert patch_picture.patch(D, F, at + 9, bias) == patch_picture.patch(D, F, at, bias)


def test_the_panel_follows_its_sliders_to_their_ends():
    shown = panels.place(lambda patch, weights, bias: int((patch * weights).sum()) + bias)
    for pick in ("max", "min"):
        for slider in shown.sliders.values():
            slider.value = getattr(slider, pick)
            assert ": right." in well_formed(shown.picture).alt
    assert shown.sliders["at"].max == 30  # a filter of size 1 has a place for every pixel


@pytest.mark.parametrize(
    "answer, says",
    [
        (lambda *args: 1 / 0, "raised ZeroDivisionError"),
        (lambda *args: None, "None (is a return missing?)"),
        (lambda *args: [1, 2], "the parts add up to 12"),
        (lambda *args: "12", "the parts add up to 12"),
        (lambda *args: np.full((3, 3), np.nan), "the parts add up to 12"),
    ],
)
def test_a_strange_answer_is_shown_and_judged(answer, says):
    assert says in well_formed(panels.place(answer).picture).alt


def unwritten(*args):
    raise NotImplementedError()


def test_an_unwritten_function_is_no_error():
    assert "is not written yet" in panels.place(unwritten).picture.alt
    assert "is not written yet" in panels.editor(unwritten).picture.alt


images = st.lists(st.lists(st.integers(0, 1), min_size=12, max_size=12), min_size=12, max_size=12)
kernels = st.lists(st.lists(number, min_size=3, max_size=3), min_size=3, max_size=3)


@given(images, kernels)
def test_maps_on_drawings_are_those_of_torch(image, kernel):
    expected = by_torch(np.array([image]), np.array([[kernel]]), [0])[0].astype(int)
    assert kernel_picture.cross_correlation(image, kernel) == expected.tolist()
    alt = well_formed(kernel_picture.kernel_map(image, kernel)).alt.replace("−", "-")
    assert f"{np.sum(image)} of them ink" in alt
    if expected.min() < expected.max():
        high, low = (
            re.findall(
                r"number is (\S+) in row (\d), column (\d), its smallest "
                r"(\S+) in row (\d), column (\d);",
                alt,
            )[0][i : i + 3]
            for i in (0, 3)
        )
        assert expected[int(high[1]), int(high[2])] == int(high[0]) == expected.max()
        assert expected[int(low[1]), int(low[2])] == int(low[0]) == expected.min()
        assert f"{(expected == 0).sum() or 'no'} place" in alt
    else:
        assert f"All its numbers are {expected[0, 0]}." in alt


def test_a_map_of_the_students_is_judged_place_by_place():
    def turned(image, kernel):
        return reference("corr2d")(image, reference("flip")(kernel))

    right, wrong = panels.editor(reference("corr2d")), panels.editor(turned)
    assert "gives this map: right" in right.picture.alt
    expected = np.array(kernel_picture.cross_correlation(panels.DIGIT, right.weights.rows))
    differ = int((expected != -expected).sum())  # an edge kernel changes its sign in half a turn
    assert f"has {differ} other numbers of 100 (dashed)" in wrong.picture.alt
    wrong.preset.value = "sharpen"  # which half a turn does not change
    assert "gives this map: right" in wrong.picture.alt


@pytest.mark.parametrize(
    "answer, says",
    [
        (lambda image, kernel: image[:-1, :-2], "is 11 × 10, and there are 10 × 10 places"),
        (lambda image, kernel: 3, "a map of 10 × 10 numbers is asked"),
        (lambda image, kernel: [[1], [2, 3]], "a map of 10 × 10 numbers is asked"),
        (lambda image, kernel: np.full((10, 10), np.nan), "100 other numbers of 100"),
        (lambda image, kernel: 1 / 0, "raised ZeroDivisionError"),
    ],
)
def test_a_strange_map_is_judged(answer, says):
    assert says in well_formed(panels.editor(answer).picture).alt


def test_kernels_do_what_the_text_says_of_them():
    flat = [[1] * 12] * 12
    for name, kernel in panels.KERNELS.items():
        numbers = set(itertools.chain(*kernel_picture.cross_correlation(flat, kernel)))
        silent = {
            "edges, left to right": 0,
            "edges, top to bottom": 0,
            "sharpen": 1,
            "as it was": 1,
        }
        assert numbers == {silent.get(name, 9)}
