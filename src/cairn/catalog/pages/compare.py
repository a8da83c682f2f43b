"""Side by side, up to five, of any type: the same rows for all, differences marked, unknowns visible; to print, to share, to export."""

from __future__ import annotations

import csv
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cairn import appraisal
from cairn.appraisal import Comparison, Cover, Fact, Goal, Kind, Money, OccupationWage, Score, SkillGiven
from cairn.catalog import queries
from cairn.catalog.models import DefinitionVersion
from cairn.catalog.pages.search import chosen_for_comparison, compare_address
from cairn.look.formatting import hours_text, money_text
from cairn.look.templatetags.look import type_name
from cairn.outside import clock
from cairn.skills.models import Occupation
from cairn.skills.queries import needs_of

MOST_NEEDS = 20
"""How many skills of an occupation are compared, the most important first."""
MODES = {"online": "online", "onsite": "on site", "blended": "online and on site"}
WORDS = {Kind.NOT_STATED: "not stated", Kind.SUPPRESSED: "suppressed"}


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Show credentials side by side: ``?c=slug&c=slug``; ``only=differences`` leaves out what is the same.

    ``for=51-4121.00`` holds their skills against what an occupation needs most.
    """
    asked = list(dict.fromkeys(request.GET.getlist("c")))
    versions = chosen_for_comparison(asked)
    slugs = [version.definition.slug for version in versions]
    occupation = _occupation(request)
    context: dict[str, Any] = {
        "versions": [
            {
                "version": version,
                "without": compare_address([slug for slug in slugs if slug != version.definition.slug]),
            }
            for version in versions
        ],
        "gone": [slug for slug in asked[: appraisal.MOST] if slug not in slugs],
        "left_over": asked[appraisal.MOST :],
        "most": appraisal.MOST,
        "room": len(versions) < appraisal.MOST,
        "slugs": slugs,
        "columns": len(versions) + 1,
        "only": request.GET.get("only") == "differences",
        "occupation": occupation,
        "kept": urlencode([*(("c", slug) for slug in slugs), *([("for", occupation.code)] if occupation else [])]),
    }
    if versions:
        compared = _compared(versions, _goal(occupation))
        context |= {
            "sections": _sections(compared, only_differing=context["only"]),
            "unknowns": _unknowns(compared, versions),
        }
    return render(request, "catalog/compare.html", context)


@require_safe
def compare_csv(request: HttpRequest) -> HttpResponse:
    """Give the same table as CSV: row, then for each credential its value, its source and what must be said beside it."""
    versions = chosen_for_comparison(request.GET.getlist("c"))
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="comparison.csv"'
    writer = csv.writer(response)
    titles = [version.title for version in versions]
    writer.writerow([_safe(cell) for cell in ["", *[text for title in titles for text in (title, "source", "note")]]])
    if versions:
        for row in _compared(versions, _goal(_occupation(request))).rows:
            cells = [
                text
                for cell in row.cells
                for text in ("; ".join(lines_of(cell, row.kind.format)), cell.source, cell.note)
            ]
            writer.writerow([_safe(text) for text in [row.kind.name, *cells]])
    return response


def lines_of(cell: Fact, how: str) -> list[str]:
    """Write a cell's value in lines of text; an unknown as the word for its kind."""
    if cell.kind is not Kind.KNOWN:
        return [WORDS[cell.kind]]
    value = cell.value
    if isinstance(value, Money):
        return [money_text(value.minor, value.currency)]
    if isinstance(value, Score):
        return [f"{value.have} of {value.of}"]
    if isinstance(value, Cover):
        return _cover_lines(value)
    if how == "type":
        return [str(type_name(value))]
    if how == "mode":
        return [MODES.get(value, value)]
    if how == "hours":
        return [hours_text(value)]
    if how == "percent":
        return [f"{Decimal(value).normalize():f}%"]
    if how == "interval":
        low, high = value
        return [f"between {low:.0f} and {high:.0f} of 100"]
    if isinstance(value, tuple):
        return [_line(one) for one in value]
    return [f"{value:,}" if how == "count" else str(value)]


def _line(one: object) -> str:
    if isinstance(one, OccupationWage):
        if one.median is None:
            return f"{one.occupation}: wages not published"
        low = money_text(Decimal(one.low), one.currency) if one.low is not None else "…"
        high = money_text(Decimal(one.high), one.currency) if one.high is not None else "…"
        return (
            f"{one.occupation}: {money_text(Decimal(one.median), one.currency)} a year in the middle ({low} to {high})"
        )
    if isinstance(one, SkillGiven):
        return f"{one.name} (suggested)" if not one.stated else one.name
    return str(one)


def _cover_lines(cover: Cover) -> list[str]:
    wanted = len(cover.reached) + len(cover.touched) + len(cover.missing)
    lines = [f"{len(cover.reached)} of {wanted} reached"]
    lines += [f"reached: {', '.join(cover.reached)}"] if cover.reached else []
    lines += [f"touched: {', '.join(cover.touched)}"] if cover.touched else []
    return lines


def _compared(versions: list[DefinitionVersion], goal: Goal | None) -> Comparison:
    return appraisal.compare(queries.facts_for_comparison(versions, clock.now()), goal)


def _occupation(request: HttpRequest) -> Occupation | None:
    code = request.GET.get("for", "").strip()
    return Occupation.objects.filter(code=code).order_by("pk").first() if code else None


def _goal(occupation: Occupation | None) -> Goal | None:
    if occupation is None:
        return None
    needs = needs_of(occupation)[:MOST_NEEDS]
    return queries.goal_of(occupation.title, [(need.skill.uri, need.skill.name, need.level) for need in needs])


def _sections(compared: Comparison, *, only_differing: bool) -> list[dict[str, Any]]:
    sections: dict[str, list[dict[str, Any]]] = {}
    for row in compared.rows:
        if only_differing and not row.differs:
            continue
        cells = [
            {
                "known": cell.kind is Kind.KNOWN, "kind": cell.kind.value, "words": WORDS.get(cell.kind, ""), "source": cell.source,
                "lines": lines_of(cell, row.kind.format), "note": cell.note,
            }
            for cell in row.cells
        ]  # fmt: skip
        sections.setdefault(row.kind.section, []).append({"row": row, "differs": row.differs, "cells": cells})
    return [{"name": name, "rows": rows, "notes": _notes(rows)} for name, rows in sections.items()]


def _notes(rows: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Gather what must be said beside rows, once for all rows it is said of."""
    said: dict[str, list[str]] = {}
    for row in rows:
        kind = row["row"].kind
        if kind.note:
            said.setdefault(kind.note, []).append(kind.name)
    return [{"names": "; ".join(names), "text": text} for text, names in said.items()]


def _unknowns(compared: Comparison, versions: list[DefinitionVersion]) -> list[dict[str, Any]]:
    return [
        {
            "title": version.title,
            "names": [row.kind.name for row in compared.unknowns(item)],
            "of": len(compared.rows),
        }
        for version, item in zip(versions, compared.items, strict=True)
    ]


def _safe(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
