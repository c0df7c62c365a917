"""The ``autograder`` command: demo, grade, slips, selftest, doctor."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

import autograder.workers.startup  # noqa: F401  before all that imports nbformat
from autograder.doctor import BAD, examine
from autograder.report.console import complain, console
from autograder.sandbox.available import NoSandbox
from autograder.workers import ahead
from autograder.workers.forkserver import prepare

FINE, FAILED, NO_SANDBOX, INTERRUPTED = 0, 1, 3, 130

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
CourseOption = Annotated[
    Path, typer.Option("--course", help="The nbgrader course folder (with nbgrader_config.py).")
]


@contextmanager
def sentences() -> Iterator[None]:
    """End in a sentence and an exit code where the user can do something about it."""
    from autograder.demo.demo import DemoFailed
    from autograder.errors import Stopped
    from autograder.nbgrader_plugin.course_folder import BadSettings, NoCourse
    from autograder.nbgrader_plugin.released import NotForStudents
    from autograder.nbgrader_plugin.releasing import NotReleased
    from autograder.run import Busy, NobodyToGrade
    from autograder.slips.add import NoSlip
    from autograder.submission.structure import UnknownUnit
    from autograder.workers.cluster import Refused
    from autograder.workers.dask_pool import SchedulerLost
    from exercises.errors import BadExercise

    of_the_course = (
        NoCourse, BadSettings, NotForStudents, NotReleased, UnknownUnit, BadExercise,
        NobodyToGrade, NoSlip,
    )  # fmt: skip
    of_the_run = (Busy, Refused, SchedulerLost, Stopped, DemoFailed)
    try:
        yield
    except NoSandbox as error:
        complain("No sandbox:", error)
        raise typer.Exit(NO_SANDBOX) from None
    except (*of_the_course, *of_the_run) as error:
        complain(f"{type(error).__name__}:", error)
        raise typer.Exit(FAILED) from None
    except BaseException as error:
        if not _interrupted(error):
            raise
        complain("Stopped:", "what is graded is kept. Type the same command again to go on.")
        raise typer.Exit(INTERRUPTED) from None


def _interrupted(error: BaseException | None) -> bool:
    """Whether it was Ctrl-C: what is cleaned up after it may fail and cover it."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__context__
    return error is not None


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
    here = scheduler is None and not dashboard
    alone = here and (workers == 1 or len(student or []) == 1)  # no process but this one
    if alone and not no_sandbox:
        ahead.begin(course, unit)
    elif here and not alone:
        with suppress(OSError):  # what is wrong is said when the workers start
            prepare()
    from autograder.report.grading import Workers, grade_class

    gc.freeze()  # what is imported stays: it need not be looked through for garbage again and again
    with sentences():
        everybody = grade_class(
            unit,
            course,
            students=student or [],
            force=force,
            trusted=no_sandbox,
            workers=Workers(workers, scheduler, plain_text, dashboard),
        )
    if alone:
        ahead.remember(course, unit)
    raise typer.Exit(FINE if everybody else FAILED)


@app.command(epilog=EXIT_CODES)
def demo(
    into: Annotated[
        Path, typer.Option(help="Where to make the scratch course; it is replaced.")
    ] = Path("demo"),
    source: Annotated[Path, typer.Option(help="The units' source folder.")] = Path("source"),
    unit: Annotated[list[str] | None, typer.Option(help="Only this unit; may be repeated.")] = None,
) -> None:
    """Play a sample class through the whole road: release, hand in, grade, feedback."""
    from autograder.demo.show import show

    with sentences():
        everybody = show(into, source, unit or [])
    raise typer.Exit(FINE if everybody else FAILED)


@app.command(epilog=EXIT_CODES)
def selftest(
    unit: Annotated[
        list[str] | None, typer.Argument(help="Units to test; all with a key by default.")
    ] = None,
    course: CourseOption = Path("."),
) -> None:
    """Test units: the reference earns all, each slip loses and is told apart, the solution passes.

    The notebook's own solution is graded in a sandbox, as if a student had handed it in.
    """
    from autograder.report.testing import selftest_of

    with sentences():
        fine = selftest_of(course, unit or [])
    raise typer.Exit(FINE if fine else FAILED)


@app.command(epilog=EXIT_CODES)
def slips(
    unit: Annotated[str, typer.Argument(help="The unit (nbgrader assignment) that is graded.")],
    course: CourseOption = Path("."),
    add: Annotated[
        int | None, typer.Option(help="Write this group into the unit's exercises.py as a slip.")
    ] = None,
) -> None:
    """Show the wrong answers of a class that no slip explains, grouped by how they answer.

    A group can be made into a slip: fill in its words, and the next grading names it.
    """
    from autograder.slips.show import show

    with sentences():
        show(unit, course, add)


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
