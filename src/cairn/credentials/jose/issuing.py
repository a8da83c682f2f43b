"""Signing a credential as a token: the same checks as :func:`cairn.credentials.issue`, another seal.

1. The document is whole: the rules of the data model, then those of its type.
2. Every word in it is defined. A token covers its text, so this is for those who read it as linked data.
3. The key belongs to the issuer.
4. What the token says beside the credential is taken from the credential, never given.

Open Badges 3.0 and CLR 2.0 documents become the form of Open Badges 3.0 section 8.2 (``typ`` JWT, and ``iss``, ``sub``, ``jti``,
``nbf``, ``exp`` beside the credential's members; RS256 is what 1EdTech's conformance tests take), others that of VC-JOSE-COSE. A
document of Verifiable Credentials 1.1 stands in the claim ``vc``, with the same claims beside it (VC 1.1 section 6.3.1).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from cairn.credentials.datamodel.rules import ACHIEVEMENT_TYPES
from cairn.credentials.errors import CredentialError
from cairn.credentials.forms import VC_2, form_of
from cairn.credentials.integrity.binding import refuse_foreign_signer
from cairn.credentials.jose.algorithms import algorithm_for
from cairn.credentials.jose.claims import words_of
from cairn.credentials.jose.packing import pack
from cairn.credentials.jose.sd_jwt_vc import SD_JWT_VC
from cairn.credentials.jose.writing import Header, sealed, seconds
from cairn.credentials.jsontext import as_list, checked_copy
from cairn.credentials.keys import PublicKey, Signer
from cairn.credentials.linkeddata.contexts import PINNED, Contexts
from cairn.credentials.model import Credential
from cairn.credentials.moments import aware, parse_moment
from cairn.credentials.repeating.shapes import refuse_uncovered
from cairn.credentials.vc1 import VC_1

OF_1EDTECH = ACHIEVEMENT_TYPES | {"EndorsementCredential", "ClrCredential"}


def sign_vc_jwt(
    document: Mapping[str, Any], signer: Signer, *, created: datetime, contexts: Contexts = PINNED
) -> Credential:
    """Sign ``document`` as VC-JWT with the algorithm of the signer's key. ``created`` is the moment of signing (``iat``).

    Raises CredentialError as :func:`cairn.credentials.issue` does; nothing is signed then.
    """
    unsecured = checked_copy(document)
    _check_document(unsecured, signer, contexts)
    algorithm, made = algorithm_for(signer.key_type), {"iat": seconds(aware(created))}
    header = Header(algorithm, "JWT", signer.verification_method)
    if VC_1.recognises(unsecured):
        claims = {**_beside(unsecured), **made, "vc": unsecured}
    elif not OF_1EDTECH.isdisjoint(as_list(unsecured.get("type"))):
        claims = {**unsecured, **_beside(unsecured), **made}
    else:
        header = Header(algorithm, "vc+jwt", signer.verification_method, "vc")
        claims = {**unsecured, **made}
    return Credential.parse(sealed(header, claims, signer))


def sign_sd_jwt(
    document: Mapping[str, Any],
    signer: Signer,
    *,
    created: datetime,
    disclosable: Sequence[str] = (),
    holder: PublicKey | None = None,
    contexts: Contexts = PINNED,
    salt: Callable[[], str] = lambda: secrets.token_urlsafe(16),
) -> Credential:
    """Sign ``document`` as SD-JWT, the members and elements at ``disclosable`` (JSON pointers, RFC 6901) left to the holder to show.

    A VC 2.0 document becomes ``vc+sd-jwt``, the claims of an SD-JWT VC (with ``vct`` and ``iss``) become ``dc+sd-jwt``. ``holder`` is the
    key whose owner may present it. ``salt`` gives 128 bits of randomness as base64url, afresh each time. Raises CredentialError as
    :func:`sign_vc_jwt` does, and ``bad_pointer``, ``must_be_shown``.
    """
    unsecured = checked_copy(document)
    plain_claims = SD_JWT_VC.recognises(unsecured)
    if plain_claims:
        _check_claims(unsecured, signer)
    else:
        _check_document(unsecured, signer, contexts)
    algorithm = algorithm_for(signer.key_type)
    payload, disclosures = pack(unsecured, disclosable, salt)
    payload["iat"] = seconds(aware(created))
    if holder is not None:
        payload["cnf"] = {"jwk": dict(holder.jwk)}
    header = Header(
        algorithm,
        "dc+sd-jwt" if plain_claims else "vc+sd-jwt",
        signer.verification_method,
        None if plain_claims else "vc",
    )
    return Credential.parse("~".join([sealed(header, payload, signer), *disclosures, ""]))


def _beside(document: Mapping[str, Any]) -> dict[str, Any]:
    """The token's own claims, as Open Badges 3.0 section 8.2.4.1 takes them from the credential."""
    issuer = document["issuer"]
    beside: dict[str, Any] = {"iss": issuer["id"] if isinstance(issuer, Mapping) else issuer}
    if "id" in document:
        beside["jti"] = document["id"]
    subjects = as_list(document["credentialSubject"])
    if len(subjects) == 1 and isinstance(subjects[0].get("id"), str):
        beside["sub"] = subjects[0]["id"]
    words = words_of(document)
    for name, own in (("nbf", words.begin), ("exp", words.end)):
        moment = parse_moment(document.get(own))
        if moment is not None:
            beside[name] = seconds(moment)
    return beside


def _check_document(document: Mapping[str, Any], signer: Signer, contexts: Contexts) -> None:
    if "proof" in document:
        raise CredentialError(
            "already_signed", "This document already carries a proof.", remedy="Sign the document without it."
        )
    form = form_of(document)
    if form not in (VC_1, VC_2):
        raise CredentialError("not_a_credential", f"This is no credential to be signed so, but one of {form.title}.")
    for fault in (*form.faults(document), *form.gaps(document)):
        raise CredentialError(
            fault.code, fault.message, remedy="Complete the document, then sign it.", where=fault.where
        )
    refuse_foreign_signer(document, signer.verification_method)
    refuse_uncovered(document, contexts)


def _check_claims(claims: Mapping[str, Any], signer: Signer) -> None:
    for fault in SD_JWT_VC.faults(claims):
        raise CredentialError(
            fault.code, fault.message, remedy="Complete the claims, then sign them.", where=fault.where
        )
    if "iss" not in claims:
        raise CredentialError("bad_issuer", "The claims must name the issuer.", remedy="Add “iss”.", where="iss")
    refuse_foreign_signer({"issuer": claims["iss"]}, signer.verification_method)
