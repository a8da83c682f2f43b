"""Writing reviews: only with proof, private until the author says so; replies by the provider; reports, and hiding with a reason.

What an author does with their own review stands on no audit trail, which cannot forget. What is done to it by others does.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from cairn.credentials.texts import visible
from cairn.errors import Conflict, Invalid, NotAllowed, NotFound
from cairn.outside import mail
from cairn.people.models import Organisation, Person, Role
from cairn.people.queries import roles_of
from cairn.people.services import record, require
from cairn.wallet.models import HeldCredential, Review, ReviewReport
from cairn.wallet.reviews.proof import proof_of

LONGEST_TEXT = 2000
LONGEST_NAME = 80
MOST_HOURS = Decimal(20_000)
EMPTIED = {
    "shown_as": "", "helped": "", "hours_spent": None, "again": None, "text": "", "public_since": None, "reply": "", "replied_for": None,
    "replied_at": None, "held": None,
}  # fmt: skip
"""What a deleted review that was hidden says no more."""
REPLIERS = (Role.ADMIN, Role.PUBLISHER, Role.DESIGNER, Role.REGISTRAR)
"""Who may answer for a provider."""


@transaction.atomic
def write_review(
    *,
    held: HeldCredential,
    by: Person,
    at: datetime,
    text: str = "",
    shown_as: str = "",
    helped: str = "",
    hours_spent: Decimal | None = None,
    again: bool | None = None,
) -> Review:
    """Keep what the holder says of a credential, in place of what they said before. A new one is private.

    Raises NotFound unless ``by`` holds it, Conflict where it proves nothing here, NotAllowed for whoever works for
    the provider, Invalid for a text that is too long or no answer at all.
    """
    if held.holder_id != by.pk:
        raise NotFound(
            "There is no such credential in your wallet.", remedy="Open it from the list of your credentials."
        )
    proof = proof_of(held)
    if proof is None:
        raise Conflict(
            "This credential proves nothing that the catalogue has, or does not hold at the moment.",
            remedy="Check it on its page. A review needs a credential that verifies.",
            code="no_proof",
        )
    side = proof.version.definition.owner or proof.version.definition.provider.organisation
    if side is not None and roles_of(by, side):
        raise NotAllowed(
            f"You work for {side}, so you do not review what it offers.",
            remedy="Answer reviews in its name instead, if your role there allows it.",
            code="own_credential",
        )
    said = readable(text)
    if len(said) > LONGEST_TEXT:
        raise Invalid(
            f"The text is longer than {LONGEST_TEXT} letters.", remedy="Say the most important things.", code="too_long"
        )
    if hours_spent is not None and not 0 < hours_spent <= MOST_HOURS:
        raise Invalid("Hours are a number above 0.", remedy="Write the hours you really spent.", code="bad_hours")
    if helped and helped not in Review.Helped.values:
        raise Invalid("That is none of the answers.", remedy="Choose one of the answers.", code="bad_answer")
    if not (said or helped or again is not None or hours_spent is not None):
        raise Invalid("There is nothing in this review.", remedy="Answer a question or write something.", code="empty")
    values = {
        "version": proof.version, "held": held, "awarded_on": proof.awarded_on, "shown_as": visible(shown_as)[:LONGEST_NAME],
        "helped": helped, "hours_spent": hours_spent, "again": again, "text": said, "changed_at": at,
    }  # fmt: skip
    review, _ = Review.objects.update_or_create(
        author=by, definition=proof.version.definition, defaults=values, create_defaults={**values, "written_at": at}
    )
    return review


def publish_review(*, review: Review, by: Person, at: datetime) -> Review:
    """Let everybody read a review. Raises NotFound unless it is the author's, Conflict while it is hidden or unproven."""
    _own(review, by)
    if review.hidden_at is not None:
        raise Conflict(
            f"The operator of this site has hidden this review: {review.hidden_because}",
            remedy="Change what the reason names, and ask the operator to look again.",
            code="hidden",
        )
    if review.held is None or proof_of(review.held) is None:
        raise Conflict(
            "The credential that this review rests on does not hold any more.",
            remedy="Bring a credential that verifies.",
            code="no_proof",
        )
    if review.public_since is None:
        review.public_since = at
        review.save(update_fields=["public_since"])
    return review


def make_private(*, review: Review, by: Person) -> Review:
    """Take a review back from the page; it stays with its author. Raises NotFound unless it is theirs."""
    _own(review, by)
    review.public_since = None
    review.save(update_fields=["public_since"])
    return review


@transaction.atomic
def delete_review(*, review: Review, by: Person) -> None:
    """Delete a review with its reply and its reports. Raises NotFound unless it is theirs.

    Of one that the operator has hidden nothing that was said stays, only that it was hidden and why: what its author writes of the same
    credential next stays hidden too until the operator looks at it.
    """
    _own(review, by)
    review = Review.objects.select_for_update().get(pk=review.pk)
    if review.hidden_at is None:
        review.delete()
        return
    for name, nothing in EMPTIED.items():
        setattr(review, name, nothing)
    review.save(update_fields=[*EMPTIED])
    review.reports.all().delete()


@transaction.atomic
def reply_to(*, review: Review, by: Person, at: datetime, text: str) -> Review:
    """Answer a public review for the provider; an empty text takes the answer back. Raises NotAllowed without a role there."""
    organisation = answering(review)
    if organisation is None:
        raise NotAllowed(
            "The provider of this credential does not work with this site.",
            remedy="The operator can link it to its organisation.",
        )
    role = require(by, organisation, *REPLIERS)
    if review.public_since is None or review.hidden_at is not None:
        raise NotFound("There is no such review.", remedy="It may have been taken back by its author.")
    said = readable(text)
    if len(said) > LONGEST_TEXT:
        raise Invalid(f"The reply is longer than {LONGEST_TEXT} letters.", remedy="Shorten it.", code="too_long")
    review.reply, review.replied_for, review.replied_at = said, organisation if said else None, at if said else None
    review.save(update_fields=["reply", "replied_for", "replied_at"])
    record(
        organisation=organisation, actor=by, role=role, action="review.replied" if said else "review.reply_removed",
        object_type="review", object_id=str(review.uid), at=at,
    )  # fmt: skip
    return review


def answering(review: Review) -> Organisation | None:
    """Return the organisation that may answer: who awards the credential here, else whoever the provider is."""
    return review.definition.owner or review.definition.provider.organisation


def report_review(*, review: Review, by: Person, why: str, words: str, at: datetime) -> ReviewReport:
    """Tell the operator that a review should not stand there; once for each person, who may change what they said."""
    if why not in ReviewReport.Why.values:
        raise Invalid("Say what is wrong with it.", remedy="Choose one of the reasons.", code="bad_answer")
    said = readable(words)[:LONGEST_TEXT]
    report, _ = ReviewReport.objects.update_or_create(
        review=review, reporter=by, defaults={"why": why, "words": said, "at": at, "settled_at": None}
    )
    return report


@transaction.atomic
def hide_review(*, review: Review, by: Person, at: datetime, reason: str) -> Review:
    """Take a review from the page, and tell its author why. Only the operator; raises Invalid without a reason."""
    _operator(by)
    because = readable(reason)
    if not because:
        raise Invalid(
            "Say why. The author reads it.", remedy="Name the sentence and what is wrong with it.", code="no_reason"
        )
    review.hidden_at, review.hidden_because = at, because[:LONGEST_TEXT]
    review.save(update_fields=["hidden_at", "hidden_because"])
    _settle(review, at)
    record(
        organisation=None, actor=by, role="operator", action="review.hidden", object_type="review", object_id=str(review.uid),
        at=at, reason=because[:LONGEST_TEXT],
    )  # fmt: skip
    mail.send(
        to=review.author.email,
        template="wallet/mail/review_hidden.txt",
        context={"title": review.version.title, "reason": review.hidden_because},
    )
    return review


@transaction.atomic
def let_stand(*, review: Review, by: Person, at: datetime, reason: str = "") -> Review:
    """Settle the reports of a review and show it, where it was hidden, again; of one deleted meanwhile the mark goes. Only the operator."""
    _operator(by)
    was_hidden = review.hidden_at is not None
    review.hidden_at, review.hidden_because = None, ""
    review.save(update_fields=["hidden_at", "hidden_because"])
    _settle(review, at)
    if review.is_empty:
        Review.objects.filter(pk=review.pk).delete()
    record(
        organisation=None, actor=by, role="operator", action="review.shown_again" if was_hidden else "review.stands",
        object_type="review", object_id=str(review.uid), at=at, reason=readable(reason)[:LONGEST_TEXT],
    )  # fmt: skip
    return review


def forget_reviews(person: Person, _at: datetime) -> None:
    """Delete what a person wrote and reported when their account is erased; replies to it go with it."""
    Review.objects.filter(author=person).delete()
    ReviewReport.objects.filter(reporter=person).delete()


def readable(text: str) -> str:
    """Return plain text with its lines, without letters that cannot be seen or turn words round. It is never HTML or Markdown."""
    lines = [
        visible(line)
        for line in unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    ]
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip()


def _settle(review: Review, at: datetime) -> None:
    review.reports.filter(settled_at__isnull=True).update(settled_at=at)


def _own(review: Review, person: Person) -> None:
    if review.author_id != person.pk:
        raise NotFound("There is no such review of yours.", remedy="Open it from the credential it is about.")


def _operator(person: Person) -> None:
    if not person.is_staff:
        raise NotAllowed("Only the operator of this site hides reviews.", remedy="Report the review instead.")
