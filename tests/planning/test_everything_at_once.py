"""Bundles, discounts, stacks, languages, places, budgets and time together: on thousands of small markets every plan is tried.

The planner must never be beaten, must never promise what does not hold, and must find a plan wherever there is one.
"""

from dataclasses import replace

import pytest
from tests.planning import worlds

from cairn.planning import Limits, Money, Objective, OfferIndex, pareto, plan

BATCH = 100


def index_of(world):
    return OfferIndex([*world.market, *world.stacks], bundles=world.bundles, discounts=world.discounts)


def planned(world, objective, limits=None):
    return plan(index_of(world), world.learner, world.target, limits or world.limits, objective)


def complete(world, found):
    return [one for one in found if worlds.covered(one.held, world.target.needs) == 1]


def key(objective, one):
    return {
        Objective.CHEAPEST: (one.cost, one.hours),
        Objective.LEAST_STUDY: (one.hours, one.cost),
        Objective.BEST_RETURN: (-one.returns, one.cost, one.hours),
        Objective.MOST_RECOGNISED: (-one.rank, one.cost, one.hours),
    }[objective]


@pytest.mark.parametrize("batch", range(10))
def test_no_plan_is_beaten(batch):
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        world = worlds.world(seed)
        every = list(worlds.outcomes(world))
        by_set = {one.taken: one for one in every}
        full = complete(world, every)
        spare = {one.taken for one in full if not any(other.taken < one.taken for other in full)}
        for objective in (Objective.CHEAPEST, Objective.LEAST_STUDY, Objective.BEST_RETURN, Objective.MOST_RECOGNISED):
            result = planned(world, objective)
            taken = frozenset(step.offer.id for step in result.steps if not step.offer.granted)
            mine = by_set.get(taken)
            assert mine is not None, (seed, objective, "is no plan", taken)
            assert (result.cost.minor, result.hours) == (mine.cost, mine.hours), (seed, objective)
            assert result.coverage == worlds.covered(mine.held, world.target.needs), (seed, objective)
            assert result.complete == bool(full), (seed, objective)
            assert result.optimal, (seed, objective)
            if full:
                rivals = [one for one in full if objective is not Objective.BEST_RETURN or one.taken in spare]
                assert key(objective, mine) == min(key(objective, one) for one in rivals), (seed, objective)


def test_where_not_everything_fits_nothing_closes_more():
    for seed in range(3000, 3200):
        world = worlds.world(seed)
        every = list(worlds.outcomes(world))
        if complete(world, every):
            continue
        essential = [need for need in world.target.needs if need.essential] or list(world.target.needs)
        best = max(
            (worlds.covered(one.held, essential), worlds.covered(one.held, world.target.needs), -one.cost, -one.hours)
            for one in every
        )
        result = planned(world, Objective.CHEAPEST)
        mine = next(one for one in every if one.taken == {s.offer.id for s in result.steps if not s.offer.granted})
        reached = worlds.covered(mine.held, essential), worlds.covered(mine.held, world.target.needs)
        assert (*reached, -mine.cost, -mine.hours) == best, seed


def test_the_pareto_choices_are_all_and_only_the_undominated_plans():
    for seed in range(4000, 4120):
        world = worlds.world(seed)
        points = {(one.cost, one.hours) for one in complete(world, worlds.outcomes(world))}
        front = sorted(one for one in points if not any(o[0] <= one[0] and o[1] <= one[1] and o != one for o in points))
        found = pareto(index_of(world), world.learner, world.target, world.limits)
        if front:
            assert [(one.cost.minor, one.hours) for one in found] == front, seed


def test_every_way_out_is_enough_and_a_little_less_is_not():
    """Each change that an answer proposes is made, and the brute force then finds a plan; one cent or hour less, and it finds none."""
    tried = set()
    for seed in range(5000, 5250):
        world = worlds.world(seed)
        result = planned(world, Objective.CHEAPEST)
        if result.infeasible is None:
            continue
        for way in result.infeasible.ways:
            limits = world.limits
            for change in way:
                limits = changed(limits, change, 0)
            assert complete(world, worlds.outcomes(replace(world, limits=limits))), (seed, way)
            if len(way) == 1 and way[0].by:
                less = changed(world.limits, way[0], 1)
                assert not complete(world, worlds.outcomes(replace(world, limits=less))), (seed, way)
            tried |= {change.what for change in way}
        if not result.infeasible.ways:  # then no single limit is to blame
            for loose in (
                replace(world.limits, budget=None),
                replace(world.limits, weeks=None),
                replace(world.limits, modes=None),
                replace(world.limits, languages=None),
                replace(world.limits, places=None),
                replace(world.limits, without=frozenset()),
            ):
                assert not complete(world, worlds.outcomes(replace(world, limits=loose))), (seed, loose)
        lowered = {change.skill: change.to for change in result.infeasible.give_up}
        if lowered:
            needs = [replace(need, level=lowered.get(need.skill, need.level)) for need in world.target.needs]
            taken = {step.offer.id for step in result.steps if not step.offer.granted}
            mine = next(one for one in worlds.outcomes(world) if one.taken == taken)
            assert all(mine.held.get(need.skill, 0) >= need.level for need in needs), seed
    assert tried >= {"budget", "weeks", "hours_per_week", "modes", "languages", "places", "without"}


def changed(limits: Limits, change, less: int) -> Limits:
    if change.what == "budget":
        return replace(limits, budget=Money(change.to - less, "EUR"))
    if change.what in ("weeks", "hours_per_week"):
        return replace(limits, **{change.what: change.to - less})
    return replace(limits, **{change.what: frozenset() if change.what == "without" else None})


def test_what_is_said_about_steps_and_alternatives_is_true():
    for seed in range(6000, 6200):
        world = worlds.world(seed)
        every = {one.taken: one for one in worlds.outcomes(world)}
        result = planned(world, Objective.CHEAPEST)
        order = [step.offer for step in result.steps]
        needs = {need.skill: need.level for need in world.target.needs}
        for step in result.steps:
            for closed in step.closes:
                assert step.offer.provides[closed.skill] >= closed.level, seed
                assert all(
                    one.provides.get(closed.skill, 0) < closed.level for one in order if one is not step.offer
                ), seed
        taken = {offer.id for offer in order if not offer.granted}
        if not result.complete:
            continue
        for tie in result.alternatives:
            other = every.get(frozenset(taken - {tie.instead_of} | {tie.offer.id}))
            holds = other is not None and all(other.held.get(skill, 0) >= level for skill, level in needs.items())
            if tie.fits:
                assert holds, (seed, tie)
                assert (tie.more_cost, tie.more_hours) == (
                    other.cost - result.cost.minor,
                    other.hours - result.hours,
                ), (seed, tie)
                assert (tie.more_cost, tie.more_hours) >= (0, 0), (seed, tie)
