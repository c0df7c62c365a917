"""Answers of every kind: plain data, what is none, errors, and those that NumPy stumbles over."""

import math

import numpy as np
from hypothesis import strategies as st

from exercises.answers import MAX_BITS, Other, Raised
from tests.support.values import plain_values

others = st.builds(Other, st.text(max_size=8))
raised = st.builds(
    lambda *names: Raised(names), st.sampled_from(["ValueError", "KeyError"]), st.just("Exception")
)
LARGE = (1 << MAX_BITS) - 1
odd = st.sampled_from(
    [
        [LARGE, 1.5],
        [2**63, -1],
        [True, 1],
        [[1, 2], [3]],
        [np.zeros(3), np.zeros(2)],
        [np.zeros(2), [1, True]],
        [{}, {}],
        ["x", 1],
        [[], []],
        np.zeros((300, 300, 0)),
        np.array([65504, -65504], "f2"),
        np.array([1, math.nan]),
        np.array([2**64 - 1], "u8"),
    ]
)
any_answer = plain_values | others | raised | odd
