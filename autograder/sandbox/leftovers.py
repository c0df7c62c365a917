"""The folders of sandboxes on this machine, and the removal of those that were left behind."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

PREFIX = "sw-"


def place_of_folders() -> str:
    """Where sandboxes' folders lie: a socket's path may have 107 characters at the most."""
    usual = tempfile.gettempdir()
    return usual if len(usual) < 60 else "/tmp"


def sweep() -> None:
    """Remove the folders of sandboxes whose process was killed before it could."""
    for folder in Path(place_of_folders()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError), _opened(folder) as handle:
            # one without "s" was left at its very beginning or end, or has only just begun
            stands = (folder / "s").exists() or not _lives(folder.name.split("-")[1])
            if stands and os.fstat(handle).st_uid == os.geteuid():
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)  # held while its process lives
                shutil.rmtree(folder, ignore_errors=True)


def _lives(pid: str) -> bool:
    return not pid.isdigit() or Path("/proc", pid).exists()


@contextlib.contextmanager
def _opened(folder: Path) -> Iterator[int]:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        yield handle
    finally:
        os.close(handle)
