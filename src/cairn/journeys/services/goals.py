"""Goals, and the plan that a person takes toward one.

A goal is an occupation, a larger credential, or a list of skills such as a role asks for. What an occupation needs comes from its framework
with importance and level; what a person has comes from valid awards (proven) and from what they say (claimed, and marked so). Plans are
kept as they were shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction

from cairn.catalog.models import DefinitionVersion, Offer
from cairn.catalog.queries import currencies
from cairn.errors import Conflict, Invalid
from cairn.journeys import itinerary
from cairn.journeys.models import Goal, Plan
from cairn.journeys.services import searching
from cairn.journeys.wishes import MOST_EXCLUDED, Wishes
from cairn.people.models import Person
from cairn.skills.models import Occupation, Skill

MOST_NEEDS = 60
TOP_LEVEL = Decimal(7)
"""O*NET's level scale ends here."""
KEPT_PROPOSALS = timedelta(days=1)
"""How long a plan that nobody took can still be taken."""


@transaction.atomic
def set_goal(
    *,
    person: Person,
    at: datetime,
    occupation: Occupation | None = None,
    version: DefinitionVersion | None = None,
    title: str = "",
    needs: Sequence[Mapping[str, Any]] | None = None,
    budget: int | None = None,
    hours_per_week: int | None = None,
    deadline: date | None = None,
    wishes: Wishes | None = None,
    currency: str | None = None,
) -> Goal:
    """Set an occupation, a larger credential, or skills under a title as a goal; or change the limits of the open goal for it.

    ``needs`` with a ``version`` are skills to be reached beside it, by one plan; none given leave those that were set.
    ``budget`` is in minor units (cents) of ``currency``; without one, of the goal's, a new one having that of :func:`currency_for`.
    ``wishes`` that are not given stay as they are. Raises Invalid for limits nobody could plan with, for a currency in which nothing is
    priced, for an occupation whose needs no source states, and for a credential that is not made of others.
    """
    alone = needs if version is None else None
    if sum(one is not None for one in (occupation, version, alone)) != 1:
        raise Invalid("A goal is one thing.", remedy="Give an occupation, a credential, or a list of skills.")
    what: dict[str, Any]
    if occupation is not None:
        if not occupation.needs.exists():
            raise Invalid(
                f"Nobody has published what “{occupation.title}” needs, so there is nothing to plan toward.",
                remedy="Choose a related occupation; its page lists those that O*NET describes.",
                code="no_needs",
            )
        what = {"occupation": occupation}
    elif version is not None:
        if version.requirement is None:
            raise Invalid(
                f"“{version.title}” is not made of other credentials.",
                remedy="Its page says what must be shown to earn it.",
            )
        what = {"version": version}
        beside = None if needs is None else checked_needs(needs) if needs else []
    else:
        what = {"title": _titled(title), "needs": checked_needs(needs or ())}
    same = {"title": what["title"], "occupation": None, "version": None} if alone is not None else what
    goal = Goal.objects.select_for_update().filter(person=person, closed_at=None, **same).first()
    if goal is None:
        goal = Goal(person=person, created_at=at, currency=currency_for(person), **what)
    elif alone is not None:
        goal.needs = what["needs"]
    if version is not None and beside is not None:
        goal.needs = beside or None
    return change_limits(
        goal=goal,
        at=at,
        budget=budget,
        hours_per_week=hours_per_week,
        deadline=deadline,
        wishes=wishes,
        currency=currency,
    )


def currency_for(person: Person) -> str:
    """Return what a person's next plan is reckoned in: as their last goal is, else what most open offers are priced in."""
    last = Goal.objects.filter(person=person).order_by("-created_at", "-pk").values_list("currency", flat=True).first()
    return last or usual_currency()


def usual_currency() -> str:
    """Return what most open offers are priced in; US dollars where nothing has a price."""
    return next(iter(currencies()), "USD")


def sold_in(currency: str) -> str:
    """Return a currency in which something here is priced; raises Invalid for any other."""
    able = currencies()
    if currency not in able:
        raise Invalid(
            f"Nothing here is priced in {currency[:20]}.",
            remedy=f"Choose {' or '.join(able)}." if able else "Leave the currency out.",
            code="unknown_currency",
        )
    return currency


def change_limits(
    *,
    goal: Goal,
    at: datetime,
    budget: int | None,
    hours_per_week: int | None,
    deadline: date | None,
    wishes: Wishes | None = None,
    currency: str | None = None,
) -> Goal:
    """Set what a plan for the goal must respect; raises Invalid for limits nobody could plan with.

    With another ``currency`` than the goal's, ``budget`` and the amounts in ``wishes`` are in that one: nothing is converted.
    """
    if currency is not None and currency != goal.currency:
        goal.currency = sold_in(currency)
    check_limits(budget=budget, hours_per_week=hours_per_week, deadline=deadline, today=at.date())
    if wishes is not None:
        check_wishes(wishes)
        goal.wishes = wishes.as_json()
    goal.budget, goal.hours_per_week, goal.deadline = budget, hours_per_week, deadline
    goal.save()
    return goal


def check_limits(*, budget: int | None, hours_per_week: int | None, deadline: date | None, today: date) -> None:
    """Refuse limits nobody could plan with; raises Invalid."""
    if budget is not None and budget < 0:
        raise Invalid("A budget cannot be below zero.", remedy="Give an amount, or leave it empty for no limit.")
    if hours_per_week is not None and not 1 <= hours_per_week <= 80:
        raise Invalid(f"{hours_per_week} hours a week cannot be planned with.", remedy="Give between 1 and 80 hours.")
    if deadline is not None and deadline <= today:
        raise Invalid(
            f"The deadline {deadline:%d %B %Y} has passed.", remedy="Give a day in the future, or leave it empty."
        )
    if deadline is not None and hours_per_week is None:
        raise Invalid("A deadline needs the hours you have a week.", remedy="Give both, or leave the deadline empty.")


def check_wishes(wishes: Wishes) -> None:
    """Refuse wishes that say nothing a plan could keep to; raises Invalid."""
    if wishes.quality_at_least is not None and not 0 <= wishes.quality_at_least <= 100:
        raise Invalid("A least quality is between 0 and 100.", remedy="Give a number, or leave it empty.")
    if max(len(wishes.without), len(wishes.without_providers)) > MOST_EXCLUDED:
        raise Invalid(
            f"Nobody can rule out more than {MOST_EXCLUDED} offers one by one.",
            remedy="Choose ways of taking part, places or a least quality instead.",
        )


def checked_needs(needs: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return skills with levels as they are stored, named as their framework names them; raises Invalid, naming the row."""
    if not 1 <= len(needs) <= MOST_NEEDS:
        raise Invalid(
            "There are no skills to plan toward." if not needs else f"{len(needs)} skills are too many to plan toward.",
            remedy=f"Name 1 to {MOST_NEEDS} skills, each with the level you want to reach.",
            code="no_needs" if not needs else "too_many_needs",
        )
    known = dict(Skill.objects.filter(uri__in=[str(need.get("skill")) for need in needs]).values_list("uri", "name"))
    found: dict[str, dict[str, Any]] = {}
    for number, need in enumerate(needs, start=1):
        uri = str(need.get("skill") or "")
        if uri not in known:
            raise Invalid(
                f"Skill {number}, “{uri[:120]}”, is in none of the frameworks loaded here.",
                remedy="Search for the skill by name and take it from the list.",
                code="unknown_skill",
                row=number,
            )
        if uri in found:
            raise Invalid(f"“{known[uri]}” stands there twice.", remedy="Keep one of the two.", row=number)
        found[uri] = {
            "skill": uri,
            "name": known[uri],
            "level": float(_number(need.get("level"), f"level of “{known[uri]}”", TOP_LEVEL, number)),
            "weight": float(_number(need.get("weight", 1), f"weight of “{known[uri]}”", Decimal(100), number)),
            "essential": bool(need.get("essential", True)),
        }
    return list(found.values())


def _number(value: Any, what: str, top: Decimal, row: int) -> Decimal:
    try:
        number = Decimal(str(value).replace(",", "."))
    except InvalidOperation:
        number = Decimal(0)
    if not number.is_finite() or not 0 < number <= top:
        raise Invalid(
            f"The {what} must be above 0 and at most {top}, not “{str(value)[:20]}”.", remedy="Correct it.", row=row
        )
    return number.quantize(Decimal("0.01"))


def _titled(title: str) -> str:
    told = " ".join(title.split())
    if not told or len(told) > 200:
        raise Invalid("The list of skills needs a name.", remedy="Say in up to 200 letters what it is for.")
    return told


@transaction.atomic
def close_goal(*, goal: Goal, at: datetime) -> Goal:
    """Put a goal away; its plans stay readable."""
    goal.closed_at = at
    goal.save(update_fields=["closed_at"])
    return goal


def propose(*, goal: Goal, objective: str, at: datetime, seconds: float = searching.SECONDS) -> Plan:
    """Search the best plan for a goal, keep it as it was found, and return it.

    Raises Invalid for an unknown objective. That no plan closes everything is an answer, not an error: it stands in the plan with the
    smallest change that would make one fit.
    """
    journey = itinerary.of_goal(goal, at).aiming(searching.objective_named(objective))
    result = searching.best(journey, seconds=seconds)
    return Plan.objects.create(
        goal=goal, objective=objective, document=itinerary.as_json(result, journey), proposed_at=at
    )


def choices(goal: Goal, at: datetime, *, seconds: float = searching.SECONDS) -> list[dict[str, Any]]:
    """Keep and return the plans to choose from: first what the goal aims at, then the others, each with what it is best in.

    Plans that nobody took within a day go.
    """
    journey = itinerary.of_goal(goal, at)
    found = searching.choices(journey, seconds=seconds)
    with transaction.atomic():
        Plan.objects.filter(goal=goal, taken_at=None, proposed_at__lt=at - KEPT_PROPOSALS).delete()
        return [
            {
                "plan": Plan.objects.create(
                    goal=goal,
                    objective=str(one.objectives[0] if one.objectives else one.result.objective),
                    document=itinerary.as_json(one.result, journey, within_hours=one.within_hours),
                    proposed_at=at,
                ),
                "objectives": [str(objective) for objective in one.objectives],
            }
            for one in found
        ]


@transaction.atomic
def take_plan(*, plan: Plan, at: datetime) -> Plan:
    """Make a proposed plan the one the person follows. Taking it twice changes nothing; a plan of a closed goal raises Conflict."""
    current = Plan.objects.select_for_update().select_related("goal").get(pk=plan.pk)
    if current.goal.closed_at is not None:
        raise Conflict("This goal was put away.", remedy="Set it again, then take a plan for it.")
    if current.taken_at is None:
        Plan.objects.filter(goal=current.goal, taken_at__isnull=False).update(taken_at=None)
        current.taken_at = at
        current.save(update_fields=["taken_at"])
    return current


def changed_since(plan: Plan) -> list[dict[str, str]]:
    """Return what became of a taken plan's offers: those that closed, and those with another price now. The plan stays as it is."""
    steps = {step["offer"]: step for step in plan.document["steps"] if step["offer"].startswith("offer:")}
    rows = Offer.objects.filter(pk__in=[int(key.removeprefix("offer:")) for key in steps]).select_related("version")
    found = {f"offer:{row.pk}": row for row in rows}
    told = []
    for key, step in steps.items():
        row = found.get(key)
        if row is None:
            told.append({"offer": key, "title": step["title"], "what": "gone"})
        elif (
            row.state not in (Offer.State.OPEN, Offer.State.SCHEDULED)
            or row.version.state != DefinitionVersion.State.PUBLISHED
        ):
            what = str(row.state) if row.state not in (Offer.State.OPEN, Offer.State.SCHEDULED) else "gone"
            told.append({"offer": key, "title": step["title"], "what": what})
        elif row.price_total is not None and row.price_total != step["cost"]:
            told.append({"offer": key, "title": step["title"], "what": "price", "now": str(row.price_total)})
    return told


def rule_out(*, goal: Goal, offer: Offer, whole_provider: bool) -> Goal:
    """Leave an offer, or everything by its provider, out of the goal's plans; raises Invalid for more than a person can rule out."""
    wishes = Wishes.read(goal.wishes)
    if whole_provider:
        wishes = replace(wishes, without_providers=wishes.without_providers | {offer.version.definition.provider_id})
    else:
        wishes = replace(wishes, without=wishes.without | {f"offer:{offer.pk}"})
    check_wishes(wishes)
    goal.wishes = wishes.as_json()
    goal.save(update_fields=["wishes"])
    return goal
