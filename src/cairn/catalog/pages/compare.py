"""Side by side, up to five, of any type: the same rows for all, differences marked, unknowns visible; to print, to share, to export."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cairn import appraisal
from cairn.appraisal import Comparison, Cover, Fact, Goal, Kind, Money, OccupationWage, Score, SkillGiven
from cairn.catalog import queries
from cairn.catalog.exporting.table import guarded
from cairn.catalog.models import DefinitionVersion
from cairn.catalog.pages.comparing import as_json, as_pdf
from cairn.catalog.pages.search import chosen_for_comparison
from cairn.catalog.templatetags.catalog import language_name
from cairn.errors import NotFound
from cairn.look.drawings import interval
from cairn.look.formatting import hours_text, money_text
from cairn.look.templatetags.look import type_name
from cairn.outside import clock
from cairn.people.models import Person
from cairn.skills.models import Occupation
from cairn.skills.queries import needs_of

MOST_NEEDS = 20
"""How many skills of an occupation are compared, the most important first."""
COLUMN = 228
"""Width of a drawing in a column, in pixels."""
MODES = {"online": "online", "onsite": "on site", "blended": "online and on site"}
WORDS = {Kind.NOT_STATED: "not stated", Kind.SUPPRESSED: "suppressed"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks to see side by side, and against which goal. ``pairs`` is what the next address keeps."""

    slugs: tuple[str, ...]
    versions: list[DefinitionVersion]
    goal: Goal | None
    goal_name: str
    pairs: tuple[tuple[str, str], ...]
    at: datetime

    @property
    def compared(self) -> Comparison:
        """The comparison of what is asked for."""
        return appraisal.compare(queries.facts_for_comparison(self.versions, self.at), self.goal)


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Show credentials side by side: ``?c=slug&c=slug``; ``only=differences`` leaves out what is the same.

    ``for=51-4121.00`` holds their skills against what an occupation needs most, ``goal=7`` against a goal of whoever is signed in.
    """
    asked = _asked(request)
    slugs = [version.definition.slug for version in asked.versions]
    pairs = [*(("c", slug) for slug in slugs), *asked.pairs]
    only = request.GET.get("only") == "differences"
    context: dict[str, Any] = {
        "versions": [
            {
                "version": version,
                "without": f"?{urlencode([pair for pair in pairs if pair != ('c', version.definition.slug)])}",
            }
            for version in asked.versions
        ],
        "gone": [slug for slug in asked.slugs[: appraisal.MOST] if slug not in slugs],
        "left_over": asked.slugs[appraisal.MOST :],
        "most": appraisal.MOST,
        "room": len(asked.versions) < appraisal.MOST,
        "slugs": slugs,
        "columns": len(asked.versions) + 1,
        "only": only,
        "goal_name": asked.goal_name,
        "goals": _goals(request, slugs, asked),
        "without_goal": f"?{urlencode([('c', slug) for slug in slugs])}",
        "kept": urlencode(pairs),
    }
    if asked.versions:
        compared = asked.compared
        context |= {
            "sections": _sections(compared, only_differing=only),
            "unknowns": _unknowns(compared, asked.versions),
            "currencies": compared.currencies if len(compared.currencies) > 1 else (),
        }
    return render(request, "catalog/compare.html", context)


@require_safe
def compare_csv(request: HttpRequest) -> HttpResponse:
    """Give the same table as CSV: row, then for each credential its value, its source and what must be said beside it."""
    asked = _asked(request)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="comparison.csv"'
    writer = csv.writer(response)
    titles = [version.title for version in asked.versions]
    writer.writerow(
        [
            guarded(cell)
            for cell in ["", *[text for title in titles for text in (title, f"{title}: source", f"{title}: note")]]
        ]
    )
    if asked.versions:
        for row in asked.compared.rows:
            cells = [
                text
                for cell in row.cells
                for text in ("; ".join(lines_of(cell, row.kind.format)), _said_by(cell), cell.note)
            ]
            writer.writerow([guarded(text) for text in [row.kind.name, *cells]])
    return response


def _said_by(cell: Fact) -> str:
    """Return who says it. What is not stated is nobody's statement, though its source is where it was looked for."""
    return "" if cell.kind is Kind.NOT_STATED else cell.source


@require_safe
def compare_json(request: HttpRequest) -> HttpResponse:
    """Give the same comparison as JSON, with the values as they are."""
    asked = _something(_asked(request))
    compared = asked.compared
    lines = {row.kind.key: [lines_of(cell, row.kind.format) for cell in row.cells] for row in compared.rows}
    response = JsonResponse(
        as_json(compared, asked.versions, lines, asked.at), json_dumps_params={"ensure_ascii": False}
    )
    response["Content-Disposition"] = 'attachment; filename="comparison.json"'
    return response


@require_safe
def compare_pdf(request: HttpRequest) -> HttpResponse:
    """Give the same comparison as PDF."""
    asked = _something(_asked(request))
    compared = asked.compared
    currencies = compared.currencies
    said = {
        "title": "Side by side",
        "about": "The same questions for each. What nobody answers stays visible."
        + (f" Skills are held against: {asked.goal_name}." if asked.goal_name else ""),
        "footer": f"{settings.PUBLIC_URL}, {asked.at.day} {asked.at:%B %Y}",
        "notices": [_mixed(currencies)] if len(currencies) > 1 else [],
        "items": [{"title": one.title, "provider": one.definition.provider.name} for one in asked.versions],
        "sections": [
            {
                "name": section["name"],
                "notes": section["notes"],
                "rows": [
                    {
                        "name": line["row"].kind.name,
                        "differs": line["differs"],
                        "cells": [
                            {"kind": cell["kind"], "lines": cell["lines"], "note": cell["note"]}
                            for cell in line["cells"]
                        ],
                    }
                    for line in section["rows"]
                ],
            }
            for section in _sections(compared, only_differing=False)
        ],
    }
    response = HttpResponse(as_pdf(said, asked.at), content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="comparison.pdf"'
    return response


def _asked(request: HttpRequest) -> Asked:
    slugs = tuple(dict.fromkeys(request.GET.getlist("c")))
    versions, at = chosen_for_comparison(list(slugs)), clock.now()
    occupation = occupation_at(request.GET.get("for", "").strip())
    if occupation is not None:
        return Asked(slugs, versions, goal_at(occupation), occupation.title, (("for", occupation.code),), at)
    wanted = ("goal", request.GET.get("goal", "").strip())
    own = next((one for one in _own_goals(request) if one.asked == wanted), None) if wanted[1] else None
    if own is not None:
        return Asked(slugs, versions, own.goal, own.name, (own.asked,), at)
    return Asked(slugs, versions, None, "", (), at)


def _something(asked: Asked) -> Asked:
    if not asked.versions:
        raise NotFound("There is nothing to compare.", remedy="Name one to five credentials: ?c=slug&c=slug.")
    return asked


def _own_goals(request: HttpRequest) -> list[queries.OwnGoal]:
    person = request.user
    return queries.goals_for_comparison(person) if isinstance(person, Person) else []


def _goals(request: HttpRequest, slugs: list[str], asked: Asked) -> list[dict[str, Any]]:
    """Return the goals of whoever is signed in, as links that hold the skills against them."""
    return [
        {
            "name": one.name,
            "address": f"?{urlencode([*(('c', slug) for slug in slugs), one.asked])}",
            "chosen": one.asked in asked.pairs,
            "shared": one.asked[0] == "for",
        }
        for one in _own_goals(request)
        if one.goal is not None
    ]


def _mixed(currencies: tuple[str, ...]) -> str:
    return f"Amounts stand here in {' and '.join(currencies)}. They are not converted: a smaller number is not a smaller price."


def lines_of(cell: Fact, how: str) -> list[str]:
    """Write a cell's value in lines of text; an unknown as the word for its kind."""
    if cell.kind is not Kind.KNOWN:
        return [WORDS[cell.kind]]
    value = cell.value
    if isinstance(value, Money):
        return ["free"] if how == "price" and not value.minor else [money_text(value.minor, value.currency)]
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
        low, high, known = value
        return [f"between {low:.0f} and {high:.0f} of 100", f"{known * 100:.0f}% of what counts is known"]
    if how == "languages":
        return [language_name(tag) for tag in value]
    if isinstance(value, tuple):
        return [_line(one) for one in value]
    if how == "number":
        return [f"{Decimal(value).normalize():f}"]
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


def occupation_at(code: str) -> Occupation | None:
    """Return the occupation of this code, in whichever framework has it; None where none has."""
    return Occupation.objects.filter(code=code).order_by("pk").first() if code else None


def goal_at(occupation: Occupation) -> Goal | None:
    """Return what an occupation needs most as a goal; None where nothing is known of it."""
    needs = needs_of(occupation)[:MOST_NEEDS]
    return queries.goal_of(occupation.title, [(need.skill.uri, need.skill.name, need.level) for need in needs])


def _sections(compared: Comparison, *, only_differing: bool) -> list[dict[str, Any]]:
    sections: dict[str, list[dict[str, Any]]] = {}
    for row in compared.rows:
        if only_differing and not row.differs:
            continue
        cells = [
            {
                "known": cell.kind is Kind.KNOWN, "kind": cell.kind.value, "words": WORDS.get(cell.kind, ""), "source": _said_by(cell),
                "lines": lines_of(cell, row.kind.format), "note": cell.note,
                "bar": _bar(row.kind.format, cell, f"{row.kind.key}-{place}"),
            }
            for place, cell in enumerate(row.cells)
        ]  # fmt: skip
        same = (
            len(cells) > 1
            and not any(cell["bar"] for cell in cells)
            and all(_shown(one) == _shown(cells[0]) for one in cells)
        )
        sections.setdefault(row.kind.section, []).append(
            {"row": row, "differs": row.differs, "same": same, "cells": cells}
        )
    return [
        {"name": name, "rows": rows, "notes": _notes(rows), "mark": f"group-{place}"}
        for place, (name, rows) in enumerate(sections.items(), 1)
    ]


def _shown(cell: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return all that a reader sees of a cell."""
    return cell["kind"], cell["lines"], cell["note"]


def _bar(how: str, cell: Fact, key: str) -> str:
    """Draw an interval as wide as a column."""
    if how != "interval" or cell.kind is not Kind.KNOWN:
        return ""
    low, high, known = cell.value
    return interval(float(low), float(high), float(known), width=COLUMN, key=key)


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
