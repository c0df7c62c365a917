"""The notes' network, trained as fast as this course can: ``train(digits)``.

Every choice is a field of ``Recipe``; ``ladder`` climbs from the plain loop to ``FASTEST`` one
choice at a time and says why each helps.  ``SINGLE`` is for where half precision does not pay;
``recipe_for`` chooses.  All randomness is drawn first (``draw``), and the
learning itself (``learn``) is a function of what was drawn: no branch in it depends on a number
that it computes, and nothing is read back.  So the same code runs on a CPU, and on a GPU as one
captured CUDA graph (``graph``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from course.mnist import crop, hard, native
from course.mnist.data import Digits
from course.mnist.model import Net
from course.mnist.muon import Adam, Muon
from course.mnist.norm import Norm

MUON_MOMENTUM = 0.6
AVERAGED_FROM = 0.6  # of the steps


@dataclass(frozen=True)
class Recipe:
    """How to train.

    ``samples`` is how many digits are used, each counted as often as it is; ``batch`` how many a
    step takes; ``rate`` Adam's.  ``half`` computes in bf16 (the weights themselves stay float32);
    ``channels_last`` lays numbers as HWC instead of CHW; ``peak`` is where along the way a
    triangular rate is highest (0: the rate is constant); ``smoothing`` the labels'; ``cropped``
    trains on the middle; ``hardest`` is the pool of hard digits (0: none is chosen) and ``easy``
    the share of samples drawn from all digits;
    ``muon`` is the rate of Muon on conv2 (0: Adam there too), ``muon_steps`` its iterations;
    ``conv1_until`` is the share of the steps after which conv1 stays as it is;
    ``normalised`` normalises over the batch (``norm``); ``temperature`` divides the scores in the
    loss; ``average`` is how much of the weights' running average stays at each step, over the
    last steps (0: what the last step leaves is taken).
    """

    samples: int
    batch: int = 64
    rate: float = 1e-3
    betas: tuple[float, float] = (0.9, 0.999)
    half: bool = False
    channels_last: bool = False
    peak: float = 0.0
    smoothing: float = 0.0
    cropped: bool = False
    hardest: int = 0
    easy: float = 0.25
    muon: float = 0.0
    muon_steps: int = 3
    conv1_until: float = 1.0
    normalised: bool = False
    temperature: float = 1.0
    average: float = 0.0

    @property
    def geometry(self) -> crop.Geometry:
        """Where the network computes."""
        return crop.MIDDLE if self.cropped else crop.FULL

    @property
    def dtype(self) -> torch.dtype:
        """What it computes in."""
        return torch.bfloat16 if self.half else torch.float32

    @property
    def memory(self) -> torch.memory_format:
        """How pictures and convolutions' weights lie in memory."""
        return torch.channels_last if self.channels_last else torch.contiguous_format

    @property
    def steps(self) -> int:
        """How many steps it takes; a last, smaller batch is left out."""
        return self.samples // self.batch


FASTEST = Recipe(
    samples=4_608,
    batch=64,
    rate=6e-3,
    betas=(0.6, 0.9),
    half=True,
    channels_last=True,
    peak=0.1,
    smoothing=0.4,
    cropped=True,
    hardest=6_400,
    easy=0.1,
    muon=0.15,
    muon_steps=4,
    conv1_until=0.25,
    normalised=True,
    temperature=2.0,
    average=0.9,
)
# Where bf16 is slower than float32 (``native``).
SINGLE = replace(FASTEST, half=False)


class Draws(NamedTuple):
    """All that is random in a training, as tensors on the device."""

    easy: Tensor  # digits taken whatever they look like, as positions among all
    hard: Tensor  # digits taken from the pool of hard ones, as positions in it
    order: Tensor  # in which the easy and the hard ones come
    proxy: Tensor  # in which the tiny network sees all digits
    tiny: hard.Tiny
    weights: crop.Weights


def recipe_for(device: torch.device) -> Recipe:
    """The fastest recipe on ``device``."""
    return FASTEST if native.half_pays(device) else SINGLE


def train(digits: Digits, recipe: Recipe | None = None, seed: int = 0) -> Net:
    """The full 28x28 network, trained by ``recipe`` on the device where ``digits`` are.

    Without one, by the fastest there (``recipe_for``).  The same seed and recipe give the same
    network on the same machine.
    """
    device = digits.labels.device
    recipe = recipe or recipe_for(device)
    weights = learn(recipe, digits, draw(recipe, len(digits), seed, device))
    return finished(weights, recipe)


def finished(weights: crop.Weights, recipe: Recipe) -> Net:
    """A Net, ready to be evaluated, with what ``learn`` returned."""
    with torch.device("meta"):  # its own random weights would cost 20 ms and be overwritten
        net = Net()
    net.to_empty(device=weights.conv1.device)
    return crop.into(net, weights, recipe.geometry).eval()


def draw(recipe: Recipe, count: int, seed: int, device: torch.device) -> Draws:
    """What chance decides when ``recipe`` trains on ``count`` digits."""
    generator = torch.Generator(device).manual_seed(seed)

    def shuffled(n: int) -> Tensor:
        return torch.randperm(n, generator=generator, device=device)

    def passes(n: int, most: int) -> Tensor:
        """``most`` positions below n, all of them once before any comes again."""
        return torch.cat([shuffled(n) for _ in range(-(-most // n) or 1)])[:most]

    used = recipe.steps * recipe.batch
    easy = round(recipe.easy * used) if recipe.hardest else used
    return Draws(
        easy=passes(count, easy),
        hard=passes(min(recipe.hardest, count), used - easy) if recipe.hardest else shuffled(0),
        order=shuffled(used) if recipe.hardest else torch.arange(used, device=device),
        proxy=shuffled(count if recipe.hardest else 0),
        tiny=hard.initial(generator, device),
        weights=crop.initial(recipe.geometry, recipe.memory, generator, device),
    )


def learn(recipe: Recipe, digits: Digits, draws: Draws) -> crop.Weights:
    """The trained weights, float32; ``draws`` are left as they are."""
    which = chosen(recipe, digits, draws)
    x = crop.inputs(digits.images[which], recipe.geometry, recipe.dtype, recipe.memory)
    labels = digits.labels[which]
    masters = crop.Weights(*(weight.clone() for weight in draws.weights))
    # In float32 they are the masters themselves, under another name.
    working = crop.Weights(*(m.detach().to(recipe.dtype).requires_grad_() for m in masters))
    # Without a bias in conv1 blank stays blank: ``crop`` says why that matters.
    fixed = {"bias1"} if recipe.cropped else set()
    adam = Adam(masters._asdict(), recipe.betas)
    muon = Muon(masters.conv2, MUON_MOMENTUM, recipe.muon_steps, recipe.dtype)
    norm = Norm(labels.device)
    normalised = norm if recipe.normalised else crop.as_it_is
    averaged_from = round(AVERAGED_FROM * recipe.steps) if recipe.average else recipe.steps
    averaged = masters
    for step in range(recipe.steps):
        if step == round(recipe.conv1_until * recipe.steps):
            fixed |= {"conv1", "bias1"}
        part = slice(step * recipe.batch, (step + 1) * recipe.batch)
        norm.begin(step)
        out = crop.scores(working, x[part], recipe.geometry, normalised).float()
        loss = F.cross_entropy(
            out / recipe.temperature, labels[part], label_smoothing=recipe.smoothing
        )
        taught = {name: w for name, w in working._asdict().items() if name not in fixed}
        found = torch.autograd.grad(loss, list(taught.values()))
        gradients = {name: g.float() for name, g in zip(taught, found, strict=True)}
        share = hard.triangle(step, recipe.steps, recipe.peak) if recipe.peak else 1.0
        if recipe.muon:
            muon.step(gradients.pop("conv2"), recipe.muon * share)
        adam.step(gradients, recipe.rate * share)
        with torch.no_grad():
            if recipe.half:
                torch._foreach_copy_(list(working), list(masters))
            if step == averaged_from:
                averaged = crop.Weights(*(weight.clone() for weight in masters))
            elif step > averaged_from:
                torch._foreach_lerp_(list(averaged), list(masters), 1 - recipe.average)
    return norm.folded(averaged) if recipe.normalised else averaged


def chosen(recipe: Recipe, digits: Digits, draws: Draws) -> Tensor:
    """Which digits are used, in their order: easy and hard ones mixed."""
    if not recipe.hardest:
        return draws.easy
    difficulty = hard.losses(digits.images, digits.labels, draws.proxy, draws.tiny)
    pool = difficulty.topk(min(recipe.hardest, len(digits))).indices
    return torch.cat([draws.easy, pool[draws.hard]])[draws.order]
