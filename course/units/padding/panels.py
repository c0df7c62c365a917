"""Panels of unit 03: windows that see only zeros, and the two frameworks side by side."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from course.panel import Panel, Slider, panel
from course.pictures.live import frameworks as frameworks_picture
from course.pictures.live import padding as padding_picture
from course.pictures.live.yours import Yours, ask


def padding(yours: Callable[..., Any] | None = None) -> Panel:
    """Windows along a padded axis, those that see only zeros in grey.

    ``yours`` is the student's ``same_padding_s2(H, F)`` or ``same_padding_s1(F)``; which of them
    it is shows in the number of its parameters.
    """
    return panel(
        padding_picture.padding,
        Slider("H", 1, 32, 28, "image height", unit="pixel"),
        Slider("F", 1, 9, 3, "filter size", unit="pixel"),
        Slider("S", 1, 4, 2, "stride", unit="pixel"),
        Slider("P", 0, 20, 1, "padding", unit="zero"),
        yours=_asking(yours),
    )


def frameworks(yours: Callable[..., Any] | None = None) -> Panel:
    """PyTorch and TensorFlow's SAME; ``yours`` is the student's ``tf_same(W, F, S)``."""
    asking = None if yours is None else lambda W, F, S: ask(yours, W, F, S)
    return panel(
        frameworks_picture.frameworks,
        Slider("W", 2, 12, 8, "input width", unit="pixel"),
        Slider("F", 1, 5, 3, "filter size", unit="pixel"),
        Slider("S", 1, 4, 2, "stride", unit="pixel"),
        yours=asking,
    )


def _asking(function: Callable[..., Any] | None) -> Callable[..., Yours] | None:
    if function is None:
        return None
    if _parameters(function) == 1:
        return lambda H, F, S, P: ask(function, F)
    return lambda H, F, S, P: ask(function, H, F)


def _parameters(function: Callable[..., Any]) -> int:
    """How many parameters a function has; 0 where that cannot be seen."""
    try:
        return len(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return 0
