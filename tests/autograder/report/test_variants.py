"""Difficulty by variant: the counts, and when one is called unfair."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from scipy.stats import hypergeom

from autograder.report.variants import Difficulty, surprise
from autograder.run import Graded


def graded(*marks):
    one = Graded("ann", Path())
    one.notebooks = {"unit": {"marks": list(marks), "flags": [], "failed": None}}
    return one


def mark(variant, earned, exercise="windows", **numbers):
    chosen = {"number": variant, "numbers": numbers or {"W": 20 + variant}}
    return {"exercise": exercise, "earned": earned, "points": 1.0, "variant": chosen}


def counted(*marks):
    difficulty = Difficulty()
    for one in marks:
        difficulty.add(graded(one))
    return difficulty


def shown(difficulty):
    console = Console(width=100)
    with console.capture() as captured:
        console.print(difficulty.table())
    return [
        [cell.strip() for cell in line.split("│")[1:-1]]
        for line in captured.get().splitlines()
        if "│" in line
    ]


def class_of(**right):
    """Marks by variant: ``v7=(2, 5)`` means that 2 of 5 were right."""
    return [
        mark(int(name[1:]), float(at < knew))
        for name, (knew, had) in right.items()
        for at in range(had)
    ]


def test_where_nobody_has_numbers_of_their_own_there_is_nothing_to_say():
    difficulty = counted({"exercise": "area", "earned": 1.0, "points": 2.0})
    assert difficulty.table() is None and difficulty.warnings() == []


def test_the_hardest_and_the_easiest_variant_of_each_question():
    marks = class_of(v0=(3, 4), v5=(1, 3), v9=(2, 2))
    other = [mark(1, 1.0, "ends"), mark(1, 0.0, "ends")]
    assert shown(counted(*marks, *other)) == [
        ["windows", "3", "67%", "5: 1 of 3", "9: 2 of 2"],
        ["ends", "1", "50%", "1: 1 of 2", "1: 1 of 2"],
    ]


def test_what_waits_for_a_person_is_not_counted():
    assert shown(counted(mark(0, None), mark(0, 1.0))) == [
        ["windows", "1", "100%", "0: 1 of 1", "0: 1 of 1"]
    ]


def test_a_variant_that_is_off_is_told_with_its_numbers():
    even = {f"v{n}": (8, 10) for n in range(20)}
    assert counted(*class_of(**even)).warnings() == []
    assert counted(*class_of(**even | {"v7": (1, 10)})).warnings() == [
        "windows: variant 7 is harder than the others: right 1 of 10 times, elsewhere 152 of 190. "
        "Its numbers: W = 27"
    ]
    few = {f"v{n}": (2, 10) for n in range(20)}
    (said,) = counted(*class_of(**few | {"v3": (10, 10)})).warnings()
    assert "variant 3 is easier" in said and "right 10 of 10" in said and "38 of 190" in said


def test_few_answers_are_no_reason_for_a_warning():
    even = {f"v{n}": (4, 5) for n in range(20)}
    assert counted(*class_of(**even | {"v7": (0, 2)})).warnings() == []


def test_numbers_are_shown_as_a_student_sees_them():
    marks = [mark(0, 1.0, row=[1, 2], p=0.5) for _ in range(40)]
    marks += [mark(1, 0.0, row=[3, 4], p=0.25) for _ in range(40)]
    assert any("row = [3, 4], p = 0.25" in one for one in counted(*marks).warnings())


@pytest.mark.parametrize(("had", "knew", "everybody", "right"), [(1, 1, 1, 1), (3, 0, 3, 0)])
def test_nothing_is_surprising_about_all(had, knew, everybody, right):
    assert surprise(had, knew, everybody, right) == 1


@given(st.integers(1, 60), st.data())
def test_the_surprise_is_that_of_the_hypergeometric_distribution(everybody, data):
    had = data.draw(st.integers(1, everybody))
    right = data.draw(st.integers(0, everybody))
    knew = data.draw(st.integers(max(0, had + right - everybody), min(had, right)))
    lot = hypergeom(everybody, right, had)
    wanted = min(1.0, 2 * min(lot.cdf(knew), lot.sf(knew - 1)))
    assert surprise(had, knew, everybody, right) == pytest.approx(wanted, abs=1e-9)
