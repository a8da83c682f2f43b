"""What a credential says, read leniently from its document for people: every value is what the issuer wrote, none is checked here.

Whether any of it is true is the verdict's to say (:func:`cairn.credentials.verify`). Addresses are kept only where they are http or
https, so that a page may link to them; pictures are never taken over, since loading one would tell a stranger who is looking.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from cairn.credentials import Credential, CredentialError

_LEVEL = re.compile(r"\blevel (\d(?:\.\d{1,2})?) of 7\b", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Named:
    """Something with a name and perhaps an address: a skill, a level, a framework entry."""

    name: str
    url: str = ""
    uri: str = ""
    framework: str = ""
    code: str = ""
    level: float | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """One result: which criterion, which level or value was reached, and which one was required."""

    criterion: str
    value: str
    required: str = ""
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of evidence that the credential names."""

    name: str
    description: str = ""
    genre: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Contents:
    """A credential in plain values; what it does not say is "", None or empty."""

    credential_id: str
    name: str
    description: str
    criteria: str
    achievement_id: str
    kind: str
    issuer_id: str
    issuer_name: str
    issuer_url: str
    subject_id: str
    subject_name: str
    awarded_at: datetime | None
    valid_from: datetime | None
    valid_until: datetime | None
    language: str
    credits: float | None
    levels: tuple[Named, ...]
    skills: tuple[Named, ...]
    results: tuple[Shown, ...]
    evidence: tuple[Evidence, ...]
    assessed_by: str
    narrative: str
    parts: tuple[str, ...]


def contents_of(credential: Credential) -> Contents:
    """Read a parsed credential. Never raises: what is malformed counts as not said."""
    document, subject = credential.reading, credential.subject
    achievement: Mapping[str, Any] = credential.achievement or {}
    issuer = document.get("issuer")
    issuer = issuer if isinstance(issuer, Mapping) else {}
    criteria = achievement.get("criteria")
    criteria = criteria if isinstance(criteria, Mapping) else {}
    alignments = list(_alignments(achievement))
    return Contents(
        credential_id=credential.id or "",
        name=credential.name or "",
        description=_text(achievement.get("description")) or _text(document.get("description")),
        criteria=_text(criteria.get("narrative")),
        achievement_id=_text(achievement.get("id")),
        kind=_text(achievement.get("achievementType")),
        issuer_id=credential.issuer_id or "",
        issuer_name=credential.issuer_name or "",
        issuer_url=web_address(issuer.get("url")),
        subject_id=credential.subject_id or "",
        subject_name=_text(subject.get("name")),
        awarded_at=credential.awarded_date or credential.valid_from,
        valid_from=credential.valid_from,
        valid_until=credential.valid_until,
        language=_text(achievement.get("inLanguage")) or "en",
        credits=_number(subject.get("creditsEarned"), achievement.get("creditsAvailable")),
        levels=tuple(entry for is_level, entry in alignments if is_level),
        skills=tuple(entry for is_level, entry in alignments if not is_level),
        results=tuple(_results(subject, achievement)),
        evidence=tuple(_evidence(document, subject)),
        assessed_by=_text(_mapping(subject.get("source")).get("name")),
        narrative=_text(subject.get("narrative")),
        parts=tuple(_name_of_part(part) for part in credential.held),
    )


def _name_of_part(part: Any) -> str:
    """Return what a part of a record is called, also where it is a token."""
    try:
        credential = Credential.parse(part)
    except (CredentialError, TypeError):
        return "a part that cannot be read"
    return _text(credential.name) or _text(credential.id) or "a part without a name"


def _alignments(achievement: Mapping[str, Any]) -> Iterator[tuple[bool, Named]]:
    for entry in _mappings(achievement.get("alignment")):
        kind, uri = _text(entry.get("targetType")), _text(entry.get("targetUrl"))
        named = Named(
            name=_text(entry.get("targetName")) or _text(entry.get("targetCode")) or uri,
            url=web_address(uri),
            uri=uri,
            framework=_text(entry.get("targetFramework")),
            code=_text(entry.get("targetCode")),
            level=stated_level(_text(entry.get("targetDescription"))),
        )
        yield "level" in kind.lower(), named


def stated_level(text: str) -> float | None:
    """Return the level that an alignment's description states on O*NET's scale, as in "Level 4.5 of 7"; None if it states none."""
    found = _LEVEL.search(text)
    level = float(found[1]) if found else None
    return level if level is not None and level <= 7 else None


def _results(subject: Mapping[str, Any], achievement: Mapping[str, Any]) -> Iterator[Shown]:
    described = {_text(entry.get("id")): entry for entry in _mappings(achievement.get("resultDescription"))}
    for result in _mappings(subject.get("result")):
        description = described.get(_text(result.get("resultDescription")), {})
        levels = {_text(level.get("id")): level for level in _mappings(description.get("rubricCriterionLevel"))}
        reached = levels.get(_text(result.get("achievedLevel")), {})
        required = levels.get(_text(description.get("requiredLevel")), {})
        value = _text(reached.get("name")) or _text(result.get("value")) or _text(result.get("status"))
        if not value:
            continue
        yield Shown(
            criterion=_text(description.get("name")),
            value=value,
            required=_text(required.get("name")) or _text(description.get("requiredValue")),
            meaning=_text(reached.get("description")),
        )


def _evidence(document: Mapping[str, Any], subject: Mapping[str, Any]) -> Iterator[Evidence]:
    for entry in (*_mappings(document.get("evidence")), *_mappings(subject.get("evidence"))):
        url = web_address(entry.get("id"))
        name = _text(entry.get("name")) or _text(entry.get("genre")) or url
        if name:
            yield Evidence(
                name=name,
                description=_text(entry.get("description")) or _text(entry.get("narrative")),
                genre=_text(entry.get("genre")),
                url=url,
            )


def web_address(value: object) -> str:
    """Return ``value`` if it is an address that a page may link to (http or https, with a host), otherwise ""."""
    if not isinstance(value, str) or len(value) > 2000:
        return ""
    try:
        parts = urlsplit(value)
    except ValueError:
        return ""
    return value if parts.scheme in {"http", "https"} and parts.netloc else ""


def _text(value: Any) -> str:
    """Return a text, or the first text of a list or language-tagged value; control characters and lone surrogates go."""
    found: Any = value
    if isinstance(found, list) and found:
        found = found[0]
    if isinstance(found, Mapping):
        found = found.get("@value")
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        return ""
    return "".join(letter for letter in str(found) if letter.isprintable() or letter in "\n\t").strip()


def _number(*values: Any) -> float | None:
    return next((float(one) for one in values if isinstance(one, int | float) and not isinstance(one, bool)), None)


def _mapping(value: Any) -> Mapping[str, Any]:
    found = value[0] if isinstance(value, list) and value else value
    return found if isinstance(found, Mapping) else {}


def _mappings(value: Any) -> list[Mapping[str, Any]]:
    many = value if isinstance(value, list) else [value]
    return [one for one in many if isinstance(one, Mapping)]
