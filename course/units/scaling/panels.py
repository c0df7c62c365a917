"""Panels of unit 09: who is near in which unit, the way downhill, and what dropout keeps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from course.panel import NO_YES, Panel, Slider, panel
from course.pictures.live import descent as descent_picture
from course.pictures.live import dropout as dropout_picture
from course.pictures.live import neighbours as neighbours_picture
from course.pictures.live.fruit import NAMES, TARGETS, UNITS, centred, measured
from course.pictures.live.yours import Yours, ask
from course.pictures.picture import Picture

Function = Callable[..., Any] | None

WEIGHTS = tuple(f"{grams} g" if grams < 1000 else "1 kg" for grams in UNITS)
PATIENCE = 500  # steps that a student's own function is asked to walk while a slider moves


def _unit() -> Slider:
    return Slider("unit", 1, len(UNITS), 1, "grams to kg", names=WEIGHTS, play=True)


def _scaled() -> Slider:
    return Slider("scaled", 0, 1, 0, "standardised", names=NO_YES)


def neighbours(nearest: Function = None) -> Panel:
    """The fruits and their neighbours; ``nearest(X, i)`` is the student's."""

    def yours(unit: int, scaled: int, row: int) -> Yours:
        answer = ask(nearest, measured(unit, scaled), row)  # type: ignore[arg-type]
        return replace(answer, call=f"nearest(X, {row})")

    return panel(
        neighbours_picture.neighbours,
        _unit(),
        _scaled(),
        Slider("row", 0, len(NAMES) - 1, 1, "distances from", names=tuple(NAMES)),
        yours=yours if nearest is not None else None,
    )


def descent(gd_steps: Function = None) -> Panel:
    """Curves of equal loss and the way downhill; ``gd_steps(X, y, gap)`` is the student's.

    It is asked where at most PATIENCE steps are needed.
    """

    def yours(unit: int, scaled: int, steps: int) -> Yours | None:
        if descent_picture.valley(unit, scaled).steps() > PATIENCE:
            return None
        table = centred(measured(unit, scaled))
        answer = ask(gd_steps, table, TARGETS, descent_picture.GAP)  # type: ignore[arg-type]
        return replace(answer, call="gd_steps(X, y, 1e-6)")

    return panel(
        descent_picture.descent,
        _unit(),
        _scaled(),
        Slider("steps", 0, 60, 5, "steps", play=True),
        yours=yours if gd_steps is not None else None,
    )


def step_counts() -> Picture:
    """The fruits' step counts in grams, in kilograms and standardised."""
    return descent_picture.step_counts()


def dropout(dropout_forward: Function = None) -> Panel:
    """Mean and spread after dropout; ``dropout_forward(x, u, p, training)`` is the student's."""

    def yours(percent: int, n: int) -> Yours:
        x, u, p = dropout_picture.question(percent)
        answer = ask(dropout_forward, x, u, p, True)  # type: ignore[arg-type]
        return replace(answer, call=f"dropout_forward(x, u, {p:.2g}, True)")

    return panel(
        dropout_picture.dropout,
        Slider("percent", 5, 100, 75, "keep, in %"),
        Slider("n", 1, 100, 1, "averaged"),
        yours=yours if dropout_forward is not None else None,
    )
