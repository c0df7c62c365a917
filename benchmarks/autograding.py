"""The engine beside stock nbgrader: the same submissions, the same machine, one run.

Two courses: a unit of this course, and a plain nbgrader course without keys.  Both graders are
started as an instructor starts them, as commands on a course folder, and everything is timed from
start to end: configuration, sandboxes, gradebook and files.  Stock nbgrader has no sandbox.

    python -m benchmarks.autograding [--submissions 40] [--rounds 1] [--growth 10 100 1000]

Printed beside the ratio: the processors' seconds and the memory of both, what a notebook's own
cells cost with no grader around them, how this engine's costs grow with the class, and what
formgrader's button takes.

The last line is ``speedup=N.N own_share=N.N start_s=N.N grades_equal=true``: the smaller of the two
courses' ratios; the processors' seconds of a right submission over those of its cells, with one
worker, the larger of the two; and the seconds of a command that grades one submission.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell

from autograder.demo.demo import sample_class
from autograder.nbgrader_plugin.course_folder import CourseFolder, find_own_programs
from tests.support.cells import cell, notebook

SOURCE = Path(__file__).parents[1] / "source"
UNIT = "03-padding"
STOCK = """c = get_config()
c.CourseDirectory.course_id = "benchmark"
c.CourseDirectory.ignore = [".ipynb_checkpoints", "__pycache__", "exercises.py", "unit.md"]
"""
OURS = STOCK + "from autograder.nbgrader_plugin.plugin import configure\nconfigure(c)\n"


def plain_source() -> nbformat.NotebookNode:
    """A notebook as nbgrader's manual shows them: a few answers, asserts and hidden tests."""
    cells = ["# Powers", new_code_cell("import numpy as np")]
    for power in (2, 3, 4):
        body = f"    ### BEGIN SOLUTION\n    return x ** {power}\n    ### END SOLUTION"
        test = f"assert power{power}(2) == {2**power}\n### BEGIN HIDDEN TESTS\n"
        test += f"assert np.all(power{power}(np.arange(5)) == np.arange(5) ** {power})\n"
        test += "### END HIDDEN TESTS"
        cells += [
            cell(f"def power{power}(x):\n{body}", f"power{power}", solution=True),
            cell(test, f"test{power}", 2),
        ]
    return notebook(*cells)


@dataclass
class Cost:
    """What a command took: seconds by the clock and of the processors, and memory at the peak.

    Both are taken of the whole machine, so that nothing escapes that outlives its parent or runs in
    a sandbox: use a quiet one.
    """

    seconds: float
    busy: float
    memory: int

    def per(self, count: int) -> str:
        """Per submission, as text."""
        return (
            f"{self.seconds:7.2f} s: {1000 * self.seconds / count:6.1f} ms a submission, "
            f"{1000 * self.busy / count:6.1f} ms of the processors, "
            f"at most {self.memory / 2**20:5.0f} MiB more than before"
        )


def command(root: Path, *arguments: str) -> Cost:
    """Run a command in ``root``.  Raises RuntimeError if it fails."""
    free, least, busy = _available(), [_available()], _busy()
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.1):
            least.append(min(least.pop(), _available()))

    watcher = threading.Thread(target=watch)
    watcher.start()
    began = time.perf_counter()
    run = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=root, capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - began
    done.set()
    watcher.join()
    if run.returncode:
        raise RuntimeError(f"{' '.join(arguments)} failed:\n{run.stdout}{run.stderr}")
    return Cost(seconds, _busy() - busy, free - least[0])


def _busy() -> float:
    """Seconds that the machine's processors have worked since it was started."""
    fields = list(map(int, Path("/proc/stat").read_text().split("\n")[0].split()[1:9]))
    return (sum(fields) - fields[3] - fields[4]) / os.sysconf("SC_CLK_TCK")


def _available() -> int:
    """Bytes of memory that could be had now."""
    (line,) = (
        line for line in Path("/proc/meminfo").read_text().splitlines() if "MemAvailable" in line
    )
    return int(line.split()[1]) * 1024


# In a process of its own: prints the processor's seconds that a notebook's cells take in IPython.
CELLS = """
import contextlib, importlib, io, json, os, sys, time
nb, imports = json.load(open(sys.argv[1])), sys.argv[2:]
os.environ["NBGRADER_EXECUTION"] = "autograde"
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
for name in ["numpy", "numpy.random", *imports]:
    with contextlib.suppress(Exception):
        importlib.import_module(name)
with contextlib.redirect_stdout(io.StringIO()):
    shell.run_cell("None")
    began = time.process_time()
    for cell in nb["cells"]:
        if cell["cell_type"] == "code":
            shell.run_cell("".join(cell["source"]))
print(time.process_time() - began)
"""


def own_cost(root: Path, unit: str, students: int) -> float:
    """The processor's seconds that a submission's own cells take, as a median, no grader around."""
    found = []
    for student in range(students):
        path = root / "autograded" / f"s{student:04}" / unit / "unit.ipynb"
        nb = nbformat.read(path, 4)
        code = "\n".join(cell.source for cell in nb.cells if cell.cell_type == "code")
        names = re.findall(r"^(?:from|import) ([\w.]+)", code, re.MULTILINE)
        run = subprocess.run(
            [sys.executable, "-c", CELLS, str(path), *names],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        found.append(float(run.stdout.split()[-1]))
    return statistics.median(found)


def scores(root: Path) -> dict:
    """Every automatic score in a gradebook, by student and cell."""
    query = """select student.id, base_cell.name, auto_score from grade
        join base_cell on base_cell.id = grade.cell_id
        join submitted_notebook on submitted_notebook.id = grade.notebook_id
        join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id
        join student on student.id = submitted_assignment.student_id"""
    with sqlite3.connect(root / "gradebook.db") as connection:
        return {(student, cell): score for student, cell, score in connection.execute(query)}


def course(root: Path, config: str, unit: str) -> None:
    """A course folder with ``unit`` released."""
    (root / "source").mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(config)
    if unit == "powers":
        (root / "source" / unit).mkdir()
        nbformat.write(plain_source(), root / "source" / unit / "unit.ipynb")
    else:
        skip = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
        shutil.copytree(SOURCE / unit, root / "source" / unit, ignore=skip)
    command(root, "nbgrader", "generate_assignment", unit)


def submissions(root: Path, unit: str) -> list[bytes]:
    """The kinds of submission to hand in by turns: on them both graders have to agree."""
    released = nbformat.read(root / "release" / unit / "unit.ipynb", 4)
    if unit == "powers":
        kinds = []
        for wrong in (None, 2, 3):
            nb = nbformat.reads(nbformat.writes(released), 4)
            for cell in nb.cells:
                name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
                if name.startswith("power"):
                    power = int(name[-1])
                    shift = " + 1" if power == wrong else ""
                    cell.source = f"def {name}(x):\n    return x ** {power}{shift}"
            kinds.append(nbformat.writes(nb).encode())
        return kinds
    samples = {s.name: s for s in sample_class(CourseFolder.open(root), unit)}
    return [samples[name].files["unit.ipynb"] for name in ("all-correct", "nothing-answered")]


def hand_in(root: Path, unit: str, count: int) -> None:
    """So many submissions, of each kind in turn."""
    kinds = submissions(root, unit)
    for student in range(count):
        folder = root / "submitted" / f"s{student:04}" / unit
        folder.mkdir(parents=True)
        (folder / "unit.ipynb").write_bytes(kinds[student % len(kinds)])


def compare(unit: str, count: int, work: Path) -> tuple[float, bool, float]:
    """The ratio of stock nbgrader's time to ours, whether all grades are equal, and stock's time.

    The time is in seconds a submission.
    """
    costs = {}
    for name, config in (("ours", OURS), ("stock", STOCK)):
        root = work / f"{unit}-{name}"
        course(root, config, unit)
        hand_in(root, unit, count)
        program = ("autograder", "grade") if name == "ours" else ("nbgrader", "autograde")
        costs[name] = command(root, *program, unit)
        print(f"  {unit}, {count}: {name:5} {costs[name].per(count)}", flush=True)
    own = own_cost(work / f"{unit}-ours", unit, 6)
    stock, ours = (scores(work / f"{unit}-{name}") for name in ("stock", "ours"))
    for key in sorted(stock.keys() | ours.keys()):
        if stock.get(key) != ours.get(key):
            print(f"  differs: {key}: stock {stock.get(key)}, ours {ours.get(key)}")
    ratio = costs["stock"].seconds / costs["ours"].seconds
    over = {name: 1000 * (cost.busy / count - own) for name, cost in costs.items()}
    print(
        f"  {unit}: {ratio:.1f} times stock's throughput, grades equal: {stock == ours}; the "
        f"cells' own cost is {1000 * own:.0f} ms of a processor, what comes on top "
        f"{over['ours']:.0f} ms here, {over['stock']:.0f} ms in stock",
        flush=True,
    )
    return ratio, stock == ours, costs["stock"].seconds / count


FEW, MANY = 4, 44


def share(unit: str, work: Path) -> tuple[float, float]:
    """What a right submission costs with one worker, over what its cells cost, and a start.

    Both costs are the processors'; that of a submission is taken from the difference between many
    and few, so that the start is in neither.  The start is the median seconds of a command that
    grades one submission.
    """
    root = work / f"{unit}-share"
    course(root, OURS, unit)
    right = submissions(root, unit)[0]
    for student in range(MANY):
        folder = root / "submitted" / f"s{student:04}" / unit
        folder.mkdir(parents=True)
        (folder / "unit.ipynb").write_bytes(right)
    grade = ("autograder", "grade", unit, "--force", "--workers", "1")
    few = [word for student in range(FEW) for word in ("--student", f"s{student:04}")]
    command(root, *grade, *few)
    busy = [command(root, *grade, *more).busy for more in (few, ())]
    each = (busy[1] - busy[0]) / (MANY - FEW)
    own = own_cost(root, unit, FEW)
    start = statistics.median(
        command(root, *grade[:4], "--student", "s0000").seconds for _ in range(3)
    )
    print(
        f"  {unit}, one worker: {1000 * each:.0f} ms of a processor a right submission, of which "
        f"the cells' own are {1000 * own:.0f}; a command for one of them takes {start:.1f} s",
        flush=True,
    )
    return each / own, start


# In a process of its own, as in formgrader's: prints the milliseconds of each press of its button.
# With "nothing" nbgrader does all its own work, and nothing is run or marked.
BUTTON = """
import json, sys, time
from nbgrader.apps import NbGrader, NbGraderAPI
from nbgrader.preprocessors import AssignLatePenalties, OverwriteCells, SaveAutoGrades
app = NbGrader(log_level="CRITICAL")
app.initialize([])
if sys.argv[2] == "nothing":
    steps = [OverwriteCells, SaveAutoGrades, AssignLatePenalties]
    app.config.Autograde.exporter_class = "nbconvert.exporters.NotebookExporter"
    app.config.Autograde.autograde_preprocessors = steps
api = NbGraderAPI(app.coursedir, config=app.config)
found = []
for student in range(10):
    began = time.perf_counter()
    assert api.autograde(sys.argv[1], f"s{student:04}", force=True)["success"]
    found.append(1000 * (time.perf_counter() - began))
print(json.dumps(found))
"""


def button(root: Path, unit: str) -> None:
    """What formgrader's button takes, the first time and then, and nbgrader's own part of it."""
    found = {}
    for what in ("all", "nothing"):
        run = subprocess.run(
            [sys.executable, "-c", BUTTON, unit, what],
            cwd=root, capture_output=True, text=True, check=True,
        )  # fmt: skip
        found[what] = json.loads(run.stdout.splitlines()[-1])
    then = {what: statistics.median(times[1:]) for what, times in found.items()}
    print(
        f"  {unit}, formgrader's button: {found['all'][0]:.0f} ms the first time, then "
        f"{then['all']:.0f}, of which nbgrader's own work without running anything is "
        f"{then['nothing']:.0f}",
        flush=True,
    )


def cores() -> str:
    """How many processors there are, and of how many cores."""
    places = Path("/sys/devices/system/cpu").glob("cpu[0-9]*/topology/thread_siblings_list")
    found = len({place.read_text() for place in places})
    return f"{os.cpu_count()} processors" + (f" of {found} cores" if found else "")


def growth(unit: str, sizes: list[int], work: Path, stock: float) -> None:
    """What this engine takes for more and more submissions: flat for each, after the start.

    ``stock`` is what stock nbgrader takes for one, in seconds; it starts anew for each anyway.
    """
    for size in sizes:
        root = work / f"{unit}-growth-{size}"
        course(root, OURS, unit)
        hand_in(root, unit, size)
        cost = command(root, "autograder", "grade", unit)
        times = stock * size / cost.seconds
        print(f"  {unit}, {size}: ours  {cost.per(size)}; {times:.1f} times stock", flush=True)
        shutil.rmtree(root)


def main() -> None:
    """Compare both courses and print the smaller ratio last."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--submissions", type=int, default=40, help="submissions of each course")
    parser.add_argument("--rounds", type=int, default=1, help="repetitions; medians are reported")
    parser.add_argument(
        "--growth", type=int, nargs="*", default=[10, 100], help="sizes to grow through"
    )
    options = parser.parse_args()
    find_own_programs()
    load = os.getloadavg()[0]
    print(f"{cores()}, load {load:.1f} at the start", flush=True)
    ratios: dict[str, list[float]] = {UNIT: [], "powers": []}
    shares, starts, all_equal = [], [], True
    for number in range(options.rounds):
        with tempfile.TemporaryDirectory(prefix="sw-bench-") as work:
            for unit, found in ratios.items():
                ratio, equal, stock = compare(unit, options.submissions, Path(work))
                found.append(ratio)
                all_equal &= equal
                if number == 0:
                    growth(unit, options.growth, Path(work), stock)
                    own_share, start = share(unit, Path(work))
                    shares.append(own_share)
                    button(Path(work) / f"{unit}-share", unit)
                    starts.append(start)
    slowest = min(map(statistics.median, ratios.values()))
    print(
        f"speedup={slowest:.1f} own_share={max(shares):.1f} start_s={max(starts):.1f} "
        f"grades_equal={str(all_equal).lower()}"
    )


if __name__ == "__main__":
    main()
