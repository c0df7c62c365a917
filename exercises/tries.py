"""What a notebook's check remembers of an exercise from one try to the next.

The same hint is not shown twice in a row without something new: the second time it comes with
another input that goes wrong, and with what was folded away.  And whoever has repaired what was
wrong is asked for one more instance of the same kind.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from exercises.report import Report, Row


@dataclass
class _Last:
    """The last report that found something, and how often in a row it gave the same hint."""

    report: Report
    times: int = 1


class Tries:
    """The last try at each exercise, by name."""

    def __init__(self) -> None:
        self._last: dict[str, _Last] = {}

    def seen(self, report: Report) -> Report:
        """The report as it is shown after what was shown before."""
        if report.passed:
            last = self._last.pop(report.name, None)
            return replace(report, next=_one_more(last.report)) if last else report
        last = self._last.get(report.name)
        same = last is not None and last.report.slip == report.slip
        times = last.times + 1 if last is not None and same else 1
        self._last[report.name] = _Last(report, times)
        if times == 1:
            return replace(report, next=_smallest(report)) if report.slip is None else report
        return replace(report, next=_another(report, times), unfolded=True)


def _one_more(before: Report) -> str:
    """A question about an input that went wrong before, or ""."""
    if not before.disagreements:
        return ""
    row = before.disagreements[len(before.disagreements) // 2]
    return (
        "What was wrong before is right now. One more of that kind: what does "
        f"{row.tried} give? Say it first, then run it."
    )


def _smallest(report: Report) -> str:
    return _told("The smallest input that comes out wrong", report.disagreements[:1])


def _another(report: Report, times: int) -> str:
    rows = report.disagreements
    at = (times - 1) % max(1, len(rows))
    return _told("Another input that comes out wrong", rows[at : at + 1])


def _told(what: str, rows: tuple[Row, ...]) -> str:
    return next(
        (f"{what}: {row.tried} should be {row.wanted}; yours: {row.came}." for row in rows), ""
    )
