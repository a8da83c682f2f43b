"""A component that several conditions lead to is one award, and an award counts once: it is asked for once.

CTDL draws a graph, where many ways may lead through one component; a rule is a tree, in which each requirement stands once and each award
serves one. So what is asked for anyway is not asked for again; where an order went with the second place, that is said. Where one option
of a choice comes before another one, the sets of options that will do stand side by side, each of which asks for it once.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from math import comb

from cairn.stacking.contradictions import contradictions
from cairn.stacking.families import Group, Narrowing, Requirement
from cairn.stacking.leaves import AwardOf
from cairn.stacking.pathways.remarks import ASIDE, LEFT_OUT, Remarks
from cairn.stacking.requirements import nodes, numbered
from cairn.stacking.structure import AllOf, AnyN, InOrder

MOST = 500
"""How many requirements the sets of options of one choice may come to."""


def asked_once(rule: Requirement, remarks: Remarks) -> Requirement:
    """The same rule, in which no award that must be earned anyway is asked for twice."""
    places: dict[str | int, list[tuple[int, ...]]] = {}
    leaves: dict[str | int, AwardOf] = {}
    _collect(rule, (), places, leaves)
    drop: set[tuple[int, ...]] = set()
    for key, found in places.items():
        leaf = leaves[key]
        if len(found) < 2:
            continue
        keep = max(found, key=lambda path: (_binding(rule, path), -len(path)))
        for path in found:
            if path == keep:
                continue
            drop.add(path)
            name = leaf.label or leaf.achievement
            if _binding(rule, path):
                why = f"{name} comes before something in several places; the rule asks for it once, and keeps one of these orders."
                remarks.say("$", LEFT_OUT, why, leaf.achievement)
            else:
                remarks.say(
                    "$",
                    ASIDE,
                    f"{name} is asked for in several places; an award counts once, so it is asked for once.",
                    leaf.achievement,
                )
    left = (_without(rule, (), drop) or rule) if drop else rule
    return _in_choices(left, frozenset(), remarks)


def _in_choices(rule: Requirement, certain: frozenset[str], remarks: Remarks) -> Requirement:
    """The same for what comes before the options of choices; `certain` are achievements that every way needs."""
    if not rule.parts:
        return rule
    if not isinstance(rule, AnyN) or rule.n == len(rule.parts):
        places: dict[str | int, list[tuple[int, ...]]] = {}
        leaves: dict[str | int, AwardOf] = {}
        _collect(rule, (), places, leaves)
        certain |= {leaf.achievement for leaf in leaves.values()}
        return rule.with_parts(tuple(_in_choices(part, certain, remarks) for part in rule.parts))
    parts = tuple(_without_firsts(_in_choices(part, certain, remarks), certain, remarks) for part in rule.parts)
    drawn = [{id(leaf) for leaf in _awards(part)} for part in parts]
    again = {
        leaf.achievement
        for at, part in enumerate(parts)
        for leaf in _firsts(part)
        if any(id(leaf) in other for number, other in enumerate(drawn) if number != at)
    }
    if not again:
        return rule.with_parts(parts)
    if comb(len(parts), rule.n) * sum(len(nodes(part)) for part in parts) > MOST:
        return rule.with_parts(tuple(_without_firsts(part, frozenset(again), remarks) for part in parts))
    sets: dict[frozenset[str | Requirement], tuple[Requirement, Remarks]] = {}
    for chosen in combinations(parts, rule.n):
        noted = Remarks()
        together = asked_once(AllOf(chosen), noted) if len(chosen) > 1 else chosen[0]
        if contradictions(numbered(together)):
            continue  # what nobody can meet together is no choice
        sets.setdefault(_asked(together), (together, noted))
    if not sets:
        return rule.with_parts(parts)
    least: list[Requirement] = []
    for asked, (one, noted) in sets.items():
        if not any(other < asked for other in sets):
            least.append(one)
            for remark in noted:
                if remark.effect == LEFT_OUT:
                    remarks.say(remark.place, remark.effect, remark.why, remark.value)
    if len(least) == 1:
        return replace(least[0], id=rule.id, label=rule.label)
    return AnyN(1, tuple(least), id=rule.id, label=rule.label)


def _awards(rule: Requirement) -> list[AwardOf]:
    """The awards that a rule names. A component to which several conditions lead is the same object in each place."""
    return [node for node in nodes(rule) if isinstance(node, AwardOf)]


def _asked(rule: Requirement) -> frozenset[str | Requirement]:
    """What a rule asks for, so that whoever meets a rule meets every other one whose set lies within its own: names, and
    as a whole whatever asks more or less than the awards that it names."""
    if isinstance(rule, AwardOf) and not rule.equivalents and rule.role == "component":
        return frozenset({rule.achievement})
    every = isinstance(rule, InOrder | Narrowing) or (isinstance(rule, Group) and rule.choose == len(rule.parts))
    inside = frozenset[str | Requirement]().union(*map(_asked, rule.parts)) if every else frozenset()
    return inside if isinstance(rule, AllOf | AnyN) and every else inside | {rule}


def _firsts(rule: Requirement) -> list[AwardOf]:
    """The awards that an order inside asks for before something else."""
    orders = [node for node in nodes(rule) if isinstance(node, InOrder)]
    return [leaf for order in orders for part in order.parts[:-1] for leaf in _awards(part)]


def _without_firsts(rule: Requirement, asked: frozenset[str], remarks: Remarks) -> Requirement:
    """An option without what comes before something in it and is asked for elsewhere too; the order goes with it, which is said."""
    drop: set[tuple[int, ...]] = set()

    def walk(node: Requirement, path: tuple[int, ...], *, first: bool) -> None:
        if isinstance(node, AwardOf) and first and node.achievement in asked:
            drop.add(path)
            name = node.label or node.achievement
            why = f"{name} comes before an option of a choice and is asked for elsewhere too; that order is left out."
            remarks.say("$", LEFT_OUT, why, node.achievement)
        for number, part in enumerate(node.parts):
            before = isinstance(node, InOrder) and number < len(node.parts) - 1
            walk(part, (*path, number), first=first or before)

    if asked:
        walk(rule, (), first=False)
    return (_without(rule, (), drop) or rule) if drop else rule


def _collect(
    rule: Requirement,
    path: tuple[int, ...],
    places: dict[str | int, list[tuple[int, ...]]],
    leaves: dict[str | int, AwardOf],
) -> None:
    """Where awards are asked for that every way through the rule needs: the same achievement, or the same component with several."""
    if isinstance(rule, AwardOf):
        key = id(rule) if rule.equivalents else rule.achievement
        leaves.setdefault(key, rule)
        places.setdefault(key, []).append(path)
    elif isinstance(rule, Group | Narrowing) and (not isinstance(rule, Group) or rule.choose == len(rule.parts)):
        for number, part in enumerate(rule.parts):
            _collect(part, (*path, number), places, leaves)


def _binding(rule: Requirement, path: tuple[int, ...]) -> bool:
    """Whether an order or a narrowing says something about the award in this place."""
    node = rule
    for step in path:
        if isinstance(node, InOrder | Narrowing):
            return True
        node = node.parts[step]
    return False


def _without(rule: Requirement, path: tuple[int, ...], drop: set[tuple[int, ...]]) -> Requirement | None:
    if path in drop:
        return None
    if not rule.parts:
        return rule
    parts = tuple(
        part for number, old in enumerate(rule.parts) if (part := _without(old, (*path, number), drop)) is not None
    )
    if len(parts) == len(rule.parts):
        return rule if parts == rule.parts else rule.with_parts(parts)
    if not parts:
        return None
    if isinstance(rule, AllOf):
        return parts[0] if len(parts) == 1 and not rule.label and not rule.id else rule.with_parts(parts)
    if isinstance(rule, AnyN):
        return AllOf(parts, id=rule.id, label=rule.label)
    if isinstance(rule, InOrder) and len(parts) == 1:
        return AllOf(parts, id=rule.id, label=rule.label) if rule.id or rule.label else parts[0]
    return rule.with_parts(parts)
