"""The wall, seen from inside, by a notebook that tries every door.  Against the real sandbox."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from autograder.errors import Problem
from autograder.execution.execute import Execution, execute
from autograder.execution.questions import Questions
from autograder.limits import MIB, Limits
from autograder.sandbox import available, leftovers, zygote
from autograder.sandbox.available import how_to_install
from autograder.sandbox.sandbox import Sandbox, run_inside

pytestmark = [pytest.mark.sandbox, pytest.mark.usefixtures("sandbox")]

ROOT = Path(__file__).parents[3]
QUICK = Limits(cell_seconds=4, answer_seconds=2, notebook_seconds=40)


def run(*sources: str, limits: Limits = QUICK, graded: dict | None = None, **options) -> tuple:
    """Execute cells; returns them and the Execution.  ``graded`` maps cell places to grade ids."""
    cells = [new_code_cell(source) for source in sources]
    for place, name in (graded or {}).items():
        cells[place].metadata["nbgrader"] = {"grade_id": name}
    questions = {name: Questions.of([(2,), (3,)]) for name in (graded or {}).values()}
    execution = execute(new_notebook(cells=cells), questions, limits, **options)
    return cells, execution


def printed(cell) -> str:
    """What a cell printed, and its errors."""
    return "".join(out.get("text", "") or out.get("evalue", "") for out in cell.outputs)


def kinds(execution: Execution) -> list[str]:
    return [stop.kind for stop in execution.stops]


def test_it_is_an_ordinary_notebook_inside() -> None:
    (cell, *_), execution = run(
        "import numpy, ipywidgets, course, os, sys\n"
        "from course.units.output_size import check\n"
        "print(numpy.arange(3).sum(), os.getcwd() in sys.path or '' in sys.path, __name__)",
        preload=("course",),
    )
    assert printed(cell) == "3 True __main__\n"
    assert execution.stops == []
    assert 10 * MIB < execution.peak_memory < 400 * MIB or execution.peak_memory == 0


def test_what_computes_answers_is_not_there_while_a_notebook_is_graded() -> None:
    # A module is not found; where a package was there is an empty folder, which holds no name.
    emptied = {
        "course.practice.brute_force": "size",
        "course.practice.skill": "Slip",
        "course.practice.objectives": "OBJECTIVES",
        "course.pictures.live": "layer",
        "course.units.output_size.panels": "windows",
    }
    (asked, *tried), execution = run(
        "import os; os.environ['NBGRADER_EXECUTION'] = 'autograde'\n"
        "from course.practice import practice; print(practice())",
        *(f"from {module} import {name}" for module, name in emptied.items()),
        preload=("course",),
    )
    assert printed(asked).startswith("Practice. It asks in JupyterLab")
    for cell in tried:
        (error,) = [out.get("ename") for out in cell.outputs]
        assert error in ("ModuleNotFoundError", "ImportError"), cell.source
    assert execution.stops == []


@pytest.mark.parametrize(
    "path",
    [
        str(ROOT / "source"),
        str(ROOT / "autograder"),
        str(ROOT / ".git"),
        str(ROOT / "gradebook.db"),
        str(Path.home() / ".ssh"),
        str(Path.home() / ".ipython"),
        "/etc/shadow",
        "/var",
        "/mnt",
        "/sys",
        "/run",
    ],
)
def test_what_is_not_the_notebooks_business_is_not_there(path: str) -> None:
    output, errors = run_inside(
        [sys.executable, "-I", "-c", f"import os; print(os.path.exists({path!r}))"]
    )
    assert output == "False\n", errors


def test_the_only_user_is_the_notebooks_own() -> None:
    code = "import os, pwd; print(pwd.getpwuid(os.getuid()).pw_name, len(pwd.getpwall()))"
    output, errors = run_inside([sys.executable, "-I", "-c", code])
    assert output == "student 1\n", errors


def test_the_course_library_is_there_but_the_course_source_is_not() -> None:
    code = (
        "import course, os, json\n"
        "up = os.path.dirname(os.path.dirname(course.__file__))\n"
        "print(json.dumps(sorted(os.listdir(up))))"
    )
    output, errors = run_inside([sys.executable, "-c", code], packages=["course"])
    assert not {"source", "autograder", ".git", "tests", "gradebook.db"} & set(
        json.loads(output)
    ), errors


def test_only_scratch_folders_can_be_written() -> None:
    code = """
import os
for path in ('/', '/usr', '/etc', '/dev', '/proc/sys/kernel/hostname', '/opt/autograder', '/home', '.', '/tmp'):
    target = path if os.path.isfile(path) else os.path.join(path, 'written')
    try:
        open(target, 'w').write('x')
        print('wrote', path)
    except OSError:
        pass
"""
    output, _ = run_inside([sys.executable, "-I", "-c", code])
    assert output.split("\n")[:-1] == ["wrote .", "wrote /tmp"]


def test_this_python_and_the_course_are_read_only() -> None:
    code = """
import course, os, sys
for path in (course.__path__[0], sys.prefix, sys.base_prefix):
    try:
        open(os.path.join(path, 'written'), 'w')
        print('wrote', path)
    except OSError:
        print('refused')
"""
    output, _ = run_inside([sys.executable, "-c", code], packages=["course"])
    assert output.split() == ["refused"] * 3


def test_nothing_is_reached_over_the_network_not_even_this_machine() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        code = f"""
import socket
for address in (('127.0.0.1', {port}), ('192.0.2.1', 80)):
    try:
        socket.create_connection(address, 2)
        print('reached', address)
    except OSError as error:
        print('refused')
"""
        output, _ = run_inside([sys.executable, "-I", "-c", code])
    assert output.split() == ["refused", "refused"]


def test_no_privileges_and_no_way_to_gain_any() -> None:
    code = """
import ctypes, os, subprocess
libc = ctypes.CDLL(None, use_errno=True)
lines = dict(l.split(':\\t', 1) for l in open('/proc/self/status').read().splitlines() if ':\\t' in l)
print(lines['CapEff'].strip('0') or 'none', lines['CapPrm'].strip('0') or 'none', lines['NoNewPrivs'])
for flags in (0x10000000, 0x00020000, 0x20000000, 0x40000000):
    print(libc.unshare(flags))
print(libc.ptrace(16, os.getppid(), 0, 0), libc.mount(b'none', b'/tmp', b'tmpfs', 0, None))
print(os.getuid() == 0)
"""
    output, errors = run_inside([sys.executable, "-I", "-c", code])
    lines = output.split("\n")
    assert lines[0].split() == ["none", "none", "1"], errors
    assert lines[1:5] == ["-1"] * 4
    assert lines[5].split() == ["-1", "-1"]
    assert lines[6] == "False"


def test_other_processes_of_the_machine_cannot_be_seen() -> None:
    output, _ = run_inside(
        [
            sys.executable,
            "-I",
            "-c",
            "import os; print(sorted(int(p) for p in os.listdir('/proc') if p.isdigit()))",
        ]
    )
    assert max(json.loads(output)) < 10


def test_the_environment_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "do not tell")
    (cell,), _ = run(
        "import os; print(sorted(os.environ)); print(open('/proc/1/environ', 'rb').read())"
    )
    assert "SECRET" not in printed(cell)


def test_nothing_is_left_behind_for_the_next_notebook() -> None:
    leave = """
import os, pathlib
for place in ('.', '~', '/tmp', '/dev/shm', '~/.ipython/profile_default/startup', '~/.local/lib'):
    folder = pathlib.Path(place).expanduser()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / 'left.py').write_text('raise SystemExit')
os.spawnlp(os.P_NOWAIT, 'sleep', 'sleep', '1000')
"""
    look = """
import os, pathlib
found = [p for place in ('.', '~', '/tmp', '/dev/shm') for p in pathlib.Path(place).expanduser().rglob('left.py')]
print(found, [p for p in os.listdir('/proc') if p.isdigit() and b'sleep' in open(f'/proc/{p}/cmdline', 'rb').read()])
"""
    run(leave)
    (cell,), _ = run(look)
    assert printed(cell) == "[] []\n"


def test_processes_left_behind_end_with_the_sandbox() -> None:
    mark = f"100{int(time.time()) % 100000}"
    run(
        f"import os\nif os.fork() == 0:\n    os.setsid()\n    os.execlp('sleep', 'sleep', '{mark}')"
    )
    time.sleep(0.3)
    listed = subprocess.run(
        ["ps", "-eo", "args"], capture_output=True, text=True, check=True
    ).stdout
    assert f"sleep {mark}" not in listed


# --------------------------------------------------------------------------- limits


def test_an_endless_cell_is_stopped_and_the_rest_goes_on() -> None:
    cells, execution = run("while True: pass", "print('still here')")
    assert kinds(execution) == ["timeout"]
    assert "Stopped here: it ran for more than 4 s" in printed(cells[0])
    assert printed(cells[1]) == "still here\n"


def test_a_cell_that_ignores_interrupts_is_left_out_and_the_rest_goes_on() -> None:
    """Another process takes the notebook up again, as if the cell had been interrupted."""
    cells, execution = run(
        "def square(x): return x * x",
        "'graded'",
        "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass",
        "def cube(x): return square(x) * x\nprint('on')",
        "'graded too'",
        graded={1: "square", 4: "cube"},
    )
    assert execution.answers["square"].given == [4, 9]
    assert execution.answers["cube"].given == [8, 27]
    assert [(stop.kind, stop.cell, stop.doubtful) for stop in execution.stops] == [
        ("timeout", 2, True)
    ]
    assert "Stopped here" in printed(cells[2]) and printed(cells[3]).strip() == "on"


def test_a_cell_that_was_ended_is_asked_for_what_was_defined_before() -> None:
    """An exercise that loops in its own check: its function is asked all the same, and in time."""
    loop = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
    _, execution = run("def square(x): return x * x", loop, graded={1: "square"})
    assert execution.answers["square"].given == [4, 9]


def test_what_a_limit_ended_holds_nothing_any_more() -> None:
    limits = Limits(cell_seconds=20, memory=400 * MIB)
    cells, execution = run(
        "def fill():\n    hoard = []\n    while True: hoard.append(b'x' * 10_000_000)\nfill()",
        "more = b'x' * 200_000_000\nprint('there is room')",
        limits=limits,
    )
    assert {stop.kind for stop in execution.stops} == {"memory"}
    assert printed(cells[1]).strip() == "there is room"


def test_memory_is_limited_and_named() -> None:
    limits = Limits(cell_seconds=20, memory=400 * MIB)
    cells, execution = run(
        "hoard = []\nwhile True: hoard.append(b'x' * 10_000_000)",
        "print('still here')",
        limits=limits,
    )
    assert [(stop.kind, stop.doubtful) for stop in execution.stops] == [("memory", False)]
    assert "more than 400 MiB of memory" in printed(cells[0])
    assert execution.peak_memory < 700 * MIB


def test_memory_of_all_processes_together_is_limited() -> None:
    limits = Limits(cell_seconds=20, memory=400 * MIB)
    hoard = """
import os, time
for _ in range(6):
    if os.fork() == 0:
        hoard = b'x' * 150_000_000
        time.sleep(60)
time.sleep(60)
"""
    _, execution = run(
        "def square(x): return x * x", "1", hoard, limits=limits, graded={1: "square"}
    )
    assert "memory" in kinds(execution)
    assert execution.answers["square"].given == [4, 9]


def test_a_fork_bomb_is_contained() -> None:
    limits = Limits(cell_seconds=5, processes=60)
    bomb = "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass"
    began = time.monotonic()
    _, execution = run(
        "def square(x): return x * x", "1", bomb, limits=limits, graded={1: "square"}
    )
    assert execution.stops
    assert execution.answers["square"].given == [4, 9]
    assert time.monotonic() - began < 60


HOLDING = """
import os, time
if os.fork() == 0:
    if os.fork() == 0:
        time.sleep(1000)  # whoever started it is gone, and it holds all that they had open
    os._exit(0)
os.wait()
"""


@pytest.mark.parametrize("end", ["os._exit(0)", "import ctypes\nctypes.string_at(0)"])
def test_who_left_a_process_behind_ends_like_anybody(end: str) -> None:
    began = time.monotonic()
    (_, _, last), execution = run("def square(x): return x * x", HOLDING, end, graded={0: "square"})
    assert kinds(execution) == ["died"] and "it ended the notebook" in printed(last)
    assert execution.answers["square"].given == [4, 9]
    assert time.monotonic() - began < 10


def test_who_has_no_end_and_left_a_process_behind_is_ended() -> None:
    stubborn = f"""{HOLDING}
import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
while True: pass"""
    cells, execution = run(
        "def square(x): return x * x",
        stubborn,
        "def cube(x): return square(x) * x\nprint('and on')",
        limits=replace(QUICK, cell_seconds=1),
        graded={0: "square", 2: "cube"},
    )
    assert kinds(execution) == ["timeout"] and printed(cells[2]) == "and on\n"
    assert execution.answers["square"].given == [4, 9]
    assert execution.answers["cube"].given == [8, 27]


@pytest.mark.parametrize("place", [".", "/tmp", "/dev/shm"])
def test_disk_is_limited_and_named(place: str) -> None:
    limits = Limits(disk=32 * MIB, file=24 * MIB, cell_seconds=20)
    cells, execution = run(
        f"for k in range(10):\n    open(f'{place}/{{k}}', 'wb').write(bytes(10_000_000))",
        f"open('{place}/big', 'wb').write(bytes(30_000_000))",
        limits=limits,
    )
    stops = [(stop.kind, stop.cell, stop.doubtful) for stop in execution.stops]
    assert stops == [("disk", 0, False), ("disk", 1, False)]
    assert "Stopped here: it wrote more than 32 MiB" in printed(cells[0])


REFUSALS = [
    ("x = bytearray(10**11)", "memory"),
    ("import numpy\nnumpy.ones(10**11)", "memory"),
    ("raise MemoryError", "memory"),
    ("import errno\nraise OSError(errno.ENOSPC, 'No space left on device')", "disk"),
]


@pytest.mark.parametrize(("code", "kind"), REFUSALS)
def test_a_refusal_that_only_the_notebook_speaks_of_is_doubtful(code: str, kind: str) -> None:
    (cell, after), execution = run(code, "raise ValueError('[Errno 28]')")
    assert [(stop.kind, stop.cell, stop.doubtful) for stop in execution.stops] == [(kind, 0, True)]
    assert "which was not seen from outside" in printed(cell)
    assert printed(after) == "[Errno 28]"


def test_a_refusal_that_was_caught_is_no_accident() -> None:
    code = "try:\n    x = bytearray(10**11)\nexcept MemoryError:\n    print('too much')"
    (cell, _), execution = run(code, "1 +")
    assert printed(cell) == "too much\n" and execution.stops == []


def test_open_files_are_limited() -> None:
    (cell,), _ = run(
        "files = []\ntry:\n    while True: files.append(open('/dev/null'))\n"
        "except OSError as e:\n    number = e.errno\n    del files\nprint(number)"
    )
    assert printed(cell) == "24\n"


def test_output_is_limited_in_pieces_and_at_once() -> None:
    cells, execution = run(
        "for _ in range(400): print('x' * 100_000)",
        "print('y' * 60_000_000)",
        "from IPython.display import display\ndisplay({'text/plain': 'z' * 3_000_000}, raw=True)",
        "print('still here')",
        limits=Limits(cell_seconds=20),
    )
    assert kinds(execution).count("output") >= 1
    assert all(len(json.dumps(cell.outputs)) < 1_200_000 for cell in cells)
    assert "left out" in json.dumps(cells[0].outputs[0]) + json.dumps(cells[2].outputs)
    assert printed(cells[3]) == "still here\n"


def test_a_flood_into_the_shared_folder_ends_the_notebook() -> None:
    flood = """
import json, os, sys
folder = '/opt/talk'
for k in range(100):
    open(f'{folder}/{k}', 'wb').write(bytes(1_000_000))
import time; time.sleep(60)
"""
    _, execution = run(flood, limits=Limits(cell_seconds=30))
    assert "disk" in kinds(execution)


# --------------------------------------------------------------------------- witnesses


def test_a_witness_answers_for_the_moment_of_its_grade_cell() -> None:
    _, execution = run(
        "helper = 10\ndef f(x): return helper + x",
        "1",
        "helper = 1000\nf = None",
        "def f(x): return helper",
        "1",
        graded={1: "f"},
    )
    assert execution.answers["f"].given == [12, 13]


AWAY = [  # a function, and what a later cell does to what it stands on
    ("sizes = [10]\ndef f(x): return sizes[0] + x", "sizes[0] = 1000"),
    ("import numpy as np\nw = np.full(3, 10)\ndef f(x): return int(w[0]) + x", "w[:] = 0"),
    ("def g(x): return 10 + x\ndef f(x): return g(x)", "def g(x): return 'another'"),
    ("def make(n):\n    def f(x): return n[0] + x\n    return f\nn = [10]; f = make(n)", "n[0] = 1"),
    ("def f(x, more=[10]): return more[0] + x", "f.__defaults__[0][0] = 1"),
    ("class Ten:\n    n = 10\n    def __call__(self, x): return self.n + x\nf = Ten()", "Ten.n = 1"),
    ("import functools\nf = functools.partial(lambda a, x: a + x, 10)", "f = None"),
    # what follows cannot be packed, or looks for names that no pack can know of
    ("ten = 10\ndef f(x): return eval('ten') + x", "ten = 1"),
    ("ten = 10\ndef f(x): return globals()['ten'] + x", "ten = 1"),
    ("it = iter([0] * 10)\nten = 10\ndef f(x): return ten + x + next(it)", "list(it)"),
    ("import tempfile\nfile = tempfile.TemporaryFile('w+')\nfile.write('10')\n"
     "def f(x): file.seek(0); return int(file.read()) + x", "file.close()"),
    ("import functools\n@functools.lru_cache\ndef f(x): return 10 + x", "def f(x): return 1"),
    ("big = bytearray(2_000_000)\nbig[0] = 10\ndef f(x): return big[0] + x", "big[0] = 1"),
    ("import inspect\nten = 10\n"
     "def f(x): return inspect.currentframe().f_globals['ten'] + x", "ten = 1"),
    ("def f(x): return get_ipython().user_ns['ten'] + x\nten = 10", "ten = 1"),
]  # fmt: skip


@pytest.mark.parametrize(("function", "later"), AWAY)
def test_nothing_that_later_cells_do_reaches_a_witness(function: str, later: str) -> None:
    cells, execution = run(function, "1", later, graded={1: "f"})
    assert not printed(cells[0]) + printed(cells[2])
    assert execution.answers["f"].given == [12, 13]
    assert execution.answers["f"].problem is None


def test_who_answered_before_the_end_of_the_process_is_asked_all_the_same() -> None:
    """Packed or copied; and who breaks the process that is asked harms no other exercise."""
    _, execution = run(
        "import os\ndef f(x): return x + 1\ndef g(x): os._exit(0)\ndef h(x): return x * 2\n"
        "def k(x): return eval('x')",
        *("1",) * 4,
        "os._exit(1)",
        graded={1: "f", 2: "g", 3: "h", 4: "k"},
    )
    answers = execution.answers
    assert kinds(execution) == ["died"]
    assert answers["f"].given == [3, 4] and answers["h"].given == [4, 6]
    assert answers["k"].given == [2, 3]
    assert answers["g"].given == [] and answers["g"].problem.kind == "died"


def test_exercises_are_asked_on_after_one_that_does_not_end() -> None:
    _, execution = run(
        "def f(x):\n    while x == 3: pass\n    return x\ndef g(x): return -x",
        "1",
        "2",
        graded={1: "f", 2: "g"},
    )
    assert execution.answers["f"].given == [2]
    assert execution.answers["f"].problem.kind == "timeout"
    assert execution.answers["g"].given == [-2, -3]


def test_what_an_exercise_sets_is_nothing_to_the_next() -> None:
    _, execution = run(
        "import sys, warnings\nimport numpy as np\n"
        "def f(x):\n    np.seterr(all='raise'); warnings.simplefilter('error')\n"
        "    sys.stdout = None\n    return x\n"
        "def g(x):\n    warnings.warn('so what'); print(x)\n"
        "    return bool(np.isinf(np.float64(x) / np.float64(0)))",
        "1",
        "2",
        graded={1: "f", 2: "g"},
    )
    assert execution.answers["f"].given == [2, 3]
    assert execution.answers["g"].given == [True, True]


def test_what_a_witness_prints_past_python_goes_nowhere() -> None:
    _, execution = run(
        "import os\ndef f(x):\n    os.write(1, b'x' * 100_000); os.write(2, b'y')\n    return x",
        "1",
        "os._exit(0)",
        graded={1: "f"},
    )
    assert execution.answers["f"].given == [2, 3]
    if zygote._kept is not None:
        assert (zygote._kept.box.root / "log").stat().st_size < 10_000


def test_what_has_no_name_yet_is_missing() -> None:
    _, execution = run("1", "def f(x): return x", graded={0: "f"})
    problem = Problem("undefined", "there is nothing called f at this cell")
    assert execution.answers["f"].problem == problem and not execution.doubtful


def test_hidden_inputs_reach_no_output() -> None:
    cells, execution = run(
        "seen = []\ndef f(x):\n    seen.append(x)\n    print('seen', x)\n"
        "    open('/tmp/seen', 'a').write(str(x))\n    return x",
        "1",
        "import os, time; time.sleep(0.5); print(seen, os.path.exists('/tmp/seen'))",
        graded={1: "f"},
    )
    assert execution.answers["f"].given == [2, 3]
    assert printed(cells[2]) == "[] False\n"
    assert "seen 2" not in json.dumps(cells)


@pytest.mark.parametrize(
    ("body", "kind", "says"),
    [
        ("import os; os._exit(0)", "died", "f ended the process"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "died", "f ended the process"),
        ("while True: pass", "timeout", "f took more than 2 s"),
        ("import time; time.sleep(100)", "timeout", "f took more than 2 s"),
    ],
)
def test_a_function_that_breaks_its_witness_is_told_so(body: str, kind: str, says: str) -> None:
    _, execution = run(f"def f(x):\n    {body}", "1", graded={1: "f"})
    assert execution.answers["f"].given == []
    problem = execution.answers["f"].problem
    assert problem.kind == kind and problem.says.startswith(says)


def test_all_answers_to_an_exercise_share_a_budget() -> None:
    """The worker keeps them all until it compares them."""
    _, execution = run(
        "def f(x): return [0.1] * 20_000\ndef g(x): return x",
        *("1", "1"),
        limits=replace(QUICK, answers=MIB),
        graded={1: "f", 2: "g"},
    )
    assert [len(answer) for answer in execution.answers["f"].given] == [20_000]
    assert execution.answers["f"].problem.kind == "output"
    assert execution.answers["g"].given == [2, 3]


@pytest.mark.parametrize(
    "value",
    [
        "type('Yes', (), {'__eq__': lambda self, other: True})()",
        "type('Yes', (int,), {'__eq__': lambda self, other: True})(7)",
        "[x] * 10 ** 6",
        "'x' * 10 ** 7",
        "(lambda l: (l.append(l), l)[1])([])",
        "iter([1])",
        "10 ** 100_000",
    ],
)
def test_strange_answers_are_data_or_nothing(value: str) -> None:
    _, execution = run(f"def f(x): return {value}", "1", graded={1: "f"})
    assert len(execution.answers["f"].given) == 2
    assert all(type(answer).__name__ in ("Other", "int") for answer in execution.answers["f"].given)


def test_a_forger_on_the_witnesses_socket_harms_only_itself() -> None:
    forge = """
import glob, os, socket, sys
address = '/opt/talk/ask'
links = []
for line in (b'garbage', b'{"ticket": "0000"}', b'{"ticket": 5, "found": 1}', b'[' * 100_000, b'x' * 10_000_000):
    link = socket.socket(socket.AF_UNIX)
    link.connect(address)
    try:
        link.sendall(line + b'\\n')
    except OSError:
        pass
    links.append(link)
print('forged')
"""
    cells, execution = run("def f(x): return x * 2", forge, "1", graded={2: "f"})
    assert printed(cells[1]) == "forged\n"
    assert execution.answers["f"].given == [4, 6]


def test_display_and_input_in_a_function_do_no_harm() -> None:
    _, execution = run(
        "from IPython.display import display, HTML\nimport ipywidgets\n"
        "def f(x):\n    display(HTML('<b>hello</b>')); ipywidgets.IntSlider()\n"
        "    try:\n        input('?')\n    except EOFError:\n        return x",
        "1",
        graded={1: "f"},
    )
    assert execution.answers["f"].given == [2, 3]


# --------------------------------------------------------------------------- files, and no sandbox


def test_submitted_files_lie_beside_the_notebook() -> None:
    (cell,), _ = run(
        "print(open('data/x.txt').read()); open('data/x.txt', 'w').write('changed')",
        files={"data/x.txt": b"hello"},
    )
    assert printed(cell).startswith("hello")


@pytest.mark.parametrize("name", ["../escape", "/etc/escape", "a/../../escape"])
def test_a_file_never_lands_outside(name: str) -> None:
    with pytest.raises(ValueError, match="outside"):
        run("1", files={name: b""})


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder whose path is short enough for a socket in it."""
    with tempfile.TemporaryDirectory(prefix="short-") as folder:
        yield Path(folder)


def test_what_a_killed_run_left_is_swept_and_nothing_else(short: Path, monkeypatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(short))
    dead = subprocess.Popen(["true"])
    dead.wait()
    for name in (f"sw-{dead.pid}-whole/s/deep", f"sw-{dead.pid}-begun", f"sw-{os.getpid()}-begun"):
        (short / name).mkdir(parents=True)
    (short / "sw-bench-of-ours").mkdir()
    with Sandbox(Limits()) as box:
        leftovers.sweep()
        left = {path.name for path in short.iterdir()}
        assert left == {f"sw-{os.getpid()}-begun", "sw-bench-of-ours", box.root.name}
        assert box.shared.exists()


def test_without_bubblewrap_nothing_is_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    available.require.cache_clear()
    try:
        with pytest.raises(available.NoSandbox, match="bubblewrap"):
            available.require()
    finally:
        available.require.cache_clear()
    assert "bubblewrap" in how_to_install()


def test_trusted_code_runs_without_a_sandbox_and_is_marked_alike() -> None:
    _, execution = run("def f(x): return x + 1", "1", graded={1: "f"}, trusted=True)
    assert execution.answers["f"].given == [3, 4]


def test_a_first_cell_finds_what_a_fresh_kernel_shows():
    """The warm process has run a cell and seen an error before; no notebook can tell."""
    code = (
        "import sys, linecache\n"
        "shell = get_ipython()\n"
        "print(shell.execution_count, In, Out, sorted(set(dir()) - {'linecache'}))\n"
        "print([name for name in dir(sys) if name.startswith('last_')])\n"
        "print(shell.last_execution_result, len([n for n in linecache.cache if 'ipykernel' in n]))"
    )
    (cell,), _ = run(code)
    fresh = new_notebook(cells=[new_code_cell(code)])
    NotebookClient(fresh).execute()
    assert printed(cell) == printed(fresh.cells[0]) != ""


def test_a_witness_is_no_child_of_its_notebook():
    """A notebook that waits for its children must not find, or end, a witness."""
    look = "import os\ntry: print(os.wait())\nexcept ChildProcessError: print('no child')"
    cells, execution = run("def area(x): return eval('x * x')", "", look, graded={1: "area"})
    assert printed(cells[2]) == "no child\n"
    assert execution.answers["area"].given == [4, 9]


def test_a_notebook_with_threads_is_asked_all_the_same():
    threads = (
        "import threading, time\n"
        "for _ in range(4):\n"
        "    threading.Thread(target=lambda: [bytearray(9999) for _ in iter(int, 1)], daemon=True).start()\n"
        "def area(x): return x * x"
    )
    cells, execution = run(threads, "", "print('on')", graded={1: "area"})
    assert printed(cells[2]) == "on\n"
    assert execution.answers["area"].given == [4, 9]
