"""The speed ladder: from the plain loop to the fastest recipe, one reason at a time.

Each rung names what it changes and why that helps, and looks at as many digits as it needs for
98.8 % of the validation digits, which are harder than the test digits.  ``climb`` measures them one
after another on this machine; ``docs/mnist.md`` has a table of what they measured elsewhere.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

import torch
from torch import nn

from course.mnist import fast, native, plain
from course.mnist.data import Digits, as_input
from course.mnist.fast import FASTEST, Recipe


@dataclass(frozen=True)
class Rung:
    """``name`` and ``why`` for a reader; ``recipe`` is None for the plain loop."""

    name: str
    why: str
    recipe: Recipe | None

    @property
    def samples(self) -> int:
        """How many digits it looks at."""
        return PLAIN_EPOCHS * 55_000 if self.recipe is None else self.recipe.samples

    def train(self, digits: Digits, seed: int = 0) -> nn.Module:
        """The network that this rung makes of ``digits``."""
        if self.recipe is None:
            return next(islice(plain.epochs(digits, seed), PLAIN_EPOCHS - 1, None)).net
        return fast.train(digits, self.recipe, seed)

    @property
    def prepare(self) -> Callable[[torch.Tensor], torch.Tensor]:
        """What turns uint8 images N x 28 x 28 into this rung's inputs."""
        return plain.standardised if self.recipe is None else as_input


PLAIN_EPOCHS = 2
ONE_TENSOR = Recipe(samples=2 * 55_000, batch=128)
HALF = replace(ONE_TENSOR, half=True, channels_last=True)
SCHEDULE = replace(HALF, samples=48_000, batch=64, rate=3e-3, betas=(0.7, 0.9), peak=0.15)
SMOOTH = replace(SCHEDULE, samples=32_000, smoothing=0.3)
CROPPED = replace(SMOOTH, cropped=True)
HARD = replace(CROPPED, samples=11_520, rate=5e-3, hardest=16_000)
MUON = replace(HARD, samples=7_040, hardest=8_000, muon=0.15, muon_steps=4, conv1_until=0.25)

LADDER = (
    Rung(
        "the plain loop",
        "The loop of PyTorch's own example: each digit is a picture that is opened, converted and "
        "standardised on its own, then stacked with 127 others.",
        None,
    ),
    Rung(
        "one tensor, no DataLoader",
        "All digits are 43 MB: they fit into one tensor, and a batch is one indexing. Nothing is "
        "done digit by digit in Python any more. Adam takes Adadelta's place.",
        ONE_TENSOR,
    ),
    Rung(
        "bf16 and channels_last",
        "Sixteen bits instead of thirty-two: twice the numbers in each instruction and in each "
        "byte of memory traffic. bf16 keeps float32's range and gives up digits, which a gradient "
        "does not miss; the weights themselves stay float32. With the channels last in memory, a "
        "convolution reads its window's numbers next to each other.",
        HALF,
    ),
    Rung(
        "a rate that rises and falls",
        "A large rate learns fast but never settles; a small one settles. Up to a high rate and "
        "then down to zero does in less than one pass what a constant rate does in two. "
        "Batches of 64 take more steps on the same digits.",
        SCHEDULE,
    ),
    Rung(
        "label smoothing",
        "Asking for 73 % instead of 100 % certainty stops the network from working on digits that "
        "it already has right.",
        SMOOTH,
    ),
    Rung(
        "only the middle",
        "Only 3 % of all ink lies in the outer four pixels. Without them, and with what blank "
        "means kept at 0, half of the convolutions' work is gone. What comes out is the whole "
        "network, and it is tested on whole pictures.",
        CROPPED,
    ),
    Rung(
        "hard digits first of all",
        "A tiny network of 14,218 parameters sees all digits in a tenth of a second. Those that it "
        "finds hard are what the large one learns from, with some of all kinds mixed in.",
        HARD,
    ),
    Rung(
        "Muon on the second convolution",
        "A gradient is long in a few directions and short in most. Muon makes all directions "
        "equally long, so that every step teaches all 64 filters something of their own.",
        MUON,
    ),
    Rung(
        "batch normalisation",
        "What each filter says is brought to mean 0 and deviation 1 over the batch, so that the "
        "layer behind it can use it from the first step on. In the end these numbers are "
        "multiplied into the weights, and the network is what it was. The weights of the last "
        "steps are averaged, too: one batch's whims cancel out.",
        FASTEST,
    ),
)


# What takes the place of HALF's rung where a processor has no bf16.
WITHOUT_HALF = Rung(
    "channels_last",
    "With the channels last in memory, a convolution reads its window's numbers next to each "
    "other, and pooling compares many channels at once. Half precision would be the next step: "
    "twice the numbers in each instruction. This processor has no instructions for bf16: it would "
    "turn each number into a float32 and back. So all that follows stays in float32.",
    replace(HALF, half=False),
)


def ladder_for(device: torch.device) -> tuple[Rung, ...]:
    """The rungs as they are climbed on ``device``: without half precision where it does not pay."""
    if native.half_pays(device):
        return LADDER
    return tuple(
        rung if rung.recipe is None or not rung.recipe.half else _in_single(rung, rung.recipe)
        for rung in LADDER
    )


def _in_single(rung: Rung, recipe: Recipe) -> Rung:
    return WITHOUT_HALF if recipe is HALF else replace(rung, recipe=replace(recipe, half=False))


@dataclass(frozen=True)
class Climbed:
    """A rung, the seconds that it took to train, and its accuracy (0 to 1)."""

    rung: Rung
    seconds: float
    accuracy: float


def climb(
    train: Digits, measure: Digits, rungs: Iterable[Rung] | None = None, seed: int = 0
) -> Iterator[Climbed]:
    """Each rung trained on ``train`` and measured, untimed, on ``measure`` (validation digits).

    Without ``rungs``, those of ``ladder_for``.
    """
    for rung in ladder_for(train.labels.device) if rungs is None else rungs:
        start = time.perf_counter()
        net = rung.train(train, seed)
        if train.labels.is_cuda:
            torch.cuda.synchronize(train.labels.device)
        seconds = time.perf_counter() - start
        yield Climbed(rung, seconds, _accuracy(net.eval(), measure, rung.prepare))


@torch.inference_mode()
def _accuracy(
    net: nn.Module, digits: Digits, prepare: Callable[[torch.Tensor], torch.Tensor]
) -> float:
    right = 0
    for start in range(0, len(digits), 1000):
        part = digits[start : start + 1000]
        right += (net(prepare(part.images)).argmax(1) == part.labels).sum().item()
    return right / len(digits)
