"""Tokens (JWT, SD-JWT) that want to be taken for what they are not."""

# ruff: noqa: E501 - one row for each file, so that a table reads as a table

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from tools.hostile.ground import (
    CURVE_KEY,
    DID,
    INWARD,
    KEY,
    KEYS_PAGE,
    MALLORY,
    MALLORY_METHOD,
    METHOD,
    OWN,
    Case,
    Document,
    award_document,
    mallory_as_did_key,
    rsa_numbers,
)

from cairn.credentials.multibase import base64url

JWT = "RFC 7515; RFC 8725; VC-JOSE-COSE 1.0 section 3; cairn.credentials.jose"
SD = "RFC 9901 section 7.1; cairn.credentials.jose.disclosures"
EVIL = "https://mallory.example/keys"
HOST, HOST_KEYS = "https://issuers.example/7", "https://issuers.example/.well-known/jwks.json"
HOST_METADATA = "https://issuers.example/.well-known/jwt-vc-issuer/7"
"""An issuer that is known by an https address, with a key set for the whole host."""


def part(value: object) -> str:
    """One part of a token: JSON of a value; a text or bytes as they stand."""
    return base64url(
        value if isinstance(value, bytes) else (value if isinstance(value, str) else json.dumps(value)).encode()
    )


def token(header: object, claims: object, key: Any = KEY) -> str:
    """Sign anything under any header."""
    signing_input = f"{part(header)}.{part(claims)}"
    return f"{signing_input}.{base64url(key.sign(signing_input.encode()))}"


def header_of(**changes: Any) -> Document:
    """Return an honest header, with members changed; None takes one away."""
    return {
        name: value
        for name, value in {"alg": "EdDSA", "kid": METHOD, "typ": "JWT", **changes}.items()
        if value is not None
    }


def claims_of(**changes: Any) -> Document:
    """Return an honest payload, with members changed; None takes one away."""
    made = {**award_document(), "iss": DID, "jti": award_document()["id"], **changes}
    return {name: value for name, value in made.items() if value is not None}


def cases() -> Iterator[Case]:
    """Every file of this kind."""
    yield from _algorithms()
    yield from _keys()
    yield from _shapes()
    yield from _disclosures()


def _bent(
    name: str,
    text: str,
    tries: str,
    code: str,
    verdict: str = "not_verified",
    asks: tuple[str, ...] = (KEYS_PAGE,),
    rule: str = JWT,
) -> Case:
    return Case(f"{name}.jwt", (text + "\n").encode(), tries, verdict, code, asks, rule)


def _algorithms() -> Iterator[Case]:
    signing_input = f"{part(header_of(alg='none'))}.{part(claims_of())}."
    yield _bent(
        "token/honest",
        token(header_of(), claims_of()),
        "Nothing: the honest token that most files are bent from.",
        "signature_valid",
        "verified",
        OWN,
    )
    yield _bent("token/alg-none", signing_input, "Says that it needs no signature, and has none.", "no_proof", asks=())
    yield _bent(
        "token/alg-none-signed",
        token(header_of(alg="none"), claims_of()),
        "Says that it needs no signature, and has one.",
        "forbidden_algorithm",
    )
    yield _bent(
        "token/alg-none-in-capitals",
        token(header_of(alg="nOnE"), claims_of()),
        "The same in other letters.",
        "forbidden_algorithm",
    )
    for name, secret in (("bytes", KEY.public_bytes), ("multibase", KEY.public_multibase.encode()), ("empty", b"")):
        text = f"{part(header_of(alg='HS256'))}.{part(claims_of())}"
        text = f"{text}.{base64url(hmac.digest(secret, text.encode(), 'sha256'))}"
        what = "with nothing" if name == "empty" else f"with the institute's public key ({name})"
        yield _bent(
            f"token/alg-hs256-{name}", text, f"Is sealed {what} as if that were a secret.", "forbidden_algorithm"
        )
    for algorithm in ("ES256", "RS256"):
        yield _bent(
            f"token/alg-{algorithm.lower()}-for-edwards",
            token(header_of(alg=algorithm), claims_of()),
            f"Names the algorithm {algorithm} for a key of another kind.",
            "wrong_key_type",
        )
    yield _bent(
        "token/alg-absent", token(header_of(alg=None), claims_of()), "Names no algorithm.", "bad_token", asks=()
    )
    yield _bent(
        "token/alg-unknown",
        token(header_of(alg="XY256"), claims_of()),
        "Names an algorithm that nobody knows.",
        "unsupported_algorithm",
        "undetermined",
    )
    curved = header_of(alg="ES256", kid=f"{DID}#curve")
    text = f"{part(curved)}.{part(claims_of())}"
    yield _bent(
        "token/signature-zeros",
        f"{text}.{base64url(bytes(64))}",
        "Is signed with zeros, which verifiers once accepted (CVE-2022-21449).",
        "signature_invalid",
    )
    yield _bent(
        "token/signature-der",
        f"{text}.{base64url(_der(CURVE_KEY.sign(text.encode())))}",
        "Writes a sound signature in another encoding (DER).",
        "signature_invalid",
        rule="RFC 7518 section 3.4",
    )
    honest = token(header_of(), claims_of())
    yield _bent(
        "token/signature-loose-end",
        _loose_end(honest),
        "Spells the signature another way: its last letter holds bits that no byte takes.",
        "bad_token",
        asks=(),
        rule="RFC 4648 section 3.5",
    )
    yield _bent("token/signature-padded", honest + "==", "Pads its base64url.", "bad_token", asks=())
    yield _bent(
        "token/signature-of-another",
        honest.rpartition(".")[0] + "." + token(header_of(), claims_of(name="Another")).rpartition(".")[2],
        "Carries the signature of another token of the same issuer.",
        "signature_invalid",
    )


def _der(signature: bytes) -> bytes:
    numbers = b""
    for half in (signature[:32], signature[32:]):
        plain = half.lstrip(b"\0")
        plain = b"\0" + plain if plain[0] & 0x80 else plain
        numbers += bytes([2, len(plain)]) + plain
    return bytes([0x30, len(numbers)]) + numbers


def _loose_end(text: str) -> str:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return text[:-1] + letters[letters.index(text[-1]) | 1]


def _keys() -> Iterator[Case]:
    forged = "Is signed by a forger"
    stranger = mallory_as_did_key().verification_method
    mine = MALLORY.public.jwk
    headers: tuple[tuple[str, str, Document, str], ...] = (
        ("jwk-embedded", "who brings the key along in the header", {"kid": None, "jwk": mine}, "key_not_of_issuer"),
        ("jwk-beside-kid", "who brings a key along beside the institute's name for its own", {"jwk": mine}, "signature_invalid"),
        ("jwk-secret", "who brings a secret key along", {"kid": None, "jwk": {**mine, "d": "AA"}}, "bad_key"),
        ("jku", "who says where keys are to be fetched (jku)", {"jku": EVIL}, "signature_invalid"),
        ("jku-inward", "who sends the verifier into its own network (jku)", {"jku": INWARD}, "signature_invalid"),
        ("x5u", "who says where a certificate is to be fetched (x5u, x5c)", {"x5u": EVIL, "x5c": ["MIIB"]}, "signature_invalid"),
        ("kid-of-another", "who names a key of their own", {"kid": MALLORY_METHOD}, "signature_invalid"),
        ("kid-did-key", "who names a key that needs no website", {"kid": stranger}, "key_not_of_issuer"),
        ("kid-address", "who names a key by its address", {"kid": EVIL}, "key_not_of_issuer"),
        ("kid-inward", "who names an address in the verifier's network as key", {"kid": INWARD}, "key_not_of_issuer"),
        ("kid-file", "who names a file as key", {"kid": "file:///etc/passwd"}, "key_not_of_issuer"),
        ("kid-path", "who names a path as key", {"kid": "../../../../dev/null"}, "key_not_listed"),
        ("kid-sql", "who hides a database query in the key's name", {"kid": "x' UNION SELECT 'key"}, "key_not_listed"),
        ("kid-absent", "who names no key", {"kid": None}, "signature_invalid"),
    )  # fmt: skip
    for name, what, changes, code in headers:
        yield _bent(
            f"token/{name}",
            token(header_of(**changes), claims_of(), MALLORY),
            f"{forged} {what}.",
            code,
            asks=(KEYS_PAGE,),
        )
    site = "VC-JOSE-COSE 1.0 section 4; cairn.credentials.dids.keysets"
    mallory_host = "https://issuers.example/8"
    neighbours: tuple[tuple[str, str, str], ...] = (
        ("neighbours-key", "two", "key_not_listed"),
        ("neighbours-key-by-address", f"{mallory_host}#two", "key_not_of_issuer"),
        ("key-by-value", f"{HOST}#{MALLORY.public_multibase}", "key_not_listed"),
    )
    for name, kid, code in neighbours:
        claims = claims_of(iss=HOST, issuer={"id": HOST, "name": "Example College"}, credentialStatus=None)
        yield _bent(
            f"token/{name}",
            token(header_of(kid=kid), claims, MALLORY),
            "Is signed by an issuer that shares the host with the one it names.",
            code,
            asks=(HOST, HOST_KEYS, HOST_METADATA),
            rule=site,
        )
    weak, numbers = rsa_numbers(3, 1024), rsa_numbers(3, 1024).public_key().public_numbers()
    header = {"alg": "RS256", "jwk": {"kty": "RSA", "n": base64url(numbers.n.to_bytes(128)), "e": "AQAB"}}
    text = f"{part(header)}.{part(claims_of())}"
    yield _bent(
        "token/rsa-short",
        f"{text}.{base64url(weak.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))}",
        "Is signed with an RSA key of 1024 bits.",
        "bad_key",
        asks=(KEYS_PAGE,),
    )


def _shapes() -> Iterator[Case]:
    deep: Any = "x"
    for _ in range(90):
        deep = [deep]
    late = {"exp": 1777593600}
    rows: tuple[tuple[str, str, str, str], ...] = (
        ("crit", token(header_of(crit=["exp"], exp=1), claims_of()), "Asks for an extension that must be understood.", "critical_header"),
        ("crit-empty", token(header_of(crit=[]), claims_of()), "Carries an empty list of what must be understood.", "critical_header"),
        ("b64-false", token(header_of(b64=False), claims_of()), "Says that its payload is not encoded, so that another text was signed.", "unencoded_payload"),
        ("header-twice", token('{"alg":"none","alg":"EdDSA"}', claims_of()), "Names two algorithms.", "duplicate_key"),
        ("payload-twice", token(header_of(), json.dumps(claims_of())[:-1] + ',"iss":"did:web:mallory.example"}'), "Names two issuers.", "duplicate_key"),
        ("header-huge", token(header_of(x5c=["A" * 20_000]), claims_of()), "Has a header of twenty thousand letters.", "too_large"),
        ("header-more", token('{"alg":"EdDSA"}[]', claims_of()), "Has something behind its header.", "not_json"),
        ("payload-deep", token(header_of(), claims_of(evidence=deep)), "Nests ninety levels deep.", "too_deep"),
        ("payload-bottomless", token(header_of(), '{"a":' + "[" * 30_000), "Opens thirty thousand brackets.", "too_deep"),
        ("payload-not-json", token(header_of(), "{'single': 'quotes'}"), "Holds a payload that is no JSON.", "not_json"),
        ("two-credentials", token(header_of(), claims_of(vc=award_document(name="Doctor of Medicine"))), "Holds a second credential in the older place (vc).", "ambiguous_payload"),
        ("issuer-contradicts", token(header_of(), claims_of(iss="did:web:mallory.example")), "Names one issuer in the token and another in the credential.", "claims_contradict"),
        ("id-contradicts", token(header_of(), claims_of(jti="urn:uuid:00000000-0000-4000-8000-000000000000")), "Carries two identifiers.", "claims_contradict"),
        ("type-access-token", token(header_of(typ="at+jwt"), claims_of()), "Is an access token with a credential's words.", "wrong_token_type"),
        ("type-holder", token(header_of(typ="kb+jwt"), claims_of()), "Is what a holder signs to show who they are.", "wrong_token_type"),
        ("type-nested", token(header_of(cty="JWT"), claims_of()), "Says that it holds another token.", "wrong_token_type"),
        ("login", token(header_of(), {"iss": DID, "sub": "mira", "aud": "shop", "nonce": "n"}), "Is a token that was made to log in.", "not_a_credential"),
        ("letters", "eyJ" + "A" * 100, "Only begins like a token.", "bad_token"),
        ("four-parts", token(header_of(), claims_of()) + ".AAAA", "Has a fourth part.", "bad_token"),
        ("run-out", token(header_of(), claims_of(**late)), "Ran out by the token's own date, though not by the credential's.", "expired"),
    )  # fmt: skip
    for name, text, tries, code in rows:
        yield _bent(f"token/{name}", text, tries, code, asks=OWN if name == "run-out" else (KEYS_PAGE,))
    yield _bent(
        "token/encrypted",
        "eyJhbGciOiJSU0EtT0FFUCJ9.AA.AA.AA.AA",
        "Is encrypted: nobody but its reader can say what it is.",
        "encrypted",
        "undetermined",
        (),
    )


def digest(disclosure: str) -> str:
    """Return what an SD-JWT's payload says of a disclosure."""
    return base64url(hashlib.sha256(disclosure.encode()).digest())


def _sd_jwt(payload: Document, *disclosures: str, typ: str = "dc+sd-jwt", end: str = "") -> str:
    claims = {"vct": "https://badges.example.org/types/1", "iss": DID, "_sd_alg": "sha-256", **payload}
    return "~".join([token(header_of(typ=typ), claims), *disclosures, end])


def _disclosures() -> Iterator[Case]:
    name, element = part(["salt", "given_name", "Mira"]), part(["salt", "DE"])
    inner: Document = {}
    texts: list[str] = []
    for _ in range(100):
        texts.append(part(["salt", "x", inner]))
        inner = {"_sd": [digest(texts[-1])]}

    def hidden(value: object) -> str:
        return _sd_jwt({"_sd": [digest(part(value))]}, part(value))

    holder = token({"alg": "EdDSA", "typ": "kb+jwt"}, {"iat": 1, "sd_hash": "x"}, MALLORY)
    rows: tuple[tuple[str, str, str, str], ...] = (
        ("unsigned-disclosure", _sd_jwt({}, name), "Discloses what nobody signed.", "bad_disclosure"),
        ("changed-disclosure", _sd_jwt({"_sd": [digest(name)]}, part(["salt", "given_name", "Otto"])), "Discloses another value than was signed.", "bad_disclosure"),
        ("twice", _sd_jwt({"_sd": [digest(name)]}, name, name), "Discloses the same twice.", "bad_disclosure"),
        ("one-digest-in-two-places", _sd_jwt({"_sd": [digest(name)], "more": {"_sd": [digest(name)]}}, name), "Discloses one thing in two places.", "bad_disclosure"),
        ("overwrites", _sd_jwt({"_sd": [digest(name)], "given_name": "Otto"}, name), "Discloses a member that is already there.", "bad_disclosure"),
        ("named-sd", hidden(["s", "_sd", ["x"]]), "Discloses a member that would hold further digests.", "bad_disclosure"),
        ("named-dots", hidden(["s", "...", "x"]), "Discloses a member whose name has a meaning of its own.", "bad_disclosure"),
        ("status-hidden", hidden(["s", "status", {}]), "Hides the status among what the holder may leave out.", "bad_disclosure"),
        ("member-for-element", _sd_jwt({"nationalities": [{"...": digest(name)}]}, name), "Discloses a member where an element belongs.", "bad_disclosure"),
        ("element-for-member", _sd_jwt({"_sd": [digest(element)]}, element), "Discloses an element where a member belongs.", "bad_disclosure"),
        ("breaks-out", hidden('["s","a",1],"x":1'), "Discloses a text that closes what it is read in.", "bad_disclosure"),
        ("thousands", _sd_jwt({}, *[part([str(n), "a"]) for n in range(1500)]), "Carries fifteen hundred disclosures.", "too_complex"),
        ("inside-one-another", _sd_jwt({"claims": inner}, *texts), "Hides a hundred disclosures inside one another.", "too_deep"),
        ("without-type", _sd_jwt({}, typ=""), "Does not say that it is a credential.", "wrong_token_type"),
        ("presentation-type", _sd_jwt({}, typ="vp+sd-jwt"), "Says that it is a presentation.", "wrong_token_type"),
        ("without-end", _sd_jwt({}).rstrip("~"), "Lacks the tilde at its end, so that something may have been cut off.", "bad_token"),
        ("empty-disclosure", _sd_jwt({}).replace("~", "~~"), "Carries an empty disclosure.", "bad_token"),
        ("holder-without-key", _sd_jwt({}, end=holder), "Is bound to a holder by a key that the issuer never named.", "key_binding_invalid"),
    )  # fmt: skip
    for label, text, tries, code in rows:
        yield _bent(f"sd-jwt/{label}", text, tries, code, rule=SD)
    yield _bent(
        "sd-jwt/hash-md5",
        _sd_jwt({"_sd_alg": "md5"}),
        "Names a broken hash for its disclosures.",
        "unsupported_hash",
        "undetermined",
        rule=SD,
    )
    honest = _sd_jwt({"_sd": [digest(name)], "nationalities": [{"...": digest(element)}]}, name, element)
    yield _bent(
        "sd-jwt/honest",
        honest,
        "Nothing: the honest token that these are bent from.",
        "signature_valid",
        "verified",
        rule=SD,
    )


def pages() -> dict[str, Any]:
    """What the host with two issuers publishes."""
    keys = [
        {**KEY.public.jwk, "kid": "one", "iss": HOST},
        {**MALLORY.public.jwk, "kid": "two", "iss": "https://issuers.example/8"},
    ]
    return {HOST: {"id": HOST, "type": ["Profile"], "name": "Example College"}, HOST_KEYS: {"keys": keys}}
