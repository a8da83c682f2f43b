"""Learner records (CLR) with credentials inside, endorsements, and whose credential it is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.credentials.forging import signed_anyway
from tests.credentials.test_canonical import by_pyld
from tests.credentials.tokens import claims_of, header_of, token
from tests.credentials.world import AWARDED, EMAIL, NOW, Issuer, MemoryResolver, Registry

from cairn.credentials import (
    PINNED,
    Credential,
    CredentialError,
    Ed25519Key,
    Recipient,
    clr_credential,
    did_key,
    endorsement_credential,
    identity_object,
    issue,
    matches_recipient,
    verify,
)
from cairn.credentials.linkeddata.canonical import rdf_canonical

PART_A, PART_B = "urn:uuid:aaaaaaaa-0000-4000-8000-000000000001", "urn:uuid:bbbbbbbb-0000-4000-8000-000000000002"


def record(issuer: Issuer, parts: list[Any], **changes: Any) -> Credential:
    given: dict[str, Any] = {
        "id": "urn:uuid:cccccccc-0000-4000-8000-000000000003",
        "issuer": issuer.profile,
        "subject": {"identifier": [identity_object(EMAIL, "other salt")]},
        "credentials": parts,
        "name": "Record of achievement",
        "valid_from": AWARDED,
        "associations": [(f"{issuer.site}/achievements/42", "isPartOf", f"{issuer.site}/achievements/50")],
        "partial": True,
    }
    return issue(clr_credential(**{**given, **changes}), issuer.signer, created=AWARDED)


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
def test_a_record_and_each_of_its_parts_are_verified(issuer: Issuer, world: MemoryResolver, suite: str) -> None:
    other = Issuer(world, site="https://college.example", name="College", seed=b"\x04" * 32)
    whole = record(issuer, [issuer.award(id=PART_A, suite=suite), other.award(id=PART_B, suite=suite)])
    verdict = verify(whole, at=NOW, resolve=world, recipient=Recipient(email=EMAIL))
    assert verdict.verdict == "verified"
    assert [part.verdict for part in verdict.parts] == ["verified", "verified"]
    assert json.loads(json.dumps(verdict.as_dict()))["parts"][1]["issuer"]["name"] == "College"
    again = Credential.parse(dict(whole.parts[1]))
    assert verify(again, at=NOW, resolve=world).verdict == "verified", "a part taken out stands on its own"


def test_a_record_has_the_canonical_form_that_pyld_gives_it(issuer: Issuer) -> None:
    """Two types with contexts of their own, credentials in credentials, a word only the last type knows (partial)."""
    whole = record(issuer, [issuer.award(id=PART_A), issuer.award(id=PART_B, suite="eddsa-jcs-2022", endorsement=[])])
    document = {name: value for name, value in whole.document.items() if name != "proof"}
    canonical = rdf_canonical(document, PINNED).decode()
    assert canonical == by_pyld(document)
    assert "vocab.html#partial" in canonical
    endorsed = {**issuer.document(), "endorsement": [endorsement(issuer, "urn:uuid:1")]}
    assert rdf_canonical(endorsed, PINNED).decode() == by_pyld(endorsed)
    listing = issuer.revocations.to_credential(url="https://b.example/s", issuer=issuer.profile, valid_from=AWARDED)
    listing["issuer"]["type"] = "Profile"
    listing["@context"].append("https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json")
    assert rdf_canonical(listing, PINNED).decode() == by_pyld(listing)


def test_a_record_with_a_forged_part(issuer: Issuer, world: MemoryResolver) -> None:
    forged = {**issuer.award(id=PART_A).document, "name": "Doctor of Everything"}
    verdict = verify(record(issuer, [issuer.award(id=PART_B), forged]), at=NOW, resolve=world)
    assert (verdict.verdict, verdict.authentic) == ("not_verified", "fail")
    assert any("Doctor of Everything" in finding.message for finding in verdict.findings)


def test_a_record_with_a_revoked_part(issuer: Issuer, world: MemoryResolver) -> None:
    whole = record(issuer, [issuer.award(id=PART_A)])
    issuer.revocations.set(94567)
    issuer.publish()
    verdict = verify(whole, at=NOW, resolve=world)
    assert (verdict.verdict, verdict.authentic, verdict.current) == ("not_verified", "pass", "fail")


def test_a_record_with_an_expired_part_says_so_and_stands(issuer: Issuer, world: MemoryResolver) -> None:
    whole = record(issuer, [issuer.award(id=PART_A, valid_until=AWARDED)])
    verdict = verify(whole, at=NOW, resolve=world)
    assert (verdict.verdict, verdict.current) == ("verified", "warn")
    assert verdict.parts[0].verdict == "not_verified"


def test_a_record_with_an_unsigned_part(issuer: Issuer, world: MemoryResolver) -> None:
    assert verify(record(issuer, [issuer.document(id=PART_A)]), at=NOW, resolve=world).verdict == "not_verified"


def test_a_record_whose_parts_issuer_is_silent_is_undetermined(issuer: Issuer, world: MemoryResolver) -> None:
    other = Issuer(world, site="https://college.example", seed=b"\x04" * 32)
    whole = record(issuer, [other.award(id=PART_A)])
    world.silent.add("https://college.example/.well-known/did.json")
    assert verify(whole, at=NOW, resolve=world).verdict == "undetermined"


def test_a_record_that_borrows_somebody_elses_part(issuer: Issuer, world: MemoryResolver) -> None:
    borrowed = issuer.award(id=PART_A, subject={"identifier": [identity_object("other@example.com", "s")]})
    verdict = verify(record(issuer, [borrowed]), at=NOW, resolve=world, recipient=Recipient(email=EMAIL))
    assert (verdict.verdict, verdict.about_person) == ("not_verified", "fail")


def test_an_unknown_issuer_of_a_part_is_a_warning_too(issuer: Issuer, world: MemoryResolver) -> None:
    other = Issuer(world, site="https://college.example", seed=b"\x04" * 32)
    whole = record(issuer, [other.award(id=PART_A)])
    verdict = verify(whole, at=NOW, resolve=world, trust=Registry({issuer.did: "Example Institute"}))
    assert (verdict.verdict, verdict.trusted) == ("verified", "warn")


def test_records_inside_records_end_somewhere(issuer: Issuer, world: MemoryResolver) -> None:
    inner: Any = issuer.award(id=PART_A)
    for number in range(6):
        inner = record(issuer, [inner], id=f"urn:uuid:dddddddd-0000-4000-8000-00000000000{number}")
    assert verify(inner, at=NOW, resolve=world).verdict == "undetermined"


def test_a_part_in_an_envelope_we_cannot_open_is_undetermined(issuer: Issuer, world: MemoryResolver) -> None:
    part = {
        "@context": "https://www.w3.org/ns/credentials/v2",
        "id": "data:application/vc+cose,0oRDoQEm",
        "type": "EnvelopedVerifiableCredential",
    }
    verdict = verify(record(issuer, [part]), at=NOW, resolve=world)
    assert verdict.verdict == "undetermined"
    assert verdict.has("unsupported_envelope")


def held(issuer: Issuer, *parts: Any) -> Credential:
    """A record that holds ``parts`` as they are, signed around the guards of issue()."""
    document = dict(record(issuer, [issuer.award(id=PART_A)]).document)
    document["credentialSubject"] = {**document["credentialSubject"], "verifiableCredential": list(parts)}
    return signed_anyway(document, issuer.signer)


def test_a_part_that_is_a_token_is_verified_like_any_other(issuer: Issuer, world: MemoryResolver) -> None:
    good = token(header_of(issuer), claims_of(issuer), issuer.key)
    forged = token(header_of(issuer), claims_of(issuer), Ed25519Key.from_seed(b"\x66" * 32))
    verdict = verify(held(issuer, good), at=NOW, resolve=world)
    assert (verdict.verdict, [part.verdict for part in verdict.parts]) == ("verified", ["verified"])
    assert verdict.has("part_verified")
    verdict = verify(held(issuer, good, forged), at=NOW, resolve=world)
    assert (verdict.verdict, verdict.authentic) == ("not_verified", "fail")
    assert verdict.has("signature_invalid")


@pytest.mark.parametrize("nothing", ["Bachelor of Science", 7, None, True, ["urn:uuid:1"], ""])
def test_a_part_that_is_no_credential_is_not_passed_over(issuer: Issuer, world: MemoryResolver, nothing: Any) -> None:
    verdict = verify(held(issuer, dict(issuer.award(id=PART_A).document), nothing), at=NOW, resolve=world)
    assert verdict.verdict == "not_verified"
    assert any(finding.message.startswith("Part 2:") for finding in verdict.findings)


def test_a_part_of_which_only_the_address_is_given_stays_open(issuer: Issuer, world: MemoryResolver) -> None:
    verdict = verify(held(issuer, f"{issuer.site}/awards/7"), at=NOW, resolve=world)
    assert verdict.verdict == "undetermined"
    assert verdict.has("part_elsewhere")
    assert f"{issuer.site}/awards/7" not in world.asked


def test_two_parts_with_one_id_are_refused(issuer: Issuer) -> None:
    with pytest.raises(CredentialError) as refused:
        record(issuer, [issuer.award(id=PART_A), issuer.award(id=PART_A, name="Other")])
    assert refused.value.code == "split_node"


def test_an_empty_record_is_refused(issuer: Issuer) -> None:
    with pytest.raises(CredentialError):
        record(issuer, [])


# -- Endorsements -------------------------------------------------------------------------------------------------------


def endorsement(endorser: Issuer, endorsed: str) -> dict[str, Any]:
    unsigned = endorsement_credential(
        id="urn:uuid:eeeeeeee-0000-4000-8000-000000000004",
        issuer=endorser.profile,
        endorsed_id=endorsed,
        comment="We hire people with this.",
        name="Endorsement",
        valid_from=AWARDED,
    )
    return dict(issue(unsigned, endorser.signer, created=AWARDED).document)


def test_endorsements_inside_are_checked_and_only_inform(issuer: Issuer, world: MemoryResolver) -> None:
    employer = Issuer(world, site="https://employer.example", name="Employer", seed=b"\x08" * 32)
    good = issuer.award(endorsement=[endorsement(employer, "urn:uuid:6a1676b8-b51f-11ed-937b-d76685a20ff5")])
    verdict = verify(good, at=NOW, resolve=world)
    assert verdict.verdict == "verified"
    assert verdict.has("endorsed")
    elsewhere = issuer.award(endorsement=[endorsement(employer, "https://employer.example/other")])
    assert verify(elsewhere, at=NOW, resolve=world).has("endorses_something_else")
    forged = issuer.award(endorsement=[{**endorsement(employer, "urn:uuid:1"), "name": "Changed"}])
    verdict = verify(forged, at=NOW, resolve=world)
    assert verdict.verdict == "verified"
    assert verdict.has("endorsement_not_verified")


def test_an_endorser_is_called_by_what_is_proven(issuer: Issuer, world: MemoryResolver) -> None:
    """Anybody can call themselves anything: only a register's name goes without the identifier."""
    somebody = Issuer(world, site="https://somebody.example", name="Famous University", seed=b"\x08" * 32)
    good = issuer.award(endorsement=[endorsement(somebody, "urn:uuid:6a1676b8-b51f-11ed-937b-d76685a20ff5")])
    said = next(one for one in verify(good, at=NOW, resolve=world).findings if one.code == "endorsed").message
    assert said == f"It is endorsed by {somebody.did} (who calls itself “Famous University”)."
    verdict = verify(good, at=NOW, resolve=world, trust=Registry({somebody.did: "Somebody Ltd"}))
    assert any(one.message == "It is endorsed by Somebody Ltd." for one in verdict.findings)


def test_an_endorsement_of_nothing_in_particular_endorses_nothing(issuer: Issuer, world: MemoryResolver) -> None:
    unnamed = dict(endorsement(issuer, "urn:uuid:1"))
    unnamed["credentialSubject"] = {
        name: one for name, one in unnamed["credentialSubject"].items() if name not in ("id", "@id")
    }
    document = issuer.document(endorsement=[dict(signed_anyway(unnamed, issuer.signer).document)])
    del document["id"]
    verdict = verify(signed_anyway(document, issuer.signer), at=NOW, resolve=world)
    assert verdict.verdict == "verified"
    assert verdict.has("endorses_something_else")
    assert not verdict.has("endorsed")


def test_an_endorsement_is_a_credential_of_its_own(issuer: Issuer, world: MemoryResolver) -> None:
    assert verify(endorsement(issuer, f"{issuer.site}/achievements/42"), at=NOW, resolve=world).verdict == "verified"


# -- Identity -----------------------------------------------------------------------------------------------------------


def test_the_identity_hash_of_the_specification() -> None:
    assert identity_object("a@example.com", "Kosher") == {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": "sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399",
        "identityType": "emailAddress",
        "salt": "Kosher",
    }


PLAIN = {"type": "IdentityObject", "identityType": "emailAddress"}


@pytest.mark.parametrize(
    ("identifier", "email", "answer"),
    [
        (identity_object("mira@example.com", "s"), "mira@example.com", True),
        (identity_object("mira@example.com", "s"), " Mira@Example.com ", True),
        (identity_object("Mira@Example.com", "s"), "Mira@Example.com", True),
        (identity_object("mira@example.com", "s"), "mara@example.com", False),
        ({**identity_object("mira@example.com", "s"), "salt": "other"}, "mira@example.com", False),
        ({**identity_object("mira@example.com", "s"), "salt": 5}, "mira@example.com", None),
        ({**identity_object("mira@example.com", "s"), "identityType": "studentId"}, "mira@example.com", None),
        ({**PLAIN, "hashed": False, "identityHash": "Mira@example.com"}, "mira@example.com", True),
        ({**PLAIN, "hashed": True, "identityHash": "mira@example.com"}, "mira@example.com", False),
        ({**PLAIN, "identityHash": "sha999$00"}, "mira@example.com", None),
    ],
)  # fmt: skip
def test_an_address_is_recognised(issuer: Issuer, identifier: dict[str, Any], email: str, answer: bool | None) -> None:
    document = issuer.document()
    document["credentialSubject"]["identifier"] = [identifier]
    assert matches_recipient(Credential.parse(document), email=email) is answer


@pytest.mark.parametrize("fingerprint", ["sha512$5f2d", "b5809d8a92f8858436d7e6b87c12ebc0", 7, ["sha256$00"]])
def test_a_fingerprint_of_an_unknown_kind_leaves_the_person_open(issuer: Issuer, fingerprint: object) -> None:
    entry = {"type": "IdentityObject", "hashed": True, "identityHash": fingerprint, "identityType": "emailAddress"}
    document = issuer.document(subject={"identifier": [entry]})
    assert matches_recipient(Credential.parse(document), email=EMAIL) is None


def test_not_being_the_first_of_several_subjects_says_nothing(issuer: Issuer) -> None:
    document = issuer.document()
    other = {**document["credentialSubject"], "identifier": [identity_object("somebody.else@example.com", "salt")]}
    document["credentialSubject"] = [other, document["credentialSubject"]]
    assert matches_recipient(Credential.parse(document), email=EMAIL) is None


def test_an_address_and_a_did_must_not_contradict_each_other(issuer: Issuer) -> None:
    holder, other = (did_key(Ed25519Key.from_seed(bytes([number]) * 32)) for number in (5, 6))
    credential = Credential.parse(issuer.document(subject={"id": holder, "identifier": [identity_object(EMAIL, "s")]}))
    assert matches_recipient(credential, email=EMAIL, did=holder) is True
    assert matches_recipient(credential, email=EMAIL, did=other) is False
    assert matches_recipient(credential) is None


def test_nobody_asked_about_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(CredentialError):
        Recipient()
    for email, salt in (("", "s"), ("a@b.c", "")):
        with pytest.raises(CredentialError):
            identity_object(email, salt)
