"""Does a trained network change its mind when the digit moves?  Measured, and drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from torch import nn

from course import plots
from course.mnist.data import Digits
from course.pictures.picture import Picture
from course.units.mnist.look import shares


def moved(digits: Digits, down: int, right: int) -> Digits:
    """The same digits, ``down`` and ``right`` by so many pixels: on a ring, as unit 07's shift."""
    return replace(digits, images=digits.images.roll((down, right), (1, 2)))


def with_room(digits: Digits, pixels: int) -> Digits:
    """Those of ``digits`` with so many blank pixels on every side: nothing is cut off in a move.

    Not all have: MNIST's digits fill 20 x 20 pixels, and lie with their centre of mass in the
    middle of 28 x 28, not with their outline.
    """
    inner = slice(pixels, digits.images.shape[1] - pixels)
    ink = digits.images.flatten(1).count_nonzero(1)
    return digits[ink == digits.images[:, inner, inner].flatten(1).count_nonzero(1)]


def changed_mind(net: nn.Module, digits: Digits, pixels: int) -> list[float]:
    """For moves by 1, 2, ... ``pixels``: at which share of pairs ``net`` says another digit.

    A pair is a digit where it was and the same digit moved up, down, left or right, as in unit 07.
    """
    before, found = shares(net, digits).argmax(1), []
    for by in range(1, pixels + 1):
        four = [moved(digits, *move) for move in ((by, 0), (-by, 0), (0, by), (0, -by))]
        differ = [(shares(net, one).argmax(1) != before).float().mean().item() for one in four]
        found.append(sum(differ) / len(differ))
    return found


def curve(found: Sequence[float]) -> Picture:
    """What ``changed_mind`` found, against the pixels moved."""
    pixels = range(len(found) + 1)
    figure, axes = plots.figure(height=260)
    axes.plot(pixels, [0, *(100 * share for share in found)], marker="o")
    axes.set_xticks(pixels)
    axes.set_xlabel("pixels moved")
    axes.set_ylabel("another answer, %")
    axes.set_ylim(bottom=0)
    told = ", ".join(f"{share:.1%} by {by}" for by, share in enumerate(found, start=1))
    return plots.show(figure, f"How often the network says another digit, when moved: {told}.")
