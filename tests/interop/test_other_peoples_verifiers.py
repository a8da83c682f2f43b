"""Other people's programs accept what Cairn issues, and refuse it once anybody has touched it.

The peers come from npm (interop/package.json, locked); they are installed on first use and need Node. Nothing reaches a network.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cairn.credentials import (
    Ed25519Key,
    KeySigner,
    StatusList,
    achievement_credential,
    did_document,
    did_key,
    did_key_verification_method,
    identity_object,
    issue,
    status_entry,
)
from cairn.credentials.linkeddata.contexts import PINNED

PEERS = ("@digitalcredentials/verifier-core", "@digitalbazaar/vc", "@learncard/didkit-plugin")
NOW = datetime.now(UTC).replace(microsecond=0)
WEB = "did:web:badges.example.edu:o:harbour"
WEB_DOCUMENT = "https://badges.example.edu/o/harbour/did.json"
LIST = "https://badges.example.edu/o/harbour/status/revocation/1"
REVOKED_INDEX = 7


KEY = Ed25519Key.from_seed(bytes(range(32)))
KEY_SIGNER = KeySigner(KEY, did_key_verification_method(KEY))
WEB_SIGNER = KeySigner(KEY, f"{WEB}#{KEY.public_multibase}")


def awarded(
    issuer: str, signer: KeySigner, *, index: int | None = None, ends: datetime | None = None
) -> dict[str, Any]:
    """A signed award with what real ones carry: accents, results, alignments, evidence, credits."""
    document = achievement_credential(
        id="urn:uuid:0f8fad5b-d9cb-469f-a165-70867728950e",
        issuer={"id": issuer, "name": "Académie du Port — 港", "url": "https://badges.example.edu"},
        achievement={
            "id": "https://badges.example.edu/achievements/42/1",
            "achievementType": "MicroCredential",
            "name": "Réseaux: fundamentals",
            "description": "Plans, builds and repairs a small network.",
            "criteria": {"narrative": "Completed **three** assessed tasks."},
            "alignment": [
                {
                    "type": ["Alignment"],
                    "targetName": "Telecommunications",
                    "targetUrl": "https://www.onetonline.org/find/descriptor/result/2.C.9.a",
                }
            ],
            "creditsAvailable": 2.5,
            "inLanguage": "en",
            "tag": ["networks", "naïve"],
            "resultDescription": [
                {
                    "id": "urn:uuid:f6ab24cd-86e8-4eaf-b8c6-ded74e8fd41c",
                    "type": ["ResultDescription"],
                    "name": "Grade",
                    "resultType": "LetterGrade",
                    "allowedValue": ["C", "B", "A"],
                }
            ],
        },
        subject={
            "identifier": [identity_object("learner@example.org", "a1b2c3")],
            "creditsEarned": 2.5,
            "result": [
                {"type": ["Result"], "resultDescription": "urn:uuid:f6ab24cd-86e8-4eaf-b8c6-ded74e8fd41c", "value": "A"}
            ],
        },
        valid_from=NOW - timedelta(days=400),
        valid_until=ends,
        awarded_date=NOW - timedelta(days=400),
        evidence=[{"id": "https://portfolio.example.net/1", "name": "Network plan", "genre": "Report"}],
        status=[] if index is None else [status_entry(LIST, index)],
    )
    credential: dict[str, Any] = json.loads(issue(document, signer, created=NOW).text)
    return credential


def world() -> dict[str, Any]:
    revoked = StatusList()
    revoked.set(REVOKED_INDEX)
    listed = revoked.to_credential(url=LIST, issuer=WEB, valid_from=NOW)
    return {
        "contexts": {url: {"@context": PINNED[url]} for url in PINNED},
        "documents": {
            WEB_DOCUMENT: did_document(WEB, [KEY]),
            LIST: json.loads(issue(listed, WEB_SIGNER, created=NOW).text),
        },
    }


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    credential = copy.deepcopy(awarded(did_key(KEY), KEY_SIGNER))
    change(credential)
    return credential


def swap_issuer(credential: dict[str, Any]) -> None:
    credential["issuer"]["id"] = did_key(Ed25519Key.from_seed(bytes(32)))


def change_proof_value(credential: dict[str, Any]) -> None:
    value = credential["proof"]["proofValue"]
    credential["proof"]["proofValue"] = value[:20] + ("2" if value[20] != "2" else "3") + value[21:]


TAMPERINGS: dict[str, Callable[[dict[str, Any]], object]] = {
    "subject": lambda c: c["credentialSubject"]["identifier"][0].update(identityHash="sha256$" + "0" * 64),
    "name": lambda c: c.update(name="Réseaux: advanced"),
    "date": lambda c: c.update(validFrom="2020-01-01T00:00:00Z"),
    "proof value": change_proof_value,
    "no proof": lambda c: c.pop("proof"),
    "issuer swapped": swap_issuer,
    "field dropped": lambda c: c["credentialSubject"].pop("creditsEarned"),
}


@pytest.fixture(scope="module")
def answers(ask: Callable[[dict[str, Any]], dict[str, Any]]) -> dict[str, dict[str, Any]]:
    cases = {
        "did:key": awarded(did_key(KEY), KEY_SIGNER),
        "did:web": awarded(WEB, WEB_SIGNER),
        "did:web with status": awarded(WEB, WEB_SIGNER, index=8),
        "did:web revoked": awarded(WEB, WEB_SIGNER, index=REVOKED_INDEX),
        "did:key expired": awarded(did_key(KEY), KEY_SIGNER, ends=NOW - timedelta(days=1)),
    } | {f"tampered: {name}": changed(change) for name, change in TAMPERINGS.items()}
    answer = ask({**world(), "cases": [{"name": name, "credential": credential} for name, credential in cases.items()]})
    return {case["name"]: case["peers"] for case in answer["cases"]}


@pytest.mark.parametrize("peer", PEERS)
@pytest.mark.parametrize("case", ["did:key", "did:web", "did:web with status"])
def test_a_peer_accepts_what_cairn_issues(answers: dict[str, dict[str, Any]], peer: str, case: str) -> None:
    assert answers[case][peer]["accepted"], answers[case][peer]["said"]


@pytest.mark.parametrize("peer", PEERS)
@pytest.mark.parametrize("tampering", list(TAMPERINGS))
def test_a_peer_refuses_a_touched_credential(answers: dict[str, dict[str, Any]], peer: str, tampering: str) -> None:
    assert not answers[f"tampered: {tampering}"][peer]["accepted"], answers[f"tampered: {tampering}"][peer]["said"]


def test_the_reference_verifier_reads_our_status_list_as_revoked(answers: dict[str, dict[str, Any]]) -> None:
    said = answers["did:web revoked"]["@digitalcredentials/verifier-core"]
    assert not said["accepted"]
    assert json.loads(said["said"])["revocation_status"] is False
    assert json.loads(said["said"])["valid_signature"] is True


def test_the_reference_verifier_sees_our_end_date(answers: dict[str, dict[str, Any]]) -> None:
    said = answers["did:key expired"]["@digitalcredentials/verifier-core"]
    assert not said["accepted"]
    assert json.loads(said["said"])["expiration"] is False
