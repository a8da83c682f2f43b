"""A goal as the planner's question, and the planner's answer as plain JSON.

How the numbers come about:

- **Needs**: every skill and field of knowledge that O*NET rates as at least *important* (3 of 5) for the occupation. The level is O*NET's
  (0 to 7), rounded down; the weight is its importance; *very important* (4 and up) counts as essential. Where a framework gives no numbers
  (ESCO), its essential skills count at level 1 with equal weight.
- **Have**: the highest level a valid award states (proven), else the level the person states (claimed), rounded down.
- **Offers**: everything open in the catalogue that leads to one of the needs. Levels by crosswalk are inferred from the field of study, and
  the plan says so; programmes of fewer than 150 hours that nobody described skill by skill are left out, since they teach an unknown
  part of their field.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from cairn import planning
from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import Offer as OfferRow
from cairn.catalog.queries import PlanningOffers, achievement_family, offers_for_planning
from cairn.errors import Invalid
from cairn.issuing.models import Award
from cairn.journeys import holdings
from cairn.journeys.models import Goal, SkillClaim
from cairn.people.models import Person
from cairn.skills.models import Occupation, OccupationNeed, Skill

IMPORTANT = Decimal(3)
VERY_IMPORTANT = Decimal(4)


@dataclass(frozen=True)
class Journey:
    """One planning question, with the words that belong to its identifiers."""

    learner: planning.Learner
    target: planning.Target
    limits: planning.Limits
    offers: PlanningOffers
    skill_names: dict[str, str]


def of_goal(goal: Goal, at: datetime) -> Journey:
    """Return the planner's question for a goal at a moment."""
    if goal.occupation is None:
        raise Invalid("This goal is a credential, not an occupation.", remedy="Open its stack to see what is missing.")
    return of_occupation(
        goal.occupation,
        learner=learner_of(goal.person, at),
        limits=limits_of(goal, at),
        currency=goal.currency,
    )


def of_occupation(
    occupation: Occupation, *, learner: planning.Learner, limits: planning.Limits, currency: str = "USD"
) -> Journey:
    """Return the planner's question for anybody's way to an occupation."""
    needs = needs_of(occupation)
    uris = {need.skill.uri for need in needs}
    return Journey(
        learner=learner,
        target=planning.Target(tuple(_as_need(need) for need in needs)),
        limits=limits,
        offers=offers_for_planning(occupation=occupation, skills=uris, currency=currency),
        skill_names={need.skill.uri: need.skill.name for need in needs},
    )


def needs_of(occupation: Occupation) -> list[OccupationNeed]:
    """Return what the occupation is planned by, most important first; raises Invalid where nobody has published it."""
    rows = OccupationNeed.objects.filter(occupation=occupation).select_related("skill", "occupation__framework")
    rated = [
        row for row in rows if row.level is not None and row.importance is not None and row.importance >= IMPORTANT
    ]
    rated = [row for row in rated if row.level is not None and row.level >= 1]
    found = rated or [row for row in rows if row.essential]
    if not found:
        raise Invalid(
            f"Nobody has published what “{occupation.title}” needs, so there is nothing to plan toward.",
            remedy="Choose a related occupation; its page lists those that O*NET describes.",
            code="no_needs",
        )
    return sorted(found, key=lambda row: (-(row.importance or 0), row.skill.name))


def _as_need(row: OccupationNeed) -> planning.Need:
    rated = row.level is not None and row.importance is not None
    return planning.Need(
        skill=row.skill.uri,
        level=whole(row.level) if row.level is not None else 1,
        weight=row.importance if row.importance is not None else 1,
        essential=row.importance >= VERY_IMPORTANT if rated and row.importance is not None else bool(row.essential),
        source=str(row.occupation.framework),
        uncertainty=row.level_error,
    )


def whole(level: Decimal) -> int:
    """Round a level down to a whole one, 1 at the least: nobody is credited with more than was stated."""
    return max(1, int(level.to_integral_value(ROUND_FLOOR)))


def learner_of(person: Person, at: datetime) -> planning.Learner:
    """Return what a person brings at a moment: proven by valid awards, else claimed."""
    have: dict[str, planning.Have] = {}
    for claim in SkillClaim.objects.filter(person=person).select_related("skill"):
        if claim.level >= 1:
            have[claim.skill.uri] = planning.Have(whole(claim.level), planning.Source.CLAIMED, claim.stated_at.date())
    holds: set[str] = set()
    for award in holdings.awards_of(person).prefetch_related("version__skills__skill"):
        if holdings.as_value(award).fault(at):
            continue
        holds.update(achievement_family(achievement_id(award.version)))
        for taught in award.version.skills.all():
            level = whole(taught.level) if taught.level is not None else 1
            known = have.get(taught.skill.uri)
            if known is None or known.source is planning.Source.CLAIMED or known.level < level:
                have[taught.skill.uri] = planning.Have(level, planning.Source.VERIFIED, _day(award))
    return planning.Learner(have, frozenset(holds))


def _day(award: Award) -> Any:
    return award.awarded_at.date() if award.awarded_at else None


def limits_of(goal: Goal, at: datetime) -> planning.Limits:
    """Return what a plan for the goal must respect."""
    return planning.Limits(
        budget=None if goal.budget is None else planning.Money(goal.budget, goal.currency),
        hours_per_week=goal.hours_per_week,
        start=at.date(),
        deadline=goal.deadline,
    )


def as_json(result: planning.PlanResult, journey: Journey) -> dict[str, Any]:
    """Return the planner's answer as JSON values with names beside identifiers; money in minor units."""
    pages = _pages(step.offer.id for step in result.steps)
    names = journey.skill_names
    return {
        "objective": str(result.objective),
        "steps": [
            {
                "offer": step.offer.id,
                "title": step.offer.title,
                "provider": step.offer.provider,
                "slug": pages.get(step.offer.id, ""),
                "cost": step.offer.cost.minor,
                "hours": step.offer.hours,
                "start_week": step.start_week,
                "end_week": step.end_week,
                "closes": [{"skill": names.get(one.skill, one.skill), "level": one.level} for one in step.closes],
                "needs": list(step.needs),
                "why": _worded(step.why, names),
                "inferred": step.offer.id in journey.offers.by_crosswalk,
            }
            for step in result.steps
        ],
        "cost": result.cost.minor,
        "currency": result.cost.currency,
        "hours": result.hours,
        "weeks": result.weeks,
        "coverage": _percent(result.coverage),
        "coverage_before": _percent(result.coverage_before),
        "closes": [_gap_json(one, names) for one in result.closes],
        "still_open": [_gap_json(one, names) for one in result.still_open],
        "complete": result.complete,
        "optimal": result.optimal,
        "bound": result.bound,
        "considered": {
            "offers": result.considered.offers,
            "relevant": result.considered.relevant,
            "candidates": result.considered.candidates,
            "too_short": journey.offers.too_short,
            "left_out": journey.offers.left_out,
        },
        "alternatives": [
            {
                "offer": one.offer.id,
                "title": one.offer.title,
                "provider": one.offer.provider,
                "instead_of": one.instead_of,
                "more_cost": one.more_cost,
                "more_hours": one.more_hours,
                "fits": one.fits,
                "why": _worded(one.why, names),
            }
            for one in result.alternatives
        ],
        "infeasible": None
        if result.infeasible is None
        else {
            "reason": _worded(result.infeasible.reason, names),
            "unreachable": [
                {"skill": names.get(one.skill, one.skill), "level": one.level} for one in result.infeasible.unreachable
            ],
            "ways": [[_worded(change.sentence, names) for change in way] for way in result.infeasible.ways],
        },
    }


def _gap_json(one: planning.SkillGap, names: dict[str, str]) -> dict[str, Any]:
    return {
        "skill": names.get(one.skill, one.skill),
        "uri": one.skill,
        "have": one.have,
        "need": one.need,
        "essential": one.essential,
        "importance": str(one.weight),
        "known_from": str(one.known_from) if one.known_from else None,
        "source": one.source,
        "uncertainty": None if one.uncertainty is None else str(one.uncertainty),
    }


def gaps_json(journey: Journey) -> list[dict[str, Any]]:
    """Return the gap, skill by skill, the most important first, as JSON values."""
    return [_gap_json(one, journey.skill_names) for one in planning.gap(journey.learner, journey.target)]


def learner_from_words(levels: dict[str, Decimal], today: datetime) -> planning.Learner:
    """Return a learner from stated levels by skill URI (the command line and the API); raises Invalid for unknown skills."""
    known = set(Skill.objects.filter(uri__in=levels).values_list("uri", flat=True))
    for uri in levels:
        if uri not in known:
            raise Invalid(
                f"There is no skill “{uri}” in the frameworks loaded here.",
                remedy="Use the URI of a skill that the occupation needs; `cairn plan OCCUPATION --json` lists them.",
                code="unknown_skill",
            )
    have = {
        uri: planning.Have(whole(level), planning.Source.CLAIMED, today.date())
        for uri, level in levels.items()
        if level >= 1
    }
    return planning.Learner(have)


def _percent(share: Any) -> int:
    return int(share * 100)


def _worded(sentence: str, names: dict[str, str]) -> str:
    """Put names where the engine, which knows only identifiers, wrote these; longer ones first, so that none is cut."""
    for uri in sorted(names, key=len, reverse=True):
        sentence = sentence.replace(uri, names[uri])
    return sentence


def _pages(ids: Iterable[str]) -> dict[str, str]:
    keys = [int(one.removeprefix("offer:")) for one in ids]
    rows = OfferRow.objects.filter(pk__in=keys).values_list("pk", "version__definition__slug")
    return {f"offer:{pk}": slug for pk, slug in rows}
