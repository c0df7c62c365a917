"""A panel to draw on: a grid of pixels, a table of weights, and a picture that follows them.

Both are one widget, ``Cells``, which holds rows of whole numbers.  As pixels they are drawn with
the mouse, or with the arrow keys and the space bar; as numbers they are typed.  A fast stroke does
not pile up: the front end sends the next rows only once the kernel is idle again, and only the
latest.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import anywidget
import ipywidgets
import traitlets

from course import asking, controls
from course.panel import NotDrawn
from course.pictures.picture import Picture
from course.saved import Shown

Rows = list[list[int]]

OWN = "own"  # what a table of weights is called once it has been changed

SCRIPT = """
function rowsOf(model) { return model.get("rows").map(row => row.slice()); }

function put(model, row, column, value) {
  const rows = rowsOf(model);
  if (rows[row][column] === value) return;
  rows[row][column] = value;
  model.set("rows", rows);
  model.save_changes();
}

function make(name, attributes, parent) {
  const made = document.createElement(name);
  for (const key in attributes) made.setAttribute(key, attributes[key]);
  parent.appendChild(made);
  return made;
}

function eachCell(model, parent, cell) {
  return rowsOf(model).map((values, row) => {
    const line = make("div", { role: "row", class: "cells-row" }, parent);
    return values.map((value, column) => cell(line, row, column));
  });
}

function pixels(model, box) {
  box.setAttribute("role", "grid");
  let pen = 1;
  const cells = eachCell(model, box, (line, row, column) => {
    const cell = make("div", { role: "gridcell", class: "cells-pixel", tabindex: -1 }, line);
    cell.dataset.row = row;
    cell.dataset.column = column;
    return cell;
  });
  const rows = cells.length, columns = cells[0].length;
  const show = () => rowsOf(model).forEach((values, row) => values.forEach((value, column) => {
    const words = `row ${row}, column ${column}: ${value ? "ink" : "blank"}`;
    cells[row][column].setAttribute("aria-label", words);
    cells[row][column].classList.toggle("cells-ink", value > 0);
  }));
  let at = [0, 0];
  const go = (row, column) => {
    cells[at[0]][at[1]].tabIndex = -1;
    at = [Math.min(Math.max(row, 0), rows - 1), Math.min(Math.max(column, 0), columns - 1)];
    cells[at[0]][at[1]].tabIndex = 0;
    cells[at[0]][at[1]].focus();
  };
  cells[0][0].tabIndex = 0;
  const toggled = (row, column) => 1 - model.get("rows")[row][column];
  const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
                  Home: [0, -columns], End: [0, columns] };
  box.addEventListener("keydown", event => {
    const [row, column] = at;
    if (event.key === " " || event.key === "Enter") put(model, row, column, toggled(row, column));
    else if (event.key in moves) {
      if (event.shiftKey) put(model, row, column, 1);
      go(row + moves[event.key][0], column + moves[event.key][1]);
      if (event.shiftKey) put(model, ...at, 1);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  const under = event => {
    const cell = document.elementFromPoint(event.clientX, event.clientY);
    return cell && box.contains(cell) && cell.dataset.row !== undefined
      ? [Number(cell.dataset.row), Number(cell.dataset.column)] : null;
  };
  let down = false;
  box.addEventListener("pointerdown", event => {
    const place = under(event);
    if (!place || event.button) return;
    event.preventDefault();
    box.setPointerCapture(event.pointerId);
    down = true;
    pen = toggled(...place);
    go(...place);
    put(model, ...place, pen);
  });
  box.addEventListener("pointermove", event => {
    const place = down && under(event);
    if (place) put(model, ...place, pen);
  });
  const lift = () => { down = false; };
  for (const end of ["pointerup", "pointercancel"]) box.addEventListener(end, lift);
  return show;
}

function numbers(model, box) {
  box.setAttribute("role", "group");
  const low = model.get("low"), high = model.get("high");
  const inputs = eachCell(model, box, (line, row, column) => {
    line.removeAttribute("role");
    const label = `${model.get("label")}, row ${row}, column ${column}`;
    const input = make("input", { type: "number", min: low, max: high, step: 1,
                                  class: "cells-number", "aria-label": label }, line);
    input.addEventListener("input", () => {
      const value = input.value === "" ? NaN : Number(input.value);
      const fits = Number.isInteger(value) && low <= value && value <= high;
      input.setAttribute("aria-invalid", !fits);
      if (fits) put(model, row, column, value);
    });
    input.addEventListener("blur", () => show());
    return input;
  });
  const show = () => rowsOf(model).forEach((values, row) => values.forEach((value, column) => {
    const input = inputs[row][column];
    if (Number(input.value) === value && input.value !== "") return;
    input.value = value;
    input.setAttribute("aria-invalid", false);
  }));
  return show;
}

function render({ model, el }) {
  const box = make("div", { "aria-label": model.get("label"), class: "cells",
                            "data-lm-suppress-shortcuts": "true" }, el);
  const show = (model.get("kind") === "pixels" ? pixels : numbers)(model, box);
  show();
  model.on("change:rows", show);
  return () => model.off("change:rows", show);
}

export default { render };
"""

STYLE = """
.cells { display: inline-block; color: var(--jp-ui-font-color1, currentColor); }
.cells-row { display: flex; }
.cells-pixel { box-sizing: border-box; width: 22px; height: 22px; cursor: crosshair;
  border: 1px solid var(--jp-border-color1, #999); margin: 0 -1px -1px 0; }
.cells[role="grid"] { touch-action: none; user-select: none; padding: 3px; }
.cells-ink { background: currentColor; }
.cells-pixel:focus { outline: 3px solid #0072b2; outline-offset: -1px; position: relative;
  z-index: 1; }
.cells-number { box-sizing: border-box; width: 52px; height: 32px; margin: 0 4px 4px 0;
  font: inherit; font-size: 14px; text-align: center; color: inherit; border-radius: 3px;
  background: var(--jp-layout-color1, transparent); border: 1px solid #767676; }
.cells-number:focus { outline: 3px solid #0072b2; outline-offset: 0; }
.cells-number[aria-invalid="true"] { border: 2px dashed #d55e00; }
"""


class Cells(anywidget.AnyWidget):
    """Rows of whole numbers from ``low`` to ``high``, to be drawn (``pixels``) or typed."""

    _esm = SCRIPT
    _css = STYLE
    rows = traitlets.List(traitlets.List(traitlets.Int())).tag(sync=True)
    kind = traitlets.Enum(["pixels", "numbers"]).tag(sync=True)
    label = traitlets.Unicode().tag(sync=True)
    low = traitlets.Int(0).tag(sync=True)
    high = traitlets.Int(1).tag(sync=True)

    @traitlets.validate("rows")
    def _as_large_as_before(self, proposal: Any) -> Rows:
        rows: Rows = proposal["value"]
        if self.rows and [len(row) for row in rows] != [len(row) for row in self.rows]:
            shape = f"{len(self.rows)} rows of {len(self.rows[0])} numbers"
            raise traitlets.TraitError(f"{self.label}: expected {shape}, not {rows}")
        return rows


class Drawing(Shown):
    """Pixels and weights with their picture.

    Its controls are ``pixels``, ``weights``, ``preset``, ``clear`` and ``reset``, shown with
    ``html`` in ``box``.  ``picture`` is the Picture shown now, which the notebook keeps: shown
    where there are no widgets, a drawing is that picture with its alt text.
    """

    def __init__(
        self,
        picture: Callable[..., Picture],
        pixels: Rows,
        weights: dict[str, Rows],
        yours: Callable[..., Any] | None = None,
    ) -> None:
        self._draw, self._first, self._known, self._yours = picture, pixels, weights, yours
        self._busy, self.asked = False, asking.Asked()
        first = next(iter(weights))
        label = "drawing: arrow keys move, space sets a pixel, shift and arrow draw a line"
        self.pixels = Cells(rows=pixels, kind="pixels", label=label)
        self.weights = Cells(rows=weights[first], kind="numbers", label="weight", low=-9, high=9)
        self.preset = ipywidgets.Dropdown(
            options=[*weights, OWN], value=first, description="kernel",
            layout={"width": "230px"}, style={"description_width": "48px"},
        )  # fmt: skip
        self.clear = _button("Clear", "Make every pixel blank")
        self.reset = _button("Reset", "Bring the first drawing and the first kernel back")
        self.html = controls.view({"width": "360px", "max_width": "100%"})
        buttons = ipywidgets.HBox([self.clear, self.reset])
        row = {"flex_flow": "row wrap", "align_items": "flex-start", "max_width": "920px"}
        edited = ipywidgets.VBox([self.pixels, buttons, self.preset, self.weights])
        edited.layout.margin = "0 24px 0 0"
        self.box = ipywidgets.Box([edited, self.html], layout=row)
        self.begin()
        self.redraw()
        self.pixels.observe(self._on_change, names="rows")
        self.weights.observe(self._on_weights, names="rows")
        self.preset.observe(self._on_preset, names="value")
        self.clear.on_click(lambda button: self._set([[0] * len(row) for row in pixels]))
        self.reset.on_click(lambda button: self._set(self._first, first))
        if yours is not None:
            asking.follow(self)

    def redraw(self) -> None:
        """Show the picture for what is drawn and typed now."""
        given: dict[str, Any] = {"image": self.pixels.rows, "kernel": self.weights.rows}
        if self._yours is not None:
            with self.asked.noted():
                given["yours"] = self._yours(**given)
        self.show(self._draw(**given))

    def _set(self, pixels: Rows, preset: str | None = None) -> None:
        """Change both, with one redraw."""
        self._busy = True
        try:
            self.pixels.rows = pixels
            if preset is not None:
                self.preset.value, self.weights.rows = preset, self._known[preset]
        finally:
            self._busy = False
        self.redraw()

    def _on_change(self, change: Any) -> None:
        if not self._busy:
            self.redraw()

    def _on_weights(self, change: Any) -> None:
        """A kernel that has been changed gets its name back, or becomes the student's own."""
        if self._busy:
            return
        names = [name for name, rows in self._known.items() if rows == self.weights.rows]
        self._busy = True
        try:
            self.preset.value = names[0] if names else OWN
        finally:
            self._busy = False
        self.redraw()

    def _on_preset(self, change: Any) -> None:
        if not self._busy and change["new"] != OWN:
            self._set(self.pixels.rows, change["new"])


def _button(name: str, tooltip: str) -> Any:
    return ipywidgets.Button(description=name, tooltip=tooltip, layout={"width": "88px"})


def drawing(
    picture: Callable[..., Picture],
    pixels: Rows,
    weights: dict[str, Rows],
    yours: Callable[..., Any] | None = None,
) -> Drawing | NotDrawn:
    """A displayable Drawing that shows ``picture(image=..., kernel=...)``.

    ``pixels`` are the first drawing, 0 or 1; ``weights`` are known kernels by name, the first of
    them shown at first, all of the same shape.  ``yours`` is called with the same keywords; what it
    returns is handed to the picture.  While a notebook is graded nobody draws: then nothing is.
    """
    if os.environ.get("NBGRADER_EXECUTION") == "autograde":
        return NotDrawn()
    return Drawing(picture, pixels, weights, yours)
