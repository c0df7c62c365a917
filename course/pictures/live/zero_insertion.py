"""A transposed convolution along one axis, in four steps: input, zeros inserted, padded, slid.

``P`` is the padding of the convolution that leads back, P' = F - 1 - P the zeros that stand around
the stretched input here.  Both are drawn, each by its name.
"""

from __future__ import annotations

from course.pictures.live.layer import weighted_sums
from course.pictures.live.yours import Yours, judge, verdict_lines
from course.pictures.picture import Picture, Table
from course.pictures.spots import cells, numbered
from course.pictures.svg import BLUE, GREY, INK, drawing, hatch, middle, rect, text
from course.pictures.words import count
from exercises.comparison import same

WIDTH, HEIGHT = 660, 352
LEFT, AXIS, HIGH = 10, 640, 26
LINES = (36, 106, 176, 304)  # where the rows of the four steps begin
FILTER = 222  # the flipped filter, under the padded row
STEPS = 4
ROW = (2, 1, 3, 1, 4, 2)
WEIGHTS = (1, 2, 3, 4, 5)


def stretched(row: list[int], S: int) -> list[int]:
    """The row with S - 1 zeros between neighbours."""
    spread: list[int] = []
    for number in row:
        spread += [0] * (S - 1 if spread else 0) + [number]
    return spread


def by_zeros(row: list[int], weights: list[int], S: int, P: int, a: int) -> list[int]:
    """The transposed convolution of a row; [] if nothing is left.  It needs P < len(weights)."""
    zeros = len(weights) - 1 - P
    padded = [0] * zeros + stretched(row, S) + [0] * (zeros + a)
    return weighted_sums(padded, weights[::-1], 1)


def zero_insertion(
    W: int, F: int, S: int, P: int, a: int, step: int = 4, at: int = 1, yours: Yours | None = None
) -> Picture:
    """The first ``step`` of the four steps, and output number ``at`` (from 1) in the last of them.

    ``yours`` is the student's row, by the transposed matrix; where nothing is left, it is not
    judged.
    """
    row, weights = list(ROW[:W]), list(WEIGHTS[:F])
    spread, out = stretched(row, S), by_zeros(row, weights, S, P, a)
    P_dash = F - 1 - P
    padded = P_dash + len(spread) + P_dash + a
    cell = min(30.0, AXIS / max(padded, len(out) + 2 * P, F))
    at = min(max(at, 1), max(len(out), 1))
    inputs = {i * S: number for i, number in enumerate(row)}
    parts = [
        _title(0, f"1 · the input, W = {W}"),
        *_cells(LINES[0], dict(enumerate(row)), W, 0, cell),
    ]
    said = f"Step 1: the input {_listed(row)}. "
    if step >= 2:
        size = count(len(spread), "column")
        parts.append(_title(1, f"2 · stretched: zeros between neighbours, S − 1 = {S - 1}: {size}"))
        parts += _cells(LINES[1], inputs, len(spread), 0, cell)
        said += f"Step 2: {count(S - 1, 'zero')} between neighbours: {_listed(spread)}. "
    if step >= 3:
        more = f", and a = {a} more at the right" if a else ""
        parts.append(
            _title(2, f"3 · padded: P′ = F − 1 − P = {F} − 1 − {P} = {P_dash} on each side{more}")
        )
        parts += _padded(inputs, len(spread), P_dash, a, cell)
        said += f"Step 3: P′ = F − 1 − P = {P_dash}, so {count(P_dash, 'zero')} on each side"
        said += f"{more}, {count(padded, 'column')} in all. "
    if step >= 4:
        drawn, words = _slid(inputs, weights, out, P, P_dash, at, cell)
        parts += drawn
        said += words
    height = HEIGHT
    if yours and out:
        verdict = judge(yours, same(yours.answer, out), f"by zeros it is {out}")
        parts.append(verdict_lines(LEFT, HEIGHT + 12, verdict, 96, lines=3))
        height += 54
        said += f" {verdict}."
    shown = [row, spread, [0] * P_dash + spread + [0] * (P_dash + a), out][:step]
    names = ("the input", "zeros inserted", "padded", "the output")
    table: Table = [
        ["step", "what stands there", "numbers"],
        *([n + 1, names[n], _listed(numbers)] for n, numbers in enumerate(shown)),
    ]
    return Picture(drawing(WIDTH, height, *parts), said, lambda: table)


def _title(line: int, words: str) -> str:
    return text(LEFT, LINES[line] - 10, words, 13, font_weight="bold")


def _listed(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers))


def _cells(y: float, numbers: dict[int, int], size: int, offset: int, cell: float) -> list[str]:
    """A row of ``size`` cells: inputs filled, with their numbers, and zeros elsewhere."""
    parts = []
    for column in range(size):
        x = LEFT + (offset + column) * cell
        if column in numbers:
            parts.append(
                rect(x, y, cell, HIGH, BLUE, fill_opacity=0.3, stroke=BLUE, stroke_width=2)
            )
            words, weight = str(numbers[column]), "bold"
        else:
            parts.append(rect(x, y, cell, HIGH, stroke=INK, stroke_opacity=0.35))
            words, weight = "0", None
        parts.append(middle(x + cell / 2, y + HIGH / 2, words, 12, font_weight=weight))
    return parts


def _padded(inputs: dict[int, int], size: int, P_dash: int, a: int, cell: float) -> list[str]:
    """The stretched row between its padding, hatched."""
    y = LINES[2]
    parts = []
    for name, start, zeros in (
        ("P′", 0, P_dash),
        ("P′", P_dash + size, P_dash),
        ("a", P_dash + size + P_dash, a),
    ):
        x = LEFT + start * cell
        if zeros:
            parts.append(hatch(x, y, zeros * cell, HIGH, GREY, 6, 1))
            parts.append(middle(x + zeros * cell / 2, y + HIGH + 8, name, 12))
        for column in range(zeros):
            left = x + column * cell
            parts.append(rect(left, y, cell, HIGH, stroke=INK, stroke_opacity=0.35))
            parts.append(middle(left + cell / 2, y + HIGH / 2, "0", 12))
    return parts + _cells(y, inputs, size, P_dash, cell)


def _slid(
    inputs: dict[int, int], weights: list[int], out: list[int], P: int, P_dash: int, at: int,
    cell: float,
) -> tuple[list[str], str]:  # fmt: skip
    """The flipped filter at one place, the output with what P takes off, and both in words."""
    F = len(weights)
    if not out:
        words = f"Step 4: the flipped filter, {F} wide, finds no place: nothing is left."
        return [_title(3, "4 · nothing is left: the filter finds no place")], words
    flipped = weights[::-1]
    parts = []
    for j, weight in enumerate(flipped):
        x = LEFT + (at - 1 + j) * cell
        parts.append(
            rect(x, FILTER, cell, HIGH, stroke=BLUE, stroke_width=2, stroke_dasharray="5 3")
        )
        parts.append(middle(x + cell / 2, FILTER + HIGH / 2, str(weight), 12))
    met = [
        (inputs[at - 1 + j - P_dash], weight)
        for j, weight in enumerate(flipped)
        if at - 1 + j - P_dash in inputs
    ]
    total = " + ".join(f"{number} · {weight}" for number, weight in met) or "only zeros"
    value = out[at - 1]
    equation = f"output column {at - 1}: {total} = {value}"
    parts.append(text(LEFT, FILTER + HIGH + 18, f"{equation} (dashed: the filter, flipped)", 12))
    ends = f"{count(P, 'column')} taken off at each end (dotted)" if P else "nothing taken off"
    parts.append(_title(3, f"4 · the output, {count(len(out), 'column')}; P = {P}: {ends}"))
    for column in range(-P, len(out) + P):
        x = LEFT + (P + column) * cell
        if 0 <= column < len(out):
            own = column == at - 1
            parts.append(
                rect(
                    x, LINES[3], cell, HIGH, INK, fill_opacity=0.1,
                    stroke=BLUE if own else INK, stroke_width=2.5 if own else 1,
                )
            )  # fmt: skip
            parts.append(middle(x + cell / 2, LINES[3] + HIGH / 2, str(out[column]), 11))
        else:
            parts.append(rect(x, LINES[3], cell, HIGH, stroke=GREY, stroke_dasharray="2 3"))
    size = cell * len(out)
    parts.append(
        cells(LEFT + P * cell, LINES[3], size, HIGH, "output", (0, at - 1),
              at=numbered(1, len(out)))
    )  # fmt: skip
    words = (
        f"Step 4: the flipped filter {_listed(flipped)} slides by 1 and gives "
        f"{count(len(out), 'column')}: {_listed(out)}. {equation[0].upper()}{equation[1:]}. "
        f"P = {P}: the convolution that leads back puts {count(P, 'zero')} on each side of them."
    )
    return parts, words
