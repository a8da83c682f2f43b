"""``cairn tag``: the skills that titles and descriptions name, from the frameworks of this site, as JSON lines."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import click

from cairn.entry.cli.site import import_progress, open_site
from cairn.errors import Invalid

LONGEST_FIELD = 1024 * 1024
MOST_ROWS = 5_000_000


@click.command()
@click.argument("what", metavar="[TEXT|FILE.csv|-]", required=False)
@click.option("--description", default="", help="What follows the title, where TEXT is a title.")
@click.option("--title-column", default="title", show_default=True, help="The column of a CSV file that holds titles.")
@click.option("--description-column", default="description", show_default=True, help="The one that holds descriptions.")
@click.option("--id-column", default="", help="The one by which rows are known; default: the number of the row.")
@click.option(
    "--language", default="en", show_default=True, help="Of the texts; of others than English only names are found."
)
@click.option("--least", type=click.FloatRange(0, 1), default=None, help="How sure a tag must be at least, 0 to 1.")
@click.option(
    "--save", is_flag=True, help="Look through what was imported, and keep what is found there as likely skills."
)
@click.option("--source", default="", help="With --save: only definitions of this source.")
@click.option(
    "--import", "run", type=int, metavar="RUN", help="With --save: only what the import with this number brought."
)
@click.option("--dry-run", is_flag=True, help="With --save: report, and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="With --save: print the report as JSON.")
def command(
    what: str | None, description: str, title_column: str, description_column: str, id_column: str, language: str, least: float | None,
    save: bool, source: str, run: int | None, dry_run: bool, as_json: bool,
) -> int:  # fmt: skip
    """Print the skills that a text names, or each row of a CSV file (- reads CSV from standard input), one JSON object a line.

    Each tag has the skill's identifier, the words that are its evidence with their place, how it was found and how often such tags
    were right. Nothing is stored. Import ESCO and O*NET first: `cairn import esco …`, `cairn import onet …`.

    With --save the imported credentials of this site are looked through instead. What is found is kept as likely, with its evidence, never
    as stated; the run is kept as an import is, and `cairn import --undo` takes it back.

    \b
    Exit code: 0 tags were found, 1 none were, 65 the input cannot be read.

    \b
      cairn tag "Medical Billing and Coding" --description "Uses Medisoft, Microsoft Word and Excel."
      cairn tag courses.csv --title-column name --description-column about > tags.jsonl
      cairn tag --save --source "Credential Registry"
    """
    if save == (what is not None):
        raise Invalid("Give a title, a file or -, or else --save.", remedy="cairn tag --help shows both.", code="what")
    if not save and (source or run is not None or dry_run or as_json):
        raise Invalid(
            "--source, --import, --dry-run and --json go with --save.", remedy="Add --save, or leave them out."
        )
    open_site()
    if what is None:
        return save_tags(source=source, run=run, least=least, dry_run=dry_run, as_json=as_json)
    from cairn.skills.index import index
    from cairn.skills.models import Skill
    from cairn.skills.tagging.measured import SURE_ENOUGH

    if not Skill.objects.exists():
        raise Invalid(
            "This site knows no skills yet.",
            remedy="Import some: cairn import sample, or esco and onet.",
            code="no_skills",
        )
    tagger = index().tagger
    found = 0
    for key, title, text in _texts(what, description, title_column, description_column, id_column):
        tags = tagger.tag(title, text, language=language, least=SURE_ENOUGH if least is None else least)
        found += len(tags)
        line = {"id": key, "title": title, "tags": [_tag(tag) for tag in tags]}
        click.echo(json.dumps(line, ensure_ascii=False))
    return 0 if found else 1


def save_tags(
    *,
    source: str = "",
    run: int | None = None,
    least: float | None = None,
    dry_run: bool = False,
    as_json: bool = False,
) -> int:
    """Find and keep likely skills, with progress, and tell the report; the exit code is 0."""
    from cairn.catalog import search
    from cairn.catalog.importing.likely import find_likely_skills
    from cairn.catalog.importing.undoing import run_of
    from cairn.entry.cli.importing import tell
    from cairn.outside.clock import now
    from cairn.skills.tagging.measured import SURE_ENOUGH

    report = find_likely_skills(
        at=now(), source=source, run=None if run is None else run_of(run), least=SURE_ENOUGH if least is None else least,
        dry_run=dry_run, progress=import_progress(),
    ).as_dict()  # fmt: skip
    if not dry_run:
        search.refresh()
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
    else:
        tell(report)
    return 0


def _tag(tag: Any) -> dict[str, Any]:
    evidence = tag.evidence
    return {
        "skill": tag.concept.uri, "name": tag.concept.name, "framework": tag.concept.framework, "kind": tag.concept.kind,
        "confidence": tag.confidence, "how": tag.how, "label": tag.label,
        "evidence": {"part": evidence.part, "start": evidence.start, "end": evidence.end, "text": evidence.text},
        "why": tag.why,
    }  # fmt: skip


def _texts(what: str, description: str, title: str, about: str, key: str) -> Iterator[tuple[str, str, str]]:
    if what != "-" and not what.casefold().endswith(".csv"):
        yield "1", what, description
        return
    if description:
        raise Invalid(
            "--description goes with a title, not with a file.", remedy="Name its column: --description-column."
        )
    if what == "-":
        yield from _rows(sys.stdin, "standard input", title, about, key)
        return
    try:
        with Path(what).open(encoding="utf-8-sig", errors="replace", newline="") as file:
            yield from _rows(file, what, title, about, key)
    except OSError as error:
        raise Invalid(
            f"{what} cannot be read: {(error.strerror or 'unknown reason').lower()}.", code="unreadable"
        ) from error


def _rows(file: IO[str], name: str, title: str, about: str, key: str) -> Iterator[tuple[str, str, str]]:
    csv.field_size_limit(LONGEST_FIELD)
    rows = csv.DictReader(file)
    try:
        columns = rows.fieldnames or []
        missing = [column for column in (title, key) if column and column not in columns]
        if missing:
            raise Invalid(
                f"{name} has no column “{missing[0]}”.", remedy=f"It has: {', '.join(columns)[:400] or 'none'}.", code="no_column",
            )  # fmt: skip
        for number, row in enumerate(rows, start=2):
            if number > MOST_ROWS:
                raise Invalid(f"{name} has more than {MOST_ROWS:,} rows.", remedy="Cut it into parts.")
            yield (row[key] if key else str(number)) or "", row[title] or "", row.get(about) or ""
    except csv.Error as error:
        raise Invalid(f"{name}, row {rows.line_num}: this is not CSV ({error}).", code="not_csv") from error
