"""One file that holds a stack: the award and every part of it, each still independently verifiable (CLR 2.0)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cairn import credentials
from cairn.catalog.achievements import achievement_id
from cairn.credentials import Credential
from cairn.errors import Conflict, Invalid
from cairn.issuing.documents import issuer_profile
from cairn.issuing.foreign import embedded
from cairn.issuing.models import Award, ForeignPart
from cairn.issuing.services.keys import key_for_signing
from cairn.issuing.services.signing import sign_document
from cairn.stacking import Requirement, RuleError, parse_requirement
from cairn.stacking.pathways.records import Association, associations_of

MOST = 200
"""Awards in one record: no stack of a learner is larger, and the file stays one that can be sent."""


def clr_document(*, award: Award, at: datetime, brought: Mapping[str, str] | None = None) -> Credential:
    """Return a signed ClrCredential that wraps ``award``, its parts, and their parts in turn, with the associations between them.

    Each part is a child of what it was counted in, and precedes what the stack's rule puts after it. The parts are the signed documents
    of whoever awarded them, each still verifiable by itself. The subject is identified as in the award itself.

    ``brought`` are documents of other issuers by their SHA-256 digest (hex), which the holder wants in the record. A part by another
    issuer that is not among them, or for whose form or words CLR 2.0 has no place, is named with its digest, and the record says that
    it is ``partial``. Raises Conflict for an award without parts, one that was never signed, or one made of more than 200, NotFound
    where the awarding body has no key any more.
    """
    listed: dict[Any, Award] = {award.pk: award}
    foreign: dict[str, ForeignPart] = {}
    associations: dict[Association, None] = {}
    waiting = [award]
    while waiting:
        whole = waiting.pop(0)
        parts = list(
            whole.parts.select_related("version__definition").exclude(document="").order_by("awarded_at", "pk")
        )
        others = list(whole.foreign_parts.all())
        foreign |= {part.digest: part for part in others}
        if len(listed) + len(parts) + len(foreign) > MOST:
            raise Conflict(
                f"“{award.version.title}” is made of more than {MOST} awards.",
                remedy="Download its parts one by one.",
                code="too_many_parts",
            )
        named = [*(achievement_id(part.version) for part in parts), *(part.achievement_id for part in others)]
        associations |= dict.fromkeys(associations_of(achievement_id(whole.version), named, _rule_of(whole)))
        waiting += [part for part in parts if part.pk not in listed]
        listed |= {part.pk: part for part in parts}
    if not award.document or len(listed) + len(foreign) == 1:
        raise Conflict(
            f"“{award.version.title}” is a single award, so there is nothing to bundle.",
            remedy="Download the award itself.",
            code="not_a_stack",
        )
    key = key_for_signing(award.organisation)
    main = Credential.parse(award.document)
    subject = {name: main.subject[name] for name in ("id", "identifier") if name in main.subject}
    inside = {
        digest: child
        for digest, part in foreign.items()
        if (child := embedded(part, (brought or {}).get(digest, ""))) is not None
    }

    def written(children: Mapping[str, Credential]) -> Credential:
        absent = [part for digest, part in foreign.items() if digest not in children]
        document = credentials.clr_credential(
            id=f"urn:uuid:{uuid.uuid5(award.pk, 'clr')}",
            issuer=issuer_profile(award.organisation, key.did),
            name=f"{award.version.title}, with everything it is made of",
            subject=subject,
            credentials=[
                main,
                *(Credential.parse(one.document) for one in listed.values() if one.pk != award.pk),
                *children.values(),
            ],
            associations=list(associations),
            achievements=[_named(part) for part in absent],
            partial=True if absent else None,
            valid_from=at.replace(microsecond=0),
        )
        return sign_document(document, key=key, at=at)

    try:
        return written(inside)
    except Invalid:  # a child uses words that no context defines: our signature could not cover it where it stands open
        sealed = {digest: child for digest, child in inside.items() if child.envelope is not None}
        if len(sealed) == len(inside):
            raise
        return written(sealed)


def _named(part: ForeignPart) -> dict[str, Any]:
    """A part that is not in the record, as the achievement it stands for: who awarded it, and how the document is known."""
    return {
        "id": part.achievement_id,
        "type": ["Achievement"],
        "name": part.name,
        "description": (
            f"Awarded by {part.issuer_name}. The credential is not in this record; it was genuine and in force on "
            f"{part.checked_at:%-d %B %Y}. SHA-256 of the signed document: {part.digest}."
        ),
        "criteria": {"narrative": "See the credential itself."},
    }


def _rule_of(award: Award) -> Requirement | None:
    """The rule that an award was made by, as far as it can be read today: it only adds which parts come before which."""
    try:
        return parse_requirement(award.version.requirement) if award.version.requirement else None
    except RuleError:
        return None
