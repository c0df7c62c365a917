"""The lab's network layer by layer: what shape each layer makes, found by stepping its windows."""

from __future__ import annotations

from course.pictures.live.layer import steps
from course.pictures.live.yours import Yours, judge, verdict_lines
from course.pictures.picture import Picture, Table
from course.pictures.svg import BLUE, INK, VERMILLION, drawing, line, middle, rect, text

WIDTH, BASE = 680, 168
LARGEST = 112  # pixels on the drawing, for the largest side and depth
F = 5


def stack(H: int, W: int, K1: int, K2: int, same: int, yours: Yours | None = None) -> Picture:
    """Image, two convolutions (5 x 5) with their poolings (2 x 2), and the flat vector.

    ``same`` is 1 for zeros around the convolutions' inputs, 0 for none.
    """
    shapes = [("image", 1, H, W)]
    for number, K in ((1, K1), (2, K2)):
        zeros = F - 1 if same else 0
        H, W = (len(steps(side + zeros, F, 1)) for side in (H, W))
        shapes.append((f"conv {number}", K, H, W))
        H, W = (len(steps(side, 2, 2)) for side in (H, W))
        shapes.append((f"pool {number}", K, H, W))
    alive = all(height and width for _, _, height, width in shapes)
    flat = H * W * K2
    scale = LARGEST / max(shapes[0][2:])
    parts, said = [], []
    for number, (name, depth, height, width) in enumerate(shapes):
        x = 8 + number * 118
        parts.append(_block(x, height * scale, width * scale, depth))
        dead = not (height and width)
        shape = "nothing left" if dead else f"{depth} x {height} x {width}"
        parts.append(text(x, BASE + 22, name, 12.5, font_weight="bold"))
        parts.append(text(x, BASE + 39, shape, 12, fill=VERMILLION if dead else INK))
        said.append(f"{name} {shape}")
    x = 8 + len(shapes) * 118
    parts += [
        line(x + 14, 40, x + 14, BASE, BLUE if alive else VERMILLION, stroke_width=5),
        middle(x + 14, 26, "flat", 12.5, font_weight="bold"),
        text(x, BASE + 39, f"{flat:,}" if alive else "none", 12),
    ]
    padding = "same" if same else "valid"
    alt = f"Layout CHW, padding {padding}: {', '.join(said)}"
    alt += f"; flat {flat:,} numbers." if alive else "; the image is too small for this network."
    height = BASE + 52
    if yours is not None:
        right = yours.whole == flat if alive else "ValueError" in _raised(yours)
        truth = f"{flat:,} numbers leave the last pooling" if alive else "a ValueError is asked"
        verdict = judge(yours, right, truth)
        parts.append(verdict_lines(8, height + 8, verdict, 90))
        alt += f" {verdict}."
        height += 40
    table: Table = [["layer", "channels", "height", "width"], *shapes, ["flat", flat, "", ""]]
    return Picture(drawing(WIDTH, height, *parts), alt, lambda: table)


def _raised(yours: Yours) -> tuple[str, ...]:
    return getattr(yours.answer, "names", ())


def _block(x: float, height: float, width: float, depth: int) -> str:
    """A stack of maps seen from the front, its depth as sheets behind each other."""
    if not height or not width:
        return line(x, BASE, x + 30, BASE, VERMILLION, stroke_width=3, stroke_dasharray="3 3")
    sheets = min(depth, 6)
    width = min(width, 84)
    parts = []
    for sheet in reversed(range(sheets)):
        y = BASE - height - sheet * 3.5
        parts.append(
            rect(
                x + sheet * 3.5, y, width, height, BLUE if sheet == 0 else "none",
                fill_opacity=0.25, stroke=INK, stroke_opacity=0.75,
            )
        )  # fmt: skip
    return "".join(parts)
