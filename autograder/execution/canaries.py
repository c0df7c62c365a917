"""What must fail if a notebook's process is to be believed when it says that a test passed.

For courses without a key.  The cells made here are run in a copy of the process just before each
test cell (``sandbox/guest/canary.py``).  None is left out by accident, and none looks the same
twice.  They catch the common ways to make a test pass, not all: such a process can lie.
"""

from __future__ import annotations

import ast
import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

# each must raise an AssertionError; the modules only where the notebook has them
MUST_FAIL = (
    "assert False",
    "assert {a} == {b}",
    "{m}['numpy.testing'].assert_equal({a}, {b})",
    "{m}['numpy.testing'].assert_allclose({a}, {b})",
    "{m}['unittest'].TestCase().assertEqual({a}, {b})",
)
# functions whose second argument is the right answer
EQUAL = ("assert_equal", "assert_allclose", "assert_almost_equal", "assert_array_equal",
         "assert_array_almost_equal", "assertEqual", "assert_approx_equal")  # fmt: skip


@dataclass(frozen=True)
class Canary:
    """A cell, and whether what became of it shows that failures can pass."""

    source: str
    passed: Callable[[dict[str, Any]], bool]


def canaries(test: str) -> list[Canary]:
    """The canaries for a test cell with this source: two, since each costs as much as a cell."""
    return [_statements(), _failure(test)]


def _statements() -> Canary:
    """A cell in which nothing passes, and that shows a number if so."""
    modules, passed = (f"_{secrets.token_hex(6)}" for _ in range(2))
    a, number = secrets.randbelow(10**6), str(10**6 + secrets.randbelow(10**6))
    lines = ["import sys", f"{modules}, {passed} = sys.modules, 0"]
    for statement in MUST_FAIL:
        text = statement.format(a=a, b=a + 1 + secrets.randbelow(10**6), m=modules)
        module = text.partition("['")[2].partition("']")[0]
        lines.append(f"if {module!r} in {modules}:" if module else "if True:")
        lines += ["    try:", f"        {text}", "    except AssertionError:", "        pass"]
        lines += ["    else:", f"        {passed} = 1"]
    lines.append(f"{number} - {passed}")
    return Canary(
        "\n".join(lines),
        lambda said: said.get("status") == "ok" and said.get("results") != [number],
    )


def _failure(test: str) -> Canary:
    """A cell that ends in an error: of the test's own, if it compares anything."""
    a = secrets.randbelow(10**6)
    source = _another_answer(test) or f"assert {a} == {a + 1 + secrets.randbelow(10**6)}"
    return Canary(source, lambda said: said.get("status") == "ok")


def _another_answer(test: str) -> str:
    """A test cell up to one of its comparisons, with another right answer in it; "" without one."""
    try:
        body = ast.parse(test).body
    except (SyntaxError, ValueError, RecursionError):
        return ""  # a magic command, as a rule
    places = [place for place, statement in enumerate(body) if _right_answer(statement)]
    if not places:
        return ""
    place = random.SystemRandom().choice(places)
    before = [one for one in body[:place] if not isinstance(one, ast.Assert)]
    before = [one for one in before if not _right_answer(one)]
    statement = body[place]
    _put(statement, ast.Constant(_other(_right_answer(statement))))
    return ast.unparse(ast.Module([*before, statement], []))


def _right_answer(statement: ast.stmt) -> ast.expr | None:
    """What a statement compares an answer with, if that is all that it does."""
    match statement:
        case ast.Assert(test=ast.Compare(ops=[ast.Eq()], comparators=[right])):
            return right
        case ast.Expr(value=ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name),
                                     args=[_, right, *_])) if name in EQUAL:  # fmt: skip
            return right
    return None


def _put(statement: ast.stmt, right: ast.expr) -> None:
    match statement:
        case ast.Assert(test=ast.Compare() as compared):
            compared.comparators[0] = right
        case ast.Expr(value=ast.Call() as call):
            call.args[1] = right


def _other(right: ast.expr | None) -> Any:
    """Something that is not ``right``, and that no wrong answer is by chance."""
    try:
        value: Any = ast.literal_eval(right) if right is not None else None
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        value = None
    if type(value) in (int, float):
        return value + 10**6 + secrets.randbelow(10**6)
    return secrets.token_hex(8)
