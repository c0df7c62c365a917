"""An nbgrader course folder: where its things lie, and what grading a submission needs of them."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.apps import NbGrader
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import make_url
from traitlets.config import Config

from autograder.grade import Common, Task
from autograder.gradebook import source_files, submitted_files
from autograder.limits import Limits
from autograder.structure import Structure, notebooks_of, structure_of

# never handed out, in a release or with feedback: a unit's private half, its text twin, the marks
PRIVATE = ["key.py", "unit.md", "marks.json"]

PATIENCE = 60  # seconds to wait while another program, such as formgrader, writes to the gradebook


def find_own_programs() -> None:
    """Put this Python's programs on the path: nbgrader starts ``alembic`` by its bare name.

    Without it nbgrader works only in an activated environment.
    """
    programs = str(Path(sys.executable).parent)
    path = os.environ.get("PATH", os.defpath)
    if programs not in path.split(os.pathsep):
        os.environ["PATH"] = programs + os.pathsep + path


class NoCourse(LookupError):
    """The folder is no nbgrader course; the message says what was expected."""


class BadSettings(ValueError):
    """The course's configuration asks for something that there is not; the message says what."""


@dataclass
class CourseFolder:
    """A course as nbgrader's configuration describes it."""

    course: CourseDirectory
    config: Config
    limits: Limits = field(default_factory=Limits)
    trusted: bool = False
    _structures: dict[str, list[Structure]] = field(default_factory=dict)

    @classmethod
    def open(cls, root: Path) -> CourseFolder:
        """The course at ``root``, with its ``nbgrader_config.py``.  Raises NoCourse."""
        root = root.resolve()
        if not (root / "nbgrader_config.py").exists() and not (root / "source").is_dir():
            raise NoCourse(
                f"{root} is no course folder: it has neither nbgrader_config.py nor source/. "
                "Name the folder with --course."
            )
        find_own_programs()
        before = os.getcwd()
        os.chdir(root)  # nbgrader reads the configuration of the folder that it is started in
        try:
            NbGrader.clear_instance()
            app = NbGrader(log_level="ERROR")
            app.initialize([], root=str(root))
        finally:
            os.chdir(before)
        return cls(app.coursedir, app.config, **settings(app.config))

    def gradebook(self) -> Gradebook:
        """The course's gradebook, to be closed by the caller (it is a context manager)."""
        url = make_url(self.course.db_url)
        if url.get_backend_name() == "sqlite" and "timeout" not in url.query:
            url = url.update_query_dict({"timeout": str(PATIENCE)})
        return Gradebook(url, self.course.course_id)

    def path(self, step: str, student: str, unit: str) -> Path:
        """The folder of ``unit`` for ``student`` in one of nbgrader's steps (``submitted``, …)."""
        return Path(
            self.course.format_path(getattr(self.course, f"{step}_directory"), student, unit)
        )

    def source(self, unit: str) -> Path:
        """The source folder of a unit."""
        return self.path("source", ".", unit)

    def structures(self, gradebook: Gradebook, unit: str) -> list[Structure]:
        """The structure of each of a unit's notebooks.  Raises UnknownUnit."""
        if unit not in self._structures:
            self._structures[unit] = [
                structure_of(gradebook, unit, name, self.source(unit) / f"{name}.ipynb")
                for name in notebooks_of(gradebook, unit)
            ]
        return self._structures[unit]

    def key(self, unit: str) -> str | None:
        """The text of a unit's key, or None if the unit has none."""
        try:
            return (self.source(unit) / "key.py").read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    def students(self, unit: str) -> list[str]:
        """Everyone who handed in a folder for ``unit``, sorted."""
        pattern = Path(self.course.format_path(self.course.submitted_directory, "*", unit))
        place = pattern.parts.index("*")
        found = Path(*pattern.parts[:place]).glob("/".join(pattern.parts[place:]))
        names = {path.parts[place] for path in found if path.is_dir()}
        excluded = set(self.course.student_id_exclude.split(","))
        return sorted(name for name in names if name not in excluded and name != ".")

    def files_beside(self, unit: str) -> dict[str, bytes]:
        """The instructor's files that go beside every graded notebook of a unit."""
        keep = self.config.Autograde.get("exclude_overwriting", {}) or {}
        return source_files(self.source(unit), self._ignore, keep.get(unit, ()))

    def common(self, gradebook: Gradebook, unit: str) -> list[Common]:
        """What all submissions of a unit are graded with, for each of its notebooks.

        Raises UnknownUnit.
        """
        structures = self.structures(gradebook, unit)
        key, files = self.key(unit), self.files_beside(unit)
        return [Common(one, key, files, self.limits, self.trusted) for one in structures]

    def tasks(self, common: list[Common], student: str) -> list[Task]:
        """What there is to grade of one student's submission: a task for each notebook."""
        folder = self.path("submitted", student, common[0].structure.unit) if common else Path()
        files, flags = submitted_files(folder, self._ignore) if common else ({}, [])
        return [
            Task(
                student=student,
                common=one,
                notebook=_bytes_of(folder / f"{one.structure.notebook}.ipynb"),
                files=files,
                flags=tuple(flags),
            )
            for one in common
        ]

    @property
    def _ignore(self) -> list[str]:
        return [*self.course.ignore, *PRIVATE]


def _bytes_of(path: Path) -> bytes | None:
    if path.is_symlink() or not path.is_file():
        return None
    return path.read_bytes()


def settings(config: Config) -> dict[str, Any]:
    """What a course's ``nbgrader_config.py`` says about this engine (``c.Engine``).

    ``c.Engine.limits`` is a dict of fields of ``Limits``.  Without it the seconds a cell may take
    are nbgrader's own ``c.Execute.timeout``, where that is set.  Raises BadSettings.
    """
    limits = dict(config.Engine.get("limits", {}) or {})
    if config.Execute.get("timeout"):
        limits.setdefault("cell_seconds", config.Execute.timeout)
    known = [field.name for field in fields(Limits)]
    if unknown := sorted(set(limits) - set(known)):
        raise BadSettings(
            f"c.Engine.limits in nbgrader_config.py names {', '.join(unknown)}, which is no limit. "
            f"Limits are: {', '.join(known)}."
        )
    return {"limits": Limits(**limits), "trusted": bool(config.Engine.get("trusted", False))}
