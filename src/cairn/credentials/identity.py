"""Whose credential is it? Salted identity hashes (Open Badges 3.0, IdentityObject) and DIDs.

A salted hash is no secret: the salt travels with the badge and addresses can be guessed. It keeps an address out of sight, no more.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cairn.credentials.errors import CredentialError
from cairn.credentials.jsontext import as_list, objects
from cairn.credentials.model import Credential

_HASHES = {"sha256": "sha256", "md5": "md5", "sha1": "sha1"}
_ADDRESSES = {"ext:id": ("",), "ext:url": ("http:", "https:"), "ext:telephone": ("tel:",)}
"""Identities of Open Badges 2.0 that are neither e-mail nor a DID in the open → how an identifier of that kind begins."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """The person somebody asks about: by e-mail address, by DID (or another identifier that is a full address), or both."""

    email: str | None = None
    did: str | None = None

    def __post_init__(self) -> None:
        if not self.email and not self.did:
            raise CredentialError(
                "nobody_asked_about", "To ask whose credential this is, give an e-mail address or a DID."
            )


def identity_object(email: str, salt: str) -> dict[str, Any]:
    """Return the IdentityObject of an e-mail address: ``sha256$`` and the hex SHA-256 of address and salt joined."""
    if not email or not salt:
        raise CredentialError("no_identity", "An identity needs an e-mail address and a salt.")
    return {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": "sha256$" + hashlib.sha256((email + salt).encode()).hexdigest(),
        "identityType": "emailAddress",
        "salt": salt,
    }


def matches_recipient(credential: Credential, *, email: str | None = None, did: str | None = None) -> bool | None:
    """Tell whether the credential is about this person: True, False, or None if it does not say enough to tell.

    With both given, one match suffices unless the other one contradicts it. Old md5 and sha1 hashes are read, never written.
    """
    answers = [
        answer
        for answer in (
            None if email is None else _matches_email(credential.subject, email),
            None if did is None else _matches_did(credential.subject, did),
        )
        if answer is not None
    ]
    if not answers:
        return None
    # Only the first subject is read; that a person is not the first of several says nothing about the others.
    return all(answers) or (False if len(credential.subjects) == 1 else None)


def _matches_did(subject: Mapping[str, Any], did: str) -> bool | None:
    """Compare identifiers of one kind only: who is asked about by DID may well stand in it by another kind of address."""
    named = subject.get("id")
    answers: list[bool | None] = []
    if isinstance(named, str) and named.partition(":")[0] == did.partition(":")[0]:
        answers.append(named == did)
    for entry in objects(as_list(subject.get("identifier"))):
        if did.startswith(_ADDRESSES.get(str(entry.get("identityType")), ())):
            answers += [_entry_matches(entry, spelling) for spelling in (did, did.removeprefix("tel:"))]
    if True in answers:
        return True
    return None if not answers or None in answers else False


def _matches_email(subject: Mapping[str, Any], email: str) -> bool | None:
    entries = [
        entry for entry in objects(as_list(subject.get("identifier"))) if entry.get("identityType") == "emailAddress"
    ]
    named = subject.get("id")
    mailto = isinstance(named, str) and named.lower().startswith("mailto:")
    if not entries and not mailto:
        return None
    # Issuers hash what people typed: as it is, or in small letters without spaces around.
    spellings = list(dict.fromkeys((email, email.strip(), email.strip().lower())))
    if mailto and str(named)[7:].casefold() == email.strip().casefold():
        return True
    answers = [_entry_matches(entry, spelling) for entry in entries for spelling in spellings]
    if True in answers:
        return True
    # A fingerprint of a kind we cannot make ourselves may well be this person's.
    return None if None in answers else False


def _entry_matches(entry: Mapping[str, Any], identity: str) -> bool | None:
    value = entry.get("identityHash")
    salt = entry.get("salt", "")
    if not isinstance(value, str) or not isinstance(salt, str):
        return None
    algorithm, dollar, digest = value.partition("$")
    if dollar and algorithm in _HASHES:
        made = hashlib.new(_HASHES[algorithm], (identity + salt).encode(), usedforsecurity=False).hexdigest()
        return hmac.compare_digest(made, digest.lower().encode("ascii", "replace").decode())
    if entry.get("identityType") in _ADDRESSES:
        return entry.get("hashed") is not True and value == identity
    if "@" not in value:
        return None
    # Written in the open: the hash field holds the address itself.
    return entry.get("hashed") is not True and value.casefold() == identity.casefold()
