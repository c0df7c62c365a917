"""Numbers in words, for alt texts and captions."""

from __future__ import annotations


def count(number: float, thing: str) -> str:
    """``"1 window"``, ``"3 windows"``, ``"no windows"``, ``"0.5 windows"``."""
    return f"{amount(number) if number else 'no'} {thing}{'' if number == 1 else 's'}"


def amount(number: float) -> str:
    """A number as it is said: ``"3"`` for 3.0, ``"0.5"``, ``"1,000"``."""
    return f"{number:,.0f}" if float(number).is_integer() else f"{number:,.2f}".rstrip("0")


def span(thing: str, first: int, last: int) -> str:
    """``"column 4"`` or ``"columns 4 to 6"``."""
    return f"{thing} {first}" if first == last else f"{thing}s {first} to {last}"


def listed(parts: list[str]) -> str:
    """``"a"``, ``"a and b"``, ``"a, b and c"``."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def columns(numbers: list[int]) -> str:
    """``"column 3"``, ``"columns 3, 5 and 7 to 9"``; at most six stretches are named."""
    named = [str(a) if a == b else f"{a} to {b}" for a, b in runs(numbers)]
    if len(named) > 6:
        named = [*named[:5], "so on"]
    return f"column{'' if len(numbers) == 1 else 's'} {listed(named)}"


def runs(columns: list[int]) -> list[tuple[int, int]]:
    """Neighbouring columns put together, as (first, last) pairs, in order."""
    pairs: list[tuple[int, int]] = []
    for column in columns:
        if pairs and column == pairs[-1][1] + 1:
            pairs[-1] = (pairs[-1][0], column)
        else:
            pairs.append((column, column))
    return pairs
