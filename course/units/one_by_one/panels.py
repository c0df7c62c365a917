"""Panels of unit 05: a pixel through the matrix, the price of a bottleneck, straight or bent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from course.panel import Panel, Slider, panel
from course.pictures.live import bend as bend_picture
from course.pictures.live import bottleneck as bottleneck_picture
from course.pictures.live import pixel as pixel_picture
from course.pictures.live.yours import Yours, ask


def pixel(yours: Callable[..., Any] | None = None) -> Panel:
    """One pixel's channels through the matrix of a 1 × 1 layer.

    ``yours`` is the student's ``conv1x1(x, weights, bias)``, shown beside the truth.
    """
    return panel(
        pixel_picture.pixel,
        Slider("D", 1, 4, 3, "input channels"),
        Slider("K", 1, 5, 2, "filters"),
        Slider("row", 0, pixel_picture.H - 1, 1, "row"),
        Slider("column", 0, pixel_picture.W - 1, 2, "column"),
        yours=_asking_layer(yours),
    )


def bottleneck(yours: Callable[..., Any] | None = None) -> Panel:
    """Multiplications against bottleneck width; ``yours`` is ``mults(H, W, D, B, F, K)``."""
    return panel(
        bottleneck_picture.bottleneck,
        Slider("B", 1, lambda D, **others: D, 16, "bottleneck"),
        Slider("D", 1, 256, 192, "input channels"),
        Slider("K", 1, 256, 32, "filters"),
        Slider("F", 1, 7, 5, "filter size", unit="pixel"),
        Slider("W", 1, 56, 28, "width, height", unit="pixel"),
        yours=_asking_widths(yours),
    )


def bend() -> Panel:
    """Three networks of one number: nothing, a ReLU or a cut between their two layers."""
    return panel(
        bend_picture.bend,
        Slider("b", 0, 5, 1, "first bias"),
        Slider("x", 1, bend_picture.REACH, 4, "input"),
    )


def _asking_layer(function: Callable[..., Any] | None) -> Callable[..., Yours] | None:
    if function is None:
        return None

    def answered(D: int, K: int, row: int, column: int) -> Yours:
        import numpy as np

        layer = (
            np.array([pixel_picture.image(D)]),
            np.array(pixel_picture.weights(D, K)),
            np.array(pixel_picture.biases(K)),
        )
        return replace(ask(function, *layer), call="conv1x1(x, weights, bias)", args=())

    return answered


def _asking_widths(function: Callable[..., Any] | None) -> Callable[..., list[Yours]] | None:
    if function is None:
        return None
    return lambda B, D, K, F, W: [
        ask(function, W, W, D, b, F, K) for b in bottleneck_picture.asked(D, B)
    ]
