"""An in-memory site of an Open Badges 2.0 issuer: it publishes, revokes, falls silent, moves, and lies on request."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from tests.credentials.world import MemoryResolver

from cairn.credentials import CouldNotFetch, Fetched
from cairn.credentials.keys import KeySigner, RsaKey
from cairn.credentials.multibase import base64url
from cairn.credentials.openbadges2.pem import pem_of

V2 = "https://w3id.org/openbadges/v2"
VECTORS = Path(__file__).parent / "vectors" / "open_badges_2"
BETH = "beth@example.org"


@cache
def documents(name: str) -> dict[str, Any]:
    """The published test documents in ``specification.json`` or ``validator.json``."""
    found: dict[str, Any] = json.loads((VECTORS / f"{name}.json").read_text())
    return found


def copy(document: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(json.dumps(document))
    return made


class Web(MemoryResolver):
    """Answers with a status as web servers do: ``gone`` holds addresses that say 410, ``moved`` sends to other addresses."""

    def __init__(self, pages: Mapping[str, Any] | None = None) -> None:
        super().__init__(pages)
        self.gone: set[str] = set()
        self.moved: dict[str, str] = {}

    def fetch(self, url: str, *, accept: str) -> Fetched:
        if url in self.gone:
            self.asked.append(url)
            raise CouldNotFetch("the site answered with status 410", status=410)
        here = self.moved.get(url, url)
        if here not in self.pages and here not in self.silent:
            self.asked.append(url)
            raise CouldNotFetch("the site answered with status 404", status=404)
        return super().fetch(here, accept=accept)


@cache
def rsa_key(name: str) -> RsaKey:
    """One key per name and run: making RSA keys is slow."""
    return RsaKey.generate(2048)


@dataclass
class Site:
    """An issuer of Open Badges 2.0 at ``root``, with one badge, one hosted award, and a key for signed ones."""

    web: Web
    root: str = "https://example.org"
    name: str = "Example Institute"
    extra: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.key = rsa_key(self.root)
        self.key_url = f"{self.root}/key.json"
        self.signer = KeySigner(self.key, self.key_url)
        self.award_url = f"{self.root}/awards/7"
        self.badge_url = f"{self.root}/badges/robots"
        self.issuer_url = f"{self.root}/issuer"
        self.list_url = f"{self.root}/revoked.json"
        self.issuer: dict[str, Any] = {
            "@context": V2,
            "type": "Issuer",
            "id": self.issuer_url,
            "name": self.name,
            "url": self.root,
            "email": "contact@example.org",
            "publicKey": self.key_url,
            "revocationList": self.list_url,
            **self.extra,
        }
        self.badge: dict[str, Any] = {
            "@context": V2,
            "type": "BadgeClass",
            "id": self.badge_url,
            "name": "Robots",
            "description": "Builds a robot that walks.",
            "image": f"{self.root}/robots.png",
            "criteria": {"narrative": "The robot walks."},
            "issuer": self.issuer_url,
        }
        self.award: dict[str, Any] = {
            "@context": V2,
            "type": "Assertion",
            "id": self.award_url,
            "recipient": {"type": "email", "hashed": False, "identity": BETH},
            "issuedOn": "2025-12-31T23:59:59Z",
            "badge": self.badge_url,
            "verification": {"type": "hosted"},
        }
        self.key_document = {
            "@context": V2,
            "type": "CryptographicKey",
            "id": self.key_url,
            "owner": self.issuer_url,
            "publicKeyPem": pem_of(self.key.public),
        }
        self.revoked: dict[str, Any] = {
            "@context": V2,
            "type": "RevocationList",
            "id": self.list_url,
            "issuer": self.issuer_url,
            "revokedAssertions": [],
        }
        self.publish()

    def publish(self) -> None:
        for document in (self.award, self.badge, self.issuer, self.key_document, self.revoked):
            self.web.pages[document["id"]] = copy(document)

    def signed_award(self, **changes: Any) -> dict[str, Any]:
        way = {"type": "SignedBadge", "creator": self.key_url}
        return {**self.award, "id": "urn:uuid:a953081a-4bbd-4927-9653-7219bca00e3b", "verification": way, **changes}

    def token(self, header: Mapping[str, Any] | None = None, signer: Any = None, **changes: Any) -> str:
        return sealed_token(self.signed_award(**changes), signer or self.key, header)


def sealed_token(payload: Mapping[str, Any], key: Any, header: Mapping[str, Any] | None = None) -> str:
    """Any payload under any header, signed with ``key``."""
    texts = (json.dumps(header or {"alg": "RS256"}), json.dumps(payload))
    signing_input = ".".join(base64url(text.encode()) for text in texts)
    return f"{signing_input}.{base64url(key.sign(signing_input.encode()))}"
