"""A panel's two widgets: a slider, and the picture that follows it.

Both are ordinary ipywidgets.  ``Slider`` has every trait of ``IntSlider`` and stands wherever one
does: with ``observe``, ``link``, ``interactive``, in boxes.  How they look in the page, and what
keys and pointer do there, is in one ES module, ``front/panel.js``.
"""

from __future__ import annotations

from pathlib import Path

import anywidget
import ipywidgets
from traitlets import Bool, Dict, Int, List, Unicode

FRONT = Path(__file__).parent / "front"
SCRIPT = (FRONT / "panel.js").read_text(encoding="utf-8")
STYLE = (FRONT / "panel.css").read_text(encoding="utf-8")


class Slider(anywidget.AnyWidget, ipywidgets.IntSlider):
    """A whole number from ``min`` to ``max``, as a native slider; two values are a toggle.

    Beyond the traits of ``IntSlider``: ``symbol`` stands before the description, ``unit`` is said
    after the value (one of them: "pixel"), ``names`` are said in the place of the values, from
    ``min`` on.  ``playable`` adds a button that steps through the values.  ``toggle`` off keeps a
    slider a slider, for one whose range changes.
    """

    _esm = Unicode(SCRIPT).tag(sync=True)
    _css = Unicode(STYLE).tag(sync=True)
    part = Unicode("slider").tag(sync=True)
    symbol = Unicode().tag(sync=True)
    unit = Unicode().tag(sync=True)
    names = List(Unicode()).tag(sync=True)
    playable = Bool(False).tag(sync=True)
    toggle = Bool(True).tag(sync=True)

    __repr__ = ipywidgets.IntSlider.__repr__


class View(anywidget.AnyWidget):
    """A picture: ``value`` is its HTML, and ``number`` grows with each one that is shown.

    ``chosen`` is what was clicked in it: ``{"values": {slider: value}, "turn": n}``.  ``table`` is
    the HTML of its table while that is ``unfolded``; ``has_table`` says whether there is one.
    """

    _esm = Unicode(SCRIPT).tag(sync=True)
    _css = Unicode(STYLE).tag(sync=True)
    part = Unicode("picture").tag(sync=True)
    value = Unicode().tag(sync=True)
    number = Int(0).tag(sync=True)
    chosen = Dict().tag(sync=True)
    has_table = Bool(False).tag(sync=True)
    unfolded = Bool(False).tag(sync=True)
    table = Unicode().tag(sync=True)
