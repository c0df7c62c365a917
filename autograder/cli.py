"""The ``autograder`` command: demo, grade, selftest, doctor."""

from __future__ import annotations

import gc
import os
import sys
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

import autograder.workers.startup  # noqa: F401  before all that imports nbformat
from autograder.doctor import BAD, examine
from autograder.sandbox.available import NoSandbox, require
from autograder.workers.forkserver import prepare

FINE, FAILED, NO_SANDBOX, INTERRUPTED = 0, 1, 3, 130
MOST_LINES = 200
LOG_EVERY = 30.0  # seconds between two lines of progress in a log

EXIT_CODES = (
    "Exit codes: 0 all is well; 1 something failed (the text says what); 2 wrong usage; "
    "3 no sandbox can be had; 130 stopped by Ctrl-C."
)

app = typer.Typer(
    help="Grades nbgrader courses: in a sandbox, in parallel, with the verdict reached outside it.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
# A log has no width of its own, and a class's table needs some.  No markup: names, messages and
# "sliding-windows[autograder]" have brackets of their own.
console = Console(markup=False, width=None if sys.stdout.isatty() else 150)

CourseOption = Annotated[
    Path, typer.Option("--course", help="The nbgrader course folder (with nbgrader_config.py).")
]


@contextmanager
def sentences():
    """End in a sentence and an exit code where the user can do something about it."""
    from autograder.demo.demo import DemoFailed
    from autograder.errors import Stopped
    from autograder.nbgrader_plugin.course_folder import BadSettings, NoCourse
    from autograder.run import Busy
    from autograder.submission.structure import UnknownUnit
    from autograder.workers.cluster import Refused
    from autograder.workers.pool import SchedulerLost
    from exercises.errors import BadExercise

    told = (NoCourse, BadSettings, UnknownUnit, BadExercise, DemoFailed)
    told += (Busy, Refused, SchedulerLost, Stopped)
    try:
        yield
    except NoSandbox as error:
        _complain("No sandbox:", error)
        raise typer.Exit(NO_SANDBOX) from None
    except told as error:
        _complain(f"{type(error).__name__}:", error)
        raise typer.Exit(FAILED) from None
    except BaseException as error:
        if not _interrupted(error):
            raise
        _complain("Stopped:", "what is graded is kept. Type the same command again to go on.")
        raise typer.Exit(INTERRUPTED) from None


def _interrupted(error: BaseException | None) -> bool:
    """Whether it was Ctrl-C: what is cleaned up after it may fail and cover it."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__context__
    return error is not None


def _complain(head: str, what: object) -> None:
    console.print(Text.assemble((head, "red"), f" {what}"))


class Rate(ProgressColumn):
    """How many a second, of late."""

    def render(self, task: Task) -> Text:
        """The rate as text, once there is one."""
        return Text(f"{task.speed:.1f}/s" if task.speed else "")


@contextmanager
def bar():
    """A progress bar with count, rate and time left; in a log, a line with these now and then."""
    columns = (
        TextColumn("  {task.description}"),
        BarColumn(30),
        MofNCompleteColumn(),
        Rate(),
        TimeRemainingColumn(),
        TextColumn("left"),
    )
    ended = threading.Event()

    def log(progress: Progress) -> None:
        while not ended.wait(LOG_EVERY):
            console.print(progress.get_renderable())

    with Progress(*columns, console=console) as progress:
        if not console.is_terminal:  # where rich itself shows the end alone
            threading.Thread(target=log, args=(progress,), daemon=True).start()
        try:
            yield progress
        finally:
            ended.set()


@app.command(epilog=EXIT_CODES)
def grade(
    unit: Annotated[str, typer.Argument(help="The unit (nbgrader assignment) to grade.")],
    course: CourseOption = Path("."),
    student: Annotated[
        list[str] | None, typer.Option(help="Grade this student alone; may be repeated.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Grade again what has not changed since the last time.")
    ] = False,
    workers: Annotated[
        int | None, typer.Option(help="Submissions at a time.", show_default="one a core", min=1)
    ] = None,
    no_sandbox: Annotated[
        bool,
        typer.Option(
            "--no-sandbox", help="Run without any wall: only for code that you vouch for."
        ),
    ] = False,
    scheduler: Annotated[
        str | None,
        typer.Option(help="Grade on the Dask cluster with this scheduler: tls://host:8786."),
    ] = None,
    plain_text: Annotated[
        bool,
        typer.Option("--plain-text", help="Use a scheduler on another machine without TLS."),
    ] = False,
    dashboard: Annotated[
        bool,
        typer.Option("--dashboard", help="Show Dask's dashboard of this machine's workers."),
    ] = False,
) -> None:
    """Grade what students handed in for UNIT, and write gradebook, autograded/ and marks.json.

    Submissions whose file, key and engine are those of the last grading keep their marks. After a
    change the command prints who gained or lost what, and why. A run that was stopped, however, is
    simply started again.
    """
    if scheduler is None and workers != 1:
        with suppress(OSError):  # what is wrong is said when the workers start
            prepare()
    from autograder.nbgrader_plugin.course_folder import CourseFolder
    from autograder.report.table import LARGE, Summary, class_table
    from autograder.run import grading
    from autograder.workers import cluster, pool

    gc.freeze()  # what is imported stays: it need not be looked through for garbage again and again
    with sentences():
        if scheduler is not None:
            cluster.refuse_plain_text(scheduler, plain_text)
        folder = CourseFolder.open(course)
        folder.trusted = folder.trusted or no_sandbox
        students = list(student) if student else folder.students(unit)
        if not students:
            console.print(
                f"Nobody has handed in {unit}: looked in {folder.path('submitted', '*', unit)}"
            )
            raise typer.Exit(FAILED)
        if unknown := [
            name for name in students if not folder.path("submitted", name, unit).is_dir()
        ]:
            console.print(f"No submission of {unit} by {', '.join(unknown)}.")
            raise typer.Exit(FAILED)
        if strangers := folder.strangers(students):
            console.print(
                f"The gradebook does not know {', '.join(strangers)}, and nbgrader_config.py says "
                "c.Autograde.create_student = False. Add them with: nbgrader db student add"
            )
            raise typer.Exit(FAILED)
        began = time.perf_counter()
        summary = Summary(unit)
        some = []  # a table is for a class, not for ten thousand
        with bar() as progress:
            task = progress.add_task(f"grading {unit}", total=len(students))
            workers_of = None
            if dashboard and scheduler is None:
                cluster.need_bokeh()
                if not folder.trusted:
                    require()
                workers_of = pool.local(workers or os.cpu_count() or 1, say=_announce(progress))
            if scheduler is not None:
                workers_of = cluster.remote(
                    scheduler,
                    plain_text=plain_text,
                    trusted=folder.trusted,
                    say=_announce(progress),
                )
            for one in grading(
                folder, unit, students=students, force=force, workers=workers, pool=workers_of
            ):
                progress.advance(task)
                summary.add(one)
                if len(students) <= LARGE:
                    some.append(one)
        with folder.gradebook() as gradebook:
            columns = folder.columns(gradebook, unit)
    seconds = time.perf_counter() - began
    if some:
        some.sort(key=lambda one: one.student)
        console.print(class_table(unit, some, columns))
    else:
        console.print(summary.table(columns))
    rate = len(students) / seconds
    console.print(
        f"{summary.count} submissions in {seconds:.1f} s, {rate:.1f} a second "
        f"({summary.kept} unchanged, kept)."
    )
    print_lines("What to look at:", summary.found)
    print_lines("Changed since the last grading:", summary.changes)
    for name, failed in summary.failed.items():
        _complain(f"{name} was not graded:", failed)
    raise typer.Exit(FAILED if summary.failed else FINE)


def _announce(progress: Progress):
    """What prints a line above a progress bar."""
    return lambda text: progress.console.print(f"  {text}", highlight=False)


def print_lines(head: str, lines: list[str]) -> None:
    """A heading and so many lines below it that they can be read; ``marks.json`` has them all."""
    if lines:
        console.print(head)
    for line in lines[:MOST_LINES]:
        console.print(f"  {line}", highlight=False)
    if len(lines) > MOST_LINES:
        console.print(f"  … and {len(lines) - MOST_LINES} more: see marks.json of each")


@app.command(epilog=EXIT_CODES)
def demo(
    into: Annotated[
        Path, typer.Option(help="Where to make the scratch course; it is replaced.")
    ] = Path("demo"),
    source: Annotated[Path, typer.Option(help="The units' source folder.")] = Path("source"),
    unit: Annotated[list[str] | None, typer.Option(help="Only this unit; may be repeated.")] = None,
) -> None:
    """Play a sample class through the whole road: release, hand in, grade, feedback."""
    from autograder.demo.demo import play
    from autograder.marking.selftest import units_of
    from autograder.report.table import class_table

    with sentences():
        units = list(unit) if unit else [name for name in units_of(source) if can_run(source, name)]
        if unknown := [name for name in units if name not in units_of(source)]:
            console.print(f"No unit with a key in {source} is called {', '.join(unknown)}.")
            raise typer.Exit(FAILED)
        if not units:
            console.print(f"No unit with a key lies in {source}. Name the folder with --source.")
            raise typer.Exit(FAILED)
        if into.exists() and not (into / "nbgrader_config.py").exists():
            console.print(
                f"{into} is there and is no scratch course; name another folder with --into."
            )
            raise typer.Exit(FAILED)
        with bar() as progress:

            def counter(name: str, total: int):
                task = progress.add_task(f"grading {name}", total=total)
                return lambda _: progress.advance(task)

            folder, graded = play(
                into, source, units, step=lambda text: progress.console.print(f"• {text}"),
                progress=counter,
            )  # fmt: skip
        for name, class_ in graded.items():
            with folder.gradebook() as gradebook:
                columns = folder.columns(gradebook, name)
            console.print()
            console.print(class_table(name, class_, columns))
    first = units[0]
    console.print("\nOpen these:")
    for what, path in (
        ("what a student gets back", folder.path("feedback", "slips-01", first) / "unit.html"),
        ("what the engine saw", folder.path("autograded", "slips-01", first) / "unit.ipynb"),
        ("every mark, explained", folder.path("autograded", "slips-01", first) / "marks.json"),
        (
            "the gradebook (nbgrader's formgrader opens it)",
            Path(folder.course.root) / "gradebook.db",
        ),
    ):
        console.print(f"  {what}: {path}", highlight=False, soft_wrap=True)
    if any(one.failed for class_ in graded.values() for one in class_):
        raise typer.Exit(FAILED)


def can_run(source: Path, unit: str) -> bool:
    """Whether a unit's key finds the packages that it needs; says so where it does not."""
    from exercises.errors import BadExercise
    from exercises.unit import load_file

    try:
        load_file(source / unit / "exercises.py")
    except BadExercise as error:
        if isinstance(error.__cause__, ModuleNotFoundError):
            console.print(
                f"• {unit} is left out: it needs {error.__cause__.name} (make test has it)"
            )
            return False
    return True


@app.command(epilog=EXIT_CODES)
def selftest(
    unit: Annotated[list[str] | None, typer.Argument(help="Units to test; all by default.")] = None,
    source: Annotated[Path, typer.Option(help="The units' source folder.")] = Path("source"),
) -> None:
    """Test exercises: the reference earns all, each slip loses, every two slips are told apart."""
    from autograder.marking.selftest import selftest as run
    from autograder.marking.selftest import units_of

    units = list(unit) if unit else units_of(source)
    if not units:
        console.print(f"No unit with a key lies in {source}. Name the folder with --source.")
        raise typer.Exit(FAILED)
    table = Table(header_style="bold")
    for column in ("unit", "exercise", "slips", "hidden cases", "result"):
        table.add_column(column)
    problems = []
    for tested in run(source, units):
        problems += tested.problems
        result = "✗ see below" if tested.problems else "✓"
        table.add_row(tested.unit, tested.exercise, str(tested.slips), str(tested.cases), result)
    console.print(table)
    for problem in problems:
        console.print(f"✗ {problem}", highlight=False)
    raise typer.Exit(FAILED if problems else FINE)


@app.command(epilog=EXIT_CODES)
def doctor() -> None:
    """Show what this machine offers for grading, and what that means."""
    table = Table(header_style="bold")
    for column in ("what", "state", "meaning"):
        table.add_column(column)
    findings = list(examine())
    for finding in findings:
        table.add_row(finding.what, finding.state, finding.means)
    console.print(table)
    bad = [finding for finding in findings if finding.state == BAD]
    if any(finding.what in ("bubblewrap", "sandbox") for finding in bad):
        raise typer.Exit(NO_SANDBOX)
    raise typer.Exit(FAILED if bad else FINE)


if __name__ == "__main__":
    app()
