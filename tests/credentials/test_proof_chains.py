"""Several proofs on one document: sets, chains, and what others add."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.credentials.world import AWARDED, NOW, Issuer, MemoryResolver

from cairn.credentials import (
    PINNED,
    Credential,
    CredentialError,
    Ed25519Key,
    KeySigner,
    PublishedKey,
    did_document,
    did_web_url,
    issue,
    verify,
)
from cairn.credentials.dids import did_key_verification_method
from cairn.credentials.integrity import transformations
from cairn.credentials.integrity.chains import check_chains, previous_of, unsecured_of
from cairn.credentials.integrity.proofs import check_secured
from cairn.credentials.integrity.signing import proof_of, proof_options, suite_for
from cairn.credentials.integrity.suites import SUITES
from cairn.credentials.issue import add_proof
from cairn.credentials.keys import EllipticKey, PublicKey
from cairn.credentials.moments import parse_moment
from cairn.credentials.verdict import Finding, Outcome, Verdict

VECTOR: dict[str, Any] = json.loads(
    (Path(__file__).parent / "vectors" / "data_integrity" / "proof_chain.json").read_text(encoding="utf-8")
)
FIRST, SECOND, THIRD = (f"urn:uuid:00000000-0000-4000-8000-00000000000{number}" for number in (1, 2, 3))


def judged(source: Credential | dict[str, Any], world: MemoryResolver) -> Verdict:
    return verify(source, at=NOW, resolve=world)


def with_proofs(credential: Credential, *proofs: dict[str, Any]) -> dict[str, Any]:
    return {**credential.document, "proof": list(proofs)}


@pytest.fixture
def second(issuer: Issuer) -> KeySigner:
    """Another key of the issuer's, on a curve."""
    key = EllipticKey("P-256", b"\x09" * 32)
    issuer.keys.append(PublishedKey(key.public_multibase, "second"))
    issuer.publish()
    return KeySigner(key, f"{issuer.did}#second")


@pytest.fixture
def endorser(world: MemoryResolver) -> Issuer:
    """Somebody else, with a key and a did:web of their own."""
    return Issuer(world, site="https://quality.example.net", name="Quality Agency", seed=b"\x33" * 32)


@pytest.fixture
def signed(issuer: Issuer) -> Credential:
    return issue(issuer.document(status=()), issuer.signer, created=AWARDED, proof_id=FIRST)


# -- W3C: Data Integrity EdDSA Cryptosuites v1.0, appendix B.4 (Proof Sets and Chains) ----------------------------------


@pytest.mark.parametrize("place", range(4))
def test_the_chain_published_by_the_w3c(place: int) -> None:
    document = VECTOR["credential"]
    proof = document["proof"][place]
    method = proof["verificationMethod"]
    unsecured = unsecured_of(document, previous_of(document, proof), PINNED)
    key = PublicKey.from_multibase(method.partition("#")[2])
    assert SUITES["eddsa-rdfc-2022"].holds(unsecured, proof, key)
    if proof.get("previousProof"):
        assert not SUITES["eddsa-rdfc-2022"].holds(unsecured_of(document, (), PINNED), proof, key)


def test_the_chain_published_by_the_w3c_is_made_again() -> None:
    document = VECTOR["credential"]
    proofs = document["proof"]
    # The fourth was made with the third key, as its method says.
    secrets = [*VECTOR["secret_keys"][:3], VECTOR["secret_keys"][2]]
    credential: Credential | None = None
    for secret, proof in zip(secrets, proofs, strict=True):
        signer = KeySigner(Ed25519Key.from_secret_multibase(secret), proof["verificationMethod"])
        created = parse_moment(proof["created"])
        assert created is not None
        more = {"created": created, "proof_id": proof.get("id"), "cryptosuite": "eddsa-rdfc-2022"}
        if credential is None:
            bare = {name: one for name, one in document.items() if name != "proof"}
            credential = issue(bare, signer, **more)
        else:
            credential = add_proof(credential, signer, after=proof.get("previousProof", ()), **more)
    assert credential is not None
    assert list(credential.proofs) == proofs


# -- Sets ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suite", ["ecdsa-rdfc-2019", "ecdsa-jcs-2019"])
def test_two_proofs_of_the_issuer_stand_side_by_side(
    signed: Credential, second: KeySigner, world: MemoryResolver, suite: str
) -> None:
    both = add_proof(signed, second, created=AWARDED, cryptosuite=suite)
    assert [proof["cryptosuite"] for proof in both.proofs] == ["eddsa-rdfc-2022", suite]
    verdict = judged(both, world)
    assert (verdict.verdict, verdict.authentic) == ("verified", "pass")
    assert [finding.code for finding in verdict.findings if finding.check == "proof"] == ["signature_valid"] * 2
    one, other = both.proofs
    assert judged(with_proofs(both, dict(other), dict(one)), world).verdict == "verified"
    assert judged(with_proofs(both, dict(other)), world).verdict == "verified"
    changed = judged({**both.document, "name": "Nobel Prize"}, world)
    assert changed.has("signature_invalid")


def test_one_bad_proof_of_the_issuer_spoils_the_set(
    signed: Credential, second: KeySigner, world: MemoryResolver, issuer: Issuer
) -> None:
    both = add_proof(signed, second, created=AWARDED)
    elsewhere = add_proof(issue(issuer.document(), issuer.signer, created=AWARDED), second, created=AWARDED)
    replayed = with_proofs(both, dict(both.proofs[0]), dict(elsewhere.proofs[1]))
    assert judged(replayed, world).has("signature_invalid")
    expired = {**both.proofs[1], "expires": "2026-05-01T00:00:00Z"}
    assert judged(with_proofs(both, dict(both.proofs[0]), expired), world).authentic == "fail"
    exchanged = [{**both.proofs[0], "proofValue": both.proofs[1]["proofValue"]}, dict(both.proofs[1])]
    assert judged(with_proofs(both, *exchanged), world).authentic == "fail"


def test_the_document_is_hashed_once_for_all_proofs_of_a_family(
    signed: Credential, second: KeySigner, world: MemoryResolver, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ed25519 and P-256 share their hash; P-384 has its own."""
    third = EllipticKey("P-384", b"\x09" * 48)
    issuer.keys.append(PublishedKey(third.public_multibase, "third"))
    issuer.publish()
    many = add_proof(signed, second, created=AWARDED)
    many = add_proof(many, issuer.signer, created=AWARDED + timedelta(days=1))
    many = add_proof(many, KeySigner(third, f"{issuer.did}#third"), created=AWARDED)
    many = add_proof(many, issuer.signer, created=AWARDED, cryptosuite="eddsa-jcs-2022")
    many = add_proof(many, second, created=AWARDED, cryptosuite="ecdsa-jcs-2019")
    made: list[str] = []

    def counting(name: str, real: Callable[..., bytes]) -> Callable[..., bytes]:
        def make(document: Any, *more: Any, **named: Any) -> bytes:
            made.extend([name] if "credentialSubject" in document else [])
            return real(document, *more, **named)

        return make

    for name in ("canonical", "rdf_canonical", "jcs_canonical"):
        monkeypatch.setattr(transformations, name, counting(name, getattr(transformations, name)))
    assert judged(many, world).authentic == "pass"
    assert sorted(made) == ["canonical", "jcs_canonical", "rdf_canonical"]


def test_more_proofs_than_anybody_needs_are_not_looked_at(issuer: Issuer, world: MemoryResolver) -> None:
    award = issuer.award(status=())
    proof = dict(award.proofs[0])
    verdict = judged(with_proofs(award, *[proof] * 9), world)
    assert verdict.verdict == "undetermined"
    assert verdict.has("too_complex")
    assert judged(with_proofs(award, *[proof] * 8), world).verdict == "verified"


# -- Chains -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def chain(signed: Credential, second: KeySigner, issuer: Issuer) -> Credential:
    """First by the issuer's first key, second over it, third over both."""
    longer = add_proof(signed, second, created=AWARDED, after=FIRST, proof_id=SECOND)
    later = AWARDED + timedelta(days=1)
    return add_proof(longer, issuer.signer, created=later, after=[FIRST, SECOND], proof_id=THIRD)


def test_a_chain_verifies_in_whatever_order_it_stands(chain: Credential, world: MemoryResolver) -> None:
    one, two, three = map(dict, chain.proofs)
    assert two["previousProof"] == FIRST
    assert three["previousProof"] == [FIRST, SECOND]
    for proofs in ((one, two, three), (three, two, one), (two, one, three)):
        assert judged(with_proofs(chain, *proofs), world).verdict == "verified"


def test_the_last_link_may_be_taken_off_and_no_other(chain: Credential, world: MemoryResolver) -> None:
    one, two, three = map(dict, chain.proofs)
    assert judged(with_proofs(chain, one, two), world).verdict == "verified"
    assert judged(with_proofs(chain, one), world).verdict == "verified"
    for left in ((two, three), (one, three), (two,), (three,)):
        assert judged(with_proofs(chain, *left), world).has("no_such_proof")


@pytest.mark.parametrize(
    "change",
    [
        {"created": "2026-03-01T09:30:01Z"},
        {"nonce": "x"},
        {"proofValue": "z" + "2" * 87},
        {"domain": "example.org"},
    ],
)
def test_a_link_vouches_for_every_letter_of_what_it_follows(
    chain: Credential, world: MemoryResolver, change: dict[str, str]
) -> None:
    one, two, three = map(dict, chain.proofs)
    assert judged(with_proofs(chain, {**one, **change}, two, three), world).authentic == "fail"
    link = with_proofs(chain, {**one, **change}, two)
    key = KeySigner(EllipticKey("P-256", b"\x09" * 32), "").key.public
    unsecured = unsecured_of(link, previous_of(link, two), PINNED)
    assert not SUITES["ecdsa-rdfc-2019"].holds(unsecured, two, key)


def test_a_link_cannot_be_moved_to_follow_another_proof(chain: Credential, world: MemoryResolver) -> None:
    one, two, three = map(dict, chain.proofs)
    for previous in (SECOND, [FIRST], [SECOND, FIRST, FIRST]):
        moved = judged(with_proofs(chain, one, two, {**three, "previousProof": previous}), world)
        # The last of these says the same as what was signed: names are a set.
        assert moved.authentic == ("pass" if previous == [SECOND, FIRST, FIRST] else "fail")
    free = {name: one for name, one in three.items() if name != "previousProof"}
    assert judged(with_proofs(chain, one, two, free), world).has("signature_invalid")


def test_circles_missing_links_and_twins_are_refused(chain: Credential, world: MemoryResolver) -> None:
    one, two, three = map(dict, chain.proofs)
    circle = [{**one, "previousProof": SECOND}, two]
    assert judged(with_proofs(chain, *circle), world).has("proof_cycle")
    assert judged(with_proofs(chain, {**one, "previousProof": FIRST}), world).has("proof_cycle")
    long_way_round = [{**one, "previousProof": THIRD}, two, {**three, "previousProof": SECOND}]
    assert judged(with_proofs(chain, *long_way_round), world).has("proof_cycle")
    assert judged(with_proofs(chain, one, {**two, "id": FIRST}), world).has("duplicate_proof_id")
    assert judged(with_proofs(chain, one, one), world).has("duplicate_proof_id")
    assert judged(with_proofs(chain, {**one, "previousProof": "urn:uuid:none"}), world).has("no_such_proof")
    for nothing in (None, [], {}, 7, [7], [FIRST, None], {"id": FIRST}):
        assert judged(with_proofs(chain, one, {**two, "previousProof": nothing}), world).authentic == "fail"


def test_adding_after_a_proof_that_is_not_there_or_under_a_name_that_is_taken(
    signed: Credential, second: KeySigner, issuer: Issuer
) -> None:
    for more, code in (({"after": SECOND}, "no_such_proof"), ({"proof_id": FIRST}, "duplicate_proof_id")):
        with pytest.raises(CredentialError) as refused:
            add_proof(signed, second, created=AWARDED, **more)  # type: ignore[arg-type]  # a mapping of options
        assert refused.value.code == code
    with pytest.raises(CredentialError) as refused:
        add_proof(Credential.parse(issuer.document()), second, created=AWARDED)
    assert refused.value.code == "no_proof"
    with pytest.raises(CredentialError) as refused:
        add_proof(signed, second, created=AWARDED, after=SECOND, proof_id=SECOND)
    assert refused.value.code == "proof_cycle"


def test_chains_are_checked_by_themselves() -> None:
    check_chains([])
    check_chains([{"previousProof": "a"}, {"id": "a"}])
    check_chains([{"id": "a", "previousProof": ["b", "c"]}, {"id": "b", "previousProof": "c"}, {"id": "c"}])
    for circle in (["a"], ["b", "a"]):
        with pytest.raises(CredentialError, match="circle"):
            check_chains([{"id": "a", "previousProof": circle}, {"id": "b"}])


@pytest.mark.parametrize(
    ("first", "then"), [("eddsa-jcs-2022", "eddsa-jcs-2022"), ("eddsa-rdfc-2022", "eddsa-jcs-2022")]
)
def test_a_chain_of_texts(issuer: Issuer, world: MemoryResolver, first: str, then: str) -> None:
    start = issue(issuer.document(status=()), issuer.signer, created=AWARDED, cryptosuite=first, proof_id=FIRST)
    longer = add_proof(start, issuer.signer, created=AWARDED, cryptosuite=then, after=FIRST)
    assert judged(longer, world).verdict == "verified"
    one, two = map(dict, longer.proofs)
    assert judged(with_proofs(longer, {**one, "nonce": "x"}, two), world).authentic == "fail"


# -- By others ----------------------------------------------------------------------------------------------------------


def test_an_endorsers_proof_is_mentioned_and_decides_nothing(
    signed: Credential, endorser: Issuer, world: MemoryResolver
) -> None:
    both = add_proof(signed, endorser.signer, created=AWARDED, after=FIRST)
    verdict = judged(both, world)
    assert (verdict.verdict, verdict.authentic) == ("verified", "pass")
    assert endorser.did in next(finding.message for finding in verdict.findings if finding.code == "further_proof")
    beside = add_proof(signed, endorser.signer, created=AWARDED)
    assert judged(beside, world).verdict == "verified"


def test_an_endorsers_proof_alone_makes_nothing_authentic(
    signed: Credential, endorser: Issuer, world: MemoryResolver, issuer: Issuer
) -> None:
    both = add_proof(signed, endorser.signer, created=AWARDED)
    assert judged(with_proofs(both, dict(both.proofs[1])), world).has("key_not_of_issuer")
    forged = issue_as(endorser, issuer)
    twice = add_proof(forged, endorser.signer, created=AWARDED)
    verdict = judged(twice, world)
    assert (verdict.verdict, verdict.authentic) == ("not_verified", "fail")
    assert verdict.has("key_not_of_issuer")


def issue_as(forger: Issuer, victim: Issuer) -> Credential:
    """Sign in another's name, around the guards of issue()."""
    document = victim.document(status=())
    suite = suite_for(None, forger.signer.key_type)
    proof = proof_of(document, suite, proof_options(suite, forger.signer, AWARDED), forger.signer)
    return Credential.parse({**document, "proof": proof})


def test_an_endorsers_proof_that_does_not_match_shows_that_something_was_changed(
    signed: Credential, endorser: Issuer, world: MemoryResolver, issuer: Issuer
) -> None:
    other = add_proof(issue(issuer.document(), issuer.signer, created=AWARDED), endorser.signer, created=AWARDED)
    verdict = judged(with_proofs(signed, dict(signed.proofs[0]), dict(other.proofs[1])), world)
    assert (verdict.verdict, verdict.authentic) == ("not_verified", "fail")
    assert verdict.has("signature_invalid")


def test_an_endorsers_proof_that_ran_out_is_no_fault_of_the_credential(
    signed: Credential, endorser: Issuer, world: MemoryResolver
) -> None:
    suite = suite_for(None, "Ed25519")
    options = proof_options(suite, endorser.signer, AWARDED, more={"expires": "2026-05-01T00:00:00Z"})
    proof = proof_of(signed.document, suite, options, endorser.signer)
    verdict = judged(with_proofs(signed, dict(signed.proofs[0]), proof), world)
    assert (verdict.verdict, verdict.authentic) == ("verified", "warn")
    assert verdict.has("further_proof_fails")


def test_a_proof_in_the_name_of_somebody_who_knows_nothing_of_it(
    signed: Credential, endorser: Issuer, world: MemoryResolver
) -> None:
    forged = KeySigner(Ed25519Key.from_seed(b"\x66" * 32), f"{endorser.did}#key-2")
    both = add_proof(signed, forged, created=AWARDED)
    verdict = judged(both, world)
    assert verdict.verdict == "verified"
    assert verdict.has("further_proof_fails")


def test_an_endorser_who_cannot_be_asked_leaves_the_issuers_word_as_it_is(
    signed: Credential, endorser: Issuer, world: MemoryResolver
) -> None:
    both = add_proof(signed, endorser.signer, created=AWARDED)
    world.silent.add(did_web_url(endorser.did))
    verdict = judged(both, world)
    assert (verdict.verdict, verdict.authentic) == ("verified", "pass")
    assert verdict.has("further_proof")


def test_what_follows_a_proof_that_cannot_be_checked_stays_open(
    signed: Credential, endorser: Issuer, issuer: Issuer, world: MemoryResolver
) -> None:
    theirs = add_proof(signed, endorser.signer, created=AWARDED, proof_id=SECOND)
    only = Credential.parse(with_proofs(theirs, dict(theirs.proofs[1])))
    ours = add_proof(only, issuer.signer, created=AWARDED, after=SECOND)
    assert judged(ours, world).verdict == "verified"
    world.silent.add(did_web_url(endorser.did))
    verdict = judged(ours, world)
    assert verdict.verdict == "undetermined"
    assert verdict.has("previous_proof_unchecked")
    world.silent.clear()
    world.pages[did_web_url(endorser.did)] = did_document(endorser.did, [Ed25519Key.from_seed(b"\x01" * 32)])
    verdict = judged(ours, world)
    assert (verdict.verdict, verdict.authentic) == ("not_verified", "fail")
    assert verdict.has("previous_proof_fails")


def test_a_proof_of_an_unknown_kind_and_one_by_somebody_else_leave_the_question_open(
    signed: Credential, endorser: Issuer, world: MemoryResolver
) -> None:
    """The unknown one may be the issuer's."""
    theirs = add_proof(signed, endorser.signer, created=AWARDED).proofs[1]
    verdict = judged(
        with_proofs(signed, dict(theirs), {"type": "DataIntegrityProof", "cryptosuite": "bbs-2023"}), world
    )
    assert verdict.verdict == "undetermined"
    assert verdict.has("unsupported_proof")


def test_a_proof_in_the_issuers_name_with_an_unknown_key_is_no_remark(
    signed: Credential, issuer: Issuer, world: MemoryResolver
) -> None:
    forged = KeySigner(Ed25519Key.from_seed(b"\x66" * 32), f"{issuer.did}#key-9")
    verdict = judged(add_proof(signed, forged, created=AWARDED), world)
    assert (verdict.verdict, verdict.authentic) == ("not_verified", "fail")
    assert verdict.has("key_not_listed")


# -- When, for whom, on what occasion -----------------------------------------------------------------------------------


HOLDER = Ed25519Key.from_seed(b"\x44" * 32)


def presented(**more: Any) -> dict[str, Any]:
    """A document that its holder signed for one occasion."""
    signer = KeySigner(HOLDER, did_key_verification_method(HOLDER))
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "holder": signer.verification_method.partition("#")[0],
    }
    suite = suite_for(None, "Ed25519")
    options = proof_options(suite, signer, AWARDED, purpose="authentication", more=more)
    return {**document, "proof": proof_of(document, suite, options, signer)}


def looked_at(document: dict[str, Any], **asked: Any) -> Finding:
    (finding,) = check_secured(
        document,
        document["holder"],
        at=NOW,
        resolve=MemoryResolver(),
        contexts=PINNED,
        **{"purpose": "authentication", **asked},
    )
    return finding


def test_a_proof_for_one_occasion_holds_on_that_occasion_only() -> None:
    document = presented(domain="https://here.example", challenge="c-1")
    assert looked_at(document).code == "signature_valid"
    assert looked_at(document, domain="https://here.example", challenge="c-1").outcome is Outcome.PASS
    assert looked_at(document, domain="https://there.example").code == "wrong_domain"
    assert looked_at(document, challenge="c-2").code == "wrong_challenge"
    assert looked_at(presented(), challenge="c-1").code == "wrong_challenge"
    assert looked_at(presented(), domain="https://here.example").code == "wrong_domain"
    assert looked_at(document, purpose="assertionMethod").code == "wrong_purpose"


def test_a_proof_for_several_domains_names_exactly_these() -> None:
    document = presented(domain=["https://a.example", "https://b.example"])
    assert looked_at(document, domain=["https://b.example", "https://a.example"]).outcome is Outcome.PASS
    for other in ("https://a.example", ["https://a.example"], [], ["https://a.example", "https://c.example"]):
        assert looked_at(document, domain=other).code == "wrong_domain"


def test_what_a_proof_says_of_its_occasion_is_signed_too() -> None:
    document = presented(domain="https://here.example", challenge="c-1", nonce="n-1")
    for name in ("domain", "challenge", "nonce"):
        changed = {**document, "proof": {**document["proof"], name: "other"}}
        assert looked_at(changed).code == "signature_invalid"


@pytest.mark.parametrize("domain", [7, {"a": 1}, [1], None])
def test_a_domain_that_is_no_text_matches_nothing(domain: object) -> None:
    document = presented()
    odd = {**document, "proof": {**document["proof"], "domain": domain}}
    assert looked_at(odd, domain="https://here.example").outcome is Outcome.FAIL


@pytest.mark.parametrize(
    "change",
    [
        {"id": "no address"},
        {"id": 7},
        {"id": None},
        {"nonce": 7},
        {"challenge": ["c"]},
        {"domain": {"a": 1}},
        {"domain": []},
        {"domain": [None]},
        {"created": "2026-03-01"},
        {"created": 1},
        {"created": None},
        {"expires": "2031-03-01T00:00:00"},
        {"proofPurpose": ["assertionMethod"]},
        {"proofPurpose": None},
        {"verificationMethod": None},
        {"verificationMethod": {"id": "did:web:badges.example.org#key-1"}},
        {"verificationMethod": "key-1"},
        {"cryptosuite": ["eddsa-rdfc-2022"]},
        {"cryptosuite": None},
        {"type": ["DataIntegrityProof"]},
        {"proofValue": None},
        {"proofValue": 7},
    ],
    ids=str,
)
def test_a_proof_that_is_not_written_as_the_standard_asks(
    issuer: Issuer, world: MemoryResolver, change: dict[str, Any]
) -> None:
    award = issuer.award(status=())
    verdict = judged({**award.document, "proof": {**award.proofs[0], **change}}, world)
    assert verdict.verdict != "verified"
    assert verdict.authentic in ("fail", "unknown")
    assert "cryptosuite" in change or "type" in change or verdict.authentic == "fail"


def test_a_proof_without_a_date_holds(issuer: Issuer, world: MemoryResolver) -> None:
    """Data Integrity 1.0 section 2.1: “created” may be left out."""
    suite = suite_for(None, "Ed25519")
    document = issuer.document(status=())
    options = proof_options(suite, issuer.signer, AWARDED)
    del options["created"]
    signed = {**document, "proof": proof_of(document, suite, options, issuer.signer)}
    assert judged(signed, world).verdict == "verified"
