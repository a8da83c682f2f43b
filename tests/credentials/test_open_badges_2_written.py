"""One award, two editions: what Open Badges 2.0 can say, it says as the Open Badges 3.0 credential does."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.credentials.badges2 import Web, rsa_key
from tests.credentials.world import AWARDED, EMAIL, NOW, Issuer, MemoryResolver

from cairn.credentials import Credential, CredentialError, Ed25519Key, Outcome, Recipient, verify
from cairn.credentials.build import achievement_credential
from cairn.credentials.keys import EllipticKey, KeySigner
from cairn.credentials.openbadges2.writing import OpenBadges2, open_badges_2, sealed

ROOT = "https://badges.example.org"
PLACES: dict[str, Any] = {
    "assertion_url": f"{ROOT}/ob2/awards/7",
    "badge_url": f"{ROOT}/ob2/badges/42",
    "issuer_url": f"{ROOT}/ob2/issuer",
    "image_url": f"{ROOT}/ob2/badges/42.png",
    "issuer_email": "badges@example.org",
}


@pytest.fixture
def award(issuer: Issuer) -> Credential:
    return issuer.award()


def published(written: OpenBadges2) -> Web:
    return Web(written.documents)


def test_the_hosted_edition_is_verified_with_the_same_facts(award: Credential) -> None:
    written = open_badges_2(award, **PLACES)
    verdict = verify(PLACES["assertion_url"], at=NOW, resolve=published(written), recipient=Recipient(email=EMAIL))
    assert verdict.verdict == "verified", [f.message for f in verdict.findings]
    assert verdict.about_person is Outcome.PASS
    found = verdict.credential
    assert found is not None
    assert (found.name, found.issuer_name) == (award.name, award.issuer_name)
    assert (found.valid_from, found.valid_until) == (award.valid_from, award.valid_until)
    assert found.subject["identifier"] == award.subject["identifier"]
    assert found.achievement is not None
    assert award.achievement is not None
    assert found.achievement["alignment"][0]["targetUrl"] == award.achievement["alignment"][0]["targetUrl"]
    assert found.achievement["tag"] == award.achievement["tag"]
    assert found.reading["evidence"] == award.reading["evidence"]
    assert not verdict.has("incomplete")


def test_each_document_points_back_at_what_it_is_an_edition_of(award: Credential, issuer: Issuer) -> None:
    written = open_badges_2(award, **PLACES)
    assert written.assertion["related"] == {"id": award.id, "type": "Assertion"}
    assert written.badge["related"] == {"id": f"{issuer.site}/achievements/42", "type": "BadgeClass"}
    # Verifiers of that time refuse a DID there.
    assert written.issuer["schema:sameAs"] == issuer.did


def test_what_it_cannot_say_is_named(award: Credential) -> None:
    written = open_badges_2(award, **PLACES)
    assert written.left_out == (
        "credentialSubject.creditsEarned",
        "credentialSubject.result",
        "credentialSubject.achievement.achievementType",
        "credentialSubject.achievement.creator",
        "credentialSubject.achievement.resultDescription",
    )


@pytest.mark.parametrize("kind", ["RSA", "P-256", "Ed25519"])
def test_the_signed_edition_is_verified(award: Credential, kind: str) -> None:
    key = {"RSA": rsa_key, "P-256": EllipticKey.generate, "Ed25519": lambda _: Ed25519Key.generate()}[kind](kind)
    key_url = f"{ROOT}/ob2/key.json"
    places = {**PLACES, "assertion_url": "urn:uuid:7f3c2c3a-6f3c-4d3b-9c58-0f2f4f1d7a11"}
    list_url = f"{ROOT}/ob2/revoked.json"
    written = open_badges_2(award, **places, signed_with=(key_url, key.public), revocation_list_url=list_url)
    token = sealed(written, KeySigner(key, key_url))
    assert written.assertion["id"] not in written.documents
    verdict = verify(token, at=NOW, resolve=published(written), recipient=Recipient(email=EMAIL))
    assert verdict.verdict == "verified", [f.message for f in verdict.findings]
    revoked = open_badges_2(
        award,
        **places,
        signed_with=(key_url, key.public),
        revocation_list_url=list_url,
        revoked=[(places["assertion_url"], "Issued in error")],
    )
    taken_back = verify(token, at=NOW, resolve=published(revoked))
    assert taken_back.verdict == "not_verified"
    assert any("Issued in error" in finding.message for finding in taken_back.findings)


def test_only_the_named_key_seals(award: Credential) -> None:
    key = rsa_key("RSA")
    hosted = open_badges_2(award, **PLACES)
    with pytest.raises(CredentialError) as refused:
        sealed(hosted, KeySigner(key, f"{ROOT}/key.json"))
    assert refused.value.code == "not_signed"
    signed = open_badges_2(award, **PLACES, signed_with=(f"{ROOT}/key.json", key.public))
    with pytest.raises(CredentialError) as refused:
        sealed(signed, KeySigner(key, f"{ROOT}/other.json"))
    assert refused.value.code == "other_key"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"assertion_url": "http://badges.example.org/7"}, "bad_address"),
        ({"badge_url": "urn:uuid:7f3c2c3a-6f3c-4d3b-9c58-0f2f4f1d7a11"}, "bad_address"),
        ({"assertion_url": "https://elsewhere.example/7"}, "out_of_scope"),
        ({"badge_url": "https://elsewhere.example/7"}, "out_of_scope"),
        ({"awards_under": f"{ROOT}/others/"}, "out_of_scope"),
        ({"image_url": None}, "missing"),
        ({"issuer_email": None}, "missing"),
    ],
)
def test_what_no_verifier_would_accept_is_not_written(award: Credential, change: dict[str, Any], code: str) -> None:
    with pytest.raises(CredentialError) as refused:
        open_badges_2(award, **{**PLACES, **change})
    assert refused.value.code == code


def test_issuers_that_share_a_site_each_vouch_for_their_own_awards_only(award: Credential) -> None:
    places = {**PLACES, "awards_under": f"{ROOT}/ob2/awards/"}
    web = published(open_badges_2(award, **places))
    assert verify(PLACES["assertion_url"], at=NOW, resolve=web).verdict == "verified"
    forged = {**web.pages[PLACES["assertion_url"]], "id": f"{ROOT}/mallory/awards/1"}
    web.pages[forged["id"]] = forged
    assert verify(forged, at=NOW, resolve=web).has("not_on_issuers_site")


def test_an_award_to_a_did_is_one_by_id(issuer: Issuer) -> None:
    did = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
    written = open_badges_2(issuer.award(subject={"id": did}), **PLACES)
    assert written.assertion["recipient"] == {"type": "id", "hashed": False, "identity": did}
    web = published(written)
    assert verify(written.assertion, at=NOW, resolve=web, recipient=Recipient(did=did)).verdict == "verified"


# -- there and back -------------------------------------------------------------------------------------------------------------

words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn")), min_size=1, max_size=30).filter(
    lambda text: text.strip() == text and " ".join(text.split()) == text and text.isprintable()
)
addresses = st.from_regex(r"https://[a-z]{1,10}\.example/[a-z0-9/]{0,12}", fullmatch=True)


def _moments(first: int, last: int) -> st.SearchStrategy[datetime]:
    """Moments with and without fractions of a second, between two years."""
    start = datetime(first, 1, 1, tzinfo=UTC)
    return st.integers(0, (last - first) * 365 * 86_400 * 1000).map(
        lambda thousandths: start + timedelta(milliseconds=thousandths)
    )


alignments = st.fixed_dictionaries(
    {"type": st.just(["Alignment"]), "targetName": words, "targetUrl": addresses},
    optional={"targetDescription": words, "targetFramework": words, "targetCode": words},
)
evidence = st.fixed_dictionaries(
    {"type": st.just(["Evidence"])},
    optional={
        "id": addresses,
        "narrative": words,
        "name": words,
        "description": words,
        "genre": words,
        "audience": words,
    },
).filter(lambda one: len(one) > 1)
identities = st.one_of(
    st.fixed_dictionaries(
        {
            "type": st.just("IdentityObject"),
            "hashed": st.just(True),
            "identityHash": st.from_regex(r"sha256\$[0-9a-f]{64}", fullmatch=True),
            "identityType": st.sampled_from(["emailAddress", "ext:url", "ext:telephone"]),
        },
        optional={"salt": words},
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("IdentityObject"),
            "hashed": st.just(False),
            "identityHash": st.emails(),
            "identityType": st.just("emailAddress"),
        }
    ),
)
achievements = st.fixed_dictionaries(
    {
        "id": addresses,
        "name": words,
        "description": words,
        "criteria": st.fixed_dictionaries(
            {"type": st.just("Criteria"), "narrative": words}, optional={"id": addresses}
        ),
        "image": st.fixed_dictionaries({"id": addresses, "type": st.just("Image")}, optional={"caption": words}),
    },
    optional={
        "alignment": st.lists(alignments, min_size=1, max_size=3),
        "tag": st.lists(words, min_size=1, max_size=3),
        "version": words,
        "inLanguage": st.sampled_from(["en", "de", "es-MX"]),
    },
)
profiles = st.fixed_dictionaries(
    {"id": st.just("did:web:example.org"), "name": words, "url": addresses, "email": st.emails()},
    optional={
        "phone": words,
        "description": words,
        "image": st.fixed_dictionaries({"id": addresses, "type": st.just("Image")}),
    },
)


@settings(max_examples=60, deadline=None)
@given(
    achievement=achievements,
    profile=profiles,
    identity=identities,
    begin=_moments(2010, 2090),
    end=st.none() | _moments(2090, 2199),
    proofs=st.lists(evidence, max_size=2),
    narrative=st.none() | words,
)
def test_there_and_back_the_facts_are_the_same(
    achievement: dict[str, Any],
    profile: dict[str, Any],
    identity: dict[str, Any],
    begin: datetime,
    end: datetime | None,
    proofs: list[dict[str, Any]],
    narrative: str | None,
) -> None:
    subject = {"identifier": [identity]} | ({"narrative": narrative} if narrative else {})
    document = achievement_credential(
        id="urn:uuid:6a1676b8-b51f-11ed-937b-d76685a20ff5",
        issuer=profile,
        achievement=achievement,
        subject=subject,
        valid_from=begin,
        valid_until=end,
        evidence=proofs,
    )
    there = Credential.parse(document)
    written = open_badges_2(there, **PLACES)
    web = published(written)
    verdict = verify(json.dumps(written.assertion), at=begin, resolve=web)
    assert verdict.verdict == "verified", [f.message for f in verdict.findings]
    back = verdict.credential
    assert back is not None
    mine, theirs = _facts(there), _facts(back)
    assert mine == theirs


def _facts(credential: Credential) -> dict[str, Any]:
    """What both versions can say. The ids are those of other documents, and point at one another."""
    achievement = {name: value for name, value in (credential.achievement or {}).items() if name not in _NOT_COMPARED}
    issuer = {name: value for name, value in credential.reading["issuer"].items() if name != "id"}
    return {
        "achievement": achievement,
        "issuer": issuer,
        "identifier": credential.subject["identifier"],
        "narrative": credential.subject.get("narrative"),
        "begin": credential.valid_from,
        "end": credential.valid_until,
        "evidence": credential.reading.get("evidence", []),
    }


_NOT_COMPARED = ("id", "related", "achievementType")


def test_the_two_editions_are_told_apart(world: MemoryResolver, award: Credential) -> None:
    written = open_badges_2(award, **PLACES)
    assert Credential.parse(written.assertion).form.name == "ob-2.0"
    assert award.form.name == "vc-2.0"
    assert verify(award, at=NOW, resolve=world).verdict == "verified"
    assert award.valid_from == AWARDED
