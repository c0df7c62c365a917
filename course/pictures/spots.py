"""What can be clicked in a picture: cells, each of which sets sliders of the panel.

A picture marks where the cells lie and what they set; the panel's script (``course/front``) lays
over each mark what can be clicked, dragged along and worked with the arrow keys, and the kernel
draws the next picture.  Without that script a mark is an empty rectangle that nobody sees.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from course.pictures.svg import rect

Sets = tuple[Sequence[int], Sequence[int]]  # by row and by column: cell (r, c) sets their sum


def cells(
    x: float,
    y: float,
    width: float,
    height: float,
    says: str,
    now: tuple[int, int],
    /,
    *,
    tab: bool = True,
    **sets: Sets,
) -> str:
    """A mark: equal cells that fill a rectangle, ``now`` the one (row, column) that is shown.

    ``says`` names it for those who do not see it.  ``sets`` are sliders by name; all have as many
    rows and as many columns.  ``tab`` off: the tab key passes it by, because another mark does
    the same.
    """
    rows, columns = next(iter(sets.values()))
    mark = {
        "says": says,
        "size": [len(rows), len(columns)],
        "now": list(now),
        "tab": tab,
        "sets": {name: [list(down), list(across)] for name, (down, across) in sets.items()},
    }
    return rect(
        x, y, width, height, data_spot=json.dumps(mark, separators=(",", ":")),
        pointer_events="none",
    )  # fmt: skip


def numbered(rows: int, columns: int, first: int = 1) -> Sets:
    """Cells numbered row by row."""
    return range(first, first + rows * columns, columns), range(columns)


def row_of(rows: int, columns: int) -> Sets:
    """Each cell's row, from 0."""
    return range(rows), [0] * columns


def column_of(rows: int, columns: int) -> Sets:
    """Each cell's column, from 0."""
    return [0] * rows, range(columns)


def nearest(starts: Sequence[int], F: int, width: int) -> list[int]:
    """For each of ``width`` columns the number of the window that has its middle nearest to it."""
    return [
        min(range(len(starts)), key=lambda window: abs(2 * starts[window] + F - 2 * column - 1))
        for column in range(width)
    ]


def drag(
    x: float, y: float, cell: float, size: tuple[int, int], F: int,
    starts: tuple[Sequence[int], Sequence[int]], at: int, *, says: str = "the filter",
    tab: bool = True,
) -> str:  # fmt: skip
    """A mark on an input of ``size`` (rows, columns) on which the filter is dragged.

    ``starts`` are the first rows and columns of its windows; ``at`` is the number of the one shown,
    row by row from 1, which the slider ``at`` is set to.
    """
    tops, lefts = starts
    row, column = divmod(at - 1, len(lefts))
    down = [1 + len(lefts) * window for window in nearest(tops, F, size[0])]
    across = nearest(lefts, F, size[1])
    middle = min(tops[row] + F // 2, size[0] - 1), lefts[column] + F // 2
    width, height = size[1] * cell, size[0] * cell
    return cells(x, y, width, height, says, middle, tab=tab, at=(down, across))
