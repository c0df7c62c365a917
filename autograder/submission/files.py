"""Reads what a student handed in, and what the instructor lays beside it."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from nbgrader.utils import parse_utc

from autograder.errors import Flag
from autograder.untrusted import printable

LARGEST_FILES = 64 * 2**20


class Program(bytes):
    """The content of a file that may be executed."""


def _files_in(folder: Path, ignore: Iterable[str]) -> Iterator[str]:
    """The files below a folder, by nbgrader's rules for what is ignored.

    nbgrader's own ``find_all_files`` lists each folder anew for every file in it.
    """
    patterns = list(ignore)
    for place, folders, names in os.walk(folder):
        left_out = {name for one in patterns for name in glob.glob(one, root_dir=place)}
        folders[:] = sorted(name for name in folders if name not in left_out)
        yield from (os.path.join(place, name) for name in names if name not in left_out)


def content(path: Path) -> bytes:
    """What a file holds, as a Program if it may be executed."""
    data = path.read_bytes()
    return Program(data) if path.stat().st_mode & 0o100 else data


def submitted_files(folder: Path, ignore: Iterable[str]) -> tuple[dict[str, bytes], list[Flag]]:
    """The files of a submission beside its notebooks, and what was left out.

    Links are never followed: a link may point at anything of the instructor's.
    """
    files: dict[str, bytes] = {}
    flags: list[Flag] = []
    size = 0
    for place, names, _ in os.walk(folder):
        links = [Path(place, name) for name in names if Path(place, name).is_symlink()]
        flags += [
            Flag("link", f"{printable(path.relative_to(folder))} is a link and was left out")
            for path in links
        ]
    for name in sorted(_files_in(folder, [*ignore, "*.ipynb"])) if folder.is_dir() else ():
        path = Path(name)
        relative = str(path.relative_to(folder))
        if path.is_symlink() or not path.is_file():  # os.walk enters no folder that is a link
            flags.append(
                Flag("link", f"{printable(relative)} is a link or no file and was left out")
            )
            continue
        size += path.stat().st_size
        if size > LARGEST_FILES:
            says = f"{printable(relative)} and what follows is too large and was left out"
            flags.append(Flag("size", says))
            break
        files[relative] = content(path)
    return files, flags


def submitted_bytes(path: Path, largest: int) -> bytes | None:
    """The content of a submitted file, or None for a link and for what is no file.

    No more than a byte beyond ``largest`` is read: enough to see that it is too large.
    """
    if path.is_symlink() or not path.is_file():
        return None
    with path.open("rb") as file:
        return file.read(largest + 1)


def submitted_timestamp(folder: Path) -> datetime | None:
    """When a submission was handed in; None where its ``timestamp.txt`` does not say.

    nbgrader's own reading follows links, and ends the program for a text that is no time.
    """
    data = submitted_bytes(folder / "timestamp.txt", 100)
    try:
        return parse_utc(data.decode().strip()) if data and data.strip() else None
    except Exception:  # the parser's errors are of many kinds
        return None


def source_files(folder: Path, ignore: Iterable[str], keep: Iterable[str] = ()) -> dict[str, Path]:
    """The files of a unit's source folder beside its notebooks, by where nbgrader lays them.

    ``keep`` names files of which the student's version counts.
    """
    if not folder.is_dir():
        return {}
    names = map(Path, _files_in(folder, [*ignore, "*.ipynb"]))
    kept = set(keep)
    return {
        str(path.relative_to(folder)): path
        for path in sorted(names)
        if str(path.relative_to(folder)) not in kept
    }
