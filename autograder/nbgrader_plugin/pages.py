"""What a stranger's notebook may show on nbgrader's pages: words, tables and pictures, no programs.

Formgrader's pages belong to the instructor's own Jupyter server.  A script on one of them could
change grades, read every file and run code, and nbgrader shows a submission's HTML as it comes.
``plugin.configure`` therefore puts three things into nbconvert's ``HTMLExporter``, which draws both
formgrader's pages and the feedback, and takes out of the feedback what is not for students
(``ForStudents``):

- ``Harmless`` leaves of each output what a page can show without running it;
- ``clean`` lets through the HTML of ``TAGS`` with harmless attributes (by nh3; bleach, which
  nbconvert has for this, takes minutes for some texts of a megabyte), and makes an image of every
  ``<svg>``: a browser runs nothing and fetches nothing in an image;
- ``markdown2html`` cleans markdown after it has become HTML.  nbgrader's templates leave that out.
  Formulas come as MathML (``formulas``).

What is gone: scripts, styles of the whole page, frames, forms, links and pictures that lead
anywhere but to the web, a mail address, or a file beside the notebook; pictures from the web too,
since fetching one tells its owner who looks, and when; ids and classes, by which a page finds its
own parts.  The graded notebook itself stays as it was.
"""

from __future__ import annotations

import base64
import re
import unicodedata
from collections import Counter
from html import escape
from typing import Any
from urllib.parse import quote, unquote

import nh3
import tinycss2
from jinja2 import pass_context
from nbconvert.filters.markdown_mistune import InvalidNotebook, IPythonRenderer, MarkdownWithMath
from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor, Preprocessor
from nbformat import NotebookNode
from nbgrader.preprocessors import (
    ClearHiddenTests,
    ClearMarkScheme,
    GetGrades,
    NbGraderPreprocessor,
)
from traitlets.config import Config

from autograder.nbgrader_plugin.formulas import HELD, Formulas

Resources = dict[str, Any]

# What is shown of an output, by nbconvert's names for what a page can show.
SHOWN = {
    "text/html", "text/markdown", "text/latex", "text/plain", "image/svg+xml", "image/png",
    "image/jpeg",
}  # fmt: skip

TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "center", "cite", "code", "col", "colgroup",
    "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2",
    "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q",
    "s", "samp", "small", "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody",
    "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul", "var"
}  # fmt: skip
ATTRIBUTES = {
    "abbr", "align", "alt", "aria-hidden", "aria-label", "border", "class", "colspan", "dir",
    "height", "href", "lang", "open", "role", "rowspan", "scope", "src", "start", "style", "title",
    "valign", "width"
}  # fmt: skip
# of Pygments and pandas; any other could be a name that the page's own scripts look for
CLASSES = re.compile(r"highlight|dataframe|[a-z][a-z0-9]{0,2}")
LINK = re.compile(r"https?://|mailto:|#", re.IGNORECASE)
PICTURE = re.compile(
    r"data:image/(png|jpeg|gif|webp|svg\+xml)[;,]"
    r"|(?!.*\.\.)[\w%]([\w ./-]|%20|%[c-f][0-9a-f]|%[89ab][0-9a-f])*$",  # letters beyond ASCII
    re.I,
)

STYLES = {
    "background", "background-color", "border-collapse", "border-radius", "border-spacing",
    "box-sizing", "color", "cursor", "direction", "display", "font", "font-family", "font-size",
    "font-style", "font-variant", "font-weight", "gap", "height", "letter-spacing", "line-height",
    "list-style", "list-style-type", "max-height", "max-width", "min-height", "min-width",
    "overflow", "overflow-wrap", "overflow-x", "overflow-y", "text-align", "text-decoration",
    "text-indent", "text-transform", "vertical-align", "white-space", "width", "word-break"
}  # fmt: skip
BOXES = re.compile(r"(margin|padding|border)(-(top|right|bottom|left))?(-(color|style|width))?")
FUNCTIONS = {"rgb", "rgba", "hsl", "hsla", "var", "calc"}

DEEPEST = 5_000  # elements within each other
NEVER_DEEP = {"br", "col", "hr", "img", "p", "li", "td", "th", "tr", "dt", "dd"}  # may stay open
LONGEST_STYLE = 2_000  # characters
LONGEST_MARKDOWN = 20_000  # some markdown takes time in the square of its length


def show_nothing_that_runs(config: Config) -> None:
    """Make nbgrader's pages show a submission without running anything of it."""
    config.HTMLExporter.sanitize_html = True
    config.HTMLExporter.preprocessors = ["autograder.nbgrader_plugin.pages.Harmless"]
    config.GenerateFeedback.preprocessors = [
        GetGrades,
        "autograder.nbgrader_plugin.pages.ForStudents",
        CSSHTMLHeaderPreprocessor,
        "autograder.nbgrader_plugin.readable.Readable",
    ]
    config.HTMLExporter.filters = {
        "clean_html": "autograder.nbgrader_plugin.pages.clean",
        "markdown2html": "autograder.nbgrader_plugin.pages.markdown2html",
    }


class Harmless(Preprocessor):
    """Leaves of each output what a page can show, and of metadata what nbgrader's pages read."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Go through all cells; names that stand in formgrader's page become plain text."""
        for name in ("student", "first_name", "last_name", "notebook_path"):
            if isinstance(resources.get(name), str):
                resources[name] = escape(resources[name])
        nbconverts: Any = super()
        made: tuple[NotebookNode, Resources] = nbconverts.preprocess(nb, resources)
        return made

    def preprocess_cell(
        self, cell: NotebookNode, resources: Resources, index: int
    ) -> tuple[NotebookNode, Resources]:
        """One cell."""
        cell.metadata = NotebookNode({k: v for k, v in cell.metadata.items() if k == "nbgrader"})
        for output in cell.get("outputs", []):
            if "data" in output:
                output.metadata = _picture_metadata(output.get("metadata", {}))
                output.data = _shown(output.data)
        return cell, resources


def _shown(data: Any) -> NotebookNode:
    kept = {kind: value for kind, value in data.items() if kind in SHOWN and isinstance(value, str)}
    if data and not kept:
        kept = {"text/plain": "… an output that a page cannot show …"}
    return NotebookNode(kept)


def _picture_metadata(metadata: Any) -> NotebookNode:
    """Sizes and words of pictures; the template puts sizes into tags without quotes."""
    kept = {}
    for kind in ("image/png", "image/jpeg"):
        about = metadata.get(kind) if isinstance(metadata, dict) else None
        if isinstance(about, dict):
            sizes = {k: v for k, v in about.items() if k in ("width", "height")}
            kept[kind] = {k: v for k, v in sizes.items() if type(v) in (int, float)}
            kept[kind] |= {"alt": str(about["alt"])} if about.get("alt") else {}
    return NotebookNode(kept)


# ------------------------------------------------------------------------------- cleaning


def clean(html: Any) -> str:
    """``html`` without anything that runs, fetches, or reaches beyond its place on the page."""
    text = html.decode("utf-8", "replace") if isinstance(html, bytes) else str(html)
    if _deep(text):
        return f"<pre>{escape(text)}</pre>"
    return nh3.clean(
        DRAWING.sub(_image, text) if "</svg" in text.lower() else text,
        tags=TAGS,
        clean_content_tags={"script", "style", "svg"},
        attributes={"*": ATTRIBUTES},
        attribute_filter=_filtered,
        url_schemes={"http", "https", "mailto", "data"},
    )


def _deep(html: str) -> bool:
    """Whether elements may lie too deeply in each other: that takes time in its square."""
    open_now: Counter[str] = Counter()
    deepest: Counter[str] = Counter()
    for closing, name in re.findall(r"<(/?)([a-z]\w*)", html.lower()):
        if name not in NEVER_DEEP:
            open_now[name] = max(0, open_now[name] + (-1 if closing else 1))
            deepest[name] = max(deepest[name], open_now[name])
    return sum(deepest.values()) > DEEPEST


def _filtered(tag: str, name: str, value: str) -> str | None:
    """What stays of an attribute's value; None for nothing."""
    if name == "class":
        return " ".join(filter(CLASSES.fullmatch, value.split())) or None
    if name == "href":
        return value if tag == "a" and LINK.match(value) else None
    if name == "src":
        return value if tag == "img" and PICTURE.match(value) else None
    if name == "style":
        return _in_place(value) if len(value) <= LONGEST_STYLE else None
    return value


def _in_place(style: str) -> str:
    """The declarations that fetch nothing and move nothing out of its place."""
    return ";".join(
        f"{item.lower_name}:{tinycss2.serialize(item.value).strip()}"
        for item in tinycss2.parse_declaration_list(style)
        if item.type == "declaration"
        and (item.lower_name in STYLES or BOXES.fullmatch(item.lower_name))
        and all(map(_stays_in_place, item.value))
    )


def _stays_in_place(token: Any) -> bool:
    if token.type == "function":
        return token.lower_name in FUNCTIONS and all(map(_stays_in_place, token.arguments))
    if token.type in ("dimension", "number", "percentage"):
        return bool(token.value >= 0)
    return token.type in ("ident", "whitespace", "literal", "hash", "string", "comment")


# Linear in time, whatever the text: what stands between the tags, with no other drawing in it.
DRAWING = re.compile(r"<svg\b[^<]*(?:<(?!/?svg\b)[^<]*)*</svg\s*>", re.IGNORECASE)


def _image(svg: re.Match[str]) -> str:
    """A drawing as an image.  Outside of HTML it has to say what it is."""
    drawing = svg[0]
    if "xmlns=" not in drawing[: drawing.find(">")]:
        drawing = f'<svg xmlns="http://www.w3.org/2000/svg"{drawing[4:]}'
    data = base64.b64encode(drawing.encode("utf-8", "replace")).decode()
    return f'<img alt="" style="max-width:100%" src="data:image/svg+xml;base64,{data}">'


# ------------------------------------------------------------------------------- markdown


class _Renderer(IPythonRenderer):
    """nbconvert's, but a picture that is missing does not cost the page.

    Formulas are held for MathML, which needs no program from a network.
    """

    def __init__(self, formulas: Formulas, **options: Any) -> None:
        super().__init__(**options)
        self.formulas = formulas

    def inline_math(self, body: str) -> str:
        """A formula within a line."""
        return self.formulas.hold(body, super().inline_math(body))

    def block_math(self, body: str) -> str:
        """A formula by itself."""
        return self.formulas.hold(body, super().block_math(body), block=True)

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """An image, without its picture if that is an attachment that is not there."""
        text = HELD.sub("", text)  # words cannot hold a formula
        try:
            return super().image(text, url, title)
        except (InvalidNotebook, StopIteration):
            return super().image(text, "", title)


@pass_context
def markdown2html(context: Any, source: str) -> str:
    """Markdown as clean HTML, with the cell's own pictures.  Never raises."""
    cell = context.get("cell") or {}
    words, pictures = _without_pictures(source, cell.get("attachments", {}))
    formulas = Formulas()
    renderer = _Renderer(
        formulas, escape=False, attachments=pictures, exclude_anchor_links=True
    )  # fmt: skip
    try:
        if len(words) <= LONGEST_MARKDOWN:
            html = MarkdownWithMath(renderer=renderer).render(words)
            html = IN_HTML.sub(lambda found: _as_source(found, pictures), html)
            return formulas.put(clean(html))
    except RecursionError:  # quotes in quotes in quotes
        pass
    return f"<pre>{escape(source)}</pre>"


PASTED = re.compile(r"data:(image/(?:png|jpeg|gif|webp|svg\+xml));base64,([A-Za-z0-9+/=]+)")
ATTACHED = re.compile(r"""(\]\(\s*<?|src=["']?)attachment:([^"'<>()\n]+?)(?=[)>"']|\s+["'])""")
IN_HTML = re.compile(r"""src=["'](?:attachment:)?(picture-\d+)["']""")


def _without_pictures(source: str, attachments: Any) -> tuple[str, dict[str, dict[str, str]]]:
    """Markdown with names in the place of its pictures, and the pictures by these names.

    Colab writes a picture into the text, where it is longer than all words; Jupyter attaches it,
    by a name that may be written in several ways.
    """
    named = {_plain_name(name): files for name, files in attachments.items()}
    pictures: dict[str, dict[str, str]] = {}

    def kept(files: dict[str, str]) -> str:
        name = f"picture-{len(pictures)}"
        pictures[name] = files
        return f"attachment:{name}"

    def attached(found: re.Match[str]) -> str:
        files = named.get(_plain_name(found[2]))
        return found[1] + (kept(files) if files else f"attachment:{quote(found[2])}")

    words = PASTED.sub(lambda found: kept({found[1]: found[2]}), source)
    if "attachment:" in words and named:
        words = ATTACHED.sub(attached, words)
    return words, pictures


def _plain_name(name: str) -> str:
    return unicodedata.normalize("NFC", unquote(name)).strip()


def _as_source(found: re.Match[str], pictures: dict[str, dict[str, str]]) -> str:
    """A picture in HTML that a student wrote."""
    for kind, data in pictures.get(found[1], {}).items():
        return f'src="data:{kind};base64,{data}"'
    return found[0]


# ------------------------------------------------------------------- what is not for students


class ForStudents(NbGraderPreprocessor):
    """Takes out of a graded notebook what students do not get: hidden tests and mark schemes.

    A test's traceback shows its lines, hidden ones too; its last line is enough.
    """

    def preprocess_cell(
        self, cell: NotebookNode, resources: Resources, index: int
    ) -> tuple[NotebookNode, Resources]:
        """One cell."""
        whole = cell.source
        for step, remove in (
            (ClearHiddenTests, "_remove_hidden_test_region"),
            (ClearMarkScheme, "_remove_mark_scheme_region"),
        ):
            before = cell.source
            try:
                getattr(step(config=self.config), remove)(cell)
            except RuntimeError:  # a delimiter that stands alone, in a student's own words say
                cell.source = before
        if cell.source != whole:
            for output in cell.get("outputs", []):
                if output.output_type == "error":
                    output.traceback = [f"{output.ename}: {output.evalue}"]
        return cell, resources
