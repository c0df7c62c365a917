"""Plots: matplotlib figures that read on a light and on a dark page, with alt text.

For everything that is no live picture of windows and cells: curves, bars, maps, clouds of points.
The calls in between are matplotlib's own, so what a student sees here is what they will type::

    figure, axes = plots.figure()
    axes.plot(losses)
    axes.set_xlabel("step")
    plots.show(figure, "The loss falls from 2.3 to 0.1 within 400 steps.")

Under the pointer each marked point says its numbers.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Iterator, Sequence
from html import escape
from math import isfinite
from numbers import Real
from typing import TYPE_CHECKING, Any

from course.pictures.picture import Picture, Table
from course.pictures.svg import BLUE, GREEN, GREY, PURPLE, VERMILLION, clean, element

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Drawn in this colour, lines and words take the page's own: nobody else uses it.
PAGE = "#010203"

STYLE: dict[str, Any] = {
    "axes.edgecolor": PAGE,
    "axes.facecolor": "none",
    "axes.grid": True,
    "axes.labelcolor": PAGE,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "figure.facecolor": "none",
    "font.family": "sans-serif",
    "font.size": 11,
    "grid.alpha": 0.4,
    "grid.color": GREY,
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "lines.linewidth": 2,
    "savefig.facecolor": "none",
    "svg.fonttype": "none",  # words stay words: they can be read out, found and copied
    "text.color": PAGE,
    "xtick.color": PAGE,
    "ytick.color": PAGE,
}
COLOURS = (BLUE, VERMILLION, GREEN, PURPLE, GREY)  # of Okabe and Ito, as in the live pictures
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))  # never colour alone
INCH = 100  # of a figure, in a page's pixels
POINTS = 72 / INCH  # of a pixel, in the units of matplotlib's SVG
LEAST_WIDTH = 0.75  # of the whole: on a narrower page it scrolls, and no word is below 10 pixels
MOST_TIPS = 200  # of a line: a curve of more points is read by its table


def figure(width: float = 640, height: float = 320, columns: int = 1) -> tuple[Figure, Any]:
    """A new figure of so many pixels, and its axes (an array of them for several columns).

    Curves differ in dashes as well as in colour.  The figure is not one of pyplot's: it is shown
    by ``show`` alone, and leaves nothing open.
    """
    import matplotlib as mpl
    from cycler import cycler
    from matplotlib.figure import Figure

    look = cycler(color=COLOURS) + cycler(linestyle=DASHES)
    settings: Any = {**STYLE, "axes.prop_cycle": look}  # its keys are known to matplotlib alone
    with mpl.rc_context(settings):
        made = Figure(figsize=(width / INCH, height / INCH), dpi=INCH, layout="constrained")
        axes = made.subplots(1, columns)
    return made, axes


def show(
    figure: Figure,
    alt: str,
    table: Callable[[], Table] | None = None,
    over: str = "",
) -> Picture:
    """A figure as a Picture; ``alt`` says what is to be seen, with the numbers.

    ``table`` makes the Picture's table.  ``over`` are SVG elements to lie over the figure, in
    pixels from its top left corner.
    The same figure gives the same text: no date, no random name.
    """
    import matplotlib as mpl
    from matplotlib.legend import Legend

    for legend in figure.findobj(Legend):
        legend.get_frame().set(facecolor="none", edgecolor="none")
    salt = hashlib.sha256(alt.encode()).hexdigest()[:8]  # names must not clash on a page
    file = io.StringIO()
    settings: Any = {**STYLE, "svg.hashsalt": salt}
    with mpl.rc_context(settings):
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    svg = file.getvalue()
    svg = svg[svg.index("<svg") :]
    for colour in (PAGE, "#000000"):  # black is what matplotlib takes where nobody says a colour
        svg = svg.replace(colour, "currentColor")
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'\bid="(?=(axes|figure|patch|line2d|text|matplotlib|xtick|ytick|legend)[_.])',
                 f'id="{salt}-', svg)  # fmt: skip
    least = round(LEAST_WIDTH * figure.bbox.width)
    style = (
        f'style="display:block;max-width:100%;min-width:{least}px;height:auto;fill:currentColor;'
        'color:var(--jp-ui-font-color1,currentColor)" aria-hidden="true" focusable="false" '
    )
    svg = svg.replace("<svg ", f"<svg {style}", 1).strip().removesuffix("</svg>")
    shapes = element("g", "".join(_tips(figure)) + over, transform=f"scale({POINTS:g})")
    return Picture(f"{svg}{shapes}</svg>", alt, table)


def _tips(figure: Figure) -> Iterator[str]:
    """What each marked point says under the pointer: its numbers, as the axes call them."""
    for axes in figure.axes:
        across, up = axes.get_xlabel(), axes.get_ylabel() or axes.get_title(loc="left")
        for line in axes.get_lines():
            places = line.get_transform().transform(line.get_xydata())
            if line.get_marker() in ("", " ", "None", None) or len(places) > MOST_TIPS:
                continue
            name = str(line.get_label())
            name = "" if name.startswith("_") else f"{name}: "
            xs: Any = line.get_xdata()
            ys: Any = line.get_ydata()
            for x, y, (right, above) in zip(xs, ys, places, strict=True):
                if not (isfinite(right) and isfinite(above)):
                    continue
                says = f"{name}{across} {_said(x)}, {up} {_said(y)}"
                yield element(
                    "circle", element("title", escape(clean(says))), cx=round(right, 1),
                    cy=round(figure.bbox.height - above, 1), r=9, fill="none", pointer_events="all",
                )  # fmt: skip


def _said(value: Any) -> str:
    """A number as a table has it; anything else, a category or a day, as it is."""
    if not isinstance(value, Real):
        return str(value)
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.4g}"


def thinned(points: Sequence[Any], most: int = 250) -> list[Any]:
    """About ``most`` of the points, the last one among them: more would make a page heavy."""
    step = max(1, len(points) // most)
    return [*points[:-1:step], *points[-1:]]


def bars(axes: Axes, names: list[str], values: Sequence[float], *, log: bool = False) -> None:
    """Horizontal bars from the top down, each with its value beside it.

    A logarithmic axis has no zero, so a bar's length there says nothing by itself: it is drawn as
    a mark on a line instead.
    """
    places = range(len(names))
    if log:
        axes.set_xscale("log")
        axes.plot(values, places, "o", color=BLUE, markersize=9)
    else:
        axes.barh(places, values, color=BLUE, height=0.6)
    axes.set_yticks(places, names)
    axes.invert_yaxis()
    for place, value in zip(places, values, strict=True):
        axes.annotate(f"{value:,.4g}" if isinstance(value, float) else f"{value:,}",
                      (value, place), xytext=(8, 0), textcoords="offset points", va="center",
                      annotation_clip=False)  # fmt: skip
    axes.margins(x=0.25)
