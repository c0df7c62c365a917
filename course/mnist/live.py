"""What a student sees while a network learns: a progress bar, the curves, and a stop button."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from course.mnist.train import History

REDRAW = 0.5  # seconds between two pictures, at least
SHARE = 0.1  # of the time may go into drawing: it must not slow the learning down


class Live:
    """Shows ``history`` as it grows, from ``with`` to its end; ``stopped`` once asked to stop.

    In a notebook: a progress bar, the curves and a stop button.  Elsewhere: the bar alone.  With
    ``show`` off: nothing.

    The button needs a front end with subshells, as JupyterLab is: others deliver a press once the
    cell has ended.  The interrupt, the square in the toolbar, does the same everywhere.
    """

    def __init__(self, history: History, label: str, show: bool = True) -> None:
        self.history, self.label, self.show = history, label, show
        self.stopped = False
        self._bar: Any = None
        self._html: Any = None
        self._button: Any = None
        self._next = 0.0  # when the curves may be drawn again

    def __enter__(self) -> Live:
        if self.show:
            self._widgets()
            from tqdm.auto import tqdm

            self._bar = tqdm(total=self.history.goal, desc=self.label, unit=" digits")
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if self._bar is not None:
            self.update(now=True)
            self._bar.set_postfix_str(re.split(r"[:;.(]| after ", self.history.ended)[0])
            self._bar.close()
        if self._button is not None:
            self._button.disabled = True
            self._button.description = "Stopped" if self.stopped else "Stop"

    def update(self, now: bool = False) -> None:
        """Bring everything up to date; the curves only now and then unless ``now``."""
        if self._bar is None:
            return
        points = [*self.history.training[-1:], *self.history.validation[-1:]]
        if points:
            last = max(points, key=lambda point: point.seen)
            self._bar.update(last.seen - self._bar.n)
        began = time.monotonic()
        if self._html is not None and (now or began >= self._next):
            self._html.value = self.history.picture().html()
            ended = time.monotonic()
            self._next = ended + max(REDRAW, (ended - began) / SHARE)

    def stop(self, _: object = None) -> None:
        """End the training after the step under way."""
        self.stopped = True
        if self._button is not None:
            self._button.description = "Stopping …"
            self._button.disabled = True

    def _widgets(self) -> None:
        """The button and the curves, where there is a notebook to show them."""
        try:
            from IPython import get_ipython
        except ImportError:
            return
        if getattr(get_ipython(), "kernel", None) is None:
            return
        import ipywidgets
        from IPython.display import display

        self._button = ipywidgets.Button(
            description="Stop",
            tooltip="Stop here and keep what was learned; so does the square in the toolbar",
            icon="stop",
        )
        self._button.on_click(self.stop)
        self._html = ipywidgets.HTML(self.history.picture().html())
        display(ipywidgets.VBox([self._button, self._html]))
        heard_meanwhile(self._button)


def heard_meanwhile(widget: Any) -> None:
    """Have what the front end sends to ``widget`` handled while the cell that made it still runs.

    JupyterLab sends it through a subshell, a thread of its own in the kernel.  Since 7.4, ipykernel
    sends it back to where the widget last spoke from: to the cell that is busy.  Without that
    note (an attribute that no other version has) it goes where the front end meant it to go.
    """
    vars(widget.comm).pop("_reply_subshell_id", None)
