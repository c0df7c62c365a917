"""Opens the archives that a learning platform collected, with care: ``nbgrader zip_collect``.

An archive is a stranger's.  A few kilobytes may unpack to terabytes, its names may lead out of the
folder, and one that cannot be opened must not cost the class its submissions.  nbgrader unpacks
whatever there is, and archives within archives until there are no more.

``CarefulExtractor`` takes the place of nbgrader's extractor (``nbgrader_plugin`` sets it).  What is
written is counted while it is written: what an archive says about itself is believed only where it
is against it.  A file that may not be is left out alone, and a folder that goes over a limit is
refused alone: it is one student's.  Only what is against the whole refuses an archive, and one that
lies inside another is refused alone.  Each is said in a sentence in the log.
"""

from __future__ import annotations

import gzip
import os
import shutil
import stat
import tarfile
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

from nbgrader.plugins import ExtractorPlugin
from traitlets import Int

from autograder.limits import MIB
from autograder.untrusted import printable

PIECE = 64 * 1024
DEEPEST = 3  # archives within each other: a class, a student, and what they packed themselves
ALWAYS_FINE = 10 * MIB  # for a small archive the ratio says nothing


class Refused(Exception):
    """An archive that is not unpacked; the message says why."""


class LeftOut(Exception):
    """A file of an archive that is not unpacked; the message says why."""


class CarefulExtractor(ExtractorPlugin):
    """nbgrader's extractor with limits: for an archive with all that lies in it."""

    most_bytes = Int(4096 * MIB, help="Bytes that an archive may unpack to.").tag(config=True)
    most_inside = Int(256 * MIB, help="Bytes that an archive within another may unpack to.").tag(
        config=True
    )
    most_files = Int(200_000, help="Files that an archive may hold.").tag(config=True)
    most_in_a_folder = Int(
        20_000, help="Files that a folder at the top of an archive may hold: a student's."
    ).tag(config=True)
    largest_file = Int(64 * MIB, help="Bytes of the largest file in it.").tag(config=True)
    largest_ratio = Int(100, help="How many times larger than itself an archive may become.").tag(
        config=True
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.not_collected: list[str] = []

    def extract(self, archive_path: str, extracted_path: str) -> None:
        """Unpack the archives below ``archive_path`` into ``extracted_path``, copy other files.

        ``not_collected`` then names the archives, folders and notebooks that were not.
        """
        for place, _, names in os.walk(archive_path):
            target = Path(extracted_path, os.path.relpath(place, archive_path))
            target.mkdir(parents=True, exist_ok=True)
            for name in sorted(names):
                path = Path(place, name)
                if path.is_symlink() or not path.is_file():
                    self._say(path.parent, name, "is a link or no file")
                elif path.suffix in self.zip_ext:
                    whole = Allowance(self.most_bytes, self.most_files, self.largest_file)
                    self._unpack(path, target, whole, DEEPEST)
                else:
                    shutil.copy(path, target / name)

    def _unpack(self, path: Path, target: Path, allowed: Allowance, depth: int) -> None:
        """Unpack one archive into a folder of its name, and the archives in it.

        A refused one leaves nothing, and uses up nothing of what those around it may unpack to.
        """
        folder = target / path.name.removesuffix(path.suffix).removesuffix(".tar")
        new = not folder.exists()
        size = max(ALWAYS_FINE, self.largest_ratio * path.stat().st_size)
        if depth < DEEPEST:
            size = min(size, self.most_inside)
        own = replace(allowed, size=min(size, allowed.size))
        before = own.size, own.files
        self.log.info("Extracting %s into %s", path, folder)
        try:
            if depth == 0:
                raise Refused(f"more than {DEEPEST} archives lie within each other")
            for file in list(unpack(path, folder, own, self.most_in_a_folder, self._say)):
                if file.suffix in self.zip_ext:
                    self._unpack(file, file.parent, own, depth - 1)
        except Exception as error:  # the formats' own errors are of many kinds
            says = str(error) if isinstance(error, Refused) else f"it cannot be read ({error!r})"
            self.log.error("Refused: %s was not unpacked: %s.", path, says)
            self.not_collected.append(path.name)
            if new:
                shutil.rmtree(folder, ignore_errors=True)
            return
        allowed.size -= before[0] - own.size
        allowed.files -= before[1] - own.files

    def _say(self, path: Path, name: str, says: str) -> None:
        shown = printable(repr(name), 200)
        self.log.error("Left out of %s: %s %s.", path, shown, says)
        if name.endswith("/") or PurePosixPath(name).suffix in (*self.zip_ext, ".ipynb"):
            self.not_collected.append(f"{path.name}: {shown}")


@dataclass
class Allowance:
    """What may still be written, in bytes and files; ``largest`` is for one file."""

    size: int
    files: int
    largest: int

    def take_file(self, size: int) -> None:
        """Before a file is written that says to have ``size`` bytes.  Raises Refused."""
        self.files -= 1
        if self.files < 0:
            raise Refused("it holds too many files")
        if size > self.largest:
            raise LeftOut(f"has {size:,} bytes")
        if size > self.size:
            raise Refused("it unpacks to far too much")

    def take(self, size: int) -> None:
        """Before ``size`` bytes are kept.  Raises Refused."""
        self.size -= size
        if self.size < 0:
            raise Refused("it unpacks to far too much")


def unpack(
    path: Path,
    folder: Path,
    allowance: Allowance,
    most_in_a_folder: int = 20_000,
    say: Callable[[Path, str, str], None] = lambda path, name, says: None,
) -> Iterator[Path]:
    """Unpack an archive into ``folder``; gives the files that were written.  Raises Refused.

    Links, devices, names that lead elsewhere and files that are too large are left out, and a
    folder at the top that holds too many files is; ``say`` is told of each, with its name.
    """
    inside: Counter[str] = Counter()
    refused: set[str] = set()
    written: dict[Path, str] = {}
    for name, size, source in _entries(path, allowance):
        try:
            if isinstance(source, str):
                raise LeftOut(source)
            with source:
                inner = _inside(name)
                top = inner.parts[0] if len(inner.parts) > 1 else ""
                inside[top] += 1
                if top in refused:
                    continue
                if inside[top] > most_in_a_folder:
                    refused.add(top)
                    shutil.rmtree(folder / top, ignore_errors=True)
                    say(path, f"{top}/", f"holds more than {most_in_a_folder:,} files")
                    continue
                allowance.take_file(size)
                written[_write(source, folder / inner, allowance)] = top
        except LeftOut as error:
            say(path, name, str(error))
    yield from (file for file, top in written.items() if top not in refused)


def _write(source: IO[bytes], target: Path, allowance: Allowance) -> Path:
    """Write one file.  Raises LeftOut, Refused."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)  # of two files with one name the last counts
    written = 0
    with target.open("xb") as file:
        while piece := source.read(PIECE):
            written += len(piece)
            if written > allowance.largest:
                file.close()
                target.unlink()
                raise LeftOut("is larger than it says")
            allowance.take(len(piece))
            file.write(piece)
    return target


def _inside(name: str) -> PurePosixPath:
    """``name`` as a path within a folder, without what no file may be called.  Raises LeftOut.

    A screenshot's name on a Mac has a narrow blank in it, others have a colon: they are no attack.
    """
    path = PurePosixPath(name.replace("\\", "/"))
    if ".." in path.parts or path.is_absolute() or not path.parts:
        raise LeftOut("leads out of its folder")
    return PurePosixPath(*("".join(map(_letter, part)) for part in path.parts))


def _letter(letter: str) -> str:
    if letter.isprintable() and letter != ":":
        return letter
    return " " if unicodedata.category(letter) == "Zs" else "_"


def _entries(path: Path, allowance: Allowance) -> Iterator[tuple[str, int, IO[bytes] | str]]:
    """Name, size by its own account, and content of each file in an archive.

    In the place of the content stands why there is none, if so.
    """
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            if len(archive.infolist()) > allowance.files:
                raise Refused("it holds too many files")
            for info in archive.infolist():
                kind = stat.S_IFMT(info.external_attr >> 16)
                if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
                    yield info.filename, 0, "is a link or a device"
                elif not info.is_dir():
                    yield info.filename, info.file_size, archive.open(info)
        return
    with _tar(path, allowance) as archive:
        for entry in archive:
            if not (entry.isfile() or entry.isdir()):
                yield entry.name, 0, "is a link or a device"
            elif content := archive.extractfile(entry):
                yield entry.name, entry.size, content


@contextmanager
def _tar(path: Path, allowance: Allowance) -> Iterator[tarfile.TarFile]:
    """A tar archive, packed by gzip or not, of which no more is unpacked than is allowed."""
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    with gzip.open(path) if packed else path.open("rb") as content:
        # tarfile reads it, and does nothing else
        bounded: Any = _Bounded(cast(IO[bytes], content), 2 * allowance.size + MIB)
        with tarfile.open(fileobj=bounded, mode="r|") as archive:
            yield archive


class _Bounded:
    """A file of which only so much can be read: tar's own headers may be of any size."""

    def __init__(self, file: IO[bytes], most: int) -> None:
        self.file, self.left = file, most

    def read(self, size: int) -> bytes:
        """As a file's.  Raises Refused."""
        data = self.file.read(size)
        self.left -= len(data)
        if self.left < 0:
            raise Refused("it unpacks to far too much")
        return data
