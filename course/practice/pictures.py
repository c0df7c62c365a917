"""Pictures that set a question up and leave the counting to the student."""

from __future__ import annotations

from course.pictures.picture import Picture
from course.pictures.svg import (
    BLUE,
    INK,
    VERMILLION,
    drawing,
    grid,
    line,
    middle,
    rect,
    text,
)
from course.pictures.words import count, span

WIDTH, LEFT, TOP = 660, 20, 46


def row(W: int, F: int, S: int, P: int = 0) -> Picture:
    """One row of the padded input with the first window and the place where the next begins."""
    width = P + W + P
    cell = min(34.0, (WIDTH - 2 * LEFT) / max(width, F, S + 1))
    parts = [
        text(LEFT, 16, "one row of the padded input" if P else "one row of the input", 13),
        rect(LEFT + P * cell, TOP, W * cell, cell, INK, fill_opacity=0.1),
        grid(LEFT, TOP, width, 1, cell),
    ]
    for column in range(width):
        centre = LEFT + (column + 0.5) * cell
        parts.append(middle(centre, TOP - 9, str(column), 10))
        if not P <= column < P + W:
            parts.append(middle(centre, TOP + cell / 2, "0", 11))
    parts += _first_and_next(TOP, F, S, cell, "window")
    zeros = f", with {count(P, 'zero')} on each side" if P else ""
    alt = (
        f"A row of {count(W, 'column')}{zeros}: columns 0 to {width - 1}. The first window lies on "
        f"{span('column', 0, F - 1)}; the next one would begin {count(S, 'column')} further right."
    )
    return Picture(drawing(WIDTH, TOP + cell + 62, *parts), alt)


def stamp(W: int, F: int, S: int, **others: int) -> Picture:
    """The first stamp of a transposed convolution, and where the second begins."""
    cell = min(34.0, (WIDTH - 2 * LEFT) / (S + F + 2))
    width = int((WIDTH - 2 * LEFT) / cell)
    parts = [text(LEFT, 16, "output columns, before any are cut off", 13)]
    parts.append(grid(LEFT, TOP, width, 1, cell))
    parts += [
        middle(LEFT + (column + 0.5) * cell, TOP - 9, str(column), 10) for column in range(width)
    ]
    parts += _first_and_next(TOP, F, S, cell, "stamp")
    alt = (
        f"Each of the {count(W, 'input number')} writes a stamp {count(F, 'column')} wide. The "
        f"first stamp lies on {span('column', 0, F - 1)} of the output, the second begins "
        f"{count(S, 'column')} further right."
    )
    return Picture(drawing(WIDTH, TOP + cell + 62, *parts), alt)


def _first_and_next(y: float, F: int, S: int, cell: float, thing: str) -> list[str]:
    """The first window or stamp, outlined, and below it a step to where the next one begins."""
    start, under = LEFT + S * cell, y + cell + 16
    return [
        rect(LEFT, y, F * cell, cell, BLUE, fill_opacity=0.25, stroke=BLUE, stroke_width=3),
        line(LEFT, under, start, under, VERMILLION, stroke_width=2),
        line(LEFT, under - 5, LEFT, under + 5, VERMILLION, stroke_width=2),
        line(start, y, start, under + 5, VERMILLION, stroke_width=2, stroke_dasharray="4 3"),
        text(LEFT, under + 22, f"blue: the first {thing}; dashed: where the next one begins", 12),
    ]


def filters(F: int, D: int, K: int, **others: int) -> Picture:
    """One filter as its layers of weights, and how many filters there are."""
    layers, cell, shift = min(D, 6), min(18.0, 96 / F), 14
    parts = []
    for layer in reversed(range(layers)):
        x, y = LEFT + layer * shift, 30 + layer * shift / 2
        parts.append(rect(x, y, F * cell, F * cell, "var(--jp-layout-color0, Canvas)"))
        parts.append(rect(x, y, F * cell, F * cell, BLUE, fill_opacity=0.12))
        parts.append(grid(x, y, F, F, cell, stroke_opacity=0.7))
    right = LEFT + layers * shift + F * cell + 20
    parts += [
        text(LEFT, 16, "one filter", 13, font_weight="bold"),
        text(right, 50, f"{F} × {F} weights in a layer"),
        text(right, 70, f"as many layers as the input has channels: {D}"),
        text(right, 90, f"and {count(K, 'filter')} of this kind"),
    ]
    if layers < D:
        parts.append(text(right, 110, f"({layers} of the {D} layers are drawn)"))
    alt = (
        f"A filter is {F} × {F} weights for each of the {count(D, 'input channel')}. The layer has "
        f"{count(K, 'filter')}."
    )
    return Picture(drawing(WIDTH, max(30 + layers * shift / 2 + F * cell, 112) + 10, *parts), alt)
