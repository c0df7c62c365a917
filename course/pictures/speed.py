"""The speed ladder: how long each recipe takes, on a scale on which ten times is one step."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from course.pictures.picture import Picture, Table
from course.pictures.spots import cells, numbered
from course.pictures.svg import BLUE, GREY, drawing, line, paragraph, rect, text

WIDTH, LEFT, RIGHT, STEP = 680, 238, 560, 30


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
    """The first ``at`` bars (from 1), the last of them explained."""
    shown = bars[:at]
    low = 10 ** math.floor(math.log10(min(bar.seconds for bar in bars) * 0.7))
    high = 10 ** math.ceil(math.log10(max(bar.seconds for bar in bars) * 1.2))

    def x(seconds: float) -> float:
        return LEFT + math.log10(seconds / low) / math.log10(high / low) * (RIGHT - LEFT)

    bottom = 34 + STEP * len(bars)
    parts = [text(0, 16, "seconds of training, each grid line ten times the last", 12.5)]
    tick = low
    while tick <= high * 1.01:
        parts.append(line(x(tick), 26, x(tick), bottom, stroke_opacity=0.2))
        parts.append(text(x(tick), bottom + 15, f"{tick:g} s", 11.5, text_anchor="middle"))
        tick *= 10
    for number, bar in enumerate(shown):
        y, last = 34 + STEP * number, number == at - 1
        about = "about " if bar.projected else ""
        accuracy = "" if bar.accuracy is None else f" · {bar.accuracy:.1%}"
        parts += [
            text(0, y + 15, bar.name, 12.5, font_weight="bold" if last else None),
            rect(LEFT, y + 3, max(2, x(bar.seconds) - LEFT), 16, BLUE if last else GREY),
            text(
                max(LEFT + 2, x(bar.seconds)) + 6, y + 15, f"{about}{bar.seconds:.3g} s{accuracy}"
            ),
        ]
    parts.append(
        cells(0, 34, WIDTH, STEP * len(bars), "rungs", (at - 1, 0), rung=numbered(len(bars), 1))
    )
    words, below = paragraph(0, bottom + 44, shown[-1].why, 100, 13, lines=6)
    parts.append(words)
    drawn = drawing(WIDTH, max(below, bottom + 112), *parts)
    return Picture(drawn, _said(shown, bars[0]), lambda: _table(shown))


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
