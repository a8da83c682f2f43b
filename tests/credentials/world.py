"""An in-memory world of issuers behind the real Resolver interface: it publishes, falls silent, and lies on request.

After the manner of python-tuf's repository_simulator: tests change the world, then ask the real code what it thinks of it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cairn.credentials import (
    CouldNotFetch,
    Credential,
    Ed25519Key,
    Fetched,
    KeySigner,
    KnownIssuer,
    PublishedKey,
    StatusList,
    achievement_credential,
    did_document,
    did_web_of,
    did_web_url,
    identity_object,
    issue,
    status_entry,
)

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
AWARDED = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
EMAIL = "mira@example.com"


class MemoryResolver:
    """Serves what is in ``pages`` (url → JSON value or bytes). ``silent`` holds addresses that do not answer; ``asked`` what was asked."""

    def __init__(self, pages: Mapping[str, Any] | None = None) -> None:
        self.pages: dict[str, Any] = dict(pages or {})
        self.silent: set[str] = set()
        self.asked: list[str] = []

    def fetch(self, url: str, *, accept: str) -> Fetched:
        self.asked.append(url)
        if url in self.silent:
            raise CouldNotFetch("no answer within 5 seconds")
        if url not in self.pages:
            raise CouldNotFetch("there is nothing at that address (404)")
        page = self.pages[url]
        body = page if isinstance(page, bytes) else json.dumps(page).encode()
        return Fetched(body, "application/json", url)


class Registry:
    """A trust registry that knows the issuers it is told about."""

    def __init__(self, known: Mapping[str, str]) -> None:
        self._known = dict(known)
        self.silent = False
        self.asked: list[tuple[str, datetime]] = []

    def known(self, issuer_id: str, at: datetime) -> KnownIssuer | None:
        self.asked.append((issuer_id, at))
        if self.silent:
            raise CouldNotFetch("the register is down")
        name = self._known.get(issuer_id)
        return None if name is None else KnownIssuer(name, "Register of Testing", "https://register.example")


@dataclass
class Issuer:
    """An issuer with a did:web, a key and two status lists, published in ``world``."""

    world: MemoryResolver
    site: str = "https://badges.example.org"
    name: str = "Example Institute"
    seed: bytes = b"\x01" * 32
    keys: list[PublishedKey] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.did = did_web_of(self.site)
        self.key = Ed25519Key.from_seed(self.seed)
        if not self.keys:
            self.keys.append(PublishedKey(self.key.public_multibase, "key-1"))
        self.signer = KeySigner(self.key, f"{self.did}#key-1")
        self.revocations = StatusList("revocation")
        self.suspensions = StatusList("suspension")
        self.revocation_url = f"{self.site}/status/1"
        self.suspension_url = f"{self.site}/status/2"
        self.publish()

    @property
    def profile(self) -> dict[str, Any]:
        return {"id": self.did, "name": self.name, "url": self.site}

    def publish(self) -> None:
        self.world.pages[did_web_url(self.did)] = did_document(self.did, self.keys)
        for url, bits in ((self.revocation_url, self.revocations), (self.suspension_url, self.suspensions)):
            unsigned = bits.to_credential(url=url, issuer=self.did, valid_from=AWARDED)
            self.world.pages[url] = issue(unsigned, self.signer, created=AWARDED).text.encode()

    def document(self, **changes: Any) -> dict[str, Any]:
        """An unsigned, complete Open Badges 3.0 credential."""
        given: dict[str, Any] = {
            "id": "urn:uuid:6a1676b8-b51f-11ed-937b-d76685a20ff5",
            "issuer": self.profile,
            "achievement": {
                "id": f"{self.site}/achievements/42",
                "achievementType": "MicroCredential",
                "name": "Data Analysis with Python",
                "description": "Cleans, models and shows tabular data.",
                "criteria": {"narrative": "Four assessed projects."},
                "creator": {"id": self.did, "type": ["Profile"], "name": self.name},
                "alignment": [
                    {
                        "type": ["Alignment"],
                        "targetName": "Python (computer programming)",
                        "targetUrl": "http://data.europa.eu/esco/skill/ccd0a1d9-afda-43d9-b901-96344886e14d",
                        "targetFramework": "ESCO",
                        "targetType": "ext:ESCOSkill",
                    }
                ],
                "tag": ["python", "data"],
                "resultDescription": [
                    {
                        "id": "urn:uuid:f6ab24cd-86e8-4eaf-b8c6-ded74e8fd41c",
                        "type": ["ResultDescription"],
                        "name": "Grade",
                        "resultType": "LetterGrade",
                        "allowedValue": ["D", "C", "B", "A"],
                    }
                ],
            },
            "subject": {
                "identifier": [identity_object(EMAIL, "kosher")],
                "creditsEarned": 2.5,
                "result": [
                    {
                        "type": ["Result"],
                        "resultDescription": "urn:uuid:f6ab24cd-86e8-4eaf-b8c6-ded74e8fd41c",
                        "value": "A",
                    }
                ],
            },
            "valid_from": AWARDED,
            "valid_until": datetime(2031, 3, 1, tzinfo=UTC),
            "awarded_date": AWARDED,
            "evidence": [{"id": "https://portfolio.example.net/7", "name": "Report", "genre": "Report"}],
            "status": [status_entry(self.revocation_url, 94567)],
        }
        return achievement_credential(**{**given, **changes})

    def award(self, *, suite: str = "eddsa-rdfc-2022", created: datetime = AWARDED, **changes: Any) -> Credential:
        return issue(self.document(**changes), self.signer, created=created, cryptosuite=suite)
