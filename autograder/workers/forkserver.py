"""What a command does before it imports all that it needs: it starts the workers' process.

That process imports the engine once for all workers, while the command still imports its own.  So
this imports nothing of the engine's.
"""

from __future__ import annotations

import multiprocessing
import signal
import tempfile
import threading
from multiprocessing import forkserver

LONGEST_PLACE = 60  # characters: its socket lies there, whose path may have 107


def prepare() -> None:
    """Start, in the background, the process that local workers are forked from."""
    multiprocessing.set_forkserver_preload(["autograder.workers.preload"])
    here = threading.current_thread() is threading.main_thread()
    # Ctrl-C is the driver's to answer, which then ends the workers
    before = signal.signal(signal.SIGINT, signal.SIG_IGN) if here else None
    usual = tempfile.gettempdir()
    if len(usual) > LONGEST_PLACE:
        tempfile.tempdir = "/tmp"
    try:
        forkserver.ensure_running()
    finally:
        tempfile.tempdir = usual
        if before is not None:
            signal.signal(signal.SIGINT, before)
