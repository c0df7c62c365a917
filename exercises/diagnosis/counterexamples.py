"""What is wrong with a counterexample, in this order; the first that is so is told.

- A counterexample in another form: in quotes, in brackets of its own, two at once.
- A slip that recognises the answer.
- Nothing, no data, another number of parts.
- The part that alone stands in the way.
- The right parts in another order.
- What the first requirement that is not met comes to with these parts.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator
from typing import Any

from exercises.answers import NotPlain, Other, Raised, is_array, plain
from exercises.calls import Call
from exercises.claims import KINDS, Requirement, names_in, value_of
from exercises.comparison import show
from exercises.public import Claim, Slip
from exercises.told import counted

MOST = 6  # parts whose orders are all tried
TRIED = range(-60, 61)  # whole numbers that are tried in the place of one
LONGEST = 60  # characters of an expression that is shown


def explain(claim: Claim, call: Call) -> Slip | None:
    """What is wrong with the answer of a call, if it is no counterexample; None: nothing known."""
    return (
        of_form(claim, call.answer)
        or claim.diagnose([call.answer])
        or _nothing_or_no_data(claim, call)
        or _parts(claim, call.answer)
        or _not_met(claim, call.answer)
    )


# ------------------------------------------------------------------------------- form


def of_form(claim: Claim, answer: Any) -> Slip | None:
    """Quotes or a pair of brackets around what is nearer to a counterexample without them."""
    if isinstance(answer, Raised):
        return None
    reached = _reached(claim, answer)
    if type(answer) is str:
        texts_asked = any(kind == "text" for _, kind in claim.gives)
        if _reached(claim, _read(answer)) > reached:
            more = f"Take the quotes away: return {answer.strip()}."
        elif texts_asked or not any(map(str.isdigit, answer)):
            return None
        else:
            more = f"Asked for: {claim.all_requirements[0].says}."
        return Slip(
            "", "the answer stands in quotes",
            f"{show(answer)} stands in quotes: that is a text about numbers. How do you give the "
            "numbers themselves?",
            more,
        )  # fmt: skip
    parts = list(answer) if is_array(answer) else answer
    if type(parts) is not list or not parts:
        return None
    if any(_reached(claim, part) <= reached for part in parts):
        return None
    if len(parts) == 1:
        return Slip(
            "", "the answer stands in brackets of its own",
            "What you give stands in one pair of brackets too many. Which of them can go?",
            f"Asked for: {claim.all_requirements[0].says}.",
        )  # fmt: skip
    return Slip(
        "", f"{len(parts)} answers are given where one is asked",
        f"You give {len(parts)} answers at once. Which one is your counterexample?",
        f"Asked for, once: {claim.all_requirements[0].says}.",
    )  # fmt: skip


def _nothing_or_no_data(claim: Claim, call: Call) -> Slip | None:
    """Printed instead of returned, nothing at all, or what is no plain data."""
    asked = claim.all_requirements[0].says
    if call.answer is None and call.printed.strip():
        return Slip(
            "", "prints its answer and returns nothing",
            "It prints an answer, and nobody can go on computing with what is printed. Which word "
            "hands a value back to whoever called?",
            "print shows something to people; return gives it to the program. Put return in the "
            "place of print.",
        )  # fmt: skip
    if call.answer is None:
        return Slip(
            "", "returns nothing",
            "What does your function hand back when it is done? It gives None.",
            "A function that ends without return gives None.",
        )  # fmt: skip
    if isinstance(call.answer, Other) or type(call.answer) is dict:
        what = "a dictionary" if type(call.answer) is dict else f"{call.answer}"
        return Slip(
            "", f"gives {what}",
            f"Your function gives {what}. In which form does the exercise ask for the answer?",
            f"Asked for: {asked}, in this order, with commas between them.",
        )  # fmt: skip
    return None


def _parts(claim: Claim, answer: Any) -> Slip | None:
    """Too many parts, too few, or one of another kind."""
    if names_in(answer, claim.gives) is not None:
        return None
    names = [name for name, _ in claim.gives]
    if len(names) < 2:
        return None
    parts = answer.tolist() if is_array(answer) else answer
    parts = parts if type(parts) is list else [parts]
    if len(parts) != len(names):
        return Slip(
            "", f"gives {counted(len(parts), 'part')}, not {len(names)}",
            f"You give {len(parts)} {'part' if len(parts) == 1 else 'parts'}, and {len(names)} are "
            f"asked: {listed(names)}. Which of them is each of yours?",
            f"Asked for: {claim.all_requirements[0].says}.",
        )  # fmt: skip
    for (name, kind), part in zip(claim.gives, parts, strict=True):
        alone = [part] if kind in ("whole", "number", "text") else part
        if names_in(alone, ((name, kind),)) is None:
            return Slip(
                "", f"{name} is no {KINDS[kind][0]}",
                f"Your {name} is {show(part)}, and it has to be a {KINDS[kind][0]}. What does "
                f"{name} stand for?",
            )  # fmt: skip
    return None


def _reached(claim: Claim, answer: Any) -> int:
    """How many of the requirements an answer meets before one that it does not."""
    unmet = claim.unmet(answer)
    asked = claim.all_requirements
    return len(asked) if unmet is None else asked.index(unmet)


def _read(text: str) -> Any:
    """The plain value that a text spells, or None."""
    try:
        return plain(ast.literal_eval(text.strip()))
    except (ValueError, SyntaxError, NotPlain, MemoryError, RecursionError):
        return None


# ------------------------------------------------------------------------------- order


def _in_another_order(claim: Claim, answer: Any) -> Slip | None:
    """What to say if the parts make a counterexample in one other order, and only one."""
    parts = answer.tolist() if is_array(answer) else answer
    if isinstance(parts, Raised) or type(parts) is not list or len(parts) != len(claim.gives):
        return None
    if not 2 <= len(parts) <= MOST or names_in(answer, claim.gives) is None:
        return None
    fitting = [
        order
        for order in itertools.permutations(range(len(parts)))
        if claim.unmet([parts[place] for place in order]) is None
    ]
    if len({tuple(map(repr, (parts[at] for at in order))) for order in fitting}) != 1:
        return None
    in_order = ", ".join(name for name, _ in claim.gives)
    names_in_order = [name for name, _ in claim.gives]
    order = min(fitting, key=lambda order: sum(at != now for at, now in enumerate(order)))
    moved = [names_in_order[place] for place, now in enumerate(order) if place != now]
    if len(moved) > 3:
        if not _turned(order):
            return None
        return Slip(
            "", "in another order it would be a counterexample",
            "Your numbers make a counterexample, in another order. Say aloud what each of them is: "
            "does it stand where the exercise asks for it?",
            f"The order is ({in_order}).",
        )  # fmt: skip
    names = listed(moved)
    return Slip(
        "", f"with {names} in each other's places it would be a counterexample",
        f"Say aloud what each of your numbers is: {names}. Do they stand where the exercise asks "
        "for them?",
        f"The order is ({in_order}). With {names} in each "
        "other's places this would be a counterexample.",
    )  # fmt: skip


def _turned(order: tuple[int, ...]) -> bool:
    """Whether the parts only begin at another place."""
    return all((now - order[0] - place) % len(order) == 0 for place, now in enumerate(order))


def listed(names: list[str]) -> str:
    """Names as words: ``W, F and S``."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


# ------------------------------------------------------------------------------- what is not met


def _not_met(claim: Claim, answer: Any) -> Slip | None:
    """What the first unmet requirement comes to, and which part alone could be another."""
    names, unmet = names_in(answer, claim.gives), claim.unmet(answer)
    if names is None or unmet is None:
        return None
    comes_to, alone = _come_to(unmet, names), _alone(claim, names, unmet)
    if not alone and (told := _in_another_order(claim, answer)):
        return told
    if alone:
        name = alone[-1]
        rest = listed([other for other in names if other != name])
        hint = (
            f"Leave {rest} as they are: with another number for {name}, yours would be a "
            f"counterexample. What is {name} to be, and where does your {show(names[name])} come "
            "from?"
        )
        return Slip("", f"{name} stands in the way", hint, comes_to)
    if comes_to:
        return Slip("", f"not so: {unmet.says}", f"{comes_to} What do you see?")
    return None


def _alone(claim: Claim, names: dict[str, Any], unmet: Requirement) -> list[str]:
    """The parts that a requirement's words name, and that alone could make a counterexample."""
    asked = set(re.findall(r"\w+", unmet.says))
    return [
        name
        for name, kind in claim.gives
        if kind == "whole" and name in asked and len(names) > 1
        and any(
            claim.unmet(list({**names, name: number}.values())) is None for number in TRIED
        )
    ]  # fmt: skip


def _tree(requirement: Requirement) -> ast.expr:
    return ast.parse(requirement.holds.strip(), mode="eval").body


WORDS = {
    ast.Eq: "is not equal to", ast.NotEq: "is equal to", ast.Lt: "is not smaller than",
    ast.LtE: "is larger than", ast.Gt: "is not larger than", ast.GtE: "is smaller than",
}  # fmt: skip


def _come_to(requirement: Requirement, names: dict[str, Any]) -> str:
    """The first comparison in a requirement that does not hold, with the numbers on either side."""
    for left, how, right in _comparisons(_tree(requirement), names):
        sides = [ast.unparse(side) for side in (left, right)]
        if any(len(side) > LONGEST or not _is_arithmetic(tree)
               for side, tree in zip(sides, (left, right), strict=True)):  # fmt: skip
            return ""
        values = [value_of(side, names) for side in sides]
        said = [
            text if text == str(value) else f"{text} = {show(value)}"
            for text, value in zip(sides, values, strict=True)
        ]
        return f"With your numbers, {said[0]} {WORDS[how]} {said[1]}."
    return ""


def _comparisons(
    tree: ast.expr, names: dict[str, Any]
) -> Iterator[tuple[ast.expr, type[ast.cmpop], ast.expr]]:
    """The single comparisons that do not hold, of those that all have to."""
    if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And):
        for part in tree.values:
            yield from _comparisons(part, names)
    elif isinstance(tree, ast.Compare) and all(type(how) in WORDS for how in tree.ops):
        sides = [tree.left, *tree.comparators]
        for left, how, right in zip(sides, tree.ops, sides[1:], strict=False):
            one = ast.unparse(ast.Compare(left, [how], [right]))
            try:
                holds = bool(value_of(one, names))
            except Exception:
                return
            if not holds:
                yield left, type(how), right


def _is_arithmetic(tree: ast.expr) -> bool:
    """Whether an expression is one that a student reads as a formula."""
    allowed = (ast.BinOp, ast.UnaryOp, ast.Name, ast.Constant, ast.operator, ast.unaryop,
               ast.expr_context)  # fmt: skip
    return all(isinstance(node, allowed) for node in ast.walk(tree))
