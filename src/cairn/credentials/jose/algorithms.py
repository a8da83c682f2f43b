"""Signature algorithms, by the names JOSE gives them: each takes one kind of key and no other.

An allow-list (RFC 7518 section 3, RFC 8037 section 3.1, RFC 9864), made of the kinds of key that are checked here. That a name fixes
the kind of key is what keeps a public key from being used as a shared secret (RFC 8725 sections 2.1 and 3.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cairn.credentials.errors import CredentialError, NotSupported
from cairn.credentials.keys import KINDS, PublicKey


@dataclass(frozen=True, slots=True)
class Algorithm:
    """A name in a header, and the kind of key that it takes (:data:`cairn.credentials.keys.KINDS`)."""

    name: str
    key_type: str


ALGORITHMS: Mapping[str, Algorithm] = {
    one.name: one
    for one in (
        *(Algorithm(kind.algorithm, kind.name) for kind in KINDS.values()),
        Algorithm("Ed25519", "Ed25519"),  # what RFC 9864 calls EdDSA with such a key
    )
}
_WITHOUT_PROOF = ("none", "hs256", "hs384", "hs512")


def algorithm_of(header: Mapping[str, object]) -> Algorithm:
    """Return the algorithm that a header names.

    Raises CredentialError ``forbidden_algorithm`` for none and for shared secrets, ``bad_token`` without a name, NotSupported
    ``unsupported_algorithm`` for one that is not checked here.
    """
    name = header.get("alg")
    if not isinstance(name, str) or not name:
        raise CredentialError("bad_token", "This token does not say how it was signed.")
    found = ALGORITHMS.get(name)
    if found is not None:
        return found
    if name.lower() in _WITHOUT_PROOF:
        raise CredentialError(
            "forbidden_algorithm",
            f"This token is not signed with a key of the issuer's (its algorithm is “{name}”), so anybody could have written it.",
            remedy="Do not rely on it. Ask the holder for the credential as the issuer sent it.",
        )
    raise NotSupported(
        "unsupported_algorithm",
        f"This credential is signed in a way this version cannot check yet ({name[:40]}).",
        remedy="Check it with the issuer's own verifier. This does not mean that anything is wrong with the credential.",
    )


def fits(algorithm: Algorithm, key: PublicKey) -> bool:
    """Tell whether the key is of the kind that the algorithm takes."""
    return key.key_type == algorithm.key_type


def algorithm_for(key_type: str) -> str:
    """Return the name of the algorithm that a key of this kind signs with; raises ``bad_key``."""
    kind = KINDS.get(key_type)
    if kind is None:
        raise CredentialError("bad_key", f"A token cannot be signed with a key of the kind “{key_type}”.")
    return kind.algorithm
