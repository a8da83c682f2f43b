"""Which credential of the catalogue a held credential proves, in which version, since which day; and whether it still does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cairn.catalog.models import DefinitionVersion
from cairn.catalog.queries import version_by_achievement
from cairn.catalog.queries.definitions import SHOWN
from cairn.issuing.models import Award
from cairn.recognition.models import ExternalAward
from cairn.wallet.models import HeldCredential, Review


@dataclass(frozen=True, slots=True)
class Proof:
    """The version that a held credential is of, and the day of its award."""

    version: DefinitionVersion
    awarded_on: date


def proof_of(held: HeldCredential) -> Proof | None:
    """Return what a held credential proves; None where it proves nothing of this catalogue or does not count.

    An award of this site counts unless it was revoked, declined or only proposed. One from elsewhere counts when its last check found
    it genuine, in force and this person's; its achievement must be one that the catalogue knows by the same identifier.
    """
    award = held.award
    if award is not None:
        counts = award.awarded_at is not None and not _withdrawn(award)
        return Proof(award.version, award.awarded_at.date()) if counts and award.awarded_at else None
    checked = ExternalAward.objects.filter(
        person=held.holder_id, credential_id=held.credential_id, standing=ExternalAward.Standing.VERIFIED
    ).first()
    if checked is None or not checked.achievement_id:
        return None
    version = version_by_achievement(checked.achievement_id) or _imported(checked.achievement_id)
    return Proof(version, checked.valid_from.date()) if version is not None else None


def doubt_about(review: Review) -> str:
    """Say why a review's proof does not hold any more, or "" while it does."""
    held = review.held
    if held is None:
        return "Its author has taken the credential out of their wallet since."
    if held.award is not None:
        return "The award was withdrawn later." if _withdrawn(held.award) else ""
    return "" if proof_of(held) is not None else "The credential could not be verified again later."


def _withdrawn(award: Award) -> bool:
    if award.state == Award.State.SUPERSEDED:
        return Award.objects.filter(supersedes=award, state=Award.State.REVOKED).exists()
    return award.state in {Award.State.REVOKED, Award.State.DECLINED, Award.State.PROPOSED}


def _imported(achievement: str) -> DefinitionVersion | None:
    """Return the public version of the one definition that a source knows by this identifier; None where several are."""
    found = DefinitionVersion.objects.filter(definition__source_key=achievement, state__in=SHOWN)
    definitions = set(found.values_list("definition", flat=True)[:2])
    return found.order_by("-number").first() if len(definitions) == 1 else None
