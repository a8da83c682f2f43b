from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.credentials.forging import signed_anyway
from tests.credentials.world import AWARDED, NOW, Issuer, MemoryResolver

from cairn.credentials import Credential, CredentialError, StatusList, issue, status_entry, verify
from cairn.credentials.multibase import base64url
from cairn.credentials.statuslist import MAXIMUM_SIZE, MINIMUM_SIZE


def encoded(bits: bytes) -> str:
    return "u" + base64url(gzip.compress(bits))


@given(st.sets(st.integers(0, MINIMUM_SIZE - 1), max_size=30))
@settings(max_examples=30, deadline=None)
def test_a_list_survives_being_published(indexes: set[int]) -> None:
    made = StatusList()
    for index in indexes:
        made.set(index)
    again = StatusList.decode(made.encode())
    assert set(again.indexes()) == indexes
    assert all(again.get(index) for index in indexes)
    assert again.encode() == made.encode()


def test_the_first_index_is_the_left_most_bit() -> None:
    made = StatusList()
    made.set(0)
    assert made.encode() == encoded(b"\x80" + bytes(MINIMUM_SIZE // 8 - 1)) or StatusList.decode(
        encoded(b"\x80" + bytes(MINIMUM_SIZE // 8 - 1))
    ).get(0)
    assert StatusList.decode(encoded(b"\x01" + bytes(MINIMUM_SIZE // 8 - 1))).get(7)


def test_the_empty_list_of_the_specification_is_read() -> None:
    """The encodedList of the examples in Bitstring Status List v1.0: 131,072 zeros."""
    text = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"
    found = StatusList.decode(text)
    assert found.size == MINIMUM_SIZE
    assert list(found.indexes()) == []


def test_a_bit_can_be_taken_back() -> None:
    made = StatusList("suspension")
    made.set(9)
    made.set(9, False)
    assert not made.get(9)


@pytest.mark.parametrize("index", [-1, MINIMUM_SIZE])
def test_an_index_outside_the_list_is_refused(index: int) -> None:
    for act in (StatusList().get, StatusList().set):
        with pytest.raises(CredentialError) as refused:
            act(index)
        assert refused.value.code == "index_out_of_range"


@pytest.mark.parametrize("size", [0, 8, MINIMUM_SIZE - 8, MINIMUM_SIZE + 1, MAXIMUM_SIZE + 8])
def test_a_list_too_small_or_too_large_is_refused(size: int) -> None:
    with pytest.raises(CredentialError):
        StatusList(size=size)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (encoded(bytes(MINIMUM_SIZE // 8 - 1)), "status_list_too_short"),
        (encoded(bytes(MAXIMUM_SIZE // 8 + 1)), "bad_status_list"),
        (encoded(bytes(300 * 1024 * 1024)), "bad_status_list"),
        ("u" + base64url(gzip.compress(bytes(MINIMUM_SIZE // 8), mtime=0)[:-9]), "bad_status_list"),
        ("u" + base64url(gzip.compress(bytes(MINIMUM_SIZE // 8), mtime=0) + b"more"), "bad_status_list"),
        ("u" + base64url(b"not packed"), "bad_status_list"),
        ("H4sIAAAA", "bad_status_list"),
        ("u!!", "bad_multibase"),
    ],
    ids=["short", "long", "bomb", "cut", "trailing", "unpacked", "no mark", "no base64"],
)
def test_a_bad_list_is_refused(text: str, code: str) -> None:
    with pytest.raises(CredentialError) as refused:
        StatusList.decode(text)
    assert refused.value.code == code


def test_an_entry_points_at_its_bit() -> None:
    assert status_entry("https://b.example/status/7", 94567, "suspension") == {
        "id": "https://b.example/status/7#94567",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "suspension",
        "statusListIndex": "94567",
        "statusListCredential": "https://b.example/status/7",
    }
    with pytest.raises(CredentialError):
        status_entry("https://b.example/status/7", -1)
    with pytest.raises(CredentialError):
        status_entry("https://b.example/status/7", 1, "message")


def test_a_list_credential_is_read_back(issuer: Issuer) -> None:
    issuer.revocations.set(5)
    unsigned = issuer.revocations.to_credential(
        url=issuer.revocation_url, issuer=issuer.did, valid_from=AWARDED, valid_until=NOW, ttl_ms=300_000
    )
    signed = issue(unsigned, issuer.signer, created=AWARDED)
    assert list(StatusList.from_credential(signed).indexes()) == [5]
    assert signed.subject["ttl"] == 300_000


# -- Bad lists, as a verifier meets them: the question stays open, and the finding says why ------------------------------

Twist = Callable[[Issuer, MemoryResolver], Any]


def _publish(issuer: Issuer, world: MemoryResolver, **changes: Any) -> None:
    unsigned = issuer.revocations.to_credential(url=issuer.revocation_url, issuer=issuer.did, valid_from=AWARDED)
    subject = {**unsigned["credentialSubject"], **changes.pop("subject", {})}
    signed = issue({**unsigned, "credentialSubject": subject, **changes}, issuer.signer, created=AWARDED)
    world.pages[issuer.revocation_url] = signed.text.encode()


def _tampered(issuer: Issuer, world: MemoryResolver) -> None:
    text = world.pages[issuer.revocation_url].decode()
    world.pages[issuer.revocation_url] = text.replace(AWARDED.strftime("%Y-%m-%d"), "2026-02-01", 1).encode()


def _unsigned(issuer: Issuer, world: MemoryResolver) -> None:
    world.pages[issuer.revocation_url] = issuer.revocations.to_credential(
        url=issuer.revocation_url, issuer=issuer.did, valid_from=AWARDED
    )


def _other_issuer(issuer: Issuer, world: MemoryResolver) -> None:
    other = Issuer(world, site="https://other.example", seed=b"\x03" * 32)
    unsigned = other.revocations.to_credential(url=issuer.revocation_url, issuer=other.did, valid_from=AWARDED)
    world.pages[issuer.revocation_url] = issue(unsigned, other.signer, created=AWARDED).text.encode()


def _older_proof(issuer: Issuer, world: MemoryResolver) -> None:
    document = dict(Credential.parse(world.pages[issuer.revocation_url]).document)
    document["proof"] = {**document["proof"], "type": "Ed25519Signature2020"}
    world.pages[issuer.revocation_url] = document


BAD_LISTS: dict[str, Twist] = {
    "status_list_not_authentic": _tampered,
    "status_other_issuer": _other_issuer,
    "status_list_unchecked": _older_proof,
    "status_wrong_purpose": lambda i, w: _publish(i, w, subject={"statusPurpose": "suspension"}),
    "status_list_too_short": lambda i, w: _publish(i, w, subject={"encodedList": encoded(bytes(1000))}),
    "bad_status_list": lambda i, w: _publish(i, w, subject={"encodedList": "u" + base64url(b"nothing")}),
    "status_wrong_list": lambda i, w: _publish(i, w, id="https://badges.example.org/status/other"),
    "status_list_expired": lambda i, w: _publish(i, w, validUntil="2026-05-01T00:00:00Z"),
    "status_list_not_yet_valid": lambda i, w: _publish(i, w, validFrom="2026-07-01T00:00:00Z"),
    "status_unreachable": lambda i, w: w.pages.pop(i.revocation_url),
}


@pytest.mark.parametrize("code", list(BAD_LISTS))
def test_a_bad_status_list_leaves_the_question_open(issuer: Issuer, world: MemoryResolver, code: str) -> None:
    credential = issuer.award()
    issuer.revocations.set(94567)
    BAD_LISTS[code](issuer, world)
    verdict = verify(credential, at=NOW, resolve=world)
    assert (verdict.verdict, verdict.authentic, verdict.current) == ("undetermined", "pass", "unknown")
    assert verdict.has(code)


@pytest.mark.parametrize("page", [b"<html>", b"{}", {"@context": [], "type": ["VerifiableCredential"]}])
def test_what_is_no_status_list_leaves_the_question_open(issuer: Issuer, world: MemoryResolver, page: Any) -> None:
    credential = issuer.award()
    world.pages[issuer.revocation_url] = page
    assert verify(credential, at=NOW, resolve=world).verdict == "undetermined"


def test_an_unsigned_status_list_leaves_the_question_open(issuer: Issuer, world: MemoryResolver) -> None:
    credential = issuer.award()
    _unsigned(issuer, world)
    assert verify(credential, at=NOW, resolve=world).has("status_list_not_authentic")


def test_a_credential_that_is_no_list_leaves_the_question_open(issuer: Issuer, world: MemoryResolver) -> None:
    credential = issuer.award()
    world.pages[issuer.revocation_url] = issuer.award(id=issuer.revocation_url, status=()).text.encode()
    assert verify(credential, at=NOW, resolve=world).has("bad_status_list")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"statusListIndex": str(MINIMUM_SIZE)}, "index_out_of_range"),
        ({"statusListIndex": "-1"}, "bad_status_entry"),
        ({"statusListIndex": "1e3"}, "bad_status_entry"),
        ({"statusListIndex": "\u0661"}, "bad_status_entry"),
        ({"statusListIndex": "9" * 40}, "index_out_of_range"),
        ({"statusListIndex": "9" * 41}, "bad_status_entry"),
        ({"statusListIndex": 1}, "bad_status_entry"),
        ({"statusPurpose": "message"}, "status_wrong_purpose"),
        ({"statusPurpose": "shoe size"}, "unsupported_status"),
        ({"statusPurpose": ["revocation"]}, "bad_status_entry"),
        ({"id": "https://badges.example.org/status/1"}, "bad_status_entry"),
    ],
)
def test_an_entry_that_cannot_be_followed_leaves_the_question_open(
    issuer: Issuer, world: MemoryResolver, changes: dict[str, Any], code: str
) -> None:
    entry = {**status_entry(issuer.revocation_url, 1), **changes}
    credential = signed_anyway(issuer.document(status=[entry]), issuer.signer)
    verdict = verify(credential, at=NOW, resolve=world)
    assert verdict.verdict == "undetermined"
    assert verdict.has(code)


def test_a_kind_of_status_nobody_here_knows_leaves_the_question_open(issuer: Issuer, world: MemoryResolver) -> None:
    document = issuer.document(status=[{"id": "https://badges.example.org/s", "type": "CredentialStatusList2017"}])
    document["@context"].append({"CredentialStatusList2017": "https://w3id.org/vc-csl2017#CredentialStatusList2017"})
    verdict = verify(issue(document, issuer.signer, created=AWARDED), at=NOW, resolve=world)
    assert (verdict.verdict, verdict.authentic) == ("undetermined", "pass")
    assert verdict.has("unsupported_status")


def test_a_status_can_be_asked_for_a_past_moment(issuer: Issuer, world: MemoryResolver) -> None:
    """The list in force then is the resolver's to find; the core only holds each list to its own period."""
    moment: datetime = AWARDED - timedelta(days=1)
    assert verify(issuer.award(valid_from=moment, created=moment), at=moment, resolve=world).verdict == "undetermined"
