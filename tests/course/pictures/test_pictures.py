"""What every picture promises, and that each tells the truth in words."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from course.pictures.live.frameworks import frameworks, same_zeros, symmetric_padding
from course.pictures.live.padding import padding
from course.pictures.live.staircase import STRIDES, staircase
from course.pictures.live.windows import windows
from course.pictures.picture import Picture
from course.pictures.svg import ACCENTS
from course.pictures.words import columns, count, span

SVG = "{http://www.w3.org/2000/svg}"
sizes, filters, strides, zeros = (
    st.integers(1, 32), st.integers(1, 16), st.integers(1, 10), st.integers(0, 20)
)  # fmt: skip
pictures = st.one_of(
    st.builds(windows, sizes, filters, strides, zeros, st.integers(-3, 2000)),
    st.builds(staircase, st.integers(1, 64), filters, zeros, strides),
    st.builds(padding, sizes, filters, strides, zeros),
    st.builds(frameworks, st.integers(1, 12), st.integers(1, 6), st.integers(1, 5)),
)


def along(W, F, S, P):
    """How many windows fit, as NumPy slides them."""
    if F > W + 2 * P:
        return 0
    return len(np.lib.stride_tricks.sliding_window_view(np.zeros(W + 2 * P), F)[::S])


# ------------------------------------------------------------------------------- every picture


@settings(max_examples=300, deadline=None)
@given(pictures)
def test_a_picture_is_well_formed_and_within_its_frame(picture):
    root = ElementTree.fromstring(picture.svg)
    drawn = list(root.iter(f"{SVG}svg"))
    assert root.tag == f"{SVG}svg" or (root.tag == "div" and list(root) == drawn)
    for part in drawn:
        left, top, width, height = map(float, part.get("viewBox").split())
        for shape in part.iter(f"{SVG}rect"):
            if shape.get("x") == "0":  # a legend's swatch, moved into place by its group
                continue
            x, y, wide, high = (float(shape.get(key)) for key in ("x", "y", "width", "height"))
            assert left <= x <= x + wide <= left + width + 1, ElementTree.tostring(shape)
            assert top <= y <= y + high <= top + height + 1, ElementTree.tostring(shape)
    assert "nan" not in picture.svg.lower()


@settings(max_examples=100, deadline=None)
@given(pictures)
def test_a_picture_follows_the_theme_and_has_no_ids_to_clash(picture):
    root = ElementTree.fromstring(picture.svg)
    assert all(element.get("id") is None for element in root.iter())
    for part in root.iter(f"{SVG}svg"):
        assert "var(--jp-ui-font-color1,currentColor)" in part.get("style")
    allowed = {None, "none", "currentColor", "var(--jp-layout-color0,white)", *ACCENTS.values()}
    for element in root.iter():
        assert element.get("fill") in allowed
        assert element.get("stroke") in allowed


@settings(max_examples=100, deadline=None)
@given(pictures)
def test_a_picture_is_named_by_its_alt_text_and_captioned_with_it(picture):
    assert picture.alt.endswith(".") and "  " not in picture.alt
    bundle = picture._repr_mimebundle_()
    assert bundle["text/plain"] == picture.alt
    figure = ElementTree.fromstring(bundle["text/html"])
    image = figure.find("div")
    assert (image.get("role"), image.get("aria-label")) == ("img", picture.alt)
    assert figure.find("figcaption").text == picture.alt


def test_what_a_student_writes_cannot_become_markup():
    html = Picture("<svg/>", 'a "quoted" <script>alert(1)</script> & more').html()
    figure = ElementTree.fromstring(html)
    assert figure.find(".//script") is None
    assert figure.find("div").get("aria-label").startswith('a "quoted" <script>')


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("page", ["#ffffff", "#111111"])
@pytest.mark.parametrize("name", ACCENTS)
def test_accents_stand_out_on_light_and_dark(name, page):
    """WCAG 2.2, 1.4.11: graphics need a contrast of 3:1."""
    low, high = sorted([luminance(ACCENTS[name]), luminance(page)])
    assert (high + 0.05) / (low + 0.05) >= 3


# ----------------------------------------------------------------------------------- the truth


@settings(deadline=None)
@given(sizes, filters, strides, zeros, st.integers(1, 50))
def test_windows_says_how_many_fit_and_where_the_shown_one_lies(W, F, S, P, at):
    alt, n = windows(W, F, S, P, at).alt, along(W, F, S, P)
    if not n:
        assert "No window fits" in alt
        return
    assert f"{count(n, 'window')} along each axis, so the output is {n} × {n}." in alt
    at = min(at, n * n)
    row, column = (at - 1) // n * S, (at - 1) % n * S
    reads = f"{span('row', row, row + F - 1)} and {span('column', column, column + F - 1)}"
    assert f"Window {at} of {n * n} reads {reads}." in alt
    exactly = (n - 1) * S + F == W + 2 * P
    assert ("No column is unread" in alt) == (exactly and (F >= S or n == 1))


def test_windows_names_what_is_never_read():
    assert "No window reads column 6; rows likewise." in windows(7, 3, 3, 0).alt
    assert "No window reads column 9 (padding); rows likewise." in windows(8, 3, 3, 1).alt
    assert "No window reads columns 2, 5 and 8 to 9 (1 is padding);" in windows(8, 2, 3, 1).alt


def test_windows_hatches_what_is_never_read():
    assert windows(7, 3, 3, 0).svg.count(ACCENTS["vermillion"]) > 0
    assert windows(7, 3, 2, 0).svg.count(ACCENTS["vermillion"]) == 0


@settings(deadline=None)
@given(st.integers(1, 64), filters, zeros, strides)
def test_staircase_lists_every_size_and_what_is_left_over(W, F, P, S):
    alt = staircase(W, F, P, S).alt
    expected = [along(W, F, stride, P) for stride in STRIDES]
    if not expected[0]:
        assert "No window fits at any stride" in alt
        return
    assert f"Sizes at strides 1 to 10: {', '.join(map(str, expected))}." in alt
    assert f"At S = {S} the size is {expected[S - 1]}," in alt
    over = W + 2 * P - ((expected[S - 1] - 1) * S + F)
    assert f"and {count(over, 'column')} " in alt


def test_padding_shows_that_15_zeros_are_legal_and_useless():
    alt = padding(28, 3, 2, 15).alt
    assert "28 windows of F = 3 at stride S = 2" in alt
    assert "as high as the image, H = 28" in alt
    assert "15 of 28 windows along an axis read the image; 13 windows see only zeros" in alt
    assert "28.7% of the 28 × 28 outputs touch the image" in alt


@settings(deadline=None)
@given(sizes, filters, strides, zeros)
def test_padding_counts_windows_and_outputs_that_touch_the_image(H, F, S, P):
    alt, n = padding(H, F, S, P).alt, along(H, F, S, P)
    if not n:
        assert "No window" in alt
        return
    image = np.pad(np.ones((H, H), int), P)
    sums = np.lib.stride_tricks.sliding_window_view(image, (F, F))[::S, ::S].sum((2, 3))
    assert sums.shape == (n, n)
    share = (sums > 0).mean()
    touched = "all" if share == 1 else f"{share:.1%}"
    assert f"In two dimensions {touched} of the {n} × {n} outputs touch the image" in alt
    assert ("as high as the image" in alt) == (n == H)


def test_frameworks_give_the_same_shape_and_other_numbers():
    alt = frameworks(8, 3, 2).alt
    assert 'padding="SAME": no zeros before and 1 after, output [8, 20, 32, 20]' in alt
    assert "padding=1: 1 zero before and 1 after, output [3, 14, 26, 38]" in alt
    assert "Same shape, 4, but 4 of 4 numbers differ" in alt


@given(st.integers(1, 60), st.integers(1, 12), st.integers(1, 12))
def test_same_zeros_are_those_of_tensorflows_documented_rule(W, F, S):
    """The other documented form: max(F - S, 0) where S divides W, max(F - W % S, 0) elsewhere."""
    total = max(F - S, 0) if W % S == 0 else max(F - W % S, 0)
    assert same_zeros(W, F, S) == (total // 2, total - total // 2)


@given(st.integers(1, 40), st.integers(1, 9), st.integers(1, 6))
def test_symmetric_padding_is_missing_only_at_stride_1_with_an_even_filter(W, F, S):
    size = -(-W // S)
    P = symmetric_padding(W, F, S, size)
    assert (P is None) == (S == 1 and F % 2 == 0)
    assert P is None or along(W, F, S, P) == size


@settings(deadline=None)
@given(st.integers(1, 12), st.integers(1, 6), st.integers(1, 5))
def test_frameworks_outputs_are_what_numpy_computes(W, F, S):
    alt = frameworks(W, F, S).alt
    said = dict(re.findall(r"(TensorFlow|PyTorch), .*?output (\[.*?\])", alt))
    before, after = same_zeros(W, F, S)
    values = np.pad(np.arange(W), (before, after))
    expected = np.correlate(values, np.arange(1, F + 1), "valid")[::S].tolist()
    assert said["TensorFlow"] == str(expected)
    if (P := symmetric_padding(W, F, S, len(expected))) is not None:
        values = np.pad(np.arange(W), P)
        expected = np.correlate(values, np.arange(1, F + 1), "valid")[::S].tolist()
        assert said["PyTorch"] == str(expected)


@pytest.mark.filterwarnings("ignore:Using padding")
@pytest.mark.parametrize("F", [2, 4, 6])
def test_pytorchs_own_same_pads_an_even_filter_as_tensorflow_does(F):
    inputs, weights = torch.arange(8.0), torch.arange(1.0, F + 1)
    output = torch.nn.functional.conv1d(inputs[None, None], weights[None, None], padding="same")
    assert f"output {output.flatten().int().tolist()}." in frameworks(8, F, 1).alt


def test_words():
    assert columns([3]) == "column 3"
    assert columns([3, 5, 7, 8, 9]) == "columns 3, 5 and 7 to 9"
    assert columns(list(range(0, 40, 2))).endswith("and so on")
    assert (count(0, "zero"), count(1, "zero"), count(2, "zero")) == (
        "no zeros",
        "1 zero",
        "2 zeros",
    )
