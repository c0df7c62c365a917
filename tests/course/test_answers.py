"""Answers as plain data: the table of decisions, comparing, and the way across the wall."""

import collections
import enum
import json
import math
import struct
import sys

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from course.answers import (
    MAX_BITS,
    MAX_DEPTH,
    MAX_ITEMS,
    MAX_TEXT,
    NotPlain,
    Other,
    Raised,
    answer_of,
    decode,
    encode,
    from_json,
    plain,
    remark,
    same,
    show,
    to_json,
)

# ------------------------------------------------------------------------- what is drawn

DTYPES = ["?", "i1", "<i2", ">i4", "<i8", "u1", "<u2", ">u8", "<f2", "<f4", ">f8", "<f8"]
arrays = st.sampled_from(DTYPES).flatmap(
    lambda dtype: hnp.arrays(
        dtype, hnp.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=4)
    )
)
any_text = st.text(st.characters(exclude_categories=()), max_size=12)
ints = st.integers() | st.integers(-(2**70), 2**70) | st.sampled_from([2**53 + 1, -(10**300)])
scalars = st.none() | st.booleans() | ints | st.floats() | any_text
plain_values = st.recursive(
    scalars | arrays,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(any_text, inner, max_size=3),
    max_leaves=12,
).filter(lambda value: levels(value) <= MAX_DEPTH)

TAGS = ["int", "float", "list", "dict", "array", "dtype", "shape", "raised", "message", "other"]
WORDS = ["0x1f", "-0x1", "0x1p9", "nan", "<f8", "|b1", "<i4", "<b,", "|O8", "AAAA", "AAAAAAAAAAA="]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | any_text | st.sampled_from(WORDS),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(TAGS) | any_text, inner, max_size=3)
        | st.sampled_from(TAGS).flatmap(lambda tag: st.fixed_dictionaries({tag: inner}))
        | st.fixed_dictionaries(
            {"array": inner, "dtype": st.sampled_from(WORDS), "shape": st.lists(st.integers(-1, 3))}
        )
        | st.fixed_dictionaries({"raised": st.lists(inner, max_size=3), "message": inner})
    ),
    max_leaves=20,
)


def levels(value):
    """How many lists and dicts stand within each other."""
    if isinstance(value, dict):
        value = list(value.values())
    return 1 + max(map(levels, value), default=0) if isinstance(value, list) else 0


def size(value):
    """How many numbers, texts and empty lists an answer holds."""
    if isinstance(value, np.ndarray):
        return max(1, value.size)
    if isinstance(value, dict):
        value = list(value.values())
    return sum(map(size, value)) or 1 if isinstance(value, list) else 1


def identical(one, other):
    """Type for type and bit for bit."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        native = [array.astype(array.dtype.newbyteorder("=")) for array in (one, other)]
        return (
            one.shape == other.shape
            and native[0].dtype == native[1].dtype
            and native[0].tobytes() == native[1].tobytes()
        )
    if isinstance(one, float):
        return struct.pack("d", one) == struct.pack("d", other) or (one != one and other != other)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(identical, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(identical(one[key], other[key]) for key in one)
    return one == other


def assert_within_caps(value):
    """``value`` is an answer: of a plain type all the way down, and no larger than the caps."""
    if isinstance(value, Raised):
        assert 0 < len(value.names) <= 16
        assert all(type(name) is str and len(name) <= 100 for name in value.names)
        assert type(value.message) is str and len(value.message) <= 300
        return
    if isinstance(value, Other):
        assert type(value.what) is str and len(value.what) <= 300
        return
    assert levels(value) <= MAX_DEPTH
    assert size(value) <= MAX_ITEMS
    waiting = [value]
    while waiting:
        item = waiting.pop()
        assert item is None or type(item) in (bool, int, float, str, list, dict, np.ndarray)
        if type(item) is np.ndarray:
            assert item.dtype.kind in "biuf" and 0 < item.ndim <= MAX_DEPTH
        elif type(item) is int:
            assert item.bit_length() <= MAX_BITS
        elif type(item) is str:
            assert len(item) <= MAX_TEXT
        elif type(item) is list:
            waiting += item
        elif type(item) is dict:
            assert all(type(key) is str and len(key) <= MAX_TEXT for key in item)
            waiting += item.values()


# -------------------------------------------------------------------- strangers' classes


class Yes(int):
    """An integer that claims everything and converts to something else."""

    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    __hash__ = int.__hash__

    def __int__(self):
        return 99

    __index__ = __trunc__ = __int__

    def __float__(self):
        return 99.0

    def __add__(self, other):
        return self


class Smooth(float):
    def __eq__(self, other):
        return True

    __hash__ = float.__hash__

    def __float__(self):
        return 99.0

    def __le__(self, other):
        return True


class Word(str):
    def __eq__(self, other):
        return True

    __hash__ = str.__hash__

    def __str__(self):
        return "something else"

    def __len__(self):
        return 0

    def __getitem__(self, place):
        return "x"


class Row(list):
    def __iter__(self):
        return iter([1, 2, 3])

    def __len__(self):
        return 3

    def __getitem__(self, place):
        return 7

    def __eq__(self, other):
        return True


class Pair(tuple):
    def __iter__(self):
        return iter([1, 2, 3])


class Book(dict):
    def items(self):
        return [("right", 1)]

    def keys(self):
        return ["right"]

    def __iter__(self):
        return iter(["right"])


class Scalar(np.int64):
    def __int__(self):
        return 99

    def item(self, *_):
        return 99


class Half(np.float32):
    def __float__(self):
        return 99.0

    def item(self, *_):
        return 99.0


class Grid(np.ndarray):
    def __array__(self, *_, **__):
        return np.array([99])

    def __array_finalize__(self, other):
        pass

    def __eq__(self, other):
        return True

    def tolist(self):
        return [99]

    @property
    def size(self):
        return 1


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


def _itself():
    own = []
    own.append(own)
    return own


def _deep(levels):
    value = 1
    for _ in range(levels):
        value = [value]
    return value


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


class Angry(type):
    @property
    def __name__(cls):
        raise RuntimeError

    @property
    def __module__(cls):
        raise RuntimeError

    @property
    def __mro__(cls):
        raise RuntimeError


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
    "a list that contains itself": _itself(),
    "a deep list": _deep(MAX_DEPTH + 1),
    "a very deep list": _deep(100_000),
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


@pytest.mark.parametrize(
    "value",
    [
        (1 << MAX_BITS) - 1,
        "x" * MAX_TEXT,
        [0] * MAX_ITEMS,
        [[0] * 100] * (MAX_ITEMS // 100),
        np.zeros(MAX_ITEMS),
        np.zeros((1,) * MAX_DEPTH),
        _deep(MAX_DEPTH),
        {"x" * MAX_TEXT: []},
    ],
    ids=["int", "text", "list", "lists", "array", "axes", "depth", "key"],
)
def test_what_just_fits_crosses_the_wall(value):
    assert_within_caps(plain(value))
    assert identical(decode(encode([plain(value)])), [plain(value)])


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


class Mute(Exception):
    def __str__(self):
        raise RuntimeError("you will not know")


class Talker(Exception):
    def __str__(self):
        return Word("x" * 1000)


class Masked(Exception, metaclass=Angry):
    pass


Long = type("L" * 5000, (Exception,), {})


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


# ---------------------------------------------------------------------------------- same


@given(plain_values)
def test_every_plain_value_is_plain_and_the_same_as_itself(value):
    assert identical(plain(value), value) or isinstance(value, np.ndarray)
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


# ------------------------------------------------------------------------ across the wall


@given(plain_values)
def test_plain_values_come_back_as_they_were(value):
    assert identical(from_json(json.loads(json.dumps(to_json(value)))), value)


@given(st.lists(plain_values, max_size=3))
def test_a_list_of_answers_comes_back_as_it_was(values):
    data = encode(values)
    assert b"\n" not in data, "an answer is one line on the wire"
    assert identical(decode(data), values)


@given(
    st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=16).map(tuple),
    st.text(max_size=300),
)
def test_no_answers_come_back_as_they_were(names, text):
    values = [Raised(names, text), Other(text)]
    assert decode(encode(values)) == values


def test_what_is_no_plain_data_is_never_sent():
    for value in (object(), (1, 2), Yes(5), np.int64(5), b"5"):
        with pytest.raises(TypeError):
            to_json(value)


@settings(max_examples=400)
@given(json_values)
def test_whatever_json_says_the_answer_is_within_the_caps(data):
    try:
        value = from_json(json.loads(json.dumps(data)))
    except NotPlain:
        return
    assert_within_caps(value)


@given(st.binary(max_size=60) | st.text(max_size=30).map(str.encode))
def test_whatever_bytes_say_the_answers_are_within_the_caps(data):
    try:
        values = decode(data)
    except NotPlain:
        return
    for value in values:
        assert_within_caps(value)


@settings(max_examples=300)
@given(st.lists(plain_values, min_size=1, max_size=2), st.data())
def test_damaged_answers_are_within_the_caps(values, data):
    line = bytearray(encode(values))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(line) - 1))
        line[place : place + data.draw(st.integers(0, 2))] = data.draw(
            st.binary(max_size=1) | st.sampled_from([b"9", b'"', b"}", b"]", b"f", b"-"])
        )
        line = line or bytearray(b"[")
    test_whatever_bytes_say_the_answers_are_within_the_caps.hypothesis.inner_test(bytes(line))


def _array(data="AAAAAAAAAAA=", dtype="<f8", shape=(1,)):
    return {"array": data, "dtype": dtype, "shape": list(shape)}


def _nested(levels, inner):
    for _ in range(levels):
        inner = {"list": [inner]}
    return inner


MALFORMED = {
    "a bare number": 5,
    "a bare fraction": 0.5,
    "a bare list": [1],
    "nothing": {},
    "an unknown tag": {"pickle": "gASVBAAAAAAAAABLBS4="},
    "two tags": {"int": "0x1", "float": "0x1p0"},
    "an int that is a number": {"int": 5},
    "an int that is none": {"int": "five"},
    "an int of many digits": {"int": "0x1" + "0" * (MAX_BITS // 4)},
    "an int of too many digits": {"int": "f" * 10**6},
    "a float that is none": {"float": "zero"},
    "a float beyond all floats": {"float": "0x1p99999"},
    "a float of many digits": {"float": "0" * 65},
    "a long text": "x" * (MAX_TEXT + 1),
    "a long key": {"dict": {"x" * (MAX_TEXT + 1): None}},
    "a long list": {"list": [None] * (MAX_ITEMS + 1)},
    "lists, long together": {"list": [{"list": [True] * (MAX_ITEMS // 2 + 1)}] * 2},
    "dicts, long together": {"dict": {k: {"list": [True] * (MAX_ITEMS // 2 + 1)} for k in "ab"}},
    "many empty lists": {"list": [{"list": []}] * (MAX_ITEMS + 1)},
    "a deep list": _nested(MAX_DEPTH + 1, None),
    "a deep dict": _nested(MAX_DEPTH, {"dict": {}}),
    "an exception in a list": {"list": [{"raised": ["ValueError"], "message": ""}]},
    "an exception without a name": {"raised": [], "message": ""},
    "an exception with many names": {"raised": ["E"] * 17, "message": ""},
    "an exception with a number for a name": {"raised": [5], "message": ""},
    "an object in a list": {"list": [{"other": "an object"}]},
    "an array without bytes": _array(""),
    "an array of other bytes": _array(shape=(2,)),
    "an array that is no base64": _array("!!!!"),
    "an array of objects": _array(dtype="|O8"),
    "an array of text": _array(dtype="<U2"),
    "an array of bytes": _array(dtype="|S8"),
    "an array of nothing": _array(dtype="|V8"),
    "an array of dates": _array(dtype="<M8"),
    "an array of complex numbers": _array(dtype="<c8"),
    "an array of records": _array("", "<b,", (0,)),
    "an array of two records": _array("AAAA", "<b,h", (1,)),
    "an array of a strange type": _array(dtype="<f9"),
    "an array of a foreign order": _array(dtype=">f8"),
    "an array whose type is a number": _array(dtype=8),
    "an array without axes": _array(shape=()),
    "an array with a truth value for a length": _array(shape=(True,)),
    "an array with a negative length": _array(shape=(-1,)),
    "an array with a fraction for a length": _array(shape=(1.0,)),
    "an array of many axes": _array(shape=(1,) * (MAX_DEPTH + 1)),
    "a large array": _array(shape=(MAX_ITEMS, MAX_ITEMS)),
    "a large array of nothing": _array("", shape=(0, 10**30)),
    "arrays, large together": {"list": [_array("AAAA" * 30_000, "|u1", (90_000,))] * 2},
}


@pytest.mark.parametrize("data", MALFORMED.values(), ids=MALFORMED)
def test_malformed_answers_are_refused(data):
    with pytest.raises(NotPlain):
        from_json(data)
    with pytest.raises(NotPlain):
        decode(json.dumps([data]).encode())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"5",
        b"null",
        b"[",
        b"\xff\xfe",
        b"[" * 1_000_000,
        b'[{"list":' * 1_000_000,
        b'[{"list": [' + b'{"list": [' * 200 + b"]}" * 200 + b"]}]",
        b"[" + b"9" * 5000 + b"]",
        b"\x80\x04\x95\x05\x00\x00\x00\x00\x00\x00\x00K\x05.",
    ],
    ids=lambda data: repr(data[:12]),
)
def test_lines_that_are_no_answers_are_refused(data):
    with pytest.raises(NotPlain):
        decode(data)


def test_an_array_that_came_across_is_told_apart_from_its_bytes():
    true_by_two = from_json(_array("Ag==", "|b1"))  # the byte 2, which is neither truth value
    assert not same(true_by_two, np.array([False]))
    assert not same(true_by_two, np.array([2]))
