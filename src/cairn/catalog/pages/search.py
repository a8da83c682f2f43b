"""The catalogue: one form that holds words, facets, order and what is ticked for comparing, so that an address says all of it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from cairn.appraisal import MOST
from cairn.catalog.models import DefinitionVersion
from cairn.catalog.queries import Line, published
from cairn.catalog.search import SORTS, SearchPage
from cairn.catalog.search import search as ask
from cairn.catalog.search.facets import FACETS, UNKNOWN

LONGEST = 200
"""Letters of a question that are read."""


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Answer a search; with htmx only what changes is sent."""
    ticked = {kind.name: request.GET.getlist(kind.name) for kind in FACETS}
    found = ask(
        request.GET.get("q", "")[:LONGEST].strip(),
        ticked,
        request.GET.get("sort", "relevance"),
        _number(request.GET.get("page", "1")),
        literally=request.GET.get("literally") == "1",
    )
    chosen = chosen_for_comparison(request.GET.getlist("c"))
    context: dict[str, Any] = {
        "found": found,
        "sorts": SORTS.items(),
        "shown": [{**card_of(version), "why": found.why.get(version.pk, ())} for version in found.versions],
        "active": active_filters(request, found),
        "suggestion_address": _address(request, q=found.suggestion, page=None) if found.suggestion else "",
        "literally": request.GET.get("literally") == "1",
        "literal_address": _address(request, literally="1", page=None),
        "chosen": chosen,
        "chosen_slugs": [version.definition.slug for version in chosen],
        "compare_address": compare_address([version.definition.slug for version in chosen]),
        "full": len(chosen) >= MOST,
        "most": MOST,
        "facets_open": "Mobi" not in request.headers.get("User-Agent", "") or found.narrowed,
        "clear_address": f"{reverse('catalog:search')}?{urlencode({'q': found.query})}"
        if found.query
        else reverse("catalog:search"),
    }
    htmx = getattr(request, "htmx", None)
    fragment = bool(htmx) and not getattr(htmx, "history_restore_request", False)
    response = render(request, "catalog/_catalogue.html" if fragment else "catalog/search.html", context)
    patch_vary_headers(response, ["HX-Request", "User-Agent"])
    return response


def active_filters(request: HttpRequest, found: SearchPage) -> list[dict[str, str]]:
    """Return what is ticked, each with the address of the same question without it."""
    return [
        {
            "facet": facet.label,
            "label": f"{facet.label}: {value.label.lower()}" if value.value == UNKNOWN else value.label,
            "address": _address(request, without=(facet.name, value.value), page=None),
        }
        for facet in found.facets
        for value in facet.values
        if value.selected
    ]


def _address(request: HttpRequest, *, without: tuple[str, str] | None = None, **changes: str | None) -> str:
    """Return the address of this question with some of it changed; None leaves a part out."""
    asked = request.GET.copy()
    for name, value in changes.items():
        asked.pop(name, None)
        if value is not None:
            asked[name] = value
    if without is not None:
        name, value = without
        asked.setlist(name, [one for one in asked.getlist(name) if one != value])
    return f"{reverse('catalog:search')}?{asked.urlencode()}"


def chosen_for_comparison(slugs: list[str]) -> list[DefinitionVersion]:
    """Return the published versions of these slugs in the order given, each once, at most as many as can be compared."""
    wanted = list(dict.fromkeys(slugs))[:MOST]
    if not wanted:
        return []
    found = {version.definition.slug: version for version in published().filter(definition__slug__in=wanted)}
    return [found[slug] for slug in wanted if slug in found]


def compare_address(slugs: list[str]) -> str:
    """Return the address that shows these side by side."""
    return f"{reverse('catalog:compare')}?{urlencode([('c', slug) for slug in slugs])}"


def card_of(line: Line) -> dict[str, Any]:
    """Return what a card shows: the cheapest stated price, hours, place; of what is made of parts the sums, said to be that."""
    offers, cheapest, summed = line.live, line.cheapest, line.summed
    first = offers[0] if offers else None
    hours = line.workload_hours
    if hours is None:
        hours = next((offer.hours for offer in offers if offer.hours is not None), None)
    price, hours_summed = cheapest.price_total if cheapest else None, False
    if summed is not None:
        price, hours_summed = summed.price, hours is None and summed.hours is not None
        hours = summed.hours if hours is None else hours
    place = (first.city if first else "") or line.provider.city
    return {
        "line": line,
        "price": price,
        "currency": cheapest.currency if cheapest else summed.currency if summed else "USD",
        "price_said": summed.in_all if summed and price is not None else "",
        "hours": hours,
        "hours_said": ("in all" if price is not None else summed.in_all) if summed and hours_summed else "",
        "duration": first.duration_text if first else "",
        "place": "" if _ends_with(line.provider.name, place) else place,
    }


def _ends_with(name: str, place: str) -> bool:
    """Say whether a provider's name says its place already: "Shore School - Iselin"."""
    name, place = name.casefold(), place.casefold()
    return name == place or (name.endswith(place) and not name.removesuffix(place)[-1:].isalnum())


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else 1
