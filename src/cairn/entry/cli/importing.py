"""``cairn import``: official files into the catalogue, with a report on every row that was repaired or refused."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from cairn.entry.cli.site import import_progress, open_site

SHOWN = 20
"""How many remarks a person is shown; --json has them all."""


@click.command()
@click.argument("name", required=False)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Read and report, and write nothing.")
@click.option("--source", default="", help="Name the source, to compare with the last import of that name.")
@click.option(
    "--map",
    "mapping",
    type=click.Path(path_type=Path),
    help="The mapping of columns, for “csv” and “register”; with --guess, where to write it.",
)
@click.option("--guess", is_flag=True, help="For “csv”: guess which column is what, show it, and write it to --map.")
@click.option(
    "--rows",
    default="",
    metavar="PATH",
    help="With --guess: which list of a JSON file holds the rows, like data.courses.",
)
@click.option("--list", "listing", is_flag=True, help="Show the imports made so far.")
@click.option("--undo", type=int, metavar="RUN", help="Take back what the import with this number wrote.")
@click.option(
    "--close-missing", is_flag=True, help="The files are the whole source: close offers that it no longer names."
)
@click.option("--tag", is_flag=True, help="Afterwards look for likely skills in what the import brought.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print the report as JSON, with every row that was repaired or refused."
)
def command(
    name: str | None,
    paths: Sequence[Path],
    dry_run: bool,
    source: str,
    mapping: Path | None,
    guess: bool,
    rows: str,
    listing: bool,
    undo: int | None,
    close_missing: bool,
    tag: bool,
    as_json: bool,
) -> int:
    """Load official files. Without NAME, list what can be loaded; `cairn import sample` loads the bundled sample and needs no path.

    Each importer says which rows it repaired, merged or refused, and why, and keeps the rest. Running it again changes nothing that did not
    change. The report says what is new, changed and gone since the last import of the same source; --undo takes an import back.

    \b
    Exit code: 0 every row was used, 1 some were refused, other: nothing was written.
    """
    open_site()
    from cairn.catalog import search
    from cairn.catalog.importing import IMPORTERS
    from cairn.catalog.importing.sample import load_sample
    from cairn.errors import Invalid
    from cairn.outside.clock import now
    from cairn.verifying.registers import import_registry

    if listing:
        _runs(as_json)
        return 0
    if undo is not None:
        _undo(undo, as_json)
        return 0
    if name is None:
        _list(IMPORTERS)
        return 0
    if name not in {"sample", "issuers", *IMPORTERS}:
        raise Invalid(
            f"There is no importer “{name}”.",
            remedy="Choose one of: sample, " + ", ".join([*IMPORTERS, "issuers"]) + ".",
        )
    if name != "sample" and not paths:
        reads = IMPORTERS[name].reads if name in IMPORTERS else "registers of issuers as JSON"
        raise Invalid(f"What should “{name}” read?", remedy=f"It reads {reads}.")
    if dry_run and name == "sample":
        raise Invalid(
            f"“{name}” has no dry run.", remedy="Try it on a site of its own: CAIRN_HOME=somewhere cairn import …"
        )
    if guess:
        return _guess(name, paths, mapping, rows, as_json)
    if mapping is not None:
        paths = [*paths, mapping]
    if name == "issuers":
        found = [import_registry(path, at=now(), dry_run=dry_run).as_dict() for path in paths]
        lines = [_registry_line(one) for one in found]
        click.echo(json.dumps(found, ensure_ascii=False) if as_json else "\n".join(lines))
        return 1 if any(one["refused"] for one in found) else 0
    if name == "sample":
        report = load_sample(at=now(), progress=import_progress()).as_dict()
    else:
        importer = IMPORTERS[name]
        report = importer.run(
            paths, dry_run=dry_run, at=now(), progress=import_progress(), feed=source, close_missing=close_missing
        ).as_dict()
    if not dry_run:
        report["notes"].append(f"The search index took in {search.refresh():,} credentials that changed.")
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
    else:
        tell(report)
    if tag and report["run"]:
        from cairn.entry.cli.tag import save_tags

        save_tags(run=report["run"], as_json=as_json)
    return 1 if report["refused"] else 0


def _guess(name: str, paths: Sequence[Path], mapping: Path | None, rows: str, as_json: bool) -> int:
    """Show the guessed mapping of a file and write it down, never over a file that is there."""
    from cairn.catalog.importing.mapping_import import guess_file
    from cairn.errors import Conflict, Invalid
    from cairn.outside.clock import now

    if name != "csv" or len(paths) != 1:
        raise Invalid("A mapping is guessed for one file.", remedy="cairn import csv FILE --guess --map MAPPING.json")
    if mapping is not None and mapping.exists():
        raise Conflict(f"“{mapping}” is there already.", remedy="Give another name, or remove it first.")
    if mapping is not None and not mapping.parent.is_dir():
        raise Invalid(f"There is no folder “{mapping.parent}”.", remedy="Make it first, or give another place.")
    found = guess_file(paths[0], at=now(), rows=rows)
    if mapping is not None:
        mapping.write_text(found.mapping.as_json(), encoding="utf-8")
    if as_json:
        guesses = [{"column": one.column, "field": one.target, "confidence": one.confidence, "why": one.why, "taken": one.taken,
                    "samples": list(one.samples)} for one in found.guesses]  # fmt: skip
        told = {"mapping": json.loads(found.mapping.as_json()), "guesses": guesses, "questions": dict(found.questions)}
        click.echo(json.dumps(told | {"unused": [column for column, _ in found.unused]}, ensure_ascii=False))
        return 0
    for one in found.guesses:
        state = "is" if one.taken else "may be, not taken:"
        samples = ", ".join(_short(sample) for sample in one.samples)
        click.echo(f"  {one.column} {state} {one.target} ({one.confidence:.0%}: {one.why}); like {samples}")
    if found.unused:
        click.echo("  no guess for: " + ", ".join(column for column, _ in found.unused))
    for _, question in found.questions:
        click.secho(f"  to be said: {question}", bold=True)
    click.echo(f"  written to {mapping}" if mapping is not None else found.mapping.as_json())
    return 0


def _list(importers: Any) -> None:
    click.echo("What can be loaded:\n")
    click.echo("  sample                 the bundled sample of real public facts; no path")
    for name, importer in importers.items():
        click.echo(f"  {name:22} {importer.title}\n  {'':22} reads {importer.reads}")
    click.echo(
        "  issuers                registers of known issuers\n  "
        + " " * 22
        + ' reads JSON of the form {"registry": {DID: {name, url}}}'
    )


def _runs(as_json: bool) -> None:
    from cairn.catalog.queries.imports import run_lines, runs

    if as_json:
        click.echo(json.dumps(run_lines(runs()), ensure_ascii=False))
        return
    for run in runs():
        state = f", undone on {run.undone_at:%Y-%m-%d}" if run.undone_at else ""
        click.secho(
            f"{run.pk:>5}  {run.started_at:%Y-%m-%d %H:%M}  {run.importer} from {run.source_name}{state}", bold=True
        )
        click.echo(
            f"       {run.read:,} read, {run.created:,} created, {run.updated:,} updated, {run.unchanged:,} unchanged, "
            f"{run.repaired:,} repaired, {run.merged:,} merged, {run.refused:,} refused"
        )


def _undo(number: int, as_json: bool) -> None:
    from cairn.catalog import search
    from cairn.catalog.importing.undoing import run_of, undo_run
    from cairn.outside.clock import now

    undone = undo_run(run=run_of(number), by=None, at=now())
    search.refresh()
    if as_json:
        click.echo(json.dumps(undone.as_dict(), ensure_ascii=False))
        return
    click.secho(f"Import {number} is undone.", bold=True)
    for what, tables in (
        ("taken away", undone.removed), ("set to what it was", undone.restored), ("brought back", undone.brought_back),
    ):  # fmt: skip
        for table, rows in tables.items():
            click.echo(f"  {table}: {rows:,} {what}")


def _registry_line(report: dict[str, Any]) -> str:
    left = "; ".join(f"{one['issuer']}: {one['why']}" for one in report["left_out"] + report["refused"])
    return (
        f"{report['register']}: {report['created']} new, {report['updated']} updated, {report['unchanged']} unchanged."
        + (f" Import {report['run']}." if report["run"] else "")
        + (f"\n  left out: {left}" if left else "")
    )


def tell(report: dict[str, Any]) -> None:
    """Print a report for people."""
    click.secho(
        f"{report['importer']} from {report['source']}" + (" (dry run)" if report["dry_run"] else ""), bold=True
    )
    for table, counts in report["tables"].items():
        told = ", ".join(f"{number:,} {what}" for what, number in counts.items() if number)
        click.echo(f"  {table}: {told or 'nothing'}")
    for reason, number in report["skipped"].items():
        click.echo(f"  left out {number:,}: {reason}")
    for note in report["notes"]:
        click.echo(f"  {note}")
    _tell_differences(report.get("differences") or {})
    _tell_annex(report.get("annex") or {})
    remarks = report["remarks"]
    for remark in remarks[:SHOWN]:
        place = (
            f"row {remark['row']}" + (f", {remark['column']}" if remark["column"] else "") if remark["row"] else "file"
        )
        click.echo(f"  {remark['kind']}: {remark['file']} {place}: {remark['message']} {remark['remedy']}".rstrip())
    if len(remarks) > SHOWN:
        click.echo(f"  … and {len(remarks) - SHOWN:,} more remarks; --json prints them all.")


def _tell_annex(found: dict[str, Any]) -> None:
    """Say element by element of Annex I how many of the new credentials state it; what to write where none does."""
    if not found:
        return
    of = found["of"]
    click.echo(f"  Annex I, of {of:,} new or newly described:")
    for one in found["elements"]:
        extra = "" if one["mandatory"] else " (optional)"
        write = f"  {one['write']}" if not one["stated"] else ""
        click.echo(f"    {one['key']:>2} {one['name']}{extra}: {one['stated']:,}{write}")


def _tell_differences(found: dict[str, Any]) -> None:
    if not found or found["compared_with"] is None:
        return
    told = [
        f"{number:,} {table} {what}" for what in ("added", "changed", "gone") for table, number in found[what].items()
    ]
    click.echo(f"  since import {found['compared_with']}: " + (", ".join(told) or "nothing is different"))
    rows = [row for row in found["rows"] if row["what"] != "added"]
    for row in rows[:SHOWN]:
        changes = "; ".join(f"{name}: {_short(old)} → {_short(new)}" for name, (old, new) in row["changes"].items())
        click.echo(f"    {row['what']}: {row['name']}" + (f" ({changes})" if changes else ""))
    if len(rows) > SHOWN:
        click.echo(f"    … and {len(rows) - SHOWN:,} more; --json names them.")


def _short(value: Any) -> str:
    told = "nothing" if value is None or value == "" else str(value)
    return told if len(told) <= 60 else told[:59] + "…"
