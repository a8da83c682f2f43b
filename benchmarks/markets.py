"""Made-up markets for planning, as unlike each other as real ones are: each kind is one function that writes offers.

`fields`    higher offers build on one of two skills, a level lower, of their own field of 50 skills.
`tangled`   both skills are asked for, so that offers hold each other up in loops everywhere.
`anywhere`  both are drawn from the whole catalogue, so that nearly every offer can matter to every target.
`popular`   a few skills are taught by thousands of offers, several at a time, at prices like 19.99 that many share (a set cover).
`alike`     each offer teaches several skills of its field at once, for nearly the same price a skill, and builds on nothing.
`ladders`   six levels; each offer lifts a skill by one or two and asks for what is below, and high up for another skill as well.
`packaged`  providers sell their offers in bundles, take money off for those who come again, and award stacks.
`campus`    modules, wide programmes and cheap variants that exclude each other, required by name; modes, languages, places, quality.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate

from cairn.planning import Bundle, Discount, Money, Need, Offer, OfferIndex, SkillLevel, Target
from cairn.planning.replay import Standing, walk

FIELD = 50
WANTED = 30
"""Skills in a target."""

POINTS = (999, 1299, 1499, 1999, 2999, 4999, 9999, 19999, 49900)
"""Prices that people are used to, in minor units."""

SITTINGS = (2, 4, 5, 8, 10, 15, 20, 40)
"""Hours that offers of one market last."""

FAMOUS = 40
"""The skills that targets of the kind `popular` name most."""


@dataclass(frozen=True)
class Market:
    """Offers, what is sold together, what is taken off, and the skills of which targets name some."""

    offers: list[Offer]
    bundles: Sequence[Bundle] = ()
    discounts: Sequence[Discount] = ()

    def index(self) -> OfferIndex:
        """Ready to be searched."""
        return OfferIndex(self.offers, bundles=self.bundles, discounts=self.discounts)


def _eur(minor: float) -> Money:
    return Money(int(minor), "EUR")


def _mixed(size: int, rng: random.Random, kind: str) -> Market:
    skills = max(100, size // 10)
    found = []
    for number in range(size):
        base, width = (0, skills) if kind == "anywhere" else (rng.randrange(skills) // FIELD * FIELD, FIELD)
        provides = {f"s{base + rng.randrange(width)}": rng.choice((1, 1, 2, 2, 3)) for _ in range(rng.randint(1, 4))}
        top = max(provides.values())
        groups: list[tuple[SkillLevel, ...]] = []
        if top > 1:
            two = [SkillLevel(f"s{base + rng.randrange(width)}", top - 1) for _ in range(2)]
            groups = [tuple(two)] if kind == "fields" else [(one,) for one in two]
        hours = sum(provides.values()) * rng.randint(6, 20)
        price = int(hours * rng.uniform(2, 12)) * 100
        found.append(
            Offer(id=f"o{number:06}", provides=provides, cost=_eur(price), hours=hours, requires=tuple(groups))
        )
    return Market(found)


def _popular(size: int, rng: random.Random) -> Market:
    skills = max(100, size // 10)
    heavy = list(accumulate(1 / (rank + 5) for rank in range(skills)))
    found = []
    for number in range(size):
        names = {f"s{rank}" for rank in rng.choices(range(skills), cum_weights=heavy, k=rng.randint(1, 6))}
        provides = {name: rng.choice((1, 1, 1, 2, 2, 3)) for name in sorted(names)}
        groups: tuple[tuple[SkillLevel, ...], ...] = ()
        if rng.random() < 0.3:
            name = rng.choice(sorted(names))
            if provides[name] > 1:
                groups = ((SkillLevel(name, provides[name] - 1),),)
        cost = _eur(rng.choice(POINTS))
        hours = rng.choice(SITTINGS)
        found.append(Offer(id=f"o{number:06}", provides=provides, cost=cost, hours=hours, requires=groups))
    return Market(found)


def _alike(size: int, rng: random.Random) -> Market:
    skills = max(100, size // 10)
    found = []
    for number in range(size):
        field = rng.randrange(skills) // FIELD * FIELD
        names = rng.sample(range(FIELD), rng.randint(3, 8))
        provides = {f"s{field + name}": rng.choice((1, 1, 2)) for name in names}
        cost = _eur(100 * rng.randint(20, 30) * len(names) - 1)
        found.append(Offer(id=f"o{number:06}", provides=provides, cost=cost, hours=rng.choice(SITTINGS)))
    return Market(found)


def _ladders(size: int, rng: random.Random) -> Market:
    skills, top = max(100, size // 10), 6
    found = []
    for number in range(size):
        field = rng.randrange(skills) // FIELD * FIELD
        skill = f"s{field + rng.randrange(FIELD)}"
        below = rng.randrange(top)
        level = min(top, below + rng.choice((1, 1, 2)))
        provides = {skill: level}
        groups = [(SkillLevel(skill, below),)] if below else []
        if below >= 3:
            groups.append((SkillLevel(f"s{field + rng.randrange(FIELD)}", below - 2),))
        if rng.random() < 0.3:
            provides.setdefault(f"s{field + rng.randrange(FIELD)}", max(1, level - 1))
        hours = (level - below) * rng.randint(5, 25)
        price = int(hours * rng.uniform(2, 9) * (1 + level / 3)) * 100 + 99
        found.append(
            Offer(id=f"o{number:06}", provides=provides, cost=_eur(price), hours=hours, requires=tuple(groups))
        )
    return Market(found)


def _packaged(size: int, rng: random.Random) -> Market:
    skills, each = max(100, size // 10), 10
    offers: list[Offer] = []
    bundles, discounts = [], []
    for provider in range(size // (each + 1)):
        field = rng.randrange(skills) // FIELD * FIELD
        own: list[Offer] = []
        for number in range(each):
            names = {f"s{field + rng.randrange(FIELD)}" for _ in range(rng.randint(1, 3))}
            provides = {name: rng.choice((1, 1, 2, 2, 3)) for name in sorted(names)}
            groups: tuple[tuple[SkillLevel | str, ...], ...] = ()
            if max(provides.values()) > 1:
                groups = (tuple(SkillLevel(f"s{field + rng.randrange(FIELD)}", 1) for _ in range(2)),)
            elif own and rng.random() < 0.2:
                groups = ((rng.choice(own).id,),)
            hours = sum(provides.values()) * rng.randint(6, 20)
            cost = _eur(int(hours * rng.uniform(2, 12)) * 100 + 99)
            key = f"o{provider:05}-{number}"
            own.append(Offer(id=key, provides=provides, cost=cost, hours=hours, requires=groups))
        for number in range(rng.choice((1, 2, 2, 3))):
            parts = rng.sample(own, rng.randint(2, 5))
            whole = sum(part.cost.minor for part in parts) * rng.uniform(0.6, 0.9)
            bundles.append(
                Bundle(id=f"b{provider:05}-{number}", offers=frozenset(part.id for part in parts), cost=_eur(whole))
            )
        for number, offer in enumerate(rng.sample(own, 3)):
            off = _eur(offer.cost.minor * rng.choice((0.1, 0.2, 0.25)))
            before = rng.choice([other for other in own if other is not offer])
            discounts.append(Discount(id=f"d{provider:05}-{number}", offer=offer.id, off=off, when=((before.id,),)))
        parts = rng.sample(own, rng.randint(2, 4))
        granted = {f"s{field + rng.randrange(FIELD)}": rng.choice((2, 3))}
        least = rng.choice((None, len(parts) - 1))
        needed = tuple((part.id,) for part in parts)
        stack = Offer(
            id=f"s{provider:05}",
            provides=granted,
            cost=_eur(0),
            hours=0,
            requires=needed,
            at_least=least,
            granted=True,
        )
        offers += [*own, stack]
    return Market(offers, bundles, discounts)


def _campus(size: int, rng: random.Random) -> Market:
    skills, each = max(100, size // 10), 25
    offers: list[Offer] = []
    for school in range(size // each):
        field = rng.randrange(skills) // FIELD * FIELD
        place, rank = f"town{rng.randrange(200)}", rng.choice((0, 1, 1, 2, 3, 5))
        dear = rng.uniform(3, 25)
        modules: list[Offer] = []
        for number in range(each):
            wide = number >= each - 3
            names = [
                f"s{field + rng.randrange(FIELD)}" for _ in range(rng.randint(8, 20) if wide else rng.randint(1, 3))
            ]
            provides = {name: rng.choice((1, 2, 3, 4)) for name in names}
            groups: list[tuple[SkillLevel | str, ...]] = []
            if modules and rng.random() < 0.6:
                groups.append(tuple(rng.choice(modules).achievement for _ in range(rng.choice((1, 1, 2)))))
            if wide:
                groups.append((SkillLevel(rng.choice(names[:1]), 1), rng.choice(modules).achievement))
            variant = bool(modules) and not wide and rng.random() < 0.2
            twin = modules[-1] if variant else None
            if twin is not None:
                provides, groups = dict(twin.provides), list(twin.requires)
            hours = sum(provides.values()) * rng.randint(5, 15)
            modules.append(
                Offer(
                    id=f"o{school:05}-{number:02}",
                    provides=provides,
                    cost=_eur(round(hours * dear * rng.uniform(0.5, 1)) * 100),
                    hours=hours,
                    requires=tuple(groups),
                    achievement=twin.achievement if twin is not None else f"a{school:05}-{number:02}",
                    exclusive_with=frozenset({twin.id}) if twin is not None else frozenset(),
                    mode=rng.choice(("online", "onsite", "blended")),
                    language=rng.choice(("en", "en", "de", "fr")),
                    place=place,
                    quality_low=Decimal(rng.randint(30, 95)) / 100,
                    recognition=rank,
                )
            )
        offers += modules
    return Market(offers)


KINDS: dict[str, Callable[[int, random.Random], Market]] = {
    "fields": lambda size, rng: _mixed(size, rng, "fields"),
    "tangled": lambda size, rng: _mixed(size, rng, "tangled"),
    "anywhere": lambda size, rng: _mixed(size, rng, "anywhere"),
    "popular": _popular,
    "alike": _alike,
    "ladders": _ladders,
    "packaged": _packaged,
    "campus": _campus,
}


def market(size: int, rng: random.Random, kind: str = "fields") -> Market:
    """About so many offers over a tenth as many skills, a hundred at the least."""
    return KINDS[kind](size, rng)


def target(offers: Sequence[Offer], rng: random.Random, kind: str = "fields") -> Target:
    """Thirty skills at levels that can be reached: from three fields, from anywhere, or the best known ones."""
    known = Standing({})
    walk(offers, known)
    fields = sorted({int(skill[1:]) // FIELD for skill in known.levels})
    chosen = fields if kind in ("anywhere", "popular") else rng.sample(fields, min(3, len(fields)))
    if kind == "alike":
        chosen = chosen[:1]
    pool = sorted(skill for skill in known.levels if int(skill[1:]) // FIELD in chosen)
    if kind == "popular":
        pool = sorted(known.levels, key=lambda skill: int(skill[1:]))[:FAMOUS]
    return Target(tuple(Need(skill, rng.randint(1, known.levels[skill])) for skill in rng.sample(pool, WANTED)))
