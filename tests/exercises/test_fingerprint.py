"""Fingerprints: equal for what counts as the same, and for nothing else that was tried."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exercises.answers import Other, Raised
from exercises.fingerprint import fingerprint
from tests.support.answers import any_answer

shapes = st.lists(st.integers(0, 3), min_size=1, max_size=4)


@given(shape=shapes, fill=st.sampled_from([0, 1, -2.5, True]))
def test_arrays_and_lists_count_alike(shape, fill):
    array = np.full(shape, fill)
    assert fingerprint([array]) == fingerprint([array.tolist()])


@given(one=any_answer)
def test_each_answer_counts_as_itself_and_in_its_place(one):
    assert fingerprint([one]) == fingerprint([one])
    assert fingerprint([one, "another"]) != fingerprint(["another", one]) or one == "another"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (5, 5.0),
        (1e300, int(1e300)),
        (0.123456, 0.1234561),
        ({"W": 1, "F": 2}, {"F": 2, "W": 1}),
        (Raised(("ValueError",), "one"), Raised(("ValueError",), "two")),
    ],
)
def test_these_count_alike(one, other):
    assert fingerprint([one]) == fingerprint([other])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True),
        (1, "1"),
        (None, "None"),
        ([1, 2], [[1, 2]]),
        ([], [[]]),
        (np.zeros((2, 0)), np.zeros((3, 0))),
        (np.zeros((0, 2)), np.zeros((2, 0))),
        ([1], 1),
        (Raised(("ValueError",), ""), Other("ValueError")),
    ],
)
def test_these_do_not(one, other):
    assert fingerprint([one]) != fingerprint([other])


def test_many_empty_rows_take_no_time():
    began = time.process_time()
    for _ in range(100):
        fingerprint([np.zeros((300, 300, 0))])
    assert time.process_time() - began < 1
