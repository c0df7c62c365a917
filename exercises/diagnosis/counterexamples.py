"""What is wrong with a counterexample that no slip recognises."""

from __future__ import annotations

import itertools
from typing import Any

from exercises.answers import Raised, is_array
from exercises.public import Claim, Slip

MOST = 5  # parts whose orders are all tried


def explain(claim: Claim, answer: Any) -> Slip | None:
    """The slip that recognises the answer; else whether its parts would do in another order."""
    return claim.diagnose([answer]) or _in_another_order(claim, answer)


def _in_another_order(claim: Claim, answer: Any) -> Slip | None:
    parts = answer.tolist() if is_array(answer) else answer
    if isinstance(parts, Raised) or type(parts) is not list or len(parts) != len(claim.gives):
        return None
    if not 2 <= len(parts) <= MOST:
        return None
    fitting = [
        order
        for order in itertools.permutations(range(len(parts)))
        if claim.unmet([parts[place] for place in order]) is None
    ]
    if len(fitting) != 1:
        return None
    names_in_order = [name for name, _ in claim.gives]
    moved = [names_in_order[place] for place, now in enumerate(fitting[0]) if place != now]
    if len(moved) > 3:
        return None
    listed = f"{', '.join(moved[:-1])} and {moved[-1]}"
    return Slip(
        "", f"{listed} have changed places",
        f"Say aloud what each of your numbers is: {listed}. Do they stand where the exercise asks "
        "for them?",
        f"The order is ({', '.join(name for name, _ in claim.gives)}). With {listed} in each "
        "other's places this would be a counterexample.",
    )  # fmt: skip
