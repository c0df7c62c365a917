"""Why a student's test misjudges an implementation.

The calls that the test makes are watched, and each is tried on the right function too.  So it is
known whether a faulty one ever showed itself, and what is said holds for this test: either none of
its calls could tell, or one did and the test did not mind.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from exercises.answers import NotPlain, Raised, answer_of, plain
from exercises.comparison import look_alike, show
from exercises.public import Slip, Subject
from exercises.told import call_text

Function = Callable[..., Any]
MOST = 1_000  # calls that are kept


@dataclass
class Watched:
    """An implementation that remembers what it was asked, with copies of the arguments."""

    function: Function
    asked: list[tuple[Any, ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        functools.update_wrapper(self, self.function)

    def __call__(self, *args: Any, **named: Any) -> Any:
        """Its answer."""
        if not named and len(self.asked) < MOST:
            self.asked.append(copy.deepcopy(args))
        return self.function(*args, **named)


def refuses_the_right(name: str, subject: Subject, watched: Watched, verdict: Any) -> Slip:
    """What to say of a test that rejects a right function called ``name``."""
    if subject.source:
        return Slip(
            "", f"rejects one that {subject.says}",
            f"Your test rejects one that {subject.says}. Is it wrong? What does your test ask for "
            "that was not promised?",
            "Whatever keeps to the description is right, however it comes about.",
        )  # fmt: skip
    if isinstance(verdict, Raised) and verdict.names[0] != "AssertionError":
        return Slip(
            "", "ends in an error with a right function",
            f"With a right {name} your test ends in {verdict}, and that rejects it. Which line is "
            "it, and what does each name hold there?",
        )  # fmt: skip
    if verdict is None:
        return Slip(
            "", "gives nothing for a right function",
            f"With a right {name} your test gives None: it ends without return. Asked for is True. "
            "What does it hand back once nothing was found wrong?",
        )  # fmt: skip
    if not watched.asked:
        return Slip(
            "", "rejects a right function without a call",
            f"Your test rejects a right {name}, and never calls it. What does it look at?",
        )  # fmt: skip
    args = watched.asked[-1]  # what comes last has decided
    answer = show(answer_of(watched.function, copy.deepcopy(args)))
    return Slip(
        "", "rejects a right function",
        f"Your test rejects a right {name}. The last that it asks is {call_text(name, args)}, and "
        f"that one answers {answer}. What does your test do with it?",
    )  # fmt: skip


def turned_round() -> Slip:
    """What to say of a test that gives the opposite verdict throughout."""
    return Slip(
        "", "every verdict is the opposite of the right one",
        "Your test accepts each faulty implementation that was tried and rejects the right one. "
        "What does True mean, and what False?",
    )  # fmt: skip


def changes_its_mind(subject: Subject) -> Slip:
    """What to say of a test that judges the same implementation differently each time."""
    return Slip(
        "", "once accepted, once rejected",
        f"Asked twice about the same implementation (one that {subject.says}), your test accepts "
        "it once and rejects it once. What in it is left to chance, or kept from the first time?",
    )  # fmt: skip


def might_tell(subject: Subject) -> Slip:
    """What to say of a test that accepts a faulty one, where no right one answers alike."""
    return Slip(
        "", f"accepts one that {subject.says}",
        f"Your test accepts one that {subject.says}. If what you ask could show it, what does "
        f"your test do with the answers? If not: {subject.hint}",
        subject.more,
    )  # fmt: skip


def lets_pass(name: str, subject: Subject, watched: Watched, right: Function) -> Slip:
    """What to say of a test that accepts a faulty implementation of ``name``."""
    says = f"accepts one that {subject.says}"
    if not watched.asked:
        return Slip(
            "", says,
            f"Your test accepts one that {subject.says}, without a call of it. How could it find "
            "out?",
        )  # fmt: skip
    telling = [args for args in watched.asked if _tells(args, watched.function, right)]
    if not telling:
        return Slip(
            "", says,
            f"Your test accepts one that {subject.says}: on whatever your test calls it with, it "
            f"answers as a right one does. {subject.hint}",
            subject.more,
        )  # fmt: skip
    args = min(telling, key=lambda one: len(call_text(name, one)))
    answer, wanted = (show(answer_of(one, copy.deepcopy(args)))
                      for one in (watched.function, right))  # fmt: skip
    return Slip(
        "", f"{says}, though a call shows it",
        f"Your test accepts one that {subject.says}. It does ask {call_text(name, args)}: this one "
        f"answers {answer}, and a right one {wanted}. What does your test do with the answer?",
    )  # fmt: skip


def _tells(args: tuple[Any, ...], one: Function, other: Function) -> bool:
    """Whether two functions answer differently."""
    try:
        plain(list(args))
    except NotPlain:
        return False
    ours, theirs = (answer_of(function, copy.deepcopy(args)) for function in (one, other))
    return not look_alike(ours, theirs)
