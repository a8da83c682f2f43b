"""The credential that every figure speaks of, who gets it, and what its issuer publishes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cairn.credentials import (
    CouldNotFetch,
    Ed25519Key,
    Fetched,
    KeySigner,
    PublishedKey,
    StatusList,
    did_document,
    did_web_url,
    identity_object,
    issue,
)
from cairn.credentials.keys import EllipticKey
from cairn.credentials.linkeddata.contexts import OB_3, OB_EXTENSIONS, VC_V2

SITE = "https://badges.example.edu"
DID = "did:web:badges.example.edu"
LIST = f"{SITE}/status/7"
ESCO = "http://data.europa.eu/esco/skill/"
GRADE = "urn:uuid:f6ab24cd-86e8-4eaf-b8c6-ded74e8fd41c"
AWARDED = datetime(2026, 3, 1, tzinfo=UTC)
NOW = datetime(2026, 6, 1, tzinfo=UTC)


def badge() -> dict[str, Any]:
    """An Open Badges 3.0 credential as large as they are in use: 4 kB, 111 statements, 11 blank nodes."""
    alignments = [
        ("analyse big data", f"{ESCO}4a3ebed5-ca31-408f-a7e8-1b3ab3cf1f3a", "ESCO", "ext:ESCOSkill"),
        ("use databases", f"{ESCO}1d1ae4e6-bc2b-4f0a-9d1c-6d2a3f5d7b10", "ESCO", "CFItem"),
        ("EQF level 5", "http://data.europa.eu/snb/eqf/5", "European Qualifications Framework", "CFItem"),
        ("Python (computer programming)", f"{ESCO}ccd0a1d9-afda-43d9-b901-96344886e14d", "ESCO", "CFItem"),
    ]
    image = {"id": f"{SITE}/img/badge/42.png", "type": "Image"}
    achievement = {
        "id": f"{SITE}/achievements/42",
        "type": ["Achievement"],
        "achievementType": "MicroCredential",
        "name": "Data Analysis with Python",
        "description": "The holder can clean, model and visualise tabular data with Python and communicate findings.",
        "criteria": {
            "id": f"{SITE}/achievements/42/criteria",
            "narrative": "Completed **four** assessed projects and a proctored test; 200 notional learning hours at EQF level 5.",
        },
        "creator": {"id": DID, "type": ["Profile"], "name": "Example Institute of Technology"},
        "image": {**image, "caption": "A bar chart in a hexagon"},
        "alignment": [
            {
                "type": ["Alignment"],
                "targetName": name,
                "targetUrl": url,
                "targetFramework": framework,
                "targetType": kind,
            }
            for name, url, framework, kind in alignments
        ],
        "creditsAvailable": 20,
        "fieldOfStudy": "0612 Database and network design",
        "humanCode": "DAP-5",
        "inLanguage": "en",
        "tag": ["python", "data analysis", "statistics", "visualisation"],
        "resultDescription": [
            {
                "id": GRADE,
                "type": ["ResultDescription"],
                "name": "Final grade",
                "resultType": "LetterGrade",
                "allowedValue": ["A", "B", "C", "D"],
                "requiredValue": "C",
            }
        ],
    }
    return {
        "@context": [VC_V2, OB_3, OB_EXTENSIONS],
        "id": f"{SITE}/credentials/0f8fad5b-d9cb-469f-a165-70867728950e",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "Data Analysis with Python (Level 5)",
        "description": "Awarded for completing the Data Analysis with Python micro-credential.",
        "issuer": {
            "id": DID,
            "type": ["Profile"],
            "name": "Example Institute of Technology",
            "url": "https://www.example.edu",
            "email": "registry@example.edu",
            "phone": "+64 9 555 0100",
            "image": {"id": f"{SITE}/img/logo.png", "type": "Image", "caption": "Institute logo"},
            "address": {
                "type": ["Address"],
                "addressCountry": "New Zealand",
                "addressCountryCode": "NZ",
                "addressLocality": "Auckland",
                "postalCode": "1010",
            },
        },
        "validFrom": "2026-03-01T00:00:00Z",
        "validUntil": "2031-03-01T00:00:00Z",
        "awardedDate": "2026-02-20T09:30:00Z",
        "image": image,
        "credentialSubject": {
            "id": "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
            "type": ["AchievementSubject"],
            "identifier": [identity_object("learner@example.com", "kosher")],
            "activityStartDate": "2025-11-01T00:00:00Z",
            "activityEndDate": "2026-02-15T00:00:00Z",
            "creditsEarned": 20,
            "result": [{"type": ["Result"], "resultDescription": GRADE, "value": "A"}],
            "achievement": achievement,
        },
        "evidence": [
            {
                "id": "https://portfolio.example.net/jo/123",
                "type": ["Evidence"],
                "name": "Capstone report",
                "description": "Analysis of ferry delays",
                "genre": "Report",
            }
        ],
        "credentialStatus": [status(94567)],
        "credentialSchema": [
            {
                "id": "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json",
                "type": "1EdTechJsonSchemaValidator2019",
            }
        ],
    }


def status(index: int) -> dict[str, Any]:
    """The status entry of one award."""
    return {
        "id": f"{LIST}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(index),
        "statusListCredential": LIST,
    }


def recipients(number: int, start: int = 0) -> Iterator[dict[str, Any]]:
    """What differs from learner to learner: ids, fingerprint, grade, evidence, place in the status list."""
    for one in range(start, start + number):
        yield {
            "id": f"{SITE}/credentials/{one:032x}",
            "credentialSubject": {
                "id": f"did:web:learners.example:{one}",
                "identifier": [identity_object(f"learner{one}@example.com", f"{one:08x}")],
                "result": [{"type": ["Result"], "resultDescription": GRADE, "value": "ABCD"[one % 4]}],
            },
            "evidence": [
                {
                    "id": f"https://portfolio.example.net/{one}",
                    "type": ["Evidence"],
                    "name": f"Report {one}",
                    "genre": "Report",
                }
            ],
            "credentialStatus": [status(one % 131_072)],
        }


class Pages:
    """What the issuer publishes, in memory."""

    def __init__(self, pages: dict[str, bytes]) -> None:
        self.pages = pages

    def fetch(self, url: str, *, accept: str) -> Fetched:
        """Return the page, or say that there is none."""
        if url not in self.pages:
            raise CouldNotFetch("no such page")
        return Fetched(self.pages[url], "application/json", url)


@dataclass(frozen=True, slots=True)
class World:
    """The issuer with its keys, and what it publishes: its DID document and a status list in which nobody is revoked."""

    key: Ed25519Key
    elliptic: EllipticKey
    pages: Pages

    @property
    def signer(self) -> KeySigner:
        """Who signs with Ed25519."""
        return KeySigner(self.key, f"{DID}#key-1")

    @property
    def elliptic_signer(self) -> KeySigner:
        """Who signs on P-256."""
        return KeySigner(self.elliptic, f"{DID}#key-2")

    @property
    def documents(self) -> dict[str, Any]:
        """What is published, by address."""
        return {url: json.loads(page) for url, page in self.pages.pages.items()}


def made_world() -> World:
    """An issuer whose keys are always the same."""
    key, elliptic = Ed25519Key.from_seed(b"\x07" * 32), EllipticKey("P-256", b"\x07" * 32)
    unsigned = StatusList().to_credential(url=LIST, issuer=DID, valid_from=AWARDED)
    listed = issue(unsigned, KeySigner(key, f"{DID}#key-1"), created=AWARDED).text.encode()
    keys = [PublishedKey(key.public_multibase, "key-1"), PublishedKey(elliptic.public_multibase, "key-2")]
    return World(key, elliptic, Pages({did_web_url(DID): json.dumps(did_document(DID, keys)).encode(), LIST: listed}))
