"""The class at a glance: one table, student by exercise, with points, slips and flags."""

from __future__ import annotations

import re
from textwrap import wrap

from rich.table import Table
from rich.text import Text

from autograder.driver import Graded
from autograder.marking import number

WIDEST_SLIP = 12  # characters of a slip's name on one line


def class_table(title: str, graded: list[Graded], exercises: dict[str, list[str]]) -> Table:
    """A table of graded submissions; ``exercises`` are the columns: grade ids by notebook.

    A cell shows the points and, where one was recognised, the slip below them.  ``?`` waits for a
    person.  Full points are green, but say so in their number too.
    """
    table = Table(title=title, title_justify="left", header_style="bold", pad_edge=False)
    table.add_column("student", no_wrap=True)
    columns = [(notebook, name) for notebook, names in exercises.items() for name in names]
    for notebook, name in columns:
        head = name if len(exercises) == 1 else f"{notebook}-{name}"
        table.add_column(_narrow(head), overflow="fold")
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
        name = f"{one.student} (kept)" if one.kept else one.student
        # as Text: a student's name is no markup
        table.add_row(Text(name), *cells, number(earned), Text(" ".join(flags)))
    return table


def _narrow(name: str) -> str:
    """A column's head, broken at underscores and dashes."""
    return name.replace("_", "_\n").replace("-", "-\n")


def _cell(mark: dict | None) -> Text:
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
