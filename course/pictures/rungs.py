"""A ladder of named rungs: which are repaired, which is next, which are locked."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from course.pictures.picture import Picture
from course.pictures.svg import BLUE, GREEN, INK, drawing, line, rect, text
from course.pictures.words import count, listed

STEP, LEFT, RIGHT, WIDTH = 24, 10, 310, 560
GROUND = "var(--jp-layout-color0,white)"


def rungs(names: Sequence[str], repaired: Collection[str]) -> Picture:
    """The ladder, its first rung at the bottom; a rung is open once all below are repaired."""
    height = STEP * (len(names) + 1)
    parts = [line(x, 4, x, height - 4, stroke_width=3, stroke_opacity=0.5) for x in (LEFT, RIGHT)]
    reached = next((name for name in names if name not in repaired), "")
    open_until = names.index(reached) if reached else len(names)
    for place, name in enumerate(names):
        y, open_yet = height - (place + 1) * STEP, place <= open_until
        if place < open_until:
            state, colour = "✓ repaired", GREEN
        elif place == open_until:
            state, colour = "← next", BLUE
        else:
            state, colour = ("right, waits" if name in repaired else "locked"), INK
        label = f"{place + 1} {name}"
        rail = {"stroke_width": 3} if open_yet else {"stroke_dasharray": "4 4"}
        parts += [
            line(LEFT, y, RIGHT, y, colour, **rail),
            rect(LEFT + 14, y - 9, 14 + 7.4 * len(label), 18, GROUND),
            text(LEFT + 20, y + 4, label, 12.5, font_weight="bold" if open_yet else None),
            text(RIGHT + 12, y + 4, state, 12),
        ]
    return Picture(drawing(WIDTH, height, *parts), _said(names, repaired, reached))


def _said(names: Sequence[str], repaired: Collection[str], reached: str) -> str:
    if not reached:
        return f"The ladder: all {len(names)} rungs are repaired."
    done = names.index(reached)
    said = f"The ladder: {count(done, 'rung')} of {len(names)} repaired from the bottom. "
    said += f"Next is rung {done + 1}, {reached}; the rungs above it are locked."
    waiting = [name for name in names[done:] if name in repaired]
    return said + f" Right already, and waiting: {listed(waiting)}." * bool(waiting)
