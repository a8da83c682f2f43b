"""A provider against Annex I: which elements each of its credentials states, which it leaves out, as a table and as a file."""

from __future__ import annotations

import csv
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cairn.appraisal import ELEMENTS, Completeness
from cairn.catalog import queries
from cairn.catalog.models import DefinitionVersion, Provider

MOST = 1_000
"""So many of a provider's credentials are held against Annex I at once; who has more finds the rest by the programs' API."""
AT_ONCE = 25
FORMULAS = ("=", "+", "-", "@", "\t", "\r")


@require_safe
def provider_completeness(request: HttpRequest, slug: str) -> HttpResponse:
    """Show for each element of Annex I how many of a provider's credentials state it, and for each credential what is missing."""
    provider = queries.provider_at(slug)
    found = _found(provider)
    elements = [
        {"element": element, "stated": sum(element in complete.stated for _, complete in found), "of": len(found)}
        for element in ELEMENTS
    ]
    found.sort(key=lambda one: (one[1].score, one[0].title))
    page = Paginator(found, AT_ONCE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "provider": provider, "elements": elements, "page": page, "many": len(found), "most": MOST,
        "complete": sum(complete.score == complete.of for _, complete in found),
    }  # fmt: skip
    return render(request, "catalog/worth_completeness.html", context)


@require_safe
def provider_completeness_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the same as CSV: one line for each credential, one column for each element; what to write where it is missing."""
    provider = queries.provider_at(slug)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{provider.slug}-completeness.csv"'
    writer = csv.writer(response)
    names = [f"{element.key} {element.name}" for element in ELEMENTS]
    writer.writerow(["credential", "title", "mandatory stated", "of", *names, "what to write"])
    for version, complete in _found(provider):
        marks = ["yes" if element in complete.stated else "no" for element in ELEMENTS]
        write = " ".join(element.write for element in complete.missing_mandatory)
        writer.writerow([version.definition.slug, _plain(version.title), complete.score, complete.of, *marks, write])
    return response


def _found(provider: Provider) -> list[tuple[DefinitionVersion, Completeness]]:
    offered = queries.published().filter(definition__provider=provider).order_by("title", "pk")[:MOST]
    return [(version, queries.completeness_of(version)) for version in offered]


def _plain(text: str) -> str:
    """Keep a title from being read as a formula by a spreadsheet."""
    return f"'{text}" if text.startswith(FORMULAS) else text
