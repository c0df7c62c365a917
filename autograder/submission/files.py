"""Reads what a student handed in, and what the instructor lays beside it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from nbgrader.utils import find_all_files, parse_utc

from autograder.errors import Flag
from autograder.untrusted import printable

LARGEST_FILES = 64 * 2**20


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
    for name in (
        sorted(find_all_files(str(folder), [*ignore, "*.ipynb"])) if folder.is_dir() else ()
    ):
        path = Path(name)
        relative = str(path.relative_to(folder))
        steps = [folder / part for part in _prefixes(relative)]
        if any(step.is_symlink() for step in steps) or not path.is_file():
            flags.append(
                Flag("link", f"{printable(relative)} is a link or no file and was left out")
            )
            continue
        size += path.stat().st_size
        if size > LARGEST_FILES:
            says = f"{printable(relative)} and what follows is too large and was left out"
            flags.append(Flag("size", says))
            break
        files[relative] = path.read_bytes()
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


def _prefixes(relative: str) -> list[str]:
    parts = Path(relative).parts
    return ["/".join(parts[: count + 1]) for count in range(len(parts))]
