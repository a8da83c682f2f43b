"""A goal as the planner's question.

How the numbers come about:

- **Needs** of an occupation: every skill and field of knowledge that O*NET rates as at least *important* (3 of 5). The level is O*NET's
  (0 to 7), rounded down; the weight is its importance; *very important* (4 and up) counts as essential. Where a framework gives no
  numbers (ESCO), its essential skills count at level 1 with equal weight. A role or a list of skills says its levels itself; they are
  rounded up, because whoever asks for level 3.5 does not mean 3.
- **A larger credential** is one need: the credential. What it takes is told to the planner by its rule: as credentials, or as what the
  stacking engine is asked about (``amounts``); with more than can be looked at, by the nearest ways to complete it that the engine names.
- **Have**: the highest level a valid award states (proven), else the level the person states (claimed), rounded down. Credentials of other
  issuers count once they were checked; a skill they name counts at level 1, since they know nothing of our levels.
- **Offers**: everything open in the catalogue that leads to one of the needs. Levels by crosswalk are inferred from the field of study, and
  the plan says so; programmes of fewer than 150 hours that nobody described skill by skill are left out, since they teach an unknown
  part of their field.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from cairn import planning, stacking
from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import DefinitionVersion
from cairn.catalog.queries import PlanningOffers, achievement_family, offers_for_planning, rows_now, versions_named_in
from cairn.errors import Invalid
from cairn.issuing import holdings
from cairn.issuing.models import Award
from cairn.journeys.amounts import told_of
from cairn.journeys.lasting import inside, to_earn_again, without_again
from cairn.journeys.models import Goal, SkillClaim
from cairn.journeys.sameness import Same, counting, same_as
from cairn.journeys.services import stacks
from cairn.journeys.wishes import Wishes
from cairn.people.models import Person
from cairn.planning.counting import named
from cairn.recognition.queries import accepting, held_elsewhere
from cairn.skills.models import Occupation, OccupationNeed, Skill

IMPORTANT = Decimal(3)
VERY_IMPORTANT = Decimal(4)
NOTHING = planning.Learner()
CREDENTIAL = "credential:"
"""How the need for a whole credential begins, where a skill's URI stands otherwise."""
NO_WISHES = Wishes()


@dataclass(frozen=True)
class Journey:
    """One planning question, with the words that belong to its identifiers."""

    learner: planning.Learner
    target: planning.Target
    limits: planning.Limits
    offers: PlanningOffers
    skill_names: dict[str, str]
    objective: planning.Objective = planning.Objective.CHEAPEST
    notes: tuple[str, ...] = field(default=())
    """What has to be said about the question itself."""
    same: Mapping[str, tuple[Same, ...]] = field(default_factory=dict)
    """Skills of other frameworks that count as a needed one."""

    @property
    def posed(self) -> tuple[planning.OfferIndex, planning.Learner, planning.Target, planning.Limits]:
        """The question as the planner's functions take it."""
        return self.offers.index, self.learner, self.target, self.limits

    def aiming(self, objective: planning.Objective) -> Journey:
        """The same question for another objective."""
        return replace(self, objective=objective)


@dataclass(frozen=True, kw_only=True)
class Giving:
    """What a person can give and wants kept to. ``budget`` is in minor units of ``currency``."""

    budget: int | None = None
    currency: str = "USD"
    hours_per_week: int | None = None
    start: date | None = None
    deadline: date | None = None
    wishes: Wishes = NO_WISHES

    def limits(self, offers: PlanningOffers) -> planning.Limits:
        """Return the planner's limits; a provider ruled out rules out its offers."""
        providers: defaultdict[int, set[str]] = defaultdict(set)
        for key, fact in offers.facts.items():
            providers[fact.provider_id].add(key)
        return planning.Limits(
            budget=None if self.budget is None else planning.Money(self.budget, self.currency),
            hours_per_week=self.hours_per_week,
            start=self.start,
            deadline=self.deadline,
            **self.wishes.limiting({key: frozenset(found) for key, found in providers.items()}),
        )


def of_goal(goal: Goal, at: datetime) -> Journey:
    """Return the planner's question for a goal at a moment. Raises Invalid where there is nothing to plan toward."""
    giving = Giving(
        budget=goal.budget,
        currency=goal.currency,
        hours_per_week=goal.hours_per_week,
        start=at.date(),
        deadline=goal.deadline,
        wishes=Wishes.read(goal.wishes),
    )
    learner = learner_of(goal.person, at)
    if goal.occupation is not None:
        return of_occupation(goal.occupation, learner=learner, giving=giving, at=at, person=goal.person)
    if goal.version is not None:
        return of_stack(goal.version, goal.person, learner=learner, giving=giving, at=at, beside=goal.needs or ())
    return of_skills(goal.needs or [], learner=learner, giving=giving, at=at, source=goal.title, person=goal.person)


def of_occupation(
    occupation: Occupation, *, learner: planning.Learner, giving: Giving, at: datetime, person: Person | None = None
) -> Journey:
    """Return the planner's question for anybody's way to an occupation; ``person`` is whose decisions on matches hold."""
    needs = needs_of(occupation)
    same = same_as([need.skill.uri for need in needs], learner, at, person)
    offers = offers_for_planning(
        occupation=occupation,
        skills={need.skill.uri for need in needs},
        currency=giving.currency,
        at=at,
        with_quality=giving.wishes.quality_at_least is not None,
        only_stated=giving.wishes.only_stated,
        accepted=accepting(at),
        same=_uris(same),
    )
    target = planning.Target(tuple(_as_need(need) for need in needs), giving.wishes.worth)
    limits, objective = giving.limits(offers), giving.wishes.objective
    return Journey(counting(learner, same), target, limits, offers, _told_apart(needs), objective, same=same)


def _uris(same: Mapping[str, Sequence[Same]]) -> dict[str, list[str]]:
    return {uri: [one.uri for one in others] for uri, others in same.items()}


def _told_apart(needs: Sequence[OccupationNeed]) -> dict[str, str]:
    """Return the names of the skills; where a framework calls a skill and a field of knowledge alike, with what each is."""
    often = Counter(need.skill.name for need in needs)
    return {
        need.skill.uri: f"{need.skill.name} ({need.skill.get_kind_display().lower()})"
        if often[need.skill.name] > 1
        else need.skill.name
        for need in needs
    }


def of_skills(
    needs: Sequence[Mapping[str, Any]],
    *,
    learner: planning.Learner,
    giving: Giving,
    at: datetime,
    source: str = "",
    person: Person | None = None,
) -> Journey:
    """Return the planner's question for skills with levels: a role's needs, or a person's own (``services.goals.checked_needs``)."""
    same = same_as([need["skill"] for need in needs], learner, at, person)
    target = planning.Target(tuple(_wanted(need, source) for need in needs), giving.wishes.worth)
    offers = offers_for_planning(
        skills={need["skill"] for need in needs},
        currency=giving.currency,
        at=at,
        with_quality=giving.wishes.quality_at_least is not None,
        only_stated=giving.wishes.only_stated,
        accepted=accepting(at),
        same=_uris(same),
    )
    names = {need["skill"]: need["name"] for need in needs}
    limits, objective = giving.limits(offers), giving.wishes.objective
    return Journey(counting(learner, same), target, limits, offers, names, objective, same=same)


def _wanted(need: Mapping[str, Any], source: str) -> planning.Need:
    level = max(1, int(Decimal(str(need["level"])).to_integral_value(ROUND_CEILING)))
    weight, essential = Decimal(str(need.get("weight", 1))), bool(need.get("essential", True))
    return planning.Need(need["skill"], level, weight, essential, source)


def of_stack(
    version: DefinitionVersion,
    person: Person | None,
    *,
    learner: planning.Learner,
    giving: Giving,
    at: datetime,
    beside: Sequence[Mapping[str, Any]] = (),
) -> Journey:
    """Return the planner's question for a larger credential: which awards complete it, and how to come by them.

    Rules of certain awards are told to the planner as they are; about all others the stacking engine is asked (``amounts``). Skills
    ``beside`` are to be reached by the same plan. Where more may count than can be looked at, the nearest ways are planned along. Raises
    Invalid where it is not made of others, and where nothing that counts is offered and the engine can name no parts either.
    """
    if version.requirement is None:
        raise Invalid(
            f"“{version.title}” is not made of other credentials.",
            remedy="Its page says what must be shown to earn it.",
        )
    address = achievement_id(version)
    key = f"{CREDENTIAL}{version.definition.slug}"
    family = frozenset((address, *achievement_family(address)))
    granted: list[planning.Offer] = []
    notes: tuple[str, ...] = ()
    held = learner.holds
    dated = giving.hours_per_week is not None  # else all is earned on one day, and nothing runs out meanwhile
    again = to_earn_again(version, person, at) if person and dated else frozenset[str]()
    needless = held - again
    published = next((one[-1] for one in rows_now(at).granted if one[-1].id == f"stack:{version.pk}"), None)
    told = None
    if published is None or dated:
        told = told_of(stacks.readied(version), person, at, address=address, holds=needless, currency=giving.currency)
    parts: list[planning.Offer] = []
    if dated:
        asks = named(group for one in (told and told.granted, published) if one for group in one.requires)
        parts += inside(asks, person, at, holds=needless, currency=giving.currency)
    if published is None:
        granted, notes = ([told.granted], told.notes) if told else _nearest_ways(version, person, at, address)
    elif told is not None and (parts or told.judged):
        granted, notes = [told.granted], told.notes
    granted += parts
    learner = replace(learner, holds=without_again(held, again, granted)) if again else learner
    same = same_as([need["skill"] for need in beside], learner, at, person) if beside else {}
    offers = offers_for_planning(
        skills={need["skill"] for need in beside},
        currency=giving.currency,
        at=at,
        awards={key: family},
        granted=tuple(granted),
        same=_uris(same),
        with_quality=giving.wishes.quality_at_least is not None,
        only_stated=giving.wishes.only_stated,
        accepted=accepting(at),
    )
    if not learner.holds.isdisjoint(family):
        learner = replace(learner, have={**learner.have, key: planning.Have(1)})
    names = {key: f"“{version.title}”", f"{key} at level 1": f"“{version.title}”"}
    lacking = _not_offered(version, held, offers)
    if lacking:
        notes = (*notes, f"No offer here leads to {' or '.join(lacking)}: none that is open tells its price and hours.")
    need = planning.Need(key, 1, source=version.definition.provider.name)
    target = planning.Target((need, *(_wanted(one, "") for one in beside)), giving.wishes.worth)
    names |= {one["skill"]: one["name"] for one in beside}
    learner = counting(learner, same) if beside else learner
    return Journey(learner, target, giving.limits(offers), offers, names, giving.wishes.objective, notes, same)


def _not_offered(version: DefinitionVersion, held: frozenset[str], offers: PlanningOffers) -> list[str]:
    """The credentials that the rule names, that the person does not hold, and that nothing here awards."""
    able = held.union(*(offer.names for offer in offers.offers))
    named = versions_named_in(stacking.parse_requirement(version.requirement or {}))
    return sorted(f"“{part.title}”" for address, part in named.items() if able.isdisjoint(achievement_family(address)))


def _nearest_ways(
    version: DefinitionVersion, person: Person | None, at: datetime, address: str
) -> tuple[list[planning.Offer], tuple[str, ...]]:
    """The ways the stacking engine names, each as something that is granted once its awards are there."""
    ways = [
        way
        for way in stacks.weigh(version, person, at).document["missing"]
        if way and all(step.get("achievement") and step["amount"] == "1" for step in way)
    ]
    if not ways:
        raise Invalid(
            f"The rule of “{version.title}” asks for more than certain credentials, so its parts cannot be planned.",
            remedy="Its page says what is missing; make a goal of one of the credentials that count.",
            code="rule_not_plannable",
        )
    granted = [
        planning.Offer(
            id=f"way:{version.pk}:{number}", provides={}, cost=planning.Money(0, ""), hours=0, title=version.title,
            achievement=address, granted=True,
            requires=tuple(achievement_family(step["achievement"]) for step in way),
        )
        for number, way in enumerate(ways, start=1)
    ]  # fmt: skip
    told = "the nearest way" if len(ways) == 1 else f"the {len(ways)} nearest ways"
    order = "Keep to the order that its page names, if it names one."
    return granted, (f"Planned along {told} to complete the rule from what you hold; there may be others. {order}",)


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
            if taught.origin != "stated":  # what is only likely proves nothing
                continue
            level = whole(taught.level) if taught.level is not None else 1
            known = have.get(taught.skill.uri)
            if known is None or known.source is planning.Source.CLAIMED or known.level < level:
                have[taught.skill.uri] = planning.Have(level, planning.Source.VERIFIED, _day(award))
    for other in held_elsewhere(
        person
    ):  # genuine, in force and theirs when last checked; it states skills without our levels
        if not other.fault(at):
            holds.add(other.achievement)
            for shown in other.skills:
                have.setdefault(shown.skill, planning.Have(1, planning.Source.VERIFIED, other.valid_from.date()))
    return planning.Learner(have, frozenset(holds))


def _day(award: Award) -> date | None:
    return award.awarded_at.date() if award.awarded_at else None


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
