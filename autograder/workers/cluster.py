"""A Dask cluster as the pool: connecting to its scheduler, and refusing what anybody could read.

How a cluster is started is Dask's own business: docs/operator.md shows it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

from autograder.workers.dask_pool import SHORT_MEMORY, DaskPool
from autograder.workers.pool import Pool

CONNECT = "20s"  # for how long a scheduler that does not answer is tried
ENCRYPTED = ("tls", "wss")  # by Dask only with certificates on both sides


class Refused(ValueError):
    """A cluster is not used as it is; the message says why and what to do."""


@contextmanager
def remote(
    address: str,
    *,
    plain_text: bool = False,
    trusted: bool = False,
    say: Callable[[str], None] = lambda text: None,
) -> Iterator[Pool]:
    """The pool of the Dask cluster whose scheduler is at ``address``.

    Certificates for ``tls://`` are Dask's own settings (``distributed.comm.tls``).  ``say`` is told
    the dashboard's address, who is left out, and when there is nobody to grade.  ``trusted`` takes
    workers without a sandbox too.  Raises Refused for a scheduler that is not encrypted, unless
    ``plain_text``, and for one that cannot be reached.
    """
    refuse_plain_text(address, plain_text)
    _check_settings(address)
    import dask
    from distributed import Client

    # what Dask logs of a scheduler that does not answer or went away, the engine says in a sentence
    for name in ("distributed", "distributed.client"):  # importing it has set levels for both
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        with dask.config.set(SHORT_MEMORY):
            client = Client(address, timeout=CONNECT, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise Refused(
            f"No Dask scheduler answers at {address} ({error or type(error).__name__}). Is it "
            "running, can this machine reach it, and do the certificates fit? See docs/operator.md."
        ) from None
    with client, dask.config.set(SHORT_MEMORY):
        say(f"dashboard: {dashboard(client) or 'the scheduler has none'}")
        yield DaskPool(client, trusted=trusted, say=say)


def _check_settings(address: str) -> None:
    """Raise Refused where Dask's own settings cannot go with ``address``.

    Asked first, since a client that fails over them does not end.
    """
    from distributed import Security

    encrypted = address.rpartition("://")[0] in ENCRYPTED
    try:
        settings = Security().get_connection_args("client")
    except OSError as error:
        raise Refused(
            f"The certificates that Dask's settings name (distributed.comm.tls) cannot be used: "
            f"{error}."
        ) from None
    if encrypted and settings["ssl_context"] is None:
        raise Refused(
            f"{address} needs certificates, and Dask's settings (distributed.comm.tls) name none "
            "for a client. See docs/operator.md."
        )
    if not encrypted and settings["require_encryption"]:
        raise Refused(
            f"{address} is not encrypted, and Dask's settings (distributed.comm) require "
            "encryption. Use tls://."
        )


def dashboard(client: Any) -> str:
    """The address of a cluster's dashboard, or "" if its scheduler has none.

    One that does not answer is given all the same: the operator's browser may be elsewhere.
    """
    direct = build_opener(ProxyHandler({}))
    try:
        link = client.dashboard_link or ""
        if link:
            direct.open(link, timeout=3).close()
    except KeyError:  # Dask's own way to say that there is none
        return ""
    except HTTPError as error:  # a scheduler with --no-dashboard has a server without this page
        return "" if error.code == 404 else link
    except OSError:
        pass
    return link


def need_bokeh() -> None:
    """Raise Refused if this machine cannot draw a dashboard."""
    if find_spec("bokeh") is None:
        raise Refused("Dask's dashboard is drawn by bokeh, which is missing: pip install bokeh")


def refuse_plain_text(address: str, allowed: bool) -> None:
    """Raise Refused if students' work and marks would cross what anyone can read."""
    if allowed or address.rpartition("://")[0] in ENCRYPTED:
        return
    raise Refused(
        f"{address} is not encrypted: whoever can reach it, and on this machine that is each of "
        "its users, can read submissions, change marks and run code as you. Switch TLS on and use "
        "tls:// (see docs/operator.md), or pass --plain-text if the network itself is yours alone."
    )
