"""What is done of the units: counted from a log, said in a notebook and on the start page."""

from __future__ import annotations

import json
import sys
from types import SimpleNamespace

import pytest

import course.units.output_size  # what a notebook has imported
from course import progress
from course.overview import LOG, OURS, START, Unit, heard, unit_in, units_in, write_start


def cell(kind, source, **data):
    return {"cell_type": kind, "source": [source], "metadata": {"nbgrader": data} if data else {}}


def checked(name, points):
    return cell("code", f"check({name})", grade=True, grade_id=name, points=points)


def unit(folder, title, *cells):
    folder.mkdir(parents=True)
    head = cell("markdown", f"# {title}\n\n**Unit 7 · 50 minutes · 14 points**")
    (folder / "unit.ipynb").write_text(json.dumps({"cells": [head, *cells]}), encoding="utf-8")


@pytest.fixture
def work(tmp_path):
    """A working copy of two units."""
    in_words = cell("markdown", "Why?", grade=True, task=True, grade_id="why", points=2)
    unit(
        tmp_path / "02-output-size", "Output size", checked("one", 1), checked("two", 3.5), in_words
    )
    unit(tmp_path / "03-padding", "Padding <b>", checked("pad", 1))
    unit(tmp_path / "new-versions" / "02-output-size", "Not counted", checked("one", 1))
    return tmp_path


@pytest.fixture
def here(work, monkeypatch):
    """The working copy, with a notebook's folder as where we are."""
    monkeypatch.chdir(work / "02-output-size")
    return work


def say(name, passed, package="output_size"):
    heard(package)(SimpleNamespace(name=name, passed=passed))


def test_a_unit_is_read_from_its_notebook(work):
    found = unit_in(work / "02-output-size", lambda package: {"two", "gone"})
    assert found == Unit(
        "02-output-size", "Output size", "50", {"one": 1, "two": 3.5}, 6.5, 1, frozenset({"two"})
    )
    assert (found.open, found.reached, found.done) == (["one"], 3.5, "1 of 2 checks pass")
    assert [one.folder for one in units_in(work)] == ["02-output-size", "03-padding"]


def test_what_a_check_said_last_counts(here):
    for passed in (False, True, False, True):
        say("one", passed)
    say("two", True)
    say("two", False)
    (first, _) = units_in(here)
    assert first.passed == {"one"}
    assert len((here / LOG).read_text().splitlines()) == 6


def test_a_log_with_strange_lines_counts_what_it_can(here):
    say("one", True)
    with (here / LOG).open("ab") as log:
        log.write(b'{"unit": "output_size"}\n[]\nnull\n\xff\n{"torn": ')
    say("two", True)
    assert units_in(here)[0].passed == {"one", "two"}


def test_nothing_is_written_outside_of_the_units_own_folder(work, monkeypatch, tmp_path):
    monkeypatch.chdir(work)
    say("one", True)
    monkeypatch.chdir(work / "03-padding")
    say("one", True)  # another unit's check
    assert not list(tmp_path.rglob(LOG))


def test_progress_says_what_is_open_and_what_comes_next(here):
    say("one", True)
    text = str(progress())
    assert text.splitlines() == [
        "Unit 02, Output size: 1 of 2 checks pass, worth 1 of 6.5 points.",
        "Open: two.",
        "1 question in words, which a person reads, is not counted here.",
        "Next: unit 03, Padding <b> (50 minutes).",
    ]
    html = progress()._repr_mimebundle_()["text/html"]
    assert '<a href="../03-padding/unit.ipynb">unit 03, Padding &lt;b&gt;</a>' in html
    assert START not in html, "no link to a page that is not there"
    write_start(here)
    assert f'<a href="../{START}">' in progress()._repr_mimebundle_()["text/html"]


def test_while_it_is_graded_nothing_is_said(here, monkeypatch, tmp_path):
    package = tmp_path / "empty"
    package.mkdir()
    (package / "exercises.json").touch()
    graded = SimpleNamespace(__file__=str(package / "__init__.py"))
    assert sys.modules["course.units.output_size"] is course.units.output_size
    monkeypatch.setitem(sys.modules, "course.units.output_size", graded)
    assert progress() is None


def test_the_start_page_follows_every_check(here):
    say("one", True)
    assert not (here / START).exists(), "whoever has not asked for the page gets none"
    write_start(here)
    page = (here / START).read_text(encoding="utf-8")
    assert (
        "**Next:** [unit 02, Output size](02-output-size/unit.ipynb), at `two` (50 minutes)."
        in page
    )
    assert (
        "[02 · Output size](02-output-size/unit.ipynb) | 50 | 1 of 2 checks pass | 1 of 6.5 |"
        in page
    )
    assert page.count("\n1. ") == 1 and "\n5. " in page and "\n6. " not in page
    say("two", True)
    page = (here / START).read_text(encoding="utf-8")
    assert "| ✓ | [02 · Output size]" in page and "**Next:** [unit 03" in page
    say("pad", True, "padding")  # not here
    assert "All checks pass" not in page


def test_a_start_page_of_the_students_own_is_left_alone(here):
    (here / START).write_text("mine")
    write_start(here)
    say("one", True)
    assert (here / START).read_text() == "mine"
    (here / START).write_text(OURS)
    write_start(here)
    assert "Sliding Windows" in (here / START).read_text(encoding="utf-8")
