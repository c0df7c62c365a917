"""The class at a glance: one table, student by exercise, with points, slips and flags."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from textwrap import wrap
from typing import Any

from rich.table import Table
from rich.text import Text

from autograder.driver import Graded
from autograder.errors import Problem
from autograder.marking.marking import number
from autograder.untrusted import printable

LARGE = 200  # students: beyond that a summary is printed
WIDEST_SLIP = 12  # characters of a slip's name on one line


def class_table(title: str, graded: list[Graded], exercises: dict[str, list[str]]) -> Table:
    """A table of graded submissions; ``exercises`` are the columns: grade ids by notebook.

    A cell shows the points and, where one was recognised, the slip below them.  ``?`` waits for a
    person.  Full points are green, but say so in their number too.
    """
    table = Table(title=title, title_justify="left", header_style="bold", pad_edge=False)
    table.add_column("student", no_wrap=True)
    columns = _columns(exercises)
    for column in columns:
        table.add_column(_narrow(_head(*column, exercises)), overflow="fold")
    table.add_column("points", justify="right")
    table.add_column("flags", overflow="fold")
    for one in graded:
        marks = {
            (notebook, mark["exercise"]): mark
            for notebook, record in one.notebooks.items()
            for mark in record["marks"]
        }
        cells = [_cell(marks.get(column)) for column in columns]
        earned = sum(mark["earned"] or 0 for mark in marks.values())
        flags = sorted({flag["kind"] for nb in one.notebooks.values() for flag in nb["flags"]})
        if one.failed:
            flags = ["NOT GRADED", *flags]
        name = printable(one.student) + (" (kept)" if one.kept else "")
        # as Text: a student's name is no markup
        table.add_row(Text(name), *cells, number(earned), Text(" ".join(flags)))
    return table


def _columns(exercises: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(notebook, name) for notebook, names in exercises.items() for name in names]


def _head(notebook: str, name: str, exercises: dict[str, list[str]]) -> str:
    """How an exercise is called: cells of several notebooks may share a name."""
    return name if len(exercises) == 1 else f"{notebook}-{name}"


@dataclass
class Summary:
    """A class at large: how each exercise went, which slips and flags there were.

    ``changes`` says who gained or lost what, ``found`` what a person should see (cells that were
    changed or deleted, limits that were hit, links, …), ``failed`` why somebody was not graded,
    ``again`` how many were graded once more for which reason.
    """

    title: str
    count: int = 0
    kept: int = 0
    changes: list[str] = field(default_factory=list)
    failed: dict[str, Problem] = field(default_factory=dict)
    found: list[str] = field(default_factory=list)
    again: Counter[str] = field(default_factory=Counter)
    _exercises: dict[tuple[str, str], Counter[Any]] = field(default_factory=dict)
    _flags: Counter[str] = field(default_factory=Counter)

    def add(self, one: Graded) -> None:
        """Count a graded submission; nothing of it is kept beyond what is counted."""
        self.count += 1
        self.kept += one.kept
        self.changes += one.changes
        self.again[one.again] += bool(one.again)
        if one.failed:
            self.failed[one.student] = one.failed
        for notebook, record in one.notebooks.items():
            self._flags.update({flag["kind"] for flag in record["flags"]})
            self.found += [f"{one.student}: {flag['says']}" for flag in record["flags"]]
            for mark in record["marks"]:
                seen = self._exercises.setdefault((notebook, mark["exercise"]), Counter())
                if mark["earned"] is None:
                    seen["waiting"] += 1
                    continue
                seen["marked"] += 1
                seen["earned"] += mark["earned"]
                seen["points"] += mark["points"]
                seen["full"] += mark["earned"] == mark["points"]
                seen["zero"] += mark["earned"] == 0
                if mark.get("slip"):
                    seen["slip", mark["slip"]["id"]] += 1

    def table(self, exercises: dict[str, list[str]]) -> Table:
        """A line for each exercise: its mean, full and no points, and the commonest slips.

        ``exercises`` are the lines: grade ids by notebook.
        """
        table = Table(title=self.title, title_justify="left", header_style="bold", pad_edge=False)
        numeric = ("mean", "full", "none", "to mark")
        for column in ("exercise", *numeric, "commonest slips"):
            table.add_column(column, justify="right" if column in numeric else "left")
        for notebook, name in _columns(exercises):
            seen = self._exercises.get((notebook, name), Counter())
            mean = f"{seen['earned'] / seen['points']:.0%}" if seen["points"] else ""
            slips = Counter({key[1]: seen[key] for key in seen if isinstance(key, tuple)})
            common = ", ".join(f"{name} {many}" for name, many in slips.most_common(3))
            numbers = [number(seen[what]) for what in ("full", "zero", "waiting")]
            table.add_row(Text(_head(notebook, name, exercises)), mean, *numbers, Text(common))
        flags = ", ".join(f"{name} {many}" for name, many in self._flags.most_common())
        table.caption = f"Flags: {flags}" if flags else ""
        return table


def _narrow(name: str) -> str:
    """A column's head, broken at underscores and dashes."""
    return name.replace("_", "_\n").replace("-", "-\n")


def _cell(mark: dict[str, Any] | None) -> Text:
    if mark is None:
        return Text("·")
    if mark["earned"] is None:
        return Text("?", style="yellow")
    text = number(mark["earned"])
    slip = mark.get("slip")
    if slip:
        name = wrap(re.sub(r"^U\d+-", "", slip["id"]), WIDEST_SLIP)
        return Text("\n".join([text, *name]), style="dark_orange")
    return Text(text, style="green" if mark["earned"] == mark["points"] else "")
