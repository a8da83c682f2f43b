"""A public key: what it is read from and written as, and whether a signature matches it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from cairn.credentials.errors import CredentialError, NotSupported
from cairn.credentials.keys.kinds import ED25519, KINDS, RSA, bad_key, spki
from cairn.credentials.multibase import base64url, from_multibase, multibase58

PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
"""Members of a JWK that only its owner may know (RFC 7518 sections 6.2.2, 6.3.2 and 6.4.1)."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key. ``key_type`` is "Ed25519", "P-256", "P-384" or "RSA"; ``data`` 32 bytes, a compressed point, or DER.

    The constructor believes what it is given: make one with :meth:`from_multibase`, :meth:`from_jwk` or :meth:`from_der`, which do not.
    """

    key_type: str
    data: bytes

    @classmethod
    def from_multibase(cls, text: str) -> PublicKey:
        """Read a Multikey (``z6Mk…``, ``zDna…``, ``z82L…``).

        Raises ``bad_key``, ``bad_multibase``, and :class:`NotSupported` ``unsupported_key`` for other kinds of key.
        """
        return _from_multibase(text)

    @classmethod
    def from_jwk(cls, jwk: Mapping[str, Any]) -> PublicKey:
        """Read a public JWK (RFC 7517). One with a private member, or meant for something else than signatures, is refused.

        Raises ``bad_key``, ``bad_multibase``, and :class:`NotSupported` ``unsupported_key`` for other kinds of key.
        """
        if not PRIVATE_MEMBERS.isdisjoint(jwk):
            raise bad_key(
                "This key was published together with its secret part, so anybody can sign with it.",
                "Do not rely on it. Tell the issuer to withdraw this key at once.",
            )
        operations = jwk.get("key_ops", ["verify"])
        if jwk.get("use", "sig") != "sig" or not isinstance(operations, list) or "verify" not in operations:
            raise bad_key("This key is published for another purpose than checking signatures.")
        kind = next((kind for kind in KINDS.values() if kind.jwk_type.items() <= _texts(jwk).items()), None)
        if kind is None:
            raise unsupported_key(f"{jwk.get('kty')} {jwk.get('crv', '')}")
        if jwk.get("alg", kind.algorithm) not in (kind.algorithm, kind.name):
            raise unsupported_key(f"{kind.name} for {jwk['alg']}")
        return cls(kind.name, kind.from_jwk(jwk))

    @classmethod
    def from_der(cls, data: bytes) -> PublicKey:
        """Read DER SubjectPublicKeyInfo, as certificates hold it. Raises ``bad_key``; NotSupported ``unsupported_key``."""
        try:
            key = serialization.load_der_public_key(data)
        except ValueError as error:
            raise bad_key("This is no public key.") from error
        except UnsupportedAlgorithm as error:
            raise unsupported_key("") from error
        if isinstance(key, ed25519.Ed25519PublicKey):
            return cls(ED25519.name, key.public_bytes_raw())
        if isinstance(key, rsa.RSAPublicKey):
            return cls(RSA.name, RSA.checked(spki(key)))
        if isinstance(key, ec.EllipticCurvePublicKey):
            for kind in KINDS.values():
                if key.curve.name == _OPENSSL_NAMES.get(kind.name):
                    point = serialization.PublicFormat.CompressedPoint
                    return cls(kind.name, key.public_bytes(serialization.Encoding.X962, point))
        raise unsupported_key(type(key).__name__)

    def matches(self, message: bytes, signature: bytes) -> bool:
        """Tell whether ``signature`` over ``message`` was made with this key's secret. A malformed signature does not match.

        Ed25519: 64 bytes (RFC 8032). P-256, P-384: r and s, over SHA-256 or SHA-384. RSA: RSASSA-PKCS1-v1_5 over SHA-256.
        """
        return KINDS[self.key_type].matches(self.data, message, signature)

    @property
    def multibase(self) -> str:
        """The Multikey form. Raises ``bad_key`` for RSA, which has none here."""
        prefix = KINDS[self.key_type].prefix
        if not prefix:
            raise CredentialError(
                "bad_key", f"An {self.key_type} key has no Multikey form.", remedy="Publish it as a JWK."
            )
        return multibase58(prefix + self.data)

    @property
    def jwk(self) -> dict[str, str]:
        """The public JWK, with the members that make it and no others (RFC 7638 section 3.2)."""
        return KINDS[self.key_type].to_jwk(self.data)

    @property
    def thumbprint(self) -> str:
        """The SHA-256 thumbprint of the key (RFC 7638): the one name it has everywhere, whoever publishes it."""
        members = ",".join(f'"{name}":"{value}"' for name, value in sorted(self.jwk.items()))
        return base64url(hashlib.sha256(f"{{{members}}}".encode()).digest())

    @property
    def algorithm(self) -> str:
        """The name JOSE has for signatures of this key: EdDSA, ES256, ES384 or RS256."""
        return KINDS[self.key_type].algorithm

    @property
    def hash_name(self) -> str:
        """The hash that Data Integrity takes with this key, as :mod:`hashlib` calls it: sha256 or sha384."""
        return KINDS[self.key_type].hash_name


_OPENSSL_NAMES = {"P-256": "secp256r1", "P-384": "secp384r1"}


def _texts(jwk: Mapping[str, Any]) -> dict[str, str]:
    return {name: value for name in ("kty", "crv") if isinstance(value := jwk.get(name), str)}


@lru_cache(maxsize=1024)
def _from_multibase(text: str) -> PublicKey:
    if not text.startswith("z"):
        # Controlled Identifiers 1.0 section 2.2.2: no other encoding is allowed.
        raise bad_key(f"“{text[:16]}” is no public key.", "A key in Multikey form starts with z.")
    data = from_multibase(text)
    for kind in KINDS.values():
        if kind.prefix and data.startswith(kind.prefix):
            return PublicKey(kind.name, kind.checked(data[len(kind.prefix) :]))
    if len(data) < 20:
        raise bad_key(f"“{text[:16]}” is no public key.", "An Ed25519 key in Multikey form starts with z6Mk.")
    raise unsupported_key(text[:5] + "…")


def unsupported_key(kind: str) -> NotSupported:
    """Return the answer for a key of a kind that is not checked here; ``kind`` is shown, and may be anything a document says."""
    return NotSupported(
        "unsupported_key",
        f"The issuer signs with a kind of key this version does not check ({kind.strip()[:60]}).",
        remedy="Check it with the issuer's own verifier. This does not mean that anything is wrong with the credential.",
    )
