"""What is done of the units: from a log of checks beside the notebooks, which is sent nowhere.

Every check adds a line to ``progress.jsonl``.  All that is said here is made from that file and
from the notebooks themselves, anew each time.  A check that passed is no mark: the grader asks
about other inputs.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

from course.pictures.words import amount, count
from course.workspace import (
    NEW_VERSIONS,
    NOTEBOOK,
    add_line,
    beside_the_notebooks,
    lines_of,
    write_whole,
)

LOG = "progress.jsonl"
START = "START.md"
OURS = "<!-- Written by `course lab`, and anew after every check: what you add here is lost. -->"


@dataclass(frozen=True)
class Unit:
    """A unit's notebook as handed out or as written in, and which of its checks pass.

    ``exercises`` are those that have a check, with their points; ``points`` are all of the unit's;
    ``words`` counts the questions that a person reads.
    """

    folder: str
    title: str
    minutes: str
    exercises: dict[str, float]
    points: float
    words: int
    passed: frozenset[str] = frozenset()

    @cached_property
    def open(self) -> list[str]:
        """The exercises whose check has not passed, in order."""
        return [name for name in self.exercises if name not in self.passed]

    @property
    def name(self) -> str:
        """``unit 02``, or the folder's name where that has no number."""
        found = re.match(r"\d+", self.folder)
        return f"unit {found[0]}" if found else self.folder

    @property
    def reached(self) -> float:
        """The points of the exercises whose check passes."""
        return sum(points for name, points in self.exercises.items() if name in self.passed)

    @property
    def done(self) -> str:
        """``3 of 7 checks pass``, or nothing where there is none."""
        all_of_them = len(self.exercises)
        if not all_of_them:
            return ""
        return f"{all_of_them - len(self.open)} of {count(all_of_them, 'check')} pass"


def unit_in(folder: Path, passed: Callable[[str], Iterable[str]] = lambda package: ()) -> Unit:
    """The unit whose notebook lies in ``folder``; ``passed`` names what passes, by its package."""
    try:
        cells = json.loads((folder / NOTEBOOK).read_text(encoding="utf-8"))["cells"]
        texts = ["".join(cell["source"]) for cell in cells]
        graded = [(cell.get("metadata", {}).get("nbgrader") or {}, text)
                  for cell, text in zip(cells, texts, strict=True)]  # fmt: skip
        first = "\n".join(
            text for cell, text in zip(cells[:5], texts, strict=False)
            if cell["cell_type"] == "markdown"
        )  # fmt: skip
        asked = [(data["grade_id"], float(data.get("points") or 0), text, bool(data.get("task")))
                 for data, text in graded if data.get("grade") or data.get("task")]  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        first, asked = "", []
    title, minutes = re.search(r"(?m)^# +(.+)$", first), re.search(r"(\d+)\s*min", first)
    checks = {id: points for id, points, text, _ in asked if text.strip() == f"check({id})"}
    return Unit(
        folder.name, title[1].strip() if title else "", minutes[1] if minutes else "", checks,
        sum(points for _, points, _, _ in asked), sum(task for *_, task in asked),
        frozenset(passed(package_of(folder.name))) & frozenset(checks),
    )  # fmt: skip


def package_of(folder: str) -> str:
    """What the package of a unit in a folder such as ``02-output-size`` is called."""
    return re.sub(r"^\d+-", "", folder).replace("-", "_")


def units_in(work: Path) -> list[Unit]:
    """The units in a working copy, in order, with what its log says."""
    passed = _passed(work / LOG)
    folders = sorted(path.parent for path in work.glob(f"*/{NOTEBOOK}"))
    return [
        unit_in(folder, lambda package: passed.get(package, ()))
        for folder in folders
        if not folder.name.startswith((NEW_VERSIONS, ".", "_"))
    ]


def _passed(log: Path) -> dict[str, set[str]]:
    """Which checks passed when they were last run, by the unit's package."""
    passed: dict[str, set[str]] = {}
    for line in lines_of(log):
        try:
            found = json.loads(line)
            names = passed.setdefault(str(found["unit"]), set())
            (names.add if found["passed"] is True else names.discard)(str(found["exercise"]))
        except (ValueError, TypeError, KeyError, RecursionError):
            continue
    return passed


def heard(package: str) -> Callable[[Any], None]:
    """What a unit's check tells of each report: a line in the log, where there is a folder for it.

    Nothing is written where the notebook is no unit's: in somebody's own folder, say.
    """

    def note(report: Any) -> None:
        here = Path.cwd()
        if not (here / NOTEBOOK).is_file() or package_of(here.name) != package:
            return
        line = {
            "at": datetime.now().astimezone().isoformat(timespec="seconds"),
            "unit": package,
            "exercise": report.name,
            "passed": report.passed,
        }
        try:
            log = beside_the_notebooks(LOG, here)
            add_line(log, json.dumps(line))
            write_start(log.parent, only_again=True)
        except OSError:  # a folder that cannot be written to keeps no log
            return

    return note


@dataclass(frozen=True)
class Progress:
    """How far a unit has come, shown as HTML in a notebook and as text everywhere else."""

    unit: Unit
    others: tuple[Unit, ...] = ()

    @property
    def next(self) -> Unit | None:
        """The first later unit in which something is open."""
        return next((u for u in self.others if u.folder > self.unit.folder and u.open), None)

    def _lines(self) -> list[str]:
        unit = self.unit
        title = f"{unit.name[:1].upper()}{unit.name[1:]}" + (
            f", {unit.title}" if unit.title else ""
        )
        if not unit.exercises:
            return [f"{title}: there is no check in this notebook."]
        lines = [
            f"{title}: {unit.done}, worth {amount(unit.reached)} of {count(unit.points, 'point')}."
        ]
        if unit.open:
            lines.append(f"Open: {', '.join(unit.open)}.")
        if unit.words:
            lines.append(
                f"{count(unit.words, 'question')} in words, which a person reads, "
                f"{'is' if unit.words == 1 else 'are'} not counted here."
            )
        return lines

    def __str__(self) -> str:
        lines = self._lines()
        if self.next:
            lines.append(f"Next: {self.next.name}, {self.next.title}{_time(self.next)}.")
        return "\n".join(lines)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": str(self), "text/html": self._html()}

    def _html(self) -> str:
        first, *others = self._lines()
        colour = "#009e73" if not self.unit.open else "#0072b2"
        parts = [
            f"<strong>{escape(first)}</strong>",
            *(f"<div>{escape(one)}</div>" for one in others),
        ]
        links = []
        if self.next:
            to = f"../{self.next.folder}/{NOTEBOOK}"
            words = f"{self.next.name}, {self.next.title}"
            links.append(f'Next: <a href="{escape(to)}">{escape(words)}</a>{_time(self.next)}.')
        if (Path.cwd().parent / START).is_file():
            links.append(
                f'<a href="../{START}">All units, and what to do when something is stuck</a>'
            )
        parts += [f"<div>{link}</div>" for link in links]
        return (
            f'<div role="status" style="border-left:4px solid {colour};padding:.4em .8em;'
            f'margin:.3em 0;line-height:1.5">{"".join(parts)}</div>'
        )


def _time(unit: Unit) -> str:
    return f" ({unit.minutes} minutes)" if unit.minutes else ""


def progress() -> Progress | None:
    """How far the unit of this notebook has come; None while it is graded."""
    here = Path.cwd()
    package = package_of(here.name)
    module = sys.modules.get(f"course.units.{package}")
    file = Path(module.__file__ or "").with_name("exercises.json") if module else None
    if file and file.is_file() and not file.stat().st_size:
        return None  # its checks try nothing now
    log = beside_the_notebooks(LOG, here)
    passed = _passed(log)
    return Progress(
        unit_in(here, lambda name: passed.get(name, ())), tuple(units_in(log.parent))
    )  # fmt: skip


# ----------------------------------------------------------------------------- the start page

STUCK = """\
## When something is stuck

1. **Nothing happens, or a name is not defined?** Run the cells above first: menu *Run*, *Run All Above Selected Cell*. After a restart the first cell has to run again: it brings `check` and `panels`.
2. **A cell never ends?** Press ■ above the notebook, or Esc and then I twice.
3. **Something is strange?** Menu *Kernel*, *Restart Kernel and Run up to Selected Cell*. What you have written stays.
4. **A panel or a picture does not move?** Run its cell again. If that does not help, close the notebook's tab, open it again and run it from the top.
5. **Where is my work?** In this folder, a folder a unit, in `unit.ipynb`. Saved with Ctrl + S. A new version of a unit never overwrites it.
"""  # noqa: E501


def write_start(work: Path, *, only_again: bool = False) -> None:
    """Write the page on which ``course lab`` opens; a page of the student's own is left alone.

    ``only_again``: not where there is none.  Raises OSError.
    """
    file = work / START
    there = file.is_file()
    if (only_again and not there) or (there and OURS not in file.read_text(encoding="utf-8")):
        return
    text = start_page(units_in(work))
    if not there or file.read_text(encoding="utf-8") != text:
        write_whole(file, text.encode())


def start_page(units: list[Unit]) -> str:
    """The units, what is done in each, and what comes next, as Markdown."""
    rows = [
        f"| {'✓' if unit.exercises and not unit.open else ''} "
        f"| [{unit.folder[:2]} · {unit.title or unit.folder}]({unit.folder}/{NOTEBOOK}) "
        f"| {unit.minutes} | {unit.done} | {amount(unit.reached)} of {amount(unit.points)} |"
        for unit in units
    ]
    todo = next((unit for unit in units if unit.open), None)
    follows = "**All checks pass.** Hand in what is not handed in yet."
    if todo:
        begun = f", at `{todo.open[0]}`" if todo.passed else ""
        follows = (
            f"**Next:** [{todo.name}, {todo.title}]({todo.folder}/{NOTEBOOK}){begun}{_time(todo)}."
        )
    lines = [
        OURS, "", "# Sliding Windows", "", follows, "",
        "| | unit | minutes | done | points |", "|:-:|:--|--:|:--|--:|", *rows, "",
        "*Done* is what your checks said last. It is counted here, in `progress.jsonl`, and sent "
        "nowhere. Points are those of the exercises whose check passes; the grader asks about "
        "other inputs, and a person reads what you answer in words.", "", STUCK,
    ]  # fmt: skip
    return "\n".join(lines)
