"""What every award of a version says alike to the stacking engine, whether somebody holds it or it is only tried out."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from cairn import stacking
from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import DefinitionVersion, SkillTaught

EXPERIENCE = frozenset({"experience", "work experience", "internship", "apprenticeship", "practicum", "placement"})
"""Tags that make a version's hours hours of experience, and not hours of study."""


STATED = SkillTaught.objects.filter(origin="stated").select_related("skill__framework").order_by("skill__uri")
"""Skills that an author states. What a crosswalk guesses proves nothing."""


def content_of(version: DefinitionVersion, issuer: str) -> dict[str, Any]:
    """Return what every award of a version says alike, as fields of the engine's value. ``issuer`` is the awarding body's slug."""
    earned: dict[str, Decimal] = {}
    if version.credits is not None and version.credit_scheme:
        earned[version.credit_scheme] = Decimal(version.credits)
    level = None
    if version.level is not None and version.level_framework:
        level = stacking.Level(version.level_framework, Decimal(version.level))
    stated: Iterable[SkillTaught] = getattr(version, "stated_skills", None) or ()
    if not hasattr(version, "stated_skills"):
        stated = STATED.filter(version=version)
    tags = frozenset(version.tags)
    return {
        "achievement": achievement_id(version),
        "issuer": issuer,
        "credits": earned,
        "level": level,
        "type": version.definition.type,
        "tags": tags,
        "subjects": subjects_of(version.field_of_study),
        "skills": tuple(
            stacking.SkillAt(taught.skill.framework.name, taught.skill.uri, taught.level or Decimal(0)) for taught in stated
        ),
        "hours": version.workload_hours if EXPERIENCE.intersection(tag.lower() for tag in tags) else None,
    }  # fmt: skip


def subjects_of(field_of_study: str) -> frozenset[str]:
    """Return a CIP code at every depth: ``52.0201`` gives ``52.0201``, ``52.02`` and ``52``."""
    if not field_of_study:
        return frozenset()
    whole, _, rest = field_of_study.partition(".")
    return frozenset({whole, *([f"{whole}.{rest[:2]}"] if len(rest) >= 2 else []), field_of_study})
