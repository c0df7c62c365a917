"""Makes the widgets of a panel: the course's own, or ipywidgets' where those cannot be loaded.

The course's own need anywidget, which brings their script to the page.  Without it a panel has
``IntSlider`` and ``HTML``: nothing can be clicked in its picture then, and all else is the same.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

# Two sliders stand side by side as long as there is room for both.
WIDE = {"width": "calc(50% - 8px)", "min_width": "280px", "max_width": "330px"}
PICTURE = {"width": "100%", "max_width": "700px"}


@cache
def loadable() -> bool:
    """Whether anywidget is installed, with its part for JupyterLab's page."""
    if find_spec("anywidget") is None:
        return False
    from jupyter_core.paths import jupyter_path

    return any((Path(folder) / "anywidget").is_dir() for folder in jupyter_path("labextensions"))


def slider(symbol: str, description: str, **traits: Any) -> Any:
    """A ``course.widgets.Slider``, or an ``IntSlider`` with as much of it as that can show."""
    if loadable():
        from course.widgets import Slider

        return Slider(symbol=symbol, description=description, layout=WIDE, **traits)

    from ipywidgets import IntSlider

    return IntSlider(
        description=f"{symbol}  {description}" if symbol else description,
        style={"description_width": "118px", "handle_color": "#0072b2"},
        layout=WIDE,
        **{name: value for name, value in traits.items() if IntSlider.class_traits().get(name)},
    )


def view(layout: dict[str, str] = PICTURE) -> Any:
    """A ``course.widgets.View``, or an ``HTML``; each has ``value``."""
    if loadable():
        from course.widgets import View

        return View(layout=layout)

    from ipywidgets import HTML

    return HTML(layout=layout)
