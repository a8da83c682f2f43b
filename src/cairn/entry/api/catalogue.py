"""Search, read and compare what the catalogue has. Open to everybody; the same facts as on the pages."""

from functools import cache
from typing import Annotated, Any

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Query, Router
from ninja.errors import AuthenticationError

from cairn import appraisal
from cairn.catalog import queries
from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import Offer, SkillTaught
from cairn.catalog.pages.compare import goal_at, lines_of, occupation_at
from cairn.catalog.queries import Line
from cairn.catalog.search import SORTS, search
from cairn.catalog.search.facets import FACETS
from cairn.entry.api.catalogue_answers import (
    ComparisonOut,
    CredentialDetail,
    OccupationOut,
    OfferOut,
    SearchOut,
)
from cairn.entry.api.plain import plain
from cairn.entry.api.tokens import Scoped
from cairn.errors import Invalid, NotFound
from cairn.outside import clock
from cairn.people.models import ApiToken
from cairn.skills.queries import search_occupations

router = Router()
MOST_RESULTS = 100
MAX_QUERY = 200


@router.get("/catalogue/search", response=SearchOut, auth=None, operation_id="search", summary="Search the catalogue")
def search_catalogue(
    request: HttpRequest,
    q: Annotated[
        str,
        Query(
            description="Words, in English, German or Spanish; typos are forgiven, “under 1000”, “evening” or “online” are understood",
            max_length=MAX_QUERY,
        ),
    ] = "",
    facet: Annotated[
        list[str],
        Query(description="Narrow by name:value, repeated. Names: " + ", ".join(each.name for each in FACETS)),
    ] = [],  # noqa: B006  a default that ninja copies
    sort: Annotated[str, Query(description="One of " + ", ".join(SORTS))] = "relevance",
    page: Annotated[int, Query(ge=1, description="Which page, from 1")] = 1,
    size: Annotated[int, Query(ge=1, le=MOST_RESULTS, description=f"How many on a page, {MOST_RESULTS} at most")] = 20,
    literally: Annotated[
        bool, Query(description="Look for every word as a word: “under 1000” is no condition then")
    ] = False,
) -> HttpResponse:
    """Find credentials by words, what they mean, and facets. Nobody can pay for a place in the list."""
    found = search(q, _ticked(facet), _known_sort(sort), page, size, literally=literally)
    answer = {
        "query": found.query,
        "sort": found.sort,
        "total": found.total,
        "about": found.about,
        "page": found.page.number,
        "pages": found.page.paginator.num_pages,
        "results": [{**summary_of(version), "why": found.why.get(version.pk, ())} for version in found.versions],
        "facets": found.facets,  # written field by field as they are
        "notice": found.notice,
        "close": found.close,
        "whole": found.whole,
        "corrections": [{"said": each.said, "read_as": each.read_as} for each in found.corrections],
        "unknown": found.unknown,
        "understood": [condition.told for condition in found.conditions],
        "suggestion": found.suggestion,
    }
    # Written straight away: reading some hundred small values into schemas and out again took longer than the index takes to find them.
    return HttpResponse(orjson.dumps(answer), content_type="application/json; charset=utf-8")


@router.get("/catalogue/credentials/{slug}", response=CredentialDetail, auth=None, operation_id="credential",
            summary="Read a credential of the catalogue")  # fmt: skip
def read_credential(
    request: HttpRequest,
    slug: str,
    version: Annotated[int | None, Query(description="A version's number; default: the published one")] = None,
) -> dict[str, Any]:
    """Read what a definition states, what is published about its outcomes, how complete it is and how credible."""
    found = queries.version_of(slug, version)
    complete, credible = queries.completeness_of(found), queries.credibility_of(found, clock.now())
    offers, today = queries.current_offers(found), clock.now().date()
    texts = (
        "state", "description", "criteria", "language", "outcomes", "workload_hours", "credits", "credit_scheme", "level_framework",
        "level", "assessment_type", "participation", "supervision", "quality_assurance", "prerequisites", "requirement", "rubric",
        "valid_months",
    )  # fmt: skip
    return {
        **summary_of(queries.line_of(found)),
        **{name: plain(getattr(found, name)) for name in texts},
        "achievement": achievement_id(found),
        "skills": [_skill(one) for one in found.skills.select_related("skill", "evidence").order_by("skill__name")],
        "requires": [
            [{**one, "name": name.text} for one, name in zip(group, names, strict=True)]
            for group, names in zip(found.requires, queries.needed_before(found), strict=True)
        ],
        "offers": [_offer(offer) for offer in offers],
        "bundles": [_bundle(one) for one in queries.bundles_with(offers, today)],
        "discounts": [_discount(one) for one in queries.discounts_on(offers, today)],
        "published_outcomes": plain(queries.outcomes_of(found.definition.provider, found.field_of_study)),
        "published_earnings": plain(queries.earnings_of(found)),
        "completeness": {
            "score": complete.score,
            "of": complete.of,
            "missing": [{"element": one.name, "mandatory": one.mandatory} for one in complete.missing],
        },
        "credibility": {
            "low": float(credible.low),
            "high": float(credible.high),
            "rubric": f"{credible.rubric.id} {credible.rubric.version}",
        },
    }


@router.get(
    "/catalogue/compare", response=ComparisonOut, auth=None, operation_id="compare", summary="Compare credentials"
)
def compare(
    request: HttpRequest,
    slug: Annotated[list[str], Query(description=f"One to {appraisal.MOST} slugs, repeated")],
    occupation: Annotated[
        str,
        Query(
            alias="for", description="Hold their skills against what an occupation needs most: its code", max_length=40
        ),
    ] = "",
    goal: Annotated[
        int | None,
        Query(description="Or against a goal of whoever made the token, by its number; needs the scope plans:read"),
    ] = None,
) -> dict[str, Any]:
    """Put credentials side by side, row by row, each fact with its source and what is unknown as unknown.

    With ``for`` or ``goal`` a row says which of the skills needed there each of them gives; the same as on the page.
    """
    against = _held_against(request, occupation.strip(), goal)
    versions = [queries.version_of(each) for each in dict.fromkeys(slug)]
    compared = appraisal.compare(queries.facts_for_comparison(versions, clock.now()), against)
    return {
        "goal": None if against is None else against.name,
        "items": [summary_of(line) for line in queries.lines_of(versions)],
        "rows": [
            {
                "key": row.kind.key,
                "name": row.kind.name,
                "differs": row.differs,
                "cells": [
                    {
                        "kind": plain(cell.kind),
                        "value": plain(cell.value),
                        "lines": lines_of(cell, row.kind.format),
                        "source": cell.source,
                        "note": cell.note,
                    }
                    for cell in row.cells
                ],
            }
            for row in compared.rows
        ],
    }


@router.get(
    "/occupations", response=list[OccupationOut], auth=None, operation_id="occupations", summary="Find an occupation"
)
def occupations(
    request: HttpRequest,
    q: Annotated[str, Query(description="Words of a title, or a code", min_length=1, max_length=MAX_QUERY)],
    size: Annotated[int, Query(ge=1, le=50, description="How many, 50 at most")] = 20,
) -> list[dict[str, Any]]:
    """Find the occupation to plan toward; plans take its code."""
    return [
        {
            "code": one.occupation.code,
            "title": one.occupation.title,
            "found_as": one.called,
            "in_demand": one.occupation.in_demand,
        }
        for one in search_occupations(q, size)
    ]


def _held_against(request: HttpRequest, code: str, goal: int | None) -> appraisal.Goal | None:
    """Programs are told about a goal that a page would silently leave out."""
    if code and goal is not None:
        raise Invalid("Two goals were given.", remedy="Give for=<code of an occupation>, or goal=<number>, not both.")
    if code:
        occupation = occupation_at(code)
        if occupation is None:
            raise NotFound(
                f"There is no occupation “{code}” here.", remedy="Look for its code with /api/v1/occupations."
            )
        found, name = goal_at(occupation), occupation.title
    elif goal is not None:
        token = Scoped("plans:read")(request)
        if not isinstance(token, ApiToken):
            raise AuthenticationError
        own = {one.asked: one for one in queries.goals_for_comparison(token.created_by)}.get(("goal", str(goal)))
        if own is None:
            raise NotFound("There is no such goal of yours.", remedy="Its number stands in the address of its page.")
        found, name = own.goal, own.name
    else:
        return None
    if found is None:
        raise Invalid(
            f"Nothing is known of the skills that “{name}” needs.",
            remedy="Compare without it.",
            code="goal_without_needs",
        )
    return found


def summary_of(line: Line) -> dict[str, Any]:
    """Return what a list says of a version."""
    cheapest, summed = line.cheapest, line.summed
    hours = line.workload_hours
    if hours is None:
        hours = min((offer.hours for offer in line.live if offer.hours is not None), default=None)
    return {
        "slug": line.slug,
        "version": line.number,
        "title": line.title,
        "type": line.type,
        "provider": line.provider.name,
        "leads_to": line.leads_to,
        "price_total": None if cheapest is None else cheapest.price_total,
        "currency": None if cheapest is None else cheapest.currency,
        "hours": plain(hours),
        "sum_of_parts": None
        if summed is None
        else {
            "parts": len(summed.parts),
            "price_total": summed.price,
            "currency": None if summed.price is None else summed.currency,
            "hours": plain(summed.hours),
        },
        "page": _pages() + line.slug + "/",
    }


@cache
def _pages() -> str:
    """Return what the addresses of all credentials' pages begin with; looking each of a hundred up costs more than writing it."""
    return settings.PUBLIC_URL + reverse("catalog:credential", args=["x"]).removesuffix("x/")


def _skill(taught: SkillTaught) -> dict[str, Any]:
    """Write a skill with who says so; ``evidence`` is there where words of the definition were taken for it."""
    told: dict[str, Any] = {
        "uri": taught.skill.uri, "name": taught.skill.name, "level": plain(taught.level), "origin": taught.origin,
        "stated": taught.origin == SkillTaught.Origin.STATED,
    }  # fmt: skip
    evidence = getattr(taught, "evidence", None)
    if evidence is not None and not told["stated"]:
        told["evidence"] = {
            name: plain(getattr(evidence, name))
            for name in ("part", "start", "end", "text", "label", "how", "confidence", "method", "framework")
        }
    return told


def _offer(offer: Offer) -> dict[str, Any]:
    return {name: plain(getattr(offer, name)) for name in OfferOut.model_fields}


def _bundle(one: queries.BundleShown) -> dict[str, Any]:
    return {
        "id": one.bundle.pk,
        "title": one.bundle.title,
        "currency": one.bundle.currency,
        "price": one.bundle.price,
        "singly": one.singly,
        "saves": one.saves,
        "offers": [offer.pk for offer in one.offers],
        "until_on": plain(one.bundle.until_on),
    }


def _discount(one: queries.DiscountShown) -> dict[str, Any]:
    row = one.discount
    return {
        "id": row.pk,
        "title": row.title,
        "offer": row.offer_id,
        "currency": row.offer.currency,
        "off": one.off,
        "percent": row.percent,
        "credentials": row.credentials,
        "until_on": plain(row.until_on),
    }


def _known_sort(sort: str) -> str:
    if sort not in SORTS:
        raise Invalid(f"“{sort}” is no order.", remedy="Choose one of: " + ", ".join(SORTS) + ".", code="unknown_sort")
    return sort


def _ticked(pairs: list[str]) -> dict[str, list[str]]:
    """Programs are told about what a page would silently ignore."""
    names = [each.name for each in FACETS]
    ticked: dict[str, list[str]] = {}
    for pair in pairs:
        name, colon, value = pair.partition(":")
        if not colon or name not in names:
            raise Invalid(
                f"“{pair}” is no facet.",
                remedy="Write facet=name:value, with a name out of: " + ", ".join(names) + ".",
                code="unknown_facet",
            )
        ticked.setdefault(name, []).append(value)
    return ticked
