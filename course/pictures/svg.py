"""A few SVG elements as strings, in colours that read on light and on dark.

Lines and words take the page's own colour.  The accents are from Okabe and Ito's colour-blind-safe
palette, those of them that keep a contrast of 3:1 on white as well as on JupyterLab's dark #111;
still no meaning hangs on a colour alone.  Hatches are drawn as lines rather than as ``<pattern>``:
a pattern needs an id, and ids of pictures on one page can clash.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from itertools import pairwise
from textwrap import wrap

BLUE = "#0072B2"  # windows, and what they read
VERMILLION = "#D55E00"  # what goes wrong: unread columns, wrong answers
GREEN = "#009E73"  # right answers
PURPLE = "#CC79A7"  # the student's own answer
GREY = "#767676"  # windows that see only zeros
ACCENTS = {
    "blue": BLUE,
    "vermillion": VERMILLION,
    "green": GREEN,
    "purple": PURPLE,
    "grey": GREY,
}

INK = "currentColor"
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(words: str) -> str:
    """``words`` as one line, without what neither XML nor UTF-8 can hold."""
    return " ".join(NOT_XML.sub("\ufffd", words).split())


LEAST = 10.0  # pixels: no label on a narrow page is smaller


def drawing(
    width: float, height: float, *parts: str, cuts: Sequence[float] = (), below: float | None = None
) -> str:
    """The ``<svg>`` that holds ``parts``; it shrinks with a narrow page and has no background.

    It shrinks as long as every label can be read.  At ``cuts``, places across, it may be parted:
    what lies to the right then stands below, where the page is narrow.  What begins lower than
    ``below`` is under all of that.  Each of ``parts`` lies on one side of each cut.
    """
    if not cuts:
        return _svg(0, 0, width, height, parts)
    foot = height if below is None else below
    edges = [0.0, *cuts, width]
    columns: list[list[str]] = [[] for _ in edges[1:]]
    under = []
    for part in filter(None, parts):
        x, y = _begins(part)
        if y >= foot:
            under.append(part)
        else:
            columns[sum(x >= cut for cut in cuts)].append(part)
    drawn = [
        _svg(left, 0, right - left, foot, column)
        for (left, right), column in zip(pairwise(edges), columns, strict=True)
    ]
    if under:
        drawn.append(_svg(0, foot, width, height - foot, under))
    return f'<div style="display:flex;flex-wrap:wrap">{"".join(drawn)}</div>'


def _svg(x: float, y: float, width: float, height: float, parts: Sequence[str]) -> str:
    content = "".join(parts)
    sizes = [float(size) for size in SIZE.findall(content)]
    least = width * min(1, LEAST / min(sizes, default=LEAST))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{x:g} {y:g} {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" aria-hidden="true" focusable="false" '
        f'style="display:block;max-width:100%;min-width:{least:.0f}px;height:auto;overflow:visible;'
        "color:var(--jp-ui-font-color1,currentColor);"
        'font-family:var(--jp-ui-font-family,system-ui,sans-serif)">'
        f"{content}</svg>"
    )


SIZE = re.compile(r'font-size="([\d.]+)"')
PLACE = re.compile(
    r'\b(?:x1?|cx)="(?P<x>-?[\d.]+)[^"]*" (?:y1?|cy)="(?P<y>-?[\d.]+)'
    r'|d="M(?P<px>-?[\d.]+) (?P<py>-?[\d.]+)|translate\((?P<gx>-?[\d.]+) (?P<gy>-?[\d.]+)'
    r'|points="(?P<qx>-?[\d.]+),(?P<qy>-?[\d.]+)'
)


def _begins(part: str) -> tuple[float, float]:
    """Where the first element of a part begins, (across, down)."""
    found = PLACE.search(part)
    if found is None:
        raise ValueError(f"a part of a picture with a cut lies nowhere: {part[:80]!r}")
    x, y = (value for value in found.groups() if value is not None)
    return float(x), float(y)


def element(name: str, content: str = "", /, **attributes: object) -> str:
    """One element; ``fill_opacity=.5`` becomes ``fill-opacity="0.5"``, None is left out."""
    given = "".join(
        f' {key.replace("_", "-")}="{_value(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{given}>{content}</{name}>" if content else f"<{name}{given}/>"


def _value(value: object) -> str:
    if isinstance(value, float):
        return f"{round(value, 2):g}"
    return escape(str(value), quote=True)


def rect(
    x: float, y: float, width: float, height: float, fill: object = "none", **attributes: object
) -> str:
    """A rectangle."""
    return element("rect", x=x, y=y, width=width, height=height, fill=fill, **attributes)


def line(
    x1: float, y1: float, x2: float, y2: float, stroke: object = INK, **attributes: object
) -> str:
    """A straight line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=stroke, **attributes)


def text(x: float, y: float, words: str, size: float = 12, **attributes: object) -> str:
    """Words with their baseline at ``y``."""
    attributes = {"fill": INK, "font_size": size, **attributes}
    return element("text", escape(clean(words), quote=False), x=x, y=y, **attributes)


def middle(x: float, y: float, words: str, size: float = 12, **attributes: object) -> str:
    """Words centred on the point."""
    return text(x, y + size * 0.35, words, size, text_anchor="middle", **attributes)


def grid(x: float, y: float, columns: int, rows: int, cell: float, **attributes: object) -> str:
    """The lines of a table of ``columns`` by ``rows`` square cells, as one path."""
    right, bottom = x + columns * cell, y + rows * cell
    lines = [f"M{x + c * cell:g} {y:g}V{bottom:g}" for c in range(columns + 1)]
    lines += [f"M{x:g} {y + r * cell:g}H{right:g}" for r in range(rows + 1)]
    attributes = {"stroke": INK, "stroke_opacity": 0.35, "stroke_width": 1, **attributes}
    return element("path", d="".join(lines), fill="none", **attributes)


def hatch(
    x: float, y: float, width: float, height: float, colour: str, step: float = 6, weight: float = 1
) -> str:
    """Slanted lines that fill a rectangle exactly."""
    left, right, top, bottom = x, x + width, y, y + height
    lines, across = [], (x + y) // step * step + step
    while across < right + bottom:
        x1, y1 = max(left, across - bottom), min(bottom, across - left)
        x2, y2 = min(right, across - top), max(top, across - right)
        lines.append(f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}")
        across += step
    return element("path", d="".join(lines), stroke=colour, stroke_width=weight, fill="none")


def paragraph(
    x: float, y: float, words: str, characters: int, size: float = 12, lines: int = 5, **kw: object
) -> tuple[str, float]:
    """Words broken into lines of at most ``characters``, and the baseline after the last line."""
    broken = wrap(clean(words), characters)
    if len(broken) > lines:
        broken = [*broken[: lines - 1], broken[lines - 1][: characters - 1] + "…"]
    step = size * 1.4
    drawn = [text(x, y + row * step, piece, size, **kw) for row, piece in enumerate(broken)]
    return "".join(drawn), y + len(broken) * step
