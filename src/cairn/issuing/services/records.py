"""One file that holds a stack: the award and every part of it, each still independently verifiable (CLR 2.0)."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from cairn import credentials
from cairn.catalog.achievements import achievement_id
from cairn.credentials import Credential
from cairn.errors import Conflict
from cairn.issuing.documents import issuer_profile
from cairn.issuing.models import Award
from cairn.issuing.services.keys import key_for_signing
from cairn.issuing.services.signing import sign_document
from cairn.stacking import Requirement, RuleError, parse_requirement
from cairn.stacking.pathways.records import Association, associations_of

MOST = 200
"""Awards in one record: no stack of a learner is larger, and the file stays one that can be sent."""


def clr_document(*, award: Award, at: datetime) -> Credential:
    """Return a signed ClrCredential that wraps ``award``, its parts, and their parts in turn, with the associations between them.

    Each part is a child of what it was counted in, and precedes what the stack's rule puts after it. The parts are the signed documents
    of whoever awarded them, each still verifiable by itself. The subject is identified as in the award itself. Raises Conflict for an
    award without parts, one that was never signed, or one made of more than 200, NotFound where the awarding body has no key any more.
    """
    listed: dict[Any, Award] = {award.pk: award}
    associations: dict[Association, None] = {}
    waiting = [award]
    while waiting:
        whole = waiting.pop(0)
        parts = list(
            whole.parts.select_related("version__definition").exclude(document="").order_by("awarded_at", "pk")
        )
        if len(listed) + len(parts) > MOST:
            raise Conflict(
                f"“{award.version.title}” is made of more than {MOST} awards.",
                remedy="Download its parts one by one.",
                code="too_many_parts",
            )
        named = [achievement_id(part.version) for part in parts]
        associations |= dict.fromkeys(associations_of(achievement_id(whole.version), named, _rule_of(whole)))
        waiting += [part for part in parts if part.pk not in listed]
        listed |= {part.pk: part for part in parts}
    if not award.document or len(listed) == 1:
        raise Conflict(
            f"“{award.version.title}” is a single award, so there is nothing to bundle.",
            remedy="Download the award itself.",
            code="not_a_stack",
        )
    key = key_for_signing(award.organisation)
    main = Credential.parse(award.document)
    subject = {name: main.subject[name] for name in ("id", "identifier") if name in main.subject}
    document = credentials.clr_credential(
        id=f"urn:uuid:{uuid.uuid5(award.pk, 'clr')}",
        issuer=issuer_profile(award.organisation, key.did),
        name=f"{award.version.title}, with everything it is made of",
        subject=subject,
        credentials=[main, *(Credential.parse(one.document) for one in listed.values() if one.pk != award.pk)],
        associations=list(associations),
        valid_from=at.replace(microsecond=0),
    )
    return sign_document(document, key=key, at=at)


def _rule_of(award: Award) -> Requirement | None:
    """The rule that an award was made by, as far as it can be read today: it only adds which parts come before which."""
    try:
        return parse_requirement(award.version.requirement) if award.version.requirement else None
    except RuleError:
        return None
