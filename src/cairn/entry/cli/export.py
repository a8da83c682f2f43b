"""``cairn export``: the catalogue in a format for others, written as it is read."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import click

from cairn.entry.cli.site import open_site, progress_line


@click.command()
@click.argument("name", metavar="FORMAT", required=False)
@click.option(
    "--to",
    "target",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file instead of standard output.",
)
@click.option("--slug", default="", help="Only this credential.")
def command(name: str | None, target: Path | None, slug: str) -> int:
    """Write every published credential. Without FORMAT, list the formats.

    The catalogue is written while it is read, so a large one needs no more memory than a small one. A file is put in place when it is
    whole.

    \b
    Exit code: 0 written, 3 there is no such format or credential.

    \b
      cairn export ctdl --to catalogue.jsonld
      cairn export csv | head
    """
    open_site(migrate=False)
    from cairn.catalog.exporting import FORMATS, entries, entry_of, format_named
    from cairn.catalog.queries import version_of

    if name is None:
        for one in FORMATS.values():
            click.echo(f"  {one.name:12} {one.title}. {one.about}")
        return 0
    form = format_named(name)
    steps: Iterable[bytes] = form.write(entries())
    if slug:
        steps = [form.one(entry_of(version_of(slug))), b"\n"]
    if target is None:
        try:
            _write(steps, sys.stdout.buffer)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever read has seen enough, such as head
        return 0
    beside = target.with_name(f".{target.name}.part")
    with beside.open("wb") as out:
        written = _write(steps, out)
    beside.replace(target)
    click.echo(f"{target}: {written:,} bytes", err=True)
    return 0


def _write(steps: Iterable[bytes], out: BinaryIO) -> int:
    tell, written = progress_line("bytes"), 0
    for step in steps:
        written += out.write(step)
        if written % 1024 < len(step):
            tell(written)
    return written
