"""``check(f)``: run an exercise's public examples on a student's function, diagnose, explain.

A check that finds something wrong shows it as a table, adds the hint of the slip that the answers
match, and ends with an ``AssertionError`` so that nbgrader's Validate sees it too.  It never
decides a mark: the grader asks other questions, outside the student's process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape
from typing import Any

from course.answers import Other, Raised, remark, show
from course.exercise import Claim, Example, Exercise, Slip, expected_answer
from course.told import Told


class NotYet(Told, AssertionError):
    """The check found something to work on.  Shown as one line, without a traceback."""


@dataclass(frozen=True)
class Row:
    """One line of a check's report: what was tried, whether it went well, and what came instead."""

    tried: str
    passed: bool
    came: str = ""
    wanted: str = ""


@dataclass(frozen=True)
class Report:
    """What a check found, shown as HTML in a notebook and as text everywhere else."""

    name: str
    headline: str
    passed: bool
    rows: tuple[Row, ...] = ()
    slip: Slip | None = None
    remark: str = ""

    def __str__(self) -> str:
        lines = [f"{'✓' if self.passed else '✗'} {self.headline}"]
        for row in self.rows:
            if row.passed and self.passed:
                continue
            line = f"  {'✓' if row.passed else '✗'} {row.tried}"
            if not row.passed and row.wanted:
                line += f"  should be {row.wanted}; yours: {row.came}"
            elif not row.passed and row.came:
                line += f"  ({row.came})"
            lines.append(line)
        if self.remark:
            lines.append(f"  Note: {self.remark}")
        if self.slip:
            lines.append(f"  Hint: {self.slip.hint}")
            if self.slip.more:
                lines.append(f"  More: {self.slip.more}")
        return "\n".join(lines)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": str(self), "text/html": self._html()}

    def _html(self) -> str:
        colour = "#009e73" if self.passed else "#d55e00"
        parts = [
            f'<div role="status" style="border-left:4px solid {colour};padding:.4em .8em;'
            f'margin:.3em 0;line-height:1.5">',
            f"<strong>{'✓' if self.passed else '✗'} {escape(self.headline)}</strong>",
        ]
        if not self.passed and self.rows:
            parts.append(_table(self.rows))
        if self.remark:
            parts.append(f"<div>Note: {escape(self.remark)}</div>")
        if self.slip:
            hint = f"<strong>Hint:</strong> <em>{escape(self.slip.hint)}</em>"
            parts.append(f"<div style='margin-top:.4em'>{hint}</div>")
            if self.slip.more:
                # formgrader's and the feedback's style sheets would hide the triangle
                shown = "display:list-item;cursor:pointer"
                parts.append(
                    f"<details><summary style='{shown}'>Tell me more</summary>"
                    f"<div>{escape(self.slip.more)}</div></details>"
                )
        return "".join(parts) + "</div>"


def _code(text: str) -> str:
    """Text as code whose lines stay whole: an array's rows stand below each other."""
    return f"<code style='white-space:pre'>{escape(text)}</code>"


def _table(rows: Iterable[Row]) -> str:
    rows = tuple(rows)
    cell = "style='text-align:left;padding:.15em .8em .15em 0'"
    wide = any(row.wanted for row in rows)
    head = ("", "example", "should be", "yours") if wide else ("", "asked for", "")
    body = []
    for row in rows:
        cells = [
            "<span aria-label='right'>✓</span>"
            if row.passed
            else "<span aria-label='wrong'>✗</span>",
            _code(row.tried) if wide else escape(row.tried),
        ]
        if wide:
            cells += [_code(row.wanted), _code(row.came)]
        else:
            cells.append(escape(row.came))
        body.append("<tr>" + "".join(f"<td {cell}>{text}</td>" for text in cells) + "</tr>")
    titles = "".join(f"<th scope='col' {cell}>{title}</th>" for title in head)
    return (
        f"<div style='overflow-x:auto'><table style='margin:.4em 0'>"
        f"<thead><tr>{titles}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
    )


def call(name: str, args: tuple) -> str:
    """A call as a student would type it: ``output_size(7, 3, 1, 0)``."""
    return f"{name}({', '.join(show(expected_answer(arg), 60) for arg in args)})"


def inspect(exercise: Exercise, function: Callable) -> Report:
    """What a check of ``function`` finds; shows and raises nothing."""
    if isinstance(exercise, Claim):
        return _inspect_claim(exercise, function)
    answers = exercise.answers(function, tuple(example.args for example in exercise.examples))
    rows = tuple(map(_row, [exercise.name] * len(answers), exercise.examples, answers))
    if answers and all(map(_unanswered, answers)):
        return _not_written(exercise)
    wrong = sum(not row.passed for row in rows)
    if wrong:
        headline = f"{exercise.name}: {wrong} of {len(rows)} examples disagree."
        return Report(
            exercise.name, headline, False, rows, exercise.diagnose(exercise.answers(function))
        )
    remarks = (
        remark(answer, expected_answer(example.expected))
        for answer, example in zip(answers, exercise.examples, strict=True)
    )
    headline = f"{exercise.name}: all {len(rows)} examples agree. The grader tries others too."
    return Report(exercise.name, headline, True, rows, remark=next(filter(None, remarks), ""))


def _row(name: str, example: Example, answer: Any) -> Row:
    expected = expected_answer(example.expected)
    wanted = f"a {expected}" if isinstance(expected, Raised) else show(expected)
    return Row(call(name, example.args), example.accepts(answer), _came(answer), wanted)


def _came(answer: Any) -> str:
    if isinstance(answer, Raised):
        return f"raises {answer}"
    if answer is None:
        return "None (is a return missing?)"
    return str(answer) if isinstance(answer, Other) else show(answer)


def _inspect_claim(claim: Claim, function: Callable) -> Report:
    answer = claim.answers(function)[0]
    if _unanswered(answer):
        return _not_written(claim)
    unmet = claim.unmet(answer)
    if unmet is None:
        return Report(claim.name, f"{claim.name}: {show(answer)} is a counterexample.", True)
    rows, reached = [], True
    for requirement in claim.requirements:
        if requirement is unmet:
            reached = False
            rows.append(Row(requirement.says, False, f"yours: {_came(answer)}"))
        elif reached:
            rows.append(Row(requirement.says, True))
    headline = f"{claim.name}: not a counterexample yet."
    return Report(claim.name, headline, False, tuple(rows), claim.diagnose([answer]))


def _unanswered(answer: Any) -> bool:
    return isinstance(answer, Raised) and answer.names[0] == "NotImplementedError"


def _not_written(exercise: Exercise) -> Report:
    headline = f"{exercise.name}: nothing written yet. Replace `raise NotImplementedError()`."
    return Report(exercise.name, headline, False)


def checker(exercises: Iterable[Exercise]) -> Callable[[Any], None]:
    """The ``check`` of a unit: finds the exercise by the function's name."""
    known = {exercise.name: exercise for exercise in exercises}

    def check(function: Any) -> None:
        """Try a function on its examples.  Raises NotYet (an AssertionError) if one disagrees."""
        name = getattr(function, "__name__", None)
        if not callable(function):
            raise TypeError(
                f"check takes the function itself, without brackets: check({next(iter(known))}). "
                f"It was given {show_any(function)}."
            )
        if name not in known:
            raise TypeError(
                f"No exercise of this unit is called {name!r}. "
                f"Keep the name that the exercise gives: {', '.join(known)}."
            )
        report = inspect(known[name], function)
        show_report(report)
        if not report.passed:
            raise NotYet(report.headline)

    return check


def show_any(value: Any) -> str:
    """Any value at all as short text; never raises."""
    try:
        text = repr(value)
    except Exception:
        text = f"an object of type {type(value).__name__}"
    return text if len(text) <= 60 else text[:59] + "…"


def show_report(report: Report) -> None:
    """Show a report: drawn in a notebook, printed everywhere else."""
    try:
        from IPython import get_ipython
        from IPython.display import display
    except ImportError:
        get_ipython = None
    if get_ipython is not None and get_ipython() is not None:
        display(report)
    else:
        print(report)
