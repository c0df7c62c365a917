"""The cell: what the page sends, and what is there while a notebook is graded."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import course
from autograder.sandbox.visible import hidden_paths
from course.practice import NotAsked, practice

PACKAGE = Path(course.__file__).parent


@pytest.fixture
def shown(tmp_path):
    return practice(log=tmp_path / "practice.jsonl")


def send(shown, content):
    shown._on_message(shown, content, [])
    return shown.said


def test_what_the_page_is_sent_is_data(shown):
    assert json.loads(json.dumps(shown.said)) == shown.said
    assert shown.said["question"] in repr(shown)
    assert send(shown, {"do": "hint"})["hinted"]
    assert not send(shown, {"do": "hint"})["open"]


def test_an_answer_travels_with_its_enter(shown):
    right = shown.sitting.instance.right
    assert send(shown, {"do": "enter", "words": str(right)})["mood"] == "right"
    assert send(shown, {"do": "enter", "words": ""})["mood"] == "ask"


@pytest.mark.parametrize("content", [None, {}, [], {"do": "enter"}, {"do": "enter", "words": 7}])
def test_whatever_the_page_sends_it_gets_an_answer(shown, content):
    before = shown.said
    assert send(shown, content) == {**before, "number": before["number"] + 1}


@pytest.mark.parametrize("upto", [0, 10])
def test_a_unit_that_does_not_exist_is_refused(upto, tmp_path):
    with pytest.raises(ValueError, match="1 to 9"):
        practice(upto, tmp_path / "practice.jsonl")


def test_the_log_lies_where_the_notebook_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    send(practice(), {"do": "enter", "words": "1"})
    assert (tmp_path / "practice.jsonl").is_file()


def test_nothing_is_asked_while_a_notebook_is_graded(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert isinstance(practice(), NotAsked)


def test_no_module_that_computes_an_answer_is_there_while_a_notebook_is_graded(tmp_path):
    hidden = {path.relative_to(PACKAGE) for path in hidden_paths(["course"])}

    def skipped(folder, names):
        inside = Path(folder).relative_to(PACKAGE)
        return [name for name in names if inside / name in hidden or name == "__pycache__"]

    shutil.copytree(PACKAGE, tmp_path / "course", ignore=skipped)
    left = [str(path.relative_to(tmp_path)) for path in (tmp_path / "course/practice").rglob("*")]
    assert left == ["course/practice/__init__.py"]
    tried = sorted(path.stem for path in (PACKAGE / "practice").glob("[!_]*"))
    assert {"brute_force", "objectives", "instance", "sitting"} <= set(tried)
    code = (
        "import importlib, sys; import course; assert course.__file__.startswith(sys.argv[1])\n"
        "from course.practice import practice; print(practice())\n"
        "for name in sys.argv[2:]:\n"
        "    try: importlib.import_module('course.practice.' + name)\n"
        "    except ModuleNotFoundError: continue\n"
        "    sys.exit(name + ' can be imported')\n"
    )
    environment = {"NBGRADER_EXECUTION": "autograde", "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path), *tried],
        capture_output=True, text=True, env=environment, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Practice. It asks in JupyterLab")
