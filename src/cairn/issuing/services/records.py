"""One file that holds a stack: the award and every part of it, each still independently verifiable (CLR 2.0)."""

from __future__ import annotations

import uuid
from datetime import datetime

from cairn import credentials
from cairn.catalog.achievements import achievement_id
from cairn.credentials import Credential
from cairn.errors import Conflict
from cairn.issuing.documents import issuer_profile
from cairn.issuing.models import Award
from cairn.issuing.services.keys import key_for_signing
from cairn.issuing.services.signing import sign_document


def clr_document(*, award: Award, at: datetime) -> Credential:
    """Return a signed ClrCredential that wraps ``award`` and its parts, with the association that each part is a child of it.

    The subject is identified as in the award itself. Raises Conflict for an award without parts or one that was never signed, NotFound
    where the awarding body has no key any more.
    """
    parts = list(award.parts.select_related("version__definition").exclude(document="").order_by("awarded_at", "pk"))
    if not award.document or not parts:
        raise Conflict(
            f"“{award.version.title}” is a single award, so there is nothing to bundle.",
            remedy="Download the award itself.",
            code="not_a_stack",
        )
    key = key_for_signing(award.organisation)
    whole = Credential.parse(award.document)
    subject = {name: whole.subject[name] for name in ("id", "identifier") if name in whole.subject}
    document = credentials.clr_credential(
        id=f"urn:uuid:{uuid.uuid5(award.pk, 'clr')}",
        issuer=issuer_profile(award.organisation, key.did),
        name=f"{award.version.title}, with everything it is made of",
        subject=subject,
        credentials=[whole, *(Credential.parse(part.document) for part in parts)],
        associations=[(achievement_id(part.version), "isChildOf", achievement_id(award.version)) for part in parts],
        valid_from=at.replace(microsecond=0),
    )
    return sign_document(document, key=key, at=at)
