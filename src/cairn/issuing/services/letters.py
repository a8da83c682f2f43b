"""Letters to holders, sent after the transaction that they tell about. A letter holds no credential, only where to find it."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import send_mail

from cairn.issuing.models import Award, StatusChange


def send_award_letter(award: Award) -> None:
    """Tell the holder of a new award, if they agreed to such letters, or have never signed in and could not know of it otherwise."""
    holder = award.holder
    agreed = holder.consents.filter(purpose="award_mail", withdrawn_at=None).exists()
    if not agreed and holder.has_usable_password():
        return
    _send(
        award,
        f"You have earned: {award.version.title}",
        f"{award.organisation} has awarded you “{award.version.title}”.\n\n"
        f"Sign in at {settings.PUBLIC_URL} to see it, to download it and to decide who else may see it. "
        "Nobody sees it until you share it.",
    )


def send_revocation_letter(change: StatusChange) -> None:
    """Tell the holder that an award was revoked, why, and what they can do."""
    award = change.award
    contact = f" Write to {award.organisation.email} if you disagree." if award.organisation.email else ""
    _send(
        award,
        f"Revoked: {award.version.title}",
        f"{award.organisation} has revoked your award “{award.version.title}”.\n\n"
        f"Reason: {change.get_reason_display()}. {change.explanation}\n\n"
        f"From now on a check of it says that it was revoked. This cannot be undone, but a mistake can be put right by a new award."
        f"{contact}",
    )


def _send(award: Award, subject: str, text: str) -> None:
    greeting = f"Hello {award.holder.name},\n\n" if award.holder.name else "Hello,\n\n"
    send_mail(" ".join(subject.split()), greeting + text + "\n", None, [award.holder.email])
