"""The answer to a verification: four questions, each with its own outcome, and findings in plain sentences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from cairn.credentials.datamodel.rules import ACHIEVEMENT_TYPES
from cairn.credentials.model import Credential
from cairn.credentials.moments import format_moment
from cairn.credentials.resolving import KnownIssuer
from cairn.credentials.texts import plain_text


class Outcome(StrEnum):
    """How one check, or one question, came out. ``unknown`` is never a polite word for ``fail``."""

    PASS = "pass"  # noqa: S105 - not a password
    WARN = "warn"
    UNKNOWN = "unknown"
    FAIL = "fail"
    NOT_ASKED = "not_asked"


_GRAVITY = {Outcome.NOT_ASKED: 0, Outcome.PASS: 1, Outcome.WARN: 2, Outcome.UNKNOWN: 3, Outcome.FAIL: 4}


def worst(outcomes: Iterable[Outcome], default: Outcome) -> Outcome:
    """Return the gravest outcome: fail before unknown before warn before pass."""
    return max(outcomes, key=_GRAVITY.__getitem__, default=default)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found: ``code`` is stable and for programs, ``message`` for people, ``remedy`` says what to do next."""

    check: str
    outcome: Outcome
    code: str
    message: str
    remedy: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return JSON-ready values."""
        return {
            "check": self.check,
            "outcome": self.outcome.value,
            "code": self.code,
            "message": self.message,
            "remedy": self.remedy,
        }


QUESTION_OF = {
    "container": "authentic",
    "model": "authentic",
    "proof": "authentic",
    "key": "authentic",
    "part": "authentic",
    "status": "current",
    "period": "current",
    "part_status": "current",
    "trust": "trusted",
    "part_trust": "trusted",
    "recipient": "about_person",
    "part_recipient": "about_person",
}
"""Which of the four questions a check belongs to. Checks that stand in none of them (``shape``, ``endorsement``) only inform."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification came to.

    ``verdict`` is ``verified``, ``not_verified`` or ``undetermined``. An issuer nobody vouches for leaves a warning in
    ``trusted`` and does not change the verdict: that is for the reader to weigh.
    """

    authentic: Outcome
    current: Outcome
    trusted: Outcome
    about_person: Outcome
    findings: tuple[Finding, ...]
    credential: Credential | None = None
    known_issuer: KnownIssuer | None = None
    parts: tuple[Verdict, ...] = field(default=())

    @property
    def verdict(self) -> str:
        """The one word: the worst of what must hold."""
        must_hold = (self.authentic, self.current, self.about_person)
        if Outcome.FAIL in must_hold:
            return "not_verified"
        return "undetermined" if Outcome.UNKNOWN in must_hold else "verified"

    def has(self, code: str) -> bool:
        """Tell whether any finding carries ``code``."""
        return any(finding.code == code for finding in self.findings)

    def as_dict(self) -> dict[str, Any]:
        """Return JSON-ready values: the verdict, the four outcomes, the findings, and what the credential says of itself."""
        found = self.credential
        return {
            "verdict": self.verdict,
            "authentic": self.authentic.value,
            "current": self.current.value,
            "trusted": self.trusted.value,
            "about_person": self.about_person.value,
            "findings": [finding.as_dict() for finding in self.findings],
            "id": found.id if found else None,
            "issuer": {
                "id": found.issuer_id if found else None,
                "name": found.issuer_name if found else None,
                "registry": None
                if self.known_issuer is None
                else {"name": self.known_issuer.name, "source": self.known_issuer.source, "url": self.known_issuer.url},
            },
            "form": found.form.name if found else None,
            "name": found.name if found else None,
            "type": _kind(found),
            "valid_from": format_moment(found.valid_from) if found and found.valid_from else None,
            "valid_until": format_moment(found.valid_until) if found and found.valid_until else None,
            "parts": [part.as_dict() for part in self.parts],
        }


def _kind(credential: Credential | None) -> str | None:
    """The most telling type: the achievement's own type for badges, else the last type of the credential."""
    if credential is None:
        return None
    if ACHIEVEMENT_TYPES & set(credential.types) and credential.achievement is not None:
        return plain_text(credential.achievement.get("achievementType")) or credential.types[-1]
    return credential.types[-1]


def answer(
    findings: Iterable[Finding],
    *,
    credential: Credential | None,
    known_issuer: KnownIssuer | None = None,
    parts: tuple[Verdict, ...] = (),
) -> Verdict:
    """Fold findings into a verdict. A question without any finding is unknown; for the person, it was not asked."""
    all_findings = tuple(findings)
    answers: dict[str, Outcome] = {}
    for finding in all_findings:
        question = QUESTION_OF.get(finding.check)
        if question is not None:
            before = answers.get(question)
            if before is None or _GRAVITY[finding.outcome] > _GRAVITY[before]:
                answers[question] = finding.outcome
    return Verdict(
        authentic=answers.get("authentic", Outcome.UNKNOWN),
        current=answers.get("current", Outcome.UNKNOWN),
        trusted=answers.get("trusted", Outcome.UNKNOWN),
        about_person=answers.get("about_person", Outcome.NOT_ASKED),
        findings=all_findings,
        credential=credential,
        known_issuer=known_issuer,
        parts=parts,
    )
