"""``python -m exercises SOURCE [PUBLIC]``: publish the public half of an ``exercises.py``.

Writes it to the file PUBLIC, or to standard output.  ``--check`` writes nothing and exits with 1
where PUBLIC is not what SOURCE makes.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from exercises.errors import BadExercise
from exercises.unit import load_file


def main() -> int:
    """The command; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m exercises", description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("public", type=Path, nargs="?")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    try:
        text = load_file(options.source).public()
    except (OSError, BadExercise) as problem:
        print(problem, file=sys.stderr)
        return 1
    if options.public is None:
        print(text, end="")
    elif options.check:
        if not options.public.exists() or options.public.read_text(encoding="utf-8") != text:
            print(f"{options.public} is not what {options.source} makes: run make release")
            return 1
    else:
        options.public.write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
