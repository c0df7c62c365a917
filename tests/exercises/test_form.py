"""What is said of answers of the wrong form, each of them by itself."""

from __future__ import annotations

import numpy as np
import pytest

from exercises.answers import Raised
from exercises.calls import observe_all
from exercises.diagnosis import form
from exercises.public import Exercise, Input

NUMBERS = [(n,) for n in range(2, 8)]


def told(right, wrong, inputs=NUMBERS, **more):
    """What is told of the form of a wrong function's answers."""
    calls = observe_all(right, inputs)
    given = tuple(Input(call.args, call.answer) for call in calls)
    exercise = Exercise("f", "f(n)", "the double; a number; no text", 1.0, examples=given, **more)
    slip = form.explain(exercise, observe_all(wrong, inputs))
    assert slip is None or (
        slip.id == "" and slip.says and slip.hint and isinstance(slip.more, str)
    )
    return slip


def double(n):
    return 2 * n


def prints(n):
    print(2 * n)


def sometimes(n):
    if n > 3:
        return 2 * n


def generator(n):
    yield n


class Box:
    def double(self, n):
        return 2 * n


def pair(n):
    return n, 2 * n


def matrix(n):
    return np.arange(float(n * (n + 1))).reshape(n, n + 1)


CALLED = "That is a function which has not been called: the brackets () are missing."
RECIPE = "That is a recipe for the items, not the items: put list(...) around it."


@pytest.mark.parametrize(
    ("right", "wrong", "says", "hint", "more"),
    [
        (double, prints, "prints its answer and returns nothing", "Which word hands a value back",
         "print shows something to people"),
        (double, lambda n: None, "returns nothing", "Every call gives None.",
         "A function that ends without return gives None"),
        (double, sometimes, "returns nothing in some cases", "f(2) gives None. Which way",
         "Every way through the function needs a return."),
        (double, lambda n: print, "gives an object of type builtin_function_or_method",
         "f(2) gives an object of type builtin_function_or_method. What is asked: the double.", CALLED),
        (double, lambda n: double, "gives an object of type function", "f(2) gives", CALLED),
        (double, lambda n: generator(n), "gives an object of type generator", "f(2) gives", RECIPE),
        (pair, lambda n: map(int, (n, 2 * n)), "gives an object of type map", "f(2) gives", RECIPE),
        (pair, lambda n: zip((n,), (2 * n,), strict=True), "gives an object of type zip", "f(2) gives", RECIPE),
        (pair, lambda n: {n, 2 * n}, "gives an object of type set", "f(2) gives",
         "A set has no order and holds nothing twice."),
        (double, lambda n: int, "gives an object of type type", "f(2) gives",
         "That is a class, not a value of it."),
        (double, lambda n: Box().double, "gives an object of type method", "f(2) gives",
         "That is a method which has not been called: the brackets () are missing."),
        (matrix, double, "gives one number where more is asked", "f(2) gives 4: one number.",
         "It asks for: the double."),
        (double, lambda n: str(2 * n), "gives text", "f(2) gives '4', in quotes: text.",
         "The exercise asks for the value itself"),
        (double, lambda n: n > 3, "gives True or False",
         "f(2) gives False. The exercise asks for: the double.", "Return what you compared."),
        (double, lambda n: [2 * n], "the answer stands in brackets of its own",
         "The value is right, and it is packed into a list of one.", "Return the value without"),
        (pair, lambda n: [(n, 2 * n)], "the answer stands in brackets of its own", "The value is right", ""),
        (pair, lambda n: (n, 2 * n, 0), "gives 3 parts, not 2", "f(2) gives [2, 4, 0]. How many parts",
         "It asks for 2: the double."),
        (pair, lambda n: (n,), "gives 1 part, not 2", "f(2) gives [2]. How many parts", "It asks for 2"),
        (matrix, lambda n: matrix(n).ravel(), "an array with 1 axis, not 2",
         "f(2) gives an array with 1 axis; 2 axes are asked.", "The shape should be (2, 3), and yours is (6,)."),
        (lambda n: np.arange(n), lambda n: np.ones((n, 1)), "an array with 2 axes, not 1",
         "gives an array with 2 axes; 1 axis is asked.", "The shape should be (2,), and yours is (2, 1)."),
        (matrix, lambda n: matrix(n).T, "an array of another shape",
         "f(2) should have the shape (2, 3), and yours has (3, 2).", "The two axes have changed places"),
        (double, lambda n: (n, 2 * n), "gives several values where one number is asked",
         "f(2) gives [2, 4]. The exercise asks for one number: which?", "It asks for: the double."),
        (pair, double, "gives one number where more is asked", "f(2) gives 4: one number.",
         "It asks for: the double."),
        (double, lambda n: 2 * n + 0.5, "gives a fraction where a whole number is asked",
         "f(2) gives 4.5. Is there such a thing", "Every right answer here is a whole number."),
        (double, lambda n: 2 * n + n % 2 / 2, "gives a fraction where a whole number is asked",
         "f(3) gives 6.5.", ""),
    ],
)  # fmt: skip
def test_each_form_is_told(right, wrong, says, hint, more):
    slip = told(right, wrong)
    assert slip.says == says
    assert hint in slip.hint and more in slip.more


def test_a_shape_that_is_no_exchange_is_not_called_one():
    slip = told(matrix, lambda n: matrix(n)[:, 1:])
    assert slip.says == "an array of another shape" and slip.more == ""
    assert "f(2) should have the shape (2, 3), and yours has (2, 2)" in slip.hint


def test_of_wrong_shapes_the_smallest_is_shown():
    slip = told(matrix, lambda n: matrix(n)[1:], inputs=[(5,), (3,), (4,)])
    assert slip.hint.startswith("f(3) should have the shape (3, 4), and yours has (2, 4).")


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (double, double),
        (double, lambda n: 2 * n + 1),
        (double, lambda n: float(2 * n)),
        (lambda n: n / 3, lambda n: n / 4),
        (lambda n: "even", lambda n: "odd"),
        (lambda n: n > 3, lambda n: n < 3),
        (pair, lambda n: (2 * n, n)),
        (pair, lambda n: [(2 * n, n)][: n % 2] or (n, n)),
        (lambda n: [0] * n, lambda n: [0] * (n + 1)),
        (matrix, lambda n: matrix(n) + 1),
        (lambda n: None, lambda n: None),
        (double, lambda n: str(n) if n > 3 else n),
    ],
)
def test_of_answers_in_the_right_form_nothing_is_told(right, wrong):
    assert told(right, wrong) is None


def test_whole_numbers_that_became_floats():
    def floats(n):
        return np.arange(float(n))

    slip = told(np.arange, floats, whole=True)
    assert slip.says == "floats where whole numbers are asked"
    assert "f(2) gives floats: what kind of number is asked?" in slip.hint
    assert slip.more.startswith("An array that is made without a word about its kind holds floats.")
    assert told(np.arange, floats) is None
    assert told(np.arange, np.arange, whole=True) is None
    assert told(np.arange, lambda n: floats(n) + 1, whole=True) is None


def test_calls_that_end_in_errors_are_left_out():
    def refuses(n):
        if n < 4:
            raise ValueError("no")
        return 2 * n

    assert told(refuses, lambda n: None if n < 4 else 2 * n) is None
    assert told(double, lambda n: str(2 * n) if n > 3 else [][n]).says == "gives text"
    assert told(double, lambda n: [][n]) is None
    assert isinstance(observe_all(refuses, [(2,)])[0].answer, Raised)


def test_three_tuples_are_too_few_to_count_their_parts():
    assert told(pair, lambda n: (n,), inputs=NUMBERS[:4]).says == "gives 1 part, not 2"
    assert told(pair, lambda n: (n,), inputs=NUMBERS[:3]) is None


def test_an_argument_that_the_call_changes():
    def appends(row):
        row.append(0)
        return 0

    exercise = Exercise("f", "f(row)", "", 1.0, examples=(Input(([1, 2],), 0),), own=("items",))
    slip = form.changed(exercise, observe_all(appends, [([1, 2],)]))
    assert (slip.id, slip.says) == ("", "the call changes its argument items")
    assert slip.hint == "After f([1, 2]), is items still what it was before?"
    assert slip.more.startswith("Your function changes items itself")
    assert form.changed(exercise, observe_all(len, [([1, 2],)])) is None
