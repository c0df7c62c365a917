"""Measuring the speed ladder in a notebook: whole, or quickly by projecting from a part."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import replace

from tqdm.auto import tqdm

from course.mnist import fast, plain
from course.mnist.data import Digits
from course.mnist.ladder import Rung, climb, ladder_for
from course.pictures.speed import Bar

# Rungs that look at more digits than LONG are not trained to their end: their seconds are projected
# from PART of them.  The first of each pair holds with time, the second when it has to be quick.
LONG = (60_000, 20_000)
PART = (25_600, 1_280)
TRIES = 2  # the faster one counts: others may be using the machine, too
LEAST = 128


def measured(train: Digits, validation: Digits, quick: bool = True, least: bool = False) -> list:
    """A Bar for each rung, trained on ``train`` and measured on ``validation``.

    Only a part of the long rungs is run, and their seconds are projected from it, without an
    accuracy; more of them are long when it has to be ``quick``.  ``least`` projects all of them,
    from two batches: enough to draw a picture.
    """
    rungs = ladder_for(train.labels.device)
    _warm_up(train, rungs)
    todo = tqdm(rungs, desc="climbing", unit=" rungs", disable=least)
    return [bar for rung in todo for bar in _bars(rung, train, validation, quick, least)]


def _bars(rung: Rung, train: Digits, validation: Digits, quick: bool, least: bool) -> Iterator[Bar]:
    if least or rung.samples > LONG[quick]:
        part, tries = (LEAST, 1) if least else (PART[quick], TRIES if quick else 1)
        seconds = min(_seconds(rung, train, part) for _ in range(tries))
        yield Bar(rung.name, seconds, None, rung.why, projected=True)
        return
    for result in climb(train, validation, [rung]):
        yield Bar(rung.name, result.seconds, result.accuracy, rung.why)


def _seconds(rung: Rung, train: Digits, part: int) -> float:
    """How long ``rung`` would take, from the pace of the first ``part`` digits."""
    start = time.perf_counter()
    if rung.recipe is None:
        done = next(plain.epochs(train, 0, steps=part // plain.BATCH)).steps * plain.BATCH
    else:
        recipe = replace(rung.recipe, samples=part)
        fast.train(train, recipe)
        done = recipe.steps * recipe.batch
    return (time.perf_counter() - start) / done * rung.samples


def _warm_up(train: Digits, rungs: Iterable[Rung]) -> None:
    """A few steps of both kinds: what a process pays once belongs to no rung."""
    few = train[:256]
    next(plain.epochs(few, 0, steps=1))
    for half in {rung.recipe.half for rung in rungs if rung.recipe}:
        fast.train(few, replace(fast.FASTEST, samples=128, half=half))
