"""Documents built to exhaust or to crash a verifier: each gets an answer, and none of them is "verified"."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.credentials.test_records_and_identity import record
from tests.credentials.world import NOW, Issuer, MemoryResolver

from cairn.credentials import Verdict, issue, verify


def deep(levels: int) -> Any:
    value: Any = "x"
    for _ in range(levels):
        value = {"type": ["Profile"], "parentOrg": value}
    return value


HOSTILE: dict[str, dict[str, Any]] = {
    "a chain of terms": {"@context": [{f"t{n}": f"t{n + 1}:x" for n in range(5000)}]},
    "a short chain of terms": {"@context": [{f"t{n}": f"t{n + 1}:x" for n in range(99)}]},
    "a circle of terms": {"@context": [{"a": "b:x", "b": "a:x"}]},
    "many contexts": {"@context": ["https://www.w3.org/ns/credentials/v2"] * 5000},
    "many embedded contexts": {
        "evidence": [{"@context": {"a": "https://a.example/"}, "type": ["Evidence"]} for _ in range(300)]
    },
    "many types": {"type": ["VerifiableCredential"] * 5000},
    "many nodes": {"evidence": [{"type": ["Evidence"], "name": str(n)} for n in range(11_000)]},
    "deep nesting": {"issuer": deep(60)},
    "many status entries": {
        "credentialStatus": [{"id": f"urn:x:{n}", "type": "BitstringStatusListEntry"} for n in range(500)]
    },
    "many proofs": {"proof": [{"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022"}] * 500},
    "a long proof value": {
        "proof": {"type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022", "proofValue": "z" + "2" * 10**6}
    },
    "alike parts in alike parts": {
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "result": [
                {"type": ["Result"], "alignment": [{"type": ["Alignment"], "targetName": "x"}] * 8} for _ in range(8)
            ],
        }
    },
    "keys that are no strings in Python": {"\u0000": 1, "__proto__": {"x": 1}, "constructor": []},
}


@pytest.mark.parametrize("name", list(HOSTILE))
@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
def test_a_hostile_document_gets_an_answer(issuer: Issuer, world: MemoryResolver, name: str, suite: str) -> None:
    document: dict[str, Any] = json.loads(issuer.award(suite=suite).text)
    for key, value in HOSTILE[name].items():
        document[key] = [*document["@context"], *value] if key == "@context" else value
    verdict = verify(document, at=NOW, resolve=world)
    assert isinstance(verdict, Verdict)
    # Words that are defined and never used change nothing that is said.
    assert verdict.verdict != "verified" or (name, suite) == ("a short chain of terms", "eddsa-rdfc-2022")
    assert verdict.findings


def test_more_alike_parts_than_can_be_told_apart_are_refused_before_the_work(
    issuer: Issuer, world: MemoryResolver
) -> None:
    document = json.loads(issuer.award().text)
    alignment = {"type": ["Alignment"], "targetName": "x", "targetUrl": "https://a.example/"}
    document["credentialSubject"]["result"] = [{"type": ["Result"], "alignment": [alignment] * 8} for _ in range(8)]
    assert verify(document, at=NOW, resolve=world).has("too_complex")


def small_part(issuer: Issuer) -> dict[str, Any]:
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "issuer": issuer.did,
        "credentialSubject": {"id": "urn:uuid:7c6e1c5e-1f0b-4c53-8f70-0cfb9fd2ab53", "name": "Mira"},
    }
    return dict(issue(document, issuer.signer, created=NOW, cryptosuite="eddsa-jcs-2022").document)


def test_a_record_that_names_a_thousand_addresses(issuer: Issuer, world: MemoryResolver) -> None:
    """Its issuer vouches for it, its parts name issuers all over the web: we stop asking."""
    part = small_part(issuer)
    parts = []
    for number in range(150):
        method = f"did:web:victim{number}.example#key"
        proof = {**part["proof"], "verificationMethod": method}
        parts.append({**part, "id": f"urn:uuid:{number}", "issuer": f"did:web:victim{number}.example", "proof": proof})
    verdict = verify(record(issuer, parts), at=NOW, resolve=world)
    assert verdict.verdict == "undetermined"
    assert len(world.asked) <= 100


@pytest.mark.parametrize(
    "address", ["file:///home/mira/secret", "data:application/json,x", "ftp://x.example/l", "urn:x:y"]
)
def test_nothing_is_asked_but_web_addresses(issuer: Issuer, world: MemoryResolver, address: str) -> None:
    """Whoever answers may be no more than a library that opens anything, files of this machine too."""
    entry = {**issuer.document()["credentialStatus"], "id": "urn:x:1", "statusListCredential": address}
    world.pages[address] = world.pages[issuer.revocation_url]
    verdict = verify(issue(issuer.document(status=[entry]), issuer.signer, created=NOW), at=NOW, resolve=world)
    assert (verdict.verdict, verdict.current) == ("undetermined", "unknown")
    assert address not in world.asked


def test_a_record_with_more_parts_than_we_look_at(issuer: Issuer, world: MemoryResolver) -> None:
    part = small_part(issuer)
    whole = record(issuer, [{**part, "id": f"urn:uuid:{number}"} for number in range(201)])
    assert verify(whole, at=NOW, resolve=world).verdict == "undetermined"


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.text(max_size=6)
    | st.sampled_from(["https://a.example/", "Multikey"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "type", "@context", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(data=st.data())
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_json_anywhere_in_a_credential_gets_an_answer(
    issuer: Issuer, world: MemoryResolver, data: st.DataObject
) -> None:
    document: Any = json.loads(issuer.award().text)
    at = document
    while True:
        key = data.draw(st.sampled_from(sorted(at) if isinstance(at, dict) else range(len(at))))
        if isinstance(at[key], dict | list) and at[key] and data.draw(st.booleans()):
            at = at[key]
            continue
        value = data.draw(json_values)
        unchanged = at[key] == value and type(at[key]) is type(value)
        at[key] = value
        break
    verdict = verify(document, at=NOW, resolve=world)
    # A vocabulary that nothing uses may come or go: the signature covers what the words mean, and they mean the same.
    said = {name: part for name, part in document.items() if name != "@context"}
    unsaid = said == {name: part for name, part in json.loads(issuer.award().text).items() if name != "@context"}
    nothing = value in ({}, None) or (isinstance(value, list) and all(one is None for one in value))
    assert unchanged or unsaid or verdict.verdict in ("not_verified", "undetermined") or nothing


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_json_as_a_did_document_gets_an_answer(issuer: Issuer, world: MemoryResolver, data: st.DataObject) -> None:
    credential = issuer.award()
    page = dict(world.pages["https://badges.example.org/.well-known/did.json"])
    page[data.draw(st.sampled_from(sorted(page)))] = data.draw(json_values)
    world.pages["https://badges.example.org/.well-known/did.json"] = page
    assert verify(credential, at=NOW, resolve=world).verdict in ("verified", "not_verified", "undetermined")


@given(st.binary(max_size=60))
@settings(max_examples=80, deadline=None)
def test_any_file_gets_an_answer(data: bytes) -> None:
    for start in (b"", b"\x89PNG\r\n\x1a\n", b"%PDF-1.7 /Type/EmbeddedFile stream\n", b"<svg>", b"{", b"eyJ"):
        assert verify(start + data, at=NOW, resolve=MemoryResolver()).verdict != "verified"
