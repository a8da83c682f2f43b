"""Whoever holds a signed document can call the things in it by other names, in vocabularies of their own: nothing gets out of sight so."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.credentials.world import NOW, Issuer, MemoryResolver

from cairn.credentials import verify

WORLD = MemoryResolver()
ISSUER = Issuer(WORLD)


def judged(document: dict[str, Any]) -> tuple[str, list[str]]:
    verdict = verify(document, at=NOW, resolve=WORLD)
    return verdict.verdict, [finding.code for finding in verdict.findings]


@pytest.mark.parametrize("path", [(), ("credentialStatus",), ("credentialSubject", "achievement")])
def test_an_id_goes_by_no_other_name(path: tuple[str, ...]) -> None:
    document = json.loads(ISSUER.award().text)
    document["@context"].append({"uri": "@id"})
    place = document
    for step in path:
        place = place[step]
    place["uri"] = place.pop("id")
    verdict, codes = judged(document)
    assert verdict == "not_verified"
    assert codes == ["not_compact"]


@pytest.mark.parametrize("path", [("credentialSubject",), ("credentialSubject", "achievement", "creator")])
def test_a_type_goes_by_no_other_name(path: tuple[str, ...]) -> None:
    document = json.loads(ISSUER.award().text)
    document["@context"].append({"a": "@type"})
    place = document
    for step in path:
        place = place[step]
    place["a"] = place.pop("type")
    verdict, codes = judged(document)
    assert verdict == "not_verified"
    assert codes == ["not_compact"]


def test_types_can_not_be_shared_out_among_two_names() -> None:
    document = json.loads(ISSUER.award().text)
    document["@context"].append({"a": "@type"})
    document["a"] = [name for name in document["type"] if name != "VerifiableCredential"]
    document["type"] = "VerifiableCredential"
    assert judged(document) == ("not_verified", ["not_compact"])
