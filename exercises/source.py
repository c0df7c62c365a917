"""Functions as text: an author's reference, changes of it, and text that stands alone."""

from __future__ import annotations

import ast
import builtins
import inspect
import linecache
import math
import symtable
import sys
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
        return edit(self.old, self.new, (*self.others, edit(other.old, other.new), *other.others))

    def of(self, text: str) -> str:
        """``text``, changed.  Raises BadExercise where ``old`` does not stand there once."""
        places = []
        for one in (self, *self.others):
            starts = [at for at in range(len(text) + 1) if text.startswith(one.old, at)]
            if len(starts) != 1:
                where = f"{len(starts)} times" if starts else "nowhere"
                raise BadExercise(
                    f"the text {one.old!r} stands {where} in the reference; an edit needs a text "
                    "that stands there exactly once"
                )
            places.append((starts[0], starts[0] + len(one.old), one.new))
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
    if not isinstance(node, ast.FunctionDef) or node.name != function.__name__:
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


def arguments_read(text: str) -> list[str]:
    """The arguments of a function in ``text`` that its body reads, in their order."""
    function = ast.parse(text).body[0]
    assert isinstance(function, ast.FunctionDef)
    read = {
        node.id
        for node in ast.walk(ast.Module(function.body, []))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    return [one.arg for one in function.args.args if one.arg in read]


def names_used(text: str) -> list[str]:
    """The names that a text takes from its surroundings, in the order in which they stand there."""
    top = symtable.symtable(text, "<text>", "exec")
    own = {symbol.get_name() for symbol in top.get_symbols() if symbol.is_assigned()}
    free: set[str] = set()
    todo = [top]
    while todo:
        table = todo.pop()
        todo += table.get_children()
        free |= {
            symbol.get_name()
            for symbol in table.get_symbols()
            if symbol.is_referenced() and (symbol.is_global() or table is top)
        }
    free -= own
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
    known |= {
        node.name
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
    for name in names_used(text):
        if name in known or name not in space or hasattr(builtins, name):
            continue
        known.add(name)
        value = space[name]
        if line := _imported(name, value, space) or _constant(name, value):
            parts.append(line)
            continue
        if hasattr(value, "source"):
            helper = value.source
        elif inspect.isfunction(value):
            helper = text_of(value)
        elif inspect.isclass(value):
            helper = textwrap.dedent(inspect.getsource(value))
        else:
            raise BadExercise(
                f"{name} is an object of type {type(value).__name__}, which cannot be written as "
                "text: make it within the function"
            )
        _collect(helper, space, known, parts)
        parts.append(helper)


def _imported(name: str, value: Any, space: dict[str, Any]) -> str:
    """The line that imports ``value``; "" for what belongs to ``space`` itself."""
    if isinstance(value, types.ModuleType):
        called = "" if value.__name__ == name else f" as {name}"
        return f"import {value.__name__}{called}"
    module, own = getattr(value, "__module__", None), getattr(value, "__name__", None)
    if module in (None, space.get("__name__")) or own is None:
        return ""
    if getattr(sys.modules.get(module), own, None) is not value:
        return ""
    return f"from {module} import {own}{'' if own == name else f' as {name}'}"


def _constant(name: str, value: Any) -> str:
    """The line that gives a constant its value; "" where that is no plain text."""
    if type(value) is float and not math.isfinite(value):
        return f"{name} = float({str(value)!r})"
    try:
        return f"{name} = {value!r}" if ast.literal_eval(repr(value)) == value else ""
    except (ValueError, SyntaxError, TypeError):
        return ""
