"""Every plan of a small problem document without a calendar, tried by brute force; written from the documents alone.

Nothing of the planner is used here: a problem is read as JSON, and offers, stacks, bundles, discounts and limits are taken for what
docs/reference/planning.md says of them.
"""

from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import inf

GATES = (("modes", "mode", False), ("languages", "language", True), ("places", "place", True))


@dataclass(frozen=True)
class Outcome:
    """A set of offers that can be taken within the limits, and what it comes to."""

    taken: frozenset
    cost: int
    hours: int
    essential: Fraction
    coverage: Fraction
    levels: dict
    recognition: float
    returns: int

    @property
    def full(self):
        return self.coverage == 1


def names(offer):
    return {offer["id"], offer.get("achievement", "")} - {""}


def raised(levels, provides):
    for skill, level in provides.items():
        levels[skill] = max(levels.get(skill, 0), level)


def start(problem):
    """Levels and names that the learner brings."""
    learner, claimed = problem.get("learner", {}), problem.get("limits", {}).get("count_claimed", True)
    held = set(learner.get("holds", ()))
    levels = {h["skill"]: h["level"] for h in learner.get("have", ()) if claimed or h.get("source") != "claimed"}
    awarding = {}
    for one in [*problem["offers"], *problem.get("stacks", ())]:
        if one["id"] in held:
            raised(levels, one.get("provides", {}))
        elif one.get("achievement") in held:
            awarding.setdefault(one["achievement"], []).append(one.get("provides", {}))
    for ways in awarding.values():
        raised(levels, {skill: min(way[skill] for way in ways) for skill in set.intersection(*map(set, ways))})
    return levels, held


def has(levels, owned, one):
    return one in owned if isinstance(one, str) else levels.get(one["skill"], 0) >= one["level"]


def satisfied(levels, owned, groups, at_least=None):
    met = sum(any(has(levels, owned, one) for one in group) for group in groups)
    return met >= (len(groups) if at_least is None else at_least)


def allowed(problem, offer, held):
    limits, excluded = problem.get("limits", {}), set(offer.get("exclusive_with", ()))
    barring = {name for one in problem["offers"] if one["id"] in held for name in one.get("exclusive_with", ())}
    if offer["id"] in held or excluded & held or names(offer) & barring or offer["id"] in limits.get("without", ()):
        return False
    for many, one, unsaid_passes in GATES:
        said = offer.get(one, "")
        if many in limits and said not in limits[many] and (said or not unsaid_passes):
            return False
    if "quality_at_least" in limits and Fraction(offer.get("quality_low", "-1")) < Fraction(limits["quality_at_least"]):
        return False
    return offer.get("recognition", 0) >= limits.get("recognition_at_least", -inf)


def replayed(problem, chosen):
    """Levels and names after taking the offers one after the other, stacks coming by themselves; None if that cannot be done."""
    levels, owned = start(problem)
    levels, owned = dict(levels), set(owned)
    waiting = [(one, one.get("requires", ()), None) for one in chosen]
    stacks = [one for one in problem.get("stacks", ()) if one["id"] not in owned]
    waiting += [(one, one["parts"], one.get("at_least", len(one["parts"]))) for one in stacks]
    while ready := next((row for row in waiting if satisfied(levels, owned, *row[1:])), None):
        waiting.remove(ready)
        owned |= names(ready[0])
        raised(levels, ready[0].get("provides", {}))
    return None if any(least is None for _, _, least in waiting) else (levels, owned)


def price(problem, chosen, levels, owned):
    """The least to be paid, every set of bundles tried."""
    singly = {one["id"]: one["price"] for one in chosen}
    for one in problem.get("discounts", ()):
        if one["offer"] in singly and satisfied(levels, owned, one["when"]):
            singly[one["offer"]] -= one["off"]
    bundles = problem.get("bundles", ())
    return min(
        sum(one["price"] for one in bought)
        + sum(price for key, price in singly.items() if not any(key in one["offers"] for one in bought))
        for size in range(len(bundles) + 1)
        for bought in combinations(bundles, size)
    )


def covered(needs, levels):
    shares = [
        (Fraction(one.get("weight", "1")), min(levels.get(one["skill"], 0), one["level"]), one["level"])
        for one in needs
    ]
    return sum(weight * reached / level for weight, reached, level in shares) / sum(weight for weight, _, _ in shares)


def outcomes(problem):
    """Every plan within the limits."""
    _, held = start(problem)
    able = [one for one in problem["offers"] if allowed(problem, one, held)]
    needs = problem["target"]["needs"]
    essential = [one for one in needs if one.get("essential", True)] or needs
    found = []
    for size in range(len(able) + 1):
        for chosen in combinations(able, size):
            clash = any(names(a) & set(b.get("exclusive_with", ())) for a in chosen for b in chosen if a is not b)
            end = None if clash else replayed(problem, chosen)
            if end is None:
                continue
            cost = price(problem, chosen, *end)
            if cost <= problem.get("limits", {}).get("budget", inf):
                found.append(
                    Outcome(
                        frozenset(one["id"] for one in chosen),
                        cost,
                        sum(one["hours"] for one in chosen),
                        covered(essential, end[0]),
                        covered(needs, end[0]),
                        end[0],
                        min((one.get("recognition", 0) for one in chosen), default=inf),
                        sum(one.get("expected_return", 0) for one in chosen),
                    )
                )
    return found


def ranked(objective, one):
    """The less, the better; the best return is only asked of plans that reach the target."""
    if objective in ("least_study", "fastest"):
        return one.hours, one.cost
    if objective == "most_recognised":
        return -one.recognition, one.cost, one.hours
    if objective == "best_return" and one.full:
        return -one.returns, one.cost, one.hours
    return one.cost, one.hours


def best(problem, every):
    """The best plan: whatever closes most, the essential needs first; for the best return without a step that can be left out."""
    objective = problem.get("objective", "cheapest")
    most = max((one.essential, one.coverage) for one in every)
    rivals = [one for one in every if (one.essential, one.coverage) == most]
    if objective == "best_return" and most[1] == 1:
        rivals = [one for one in rivals if not any(other.taken < one.taken for other in rivals)]
    return min(rivals, key=lambda one: ranked(objective, one))
