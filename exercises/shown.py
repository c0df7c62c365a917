"""Data frames and figures as plain data, so that they can be answers: ``table`` and ``drawing``.

Answers are numbers, text, lists and arrays (``exercises.answers``).  An exercise about a data frame
or a figure asks for what is seen of it: ``return table(frame)``, ``return drawing(axes)``.  The
right answer is made by the same two functions, from whatever the reference makes.

Neither pandas nor matplotlib is imported here: who has a frame or a figure has them.
"""

from __future__ import annotations

from typing import Any


def table(frame: Any) -> dict[str, Any]:
    """A pandas DataFrame or Series as a dict: its ``index``, and its ``columns`` by name.

    A column is a list of numbers, truth values and texts; what is missing is None, and anything
    else, a date say, is its text.  A Series has one column, by the name of "values".
    """
    columns = frame.items() if hasattr(frame, "columns") else [("values", frame)]
    return {
        "index": [_item(item) for item in frame.index.tolist()],
        "columns": {
            str(name): [
                None if missing else _item(item)
                for item, missing in zip(column.tolist(), column.isna().tolist(), strict=True)
            ]
            for name, column in columns
        },
    }


def _item(item: Any) -> Any:
    if isinstance(item, tuple):  # of an index with several levels
        return [_item(part) for part in item]
    return item if isinstance(item, bool | int | float | str) else str(item)


def drawing(axes: Any) -> dict[str, Any]:
    """What is drawn in matplotlib's ``axes``, as a dict of texts and numbers.

    ``title``, ``xlabel`` and ``ylabel`` are texts, ``labels`` those of what is drawn (as a legend
    shows them), ``limits`` the ends of both axes, ``lines`` the [x, y] of each, ``bars`` the
    [left, bottom, width, height] of each, ``points`` the [x, y] of each scatter plot.  Lines,
    bars and points are sorted: in which order they were drawn does not matter.
    """
    return {
        "title": axes.get_title(),
        "xlabel": axes.get_xlabel(),
        "ylabel": axes.get_ylabel(),
        "labels": sorted(axes.get_legend_handles_labels()[1]),
        "limits": [*map(float, axes.get_xlim()), *map(float, axes.get_ylim())],
        "lines": sorted(
            _floats(line.get_xdata(False), line.get_ydata(False)) for line in axes.lines
        ),
        "bars": sorted(
            [*map(float, (*bar.get_xy(), bar.get_width(), bar.get_height()))]
            for bar in axes.patches
            if hasattr(bar, "get_height")
        ),
        "points": sorted(
            _floats(*zip(*drawn.get_offsets().tolist(), strict=True))
            for drawn in axes.collections
            if len(drawn.get_offsets())
        ),
    }


def _floats(*rows: Any) -> list[list[float]]:
    return [[float(item) for item in row] for row in rows]
