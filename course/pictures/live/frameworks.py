"""PyTorch and TensorFlow side by side: the same shape, other numbers."""

from __future__ import annotations

from dataclasses import dataclass

from course.pictures.live.layer import steps, weighted_sums, window_starts
from course.pictures.live.yours import Yours, judge, verdict_lines
from course.pictures.picture import Picture, Table
from course.pictures.svg import (
    BLUE,
    GREY,
    INK,
    VERMILLION,
    drawing,
    element,
    hatch,
    middle,
    paragraph,
    rect,
    text,
)
from course.pictures.words import count
from exercises.comparison import same

WIDTH, HEIGHT, HALF = 660, 342, 336
TOP, ROWS, TALLEST = 68, 228, 42.0


@dataclass(frozen=True)
class Side:
    """One framework's layer: its zeros before and after, its padded input, its outputs."""

    name: str
    rule: str
    before: int
    after: int
    values: list[int]
    outputs: list[int]


def frameworks(W: int, F: int, S: int, yours: Yours | None = None) -> Picture:
    """A layer with weights 1..F over the inputs 0..W-1, padded as each framework does it.

    PyTorch pads with one P on both sides: the smallest for which its output is as long as
    TensorFlow's SAME, where there is one.  ``yours`` is the student's answer to "how long is
    TensorFlow's output, and how many zeros stand before and after?".
    """
    height = HEIGHT
    size = len(range(0, W, S))  # SAME: one output for every stride that has begun
    before, after = same_zeros(W, F, S)
    tensorflow = _side("TensorFlow", 'padding="SAME"', W, F, S, before, after)
    P = symmetric_padding(W, F, S, size)
    torch = None if P is None else _side("PyTorch", f"padding={P}", W, F, S, P, P)
    parts = [*_drawn(torch, F, S, 0), *_drawn(tensorflow, F, S, HALF)]
    said = f"Inputs 0 to {W - 1}, weights 1 to {F}, stride {S}. {_sentence(tensorflow)} "
    if torch is None:
        why = _no_padding(W, F, S, size)
        said += f"PyTorch: {why}"
        words, _ = paragraph(8, 62, why[0].upper() + why[1:], 46, 13, lines=8)
        parts += [text(8, 18, "PyTorch", 14, font_weight="bold"), words]
    else:
        differing = [a != b for a, b in zip(torch.outputs, tensorflow.outputs, strict=True)]
        said += f"{_sentence(torch)} {_compared(differing)}."
        parts += [*_differences(differing), text(8, HEIGHT - 10, _compared(differing), 13)]
    if yours:
        truth = f"{count(size, 'output')}, {before} before and {after} after"
        verdict = judge(yours, same(yours.answer, [size, before, after]), truth)
        parts.append(verdict_lines(8, HEIGHT + 18, verdict, 96, lines=2))
        height += 48
        said += f" {verdict}."
    sides = [side for side in (torch, tensorflow) if side is not None]
    table: Table = [
        ["framework", "zeros before", "zeros after", "outputs"],
        *([one.name, one.before, one.after, ", ".join(map(str, one.outputs))] for one in sides),
    ]
    return Picture(drawing(WIDTH, height, *parts), said, lambda: table)


def _no_padding(W: int, F: int, S: int, size: int) -> str:
    """Why no P gives ``size`` outputs; that happens at stride 1 with an even filter only."""
    P = 0
    while len(window_starts(W, F, S, P + 1)) < size:
        P += 1
    few, many = (len(window_starts(W, F, S, zeros)) for zeros in (P, P + 1))
    return (
        f"no P gives {count(size, 'output')}: padding={P} gives {few} and padding={P + 1} gives "
        f'{many}. Its padding="same", which it allows at stride 1 only, puts the odd zero after, '
        "as TensorFlow does."
    )


def same_zeros(W: int, F: int, S: int) -> tuple[int, int]:
    """TensorFlow's SAME zeros, before and after: as few as needed, an odd one comes after.

    https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2
    """
    zeros = 0
    while len(steps(W + zeros, F, S)) < len(range(0, W, S)):
        zeros += 1
    before = after = 0
    while before + after < zeros:
        after += 1
        if before + after < zeros:
            before += 1
    return before, after


def symmetric_padding(W: int, F: int, S: int, size: int) -> int | None:
    """The smallest P on both sides for which ``size`` windows fit; None if there is none."""
    P = 0
    while len(window_starts(W, F, S, P)) < size:
        P += 1
    return P if len(window_starts(W, F, S, P)) == size else None


def _side(name: str, rule: str, W: int, F: int, S: int, before: int, after: int) -> Side:
    values = [0] * before + list(range(W)) + [0] * after
    outputs = weighted_sums(values, list(range(1, F + 1)), S)
    return Side(name, rule, before, after, values, outputs)


def _sentence(side: Side) -> str:
    return (
        f"{side.name}, {side.rule}: {count(side.before, 'zero')} before and "
        f"{side.after or 'none'} after, output {side.outputs}."
    )


def _compared(differing: list[bool]) -> str:
    n, different = len(differing), sum(differing)
    if not different:
        return f"Same shape, {n}, and the same numbers"
    verb = "differs" if different == 1 else "differ"
    return f"Same shape, {n}, but {different} of {count(n, 'number')} {verb}"


def _drawn(side: Side | None, F: int, S: int, left: float) -> list[str]:
    """One framework: the padded input on top, each window with its weights below, its sum."""
    if side is None:
        return []
    cell = min(26.0, 256 / len(side.values))
    small = 12 if cell >= 20 else 10 if cell >= 15 else 8.5
    x = left + 8
    end = len(side.values) - side.after
    parts = [
        text(x, 18, side.name, 14, font_weight="bold"),
        text(x, 37, f"{side.rule}: {side.before} before, {side.after} after"),
    ]
    for place, value in enumerate(side.values):
        zero = place < side.before or place >= end
        at = x + place * cell
        parts.append(rect(at, TOP - 18, cell, 22, INK, fill_opacity=0 if zero else 0.12))
        if zero:
            parts.append(hatch(at, TOP - 18, cell, 22, GREY, 6, 0.8))
        parts.append(rect(at, TOP - 18, cell, 22, stroke=INK, stroke_opacity=0.5))
        parts.append(middle(at + cell / 2, TOP - 7, str(value), small, font_weight="bold"))
    parts.append(middle(left + 296, TOP - 7, "output", 12))
    row, high = _row(len(side.outputs))
    for index, output in enumerate(side.outputs):
        start, y = x + index * S * cell, TOP + 14 + index * row
        parts.append(rect(
            start, y, F * cell, high, BLUE,
            fill_opacity=0.22, stroke=BLUE, stroke_width=1.5, rx=2,
        ))  # fmt: skip
        for weight in range(F):
            at = start + (weight + 0.5) * cell
            parts.append(middle(at, y + high / 2, f"×{weight + 1}", min(small, high * 0.8)))
        size = min(14, high * 0.9)
        parts.append(middle(left + 296, y + high / 2, str(output), size, font_weight="bold"))
    return parts


def _row(outputs: int) -> tuple[float, float]:
    """The height of an output's row, and of the window drawn in it."""
    row = min(TALLEST, ROWS / outputs)
    return row, min(24.0, row * 0.86)


def _differences(differing: list[bool]) -> list[str]:
    """A sign between the two columns of numbers, in each row where they differ."""
    row, high = _row(len(differing))
    parts = []
    for index, different in enumerate(differing):
        y = TOP + 14 + index * row
        if different:
            for left in (0, HALF):
                parts.append(rect(
                    left + 276, y, 40, high, stroke=VERMILLION, stroke_width=1.5, rx=3
                ))  # fmt: skip
        sign = {"fill": VERMILLION, "font_weight": "bold"} if different else {"fill": INK}
        parts.append(middle(HALF - 8, y + high / 2, "≠" if different else "=", 14, **sign))
    return [element("g", "".join(parts))]
