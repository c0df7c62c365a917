"""Answers as plain data: the table of decisions, and what a call answers."""

import base64
import collections
import enum
import json
import math
import sys

import numpy as np
import pytest
from hypothesis import given

from exercises.answers import (
    MAX_BITS,
    MAX_DEPTH,
    MAX_ITEMS,
    MAX_TEXT,
    NotPlain,
    Other,
    Raised,
    answer_of,
    arguments,
    as_array,
    plain,
)
from exercises.comparison import same
from exercises.wire import decode, encode, from_json, to_json
from tests.support.values import (
    Angry,
    Book,
    Grid,
    Half,
    Long,
    Masked,
    Mute,
    Pair,
    Row,
    Scalar,
    Smooth,
    Talker,
    Word,
    Yes,
    assert_within_caps,
    deep,
    identical,
    itself,
    plain_values,
)

# ------------------------------------------------------------------ the table of decisions


class Size(enum.IntEnum):
    WIDE = 7


Shape = collections.namedtuple("Shape", "width height")


# ------------------------------------------------------------------ the table of decisions


@pytest.mark.parametrize(
    ("value", "counts_as"),
    [
        (None, None),
        (5, 5),
        (-(10**300), -(10**300)),
        (np.int64(5), 5),
        (np.uint8(5), 5),
        (Yes(5), 5),
        (Scalar(5), 5),
        (Size.WIDE, 7),
        (5.0, 5.0),
        (-0.0, -0.0),
        (math.inf, math.inf),
        (Smooth(0.5), 0.5),
        (np.float64(0.1), 0.1),
        (np.float32(0.5), 0.5),
        (Half(0.5), 0.5),
        (np.longdouble(0.5), 0.5),
        (True, True),
        (np.True_, True),
        ("word", "word"),
        (Word("word"), "word"),
        (np.str_("word"), "word"),
        ((3, 4), [3, 4]),
        ([3, (4, [5])], [3, [4, [5]]]),
        (Shape(3, 4), [3, 4]),
        (Row([4, 5]), [4, 5]),
        (Pair([4, 5]), [4, 5]),
        (range(2, 8, 3), [2, 5]),
        ([np.int64(1), True, Yes(2)], [1, True, 2]),
        ({"W": (1, np.int8(2))}, {"W": [1, 2]}),
        (Book({"wrong": 0}), {"wrong": 0}),
        (collections.OrderedDict(W=1), {"W": 1}),
        (np.array(5), 5),
        (np.array(2.5), 2.5),
        (np.array(True), True),
        ([], []),
        ((), []),
        ({}, {}),
    ],
    ids=repr,
)
def test_a_value_counts_as(value, counts_as):
    assert identical(plain(value), counts_as)


def test_there_are_no_longer_floats_than_doubles():
    """No Python number could hold them, and no record keep them."""
    counts_as = plain(np.array([[0.5, math.inf], [np.longdouble("1e4000"), 3]], "g"))
    assert identical(counts_as, np.array([[0.5, math.inf], [math.inf, 3]]))
    data = base64.b64encode(bytes(32)).decode()
    with pytest.raises(NotPlain, match="strange type"):
        from_json({"array": data, "dtype": "<f16", "shape": [2]})


@pytest.mark.parametrize(
    ("value", "counts_as"),
    [
        (np.arange(4, dtype=np.int32), np.arange(4, dtype=np.int32)),
        (np.array([[True], [False]]), np.array([[True], [False]])),
        (np.arange(6.0).reshape(2, 3).T, np.array([[0.0, 3.0], [1.0, 4.0], [2.0, 5.0]])),
        (np.arange(9)[::-4], np.array([8, 4, 0])),
        (np.array([[1, 2]]).view(np.matrix), np.array([[1, 2]])),
        (np.array([3, 4]).view(Grid), np.array([3, 4])),
        (np.arange(2, dtype=">i2"), np.array([0, 1], dtype="<i2")),
        (np.zeros((2, 0)), np.zeros((2, 0))),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_array_counts_as(value, counts_as):
    got = plain(value)
    assert type(got) is np.ndarray
    assert identical(got, counts_as)
    assert not np.shares_memory(got, np.asarray(value)) or not got.size


def test_a_tensor_counts_as_an_array():
    import torch

    wanted = np.array([[1.0, 2.0]], dtype=np.float32)
    tensor = torch.tensor([[1.0, 2.0]])
    assert identical(plain(tensor), wanted)
    assert identical(plain(torch.nn.Parameter(tensor)), wanted)
    assert identical(plain(tensor.clone().requires_grad_() * 1), wanted)
    assert identical(plain(torch.tensor(3)), 3)
    assert identical(plain([torch.tensor(True)]), [True])
    for unreadable in (torch.zeros(2, dtype=torch.bfloat16), torch.zeros(2, device="meta")):
        with pytest.raises(NotPlain):
            plain(unreadable)


class Lying:
    """No array, whatever it says."""

    __class__ = np.ndarray
    dtype, size, ndim, shape = np.dtype(int), 1, 1, (1,)

    def __array__(self, *_, **__):
        return np.array([5])

    def __iter__(self):
        return iter([5])

    def __index__(self):
        return 5

    def __eq__(self, other):
        return True


class Odd:
    __module__ = None


class Cross(metaclass=Angry):
    def __repr__(self):
        raise RuntimeError


class FakeTensor:
    def detach(self):
        return self

    cpu = numpy = detach
    dtype, size, ndim, shape = np.dtype(float), 1, 1, (1,)


FakeTensor.__module__, FakeTensor.__name__ = "torch", "Tensor"

NOT_PLAIN = {
    "an object": object(),
    "a class": int,
    "a function": len,
    "a generator": (n for n in (1, 2)),
    "an iterator": iter([1]),
    "a set": {1},
    "bytes": b"5",
    "a complex number": 5 + 0j,
    "a complex NumPy number": np.complex128(5),
    "a NumPy duration": np.timedelta64(5, "s"),
    "a complex array": np.zeros(2, complex),
    "an object array": np.array([5, None]),
    "an object array without axes": np.array(None),
    "a structured array": np.zeros(2, [("W", int)]),
    "an array of text": np.array(["5"]),
    "an array of dates": np.array(["2024-01-01"], "datetime64[D]"),
    "an object deep inside": [[{"W": (object(),)}]],
    "a dict with integer keys": {5: 1},
    "a dict with keys of a text class": {Word("W"): 1},
    "a list that contains itself": itself(),
    "a deep list": deep(MAX_DEPTH + 1),
    "a very deep list": deep(100_000),
    "a long list": [0] * (MAX_ITEMS + 1),
    "a long range": range(10**12),
    "a long text": "x" * (MAX_TEXT + 1),
    "a long key": {"x" * (MAX_TEXT + 1): 1},
    "a large array": np.zeros(MAX_ITEMS + 1),
    "a large array that is empty": np.zeros((0, MAX_ITEMS + 1)),
    "an array with many axes": np.zeros((1,) * (MAX_DEPTH + 1)),
    "several arrays, large together": [np.zeros(MAX_ITEMS // 2 + 1)] * 2,
    "dicts, large together": [{"W": [0] * (MAX_ITEMS // 2 + 1)}] * 2,
    "a list of lists without end": [[[]] * 1000] * 1000,
    "a tower of references": [[[[[[[0] * 99] * 99] * 99] * 99] * 99] * 99] * 99,
    "a large integer": 1 << MAX_BITS,
    "a class that lies": Lying(),
    "a class of a strange module": Odd(),
    "a class that is angry": Cross(),
    "a false tensor": FakeTensor(),
    "a Raised": Raised(("ValueError",)),
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("value", NOT_PLAIN.values(), ids=NOT_PLAIN)
def test_anything_else_is_not_plain(value):
    with pytest.raises(NotPlain) as problem:
        plain(value)
    assert str(problem.value)
    answer = answer_of(lambda: value, ())
    assert type(answer) is Other
    for expected in (5, 5.0, True, None, "5", [5], {"W": 5}, np.array([5])):
        assert not same(answer, expected)
    json.dumps(to_json(answer))


# ------------------------------------------------------------------------------ answer_of


class BadWidth(ValueError):
    pass


def test_an_exception_counts_with_its_bases():
    def fails():
        raise BadWidth("no such width")

    answer = answer_of(fails, ())
    assert answer == Raised(
        ("BadWidth", "ValueError", "Exception", "BaseException"), "no such width"
    )
    assert same(answer, Raised.of(ValueError))
    assert same(answer, Raised.of(BadWidth))
    assert not same(answer, Raised.of(KeyError))
    assert not same(5, Raised.of(ValueError))
    assert not same(answer, 5)
    assert not same("ValueError", Raised.of(ValueError))
    assert not same(Other("ValueError"), Raised.of(ValueError))


def test_leaving_the_program_counts_as_raised():
    assert answer_of(sys.exit, (3,)).names[0] == "SystemExit"


def test_an_interrupt_is_the_users():
    def interrupted():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        answer_of(interrupted, ())


def test_what_is_no_function_raises_a_type_error():
    assert answer_of(5, ()).names[0] == "TypeError"
    assert answer_of(lambda: 1, (1, 2)).names[0] == "TypeError"
    assert answer_of(None, (7, 3)).names[0] == "TypeError"


@pytest.mark.parametrize(
    "kind", [Mute, Talker, Masked, Long], ids=lambda kind: type.__repr__(kind)[:40]
)
def test_hostile_exceptions_do_no_harm(kind):
    def fails():
        raise kind

    answer = answer_of(fails, ())
    assert_within_caps(answer)
    assert "Exception" in answer.names
    assert decode(encode([answer])) == [answer]


def test_endless_recursion_counts_as_raised():
    def again():
        return again()

    assert answer_of(again, ()).names[:2] == ("RecursionError", "RuntimeError")


@given(plain_values)
def test_what_is_plain_already_stays_as_it_is(value):
    if isinstance(value, np.ndarray):
        value = np.ascontiguousarray(
            value
        )  # its numbers; how they lay in memory is nobody's concern
    assert identical(plain(value), value)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("text", "no list of numbers, but str"),
        ([1, True], "a list of both numbers and truth values"),
        ([1, "x"], "a list with str in it"),
        ([[1, 2], [3]], "rows of different lengths"),
        ([[1], [2], [3, 4]], "rows of different lengths"),
        ([[], [1]], "rows of different lengths"),
        ([10**400, 0.5], "a list of integers that are too large for an array"),
        ([2**70], "a list of integers that are too large for an array"),
    ],
)
def test_what_is_no_array_is_said(value, says):
    with pytest.raises(NotPlain, match=f"^{says}$"):
        as_array(value)


@pytest.mark.parametrize("value", [[], [[]], [1, 2], [[1.5], [2]], [[[True]]], [np.zeros(2)] * 3])
def test_a_nested_list_is_the_array_that_numpy_makes_of_it(value):
    made, right = as_array(value), np.array(value)
    assert made.shape == right.shape and made.dtype == right.dtype
    np.testing.assert_array_equal(made, right)


def test_an_error_has_sixteen_names_and_three_hundred_characters():
    kind = ValueError
    for number in range(20):
        kind = type(f"E{number}", (kind,), {})
    said = Raised.of(kind("x" * 400))
    assert said.names == tuple(f"E{number}" for number in range(19, 3, -1))
    assert said.message == "x" * 300


def test_an_error_whose_words_fail_has_none():
    class Bad(Exception):
        def __str__(self):
            raise RuntimeError

    assert Raised.of(Bad()).message == ""


def test_arrays_stay_arrays_and_arguments_keep_their_tuples():
    turned = np.arange(6).reshape(2, 3).T
    assert plain(turned).flags["C_CONTIGUOUS"] and plain(turned) is not turned
    asked = arguments(((1, (2, 3)), [(4,)], {"a": (5, [6])}, np.float64(0.5)))
    assert asked == ((1, (2, 3)), [(4,)], {"a": (5, [6])}, 0.5)
    assert type(asked[0]) is tuple and type(asked[1][0]) is tuple and type(asked[3]) is float
    with pytest.raises(NotPlain):
        arguments((object(),))


def test_what_is_no_data_is_called_by_its_class():
    with pytest.raises(NotPlain) as error:
        plain([3, object()])
    assert (str(error.value), error.value.kind) == ("an object of type object", "object")


def test_the_longest_integer_is_plain():
    assert plain(2**MAX_BITS - 1) == 2**MAX_BITS - 1
    with pytest.raises(NotPlain, match="thousands of digits"):
        plain(2**MAX_BITS)


def test_rows_of_different_lengths_are_found_at_every_depth():
    for rows in ([[1], [2, 3]], [[[1], [2]], [[3, 4], [5, 6]]]):
        with pytest.raises(NotPlain, match="rows of different lengths"):
            as_array(rows)


def test_arguments_that_are_no_data_cannot_be_asked():
    with pytest.raises(NotPlain):
        arguments((object(),))
    with pytest.raises(NotPlain):
        arguments(([0] * MAX_ITEMS, [0] * MAX_ITEMS))
