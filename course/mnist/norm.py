"""Batch normalisation that leaves nothing behind: what it measures is multiplied into the weights.

While the network learns, each channel of conv2 and each unit of dense1 is brought to mean 0 and
variance 1 over the batch (Ioffe and Szegedy, https://arxiv.org/abs/1502.03167), without a scale of
its own; the layer's bias comes after it.  So every layer can use what the one before it says from
the first step on, whatever its size.  A trained network normalises by fixed numbers, and that is a
multiplication and an addition by channel: the layer's own weights and bias can do both.
"""

from __future__ import annotations

from torch import Tensor, device, ones, zeros
from torch.nn import functional as F

from course.mnist.crop import Weights

EPSILON = 1e-3
LATEST = 0.1  # what the latest batch counts for among all, once there are ten


class Norm:
    """The means and variances of what conv2 (64 channels) and dense1 (1,024 units) compute.

    They are averages over the batches, recent ones counting more, in float32.
    """

    def __init__(self, where: device) -> None:
        sizes = {"conv2": 64, "dense1": 1024}
        self.mean = {name: zeros(size, device=where) for name, size in sizes.items()}
        self.variance = {name: ones(size, device=where) for name, size in sizes.items()}
        self.latest = 1.0

    def begin(self, step: int) -> None:
        """Say that the batch of ``step``, from 0, comes next: the first ones count alike."""
        self.latest = max(LATEST, 1 / (step + 1))

    def __call__(self, name: str, x: Tensor) -> Tensor:
        """``x``, N x channels or NCHW, normalised over the batch; what was measured is kept."""
        running = self.mean[name], self.variance[name]
        return F.batch_norm(x, *running, training=True, momentum=self.latest, eps=EPSILON)

    def folded(self, weights: Weights) -> Weights:
        """The weights with which the same is computed without normalising."""
        scale = {name: (kept + EPSILON).rsqrt() for name, kept in self.variance.items()}
        return weights._replace(
            conv2=weights.conv2 * scale["conv2"].view(-1, 1, 1, 1),
            bias2=weights.bias2 - self.mean["conv2"] * scale["conv2"],
            dense1=weights.dense1 * scale["dense1"].view(-1, 1),
            bias3=weights.bias3 - self.mean["dense1"] * scale["dense1"],
        )
