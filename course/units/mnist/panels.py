"""Panels of unit 10: the network's shapes, what it confuses, its filters and maps, the ladder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from course.panel import Panel, Slider, panel
from course.pictures.live import stack as stack_picture
from course.pictures.live.yours import Yours, ask
from course.pictures.picture import Picture

# NumPy, torch and what draws arrays are imported where an array comes in: the shapes need none.
if TYPE_CHECKING:
    from torch import Tensor, nn

    from course.mnist.data import Digits
    from course.mnist.model import Net
    from course.pictures.speed import Bar


def stack(yours: Callable[..., Any] | None = None) -> Panel:
    """The network's shapes; ``yours`` is the student's ``flat_size(H, W, K1, K2, padding)``."""
    return panel(
        stack_picture.stack,
        Slider("H", 8, 64, 32, "image height", unit="pixel"),
        Slider("W", 8, 64, 32, "image width", unit="pixel"),
        Slider("K1", 1, 64, 6, "K1  filters 1"),
        Slider("K2", 1, 64, 16, "K2  filters 2"),
        Slider("same", 0, 1, 0, "padding", names=("valid", "same")),
        yours=_asking(yours),
    )


def maps(net: nn.Module, digits: Digits) -> Panel:
    """The feature maps that ``net`` makes of one of ``digits``, and what it says."""
    from course.pictures import maps as maps_picture
    from course.units.mnist import look

    def picture(digit: int, layer: int) -> Picture:
        seen = look.inside(net, digits, digit)
        features = seen.maps[layer - 1]
        return maps_picture.maps(seen.image, features, seen.shares, seen.true, f"pool {layer}")

    return panel(
        picture,
        Slider("digit", 0, len(digits) - 1, 0, "which digit"),
        Slider("layer", 1, 2, 1, "after pooling"),
    )


def confusion(said: Tensor, digits: Digits) -> Panel:
    """Which of ``digits`` are taken for which, by what was ``said`` of them (``look.shares``)."""
    import numpy as np

    from course.pictures import confusion as confusion_picture
    from course.units.mnist import look

    counts = look.confused(said, digits)
    wrong = counts * (1 - np.eye(len(counts), dtype=int))
    row, column = np.unravel_index(int(wrong.argmax()), wrong.shape)

    def picture(true: int, **chosen: int) -> Picture:
        images = look.taken(said, digits, true, chosen["said"], confusion_picture.MOST)
        return confusion_picture.confusion(counts, true, chosen["said"], images)

    return panel(
        picture,
        Slider("true", 0, len(counts) - 1, int(row), "what it is"),
        Slider("said", 0, len(counts) - 1, int(column), "taken for"),
    )


def filters(net: Net) -> Panel:
    """The filters of the first convolution, and the numbers of one of them."""
    import numpy as np

    from course.pictures import filters as filters_picture

    weights = net.conv1.weight.detach().float().cpu().numpy()[:, 0]
    return panel(
        lambda filter: filters_picture.filters(weights, filter),
        Slider("filter", 0, len(weights) - 1, int(np.abs(weights).sum((1, 2)).argmax()), "filter"),
    )


def moved(net: nn.Module, digits: Digits) -> Panel:
    """One of ``digits``, moved by hand, and what ``net`` says of it there."""
    from course.pictures import maps as maps_picture
    from course.units.mnist import look
    from course.units.mnist.moved import moved as put

    def picture(digit: int, down: int, right: int) -> Picture:
        seen = look.inside(net, put(digits[digit : digit + 1], down, right), 0)
        return maps_picture.maps(seen.image, seen.maps[1], seen.shares, seen.true, "pool 2")

    return panel(
        picture,
        Slider("digit", 0, len(digits) - 1, 0, "which digit"),
        Slider("down", -3, 3, 0, "moved down", unit="pixel"),
        Slider("right", -3, 3, 0, "moved right", unit="pixel"),
    )


def speed(bars: Sequence[Bar]) -> Panel:
    """The speed ladder, to be climbed rung by rung.

    All its pictures are drawn here: a plot takes longer than an answer to a key may take.
    """
    from course.pictures import speed as speed_picture

    picture = cache(lambda rung: speed_picture.speed(bars, rung))
    rungs = range(1, len(bars) + 1)
    shown = panel(picture, Slider("rung", rungs[0], rungs[-1], 1, "rung", play=True))
    for rung in rungs if isinstance(shown, Panel) else ():
        picture(rung=rung)
    return shown


def _asking(function: Callable[..., Any] | None) -> Callable[..., Yours] | None:
    if function is None:
        return None

    def asking(H: int, W: int, K1: int, K2: int, same: int) -> Yours:
        padding = "same" if same else "valid"
        answer = ask(function, H, W, K1, K2, padding)
        return replace(answer, call=answer.call.replace(padding, repr(padding)))

    return asking
