"""A version as an Open Badges 3.0 Achievement: the part of every award that says what was achieved.

Annex I of the EU recommendation is mapped to the terms that Open Badges 3.0 has (domain: Annex I mapping, after the Dutch Edubadges
metadata model). What it has no term for (participation, supervision, quality assurance, hours) is said in ``criteria.narrative``, never in
a term that no context defines: an undefined term is dropped when the document is canonicalised, so it would not be signed.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from cairn.catalog.checks import is_recognition
from cairn.catalog.models import Definition, DefinitionVersion, SkillTaught
from cairn.catalog.templatetags.catalog import mode_words
from cairn.look.formatting import credits_text

ACHIEVEMENT_TYPES = {
    Definition.Type.BADGE: "Badge",
    Definition.Type.CERTIFICATE: "Certificate",
    Definition.Type.PROGRAMME: "LearningProgram",
    Definition.Type.INDUSTRY: "Certification",
}
"""Our four types in Open Badges 3.0's AchievementType enumeration."""

EQF_ADDRESS = "https://europass.europa.eu/en/description-eight-eqf-levels"


def achievement_id(version: DefinitionVersion) -> str:
    """Return the address that identifies what a version says, for ever."""
    return achievement_address(version.definition.uid, version.number)


def achievement_address(uid: UUID, number: int) -> str:
    """Return :func:`achievement_id` where only the definition's uid and the version's number are at hand."""
    return f"{settings.PUBLIC_URL}/achievements/{uid}/{number}"


def parse_achievement_id(address: str) -> tuple[UUID, int] | None:
    """Return uid and number from an address of this site, or None for any other."""
    prefix = f"{settings.PUBLIC_URL}/achievements/"
    uid, _, number = address.removeprefix(prefix).partition("/")
    if not address.startswith(prefix) or not number.isdecimal():
        return None
    try:
        return UUID(uid), int(number)
    except ValueError:
        return None


def achievement_document(version: DefinitionVersion) -> dict[str, Any]:
    """Write the Achievement (Open Badges 3.0, section "Achievement") as JSON-ready values, empty ones left out."""
    address, page = achievement_id(version), reverse("catalog:credential", args=[version.definition.slug])
    document: dict[str, Any] = {
        "id": address,
        "type": ["Achievement"],
        "name": version.title,
        "description": version.description,
        "criteria": {"id": f"{settings.PUBLIC_URL}{page}", "narrative": narrative(version)},
        "achievementType": ACHIEVEMENT_TYPES.get(Definition.Type(version.definition.type))
        if version.definition.type
        else None,
        "creditsAvailable": _number(version.credits),
        "fieldOfStudy": version.field_of_study,
        "humanCode": f"{version.definition.slug}/{version.number}",
        "image": {"id": f"{address}/image.svg", "type": "Image", "caption": f"The badge of {version.title}"},
        "inLanguage": version.language if version.language != "und" else None,
        "tag": [
            *version.tags,
            *(["recognition"] if is_recognition(version) and "recognition" not in version.tags else []),
        ],
        "alignment": alignments(version),
        "resultDescription": result_descriptions(version),
        "version": str(version.number),
    }
    return {name: value for name, value in document.items() if value not in (None, "", [], {})}


def narrative(version: DefinitionVersion) -> str:
    """Say in Markdown what must be shown, and those elements of Annex I that Open Badges has no term for."""
    owner = version.definition.owner
    quality_assurance = version.quality_assurance or (owner.quality_assurance if owner else "")
    outcomes = [f"- {outcome['text']}" for outcome in version.outcomes]
    lines = [
        ("Workload", f"{_number(version.workload_hours):g} hours" if version.workload_hours is not None else ""),
        ("Credits", credits_text(version.credits, version.credit_scheme) if version.credits is not None else ""),
        ("Form of participation", mode_words(version.participation)),
        ("Assessment", version.assessment_type or ("none: this recognises taking part" if is_recognition(version) else "")),
        ("Supervision and identity check", version.supervision),
        ("Quality assurance", quality_assurance),
        ("Needed beforehand", version.prerequisites),
    ]  # fmt: skip
    stated = [f"- {name}: {text}" for name, text in lines if text]
    parts = [
        version.criteria.strip(),
        "\n".join(["**Whoever holds this can:**", "", *outcomes]) if outcomes else "",
        "\n".join(["**How it is earned:**", "", *stated]) if stated else "",
    ]
    return "\n\n".join(part for part in parts if part)


def alignments(version: DefinitionVersion) -> list[dict[str, Any]]:
    """Link the skills that the author states, and the EQF level, as Alignments. Skills that only a crosswalk guesses are left out."""
    found: list[dict[str, Any]] = [
        {
            "type": ["Alignment"],
            "targetName": taught.skill.name,
            "targetUrl": taught.skill.uri,
            "targetFramework": taught.skill.framework.name,
            **({"targetCode": taught.skill.code} if taught.skill.code else {}),
            **(
                {"targetDescription": f"Level {format(taught.level.normalize(), 'f')} of 7"}
                if taught.level is not None
                else {}
            ),
            "targetType": "ceasn:Competency",
        }
        for taught in _stated_skills(version)
    ]
    if version.level is not None and version.level_framework.lower() == "eqf":
        found.append({
            "type": ["Alignment"], "targetName": f"EQF level {version.level}", "targetUrl": EQF_ADDRESS, "targetCode": str(version.level),
            "targetFramework": "European Qualifications Framework", "targetType": "ext:EQFLevel",
        })  # fmt: skip
    return found


def _stated_skills(version: DefinitionVersion) -> list[SkillTaught]:
    """Return the skills that the author states by their identifier; what was read for many versions at once is not asked for again."""
    read: list[SkillTaught] | None = getattr(version, "skills_read", None)
    found = version.skills.select_related("skill__framework") if read is None else read
    return sorted((one for one in found if one.origin == "stated"), key=lambda taught: taught.skill.uri)


def result_descriptions(version: DefinitionVersion) -> list[dict[str, Any]]:
    """Write each criterion of the rubric as a ResultDescription with its levels, low to high."""
    address = achievement_id(version)
    found = []
    for criterion in (version.rubric or {}).get("criteria", []):
        here = f"{address}#{criterion['id']}"
        levels = [
            {
                "id": f"{here}-{level['id']}",
                "type": ["RubricCriterionLevel"],
                "name": level["name"],
                **({"description": level["description"]} if level.get("description") else {}),
                **({"points": str(level["points"])} if level.get("points") is not None else {}),
            }
            for level in criterion["levels"]
        ]
        found.append({
            "id": here, "type": ["ResultDescription"], "name": criterion["name"], "resultType": "RubricCriterionLevel",
            "rubricCriterionLevel": levels, "requiredLevel": f"{here}-{criterion['required']}",
        })  # fmt: skip
    return found


def result_level_id(version: DefinitionVersion, criterion: str, level: str) -> tuple[str, str]:
    """Return the ids of a criterion's ResultDescription and of one of its levels, for an award's ``result``."""
    here = f"{achievement_id(version)}#{criterion}"
    return here, f"{here}-{level}"


def endorsed_id(document: str) -> str:
    """Return the id of what an EndorsementCredential endorses, or "" where it names nothing."""
    try:
        subject = json.loads(document).get("credentialSubject", {})
    except (ValueError, AttributeError):
        return ""
    return str(subject.get("id", "")) if isinstance(subject, dict) else ""


def _number(amount: Decimal | None) -> float | int | None:
    if amount is None:
        return None
    return int(amount) if amount == amount.to_integral_value() else float(amount)
