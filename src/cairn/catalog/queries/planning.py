"""Offers as the planner takes them: definitions of this site with stated skills, imported ones with skills by crosswalk, marked so."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import ROUND_FLOOR

from django.db.models import Prefetch, Q

from cairn import planning
from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import DefinitionVersion, Offer, SkillTaught
from cairn.catalog.queries.definitions import published
from cairn.skills.models import FieldOfStudyLink, Occupation

OPEN = (Offer.State.OPEN, Offer.State.SCHEDULED)
WHOLE_FIELD_HOURS = 150
"""From so many hours on, what a field of study teaches may be inferred for a programme nobody described skill by skill.

A shorter one teaches a part of its field, and which part is not known. 150 clock hours is where United States law begins to speak of
an eligible training programme (Workforce Pell, 2025: 150 to under 600).
"""


@dataclass(frozen=True)
class PlanningOffers:
    """Offers for the planner, and what has to be said about them. ``by_crosswalk`` are ids whose skills nobody stated."""

    offers: tuple[planning.Offer, ...]
    by_crosswalk: frozenset[str]
    too_short: int
    """Offers of fewer than :data:`WHOLE_FIELD_HOURS` whose skills nobody stated: what they teach of their field is not known."""
    left_out: int
    """Offers without a stated price or hours in the plan's currency: nobody can add up what is not stated."""


def offers_for_planning(
    *, occupation: Occupation | None = None, skills: Collection[str] = (), currency: str = "USD"
) -> PlanningOffers:
    """Return open offers that lead to any of ``skills`` (URIs), or to what ``occupation`` needs; all with skills where neither is given.

    An offer's id is ``offer:<pk>``, its achievement the version's address. Skill levels are rounded down to whole levels, and a skill
    without a stated level counts as level 1: a plan must not promise more than was said.
    """
    wanted = set(skills)
    if occupation is not None:
        wanted |= set(occupation.needs.values_list("skill__uri", flat=True))
    versions = published().filter(offers__state__in=OPEN, skills__isnull=False)
    if wanted:
        matches = Q(skills__skill__uri__in=wanted)
        if occupation is not None:
            cips = FieldOfStudyLink.objects.filter(soc=occupation.soc).values("cip")
            matches &= Q(skills__origin="stated") | Q(field_of_study__in=cips)
        versions = versions.filter(matches)
    versions = versions.distinct().prefetch_related(
        Prefetch("offers", Offer.objects.filter(state__in=OPEN).order_by("pk"), to_attr="open_offers"),
        Prefetch("skills", SkillTaught.objects.select_related("skill"), to_attr="taught"),
    )
    found: list[planning.Offer] = []
    crosswalk: set[str] = set()
    left_out = too_short = 0
    for version in versions.order_by("pk"):
        for offer in version.open_offers:
            planned = _planned(version, offer, version.taught, currency)
            if planned is None:
                left_out += 1
                continue
            if not any(one.origin == "stated" for one in version.taught):
                if planned.hours < WHOLE_FIELD_HOURS:
                    too_short += 1
                    continue
                crosswalk.add(planned.id)
            found.append(planned)
    return PlanningOffers(tuple(found), frozenset(crosswalk), too_short, left_out)


def _planned(
    version: DefinitionVersion, offer: Offer, taught: list[SkillTaught], currency: str
) -> planning.Offer | None:
    hours = version.workload_hours if version.workload_hours is not None else offer.hours
    if offer.price_total is None or hours is None or offer.currency != currency:
        return None
    return planning.Offer(
        id=f"offer:{offer.pk}",
        provides={
            one.skill.uri: max(1, int(one.level.to_integral_value(ROUND_FLOOR))) if one.level is not None else 1
            for one in taught
        },
        cost=planning.Money(offer.price_total, offer.currency),
        hours=-int(-hours // 1),
        title=version.title,
        provider=version.definition.provider.name,
        achievement=achievement_id(version),
        weeks=offer.weeks,
        starts=(offer.starts_on,) if offer.starts_on else (),
        mode=version.participation or offer.mode,
    )
