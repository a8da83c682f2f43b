"""What is recognised by its text is judged as it would be by a stranger's eye: the same verdict, finding by finding, or no recognition."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.credentials.test_batches import recipient
from tests.credentials.test_shapes import any_iri, any_text
from tests.credentials.world import AWARDED, EMAIL, NOW, Issuer, MemoryResolver, Registry

from cairn.credentials import Contexts, Credential, CredentialError, Recipient, issue_batch, verify
from cairn.credentials.datamodel.rules import faults_of, gaps_of
from cairn.credentials.integrity.suites import SUITES
from cairn.credentials.jsontext import serialise
from cairn.credentials.linkeddata.canonical import content_hash, rdf_canonical
from cairn.credentials.linkeddata.contexts import PINNED
from cairn.credentials.multibase import multibase58
from cairn.credentials.repeating.batch import laid_over
from cairn.credentials.repeating.family import ENOUGH, FAMILIES, Families
from cairn.credentials.repeating.mould import Mould, strings_of
from cairn.credentials.repeating.slots import filled, read_shape

WORLD = MemoryResolver()
ISSUER = Issuer(WORLD)
MORE = {
    "credentialSubject": {"id": "did:web:learner.example", "result": ISSUER.document()["credentialSubject"]["result"]},
    "validUntil": "2031-03-01T09:30:00Z",
}
GRADES = "ABCD"


def member(number: int) -> dict[str, Any]:
    own = laid_over(recipient(number), MORE)
    own["credentialSubject"]["id"] = f"did:web:learner.example:{number}"
    own["credentialSubject"]["result"] = [{**own["credentialSubject"]["result"][0], "value": GRADES[number % 4]}]
    own["validUntil"] = f"203{number % 10}-03-01T09:30:00Z"
    return own


MEMBERS = [
    one.text for one in issue_batch(ISSUER.document(), [member(n) for n in range(12)], ISSUER.signer, created=AWARDED)
]


@pytest.fixture(autouse=True)
def warm() -> Iterator[None]:
    FAMILIES.clear()
    for text in MEMBERS[:10]:
        assert verify(text, at=NOW, resolve=WORLD).verdict == "verified"
    yield
    FAMILIES.clear()


def verdict(source: str | bytes) -> str:
    asked = verify(source, at=NOW, resolve=WORLD, trust=Registry({ISSUER.did: "x"}), recipient=Recipient(email=EMAIL))
    return json.dumps(asked.as_dict())


def signed(document: dict[str, Any]) -> str:
    """Sign a document as it is, as an issuer without our care would."""
    suite = SUITES["eddsa-rdfc-2022"]
    proof = json.loads(MEMBERS[0])["proof"]
    options = {key: value for key, value in proof.items() if key != "proofValue"}
    try:
        signature = ISSUER.signer.sign(suite.signing_input(document, options, PINNED))
    except CredentialError:
        signature = b"\x01" * 64
    return serialise({**document, "proof": {**options, "proofValue": multibase58(signature)}})


def judged_alike(text: str) -> bool:
    """Hold the verdicts of both ways against each other; tell whether the short one was taken."""
    short = verdict(text)
    known = FAMILIES.recognise(text) is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Families, "recognise", lambda *_: None)
        patch.setattr(Families, "learn", lambda *_: None)
        assert verdict(text) == short
    return known


def test_members_are_recognised_after_a_few() -> None:
    assert len(FAMILIES) == 1
    for text in MEMBERS:
        assert Credential.parse(text).known is not None
        assert Credential.parse(text.encode()).known is not None
        assert judged_alike(text)


def test_a_family_is_not_learnt_from_one() -> None:
    families = Families()
    for _ in range(ENOUGH + 1):
        assert len(families) == 0
        families.learn(MEMBERS[0], json.loads(MEMBERS[0]), PINNED)
    one = json.loads(MEMBERS[0])
    for text in MEMBERS[1:4]:
        families.learn(text, json.loads(text), PINNED)
    assert families.recognise(json.dumps(one, ensure_ascii=False, separators=(",", ":"))) is not None


@pytest.mark.parametrize(
    "odd", ["https://a.example/a b", "x", "", "urn:x", "_:b", "\u2028", "https://a.example/\ud800"]
)
@pytest.mark.parametrize("place", ["id", "credentialSubject.id", "validUntil", "issuer.id", "credentialStatus.id"])
def test_odd_texts_one_by_one(place: str, odd: str) -> None:
    document = json.loads(MEMBERS[1])
    *way, last = place.split(".")
    at = document
    for step in way:
        at = at[step]
    at[last] = odd
    judged_alike(json.dumps(document, ensure_ascii=False, separators=(",", ":")))


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_whatever_stands_in_the_holes(data: st.DataObject) -> None:
    document = json.loads(data.draw(st.sampled_from(MEMBERS)))
    texts = read_shape(document)[1]
    for number in data.draw(st.lists(st.integers(0, len(texts) - 1), min_size=1, max_size=3)):
        texts[number] = data.draw(st.one_of(any_iri, any_text, st.sampled_from(["", "A", "E", "2027-01-01T00:00:00Z"])))
    changed = filled(document, iter(texts))
    judged_alike(json.dumps(changed, ensure_ascii=data.draw(st.booleans()), separators=(",", ":")))


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_signed_with_whatever_in_the_holes(data: st.DataObject) -> None:
    """Validly signed documents reach the steps after the proof, so rules and periods are compared as well."""
    document = json.loads(MEMBERS[data.draw(st.integers(0, 11))])
    document.pop("proof")
    changes = {
        "validUntil": st.sampled_from(["2027-01-01T00:00:00Z", "2020-01-01T00:00:00Z", "2031-03-01T10:30:00+01:00"]),
        "name": st.sampled_from(["x", "“y”", "z\\"]),
    }
    for key, values in changes.items():
        if data.draw(st.booleans()):
            document[key] = data.draw(values)
    subject = document["credentialSubject"]
    if data.draw(st.booleans()):
        subject["result"][0]["value"] = data.draw(st.sampled_from(["A", "F", "0", "a"]))
    if data.draw(st.booleans()):
        subject["id"] = data.draw(st.sampled_from(["did:web:x", "urn:uuid:1", "mailto:a@b.example"]))
    if data.draw(st.booleans()):
        document["credentialStatus"]["statusListIndex"] = data.draw(st.sampled_from(["7", "07", "131072", "x"]))
    judged_alike(signed(document))


def numbered(number: int, place: tuple[str | int, ...], text: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(json.dumps(ISSUER.document(id=f"urn:uuid:{number}")))
    achievement = document["credentialSubject"]["achievement"]
    achievement["id"] = f"{ISSUER.site}/achievements/{place[-1]}"
    at: Any = achievement
    for step in place[:-1]:
        at = at[step]
    at[place[-1]] = text
    return document


@pytest.mark.parametrize("met", [["odd", "odder"], ["Status", "Percent"], ["a@b.example", "CFItem"]])
@pytest.mark.parametrize("next_one", ["odd", "Status", "LetterGrade", "ext:x", "CFItem", "x@y.example", "Badge"])
@pytest.mark.parametrize(
    "place",
    [
        ("creator", "email"),
        ("alignment", 0, "targetType"),
        ("resultDescription", 0, "resultType"),
        ("achievementType",),
    ],
)
def test_what_was_said_of_the_first_members_is_said_of_them_alone(
    place: tuple[str | int, ...], next_one: str, met: list[str]
) -> None:
    """Whether the members that a family was learnt from were whole or not."""
    for number in range(6):
        verdict(signed(numbered(number, place, met[number % 2])))
    assert judged_alike(signed(numbered(7, place, met[0])))
    judged_alike(signed(numbered(8, place, next_one)))


@given(st.binary(max_size=3), st.data())
@settings(max_examples=150, deadline=None)
def test_letters_put_in_taken_out_or_turned(odd: bytes, data: st.DataObject) -> None:
    raw = data.draw(st.sampled_from(MEMBERS)).encode()
    at = data.draw(st.integers(0, len(raw)))
    changed = raw[:at] + odd + raw[at + data.draw(st.integers(0, 3)) :]
    short = verdict(changed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Families, "recognise", lambda *_: None)
        assert verdict(changed) == short


@pytest.mark.parametrize(
    "hole", ['","id":"urn:x', "\\u0041", "\\", "\x00", "\x7f", "a\nb", "\u2028", "\ufffe", "\ud800", "é", "😀", " ", ""]
)
def test_holes_take_nothing_but_plain_letters(hole: str) -> None:
    mould = Mould(['{"a":"', '","b":"', '"}'])
    found = mould.read('{"a":"' + hole + '","b":"y"}')
    if found is not None:
        assert found == [hole, "y"]
        assert json.loads('{"a":"' + hole + '","b":"y"}') == {"a": hole, "b": "y"}
    assert (found is not None) is (hole in ("é", "😀", " ", ""))


@given(
    st.recursive(
        st.text() | st.none() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_texts_are_counted_as_they_stand(value: Any) -> None:
    document = {"x": value}
    for text in (json.dumps(document), json.dumps(document, ensure_ascii=False, indent=1)):
        count = len(strings_of(document))
        mould = Mould.around(text, range(count))
        assert len(mould.pieces) == count + 1
        # Filled with anything else, it reads back with that in the places of texts, and nowhere else.
        other = json.loads("%s".join(piece.replace("%", "%%") for piece in mould.pieces) % (("§",) * count))
        assert strings_of(other) == ["§"] * count
        assert read_shape(other)[0] == read_shape(document)[0] or "type" in text or "@" in text


def test_another_document_under_the_same_credential_is_not_known() -> None:
    credential = Credential.parse(MEMBERS[3])
    assert credential.known is not None
    changed = {**credential.document, "name": "Professor"}
    assert replace(credential, document=changed).known is None
    assert replace(credential, document=changed).faults == faults_of(changed)


def test_what_is_known_is_what_looking_would_tell() -> None:
    for text in MEMBERS:
        credential = Credential.parse(text)
        assert credential.known is not None
        bare = {key: value for key, value in credential.document.items() if key != "proof"}
        assert credential.known.content_hash(PINNED) == content_hash(rdf_canonical(bare, PINNED))
        assert credential.known.content_hash(Contexts()) is None
        assert (credential.faults, credential.gaps) == (faults_of(credential.document), gaps_of(credential.document))


def test_a_document_can_be_changed_without_changing_the_next() -> None:
    first = Credential.parse(MEMBERS[4])
    copied = copy.deepcopy(dict(first.document))
    first.document["credentialSubject"]["achievement"]["name"] = "Somebody's own"
    assert Credential.parse(MEMBERS[4]).document == copied


def test_families_are_forgotten_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    from cairn.credentials.repeating import family

    monkeypatch.setattr(family, "MAX_FAMILIES", 2)
    monkeypatch.setattr(family, "MAX_MET", 3)
    families = Families()
    for kind in range(5):
        for number in range(5):
            document = json.loads(MEMBERS[number])
            document["credentialSubject"]["achievement"]["id"] = f"urn:uuid:{kind}"
            families.learn(json.dumps(document), document, PINNED)
    assert len(families) == 2
    assert len(families._met) == 3
