"""The speed ladder: how long each recipe takes, on a scale on which ten times is one step."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from course import plots
from course.pictures.picture import Picture, Table
from course.pictures.spots import cells, numbered
from course.pictures.svg import BLUE, GREY

WIDTH, LEFT, RIGHT, STEP = 680, 262, 564, 30
ABOVE, BELOW = 10, 52


@dataclass(frozen=True)
class Bar:
    """A rung: its seconds, its accuracy (0 to 1; None: not measured), and why it helps.

    ``projected`` says that only a part was run.
    """

    name: str
    seconds: float
    accuracy: float | None
    why: str
    projected: bool = False


def speed(bars: Sequence[Bar], at: int) -> Picture:
    """The first ``at`` rungs (from 1), the last of them explained below.

    A logarithmic axis has no zero, so that a bar's length would say nothing: each rung is a point.
    """
    shown = bars[:at]
    height = ABOVE + STEP * len(bars) + BELOW
    figure, axes = plots.figure(WIDTH, height)
    axes.set_position(  # all stays where it is while more rungs are shown
        (LEFT / WIDTH, BELOW / height, (RIGHT - LEFT) / WIDTH, STEP * len(bars) / height)
    )
    axes.set_xscale("log")
    axes.set_xlim(
        10 ** math.floor(math.log10(min(bar.seconds for bar in bars) * 0.7)),
        10 ** math.ceil(math.log10(max(bar.seconds for bar in bars) * 1.2)),
    )
    axes.set_ylim(len(bars) - 0.5, -0.5)
    axes.xaxis.set_major_formatter(lambda seconds, _: f"{seconds:g} s")
    axes.minorticks_off()
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel("seconds of training, each grid line ten times the last")
    axes.set_yticks(range(at), [bar.name for bar in shown], fontsize=10)
    axes.get_yticklabels()[at - 1].set_fontweight("bold")
    for place, bar in enumerate(shown):
        last = place == at - 1
        axes.plot(
            [bar.seconds], [place], marker="D" if last else "o", markersize=9,
            color=BLUE if last else GREY,
        )  # fmt: skip
        axes.annotate(
            _time(bar), (bar.seconds, place), xytext=(9, 0), textcoords="offset points",
            va="center", annotation_clip=False,
        )  # fmt: skip
    axes.plot([bar.seconds for bar in shown], range(at), color=GREY, linewidth=1, linestyle=":")

    rungs = cells(
        0, ABOVE, WIDTH, STEP * len(bars), "rungs", (at - 1, 0), rung=numbered(len(bars), 1)
    )
    said = f"{_said(shown, bars[0])} {shown[-1].why}"
    return plots.show(figure, said, lambda: _table(shown), rungs)


def _time(bar: Bar) -> str:
    accuracy = "" if bar.accuracy is None else f" · {bar.accuracy:.1%}"
    return f"{'about ' * bar.projected}{bar.seconds:.3g} s{accuracy}"


def _said(shown: Sequence[Bar], first: Bar) -> str:
    bar = shown[-1]
    said = f"Rung {len(shown)}, {bar.name}: {'about ' * bar.projected}{bar.seconds:.3g} s"
    if len(shown) > 1:
        gain = shown[-2].seconds / bar.seconds
        said += f", {gain:.2g} times as fast as the rung before"
        said += f" and {first.seconds / bar.seconds:.3g} times as fast as {first.name}"
    if bar.accuracy is not None:
        said += f"; {bar.accuracy:.1%} of the validation digits are right"
    return said + "."


def _table(shown: Sequence[Bar]) -> Table:
    """The rungs that are shown."""
    rows = [
        [
            number, bar.name, f"{'about ' * bar.projected}{bar.seconds:.3g}",
            "" if bar.accuracy is None else f"{bar.accuracy:.1%}",
        ]
        for number, bar in enumerate(shown, start=1)
    ]  # fmt: skip
    return [["rung", "recipe", "seconds", "right"], *rows]
