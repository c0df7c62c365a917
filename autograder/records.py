"""What ``marks.json`` says changed since the last grading: who gained or lost what, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from autograder.marking.behaviour import key_of
from autograder.marking.marking import number
from autograder.tasks import Result

Records = dict[str, dict[str, Any]]

REASONS = {
    "submission": "a new submission",
    "key": "the key changed",
    "slips": "the key's slips changed",
    "unit": "the unit or the limits changed",
    "engine": "the engine changed",
}


def changes(student: str, before: Records, now: Records) -> Iterator[str]:
    """A line for each exercise on which a student gained or lost points.

    ``before`` and ``now`` are the records of ``marks.json`` by notebook.
    """
    for notebook, record in now.items():
        if notebook not in before:
            continue
        why = reason(before[notebook]["hashes"], record["hashes"])
        old = {mark["exercise"]: mark for mark in before[notebook]["marks"]}
        for mark in record["marks"]:
            was = old.get(mark["exercise"])
            if was is None or was["earned"] == mark["earned"]:
                continue
            groups = ", ".join(_moved(was, mark))
            yield (
                f"{student}: {mark['exercise']} {_points(was)} → {_points(mark)}"
                f" ({why}{': ' + groups if groups else ''})"
            )


def again(before: Records, now: Records) -> str:
    """Why the same submission was graded once more; "" where it is a new one, or the first."""
    if not before or before.keys() != now.keys():
        return ""
    pairs = [(before[name]["hashes"], record["hashes"]) for name, record in now.items()]
    if any(was.get("submission") != hashes.get("submission") for was, hashes in pairs):
        return ""
    return next((reason(*pair) for pair in pairs if pair[0] != pair[1]), "graded again")


def carry_over(before: dict[str, Any], results: Iterable[Result]) -> None:
    """Keep which wrong answers a student gave before: how many mend one by themselves is of use.

    ``before`` is the content of ``marks.json``; the results' marks get ``earlier``, the keys of
    behaviours in what was handed in before.  The same thing graded again adds none.
    """
    records = before.get("notebooks", {})
    for result in results:
        record = records.get(result.notebook_name, {"marks": [], "hashes": {}})
        old = {mark["exercise"]: mark for mark in record["marks"]}
        again = record["hashes"].get("submission") == result.hashes.get("submission")
        for mark in result.marks:
            was = old.get(mark["exercise"], {})
            earlier = list(was.get("earlier", []))
            if was.get("behaviour") and not again:
                key = key_of(was["behaviour"])
                earlier += [key] * (key not in earlier)
            if earlier:
                mark["earlier"] = earlier


def reason(before: dict[str, Any], now: dict[str, Any]) -> str:
    """Why marks may differ, by the hashes of what they depend on."""
    found = {name: text for name, text in REASONS.items() if before.get(name) != now.get(name)}
    if "key" in found:  # its slips are part of it
        found.pop("slips", None)
    return ", ".join(found.values()) or "graded again"


def _points(mark: dict[str, Any]) -> str:
    return "?" if mark["earned"] is None else number(mark["earned"])


def _moved(was: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    old = {group["says"]: group["passed"] for group in was.get("groups", [])}
    for group in now.get("groups", []):
        if old.get(group["says"]) != group["passed"]:
            yield f"{'✓' if group['passed'] else '✗'} {group['says']}"
