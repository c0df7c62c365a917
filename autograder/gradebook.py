"""Writing results, the gradebook's rows and the files in ``autograded/``: the driver's alone."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import find_all_files, parse_utc

from autograder.grade import Result
from autograder.structure import Flag

MARKS = "marks.json"


def record(gradebook: Gradebook, result: Result) -> None:
    """Write the scores and comments of a result; the submission's row must be there.

    Every cell's row is written, so that nothing of an earlier grading stays.  A manual score of a
    person is kept, and its cell asks for another look, as in nbgrader.
    """
    where = (result.notebook_name, result.unit, result.student)
    notebook = gradebook.find_submission_notebook(*where)
    for grade in notebook.grades:
        if result.failed:
            grade.auto_score, grade.needs_manual_grade = None, True
            continue
        decided = grade.name in result.scores
        grade.auto_score = result.scores.get(grade.name)
        grade.needs_manual_grade = (
            grade.manual_score is not None or grade.auto_score is None or not decided
        )
    for comment in notebook.comments:
        comment.auto_comment = result.comments.get(comment.name)
    gradebook.db.commit()


def write_files(folder: Path, result: Result) -> None:
    """Write the graded notebook, and its record into ``marks.json``, each whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / f"{result.notebook_name}.ipynb", result.notebook)
    marks = read_marks(folder) or {"student": result.student, "unit": result.unit, "notebooks": {}}
    marks["notebooks"][result.notebook_name] = result.record()
    _write(folder / MARKS, json.dumps(marks, indent=1, ensure_ascii=False) + "\n")


def _write(path: Path, text: str) -> None:
    temporary = path.with_name(path.name + "~")
    with contextlib.suppress(FileNotFoundError):
        temporary.unlink()
    # a submitted file's name may be no text at all, and stand in a flag
    temporary.write_text(text, encoding="utf-8", errors="replace")
    os.replace(temporary, path)


def read_marks(folder: Path) -> dict[str, Any] | None:
    """The content of a graded folder's ``marks.json``, or None if there is none to be read."""
    try:
        found = json.loads((folder / MARKS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and isinstance(found.get("notebooks"), dict) else None


def assign_late_penalty(course: CourseDirectory, config: Any, result: Result) -> None:
    """nbgrader's late penalty, by the plugin that the course configured."""
    resources = {
        "nbgrader": {
            "student": result.student,
            "assignment": result.unit,
            "notebook": result.notebook_name,
            "db_url": course.db_url,
        }
    }
    AssignLatePenalties(config=config).preprocess(nbformat.v4.new_notebook(), resources)


# ------------------------------------------------------------------ files beside a notebook

LARGEST_FILES = 64 * 2**20


def submitted_files(folder: Path, ignore: Iterable[str]) -> tuple[dict[str, bytes], list[Flag]]:
    """The files of a submission beside its notebooks, and what was left out.

    Links are never followed: a link may point at anything of the instructor's.
    """
    files: dict[str, bytes] = {}
    flags: list[Flag] = []
    size = 0
    for place, names, _ in os.walk(folder):
        links = [Path(place, name) for name in names if Path(place, name).is_symlink()]
        flags += [
            Flag("link", f"{_shown(path.relative_to(folder))} is a link and was left out")
            for path in links
        ]
    for name in (
        sorted(find_all_files(str(folder), [*ignore, "*.ipynb"])) if folder.is_dir() else ()
    ):
        path = Path(name)
        relative = str(path.relative_to(folder))
        steps = [folder / part for part in _prefixes(relative)]
        if any(step.is_symlink() for step in steps) or not path.is_file():
            flags.append(Flag("link", f"{_shown(relative)} is a link or no file and was left out"))
            continue
        size += path.stat().st_size
        if size > LARGEST_FILES:
            says = f"{_shown(relative)} and what follows is too large and was left out"
            flags.append(Flag("size", says))
            break
        files[relative] = path.read_bytes()
    return files, flags


def _shown(name: object) -> str:
    """A name without what a terminal would obey."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in str(name))


def submitted_bytes(path: Path, largest: int) -> bytes | None:
    """The content of a submitted file, or None for a link and for what is no file.

    No more than a byte beyond ``largest`` is read: enough to see that it is too large.
    """
    if path.is_symlink() or not path.is_file():
        return None
    with path.open("rb") as file:
        return file.read(largest + 1)


def submitted_timestamp(folder: Path) -> datetime | None:
    """When a submission was handed in; None where its ``timestamp.txt`` does not say.

    nbgrader's own reading follows links, and ends the program for a text that is no time.
    """
    data = submitted_bytes(folder / "timestamp.txt", 100)
    try:
        return parse_utc(data.decode().strip()) if data and data.strip() else None
    except Exception:  # the parser's errors are of many kinds
        return None


def _prefixes(relative: str) -> list[str]:
    parts = Path(relative).parts
    return ["/".join(parts[: count + 1]) for count in range(len(parts))]


def source_files(folder: Path, ignore: Iterable[str], keep: Iterable[str] = ()) -> dict[str, bytes]:
    """The files of a unit's source folder that go beside every graded notebook.

    ``keep`` names files of which the student's version counts.
    """
    if not folder.is_dir():
        return {}
    names = (Path(name) for name in find_all_files(str(folder), [*ignore, "*.ipynb"]))
    kept = set(keep)
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(names)
        if str(path.relative_to(folder)) not in kept
    }


def write_extra_files(folder: Path, files: dict[str, bytes]) -> None:
    """Put ``files`` beside a graded notebook, replacing what is there."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
        path.write_bytes(data)


def clear(folder: Path) -> None:
    """Remove an earlier grading's folder, read-only files and all."""
    if folder.exists():
        for path in [folder, *folder.rglob("*")]:
            if path.is_dir() and not path.is_symlink():
                path.chmod(0o755)
        shutil.rmtree(folder)


def protect(folder: Path) -> None:
    """Make the graded files read-only, as nbgrader does."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            path.chmod(0o444)
