"""Plays the demonstration before somebody's eyes, and says what there is to be opened after it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from autograder.demo.demo import DemoFailed, play
from autograder.driver import Graded
from autograder.marking.selftest import units_of
from autograder.nbgrader_plugin.course_folder import CourseFolder
from autograder.report.console import bar, console
from autograder.report.table import class_table
from exercises.errors import BadExercise
from exercises.unit import load_file


def show(into: Path, source: Path, units: list[str]) -> bool:
    """Play ``units`` of ``source`` (all that can be, if none is named) in a new course at ``into``.

    Returns whether everybody was graded.  Raises DemoFailed.
    """
    units = units_to_play(source, units)
    if into.exists() and not (into / "nbgrader_config.py").exists():
        raise DemoFailed(
            f"{into} is there and is no scratch course; name another folder with --into."
        )
    with bar() as progress:

        def counter(unit: str, total: int) -> Callable[[Graded], None]:
            task = progress.add_task(f"grading {unit}", total=total)
            return lambda _: progress.advance(task)

        def step(text: str) -> None:
            progress.console.print(f"• {text}")

        folder, graded = play(into, source, units, step=step, progress=counter)
    for name, students in graded.items():
        with folder.gradebook() as gradebook:
            columns = folder.columns(gradebook, name)
        console.print()
        console.print(class_table(name, students, columns))
    print_what_to_open(folder, units[0])
    return not any(one.failed for students in graded.values() for one in students)


def units_to_play(source: Path, units: list[str]) -> list[str]:
    """``units``, or all that this machine can run.  Raises DemoFailed where there is none."""
    known = units_of(source)
    if unknown := [name for name in units if name not in known]:
        raise DemoFailed(f"No unit with exercises in {source} is called {', '.join(unknown)}.")
    found = units or [name for name in known if can_run(source, name)]
    if not found:
        raise DemoFailed(f"No unit with exercises lies in {source}. Name the folder with --source.")
    return found


def can_run(source: Path, unit: str) -> bool:
    """Whether a unit's exercises find the packages that they need; says so where they do not."""
    try:
        load_file(source / unit / "exercises.py")
    except BadExercise as error:
        if isinstance(error.__cause__, ModuleNotFoundError):
            console.print(
                f"• {unit} is left out: it needs {error.__cause__.name} (make test has it)"
            )
            return False
    return True


def print_what_to_open(folder: CourseFolder, unit: str) -> None:
    """Name what the demonstration has made."""
    autograded = folder.path("autograded", "slips-01", unit)
    console.print("\nOpen these:")
    for what, path in (
        ("what a student gets back", folder.path("feedback", "slips-01", unit) / "unit.html"),
        ("what the engine saw", autograded / "unit.ipynb"),
        ("every mark, explained", autograded / "marks.json"),
        ("the gradebook (nbgrader's formgrader opens it)",
         Path(folder.course.root) / "gradebook.db"),
    ):  # fmt: skip
        console.print(f"  {what}: {path}", highlight=False, soft_wrap=True)
