"""Two optimisers without the weight of ``torch.optim``: Adam on most, Muon on a convolution.

Constructing ``torch.optim.Adam`` imports torch's compiler, which takes a second the first time: as
long as the whole fast recipe.  Both classes here keep no Python state that a CUDA graph would miss.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

# Coefficients of Keller Jordan's Muon (https://kellerjordan.github.io/posts/muon/): each step sends
# a singular value s to 3.4445 s - 4.7750 s^3 + 2.0315 s^5, steep at 0 and about 1 around 1.
QUINTIC = (3.4445, -4.7750, 2.0315)


def orthogonal(matrix: Tensor, steps: int, dtype: torch.dtype = torch.bfloat16) -> Tensor:
    """About U V^T, rows x columns, for ``matrix`` = U S V^T with rows <= columns.

    All singular values end near 1 (between 0.7 and 1.2 after five steps): every direction of the
    gradient gets a step of the same length.  Newton and Schulz's iteration, matrix products only.
    """
    if matrix.size(0) > matrix.size(1):
        return orthogonal(matrix.T, steps, dtype).T
    a, b, c = QUINTIC
    x = matrix.to(dtype)
    x = x / (x.norm() + 1e-7)
    for _ in range(steps):
        gram = x @ x.T
        x = torch.addmm(x, torch.addmm(gram, gram, gram, beta=b, alpha=c), x, beta=a)
    return x


class Muon:
    """Momentum, orthogonalised, on one convolution's weights (OIHW); updates them in place.

    Before each step the weights are scaled back to length sqrt(O), so that ``rate`` is the share
    that a step may change.
    """

    def __init__(self, weight: Tensor, momentum: float, steps: int, dtype: torch.dtype) -> None:
        self.weight, self.momentum, self.steps, self.dtype = weight, momentum, steps, dtype
        self.velocity = torch.zeros_like(weight)

    @torch.no_grad()
    def step(self, gradient: Tensor, rate: float) -> None:
        """Scale the weight to the norm sqrt(K), and step by ``rate`` along all directions alike."""
        velocity = self.velocity.mul_(self.momentum).add_(gradient)
        ahead = gradient.add(velocity, alpha=self.momentum)  # Nesterov's
        out = len(ahead)
        # Rows are output channels.  HWC, as they lie in memory: the order of columns is no matter.
        flat = ahead.permute(0, 2, 3, 1).reshape(out, -1)
        update = orthogonal(flat, self.steps, self.dtype).to(self.weight.dtype)
        o, i, h, w = ahead.shape
        update = update.view(o, h, w, i).permute(0, 3, 1, 2)
        self.weight.mul_(out**0.5 / (self.weight.norm() + 1e-7)).sub_(update, alpha=rate)


class Adam:
    """Kingma and Ba's Adam, one fused call for all that a step updates; float32, in place."""

    def __init__(
        self, weights: Mapping[str, Tensor], betas: tuple[float, float] = (0.9, 0.999)
    ) -> None:
        self.weights, self.betas = dict(weights), betas
        self.first = {name: torch.zeros_like(w) for name, w in self.weights.items()}
        self.second = {name: torch.zeros_like(w) for name, w in self.weights.items()}
        # Tensors: the fused call and a CUDA graph both count on the device.
        self.steps = {name: torch.zeros((), device=w.device) for name, w in self.weights.items()}

    @torch.no_grad()
    def step(self, gradients: Mapping[str, Tensor], rate: float) -> None:
        """Update the weights that have a gradient here; the others stay."""

        def of(state: dict[str, Tensor]) -> list[Tensor]:
            return [state[name] for name in gradients]

        torch._foreach_add_(of(self.steps), 1)
        torch._fused_adam_(
            of(self.weights),
            list(gradients.values()),
            of(self.first),
            of(self.second),
            [],
            of(self.steps),
            lr=rate,
            beta1=self.betas[0],
            beta2=self.betas[1],
            weight_decay=0.0,
            eps=1e-8,
            amsgrad=False,
            maximize=False,
        )
