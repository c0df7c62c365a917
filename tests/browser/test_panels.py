"""The panels of units 02 and 03 in JupyterLab, worked by mouse and by keyboard."""

from __future__ import annotations

import re
from functools import partial

import pytest

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
    assert panel.value(name) == float(panel.handle(name).get_attribute("aria-valuemax"))


@every_panel
def test_sliders_and_reset_are_reached_with_the_tab_key(panel):
    names = panel.root.locator(".widget-slider .widget-label").all_inner_texts()
    page = panel.root.page
    panel.root.locator(".noUi-handle").first.focus()
    reached = 1
    for _ in range(4 * len(names)):
        page.keyboard.press("Tab")
        focused = page.evaluate("document.activeElement.className")
        reached += "noUi-handle" in focused
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
    assert panel.handle("window").get_attribute("aria-valuemax") == "9.0"
    panel.press("window", "End")
    panel.wait_for("Window 9 of 9 reads rows 4 to 6 and columns 4 to 6")
    panel.press("S", "ArrowRight")
    panel.wait_for("Window 4 of 4 reads rows 3 to 5 and columns 3 to 5")
    assert panel.value("window") == 4


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
    svg = panel.root.locator("figure svg")
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
        .observe(root.querySelector('.widget-html-content'), {childList: true});
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
