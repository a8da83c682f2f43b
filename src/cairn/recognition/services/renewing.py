"""Checking anew what somebody brought, at the moment when something rests on it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from cairn.credentials import Credential, Resolver, verify
from cairn.credentials.linkeddata.isolated import shared
from cairn.issuing.foreign import PATIENCE
from cairn.issuing.published import SiteResolver
from cairn.outside.fetching import Within
from cairn.recognition.models import ExternalAward
from cairn.recognition.services.held import note_external


def check_anew(rows: Iterable[ExternalAward], *, at: datetime, world: Resolver | None) -> None:
    """Check brought credentials at ``at`` and keep what was found, which tells whoever weighs them. Call it outside a transaction.

    Others are asked through ``world`` first, all of them; then it is written down at once.
    """
    checked = []
    for row in rows:
        resolver = SiteResolver(None if world is None else Within(world, seconds=PATIENCE))
        checked.append((row, verify(row.document, at=at, resolve=resolver, isolated=shared())))
    with transaction.atomic():
        for row, verdict in checked:
            note_external(
                person=row.person, credential_id=row.credential_id, credential=Credential.parse(row.document),
                verdict=verdict, at=at,
            )  # fmt: skip
