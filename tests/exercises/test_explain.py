"""Of all that could be said of a wrong answer, the first that is true is said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from exercises.calls import observe_all
from exercises.diagnosis import explain
from exercises.public import Exercise, Input
from exercises.unit import load

UNIT = """
from exercises.authoring import Group, edit, exercise


@exercise(
    points=1,
    returns="how many windows of F fit into W columns, an int; raises ValueError when F > W",
    examples={(7, 3): 5, (9, 2): 8, (3, 5): ValueError},
    probes=[(8, 8), (12, 5), (2, 3), (10, 4)],
    groups=[Group("all", [(11, 3), (16, 5), (4, 4), (40, 7), (3, 4)])],
)
def windows(W, F):
    if F > W:
        raise ValueError("does not fit")
    return W - F + 1


windows.slip("gaps", "counts the gaps", edit("F + 1", "F"), "How many posts?")
windows.slip("seven", "always seven", "7", "Always?")
windows.slip("lenient", "never refuses", edit("F > W", "False"), "Is there such a window?")
windows.slip("eight", "eight at most", edit("W - F + 1", "[1, 2, 3, 4, 5, 6, 7, 8][W - F]"), "And nine?")
windows.slip("five", "five at most", edit("W - F + 1", "[1, 2, 3, 4, 5][W - F]"), "And six?")


@exercise(
    points=1,
    returns="the sum of the row",
    examples=[(([1, 2],), 3), (([4, 1, 1],), 6)],
    probes=[([5, 3],), ([2, 2, 9],)],
    groups=[Group("all", [([4, 5],), ([1],)])],
)
def total(row):
    return sum(row)


total.slip("last", "the last item", "row[-1]", "Only one?")
"""
KEY = load(UNIT)
WINDOWS, TOTAL = (one.published() for one in KEY.exercises.values())


def told(exercise, function):
    """What is told of the function; whatever it is, it is made of words."""
    calls = observe_all(function, [given.args for given in exercise.all_inputs])
    slip = explain(exercise, calls, function)
    if slip is not None:
        assert slip.says and slip.hint and isinstance(slip.more, str)
        assert slip.id in {"", *(one.id for one in exercise.slips)}
    return slip


def fitting(answer):
    """A function that refuses what does not fit, and answers so otherwise."""

    def windows(W, F):
        if F > W:
            raise ValueError("no")
        return answer(W, F)

    return windows


def spoils(row):
    row.append(0)
    return row[-2]


@pytest.mark.parametrize(
    ("function", "id", "says"),
    [
        # a crash, before everything but the slip that does the same where it answers
        (lambda W, F: W[F], "", "it ends in an error (TypeError)"),
        (fitting(lambda W, F: W - F if W % 2 == 0 else [][F]), "gaps", "counts the gaps"),
        (fitting(lambda W, F: [1, 2, 3, 4, 5][W - F]), "", "it ends in an error (IndexError)"),
        # unless it is a slip's, and comes later than what is shown
        (fitting(lambda W, F: list(range(1, 9))[W - F]), "eight", "eight at most"),
        # a slip, before whatever else is true of it
        (fitting(lambda W, F: W - F), "gaps", "counts the gaps"),
        (lambda W, F: 7, "seven", "always seven"),
        (lambda W, F: W - F + 1, "lenient", "never refuses"),
        # a constant that is no slip's
        (lambda W, F: 6, "", "the same answer to everything"),
        # the form
        (lambda W, F: None, "", "returns nothing"),
        (fitting(lambda W, F: (W - F) / 2 + 1), "", "gives a fraction where a whole number is asked"),
        # only the errors
        (lambda W, F: W - F + 1 if F <= W else "no", "", "does not raise the error that is asked for"),
        # two slips at once
        (lambda W, F: W - F if F <= W else "no", "",
         "as with two slips at once: counts the gaps; and never refuses"),
        # a relation
        (fitting(lambda W, F: W - F + 3), "", "always 2 too many"),
        # an argument that is never looked at
        (lambda W, F: W * W, "", "F is never looked at"),
        # a region
        (fitting(lambda W, F: W - F + 1 if F <= 3 else W * F), "",
         "right wherever F ≤ 3, of what was tried"),
        # right on the examples alone
        (fitting(lambda W, F: {(7, 3): 5, (9, 2): 8}.get((W, F), W * F + 7)), "",
         "right on the examples and on hardly anything else"),
        # on one side of the right ones
        (fitting(lambda W, F: W - F + 2 + W * F % 5), "", "too large wherever it is wrong"),
    ],
)  # fmt: skip
def test_the_first_that_is_true_is_said(function, id, says):
    slip = told(WINDOWS, function)
    assert (slip.id, slip.says) == (id, says)


def test_nothing_is_said_where_nothing_is_known():
    assert told(WINDOWS, fitting(lambda W, F: W - F + 1 + ((7 * W + 3 * F) % 5 - 2) * 3)) is None


def test_an_argument_that_is_changed_comes_before_a_slip():
    assert told(TOTAL, lambda row: row[-1]).id == "last"
    assert told(TOTAL, spoils).says == "the call changes its argument row"


def test_one_sign_comes_before_what_it_makes_of_the_numbers():
    like = told(WINDOWS, fitting(lambda W, F: W - F - 1))
    assert "a single plus or minus is the other" in like.more and "always" not in like.says


def test_a_slip_with_other_errors_is_that_slip():
    alone = replace(WINDOWS, lookalikes=())
    assert told(alone, lambda W, F: W - F if F <= W else "no").id == "gaps"
    right = told(alone, lambda W, F: W - F + 1 if F <= W else "no")
    assert right.says == "does not raise the error that is asked for"


def plain(right, inputs, examples=2):
    """An exercise without slips."""
    given = tuple(Input(args, right(*args)) for args in inputs)
    return Exercise("f", "f(n, m)", "", 1.0, examples=given[:examples], probes=given[examples:])


def scattered(n, m):
    return 7919 * n * n * m % 101 + 13 * m


def test_which_word_is_given_where():
    exercise = plain(lambda n, m: "even" if n % 2 == 0 else "odd", [(n, 1) for n in range(9)])
    assert (
        "'even' is asked 5 times"
        in told(exercise, lambda n, m: "even" if n * m in (0, 6, 8) else "odd").hint
    )


def test_which_of_many_numbers_are_right():
    def right(n, m):
        return np.arange(float(n * m)).reshape(n, m) + 1

    def first_row_only(n, m):
        return right(n, m) + 7 * (np.arange(n) > 0)[:, None]

    exercise = plain(right, [(n, m) for n in (3, 4, 5) for m in (3, 4)])
    assert "the row is the first" in told(exercise, first_row_only).says


@pytest.mark.parametrize(("others", "right", "is_told"), [
    (20, 0, True), (20, 3, True), (20, 4, False), (10, 0, True), (10, 1, True), (9, 0, False),
])  # fmt: skip
def test_how_few_are_hardly_any(others, right, is_told):
    """At most 15 in a hundred, of at least ten."""
    inputs = [(n, 3 * n % 7 + 1) for n in range(1, others + 3)]
    exercise = plain(scattered, inputs)
    known = dict.fromkeys([*inputs[:2], *inputs[2::5][:right]])

    def function(n, m):
        return scattered(n, m) if (n, m) in known else scattered(m, n) * (-1) ** (n * m) + 2 * n

    slip = told(exercise, function)
    assert (slip is not None and "on the examples" in slip.says) is is_told
    if is_told:
        assert slip.more.startswith(f"Of {others} other inputs it answers {right} rightly.")
        assert slip.hint.startswith("It answers the examples, and hardly anything else.")


def test_an_example_that_is_wrong_is_no_example_alone():
    inputs = [(n, 3 * n % 7 + 1) for n in range(1, 23)]

    def function(n, m):
        return scattered(n, m) if n == 1 else scattered(m, n) * (-1) ** (n * m) + 2 * n

    slip = told(plain(scattered, inputs), function)
    assert slip is None or "on the examples" not in slip.says
