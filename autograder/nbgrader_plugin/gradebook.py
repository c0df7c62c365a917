"""A unit's rows in nbgrader's gradebook: the driver alone writes them."""

from __future__ import annotations

from datetime import datetime
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
from sqlalchemy import Table, bindparam, insert, select, update

from autograder.tasks import Result

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
        found: str | None = self.db.scalar(OF_STUDENT, which)
        if found is None:
            if self.db.scalar(THIS_STUDENT, which) is None:
                self.db.execute(insert(STUDENTS), {"id": student})
            found = str(new_uuid())
            values = {"id": found, "assignment_id": self.id, "student_id": student}
            self.db.execute(insert(SUBMISSIONS), {**values, "timestamp": timestamp})
        elif timestamp is not None:
            stamp = update(SUBMISSIONS).where(SUBMISSIONS.c.id == found)
            self.db.execute(stamp.values(timestamp=timestamp))
        return found

    def _notebook(self, submission: str, name: str) -> str:
        """The row of a notebook that was handed in."""
        which = {"submission": submission, "notebook": self.notebooks[name]}
        found: str | None = self.db.scalar(OF_NOTEBOOK, which)
        if found is None:
            found = str(new_uuid())
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
        self, table: Table, notebook: str, rows: list[tuple[str | None, str, dict[str, Any]]]
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
