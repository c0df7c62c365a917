"""``numbers(my_id, chain)``: the student's own numbers, shown as a table and there by name.

A unit makes its own from its public file::

    numbers = numbers_from(Path(__file__).with_name("exercises.json"))
"""

from __future__ import annotations

import os
from collections.abc import Callable
from html import escape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from exercises.answers import answer_of
from exercises.check import NotYet, exercises_in
from exercises.comparison import show
from exercises.variants import entered, identity_in


class Numbers(SimpleNamespace):
    """Somebody's numbers: ``numbers.W``.  Shown as a table; without an id it says what to do."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if (todo := self.__dict__.get("_todo")) is not None:
            raise NotYet(todo)
        known = ", ".join(name for name, *_ in self.__dict__.get("_rows", ()))
        raise AttributeError(f"there is no number called {name}, only {known}")

    def __str__(self) -> str:
        if self._todo is not None:
            return str(self._todo)
        lines = [f"  {name} = {value}: {says}" for name, says, value in self._rows]
        return "\n".join([f"The numbers of {self._of}:", *lines])

    __repr__ = __str__

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": str(self), "text/html": self._html()}

    def _html(self) -> str:
        if self._todo is not None:
            return f"<div role='status'>{escape(self._todo)}</div>"
        cell = "style='text-align:left;padding:.15em .8em .15em 0'"
        rows = "".join(
            f"<tr><th scope='row' {cell}><code>{escape(name)}</code></th>"
            f"<td {cell}><code>{escape(value)}</code></td><td {cell}>{escape(says)}</td></tr>"
            for name, says, value in self._rows
        )
        return (
            f"<div style='overflow-x:auto'><table style='margin:.4em 0'>"
            f"<caption style='text-align:left'>The numbers of <strong>{escape(self._of)}</strong>"
            f"</caption><tbody>{rows}</tbody></table></div>"
        )


def numbers_from(file: str | os.PathLike[str]) -> Callable[[Any, str], Numbers]:
    """The ``numbers`` of a unit; ``file`` is its public file, read when it is first needed."""
    place = Path(file).absolute()

    def numbers(my_id: Any, chain: str) -> Numbers:
        """The numbers of a chain for the id that ``my_id()`` gives.  Raises LookupError."""
        identity = identity_in(exercises_in(place))
        variants = identity.chain(chain)
        me = entered(answer_of(my_id, ())) if callable(my_id) else None
        if me is None:
            todo = f"Make check({identity.name}) pass, then run this cell again: no numbers yet."
            return Numbers(_todo=todo)
        own = variants.numbers(variants.number_of(me))
        rows = [(name, says, show(own[name])) for name, says in variants.says]
        return Numbers(**own, _of=me, _rows=rows, _todo=None)

    return numbers
