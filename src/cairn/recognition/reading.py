"""The few values of a credential by another issuer that can be counted. What it does not say, or says in no usable way, stays empty.

Open Badges states credits without their scheme (``creditsEarned``, ``creditsAvailable``). Such credits stand under the scheme
:data:`UNSTATED`, which no rule counts as any other unless it converts it expressly; schemes are never mixed silently.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from cairn.catalog.achievements import ACHIEVEMENT_TYPES
from cairn.credentials import Credential
from cairn.credentials.texts import visible

UNSTATED = "unstated"
"""The scheme of credits whose document does not say of which scheme they are."""
MOST_CREDITS = Decimal(10_000)
MOST_ENTRIES = 200
"""Tags and alignments that are read of one credential; more are left unread."""

_TYPES = {name: str(kind) for kind, name in ACHIEVEMENT_TYPES.items()}
_EQF = ("eqf", "european qualifications framework")


def values_in(credential: Credential) -> dict[str, Any]:
    """Return the columns of an :class:`~cairn.recognition.models.ExternalAward` that its document fills. Never raises."""
    achievement: Mapping[str, Any] = credential.achievement or {}
    kind = _text(achievement.get("achievementType"))
    level = next(_levels(achievement), None)
    return {
        "issuer_id": _identifier(credential.issuer_id),
        "issuer_name": _text(credential.issuer_name or credential.issuer_id)[:300],
        "achievement_id": _identifier(achievement.get("id")) or _identifier(credential.id),
        "name": (credential.name or "Credential without a name")[:300],
        "type": _TYPES.get(kind, kind.lower())[:60],
        "tags": [tag for one in _several(achievement.get("tag")) if (tag := _text(one)[:100])],
        "skills": list(_skills(achievement)),
        "credits": _credits(credential.subject, achievement),
        "level_framework": "eqf" if level is not None else "",
        "level": level,
        "grade": _grade(credential.subject),
        "valid_from": credential.valid_from or credential.awarded_date,
        "valid_until": credential.valid_until,
    }


def _credits(subject: Mapping[str, Any], achievement: Mapping[str, Any]) -> dict[str, str]:
    for stated in (subject.get("creditsEarned"), achievement.get("creditsAvailable")):
        amount = _amount(stated, most=MOST_CREDITS)
        if amount:
            return {UNSTATED: str(amount)}
    return {}


def _levels(achievement: Mapping[str, Any]) -> Iterator[Decimal]:
    for entry in _entries(achievement.get("alignment")):
        framework = _text(entry.get("targetFramework")).lower()
        if framework.startswith(_EQF) or "eqf" in _text(entry.get("targetType")).lower():
            amount = _amount(_text(entry.get("targetCode")), most=Decimal(8))
            if amount:
                yield amount


def _skills(achievement: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    for entry in _entries(achievement.get("alignment")):
        uri, framework = _text(entry.get("targetUrl")), _text(entry.get("targetFramework"))
        if uri and framework and "level" not in _text(entry.get("targetType")).lower():
            yield {"framework": framework[:200], "uri": uri[:500], "name": _text(entry.get("targetName"))[:200]}


def _grade(subject: Mapping[str, Any]) -> str:
    """The one value that stands as the result of the whole; several results are of parts, and no grade."""
    values = [_text(entry.get("value")) for entry in _entries(subject.get("result"))]
    return values[0][:60] if len(values) == 1 else ""


def _amount(stated: Any, *, most: Decimal) -> Decimal | None:
    if isinstance(stated, bool) or not isinstance(stated, int | float | str) or len(str(stated)) > 20:
        return None
    try:
        amount = Decimal(str(stated)).quantize(Decimal("0.01"))
    except InvalidOperation:
        return None
    return amount.normalize() + 0 if amount.is_finite() and 0 <= amount <= most else None


def _several(value: Any) -> list[Any]:
    many = value if isinstance(value, list) else [] if value is None else [value]
    return many[:MOST_ENTRIES]


def _entries(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in _several(value) if isinstance(one, Mapping)]


def _identifier(value: Any) -> str:
    """An identifier as it stands, or nothing: one with letters that cannot be seen is not made into another by leaving them out."""
    return value if isinstance(value, str) and value == visible(value) else ""


def _text(value: Any) -> str:
    return visible(value).strip() if isinstance(value, str) else ""
