"""Whose numbers a submission's questions are about: the id that was entered, or its own name."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.errors import Flag
from autograder.execution.witnesses import Answers
from autograder.untrusted import printable
from exercises.answers import Raised
from exercises.questions import AuthoredQuestion
from exercises.unit import Unit
from exercises.variants import entered


@dataclass(frozen=True)
class Whose:
    """The id by which the questions are marked; ``flag`` where it is not the submission's own.

    ``remark`` says so to the student.
    """

    id: str
    flag: Flag | None = None
    remark: str = ""


def whose(key: Unit | None, answers: dict[str, Answers], student: str) -> Whose:
    """Whose numbers the questions of a submission are about; ``student`` handed it in.

    Without an id they are the student's own.  That is worth a flag only where something was
    answered, because nobody can know which numbers the answers are about.
    """
    own = entered(student) or ""
    identity = key.identity if key else None
    if key is None or identity is None:
        return Whose(own)
    heard = answers.get(identity.name, Answers()).given
    me = entered(heard[0]) if heard else None
    if me == own:
        return Whose(own)
    if me is not None:
        shown = printable(me, 60)
        says = f"{identity.name} says {shown}, {student} handed it in; marked by {shown}'s numbers"
        remark = f"marked by the numbers of {shown}, because {identity.name} says so"
        return Whose(me, Flag("another-id", says, identity.name), remark)
    if not any(_answered(answers.get(name)) for name in _questions(key)):
        return Whose(own)
    says = f"{identity.name} says no id; marked by the numbers of {student}, who handed it in"
    remark = f"{identity.name} says no id, so it was marked by the numbers of {student}"
    return Whose(own, Flag("another-id", says, identity.name), remark)


def _questions(key: Unit) -> list[str]:
    return [name for name, one in key.exercises.items() if isinstance(one, AuthoredQuestion)]


def _answered(answers: Answers | None) -> bool:
    given = answers.given if answers else []
    return any(not isinstance(one, Raised) for one in given)
