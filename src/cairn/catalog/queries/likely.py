"""Likely skills, for whoever judges them and for pages that show them apart from stated ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from cairn.catalog.models import DefinitionVersion, LikelySkillDecision, SkillTaught

Origin = SkillTaught.Origin


@dataclass(frozen=True, slots=True)
class SkillsByOrigin:
    """What a version leads to, by who says so; only ``stated`` is the provider's word."""

    stated: list[SkillTaught]
    confirmed: list[SkillTaught]
    tagged: list[SkillTaught]
    by_field: list[SkillTaught]


def skills_by_origin(version: DefinitionVersion) -> SkillsByOrigin:
    """Return a version's skills by name, with their evidence where there is some."""
    rows: Iterable[SkillTaught] = version.skills.select_related("skill__framework", "evidence").order_by(
        "skill__name", "pk"
    )
    found: dict[str, list[SkillTaught]] = {}
    for row in rows:
        found.setdefault(row.origin if row.origin in Origin.values else Origin.CROSSWALK, []).append(row)
    return SkillsByOrigin(
        found.get(Origin.STATED, []), found.get(Origin.CONFIRMED, []), found.get(Origin.TAGGED, []),
        found.get(Origin.CROSSWALK, []),
    )  # fmt: skip


def likely_skills_to_judge(*, words: str = "", definition: str = "") -> QuerySet[SkillTaught]:
    """Return likely skills of published versions that have evidence, the least sure first.

    ``words`` narrows to titles and skills that hold them, ``definition`` to one definition by its slug.
    """
    rows = SkillTaught.objects.filter(
        version__state=DefinitionVersion.State.PUBLISHED, origin__in=SkillTaught.WORKED_OUT, evidence__isnull=False
    )
    if words:
        rows = rows.filter(version__title__icontains=words) | rows.filter(skill__name__icontains=words)
    if definition:
        rows = rows.filter(version__definition__slug=definition)
    return rows.select_related("version__definition__provider", "skill__framework", "evidence").order_by(
        "evidence__confidence", "pk"
    )


def decisions_on_likely_skills(*, words: str = "", definition: str = "") -> QuerySet[LikelySkillDecision]:
    """Return what people decided, the latest first, narrowed as :func:`likely_skills_to_judge`."""
    rows = LikelySkillDecision.objects.all()
    if words:
        rows = rows.filter(skill__name__icontains=words) | rows.filter(definition__versions__title__icontains=words)
    if definition:
        rows = rows.filter(definition__slug=definition)
    return rows.select_related("definition__provider", "skill__framework", "decided_by").distinct().order_by("-pk")
