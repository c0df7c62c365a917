"""The first door: nbgrader's own ``autograde`` and formgrader's button run this engine.

A course switches it on in its ``nbgrader_config.py``::

    from autograder.nbgrader_plugin.plugin import configure

    c = get_config()
    configure(c)

nbgrader then takes a submission whatever its state (``AnyNotebook``) and copies none of its links
(``CarefulAutograde``, ``CarefulCollect``), the engine grades it in the place of nbgrader's
``Execute`` (``Grade``), and what it found is written (``Save``).  The second
door, ``autograder grade``, calls the same functions over a class in parallel (``run.py``).
"""

from __future__ import annotations

import glob
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.exchange.default import ExchangeCollect
from nbgrader.preprocessors import AssignLatePenalties, CheckCellMetadata, NbGraderPreprocessor
from traitlets.config import Config

from autograder.grade import grade_calmly
from autograder.nbgrader_plugin.autograded import keep_only, write_extra_files, write_files
from autograder.nbgrader_plugin.course_folder import (
    NO_NAME,
    CourseFolder,
    find_own_programs,
    settings,
)
from autograder.nbgrader_plugin.gradebook import Ledger
from autograder.nbgrader_plugin.pages import show_nothing_that_runs
from autograder.nbgrader_plugin.released import PRIVATE
from autograder.sandbox.available import require
from autograder.submission.files import submitted_files, submitted_timestamp
from autograder.tasks import Common, Result

Resources = dict[str, Any]


def configure(config: Config) -> None:
    """Make a course's nbgrader grade with this engine, and keep keys out of releases.

    nbgrader's pages then show submissions without running anything of them (``pages.py``).
    """
    find_own_programs()
    show_nothing_that_runs(config)
    config.Autograde.exporter_class = "autograder.nbgrader_plugin.plugin.AnyNotebook"
    config.Autograde.sanitize_preprocessors = []
    config.Autograde.autograde_preprocessors = [
        "autograder.nbgrader_plugin.plugin.Grade",
        "autograder.nbgrader_plugin.plugin.Save",
        AssignLatePenalties,
        CheckCellMetadata,
    ]
    config.ExchangeFactory.collect = "autograder.nbgrader_plugin.plugin.CarefulCollect"
    config.ZipCollectApp.extractor_plugin = "autograder.nbgrader_plugin.collecting.Extractor"
    config.GenerateAssignment.preprocessors = [
        *GenerateAssignment.class_traits()["preprocessors"].default(),
        "autograder.nbgrader_plugin.released.NothingPrivate",
    ]
    usual = [".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback"]
    config.CourseDirectory.ignore = [*usual, *PRIVATE]


class AnyNotebook(NotebookExporter):
    """Begins with an empty notebook in the place of what was submitted: everyone gets a record.

    nbgrader would open whatever is called so: a link, a broken file, a file without an end.  The
    engine looks at the submitted file itself.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        nbconverts: Any = super()
        nbconverts.__init__(*args, **kwargs)
        if isinstance(self.parent, Autograde):
            # nbgrader's programs make their converter themselves: no setting replaces it
            self.parent.__class__ = CarefulAutograde
            self._add_missing(self.parent)

    def _add_missing(self, converter: Autograde) -> None:
        """Put submissions without their notebook on nbgrader's list, which passes them over."""
        course = converter.coursedir
        unit = course.assignment_id
        source = course.format_path(course.source_directory, ".", unit)
        wanted = f"{glob.escape(source)}/{course.notebook_id}.ipynb"
        names = sorted(Path(name).stem for name in glob.glob(wanted))
        for folder in glob.glob(
            course.format_path(course.submitted_directory, course.student_id, unit)
        ):
            if NO_NAME.search(os.path.relpath(folder, course.root)):
                self.log.error("Left out: %r is no name for a student. Rename the folder.", folder)
                converter.assignments.pop(folder, None)
                continue
            known = converter.assignments.setdefault(folder, [])
            expected = [os.path.join(folder, f"{name}.ipynb") for name in names]
            converter.assignments[folder] = known + [name for name in expected if name not in known]

    def from_filename(self, filename: str, resources: Resources | None = None, **kw: Any) -> Any:
        """As nbconvert's, with an empty notebook."""
        read: Any = self.from_notebook_node
        return read(nbformat.v4.new_notebook(), resources=resources, **kw)


class CarefulAutograde(Autograde):
    """nbgrader's converter, which copies the files beside a notebook: without links and large data.

    nbgrader copies what a link points at, and that may be anything of the instructor's.  Here it
    sees a copy of the submission with files alone, and no ``timestamp.txt`` that is no time.
    """

    _seen: str | None = None

    @cached_property
    def folder(self) -> CourseFolder:
        """The course; one call of nbgrader's, for a class or one student, looks at it once."""
        return CourseFolder(self.coursedir, self.config, **settings(self.config))

    @cached_property
    def common(self) -> list[Common]:
        """What this call, which is for one unit, grades all submissions with."""
        with self.folder.gradebook() as gradebook:
            return self.folder.common(gradebook, self.coursedir.assignment_id)

    def init_destination(self, assignment_id: str, student_id: str) -> bool:
        """As nbgrader's."""
        with self._files_alone(assignment_id, student_id):
            return bool(super().init_destination(assignment_id, student_id))

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        """As nbgrader's."""
        with self._files_alone(assignment_id, student_id), self._without_large(assignment_id):
            super().init_assignment(assignment_id, student_id)

    @contextmanager
    def _without_large(self, unit: str) -> Iterator[None]:
        """Let nbgrader copy for each student what is carried, and no more of the instructor's."""
        large = self.folder.large_beside(unit)
        before: dict[str, list[str]] = dict(self.exclude_overwriting)  # type: ignore[has-type]
        names = [*before.get(unit, []), *(name for one in large for name in one.names)]
        self.exclude_overwriting = {**before, unit: names}
        try:
            yield
        finally:
            self.exclude_overwriting = before

    @contextmanager
    def _files_alone(self, assignment_id: str, student_id: str) -> Iterator[None]:
        submission = Path(self._format_source(assignment_id, student_id))
        files, _ = submitted_files(submission, self.coursedir.ignore)
        if submitted_timestamp(submission) is None:
            files.pop("timestamp.txt", None)
        with tempfile.TemporaryDirectory() as folder:
            write_extra_files(Path(folder), files)
            self._seen = folder
            try:
                yield
            finally:
                self._seen = None

    def _format_source(self, assignment_id: str, student_id: str, escape: bool = False) -> str:
        return self._seen or super()._format_source(assignment_id, student_id, escape)


class CarefulCollect(ExchangeCollect):
    """nbgrader's ``collect`` from the exchange, which copies what links point at: without them."""

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        """Copy a submission without its links."""
        links = [src] if os.path.islink(src) else []
        for place, folders, names in os.walk(src):
            paths = [os.path.join(place, name) for name in (*folders, *names)]
            links += [path for path in paths if not _is_plain(path)]
        for path in links:
            self.log.error("Left out: %r is a link, or neither a file nor a folder.", path)
        if src in links:
            return
        ignored = self.coursedir.ignore
        self.coursedir.ignore = [*ignored, *(glob.escape(os.path.basename(p)) for p in links)]
        try:
            super().do_copy(src, dest, log)
        finally:
            self.coursedir.ignore = ignored


def _is_plain(path: str) -> bool:
    mode = os.lstat(path).st_mode
    return stat.S_ISREG(mode) or stat.S_ISDIR(mode)


class Grade(NbGraderPreprocessor):
    """Grades the submitted file and puts the graded notebook in the place of the given one."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Grade; the result travels on in ``resources``."""
        converter: CarefulAutograde = self.parent.parent
        folder, where = converter.folder, resources["nbgrader"]
        if not folder.trusted:
            require()
        # of all notebooks: each knows the others
        tasks = folder.tasks(converter.common, where["student"])
        (task,) = [one for one in tasks if one.structure.notebook == where["notebook"]]
        keep_only(task.all_files, folder.path("autograded", task.student, task.structure.unit))
        result = grade_calmly(task)
        for flag in result.flags:
            self.log.warning("%s, %s: %s", where["student"], flag.kind, flag.says)
        if result.failed:
            self.log.error("%s: not graded: %s", where["student"], result.failed)
        resources["autograder"] = result
        return nbformat.reads(result.notebook, as_version=4), resources


class Save(NbGraderPreprocessor):
    """Writes a result into the gradebook and ``marks.json``."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Write; the notebook stays as it is."""
        result: Result = resources["autograder"]
        folder = self.parent.parent.folder
        with folder.gradebook() as gradebook:
            Ledger(gradebook, result.unit).record(result.student, [result])
        if result.failed:  # nbgrader then lists the submission among its errors
            raise RuntimeError(f"{result.student} was not graded: {result.failed}")
        write_files(folder.path("autograded", result.student, result.unit), result)
        return nb, resources
