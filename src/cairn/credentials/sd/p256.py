"""P-256 signatures as 64 bytes, r‖s (FIPS 186-5, SHA-256), with a key that lives for one document only, or that somebody else made."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from cairn.credentials.errors import CredentialError

_ALGORITHM = ec.ECDSA(SHA256(), deterministic_signing=True)
"""RFC 6979: the same text and key always give the same signature, and no weak randomness can give the key away."""


class StatementKey:
    """A key pair that signs the statements of one document and is then forgotten."""

    def __init__(self, secret: ec.EllipticCurvePrivateKey) -> None:
        self._secret = secret

    @classmethod
    def generate(cls) -> StatementKey:
        """Return a new key from the operating system's randomness."""
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @classmethod
    def from_secret(cls, secret: bytes) -> StatementKey:
        """Return the key of a 32-byte secret."""
        return cls(ec.derive_private_key(int.from_bytes(secret, "big"), ec.SECP256R1()))

    @property
    def point(self) -> bytes:
        """The public key as a compressed point, 33 bytes."""
        return self._secret.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)

    def sign(self, data: bytes) -> bytes:
        """Return the 64-byte signature over ``data``."""
        r, s = decode_dss_signature(self._secret.sign(data, _ALGORITHM))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


class Point:
    """A public key, read once to check many signatures."""

    def __init__(self, point: bytes) -> None:
        try:
            self._key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        except ValueError as error:
            raise CredentialError("bad_key", "The proof holds a key that is no point on the curve P-256.") from error

    def matches(self, data: bytes, signature: bytes) -> bool:
        """Tell whether the 64-byte ``signature`` over ``data`` was made with this key."""
        if len(signature) != 64:
            return False
        pair = encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
        try:
            self._key.verify(pair, data, _ALGORITHM)
        except InvalidSignature:
            return False
        return True
