"""The parameters of one layer counted three times: dense, locally connected, as a convolution."""

from __future__ import annotations

from collections.abc import Mapping

from course import plots
from course.pictures.live.layer import window_starts
from course.pictures.live.yours import Yours, judge
from course.pictures.picture import Picture
from course.pictures.svg import GREY, PURPLE
from course.pictures.words import listed

KINDS = ("dense", "locally connected", "convolution")
LARGEST = 10**14  # the axis stays where it is, and has room for the largest number
DECADES = {1: "1", 10**3: "1 thousand", 10**6: "1 million", 10**9: "1 billion"}


def parameters(W: int, D: int, F: int, S: int, P: int, K: int) -> dict[str, int]:
    """Kind of layer -> its number of parameters, on a W x W x D input; {} if no window fits.

    Added up part by part: rows of a filter, channels, filters, places.
    """
    places = len(window_starts(W, F, S, P)) ** 2
    if not places:
        return {}
    one_filter = sum(F for _row in range(F) for _channel in range(D)) + 1
    one_dense_output = sum(W for _row in range(W) for _channel in range(D)) + 1
    filters = sum(one_filter for _filter in range(K))
    outputs = sum(K for _place in range(places))
    return {
        "dense": one_dense_output * outputs,
        "locally connected": filters * places,
        "convolution": filters,
    }


def counts(
    W: int, D: int, F: int, S: int, P: int, K: int, yours: Mapping[str, Yours] | None = None
) -> Picture:
    """The three counts as marks on a logarithmic axis that stays where it is.

    ``yours`` maps kinds to the student's answers, shown as upright strokes.
    """
    values = parameters(W, D, F, S, P, K)
    if not values:
        figure, axes = plots.figure(height=90)
        axes.set_axis_off()
        words = f"No window fits: F = {F} is larger than W + 2P = {W + 2 * P}. There is no layer."
        axes.text(0, 0.5, words, va="center")
        return plots.show(figure, words)
    figure, axes = plots.figure(height=260)
    axes.set_position((0.25, 0.22, 0.71, 0.76))  # so that nothing moves but the marks
    plots.bars(axes, list(values), list(values.values()), log=True)
    axes.set_xlim(1, LARGEST)
    axes.set_xticks(list(DECADES), DECADES.values())
    axes.minorticks_off()
    axes.grid(visible=False)
    lines = [10**power for power in range(1, 14)]
    axes.vlines(lines, -0.6, 2.6, color=GREY, alpha=0.4, linewidth=0.6)
    axes.set_ylim(2.6, -0.6)
    axes.set_xlabel("parameters (each line is ten times the one before it)")
    said = (
        f"Input {W} × {W} × {D}, F = {F}, S = {S}, P = {P}, K = {K}. Parameters: "
        f"{listed([f'{kind} {value:,}' for kind, value in values.items()])}. "
    )
    said += _times(values)
    for place, kind in enumerate(values):
        if yours and kind in yours:
            said += (
                f" {judge(yours[kind], yours[kind].whole == values[kind], _truth(kind, values))}."
            )
            number = yours[kind].whole
            if number is not None and number > 0:
                axes.plot([min(number, LARGEST)], [place], "|", color=PURPLE, markersize=26,
                          markeredgewidth=3, label="yours", clip_on=False)  # fmt: skip
    handles, labels = axes.get_legend_handles_labels()
    if handles:
        axes.legend(handles[:1], labels[:1], loc="lower right", markerscale=0.6)
    return plots.show(figure, said)


def _times(values: dict[str, int]) -> str:
    dense, local, shared = values.values()
    return (
        f"The dense layer has {_as_many(dense / local)} the locally connected one, "
        f"and that has {_as_many(local / shared)} the convolution."
    )


def _as_many(factor: float) -> str:
    """A factor in words, with four digits at least."""
    if factor == 1:
        return "as many as"
    whole = factor.is_integer() or factor >= 1000
    return f"{factor:,.0f} times as many as" if whole else f"{factor:.4g} times as many as"


def _truth(kind: str, values: dict[str, int]) -> str:
    return f"the {kind if kind == 'convolution' else kind + ' layer'} has {values[kind]:,}"
