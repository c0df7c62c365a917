"""A real JupyterLab and a real Chromium for tests.

``lab`` is a server of the tests' own, ``page`` a fresh tab, ``notebooks`` opens notebooks in it::

    def test_unit(notebooks):
        notebook = notebooks.open("unit.ipynb", ["1 + 1"])
        notebook.run_all()

The work is done by ``tests.support.lab`` and ``tests.support.notebook``, which benchmarks use too.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support import lab as driving
from tests.support import notebook as showing

HERE = Path(__file__).parent
LONGEST = 30_000  # milliseconds that a page may take to show something, on a busy machine


@pytest.hookimpl(tryfirst=True)  # before the tests are shared out: tests/conftest.py
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser."""
    for item in items:
        if HERE in Path(item.path).parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory, browser: Any) -> Iterator[Any]:
    """A JupyterLab server with folders of its own; ended with the session."""
    with driving.lab_server(tmp_path_factory.mktemp("lab")) as server:
        yield server


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Chromium, as a Playwright context with a profile of its own."""
    missing = driving.what_is_missing()
    if missing:
        pytest.skip(missing)
    from playwright.sync_api import expect

    expect.set_options(timeout=LONGEST)
    with driving.chromium(tmp_path_factory.mktemp("chromium")) as context:
        yield context


@pytest.fixture(scope="session")
def open_in(lab: Any) -> Any:
    """Makes the Notebooks that are opened in a given tab, for fixtures that outlive a test."""
    return lambda tab: showing.Notebooks(lab, tab)


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A fresh tab."""
    tab = browser.new_page()
    yield tab
    tab.close()


@pytest.fixture
def notebooks(lab: Any, page: Any) -> Any:
    """Opens notebooks of the server in the tab; each opened kernel is shut down afterwards."""
    opener = showing.Notebooks(lab, page)
    yield opener
    opener.close()
