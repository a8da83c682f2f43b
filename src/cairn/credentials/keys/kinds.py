"""The kinds of key: how each is written down, recognised and used. One record per kind in :data:`KINDS`; adding one means adding one.

Sources: RFC 8032 (Ed25519); FIPS 186-5 and SEC 1 (P-256, P-384); RFC 8017 (RSASSA-PKCS1-v1_5); RFC 7517, 7518 and 8037 (JWK); the
multicodec table (0xed, 0x1200, 0x1201 for public keys; 0x1300, 0x1306, 0x1307 for secret ones).

ECDSA signatures are r and s one after the other, each as long as the curve's order (RFC 7518 section 3.4, Data Integrity ECDSA
section 3.2.6). For every such signature there is a second one with s negated that matches as well. No standard followed here forbids
it, and issuers' hardware makes either, so both are accepted: never take a signature's bytes for the name of a credential.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import nacl.exceptions
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from nacl.bindings import crypto_sign_open

from cairn.credentials.errors import CredentialError, NotSupported
from cairn.credentials.multibase import base64url, from_base64url

MIN_RSA_BITS = 2048
MAX_RSA_BITS = 8192
"""Checking with a longer key takes longer than any signature deserves."""


@dataclass(frozen=True, slots=True)
class KeyKind:
    """A kind of key. ``data`` is the public key's one form in this core: 32 bytes, a compressed point, or DER SubjectPublicKeyInfo.

    ``checked(data)`` returns it, or raises ``bad_key``; ``matches(data, message, signature)`` hashes inside. ``prefix`` and
    ``secret_prefix`` are the multicodec bytes in front of a Multikey, empty where there is no such form. ``signature_bytes`` is the
    length of a signature where the kind fixes it, else 0. ``hash_name`` is the hash that Data Integrity takes with this kind.
    """

    name: str
    algorithm: str
    hash_name: str
    signature_bytes: int
    prefix: bytes
    secret_prefix: bytes
    jwk_type: Mapping[str, str]
    checked: Callable[[bytes], bytes]
    matches: Callable[[bytes, bytes, bytes], bool]
    to_jwk: Callable[[bytes], dict[str, str]]
    from_jwk: Callable[[Mapping[str, Any]], bytes]


def bad_key(message: str, remedy: str = "Ask the issuer to publish its key again.") -> CredentialError:
    """Return the error for a key that is none."""
    return CredentialError("bad_key", message, remedy=remedy)


# -- Ed25519 --------------------------------------------------------------------------------------------------------------------


def _ed25519_checked(data: bytes) -> bytes:
    if len(data) != 32:
        raise bad_key(f"A public Ed25519 key has 32 bytes, this one has {len(data)}.")
    return data


def _ed25519_matches(data: bytes, message: bytes, signature: bytes) -> bool:
    """RFC 8032 with libsodium's checks: no points of small order, no second spelling of the same signature."""
    if len(signature) != 64 or len(data) != 32:
        return False
    try:
        crypto_sign_open(signature + message, data)
    except nacl.exceptions.BadSignatureError:
        return False
    return True


ED25519 = KeyKind(
    name="Ed25519",
    algorithm="EdDSA",
    hash_name="sha256",
    signature_bytes=64,
    prefix=bytes([0xED, 0x01]),
    secret_prefix=bytes([0x80, 0x26]),
    jwk_type={"kty": "OKP", "crv": "Ed25519"},
    checked=_ed25519_checked,
    matches=_ed25519_matches,
    to_jwk=lambda data: {"kty": "OKP", "crv": "Ed25519", "x": base64url(data)},
    from_jwk=lambda jwk: _ed25519_checked(_member(jwk, "x")),
)


# -- Elliptic curves of NIST ----------------------------------------------------------------------------------------------------


def _elliptic(name: str, curve: ec.EllipticCurve, digest: hashes.HashAlgorithm, *, codec: int) -> KeyKind:
    size = (curve.key_size + 7) // 8
    scheme = ec.ECDSA(digest)

    @lru_cache(maxsize=1024)
    def loaded(data: bytes) -> ec.EllipticCurvePublicKey:
        # Undoing the compression of a point takes about as long as checking a signature does.
        if len(data) != size + 1 or data[0] not in (2, 3):
            raise bad_key(f"A public {name} key is a compressed point of {size + 1} bytes.")
        try:
            return ec.EllipticCurvePublicKey.from_encoded_point(curve, data)
        except ValueError as error:
            raise bad_key(f"This public key is no point of the curve {name}.") from error

    def checked(data: bytes) -> bytes:
        loaded(data)
        return data

    def matches(data: bytes, message: bytes, signature: bytes) -> bool:
        if len(signature) != 2 * size:
            return False
        r, s = int.from_bytes(signature[:size], "big"), int.from_bytes(signature[size:], "big")
        try:
            loaded(data).verify(encode_dss_signature(r, s), message, scheme)
        except InvalidSignature:
            return False
        return True

    def to_jwk(data: bytes) -> dict[str, str]:
        whole = loaded(data).public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
        return {"kty": "EC", "crv": name, "x": base64url(whole[1 : size + 1]), "y": base64url(whole[size + 1 :])}

    def from_jwk(jwk: Mapping[str, Any]) -> bytes:
        x, y = _member(jwk, "x"), _member(jwk, "y")
        if len(x) != size or len(y) != size:
            raise bad_key(f"The coordinates of a {name} key have {size} bytes each.")
        data = bytes([2 + (y[-1] & 1)]) + x
        point = loaded(data).public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
        if point[size + 1 :] != y:
            raise bad_key(f"This public key is no point of the curve {name}.")
        return data

    return KeyKind(
        name=name,
        algorithm=f"ES{digest.digest_size * 8}",
        hash_name=digest.name,
        signature_bytes=2 * size,
        prefix=_varint(codec),
        secret_prefix=_varint(codec + 0x106),
        jwk_type={"kty": "EC", "crv": name},
        checked=checked,
        matches=matches,
        to_jwk=to_jwk,
        from_jwk=from_jwk,
    )


def _varint(number: int) -> bytes:
    return bytes([number & 0x7F | 0x80, number >> 7])


P256 = _elliptic("P-256", ec.SECP256R1(), hashes.SHA256(), codec=0x1200)
P384 = _elliptic("P-384", ec.SECP384R1(), hashes.SHA384(), codec=0x1201)


# -- RSA, for tokens only -------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _rsa_loaded(data: bytes) -> rsa.RSAPublicKey:
    try:
        key = serialization.load_der_public_key(data)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise bad_key("This is no public RSA key.") from error
    if not isinstance(key, rsa.RSAPublicKey):
        raise bad_key("This is no public RSA key.")
    if key.key_size < MIN_RSA_BITS:
        raise bad_key(f"An RSA key of {key.key_size} bits is too short to be trusted; {MIN_RSA_BITS} are needed.")
    if key.key_size > MAX_RSA_BITS or key.public_numbers().e.bit_length() > 32:
        raise NotSupported("unsupported_key", "This RSA key is larger than any that is in use.")
    return key


def _rsa_checked(data: bytes) -> bytes:
    _rsa_loaded(data)
    return data


def _rsa_matches(data: bytes, message: bytes, signature: bytes) -> bool:
    key = _rsa_loaded(data)
    if len(signature) != (key.key_size + 7) // 8:
        return False
    try:
        key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def _rsa_to_jwk(data: bytes) -> dict[str, str]:
    numbers = _rsa_loaded(data).public_numbers()
    texts = {
        name: base64url(n.to_bytes((n.bit_length() + 7) // 8, "big"))
        for name, n in (("n", numbers.n), ("e", numbers.e))
    }
    return {"kty": "RSA", **texts}


def _rsa_from_jwk(jwk: Mapping[str, Any]) -> bytes:
    n, e = _member(jwk, "n"), _member(jwk, "e")
    if len(n) > MAX_RSA_BITS // 8 + 1 or len(e) > 8:
        raise NotSupported("unsupported_key", "This RSA key is larger than any that is in use.")
    try:
        key = rsa.RSAPublicNumbers(int.from_bytes(e, "big"), int.from_bytes(n, "big")).public_key()
    except ValueError as error:
        raise bad_key("This is no public RSA key.") from error
    return _rsa_checked(spki(key))


def spki(key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey) -> bytes:
    """Return a public key as DER SubjectPublicKeyInfo."""
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


RSA = KeyKind(
    name="RSA",
    algorithm="RS256",
    hash_name="sha256",
    signature_bytes=0,
    prefix=b"",
    secret_prefix=b"",
    jwk_type={"kty": "RSA"},
    checked=_rsa_checked,
    matches=_rsa_matches,
    to_jwk=_rsa_to_jwk,
    from_jwk=_rsa_from_jwk,
)


KINDS: Mapping[str, KeyKind] = {kind.name: kind for kind in (ED25519, P256, P384, RSA)}
"""Name of a kind → what can be done with it."""


def _member(jwk: Mapping[str, Any], name: str) -> bytes:
    value = jwk.get(name)
    if not isinstance(value, str):
        raise bad_key(f"This public key (JWK) lacks its member “{name}”.")
    return from_base64url(value)
