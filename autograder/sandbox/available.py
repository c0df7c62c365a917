"""Whether a sandbox can be had on this machine, and what to do where it cannot."""

from __future__ import annotations

import functools
import shutil
import subprocess
import sys

from autograder.sandbox.leftovers import sweep
from autograder.sandbox.sandbox import run_inside

INSTALL = {
    "apt-get": "sudo apt-get install bubblewrap",
    "dnf": "sudo dnf install bubblewrap",
    "pacman": "sudo pacman -S bubblewrap",
    "zypper": "sudo zypper install bubblewrap",
}


class NoSandbox(RuntimeError):
    """No sandbox can be had; the message says what to do."""


def how_to_install() -> str:
    """The one command that installs bubblewrap here."""
    for manager, command in INSTALL.items():
        if shutil.which(manager):
            return command
    return "install the package bubblewrap with your system's package manager"


@functools.cache
def require() -> str:
    """The path of a bubblewrap that works here.  Raises NoSandbox."""
    sweep()
    program = shutil.which("bwrap")
    if program is None:
        raise NoSandbox(
            "bubblewrap (bwrap) is missing, and submissions are never run without a sandbox. "
            f"Type: {how_to_install()}"
        )
    for _ in range(2):  # something may have ended the first one
        try:
            output, errors = run_inside([sys.executable, "-I", "-c", "print('inside')"])
        except subprocess.TimeoutExpired:
            output, errors = "", "it did not start within a minute"
        if output.strip() == "inside":
            break
    else:
        reason = (errors.strip().splitlines() or ["no message"])[-1]
        raise NoSandbox(
            f"bubblewrap is installed but cannot make a sandbox here: {reason}. "
            "Unprivileged user namespaces may be switched off: see docs/operator.md."
        )
    return program
