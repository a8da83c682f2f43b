"""The holder's part of an SD-JWT: choosing what to show, and proving to be the one it was issued to.

The issuer may name the holder's key in ``cnf``. The holder then closes a presentation with a token of its own, the key binding JWT,
over exactly what is shown, to one audience and in answer to one challenge (RFC 9901 sections 4.3 and 7.3).
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from cairn.credentials.envelope import Envelope
from cairn.credentials.errors import CredentialError, NotSupported
from cairn.credentials.integrity.proofs import CLOCK_SKEW
from cairn.credentials.jose.algorithms import algorithm_for, algorithm_of, fits
from cairn.credentials.jose.claims import moment_of
from cairn.credentials.jose.compact import read_token
from cairn.credentials.jose.disclosures import digest_of
from cairn.credentials.jose.header import media_type
from cairn.credentials.jose.reading import shown
from cairn.credentials.jose.writing import Header, sealed, seconds
from cairn.credentials.keys import PublicKey, Signer
from cairn.credentials.model import Credential
from cairn.credentials.moments import aware
from cairn.credentials.multibase import base64url

KEY_BINDING = "kb+jwt"
SELECTIVE = frozenset({"sd-jwt-vc", "vc+sd-jwt"})
"""Kinds of envelope of which parts can be left out."""


def check_key_binding(
    credential: Credential, *, at: datetime, challenge: str | None = None, audience: str | None = None
) -> None:
    """Check the holder's own token at the end of an SD-JWT; return nothing if it holds.

    ``challenge`` and ``audience`` are what the verifier asked for; None means that nobody asked. Raises CredentialError
    ``no_key_binding``, ``key_binding_invalid``, ``wrong_challenge``, ``wrong_audience``; NotSupported ``unsupported_key_binding``.
    """
    envelope = credential.envelope
    if envelope is None or envelope.key_binding is None:
        raise CredentialError(
            "no_key_binding",
            "Whoever shows this has not proven to be the one it was issued to.",
            remedy="Ask the holder to present it with their own key.",
        )
    token = read_token(envelope.key_binding)
    if media_type(str(token.header.get("typ", ""))) != KEY_BINDING or "crit" in token.header:
        raise _not_holder("its token is of another sort")
    key = _holder_key(envelope)
    if not fits(algorithm_of(token.header), key) or not key.matches(token.signing_input, token.signature):
        raise _not_holder("it was made with another key than the issuer named")
    expected = digest_of(presented(envelope), _hash_of(envelope))
    said = token.claims.get("sd_hash")
    if not isinstance(said, str) or not hmac.compare_digest(said.encode(), expected.encode()):
        raise _not_holder("it was made for a different selection of what is shown")
    made = moment_of(token.claims, "iat")
    if made is None or made > at + CLOCK_SKEW:
        raise _not_holder("it does not say when it was made, or says a later moment than the one asked about")
    if challenge is not None and token.claims.get("nonce") != challenge:
        raise CredentialError("wrong_challenge", "The holder's proof answers another question than the one asked.")
    if audience is not None and token.claims.get("aud") != audience:
        raise CredentialError("wrong_audience", "The holder's proof was made for somebody else.")


def disclosed(credential: Credential, pointers: Sequence[str]) -> Credential:
    """Return the same SD-JWT showing no more than what ``pointers`` name: each with all that is inside it and around it.

    ``pointers`` are JSON pointers into the payload as signed, such as ``/credentialSubject/result`` (elements of a list are counted
    with the hidden ones). Raises CredentialError ``not_selective`` for other tokens, ``bad_pointer`` for what is not disclosed.
    """
    envelope = credential.envelope
    if envelope is None or envelope.kind not in SELECTIVE:
        raise CredentialError("not_selective", "Of this credential no part can be left out: it is shown whole or not.")
    places = shown(envelope).places
    for pointer in pointers:
        if not any(_inside(place, pointer) or _inside(pointer, place) for place in places.values()):
            raise CredentialError(
                "bad_pointer", f"Nothing that could be shown stands at “{pointer[:80]}”.", where=pointer
            )
    kept = tuple(
        text
        for text in envelope.disclosures
        if any(_inside(places[text], pointer) or _inside(pointer, places[text]) for pointer in pointers)
    )
    return Credential.parse(_text(envelope, kept))


def present(
    credential: Credential,
    pointers: Sequence[str],
    holder: Signer,
    *,
    created: datetime,
    challenge: str,
    audience: str,
) -> Credential:
    """Return what :func:`disclosed` does, closed with the holder's own token for ``audience`` in answer to ``challenge``.

    Raises as :func:`disclosed`, and ``key_not_of_holder`` if the issuer named another key. The signer's verification method plays no part.
    """
    shown_part = disclosed(credential, pointers)
    envelope = shown_part.envelope
    if envelope is None:
        raise ValueError("an SD-JWT has an envelope")  # held by disclosed()
    claims: dict[str, Any] = {
        "iat": seconds(aware(created)),
        "aud": audience,
        "nonce": challenge,
        "sd_hash": digest_of(presented(envelope), _hash_of(envelope)),
    }
    own = sealed(Header(algorithm_for(holder.key_type), KEY_BINDING), claims, holder)
    result = Credential.parse(presented(envelope) + own)
    try:
        check_key_binding(result, at=created)
    except CredentialError as error:
        raise CredentialError(
            "key_not_of_holder",
            "This key is not the one the credential was issued to, so nobody would accept the presentation.",
            remedy="Present it with the key that was given to the issuer.",
        ) from error
    return result


def presented(envelope: Envelope) -> str:
    """Return an SD-JWT as it is shown, up to and including the last tilde: what the holder's token is over."""
    return _text(envelope, envelope.disclosures)


def _text(envelope: Envelope, disclosures: Sequence[str]) -> str:
    from_signature = base64url(envelope.signature)
    return "~".join([f"{envelope.signing_input.decode('ascii')}.{from_signature}", *disclosures, ""])


def _inside(place: str, pointer: str) -> bool:
    return place == pointer or place.startswith(pointer + "/")


def _holder_key(envelope: Envelope) -> PublicKey:
    confirmation = envelope.claims.get("cnf")
    jwk = confirmation.get("jwk") if isinstance(confirmation, Mapping) else None
    if isinstance(jwk, Mapping):
        return PublicKey.from_jwk(jwk)
    if confirmation is None:
        raise _not_holder("the issuer named no key of the holder")
    raise NotSupported(
        "unsupported_key_binding", "The issuer names the holder's key in a way this version cannot check yet."
    )


def _hash_of(envelope: Envelope) -> str:
    return str(envelope.claims.get("_sd_alg", "sha-256"))


def _not_holder(why: str) -> CredentialError:
    return CredentialError(
        "key_binding_invalid",
        f"The proof that this was issued to whoever shows it does not hold: {why}.",
        remedy="Ask the holder to present it anew, with the key it was issued to.",
    )
