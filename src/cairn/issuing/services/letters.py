"""Letters to holders, sent after the transaction that they tell about. A letter holds no credential, only where to find it."""

from __future__ import annotations

from cairn.issuing.models import Award, StatusChange
from cairn.outside import mail


def send_award_letter(award: Award) -> None:
    """Tell the holder of a new award, if they agreed to such letters, or have never signed in and could not know of it otherwise."""
    holder = award.holder
    agreed = holder.consents.filter(purpose="award_mail", withdrawn_at=None).exists()
    if agreed or not holder.has_usable_password():
        mail.send(
            to=holder.email, template="issuing/mail/awarded.txt", context={"award": award, "new_here": not agreed}
        )


def send_revocation_letter(change: StatusChange) -> None:
    """Tell the holder that an award was revoked, why, and what they can do."""
    mail.send(
        to=change.award.holder.email,
        template="issuing/mail/revoked.txt",
        context={"change": change, "award": change.award},
    )
