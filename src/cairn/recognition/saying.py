"""What a credential that somebody asks about says, for those who examine it: in its issuer's words, checked elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cairn.catalog.models import DefinitionVersion
from cairn.credentials import Credential, CredentialError
from cairn.credentials.texts import visible
from cairn.look.formatting import credits_text
from cairn.recognition.models import RecognitionRequest
from cairn.recognition.reading import UNSTATED, values_in

LONGEST = 10_000
"""Letters of a text that are shown."""


@dataclass(frozen=True, slots=True)
class Said:
    """A credential in plain values; what it does not say is "", None or empty. ``criteria`` is Markdown by its issuer."""

    description: str = ""
    criteria: str = ""
    credits: str = ""
    level: str = ""
    grade: str = ""
    skills: tuple[str, ...] = ()
    earned_at: datetime | None = None
    valid_until: datetime | None = None
    outcomes: tuple[str, ...] = ()


def wanted_by(found: RecognitionRequest) -> Said | None:
    """Return the same of the credential that it shall count as; None where it is credit without a name, or a part of a rule."""
    version = found.toward
    if version is None or found.requirement:
        return None
    level = f"{version.level_framework.upper()} level {version.level}" if version.level is not None else ""
    return Said(
        description=version.description,
        criteria=version.criteria,
        credits=credits_text(version.credits, version.credit_scheme)
        if version.credits and version.credit_scheme
        else "",
        level=level,
        skills=tuple(version.skills.order_by("skill__name").values_list("skill__name", flat=True)),
        outcomes=outcomes_of(version),
    )


def outcomes_of(version: DefinitionVersion) -> tuple[str, ...]:
    """Return what somebody can do who earned a credential of this site."""
    return tuple(str(one["text"]) for one in version.outcomes if one.get("text"))


def said_by(found: RecognitionRequest) -> Said:
    """Return what the credential of a request says. Credits of an award of this site have its scheme; documents state none."""
    try:
        credential = Credential.parse(found.document)
    except CredentialError:
        return Said()
    values = values_in(credential)
    achievement: Mapping[str, Any] = credential.achievement or {}
    criteria = achievement.get("criteria")
    skills = [str(one["name"]) for one in values["skills"] if one.get("name")]
    return Said(
        description=_text(achievement.get("description")),
        criteria=_text(criteria.get("narrative")) if isinstance(criteria, Mapping) else "",
        credits=_credits(found, values),
        level=f"{values['level_framework'].upper()} level {values['level']}" if values["level"] is not None else "",
        grade=values["grade"],
        skills=tuple(dict.fromkeys(skills)),
        earned_at=values["valid_from"],
        valid_until=values["valid_until"],
        outcomes=outcomes_of(found.award.version) if found.award is not None else (),
    )


def _credits(found: RecognitionRequest, values: Mapping[str, Any]) -> str:
    version = found.award.version if found.award is not None else None
    if version is not None and version.credits is not None and version.credit_scheme:
        return credits_text(version.credits, version.credit_scheme)
    stated = values["credits"].get(UNSTATED, "")
    return f"{stated}, of a scheme that is not stated" if stated else ""


def _text(value: object) -> str:
    return visible(value).strip()[:LONGEST] if isinstance(value, str) else ""
