"""Answers to try the kit with: what may be drawn, what strangers' classes do, what must hold."""

import struct

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from exercises.answers import MAX_BITS, MAX_DEPTH, MAX_ITEMS, MAX_TEXT, Other, Raised

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


class Mute(Exception):
    def __str__(self):
        raise RuntimeError("you will not know")


class Talker(Exception):
    def __str__(self):
        return Word("x" * 1000)


class Masked(Exception, metaclass=Angry):
    pass


Long = type("L" * 5000, (Exception,), {})


def itself():
    own = []
    own.append(own)
    return own


def deep(levels):
    value = 1
    for _ in range(levels):
        value = [value]
    return value
