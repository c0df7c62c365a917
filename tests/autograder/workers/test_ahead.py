"""What is started before it is known to be needed: it is used if it fits, and gone if it does not."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import psutil
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.demo.demo import make_course
from autograder.execution.execute import execute
from autograder.limits import Limits
from autograder.sandbox import zygote
from autograder.workers import ahead
from tests.support.half import make_unit

pytestmark = [pytest.mark.slow, pytest.mark.sandbox, pytest.mark.usefixtures("sandbox", "cache")]

UNIT = "01-half"


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """A folder for what may be lost."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    zygote.let_go()
    yield tmp_path / "cache"
    zygote.let_go()


def run(limits, preload):
    """What a notebook's cell shows."""
    nb = new_notebook(cells=[new_code_cell("6 * 7")])
    execute(nb, {}, limits, preload=preload)
    return nb.cells[0].outputs[0].data["text/plain"]


def test_what_was_needed_the_last_time_is_there_before_it_is_asked_for(tmp_path):
    limits = Limits(cell_seconds=17)
    assert run(limits, ["fractions"]) == "42"
    ahead.remember(tmp_path, UNIT)
    zygote.let_go()
    ahead.begin(tmp_path, UNIT)
    begun = zygote._kept.process
    assert run(limits, ["fractions"]) == "42"
    assert zygote._kept.process is begun and begun.poll() is None


@pytest.mark.parametrize(
    ("limits", "preload"), [(Limits(cell_seconds=18), ["fractions"]), (Limits(), ["decimal"])]
)
def test_what_does_not_fit_is_ended_and_costs_nothing_but_its_start(tmp_path, limits, preload):
    assert run(Limits(), ["fractions"]) == "42"
    ahead.remember(tmp_path, UNIT)
    ahead.begin(tmp_path, UNIT)
    begun = zygote._kept.process
    assert run(limits, preload) == "42"
    assert zygote._kept.process is not begun and begun.poll() is not None
    assert not psutil.pid_exists(begun.pid)


@pytest.mark.parametrize("text", [None, "", "[]", '{"limits": {"gone": 1}, "preload": []}', "{}"])
def test_what_cannot_be_read_is_as_if_it_were_not_there(tmp_path, text):
    place = ahead._place(tmp_path, UNIT)
    if text is not None:
        place.parent.mkdir(parents=True)
        place.write_text(text)
    ahead.begin(tmp_path, UNIT)
    assert zygote.kept() is None
    assert run(Limits(), []) == "42"


def test_a_place_that_cannot_be_written_is_no_failure(tmp_path, cache):
    cache.write_text("a file where a folder would be")
    assert run(Limits(), []) == "42"
    ahead.remember(tmp_path, UNIT)
    assert zygote.kept() == (Limits(), ())


def test_who_has_no_home_goes_without(tmp_path, monkeypatch):
    def no_home():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(ahead.Path, "home", no_home)
    ahead.begin(tmp_path, UNIT)
    assert run(Limits(), []) == "42"
    ahead.remember(tmp_path, UNIT)
    assert zygote.kept() == (Limits(), ())


def test_nothing_is_remembered_of_what_runs_without_a_wall(tmp_path):
    nb = new_notebook(cells=[new_code_cell("6 * 7")])
    execute(nb, {}, Limits(), trusted=True)
    ahead.remember(tmp_path, UNIT)
    assert zygote.kept() is None and not ahead._place(tmp_path, UNIT).exists()


def test_a_command_for_one_submission_remembers_and_grades_alike_with_what_it_remembers(tmp_path):
    make_unit(tmp_path / "source" / UNIT)
    course = tmp_path / "course"
    make_course(course, tmp_path / "source", [UNIT])
    (course / "submitted" / "ann" / UNIT).mkdir(parents=True)
    released = (course / "release" / UNIT).glob("*.ipynb")
    for file in released:
        (course / "submitted" / "ann" / UNIT / file.name).write_bytes(file.read_bytes())

    def graded():
        command = [
            "-m",
            "autograder",
            "grade",
            UNIT,
            "--course",
            ".",
            "--force",
            "--student",
            "ann",
        ]
        subprocess.run([sys.executable, *command], cwd=course, check=True, env=os.environ)
        marks = json.loads((course / "autograded" / "ann" / UNIT / "marks.json").read_text())
        return [record["marks"] for record in marks["notebooks"].values()]

    first, place = graded(), ahead._place(course, UNIT)
    needed = place.read_text()
    assert first and json.loads(needed)["limits"]["cell_seconds"] == 6
    assert graded() == first
    place.write_text(json.dumps({"limits": {"cell_seconds": 1}, "preload": ["decimal"]}))
    assert graded() == first
    assert place.read_text() == needed
