"""What a bottleneck of B channels costs, against the F x F layer without one."""

from __future__ import annotations

from course import plots
from course.pictures.live.yours import Yours, judge
from course.pictures.picture import Picture
from course.pictures.svg import BLUE, PURPLE, VERMILLION
from course.pictures.words import count
from exercises.comparison import same


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
    figure, axes = plots.figure(height=340)
    figure.set_layout_engine(None)  # finding a layout would take as long as drawing
    figure.subplots_adjust(left=0.2, right=0.97, top=0.91, bottom=0.16)
    axes.axhline(direct, color=VERMILLION, linestyle="--", label="F × F layer alone")
    axes.plot(widths, costs, color=BLUE, linestyle="-", label="through B channels")
    axes.plot([B], [cost], "o", color=BLUE, markersize=10, clip_on=False)
    axes.vlines(B, 0, cost, color=BLUE, linestyle=":", linewidth=1.5)
    axes.set_xlabel("B, channels between the two layers")
    axes.set_title("multiplications", fontsize=11)
    axes.set_xlim(0, 1.02 * D)
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.yaxis.get_major_locator().set_params(integer=True)
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.set_ylim(0, 1.25 * max(costs[-1], direct))  # room for the legend
    said = (
        f"Multiplications from {D} to {count(K, 'channel')} on a {W} × {W} image, F = {F}. "
        f"Without a bottleneck: {direct:,}. Through {count(B, 'channel')}: {cost:,}, "
        f"{_times(direct, cost)}. {_limit(costs, direct, D)}"
    )
    if yours:
        said += f" {_yours(axes, asked(D, B), costs, yours)}."
    axes.legend(loc="upper left", ncols=3, fontsize=10)
    return plots.show(figure, said)


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


def _yours(axes: plots.Axes, widths: list[int], costs: list[int], yours: list[Yours]) -> str:
    """The student's answers as crosses, and the verdict on them in words."""
    right = [same(one.answer, costs[b - 1]) for b, one in zip(widths, yours, strict=True)]
    drawn = [
        (b, one.answer)
        for b, one in zip(widths, yours, strict=True)
        if type(one.answer) in (int, float) and 0 <= one.answer <= axes.get_ylim()[1]
    ]
    if drawn:
        axes.plot(*zip(*drawn, strict=True), "x", color=PURPLE, markersize=11, markeredgewidth=2.5,
                  clip_on=False, label="yours")  # fmt: skip
    verdict = judge(yours[0], right[0], f"{costs[widths[0] - 1]:,} was expected")
    if verdict.right is None:
        return str(verdict)
    return f"{verdict}. {sum(right)} of {len(right)} widths are right"
