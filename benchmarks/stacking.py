"""How long a rule takes over a learner's awards, beside the yardstick: a plain CP-SAT model of the same question, one variable a pair.

Run: python benchmarks/stacking.py. Prints milliseconds (median and worst of several made-up learners), growth curves, and learners
a second in a stream. JSON=1 prints one object a line: name, value, unit, yardstick, ratio (how many times slower the yardstick is).
The yardstick only finds the best progress; ours also says why (`explained` adds trace, reasons and the ways to complete). Both must
find the same progress; a difference stops the run. LARGEST (default 8000) is where the growth curve of awards ends.
"""

import gc
import json
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from functools import partial
from math import lcm

from cairn.stacking import (
    AllOf,
    AnyN,
    AtMost,
    Award,
    AwardFilter,
    AwardOf,
    AwardsAtLeast,
    CreditsAtLeast,
    EarnedTogether,
    Exclusive,
    Requirement,
    Residency,
    RuleError,
    evaluate,
    numbered,
)
from cairn.stacking.streaming import recompute

NOW = datetime(2026, 6, 1, tzinfo=UTC)
TAGS = [f"tag{number}" for number in range(12)]
SIZES = ("2.5", "3", "4", "5", "6", "7.5")
LEARNERS = 5
PLAIN_SECONDS = 3.0
BESIDE = 3
"""For how many rules of each hard kind the yardstick is asked too."""


def award(number: int, rng: random.Random) -> Award:
    """A made-up award of its own achievement with two subjects."""
    return Award(
        id=f"award-{number}",
        achievement=f"course-{number}",
        issuer=f"issuer-{number % 7}",
        valid_from=datetime(2024, 1, 1 + number % 28, tzinfo=UTC),
        credits={"ECTS": Decimal(rng.choice(SIZES))},
        tags=frozenset(rng.sample(TAGS, 2)),
        source="transfer" if rng.random() < 0.5 else "",
    )


def programme(leaves: int, credit_leaves: int, amount: int, *, uneven: int = 0) -> AllOf:
    """A rule of modules in groups of "any 3 of 5", and of credits whose subjects overlap; `uneven` spreads the amounts."""
    named = [AwardOf(f"course-{number * 2}", (f"course-{number * 2 + 1}",)) for number in range(leaves)]
    groups = tuple(AnyN(3, tuple(named[start : start + 5])) for start in range(0, leaves, 5))
    amounts = tuple(
        CreditsAtLeast(
            Decimal(amount + (7 * i % 5 - 2) * uneven), "ECTS", AwardFilter(tags=(TAGS[i % 12], TAGS[(i + 1) % 12]))
        )
        for i in range(credit_leaves)
    )
    return AllOf((*groups, *amounts))


def plain(rule: Requirement, awards: list[Award]) -> Fraction | None:
    """The yardstick: every pair of an award and a leaf that it fits is a variable. The best progress, or None without proof."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    uses: dict[str, list[cp_model.IntVar]] = {one.id: [] for one in awards}
    terms: list[tuple[Fraction, cp_model.IntVar]] = []
    capped: dict[tuple[int, str], list[cp_model.LinearExpr]] = {}
    caps: list[AtMost] = []

    def walk(node: Requirement, weight: Fraction, chosen: list[cp_model.IntVar], around: tuple[int, ...]) -> None:
        if isinstance(node, AtMost):
            caps.append(node)
            walk(node.of, weight, chosen, (*around, len(caps) - 1))
            return
        if isinstance(node, AllOf | AnyN):
            choices = [model.new_bool_var("") for _ in node.parts]
            model.add(sum(choices) == node.choose)
            for part, choice in zip(node.parts, choices, strict=True):
                walk(part, weight / node.choose, [*chosen, choice], around)
            return
        fitting = [(one, worth) for one in awards if (worth := worth_of(node, one))]
        need = int(node.amount * 100) if isinstance(node, CreditsAtLeast) else getattr(node, "count", 1)
        supply = []
        for one, worth in fitting:
            served = model.new_bool_var("")
            uses[one.id].append(served)
            counts: cp_model.LinearExpr = worth * served
            within = [(at, caps[at]) for at in around if not any(c.fault(one, NOW) for c in caps[at].criteria)]
            if isinstance(node, CreditsAtLeast) and any(cap.count is None for _, cap in within):
                counted = model.new_int_var(0, worth, "")
                model.add(counted <= worth * served)
                counts = counted
            for at, cap in within:
                spent = (
                    served if cap.count else counts if isinstance(node, CreditsAtLeast) else served * hundredths(one)
                )
                capped.setdefault((at, one.issuer if cap.each_issuer else ""), []).append(spent)
            supply.append(counts)
        reached = model.new_int_var(0, need, "")
        model.add(reached <= sum(supply))
        for choice in chosen:
            model.add(reached <= need * choice)
        terms.append((weight / need, reached))

    walk(rule, Fraction(1), [], ())
    for served in uses.values():
        model.add_at_most_one(served)
    for (at, _), spent in capped.items():
        model.add(sum(spent) <= caps[at].most)
    scale = lcm(*(weight.denominator for weight, _ in terms))
    model.maximize(sum(int(weight * scale) * reached for weight, reached in terms))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = PLAIN_SECONDS
    if solver.solve(model) != cp_model.OPTIMAL:
        return None
    return Fraction(sum(int(weight * scale) * solver.value(reached) for weight, reached in terms), scale)


def hundredths(one: Award) -> int:
    """The award's credits in hundredths."""
    return int(one.credits["ECTS"] * 100)


def worth_of(node: Requirement, one: Award) -> int:
    """What an award is worth to a leaf for the yardstick; 0 if it does not fit."""
    if isinstance(node, AwardOf):
        return int(one.achievement in (node.achievement, *node.equivalents))
    if isinstance(node, CreditsAtLeast | AwardsAtLeast):
        fits = not any(criterion.fault(one, NOW) for criterion in node.filter.criteria)
        return fits * (hundredths(one) if isinstance(node, CreditsAtLeast) else 1)
    raise TypeError(node.kind)


def timed[T](work: Callable[[], T]) -> tuple[float, T]:
    """Milliseconds that the work takes, and what it gives."""
    began = time.perf_counter()
    result = work()
    return (time.perf_counter() - began) * 1000, result


def explained(rule: Requirement, awards: list[Award]) -> object:
    """The evaluation with everything that explains it."""
    found = evaluate(rule, awards, NOW)
    return found.trace, [node.rejected for node in found.nodes().values()], found.unused, found.missing


def say(name: str, value: float, unit: str, yardstick: float | None = None, note: str = "") -> None:
    """Print one measurement."""
    ratio = None if yardstick is None or not value else round(yardstick / value, 1)
    if os.environ.get("JSON") == "1":
        found = {"name": name, "value": round(value, 3), "unit": unit}
        print(json.dumps({**found, "yardstick": yardstick and round(yardstick, 3), "ratio": ratio}))
    else:
        beside = "" if yardstick is None else f"; plain CP-SAT {yardstick:9.2f} ({ratio} times)"
        print(f"{name:58} {value:9.2f} {unit}{beside}{note}")


def measured(title: str, rule: AllOf, held: int, rng: random.Random, *, beside: bool = True) -> None:
    """Several learners under one rule."""
    explained(rule, [award(0, rng)])  # the rule is made ready once
    ours, whole, theirs, proven, open_cases = [], [], [], 0, 0
    for _ in range(LEARNERS):
        awards = [award(number, rng) for number in rng.sample(range(max(held, 330)), held)]
        spent, found = timed(partial(evaluate, rule, awards, NOW))
        ours.append(spent)
        whole.append(timed(partial(explained, rule, awards))[0])
        proven += found.exact
        if beside:
            spent, best = timed(partial(plain, rule, awards))
            theirs.append(spent)
            open_cases += best is None
            if best is not None and found.exact and best != found.progress:
                sys.exit(f"{title}: the plain model found {best}, ours {found.progress}.")
    yardstick = statistics.median(theirs) if theirs else None
    note = f"; {proven} of {LEARNERS} proven" + (f", the plain model left {open_cases} open" if open_cases else "")
    say(f"{title}, median", statistics.median(ours), "ms", yardstick, note)
    say(f"{title}, worst", max(ours), "ms", max(theirs) if theirs else None)
    say(f"{title}, explained, median", statistics.median(whole), "ms")


def leaf(rng: random.Random) -> Requirement:
    """A made-up leaf: a course, an amount of credits or a number of awards, of some subjects and now and then of some issuers."""
    kind = rng.random()
    if kind < 0.45:
        course, other = (number := rng.randrange(330)), number * 7 % 330
        return AwardOf(f"course-{course}", () if other == course else (f"course-{other}",))
    tags = tuple(rng.sample(TAGS, rng.choice((1, 2, 3)))) if rng.random() < 0.8 else ()
    sources = ("transfer",) if rng.random() < 0.15 else ()
    issuers = tuple(f"issuer-{one}" for one in rng.sample(range(7), 3)) if rng.random() < 0.15 else ()
    asked = AwardFilter(tags=tags, sources=sources, issuers=issuers)
    if kind < 0.75:
        return CreditsAtLeast(Decimal(rng.choice(("5", "7.5", "10", "12", "20", "30"))), "ECTS", asked)
    return AwardsAtLeast(rng.randrange(1, 6), asked)


def tree(rng: random.Random, depth: int, budget: int) -> Requirement:
    """A made-up rule of about so many nodes: groups and choices, some under caps on transfer or issuers, some with a residency."""
    if depth == 0 or budget <= 3:
        return leaf(rng)
    count = max(2, min(budget // 2, rng.choice((3, 4, 5, 8))))
    parts = tuple(tree(rng, depth - 1, (budget - 1) // count) for _ in range(count))
    made: Requirement = AllOf(parts) if rng.random() < 0.55 else AnyN(rng.randrange(1, len(parts)), parts)
    if rng.random() < 0.12:
        most = Decimal(rng.choice((20, 40, 80)))
        made = AtMost(made, amount=most, scheme="ECTS", filter=AwardFilter(sources=("transfer",)))
    if rng.random() < 0.05:
        made = AtMost(made, count=rng.choice((3, 8)), filter=AwardFilter(issuers=("issuer-1", "issuer-2")))
    if rng.random() < 0.05:
        made = Residency(made, ("issuer-1", "issuer-2", "issuer-3"), "ECTS", amount=Decimal(rng.choice((10, 30, 60))))
    return made


def wide(rng: random.Random) -> tuple[Requirement, list[Award]]:
    """Two hundred amounts of credits, each of which most awards fit, and hardly half the credits for them."""
    amounts = tuple(
        CreditsAtLeast(
            Decimal(18 + i % 7),
            "ECTS",
            AwardFilter(tags=(TAGS[i % 12], TAGS[(i * 5 + 1) % 12], TAGS[(i * 7 + 2) % 12])),
        )
        for i in range(200)
    )
    return AllOf(amounts), [award(number, rng) for number in range(500)]


def nested(rng: random.Random, depth: int) -> Requirement:
    """Choices within choices of courses, credits and numbers of awards, of two subjects each."""
    if depth:
        count = rng.choice((2, 3))
        return AnyN(rng.randrange(1, count + 1), tuple(nested(rng, depth - 1) for _ in range(count)))
    kind, asked = rng.random(), AwardFilter(tags=tuple(rng.sample(TAGS, 2)))
    if kind < 0.3:
        return AwardOf(f"course-{rng.randrange(500)}", (f"course-{500 + rng.randrange(50)}",))
    if kind < 0.75:
        return CreditsAtLeast(Decimal(rng.choice(("5", "7.5", "10", "12.5"))), "ECTS", asked)
    return AwardsAtLeast(rng.randrange(1, 4), asked)


def deep(rng: random.Random) -> tuple[Requirement, list[Award]]:
    """About two hundred requirements in choices four deep, all under one limit for issuers."""
    parts: list[Requirement] = []
    while sum(map(_count, parts)) < 190:
        parts.append(nested(rng, rng.choice((3, 4))))
    rule: Requirement = AtMost(
        AllOf(tuple(parts)), count=rng.choice((6, 12)), filter=AwardFilter(issuers=("issuer-1", "issuer-2", "issuer-3"))
    )
    if rng.random() < 0.5:
        rule = AtMost(AllOf(tuple(parts)), amount=Decimal(rng.choice((30, 60))), scheme="ECTS", each_issuer=True)
    return rule, [award(number, rng) for number in range(500)]


def windows(rng: random.Random) -> tuple[Requirement, list[Award]]:
    """Groups of overlapping requirements, some under limits or with courses that exclude each other, a quarter in a window that rolls."""
    parts: list[Requirement] = []
    while sum(map(_count, parts)) < 180:
        leaves: list[Requirement] = []
        for _ in range(rng.randrange(4, 9)):
            kind, asked = rng.random(), AwardFilter(tags=tuple(rng.sample(TAGS, 2)))
            if kind < 0.6:
                leaves.append(CreditsAtLeast(Decimal(rng.choice((10, 12, 15, 20))), "ECTS", asked))
            else:
                leaves.append(AwardsAtLeast(rng.randrange(2, 6), asked) if kind < 0.8 else nested(rng, 0))
        group: Requirement = AllOf(tuple(leaves)) if rng.random() < 0.5 else AnyN(rng.randrange(1, 4), tuple(leaves))
        if rng.random() < 0.3:
            group = Exclusive(group, tuple(f"course-{one}" for one in rng.sample(range(500), 12)))
        if rng.random() < 0.25:
            most = Decimal(rng.choice((10, 20)))
            group = AtMost(group, amount=most, scheme="ECTS", filter=AwardFilter(sources=("transfer",)))
        parts.append(EarnedTogether(group, months=5) if not len(parts) % 4 else group)
    held = [award(number, rng) for number in range(500)]
    spread = [
        replace(
            one, shareable=rng.random() < 0.05, valid_from=NOW.replace(year=2024, month=1 + at % 12, day=1 + at % 28)
        )
        for at, one in enumerate(held)
    ]
    return AllOf(tuple(parts)), spread


def fine(rng: random.Random) -> tuple[Requirement, list[Award]]:
    """Twelve overlapping amounts beside modules, from awards of any size to the hundredth."""
    sizes = [replace(award(n, rng), credits={"ECTS": Decimal(rng.randrange(150, 1000)) / 100}) for n in range(500)]
    return programme(160, 12, 170), sizes


def _count(rule: Requirement) -> int:
    return 1 + sum(map(_count, rule.parts))


FAMILIES = {
    "wide: 200 overlapping amounts, scarce": wide,
    "deep: choices four deep, one limit over all": deep,
    "fine: sizes to the hundredth, just enough": fine,
    "windows: several rolling windows, limits, shareable awards": windows,
}


def families(seeds: range) -> None:
    """Kinds of rules made to be hard, of 200 nodes over 500 awards."""
    for title, make in FAMILIES.items():
        spent: list[float] = []
        theirs: list[float] = []
        proven, left = 0, 0
        for seed in seeds:
            try:
                rule, awards = make(random.Random(seed))
                rule = numbered(rule)
            except RuleError:  # it contradicts itself
                continue
            evaluate(rule, awards[:1], NOW)
            took, found = timed(partial(evaluate, rule, awards, NOW))
            spent.append(took)
            proven += found.exact
            if len(theirs) < BESIDE and make is not windows:  # the yardstick knows no windows
                took, best = timed(partial(plain, rule, awards))
                theirs.append(took)
                left += best is None
                if best is not None and found.exact and best != found.progress:
                    sys.exit(f"{title}: the plain model found {best}, ours {found.progress}.")
        spent.sort()
        note = f"; {proven} of {len(spent)} proven" + (
            f", the plain model left {left} of {BESIDE} open" if left else ""
        )
        say(f"{title}, median", statistics.median(spent), "ms", statistics.median(theirs) if theirs else None, note)
        say(f"{title}, 95th percentile", spent[int(len(spent) * 0.95)], "ms")
        say(f"{title}, worst", spent[-1], "ms")


def mixed(seeds: range) -> None:
    """Rules of every kind at random, most of them under several caps at once: how long they and their ways to complete take."""
    for held in (60, 500):
        spent, asked, proven = [], [], 0
        for seed in seeds:
            rng = random.Random(seed)
            rule = numbered(tree(rng, 3, 200))
            awards = [award(number, rng) for number in rng.sample(range(500), held)]
            evaluate(rule, awards[:1], NOW)
            took, found = timed(partial(evaluate, rule, awards, NOW))
            spent.append(took)
            proven += found.exact
            asked.append(timed(partial(getattr, found, "missing"))[0])
        for title, times in (("", sorted(spent)), (", missing", sorted(asked))):
            note = "" if title else f"; {proven} of {len(seeds)} proven"
            say(f"random, capped: {held} awards{title}, median", statistics.median(times), "ms", note=note)
            say(f"random, capped: {held} awards{title}, 95th percentile", times[int(len(times) * 0.95)], "ms")
            say(f"random, capped: {held} awards{title}, worst", times[-1], "ms")


def main() -> None:
    """Measure and print."""
    rng = random.Random(1)
    warm = AllOf((CreditsAtLeast(Decimal(1), "ECTS"),))
    plain(warm, [])  # loads the solver for both
    gc.collect()
    gc.freeze()  # what is loaded stays out of collections, as it does where the site runs
    measured("small: 20 modules, 5 awards", numbered_(programme(20, 2, 10)), 5, rng)
    measured("typical: 200 nodes, 500 awards, plenty", numbered_(programme(160, 8, 30)), 500, rng)
    measured("short: 200 nodes, 120 awards, scarce", numbered_(programme(160, 8, 60)), 120, rng)
    measured("adversarial: 12 overlapping, 500 awards, just enough", numbered_(programme(160, 12, 170)), 500, rng)
    measured("adversarial: 12 overlapping, uneven, not enough", numbered_(programme(160, 12, 200, uneven=15)), 500, rng)
    capped = AtMost(programme(160, 8, 30), amount=Decimal(60), scheme="ECTS", filter=AwardFilter(sources=("transfer",)))
    awards = [award(number, rng) for number in range(500)]
    evaluate(capped, awards[:1], NOW)
    spent = [timed(partial(evaluate, capped, awards, NOW))[0] for _ in range(LEARNERS)]
    say("capped: the typical rule, a cap that binds, median", statistics.median(spent), "ms")
    mixed(range(60))
    families(range(20))
    largest = int(os.environ.get("LARGEST", "8000"))
    for held in (1_000, 2_000, 4_000, 8_000):
        if held <= largest:
            measured(f"growth: {held} awards, 200 nodes", numbered_(programme(160, 8, 30)), held, rng, beside=False)
    for leaves in (800, 1_600, 3_200):
        measured(f"growth: {leaves} modules, 500 awards", numbered_(programme(leaves, 8, 30)), 500, rng, beside=False)
    rule = programme(40, 3, 20)
    learners = [(n, [award(number, rng) for number in rng.sample(range(80), 12)]) for n in range(2_000)]
    took, _ = timed(lambda: sum(one.met for _, one in recompute(rule, learners, NOW)))
    say("stream: 12 awards each, 50 nodes", len(learners) / took * 1000, "learners/s")


def numbered_(rule: AllOf) -> AllOf:
    """The rule with its ids, as a site keeps it."""
    return replace(rule, of=numbered(rule).parts)


if __name__ == "__main__":
    main()
