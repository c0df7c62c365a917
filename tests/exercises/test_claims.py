"""Expressions over an answer's parts: which parts there are, what an expression sees."""

import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exercises.answers import Other, Raised
from exercises.claims import (
    COUNTS,
    KINDS,
    LARGEST,
    names_in,
    requirement_of_form,
    value_of,
)
from tests.support.values import plain_values


def parts(*kinds):
    return tuple(zip("abcdefghij", kinds, strict=False))


# --------------------------------------------------------------------------------- parts

TWO = parts("whole", "whole")
ARRAYS = parts("array", "number")


@pytest.mark.parametrize(
    ("answer", "gives", "names"),
    [
        ([1, 2], TWO, {"a": 1, "b": 2}),
        ([1.0, -2.0], TWO, {"a": 1, "b": -2}),
        (np.array([1, 2]), TWO, {"a": 1, "b": 2}),
        (np.array([1.0, 2.0]), TWO, {"a": 1, "b": 2}),
        ([LARGEST, -LARGEST], TWO, {"a": LARGEST, "b": -LARGEST}),
        ([LARGEST + 1, 0], TWO, None),
        ([1, 2.5], TWO, None),
        ([1, math.nan], TWO, None),
        ([1, True], TWO, None),
        ([1, "2"], TWO, None),
        ([1, None], TWO, None),
        ([1], TWO, None),
        ([1, 2, 3], TWO, None),
        ([[1, 2]], TWO, None),
        (np.array([[1, 2]]), TWO, None),
        (1, TWO, None),
        ("12", TWO, None),
        ({"a": 1, "b": 2}, TWO, None),
        (None, TWO, None),
        (Raised.of(ValueError), TWO, None),
        (Other("a set"), TWO, None),
        (7, parts("whole"), {"a": 7}),
        ([7], parts("whole"), {"a": 7}),
        ([7, 8], parts("whole"), None),
        (0.5, parts("number"), {"a": 0.5}),
        (True, parts("number"), None),
        ("yes", parts("text"), {"a": "yes"}),
        (["yes"], parts("text"), {"a": "yes"}),
        (5, parts("text"), None),
        ([1, 2], parts("list"), {"a": [1, 2]}),
        ([[1], 2], parts("list"), {"a": [[1], 2]}),
        ([[1.0], 2.5, True], parts("list"), {"a": [[1], 2.5, True]}),
        (np.array([1, 2]), parts("list"), {"a": [1, 2]}),
        (5, parts("list"), None),
        ([[1, 2], "x"], parts("list", "text"), {"a": [1, 2], "b": "x"}),
    ],
)  # fmt: skip
def test_an_answer_consists_of_named_parts(answer, gives, names):
    found = names_in(answer, gives)
    assert found == names
    if names:
        assert repr(found) == repr(names), "type by type, within lists as well"


@pytest.mark.parametrize(
    ("answer", "array"),
    [
        ([[1, 2], [3, 4]], [[1, 2], [3, 4]]),
        (np.array([[1, 2]]), [[1, 2]]),
        ([0.5], [0.5]),
        ([True, False], [True, False]),
        (5, None),
        ("text", None),
        ([["a"]], None),
        ([[1], [2, 3]], None),
        (None, None),
    ],
)
def test_a_part_may_be_an_array(answer, array):
    found = names_in(answer, parts("array"))
    if array is None:
        assert found is None
    else:
        assert isinstance(found["a"], np.ndarray) and found["a"].tolist() == array
    both = names_in([answer, 2], ARRAYS)
    assert (both is None) == (array is None) and (both is None or both["b"] == 2)


@given(plain_values, st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=3))
def test_every_answer_has_these_parts_or_none(answer, kinds):
    found = names_in(answer, parts(*kinds))
    assert found is None or list(found) == list("abc"[: len(kinds)])


@pytest.mark.parametrize(
    ("gives", "says"),
    [
        (parts("whole"), "one whole number, a"),
        (parts("array"), "one array, a"),
        (TWO, "two whole numbers a, b"),
        (parts(*["number"] * 10), "ten numbers a, b, c, d, e, f, g, h, i, j"),
        (parts("array", "whole", "text"), "a (array), b (whole number), c (text)"),
    ],
)
def test_what_is_asked_for_is_said_in_words(gives, says):
    assert requirement_of_form(gives).says == says
    assert len(gives) < len(COUNTS)


# ---------------------------------------------------------------------------- expressions


def test_an_expression_sees_the_parts_and_a_few_words():
    assert value_of("max(W, *F) + len(F) * abs(S)", {"W": 7, "F": [9, 3], "S": -2}) == 13
    assert value_of(" all(n % 2 for n in F) ", {"F": [9, 3]}) is True
    assert value_of("np.sum(A) == A.size", {"A": np.ones((2, 3))})


@pytest.mark.parametrize(
    "expression", ["open('x')", "__import__('os')", "eval('1')", "print(1)", "globals()", "nowhere"]
)
def test_an_expression_sees_nothing_else(expression):
    with pytest.raises((NameError, ImportError)):
        value_of(expression, {})


def test_an_expression_leaves_nothing_behind():
    names = {"a": 1}
    value_of("[b := 2, a]", names)
    assert names == {"a": 1}


def test_numpy_is_imported_only_where_an_expression_names_it():
    code = (
        "import sys; from exercises.claims import value_of\n"
        "value_of('a + 1', {'a': 1}); print('numpy' in sys.modules)\n"
        "value_of('int(np.int64(a))', {'a': 1}); print('numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
