"""A Dask cluster of this machine's cores, for its dashboard."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from autograder.sandbox.available import require
from autograder.sandbox.leftovers import sweep
from autograder.workers.cluster import need_bokeh
from autograder.workers.dask_pool import SHORT_MEMORY, DaskPool, resource
from autograder.workers.pool import MOST_LOSSES, Pool

LONGEST_START = 120  # seconds that the workers may take to start


@contextmanager
def with_dashboard(
    workers: int | None, *, trusted: bool, say: Callable[[str], None]
) -> Iterator[Pool]:
    """A pool of so many workers (a core each, if None), whose page ``say`` is told the address of.

    Raises Refused, NoSandbox.
    """
    need_bokeh()
    if not trusted:
        require()
    try:
        with cluster_here(workers or os.cpu_count() or 1, say) as pool:
            yield pool
    finally:
        sweep()  # workers end without a last act of their own


@contextmanager
def cluster_here(size: int, say: Callable[[str], None]) -> Iterator[DaskPool]:
    """A pool of ``size`` workers; ``say`` is told where its page is.

    They talk over the loopback, which every user of the machine can reach: so the talk is
    encrypted, and who does not hold this run's certificate is turned away.
    """
    import dask
    from distributed import Client, LocalCluster, Security

    quiet = {
        **SHORT_MEMORY,
        "distributed.worker.memory.terminate": False,
        "distributed.worker.memory.pause": False,
        "distributed.admin.tick.limit": "60s",
        "distributed.worker.multiprocessing-method": "forkserver",
        "distributed.scheduler.allowed-failures": MOST_LOSSES,
        "distributed.worker.http.routes": [],  # nobody asks workers for pages
    }
    with (
        dask.config.set(quiet),
        LocalCluster(
            n_workers=0,
            threads_per_worker=1,
            # any free port: Dask warns where another run has taken its usual one
            dashboard_address="127.0.0.1:0",
            silence_logs=50,
            protocol="tls",
            security=Security.temporary(),
            memory_limit=0,
            resources={resource(False): 1, resource(True): 1},  # this very engine: it is fit
        ) as cluster,
    ):
        say(f"dashboard: {cluster.dashboard_link}")
        cluster.loop.add_callback(_keep_up, cluster, size)
        with Client(cluster) as client:
            client.wait_for_workers(size, timeout=LONGEST_START)
            yield DaskPool(client)


async def _keep_up(cluster: Any, size: int) -> None:
    """Keep so many workers: Dask gives a place up for good whose worker ends while it starts."""
    from distributed.core import Status

    while cluster.status == Status.running:
        for name, worker in list(cluster.workers.items()):
            if worker.status in (Status.failed, Status.closed):
                cluster.worker_spec.pop(name, None)
        cluster.scale(size)
        await asyncio.sleep(0.5)
