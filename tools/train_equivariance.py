"""Train the two small networks of unit 07 and write their weights.

    python tools/train_equivariance.py

Both see the same digits, drawn by the course itself.  They differ in their pooling: max pooling of
2 x 2, or max, blur and every second number, along rows and then along columns.  One thread and
fixed seeds: the same machine writes the same file.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import nn

from course.units.equivariance.digits import draw

FILE = Path(__file__).resolve().parents[1] / "course" / "units" / "equivariance" / "networks.npz"
TRAINING, TRAINING_SEED = 4_000, 1
HELD_OUT, HELD_OUT_SEED = 1_000, 2
EPOCHS, BATCH, RATE = 12, 50, 2e-3


class BlurPool(nn.Module):
    """Max of two, blurred, every second of it, along the last axis; then the same down columns."""

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        """Maps N x D x H x W as N x D x H/2 x W/2; each row and column closes to a ring."""
        for axis in (3, 2):
            largest = torch.maximum(maps, maps.roll(-1, axis))
            blurred = (largest.roll(1, axis) + 2 * largest + largest.roll(-1, axis)) / 4
            maps = blurred[..., ::2] if axis == 3 else blurred[..., ::2, :]
        return maps


def network(pooling: str) -> nn.Sequential:
    """The untrained network: 28 -> 24 -> 12 -> 10 -> 5 columns, then ten scores."""
    pool = {"max": lambda: nn.MaxPool2d(2), "blur": BlurPool}[pooling]
    return nn.Sequential(
        nn.Conv2d(1, 8, 5), nn.ReLU(), pool(),
        nn.Conv2d(8, 16, 3), nn.ReLU(), pool(),
        nn.Flatten(), nn.Linear(16 * 5 * 5, 10),
    )  # fmt: skip


def trained(pooling: str, images: torch.Tensor, shown: torch.Tensor) -> nn.Sequential:
    """The network after EPOCHS rounds over the digits."""
    torch.manual_seed(0)
    made = network(pooling)
    optimiser = torch.optim.Adam(made.parameters(), lr=RATE)
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(images)).split(BATCH):
            loss = nn.functional.cross_entropy(made(images[batch]), shown[batch])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    return made.eval()


def tensors(count: int, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Digits as N x 1 x 28 x 28, and what they show."""
    images, shown = draw(count, seed)
    return torch.tensor(images, dtype=torch.float32)[:, None], torch.tensor(shown)


def main() -> None:
    """Train both, say how well they do on digits they have not seen, write the file."""
    torch.set_num_threads(1)
    training, held_out = tensors(TRAINING, TRAINING_SEED), tensors(HELD_OUT, HELD_OUT_SEED)
    weights: dict[str, np.ndarray] = {}
    for pooling in ("max", "blur"):
        made = trained(pooling, *training)
        images, shown = held_out
        with torch.no_grad():
            said = made(images).argmax(1)
            right = (said == shown).double().mean().item()
            changed = [
                torch.cat([
                    made(images.roll(move, axis)).argmax(1) != said
                    for axis in (2, 3) for move in (-by, by)
                ]).double().mean().item()
                for by in (1, 2)
            ]  # fmt: skip
        print(f"{pooling}: {right:.1%} right; shifted by 1, by 2: "
              f"{changed[0]:.2%}, {changed[1]:.2%} change")  # fmt: skip
        for name, place in (("conv1", 0), ("conv2", 3), ("dense", 7)):
            weights[f"{pooling}_{name}_weights"] = made[place].weight.detach().numpy()
            weights[f"{pooling}_{name}_biases"] = made[place].bias.detach().numpy()
    np.savez_compressed(FILE, **weights)
    print(f"{FILE.name}: {FILE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
