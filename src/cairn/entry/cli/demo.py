"""``cairn demo``: the whole journey on real data, then the site it left behind."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import time
from pathlib import Path

import click

from cairn.entry.cli.site import open_site


@click.command()
@click.option(
    "--serve/--no-serve", default=True, help="Serve the site afterwards, or stop once everything was checked."
)
@click.option(
    "--port", type=int, default=8000, show_default=True, help="Port to serve on; the next free one where it is taken."
)
def command(serve: bool, port: int) -> None:
    """Play the whole journey on real data, one line a step with what was checked, then serve the site it leaves behind.

    It lives in a folder of its own (CAIRN_HOME/demo) and starts anew each time; your own site is not touched. Exit code 0 only if
    every step did what it says.
    """
    home = Path(os.environ.get("CAIRN_HOME") or Path(__file__).resolve().parents[4] / "var") / "demo"
    shutil.rmtree(home, ignore_errors=True)
    os.environ["CAIRN_HOME"] = str(home)
    os.environ.pop("DATABASE_URL", None)
    port = _free(port) if serve else port
    os.environ["CAIRN_URL"] = f"http://localhost:{port}"
    begun = time.monotonic()
    click.echo(
        "Cairn, the whole journey. Every step goes through the real services and pages and checks what it says.\n"
    )
    open_site()
    from cairn.entry.demo.cast import PASSWORD
    from cairn.entry.demo.journey import play
    from cairn.entry.demo.telling import Teller
    from cairn.outside.clock import now

    tell = Teller()
    with tell.step("Set-up") as step:
        from django.db import connection

        tables = len(connection.introspection.table_names())
        step.check(tables > 30, f"{connection.vendor} database with {tables} tables in {os.path.relpath(home)}")
    played = play(now(), tell)
    click.echo(f"\nAll {tell.count} steps did what they say, in {time.monotonic() - begun:.0f} seconds.")
    if not serve:
        return
    click.echo("\nSign in as any of them; the password is “" + click.style(PASSWORD, bold=True) + "”:")
    for kind, person in played.cast.sign_ins():
        click.echo(f"  {kind:10} {person.email:32} {person.name}")
    click.echo(f"\nA credential that Mira shares: {played.share_url}\n")
    # The server divides itself into processes, and what the journey left running in this one (the threads of the typesetter, of the
    # solver) would be missing in its children: they would wait for it for ever. So it begins in a fresh process.
    sys.stdout.flush()
    ours = [
        "-m",
        "cairn",
        "serve",
        "--port",
        str(port),
        "--workers",
        "1",
    ]  # a few visitors: one process, quick to begin
    os.execv(sys.executable, [sys.executable, *ours])  # noqa: S606 - ourselves


def _free(port: int) -> int:
    for candidate in range(port, port + 50):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", candidate))
            except OSError:
                continue
            return candidate
    raise click.ClickException(f"No port between {port} and {port + 49} is free. Choose another with --port.")
