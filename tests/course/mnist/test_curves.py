"""The curves: what every picture promises, and that the words tell the truth."""

from __future__ import annotations

import math
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.pictures.curves import Point, curves
from course.pictures.svg import ACCENTS

SVG = "{http://www.w3.org/2000/svg}"
points = st.lists(
    st.builds(
        Point,
        st.integers(1, 10**6),
        st.one_of(st.floats(0, 1e5), st.just(math.nan), st.just(math.inf)),
        st.floats(0, 1),
    ),
    max_size=30,
).map(lambda found: sorted(found, key=lambda point: point.seen))


@pytest.mark.slow
@settings(max_examples=8)
@given(points, points, st.integers(0, 10**6))
def test_a_picture_is_well_formed_within_its_frame_and_follows_the_theme(training, held, goal):
    picture = curves(training, held, goal)
    root = ElementTree.fromstring(picture.svg)
    _, _, width, height = map(float, root.get("viewBox").split())
    allowed = {"none", "currentColor", *(colour.lower() for colour in ACCENTS.values())}
    for element in root.iter():
        for colour in re.findall(r"(?:fill|stroke): *([^;]+)", element.get("style", "")):
            assert colour.strip() in allowed
    for use in root.iter(f"{SVG}use"):
        assert -1 <= float(use.get("x")) <= width + 1 and -1 <= float(use.get("y")) <= height + 1
    assert not re.search(r"\b(nan|inf)\b", picture.svg.lower())
    assert picture.alt.endswith(".") and "  " not in picture.alt
    ElementTree.fromstring(picture.html())
    assert curves(training, held, goal) == picture


def test_the_words_have_the_numbers():
    training = [Point(128, 2.3, 0.1), Point(1280, 0.4, 0.89), Point(1408, math.nan, 0.1)]
    alt = curves(training, [Point(1280, 0.35, 0.901)], 5000).alt
    assert "after 1,280 of 5,000." in alt
    assert "Training: loss from 2.300 to 0.400, accuracy from 10.0 % to 89.0 %." in alt
    assert "Validation: loss 0.350, accuracy 90.1 %." in alt


def test_validation_differs_from_training_by_more_than_colour():
    training = [Point(step, 1.0, 0.5) for step in range(1, 5)]
    svg = curves(training, [Point(2, 1.0, 0.5), Point(4, 0.9, 0.6)]).svg
    marks = [one for one in ElementTree.fromstring(svg).iter(f"{SVG}use")
             if "#d55e00" in one.get("style", "")]  # fmt: skip
    assert len(marks) == 2 * 2 + 1, "a diamond for each, in both plots and in the legend"
    assert "stroke-dasharray" in svg


def test_a_point_of_the_validation_says_its_numbers_under_the_pointer():
    svg = curves([], [Point(20_000, 0.5, 0.875)], 55_000).svg
    tips = [one.text for one in ElementTree.fromstring(svg).iter(f"{SVG}title")]
    assert tips == ["digits seen 20,000, loss 0.5", "digits seen 20,000, accuracy 0.875"]


def test_the_ticks_are_round_numbers():
    training = [Point(step, 2.31 / step, 1 - 0.83 / step) for step in range(1, 55_000, 640)]
    svg = curves(training, [], 53_760).svg
    words = {one.text for one in ElementTree.fromstring(svg).iter(f"{SVG}text")}
    assert {"0", "20,000", "40,000", "1", "2", "100 %"} <= words


def test_a_long_training_stays_light():
    many = [Point(step, 1 + step % 7, 0.5) for step in range(1, 10_000)]
    assert len(curves(many, []).svg) < 40_000
