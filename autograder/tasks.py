"""What travels to a worker, and what comes back: one notebook of one submission, and its result."""

from __future__ import annotations

import functools
import hashlib
import os
import pickle
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path, PurePosixPath
from typing import Any

from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.errors import Flag, Problem
from autograder.limits import Limits
from autograder.marking.slipless import without_slips
from autograder.submission.lying import Lying
from autograder.submission.structure import Structure
from exercises.unit import PUBLIC


@dataclass(frozen=True)
class Common:
    """What all submissions of a notebook are graded with.

    ``files`` are the instructor's, which replace a student's of the same name; ``key`` is the text
    of the unit's ``exercises.py`` (None for a unit without one); ``outputs`` are the settings of
    nbgrader's own steps that look at outputs; ``large`` is what of the instructor's is too large to
    be among ``files``.
    """

    structure: Structure
    key: str | None = None
    files: dict[str, bytes] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    trusted: bool = False
    outputs: dict[type[NbGraderPreprocessor], dict[str, Any]] = field(default_factory=dict)
    large: tuple[Lying, ...] = ()

    def __reduce__(self) -> tuple[Any, ...]:
        # it travels with every task: packed once by the driver, unpacked once by a worker
        return _unpacked, (self._packed,)

    @functools.cached_property
    def _packed(self) -> bytes:
        return pickle.dumps([getattr(self, one.name) for one in fields(self)])

    @functools.cached_property
    def names(self) -> set[str]:
        """What the instructor's files are called, the large ones too."""
        return {*self.files, *(name for one in self.large for name in one.names)}

    @functools.cached_property
    def hashes(self) -> dict[str, str | None]:
        """What a result depends on beside the submission, as SHA-256: key, unit and engine.

        What a key's slips are changes no mark, only what is said of one, so that they are apart.
        """
        files = [
            (name, hashlib.sha256(data).hexdigest())
            for name, data in self.files.items()
            if not (self.key and name == PUBLIC)  # made from the key, slips and all
        ]
        files += [(one.name, one.digest) for one in self.large]
        of_unit = (self.structure, sorted(files), self.limits, self.trusted, self.outputs)
        return {
            "key": hashlib.sha256(without_slips(self.key).encode()).hexdigest()
            if self.key
            else None,
            "slips": hashlib.sha256(self.key.encode()).hexdigest() if self.key else None,
            "unit": hashlib.sha256(repr(of_unit).encode()).hexdigest(),
            "engine": engine_hash(),
        }


@functools.lru_cache(maxsize=8)
def _unpacked(data: bytes) -> Common:
    return Common(*pickle.loads(data))


@dataclass(frozen=True)
class Task:
    """One notebook of one submission, with all that grading it needs.

    ``notebook`` is the submitted file (None if there is none), ``files`` what else the student
    handed in, ``siblings`` the unit's other notebooks by name, ``flags`` what was found when these
    were read, ``unread`` why they were not, if so.  ``fresh`` asks for a sandbox in which no
    notebook has run before.
    """

    student: str
    common: Common
    notebook: bytes | None
    files: dict[str, bytes] = field(default_factory=dict)
    flags: tuple[Flag, ...] = ()
    unread: Problem | None = None
    siblings: dict[str, bytes] = field(default_factory=dict)
    fresh: bool = False

    @property
    def structure(self) -> Structure:
        """What the notebook is made of."""
        return self.common.structure

    @property
    def all_files(self) -> dict[str, bytes]:
        """The files that are laid beside the notebook: the student's, over them the instructor's.

        A student's file gives way to a folder of the instructor's too, and a folder to a file.
        """
        theirs = self.common.names
        folders = {str(folder) for name in theirs for folder in PurePosixPath(name).parents}
        own = {
            name: data
            for name, data in self.files.items()
            if name not in folders | theirs
            and not any(str(folder) in theirs for folder in PurePosixPath(name).parents)
        }
        return {**own, **self.common.files}

    @functools.cached_property
    def hashes(self) -> dict[str, str | None]:
        """What the result depends on, as SHA-256: the submission, and ``Common.hashes``."""
        submission = hashlib.sha256(self.notebook if self.notebook is not None else b"missing")
        for name, data in sorted({**self.files, **self.siblings}.items()):
            if name not in self.common.names:
                submission.update(os.fsencode(name) + b"\0" + hashlib.sha256(data).digest())
        return {"submission": submission.hexdigest(), **self.common.hashes}


@dataclass
class Result:
    """What grading gave: the notebook with outputs and verdicts, scores, comments and flags.

    ``failed`` says why nothing is decided, if so.  ``doubtful`` says that the machine may be to
    blame for what was lost: a limit of time that was hit while others used the processor, a process
    that ended, or a failure of the engine.
    """

    student: str
    unit: str
    notebook_name: str
    notebook: str
    scores: dict[str, float | None]
    comments: dict[str, str | None]
    marks: list[dict[str, Any]]
    flags: list[Flag]
    hashes: dict[str, str | None]
    seconds: float
    memory: int
    failed: Problem | None = None
    doubtful: bool = False

    def record(self) -> dict[str, Any]:
        """The result as it stands in ``marks.json``."""
        return {
            "marks": self.marks,
            "flags": [asdict(flag) for flag in self.flags],
            "failed": asdict(self.failed) if self.failed else None,
            "hashes": self.hashes,
            "seconds": round(self.seconds, 3),
            "memory": self.memory,
        }


@functools.cache
def engine_hash() -> str:
    """A hash of the engine's and the kit's code: marks of another engine are not kept."""
    import autograder
    import exercises

    digest = hashlib.sha256()
    for package in (autograder, exercises):
        root = Path(package.__path__[0])
        for path in sorted(root.rglob("*.py")):
            digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
