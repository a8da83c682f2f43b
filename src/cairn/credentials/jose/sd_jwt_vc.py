"""SD-JWT VC: a credential in the words of JSON Web Tokens (draft-ietf-oauth-sd-jwt-vc).

It names its type with ``vct``, its issuer with ``iss``; all other members are claims about the subject. The reading says the same in
the words of Verifiable Credentials 2.0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cairn.credentials.errors import CredentialError
from cairn.credentials.form import Fault, Form
from cairn.credentials.jose.claims import moment_of, status_entries
from cairn.credentials.linkeddata.terms import is_absolute_iri
from cairn.credentials.moments import format_moment

_NOT_ABOUT_THE_SUBJECT = frozenset(
    {"vct", "vct#integrity", "iss", "nbf", "exp", "iat", "cnf", "status", "sub", "aud", "jti"}
)


def holds_sd_jwt_vc(claims: Mapping[str, Any]) -> bool:
    """Tell whether ``claims`` are those of an SD-JWT VC: they name a type, and are no credential of another form."""
    return isinstance(claims.get("vct"), str) and "@context" not in claims


def _faults(claims: Mapping[str, Any]) -> list[Fault]:
    return list(_broken(claims))


def _broken(claims: Mapping[str, Any]) -> Iterator[Fault]:
    if not claims.get("vct"):
        yield Fault("bad_type", "vct", "The credential must name its type.")
    # It may be left out where a certificate names the issuer (“Registered JWT Claims”): what proves the token looks into that.
    if "iss" in claims and not is_absolute_iri(claims["iss"]):
        yield Fault("bad_issuer", "iss", "The issuer must be named by a full address or DID.")
    moments = {}
    for name in ("nbf", "exp", "iat"):
        try:
            moments[name] = moment_of(claims, name)
        except CredentialError as error:
            yield Fault("bad_moment", name, error.message)
    begin, end = moments.get("nbf"), moments.get("exp")
    if begin is not None and end is not None and end < begin:
        yield Fault("bad_period", "exp", "It would end before it begins.")
    if "cnf" in claims and not isinstance(claims["cnf"], Mapping):
        yield Fault("bad_key", "cnf", "The holder's key must be an object.")


def _reading(claims: Mapping[str, Any]) -> Mapping[str, Any]:
    kind = str(claims.get("vct"))
    subject = {name: value for name, value in claims.items() if name not in _NOT_ABOUT_THE_SUBJECT}
    if isinstance(claims.get("sub"), str):
        subject = {"id": claims["sub"], **subject}
    reading: dict[str, Any] = {
        "type": ["VerifiableCredential", kind],
        "name": kind,
        "credentialSubject": subject,
    }
    if "iss" in claims:
        reading["issuer"] = claims["iss"]
    if isinstance(claims.get("jti"), str):
        reading["id"] = claims["jti"]
    for name, own in (("nbf", "validFrom"), ("exp", "validUntil")):
        try:
            moment = moment_of(claims, name)
        except CredentialError:
            continue  # said by the form's faults
        if moment is not None:
            reading[own] = format_moment(moment)
    entries = status_entries(claims)
    if entries:
        reading["credentialStatus"] = entries
    return reading


SD_JWT_VC = Form("sd-jwt-vc", "SD-JWT VC", holds_sd_jwt_vc, faults=_faults, reading=_reading)
