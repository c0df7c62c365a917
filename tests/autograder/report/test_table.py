"""The class at a glance."""

from pathlib import Path

import pytest
from rich.console import Console

from autograder.driver import Graded
from autograder.errors import Problem
from autograder.report.table import Summary, class_table

UNIT = {"unit": ["area", "free-text"]}


def graded(student, *marks, flags=(), failed=None, kept=False):
    told = [{"kind": kind, "says": f"it was {kind}"} for kind in flags]
    entry = {"marks": list(marks), "flags": told, "failed": failed}
    one = Graded(student, Path(), kept, failed)
    one.notebooks = {"unit": entry}
    return one


def mark(exercise, earned, points=2.0, slip=None):
    return {"exercise": exercise, "earned": earned, "points": points, "slip": slip and {"id": slip}}


def lines(*class_, exercises=UNIT):
    console = Console(width=120)
    with console.capture() as captured:
        console.print(class_table("02-area", list(class_), exercises))
    return captured.get().splitlines()


def row(student, *class_):
    return next(line for line in lines(*class_) if student in line)


def cells(line):
    return [cell.strip() for cell in line.split("│")[1:-1]]


def test_points_are_added():
    assert cells(row("ann", graded("ann", mark("area", 1.5), mark("free-text", 2.0)))) == [
        "ann", "1.5", "2", "3.5", "",
    ]  # fmt: skip


def test_what_waits_for_a_person_and_what_is_not_there():
    assert cells(row("ann", graded("ann", mark("free-text", None)))) == ["ann", "·", "?", "0", ""]


def test_a_slip_stands_below_the_points():
    shown = lines(graded("ann", mark("area", 0.0, slip="M04")), graded("bob"))
    place = next(number for number, line in enumerate(shown) if "ann" in line)
    assert cells(shown[place])[1] == "0" and cells(shown[place + 1])[1] == "M04"


def test_the_units_own_prefix_of_a_slip_is_left_out():
    shown = "\n".join(lines(graded("ann", mark("area", 0.0, slip="U2-last-missing"))))
    assert "last-missing" in shown and "U2-" not in shown


def test_flags_failures_and_kept_marks():
    flagged = graded("ann", flags=("timeout", "edited", "edited"))
    assert cells(row("ann", flagged))[-1] == "edited timeout"
    assert (
        cells(row("bob", graded("bob", failed=Problem("start", "no kernel"))))[-1] == "NOT GRADED"
    )
    assert cells(row("cleo", graded("cleo", kept=True)))[0] == "cleo (kept)"


@pytest.mark.parametrize("name", ["[red]ann[/red]", "ann[/]", "[/bold]", "[link=x]ann"])
def test_a_students_name_is_no_markup(name):
    assert cells(row(name, graded(name)))[0] == name


def test_points_of_several_notebooks_stand_in_one_row():
    two = graded("ann")
    two.notebooks = {}
    for notebook, earned in (("a", 1.0), ("b", 2.0)):  # cells of two notebooks may share a name
        marks = [mark("area", earned)]
        two.notebooks[notebook] = {"marks": marks, "flags": [], "failed": None}
    shown = lines(two, exercises={"a": ["area"], "b": ["area"]})
    assert cells(next(line for line in shown if "ann" in line)) == ["ann", "1", "2", "3", ""]
    assert any("a-" in line and "b-" in line for line in shown)


def test_a_large_class_is_summed_up():
    summary = Summary("02")
    summary.add(graded("ann", mark("area", 2.0), mark("why", None)))
    summary.add(graded("bob", mark("area", 0.0, slip="U02-floor"), flags=["edited"], kept=True))
    summary.add(
        graded("cid", mark("area", 1.0, slip="U02-floor"), failed=Problem("worker", "no worker"))
    )
    console = Console(width=120)
    with console.capture() as capture:
        console.print(summary.table({"unit": ["area", "why"]}))
    shown = capture.get().splitlines()
    assert cells(next(line for line in shown if "area" in line)) == [
        "area", "50%", "1", "1", "0", "U02-floor 2",
    ]  # fmt: skip
    assert cells(next(line for line in shown if "why" in line))[4] == "1"
    assert any("edited 1" in line for line in shown)
    assert (summary.count, summary.kept, summary.failed) == (
        3,
        1,
        {"cid": Problem("worker", "no worker")},
    )
    assert summary.found == ["bob: it was edited"]
