"""``autograder slips``: the groups of a class before the instructor's eyes."""

from __future__ import annotations

from pathlib import Path

from rich.table import Table
from rich.text import Text

from autograder.nbgrader_plugin.course_folder import CourseFolder
from autograder.report.console import console
from autograder.slips.add import NoSlip, add
from autograder.slips.code import written_by
from autograder.slips.groups import Group, groups
from autograder.untrusted import printable
from exercises.unit import FILE, load_file

EXAMPLES = 2  # of a group's code


def show(unit: str, course: Path, number: int | None) -> None:
    """Print the groups of a unit that is graded; with ``number``, make that one a slip.

    Raises NoCourse, BadExercise, NoSlip.
    """
    folder = CourseFolder.open(course)
    path = folder.source(unit) / FILE
    if folder.key(unit) is None:
        raise NoSlip(f"{unit} has no {FILE} of the kit's, and so no slips")
    authored = load_file(path)
    graded = {
        student: place
        for student in folder.students(unit)
        if (place := folder.path("autograded", student, unit)).is_dir()
    }
    found = groups(authored, graded)
    if number is not None:
        if not 1 <= number <= len(found):
            raise NoSlip(f"there are {len(found)} groups: --add takes one of their numbers")
        id = add(path, authored, found[number - 1], graded, len(graded))
        name = found[number - 1].exercise.name
        console.print(
            f"{path} has a new slip, {id} of {name}, at its end. Fill in its words, then:\n"
            f"  autograder selftest {unit}    proves it\n"
            f"  autograder grade {unit}       names it, and runs nothing again"
        )
        return
    if not found:
        console.print(f"Every wrong answer in {unit} is named, or nothing is graded yet.")
        return
    console.print(_table(unit, found))
    for number, group in enumerate(found, 1):
        _print_group(number, group, graded)
    console.print(f"autograder slips {unit} --add NUMBER writes one of them into {FILE}.")


def _table(unit: str, found: list[Group]) -> Table:
    table = Table(
        title=f"Wrong answers in {unit} that no slip explains",
        title_justify="left", header_style="bold", pad_edge=False,
    )  # fmt: skip
    for column in ("group", "students", "right later"):
        table.add_column(column, justify="right")
    table.add_column("exercise")
    table.add_column("where", overflow="fold")
    for place, group in enumerate(found, 1):
        table.add_row(str(place), str(len(group.students)), str(group.later),
                      group.exercise.name, Text(group.rule))  # fmt: skip
    return table


def _print_group(place: int, group: Group, graded: dict[str, Path]) -> None:
    who = f"{len(group.students)} student{'s' * (len(group.students) != 1)}"
    console.print(f"\n{place}. {group.exercise.name}, {who}", style="bold")
    for line in group.differences:
        console.print(f"   {printable(line)}")
    if not group.differences:
        console.print("   right for every example and probe; a hidden case differs")
    texts: dict[str, None] = {}
    for student in group.students:
        texts.setdefault(written_by(graded[student], group.notebook, group.exercise.name))
    for text in list(texts)[:EXAMPLES]:
        console.print()
        for line in text.splitlines():
            indent = " " * (len(line) - len(line.lstrip()))
            console.print(f"   | {indent}{printable(line)}", highlight=False)
