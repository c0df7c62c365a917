"""A chart's plane on a live drawing: numbers to places, lines of a grid with their labels.

For a chart that follows a slider: matplotlib, which draws all others (``course.plots``), takes as
long for one picture as a whole answer to a key may take.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from math import floor

from course.pictures.svg import element, line, text


@dataclass(frozen=True)
class Plane:
    """The rectangle from ``left`` and ``top`` on, as wide and high as given, in pixels.

    Along it the numbers run from ``low`` to ``high``, each (across, up).
    """

    left: float
    top: float
    width: float
    height: float
    low: tuple[float, float]
    high: tuple[float, float]

    def x(self, number: float) -> float:
        """Where a number lies across."""
        return self.left + (number - self.low[0]) / (self.high[0] - self.low[0]) * self.width

    def y(self, number: float) -> float:
        """Where a number lies on the way up."""
        part = (number - self.low[1]) / (self.high[1] - self.low[1])
        return self.top + self.height - part * self.height

    def grid(self, across: Mapping[int, str], up: Mapping[int, str]) -> list[str]:
        """Lines at the numbers given, with their labels below and at the left."""
        right, bottom = self.left + self.width, self.top + self.height
        parts = [
            line(self.left, bottom, right, bottom, stroke_opacity=0.7),
            line(self.left, self.top, self.left, bottom, stroke_opacity=0.7),
        ]
        for number, label in across.items():
            x = self.x(number)
            parts.append(line(x, self.top, x, bottom, stroke_opacity=0.15))
            parts.append(text(x, bottom + 16, label, 11, text_anchor="middle"))
        for number, label in up.items():
            y = self.y(number)
            parts.append(line(self.left, y, right, y, stroke_opacity=0.15))
            if label:
                parts.append(text(self.left - 6, y + 4, label, 11, text_anchor="end"))
        return parts

    def curve(self, points: Iterable[tuple[float, float]], colour: str, **look: object) -> str:
        """A line from point to point."""
        path = "L".join(f"{self.x(x):.1f} {self.y(y):.1f}" for x, y in points)
        look = {"stroke_width": 2, **look}
        return element("path", d=f"M{path}", stroke=colour, fill="none", **look)


def ticks(high: float, most: int = 6) -> list[int]:
    """Whole numbers from 0 to ``high`` at equal steps of 1, 2 or 5 times a power of ten.

    There are at most ``most`` steps, which is at least 3.  ``high`` is at least 1.
    """
    sizes = (times * 10**power for power in count() for times in (1, 2, 5))
    step = next(size for size in sizes if high / size <= most)
    return list(range(0, floor(high) + 1, step))
