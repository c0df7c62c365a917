"""The lab's pictures: well-formed, told in words, and true to their numbers."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.pictures.confusion import confusion
from course.pictures.digits import digits
from course.pictures.filters import filters
from course.pictures.live.stack import stack
from course.pictures.live.yours import ask
from course.pictures.maps import maps
from course.pictures.pixels import SHADES, Pixels
from course.pictures.rungs import rungs
from course.pictures.speed import Bar, speed

random = np.random.default_rng(0)


def drawn(picture):
    """The picture's SVG, parsed; a picture has words too."""
    assert len(picture.alt) > 20 and "nan" not in picture.svg.lower()
    return ET.fromstring(picture.svg)


def words(picture):
    return [element.text for element in drawn(picture).iter() if element.tag.endswith("text")]


@given(shape=st.tuples(st.integers(1, 9), st.integers(1, 9)), seed=st.integers(0, 999))
@settings(deadline=None)
def test_pixels_cover_each_pixel_once(shape, seed):
    """Runs read back from the paths give the shades that went in."""
    values = np.random.default_rng(seed).random(shape)
    pixels, found = Pixels(), np.zeros(shape, dtype=int)
    pixels.add(values, 0, 0, 1)
    for path in ET.fromstring(f"<svg>{pixels.svg()}</svg>"):
        shade = round(float(path.get("fill-opacity")) * SHADES)
        for run in path.get("d").split("M")[1:]:
            start, rest = run.split("h")
            x, y = map(float, start.split())
            length = float(rest.split("v")[0])
            found[int(y), int(x) : int(x + length)] += shade
    np.testing.assert_array_equal(found, np.rint(values * SHADES))


def test_digits_are_read_out():
    picture = digits(random.random((3, 28, 28)), ["7\n99 %", "1", "2"], "Three:", details=2)
    assert picture.alt == "Three: 7, 99 % and 1; 1 more."
    assert words(picture) == ["7", "99 %", "1", "2"]


def test_confusion_names_the_worst_pairs():
    counts = np.diag([50] * 10)
    counts[4, 9], counts[7, 1] = 12, 1
    picture = confusion(counts)
    assert "513 digits: 500 right, 13 wrong." in picture.alt
    assert "4 taken for 9 (12 times) and 7 taken for 1 (1 time)" in picture.alt
    assert words(picture).count("12") == 1
    assert confusion(np.diag([5] * 10)).alt.endswith("50 right, 0 wrong.")
    drawn(confusion(np.zeros((10, 10), dtype=int)))


def test_behind_a_cell_of_the_confusion_are_its_digits():
    counts = np.diag([5] * 10)
    counts[4, 9] = 12
    images = np.ones((12, 28, 28))
    picture = confusion(counts, 4, 9, images)
    assert picture.alt.endswith("Shown: 4 is taken for 9: 12 times, the first 8 of them.")
    squares = [e for e in drawn(picture).iter() if e.get("fill-opacity") == "1"]
    assert sum(path.get("d").count("M") for path in squares) == 8 * 28  # a stroke for each row
    assert confusion(counts, 3, 3, images[:5]).alt.endswith("Shown: 3 is right: 5 times.")
    assert confusion(counts, 0, 1, images[:0]).alt.endswith("Shown: 0 is taken for 1: no times.")


def test_behind_a_filter_are_its_weights():
    weights = np.arange(-4, 5).reshape(1, 3, 3) / 4
    picture = filters(weights, 0)
    assert "Filter 0: −1.00 −0.75 −0.50 / −0.25 0.00 0.25 / 0.50 0.75 1.00." in picture.alt
    words = [e.text for e in drawn(picture).iter() if e.tag.endswith("text")]
    assert {"−1.00", "0.25", "filter 0"} <= set(words)


def test_filters_are_full_or_hollow():
    weights = np.zeros((2, 5, 5))
    weights[0, 0, 0], weights[1, 4, 4] = 0.5, -0.25
    squares = [e for e in drawn(filters(weights)).iter() if e.tag.endswith("rect")]
    assert sum(e.get("fill") == "#0072B2" for e in squares) == 2  # one in the legend
    assert sum(e.get("stroke") == "#D55E00" for e in squares) == 2
    drawn(filters(np.full((3, 5, 5), np.nan)))
    drawn(filters(np.zeros((1, 3, 3))))


def test_maps_say_what_the_network_says():
    shares = [0.1] * 8 + [0.2, 0.0]
    features = np.maximum(random.normal(size=(32, 14, 14)), 0)
    features[3] = 0
    picture = maps(random.random((28, 28)), features, shares, 8, "pool 1")
    assert "The digit 8, which the network takes for a 8 with 20.0%: right." in picture.alt
    assert "32 maps of 14 x 14, 1 of them blank" in picture.alt
    assert any("✓" in word for word in words(picture))
    wrong = maps(random.random((28, 28)), features, shares, 0, "pool 1")
    assert "wrong" in wrong.alt and any("✗" in word for word in words(wrong))
    drawn(maps(np.zeros((28, 28)), np.full((64, 7, 7), np.nan), [0.1] * 10, 0, "pool 2"))


@given(
    H=st.integers(1, 64), W=st.integers(1, 64), K1=st.integers(1, 64), K2=st.integers(1, 64),
    same=st.integers(0, 1),
)  # fmt: skip
@settings(deadline=None, max_examples=50)
def test_stack_is_true_for_every_setting(H, W, K1, K2, same):
    picture = stack(H, W, K1, K2, same)
    drawn(picture)
    for _ in range(2):
        H, W = (((side if same else max(0, side - 4)) // 2) for side in (H, W))
    if H and W:
        assert f"flat {H * W * K2:,} numbers" in picture.alt
    else:
        assert "too small" in picture.alt


@pytest.mark.parametrize(("answer", "mark"), [(400, "✓"), (401, "✗"), (None, "✗")])
def test_stack_judges_the_students_answer(answer, mark):
    yours = ask(lambda *_: answer, 32, 32, 6, 16, "valid")
    assert f" {mark} " in stack(32, 32, 6, 16, 0, yours).alt


def test_stack_wants_an_error_where_nothing_is_left():
    def refuses(*_):
        raise ValueError("too small")

    assert " ✓ " in stack(8, 8, 6, 16, 0, ask(refuses, 8)).alt
    assert " ✗ " in stack(8, 8, 6, 16, 0, ask(lambda *_: 0, 8)).alt


def test_speed_shows_the_rungs_climbed_so_far():
    bars = [
        Bar("plain", 80.0, None, "as most do", projected=True),
        Bar("better", 8.0, 0.99, "less work"),
        Bar("best", 1.6, 0.991, "even less"),
    ]
    first = speed(bars, 1)
    assert first.alt.endswith("as most do")  # the reason stands below, and is read out
    assert "better" not in words(first) and "8 s · 99.0%" not in words(first)
    picture = speed(bars, 3)
    assert "Rung 3, best: 1.6 s, 5 times as fast as the rung before and 50 times" in picture.alt
    assert {"about 80 s", "8 s · 99.0%", "1.6 s · 99.1%"} <= set(words(picture))
    assert {"1 s", "10 s", "100 s"} <= set(words(picture))


def test_a_rung_of_the_ladder_is_a_point_at_its_seconds():
    """On a logarithmic axis a bar would look like a share."""
    bars = [Bar(f"rung {n}", 10.0**-n, None, "It helps.") for n in range(3)]
    root = drawn(speed(bars, 3))
    filled = [
        one for one in root.iter() if re.search("fill: #(0072b2|767676)", one.get("style", ""))
    ]
    marks = [(float(one.get("x")), float(one.get("y"))) for one in filled if one.get("x")]
    assert len(marks) == 3
    (x0, y0), (x1, y1), (x2, y2) = marks
    assert x0 - x1 == pytest.approx(x1 - x2) and y1 - y0 == pytest.approx(y2 - y1)
    spot = next(one for one in root.iter() if one.get("data-spot"))
    scale = 0.72  # of the figure's pixels in the drawing's points
    top, step = float(spot.get("y")) * scale, float(spot.get("height")) * scale / 3
    assert [round((y - top) / step - 0.5, 6) for y in (y0, y1, y2)] == [0, 1, 2]


def test_rungs_are_next_or_locked():
    picture = rungs(["one", "two", "three"], {"one", "three"})
    assert {"✓ repaired", "← next", "right, waits"} <= set(words(picture))
    assert "Next is rung 2, two" in picture.alt and "waiting: three." in picture.alt
    assert "locked" in words(rungs(["one", "two"], set()))
