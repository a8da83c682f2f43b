"""Checking what a request rests on, at the moment of each decision: genuine, in force, and the learner's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cairn.credentials import Credential, Outcome, Resolver, Verdict, matches_recipient, verify
from cairn.credentials.linkeddata.isolated import shared
from cairn.credentials.texts import visible
from cairn.issuing.published import SiteResolver
from cairn.outside.fetching import Within
from cairn.people.models import Person
from cairn.recognition.models import ExternalAward

Standing = ExternalAward.Standing

PATIENCE = 20.0
"""Seconds for which others are asked in one check; somebody waits for the page."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a check found: ``standing`` is one of :class:`ExternalAward.Standing`, ``finding`` says why unless it is verified."""

    standing: str
    finding: str
    at: datetime

    @property
    def verified(self) -> bool:
        """Whether it is genuine, in force and the person's."""
        return self.standing == ExternalAward.Standing.VERIFIED

    def as_json(self) -> dict[str, Any]:
        """Return it as it is kept with a decision."""
        return {"standing": self.standing, "finding": self.finding, "checked_at": self.at.isoformat()}


def check_evidence(
    document: str, *, person: Person, at: datetime, world: Resolver | None, awarded_here: bool = False
) -> Found:
    """Verify a document for a person at ``at``: what this site publishes is read here, others are asked through ``world``.

    Whose an award of this site is, its own row says (``awarded_here``): a changed e-mail address takes nothing away.
    """
    resolver = SiteResolver(None if world is None else Within(world, seconds=PATIENCE))
    verdict = verify(document, at=at, resolve=resolver, isolated=shared())
    standing, finding = standing_by(verdict, credential=verdict.credential or Credential.parse(document), person=person)
    if awarded_here and standing == ExternalAward.Standing.NOT_THEIRS:
        standing, finding = ExternalAward.Standing.VERIFIED, ""
    return Found(standing, finding, at)


def standing_by(verdict: Verdict, *, credential: Credential, person: Person) -> tuple[str, str]:
    """Return what a check amounts to for counting: a :class:`ExternalAward.Standing` and, unless it counts, why in a sentence."""
    holds = (verdict.authentic, verdict.current)
    for outcome, standing in ((Outcome.FAIL, Standing.FAILED), (Outcome.UNKNOWN, Standing.UNKNOWN)):
        if outcome in holds:
            said = next((finding.message for finding in verdict.findings if finding.outcome is outcome), "")
            return standing, visible(said)
    if matches_recipient(credential, email=person.email, did=person.did or None) is not True:
        return Standing.NOT_THEIRS, (
            "It does not name the e-mail address of this account (nor an identifier of its own that you gave us), "
            "so we cannot tell that it is yours."
        )
    return Standing.VERIFIED, ""
