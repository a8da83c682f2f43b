"""The operator's page of imports: what each brought, changed and missed, what it remarked, and taking one back."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from cairn.catalog import search
from cairn.catalog.importing.undoing import run_of, undo_run
from cairn.catalog.models import ImportChange
from cairn.catalog.queries.imports import remarks_of, runs
from cairn.errors import Conflict, NotFound
from cairn.outside import clock
from cairn.people.models import Person
from cairn.people.pages.signed_in import person_of

WHATS = {"added": "New", "changed": "Changed", "gone": "Gone from the source"}


@login_required
@require_GET
def imports(request: HttpRequest) -> HttpResponse:
    """List the imports, the latest first."""
    _operator(request)
    page = Paginator(runs(), 20).get_page(request.GET.get("page"))
    return render(request, "catalog/imports.html", {"page": page})


@login_required
@require_GET
def import_run(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one import: its counts, the differences from the one before, and its remarks by kind."""
    _operator(request)
    run = run_of(pk)
    kind = request.GET.get("kind", "")
    remarks = remarks_of(run, kind)
    found = run.details.get("differences") or {}
    rows = found.get("rows", [])
    context = {
        "run": run,
        "brought_versions": run.changes.filter(
            kind=ImportChange.Kind.CREATED, table="catalog.definitionversion"
        ).exists(),
        "tables": [(name, counts) for name, counts in run.details.get("tables", {}).items()],
        "skipped": run.details.get("skipped", {}).items(),
        "notes": run.details.get("notes", []),
        "annex": run.details.get("annex"),
        "compared_with": found.get("compared_with"),
        "differences": [
            {
                "title": title,
                "counts": found.get(what, {}).items(),
                "rows": [row for row in rows if row["what"] == what][:50],
            }
            for what, title in WHATS.items()
            if found.get(what)
        ],
        "page": Paginator(remarks, 50).get_page(request.GET.get("page")),
        "kinds": [("", "All"), ("refused", "Refused"), ("repaired", "Repaired"), ("merged", "Merged")],
        "kind": kind,
        "query": urlencode({"kind": kind}),
    }
    return render(request, "catalog/import_run.html", context)


@login_required
@require_POST
def import_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an import back, or say what builds on it."""
    person = _operator(request)
    try:
        undone = undo_run(run=run_of(pk), by=person, at=clock.now())
    except Conflict as error:
        messages.error(request, f"{error.message} {error.remedy}")
    else:
        if len(undone.versions) > 1000:
            search.rebuild()
        else:
            search.update(list(undone.versions))
        messages.success(request, f"Import {pk} is undone: everything is as it was before it.")
    return redirect("catalog:import_run", pk=pk)


def _operator(request: HttpRequest) -> Person:
    person = person_of(request)
    if not person.is_staff:
        raise NotFound("There is no such page.", remedy="Go back to the catalogue.")
    return person
