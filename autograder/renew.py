"""A new slip is named in what is graded already, without running anything again.

Slips change no mark.  So where nothing but the slips of a key changed, the answers that
``marks.json`` kept are looked at again, and the verdicts in the graded notebook are written anew.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from nbformat import NotebookNode, from_dict

from autograder.marking.behaviour import public_answers, slip_shown
from autograder.marking.marking import record_of, score_of, verdict
from autograder.nbgrader_plugin.autograded import MARKS, read_marks, write_whole
from autograder.notebook_file import text_of
from exercises.authoring import AuthoredExercise
from exercises.public import Slip
from exercises.unit import Unit


def renew(folder: Path, unit: Unit, hashes: dict[str, dict[str, Any]]) -> list[str]:
    """Name the slips of a graded submission by the slips that the unit has now.

    ``hashes`` are what each notebook's marks depend on now.  Returns the exercises on which another
    slip is named.
    """
    marks = read_marks(folder)
    assert marks is not None
    renamed: list[str] = []
    for notebook, record in marks["notebooks"].items():
        found = {}
        for number, entry in enumerate(record["marks"]):
            exercise = unit.exercises.get(entry["exercise"])
            if not isinstance(exercise, AuthoredExercise) or "behaviour" not in entry:
                continue
            slip = _slip_of(exercise, entry)
            if _id(slip) == (entry["slip"] or {}).get("id"):
                continue
            found[entry["exercise"]] = score = score_of(entry, slip)
            kept = {key: entry[key] for key in entry if key not in ("slip", "behaviour")}
            record["marks"][number] = {**record_of(score), **kept}
        if found:
            path = folder / f"{notebook}.ipynb"
            nb = from_dict(json.loads(path.read_text(encoding="utf-8")))
            for cell in nb.cells:
                name = cell.metadata.get("nbgrader", {}).get("grade_id")
                if name in found:
                    _replace_verdict(cell, verdict(found[name]))
            write_whole(path, text_of(nb))
        record["hashes"] = hashes[notebook]
        renamed += found
    write_whole(folder / MARKS, json.dumps(marks, indent=1, ensure_ascii=False) + "\n")
    return renamed


def _slip_of(exercise: AuthoredExercise, entry: dict[str, Any]) -> Slip | None:
    """The slip of the answers that were kept; what was said without one of the unit's stays."""
    behaviour = entry["behaviour"]
    slip = slip_shown(exercise, public_answers(behaviour), behaviour["hidden"])
    said = entry["slip"]
    if slip is None and said and not said["id"]:
        return Slip("", said["says"], said.get("hint", ""))
    return slip


def _id(slip: Slip | None) -> str | None:
    return slip.id if slip else None


def _replace_verdict(cell: NotebookNode, new: NotebookNode) -> None:
    for place, output in enumerate(cell.outputs):
        if output.get("metadata", {}).get("autograder", {}).get("verdict"):
            cell.outputs[place] = new
