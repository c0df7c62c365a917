"""The curves: what every picture promises, and that the words tell the truth."""

from __future__ import annotations

import math
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from course.pictures.curves import MOST_POINTS, Point, curves
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


@settings(max_examples=100)
@given(points, points, st.integers(0, 10**6))
def test_a_picture_is_well_formed_within_its_frame_and_follows_the_theme(training, held, goal):
    picture = curves(training, held, goal)
    root = ElementTree.fromstring(picture.svg)
    _, _, width, height = map(float, root.get("viewBox").split())
    allowed = {None, "none", "currentColor", "var(--jp-layout-color0,white)", *ACCENTS.values()}
    for element in root.iter():
        assert element.get("id") is None
        assert element.get("fill") in allowed and element.get("stroke") in allowed
        if path := element.get("d"):
            for pair in path.removeprefix("M").split("L"):
                x, y = map(float, pair.split())
                assert 0 <= x <= width and 0 <= y <= height
    assert "nan" not in picture.svg.lower() and "inf" not in picture.svg.lower()
    assert picture.alt.endswith(".") and "  " not in picture.alt
    ElementTree.fromstring(picture.html())


def test_the_words_have_the_numbers():
    training = [Point(128, 2.3, 0.1), Point(1280, 0.4, 0.89), Point(1408, math.nan, 0.1)]
    alt = curves(training, [Point(1280, 0.35, 0.901)], 5000).alt
    assert "after 1,280 of 5,000." in alt
    assert "Training: loss from 2.300 to 0.400, accuracy from 10.0 % to 89.0 %." in alt
    assert "Validation: loss 0.350, accuracy 90.1 %." in alt


def test_validation_differs_from_training_by_more_than_colour():
    training = [Point(step, 1.0, 0.5) for step in range(1, 5)]
    svg = curves(training, [Point(2, 1.0, 0.5), Point(4, 0.9, 0.6)]).svg
    shapes = ElementTree.fromstring(svg).iter(f"{SVG}polygon")
    assert len(list(shapes)) == 2 * 2 + 1, "a diamond for each, in both charts and in the legend"


def test_a_long_training_stays_light():
    many = [Point(step, 1.0, 0.5) for step in range(1, 10_000)]
    svg = curves(many, []).svg
    assert svg.count("L") < 2 * 2 * MOST_POINTS + 50 and len(svg) < 40_000
