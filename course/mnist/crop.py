"""The notes' network as a function of its weights, on the middle of the picture alone.

MNIST's digits were made 20x20 and then moved into 28x28, so most of what a convolution computes at
the border is nothing.  The cropped network computes the middle only, and is *exactly* the full one
under three conditions, each kept by how it is trained:

- the picture is blank outside the middle 20x20, and blank is 0 (no mean is subtracted);
- conv1 has no bias, so what it makes of blank is 0 too, which is what zero padding says;
- dense1 ignores the outer ring of its 7x7 maps: those weights are 0.

Training pictures lose what lies outside the middle.  The network that is evaluated is always the
full one, on whole pictures.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from course.mnist.model import Net

EDGE = 4  # pixels left out on each side: 28 - 2 * 4 = 20
BLACK = 0.3  # inputs run from 0 to 1 / 0.3, about as far as standardised ones do


class Geometry(NamedTuple):
    """Where the function computes: ``side`` of its input, zeros around it for each convolution."""

    side: int
    padding1: int
    padding2: int
    maps: int  # side of the maps that dense1 reads


FULL = Geometry(side=28, padding1=2, padding2=2, maps=7)
# conv1 sees the middle reach 2 pixels beyond it: 4 zeros give 24x24, of which conv2 needs all.
MIDDLE = Geometry(side=20, padding1=4, padding2=1, maps=5)


class Weights(NamedTuple):
    """The network's eight tensors, in the order of its layers.

    Convolutions are OIHW; ``dense1`` reads its maps as HWC, since that is how they lie in memory
    when the recipe is ``half``.
    """

    conv1: Tensor
    bias1: Tensor
    conv2: Tensor
    bias2: Tensor
    dense1: Tensor
    bias3: Tensor
    dense2: Tensor
    bias4: Tensor


def initial(
    geometry: Geometry,
    memory: torch.memory_format,
    generator: torch.Generator,
    device: torch.device,
) -> Weights:
    """New float32 weights, uniform as PyTorch's own layers start, with biases 0."""

    def uniform(*shape: int) -> Tensor:
        limit = torch.Size(shape[1:]).numel() ** -0.5
        drawn = torch.empty(shape, device=device).uniform_(-limit, limit, generator=generator)
        return drawn.contiguous(memory_format=memory) if len(shape) == 4 else drawn

    def zeros(count: int) -> Tensor:
        return torch.zeros(count, device=device)

    maps = geometry.maps
    return Weights(
        uniform(32, 1, 5, 5),
        zeros(32),
        uniform(64, 32, 5, 5),
        zeros(64),
        # As many inputs as the full layer has decide the limit: its ring is 0, not absent.
        uniform(1024, maps * maps * 64).mul_(maps / 7),
        zeros(1024),
        uniform(10, 1024),
        zeros(10),
    )


def as_it_is(layer: str, x: Tensor) -> Tensor:
    """``x``: what ``scores`` does to a layer's numbers if nothing else is asked for."""
    return x


def scores(
    weights: Weights,
    x: Tensor,
    geometry: Geometry,
    normalised: Callable[[str, Tensor], Tensor] = as_it_is,
) -> Tensor:
    """Logits, N x 10, for inputs N x 1 x side x side (NCHW, as ``inputs`` makes them).

    Pools before it adds conv2's bias and before the ReLU: the same numbers, a quarter of the work.
    ``normalised`` is applied to what conv2, pooled, and dense1 compute, before their biases.
    """
    w = weights
    x = F.relu(F.max_pool2d(F.conv2d(x, w.conv1, w.bias1, padding=geometry.padding1), 2))
    x = F.max_pool2d(F.conv2d(x, w.conv2, padding=geometry.padding2), 2)
    x = F.relu(normalised("conv2", x) + w.bias2.view(-1, 1, 1))
    x = F.linear(x.permute(0, 2, 3, 1).flatten(1), w.dense1)
    return F.linear(F.relu(normalised("dense1", x) + w.bias3), w.dense2, w.bias4)


def inputs(
    images: Tensor, geometry: Geometry, dtype: torch.dtype, memory: torch.memory_format
) -> Tensor:
    """What ``scores`` takes for uint8 images N x 28 x 28: their middle, 0 for blank."""
    edge = (28 - geometry.side) // 2
    x = images[:, edge : 28 - edge, edge : 28 - edge].to(dtype).div_(255 * BLACK).contiguous()
    if memory is not torch.channels_last:
        return x.unsqueeze(1)
    # With one channel the two layouts hold the same bytes, and the convolution would take CHW:
    # then everything up to conv2 runs four times slower.  Strides that say HWC decide it.
    side = geometry.side
    return x.as_strided((len(x), 1, side, side), (side * side, 1, side, 1))


@torch.no_grad()
def into(net: Net, weights: Weights, geometry: Geometry) -> Net:
    """``net`` with these weights: the full network, that takes inputs from 0 to 1."""
    w, maps = weights, geometry.maps
    assert net.conv1.bias is not None and net.conv2.bias is not None  # a Net's have one
    ring = (7 - maps) // 2
    net.conv1.weight.copy_(w.conv1 / BLACK)
    net.conv1.bias.copy_(w.bias1)
    net.conv2.weight.copy_(w.conv2)
    net.conv2.bias.copy_(w.bias2)
    if ring:
        net.dense1.weight.zero_()
    middle = net.dense1.weight.view(1024, 64, 7, 7)[:, :, ring : ring + maps, ring : ring + maps]
    middle.copy_(w.dense1.view(1024, maps, maps, 64).permute(0, 3, 1, 2))
    net.dense1.bias.copy_(w.bias3)
    net.dense2.weight.copy_(w.dense2)
    net.dense2.bias.copy_(w.bias4)
    return net
