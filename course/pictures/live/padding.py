"""Padding along one axis: which windows read the image, and which see only zeros."""

from __future__ import annotations

from course.pictures.live.layer import sees_image, unread, window_starts
from course.pictures.live.yours import Verdict, Yours, judge, verdict_lines, whole
from course.pictures.picture import Picture, Table
from course.pictures.svg import (
    BLUE,
    GREEN,
    GREY,
    INK,
    VERMILLION,
    drawing,
    element,
    grid,
    hatch,
    line,
    middle,
    rect,
    text,
)
from course.pictures.words import columns, count, runs
from exercises.answers import is_array

WIDTH, HEIGHT = 660, 328
LEFT, AXIS, BAR_TOP, BARS = 8, 420, 78, 214  # the axis and the windows below it
LEGEND = BAR_TOP + BARS + 24
MAP_LEFT, MAP_TOP, MAP = 462, 52, 182  # the output in two dimensions


def padding(H: int, F: int, S: int, P: int, yours: Yours | None = None) -> Picture:
    """The windows over a padded axis of ``H`` rows, and the outputs in both dimensions.

    Windows that see only zeros are grey and hollow.  ``yours`` is the student's answer to "which
    padding keeps the size?": one P (at stride 2), or the zeros before and after (at stride 1).
    """
    starts, padded = window_starts(H, F, S, P), P + H + P
    seeing = [index for index, start in enumerate(starts) if sees_image(start, F, H, P)]
    parts = _axis(H, F, S, P)
    height = HEIGHT
    if starts:
        parts += _bars(starts, seeing, F, H, P) + _legend(len(starts), len(seeing))
        if unread(padded, F, S):
            parts.append(hatch(LEFT + 362, LEGEND - 11, 16, 12, VERMILLION, 5, 1.5))
            parts.append(text(LEFT + 383, LEGEND, "never read"))
        parts += _map(len(starts), seeing)
        parts.append(_height(len(starts), H))
    else:
        said = f"no window fits: F = {F} is larger than {count(padded, 'row')}"
        parts += [text(LEFT, BAR_TOP + 46, said, 14), _hanging(F, padded)]
    said = f"Image of {count(H, 'row')} with {count(P, 'zero')} on each side, "
    said += f"{count(padded, 'row')} in all. "
    said += _said(len(starts), seeing, H, F, S, P)
    if yours:
        verdict = _judged(yours, H, F)
        parts.append(verdict_lines(LEFT, HEIGHT + 12, verdict, 96, lines=2))
        height += 40
        said += f" {verdict}."
    return Picture(
        drawing(WIDTH, height, *parts, cuts=[448], below=HEIGHT),
        said,
        lambda: _table(starts, seeing, F),
    )


def _said(n: int, seeing: list[int], H: int, F: int, S: int, P: int) -> str:
    if not n:
        return f"No window of F = {F} fits."
    empty = n - len(seeing)
    said = f"{count(n, 'window')} of F = {F} at stride S = {S}, so the output has "
    said += f"{count(n, 'row')}: {_compared(n, H)}. "
    said += f"{len(seeing)} of {count(n, 'window')} along an axis "
    said += f"read{'s' if len(seeing) == 1 else ''} the image; "
    said += f"{count(empty, 'window')} see{'s' if empty == 1 else ''} only zeros. "
    said += f"In two dimensions {_share(n, seeing)} of the {n} × {n} outputs touch the image."
    never = unread(P + H + P, F, S)
    return said + (f" No window reads {columns(never).replace('column', 'row')}." if never else "")


def _share(n: int, seeing: list[int]) -> str:
    return "all" if len(seeing) == n else f"{len(seeing) ** 2 / n**2:.1%}"


def _compared(n: int, H: int) -> str:
    if n == H:
        return f"as high as the image, H = {H}"
    return f"{abs(n - H)} {'more' if n > H else 'fewer'} than the image's H = {H}"


def _axis(H: int, F: int, S: int, P: int) -> list[str]:
    """The padded axis as a strip: zeros, image, zeros, with what no window reads hatched."""
    padded = P + H + P
    unit = _unit(padded, F)
    y, high = 40, min(20.0, max(unit, 12))
    image = LEFT + P * unit
    parts = [
        text(LEFT, 16, "windows along one axis", 13, font_weight="bold"),
        rect(image, y, H * unit, high, INK, fill_opacity=0.18),
        element(
            "path",
            d="".join(f"M{LEFT + i * unit:.1f} {y}v{high:g}" for i in range(padded + 1)),
            stroke=INK, stroke_opacity=0.35,
        ),
        rect(LEFT, y, padded * unit, high, stroke=INK, stroke_opacity=0.6),
        middle(image + H * unit / 2, 32, f"image: {H}", 12),
    ]  # fmt: skip
    for start in (0, P + H) if P else ():
        centre = LEFT + (start + P / 2) * unit
        if P * unit >= 44:
            parts.append(middle(centre, 32, count(P, "zero"), 11, fill_opacity=0.75))
        if unit >= 9:
            where = " ".join(f"{LEFT + (start + i + 0.5) * unit:.1f}" for i in range(P))
            parts.append(element(
                "text", "0" * P, x=where, y=y + high / 2 + 4, font_size=11, fill=INK,
                fill_opacity=0.7, text_anchor="middle",
            ))  # fmt: skip
    for first, last in runs(unread(padded, F, S)):
        parts.append(
            hatch(LEFT + first * unit, y, (last - first + 1) * unit, high, VERMILLION, 5, 1.5)
        )
    return parts


def _unit(padded: int, F: int) -> float:
    return AXIS / max(padded, F)


def _hanging(F: int, padded: int) -> str:
    """The filter that is too large, below the axis."""
    dashed = {"stroke": VERMILLION, "stroke_width": 2, "stroke_dasharray": "6 4"}
    return rect(LEFT, BAR_TOP, F * _unit(padded, F), 18, VERMILLION, fill_opacity=0.08, **dashed)


def _bars(starts: list[int], seeing: list[int], F: int, H: int, P: int) -> list[str]:
    """One bar for each window, one below the other."""
    unit, row = _unit(P + H + P, F), min(22.0, BARS / len(starts))
    thick = max(row * 0.72, row - 4)
    parts = [rect(LEFT + P * unit, 60, H * unit, BAR_TOP + BARS - 60, INK, fill_opacity=0.07)]
    for index, start in enumerate(starts):
        x, y = LEFT + start * unit, BAR_TOP + index * row
        if index in seeing:
            parts.append(rect(x, y, F * unit, thick, BLUE, rx=1.5))
        else:
            dashes = {"stroke_dasharray": "3 2"} if thick >= 4 else {}
            parts.append(rect(x, y, F * unit, thick, stroke=GREY, stroke_width=1.2, **dashes))
            if thick >= 6:
                parts.append(hatch(x, y, F * unit, thick, GREY, 5))
    for edge in (P, P + H):
        x = LEFT + edge * unit
        parts.append(line(x, 40, x, BAR_TOP + BARS, stroke_opacity=0.5, stroke_dasharray="2 3"))
    return parts


def _legend(n: int, seeing: int) -> list[str]:
    """What the bars mean, and how many there are of each."""
    x, y, empty = LEFT + 196, LEGEND, n - seeing
    return [
        rect(LEFT, y - 11, 16, 12, BLUE, rx=1.5),
        text(LEFT + 23, y, f"{seeing} of {n} read{'s' if seeing == 1 else ''} the image"),
        rect(x, y - 11, 16, 12, stroke=GREY, stroke_width=1.2, stroke_dasharray="3 2"),
        hatch(x, y - 11, 16, 12, GREY, 5),
        text(x + 23, y, f"{empty} of {n} see{'s' if empty == 1 else ''} only zeros"),
    ]


def _map(n: int, seeing: list[int]) -> list[str]:
    """The n x n output: the block that touches the image, the rest grey and hatched."""
    cell = min(34.0, MAP / n)
    side, block = n * cell, len(seeing) * cell
    parts = [
        text(MAP_LEFT, 16, f"output {n} × {n}", 13, font_weight="bold"),
        text(MAP_LEFT, 36, f"{_share(n, seeing)} touch the image"),
    ]
    if seeing:
        corner = seeing[0] * cell
        end = corner + block
        pieces = [
            (0, 0, side, corner),
            (0, end, side, side - end),
            (0, corner, corner, block),
            (end, corner, side - end, block),
        ]
        blue = {"fill_opacity": 0.75, "stroke": BLUE}
        parts.append(rect(MAP_LEFT + corner, MAP_TOP + corner, block, block, BLUE, **blue))
    else:
        pieces = [(0, 0, side, side)]
    for x, y, wide, high in pieces:
        if wide > 0.01 and high > 0.01:
            parts.append(rect(MAP_LEFT + x, MAP_TOP + y, wide, high, GREY, fill_opacity=0.15))
            parts.append(hatch(MAP_LEFT + x, MAP_TOP + y, wide, high, GREY, 8))
    faint = {"stroke_opacity": 0.3 if cell >= 8 else 0.12}
    parts.append(grid(MAP_LEFT, MAP_TOP, n, n, cell, **faint))
    return parts


def _height(n: int, H: int) -> str:
    """Whether the output is as high as the image, in words with a mark."""
    equal, y = n == H, MAP_TOP + MAP + 26
    mark = {"fill": GREEN if equal else VERMILLION, "font_weight": "bold"}
    return (
        text(MAP_LEFT, y + 1, "=" if equal else "≠", 18, **mark)
        + text(MAP_LEFT + 20, y, f"output height {n}")
        + text(MAP_LEFT + 20, y + 17, f"image height H = {H}")
    )


def _judged(yours: Yours, H: int, F: int) -> Verdict:
    """The verdict on a padding, found by padding with it and counting windows.

    An answer to ``(F,)`` is for stride 1, one to ``(H, F)`` for stride 2.
    """
    if len(yours.args) == 1:
        return _judged_pair(yours, H, F)
    P = yours.whole
    if P is None:
        return judge(yours, False, "P is one whole number of zeros, the same before and after")
    if not 0 <= P <= 10_000:
        return judge(yours, False, f"no image is padded with {yours.shown(20)} zeros")
    n = len(window_starts(H, F, 2, P))
    return judge(yours, n == H, f"with it the output has {count(n, 'row')}, not {H}")


def _judged_pair(yours: Yours, H: int, F: int) -> Verdict:
    answer = yours.answer.tolist() if is_array(yours.answer) else yours.answer
    pair = [whole(number) for number in answer] if isinstance(answer, list) else []
    zeros = [number for number in pair if number is not None and 0 <= number <= 10_000]
    if len(pair) != 2 or len(zeros) != 2:
        return judge(yours, False, "two whole numbers of zeros are asked, before and after")
    before, after = zeros
    n = len(window_starts(H + before + after, F, 1, 0))
    if n != H:
        return judge(yours, False, f"at S = 1 the output then has {count(n, 'row')}, not {H}")
    uneven = "the sum is right, but the zeros before and after differ by more than the odd one"
    return judge(yours, 0 <= after - before <= 1, uneven)


def _table(starts: list[int], seeing: list[int], F: int) -> Table:
    """Each window along the axis, what it reads of the padded rows, and whether of the image."""
    rows = [
        [number, start, start + F - 1, "the image" if number in seeing else "only zeros"]
        for number, start in enumerate(starts)
    ]
    return [["window", "first padded row", "last", "it sees"], *rows]
