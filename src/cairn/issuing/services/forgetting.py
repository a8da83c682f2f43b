"""What issuing keeps about a person whose account is erased: that an award was given and whether it stands, nothing about whom."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from cairn.issuing.models import Award
from cairn.people.models import Person
from cairn.people.services import record


def forget_holder(person: Person, at: datetime) -> None:
    """Drop the documents and evidence of a person's awards; digest, status place and state stay, so that copies can still be checked.

    The documents go because their salted hash of an e-mail address can be guessed (GDPR: still personal data). Awards that wait for
    a second person are declined: nobody is there to receive them.
    """
    with transaction.atomic():
        awards = Award.objects.select_for_update(of=("self",)).filter(holder=person).select_related("organisation")
        for award in awards:
            if award.state == Award.State.PROPOSED:
                award.state = Award.State.DECLINED
            award.document, award.evidence = "", []
            award.save(update_fields=["state", "document", "evidence"])
            award.foreign_parts.all().delete()
            record(
                organisation=award.organisation, actor=person, role="", action="award.forgotten", object_type="award",
                object_id=award.pk, at=at,
            )  # fmt: skip
