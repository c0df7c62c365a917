"""Output size against stride: a staircase that goes down."""

from __future__ import annotations

from collections.abc import Sequence

from course.pictures.live.layer import window_starts
from course.pictures.live.yours import NO_SIZE, Verdict, Yours, colour, judge, verdict_lines
from course.pictures.picture import Picture
from course.pictures.spots import cells, numbered
from course.pictures.svg import (
    BLUE,
    INK,
    PURPLE,
    VERMILLION,
    drawing,
    element,
    line,
    middle,
    rect,
    text,
)
from course.pictures.words import count, listed
from exercises.answers import Raised
from exercises.comparison import same

STRIDES = range(1, 11)
WIDTH, HEIGHT = 660, 284
LEFT, RIGHT, TOP, BOTTOM = 64, 644, 52, 250
STEP = (RIGHT - LEFT) / len(STRIDES)


def staircase(W: int, F: int, P: int, S: int, yours: Sequence[Yours] | None = None) -> Picture:
    """The output size for each stride of ``STRIDES``, with stride ``S`` marked.

    A circle where the last window ends with the padded input, a diamond where columns are left
    over behind it.  ``yours`` holds the student's answers, one for each stride.
    """
    width = P + W + P
    sizes = [len(window_starts(W, F, stride, P)) for stride in STRIDES]
    left = [_left_over(W, F, stride, P) for stride in STRIDES]
    height, said = HEIGHT, f"Output size against stride for W = {W}, F = {F}, P = {P}. "
    if not sizes[0]:
        said += f"No window fits at any stride: F = {F} is larger than the padded width, {width}."
        parts = [
            _axes(max(1, F)),
            _marked(S),
            middle((LEFT + RIGHT) / 2, 150, "no window fits", 16),
        ]
    else:
        parts = [
            _axes(sizes[0]),
            _marked(S),
            _stairs(sizes),
            *_points(sizes, left, S, yours),
            _legend(),
        ]
        said += _said(sizes, left, S)
    parts.append(
        cells(LEFT, TOP - 24, RIGHT - LEFT, BOTTOM - TOP + 52, "strides", (0, S - 1),
              S=numbered(1, len(STRIDES)))
    )  # fmt: skip
    if yours:
        drawn, verdict = _yours(yours, sizes, S)
        parts += drawn
        said += f" {verdict}."
        height += 78
    table = [
        ["stride S", "output size", "columns left over"],
        *zip(STRIDES, sizes, left, strict=True),
    ]
    return Picture(drawing(WIDTH, height, *parts), said, lambda: table)


def _left_over(W: int, F: int, S: int, P: int) -> int:
    """The columns behind the last window."""
    starts = window_starts(W, F, S, P)
    return P + W + P - (starts[-1] + F) if starts else 0


def _said(sizes: list[int], left: list[int], S: int) -> str:
    tails = [str(stride) for stride, over in zip(STRIDES, left, strict=True) if over]
    said = f"Sizes at strides 1 to {len(STRIDES)}: {', '.join(map(str, sizes))}. "
    said += f"At S = {S} the size is {sizes[S - 1]}"
    over = left[S - 1]
    said += f", and {count(over, 'column')} {'is' if over == 1 else 'are'} left over at the end. "
    if not tails:
        return said + "No stride leaves columns over."
    return said + f"Columns are left over at stride{'s' if len(tails) > 1 else ''} {listed(tails)}."


def _x(stride: int) -> float:
    return LEFT + (stride - 0.5) * STEP


def _y(size: float, most: int) -> float:
    return BOTTOM - size / most * (BOTTOM - TOP)


def _axes(most: int) -> str:
    parts = [
        line(LEFT, BOTTOM, RIGHT, BOTTOM, stroke_opacity=0.7),
        line(LEFT, TOP - 14, LEFT, BOTTOM, stroke_opacity=0.7),
        text(8, 18, "output size", 13, font_weight="bold"),
        text(8, BOTTOM + 20, "stride S", 13, font_weight="bold"),
    ]
    parts += [middle(_x(stride), BOTTOM + 15, str(stride), 13) for stride in STRIDES]
    every = next(gap for gap in (1, 2, 5, 10, 20, 50, 100) if most / gap <= 6)
    for size in range(0, most + 1, every):
        y = _y(size, most)
        parts.append(line(LEFT, y, RIGHT, y, stroke_opacity=0.12))
        parts.append(text(LEFT - 8, y + 4, str(size), 12, text_anchor="end", fill_opacity=0.75))
    return "".join(parts)


def _marked(S: int) -> str:
    """The current stride: a band behind its step and a frame around its number."""
    x = _x(S) - STEP / 2
    band = rect(x + 2, TOP - 24, STEP - 4, BOTTOM - TOP + 24, BLUE, fill_opacity=0.13)
    frame = rect(_x(S) - 14, BOTTOM + 5, 28, 21, stroke=BLUE, stroke_width=2, rx=4)
    return band + frame


def _stairs(sizes: list[int]) -> str:
    path = f"M{LEFT:g} {_y(sizes[0], sizes[0]):.1f}"
    for stride, size in zip(STRIDES, sizes, strict=True):
        path += f"V{_y(size, sizes[0]):.1f}H{_x(stride) + STEP / 2:.1f}"
    return element("path", d=path, stroke=INK, stroke_width=1.5, stroke_opacity=0.6, fill="none")


def _points(sizes: list[int], left: list[int], S: int, yours: Sequence[Yours] | None) -> list[str]:
    """A marker with its size for each stride, the size above the student's answer where near."""
    parts = []
    for stride, size, over in zip(STRIDES, sizes, left, strict=True):
        x, y = _x(stride), _y(size, sizes[0])
        now = stride == S
        parts.append(_diamond(x, y, 8 if now else 6) if over else _circle(x, y, 7 if now else 5))
        weight = {"font_weight": "bold"} if now else {}
        above = y
        if yours and (guess := _guess(yours[stride - 1], sizes[0])) is not None:
            above = min(y, max(_y(guess, sizes[0]), y - 24))
        parts.append(middle(x, above - 18, str(size), 15 if now else 12, **weight))
    return parts


def _circle(x: float, y: float, size: float) -> str:
    return element("circle", cx=x, cy=y, r=size, fill=BLUE)


def _diamond(x: float, y: float, size: float) -> str:
    points = f"{x:.1f},{y - size:.1f} {x + size:.1f},{y:.1f} {x:.1f},{y + size:.1f} "
    points += f"{x - size:.1f},{y:.1f}"
    fill = "var(--jp-layout-color0,white)"
    return element("polygon", points=points, fill=fill, stroke=VERMILLION, stroke_width=2.5)


def _legend() -> str:
    return (
        _circle(228, 14, 5)
        + text(240, 18, "windows fit exactly")
        + _diamond(424, 14, 6)
        + text(436, 18, "columns are left over at the end")
    )


def _yours(answers: Sequence[Yours], sizes: list[int], S: int) -> tuple[list[str], Verdict]:
    """The student's answers under the axis, and the verdict on the one at ``S``."""
    verdicts = [
        judge(
            answer,
            same(answer.answer, size or Raised.of(ValueError)),
            f"{count(size, 'window')} fit{'s' if size == 1 else ''}" if size else NO_SIZE,
        )
        for answer, size in zip(answers, sizes, strict=True)
    ]
    y = BOTTOM + 46
    parts = [text(8, y + 5, "yours", 13, font_weight="bold")]
    for stride, answer, verdict in zip(STRIDES, answers, verdicts, strict=True):
        mark = {"fill": colour(verdict), "font_weight": "bold"}
        parts.append(middle(_x(stride) - 7, y, _short(answer), 11))
        parts.append(middle(_x(stride) + 18, y, verdict.mark, 13, **mark))
        parts.append(_cross(stride, answer, verdict, sizes[0]))
    right = sum(verdict.right is True for verdict in verdicts)
    shown = verdicts[S - 1]
    parts.append(verdict_lines(8, y + 34, shown, 96, lines=1))
    parts.append(text(28, y + 52, f"{right} of {len(sizes)} strides right", fill_opacity=0.75))
    return parts, Verdict(shown.right, f"{shown.says}. {right} of {len(sizes)} strides are right")


def _short(yours: Yours) -> str:
    """The answer in at most six characters."""
    if isinstance(yours.answer, Raised):
        return "" if yours.unwritten else "raises"
    if type(yours.answer) is float and abs(yours.answer) < 1e4:
        return f"{yours.answer:.4g}" if yours.whole is None else f"{yours.answer:.1f}"
    return yours.shown(6)


def _guess(yours: Yours, most: int) -> float | None:
    """The answer as a height on the chart, None where it is none."""
    number = type(yours.answer) in (int, float) and 0 <= yours.answer <= most * 1.05
    return yours.answer if number and most else None


def _cross(stride: int, answer: Yours, verdict: Verdict, most: int) -> str:
    """A cross where a wrong answer would lie, if that is on the chart."""
    guess = _guess(answer, most)
    if verdict.right or guess is None:
        return ""
    x, y = _x(stride), _y(guess, most)
    path = f"M{x - 6:.1f} {y - 6:.1f}l12 12M{x - 6:.1f} {y + 6:.1f}l12 -12"
    return element("path", d=path, stroke=PURPLE, stroke_width=2.5, fill="none")
