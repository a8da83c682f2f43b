"""By how much a plan with another offer in it falls behind in what the plan aims at, so that money and hours do not speak alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from cairn.planning.posing import Problem
from cairn.planning.replay import Standing, walk, with_granted
from cairn.planning.returning import burden_of
from cairn.planning.values import Money, NearTie, Objective, Offer

PATIENCE = 1.0
"""Seconds of work spent on how soon plans with other offers end, all of them together."""


def aimed_at(
    problem: Problem, order: Sequence[Offer], ties: Sequence[NearTie], objective: Objective, relevant: Iterable[Offer]
) -> tuple[NearTie, ...]:
    """The same alternatives of a plan in order; those that fit say first what they have less of that the plan aims at.

    `relevant` holds what else may be granted.
    """
    fit = any(tie.fits for tie in ties)
    if not fit or objective not in (Objective.FASTEST, Objective.MOST_RECOGNISED, Objective.BEST_RETURN):
        return tuple(ties)
    patient = replace(problem, allowance=problem.allowance.part(PATIENCE))
    stacks = {one.id: one for one in (*order, *relevant) if one.granted}
    found = []
    for tie in ties:
        why = _behind(patient, order, tie, objective, stacks.values()) if tie.fits else ""
        found.append(replace(tie, why=f"{why} {tie.why}") if why else tie)
    return tuple(found)


def _behind(
    problem: Problem, order: Sequence[Offer], tie: NearTie, objective: Objective, stacks: Iterable[Offer]
) -> str:
    kept = [one for one in order if not one.granted and one.id != tie.instead_of]
    standing = Standing.of(problem.start.levels, problem.start.names)
    swapped, stuck = walk(with_granted([*kept, tie.offer], stacks, problem.start), standing)
    if stuck:
        return ""
    if objective is Objective.MOST_RECOGNISED:
        less = _least_recognised(swapped) < _least_recognised(order)
        return "Its least recognised step would be less recognised." if less else ""
    if objective is Objective.FASTEST:
        later = _later(problem, order, swapped)
        return f"The plan would end {later} {'week' if later == 1 else 'weeks'} later." if later > 0 else ""
    less_returned = _returns_less(problem, order, swapped)
    return f"The plan would return {Money(less_returned, problem.currency)} less." if less_returned > 0 else ""


def _later(problem: Problem, order: Sequence[Offer], swapped: Sequence[Offer]) -> int:
    """Weeks by which the one ends after the other, each as soon as it can; 0 where that is not known."""
    if problem.limits.hours_per_week is None or problem.allowance.over <= 0:
        return 0
    mine, other = problem.soonest(order).soonest, problem.soonest(swapped).soonest
    return 0 if mine is None or other is None else other - mine


def _least_recognised(order: Sequence[Offer]) -> int:
    return min((offer.recognition for offer in order if not offer.granted), default=0)


def _returns_less(problem: Problem, order: Sequence[Offer], swapped: Sequence[Offer]) -> int:
    """What is returned less, in minor units, as offers state it or as the learner assumes; 0 where that is not known."""
    if problem.index.returns_known:
        return sum(offer.expected_return for offer in order) - sum(offer.expected_return for offer in swapped)
    if problem.worth is None or problem.allowance.over <= 0:
        return 0
    mine, other = burden_of(problem, order), burden_of(problem, swapped)
    return 0 if mine is None or other is None else other - mine
