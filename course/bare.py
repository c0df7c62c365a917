"""A panel where there are no widgets: whoever shows it moves the sliders and asks for pictures.

So a page without a notebook has the panels of the notebooks: their sliders, their pictures, and the
student's function in them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from course.pictures.picture import Picture

if TYPE_CHECKING:
    from course.panel import Slider


@dataclass(frozen=True)
class Bare:
    """A panel's picture function, its sliders, and what asks the student's function."""

    picture_of: Callable[..., Picture]
    sliders: tuple[Slider, ...]
    yours: Callable[..., Any] | None = None

    @property
    def first(self) -> dict[str, int]:
        """The sliders' first values by name."""
        return {slider.name: slider.value for slider in self.sliders}

    def settled(self, values: Mapping[str, int]) -> dict[str, tuple[int, int]]:
        """Each slider's value, no further than it reaches now, and how far that is."""
        asked = {name: values.get(name, first) for name, first in self.first.items()}
        found = {}
        for slider in self.sliders:
            others = {name: value for name, value in asked.items() if name != slider.name}
            high = slider.high(**others) if callable(slider.high) else slider.high
            high = max(slider.low, high)
            asked[slider.name] = min(max(slider.low, asked[slider.name]), high)
            found[slider.name] = (asked[slider.name], high)
        return found

    def draw(self, values: Mapping[str, int]) -> Picture:
        """The picture for the sliders' values."""
        given: dict[str, Any] = {name: value for name, (value, _) in self.settled(values).items()}
        if self.yours is not None:
            given["yours"] = self.yours(**given)
        return self.picture_of(**given)

    @property
    def picture(self) -> Picture:
        """The picture for the first values."""
        return self.draw(self.first)

    def __repr__(self) -> str:
        return self.picture.alt

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return self.picture._repr_mimebundle_()
