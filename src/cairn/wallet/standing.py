"""How a held credential stands, in a word for a card: from our own rows for awards, from its own dates for what was brought along."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from cairn.issuing.models import Award
from cairn.wallet.certificate import day
from cairn.wallet.models import HeldCredential
from cairn.wallet.queries import credential_of, latest_change


@dataclass(frozen=True, slots=True)
class Standing:
    """A word, its tone, a sentence, and whether the credential counts at this moment as far as our rows tell."""

    word: str
    tone: str
    sentence: str
    holds: bool


def standing_of(held: HeldCredential, *, at: datetime) -> Standing:
    """Return how a credential stands at ``at``. For awards of this site the status list says the same; others are checked when opened."""
    if held.award is None:
        return _of_brought(held, at)
    award = held.award
    if award.state == Award.State.REVOKED:
        change = latest_change(award)
        reason = change.get_reason_display() if change is not None and change.reason else ""
        sentence = (
            _("The issuer revoked it: %(reason)s.") % {"reason": reason.lower()}
            if reason
            else _("The issuer revoked it.")
        )
        return Standing(_("Revoked"), "bad", sentence, holds=False)
    if award.state == Award.State.SUPERSEDED:
        return Standing(_("Replaced"), "warn", _("The issuer replaced it with a corrected one."), holds=False)
    if award.state == Award.State.SUSPENDED:
        return Standing(_("Suspended"), "warn", _("The issuer has suspended it for now."), holds=False)
    return _of_dates(None, award.valid_until, at)


def _of_brought(held: HeldCredential, at: datetime) -> Standing:
    parsed = credential_of(held)
    standing = _of_dates(parsed.valid_from, parsed.valid_until, at)
    if not standing.holds:
        return standing
    return Standing(
        _("Brought along"),
        "plain",
        _("It came from elsewhere. Whether it is genuine is checked when you open it."),
        holds=True,
    )


def _of_dates(begin: datetime | None, end: datetime | None, at: datetime) -> Standing:
    if end is not None and end <= at:
        return Standing(_("Expired"), "warn", _("It ran out on %(day)s.") % {"day": day(end)}, holds=False)
    if begin is not None and begin > at:
        return Standing(
            _("Not valid yet"), "warn", _("It is valid from %(day)s on.") % {"day": day(begin)}, holds=False
        )
    if end is not None:
        return Standing(_("Valid"), "good", _("It is valid until %(day)s.") % {"day": day(end)}, holds=True)
    return Standing(_("Valid"), "good", _("It has no end."), holds=True)
