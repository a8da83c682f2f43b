"""From a token to the credential inside it, without believing either.

1. The token is decoded strictly (:mod:`compact`); disclosures are put in place (:mod:`disclosures`).
2. By what its payload holds it is of one kind or another; whatever holds no credential is refused.
3. The header must go with that kind (:mod:`header`).
4. What the token says beside the credential is compared with it, and put in where the standard says so (:mod:`claims`).

Sources: VC-JOSE-COSE sections 3.1 and 3.2, Open Badges 3.0 section 8.2, Verifiable Credentials 1.1 section 6.3.1, SD-JWT VC.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from cairn.credentials.envelope import Envelope
from cairn.credentials.errors import CredentialError, NotSupported
from cairn.credentials.jose.claims import credential_beside, credential_within
from cairn.credentials.jose.compact import plain_token, read_token, split_disclosures
from cairn.credentials.jose.disclosures import Unpacked, unpack
from cairn.credentials.jose.header import check_header, media_type
from cairn.credentials.jose.sd_jwt_vc import holds_sd_jwt_vc
from cairn.credentials.jsontext import as_list
from cairn.credentials.linkeddata.pins import VC_V2
from cairn.credentials.openbadges2.documents import version_of

ENVELOPED = "EnvelopedVerifiableCredential"
_JWT = ("vc+jwt", "vc-ld+jwt", "vc+ld+jwt", "vc+ld+json+jwt", "jwt")
_SD_JWT = ("vc+sd-jwt", "vc-ld+sd-jwt", "vc+ld+sd-jwt", "vc+ld+json+sd-jwt", "dc+sd-jwt")
_NEVER_HIDDEN = ("credentialStatus", "credentialSchema")
"""What VC-JOSE-COSE section 3.2.1 forbids an issuer to leave to the holder's choice."""


def read(text: str | bytes) -> tuple[Mapping[str, Any], Envelope]:
    """Decode a token: the credential in it, and the envelope that :func:`cairn.credentials.jose.proving.prove` checks.

    Raises CredentialError: ``bad_token``, ``too_large``, ``no_proof``, ``bad_disclosure``, ``too_complex``, ``wrong_token_type``,
    ``critical_header``, ``unencoded_payload``, ``claims_contradict``, ``bad_claim``, ``not_a_credential``, ``is_a_presentation`` and the
    codes of :func:`cairn.credentials.jsontext.parse_object`; NotSupported ``encrypted``, ``unsupported_hash``.
    """
    plain = plain_token(text)
    if "~" in plain:
        return _with_disclosures(plain)
    token = read_token(plain)
    kind = _kind_of_jwt(token.claims)
    check_header(token.header, kind)
    document = _INSIDE[kind](token.claims)
    envelope = Envelope(kind, token.header, MappingProxyType(token.claims), token.signing_input, token.signature)
    return MappingProxyType(document), envelope


_INSIDE: Mapping[str, Callable[[Mapping[str, Any]], Mapping[str, Any]]] = {
    "vc-jwt": credential_beside,
    "vc-jwt-1.1": credential_within,
    "signed-badge": lambda claims: claims,
}
"""Kind of token → how the credential is taken out of its payload. Of an Open Badges 2.0 assertion it is the payload."""


def enveloped(document: Mapping[str, Any]) -> str | None:
    """Return the token inside an EnvelopedVerifiableCredential (VC 2.0 section 4.13); None if ``document`` is none.

    Raises CredentialError ``bad_envelope``, NotSupported ``unsupported_envelope`` for media types that are not read here.
    """
    if ENVELOPED not in as_list(document.get("type")):
        return None
    address = document.get("id")
    scheme, comma, token = address.partition(",") if isinstance(address, str) else ("", "", "")
    if not comma or scheme[:5].lower() != "data:":
        raise CredentialError("bad_envelope", "This envelope does not hold the credential itself.", where="id")
    # Parameters may follow the media type (RFC 2397); a token is text already, so only ``base64`` would change what it says.
    stated, _, parameters = media_type(scheme[5:]).partition(";")
    if "base64" in parameters.split(";"):
        raise NotSupported("unsupported_envelope", "The token in this envelope is encoded once more.", where="id")
    if stated not in (*_JWT, *_SD_JWT):
        raise NotSupported(
            "unsupported_envelope", f"This envelope is of a kind we cannot open: {stated[:60]}", where="id"
        )
    if ("~" in token) != (stated in _SD_JWT):
        raise CredentialError("bad_envelope", "What is in this envelope is not what it says.", where="id")
    return token


def in_envelope(token: str) -> dict[str, Any]:
    """Return the EnvelopedVerifiableCredential around a token, to stand inside other credentials and presentations."""
    _, envelope = read(token)
    kind = "dc+sd-jwt" if envelope.kind == "sd-jwt-vc" else "vc+sd-jwt" if "~" in token else "vc+jwt"
    return {"@context": VC_V2, "id": f"data:application/{kind},{token}", "type": ENVELOPED}


def shown(envelope: Envelope) -> Unpacked:
    """Return the payload of an SD-JWT with what the holder shows; for any other token, the payload."""
    return unpack(envelope.claims, envelope.disclosures)


def _with_disclosures(plain: str) -> tuple[Mapping[str, Any], Envelope]:
    text, disclosures, key_binding = split_disclosures(plain)
    token = read_token(text)
    unpacked = unpack(token.claims, disclosures)
    claims = unpacked.claims
    kind = "vc+sd-jwt" if _is_credential(claims) else "sd-jwt-vc"
    document: Mapping[str, Any]
    if kind == "vc+sd-jwt":
        _refuse_hidden(_NEVER_HIDDEN, token.claims, claims)
        document = credential_beside(claims)
    else:
        if not holds_sd_jwt_vc(claims):
            raise _not_a_credential(claims)
        document = claims
    # Dates, keys and status are the issuer's to say, not the holder's to leave out (SD-JWT VC, “Registered JWT Claims”).
    _refuse_hidden(("iss", "nbf", "exp", "cnf", "vct", "status"), token.claims, claims)
    check_header(token.header, kind)
    envelope = Envelope(
        kind,
        token.header,
        MappingProxyType(token.claims),
        token.signing_input,
        token.signature,
        disclosures,
        key_binding,
    )
    return MappingProxyType(dict(document)), envelope


def _kind_of_jwt(claims: Mapping[str, Any]) -> str:
    if _is_credential(claims):
        if "vc" in claims or "vp" in claims:
            raise CredentialError(
                "ambiguous_payload", "This token holds two things at once, so readers may see different ones."
            )
        return "vc-jwt"
    if "vc" in claims and "vp" not in claims:
        return "vc-jwt-1.1"
    if version_of(claims) is not None:
        return "signed-badge"
    if holds_sd_jwt_vc(claims):
        raise CredentialError("bad_token", "This token lacks its end: one with disclosures ends with a tilde.")
    raise _not_a_credential(claims)


def _is_credential(claims: Mapping[str, Any]) -> bool:
    return "@context" in claims and "VerifiableCredential" in as_list(claims.get("type"))


def _refuse_hidden(names: tuple[str, ...], signed: Mapping[str, Any], claims: Mapping[str, Any]) -> None:
    """Refuse a token whose holder could leave out any of ``names``, whole or in part: one of several status entries, say."""
    for name in names:
        if (name in claims and name not in signed) or _has_digests(signed.get(name)):
            raise _hidden(name)


def _has_digests(value: object) -> bool:
    if isinstance(value, Mapping):
        return "_sd" in value or "..." in value or any(map(_has_digests, value.values()))
    return isinstance(value, list) and any(map(_has_digests, value))


def _hidden(name: str) -> CredentialError:
    return CredentialError(
        "bad_disclosure",
        f"The issuer left it to the holder whether to show “{name}”, which nobody may leave out.",
        remedy="Do not rely on it. Ask the issuer for a correct copy.",
        where=name,
    )


def _not_a_credential(claims: Mapping[str, Any]) -> CredentialError:
    if "vp" in claims or "VerifiablePresentation" in as_list(claims.get("type")):
        return CredentialError(
            "is_a_presentation",
            "This token is a presentation: it hands credentials over, and is none itself.",
            remedy="Check it as a presentation, or choose one of the credentials in it.",
        )
    return CredentialError(
        "not_a_credential",
        "This is a token, but there is no credential in it.",
        remedy="Choose the credential itself: a .jwt or .jws file, a .json file, or the badge image.",
    )
