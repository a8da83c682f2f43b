"""Signed badges: a token (JWS) around the assertion, made with a key that the issuer's own profile lists.

Open Badges 2.0, SignedBadge Verification. That a signature matches *some* key proves nothing: the key must be listed by the profile
that the issuer publishes (``publicKey``) and must say that this issuer owns it (``owner``). A header's own key or address of keys
is never followed. In Open Badges 1.x there was no such list; there, the key must lie on the issuer's own site.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from cairn.credentials.envelope import Envelope
from cairn.credentials.errors import CredentialError, NotSupported
from cairn.credentials.jose.algorithms import algorithm_of, fits
from cairn.credentials.jsontext import as_list, parse_object
from cairn.credentials.keys import PublicKey
from cairn.credentials.openbadges2.documents import embedded, id_of, one, verification_of, version_of
from cairn.credentials.openbadges2.fetching import fetch_document, fetch_text
from cairn.credentials.openbadges2.pem import key_of_pem
from cairn.credentials.openbadges2.places import https_twin, same_place, same_site
from cairn.credentials.resolving import CouldNotFetch, Resolver

MAX_KEYS = 8
"""Keys of one issuer that are tried where the award does not say which one it was."""
_ASK = "Do not rely on it. Ask the issuer itself whether it made this award."
_NOT_LISTED = "The issuer does not publish the key this was signed with as one of its own."


def check_signature(
    assertion: Mapping[str, Any], envelope: Envelope, issuer: Mapping[str, Any], resolve: Resolver
) -> None:
    """Return if one of the issuer's keys made the signature.

    Raises CredentialError ``key_not_listed``, ``key_not_of_issuer``, ``wrong_key_type``, ``signature_invalid``, ``forbidden_algorithm``,
    ``bad_key``; NotSupported ``unsupported_algorithm``, ``weak_key``, ``no_issuer_key``; NotThere for a key that does not answer.
    """
    algorithm = algorithm_of(envelope.header)
    if "crit" in envelope.header:
        raise CredentialError(
            "critical_header", "This token asks for an extension that must be understood.", remedy=_ASK
        )
    fitting, problem = False, None
    for candidate in _candidates(assertion, issuer):
        # Of several keys, one that was retired may no longer answer: that decides only if no other one matches.
        try:
            key = candidate(resolve)
        except (CouldNotFetch, CredentialError) as error:
            problem = problem or error
            continue
        if fits(algorithm, key):
            fitting = True
            if key.matches(envelope.signing_input, envelope.signature):
                return
    if problem is not None:
        raise problem
    if not fitting:
        raise CredentialError(
            "wrong_key_type", "The signature and the issuer's key are of different kinds.", remedy=_ASK
        )
    raise CredentialError(
        "signature_invalid",
        "This is not what the issuer signed: it has been changed since, or the signature was not made with the issuer's key.",
        remedy="Do not rely on it. Ask the issuer, or ask the holder for the original file.",
    )


def _candidates(assertion: Mapping[str, Any], issuer: Mapping[str, Any]) -> list[Callable[[Resolver], PublicKey]]:
    """Return how to get at each key that may have signed: the one the award names, else every one that the issuer lists."""
    listed = [key for key in as_list(issuer.get("publicKey")) if id_of(key) is not None or embedded(key) is not None]
    creator = id_of(one(verification_of(assertion).get("creator")))
    if not listed and version_of(assertion) != "2":
        return [partial(_key_of_1, creator or verification_of(assertion).get("url"), issuer)]
    if creator is not None:
        listed = [key for key in listed if same_place(id_of(key), creator)]
    if not listed:
        raise CredentialError("key_not_listed", _NOT_LISTED, remedy=_ASK)
    return [partial(_key_of_2, key, issuer) for key in listed[:MAX_KEYS]] + [_too_many] * (len(listed) > MAX_KEYS)


def _too_many(_resolve: Resolver) -> PublicKey:
    raise NotSupported(
        "too_complex",
        f"The issuer lists more than {MAX_KEYS} keys, the award does not say which one it was signed with, and none of the first matches.",
        remedy="Check it with the issuer's own verifier.",
    )


def _key_of_2(listed: Any, issuer: Mapping[str, Any], resolve: Resolver) -> PublicKey:
    """Open Badges 2.0: the profile lists the key, and the key names its owner."""
    inside = embedded(listed)
    if inside is not None and "publicKeyPem" in inside:
        # It stands in the profile that the issuer itself publishes: the issuer's word needs no second one.
        if "owner" in inside and not same_place(id_of(one(inside["owner"])), id_of(issuer)):
            raise _of_another()
        return key_of_pem(inside["publicKeyPem"])
    found = fetch_document(id_of(listed), resolve, what="the issuer's key", kinds=("CryptographicKey",)).document
    if not same_place(id_of(one(found.get("owner"))), id_of(issuer)):
        raise _of_another()
    return key_of_pem(found.get("publicKeyPem"))


def _key_of_1(named: Any, issuer: Mapping[str, Any], resolve: Resolver) -> PublicKey:
    """Open Badges 1.x: the award names the address of the key, and the issuer is known by its site."""
    if https_twin(named) is None:
        raise NotSupported(
            "no_issuer_key",
            "Neither the award nor its issuer says with which key it was signed.",
            remedy="Ask the issuer to publish its key. This does not mean that anything is wrong with the credential.",
        )
    if not same_site(named, id_of(issuer)):
        raise _of_another()
    text = fetch_text(named, resolve, what="the issuer's key").strip()
    if text.startswith("{"):
        document = parse_object(text)
        if "owner" in document and not same_place(id_of(one(document["owner"])), id_of(issuer)):
            raise _of_another()
        return key_of_pem(document.get("publicKeyPem"))
    return key_of_pem(text)


def _of_another() -> CredentialError:
    return CredentialError(
        "key_not_of_issuer",
        "The signing key does not belong to the issuer named in the credential. Somebody else may be using the issuer's name.",
        remedy=_ASK,
    )
