"""Panels of unit 02: windows on the padded input, and size against stride."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from course.panel import Panel, Slider, panel
from course.pictures.live import staircase as staircase_picture
from course.pictures.live import windows as windows_picture
from course.pictures.live.layer import window_starts
from course.pictures.live.yours import Yours, ask


def windows(yours: Callable[..., Any] | None = None) -> Panel:
    """The windows of a layer, with the last one outlined and unread columns hatched.

    ``yours`` is the student's ``output_size(W, F, S, P)``, shown beside the truth.
    """
    return panel(
        windows_picture.windows,
        Slider("W", 1, 16, 7, "input width", unit="pixel"),
        Slider("F", 1, 8, 3, "filter size", unit="pixel"),
        Slider("S", 1, 6, 2, "stride", unit="pixel"),
        Slider("P", 0, 4, 0, "padding", unit="zero"),
        Slider("at", 1, _how_many, 1, "window shown", play=True),
        yours=_asking(yours),
    )


def staircase(yours: Callable[..., Any] | None = None) -> Panel:
    """Output size against stride; ``yours`` is the student's ``output_size(W, F, S, P)``."""
    return panel(
        staircase_picture.staircase,
        Slider("W", 1, 64, 32, "input width", unit="pixel"),
        Slider("F", 1, 16, 5, "filter size", unit="pixel"),
        Slider("P", 0, 8, 0, "padding", unit="zero"),
        Slider("S", 1, len(staircase_picture.STRIDES), 3, "stride", unit="pixel"),
        yours=_asking_strides(yours),
    )


def _how_many(W: int, F: int, S: int, P: int) -> int:
    return len(window_starts(W, F, S, P)) ** 2


def _asking(function: Callable[..., Any] | None) -> Callable[..., Yours] | None:
    if function is None:
        return None
    return lambda W, F, S, P, at: ask(function, W, F, S, P)


def _asking_strides(function: Callable[..., Any] | None) -> Callable[..., list[Yours]] | None:
    if function is None:
        return None
    return lambda W, F, P, S: [ask(function, W, F, s, P) for s in staircase_picture.STRIDES]
