"""What a designer types, read into what a version holds, and back again. Plain lines instead of JSON; every refusal names its line.

Outcomes, one on each line; behind an arrow stand the numbers of the criteria that assess it::

    Read a drawing and name its welds -> 1, 2

The rubric, one block for each criterion, levels from low to high, the required one with a star::

    Reading drawings
    - Not yet: names fewer than half of the symbols
    * Meets: names every symbol on the sheet
    - Exceeds: finds the mistake in the drawing

Skills, one on each line, by name or address, with a level from 1 to 7 behind an equals sign where it is known::

    Welding = 3
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import slugify

from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import Definition, DefinitionVersion, SkillTaught
from cairn.catalog.queries import published, version_by_achievement
from cairn.skills.models import Skill


def read_rubric_text(text: str) -> dict[str, Any] | None:
    """Read a rubric; None where there is none. Raises ValidationError with the line."""
    criteria: list[dict[str, Any]] = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.strip()
        if not words:
            continue
        if words[0] not in "-*":
            criteria.append(
                {"id": _free(slugify(words)[:40] or "criterion", criteria), "name": words, "levels": [], "required": ""}
            )
            continue
        if not criteria:
            raise ValidationError(
                f"Line {number} is a level before any criterion. Write the criterion's name on a line of its own first."
            )
        criterion = criteria[-1]
        name, _, description = words[1:].strip().partition(":")
        level = {
            "id": _free(slugify(name)[:40] or "level", criterion["levels"]),
            "name": name.strip(),
            "points": len(criterion["levels"]),
            "description": description.strip(),
        }
        criterion["levels"].append(level)
        if words[0] == "*":
            if criterion["required"]:
                raise ValidationError(
                    f"Line {number}: “{criterion['name']}” has two starred levels. Star the one that is required to pass."
                )
            criterion["required"] = level["id"]
    for criterion in criteria:
        if len(criterion["levels"]) < 2:
            raise ValidationError(
                f"“{criterion['name']}” needs at least two levels, each on a line that starts with - or *."
            )
        if not criterion["required"]:
            raise ValidationError(
                f"“{criterion['name']}” has no required level. Put a * instead of the - before the level that passes."
            )
    return {"criteria": criteria} if criteria else None


def rubric_text(rubric: Mapping[str, Any] | None) -> str:
    """Write a rubric as ``read_rubric_text`` reads it."""
    blocks = []
    for criterion in (rubric or {}).get("criteria", []):
        lines = [str(criterion["name"])]
        for level in criterion["levels"]:
            star = "*" if level["id"] == criterion["required"] else "-"
            lines.append(f"{star} {level['name']}" + (f": {level['description']}" if level.get("description") else ""))
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def read_outcomes_text(
    text: str, rubric: Mapping[str, Any] | None, before: Iterable[Mapping[str, Any]] = ()
) -> list[dict[str, Any]]:
    """Read outcomes; what was linked to skills before keeps its links while its text stays. Raises ValidationError."""
    criteria = [str(criterion["id"]) for criterion in (rubric or {}).get("criteria", [])]
    linked = {str(outcome.get("text")): list(outcome.get("skills", [])) for outcome in before}
    outcomes: list[dict[str, Any]] = []
    for line in text.splitlines():
        told, _, numbers = line.replace("→", "->").partition("->")
        words = told.strip().rstrip(".")
        if not words:
            continue
        chosen = []
        for number in re.findall(r"[^\s,]+", numbers):
            if not number.isdecimal() or not 1 <= int(number) <= len(criteria):
                have = f"The rubric has criteria 1 to {len(criteria)}." if criteria else "There is no rubric yet."
                raise ValidationError(f"“{words}” names criterion {number}. {have}")
            chosen.append(criteria[int(number) - 1])
        outcomes.append(
            {"id": f"o{len(outcomes) + 1}", "text": words, "skills": linked.get(words, []), "assessed_by": chosen}
        )
    return outcomes


def outcomes_text(outcomes: Iterable[Mapping[str, Any]], rubric: Mapping[str, Any] | None) -> str:
    """Write outcomes as ``read_outcomes_text`` reads them."""
    order = {str(criterion["id"]): number for number, criterion in enumerate((rubric or {}).get("criteria", []), 1)}
    lines = []
    for outcome in outcomes:
        numbers = [str(order[name]) for name in outcome.get("assessed_by", []) if name in order]
        lines.append(str(outcome["text"]) + (f" -> {', '.join(numbers)}" if numbers else ""))
    return "\n".join(lines)


def read_skills_text(text: str) -> dict[str, Decimal | None]:
    """Read skills as levels by URI. Raises ValidationError for a skill that is unknown or ambiguous, and for an impossible level."""
    levels: dict[str, Decimal | None] = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        name, _, told = (
            (part.strip() for part in line.rpartition("=")) if re.search(r"=\s*[\d.,]+\s*$", line) else (line, "", "")
        )
        skill = _skill(name)
        try:
            level = Decimal(told.replace(",", ".")) if told else None
        except InvalidOperation:
            raise ValidationError(f"“{told}” is not a level. Write a number from 1 to 7.") from None
        if level is not None and not 1 <= level <= 7:
            raise ValidationError(f"“{name}” has level {told}. Levels run from 1 to 7.")
        levels[skill.uri] = level
    return levels


def skills_text(taught: Iterable[SkillTaught]) -> str:
    """Write skills as ``read_skills_text`` reads them: by name where the name is one of a kind, else by address."""
    lines = []
    for one in taught:
        alone = Skill.objects.filter(name__iexact=one.skill.name).count() == 1
        told = one.skill.name if alone else one.skill.uri
        lines.append(f"{told} = {one.level.normalize():f}" if one.level is not None else told)
    return "\n".join(lines)


def read_parts_text(text: str, needed: int | None) -> dict[str, Any] | None:
    """Read the parts of a stack, one credential of this site on each line (address or slug), as a stacking rule."""
    lines = filter(None, (line.strip() for line in text.splitlines()))
    rules = [{"kind": "award_of", "achievement": achievement_id(_part(line))} for line in lines]
    if not rules:
        return None
    if needed is not None and needed < len(rules):
        return {"kind": "any_n", "n": needed, "of": rules}
    return {"kind": "all_of", "of": rules}


def parts_text(rule: Mapping[str, Any] | None) -> tuple[str, int | None] | None:
    """Write a rule as ``read_parts_text`` reads it; None where the rule says more than a list of parts can."""
    if rule is None:
        return "", None
    if rule.get("kind") not in {"all_of", "any_n"} or set(rule) - {"kind", "n", "of"}:
        return None
    lines = []
    for part in rule["of"]:
        if set(part) - {"kind", "achievement"} or part.get("kind") != "award_of":
            return None
        version = version_by_achievement(part["achievement"])
        if version is None:
            return None
        lines.append(version.definition.slug)
    return "\n".join(lines), rule.get("n")


def _part(line: str) -> DefinitionVersion:
    version = version_by_achievement(line)
    slug = line.rstrip("/").rpartition("/")[2]
    found = version or published().filter(definition__slug=slug, definition__owner__isnull=False).first()
    if found is None:
        raise ValidationError(
            f"“{line}” is no published credential awarded on this site. Copy the address of its page, or publish it first."
        )
    return found


def _skill(name: str) -> Skill:
    found = Skill.objects.filter(uri=name).first()
    if found:
        return found
    named = list(Skill.objects.filter(name__iexact=name).select_related("framework")[:3])
    if not named:
        near = (
            list(Skill.objects.filter(name__icontains=name).values_list("name", flat=True)[:3]) if len(name) > 2 else []
        )
        hint = (
            f" Did you mean {' or '.join(f'“{one}”' for one in near)}?"
            if near
            else " Look it up among the skills of this site."
        )
        raise ValidationError(f"There is no skill “{name}” here.{hint}")
    if len(named) > 1:
        listed = "; ".join(f"{one.uri} ({one.framework.name})" for one in named)
        raise ValidationError(
            f"“{name}” is the name of several skills. Write the address of the one you mean: {listed}."
        )
    return named[0]


def _free(identifier: str, taken: Iterable[Mapping[str, Any]]) -> str:
    used = {one["id"] for one in taken}
    return next(
        one
        for one in (identifier, *(f"{identifier}-{number}" for number in range(2, len(used) + 3)))
        if one not in used
    )


TYPE_CHOICES = [(value, label) for value, label in Definition.Type.choices if value]
