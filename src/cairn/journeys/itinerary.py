"""The planner's answer as plain JSON, with names beside identifiers: what is kept with a plan, shown on its page and given by the API."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cairn import planning
from cairn.journeys.paying import bundles_json, discounts_json
from cairn.journeys.questions import (
    CREDENTIAL,
    NO_WISHES,
    NOTHING,
    Giving,
    Journey,
    learner_from_words,
    learner_of,
    needs_of,
    of_goal,
    of_occupation,
    of_skills,
    of_stack,
)
from cairn.journeys.sameness import Same
from cairn.look.formatting import money_text
from cairn.planning import Objective

NEAR_BEST = {
    Objective.CHEAPEST: ("costs less", "can cost less than {}"),
    Objective.LEAST_STUDY: ("needs fewer hours", "can do with less than {}"),
    Objective.FASTEST: ("is done sooner", "can be done before {}"),
    Objective.BEST_RETURN: ("brings more beyond what it costs", "can bring more than {} beyond what it costs"),
    Objective.MOST_RECOGNISED: (
        "has more bodies and institutions behind its least recognised step",
        "can have more than {}",
    ),
}
"""What is proven of a best plan, and of a plan without proof."""


WITHIN_HOURS = ("that takes as few hours costs less", "that takes as few hours can cost less than {}")
"""The same of a plan that was searched for among those that take no more hours."""


def as_json(result: planning.PlanResult, journey: Journey, *, within_hours: bool = False) -> dict[str, Any]:
    """Return the planner's answer as JSON values with names beside identifiers; money in minor units.

    ``within_hours`` says that it is the best only of the plans that take no more hours.
    """
    names = journey.skill_names
    titles = {step.offer.id: step.offer.title for step in result.steps}
    waits = _waits(result)
    return {
        "objective": str(result.objective),
        "steps": [_step(step, titles, journey, waits.get(step.offer.id, "")) for step in result.steps],
        "cost": result.cost.minor,
        "currency": result.cost.currency or journey.offers.currency,
        "hours": result.hours,
        "weeks": result.weeks,
        "bundles": bundles_json(result, journey, titles),
        "discounts": discounts_json(result, journey, titles),
        "coverage": _percent(result.coverage),
        "coverage_before": _percent(result.coverage_before),
        "closes": [_gap(one, names) for one in result.closes],
        "still_open": [_gap(one, names) for one in result.still_open],
        "by_word": _by_word(journey),
        "complete": result.complete,
        "optimal": result.optimal,
        "bound": result.bound,
        "proof": proof_of(result, within_hours=within_hours),
        "considered": {
            "offers": result.considered.offers,
            "relevant": result.considered.relevant,
            "candidates": result.considered.candidates,
            "too_short": journey.offers.too_short,
            "left_out": journey.offers.left_out,
            "priced_otherwise": journey.offers.priced_otherwise,
        },
        "alternatives": [
            {
                "offer": one.offer.id,
                "title": one.offer.title,
                "provider": one.offer.provider,
                "instead_of": one.instead_of,
                "instead_of_title": titles.get(one.instead_of, one.instead_of),
                "more_cost": one.more_cost,
                "more_hours": one.more_hours,
                "fits": one.fits,
                "why": worded(one.why, names),
            }
            for one in result.alternatives
        ],
        "returns": returns_json(result),
        "infeasible": None if result.infeasible is None else _infeasible(result.infeasible, names),
        "notes": [*journey.notes, *_told_apart(result)],
    }


def returns_json(result: planning.PlanResult) -> dict[str, Any] | None:
    """What a plan comes to by what the person assumes, as JSON values; money in minor units. None where nothing is assumed."""
    one = result.returned
    if one is None:
        return None
    return {
        "premium": one.assumed.premium,
        "net": one.net,
        "value": one.value,
        "time": one.time,
        "break_even": one.break_even,
        "sentences": list(one.sentences(lambda minor: money_text(minor, result.cost.currency or "USD"))),
    }


def _told_apart(result: planning.PlanResult) -> list[str]:
    """What has to be said where the objective could not tell plans apart: every one of them has a step without recognition."""
    if result.objective is Objective.BEST_RETURN and result.infeasible is not None:
        return [
            (
                "What you expect to earn more begins only once everything is reached, so no return can be reckoned for this plan. Of those "
                "that close most it costs the least."
            )
        ]
    taken = [step.offer for step in result.steps if not step.offer.granted]
    if result.objective is not Objective.MOST_RECOGNISED or not result.optimal or not result.complete:
        return []
    if any(offer.recognition == 0 for offer in taken):
        return [
            (
                "Every plan within these limits has a step that no body on record stands behind and no agreement accepts, so recognition "
                "does not tell plans apart here. This one costs the least."
            )
        ]
    return []


def _waits(result: planning.PlanResult) -> dict[str, str]:
    """What is put so late because it would not count sooner, by offer, and why."""
    found: dict[str, str] = {}
    taken = [step for step in result.steps if step.end_week is not None and not step.offer.granted]
    reached = frozenset(name for step in taken for name in step.offer.names)
    for counting in (step.offer.counting for step in result.steps):
        if counting is not None and counting.when is not None:
            when = counting.when(counting.names & reached)
            for step in taken:
                for name in step.offer.names & when.since.keys():
                    week = when.since[name]
                    if step.end_week == week:
                        asks = f"It must not be done before week {week}. {when.why.get(name, '')}"
                        found[step.offer.id] = asks.rstrip()
    return found


def _step(step: planning.Step, titles: dict[str, str], journey: Journey, waits: str) -> dict[str, Any]:
    offer, names = step.offer, journey.skill_names
    fact = journey.offers.facts.get(offer.id)
    return {
        "offer": offer.id,
        "title": offer.title,
        "provider": offer.provider,
        "slug": fact.slug if fact else "",
        "order": step.order,
        "granted": offer.granted,
        "cost": offer.cost.minor,
        "hours": offer.hours,
        "mode": offer.mode,
        "place": offer.place,
        "starts": [day.isoformat() for day in offer.starts],
        "start_week": step.start_week,
        "end_week": step.end_week,
        "closes": [{"skill": names.get(one.skill, one.skill), "level": one.level} for one in step.closes],
        "needs": list(step.needs),
        "unlocks": list(step.unlocks),
        "after": [titles.get(one, one) for one in step.needs],
        "why": f"{_why(step, journey)} {waits}".rstrip(),
        "needed": list(fact.needed) if fact else [],
        "asks": fact.asks if fact else "",
        "bodies": list(fact.bodies) if fact else [],
        "accepting": list(fact.accepting) if fact else [],
        "inferred": offer.id in journey.offers.by_crosswalk,
    }


def _why(step: planning.Step, journey: Journey) -> str:
    """Why the step is there. What is inferred from a field of study is not said as if the provider had said it."""
    if any(one.skill.startswith(CREDENTIAL) for one in step.closes):
        return "It is what the plan leads to."
    told = worded(step.why, journey.skill_names)
    if step.offer.id in journey.offers.by_crosswalk:
        return told.replace("It alone brings ", "Judging by its field of study, it alone brings ")
    return told


def _infeasible(one: planning.Infeasible, names: dict[str, str]) -> dict[str, Any]:
    unreachable = {step.skill for step in one.unreachable}
    aside = one.give_up if {change.skill for change in one.give_up} != unreachable else ()
    return {
        "reason": worded(one.reason, names),
        "proven": one.proven,
        "unreachable": [{"skill": names.get(step.skill, step.skill), "level": step.level} for step in one.unreachable],
        "ways": [[worded(change.sentence, names) for change in way] for way in one.ways],
        "give_up": [
            f"{names.get(change.skill, change.skill)} above level {change.to}"
            if change.to
            else names.get(change.skill, change.skill)
            for change in aside
        ],
    }


def proof_of(result: planning.PlanResult, *, within_hours: bool = False) -> str:
    """Say how sure it is that no plan is better, in one sentence; with ``within_hours``, none that takes no more hours."""
    better, limit = WITHIN_HOURS if within_hours else NEAR_BEST[result.objective]
    if result.infeasible is not None:
        if result.optimal:
            return "Proven: no choice of offers within these limits closes more."
        return "The most that was found in the time allowed; more may be possible."
    if not result.steps:
        return ""
    if result.optimal:
        return f"Proven: no other plan within these limits {better}."
    if result.bound is None:
        return "The best found in the time allowed; a better one may exist."
    amount, reached = _measured(result, result.bound)
    share = ""
    if result.objective in (Objective.CHEAPEST, Objective.LEAST_STUDY, Objective.FASTEST) and reached:
        apart = -(-(reached - result.bound) * 100 // reached)
        share = f"; it is at most {max(1, apart)}% away from the best"
    return f"Not proven the best. No plan within these limits {limit.format(amount)}{share}."


def _measured(result: planning.PlanResult, bound: int) -> tuple[str, int]:
    """The bound in words, and what the plan itself comes to."""
    if result.objective is Objective.CHEAPEST:
        return money_text(bound, result.cost.currency or "USD"), result.cost.minor
    if result.objective is Objective.BEST_RETURN:
        return money_text(bound, result.cost.currency or "USD"), 0
    if result.objective is Objective.MOST_RECOGNISED:
        return str(bound), 0
    if result.objective is Objective.FASTEST and result.weeks is not None:
        return f"week {bound}", result.weeks
    return f"{bound:,} hours", result.hours


def _by_word(journey: Journey) -> list[str]:
    """The needs that are met, or partly met, by nothing but the learner's own word."""
    if not journey.limits.count_claimed:
        return []
    return [
        journey.skill_names.get(one.skill, one.skill)
        for one in planning.gap(journey.learner, journey.target)
        if one.have and one.known_from is planning.Source.CLAIMED
    ]


def _gap(one: planning.SkillGap, names: dict[str, str]) -> dict[str, Any]:
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
    counted = journey.limits.count_claimed
    return [
        _gap(one, journey.skill_names) | {"same": [_same(other) for other in journey.same.get(one.skill, ())]}
        for one in planning.gap(journey.learner, journey.target, count_claimed=counted)
    ]


def _same(one: Same) -> dict[str, Any]:
    """How another skill came to count as a needed one."""
    return {
        "skill": one.name,
        "uri": one.uri,
        "framework": one.framework,
        "kind": one.kind,
        "confidence": round(one.confidence, 2),
        "accepted": one.accepted,
        "why": one.why,
        "needed": one.needed,
    }


def consequence_json(told: planning.Consequence, now: planning.PlanResult, journey: Journey) -> dict[str, Any]:
    """Return what would become of a plan, and the difference to the plan as it stands, step by step."""
    before = {step.offer.id: step.offer for step in now.steps}
    after = {step.offer.id: step.offer for step in told.result.steps}
    weeks = None
    if now.weeks is not None and told.result.weeks is not None:
        weeks = told.result.weeks - now.weeks
    return {
        "sentence": worded(told.sentence, journey.skill_names),
        "gone": [_named(offer) for key, offer in before.items() if key not in after],
        "new": [_named(offer) for key, offer in after.items() if key not in before],
        "more_cost": told.result.cost.minor - now.cost.minor,
        "more_hours": told.result.hours - now.hours,
        "more_weeks": weeks,
        "plan": as_json(told.result, journey),
    }


def _named(offer: planning.Offer) -> dict[str, str]:
    return {"offer": offer.id, "title": offer.title, "provider": offer.provider}


def worded(sentence: str, names: dict[str, str]) -> str:
    """Put names where the engine, which knows only identifiers, wrote these; longer ones first, so that none is cut."""
    for uri in sorted(names, key=len, reverse=True):
        sentence = sentence.replace(uri, names[uri])
    return sentence


def _percent(share: Any) -> int:
    return int(share * 100)


def offers_named(ids: Iterable[str], journey: Journey) -> dict[str, str]:
    """Return the titles of these offers, by id; those that lead nowhere near the target are left out."""
    index = journey.offers.index
    return {one: index.offers[index.place[one]].title for one in ids if one in index.place}


__all__ = [
    "CREDENTIAL", "NOTHING", "NO_WISHES", "Giving", "Journey", "as_json", "consequence_json", "gaps_json",
    "learner_from_words", "learner_of", "needs_of", "of_goal", "of_occupation", "of_skills", "of_stack", "offers_named",
    "proof_of", "worded",
]  # fmt: skip
