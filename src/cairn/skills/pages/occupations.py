"""Pages about occupations: find one, read what it needs and what it pays."""

from __future__ import annotations

from decimal import Decimal
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cairn.skills import queries
from cairn.skills.families import family_of
from cairn.skills.models import OccupationNeed, Skill

FOUND_AT_MOST = 30
SHOWN_FIRST = 8

_PARTS = (
    (Skill.Kind.KNOWLEDGE, "Knowledge", "What one has to know about"),
    (Skill.Kind.SKILL, "Skills", "What one has to be able to do"),
    (Skill.Kind.TECHNOLOGY, "Technology", "What one works with"),
)


@require_safe
def occupations(request: HttpRequest) -> HttpResponse:
    """Search occupations by any of their names, or browse those in demand by family."""
    text = request.GET.get("q", "").strip()[:100]
    context: dict[str, Any] = {"text": text}
    if text:
        context["found"] = queries.search_occupations(text, FOUND_AT_MOST)
    else:
        demand = queries.in_demand_occupations()
        context["families"] = [
            (name, list(group)) for name, group in groupby(demand, key=lambda each: family_of(each.soc))
        ]
    return render(request, "skills/occupations.html", context)


@require_safe
def occupation(request: HttpRequest, code: str) -> HttpResponse:
    """Show one occupation: needs with their levels, pay, what it is called elsewhere, and where to go from here."""
    found = queries.occupation_by_code(code)
    needs = list(queries.needs_of(found))
    wage = queries.wage_of(found)
    context = {
        "occupation": found,
        "family": family_of(found.soc) if found.soc else "",
        "parts": [part for part in (_part(needs, *names) for names in _PARTS) if part["count"]],
        "rated": any(need.importance is not None for need in needs),
        "wage": wage,
        "employed": f"{wage.wage.employment:,}" if wage and wage.wage.employment else "",
        "top_coded": _top_coded(wage),
        "catalogue_title": queries.catalogue_title(found),
        "fields": queries.fields_of(found),
        "related": queries.related_occupations(found),
    }
    return render(request, "skills/occupation.html", context)


def _told(need: OccupationNeed) -> str:
    """Say in figures how much of a skill is needed and how sure that is."""
    told = []
    if need.level is not None:
        told.append(f"level {need.level:.1f}{_error(need.level_error)}")
    if need.importance is not None:
        told.append(f"importance {need.importance:.1f}")
    if need.essential is not None:
        told.append("essential" if need.essential else "optional")
    if need.in_demand:
        told.append("employers often ask for it")
    return ", ".join(told)


def _error(error: Decimal | None) -> str:
    return "" if error is None else f" ± {error:.1f}"


def _part(needs: list[OccupationNeed], kind: str, name: str, meaning: str) -> dict[str, Any]:
    chosen = [
        {"skill": need.skill, "level": need.level, "told": _told(need)} for need in needs if need.skill.kind == kind
    ]
    return {
        "kind": kind,
        "name": name,
        "meaning": meaning,
        "count": len(chosen),
        "first": chosen[:SHOWN_FIRST],
        "more": chosen[SHOWN_FIRST:],
    }


_FIGURES = {
    "mean": "the mean",
    "p10": "the lowest tenth's limit",
    "p25": "the lowest quarter's limit",
    "median": "the middle",
    "p75": "the highest quarter's limit",
    "p90": "the highest tenth's limit",
}


def _top_coded(wage: queries.OccupationWage | None) -> str:
    """Say which figures are only known as "this much or more"."""
    return "" if wage is None else ", ".join(_FIGURES[name] for name in _FIGURES if name in wage.wage.top_coded)
