"""A person's own rights over their account: take a copy, and have it erased (GDPR articles 15, 17 and 20)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction

from cairn.people.models import Consent, Person
from cairn.people.portions import ERASERS, READERS
from cairn.people.queries import memberships_of, own_tokens_of
from cairn.people.services.organisations import end_membership
from cairn.people.services.tokens import end_own_tokens
from cairn.people.services.trail import record


def export_account(person: Person, *, at: datetime) -> dict[str, Any]:
    """Return everything the site keeps about the person as JSON-ready values, one section per room."""
    return {
        "exported_at": at.isoformat(),
        "account": {
            "id": str(person.uid),
            "email": person.email,
            "name": person.name,
            "did": person.did,
            "joined_at": person.joined_at.isoformat(),
        },
        "memberships": [
            {
                "organisation": membership.organisation.name,
                "role": membership.role,
                "since": membership.since.isoformat(),
                "ended_at": membership.ended_at and membership.ended_at.isoformat(),
            }
            for membership in memberships_of(person)
        ],
        "consents": [
            {
                "purpose": consent.purpose,
                "given_at": consent.given_at.isoformat(),
                "withdrawn_at": consent.withdrawn_at and consent.withdrawn_at.isoformat(),
            }
            for consent in Consent.objects.filter(person=person).order_by("given_at")
        ],
        "tokens": [
            {
                "name": token.name,
                "prefix": token.prefix,
                "scopes": token.scopes,
                "created_at": token.created_at.isoformat(),
                "expires_at": token.expires_at and token.expires_at.isoformat(),
                "revoked_at": token.revoked_at and token.revoked_at.isoformat(),
                "last_used_at": token.last_used_at and token.last_used_at.isoformat(),
            }
            for token in own_tokens_of(person)
        ],
        **{name: reader(person) for name, reader in sorted(READERS.items())},
    }


@transaction.atomic
def erase_account(*, person: Person, at: datetime) -> None:
    """Erase the person from the account: name, address, sign-in means, roles and consents go, and so does what other rooms keep.

    A row without a name stays, because awards and decisions point at it: an award's digest and status must remain, or nobody could
    tell a revoked credential from a valid one. What was downloaded or shared before cannot be called back. Raises Conflict for the
    last administrator of an organisation.
    """
    Person.objects.select_for_update().get(pk=person.pk)
    for membership in memberships_of(person).filter(ended_at=None):
        end_membership(membership=membership, by=person, at=at, reason="The account was erased.")
    end_own_tokens(person=person, at=at)
    for eraser in ERASERS.values():
        eraser(person, at)
    Consent.objects.filter(person=person, withdrawn_at=None).update(withdrawn_at=at)
    EmailAddress.objects.filter(user=person).delete()
    Authenticator.objects.filter(user=person).delete()
    record(
        organisation=None,
        actor=person,
        role="",
        action="account.erased",
        object_type="person",
        object_id=person.uid,
        at=at,
    )
    person.email, person.name, person.did = f"{person.uid}@erased.invalid", "", ""
    person.is_active = person.is_staff = person.is_superuser = False
    person.set_unusable_password()
    person.save()
