"""What a graded submission leaves behind in ``autograded/``: notebooks, ``marks.json``, files."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

from autograder.tasks import Result

MARKS = "marks.json"


def stage(final: Path, results: list[Result], files: dict[str, bytes]) -> Path:
    """Write all that a graded submission leaves behind beside ``final``, its folder to be."""
    folder, _ = _aside(final)
    clear(folder)
    try:
        for result in results:
            write_files(folder, result)
        write_extra_files(folder, files)
    except OSError:  # a full disk need not hold half a submission
        clear(folder)
        raise
    return folder


def _aside(final: Path) -> tuple[Path, Path]:
    """Where a folder lies before it is in its place, and where the one before it is put."""
    return final.with_name(f".{final.name}~"), final.with_name(f".{final.name}.old~")


def tidy(final: Path) -> None:
    """Mend what a run that was stopped left of a graded folder and beside it."""
    staged, old = _aside(final)
    if old.exists() and not final.exists():
        os.rename(old, final)
    clear(staged)
    clear(old)


def publish(staged: Path, final: Path) -> None:
    """Put a staged folder in its place; what was there goes."""
    _, old = _aside(final)
    clear(old)
    if final.exists() or final.is_symlink():
        os.rename(final, old)
    os.rename(staged, final)
    clear(old)


def write_files(folder: Path, result: Result) -> None:
    """Write the graded notebook, and its record into ``marks.json``, each whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / f"{result.notebook_name}.ipynb", result.notebook)
    marks = read_marks(folder) or {"student": result.student, "unit": result.unit, "notebooks": {}}
    marks["notebooks"][result.notebook_name] = result.record()
    write_whole(folder / MARKS, json.dumps(marks, indent=1, ensure_ascii=False) + "\n")


def write_whole(path: Path, text: str) -> None:
    """Write a file, whole or not at all."""
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


def write_extra_files(folder: Path, files: dict[str, bytes]) -> None:
    """Put ``files`` beside a graded notebook, replacing what is there but the marks."""
    for name, data in files.items():
        if name == MARKS:  # a plain unit's own file of that name
            continue
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
        path.write_bytes(data)


def keep_only(files: dict[str, bytes], folder: Path) -> None:
    """Remove what nbgrader copied beside a graded notebook and is not among ``files``.

    nbgrader follows links, and what lies here goes back to the student with the feedback.
    """
    for path in folder.rglob("*"):
        name = str(path.relative_to(folder))
        if path.is_file() and name not in files and name != MARKS and path.suffix != ".ipynb":
            path.unlink()


def clear(folder: Path) -> None:
    """Remove an earlier grading's folder, read-only files and all."""
    if folder.exists():
        for path in [folder, *folder.rglob("*")]:
            if path.is_dir() and not path.is_symlink():
                path.chmod(0o755)
        shutil.rmtree(folder)
