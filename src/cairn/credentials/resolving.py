"""What the core asks of the world, and never does itself: fetch a document, and know an issuer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was found: the bytes, their media type, and the address they finally came from."""

    body: bytes
    content_type: str
    url: str


class CouldNotFetch(Exception):
    """The world did not answer, or may not be asked. ``reason`` says why in a few words. It never means "invalid"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@runtime_checkable
class Resolver(Protocol):
    """Fetches DID documents and status lists. Guards against private networks, size and slowness are its duty."""

    def fetch(self, url: str, *, accept: str) -> Fetched:
        """Return what lies at the https ``url``; raises :class:`CouldNotFetch`."""
        ...


@dataclass(frozen=True, slots=True)
class KnownIssuer:
    """An issuer that a registry vouches for: its name there, the registry, and where that can be looked up."""

    name: str
    source: str
    url: str | None = None


@runtime_checkable
class TrustRegistry(Protocol):
    """Knows issuers, each at a moment, since accreditation comes and goes."""

    def known(self, issuer_id: str, at: datetime) -> KnownIssuer | None:
        """Return what is known of the issuer at that moment, or None; may raise :class:`CouldNotFetch`."""
        ...
