"""Whatever is changed in a signed document, it never verifies; and what can be changed under RDF's nose is refused as well."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.credentials.world import AWARDED, NOW, Issuer, MemoryResolver

from cairn.credentials import Credential, issue, status_entry, verify

SUITES = ("eddsa-rdfc-2022", "eddsa-jcs-2022")
Path = tuple[str | int, ...]


def verdict_of(document: Any, world: MemoryResolver) -> str:
    return verify(json.dumps(document), at=NOW, resolve=world).verdict


def _subject(document: dict[str, Any]) -> None:
    document["credentialSubject"]["identifier"][0]["identityHash"] = "sha256$" + "0" * 64


def _name(document: dict[str, Any]) -> None:
    document["credentialSubject"]["achievement"]["name"] = "Doctor of Everything"


def _date(document: dict[str, Any]) -> None:
    document["validUntil"] = "2099-03-01T00:00:00Z"


def _proof_value(document: dict[str, Any]) -> None:
    value = document["proof"]["proofValue"]
    document["proof"]["proofValue"] = value[:-1] + ("2" if value[-1] != "2" else "3")


def _no_proof(document: dict[str, Any]) -> None:
    del document["proof"]


def _issuer(document: dict[str, Any]) -> None:
    document["issuer"]["id"] = "did:web:university.example"


def _dropped(document: dict[str, Any]) -> None:
    del document["credentialStatus"]


@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize("tamper", [_subject, _name, _date, _proof_value, _no_proof, _issuer, _dropped])
def test_the_seven_tamperings_are_refused(
    issuer: Issuer, world: MemoryResolver, suite: str, tamper: Callable[[dict[str, Any]], None]
) -> None:
    Issuer(world, site="https://university.example", seed=b"\x09" * 32)
    document = json.loads(issuer.award(suite=suite).text)
    assert verdict_of(document, world) == "verified"
    tamper(document)
    verdict = verify(document, at=NOW, resolve=world)
    assert (verdict.verdict, verdict.authentic) == ("not_verified", "fail")


def leaves(value: Any, path: Path = ()) -> Iterator[Path]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from leaves(one, (*path, key))
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from leaves(one, (*path, index))
    else:
        yield path


def replaced(document: Any, path: Path, change: Callable[[Any], Any]) -> Any:
    made = copy.deepcopy(document)
    at = made
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = change(at[path[-1]])
    return made


def other(value: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    text = str(value)
    return text[:-1] + ("b" if text[-1:] == "a" else "a")


@pytest.mark.parametrize("suite", SUITES)
def test_changing_any_single_value_never_verifies(issuer: Issuer, world: MemoryResolver, suite: str) -> None:
    document = json.loads(issuer.award(suite=suite).text)
    paths = list(leaves(document))
    assert len(paths) > 50
    for path in paths:
        assert verdict_of(replaced(document, path, other), world) != "verified", path


@pytest.mark.parametrize("suite", SUITES)
def test_removing_any_field_never_verifies(issuer: Issuer, world: MemoryResolver, suite: str) -> None:
    unsigned = issuer.document()
    # Said twice about one id (the issuer), a statement may be said once: linked data cannot tell the difference.
    del unsigned["credentialSubject"]["achievement"]["creator"]
    document = json.loads(issue(unsigned, issuer.signer, created=AWARDED, cryptosuite=suite).text)
    for path in [path for path in places(document) if isinstance(path[-1], str)]:
        made = copy.deepcopy(document)
        del _at(made, path[:-1])[path[-1]]
        assert verdict_of(made, world) != "verified", path


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in items:
        yield from places(one, (*path, key))


@pytest.mark.parametrize("suite", SUITES)
def test_adding_a_field_anywhere_never_verifies(issuer: Issuer, world: MemoryResolver, suite: str) -> None:
    document = json.loads(issuer.award(suite=suite).text)
    objects = [path for path in places(document) if isinstance(_at(document, path), dict)] + [()]
    for path in objects:
        for key, value in (("description", "Added"), ("made_up", "Added"), ("https://example.org/p", "Added")):
            made = copy.deepcopy(document)
            target = _at(made, path)
            if key not in target:
                target[key] = value
                assert verdict_of(made, world) != "verified", (path, key)


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


@given(data=st.data(), suite=st.sampled_from(SUITES), text=st.text(max_size=40))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_another_text_anywhere_never_verifies(data: st.DataObject, suite: str, text: str) -> None:
    world = MemoryResolver()
    document = json.loads(_award(world, suite).text)
    path = data.draw(st.sampled_from([path for path in leaves(document) if isinstance(_at(document, path), str)]))
    if _at(document, path) != text:
        assert verdict_of(replaced(document, path, lambda _: text), world) != "verified"


_awards: dict[str, tuple[Credential, dict[str, Any]]] = {}


def _award(world: MemoryResolver, suite: str) -> Credential:
    if suite not in _awards:
        issuer = Issuer(world)
        _awards[suite] = (issuer.award(suite=suite), dict(world.pages))
    credential, world.pages = _awards[suite][0], dict(_awards[suite][1])
    return credential


# -- One graph, many JSON forms: the same RDF, and so the same signature, with a field out of the reader's sight ---------


def test_an_expiry_hidden_behind_a_full_iri(issuer: Issuer, world: MemoryResolver) -> None:
    document = json.loads(issuer.award().text)
    document["https://www.w3.org/2018/credentials#validUntil"] = {
        "@value": document.pop("validUntil"),
        "@type": "http://www.w3.org/2001/XMLSchema#dateTime",
    }
    verdict = verify(document, at=NOW, resolve=world)
    assert (verdict.verdict, verdict.authentic) == ("not_verified", "fail")
    assert verdict.has("not_compact")


def test_an_expiry_hidden_behind_a_private_word(issuer: Issuer, world: MemoryResolver) -> None:
    document = json.loads(issuer.award().text)
    document["@context"].append(
        {
            "until": {
                "@id": "https://www.w3.org/2018/credentials#validUntil",
                "@type": "http://www.w3.org/2001/XMLSchema#dateTime",
            }
        }
    )
    document["until"] = document.pop("validUntil")
    assert verify(document, at=NOW, resolve=world).has("disguised_term")


def test_a_status_hidden_behind_a_private_word(issuer: Issuer, world: MemoryResolver) -> None:
    document = json.loads(issuer.award().text)
    document["@context"].append({"s": {"@id": "https://www.w3.org/2018/credentials#credentialStatus", "@type": "@id"}})
    document["s"] = document.pop("credentialStatus")
    assert verify(document, at=NOW, resolve=world).has("disguised_term")


def test_a_status_hidden_behind_a_vocabulary_prefix(issuer: Issuer, world: MemoryResolver) -> None:
    document = json.loads(issuer.award().text)
    document["@context"].append({"@vocab": "https://www.w3.org/2018/"})
    document["credentials#credentialStatus"] = document.pop("credentialStatus")
    assert verify(document, at=NOW, resolve=world).has("disguised_term")


def test_an_expiry_as_a_typed_value_object(issuer: Issuer, world: MemoryResolver) -> None:
    document = json.loads(issuer.award().text)
    document["validUntil"] = {"@value": document["validUntil"], "@type": "http://www.w3.org/2001/XMLSchema#dateTime"}
    assert verify(document, at=NOW, resolve=world).has("bad_moment")


def test_keywords_instead_of_their_plain_names(issuer: Issuer, world: MemoryResolver) -> None:
    document = json.loads(issuer.award().text)
    document["credentialStatus"]["@type"] = document["credentialStatus"].pop("type")
    assert verdict_of(document, world) == "not_verified"


def test_a_status_moved_to_another_place_with_the_credentials_id(issuer: Issuer, world: MemoryResolver) -> None:
    """An endorsement about the credential gives the credential's id a second place, where a status could be moved to."""
    own_id = "urn:uuid:2b3c6d3e-7a65-4e0c-8e35-8d2b7f4b0a11"
    endorsement = {
        "@context": issuer.document()["@context"],
        "id": "urn:uuid:11111111-2222-4333-8444-555555555555",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": "Fine",
        "issuer": issuer.did,
        "validFrom": "2026-03-01T00:00:00Z",
        "credentialSubject": {"id": own_id, "type": ["EndorsementSubject"], "endorsementComment": "Fine"},
    }
    document = {**issuer.document(id=own_id), "endorsement": [endorsement]}
    honest = json.loads(issue(document, issuer.signer, created=AWARDED).text)
    assert verdict_of(honest, world) == "verified"
    moved = copy.deepcopy(honest)
    moved["endorsement"][0]["credentialSubject"]["credentialStatus"] = moved.pop("credentialStatus")
    moved["endorsement"][0]["credentialSubject"]["type"].append("VerifiableCredential")
    moved["type"].remove("OpenBadgeCredential")
    assert verdict_of(moved, world) == "not_verified"
    plain = copy.deepcopy(honest)
    plain["endorsement"][0]["credentialSubject"]["credentialStatus"] = plain.pop("credentialStatus")
    assert verdict_of(plain, world) == "not_verified"


def test_two_subjects_with_one_id(issuer: Issuer, world: MemoryResolver) -> None:
    document = json.loads(issuer.award(subject={"id": "urn:uuid:7c6e1c5e-1f0b-4c53-8f70-0cfb9fd2ab53"}).text)
    subject = document["credentialSubject"]
    document["credentialSubject"] = [{"id": subject["id"], "type": subject["type"]}, subject]
    assert verify(document, at=NOW, resolve=world).has("same_id")


def test_a_field_that_says_nothing_in_linked_data_does_not_matter(issuer: Issuer, world: MemoryResolver) -> None:
    document = json.loads(issuer.award().text)
    document["credentialSubject"]["achievement"]["related"] = []
    assert verdict_of(document, world) == "verified"


def test_status_entries_cannot_be_exchanged_under_one_id(issuer: Issuer, world: MemoryResolver) -> None:
    entries = [status_entry(issuer.revocation_url, 1), status_entry(issuer.suspension_url, 2, "suspension")]
    document = {**issuer.document(), "credentialStatus": [{**entry, "id": "urn:uuid:1"} for entry in entries]}
    with pytest.raises(ValueError, match="same id"):
        issue(document, issuer.signer, created=AWARDED)
