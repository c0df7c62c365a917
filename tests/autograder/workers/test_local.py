"""A cluster of this machine: who else is on it can reach its ports, and the dashboard alone there."""

from __future__ import annotations

import contextlib
import ssl
import urllib.error
import urllib.request
from urllib.parse import urlparse

import psutil
import pytest
from distributed import Client, Security

from autograder.workers.local import cluster_here

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def listening() -> set[tuple[str, int]]:
    """Addresses at which this process, or one that it has started, listens."""
    me, found = psutil.Process(), set()
    for process in (me, *me.children(recursive=True)):
        # who has ended, or is in a sandbox with a network of its own, lets no other user look
        with contextlib.suppress(psutil.AccessDenied, psutil.NoSuchProcess):
            found.update(
                (one.laddr.ip, one.laddr.port)
                for one in process.net_connections("tcp")
                if one.status == psutil.CONN_LISTEN
            )
    return found


def test_nobody_without_this_runs_certificate_is_served():
    before = listening()
    said: list[str] = []
    with cluster_here(2, said.append) as pool:
        address = pool.client.scheduler.address
        assert address.startswith("tls://127.0.0.1:")
        assert pool.client.submit(abs, -1).result() == 1
        strangers = {
            "no certificate": (address.replace("tls://", "tcp://"), None),
            "another certificate": (address, Security.temporary()),
        }
        for who, (where, security) in strangers.items():
            with pytest.raises((OSError, ssl.SSLError, TimeoutError)):
                Client(where, security=security, timeout="2s", set_as_default=False)
                pytest.fail(f"served with {who}")
        opened = listening() - before
        assert opened
        (dashboard,) = (urlparse(text.partition(": ")[2]).port for text in said)
        for ip, port in opened:
            assert ip == "127.0.0.1"
            if port == dashboard:
                continue
            with pytest.raises((OSError, urllib.error.URLError)):  # pages, in plain text
                urllib.request.urlopen(f"http://{ip}:{port}/info/logs.html", timeout=2).read()
                pytest.fail(f"{port} shows pages")
