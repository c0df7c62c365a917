"""What of a unit's source folder reaches students: said by what *is* released, and looked at.

An editor leaves copies beside what it edits (``exercises.py~``, ``.unit.md.swp``, ``key.py.bak``),
and nobody can list all their names.  So a file beside the notebooks is released, and laid beside a
graded notebook, if its name is that of data, code or a document; and none that is may hold a line
of what is private.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import find_all_files

from exercises.unit import PUBLIC

KEY = "exercises.py"
# never handed out, in a release or with feedback: a unit's private half, its text twin, the marks
PRIVATE = [KEY, "unit.md", "marks.json"]
KNOWN = """
ipynb py pyx pyi c h cpp cu js ts css sh r jl sql m java rs go f90 toml cfg ini yaml yml env csv
tsv txt json jsonl ndjson geojson xml dat data npy npz mat h5 hdf5 nc parquet feather arrow pkl
pickle joblib db sqlite sqlite3 xls xlsx ods gz bz2 xz zst zip tar tgz idx ubyte pt pth
safetensors onnx bin model weights gguf fasta fa fastq gff vcf pdb wav mp3 ogg flac png jpg jpeg
gif svg webp bmp tif tiff ico pgm ppm mp4 webm md rst html htm pdf tex bib docx pptx odt eps ttf
woff woff2
"""
SUFFIXES = frozenset(KNOWN.split())
PLAIN_NAME = re.compile(r"[A-Za-z0-9_-]+")  # README, Makefile, train-images-idx3-ubyte
REGION = re.compile(r"(BEGIN|END) (SOLUTION|HIDDEN TESTS?|MARK SCHEME)")
Resources = dict[str, Any]
SHORTEST = 24  # characters of a line that is nobody's by chance


class NotForStudents(ValueError):
    """A file that would be released holds what is private; the message says what to do."""


def is_released(name: str, more: Iterable[str] = ()) -> bool:
    """Whether a file of this name, relative to the unit's folder, is for students.

    ``more`` are patterns of a course's own (``c.Engine.released``).
    """
    path = PurePosixPath(name)
    if path.name in PRIVATE or any(part.startswith(".") for part in path.parts):
        return any(fnmatch(name, pattern) for pattern in more)
    suffix = path.name.rpartition(".")[2].lower() if "." in path.name else ""
    known = suffix in SUFFIXES if suffix else bool(PLAIN_NAME.fullmatch(path.name))
    return known or any(fnmatch(name, pattern) for pattern in more)


def released_files(
    folder: Path, ignore: Iterable[str], more: Sequence[str] = (), keep: Iterable[str] = ()
) -> dict[str, Path]:
    """The files beside a unit's notebooks that students get, by name.  Raises NotForStudents.

    ``keep`` names files of which the student's version counts, so that they are left out.
    """
    if not folder.is_dir():
        return {}
    places = sorted(Path(one) for one in find_all_files(str(folder), [*ignore, "*.ipynb"]))
    names = {path.relative_to(folder).as_posix(): path for path in places}
    files = {name: path for name, path in names.items() if is_released(name, more)}
    check_nothing_private(folder, {name: path for name, path in files.items() if name not in more})
    kept = set(keep)
    return {name: path for name, path in files.items() if name not in kept}


def check_nothing_private(folder: Path, files: dict[str, Path]) -> None:
    """Raise NotForStudents where a file holds a line of what is private in ``folder``."""
    others = {name: path for name, path in files.items() if name != PUBLIC}
    private = private_lines(folder) if others else set()
    for name, path in others.items():
        for line in _lines(path):
            if line.strip() in private:
                text = line.strip().decode("utf-8", "replace")[:60]
                raise NotForStudents(
                    f"{folder / name} would be handed out, and holds a line that is not for "
                    f"students ({text!r}). Move it out of {folder}; if it is meant for them all "
                    f"the same, name it in nbgrader_config.py: c.Engine.released = [{name!r}]."
                )


def _lines(path: Path) -> Iterator[bytes]:
    """A file's lines, however they end: one after the other, since it may be large."""
    with path.open("rb") as file:
        for line in file:
            yield from line.splitlines()


def private_lines(folder: Path) -> set[bytes]:
    """The lines that nobody but the teacher has written down: of keys, solutions, hidden tests."""
    found: set[bytes] = set()
    key = folder / KEY
    if key.is_file():
        found.update(map(bytes.strip, key.read_bytes().splitlines()))
    for notebook in folder.glob("*.ipynb"):
        for source in _sources(notebook):
            found.update(_in_regions(source))
    return {line for line in found if _tells_something(line)}


def _sources(notebook: Path) -> Iterator[str]:
    try:
        cells = json.loads(notebook.read_bytes())["cells"]
        for cell in cells:
            source = cell["source"]
            yield source if isinstance(source, str) else "".join(source)
    except (ValueError, KeyError, TypeError):
        return  # no notebook: nbgrader says so


def _in_regions(source: str) -> Iterator[bytes]:
    inside = False
    for line in source.splitlines():
        mark = REGION.search(line)
        if mark:
            inside = mark[1] == "BEGIN"
        elif inside:
            yield line.strip().encode()


def _tells_something(line: bytes) -> bool:
    return len(line) >= SHORTEST and not line.startswith((b"import ", b"from ", b"#", b'"""'))


class NothingPrivate(NbGraderPreprocessor):
    """The last step of a release: what nbgrader has copied and is not for students goes again."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Clear the released folder; the notebook stays as it is.  Raises NotForStudents."""
        converter, unit = self.parent.parent, resources["nbgrader"]["assignment"]
        more = self.config.Engine.get("released", [])
        source = Path(converter._format_source(unit, "."))
        target = Path(converter._format_dest(unit, "."))
        files = released_files(source, converter.coursedir.ignore, more)
        for path in sorted(target.rglob("*"), reverse=True):
            name = path.relative_to(target).as_posix()
            if path.is_dir() and not path.is_symlink():
                if not any(path.iterdir()):
                    path.rmdir()
            elif path.suffix != ".ipynb" and name not in files:
                self.log.warning("Not released: %s. See c.Engine.released.", source / name)
                path.unlink()
        return nb, resources
