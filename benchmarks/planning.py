"""How long a plan takes over a growing catalogue, beside the yardstick: the same solver on the same problem without pruning.

Run: python benchmarks/planning.py [largest catalogue]. Every line is one catalogue size, several made-up targets of 30 skills; set-up
(the index) is shown apart. Prints seconds (median and worst), what pruning left, and the ratio to the plain model where that
still ends within its allowance (it only finds the least cost; ours also the fewest hours at that cost, and the reasons). Both
must find the same cost; a difference stops the run. In small catalogues of this kind nearly every offer matters, so that pruning
has nothing to win there.
"""

import random
import statistics
import sys
import time
from collections.abc import Callable

from cairn.planning import Learner, Money, Need, Objective, Offer, OfferIndex, SkillLevel, Target, plan
from cairn.planning.replay import Standing
from cairn.planning.solver import PROVEN, Allowance, Search
from cairn.planning.values import Limits

PLAIN_UP_TO = 3_000
CASES = 5


def catalogue(size: int, rng: random.Random) -> list[Offer]:
    """Offers in fields of 50 skills that build on lower levels of the same field, one offer per ten skills of the catalogue."""
    skills = max(100, size // 10)
    found = []
    for number in range(size):
        base = rng.randrange(skills) // 50 * 50
        provides = {f"s{base + rng.randrange(50)}": rng.choice((1, 1, 2, 2, 3)) for _ in range(rng.randint(1, 4))}
        top = max(provides.values())
        groups: list[tuple[SkillLevel, ...]] = []
        if top > 1:
            groups.append(tuple(SkillLevel(f"s{base + rng.randrange(50)}", top - 1) for _ in range(2)))
        hours = sum(provides.values()) * rng.randint(6, 20)
        price = int(hours * rng.uniform(2, 12)) * 100
        found.append(
            Offer(id=f"o{number:06}", provides=provides, cost=Money(price, "EUR"), hours=hours, requires=tuple(groups))
        )
    return found


def target(offers: list[Offer], rng: random.Random) -> Target:
    """Thirty skills from three fields, at levels that somebody teaches."""
    levels: dict[str, int] = {}
    for offer in offers:
        for skill, level in offer.provides.items():
            levels[skill] = max(level, levels.get(skill, 0))
    fields = rng.sample(sorted({int(skill[1:]) // 50 for skill in levels}), min(3, len(levels) // 50))
    pool = sorted(skill for skill in levels if int(skill[1:]) // 50 in fields)
    return Target(tuple(Need(skill, rng.randint(1, levels[skill])) for skill in rng.sample(pool, 30)))


def plain(index: OfferIndex, wanted: Target) -> int | None:
    """The yardstick: every offer in the model. The least cost, or None without proof in 60 seconds."""
    search = Search(index.offers, Standing({}, set()), Limits(), Allowance(60))
    search.require({need.skill: need.level for need in wanted.needs})
    answer = search.best(search.cost)
    return answer.value if answer.status == PROVEN else None


def timed[T](work: Callable[[], T]) -> tuple[float, T]:
    """Seconds and result."""
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def main() -> None:
    """Measure and print."""
    largest = int(sys.argv[1]) if len(sys.argv) > 1 else 30_000
    warm = catalogue(100, random.Random(0))
    plan(warm, Learner(), Target((Need(next(iter(warm[0].provides)), 1),)))
    for size in (1_000, 3_000, 10_000, 30_000, 100_000):
        if size > largest:
            break
        rng = random.Random(size)
        offers = catalogue(size, rng)
        setup, index = timed(lambda offers=offers: OfferIndex(offers))
        ours, ratios, left, proven = [], [], [], 0
        for _ in range(CASES):
            wanted = target(offers, rng)
            seconds, result = timed(
                lambda index=index, wanted=wanted: plan(
                    index, Learner(), wanted, objective=Objective.CHEAPEST, seconds=60
                )
            )
            ours.append(seconds)
            left.append(result.considered.candidates)
            proven += result.optimal
            if size <= PLAIN_UP_TO and result.complete:
                other, cost = timed(lambda index=index, wanted=wanted: plain(index, wanted))
                if cost is not None:
                    ratios.append(other / seconds)
                    if result.optimal and cost != result.cost.minor:
                        sys.exit(f"The plain model found {cost}, the pruned one {result.cost.minor}.")
        beside = f"the plain model takes {statistics.median(ratios):.1f} times as long" if ratios else "no plain model"
        print(
            f"{size:7} offers: set-up {setup:5.2f} s; plan median {statistics.median(ours):6.2f} s, worst {max(ours):6.2f} s; "
            f"{min(left)} to {max(left)} candidates; {proven} of {CASES} proven; {beside}"
        )


if __name__ == "__main__":
    main()
