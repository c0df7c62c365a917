"""Where the windows of a layer lie, found by stepping a window along until it hangs over.

Everything is counted along one axis of the *padded* input, from 0.  No size formula is used: the
exercises ask for it, and a picture that counts is a witness of its own.

Symbols as everywhere in the course: ``W`` input width, ``F`` filter size, ``S`` stride, ``P`` zeros
on each side.
"""

from __future__ import annotations


def steps(width: int, F: int, S: int) -> list[int]:
    """The left edges of all windows that lie inside ``width`` columns; [] if none fits.

    Raises ValueError unless ``F`` and ``S`` are at least 1.
    """
    if F < 1 or S < 1:
        raise ValueError(f"a window needs F >= 1 and S >= 1, not F={F}, S={S}")
    starts, edge = [], 0
    while edge + F <= width:
        starts.append(edge)
        edge += S
    return starts


def window_starts(W: int, F: int, S: int, P: int) -> list[int]:
    """The left edges of all windows, in columns of the padded input; [] if none fits."""
    return steps(P + W + P, F, S)


def unread(width: int, F: int, S: int) -> list[int]:
    """The columns that no window reads, between windows and after the last; [] if none fits."""
    starts = steps(width, F, S)
    read = {start + column for start in starts for column in range(F)}
    return [column for column in range(width) if column not in read] if starts else []


def sees_image(start: int, F: int, W: int, before: int) -> bool:
    """Whether the window at ``start`` reads at least one column that is not a padded zero."""
    return any(before <= column < before + W for column in range(start, start + F))


def weighted_sums(values: list[int], weights: list[int], S: int) -> list[int]:
    """What each window over ``values`` gives: the sum of its values times the weights."""
    return [
        sum(value * weight for value, weight in zip(values[start:], weights, strict=False))
        for start in steps(len(values), len(weights), S)
    ]
