"""Small general changes of a reference.

Made when exercises are published, and kept as fingerprints: what nobody foresaw as a slip is often
one operator, one bound or two exchanged arguments away from right.  What a change of a kind says of
an answer that is like it: ``exercises.diagnosis.lookalikes``.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Mutant:
    """A function's text with one change of a kind in it.

    ``names`` are the arguments that the change is about, if it is about any.
    """

    source: str
    kind: str
    names: tuple[str, ...] = ()


Change = tuple[ast.expr, str, tuple[str, ...]]  # the new expression, the kind, the names in it
Changes = Iterator[Change]


def mutants(source: str) -> Iterator[Mutant]:
    """All small changes of the function in ``source``, each once."""
    tree = ast.parse(source)
    function = tree.body[0]
    assert isinstance(function, ast.FunctionDef)
    names = [one.arg for one in function.args.args]
    seen = {ast.unparse(tree)}
    for mutant in (*_in_place(tree, names), *_exchanged(tree, names)):
        if mutant.source not in seen:
            seen.add(mutant.source)
            yield mutant


def _in_place(tree: ast.Module, names: list[str]) -> Iterator[Mutant]:
    """Changes of one expression at a time."""
    for number, node in enumerate(_expressions(tree)):
        for new, kind, about in _changes(node, names):
            copied = copy.deepcopy(tree)
            same = _expressions(copied)[number]
            text = ast.unparse(_Replace(same, new).visit(copied))
            yield Mutant(text + "\n", kind, about)


def _expressions(tree: ast.Module) -> list[ast.expr]:
    """The expressions of a function's body; what its signature says stays as it is."""
    function = tree.body[0]
    assert isinstance(function, ast.FunctionDef)
    body = ast.Module(function.body, [])
    return [node for node in ast.walk(body) if isinstance(node, ast.expr)]


class _Replace(ast.NodeTransformer):
    def __init__(self, old: ast.expr, new: ast.expr) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> Any:
        return self.new if node is self.old else super().generic_visit(node)


def _changes(node: ast.expr, names: list[str]) -> Changes:
    match node:
        case ast.Compare(ops=[_]):
            yield from _comparisons(node)
        case ast.BinOp():
            yield from _operations(node, names)
        case ast.Constant(value=bool()):
            return
        case ast.Constant(value=int(value)):
            for beside in (value - 1, value + 1):
                yield ast.Constant(beside), "one-off", ()
            for name in names:
                yield ast.Name(name), "use", (name, str(value))
        case ast.Call(func=ast.Name(id="max" | "min" as name), args=[_, _] as args):
            opposite = ast.Name("min" if name == "max" else "max")
            yield ast.Call(opposite, args, []), "extreme", ()
            for arg in args:
                if not isinstance(arg, ast.Constant):
                    yield arg, "unbounded", ()
        case ast.Name(id=name) if name in names:
            for other in names:
                if other != name:
                    yield ast.Name(other), "use", (other, name)
        case ast.Subscript(
            value=ast.Attribute(attr="shape"), slice=ast.Constant(value=0 | 1 as axis)
        ):
            yield ast.Subscript(node.value, ast.Constant(1 - axis)), "axes", ()
        case ast.Call(keywords=[*keywords]):
            for place, keyword in enumerate(keywords):
                match keyword:
                    case ast.keyword("axis", ast.Constant(0 | 1 as axis)):
                        turned = ast.keyword("axis", ast.Constant(1 - axis))
                        changed = [*keywords[:place], turned, *keywords[place + 1 :]]
                        yield ast.Call(node.func, node.args, changed), "axes", ()


def _comparisons(node: ast.Compare) -> Changes:
    bounds = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
    turned = {ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE}
    kind = type(node.ops[0])
    if kind in bounds:
        yield ast.Compare(node.left, [bounds[kind]()], node.comparators), "bound", ()
        yield ast.Compare(node.left, [turned[kind]()], node.comparators), "turned", ()


def _operations(node: ast.BinOp, names: list[str]) -> Changes:
    left, right = node.left, node.right
    match node.op:
        case ast.Add() | ast.Sub():
            yield from _regrouped(node)
            other = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
            yield ast.BinOp(left, other, right), "sign", ()
            yield left, "missing", _alone_in(right, names)
            if isinstance(node.op, ast.Add):
                yield right, "missing", _alone_in(left, names)
                yield ast.BinOp(left, ast.Mult(), right), "product", ()
        case ast.Mult():
            yield ast.BinOp(left, ast.Add(), right), "product", ()
            for kept, dropped in ((left, right), (right, left)):
                if isinstance(dropped, ast.Constant) and dropped.value == 2:
                    yield kept, "factor", ()
                else:
                    yield kept, "missing", _alone_in(dropped, names)
        case ast.FloorDiv():
            up = ast.UnaryOp(
                ast.USub(), ast.BinOp(ast.UnaryOp(ast.USub(), left), ast.FloorDiv(), right)
            )
            yield up, "up", ()
            quotient = ast.BinOp(left, ast.Div(), right)
            yield quotient, "unrounded", ()
            yield ast.Call(ast.Name("round"), [quotient], []), "nearest", ()
            yield ast.Call(ast.Name("int"), [quotient], []), "to zero", ()
            yield left, "missing", _alone_in(right, names)
        case ast.Div():
            yield ast.BinOp(left, ast.FloorDiv(), right), "down", ()
            yield left, "missing", _alone_in(right, names)


def _regrouped(node: ast.BinOp) -> Changes:
    """The same parts with the brackets elsewhere, or a difference taken the other way round."""
    if isinstance(node.op, ast.Sub):
        yield ast.BinOp(node.right, ast.Sub(), node.left), "difference", ()
    match node.left:
        case ast.BinOp(left, ast.FloorDiv() | ast.Div() | ast.Mult() as op, right):
            inside = ast.BinOp(left, node.op, node.right)
            yield ast.BinOp(inside, op, right), "brackets", ()
            yield ast.BinOp(left, op, ast.BinOp(right, node.op, node.right)), "brackets", ()


def _alone_in(node: ast.expr, names: list[str]) -> tuple[str, ...]:
    """The one argument that a part is made of, if it is one."""
    inside = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)} & set(names)
    return tuple(inside) if len(inside) == 1 else ()


def _exchanged(tree: ast.Module, names: list[str]) -> Iterator[Mutant]:
    """Two arguments exchanged throughout."""
    for place, one in enumerate(names):
        for other in names[place + 1 :]:
            copied = copy.deepcopy(tree)
            function = copied.body[0]
            assert isinstance(function, ast.FunctionDef)
            for node in ast.walk(ast.Module(function.body, [])):
                if isinstance(node, ast.Name) and node.id in (one, other):
                    node.id = other if node.id == one else one
            yield Mutant(ast.unparse(copied) + "\n", "exchanged", (one, other))
