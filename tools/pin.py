"""Write constraints.txt, and the pins in environment.yml, from what pip resolves today.

    make pins

Makes a fresh virtual environment, installs the project with all extras at the newest versions that
go together (torch stays where TORCH says), and writes down what came.  Run it with the oldest
Python that the project supports, so that the pins exist for every newer one.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TORCH = "torch==2.13.0"
# Newer ones refuse Python 3.11.0 to 3.11.4, and Debian 12's own Python is 3.11.2.
HELD = ["soupsieve<3"]
# What torch brings along for a GPU differs between machines, so it is not pinned here: torch's own
# metadata names exact versions of it.
OF_ONE_MACHINE = re.compile(r"^(nvidia|cuda|triton)\b")
HEADER = """\
# The exact versions that CI tests: every direct and indirect dependency, with all extras.
# Written by `make pins` (tools/pin.py); tests/test_house.py compares it with pyproject.toml,
# environment.yml and what is installed.
"""


def normal(name: str) -> str:
    """Return a distribution's name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def resolve() -> dict[str, str]:
    """Return name -> version of everything that a fresh environment with all extras holds."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        pip = [f"{folder}/bin/python", "-m", "pip", "--disable-pip-version-check"]
        subprocess.run([*pip, "install", "--upgrade", "setuptools"], check=True)
        subprocess.run(
            [*pip, "install", TORCH, *HELD, "--editable", f"{ROOT}[autograder,lab,test]"],
            check=True,
        )
        listing = subprocess.run(
            [*pip, "list", "--format=json", "--exclude-editable", "--exclude=pip"],
            check=True,
            capture_output=True,
            text=True,
        )
    # "2.13.0+cpu" names one build of a version; a pin is for all its builds.
    found = {normal(p["name"]): p["version"].partition("+")[0] for p in json.loads(listing.stdout)}
    return {n: v for n, v in sorted(found.items()) if not OF_ONE_MACHINE.match(n)}


def main() -> None:
    if sys.version_info[:2] != (3, 11):
        print(f"note: Python 3.11 makes the pins that hold everywhere; this is {sys.version}")
    pins = resolve()
    lines = [f"{name}=={version}\n" for name, version in pins.items()]
    (ROOT / "constraints.txt").write_text(HEADER + "".join(lines))

    def repin(match: re.Match) -> str:
        return f"{match[1]}{match[2]}=={pins.get(normal(match[2]), match[3])}"

    environment = ROOT / "environment.yml"
    text = environment.read_text()
    environment.write_text(re.sub(r"(?m)^( +- )([\w.-]+)==(\S+)", repin, text))
    print(f"constraints.txt: {len(pins)} pins")


if __name__ == "__main__":
    main()
