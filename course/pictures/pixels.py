"""Grey pictures as SVG paths: one path for each shade, in the page's own ink."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

import numpy as np

from course.pictures.svg import INK, element

SHADES = 10  # steps from blank to full ink; more would make a page heavy and look the same


class Pixels:
    """Collects pictures on one drawing; ``svg()`` is them all.

    What is 0 shows the page, what is 1 full ink: on a dark page bright digits on dark, on a light
    page dark digits on light.
    """

    def __init__(self) -> None:
        self._paths: dict[tuple[int, int], list[str]] = defaultdict(list)  # by picture and shade
        self._added = 0

    def add(self, values: np.ndarray, x: float, y: float, cell: float) -> None:
        """A picture, H x W from 0 to 1, its top left corner at (x, y)."""
        self._added += 1
        shades = np.rint(np.clip(np.nan_to_num(values), 0, 1) * SHADES).astype(int)
        for row, line in enumerate(shades):
            breaks = [0, *(np.flatnonzero(np.diff(line)) + 1).tolist(), len(line)]
            for start, stop in pairwise(breaks):
                if line[start]:
                    left, top = x + start * cell, y + row * cell
                    run = f"M{left:.4g} {top:.4g}h{(stop - start) * cell:.4g}v{cell:.4g}"
                    self._paths[self._added, int(line[start])].append(
                        run + f"H{left:.4g}"
                    )  # its fill closes it

    def svg(self) -> str:
        """All pictures added so far, with one path for each shade."""
        merged: dict[int, list[str]] = defaultdict(list)
        for (_, shade), runs in self._paths.items():
            merged[shade] += runs
        return "".join(_path(shade, merged[shade]) for shade in sorted(merged))

    def parts(self) -> list[str]:
        """The same, with a path for each shade of each picture."""
        return [_path(shade, runs) for (_, shade), runs in sorted(self._paths.items())]


def _path(shade: int, runs: list[str]) -> str:
    opacity = shade / SHADES
    return element(
        "path", d="".join(runs), fill=INK, fill_opacity=opacity, shape_rendering="crispEdges"
    )
