"""The part of an ``exercises.py`` that marks depend on: all but its slips."""

from __future__ import annotations

import ast
import functools


@functools.lru_cache(maxsize=8)
def without_slips(text: str) -> str:
    """The text of a key without slips, comments and layout; as it is where it cannot be read.

    A slip that a test-writing exercise takes for one of its faulty implementations stays: marks
    depend on it.
    """
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return text
    used = {
        keyword.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "slip"
        and isinstance(keyword.value, ast.Constant)
        and isinstance(keyword.value.value, str)
    }
    tree.body = [one for one in tree.body if not _is_slip(one, used)]
    return ast.unparse(tree)


def _is_slip(statement: ast.stmt, used: set[str]) -> bool:
    """Whether a statement adds a slip, none of those that are used."""
    match statement:
        case ast.Expr(ast.Call() as call):
            return _names_slip(call.func) and not _id_of(call) & used
        case ast.FunctionDef(decorator_list=[ast.Call() as call]):
            return _names_slip(call.func) and not _id_of(call) & used
    return False


def _names_slip(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Name | ast.Attribute)
        and (node.id if isinstance(node, ast.Name) else node.attr) == "slip"
    )


def _id_of(call: ast.Call) -> set[str]:
    first = call.args[0] if call.args else None
    return {str(first.value)} if isinstance(first, ast.Constant) else set()
