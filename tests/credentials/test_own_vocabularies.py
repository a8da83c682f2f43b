"""Documents that define words of their own, words inside words included: read as JSON-LD says, and no field hides behind them."""

from __future__ import annotations

from typing import Any

import pytest
from tests.credentials.test_canonical import by_pyld
from tests.credentials.world import NOW

from cairn.credentials import (
    PINNED,
    CredentialError,
    Ed25519Key,
    KeySigner,
    did_key,
    did_key_verification_method,
    issue,
)
from cairn.credentials.linkeddata.canonical import rdf_canonical
from cairn.credentials.linkeddata.contexts import VC_V2

KEY = Ed25519Key.from_seed(b"\x31" * 32)
SIGNER = KeySigner(KEY, did_key_verification_method(KEY))
SAILS = {"@protected": True, "sailName": "urn:example:sailName", "size": "urn:example:size"}
TYPE = {
    "@id": "urn:example:Windsailing",
    "@context": {
        "@protected": True, "id": "@id", "type": "@type", "sailNumber": "urn:example:sailNumber",
        "sails": {"@id": "urn:example:sails", "@context": SAILS},
    },
}  # fmt: skip
OWN = {"@protected": True, "Windsailing": TYPE, "achievements": {"@id": "urn:example:achievements", "@type": "@id"}}


def document(own: Any = OWN, **subject: Any) -> dict[str, Any]:
    made = {
        "type": "Windsailing",
        "sailNumber": "Earth101",
        "sails": [{"sailName": "Osprey", "size": 5.5}, {"sailName": "Eagle", "size": 6}],
    }
    return {
        "@context": [VC_V2, own], "type": ["VerifiableCredential"], "issuer": did_key(KEY),
        "credentialSubject": {"name": "Jane", "achievements": [made], **subject},
    }  # fmt: skip


def refused(made: dict[str, Any]) -> str:
    with pytest.raises(CredentialError) as caught:
        issue(made, SIGNER, created=NOW)
    return caught.value.code


def test_words_that_a_type_or_a_property_brings_along_are_read_as_json_ld_says() -> None:
    assert rdf_canonical(document(), PINNED).decode() == by_pyld(document())


def test_such_a_word_ends_where_its_node_ends() -> None:
    assert refused(document(sailNumber="outside")) == "undefined_term"
    inner = document()
    inner["credentialSubject"]["achievements"][0]["sails"][0]["sailNumber"] = "one level too deep"
    assert refused(inner) == "undefined_term"


@pytest.mark.parametrize(
    "hidden",
    [
        {"until": "https://www.w3.org/2018/credentials#validUntil"},
        {"validUntil": "urn:example:something"},
        {"status": "https://www.w3.org/2018/credentials#credentialStatus"},
    ],
)
def test_no_standard_field_hides_behind_a_word_inside_a_word(hidden: dict[str, str]) -> None:
    name = next(iter(hidden))
    own = {"details": {"@id": "urn:example:details", "@context": hidden}}
    made = document({**OWN, **own}, details={name: "2030-01-01T00:00:00Z"})
    assert refused(made) in {"disguised_term", "redefined_term", "relative_id"}


@pytest.mark.parametrize(
    "scoped",
    [
        None,
        5,
        "https://unknown.example/v1",
        {"@vocab": 5},
        {"@import": "https://x.example"},
        {"@base": "https://x.example/"},
        [None],
    ],
)
def test_what_else_may_stand_inside_a_word_is_not_judged(scoped: Any) -> None:
    own = {"details": {"@id": "urn:example:details", "@context": scoped}}
    assert refused(document({**OWN, **own}, details={"sailName": "x"}))


def test_the_direction_of_a_text_is_no_part_of_what_is_said() -> None:
    for direction in ("ltr", "rtl"):
        named = document(description={"@value": "Text", "@language": "en", "@direction": direction})
        plain = document(description={"@value": "Text", "@language": "en"})
        assert rdf_canonical(named, PINNED) == rdf_canonical(plain, PINNED)
        assert rdf_canonical(named, PINNED).decode() == by_pyld(named)
    assert refused(document(description={"@value": "Text", "@direction": "up"})) == "unsupported_json_ld"
    assert refused(document(description={"@value": "Text", "url": "did:example:x"})) == "unsupported_json_ld"
