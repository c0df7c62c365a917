"""Outputs from what a notebook publishes: by nbclient's rules, within limits, of nbformat's schema.

nbformat checks each output with jsonschema, which costs more than the rest of an output's way;
fastjsonschema, which it checks whole notebooks with, compiles the same schema once.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fastjsonschema
import nbformat.v4
from nbclient import NotebookClient
from nbformat import NotebookNode

from autograder.limits import Limits
from autograder.untrusted import DEEPEST, characters_in, deeper_than

# what a message of each kind holds that becomes part of the output
PARTS = {
    "stream": ("name", "text"),
    "display_data": ("data", "metadata"),
    "execute_result": ("data", "metadata", "execution_count"),
    "error": ("ename", "evalue", "traceback"),
}


@functools.cache
def _check(kind: str) -> Callable[[Any], Any]:
    v4 = nbformat.v4.nbbase
    name = v4.nbformat_schema[v4.nbformat, v4.nbformat_minor]
    schema = json.loads((Path(v4.__file__).parent / name).read_text())
    parts = {"$schema": schema["$schema"], "definitions": schema["definitions"]}
    return fastjsonschema.compile({**parts, "$ref": f"#/definitions/{kind}"})


def output_of(kind: str, content: dict[str, Any]) -> NotebookNode:
    """The output that a message makes.  Raises ValueError where it makes none, or a wrong one."""
    if kind not in PARTS:
        raise ValueError(f"{kind} makes no output")
    parts = {name: content[name] for name in PARTS[kind] if name in content}
    output: NotebookNode = nbformat.from_dict({"output_type": kind, **parts})
    try:
        _check(kind)(output)
    except fastjsonschema.JsonSchemaValueException as error:
        raise ValueError(f"no {kind}: {error.message[:200]}") from None
    return output


def message(
    kind: str, content: dict[str, Any], metadata: dict[str, Any], cell: str
) -> dict[str, Any]:
    """A message of the cell called ``cell`` in the form that nbclient takes."""
    parent = {"msg_id": cell}
    return {"header": {"msg_type": kind}, "msg_type": kind, "parent_header": parent,
            "content": content, "metadata": metadata, "buffers": []}  # fmt: skip


class Client:
    """Stands where nbclient's widgets expect a client: keeps what they have to say to a notebook.

    A kernel would hear it once the cell that runs has ended.
    """

    def __init__(self) -> None:
        self.said: list[dict[str, Any]] = []
        self.session = self.shell_channel = self

    def msg(self, kind: str, content: dict[str, Any], **_: Any) -> dict[str, Any]:
        """A message, of which the content is enough."""
        return content

    def send(self, content: dict[str, Any]) -> None:
        """Keep a message; of several that set the same of a widget, the last is enough."""
        data = content.get("data", {})
        self.said = [
            one
            for one in self.said
            if one["comm_id"] != content["comm_id"]
            or one["data"].get("state", {}).keys() != data.get("state", {}).keys()
        ]
        self.said.append(content)

    def heard(self) -> list[dict[str, Any]]:
        """What was said since the last time."""
        said, self.said = self.said, []
        return said


class Outputs(NotebookClient):
    """Puts what cells publish into their outputs, by nbclient's rules, and within the limits.

    ``too_much`` is called when more was published than may be.
    """

    def __init__(self, nb: NotebookNode, limits: Limits, too_much: Callable[[], None]) -> None:
        super().__init__(nb, allow_errors=True, record_timing=False)
        self.reset_execution_trackers()
        self.kc: Any = Client()
        self.limits, self.too_much = limits, too_much
        self._kept_by_cell: dict[int, int] = {}
        self._streamed: dict[int, int] = {}
        self._printed = 0

    def begin(self, cell: NotebookNode) -> None:
        """``cell`` begins to run."""
        cell.outputs = []
        self.clear_before_next_output = False

    def end(self, cell: NotebookNode) -> None:
        """Join the pieces of printed text: in which pieces it arrives is chance."""
        joined: list[NotebookNode] = []
        streams: dict[str, NotebookNode] = {}
        for output in cell.outputs:
            if output.output_type != "stream":
                joined.append(output)
            elif output.name in streams:
                streams[output.name].text += output.text
            else:
                streams[output.name] = output
                joined.append(output)
        cell.outputs = joined

    def take(self, msg: dict[str, Any], cell: NotebookNode, index: int) -> None:
        """Take one message in: what the limits allow, and what a kernel would say."""
        count = cell.get("execution_count")
        try:
            self._keep(msg, cell, index)
        except Exception:  # a notebook can speak for its kernel, and say what it likes
            return
        finally:
            if not isinstance(cell.get("execution_count"), int | None):
                cell["execution_count"] = count

    def _keep(self, msg: dict[str, Any], cell: NotebookNode, index: int) -> None:
        if deeper_than(DEEPEST, msg["content"]):
            raise ValueError("a message nested too deeply to be written")
        if msg["msg_type"] == "update_display_data":  # no output of its own, but a part of others
            output_of("display_data", msg["content"])
        size = characters_in(msg["content"])
        self._printed += size
        if self._printed > self.limits.printed:
            self._printed = 0
            self.too_much()
        if msg["msg_type"] == "stream":
            self._keep_printed(msg, cell, index)
            return
        if msg["msg_type"] in {"display_data", "execute_result", "update_display_data", "error"}:
            kept = self._kept_by_cell.get(index, 0)
            room = min(
                self.limits.cell_output - kept,
                self.limits.notebook_output - sum(self._kept_by_cell.values()),
            )
            if size > room:
                data = {"text/plain": f"… an output of {size:,} characters is left out …"}
                header = {**msg["header"], "msg_type": "display_data"}
                content = {"data": data, "metadata": {}}
                msg = {**msg, "msg_type": "display_data", "header": header, "content": content}
                size = 0
            self._kept_by_cell[index] = kept + size
        self.process_message(msg, cell, index)

    def _keep_printed(self, msg: dict[str, Any], cell: NotebookNode, index: int) -> None:
        text = msg["content"].get("text", "")
        if not isinstance(text, str):
            raise ValueError("printed text that is no text")
        streamed = self._streamed.get(index, 0)
        room = self.limits.stream_output - streamed
        self._streamed[index] = streamed + len(text)
        if room <= 0:
            return
        if len(text) > room:
            text = text[:room] + "\n… the rest of what this cell printed is left out …\n"
        self._kept_by_cell[index] = self._kept_by_cell.get(index, 0) + len(text)
        msg = {**msg, "content": {**msg["content"], "text": text}}
        self.process_message(msg, cell, index)

    def output(
        self, outs: list[NotebookNode], msg: dict[str, Any], display_id: str | None, cell_index: int
    ) -> NotebookNode | None:
        """As nbclient does, but with outputs that are checked faster."""
        if self.output_hook_stack[msg["parent_header"]["msg_id"]]:  # a widget takes it
            return super().output(outs, msg, display_id, cell_index)
        output = output_of(msg["msg_type"], msg["content"])
        if self.clear_before_next_output:
            outs[:] = []
            self.clear_display_id_mapping(cell_index)
            self.clear_before_next_output = False
        if display_id:
            places = self._display_id_map.setdefault(display_id, {}).setdefault(cell_index, [])
            places.append(len(outs))
        outs.append(output)
        return output
