"""Opens notebooks in JupyterLab, runs them, and works their panels as a student does."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

HANDLE = "input[type=range], input:checked"
GRIP = 8  # half the width of a native slider's thumb


class Lab(Protocol):
    """What is needed of a server; see ``lab.py``."""

    url: str
    token: str
    root: Path


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
        shown = self.page.locator('[data-mime-type="application/vnd.jupyter.stderr"]')
        return shown.all_inner_texts()

    def panel(self, number: int = 0) -> ShownPanel:
        """The panel shown ``number``-th in the page, scrolled into view."""
        root = self.page.locator(".panel-box").nth(number)
        root.scroll_into_view_if_needed()
        return ShownPanel(root)


@dataclass
class ShownPanel:
    """A panel in the page, as a student sees and works it."""

    root: Any

    def slider(self, name: str) -> Any:
        """The slider whose description begins with the word ``name``, as a rule its symbol."""
        label = self.root.page.locator(".panel-label", has_text=re.compile(rf"^{name}\b"))
        return self.root.locator(".panel-slider", has=label)

    def handle(self, name: str) -> Any:
        """What a mouse drags and the keyboard moves."""
        return self.slider(name).locator(HANDLE)

    def value(self, name: str) -> int:
        """The value that a slider shows."""
        return int(self.handle(name).input_value())

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
        track = self.handle(name).bounding_box()
        height = track["y"] + track["height"] / 2
        low, high, now = self.handle(name).evaluate("e => [e.min, e.max, e.value].map(Number)")
        first, along = track["x"] + GRIP, track["width"] - 2 * GRIP
        mouse.move(first + (now - low) / max(high - low, 1) * along, height)
        mouse.down()
        for place in moves:
            mouse.move(first + place * along, height)
        mouse.up()

    def reset(self) -> None:
        """Press the button."""
        self.root.get_by_role("button", name="Reset").click()
