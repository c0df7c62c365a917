"""How often a wrong answer is told what is wrong with it, and whether what it is told is true.

Runs the wrong and right answers of ``benchmarks/diagnosis/``, which were written from the released
notebooks alone, through the notebook's check and through the grader's marking.  Whether a message
is true of an answer, a person has judged: ``benchmarks/diagnosis/judgements.json``.

- *true*: everything that it says holds for this function, and it points at what is wrong or at a
  part of it.
- *false*: something that it says does not hold, or it leads away.
- *empty*: it holds and says no more than the table, so that it counts as none.

What nobody has judged yet is listed and counts as false; ``--judge`` enters it in that file with a
question mark, for a person to replace by ``true``, ``false: why`` or ``empty: why``.

    python -m benchmarks.diagnosis [UNIT ...] [--held-out] [--judge] [--list]

A wrong answer counts as passed where the check passes, as false where the check or the grader tells
it something false (so it may be both), as true where the check tells it something else, and as
silent where there is only the table.  The last line is ``true=NN.N% false=N.N% silent=N.N%
passed_wrong=N.N% full_marks_wrong=N refused_right=N``.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import json
import signal
import sys
import textwrap
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from autograder.marking.marks import mark
from benchmarks.answer_set import FOLDER, HELD_OUT, ROOT, Answer, Notebook, answers, units
from exercises import check, public
from exercises.calls import SECONDS, TooLong
from exercises.unit import load_file

JUDGEMENTS = FOLDER / "judgements.json"
KINDS = ("true", "false", "silent")


@dataclass(frozen=True)
class Outcome:
    """What became of an answer.

    ``said`` is what the check tells and ``fed_back`` what the grader tells, "" for nothing;
    ``passed`` says whether the check passed, ``full`` whether all points were earned.
    """

    answer: Answer
    passed: bool
    full: bool
    said: str
    fed_back: str

    @property
    def messages(self) -> list[str]:
        """All that it was told."""
        return [text for text in (self.said, self.fed_back) if text]


def outcomes(unit: str) -> Iterator[Outcome]:
    """What becomes of a unit's answers."""
    notebook = Notebook(unit)
    authored = load_file(ROOT / "source" / unit / "exercises.py").exercises
    text = (ROOT / "course" / "units" / _package(unit) / "exercises.json").read_text("utf-8")
    published = public.read(text)
    for answer in answers(unit):
        with _quietly():
            function = notebook.function(answer)
            report = _report(published, answer.exercise, function)
            asked = authored[answer.exercise]
            given = mark(asked, _answers(function, asked.questions))
        said = f"{report.slip.hint}\n{report.slip.more}".strip() if report.slip else ""
        fed_back = f"{given.slip.says}. {given.slip.hint}" if given.slip else ""
        yield Outcome(answer, report.passed, given.credit == 1, said, fed_back)


def _package(unit: str) -> str:
    """The package of ``course.units`` that a unit's notebook imports."""
    text = (ROOT / "release" / unit / "unit.ipynb").read_text(encoding="utf-8")
    return text.partition("from course.units.")[2].partition(" ")[0]


def _report(known: check.Known, name: str, function: Any) -> check.Report:
    """What the check finds.  A test that does not end is interrupted, and finds nothing.

    A check that breaks has said something that does not help, and nobody will judge it true.
    """
    try:
        with _limit(10 * SECONDS):
            return check.inspect(known[name], function, known)
    except TooLong:
        return check.Report(name, "interrupted", False)
    except Exception as error:
        broke = public.Slip("", "", f"The check itself broke: {type(error).__name__}: {error}")
        return check.Report(name, "broken", False, slip=broke)


def _answers(function: Any, questions: list[tuple[Any, ...]]) -> list[Any]:
    """The plain answers to a grader's questions, up to the first that does not come."""
    given: list[Any] = []
    for question in questions:
        try:
            with _limit(SECONDS):
                given += public.answers_of(function, [question])
        except TooLong:
            break
    return given


@contextlib.contextmanager
def _limit(seconds: float) -> Iterator[None]:
    """Raises TooLong in what takes longer."""

    def stop(*_: Any) -> None:
        raise TooLong

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    """Nothing printed, no warnings, and the same chance for everybody."""
    import numpy as np

    np.random.seed(0)
    if torch := sys.modules.get("torch"):
        torch.manual_seed(0)
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


# ---------------------------------------------------------------------------------- judgements


class Judgements:
    """What a person has said of each pair of an answer and a message.

    ``verdicts`` maps an answer's id and a message's digest to ``true``, or ``false`` or ``empty``
    with a reason, or ``?``;
    ``messages`` keeps the text of each digest, so that a judgement can be read again.
    """

    def __init__(self) -> None:
        data = json.loads(JUDGEMENTS.read_text("utf-8")) if JUDGEMENTS.exists() else {}
        self.messages: dict[str, str] = data.get("messages", {})
        self.verdicts: dict[str, dict[str, str]] = data.get("verdicts", {})

    def of(self, answer: Answer, message: str) -> str:
        """The verdict with its reason; ``?`` for a pair that nobody has judged."""
        return self.verdicts.get(answer.id, {}).get(digest(message), "?")

    def kind(self, outcome: Outcome) -> str:
        """Which of KINDS a wrong answer's outcome is; "" where the check passes and all is true."""
        verdicts = [self.of(outcome.answer, message) for message in outcome.messages]
        if any(verdict.startswith(("false", "?")) for verdict in verdicts):
            return "false"
        if outcome.passed:
            return ""
        told = bool(outcome.said) and self.of(outcome.answer, outcome.said) == "true"
        return "true" if told else "silent"

    def enter(self, found: list[Outcome]) -> None:
        """Write down all pairs, the new ones with a question mark; others of these go."""
        for outcome in found:
            pairs = {digest(text): self.of(outcome.answer, text) for text in outcome.messages}
            self.messages |= {digest(text): text for text in outcome.messages}
            self.verdicts[outcome.answer.id] = pairs
        self.verdicts = {id: pairs for id, pairs in self.verdicts.items() if pairs}
        used = {one for pairs in self.verdicts.values() for one in pairs}
        data = {
            "messages": {one: self.messages[one] for one in sorted(used)},
            "verdicts": dict(sorted(self.verdicts.items())),
        }
        JUDGEMENTS.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", "utf-8")


def digest(message: str) -> str:
    """A message's short name."""
    return hashlib.sha256(message.encode()).hexdigest()[:10]


# ---------------------------------------------------------------------------------- the report


def table(found: list[Outcome], judged: Judgements) -> str:
    """A line for each exercise: how many wrong answers, and what became of them; right ones too."""
    lines = [f"{'':34}{'wrong':>6}{'true':>6}{'false':>6}{'silent':>7}{'passed':>7}{'full':>6}"
             f"{'right':>8}{'refused':>8}"]  # fmt: skip
    groups: dict[str, list[Outcome]] = {}
    for one in found:
        groups.setdefault(f"{one.answer.unit[:2]} {one.answer.exercise}", []).append(one)
    for name, group in [*groups.items(), ("all", found)]:
        wrong = [one for one in group if not one.answer.right]
        right = [one for one in group if one.answer.right]
        kinds = [judged.kind(one) for one in wrong]
        true, false, silent = map(kinds.count, KINDS)
        passed, full = sum(one.passed for one in wrong), sum(one.full for one in wrong)
        lines.append(
            f"{name:34}{len(wrong):6}{true:6}{false:6}{silent:7}{passed:7}{full:6}"
            f"{len(right):8}{sum(map(refused, right)):8}"
        )
    return "\n".join(lines)


def refused(outcome: Outcome) -> bool:
    """Whether a right answer was not taken for one, by the check or by the grader."""
    return not (outcome.passed and outcome.full)


def last_line(found: list[Outcome], judged: Judgements) -> str:
    """The measured line."""
    wrong = [one for one in found if not one.answer.right]
    kinds = [judged.kind(one) for one in wrong]
    counts = [*map(kinds.count, KINDS), sum(one.passed for one in wrong)]
    shares = (100 * count / len(wrong) for count in counts)
    return "true={:.1f}% false={:.1f}% silent={:.1f}% passed_wrong={:.1f}% ".format(*shares) + (
        f"full_marks_wrong={sum(one.full for one in wrong)} "
        f"refused_right={sum(refused(one) for one in found if one.answer.right)}"
    )


def shown(outcome: Outcome, judged: Judgements) -> str:
    """An answer, what is wrong with it, and what it was told."""
    answer = outcome.answer
    lines = [f"{answer.id}: {answer.says}", textwrap.indent(answer.code, "    | ")]
    for where, text in (("check", outcome.said), ("grader", outcome.fed_back)):
        if text:
            lines.append(f"    {where} [{judged.of(answer, text)}]: {text}")
    return "\n".join(lines)


def main() -> None:
    """Run the units named, or all."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("units", nargs="*", metavar="UNIT", help="the folder's name; default: all")
    parser.add_argument("--judge", action="store_true", help="enter what nobody has judged")
    parser.add_argument("--list", action="store_true", help="print every answer and its messages")
    parser.add_argument(
        "--held-out", action="store_true", help="the units that nothing was built with"
    )
    options = parser.parse_args()
    chosen = options.units or units(HELD_OUT if options.held_out else FOLDER)
    found = [one for unit in chosen for one in outcomes(unit)]
    judged = Judgements()
    if options.judge:
        judged.enter(found)
    wrong = [one for one in found if not one.answer.right]
    for title, some in (
        ("Every answer", found if options.list else []),
        ("Not judged", [one for one in found
                        if "?" in (judged.of(one.answer, text) for text in one.messages)]),
        ("Told something false", [one for one in wrong if judged.kind(one) == "false"]),
        ("Wrong, and the check passes", [one for one in wrong if one.passed]),
        ("Wrong, with full marks", [one for one in wrong if one.full]),
        ("Right, and refused", [one for one in found if one.answer.right and refused(one)]),
    ):  # fmt: skip
        if some:
            print(f"\n{title}: {len(some)}\n")
            print("\n".join(shown(one, judged) for one in some))
    print(f"\n{table(found, judged)}\n\n{last_line(found, judged)}")


if __name__ == "__main__":
    main()
