"""Starts JupyterLab and Chromium, opens notebooks, and works their panels.

Used by the tests beside it and by ``benchmarks/slider.py``.  Both processes get folders of their
own, talk to this machine only, and are ended by the handles that started them.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OPTIONS = [
    "--no-sandbox",  # Chromium refuses to sandbox as root; only our own pages are opened
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-component-update",
    "--disable-background-networking",
    "--no-first-run",
]
STARTING = 90  # seconds that JupyterLab, Chromium and a kernel may take on a slow machine
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}


def chromium_path() -> str | None:
    """The system's Chromium; ``CHROMIUM`` in the environment names another."""
    named = os.environ.get("CHROMIUM")
    return named or next(filter(None, map(shutil.which, BROWSERS)), None)


def what_is_missing() -> str:
    """Why no browser test can run here, or ``""``."""
    for module in ("jupyterlab", "ipywidgets", "playwright"):
        if importlib.util.find_spec(module) is None:
            return f"the Python package {module} is not installed"
    return "" if chromium_path() else "no Chromium found: apt install chromium, or set CHROMIUM"


# ------------------------------------------------------------------------------ the two processes


@dataclass
class Lab:
    """A running server: its address, its token, the folder it serves, its users' settings."""

    url: str
    token: str
    root: Path
    settings: Path

    def set(self, plugin: str, **values: Any) -> None:
        """Write a JupyterLab setting; pages opened from now on have it."""
        extension, _, name = plugin.partition(":")
        file = self.settings / extension / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values))

    def theme(self, name: str) -> None:
        """``"light"`` or ``"dark"``, for pages opened from now on."""
        self.set("@jupyterlab/apputils-extension:themes", theme=THEMES[name])


@contextmanager
def lab_server(folder: Path) -> Iterator[Lab]:
    """A JupyterLab that keeps everything in ``folder`` and serves ``folder/root``."""
    root = folder / "root"
    root.mkdir(parents=True)
    environment = dict(
        os.environ,
        PYTHONPATH=os.pathsep.join(filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH")])),
        JUPYTER_CONFIG_DIR=str(folder / "config"),
        JUPYTER_DATA_DIR=str(folder / "data"),
        JUPYTER_RUNTIME_DIR=str(folder / "runtime"),
        JUPYTERLAB_SETTINGS_DIR=str(folder / "settings"),
        JUPYTERLAB_WORKSPACES_DIR=str(folder / "workspaces"),
        IPYTHONDIR=str(folder / "ipython"),
        JUPYTER_PLATFORM_DIRS="0",
    )
    port, token = _free_port(), secrets.token_hex(16)
    lab = Lab(f"http://127.0.0.1:{port}", token, root, folder / "settings")
    lab.set("@jupyterlab/apputils-extension:notification", fetchNews="false", checkForUpdates=False)
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", f"--port={port}"]
    command += ["--ServerApp.port_retries=0", "--ServerApp.ip=127.0.0.1"]
    command += [f"--ServerApp.root_dir={root}", "--LabApp.expose_app_in_browser=True"]
    command += [f"--IdentityProvider.token={token}"]
    command += ["--allow-root"] if os.geteuid() == 0 else []
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(
            command, cwd=root, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL
        )
    try:
        _wait_for(lab, server, folder / "server.log")
        yield lab
    finally:
        _end(server)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(lab: Lab, server: subprocess.Popen, log: Path) -> None:
    until = time.monotonic() + STARTING
    while server.poll() is None and time.monotonic() < until:
        try:
            urllib.request.urlopen(f"{lab.url}/api?token={lab.token}", timeout=2).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()[-3000:]}")


def _end(server: subprocess.Popen) -> None:
    """Ask the server to end, which ends its kernels too."""
    server.terminate()
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


@contextmanager
def chromium(profile: Path) -> Iterator[Any]:
    """A Playwright context in a headless Chromium that keeps its profile in ``profile``."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(profile),
            executable_path=chromium_path(),
            args=OPTIONS,
            headless=True,
            viewport={"width": 1280, "height": 1000},
        )
        context.set_default_timeout(STARTING * 1000)
        yield context
        context.close()


# ---------------------------------------------------------------------------------- notebooks


@dataclass
class Notebooks:
    """Opens notebooks of a server in one tab."""

    lab: Lab
    page: Any
    opened: list[Notebook] = field(default_factory=list)

    def write(self, path: str, cells: list[str]) -> None:
        """Put a notebook with these code cells into the server's folder."""
        import nbformat

        made = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(cell) for cell in cells],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        )
        file = self.lab.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(made, file)

    def open(self, path: str, cells: list[str] | None = None) -> Notebook:
        """The notebook at ``path``, written first if ``cells`` are given, once its kernel idles."""
        if cells is not None:
            self.write(path, cells)
        workspace = secrets.token_hex(4)
        self.page.goto(
            f"{self.lab.url}/lab/workspaces/{workspace}/tree/{path}?token={self.lab.token}"
        )
        self.page.wait_for_function(
            "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status"
            " === 'idle'"
        )
        self.page.add_style_tag(content="*{animation:none!important;transition:none!important}")
        notebook = Notebook(self.page)
        self.opened.append(notebook)
        return notebook

    def close(self) -> None:
        """Shut down the kernel of the notebook that is open."""
        if self.opened:
            self.opened[-1].shut_down()


@dataclass
class Notebook:
    """An open notebook."""

    page: Any

    def command(self, name: str, **arguments: Any) -> None:
        """Run one of JupyterLab's commands and wait for its end."""
        self.page.evaluate(
            "([name, args]) => window.jupyterapp.commands.execute(name, args).then(() => null)",
            [name, arguments],
        )

    def run_all(self) -> None:
        """Run all cells, and wait until the last has run."""
        self.command("notebook:run-all-cells")

    def shut_down(self) -> None:
        """End the notebook's kernel."""
        self.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")

    def value_of(self, expression: str) -> str:
        """What the kernel gives for a Python expression, as its repr."""
        return self.page.evaluate(
            """async expression => {
                const context = window.jupyterapp.shell.currentWidget.sessionContext;
                const asked = context.session.kernel.requestExecute({
                    code: '', silent: true, user_expressions: {value: expression}});
                const reply = await asked.done;
                return reply.content.user_expressions.value.data['text/plain'];
            }""",
            expression,
        )

    def errors(self) -> list[str]:
        """The tracebacks that are shown."""
        shown = self.page.locator('[data-mime-type="application/vnd.jupyter.error"]')
        return shown.all_inner_texts()

    def panel(self, number: int = 0) -> ShownPanel:
        """The panel shown ``number``-th in the page, scrolled into view."""
        root = self.page.locator(".widget-vbox", has=self.page.locator("figure")).nth(number)
        root.scroll_into_view_if_needed()
        return ShownPanel(root)


@dataclass
class ShownPanel:
    """A panel in the page, as a student sees and works it."""

    root: Any

    def slider(self, name: str) -> Any:
        """The slider whose description begins with the word ``name``, as a rule its symbol."""
        label = self.root.page.locator(".widget-label", has_text=re.compile(rf"^{name}\b"))
        return self.root.locator(".widget-slider", has=label)

    def handle(self, name: str) -> Any:
        """What a mouse drags and the keyboard moves."""
        return self.slider(name).locator(".noUi-handle")

    def value(self, name: str) -> int:
        """The value that a slider shows."""
        return round(float(self.handle(name).get_attribute("aria-valuenow")))

    def alt(self) -> str:
        """The picture's alt text, as the page has it now."""
        return self.root.locator("figure [role=img]").get_attribute("aria-label")

    def wait_for(self, words: str, seconds: float = 10) -> None:
        """Wait until the alt text contains ``words``."""
        self.root.page.wait_for_function(
            "([root, words]) => root.querySelector('figure [role=img]')"
            ".getAttribute('aria-label').includes(words)",
            arg=[self.root.element_handle(), words],
            timeout=seconds * 1000,
        )

    def press(self, name: str, key: str) -> None:
        """Press a key on a slider's handle."""
        self.handle(name).press(key)

    def drag(self, name: str, moves: list[float]) -> None:
        """Drag a handle with the mouse: ``moves`` are places along the track, from 0 to 1."""
        mouse = self.root.page.mouse
        grip = self.handle(name).bounding_box()
        track = self.slider(name).locator(".noUi-base").bounding_box()
        height = grip["y"] + grip["height"] / 2
        mouse.move(grip["x"] + grip["width"] / 2, height)
        mouse.down()
        for place in moves:
            mouse.move(track["x"] + place * track["width"], height)
        mouse.up()

    def reset(self) -> None:
        """Press the button."""
        self.root.get_by_role("button", name="Reset").click()
