"""``cairn rubric``: the rubric by which credibility is judged here, and an authority's own in its place."""

from __future__ import annotations

from importlib import resources
from itertools import batched
from pathlib import Path

import click

from cairn.appraisal import AppraisalError, read_rubric
from cairn.appraisal.credibility import LONGEST_RUBRIC
from cairn.entry.cli.site import open_site
from cairn.errors import Invalid

AT_ONCE = 200
"""Versions whose scores are worked out together."""


@click.group()
def command() -> None:
    """Show, check and choose the rubric of credibility. A rubric is a JSON file whose points sum to 100."""


@command.command()
def show() -> None:
    """Print the rubric that comes with Cairn, to be changed and used as one's own; needs no site."""
    click.echo(resources.files("cairn.appraisal").joinpath("rubric_mcq100.json").read_text(encoding="utf-8"), nl=False)


@command.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
def check(file: str) -> None:
    """Say whether a rubric can be used; needs no site."""
    try:
        rubric = read_rubric(_text(file))
    except AppraisalError as error:
        raise Invalid(f"{error.where}: {error.message}", remedy=error.remedy, code="bad_rubric") from error
    click.echo(f"{rubric.id} {rubric.version}: {len(rubric.criteria)} criteria, {rubric.total} points. It can be used.")


@command.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
def use(file: str) -> None:
    """Judge by a rubric of your own from now on; scores name it with its version. A changed rubric needs a new version."""
    open_site()
    from cairn.catalog.services import use_rubric
    from cairn.outside import clock

    kept = use_rubric(document=_text(file), at=clock.now())
    click.echo(f"{kept} is in use. sha256 {kept.digest}")


@command.command("built-in")
def built_in() -> None:
    """Judge by MCQ-100 again."""
    open_site()
    from cairn.catalog.services import use_built_in_rubric
    from cairn.outside import clock

    use_built_in_rubric(at=clock.now())
    click.echo("MCQ-100 is in use.")


@command.command("keep-scores")
@click.option("--all", "everything", is_flag=True, help="Also of what was only imported.")
def keep_scores(everything: bool) -> None:
    """Add each published credential's score to its history where it changed, for instance once a day."""
    open_site()
    from cairn.catalog import services
    from cairn.catalog.queries import published
    from cairn.outside import clock

    versions = published() if everything else published().filter(definition__owner__isnull=False)
    at, total = clock.now(), versions.count()
    kept = 0
    with click.progressbar(versions.order_by("pk").iterator(500), length=total, label="Scores") as bar:
        for some in batched(bar, AT_ONCE):
            kept += services.keep_scores(versions=some, at=at)
    click.echo(f"{kept} of {total} scores had changed and are kept.")


def _text(file: str) -> str:
    with Path(file).open("rb") as opened:
        raw = opened.read(LONGEST_RUBRIC * 4 + 1)
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise Invalid("The file is no text in UTF-8.", remedy="Save it as UTF-8.", code="bad_rubric") from error
