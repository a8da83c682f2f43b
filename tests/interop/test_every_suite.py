"""Every way of signing, both ways: other people's programs accept what we sign, and we accept what they sign."""

from __future__ import annotations

import base64
import copy
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.credentials.world import MemoryResolver
from tests.interop.conftest import Ask
from tests.interop.test_other_peoples_verifiers import awarded, world

from cairn.credentials import Ed25519Key, KeySigner, did_key, did_key_verification_method, issue, verify
from cairn.credentials.jose.issuing import sign_sd_jwt, sign_vc_jwt
from cairn.credentials.keys import EllipticKey, RsaKey
from cairn.credentials.linkeddata.contexts import ED25519_2020
from cairn.credentials.sd.deriving import derive

NOW = datetime(2026, 11, 1, tzinfo=UTC)
ED, P256, P384 = (
    Ed25519Key.from_seed(b"\x07" * 32),
    EllipticKey("P-256", b"\x07" * 32),
    EllipticKey("P-384", b"\x07" * 48),
)
POINTERS = ["/credentialSubject/creditsEarned"]
BAZAAR, JOSE, SD_JWT = "@digitalbazaar/vc", "jose", "@sd-jwt/core"


@dataclass(frozen=True)
class Way:
    """A suite and the key it is used with."""

    suite: str
    key: Ed25519Key | EllipticKey

    @property
    def name(self) -> str:
        return f"{self.suite} {self.key.key_type}"

    @property
    def signer(self) -> KeySigner:
        return KeySigner(self.key, did_key_verification_method(self.key))

    def multikey(self) -> dict[str, Any]:
        """The key as Digital Bazaar's libraries read it."""
        return {
            "@context": "https://w3id.org/security/multikey/v1",
            "id": did_key_verification_method(self.key),
            "type": "Multikey",
            "controller": did_key(self.key),
            "publicKeyMultibase": self.key.public_multibase,
            "secretKeyMultibase": self.key.secret_multibase,
        }


WAYS = [
    Way("eddsa-rdfc-2022", ED),
    Way("eddsa-jcs-2022", ED),
    Way("Ed25519Signature2020", ED),
    Way("ecdsa-rdfc-2019", P256),
    Way("ecdsa-rdfc-2019", P384),
    Way("ecdsa-jcs-2019", P256),
    Way("ecdsa-jcs-2019", P384),
    Way("ecdsa-sd-2023", P256),
]


def document_for(way: Way) -> dict[str, Any]:
    """An unsigned award, with accents, results and alignments; without the ordered list that their ecdsa-sd-2023 cannot carry."""
    document = awarded(did_key(ED), KeySigner(ED, did_key_verification_method(ED)))
    del document["proof"]
    document["issuer"]["id"] = did_key(way.key)
    if way.suite == "Ed25519Signature2020":
        document["@context"].append(ED25519_2020)
    if way.suite == "ecdsa-sd-2023":
        document["credentialSubject"].pop("result")
        document["credentialSubject"]["achievement"].pop("resultDescription")
    return document


def ours(way: Way) -> dict[str, Any]:
    """What we sign, as a verifier is handed it."""
    mandatory = ["/issuer", "/validFrom"] if way.suite == "ecdsa-sd-2023" else []
    made = issue(document_for(way), way.signer, created=NOW, cryptosuite=way.suite, mandatory=mandatory)
    shown = derive(made, POINTERS) if way.suite == "ecdsa-sd-2023" else made
    signed: dict[str, Any] = json.loads(shown.text)
    return signed


def changed(credential: dict[str, Any]) -> dict[str, Any]:
    touched = copy.deepcopy(credential)
    touched["credentialSubject"]["creditsEarned"] = 25
    return touched


@pytest.fixture(scope="module")
def said(ask: Ask) -> dict[str, dict[str, Any]]:
    cases = []
    for way in WAYS:
        credential = ours(way)
        cases.append({"name": way.name, "credential": credential, "peers": [BAZAAR]})
        cases.append({"name": f"{way.name} changed", "credential": changed(credential), "peers": [BAZAAR]})
    return {case["name"]: case["peers"][BAZAAR] for case in ask({**world(), "cases": cases})["cases"]}


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_digital_bazaar_accepts_what_we_sign(said: dict[str, dict[str, Any]], way: Way) -> None:
    assert said[way.name]["accepted"], said[way.name]["said"]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_digital_bazaar_refuses_what_was_changed(said: dict[str, dict[str, Any]], way: Way) -> None:
    assert not said[f"{way.name} changed"]["accepted"]


@pytest.fixture(scope="module")
def made(make: Ask) -> dict[str, dict[str, Any]]:
    jobs = [
        {
            "name": way.name,
            "suite": way.suite,
            "document": document_for(way),
            "key": way.multikey(),
            "created": "2026-11-01T00:00:00Z",
            **({"mandatory": ["/issuer", "/validFrom"], "pointers": POINTERS} if way.suite == "ecdsa-sd-2023" else {}),
        }
        for way in WAYS
    ]
    return {job["name"]: job for job in make({**world(), "jobs": jobs})["jobs"]}


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_we_verify_what_digital_bazaar_signs(made: dict[str, dict[str, Any]], way: Way) -> None:
    credential = made[way.name]["made"]
    verdict = verify(credential, at=NOW, resolve=MemoryResolver())
    assert verdict.verdict == "verified", [finding.as_dict() for finding in verdict.findings]
    assert verify(changed(credential), at=NOW, resolve=MemoryResolver()).has("signature_invalid")


# -- tokens ---------------------------------------------------------------------------------------------------------------------

RSA = RsaKey.generate(2048)
TOKEN_KEYS: list[tuple[str, Any]] = [("EdDSA", ED), ("ES256", P256), ("ES384", P384), ("RS256", RSA)]


def public_jwk(algorithm: str, key: Any) -> dict[str, Any]:
    return {**key.public.jwk, "alg": algorithm}


def site_of(key: Any) -> tuple[str, KeySigner, MemoryResolver]:
    """A did:web issuer that publishes ``key``, since an RSA key has no did:key here."""
    did = "did:web:badges.example.edu"
    method = f"{did}#key-1"
    document = {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/suites/jws-2020/v1"],
        "id": did,
        "verificationMethod": [{"id": method, "type": "JsonWebKey", "controller": did, "publicKeyJwk": dict(key.public.jwk)}],
        "assertionMethod": [method],
    }  # fmt: skip
    return did, KeySigner(key, method), MemoryResolver({"https://badges.example.edu/.well-known/did.json": document})


def token_document(issuer: str) -> dict[str, Any]:
    document = document_for(WAYS[0])
    document["issuer"]["id"] = issuer
    return document


@pytest.mark.parametrize(("algorithm", "key"), TOKEN_KEYS, ids=lambda one: one if isinstance(one, str) else "")
def test_jose_accepts_our_tokens_and_refuses_them_changed(ask: Ask, algorithm: str, key: Any) -> None:
    issuer, signer, _ = site_of(key)
    token = sign_vc_jwt(token_document(issuer), signer, created=NOW).text
    header, payload, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "==="))
    claims["name"] = "Something else"
    forged = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    jwk = public_jwk(algorithm, key)
    cases = [
        {"name": "ours", "credential": token, "key": jwk, "peers": [JOSE]},
        {"name": "changed", "credential": f"{header}.{forged}.{signature}", "key": jwk, "peers": [JOSE]},
    ]
    answer = {case["name"]: case["peers"][JOSE] for case in ask({**world(), "cases": cases})["cases"]}
    assert answer["ours"]["accepted"], answer["ours"]["said"]
    assert json.loads(answer["ours"]["said"])["issuer"]["id"] == issuer
    assert not answer["changed"]["accepted"]


@pytest.mark.parametrize(("algorithm", "key"), TOKEN_KEYS[:3], ids=lambda one: one if isinstance(one, str) else "")
def test_we_verify_tokens_made_with_jose(make: Ask, algorithm: str, key: Any) -> None:
    issuer, signer, world_of_issuer = site_of(key)
    secret = secret_jwk(algorithm, key) | {"kid": signer.verification_method}
    jobs = [
        {
            "name": "token",
            "suite": "vc-jwt",
            "document": token_document(issuer),
            "key": secret,
            "header": {"typ": "vc+jwt", "cty": "vc"},
        }
    ]
    done = make({**world(), "jobs": jobs})["jobs"][0]
    assert "made" in done, done
    verdict = verify(done["made"], at=NOW, resolve=world_of_issuer)
    assert verdict.verdict == "verified", [finding.as_dict() for finding in verdict.findings]


def secret_jwk(algorithm: str, key: Any) -> dict[str, Any]:
    secret = base64.urlsafe_b64encode(key.secret).rstrip(b"=").decode()
    return {**key.public.jwk, "alg": algorithm, "d": secret}


def test_the_sd_jwt_library_accepts_ours_and_sees_what_is_disclosed(ask: Ask) -> None:
    issuer, signer, _ = site_of(P256)
    token = sign_sd_jwt(
        token_document(issuer), signer, created=NOW, disclosable=["/credentialSubject/creditsEarned"]
    ).text
    cases = [{"name": "ours", "credential": token, "key": public_jwk("ES256", P256), "peers": [SD_JWT]}]
    answer = ask({**world(), "cases": cases})["cases"][0]["peers"][SD_JWT]
    assert answer["accepted"], answer["said"]
    assert json.loads(answer["said"])["credentialSubject"]["creditsEarned"] == 2.5


def test_we_verify_what_the_sd_jwt_library_signs(make: Ask) -> None:
    issuer, signer, world_of_issuer = site_of(P256)
    secret = secret_jwk("ES256", P256) | {"kid": signer.verification_method}
    job = {
        "name": "token",
        "suite": "sd-jwt",
        "document": token_document(issuer),
        "key": secret,
        "header": {"typ": "vc+sd-jwt", "cty": "vc"},
        "disclosable": {"credentialSubject": {"_sd": ["creditsEarned"]}},
    }
    done = make({**world(), "jobs": [job]})["jobs"][0]
    assert "made" in done, done
    verdict = verify(done["made"], at=NOW, resolve=world_of_issuer)
    assert verdict.verdict == "verified", [finding.as_dict() for finding in verdict.findings]
    assert verdict.credential is not None
    assert verdict.credential.subject["creditsEarned"] == 2.5
