"""Consent: one named purpose each, given and withdrawn by the person alone."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from cairn.errors import Conflict, Invalid
from cairn.people.models import Consent, Person
from cairn.people.services.trail import record

PURPOSES: dict[str, str] = {
    "award_mail": "Write to me when I am given a credential. The message names the credential and who gave it.",
}
"""Purpose to the sentence a person agrees to. Whoever acts on a consent asks for it here, by adding its purpose."""


@transaction.atomic
def give_consent(*, person: Person, purpose: str, at: datetime) -> Consent:
    """Note that the person agrees to ``purpose``; agreeing twice is one consent. Raises Invalid for an unknown purpose."""
    if purpose not in PURPOSES:
        raise Invalid(f"Nobody asks for consent to “{purpose}”.", remedy="Choose from: " + ", ".join(PURPOSES) + ".")
    Person.objects.select_for_update().get(pk=person.pk)
    open_one = Consent.objects.filter(person=person, purpose=purpose, withdrawn_at=None).first()
    if open_one is not None:
        return open_one
    consent = Consent.objects.create(person=person, purpose=purpose, given_at=at)
    record(
        organisation=None,
        actor=person,
        role="",
        action="consent.given",
        object_type="consent",
        object_id=consent.pk,
        at=at,
        details={"purpose": purpose},
    )
    return consent


@transaction.atomic
def withdraw_consent(*, person: Person, purpose: str, at: datetime) -> Consent:
    """Close the person's consent to ``purpose``; raises Conflict when there is none."""
    consent = Consent.objects.select_for_update().filter(person=person, purpose=purpose, withdrawn_at=None).first()
    if consent is None:
        raise Conflict("You have not agreed to this.", remedy="Nothing is left to do.")
    consent.withdrawn_at = at
    consent.save(update_fields=["withdrawn_at"])
    record(
        organisation=None,
        actor=person,
        role="",
        action="consent.withdrawn",
        object_type="consent",
        object_id=consent.pk,
        at=at,
        details={"purpose": purpose},
    )
    return consent
