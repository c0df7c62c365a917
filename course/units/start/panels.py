"""Panel of unit 00: a box of numbers, and where each of them lies in memory."""

from __future__ import annotations

from course.panel import Panel, Slider, panel
from course.pictures.live import box as box_picture


def box() -> Panel:
    """A box of D channels, H rows and W columns beside the memory that holds it."""
    return panel(
        box_picture.box,
        Slider("W", 1, box_picture.WIDEST, 3, "columns"),
        Slider("H", 1, box_picture.TALLEST, 2, "rows"),
        Slider("D", 1, box_picture.DEEPEST, 2, "channels"),
        Slider("layout", 1, len(box_picture.LAYOUTS), 1, "layout", names=box_picture.LAYOUTS),
        Slider("order", 1, len(box_picture.ORDERS), 1, "index order"),
        Slider("at", 0, _last_place, 0, "place in memory", play=True),
    )


def _last_place(W: int, H: int, D: int, **others: int) -> int:
    return len(box_picture.in_memory((D, H, W), 1)) - 1
