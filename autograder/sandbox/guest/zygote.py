"""The zygote: a warm process that has imported what notebooks import and forks a process for each.

Called as ``python zygote.py SETTINGS``, SETTINGS being JSON:

``uid``      the user to become, or null
``control``  the path of the socket to listen on; it is there once the process is warm
``preload``  modules to import
``limits``   names of ``resource`` limits to numbers, for each notebook
``scratch``  folders to be empty for each notebook, and ``size``, what each may hold
``keep``     folders that stay visible wherever they lie
``talk``     where a notebook sees the one folder that it shares with the worker
``work``     the notebook's working directory
``nested``   whether to give each notebook namespaces of its own

A request is one JSON line: ``folder`` (the folder to share), ``ticket`` (by which the notebook
makes itself known), ``spare`` (by which a process does that testifies in the place of one that
ended) and ``files`` (whether ``folder/files`` is to be copied to ``work``).  The answer is one
line, ``{"ok": true}`` or ``{"error": "..."}``.

With ``nested``, each notebook gets user, mount, process and ipc namespaces of its own: what one
leaves behind (files, processes, shared memory) is gone before the next one starts, and none sees
the warm process.  Without it the worker starts a warm process for each notebook, which serves no
other and takes in what the notebook leaves behind.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import shutil
import signal
import socket
import sys
import time
import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.sandbox.guest import notebook, wall, witness
else:  # they lie beside this file, and the engine is not there
    sys.path[0] = os.path.dirname(os.path.abspath(__file__))
    import notebook
    import wall
    import witness

PAUSE = 0.05  # seconds until a process that ended gets a successor

sys.path[0] = ""  # as in a notebook's process: the working directory


def main() -> None:
    """Serve until killed."""
    settings = json.loads(sys.argv[1])
    wall.become(settings["uid"])
    settings["user"] = (os.getuid(), os.getgid())
    # first the kernel: what looks for a notebook as it is imported (matplotlib for its backend,
    # tqdm, plotly, sympy) has to find one
    kernel = notebook.make_kernel()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in settings["preload"]:
            preload(name)
    wall.dumpable(False)
    wall.nothing_open(wall.MOST_HANDLES)
    gc.collect()
    gc.freeze()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(settings["control"] + "~")
        server.listen(4)
        os.rename(settings["control"] + "~", settings["control"])
        while True:
            link, _ = server.accept()
            with link:
                serve(link, server, settings, kernel)
            if not settings["nested"]:
                break
    os.unlink(settings["control"])
    while True:
        try:
            os.wait()
        except ChildProcessError:
            signal.pause()


def preload(name: str) -> None:
    """Import a module; or do what ``from package import name`` does, for ``package.name``."""
    package, _, what = name.rpartition(".")
    # a module that the machine lacks is left out: notebooks that need it will say so
    with contextlib.suppress(Exception):
        try:
            importlib.import_module(name)
        except ImportError:
            getattr(importlib.import_module(package), what)  # which may import something in turn


def serve(
    link: socket.socket,
    server: socket.socket,
    settings: dict[str, Any],
    kernel: Any,
) -> None:
    """Fork a notebook's process for one request."""
    reap()
    request = json.loads(link.makefile("r").readline() or "{}")
    if not request:
        return
    report, answer = os.pipe()
    try:
        child = wall.fork_into_namespaces() if settings["nested"] else os.fork()
    except wall.Refused as error:
        link.sendall(json.dumps({"error": str(error)}).encode() + b"\n")
        os.close(report)
        os.close(answer)
        return
    if child == 0:
        try:
            wall.nothing_open(answer)
            start(request, settings, kernel, answer)
        except BaseException as error:
            os.write(answer, json.dumps({"error": f"{type(error).__name__}: {error}"}).encode())
        finally:
            os._exit(1)
    os.close(answer)
    with os.fdopen(report, "rb") as pipe:
        text = pipe.read()
    link.sendall((text or b'{"error": "it ended at once"}') + b"\n")


def reap() -> None:
    """Forget notebooks that have ended."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def start(
    request: dict[str, Any],
    settings: dict[str, Any],
    kernel: Any,
    answer: int,
) -> None:
    """Become the notebook: first its walls, then its process.  Does not return."""
    folder = request["folder"]
    wall.dumpable(True)  # or its own files in /proc would belong to root
    if settings["nested"]:
        talk, shared = settings["talk"], os.open(folder, os.O_PATH)
        wall.settle(*settings["user"])
        wall.fresh_folders(settings["scratch"], settings["size"], settings["keep"], talk)
        if os.path.isdir(os.path.dirname(folder)):  # else a fresh folder covers it already
            wall.fresh_folders([os.path.dirname(folder)], 4096, [], talk)
        wall.bind(shared, talk)
        os.close(shared)
        wall.drop_capabilities()
        folder = talk
    os.makedirs(settings["work"], exist_ok=True)
    os.chdir(settings["work"])
    if request["files"]:
        copy_into_here(f"{folder}/files")
    for name, place in settings["links"]:
        link(name, place)
    wall.limit(settings["limits"])
    wall.filter_system_calls()
    wall.dumpable(False)  # nobody looks into this one, or takes what it has open
    first = os.fork()
    if first == 0:
        wall.dumpable(True)
        os.write(answer, b'{"ok": true}')
        os.close(answer)
        notebook.run(kernel, f"{folder}/ask", request["ticket"])
        os._exit(0)
    os.close(answer)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    keep(first, f"{folder}/ask", request["spare"])


def copy_into_here(folder: str) -> None:
    """Copy what is in ``folder``.  This folder itself stays as it is: it may be another user's."""
    for one in os.scandir(folder):
        if one.is_dir():
            shutil.copytree(one.path, one.name, dirs_exist_ok=True, copy_function=shutil.copy)
        else:
            shutil.copy(one.path, one.name)


def link(name: str, place: str) -> None:
    """Lay a link at ``name`` to the file at ``place``; to a folder, one with links to its files."""
    if os.path.isdir(place):
        for one in os.listdir(place):
            link(f"{name}/{one}", f"{place}/{one}")
    elif os.path.isfile(place):  # what is hidden is none
        os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
        with contextlib.suppress(FileExistsError):  # without a wall the folder is there already
            os.symlink(place, name)


def keep(process: int | None, address: str, ticket: str) -> None:
    """Put a witness in the place of ``process`` when it ends, and so on.  Does not return.

    So what a notebook answered before it ended can still be asked.
    """
    while True:
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, 0)[0] != process:
                pass  # a process that the notebook left behind
        process = None
        while process is None:
            time.sleep(PAUSE)
            reap()  # what has ended counts as a process until then
            with contextlib.suppress(OSError):  # too many processes: the notebook has left some
                process = os.fork()
        if process == 0:
            try:
                witness.testify(address, ticket)
            finally:
                os._exit(0)


if __name__ == "__main__":
    main()
