"""A student's answer is shown beside the truth, and no answer breaks a picture."""

from __future__ import annotations

import sys
from xml.etree import ElementTree

import numpy as np
import pytest

from course.pictures.live.frameworks import frameworks
from course.pictures.live.padding import padding
from course.pictures.live.staircase import STRIDES, staircase
from course.pictures.live.windows import windows
from course.pictures.live.yours import ask


class Equal:
    """Equal to everything, and impossible to show."""

    def __eq__(self, other):
        return True

    __hash__ = None

    def __repr__(self):
        raise RuntimeError("no")


def gives(value):
    return lambda *args: value


def raising(error):
    def yours(*args):
        raise error

    return yours


def endless():
    while True:
        yield 1


STRANGE = {
    "None": gives(None),
    "text": gives("<b>5</b> & \x00\ud800"),
    "a fraction": gives(5 / 3),
    "nan": gives(float("nan")),
    "infinity": gives(float("inf")),
    "negative": gives(-3),
    "huge": gives(10**3000),
    "beyond huge": gives(10**100_000),
    "True": gives(True),
    "NumPy integer": gives(np.int64(3)),
    "array": gives(np.arange(200)),
    "a list of nothing": gives([]),
    "nested": gives([[1], {"a": 2}]),
    "an endless generator": lambda *args: endless(),
    "equal to all": gives(Equal()),
    "a class": gives(int),
    "an error": raising(ZeroDivisionError("division by zero")),
    "an error with a strange message": raising(ValueError("\x00 \ud800 <i> " + "long " * 500)),
    "leaves": lambda *args: sys.exit(0),
    "interrupted": raising(KeyboardInterrupt()),
    "deep": lambda *args: (lambda f: f(f))(lambda f: f(f)),
    "not a function": 7,
    "too few parameters": lambda: 3,
}


def drawn(function):
    """Every picture with the answers of ``function``."""
    yield windows(7, 3, 2, 0, 1, ask(function, 7, 3, 2, 0))
    yield windows(3, 5, 1, 0, 1, ask(function, 3, 5, 1, 0))
    yield staircase(32, 5, 0, 3, [ask(function, 32, 5, s, 0) for s in STRIDES])
    yield staircase(3, 5, 0, 3, [ask(function, 3, 5, s, 0) for s in STRIDES])
    yield padding(28, 3, 2, 15, ask(function, 28, 3))
    yield padding(28, 3, 2, 15, ask(function, 3))
    yield frameworks(8, 3, 2, ask(function, 8, 3, 2))


@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_answer_ends_in_a_sentence(name):
    for picture in drawn(STRANGE[name]):
        ElementTree.fromstring(picture.svg)
        picture.html().encode()
        assert "✗" in picture.alt or "✓" in picture.alt
        assert len(picture.alt) < 900


def test_a_right_answer_is_right():
    right = windows(7, 3, 2, 0, 1, ask(gives(3), 7, 3, 2, 0))
    assert "✓ yours(7, 3, 2, 0) gives 3: right." in right.alt
    assert "yours 3 × 3" in right.svg


def test_a_wrong_answer_stands_beside_the_truth():
    def output_size(W, F, S, P):
        return 4

    wrong = windows(7, 3, 2, 0, 1, ask(output_size, 7, 3, 2, 0))
    assert "✗ output_size(7, 3, 2, 0) gives 4; 3 fit along an axis." in wrong.alt
    assert "yours 4 × 4" in wrong.svg
    assert "output 3 × 3" in wrong.svg


def test_where_no_window_fits_a_value_error_is_right_and_a_number_is_not():
    raised = windows(3, 5, 1, 0, 1, ask(raising(ValueError("too large")), 3, 5, 1, 0))
    assert "✓ yours(3, 5, 1, 0) raises ValueError: too large: right." in raised.alt
    assert "✗" in windows(3, 5, 1, 0, 1, ask(gives(0), 3, 5, 1, 0)).alt


def test_an_exercise_that_is_not_written_yet_is_neither():
    alt = windows(7, 3, 2, 0, 1, ask(raising(NotImplementedError()), 7, 3, 2, 0)).alt
    assert "○ yours(7, 3, 2, 0) is not written yet." in alt


def test_the_staircase_counts_the_strides_that_are_right():
    answers = [ask(lambda W, F, S, P: (W - F + 2 * P) / S + 1, 32, 5, s, 0) for s in STRIDES]
    alt = staircase(32, 5, 0, 2, answers).alt
    assert "gives 14.5; 14 windows fit. 3 of 10 strides are right." in alt


@pytest.mark.parametrize(
    ("answer", "mark"), [(15, "✓"), (np.int64(15), "✓"), (15.0, "✓"), (14, "✗"), (14.5, "✗")]
)
def test_a_padding_for_stride_2_is_judged_by_padding_with_it(answer, mark):
    assert f"{mark} yours(28, 3) gives" in padding(28, 3, 2, 0, ask(gives(answer), 28, 3)).alt


@pytest.mark.parametrize(
    ("F", "answer", "mark"),
    [
        (3, (1, 1), "✓"),
        (4, (1, 2), "✓"),
        (4, np.array([1, 2]), "✓"),
        (4, (2, 1), "✗"),
        (4, (0, 3), "✗"),
        (3, (2, 2), "✗"),
        (3, 1, "✗"),
    ],
)
def test_a_padding_for_stride_1_is_a_pair(F, answer, mark):
    assert f"{mark} yours({F}) gives" in padding(28, F, 1, 0, ask(gives(answer), F)).alt


def test_tensorflows_padding_is_a_triple():
    assert "✓" in frameworks(8, 3, 2, ask(gives((4, 0, 1)), 8, 3, 2)).alt
    alt = frameworks(8, 3, 2, ask(gives((4, 1, 0)), 8, 3, 2)).alt
    assert "✗ yours(8, 3, 2) gives [4, 1, 0]; 4 outputs, 0 before and 1 after." in alt
