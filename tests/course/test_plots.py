"""Plots: matplotlib's figures as pictures, with what they say under the pointer."""

from __future__ import annotations

import math
from xml.etree import ElementTree

import pytest

from course import plots

SVG = "{http://www.w3.org/2000/svg}"


def tips(picture):
    return {
        one.find(f"{SVG}title").text: (float(one.get("cx")), float(one.get("cy")))
        for one in ElementTree.fromstring(picture.svg).iter(f"{SVG}circle")
    }


def marks(picture, colour):
    """Where matplotlib itself has drawn marks of a colour, in the figure's pixels."""
    found = [one for one in ElementTree.fromstring(picture.svg).iter(f"{SVG}use")
             if f"fill: {colour.lower()}" in one.get("style", "")]  # fmt: skip
    return [(float(one.get("x")) / 0.72, float(one.get("y")) / 0.72) for one in found]


def test_a_marked_point_says_its_numbers_where_it_is():
    figure, axes = plots.figure()
    axes.plot([500, 1_000, 2_000], [0.5, math.nan, 0.875], marker="o", label="seed 0")
    axes.plot([0, 1], [0, 1])  # without marks, without words
    axes.set(xlabel="digits", ylabel="share", xscale="log", xlim=(100, 10_000))
    picture = plots.show(figure, "Two results.")
    said = tips(picture)
    assert set(said) == {"seed 0: digits 500, share 0.5", "seed 0: digits 2,000, share 0.875"}
    for tip, mark in zip(said.values(), marks(picture, plots.BLUE), strict=True):
        assert tip == pytest.approx(mark, abs=0.2)


def test_categories_are_said_by_name():
    figure, axes = plots.figure()
    axes.plot(["grams", "<kilograms>"], [3, 4], marker="o")
    axes.set(xlabel="in", ylabel="steps")
    assert set(tips(plots.show(figure, "Steps."))) == {
        "in grams, steps 3",
        "in <kilograms>, steps 4",
    }


def test_a_figure_follows_the_page_and_gives_the_same_text_again():
    def drawn():
        figure, axes = plots.figure()
        axes.plot([3, 1, 2], label="loss")
        axes.legend()
        axes.text(1, 2, "here")
        return plots.show(figure, "The loss.", lambda: [["step", "loss"], [0, 3]])

    picture = drawn()
    assert picture.svg == drawn().svg
    assert "#000000" not in picture.svg and plots.PAGE not in picture.svg
    assert "<td>3</td>" in picture.html() and 'aria-label="The loss."' in picture.html()


@pytest.mark.parametrize("count", [0, 1, 249, 250, 501, 10_000])
def test_thinned_points_are_few_and_end_with_the_last(count):
    points = plots.thinned(range(count))
    assert points[-1:] == list(range(count))[-1:]
    assert points[:1] == list(range(count))[:1] and points == sorted(set(points))
    assert len(points) <= 500 and len(points) >= min(count, 250)
