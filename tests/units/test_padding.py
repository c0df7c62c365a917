"""Unit 03, padding: its references against independent oracles, its slips, its notebook."""

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exercises.unit import load_file
from tests.support.running import run_notebook

UNIT = Path(__file__).parents[2] / "source" / "03-padding"
EXERCISES = load_file(UNIT / "exercises.py").exercises
TEXT = (UNIT / "unit.md").read_text(encoding="utf-8")

sizes = st.integers(1, 40)
filters = st.integers(1, 12)
strides = st.integers(1, 7)


def reference(name):
    return EXERCISES[name].reference


def count_windows(width, F, S):
    """How many windows fit, by stepping from one to the next; no formula."""
    windows, left = 0, 0
    while left + F <= width:
        windows, left = windows + 1, left + S
    return windows


# --------------------------------------------------------------------------- references


@given(
    H=st.integers(1, 9),
    W=st.integers(1, 9),
    P=st.integers(0, 5),
    seed=st.integers(0, 2**32 - 1),
    kind=st.sampled_from(["int64", "uint8", "float32", "float64", "bool"]),
)
def test_pad2d_is_numpys_pad(H, W, P, seed, kind):
    image = (10 * np.random.default_rng(seed).random((H, W))).astype(kind)
    padded = reference("pad2d")(image, P)
    assert padded.dtype == image.dtype
    np.testing.assert_array_equal(padded, np.pad(image, P))


@given(F=st.integers(1, 40), W=st.integers(1, 60))
def test_same_padding_s1_keeps_every_width(F, W):
    before, after = reference("same_padding_s1")(F)
    assert count_windows(W + before + after, F, 1) == W
    assert 0 <= after - before <= 1  # shared, and the extra one after


@given(H=st.integers(1, 60), F=st.integers(1, 40))
def test_same_padding_s2_is_the_only_padding_that_keeps_the_height(H, F):
    fitting = [P for P in range(H + F) if count_windows(H + 2 * P, F, 2) == H]
    assert fitting == [reference("same_padding_s2")(H, F)]


@given(H=st.integers(1, 30), F=filters, S=strides)
@settings(deadline=None)
def test_all_valid_paddings_by_trying_them_all(H, F, S):
    tried = [P for P in range(S * H + F + 1) if count_windows(H + 2 * P, F, S) == H]
    assert reference("all_valid_paddings")(H, F, S) == tried


@given(W=sizes, F=filters, S=strides)
def test_tf_valid_counts_windows(W, F, S):
    if F > W:
        with pytest.raises(ValueError):
            reference("tf_valid")(W, F, S)
    else:
        assert reference("tf_valid")(W, F, S) == count_windows(W, F, S)


@given(W=sizes, F=filters, S=strides)
def test_tf_same_agrees_with_the_other_documented_form(W, F, S):
    """https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2"""
    out, before, after = reference("tf_same")(W, F, S)
    total = max(F - S, 0) if W % S == 0 else max(F - W % S, 0)
    assert (before, after) == (total // 2, total - total // 2)
    assert out == count_windows(W + before + after, F, S) == len(range(0, W, S))


@given(W=sizes, F=filters, S=strides)
def test_tf_same_adds_no_zero_too_many(W, F, S):
    out, before, after = reference("tf_same")(W, F, S)
    assert before + after == 0 or count_windows(W + before + after - 1, F, S) < out


# --------------------------------------------------------------------------- against PyTorch


def convolved(row, weights, **options):
    """PyTorch's convolution of a row, as whole numbers."""
    import torch

    row, weights = (torch.tensor([[list(map(float, x))]]) for x in (row, weights))
    return torch.nn.functional.conv1d(row, weights, **options)[0, 0].int().tolist()


def test_pad2d_is_torchs_constant_pad():
    import torch

    image = torch.arange(12).reshape(3, 4)
    padded = torch.nn.functional.pad(image, (2, 2, 2, 2))
    np.testing.assert_array_equal(reference("pad2d")(image.numpy(), 2), padded.numpy())


@pytest.mark.filterwarnings("ignore:Using padding='same'")
@pytest.mark.parametrize("F", range(1, 9))
def test_same_padding_s1_puts_the_zeros_where_torch_does(F):
    row, weights = range(1, 11), range(1, F + 1)
    before, after = reference("same_padding_s1")(F)
    padded = [0] * before + list(row) + [0] * after
    assert convolved(row, weights, padding="same") == convolved(padded, weights)


@pytest.mark.parametrize(("H", "F", "S"), [(28, 3, 2), (7, 4, 3), (9, 5, 1), (6, 2, 4), (5, 8, 2)])
def test_torch_accepts_every_valid_padding_and_no_neighbour(H, F, S):
    fitting = reference("all_valid_paddings")(H, F, S)
    for P in range(max(fitting) + 3):
        if H + 2 * P >= F:
            out = len(convolved([1] * H, [1] * F, stride=S, padding=P))
            assert (out == H) == (P in fitting)


@pytest.mark.parametrize(("W", "F", "S"), [(7, 3, 1), (7, 3, 2), (7, 3, 3), (28, 5, 4), (5, 5, 2)])
def test_torch_and_valid_count_alike(W, F, S):
    assert reference("tf_valid")(W, F, S) == len(convolved([1] * W, [1] * F, stride=S))


def test_torch_refuses_same_with_a_stride():
    with pytest.raises((ValueError, RuntimeError), match="strided"):
        convolved(range(8), [1, 2, 3], stride=2, padding="same")


def test_same_shape_other_numbers():
    out, before, after = reference("tf_same")(8, 3, 2)
    padded = [0] * before + list(range(8)) + [0] * after
    assert convolved(padded, [1, 2, 3], stride=2) == [8, 20, 32, 20]
    assert convolved(range(8), [1, 2, 3], stride=2, padding=1) == [3, 14, 26, 38]
    assert out == 4


def test_the_remedy_of_the_text_is_torchs_too():
    import torch

    row = torch.nn.functional.pad(torch.arange(8), (0, 1)).tolist()
    assert convolved(row, [1, 2, 3], stride=2) == [8, 20, 32, 20]


def test_torchs_filters_are_as_deep_as_their_input():
    import torch

    for D, F in [(3, 5), (20, 3), (1, 1)]:
        height, width, depth = reference("filter_shape")(16, 16, D, F)
        layer = torch.nn.Conv2d(D, 7, F)
        assert tuple(layer.weight.shape) == (7, depth, height, width)  # K, and layout CHW


# --------------------------------------------------------------------------- what the prose says


def test_a_border_of_zeros():
    assert count_windows(5, 3, 1) == 3  # 5 x 5 -> 3 x 3
    assert reference("pad2d")(np.ones((5, 5)), 1).shape == (7, 7)
    assert count_windows(7, 3, 1) == 5  # and back to 5 x 5
    assert count_windows(5 + 2 * 2, 3, 1) == 7  # larger than the input


def test_half_of_F_minus_1_wants_stride_1_and_an_odd_filter():
    assert reference("same_padding_s1")(3) == (1, 1)
    assert count_windows(7 + 2, 3, 1) == 7
    assert count_windows(28 + 2, 3, 2) == 14
    assert [count_windows(28 + 2 * P, 4, 1) for P in range(4)] == [25, 27, 29, 31]
    for F in range(2, 12, 2):
        assert all(count_windows(28 + 2 * P, F, 1) != 28 for P in range(40))


def test_stride_2_leaves_two_neighbours():
    for H, F, low in [(28, 3, 29), (7, 3, 8)]:
        room = [total for total in range(80) if 2 * H - 2 <= H - F + total <= 2 * H - 1]
        assert room == [low, low + 1]
    assert [count_windows(28 + 2 * P, 3, 2) for P in (13, 14, 15, 16)] == [26, 27, 28, 29]


def seeing(H, F, S, P):
    """How many windows touch the image, and how many there are."""
    edges = range(0, H + 2 * P - F + 1, S)
    touched = [left for left in edges if set(range(left, left + F)) & set(range(P, P + H))]
    return len(touched), len(edges)


def test_legal_and_useless():
    assert seeing(28, 3, 2, 15) == (15, 28)
    assert (15 * 15, 28 * 28) == (225, 784)
    assert f"{225 / 784:.1%} {1 - 225 / 784:.1%}" == "28.7% 71.3%"
    assert 3 <= 28 + 2 * 15 == 58
    assert seeing(8, 3, 2, 5) == (5, 8) and f"{(5 / 8) ** 2:.1%}" == "39.1%"
    assert count_windows(28 + 2, 3, 2) == reference("tf_same")(28, 3, 2)[0] == 14
    assert count_windows(28 + 2, 3, 1) == 28


def test_torch_finds_it_legal_and_says_only_the_bias():
    import torch

    layer = torch.nn.Conv2d(1, 1, 3, stride=2, padding=15)
    with torch.no_grad():
        out = layer(torch.rand(1, 1, 28, 28))
    assert out.shape == (1, 1, 28, 28)
    assert int((out != layer.bias).sum()) == 225


def test_how_many_paddings_there_are():
    def counts(S, F):
        found = {len(reference("all_valid_paddings")(H, F, S)) for H in range(1, 40)}
        return found

    for F in range(1, 12):
        assert counts(1, F) == ({1} if F % 2 else {0})
        assert counts(2, F) == {1}
        assert counts(3, F) == ({2} if F % 2 else {1})
        assert counts(4, F) == {2}
    assert {len(reference("all_valid_paddings")(7, F, 3)) for F in (3, 4)} == {1, 2}


def test_valid_rounds_up_what_the_size_formula_rounds_down():
    for W in range(1, 60):
        for F in range(1, W + 1):
            for S in range(1, 60):
                assert reference("tf_valid")(W, F, S) == (W - F) // S + 1


def test_same_at_stride_2_is_half_rounded_up():
    assert [reference("tf_same")(W, 3, 2)[0] for W in (28, 14, 7)] == [14, 7, 4]


def test_two_rules_two_networks():
    def sizes_under(rule):
        found = [28]
        for F, S in [(5, 1), (2, 2), (5, 1), (2, 2)]:
            found.append(rule(found[-1], F, S))
        return found

    assert sizes_under(lambda *layer: reference("tf_same")(*layer)[0]) == [28, 28, 14, 14, 7]
    assert sizes_under(reference("tf_valid")) == [28, 24, 12, 8, 4]


PRINTED = {  # a line of a worked cell, and what the prose beside it says
    "left edges [0, 1, 2] so the output has 3 pixels": "Five pixels became three.",
    "7 pixels, 5 windows:": "5 × 5 became 7 × 7, and the output is 5 × 5",
    "[0. 7. 8.] and the image was [7 8]": "whole numbers that are joined to them become fractions",
    "windows: 14": "does not keep 28",
    "W = 28, F = 4, P = 1: output 27": "jumps over 28",
    "W = 28, F = 4: output 28": "one before, two after",
    "H = 28, F = 3, S = 2, P = 15: output 28": "$2P$ is 30, and $P$ is 15",
    "8 windows along an axis, 5 of them see the image": "$H = 8$, $F = 3$, $S = 2$, $P = 5$",
    "in two dimensions 39.1% of the outputs do": "The image lies at the places 5 to 12",
    "H = 7, F = 3, S = 3, P = 8: output 7": "two paddings, 7 and 8",
    "H = 7, F = 4, S = 3, P = 8: output 7": "one padding, 8",
    "S = 3: 2 when the row begins even, 1 when it begins odd": "One or two at $S = 3$",
    "S = 3: left edges [0, 3], and 5/3 rounded up is 2": "leaves five left edges",
    "3481 pairs of n and S, and they differ in 0": "They never differ.",
    "W = 7: out is 7 at S = 1 and 4 at S = 2": "it means half, rounded up",
    "8 pixels: the last window ends at 9 - missing: 1": "one beyond 8",
    "4 pixels: the last window ends at 3 - missing: -1": "A total of $-1$ makes no sense",
    "TensorFlow [8, 20, 32, 20]": "Four numbers each, and not one in common",
    "PyTorch [3, 14, 26, 38]": "PyTorch's last zero is not even read",
    "SAME:  28 28 14 14 7": "28, 14, 7",
    "VALID: 28 24 12 8 4": "28, 24, 12, 8, 4",
    "180 products, summed to 180.0": "reads **all** channels",
    "D = 3: the sum is 75.0": "it works on colour images",
    "D = 20: operands could not be broadcast": "and only there",
}


def test_the_cells_print_what_the_prose_says(tmp_path):
    ran = run_notebook(UNIT, UNIT / "unit.ipynb", tmp_path)
    assert not [cell["error"] for cell in ran["cells"] if cell["error"]]
    printed = "".join(cell["printed"] for cell in ran["cells"])
    for line, words in PRINTED.items():
        assert line in printed
        assert words in TEXT


def test_the_free_text_question_keeps_its_answer_from_students():
    question, scheme = re.search(
        r"(?s)· `legal-and-useless`(.*?)=== BEGIN MARK SCHEME ===(.*?)=== END MARK", TEXT
    ).groups()
    assert scheme.count("**1 point: ") == 3
    assert "28.7" not in question and "28.7 %" in scheme


def test_no_framework_is_needed():
    assert "import torch" not in TEXT and "tensorflow as" not in TEXT
