"""What a picture is: an SVG that follows the page's theme, and what it shows in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

Table = Sequence[Sequence[Any]]  # rows of numbers and words, the first with the columns' names
SHOW = "Show as table"
# Who takes drawings out of a page that is not trusted, as JupyterLab does, leaves their words:
# these have no size then.  In a drawing each word has its own.
FRAME = "overflow:auto hidden;font-size:0px"


@dataclass(frozen=True)
class Picture:
    """A drawing and its alt text.

    ``svg`` is a complete ``<svg>`` element without a name of its own, or a ``<div>`` with several
    that may stand below each other; ``alt`` says what is to be
    seen, with the numbers, so that nobody needs the drawing to follow the course.  ``table`` makes
    a table of what is drawn, when somebody asks for it.
    """

    svg: str
    alt: str
    table: Callable[[], Table] | None = field(default=None, compare=False)

    def html(self, with_table: bool = True) -> str:
        """A ``<figure>``: the drawing, named by the alt text, and the same words as its caption.

        The caption is hidden from screen readers, which have read these words as the drawing's
        name already.  Below is the picture's table, folded, unless ``with_table`` is off.
        """
        name = escape(self.alt, quote=True)
        return (
            '<figure style="margin:0;max-width:680px">'
            f'<div role="img" aria-label="{name}" style="{FRAME}">{self.svg}</div>'
            '<figcaption aria-hidden="true" style="margin:.3em 0 0;font-size:13px;line-height:1.5;'
            'color:var(--jp-ui-font-color1,currentColor)">'
            f"{escape(self.alt, quote=False)}</figcaption>{self._folded() if with_table else ''}"
            "</figure>"
        )

    def _folded(self) -> str:
        table = self.table_html()
        if not table:
            return ""
        style = "margin:.3em 0;font-size:13px;max-width:100%;overflow-x:auto"
        return f'<details style="{style}"><summary>{SHOW}</summary>{table}</details>'

    def table_html(self) -> str:
        """The numbers of the picture as a ``<table>``; "" where it has none."""
        if self.table is None:
            return ""
        head, *rows = self.table()
        names = "".join(f'<th scope="col">{_cell(cell)}</th>' for cell in head)
        lines = "".join(
            f'<tr><th scope="row">{_cell(row[0])}</th>'
            f"{''.join(f'<td>{_cell(cell)}</td>' for cell in row[1:])}</tr>"
            for row in rows
        )
        return f"<table><thead><tr>{names}</tr></thead><tbody>{lines}</tbody></table>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/html": self.html(), "text/plain": self.alt}


def _cell(value: Any) -> str:
    """A number, or words, as they stand in a table."""
    if isinstance(value, float):
        value = f"{value:.4g}"
    return escape(str(value).replace("-", "−") if _is_number(value) else str(value), quote=False)


def _is_number(value: Any) -> bool:
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return True


def numbered_rows(rows: Sequence[Sequence[Any]], corner: str = "row, column") -> Table:
    """A grid of numbers as a table, with the numbers of its rows and columns."""
    return [[corner, *range(len(rows[0]))], *([number, *row] for number, row in enumerate(rows))]
