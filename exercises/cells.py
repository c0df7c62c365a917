"""Which cell made a function, and what was run, or only written, after it.

A check is given a function, and what a student sees is a cell.  The two differ where a cell was
written and not run, where its newer text had a mistake in it, or where the name was misspelt.
Nothing is guessed here: what is said was seen, as a cell ran, or stands in the saved notebook.
"""

from __future__ import annotations

import difflib
import inspect
import json
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

SESSION = "JPY_SESSION_NAME"  # where Jupyter's server says which notebook a kernel is for
ALIKE = 0.75  # how alike two names are of which one may be a misspelling of the other


@dataclass(frozen=True)
class Ran:
    """A cell that was run: the number beside it, its text, when it ended, and how it failed.

    ``error`` is the kind's name, with the line if it is one of syntax; "" where it did not fail.
    The error itself is not kept: it would keep whatever its functions worked on.
    """

    number: int
    source: str
    ended: float
    error: str = ""


class Cells:
    """The cells that were run since somebody began to ``watch``; none outside of a notebook."""

    def __init__(self) -> None:
        self.ran: list[Ran] = []
        self._shell: Any = None

    def watch(self) -> None:
        """Take note of the cells that are run from now on."""
        shell = _shell()
        if shell is not None and shell is not self._shell:
            self._shell = shell
            shell.events.register("post_run_cell", self._seen)

    def _seen(self, result: Any) -> None:
        number = result.execution_count
        if number is not None:
            error = result.error_before_exec or result.error_in_exec
            self.ran.append(Ran(number, result.info.raw_cell, time.time(), _named(error)))

    def maker_of(self, function: Any) -> int | None:
        """The number of the cell that made ``function``; None where that is not known."""
        try:
            code = getattr(inspect.unwrap(function), "__code__", None)
        except ValueError:  # wrapped in itself
            return None
        named = getattr(getattr(self._shell, "compile", None), "format_code_name", None)
        if not isinstance(code, CodeType) or named is None:
            return None
        found = re.fullmatch(r"In\s*\[(\d+)\]", (named(code.co_filename) or ("", ""))[1])
        return int(found[1]) if found else None

    def newer(self, name: str, function: Any, known: Any = (), *, right: bool = False) -> str:
        """What is known of a newer text of ``name`` than the one that made ``function``, or "".

        Where that one is ``right``, a name that looks like it is nobody's slip.
        """
        maker = self.maker_of(function)
        if maker is None:
            return ""
        return (
            self._failed(name, maker)
            or self._only_written(name, maker)
            or ("" if right else self._misspelt(name, maker, known))
        )

    def _failed(self, name: str, maker: int) -> str:
        last = next((one for one in reversed(self.ran) if _defines(one.source, name)), None)
        if last is None or last.number <= maker or not last.error:
            return ""
        return (
            f"This was the version of cell [{maker}]. The newer one, in cell [{last.number}], is "
            f"not in use: that cell ended in a {last.error}. Repair it, run it, and check again."
        )

    def _misspelt(self, name: str, maker: int, known: Any) -> str:
        made = [
            other
            for other, value in getattr(self._shell, "user_ns", {}).items()
            if isinstance(value, FunctionType) and other != name and other not in known
            if (self.maker_of(value) or 0) > maker
        ]
        close = difflib.get_close_matches(name, made, 1, ALIKE)
        return (
            f"This was the version of cell [{maker}]. After it a cell made `{close[0]}`: was that "
            f"to be `{name}`?"
            if close
            else ""
        )

    def _only_written(self, name: str, maker: int) -> str:
        made = next((one for one in reversed(self.ran) if one.number == maker), None)
        saved = _saved()
        if made is None or saved is None or saved[0] <= made.ended:
            return ""
        texts = [text for text in saved[1] if _defines(text, name)]
        run = {one.source.strip() for one in self.ran}
        if len(texts) != 1 or texts[0].strip() in run:
            return ""
        return (
            f"This was the version of cell [{maker}], and the notebook has another text of it, "
            "which has not been run. Run that cell first: click into it, press Shift + Enter."
        )


CELLS = Cells()


def is_watched_by_a_person() -> bool:
    """Whether this kernel is a notebook's that is open: others show errors and nothing else."""
    return bool(os.environ.get(SESSION))


def _named(error: BaseException | None) -> str:
    if error is None:
        return ""
    line = error.lineno if isinstance(error, SyntaxError) else None
    return type(error).__name__ + (f" in its line {line}" if line else "")


def _shell() -> Any:
    try:
        from IPython import get_ipython
    except ImportError:
        return None
    return get_ipython()


def _defines(source: str, name: str) -> bool:
    return re.search(rf"(?m)^def +{re.escape(name)}\b|^{re.escape(name)} *=", source) is not None


def _saved() -> tuple[float, list[str]] | None:
    """When the notebook was saved, and the texts of its code cells; None where it is not found."""
    path = Path(os.environ.get(SESSION) or "")
    try:
        when = path.stat().st_mtime
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return when, texts
