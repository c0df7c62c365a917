"""The ``course`` command: a student's working copy of the units, and JupyterLab on it.

JupyterLab is started as a student needs it: on a page that shows the units and what is done,
without a teacher's tools, with tabs that are called like their units.  What makes it so lies in
``lab/``, and counts for this one start: nobody's own settings are written.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from course.overview import LOG, START, unit_in, units_in, write_start
from course.pictures.words import count
from course.websocket import OPTION
from course.workspace import beside_the_notebooks, hand_out, unit_folders

LAB = Path(__file__).with_name("lab")
EXCHANGE = "/usr/local/share/nbgrader/exchange"  # nbgrader's, where nobody says another
SETTINGS = "nbgrader_config.py"

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    help="Sliding Windows, for students: get the units and work on them in JupyterLab.",
)

ReleaseOption = Annotated[
    Path | None,
    typer.Option(
        help="The folder that holds the units as they are handed out. "
        "Left out: release/ beside the installed course, or else in this folder.",
        show_default=False,
    ),
]


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    epilog="Whatever other options you give go on to JupyterLab: course lab --port 8899",
)
def lab(
    context: typer.Context,
    into: Annotated[
        Path, typer.Option(help="Your working copy. It is made if it is not there yet.")
    ] = Path("work"),
    release: ReleaseOption = None,
    no_open: Annotated[
        bool, typer.Option("--no-open", help="Don't open a browser; print the address only.")
    ] = False,
) -> None:
    """Work on the units in JupyterLab.

    Copies every unit that you don't have yet into your working copy, and starts JupyterLab there.
    A file that you have written in is never overwritten: its new version, if there is one, goes
    beside your work, into new-versions/. To start a notebook afresh, delete it or rename it.
    """
    source = _release_folder(release)
    try:
        report = hand_out(source, into)
    except (OSError, ValueError) as error:
        raise _stop(f"Your working copy could not be brought up to date: {error}") from None
    for line in report.lines(into):
        typer.echo(line)
    if importlib.util.find_spec("jupyterlab") is None:
        raise _stop('JupyterLab is not installed here. Type: pip install "sliding-windows[lab]"')

    write_start(into)
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        OPTION,
        f"--LabApp.default_url=/lab/tree/{START}",
    ]
    command += ["--no-browser"] if no_open else []
    command += context.args
    os.chdir(into)
    surroundings = {**os.environ, **_surroundings(Path.cwd())}
    sys.stdout.flush()
    if os.name == "nt":  # a process cannot take another one's place there
        sys.exit(subprocess.run(command, check=False, env=surroundings).returncode)
    # JupyterLab takes this process's place, with its Ctrl-C
    os.execve(command[0], command, surroundings)


def _surroundings(work: Path) -> dict[str, str]:
    """The environment that makes JupyterLab a student's."""
    settings = [LAB / "config"]
    if not _exchange_is_there(work):
        settings.append(LAB / "config-without-exchange")
    places = {"JUPYTER_CONFIG_PATH": settings, "JUPYTER_PATH": [LAB / "data"]}
    return {
        name: os.pathsep.join(filter(None, [*map(str, folders), os.environ.get(name)]))
        for name, folders in places.items()
    }


def _exchange_is_there(work: Path) -> bool:
    """Whether nbgrader is here, and the folder through which it hands out and collects.

    Read from its settings as it finds them; importing it would take seconds.
    """
    if importlib.util.find_spec("nbgrader") is None:
        return False
    from jupyter_core.paths import jupyter_config_path
    from traitlets.config.loader import PyFileConfigLoader

    root = EXCHANGE
    for folder in (*reversed(jupyter_config_path()), str(work)):
        if (Path(folder) / SETTINGS).is_file():
            try:
                found = PyFileConfigLoader(SETTINGS, folder).load_config()
            except Exception:  # nbgrader itself will say what is wrong with it
                return True
            root = found.Exchange.get("root", root)
    return Path(str(root)).is_dir()


@app.command()
def units(release: ReleaseOption = None) -> None:
    """List the units: their titles, how long each takes, and what is done of those begun."""
    log = beside_the_notebooks(LOG, Path.cwd() / "work")
    done = {unit.folder: unit.done for unit in units_in(log.parent) if unit.passed}
    for folder in unit_folders(_release_folder(release)):
        unit = unit_in(folder)
        minutes = f"{unit.minutes} min" if unit.minutes else ""
        points = count(unit.points, "point") if unit.points else ""
        line = f"{unit.folder:<20}{minutes:>8}  {points:<11}{unit.title}"
        typer.echo(f"{line:<80}{done.get(unit.folder, '')}".rstrip())


def _release_folder(given: Path | None) -> Path:
    beside = Path(__file__).resolve().parents[1] / "release"
    folder = given or (beside if beside.is_dir() else Path("release"))
    if not unit_folders(folder):
        raise _stop(
            f"There are no units in {folder.resolve()}. "
            "Say where they are with --release FOLDER; an instructor makes them with: make release"
        )
    return folder


def _stop(sentence: str) -> typer.Exit:
    typer.echo(sentence, err=True)
    return typer.Exit(1)
