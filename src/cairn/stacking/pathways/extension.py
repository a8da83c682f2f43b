"""`cairn:requirement`: what CTDL has no words for, beside the nearest that it has.

It holds a requirement without its parts (and without the id that its place gives it): the parts are the components and conditions that
the CTDL beside it names. It is believed only where it is written the way the CTDL beside it is: whoever changes the one with another
program, and not the other, is told, and the CTDL holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cairn.stacking.covering import SkillsCovered
from cairn.stacking.families import Around, Leaf, Requirement
from cairn.stacking.leaves import AwardOf
from cairn.stacking.pathways.remarks import ASSUMED, Remarks
from cairn.stacking.pathways.shapes import Shape, natural, shape_of, told_label
from cairn.stacking.problems import RuleError
from cairn.stacking.reading import Fields
from cairn.stacking.requirements import KINDS

STALE = (
    "cairn:requirement says something else than the CTDL beside it, which may have been changed since; the CTDL holds."
)


def own_words(rule: Requirement) -> dict[str, object]:
    """A requirement without its parts, as JSON."""
    written = rule.to_json()
    written.pop("of", None)
    return written


def of_condition(said: Any, beside: Shape, at: str, remarks: Remarks, place: str) -> Requirement | None:
    """The requirement that an extension says beside a condition; what the condition says by itself where they differ."""
    for parts in _candidates(beside):
        found = _built(said, parts)
        if found is not None and shape_of(found) == beside:
            return found
    remarks.say(at, ASSUMED, STALE, said)
    return natural(beside, remarks, place)


def of_award(said: Any, beside: AwardOf, at: str, remarks: Remarks) -> AwardOf:
    """The same beside a component that stands for an award."""
    found = _built(said, ())
    if isinstance(found, AwardOf) and replace(found, id="", label=told_label(found)) == beside:
        return found
    remarks.say(at, ASSUMED, STALE, said)
    return beside


def of_skill(said: Any, skill: str) -> SkillsCovered | None:
    """The same beside a component that stands for a competency; None where it says another one."""
    found = _built(said, ())
    return found if isinstance(found, SkillsCovered) and found == SkillsCovered(found.framework, (skill,)) else None


def _candidates(shape: Shape) -> list[tuple[Requirement, ...]]:
    """What the parts may be: the components, the conditions, or the parts of what the condition says by itself."""
    silent = Remarks()
    plain = natural(replace(shape, constraints=()), silent, "$")
    return [shape.targets or shape.conditions, plain.parts if plain is not None else ()]


def _built(said: Any, parts: tuple[Requirement, ...]) -> Requirement | None:
    """The requirement with these parts; None where it cannot be one."""
    if not isinstance(said, Mapping) or "of" in said:
        return None
    kind = KINDS.get(str(said.get("kind")))
    if kind is None or (issubclass(kind, Around) and len(parts) != 1):
        return None
    fields = Fields("$", said)
    try:
        found = kind.read(fields, () if issubclass(kind, Leaf) else parts)
        fields.close()
        return replace(found, id=fields.text("id", ""), label=fields.text("label", ""))
    except RuleError:
        return None
