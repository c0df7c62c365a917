"""The way downhill: curves of equal loss over two weights, and the steps of gradient descent."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, sin, sqrt

import numpy as np

from course import plots
from course.pictures.live.fruit import TARGETS, Table, centred, measured, named
from course.pictures.live.yours import Yours, judge, verdict_lines
from course.pictures.picture import Picture
from course.pictures.svg import BLUE, VERMILLION, drawing, element, line, text

WIDTH, HEIGHT = 660, 346
MIDDLE, HALF = (330.0, 158.0), (306.0, 118.0)  # of the drawing: its centre, and the room around it
GAP = 1e-6


@dataclass(frozen=True)
class Valley:
    """The loss around its lowest point: curvatures (small, large), their directions, the start.

    ``start`` is where w = 0 lies, seen from the lowest point along the two directions.  A step at
    the rate 1 / L shrinks it by 1 - curvature / L in each of them.
    """

    curvatures: Table
    directions: Table
    start: Table

    @classmethod
    def of(cls, table: Table, targets: Table) -> Valley:
        """The valley of half the mean squared error of a centred table, layout ND."""
        curvatures, directions = np.linalg.eigh(table.T @ table / len(table))
        lowest = np.linalg.lstsq(table, targets, rcond=None)[0]
        return cls(curvatures, directions, directions.T @ -lowest)

    @property
    def condition(self) -> float:
        """The largest curvature divided by the smallest."""
        return float(self.curvatures[-1] / self.curvatures[0])

    def after(self, steps: int) -> Table:
        """Where the walk is after so many steps, along the two directions."""
        place: Table = self.start * (1 - self.curvatures / self.curvatures[-1]) ** steps
        return place

    def gap(self, steps: int) -> float:
        """How far the loss is above the lowest after so many steps."""
        return float(self.curvatures @ self.after(steps) ** 2) / 2

    def steps(self, gap: float = GAP) -> int:
        """The first number of steps after which the loss is at most ``gap`` above the lowest."""
        few, many = 0, 1
        while self.gap(many) > gap:
            few, many = many, 2 * many
        while few < many:
            between = (few + many) // 2
            few, many = (few, between) if self.gap(between) <= gap else (between + 1, many)
        return many


def valley(unit: int, scaled: int) -> Valley:
    """The valley of the fruits."""
    return Valley.of(centred(measured(unit, scaled)), TARGETS)


def descent(unit: int, scaled: int, steps: int, yours: Yours | None = None) -> Picture:
    """Three curves of equal loss and the walk's first ``steps`` steps, drawn at equal scales.

    ``yours`` is the student's answer to "how many steps until the loss is 1e-6 above the lowest?".
    """
    shown = valley(unit, scaled)
    needed, now = shown.steps(), shown.gap(steps)
    stretch = sqrt(shown.condition)
    scale = _scale(shown)
    way = [_on_drawing(shown, shown.after(step), scale) for step in range(steps + 1)]
    (x0, y0), (x, y) = way[0], way[-1]
    path = "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in way)
    facts = [
        f"The valley is {stretch:.1f} times as long as wide: kappa = {shown.condition:,.1f}.",
        f"After {steps} step{'' if steps == 1 else 's'} the loss is {now:.2g} above the lowest.",
        f"At most {GAP:g} above it after {needed:,} steps.",
    ]
    parts = [
        text(12, 16, f"{named(unit, scaled)}: curves of equal loss, equal scales", 13,
             font_weight="bold"),
        *(_curve(shown, share, scale) for share in (1, 0.25, 0.04)),
        *_cross(*MIDDLE), text(MIDDLE[0] - 9, MIDDLE[1] - 7, "lowest", 12, text_anchor="end"),
        element("path", d=path, stroke=VERMILLION, stroke_width=2, fill="none"),
        *(element("circle", cx=a, cy=b, r=2.5, fill=VERMILLION) for a, b in way),
        element("rect", x=x0 - 5, y=y0 - 5, width=10, height=10, fill=VERMILLION),
        text(x0 + 6, y0 + 19, "start", 12),
        element("circle", cx=x, cy=y, r=6, stroke=VERMILLION, stroke_width=2.5, fill="none"),
        text(WIDTH - 12, 292, "weight's weight →", 12, text_anchor="end"),
        text(12, 40, "↑ price's weight", 12),
        *(text(12, 300 + 18 * number, fact, 13) for number, fact in enumerate(facts)),
    ]  # fmt: skip
    words = f"Loss over two weights, {named(unit, scaled)}. {' '.join(facts)}"
    height = HEIGHT
    if yours:
        verdict = judge(yours, yours.whole == needed, f"{needed:,} steps are needed")
        parts.append(verdict_lines(12, HEIGHT + 12, verdict, 96, lines=1))
        height += 24
        words += f" {verdict}."
    return Picture(
        drawing(WIDTH, height, *parts), words,
        lambda: [
            ["step", "loss above the lowest"], *([n, shown.gap(n)] for n in range(steps + 1))
        ],
    )  # fmt: skip


def _level(shown: Valley, share: float) -> Table:
    """The half axes of the curve on which the loss is ``share`` of what it is at the start."""
    made: Table = np.sqrt(2 * share * shown.gap(0) / shown.curvatures)
    return made


def _scale(shown: Valley) -> float:
    """Pixels a unit, so that the curve through the start fills the drawing."""
    extent = np.sqrt((shown.directions**2) @ _level(shown, 1) ** 2)  # of a turned ellipse
    return float(min(HALF[0] / extent[0], HALF[1] / extent[1]))


def _on_drawing(shown: Valley, place: Table, scale: float) -> tuple[float, float]:
    right, up = (shown.directions @ place * scale).tolist()
    return MIDDLE[0] + right, MIDDLE[1] - up


def _curve(shown: Valley, share: float, scale: float) -> str:
    half = _level(shown, share)
    points = [
        _on_drawing(shown, half * [cos(turn * pi / 40), sin(turn * pi / 40)], scale)
        for turn in range(80)
    ]
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z"
    return element("path", d=path, stroke=BLUE, stroke_width=1.5, fill="none")


def _cross(x: float, y: float) -> list[str]:
    return [line(x - 5, y - 5, x + 5, y + 5), line(x - 5, y + 5, x + 5, y - 5)]


def step_counts() -> Picture:
    """The steps that the fruits need in grams, in kilograms and standardised, as a plot."""
    names = ["grams", "kilograms", "standardised"]
    counts = [valley(*how).steps() for how in ((1, 0), (10, 0), (1, 1))]
    figure, axes = plots.figure(height=190)
    plots.bars(axes, names, counts, log=True)
    axes.set_xlim(1, 1e8)
    axes.set_ylim(2.6, -0.6)
    axes.set_xlabel("steps until the loss is 0.000001 above the lowest")
    said = "; ".join(f"{name} {steps:,}" for name, steps in zip(names, counts, strict=True))
    return plots.show(figure, f"Steps of gradient descent on a logarithmic axis: {said}.")
