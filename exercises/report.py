"""What a check found, shown as HTML in a notebook and as text everywhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape
from typing import Any

from exercises.public import Slip


@dataclass(frozen=True)
class Row:
    """One line of a check's report: what was tried, whether it went well, and what came instead."""

    tried: str
    passed: bool
    came: str = ""
    wanted: str = ""


@dataclass(frozen=True)
class Report:
    """What a check found, shown as HTML in a notebook and as text everywhere else.

    ``open``: nothing was found, and yet the answer may be wrong.  ``disagreements`` are all inputs
    that came out wrong, small ones first, and ``settings`` their arguments by name.  ``next`` is
    what to try next; ``unfolded``: the hint was read before, so that more is told at once.
    ``unwritten``: nothing has been answered.  ``newer``: what is known of a newer text than the one
    that was tried.  ``printed`` is what was printed on the way, ``way`` one right way to write it.
    """

    name: str
    headline: str
    passed: bool
    rows: tuple[Row, ...] = ()
    slip: Slip | None = None
    remark: str = ""
    open: bool = False
    disagreements: tuple[Row, ...] = ()
    settings: tuple[dict[str, Any], ...] = ()
    next: str = ""
    unfolded: bool = False
    unwritten: bool = False
    newer: str = ""
    printed: str = ""
    way: str = ""

    @property
    def sign(self) -> str:
        """What stands before the headline."""
        return "?" if self.open else "✓" if self.passed else "✗"

    def __str__(self) -> str:
        lines = [f"{self.sign} {self.headline}"]
        if self.newer:
            lines.append(f"  {self.newer}")
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
        if self.next:
            lines.append(f"  {self.next}")
        for what, text in self._folded():
            lines.append(f"  {what}:")
            lines += [f"    {line}" for line in text.splitlines()]
        return "\n".join(lines)

    def _folded(self) -> list[tuple[str, str]]:
        """What is shown to those who ask for it: titles, and lines of text."""
        both = ("Your function printed", self.printed), ("One way to write it", self.way)
        return [(what, text) for what, text in both if text]

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": str(self), "text/html": self._html()}

    def _html(self) -> str:
        colour = "#0072b2" if self.open else "#009e73" if self.passed else "#d55e00"
        parts = [
            f'<div role="status" style="border-left:4px solid {colour};padding:.4em .8em;'
            f'margin:.3em 0;line-height:1.5">',
            f"<strong>{self.sign} {escape(self.headline)}</strong>",
        ]
        if self.newer:
            parts.append(f"<div>{escape(self.newer)}</div>")
        if not self.passed and self.rows:
            parts.append(_table(self.rows))
        if self.remark:
            parts.append(f"<div>Note: {escape(self.remark)}</div>")
        if self.slip:
            hint = f"<strong>Hint:</strong> <em>{escape(self.slip.hint)}</em>"
            parts.append(f"<div style='margin-top:.4em'>{hint}</div>")
            if self.slip.more:
                more = f"<div>{escape(self.slip.more)}</div>"
                parts.append(_details("Tell me more", more, self.unfolded))
        if self.next:
            parts.append(f"<div style='margin-top:.4em'>{escape(self.next)}</div>")
        for what, text in self._folded():
            lines = f"<pre style='margin:.2em 0;overflow-x:auto'>{escape(text)}</pre>"
            parts.append(_details(what, lines))
        return "".join(parts) + "</div>"


def _details(title: str, inside: str, unfolded: bool = False) -> str:
    """Something that is folded away until its title is clicked."""
    # formgrader's and the feedback's style sheets would hide the triangle
    summary = f"<summary style='display:list-item;cursor:pointer'>{title}</summary>"
    return f"<details{' open' if unfolded else ''}>{summary}{inside}</details>"


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
    # a column without a name has no heading to be read out
    titles = "".join(
        f"<th scope='col' {cell}>{title}</th>" if title else "<td></td>" for title in head
    )
    return (
        f"<div style='overflow-x:auto'><table style='margin:.4em 0'>"
        f"<thead><tr>{titles}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
    )


def show_any(value: Any) -> str:
    """Any value at all as short text; never raises."""
    try:
        text = repr(value)
    except Exception:
        text = f"an object of type {type(value).__name__}"
    return text if len(text) <= 60 else text[:59] + "…"


Offer = Callable[[tuple[dict[str, Any], ...]], Any]


def show_report(report: Report, offer: Offer | None = None) -> None:
    """Show a report: drawn in a notebook, printed everywhere else.

    In a notebook, what ``offer`` makes of the inputs that came out wrong is shown below it.
    """
    try:
        from IPython import get_ipython
        from IPython.display import display
    except ImportError:
        get_ipython = None
    if get_ipython is not None and get_ipython() is not None:
        display(report)
        more = offer(report.settings) if offer and report.settings else None
        if more is not None:
            display(more)
    else:
        print(report)
