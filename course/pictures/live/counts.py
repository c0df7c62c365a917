"""The parameters of one layer counted three times: dense, locally connected, as a convolution."""

from __future__ import annotations

from collections.abc import Mapping
from math import log10

from course.pictures.live.layer import window_starts
from course.pictures.live.yours import Yours, judge
from course.pictures.picture import Picture
from course.pictures.plane import Plane
from course.pictures.svg import BLUE, PURPLE, drawing, element, line, text
from course.pictures.words import listed

KINDS = ("dense", "locally connected", "convolution")
LARGEST = 10**14  # the axis stays where it is, and has room for the largest number
LEFT, WIDE, ROW = 150, 490, 56  # of the plane, and of one kind on it
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
        words = f"No window fits: F = {F} is larger than W + 2P = {W + 2 * P}. There is no layer."
        return Picture(drawing(660, 48, text(8, 26, words, 13)), words)
    plane = Plane(LEFT, 8, WIDE, 3 * ROW, (0, 0), (log10(LARGEST), 3))
    decades = {power: DECADES.get(10**power, "") for power in range(15)}
    parts = [
        *plane.grid(decades, {}),
        text(LEFT + WIDE / 2, 3 * ROW + 46,
             "parameters (each line is ten times the one before it)", text_anchor="middle"),
    ]  # fmt: skip
    said = (
        f"Input {W} × {W} × {D}, F = {F}, S = {S}, P = {P}, K = {K}. Parameters: "
        f"{listed([f'{kind} {value:,}' for kind, value in values.items()])}. "
    )
    said += _times(values)
    strokes = []
    for place, (kind, value) in enumerate(values.items()):
        x, y = plane.x(log10(value)), 8 + ROW * (place + 0.5)
        parts.append(line(LEFT, y, LEFT + WIDE, y, stroke_opacity=0.15))
        parts.append(text(LEFT - 10, y + 4, kind, 13, text_anchor="end"))
        parts.append(element("circle", cx=x, cy=y, r=6, fill=BLUE))
        parts.append(_beside(x, y, f"{value:,}"))
        if yours and kind in yours:
            said += (
                f" {judge(yours[kind], yours[kind].whole == values[kind], _truth(kind, values))}."
            )
            number = yours[kind].whole
            if number is not None and number > 0:
                strokes.append((plane.x(log10(min(number, LARGEST))), y))
    if strokes:
        strokes.append((LEFT + WIDE - 48, 3 * ROW + 42))
        parts.append(text(LEFT + WIDE - 38, 3 * ROW + 46, "yours"))
    parts += [line(x, y - 14, x, y + 14, PURPLE, stroke_width=3) for x, y in strokes]
    table = [["layer", "parameters"], *([kind, f"{value:,}"] for kind, value in values.items())]
    return Picture(drawing(660, 3 * ROW + 60, *parts), said, lambda: table)


def _beside(x: float, y: float, words: str) -> str:
    """A mark's number at its right, or at its left where there is no room."""
    if x + 14 + 8 * len(words) > LEFT + WIDE:
        return text(x - 14, y + 4, words, 13, text_anchor="end", font_weight="bold")
    return text(x + 14, y + 4, words, 13, font_weight="bold")


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
