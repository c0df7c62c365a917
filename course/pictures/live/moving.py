"""A digit that moves, its feature map and its pooled map: do they move along?"""

from __future__ import annotations

import numpy as np

from course.pictures.live.moved_layers import (
    DIGIT,
    FULL,
    SIZE,
    convolved,
    move_in_words,
    moved,
    pooled,
)
from course.pictures.live.yours import Verdict, Yours, judge, verdict_lines
from course.pictures.picture import Picture, numbered_rows
from course.pictures.pixels import Pixels
from course.pictures.spots import cells
from course.pictures.svg import GREEN, INK, VERMILLION, drawing, grid, hatch, rect, text
from course.pictures.words import count
from exercises.answers import is_array
from exercises.comparison import same

WIDTH, HEIGHT = 660, 462
LEFT, GAP, SIDE = 8, 54, 176  # three maps in a row
FIRST, SECOND = 44, 254  # the upper edge of the maps before and after
FAR = 8  # the farthest move
COLUMNS = tuple(LEFT + number * (SIDE + GAP) for number in range(3))


def moving(right: int, down: int, zeros: int = 0, yours: Yours | None = None) -> Picture:
    """The digit, its map and its pooled map, before and after a shift.

    What did not move along is hatched.  ``zeros``: 1 where zeros lie beyond the edge, 0 where the
    picture goes on at its other side.  ``yours`` is what the student's ``shift`` made of the digit,
    in layout DHW.
    """
    image = moved(DIGIT, down, right)
    old, new = convolved(DIGIT, bool(zeros)), convolved(image, bool(zeros))
    old_pooled, new_pooled = pooled(old), pooled(new)
    pixels, parts = Pixels(), []
    top = int(old.max())
    names = ("the digit", "its map: a filter for edges", "the map, pooled 2 × 2")
    for x, name, before, after, most in zip(
        COLUMNS, names, (DIGIT, old, old_pooled), (image, new, new_pooled), (FULL, top, top),
        strict=True,
    ):  # fmt: skip
        parts.append(text(x, 16, name, 13, font_weight="bold"))
        for y, values, when in ((FIRST, before, "before"), (SECOND, after, "after")):
            pixels.add(values / most, x, y, SIDE / len(values))
            parts += _frame(x, y, len(values))
            parts.append(text(x, y - 8, when, 11.5, fill_opacity=0.8))
    reach = [move - FAR for move in range(2 * FAR + 1)]
    still = [0] * len(reach)
    parts.append(
        cells(LEFT, SECOND, SIDE, SIDE, "the digit: where its middle lies",
              (down + FAR, right + FAR), down=(reach, still), right=(still, reach))
    )  # fmt: skip
    map_differs = new != moved(old, down, right)
    map_words = _words(map_differs, down, right)
    best, pooled_differs = _nearest(old_pooled, new_pooled, (down / 2, right / 2))
    pooled_words = _words(pooled_differs, *best)
    for x, differs, words in (
        (COLUMNS[1], map_differs, map_words),
        (COLUMNS[2], pooled_differs, pooled_words),
    ):
        cell = SIDE / len(differs)
        parts += [hatch(x + c * cell, SECOND + r * cell, cell, cell, VERMILLION, 5)
                  for r, c in np.argwhere(differs)]  # fmt: skip
        mark, colour = ("✗", VERMILLION) if differs.any() else ("✓", GREEN)
        parts.append(text(x, SECOND + SIDE + 21, mark, 15, fill=colour, font_weight="bold"))
        parts.append(text(x + 18, SECOND + SIDE + 20, words, 12))
    move = move_in_words(down, right)
    parts.append(text(LEFT, SECOND + SIDE + 20, move, 12))
    edge = "the filter sees zeros beyond the edge" if zeros else "the filter sees a ring"
    alt = (
        f"A two on {SIZE} × {SIZE} places, {move}; {edge}. The map: {map_words}. "
        f"The pooled map: {pooled_words}."
    )
    if map_differs.any() or pooled_differs.any():
        alt += " Hatched: what differs from the old map, moved to where it fits best."
    height = HEIGHT
    if yours:
        verdict = _judged(yours, image[None])
        parts.append(verdict_lines(LEFT, HEIGHT + 10, verdict, 92, lines=2))
        height += 36
        alt += f" {verdict}."
    return Picture(
        drawing(WIDTH, height, *pixels.parts(), *parts, cuts=[223, 453], below=HEIGHT),
        alt,
        lambda: numbered_rows(new.tolist()),
    )


def _frame(x: float, y: float, places: int) -> list[str]:
    return [
        grid(x, y, places, places, SIDE / places, stroke_opacity=0.15),
        rect(x, y, SIDE, SIDE, stroke=INK, stroke_width=1.5),
    ]


def _nearest(
    old: np.ndarray, new: np.ndarray, half: tuple[float, float]
) -> tuple[tuple[int, int], np.ndarray]:
    """The shift of the old map that comes nearest to the new one, and where the two differ.

    All shifts are tried; of several equally near ones the one next to half the digit's move.
    """
    reach = range(-len(old) // 2, len(old) // 2 + 1)
    shifts = [(down, right) for down in reach for right in reach]
    shifts.sort(key=lambda pair: (abs(pair[0] - half[0]) + abs(pair[1] - half[1]), pair))
    best = min(shifts, key=lambda pair: int((moved(old, *pair) != new).sum()))
    return best, moved(old, *best) != new


def _words(differs: np.ndarray, down: int, right: int) -> str:
    if not differs.any():
        if not (down or right):
            return "the same as before"
        return f"moved along: {_short(down, right)}"
    return f"{count(int(differs.sum()), 'number')} of {differs.size} differ"


def _short(down: int, right: int) -> str:
    """A shift in few words: ``right 3, up 1``."""
    parts = []
    if right:
        parts.append(f"{'right' if right > 0 else 'left'} {abs(right)}")
    if down:
        parts.append(f"{'down' if down > 0 else 'up'} {abs(down)}")
    return ", ".join(parts)


def _judged(yours: Yours, truth: np.ndarray) -> Verdict:
    """The verdict on a moved digit; of arrays only what differs is said, not the numbers."""
    answer = yours.answer
    if isinstance(answer, list):
        try:
            answer = np.array(answer, dtype=float)
        except (TypeError, ValueError):
            answer = None
    if not is_array(answer):
        return judge(yours, False, "an array of one map is asked")
    if same(answer, truth):
        return Verdict(True, f"{yours.call} gives the moved digit: right")
    if answer.shape != truth.shape:
        shape = " × ".join(map(str, answer.shape))
        return Verdict(False, f"{yours.call} has the shape {shape}; 1 × {SIZE} × {SIZE} is asked")
    differing = int((answer != truth).sum())
    return Verdict(False, f"{yours.call} differs from the moved digit in {differing} places")
