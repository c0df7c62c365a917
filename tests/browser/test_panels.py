"""The panels of units 02 and 03 in JupyterLab, worked by mouse and by keyboard."""

from __future__ import annotations

import re
from functools import partial

import pytest

from benchmarks.sliders import SIXTY
from tests.support.student import Student

CELLS = [
    "from course.units.output_size import panels as output_size\n"
    "from course.units.padding import panels as padding\n"
    "def broken(*args): raise ZeroDivisionError('division by zero')",
    "output_size.windows()",
    "output_size.staircase()",
    "padding.padding()",
    "padding.frameworks()",
    "output_size.windows(broken)",
]
WINDOWS, STAIRCASE, PADDING, FRAMEWORKS, BROKEN = range(5)
FIRST = {
    WINDOWS: "Input 7 × 7. Filter 3 × 3, stride 2: 3 windows along each axis",
    STAIRCASE: "At S = 3 the size is 10",
    PADDING: "14 windows of F = 3 at stride S = 2",
    FRAMEWORKS: "Same shape, 4, but 4 of 4 numbers differ",
}
MOVED = {  # a slider, its first value, and what the picture says one step further
    WINDOWS: ("W", 7, "Input 8 × 8"),
    STAIRCASE: ("S", 3, "At S = 4 the size is 7"),
    PADDING: ("P", 1, "Image of 28 rows with 2 zeros on each side"),
    FRAMEWORKS: ("W", 8, "Inputs 0 to 8"),
}

SHOWN = {  # how the picture says the value of that slider
    WINDOWS: lambda W: f"Input {W} × {W}",
    STAIRCASE: lambda S: f"At S = {S} the size",
    PADDING: lambda P: f"with {P or 'no'} zero{'' if P == 1 else 's'} on each side",
    FRAMEWORKS: lambda W: f"Inputs 0 to {W - 1},",
}


@pytest.fixture(scope="module")
def themed(lab, browser, open_in):
    """The notebook with all panels, run, in a tab for each theme."""
    opened = {}
    for theme in ("dark", "light"):
        lab.theme(theme)
        opened[theme] = open_in(browser.new_page()).open(f"panels-{theme}.ipynb", CELLS)
        opened[theme].run_all()
        assert opened[theme].errors() == []
    yield opened
    for notebook in opened.values():
        notebook.shut_down()
        notebook.page.close()


@pytest.fixture
def panel(request, themed):
    """The panel of the theme and number that the test names, as it was at first."""
    theme, number = request.param
    themed[theme].page.bring_to_front()
    shown = themed[theme].panel(number)
    shown.theme, shown.number = theme, number
    yield shown
    shown.reset()
    shown.wait_for(FIRST.get(number, ""))


NAMES = ["windows", "staircase", "padding", "frameworks"]


def every_panel(test, themes=("light", "dark")):
    """Run the test for every panel, by default in both themes."""
    params = [
        pytest.param((theme, number), id=f"{NAMES[number]}-{theme}")
        for theme in themes
        for number in FIRST
    ]
    return pytest.mark.parametrize("panel", params, indirect=True)(test)


def only(number):
    return pytest.mark.parametrize("panel", [("light", number)], ids=["light"], indirect=True)


@every_panel
def test_the_alt_text_is_in_the_page_and_shown_below(panel):
    assert FIRST[panel.number] in panel.alt()
    assert panel.root.locator("figcaption").inner_text() == panel.alt()
    assert panel.root.get_by_role("img", name=panel.alt()).is_visible()


@every_panel
def test_a_slider_moves_by_keyboard(panel):
    name, value, words = MOVED[panel.number]
    panel.press(name, "ArrowRight")
    panel.wait_for(words)
    assert panel.value(name) == value + 1
    panel.press(name, "ArrowLeft")
    panel.wait_for(FIRST[panel.number])
    panel.press(name, "End")
    panel.root.page.wait_for_timeout(300)
    assert panel.value(name) == int(panel.handle(name).get_attribute("max"))
    panel.press(name, "Home")
    panel.root.page.wait_for_timeout(300)
    assert panel.value(name) == int(panel.handle(name).get_attribute("min"))


@every_panel
def test_sliders_and_reset_are_reached_with_the_tab_key(panel):
    names = panel.root.locator(".panel-label").all_inner_texts()
    page = panel.root.page
    panel.root.locator(".panel-range").first.focus()
    reached = 1
    for _ in range(4 * len(names)):
        page.keyboard.press("Tab")
        focused = page.evaluate("document.activeElement.className")
        reached += "panel-range" in focused
        if "widget-button" in focused:
            break
    assert reached == len(names)
    page.keyboard.press("Enter")


@every_panel
def test_a_slider_is_dragged_with_the_mouse(panel):
    name, value, _ = MOVED[panel.number]
    before = panel.alt()
    panel.drag(name, [0.4, 0.6, 0.9])
    panel.root.page.wait_for_timeout(300)
    assert panel.value(name) > value
    assert panel.alt() != before


@every_panel
def test_reset_brings_the_first_picture_back(panel):
    first, number = panel.alt(), panel.number
    name, value, words = MOVED[number]
    panel.press(name, "ArrowRight")
    panel.wait_for(words)
    panel.reset()
    panel.wait_for(first)
    assert panel.value(name) == value


@only(WINDOWS)
def test_the_window_slider_reaches_as_far_as_there_are_windows(panel):
    assert panel.handle("window").get_attribute("max") == "9"
    panel.press("window", "End")
    panel.wait_for("Window 9 of 9 reads rows 4 to 6 and columns 4 to 6")
    panel.press("S", "ArrowLeft")
    panel.wait_for("Window 9 of 25 reads")
    panel.press("window", "End")  # the end that the slider has now
    panel.wait_for("Window 25 of 25 reads rows 4 to 6 and columns 4 to 6")
    panel.press("S", "ArrowRight")
    panel.wait_for("Window 9 of 9 reads rows 4 to 6 and columns 4 to 6")
    panel.press("S", "ArrowRight")
    panel.wait_for("Window 4 of 4 reads rows 3 to 5 and columns 3 to 5")
    assert panel.value("window") == 4


@only(WINDOWS)
def test_a_screen_reader_is_told_what_a_slider_is_and_what_changed(panel):
    from playwright.sync_api import expect

    stride = panel.root.get_by_role("slider", name="stride", exact=True)
    expect(stride).to_have_attribute("aria-valuetext", "2 pixels")
    stride.press("ArrowLeft")
    expect(stride).to_have_attribute("aria-valuetext", "1 pixel")
    said = panel.root.get_by_role("status")
    expect(said).to_have_text("Filter 3 × 3, stride 1:")
    assert said.get_attribute("role") == "status"  # polite: it waits for the end of a sentence


@only(WINDOWS)
def test_the_picture_is_worked_by_pointer(panel):
    mouse = panel.root.page.mouse

    def cell(name, row, column, rows, columns):
        box = panel.root.get_by_role("slider", name=name, exact=True).bounding_box()
        return (
            box["x"] + (column + 0.5) / columns * box["width"],
            box["y"] + (row + 0.5) / rows * box["height"],
        )

    mouse.click(*cell("output", 1, 2, 3, 3))
    panel.wait_for("Window 6 of 9 reads rows 2 to 4 and columns 4 to 6")
    assert panel.value("window") == 6
    mouse.move(*cell("the filter", 3, 5, 7, 7))
    mouse.down()
    for column in range(5, -1, -1):
        mouse.move(*cell("the filter", 5, column, 7, 7), steps=3)
    panel.wait_for("Window 7 of 9 reads rows 4 to 6 and columns 0 to 2")
    mouse.move(*cell("the filter", -3, 9, 7, 7))  # beyond the edge: as far as it goes
    mouse.up()
    panel.wait_for("Window 3 of 9 reads rows 0 to 2 and columns 4 to 6")
    mouse.move(*cell("the filter", 3, 3, 7, 7))  # it has been let go
    panel.root.page.wait_for_timeout(300)
    assert "Window 3 of 9" in panel.alt()


@only(WINDOWS)
def test_the_picture_is_worked_by_keyboard(panel):
    from playwright.sync_api import expect

    output = panel.root.get_by_role("slider", name="output", exact=True)
    expect(output).to_have_attribute("aria-valuetext", "row 0, column 0")
    output.press("ArrowDown")
    panel.wait_for("Window 4 of 9")
    panel.root.page.keyboard.press("End")  # the focus has stayed
    panel.wait_for("Window 6 of 9")
    expect(output).to_have_attribute("aria-valuetext", "row 1, column 2")
    expect(output).to_be_focused()
    panel.root.page.keyboard.press("Shift+Tab")
    expect(panel.root.get_by_role("slider", name="the filter", exact=True)).to_be_focused()
    panel.root.page.keyboard.press("ArrowLeft")  # to the next window, two columns away
    panel.wait_for("Window 5 of 9 reads rows 2 to 4 and columns 2 to 4")
    panel.root.page.keyboard.press("Home")
    panel.wait_for("Window 4 of 9")


@only(WINDOWS)
def test_the_picture_is_shown_as_a_table_that_follows(panel):
    from playwright.sync_api import expect

    fold = panel.root.get_by_text("Show as table")
    rows = panel.root.locator(".panel-table tbody tr")
    expect(rows).to_have_count(0)
    fold.press("Enter")
    expect(rows).to_have_count(3)
    expect(rows.last).to_have_text("246")
    panel.press("S", "ArrowLeft")
    expect(rows).to_have_count(5)
    fold.press("Enter")
    expect(rows).to_have_count(0)


@only(WINDOWS)
def test_nothing_of_a_panel_fails_a_check_of_accessibility(panel):
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(panel.root.page, context=".panel-box").response["violations"]
    assert [(one["id"], one["help"]) for one in found] == []


@only(PADDING)
def test_fifteen_zeros_for_28_rows(panel):
    for _ in range(14):
        panel.press("P", "ArrowRight")
    panel.wait_for("15 of 28 windows along an axis read the image; 13 windows see only zeros")
    assert "28.7% of the 28 × 28 outputs touch the image" in panel.alt()


@only(BROKEN)
def test_a_students_function_that_raises_is_a_sentence(panel):
    assert "✗ broken(7, 3, 2, 0) raised ZeroDivisionError: division by zero" in panel.alt()
    panel.press("S", "ArrowRight")
    panel.wait_for("✗ broken(7, 3, 3, 0) raised")


@every_panel
def test_ink_and_background_follow_the_theme(panel):
    dark = panel.root.page.evaluate("document.body.dataset.jpThemeLight") == "false"
    assert dark == (panel.theme == "dark")
    svg = panel.root.locator("figure svg").first
    ink, behind = svg.evaluate(
        "e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]"
    )
    brightness = max(map(float, re.findall(r"[\d.]+", ink)[:3]))
    assert behind == "rgba(0, 0, 0, 0)"
    assert brightness > 200 if dark else brightness < 60


# ------------------------------------------------------------------------------ a fast drag

# 200 moves, 4 times across and back; they end in the middle.  Chromium hands on one a frame.
THERE_AND_BACK = [abs((step % 50) / 25 - 1) for step in range(13, 213)]

COUNT_PICTURES = """root => {
    root.pictures = 0;
    new MutationObserver(() => { root.pictures += 1; root.last = performance.now(); })
        .observe(root.querySelector('.panel-stage > div'), {childList: true});
}"""


@partial(every_panel, themes=["light"])
def test_after_a_fast_drag_the_picture_is_the_last_one_and_nothing_runs_on(panel):
    name, _, _ = MOVED[panel.number]
    panel.root.evaluate(COUNT_PICTURES)
    panel.drag(name, THERE_AND_BACK)
    let_go = panel.root.evaluate("() => performance.now()")
    panel.wait_for(SHOWN[panel.number](panel.value(name)), seconds=1)
    settled = panel.alt()
    panel.root.page.wait_for_timeout(1000)
    assert panel.alt() == settled
    assert panel.root.evaluate("e => e.last") - let_go < 250, "pictures went on after the drag"
    assert 0 < panel.root.evaluate("e => e.pictures") <= 200


@only(WINDOWS)
def test_sixty_events_in_a_second_end_in_the_last_picture_at_once(panel):
    """What is shown is never older than what was shown before: the numbers only grow."""
    handle = panel.handle("W")
    last, shown = handle.evaluate(SIXTY, [panel.root.element_handle(), 5, 16])
    assert "Input 16 × 16" in shown[-1][1] and shown[-1][1] == panel.alt()
    assert shown[-1][0] - last < 400, (
        "ms after the last event; on a machine of its own, see SETTLED"
    )
    sizes = [int(re.match(r"Input (\d+)", alt)[1]) for _, alt in shown]
    sent = [5 + event % 11 for event in range(59)] + [16]
    rest = iter(sent)  # each picture belongs to a later event than the one before it
    assert all(size in rest for size in sizes)


def test_a_notebook_opened_on_another_day_shows_its_pictures(lab, browser, open_in):
    from playwright.sync_api import expect

    cells = [
        CELLS[0],
        "output_size.windows()",
        "from IPython.display import HTML; HTML('below')",
        "from course.units.convolution import panels; panels.editor()",
    ]
    notebook = open_in(browser.new_page()).open("another-day.ipynb", cells)
    notebook.run_all()
    panel = notebook.panel()
    panel.press("W", "ArrowRight")
    panel.wait_for("Input 8 × 8")
    note = notebook.page.get_by_text("Run this cell to move the sliders.")
    expect(note.first).to_be_hidden()
    expect(note).to_have_count(2)
    notebook.page.wait_for_timeout(700)  # as long as a change takes to be kept
    notebook.command("docmanager:save")
    notebook.shut_down()
    notebook.page.close()

    again = open_in(browser.new_page()).open("another-day.ipynb")
    page = again.page
    expect(page.get_by_role("img", name="Input 8 × 8. Filter 3 × 3")).to_be_visible()
    expect(page.get_by_text("Run this cell to move the sliders.").first).to_be_visible()
    expect(page.get_by_role("img", name="30 of them ink")).to_be_visible()
    expect(page.get_by_text("below", exact=True)).to_be_visible()
    for said in ("Error displaying widget", "Loading widget"):
        assert not page.get_by_text(said).filter(visible=True).count()
    again.run_all()
    for number in range(2):
        expect(page.locator(".panel-box").nth(number)).to_be_visible()
        expect(page.get_by_text("Run this cell to move the sliders.").nth(number)).to_be_hidden()
    again.shut_down()
    page.close()


def test_a_notebook_from_elsewhere_says_why_its_pictures_are_missing(lab, notebooks):
    """JupyterLab trusts what was run here: from others it takes drawings, and leaves their words."""
    from playwright.sync_api import expect

    saved = (lab.root / "another-day.ipynb").read_text()
    changed = saved.replace("output_size.windows()", "output_size.windows( )")
    assert changed != saved
    (lab.root / "from-elsewhere.ipynb").write_text(changed)
    notebook = notebooks.open("from-elsewhere.ipynb")
    output = notebook.page.locator(".jp-OutputArea", has_text="Input 8 × 8").first
    expect(output.locator("figure svg")).to_have_count(0)
    expect(output).to_contain_text("Run this cell to move the sliders.")
    missing = output.get_by_text("JupyterLab does not show pictures that were drawn elsewhere.")
    expect(missing).to_be_visible()
    words = output.locator("figure > div").first  # a drawing's words, without the drawing
    assert words.inner_text().strip() and words.bounding_box()["height"] < 2
    notebook.command("notebook:run-all-cells")
    expect(notebook.panel().root.locator("svg").first).to_be_visible()
    expect(missing).to_be_hidden()


def test_an_exported_page_shows_the_pictures(lab):
    """The notebook that the test above has saved, as HTML."""
    from nbconvert import HTMLExporter

    html, _ = HTMLExporter().from_filename(str(lab.root / "another-day.ipynb"))
    assert "Input 8 × 8. Filter 3 × 3" in html and "Run this cell to move the sliders." in html
    assert "vnd.jupyter.widget-view" not in html
    assert ".saved-untrusted { display: none; }" in html


def test_two_values_are_a_toggle(notebooks):
    from playwright.sync_api import expect

    cells = ["from course.units.equivariance import panels\npanels.moving()"]
    notebook = notebooks.open("toggle.ipynb", cells)
    notebook.run_all()
    panel = notebook.panel()
    toggle = panel.root.get_by_role("radiogroup", name="zeros outside")
    off, on = toggle.get_by_role("radio").all()
    expect(off).to_be_checked()
    off.press("ArrowRight")
    expect(on).to_be_checked()
    panel.wait_for("zeros")
    assert notebook.panel().root.get_by_role("radio", name="1 (yes)").is_checked()
    panel.reset()
    expect(off).to_be_checked()


def test_what_steps_can_be_played(notebooks):
    from playwright.sync_api import expect

    cells = ["from course.units.transposed import panels\npanels.zeros()"]
    notebook = notebooks.open("play.ipynb", cells)
    notebook.run_all()
    panel = notebook.panel()
    panel.root.get_by_role("button", name="play: step").press("Enter")
    pause = panel.root.get_by_role("button", name="pause: step")
    panel.wait_for("Step 2:")
    pause.press("Enter")
    shown = panel.alt()
    notebook.page.wait_for_timeout(1000)
    assert panel.alt() == shown
    panel.root.get_by_role("button", name="play: step").click()
    panel.wait_for("Step 4:")
    expect(panel.root.get_by_role("button", name="play: step")).to_be_visible()  # it has ended


def test_a_slow_answer_does_not_pile_up(notebooks):
    """With 0.1 s an answer, 200 moves would take 20 s if each of them were drawn."""
    notebook = notebooks.open(
        "slow.ipynb",
        [
            "import time\n"
            "from course.units.output_size import panels\n"
            "asked = []\n"
            "def slow(W, F, S, P):\n"
            "    asked.append(W)\n"
            "    time.sleep(0.1)\n"
            "    return 3",
            "panels.windows(slow)",
        ],
    )
    notebook.run_all()
    panel = notebook.panel()
    panel.drag("W", [*THERE_AND_BACK, 1.0])
    panel.wait_for("Input 16 × 16", seconds=1)
    panel.root.page.wait_for_timeout(500)
    assert "Input 16 × 16" in panel.alt()
    drawn = notebook.value_of("len(asked)")
    assert int(drawn) < 60


def test_a_panel_follows_a_repair_and_is_not_held_up(notebooks):
    """The student's own function: endless, then wrong, then right; its panel is not run again."""
    from playwright.sync_api import expect

    cells = [
        "from course.units.output_size import panels",
        "def output_size(W, F, S, P):\n    while True:\n        W = W + 1",
        "panels.windows(output_size)",
    ]
    student = Student(notebooks.open("repair.ipynb", cells))
    student.notebook.run_all()
    panel = student.panel(cells[2])
    panel.wait_for("✗ output_size(7, 3, 2, 0) gives no answer within 2 seconds (does it end?)")
    panel.press("S", "ArrowLeft")
    panel.wait_for("✗ output_size(7, 3, 1, 0) gives no answer")
    assert student.notebook.value_of("1 + 1") == "2"
    wrong = "def output_size(W, F, S, P):\n    return 4"
    student.write(cells[1], wrong)
    student.run(wrong)
    expect(panel.picture).to_have_attribute(
        "aria-label", re.compile(r"✗ output_size\(7, 3, 1, 0\) gives 4; 5 fit")
    )
    right = "def output_size(W, F, S, P):\n    return (W - F + 2 * P) // S + 1"
    student.write(wrong, right)
    student.run(right)
    expect(panel.picture).to_have_attribute(
        "aria-label", re.compile(r"✓ output_size\(7, 3, 1, 0\) gives 5: right")
    )


NARROW = """root => [...root.querySelectorAll('figure svg')].map(svg => {
    const box = svg.getBoundingClientRect(), scale = box.width / svg.viewBox.baseVal.width;
    const texts = [...svg.querySelectorAll('text')];
    return {
        top: box.top,
        bottom: box.bottom,
        least: Math.min(...texts.map(text => scale * Number(text.getAttribute('font-size')))),
        // how far words reach beyond what can be seen or scrolled to
        beyond: Math.max(...texts.map(text => text.getBoundingClientRect().right))
            - root.querySelector('[role=img]').getBoundingClientRect().left
            - root.querySelector('[role=img]').scrollWidth,
    };
})"""


def test_on_a_narrow_page_the_parts_stand_below_each_other_and_can_be_read(notebooks):
    """A page 520 pixels wide, at the largest setting: 19 windows along each axis."""
    cells = [
        "from course.units.output_size import panels\n"
        "from course.units.padding import panels as padding",
        "shown = panels.windows(lambda W, F, S, P: 19)\n"
        "shown.set({'W': 16, 'F': 6, 'S': 1, 'P': 4})\n"
        "shown.set({'at': 361})\n"
        "shown",
        "padding.padding(lambda H, F: 15)",
    ]
    notebooks.page.set_viewport_size({"width": 520, "height": 900})
    student = Student(notebooks.open("narrow.ipynb", cells))
    student.notebook.command("application:toggle-left-area")
    student.notebook.run_all()
    for cell in cells[1:]:
        panel = student.panel(cell)
        left, right, *_ = panel.root.evaluate(NARROW)
        assert right["top"] >= left["bottom"] - 1
        for part in panel.root.evaluate(NARROW):
            assert part["least"] >= 9.99, part
            assert part["beyond"] <= 1, part
        width = panel.root.bounding_box()["width"]
        for slider in panel.root.locator(".panel-slider").all():
            assert slider.bounding_box()["width"] <= width
    windows = student.panel(cells[1]).root.locator("svg text", has_text="window 361 of 361")
    assert windows.is_visible()
