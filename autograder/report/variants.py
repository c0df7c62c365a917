"""How hard each variant of a question was, where students have numbers of their own.

Luck decides who gets which numbers, so no variant may be harder than the others.  The self-test has
seen to it that each can be answered; what people find hard, only a class can tell.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from math import comb
from typing import Any

from rich.table import Table
from rich.text import Text

from autograder.driver import Graded
from exercises.comparison import show
from exercises.public import read_value

CHANCE = 0.05  # that any variant is called off in a class in which none is

Cell = tuple[str, str]  # a notebook, and the grade id in it


@dataclass
class Difficulty:
    """Counts, for each question and variant, who answered it and who did so rightly."""

    _marked: dict[Cell, Counter[int]] = field(default_factory=dict)
    _right: dict[Cell, Counter[int]] = field(default_factory=dict)
    _numbers: dict[tuple[Cell, int], str] = field(default_factory=dict)

    def add(self, one: Graded) -> None:
        """Count a graded submission.  What waits for a person is not counted."""
        for notebook, record in one.notebooks.items():
            for mark in record["marks"]:
                if mark.get("variant") is not None and mark["earned"] is not None:
                    self._count((notebook, mark["exercise"]), mark)

    def _count(self, cell: Cell, mark: dict[str, Any]) -> None:
        number, numbers = mark["variant"]["number"], mark["variant"]["numbers"]
        self._marked.setdefault(cell, Counter())[number] += 1
        self._right.setdefault(cell, Counter())[number] += mark["earned"] == mark["points"]
        told = (f"{name} = {show(read_value(value))}" for name, value in numbers.items())
        self._numbers.setdefault((cell, number), ", ".join(told))

    def table(self) -> Table | None:
        """A line for each question, or None where nobody has numbers of their own.

        How many variants somebody had, the share of right answers, and the variants with the
        smallest and the largest share.
        """
        if not self._marked:
            return None
        table = Table(
            title="Difficulty by variant", title_justify="left", header_style="bold", pad_edge=False
        )
        for head in ("question", "variants", "right", "hardest", "easiest"):
            table.add_column(head, justify="right" if head in ("variants", "right") else "left")
        for cell, marked in self._marked.items():
            by_share = sorted(marked, key=lambda number: (self._share(cell, number), number))
            right = self._right[cell].total() / marked.total()
            table.add_row(
                Text(cell[1]),
                str(len(marked)),
                f"{right:.0%}",
                self._told(cell, by_share[0]),
                self._told(cell, by_share[-1]),
            )
        return table

    def _share(self, cell: Cell, number: int) -> float:
        return self._right[cell][number] / self._marked[cell][number]

    def _told(self, cell: Cell, number: int) -> str:
        return f"{number}: {self._right[cell][number]} of {self._marked[cell][number]}"

    def warnings(self) -> list[str]:
        """A sentence for each variant that is harder or easier than chance lets one expect."""
        compared = sum(len(marked) for marked in self._marked.values())
        found = []
        for cell, marked in self._marked.items():
            everybody, right = marked.total(), self._right[cell].total()
            for number in sorted(marked):
                had, knew = marked[number], self._right[cell][number]
                if surprise(had, knew, everybody, right) * compared >= CHANCE:
                    continue
                others = everybody - had
                how = "harder" if knew * others < (right - knew) * had else "easier"
                found.append(
                    f"{cell[1]}: variant {number} is {how} than the others: right {knew} of {had} "
                    f"times, elsewhere {right - knew} of {others}. Its numbers: "
                    f"{self._numbers[cell, number]}"
                )
        return found


def surprise(had: int, knew: int, everybody: int, right: int) -> float:
    """How likely a variant comes out at least as far off by chance alone, in either direction.

    ``had`` of ``everybody`` got it by lot, ``right`` of all answers are right, ``knew`` of its own:
    the smaller tail of the hypergeometric distribution, doubled; at most 1.
    """
    ways = comb(everybody, had)

    def share(counts: range) -> float:
        return sum(comb(right, k) * comb(everybody - right, had - k) for k in counts) / ways

    return min(1.0, 2 * min(share(range(knew + 1)), share(range(knew, had + 1))))
