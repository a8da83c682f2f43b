"""Opening containers: from whatever somebody hands over to the text of a credential.

A credential comes as JSON, as a token (JWT), inside a picture (PNG, SVG) or a certificate (PDF), or as an address: of the
credential itself, a share link, the text of a QR code. An address is asked through the caller's resolver: what lies there may be any
of the others, but not one more address, except in a badge image, which may hold no more than where its award is hosted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cairn.credentials.baking import unbake
from cairn.credentials.errors import CredentialError, NotSupported
from cairn.credentials.model import Credential
from cairn.credentials.resolving import Resolver

ACCEPT = (
    "application/vc, application/vc+jwt, application/vc+sd-jwt, application/dc+sd-jwt, application/vc+ld+json, application/ld+json, "
    "application/json;q=0.9, image/png;q=0.8, image/svg+xml;q=0.8, application/pdf;q=0.8, text/plain;q=0.5"
)
MAX_ADDRESS = 2048
_BLANK = b"\xef\xbb\xbf \t\r\n"


def opened(source: bytes | str | Mapping[str, Any] | Credential, resolve: Resolver) -> Credential:
    """Return the credential inside ``source``.

    Raises CredentialError (NoCredentialInside for a picture without one), NotSupported, CouldNotFetch where an address does not answer.
    """
    if isinstance(source, Credential):
        return source
    if isinstance(source, Mapping):
        return Credential.parse(source)
    data = source.encode("utf-8", "surrogatepass") if isinstance(source, str) else source
    address = _address(data)
    if address is None:
        return _opened(data, resolve, may_ask=True)
    return _fetched(address, resolve, may_ask=True)


def _opened(data: bytes, resolve: Resolver, *, may_ask: bool) -> Credential:
    start = data[:4096].lstrip(_BLANK)
    if start.startswith((b"{", b"eyJ")):
        return Credential.parse(data)
    text = unbake(data)
    address = _address(text.encode("utf-8", "surrogatepass"))
    if address is None:
        return Credential.parse(text)
    # A hosted badge (Open Badges 2.0) may carry no more than its address.
    if not may_ask:
        raise _one_more_address()
    return _fetched(address, resolve, may_ask=False)


def _fetched(address: str, resolve: Resolver, *, may_ask: bool) -> Credential:
    fetched = resolve.fetch(address, accept=ACCEPT)
    if fetched.content_type.partition(";")[0].strip().lower() in ("text/html", "application/xhtml+xml"):
        raise NotSupported(
            "web_page",
            "This address leads to a web page, not to a credential. A page can say anything; only the signed credential can be checked.",
            remedy="Download the credential from that page (JSON or badge image), then check the file here.",
        )
    if _address(fetched.body) is not None:
        raise _one_more_address()
    found = _opened(fetched.body, resolve, may_ask=may_ask)
    return found if found.found_at is not None else replace(found, found_at=address)


def _one_more_address() -> CredentialError:
    return CredentialError(
        "not_a_credential",
        "What lies at this address is one more address, and no credential.",
        remedy="Open that address yourself and choose the credential there: a file, or the badge image.",
    )


def _address(data: bytes) -> str | None:
    """Return the one address that ``data`` is, else None. Old badges hold unprotected ones (http): only the https twin is asked."""
    plain = data.strip(_BLANK)
    if len(plain) > MAX_ADDRESS or not plain[:8].lower().startswith((b"https://", b"http://")) or not plain.isascii():
        return None
    text = plain.decode("ascii")
    if any(letter.isspace() or not letter.isprintable() for letter in text):
        return None
    return f"https://{text[7:]}" if text[:7].lower() == "http://" else text
