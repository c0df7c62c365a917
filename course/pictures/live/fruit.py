"""Four fruits, weighed in a unit of one's choice: the table behind unit 09's pictures."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

NAMES = ("Orange", "Apple", "Banana", "Grape")
GRAMS_AND_PRICES = np.array([[15, 1], [18, 3], [12, 2], [10, 5]], dtype=float)
TARGETS = np.array([1, 2, 3, 5]) - 2.75  # centred
UNITS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)  # in grams

Table = NDArray[np.float64]


def measured(unit: int, scaled: int) -> Table:
    """The table, layout ND, with weights in the ``unit``-th of UNITS (from 1); or standardised."""
    table = GRAMS_AND_PRICES / [UNITS[unit - 1], 1]
    return centred(table) / table.std(axis=0) if scaled else table


def centred(table: Table) -> Table:
    """The table with every column's mean moved to 0."""
    moved: Table = table - table.mean(axis=0)
    return moved


def named(unit: int, scaled: int) -> str:
    """How the weights are given, in words."""
    grams = UNITS[unit - 1]
    words = {1: "weight in grams", 1000: "weight in kilograms"}
    said = words.get(grams, f"weight in units of {grams} g")
    return "both columns standardised" if scaled else said
