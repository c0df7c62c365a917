"""The first door: nbgrader's own ``autograde`` and formgrader's button run this engine.

A course switches it on in its ``nbgrader_config.py``::

    from autograder.doors import configure

    c = get_config()
    configure(c)

nbgrader then reads a submission whatever its state (``AnyNotebook``), the engine grades it in the
place of nbgrader's ``Execute`` (``Engine``), and what it found is written (``Save``).  The second
door, ``autograder grade``, calls the same functions over a class in parallel (``driver.py``).
"""

from __future__ import annotations

import glob
import os
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.preprocessors import AssignLatePenalties, CheckCellMetadata, NbGraderPreprocessor
from traitlets import Bool, Dict
from traitlets.config import Config

from autograder.folder import PRIVATE, CourseFolder, find_own_programs, settings
from autograder.grade import Result, grade
from autograder.gradebook import record, write_files
from autograder.pages import show_nothing_that_runs
from autograder.sandbox import require

Resources = dict[str, Any]


def configure(config: Config) -> None:
    """Make a course's nbgrader grade with this engine, and keep keys out of releases.

    nbgrader's pages then show submissions without running anything of them (``pages.py``).
    """
    find_own_programs()
    show_nothing_that_runs(config)
    config.Autograde.exporter_class = "autograder.doors.AnyNotebook"
    config.Autograde.sanitize_preprocessors = []
    config.Autograde.autograde_preprocessors = [
        "autograder.doors.Engine",
        "autograder.doors.Save",
        AssignLatePenalties,
        CheckCellMetadata,
    ]
    usual = [".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback"]
    config.CourseDirectory.ignore = [*usual, *PRIVATE]


class AnyNotebook(NotebookExporter):
    """Reads a submission whatever its state, so that everyone gets a record.

    What cannot be read as a notebook enters nbgrader's conversion as an empty one; the engine looks
    at the submitted file itself.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._add_missing()

    def _add_missing(self) -> None:
        """Put submissions without their notebook on nbgrader's list, which passes them over."""
        converter = self.parent
        course = getattr(converter, "coursedir", None)
        if course is None:
            return
        unit = course.assignment_id
        source = course.format_path(course.source_directory, ".", unit)
        names = sorted(Path(name).stem for name in glob.glob(f"{glob.escape(source)}/*.ipynb"))
        for folder in glob.glob(
            course.format_path(course.submitted_directory, course.student_id, unit)
        ):
            known = converter.assignments.setdefault(folder, [])
            expected = [os.path.join(folder, f"{name}.ipynb") for name in names]
            converter.assignments[folder] = known + [name for name in expected if name not in known]

    def from_filename(self, filename: str, resources: Resources | None = None, **kw: Any) -> Any:
        """As nbconvert's, but never raises for what the file contains."""
        try:
            nb = nbformat.read(filename, as_version=4)
        except Exception:
            nb = nbformat.v4.new_notebook()
        return self.from_notebook_node(nb, resources=resources, **kw)


class Engine(NbGraderPreprocessor):
    """Grades the submitted file and puts the graded notebook in the place of the given one."""

    limits = Dict(help="Fields of autograder.limits.Limits, by name.").tag(config=True)
    trusted = Bool(
        False,
        help="Run submissions without a sandbox: for code that you vouch for, and nothing else.",
    ).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Grade; the result travels on in ``resources``."""
        converter = self.parent.parent
        folder = CourseFolder(converter.coursedir, self.config, **settings(self.config))
        if not folder.trusted:
            require()
        where = resources["nbgrader"]
        with folder.gradebook() as gradebook:
            tasks = folder.tasks(gradebook, where["assignment"], where["student"])
        task = next(task for task in tasks if task.structure.notebook == where["notebook"])
        result = grade(task)
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
        converter = self.parent.parent
        folder = CourseFolder(converter.coursedir, self.config)
        with folder.gradebook() as gradebook:
            record(gradebook, result)
        if result.failed:  # nbgrader then lists the submission among its errors
            raise RuntimeError(f"{result.student} was not graded: {result.failed}")
        write_files(folder.path("autograded", result.student, result.unit), result)
        return nb, resources
