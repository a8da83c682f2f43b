"""Opening the site from the command line: settings, applications, database."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from cairn.skills.importing.report import Progress


def open_site(*, migrate: bool = True) -> None:
    """Make the site of ``CAIRN_HOME`` ready to be used in this process, bringing its database up to date."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cairn.entry.settings")
    import django

    django.setup()
    if migrate:
        from django.core.management import call_command

        call_command("migrate", verbosity=0, interactive=False)


def site_exists() -> bool:
    """Tell whether there is a site here already, without making one."""
    if os.environ.get("DATABASE_URL"):
        return True
    home = os.environ.get("CAIRN_HOME") or Path(__file__).resolve().parents[4] / "var"
    return (Path(home) / "cairn.sqlite3").is_file()


def progress_line(label: str) -> Callable[[int], None]:
    """Return a callback (done) that keeps one line of progress on a terminal and is silent elsewhere."""
    show = import_progress()
    return lambda done: show(label, done, None)


def import_progress() -> Progress:
    """Return a callback (what, done, total or None) that keeps one line of progress on a terminal and is silent elsewhere."""
    if not sys.stderr.isatty():
        return _silent

    def show(what: str, done: int, total: int | None) -> None:
        click.echo(f"\r\033[K  {what}: {done:,}" + (f" of {total:,}" if total else ""), nl=False, err=True)
        if total and done >= total:
            click.echo("\r\033[K", nl=False, err=True)

    return show


def _silent(what: str, done: int, total: int | None) -> None:
    """Progress for those who are not a terminal."""
