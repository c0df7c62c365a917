"""Loss and accuracy while a network learns: two plots side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from course import plots
from course.pictures.picture import Picture
from course.pictures.svg import BLUE, VERMILLION

WIDTH, HEIGHT = 660, 260


@dataclass(frozen=True)
class Point:
    """Loss and accuracy (0 to 1) after ``seen`` digits."""

    seen: int
    loss: float
    accuracy: float


def curves(training: Sequence[Point], validation: Sequence[Point], goal: int = 0) -> Picture:
    """Both plots; ``training`` as a thin line, ``validation`` as a dashed one with diamonds.

    ``goal`` is how many digits will have been seen at the end, so that the axis stands still while
    the lines grow.  A point that is not finite is left out.
    """
    training, validation = _finite(training), _finite(validation)
    both = [*training, *validation]
    figure, pair = plots.figure(WIDTH, HEIGHT, columns=2)
    for axes, value in zip(pair, ("loss", "accuracy"), strict=True):
        points = plots.thinned(training)
        (learned,) = axes.plot(
            [point.seen for point in points], [getattr(point, value) for point in points],
            color=BLUE, linewidth=1.2, linestyle="-",
        )  # fmt: skip
        (held_out,) = axes.plot(
            [point.seen for point in validation], [getattr(point, value) for point in validation],
            color=VERMILLION, linestyle="--", marker="D", markersize=6,
            markerfacecolor="none", markeredgewidth=1.6, clip_on=not validation,
        )  # fmt: skip
        axes.set_title(value, loc="left", fontweight="bold")
        axes.set_xlabel("digits seen")
        axes.set_xlim(0, max([goal, 10, *(point.seen for point in both)]))
        axes.locator_params(axis="x", nbins=4, integer=True)
        axes.xaxis.set_major_formatter("{x:,.0f}")
    highest = max((point.loss for point in both), default=1)
    pair[0].set_ylim(0, 1.05 * max(1e-3, highest))
    lowest = min([0.9, *(point.accuracy for point in both)])
    pair[1].set_ylim(math.floor(lowest * 10) / 10, 1)
    pair[1].yaxis.set_major_formatter(lambda share, _: f"{100 * share:g} %")
    figure.legend(
        [learned, held_out], ["training, batch by batch", "validation"],
        loc="outside upper center", ncols=2,
    )  # fmt: skip
    rows = [[f"{p.seen:,}", p.loss, _percent(p.accuracy)] for p in validation]
    return plots.show(
        figure, _said(training, validation, goal),
        lambda: [["digits seen", "loss", "accuracy"], *rows],
    )  # fmt: skip


def _finite(points: Sequence[Point]) -> list[Point]:
    return [p for p in points if math.isfinite(p.loss) and math.isfinite(p.accuracy)]


def _percent(value: float) -> str:
    return f"{100 * value:.1f} %"


def _said(training: list[Point], validation: list[Point], goal: int) -> str:
    if not training and not validation:
        return "Loss and accuracy against digits seen: nothing has been learned yet."
    seen = max(point.seen for point in [*training, *validation])
    said = f"Loss and accuracy against digits seen, after {seen:,}"
    said += f" of {goal:,}." if goal > seen else "."
    for name, points in (("Training", training), ("Validation", validation)):
        if points:
            first, last = points[0], points[-1]
            loss, accuracy = f"{last.loss:.3f}", _percent(last.accuracy)
            if len(points) > 1:
                loss = f"from {first.loss:.3f} to {loss}"
                accuracy = f"from {_percent(first.accuracy)} to {accuracy}"
            said += f" {name}: loss {loss}, accuracy {accuracy}."
    return said
