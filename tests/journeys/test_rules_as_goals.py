"""Rules of every kind as goals: no choice of offers that meets the rule is better than the plan, and each plan meets it on its days.

The comparison is written apart from the planner: every set of offers, in every order, is put to the stacking engine.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import combinations, permutations
from types import SimpleNamespace
from typing import Any

import pytest

from cairn import planning, stacking
from cairn.journeys.amounts import Asked, counting
from cairn.journeys.held import Held
from cairn.stacking import AwardFilter, Level, SkillAt
from cairn.stacking.requirements import KINDS, nodes

MOMENT = datetime(2026, 4, 7, 10, 30, tzinfo=UTC)
NAMES = "abcde"
SCALE = ("pass", "good", "best")


def an_award(rng: random.Random, name: str, key: str, day: datetime) -> stacking.Award:
    return stacking.Award(
        id=key, achievement=name, issuer=rng.choice("uv"), valid_from=day, grade="best",
        credits={rng.choice(("ECTS", "ECTS", "ECTS", "CATS")): Decimal(rng.randint(1, 12)) / rng.choice((1, 2))},
        tags=frozenset(rng.sample("xyz", rng.randint(0, 2))), type=rng.choice(("badge", "certificate")),
        level=Level("EQF", Decimal(rng.randint(5, 7))), hours=Decimal(rng.randint(5, 40)), source="assessed",
        skills=tuple(SkillAt("S", skill, Decimal(rng.randint(1, 3))) for skill in rng.sample("pq", rng.randint(0, 2))),
    )  # fmt: skip


def what_is_held(rng: random.Random) -> Iterator[stacking.Award]:
    for number in range(rng.choice((0, 0, 1, 2))):
        name = rng.choice(("h", "i", *NAMES[:1]))
        award = an_award(
            rng,
            f"{name}{number}" if name in "hi" else name,
            f"held-{number}",
            MOMENT - timedelta(days=rng.choice((5, 60))),
        )
        yield replace(award, valid_until=rng.choice((None, None, MOMENT + timedelta(days=20))))


def a_filter(rng: random.Random) -> AwardFilter:
    return rng.choice((
        AwardFilter(), AwardFilter(), AwardFilter(), AwardFilter(), AwardFilter(tags=(rng.choice("xyz"),)), AwardFilter(issuers=("u",)),
        AwardFilter(types=("badge",)), AwardFilter(level=Level("EQF", Decimal(6))),
    ))  # fmt: skip


def a_leaf(rng: random.Random) -> stacking.Requirement:
    return rng.choice((
        lambda: stacking.CreditsAtLeast(Decimal(rng.randint(1, 6)), "ECTS", a_filter(rng), rng.random() < 0.3),
        lambda: stacking.AwardsAtLeast(rng.randint(1, 2), a_filter(rng)),
        lambda: stacking.AwardOf(rng.choice(NAMES)),
        lambda: stacking.AwardOf(rng.choice(NAMES)),
        lambda: stacking.ExperienceHours(Decimal(rng.randint(5, 30)), a_filter(rng)),
        lambda: stacking.SkillsCovered("S", ("p", "q"), Decimal(1), rng.choice((None, 1))),
    ))()  # fmt: skip


def a_rule(rng: random.Random, depth: int = 2) -> stacking.Requirement:
    """A random rule of any kinds."""
    if depth == 0:
        return a_leaf(rng)
    shape = rng.choice(("all", "any", "order", "around", "around", "leaf", "deny"))
    if shape == "leaf":
        return a_leaf(rng)
    if shape == "deny":
        return stacking.AllOf((a_rule(rng, depth - 1), stacking.Not(a_leaf(rng))))
    if shape != "around":
        parts = tuple(a_rule(rng, depth - 1) for _ in range(3 if shape == "any" else 2))
        if shape == "any":
            return stacking.AnyN(rng.randint(1, 2), parts)
        return stacking.AllOf(parts) if shape == "all" else stacking.InOrder(parts)
    inner = a_rule(rng, depth - 1)
    return rng.choice((
        lambda: stacking.AtMost(inner, amount=Decimal(rng.randint(2, 6)), scheme="ECTS", filter=AwardFilter(issuers=("u",))),
        lambda: stacking.AtMost(inner, count=1, filter=AwardFilter(types=("badge",))),
        lambda: stacking.Exclusive(inner, tuple(rng.sample(NAMES, 2))),
        lambda: stacking.Residency(inner, issuers=("v",), scheme="ECTS", amount=Decimal(rng.randint(1, 2))),
        lambda: stacking.Converting(inner, "CATS", "ECTS", Fraction(1, 2)),
        lambda: stacking.CountingOnly(inner, AwardFilter(tags=tuple(rng.sample("xyz", 2)))),
        lambda: stacking.Equivalences(inner, (tuple(rng.sample(NAMES, 2)),)),
        lambda: stacking.Counting(inner, stacking.Validity.WHEN_EARNED),
        lambda: stacking.LevelAtLeast(inner, Level("EQF", Decimal(rng.randint(4, 6)))),
        lambda: stacking.GradeAtLeast(inner, "good", SCALE),
        lambda: stacking.Recency(inner, rng.choice((7, 30, 365))),
        lambda: stacking.EarnedTogether(inner, days=rng.choice((6, 14, 40))),
        lambda: stacking.EarnedWithin(inner, since=None, until=MOMENT + timedelta(days=rng.choice((8, 20, 50)))),
        lambda: stacking.EarnedWithin(inner, since=MOMENT - timedelta(days=30), until=None),
    ))()  # fmt: skip


@dataclass
class Question:
    asked: Asked
    offers: list[planning.Offer]
    needs: tuple[planning.Need, ...]

    @property
    def posed(self) -> tuple[planning.OfferIndex, planning.Learner, planning.Target]:
        told = counting(self.asked, met=self.asked.weighed(()).met)
        whole = planning.Offer(
            id="whole", provides={"whole": 1}, cost=planning.Money(0, ""), hours=0, granted=True, counting=told,
            requires=tuple((name,) for name in sorted(told.names)), at_least=1 if told.names else None,
        )  # fmt: skip
        return planning.OfferIndex([*self.offers, whole]), planning.Learner(), planning.Target(self.needs)

    def met(self, line: Sequence[str], weeks: Sequence[int] = (), days: int = 7 * 999) -> bool:
        """Whether these, earned one after the other (at the ends of these weeks, by this day), meet the rule on the day of the last."""
        moments = [
            MOMENT + timedelta(days=min(7 * weeks[place], days) if weeks else 0, seconds=place + 1)
            for place in range(len(line))
        ]
        more = [
            replace(one, valid_from=moment)
            for name, moment in zip(line, moments, strict=True)
            for one in self.asked.earned[name]
        ]
        return stacking.evaluate(
            self.asked.stack.rule, [*self.asked.held.awards, *more], max(moments, default=MOMENT)
        ).met


def a_question(seed: int, beside: stacking.Requirement | None = None) -> Question:
    """A random rule, with another ``beside`` it, over what is held and offered."""
    rng = random.Random(seed)  # noqa: S311 (made-up rules need no secure randomness)
    rule = a_rule(rng)
    rule = rule if beside is None else stacking.AllOf((rule, beside))
    held = tuple(what_is_held(rng))
    names = [name for name in NAMES[: rng.randint(2, 5)] if name not in {one.achievement for one in held}]
    earned = {name: (an_award(rng, name, f"new-{name}", MOMENT),) for name in names}
    stack: Any = SimpleNamespace(
        rule=rule, families=(), names={}, retired=frozenset(), version=SimpleNamespace(pk=seed)
    )
    asked = Asked(stack, stacking.compiled(rule), Held(held), (), earned, MOMENT)
    offers = [
        planning.Offer(
            id=f"{name}{number}", cost=planning.Money(rng.randint(0, 20), "EUR"), hours=rng.randint(1, 9), achievement=name,
            provides={"skill": rng.randint(1, 2)} if rng.random() < 0.4 else {},
            requires=tuple((rng.choice(names),) for _ in range(rng.choice((0, 0, 0, 1)))),
        )
        for name in names for number in range(rng.choice((1, 1, 1, 2)))
    ]  # fmt: skip
    skills = (planning.Need("skill", rng.randint(1, 2)),) if rng.random() < 0.4 else ()
    return Question(asked, offers[:5], (planning.Need("whole", 1), *skills))


def orders(chosen: Sequence[planning.Offer]) -> Iterator[tuple[planning.Offer, ...]]:
    """Every order in which what is required comes first."""
    for line in permutations(chosen):
        done: set[str] = set()
        for one in line:
            if not all(done & set(group) for group in one.requires):
                break
            done |= {one.achievement}
        else:
            yield line


def best_by_hand(question: Question, per_week: int | None = None, weeks: int | None = None) -> tuple[int, int] | None:
    """The least money, then hours, of every set of offers in every order, the rule being met somewhere on the way."""

    @cache
    def met(line: tuple[str, ...], ends: tuple[int, ...]) -> bool:
        return question.met(line, ends)

    def reaches(line: Sequence[planning.Offer]) -> bool:
        ends, spent = [], 0
        for one in line:
            spent += one.hours
            ends.append(-(-spent // per_week) if per_week else 0)
        if weeks is not None and ends and ends[-1] > weeks:
            return False
        for size in range(len(line) + 1):
            first: dict[str, int] = {}
            for one, end in zip(line[:size], ends, strict=False):
                first.setdefault(one.achievement, end)
            if met(tuple(first), tuple(first.values()) if per_week else ()):
                return True
        return False

    def brings(chosen: Sequence[planning.Offer]) -> bool:
        levels = [one.provides.get("skill", 0) for one in chosen]
        return all(max(levels, default=0) >= need.level for need in question.needs if need.skill == "skill")

    full = [
        (sum(one.cost.minor for one in chosen), sum(one.hours for one in chosen))
        for size in range(len(question.offers) + 1)
        for chosen in combinations(question.offers, size)
        if brings(chosen) and any(map(reaches, orders(chosen)))
    ]
    return min(full, default=None)


def holds_on_its_days(question: Question, found: planning.PlanResult, days: int = 7 * 999) -> bool:
    """Whether the awards of the steps up to the larger one, each on its day, meet the rule on the day it is granted."""
    whole = next(step for step in found.steps if step.offer.id == "whole")
    before = sorted(
        (step.end_week or 0, step.order, step.offer.achievement) for step in found.steps if step.order < whole.order
    )
    first: dict[str, int] = {}
    for week, _, name in before:
        if found.weeks is None or week <= (whole.end_week or 0):
            first.setdefault(name, week)
    return question.met(tuple(first), () if found.weeks is None else tuple(first.values()), days)


SEEDS = range(226, 258)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_choice_that_meets_the_rule_is_better_than_the_plan_and_each_plan_meets_it(seed: int) -> None:
    question = a_question(seed)
    found = planning.plan(*question.posed)
    best = best_by_hand(question)
    assert found.optimal
    assert found.complete == (best is not None)
    if best is not None:
        assert (found.cost.minor, found.hours) == best
        assert holds_on_its_days(question, found)


@pytest.mark.parametrize("seed", SEEDS)
def test_on_a_calendar_each_plan_meets_the_rule_on_its_days_and_what_is_called_proven_is(seed: int) -> None:
    question = a_question(seed)
    rng = random.Random(seed)  # noqa: S311 (as above)
    per_week, weeks = rng.randint(2, 6), rng.choice((None, rng.randint(2, 6)))
    found = planning.plan(*question.posed, planning.Limits(hours_per_week=per_week, weeks=weeks))
    best = best_by_hand(question, per_week, weeks)
    assert found.complete == (best is not None)
    if best is not None:
        assert (found.cost.minor, found.hours) == best
        assert holds_on_its_days(question, found)


@pytest.mark.parametrize("seed", [seed for seed in SEEDS if seed % 4 == 0])
def test_the_shortest_and_the_soonest_plan_and_those_side_by_side_meet_the_rule_too(seed: int) -> None:
    question = a_question(seed)
    limits = planning.Limits(hours_per_week=4)
    shown = [
        planning.plan(*question.posed, limits, planning.Objective.FASTEST),
        planning.plan(*question.posed, limits, planning.Objective.LEAST_STUDY),
        *planning.pareto(*question.posed, limits),
    ]
    best = best_by_hand(question, 4)
    for found in shown:
        assert found.complete == (best is not None)
        if found.complete:
            assert holds_on_its_days(question, found)
            assert (found.cost.minor, 0) >= (best[0] if best else 0, 0)


def test_every_kind_of_requirement_is_among_them_and_many_can_be_met() -> None:
    questions = [a_question(seed) for seed in SEEDS]
    assert {type(node) for one in questions for node in nodes(one.asked.stack.rule)} == set(KINDS.values())
    assert sum(best_by_hand(one) is not None for one in questions) > len(questions) // 3
    assert sum(one.asked.depends_on_the_plan for one in questions) > len(questions) // 2


def test_what_rules_everything_out_is_not_weighed_as_if_it_counted() -> None:
    rng = random.Random(5)  # noqa: S311 (as above)
    names = [f"n{number:03}" for number in range(120)]
    kinds = {name: rng.choice("ABC") for name in names}
    earned = {
        name: (
            stacking.Award(
                id=f"new-{name}", achievement=name, issuer="u", valid_from=MOMENT, subjects=frozenset(kinds[name]),
                credits={"ECTS": Decimal(rng.randint(2, 10))},
            ),
        )
        for name in names
    }  # fmt: skip
    denied = stacking.Not(stacking.AwardsAtLeast(1, AwardFilter(subjects=("C",))))
    rule = stacking.AllOf((stacking.CreditsAtLeast(Decimal(30), "ECTS"), denied))
    stack: Any = SimpleNamespace(
        rule=rule, families=(), names={}, retired=frozenset(), version=SimpleNamespace(pk="deny")
    )
    asked = Asked(stack, stacking.compiled(rule), Held(()), (), earned, MOMENT)
    offers = [
        planning.Offer(
            id=f"o{name}", cost=planning.Money(rng.randint(50, 400), "EUR"), hours=20, achievement=name,
            provides={"skill": 1} if kinds[name] == "C" else {},
        )
        for name in names
    ]  # fmt: skip
    question = Question(asked, offers, (planning.Need("whole", 1), planning.Need("skill", 1)))
    posed = question.posed
    told = next(one.counting for one in posed[0].offers if one.counting is not None)
    found = planning.plan(*posed, planning.Limits(hours_per_week=20))
    assert (found.complete, found.optimal) == (True, True)
    assert holds_on_its_days(question, found)
    whole = next(step for step in found.steps if step.offer.id == "whole")
    last = next(step for step in found.steps if step.offer.provides == {"skill": 1})
    assert last.order > whole.order  # what must not be there comes after it
    assert len(told.known) + len(told.told) < 60  # of hundreds, where each such set is met by itself


@pytest.mark.parametrize("most", [1, 2])
def test_of_what_rules_it_out_together_as_much_counts_as_does_not(most: int) -> None:
    """Eight cheap awards of which only so many may be there, and six dear ones: each choice added up, and all of it proven."""
    rng = random.Random(most)  # noqa: S311 (made-up rules need no secure randomness)
    cheap, dear = [f"c{number}" for number in range(8)], [f"d{number}" for number in range(6)]
    worth = {name: rng.randint(2, 4) for name in cheap + dear}
    price = {name: rng.randint(1, 9) if name in cheap else rng.randint(10, 20) for name in cheap + dear}
    earned = {
        name: (
            stacking.Award(
                id=name,
                achievement=name,
                issuer="u",
                valid_from=MOMENT,
                credits={"ECTS": Decimal(worth[name])},
                tags=frozenset(name[0]),
            ),
        )
        for name in cheap + dear
    }
    too_many = stacking.AwardsAtLeast(most + 1, stacking.AwardFilter(tags=("c",)))
    rule = stacking.AllOf((stacking.CreditsAtLeast(Decimal(15), "ECTS"), stacking.Not(too_many)))
    stack: Any = SimpleNamespace(
        rule=rule, families=(), names={}, retired=frozenset(), version=SimpleNamespace(pk=most)
    )
    counted = counting(Asked(stack, stacking.compiled(rule), Held(()), (), earned, MOMENT), met=False)
    offers = [
        planning.Offer(id=name, provides={}, cost=planning.Money(price[name], "EUR"), hours=1, achievement=name)
        for name in cheap + dear
    ]
    whole = planning.Offer(
        id="whole", provides={"whole": 1}, cost=planning.Money(0, ""), hours=0, granted=True, counting=counted,
        requires=tuple((name,) for name in sorted(counted.names)), at_least=1,
    )  # fmt: skip
    found = planning.plan([*offers, whole], planning.Learner(), planning.Target((planning.Need("whole", 1),)))
    least = min(
        sum(price[name] for name in (*some, *others))
        for number in range(most + 1)
        for some in combinations(cheap, number)
        for size in range(len(dear) + 1)
        for others in combinations(dear, size)
        if sum(worth[name] for name in (*some, *others)) >= 15
    )
    assert (found.complete, found.optimal, found.cost.minor) == (True, True, least)
