"""Windows counted by stepping agree with NumPy's sliding windows, and with PyTorch."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from course.pictures.live.layer import (
    sees_image,
    steps,
    unread,
    weighted_sums,
    window_starts,
)
from course.pictures.words import runs

LAYERS = {
    "W": st.integers(1, 40),
    "F": st.integers(1, 12),
    "S": st.integers(1, 10),
    "P": st.integers(0, 8),
}


def looked_at(W, F, S, P):
    """The columns that each window reads, as NumPy slides it."""
    columns = np.arange(W + 2 * P)
    if len(columns) < F:
        return np.empty((0, F), int)
    return np.lib.stride_tricks.sliding_window_view(columns, F)[::S]


@given(**LAYERS)
def test_windows_are_those_that_numpy_slides(W, F, S, P):
    assert window_starts(W, F, S, P) == [int(window[0]) for window in looked_at(W, F, S, P)]


@given(**LAYERS)
def test_unread_columns_are_in_no_window(W, F, S, P):
    windows = looked_at(W, F, S, P)
    missing = sorted(set(range(W + 2 * P)) - set(windows.ravel().tolist())) if len(windows) else []
    assert unread(W + 2 * P, F, S) == missing


@given(**LAYERS)
def test_a_window_sees_the_image_when_ones_give_a_sum(W, F, S, P):
    padded = np.pad(np.ones(W), P)
    for start in window_starts(W, F, S, P):
        assert sees_image(start, F, W, P) == bool(padded[start : start + F].sum())


@given(st.lists(st.integers(-9, 9), min_size=1, max_size=20), st.integers(1, 6), st.integers(1, 5))
def test_weighted_sums_are_numpys_cross_correlation(values, F, S):
    weights = list(range(1, F + 1))
    expected = np.correlate(values, weights, "valid")[::S].tolist() if len(values) >= F else []
    assert weighted_sums(values, weights, S) == expected


@given(st.lists(st.integers(0, 30), unique=True).map(sorted))
def test_runs_hold_every_column_once(columns):
    pairs = runs(columns)
    assert [c for first, last in pairs for c in range(first, last + 1)] == columns
    assert all(b[0] > a[1] + 1 for a, b in pairwise(pairs))


@given(**LAYERS)
def test_pytorch_agrees(W, F, S, P):
    starts = window_starts(W, F, S, P)
    image, weights = torch.zeros(1, 1, W), torch.zeros(1, 1, F)
    if starts:
        output = torch.nn.functional.conv1d(image, weights, stride=S, padding=P)
        assert output.shape[-1] == len(starts)
    else:
        with pytest.raises(RuntimeError):
            torch.nn.functional.conv1d(image, weights, stride=S, padding=P)


@pytest.mark.parametrize(("F", "S"), [(0, 1), (1, 0), (3, -1)])
def test_impossible_windows_are_refused(F, S):
    with pytest.raises(ValueError, match="F >= 1 and S >= 1"):
        steps(7, F, S)
