"""A Jupyter kernel inside a sandbox, reached over sockets in the one folder that both sides see."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import zmq
import zmq.asyncio
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager, NoSuchKernel
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner

from autograder.sandbox import Sandbox

PROVISIONER = "autograder-sandbox"  # as registered in pyproject.toml


class SandboxProvisioner(LocalProvisioner):
    """Starts a kernel's command inside the sandbox that its manager holds as ``box``."""

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """The launch arguments, with the command wrapped and the connection file readable."""
        kwargs = await super().pre_launch(**kwargs)
        box: Sandbox = self.parent.box
        box.give(Path(self.parent.connection_file))
        kwargs["cmd"] = box.command(kwargs["cmd"])
        # the sandbox clears the environment itself; a trusted run gets the same one
        kwargs["env"] = box.environment
        kwargs["cwd"] = str(box.work) if box.trusted else None
        return kwargs

    async def poll(self) -> int | None:
        """None while the kernel runs, and a number once it has ended, alone or with its sandbox."""
        return 0 if self.parent.box.exited() else await super().poll()


class SandboxKernelManager(AsyncKernelManager):
    """Manages one kernel in ``box``.

    A message of more than ``largest`` bytes is never read: the connection it came on is closed.
    """

    def __init__(self, box: Sandbox, kernel_name: str = "python3", largest: int = 2**25) -> None:
        context = zmq.asyncio.Context()
        context.setsockopt(zmq.MAXMSGSIZE, largest)
        context.setsockopt(zmq.LINGER, 0)
        super().__init__(
            kernel_name=kernel_name,
            transport="ipc",
            ip=str(box.shared / "k"),
            connection_file=str(box.shared / "kernel.json"),
            context=context,
        )
        self.box = box
        self._kernel_spec = kernel_spec(kernel_name)
        self._log = None

    async def start(self) -> None:
        """Start the kernel; what it writes to its own stderr is kept in ``box.root/log``."""
        log = open(self.box.root / "log", "wb")  # noqa: SIM115  (the kernel's for its lifetime)
        with log:
            await self.start_kernel(stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def last_words(self) -> str:
        """The last line that the kernel's process wrote outside its channels, or ""."""
        try:
            lines = (self.box.root / "log").read_bytes()[-2000:].decode("utf-8", "replace")
        except OSError:
            return ""
        return next((line for line in reversed(lines.splitlines()) if line.strip()), "")


def kernel_spec(name: str) -> KernelSpec:
    """How to start the kernel ``name``; ``python3`` is always this Python.

    Raises NoSuchKernel if the machine does not have it.
    """
    python = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    argv, language = [*python, "--HistoryManager.hist_file=:memory:"], "python"
    if name not in ("", "python3", "python"):
        spec = KernelSpecManager().get_kernel_spec(name)
        argv, language = spec.argv, spec.language
    return KernelSpec(
        argv=argv,
        language=language,
        display_name=name,
        # signals do not cross the sandbox's wall: interrupts travel as messages
        interrupt_mode="message",
        metadata={"kernel_provisioner": {"provisioner_name": PROVISIONER}},
    )


__all__ = ["NoSuchKernel", "SandboxKernelManager", "SandboxProvisioner", "kernel_spec"]
