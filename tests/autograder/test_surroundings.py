"""What a shell's settings say of letters and of folders ends nobody's run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from autograder.demo.demo import make_course
from autograder.nbgrader_plugin.course_folder import find_own_programs
from tests.support.half import make_unit

pytestmark = [pytest.mark.sandbox, pytest.mark.usefixtures("sandbox"), pytest.mark.timeout(300)]

UNIT = "01-half"
ANSWERS = {"ann": "def half(n):\n    return n // 2", "zoë": "def half(n):\n    return (n + 1) // 2"}
COMMANDS = {
    "autograder": ["autograder", "grade", UNIT],
    "nbgrader": ["nbgrader", "autograde", UNIT],
}
SETTINGS = {
    "ascii": {"PYTHONIOENCODING": "ascii", "LC_ALL": "C"},
    # the path of a socket may have 107 characters
    "long": {"TMPDIR": f"{'d' * 60}/{'e' * 60}/{'f' * 60}"},
}


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("door", COMMANDS)
def test_everybody_is_graded_and_told(door: str, setting: str, tmp_path: Path) -> None:
    folder = make_course(tmp_path / "course", make_unit(tmp_path / "source" / UNIT).parent, [UNIT])
    for student, answer in ANSWERS.items():
        nb = nbformat.read(folder.path("release", ".", UNIT) / "unit.ipynb", as_version=4)
        nb.cells[1].source = answer
        place = folder.path("submitted", student, UNIT)
        place.mkdir(parents=True)
        nbformat.write(nb, place / "unit.ipynb")
        (place / "Bildschirmfoto 3.04\u202fPM ü.txt").write_text("x")
    settings = dict(SETTINGS[setting])
    if "TMPDIR" in settings:
        settings["TMPDIR"] = str(tmp_path / settings["TMPDIR"])
        Path(settings["TMPDIR"]).mkdir(parents=True)
        assert len(settings["TMPDIR"]) > 107
    find_own_programs()
    done = subprocess.run(
        [sys.executable, "-m", *COMMANDS[door]],
        cwd=folder.course.root, env={**os.environ, **settings}, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, (done.stdout + done.stderr).decode(errors="replace")[-3000:]
    for student in ANSWERS:
        assert (folder.path("autograded", student, UNIT) / "marks.json").exists()
    if door == "autograder":
        assert b"ann" in done.stdout and b"2 submissions" in done.stdout
