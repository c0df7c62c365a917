"""The units: a package each, with its check, its panels and its exercises' public file."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from exercises.check import checker
from exercises.report import Report

PUBLIC = "exercises.json"


def check_of(package_file: str) -> Callable[[Any], None]:
    """The check of the unit whose package has this ``__init__.py``."""
    file = Path(package_file).with_name(PUBLIC)
    return checker(file, offer=panel_at, heard=heard_of(file))


def heard_of(file: Path) -> Callable[[Report], None]:
    """What the check that works from ``file`` tells of each report: it goes into the log."""

    def heard(report: Report) -> None:
        from course import overview

        overview.heard(file.parent.name)(report)

    return heard


def panel_at(inputs: Iterable[Mapping[str, Any]]) -> Any:
    """A button that sets a panel of the notebook to the first of ``inputs`` that one can show.

    None where no panel was drawn, or none of these can show any of them.
    """
    panels = sys.modules.get("course.panel")  # loaded by whoever draws the first one
    return panels.button_for(inputs) if panels else None


def panels_of(package: str) -> Callable[[str], Any]:
    """The ``__getattr__`` of a unit's package: brings ``panels`` when a notebook asks for them.

    So a notebook's first import stays fast.  While a notebook is graded the module is not there;
    then its panels draw nothing.
    """

    def get(name: str) -> Any:
        if name != "panels":
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module = f"{package}.panels"
        try:
            return importlib.import_module(module)
        except ModuleNotFoundError as problem:
            if problem.name != module:
                raise
        from course.panel import Undrawn

        return Undrawn()

    return get
