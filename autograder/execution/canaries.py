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

# each must end in an AssertionError; the modules only where the notebook has them
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
    """The canaries for a test cell with this source."""
    found = [_must_fail(), _value()]
    if changed := _another_answer(test):
        found.append(Canary(changed, lambda said: said.get("status") == "ok"))
    return found


def _must_fail() -> Canary:
    names = {name: f"_{secrets.token_hex(6)}" for name in ("m", "t")}
    a = secrets.randbelow(10**6)
    lines = ["import sys", f"{names['m']}, {names['t']} = sys.modules, []"]
    for number, statement in enumerate(MUST_FAIL):
        text = statement.format(a=a, b=a + 1 + secrets.randbelow(10**6), m=names["m"])
        module = text.partition("['")[2].partition("']")[0]
        lines.append(f"if {module!r} in {names['m']}:" if module else "if True:")
        lines += ["    try:", f"        {text}", "    except AssertionError:", "        pass"]
        lines += ["    else:", f"        {names['t']}.append({number})"]
    token = secrets.token_hex(8)
    lines.append(f"raise RuntimeError({token!r} + ' ' + repr({names['t']}))")

    def passed(said: dict[str, Any]) -> bool:
        own = said.get("ename") == "RuntimeError" and token in str(said.get("evalue"))
        return said.get("status") == "ok" or (own and said.get("evalue") != f"{token} []")

    return Canary("\n".join(lines), passed)


def _value() -> Canary:
    number = str(10**6 + secrets.randbelow(10**6))
    return Canary(
        number, lambda said: said.get("status") == "ok" and said.get("results") != [number]
    )


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
        value = ast.literal_eval(right) if right is not None else None
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        value = None
    if type(value) in (int, float):
        return value + 10**6 + secrets.randbelow(10**6)
    return secrets.token_hex(8)
