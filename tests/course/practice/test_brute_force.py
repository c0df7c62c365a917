"""What is counted by hand is what PyTorch does."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from course.practice import brute_force as by_hand

pytestmark = pytest.mark.slow

SMALL = st.integers(1, 7)
PAD = st.integers(0, 3)


@given(st.integers(1, 24), SMALL, st.integers(1, 5), PAD)
def test_windows_are_as_many_as_pytorch_has(W, F, S, P):
    import torch

    assume(F <= W + 2 * P)
    out = torch.nn.functional.conv1d(torch.ones(1, 1, W), torch.ones(1, 1, F), stride=S, padding=P)
    assert by_hand.size(W, F, S, P) == out.shape[-1]


@given(
    st.integers(4, 9), st.integers(4, 9), SMALL, st.integers(1, 4), st.integers(1, 3), PAD, SMALL
)
def test_a_layers_shape_is_pytorchs(W, H, D, F, S, P, K):
    import torch

    out = torch.nn.Conv2d(D, K, F, S, P)(torch.zeros(1, D, H, W))
    _, maps, high, wide = out.shape
    assert by_hand.shape(W, H, D, F, S, P, K) == (high, wide, maps)
    assert by_hand.output_numbers(W, H, D, F, S, P, K) == out.numel()


@given(st.integers(1, 20), st.integers(1, 10))
def test_the_padding_that_keeps_the_size_at_stride_1_is_pytorchs_same(W, half):
    import torch

    F = 2 * half + 1
    P = by_hand.padding_that_keeps(W, F, 1)
    image, weights = torch.rand(1, 1, W), torch.rand(1, 1, F)
    same = torch.nn.functional.conv1d(image, weights, padding="same")
    assert torch.equal(same, torch.nn.functional.conv1d(image, weights, padding=P))


@given(st.integers(1, 30), SMALL, st.integers(1, 6))
def test_tensorflows_same_is_what_its_documentation_says(W, F, S):
    size = math.ceil(W / S)
    total = max((size - 1) * S + F - W, 0)
    assert len(by_hand.tf_same_starts(W, S)) == size
    assert by_hand.tf_same_zeros(W, F, S) == (total // 2, total - total // 2)


@given(SMALL, SMALL, SMALL, st.integers(1, 9), st.integers(1, 9))
def test_parameters_are_as_many_as_pytorch_makes(F, D, K, W, H):
    import torch

    def count(layer):
        return sum(numbers.numel() for numbers in layer.parameters())

    assert by_hand.conv_params(F, D, K) == count(torch.nn.Conv2d(D, K, F))
    assert by_hand.dense_params(W, H, D, K) == count(torch.nn.Linear(W * H * D, K))


@given(st.integers(4, 9), SMALL, st.integers(1, 4), st.integers(1, 3), SMALL)
def test_a_locally_connected_layer_is_a_convolution_of_its_own_at_every_place(W, D, F, S, K):
    import torch

    places = torch.nn.Unfold(F, stride=S)(torch.zeros(1, D, W, W)).shape[-1]
    assert by_hand.local_params(W, D, F, S, K) == places * by_hand.conv_params(F, D, K)


@given(st.integers(4, 8), st.integers(1, 4), st.integers(1, 4))
def test_connections_are_the_inputs_with_a_gradient(W, D, F):
    import torch

    image = torch.ones(1, D, W, W, requires_grad=True)
    torch.nn.functional.conv2d(image, torch.ones(1, D, F, F))[0, 0, 0, 0].backward()
    assert by_hand.connections(W, D, F) == int((image.grad != 0).sum())


@given(SMALL, st.integers(1, 3), SMALL)
def test_a_receptive_field_is_the_columns_with_a_gradient(F1, S1, F2):
    import torch

    row = torch.ones(1, 1, 40, requires_grad=True)
    first = torch.nn.functional.conv1d(row, torch.ones(1, 1, F1), stride=S1)
    torch.nn.functional.conv1d(first, torch.ones(1, 1, F2))[0, 0, 0].backward()
    reached = row.grad[0, 0].nonzero().flatten().tolist()
    assert sorted(by_hand.columns_seen(F1, S1, F2)) == reached


@given(st.integers(1, 6), st.sampled_from([1, 3, 5]), SMALL, SMALL)
def test_multiplications_are_those_of_every_output(W, F, D, K):
    import torch

    out = torch.nn.functional.conv2d(
        torch.zeros(1, D, W, W), torch.zeros(K, D, F, F), padding=F // 2
    )
    assert by_hand.mults(W, F, D, K) == out.numel() * D * F * F


@given(st.integers(2, 12), SMALL)
def test_pooled_numbers_are_as_many_as_pytorch_has(W, D):
    import torch

    out = torch.nn.functional.max_pool2d(torch.zeros(1, D, W, W), 2)
    assert by_hand.pooled_numbers(W, D) == out.numel()


@given(st.lists(st.integers(-9, 9), min_size=3, max_size=3))
def test_pooling_at_the_edge_is_pytorchs(row):
    import torch

    window = by_hand.padded_window(row, 3, 1)
    values = torch.tensor([[row]], dtype=torch.float64)
    assert by_hand.max_of(window) == torch.nn.functional.max_pool1d(values, 3, 2, 1)[0, 0, 0]
    mean = torch.nn.functional.avg_pool1d(values, 3, 2, 1)[0, 0, 0]
    assert float(by_hand.mean_of(window)) == pytest.approx(float(mean))


@given(st.integers(1, 4), st.integers(1, 6))
def test_a_map_moves_as_pytorchs_does(S, steps):
    import torch

    def peak(at):
        row = torch.zeros(1, 1, 60)
        row[0, 0, at] = 1
        return int(torch.nn.functional.conv1d(row, torch.ones(1, 1, 1), stride=S).argmax())

    assert by_hand.moved(S, S * steps) == peak(12 + S * steps - 12 % S) - peak(12 - 12 % S)


@given(SMALL, SMALL, st.integers(1, 5), PAD, st.integers(0, 4))
def test_stamps_are_a_transposed_convolution_of_ones(W, F, S, P, a):
    import torch

    assume(a < S and S * (W - 1) + F + a > 2 * P)
    ones = torch.ones(1, 1, W), torch.ones(1, 1, F)
    out = torch.nn.functional.conv_transpose1d(*ones, stride=S, padding=P, output_padding=a)
    assert by_hand.stamped(W, F, S, P, a) == out[0, 0].int().tolist()


@given(st.integers(4, 20), SMALL, st.integers(1, 5), PAD)
def test_output_padding_leads_back_in_pytorch(N, F, S, P):
    import torch

    assume(F <= N + 2 * P)
    small = torch.nn.functional.conv1d(
        torch.ones(1, 1, N), torch.ones(1, 1, F), stride=S, padding=P
    )
    a = by_hand.output_padding(N, F, S, P)
    back = torch.nn.functional.conv_transpose1d(
        small, torch.ones(1, 1, F), stride=S, padding=P, output_padding=a
    )
    assert back.shape[-1] == N


@given(st.integers(1, 9), st.integers(1, 6))
def test_stretched_rows_are_numpys(W, S):
    row = np.zeros(S * (W - 1) + 1, int)
    row[::S] = 1
    assert [cell == "x" for cell in by_hand.stretched(W, S)] == (row == 1).tolist()


@given(st.integers(1, 20), st.integers(1, 9), st.integers(-40, 40))
def test_standardising_is_numpys(low, half, x):
    train = [low, low + 2 * half]
    expected = (x - np.mean(train)) / np.std(train)
    assert float(by_hand.standardised(train, x)) == pytest.approx(expected)


def test_a_deviation_that_is_no_whole_number_is_refused():
    with pytest.raises(ValueError, match="no whole number"):
        by_hand.standardised([1, 2], 3)


@given(st.integers(1, 5), st.integers(-9, 9), st.integers(-9, 9))
def test_slopes_are_autograds(c, t, w):
    import torch

    weight = torch.tensor(float(w), requires_grad=True)
    (c * (weight - t) ** 2).backward()
    assert by_hand.slope(c, t, w) == int(weight.grad)


@given(st.integers(1, 30), st.sampled_from([(1, 2), (3, 4), (2, 5), (5, 8)]))
def test_kept_units_are_pytorchs(x, kept_of):
    import torch

    kept, of = kept_of
    torch.manual_seed(0)
    out = torch.nn.functional.dropout(torch.full((200,), float(x)), p=1 - kept / of)
    (value,) = {float(one) for one in out} - {0.0}
    assert float(by_hand.kept_value(x, kept, of)) == pytest.approx(value)


@given(st.lists(st.integers(-9, 9), min_size=4, max_size=4), st.lists(st.integers(-9, 9), min_size=4, max_size=4), st.integers(-9, 9))  # fmt: skip
def test_one_output_number_is_pytorchs(patch, weights, bias):
    import torch

    values, filter = (torch.tensor([[part]], dtype=torch.float64) for part in (patch, weights))
    out = torch.nn.functional.conv1d(values, filter, torch.tensor([bias], dtype=torch.float64))
    assert by_hand.dot(patch, weights, bias) == int(out)
