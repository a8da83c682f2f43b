"""Endorsing: an industry partner or accreditor signs that it stands behind a version (Open Badges 3.0, EndorsementCredential)."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction

from cairn import credentials
from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import DefinitionVersion, Endorsement
from cairn.catalog.services import record_endorsement
from cairn.errors import Conflict, NotAllowed
from cairn.issuing.documents import issuer_profile
from cairn.issuing.services.keys import key_for_signing
from cairn.issuing.services.signing import sign_document
from cairn.people.models import Organisation, Person, Role
from cairn.people.services import require

STANDARD_COMMENT = "We know this credential, what it asks for and how it is assessed, and we stand behind it."
"""What an endorser says who adds no words of their own."""


def endorse_version(
    *, version: DefinitionVersion, endorser: Organisation, by: Person, at: datetime, comment: str = ""
) -> Endorsement:
    """Sign an endorsement of ``version`` in the name of ``endorser`` and hand it to the catalogue, which keeps it whole.

    Raises NotAllowed unless ``by`` holds the endorser's role there, or when the endorser is the awarding body itself; Conflict for what is
    not public yet or endorsed already; NotFound where the endorser has no key.
    """
    require(by, endorser, Role.ENDORSER)
    if version.definition.owner_id == endorser.pk:
        raise NotAllowed(
            f"{endorser} awards this credential itself, and nobody endorses what is their own.",
            remedy="Ask a partner who knows it to endorse it.",
        )
    if version.state not in {DefinitionVersion.State.PUBLISHED, DefinitionVersion.State.APPROVED}:
        raise Conflict(
            f"“{version.title}” is {version.get_state_display().lower()}; only what was approved can be endorsed, since drafts change.",
            remedy="Wait until it is approved, or endorse the published version.",
        )
    if version.endorsements.filter(endorser=endorser).exists():
        raise Conflict(f"{endorser} has endorsed {version} already.", remedy="Nothing more is needed.")
    with transaction.atomic():
        key = key_for_signing(endorser)
        document = credentials.endorsement_credential(
            id=f"urn:uuid:{uuid.uuid4()}",
            issuer=issuer_profile(endorser, key.did),
            name=f"{endorser.name} endorses {version.title}",
            endorsed_id=achievement_id(version),
            comment=comment.strip() or STANDARD_COMMENT,
            valid_from=at.replace(microsecond=0),
        )
        signed = sign_document(document, key=key, at=at)
        return record_endorsement(version=version, endorser=endorser, document=signed.text, at=at, by=by)
