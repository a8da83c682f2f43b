"""What an Open Badges achievement says of learning, as a learning achievement specification or a qualification of Europe."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from cairn.credentials.elm.elements import Elements
from cairn.credentials.elm.graph import said
from cairn.credentials.elm.pieces import credit_point, identifier, note, web
from cairn.credentials.elm.words import (
    ESCO,
    ESCO_SKILLS,
    MODES,
    OB_TYPES,
    SNB,
    concept,
    first_text,
    language_concept,
    language_map,
    listed,
)
from cairn.credentials.jsontext import as_list, objects

_EQF = re.compile(rf"(?:{re.escape(SNB)}eqf/)?([1-8])\Z")
_LEVELS = {"ext:EQFLevel": "eqfLevel", "ext:NQFLevel": "nqfLevel"}


def specification(achievement: Mapping[str, Any], language: str, elements: Elements) -> dict[str, Any]:
    """Return the achievement's definition: outcomes with their skills, level, credits, workload, form, what is needed beforehand."""
    aligned = objects(as_list(achievement.get("alignment")))
    levels = dict(_levels(aligned))
    criteria = achievement.get("criteria")
    criteria = criteria if isinstance(criteria, Mapping) else {}
    address, narrative = criteria.get("id"), first_text(criteria.get("narrative"))
    field, code = first_text(achievement.get("fieldOfStudy")), achievement.get("humanCode")
    tags = [tag for tag in as_list(achievement.get("tag")) if isinstance(tag, str)]
    kind, spoken = achievement.get("achievementType"), achievement.get("inLanguage")
    outcomes = [{"type": "LearningOutcome", "title": {language: one}} for one in elements.outcomes]
    is_qualification = bool(levels) or elements.part_of_larger is not None
    return said({
        "id": achievement.get("id"),
        "type": "Qualification" if is_qualification else "LearningAchievementSpecification",
        "title": language_map(achievement.get("name"), language),
        "identifier": identifier(code, "humanCode", None) if isinstance(code, str) else None,
        "homepage": web(address) if isinstance(address, str) and address.startswith(("https://", "http://")) else None,
        "dcType": concept(None, OB_TYPES, {"en": kind}) if isinstance(kind, str) else None,
        "category": {language: tags} if tags else None,
        "language": language_concept(spoken) if isinstance(spoken, str) else None,
        "educationSubject": concept(None, None, {language: field}) if field else None,
        "learningOutcomeSummary": note(narrative, language) if narrative else None,
        "learningOutcome": [*outcomes, *_skills(aligned, language)],
        "creditPoint": credit_point(achievement.get("creditsAvailable"), elements.credit_scheme),
        "volumeOfLearning": _duration(elements.workload_hours) if elements.workload_hours else None,
        "mode": _mode(elements.participation, language),
        "entryRequirement": note(elements.prerequisites, language) if elements.prerequisites else None,
        "isPartialQualification": elements.part_of_larger,
        **levels,
    })  # fmt: skip


def _levels(aligned: list[Mapping[str, Any]]) -> Iterator[tuple[str, Any]]:
    national = []
    for one in aligned:
        term = _LEVELS.get(str(one.get("targetType")))
        found = _EQF.match(str(one.get("targetCode"))) or _EQF.match(str(one.get("targetUrl")))
        if term == "eqfLevel" and found:
            yield term, listed("eqf", found[1], f"Level {found[1]}")
        elif term == "nqfLevel" and isinstance(one.get("targetUrl"), str):
            national.append(_target(one, "en"))
    if national:
        yield "nqfLevel", national


def _skills(aligned: list[Mapping[str, Any]], language: str) -> Iterator[dict[str, Any]]:
    for one in aligned:
        address, name = one.get("targetUrl"), first_text(one.get("targetName"))
        if one.get("targetType") in _LEVELS or not isinstance(address, str) or not name:
            continue
        term = "relatedESCOSkill" if address.startswith(ESCO) else "relatedSkill"
        yield {"type": "LearningOutcome", "title": {language: name}, term: _target(one, language)}


def _target(one: Mapping[str, Any], language: str) -> dict[str, Any]:
    address = str(one["targetUrl"])
    made = concept(address, None, {language: first_text(one.get("targetName")) or address})
    framework, text, code = (
        first_text(one.get("targetFramework")),
        first_text(one.get("targetDescription")),
        one.get("targetCode"),
    )
    if address.startswith(ESCO):
        made["inScheme"] = {"id": ESCO_SKILLS, "type": "ConceptScheme"}
    elif framework:
        made["inScheme"] = {"type": "ConceptScheme", "prefLabel": {language: framework}}
    return said(
        {**made, "definition": {language: text} if text else None, "notation": code if isinstance(code, str) else None}
    )


def _mode(participation: str, language: str) -> dict[str, Any] | None:
    if not participation:
        return None
    known = MODES.get(participation)
    return listed("learning-assessment", *known) if known else concept(None, None, {language: participation})


def _duration(hours: float) -> str:
    whole, minutes = divmod(round(hours * 60), 60)
    return "PT" + (f"{whole}H" if whole else "") + (f"{minutes}M" if minutes or not whole else "")
