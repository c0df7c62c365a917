"""Exercises, slips, claims: what is recognised, what is forgiven, what is refused."""

import numpy as np
import pytest

from course.answers import Other, Raised
from course.exercise import (
    Claim,
    Example,
    Exercise,
    Requirement,
    alike,
    expected_answer,
)


def halves(**changes):
    """An exercise: ``half(n)`` is n // 2, and a negative n is a ValueError."""
    exercise = Exercise(
        "half",
        "half(n)",
        "n // 2",
        examples=(Example((4,), 2), Example((5,), 2), Example((-2,), ValueError)),
        probes=((7,), (10,), (11,), (-3,)),
        **changes,
    )

    @exercise.slip("up", "rounds up", hint="What is half of 5?")
    def _(n):
        return (n + 1) // 2

    @exercise.slip("same", "does not halve", hint="Half?", more="Divide by two.")
    def _(n):
        return n

    return exercise


def ids(exercise, function):
    found = exercise.diagnose(exercise.answers(function))
    return found and found.id


# ------------------------------------------------------------------------------- examples


@pytest.mark.parametrize(
    ("expected", "answer", "accepted"),
    [
        (2, 2, True),
        (2, 2.0, True),
        (2, True, False),
        (2, Raised.of(ValueError), False),
        (ValueError, Raised(("BadWidth", "ValueError", "Exception", "BaseException")), True),
        (ValueError, Raised.of(KeyError), False),
        (ValueError, 2, False),
        ((1, 2), [1, 2], True),
        (np.zeros((2, 2)), [[0, 0], [0, 0]], True),
        (np.zeros((2, 2)), [0, 0, 0, 0], False),
        (2, Other("an object"), False),
    ],
)
def test_an_example_accepts(expected, answer, accepted):
    assert Example((), expected).accepts(answer) is accepted


@pytest.mark.parametrize("value", [object(), {1}, KeyboardInterrupt, len, [object()]])
def test_an_example_that_nothing_can_equal_is_the_authors_mistake(value):
    with pytest.raises(TypeError, match="plain data"):
        expected_answer(value)


# ---------------------------------------------------------------------------------- slips


def test_a_slip_keeps_its_words_and_its_code():
    up, same = halves().slips
    assert (up.id, up.says, up.hint, up.more) == ("up", "rounds up", "What is half of 5?", "")
    assert (same.more, same.wrong(9)) == ("Divide by two.", 9)


def test_two_slips_may_not_share_a_name():
    exercise = halves()
    with pytest.raises(ValueError, match="half: two slips are called up"):
        exercise.slip("up", "again", hint="?")(lambda n: n)
    assert [slip.id for slip in exercise.slips] == ["up", "same"]


def test_a_slip_is_recognised_by_its_answers_on_the_probes():
    assert ids(halves(), lambda n: -(-n // 2)) == "up"
    assert ids(halves(), lambda n: np.int64(n)) == "same"
    assert ids(halves(), lambda n: n * 1.0) == "same"


def test_other_mistakes_are_no_slip():
    assert ids(halves(), lambda n: n + 1) is None
    assert ids(halves(), lambda n: object()) is None
    assert ids(halves(), lambda: 1) is None
    assert ids(halves(), lambda n: {}[n]) is None


def test_of_two_slips_that_look_alike_none_is_named():
    exercise = halves()
    exercise.slip("twin", "the same again", hint="?")(lambda n: n)
    assert ids(exercise, lambda n: n) is None
    assert ids(exercise, lambda n: -(-n // 2)) == "up"


def test_a_slip_is_recognised_behind_a_check_that_it_lacks():
    def guarded(n):
        if n < 0:
            raise ValueError("n must not be negative")
        return -(-n // 2)

    assert ids(halves(), guarded) == "up"


def test_errors_alone_show_no_slip():
    def fails_mostly(n):
        if n == 10:
            return 10
        raise ValueError

    assert ids(halves(), fails_mostly) is None


def test_exceptions_are_told_apart_by_their_class():
    exercise = Exercise("f", "f()", "", probes=((), ()))

    @exercise.slip("index", "an IndexError", hint="?")
    def _():
        return [][0]

    @exercise.slip("key", "a KeyError", hint="?")
    def _():
        return {}["W"]

    def index():
        raise IndexError("with other words")

    assert ids(exercise, index) == "index"
    assert ids(exercise, lambda: {}[5]) == "key"
    assert ids(exercise, lambda: 1 / 0) is None


def test_answers_that_are_no_data_are_alike_when_they_look_alike():
    assert alike([Other("an object of type A")], [Other("an object of type A")])
    assert not alike([Other("an object of type A")], [Other("an object of type B")])
    assert not alike([Other("5")], [5])
    assert not alike([5], [Other("5")])
    assert not alike([Raised.of(ValueError)], [None])
    assert not alike([None], [Raised.of(ValueError)])
    assert not alike([1], [1, 1])
    assert alike([], [])


# -------------------------------------------------------------------------------- answers


def test_a_function_that_changes_its_arguments_harms_nobody():
    row, grid = [1, 2, 3], np.zeros(2)
    exercise = Exercise("f", "f(row, grid)", "", probes=((row, grid), (row, grid)))

    def spoils(row, grid):
        row.append(4)
        grid += 1
        return [len(row), grid]

    first, second = exercise.answers(spoils)
    assert first[0] == second[0] == 4
    assert first[1].tolist() == second[1].tolist() == [1, 1]
    assert row == [1, 2, 3] and grid.tolist() == [0, 0]


def test_inputs_may_be_given():
    assert halves().answers(lambda n: n + 1, ((1,), (2,))) == [2, 3]
    assert halves().answers(lambda n: n + 1, ()) == []


# --------------------------------------------------------------------------------- claims


def claims():
    claim = Claim(
        "odd_sum",
        "odd_sum()",
        "two numbers",
        claim="The sum of two odd numbers is odd.",
        requirements=(
            Requirement("two numbers", lambda answer: len(answer) == 2),
            Requirement("both are odd", lambda answer: all(n % 2 for n in answer)),
            Requirement("their sum is even", lambda answer: sum(answer) % 2 == 0),
        ),
    )

    @claim.slip("even", "even numbers", hint="Odd?", matches=lambda a: a[0] % 2 == a[1] % 2 == 0)
    def _():
        return 2, 4

    @claim.slip("zero", "zero", hint="Is zero odd?", matches=lambda a: 0 in a)
    def _():
        return 0, 1

    claim.slip("mute", "recognised by nothing", hint="?")(lambda: 7)
    return claim


@pytest.mark.parametrize(
    ("answer", "unmet"),
    [
        ([1, 3], None),
        ([-1, 1], None),
        ([1, 2], "both are odd"),
        ([2, 2], "both are odd"),
        ([1], "two numbers"),
        ("ab", "both are odd"),
        (5, "two numbers"),
        (None, "two numbers"),
        (Raised.of(ValueError), "two numbers"),
        (Other("an object"), "two numbers"),
        ({"W": 1, "H": 3}, "both are odd"),
    ],
)
def test_the_first_unmet_requirement_is_named(answer, unmet):
    found = claims().unmet(answer)
    assert (found and found.says) == unmet


@pytest.mark.parametrize(
    ("answer", "slip"),
    [
        ([2, 6], "even"),
        ([0, 3], "zero"),
        ([0, 2], None),
        ([1, 3], None),
        ([], None),
        (5, None),
        (Raised.of(ValueError), None),
        (Other("an object"), None),
    ],
)
def test_a_claims_slip_is_recognised_where_exactly_one_matches(answer, slip):
    found = claims().diagnose([answer])
    assert (found and found.id) == slip


def test_a_claim_asks_once_and_without_arguments():
    asked = []
    assert claims().answers(lambda *args: asked.append(args) or (1, 3)) == [[1, 3]]
    assert asked == [()]
