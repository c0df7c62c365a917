"""Which folders of this machine a notebook sees, and what it does not see while it is graded."""

from __future__ import annotations

import contextlib
import os
import sys
import sysconfig
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

HIDDEN = "hidden-while-graded.txt"  # in a package's folder
KIT = "exercises"  # what a notebook's process answers with


def package_folders(packages: Sequence[str]) -> list[Path]:
    """Where importable packages lie."""
    folders = []
    for name in packages:
        try:
            spec = find_spec(name)
        except (ImportError, ValueError):
            continue
        if spec and spec.submodule_search_locations:
            folders += [Path(place).absolute() for place in spec.submodule_search_locations]
    return folders


def hidden_paths(packages: Sequence[str]) -> list[Path]:
    """What packages keep from a notebook that is graded, because it knows the answers.

    A package says so itself: its file ``hidden-while-graded.txt`` holds a pattern a line; after one
    that begins with ``!``, what it matches stays.  What a module was compiled to goes with it.
    """
    found: set[Path] = set()
    for folder in package_folders(packages):
        with contextlib.suppress(OSError):
            for line in (folder / HIDDEN).read_text(encoding="utf-8").splitlines():
                pattern = line.strip()
                if pattern.startswith("!"):
                    found.difference_update(folder.glob(pattern[1:]))
                elif pattern and not pattern.startswith("#"):
                    found.update(folder.glob(pattern))
    for path in list(found):
        found.update((path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"))
    return sorted(found)


def python_folders(packages: Sequence[str] = ()) -> list[str]:
    """What must be visible, read-only, for this Python to run as it does outside.

    ``packages`` are those that notebooks import; they may be installed from folders of their own.
    """
    paths = {
        sys.prefix,
        sys.base_prefix,
        sysconfig.get_path("purelib"),
        sysconfig.get_path("platlib"),
    }
    paths.update(map(str, package_folders([KIT, *packages])))
    found = sorted({os.path.abspath(path) for path in paths}, key=len)
    covered = ("/usr",)
    kept: list[str] = []
    for path in found:
        if not any(Path(path).is_relative_to(other) for other in (*covered, *kept)):
            kept.append(path)
    return kept
