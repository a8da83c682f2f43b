"""Selective disclosure: the W3C's published vectors, what is shown and what is not, and what a holder must not be able to do."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.credentials.world import AWARDED, NOW, Issuer, MemoryResolver

from cairn.credentials import (
    PINNED,
    Credential,
    CredentialError,
    KeySigner,
    PublishedKey,
    Verdict,
    endorsement_credential,
    issue,
    verify,
)
from cairn.credentials.errors import NotSupported
from cairn.credentials.issue import add_proof
from cairn.credentials.keys import EllipticKey
from cairn.credentials.linkeddata.canonical import covered_quads, rdf_canonical
from cairn.credentials.multibase import base64url, from_base64url
from cairn.credentials.sd import derive, labels
from cairn.credentials.sd.cbor import decode, encode
from cairn.credentials.sd.pointers import tree_of
from cairn.credentials.sd.proofvalue import DERIVED, read_base, read_derived
from cairn.credentials.sd.statements import Statements, relabelled_lines
from cairn.credentials.sd.suite import base_proof_value, derived_proof_holds, name_for

VECTORS = Path(__file__).parent / "vectors" / "ecdsa_sd_2023"
KEYS = json.loads((VECTORS / "windsurf.json").read_text())["keys"]
ISSUERS_KEY = EllipticKey.from_secret_multibase(KEYS["baseKeyPair"]["privateKeyMultibase"])
STATEMENT_KEY = EllipticKey.from_secret_multibase(KEYS["proofKeyPair"]["privateKeyMultibase"])
HMAC_KEY = bytes.fromhex(KEYS["hmacKeyString"])


# -- What the W3C publishes -------------------------------------------------------------------------------------------------------


@pytest.fixture(params=["windsurf", "prc", "employ"])
def vector(request: pytest.FixtureRequest) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((VECTORS / f"{request.param}.json").read_text())
    return read


def base_of(vector: Mapping[str, Any]) -> Credential:
    proof = {**vector["options"], "proofValue": vector["baseProofValue"]}
    return Credential.parse({**vector["unsecured"], "proof": proof})


def test_the_published_base_proofs_byte_for_byte(vector: dict[str, Any]) -> None:
    assert vector["baseProofValue"] == base_proof_value(
        vector["unsecured"],
        vector["options"],
        ISSUERS_KEY.sign,
        PINNED,
        vector["mandatoryPointers"],
        hmac_key=HMAC_KEY,
        statement_key=STATEMENT_KEY,
    )


def test_the_published_derived_proofs_byte_for_byte(vector: dict[str, Any]) -> None:
    derived = derive(base_of(vector), vector["selectivePointers"])
    assert unsecured(derived) == vector["reveal"]
    value = derived.document["proof"]["proofValue"]
    assert value == vector.get("derivedProofValue", value)
    assert derived_proof_holds(vector["reveal"], derived.document["proof"], ISSUERS_KEY.public, PINNED)


def test_what_the_w3c_publishes_of_the_steps_between() -> None:
    vector = json.loads((VECTORS / "windsurf.json").read_text())
    config = {**vector["options"], "@context": vector["unsecured"]["@context"]}
    assert rdf_canonical(config, PINNED).decode() == vector["proofConfigCanon"]
    assert hashlib.sha256(vector["proofConfigCanon"].encode()).hexdigest() == vector["proofHash"]
    statements = Statements.of(vector["unsecured"], PINNED, lambda name: name_for(HMAC_KEY, name))
    mandatory = statements.part(tree_of(vector["mandatoryPointers"])).places
    selective = statements.part(tree_of(vector["selectivePointers"])).places
    combined = statements.part(tree_of([*vector["mandatoryPointers"], *vector["selectivePointers"]])).places
    groups = vector["groups"]
    assert sorted(mandatory) == groups["mandatoryIndexes"]
    assert sorted(selective) == groups["selectiveIndexes"]
    assert sorted(combined) == groups["combinedIndexes"]
    assert [one for one in range(len(statements.lines)) if one not in mandatory] == groups["nonMandatoryIndexes"]
    shown = b"".join(statements.lines[place] for place in sorted(mandatory))
    assert hashlib.sha256(shown).hexdigest() == vector["mandatoryHash"]
    assert list(read_derived(vector["derivedProofValue"]).mandatory) == vector["adjMandatoryIndexes"]
    assert list(read_base(vector["baseProofValue"]).mandatory) == vector["mandatoryPointers"]


def test_derived_in_another_order_of_fields_it_is_the_same(vector: dict[str, Any]) -> None:
    turned = turn(vector["unsecured"])
    proof = {**vector["options"], "proofValue": vector["baseProofValue"]}
    derived = derive(Credential.parse({**turned, "proof": proof}), vector["selectivePointers"])
    assert unsecured(derived) == vector["reveal"]
    assert derived_proof_holds(unsecured(derived), derived.document["proof"], ISSUERS_KEY.public, PINNED)


def turn(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: turn(value[key]) for key in reversed(value)}
    return [turn(one) for one in value] if isinstance(value, list) else value


# -- Awards -----------------------------------------------------------------------------------------------------------------------


def elliptic(issuer: Issuer) -> KeySigner:
    key = EllipticKey("P-256", b"\x07" * 32)
    issuer.keys.append(PublishedKey(key.public_multibase, "p256"))
    issuer.publish()
    return KeySigner(key, f"{issuer.did}#p256")


@pytest.fixture
def signer(issuer: Issuer) -> KeySigner:
    return elliptic(issuer)


@pytest.fixture
def award(issuer: Issuer, signer: KeySigner) -> Credential:
    return issue(issuer.document(), signer, created=AWARDED, cryptosuite="ecdsa-sd-2023")


def unsecured(credential: Credential) -> dict[str, Any]:
    return {name: one for name, one in credential.document.items() if name != "proof"}


def checked(source: Any, world: MemoryResolver) -> Verdict:
    return verify(source, at=NOW, resolve=world)


SOME = [
    "/credentialSubject/achievement/name",
    "/credentialSubject/achievement/resultDescription/0/allowedValue",
    "/credentialSubject/result/0/value",
]


def test_a_part_of_an_award_is_verified(award: Credential, world: MemoryResolver) -> None:
    shown = derive(award, SOME)
    verdict = checked(shown.text, world)
    assert verdict.verdict == "verified", verdict.findings
    assert shown.document["credentialSubject"] == {
        "type": ["AchievementSubject"],
        "result": [{"type": ["Result"], "value": "A"}],
        "achievement": {
            "id": "https://badges.example.org/achievements/42",
            "type": ["Achievement"],
            "name": "Data Analysis with Python",
            "resultDescription": [
                {
                    "id": "urn:uuid:f6ab24cd-86e8-4eaf-b8c6-ded74e8fd41c",
                    "type": ["ResultDescription"],
                    "allowedValue": ["D", "C", "B", "A"],
                }
            ],
        },
    }
    assert set(shown.document) == {
        *("@context", "id", "type", "issuer", "validFrom", "validUntil", "credentialStatus", "credentialSubject", "proof")
    }  # fmt: skip


def test_the_end_and_the_status_cannot_be_left_out(award: Credential) -> None:
    shown = derive(award, ["/credentialSubject/achievement/name"])
    for name in ("issuer", "validFrom", "validUntil", "credentialStatus"):
        assert shown.document[name] == award.document[name]


def test_a_verdict_says_that_something_may_have_been_left_out(
    issuer: Issuer, signer: KeySigner, award: Credential, world: MemoryResolver
) -> None:
    verdict = checked(derive(award, SOME).text, world)
    assert verdict.has("partly_disclosed")
    assert not verdict.has("end_not_shown")
    # Other issuers may let their holders hide that a credential has run out, or where it is revoked.
    document = issuer.document(valid_until=AWARDED + timedelta(days=1))
    options = {name: one for name, one in award.document["proof"].items() if name != "proofValue"}
    value = base_proof_value(document, options, signer.sign, PINNED, ["/issuer", "/validFrom"])
    lenient = Credential.parse({**document, "proof": {**options, "proofValue": value}})
    verdict = checked(derive(lenient, SOME).text, world)
    assert (verdict.authentic, verdict.current) == ("pass", "warn")
    assert verdict.has("end_not_shown")
    assert checked(derive(lenient, ["", *SOME]).text, world).has("expired")


def test_what_is_not_shown_leaves_no_trace(award: Credential) -> None:
    shown = derive(award, SOME)
    assert "kosher" in award.text
    for hidden in ("kosher", "portfolio.example.net", "Cleans, models", "ESCO"):
        assert hidden not in shown.text
    secret = read_base(award.document["proof"]["proofValue"]).hmac_key
    assert secret not in from_base64url(shown.document["proof"]["proofValue"][1:])


def test_everything_can_be_shown(award: Credential, world: MemoryResolver) -> None:
    shown = derive(award, [""])
    assert unsecured(shown) == unsecured(award)
    assert checked(shown.text, world).verdict == "verified"


def test_the_holders_own_copy_is_not_for_verifiers(award: Credential, world: MemoryResolver) -> None:
    verdict = checked(award.text, world)
    assert (verdict.verdict, verdict.authentic) == ("undetermined", "unknown")
    assert verdict.has("base_proof")


def test_a_part_cannot_be_derived_from_again(award: Credential) -> None:
    with pytest.raises(CredentialError) as refused:
        derive(derive(award, SOME), SOME)
    assert refused.value.code == "not_a_base_proof"


def test_an_award_with_another_signature_has_nothing_to_derive_from(issuer: Issuer) -> None:
    with pytest.raises(CredentialError) as refused:
        derive(issuer.award(), SOME)
    assert refused.value.code == "no_base_proof"


def test_two_awards_of_the_same_document_share_no_name_and_no_key(issuer: Issuer, signer: KeySigner) -> None:
    first, second = (
        read_base(
            issue(issuer.document(), signer, created=AWARDED, cryptosuite="ecdsa-sd-2023").document["proof"][
                "proofValue"
            ]
        )
        for _ in range(2)
    )
    assert first.hmac_key != second.hmac_key
    assert first.public_key != second.public_key
    assert set(first.signatures).isdisjoint(second.signatures)


def test_undefined_words_are_not_signed(issuer: Issuer, signer: KeySigner) -> None:
    document = issuer.document()
    document["credentialSubject"]["achievement"]["shoeSize"] = 43
    with pytest.raises(CredentialError) as refused:
        issue(document, signer, created=AWARDED, cryptosuite="ecdsa-sd-2023")
    assert refused.value.code == "undefined_term"


def test_ed25519_keys_do_not_sign_so(issuer: Issuer) -> None:
    with pytest.raises(CredentialError) as refused:
        issue(issuer.document(), issuer.signer, created=AWARDED, cryptosuite="ecdsa-sd-2023")
    assert refused.value.code == "wrong_key_type"


def test_nothing_named_and_nothing_mandatory_shows_nothing(vector: dict[str, Any]) -> None:
    value = base_proof_value(vector["unsecured"], vector["options"], ISSUERS_KEY.sign, PINNED, [])
    bare = Credential.parse({**vector["unsecured"], "proof": {**vector["options"], "proofValue": value}})
    for nothing in ([], ["/issuer"]):
        with pytest.raises(CredentialError) as refused:
            derive(bare, nothing)
        assert refused.value.code == "nothing_shown"
    shown = derive(bare, ["/credentialSubject"])
    assert derived_proof_holds(unsecured(shown), shown.document["proof"], ISSUERS_KEY.public, PINNED)


def test_an_endorsement_inside_is_shown_whole_with_its_own_proof(
    issuer: Issuer, signer: KeySigner, world: MemoryResolver
) -> None:
    document = issuer.document()
    inner, other = (
        issue(
            endorsement_credential(
                id=f"urn:uuid:{digit * 8}-b51f-11ed-937b-d76685a20ff5",
                issuer=issuer.profile,
                endorsed_id=document["id"],
                comment="Well done.",
                name="Endorsement",
                valid_from=AWARDED,
            ),
            issuer.signer,
            created=AWARDED,
        )
        for digit in "12"
    )
    document["endorsement"] = [dict(inner.document), dict(other.document)]
    whole = issue(document, signer, created=AWARDED, cryptosuite="ecdsa-sd-2023")
    shown = derive(whole, ["/endorsement/1", *SOME])
    assert shown.document["endorsement"] == [dict(other.document)]
    verdict = checked(shown.text, world)
    assert verdict.verdict == "verified"
    assert verdict.has("endorsed")
    assert checked(dict(shown.document["endorsement"][0]), world).verdict == "verified"


def test_further_proofs_stay_behind(issuer: Issuer, award: Credential, world: MemoryResolver) -> None:
    both = add_proof(award, issuer.signer, created=AWARDED)
    assert checked(both.text, world).verdict == "verified"  # by the signature over the whole
    shown = derive(both, SOME)
    assert isinstance(shown.document["proof"], dict)
    assert checked(shown.text, world).verdict == "verified"


def test_a_base_proof_over_other_proofs_cannot_be_shown_in_part(issuer: Issuer, signer: KeySigner) -> None:
    first = issue(issuer.document(), issuer.signer, created=AWARDED, proof_id="urn:uuid:1")
    chained = add_proof(first, signer, created=AWARDED, cryptosuite="ecdsa-sd-2023", after="urn:uuid:1")
    with pytest.raises(CredentialError) as refused:
        derive(chained, SOME)
    assert refused.value.code == "chained_proof"


# -- Twins: parts that look exactly alike ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("chosen", [[0], [1], [2], [0, 2], [0, 1, 2]])
@pytest.mark.parametrize("mandatory", [[], ["/evidence/1"]])
def test_parts_that_look_alike_can_be_shown_one_by_one(
    issuer: Issuer, signer: KeySigner, world: MemoryResolver, chosen: list[int], mandatory: list[str]
) -> None:
    document = issuer.document(evidence=[{"narrative": "Seen"}, {"narrative": "Seen"}, {"narrative": "Seen"}])
    whole = issue(document, signer, created=AWARDED, cryptosuite="ecdsa-sd-2023", mandatory=mandatory)
    shown = derive(whole, [*SOME, *(f"/evidence/{index}" for index in chosen)])
    assert len(shown.document["evidence"]) == len({*chosen, *([1] if mandatory else [])})
    assert checked(shown.text, world).verdict == "verified"


def test_equal_lists_in_one_place_are_told_apart_by_what_they_hold(issuer: Issuer, signer: KeySigner) -> None:
    document = issuer.document()
    (description,) = document["credentialSubject"]["achievement"]["resultDescription"]
    again = {**description, "id": "urn:uuid:33333333-86e8-4eaf-b8c6-ded74e8fd41c"}
    document["credentialSubject"]["achievement"]["resultDescription"] = [description, again]
    whole = issue(document, signer, created=AWARDED, cryptosuite="ecdsa-sd-2023")
    shown = derive(whole, ["/credentialSubject/achievement/resultDescription/1"])
    assert shown.document["credentialSubject"]["achievement"]["resultDescription"] == [again]
    assert derived_proof_holds(unsecured(shown), shown.document["proof"], signer.key.public, PINNED)


def chain(length: int) -> dict[str, Any]:
    made: dict[str, Any] = {"p": "end"}
    for _ in range(length):
        made = {"q": made}
    return made


@pytest.mark.parametrize(
    ("things", "judged"),
    [
        ([{"p": "same"}] * 300, True),
        ([chain(50), chain(50)], True),
        ([chain(50)] * 8, True),
        ([{"l": ["a"] * 40}, {"l": ["a"] * 40}], True),
        ([chain(50)] * 60, False),
        ([{"l": ["a"] * 240}] * 8, False),
        ([{"p": str(number)} for number in range(5_000)], False),
    ],
)
def test_the_work_on_parts_that_look_alike_is_bounded(things: list[Any], judged: bool) -> None:
    words = {"@vocab": "https://example.org/", "l": {"@id": "https://example.org/l", "@container": "@list"}}
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2", words],
        "type": ["VerifiableCredential"],
        "issuer": "did:example:i",
        "credentialSubject": {"things": copy.deepcopy(things)},
    }
    options = json.loads((VECTORS / "windsurf.json").read_text())["options"]
    if not judged:
        with pytest.raises(NotSupported) as refused:
            base_proof_value(document, options, ISSUERS_KEY.sign, PINNED, ["/issuer"])
        assert refused.value.code == "too_complex"
        return
    value = base_proof_value(document, options, ISSUERS_KEY.sign, PINNED, ["/issuer", "/credentialSubject/things/0"])
    whole = Credential.parse({**document, "proof": {**options, "proofValue": value}})
    shown = derive(whole, ["/credentialSubject/things/1"])
    assert len(shown.document["credentialSubject"]["things"]) == 2
    assert derived_proof_holds(unsecured(shown), shown.document["proof"], ISSUERS_KEY.public, PINNED)


# -- Properties ---------------------------------------------------------------------------------------------------------------------


def places_of(value: Any, where: str = "") -> Iterator[str]:
    """Every place in a document that can be shown by itself."""
    if isinstance(value, dict):
        for key, one in value.items():
            if key not in ("@context", "proof"):
                yield f"{where}/{key}"
                yield from places_of(one, f"{where}/{key}")
    elif isinstance(value, list) and not where.endswith("allowedValue"):
        for index, one in enumerate(value):
            yield f"{where}/{index}"
            yield from places_of(one, f"{where}/{index}")


WORLD = MemoryResolver()
ISSUER = Issuer(WORLD)
SIGNER = elliptic(ISSUER)
DOCUMENT = ISSUER.document(
    evidence=[{"narrative": "Seen"}, {"id": "https://example.org/1", "name": "Ä “ü” \U0001f9ed\n"}]
)
PLACES = sorted(set(places_of(DOCUMENT)))


def leaves(value: Any, where: tuple[Any, ...] = ()) -> set[tuple[Any, ...]]:
    """Every text and number of a document with the keys that lead to it; positions in lists do not matter."""
    if isinstance(value, dict):
        return {leaf for key, one in value.items() for leaf in leaves(one, (*where, key))}
    if isinstance(value, list):
        return {leaf for one in value for leaf in leaves(one, where)}
    return {(*where, value)}


def expected_leaves(document: dict[str, Any], pointers: list[str]) -> set[tuple[Any, ...]]:
    """What must be shown, worked out the simple way: what is at each place, and id, type and @context of all above it."""
    found: set[tuple[Any, ...]] = set()
    for pointer in pointers:
        here: Any = document
        where: tuple[Any, ...] = ()
        for token in [None, *pointer.split("/")[1:]]:
            if token is not None:
                here = here[int(token)] if isinstance(here, list) else here[token]
                where = where if token.isdigit() else (*where, token)
            if isinstance(here, dict):
                kept = {key: one for key, one in here.items() if key in ("@context", "id", "type")}
                found |= leaves(kept, where)
        found |= leaves(here, where)
    return found


@settings(max_examples=60)
@given(chosen=st.lists(st.sampled_from(PLACES), max_size=6), mandatory=st.lists(st.sampled_from(PLACES), max_size=3))
def test_exactly_what_was_chosen_is_shown_and_it_is_verified(chosen: list[str], mandatory: list[str]) -> None:
    whole = issue(DOCUMENT, SIGNER, created=AWARDED, cryptosuite="ecdsa-sd-2023", mandatory=mandatory)
    chosen = [*chosen, "/credentialSubject/type"]
    shown = derive(whole, chosen)
    always = list(read_base(whole.document["proof"]["proofValue"]).mandatory)
    assert set(mandatory) <= set(always)
    assert leaves(unsecured(shown)) == expected_leaves(DOCUMENT, [*always, *chosen])
    assert checked(shown.text, WORLD).authentic == "pass"


SHOWN = derive(issue(DOCUMENT, SIGNER, created=AWARDED, cryptosuite="ecdsa-sd-2023"), SOME)


@settings(max_examples=150)
@given(data=st.data())
def test_a_changed_byte_of_the_proof_is_refused(data: st.DataObject) -> None:
    raw = bytearray(from_base64url(SHOWN.document["proof"]["proofValue"][1:]))
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] ^= 1 << data.draw(st.integers(0, 7))
    changed = {**SHOWN.document, "proof": {**SHOWN.document["proof"], "proofValue": "u" + base64url(bytes(raw))}}
    verdict = checked(changed, WORLD)
    # One bit makes a derived proof a base proof, which is never judged.
    assert verdict.verdict == "not_verified" or (verdict.verdict == "undetermined" and verdict.has("base_proof"))


def test_a_changed_letter_anywhere_is_refused() -> None:
    texts = [
        one for one in leaves(unsecured(SHOWN)) if isinstance(one[-1], str) and one[0] not in ("@context", "issuer")
    ]
    assert len(texts) > 10
    for leaf in texts:
        changed = json.loads(SHOWN.text.replace(json.dumps(leaf[-1]), json.dumps(leaf[-1] + "x")))
        changed["proof"] = SHOWN.document["proof"]
        assert checked(changed, WORLD).verdict == "not_verified", leaf


@pytest.mark.parametrize("name", ["created", "verificationMethod", "proofPurpose", "expires"])
def test_changed_proof_options_are_refused(name: str) -> None:
    value = {"created": "2026-03-01T09:30:01Z", "verificationMethod": ISSUER.signer.verification_method}.get(
        name, "2030-01-01T00:00:00Z"
    )
    changed = {**SHOWN.document, "proof": {**SHOWN.document["proof"], name: value}}
    assert checked(changed, WORLD).verdict == "not_verified"


# -- A holder who wants more -------------------------------------------------------------------------------------------------------


def tampered(change: Any) -> Verdict:
    """Verify the part with the five pieces of its proof value changed."""
    pieces: Any = decode(from_base64url(SHOWN.document["proof"]["proofValue"][1:])[3:])
    value = "u" + base64url(DERIVED + encode(change(copy.deepcopy(pieces))))
    return checked({**SHOWN.document, "proof": {**SHOWN.document["proof"], "proofValue": value}}, WORLD)


def test_the_changes_below_start_from_a_proof_that_holds() -> None:
    assert tampered(lambda pieces: pieces).verdict == "verified"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda p: [*p[:2], p[2][:-1], *p[3:]], "signature_invalid"),  # one signature too few
        (lambda p: [*p[:2], [*p[2], p[2][0]], *p[3:]], "signature_invalid"),  # one too many
        (lambda p: [*p[:2], [p[2][1], p[2][0], *p[2][2:]], *p[3:]], "signature_invalid"),  # in another order
        (lambda p: [*p[:3], {**p[3], 0: p[3][1], 1: p[3][0]}, p[4]], "signature_invalid"),  # names exchanged
        (lambda p: [*p[:3], {**p[3], 0: p[3][1]}, p[4]], "bad_proof_value"),  # one name for two
        (lambda p: [*p[:3], {**p[3], 99: b"\0" * 32}, p[4]], "signature_invalid"),  # a name for nothing
        (lambda p: [*p[:3], {key: one for key, one in p[3].items() if key}, p[4]], "signature_invalid"),  # one missing
        (lambda p: [*p[:3], {**p[3], 0: b"short"}, p[4]], "bad_proof_value"),
        (lambda p: [*p[:4], []], "signature_invalid"),  # the mandatory group gone
        (lambda p: [*p[:4], p[4][:-1]], "signature_invalid"),
        (lambda p: [*p[:4], [*p[4], 10_000]], "signature_invalid"),  # out of range
        (lambda p: [*p[:4], [p[4][0], *p[4]]], "bad_proof_value"),  # twice
        (lambda p: [*p[:4], list(reversed(p[4]))], "bad_proof_value"),
        (lambda p: [p[0][::-1], *p[1:]], "signature_invalid"),
        (lambda p: [p[0], STATEMENT_KEY.public.data, *p[2:]], "bad_proof_value"),  # without its two-byte prefix
        (lambda p: [p[0], b"\x80\x24" + STATEMENT_KEY.public.data, *p[2:]], "signature_invalid"),  # somebody else's key
        (lambda p: [p[0], b"\x80\x24\x02" + b"\xff" * 32, *p[2:]], "bad_key"),  # no point of the curve
        (lambda p: p[:4], "bad_proof_value"),
        (lambda p: [*p, 1], "bad_proof_value"),
        (lambda _: {0: 1}, "bad_proof_value"),
        (lambda _: "text", "bad_proof_value"),
    ],
)
def test_a_proof_value_put_together_otherwise_is_refused(change: Any, code: str) -> None:
    verdict = tampered(change)
    assert verdict.verdict == "not_verified"
    assert verdict.has(code), verdict.findings


def test_statements_signed_with_a_key_of_ones_own_are_refused() -> None:
    """Everything a forger can make without the issuer's key: another statement, signed with a key named in the proof."""
    forger = EllipticKey.generate("P-256")
    document = {**unsecured(SHOWN), "name": "Doctor of Everything"}
    options = {name: one for name, one in SHOWN.document["proof"].items() if name != "proofValue"}
    value = base_proof_value(document, options, forger.sign, PINNED, ["/issuer"], statement_key=forger)
    forged = derive(Credential.parse({**document, "proof": {**options, "proofValue": value}}), [""])
    assert checked(forged.text, WORLD).has("signature_invalid")


def test_statements_of_two_awards_cannot_be_mixed() -> None:
    other = derive(issue(DOCUMENT, SIGNER, created=AWARDED, cryptosuite="ecdsa-sd-2023"), SOME)
    ours: Any = decode(from_base64url(SHOWN.document["proof"]["proofValue"][1:])[3:])
    theirs: Any = decode(from_base64url(other.document["proof"]["proofValue"][1:])[3:])
    for place in range(5):
        if ours[place] != theirs[place]:
            mixed = [*ours[:place], theirs[place], *ours[place + 1 :]]
            assert tampered(lambda _, mixed=mixed: mixed).has("signature_invalid"), place


def test_a_key_of_somebody_else_is_refused(world: MemoryResolver, issuer: Issuer) -> None:
    somebody = EllipticKey.generate("P-256")
    did = f"did:key:{somebody.public_multibase}"
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": "ecdsa-sd-2023",
        "created": "2026-03-01T09:30:00Z",
        "verificationMethod": f"{did}#{somebody.public_multibase}",
        "proofPurpose": "assertionMethod",
    }
    value = base_proof_value(issuer.document(), options, somebody.sign, PINNED, ["/issuer"])
    forged = derive(Credential.parse({**issuer.document(), "proof": {**options, "proofValue": value}}), [""])
    assert checked(forged.text, world).has("key_not_of_issuer")


def test_a_document_that_is_not_the_signed_one_has_nothing_to_show(award: Credential) -> None:
    document = {name: one for name, one in award.document.items() if name != "evidence"}
    with pytest.raises(CredentialError) as refused:
        derive(Credential.parse(document), SOME)
    assert refused.value.code == "signature_invalid"


def test_a_hidden_word_cannot_come_back_without_its_signature() -> None:
    changed = copy.deepcopy(dict(SHOWN.document))
    changed["credentialSubject"]["achievement"]["description"] = "Cleans, models and shows tabular data."
    assert checked(changed, WORLD).has("signature_invalid")


# -- Pointers -----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pointer", "code"),
    [
        ("credentialSubject", "bad_pointer"),
        ("/a~2b", "bad_pointer"),
        ("/a~", "bad_pointer"),
        ("/" + "a" * 5000, "bad_pointer"),
        ("/nothing", "no_such_place"),
        ("/proof", "no_such_place"),
        ("/__proto__", "no_such_place"),
        ("/credentialSubject/__class__", "no_such_place"),
        ("/evidence/-1", "no_such_place"),
        ("/evidence/-", "no_such_place"),
        ("/evidence/length", "no_such_place"),
        ("/evidence/01", "no_such_place"),
        ("/evidence/1 ", "no_such_place"),
        ("/evidence/\u0660", "no_such_place"),
        ("/evidence/99999999999999999999", "no_such_place"),
        ("/evidence/7", "no_such_place"),
        ("/validFrom/0", "no_such_place"),
        ("/name/", "no_such_place"),
        ("/credentialSubject/achievement/resultDescription/0/allowedValue/0", "only_whole"),
    ],
)
def test_pointers_to_nothing_are_refused(award: Credential, pointer: str, code: str) -> None:
    with pytest.raises(CredentialError) as refused:
        derive(award, [pointer])
    assert refused.value.code == code


def test_no_more_places_than_anybody_needs(award: Credential) -> None:
    with pytest.raises(CredentialError) as refused:
        derive(award, ["/name"] * 1_001)
    assert refused.value.code == "too_many_pointers"


def test_a_text_with_a_language_is_shown_with_it(issuer: Issuer, signer: KeySigner, world: MemoryResolver) -> None:
    document = {**issuer.document(), "name": {"@value": "Datenanalyse", "@language": "de"}}
    whole = issue(document, signer, created=AWARDED, cryptosuite="ecdsa-sd-2023")
    shown = derive(whole, ["/name", *SOME])
    assert shown.document["name"] == document["name"]
    assert checked(shown.text, world).verdict == "verified"
    with pytest.raises(CredentialError) as refused:
        derive(whole, ["/name/@value"])
    assert refused.value.code == "only_whole"


def test_keys_with_slashes_and_tildes() -> None:
    assert tree_of(["/a~1b/~0~01"]) == {"a/b": {"~~1": None}}
    assert tree_of(["/a", "/a/b", "/c/d", "/c"]) == {"a": None, "c": None}
    assert tree_of(["/a", ""]) is None


# -- CBOR ---------------------------------------------------------------------------------------------------------------------------

ITEMS = st.recursive(
    st.one_of(st.integers(0, 2**64 - 1), st.binary(max_size=80), st.text(max_size=40)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.integers(0, 300), inner, max_size=4)),
    max_leaves=12,
)


def depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(depth, inner), default=0) if isinstance(value, dict | list) else 0


@given(ITEMS)
def test_what_is_written_is_read(value: Any) -> None:
    if depth(value) <= 3:
        assert decode(encode(value)) == value
    else:
        with pytest.raises(CredentialError):
            decode(encode(value))


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(CredentialError):
        assert decode(encode(decode(data))) == decode(data)


@pytest.mark.parametrize(
    "data",
    [
        "",  # nothing
        "9b7fffffffffffffff",  # an array of nine quintillions
        "9affffffff00",
        "5b7fffffffffffffff00",  # bytes without end
        "7affffffff",
        "bb7fffffffffffffff",
        "9f00ff",  # an indefinite length
        "5f4100ff",
        "bf0000ff",
        "20",  # a negative number
        "f6",  # null
        "f5",  # true
        "fb3ff0000000000000",  # a float
        "a2000000 01",  # a key twice
        "a1410000",  # a key that is no number
        "0000",  # something after the end
        "18",  # half a number
        "61ff",  # a text that is not UTF-8
        "c000",  # a tag
        "d84000",  # the tag of bytes before something else
        "d840",
        "1c",  # reserved
        "81" * 200 + "00",  # arrays in arrays
    ],
)
def test_bombs_and_other_odd_bytes_are_refused(data: str) -> None:
    with pytest.raises(CredentialError) as refused:
        decode(bytes.fromhex(data))
    assert refused.value.code == "bad_proof_value"


def test_bytes_as_the_first_implementations_tagged_them() -> None:
    assert decode(bytes.fromhex("82d84043010203d8404104")) == [b"\1\2\3", b"\4"]


@pytest.mark.parametrize("value", [None, 7, "", "z3abc", "u", "u2V0B", "u!!!!", "u2V0D", "u" + "A" * 100])
def test_proof_values_of_other_kinds_are_refused(value: Any) -> None:
    changed = {**SHOWN.document, "proof": {**SHOWN.document["proof"], "proofValue": value}}
    assert checked(changed, WORLD).has("bad_proof_value")


def test_more_signatures_than_a_verifier_has_time_for() -> None:
    verdict = tampered(lambda p: [*p[:2], [b"\0" * 64] * 5_001, *p[3:]])
    assert verdict.verdict == "undetermined"
    assert verdict.has("too_complex")


def test_a_proof_without_a_value_is_refused() -> None:
    proof = {name: one for name, one in SHOWN.document["proof"].items() if name != "proofValue"}
    assert checked({**SHOWN.document, "proof": proof}, WORLD).has("bad_proof_value")


# -- The names of blank nodes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", ["windsurf", "prc", "employ", "award"])
def test_names_by_surroundings_and_by_comparison_are_the_same(source: str) -> None:
    document = DOCUMENT if source == "award" else json.loads((VECTORS / f"{source}.json").read_text())["unsecured"]
    quads = covered_quads(document, PINNED)
    quickly = labels._named_by_surroundings(quads)
    assert quickly
    assert quickly == labels._named_by_comparison(quads)
    assert b"".join(sorted(set(relabelled_lines(quads, quickly)))) == rdf_canonical(document, PINNED)


def test_twins_are_named_by_comparison_alone(issuer: Issuer) -> None:
    twins = covered_quads(issuer.document(evidence=[{"narrative": "Seen"}] * 2), PINNED)
    assert labels._named_by_surroundings(twins) is None
    assert len(set(labels.canonical_labels(twins).values())) == len(labels.canonical_labels(twins))
