"""Credentials of other issuers, checked and kept in the values that count. The wallet, where they are brought, calls these.

A check is made outside (it may ask the network); what it found is noted here. A note is replaced by the next check, and goes when
the person takes the credential out of their wallet.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction

from cairn import facts
from cairn.credentials import Credential, Verdict
from cairn.people.models import Person
from cairn.recognition.checking import standing_by
from cairn.recognition.models import ExternalAward, RecognitionRequest, RequestStep
from cairn.recognition.reading import values_in

State = RecognitionRequest.State


@transaction.atomic
def note_external(
    *, person: Person, credential_id: str, credential: Credential, verdict: Verdict, at: datetime
) -> ExternalAward | None:
    """Keep what a check of a brought credential found, instead of what an earlier one did.

    It counts only if it is authentic, in force and names this person; where somebody did not answer, that is kept as unknown. A
    credential that says no moment from which it holds cannot be counted and is not kept: None.
    """
    known = verdict.credential or credential
    values = values_in(known)
    if values["valid_from"] is None:
        forget_external(person=person, credential_id=credential_id, at=at)
        return None
    standing, finding = standing_by(verdict, credential=known, person=person)
    found, _ = ExternalAward.objects.update_or_create(
        person=person,
        credential_id=credential_id,
        defaults={
            **values,
            "document": credential.text,
            "digest": hashlib.sha256(credential.text.encode()).hexdigest(),
            "standing": standing,
            "finding": finding,
            "checked_at": at,
        },
    )
    facts.announce(facts.HoldingsChanged(person_id=person.pk, at=at))
    return found


@transaction.atomic
def forget_external(*, person: Person, credential_id: str, at: datetime) -> None:
    """Count a credential no longer, because its holder took it out of the wallet. Forgetting what is not there changes nothing."""
    deleted, _ = ExternalAward.objects.filter(person=person, credential_id=credential_id).delete()
    if deleted:
        facts.announce(facts.HoldingsChanged(person_id=person.pk, at=at))


def forget_person(person: Person, at: datetime) -> None:
    """Forget what was noted about a person's credentials, and what they wrote and handed in, when their account is erased.

    That something was recognised stays without its documents, so that the institution's trail is not about nothing.
    """
    ExternalAward.objects.filter(person=person).delete()
    requests = RecognitionRequest.objects.filter(person=person)
    RequestStep.objects.filter(request__in=requests).update(reason="", facts={})
    ended = (State.RECOGNISED, State.REVOKED, State.REFUSED, State.CLOSED)
    requests.exclude(state__in=ended).update(state=State.WITHDRAWN, ended_at=at, due_at=None)
    requests.update(document="", asked_because="", credential="")
