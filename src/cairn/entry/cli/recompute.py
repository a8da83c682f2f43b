"""``cairn recompute``: weigh every learner of a stack anew, after its rule changed or time has passed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from functools import partial

import click

from cairn.entry.cli.children import script_left_alone
from cairn.entry.cli.site import import_progress, open_site
from cairn.errors import NotFound


@click.command()
@click.argument("slugs", nargs=-1)
@click.option(
    "--processes", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that share the work."
)
@click.option("--chunk", type=click.IntRange(1, 100_000), default=1_000, show_default=True, help="People in one step.")
@click.option("--no-awards", is_flag=True, help="Award nothing, whatever is complete.")
@click.option("--anew", is_flag=True, help="Begin at the beginning, also where a run was broken off.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON, one stack a line.")
def command(slugs: Sequence[str], processes: int, chunk: int, no_awards: bool, anew: bool, as_json: bool) -> None:
    """Weigh every learner of the stacks SLUGS anew, or of all stacks.

    Run it after a rule was published, so that people who hold its parts already see how far they are, and now and then, because
    awards run out and agreements begin and end. Who follows an older version is weighed under that. What is complete and was never
    awarded is awarded, once. It can be stopped at any time: the next run goes on where it was. The site can be used meanwhile.

    \b
      cairn recompute working-with-data
      cairn recompute --processes 4
    """
    open_site()
    from cairn.journeys.jobs import recompute_stack, stacks_to_weigh
    from cairn.outside.clock import now
    from cairn.recognition.services import follow_agreements

    follow_agreements(at=now())
    versions = stacks_to_weigh(slugs)
    unknown = set(slugs) - {version.definition.slug for version in versions}
    if unknown:
        raise NotFound(
            f"There is no stack “{min(unknown)}” here.", remedy="Take the last part of the address of its page."
        )
    show = import_progress()
    for version in versions:
        began = time.monotonic()
        with script_left_alone():
            run = recompute_stack(
                version=version, at=now(), processes=processes, chunk=chunk, awards=not no_awards, anew=anew,
                progress=partial(_show, show, version.title),
            )  # fmt: skip
        seconds = time.monotonic() - began
        report = {
            "stack": version.definition.slug,
            "version": version.number,
            **run.counts,
            "seconds": round(seconds, 1),
        }
        if as_json:
            click.echo(json.dumps(report, ensure_ascii=False))
        else:
            _tell(version.title, version.number, report)
    if not versions and not as_json:
        click.echo("There is no stack to weigh: publish a credential that is made of others first.")


def _show(show: Callable[[str, int, int | None], None], title: str, done: int, total: int) -> None:
    show(title, done, total)


def _tell(title: str, number: int, report: dict[str, int | float | str]) -> None:
    click.secho(f"{title} (version {number}): {report['learners']:,} learners weighed", bold=True)
    said = {"new": "new", "changed": "changed", "unchanged": "as they were", "overtaken": "changed by others meanwhile"}
    told = [f"{report[name]:,} {words}" for name, words in said.items() if report[name]]
    if told:
        click.echo(f"  {', '.join(told)}")
    click.echo(f"  {report['complete']:,} complete, {report['awarded']:,} awarded now, {report['seconds']} s")
