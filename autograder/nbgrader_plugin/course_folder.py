"""An nbgrader course folder: where its things lie, and what grading a submission needs of them."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.apps import NbGrader
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute, IgnorePattern, LimitOutput
from sqlalchemy import make_url
from traitlets import Bool, Dict, List, TraitError, Unicode
from traitlets.config import Config, Configurable

from autograder.errors import Flag, Problem
from autograder.limits import Limits
from autograder.nbgrader_plugin.released import PRIVATE, released_files
from autograder.submission.files import (
    content,
    source_files,
    submitted_bytes,
    submitted_files,
    submitted_timestamp,
)
from autograder.submission.lying import Lying, lying
from autograder.submission.order import LOOKED_AT, usual_order
from autograder.submission.reading import LARGER, slim
from autograder.submission.renamed import fits, unit_of, unknown_notebooks, which
from autograder.submission.structure import Structure, notebooks_of, structure_of
from autograder.tasks import Common, Task
from autograder.untrusted import printable
from exercises.unit import text_in

# No student is called so: nbgrader writes their ids into its pages' HTML and scripts as they are.
# Nor with what a terminal obeys, or what turns the direction of writing around.
NO_NAME = re.compile(r'[<>"\\\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]')
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
            source, release = self.source(unit), self.path("release", ".", unit)
            self._structures[unit] = [
                structure_of(
                    gradebook,
                    unit,
                    name,
                    source / f"{name}.ipynb",
                    release / f"{name}.ipynb",
                    self.config,
                )
                for name in notebooks_of(gradebook, unit)
            ]
        return self._structures[unit]

    def columns(self, gradebook: Gradebook, unit: str) -> dict[str, list[str]]:
        """The grade ids of a unit's cells with points, by notebook.  Raises UnknownUnit."""
        return {one.notebook: list(one.points) for one in self.structures(gradebook, unit)}

    def key(self, unit: str) -> str | None:
        """The text of a unit's ``exercises.py``, or None if the unit has none of the kit's."""
        return text_in(self.source(unit))

    def students(self, unit: str) -> list[str]:
        """Everyone who handed in a folder for ``unit``, sorted; see ``left_out``."""
        return [name for name in self._folders(unit) if not NO_NAME.search(name)]

    def left_out(self, unit: str) -> list[str]:
        """The folders handed in for ``unit`` that bear no name for a student: see ``NO_NAME``."""
        return [name for name in self._folders(unit) if NO_NAME.search(name)]

    def _folders(self, unit: str) -> list[str]:
        pattern = Path(self.course.format_path(self.course.submitted_directory, "*", unit))
        place = pattern.parts.index("*")
        found = Path(*pattern.parts[:place]).glob("/".join(pattern.parts[place:]))
        names = {path.parts[place] for path in found if path.is_dir()}
        # hidden folders, such as .ipynb_checkpoints, are no students for nbgrader either
        excluded = self.course.student_id_exclude.split(",")
        known = {name for name in names if not name.startswith(".")}
        return sorted(known.difference(excluded))

    def strangers(self, students: list[str]) -> list[str]:
        """Those whom the gradebook does not know, if the course forbids to add them to it."""
        if self.nbgraders_own.create_student:
            return []
        with self.gradebook() as gradebook:
            known = {student.id for student in gradebook.students}
        return [name for name in students if name not in known]

    def files_beside(self, unit: str) -> dict[str, Path]:
        """The instructor's files that lie beside every notebook of a unit, by their names there.

        Where a unit has a key, those that students have too; else all that nbgrader lays there,
        since an honest notebook may read any of them.  Raises NotForStudents.
        """
        keep = self.nbgraders_own.exclude_overwriting.get(unit, ())
        if self.key(unit) is None:
            return source_files(self.source(unit), self._ignored(unit), keep)
        more = Engine(config=self.config).released
        return released_files(self.source(unit), self._ignored(unit), more, keep)

    def large_beside(self, unit: str) -> list[Lying]:
        """What of ``files_beside`` is read where it lies.  Raises NotForStudents."""
        return lying(self.source(unit), self.files_beside(unit))

    @cached_property
    def nbgraders_own(self) -> Autograde:
        """nbgrader's own autograder, for the settings and the permissions of its files."""
        return Autograde(coursedir=self.course, config=self.config)

    def common(self, gradebook: Gradebook, unit: str) -> list[Common]:
        """What all submissions of a unit are graded with, for each of its notebooks.

        Raises UnknownUnit.
        """
        structures = [
            replace(one, usual=usual_order(one, self._handed_in(unit, one.notebook)))
            for one in self.structures(gradebook, unit)
        ]
        key, beside = self.key(unit), self.files_beside(unit)
        large = tuple(self.large_beside(unit))
        lies = {name for one in large for name in one.names}
        files = {name: content(path) for name, path in beside.items() if name not in lies}
        outputs = {step: _traits(step(config=self.config)) for step in (IgnorePattern, LimitOutput)}
        return [
            Common(one, key, files, self.limits, self.trusted, outputs, large) for one in structures
        ]

    def _handed_in(self, unit: str, notebook: str) -> Iterator[bytes]:
        """Some of the files that were handed in as this notebook."""
        for student in self.students(unit)[:LOOKED_AT]:
            with contextlib.suppress(OSError):  # that is said when it is graded
                path = self.path("submitted", student, unit) / f"{notebook}.ipynb"
                yield submitted_bytes(path, self.limits.notebook) or b""

    def tasks(self, common: list[Common], student: str) -> list[Task]:
        """What there is to grade of one student's submission: a task for each notebook."""
        unit = common[0].structure.unit if common else ""
        folder = self.path("submitted", student, unit)
        files, flags = submitted_files(folder, self._ignored(unit)) if common else ({}, [])
        if os.path.lexists(folder / "timestamp.txt") and submitted_timestamp(folder) is None:
            says = "timestamp.txt holds no time: it is graded as if it were handed in on time"
            flags.append(Flag("timestamp", says))
        names = [f"{one.structure.notebook}.ipynb" for one in common]
        read = {name: self._notebook(folder / name) for name in names}
        there = {name: data for name, data in read.items() if data is not None}
        made = []
        for name, one in zip(names, common, strict=True):
            task = Task(
                student=student,
                common=one,
                notebook=read[name],
                files=files,
                flags=tuple(flags),
                siblings={other: data for other, data in there.items() if other != name},
            )
            if task.notebook is None and not os.path.lexists(folder / name):
                task = self._renamed(task, folder, names)
            made.append(task)
        return made

    def _notebook(self, path: Path) -> bytes | None:
        largest = self.limits.notebook
        data = submitted_bytes(path, LARGER * largest)
        return None if data is None else slim(data, largest)

    def _renamed(self, task: Task, folder: Path, names: list[str]) -> Task:
        """``task`` with the notebook that is called by another name, if that can be decided."""
        wanted = f"{task.structure.notebook}.ipynb"
        strange = {path: self._notebook(path) or b"" for path in unknown_notebooks(folder, names)}
        fitting = [path for path, data in strange.items() if fits(data, task.structure)]
        if len(fitting) == 1:
            says = f"{printable(fitting[0].name, 80)} was graded as {wanted}"
            flags = (*task.flags, Flag("renamed", says))
            return replace(task, notebook=strange[fitting[0]], flags=flags)
        if not strange:
            return task
        sources = self.source(task.structure.unit).parent
        others = {path: unit_of(data, sources) for path, data in strange.items()}
        known = {path: unit for path, unit in others.items() if unit and path not in fitting}
        says = which(wanted, list(strange), fitting, known)
        return replace(task, unread=Problem("which", says))

    def _ignored(self, unit: str) -> list[str]:
        """What of a unit's files lies beside no notebook; a plain unit has nothing private."""
        if self.key(unit) is None:
            return [name for name in self.course.ignore if name not in PRIVATE]
        return [*self.course.ignore, *PRIVATE]


class Engine(Configurable):
    """What a course's ``nbgrader_config.py`` says about this engine, as ``c.Engine``."""

    limits = Dict(help="Fields of autograder.limits.Limits, by name.").tag(config=True)
    released = List(
        Unicode(),
        help="More names, or patterns, of files beside a notebook that students get.",
    ).tag(config=True)
    trusted = Bool(
        False,
        help="Run submissions without a sandbox: for code that you vouch for, and nothing else.",
    ).tag(config=True)


def settings(config: Config) -> dict[str, Any]:
    """What a course's configuration, or the command line, says about this engine.

    Without ``cell_seconds`` among ``c.Engine.limits`` the seconds a cell may take are nbgrader's
    own ``c.Execute.timeout``, if it is a limit.  Raises BadSettings.
    """
    try:
        engine = Engine(config=config)
        timeout = Execute(config=config).timeout
    except TraitError as error:
        raise BadSettings(f"{error} See nbgrader_config.py.") from None
    limits = dict(engine.limits)
    if timeout is not None and timeout > 0:
        limits.setdefault("cell_seconds", timeout)
    known = [field.name for field in fields(Limits)]
    if unknown := sorted(set(limits) - set(known)):
        raise BadSettings(
            f"c.Engine.limits in nbgrader_config.py names {', '.join(unknown)}, which is no limit. "
            f"Limits are: {', '.join(known)}."
        )
    return {"limits": Limits(**limits), "trusted": engine.trusted}


def _traits(configured: Configurable) -> dict[str, Any]:
    return {name: getattr(configured, name) for name in configured.trait_names(config=True)}
