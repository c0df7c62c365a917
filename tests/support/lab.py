"""Starts JupyterLab and Chromium.

Used by tests, benchmarks and tools.  Both processes get folders of their
own, talk to this machine only, and are ended by the handles that started them.
"""

from __future__ import annotations

import importlib.util
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
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
def lab_server(folder: Path, start: Sequence[str] = ("-m", "jupyterlab")) -> Iterator[Lab]:
    """A JupyterLab that keeps everything in ``folder`` and serves ``folder/root``.

    ``start`` is what Python is given to start it.
    """
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
    command = [sys.executable, *start, "--no-browser", f"--port={port}"]
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
