"""Make the one file that a student takes home: ``dist/sliding-windows.zip``.

    make bundle

It holds the released notebooks, the course as a wheel without its grader, the versions that are
tested, and a guide of a page.  Nothing of ``source/`` goes in, and nothing of ``autograder/``.  The
same files make the same bytes.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NAME = "sliding-windows"
PACKAGES = ("course", "exercises")
EPOCH = (2020, 1, 1, 0, 0, 0)  # of every file in the zip and in the wheel
WITHOUT = shutil.ignore_patterns("__pycache__", "*.pyc", ".*", "*.safetensors")

GUIDE = """\
# Sliding Windows, at home

You need Python 3.11 or newer, on Linux, macOS or Windows, and a network for one minute: about
250 MB are fetched once. Unpack this folder anywhere. Open a terminal in it and type

Linux and macOS:

    python3 -m venv .venv
    .venv/bin/pip install -r requirements.txt
    .venv/bin/course lab

Windows:

    py -m venv .venv
    .venv\\Scripts\\pip install -r requirements.txt
    .venv\\Scripts\\course lab

JupyterLab opens in your browser, on a page of all units. Your own copies of them are in `work`, and
they stay yours: whatever is installed or handed out later, nothing that you wrote is overwritten.
The next time only the last line is needed.

Unit 10, the MNIST lab, needs PyTorch, too: {torch}, which fetches several hundred megabytes more
(on Linux some gigabytes, with what a GPU needs; its notebook says how to get less). When you get
there, type

    .venv/bin/pip install -r requirements-lab.txt

(on Windows `.venv\\Scripts\\pip`). What there is besides stands in `student.md`.
"""


def wheel(into: Path) -> Path:
    """Build the course's wheel without its grader, as pure Python; the file."""
    with tempfile.TemporaryDirectory() as folder:
        stage = Path(folder)
        for package in PACKAGES:
            shutil.copytree(ROOT / package, stage / package, ignore=WITHOUT)
        for name in ("README.md", "LICENSE", "LICENSE-CC-BY-4.0.txt"):
            shutil.copy(ROOT / name, stage / name)
        project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
        (stage / "pyproject.toml").write_text(for_students(project), encoding="utf-8")
        for path in stage.rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
        command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet"]
        command += ["--no-deps", "--no-build-isolation", "--wheel-dir", str(into), str(stage)]
        since = str(int(zipfile_time()))
        environment = {**os.environ, "SOURCE_DATE_EPOCH": since}
        subprocess.run(command, check=True, env=environment, umask=0o022)
    (made,) = into.glob("*.whl")
    return made


def zipfile_time() -> float:
    """EPOCH in seconds, as builders of wheels take it."""
    from datetime import UTC, datetime

    return datetime(*EPOCH, tzinfo=UTC).timestamp()


def for_students(project: str) -> str:
    """``pyproject.toml`` without what is the grader's: its extra, its command and its package."""
    text = re.sub(r"(?ms)^(autograder|test) = \[.*?^\]\n", "", project)
    text = re.sub(r'(?m)^autograder = "autograder\..*\n', "", text)
    return text.replace(', "autograder", "autograder.*"]', "]")


def contents(made: Path) -> dict[str, bytes]:
    """What the zip holds: paths in it, and their bytes."""
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    (torch,) = re.findall(r"(?m)^(torch==\S+)$", pins)
    files = {
        "READ ME FIRST.md": GUIDE.format(torch=torch).encode(),
        "student.md": (ROOT / "docs" / "student.md").read_bytes(),
        "constraints.txt": pins.encode(),
        "LICENSE": (ROOT / "LICENSE").read_bytes(),
        "LICENSE-CC-BY-4.0.txt": (ROOT / "LICENSE-CC-BY-4.0.txt").read_bytes(),
        made.name: made.read_bytes(),
    }
    for name, extra in (("requirements.txt", "student"), ("requirements-lab.txt", "student,mnist")):
        files[name] = f"--constraint constraints.txt\n./{made.name}[{extra}]\n".encode()
    for picture in sorted((ROOT / "docs" / "pictures").glob("*.png")):
        if f"pictures/{picture.name}" in files["student.md"].decode():
            files[f"pictures/{picture.name}"] = picture.read_bytes()
    for file in sorted((ROOT / "release").rglob("[!.]*")):
        if file.is_file() and ".ipynb_checkpoints" not in file.parts:
            files[file.relative_to(ROOT).as_posix()] = file.read_bytes()
    return files


def bundle(into: Path) -> Path:
    """Write the zip into the folder ``into``; the file."""
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        files = contents(wheel(Path(folder)))
    target = into / f"{NAME}.zip"
    with zipfile.ZipFile(target, "w") as archive:
        for path, content in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{NAME}/{path}", EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o100644 << 16
            entry.create_system = 3
            archive.writestr(entry, content)
    return target


if __name__ == "__main__":
    made = bundle(ROOT / "dist")
    print(f"{made.relative_to(ROOT)}: {made.stat().st_size / 1e6:.1f} MB, for students")
