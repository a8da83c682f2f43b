"""A batch gives what one award after the other gives, byte for byte, and refuses what is refused one by one."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.credentials.test_shapes import any_iri, any_text
from tests.credentials.world import AWARDED, NOW, Issuer, MemoryResolver

from cairn.credentials import PINNED, CredentialError, identity_object, issue, issue_batch, verify
from cairn.credentials.jsontext import serialise
from cairn.credentials.linkeddata.canonical import content_hash, rdf_canonical
from cairn.credentials.repeating.batch import Batch, laid_over

WORLD = MemoryResolver()
ISSUER = Issuer(WORLD)
TEMPLATE = ISSUER.document()


def recipient(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": f"urn:uuid:00000000-0000-4000-8000-{number:012d}",
        "credentialSubject": {"identifier": [identity_object(f"learner{number}@example.com", str(number))]},
        "credentialStatus": {"id": f"{ISSUER.revocation_url}#{number}", "statusListIndex": str(number)},
        **more,
    }


def one_by_one(template: dict[str, Any], recipients: list[dict[str, Any]]) -> Iterator[str]:
    for one in recipients:
        yield issue(laid_over(template, one), ISSUER.signer, created=AWARDED).text


def told(texts: Iterator[str]) -> list[str]:
    """All that came out until a refusal, and the refusal."""
    found: list[str] = []
    try:
        found.extend(texts)
    except CredentialError as refused:
        found.append(f"{refused.code} {refused.where} {refused.message}")
    return found


def same(template: dict[str, Any], recipients: list[dict[str, Any]]) -> list[str]:
    made = issue_batch(template, recipients, ISSUER.signer, created=AWARDED)
    batch = told(one.text for one in made)
    assert batch == told(one_by_one(template, recipients))
    return batch


def test_a_batch_is_what_one_by_one_is() -> None:
    recipients = [recipient(number, name=f"“{number}” \\ \n\x7f é") for number in range(30)]
    texts = same(TEMPLATE, recipients)
    assert all(verify(text, at=NOW, resolve=WORLD).verdict == "verified" for text in texts[::10])
    for credential in issue_batch(TEMPLATE, recipients, ISSUER.signer, created=AWARDED):
        assert json.loads(credential.text) == dict(credential.document)


def test_the_short_way_is_really_taken() -> None:
    batch = Batch.of(TEMPLATE, PINNED)
    assert batch is not None
    options = {"type": "DataIntegrityProof", "verificationMethod": ISSUER.signer.verification_method}
    awards = [batch.award(recipient(number), options) for number in range(6)]
    assert awards[:2] == [None, None], "one award is no batch"
    for number, award in enumerate(awards[2:], start=2):
        assert award is not None
        document = laid_over(TEMPLATE, recipient(number))
        assert award.signing_input[32:] == content_hash(rdf_canonical(document, PINNED))
        made = award.signed("z1")
        assert made is not None
        assert made.document == {**document, "proof": {**options, "proofValue": "z1"}}
        assert made.text == serialise(made.document)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_recipients_with_hostile_texts(data: st.DataObject) -> None:
    recipients = [recipient(number) for number in range(3)]
    for number in range(3, 9):
        odd = {
            "id": data.draw(st.one_of(any_iri, st.just(f"urn:uuid:{number}"))),
            "name": data.draw(any_text),
            "validUntil": data.draw(st.sampled_from(["2031-01-01T00:00:00Z", "2031-01-01", "1999-01-01T00:00:00Z"])),
            "credentialSubject": {"id": data.draw(any_iri), "licenseNumber": data.draw(any_text)},
            "evidence": [{"id": data.draw(any_iri), "type": ["Evidence"], "name": data.draw(any_text)}],
        }
        kept = data.draw(st.sets(st.sampled_from(sorted(odd)), max_size=3))
        recipients.append(recipient(number, **{key: odd[key] for key in kept if key != "credentialSubject"}))
        if "credentialSubject" in kept:
            recipients[-1]["credentialSubject"].update(odd["credentialSubject"])
    ids = [one["id"] for one in recipients]
    if len(set(ids)) == len(ids):
        same(TEMPLATE, recipients)


@pytest.mark.parametrize(
    "odd",
    [
        {"madeUp": "x"},
        {"name": ""},
        {"validUntil": "2020-01-01T00:00:00Z"},
        {"validUntil": "tomorrow"},
        {"issuer": {"id": "did:web:somebody.else"}},
        {"credentialSubject": {"achievement": {"name": ""}}},
        {"credentialSubject": {"achievement": {"criteria": {"narrative": ""}}}},
        {"credentialSubject": {"id": "urn:uuid:00000000-0000-4000-8000-000000000009"}},
        {"credentialStatus": [{"id": "urn:uuid:1", "type": "x"}, {"id": "urn:uuid:1", "type": "x"}]},
        {"proof": {"type": "DataIntegrityProof"}},
        {"@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/2018/credentials/v1"]},
        {"name": float("nan")},
        {"name": "\ud800"},
        {"name": "\ufffe"},
        {"type": "OpenBadgeCredential"},
    ],
    ids=str,
)
def test_a_recipient_who_is_refused_alone_is_refused_in_a_batch(odd: dict[str, Any]) -> None:
    recipients = [recipient(number) for number in range(6)] + [recipient(9, **odd)]
    kinds = [recipient(number, **copy.deepcopy(odd)) for number in range(10, 14)]
    assert len(same(TEMPLATE, recipients)) == 7
    same(TEMPLATE, kinds)


def test_templates_that_are_not_plain_json_or_not_whole() -> None:
    unfinished = {key: value for key, value in TEMPLATE.items() if key != "validFrom"}
    recipients = [recipient(number, validFrom="2026-03-01T09:30:00Z") for number in range(5)]
    assert len(same(unfinished, recipients)) == 5
    assert len(same({**TEMPLATE, "type": tuple(TEMPLATE["type"])}, recipients)) == 5
    assert len(same({**TEMPLATE, "name": float("nan")}, [{**one, "name": "x"} for one in recipients])) == 5
    assert len(same({**TEMPLATE, "proof": {}}, recipients)) == 1


def test_many_kinds_and_a_template_of_marks() -> None:
    recipients = [
        recipient(number, evidence=[{"type": ["Evidence"], "name": str(n)} for n in range(number % 40)])
        for number in range(90)
    ]
    assert len(same(TEMPLATE, recipients)) == 90
    assert len(same({**TEMPLATE, "name": "\x000\x00"}, recipients[:3])) == 3


def test_a_signer_that_gives_nonsense_is_refused() -> None:
    class Tired:
        verification_method = ISSUER.signer.verification_method
        key_type = ISSUER.signer.key_type
        signed = 0

        def sign(self, data: bytes, /) -> bytes:
            self.signed += 1
            return ISSUER.signer.sign(data)[: 64 if self.signed < 5 else 10]

    with pytest.raises(CredentialError) as refused:
        list(issue_batch(TEMPLATE, [recipient(number) for number in range(9)], Tired(), created=AWARDED))
    assert refused.value.code == "bad_signature"


@pytest.mark.parametrize("inside", [True, False])
def test_nobody_is_awarded_in_another_issuers_name(inside: bool) -> None:
    names = [ISSUER.did] * 4 + ["did:web:other.example", ISSUER.did]
    recipients = [recipient(n, issuer={"id": name} if inside else name) for n, name in enumerate(names)]
    assert same(TEMPLATE, recipients)[-1].startswith("key_not_of_issuer issuer ")
