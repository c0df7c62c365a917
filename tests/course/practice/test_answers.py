"""What is typed counts as what it means."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.practice.answers import read, written


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("17", 17), (" 17 ", 17), ("+17", 17), ("17.", 17), ("17.0", 17), ("٣", 3), ("-3", -3), ("−3", -3),
        ("1,234", 1234), ("1 234", 1234), ("12,443,648", 12443648), ("2.5", 2.5), ("5/2", 2.5),
        (".5", 0.5), ("0.33", 1 / 3), ("0.333", Fraction(1, 3)), ("1/3", 1 / 3), ("17.33", 52 / 3),
        ("none", None), ("No.", None), ("-", None),
    ],
)  # fmt: skip
def test_a_number_is_read(words, answer):
    assert read(words).agrees(answer)


@pytest.mark.parametrize(
    ("words", "answer"), [("17", 17.33), ("0.3", 0.4), ("0.34", 1 / 3), ("0", None), ("none", 0)]
)
def test_what_is_not_said_is_not_heard(words, answer):
    assert not read(words).agrees(answer)


@pytest.mark.parametrize("words", ["1 2", "1, 2", "(1, 2)", "1;2", "[1,2]"])
def test_two_numbers_are_read(words):
    typed = read(words, 2)
    assert typed.agrees((1, 2)) and not typed.agrees((2, 1)) and not typed.agrees(1)


@pytest.mark.parametrize("words", ["", "?", "what", "1 2", "W - F", "1e5", "2,5", "1/0", "²"])
def test_what_cannot_be_read_is_told_how_to_type(words):
    with pytest.raises(ValueError, match=r"Type a number|with a point"):
        read(words)


@pytest.mark.parametrize("words", ["1", "1 2 3", "a b"])
def test_one_number_is_not_two(words):
    with pytest.raises(ValueError, match="Type two numbers"):
        read(words, 2)


@given(st.text(max_size=60), st.sampled_from([1, 2]))
def test_nothing_that_is_typed_breaks_it(words, how_many):
    try:
        read(words, how_many)
    except ValueError as problem:
        assert str(problem)[:4] in ("Type", "Writ", "Noth")


@given(st.integers(-(10**7), 10**7))
def test_what_is_written_is_read_again(number):
    assert read(written(number)).agrees(number)


def test_numbers_are_written_as_people_do():
    answers = [2304, Fraction(1, 3), 2.5, (1, 2), None, -3]
    assert [written(answer) for answer in answers] == [
        "2,304", "1/3", "2.5", "1 and 2", "none", "−3"
    ]  # fmt: skip
