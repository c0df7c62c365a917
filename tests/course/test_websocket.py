"""Messages to the browser are sent at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from jupyter_server import serverapp
from jupyter_server.services.kernels.connection import channels

from course import websocket

ROOT = Path(__file__).parents[2]


def test_loading_the_module_needs_no_server():
    code = "import course.websocket, sys; print('jupyter_server' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_server_finds_the_class_by_the_name_in_the_option():
    app = serverapp.ServerApp()
    app.parse_command_line([websocket.OPTION])
    assert app.kernel_websocket_connection_class is websocket.Prompt


def test_the_first_thing_is_to_send_at_once():
    done = []

    class Handler:
        def set_nodelay(self, value):
            done.append(("nodelay", value))

    class Connection(websocket.Prompt):
        websocket_handler = Handler()

    server = channels.ZMQChannelsWebsocketConnection
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(server, "connect", lambda self: done.append("connected") or "a future")
        assert Connection.connect(object.__new__(Connection)) == "a future"
    assert done == [("nodelay", True), "connected"]


def test_the_teacher_s_jupyterlab_is_started_with_it_too():
    assert websocket.OPTION in (ROOT / "Makefile").read_text()


def test_there_is_nothing_else_in_it():
    with pytest.raises(AttributeError, match="no attribute 'prompt'"):
        _ = websocket.prompt
