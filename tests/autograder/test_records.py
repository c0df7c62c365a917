"""Who gained or lost what since the last grading, and why."""

from types import SimpleNamespace

import pytest

from autograder.marking.behaviour import key_of
from autograder.records import again, carry_over, changes, reason

HASHES = {"submission": "s", "key": "k", "unit": "u", "engine": "e"}


def mark(exercise, earned, **groups):
    return {
        "exercise": exercise,
        "earned": earned,
        "points": 4.0,
        "groups": [{"says": says, "passed": passed} for says, passed in groups.items()],
    }


def record(*marks, **hashes):
    return {"marks": list(marks), "hashes": HASHES | hashes}


def said(before, now):
    return list(changes("ann", {"unit": before} if before else {}, {"unit": now}))


def test_nothing_is_said_of_marks_that_stay():
    now = record(mark("area", 2.0), mark("pair", None), key="new")
    assert said(record(mark("area", 2.0), mark("pair", None)), now) == []


def test_nothing_is_said_of_a_first_grading():
    assert said(None, record(mark("area", 2.0))) == []


def test_nothing_is_said_of_an_exercise_that_is_new_or_gone():
    assert said(record(mark("old", 1.0)), record(mark("new", 2.0))) == []


def test_a_gain_and_a_loss():
    before = record(mark("area", 1.0), mark("pair", 2.5), mark("same", 1.0))
    now = record(mark("area", 3.5), mark("pair", 0.0), mark("same", 1.0), submission="new")
    assert said(before, now) == [
        "ann: area 1 → 3.5 (a new submission)",
        "ann: pair 2.5 → 0 (a new submission)",
    ]


def test_the_groups_that_moved_are_named():
    before = record(mark("area", 1.0, squares=True, rectangles=False, cubes=False, gone=True))
    now = record(
        mark("area", 2.0, squares=False, rectangles=True, cubes=False, new=True), key="new"
    )
    assert said(before, now) == [
        "ann: area 1 → 2 (the key changed: ✗ squares, ✓ rectangles, ✓ new)"
    ]


def test_a_mark_that_a_person_decides():
    assert said(record(mark("why", 0.0)), record(mark("why", None), submission="new")) == [
        "ann: why 0 → ? (a new submission)"
    ]
    assert said(record(mark("why", None)), record(mark("why", 0.0))) == [
        "ann: why ? → 0 (graded again)"
    ]


def test_marks_without_groups():
    plain = {"exercise": "test", "earned": 1.0, "points": 2.0}
    assert said(record(plain), record(plain | {"earned": 2.0})) == [
        "ann: test 1 → 2 (graded again)"
    ]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ((), "graded again"),
        (("submission",), "a new submission"),
        (("key",), "the key changed"),
        (("unit",), "the unit or the limits changed"),
        (("engine",), "the engine changed"),
        (("engine", "submission"), "a new submission, the engine changed"),
        (("slips",), "the key's slips changed"),
        (("key", "slips"), "the key changed"),
    ],
)
def test_the_reason_is_what_differs(changed, words):
    assert reason(HASHES, HASHES | dict.fromkeys(changed, "new")) == words


def test_a_unit_that_gets_its_first_key():
    assert reason(HASHES | {"key": None}, HASHES) == "the key changed"
    assert reason(HASHES | {"key": None}, HASHES | {"key": None}) == "graded again"


def test_every_notebook_is_looked_at():
    now = {name: record(mark(name, 2.0)) for name in ("a", "b", "c")}
    before = {name: record(mark(name, 1.0), unit="old") for name in ("a", "b")}
    assert [line.split()[1] for line in changes("ann", before, now)] == ["a", "b"]


def wrong(*public):
    return {"public": list(public), "hidden": ["a1", "b2"]}


def carried(before, now):
    """The keys of earlier answers that a new record holds."""
    marks = now["marks"]
    result = SimpleNamespace(notebook_name="unit", marks=marks, hashes=now["hashes"])
    carry_over({"notebooks": {"unit": before}} if before else {}, [result])
    return [one.get("earlier") for one in marks]


def test_a_wrong_answer_that_was_mended_is_remembered():
    before = record(mark("area", 0.0) | {"behaviour": wrong(3, 4)})
    key = key_of(wrong(3, 4))
    assert carried(before, record(mark("area", 4.0), submission="new")) == [[key]]
    once_more = record(mark("area", 0.0) | {"behaviour": wrong(3, 4), "earlier": [key]})
    assert carried(once_more, record(mark("area", 4.0), submission="new")) == [[key]]


def test_what_is_graded_again_was_not_handed_in_before():
    before = record(mark("area", 0.0) | {"behaviour": wrong(3, 4), "earlier": ["c3"]})
    assert carried(before, record(mark("area", 0.0), key="new")) == [["c3"]]
    assert carried(None, record(mark("area", 0.0))) == [None]


def test_why_the_same_submission_was_graded_again():
    before = record(mark("area", 2.0))
    assert again({}, {"unit": before}) == ""
    assert again({"unit": before}, {"unit": before}) == "graded again"
    assert again({"unit": before}, {"unit": record(key="new")}) == "the key changed"
    assert again({"unit": before}, {"unit": record(key="new", submission="new")}) == ""
    assert again({"unit": before}, {"unit": before, "more": before}) == ""
