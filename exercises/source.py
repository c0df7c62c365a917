"""Functions as text: an author's reference, changes of it, and text that stands alone."""

from __future__ import annotations

import ast
import builtins
import inspect
import linecache
import symtable
import textwrap
import types
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from exercises.errors import BadExercise


@dataclass(frozen=True)
class edit:
    """The reference with one piece of its text changed; several are joined with ``&``.

    ``old`` has to stand in the reference exactly once, so that nobody can mean another place.
    """

    old: str
    new: str
    others: tuple[edit, ...] = ()

    def __and__(self, other: edit) -> edit:
        return edit(self.old, self.new, (*self.others, other))

    def of(self, text: str) -> str:
        """``text``, changed.  Raises BadExercise where ``old`` does not stand there once."""
        places = []
        for one in (self, *self.others):
            times = text.count(one.old)
            if times != 1:
                where = "nowhere" if not times else f"{times} times"
                raise BadExercise(
                    f"the text {one.old!r} stands {where} in the reference; an edit needs a text "
                    "that stands there exactly once"
                )
            start = text.index(one.old)
            places.append((start, start + len(one.old), one.new))
        end = len(text)
        for start, stop, new in sorted(places, reverse=True):
            if stop > end:
                raise BadExercise("two edits change the same place of the reference")
            text, end = text[:start] + new + text[stop:], start
        return text


def text_of(function: Callable[..., Any], name: str | None = None) -> str:
    """The source of a function written with ``def``, without decorators; called ``name``."""
    lines = textwrap.dedent(inspect.getsource(function))
    node = ast.parse(lines).body[0]
    if not isinstance(node, ast.FunctionDef):
        raise BadExercise("a function has to be written with def; for one line give an expression")
    text = "\n".join(lines.splitlines()[node.lineno - 1 : node.end_lineno]) + "\n"
    return text if name is None else text.replace(f"def {node.name}(", f"def {name}(", 1)


def signature_of(text: str) -> str:
    """``name(W, F, S, P)`` of a function's text."""
    node = ast.parse(text).body[0]
    assert isinstance(node, ast.FunctionDef)
    return f"{node.name}({ast.unparse(node.args)})"


def returning(signature: str, expression: str) -> str:
    """The text of a function that returns an expression."""
    return f"def {signature}:\n    return {expression.strip()}\n"


def compiled(text: str, space: dict[str, Any], place: str) -> Callable[..., Any]:
    """The one function that ``text`` defines, seeing the names of ``space``.

    Its text can be read back, so that it can be shown and packed by value.
    """
    file = f"<{place}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    inside = dict(space)
    try:
        exec(compile(text, file, "exec"), inside)
    except SyntaxError as error:
        raise BadExercise(f"{error.msg}: {(error.text or text).strip()}") from None
    node = ast.parse(text).body[-1]
    assert isinstance(node, ast.FunctionDef)
    function: Callable[..., Any] = inside[node.name]
    return function


def names_used(text: str) -> list[str]:
    """The names that a text takes from its surroundings, in the order in which they stand there."""
    free: set[str] = set()
    todo = [symtable.symtable(text, "<text>", "exec")]
    while todo:
        table = todo.pop()
        todo += table.get_children()
        top = table.get_type() == "module"
        free |= {
            symbol.get_name()
            for symbol in table.get_symbols()
            if symbol.is_referenced() and (symbol.is_global() or (top and not symbol.is_assigned()))
        }
    found = [node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)]
    return [name for name in dict.fromkeys(found) if name in free]


def standing_alone(text: str, space: dict[str, Any], known: frozenset[str] = frozenset()) -> str:
    """``text`` with the imports, constants and helpers of ``space`` that it uses in front of it.

    Helpers that are exercises themselves (they have a ``source``) come as their reference;
    names in ``known`` are left to whoever runs the text.
    """
    parts: list[str] = []
    _collect(text, space, set(known), parts)
    return "\n\n".join([*parts, text])


def _collect(text: str, space: dict[str, Any], known: set[str], parts: list[str]) -> None:
    own = {node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)}
    known |= own
    for name in names_used(text):
        if name in known or name not in space or hasattr(builtins, name):
            continue
        known.add(name)
        value = space[name]
        if isinstance(value, types.ModuleType):
            parts.append(f"import {value.__name__} as {name}" if value.__name__ != name
                         else f"import {name}")  # fmt: skip
        elif isinstance(value, (int, float, str, tuple, list, dict, bool)):
            parts.append(f"{name} = {value!r}")
        elif isinstance(value, types.FunctionType) and value.__module__ != space.get("__name__"):
            parts.append(f"from {value.__module__} import {value.__qualname__} as {name}")
        elif callable(value) or hasattr(value, "source"):
            helper = value.source if hasattr(value, "source") else text_of(value)
            _collect(helper, space, known, parts)
            parts.append(helper)
