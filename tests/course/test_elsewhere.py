"""A student's part on another system: without what Linux alone has, with Windows' line ends."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from course.overview import units_in, write_start
from course.workspace import hand_out

ROOT = Path(__file__).parents[2]

# Modules and functions that Windows has not are taken away from whoever asks for them in `course`
# or `exercises`; libraries look after themselves.
WITHOUT = """
import builtins, os, signal, sys

GONE = {"fcntl", "resource", "pwd", "grp", "termios", "pty", "tty", "syslog", "posix"}
real = builtins.__import__


def without(name, globals=None, locals=None, fromlist=(), level=0):
    asking = (globals or {}).get("__name__", "").partition(".")[0]
    if asking in ("course", "exercises") and name.partition(".")[0] in GONE:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    return real(name, globals, locals, fromlist, level)


builtins.__import__ = without
for name in ("setitimer", "alarm", "SIGALRM", "ITIMER_REAL"):
    delattr(signal, name)
for name in ("fork", "sched_getaffinity"):
    vars(os).pop(name, None)


def for_others(name, real):
    # libraries know by the system's name whether they may ask, and this one is not Windows
    def ask():
        if sys._getframe(1).f_globals["__name__"].partition(".")[0] in ("course", "exercises"):
            raise AttributeError(name)
        return real()

    return ask


for name in ("geteuid", "getuid"):
    setattr(os, name, for_others(name, getattr(os, name)))
"""
EVERY_MODULE = """
import importlib, pkgutil, course, exercises

for package in (course, exercises):
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
print("all")
"""
CHECKS = """
from course.units.output_size import check
from course.units.start import check as check_start


def output_size(W, F, S, P):
    if F > W + 2 * P:
        raise ValueError("it does not fit")
    return (W - F + 2 * P) // S + 1


def test_place(place):
    return place(0, 1, 2, 3) == 1 and place(1, 0, 2, 3) == 3 and place(1, 2, 2, 3) == 5


check(output_size)
check_start(test_place)


def output_size(W, F, S, P):
    while True:
        pass


try:
    check(output_size)
except AssertionError:
    print("did not hang")
from course.units.output_size import panels
print(type(panels.staircase()).__name__)
"""


def run(code, cwd=ROOT):
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT + code], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.mark.slow
def test_every_module_of_a_students_is_imported_without_what_linux_alone_has():
    assert run(EVERY_MODULE).endswith("all\n")


def test_checks_and_panels_work_and_endless_loops_end():
    said = run(CHECKS)
    assert "✓ output_size: all 6 examples agree." in said
    assert "✓ test_place" in said
    assert "did not end within 3 seconds" in said and said.count("did not hang") == 1
    assert said.splitlines()[-1] == "Panel"


def test_lines_that_end_as_windows_ends_them_are_no_change(tmp_path):
    """A clone on Windows has them in every text."""
    release, work = tmp_path / "release", tmp_path / "work"
    unit = release / "02-output-size" / "unit.ipynb"
    unit.parent.mkdir(parents=True)
    text = (ROOT / "release" / "02-output-size" / "unit.ipynb").read_text(encoding="utf-8")
    unit.write_text(text, encoding="utf-8", newline="\r\n")
    hand_out(release, work)
    unit.write_text(text, encoding="utf-8", newline="\n")
    report = hand_out(release, work)
    assert (report.new, report.updated, report.kept) == ([], [], [])
    assert json.loads((work / ".handed-out.json").read_text()).keys() == {
        "02-output-size/unit.ipynb"  # with strokes as everywhere
    }
    assert units_in(work)[0].title == "Output size and stride"
    write_start(work)
    page = (work / "START.md").read_text(encoding="utf-8")
    (work / "START.md").write_text(page, encoding="utf-8", newline="\r\n")
    write_start(work)
    assert "Output size and stride" in (work / "START.md").read_text(encoding="utf-8")
