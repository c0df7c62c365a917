"""Data and words from a stranger: how deep, how long, and how they can be written and shown."""

from __future__ import annotations

from typing import Any

DEEPEST = 30  # lists and dicts within each other, in a cell, its metadata and its outputs


def deeper_than(levels: int, value: Any) -> bool:
    """Whether JSON data has more than so many lists and dicts within each other."""
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        return False
    return levels == 0 or any(deeper_than(levels - 1, item) for item in value)


def size_of(value: Any, most: int) -> int:
    """About how many characters JSON data has as text, names included; no more than about ``most``.

    What stands in several places counts in each, as it will be written.
    """
    waiting, size = [value], 0
    while waiting and size <= most:
        one = waiting.pop()
        size += 4
        if isinstance(one, str):
            size += len(one)
        elif isinstance(one, dict):
            size += sum(map(len, filter(None, one)))
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, int):
            size += one.bit_length() // 3
        else:
            size += 20
    return size


def writable(text: str) -> str:
    """``text`` without halves of characters, which JSON can hold and a file cannot."""
    return text.encode("utf-8", "replace").decode("utf-8")


def printable(words: object, longest: int | None = None) -> str:
    """Words on one line, without what a terminal would obey, and no longer than ``longest``."""
    line = " ".join(str(words).split())[:longest]
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in line)
