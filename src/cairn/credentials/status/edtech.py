"""1EdTechRevocationList: the ids of the awards that an issuer has revoked, in the open, at an address of its own.

The list is not signed. It counts because of where it lies: the award, which is signed, names the address; the connection is https; and
the host is the issuer's own, that of its https identifier or of its did:web. A list on somebody else's host, an issuer without a
host (did:key), or an answer that came from elsewhere leaves the question open. So does a list that names another issuer.

Source: 1EdTech Revocation List Status Method 1.0. Its data model writes ``revokedCredential``, software in use also
``revokedCredentials``: both are read. Asking tells the issuer only that somebody looked, since the list is the same for all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from cairn.credentials.dids import did_web_url
from cairn.credentials.errors import CredentialError
from cairn.credentials.jsontext import as_list, parse_object
from cairn.credentials.model import Credential
from cairn.credentials.question import Question
from cairn.credentials.resolving import CouldNotFetch
from cairn.credentials.status.kind import LATER, revoked, stands, unknown
from cairn.credentials.texts import plain_text
from cairn.credentials.verdict import Finding

_YES: tuple[object, ...] = (True, "true")
_NO: tuple[object, ...] = (False, "false")
"""Some issuers write the words in quotation marks."""


def check_1edtech(credential: Credential, entry: Mapping[str, Any], question: Question) -> Finding:
    """Answer one 1EdTechRevocationList entry, whose ``id`` is the address of the list."""
    url = entry.get("id")
    if not isinstance(url, str) or not url.startswith("https://") or credential.id is None:
        return unknown(
            "bad_status_entry",
            "The credential points at its status in a way that cannot be followed: it needs an id, and the https address of the list.",
        )
    host = _host_of_issuer(str(credential.issuer_id))
    if host is None or _host(url) != host:
        return unknown(
            "status_other_issuer",
            "The list of revoked awards is not signed and does not lie on the issuer's own site, so anybody could have written it.",
        )
    try:
        fetched = question.resolve.fetch(url, accept="application/json")
    except CouldNotFetch as unreachable:
        message = f"We could not ask whether this award has been revoked ({unreachable.reason})."
        return unknown("status_unreachable", message, LATER)
    if _host(fetched.url) != host:
        message = "The address of the list of revoked awards leads to another site than the issuer's own."
        return unknown("status_other_issuer", message)
    try:
        return _answer(parse_object(fetched.body), credential, url)
    except CredentialError as error:
        return unknown(
            "bad_status_list", f"What is published as the list of revoked awards cannot be read. {error.message}"
        )


def _answer(published: Mapping[str, Any], credential: Credential, url: str) -> Finding:
    issuer = published.get("issuer")
    named = issuer.get("id") if isinstance(issuer, Mapping) else issuer
    if not isinstance(named, str) or comparable(named) != comparable(str(credential.issuer_id)):
        return unknown("status_other_issuer", "The list of revoked awards is that of another issuer.")
    if published.get("id", url) != url:
        return unknown("status_wrong_list", "What lies at the address of the list of revoked awards is another list.")
    entries: list[Any] = []
    names = [name for name in ("revokedCredential", "revokedCredentials") if name in published]
    for name in names:
        entries += as_list(published[name])
    if not names or not all(isinstance(one, Mapping) and isinstance(one.get("id"), str) for one in entries):
        raise CredentialError("bad_status_list", "It does not list awards by their id.")
    own = comparable(str(credential.id))
    mine = [one for one in entries if comparable(one["id"]) == own]
    if not all(one.get("revoked", True) in _YES + _NO for one in mine):
        raise CredentialError("bad_status_list", "It says neither yes nor no about this award.")
    for one in mine:
        if one.get("revoked", True) in _YES:
            return revoked((plain_text(one.get("revocationReason")) or "")[:200])
    return stands("revocation")


def comparable(identifier: str) -> str:
    """Return an identifier as Open Badges 3.0 compares them: percent signs written out, no space around."""
    return unquote(identifier).strip() if "%" in identifier else identifier.strip()


def _host_of_issuer(issuer: str) -> str | None:
    try:
        return _host(did_web_url(issuer) if issuer.startswith("did:web:") else issuer)
    except CredentialError:
        return None


def _host(url: str) -> str | None:
    """Return host and port of an https address, in small letters."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc:
        return None
    return f"{parts.hostname}:{port or 443}"
