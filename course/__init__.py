"""Sliding Windows: a course on convolutional networks that grades itself.

What a student's notebook imports. One line at the top of a unit brings its check and its panels::

    from course.units.output_size import check, panels

At its end stands how far it has come::

    from course import progress

    progress()

Nothing here computes a reference answer: those live with the instructor, in ``source/``.
"""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any


def _bring_the_kit() -> None:
    """Import the kit that lies beside this package, wherever a notebook runs.

    In a unit's source folder Python would take the teacher's own ``exercises.py`` for it.
    """
    folder = Path(__file__).parents[1] / "exercises"
    spec = spec_from_file_location(
        folder.name, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    if folder.name in sys.modules or spec is None or spec.loader is None or not folder.is_dir():
        return
    sys.modules[folder.name] = module_from_spec(spec)
    spec.loader.exec_module(sys.modules[folder.name])


_bring_the_kit()


def __getattr__(name: str) -> Any:
    """``progress``, brought when it is asked for: a notebook's first import stays fast."""
    if name != "progress":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from course.overview import progress

    return progress
