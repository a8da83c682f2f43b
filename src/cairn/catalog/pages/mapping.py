"""The operator's page for somebody's own table: look at the guessed columns, correct them, try it, import it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from cairn.catalog import search
from cairn.catalog.importing.mapping import DATES, HOURS, Mapping, read_mapping
from cairn.catalog.importing.mapping_elements import UNITS
from cairn.catalog.importing.mapping_fields import PARTS, TARGETS
from cairn.catalog.importing.mapping_guess import Guessed
from cairn.catalog.importing.mapping_import import IMPORTER, guess_file, load_rows, source_name
from cairn.catalog.importing.mapping_values import CURRENCIES
from cairn.catalog.pages.importing import forget, kept_files, operator_of
from cairn.errors import CairnError
from cairn.outside import clock
from cairn.people import services as people
from cairn.people.models import Person
from cairn.skills.importing.report import Importer, Report

OF_ALL_ROWS = ("provider", "credit_scheme", "level_framework")
"""What can be said of all rows at once, where no column says it."""
SHOWN = 50
"""Remarks of a report that are shown."""


@login_required
@require_http_methods(["GET", "POST"])
def mapping_columns(request: HttpRequest) -> HttpResponse:
    """Show the guess with samples; take corrections; try the import, or make it."""
    person = operator_of(request)
    path = kept_files(request).paths[0]
    name = path.name
    asked = request.POST if request.method == "POST" else request.GET
    try:
        guessed = guess_file(path, at=clock.now(), rows=asked.get("rows", "")[:300])
    except CairnError as error:
        lists = error.facts.get("lists", [])
        if not lists:
            forget(request)
            messages.error(request, _said(error, path, name))
            return redirect("catalog:mapping_upload")
        return render(request, "catalog/mapping_columns.html", {"name": name, "lists": lists})
    mapping, report, problem = guessed.mapping, None, ""
    mapping = replace(mapping, source=source_name(name, asked.get("rows", "")[:300]))
    if request.method == "POST":
        try:
            mapping = _corrected(request, guessed)
            step = request.POST.get("step", "")
            if step in {"try", "import"}:
                report = _run(path, name, mapping, dry=step == "try")
                if step == "import":
                    _imported(person, report)
                    forget(request)
                    messages.success(
                        request,
                        f"Imported {name}: import {report.run}. Its report takes it back, if need be.",
                    )
        except CairnError as error:
            problem = _said(error, path, name)
    return render(
        request,
        "catalog/mapping_columns.html",
        _context(name, guessed, mapping, report, problem),
        status=422 if problem else 200,
    )


def _run(path: Path, name: str, mapping: Mapping, *, dry: bool) -> Report:
    def load(paths: Any, report: Report, progress: Any) -> None:
        load_rows(path, mapping, report, progress)
        report.source_name = name
        report.remarks = [
            replace(remark, file=name if remark.file == path.name else remark.file) for remark in report.remarks
        ]

    return Importer(IMPORTER.name, IMPORTER.title, IMPORTER.reads, IMPORTER.help, load, IMPORTER.after).run(
        [Path(name)], at=clock.now(), dry_run=dry
    )


def _imported(person: Person, report: Report) -> None:
    people.record(
        organisation=None,
        actor=person,
        role="operator",
        action="import.made",
        object_type="import",
        object_id=report.run or 0,
        at=report.at,
        details={"importer": report.importer, "feed": report.feed},
    )
    search.rebuild()


def _corrected(request: HttpRequest, guessed: Guessed) -> Mapping:
    """Return the mapping as the form says it."""
    told = request.POST
    fields: dict[str, str] = {}
    columns = [one.column for one in guessed.guesses] + [column for column, _ in guessed.unused]
    for number, column in enumerate(columns):
        target = told.get(f"column-{number}", "")
        if target in TARGETS:
            offers = told.get("offers", "")
            inside = bool(offers) and column.startswith(offers + ".")
            fields.setdefault(target, column.removeprefix(offers + ".") if inside else column)
    for target in OF_ALL_ROWS:
        if told.get(f"{target}_name", "").strip():
            fields[target] = "=" + told[f"{target}_name"].strip().lstrip("=").strip()[:250]
    names = ("source", "language", "currency", "dates", "hours", "validity", "decimal", "separator", "rows", "offers")
    values = {name: told.get(name, "").strip()[:300] for name in names}
    values["separator"] = told.get("separator", "")[:5]
    return read_mapping({"mapping": 1, **values, "fields": fields}, "of this page")


def _context(name: str, guessed: Guessed, mapping: Mapping, report: Report | None, problem: str) -> dict[str, Any]:
    chosen = {}
    for target, column in mapping.fields.items():
        inside = f"{mapping.offers}.{column}" if mapping.offers and TARGETS[target].part == "offer" else column
        chosen[inside] = target
        chosen.setdefault(column, target)
    rows = [
        {
            "column": one.column,
            "samples": one.samples,
            "why": one.why,
            "percent": round(one.confidence * 100),
            "taken": one.taken,
            "guess": TARGETS[one.target].label,
        }
        for one in guessed.guesses
    ]
    rows += [{"column": column, "samples": samples} for column, samples in guessed.unused]
    for row in rows:
        row["chosen"] = chosen.get(str(row["column"]), "")
    guess_stands = replace(guessed.mapping, source=mapping.source) == mapping
    fixed = {name: mapping.fields.get(name, "") for name in OF_ALL_ROWS}
    return {
        "name": name,
        "rows": rows,
        "mapping": mapping,
        "as_json": mapping.as_json(),
        "report": report,
        "problem": problem,
        "questions": [] if report else guessed.questions if guess_stands else mapping.questions(),
        "remarks": report.remarks[:SHOWN] if report else [],
        **{f"{name}_name": text[1:] if text.startswith("=") else "" for name, text in fixed.items()},
        "currencies": sorted(CURRENCIES),
        "dates": DATES,
        "hours": HOURS,
        "units": UNITS,
        "groups": [(label, [one for one in TARGETS.values() if one.part == part]) for part, label in PARTS.items()],
    }


def _said(error: CairnError, path: Path, name: str) -> str:
    return f"{error.message} {error.remedy}".replace(path.name, name)
