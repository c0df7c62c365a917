"""Writing results, the gradebook's rows and the files in ``autograded/``: the driver's alone."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from nbgrader.api import (
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    new_uuid,
)
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import find_all_files, parse_utc
from sqlalchemy import Table, bindparam, insert, select, update

from autograder.grade import Result
from autograder.submission.structure import Flag

MARKS = "marks.json"

# Statements on nbgrader's tables themselves, made once: its objects cost more than all else here.
STUDENTS, SUBMISSIONS, NOTEBOOKS, GRADES, COMMENTS = (
    one.__table__ for one in (Student, SubmittedAssignment, SubmittedNotebook, Grade, Comment)
)
THIS_STUDENT = select(STUDENTS.c.id).where(STUDENTS.c.id == bindparam("student"))
OF_STUDENT = select(SUBMISSIONS.c.id).where(
    SUBMISSIONS.c.assignment_id == bindparam("unit"),
    SUBMISSIONS.c.student_id == bindparam("student"),
)
OF_NOTEBOOK = select(NOTEBOOKS.c.id).where(
    NOTEBOOKS.c.assignment_id == bindparam("submission"),
    NOTEBOOKS.c.notebook_id == bindparam("notebook"),
)
THE_GRADES = select(GRADES.c.cell_id, GRADES.c.id, GRADES.c.manual_score).where(
    GRADES.c.notebook_id == bindparam("notebook"),
    GRADES.c.cell_id.in_(bindparam("cells", expanding=True)),
)
THE_COMMENTS = select(COMMENTS.c.cell_id, COMMENTS.c.id).where(
    COMMENTS.c.notebook_id == bindparam("notebook"),
    COMMENTS.c.cell_id.in_(bindparam("cells", expanding=True)),
)


class Ledger:
    """A unit's rows in nbgrader's gradebook: one transaction a submission, or nothing.

    nbgrader's own calls ask the database for each cell and commit each step; these are the same
    rows in a few statements.  The order of the cells is that of the gradebook.  Queries name the
    unit's cells and notebooks, with which nbgrader's indexes begin: without them each would read
    the rows of the whole class.
    """

    def __init__(self, gradebook: Gradebook, unit: str) -> None:
        self.db = gradebook.db
        self.unit = gradebook.find_assignment(unit)
        self.id = self.unit.id
        self.notebooks = {one.name: one.id for one in self.unit.notebooks}
        self.graded: dict[str, dict[str, str]] = {}
        self.commented: dict[str, dict[str, str]] = {}
        for one in self.unit.notebooks:
            tasks = [(cell.name, cell.id) for cell in one.task_cells]
            self.graded[one.name] = dict([(c.name, c.id) for c in one.grade_cells] + tasks)
            self.commented[one.name] = dict([(c.name, c.id) for c in one.solution_cells] + tasks)

    def record(
        self,
        student: str,
        results: list[Result],
        timestamp: datetime | None = None,
        penalties: LatePenalties | None = None,
    ) -> None:
        """Write the scores and comments of a submission's notebooks.

        Every cell's row is written, so that nothing of an earlier grading stays.  A manual score of
        a person is kept, and its cell asks for another look, as in nbgrader.  ``timestamp`` is when
        it was handed in, where that is known; ``penalties`` decides on lateness.
        """
        try:
            submission = self._submission(student, timestamp)
            handed_in = {name: self._notebook(submission, name) for name in self.notebooks}
            for result in results:
                notebook = handed_in[result.notebook_name]
                self._write_grades(notebook, result)
                self._write_comments(notebook, result)
            if penalties is not None:
                self.db.flush()
                penalties.assign(self.db, submission, student)
            self.db.commit()
        except BaseException:
            self.db.rollback()
            raise

    def agrees(self, student: str, records: dict[str, Any]) -> bool:
        """Whether the gradebook holds the marks that ``marks.json`` holds."""
        query = (
            select(Notebook.name, BaseCell.name, Grade.auto_score)
            .select_from(Grade)
            .join(BaseCell, Grade.cell_id == BaseCell.id)
            .join(SubmittedNotebook, Grade.notebook_id == SubmittedNotebook.id)
            .join(Notebook, SubmittedNotebook.notebook_id == Notebook.id)
            .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .where(SubmittedAssignment.assignment_id == self.id)
            .where(SubmittedAssignment.student_id == student)
            .where(SubmittedNotebook.notebook_id.in_(self.notebooks.values()))
            .where(
                Grade.cell_id.in_([cell for one in self.graded.values() for cell in one.values()])
            )
        )
        stored = {(notebook, cell): score for notebook, cell, score in self.db.execute(query)}
        marks = {
            (notebook, mark["exercise"]): mark["earned"]
            for notebook, entry in records.items()
            for mark in entry["marks"]
        }
        return all(key in stored and stored[key] == earned for key, earned in marks.items())

    def _submission(self, student: str, timestamp: datetime | None) -> str:
        which = {"unit": self.id, "student": student}
        found = self.db.scalar(OF_STUDENT, which)
        if found is None:
            if self.db.scalar(THIS_STUDENT, which) is None:
                self.db.execute(insert(STUDENTS), {"id": student})
            found = new_uuid()
            values = {"id": found, "assignment_id": self.id, "student_id": student}
            self.db.execute(insert(SUBMISSIONS), {**values, "timestamp": timestamp})
        elif timestamp is not None:
            stamp = update(SUBMISSIONS).where(SUBMISSIONS.c.id == found)
            self.db.execute(stamp.values(timestamp=timestamp))
        return found

    def _notebook(self, submission: str, name: str) -> str:
        """The row of a notebook that was handed in."""
        which = {"submission": submission, "notebook": self.notebooks[name]}
        found = self.db.scalar(OF_NOTEBOOK, which)
        if found is None:
            found = new_uuid()
            values = {"id": found, "notebook_id": which["notebook"], "assignment_id": submission}
            self.db.execute(insert(NOTEBOOKS), values)
        return found

    def _write_grades(self, notebook: str, result: Result) -> None:
        cells = self.graded[result.notebook_name]
        which = {"notebook": notebook, "cells": list(cells.values())}
        there = {cell: (row, manual) for cell, row, manual in self.db.execute(THE_GRADES, which)}
        rows = []
        for name, cell in cells.items():
            row, manual = there.get(cell, (None, None))
            score = None if result.failed else result.scores.get(name)
            waits = manual is not None or score is None
            rows.append((row, cell, {"auto_score": score, "needs_manual_grade": waits}))
        self._upsert(GRADES, notebook, rows)

    def _write_comments(self, notebook: str, result: Result) -> None:
        cells = self.commented[result.notebook_name]
        which = {"notebook": notebook, "cells": list(cells.values())}
        there = dict(self.db.execute(THE_COMMENTS, which).all())
        self._upsert(
            COMMENTS,
            notebook,
            [
                (there.get(cell), cell, {"auto_comment": result.comments.get(name)})
                for name, cell in cells.items()
            ],
        )

    def _upsert(
        self, table: Table, notebook: str, rows: list[tuple[str | None, str, dict]]
    ) -> None:
        old = [{"row": row, **values} for row, _, values in rows if row is not None]
        new = [
            {"id": new_uuid(), "notebook_id": notebook, "cell_id": cell, **values}
            for row, cell, values in rows
            if row is None
        ]
        if old:
            self.db.execute(update(table).where(table.c.id == bindparam("row")), old)
        if new:
            self.db.execute(insert(table), new)


class LatePenalties:
    """nbgrader's late penalties, by the plugin that the course configured."""

    def __init__(self, config: Any) -> None:
        self._nbgraders = AssignLatePenalties(config=config)
        self._nbgraders.init_plugin()

    def assign(self, db: Any, submission: str, student: str) -> None:
        """Set the penalty of each notebook of a submission; the caller commits."""
        entry = db.get(SubmittedAssignment, submission, populate_existing=True)
        late = entry.total_seconds_late
        for notebook in entry.notebooks:
            penalty = None
            if late > 0:
                penalty = self._nbgraders.plugin_inst.late_submission_penalty(
                    student, notebook.score, late
                )
            if penalty is not None:
                penalty = self._nbgraders._check_late_penalty(notebook, penalty)
            notebook.late_submission_penalty = penalty


# --------------------------------------------------------------------------------- files


def stage(final: Path, results: list[Result], files: dict[str, bytes]) -> Path:
    """Write all that a graded submission leaves behind beside ``final``, its folder to be."""
    folder, _ = _aside(final)
    clear(folder)
    try:
        for result in results:
            write_files(folder, result)
        write_extra_files(folder, files)
    except OSError:  # a full disk need not hold half a submission
        clear(folder)
        raise
    return folder


def _aside(final: Path) -> tuple[Path, Path]:
    """Where a folder lies before it is in its place, and where the one before it is put."""
    return final.with_name(f".{final.name}~"), final.with_name(f".{final.name}.old~")


def tidy(final: Path) -> None:
    """Mend what a run that was stopped left of a graded folder and beside it."""
    staged, old = _aside(final)
    if old.exists() and not final.exists():
        os.rename(old, final)
    clear(staged)
    clear(old)


def publish(staged: Path, final: Path) -> None:
    """Put a staged folder in its place; what was there goes."""
    _, old = _aside(final)
    clear(old)
    if final.exists() or final.is_symlink():
        os.rename(final, old)
    os.rename(staged, final)
    clear(old)


def write_files(folder: Path, result: Result) -> None:
    """Write the graded notebook, and its record into ``marks.json``, each whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / f"{result.notebook_name}.ipynb", result.notebook)
    marks = read_marks(folder) or {"student": result.student, "unit": result.unit, "notebooks": {}}
    marks["notebooks"][result.notebook_name] = result.record()
    _write(folder / MARKS, json.dumps(marks, indent=1, ensure_ascii=False) + "\n")


def _write(path: Path, text: str) -> None:
    temporary = path.with_name(path.name + "~")
    with contextlib.suppress(FileNotFoundError):
        temporary.unlink()
    # a submitted file's name may be no text at all, and stand in a flag
    temporary.write_text(text, encoding="utf-8", errors="replace")
    os.replace(temporary, path)


def read_marks(folder: Path) -> dict[str, Any] | None:
    """The content of a graded folder's ``marks.json``, or None if there is none to be read."""
    try:
        found = json.loads((folder / MARKS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and isinstance(found.get("notebooks"), dict) else None


# ------------------------------------------------------------------ files beside a notebook

LARGEST_FILES = 64 * 2**20


def submitted_files(folder: Path, ignore: Iterable[str]) -> tuple[dict[str, bytes], list[Flag]]:
    """The files of a submission beside its notebooks, and what was left out.

    Links are never followed: a link may point at anything of the instructor's.
    """
    files: dict[str, bytes] = {}
    flags: list[Flag] = []
    size = 0
    for place, names, _ in os.walk(folder):
        links = [Path(place, name) for name in names if Path(place, name).is_symlink()]
        flags += [
            Flag("link", f"{_shown(path.relative_to(folder))} is a link and was left out")
            for path in links
        ]
    for name in (
        sorted(find_all_files(str(folder), [*ignore, "*.ipynb"])) if folder.is_dir() else ()
    ):
        path = Path(name)
        relative = str(path.relative_to(folder))
        steps = [folder / part for part in _prefixes(relative)]
        if any(step.is_symlink() for step in steps) or not path.is_file():
            flags.append(Flag("link", f"{_shown(relative)} is a link or no file and was left out"))
            continue
        size += path.stat().st_size
        if size > LARGEST_FILES:
            says = f"{_shown(relative)} and what follows is too large and was left out"
            flags.append(Flag("size", says))
            break
        files[relative] = path.read_bytes()
    return files, flags


def _shown(name: object) -> str:
    """A name without what a terminal would obey."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in str(name))


def submitted_bytes(path: Path, largest: int) -> bytes | None:
    """The content of a submitted file, or None for a link and for what is no file.

    No more than a byte beyond ``largest`` is read: enough to see that it is too large.
    """
    if path.is_symlink() or not path.is_file():
        return None
    with path.open("rb") as file:
        return file.read(largest + 1)


def submitted_timestamp(folder: Path) -> datetime | None:
    """When a submission was handed in; None where its ``timestamp.txt`` does not say.

    nbgrader's own reading follows links, and ends the program for a text that is no time.
    """
    data = submitted_bytes(folder / "timestamp.txt", 100)
    try:
        return parse_utc(data.decode().strip()) if data and data.strip() else None
    except Exception:  # the parser's errors are of many kinds
        return None


def _prefixes(relative: str) -> list[str]:
    parts = Path(relative).parts
    return ["/".join(parts[: count + 1]) for count in range(len(parts))]


def source_files(folder: Path, ignore: Iterable[str], keep: Iterable[str] = ()) -> dict[str, bytes]:
    """The files of a unit's source folder that go beside every graded notebook.

    ``keep`` names files of which the student's version counts.
    """
    if not folder.is_dir():
        return {}
    names = (Path(name) for name in find_all_files(str(folder), [*ignore, "*.ipynb"]))
    kept = set(keep)
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(names)
        if str(path.relative_to(folder)) not in kept
    }


def write_extra_files(folder: Path, files: dict[str, bytes]) -> None:
    """Put ``files`` beside a graded notebook, replacing what is there."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
        path.write_bytes(data)


def keep_only(files: dict[str, bytes], folder: Path) -> None:
    """Remove what nbgrader copied beside a graded notebook and is not among ``files``.

    nbgrader follows links, and what lies here goes back to the student with the feedback.
    """
    for path in folder.rglob("*"):
        name = str(path.relative_to(folder))
        if path.is_file() and name not in files and name != MARKS and path.suffix != ".ipynb":
            path.unlink()


def clear(folder: Path) -> None:
    """Remove an earlier grading's folder, read-only files and all."""
    if folder.exists():
        for path in [folder, *folder.rglob("*")]:
            if path.is_dir() and not path.is_symlink():
                path.chmod(0o755)
        shutil.rmtree(folder)
