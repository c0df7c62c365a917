"""What can be wrong: with the machine while a class is graded, and with one submission.

What is wrong with the machine is raised and ends the run in a sentence (``Stopped``).  What is
wrong with a submission is data: a ``Flag`` asks a person to look, a ``Problem`` says why there is
no answer or no grade.  The engine decides on the kinds and never on the words, which are for
people.  docs/instructor.md and docs/operator.md have a row for each kind.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeGuard, get_args

from sqlalchemy.exc import OperationalError

from autograder.untrusted import printable

# Something about a submission that a person should see.
FlagKind = Literal[
    "missing", "unreadable", "too-large", "old-format",
    "deleted", "duplicated", "reordered", "edited", "retyped", "retagged",
    "stripped", "renamed",
    "timeout", "memory", "output", "processes", "disk", "died", "unreachable",
    "link", "timestamp", "size", "score", "another-id", "tampered",
]  # fmt: skip
# Why answers to an exercise are missing.
NoAnswer = Literal[
    "undefined", "not-reached", "timeout", "died", "output", "unreachable",
    "unusable", "unreadable",
]  # fmt: skip
# Why nothing is decided about a submission.
NotGraded = Literal[
    "language", "which", "start", "no-room", "engine", "marking", "worker", "reading", "writing"
]


@dataclass(frozen=True)
class Flag:
    """Something about a submission that a person should see; ``cell`` is a grade id or ""."""

    kind: FlagKind
    says: str
    cell: str = ""


@dataclass(frozen=True)
class Problem:
    """Why there is no answer, or no grade."""

    kind: NoAnswer | NotGraded
    says: str

    def __str__(self) -> str:
        return self.says


def is_flag(kind: str) -> TypeGuard[FlagKind]:
    """Whether a problem of this kind is flagged too."""
    return kind in get_args(FlagKind)


GO_ON = "Nothing is lost: type the same command again afterwards, and only the rest is graded."


class Stopped(RuntimeError):
    """Grading cannot go on; the message says what is wrong and what to do."""


def is_full(error: OSError) -> bool:
    """Whether a disk, or somebody's share of it, is full."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT)


def no_room(place: Path | str) -> str:
    """What there is to say of a full disk."""
    return f"there is no room left in {place}"


def stopped_for_room(says: str) -> Stopped:
    """The end of a run for want of room, in the words of ``no_room``."""
    return Stopped(f"{says[0].upper()}{says[1:]}. Make room there. {GO_ON}")


def problem_with_one(kind: NotGraded, says: str, error: Exception) -> Problem:
    """What an error means that came up over one submission, and is no reason to end a run.

    Raises it again where the machine is to blame: the next submission would fare no better.
    """
    if (isinstance(error, OSError) and is_full(error)) or isinstance(error, OperationalError):
        raise error
    return Problem(kind, printable(f"{says} ({type(error).__name__}: {error})", 300))


@contextmanager
def told_in_words(places: list[Path]) -> Iterator[None]:
    """Raise Stopped for a full disk and a gradebook that cannot be used.

    ``places`` are the folders that are written to: an error of the system seldom says which it was.
    """
    try:
        yield
    except OSError as error:
        if not is_full(error):
            raise
        raise stopped_for_room(no_room(min(places, key=_room))) from error
    except OperationalError as error:
        raise _unusable(error, places) from error


def _room(place: Path) -> int:
    """The bytes that can still be written at a place, and no more than it has names left for."""
    disk = os.statvfs(place)
    names = disk.f_favail if disk.f_files else disk.f_bavail  # some systems do not count them
    return disk.f_frsize * min(disk.f_bavail, names)


def temporary_folder() -> Path:
    """Where temporary files go.  Raises Stopped if they can go nowhere."""
    try:
        return Path(tempfile.gettempdir())
    except FileNotFoundError:  # it is chosen by trying to write
        place = "any folder for temporary files (TMPDIR, /tmp, /var/tmp)"
        raise stopped_for_room(no_room(place)) from None


def _unusable(error: OperationalError, places: list[Path]) -> Stopped:
    code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF  # without the extended part
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return Stopped(
            "The gradebook is locked by another program (formgrader, another nbgrader, a backup), "
            f"and has been for too long. End what writes to it. {GO_ON}"
        )
    if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        place = f"the gradebook's folder, or its disk fails ({error.orig})"
        return stopped_for_room(no_room(place))
    return Stopped(f"The gradebook cannot be used: {error.orig}. {GO_ON}")
