"""Training and evaluation, to be read in a minute: ``fit`` and ``evaluate`` are all there is.

The rest of this file is what a loop needs around it: the device, the seed, what is shown, and what
happens when something goes wrong (``trouble``, ``live`` and ``checkpoint`` do the work).
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from course.mnist import checkpoint
from course.mnist.data import Digits, as_input
from course.mnist.live import Live
from course.mnist.threads import take_the_faster
from course.mnist.trouble import NotFinite, TrainingStopped, sentence
from course.pictures.curves import Point, curves
from course.pictures.picture import Picture
from course.pictures.words import count

LOOK_EVERY = 10  # steps between two looks at the loss: each look waits for the device
SAVE_EVERY = 10_000  # digits between two checkpoints; there is one after each epoch, too


@dataclass
class History:
    """What happened: points of training and validation, and ``ended`` in words.

    ``checkpoint`` is the last file saved.  Shown, it draws its curves.
    """

    training: list[Point] = field(default_factory=list)
    validation: list[Point] = field(default_factory=list)
    ended: str = "not yet"
    checkpoint: Path | None = None
    goal: int = 0

    def picture(self) -> Picture:
        """Loss and accuracy against digits seen."""
        return curves(self.training, self.validation, self.goal)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return self.picture()._repr_mimebundle_()


def fit(
    net: nn.Module,
    train: Digits,
    validation: Digits,
    *,
    epochs: int = 1,
    batch: int = 128,
    rate: float = 1e-3,
    seed: int = 0,
    device: torch.device | str | None = None,
    path: str | os.PathLike[str] | None = "mnist.safetensors",
    show: bool = True,
) -> History:
    """The history of teaching ``net``, in place, for ``epochs`` passes over ``train``.

    After every epoch, and every 10,000 digits, the weights are measured on ``validation`` and saved
    at ``path``.  The stop button and Jupyter's own (an interrupt) end it early and keep what was
    learned.  The same ``seed`` gives the same network on the same machine, if ``net`` was made
    after ``seeded(seed)``.  Raises TrainingStopped, with a sentence that says what to do, for a
    loss that is not finite, for missing memory and for a GPU that fails or is not there.
    """
    device, path = choose(device), None if path is None else Path(path)
    history = History(goal=epochs * (len(train) // batch) * batch)
    with (
        Live(history, f"on {named(device)}", show) as live,
        _told(history, net, path, batch, device),
    ):
        generator = seeded(seed)
        net.to(device)
        train, validation = train.to(device), validation.to(device)
        optimiser = torch.optim.Adam(net.parameters(), lr=rate)
        seen = 0

        def measure(epoch: int) -> None:
            history.validation.append(_finite(evaluate(net, validation, seen=seen)))
            _save(net, path, history, epoch=epoch, seed=seed)
            live.update(now=True)

        for epoch in range(epochs):
            net.train()
            for images, labels in batches(train, batch, generator):
                scores = net(as_input(images))
                loss = F.cross_entropy(scores, labels)
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
                seen += len(labels)
                if seen // batch % LOOK_EVERY == 1:
                    history.training.append(_point(seen, loss, scores, labels))
                    live.update()
                if live.stopped:
                    break
                if seen % SAVE_EVERY < batch <= seen:
                    measure(epoch)
            measure(epoch + 1)
            if live.stopped:
                history.ended = f"stopped by you after {seen:,} digits; what was learned is kept"
                break
        else:
            history.ended = f"finished: {epochs} epoch{'s' * (epochs != 1)}, {seen:,} digits"
    return history


@torch.no_grad()
def evaluate(net: nn.Module, digits: Digits, batch: int = 1000, seen: int = 0) -> Point:
    """Mean loss and accuracy (0 to 1) on all ``digits``; dropout rests meanwhile."""
    training, device = net.training, next(net.parameters()).device
    net.eval()
    loss, right = 0.0, 0
    for start in range(0, len(digits), batch):
        part = digits[start : start + batch].to(device)
        scores = net(as_input(part.images))
        loss += F.cross_entropy(scores, part.labels, reduction="sum").item()
        right += (scores.argmax(1) == part.labels).sum().item()
    net.train(training)
    return Point(seen, loss / len(digits), right / len(digits))


def batches(
    digits: Digits, batch: int, generator: torch.Generator
) -> Iterator[tuple[Tensor, Tensor]]:
    """Images and labels, ``batch`` at a time, in a new order; a last, smaller batch is left out."""
    order = torch.randperm(len(digits), generator=generator).to(digits.labels.device)
    for start in range(0, len(order) - batch + 1, batch):
        which = order[start : start + batch]
        yield digits.images[which], digits.labels[which]


def seeded(seed: int) -> torch.Generator:
    """A generator for the order of the digits; sets torch's own seed, for weights and dropout."""
    torch.manual_seed(seed)
    return torch.Generator().manual_seed(seed)


def choose(device: torch.device | str | None = None) -> torch.device:
    """``device``, or the fastest that this machine has: a GPU, Apple's, else the CPU.

    Raises TrainingStopped for a GPU that is not there.
    """
    if device is not None:
        device = torch.device(device)
        if device.type == "cuda" and not torch.cuda.is_available():
            raise TrainingStopped(
                "There is no GPU here that torch can use. Leave out device, and the lab takes the "
                "fastest that there is; device='cpu' works everywhere."
            )
        return device
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def settled() -> str:
    """What this lab computes on, in words; of a processor as many threads as are fastest now."""
    device = choose()
    if device.type == "cpu":
        take_the_faster()
    return named(device)


def named(device: torch.device) -> str:
    """The device in words: "the GPU (NVIDIA …)", "the CPU (2 threads)"."""
    if device.type == "cuda":
        return f"the GPU ({torch.cuda.get_device_name(device)})"
    if device.type == "mps":
        return "this Mac's GPU"
    return f"the CPU ({count(torch.get_num_threads(), 'thread')})"


def _point(seen: int, loss: Tensor, scores: Tensor, labels: Tensor) -> Point:
    """How the batch went; raises NotFinite."""
    right = (scores.argmax(1) == labels).float().mean().item()
    return _finite(Point(seen, loss.item(), right))


def _finite(point: Point) -> Point:
    if not math.isfinite(point.loss):
        raise NotFinite(f"The loss is {point.loss} after {point.seen:,} digits")
    return point


def _save(net: nn.Module, path: Path | None, history: History, **notes: object) -> None:
    if path is None:
        return
    try:
        history.checkpoint = checkpoint.save(net, path, **notes)
    except checkpoint.CheckpointError as error:
        raise NotFinite(str(error)) from None


@contextmanager
def _told(
    history: History, net: nn.Module, path: Path | None, batch: int, device: torch.device
) -> Iterator[None]:
    """Turns what can go wrong while training into a sentence, and keeps what was learned."""
    try:
        try:
            yield
        except KeyboardInterrupt:
            _save(net, path, history)
            kept = f"it is in {path or 'the network'}"
            history.ended = f"interrupted by you; what was learned is kept: {kept}"
    except Exception as error:
        told = sentence(error, batch=batch, device=device, path=path, saved=history.checkpoint)
        if told is None:
            raise
        history.ended = told
        raise TrainingStopped(told) from error
