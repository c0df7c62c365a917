"""Dropout: mean and spread of what it gives, against the probability of keeping."""

from __future__ import annotations

from math import sqrt

import numpy as np

from course import plots
from course.pictures.live.yours import Yours, judge
from course.pictures.picture import Picture
from course.pictures.svg import BLUE, PURPLE, VERMILLION
from exercises.comparison import same

SEED = 9
DRAWS = 24
KEEP = np.linspace(0.05, 1, 96)


def spread(keep: float, n: int, inverted: bool) -> float:
    """The standard deviation of the mean of ``n`` ones after dropout."""
    return sqrt(keep * (1 - keep) / n) / (keep if inverted else 1)


def dropped(keep: float, n: int) -> np.ndarray:
    """DRAWS x n ones after inverted dropout, by one seed."""
    stay = np.random.default_rng(SEED).random((DRAWS, n)) < keep
    made: np.ndarray = stay / keep
    return made


def dropout(percent: int, n: int, yours: Yours | None = None) -> Picture:
    """The mean of ``n`` ones after dropout with and without rescaling, and some draws of it.

    Bands are one standard deviation to each side.  ``yours`` is the student's answer to
    ``question(percent)``.
    """
    keep = percent / 100
    figure, axes = plots.figure(height=340)
    axes.set_position((0.09, 0.16, 0.88, 0.72))  # so that nothing moves but what the sliders move
    for inverted, colour, dashes, name in (
        (True, BLUE, "-", "divided by keep (inverted dropout)"),
        (False, VERMILLION, "--", "left as they are"),
    ):
        mean = np.ones_like(KEEP) if inverted else KEEP
        wide = np.array([spread(one, n, inverted) for one in KEEP])
        axes.fill_between(KEEP, mean - wide, mean + wide, color=colour, alpha=0.16, linewidth=0)
        axes.plot(KEEP, mean, color=colour, linestyle=dashes, label=name)
    axes.axvline(keep, color=plots.PAGE, linewidth=1)
    means = dropped(keep, n).mean(axis=1)
    axes.plot(np.full(DRAWS, keep), means, "o", markersize=6, markerfacecolor="none",
              markeredgecolor=PURPLE, linestyle="none", label=f"{DRAWS} draws, divided by keep",
              clip_on=True)  # fmt: skip
    axes.set_xlim(0, 1.02)
    axes.set_ylim(-1, 3.5)
    axes.set_xlabel("probability of keeping")
    axes.set_ylabel("mean of n ones" if n > 1 else "what a 1 becomes")
    axes.legend(loc="upper right")
    scaled, plain = spread(keep, n, True), spread(keep, n, False)
    words = (
        f"Keep {keep:g}, so p = {1 - keep:.2g}, over n = {n}. Divided by keep: mean 1, standard "
        f"deviation {scaled:.3f}. Left as they are: mean {keep:g}, standard deviation {plain:.3f}. "
        f"{DRAWS} draws with seed {SEED} lie between {means.min():.2f} and {means.max():.2f}."
    )
    if yours:
        x, u, p = question(percent)
        right = np.where(u < p, 0, x) / (1 - p)
        verdict = judge(yours, same(yours.answer, right), "see the exercise's examples")
        verdict_says = str(verdict)
        axes.set_title(verdict_says, fontsize=11)
        words += f" {verdict_says}."
    return plots.show(figure, words)


def question(percent: int) -> tuple[np.ndarray, np.ndarray, float]:
    """What a student's function is asked for at a setting: x, u and p."""
    return np.ones(1000), np.random.default_rng(SEED).random(1000), 1 - percent / 100
