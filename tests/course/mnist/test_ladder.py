"""The ladder holds together: each rung changes what it says, and can be climbed."""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import count, pairwise
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image

from course.mnist import fast, hard, ladder, plain
from course.mnist.data import as_input
from course.units.mnist import climb

pytestmark = pytest.mark.slow


def changed(before, after):
    """The names of the fields in which two recipes differ, apart from how long they train."""
    return {
        field.name
        for field in fields(before)
        if getattr(before, field.name) != getattr(after, field.name) and field.name != "samples"
    }


def test_each_rung_changes_what_it_says_and_the_last_is_the_fastest():
    recipes = [rung.recipe for rung in ladder.LADDER]
    assert recipes[0] is None and recipes[-1] is fast.FASTEST
    steps = [changed(*pair) for pair in pairwise(recipes[1:])]
    assert steps[0] == {"half", "channels_last"}
    assert {"peak", "batch"} <= steps[1]
    assert steps[2] == {"smoothing"}
    assert steps[3] == {"cropped"}
    assert "hardest" in steps[4] and "muon" in steps[5]
    assert {"normalised", "average"} <= steps[6]
    samples = [rung.samples for rung in ladder.LADDER]
    assert samples == sorted(samples, reverse=True), "no rung looks at more digits than the last"
    assert all(len(rung.why) > 60 for rung in ladder.LADDER)


def test_rungs_are_climbed_and_measured(digits):
    rungs = [replace(rung, recipe=replace(rung.recipe, samples=128)) for rung in ladder.LADDER[1:]]
    for climbed in ladder.climb(digits.train, digits.test[:50], rungs):
        assert climbed.seconds > 0
        assert 0 <= climbed.accuracy <= 1, climbed.rung.name


@pytest.mark.parametrize(
    ("how", "projected"),
    [({"quick": True}, [True, True, False]), ({"quick": False}, [True, False, False]),
     ({"least": True}, [True, True, True])],
)  # fmt: skip
def test_long_rungs_are_projected_and_short_ones_measured(digits, monkeypatch, how, projected):
    plainly, half, *_, last = ladder.LADDER
    few = replace(half.recipe, samples=256), replace(last.recipe, samples=128)
    rungs = [plainly, replace(half, recipe=few[0]), replace(last, recipe=few[1])]
    monkeypatch.setattr(climb, "ladder_for", lambda device: rungs)
    monkeypatch.setattr(climb, "LONG", (300, 150))
    monkeypatch.setattr(climb, "PART", (128, 128))
    bars = climb.measured(digits.train, digits.test[:50], **how)
    assert [bar.name for bar in bars] == [rung.name for rung in rungs]
    assert [bar.projected for bar in bars] == projected
    assert [bar.accuracy is None for bar in bars] == projected
    assert all(bar.seconds > 0 for bar in bars)


def test_the_plain_loops_clock_stands_while_it_is_looked_at(digits, monkeypatch):
    ticks = count()
    monkeypatch.setattr(plain, "time", SimpleNamespace(perf_counter=lambda: next(ticks)))
    run = plain.epochs(digits.train[:256], seed=0)
    first = next(run)
    for _ in range(100):
        next(ticks)
    second = next(run)
    assert first.steps == 2 and second.steps == 4
    assert first.seconds == 1 and second.seconds == 2
    assert next(plain.epochs(digits.train, seed=0, steps=1)).steps == 1


def test_what_the_reasons_say_is_so(digits):
    why = " ".join(rung.why for rung in ladder.LADDER)
    assert f"{55_000 * 28 * 28 / 1e6:.0f} MB" in why
    smoothed = 1 - ladder.SMOOTH.smoothing + ladder.SMOOTH.smoothing / 10
    assert f"for {100 * smoothed:.0f} % instead of 100 %" in why
    tiny = hard.initial(torch.Generator(), torch.device("cpu"))
    assert f"of {sum(weight.numel() for weight in tiny):,} parameters" in why
    assert ladder.SCHEDULE.samples < 55_000 and ladder.HALF.samples == 2 * 55_000, "passes"


def test_the_plain_loops_pictures_are_torchvisions(digits):
    x, label = plain.Pictures(digits.train)[3]
    picture = np.asarray(Image.fromarray(digits.train.images[3].numpy()))
    # ToTensor divides by 255 and puts the channel first, Normalize subtracts and divides.
    expected = torch.from_numpy((picture / 255 - 0.1307) / 0.3081).float().unsqueeze(0)
    torch.testing.assert_close(x, expected)
    assert type(label) is int
    torch.testing.assert_close(plain.standardised(digits.train.images[3:4])[0], expected)


def test_the_plain_loop_takes_digits_from_a_card(digits):
    def on_a_card(tensor):
        return SimpleNamespace(cpu=lambda: tensor)  # and no numpy(), as a CUDA tensor has none

    away = SimpleNamespace(
        images=on_a_card(digits.train.images), labels=on_a_card(digits.train.labels)
    )
    assert torch.equal(plain.Pictures(away)[3][0], plain.Pictures(digits.train)[3][0])


@pytest.mark.parametrize("rung", ladder.LADDER, ids=lambda rung: rung.name)
def test_a_rung_knows_its_inputs(rung, digits):
    same = rung.prepare is as_input
    assert same == (rung.recipe is not None)
