"""Whether an answer is right: the same within a tolerance, alike as a mistake, shown in words."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from exercises.answers import MAX_BITS, Other, Raised, plain
from exercises.comparison import accepts, alike, expected_answer, remark, same, show
from tests.support.values import DTYPES, plain_values


@given(plain_values)
def test_every_plain_value_is_the_same_as_itself(value):
    assert same(plain(value), value)


@st.composite
def value_and_another(draw):
    """A plain value and one that differs from it by more than any tolerance."""
    value = draw(plain_values)
    return value, _other(draw, value)


def _other(draw, value):
    if value is None:
        return draw(st.sampled_from([False, 0, "", "None", []]))
    if isinstance(value, bool):
        return draw(st.sampled_from([not value, int(value), float(value), str(value), [value]]))
    if isinstance(value, int):
        return value + draw(st.sampled_from([-2, -1, 1, 5, 2**70]))
    if isinstance(value, float):
        if not math.isfinite(value):
            return draw(st.sampled_from([-value if value == value else 0.0, 0, 1e308, None]))
        return value + draw(st.sampled_from([-1, 1])) * 1e-3 * max(1, abs(value))
    if isinstance(value, str):
        return draw(st.sampled_from([value + "x", "x" + value, None, [value]]))
    if isinstance(value, list):
        if value and draw(st.booleans()):
            place = draw(st.integers(0, len(value) - 1))
            return [*value[:place], _other(draw, value[place]), *value[place + 1 :]]
        return draw(st.sampled_from([[*value, None], [value], {"0": value}, None]))
    if isinstance(value, dict):
        if value and draw(st.booleans()):
            key = draw(st.sampled_from(list(value)))
            return {**value, key: _other(draw, value[key])}
        return draw(st.sampled_from([{**value, "another key": 1}, list(value.values())]))
    return _other_array(draw, value)


def _other_array(draw, array):
    way = draw(st.sampled_from(["shape", "axis", "kind", "number"]))
    if way == "axis":
        return array[None]
    if way == "shape" or not array.size:
        return np.concatenate([array, np.zeros((1, *array.shape[1:]), array.dtype)])
    if way == "kind":
        return array.astype(int) if array.dtype.kind == "b" else array.astype(bool)
    place = draw(st.integers(0, array.size - 1))
    numbers = array.ravel().tolist()
    scale = max([1.0, *(abs(number) for number in numbers if math.isfinite(number))])
    if array.dtype.kind == "b":
        numbers[place] = not numbers[place]
    elif array.dtype.kind in "iu":
        numbers[place] += 1
    elif math.isfinite(numbers[place]):
        numbers[place] += 0.01 * scale
        assume(math.isfinite(numbers[place]))
    else:
        numbers[place] = 0.0
    return np.array(numbers, dtype=object).reshape(array.shape).tolist()


@given(value_and_another())
def test_a_perturbed_value_is_not_the_same(pair):
    value, another = pair
    assert not same(another, value)


HUGE = 2**53


@pytest.mark.parametrize(
    ("answer", "expected", "verdict"),
    [
        (5.0, 5, True),
        (5, 5.0, True),
        (True, 1, False),
        (False, 0, False),
        (False, 0.0, False),
        (1, True, False),
        (1.0, True, False),
        ("5", 5, False),
        (None, 0, False),
        (0, None, False),
        ([5], 5, False),
        (5, [5], False),
        (HUGE + 1, HUGE, False),
        (10**400, 10**400, True),
        (10**400 + 1, 10**400, False),
        (10**400, 1e308, False),
        (10**400, math.inf, False),
        (math.inf, math.inf, True),
        (-math.inf, math.inf, False),
        (math.nan, math.nan, True),
        (math.nan, 5, False),
        (math.nan, 0.0, False),
        (math.inf, 1e308, False),
        (1e308, math.inf, False),
        (0.0, -0.0, True),
        (1e-7, 0.0, True),
        (1e-5, 0.0, False),
        (1e9 + 100, 1e9, True),
        (1e9 + 1e4, 1e9, False),
        (5.00001, 5, False),
        ([1, 2], [1, 2], True),
        ([2, 1], [1, 2], False),
        ([1, 2, 3], [1, 2], False),
        ([], [1], False),
        ([[]], [], False),
        ([True], [1], False),
        ([1, [2.0, "a"]], [1, [2, "a"]], True),
        ({"W": 1.0}, {"W": 1}, True),
        ({"W": 1, "H": 2}, {"H": 2, "W": 1}, True),
        ({"W": 1, "H": 2}, {"W": 1}, False),
        ({"W": 1}, {"W": 1, "H": 2}, False),
        ({}, [], False),
        (np.array([1, 2]), [1, 2], True),
        (np.array([[1], [2]]), [1, 2], False),
        (np.array([True]), [1], False),
        (np.array([5]), 5, False),
    ],
)
def test_same(answer, expected, verdict):
    assert same(answer, expected) is verdict


@pytest.mark.parametrize(
    ("answer", "expected", "verdict"),
    [
        ([[1, 2], [3, 4]], [[1, 2], [3, 4]], True),
        ([[1.0, 2.0], [3.0, 4.0]], [[1, 2], [3, 4]], True),
        ([1, 2, 3, 4], [[1, 2], [3, 4]], False),
        ([[1, 3], [2, 4]], [[1, 2], [3, 4]], False),
        ([[1, 2], [3]], [[1, 2], [3, 4]], False),
        ([[1, 2]], [[1, 2], [3, 4]], False),
        ([[1, 2], [3, "4"]], [[1, 2], [3, 4]], False),
        ([[1, 2], [3, None]], [[1, 2], [3, 4]], False),
        ([[1, 2], [3, {}]], [[1, 2], [3, 4]], False),
        ([[True, 2], [3, 4]], [[1, 2], [3, 4]], False),
        ([np.array([True, False]), [1, 0]], [[1, 0], [1, 0]], False),
        ([np.array([1, 0]), [1, 0]], [[1, 0], [1, 0]], True),
        ([True, False], [1, 0], False),
        ([1, 0], [True, False], False),
        ([True, False], [True, False], True),
        ([0, 500.0], [0, math.nan], False),
        ([math.nan, 1], [math.nan, 1], True),
        ([math.nan, 1], [1.5, 1], False),
        ([math.inf, 500.0], [math.inf, 1.0], False),
        ([math.inf, 1.0], [math.inf, 1.0], True),
        ([-math.inf, 1.0], [math.inf, 1.0], False),
        ([1e30, 1.0], [math.inf, 1.0], False),
        ([1_000_000, 2], [1_000_000, 1], False),
        ([1e6, 2.0], [1_000_000, 1], False),
        ([HUGE + 1], [HUGE], False),
        ([10**400], [1.0], False),
        ([10**400], [HUGE], False),
        (5, [5], False),
        (None, [5], False),
        ("5", [5], False),
        ({"0": 5}, [5], False),
        ([1 + 1e-7, -0.0], [1.0, 0.0], True),
        ([1.01, 0.0], [1.0, 0.0], False),
    ],
)
def test_same_where_an_array_is_asked(answer, expected, verdict):
    assert same(answer, np.array(expected)) is verdict


def test_arrays_of_every_kind_of_number_are_compared_by_value():
    for dtype in DTYPES[1:]:
        assert same(np.array([0, 1, 100], dtype), np.array([0, 1, 100]))
        assert not same(np.array([0, 1, 100], dtype), np.array([0, 1, 101]))
        assert same([0, 1, 100], np.array([0, 1, 100], dtype))
    assert not same(np.array([2**64 - 1], np.uint64), np.array([-1]))
    assert not same(np.array([2**63], np.uint64), np.array([2**63 - 1]))
    assert not same(np.array([255], np.uint8), np.array([-1], np.int8))
    assert not same(np.zeros((2, 0)), np.zeros((0, 2)))
    assert not same([], np.zeros((0, 2)))


@pytest.mark.parametrize("expected", [object(), {1}, 1j, (1, 2), np.int64(5)])
def test_an_expected_answer_that_is_not_plain_is_the_authors_mistake(expected):
    with pytest.raises(TypeError, match="plain data"):
        same(5, expected)


@given(plain_values, plain_values)
def test_same_and_remark_and_show_never_raise(answer, expected):
    assert same(answer, expected) in (True, False)
    assert isinstance(remark(answer, expected), str)
    assert len(show(answer)) <= 120


def test_a_float_where_a_size_is_asked_is_remarked_on():
    assert "is a float" in remark(7.0, 7) and "7" not in remark(7.0, 7)
    assert "is a float" in remark([1, 2.0], [1, 2])
    assert remark(5, 5) == remark(5.0, 5.0) == remark([1], [1, 2]) == remark(True, 5) == ""


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (5, "5"),
        ([3, "a", None], "[3, 'a', None]"),
        (list(range(21)), "[" + ", ".join(map(str, range(20))) + ", …]"),
        (np.array([[1, 2]]), "[[1, 2]]"),
        (Raised(("ValueError",), "too wide"), "ValueError: too wide"),
        (Raised(("ValueError",)), "ValueError"),
        (Other("an object"), "an object"),
        ((1 << MAX_BITS) - 1, str((1 << MAX_BITS) - 1)[:119] + "…"),
    ],
)
def test_show(answer, text):
    assert show(answer) == text


# ------------------------------------------------------------- what an author may expect


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
def test_what_an_author_expects(expected, answer, accepted):
    assert same(answer, expected_answer(expected)) is accepted


@pytest.mark.parametrize("value", [object(), {1}, KeyboardInterrupt, len, [object()]])
def test_what_nothing_can_equal_is_the_authors_mistake(value):
    with pytest.raises(TypeError, match="plain data"):
        expected_answer(value)


# ------------------------------------------------------------------- the same mistake twice


def test_answers_that_are_no_data_are_alike_when_they_look_alike():
    assert alike([Other("an object of type A")], [Other("an object of type A")])
    assert not alike([Other("an object of type A")], [Other("an object of type B")])
    assert not alike([Other("5")], [5])
    assert not alike([Other("an array of text")], [np.array([1, 2])])
    assert not alike([np.array([1, 2])], [Other("an array of text")])
    assert not alike([5], [Other("5")])
    assert not alike([Other("an object")], [np.array([1, 2])])
    assert not alike([np.array([1, 2])], [Other("an object")])
    assert not alike([Raised.of(ValueError)], [None])
    assert not alike([None], [Raised.of(ValueError)])
    assert not alike([1], [1, 1])
    assert alike([], [])


results = plain_values | st.builds(Other, st.text(max_size=3)) | st.just(Raised.of(ValueError))


@given(results, results)
def test_looking_alike_never_raises_and_is_the_same_both_ways(one, other):
    assert alike([one], [one]) is True
    assert alike([one], [other]) in (True, False)


def test_errors_are_alike_by_their_class_and_not_by_their_words_or_bases():
    assert alike([Raised.of(KeyError("W"))], [Raised.of(KeyError)])
    assert not alike([Raised.of(KeyError)], [Raised.of(LookupError)])
    assert not alike([Raised.of(LookupError)], [Raised.of(KeyError)])


def test_a_mistake_is_alike_where_its_numbers_are_near_enough():
    assert alike([0.1 + 0.2, [1]], [0.3, [1.0]])
    assert not alike([1, 2], [2, 1])


@pytest.mark.parametrize("largest", [0.25, 1.0, 3.0, 4096.0])
def test_an_array_is_right_within_a_millionth_of_its_largest_number_or_of_one(largest):
    right = np.array([0.0, largest, -largest / 2])
    allowed = 1e-6 * max(1.0, largest)
    for place in range(3):
        for sign in (1, -1):
            off = np.zeros(3)
            off[place] = sign * allowed
            assert same(right + 0.99 * off, right)
            assert not same(right + 1.01 * off, right)


def test_where_nothing_is_finite_the_kinds_of_infinity_count():
    right = np.array([np.inf, -np.inf, np.nan])
    assert same(right.copy(), right)
    assert not same(-right, right) and not same(np.zeros(3), right)


def test_settings_of_a_notebook_are_no_matter():
    with np.errstate(all="raise"):
        assert not same(np.array([np.inf, 1.0]), np.array([-np.inf, 1.0]))
        assert same(np.array([1e308, -1e308]), np.array([1e308, -1e308]))


def test_what_is_shown_is_cut_where_it_is_too_long():
    assert show(list(range(20))).endswith("18, 19]")
    assert show(list(range(21))).endswith("18, 19, …]")
    assert show("x" * 118) == repr("x" * 118) and len(show("x" * 119)) == 120
    assert "..." not in show(np.zeros(40)) and "..." in show(np.zeros(41))
    assert show([["x" * 50]], limit=20) == "[['" + "x" * 16 + "…"


def test_an_error_and_a_value_are_never_alike():
    error, other = Raised.of(ValueError("no")), Other("a range")
    for value in (5, [1], np.zeros(2), None, other):
        assert not alike([error], [value]) and not alike([value], [error])
    for value in (5, [1], np.zeros(2), None):
        assert not alike([other], [value]) and not alike([value], [other])


# ------------------------------------------------------------------------------- whole numbers


@pytest.mark.parametrize(
    ("answer", "right", "as_numbers", "as_whole"),
    [
        (5, 5, True, True),
        (5.0, 5, True, False),
        (6, 5, False, False),
        (5.5, 5.5, True, True),
        (5, 5.0, True, True),
        ("a", "a", True, True),
        ([1, 2], [1, 2], True, True),
        ([1, 2.0], [1, 2], True, False),
        ([1.0, 2.5], [1, 2.5], True, False),
        ([1, 2.5], [1, 2.5], True, True),
        ([[1], [2.0]], [[1], [2]], True, False),
        (np.array([1, 2]), [1, 2], True, True),
        (np.array([1.0, 2.0]), [1, 2], True, False),
        (np.array([[1], [2]]), [[1], [2]], True, True),
        (np.array([1, 2]), np.array([1, 2]), True, True),
        (np.array([1.0, 2.0]), np.array([1, 2]), True, False),
        ([1, 2], np.array([1, 2]), True, True),
        ([1.0, 2.0], np.array([1, 2]), True, False),
        (np.array([1, 2]), np.array([1.0, 2.0]), True, True),
        (np.array([1.0, 2.0]), np.array([1.0, 2.0]), True, True),
        (np.array([True]), np.array([True]), True, True),
        ([], [], True, True),
    ],
)
def test_whole_numbers_may_have_to_be_whole(answer, right, as_numbers, as_whole):
    assert accepts(answer, right) is as_numbers
    assert accepts(answer, right, whole=True) is as_whole


def test_a_tolerance_holds_within_lists_and_dicts():
    for answer, right in (
        (1.5, 1.0), ([1.5], [1.0]), ({"W": 1.5}, {"W": 1.0}), (np.array([1.5]), np.array([1.0])),
        ([[0], {"W": [1.5]}], [[0], {"W": [1.0]}]),
    ):  # fmt: skip
        assert same(answer, right, 0.5) and not same(answer, right, 0.25)
        assert not same(answer, right)


def test_what_is_no_data_is_never_the_same():
    for answer, right in (
        (5, Other("x")),
        (Other("x"), 5),
        (Other("x"), Other("x")),
        (5, Raised(("E",))),
    ):
        assert same(answer, right) is False
    with pytest.raises(TypeError, match="must be plain data, not set"):
        same(5, {5})


def test_an_integer_is_compared_with_a_fraction_within_the_tolerance():
    assert same(5, 5.0000001) and same(5.0000001, 5)
    assert not same(5, 5.001)


def test_numbers_that_overflow_where_warnings_are_errors():
    with np.errstate(all="raise"):
        assert same(np.array([1e308, 1.0]), np.array([-1e308, 1.0])) is False


def test_a_list_without_a_remark_has_none():
    assert remark([1, 2], [1, 2]) == ""
    assert remark([1, 2.0], [1, 2]) == remark(2.0, 2) != ""


def test_items_are_shown_as_long_as_the_whole_may_be():
    assert show(["x" * 150], limit=400) == repr(["x" * 150])


@pytest.mark.parametrize("other", [5, None, [Other("x")], np.array([1.0]), Raised(("ValueError",))])
def test_what_is_no_data_looks_like_its_like_alone(other):
    assert alike([Other("x")], [Other("x")]) and not alike([Other("x")], [Other("y")])
    assert not alike([Other("x")], [other]) and not alike([other], [Other("x")])
