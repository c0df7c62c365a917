"""Plain nbgrader courses for tests: commands, and what a gradebook says afterwards."""

from __future__ import annotations

import contextlib
import sqlite3
import subprocess
import sys
from pathlib import Path

from nbgrader.tests import run_nbgrader

from autograder.nbgrader_plugin.course_folder import find_own_programs

# the whole of a course's nbgrader_config.py, for stock nbgrader and for this engine
STOCK = 'c = get_config()\nc.CourseDirectory.course_id = "plain"\n'
OURS = "from autograder.nbgrader_plugin.plugin import configure\n" + STOCK + "configure(c)\n"


def nbgrader(root: Path, *arguments: str, code: int = 0) -> str:
    """Run nbgrader in a course folder; its log.  It has to end with ``code``."""
    command = [sys.executable, "-m", "nbgrader", *arguments]
    find_own_programs()  # stock nbgrader looks for alembic on the path
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    return done.stderr


def nbgrader_here(root: Path, *arguments: str, code: int = 0) -> str:
    """As ``nbgrader``, in this process: a program takes seconds to start."""
    find_own_programs()
    with contextlib.chdir(root):
        return run_nbgrader(list(arguments), retcode=code)


def rows(root: Path) -> dict[tuple[str, ...], tuple]:
    """What a gradebook says: by student, unit, notebook and cell.

    ``score NAME`` has the automatic score and whether a person has to look, ``comment NAME`` the
    automatic comment.
    """
    query = """
        select student.id, assignment.name, notebook.name, '{0} ' || base_cell.name, {1}
        from {0_table}
        join base_cell on base_cell.id = {0_table}.cell_id
        join submitted_notebook on submitted_notebook.id = {0_table}.notebook_id
        join notebook on notebook.id = submitted_notebook.notebook_id
        join assignment on assignment.id = notebook.assignment_id
        join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id
        join student on student.id = submitted_assignment.student_id"""
    found = {}
    with sqlite3.connect(root / "gradebook.db") as connection:
        for kind, table, columns in (
            ("score", "grade", "auto_score, needs_manual_grade"),
            ("comment", "comment", "auto_comment"),
        ):
            text = query.replace("{0_table}", table).replace("{0}", kind).replace("{1}", columns)
            for student, unit, notebook, name, *rest in connection.execute(text):
                found[student, unit, notebook, name] = tuple(rest)
    return found


def differences_in_the_docs() -> set[str]:
    """The first column of the tables in docs/differences.md."""
    text = (Path(__file__).parents[2] / "docs" / "differences.md").read_text(encoding="utf-8")
    rows = [line.split(" | ")[0] for line in text.splitlines() if line.startswith("| ")]
    return {row.removeprefix("| ") for row in rows} - {"case"}
