"""Panels of unit 07: maps that follow a moving digit or do not, and by how much they fail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from course.panel import NO_YES, NotDrawn, Panel, Slider, panel
from course.pictures.digits import digits as digits_picture
from course.pictures.live import moving as moving_picture
from course.pictures.live import shift_difference
from course.pictures.live.moved_layers import DIGIT, LAYERS
from course.pictures.live.yours import Yours, ask
from course.pictures.picture import Picture


def moving(yours: Callable[..., Any] | None = None) -> Panel | NotDrawn:
    """A digit, its map and its pooled map, before and after a shift.

    ``yours`` is the student's ``shift(maps, down, right)``; what it makes of the digit is judged.
    """
    return panel(
        moving_picture.moving,
        Slider("right", -moving_picture.FAR, moving_picture.FAR, 2, "to the right", unit="pixel"),
        Slider("down", -moving_picture.FAR, moving_picture.FAR, 0, "down", unit="pixel"),
        Slider("zeros", 0, 1, 0, "zeros outside", names=NO_YES),
        yours=_asking(yours),
    )


def difference() -> Panel | NotDrawn:
    """How far a layer is from following: every small shift, and one of them place by place."""
    reach = shift_difference.REACH
    return panel(
        shift_difference.shift_difference,
        Slider("layer", 1, len(LAYERS), 1, "layer"),
        Slider("right", -reach, reach, 1, "to the right", unit="pixel"),
        Slider("down", -reach, reach, 0, "down", unit="pixel"),
    )


def digits(images: np.ndarray, captions: list[str], says: str) -> Picture:
    """Images N x 28 x 28 from 0 to 1, each with its caption; ``says`` begins the alt text."""
    return digits_picture(images, captions, says)


def _asking(function: Callable[..., Any] | None) -> Callable[..., Yours] | None:
    if function is None:
        return None

    def asking(right: int, down: int, zeros: int) -> Yours:
        answer = ask(function, DIGIT[None].copy(), down, right)
        return replace(answer, call=f"shift(digit, {down}, {right})")

    return asking
