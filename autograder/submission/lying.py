"""An instructor's large data: read where it lies, since it is too large to be carried about.

What a task carries is sent to a worker, laid into each notebook's folder and counted as its disk.
Of a unit whose files are large together, those that make it so are made visible in the sandbox
instead, read-only: files, and folders with all that is in them for students.  A notebook's folder
has links to them, so that students' files may lie between them.
"""

from __future__ import annotations

import functools
import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.limits import MIB

CARRIED = 16 * MIB  # of a unit's files together: so many are carried
LARGE = MIB  # of a file, or of a folder with all that is in it
FEW = 100  # files in such a folder that are not for students


@dataclass(frozen=True)
class Lying:
    """A file or a folder of the instructor's that is read where it lies, at ``path``.

    ``name`` is its place in the notebook's folder, ``size`` the bytes and ``digest`` a hash of all
    that is in it, ``names`` are the places of its files in the notebook's folder, and ``hidden``
    those of what is not for students, within it.
    """

    name: str
    path: str
    size: int
    digest: str
    names: tuple[str, ...] = field(repr=False)
    hidden: tuple[str, ...] = ()

    def missing(self) -> str:
        """Why it cannot be read on this machine; "" if it can."""
        hidden = {Path(self.path, name) for name in self.hidden}
        found = sum(path.stat().st_size for path in _files(Path(self.path)) if path not in hidden)
        if found == self.size:
            return ""
        return (
            f"{self.name}, {self.size // MIB:,} MiB of the unit's data, is read from {self.path}, "
            f"where this machine has {'nothing' if not found else 'something else'}"
        )


def lying(folder: Path, files: Mapping[str, Path]) -> list[Lying]:
    """What of a unit's ``files``, which lie below ``folder``, is too large to be carried.

    ``files`` are by their place in a notebook's folder.
    """
    sizes = {name: path.stat().st_size for name, path in files.items()}
    if sum(sizes.values()) <= CARRIED:
        return []
    return [_of(folder, path, sizes) for path in _large(folder, folder, sizes)]


def _large(folder: Path, place: Path, sizes: Mapping[str, int]) -> Iterator[Path]:
    for path in sorted(place.iterdir()):
        inside = list(_files(path))
        known = [one for one in inside if _name(folder, one) in sizes]
        if sum(sizes[_name(folder, one)] for one in known) < LARGE:
            continue
        linked = path.is_dir() and any(map(Path.is_symlink, inside))  # to what is not seen inside
        if len(inside) - len(known) <= FEW and not linked and all(map(_everybody_reads, known)):
            yield path
        elif path.is_dir():
            yield from _large(folder, path, sizes)


def _name(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix()


def _of(folder: Path, path: Path, sizes: Mapping[str, int]) -> Lying:
    inside = {_name(folder, one): one for one in _files(path)}
    names = sorted(inside.keys() & sizes.keys())
    digest = hashlib.sha256()
    for name in names:
        file = folder / name
        digest.update(name.encode() + b"\0")
        digest.update(_digest(str(file), file.stat().st_mtime_ns, sizes[name]))
    size = sum(sizes[name] for name in names)
    hidden = sorted(_name(path, one) for name, one in inside.items() if name not in sizes)
    real = str(path.resolve())
    return Lying(_name(folder, path), real, size, digest.hexdigest(), tuple(names), tuple(hidden))


@functools.lru_cache(maxsize=100_000)
def _digest(path: str, changed: int, size: int) -> bytes:
    """The hash of a file, looked at once as long as it stays the same."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _files(path: Path) -> Iterator[Path]:
    """The file at a path, or those below it."""
    if path.is_dir() and not path.is_symlink():
        for place, _, names in os.walk(path):
            yield from (Path(place, name) for name in names)
    elif path.exists():
        yield path


def _everybody_reads(path: Path) -> bool:
    """Whether a sandbox's own user may read a file: as root that is not the user who made it."""
    return os.geteuid() != 0 or bool(path.stat().st_mode & 0o004)
