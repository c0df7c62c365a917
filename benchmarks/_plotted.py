"""A course picture drawn anew with matplotlib: the same shapes and words, by ordinary calls.

It is what ``benchmarks/sliders.py`` compares with: whoever puts a slider on a plot with
``@interact`` waits for a picture like this one.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any
from unittest import mock
from xml.etree import ElementTree

from course import plots
from course.pictures.picture import Picture

DPI = 100


def figure_of(draw: Callable[..., Picture], values: dict[str, int]) -> Any:
    """The figure for ``draw(**values)``: its own where it is matplotlib's, else drawn anew."""
    own: list[Any] = []

    def show(figure: Any, alt: str, *_: Any) -> Picture:
        own.append(figure)
        return Picture("", alt)

    with mock.patch.object(plots, "show", show):
        picture = inspect.unwrap(draw)(**values)  # drawn now, though a panel may keep its pictures
    return own[0] if own else plotted(picture)


def plotted(picture: Picture) -> Any:
    """A matplotlib figure with the rectangles, lines, words and paths of the picture's SVG."""
    import matplotlib.pyplot as plt

    drawn = [
        element for element in ElementTree.fromstring(picture.svg).iter() if element.get("viewBox")
    ]
    boxes = [list(map(float, element.get("viewBox", "").split())) for element in drawn]
    width, height = max(x + wide for x, _, wide, _ in boxes), max(y + h for _, y, _, h in boxes)
    figure = plt.figure(figsize=(width / DPI, height / DPI), dpi=DPI)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(height, 0))
    axes.set_axis_off()
    for root in drawn:
        for element in root:
            _add(axes, element, 0.0, 0.0)
    return figure


def _add(axes: Any, element: ElementTree.Element, x: float, y: float) -> None:
    from matplotlib import patches

    kind = element.tag.partition("}")[2]
    if kind == "g":
        moved = re.match(r"translate\(([-\d.]+)[ ,]([-\d.]+)\)", element.get("transform", ""))
        right, down = (float(moved[1]), float(moved[2])) if moved else (0.0, 0.0)
        for child in element:
            _add(axes, child, x + right, y + down)
        return

    def number(name: str) -> float:
        return float(element.get(name, 0))

    look = _look(element)
    if kind == "rect":
        corner = (x + number("x"), y + number("y"))
        axes.add_patch(patches.Rectangle(corner, number("width"), number("height"), **look))
    elif kind == "circle":
        axes.add_patch(patches.Circle((x + number("cx"), y + number("cy")), number("r"), **look))
    elif kind == "line":
        across = [x + number("x1"), x + number("x2")]
        axes.plot(across, [y + number("y1"), y + number("y2")], color=look["edgecolor"])
    elif kind == "polygon":
        numbers = list(map(float, re.findall(r"-?[\d.]+", element.get("points", ""))))
        points = [(x + a, y + b) for a, b in zip(numbers[::2], numbers[1::2], strict=True)]
        axes.add_patch(patches.Polygon(points, **look))
    elif kind == "path":
        axes.add_patch(patches.PathPatch(_path(element.get("d", ""), x, y), **look))
    elif kind == "text":
        _write(axes, element, x, y)
    elif kind != "title":
        raise ValueError(f"a picture has an element that is not plotted yet: {kind}")


def _write(axes: Any, element: ElementTree.Element, x: float, y: float) -> None:
    anchors = {"middle": "center", "end": "right"}
    places = list(map(float, element.get("x", "0").split()))
    words = element.text or ""
    pieces = [words] if len(places) == 1 else list(words)
    for place, piece in zip(places, pieces, strict=False):
        axes.text(
            x + place, y + float(element.get("y", 0)), piece.replace("$", r"\$"),
            fontsize=float(element.get("font-size", 12)) * 72 / DPI,
            ha=anchors.get(element.get("text-anchor", ""), "left"),
            fontweight=element.get("font-weight", "normal"), color=_colour(element.get("fill")),
        )  # fmt: skip


def _look(element: ElementTree.Element) -> dict[str, Any]:
    from matplotlib.colors import to_rgba

    def with_opacity(name: str, otherwise: str) -> Any:
        colour = _colour(element.get(name, otherwise))
        return to_rgba(colour, float(element.get(f"{name}-opacity", 1)) if colour != "none" else 0)

    look: dict[str, Any] = {
        "facecolor": with_opacity("fill", "currentColor"),
        "edgecolor": with_opacity("stroke", "none"),
        "linewidth": float(element.get("stroke-width", 1)) * 72 / DPI,
    }
    if dashes := element.get("stroke-dasharray"):
        look["linestyle"] = (0, tuple(map(float, re.split("[ ,]+", dashes))))
    return look


def _colour(named: str | None) -> str:
    if named is None or named == "currentColor":
        return "black"
    return "white" if named.startswith("var(") else named


def _path(drawn: str, x: float, y: float) -> Any:
    """An SVG path of straight lines, and of curves with one control point, as matplotlib's."""
    from matplotlib.path import Path

    points: list[tuple[float, float]] = []
    codes: list[int] = []
    here = start = (0.0, 0.0)
    for command, rest in re.findall(r"([a-zA-Z])([^a-zA-Z]*)", drawn):
        numbers = list(map(float, re.findall(r"-?\d*\.?\d+(?:e-?\d+)?", rest)))
        if command in "Zz":
            points.append(start)
            codes.append(int(Path.CLOSEPOLY))
            continue
        pairs = (
            numbers if command in "HhVv" else list(zip(numbers[::2], numbers[1::2], strict=True))
        )
        for place, at in enumerate(pairs):
            dx, dy = here if command.islower() else (0.0, 0.0)
            match command.upper():
                case "H":
                    here = (dx + at, here[1])
                case "V":
                    here = (here[0], dy + at)
                case "M" | "L" | "Q":
                    here = (dx + at[0], dy + at[1])
                case _:
                    raise ValueError(f"a path has a command that is not plotted yet: {command}")
            begins = command in "Mm" and place == 0
            straight = Path.MOVETO if begins else Path.LINETO
            start = here if begins else start
            points.append((x + here[0], y + here[1]))
            codes.append(int(Path.CURVE3 if command == "Q" else straight))
    return Path(points, codes)
