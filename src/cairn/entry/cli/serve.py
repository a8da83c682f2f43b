"""``cairn serve``: the site, on this machine."""

from __future__ import annotations

import multiprocessing
import os
import socket
import time
from urllib.parse import urlsplit

import click

from cairn.entry.cli.site import open_site

THREADS = 16
"""Requests that one process answers at the same time: more than processors, because checking a credential waits for other sites; few
enough for a database, in which each keeps a connection."""
MOST_BY_DEFAULT = 4
"""Processes at most unless more are asked for: each takes some 150 MB."""


def processes() -> int:
    """Return how many processes answer by default: one for each processor that this one may use, :data:`MOST_BY_DEFAULT` at most."""
    return max(
        1,
        min(MOST_BY_DEFAULT, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1),
    )


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for every one.")
@click.option("--port", type=int, help="Port to listen on. Default: the port of CAIRN_URL, else 8000.")
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    help=f"Processes that answer. Default: one for each processor, {MOST_BY_DEFAULT} at most.",
)
def command(host: str, port: int | None, workers: int | None) -> None:
    """Serve the site of CAIRN_HOME.

    The address people use is CAIRN_URL (default http://localhost:8000): identifiers, share links and status lists are built from it, so
    set it before anything is awarded. In front of the internet put a reverse proxy that speaks https; see docs/guides/operator.md.
    """
    open_site()
    from django.conf import settings

    run(host=host, port=port or urlsplit(settings.PUBLIC_URL).port or 8000, workers=workers or processes())


def run(*, host: str, port: int, workers: int) -> None:
    """Serve until stopped. Raises SystemExit with a sentence when the port is taken."""
    from django.conf import settings
    from django.db import connections
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(
                f"Port {port} is taken ({error.strerror}). Stop what uses it, or choose another with --port and CAIRN_URL."
            ) from error
    connections.close_all()  # a connection of SQLite must not be carried over into the processes that answer
    told = where(host, port, settings.PUBLIC_URL)
    multiprocessing.Process(target=_tell_when_open, args=(host, port, told), daemon=True).start()
    Server(
        "cairn.entry.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        log_level=LogLevels.error,  # granian warns of more threads than processors; ours mostly wait
        websockets=False,
    ).serve()


def where(host: str, port: int, public: str) -> str:
    """Say where the site is, and where it listens if that is another place: behind a proxy, or with another port than CAIRN_URL's."""
    stop = "(stop with Ctrl-C)"
    address = urlsplit(public)
    if address.scheme == "http" and (address.port or 80) == port:
        return f"Cairn is at {public}   {stop}"
    listening = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    return (
        f"Cairn listens at {listening}   {stop}\n"
        f"Its own address is {public} (CAIRN_URL): identifiers, links and letters begin with it."
    )


def _tell_when_open(host: str, port: int, told: str) -> None:
    """Say where the site is as soon as somebody answers there: whoever follows the address at once must not be refused."""
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - it is asked, and not listened on
    while True:
        try:
            socket.create_connection((reached, port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            click.echo(told)
            return
