"""The fast recipe on a GPU: a whole training as one captured CUDA graph.

A fast card computes a step in a fraction of a millisecond; telling it what to do takes far longer.
A CUDA graph is told once: ``Graph`` runs ``fast.learn`` a few times so that every library has made
its choices, records it, and then replays the recording for each seed, with new draws copied into
the recorded places.
"""

from __future__ import annotations

import torch
from torch import Tensor

from course.mnist import crop, fast
from course.mnist.data import Digits
from course.mnist.model import Net

WARM_UPS = 3  # torch's own advice before a capture that contains a backward pass


class Graph:
    """``recipe`` recorded on the card where ``digits`` are; ``train(seed)`` replays it.

    Raises RuntimeError where the digits are not on a CUDA device.
    """

    def __init__(self, digits: Digits, recipe: fast.Recipe | None = None) -> None:
        self.device = digits.labels.device
        if self.device.type != "cuda":
            raise RuntimeError(
                f"A CUDA graph needs digits on a CUDA device; these are on {self.device}. Use "
                "digits.to('cuda'), or fast.train, which needs no graph."
            )
        recipe = recipe or fast.recipe_for(self.device)
        self.recipe, self.count = recipe, len(digits)
        self.draws = fast.draw(recipe, self.count, 0, self.device)
        aside = torch.cuda.Stream(self.device)
        aside.wait_stream(torch.cuda.current_stream(self.device))
        with torch.cuda.stream(aside):
            for _ in range(WARM_UPS):
                fast.learn(recipe, digits, self.draws)
        torch.cuda.current_stream(self.device).wait_stream(aside)
        self.graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self.graph):
            self.weights = fast.learn(recipe, digits, self.draws)

    def learn(self, seed: int) -> crop.Weights:
        """The weights that ``fast.learn`` would return; the next call overwrites them."""
        refill(self.draws, fast.draw(self.recipe, self.count, seed, self.device))
        self.graph.replay()
        return self.weights

    def train(self, seed: int) -> Net:
        """The full 28x28 network for ``seed``, as ``fast.train`` returns it."""
        return fast.finished(self.learn(seed), self.recipe)


@torch.no_grad()
def refill(recorded: fast.Draws, fresh: fast.Draws) -> None:
    """Copy ``fresh`` draws into the memory that a recording reads."""
    for old, new in zip(_tensors(recorded), _tensors(fresh), strict=True):
        old.copy_(new)


def _tensors(draws: fast.Draws) -> list[Tensor]:
    return [
        tensor for part in draws for tensor in ([part] if isinstance(part, Tensor) else list(part))
    ]
