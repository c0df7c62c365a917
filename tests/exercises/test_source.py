"""Functions as text: edits of a reference, the names it uses, and text that stands alone."""

import inspect
import math
from collections import Counter
from fractions import Fraction
from math import exp, inf
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy import log

from exercises.errors import BadExercise
from exercises.source import (
    compiled,
    edit,
    names_used,
    returning,
    signature_of,
    standing_alone,
    text_of,
)

AREA = "def area(W, H):\n    if W < 0:\n        return 0\n    return W * H\n"

# ---------------------------------------------------------------------------------- edits


def test_an_edit_changes_the_one_place_where_its_text_stands():
    assert edit("W * H", "W + H").of(AREA) == AREA.replace("W * H", "W + H")
    assert edit("    if W < 0:\n        return 0\n", "").of(AREA) == (
        "def area(W, H):\n    return W * H\n"
    )


@pytest.mark.parametrize(
    ("old", "where"),
    [("W * D", "nowhere"), ("return", "2 times"), ("W", "3 times"), ("", f"{len(AREA) + 1} times")],
)
def test_an_edit_is_refused_unless_its_text_stands_there_once(old, where):
    with pytest.raises(BadExercise) as error:
        edit(old, "x").of(AREA)
    says = str(error.value)
    assert f"the text {old!r} stands {where} in the reference" in says
    assert "exactly once" in says


def test_edits_are_joined_and_each_speaks_of_the_reference():
    both = edit("W * H", "H * W") & edit("return 0", "return W * H")
    assert (
        both.of(AREA) == "def area(W, H):\n    if W < 0:\n        return W * H\n    return H * W\n"
    )
    three = both & edit("W < 0", "H < 0")
    assert "if H < 0" in three.of(AREA) and "return H * W" in three.of(AREA)
    grouped = edit("W < 0", "H < 0") & both  # whichever way they are grouped
    assert grouped.of(AREA) == three.of(AREA)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (edit("W * H", "0"), edit("* H", "+ H")),
        (edit("return W", "0"), edit("W * H", "0")),
        (edit("if W < 0:", "0"), edit("W < 0", "0")),
    ],
)
def test_edits_of_the_same_place_are_refused(one, other):
    for joined in (one & other, other & one):
        with pytest.raises(BadExercise, match="two edits change the same place"):
            joined.of(AREA)


def test_edits_of_neighbouring_places_are_not():
    assert (edit("W *", "(W) +") & edit(" H\n", " (H)\n")).of(AREA).endswith("(W) + (H)\n")


@given(st.text("ab", min_size=1, max_size=8), st.text("ab", min_size=1, max_size=3))
def test_an_edit_takes_what_stands_there_once_and_nothing_else(text, old):
    places = [at for at in range(len(text)) if text.startswith(old, at)]
    if len(places) == 1:
        (at,) = places
        assert edit(old, "X").of(text) == text[:at] + "X" + text[at + len(old) :]
    else:
        with pytest.raises(BadExercise):
            edit(old, "X").of(text)


# ------------------------------------------------------------------------ texts of functions


def decorated(**_):
    return lambda function: function


@decorated(
    a=1,
)
def tall(W, H=2, *more, deep: int = 3) -> int:
    """Docstring."""

    def inner(n):
        return n

    return inner(W)


def test_the_text_of_a_function_has_no_decorator():
    text = text_of(tall)
    assert text.startswith("def tall(W, H=2") and text.endswith("    return inner(W)\n")
    assert text_of(tall, "short").startswith("def short(W,")
    assert signature_of(text) == "tall(W, H=2, *more, deep: int=3)"


def test_a_lambda_has_no_text_of_its_own():
    nameless = lambda n: n  # noqa: E731
    with pytest.raises(BadExercise, match="written with def"):
        text_of(nameless)


def test_a_function_that_returns_an_expression():
    text = returning("area(W, H)", " W + H ")
    assert text == "def area(W, H):\n    return W + H\n"
    assert compiled(text, {}, "here")(2, 3) == 5


def test_a_compiled_function_sees_its_space_and_can_be_read_back():
    space = {"k": 3}
    function = compiled("def f(n):\n    return k * n\n", space, "unit, f")
    assert function(5) == 15
    assert inspect.getsource(function) == "def f(n):\n    return k * n\n"
    assert "f" not in space, "a slip never replaces the reference"


def test_of_several_functions_the_last_is_meant():
    text = "def helper(n):\n    return n + 1\n\n\ndef f(n):\n    return helper(n)\n"
    assert compiled(text, {}, "here")(1) == 2


def test_what_cannot_be_compiled_is_a_sentence():
    with pytest.raises(BadExercise) as error:
        compiled("def f(n):\n    return n +\n", {}, "here")
    assert str(error.value) == "invalid syntax: return n +"


# ----------------------------------------------------------------------- names, standing alone


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("def f(n):\n    return n\n", []),
        ("def f(n):\n    return k * math.pi + n\n", ["k", "math"]),
        ("def f(n):\n    return f(n - 1)\n", []),
        ("def f(n):\n    k = n\n    return k\n", []),
        ("def f(n):\n    return [k for k in range(n)]\n", ["range"]),
        ("def f(n):\n    def g(m):\n        return m + n + k\n    return g\n", ["k"]),
        ("def f(n, m=k):\n    return n\n", ["k"]),
        ("def f(n):\n    return n.shape[k].size\n", ["k"]),
        ("def f(n):\n    global k\n    k = n\n    return k\n", ["k"]),
        ("def f(n):\n    import math\n    return math.pi\n", []),
        ("def f(n):\n    return lambda m: m + k\n", ["k"]),
        ("def f(n):\n    return 'k' + n  # k\n", []),
    ],
)
def test_names_used(text, names):
    assert names_used(text) == names


def helper(n):
    return n + OFFSET


def second(n):
    return helper(n) + again(n, 0)


def again(n, left):
    return second(n) if left else 0


class Written:
    """As an exercise is: callable, with the text of its reference."""

    source = "def earlier(n):\n    return n * SCALE\n"

    def __call__(self, n):
        return n * SCALE


OFFSET, SCALE, LIMITS = 100, 7, {"W": [1, 2.5], "name": ("a", None, True)}
earlier = Written()


def full(n):
    return (
        helper(n)
        + earlier(n)
        + second(n)
        + LIMITS["W"][0]
        + math.floor(np.sqrt(n))
        + len([*range(n)])
    )


def test_what_stands_alone_runs_in_an_empty_namespace():
    text = standing_alone(text_of(full), globals())
    space = {}
    exec(text, space)
    for n in (0, 1, 5, 30):
        assert space["full"](n) == full(n)
    assert "import numpy as np" in text and "import math\n" in text
    assert text.count("def helper(") == 1, "what is used twice is written once"
    assert text.endswith(text_of(full))


def test_functions_of_other_modules_are_imported():
    from statistics import fmean as mean

    text = standing_alone("def f(x):\n    return mean(x)\n", {"mean": mean, "__name__": "unit"})
    space = {}
    exec(text, space)
    assert text.startswith("from statistics import fmean as mean\n")
    assert space["f"]([1, 2]) == 1.5


class Box(NamedTuple):
    W: int

    def area(self):
        return helper(self.W) ** 2


def counts(values):
    half = Fraction(1, 2) + exp(0) + log(1)
    return [Counter(values).most_common(1)[0], Box(2).area(), half, inf > 1]


def test_classes_and_builtin_functions_come_along():
    space = {}
    exec(standing_alone(text_of(counts), globals()), space)
    assert space["counts"]("abb") == counts("abb") == [("b", 2), 102**2, 1.5, True]


GRID = np.ones((2, 2))


def test_what_cannot_be_written_as_text_is_a_sentence():
    with pytest.raises(BadExercise) as error:
        standing_alone("def f(n):\n    return n + GRID\n", globals())
    assert str(error.value) == (
        "GRID is an object of type ndarray, which cannot be written as text: make it within the "
        "function"
    )


def test_names_that_are_known_are_left_to_who_runs_the_text():
    text = standing_alone("def f(n):\n    return helper(n)\n", globals(), frozenset({"helper"}))
    assert text == "def f(n):\n    return helper(n)\n"


def test_a_local_name_is_not_taken_from_the_surroundings():
    text = "def f(n):\n    helper = n\n    return helper\n"
    assert standing_alone(text, globals()) == text
