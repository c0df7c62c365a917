"""A unit's ``exercises.py``: all that is private of its exercises, loaded from its text.

What a file may hold, at its top level: exercises, claims and tests (``exercises.authoring``),
questions with numbers of the student's own (``exercises.questions``), and files that go with the
notebook (``exercises.handed_in``).
"""

from __future__ import annotations

import hashlib
import linecache
import re
import sys
import types
from dataclasses import dataclass, field
from pathlib import Path

from exercises import public
from exercises.authoring import AnyAuthored, Authored
from exercises.errors import BadExercise
from exercises.handed_in import HandedIn
from exercises.questions import AuthoredIdentity, AuthoredQuestion

FILE = "exercises.py"
PUBLIC = "exercises.json"  # its public half, in a unit's package or beside the notebook
AnyExercise = AnyAuthored | AuthoredIdentity | AuthoredQuestion


@dataclass
class Unit:
    """All exercises of a unit, by name, in the order in which they stand."""

    exercises: dict[str, AnyExercise] = field(default_factory=dict)
    files: dict[str, HandedIn] = field(default_factory=dict)

    @property
    def identity(self) -> AuthoredIdentity | None:
        """The exercise that says whose numbers the unit's questions are about, if there are any."""
        found = (one for one in self.exercises.values() if isinstance(one, AuthoredIdentity))
        return next(found, None)

    def public(self) -> str:
        """The text of the unit's public file."""
        return public.write({name: one.published() for name, one in self.exercises.items()})


def load(text: str, name: str = FILE) -> Unit:
    """The unit that the Python text of an ``exercises.py`` makes.  Raises BadExercise.

    The text is the instructor's, and trusted.  It is run as a module of its own, so that it can
    travel to another machine as text.
    """
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    module = types.ModuleType(f"exercises_of_a_unit_{digest}")
    module.__file__ = f"<{digest}>/{name}"
    linecache.cache[module.__file__] = (len(text), None, text.splitlines(True), module.__file__)
    sys.modules[module.__name__] = module
    try:
        exec(compile(text, module.__file__, "exec"), module.__dict__)
    except BadExercise as problem:
        if problem.place is not None:
            raise
        raise BadExercise(f"{name}{_line_of(problem, module.__file__)}: {problem}") from None
    except SyntaxError as error:
        raise BadExercise(f"{name}, line {error.lineno}: {error.msg}") from None
    except Exception as error:
        line = _line_of(error, module.__file__)
        raise BadExercise(f"{name}{line}: {type(error).__name__}: {error}") from error
    unit = Unit()
    for value in module.__dict__.values():
        if isinstance(value, Authored):
            if unit.exercises.get(value.name, value) is not value:
                raise BadExercise(f"{name}: two exercises are called {value.name}")
            unit.exercises[value.name] = value  # type: ignore[assignment]  # all kinds are one of them
        elif isinstance(value, HandedIn):
            unit.files[value.name] = value
    if not (unit.exercises or unit.files):
        raise BadExercise(
            f"{name} holds no exercise: put @exercise(...) of exercises.authoring above a function"
        )
    return unit


def _line_of(error: Exception, file: str) -> str:
    """Where in the author's file an error arose, as ``, line 12``; "" if elsewhere."""
    line, trace = "", error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            line = f", line {trace.tb_lineno}"
        trace = trace.tb_next
    return line


def load_file(path: Path) -> Unit:
    """The unit of an ``exercises.py`` on this machine.  Raises OSError or BadExercise."""
    return load(path.read_text(encoding="utf-8"), f"{path.parent.name}/{path.name}")


def text_in(folder: Path) -> str | None:
    """The text of a unit's ``exercises.py``; None where there is none that is written for the kit.

    A unit of another course may have a file of this name that is something else.  Raises OSError.
    """
    try:
        text = (folder / FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    return text if re.search(rf"^\s*(from|import) {__package__}\b", text, re.MULTILINE) else None
