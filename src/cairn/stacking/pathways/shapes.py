"""One condition of a pathway in a form that both directions share: how a requirement looks in CTDL, and what such a condition asks.

`shape_of` writes a requirement as the nearest condition, `natural` reads a condition as the requirement that it says by itself. Where
`natural(shape_of(x))` is not `x`, CTDL has no words for something in `x`, and `cairn:requirement` stands beside the condition.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from cairn.stacking.covering import SkillsCovered
from cairn.stacking.families import Around, Requirement
from cairn.stacking.filters import AwardFilter
from cairn.stacking.leaves import AwardOf, AwardsAtLeast, CreditsAtLeast, ExperienceHours
from cairn.stacking.narrowings import CountingOnly, GradeAtLeast, LevelAtLeast
from cairn.stacking.pathways.constraints import (
    Asked,
    Constraint,
    asked_by,
    of_count,
    of_credits,
    of_filter,
    of_grade,
    of_hours,
)
from cairn.stacking.pathways.remarks import ASIDE, ASSUMED, LEFT_OUT, Remarks
from cairn.stacking.scopes import Not
from cairn.stacking.structure import AllOf, AnyN, InOrder


@dataclass(frozen=True)
class Shape:
    """A ComponentCondition: how many of which components, which further conditions joined how, which constraints; and its name."""

    number: int | None = None
    operator: str = ""
    targets: tuple[Requirement, ...] = ()
    conditions: tuple[Requirement, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    label: str = ""


# Writing: what each kind looks like.


def shape_of(rule: Requirement) -> Shape:
    """The nearest condition that CTDL has for a requirement; its parts are taken as they are."""
    write = LOOKS.get(type(rule))
    if write is not None:
        shape = write(rule)
    elif isinstance(rule, Around):
        shape = Shape(conditions=(rule.of,))
    else:  # pragma: no cover - every leaf and group stands in the table
        raise TypeError(f"No condition is known for {rule.kind}.")
    return shape if isinstance(rule, AwardOf) else replace(shape, label=rule.label.strip())


def is_component(rule: Requirement) -> bool:
    """Whether the requirement is one that a component says by itself: an award of one achievement."""
    return isinstance(rule, AwardOf) and not rule.equivalents


def is_chain(rule: Requirement) -> bool:
    """Whether the requirement is an award that others come before: a component with a condition."""
    if not isinstance(rule, InOrder) or rule.label or rule.id or not is_component(rule.of[-1]):
        return False
    first = rule.of[0]  # a chain within a chain would be read back as one
    return not (len(rule.of) == 2 and isinstance(first, InOrder) and not first.label and not first.id)


def is_skill(rule: Requirement) -> bool:
    """Whether the requirement is one that a competency says by itself: one skill, at any level."""
    return isinstance(rule, SkillsCovered) and rule == SkillsCovered(rule.framework, rule.skills[:1])


def told_label(award: AwardOf) -> str:
    """The label that the name of an award's component gives back."""
    name = (award.label or award.achievement).strip()
    return "" if name == award.achievement else name


def _all(rule: AllOf) -> Shape:
    if all(map(is_component, rule.of)):
        return Shape(number=len(rule.of), targets=rule.of)
    return Shape(operator="and", conditions=rule.of)


def _any(rule: AnyN) -> Shape:
    if rule.n == 1 and not any(map(is_component, rule.of)):
        return Shape(operator="or", conditions=rule.of)
    return Shape(number=rule.n, targets=rule.of)


def _order(rule: InOrder) -> Shape:
    return Shape(number=1, targets=(rule,)) if is_chain(rule) else Shape(operator="and", conditions=rule.of)


def _award(rule: AwardOf) -> Shape:
    others = tuple(AwardOf(other) for other in rule.equivalents)
    return Shape(number=1, targets=(replace(rule, equivalents=(), id=""), *others))


def _skills(rule: SkillsCovered) -> Shape:
    return Shape(number=rule.need, targets=tuple(SkillsCovered(rule.framework, (skill,)) for skill in rule.skills))


def _credits(rule: CreditsAtLeast) -> Shape:
    return Shape(operator="and", constraints=of_credits(rule.amount, rule.scheme) + of_filter(rule.filter))


def _awards(rule: AwardsAtLeast) -> Shape:
    return _alone(of_count(rule.count) + of_filter(rule.filter))


def _hours(rule: ExperienceHours) -> Shape:
    return _alone(of_hours(rule.hours) + of_filter(rule.filter))


def _alone(constraints: tuple[Constraint, ...]) -> Shape:
    return Shape(operator="and" if len(constraints) > 1 else "", constraints=constraints)


LOOKS: dict[type[Requirement], Callable[..., Shape]] = {
    AllOf: _all,
    AnyN: _any,
    InOrder: _order,
    AwardOf: _award,
    SkillsCovered: _skills,
    CreditsAtLeast: _credits,
    AwardsAtLeast: _awards,
    ExperienceHours: _hours,
    Not: lambda rule: Shape(operator="not", conditions=(rule.of,)),
    CountingOnly: lambda rule: Shape(conditions=(rule.of,), constraints=of_filter(rule.filter)),
    LevelAtLeast: lambda rule: Shape(conditions=(rule.of,), constraints=of_filter(AwardFilter(level=rule.level))),
    GradeAtLeast: lambda rule: Shape(conditions=(rule.of,), constraints=of_grade(rule.minimum, rule.scale)),
}
"""How each kind is written. A kind that stands in no row and goes around another is a condition around that one's."""


# Reading: what a condition asks by itself.


def natural(shape: Shape, remarks: Remarks, place: str) -> Requirement | None:
    """What the condition asks; None where that is nothing. What cannot be understood is said in `remarks`."""
    constraints = shape.constraints
    asked = asked_by(constraints, remarks)
    inside = _chosen(shape, remarks, place)
    if asked.sums:
        return labelled_as(_amounts(asked, inside, remarks, place), shape.label)
    if inside is None:
        return None
    if asked.filter.criteria:
        only_level = asked.filter == AwardFilter(level=asked.filter.level)
        inside = (
            LevelAtLeast(inside, asked.filter.level)
            if only_level and asked.filter.level is not None
            else CountingOnly(inside, asked.filter)
        )
    if asked.grade is not None:
        inside = GradeAtLeast(inside, *asked.grade)
    return labelled_as(inside, shape.label)


def labelled_as[R: Requirement | None](rule: R, label: str) -> R | Requirement:
    """The same requirement under this name; one that has a name of its own gets it around itself."""
    if rule is None or not label or rule.label == label:
        return rule
    return AllOf((rule,), label=label) if rule.label or isinstance(rule, AwardOf) else replace(rule, label=label)


def _chosen(shape: Shape, remarks: Remarks, place: str) -> Requirement | None:
    """The components and conditions, joined as the condition says."""
    operator = shape.operator
    if operator not in ("", "and", "or", "not"):
        remarks.say(place, LEFT_OUT, f"No rule can join conditions by {operator}; all are asked for.", operator)
        operator = "and"
    counts_conditions = shape.number is not None and not shape.targets and operator in ("", "and")
    some = operator == "or" and shape.number is None
    of_targets = _some(shape.targets, 1 if some or operator == "not" else shape.number, remarks, place)
    if counts_conditions:
        return _some(shape.conditions, shape.number, remarks, place)
    parts = tuple(part for part in (of_targets, *shape.conditions) if part is not None)
    if not parts:
        return None
    if operator == "not":
        return Not(parts[0] if len(parts) == 1 else AnyN(1, parts))
    if len(parts) == 1:
        return parts[0]
    return AnyN(1, parts) if operator == "or" else AllOf(parts)


def _some(parts: tuple[Requirement, ...], number: int | None, remarks: Remarks, place: str) -> Requirement | None:
    if not parts:
        return None
    if number == 0:
        remarks.say(place, ASIDE, f"None of {len(parts)} is required here, so nothing is asked for.")
        return None
    if number is not None and number > len(parts):
        remarks.say(
            place, LEFT_OUT, f"{number} are required of {len(parts)} that stand here; all of them are asked for."
        )
    many = len(parts) if number is None else min(number, len(parts))
    skills = [part for part in parts if isinstance(part, SkillsCovered) and part.need == 1 and not part.level]
    if len(skills) == len(parts) and len({skill.framework for skill in skills}) == 1:
        named = tuple(dict.fromkeys(skill.skills[0] for skill in skills))
        if len(named) == len(parts):
            return SkillsCovered(skills[0].framework, named, count=many if many < len(named) else None)
    if len(parts) == 1:
        return parts[0]
    return AllOf(parts) if many == len(parts) else AnyN(many, parts)


def _amounts(asked: Asked, inside: Requirement | None, remarks: Remarks, place: str) -> Requirement | None:
    """Credits, awards or hours; where components are named, they are what these come from."""
    wanted = asked.filter
    if inside is not None:
        named = _named(inside)
        if named and not wanted.achievements:
            wanted = replace(wanted, achievements=named)
            inside = None
    found: list[Requirement] = [] if inside is None else [inside]
    if asked.credits is not None:
        if not asked.scheme:
            remarks.say(place, ASSUMED, "The credits have no unit here; they are called Credits.")
        found.append(CreditsAtLeast(asked.credits, asked.scheme or "Credits", wanted))
    elif asked.scheme:
        remarks.say(place, LEFT_OUT, f"A credit unit ({asked.scheme}) stands here, but no amount.")
    if asked.count is not None:
        found.append(AwardsAtLeast(asked.count, wanted))
    if asked.hours is not None:
        found.append(ExperienceHours(asked.hours, wanted))
    rule = found[0] if len(found) == 1 else AllOf(tuple(found))
    return rule if asked.grade is None else GradeAtLeast(rule, *asked.grade)


def _named(rule: Requirement) -> tuple[str, ...]:
    """The achievements, where the requirement is nothing but a choice of plain awards."""
    parts = rule.parts if isinstance(rule, AllOf | AnyN) else (rule,)
    if all(isinstance(part, AwardOf) and not part.equivalents for part in parts):
        return tuple(dict.fromkeys(part.achievement for part in parts if isinstance(part, AwardOf)))
    return ()
