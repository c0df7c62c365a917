"""Loss and accuracy while a network learns: two charts side by side."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from course.pictures.picture import Picture
from course.pictures.svg import BLUE, INK, VERMILLION, drawing, element, line, middle, rect, text

WIDTH, HEIGHT = 660, 250
TOP, BOTTOM = 46, 204
CHARTS = ((62, 312), (398, 648))  # left and right edge of each
MOST_POINTS = 250  # of a line; more than its pixels would only make the page heavy


@dataclass(frozen=True)
class Point:
    """Loss and accuracy (0 to 1) after ``seen`` digits."""

    seen: int
    loss: float
    accuracy: float


def curves(training: Sequence[Point], validation: Sequence[Point], goal: int = 0) -> Picture:
    """Both charts; ``training`` as a thin line, ``validation`` as a thick one with diamonds.

    ``goal`` is how many digits will have been seen at the end, so that the axis stands still while
    the lines grow.  A point that is not finite is left out.
    """
    training, validation = _finite(training), _finite(validation)
    both = [*training, *validation]
    most = max([goal, 1, *(point.seen for point in both)])
    highest = max([1e-3, *(point.loss for point in both)])
    lowest = min([0.9, *(point.accuracy for point in both)])
    losses = _Chart(*CHARTS[0], most, 0.0, highest, "loss", _number)
    accuracies = _Chart(*CHARTS[1], most, math.floor(lowest * 10) / 10, 1.0, "accuracy", _percent)
    parts = [_legend()]
    for chart, value in ((losses, "loss"), (accuracies, "accuracy")):
        parts.append(chart.axes())
        parts.append(chart.curve([(p.seen, getattr(p, value)) for p in training], BLUE, 1.5))
        points = [(p.seen, getattr(p, value)) for p in validation]
        parts.append(chart.curve(points, VERMILLION, 2.5))
        parts += [chart.diamond(*point) for point in points]
    rows = [[f"{p.seen:,}", p.loss, _percent(p.accuracy)] for p in validation]
    return Picture(
        drawing(WIDTH, HEIGHT, *parts), _said(training, validation, goal),
        lambda: [["digits seen", "loss", "accuracy"], *rows],
    )  # fmt: skip


@dataclass(frozen=True)
class _Chart:
    left: float
    right: float
    most: int
    low: float
    high: float
    name: str
    words: Callable[[float], str]

    def x(self, seen: float) -> float:
        return self.left + seen / self.most * (self.right - self.left)

    def y(self, value: float) -> float:
        part = (value - self.low) / (self.high - self.low)
        return BOTTOM - min(1.0, max(0.0, part)) * (BOTTOM - TOP)

    def axes(self) -> str:
        parts = [
            line(self.left, BOTTOM, self.right, BOTTOM, stroke_opacity=0.7),
            line(self.left, TOP, self.left, BOTTOM, stroke_opacity=0.7),
            text(self.left, TOP - 10, self.name, 13, font_weight="bold"),
            middle((self.left + self.right) / 2, BOTTOM + 34, "digits seen", 12),
        ]
        for step in range(5):
            value = self.low + step / 4 * (self.high - self.low)
            y = self.y(value)
            parts.append(line(self.left, y, self.right, y, stroke_opacity=0.12))
            label = self.words(value)
            parts.append(text(self.left - 6, y + 4, label, 11, text_anchor="end"))
        for part in (0, 0.5, 1):
            seen = self.most * part
            # The last number ends with its axis: centred, it would leave the picture.
            at = {"text_anchor": ("start", "middle", "end")[int(part * 2)]}
            parts.append(text(self.x(seen), BOTTOM + 16, f"{seen:,.0f}", 11, **at))
        return "".join(parts)

    def curve(self, points: list[tuple[int, float]], colour: str, width: float) -> str:
        if len(points) < 2:
            return ""
        step = max(1, len(points) // MOST_POINTS)
        kept = [*points[:-1:step], points[-1]]
        path = "L".join(f"{self.x(seen):.1f} {self.y(value):.1f}" for seen, value in kept)
        return element("path", d=f"M{path}", stroke=colour, stroke_width=width, fill="none")

    def diamond(self, seen: int, value: float) -> str:
        return _diamond(self.x(seen), self.y(value))


def _diamond(x: float, y: float) -> str:
    points = f"{x:.1f},{y - 5:.1f} {x + 5:.1f},{y:.1f} {x:.1f},{y + 5:.1f} {x - 5:.1f},{y:.1f}"
    fill = "var(--jp-layout-color0,white)"
    return element("polygon", points=points, fill=fill, stroke=VERMILLION, stroke_width=2)


def _legend() -> str:
    return (
        line(230, 12, 258, 12, BLUE, stroke_width=1.5)
        + text(264, 16, "training, batch by batch")
        + line(430, 12, 458, 12, VERMILLION, stroke_width=2.5)
        + _diamond(444, 12)
        + text(464, 16, "validation")
        + rect(0, 0, WIDTH, HEIGHT, stroke=INK, stroke_opacity=0)
    )


def _finite(points: Sequence[Point]) -> list[Point]:
    return [p for p in points if math.isfinite(p.loss) and math.isfinite(p.accuracy)]


def _number(value: float) -> str:
    return f"{value:.2f}" if value < 100 else f"{value:.0f}"


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
