"""The page "try an exercise": Python in Chromium, nothing installed, nothing but this machine."""

from __future__ import annotations

import re
import threading
from pathlib import Path

import pytest

from tools import try_page

pytestmark = pytest.mark.fetched

WRONG = "def output_size(W, F, S, P):\n    return (W - F + P) // S + 1"
RIGHT = """def output_size(W, F, S, P):
    if F > W + 2 * P:
        raise ValueError("the filter does not fit")
    return (W - F + 2 * P) // S + 1"""
ENDLESS = "def output_size(W, F, S, P):\n    while True:\n        pass"
STARTS = 120_000  # milliseconds that Python may take to start on a busy machine


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Where the page is served, on the loopback of this machine."""
    try:
        try_page.core(try_page.DIST)
    except try_page.NotFetched as missing:
        pytest.skip(str(missing))
    made = try_page.page(tmp_path_factory.mktemp("try") / "page", try_page.DIST)
    server = try_page.server(made)
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_an_exercise_is_passed_where_nothing_is_installed(address, page):
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import expect

    elsewhere, problems = [], []
    page.on("request", lambda asked: elsewhere.append(asked.url) if not asked.url.startswith(
        (address, "data:", "blob:")) else None)  # fmt: skip
    page.on("pageerror", lambda problem: problems.append(problem))
    page.goto(f"{address}#output_size/output_size")
    answer, found = page.get_by_label("Your answer"), page.get_by_label("What the check found")
    status = page.locator("#status")
    expect(status).to_have_text("Ready.", timeout=STARTS)
    expect(page.get_by_role("heading", name="output_size(W, F, S, P)")).to_be_visible()
    expect(page.locator("math").first).to_be_visible()

    # the picture follows its sliders, by keyboard
    picture = page.locator("#picture [role=img]")
    expect(picture).to_have_attribute("aria-label", _says("is not written yet"))
    page.get_by_role("slider", name="input width").press("ArrowRight")
    expect(picture).to_have_attribute("aria-label", _says("Input 8 × 8"))

    # a slip and its hint, and the picture that shows it
    answer.fill(WRONG)
    page.get_by_role("button", name="Check").click()
    expect(found).to_contain_text("3 of 6 examples disagree")
    expect(found).to_contain_text("Draw the padded row for W = 5 and P = 1.")
    page.get_by_role("slider", name="padding").press("ArrowRight")
    expect(picture).to_have_attribute("aria-label", _says("✗ output_size(7, 3, 2, 1)"))
    serious = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [(one["id"], node["html"]) for one in serious for node in one["nodes"]] == []

    # the right answer
    answer.fill(RIGHT)
    answer.press("Control+Enter")
    expect(found).to_contain_text("✓ output_size: all 6 examples agree.")
    expect(picture).to_have_attribute("aria-label", _says("✓ output_size(7, 3, 2, 0)"))
    assert elsewhere == [] and problems == []

    # what was written is there on another day, and counts
    page.goto("about:blank")
    page.goto(f"{address}#output_size/output_size")
    expect(answer).to_have_value(RIGHT, timeout=STARTS)
    expect(picture).to_have_attribute("aria-label", _says("✓ output_size"), timeout=STARTS)


def test_a_function_that_does_not_end_costs_a_sentence(address, page):
    from playwright.sync_api import expect

    page.goto(f"{address}#output_size/output_size")
    status = page.locator("#status")
    expect(status).to_have_text("Ready.", timeout=STARTS)
    page.get_by_label("Your answer").fill(ENDLESS)
    page.get_by_role("button", name="Check").click()
    page.get_by_role("button", name="Stop").click()
    expect(status).to_contain_text("Your function did not end, and was stopped.")
    expect(status).to_contain_text("It is back.", timeout=STARTS)
    page.get_by_label("Your answer").fill(RIGHT)
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_label("What the check found")).to_contain_text("✓ output_size")
    page.get_by_role("button", name="Begin afresh").click()
    assert "NotImplementedError" in page.get_by_label("Your answer").input_value()


def test_every_exercise_on_the_page_can_be_opened(address, page):
    from playwright.sync_api import expect

    page.goto(address)
    status = page.locator("#status")
    expect(status).to_have_text("Ready.", timeout=STARTS)
    options = page.locator("#which option")
    names = options.all_inner_texts()
    assert len(names) > 50 and Path(try_page.PAGE).is_dir()
    for place in range(0, len(names), 9):
        page.get_by_label("Exercise").select_option(index=place)
        expect(page.get_by_role("heading", name=f"{names[place]}(").first).to_be_visible()
        page.get_by_role("button", name="Check").click()
        found = page.get_by_label("What the check found")
        expect(found).to_contain_text(f"✗ {names[place]}: nothing written yet")


def _says(words):
    return re.compile(re.escape(words))
