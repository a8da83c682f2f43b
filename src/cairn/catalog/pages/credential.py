"""One credential: everything that is known of it, where each thing is known from, and what is not known."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from cairn.catalog import queries
from cairn.catalog.checks import is_recognition
from cairn.catalog.exporting import FORMATS, entry_of, page_markup
from cairn.catalog.languages import language_for, reading_of, translations_of
from cairn.catalog.models import DefinitionVersion, Offer
from cairn.catalog.pages.drawing import stack_of
from cairn.catalog.pages.search import compare_address
from cairn.catalog.queries.likely import skills_by_origin
from cairn.outside import clock

FEW_OCCUPATIONS = 6


@require_safe
def credential(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """Show the published version of a definition, or an earlier one by its number."""
    version = queries.version_of(slug, number)
    offers = queries.current_offers(version)
    at = clock.now()
    outcomes = queries.outcomes_of(version.definition.provider, version.field_of_study)
    occupations = queries.occupations_for(version)
    skills = skills_by_origin(version)
    worth = queries.credibility_of(version, at)
    whole = None if offers else queries.whole_of(version)
    tag = language_for(version, request.GET.get("language", ""), request.headers.get("Accept-Language", ""))
    entry = entry_of(version)
    context: dict[str, Any] = {
        "said": reading_of(version, tag),
        "languages": [version.language, *version.texts] if version.texts else [],
        "translations": translations_of(version),
        "version": version,
        "definition": version.definition,
        "provider": version.definition.provider,
        "owner": version.definition.owner,
        "state": DefinitionVersion.State(version.state),
        "current": version.state == DefinitionVersion.State.PUBLISHED,
        "assessment": queries.assessment_in_words(version),
        "source": queries.source_name(version.definition.source),
        "recognition": version.definition.owner_id is not None and is_recognition(version),
        "offers": offers,
        "first_offer": offers[0] if offers else whole.offer(version) if whole else Offer(),
        "whole": whole,
        "open_offer": next(
            (offer for offer in offers if offer.state == Offer.State.OPEN and version.definition.owner_id), None
        ),
        "approvals": version.definition.provider.approvals.order_by("authority"),
        "outcomes": outcomes,
        "published": queries.grouped(queries.earnings_of(version)),
        "few": any(line.small or line.wage_small for line in outcomes),
        "kept_back": any(line.mean_quarterly_wage is None or line.employed_percent is None for line in outcomes),
        "occupations": occupations[:FEW_OCCUPATIONS],
        "more_occupations": occupations[FEW_OCCUPATIONS:],
        "skills": skills,
        "completeness": queries.completeness_of(version),
        "credibility": worth,
        "gates": queries.gates_of(version, worth, at.date()),
        "interval": {"low": float(worth.low), "high": float(worth.high), "known": float(worth.coverage)},
        "known_criteria": [one for one in worth.criteria if not one.open],
        "unknown_criteria": [one for one in worth.criteria if one.open],
        "stack": stack_of(version),
        "needed_before": queries.needed_before(version),
        "bundles": queries.bundles_with(offers, at.date()),
        "discounts": queries.discounts_on(offers, at.date()),
        "part_of": queries.stacks_that_name(version),
        "endorsements": version.endorsements.select_related("endorser"),
        "versions": version.definition.versions.filter(
            state__in=["published", "suspended", "superseded", "retired"]
        ).order_by("-number"),
        "compare_address": compare_address([slug]),
        "markup": page_markup(entry),
        "page": entry.page,
        "canonical": f"{entry.page}?language={tag}" if request.GET.get("language", "") in version.texts else entry.page,
        "formats": FORMATS.values(),
    }
    response = render(request, "catalog/credential.html", context)
    if version.texts:  # whoever keeps copies keeps one for each language
        patch_vary_headers(response, ["Accept-Language"])
    return response
