"""From answers and outputs to points, and to words that a student can learn from."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass, field, replace
from fractions import Fraction
from html import escape
from typing import Any

from nbformat import NotebookNode
from nbgrader.utils import compute_checksum, determine_grade

from autograder.errors import Flag, Problem, is_flag
from autograder.execution.outputs import output_of
from autograder.execution.witnesses import Answers
from autograder.marking.identity import whose
from autograder.marking.marks import GroupMark, Mark, mark, mark_file
from autograder.submission.structure import Cell, Structure
from exercises.public import Slip, written
from exercises.unit import Unit

NO_RESPONSE = "No response."  # nbgrader's words
NOT_ASKED = Answers(problem=Problem("unreachable", "it was not asked"))


@dataclass
class Score:
    """The points of one cell; ``earned`` is None where a person has to decide.

    ``mark`` tells why, where the cell has a key.
    """

    grade_id: str
    earned: float | None
    points: float
    mark: Mark | None = None


@dataclass
class Marking:
    """Everything that marking a notebook gives: scores and comments by grade id, and flags."""

    scores: dict[str, Score] = field(default_factory=dict)
    comments: dict[str, str | None] = field(default_factory=dict)
    flags: list[Flag] = field(default_factory=list)


def mark_notebook(
    nb: NotebookNode,
    structure: Structure,
    key: Unit | None,
    answers: dict[str, Answers],
    files: dict[str, bytes],
    student: str = "",
    tampered: Collection[str] = (),
) -> Marking:
    """Mark an executed, repaired notebook; verdicts are added to the outputs of its grade cells.

    Cells with a key are marked by the answers, or by the handed-in files; all others as nbgrader
    does, by their outputs, unless they are among ``tampered``: then a person has to look.
    ``student`` handed it in.
    """
    marking = Marking()
    cells = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell for cell in nb.cells}
    exercises, handed_in = (key.exercises, key.files) if key else ({}, {})
    owner = whose(key, answers, student)
    if owner.flag:
        marking.flags.append(owner.flag)
    for known in structure.cells:
        name = known.grade_id
        if known.tests and name in exercises:
            given = answers.get(name, NOT_ASKED)
            judged = mark(exercises[name], given.given, given.problem, of=owner.id)
            if judged.variant is not None and owner.remark:
                judged = replace(judged, remarks=(*judged.remarks, owner.remark))
            marking.scores[name] = _judged(cells[name], known, judged, marking.flags)
        elif known.tests and name in handed_in:
            judged = mark_file(handed_in[name], files.get(handed_in[name].file))
            marking.scores[name] = _judged(cells[name], known, judged, marking.flags)
        elif known.grade:
            score = _as_nbgrader(cells[name], known, marking.flags)
            if name in tampered:
                says = (
                    f"{name}: here failures pass: something changes how tests are run or compared"
                )
                marking.flags.append(Flag("tampered", says, name))
                score = replace(score, earned=None) if score.earned else score
            marking.scores[name] = score
        elif known.task:
            marking.scores[name] = Score(name, None, known.points)
        if known.solution or known.task:
            untouched = name in cells and known.checksum == compute_checksum(cells[name])
            marking.comments[name] = NO_RESPONSE if untouched and not known.task else None
    return marking


def _judged(cell: NotebookNode, known: Cell, mark: Mark, flags: list[Flag]) -> Score:
    """The score that a mark gives, with its verdict among the outputs of its cell."""
    earned: float | None = float(mark.credit * Fraction(known.points))
    if mark.problem and is_flag(mark.problem.kind):
        flags.append(Flag(mark.problem.kind, mark.problem.says, known.grade_id))
    if mark.problem and mark.problem.kind == "unreachable":
        earned = None  # nobody answered, so nobody knows
    score = Score(known.grade_id, earned, known.points, mark)
    cell.outputs.append(verdict(score))
    return score


def nothing_to_mark(
    structure: Structure, earned: float | None, by_hand: float | None = None
) -> Marking:
    """The marking of a notebook that is not there: ``earned`` for each test.

    ``by_hand`` is for what a person reads.
    """
    marking = Marking()
    for cell in structure.cells:
        if cell.scored:
            points = earned if cell.tests else by_hand
            marking.scores[cell.grade_id] = Score(cell.grade_id, points, cell.points)
    return marking


def _as_nbgrader(cell: NotebookNode, known: Cell, flags: list[Flag]) -> Score:
    errors = [out for out in cell.get("outputs", ()) if out.output_type == "error"]
    if errors and known.tests:  # whatever was shown before it: sys.displayhook can be called
        return Score(known.grade_id, 0.0, known.points)
    try:
        earned, points = determine_grade(cell)
    except ValueError as error:  # a partial credit above the points: stock fails the submission
        flags.append(Flag("score", f"{known.grade_id}: {error}", known.grade_id))
        earned, points = None, known.points
    except Exception as error:  # a result without text, or no result at all: stock fails as well
        says = f"{known.grade_id}: the result cannot be read ({type(error).__name__})"
        flags.append(Flag("score", says, known.grade_id))
        earned, points = None, known.points
    return Score(known.grade_id, earned, points)


# --------------------------------------------------------------------------- words


def number(points: float) -> str:
    """Points as text: ``2``, ``1.5``."""
    return f"{round(points, 2):g}"


def explain(score: Score) -> list[str]:
    """The verdict on a score that has a mark, in lines of text.

    No hidden input and no expected answer is in it.
    """
    mark = score.mark
    assert mark is not None
    unit = "point" if score.points == 1 else "points"
    if score.earned is None:
        return [
            f"{mark.exercise}: not decided yet; a person will look",
            f"What stopped the grader: {mark.problem}.",
        ]
    lines = [f"{mark.exercise}: {number(score.earned)} of {number(score.points)} {unit}"]
    worth = sum(group.worth for group in mark.groups)
    for group in mark.groups:
        if group.passed:
            lines.append(f"✓ {group.says}")
        elif group.worth:
            lost = number(score.points * group.worth / worth)
            lines.append(f"✗ {group.says} ({lost} of {number(score.points)} {unit} lost)")
        else:
            lines.append(f"✗ {group.says}")
    if mark.problem:
        lines.append(f"What stopped the grader: {mark.problem}.")
    if mark.why:
        lines.append(mark.why)
    if mark.slip:
        lines.append(f"This looks like a known slip: {mark.slip.says}. {mark.slip.hint}")
    lines += [f"Note: {remark}" for remark in mark.remarks]
    return lines


def verdict(score: Score) -> NotebookNode:
    """The verdict as an output of the grade cell, as HTML and as text."""
    head, *lines = explain(score)
    full = score.earned == score.points
    colour = "#009e73" if full else "#d55e00"
    items = "".join(f"<li style='list-style:none'>{escape(line)}</li>" for line in lines)
    html = (
        f'<div role="note" style="border:1px solid {colour};border-left-width:6px;'
        f'padding:.5em .8em;margin:.4em 0"><strong>{escape(head)}</strong>'
        f"<ul style='margin:.3em 0 0;padding:0'>{items}</ul></div>"
    )
    text = "\n".join([head, *(f"  {line}" for line in lines)])
    data = {"text/html": html, "text/plain": text}
    return output_of("display_data", {"data": data, "metadata": {"autograder": {"verdict": True}}})


def record_of(score: Score) -> dict[str, Any]:
    """A score as it stands in ``marks.json``."""
    mark = score.mark
    entry: dict[str, Any] = {
        "exercise": score.grade_id,
        "earned": score.earned,
        "points": score.points,
    }
    if mark:
        entry["groups"] = [
            {"says": group.says, "passed": group.passed, "right": group.right, "cases": group.cases,
             "worth": group.worth}
            for group in mark.groups
        ]  # fmt: skip
        entry["slip"] = {"id": mark.slip.id, "says": mark.slip.says} if mark.slip else None
        entry["remarks"] = list(mark.remarks)
        if mark.variant is not None:
            numbers = {name: written(value) for name, value in mark.variant.numbers.items()}
            entry["variant"] = {"number": mark.variant.number, "numbers": numbers}
        entry["problem"] = asdict(mark.problem) if mark.problem else None
        entry["why"] = mark.why
        if mark.behaviour is not None:
            entry["behaviour"] = mark.behaviour
    return entry


def score_of(entry: dict[str, Any], slip: Slip | None) -> Score:
    """The score that an entry of ``marks.json`` stands for, with another slip."""
    groups = tuple(GroupMark(**group) for group in entry["groups"])
    problem = Problem(**entry["problem"]) if entry["problem"] else None
    credit = Fraction(entry["earned"]) / Fraction(entry["points"])
    given = Mark(entry["exercise"], credit, groups, slip, tuple(entry["remarks"]), problem,
                 behaviour=entry.get("behaviour"), why=entry.get("why", ""))  # fmt: skip
    return Score(entry["exercise"], entry["earned"], entry["points"], given)
