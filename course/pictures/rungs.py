"""A ladder of named rungs: which are repaired, which is next, which are locked."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from course.pictures.picture import Picture
from course.pictures.svg import BLUE, GREEN, drawing, line, rect, text
from course.pictures.words import count, listed

STEP, WIDTH, LEFT = 24, 420, 60


def rungs(names: Sequence[str], repaired: Collection[str]) -> Picture:
    """The ladder, its first rung at the bottom; a rung is open once all below are repaired."""
    height = STEP * (len(names) + 1)
    parts = [
        line(x, 6, x, height - 2, stroke_width=3, stroke_opacity=0.5) for x in (LEFT, WIDTH - 60)
    ]
    open_yet = True
    next_one, waiting = "", []
    for number, name in enumerate(names, 1):
        y = height - number * STEP
        done = name in repaired
        if done and open_yet:
            state, colour = "✓ repaired", GREEN
        elif open_yet:
            state, colour, next_one = "← next", BLUE, name
        elif done:
            state, colour = "right, waits for the rungs below", "currentColor"
            waiting.append(name)
        else:
            state, colour = "locked", "currentColor"
        strong = open_yet
        open_yet = open_yet and done
        parts += [
            line(
                LEFT,
                y + 7,
                WIDTH - 60,
                y + 7,
                colour,
                stroke_width=3 if strong else 1.5,
                stroke_dasharray=None if strong else "4 4",
            ),
            rect(LEFT + 12, y - 8, 10 + 7.6 * len(f"{number} {name}"), 17, GROUND),
            text(
                LEFT + 17, y + 4, f"{number} {name}", 12.5, font_weight="bold" if strong else None
            ),
        ]
        parts.append(text(WIDTH - 50, y + 10, state, 12, fill="currentColor"))
    return Picture(
        drawing(WIDTH + 180, height + 6, *parts), _said(names, repaired, next_one, waiting)
    )


GROUND = "var(--jp-layout-color0,white)"


def _said(names: Sequence[str], repaired: Collection[str], next_one: str, waiting: list) -> str:
    if not next_one:
        return f"The ladder: all {len(names)} rungs are repaired."
    done = names.index(next_one)
    said = f"The ladder: {count(done, 'rung')} of {len(names)} repaired from the bottom. "
    said += f"Next is rung {done + 1}, {next_one}; the rungs above it are locked."
    if waiting:
        said += f" Right already, and waiting: {listed(waiting)}."
    return said
