"""Any two answers can be compared, whatever they are, in little memory and without a word."""

import math
import tracemalloc
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exercises.answers import MAX_ITEMS, NotPlain, Other, as_array, plain
from exercises.comparison import alike, look_alike, remark, same, show
from exercises.wire import decode, encode
from tests.support.answers import LARGE, any_answer

pytestmark = pytest.mark.slow


@settings(max_examples=500)
@given(any_answer, any_answer)
def test_any_two_answers_can_be_compared(one, other):
    before = np.seterr(all="raise")  # as a notebook may have set it
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            for answer, expected in ((one, other), (other, one), (one, one)):
                assert type(same(answer, expected)) is bool
                assert type(look_alike(answer, expected)) is bool
                assert type(remark(answer, expected)) is str
            assert alike([one, other], [one, other])
    finally:
        np.seterr(**before)
    assert len(show(one)) <= 120


@given(any_answer)
def test_an_answer_is_itself_unless_it_is_no_data(answer):
    assert same(answer, answer) == (not isinstance(answer, Other))
    assert look_alike(answer, answer)


def test_no_data_is_compared_with_an_array():
    """``np.zeros(3).tolist``, without its brackets: seen in a class."""
    for other in (np.zeros(3), [0.0] * 3, 5, {}, None, "x"):
        forgotten = Other("an object of type builtin_function_or_method")
        assert not same(forgotten, other) and not same(other, forgotten)
        assert not look_alike(forgotten, other) and not look_alike(other, forgotten)


@pytest.mark.parametrize("expected", [[1.0, 2.0], [[1.0], [2.0]], np.array([1.0, 2.0])])
def test_an_array_of_long_floats_is_as_right_as_any(expected):
    answer = plain(np.array(expected, "g"))
    assert same(answer, expected)
    assert not same(answer + 1, expected)


# ----------------------------------------------------------------- what is converted to an array


@given(st.lists(st.lists(st.integers(-9, 9) | st.floats(allow_nan=False, width=16), max_size=3)))
def test_a_nested_list_of_numbers_is_an_array(rows):
    if len(set(map(len, rows))) > 1:
        with pytest.raises(NotPlain):
            as_array(rows)
    else:
        assert as_array(rows).shape == np.array(rows).shape
        assert np.array_equal(as_array(rows), np.array(rows))


@pytest.mark.parametrize(
    "value",
    [5, None, "123", {}, ["1"], [None], [{}], [1, True], [[1], 2], [LARGE, 1.5], [LARGE],
     [np.zeros(2), np.zeros(3)], [np.array([True]), np.array([1])], [[1], [True]]],
    ids=lambda value: str(value)[:20],
)  # fmt: skip
def test_what_is_no_array(value):
    with pytest.raises(NotPlain):
        as_array(value)


def test_rows_may_be_arrays():
    assert np.array_equal(as_array([np.arange(2), [5, 6]]), [[0, 1], [5, 6]])


# ------------------------------------------------------------------------------------- memory


def peak(work):
    """The most bytes that ``work`` needs, and what it gives."""
    tracemalloc.start()
    try:
        result = work()
        return tracemalloc.get_traced_memory()[1], result
    finally:
        tracemalloc.stop()


EMPTY = b'[{"array": "", "dtype": "<f8", "shape": [%s]}]'


@pytest.mark.parametrize("shape", ["100000, 100000, 0", "0, 100000, 100000", "400, 400, 0", "1, 0"])
def test_axes_without_a_number_count_too(shape):
    """57 bytes, of which a list would be made that no memory holds."""
    lengths = [int(length) for length in shape.split(",")]
    if math.prod(max(1, length) for length in lengths) > MAX_ITEMS:
        with pytest.raises(NotPlain):
            decode(EMPTY % shape.encode())
        with pytest.raises(NotPlain):
            plain(np.zeros(lengths))
    else:
        (answer,) = decode(EMPTY % shape.encode())
        assert answer.shape == plain(np.zeros(lengths)).shape == tuple(lengths)


@pytest.mark.parametrize("expected", [5, [1, 2], [[1]], None, "x", {}, np.zeros(3), True, 0.5])
def test_nothing_is_converted_that_has_another_shape(expected):
    wide = np.zeros((1, MAX_ITEMS))
    texts = ["x" * 10_000] + [""] * 80_000
    for answer in (wide, wide.T, texts, np.zeros((2, 0, MAX_ITEMS // 4))):
        used, equal = peak(lambda answer=answer: same(answer, expected))
        assert not equal and used < 20e6


@pytest.mark.parametrize(
    "answer",
    [["x" * 10_000] * 81, {str(n): "x" * 9_000 for n in range(90)}, [LARGE] * 600,
     [{"x" * 10_000: n} for n in range(81)]],
    ids=["texts", "values", "integers", "keys"],
)  # fmt: skip
def test_text_and_digits_count_as_numbers_do(answer):
    with pytest.raises(NotPlain, match="more than 100000 items"):
        plain(answer)
    with pytest.raises(NotPlain):
        decode(encode([answer]))


@pytest.mark.parametrize("piece", [b"[]", b"{}", b"[[]]", b"null", b'{"":0}'])
def test_a_line_of_many_parts_is_refused_before_they_are_made(piece):
    line = b"[" + b",".join([piece] * (16 * 2**20 // (len(piece) + 1))) + b"]"

    def read():
        with pytest.raises(NotPlain):
            decode(line)

    assert peak(read)[0] < 200e6


@pytest.mark.parametrize(
    "answer",
    [[0.1] * MAX_ITEMS, ["\U0001f600" * 7] * MAX_ITEMS, [[[[[[[[True]]]]]]]] * 5_000,
     ["," * 10_000] * 79, [-LARGE] * 500, np.full(MAX_ITEMS, 0.1, "g"), [{"": 1}] * 40_000],
    ids=["floats", "texts", "lists", "commas", "integers", "array", "dicts"],
)  # fmt: skip
def test_the_largest_answers_fit_on_a_line(answer):
    line = encode([plain(answer)])
    assert len(line) <= 16 * 2**20
    (back,) = decode(line)
    assert same(back, plain(answer))
