"""Version 1.1 of the data model: credentials that others signed, the same facts in both versions, and what must not pass."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.credentials.world import AWARDED, NOW, Issuer, MemoryResolver

from cairn.credentials import (
    Credential,
    CredentialError,
    Verdict,
    clr_credential,
    endorsement_credential,
    issue,
    issue_batch,
    verify,
)
from cairn.credentials.linkeddata.contexts import (
    BITSTRING_STATUS,
    DATA_INTEGRITY_V2,
    ED25519_2020,
    OB_3_0_1,
    VC_V1,
    VC_V2,
)

VECTORS = Path(__file__).parent / "vectors" / "vc_1_1"
OTHERS = {
    **{path.stem: json.loads(path.read_text())["credential"] for path in VECTORS.glob("*-*.json")},
    **json.loads((VECTORS / "peers.json").read_text())["credentials"],
}
SUITES = ["Ed25519Signature2020", "eddsa-rdfc-2022", "eddsa-jcs-2022"]


def checked(source: Any, world: MemoryResolver | None = None, at: datetime = NOW) -> Verdict:
    return verify(source, at=at, resolve=world or MemoryResolver())


# -- What others signed -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(OTHERS))
def test_what_others_signed_is_authentic(name: str) -> None:
    verdict = checked(OTHERS[name])
    assert verdict.authentic == "pass", verdict.findings
    # One names a status list, which nobody serves here.
    assert verdict.verdict == ("undetermined" if "credentialStatus" in OTHERS[name] else "verified")
    assert verdict.credential is not None
    assert verdict.credential.form.name == "vc-1.1"


@pytest.mark.parametrize("name", sorted(OTHERS))
def test_what_others_signed_fails_once_it_is_changed(name: str) -> None:
    for where in ("issuanceDate", "name", "id"):
        if where in OTHERS[name]:
            changed = copy.deepcopy(OTHERS[name])
            changed[where] = "2001-01-01T00:00:00Z" if where == "issuanceDate" else "urn:uuid:another"
            assert checked(changed).has("signature_invalid"), where
    changed = copy.deepcopy(OTHERS[name])
    subject = changed["credentialSubject"]
    deeper = subject.get("achievement") or subject.get("hasCredential") or subject["verifiableCredential"][0]
    deeper["name"] = "Doctor of Everything"
    assert checked(changed).has("signature_invalid")


def test_there_are_enough_of_them() -> None:
    contexts = {one for credential in OTHERS.values() for one in credential["@context"]}
    assert len(OTHERS) == 9
    for known in (
        "context.json",
        "context-3.0.1.json",
        "context-3.0.2.json",
        "context-3.0.3.json",
        "plugfest-1",
        "dcc/v1",
    ):
        assert any(known in one for one in contexts), known


def test_two_texts_that_stood_under_one_address() -> None:
    """Under the final text alone, the one that was signed with the beta text would look tampered with."""
    early = OTHERS["ob-3.0.0-beta-text"]
    assert early["@context"] == OTHERS["ob-3.0.0"]["@context"]
    assert checked(early).verdict == checked(OTHERS["ob-3.0.0"]).verdict == "verified"


# -- Reading --------------------------------------------------------------------------------------------------------------------------


def test_it_reads_like_one_of_version_2() -> None:
    credential = Credential.parse(OTHERS["ob-3.0.0"])
    assert credential.valid_from == datetime(2022, 11, 16, tzinfo=UTC)
    assert credential.valid_until == datetime(2032, 11, 16, tzinfo=UTC)
    assert credential.achievement is not None
    assert (credential.name, credential.issuer_name) == ("Plugfest", "Example Institute")
    assert "issuanceDate" not in credential.reading
    assert credential.reading["validFrom"] == "2022-11-16T00:00:00Z"
    assert credential.text == json.dumps(OTHERS["ob-3.0.0"], separators=(",", ":"), ensure_ascii=False)


@pytest.mark.parametrize(
    ("moments", "begin", "end"),
    [
        ({"issuanceDate": "2020-01-01T00:00:00Z", "validFrom": "2021-01-01T00:00:00Z"}, 2021, None),
        ({"issuanceDate": "2021-01-01T00:00:00Z", "validFrom": "2020-01-01T00:00:00Z"}, 2021, None),
        ({"issuanceDate": "2020-01-01T00:00:00Z", "expirationDate": "2030-01-01T00:00:00Z"}, 2020, 2030),
        ({"expirationDate": "2030-01-01T00:00:00Z", "validUntil": "2025-01-01T00:00:00Z"}, None, 2025),
        ({"expirationDate": "2025-01-01T00:00:00Z", "validUntil": "2030-01-01T00:00:00Z"}, None, 2025),
        ({"expirationDate": "2025-01-01T00:00:00Z", "validUntil": "never"}, None, None),
    ],
)
def test_of_two_beginnings_the_later_holds_and_of_two_ends_the_earlier(
    moments: dict[str, str], begin: int | None, end: int | None
) -> None:
    credential = Credential.parse({"@context": [VC_V1], "type": ["VerifiableCredential"], **moments})
    assert (credential.valid_from.year if credential.valid_from else None) == begin
    assert (credential.valid_until.year if credential.valid_until else None) == end


@pytest.mark.parametrize(
    ("changes", "code", "where"),
    [
        ({"issuanceDate": None}, "missing", "issuanceDate"),
        ({"issuanceDate": "2022-11-16"}, "bad_moment", "issuanceDate"),
        ({"issuanceDate": "2022-11-16T00:00:00"}, "bad_moment", "issuanceDate"),
        ({"expirationDate": "never"}, "bad_moment", "expirationDate"),
        ({"validUntil": "never"}, "bad_moment", "validUntil"),
        ({"expirationDate": "2021-01-01T00:00:00Z"}, "bad_period", "expirationDate"),
        ({"validUntil": "2021-01-01T00:00:00Z"}, "bad_period", "validUntil"),
        ({"@context": [OB_3_0_1, VC_V1]}, "bad_context", "@context"),
        ({"issuer": "somebody"}, "bad_issuer", "issuer"),
        ({"credentialSubject": []}, "bad_subject", "credentialSubject"),
        ({"credentialStatus": {"id": "urn:x"}}, "bad_status_entry", "credentialStatus[0]"),
    ],
)
def test_what_version_1_1_insists_on(changes: dict[str, Any], code: str, where: str) -> None:
    document = {name: one for name, one in {**OTHERS["ob-3.0.0"], **changes}.items() if one is not None}
    verdict = checked(document)
    assert verdict.verdict == "not_verified"
    assert verdict.has(code)
    faults = Credential.parse(document).form.faults(document)
    assert (code, where) in [(fault.code, fault.where) for fault in faults]


def test_it_is_not_valid_before_it_was_issued_nor_after_it_ended() -> None:
    assert checked(OTHERS["ob-3.0.0"], at=datetime(2033, 1, 1, tzinfo=UTC)).has("expired")
    assert checked(OTHERS["ob-3.0.0"], at=datetime(2022, 11, 15, tzinfo=UTC)).verdict == "not_verified"


# -- Writing --------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize("ob_context", ["3.0.0", "3.0.1", "3.0.2", "3.0.3", None])
def test_one_award_in_both_versions(issuer: Issuer, world: MemoryResolver, suite: str, ob_context: str | None) -> None:
    awarded = None if ob_context in ("3.0.0", "3.0.2") else AWARDED  # a word these texts do not have
    older = issuer.award(suite=suite, data_model="1.1", ob_context=ob_context, awarded_date=awarded)
    newer = issuer.award(suite=suite, awarded_date=awarded)
    assert checked(older.text, world).verdict == "verified", checked(older.text, world).findings
    assert older.document["@context"][0] == VC_V1
    for name in (
        "id",
        "issuer_id",
        "valid_from",
        "valid_until",
        "awarded_date",
        "achievement",
        "subject",
        "status_entries",
    ):
        assert getattr(older, name) == getattr(newer, name), name


@pytest.mark.parametrize("ob_context", ["3.0.2", "3.0.3"])
def test_both_vocabularies_of_version_2(issuer: Issuer, world: MemoryResolver, ob_context: str) -> None:
    award = issuer.award(ob_context=ob_context, awarded_date=None)
    assert award.document["@context"][1].endswith(f"context-{ob_context}.json")
    assert checked(award.text, world).verdict == "verified"


@pytest.mark.parametrize(
    ("data_model", "ob_context"), [("2.0", "3.0.1"), ("2.0", "3.0.0"), ("2.0", "4"), ("1.1", "2.0"), ("3.0", None)]
)
def test_vocabularies_that_do_not_go_together_are_refused(
    issuer: Issuer, data_model: str, ob_context: str | None
) -> None:
    with pytest.raises(CredentialError) as refused:
        issuer.document(data_model=data_model, ob_context=ob_context)
    assert refused.value.code == "unknown_version"


def test_the_vocabulary_of_the_proof_is_added_where_none_knows_its_words(issuer: Issuer) -> None:
    assert issuer.award(suite="Ed25519Signature2020").document["@context"][-1] == ED25519_2020
    assert issuer.award(data_model="1.1").document["@context"][-2:] == [BITSTRING_STATUS, DATA_INTEGRITY_V2]
    assert issuer.award().document["@context"] == issuer.document()["@context"]
    twice = {**issuer.document(), "@context": [*issuer.document()["@context"], ED25519_2020]}
    signed = issue(twice, issuer.signer, created=AWARDED, cryptosuite="Ed25519Signature2020")
    assert signed.document["@context"] == twice["@context"]


@pytest.mark.parametrize("suite", SUITES)
def test_many_at_once_are_signed_as_one_by_one(issuer: Issuer, world: MemoryResolver, suite: str) -> None:
    template = issuer.document(data_model="1.1")
    ids = [f"urn:uuid:6a1676b8-b51f-11ed-937b-d76685a20f{number:02d}" for number in range(5)]
    many = issue_batch(template, [{"id": one} for one in ids], issuer.signer, created=AWARDED, cryptosuite=suite)
    for one, made in zip(ids, many, strict=True):
        assert made == issue({**template, "id": one}, issuer.signer, created=AWARDED, cryptosuite=suite)
        assert checked(made.text, world).verdict == "verified"


def test_records_and_endorsements_in_version_1_1(issuer: Issuer, world: MemoryResolver) -> None:
    award = issuer.award(suite="Ed25519Signature2020", data_model="1.1")
    record = clr_credential(
        id="urn:uuid:6a1676b8-b51f-11ed-937b-d76685a20ff6",
        issuer=issuer.profile,
        subject={"id": "did:example:holder"},
        credentials=[award],
        name="Record",
        valid_from=AWARDED,
        data_model="1.1",
    )
    verdict = checked(issue(record, issuer.signer, created=AWARDED, cryptosuite="Ed25519Signature2020").text, world)
    assert verdict.verdict == "verified", verdict.findings
    assert verdict.has("part_verified")
    endorsement = endorsement_credential(
        id="urn:uuid:6a1676b8-b51f-11ed-937b-d76685a20ff7",
        issuer=issuer.profile,
        endorsed_id=issuer.did,
        comment="Well done.",
        name="Endorsement",
        valid_from=AWARDED,
        data_model="1.1",
    )
    assert checked(issue(endorsement, issuer.signer, created=AWARDED).text, world).verdict == "verified"


# -- What must not pass ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def award(issuer: Issuer) -> Credential:
    return issuer.award(suite="Ed25519Signature2020", data_model="1.1")


def changed(award: Credential, **changes: Any) -> dict[str, Any]:
    document = copy.deepcopy(dict(award.document))
    return {name: one for name, one in {**document, **changes}.items() if one is not None}


@pytest.mark.parametrize("name", ["expirationDate", "credentialStatus", "evidence", "awardedDate"])
def test_nothing_can_be_taken_out(award: Credential, world: MemoryResolver, name: str) -> None:
    assert checked(changed(award, **{name: None}), world).has("signature_invalid")


def test_the_end_cannot_be_said_in_later_words(award: Credential, world: MemoryResolver) -> None:
    moved = changed(award, expirationDate=None, validUntil=award.document["expirationDate"])
    assert checked(moved, world).has("signature_invalid")


def test_the_end_cannot_be_hidden_behind_a_word_of_ones_own(award: Credential, world: MemoryResolver) -> None:
    private = {
        "ende": {
            "@id": "https://www.w3.org/2018/credentials#expirationDate",
            "@type": "http://www.w3.org/2001/XMLSchema#dateTime",
        }
    }
    hidden = changed(
        award,
        **{"@context": [*award.document["@context"], private]},
        expirationDate=None,
        ende=award.document["expirationDate"],
    )
    assert checked(hidden, world).has("disguised_term")


def test_a_field_cannot_be_hidden_behind_the_name_of_its_type() -> None:
    """Where a vocabulary calls a property and a type by one address, the signature covers either word alike."""
    credential = copy.deepcopy(OTHERS["ob-3.0.0"])
    credential["credentialSubject"]["Achievement"] = credential["credentialSubject"].pop("achievement")
    assert checked(credential).has("disguised_term")


def test_words_of_the_standard_keep_their_meaning(award: Credential, world: MemoryResolver) -> None:
    for word in ("name", "awardedDate", "OpenBadgeCredential", "VerifiableCredential"):
        mine = {word: f"https://evil.example/{word}"}
        redefined = changed(award, **{"@context": [*award.document["@context"], mine]})
        assert checked(redefined, world).verdict == "not_verified", word


@pytest.mark.parametrize(
    "proof",
    [
        {"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022"},
        {"created": "2026-03-01T09:30:01Z"},
        {"proofPurpose": "authentication"},
        {"verificationMethod": "did:web:badges.example.org#key-2"},
        {"expires": "2040-01-01T00:00:00Z"},
        {"proofValue": "z" + "1" * 64},
        {"proofValue": None},
        {"cryptosuite": "Ed25519Signature2020"},
    ],
)
def test_a_proof_with_other_options_does_not_hold(
    award: Credential, world: MemoryResolver, proof: dict[str, Any]
) -> None:
    verdict = checked(changed(award, proof={**award.document["proof"], **proof}), world)
    assert verdict.verdict == ("undetermined" if "cryptosuite" in proof and "type" not in proof else "not_verified")


@pytest.mark.parametrize(
    "kind", ["Ed25519Signature2018", "JsonWebSignature2020", "RsaSignature2018", "BbsBlsSignature2020"]
)
def test_older_kinds_of_signature_are_undetermined(award: Credential, world: MemoryResolver, kind: str) -> None:
    verdict = checked(changed(award, proof={**award.document["proof"], "type": kind}), world)
    assert (verdict.verdict, verdict.authentic) == ("undetermined", "unknown")
    assert verdict.has("unsupported_proof")


def test_a_forged_issuer_is_refused(award: Credential, issuer: Issuer, world: MemoryResolver) -> None:
    victim = Issuer(world, site="https://university.example", name="Great University", seed=b"\x02" * 32)
    document = issuer.document(data_model="1.1", issuer=victim.profile)
    forged = issue(document, _Pretender(issuer, victim.did), created=AWARDED, cryptosuite="Ed25519Signature2020")
    honest = changed(
        forged, proof={**forged.document["proof"], "verificationMethod": issuer.signer.verification_method}
    )
    assert checked(forged.text, world).verdict == "not_verified"
    assert checked(honest, world).has("key_not_of_issuer")


class _Pretender:
    """Signs with a key of its own, in the name of somebody else's."""

    key_type = "Ed25519"

    def __init__(self, issuer: Issuer, victim: str) -> None:
        self._issuer = issuer
        self.verification_method = f"{victim}#key-1"

    def sign(self, data: bytes, /) -> bytes:
        return self._issuer.signer.sign(data)


def test_both_data_models_at_once_are_refused(award: Credential, world: MemoryResolver) -> None:
    for contexts in ([VC_V2, *award.document["@context"]], [VC_V1, VC_V2, *award.document["@context"][1:]]):
        assert checked(changed(award, **{"@context": contexts}), world).verdict == "not_verified"
