"""What a picture is: an SVG that follows the page's theme, and what it shows in words."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any


@dataclass(frozen=True)
class Picture:
    """A drawing and its alt text.

    ``svg`` is a complete ``<svg>`` element without a name of its own; ``alt`` says what is to be
    seen, with the numbers, so that nobody needs the drawing to follow the course.
    """

    svg: str
    alt: str

    def html(self) -> str:
        """A ``<figure>``: the drawing, named by the alt text, and the same words as its caption.

        The caption is hidden from screen readers, which have read these words as the drawing's
        name already.
        """
        name = escape(self.alt, quote=True)
        return (
            '<figure style="margin:0;max-width:680px">'
            f'<div role="img" aria-label="{name}">{self.svg}</div>'
            '<figcaption aria-hidden="true" style="margin:.3em 0 0;font-size:13px;line-height:1.5;'
            'color:var(--jp-ui-font-color1,currentColor)">'
            f"{escape(self.alt, quote=False)}</figcaption></figure>"
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/html": self.html(), "text/plain": self.alt}
