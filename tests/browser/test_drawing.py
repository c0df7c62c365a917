"""Drawing and typing in JupyterLab, by mouse and by keyboard."""

from __future__ import annotations

import re

import pytest

CELLS = [
    "from course.units.convolution import panels",
    "shown = panels.editor()\nshown",
]


@pytest.fixture(scope="module")
def notebook(lab, browser, open_in):
    opened = open_in(browser.new_page()).open("drawing.ipynb", CELLS)
    opened.run_all()
    assert opened.errors() == []
    yield opened
    opened.shut_down()
    opened.page.close()


@pytest.fixture
def page(notebook):
    page = notebook.page
    page.get_by_role("button", name="Reset").click()
    wait_for(page, "30 of them ink; the kernel is −1 0 1 / −1 0 1 / −1 0 1.")
    return page


def wait_for(page, words):
    page.wait_for_function(
        "words => document.querySelector('.panel-box figure [role=img]')"
        ".getAttribute('aria-label').includes(words)",
        arg=words,
        timeout=10_000,
    )


def pixel(page, row, column):
    name = re.compile(rf"^row {row}, column {column}: ")
    return page.get_by_role("gridcell", name=name)


def label(page, row, column):
    return pixel(page, row, column).get_attribute("aria-label")


def test_keys_draw_without_reaching_the_notebooks_own_shortcuts(page, notebook):
    page.get_by_role("button", name="Clear").click()
    wait_for(page, " 0 of them ink")
    page.get_by_role("gridcell").first.focus()
    for key in ("Space", "ArrowRight", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    wait_for(page, " 2 of them ink")
    assert label(page, 0, 0) == "row 0, column 0: ink"
    assert label(page, 1, 1) == "row 1, column 1: ink"
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    wait_for(page, " 5 of them ink")
    page.keyboard.press("End")
    page.keyboard.press("Space")
    wait_for(page, " 6 of them ink")
    assert label(page, 1, 11) == "row 1, column 11: ink"
    page.keyboard.press("ArrowRight")  # nothing lies beyond the edge
    focused = page.evaluate("() => document.activeElement.getAttribute('aria-label')")
    assert focused == "row 1, column 11: ink"
    assert notebook.value_of("sum(map(sum, shown.pixels.rows))") == "6"


def test_the_grid_is_one_stop_of_the_tab_key(page):
    assert page.locator('[role=gridcell][tabindex="0"]').count() == 1
    page.locator('[role=gridcell][tabindex="0"]').focus()
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.textContent") == "Clear"


def test_a_stroke_of_the_mouse_draws_and_one_that_begins_on_ink_erases(page):
    def stroke(first, last):
        ends = [pixel(page, *place).bounding_box() for place in (first, last)]
        at = [(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in ends]
        page.mouse.move(*at[0])
        page.mouse.down()
        page.mouse.move(*at[1], steps=40)
        page.mouse.up()

    pixel(page, 11, 0).scroll_into_view_if_needed()
    stroke((0, 0), (0, 11))
    wait_for(page, "42 of them ink")
    stroke((0, 11), (0, 6))
    wait_for(page, "36 of them ink")
    assert label(page, 0, 5).endswith("ink") and label(page, 0, 6).endswith("blank")


def test_weights_are_typed_and_refused_where_they_are_none(page, notebook):
    weight = page.get_by_role("spinbutton", name="weight, row 0, column 2")
    weight.fill("4")
    wait_for(page, "the kernel is −1 0 4 /")
    assert (
        page.locator(".widget-dropdown select").evaluate("e => e.selectedOptions[0].text") == "own"
    )
    for nonsense in ("40", "", "1.5"):
        weight.fill(nonsense)
        assert weight.get_attribute("aria-invalid") == "true"
    weight.press("Tab")
    assert weight.input_value() == "4" and weight.get_attribute("aria-invalid") == "false"
    weight.press("ArrowUp")
    wait_for(page, "the kernel is −1 0 5 /")


def test_a_kernel_is_chosen_by_name(page):
    page.locator(".widget-dropdown select").select_option(label="sharpen")
    wait_for(page, "the kernel is 0 −1 0 / −1 5 −1 / 0 −1 0.")
    typed = [box.input_value() for box in page.get_by_role("spinbutton").all()]
    assert typed == ["0", "-1", "0", "-1", "5", "-1", "0", "-1", "0"]


def test_nothing_of_it_fails_a_check_of_accessibility(page):
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, context=".cells").response["violations"]
    assert [(one["id"], one["help"]) for one in found] == []
