"""Lines for a terminal about what others wrote."""

import click

from cairn.credentials import texts


def say(line: str) -> None:
    """Print one line with its indentation, without letters that a terminal would obey (controls, direction marks)."""
    said = line.lstrip(" ")
    click.echo(line[: len(line) - len(said)] + texts.visible(said))
