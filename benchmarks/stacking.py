"""How long a rule takes over a learner's awards, beside the yardstick: one plain walk that asks every leaf about every award.

Run: python benchmarks/stacking.py. Prints milliseconds (median and worst of several made-up learners) and the ratio.
"""

import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial

from cairn.stacking import AllOf, AnyN, Award, AwardFilter, AwardOf, CreditsAtLeast, evaluate, numbered

NOW = datetime(2026, 6, 1, tzinfo=UTC)
TAGS = [f"tag{number}" for number in range(12)]


def award(number: int, rng: random.Random) -> Award:
    """A made-up award of its own achievement with two subjects."""
    return Award(
        id=f"award-{number}",
        achievement=f"course-{number}",
        issuer=f"issuer-{number % 7}",
        valid_from=datetime(2024, 1, 1 + number % 28, tzinfo=UTC),
        credits={"ECTS": Decimal(rng.choice(("2.5", "3", "4", "5", "6", "7.5")))},
        tags=frozenset(rng.sample(TAGS, 2)),
    )


def programme(leaves: int, credit_leaves: int, amount: int) -> AllOf:
    """A rule of modules in groups of "any 3 of 5", and of credits whose subjects overlap."""
    named = [AwardOf(f"course-{number * 2}", (f"course-{number * 2 + 1}",)) for number in range(leaves)]
    groups = tuple(AnyN(3, tuple(named[start : start + 5])) for start in range(0, leaves, 5))
    amounts = tuple(
        CreditsAtLeast(Decimal(amount), "ECTS", AwardFilter(tags=(TAGS[i % 12], TAGS[(i + 1) % 12])))
        for i in range(credit_leaves)
    )
    return AllOf((*groups, *amounts))


def walk(rule: AllOf, awards: list[Award]) -> int:
    """The yardstick: no allocation, no trace, only "could this award serve this leaf at all"."""
    found = 0
    waiting = list(rule.parts)
    while waiting:
        node = waiting.pop()
        waiting.extend(node.parts)
        if isinstance(node, AwardOf):
            found += sum(one.achievement in (node.achievement, *node.equivalents) for one in awards)
        elif isinstance(node, CreditsAtLeast):
            found += sum(bool(one.tags.intersection(node.filter.tags)) for one in awards)
    return found


def timed(work: Callable[[], object]) -> float:
    """Milliseconds that the work takes."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def main() -> None:
    """Measure and print."""
    rng = random.Random(1)
    for title, leaves, credit_leaves, amount, held in (
        ("small: 20 modules, 5 awards", 20, 2, 10, 5),
        ("typical: 160 modules, 8 credit rules, 500 awards, plenty", 160, 8, 30, 500),
        ("short: the same, 120 awards, credits scarce", 160, 8, 60, 120),
        ("adversarial: 12 overlapping credit rules, 500 awards, just not enough", 160, 12, 170, 500),
    ):
        rule = numbered(programme(leaves, credit_leaves, amount))
        evaluate(rule, [award(0, rng)], NOW)
        ours, plain, exact, shares = [], [], True, []
        for _ in range(7):
            awards = [award(number, rng) for number in rng.sample(range(max(held, 330)), held)]
            plain.append(timed(partial(walk, rule, awards)))
            ours.append(timed(partial(evaluate, rule, awards, NOW)))
            result = evaluate(rule, awards, NOW)
            exact = exact and result.exact
            shares.append(float(result.progress))
        print(
            f"{title}\n  median {statistics.median(ours):8.2f} ms, worst {max(ours):8.2f} ms; "
            f"{statistics.median(ours) / statistics.median(plain):5.1f} times the plain walk; "
            f"progress {min(shares):.2f} to {max(shares):.2f}; {'all proven' if exact else 'NOT all proven'}"
        )


if __name__ == "__main__":
    main()
