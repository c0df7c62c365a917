"""Answers across the wall: every one comes back as it was, whatever else comes is refused."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exercises.answers import (
    MAX_BITS,
    MAX_DEPTH,
    MAX_ITEMS,
    MAX_TEXT,
    NotPlain,
    Other,
    Raised,
    plain,
)
from exercises.comparison import same
from exercises.wire import decode, encode, from_json, to_json
from tests.support.values import Yes, assert_within_caps, deep, identical, json_values, plain_values


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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
@pytest.mark.parametrize(
    "value",
    [
        (1 << MAX_BITS) - 1,
        "x" * MAX_TEXT,
        [0] * MAX_ITEMS,
        [[0] * 100] * (MAX_ITEMS // 100),
        np.zeros(MAX_ITEMS),
        np.zeros((1,) * MAX_DEPTH),
        deep(MAX_DEPTH),
        {"x" * MAX_TEXT: []},
    ],
    ids=["int", "text", "list", "lists", "array", "axes", "depth", "key"],
)
def test_what_just_fits_crosses_the_wall(value):
    assert_within_caps(plain(value))
    assert identical(decode(encode([plain(value)])), [plain(value)])
