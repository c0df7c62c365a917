"""A sitting in a cell: one text field that keeps the focus, a button for hints, and a picture.

It is a widget of its own because an answer must travel together with the Enter that ends it: a
plain text box sends the two apart, and a fast typist's last digit would come too late.  And what a
screen reader shall say must change within an element that stays: ``role=status``.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from random import SystemRandom
from typing import Any

import anywidget
import traitlets

from course.practice.log import NAME, Log
from course.practice.objectives import skills
from course.practice.sitting import Said, Sitting
from course.workspace import beside_the_notebooks

SCRIPT = """
let forms = 0;

function make(name, attributes, parent) {
  const made = document.createElement(name);
  for (const key in attributes) made.setAttribute(key, attributes[key]);
  parent.appendChild(made);
  return made;
}

function render({ model, el }) {
  const id = `practice-${forms += 1}`;
  const box = make("section", { class: "practice", "aria-label": "Practice" }, el);
  const asked = make("div", { "aria-live": "polite", "aria-atomic": "true",
                              id: `${id}-question` }, box);
  const heading = make("div", { class: "practice-heading" }, asked);
  const question = make("p", { class: "practice-question" }, asked);
  const form = make("form", { autocomplete: "off" }, box);
  const label = make("label", { for: `${id}-answer` }, form);
  label.textContent = "Your answer";
  const answer = make("input", { id: `${id}-answer`, type: "text", maxlength: 40,
    spellcheck: "false", "aria-describedby": `${id}-question ${id}-keys` }, form);
  const hint = make("button", { type: "button" }, form);
  const keys = make("span", { class: "practice-keys", id: `${id}-keys` }, form);
  const status = make("p", { class: "practice-verdict", role: "status" }, box);
  const verdict = make("span", {}, status);
  const next = make("span", { class: "practice-keys" }, status);
  const picture = make("div", { class: "practice-picture" }, box);

  const show = () => {
    const said = model.get("said");
    if (heading.textContent !== said.heading) heading.textContent = said.heading;
    if (question.textContent !== said.question) question.textContent = said.question;
    verdict.textContent = said.verdict;
    status.dataset.mood = said.mood;
    box.dataset.number = said.number;
    next.textContent = said.open ? ""
      : said.mood === "end" ? " Enter: five more minutes." : " Enter: go on.";
    picture.innerHTML = said.picture;
    hint.textContent = said.hinted && said.open ? "Show the answer" : "Hint";
    hint.disabled = !said.open;
    answer.readOnly = !said.open;
    keys.textContent = said.open
      ? `Enter: answer · ? and Enter: ${said.hinted ? "the answer" : "a hint"}` : "";
    if (said.mood === "again") answer.select();
    else if (said.open || said.mood === "end") answer.value = "";
    answer.setAttribute("aria-invalid", String(said.mood === "again"));
  };
  let waiting = false;
  const send = message => {
    if (waiting) return;
    waiting = true;
    model.send(message);
  };
  form.addEventListener("submit", event => {
    event.preventDefault();
    if (!answer.value.trim() && model.get("said").open) return;
    send({ do: "enter", words: model.get("said").open ? answer.value : "" });
  });
  hint.addEventListener("click", () => { send({ do: "hint" }); answer.focus(); });
  box.addEventListener("keydown", event => {  // letters are shortcuts of the notebook; Ctrl+S stays
    const command = event.ctrlKey || event.metaKey || event.altKey;
    if (event.key === "Enter" || !command && !["Tab", "Escape"].includes(event.key))
      event.stopPropagation();
  });
  const changed = () => { waiting = false; show(); };
  model.on("change:said", changed);
  show();
  requestAnimationFrame(() => {
    const editor = document.activeElement?.closest(".cm-content");
    if (!editor || !editor.textContent.trim()) answer.focus();  // nobody is writing elsewhere
  });
  return () => model.off("change:said", changed);
}
export default { render };
"""

STYLE = """
.practice { max-width: 700px; padding: 4px 2px; line-height: 1.5;
  color: var(--jp-ui-font-color1, currentColor); font-size: var(--jp-content-font-size1, 14px); }
.practice-heading { font-size: 13px; font-weight: 600; }
.practice p { margin: 4px 0; }
.practice-question { font-size: 1.15em; min-height: 3em; }
.practice form { display: flex; flex-wrap: wrap; gap: 4px 10px; align-items: center; }
.practice input { width: 10em; padding: 4px 8px; font: inherit; color: inherit;
  background: var(--jp-layout-color1, transparent); border: 1px solid #767676; border-radius: 3px; }
.practice input[readonly] { border-style: dashed; }
.practice button { padding: 4px 12px; font: inherit; color: inherit; cursor: pointer;
  background: var(--jp-layout-color2, transparent); border: 1px solid #767676; border-radius: 3px; }
.practice button:disabled { opacity: .5; cursor: default; }
.practice :focus-visible { outline: 2px solid var(--jp-brand-color1, #0072b2);
  outline-offset: 1px; }
.practice-keys { font-size: 13px; }
.practice .practice-verdict { min-height: 3em; padding-left: 10px;
  border-left: 4px solid transparent; }
.practice .practice-verdict[data-mood=right] { border-left: 4px solid #009E73; }
.practice .practice-verdict[data-mood=wrong] { border-left: 4px dashed #D55E00; }
"""


class Practice(anywidget.AnyWidget):
    """The widget: ``said`` is what it shows now; "enter" and "hint" are what a student does."""

    _esm = SCRIPT
    _css = STYLE
    said = traitlets.Dict().tag(sync=True)

    def __init__(self, sitting: Sitting, **settings: Any) -> None:
        self.sitting = sitting
        super().__init__(said=_sent(sitting, 0), **settings)
        self.on_msg(self._on_message)

    def _on_message(self, widget: Any, content: Any, buffers: Any) -> None:
        """Answer what the page sent, whatever it is: the page waits for a change of ``said``."""
        try:
            match content:
                case {"do": "enter", "words": str(words)}:
                    self.sitting.enter(words)
                case {"do": "hint"}:
                    self.sitting.hint()
        finally:
            self.said = _sent(self.sitting, self.said["number"] + 1)

    def __repr__(self) -> str:
        said: Said = self.sitting.said
        return f"{said.heading}. {said.question}"


def _sent(sitting: Sitting, number: int) -> dict[str, Any]:
    """What the page gets; ``number`` makes it differ each time."""
    said = sitting.said
    return {
        "heading": said.heading,
        "question": said.question,
        "verdict": said.verdict,
        "mood": said.mood,
        "open": said.open,
        "hinted": sitting.hinted,
        "picture": said.picture.html() if said.picture else "",
        "number": number,
    }


def shown(upto: int, log: Path | None) -> Practice:
    """A sitting with this machine's clock, and the log beside the notebooks unless one is named."""
    if not 1 <= upto <= 9:
        raise ValueError(f"upto is the last unit to practise, 1 to 9, not {upto}")
    file = log or beside_the_notebooks(NAME, Path.cwd())
    sitting = Sitting(Log(file), skills(upto), lambda: datetime.now().astimezone(), SystemRandom())
    return Practice(sitting)
