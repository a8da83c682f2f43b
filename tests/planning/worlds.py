"""Small random markets with everything in them, and every plan in them tried out by brute force, written apart from the planner."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations

from cairn.planning import Bundle, Discount, Have, Learner, Limits, Money, Need, Offer, SkillLevel, Target

SKILLS = ("s", "t", "u")


@dataclass
class World:
    market: list[Offer]
    stacks: list[Offer]
    bundles: list[Bundle]
    discounts: list[Discount]
    learner: Learner
    target: Target
    limits: Limits = field(default_factory=Limits)
    enough: Callable[[set[str]], bool] = lambda _: True
    """What is asked of names, beside groups, before something that counts is granted."""


def eur(minor):
    return Money(minor, "EUR")


def alternative(rng, names):
    return (
        SkillLevel(rng.choice(SKILLS), rng.randint(1, 3))
        if rng.random() < 0.5
        else rng.choice([*names, "badge", "grant"])
    )


def group(rng, names):
    return tuple(alternative(rng, names) for _ in range(rng.choice((1, 1, 2))))


def provides(rng):
    return {skill: rng.randint(1, 3) for skill in rng.sample(SKILLS, rng.choice((0, 1, 1, 2)))}


def world(seed: int) -> World:
    rng = random.Random(seed)  # noqa: S311 (made-up markets need no secure randomness)
    names = list("abcdefg")[: rng.randint(2, 7)]
    market = [
        Offer(
            id=name,
            provides=provides(rng),
            cost=eur(rng.randint(0, 9)),
            hours=rng.randint(0, 6),
            requires=tuple(group(rng, names) for _ in range(rng.choice((0, 0, 1, 2)))),
            achievement=rng.choice(("", "", "badge")),
            exclusive_with=frozenset(rng.sample(names, rng.choice((0, 0, 0, 1)))) - {name},
            language=rng.choice(("", "en", "de")),
            mode=rng.choice(("online", "onsite")),
            place=rng.choice(("", "Graz", "Wien")),
            expected_return=rng.randint(-3, 5),
            recognition=rng.randint(0, 3),
        )
        for name in names
    ]
    stacks = []
    if rng.random() < 0.6:
        parts = tuple(group(rng, names) for _ in range(rng.randint(1, 3)))
        least = rng.choice((None, rng.randint(1, len(parts))))
        stacks.append(
            Offer(
                id="stack",
                provides=provides(rng),
                cost=eur(0),
                hours=0,
                requires=parts,
                at_least=least,
                granted=True,
                achievement="grant",
            )
        )
    bundles = [
        Bundle(id=f"bundle{number}", offers=frozenset(rng.sample(names, rng.randint(1, len(names)))), cost=eur(rng.randint(0, 12)))
        for number in range(rng.choice((0, 0, 1, 2)))
    ]  # fmt: skip
    discounts = []
    for number in range(rng.choice((0, 0, 1, 2))):
        offer = rng.choice(market)
        if offer.cost.minor > 1:
            off = eur(rng.randint(1, offer.cost.minor // 2))
            discounts.append(Discount(id=f"discount{number}", offer=offer.id, off=off, when=(group(rng, names),)))
    have = {skill: Have(rng.randint(1, 2)) for skill in rng.sample(SKILLS, rng.choice((0, 0, 1)))}
    needs = [
        Need(skill, rng.randint(1, 3), rng.randint(1, 3), rng.random() < 0.6)
        for skill in rng.sample(SKILLS, rng.randint(1, 3))
    ]
    weeks = rng.choice((None, None, None, rng.randint(1, 4)))
    limits = Limits(
        budget=rng.choice((None, None, eur(rng.randint(0, 20)))),
        hours_per_week=None if weeks is None else rng.randint(1, 5),
        weeks=weeks,
        modes=rng.choice((None, None, None, frozenset({"online"}))),
        languages=rng.choice((None, None, None, frozenset({"en"}))),
        places=rng.choice((None, None, None, frozenset({"Graz"}))),
        without=frozenset(rng.sample(names, rng.choice((0, 0, 0, 1)))),
    )
    holds = frozenset(rng.choice(((), (), ("badge",))))
    return World(market, stacks, bundles, discounts, Learner(have, holds), Target(tuple(needs)), limits)


@dataclass(frozen=True)
class Outcome:
    """One plan: offers taken, levels at the end, money, hours."""

    taken: frozenset[str]
    held: dict[str, int]
    cost: int
    hours: int
    returns: int
    rank: int


def has(held, names, one):
    return held.get(one.skill, 0) >= one.level if isinstance(one, SkillLevel) else one in names


def replayed(world: World, chosen):
    """Levels and names after taking the offers one after the other, stacks granting what they grant; None if that cannot be done."""
    held = {skill: have.level for skill, have in world.learner.have.items()}
    names = set(world.learner.holds)
    waiting = [*chosen, *(stack for stack in world.stacks if not {stack.id, stack.achievement} & names)]
    while True:
        for offer in waiting:
            met = sum(any(has(held, names, one) for one in group) for group in offer.requires)
            if met >= (len(offer.requires) if offer.at_least is None else offer.at_least) and (
                offer.counting is None or world.enough(names)
            ):
                break
        else:
            return None if any(not offer.granted for offer in waiting) else (held, names)
        waiting.remove(offer)
        names |= {offer.id, offer.achievement} - {""}
        for skill, level in offer.provides.items():
            held[skill] = max(held.get(skill, 0), level)


def price(world: World, chosen, held, names) -> int:
    """The least to be paid: every set of bundles tried."""
    single = {offer.id: offer.cost.minor for offer in chosen}
    for discount in world.discounts:
        if discount.offer in single and all(any(has(held, names, one) for one in group) for group in discount.when):
            single[discount.offer] -= discount.off.minor
    return min(
        sum(bundle.cost.minor for bundle in bought)
        + sum(amount for key, amount in single.items() if not any(key in bundle.offers for bundle in bought))
        for size in range(len(world.bundles) + 1)
        for bought in combinations(world.bundles, size)
    )


def outcomes(world: World):
    """Every plan within the limits."""
    limits = world.limits
    market = [
        offer
        for offer in world.market
        if not {offer.id, offer.achievement} & (world.learner.holds | limits.without)
        and not offer.exclusive_with & world.learner.holds
        and (limits.modes is None or offer.mode in limits.modes)
        and (limits.languages is None or offer.language in {"", *limits.languages})
        and (limits.places is None or offer.place in {"", *limits.places})
    ]
    for size in range(len(market) + 1):
        for chosen in combinations(market, size):
            if any({a.id, a.achievement} & b.exclusive_with for a in chosen for b in chosen if a is not b):
                continue
            hours = sum(offer.hours for offer in chosen)
            if limits.weeks is not None and hours > limits.weeks * limits.hours_per_week:
                continue
            end = replayed(world, chosen)
            if end is None:
                continue
            cost = price(world, chosen, *end)
            if limits.budget is None or cost <= limits.budget.minor:
                yield Outcome(
                    frozenset(offer.id for offer in chosen),
                    end[0],
                    cost,
                    hours,
                    sum(offer.expected_return for offer in chosen),
                    min((offer.recognition for offer in chosen), default=9),
                )


def covered(held, needs) -> Fraction:
    total = sum(need.weight for need in needs)
    return sum(Fraction(need.weight * min(held.get(need.skill, 0), need.level), need.level) for need in needs) / total
