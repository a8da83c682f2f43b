"""Keys and who may sign with them: Ed25519 first, P-256 and P-384 beside it, RSA for tokens.

The core never stores a key: it is handed a :class:`Signer`, which may keep its secret in a file, a module or a vault.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from cairn.credentials.keys.kinds import KINDS, KeyKind
from cairn.credentials.keys.public import PublicKey, unsupported_key
from cairn.credentials.keys.secret import (
    Ed25519Key,
    EllipticKey,
    KeyPair,
    RsaKey,
    generate_key,
    key_from_jwk,
    key_from_pem,
    key_from_secret_multibase,
    key_of_secret,
)

__all__ = [
    "KINDS",
    "Ed25519Key",
    "EllipticKey",
    "KeyKind",
    "KeyPair",
    "KeySigner",
    "PublicKey",
    "RsaKey",
    "Signer",
    "generate_key",
    "key_from_jwk",
    "key_from_pem",
    "key_from_secret_multibase",
    "key_of_secret",
    "unsupported_key",
]


@runtime_checkable
class Signer(Protocol):
    """Whoever can sign bytes: ``verification_method`` is the DID URL under which the public key is published."""

    @property
    def verification_method(self) -> str:
        """The DID URL of the public key, such as ``did:web:example.org#key-1``."""
        ...

    @property
    def key_type(self) -> str:
        """The kind of key: a name in :data:`KINDS`."""
        ...

    def sign(self, data: bytes, /) -> bytes:
        """Return the signature over ``data`` in the form that :meth:`PublicKey.matches` takes."""
        ...


@dataclass(frozen=True, slots=True)
class KeySigner:
    """A :class:`Signer` that holds its key in memory."""

    key: KeyPair
    verification_method: str

    @property
    def key_type(self) -> str:
        """The kind of key."""
        return self.key.key_type

    def sign(self, data: bytes, /) -> bytes:
        """Return the signature over ``data``."""
        return self.key.sign(data)
