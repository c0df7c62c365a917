"""A panel: sliders, a reset, and a picture that follows them.

Every panel of the course is made here, from a pure picture function::

    panel(windows, Slider("W", 1, 16, 7, "input width"), Slider("S", 1, 6, 1, "stride"))

A fast drag does not pile up: ipywidgets' front end sends a slider's next value only once the kernel
is idle again, and only the latest one.  So a picture is drawn within the handler, at once; a delay
or a thread of our own would only add to the wait.  Pictures are numbered, because a cell may set a
slider while the page moves another: an older picture never takes the place of a newer one.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import count
from threading import Lock
from typing import Any, cast

from course import asking, controls
from course.bare import Bare
from course.pictures.picture import Picture
from course.saved import Shown

NO_YES = ("0 (no)", "1 (yes)")  # the names of a slider's two values
drawn: list[weakref.ref[Panel]] = []  # the panels of this notebook, in order


@dataclass(frozen=True)
class Slider:
    """A whole number that the student sets.

    ``name`` is the picture function's keyword; a single letter is the symbol that is shown too.
    ``label`` says what it means.
    ``high`` may be a function of the other sliders' values (as keywords), where the range follows
    from them.
    ``unit`` is said after the value, one of them ("pixel"); ``names`` in the place of the values,
    from ``low`` on.  ``play`` adds a button that steps through the values.
    """

    name: str
    low: int
    high: int | Callable[..., int]
    value: int
    label: str
    unit: str = ""
    names: tuple[str, ...] = ()
    play: bool = False


def panel(
    picture: Callable[..., Picture],
    *sliders: Slider,
    yours: Callable[..., Any] | None = None,
) -> Panel:
    """A displayable Panel that shows ``picture(**values)`` for its sliders' values.

    ``yours`` is called with the same values; what it returns is handed to the picture as
    ``yours``.  It should use ``course.pictures.live.yours.ask`` to call a student's function.
    While a notebook is graded nobody can drag a slider: then nothing is drawn.  Where there are no
    widgets, in a browser without a notebook, it is a ``course.bare.Bare``.
    """
    if os.environ.get("NBGRADER_EXECUTION") == "autograde":
        return cast("Panel", NotDrawn())  # nothing but its display is ever asked for then
    if find_spec("ipywidgets") is None:
        return cast("Panel", Bare(picture, sliders, yours))
    return Panel(picture, sliders, yours)


class Panel(Shown):
    """Sliders and their picture as widgets: ``sliders`` by name, ``reset``, ``html``, ``box``.

    ``picture`` is the Picture shown now, which the notebook keeps: shown where there are no
    widgets, a panel is that picture with its alt text.
    """

    def __init__(
        self,
        picture: Callable[..., Picture],
        sliders: tuple[Slider, ...],
        yours: Callable[..., Any] | None = None,
    ) -> None:
        import ipywidgets  # here, so that a notebook's first import stays fast

        self._draw, self._specs, self._yours = picture, sliders, yours
        self._busy = False
        self._numbers, self._newest, self._lock = count(1), 0, Lock()
        self.sliders = {spec.name: _widget(spec) for spec in sliders}
        self.reset = ipywidgets.Button(
            description="Reset",
            tooltip="Set every slider back to where it began",
            layout={"width": "88px"},
        )
        self.html = controls.view()
        above = ipywidgets.Box(
            [*self.sliders.values(), self.reset],
            layout={"flex_flow": "row wrap", "max_width": "700px", "align_items": "center"},
        )
        self.box = ipywidgets.VBox([above, self.html])
        self.begin()
        self.asked = asking.Asked()
        self.redraw()
        for slider in self.sliders.values():
            slider.observe(self._on_slider, names="value")
        self.reset.on_click(self._on_reset)
        if self.html.has_trait("chosen"):
            self.html.observe(self._on_chosen, names="chosen")
        drawn.append(weakref.ref(self))
        if yours is not None:
            asking.follow(self)

    @property
    def values(self) -> dict[str, int]:
        """The sliders' values by name."""
        return {name: slider.value for name, slider in self.sliders.items()}

    def redraw(self) -> None:
        """Show the picture for the sliders' values."""
        self._follow_ranges()
        number = next(self._numbers)
        given: dict[str, Any] = dict(self.values)
        if self._yours is not None:
            with self.asked.noted():
                given["yours"] = self._yours(**self.values)
        picture = self._draw(**given)
        with self._lock:
            if number > self._newest:
                self._newest = number
                self.show(picture)

    def _follow_ranges(self) -> None:
        """Give sliders whose range depends on the others the range that holds now."""
        for spec in self._specs:
            if not callable(spec.high):
                continue
            slider = self.sliders[spec.name]
            others = {name: value for name, value in self.values.items() if name != spec.name}
            high = max(spec.low, spec.high(**others))
            if high != slider.max:
                busy, self._busy = self._busy, True
                with slider.hold_sync():
                    slider.max = high  # this may lower the value; that needs no redraw of its own
                self._busy = busy

    def _on_slider(self, change: Any) -> None:
        if not self._busy:
            self.redraw()

    def _on_reset(self, button: Any) -> None:
        """Set all sliders back, with one redraw."""
        self.set({spec.name: spec.value for spec in self._specs})

    def _on_chosen(self, change: Any) -> None:
        """Set the sliders to what was clicked in the picture, as far as there are such sliders."""
        values = change["new"].get("values")
        if isinstance(values, dict):
            known = {name: value for name, value in values.items() if name in self.sliders}
            self.set({name: value for name, value in known.items() if type(value) is int})

    def set(self, values: Mapping[str, int]) -> None:
        """Set some sliders, with one redraw."""
        self._busy = True
        try:
            for _ in range(2):  # again, for those whose range was too short before
                for name, value in values.items():
                    self.sliders[name].value = value
                self._follow_ranges()
        finally:
            self._busy = False
        self.redraw()

    def can_show(self, values: Mapping[str, Any]) -> bool:
        """Whether all of these are sliders that can be set so."""
        return all(
            name in self.sliders
            and type(value) is int
            and self.sliders[name].min <= value <= self.sliders[name].max
            for name, value in values.items()
        )


def button_for(inputs: Iterable[Mapping[str, Any]]) -> Any:
    """A button that sets the last panel that can show one of ``inputs`` to the first of these."""
    import ipywidgets

    panels = [one for ref in reversed(drawn) if (one := ref()) is not None]
    found = next(
        ((one, values) for values in inputs if values for one in panels if one.can_show(values)),
        None,
    )
    if found is None:
        return None
    shown, values = found
    where = ", ".join(f"{name} = {value}" for name, value in values.items())
    button = ipywidgets.Button(
        description=f"Set the panel to {where}",
        tooltip=f"Set the sliders of the panel to {where}, where your answer is wrong",
        layout={"width": "auto"},
    )
    button.on_click(lambda _: shown.set(values))
    return button


class NotDrawn:
    """What stands in a panel's place while a notebook is graded."""

    def __repr__(self) -> str:
        return "A panel. It is drawn in JupyterLab, not while a notebook is graded."


class Undrawn:
    """The panels of a unit while a notebook is graded: whatever is asked for draws nothing."""

    def __getattr__(self, name: str) -> Callable[..., NotDrawn]:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args, **settings: NotDrawn()


def _widget(spec: Slider) -> Any:
    """The widget of a slider; a range that follows from others starts wide enough."""
    follows = callable(spec.high)
    high = max(spec.low, spec.value) if callable(spec.high) else spec.high
    return controls.slider(
        spec.name if len(spec.name) == 1 else "",
        spec.label,
        value=spec.value,
        min=spec.low,
        max=high,
        toggle=not follows,
        unit=spec.unit,
        names=list(spec.names),
        playable=spec.play,
    )
