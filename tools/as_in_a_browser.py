"""Try a unit's exercises in a process that has what a browser has: no NumPy, and no widgets.

Reads ``{"unit": ..., "answers": {name: text}}`` and writes for each exercise what the check says of
the untouched cell and of the answer, whether that passes, and the panel's pictures at the sliders'
first values and at their ends.  An answer is tried after those before it.
"""

from __future__ import annotations

import importlib.abc
import importlib.util
import json
import sys
from typing import Any

MISSING = {
    "IPython", "anywidget", "fsrs", "ipykernel", "ipywidgets", "matplotlib", "numpy", "torch",
    "traitlets", "typer",
}  # fmt: skip


class Missing(importlib.abc.MetaPathFinder):
    """Finds nothing of MISSING, though it may be installed."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        """Refuse what is missing; leave the rest to others."""
        if name.partition(".")[0] in MISSING:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def tried(unit: dict[str, Any], answers: dict[str, str]) -> dict[str, Any]:
    """What is found of each exercise, by name."""
    from course.trying import Trial

    exercises = unit["exercises"]
    trial = Trial(unit["package"], unit["imports"], {one["name"]: one["stub"] for one in exercises})
    found: dict[str, Any] = {}
    for exercise in exercises:
        pictures = []
        if sliders := trial.panel(exercise["panel"]):
            ends = {slider["name"]: 10**6 for slider in sliders}
            pictures = [trial.picture(values)["html"] for values in ({}, ends)]
        untouched = trial.check(exercise["name"], exercise["stub"])
        found[exercise["name"]] = {"untouched": untouched, "pictures": pictures}
    for name, one in found.items():  # in order: some answers build on those before them
        one["answered"] = trial.check(name, answers[name])
        right = "<strong>✓" in one["answered"]
        one["passes"] = right and "nothing written yet" in one["untouched"]
    return found


if __name__ == "__main__":
    sys.meta_path.insert(0, Missing())
    find_spec = importlib.util.find_spec
    importlib.util.find_spec = lambda name, *more: (
        None if name.partition(".")[0] in MISSING else find_spec(name, *more)
    )
    json.dump(tried(**json.load(sys.stdin)), sys.stdout)
