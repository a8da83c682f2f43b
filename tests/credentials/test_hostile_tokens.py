"""Tokens built to be taken for what they are not. Each gets an answer, none is "verified", and nothing of theirs is followed."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.credentials.tokens import SITE, claims_of, header_of, key_for, part, rsa_key, site_issuer, token
from tests.credentials.world import AWARDED, NOW, Issuer, MemoryResolver

from cairn.credentials import Ed25519Key, verify
from cairn.credentials.jose.issuing import sign_sd_jwt, sign_vc_jwt
from cairn.credentials.keys import EllipticKey, KeyPair
from cairn.credentials.multibase import base64url

MALLORY = Ed25519Key.from_seed(b"\x66" * 32)
EVIL = "https://evil.example/keys"


def own(issuer: Issuer) -> KeyPair:
    return issuer.key


def with_secret(issuer: Issuer, secret: bytes) -> str:
    signing_input = f"{part(header_of(issuer, alg='HS256'))}.{part(claims_of(issuer))}"
    return f"{signing_input}.{base64url(hmac.digest(secret, signing_input.encode(), 'sha256'))}"


def deep(levels: int) -> Any:
    value: Any = "x"
    for _ in range(levels):
        value = [value]
    return value


def loose_end(text: str) -> str:
    """The same signature in another spelling: the last letter carries two bits that no byte takes."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return text[:-1] + alphabet[alphabet.index(text[-1]) | 1]


Made = Callable[[Issuer], str]
HOSTILE: dict[str, tuple[str, Made]] = {
    "alg none": ("no_proof", lambda i: f"{part(header_of(i, alg='none'))}.{part(claims_of(i))}."),
    "alg none with something for a signature": (
        "forbidden_algorithm",
        lambda i: token(header_of(i, alg="none"), claims_of(i), i.key),
    ),
    "alg nOnE": ("forbidden_algorithm", lambda i: token(header_of(i, alg="nOnE"), claims_of(i), i.key)),
    "HS256 with the public key as the secret": ("forbidden_algorithm", lambda i: with_secret(i, i.key.public_bytes)),
    "no alg": ("bad_token", lambda i: token(header_of(i, alg=None), claims_of(i), i.key)),
    "alg of another kind of key": ("wrong_key_type", lambda i: token(header_of(i, alg="ES256"), claims_of(i), i.key)),
    "RS256 with an Ed25519 key": ("wrong_key_type", lambda i: token(header_of(i, alg="RS256"), claims_of(i), i.key)),
    "an embedded key of its own": (
        "key_not_of_issuer",
        lambda i: token(header_of(i, kid=None, jwk=MALLORY.public.jwk), claims_of(i), MALLORY),
    ),
    "an embedded key beside the issuer's name for its key": (
        "signature_invalid",
        lambda i: token(header_of(i, jwk=MALLORY.public.jwk), claims_of(i), MALLORY),
    ),
    "an embedded private key": (
        "bad_key",
        lambda i: token(header_of(i, kid=None, jwk={**MALLORY.public.jwk, "d": "AA"}), claims_of(i), MALLORY),
    ),
    "a key of somebody else's DID": (
        "key_not_of_issuer",
        lambda i: token(
            header_of(i, kid=f"did:key:{MALLORY.public_multibase}#{MALLORY.public_multibase}"), claims_of(i), MALLORY
        ),
    ),
    "an address as kid": ("key_not_of_issuer", lambda i: token(header_of(i, kid=EVIL), claims_of(i), MALLORY)),
    "jku": ("signature_invalid", lambda i: token(header_of(i, jku=EVIL), claims_of(i), MALLORY)),
    "x5u and x5c": (
        "signature_invalid",
        lambda i: token(header_of(i, x5u=EVIL, x5c=["MIIB"]), claims_of(i), MALLORY),
    ),
    "an extension that must be understood": (
        "critical_header",
        lambda i: token(header_of(i, crit=["exp"], exp=1), claims_of(i), i.key),
    ),
    "an empty crit": ("critical_header", lambda i: token(header_of(i, crit=[]), claims_of(i), i.key)),
    "an unencoded payload": (
        "unencoded_payload",
        lambda i: token(header_of(i, b64=False), claims_of(i), i.key),
    ),
    "b64 as crit has it": (
        "critical_header",
        lambda i: token(header_of(i, b64=False, crit=["b64"]), claims_of(i), i.key),
    ),
    "a member twice in the header": (
        "duplicate_key",
        lambda i: token('{"alg":"none","alg":"EdDSA"}', claims_of(i), i.key),
    ),
    "a member twice in the payload": (
        "duplicate_key",
        lambda i: token(header_of(i), json.dumps(claims_of(i))[:-1] + ',"iss":"did:web:evil.example"}', i.key),
    ),
    "a huge header": ("too_large", lambda i: token(header_of(i, x5c=["A" * 20_000]), claims_of(i), i.key)),
    "a header with something after it": ("not_json", lambda i: token('{"alg":"EdDSA"}[]', claims_of(i), i.key)),
    "a kid that is no text": ("bad_token", lambda i: token(header_of(i, kid={"x": 1}), claims_of(i), i.key)),
    "a deeply nested payload": ("too_deep", lambda i: token(header_of(i), claims_of(i, evidence=deep(90)), i.key)),
    "a bottomless payload": ("too_deep", lambda i: token(header_of(i), "[" * 200_000, i.key)),
    "a payload that is no JSON": ("not_json", lambda i: token(header_of(i), "{'single': 'quotes'}", i.key)),
    "a payload that is no text": ("not_text", lambda i: token(header_of(i), b'{"x":"\xff"}', i.key)),
    "a payload with NaN": ("not_json", lambda i: token(header_of(i), '{"x":NaN}', i.key)),
    "a number that readers round": (
        "number_not_exact",
        lambda i: token(header_of(i), claims_of(i, exp=10**20), i.key),
    ),
    "loose bits in the signature": ("bad_token", lambda i: loose_end(token(header_of(i), claims_of(i), i.key))),
    "padding": ("bad_token", lambda i: token(header_of(i), claims_of(i), i.key) + "=="),
    "four parts": ("bad_token", lambda i: token(header_of(i), claims_of(i), i.key) + ".AA"),
    "letters in between": ("bad_token", lambda i: token(header_of(i), claims_of(i), i.key).replace(".", ".\n", 1)),
    "a signature of another length": (
        "signature_invalid",
        lambda i: token(header_of(i), claims_of(i), i.key).rpartition(".")[0] + "." + part(bytes(63)),
    ),
    "a signature from another payload": (
        "signature_invalid",
        lambda i: ".".join(
            [
                *token(header_of(i), claims_of(i, name="Something grander"), i.key).split(".")[:2],
                token(header_of(i), claims_of(i), i.key).split(".")[2],
            ]
        ),
    ),
    "iss names somebody else": (
        "claims_contradict",
        lambda i: token(header_of(i), claims_of(i, iss="did:web:evil.example"), i.key),
    ),
    "sub is somebody else": (
        "claims_contradict",
        lambda i: token(
            header_of(i),
            claims_of(i, sub="did:example:mallory", credentialSubject={"id": "did:example:mira", "type": "x"}),
            i.key,
        ),
    ),
    "jti is another": ("claims_contradict", lambda i: token(header_of(i), claims_of(i, jti="urn:uuid:other"), i.key)),
    "an iss that is no text": ("bad_claim", lambda i: token(header_of(i), claims_of(i, iss=[i.did]), i.key)),
    "an end that is no number": ("bad_claim", lambda i: token(header_of(i), claims_of(i, exp="never"), i.key)),
    "an end beyond all time": ("bad_claim", lambda i: token(header_of(i), claims_of(i, exp=9e14), i.key)),
    "made in the future": (
        "proof_from_the_future",
        lambda i: token(header_of(i), claims_of(i, iat=NOW.timestamp() + 3600), i.key),
    ),
    "ended by exp": ("expired", lambda i: token(header_of(i), claims_of(i, exp=NOW.timestamp() - 1), i.key)),
    "not begun by nbf": ("not_yet_valid", lambda i: token(header_of(i), claims_of(i, nbf=NOW.timestamp() + 9), i.key)),
    "a presentation": (
        "is_a_presentation",
        lambda i: token(
            header_of(i, typ="vp+jwt"),
            {"@context": ["https://www.w3.org/ns/credentials/v2"], "type": "VerifiablePresentation", "iss": i.did},
            i.key,
        ),
    ),
    "a presentation of the older kind": (
        "is_a_presentation",
        lambda i: token(header_of(i), {"iss": i.did, "vp": {"type": ["VerifiablePresentation"]}}, i.key),
    ),
    "a credential that says it is a presentation": (
        "wrong_token_type",
        lambda i: token(header_of(i, typ="vp+jwt"), claims_of(i), i.key),
    ),
    "a credential that holds a second one": (
        "ambiguous_payload",
        lambda i: token(header_of(i), claims_of(i, vc={"type": "VerifiableCredential"}), i.key),
    ),
    "a sign-in token": (
        "not_a_credential",
        lambda i: token(header_of(i), {"iss": i.did, "sub": "mira", "aud": "shop", "nonce": "n"}, i.key),
    ),
    "an access token with a credential's words": (
        "wrong_token_type",
        lambda i: token(header_of(i, typ="at+jwt"), claims_of(i), i.key),
    ),
    "a holder's token": ("wrong_token_type", lambda i: token(header_of(i, typ="kb+jwt"), claims_of(i), i.key)),
    "a token in a token": ("wrong_token_type", lambda i: token(header_of(i, cty="JWT"), claims_of(i), i.key)),
    "an encrypted token": ("encrypted", lambda _: "eyJhbGciOiJSU0EtT0FFUCJ9.AA.AA.AA.AA"),
    "letters only": ("bad_token", lambda _: "eyJ" + "A" * 100),
    "a token of five megabytes": ("too_large", lambda _: "eyJ" + "A" * 5 * 2**20),
}


@pytest.mark.parametrize("name", list(HOSTILE))
def test_a_hostile_token_is_not_verified(issuer: Issuer, world: MemoryResolver, name: str) -> None:
    code, made = HOSTILE[name]
    world.asked.clear()
    verdict = verify(made(issuer), at=NOW, resolve=world)
    assert verdict.has(code), [finding.code for finding in verdict.findings]
    assert verdict.verdict == ("undetermined" if name == "an encrypted token" else "not_verified")
    # Whatever the token says, nobody is asked but the issuer.
    assert all(address.startswith("https://badges.example.org/") for address in world.asked), world.asked


def test_the_honest_token_these_are_made_of_is_verified(issuer: Issuer, world: MemoryResolver) -> None:
    assert verify(token(header_of(issuer), claims_of(issuer), issuer.key), at=NOW, resolve=world).verdict == "verified"


# -- A forged issuer with a website ---------------------------------------------------------------------------------------------


def forged(world: MemoryResolver, issuer: Issuer, **header: Any) -> str:
    """A real issuer, and a token in its name that Mallory signed."""
    site_issuer(world, issuer, key_for("ES256"))
    world.pages[EVIL] = {"keys": [MALLORY.public.jwk], **MALLORY.public.jwk}
    claims = {**issuer.document(issuer={"id": SITE, "name": issuer.name}, status=[]), "iss": SITE}
    return token({"alg": "EdDSA", **header}, claims, MALLORY)


@pytest.mark.parametrize(
    "header",
    [
        {"jwk": MALLORY.public.jwk},
        {"jwk": MALLORY.public.jwk, "kid": "key-1"},
        {"kid": EVIL},
        {"kid": EVIL, "jwk": MALLORY.public.jwk, "jku": EVIL},
        {"kid": f"{SITE}@evil.example/keys"},
        {"kid": f"{SITE}/../../evil"},
        {"kid": f"{SITE}.evil.example/#key-1"},
        {"kid": f"{SITE}/students/mallory/key.json"},
        {"kid": "http://169.254.169.254/latest/meta-data"},
        {"kid": "file:///etc/passwd"},
        {"kid": f"did:key:{MALLORY.public_multibase}#{MALLORY.public_multibase}"},
        {"kid": f"{SITE}#{MALLORY.public_multibase}"},
        {},
    ],
)
def test_a_forged_issuer_with_a_website_is_never_green(
    issuer: Issuer, world: MemoryResolver, header: dict[str, Any]
) -> None:
    text = forged(world, issuer, **header)
    world.asked.clear()
    verdict = verify(text, at=NOW, resolve=world)
    assert verdict.verdict == "not_verified"
    assert {address.rpartition("/.well-known/")[0] or address for address in world.asked} <= {SITE}


@pytest.mark.parametrize("silent", [True, False])
def test_a_forged_issuer_that_cannot_be_asked_stays_open(issuer: Issuer, world: MemoryResolver, silent: bool) -> None:
    text = forged(world, issuer, jwk=MALLORY.public.jwk)
    if silent:
        world.silent |= set(world.pages)
    else:
        world.pages.clear()
    verdict = verify(text, at=NOW, resolve=world)
    assert verdict.verdict == "undetermined"
    assert verdict.has("issuer_unreachable")


def test_another_issuer_on_the_same_host_is_not_this_one(issuer: Issuer, world: MemoryResolver) -> None:
    """Both publish in one key set; each key says for whom it speaks."""
    mine, other = f"{SITE}/issuers/1", f"{SITE}/issuers/2"
    site_issuer(world, issuer, key_for("ES256"), name=mine, kid="one")
    site_issuer(world, issuer, MALLORY, name=other, kid="two")
    claims = {**issuer.document(issuer={"id": mine}, status=[]), "iss": mine}
    for header in ({"kid": "two"}, {"kid": f"{other}#two"}, {"jwk": MALLORY.public.jwk}, {}):
        verdict = verify(token({"alg": "EdDSA", **header}, claims, MALLORY), at=NOW, resolve=world)
        assert verdict.verdict == "not_verified", header
    claims = {**claims, "issuer": {"id": other}, "iss": other}
    assert verify(token({"alg": "EdDSA", "kid": "two"}, claims, MALLORY), at=NOW, resolve=world).verdict == "verified"


def test_a_shared_key_that_does_not_say_whose_it_is_leaves_the_question_open(
    issuer: Issuer, world: MemoryResolver
) -> None:
    mine = f"{SITE}/issuers/1"
    site_issuer(world, issuer, MALLORY, name=mine, iss=None)
    claims = {**issuer.document(issuer={"id": mine}, status=[]), "iss": mine}
    verdict = verify(token({"alg": "EdDSA", "kid": "key-1"}, claims, MALLORY), at=NOW, resolve=world)
    assert verdict.verdict == "undetermined"
    assert verdict.has("key_without_issuer")


def test_a_short_rsa_key_is_not_believed(issuer: Issuer, world: MemoryResolver) -> None:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding, rsa

    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - that is the point
    numbers = weak.public_key().public_numbers()
    jwk = {"kty": "RSA", "n": base64url(numbers.n.to_bytes(128, "big")), "e": "AQAB", "kid": "weak"}
    site_issuer(world, issuer, rsa_key())
    world.pages[f"{SITE}/.well-known/jwks.json"] = {"keys": [{**jwk, "iss": SITE}]}
    claims = {**issuer.document(issuer={"id": SITE}, status=[]), "iss": SITE}
    signing_input = f"{part({'alg': 'RS256', 'kid': 'weak'})}.{part(claims)}"
    signature = weak.sign(signing_input.encode(), padding.PKCS1v15(), hashes.SHA256())
    verdict = verify(f"{signing_input}.{base64url(signature)}", at=NOW, resolve=world)
    assert verdict.verdict == "not_verified"
    assert verdict.has("bad_key")


# -- Disclosures ----------------------------------------------------------------------------------------------------------------


def digest(disclosure: str) -> str:
    return base64url(hashlib.sha256(disclosure.encode()).digest())


def sd_jwt(issuer: Issuer, payload: dict[str, Any], *disclosures: str, typ: str = "dc+sd-jwt") -> str:
    claims = {"vct": "https://vct.example/1", "iss": issuer.did, "_sd_alg": "sha-256", **payload}
    return "~".join([token(header_of(issuer, typ=typ), claims, issuer.key), *disclosures, ""])


NAME = part(["salt", "given_name", "Mira"])
ELEMENT = part(["salt", "DE"])


def chain(levels: int) -> tuple[dict[str, Any], list[str]]:
    """Disclosures inside disclosures inside disclosures."""
    texts: list[str] = []
    inner: dict[str, Any] = {}
    for _ in range(levels):
        texts.append(part(["salt", "x", inner]))
        inner = {"_sd": [digest(texts[-1])]}
    return inner, texts


DISCLOSURES: dict[str, tuple[str, Made]] = {
    "one that nobody signed": ("bad_disclosure", lambda i: sd_jwt(i, {}, NAME)),
    "one for another place": ("bad_disclosure", lambda i: sd_jwt(i, {"_sd": [digest(ELEMENT)]}, ELEMENT)),
    "a member for an element": (
        "bad_disclosure",
        lambda i: sd_jwt(i, {"nationalities": [{"...": digest(NAME)}]}, NAME),
    ),
    "the same one twice": ("bad_disclosure", lambda i: sd_jwt(i, {"_sd": [digest(NAME)]}, NAME, NAME)),
    "one digest in two places": (
        "bad_disclosure",
        lambda i: sd_jwt(i, {"_sd": [digest(NAME)], "more": {"_sd": [digest(NAME)]}}, NAME),
    ),
    "a decoy in two places": ("bad_disclosure", lambda i: sd_jwt(i, {"_sd": ["AA"], "more": {"_sd": ["AA"]}})),
    "over a member that is there": (
        "bad_disclosure",
        lambda i: sd_jwt(i, {"_sd": [digest(NAME)], "given_name": "Otto"}, NAME),
    ),
    "named _sd": (
        "bad_disclosure",
        lambda i: sd_jwt(i, {"_sd": [digest(part(["s", "_sd", ["x"]]))]}, part(["s", "_sd", ["x"]])),
    ),
    "named ...": (
        "bad_disclosure",
        lambda i: sd_jwt(i, {"_sd": [digest(part(["s", "...", "x"]))]}, part(["s", "...", "x"])),
    ),
    "of four parts": (
        "bad_disclosure",
        lambda i: sd_jwt(i, {"_sd": [digest(part(["s", "a", 1, 2]))]}, part(["s", "a", 1, 2])),
    ),
    "that is an object": ("bad_disclosure", lambda i: sd_jwt(i, {"_sd": [digest(part({}))]}, part({}))),
    "that closes what it is read in": (
        "bad_disclosure",
        lambda i: sd_jwt(i, {"_sd": [digest(part('["s","a",1],"x":1'))]}, part('["s","a",1],"x":1')),
    ),
    "that is no JSON": ("not_json", lambda i: sd_jwt(i, {"_sd": [digest(part("nonsense"))]}, part("nonsense"))),
    "with a member twice": (
        "duplicate_key",
        lambda i: sd_jwt(i, {"_sd": [digest(part('["s","a",{"b":1,"b":2}]'))]}, part('["s","a",{"b":1,"b":2}]')),
    ),
    "an empty one": ("bad_token", lambda i: sd_jwt(i, {}).replace("~", "~~")),
    "something beside an element's digest": (
        "bad_disclosure",
        lambda i: sd_jwt(i, {"nationalities": [{"...": digest(ELEMENT), "x": 1}]}, ELEMENT),
    ),
    "digests that are no list": ("bad_disclosure", lambda i: sd_jwt(i, {"_sd": "AA"})),
    "a digest that is no text": ("bad_disclosure", lambda i: sd_jwt(i, {"_sd": [1]})),
    "a hash of its own": ("unsupported_hash", lambda i: sd_jwt(i, {"_sd_alg": "md5"})),
    "a hash that is no text": ("unsupported_hash", lambda i: sd_jwt(i, {"_sd_alg": ["sha-256"]})),
    "the issuer disclosed": (
        "bad_disclosure",
        lambda i: sd_jwt(i, {"iss": i.did, "_sd": [digest(part(["s", "status", {}]))]}, part(["s", "status", {}])),
    ),
    "thousands": (
        "too_complex",
        lambda i: sd_jwt(i, {}, *[part([str(n), "a", n]) for n in range(1500)]),
    ),
    "thousands of digests": ("too_complex", lambda i: sd_jwt(i, {"_sd": [str(n) for n in range(30_000)]})),
    "a hundred inside one another": (
        "too_deep",
        lambda i: sd_jwt(i, {"claims": chain(100)[0]}, *chain(100)[1]),
    ),
    "a presentation's type": ("wrong_token_type", lambda i: sd_jwt(i, {}, typ="vp+sd-jwt")),
    "no type": ("wrong_token_type", lambda i: sd_jwt(i, {}, typ="")),
    "no end": ("bad_token", lambda i: sd_jwt(i, {}).rstrip("~")),
    "a holder's token that is none": ("bad_token", lambda i: sd_jwt(i, {}) + "AAAA"),
    "a holder's token without the holder's key": (
        "key_binding_invalid",
        lambda i: sd_jwt(i, {}) + token({"alg": "EdDSA", "typ": "kb+jwt"}, {"iat": 1, "sd_hash": "x"}, MALLORY),
    ),
}


@pytest.mark.parametrize("name", list(DISCLOSURES))
def test_hostile_disclosures_are_not_verified(issuer: Issuer, world: MemoryResolver, name: str) -> None:
    code, made = DISCLOSURES[name]
    verdict = verify(made(issuer), at=NOW, resolve=world)
    assert verdict.has(code), [(finding.code, finding.message) for finding in verdict.findings]
    assert verdict.verdict == ("undetermined" if code == "unsupported_hash" else "not_verified")


def test_the_honest_disclosures_these_are_made_of_are_verified(issuer: Issuer, world: MemoryResolver) -> None:
    text = sd_jwt(issuer, {"_sd": [digest(NAME)], "nationalities": [{"...": digest(ELEMENT)}]}, NAME, ELEMENT)
    verdict = verify(text, at=NOW, resolve=world)
    assert verdict.verdict == "verified"
    assert verdict.credential is not None
    assert verdict.credential.subject == {"nationalities": ["DE"], "given_name": "Mira"}


# -- Anything at all ------------------------------------------------------------------------------------------------------------


@given(st.text("eyJ.~-_AZaz09= \n", max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_text_gets_an_answer(text: str) -> None:
    assert verify("eyJ" + text, at=NOW, resolve=MemoryResolver()).verdict != "verified"


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 2**40)
    | st.text(max_size=5)
    | st.sampled_from(["sha-256", "did:web:x"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "_sd", "...", "jwk", "status_list", "type"]), inner, max_size=3)
    ),
    max_leaves=6,
)
NAMES = ["iss", "sub", "jti", "nbf", "exp", "iat", "vc", "vp", "vct", "status", "cnf", "_sd", "_sd_alg", "issuer", "id"]
NAMES += ["validFrom", "validUntil", "credentialSubject", "credentialStatus", "type", "@context", "proof", "aud"]
HEADERS = ["alg", "kid", "typ", "cty", "jwk", "crit", "b64", "x5c"]


@given(st.sampled_from(NAMES), json_values, st.sampled_from(HEADERS), json_values, st.booleans(), st.booleans())
@settings(max_examples=300, deadline=None)
def test_any_json_anywhere_in_a_signed_token_gets_an_answer(
    name: str, value: Any, header: str, other: Any, in_header: bool, selective: bool
) -> None:
    world = MemoryResolver()
    issuer = Issuer(world)
    claims = {**claims_of(issuer), name: value}
    text = token(header_of(issuer, **({header: other} if in_header else {})), claims, issuer.key)
    verdict = verify(text + "~" if selective else text, at=NOW, resolve=world)
    assert verdict.verdict in ("verified", "not_verified", "undetermined")
    assert verdict.findings


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_no_letter_of_a_token_can_be_changed(data: st.DataObject) -> None:
    world = MemoryResolver()
    issuer = Issuer(world)
    made = data.draw(st.sampled_from([sign_vc_jwt, sign_sd_jwt]))
    text = made(issuer.document(), issuer.signer, created=AWARDED).text
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~"))
    changed = text[:place] + letter + text[place + 1 :]
    verdict = verify(changed, at=NOW, resolve=world)
    assert (verdict.verdict == "verified") == (changed == text)


def test_an_elliptic_signature_of_zeros_is_none(issuer: Issuer, world: MemoryResolver) -> None:
    """What some verifiers of 2022 took for a signature by any key (CVE-2022-21449)."""
    key = EllipticKey("P-256", b"\x06" * 32)
    signer = site_issuer(world, issuer, key)
    claims = {**issuer.document(issuer={"id": SITE}, status=[]), "iss": SITE}
    text = f"{part({'alg': 'ES256', 'kid': signer.verification_method})}.{part(claims)}.{base64url(bytes(64))}"
    assert verify(text, at=NOW, resolve=world).has("signature_invalid")
