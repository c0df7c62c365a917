"""Make the page "try an exercise", which needs nothing installed, and serve it on this machine.

    make try

Python for the browser is Pyodide's core, fetched once from the npm registry and held against the
hash below.  NumPy for it is in no registry that this project draws from, so the page has the
exercises that work without: those of which the teacher's answer passes.  What it says of them comes
from ``release/``, and what it runs is the students' wheel: no solution is in either.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import nbformat

from autograder.nbgrader_plugin.pages import markdown2html
from course.overview import package_of, unit_in
from tools.bundle import ROOT, wheel

PYODIDE = "314.0.7"
SHA512 = "0YvXxEhfEdpLfb/XkM2BFAeMROq0iMUX2bzzH9pOttyMcWkwq+HbE5uyuGD82LN7y2q+SNvi/6V5JEsOlD2R1A=="
CORE = (
    "pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "pyodide-lock.json", "python_stdlib.zip",
)  # fmt: skip
PANEL = re.compile(r"^panels\.\w+\(\)$")
PAGE = Path(__file__).with_name("try")
DIST = ROOT / "dist"


class NotFetched(SystemExit):
    """Pyodide cannot be had on this machine; the message says why."""


def core(into: Path) -> Path:
    """Pyodide's core as a folder within ``into``, fetched where it is not there yet.

    Raises NotFetched.
    """
    folder = into / f"pyodide-{PYODIDE}"
    if all((folder / name).is_file() for name in CORE):
        return folder
    npm = shutil.which("npm")
    if npm is None:
        raise NotFetched("make try fetches Pyodide with npm. On Debian and Ubuntu: apt install npm")
    with tempfile.TemporaryDirectory() as scratch:
        command = [npm, "pack", f"pyodide@{PYODIDE}", "--ignore-scripts", "--silent"]
        fetched = subprocess.run(command, cwd=scratch, capture_output=True, text=True)
        archives = list(Path(scratch).glob("*.tgz"))
        if fetched.returncode or not archives:
            raise NotFetched(f"Pyodide {PYODIDE} could not be fetched: {fetched.stderr.strip()}")
        unpack(archives[0], folder)
    return folder


def unpack(archive: Path, folder: Path) -> None:
    """Take CORE out of the archive.  Raises SystemExit where that is not the one that is pinned."""
    found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != SHA512:
        raise SystemExit(
            f"{archive.name} is not the Pyodide {PYODIDE} that is pinned: its SHA-512 is {found}, "
            f"and {SHA512} was expected. Nothing of it is used."
        )
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive) as packed:
        for name in CORE:
            member = packed.extractfile(f"package/{name}")
            if member is None:
                raise SystemExit(f"{archive.name} has no {name}")
            (folder / name).write_bytes(member.read())


def unit_of(folder: Path) -> dict[str, Any]:
    """A released unit: its package, its title, its notebook's imports, and its exercises.

    Of each the name, the text as HTML, what stands in its cell, and the call of its panel.
    """
    cells = nbformat.read(folder / "unit.ipynb", 4).cells
    unit = unit_in(folder)
    return {
        "package": package_of(unit.folder),
        "title": f"{unit.name[:1].upper()}{unit.name[1:]}: {unit.title}",
        "imports": [
            line for cell in cells if cell.cell_type == "code"
            for line in cell.source.splitlines()
            if re.match(r"(from|import) ", line) and "course" not in line
        ],
        "exercises": [one for place in range(len(cells)) if (one := _exercise(cells, place))],
    }  # fmt: skip


def _exercise(cells: Sequence[Any], place: int) -> dict[str, str] | None:
    """The exercise whose answer stands in the cell at ``place``; None where there is none."""
    data = cells[place].metadata.get("nbgrader") or {}
    name = str(data.get("grade_id", "")).removesuffix("-answer")
    if cells[place].cell_type != "code" or not data.get("solution"):
        return None
    heading = re.compile(rf"(?m)^### .*`{name}\(")
    begins = max((at for at in range(place) if heading.search(cells[at].source)), default=None)
    if begins is None:
        return None
    section = max((at for at in range(place) if cells[at].source.startswith("## ")), default=0)
    # the panel with the student's function, or else the last one before it in its section
    shows = re.compile(rf"^panels\.\w+\((?:\w+, )*{name}(?:, \w+)*\)$")
    own = [cell.source for cell in cells[place:] if shows.match(cell.source)]
    before = [cell.source for cell in cells[section:place] if PANEL.match(cell.source)]
    text = "\n\n".join(map(_as_markdown, cells[begins:place]))
    text = re.sub(r"(?m)^###(?=#* )", "##", text)  # the page's own heading is the one above
    return {
        "name": name, "html": markdown2html({}, _without_links(text)),
        "stub": cells[place].source, "panel": [*own, *before[-1:], ""][0],
    }  # fmt: skip


def _as_markdown(cell: Any) -> str:
    return cell.source if cell.cell_type == "markdown" else f"```python\n{cell.source}\n```"


def _without_links(text: str) -> str:
    """Links to other notebooks lead nowhere on this page."""
    return re.sub(r"\[([^\]]+)\]\([^)]*\.ipynb[^)]*\)", r"\1", text)


def answers_of(unit: str) -> dict[str, str]:
    """What the teacher has in the answers' cells of a unit, by exercise."""
    cells = nbformat.read(ROOT / "source" / unit / "unit.ipynb", 4).cells
    return {
        cell.metadata.nbgrader.grade_id.removesuffix("-answer"): cell.source
        for cell in cells
        if cell.cell_type == "code" and (cell.metadata.get("nbgrader") or {}).get("solution")
    }


def in_a_browser(unit: dict[str, Any], answers: Mapping[str, str]) -> dict[str, Any]:
    """What a browser finds of a unit's exercises: ``tools/as_in_a_browser.py`` says what."""
    done = subprocess.run(
        [sys.executable, "-m", "tools.as_in_a_browser"], cwd=ROOT, capture_output=True, text=True,
        input=json.dumps({"unit": unit, "answers": dict(answers)}), timeout=120,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{unit['package']}: {done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def that_work(folder: Path) -> dict[str, Any]:
    """A released unit with those of its exercises of which the teacher's answer passes here.

    The others need NumPy or PyTorch.
    """
    unit = unit_of(folder)
    found = in_a_browser(unit, answers_of(folder.name))
    unit["exercises"] = [one for one in unit["exercises"] if found[one["name"]]["passes"]]
    return unit


def page(into: Path, fetched: Path) -> Path:
    """Write the page into the folder ``into``; ``fetched`` keeps what is fetched once."""
    shutil.rmtree(into, ignore_errors=True)
    shutil.copytree(PAGE, into)
    shutil.copytree(core(fetched), into / "python")
    made = wheel(into)
    folders = sorted(path.parent for path in (ROOT / "release").glob("*/unit.ipynb"))
    with ThreadPoolExecutor() as pool:
        # a unit of which one exercise works by itself is of no use
        units = [unit for unit in pool.map(that_work, folders) if len(unit["exercises"]) > 1]
    said = {"wheel": made.name, "units": units}
    (into / "units.json").write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
    return into


def server(folder: Path, port: int = 0) -> ThreadingHTTPServer:
    """What serves the page to this machine alone; not running yet."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

    return ThreadingHTTPServer(("127.0.0.1", port), partial(Quiet, directory=str(folder)))


if __name__ == "__main__":
    made = server(page(DIST / "try", DIST), int((*sys.argv[1:], "8765")[0]))
    print(f"Try an exercise: http://127.0.0.1:{made.server_port}/ (Ctrl-C ends it)", flush=True)
    try:
        made.serve_forever()
    except KeyboardInterrupt:
        print()
