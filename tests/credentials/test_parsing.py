from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.credentials.world import AWARDED, Issuer

from cairn.credentials import Credential, CredentialError
from cairn.credentials.jsontext import MAX_BYTES, parse_object, serialise

whole_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(-1e15, 1e15) | whole_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(whole_text, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(whole_text, json_values))
def test_parse_then_serialise_is_identity(document: dict[str, Any]) -> None:
    assert parse_object(serialise(document)) == document
    assert serialise(parse_object(serialise(document))) == serialise(document)


@given(st.dictionaries(whole_text, json_values))
def test_a_credential_keeps_its_text_and_every_unknown_field(extra: dict[str, Any]) -> None:
    text = json.dumps({**extra, "@context": [], "type": ["VerifiableCredential"]}, indent=1, ensure_ascii=False)
    for given_as in (text, text.encode(), b"\xef\xbb\xbf" + text.encode()):
        credential = Credential.parse(given_as)
        assert credential.text == text
        assert {**credential.document} == {**extra, "@context": [], "type": ["VerifiableCredential"]}


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_with_a_code_and_a_sentence(data: bytes) -> None:
    with pytest.raises(CredentialError) as refused:
        Credential.parse(data)
    assert refused.value.code
    assert refused.value.message.endswith((".", ")"))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"a": 1, "a": 1}', "duplicate_key"),
        ('{"x": {"a": 1, "b": 2, "a": 3}}', "duplicate_key"),
        ('{"a": NaN}', "not_json"),
        ('{"a": -Infinity}', "not_json"),
        ('{"a": 1e999}', "number_not_exact"),
        ('{"a": 9007199254740993}', "number_not_exact"),
        ('{"a": ' + "9" * 5000 + "}", "number_not_exact"),
        ('{"a": "\\ud800"}', "not_text"),
        ('{"\\udfff": 1}', "not_text"),
        ('{"a": ' + "[" * 100 + "]" * 100 + "}", "too_deep"),
        ('{"a": ' * 100_000, "too_deep"),
        ("[]", "not_an_object"),
        ('"x"', "not_an_object"),
        ("", "not_json"),
        ("{'a': 1}", "not_json"),
        ('{"a": 1} x', "not_json"),
        ("{" + " " * MAX_BYTES + "}", "too_large"),
        ('{"type": ["VerifiableCredential"]}', "not_a_credential"),
        ('{"@context": [], "type": "Badge"}', "not_a_credential"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_text_with_no_single_meaning_is_refused(text: str, code: str) -> None:
    with pytest.raises(CredentialError) as refused:
        Credential.parse(text)
    assert refused.value.code == code


def test_a_credential_tells_what_it_says(issuer: Issuer) -> None:
    credential = issuer.award()
    assert credential.id == "urn:uuid:6a1676b8-b51f-11ed-937b-d76685a20ff5"
    assert credential.types == ("VerifiableCredential", "OpenBadgeCredential")
    assert (credential.issuer_id, credential.issuer_name) == ("did:web:badges.example.org", "Example Institute")
    assert credential.name == "Data Analysis with Python"
    assert credential.achievement is not None
    assert credential.achievement["achievementType"] == "MicroCredential"
    assert credential.valid_from == credential.awarded_date == AWARDED
    assert credential.valid_until is not None
    assert credential.valid_until.year == 2031
    assert credential.status_entries[0]["statusListIndex"] == "94567"
    assert len(credential.proofs) == 1
    assert credential.subject_id is None


def test_reading_is_lenient_and_never_raises() -> None:
    odd = Credential.parse(
        {
            "@context": 1,
            "type": "VerifiableCredential",
            "issuer": 5,
            "credentialSubject": "x",
            "validFrom": 7,
            "proof": "p",
            "name": 1,
        }
    )
    assert (odd.issuer_id, odd.issuer_name, odd.subject_id, odd.achievement, odd.name) == (None,) * 5
    assert (odd.valid_from, odd.proofs, odd.status_entries, odd.parts) == (None, (), (), ())


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Example \u202eytisrevinU", "Example ytisrevinU"),
        ("Exa\u200bmple\u2060 Uni\ufeffversity", "Example University"),
        ("Example\nUniversity\u0000\u2028", "Example University"),
        ("Universität Zürich 大学", "Universität Zürich 大学"),
    ],
)
def test_names_are_read_without_letters_that_cannot_be_seen(issuer: Issuer, written: str, read: str) -> None:
    document = issuer.document(
        issuer={**issuer.profile, "name": written}, name=[{"@value": written, "@language": "en"}]
    )
    credential = Credential.parse(document)
    assert (credential.issuer_name, credential.name) == (read, read)
    assert json.loads(credential.text)["issuer"]["name"] == written, "the signed text stays as it is"


def test_credentials_are_values(issuer: Issuer) -> None:
    text = issuer.award().text
    assert Credential.parse(text) == Credential.parse(text)
    assert len({Credential.parse(text), Credential.parse(text)}) == 1
    with pytest.raises(AttributeError):
        Credential.parse(text).text = "x"  # type: ignore[misc]  # the mistake under test
    with pytest.raises(TypeError):
        Credential.parse(text).document["id"] = "x"  # type: ignore[index]  # the mistake under test
