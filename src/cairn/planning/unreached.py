"""Why nothing leads to a need: nobody teaches it, the limits leave out who does, or what comes first cannot be had."""

from __future__ import annotations

from collections.abc import Sequence

from cairn.planning.posing import Problem
from cairn.planning.replay import Standing, gives, walk
from cairn.planning.schedule import starting_weeks
from cairn.planning.values import Alternative, Limits, Offer, SkillLevel

TOLD = 3
"""Needs of which the reason is told, at most."""


def why_unreached(problem: Problem, unreachable: Sequence[SkillLevel]) -> str:
    """The reason for each need, in sentences."""
    offers = _concerned(problem, unreachable)
    allowed = [offer for offer in offers if problem.allowed(offer)]
    end = Standing.of(problem.start.levels, problem.start.names)
    _, stuck = walk(allowed, end)
    told = [_why(problem, step, offers, allowed, stuck, end) for step in unreachable[:TOLD]]
    if len(unreachable) > TOLD:
        more = len(unreachable) - TOLD
        told.append(f"Nothing leads to {more} more {'need' if more == 1 else 'needs'} either.")
    return " ".join(told)


def _concerned(problem: Problem, unreachable: Sequence[SkillLevel]) -> list[Offer]:
    """The offers that lead toward these skills at any level, directly or through what others require."""
    import numpy as np

    grid = problem.index.grid
    skills = {step.skill for step in unreachable}
    wanted = np.zeros(grid.nodes.size, bool)
    for skill in skills:
        first, known = grid.nodes.ladders.get(skill, (0, ()))
        wanted[first : first + len(known)] = True
    relevant, _ = grid.close(wanted, grid.nodes.held(problem.start), np.ones(grid.size, bool))
    return [problem.index.offers[place] for place in np.flatnonzero(relevant)]


def _why(
    problem: Problem,
    step: SkillLevel,
    offers: Sequence[Offer],
    allowed: Sequence[Offer],
    stuck: Sequence[Offer],
    end: Standing,
) -> str:
    teaching = [offer for offer in offers if gives(offer, step)]
    if not teaching:
        highest = max((offer.provides.get(step.skill, 0) for offer in offers), default=0)
        return f"No offer here leads to {step}{f'; the highest is level {highest}' if highest else ''}."
    waiting = [offer for offer in stuck if gives(offer, step)]
    if waiting:
        return _what_it_waits_for(waiting[0], step, offers, allowed, stuck, end)
    faults = sorted({_fault(offer, problem) for offer in teaching})
    return f"No offer within these limits leads to {step}: {'; '.join(faults[:TOLD])}."


def _what_it_waits_for(
    offer: Offer,
    step: SkillLevel,
    offers: Sequence[Offer],
    allowed: Sequence[Offer],
    stuck: Sequence[Offer],
    end: Standing,
) -> str:
    """Follow what it requires until nobody brings that, or until it comes round to where it began."""
    begun = f"{offer} would bring {step}, but"
    way = [offer]
    while True:
        groups = [group for group in way[-1].requires if not any(end.has(alternative) for alternative in group)]
        if not groups:
            return f"{begun} what there is does not come to enough for it."
        group = min(groups, key=lambda group: any(gives(one, alternative) for one in stuck for alternative in group))
        needed = " or ".join(dict.fromkeys(name for alternative in group for name in _called(alternative, offers)))
        helping = [one for one in stuck if any(gives(one, alternative) for alternative in group)]
        if not helping:
            known = any(gives(one, alternative) for one in offers for alternative in group)
            nobody = (
                "to which only offers outside these limits lead"
                if known and len(allowed) < len(offers)
                else "to which no offer here leads"
            )
            own = "it" if len(way) == 1 else str(way[-1])
            return f"{begun} {own} requires {needed}, {nobody}."
        helper = next((one for one in helping if one in way), helping[0])
        if helper in way:
            loop = way[way.index(helper) :]
            if len(loop) == 1:
                return f"{begun} {'it' if len(way) == 1 else loop[0]} requires what it brings itself, and nobody else does."
            return (
                f"{begun} {_listed([str(one) for one in loop])} each wait for another of them, and nobody else helps."
            )
        way.append(helper)


def _called(alternative: Alternative, offers: Sequence[Offer]) -> list[str]:
    if isinstance(alternative, SkillLevel):
        return [str(alternative)]
    titles = sorted({str(offer) for offer in offers if alternative in offer.names})
    return titles[:TOLD] or [alternative if "://" not in alternative else "a credential that is not offered here"]


def _fault(offer: Offer, problem: Problem) -> str:
    """What of the limits leaves an offer out, as the end of a sentence."""
    limits, holds = problem.limits, problem.learner.holds
    faults: list[tuple[bool, str]] = [
        (not offer.names.isdisjoint(holds), f"{offer} is held already"),
        (not offer.exclusive_with.isdisjoint(holds), f"{offer} cannot be taken beside what is held"),
        (not offer.names.isdisjoint(limits.without), f"{offer} is ruled out"),
        (
            limits.modes is not None and offer.mode not in limits.modes,
            "what is taught is not taught in that way of taking part",
        ),
        (
            limits.languages is not None and bool(offer.language) and offer.language not in limits.languages,
            "what is taught is not taught in these languages",
        ),
        (
            limits.places is not None and bool(offer.place) and offer.place not in limits.places,
            "what is taught is not taught in these places",
        ),
        (_too_little(offer, limits), "what is taught has not that quality"),
        (
            limits.recognition_at_least is not None and offer.recognition < limits.recognition_at_least,
            "what is taught is not so widely recognised",
        ),
        (starting_weeks(offer, limits) == [], f"{offer} starts only before the first day"),
    ]
    found = next((words for holding, words in faults if holding), None)
    return found or f"{offer} asks for more hours a week than there are"


def _too_little(offer: Offer, limits: Limits) -> bool:
    return limits.quality_at_least is not None and (
        offer.quality_low is None or offer.quality_low < limits.quality_at_least
    )


def _listed(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"
