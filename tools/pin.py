"""Write constraints.txt from what pip resolves today.

    make pins

Asks pip which newest versions of all dependencies, with all extras, go together (torch stays where
TORCH says), and writes them down.  Nothing is installed.  Run it with the oldest Python that the
project supports, so that the pins exist for every newer one.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TORCH = "torch==2.13.0"
# Newer ones refuse Python 3.11.0 to 3.11.4, and Debian 12's own Python is 3.11.2.
HELD = ["soupsieve<3"]
# The project is built with it, without isolation (tools/set-up.sh): pinned like the rest.
BUILD = "setuptools"
# What torch brings along for a GPU differs between machines, so it is not pinned here: torch's own
# metadata names exact versions of it.
OF_ONE_MACHINE = re.compile(r"^(nvidia|cuda|triton)\b")
HEADER = """\
# The exact versions that CI tests: every direct and indirect dependency, with all extras.
# Written by `make pins` (tools/pin.py); tests/test_house.py compares it with pyproject.toml and
# with what is installed.
"""


def normal(name: str) -> str:
    """Return a distribution's name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def resolve() -> dict[str, str]:
    """Return name -> version of everything that a fresh environment with all extras would hold."""
    project = f"{ROOT}[autograder,lab,test]"
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "-qq"]
    command += ["--dry-run", "--ignore-installed", "--report=-"]
    command += [TORCH, *HELD, BUILD, "--editable", project]
    report = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    packages = [part["metadata"] for part in report["install"] if not part.get("is_direct")]
    # "2.13.0+cpu" names one build of a version; a pin is for all its builds.
    found = {normal(p["name"]): p["version"].partition("+")[0] for p in packages}
    return {n: v for n, v in sorted(found.items()) if not OF_ONE_MACHINE.match(n)}


def main() -> None:
    """Write constraints.txt anew."""
    if sys.version_info[:2] != (3, 11):
        print(f"note: Python 3.11 makes the pins that hold everywhere; this is {sys.version}")
    pins = resolve()
    lines = [f"{name}=={version}\n" for name, version in pins.items()]
    (ROOT / "constraints.txt").write_text(HEADER + "".join(lines))
    print(f"constraints.txt: {len(pins)} pins")


if __name__ == "__main__":
    main()
