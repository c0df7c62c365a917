"""Large data of the instructor's lies beside every notebook, costs nobody's room, and is no copy."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from autograder.nbgrader_plugin.course_folder import CourseFolder
from autograder.run import grade_unit
from autograder.submission.lying import lying
from tests.support.cells import cell, notebook, write
from tests.support.nbgrader_course import OURS, nbgrader, nbgrader_here, rows

pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.usefixtures("sandbox"),
    pytest.mark.filterwarnings("ignore:Object of type"),  # SQLAlchemy on nbgrader
]
UNIT = "large"
MIB = 2**20
# less than half of the data would fit in the memory, and none of it on the disk
LIMITS = f"c.Engine.limits = {{'memory': {250 * MIB}, 'disk': {32 * MIB}}}\n"
TESTS = {
    "read": "import numpy as np\ndata = np.memmap('data.bin', dtype='u1', mode='r')\n"
    f"assert data.size == {300 * MIB} and data[::4096].sum() == 0 and data[-1] == 7",
    "folder": "import os\nassert len(os.listdir('images')) == 401\n"
    "assert os.path.getsize('images/deep/7.png') == 60_000\n"
    "open('images/deep/mine.txt', 'w').write('x')",
    "own": "assert open('images/own.txt').read() == 'theirs'",
    "read-only": "try:\n    open('data.bin', 'r+b')\nexcept OSError:\n    pass\nelse:\n    assert 0",
    "small": "assert open('small.csv').read() == '1,2'",
    "not-private": "assert not os.path.exists('images/deep/.ipynb_checkpoints')",
}
CLASS = ("ann", "bob", "eve")


@pytest.fixture(scope="module", params=["nbgrader", "autograder"])
def root(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with 330 MiB beside its notebook, graded by one of the doors."""
    root = tmp_path_factory.mktemp("large")
    (root / "nbgrader_config.py").write_text(OURS + LIMITS)
    unit = root / "source" / UNIT
    write(unit, notebook(*(cell(source, name, 1) for name, source in TESTS.items())))
    with (unit / "data.bin").open("wb") as file:  # zeros that take no room, and a seven
        file.seek(300 * MIB - 1)
        file.write(b"\x07")
    (unit / "images" / "deep" / ".ipynb_checkpoints").mkdir(parents=True)
    (unit / "images" / "deep" / ".ipynb_checkpoints" / "x.png").write_bytes(bytes(2 * MIB))
    for number in range(399):
        (unit / "images" / f"{number}.png").write_bytes(bytes(80_000))
    for number in range(30):
        (unit / "images" / "deep" / f"{number}.png").write_bytes(bytes(60_000))
    (unit / "small.csv").write_text("1,2")
    nbgrader_here(root, "generate_assignment", UNIT)
    released = nbformat.read(root / "release" / UNIT / "unit.ipynb", 4)
    for student in CLASS:
        place = write(root / "submitted" / student / UNIT, released).parent
        (place / "images").mkdir()
        (place / "images" / "own.txt").write_text("theirs")
        (place / "data.bin").write_text("whoever has it handed in, too")
    if request.param == "nbgrader":
        nbgrader(root, "autograde", UNIT)
    else:
        grade_unit(CourseFolder.open(root), UNIT, workers=1)
    return root


@pytest.mark.parametrize("name", TESTS)
def test_a_notebook_reads_it_within_its_limits(root: Path, name: str) -> None:
    found = rows(root)
    assert {found[student, UNIT, "unit", f"score {name}"] for student in CLASS} == {(1.0, 0)}


def test_nothing_of_it_is_copied_for_a_student(root: Path) -> None:
    for student in CLASS:
        graded = root / "autograded" / student / UNIT
        sizes = [path.stat().st_size for path in graded.rglob("*") if path.is_file()]
        assert sum(sizes) < 5 * MIB and (graded / "small.csv").exists()
        assert (graded / "images" / "own.txt").exists() and not (graded / "data.bin").exists()


def test_it_costs_no_time(root: Path) -> None:
    folder = CourseFolder.open(root)
    again = grade_unit(folder, UNIT, force=True, workers=1)
    for one in again[1:]:  # the first waits for the warm process
        assert one.notebooks["unit"]["flags"] == []
        assert one.notebooks["unit"]["seconds"] < 5  # as long as one copy would take, and more


def test_what_has_not_changed_is_not_graded_again(root: Path) -> None:
    folder = CourseFolder.open(root)
    grade_unit(folder, UNIT, workers=1)
    assert all(one.kept for one in grade_unit(folder, UNIT, workers=1))
    with (root / "source" / UNIT / "data.bin").open("r+b") as file:
        file.write(b"\x01")
    (one,) = grade_unit(CourseFolder.open(root), UNIT, workers=1, students=["ann"])
    earned = {mark["exercise"]: mark["earned"] for mark in one.notebooks["unit"]["marks"]}
    assert earned["read"] == 0 and sum(earned.values()) == len(TESTS) - 1
    with (root / "source" / UNIT / "data.bin").open("r+b") as file:
        file.write(b"\x00")


def test_on_a_machine_that_lacks_it_nothing_is_decided(root: Path) -> None:
    folder = CourseFolder.open(root)
    (data, _images) = lying(folder.source(UNIT), folder.files_beside(UNIT))
    assert data.missing() == ""
    place = root / "source" / UNIT / "data.bin"
    place.rename(place.with_suffix(".away"))
    try:
        assert data.missing() == (
            f"data.bin, 300 MiB of the unit's data, is read from {place}, where this machine "
            "has nothing"
        )
    finally:
        place.with_suffix(".away").rename(place)
