"""Tests units before the author's eyes: a table, and what is wrong below it."""

from __future__ import annotations

from pathlib import Path

from rich.table import Table

from autograder.marking.selftest import selftest, units_of
from autograder.model import problems_of_solution
from autograder.nbgrader_plugin.course_folder import CourseFolder
from autograder.report.console import console
from autograder.sandbox.available import NoSandbox, require
from exercises.unit import FILE


def selftest_of(course: Path, units: list[str]) -> bool:
    """Test ``units`` of a course (all that have a key, if none is named), and print the outcome.

    Returns whether all is well.  Raises NoCourse, BadSettings, NotReleased.  Where no sandbox can
    be had the notebooks' own solutions are not run, and that is said.
    """
    folder = CourseFolder.open(course)
    source = folder.source("x").parent
    names = units or units_of(source)
    if not names:
        console.print(f"No unit with a key lies in {source}.")
        return False
    without = "" if folder.trusted else _without_sandbox()
    table = Table(header_style="bold")
    for column in ("unit", "exercise", "slips", "hidden cases", "result"):
        table.add_column(column)
    problems: dict[str, list[str]] = {}

    def row(unit: str, *cells: str, found: list[str]) -> None:
        if found:
            problems.setdefault(unit, []).extend(found)
        table.add_row(unit, *cells, "✗ see below" if found else "✓")

    for name in names:
        plain = (source / name).is_dir() and not (source / name / FILE).exists()
        unread = False  # its own solution needs a key that can be read
        for tested in () if plain else selftest(source, [name]):
            counts = str(tested.slips), str(tested.cases)
            row(tested.unit, tested.exercise, *counts, found=tested.problems)
            unread |= tested.exercise == FILE
        if not (without or unread) and (source / name).is_dir():
            row(name, "its own solution", "", "", found=problems_of_solution(folder, name))
    console.print(table)
    for unit, found in problems.items():
        console.print(f"In {unit}:", highlight=False)
        for problem in found:
            console.print(f"✗ {problem}", highlight=False)
    if without:
        console.print(f"The notebooks' own solutions were not run: {without}", highlight=False)
    return not problems


def _without_sandbox() -> str:
    """Why no sandbox can be had; "" if one can."""
    try:
        require()
    except NoSandbox as error:
        return str(error)
    return ""
