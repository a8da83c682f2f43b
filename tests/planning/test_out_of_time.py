"""What is said when time runs out: plans that hold, the best of those that are known, and no proof that there is none."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from tests.planning import worlds

from cairn.planning import Learner, Limits, Money, Need, Objective, Offer, OfferIndex, SkillLevel, Target, plan
from cairn.planning.allowance import Allowance, waiting
from cairn.planning.circles import circles
from cairn.planning.posing import Problem
from cairn.planning.program import Program
from cairn.planning.solver import FOUND, UNKNOWN, Answer, Mending, Search


@pytest.fixture
def no_time(monkeypatch):
    """As on a machine so busy that neither solver comes to anything."""
    monkeypatch.setattr(Search, "best", lambda *_, **__: Answer(UNKNOWN))
    monkeypatch.setattr("cairn.planning.narrowing.relax", lambda *_, **__: None)


@pytest.mark.parametrize("objective", [Objective.CHEAPEST, Objective.LEAST_STUDY, Objective.BEST_RETURN])
def test_without_time_plans_hold_and_nothing_is_said_to_be_proven(no_time, objective):
    complete = 0
    for seed in range(150):
        world = worlds.world(seed)
        every = {one.taken: one for one in worlds.outcomes(world)}
        index = OfferIndex([*world.market, *world.stacks], bundles=world.bundles, discounts=world.discounts)
        found = plan(index, world.learner, world.target, world.limits, objective)
        mine = every[frozenset(step.offer.id for step in found.steps if not step.offer.granted)]
        assert found.coverage == worlds.covered(mine.held, world.target.needs), seed
        assert found.cost.minor == mine.cost, seed
        assert found.complete == (found.infeasible is None), seed
        assert not (found.optimal and found.steps), seed
        if found.infeasible is not None and found.infeasible.proven:
            assert all(worlds.covered(one.held, world.target.needs) < 1 for one in every.values()), seed
        complete += bool(found.complete and found.steps)
    assert complete > 20


def test_without_time_something_is_closed_wherever_money_and_weeks_are_not_limited(no_time):
    closed = 0
    for seed in range(150):
        world = worlds.world(seed)
        market = [replace(offer, exclusive_with=frozenset()) for offer in world.market]
        world = replace(world, market=market, limits=Limits(without=world.limits.without))
        index = OfferIndex([*world.market, *world.stacks], bundles=world.bundles, discounts=world.discounts)
        found = plan(index, world.learner, world.target, world.limits)
        most = max(worlds.covered(one.held, world.target.needs) for one in worlds.outcomes(world))
        assert found.coverage == most, seed  # where nothing is limited, each need that can be closed is
        closed += most > found.coverage_before
    assert closed > 60


def course(key, price, requires=(), **skills):
    groups = tuple((SkillLevel(skill, level),) for skill, level in requires)
    return Offer(id=key, provides=skills, cost=Money(price, "EUR"), hours=price, requires=groups)


CIRCLE = [course("a", 1, [("y", 1)], x=1), course("b", 1, [("x", 1)], y=1), course("c", 50, y=1), course("d", 70, x=1)]


class JustOver(Allowance):
    """The first search comes to its end; nothing is left for another."""

    left = property(lambda _: 60.0)
    over = property(lambda _: -1.0)


def search_of(market, needs):
    problem = Problem.pose(OfferIndex(market), Learner(), Target(tuple(Need(one, 1) for one in needs)), Limits(), 1.0)
    pool = problem.pool({one: {1} for one in needs}, problem.weighing(Objective.CHEAPEST))
    search = Search(pool, problem.start, problem.limits, JustOver(1.0))
    search.require(problem.needs)
    return pool, search


def test_a_choice_that_holds_itself_up_is_mended_and_told_when_time_runs_out():
    pool, search = search_of(CIRCLE, "xy")
    met = []

    def known():
        taken = tuple(offer for offer in pool.candidates if offer.id in "ac")
        return (51, taken) if met else None

    found = search.best(search.cost, mending=Mending(met.append, known, lambda _: [True] * len(pool.candidates)))
    assert [sorted(offer.id for offer in one) for one in met] == [["a", "b"]]
    assert (found.status, found.value, [offer.id for offer in found.chosen]) == (FOUND, 51, ["a", "c"])
    assert found.bound == 2  # proven before anything was cut off
    assert search.best(search.cost).value == 51  # and now it is the best


def test_of_loops_that_lead_to_others_only_the_innermost_is_cut():
    market = [*CIRCLE, course("e", 1, [("z", 1)], w=1), course("f", 1, [("w", 1), ("x", 1)], z=1), course("g", 90, w=1)]
    pool, _ = search_of(market, "wz")
    program = Program.of(pool)
    place = {offer.id: number for number, offer in enumerate(pool.candidates)}
    node = {skill: pool.grid.nodes.of_level(skill, 1) for skill in "wxyz"}
    failing = {
        place["a"]: {node["y"]},
        place["b"]: {node["x"]},
        place["e"]: {node["z"]},
        place["f"]: {node["w"], node["x"]},
    }
    assert circles(program, failing) == [frozenset({node["x"], node["y"]})]


def tangled(seed, size=160):
    """Offers that ask for two skills each, so that they support each other in loops everywhere, and ten skills to be reached."""
    rng = random.Random(seed)  # noqa: S311 (made-up markets need no secure randomness)
    market = []
    for number in range(size):
        provides = {f"s{rng.randrange(20):02}": rng.choice((1, 1, 2, 2, 3)) for _ in range(rng.randint(1, 3))}
        top = max(provides.values())
        groups = [(SkillLevel(f"s{rng.randrange(20):02}", top - 1),) for _ in range(2 * (top > 1))]
        cost = Money(rng.randint(10, 99) * 100, "EUR")
        hours = rng.randint(5, 60)
        market.append(Offer(id=f"o{number:03}", provides=provides, cost=cost, hours=hours, requires=tuple(groups)))
    return market, Target(tuple(Need(f"s{number:02}", rng.randint(2, 3)) for number in range(0, 20, 2)))


class Clock:
    """A clock that goes so many seconds on whenever somebody looks at it."""

    def __init__(self, seconds):
        self.now, self.seconds = 0.0, seconds

    def __call__(self):
        self.now += self.seconds
        return self.now


@pytest.mark.parametrize(("seed", "seconds", "proven"), [(2, 0.5, True), (0, 0.1, False)])
def test_however_slow_the_machine_the_same_work_comes_to_the_same_plan(monkeypatch, endless, seed, seconds, proven):
    market, target = tangled(seed)
    found = []
    for step in (
        0.0,
        seconds / 500,
    ):  # a clock that stands still, and one that has nearly run out when the work is done
        monkeypatch.setattr("cairn.planning.allowance.monotonic", Clock(step))
        found.append(plan(market, Learner(), target, seconds=seconds))
    assert found[0] == found[1]
    assert found[0].optimal is proven, "the work is to suffice in one case only"


def test_where_the_clock_runs_out_what_is_known_is_told(monkeypatch):
    market, target = tangled(0)
    monkeypatch.setattr("cairn.planning.allowance.monotonic", Clock(1000.0))
    found = plan(market, Learner(), target, seconds=10.0)
    assert found.complete
    assert not found.optimal


def test_however_much_work_is_allowed_nobody_waits_longer_than_three_times_as_long_or_than_they_say(monkeypatch):
    clock = Clock(0.0)
    monkeypatch.setattr("cairn.planning.allowance.monotonic", clock)
    alone, little = Allowance(8.0), Allowance(0.1)
    assert (alone.clock, little.clock) == (24.0, 2.0)
    with waiting(25.0):
        first = Allowance(8.0)
        clock.now = 20.0
        with waiting(60.0):
            assert Allowance(8.0).clock == 5.0, "who waits for all of it waits no longer for one of them"
        part = Allowance(8.0).part(4.0)
        assert (part.clock, part.over) == (5.0, 4.0)
        clock.now = 25.0
        assert (part.clock, part.over, first.over) == (0.5, 0.0, 0.0)
    assert Allowance(8.0).over == 8.0


def test_what_is_begun_when_nobody_waits_any_longer_is_no_proof(monkeypatch):
    market, target = tangled(0)
    clock = Clock(0.0)
    monkeypatch.setattr("cairn.planning.allowance.monotonic", clock)
    with waiting(25.0):
        clock.now = 26.0
        found = plan(market, Learner(), target, seconds=10.0)
    assert found.complete
    assert not found.optimal


def test_what_is_done_of_a_part_is_done_of_the_whole():
    whole = Allowance(10.0)
    part = whole.part(4.0)
    part.spend(3.0)
    assert (part.over, whole.over) == (1.0, 7.0)
    whole.spend(6.5)
    assert (part.over, part.left) == (0.5, 0.5)
    part.spend(2.0)
    assert whole.over < 0 < whole.left
    assert whole.part(4.0).seconds == whole.left
