"""Assertions, badges, issuers and keys as they are published: fetched through the guarded resolver, and each at its own address.

A document speaks for the address it lies at and for no other. Redirects are allowed (Open Badges 2.0, HostedBadge Verification), but
only within one site: a page that forwards to anywhere would otherwise let anybody publish in its owner's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cairn.credentials.errors import CredentialError, NotSupported
from cairn.credentials.jsontext import parse_object
from cairn.credentials.openbadges2.documents import id_of, kind_of
from cairn.credentials.openbadges2.places import https_twin, is_plain_http, same_place, same_site
from cairn.credentials.resolving import CouldNotFetch, Resolver

ACCEPT = "application/ld+json, application/json;q=0.9"
MAX_DOCUMENT = 2 * 1024 * 1024
UNREADABLE = "unreadable_there"


class NotThere(CouldNotFetch):
    """``what`` could not be had from its address; ``status`` is the web server's answer (404, 410), None for silence."""

    def __init__(self, what: str, address: str, silence: CouldNotFetch) -> None:
        super().__init__(silence.reason, status=silence.status)
        self.what = what
        self.address = address


@dataclass(frozen=True, slots=True)
class Published:
    """A document and the address it speaks for."""

    document: Mapping[str, Any]
    address: str


def fetch_text(address: Any, resolve: Resolver, *, what: str) -> str:
    """Return the text that lies at ``address``; ``what`` names it for people, such as “the badge”.

    Raises :class:`NotThere`; NotSupported ``no_address``, ``redirected_elsewhere``, ``not_text``.
    """
    twin = https_twin(address)
    if twin is None:
        raise NotSupported(
            "no_address",
            f"The credential does not say where {what} is published, so it cannot be asked for.",
            remedy="Ask the issuer. This does not mean that anything is wrong with the credential.",
        )
    try:
        fetched = resolve.fetch(twin, accept=ACCEPT)
    except CouldNotFetch as silence:
        if is_plain_http(address):
            silence = CouldNotFetch(
                f"its address is unprotected (http), only the protected one (https) is asked, and {silence.reason}",
                status=silence.status,
            )
        raise NotThere(what, twin, silence) from silence
    if fetched.url != twin and not same_site(twin, fetched.url):
        raise NotSupported(
            "redirected_elsewhere",
            f"The address of {what} forwards to another site, and we cannot tell whether that site is the issuer's as well.",
            remedy="Ask the issuer for a fresh copy.",
        )
    try:
        return fetched.body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _unreadable(what) from error


def fetch_document(address: Any, resolve: Resolver, *, what: str, kinds: tuple[str, ...]) -> Published:
    """Return the document of one of ``kinds`` that lies at ``address``, with its id filled in where an older one has none.

    Raises as :func:`fetch_text`; NotSupported ``unreadable_there``; CredentialError ``something_else_there`` for a document of
    another kind, or of another id.
    """
    text = fetch_text(address, resolve, what=what)
    try:
        document = parse_object(text, max_bytes=MAX_DOCUMENT)
    except CredentialError as error:
        raise _unreadable(what) from error
    kind = kind_of(document)
    if kind is None:
        raise _unreadable(what)
    own = id_of(document)
    if kind not in kinds or (own is not None and not same_place(own, address)):
        raise CredentialError(
            "something_else_there",
            f"At the address of {what} something else is published.",
            remedy="Do not rely on it. Ask the issuer whether it made this award.",
        )
    return Published(document if own is not None else {"id": str(address), **document}, str(address))


def _unreadable(what: str) -> NotSupported:
    return NotSupported(
        UNREADABLE,
        f"What lies at the address of {what} cannot be read as an Open Badges document; it may be a web page.",
        remedy="Try again later, or ask the issuer. This does not mean that anything is wrong with the credential.",
    )
