"""What a larger award is made of, as the associations of a CLR 2.0 record, and such associations read as a rule.

CLR 2.0, Association: `sourceId`, `associationType`, `targetId` name achievements. A record says what somebody's award was made of, not what
it might have been made of: it has no word for choices, amounts or limits. These stay in the rule (`write_pathway` says them).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from cairn.stacking.families import Requirement
from cairn.stacking.leaves import AwardOf
from cairn.stacking.parsing import parse_requirement
from cairn.stacking.pathways.remarks import ASIDE, LEFT_OUT, Remark, Remarks
from cairn.stacking.problems import Problem, RuleError
from cairn.stacking.requirements import nodes, numbered
from cairn.stacking.structure import AllOf, InOrder

type Association = tuple[str, str, str]
"""Source, type, target: ids of achievements around a word of CLR 2.0."""

MOST = 2_000
"""Associations of one record."""
DOWN = {"isChildOf": False, "isPartOf": False, "isParentOf": True}
"""Words that say that one is made of the other → whether the source is the whole."""


@dataclass(frozen=True)
class Recorded:
    """A rule read from a record, and what of the record is not in it."""

    rule: Requirement
    remarks: tuple[Remark, ...]


def associations_of(whole: str, parts: Iterable[str], rule: Requirement | None = None) -> tuple[Association, ...]:
    """Each part is a child of the whole; where the rule asks for an order, a part that comes before another precedes it."""
    listed = tuple(dict.fromkeys(part for part in parts if part != whole))
    found: dict[Association, None] = {(part, "isChildOf", whole): None for part in listed}
    held = set(listed)
    for order in (node for node in nodes(rule) if isinstance(node, InOrder)) if rule is not None else ():
        for before, after in pairwise(order.of):
            firsts, thens = _named(before) & held, _named(after) & held
            found |= {
                (first, "precedes", then): None for first in sorted(firsts) for then in sorted(thens) if first != then
            }
    return tuple(found)


def rule_from_associations(associations: Sequence[Mapping[str, Any]] | Sequence[Association], whole: str) -> Recorded:
    """What `whole` was made of, as a rule that asks for the same parts, in their order where the record says one.

    Raises `RuleError` where the record says nothing about the whole, or is no record.
    """
    if len(associations) > MOST:
        raise RuleError(Problem("$", f"There are more than {MOST} associations.", "Give one record at a time."))
    remarks = Remarks()
    children: dict[str, dict[str, None]] = {}
    before: dict[str, list[str]] = {}
    for number, one in enumerate(associations):
        place = f"$[{number}]"
        source, word, target = _read(one)
        if not (source and word and target):
            remarks.say(place, LEFT_OUT, "An association has a sourceId, an associationType and a targetId.", str(one))
        elif word in DOWN:
            above, below = (source, target) if DOWN[word] else (target, source)
            children.setdefault(above, {})[below] = None
        elif word == "precedes":
            before.setdefault(target, []).append(source)
        else:
            remarks.say(place, ASIDE, f"{word} asks for nothing.", f"{source} {word} {target}")
    if whole not in children:
        wrong = f"The record does not say what {whole} is made of."
        raise RuleError(Problem("$", wrong, "Give the id of the achievement that is the whole."))
    rule = _made_of(whole, children, before, remarks)
    if rule is None:
        raise RuleError(Problem("$", f"{whole} is made of nothing but itself.", "Give a record without circles."))
    return Recorded(parse_requirement(numbered(rule).to_json()), tuple(remarks))


def _made_of(
    whole: str, children: Mapping[str, Mapping[str, None]], before: Mapping[str, list[str]], remarks: Remarks
) -> Requirement | None:
    """The children of the whole; what they are made of themselves is theirs to ask."""
    listed = [child for child in children[whole] if child != whole]
    if len(listed) < len(children[whole]):
        remarks.say("$", LEFT_OUT, f"{whole} is said to be part of itself.", whole)
    for child in listed:
        if whole in children.get(child, ()):
            remarks.say("$", LEFT_OUT, f"{child} is said to be made of {whole}, and {whole} of it.", child)
        elif child in children:
            why = f"{child} is made of {len(children[child])} others itself; an award of it is asked for."
            remarks.say("$", ASIDE, why, list(children[child]))
    return _ordered(listed, {child: AwardOf(child) for child in listed}, before, remarks)


def _ordered(
    listed: list[str], parts: Mapping[str, Requirement], before: Mapping[str, list[str]], remarks: Remarks
) -> Requirement | None:
    """The parts in layers: each comes after those that precede it. Where that says more than the record, or less, it is said."""
    inside = set(listed)
    after = {child: {one for one in before.get(child, ()) if one in inside and one != child} for child in listed}
    for child, found in before.items():
        strange = [one for one in found if not {child, one} <= inside]
        if strange:
            remarks.say("$", ASIDE, f"What precedes {child} is not among the parts.", strange)
    layers: list[list[str]] = []
    done: set[str] = set()
    while len(done) < len(listed):
        layer = [child for child in listed if child not in done and after[child] <= done]
        if not layer:
            rest = [child for child in listed if child not in done]
            remarks.say("$", LEFT_OUT, "These precede each other in a circle, so their order is not asked for.", rest)
            layer = rest
        layers.append(layer)
        done |= set(layer)
    if not layers:
        return None
    whole = all(after[child] >= set(earlier) for earlier, layer in pairwise(layers) for child in layer)
    if len(layers) > 1 and not whole:
        remarks.say(
            "$", LEFT_OUT, "Only some of the parts precede others; a rule cannot say this order, so it asks for none."
        )
        layers = [listed]
    steps = [parts[layer[0]] if len(layer) == 1 else AllOf(tuple(parts[one] for one in layer)) for layer in layers]
    return steps[0] if len(steps) == 1 else InOrder(tuple(steps))


def _named(rule: Requirement) -> set[str]:
    return {name for node in nodes(rule) if isinstance(node, AwardOf) for name in node.only or ()}


def _read(one: object) -> tuple[str, str, str]:
    if isinstance(one, Mapping):
        values = (one.get("sourceId"), one.get("associationType"), one.get("targetId"))
    elif isinstance(one, tuple | list) and len(one) == 3:
        values = (one[0], one[1], one[2])
    else:
        return "", "", ""
    source, word, target = (value if isinstance(value, str) else "" for value in values)
    return source, word, target
