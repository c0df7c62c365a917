"""One pixel's channels through the matrix of a 1 x 1 layer."""

from __future__ import annotations

from course.pictures.live.yours import Verdict, Yours, judge, verdict_lines
from course.pictures.picture import Picture, Table
from course.pictures.spots import cells, column_of, row_of
from course.pictures.svg import (
    BLUE,
    GREEN,
    INK,
    VERMILLION,
    drawing,
    grid,
    line,
    middle,
    rect,
    text,
)
from course.pictures.words import count, listed
from exercises.answers import is_array
from exercises.comparison import same

H, W = 3, 4  # of the image
WIDTH, CELL_W, CELL_H, BAND = 660, 26, 19, 84  # a band holds one channel, or one filter
LEFT, VECTOR, MATRIX, RIGHT, TOP = 30, 168, 232, 528, 44
BOX = 30  # of the vector's and the matrix's cells

Map = list[list[int]]


def image(D: int) -> list[Map]:
    """The image of the picture: ``D`` channels of 3 rows and 4 columns, none negative."""
    return [
        [[(4 * c + 3 * row + 7 * column + (3 * c + 1) * row * column) % 10 for column in range(W)]
         for row in range(H)]
        for c in range(D)
    ]  # fmt: skip


def weights(D: int, K: int) -> list[list[int]]:
    """The layer's matrix: a row of ``D`` weights for each of ``K`` filters."""
    return [[(3 * k + 2 * c + k * c) % 5 - 2 for c in range(D)] for k in range(K)]


def biases(K: int) -> list[int]:
    """One bias for each filter."""
    return [(4 * k + 3) % 7 - 2 for k in range(K)]


def output(D: int, K: int) -> list[Map]:
    """The layer's output: ``K`` channels as large as the image's."""
    return [
        [[sum(w * channel[row][column] for w, channel in zip(filter, image(D), strict=True)) + bias
          for column in range(W)]
         for row in range(H)]
        for filter, bias in zip(weights(D, K), biases(K), strict=True)
    ]  # fmt: skip


def pixel(D: int, K: int, row: int, column: int, yours: Yours | None = None) -> Picture:
    """The image's channels, the matrix and the output, with all that belongs to one pixel marked.

    ``yours`` is the student's answer for the whole output, shape (1, K, H, W).
    """
    seen = [channel[row][column] for channel in image(D)]
    made = [channel[row][column] for channel in output(D, K)]
    height = TOP + max(D, K) * BAND
    parts = _heads(D, K)
    parts += [_channel(LEFT, c, channel, row, column) for c, channel in enumerate(image(D))]
    parts += [_channel(RIGHT, k, channel, row, column) for k, channel in enumerate(output(D, K))]
    parts += _vector(seen, row)
    for k, (filter, bias) in enumerate(zip(weights(D, K), biases(K), strict=True)):
        parts += _filter(k, filter, bias, seen, made[k], row)
    said = (
        f"Input: {count(D, 'channel')} of {H} × {W} pixels. Output: {count(K, 'channel')} of "
        f"{H} × {W}. The pixel in row {row}, column {column} holds {listed(_words(seen))}. "
    )
    said += " ".join(
        f"Filter {k}: {_sum(filter, seen, bias)} = {_signed(made[k])}."
        for k, (filter, bias) in enumerate(zip(weights(D, K), biases(K), strict=True))
    )
    said += " No other pixel is read."
    if yours:
        verdict = _verdict(yours, output(D, K), row, column)
        parts.append(verdict_lines(LEFT, height + 14, verdict, 88, lines=2))
        said += f" {verdict}."
        height += 46
    table: Table = [
        ["filter", *(f"weight of channel {c}" for c in range(D)), "bias", "result"],
        *([k, *row, bias, out] for k, (row, bias, out) in enumerate(
            zip(weights(D, K), biases(K), made, strict=True))),
    ]  # fmt: skip
    return Picture(drawing(WIDTH, height, *parts), said, lambda: table)


def _verdict(yours: Yours, right: list[Map], row: int, column: int) -> Verdict:
    """The verdict on the student's whole output, told by what it holds at the pixel."""
    truth = f"it should be {_array([channel[row][column] for channel in right])}"
    shape = (1, len(right), H, W)
    if not is_array(yours.answer):
        return judge(yours, same(yours.answer, [right]), f"an array of shape {shape} was expected")
    if yours.answer.shape != shape:
        says = f"{yours.call} has the shape {yours.answer.shape}; {shape} was expected"
        return Verdict(False, says)
    here = f"{yours.call} is {_array(yours.answer[0, :, row, column].tolist())} at this pixel"
    if same(yours.answer, [right]):
        return Verdict(True, f"{here}, and right at every pixel")
    at_pixel = same(yours.answer[0, :, row, column], [channel[row][column] for channel in right])
    return Verdict(False, f"{here}: right, but wrong elsewhere" if at_pixel else f"{here}; {truth}")


def _array(numbers: list[float]) -> str:
    return f"[{', '.join(_signed(number) for number in numbers)}]"


def _signed(number: float) -> str:
    return f"{number:g}".replace("-", "\N{MINUS SIGN}")


def _words(numbers: list[int]) -> list[str]:
    return [_signed(number) for number in numbers]


def _sum(filter: list[int], seen: list[int], bias: int) -> str:
    """The products and the bias as one sum: ``1·7 − 2·0 + 3``."""
    terms = [f"{abs(w)}·{pixel}" for w, pixel in zip(filter, seen, strict=True)] + [str(abs(bias))]
    signs = [w < 0 for w in filter] + [bias < 0]
    first, *others = zip(signs, terms, strict=True)
    said = ("\N{MINUS SIGN}" if first[0] else "") + first[1]
    return said + "".join(f" {'−' if minus else '+'} {term}" for minus, term in others)


def _heads(D: int, K: int) -> list[str]:
    bold = {"font_weight": "bold"}
    return [
        text(LEFT, 14, f"input, D = {D}", 13, **bold),
        text(VECTOR - 14, 14, "pixel", 13, **bold),
        text(MATRIX, 14, f"{K} × {D} weights, bias", 13, **bold),
        text(RIGHT, 14, f"output, K = {K}", 13, **bold),
    ]


def _top(band: int) -> float:
    return TOP + band * BAND


def _channel(x: float, band: int, values: Map, row: int, column: int) -> str:
    """One channel as a table of numbers, with the pixel framed."""
    y = _top(band)
    parts = [
        text(x, y - 5, f"channel {band}", 11, fill_opacity=0.75),
        rect(x + column * CELL_W, y + row * CELL_H, CELL_W, CELL_H, BLUE, fill_opacity=0.3),
    ]
    for r in range(H + 1):
        parts.append(line(x, y + r * CELL_H, x + W * CELL_W, y + r * CELL_H, stroke_opacity=0.3))
    for c in range(W + 1):
        parts.append(line(x + c * CELL_W, y, x + c * CELL_W, y + H * CELL_H, stroke_opacity=0.3))
    for r, numbers in enumerate(values):
        for c, number in enumerate(numbers):
            here = {"font_weight": "bold"} if (r, c) == (row, column) else {"fill_opacity": 0.75}
            centre = x + (c + 0.5) * CELL_W, y + (r + 0.5) * CELL_H
            parts.append(middle(*centre, _signed(number), 11, **here))
    parts.append(
        cells(x, y, W * CELL_W, H * CELL_H, f"pixel of the {'input' if x == LEFT else 'output'}",
              (row, column), tab=not band, row=row_of(H, W), column=column_of(H, W))
    )  # fmt: skip
    frame = x + column * CELL_W, y + row * CELL_H
    parts.append(rect(*frame, CELL_W, CELL_H, stroke=BLUE, stroke_width=2.5))
    return "".join(parts)


def _vector(seen: list[int], row: int) -> list[str]:
    """The pixel's channels as a column of cells, each joined to its row of the image."""
    parts = []
    for c, number in enumerate(seen):
        y = _top(c) + 12
        start = LEFT + W * CELL_W, _top(c) + (row + 0.5) * CELL_H
        parts.append(line(*start, VECTOR - BOX / 2, y + BOX / 2, BLUE, stroke_width=1.5,
                          stroke_dasharray="3 3"))  # fmt: skip
        parts.append(rect(VECTOR - BOX / 2, y, BOX, BOX, BLUE, fill_opacity=0.2, stroke=BLUE,
                          stroke_width=2))  # fmt: skip
        parts.append(middle(VECTOR, y + BOX / 2, str(number), 14, font_weight="bold"))
    return parts


def _filter(
    k: int, filter: list[int], bias: int, seen: list[int], made: int, row: int
) -> list[str]:
    """A row of the matrix, what it makes of the pixel, and the way to its row of the output."""
    y, x = _top(k) + 2, MATRIX
    parts = [grid(x, y, len(filter), 1, BOX, stroke_opacity=0.8)]
    for c, weight in enumerate(filter):
        parts.append(middle(x + (c + 0.5) * BOX, y + BOX / 2, _signed(weight), 13))
    after = x + len(filter) * BOX
    parts.append(middle(after + 12, y + BOX / 2, "+", 13))
    parts.append(rect(after + 24, y, BOX, BOX, stroke=VERMILLION, stroke_width=1.5, rx=6))
    parts.append(middle(after + 24 + BOX / 2, y + BOX / 2, _signed(bias), 13))
    parts.append(text(x, y + BOX + 18, f"{_sum(filter, seen, bias)} =", 11))
    made_x = RIGHT - 52
    parts.append(rect(made_x, y, BOX + 4, BOX, GREEN, fill_opacity=0.15, stroke=GREEN,
                      stroke_width=2))  # fmt: skip
    parts.append(middle(made_x + BOX / 2 + 2, y + BOX / 2, _signed(made), 14, font_weight="bold"))
    end = RIGHT, _top(k) + (row + 0.5) * CELL_H
    parts.append(line(made_x + BOX + 4, y + BOX / 2, *end, GREEN, stroke_width=1.5,
                      stroke_dasharray="3 3"))  # fmt: skip
    if k:
        parts.append(line(x, y - 12, made_x + BOX + 4, y - 12, INK, stroke_opacity=0.15))
    return parts
