"""How many threads a machine's processor trains fastest with: measured, not believed.

On a machine that others use, two threads wait for each other, and one alone may be three times as
fast; on a free one all of them are.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import torch
from torch.nn import functional as F

from course.mnist.model import Net

TRIES = 3  # of each; the fastest counts
GAIN = 0.9  # of the time with all: what one thread has to beat


def take_the_faster(seconds: Callable[[], float] | None = None) -> int:
    """Set torch to one thread or to all that it had, whichever is faster now; how many that are.

    ``seconds`` says how long a piece of work takes; left out, steps of training are measured, which
    takes about a second.  The random numbers that follow are those that would have followed anyway.
    """
    everything = torch.get_num_threads()
    if everything == 1:
        return 1
    seconds = seconds or _training()
    best = {1: float("inf"), everything: float("inf")}
    for _ in range(TRIES):
        for threads in best:
            torch.set_num_threads(threads)
            best[threads] = min(best[threads], seconds())
    chosen = 1 if best[1] < GAIN * best[everything] else everything
    torch.set_num_threads(chosen)
    return chosen


def _training() -> Callable[[], float]:
    """Measures a step on 64 made-up digits with the lab's network."""
    with torch.random.fork_rng(devices=[]):
        net, images = Net(), torch.rand(64, 1, 28, 28)
    labels = torch.zeros(64, dtype=torch.long)

    def seconds() -> float:
        start = time.perf_counter()
        with torch.random.fork_rng(devices=[]):
            F.cross_entropy(net(images), labels).backward()
        return time.perf_counter() - start

    seconds()  # what is paid once belongs to nobody
    return seconds
