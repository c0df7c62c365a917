"""Cleaning of what a page shows.  That nothing runs is shown in a browser: test_hostile_pages.py."""

import re
import time
from fractions import Fraction
from html import escape
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_output
from traitlets.config import Config

from autograder.marking.marking import Score, verdict
from autograder.marking.marks import GroupMark, Mark
from autograder.nbgrader_plugin.formulas import mathml
from autograder.nbgrader_plugin.pages import ForStudents, Harmless, clean, markdown2html
from autograder.nbgrader_plugin.plugin import configure
from autograder.notebook_file import plain_markdown
from course.pictures.picture import Picture
from course.pictures.svg import drawing, rect

SOURCE = Path(__file__).parents[3] / "source"


def markdown(source, **cell):
    return markdown2html({"cell": cell}, source)


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<b onclick=x>b</b>", "<b>b</b>"),
        ("a<script>x</script><style>y</style>b", "ab"),
        ("<table border=1 class='dataframe mine'><tr><td>1</td></tr></table>",
         '<table border="1" class="dataframe"><tbody><tr><td>1</td></tr></tbody></table>'),
        ('<p style="color:red;position:fixed;margin:-9px;width:url(x)">x</p>', '<p style="color:red">x</p>'),
        ('<p id="output_size" name="x">x</p>', "<p>x</p>"),
        ("<img src='http://a.example/x.png' alt=x>", '<img alt="x">'),
        ("<img src='/logout'><img src='../x'><img src='a/%2e%2e/x'>", "<img><img><img>"),
        ("<img src='data/x 1.png'>", '<img src="data/x 1.png">'),
        ("<a href='java\nscript:x'>x</a>", '<a rel="noopener noreferrer">x</a>'),
        ("<a href='data:text/html,x'>x</a>", '<a rel="noopener noreferrer">x</a>'),
        ("<a href='evil.html'>x</a>", '<a rel="noopener noreferrer">x</a>'),
        ("<a href='https://a.example'>x</a>", '<a href="https://a.example" rel="noopener noreferrer">x</a>'),
        ("$a &lt; b$ &amp; c", "$a &lt; b$ &amp; c"),
    ],
)  # fmt: skip
def test_what_is_left_of_html(html, shown):
    assert clean(html) == shown


def test_a_drawing_becomes_an_image_whole():
    picture = Picture(drawing(20, 10, rect(0, 0, 5, 5)), "a square").html()
    shown = clean(picture)
    assert "<svg" not in shown and shown.count("<img") == 1
    assert 'aria-label="a square"' in shown and ">a square</figcaption>" in shown


def test_a_verdict_stays_as_it_is():
    score = Score("area", 3.0, 4.0, Mark("area", Fraction(3, 4), (GroupMark("x", True, 1, 1, 1),)))
    html = verdict(score).data["text/html"]
    assert {"role", "style"} <= set(re.findall(r" (\w+)=", html))
    same = {"'": '"', "; ": ";", " ": "", ":.": ":0."}
    shown = clean(html)
    for one, other in same.items():
        html, shown = html.replace(one, other), shown.replace(one, other)
    assert shown == html


@pytest.mark.parametrize(
    "unit",
    ["<svg ", "<svg></svg", "<svg><", "<div>", "<div></x>", "<table>", "<p a='", "<!--", "<b><p>"],
)
def test_no_text_takes_long(unit):
    began = time.process_time()
    clean(unit * (1_000_000 // len(unit)))
    assert time.process_time() - began < 10


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["\\\\[", "\\begin{a}", "[", ">", "`"])
def test_no_markdown_takes_long(unit):
    for length in (19_000, 1_000_000):
        began = time.process_time()
        markdown((unit * length)[:length])
        assert time.process_time() - began < 20


def test_a_missing_attachment_costs_its_picture_alone():
    shown = markdown(
        "![a](attachment:a.png) **bold** ![b](attachment:b.png)", attachments={"b.png": {}}
    )
    assert "<strong>bold</strong>" in shown and 'src="attachment' not in shown
    there = {"a.png": {"image/png": "AAAA"}}
    assert "data:image/png;base64,AAAA" in markdown("![a](attachment:a.png)", attachments=there)


PNG = "iVBORw0KGgo" + "A" * 60_000


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (f"![x](data:image/png;base64,{PNG})\n\n**bold**", ""),  # as Colab pastes it
        (f'<img src="data:image/png;base64,{PNG}">\n\n**bold**', ""),
        ("![x](attachment:my%20picture.png)\n\n**bold**", "my picture.png"),
        ("![x](attachment:my picture.png)\n\n**bold**", "my picture.png"),
        ("![x](attachment:Übung 1.png)\n\n**bold**", "Übung 1.png"),
        ("![x](attachment:%C3%9Cbung%201.png)\n\n**bold**", "U\u0308bung 1.png"),
        ('![x](attachment:a.png "title")\n\n**bold**', "a.png"),
        ("<img src='attachment:a.png' width=20>\n\n**bold**", "a.png"),
    ],
)
def test_pictures_are_pictures(source, name):
    shown = markdown(source, attachments={name: {"image/png": PNG}} if name else {})
    assert f'src="data:image/png;base64,{PNG}"' in shown
    assert "<strong>bold</strong>" in shown


def test_feedback_holds_nothing_that_students_do_not_get():
    hidden = (
        "assert f(1) == 1\n### BEGIN HIDDEN TESTS\nassert f(2) == 'secret'\n### END HIDDEN TESTS"
    )
    scheme = "Why?\n=== BEGIN MARK SCHEME ===\nsecret\n=== END MARK SCHEME ==="
    trace = ["----> 3 assert f(2) == 'secret'", "AssertionError: two"]
    error = new_output("error", ename="AssertionError", evalue="two", traceback=trace)
    test = new_code_cell(hidden, outputs=[error])
    own = new_code_cell("# BEGIN HIDDEN TESTS are hard")
    cells = [test, nbformat.v4.new_markdown_cell(scheme), own]
    nb, _ = ForStudents()(nbformat.v4.new_notebook(cells=cells), {})
    assert "secret" not in nbformat.writes(nb)
    assert nb.cells[0].outputs[0].traceback == ["AssertionError: two"]
    assert nb.cells[0].source == "assert f(1) == 1" and nb.cells[1].source == "Why?"
    assert nb.cells[2].source == "# BEGIN HIDDEN TESTS are hard"


def test_flags_are_shown_as_they_are_written():
    for says in ("<b>x</b> **x** [x](y) `x` $x$ a_b_c # x", "a\n\n# b", "![x](http://a.example)"):
        shown = markdown(f"- {plain_markdown(says)}")
        assert "<b>" not in shown and "<strong" not in shown and "<img" not in shown
        assert "<a" not in shown.replace("http", "") or "http" in says
        assert "<h1" not in shown and "<code" not in shown


def test_outputs_and_metadata_keep_what_a_page_can_show():
    data = {"application/javascript": "1", "text/html": "<b>x</b>"}
    about = {
        "image/png": {"width": "1 onerror=x", "height": 7, "alt": "words"},
        "filenames": {"a": "b"},
    }
    cell = new_code_cell("x", outputs=[
        new_output("display_data", data=data, metadata=about),
        new_output("display_data", data={"application/javascript": "1"}),
    ])  # fmt: skip
    cell.metadata = nbformat.from_dict({"tags": ["x"], "nbgrader": {"grade_id": "a"}, "alt": "y"})
    nb = nbformat.v4.new_notebook(cells=[cell])
    nb, about = Harmless(enabled=True)(nb, {"student": "<b>", "index": 1})
    assert about == {"student": "&lt;b&gt;", "index": 1}
    assert nb.cells[0].metadata == {"nbgrader": {"grade_id": "a"}}
    first, second = nb.cells[0].outputs
    assert first.data == {"text/html": "<b>x</b>"}
    assert first.metadata == {"image/png": {"height": 7, "alt": "words"}}
    assert "cannot show" in second.data["text/plain"]


def test_a_course_is_configured_so():
    config = Config()
    configure(config)
    assert config.HTMLExporter.sanitize_html is True
    assert set(config.HTMLExporter.filters) == {"clean_html", "markdown2html"}


# ------------------------------------------------------------------------------- formulas


def test_every_formula_of_the_course_needs_no_network():
    found = set()
    for file in sorted(SOURCE.glob("*/unit.ipynb")):
        for cell in nbformat.read(file, as_version=4).cells:
            if cell.cell_type == "markdown":
                words = re.sub(r"```.*?```|`[^`]*`", "", cell.source, flags=re.DOTALL)
                found |= set(re.findall(r"\$\$?([^$]+?)\$\$?", words))
    assert len(found) > 200
    for latex in found:
        made = mathml(latex)
        assert made and made.startswith("<math") and "merror" not in made, latex


def test_a_formula_is_shown_as_mathml():
    html = markdown(r"The size is $\frac{W - F}{S} + 1$, or" "\n\n" r"$$\lfloor x \rfloor$$")
    assert '<math aria-label="\\frac{W - F}{S} + 1" display="inline">' in html
    assert (
        "<mfrac><mrow><mi>W</mi><mo>−</mo><mi>F</mi></mrow><mrow><mi>S</mi></mrow></mfrac>" in html
    )
    assert 'display="block"' in html and "$" not in html
    assert "$" in markdown("it costs 5 $ and no more")
    assert "$x" in markdown("`$x$` is code")


@pytest.mark.parametrize(
    "latex",
    [
        r"\href{javascript:alert(1)}{x}",
        r"\text{<img src=x onerror=alert(1)>}",
        r"\text{\" onmouseover=\"alert(1)}",
        r"\style{color:red}{x}",
        r"\class{highlight}{x}",
        r"\color{red;background:url(http://a.example/)}{x}",
        "<script>alert(1)</script>",
        "x</math><script>alert(1)</script>",
        "{" * 400 + "x" + "}" * 400,
        r"\frac{" * 100,
        "x" * 5_000,
        r"\begin{matrix}",
        "\0",
    ],
)
def test_a_strangers_formula_is_a_formula_or_words(latex):
    for text in (
        f"${latex}$",
        f"$${latex}$$",
        f"![${latex}$](data/x.png)",
        f"<b title='${latex}$'>",
    ):
        html = markdown(text)
        assert "<script" not in html and "<img src=x" not in html
        assert "href=" not in html and "url(" not in re.sub(
            r"aria-label=\"[^\"]*\"", "", html
        ).replace(escape(latex), "").replace(latex, "")
        inside = re.findall(r"<(\w+)([^>]*)>", html)
        for _, attributes in inside:
            names = re.findall(r"([\w-]+)=\"[^\"]*\"", attributes)
            assert not [name for name in names if name.startswith("on")]


def test_who_writes_what_holds_a_formula_gets_nothing_by_it():
    assert markdown('<span title="formula-0"></span>') == "<p></p>\n"
    html = markdown('$x$ <b title="<span title=&quot;formula-0&quot;></span>">b</b>')
    assert html.count("<math") == 1
