"""A panel's picture in the saved notebook: what is seen when nothing has been run yet.

A panel that is shown makes two outputs.  The first is its picture as plain HTML, which any front
end, an exported page and a printer can show; the second are the widgets, which need a kernel that
knows them.  Where the widgets are alive they hide the first.  Where they are not, as in a notebook
that was closed and opened again, the first hides what JupyterLab says in their place.
"""

from __future__ import annotations

from typing import Any

from course.pictures.picture import Picture

WIDGETS = "application/vnd.jupyter.widget-view+json"
LIVE = "panel-box"  # the class of the widgets' box
# The output below the picture, unless there are widgets in it.
HIDES_THE_DEAD = (
    "<style>.jp-OutputArea-child:has([data-saved-panel]) + .jp-OutputArea-child"
    f":not(:has(.{LIVE})) {{ display: none; }}</style>"
)
NOTE = "Run this cell to move the sliders."
# Seen where style sheets are taken out, and the picture with them: of a notebook from elsewhere.
UNTRUSTED = (
    "JupyterLab does not show pictures that were drawn elsewhere. Run the cells, and this one is "
    "drawn here."
)
HIDES_UNTRUSTED = "<style>.saved-untrusted { display: none; }</style>"


class Saved:
    """The picture of the panel whose box has the model id ``key``, as the notebook keeps it."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.hides_me = f'<style>[data-saved-panel="{key}"] {{ display: none; }}</style>'
        self._shown: list[Any] = []  # handles of the outputs that hold it

    def display(self, picture: Picture, widgets: dict[str, Any]) -> None:
        """Show the picture, and the ``widgets``, a bundle with their view, in the next output."""
        from IPython.display import display

        handle = display(self._bundle(picture), raw=True, display_id=True)
        if handle is not None:
            self._shown.append(handle)
        # An empty text in place of the widgets: the picture above is there already.
        display({WIDGETS: widgets[WIDGETS], "text/html": ""}, raw=True)

    def keep(self, picture: Picture) -> None:
        """Put another picture in the place of the one that was shown."""
        for handle in self._shown:
            handle.update(self._bundle(picture), raw=True)

    def _bundle(self, picture: Picture) -> dict[str, str]:
        note = f'<p style="margin:.3em 0;font-size:13px"><em>{NOTE}</em></p>'
        elsewhere = f'{HIDES_UNTRUSTED}<p class="saved-untrusted">{UNTRUSTED}</p>'
        shown = f"{elsewhere}{picture.html()}{note}"
        html = f'{HIDES_THE_DEAD}<div data-saved-panel="{self.key}">{shown}</div>'
        return {"text/html": html, "text/plain": picture.alt}


class Shown:
    """What a panel and a drawing have in common: a ``picture`` in a view, which the notebook keeps.

    ``box`` holds the widgets, ``html`` among them, made by ``course.controls.view``.
    """

    box: Any
    html: Any
    picture: Picture

    def begin(self) -> None:
        """Once ``box`` is there, and before the first picture."""
        self.box.add_class(LIVE)
        self._saved, self._number = Saved(self.box.model_id), 0
        self._ours = self.html.has_trait("number")  # not ipywidgets' HTML
        if self._ours:
            self.html.observe(self._on_table, names="unfolded")
            self.html.on_msg(self._on_message)

    def show(self, picture: Picture) -> None:
        """Put a picture in the place of the one before."""
        self.picture = picture
        self._number += 1
        with self.html.hold_sync():  # all in one message
            self.html.value = self._saved.hides_me + picture.html(with_table=not self._ours)
            if self._ours:
                self.html.has_table = picture.table is not None
                self.html.table = picture.table_html() if self.html.unfolded else ""
                self.html.number = self._number

    def _on_table(self, change: Any) -> None:
        """The table was unfolded, or folded."""
        self.html.table = self.picture.table_html() if change["new"] else ""

    def _on_message(self, widget: Any, content: Any, buffers: Any) -> None:
        """The page says that the picture has not changed for a while."""
        if content == {"do": "keep"}:
            self._saved.keep(self.picture)

    def __repr__(self) -> str:
        return self.picture.alt

    def _ipython_display_(self) -> None:
        """The picture, for the notebook to keep, and the widgets, for now."""
        self._saved.display(self.picture, self.box._repr_mimebundle_() or {})
