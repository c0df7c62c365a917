"""A network of one number, with and without something between its layers: straight or bent."""

from __future__ import annotations

from collections.abc import Callable

from course.pictures.picture import Picture, Table
from course.pictures.plane import Plane
from course.pictures.spots import cells
from course.pictures.svg import BLUE, GREEN, VERMILLION, drawing, element, rect, text

REACH = 6  # inputs from -REACH to REACH are drawn
LEFT, WIDE, HIGH, GAP = 40, 188, 206, 26  # of the three planes
BETWEEN: dict[str, Callable[[float], float]] = {
    "nothing": lambda number: number,
    "ReLU": lambda number: max(number, 0),
    "cut at −3 and 3": lambda number: min(max(number, -3), 3),
}


def network(between: str, b: int, x: float) -> float:
    """The second layer, 2 h - 1, of what is ``between``, of the first layer, x + b."""
    return 2 * BETWEEN[between](x + b) - 1


def bend(b: int, x: int) -> Picture:
    """Three networks f with bias ``b``; the chord from -x to x, its middle, and f(0)."""
    inputs = [step / 4 for step in range(-4 * REACH, 4 * REACH + 1)]
    said = [f"Three networks, f(x) = 2 h − 1, where h comes from x + {b}."]
    parts = []
    for number, between in enumerate(BETWEEN):
        left, middle, right = (network(between, b, place) for place in (-x, 0, x))
        plane = Plane(LEFT + number * (WIDE + GAP), 28, WIDE, HIGH, (-REACH, -18), (REACH, 26))
        across = {place: _signed(place) for place in (-5, 0, 5)}
        up = {place: "" if number else _signed(place) for place in (-10, 0, 10, 20)}
        parts += [text(plane.left, 16, between, 13, font_weight="bold"), *plane.grid(across, up)]
        parts.append(plane.curve([(at, network(between, b, at)) for at in inputs], BLUE))
        ends = [(-x, left), (x, right)]
        parts.append(plane.curve(ends, VERMILLION, stroke_width=1.5, stroke_dasharray="5 3"))
        parts += [rect(plane.x(at) - 4, plane.y(value) - 4, 8, 8, VERMILLION) for at, value in ends]
        parts.append(_diamond(plane.x(0), plane.y((left + right) / 2)))
        parts.append(element("circle", cx=plane.x(0), cy=plane.y(middle), r=3.5, fill=GREEN))
        both, twice = _signed(left + right), _signed(2 * middle)
        verdict = "equal" if both == twice else "not equal"
        for line, words in enumerate((f"f(x) + f(−x) = {both}", f"2 f(0) = {twice}: {verdict}")):
            parts.append(text(plane.left, 28 + HIGH + 38 + 18 * line, words))
        # the end of the chord, on either side of the middle
        ends_at = [abs(place) or 1 for place in range(-REACH, REACH + 1)]
        parts.append(
            cells(
                plane.x(-REACH - 0.5), 28, WIDE / (2 * REACH) * (2 * REACH + 1), HIGH,
                f"{between}: the end of the chord", (0, REACH + x), tab=not number,
                x=([0], ends_at),
            )
        )  # fmt: skip
        said.append(
            f"{between[0].upper()}{between[1:]}: f({x}) + f(−{x}) = {both}, 2 f(0) = {twice}, "
            f"{verdict}."
        )
    return Picture(drawing(660, 300, *parts, cuts=[238, 452]), " ".join(said), lambda: _table(b))


def _diamond(x: float, y: float) -> str:
    points = f"{x:.1f},{y - 7:.1f} {x + 7:.1f},{y:.1f} {x:.1f},{y + 7:.1f} {x - 7:.1f},{y:.1f}"
    return element("polygon", points=points, fill=VERMILLION)


def _signed(number: float) -> str:
    return f"{number:g}".replace("-", "\N{MINUS SIGN}")


def _table(b: int) -> Table:
    """The three networks at each whole input."""
    inputs = range(-REACH, REACH + 1)
    rows = [[x, *(network(between, b, x) for between in BETWEEN)] for x in inputs]
    return [["x", *BETWEEN], *rows]
