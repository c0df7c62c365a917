"""Panels of unit 08: zeros inserted step by step, and stamps that overlap."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from course.panel import NotDrawn, Panel, Slider, panel
from course.pictures.live import stamps as stamps_picture
from course.pictures.live import zero_insertion as zeros_picture
from course.pictures.live.yours import Yours, ask


def stamps(yours: Callable[..., Any] | None = None) -> Panel | NotDrawn:
    """The stamps of a transposed convolution, and how many fall on each column.

    ``yours`` is the student's ``overlap_counts(W, F, S, P)``, shown beside the truth.
    """
    return panel(
        stamps_picture.stamps,
        Slider("W", 1, 6, 4, "input columns"),
        Slider("F", 1, 6, 3, "filter size", unit="pixel"),
        Slider("S", 1, 4, 2, "stride", unit="pixel"),
        Slider("P", 0, _below_F, 0, "padding", unit="zero"),
        yours=None if yours is None else lambda W, F, S, P: ask(yours, W, F, S, P),
    )


def zeros(yours: Callable[..., Any] | None = None) -> Panel | NotDrawn:
    """A transposed convolution by zeros, step by step, with P and P' by their names.

    ``yours`` is the student's ``transpose_by_matrix(row, weights, N, S, P)``, which must agree.
    """
    return panel(
        zeros_picture.zero_insertion,
        Slider("W", 1, len(zeros_picture.ROW), 3, "input columns"),
        Slider("F", 1, len(zeros_picture.WEIGHTS), 3, "filter size", unit="pixel"),
        Slider("S", 1, 4, 2, "stride", unit="pixel"),
        Slider("P", 0, _below_F, 1, "padding", unit="zero"),
        Slider("a", 0, _below_S, 0, "output padding", unit="zero"),
        Slider("step", 1, zeros_picture.STEPS, 1 if yours is None else 4, "step", play=True),
        Slider("at", 1, _columns, 1, "output shown", play=True),
        yours=_asking(yours),
    )


def _below_F(F: int, **others: int) -> int:
    return F - 1


def _below_S(S: int, **others: int) -> int:
    return S - 1


def _columns(W: int, F: int, S: int, P: int, a: int, **others: int) -> int:
    row, weights = list(zeros_picture.ROW[:W]), list(zeros_picture.WEIGHTS[:F])
    return len(zeros_picture.by_zeros(row, weights, S, P, a))


def _asking(function: Callable[..., Any] | None) -> Callable[..., Yours] | None:
    if function is None:
        return None

    def asking(W: int, F: int, S: int, P: int, a: int, step: int, at: int) -> Yours:
        row, weights = list(zeros_picture.ROW[:W]), list(zeros_picture.WEIGHTS[:F])
        N = len(zeros_picture.by_zeros(row, weights, S, P, a))
        given = ask(function, row, weights, N, S, P)
        return replace(given, call=f"transpose_by_matrix({row}, {weights}, {N}, {S}, {P})")

    return asking
