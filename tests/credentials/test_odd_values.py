"""Whatever stands in a signed document, verification answers: an issuer can sign nonsense, and nonsense must not bring a verifier down."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.credentials.world import EMAIL, NOW, Issuer, MemoryResolver, Registry

from cairn.credentials import Credential, CredentialError, Recipient, verify
from cairn.credentials.integrity import proof
from cairn.credentials.integrity.suites import SUITES
from cairn.credentials.linkeddata.contexts import PINNED
from cairn.credentials.multibase import multibase58

ODD: tuple[Any, ...] = (None, 7, "", [], {}, [[1]], {"a": [1]})


def _places(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if path:
        yield path
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _places(one, (*path, key))
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from _places(one, (*path, index))


def _with(document: dict[str, Any], path: tuple[str | int, ...], odd: object) -> dict[str, Any]:
    changed: Any = copy.deepcopy(document)
    place = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = odd
    return changed  # type: ignore[no-any-return]  # a deep copy of a dictionary is one


def _signed(issuer: Issuer, document: dict[str, Any]) -> dict[str, Any]:
    """Sign the text as it is, as an issuer without our care would."""
    suite = SUITES["eddsa-jcs-2022"]
    options = suite.options_for(
        document,
        {
            "type": "DataIntegrityProof",
            "cryptosuite": suite.name,
            "verificationMethod": issuer.signer.verification_method,
            "proofPurpose": "assertionMethod",
            "created": "2026-03-01T09:30:00Z",
        },
    )
    signature = issuer.signer.sign(suite.signing_input(document, options, PINNED))
    return {**document, "proof": {**options, "proofValue": multibase58(signature)}}


def test_a_signed_document_with_any_value_in_any_place_gets_an_answer() -> None:
    world = MemoryResolver()
    issuer = Issuer(world)
    document = issuer.document()
    document["endorsement"] = [issuer.document(id="urn:uuid:2b0d7f38-6a6f-4a6b-9d7c-0c5d5a5a8a11")]
    asked = {"resolve": world, "trust": Registry({issuer.did: "Example"}), "recipient": Recipient(email=EMAIL)}
    reached = 0
    for path in _places(document):
        if path[0] == "@context":
            continue
        for odd in ODD:
            try:
                signed = Credential.parse(_signed(issuer, _with(document, path, odd)))
            except CredentialError:
                continue
            verdict = verify(signed, at=NOW, **asked)  # type: ignore[arg-type]  # the values are of three kinds
            assert verdict.verdict in {"verified", "not_verified", "undetermined"}
            verdict.as_dict()
            reached += verdict.has("signature_valid")
    assert reached > 300, "most of these documents are validly signed, so the steps after the signature were taken"


@pytest.mark.parametrize("purpose", [["revocation"], {"id": "urn:x"}])
def test_a_status_purpose_that_is_no_word_leaves_the_question_open(purpose: object) -> None:
    world = MemoryResolver()
    issuer = Issuer(world)
    document = issuer.document()
    document["credentialStatus"] = {**document["credentialStatus"], "statusPurpose": purpose}
    verdict = verify(_signed(issuer, document), at=NOW, resolve=world)
    assert verdict.verdict == "undetermined"
    assert verdict.has("bad_status_entry")


def test_after_a_signature_that_fails_no_other_is_worked_on(monkeypatch: pytest.MonkeyPatch) -> None:
    world = MemoryResolver()
    issuer = Issuer(world)
    document = json.loads(issuer.award().text)
    forged = {**document["proof"], "proofValue": "z" + "2" * 88}
    document["proof"] = [forged] * 8
    worked: list[object] = []
    holds = proof._holds

    def counted(*given: Any) -> bool:
        worked.append(given)
        return holds(*given)

    monkeypatch.setattr(proof, "_holds", counted)
    assert verify(document, at=NOW, resolve=world).verdict == "not_verified"
    assert len(worked) == 1
    document["proof"] = [json.loads(issuer.award().text)["proof"], forged]
    assert verify(document, at=NOW, resolve=world).verdict == "not_verified", (
        "one good signature does not excuse a bad one"
    )
