"""The student's own answer, asked for and judged, to stand beside the truth in a picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from course.asking import answer_in_time, note
from course.pictures.svg import GREEN, INK, VERMILLION, clean, paragraph, text
from exercises.answers import Raised
from exercises.comparison import show

NO_SIZE = "no window fits, so a ValueError is asked"


@dataclass(frozen=True)
class Yours:
    """What the student's function answered: ``call`` as it would be typed, ``answer`` plain."""

    call: str
    args: tuple[int, ...]
    answer: Any

    @property
    def whole(self) -> int | None:
        """The answer where it is a whole number, else None."""
        return whole(self.answer)

    @property
    def unwritten(self) -> bool:
        """Whether the exercise's stub was called rather than an answer."""
        return isinstance(self.answer, Raised) and "NotImplementedError" in self.answer.names

    def shown(self, limit: int = 60) -> str:
        """The answer as short text; of a long fraction only its beginning."""
        if type(self.answer) is float and len(repr(self.answer)) > 8 and abs(self.answer) < 1e6:
            return f"{self.answer:.3f}…"
        return clean(show(self.answer, limit))


@dataclass(frozen=True)
class Verdict:
    """``right`` (None: not written yet), and the sentence that says so."""

    right: bool | None
    says: str

    @property
    def mark(self) -> str:
        """✓, ✗ or ○."""
        return {True: "✓", False: "✗", None: "○"}[self.right]

    def __str__(self) -> str:
        return f"{self.mark} {self.says}"


def whole(answer: Any) -> int | None:
    """A plain answer as an int where it is a whole number (``5`` or ``5.0``), else None."""
    if type(answer) is int:
        return answer
    return int(answer) if type(answer) is float and answer.is_integer() else None


def ask(function: Callable[..., Any], *args: Any) -> Yours:
    """What ``function``, as it is now, answers to ``args``.

    Never raises, whatever the function does; an answer that does not come is one as well.
    """
    function = note(function)
    name = getattr(function, "__name__", None)
    name = name if isinstance(name, str) and name.isidentifier() else "yours"
    answer = answer_in_time(function, args)
    return Yours(f"{name}({', '.join(map(str, args))})", args, answer)


def judge(yours: Yours, right: bool, truth: str) -> Verdict:
    """The verdict on an answer; ``truth`` ends the sentence where the answer is not right."""
    if yours.unwritten:
        return Verdict(None, f"{yours.call} is not written yet")
    raised = isinstance(yours.answer, Raised)
    if right:
        return Verdict(
            True, f"{yours.call} {'raises' if raised else 'gives'} {yours.shown()}: right"
        )
    if raised:
        return Verdict(False, f"{yours.call} raised {yours.shown()}; {truth}")
    if yours.answer is None:
        return Verdict(False, f"{yours.call} gives None (is a return missing?); {truth}")
    return Verdict(False, f"{yours.call} gives {yours.shown()}; {truth}")


def colour(verdict: Verdict) -> str:
    """The colour of a verdict's mark."""
    return {True: GREEN, False: VERMILLION, None: INK}[verdict.right]


def verdict_lines(x: float, y: float, verdict: Verdict, characters: int, lines: int = 4) -> str:
    """The verdict as drawn text: a large mark, then the sentence."""
    words, _ = paragraph(x + 20, y, verdict.says, characters, lines=lines)
    mark = text(x, y + 1, verdict.mark, 16, fill=colour(verdict), font_weight="bold")
    return mark + words
