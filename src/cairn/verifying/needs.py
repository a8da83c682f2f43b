"""What a role needs, as rows of a form and as the stored list; a first proposal from what an occupation needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cairn.errors import Invalid
from cairn.skills.models import Occupation, OccupationNeed, Skill
from cairn.verifying.matching import Need

TOP_LEVEL = 7.0
"""O*NET's level scale ends here."""
MAX_NEEDS = 40
PROPOSED = 12
"""Needs in a first proposal: more than a person can weigh are of no use."""
LEVEL_UNSTATED = 3.0
"""Where a framework states no level (ESCO), the proposal starts in the middle and says that a person has to set it."""


def checked_needs(needs: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return needs as they are stored; raises Invalid, naming the row, for none, too many, doubles and impossible numbers."""
    if not needs:
        raise Invalid(
            "A role that needs nothing matches everybody.", remedy="Give it at least one skill.", code="no_needs"
        )
    if len(needs) > MAX_NEEDS:
        raise Invalid(
            f"This role has {len(needs)} needs; nobody can weigh more than {MAX_NEEDS}.",
            remedy="Keep the ones that decide.",
            code="too_many_needs",
        )
    rows: list[dict[str, Any]] = []
    for number, need in enumerate(needs, start=1):
        name = str(need.get("name") or "").strip()
        level = _number(need.get("level"), number, name, "level", TOP_LEVEL)
        weight = _number(need.get("weight", 1), number, name, "weight", 100)
        skill = str(need.get("skill") or "").strip()
        if not skill or not name:
            raise Invalid(f"Need {number} names no skill.", remedy="Choose a skill, or take the row out.", row=number)
        if any(row["skill"] == skill for row in rows):
            raise Invalid(f"“{name}” stands there twice.", remedy="Keep one of the two rows.", row=number)
        rows.append(
            {
                "skill": skill,
                "name": name[:300],
                "level": level,
                "weight": weight,
                "essential": bool(need.get("essential")),
            }
        )
    return rows


def _number(value: Any, row: int, name: str, what: str, top: float) -> float:
    try:
        number = float(str(value).replace(",", "."))
    except ValueError:
        number = 0.0
    if not 0 < number <= top:
        raise Invalid(
            f"The {what} of need {row} ({name or 'no name'}) must be above 0 and at most {top:g}, not “{str(value)[:20]}”.",
            remedy=f"Correct the {what}, or take the row out.",
            code=f"bad_{what}",
            row=row,
        )
    return round(number, 2)


def needs_of(stored: Sequence[Mapping[str, Any]]) -> list[Need]:
    """Return stored needs as the matcher takes them."""
    return [
        Need(need["skill"], need["name"], float(need["level"]), float(need["weight"]), bool(need["essential"]))
        for need in stored
    ]


def proposal(occupation: Occupation) -> list[dict[str, Any]]:
    """Propose needs from what an occupation needs, the weightiest first; [] where its source states none.

    O*NET: the skills and knowledge of highest importance, its level as the level, importance (1 to 5) as the weight, essential from
    4 on. ESCO states neither: essential ones weigh 2 and optional ones 1, and the level is a starting point to be set by a person.
    """
    rows = [
        need
        for need in OccupationNeed.objects.filter(occupation=occupation).select_related("skill")
        if need.skill.kind != Skill.Kind.TECHNOLOGY and (need.level is None or need.level > 0)
    ]
    rows.sort(key=lambda need: (-_importance(need), need.skill.name))
    return [
        {
            "skill": need.skill.uri,
            "name": need.skill.name,
            "level": float(need.level) if need.level is not None else LEVEL_UNSTATED,
            "weight": round(_importance(need), 2),
            "essential": bool(need.essential) if need.importance is None else need.importance >= 4,
        }
        for need in rows[:PROPOSED]
    ]


def _importance(need: OccupationNeed) -> float:
    if need.importance is not None:
        return float(need.importance)
    return 2.0 if need.essential else 1.0


def skills_named(names: Sequence[str]) -> list[Skill]:
    """Return the skills with these names, in order; raises Invalid for the first that no framework here has, with near ones."""
    found: list[Skill] = []
    for name in names:
        plain = " ".join(name.split())
        skill = (
            Skill.objects.filter(name__iexact=plain).order_by("pk").first() or Skill.objects.filter(uri=plain).first()
        )
        if skill is None:
            near = list(Skill.objects.filter(name__icontains=plain.split()[0]).values_list("name", flat=True)[:5])
            meant = f"Did you mean {', '.join(f'“{one}”' for one in near)}?"
            raise Invalid(
                f"No skill here is called “{plain[:100]}”.",
                remedy=meant if near else "Write it as it is called among the skills of an occupation.",
                code="unknown_skill",
                near=near,
            )
        found.append(skill)
    return found
