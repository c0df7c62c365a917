"""Formulas that a page shows by itself: LaTeX as MathML, without a program and without a network.

A formula is a stranger's text.  What is made of it passes as elements and attributes of a short
list or not at all, so that it can stand on a page beside what ``pages.clean`` lets through.  What
cannot be converted stays as it was written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape
from xml.etree import ElementTree

MATHML = "http://www.w3.org/1998/Math/MathML"
ELEMENTS = {
    "math", "mfrac", "mi", "mmultiscripts", "mn", "mo", "mover", "mpadded", "mphantom", "mroot",
    "mrow", "mspace", "msqrt", "mstyle", "msub", "msubsup", "msup", "mtable", "mtd", "mtext", "mtr",
    "munder", "munderover",
}  # fmt: skip
ATTRIBUTES = {
    "accent", "columnalign", "columnlines", "columnspacing", "display", "displaystyle", "fence",
    "form", "height", "linethickness", "lspace", "mathvariant", "maxsize", "minsize", "rowlines",
    "rowspacing", "rspace", "scriptlevel", "separator", "stretchy", "symmetric", "width",
}  # fmt: skip
VALUE = re.compile(r"[\w .%+-]{0,60}")
LONGEST = 1_000  # characters of a formula
MOST = 300  # formulas in a text
HELD = re.compile(r'<span title="formula-(\d+)"></span>')


@dataclass
class Formulas:
    """The formulas of one text: held while it is cleaned, and put in their places afterwards.

    What holds a place is HTML that a cleaner leaves as it is.  Within an attribute it would be
    written otherwise, so that nothing is ever put there.
    """

    held: list[str] = field(default_factory=list)

    def hold(self, latex: str, as_written: str, *, block: bool = False) -> str:
        """HTML in the place of a formula; ``as_written`` (HTML) where it cannot be converted."""
        made = mathml(latex, block=block) if len(self.held) < MOST else None
        if made is None:
            return as_written
        self.held.append(made)
        return f'<span title="formula-{len(self.held) - 1}"></span>'

    def put(self, html: str) -> str:
        """The HTML with its formulas."""

        def formula(found: re.Match[str]) -> str:
            number = int(found[1])
            return self.held[number] if number < len(self.held) else ""

        return HELD.sub(formula, html)


def mathml(latex: str, *, block: bool = False) -> str | None:
    """A formula as a ``<math>`` element; None where that cannot be.  Never raises."""
    from latex2mathml.converter import convert  # large, and needed for pages alone

    if len(latex) > LONGEST:
        return None
    try:
        made = ElementTree.fromstring(convert(latex, display="block" if block else "inline"))
        text = _written(made)
    except Exception:  # whatever a stranger's text may be
        return None
    return text.replace("<math", f'<math aria-label="{escape(latex.strip())}"', 1)


def _written(element: ElementTree.Element) -> str:
    """An element with what is in it.  Raises ValueError for one that is not on the list."""
    name = element.tag.removeprefix(f"{{{MATHML}}}")
    if name not in ELEMENTS:
        raise ValueError(name)
    attributes = "".join(
        f' {key}="{value}"'
        for key, value in element.items()
        if key in ATTRIBUTES and VALUE.fullmatch(value)
    )
    inside = escape(element.text or "") + "".join(
        _written(child) + escape(child.tail or "") for child in element
    )
    return f"<{name}{attributes}>{inside}</{name}>"
