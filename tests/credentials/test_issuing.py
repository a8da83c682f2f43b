from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.credentials.world import AWARDED, NOW, Issuer, MemoryResolver

from cairn.credentials import (
    Credential,
    CredentialError,
    KeySigner,
    achievement_credential,
    identity_object,
    issue,
    issue_batch,
    verify,
)


def test_the_signed_text_is_compact_json_with_the_proof_last(issuer: Issuer) -> None:
    text = issuer.award(name="Brückenbau 橋").text
    assert text == json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))
    assert list(json.loads(text))[-1] == "proof"
    assert "Brückenbau 橋" in text


def test_signing_twice_gives_the_same_text(issuer: Issuer) -> None:
    assert issuer.award() == issuer.award()


def test_the_builder_writes_what_the_standard_wants(issuer: Issuer) -> None:
    document = achievement_credential(
        id="urn:uuid:1",
        issuer=issuer.profile,
        achievement={
            "id": "https://a.example/1",
            "name": "Knots",
            "description": "Ties knots.",
            "criteria": {"narrative": "Tie five."},
            "tag": "rope",
            "alignment": {"type": ["Alignment"], "targetName": "x", "targetUrl": "https://a.example/x"},
            "image": None,
            "related": [],
        },
        subject={"identifier": identity_object("a@b.c", "s"), "narrative": None},
        valid_from=AWARDED,
    )
    assert document["@context"][:2] == [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ]
    assert document["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert document["name"] == "Knots"
    achievement = document["credentialSubject"]["achievement"]
    assert achievement["type"] == ["Achievement"]
    assert achievement["tag"] == ["rope"]
    assert isinstance(achievement["alignment"], list)
    assert isinstance(document["credentialSubject"]["identifier"], list)
    assert "image" not in achievement
    assert "related" not in achievement
    assert "narrative" not in document["credentialSubject"]
    assert "validUntil" not in document
    assert "evidence" not in document


def _without(*path: str) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        for step in path[:-1]:
            document = document[step]
        del document[path[-1]]

    return change


def _with(value: Any, *path: str) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        for step in path[:-1]:
            document = document[step]
        document[path[-1]] = value

    return change


ACHIEVEMENT = ("credentialSubject", "achievement")


@pytest.mark.parametrize(
    ("change", "code", "where"),
    [
        (_without("id"), "missing", "id"),
        (_without("validFrom"), "missing", "validFrom"),
        (_without("issuer"), "bad_issuer", "issuer"),
        (_without("credentialSubject"), "bad_subject", "credentialSubject"),
        (_without(*ACHIEVEMENT), "missing", "credentialSubject.achievement"),
        (_without(*ACHIEVEMENT, "criteria"), "missing", "credentialSubject.achievement.criteria"),
        (_with({}, *ACHIEVEMENT, "criteria"), "missing", "credentialSubject.achievement.criteria"),
        (_with("", *ACHIEVEMENT, "name"), "missing", "credentialSubject.achievement.name"),
        (_without(*ACHIEVEMENT, "description"), "missing", "credentialSubject.achievement.description"),
        (_without("credentialSubject", "identifier"), "missing", "credentialSubject"),
        (_with(["Thing"], *ACHIEVEMENT, "type"), "bad_type", "credentialSubject.achievement.type"),
        (_with([{"type": ["Alignment"]}], *ACHIEVEMENT, "alignment"), "missing", "credentialSubject.achievement.alignment[0].targetName"),
        (_with("2020-01-01T00:00:00Z", "validUntil"), "bad_period", "validUntil"),
        (_with("tomorrow", "validFrom"), "bad_moment", "validFrom"),
        (_with(["https://www.w3.org/2018/credentials/v1"], "@context"), "missing", "issuanceDate"),
        (_with(["https://w3id.org/security/data-integrity/v2"], "@context"), "bad_context", "@context"),
        (_with(["OpenBadgeCredential"], "type"), "bad_type", "type"),
        (_with("x", "madeUp"), "undefined_term", "madeUp"),
        (_with("x", *ACHIEVEMENT, "madeUp"), "undefined_term", "credentialSubject.achievement.madeUp"),
        (_with({"type": "DataIntegrityProof"}, "proof"), "already_signed", ""),
        (_with("did:web:somebody.else", "issuer"), "key_not_of_issuer", "issuer"),
        (_with(float("nan"), "name"), "not_json", ""),
        (_with(object(), "name"), "not_json", ""),
        (_with(2**60, "credentialSubject", "creditsEarned"), "number_not_exact", ""),
    ],
)  # fmt: skip
@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
def test_what_is_incomplete_or_unknown_is_never_signed(
    issuer: Issuer, suite: str, change: Callable[[dict[str, Any]], None], code: str, where: str
) -> None:
    document = copy.deepcopy(issuer.document())
    change(document)
    signed: list[bytes] = []

    class Watched:
        verification_method = issuer.signer.verification_method
        key_type = issuer.signer.key_type

        def sign(self, data: bytes, /) -> bytes:
            signed.append(data)
            return issuer.signer.sign(data)

    with pytest.raises(CredentialError) as refused:
        issue(document, Watched(), created=AWARDED, cryptosuite=suite)
    assert (refused.value.code, refused.value.where) == (code, where)
    assert signed == []


@pytest.mark.parametrize(
    "document", [{}, {"@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiableCredential"]}]
)
def test_nothing_is_never_signed(issuer: Issuer, document: dict[str, Any]) -> None:
    with pytest.raises(CredentialError):
        issue(document, issuer.signer, created=AWARDED)


def test_an_unknown_suite_and_a_signer_that_gives_nonsense_are_refused(issuer: Issuer) -> None:
    with pytest.raises(CredentialError) as refused:
        issue(issuer.document(), issuer.signer, created=AWARDED, cryptosuite="rot13")
    assert refused.value.code == "unknown_cryptosuite"

    class Broken:
        verification_method = issuer.signer.verification_method
        key_type = issuer.signer.key_type

        def sign(self, data: bytes, /) -> bytes:
            return data[:10]

    with pytest.raises(CredentialError):
        issue(issuer.document(), Broken(), created=AWARDED)


def test_a_moment_without_a_zone_is_refused(issuer: Issuer) -> None:
    with pytest.raises(CredentialError):
        issue(issuer.document(), issuer.signer, created=datetime(2026, 1, 1))  # noqa: DTZ001 - the mistake under test


def test_a_verification_method_must_name_a_key(issuer: Issuer) -> None:
    with pytest.raises(CredentialError):
        issue(issuer.document(), KeySigner(issuer.key, issuer.did), created=AWARDED)


# -- Many at once -------------------------------------------------------------------------------------------------------


def _class(size: int) -> Iterator[dict[str, Any]]:
    for number in range(size):
        yield {
            "id": f"urn:uuid:00000000-0000-4000-8000-{number:012d}",
            "credentialSubject": {"identifier": [identity_object(f"learner{number}@example.com", str(number))]},
        }


def test_a_batch_gives_each_recipient_their_own_verifiable_credential(issuer: Issuer, world: MemoryResolver) -> None:
    made = list(issue_batch(issuer.document(), _class(20), issuer.signer, created=AWARDED))
    assert len({credential.id for credential in made}) == 20
    assert all(verify(credential, at=NOW, resolve=world).verdict == "verified" for credential in made)
    assert made[3].achievement == made[4].achievement
    assert made[3].subject["identifier"] != made[4].subject["identifier"]


def test_a_batch_is_streamed_and_leaves_its_template_alone(issuer: Issuer) -> None:
    template = issuer.document()
    before = copy.deepcopy(template)
    taken: list[int] = []

    def watched() -> Iterator[dict[str, Any]]:
        for number, one in enumerate(_class(1000)):
            taken.append(number)
            yield one

    stream = issue_batch(template, watched(), issuer.signer, created=AWARDED)
    assert isinstance(next(stream), Credential)
    assert taken == [0]
    assert template == before


def test_a_batch_refuses_recipients_without_or_with_the_same_id(issuer: Issuer) -> None:
    one = next(_class(1))
    with pytest.raises(CredentialError) as refused:
        list(issue_batch(issuer.document(), [one, one], issuer.signer, created=AWARDED))
    assert refused.value.code == "duplicate_id"
    with pytest.raises(CredentialError):
        list(issue_batch(issuer.document(), [{"credentialSubject": {}}], issuer.signer, created=AWARDED))


def test_the_same_award_of_the_same_moment_in_other_zones_is_the_same(issuer: Issuer) -> None:
    from zoneinfo import ZoneInfo

    there = AWARDED.astimezone(ZoneInfo("Pacific/Auckland"))
    assert there.tzinfo != UTC
    assert issuer.award(created=there, valid_from=there) == issuer.award(created=AWARDED, valid_from=AWARDED)
