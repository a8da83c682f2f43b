"""Learner records (CLR) and presentations: wholes that lend their good name to what is inside, or to who shows them."""

# ruff: noqa: E501 - one row for each file, so that a table reads as a table

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from tools.hostile.ground import (
    AWARDED,
    DID,
    INWARD,
    KEYS_PAGE,
    MALLORY,
    MALLORY_DID,
    MALLORY_METHOD,
    MALLORY_PAGE,
    MALLORY_SIGNER,
    NOW,
    OWN,
    SITE,
    Case,
    Document,
    award_document,
    compact,
    honest_copy,
    proof_for,
    signed_anyhow,
    small_document,
    written,
)
from tools.hostile.lists import entry
from tools.hostile.tokens import claims_of, header_of, part, token

from cairn.credentials import Ed25519Key, KeySigner, did_key, did_key_verification_method
from cairn.credentials.linkeddata.contexts import CLR_2, OB_3, VC_V2
from cairn.credentials.moments import format_moment

PARTS = "CLR 2.0 section 5; cairn.credentials.verify, step 8"
SHOWN = "Data Integrity 1.0 section 4.4; VC-JOSE-COSE 1.0 section 3; cairn.credentials.presentations"
HOLDER = Ed25519Key.from_seed(b"\x07" * 32)
HOLDER_DID, HOLDER_METHOD = did_key(HOLDER), did_key_verification_method(HOLDER)
HOLDER_SIGNER = KeySigner(HOLDER, HOLDER_METHOD)
CHALLENGE, DOMAIN = "c-42", "verifier.example"


def cases() -> Iterator[Case]:
    """Every file of this kind."""
    yield from _records()
    yield from _presentations()


def _record(*parts: Any, **changes: Any) -> Document:
    return {
        "@context": [VC_V2, CLR_2, OB_3],
        "id": "urn:uuid:cccccccc-0000-4000-8000-000000000003",
        "type": ["VerifiableCredential", "ClrCredential"],
        "issuer": {"id": DID, "type": ["Profile"], "name": "Example Institute"},
        "name": "Record of achievement",
        "validFrom": format_moment(AWARDED),
        "credentialSubject": {"type": ["ClrSubject"], "verifiableCredential": list(parts)},
        **changes,
    }


def _part(number: int, **changes: Any) -> Document:
    return award_document(id=f"urn:uuid:{number:08}-0000-4000-8000-000000000000", **changes)


def _records() -> Iterator[Case]:
    forged = signed_anyhow(_part(1), KeySigner(MALLORY, f"{DID}#key-1"))
    changed = {**signed_anyhow(_part(2)), "name": "Doctor of Medicine"}
    revoked = signed_anyhow(_part(3, credentialStatus=[entry(f"{SITE}/status/revoked")]))
    others = signed_anyhow(
        _part(4, issuer={"id": MALLORY_DID, "name": "Example Institute"}, credentialStatus=None), MALLORY_SIGNER
    )
    late = signed_anyhow(_part(5, validUntil=format_moment(AWARDED + timedelta(days=1))))
    deep: Document = signed_anyhow(_part(6))
    for level in range(8):
        deep = signed_anyhow(_record(deep, id=f"urn:uuid:dddddddd-0000-4000-8000-{level:012}"))
    tiny = {
        "@context": [VC_V2],
        "type": ["VerifiableCredential"],
        "issuer": DID,
        "credentialSubject": {"id": "urn:x:1"},
    }
    web = [
        {
            **tiny,
            "issuer": f"did:web:victim{n}.example",
            "proof": {**signed_anyhow(tiny)["proof"], "verificationMethod": f"did:web:victim{n}.example#k"},
        }
        for n in range(90)
    ]
    victims = tuple(f"https://victim{n}.example/.well-known/did.json" for n in range(90))
    itself = honest_copy()
    mine = {**_record(itself), "id": itself["id"]}
    no, open_ = "not_verified", "undetermined"
    rows: tuple[tuple[str, Document, str, str, str, tuple[str, ...]], ...] = (
        ("honest", signed_anyhow(_record(honest_copy())), "Nothing: an honest record with one award.", "verified", "signature_valid", OWN),
        ("part-forged", signed_anyhow(_record(honest_copy(), forged)), "Is honest itself, and holds an award that a forger signed.", no, "signature_invalid", OWN),
        ("part-changed", signed_anyhow(_record(changed)), "Is honest itself, and holds an award that was changed.", no, "signature_invalid", OWN),
        ("part-unsigned", signed_anyhow(_record(award_document())), "Is honest itself, and holds an award that nobody signed.", no, "no_proof", (KEYS_PAGE,)),
        ("part-revoked", signed_anyhow(_record(revoked)), "Is honest itself, and holds an award that was revoked.", no, "revoked", (KEYS_PAGE, f"{SITE}/status/revoked")),
        ("part-run-out", signed_anyhow(_record(late)), "Is honest itself, and holds an award that has run out: history, and said.", "verified", "expired", OWN),
        ("part-of-stranger", signed_anyhow(_record(others)), "Holds a true award by a stranger who bears the institute's name: true, and for the reader to weigh.", "verified", "signature_valid", (KEYS_PAGE, MALLORY_PAGE)),
        ("part-as-token", signed_anyhow(_record(f"{part(header_of(alg='none'))}.{part(claims_of())}.")), "Holds a token without a signature where a credential belongs.", no, "no_proof", (KEYS_PAGE,)),
        ("part-enveloped-alg-none", signed_anyhow(_record({"@context": VC_V2, "type": "EnvelopedVerifiableCredential", "id": f"data:application/vc+jwt,{part(header_of(alg='none'))}.{part(claims_of())}."})), "Holds an envelope around a token without a signature.", no, "no_proof", (KEYS_PAGE,)),
        ("part-by-address", signed_anyhow(_record({"@context": VC_V2, "type": "EnvelopedVerifiableCredential", "id": INWARD})), "Holds an envelope that is an address in the verifier's network.", no, "bad_envelope", (KEYS_PAGE,)),
        ("parts-deep", deep, "Holds records in records, eight levels deep.", open_, "too_complex", OWN),
        ("part-added", {**signed_anyhow(_record(honest_copy())), "credentialSubject": _record(honest_copy(), forged)["credentialSubject"]}, "Has had an award added.", no, "signature_invalid", (KEYS_PAGE,)),
        ("of-itself", signed_anyhow(mine), "Holds an award with its own identifier.", "verified", "signature_valid", OWN),
        ("empty", signed_anyhow(_record()), "Holds no award: true as far as it goes, and said to be incomplete.", "verified", "incomplete", (KEYS_PAGE,)),
    )  # fmt: skip
    for name, document, tries, verdict, code, asks in rows:
        yield Case(f"record/{name}.json", written(document), tries, verdict, code, asks, PARTS)
    many = compact(signed_anyhow(_record(*[{**tiny, "id": f"urn:x:{n}"} for n in range(250)])))
    yield Case(
        "record/parts-many.json",
        many,
        "Holds two hundred and fifty credentials.",
        open_,
        "too_complex",
        (KEYS_PAGE,),
        PARTS,
    )
    spread = compact(signed_anyhow(_record(*web)))
    yield Case(
        "record/parts-everywhere.json",
        spread,
        "Sends the verifier to ninety strangers' sites; each is asked once at most.",
        open_,
        "issuer_unreachable",
        (KEYS_PAGE, *victims),
        PARTS,
    )
    endorsement = {
        "@context": [VC_V2, OB_3],
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "issuer": {"id": MALLORY_DID, "type": ["Profile"], "name": "Ministry of Education"},
        "validFrom": format_moment(AWARDED),
        "id": "urn:uuid:eeeeeeee-0000-4000-8000-000000000001",
        "name": "Approved",
        "credentialSubject": {
            "id": f"{SITE}/achievements/42",
            "type": ["EndorsementSubject"],
            "endorsementComment": "Approved.",
        },
    }
    unsigned = signed_anyhow(award_document(endorsement=[endorsement]))
    yield Case(
        "record/endorsement-unsigned.json",
        written(unsigned),
        "Carries a ministry's endorsement that nobody signed: said, and held against nobody.",
        "verified",
        "endorsement_not_verified",
        OWN,
        "cairn.credentials.verify, step 9",
    )


def _shown(*credentials: Any, **changes: Any) -> Document:
    made: Document = {
        "@context": [VC_V2],
        "type": ["VerifiablePresentation"],
        "holder": HOLDER_DID,
        "verifiableCredential": list(credentials),
        **changes,
    }
    return {name: value for name, value in made.items() if value is not None}


def _held(**changes: Any) -> Document:
    made = award_document(**changes)
    return signed_anyhow({**made, "credentialSubject": {**made["credentialSubject"], "id": HOLDER_DID}})


def _by_holder(document: Document, signer: KeySigner = HOLDER_SIGNER, **options: Any) -> Document:
    given = {"proofPurpose": "authentication", "challenge": CHALLENGE, "domain": DOMAIN, **options}
    return {**document, "proof": proof_for(document, signer, "eddsa-jcs-2022", **given)}


def _token(key: Any = HOLDER, typ: str = "vp+jwt", kid: str = HOLDER_METHOD, alg: str = "EdDSA", **claims: Any) -> str:
    payload = {
        **_shown(_held()),
        "iss": HOLDER_DID,
        "nonce": CHALLENGE,
        "aud": DOMAIN,
        "iat": int(NOW.timestamp()),
        **claims,
    }
    return token({"alg": alg, "typ": typ, "kid": kid}, payload, key)


def _presentations() -> Iterator[Case]:
    honest = _by_holder(_shown(_held()))
    stolen = _by_holder(_shown(_held()), KeySigner(MALLORY, did_key_verification_method(MALLORY)))
    own_word = small_document(issuer=DID, credentialSubject={"id": HOLDER_DID, "name": "Doctor Mira"})
    envelope = {"@context": VC_V2, "type": "EnvelopedVerifiablePresentation"}
    no = "not_verified"
    rows: tuple[tuple[str, Any, str, str, str], ...] = (
        ("honest", honest, "Nothing: an honest presentation.", "verified", "signature_valid"),
        ("replayed", _by_holder(_shown(_held()), challenge="c-41"), "Was made to answer an earlier question.", no, "wrong_challenge"),
        ("no-challenge", _by_holder(_shown(_held()), challenge=""), "Answers an empty question.", no, "wrong_challenge"),
        ("for-another", _by_holder(_shown(_held()), domain="mallory.example"), "Was made for somebody else, who passes it on.", no, "wrong_domain"),
        ("challenge-changed", {**honest, "proof": {**honest["proof"], "challenge": CHALLENGE, "domain": [DOMAIN, "x"]}}, "Has had its domain changed after signing.", no, "wrong_domain"),
        ("unsigned", _shown(_held()), "Is signed by nobody.", no, "presenter_not_proven"),
        ("purpose", _by_holder(_shown(_held()), proofPurpose="assertionMethod"), "Is signed to make a claim, not to show who shows it.", no, "wrong_purpose"),
        ("stolen", stolen, "Is signed by a thief who names the holder.", no, "key_not_of_issuer"),
        ("credential-exchanged", {**honest, "verifiableCredential": [_held(name="Another")]}, "Has had its credential exchanged for another true one.", no, "signature_invalid"),
        ("credential-added", {**honest, "verifiableCredential": [_held(), _held(name="Another")]}, "Has had a true credential added.", no, "signature_invalid"),
        ("credential-forged", _by_holder(_shown({**_held(), "name": "Doctor of Medicine"})), "Shows a credential that was changed.", no, "signature_valid"),
        ("own-word-as-institutes", _by_holder(_shown(own_word)), "Shows an unsigned credential in the institute's name, covered by the holder's signature only.", no, "signature_valid"),
        ("holder-relative", _by_holder(_shown(_held(), holder="mira")), "Names its holder by half an address.", no, "bad_holder"),
        ("inside-itself", _by_holder(_shown(_shown(_held()))), "Shows a presentation where a credential belongs.", no, "signature_valid"),
        ("envelope-inward", {**envelope, "id": INWARD}, "Is an envelope that is an address in the verifier's network.", no, "bad_envelope"),
        ("envelope-wrong-kind", {**envelope, "id": f"data:text/html,{_token()}"}, "Is an envelope that says it holds a web page.", "undetermined", "unsupported_envelope"),
        ("many", _shown(*[{"type": "x"}] * 150), "Shows a hundred and fifty credentials.", "undetermined", "too_complex"),
        ("run-out", _by_holder(_shown(_held()), expires=format_moment(NOW - timedelta(days=1))), "Carries a proof that has run out.", no, "proof_expired"),
    )  # fmt: skip
    asked = {"check": "presentation", "challenge": CHALLENGE, "domain": DOMAIN}
    for name, document, tries, verdict, code in rows:
        yield Case(f"presentation/{name}.json", written(document), tries, verdict, code, OWN, SHOWN, asked)
    tokens: tuple[tuple[str, str, str, str, str], ...] = (
        ("honest", _token(), "Nothing: an honest presentation as a token.", "verified", "signature_valid"),
        ("alg-none", _token(alg="none").rpartition(".")[0] + ".", "Says that it needs no signature.", no, "no_proof"),
        ("replayed", _token(nonce="c-41"), "Was made to answer an earlier question.", no, "wrong_challenge"),
        ("for-another", _token(aud="mallory.example"), "Was made for somebody else.", no, "wrong_domain"),
        ("run-out", _token(exp=int(NOW.timestamp()) - 1), "Has run out.", no, "proof_expired"),
        ("from-the-future", _token(iat=int(NOW.timestamp()) + 86400), "Was made after the moment that is asked about.", no, "proof_from_the_future"),
        ("stolen", _token(MALLORY), "Is signed by a thief under the holder's key's name.", no, "signature_invalid"),
        ("stolen-own-key", _token(MALLORY, kid=MALLORY_METHOD), "Is signed by a thief under a name of their own.", no, "key_not_of_issuer"),
        ("holder-contradicts", _token(iss="did:example:another"), "Names two holders.", no, "claims_contradict"),
        ("credential-type", _token(typ="vc+jwt"), "Says that it is a credential.", no, "wrong_token_type"),
        ("both", _token(vc=award_document()), "Is a presentation and a credential at once.", no, "ambiguous_payload"),
    )  # fmt: skip
    for name, text, tries, verdict, code in tokens:
        yield Case(
            f"presentation/{name}.jwt", (text + "\n").encode(), tries, verdict, code, (*OWN, MALLORY_PAGE), SHOWN, asked
        )
