"""Which digits are hard: a tiny network learns them all in a tenth of a second, and its loss tells.

Most of MNIST's digits teach a network nothing after the first few hundred.  A perceptron with one
hidden layer of 128, on the middle of the picture at half its resolution (100 numbers), sees every
digit once; those it then gets wrong, or nearly so, are the ones worth the large network's time.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from course.mnist.muon import Adam

HIDDEN = 128
BATCH = 1024
RATE = 0.02


class Tiny(NamedTuple):
    """The tiny network's weights."""

    weight1: Tensor
    bias1: Tensor
    weight2: Tensor
    bias2: Tensor


def initial(generator: torch.Generator, device: torch.device) -> Tiny:
    """New weights, uniform as PyTorch's own layers start, with biases 0."""

    def uniform(out: int, into: int) -> Tensor:
        limit = into**-0.5
        return torch.empty(out, into, device=device).uniform_(-limit, limit, generator=generator)

    zeros = torch.zeros(HIDDEN + 10, device=device)
    return Tiny(uniform(HIDDEN, 100), zeros[:HIDDEN], uniform(10, HIDDEN), zeros[HIDDEN:])


def losses(images: Tensor, labels: Tensor, order: Tensor, weights: Tiny) -> Tensor:
    """How hard each digit is, N: its loss after one pass over all of them in ``order``.

    ``images`` are uint8, N x 28 x 28; ``weights`` are where the tiny network starts.
    """
    x = features(images)
    tiny = Tiny(*(weight.clone().requires_grad_() for weight in weights))
    adam = Adam({name: w.detach() for name, w in tiny._asdict().items()}, betas=(0.7, 0.9))
    steps = max(1, len(order) // BATCH)
    for step in range(steps):
        which = order[step * BATCH : (step + 1) * BATCH]
        loss = F.cross_entropy(_scores(tiny, x[which]), labels[which])
        gradients = dict(zip(Tiny._fields, torch.autograd.grad(loss, tiny), strict=True))
        adam.step(gradients, RATE * triangle(step, steps, 0.2))
    with torch.no_grad():
        return F.cross_entropy(_scores(tiny, x), labels, reduction="none")


def features(images: Tensor) -> Tensor:
    """N x 100, about -0.6 to 2.6: the middle 20x20, each 2x2 pixels averaged."""
    # Four slices summed as integers: four times quicker than pooling the pixels as floats.
    total = images[:, 4:24:2, 4:24:2].short()
    total += images[:, 5:24:2, 4:24:2]
    total += images[:, 4:24:2, 5:24:2]
    total += images[:, 5:24:2, 5:24:2]
    return total.flatten(1).float().sub_(4 * 50).div_(4 * 80)


def triangle(step: int, steps: int, peak: float) -> float:
    """The share of the rate at ``step``: up from 0 to 1 at ``peak`` of the way, down to 0."""
    done = (step + 0.5) / steps
    return done / peak if done < peak else (1 - done) / (1 - peak)


def _scores(tiny: Tiny, x: Tensor) -> Tensor:
    hidden = F.relu(F.linear(x, tiny.weight1, tiny.bias1))
    return F.linear(hidden, tiny.weight2, tiny.bias2)
