"""The bug ladder: twelve repairs in a row, each of which unlocks the next.

Unlocking is play, for the notebook alone: the grader marks every rung by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from course.pictures.rungs import rungs as rungs_picture
from course.units import heard_of
from exercises.check import NotYet, checker, exercises_in
from exercises.report import Report, show_report

RUNGS = (
    "pictures", "targets", "split", "start_std", "dense", "dropout", "loss_of", "batches", "orders",
    "descend", "epoch_loss", "test_report",
)  # fmt: skip


class Ladder:
    """Remembers which rungs of the ladder are repaired, from what ``check`` finds.

    ``exercises`` is the unit's public file, ``rungs`` the names of the rungs in their order.
    """

    def __init__(self, exercises: Path, rungs: Sequence[str] = RUNGS) -> None:
        self.names = list(rungs)
        self._repaired: set[str] = set()
        self._exercises = exercises
        self._checked = ""  # the exercise that was checked last
        self._check = checker(exercises, heard=self._hear)

    @property
    def missing(self) -> list[str]:
        """The rungs still to be repaired, in order."""
        return [name for name in self.names if name not in self._repaired]

    def check(self, function: Callable[..., Any]) -> None:
        """Try a function on its examples.  Raises NotYet (an AssertionError) if one disagrees.

        A rung that is right above one that is not yet: the report says so, and NotYet is raised,
        since the program still stops further down.
        """
        try:
            self._check(function)
        except NotYet:
            self._repaired.discard(self._checked)
            raise
        name = self._checked
        if name not in self.names or not exercises_in(self._exercises):
            return
        self._repaired.add(name)
        report = self._standing(name)
        show_report(report)
        if not report.passed:
            raise NotYet(report.headline)

    def _hear(self, report: Report) -> None:
        self._checked = report.name
        heard_of(self._exercises)(report)

    def _standing(self, name: str) -> Report:
        number, missing = self.names.index(name) + 1, self.missing
        if not missing:
            return Report(name, f"All {len(self.names)} rungs are repaired.", True)
        first = self.names.index(missing[0]) + 1
        if first < number:
            return Report(
                name,
                f"Rung {number} is right, and waits for rung {first}, {missing[0]}: the program "
                "stops there. Run its check first; nothing is lost.",
                False,
            )
        says = f"Rung {number} of {len(self.names)} is repaired"
        return Report(name, f"{says}: rung {first}, {missing[0]}, is unlocked.", True)

    def __repr__(self) -> str:
        return self.picture().alt

    def picture(self) -> Any:
        """The ladder as it stands."""
        return rungs_picture(self.names, self._repaired)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return self.picture()._repr_mimebundle_()
