"""Public keys as PEM, the form in which Open Badges 2.0 publishes them (CryptographicKey, ``publicKeyPem``)."""

from __future__ import annotations

from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from cairn.credentials.errors import CredentialError, NotSupported
from cairn.credentials.keys import PublicKey

MAX_PEM = 16 * 1024
MIN_RSA_BITS = 2048
_CURVES: dict[str, ec.EllipticCurve] = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1()}
_ENCODING, _FORM = serialization.Encoding, serialization.PublicFormat.SubjectPublicKeyInfo


def key_of_pem(pem: Any) -> PublicKey:
    """Read a public key in PEM; raises ``bad_key``, NotSupported ``weak_key`` or ``unsupported_key``."""
    if not isinstance(pem, str) or len(pem) > MAX_PEM or "PRIVATE" in pem:
        raise _bad_key("What the issuer publishes as its key is no public key.")
    try:
        # Some issuers escaped the ends of lines twice.
        key = serialization.load_pem_public_key(pem.replace("\\n", "\n").strip().encode())
    except ValueError as error:
        raise _bad_key("What the issuer publishes as its key cannot be read.") from error
    except UnsupportedAlgorithm as error:
        raise NotSupported("unsupported_key", "The issuer's key is of a kind this version does not check.") from error
    if isinstance(key, rsa.RSAPublicKey) and key.key_size < MIN_RSA_BITS:
        raise NotSupported(
            "weak_key",
            f"The issuer's key has {key.key_size} bits only. Such a key can be broken today, so the signature proves nothing.",
            remedy="Ask the issuer for a fresh copy.",
        )
    return PublicKey.from_der(key.public_bytes(_ENCODING.DER, _FORM))


def pem_of(key: PublicKey) -> str:
    """Return a public key as PEM (SubjectPublicKeyInfo)."""
    if key.key_type == "Ed25519":
        return ed25519.Ed25519PublicKey.from_public_bytes(key.data).public_bytes(_ENCODING.PEM, _FORM).decode()
    if key.key_type in _CURVES:
        point = ec.EllipticCurvePublicKey.from_encoded_point(_CURVES[key.key_type], key.data)
        return point.public_bytes(_ENCODING.PEM, _FORM).decode()
    return serialization.load_der_public_key(key.data).public_bytes(_ENCODING.PEM, _FORM).decode()


def _bad_key(message: str) -> CredentialError:
    return CredentialError(
        "bad_key", message, remedy="Do not rely on it. Ask the issuer itself whether it made this award."
    )
