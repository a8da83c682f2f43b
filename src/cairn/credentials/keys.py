"""Ed25519 keys and who may sign with them.

The core never stores a key: it is handed a :class:`Signer`, which may keep its secret in a file, a module or a vault.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol, runtime_checkable

import nacl.exceptions
import nacl.signing

from cairn.credentials.errors import CredentialError
from cairn.credentials.multibase import from_multibase, multibase58

PUBLIC_PREFIX = bytes([0xED, 0x01])
SECRET_PREFIX = bytes([0x80, 0x26])


@runtime_checkable
class Signer(Protocol):
    """Whoever can sign bytes: ``verification_method`` is the DID URL under which the public key is published."""

    @property
    def verification_method(self) -> str:
        """The DID URL of the public key, such as ``did:web:example.org#key-1``."""
        ...

    def sign(self, data: bytes, /) -> bytes:
        """Return the 64-byte Ed25519 signature over ``data``."""
        ...


@dataclass(frozen=True, slots=True)
class Ed25519Key:
    """An Ed25519 key pair, kept as its 32-byte ``seed`` (RFC 8032). ``repr`` does not show the secret."""

    seed: bytes = field(repr=False)
    _pair: nacl.signing.SigningKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.seed) != 32:
            raise CredentialError("bad_key", f"An Ed25519 seed has 32 bytes, this one has {len(self.seed)}.")
        # Made once: deriving the pair takes as long as signing.
        object.__setattr__(self, "_pair", nacl.signing.SigningKey(self.seed))

    @classmethod
    def generate(cls) -> Ed25519Key:
        """Return a new key from the operating system's randomness."""
        return cls(bytes(nacl.signing.SigningKey.generate()))

    @classmethod
    def from_seed(cls, seed: bytes) -> Ed25519Key:
        """Return the key of a 32-byte ``seed``; raises ``bad_key``."""
        return cls(bytes(seed))

    @classmethod
    def from_secret_multibase(cls, text: str) -> Ed25519Key:
        """Read a Multikey ``secretKeyMultibase`` (``z3u2…``); raises ``bad_key`` or ``bad_multibase``."""
        data = from_multibase(text)
        if not data.startswith(SECRET_PREFIX):
            raise CredentialError("bad_key", "This is no secret Ed25519 key in Multikey form (it starts with z3u2).")
        return cls(data[len(SECRET_PREFIX) :])

    @property
    def public_bytes(self) -> bytes:
        """The 32 bytes of the public key."""
        return bytes(self._pair.verify_key)

    @property
    def public_multibase(self) -> str:
        """The Multikey form of the public key, ``z6Mk…``."""
        return multibase58(PUBLIC_PREFIX + self.public_bytes)

    @property
    def secret_multibase(self) -> str:
        """The Multikey form of the secret, ``z3u2…``. Whoever reads it can sign in the issuer's name."""
        return multibase58(SECRET_PREFIX + self.seed)

    def sign(self, data: bytes, /) -> bytes:
        """Return the 64-byte signature over ``data``."""
        return self._pair.sign(data).signature


@dataclass(frozen=True, slots=True)
class KeySigner:
    """A :class:`Signer` that holds its key in memory."""

    key: Ed25519Key
    verification_method: str

    def sign(self, data: bytes, /) -> bytes:
        """Return the 64-byte signature over ``data``."""
        return self.key.sign(data)


@lru_cache(maxsize=1024)
def public_bytes_of(public_multibase: str) -> bytes:
    """Return the 32 bytes of a ``z6Mk…`` public key; raises ``bad_key`` for any other kind of key."""
    data = from_multibase(public_multibase)
    if not data.startswith(PUBLIC_PREFIX) or len(data) != 34:
        raise CredentialError(
            "bad_key",
            f"“{public_multibase[:12]}…” is no Ed25519 public key.",
            remedy="An Ed25519 key in Multikey form starts with z6Mk.",
        )
    return data[2:]


def signature_matches(public: bytes, data: bytes, signature: bytes) -> bool:
    """Tell whether ``signature`` over ``data`` was made with the secret of the 32-byte ``public`` key (RFC 8032, libsodium's checks)."""
    if len(signature) != 64 or len(public) != 32:
        return False
    try:
        nacl.signing.VerifyKey(public).verify(data, signature)
    except (nacl.exceptions.BadSignatureError, nacl.exceptions.ValueError):
        return False
    return True
