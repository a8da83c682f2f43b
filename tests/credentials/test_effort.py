"""One verification causes a bounded amount of work, however often a document asks for it: each link of a chain, each part, each list."""

from __future__ import annotations

import json

import pytest
from tests.credentials.world import AWARDED, NOW, Issuer, MemoryResolver

from cairn.credentials import Credential, Verdict, clr_credential, issue, verify
from cairn.credentials.effort import ALLOWANCE, bounded, size_of, spend
from cairn.credentials.errors import NotSupported
from cairn.credentials.issue import add_proof
from cairn.credentials.jsontext import MAX_BYTES
from cairn.credentials.repeating.family import FAMILIES

WORLD = MemoryResolver()
ISSUER = Issuer(WORLD)


@pytest.fixture(autouse=True)
def strangers() -> None:
    FAMILIES.clear()


def chain(length: int) -> Credential:
    made = issue(ISSUER.document(status=[]), ISSUER.signer, created=AWARDED, proof_id="urn:p:0")
    for number in range(1, length):
        after = [f"urn:p:{one}" for one in range(number)]
        made = add_proof(made, ISSUER.signer, created=AWARDED, after=after, proof_id=f"urn:p:{number}")
    return made


def judged(credential: Credential, allowance: int) -> Verdict:
    with bounded(allowance):
        return verify(credential.text, at=NOW, resolve=WORLD)


def test_each_link_of_a_chain_draws_from_one_allowance() -> None:
    one, three = chain(1), chain(3)
    size = size_of(one.document)
    assert judged(one, size).verdict == "verified"
    assert judged(three, 5 * size).verdict == "verified"
    short = judged(three, 2 * size)
    assert short.verdict == "undetermined"
    assert short.has("too_complex")


def test_so_do_the_parts_of_a_record() -> None:
    badges = [ISSUER.award(id=f"urn:uuid:{n}", status=[]) for n in range(4)]
    record = issue(
        clr_credential(
            id="urn:uuid:9",
            issuer=ISSUER.profile,
            subject={"id": "did:example:mira"},
            credentials=badges,
            name="Record",
            valid_from=AWARDED,
        ),
        ISSUER.signer,
        created=AWARDED,
    )
    size = size_of(record.document)  # parts that look alike are dearer
    assert judged(record, 3 * size).verdict == "verified"
    short = judged(record, 2 * size)
    assert short.verdict == "undetermined"
    assert next(iter(short.parts)).verdict == "verified"


def test_the_same_is_counted_the_short_way_and_the_long_way() -> None:
    badge = chain(1)
    size = size_of(badge.document)
    verdicts = [json.dumps(judged(badge, size).as_dict()) for _ in range(6)]
    FAMILIES.clear()
    assert set(verdicts) == {json.dumps(verify(badge.text, at=NOW, resolve=WORLD).as_dict())}


def test_the_allowance_is_ample_for_anything_that_can_be_read_once() -> None:
    assert size_of({"a": "x" * MAX_BYTES}) < ALLOWANCE // 10
    assert size_of(ISSUER.document()) < ALLOWANCE // 1_000


def test_a_verification_inside_another_brings_no_allowance_of_its_own() -> None:
    with bounded(10):
        with bounded(100), pytest.raises(NotSupported):
            spend(11)
        spend(10)
        with pytest.raises(NotSupported):
            spend(1)
    spend(10**9)
