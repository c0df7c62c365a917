"""A connection between browser and kernel that sends every message at once.

The system holds a small message back while an earlier one is not yet acknowledged (Nagle's
algorithm), and browsers are slow to acknowledge: each move of a slider then waits some 40 ms for
nothing.  JupyterLab is told of the class by name::

    jupyter lab --ServerApp.kernel_websocket_connection_class=course.websocket.Prompt

Loading this module needs nothing; asking it for ``Prompt`` needs the server that comes with
JupyterLab.
"""

from __future__ import annotations

from typing import Any

OPTION = "--ServerApp.kernel_websocket_connection_class=course.websocket.Prompt"


def __getattr__(name: str) -> type:
    """``Prompt``, made when it is first asked for, since only a server has what it is made of."""
    if name != "Prompt":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

    class Prompt(ZMQChannelsWebsocketConnection):
        """The server's own connection, without waiting for acknowledgements."""

        def connect(self) -> Any:
            """As the server's own."""
            self.websocket_handler.set_nodelay(True)
            return super().connect()

    Prompt.__module__, Prompt.__qualname__ = __name__, name
    globals()[name] = Prompt
    return Prompt
