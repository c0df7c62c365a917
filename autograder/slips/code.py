"""What a student wrote: the text of a function in a graded notebook, and whether it is plain.

A plain function may become a slip, which the grader runs among the keys.  So what a stranger wrote
is taken over only where every part of it is known to do nothing but compute.
"""

from __future__ import annotations

import ast
import builtins
import json
from collections.abc import Set
from pathlib import Path

CALLED = {
    "abs", "all", "any", "bool", "divmod", "enumerate", "float", "int", "len", "list", "max", "min",
    "range", "reversed", "round", "set", "sorted", "sum", "tuple", "zip", "ValueError",
}  # fmt: skip
METHODS = {
    "append", "extend", "insert", "pop", "reverse", "sort", "copy", "index", "count", "items",
    "keys", "values", "add", "update", "sum", "max", "min", "mean", "shape", "ndim", "size", "T",
    "astype", "reshape", "ravel", "tolist", "transpose", "any", "all", "dot", "argmax", "argmin",
}  # fmt: skip
OF_NUMPY = METHODS | {
    "abs", "arange", "array", "asarray", "ceil", "concatenate", "exp", "eye", "flip", "floor",
    "full", "inf", "isclose", "log", "maximum", "minimum", "ones", "ones_like", "pad", "pi", "prod",
    "repeat", "rot90", "sqrt", "stack", "tile", "where", "zeros", "zeros_like", "median", "std",
}  # fmt: skip
STATEMENTS = (
    ast.FunctionDef, ast.arguments, ast.arg, ast.Assign, ast.AugAssign, ast.For, ast.While, ast.If,
    ast.Return, ast.Raise, ast.Pass, ast.Break, ast.Continue, ast.Expr,
)  # fmt: skip
EXPRESSIONS = (
    ast.Name, ast.Constant, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Call,
    ast.keyword, ast.Tuple, ast.List, ast.Subscript, ast.Slice, ast.Attribute, ast.ListComp,
    ast.GeneratorExp, ast.comprehension, ast.Starred, ast.operator, ast.unaryop, ast.boolop,
    ast.cmpop, ast.expr_context,
)  # fmt: skip


def written_by(folder: Path, notebook: str, name: str) -> str:
    """The last function called ``name`` in a graded notebook, as text; "" where there is none."""
    cells = json.loads((folder / f"{notebook}.ipynb").read_text(encoding="utf-8"))["cells"]
    found = ""
    for cell in cells:
        if cell["cell_type"] != "code":
            continue
        text = "".join(cell["source"])
        try:
            body = ast.parse(text).body
        except SyntaxError:  # a magic
            continue
        for node in body:
            if isinstance(node, ast.FunctionDef) and node.name == name:
                found = ast.get_source_segment(text, node) or ""
    return found


def plain_function(
    text: str, known: Set[str], around: Set[str] = frozenset()
) -> ast.FunctionDef | None:
    """The function of a text, if it does nothing but compute; else None.

    ``known`` are the exercises whose references it may call, ``around`` all names that it would
    find in the unit's file: a variable of a comprehension would hide one here and not there.
    """
    try:
        (node,) = ast.parse(text).body
    except (SyntaxError, ValueError):
        return None
    if not isinstance(node, ast.FunctionDef) or node.decorator_list:
        return None
    if _has_text_first(node):
        node.body = node.body[1:] or [ast.Pass()]
    node.returns = None
    for arg in ast.walk(node.args):
        if isinstance(arg, ast.arg):
            arg.annotation = None
    own = {one.id for one in ast.walk(node)
           if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}  # fmt: skip
    own |= {one.arg for one in ast.walk(node.args) if isinstance(one, ast.arg)}
    if own & ((around | set(dir(builtins))) - known - {node.name}):
        return None
    allowed = own | CALLED | known | {"np", "numpy", "math", node.name}
    parts = ast.walk(node)
    return node if all(_is_plain(part, allowed) for part in parts) else None


def _has_text_first(node: ast.FunctionDef) -> bool:
    first = node.body[0]
    return isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)


def _is_plain(part: ast.AST, allowed: set[str]) -> bool:
    if not isinstance(part, (*STATEMENTS, *EXPRESSIONS)):
        return False
    if isinstance(part, ast.Name):
        return part.id in allowed and not part.id.startswith("_")
    if isinstance(part, ast.arg):
        return not part.arg.startswith("_")
    if isinstance(part, ast.Attribute):
        of = part.value.id if isinstance(part.value, ast.Name) else ""
        return part.attr in (OF_NUMPY if of in ("np", "numpy", "math") else METHODS)
    return True
