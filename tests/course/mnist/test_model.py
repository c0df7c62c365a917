"""The notes' network: their numbers, layer by layer."""

from __future__ import annotations

import torch
from torch import nn

from course.mnist import model


def test_the_notes_numbers():
    net = model.Net()
    table = model.layers(net)
    parameters = {row.layer: row.parameters for row in table if row.parameters}
    assert list(parameters.values()) == [832, 51_264, 3_212_288, 10_250]
    assert table.parameters == sum(p.numel() for p in net.parameters()) == model.PARAMETERS
    assert [row.shape for row in table] == [
        (32, 28, 28), (32, 28, 28), (32, 14, 14),
        (64, 14, 14), (64, 14, 14), (64, 7, 7),
        (1024,), (1024,), (1024,), (10,),
    ]  # fmt: skip
    assert net.dropout.p == 0.25, "the notes' 0.75 is what is kept"


def test_a_table_leaves_the_network_alone_and_is_shown_both_ways():
    net = model.Net()
    assert net.training
    table = model.layers(net)
    assert net.training and not net.conv1._forward_hooks
    assert "3,274,634" in repr(table) and "32 x 14 x 14" in repr(table)
    assert "<table>" in table._repr_html_() and "conv2 (Conv2d)" in table._repr_html_()
    other = nn.Sequential(nn.Conv2d(3, 6, 5), nn.Flatten(), nn.Linear(6 * 8 * 8, 2))
    assert [row.shape for row in model.layers(other, (3, 12, 12))] == [(6, 8, 8), (384,), (2,)]


def test_scores_are_scores():
    net = model.Net().eval()
    out = net(torch.rand(2, 1, 28, 28))
    assert out.shape == (2, 10) and not torch.allclose(out.exp().sum(1), torch.ones(2))
