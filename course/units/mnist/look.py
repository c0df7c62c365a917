"""Looking at a trained network: what it confuses, what it finds hard, its filters, its maps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from course.mnist.data import Digits, as_input
from course.pictures import digits as digits_picture
from course.pictures.picture import Picture


def shares(net: nn.Module, digits: Digits, batch: int = 1000) -> Tensor:
    """What ``net`` says of each digit, N x 10: shares that sum to 1, on the CPU."""
    device, parts = next(net.parameters()).device, []
    training = net.training
    net.eval()
    with torch.no_grad():
        for start in range(0, len(digits), batch):
            scores = net(as_input(digits.images[start : start + batch].to(device)))
            parts.append(scores.float().softmax(1).cpu())
    net.train(training)
    return torch.cat(parts)


def confused(said: Tensor, digits: Digits) -> np.ndarray:
    """How often which digit is taken for which, [true, said], by what ``shares`` says of them."""
    counts = np.zeros((10, 10), dtype=int)
    np.add.at(counts, (digits.labels.cpu().numpy(), said.argmax(1).numpy()), 1)
    return counts


def taken(said: Tensor, digits: Digits, true: int, for_: int, count: int) -> np.ndarray:
    """The first ``count`` digits that are ``true`` and taken ``for_`` this, N x 28 x 28, 0 to 1."""
    which = (digits.labels.cpu() == true) & (said.argmax(1) == for_)
    images: np.ndarray = digits.images[which.to(digits.images.device)][:count].cpu().numpy() / 255
    return images


def hardest(said: Tensor, digits: Digits, count: int = 16) -> tuple[Digits, Picture]:
    """The ``count`` digits of which least was ``said`` right, worst first, and their picture."""
    labels = digits.labels.cpu()
    which = said[torch.arange(len(said)), labels].argsort()[:count]
    captions = []
    for one in which.tolist():
        share, taken = said[one].max(0)
        captions.append(f"{labels[one]} said {taken}\n{share:.0%} sure")
    images = digits.images[which.to(digits.images.device)].cpu().numpy() / 255
    says = f"The {len(which)} hardest of {len(digits):,} digits, the worst first:"
    return digits[which], digits_picture.digits(images, captions, says)


def some(digits: Digits, count: int = 16) -> Picture:
    """The first ``count`` digits, with what they are."""
    labels = [str(label) for label in digits.labels[:count].tolist()]
    says = f"The first {len(labels)} of {len(digits):,} digits, labelled:"
    images = digits.images[:count].cpu().numpy() / 255
    return digits_picture.digits(images, labels, says, details=count)


@dataclass(frozen=True)
class Inside:
    """A digit on its way through a network: ``maps`` after each pooling, K x h x w."""

    image: np.ndarray
    true: int
    maps: list[np.ndarray]
    shares: list[float]


def inside(net: nn.Module, digits: Digits, number: int) -> Inside:
    """What happens to digit ``number`` inside ``net``."""
    found: list[np.ndarray] = []
    pool: Any = net.pool  # torch knows a module's parts as tensors or modules, whichever
    hook = pool.register_forward_hook(
        lambda layer, into, out: found.append(out[0].detach().float().cpu().numpy())
    )
    one = digits[number : number + 1]
    try:
        said = shares(net, one)[0].tolist()
    finally:
        hook.remove()
    return Inside(one.images[0].cpu().numpy() / 255, int(one.labels[0]), found, said)
