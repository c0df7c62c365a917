"""A page on which exercises are tried in a browser, with nothing installed: its Python side.

``make try`` puts the page together: Python for the browser, this package, and the exercises' texts.
The page runs it in a worker of its own, which it ends where a function does not.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import linecache
import sys
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import course.units
from exercises.check import NotYet, checker
from exercises.report import Report

UNITS = Path(course.units.__file__).parent


class Trial:
    """A unit's exercises, tried: answers as text, reports and pictures as HTML.

    ``imports`` are those of the unit's notebook; of what is not here nothing is imported.
    ``texts`` are what stands in the answers' cells; one that cannot be run defines nothing.  All
    answers live in the module ``__main__``, as a notebook's do, so that one may call another.
    """

    def __init__(self, package: str, imports: Sequence[str], texts: Mapping[str, str]) -> None:
        self._reports: list[Report] = []
        self._check = checker(UNITS / package / course.units.PUBLIC, heard=self._reports.append)
        self._names = vars(sys.modules["__main__"])
        self._panels: Any = None
        with contextlib.suppress(ImportError):
            self._panels = importlib.import_module(f"course.units.{package}.panels")
        self._shown: Any = None
        for line in imports:
            with contextlib.suppress(ImportError):
                exec(line, self._names)
        for name, text in texts.items():
            with contextlib.suppress(Exception, SystemExit):
                self._run(name, text)

    def check(self, name: str, text: str) -> str:
        """What there is to say of an answer."""
        self._reports.clear()
        printed = io.StringIO()
        try:
            with contextlib.redirect_stdout(printed):
                self._run(name, text)
                self._check(self._names[name])
        except NotYet:
            pass
        except SyntaxError as problem:
            where = f" in line {problem.lineno}" if problem.lineno else ""
            return _sentence(f"Python cannot read this{where}: {problem.msg}.")
        except KeyError:
            return _sentence(f"Nothing here is called {name}. Keep the name that is asked for.")
        except (Exception, SystemExit) as problem:
            kind = type(problem).__name__
            return _sentence(f"Your text ended in a {kind}: {problem}")
        return self._reports[-1]._repr_mimebundle_()["text/html"] if self._reports else ""

    def _run(self, name: str, text: str) -> None:
        file = f"<{name}>"
        linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
        self._names.pop(name, None)
        exec(compile(text, file, "exec"), self._names)

    def panel(self, call: str) -> list[dict[str, Any]]:
        """The sliders of the panel that ``call`` shows; none where it needs what is not here."""
        self._shown = None
        if self._panels is not None and call:
            with contextlib.suppress(ImportError):
                shown = eval(call, {**self._names, "panels": self._panels})
                shown.draw({})
                self._shown = shown
        return [
            {"name": one.name, "label": one.label, "low": one.low, "value": one.value,
             "unit": one.unit, "names": list(one.names)}
            for one in (self._shown.sliders if self._shown else ())
        ]  # fmt: skip

    def picture(self, values: Mapping[str, int]) -> dict[str, Any]:
        """The picture of that panel, and where its sliders stand now: {name: [value, highest]}."""
        settled = self._shown.settled(values)
        return {"html": self._shown.draw(values).html(), "sliders": settled}


def _sentence(says: str) -> str:
    return f'<div role="status"><strong>✗ {escape(says)}</strong></div>'
