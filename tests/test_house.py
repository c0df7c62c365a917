"""The house is in order: one set of versions, clean code, no trace of a build machine."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
IMPORT_SECONDS = 0.3

# --- one set of versions --------------------------------------------------------------------------


def pins_of(lines):
    """Name -> version of every `name==version` line."""
    found = {}
    for line in lines:
        if match := re.fullmatch(r"([\w.-]+)==(\S+)", line.strip()):
            assert canonicalize_name(match[1]) not in found, f"{match[1]} is pinned twice"
            found[canonicalize_name(match[1])] = Version(match[2])
    return found


CONSTRAINTS = (ROOT / "constraints.txt").read_text().splitlines()
PINS = pins_of(CONSTRAINTS)
GROUPS = {"base": PROJECT["dependencies"], **PROJECT["optional-dependencies"]}
NAMED = [Requirement(text) for group in GROUPS.values() for text in group]
# an extra may name another one: "sliding-windows[mnist]"
DIRECT = [requirement for requirement in NAMED if requirement.name != PROJECT["name"]]


@pytest.mark.pins
@pytest.mark.parametrize("requirement", DIRECT, ids=str)
def test_a_direct_dependency_is_pinned_within_its_bounds_and_installed(requirement):
    name = canonicalize_name(requirement.name)
    assert name in PINS, f"{name} is in pyproject.toml, not in constraints.txt: make pins"
    assert requirement.specifier, f"{name} has no lower bound in pyproject.toml"
    assert PINS[name] in requirement.specifier
    assert Version(metadata.version(name)).public == str(PINS[name]), (
        f"{name} {metadata.version(name)} is installed, constraints.txt says {PINS[name]}: make"
    )


def test_constraints_are_exact_sorted_and_say_nothing_of_a_machine():
    lines = [line for line in CONSTRAINTS if not line.startswith("#")]
    assert all(re.fullmatch(r"[a-z0-9-]+==[0-9][\w.]*", line) for line in lines)
    assert lines == sorted(lines, key=lambda line: line.partition("==")[0])
    assert str(PINS["torch"]) == "2.13.0"


OLDEST = {"python_version": "3.11", "python_full_version": "3.11.0"}  # the pins are made there


@pytest.mark.pins
def test_what_is_pinned_is_what_somebody_asks_for():
    # What torch needs for a GPU differs between machines; torch itself names the versions.
    of_one_machine = re.compile(r"nvidia|cuda|triton")
    asked_for, seen = {"setuptools"}, set()  # builds the project: tools/set-up.sh
    queue = [(canonicalize_name(r.name), r.extras) for r in DIRECT]
    while queue:
        name, extras = queue.pop()
        if (name, frozenset(extras)) in seen or of_one_machine.match(name):
            continue
        seen.add((name, frozenset(extras)))
        asked_for.add(name)
        try:
            needs = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue  # the direct ones have a test of their own
        for need in map(Requirement, needs):
            wanted = [{**OLDEST, "extra": extra} for extra in extras or [""]]
            if need.marker is None or any(need.marker.evaluate(w) for w in wanted):
                queue.append((canonicalize_name(need.name), need.extras))
    assert asked_for - set(PINS) == set(), "not in constraints.txt: make pins"
    assert set(PINS) - asked_for == set(), "in constraints.txt, but nobody needs it: make pins"


def test_whose_own_names_we_use_has_an_upper_bound():
    for requirement in DIRECT:
        if requirement.name in ("nbgrader", "nbclient", "ipykernel"):
            operators = {part.operator for part in requirement.specifier}
            assert "<" in operators, f"{requirement}: its next release may rename what we use"


def test_conda_users_get_the_same_versions():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    (by_pip,) = [d["pip"] for d in environment["dependencies"] if isinstance(d, dict)]
    constraint, editable = by_pip
    assert constraint == "--constraint constraints.txt"
    here, extras = re.fullmatch(r"--editable (.)\[(.*)\]", editable).groups()
    assert here == "."
    others = {"mnist", "student"}  # `test` names the one, and the other is a part of `lab`
    assert {*extras.split(","), *others} == set(GROUPS) - {"base"}
    assert set(map(str, GROUPS["student"])) < set(map(str, GROUPS["lab"]))
    (python,) = [
        d for d in environment["dependencies"] if isinstance(d, str) and d.startswith("python=")
    ]
    assert Version(python.removeprefix("python=")) >= Version("3.11")
    assert PROJECT["requires-python"] == ">=3.11"


# What each package may import when it is loaded; within a function it may try more.
MAY_IMPORT = {"course": ["base"], "exercises": ["base"], "autograder": ["base", "autograder"]}
# and which of the other two packages: the arrows of the house
STANDS_ON = {"course": {"exercises"}, "exercises": set(), "autograder": {"exercises"}}
# folders that need an extra of their own, and are imported only where a unit needs them
NEEDS = {"course/mnist": "mnist", "course/units/mnist": "mnist"}


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_a_package_imports_only_what_it_declares(package):
    def declared_in(groups):
        return {canonicalize_name(Requirement(text).name) for g in groups for text in GROUPS[g]}

    of_module = metadata.packages_distributions()
    undeclared = set()
    for file in sorted((ROOT / package).rglob("*.py")):
        folder = str(file.parent.relative_to(ROOT))
        declared = declared_in([*MAY_IMPORT[package], *filter(None, [NEEDS.get(folder)])])
        beside = {path.stem for path in file.parent.glob("*.py")}  # started by path, as scripts
        for module in modules_imported_by(ast.parse(file.read_text())):
            known = {package, *STANDS_ON[package], *beside}
            if module in sys.stdlib_module_names or module in known:
                continue
            names = {canonicalize_name(name) for name in of_module.get(module, [module])}
            if not names & declared:
                undeclared.add(f"{file.relative_to(ROOT)} imports {module}")
    assert not undeclared


def modules_imported_by(tree):
    """Top-level names of the modules that importing ``tree`` imports: no function's, no type's."""
    queue = list(tree.body)
    while queue:
        node = queue.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            queue += node.orelse
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module.partition(".")[0]
        queue += ast.iter_child_nodes(node)


# The engine's rooms and the modules beside them, from the ground up: each may import those before it.
FLOORS = [
    "untrusted", "errors", "limits", "submission", "sandbox", "execution", "marking", "tasks",
    "notebook_file", "grade", "records",
    "nbgrader_plugin", "workers", "renew", "driver", "run", "model", "report", "slips", "demo", "doctor", "cli",
    "__main__",
]  # fmt: skip


def test_no_room_of_the_engine_needs_the_one_above_it():
    engine = ROOT / "autograder"
    rooms = {
        path.stem for path in engine.iterdir() if path.suffix == ".py" or any(path.glob("*.py"))
    }
    assert rooms - {"__init__"} == set(FLOORS)
    upwards, arrows = set(), 0
    for file in sorted(engine.rglob("*.py")):
        room = file.relative_to(engine).parts[0].removesuffix(".py")
        for other in rooms_imported_by(ast.parse(file.read_text())) & rooms - {room}:
            arrows += 1
            if FLOORS.index(other) > FLOORS.index(room):
                upwards.add(f"{file.relative_to(ROOT)} imports autograder.{other}")
    assert not upwards
    assert arrows > len(FLOORS)


def rooms_imported_by(tree):
    """The part after ``autograder.`` of what ``tree`` imports, within functions too."""
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return {name.split(".")[1] for name in names if name.startswith("autograder.")}


# --- clean code -----------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [["check"], ["format", "--check"]], ids=" ".join)
def test_ruff_has_nothing_to_say(arguments):
    result = subprocess.run(
        [sys.executable, "-m", "ruff", *arguments, "--quiet", "--no-cache", "."],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stdout + result.stderr


# --- no trace of a machine ------------------------------------------------------------------------


def hosts_of_this_machine():
    """The hosts that this machine's pip is set up to fetch from."""
    pip = [sys.executable, "-m", "pip", "config", "list"]
    listing = subprocess.run(pip, capture_output=True, text=True, check=False).stdout
    return sorted({host for host in re.findall(r"https?://([\w.-]+)", listing) if "." in host})


def paths_of_this_machine():
    """Folders that only this machine has: this checkout, its Python, the user's own files."""
    folders = {str(ROOT), sys.prefix, sys.base_prefix, f"{Path.home()}/."}
    # The system's own folders, and short ones such as /app, may be meant as such.
    return [f for f in folders if not f.startswith("/usr") and len(Path(f).parts) > 2]


def files_to_commit():
    """Every file that git tracks or would add."""
    listing = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
    )
    if listing.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / os.fsdecode(name) for name in listing.stdout.split(b"\0") if name]


def test_no_file_names_a_registry_or_a_build_machine():
    names = ["file" + "://", *hosts_of_this_machine(), *paths_of_this_machine()]
    forbidden = [text.encode() for text in names]
    found = []
    for file in files_to_commit():
        if not file.is_file():
            continue  # deleted, not yet committed
        content = file.read_bytes()
        if b"\0" in content:
            continue  # not text
        found += [f"{file.relative_to(ROOT)}: {f.decode()}" for f in forbidden if f in content]
    assert not found


def test_no_student_gets_a_key():
    # Two ways out of the teacher's room: generated folders, and what the package carries.
    private = {"exercises.py", "unit.md"}
    released = [f for f in files_to_commit() if f.relative_to(ROOT).parts[0] == "release"]
    assert [f for f in released if f.name in private] == []
    assert [f for f in (ROOT / "course" / "units").rglob("exercises.py")] == []


# --- what is installed ---------------------------------------------------------------------------


@pytest.mark.slow
def test_a_built_package_is_typed_carries_its_data_and_no_key(tmp_path):
    source = tmp_path / "source"  # setuptools builds in the folder that it builds from
    packages = [name for name in ("course", "exercises", "autograder") if (ROOT / name).is_dir()]
    for name in packages:
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", PROJECT["readme"], *PROJECT["license-files"]):
        shutil.copy(ROOT / name, source)
    pip = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--quiet"]
    subprocess.run([*pip, "--wheel-dir", tmp_path, source], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as opened:
        carried = {name: opened.read(name) for name in opened.namelist()}
    for name in packages:
        kept = {f for f in files_to_commit() if f.is_file() and f.is_relative_to(ROOT / name)}
        assert {str(file.relative_to(ROOT)) for file in kept} <= set(carried)
    private = {file.read_bytes() for file in (ROOT / "source").rglob("*") if file.is_file()}
    assert [name for name, content in carried.items() if content in private] == []


# --- quick to import ------------------------------------------------------------------------------

UNITS = sorted(path.parent.name for path in (ROOT / "source").glob("*/unit.ipynb"))
# A process like a notebook's before its first cell; it forks one for each measurement.  The first
# one compiles, which happens once on a student's machine.
MEASURE = """
import os, sys, time
import ipykernel.ipkernel
for number in range(8):
    if (child := os.fork()) == 0:
        wall, cpu = time.perf_counter(), time.process_time()
        exec(sys.argv[1], {"__name__": "__main__"})
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        print(min(wall, cpu), "torch" in sys.modules, flush=True)
        os._exit(0)
    os.waitpid(child, 0)
"""


def import_line(unit):
    """The first code cell of a unit's notebook."""
    cells = json.loads((ROOT / "source" / unit / "unit.ipynb").read_text())["cells"]
    first = next("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    assert re.search(r"(?m)^from course\.units\.\w+ import ", first), first
    return first


@pytest.mark.slow
@pytest.mark.parametrize("unit", UNITS)
def test_the_line_that_a_student_types_is_quick(unit, tmp_path):
    # Seconds of the processor, not of the clock: other work on the machine must not fail this.
    compiled = {**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path)}
    compiled.pop("PYTHONDONTWRITEBYTECODE", None)
    line = import_line(unit)
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, line], capture_output=True, text=True, check=True,
        cwd=tmp_path, env=compiled,
    )  # fmt: skip
    _compiled, *measured = (row.split() for row in done.stdout.splitlines())
    seconds = [float(second) for second, _ in measured]
    assert len(seconds) == 7
    assert statistics.median(seconds) < IMPORT_SECONDS, seconds
    assert {torch for _, torch in measured} == {"False"}, f"{line} imports torch"


@pytest.mark.pins
def test_pins_hold_for_the_oldest_python() -> None:
    """Debian's own Python 3.11 is 3.11.2, and a pin that asks for more stops the set-up there."""
    refused = {}
    for name in PINS:
        try:
            wanted = metadata.metadata(name).get("Requires-Python")
        except metadata.PackageNotFoundError:
            continue
        if wanted and not SpecifierSet(wanted).contains("3.11.0"):
            refused[name] = wanted
    assert refused == {}
