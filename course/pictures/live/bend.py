"""A network of one number, with and without something between its layers: straight or bent."""

from __future__ import annotations

from collections.abc import Callable

from course import plots
from course.pictures.picture import Picture
from course.pictures.svg import BLUE, GREEN, VERMILLION

REACH = 6  # inputs from -REACH to REACH are drawn
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
    figure, columns = plots.figure(660, 300, len(BETWEEN))
    figure.set_layout_engine(None)  # finding a layout would take as long as drawing
    figure.subplots_adjust(left=0.075, right=0.99, top=0.9, bottom=0.25, wspace=0.08)
    inputs = [step / 4 for step in range(-4 * REACH, 4 * REACH + 1)]
    said = [f"Three networks, f(x) = 2 h − 1, where h comes from x + {b}."]
    for axes, between in zip(columns, BETWEEN, strict=True):
        left, middle, right = (network(between, b, place) for place in (-x, 0, x))
        axes.plot(inputs, [network(between, b, place) for place in inputs], color=BLUE)
        axes.plot([-x, x], [left, right], "--", color=VERMILLION, linewidth=1.5)
        axes.plot([-x, x], [left, right], "s", color=VERMILLION, markersize=6)
        axes.plot([0], [(left + right) / 2], "D", color=VERMILLION, markersize=9)
        axes.plot([0], [middle], "o", color=GREEN, markersize=6)
        axes.set_title(between, fontsize=11)
        axes.set_ylim(-18, 26)
        axes.set_xticks([-5, 0, 5])
        axes.set_yticks([-10, 0, 10, 20])
        axes.tick_params(labelleft=axes is columns[0])
        both, twice = _signed(left + right), _signed(2 * middle)
        axes.set_xlabel(f"f(x) + f(−x) = {both}\n2 f(0) = {twice}")
        verdict = "equal" if both == twice else "not equal"
        said.append(
            f"{between[0].upper()}{between[1:]}: f({x}) + f(−{x}) = {both}, 2 f(0) = {twice}, "
            f"{verdict}."
        )
    return plots.show(figure, " ".join(said))


def _signed(number: float) -> str:
    return f"{number:g}".replace("-", "\N{MINUS SIGN}")
