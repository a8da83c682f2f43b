"""When nothing fits: the changes told are the smallest ones, held against every set of limits and every amount below."""

import random
from dataclasses import replace
from datetime import timedelta
from itertools import combinations

from tests.planning import calendars, worlds
from tests.planning.test_everything_at_once import changed, complete, planned

from cairn.planning import Learner, Limits, Money, Need, Objective, Offer, Target, plan

LOOSE = {
    "budget": {"budget": None},
    "time": {"weeks": None},
    "modes": {"modes": None},
    "languages": {"languages": None},
    "places": {"places": None},
    "without": {"without": frozenset()},
}


def fits(world, limits):
    return bool(complete(world, worlds.outcomes(replace(world, limits=limits))))


def stricter(seed):
    """A world with more limits than most have."""
    world, rng = worlds.world(seed), random.Random(seed)  # noqa: S311 (made-up markets need no secure randomness)
    limits = replace(
        world.limits,
        budget=Money(rng.randint(0, 8), "EUR"),
        hours_per_week=rng.randint(1, 3),
        weeks=rng.randint(0, 3),
        modes=rng.choice((None, frozenset({"online"}))),
        languages=rng.choice((None, frozenset({"en"}))),
    )
    return replace(world, limits=limits)


def test_no_fewer_limits_and_no_less_of_them_would_do():
    sizes = set()
    for seed in range(9000, 9035):
        world = stricter(seed)
        infeasible = planned(world, Objective.CHEAPEST).infeasible
        if infeasible is None:
            continue
        given = [what for what, loose in LOOSE.items() if replace(world.limits, **loose) != world.limits]
        enough = [
            frozenset(some)
            for size in range(1, len(given) + 1)
            for some in combinations(given, size)
            if fits(world, replace(world.limits, **{key: value for what in some for key, value in LOOSE[what].items()}))
        ]
        fewest = min((len(some) for some in enough), default=0)
        told = {
            frozenset("time" if one.what in ("weeks", "hours_per_week") else one.what for one in way)
            for way in infeasible.ways
        }
        assert told == {some for some in enough if len(some) == fewest}, seed
        sizes.add(fewest)
        for way in infeasible.ways:
            limits = world.limits
            for change in way:
                limits = changed(limits, change, 0)
            assert fits(world, limits), (seed, way)
            for less in way:
                if less.by:
                    limits = world.limits
                    for change in way:
                        limits = changed(limits, change, int(change is less))
                    assert not fits(world, limits), (seed, way, less.what)
    assert sizes >= {1, 2, 3}


def test_with_terms_and_starting_days_neither_days_nor_hours_a_week_could_be_fewer():
    tried = set()
    for seed in range(400, 470):
        rng = random.Random(seed)  # noqa: S311 (made-up markets need no secure randomness)
        market, (target, limits) = calendars.market(rng), calendars.question(rng)
        found = plan(market, Learner(), target, limits)
        if found.infeasible is None or limits.deadline is None:
            continue
        for way in found.infeasible.ways:
            (change,) = way
            tried.add(change.what)
            if change.what == "deadline":
                for until in (change.until, change.until - timedelta(days=1)):
                    able = any(calendars.plans(market, target, replace(limits, deadline=until)))
                    assert able == (until == change.until), (seed, until)
            else:
                for hours in range(limits.hours_per_week + 1, change.to + 1):
                    able = any(calendars.plans(market, target, replace(limits, hours_per_week=hours)))
                    assert able == (hours == change.to), (seed, hours)
    assert tried == {"deadline", "hours_per_week"}


def test_more_hours_can_be_too_many():
    """Forty hours a week are three weeks of a hundred, which leave six hours for the workshop; fifty are two of the three, and leave none
    in the second, whichever two they are."""
    long = Offer(id="long", provides={"s": 1}, cost=Money(1, "EUR"), hours=100, weeks=1)
    second = calendars.MONDAY + timedelta(weeks=1)
    short = Offer(id="short", provides={"t": 1}, cost=Money(1, "EUR"), hours=6, weeks=1, starts=(second,))
    both = Target((Need("s", 1), Need("t", 1)))

    def planned_with(hours):
        return plan([long, short], Learner(), both, Limits(hours_per_week=hours, start=calendars.MONDAY, weeks=3))

    assert planned_with(40).complete
    assert not planned_with(50).complete
    ways = planned_with(50).infeasible.ways
    assert sorted((way[0].what, way[0].to) for way in ways) == [("hours_per_week", 56), ("weeks", 4)]
