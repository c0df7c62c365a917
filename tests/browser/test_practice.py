"""A sitting of practice in JupyterLab, by keyboard alone, in light and in dark."""

from __future__ import annotations

import json

import pytest

CELL = "from course.practice import practice\nshown = practice()\nshown"
SLIP = "[str(s.answer(shown.sitting.instance.numbers)) for s in shown.sitting.instance.objective.slips][0]"
RIGHT = "str(shown.sitting.instance.right)"


@pytest.fixture(params=["light", "dark"])
def notebook(request, lab, browser, open_in):
    lab.theme(request.param)
    folder = request.node.name.replace("[", "-").rstrip("]")
    opened = open_in(browser.new_page()).open(f"{folder}/sitting.ipynb", [CELL])
    opened.log = lab.root / folder / "practice.jsonl"
    yield opened
    opened.shut_down()
    opened.page.close()


def typed(notebook, words):
    """Type as fast as the keyboard allows, end with Enter, and wait for what comes of it."""
    box = notebook.page.locator(".practice")
    number = int(box.get_attribute("data-number"))
    notebook.page.keyboard.type(words)
    notebook.page.keyboard.press("Enter")
    notebook.page.wait_for_function(
        "before => Number(document.querySelector('.practice').dataset.number) > before",
        arg=number,
        timeout=10_000,
    )
    assert int(box.get_attribute("data-number")) == number + 1, "one Enter is one answer"


def status(notebook):
    return notebook.page.locator(".practice").get_by_role("status").inner_text()


def question(notebook):
    return notebook.page.locator(".practice-question").inner_text()


def answer_of(notebook, expression):
    return notebook.value_of(expression).strip("'")


def has_focus(notebook):
    name = "document.activeElement.labels?.[0]?.textContent"
    return notebook.page.evaluate(name) == "Your answer"


def test_a_sitting_by_keyboard_alone(notebook):
    page = notebook.page
    page.locator(".jp-Cell .cm-content").first.focus()
    page.keyboard.press("Shift+Enter")  # a new cell opens below, and yet the field has the focus
    page.wait_for_function(
        "document.activeElement.labels?.[0]?.textContent === 'Your answer'", timeout=30_000
    )
    first = question(notebook)
    assert page.get_by_role("textbox", name="Your answer").count() == 1

    cells = page.locator(".jp-Cell").count()
    typed(notebook, "dd a b x y")  # shortcuts of the notebook, if they reached it
    assert status(notebook).startswith("Type a number")
    assert page.locator(".jp-Cell").count() == cells
    page.keyboard.press("Control+s")
    page.wait_for_function("!window.jupyterapp.shell.currentWidget.context.model.dirty")
    assert has_focus(notebook)

    slip = answer_of(notebook, SLIP)
    typed(notebook, slip)
    assert status(notebook).startswith(f"Not yet. {slip} is what comes out when ")
    assert question(notebook) == first
    typed(notebook, answer_of(notebook, RIGHT))
    assert status(notebook).startswith("Right: ")
    assert has_focus(notebook)
    missed = answer_of(notebook, "shown.sitting.skill.objective")

    others = set()
    for _ in range(2):
        typed(notebook, "")
        others.add(answer_of(notebook, "shown.sitting.skill.objective"))
        typed(notebook, "?")
        assert status(notebook).startswith("Hint: ")
        typed(notebook, answer_of(notebook, RIGHT))
        assert status(notebook).startswith("Right: ")
        assert page.locator(".practice figure [role=img]").count() <= 1
        assert has_focus(notebook)
    typed(notebook, "")
    assert missed not in others
    assert answer_of(notebook, "shown.sitting.skill.objective") == missed
    assert question(notebook) != first

    page.keyboard.press("Tab")  # the button for hints is the next stop
    assert page.evaluate("document.activeElement.textContent") == "Hint"
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Show the answer").wait_for()
    assert has_focus(notebook)

    lines = notebook.log.read_text().splitlines()
    assert [json.loads(line)["outcome"] for line in lines] == ["wrong", "repaired", "hint", "hint"]


def test_nothing_of_it_fails_a_check_of_accessibility(notebook):
    from axe_playwright_python.sync_playwright import Axe

    notebook.run_all()
    notebook.page.get_by_role("textbox", name="Your answer").focus()
    for words in ("?", answer_of(notebook, SLIP)):
        typed(notebook, words)
        found = Axe().run(notebook.page, context=".practice").response["violations"]
        assert [(one["id"], one["help"]) for one in found] == []
