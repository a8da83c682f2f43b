"""What a learner's awards add up to under a rule, at a moment, with the reason for everything."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from cairn.stacking.allocation import Allocation, Branch, Case, allocate
from cairn.stacking.awards import Award, Validity
from cairn.stacking.completing import Missing, Situation, Way, nearest_ways
from cairn.stacking.criteria import Criterion
from cairn.stacking.problems import AwardError, Problem, RuleError
from cairn.stacking.requirements import Group, Leaf, Names, Narrowing, Requirement, nodes, numbered


class State(StrEnum):
    """How far a requirement is met."""

    MET = "met"
    PARTLY = "partly"
    NOT = "not"


@dataclass(frozen=True)
class Rejection:
    """An award that does not count here and why, `reason` being the end of the sentence "It …"."""

    award: str
    reason: str


@dataclass(frozen=True)
class NodeTrace:
    """What became of one requirement.

    `have` and `need` count parts for groups, awards or credits for leaves (`unit` says which); `have` may exceed `need`.
    `counted` is False where the group above was already served by better parts. `rejected` names awards that came close: those
    that failed exactly one condition, and those that serve elsewhere.
    """

    id: str
    kind: str
    label: str
    sentence: str
    state: State
    have: Decimal
    need: Decimal
    unit: str
    progress: Fraction
    counted: bool
    used: tuple[str, ...]
    rejected: tuple[Rejection, ...]
    parts: tuple[NodeTrace, ...]


@dataclass(frozen=True)
class Evaluation:
    """The answer. `progress` is exact, 0 to 1, and 1 if and only if the rule is met.

    `used` are the awards that count towards it; `unused` the others with one reason each; `missing` the nearest ways to
    complete it, the shortest first, each a tuple of things that are all needed. `exact` is False only when the solver ran
    out of its allowance, so that a better allocation might exist.
    """

    state: State
    progress: Fraction
    trace: NodeTrace
    used: tuple[str, ...]
    unused: tuple[Rejection, ...]
    missing: tuple[Way, ...]
    exact: bool

    @property
    def met(self) -> bool:
        """Whether the rule is fully met."""
        return self.state is State.MET

    def nodes(self) -> dict[str, NodeTrace]:
        """Every trace by the id of its requirement."""
        return {node.id: node for node in _flat(self.trace)}


def evaluate(
    requirement: Requirement,
    awards: Iterable[Award],
    at: datetime,
    *,
    validity: Validity = Validity.AT_COMPLETION,
    equivalent: Sequence[Collection[str]] = (),
    names: Mapping[str, str] | None = None,
) -> Evaluation:
    """Weigh awards against a rule at a moment. Pure; the order of the awards changes nothing.

    1. Leave out awards that are not valid, and join awards of the same (or a declared `equivalent`) achievement.
    2. Find what each leaf accepts.
    3. Allocate: each award serves one leaf unless it is shareable, and no other allocation makes more progress.
    4. Write down what counted where, what did not and why, and the nearest ways to complete.

    `equivalent` lists sets of achievement ids that are the same thing: held twice, they count once. `names` maps ids of
    achievements to what people call them. Raises `AwardError` for a moment without time zone or two awards with one id,
    `RuleError` for two requirements with one id.
    """
    if at.utcoffset() is None:
        raise AwardError("The moment of evaluation has no time zone. Give it one, for example UTC.")
    rule = numbered(requirement)
    if len({node.id for node in nodes(rule)}) < len(nodes(rule)):
        raise RuleError(Problem("$", "Two requirements have the same id.", "Give each its own id."))
    held = _unique(awards)
    invalid = {award.id: fault for award in held if (fault := award.fault(at, validity))}  # 1
    leaves = _leaves(rule, ())
    by_achievement: dict[str, list[Award]] = {}
    for award in held:
        by_achievement.setdefault(award.achievement, []).append(award)
    accepted = [  # 2
        _accepted(leaf, criteria, _asked_for(leaf, held, by_achievement, equivalent), at) for leaf, criteria in leaves
    ]
    serving = _serving([leaf for leaf, _ in leaves], accepted, held, invalid, equivalent)
    case = Case(_shape(rule, iter(range(len(leaves)))), *serving.sums())
    allocation = allocate(case)  # 3
    return _report(rule, leaves, accepted, serving, case, allocation, held, invalid, dict(names or {}))  # 4


@dataclass(frozen=True)
class _Accepted:
    fits: tuple[Award, ...]
    near: tuple[Rejection, ...]


@dataclass
class _Serving:
    """The awards behind the numbers of a `Case`: what serves freely, and per item the award that would serve each leaf."""

    need: list[int]
    free: list[list[Award]]
    base: list[int]
    items: list[dict[int, tuple[int, Award]]]
    same: dict[str, str]

    def sums(self) -> tuple[tuple[int, ...], tuple[int, ...], tuple[dict[int, int], ...]]:
        worth = tuple({leaf: value for leaf, (value, _) in item.items()} for item in self.items)
        return tuple(self.need), tuple(self.base), worth

    def situation(
        self, tree: Branch | int, leaves: list[Leaf], allocation: Allocation, counted: frozenset[int]
    ) -> Situation:
        """What completing starts from."""
        held = frozenset(self.same[award.achievement] for item in self.items for _, award in item.values())
        return Situation(tree, leaves, allocation.have, self.sums()[2], allocation.leaf_of, self.same, held, counted)


def _unique(awards: Iterable[Award]) -> list[Award]:
    held: dict[str, Award] = {}
    for award in awards:
        if held.setdefault(award.id, award) != award:
            raise AwardError(f"Two different awards have the id {award.id}. Give each award its own id.")
    return [held[key] for key in sorted(held)]


def _leaves(rule: Requirement, above: tuple[Criterion, ...]) -> list[tuple[Leaf, tuple[Criterion, ...]]]:
    if isinstance(rule, Leaf):
        return [(rule, above + rule.criteria)]
    inner = (*above, rule.criterion) if isinstance(rule, Narrowing) else above
    return [leaf for part in rule.parts for leaf in _leaves(part, inner)]


def _shape(rule: Requirement, numbers: Iterable[int]) -> Branch | int:
    counter = iter(numbers)

    def shape(node: Requirement) -> Branch | int:
        if isinstance(node, Leaf):
            return next(counter)
        if isinstance(node, Narrowing):
            return shape(node.of)
        return Branch(node.choose if isinstance(node, Group) else 1, tuple(shape(part) for part in node.parts))

    return shape(rule)


def _asked_for(
    leaf: Leaf, held: list[Award], by_achievement: Mapping[str, list[Award]], equivalent: Sequence[Collection[str]]
) -> list[Award]:
    """The awards a leaf could mean, in the order of their ids: all of them, unless it names achievements."""
    if leaf.only is None:
        return held
    only = leaf.only.union(*(group for group in equivalent if not leaf.only.isdisjoint(group)))
    found = [award for name in only for award in by_achievement.get(name, ())]
    return sorted(found, key=lambda award: award.id)


def _accepted(leaf: Leaf, criteria: tuple[Criterion, ...], asked: list[Award], at: datetime) -> _Accepted:
    fits: list[Award] = []
    near: list[Rejection] = []
    for award in asked:
        faults = [fault for criterion in criteria if (fault := criterion.fault(award, at))]
        if leaf.counts_in is not None and not leaf.worth(award):
            faults.append(_no_credits(award, leaf.counts_in))
        if not faults:
            fits.append(award)
        elif len(faults) == 1:
            near.append(Rejection(award.id, faults[0]))
    return _Accepted(tuple(fits), tuple(near))


def _no_credits(award: Award, scheme: str) -> str:
    others = sorted(name for name, amount in award.credits.items() if amount and name != scheme)
    return f"has credits in {' and '.join(others)}, not in {scheme}" if others else f"has no {scheme} credits"


def _serving(
    leaves: list[Leaf],
    accepted: list[_Accepted],
    held: list[Award],
    invalid: Mapping[str, str],
    equivalent: Sequence[Collection[str]],
) -> _Serving:
    """Join awards of the same achievement: per leaf the best shareable one serves freely; a better other one is an item.

    An item is worth what it brings beyond the shareable one, whose place it takes.
    """
    same = _same_achievement(held, equivalent)
    serving = _Serving([leaf.need for leaf in leaves], [[] for _ in leaves], [0] * len(leaves), [], same)
    items: dict[str, dict[int, tuple[int, Award]]] = {}
    for place, (leaf, found) in enumerate(zip(leaves, accepted, strict=True)):
        best: dict[tuple[str, bool], tuple[int, Award]] = {}
        for award in found.fits:
            if award.id not in invalid:
                key, worth = (same[award.achievement], award.shareable), leaf.worth(award)
                if key not in best or worth > best[key][0]:
                    best[key] = (worth, award)
        for (achievement, shareable), (worth, award) in best.items():
            free = best[achievement, True][0] if (achievement, True) in best else 0
            if shareable:
                serving.free[place].append(award)
                serving.base[place] += worth
            elif worth > free:
                items.setdefault(achievement, {})[place] = (worth - free, award)
    serving.items = [items[achievement] for achievement in sorted(items)]
    return serving


def _same_achievement(held: list[Award], equivalent: Sequence[Collection[str]]) -> dict[str, str]:
    """Each achievement's representative: the first in the alphabet among all that are declared the same, near or far."""
    parent: dict[str, str] = {award.achievement: award.achievement for award in held}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            name = parent[name]
        return name

    for group in equivalent:
        first, *others = sorted(group)
        for other in others:
            low, high = sorted((root(first), root(other)))
            parent[high] = low
    return {name: root(name) for name in list(parent)}


def _report(
    rule: Requirement,
    leaves: list[tuple[Leaf, tuple[Criterion, ...]]],
    accepted: list[_Accepted],
    serving: _Serving,
    case: Case,
    allocation: Allocation,
    held: list[Award],
    invalid: Mapping[str, str],
    names: Names,
) -> Evaluation:
    serves: dict[int, list[Award]] = {place: list(free) for place, free in enumerate(serving.free)}
    at_leaf: dict[str, str] = {}
    for item, place in zip(serving.items, allocation.leaf_of, strict=True):
        if place is not None:
            award = item[place][1]
            same = serving.same[award.achievement]
            serves[place] = [free for free in serves[place] if serving.same[free.achievement] != same] + [award]
            at_leaf[award.id] = _called(leaves[place][0], names)
    place_of = {leaf.id: place for place, (leaf, _) in enumerate(leaves)}

    def leaf_trace(leaf: Leaf, counted: bool) -> NodeTrace:
        place = place_of[leaf.id]
        have = allocation.have[place]
        used = sorted(award.id for award in serves[place])
        rejected = list(accepted[place].near)
        for award in accepted[place].fits:
            if award.id in invalid:
                rejected.append(Rejection(award.id, invalid[award.id]))
            elif award.id not in used and have < leaf.need:
                rejected.append(Rejection(award.id, _elsewhere(award, at_leaf)))
        share = Fraction(min(have, leaf.need), leaf.need)
        return NodeTrace(
            leaf.id, leaf.kind, leaf.label, leaf.sentence(names), _state(share), leaf.quantity(have), leaf.quantity(leaf.need),
            leaf.unit, share, counted, tuple(used),
            tuple(sorted(rejected, key=lambda rejection: rejection.award)), (),
        )  # fmt: skip

    def trace(node: Requirement, counted: bool) -> NodeTrace:
        if isinstance(node, Leaf):
            return leaf_trace(node, counted)
        choose = node.choose if isinstance(node, Group) else 1
        share, best = shares[node.id]
        parts = tuple(trace(part, counted and place in best) for place, part in enumerate(node.parts))
        met = sum(part.state is State.MET for part in parts)
        used = tuple(sorted({award for part in parts if part.counted for award in part.used}))
        return NodeTrace(
            node.id, node.kind, node.label, node.sentence(names), _state(share), Decimal(met), Decimal(choose),
            "parts", share, counted, used, (), parts,
        )  # fmt: skip

    shares: dict[str, tuple[Fraction, frozenset[int]]] = {}

    def weigh(node: Requirement) -> Fraction:
        if isinstance(node, Leaf):
            place = place_of[node.id]
            return Fraction(min(allocation.have[place], node.need), node.need)
        choose = node.choose if isinstance(node, Group) else 1
        found = [weigh(part) for part in node.parts]
        best = sorted(range(len(found)), key=lambda place: (-found[place], place))[:choose]
        share = sum((found[place] for place in best), Fraction(0)) / choose
        shares[node.id] = (share, frozenset(best))
        return share

    share = weigh(rule)
    tree = trace(rule, True)
    unused = _unused(held, frozenset(tree.used), invalid, at_leaf, accepted, [leaf for leaf, _ in leaves], names)
    missing: tuple[Way, ...] = ()
    if share < 1:
        counted = frozenset(place_of[node.id] for node in _flat(tree) if node.counted and node.id in place_of)
        situation = serving.situation(case.tree, [leaf for leaf, _ in leaves], allocation, counted)
        ways = (nearest_ways(rule, footing, place_of, names) for footing in situation.footings())
        missing = next((way for way in ways if way), ())
    return Evaluation(_state(share), share, tree, tree.used, unused, missing, allocation.exact)


def _flat(trace: NodeTrace) -> list[NodeTrace]:
    return [trace, *(node for part in trace.parts for node in _flat(part))]


def _state(share: Fraction) -> State:
    return State.MET if share == 1 else State.PARTLY if share else State.NOT


def _called(leaf: Leaf, names: Names) -> str:
    """The requirement as other sentences mention it."""
    return f"“{leaf.label or leaf.sentence(names)}”"


def _elsewhere(award: Award, at_leaf: Mapping[str, str]) -> str:
    if award.id in at_leaf:
        return f"already counts for {at_leaf[award.id]}, and an award counts once"
    return "is held twice: the same achievement counts once"


def _unused(
    held: list[Award],
    used: frozenset[str],
    invalid: Mapping[str, str],
    at_leaf: Mapping[str, str],
    accepted: list[_Accepted],
    leaves: list[Leaf],
    names: Names,
) -> tuple[Rejection, ...]:
    """One reason per award that is not used: not valid, not needed, close but failing something, or not asked for."""
    fitting = {award.id for found in accepted for award in found.fits}
    near: dict[str, str] = {}
    for leaf, found in zip(leaves, accepted, strict=True):
        for rejection in found.near:
            near.setdefault(rejection.award, f"{rejection.reason}, so it does not serve {_called(leaf, names)}")

    def reason(award: str) -> str:
        if award in invalid:
            return invalid[award]
        if award in at_leaf:
            return f"would serve {at_leaf[award]}, which other awards make unnecessary"
        if award in fitting:
            return "is not needed: what it could serve is served already"
        return near.get(award, "is not asked for by this rule")

    return tuple(Rejection(award.id, reason(award.id)) for award in held if award.id not in used)


__all__ = ["Evaluation", "Missing", "NodeTrace", "Rejection", "State", "evaluate"]
