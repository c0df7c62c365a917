"""The ``course`` command: a student's working copy of the units, and JupyterLab on it.

The working copy is the student's.  ``course lab`` brings new units and new versions into it under
one rule: *a file that a student has written in is never overwritten.*  What was handed out is
remembered by hash in the working copy's ``.handed-out.json``, so a file that still has the bytes of
some handed-out version is untouched and may be replaced; any other file stays, and its new version
goes to the same place under ``new-versions/``.  Losing that list is safe: then more files stay.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import stat
import sys
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Annotated

import typer

from course.websocket import OPTION

HANDED_OUT = ".handed-out.json"
NEW_VERSIONS = "new-versions"
NOT_HANDED_OUT = {".ipynb_checkpoints", "__pycache__", ".DS_Store"}

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

    command = [sys.executable, "-m", "jupyterlab", OPTION]
    command += ["--no-browser"] if no_open else []
    command += context.args
    os.chdir(into)
    sys.stdout.flush()
    os.execv(command[0], command)  # JupyterLab takes this process's place, with its Ctrl-C


@app.command()
def units(release: ReleaseOption = None) -> None:
    """List the units, with their titles and how long each takes."""
    for folder in unit_folders(_release_folder(release)):
        title, minutes = _title_and_minutes(folder)
        typer.echo(f"{folder.name:<24}{minutes + ' min' if minutes else '':>8}  {title}".rstrip())


@dataclass
class HandedOut:
    """What ``hand_out`` did: paths relative to the working copy, as text."""

    new: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    kept: list[tuple[str, str]] = field(default_factory=list)  # (the student's, the new version)

    def lines(self, into: Path) -> list[str]:
        """Return what happened as sentences for the student."""
        lines = [f"New in {into}/: {path}" for path in self.new]
        lines += [f"Brought up to date, you had not written in it: {path}" for path in self.updated]
        lines += [
            f"{mine} has a new version. Yours stays as it is; the new one is {theirs}."
            for mine, theirs in self.kept
        ]
        return lines or [f"{into}/ has the newest version of every unit."]


def unit_folders(release: Path) -> list[Path]:
    """Return the unit folders in ``release``, in order; empty where there is no such folder."""
    if not release.is_dir():
        return []
    return sorted(f for f in release.iterdir() if f.is_dir() and not f.name.startswith((".", "__")))


def hand_out(release: Path, into: Path) -> HandedOut:
    """Bring the units in ``release`` into the working copy ``into``; return what was done.

    A missing file is copied (also one that the student deleted: that is how to start afresh), an
    untouched one replaced, any other left alone.  Raises ``ValueError`` when one of the two folders
    lies in the other, ``OSError`` when the working copy cannot be written.
    """
    a, b = release.resolve(), into.resolve()
    if a == b or a in b.parents or b in a.parents:
        raise ValueError(f"{into} and {release} must not lie in one another")
    into.mkdir(parents=True, exist_ok=True)
    memory = _read_memory(into / HANDED_OUT)
    report = HandedOut()
    for file in _files(release):
        path = file.relative_to(release).as_posix()
        content = file.read_bytes()
        fingerprint = _fingerprint(content)
        before = memory.setdefault(path, [])
        known = fingerprint in before
        if not known:
            before.append(fingerprint)
        mine = into / path
        if not os.path.lexists(mine):
            _write(mine, content)
            report.new.append(path)
        elif _holds(mine, fingerprint):
            pass
        elif _is_untouched(mine, before):
            _write(mine, content)
            report.updated.append(path)
        elif not known:  # the student has written in it, and this version is news
            theirs = _free_place(into, path, before)
            _write(into / theirs, content)
            report.kept.append((path, theirs))
    _write(into / HANDED_OUT, (json.dumps(memory, indent=1, sort_keys=True) + "\n").encode())
    return report


def _files(release: Path) -> list[Path]:
    return [
        file
        for folder in unit_folders(release)
        for file in sorted(folder.rglob("*"))
        if file.is_file() and not NOT_HANDED_OUT & set(file.relative_to(release).parts)
    ]


def _fingerprint(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _holds(file: Path, fingerprint: str) -> bool:
    return file.is_file() and _fingerprint(file.read_bytes()) == fingerprint


def _is_untouched(file: Path, fingerprints: list[str]) -> bool:
    """Whether ``file`` has the bytes of a handed-out version and may be replaced.

    A link, a folder, or a file that its owner made read-only is left alone.
    """
    if file.is_symlink() or not file.is_file() or not file.stat().st_mode & stat.S_IWUSR:
        return False
    return _fingerprint(file.read_bytes()) in fingerprints


def _free_place(into: Path, path: str, fingerprints: list[str]) -> str:
    """Return where a new version of ``path`` can go without overwriting what a student wrote."""
    for number in count(1):
        place = f"{NEW_VERSIONS}{'' if number == 1 else f'-{number}'}/{path}"
        if not os.path.lexists(into / place) or _is_untouched(into / place, fingerprints):
            return place
    raise AssertionError("unreachable")


def _write(file: Path, content: bytes) -> None:
    """Write ``file`` whole or not at all: a full disk must not leave half a notebook."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.part")
    try:
        part.write_bytes(content)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def _read_memory(file: Path) -> dict[str, list[str]]:
    """Return path -> fingerprints of the versions handed out; empty where that cannot be read."""
    try:
        memory = json.loads(file.read_text())
        return {str(path): [str(h) for h in hashes] for path, hashes in memory.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def _release_folder(given: Path | None) -> Path:
    beside = Path(__file__).resolve().parents[1] / "release"
    folder = given or (beside if beside.is_dir() else Path("release"))
    if not unit_folders(folder):
        raise _stop(
            f"There are no units in {folder.resolve()}. "
            "Say where they are with --release FOLDER; an instructor makes them with: make release"
        )
    return folder


def _title_and_minutes(folder: Path) -> tuple[str, str]:
    """Return a unit's title and minutes, as its notebook's first words say; empty where not."""
    for file in sorted(folder.glob("*.ipynb")):
        try:
            cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
        except (ValueError, KeyError, TypeError):
            continue
        text = "\n".join("".join(c["source"]) for c in cells[:5] if c["cell_type"] == "markdown")
        title = re.search(r"(?m)^# +(.+)$", text)
        minutes = re.search(r"(\d+)\s*min", text)
        return (title[1].strip() if title else ""), (minutes[1] if minutes else "")
    return "", ""


def _stop(sentence: str) -> typer.Exit:
    typer.echo(sentence, err=True)
    return typer.Exit(1)
