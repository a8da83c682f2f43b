"""What a larger credential is made of beside awards of this site: credentials of other issuers, and recognitions.

They are verified at the moment of awarding. Those of other issuers may need somebody to be asked, which is never done inside a
transaction: the check comes first (:func:`cairn.recognition.services.check_anew`), and what it found counts for that moment.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from cairn.issuing.foreign import Foreign
from cairn.journeys.held import MADE_OF
from cairn.people.models import Person
from cairn.recognition.checking import check_evidence
from cairn.recognition.models import ExternalAward
from cairn.recognition.queries import EXTERNAL, brought_by, recognitions_of
from cairn.recognition.values import RECOGNITION, recognised_value


def brought_among(person: Person, used: Iterable[str]) -> list[ExternalAward]:
    """Return the credentials of other issuers among what an evaluation used, also where an agreement stands between."""
    keys = {key.partition(MADE_OF)[0] for key in used if key.startswith(EXTERNAL)}
    return list(brought_by(person).filter(pk__in=[int(key.removeprefix(EXTERNAL)) for key in keys]))


def foreign_among(person: Person, used: Iterable[str], at: datetime) -> list[Foreign]:
    """Return what an evaluation used and this site did not award, each with what a check at ``at`` found."""
    used = list(used)
    found = []
    for row in brought_among(person, used):
        finding = row.finding or ("" if row.standing == ExternalAward.Standing.VERIFIED else row.get_standing_display())
        if row.checked_at != at:
            finding = "It was not checked at this moment."
        found.append(
            Foreign(
                row.document, row.achievement_id or row.credential_id, row.name, row.issuer_id, row.issuer_name,
                row.checked_at, finding,
            )
        )  # fmt: skip
    for request in recognitions_of(person):
        if f"{RECOGNITION}{request.pk}" in used and request.credential:
            checked = check_evidence(request.credential, person=person, at=at, world=None, awarded_here=True)
            found.append(
                Foreign(
                    request.credential, recognised_value(request).achievement, f"{request.toward_text}, by recognition",
                    request.organisation.slug, request.organisation.name, at, checked.finding,
                )
            )  # fmt: skip
    return found
