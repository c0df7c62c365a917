"""What a command prints: to a terminal, or into a log."""

from __future__ import annotations

import io
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from autograder.untrusted import printable

MOST_LINES = 200
LOG_EVERY = 30.0  # seconds between two lines of progress in a log

for stream in (sys.stdout, sys.stderr):
    if isinstance(stream, io.TextIOWrapper):  # a letter that it cannot write ends no run
        stream.reconfigure(errors="replace")

# A log has no width of its own, and a class's table needs some.  No markup: names, messages and
# "sliding-windows[autograder]" have brackets of their own.
console = Console(markup=False, width=None if sys.stdout.isatty() else 150)


def complain(head: str, what: object) -> None:
    """Print what went wrong; ``head`` in red."""
    lines = "\n".join(map(printable, str(what).splitlines()))
    console.print(Text.assemble((printable(head), "red"), f" {lines}"))


class Rate(ProgressColumn):
    """How many a second, of late."""

    def render(self, task: Task) -> Text:
        """The rate as text, once there is one."""
        return Text(f"{task.speed:.1f}/s" if task.speed else "")


@contextmanager
def bar() -> Iterator[Progress]:
    """A progress bar with count, rate and time left; in a log, a line with these now and then."""
    columns = (
        TextColumn("  {task.description}"),
        BarColumn(30),
        MofNCompleteColumn(),
        Rate(),
        TimeRemainingColumn(),
        TextColumn("left"),
    )
    ended = threading.Event()

    def log(progress: Progress) -> None:
        while not ended.wait(LOG_EVERY):
            console.print(progress.get_renderable())

    with Progress(*columns, console=console) as progress:
        if not console.is_terminal:  # where rich itself shows the end alone
            threading.Thread(target=log, args=(progress,), daemon=True).start()
        try:
            yield progress
        finally:
            ended.set()


def above(progress: Progress) -> Callable[[str], None]:
    """What prints a line above a progress bar."""
    return lambda text: progress.console.print(f"  {text}", highlight=False)


def print_lines(head: str, lines: list[str]) -> None:
    """A heading and so many lines below it that they can be read; ``marks.json`` has them all."""
    if lines:
        console.print(head)
    for line in lines[:MOST_LINES]:
        console.print(f"  {printable(line)}", highlight=False)
    if len(lines) > MOST_LINES:
        console.print(f"  … and {len(lines) - MOST_LINES} more: see marks.json of each")
