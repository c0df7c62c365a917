"""Works a unit's notebook in JupyterLab as a student does: writes answers, runs cells, validates.

Cells are named by their nbgrader ``grade_id``, or by their number in the notebook.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.support.notebook import ShownPanel

INDEX = """wanted => {
    const widgets = window.jupyterapp.shell.currentWidget.content.widgets;
    const names = widgets.map(w => (w.model.getMetadata('nbgrader') || {}).grade_id);
    const sources = widgets.map(w => w.model.sharedModel.getSource());
    return [names.indexOf(wanted), sources.indexOf(wanted)].find(index => index >= 0) ?? -1;
}"""
GO_TO = """index => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    notebook.activeCellIndex = index;
    notebook.deselectAll();
    return notebook.scrollToItem(index, 'start');
}"""

ERRORS = """() => window.jupyterapp.shell.currentWidget.content.widgets
    .flatMap(widget => widget.model.sharedModel.outputs || [])
    .filter(output => output.output_type === 'error').length"""


class OwnPanel(ShownPanel):
    """A panel of which the picture can be waited for."""

    @property
    def picture(self) -> Any:
        """The picture, in the page."""
        return self.root.locator("figure [role=img]")


@dataclass
class Student:
    """A student at a notebook that is open in a tab (``tests.support.notebook.Notebook``)."""

    notebook: Any

    @property
    def page(self) -> Any:
        """The tab."""
        return self.notebook.page

    def go_to(self, name: str) -> Any:
        """Make a cell the active one, and return it: by grade id, or by its whole source."""
        index = self.page.evaluate(INDEX, name)
        if index < 0:
            raise LookupError(f"no cell is called {name!r}")
        self.page.evaluate(GO_TO, index)
        return self.cell(index)

    def cell(self, index: int) -> Any:
        """The cell of a number, in the page."""
        return self.page.locator(f'.jp-Notebook .jp-Cell[data-windowed-list-index="{index}"]').first

    def write(self, name: str, source: str) -> Any:
        """Type ``source`` into a cell in the place of what it holds; the cell."""
        cell = self.go_to(name)
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(source)
        return cell

    def run(self, name: str) -> Any:
        """Run a cell; its output, in the page."""
        cell = self.go_to(name)
        self.notebook.command("notebook:run-cell")
        return cell.locator(".jp-OutputArea").first

    def panel(self, name: str) -> OwnPanel:
        """The panel that a cell shows, once it is there."""
        root = self.go_to(name).locator(".panel-box")
        root.wait_for()
        return OwnPanel(root)

    def tracebacks(self) -> int:
        """How many outputs of the notebook are errors."""
        return self.page.evaluate(ERRORS)

    def validate(self) -> Any:
        """Press nbgrader's Validate; the dialog with what it found, in the page."""
        self.page.get_by_role("button", name="Validate").click()
        dialog = self.page.locator(".jp-Dialog-content")
        dialog.wait_for()
        return dialog

    def close_dialog(self) -> None:
        """Press the dialog's button."""
        self.page.locator(".jp-Dialog-button.jp-mod-accept").click()
