"""The stop button in a real kernel: pressed while the cell runs, as JupyterLab presses it."""

from __future__ import annotations

import time

import pytest
from jupyter_client.manager import start_new_kernel

pytestmark = pytest.mark.slow

TRAINING = """
import torch
torch.set_num_threads(1)
from course.mnist import data, train
from torch import nn
digits = data.stand_in("For a test.")
net = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
history = train.fit(net, digits.train, digits.validation, epochs=100_000, path=None, device="cpu")
print(history.ended)
"""
SECONDS = 30


@pytest.fixture
def kernel(tmp_path):
    manager, client = start_new_kernel(cwd=str(tmp_path))
    yield manager, client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def messages(client):
    """What the kernel publishes, until the time is up."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        yield client.get_iopub_msg(timeout=SECONDS)
    raise AssertionError("the kernel did not get there in time")


def opened_widgets(client):
    """The button's comm id, once the curves move."""
    button = None
    for message in messages(client):
        content = message["content"]
        if message["msg_type"] == "comm_open":
            state = content["data"]["state"]
            if state.get("description") == "Stop":
                button = content["comm_id"]
        elif message["msg_type"] == "error":
            raise AssertionError("\n".join(content["traceback"]))
        elif button and "after" in str(content.get("data", {}).get("state", {}).get("value", "")):
            return button
    return None


def ended(client):
    """What the cell printed, and the button's last words."""
    said = ""
    for message in messages(client):
        if message["msg_type"] == "stream" and message["content"]["name"] == "stdout":
            said += message["content"]["text"]
        if message["msg_type"] == "status" and said:
            return said
    return said


def test_the_stop_button_is_heard_while_the_cell_runs(kernel):
    _, client = kernel
    client.execute(TRAINING)
    button = opened_widgets(client)
    client.control_channel.send(client.session.msg("create_subshell_request"))
    subshell = client.control_channel.get_msg(timeout=SECONDS)["content"]["subshell_id"]
    press = {"method": "custom", "content": {"event": "click"}}
    message = client.session.msg("comm_msg", {"comm_id": button, "data": press})
    message["header"]["subshell_id"] = subshell
    client.shell_channel.send(message)
    assert "stopped by you after" in ended(client)


def test_the_kernels_interrupt_does_the_same(kernel):
    manager, client = kernel
    client.execute(TRAINING)
    opened_widgets(client)
    manager.interrupt_kernel()
    assert "interrupted by you; what was learned is kept: it is in the network" in ended(client)
