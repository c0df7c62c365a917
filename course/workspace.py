"""A student's working copy: the units in it, and how new versions come into it.

One rule: *a file that a student has written in is never overwritten.*  What was handed out is
remembered by hash in the working copy's ``.handed-out.json``, so a file that is still what some
handed-out version was is untouched and may be replaced; any other file stays, and its new version
goes to the same place under ``new-versions/``.  Losing that list is safe: then more files stay.

Opening a notebook is not writing in it: of a notebook counts what stands in its cells, whatever
outputs and metadata JupyterLab has added.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

HANDED_OUT = ".handed-out.json"
NEW_VERSIONS = "new-versions"
NOT_HANDED_OUT = {".ipynb_checkpoints", "__pycache__", ".DS_Store"}
NOTEBOOK = "unit.ipynb"


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
        prints = _fingerprints(content)
        before = memory.setdefault(path, [])
        known = prints[0] in before
        before.extend(one for one in prints if one not in before)
        mine = into / path
        if not os.path.lexists(mine):
            write_whole(mine, content)
            report.new.append(path)
        elif mine.is_file() and set(prints) & set(_fingerprints(mine.read_bytes())):
            pass
        elif _is_untouched(mine, before):
            write_whole(mine, content)
            report.updated.append(path)
        elif not known:  # the student has written in it, and this version is news
            theirs = _free_place(into, path, before)
            write_whole(into / theirs, content)
            report.kept.append((path, theirs))
    write_whole(into / HANDED_OUT, (json.dumps(memory, indent=1, sort_keys=True) + "\n").encode())
    return report


def _files(release: Path) -> list[Path]:
    return [
        file
        for folder in unit_folders(release)
        for file in sorted(folder.rglob("*"))
        if file.is_file() and not NOT_HANDED_OUT & set(file.relative_to(release).parts)
    ]


def _fingerprints(content: bytes) -> list[str]:
    """What a file is recognised by: its bytes and, in a notebook, what stands in its cells."""
    prints = [hashlib.sha256(content).hexdigest()]
    try:
        cells = [_written(cell) for cell in json.loads(content)["cells"]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return prints
    return [*prints, "cells-" + hashlib.sha256(json.dumps(cells).encode()).hexdigest()]


def _written(cell: dict[str, Any]) -> list[Any]:
    """All of a cell that somebody writes: neither outputs nor what JupyterLab takes note of."""
    metadata, source = cell["metadata"], cell["source"]
    text = source if isinstance(source, str) else "".join(source)
    ours = [[key, metadata[key]] for key in ("nbgrader", "tags") if metadata.get(key)]
    return [cell["cell_type"], text, cell.get("attachments") or {}, ours]


def _is_untouched(file: Path, fingerprints: list[str]) -> bool:
    """Whether ``file`` is what a handed-out version was and may be replaced.

    A link, a folder, or a file that its owner made read-only is left alone.
    """
    if file.is_symlink() or not file.is_file() or not file.stat().st_mode & stat.S_IWUSR:
        return False
    return bool(set(_fingerprints(file.read_bytes())) & set(fingerprints))


def _free_place(into: Path, path: str, fingerprints: list[str]) -> str:
    """Return where a new version of ``path`` can go without overwriting what a student wrote."""
    for number in count(1):
        place = f"{NEW_VERSIONS}{'' if number == 1 else f'-{number}'}/{path}"
        if not os.path.lexists(into / place) or _is_untouched(into / place, fingerprints):
            return place
    raise AssertionError("unreachable")


def write_whole(file: Path, content: bytes) -> None:
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


def beside_the_notebooks(name: str, folder: Path) -> Path:
    """Where a log called ``name`` of a notebook in ``folder`` lies: the nearest, above it too.

    If there is none yet: beside the folders of the units, so that all of them share it.
    """
    for place in (folder, *folder.parents[:2]):
        if (place / name).is_file():
            return place / name
    return (folder.parent if (folder / NOTEBOOK).is_file() else folder) / name


def add_line(file: Path, line: str) -> None:
    """Write one more line into a log; OSError if the folder cannot be written to.

    It is written at once and in one piece, so that two notebooks may share the file.
    """
    with file.open("ab+") as opened:
        opened.seek(0, os.SEEK_END)
        torn = ""
        if opened.tell():
            opened.seek(-1, os.SEEK_END)
            torn = "" if opened.read(1) == b"\n" else "\n"
        opened.write(f"{torn}{line}\n".encode())


def lines_of(file: Path) -> list[str]:
    """The lines of a log; none where it is not there yet."""
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return []
    return [line.decode("utf-8", errors="replace") for line in content.split(b"\n")]
