"""What a bottleneck of B channels costs, against the F x F layer without one."""

from __future__ import annotations

from course.pictures.live.yours import Yours, judge
from course.pictures.picture import Picture, Table
from course.pictures.plane import Plane, ticks
from course.pictures.spots import cells, numbered
from course.pictures.svg import BLUE, PURPLE, VERMILLION, drawing, element, line, text
from course.pictures.words import count
from exercises.comparison import same

LEFT, WIDE = 104, 540  # of the plane


def layer_weights(D: int, F: int, K: int) -> int:
    """The weights of a layer with ``K`` filters of F x F x D."""
    return K * F * F * D


def bottleneck(W: int, D: int, B: int, F: int, K: int, yours: list[Yours] | None = None) -> Picture:
    """Multiplications against bottleneck width for a W x W image, with width ``B`` marked.

    ``yours`` holds the student's answers for the widths that ``asked`` names, the first for ``B``.
    """
    B = min(B, D)
    widths = range(1, D + 1)
    pixels = W * W  # the output is as large as the input, and every weight is used once a pixel
    costs = [pixels * (layer_weights(D, 1, b) + layer_weights(b, F, K)) for b in widths]
    direct, cost = pixels * layer_weights(D, F, K), costs[B - 1]
    highest = max(costs[-1], direct)
    plane = Plane(LEFT, 64, WIDE, 226, (0, 0), (D, 1.05 * highest))
    across = {number: f"{number:,}" for number in ticks(D)}
    parts = [
        text(8, 16, "multiplications", 13, font_weight="bold"),
        *plane.grid(across, {number: f"{number:,}" for number in ticks(highest, 5)}),
        text(LEFT + WIDE / 2, 326, "B, channels between the two layers", text_anchor="middle"),
        plane.curve([(0, direct), (D, direct)], VERMILLION, stroke_dasharray="7 4"),
        plane.curve([(b, costs[b - 1]) for b in (1, D)], BLUE),  # the costs lie on a line
        plane.curve([(B, 0), (B, cost)], BLUE, stroke_width=1.5, stroke_dasharray="2 3"),
        element("circle", cx=plane.x(B), cy=plane.y(cost), r=6, fill=BLUE),
        cells(plane.x(0.5), 64, WIDE, 226, "bottleneck", (0, B - 1), B=numbered(1, D)),
        line(150, 34, 178, 34, VERMILLION, stroke_width=2, stroke_dasharray="7 4"),
        text(186, 38, "F × F layer alone"),
        line(318, 34, 346, 34, BLUE, stroke_width=2),
        text(354, 38, "through B channels"),
    ]
    said = (
        f"Multiplications from {D} to {count(K, 'channel')} on a {W} × {W} image, F = {F}. "
        f"Without a bottleneck: {direct:,}. Through {count(B, 'channel')}: {cost:,}, "
        f"{_times(direct, cost)}. {_limit(costs, direct, D)}"
    )
    if yours:
        drawn, verdict = _yours(plane, asked(D, B), costs, yours)
        parts += drawn
        said += f" {verdict}."
    shown = sorted(asked(D, B))
    table: Table = [
        ["channels between", "multiplications"],
        *([b, f"{costs[b - 1]:,}"] for b in shown),
        ["without", f"{direct:,}"],
    ]
    return Picture(drawing(660, 336, *parts), said, lambda: table)


def asked(D: int, B: int) -> list[int]:
    """The widths at which a student's function is asked: ``B`` first, then eight over the axis."""
    B = min(B, D)
    return [B, *sorted({1 + (D - 1) * part // 7 for part in range(8)} - {B})]


def _times(direct: int, cost: int) -> str:
    if cost == direct:
        return "just as many"
    if cost < direct:
        return f"{direct / cost:.2f} times fewer"
    return f"{cost / direct:.2f} times as many"


def _limit(costs: list[int], direct: int, D: int) -> str:
    """Up to which width a bottleneck saves multiplications."""
    cheaper = sum(cost < direct for cost in costs)  # costs grow with the width
    if not cheaper:
        return "No width saves multiplications here."
    if cheaper == D:
        return f"Every width up to D = {D} saves multiplications."
    if cheaper == 1:
        return "Only a width of 1 saves multiplications."
    return f"Widths up to {cheaper} save multiplications, larger ones do not."


def _yours(
    plane: Plane, widths: list[int], costs: list[int], yours: list[Yours]
) -> tuple[list[str], str]:
    """The student's answers as crosses, and the verdict on them in words."""
    right = [same(one.answer, costs[b - 1]) for b, one in zip(widths, yours, strict=True)]
    drawn = [
        _cross(plane.x(b), plane.y(one.answer))
        for b, one in zip(widths, yours, strict=True)
        if type(one.answer) in (int, float) and 0 <= one.answer <= plane.high[1]
    ]
    if drawn:
        drawn += [_cross(508, 34), text(522, 38, "yours")]
    verdict = judge(yours[0], right[0], f"{costs[widths[0] - 1]:,} was expected")
    if verdict.right is None:
        return drawn, str(verdict)
    return drawn, f"{verdict}. {sum(right)} of {len(right)} widths are right"


def _cross(x: float, y: float) -> str:
    path = f"M{x - 6:.1f} {y - 6:.1f}l12 12M{x - 6:.1f} {y + 6:.1f}l12 -12"
    return element("path", d=path, stroke=PURPLE, stroke_width=2.5, fill="none")
