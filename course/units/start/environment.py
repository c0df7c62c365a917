"""Whether this machine has what the course needs, and what to type where it has not.

What is needed is read from the installed course itself, so that it is said in one place only.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

COURSE = "sliding-windows"
OLDEST = (3, 11)  # of Python; a test compares it with pyproject.toml
ROOT = Path(__file__).resolve().parents[3]  # where the course's packages lie
GOOD, LATER, MISSING = "good", "later", "missing"
MARKS = {GOOD: "✓", LATER: "○", MISSING: "✗"}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: how it is and, where something is missing, what to type.

    ``state`` is GOOD, LATER (a later unit needs it) or MISSING.  ``where`` says where to type it.
    """

    what: str
    state: str
    says: str
    command: str = ""
    where: str = ""


@dataclass(frozen=True)
class Environment:
    """All that was looked at, shown as HTML in a notebook and as text everywhere else."""

    findings: tuple[Finding, ...]

    @property
    def missing(self) -> tuple[Finding, ...]:
        """What has to be there before you go on."""
        return tuple(one for one in self.findings if one.state == MISSING)

    @property
    def headline(self) -> str:
        """What the findings come to, in a sentence."""
        if not self.missing:
            return "All is there. You can begin."
        names = ", ".join(one.what for one in self.missing)
        return f"Before you begin, see to this: {names}."

    def __str__(self) -> str:
        lines = [f"{'✗' if self.missing else '✓'} {self.headline}"]
        for one in self.findings:
            lines.append(f"  {MARKS[one.state]} {one.what}: {one.says}")
            if one.command:
                lines += [f"      {one.where}", f"          {one.command}"]
        return "\n".join(lines)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": str(self), "text/html": self._html()}

    def _html(self) -> str:
        colour = "#d55e00" if self.missing else "#009e73"
        cell = "style='text-align:left;vertical-align:top;padding:.15em .8em .15em 0'"
        rows = "".join(
            f"<tr><td {cell}><span role='img' aria-label='{one.state}'>{MARKS[one.state]}</span>"
            f"</td><th scope='row' {cell}>{escape(one.what)}</th><td {cell}>{_told(one)}</td></tr>"
            for one in self.findings
        )
        return (
            f'<div role="status" style="border-left:4px solid {colour};padding:.4em .8em;'
            f'margin:.3em 0;line-height:1.5"><strong>{"✗" if self.missing else "✓"} '
            f"{escape(self.headline)}</strong><div style='overflow-x:auto'>"
            f"<table style='margin:.4em 0'><tbody>{rows}</tbody></table></div></div>"
        )


def _told(finding: Finding) -> str:
    says = escape(finding.says)
    if finding.command:
        says += f"<br>{escape(finding.where)} <code>{escape(finding.command)}</code>"
    return says


def look() -> Environment:
    """Look at this Python, its packages, the course's files and this folder."""
    return Environment(
        (python(sys.version_info[:2]), *packages(COURSE), checks(units()), folder(Path.cwd()))
    )


@dataclass(frozen=True)
class SetUp:
    """How a lab is started: what to type, and where."""

    command: str
    where: str


def set_up(root: Path = ROOT) -> SetUp:
    """As whoever has the course in ``root`` starts a lab: from its sources, or as installed."""
    if (root / "Makefile").is_file():
        return SetUp("make lab", "in a terminal, in the course's folder, type")
    return SetUp(
        "course lab",
        "in a terminal, in the folder and with the Python that you installed the course with, type",
    )


def python(version: tuple[int, ...]) -> Finding:
    """Whether a Python of this version is new enough."""
    if version >= OLDEST:
        return Finding("Python", GOOD, f"{sys.version.split()[0]}, in {sys.prefix}")
    return Finding(
        "Python", MISSING,
        f"this is {'.'.join(map(str, version))}, and the course needs "
        f"{'.'.join(map(str, OLDEST))} or newer. Install a newer one, and the course with it.",
        set_up().command, f"Then, {set_up().where}",
    )  # fmt: skip


def packages(course: str) -> Iterator[Finding]:
    """What the installed ``course`` says that it needs: a line a package, one for unit 10's."""
    from importlib import metadata  # within functions, so that a notebook's first import is fast

    try:
        needed = metadata.requires(course) or []
    except metadata.PackageNotFoundError:
        yield Finding(
            course, MISSING, "the course is not installed in this Python, so nobody knows "
            "what else is missing. A lab that is started so has all of it:",
            set_up().command, f"{set_up().where[:1].upper()}{set_up().where[1:]}",
        )  # fmt: skip
        return
    yield from (package(one) for one in _of(needed))
    lacking = [one for one in map(package, _of(needed, "mnist")) if one.state == MISSING]
    if lacking:
        yield Finding(
            "PyTorch and the like", LATER,
            f"not complete ({', '.join(one.what for one in lacking)}). "
            "Only unit 10 needs it, and it is large.",
            f"%pip install {' '.join(one.command.split()[-1] for one in lacking)}",
            "When you get there, type in a cell",
        )  # fmt: skip
    else:
        yield Finding("PyTorch and the like", GOOD, "for unit 10")


def _of(needed: list[str], extra: str = "") -> list[str]:
    """The requirements that hold always, or those that ``extra`` adds, without their markers."""
    from packaging.requirements import Requirement

    found = []
    for one in map(Requirement, needed):
        always = one.marker is None or one.marker.evaluate({"extra": ""})
        asked = one.marker is None or one.marker.evaluate({"extra": extra})
        if asked and not (extra and always):
            found.append(f"{one.name}{one.specifier}")
    return found


def package(requirement: str) -> Finding:
    """Whether a package is installed here in a version that ``requirement`` allows."""
    from importlib import metadata

    from packaging.requirements import Requirement

    wanted = Requirement(requirement)
    where = "In a new cell below, type this, run it, and restart the kernel:"
    command = f'%pip install "{requirement}"'
    try:
        version = metadata.version(wanted.name)
    except metadata.PackageNotFoundError:
        return Finding(wanted.name, MISSING, "not installed here.", command, where)
    if not wanted.specifier.contains(version, prereleases=True):
        says = f"{version} is installed, and the course needs {wanted.specifier}."
        return Finding(wanted.name, MISSING, says, command, where)
    return Finding(wanted.name, GOOD, version)


def units() -> Path:
    """The folder that holds a folder for each unit."""
    import course.units

    return Path(course.units.__file__).parent


def checks(folder: Path) -> Finding:
    """Whether each unit in ``folder`` has the file that its checks work from."""
    there = sorted(path.parent for path in folder.glob("*/__init__.py"))
    lacking = [unit.name for unit in there if not (unit / "exercises.json").is_file()]
    if there and not lacking:
        return Finding("checks", GOOD, f"those of {len(there)} units are here")
    return Finding(
        "checks", MISSING,
        f"exercises.json is missing in {', '.join(lacking) or 'every unit'}. "
        "Fetch the course again, or ask who gave it to you.",
    )  # fmt: skip


def folder(path: Path) -> Finding:
    """Whether you can save in this folder."""
    if os.access(path, os.W_OK):
        return Finding("your work", GOOD, f"is saved in {path}")
    return Finding(
        "your work", MISSING, f"nothing can be saved in {path}: it is not yours to write in.",
        set_up().command,
        f"{set_up().where[:1].upper()}{set_up().where[1:]} this; it opens a copy of your own:",
    )  # fmt: skip
