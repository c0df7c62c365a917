"""Outputs from what a notebook publishes: by nbclient's rules, within limits, of nbformat's schema.

nbformat checks each output with jsonschema, which costs more than the rest of an output's way;
fastjsonschema, which it checks whole notebooks with, compiles the same schema once.
"""

from __future__ import annotations

import contextlib
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
from autograder.untrusted import DEEPEST, deeper_than, size_of

# what a message of each kind holds that becomes part of the output
PARTS = {
    "stream": ("name", "text"),
    "display_data": ("data", "metadata"),
    "execute_result": ("data", "metadata", "execution_count"),
    "error": ("ename", "evalue", "traceback"),
}

STREAMS = ("stdout", "stderr")
LONGEST_WORDS = 20_000  # characters of an error's message, and of each part of its traceback
MOST_FRAMES = 20  # parts of a traceback
SLACK = 600_000  # characters that a cell may be above its limit: an error, and what says so


def left_out(size: int, more: str = "") -> str:
    """What stands in the place of an output that is too large."""
    return f"… an output of {more}{size:,} characters is left out …"


def cut(error: NotebookNode) -> NotebookNode:
    """An error of the length that anybody reads: it counts as one, however long it was."""
    trace = error.traceback
    if len(trace) > MOST_FRAMES:
        trace = [*trace[: MOST_FRAMES // 2], "…", *trace[-(MOST_FRAMES // 2) :]]
    made: NotebookNode = nbformat.from_dict({
        "output_type": "error",
        "ename": error.ename[:LONGEST_WORDS],
        "evalue": error.evalue[:LONGEST_WORDS],
        "traceback": [part[:LONGEST_WORDS] for part in trace],
    })  # fmt: skip
    return made


@functools.cache
def _check(kind: str) -> Callable[[Any], Any]:
    v4 = nbformat.v4.nbbase
    name = v4.nbformat_schema[v4.nbformat, v4.nbformat_minor]
    schema = json.loads((Path(v4.__file__).parent / name).read_text())
    parts = {"$schema": schema["$schema"], "definitions": schema["definitions"]}
    return fastjsonschema.compile({**parts, "$ref": f"#/definitions/{kind}"})


def output_of(kind: str, content: dict[str, Any]) -> NotebookNode:
    """The output that a message makes, in the one shape that it can have.

    Where nbformat allows a text or a list of lines it is a text; where a number, it is an int.
    Raises ValueError where a message makes none, or a wrong one.
    """
    if kind not in PARTS:
        raise ValueError(f"{kind} makes no output")
    parts = {name: content[name] for name in PARTS[kind] if name in content}
    if isinstance(parts.get("data"), dict):
        parts["data"] = {name: _as_one(name, value) for name, value in parts["data"].items()}
    if kind == "stream":
        if parts.get("name") not in STREAMS:
            raise ValueError("printed neither to stdout nor to stderr")
        parts["text"] = _as_one("text", parts.get("text"))
    output: NotebookNode = nbformat.from_dict({"output_type": kind, **parts})
    try:
        _check(kind)(output)
    except fastjsonschema.JsonSchemaValueException as error:
        raise ValueError(f"no {kind}: {error.message[:200]}") from None
    return output


def _as_one(name: str, value: Any) -> Any:
    """A text that came in lines, joined; what is JSON by its name stays as it is."""
    is_json = name == "application/json" or name.endswith("+json")
    if not is_json and isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "".join(value)
    return value


def _is_error(output: NotebookNode) -> bool:
    return bool(output.output_type == "error")


def _is_count(value: Any) -> bool:
    return value is None or (type(value) is int and 0 <= value < 2**31)


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
        self._left_out: set[int] = set()

    def count(self, size: int) -> None:
        """So many bytes came, whatever is made of them."""
        self._printed += size
        if self._printed > self.limits.printed:
            self._printed = 0
            self.too_much()

    def begin(self, cell: NotebookNode) -> None:
        """``cell`` begins to run."""
        cell.outputs = []
        self.clear_before_next_output = False

    def leave_out(self, size: int, cell: NotebookNode, index: int) -> None:
        """Say, once in a cell, that something was too large."""
        if index in self._left_out:
            return
        self._left_out.add(index)
        note = {"data": {"text/plain": left_out(size)}, "metadata": {}}
        parent = message("display_data", note, {}, "")
        with contextlib.suppress(Exception):
            self._place(parent, cell, index, len(left_out(size)))

    def cap(self, cells: list[NotebookNode]) -> None:
        """A last look at what will be written: no cell, and not all together, above the limits.

        What was put in several places by one message was counted once.
        """
        room = self.limits.notebook_output
        for cell in cells:
            most = min(self.limits.cell_output + SLACK, room + SLACK)
            size = size_of(cell.get("outputs", []), most)
            if size > most:
                failed = [cut(out) for out in cell.outputs if _is_error(out)][:1]
                text = left_out(size, "more than ")
                note = output_of("display_data", {"data": {"text/plain": text}, "metadata": {}})
                cell.outputs = [note, *failed]
                self.too_much()
                size = SLACK
            room = max(0, room - size)

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
            if not _is_count(cell.get("execution_count")):
                cell["execution_count"] = count

    def _room(self, index: int) -> int:
        """How much more a cell's outputs may hold."""
        return min(
            self.limits.cell_output - self._kept_by_cell.get(index, 0),
            self.limits.notebook_output - sum(self._kept_by_cell.values()),
        )

    def _keep(self, msg: dict[str, Any], cell: NotebookNode, index: int) -> None:
        kind, content = msg["msg_type"], msg["content"]
        if deeper_than(DEEPEST, content):
            raise ValueError("a message nested too deeply to be written")
        if kind == "stream":
            self._keep_printed(msg, cell, index)
            return
        if kind == "error":
            content = cut(output_of(kind, content))
            size = size_of(content, self.limits.cell_output)
            if size <= self._room(index) or not any(_is_error(out) for out in cell.outputs):
                self._place({**msg, "content": content}, cell, index, size)  # one has to be seen
            return
        if kind in {"display_data", "execute_result", "update_display_data"}:
            shown = "execute_result" if kind == "execute_result" else "display_data"
            whole = output_of(shown, content)
            if shown == "execute_result" and not _is_count(whole.execution_count):
                raise ValueError("a result without a number")
            size = size_of(content, self.limits.notebook_output)
            if size > self._room(index):
                self.leave_out(size, cell, index)
                return
            self._place({**msg, "content": {**content, "data": whole.data}}, cell, index, size)
            return
        self.process_message(msg, cell, index)

    def _place(self, msg: dict[str, Any], cell: NotebookNode, index: int, size: int) -> None:
        self._kept_by_cell[index] = self._kept_by_cell.get(index, 0) + size
        self.process_message(msg, cell, index)

    def _keep_printed(self, msg: dict[str, Any], cell: NotebookNode, index: int) -> None:
        text = output_of("stream", msg["content"]).text
        streamed = self._streamed.get(index, 0)
        room = min(self.limits.stream_output - streamed, self._room(index))
        self._streamed[index] = streamed + len(text)
        if room <= 0 or not text:
            return
        if len(text) > room:
            text = text[:room] + "\n… the rest of what this cell printed is left out …\n"
        content = {"name": msg["content"]["name"], "text": text}
        self._place({**msg, "content": content}, cell, index, len(text))

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
        if output.output_type == "stream" and outs and outs[-1].get("name") == output.name:
            outs[-1].text += output.text
            return output
        if display_id:
            places = self._display_id_map.setdefault(display_id, {}).setdefault(cell_index, [])
            places.append(len(outs))
        outs.append(output)
        return output
