"""Panels of unit 04: counts on a logarithmic axis, a layer as a matrix, the receptive field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from course.panel import Panel, Slider, panel
from course.pictures.live import counts as counts_picture
from course.pictures.live import field as field_picture
from course.pictures.live import matrix as matrix_picture
from course.pictures.live.layer import steps
from course.pictures.live.yours import Yours, ask

Function = Callable[..., Any] | None


def counts(
    conv_params: Function = None, local_params: Function = None, dense_params: Function = None
) -> Panel:
    """The parameters of one layer, counted dense, local and shared.

    The student's own functions ``f(W, H, D, F, S, P, K)`` are shown beside the truth.
    """
    functions = {
        "dense": dense_params,
        "locally connected": local_params,
        "convolution": conv_params,
    }
    given = {kind: function for kind, function in functions.items() if function is not None}

    def yours(W: int, D: int, F: int, S: int, P: int, K: int) -> dict[str, Yours]:
        return {kind: ask(function, W, W, D, F, S, P, K) for kind, function in given.items()}

    return panel(
        counts_picture.counts,
        Slider("W", 1, 64, 32, "input side", unit="pixel"),
        Slider("D", 1, 64, 3, "input depth"),
        Slider("F", 1, 11, 5, "filter size", unit="pixel"),
        Slider("S", 1, 4, 1, "stride", unit="pixel"),
        Slider("P", 0, 5, 0, "padding", unit="zero"),
        Slider("K", 1, 64, 6, "filters"),
        yours=yours if given else None,
    )


def matrix(conv_as_matrix: Function = None) -> Panel:
    """A layer as a matrix, an entry of it traced back to its window.

    The student's ``conv_as_matrix(kernel, W, H, S)`` is compared entry by entry.
    """

    def yours(W: int, H: int, F: int, S: int, kind: int, row: int, column: int) -> Yours:
        return ask(conv_as_matrix, matrix_picture.kernel(F), W, H, S)  # type: ignore[arg-type]

    return panel(
        matrix_picture.matrix,
        Slider("W", 1, 5, 4, "image width", unit="pixel"),
        Slider("H", 1, 5, 3, "image height", unit="pixel"),
        Slider("F", 1, 3, 2, "filter size", unit="pixel"),
        Slider("S", 1, 3, 1, "stride", unit="pixel"),
        Slider("kind", 1, 3, 1, "kind of layer", names=("convolution", "local", "dense")),
        Slider("row", 0, _last_output, 4, "matrix row"),
        Slider("column", 0, _last_pixel, 9, "matrix column"),
        yours=yours if conv_as_matrix is not None else None,
    )


def field(receptive_field: Function = None) -> Panel:
    """The receptive field behind two layers; ``receptive_field(layers)`` is the student's."""

    def yours(F1: int, S1: int, F2: int, S2: int, at: int) -> Yours:
        return ask(receptive_field, [[F1, S1], [F2, S2]])  # type: ignore[arg-type]

    return panel(
        field_picture.field,
        Slider("F1", 1, 5, 3, "layer 1: F", unit="pixel"),
        Slider("S1", 1, 3, 1, "layer 1: S", unit="pixel"),
        Slider("F2", 1, 5, 3, "layer 2: F", unit="pixel"),
        Slider("S2", 1, 3, 1, "layer 2: S", unit="pixel"),
        Slider("at", 0, _last_shown, 4, "output shown", play=True),
        yours=yours if receptive_field is not None else None,
    )


def _last_output(W: int, H: int, F: int, S: int, kind: int, column: int) -> int:
    return len(steps(W, F, S)) * len(steps(H, F, S)) - 1


def _last_pixel(W: int, H: int, F: int, S: int, kind: int, row: int) -> int:
    return W * H - 1


def _last_shown(F1: int, S1: int, F2: int, S2: int) -> int:
    return len(field_picture.maps(F1, S1, F2, S2)[1]) - 1
