"""Formgrader and feedback, in a real browser, on a submission that tries to run code in them.

Every payload asks for an address with the word ``pwned`` and its own name, so that the browser's
requests tell which of them ran.  They do run on the pages of a course without this engine: that is
tested first, or the other tests would show nothing.
"""

from __future__ import annotations

import base64
import copy
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import nbgrader
import pytest
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output, new_raw_cell
from traitlets.config import Config

from autograder.demo.demo import hand_in, make_course, sample_class, write_feedback
from autograder.nbgrader_plugin.course_folder import CourseFolder
from autograder.run import grade_unit
from tests.support import lab as driving

pytestmark = pytest.mark.sandbox

SOURCE = Path(__file__).parents[2] / "source"
UNIT = "02-output-size"
TEMPLATES = "server_extensions/formgrader/templates"
STUDENT = "mallory"
CONFIG = """
from autograder.nbgrader_plugin.plugin import configure

c = get_config()
configure(c)
c.CourseDirectory.root = {root!r}
"""


def js(name: str) -> str:
    """A script that tells its name; no quotation marks and no blanks."""
    return f"(new(Image)).src=/pwned-{name}/.source,document.title=/pwned/.source"


def image(name: str) -> str:
    return f'<img src="nowhere" onerror="{js(name)}">'


SVG = "<svg xmlns='http://www.w3.org/2000/svg' width='40' height='20' {}>{}</svg>"
HTML = {
    "script": f"<script>{js('script')}</script>",
    "script-src": "<script src='http://pwned.example/script-src'></script>",
    "onerror": image("onerror"),
    "svg-onload": SVG.format(f"onload={js('svg-onload')}", ""),
    "svg-script": SVG.format("", f"<script>{js('svg-script')}</script>"),
    "svg-foreign": SVG.format("", f"<foreignObject>{image('svg-foreign')}</foreignObject>"),
    "svg-animate": SVG.format(
        "", f"<animate onbegin={js('svg-animate')} attributeName=x dur=1s />"
    ),
    "svg-broken": f"<svg><svg></svg><script>{js('svg-broken')}</script>{image('svg-broken-2')}",
    "iframe": f"<iframe srcdoc='{image('iframe')}'></iframe>",
    "iframe-js": f"<iframe src='javascript:{js('iframe-js')}'></iframe>",
    "object": f"<object data='data:text/html,{image('object')}'></object>",
    "embed": f"<embed src='data:text/html,{image('embed')}'>",
    "details": f"<details open ontoggle={js('details')}><summary>more</summary></details>",
    "autofocus": f"<input autofocus onfocus={js('autofocus')}>",
    "video": f"<video><source onerror={js('video')}></video>",
    "base": "<base href='http://pwned.example/'>",
    "meta": "<meta http-equiv='refresh' content='0;url=http://pwned.example/meta'>",
    "link": "<link rel='stylesheet' href='http://pwned.example/link'>",
    "style": "<style>body {background: url(http://pwned.example/style)}</style>",
    "style-attribute": "<p style='background:url(http://pwned.example/style-attribute)'>x</p>",
    "remote-picture": "<img src='http://pwned.example/remote-picture'>",
    "same-server": "<img src='/formgrader/pwned-same-server'>",
    "mutation": "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 "
    f"onerror={js('mutation')}&gt;'>",
    "noscript": f"<noscript><p title='</noscript>{image('noscript')}'></noscript>",
    "mathjax": "<script type='text/x-mathjax-config'>" + js("mathjax") + "</script>",
    "overlay": "<div id='overlay' style='position:fixed;top:0;left:0;width:100%;height:100%;"
    "background:red;z-index:9999'>covered</div>",
    "clobber": "<form id='output_size' name='cookie'><input id='submission_id'></form>"
    "<button class='btn full-credit mark-graded score'>press</button>",
}
PNG = base64.b64encode(
    bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
        "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
    )
).decode()
# What a cell shows: kinds of data, and metadata.
SHOWN: dict[str, tuple[dict, dict]] = {
    "javascript": ({"application/javascript": js("javascript"), "text/plain": "x"}, {}),
    "svg-type": ({"image/svg+xml": HTML["svg-script"]}, {}),
    "markdown": ({"text/markdown": image("markdown") + " [x](javascript:1)"}, {}),
    "latex": ({"text/latex": f"$x$ {image('latex')}"}, {}),
    "plain": ({"text/plain": image("plain")}, {}),
    "isolated": ({"text/html": image("isolated")}, {"text/html": {"isolated": True}}),
    "png-width": ({"image/png": "AAAA"}, {"image/png": {"width": f"1 onerror={js('png-width')}"}}),
    "png-data": ({"image/png": f'A" onerror="{js("png-data")}'}, {}),
    "png-alt": ({"image/png": PNG}, {"image/png": {"alt": f'"><script>{js("png-alt")}</script>'}}),
    "file-name": (
        {"image/png": PNG},
        {"filenames": {"image/png": "http://pwned.example/file-name"}},
    ),
    "widget": (
        {"application/vnd.jupyter.widget-view+json": {"model_id": "</script>" + image("widget")}},
        {},
    ),
}
MARKDOWN = {
    "md-html": HTML["script"] + "\n\n" + image("md-html"),
    "md-link": f"[press me](javascript:{js('md-link')}) [and me](evil.html) <javascript:x>\n\n"
    f"[reference]\n\n[reference]: javascript:{js('md-reference')}",
    "md-picture": f"![x](http://pwned.example/md-picture) ![x](y{{onerror={js('md-title')}}})",
    "md-attachment": "![a](attachment:a.png) ![there is none](attachment:none.png)",
    "md-math": f"$\\href{{javascript:{js('md-math')}}}{{x}}$ $$a {image('md-math-2')} b$$",
    "md-code": f"```{image('md-code')}\nx\n```\n\n`{image('md-code-2')}`",
    "md-heading": "# output_size\n\n# submission_id",
    "md-mermaid": f"```mermaid\n{image('md-mermaid')}\n```",
}
# a file's name has no slashes
FILE = "<img src=x onerror=(new(Image)).src=`pwned-flag`> ![x](javascript:x) **x**"
HARMLESS = """
from IPython.display import HTML, Math, display
display(HTML("<p><b>bold as ever</b> and <code style='color:red'>code</code></p>"))
display(HTML("<style scoped>.dataframe td {color: blue}</style><table border=1 class=dataframe>"
             "<thead><tr><th>head</th></tr></thead><tbody><tr><td>a table's cell</td></tr></tbody></table>"))
display(HTML("<div role=img aria-label='a drawing'><svg viewBox='0 0 200 40' width='200' height='40'>"
             "<circle cx='20' cy='20' r='15' /></svg></div>"))
display(Math("a < b"))
print("\\x1b[31mred words\\x1b[0m <i>as they are</i>")
"""


def hostile(nb: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """An honest notebook with every payload in it."""
    nb = copy.deepcopy(nb)
    cells = [new_code_cell(HARMLESS), new_markdown_cell("**Bold markdown**, `x < y`, $a < b$.")]
    show = "from IPython.display import display\ndisplay({!r}, raw=True, metadata={!r})"
    for html in HTML.values():
        cells.append(new_code_cell(show.format({"text/html": html, "text/plain": "x"}, {})))
        cells.append(new_markdown_cell(html))
    cells += [new_code_cell(show.format(*shown)) for shown in SHOWN.values()]
    cells += [new_markdown_cell(source) for source in MARKDOWN.values()]
    cells.append(new_code_cell(f"raise type({image('error')!r}, (Exception,), {{}})('')"))
    cells.append(new_code_cell(f"print({image('stream')!r})\n# {image('source')}"))
    cells.append(new_raw_cell(image("raw"), metadata={"raw_mimetype": "text/html"}))
    cells[0].metadata["tags"] = [f'"><script>{js("tag")}</script>', "score tabbable"]
    for place, cell in enumerate(cells):
        cell["id"] = f'{place}"><script>{js("id")}</script>'
        if cell.cell_type == "markdown" and "attachment:" in cell.source:
            data = {f'image/png" onerror="{js("attachment")}': "AAAA"}
            cell["attachments"] = {"a.png": data, "empty.png": {}}
    nb.cells += cells
    nb.metadata["title"] = f"</title><script>{js('title')}</script>"
    return nb


@dataclass
class Watched:
    """What a page did: the requests of payloads, dialogs, and where it went."""

    page: Any
    ran: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.page.on("request", self._request)
        self.page.on("dialog", lambda dialog: (self.ran.add("dialog"), dialog.dismiss()))
        # nothing but this machine answers, so that no test waits for the web
        self.page.route(lambda url: "://127.0.0.1" not in url and not url.startswith("file:"),
                        lambda route: route.abort())  # fmt: skip

    def _request(self, request: Any) -> None:
        if "pwned" in request.url:
            self.ran.add(re.split("pwned[-/]|pwned.example/", request.url)[-1])

    def open(self, url: str, seconds: float = 0.7) -> None:
        """Go to a page, and give what is on it time to run."""
        self.page.goto(url)
        for details in self.page.locator("details").all():
            details.evaluate("d => { d.open = !d.open }")
        self.page.wait_for_timeout(1000 * seconds)


@dataclass
class Graded:
    """A course with the hostile submission, graded, and a JupyterLab above it."""

    lab: Any
    folder: CourseFolder

    @property
    def feedback(self) -> Path:
        return self.folder.path("feedback", STUDENT, UNIT) / "unit.html"

    def formgrader(self) -> str:
        with self.folder.gradebook() as gradebook:
            found = gradebook.find_submission_notebook("unit", UNIT, STUDENT)
        login = f"{self.lab.url}/login?token={self.lab.token}"
        return f"{login}&next=/formgrader/submissions/{found.id}/"


@pytest.fixture(scope="module")
def graded(tmp_path_factory, sandbox, browser):
    place = tmp_path_factory.mktemp("hostile")
    root = place / "root" / "course"
    (place / "config").mkdir()
    (place / "config" / "nbgrader_config.py").write_text(CONFIG.format(root=str(root)))
    with driving.lab_server(place) as lab:
        folder = make_course(root, SOURCE, [UNIT])
        (honest,) = [one for one in sample_class(folder, UNIT) if one.name == "all-correct"]
        hand_in(folder, UNIT, [honest])
        submitted = folder.path("submitted", STUDENT, UNIT)
        submitted.mkdir(parents=True)
        nb = hostile(
            nbformat.read(folder.path("submitted", honest.name, UNIT) / "unit.ipynb", as_version=4)
        )
        (submitted / "unit.ipynb").write_text(nbformat.writes(nb))
        (submitted / "evil.html").write_text(HTML["script"])
        (submitted / FILE).symlink_to("nowhere")
        (one,) = grade_unit(folder, UNIT, students=[STUDENT])
        assert not one.failed
        assert {flag["kind"] for flag in one.notebooks["unit"]["flags"]} == {"link"}
        yield Graded(lab, folder)


def of_html(html: str) -> nbformat.NotebookNode:
    """A cell that shows it."""
    return showing({"text/html": html}, {})


def showing(data: dict, metadata: dict) -> nbformat.NotebookNode:
    """A cell with that output."""
    output = new_output("display_data", data=data, metadata=metadata)
    return new_code_cell("", outputs=[output])


LOUD = {
    **{name: of_html(HTML[name]) for name in ("script", "onerror", "svg-onload", "details")},
    "iframe": of_html(HTML["iframe"]),
    "remote-picture": of_html(HTML["remote-picture"]),
    "style": of_html(HTML["style"]),
    "png-width": showing(*SHOWN["png-width"]),
    "file-name": showing(*SHOWN["file-name"]),
    "markdown": showing(*SHOWN["markdown"]),
    "md-html": new_markdown_cell(MARKDOWN["md-html"]),
    "md-picture": new_markdown_cell(MARKDOWN["md-picture"]),
}


@pytest.mark.parametrize("name", LOUD)
def test_a_payload_runs_on_the_page_that_stock_nbgrader_makes(page, tmp_path, name):
    config = Config()
    config.HTMLExporter.template_name = "feedback"
    config.HTMLExporter.extra_template_basedirs = [str(Path(nbgrader.__file__).parent / TEMPLATES)]
    config.Exporter.default_preprocessors = []
    (tmp_path / "bootstrap.min.css").write_text("")
    exporter = HTMLExporter(config=config, extra_template_paths=[str(tmp_path)])
    html, _ = exporter.from_notebook_node(
        nbformat.v4.new_notebook(cells=[LOUD[name]]),
        resources={"nbgrader": {"notebook": "u", "score": 0, "max_score": 0, "late_penalty": 0}},
    )
    (tmp_path / "page.html").write_text(html)
    watched = Watched(page)
    watched.open((tmp_path / "page.html").as_uri(), seconds=0)
    for _ in range(100):
        if name in watched.ran:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{name} did not run: {watched.ran}")


def check_page(watched: Watched) -> None:
    """Nothing ran, nothing could, and what is harmless is there."""
    from playwright.sync_api import expect

    page = watched.page
    assert watched.ran == set()
    assert page.title() != "pwned"
    assert page.locator("iframe, object, embed, base, video, meta[http-equiv]").count() == 0
    notebook = page.locator("#notebook-container")
    assert notebook.locator("script, style, link").count() == 0
    handlers = "all => all.flatMap(e => e.getAttributeNames()).filter(n => n.startsWith('on'))"
    assert notebook.locator("*").evaluate_all(handlers) == []
    links = notebook.locator("a[href]").evaluate_all("all => all.map(a => a.href)")
    assert all(link.startswith(("http", "file:")) and "evil" not in link for link in links), links
    sources = notebook.locator("img").evaluate_all("all => all.map(i => i.getAttribute('src'))")
    assert all(not src or src.startswith(("data:image/", "nowhere")) for src in sources), sources
    assert notebook.locator("#overlay, #submission_id, [name=cookie]").count() == 0
    assert page.locator("#output_size").count() <= 1

    shown = notebook.locator(".output")
    bold = shown.get_by_text("bold as ever")
    expect(bold).to_be_visible()
    assert bold.evaluate("e => e.tagName") == "B"
    markdown = notebook.get_by_text("Bold markdown", exact=True)
    assert markdown.evaluate("e => e.tagName") == "STRONG"
    expect(shown.get_by_role("cell", name="a table's cell")).to_be_visible()
    red = shown.get_by_text("code", exact=True)
    assert red.evaluate("e => getComputedStyle(e).color") == "rgb(255, 0, 0)"
    expect(shown.get_by_text("<i>as they are</i>")).to_be_visible()
    expect(shown.get_by_text("a < b")).to_be_visible()
    verdict = shown.get_by_role("note").filter(has_text="output_size: 3 of 3 points")
    expect(verdict).to_be_visible()
    border = "e => getComputedStyle(e).borderLeftWidth + getComputedStyle(e).borderLeftColor"
    assert verdict.evaluate(border) == "6pxrgb(0, 158, 115)"
    drawing = shown.locator("[role=img] img[src^='data:image/svg']").first
    expect(drawing).to_be_visible()
    assert drawing.evaluate("i => i.complete && i.naturalWidth > 100 && i.width > 100")
    expect(notebook.get_by_text("pwned-flag")).to_be_visible()  # the file's name, as words
    coloured = notebook.locator(".input_area .highlight span[class]").count()
    assert coloured > 50, "the code is highlighted"


def test_nothing_runs_on_the_feedback_page_and_all_else_is_there(graded, page):
    write_feedback(graded.folder, UNIT, [STUDENT])
    watched = Watched(page)
    watched.open(graded.feedback.as_uri())
    check_page(watched)
    page.screenshot(path=str(graded.feedback.with_suffix(".png")), full_page=True)


def test_nothing_runs_in_formgrader_and_all_else_is_there(graded, page):
    from playwright.sync_api import expect

    watched = Watched(page)
    watched.open(graded.formgrader())
    check_page(watched)
    # formgrader's own scripts still find their fields
    expect(page.locator("input#output_size")).to_have_attribute("placeholder", "3")
    page.screenshot(path=str(graded.feedback.with_suffix(".formgrader.png")), full_page=True)
