"""Fuzzing of grading: strange answers, outputs, replies, notebooks and archives, without an end.

Every round makes a submission from a number, grades it in the real sandbox and looks at what must
hold: nothing is raised, something is decided, no point is earned, the graded notebook is valid and
small, and grading took no longer than its limits.  What broke is printed with its number, by which
it can be made again.

    python -m benchmarks.fuzz [--minutes 60] [--seed 0] [--kinds answers outputs ...]

The last line is ``rounds=N failures=N seconds=N``, with the rounds of each kind before it.
"""

from __future__ import annotations

import argparse
import copy
import io
import json
import random
import sys
import tempfile
import time
import traceback
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from autograder.grade import grade
from autograder.limits import Limits
from autograder.submission.archives import CarefulExtractor
from autograder.submission.structure import Cell, Structure
from autograder.tasks import Common, Task
from tests.support.cells import KERNEL, cell

LIMITS = Limits(cell_seconds=3, answer_seconds=3, notebook_seconds=20, marking_seconds=10)
SLOWEST = 60.0  # seconds for all of it, on a busy machine
LARGEST = 20_000_000  # characters of a graded notebook
KEY = """
from exercises.authoring import Group, exercise


@exercise(points=1, returns="W * H", examples={}, groups=[Group("all", [(41, 43), (47, 53)])])
def number(W, H):
    return W * H


@exercise(points=1, returns="rows", examples={}, groups=[Group("all", [(2, 3), (3, 5)])])
def rows(W, H):
    return [[W * H + 0.5] * W] * H
"""
NAMES = ("number", "rows")


def structure(keyed: bool) -> Structure:
    """Two exercises with a key, or two tests that no honest answer of the fuzzer's passes."""
    tests = {name: f"check({name})" if keyed else f"assert {name}(2, 3) == 'right'"
             for name in NAMES}  # fmt: skip
    cells = [
        Cell(name, "code", source, source, None, True, True, False, False, 1.0)
        for name, source in tests.items()
    ]
    return Structure("fuzz", "unit", KERNEL, tuple(cells))


COMMON = {True: Common(structure(True), KEY, limits=LIMITS),
          False: Common(structure(False), limits=LIMITS)}  # fmt: skip


def task(data: bytes, keyed: bool = True) -> Task:
    """What there is to grade of a notebook's bytes."""
    return Task("fuzz", COMMON[keyed], data)


def notebook(*sources: str, keyed: bool = True) -> bytes:
    """A submission: some cells, and then the tests."""
    tests = [cell(one.source, one.grade_id, 1) for one in COMMON[keyed].structure.cells]
    return json.dumps(new_notebook(cells=[*map(new_code_cell, sources), *tests])).encode()


# ---------------------------------------------------------------------------------- what is strange

LEAVES = (
    "None", "True", "-0.0", "float('nan')", "float('inf')", "10**5000", "-2**63", "''",
    "'x' * 20000",
    "'\\ud800'", "b'bytes'", "[]", "{}", "()", "set()", "range(5)", "range(10**12)", "iter([1])",
    "np.zeros(3).tolist", "np.zeros((100000, 100000, 0))", "np.zeros(3, 'O')", "np.array('x')",
    "np.zeros(3, 'M8[s]')", "np.float16('nan')", "np.zeros(2, [('a', 'i4')])", "np.ma.masked",
    "np.matrix([[1]])", "np.longdouble(1)", "np.zeros((1,) * 32)", "1j", "...", "NotImplemented",
    "print", "int", "number", "Ellipsis", "type('Y', (int,), {'__eq__': lambda *_: True})(7)",
    "type('E', (Exception,), {'__str__': None})()", "(_ for _ in ())", "globals()", "W * H + 1",
    "[0.1] * 99999", "['x' * 10000] + [''] * 99999", "memoryview(b'x')", "open('/dev/zero', 'rb')",
    "np.zeros((20000, 20000))", "np.broadcast_to(1, (10**5, 10**5))", "sys.modules", "lambda: 1",
)  # fmt: skip
ACTS = (
    "return {0}", "return [{0}, {1}]", "return ({0},) * 3", "return {{'a': {0}, 'b': {1}}}",
    "return np.array([{0}, {1}], dtype=object)", "raise ValueError({0})", "raise SystemExit({0})",
    "raise type('E', (BaseException,), {{}})({0})", "yield {0}", "print({0}); return {1}",
    "x = [{0}]; x.append(x); return x", "return type('L', (list,), {{'__iter__': None}})([{0}])",
    "os._exit(3)", "os.kill(os.getpid(), 11)", "sys.stdout = {0}; return {1}",
    "return np.asarray({0})",
    "return type('D', (dict,), {{'items': lambda s: [(1, {0})]}})(a={1})",
    "sys.setrecursionlimit(10**6); return rows(W, H)",
    "del builtins.len; return {0}", "import json; json.dumps = None; return {0}",
    "import exercises.wire as w; w.encode = lambda a: {2}; return 1", "return np.full((W, H), {0})",
)  # fmt: skip
JSON = (
    None, True, -7, 10**30, 1e308, "", "x" * 5000, "\ud800", [], {}, ["a", "b"], ["a", 5], {"": ""},
    {"text/plain": ["a", "b"]}, {"text/plain": 5}, {"application/json": {"a": [1]}},
    {"text/html": "<b>"},
    "stdout", "stderr", {"display_id": "a"}, {"collapsed": "no"}, {"x" * 3000: 1}, [[[[[[[]]]]]]],
)  # fmt: skip
KINDS_OF_MESSAGES = (
    "stream", "display_data", "execute_result", "update_display_data", "error", "execute_input",
    "status", "clear_output", "comm_open", "comm_msg", "comm_close", "nothing", "",
)  # fmt: skip
FIELDS = (
    "name", "text", "data", "metadata", "execution_count", "ename", "evalue", "traceback",
    "transient",
    "comm_id", "target_name", "wait", "code", "state", "method",
)  # fmt: skip
HEAD = "import builtins, os, sys\nimport numpy as np\n"


def answers(draw: random.Random) -> Task:
    """Functions that return, raise and do strange things."""
    source = HEAD
    for name in NAMES:
        wire = repr(bytes(draw.randrange(256) for _ in range(draw.randrange(40))))
        act = draw.choice(ACTS).format(draw.choice(LEAVES), draw.choice(LEAVES), wire)
        source += f"def {name}(W, H):\n    {act}\n"
    keyed = draw.random() < 0.8
    return task(notebook(source, keyed=keyed), keyed)


def outputs(draw: random.Random) -> Task:
    """Messages that no kernel sends, as if the kernel sent them."""
    said = [
        {
            "type": draw.choice(KINDS_OF_MESSAGES),
            "content": {draw.choice(FIELDS): draw.choice(JSON) for _ in range(draw.randrange(6))},
            "metadata": draw.choice(JSON),
        }
        for _ in range(draw.randrange(1, 12))
    ]
    code = f"for one in json.loads({json.dumps(json.dumps(said))}):\n    "
    code += "s = get_ipython().kernel.session; s.say({**one, 'parent': s.cell})"
    return task(notebook(f"{HEAD}import json\n{code}", keyed=False), keyed=False)


def replies(draw: random.Random) -> Task:
    """Lines of all kinds on the wire, where ends of cells and packed functions are awaited."""
    seeds = [b'{"done": {"status": "error", "ename": 5}, "cell": "NAME"}', b'{"frozen": "packed"}',
             b'{"frozen": "packed", "pack": "eA=="}', b'{"sung": [{"status": 5}, 5]}', b"[" * 3000,
             b'{"done": {"status": "ok", "execution_count": true}, "cell": "NAME"}',
             b'{"type": "stream", "content": {"name": "stdout", "text": 5}, "parent": "NAME"}',
             ]  # fmt: skip
    lines = []
    for _ in range(draw.randrange(1, 8)):
        line = bytearray(draw.choice(seeds))
        for _ in range(draw.randrange(4)):
            line[draw.randrange(len(line))] = draw.randrange(256)
        lines.append(bytes(line))
    code = f"s = get_ipython().kernel.session\nfor line in {lines!r}:\n    "
    code += "s.link.sendall(line.replace(b'NAME', s.cell.encode()) + b'\\n')"
    answer = f"def number(W, H):\n    {code.replace(chr(10), chr(10) + '    ')}\n    return 1"
    keyed = draw.random() < 0.5
    return task(notebook(HEAD + draw.choice([code, answer]), keyed=keyed), keyed)


def notebooks(draw: random.Random) -> Task:
    """A notebook's file with parts exchanged, doubled, dropped and of other types."""
    data: Any = json.loads(notebook("def number(W, H): return 1", "print('x')"))
    for _ in range(draw.randrange(1, 6)):
        place = data
        while draw.random() < 0.8 and isinstance(place, dict | list) and place:
            keys = list(place) if isinstance(place, dict) else range(len(place))
            key = draw.choice(list(keys))
            below = place[key]
            if draw.random() < 0.3 or not isinstance(below, dict | list) or not below:
                # a copy: what is changed next would be what later rounds draw from
                place[key] = copy.deepcopy(draw.choice([*JSON, below]))
                if isinstance(place, list) and draw.random() < 0.5:
                    place.insert(key, place[draw.randrange(len(place))])
                break
            place = below
    text = bytearray(json.dumps(data).encode())
    if draw.random() < 0.3:
        for _ in range(draw.randrange(1, 5)):
            text[draw.randrange(len(text))] = draw.randrange(256)
    return task(bytes(text))


MAKERS: dict[str, Callable[[random.Random], Task]] = {
    "answers": answers, "outputs": outputs, "replies": replies, "notebooks": notebooks,
}  # fmt: skip
KINDS = (*MAKERS, "archives")


def wrong_with(one: Task) -> str:
    """What does not hold of grading ``one``, or ""."""
    began = time.monotonic()
    result = grade(one)
    if result.failed is not None:
        return f"nothing was decided: {result.failed}"
    if any(result.scores.values()):
        return f"points were earned: {result.scores}"
    if len(result.notebook) > LARGEST:
        return f"a notebook of {len(result.notebook)} characters"
    nbformat.validate(nbformat.reads(result.notebook, 4))
    json.dumps(result.record())
    seconds = time.monotonic() - began
    return f"it took {seconds:.0f} s" if seconds > SLOWEST else ""


def archive(draw: random.Random) -> bytes:
    """A zip file with strange names in it, and bytes exchanged."""
    names = ["unit.ipynb", "../up", "/abs", "a/../../b", "x" * 300, "a\x00b", "ünï", "\u202egnp",
             "a/b/c", "C:\\x", "con", ".", "..", "a//b", "-rf", "s.zip", "link"]  # fmt: skip
    file = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(file, "w") as made:
        warnings.simplefilter("ignore")  # two files of one name are meant
        for _ in range(draw.randrange(1, 6)):
            info = zipfile.ZipInfo(draw.choice(names))
            info.external_attr = draw.choice([0o100644, 0o120777, 0o010644, 0o40755]) << 16
            made.writestr(info, bytes(draw.randrange(3000)))
    data = bytearray(file.getvalue())
    for _ in range(draw.randrange(4)):
        data[draw.randrange(len(data))] = draw.randrange(256)
    return bytes(data)


def wrong_with_archive(data: bytes) -> str:
    """What does not hold of unpacking an archive, or ""."""
    with tempfile.TemporaryDirectory() as place:
        came, inside = Path(place, "came"), Path(place, "inside")
        came.mkdir()
        inside.mkdir()
        (came / "ann.zip").write_bytes(data)
        extractor = CarefulExtractor()
        extractor.log.setLevel("CRITICAL")  # each refusal would be a line
        extractor.extract(str(came), str(inside))
        if {path.name for path in Path(place).iterdir()} != {"came", "inside"}:
            return "something lies outside of its folder"
        links = [path for path in inside.rglob("*") if path.is_symlink()]
        return f"links: {links}" if links else ""


def round_of(kind: str, number: int) -> str:
    """What went wrong in one round, or ""."""
    draw = random.Random(f"{kind} {number}")
    try:
        if kind == "archives":
            return wrong_with_archive(archive(draw))
        return wrong_with(MAKERS[kind](draw))
    except Exception:
        return traceback.format_exc(limit=-4)


def fuzz(seconds: float, seed: int, kinds: list[str]) -> tuple[Counter[str], list[str]]:
    """Go round until the time is over: the rounds of each kind, and what went wrong."""
    rounds: Counter[str] = Counter()
    failures: list[str] = []
    end = time.monotonic() + seconds
    number = seed
    while time.monotonic() < end:
        for kind in kinds:
            if wrong := round_of(kind, number):
                failures.append(f"{kind} {number}: {wrong}")
                print(failures[-1], flush=True)
            rounds[kind] += 1
        number += 1
    return rounds, failures


def main() -> None:
    """Fuzz, and say what was found."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0, help="the number of the first round")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    options = parser.parse_args()
    began = time.monotonic()
    rounds, failures = fuzz(options.minutes * 60, options.seed, options.kinds)
    print(", ".join(f"{kind} {many}" for kind, many in rounds.items()))
    seconds = time.monotonic() - began
    print(f"rounds={rounds.total()} failures={len(failures)} seconds={seconds:.0f}")
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
