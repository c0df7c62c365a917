"""The wall once more, as a user without any rights: root makes another one, in another way."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from autograder.sandbox.sandbox import own_uid
from autograder.sandbox.visible import python_folders

pytestmark = [pytest.mark.sandbox, pytest.mark.usefixtures("sandbox")]

ROOT = Path(__file__).parents[3]
HERE = "tests/autograder/sandbox"
SOME = (
    f"{HERE}/test_sandbox.py::test_it_is_an_ordinary_notebook_inside",
    f"{HERE}/test_sandbox.py::test_no_privileges_and_no_way_to_gain_any",
    f"{HERE}/test_sandbox.py::test_nothing_is_reached_over_the_network_not_even_this_machine",
    f"{HERE}/test_sandbox.py::test_nothing_is_left_behind_for_the_next_notebook",
    f"{HERE}/test_sandbox.py::test_memory_is_limited_and_named",
    f"{HERE}/test_alone.py::test_who_is_above_a_notebook_cannot_be_looked_into",
    f"{HERE}/test_alone.py::test_what_is_the_machines_own_can_be_written_in_one_place",
    f"{HERE}/test_without_nesting.py::test_who_is_above_a_notebook_cannot_be_looked_into",
    f"{HERE}/test_without_nesting.py::test_what_is_the_machines_own_can_be_written_in_one_place",
    "tests/autograder/test_grade.py::test_forged_messages_neither_stop_nor_earn_anything",
)
BECOME = """
import os, sys
uid = int(sys.argv[1])
os.setgroups([]); os.setresgid(uid, uid, uid); os.setresuid(uid, uid, uid)
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""
TRY = """
import os, pytest, sys
assert 0 not in os.getresuid() and "CapEff:\\t0000000000000000" in open("/proc/self/status").read()
sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", "-p", "no:xdist", *sys.argv[1:]]))
"""


def reachable(folders: list[Path]) -> list[str]:
    """bubblewrap's arguments that show ``folders`` to everybody, whoever may enter those above."""
    closed = {up for folder in folders for up in folder.parents if not up.stat().st_mode & 0o001}
    words = []
    for top in [one for one in closed if not closed.intersection(one.parents)]:
        words += ["--perms", "0755", "--tmpfs", str(top)]
        for folder in folders:
            if folder.is_relative_to(top):
                for up in reversed(folder.parents):
                    if up != top and up.is_relative_to(top):
                        words += ["--perms", "0755", "--dir", str(up)]
                words += ["--ro-bind", str(folder), str(folder)]
    return words


def without_rights(words: list[str], scratch: Path) -> subprocess.CompletedProcess[str]:
    """``python`` with arguments, as whoever runs this; for root, as a user whom nobody else is."""
    command = [sys.executable, *words]
    if os.geteuid() == 0:
        uid = own_uid()
        os.chown(scratch, uid, uid)
        shown = reachable([*map(Path, python_folders()), ROOT])
        wall = ["bwrap", "--die-with-parent", "--dev-bind", "/", "/", *shown, "--"]
        command = [*wall, sys.executable, "-c", BECOME, str(uid), *words]
    own = {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    own |= {"HOME": str(scratch), "TMPDIR": str(scratch)}
    env = {**{name: value for name, value in os.environ.items() if "PYTEST" not in name}, **own}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


@pytest.mark.timeout(300)
def test_an_ordinary_user_is_as_safe() -> None:
    with tempfile.TemporaryDirectory(prefix="user-") as scratch:
        run = without_rights(["-c", TRY, *SOME], Path(scratch))
    assert f"{len(SOME)} passed" in run.stdout, run.stdout + run.stderr
    assert run.returncode == 0
