"""Problems and plans as JSON documents; their schemas are `schemas.PROBLEM` and `schemas.PLAN`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from cairn.planning.checking import at, check, each
from cairn.planning.gaps import gap
from cairn.planning.naming import Remark, beside_held, brought, remarks
from cairn.planning.pathways import SECONDS, pareto, plan
from cairn.planning.pruning import OfferIndex
from cairn.planning.schemas import PROBLEM
from cairn.planning.supposing import Consequence, Supposing, what_if
from cairn.planning.values import (
    Alternative,
    Bundle,
    Change,
    Discount,
    Have,
    Infeasible,
    Learner,
    Limits,
    Money,
    Need,
    Objective,
    Offer,
    PlanningError,
    PlanResult,
    SkillGap,
    SkillLevel,
    Source,
    Target,
)
from cairn.planning.worth import Returned, Worth


@dataclass(frozen=True)
class Question:
    """A planning problem as it was read."""

    index: OfferIndex
    learner: Learner
    target: Target
    limits: Limits
    objective: Objective
    what_if: tuple[Supposing, ...]
    remarks: tuple[Remark, ...] = ()
    currency: str = ""


def read_problem(document: Any) -> Question:
    """Read a problem from JSON values. Raises `PlanningError` that names the place of what is wrong."""
    check(document, PROBLEM)
    noted, held = remarks(document), brought(document)
    currency = document["currency"]
    document = beside_held(document)
    offers = each("offers", document["offers"], lambda one: _offer(one, currency))
    offers += each("stacks", document.get("stacks", ()), lambda one: _stack(one, currency))
    index = OfferIndex(
        offers,
        bundles=[
            Bundle(
                id=one["id"],
                offers=frozenset(one["offers"]),
                cost=Money(one["price"], currency),
                title=one.get("title", ""),
            )
            for one in document.get("bundles", ())
        ],
        discounts=[
            Discount(
                id=one["id"],
                offer=one["offer"],
                off=Money(one["off"], currency),
                when=_groups(one["when"]),
                title=one.get("title", ""),
            )
            for one in document.get("discounts", ())
        ],
    )
    with at("learner"):
        learner = _learner(document.get("learner", {}), held)
    with at("target"):
        needs = tuple(_need(one) for one in document["target"]["needs"])
        target = Target(needs, _worth(document["target"].get("worth")))
    with at("limits"):
        limits = _limits(document.get("limits", {}), currency)
    if limits.start is None and limits.hours_per_week is not None and index.fixed_starts:
        fixed = next(number for number, one in enumerate(offers) if one.starts)
        raise PlanningError(f"offers[{fixed}] starts on fixed days. Give limits.start, the day the learner can start.")
    supposed = each("what_if", document.get("what_if", ()), lambda one: _supposing(one, limits))
    objective = Objective(document.get("objective", "cheapest"))
    return Question(index, learner, target, limits, objective, tuple(supposed), noted, currency)


def _groups(groups: Sequence[Sequence[Any]]) -> tuple[tuple[Alternative, ...], ...]:
    return tuple(
        tuple(one if isinstance(one, str) else SkillLevel(one["skill"], one["level"]) for one in group)
        for group in groups
    )


def _offer(one: Mapping[str, Any], currency: str) -> Offer:
    return Offer(
        id=one["id"],
        provides=dict(one["provides"]),
        cost=Money(one["price"], currency),
        hours=one["hours"],
        title=one.get("title", ""),
        requires=_groups(one.get("requires", ())),
        provider=one.get("provider", ""),
        achievement=one.get("achievement", ""),
        weeks=one.get("weeks"),
        starts=tuple(date.fromisoformat(day) for day in one.get("starts", ())),
        mode=one.get("mode", ""),
        quality_low=_decimal(one.get("quality_low")),
        exclusive_with=frozenset(one.get("exclusive_with", ())),
        language=one.get("language", ""),
        place=one.get("place", ""),
        expected_return=one.get("expected_return", 0),
        recognition=one.get("recognition", 0),
    )


def _stack(one: Mapping[str, Any], currency: str) -> Offer:
    return Offer(
        id=one["id"],
        provides=dict(one.get("provides", {})),
        cost=Money(0, currency),
        hours=0,
        title=one.get("title", ""),
        requires=_groups(one["parts"]),
        achievement=one.get("achievement", ""),
        at_least=one.get("at_least"),
        granted=True,
    )


def _need(one: Mapping[str, Any]) -> Need:
    return Need(
        one["skill"],
        one["level"],
        Decimal(one.get("weight", "1")),
        one.get("essential", True),
        one.get("source", ""),
        _decimal(one.get("uncertainty")),
    )


def _worth(one: Mapping[str, Any] | None) -> Worth | None:
    if one is None:
        return None
    own = Worth(premium=one["premium"])
    return Worth(
        premium=one["premium"],
        hour=one.get("hour", own.hour),
        discount=Decimal(one.get("discount", own.discount)),
        years=one.get("years", own.years),
        fade=Decimal(one.get("fade", own.fade)),
    )


def _learner(one: Mapping[str, Any], held: Mapping[str, int]) -> Learner:
    """What the learner says, and the skills of what they hold: of one skill the higher level that counts."""
    have: dict[str, Have] = {}
    for row in one.get("have", ()):
        if row["skill"] in have:
            raise PlanningError(f"The learner's {row['skill']} stands there twice. Give each skill once.")
        day = date.fromisoformat(row["on"]) if "on" in row else None
        have[row["skill"]] = Have(row["level"], Source(row.get("source", "verified")), day)
    for skill, level in held.items():
        said = have.get(skill)
        if said is None or said.level <= level:
            have[skill] = Have(level)
        elif said.source is Source.CLAIMED:
            have[skill] = replace(said, verified=level)
    return Learner(have, frozenset(one.get("holds", ())))


def _limits(one: Mapping[str, Any], currency: str) -> Limits:
    return Limits(
        budget=Money(one["budget"], currency) if "budget" in one else None,
        hours_per_week=one.get("hours_per_week"),
        start=_day(one.get("start")),
        deadline=_day(one.get("deadline")),
        weeks=one.get("weeks"),
        modes=_set(one.get("modes")),
        quality_at_least=_decimal(one.get("quality_at_least")),
        without=frozenset(one.get("without", ())),
        count_claimed=one.get("count_claimed", True),
        languages=_set(one.get("languages")),
        places=_set(one.get("places")),
        recognition_at_least=one.get("recognition_at_least"),
    )


def _supposing(one: Mapping[str, Any], limits: Limits) -> Supposing:
    found = Supposing(
        without=frozenset(one.get("without", ())),
        more_budget=one.get("more_budget", 0),
        more_hours_per_week=one.get("more_hours_per_week", 0),
        more_weeks=one.get("more_weeks", 0),
    )
    found.applied(limits)  # refuses what there is nothing to add to
    return found


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _set(names: Iterable[str] | None) -> frozenset[str] | None:
    return None if names is None else frozenset(names)


def answer(question: Question, *, seconds: float = SECONDS) -> dict[str, Any]:
    """Solve a problem and give the whole answer as a document: plan, gap, choices side by side, consequences of changes."""
    posed = question.index, question.learner, question.target, question.limits
    found = plan(*posed, question.objective, seconds=seconds)
    choices = pareto(*posed, seconds=seconds)
    supposed = [
        what_if(*posed, question.objective, supposing=one, now=found, seconds=seconds) for one in question.what_if
    ]
    rows = gap(question.learner, question.target, count_claimed=question.limits.count_claimed)
    told = written(found, rows, choices, supposed, question.remarks)
    return {**told, "currency": told["currency"] or question.currency}


def written(
    found: PlanResult,
    rows: Iterable[SkillGap] = (),
    choices: Iterable[PlanResult] = (),
    supposed: Iterable[Consequence] = (),
    noted: Iterable[Remark] = (),
) -> dict[str, Any]:
    """A plan as a document."""
    return {
        "objective": str(found.objective),
        "complete": found.complete,
        "optimal": found.optimal,
        "bound": found.bound,
        "steps": [
            {
                "offer": step.offer.id,
                "title": step.offer.title,
                "provider": step.offer.provider,
                "order": step.order,
                "granted": step.offer.granted,
                "price": step.offer.cost.minor,
                "hours": step.offer.hours,
                "start_week": step.start_week,
                "end_week": step.end_week,
                "closes": [_step(one) for one in step.closes],
                "unlocks": list(step.unlocks),
                "needs": list(step.needs),
                "why": step.why,
            }
            for step in found.steps
        ],
        "cost": found.cost.minor,
        "currency": found.cost.currency,
        "hours": found.hours,
        "weeks": found.weeks,
        "bundles": [bundle.id for bundle in found.bundles],
        "discounts": [discount.id for discount in found.discounts],
        "gap": [_gap(row) for row in rows],
        "still_open": [_gap(row) for row in found.still_open],
        "coverage": str(found.coverage),
        "coverage_before": str(found.coverage_before),
        "considered": {
            "offers": found.considered.offers,
            "relevant": found.considered.relevant,
            "candidates": found.considered.candidates,
        },
        "alternatives": [
            {
                "offer": tie.offer.id,
                "title": tie.offer.title,
                "instead_of": tie.instead_of,
                "more_cost": tie.more_cost,
                "more_hours": tie.more_hours,
                "fits": tie.fits,
                "why": tie.why,
            }
            for tie in found.alternatives
        ],
        "returned": _returned(found.returned, found.cost.currency),
        "infeasible": _infeasible(found.infeasible),
        "pareto": [{**_totals(choice), "optimal": choice.optimal} for choice in choices],
        "what_if": [
            {
                "supposing": _supposed(one.supposing),
                **_totals(one.result),
                "complete": one.result.complete,
                "optimal": one.result.optimal,
                "coverage": str(one.result.coverage),
                "sentence": one.sentence,
            }
            for one in supposed
        ],
        "remarks": [{"path": one.path, "text": one.text} for one in noted],
    }


def _totals(found: PlanResult) -> dict[str, Any]:
    return {
        "offers": [step.offer.id for step in found.steps],
        "cost": found.cost.minor,
        "hours": found.hours,
        "weeks": found.weeks,
    }


def _step(one: SkillLevel) -> dict[str, Any]:
    return {"skill": one.skill, "level": one.level}


def _gap(row: SkillGap) -> dict[str, Any]:
    return {
        "skill": row.skill,
        "have": row.have,
        "need": row.need,
        "weight": str(row.weight),
        "essential": row.essential,
        "known_from": str(row.known_from) if row.known_from else None,
        "source": row.source,
        "uncertainty": None if row.uncertainty is None else str(row.uncertainty),
    }


def _infeasible(one: Infeasible | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "reason": one.reason,
        "unreachable": [_step(step) for step in one.unreachable],
        "ways": [[_change(change) for change in way] for way in one.ways],
        "give_up": [_change(change) for change in one.give_up],
        "proven": one.proven,
    }


def _returned(one: Returned | None, currency: str) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "premium": one.assumed.premium,
        "hour": one.assumed.hour,
        "discount": f"{one.assumed.discount:f}",
        "years": one.assumed.years,
        "fade": f"{one.assumed.fade:f}",
        "weeks": one.weeks,
        "value": one.value,
        "time": one.time,
        "net": one.net,
        "break_even": one.break_even,
        "sentence": " ".join(one.sentences(lambda minor: str(Money(minor, currency)))),
    }


def _change(one: Change) -> dict[str, Any]:
    until = {"until": one.until.isoformat()} if one.until else {}
    return {"what": one.what, "by": one.by, "to": one.to, **until, "skill": one.skill, "sentence": one.sentence}


def _supposed(one: Supposing) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if one.without:
        found["without"] = sorted(one.without)
    if one.more_budget:
        found["more_budget"] = one.more_budget
    if one.more_hours_per_week:
        found["more_hours_per_week"] = one.more_hours_per_week
    if one.more_weeks:
        found["more_weeks"] = one.more_weeks
    return found
