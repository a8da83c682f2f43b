"""Reading what people hand to the command line, with errors that name the file and say what to do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cairn.credentials import KeySigner, did_key, did_key_verification_method
from cairn.credentials.errors import CredentialError
from cairn.credentials.keys import (
    Ed25519Key,
    EllipticKey,
    KeyPair,
    RsaKey,
    key_from_jwk,
    key_from_pem,
    key_from_secret_multibase,
)
from cairn.errors import Invalid, NotFound


def read_json(path: Path, what: str) -> dict[str, Any]:
    """Return the JSON object in a file; raises NotFound or Invalid naming the file."""
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise NotFound(f"{path} is not there.", remedy=f"Give the path of {what}.") from error
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise Invalid(f"{path} is not JSON: {error}.", remedy=f"Give {what} as JSON in UTF-8.") from error
    if not isinstance(data, dict):
        raise Invalid(f"{path} holds a {type(data).__name__}, not an object.", remedy=f"Give {what} as a JSON object.")
    return data


def refuse_to_overwrite(out: Path | None, *read: Path | None) -> None:
    """Make sure that what is written does not take the place of what it is made of: a key or a ledger would be lost. Raises Invalid."""
    for one in read:
        if out is not None and one is not None and out.resolve() == one.resolve():
            raise Invalid(
                f"{out} would be overwritten, and it is read here.",
                remedy="Choose another name with --out.",
                code="out_is_read",
            )


def key_document(key: Ed25519Key | EllipticKey, did: str | None = None) -> dict[str, str]:
    """Return a key file's content: a Multikey with its secret. Without ``did`` the key is its own did:key."""
    controller = did or did_key(key)
    method = did_key_verification_method(key) if did is None else f"{did}#{key.public_multibase}"
    return {
        "@context": "https://w3id.org/security/multikey/v1",
        "id": method,
        "type": "Multikey",
        "controller": controller,
        "publicKeyMultibase": key.public_multibase,
        "secretKeyMultibase": key.secret_multibase,
    }


def read_key(path: Path) -> tuple[Ed25519Key | EllipticKey, str | None, str | None]:
    """Return the key of a key file, with its controller and verification method where the file names them.

    Reads a Multikey with ``secretKeyMultibase`` (what ``cairn keys new`` writes), a JWK and an unencrypted private key in PEM: Ed25519,
    P-256 or P-384.
    """
    remedy = "Make one with `cairn keys new key.json`."
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise NotFound(f"The key file {path} is not there.", remedy=remedy) from error
    except UnicodeDecodeError as error:
        raise Invalid(f"{path} is not a key file.", remedy=remedy) from error
    try:
        data = {} if _is_pem(text) else json.loads(text)
        key = key_from_pem(text) if _is_pem(text) else _key_in(data)
    except (ValueError, KeyError, TypeError) as error:
        reason = error.message if isinstance(error, CredentialError) else "it holds no secret key"
        raise Invalid(f"{path} cannot be used to sign: {reason}", remedy=remedy) from error
    if isinstance(key, RsaKey):
        raise Invalid(f"{path} holds an RSA key, and badges are not signed with these.", remedy=remedy)
    if data.get("publicKeyMultibase", key.public_multibase) != key.public_multibase:
        raise Invalid(f"{path} names a public key that does not belong to its secret.", remedy=remedy)
    return key, data.get("controller"), data.get("id")


def issuer_and_signer(issuer_file: Path, key_file: Path) -> tuple[dict[str, Any], KeySigner]:
    """Return the issuer's Profile, its ``id`` filled in, and the signer with the key file's key in the issuer's name."""
    key, controller, method = read_key(key_file)
    issuer = read_json(issuer_file, "the issuer's Profile")
    issuer.setdefault("id", controller or did_key(key))
    if issuer["id"] == did_key(key):
        method = did_key_verification_method(key)
    elif method is None or controller != issuer["id"]:
        method = f"{issuer['id']}#{key.public_multibase}"
    return issuer, KeySigner(key, method)


def _is_pem(text: str) -> bool:
    return text.lstrip().startswith("-----BEGIN")


def _key_in(data: Any) -> KeyPair:
    if not isinstance(data, dict):
        raise TypeError
    if "kty" in data:
        return key_from_jwk(data)
    secret = data["secretKeyMultibase"]
    if not isinstance(secret, str):
        raise TypeError
    return key_from_secret_multibase(secret)
