"""Dropout: mean and spread of what it gives, against the probability of keeping.

Drawn here and not by matplotlib, which takes longer than a slider's picture may.
"""

from __future__ import annotations

from collections import Counter
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course.pictures.live.yours import Yours, judge, verdict_lines
from course.pictures.picture import Picture, Table
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
from exercises.comparison import same

SEED = 9
DRAWS = 24
KEEP = [percent / 100 for percent in range(5, 101)]
WIDTH, HEIGHT = 660, 346
LEFT, RIGHT, TOP, BOTTOM = 46.0, 642.0, 66.0, 300.0
LOW, HIGH = -1.0, 3.0  # of the upright axis
NAMES = {True: "divided by keep (inverted dropout)", False: "left as they are"}

Array = NDArray[np.float64]


def mean(keep: float, inverted: bool) -> float:
    """The mean of ones after dropout."""
    return 1.0 if inverted else keep


def spread(keep: float, n: int, inverted: bool) -> float:
    """The standard deviation of the mean of ``n`` ones after dropout."""
    return sqrt(keep * (1 - keep) / n) / (keep if inverted else 1)


def draws(keep: float, n: int) -> Array:
    """The means of DRAWS times ``n`` ones after inverted dropout, by one seed."""
    stay = np.random.default_rng(SEED).random((DRAWS, n)) < keep
    means: Array = (stay / keep).mean(axis=1)
    return means


def question(percent: int) -> tuple[Array, Array, float]:
    """What a student's function is asked for at a setting: x, u and p."""
    return np.ones(1000), np.random.default_rng(SEED).random(1000), (100 - percent) / 100


def dropout(percent: int, n: int, yours: Yours | None = None) -> Picture:
    """The mean of ``n`` ones after dropout with and without dividing, and some draws of it.

    Bands reach one standard deviation to each side.  ``yours`` is the student's answer to
    ``question(percent)``.
    """
    keep = percent / 100
    p = (100 - percent) / 100
    means = draws(keep, n)
    parts = [_axes(n), _band(n, True), _band(n, False)]
    parts.append(line(_x(keep), TOP, _x(keep), BOTTOM, stroke_dasharray="2 3"))
    parts += _marks(keep, n, means)
    above = int((means > HIGH).sum())
    if above:
        parts.append(text(LEFT, BOTTOM + 36, f"{above} of the draws lie above the picture", 12))
    of = f"the mean of {n} ones" if n > 1 else "what becomes of a 1"
    facts = [
        f"Keep {keep:g}, so p = {p:g}: {of}, in training.",
        *(
            f"{NAMES[inverted]}: mean {mean(keep, inverted):g}, "
            f"standard deviation {spread(keep, n, inverted):.3f}"
            for inverted in (True, False)
        ),
    ]
    parts += _legend(facts)
    words = (
        f"{facts[0]} {facts[1].capitalize()}. {facts[2].capitalize()}. The {DRAWS} draws with seed "
        f"{SEED}, divided by keep, lie between {means.min():.2f} and {means.max():.2f}."
    )
    height = HEIGHT
    if yours:
        x, u, p = question(percent)
        right = same(yours.answer, np.where(u < p, 0, x) / keep)
        verdict = judge(yours, right, _truth(u, p))
        if right:
            zeros = int((u < p).sum())
            says = f"{yours.call}: {zeros} of 1000 ones became 0, the mean is {_mean(yours):.3f}"
            verdict = type(verdict)(True, says)
        parts.append(verdict_lines(12, HEIGHT + 12, verdict, 92, lines=2))
        height += 42
        words += f" {verdict}."
    return Picture(drawing(WIDTH, height, *parts), words, lambda: _table(percent, n))


def _truth(u: Array, p: float) -> str:
    zeros = int((u < p).sum())
    return f"{zeros} of these 1000 ones become 0, the others {1 / (1 - p):.4g}"


def _mean(yours: Yours) -> float:
    return float(np.mean(yours.answer))


def _x(keep: float) -> float:
    return LEFT + (RIGHT - LEFT) * keep


def _y(value: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * (min(max(value, LOW), HIGH) - LOW) / (HIGH - LOW)


def _axes(n: int) -> str:
    parts = [rect(LEFT, TOP, RIGHT - LEFT, BOTTOM - TOP, stroke=INK, stroke_opacity=0.35)]
    for tenth in range(0, 11, 2):
        x = _x(tenth / 10)
        parts.append(line(x, BOTTOM, x, BOTTOM + 4))
        parts.append(middle(x, BOTTOM + 13, f"{tenth / 10:g}", 12))
    for value in range(int(LOW), int(HIGH) + 1):
        y = _y(value)
        parts.append(line(LEFT, y, RIGHT, y, stroke_opacity=0.5 if value in (0, 1) else 0.15))
        parts.append(text(LEFT - 8, y + 4, f"{value}".replace("-", "−"), 12, text_anchor="end"))
    parts.append(text(RIGHT, BOTTOM + 36, "probability of keeping", 12, text_anchor="end"))
    return "".join(parts)


def _band(n: int, inverted: bool) -> str:
    """The band of one standard deviation around the mean, with the mean's line in it."""
    colour, dashes = (BLUE, None) if inverted else (VERMILLION, "7 5")
    over = [(_x(k), _y(mean(k, inverted) + spread(k, n, inverted))) for k in KEEP]
    under = [(_x(k), _y(mean(k, inverted) - spread(k, n, inverted))) for k in reversed(KEEP)]
    through = [(_x(k), _y(mean(k, inverted))) for k in KEEP]
    area = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in over + under) + "Z"
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in through)
    dashed: dict[str, Any] = {"stroke": colour, "stroke_dasharray": dashes}
    filled = element("path", d=area, fill=colour, fill_opacity=0.15, stroke_opacity=0.5, **dashed)
    return filled + element("path", d=path, fill="none", stroke_width=3, **dashed)


def _marks(keep: float, n: int, means: Array) -> list[str]:
    """A circle for each draw; equal ones as one with its number, where there is room to say it."""
    parts = []
    roomy = (_y(0) - _y(1)) / (n * keep) >= 12  # from one possible mean to the next
    draws_of = Counter(means[means <= HIGH].tolist())
    for value, times in draws_of.items():
        places = [0] if roomy else [5 * (number - (times - 1) / 2) for number in range(times)]
        for place in places:
            parts.append(_circle(_x(keep) + place, _y(value)))
        if roomy:
            side = {"text_anchor": "end"} if keep > 0.9 else {}
            x = _x(keep) + (-9 if keep > 0.9 else 9)
            parts.append(text(x, _y(value) + 4, f"{times} ×", 12, **side))
    return parts


def _circle(x: float, y: float) -> str:
    return element("circle", cx=x, cy=y, r=3.5, stroke=PURPLE, stroke_width=1.5, fill="none")


def _legend(facts: list[str]) -> list[str]:
    """What the lines mean, with the numbers at this setting."""
    return [
        text(12, 16, facts[0], 13, font_weight="bold"),
        line(12, 33, 42, 33, BLUE, stroke_width=3),
        text(50, 37, facts[1], 12),
        line(12, 51, 42, 51, VERMILLION, stroke_width=3, stroke_dasharray="7 5"),
        text(50, 55, facts[2], 12),
        _circle(464, 51),
        text(476, 55, f"{DRAWS} draws, divided by keep", 12),
    ]


def _table(percent: int, n: int) -> Table:
    """Mean and standard deviation at ten keeps and at the one shown, with and without dividing."""
    rows = [
        [part, *(what for inverted in (True, False)
                 for what in (mean(part / 100, inverted), spread(part / 100, n, inverted)))]
        for part in sorted({*range(10, 101, 10), percent})
    ]  # fmt: skip
    heads = ["kept, in %", "mean, divided", "its deviation", "mean, as it is", "its deviation"]
    return [heads, *rows]
