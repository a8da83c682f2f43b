"""Key custody: where the secrets of issuers live, and who can sign with them without ever seeing them.

A key is known by a reference, ``scheme:name``. The scheme names a :class:`KeyStore` in the table :data:`STORES`; the one that comes
with Cairn, ``file:``, keeps secrets of Ed25519, P-256 and P-384 keys sealed in :attr:`settings.KEY_FOLDER`. To add a vault or a
hardware module, add an object with the same two methods to the table. There is deliberately no method that hands a secret out.

How the ``file:`` store seals (AES-256-GCM throughout)::

    CAIRN_KEY_PASSPHRASE ──scrypt──► wrapping key ──opens──► custody.json: the store key ──opens──► <uuid>.key: one secret each
    or, without a passphrase:
    master.key (random, 0600) ─────► wrapping key

What that protects: with a passphrase, a copied folder or backup is useless without it. Without one, ``master.key`` lies beside what
it opens: it keeps secrets out of a database dump and out of a carelessly copied single file, and out of nobody's hands who can read
the folder. Either way, whoever controls the running process can sign.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import secrets
import tempfile
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from django.conf import settings

from cairn.credentials.errors import CredentialError
from cairn.credentials.keys import KeySigner, PublicKey, Signer, generate_key, key_of_secret
from cairn.errors import Invalid, Unreachable

SCRYPT_COST = {"n": 2**15, "r": 8, "p": 1}
"""32 MiB and about a tenth of a second, once per process (RFC 7914; OWASP's least for scrypt with p=1 is n=2^17 for web log-ins, where
the attacker holds the hashes of many; raise ``n`` here and relock to pay more)."""

FORMAT = "cairn-custody/1"
_LOST_LOCK = "The key folder has lost its custody.json, without which its keys do not open."


class KeyStore(Protocol):
    """Keeps secrets and signs with them. References it gives out start with its scheme."""

    def create(self, key_type: str = "Ed25519") -> tuple[str, str]:
        """Make a key; return its reference and its public half as Multikey text. Raises Invalid (``bad_key_type``)."""
        ...

    def signer(self, reference: str, verification_method: str) -> Signer:
        """Return who signs with the key; raises Unreachable when it cannot be used now, Invalid for a malformed reference."""
        ...


def create_key(*, key_type: str = "Ed25519", scheme: str = "file") -> tuple[str, str]:
    """Make a key in the store of ``scheme``; return (custody reference, public key as Multikey text).

    ``key_type`` is "Ed25519", "P-256" or "P-384"; raises Invalid (``bad_key_type``) for others.
    """
    return _store(scheme).create(key_type)


def signer(reference: str, verification_method: str) -> Signer:
    """Return who signs with the key of ``reference`` under the DID URL ``verification_method``.

    Raises Unreachable (``key_missing``, ``key_locked``, ``key_exposed``, ``key_damaged``) and Invalid (``bad_reference``).
    """
    scheme, colon, _ = reference.partition(":")
    if not colon:
        raise Invalid(
            f"“{reference}” is no key reference.", remedy="A reference looks like file:<uuid>.", code="bad_reference"
        )
    return _store(scheme).signer(reference, verification_method)


@dataclass(slots=True)
class FileStore:
    """The ``file:`` store in ``folder``. ``passphrase`` None or empty: the master key file is used."""

    folder: Path
    passphrase: str | None = field(default=None, repr=False)
    _store_key: bytes | None = field(default=None, repr=False, init=False)

    def create(self, key_type: str = "Ed25519") -> tuple[str, str]:
        """Make a key and seal it in a file of its own."""
        try:
            key = generate_key(key_type)
        except CredentialError as error:
            raise Invalid(
                f"This site keeps no keys of the kind “{key_type}”.",
                remedy="Choose Ed25519, P-256 or P-384.",
                code="bad_key_type",
            ) from error
        name = str(uuid.uuid4())
        public = key.public_multibase
        sealed = _seal(self._open_store(), key.secret, bound_to=f"{name} {public}")
        _write_new(self.folder / f"{name}.key", {"format": FORMAT, "public": public, **sealed})
        return f"file:{name}", public

    def signer(self, reference: str, verification_method: str) -> Signer:
        """Open the key and return its signer; nothing it shows by ``repr`` is secret."""
        name = _name_of(reference)
        path = self.folder / f"{name}.key"
        record = _read(path, missing=f"The signing key {reference} is not in this site's key folder.")
        try:
            # The public half says of which kind the secret is. It cannot be exchanged: the secret is sealed together with it.
            key_type = PublicKey.from_multibase(str(record["public"])).key_type
            secret = _unseal(self._open_store(), record, bound_to=f"{name} {record['public']}")
        except (InvalidTag, KeyError, CredentialError) as error:
            raise _damaged(path) from error
        return KeySigner(key_of_secret(key_type, secret), verification_method)

    def relock(self, passphrase: str | None) -> None:
        """Put the store under another passphrase (None: under a new master key file). The keys themselves stay as they are."""
        store_key = self._open_store()
        self.passphrase = passphrase or None
        wrapping, lock = self._new_lock()
        _replace(
            self.folder / "custody.json",
            {"format": FORMAT, "lock": {**lock, **_seal(wrapping, store_key, bound_to=FORMAT)}},
        )
        if passphrase:
            (self.folder / "master.key").unlink(missing_ok=True)

    def _open_store(self) -> bytes:
        if self._store_key is None:
            path = self.folder / "custody.json"
            if not path.exists():
                self._found(path)
            record = _read(path, missing=_LOST_LOCK)
            lock = record.get("lock", {})
            try:
                self._store_key = _unseal(self._wrapping_key(lock), lock, bound_to=FORMAT)
            except InvalidTag as error:
                raise Unreachable(
                    "The key folder does not open: the passphrase is wrong, or master.key belongs to another folder.",
                    remedy="Set CAIRN_KEY_PASSPHRASE to the passphrase the folder was locked with, or restore its master.key.",
                    code="key_locked",
                ) from error
            except (KeyError, ValueError) as error:
                raise _damaged(path) from error
        return self._store_key

    def _found(self, path: Path) -> None:
        """Make the store's own key and lock it; when another process does so at the same time, the first one stands."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if any(each.name != "master.key" for each in self.folder.glob("*.key")) and not path.exists():
            raise Unreachable(_LOST_LOCK, remedy="Restore the whole key folder from one backup.", code="key_missing")
        wrapping, lock = self._new_lock()
        sealed = _seal(wrapping, secrets.token_bytes(32), bound_to=FORMAT)
        _write_new(path, {"format": FORMAT, "lock": {**lock, **sealed}})

    def _new_lock(self) -> tuple[bytes, dict[str, Any]]:
        if self.passphrase:
            lock = {"kind": "passphrase", "salt": _text(secrets.token_bytes(16)), **SCRYPT_COST}
            return self._wrapping_key(lock), lock
        path = self.folder / "master.key"
        if not path.exists():
            _write_new(path, {"format": FORMAT, "key": _text(secrets.token_bytes(32))})
        lock = {"kind": "file"}
        return self._wrapping_key(lock), lock

    def _wrapping_key(self, lock: dict[str, Any]) -> bytes:
        if lock.get("kind") == "passphrase":
            if not self.passphrase:
                raise Unreachable(
                    "The key folder is locked with a passphrase, and none is set.",
                    remedy="Set CAIRN_KEY_PASSPHRASE before starting Cairn.",
                    code="key_locked",
                )
            derivation = Scrypt(salt=_bytes(lock["salt"]), length=32, n=lock["n"], r=lock["r"], p=lock["p"])
            return derivation.derive(self.passphrase.encode())
        if self.passphrase:
            raise Unreachable(
                "CAIRN_KEY_PASSPHRASE is set, but the key folder is locked with its master.key.",
                remedy="Leave CAIRN_KEY_PASSPHRASE empty, or relock the folder with the passphrase first.",
                code="key_locked",
            )
        return _bytes(_read(self.folder / "master.key", missing="The key folder has lost its master.key.")["key"])


def file_store() -> FileStore:
    """Return the ``file:`` store of this site. The passphrase comes straight from the environment, never through settings, which
    error reports print."""
    return _opened(Path(settings.KEY_FOLDER), os.environ.get("CAIRN_KEY_PASSPHRASE") or None)


STORES: dict[str, Callable[[], KeyStore]] = {"file": file_store}
"""Scheme to what gives its store."""


@cache
def _opened(folder: Path, passphrase: str | None) -> FileStore:
    return FileStore(folder, passphrase)


def _store(scheme: str) -> KeyStore:
    if scheme not in STORES:
        raise Invalid(
            f"This site keeps no keys under “{scheme}:”.",
            remedy="Known: " + ", ".join(sorted(STORES)) + ".",
            code="bad_reference",
        )
    return STORES[scheme]()


def _name_of(reference: str) -> str:
    try:
        return str(uuid.UUID(reference.removeprefix("file:")))
    except ValueError as error:
        raise Invalid(
            f"“{reference}” is no key reference.", remedy="A reference looks like file:<uuid>.", code="bad_reference"
        ) from error


def _seal(key: bytes, secret: bytes, *, bound_to: str) -> dict[str, str]:
    nonce = secrets.token_bytes(12)
    return {"nonce": _text(nonce), "sealed": _text(AESGCM(key).encrypt(nonce, secret, bound_to.encode()))}


def _unseal(key: bytes, record: dict[str, Any], *, bound_to: str) -> bytes:
    return AESGCM(key).decrypt(_bytes(record["nonce"]), _bytes(record["sealed"]), bound_to.encode())


def _read(path: Path, *, missing: str) -> dict[str, Any]:
    """Read a file of the store, refusing one that others on this machine may read."""
    try:
        with path.open("rb") as file:
            if os.name == "posix" and os.fstat(file.fileno()).st_mode & 0o077:
                raise Unreachable(
                    f"Other accounts of this machine can open the key file {path.name}.",
                    remedy=f"Run: chmod 600 {path}  and consider whether the key has been seen.",
                    code="key_exposed",
                )
            record = json.loads(file.read())
    except FileNotFoundError as error:
        raise Unreachable(missing, remedy="Restore the key folder from a backup.", code="key_missing") from error
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise _damaged(path) from error
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        raise _damaged(path)
    return record


def _damaged(path: Path) -> Unreachable:
    return Unreachable(
        f"The key file {path.name} is damaged, or does not belong to this key folder.",
        remedy="Restore the whole key folder from one backup.",
        code="key_damaged",
    )


def _write_new(path: Path, record: dict[str, Any]) -> None:
    """Write a file that nobody else may read, whole or not at all; where one is there already, that one stands."""
    temporary = _temporary(path, record)
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        temporary.unlink()


def _replace(path: Path, record: dict[str, Any]) -> None:
    _temporary(path, record).replace(path)


def _temporary(path: Path, record: dict[str, Any]) -> Path:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")  # made with mode 0600
    with os.fdopen(descriptor, "w") as file:
        json.dump(record, file)
        file.flush()
        os.fsync(file.fileno())
    return Path(name)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
