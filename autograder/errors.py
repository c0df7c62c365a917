"""What can be wrong with the machine itself while a class is graded, in sentences.

A submission's own faults are no errors here: they become flags and marks.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import OperationalError

NO_ROOM = "there is no room left in"  # how a worker's word on a full disk begins
GO_ON = "Nothing is lost: type the same command again afterwards, and only the rest is graded."


class Stopped(RuntimeError):
    """Grading cannot go on; the message says what is wrong and what to do."""


def is_full(error: OSError) -> bool:
    """Whether a disk, or somebody's share of it, is full."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT)


def no_room(place: Path | str) -> Stopped:
    """What to say of a full disk."""
    return Stopped(f"{NO_ROOM[0].upper()}{NO_ROOM[1:]} {place}. Make room there. {GO_ON}")


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
        raise no_room(min(places, key=_room)) from error
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
        raise no_room("any folder for temporary files (TMPDIR, /tmp, /var/tmp)") from None


def _unusable(error: OperationalError, places: list[Path]) -> Stopped:
    code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF  # without the extended part
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return Stopped(
            "The gradebook is locked by another program (formgrader, another nbgrader, a backup), "
            f"and has been for too long. End what writes to it. {GO_ON}"
        )
    if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        return no_room(f"the gradebook's folder, or its disk fails ({error.orig})")
    return Stopped(f"The gradebook cannot be used: {error.orig}. {GO_ON}")
