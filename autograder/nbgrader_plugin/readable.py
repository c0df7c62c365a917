"""What a feedback page lacks in contrast, beside nbgrader's own style sheet.

Grey grounds take code, comments and links below the contrast that a reader with weak sight needs
(4.5 to 1), and links among words differ from them by colour alone.
"""

from __future__ import annotations

from typing import Any

from nbconvert.preprocessors import Preprocessor
from traitlets import Bool

STYLE = """
body .panel-default > .panel-heading, body div.input_area, body .highlight, body .highlight pre,
body pre, body code { background: #fff !important; }
body a { color: #1c5a91; text-decoration: underline; }
body div.nbgrader_cell .panel-heading a { color: #fff; }
body div.nbgrader_cell.panel-primary > .panel-heading { background-color: #2a669d; }
body code { color: #a3123c; }
body pre code { color: inherit; }
"""


class Readable(Preprocessor):
    """Adds STYLE to the page; to be run after what makes the page's own style sheets."""

    enabled = Bool(True)

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Leave the notebook as it is."""
        resources.setdefault("inlining", {}).setdefault("css", []).append(STYLE)
        return nb, resources
