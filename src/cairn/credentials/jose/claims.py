"""Where a token and the credential inside it speak of the same thing, they must say the same.

A JWT has its own words for issuer, subject, identifier and dates (``iss``, ``sub``, ``jti``, ``nbf``, ``exp``). A credential in which
they name somebody else than the credential does would be one thing to one reader and another to the next: it is refused. Of two
dates the stricter one counts, the later beginning and the earlier end. Sources: Verifiable Credentials 1.1 section 6.3.1, Open
Badges 3.0 section 8.2.5, VC-JOSE-COSE section 3.1.3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cairn.credentials.errors import CredentialError
from cairn.credentials.jsontext import as_list
from cairn.credentials.moments import format_moment, parse_moment
from cairn.credentials.vc1 import recognises as recognises_vc_1

OF_THE_TOKEN = frozenset({"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "cnf", "nonce", "status"})
"""What belongs to the token, not to the credential, where both stand in one payload."""
_SAME = timedelta(seconds=1)
"""A credential's dates may have fractions of a second that a token's do not."""
_LATEST = 253402300799  # 9999-12-31T23:59:59Z


@dataclass(frozen=True, slots=True)
class Words:
    """What a version of the data model calls the beginning and the end."""

    begin: str
    end: str


VC_2 = Words("validFrom", "validUntil")
VC_1 = Words("issuanceDate", "expirationDate")


def words_of(document: Mapping[str, Any]) -> Words:
    """Return the words of the data model that ``document`` follows, whichever kind of token it came in."""
    return VC_1 if recognises_vc_1(document) else VC_2


def moment_of(claims: Mapping[str, Any], name: str) -> datetime | None:
    """Return the moment of a NumericDate claim (RFC 7519 section 2), None if absent; raises ``bad_claim``."""
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LATEST:
        raise CredentialError("bad_claim", f"The token's “{name}” is no readable moment.", where=name)
    return datetime.fromtimestamp(value, UTC)


def credential_beside(claims: Mapping[str, Any]) -> dict[str, Any]:
    """Return the credential of a payload that is one (VC 2.0, Open Badges 3.0), after comparing it with the token's own claims.

    Raises ``claims_contradict`` and ``bad_claim``.
    """
    document = {name: value for name, value in claims.items() if name not in OF_THE_TOKEN}
    issuer = document.get("issuer")
    _same("iss", claims, issuer.get("id") if isinstance(issuer, Mapping) else issuer)
    _same("jti", claims, document.get("id"))
    ids = [one.get("id") for one in as_list(document.get("credentialSubject")) if isinstance(one, Mapping)]
    _same("sub", claims, *[one for one in ids if one is not None])
    _fold_dates(document, claims)
    _fold_status(document, claims)
    return document


def credential_within(claims: Mapping[str, Any]) -> dict[str, Any]:
    """Return the credential of a ``vc`` claim, with what stands beside it put back in (VC 1.1 section 6.3.1).

    Raises ``claims_contradict``, ``bad_claim``, ``bad_token``.
    """
    inner = claims.get("vc")
    if not isinstance(inner, Mapping):
        raise CredentialError("bad_token", "The token's “vc” is no credential.", where="vc")
    document = dict(inner)
    issuer = document.get("issuer")
    if isinstance(issuer, Mapping):
        document["issuer"] = {**issuer, "id": _folded("iss", claims, issuer.get("id"))}
    else:
        document["issuer"] = _folded("iss", claims, issuer)
    document["id"] = _folded("jti", claims, document.get("id"))
    subject = document.get("credentialSubject")
    if isinstance(subject, Mapping):
        document["credentialSubject"] = _without_none({**subject, "id": _folded("sub", claims, subject.get("id"))})
    else:
        many = [one for one in as_list(subject) if isinstance(one, Mapping)]
        _same("sub", claims, *[one["id"] for one in many if "id" in one])
    _fold_dates(document, claims)
    _fold_status(document, claims)
    return _without_none(document)


def contradicting_dates(claims: Mapping[str, Any], signed: Mapping[str, Any]) -> list[str]:
    """Return which of ``nbf`` and ``exp`` differ from what the ``signed`` credential says of itself."""
    words = words_of(signed)
    pairs = (("nbf", words.begin), ("exp", words.end))
    found = []
    for name, own in pairs:
        theirs, its = moment_of(claims, name), parse_moment(signed.get(own))
        if theirs is not None and its is not None and abs(theirs - its) >= _SAME:
            found.append(name)
    return found


def status_entries(claims: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return a token's own ``status`` claim as entries of ``credentialStatus`` (Token Status List section 6.2).

    A claim of another form gives an entry that nobody can check, so that it is not passed over.
    """
    status = claims.get("status")
    if status is None:
        return []
    listed = status.get("status_list") if isinstance(status, Mapping) else None
    if not isinstance(listed, Mapping):
        return [{"type": "UnknownTokenStatus"}]
    index, uri = listed.get("idx"), listed.get("uri")
    return [
        {
            "type": "TokenStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(index) if isinstance(index, int) and not isinstance(index, bool) else None,
            "statusListCredential": uri,
        }
    ]


def _same(name: str, claims: Mapping[str, Any], *others: object) -> None:
    """Refuse a claim that names something else than all of ``others`` that are there."""
    stated = claims.get(name)
    if stated is None:
        return
    if not isinstance(stated, str):
        raise CredentialError("bad_claim", f"The token's “{name}” is no text.", where=name)
    there = [one for one in others if one is not None]
    if there and stated not in there:
        raise CredentialError(
            "claims_contradict",
            f"The token and the credential inside it contradict each other: {_ABOUT[name]}.",
            remedy="Do not rely on it. Ask the issuer for a correct copy.",
            where=name,
        )


_ABOUT = {
    "iss": "they name two issuers",
    "sub": "they are about two different subjects",
    "jti": "they have two different identifiers",
}


def _folded(name: str, claims: Mapping[str, Any], inner: object) -> object:
    _same(name, claims, inner)
    return claims.get(name) if inner is None else inner


def _fold_dates(document: dict[str, Any], claims: Mapping[str, Any]) -> None:
    words = words_of(document)
    for name, own, stricter in (("nbf", words.begin, max), ("exp", words.end, min)):
        stated = moment_of(claims, name)
        if stated is None:
            continue
        if own not in document:
            document[own] = format_moment(stated)
            continue
        # A date that cannot be read stays as it is: the rules of the data model refuse it.
        inner = parse_moment(document[own])
        if inner is not None and abs(stated - inner) >= _SAME:
            document[own] = format_moment(stricter(stated, inner))


def _fold_status(document: dict[str, Any], claims: Mapping[str, Any]) -> None:
    entries = status_entries(claims)
    if entries:
        document["credentialStatus"] = [*as_list(document.get("credentialStatus")), *entries]


def _without_none(node: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in node.items() if value is not None}
