"""A check asks others for so long and no longer, however many addresses a document names."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from cairn.credentials import CouldNotFetch, Ed25519Key, Fetched, KeySigner, did_key, did_key_verification_method
from cairn.credentials.integrity.suites import SUITES
from cairn.credentials.linkeddata.contexts import CLR_2, OB_3, PINNED, VC_V2
from cairn.credentials.multibase import multibase58
from cairn.outside.fetching import Within
from cairn.wallet.checking import PATIENCE, check


class Slow:
    """Answers nothing, and takes its time over that."""

    def __init__(self, clock: list[float], seconds: float) -> None:
        self.clock, self.seconds, self.asked = clock, seconds, 0

    def fetch(self, url: str, *, accept: str) -> Fetched:
        self.asked += 1
        self.clock[0] += self.seconds
        raise CouldNotFetch("no answer in time")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr("cairn.outside.fetching.time.monotonic", lambda: now[0])
    return now


def test_nobody_is_asked_once_the_time_is_used_up(clock: list[float]) -> None:
    slow = Slow(clock, 8)
    patient = Within(slow, seconds=20)
    for number in range(100):
        with pytest.raises(CouldNotFetch):
            patient.fetch(f"https://slow{number}.example/did.json", accept="*/*")
    assert slow.asked == 3, "at 0, 8 and 16 seconds, then no more"


@pytest.mark.django_db
def test_a_record_of_many_slow_issuers_does_not_hold_up_the_site(clock: list[float]) -> None:
    key = Ed25519Key.from_seed(b"7" * 32)
    signer = KeySigner(key, did_key_verification_method(key))
    parts = [_unsigned(f"did:web:slow{number}.example") | {"proof": _proof(number)} for number in range(50)]
    record = _unsigned(did_key(key)) | {
        "@context": [VC_V2, CLR_2, OB_3],
        "credentialSubject": {"id": "urn:x", "type": ["ClrSubject"], "verifiableCredential": parts},
        "type": ["VerifiableCredential", "ClrCredential"],
    }
    suite = SUITES["eddsa-jcs-2022"]
    options = suite.options_for(record, {**_proof(0), "verificationMethod": signer.verification_method})
    del options["proofValue"]
    value = multibase58(signer.sign(suite.signing_input(record, options, PINNED)))
    slow = Slow(clock, 8)
    signed = json.dumps(record | {"proof": {**options, "proofValue": value}})
    verdict = check(signed, at=datetime(2026, 6, 1, tzinfo=UTC), world=slow)
    assert verdict.verdict == "undetermined"
    assert len(verdict.parts) == 50
    assert 1 < slow.asked <= PATIENCE / 8 + 1


def _unsigned(issuer: str) -> dict[str, Any]:
    return {
        "@context": [VC_V2],
        "type": ["VerifiableCredential"],
        "issuer": issuer,
        "credentialSubject": {"id": "urn:x"},
    }


def _proof(number: int) -> dict[str, Any]:
    return {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "proofPurpose": "assertionMethod",
        "verificationMethod": f"did:web:slow{number}.example#key",
        "proofValue": "z1",
    }
