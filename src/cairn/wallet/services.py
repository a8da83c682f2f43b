"""Writing in the wallet: take in an award, bring a credential from elsewhere, share one, withdraw the link.

Everything is private until its holder shares it. Sharing is the holder's own affair: it is kept in the link itself, where the holder
sees it, and not on the audit trail, which cannot forget.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse

from cairn.credentials import CouldNotFetch, Credential, CredentialError, Fetched, Resolver, Verdict
from cairn.credentials.opening import opened
from cairn.errors import Conflict, Invalid, NotFound
from cairn.issuing.models import Award
from cairn.people.models import Person
from cairn.recognition.models import RecognitionRequest
from cairn.recognition.services import forget_external, note_external
from cairn.wallet import checking
from cairn.wallet.models import HeldCredential, ShareLink
from cairn.wallet.queries import document_of
from cairn.wallet.reading import Contents, contents_of

MAX_FILE = 4 * 1024 * 1024
"""Bytes of a file that is brought along; a credential with its image is rarely larger than a few hundred kB."""
TOKEN_BYTES = 24
"""192 bits of randomness: nobody guesses a link."""


def add_award(award: Award, at: datetime) -> HeldCredential:
    """Put a signed award into its holder's wallet; doing it again changes nothing."""
    held, _ = HeldCredential.objects.get_or_create(
        award=award,
        defaults={
            "holder": award.holder,
            "credential_id": award.credential_id or f"urn:uuid:{award.pk}",
            "name": award.version.title,
            "issuer_name": award.organisation.name,
            "added_at": at,
        },
    )
    return held


def add_recognition(found: RecognitionRequest, at: datetime) -> HeldCredential:
    """Put a signed recognition into its holder's wallet; doing it again changes nothing."""
    held, _ = HeldCredential.objects.get_or_create(
        holder=found.person,
        credential_id=found.credential_id,
        defaults={
            "document": found.credential,
            "name": Credential.parse(found.credential).name or found.name,
            "issuer_name": found.organisation.name,
            "added_at": at,
        },
    )
    return held


def import_credential(
    *, holder: Person, source: bytes | str, at: datetime, world: Resolver | None = None
) -> HeldCredential:
    """Keep a credential from elsewhere: JSON, a token, a picture or certificate with one inside, or its https address.

    It is kept whole and untouched. It is checked now and whenever its holder asks, and counts while it is genuine, in force and
    theirs. The same credential is kept once; a newer edition by the same issuer (same id, later ``validFrom``; Open Badges 3.0,
    equality) replaces the older one. ``world`` is asked for what lies at an address, and for the badge and issuer of an older badge
    that only points at them. Raises Invalid with what is wrong with the file, Conflict where it is there already.
    """
    credential = _read(source, world)
    contents = contents_of(credential)
    if not contents.issuer_id and world is not None:
        shown = checking.check(credential, at=at, world=world).credential
        contents = contents if shown is None else contents_of(shown)
    if not contents.issuer_id:
        raise Invalid(
            "This credential does not say who issued it, or what it says about that could not be found.",
            remedy="Try again later, or ask the issuer for a complete copy.",
            code="no_issuer",
        )
    verdict = checking.check(credential, at=at, world=world)
    with transaction.atomic():
        held = _keep(holder, credential, contents, at)
        note_check(held=held, credential=credential, verdict=verdict, at=at)
    return held


def note_check(*, held: HeldCredential, credential: Credential, verdict: Verdict, at: datetime) -> None:
    """Keep what a check of a brought credential found, so that it counts in stacks and requests exactly as long as it should."""
    if held.award_id is None:
        note_external(
            person=held.holder, credential_id=held.credential_id, credential=credential, verdict=verdict, at=at
        )


@transaction.atomic
def _keep(holder: Person, credential: Credential, contents: Contents, at: datetime) -> HeldCredential:
    identifier = (contents.credential_id or contents.achievement_id).strip()
    if not identifier or len(identifier) > 300 or not identifier.isprintable():
        raise Invalid(
            "This credential has no identifier that we can keep it under.",
            remedy="Ask the issuer for a copy with an “id” of at most 300 characters.",
            code="no_id",
        )
    existing = HeldCredential.objects.select_for_update().filter(holder=holder, credential_id=identifier).first()
    if existing is None:
        return HeldCredential.objects.create(
            holder=holder,
            document=credential.text,
            credential_id=identifier,
            name=contents.name[:300] or "Credential without a name",
            issuer_name=(contents.issuer_name or contents.issuer_id)[:300],
            added_at=at,
        )
    before = Credential.parse(document_of(existing))
    newer = (
        existing.award is None
        and before.issuer_id == credential.issuer_id
        and before.valid_from is not None
        and credential.valid_from is not None
        and credential.valid_from > before.valid_from
    )
    if not newer:
        raise Conflict(
            f"“{existing.name}” is in your wallet already.",
            remedy="Open it from the list of your credentials; there is nothing to do.",
            code="held_already",
            held=existing.pk,
        )
    existing.document = credential.text
    existing.name = contents.name[:300] or existing.name
    existing.save(update_fields=["document", "name"])
    return existing


class _Nobody:
    """A resolver that asks nobody."""

    def fetch(self, url: str, *, accept: str) -> Fetched:
        """Refuse to ask."""
        raise CouldNotFetch("addresses are not opened here")


def _read(source: bytes | str, world: Resolver | None) -> Credential:
    """Open whatever was handed over; the core's errors become ours with their sentences."""
    if len(source) > MAX_FILE:
        raise Invalid(
            f"This file is larger than {MAX_FILE // 1024 // 1024} MB, which no credential needs to be.",
            remedy="Check that you chose the right file.",
            code="too_large",
        )
    if not source.strip():
        raise Invalid("This file is empty.", remedy="Choose the credential as it was sent to you.", code="empty")
    try:
        return opened(source, world or _Nobody())
    except CouldNotFetch as silence:
        raise Invalid(
            f"This leads to an address that we could not open ({silence.reason}).",
            remedy="Download the credential there, then bring the file.",
            code="address_unreachable",
        ) from silence
    except CredentialError as error:
        raise Invalid(error.message, remedy=error.remedy, code=error.code) from error


def remove_imported(*, held: HeldCredential, by: Person, at: datetime) -> None:
    """Take a brought credential out of the wallet, with its links; it counts no longer.

    Awards of this site stay: they are the holder's for good.
    """
    _own(held, by)
    if held.award_id is not None:
        raise Conflict(
            "This credential was awarded here and stays in your wallet.",
            remedy="Nobody sees it unless you share it; withdraw its links to make it private again.",
        )
    with transaction.atomic():
        forget_external(person=by, credential_id=held.credential_id, at=at)
        held.delete()


def share(
    *,
    held: HeldCredential,
    by: Person,
    at: datetime,
    audience: str = "",
    purpose: str = "",
    show_name: bool = True,
    show_evidence: bool = False,
    expires_at: datetime | None = None,
    listed: bool = False,
) -> ShareLink:
    """Make a link by which whoever has it sees this credential, until it expires or is withdrawn.

    ``audience`` and ``purpose`` are notes for the holder and stand on no public page. Raises NotFound unless ``by`` holds the
    credential, Invalid for an end that has passed.
    """
    _own(held, by)
    if expires_at is not None and expires_at <= at:
        raise Invalid(
            "The last day of the link lies in the past, so nobody could open it.",
            remedy="Choose a later day, or leave it empty for a link that works until you withdraw it.",
            code="expires_in_the_past",
        )
    return ShareLink.objects.create(
        held=held,
        token=secrets.token_urlsafe(TOKEN_BYTES),
        audience=audience.strip(),
        purpose=purpose.strip(),
        show_name=show_name,
        show_evidence=show_evidence,
        listed=listed,
        created_at=at,
        expires_at=expires_at,
    )


def withdraw_link(*, link: ShareLink, by: Person, at: datetime) -> ShareLink:
    """End a link at once; ending it again changes nothing. Raises NotFound unless ``by`` holds the credential."""
    _own(link.held, by)
    if link.withdrawn_at is None:
        link.withdrawn_at = at
        link.save(update_fields=["withdrawn_at"])
    return link


def count_opening(link: ShareLink) -> None:
    """Count that the link was opened; by whom is not recorded."""
    ShareLink.objects.filter(pk=link.pk).update(opened=F("opened") + 1)


def share_url(link: ShareLink) -> str:
    """Return the full address of a link's page."""
    return f"{settings.PUBLIC_URL}{reverse('wallet:shared', args=[link.token])}"


def _own(held: HeldCredential, person: Person) -> None:
    if held.holder_id != person.pk:
        raise NotFound(
            "There is no such credential in your wallet.", remedy="Open it from the list of your credentials."
        )


def forget(person: Person, _at: datetime) -> None:
    """Empty a person's wallet when their account is erased: brought credentials and every link go, awards are the issuer's to keep."""
    ShareLink.objects.filter(held__holder=person).delete()
    HeldCredential.objects.filter(holder=person).delete()
