"""Whether half precision pays on this machine: measured, since a processor may only pretend to it.

With instructions for bf16 a processor takes twice the numbers at a time.  Without them each number
is turned into a float32 and back, and that takes several times as long as float32 alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import torch
from torch.nn import functional as F

TRIES = 5  # of each; the fastest counts
BATCH = 64
HOPELESS = 3.0  # times as slow: no more tries are needed, and each of them would take long


class Paces(NamedTuple):
    """Seconds of a small piece of training in float32 and in bf16."""

    single: float
    half: float

    @property
    def half_pays(self) -> bool:
        """Whether bf16 is the faster one."""
        return self.half < self.single

    def __str__(self) -> str:
        """Both, in words."""
        slow, fast = max(self), min(self)
        words = "faster" if self.half_pays else "slower"
        return (
            f"float32 {1000 * self.single:.1f} ms, bf16 {1000 * self.half:.1f} ms: half precision "
            f"is {slow / fast:.1f} times {words} on this processor"
        )


@cache
def paces() -> Paces:
    """Both measured on this processor, once in a process; some tens of milliseconds, as a rule."""
    return Paces(*_measured())


def half_pays(device: torch.device) -> bool:
    """Whether to train in bf16 on ``device``.

    On a CUDA card if it has bf16, on a processor if that is faster there; nowhere else, since
    nobody has measured it there.
    """
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported()
    return device.type == "cpu" and paces().half_pays


def _measured() -> tuple[float, float]:
    """The fastest of some tries of each, taking turns: others may be using the machine, too."""
    single, half = _work(torch.float32), _work(torch.bfloat16)
    best = [_timed(single), _timed(half)]  # what is paid once is in these
    for _ in range(TRIES):
        best = [min(best[0], _timed(single)), min(best[1], _timed(half))]
        if best[1] > HOPELESS * best[0]:
            break
    return best[0], best[1]


def _timed(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _work(dtype: torch.dtype) -> Callable[[], None]:
    """The second convolution of the lab's network, there and back, on a batch."""
    last = torch.channels_last
    x = torch.ones(BATCH, 32, 10, 10, dtype=dtype).to(memory_format=last).requires_grad_()
    weights = torch.ones(64, 32, 5, 5, dtype=dtype).to(memory_format=last).requires_grad_()
    return lambda: F.conv2d(x, weights, padding=2).sum().backward()
