"""What the core asks of the world, and never does itself: fetch a document, and know an issuer."""

from __future__ import annotations

from collections.abc import Iterable
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
    """The world did not answer, or may not be asked. ``reason`` says why in a few words. It never means "invalid".

    ``status`` is what a web server answered instead of the document (404, 410), None where nothing answered.
    """

    def __init__(self, reason: str, *, status: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


@runtime_checkable
class Resolver(Protocol):
    """Fetches DID documents and status lists. Guards against private networks, size and slowness are its duty."""

    def fetch(self, url: str, *, accept: str) -> Fetched:
        """Return what lies at the https ``url``; raises :class:`CouldNotFetch`."""
        ...


@dataclass(frozen=True, slots=True)
class KnownIssuer:
    """An issuer that a registry vouches for: its name there, the registry, and where that can be looked up.

    A registry may say from when to when it does (both ends included), and for which types of credential or achievement; without, it
    vouches always, and for any.
    """

    name: str
    source: str
    url: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    recognised_for: tuple[str, ...] = ()

    def held(self, at: datetime) -> bool:
        """Tell whether the entry held at that moment."""
        return (self.since is None or self.since <= at) and (self.until is None or at <= self.until)

    def speaks_for(self, types: Iterable[str]) -> bool:
        """Tell whether the entry is for any of these types."""
        return not self.recognised_for or not set(self.recognised_for).isdisjoint(types)


@runtime_checkable
class TrustRegistry(Protocol):
    """Knows issuers, each at a moment, since accreditation comes and goes."""

    def known(self, issuer_id: str, at: datetime) -> KnownIssuer | None:
        """Return what is known of the issuer at that moment, or None; may raise :class:`CouldNotFetch`.

        An entry that held at another moment may be returned too: it says why the issuer is not known at this one.
        """
        ...
