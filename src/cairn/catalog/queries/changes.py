"""What a version says otherwise than the one before it, in every language: for its author, and for whoever reviews it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cairn.catalog.immutable import CONTENT
from cairn.catalog.languages import english_name
from cairn.catalog.models import DefinitionVersion
from cairn.catalog.prerequisites import read_requires
from cairn.catalog.writing import outcomes_text, rubric_text, skills_text
from cairn.catalog.writing_prices import requires_text


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that two versions say otherwise; "" where one of them says nothing. ``tag`` is the language, "" for what is in none."""

    name: str
    before: str
    after: str
    tag: str = ""


NO_CONTENT = {"definition_id", "number", "published_at", "image_svg", "partner_id", "texts"}
NAMES = {
    "criteria": "What must be shown to earn it",
    "outcomes": "Learning outcomes",
    "taught_in": "Languages of teaching",
    "valid_months": "Valid for so many months",
    "high_stakes": "A second person approves each award",
    "requirement": "What it is made of",
    "requires": "Needed beforehand, for plans",
}
OF_A_LANGUAGE = {
    "title": "Title",
    "description": "Description",
    "criteria": NAMES["criteria"],
    "outcomes": NAMES["outcomes"],
}


def version_before(version: DefinitionVersion) -> DefinitionVersion | None:
    """Return the version with the next smaller number, or None for the first."""
    return version.definition.versions.filter(number__lt=version.number).order_by("-number").first()


def changes_between(before: DefinitionVersion, after: DefinitionVersion) -> list[Change]:
    """Return what two versions of a definition say otherwise: field by field, then skills, then each further language."""
    found = [
        Change(NAMES.get(name) or name.replace("_", " ").capitalize(), _written(before, name), _written(after, name))
        for name in CONTENT
        if name not in NO_CONTENT and getattr(before, name) != getattr(after, name)
    ]
    partners = [one.partner.name if one.partner else "" for one in (before, after)]
    skills = [skills_text(one.skills.select_related("skill").order_by("skill__name")) for one in (before, after)]
    pairs = [("Industry partner", *partners), ("Skills", *skills)]
    found += [Change(name, old, new) for name, old, new in pairs]
    for tag in sorted({*before.texts, *after.texts}):
        old, new = (one.texts.get(tag) or {} for one in (before, after))
        found += [
            Change(f"{name} in {english_name(tag)}", _in_words(old.get(part)), _in_words(new.get(part)), tag)
            for part, name in OF_A_LANGUAGE.items()
        ]
    return [one for one in found if one.before != one.after]


WRITTEN: dict[str, Callable[[DefinitionVersion], str]] = {
    "outcomes": lambda version: outcomes_text(version.outcomes, version.rubric),
    "rubric": lambda version: rubric_text(version.rubric),
    "requires": lambda version: requires_text(read_requires(version.requires)),
    "language": lambda version: english_name(version.language),
    "taught_in": lambda version: ", ".join(map(english_name, version.taught_in)),
}
"""What is written otherwise than its value stands."""


def _written(version: DefinitionVersion, name: str) -> str:
    return WRITTEN[name](version) if name in WRITTEN else _in_words(getattr(version, name))


def _in_words(value: Any) -> str:
    """Write a value for people; lists by line."""
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return "\n".join(one or "…" for one in value)
    return json.dumps(value, indent=2, ensure_ascii=False) if isinstance(value, Mapping | list) else str(value)
