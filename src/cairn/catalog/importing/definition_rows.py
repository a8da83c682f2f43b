"""Write programmes as published definitions with an offer and the skills they are likely to cover.

A new price or duration alone changes the offer; anything else makes a new version (:mod:`version_rows`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.text import slugify

from cairn.catalog.importing.offer_rows import settle_offers
from cairn.catalog.importing.programme_rows import Programme
from cairn.catalog.importing.provider_rows import APPROVALS, SOURCE
from cairn.catalog.importing.taught import ORIGIN, likely_skills
from cairn.catalog.importing.version_rows import publish_versions
from cairn.catalog.models import Definition, LikelySkillDecision, Offer, SkillTaught
from cairn.skills.importing.report import Progress, Report
from cairn.skills.importing.saving import remove_all, save_all

TERMS = (
    "currency", "price_total", "price_tuition", "price_fees", "price_materials", "price_other", "hours", "duration_text", "mode", "evening",
    "city", "county", "state_code",
)  # fmt: skip
_QUALITY = f"Approved on the {APPROVALS}."


def save_definitions(
    programmes: Sequence[Programme],
    keys: dict[str, str],
    providers: dict[str, int],
    at: datetime,
    report: Report,
    progress: Progress,
) -> None:
    """Write definitions, versions, offers and likely skills."""
    definitions = save_all(
        (
            Definition(
                slug=f"{slugify(programme.title)[:100] or 'programme'}-nj-{slugify(programme.key)[:50]}", type=programme.type,
                provider_id=providers[keys[programme.key]], source=SOURCE, source_key=programme.key,
            )
            for programme in programmes
        ),
        within=Definition.objects.filter(source=SOURCE), key=("source_key",), fields=("type", "provider_id"),
        table="definitions", report=report, progress=progress,
    )  # fmt: skip
    by_definition = {definitions[programme.key,]: programme for programme in programmes}
    versions = publish_versions(
        {definition: _content(programme) for definition, programme in by_definition.items()},
        at=at, report=report, progress=progress,
    )  # fmt: skip
    progress("offers", 0, len(programmes))
    saved = save_all(
        (
            Offer(version_id=version, state=Offer.State.OPEN, **_terms(by_definition[definition]))
            for definition, version in versions.items()
        ),
        within=Offer.objects.filter(version__in=versions.values()), key=("version_id",), fields=TERMS,
        table="offers", report=report, progress=progress, named=False,
    )  # fmt: skip
    settle_offers(list(versions.values()), saved.values(), report)
    _skills({version: by_definition[definition].cip for definition, version in versions.items()}, report, progress)


def _content(programme: Programme) -> dict[str, Any]:
    return {
        "title": programme.title, "language": "en", "workload_hours": programme.hours, "credits": programme.credits,
        "quality_assurance": _QUALITY, "leads_to": programme.leads_to, "field_of_study": programme.cip, "tags": programme.tags,
    }  # fmt: skip


def _terms(programme: Programme) -> dict[str, Any]:
    costs = programme.costs
    return {
        "currency": "USD", "price_total": costs.total, "price_tuition": costs.tuition, "price_fees": costs.fees,
        "price_materials": costs.materials, "price_other": costs.other, "hours": programme.hours, "duration_text": programme.duration,
        "mode": programme.mode, "evening": programme.evening, "city": programme.city, "county": programme.county,
        "state_code": programme.state,
    }  # fmt: skip


def _skills(fields: dict[int, str], report: Report, progress: Progress) -> None:
    """Bring the likely skills of every published version up to date; what the rule no longer gives is taken away."""
    likely = likely_skills(fields.values())
    stored = SkillTaught.objects.filter(version__in=fields, origin=ORIGIN)
    known = set(SkillTaught.objects.filter(version__in=fields).exclude(origin=ORIGIN).values_list("version", "skill"))
    refused = LikelySkillDecision.objects.filter(definition__versions__in=fields, accepted=False)
    known |= set(refused.values_list("definition__versions", "skill"))
    wanted = [
        SkillTaught(version_id=version, skill_id=skill, level=level, origin=ORIGIN)
        for version, cip in fields.items()
        for skill, level in likely.get(cip, [])
        if (version, skill) not in known
    ]
    marks = {(row.version_id, row.skill_id) for row in wanted}
    stale = [pk for pk, version, skill in stored.values_list("pk", "version", "skill") if (version, skill) not in marks]
    if stale:
        remove_all(SkillTaught.objects.filter(pk__in=stale), report=report)
    save_all(
        wanted,
        within=stored,
        key=("version_id", "skill_id"),
        fields=("level",),
        table="likely skills",
        report=report,
        progress=progress,
        named=False,
    )
    without = sum(1 for cip in fields.values() if cip not in likely)
    if without:
        report.skip("programmes whose field of study gives no likely skills", without)
