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


def characters_in(value: Any) -> int:
    """About how many characters JSON data has as text."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(map(characters_in, value.values()))
    if isinstance(value, list):
        return sum(map(characters_in, value))
    return 8


def writable(text: str) -> str:
    """``text`` without halves of characters, which JSON can hold and a file cannot."""
    return text.encode("utf-8", "replace").decode("utf-8")


def printable(words: object, longest: int | None = None) -> str:
    """Words on one line, without what a terminal would obey, and no longer than ``longest``."""
    line = " ".join(str(words).split())[:longest]
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in line)
