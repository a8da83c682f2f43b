"""A component that several conditions lead to is one award, and an award counts once: it is asked for once.

CTDL draws a graph, where many ways may lead through one component; a rule is a tree, in which each requirement stands once and each award
serves one. So what is asked for anyway is not asked for again; where an order went with the second place, that is said.
"""

from __future__ import annotations

from cairn.stacking.families import Group, Narrowing, Requirement
from cairn.stacking.leaves import AwardOf
from cairn.stacking.pathways.remarks import ASIDE, LEFT_OUT, Remarks
from cairn.stacking.structure import AllOf, AnyN, InOrder


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
    if not drop:
        return rule
    return _without(rule, (), drop) or rule


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
