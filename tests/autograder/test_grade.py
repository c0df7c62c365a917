"""From bytes to a result: what needs no sandbox, and that nothing a notebook says stops a class."""

import asyncio
import json
import os
import pickle
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder import grade as module
from autograder.errors import Flag, Problem
from autograder.execution.execute import Execution
from autograder.execution.questions import Questions
from autograder.execution.talk import Talk
from autograder.execution.witnesses import Witnesses
from autograder.grade import grade, undecided
from autograder.limits import Limits
from autograder.sandbox import zygote
from autograder.submission.structure import Cell, Structure
from autograder.tasks import Common, Task, engine_hash
from exercises.errors import BadExercise
from tests.support.cells import cell, notebook

KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
STRUCTURE = Structure(
    "02",
    "unit",
    KERNEL,
    (
        Cell("first", "code", "assert True", "assert True", None, True, True, False, False, 2.0),
        Cell("why", "markdown", "", "", None, False, True, True, False, 3.0),
    ),
)
TASK = Task("ann", Common(STRUCTURE), b"", {"x.csv": b"1,2"})


def changed(**change):
    """TASK with something else about it, or about what it has in common with the class's."""
    common = {name: value for name, value in change.items() if name in Common.__dataclass_fields__}
    own = {name: value for name, value in change.items() if name not in common or name == "files"}
    common.pop("files", None)
    common["files"] = own.pop("common_files", {})
    return replace(TASK, **own, common=replace(TASK.common, **common))


# -------------------------------------------------------------------------------- hashes


@pytest.mark.parametrize(
    ("change", "differs"),
    [
        ({"notebook": None}, {"submission"}),
        ({"notebook": b"missing"}, {"submission"}),
        ({"files": {}}, {"submission"}),
        ({"files": {"x.csv": b"1,3"}}, {"submission"}),
        ({"files": {"y.csv": b"1,2"}}, {"submission"}),
        ({"files": {"x.csv": b"1,2", os.fsdecode(b"\xff"): b""}}, {"submission"}),
        ({"key": "KEY = 5"}, {"key", "slips"}),
        ({"limits": Limits(memory=5)}, {"unit"}),
        ({"trusted": True}, {"unit"}),
        ({"structure": replace(STRUCTURE, cells=STRUCTURE.cells[:1])}, {"unit"}),
        ({"common_files": {"y.csv": b"1"}}, {"unit"}),
        ({"student": "bob"}, set()),
        ({"files": dict(TASK.files)}, set()),
    ],
)
def test_a_hash_changes_with_what_a_mark_depends_on(change, differs):
    other = changed(**change).hashes
    assert {name for name in other if other[name] != TASK.hashes[name]} == differs


def test_a_students_file_that_the_instructors_replaces_changes_nothing():
    one = changed(common_files={"x.csv": b"3"})
    assert one.hashes == changed(common_files={"x.csv": b"3"}, files={"x.csv": b"4"}).hashes
    assert one.all_files == {"x.csv": b"3"}


def test_the_order_of_files_does_not_matter():
    one = replace(TASK, files={"a": b"1", "b": b"2"})
    assert one.hashes == replace(TASK, files={"b": b"2", "a": b"1"}).hashes


def test_the_engines_hash_is_its_own():
    assert len(engine_hash()) == 64 and TASK.hashes["engine"] == engine_hash()
    assert TASK.hashes["key"] is None


def test_a_task_travels():
    task = changed(key="KEY = 5", flags=(Flag("link", "x is a link"),))
    assert pickle.loads(pickle.dumps(task)) == task


def test_what_a_class_has_in_common_is_unpacked_once():
    """Or every task would cost a worker the whole unit again."""
    one, two = (pickle.loads(pickle.dumps(changed(student=name))) for name in ("ann", "bob"))
    assert one.common is two.common and one.common == TASK.common


def test_what_no_worker_could_grade_is_left_undecided():
    task = changed(notebook=json.dumps(new_notebook()).encode())
    problem = Problem("worker", "no worker could grade it")
    result = undecided(task, problem)
    assert result.failed == problem and result.doubtful
    assert result.scores == {} and result.hashes == task.hashes
    assert [cell.id for cell in nbformat.reads(result.notebook, 4).cells][-2:] == ["first", "why"]


# --------------------------------------------------------------------- nothing to be run


@pytest.mark.parametrize(
    ("data", "kind"),
    [(None, "missing"), (b"", "unreadable"), (b"{", "unreadable"), (b"[]", "unreadable")],
)
def test_without_a_notebook_there_are_no_points_and_nothing_is_left_to_do(data, kind):
    result = grade(changed(notebook=data, flags=(Flag("link", "x is a link"),)))
    # somebody asked in words: what cannot be read is for a person
    assert result.scores == {"first": 0, "why": 0 if kind == "missing" else None}
    assert result.failed is None and result.comments == {}
    assert [flag.kind for flag in result.flags] == ["link", kind]
    assert (result.student, result.unit, result.notebook_name) == ("ann", "02", "unit")
    nb = nbformat.reads(result.notebook, as_version=4)
    nbformat.validate(nb)
    assert "x is a link" in nb.cells[0].source
    names = [cell.metadata.nbgrader.grade_id for cell in nb.cells[1:]]
    assert names == ["first", "why"]
    assert json.loads(json.dumps(result.record()))["hashes"] == changed(notebook=data).hashes


def test_a_notebook_beyond_the_limits_is_not_run():
    data = json.dumps(new_notebook(cells=[new_code_cell("x") for _ in range(3)])).encode()
    for limits in (Limits(notebook=len(data) - 1), Limits(cells=2)):
        result = grade(changed(notebook=data, limits=limits))
        assert [flag.kind for flag in result.flags] == ["too-large"]
        assert result.scores == {"first": None, "why": None} and result.failed is None


def test_a_key_that_cannot_be_used_is_no_submissions_fault():
    with pytest.raises(BadExercise):
        grade(changed(key="1 / 0"))


# ------------------------------------------------------------- what a notebook may say

SAY = """from IPython import get_ipython
kernel = get_ipython().kernel


def say(kind, content):
    kernel.session.send(kernel.iopub_socket, kind, content, parent=kernel.get_parent())"""

FORGED = [
    "say('stream', {})",
    "say('stream', {'name': 5, 'text': 5})",
    "say('stream', {'name': 'stdout', 'text': None})",
    "say('error', {'traceback': 5})",
    "say('execute_result', {'data': 5, 'metadata': 5, 'execution_count': 'x'})",
    "say('display_data', {'data': {'text/plain': {'a': 1}}, 'metadata': {}})",
    "say('update_display_data', {'data': {}, 'metadata': {}, 'transient': 5})",
    "from IPython.display import display\ndisplay({'text/plain': '1'}, raw=True, display_id='a')\n"
    "say('update_display_data', {'data': 5, 'metadata': 5, 'transient': {'display_id': 'a'}})",
    "say('execute_input', {'execution_count': ['x']})",
    "say('status', {})",
    "say('clear_output', {})",
    "say('comm_open', {})",
    "say('comm_open', {'comm_id': [], 'target_name': 5, 'data': 5})",
    "say('nothing known', {'x': 1})",
    "from IPython.display import display\nx = []\nfor _ in range(300):\n    x = [x]\n"
    "display({'application/json': x, 'text/plain': 'deep'}, raw=True)",
    "print('\\ud800 \\udcff')",
    "raise type('E\\ud800', (Exception,), {})('\\ud800')",
]


@pytest.mark.sandbox
def test_forged_messages_neither_stop_nor_earn_anything(sandbox):
    nb = new_notebook(
        cells=[new_code_cell(source) for source in [SAY, *FORGED, "print('the end')"]]
    )
    result = grade(changed(notebook=json.dumps(nb).encode()))
    assert result.failed is None
    assert result.scores["first"] == 2
    graded = nbformat.reads(result.notebook, as_version=4)
    nbformat.validate(graded)
    result.notebook.encode("utf-8")
    last = next(cell for cell in graded.cells if "the end" in cell.source)
    assert [output.text for output in last.outputs] == ["the end\n"]


LINES = [
    b"no JSON at all",
    b"\xff\xfe\x00",
    b"5",
    b"[]",
    b"{}",
    b"null",
    b"[" * 100_000,
    b'{"type": 5, "content": 5}',
    b'{"type": "stream", "content": [], "parent": "NAME"}',
    b'{"type": "stream", "content": {"text": 5}, "parent": ["NAME"], "metadata": 5}',
    b'{"done": 5, "type": 5}',
    b'{"done": {"status": "error", "ename": 5, "evalue": [], "traceback": 5}}',
    b'{"done": {"execution_count": "x", "status": "error", "traceback": [5]}}',
    b'{"done": {"status": "error", "ename": 5, "evalue": [], "traceback": 5}, "cell": "NAME"}',
    b'{"frozen": 5}',
]


@pytest.mark.sandbox
def test_lines_that_nobody_can_read_do_not_stop_the_class(sandbox):
    send = (
        "kernel.session.link.sendall({!r}.replace(b'NAME', kernel.session.cell.encode()) + b'\\n')"
    )
    cells = [f"{SAY}\n{send.format(line)}" for line in LINES]
    nb = new_notebook(cells=[new_code_cell(source) for source in cells])
    result = grade(changed(notebook=json.dumps(nb).encode()))
    assert result.failed is None
    nbformat.validate(nbformat.reads(result.notebook, as_version=4))
    assert json.dumps(result.record())


def test_what_the_engine_did_not_foresee_leaves_one_notebook_to_a_person(monkeypatch):
    def breaks(*_, **__):
        raise RuntimeError("nobody thought of this")

    monkeypatch.setattr(module, "execute", breaks)
    result = grade(changed(notebook=json.dumps(new_notebook()).encode()))
    assert result.failed.kind == "engine" and result.doubtful and result.scores == {}
    assert "nobody thought of this" in result.failed.says
    assert json.dumps(result.record())


@pytest.mark.sandbox
def test_a_worker_survives_the_loss_of_its_warm_processs_folder(sandbox):
    """Whoever cleans /tmp may take it; all that this worker was sent later would fail."""
    nb = notebook(cell("assert True", "first", 2))
    cells = (replace(STRUCTURE.cells[0], checksum=None),)
    structure = replace(STRUCTURE, cells=cells)
    task = changed(notebook=nbformat.writes(nb).encode(), structure=structure)
    assert grade(task).failed is None
    if zygote._kept is None:
        pytest.skip("here each notebook has a warm process of its own")
    shutil.rmtree(zygote._kept.box.root)
    assert grade(task).failed.kind == "engine"
    assert grade(task).scores == {"first": 2}


@pytest.mark.parametrize("said", [None, {"frozen": "copied"}, {"frozen": "packed", "pack": "eA=="}])
def test_a_witness_that_does_not_come_is_a_reason_to_grade_again(tmp_path, monkeypatch, said):
    """On a busy machine it may only have been slow; nobody loses points over that unseen."""

    async def nobody(self, ticket, seconds):
        return None

    async def asked():
        async with Talk() as talk:
            talk.open(tmp_path / "talk")
            witnesses = Witnesses(talk, talk.ticket(), Limits())
            await witnesses.keep("half", said, talk.ticket())
            return (await witnesses.ask({"half": Questions.of([(1,)])}))["half"]

    monkeypatch.setattr(Talk, "arrival", nobody)
    with ThreadPoolExecutor(1) as apart:  # a browser's loop may be running in this thread
        answers = apart.submit(lambda: asyncio.run(asked())).result()
    assert answers.problem.kind == "unreachable"
    assert Execution({"half": answers}, []).doubtful
