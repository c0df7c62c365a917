"""One assignment as people write them, graded by stock nbgrader and by both doors.

All of them are compared by ``python -m benchmarks.parity``.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import parity
from tests.support import courses
from tests.support.nbgrader_course import differences_in_the_docs

pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.usefixtures("sandbox"),
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:Object of type"),  # SQLAlchemy on nbgrader
]
# whom a short comparison is about: what each of them does was once graded otherwise
SOME = {
    "right", "untouched", "plots", "inline", "warns-in-the-answer", "notes-between",
    "stripped", "answer-moved-down", "renamed",
}  # fmt: skip


def test_there_are_assignments_enough() -> None:
    assert len(courses.assignments()) >= 12
    assert all(assignment.wrong for assignment in courses.assignments())


@pytest.mark.parametrize("name", ["03-matplotlib", "09-header"])
def test_no_cell_differs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    everybody = parity.submissions

    def some(*arguments):
        return (one for one in everybody(*arguments) if one.student in SOME)

    monkeypatch.setattr(parity, "submissions", some)
    compared = parity.compare(courses.read(courses.FOLDER / name), tmp_path)
    assert compared.cells >= len(SOME) * 4
    assert compared.undocumented == set()


def test_documented_differences_have_their_row() -> None:
    assignment = courses.assignments()[0]
    rows = {one.documented for one in courses.submissions(assignment, assignment.source)}
    assert rows - {""} <= differences_in_the_docs()
