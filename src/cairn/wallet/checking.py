"""Checking a credential for a page of this site: what this site publishes is read from its own database, never over the network.

So nothing loops back through HTTP, and looking at an award tells nobody that it was looked at. What others publish is asked of
``world`` (usually :func:`cairn.outside.fetching.site_resolver`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from cairn.credentials import (
    Credential,
    KnownIssuer,
    Recipient,
    Resolver,
    TrustRegistry,
    Verdict,
    verify,
)
from cairn.credentials.linkeddata.isolated import shared
from cairn.issuing.addresses import issuer_url
from cairn.issuing.models import SigningKey
from cairn.issuing.published import SiteResolver, is_ours
from cairn.outside.fetching import Within

__all__ = ["PATIENCE", "REGISTERS", "IssuersHere", "Registers", "SiteResolver", "check", "is_ours"]

PATIENCE = 20.0
"""Seconds for which others are asked in one check; somebody waits for the page."""


class IssuersHere:
    """The register of this site itself: organisations that sign here, by the identifiers they sign under."""

    name = "the list of organisations of this site"

    def known(self, issuer_id: str, at: datetime) -> KnownIssuer | None:
        """Return the organisation behind ``issuer_id``, if it signs here; a did:key that was stolen speaks for nobody any more."""
        keys = SigningKey.objects.filter(did=issuer_id).exclude(state=SigningKey.State.COMPROMISED)
        key = keys.select_related("organisation").first()
        if key is None:
            return None
        return KnownIssuer(name=key.organisation.name, source=self.name, url=issuer_url(key.organisation))


REGISTERS: list[TrustRegistry] = [IssuersHere()]
"""Who may vouch for issuers. A higher room that keeps a register adds it when Django starts."""


class Registers:
    """A :class:`~cairn.credentials.TrustRegistry` that asks several, in order; the first that knows the issuer answers."""

    def __init__(self, registers: Sequence[TrustRegistry] | None = None) -> None:
        self._registers = REGISTERS if registers is None else registers

    def known(self, issuer_id: str, at: datetime) -> KnownIssuer | None:
        """Return what the first register says that knows the issuer; None if none does."""
        for register in self._registers:
            if (found := register.known(issuer_id, at)) is not None:
                return found
        return None


def check(
    source: bytes | str | Mapping[str, Any] | Credential,
    *,
    at: datetime,
    world: Resolver | None,
    recipient: Recipient | None = None,
    refresh: bool = False,
) -> Verdict:
    """Verify ``source`` at the moment ``at``: this site from its database, the rest of the world through ``world``, for a while."""
    patient = None if world is None else Within(world, seconds=PATIENCE)
    return verify(
        source,
        at=at,
        resolve=SiteResolver(patient),
        trust=Registers(),
        recipient=recipient,
        refresh=refresh,
        isolated=shared(),
    )
