"""Key pairs in memory: Ed25519, P-256 and P-384, and RSA. ``repr`` never shows a secret.

RSA is for tokens only (RS256), and only where somebody asks for it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from nacl.bindings import crypto_sign, crypto_sign_seed_keypair

from cairn.credentials.errors import CredentialError
from cairn.credentials.keys.kinds import ED25519, KINDS, MAX_RSA_BITS, MIN_RSA_BITS, P256, P384, spki
from cairn.credentials.keys.public import PublicKey
from cairn.credentials.multibase import from_base64url, from_multibase, multibase58

_MAKE_ONE = "Make one with `cairn keys new key.json`."


@dataclass(frozen=True, slots=True)
class Ed25519Key:
    """An Ed25519 key pair, kept as its 32-byte ``seed`` (RFC 8032)."""

    seed: bytes = field(repr=False)
    _pair: tuple[bytes, bytes] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.seed) != 32:
            raise CredentialError("bad_key", f"An Ed25519 seed has 32 bytes, this one has {len(self.seed)}.")
        # Made once: deriving the pair takes as long as signing.
        object.__setattr__(self, "_pair", crypto_sign_seed_keypair(self.seed))

    @classmethod
    def generate(cls) -> Ed25519Key:
        """Return a new key from the operating system's randomness."""
        return cls(secrets.token_bytes(32))

    @classmethod
    def from_seed(cls, seed: bytes) -> Ed25519Key:
        """Return the key of a 32-byte ``seed``; raises ``bad_key``."""
        return cls(bytes(seed))

    @classmethod
    def from_secret_multibase(cls, text: str) -> Ed25519Key:
        """Read a Multikey ``secretKeyMultibase`` (``z3u2…``); raises ``bad_key`` or ``bad_multibase``."""
        data = from_multibase(text)
        if not data.startswith(ED25519.secret_prefix):
            raise CredentialError("bad_key", "This is no secret Ed25519 key in Multikey form (it starts with z3u2).")
        return cls(data[len(ED25519.secret_prefix) :])

    @property
    def key_type(self) -> str:
        """The kind of key, ``Ed25519``."""
        return "Ed25519"

    @property
    def secret(self) -> bytes:
        """The seed."""
        return self.seed

    @property
    def public(self) -> PublicKey:
        """The public half."""
        return PublicKey("Ed25519", self.public_bytes)

    @property
    def public_bytes(self) -> bytes:
        """The 32 bytes of the public key."""
        return self._pair[0]

    @property
    def public_multibase(self) -> str:
        """The Multikey form of the public key, ``z6Mk…``."""
        return multibase58(ED25519.prefix + self.public_bytes)

    @property
    def secret_multibase(self) -> str:
        """The Multikey form of the secret, ``z3u2…``. Whoever reads it can sign in the issuer's name."""
        return multibase58(ED25519.secret_prefix + self.seed)

    def sign(self, data: bytes, /) -> bytes:
        """Return the 64-byte signature over ``data``."""
        return crypto_sign(data, self._pair[1])[:64]


_CURVES: Mapping[str, tuple[ec.EllipticCurve, hashes.HashAlgorithm]] = {
    P256.name: (ec.SECP256R1(), hashes.SHA256()),
    P384.name: (ec.SECP384R1(), hashes.SHA384()),
}


@dataclass(frozen=True, slots=True)
class EllipticKey:
    """A key pair on ``curve``, "P-256" or "P-384"; ``secret`` is its number as 32 or 48 bytes, big-endian."""

    curve: str
    secret: bytes = field(repr=False)
    _pair: ec.EllipticCurvePrivateKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.curve not in _CURVES:
            raise CredentialError("bad_key", f"There are no keys on the curve “{self.curve}” here.")
        curve, _ = _CURVES[self.curve]
        if len(self.secret) != (curve.key_size + 7) // 8:
            raise CredentialError("bad_key", f"A secret {self.curve} key has {curve.key_size // 8} bytes.")
        try:
            pair = ec.derive_private_key(int.from_bytes(self.secret, "big"), curve)
        except ValueError as error:
            raise CredentialError("bad_key", f"This number is no secret {self.curve} key.") from error
        object.__setattr__(self, "_pair", pair)

    @classmethod
    def generate(cls, curve: str = "P-256") -> EllipticKey:
        """Return a new key from the operating system's randomness; raises ``bad_key`` for an unknown curve."""
        if curve not in _CURVES:
            raise CredentialError("bad_key", f"There are no keys on the curve “{curve}” here.")
        return cls._of(ec.generate_private_key(_CURVES[curve][0]))

    @classmethod
    def _of(cls, pair: ec.EllipticCurvePrivateKey) -> EllipticKey:
        name = next((name for name, (curve, _) in _CURVES.items() if curve.name == pair.curve.name), None)
        if name is None:
            raise CredentialError("bad_key", f"There are no keys on the curve “{pair.curve.name}” here.")
        return cls(name, pair.private_numbers().private_value.to_bytes((pair.key_size + 7) // 8, "big"))

    @classmethod
    def from_secret_multibase(cls, text: str) -> EllipticKey:
        """Read a Multikey ``secretKeyMultibase`` of either curve (``z42t…``, ``z2fa…``); raises ``bad_key`` or ``bad_multibase``."""
        data = from_multibase(text)
        for kind in (P256, P384):
            if data.startswith(kind.secret_prefix):
                return cls(kind.name, data[len(kind.secret_prefix) :])
        raise CredentialError("bad_key", "This is no secret P-256 or P-384 key in Multikey form.")

    def __reduce__(self) -> tuple[type[EllipticKey], tuple[str, bytes]]:
        # For processes that sign together: the key is sent as its number, and made again over there.
        return EllipticKey, (self.curve, self.secret)

    @property
    def key_type(self) -> str:
        """The kind of key, which is the name of its curve."""
        return self.curve

    @property
    def public(self) -> PublicKey:
        """The public half."""
        point = self._pair.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint
        )
        return PublicKey(self.curve, point)

    @property
    def public_multibase(self) -> str:
        """The Multikey form of the public key, ``zDna…`` or ``z82L…``."""
        return self.public.multibase

    @property
    def secret_multibase(self) -> str:
        """The Multikey form of the secret. Whoever reads it can sign in the issuer's name."""
        return multibase58(KINDS[self.curve].secret_prefix + self.secret)

    def sign(self, data: bytes, /) -> bytes:
        """Return the signature over ``data`` as r and s, 64 or 96 bytes, the same each time (RFC 6979)."""
        der = self._pair.sign(data, ec.ECDSA(_CURVES[self.curve][1], deterministic_signing=True))
        r, s = decode_dss_signature(der)
        size = len(self.secret)
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")


@dataclass(frozen=True, slots=True)
class RsaKey:
    """An RSA key pair, kept as DER PKCS #8 in ``secret``; for tokens signed with RS256."""

    secret: bytes = field(repr=False)
    _pair: rsa.RSAPrivateKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        try:
            pair = serialization.load_der_private_key(self.secret, None)
        except (ValueError, TypeError) as error:
            raise CredentialError("bad_key", "This is no secret RSA key.") from error
        if not isinstance(pair, rsa.RSAPrivateKey) or not MIN_RSA_BITS <= pair.key_size <= MAX_RSA_BITS:
            raise CredentialError("bad_key", f"An RSA key of {MIN_RSA_BITS} to {MAX_RSA_BITS} bits is needed.")
        object.__setattr__(self, "_pair", pair)

    @classmethod
    def generate(cls, bits: int = 3072) -> RsaKey:
        """Return a new key of so many ``bits`` from the operating system's randomness; raises ``bad_key`` below 2048."""
        if not MIN_RSA_BITS <= bits <= MAX_RSA_BITS:
            raise CredentialError("bad_key", f"An RSA key of {MIN_RSA_BITS} to {MAX_RSA_BITS} bits is needed.")
        return cls._of(rsa.generate_private_key(public_exponent=65537, key_size=bits))

    @classmethod
    def _of(cls, pair: rsa.RSAPrivateKey) -> RsaKey:
        return cls(
            pair.private_bytes(
                serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )

    def __reduce__(self) -> tuple[type[RsaKey], tuple[bytes]]:
        return RsaKey, (self.secret,)

    @property
    def key_type(self) -> str:
        """The kind of key, ``RSA``."""
        return "RSA"

    @property
    def public(self) -> PublicKey:
        """The public half."""
        return PublicKey("RSA", spki(self._pair.public_key()))

    @property
    def public_multibase(self) -> str:
        """There is none: raises ``bad_key``."""
        return self.public.multibase

    def sign(self, data: bytes, /) -> bytes:
        """Return the RSASSA-PKCS1-v1_5 signature over the SHA-256 of ``data``, as long as the key."""
        return self._pair.sign(data, padding.PKCS1v15(), hashes.SHA256())


KeyPair = Ed25519Key | EllipticKey | RsaKey


def generate_key(key_type: str = "Ed25519") -> Ed25519Key | EllipticKey:
    """Return a new key of a kind that has a Multikey form: "Ed25519", "P-256" or "P-384". Raises ``bad_key`` for others."""
    return Ed25519Key.generate() if key_type == "Ed25519" else EllipticKey.generate(key_type)


def key_of_secret(key_type: str, secret: bytes) -> Ed25519Key | EllipticKey:
    """Return the key whose ``secret`` bytes were kept. Raises ``bad_key``."""
    return Ed25519Key.from_seed(secret) if key_type == "Ed25519" else EllipticKey(key_type, secret)


def key_from_secret_multibase(text: str) -> Ed25519Key | EllipticKey:
    """Read a Multikey ``secretKeyMultibase`` of any kind; raises ``bad_key`` or ``bad_multibase``."""
    if from_multibase(text).startswith(ED25519.secret_prefix):
        return Ed25519Key.from_secret_multibase(text)
    return EllipticKey.from_secret_multibase(text)


def key_from_jwk(jwk: Mapping[str, Any]) -> KeyPair:
    """Read a secret JWK (RFC 7517): OKP Ed25519, EC P-256 or P-384, RSA. Raises ``bad_key`` or ``bad_multibase``."""
    try:
        texts = {name: str(jwk[name]) for name in ("kty", "d")}
    except KeyError as error:
        raise CredentialError(
            "bad_key", "This key (JWK) has no secret part, so it cannot sign.", remedy=_MAKE_ONE
        ) from error
    key: KeyPair
    if jwk.get("kty") == "RSA":
        key = _rsa_from_jwk(jwk)
    elif jwk.get("crv") == "Ed25519":
        key = Ed25519Key.from_seed(from_base64url(texts["d"]))
    else:
        key = EllipticKey(str(jwk.get("crv")), from_base64url(texts["d"]))
    if any(jwk.get(name, value) != value for name, value in key.public.jwk.items()):
        raise CredentialError("bad_key", "The public and the secret part of this key do not belong together.")
    return key


def _rsa_from_jwk(jwk: Mapping[str, Any]) -> RsaKey:
    names = ("n", "e", "d", "p", "q", "dp", "dq", "qi")
    if not all(isinstance(jwk.get(name), str) for name in names):
        raise CredentialError("bad_key", "This secret RSA key (JWK) is incomplete.", remedy=_MAKE_ONE)
    n, e, d, p, q, dp, dq, qi = (int.from_bytes(from_base64url(jwk[name]), "big") for name in names)
    try:
        return RsaKey._of(rsa.RSAPrivateNumbers(p, q, d, dp, dq, qi, rsa.RSAPublicNumbers(e, n)).private_key())
    except ValueError as error:
        raise CredentialError("bad_key", "This is no secret RSA key.") from error


def key_from_pem(text: str) -> KeyPair:
    """Read an unencrypted secret key in PEM (PKCS #8, or the older forms of OpenSSL). Raises ``bad_key``."""
    try:
        pair = serialization.load_pem_private_key(text.encode(), None)
    except (ValueError, TypeError) as error:
        raise CredentialError(
            "bad_key", "This is no secret key that opens without a password.", remedy=_MAKE_ONE
        ) from error
    if isinstance(pair, ed25519.Ed25519PrivateKey):
        return Ed25519Key.from_seed(pair.private_bytes_raw())
    if isinstance(pair, ec.EllipticCurvePrivateKey):
        return EllipticKey._of(pair)
    if isinstance(pair, rsa.RSAPrivateKey):
        return RsaKey._of(pair)
    raise CredentialError("bad_key", "This is a secret key of a kind that is not used here.", remedy=_MAKE_ONE)
