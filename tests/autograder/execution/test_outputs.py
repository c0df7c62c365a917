"""Whatever a notebook publishes: in one shape, counted as it arrives, and small where it is kept."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import threading
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook

from autograder.execution.execute import execute
from autograder.execution.outputs import Outputs, message, output_of
from autograder.execution.talk import HELLO, LONGEST_LINE, Talk
from autograder.limits import Limits
from autograder.notebook_file import as_text
from autograder.untrusted import size_of
from tests.support.values import json_values

SANDBOX = [pytest.mark.sandbox, pytest.mark.usefixtures("sandbox")]
KINDS = ["stream", "display_data", "execute_result", "update_display_data", "error",
         "execute_input", "status", "clear_output", "comm_open", "comm_msg", "comm_close"]  # fmt: skip

content = st.dictionaries(
    st.sampled_from(["name", "text", "data", "metadata", "execution_count", "ename", "evalue",
                     "traceback", "transient", "comm_id", "target_name", "wait"]),
    json_values
    | st.sampled_from(["stdout", "stderr", True, -7, 10**30, ["a", "b"], {"display_id": "a"}])
    | st.dictionaries(st.sampled_from(["text/plain", "text/html", "application/json"]), json_values),
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(KINDS), content), max_size=8))
def test_whatever_is_published_can_be_written_and_read(messages):
    cell = new_code_cell("1")
    nb = new_notebook(cells=[cell])
    outputs = Outputs(nb, Limits(), lambda: None)
    outputs.begin(cell)
    for kind, what in messages:
        outputs.take(message(kind, what, {}, "x"), cell, 0)
    outputs.end(cell)
    outputs.cap(nb.cells)
    again = nbformat.reads(as_text(nb, []), 4)
    nbformat.validate(again)
    count = again.cells[0].execution_count
    assert count is None or (type(count) is int and count >= 0)
    for out in again.cells[0].outputs:
        assert type(out.get("text", "")) is str
        assert all(type(v) is str for k, v in out.get("data", {}).items() if k[:5] == "text/")


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        ("stream", {"name": "stdout", "text": ["a", "b"]}),
        ("display_data", {"data": {"text/plain": ["a", "b"]}, "metadata": {}}),
        ("execute_result", {"data": {"text/plain": ["a", "b"]}, "metadata": {}, "execution_count": 1}),
    ],
)  # fmt: skip
def test_lines_become_one_text(kind, what):
    output = output_of(kind, what)
    assert output.get("text") or output.data["text/plain"] == "ab"


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        ("stream", {"name": "stdout", "text": ["a", 5]}),
        ("stream", {"name": "x" * 10**6, "text": "a"}),
        ("stream", {"text": "a"}),
        ("display_data", {"data": {"text/plain": [1]}, "metadata": {}}),
        ("execute_result", {"data": {}, "metadata": {}, "execution_count": True}),
        ("execute_result", {"data": {}, "metadata": {}, "execution_count": -7}),
    ],
)
def test_what_has_no_one_shape_is_refused(kind, what):
    with pytest.raises(ValueError, match=r"no |neither"):
        output_of(kind, what)


@given(json_values)
def test_the_size_is_about_that_of_the_text(value):
    text = json.dumps(value, ensure_ascii=False)
    assert len(text) / 12 - 10 <= size_of(value, 10**9) <= 30 * len(text) + 30
    assert size_of([value] * 50, 100) <= 100 + size_of(value, 10**9) + 50 * 4 + 8


# ------------------------------------------------------------------------ in the real sandbox

SAY = """
kernel = get_ipython().kernel
def say(kind, content, metadata={}):
    line = {"type": kind, "content": content, "metadata": metadata, "parent": kernel.session.cell}
    kernel.session.say(line)
"""
LARGE = {
    "keys of a bundle": "say('display_data', {'data': {'x' * 1_500_000 + str(n): '' }, 'metadata': {}})",
    "keys of metadata": "say('display_data', {'data': {'text/plain': ''}, 'metadata': {'k' * 1_500_000: n}})",
    "names of streams": "say('stream', {'name': 'x' * 1_500_000, 'text': 'a'})",
    "errors": "say('error', {'ename': 'E' * 400_000, 'evalue': 'v' * 400_000, 'traceback': ['t' * 9000] * 50})",
    "integers": "say('display_data', {'data': {'application/json': [10 ** 4000] * 300}, 'metadata': {}})",
    "empty things": "[say('display_data', {'data': {}, 'metadata': {}}) for _ in range(400)]",
    "empty streams": "[say('stream', {'name': 'stdout', 'text': ''}) for _ in range(400)]",
    "one line": "print('y' * 3_000_000)",
    "a line too long": "say('display_data', {'data': {'text/plain': 'z' * 5_000_000}, 'metadata': {}})",
    "an update of many": "say('display_data', {'data': {'text/plain': ''}, 'metadata': {}, 'transient': {'display_id': 'a'}})\n"
    "    if n == 11: say('update_display_data', {'data': {'text/plain': 'u' * 900_000}, 'metadata': {}, 'transient': {'display_id': 'a'}})",
}  # fmt: skip


@pytest.mark.sandbox
@pytest.mark.parametrize("what", LARGE)
def test_the_written_notebook_stays_small_and_the_worker_too(sandbox, what):
    limits = Limits(cell_seconds=20)
    body = f"for n in range(12):\n    {LARGE[what]}"
    cells = [new_code_cell(source) for source in (SAY, *[body] * 3, "print('still here')")]
    nb = new_notebook(cells=cells)
    tracemalloc.start()
    try:
        execution = execute(nb, {}, limits)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    text = as_text(nb, [])
    nbformat.validate(nbformat.reads(text, 4))
    assert len(text) < 6_000_000 and peak < 150e6
    if not any(stop.kind == "output" for stop in execution.stops):
        assert cells[-1].outputs[0].text == "still here\n"


@pytest.mark.sandbox
def test_all_that_arrives_is_counted_not_what_is_kept(sandbox):
    """Even what makes no output: replies to nobody, lines that are no JSON."""
    flood = "\nfor n in range(60): kernel.session.link.sendall(b'[' + b'0' * 1_000_000 + b'\\n')"
    _, stops = [], execute(new_notebook(cells=[new_code_cell(SAY + flood)]), {}, Limits()).stops
    assert [stop.kind for stop in stops] == ["output"]


@pytest.mark.sandbox
def test_an_error_is_an_error_however_long_its_words(sandbox):
    cells = [
        new_code_cell("raise ValueError('x' * 5_000_000)"),
        new_code_cell("get_ipython().showtraceback = lambda *_, **__: None"),
        new_code_cell("raise KeyError('y' * 5_000_000)"),
        new_code_cell("print('z' * 40_000); raise OSError('w' * 900_000)"),
    ]
    execute(new_notebook(cells=cells), {}, Limits(cell_output=50_000))
    for cell, name in ((cells[0], "ValueError"), (cells[2], "KeyError"), (cells[3], "OSError")):
        (error,) = [out for out in cell.outputs if out.output_type == "error"]
        assert error.ename == name and len(json.dumps(error)) < 900_000


# ------------------------------------------------------------------------------------ the talk


def connected(path, said: bytes) -> socket.socket:
    link = socket.socket(socket.AF_UNIX)
    link.connect(str(path))
    link.setblocking(False)
    with contextlib.suppress(OSError):
        link.sendall(said)
    return link


def test_strangers_are_few_and_short_and_keep_nobody_out(tmp_path, capfd):
    """Twenty connections with much and no line's end, and some that nest, nudge and lie."""

    async def talk():
        async with Talk() as talk:
            talk.open(tmp_path / "ask")
            ticket = talk.ticket()
            said = [b"x" * 200_000] * 20
            said += [b"[" * 150 + b"\n", b"[" * 100_000 + b"\n", b'{"ticket": []}\n', b"\n", b"5\n"]
            said += [json.dumps({"ticket": ticket}).encode() + b"\nmore", b"{" * (HELLO + 5)]
            links = []
            visitors = threading.Thread(
                target=lambda: links.extend(connected(tmp_path / "ask", one) for one in said)
            )
            visitors.start()
            while visitors.is_alive():
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.2)
            assert len(talk._strangers) <= 8
            links.append(
                connected(tmp_path / "ask", json.dumps({"ticket": ticket}).encode() + b"\n")
            )
            link = await talk.arrival(ticket, 5)
            assert link is not None
            for one in links[-1:]:
                one.setblocking(True)
                threading.Thread(
                    target=one.sendall, args=(b"a\n" + b"b" * (3 * LONGEST_LINE) + b"\nc\n",)
                ).start()
            assert [await link.line() for _ in range(3)] == [b"a\n", None, b"c\n"]
            assert link.heard == 3 * LONGEST_LINE + 5
            for one in links:
                one.close()
            assert await link.line() == b""

    tracemalloc.start()
    try:
        with ThreadPoolExecutor(1) as apart:  # a browser's event loop may run in this thread
            apart.submit(lambda: asyncio.run(talk())).result()
        assert tracemalloc.get_traced_memory()[1] < 40e6
    finally:
        tracemalloc.stop()
    assert "Traceback" not in capfd.readouterr().err
