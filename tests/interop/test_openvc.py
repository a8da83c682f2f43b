"""openvc-core, a Python library by others: it accepts what we sign in the ways it knows, and we accept what it signs.

Three things in version 1.37 depart from the standards, and there neither accepts the other (Digital Bazaar's programs and the W3C's own
vectors agree with us): its JCS suites hash an ``@context`` that they then leave out of the proof (Data Integrity EdDSA 3.3.1);
its ecdsa-rdfc-2019 names blank nodes with SHA-256 on P-384 as well (Data Integrity ECDSA 3.2.3); and it reads a VC-JWT only by
its ``vc`` claim, as in version 1.1 of the data model.
"""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from openvc import P256SigningKey, P384SigningKey, VerificationPolicy, verify_credential
from openvc.errors import OpenvcError
from openvc.keys import Ed25519SigningKey, signing_key_from_jwk
from openvc.proof.data_integrity import DataIntegrityProofSuite
from openvc.proof.di_ecdsa_rdfc import EcdsaRdfcProofSuite
from openvc.proof.di_jcs import EcdsaJcsProofSuite, EddsaJcsProofSuite
from openvc.proof.sd_jwt import SdJwtVcProofSuite
from openvc.proof.vc_jwt import VcJwtProofSuite
from tests.credentials.world import MemoryResolver
from tests.interop.test_every_suite import ED, NOW, P256, P384, WAYS, Way, document_for, secret_jwk

from cairn.credentials import did_key, did_key_verification_method, issue, verify
from cairn.credentials.jose.issuing import sign_sd_jwt
from cairn.credentials.linkeddata.contexts import PINNED

CONTEXTS = {url: {"@context": PINNED[url]} for url in PINNED}
POLICY = VerificationPolicy(now=NOW, require_status=False)
KEYS = {"EdDSA": ED, "ES256": P256, "ES384": P384}
SUITES: dict[str, Any] = {
    "eddsa-rdfc-2022": DataIntegrityProofSuite,
    "eddsa-jcs-2022": EddsaJcsProofSuite,
    "ecdsa-rdfc-2019": EcdsaRdfcProofSuite,
    "ecdsa-jcs-2019": EcdsaJcsProofSuite,
}
EMBEDDED = [way for way in WAYS if way.suite in SUITES]
DEPART = {"ecdsa-rdfc-2019 P-384"}
"""Neither reads the other's."""
DEPART_SIGNING = DEPART | {"eddsa-jcs-2022 Ed25519", "ecdsa-jcs-2019 P-256", "ecdsa-jcs-2019 P-384"}
"""They read ours, but what they sign is not what they show."""
ALGORITHM = {"Ed25519": "EdDSA", "P-256": "ES256", "P-384": "ES384"}


def their_key(key: Any) -> Ed25519SigningKey | P256SigningKey | P384SigningKey:
    made: Ed25519SigningKey | P256SigningKey | P384SigningKey = signing_key_from_jwk(
        secret_jwk(ALGORITHM[key.key_type], key), kid=did_key_verification_method(key)
    )
    return made


def accepts(credential: Any) -> bool:
    try:
        return bool(verify_credential(credential, policy=POLICY, extra_contexts=CONTEXTS))
    except OpenvcError:
        return False


@pytest.mark.parametrize("way", EMBEDDED, ids=lambda way: way.name)
def test_openvc_accepts_our_embedded_proofs_and_refuses_them_changed(way: Way) -> None:
    ours = json.loads(issue(document_for(way), way.signer, created=NOW, cryptosuite=way.suite).text)
    assert accepts(ours) is (way.name not in DEPART)
    touched = copy.deepcopy(ours)
    touched["credentialSubject"]["creditsEarned"] = 25
    assert not accepts(touched)


@pytest.mark.parametrize("way", EMBEDDED, ids=lambda way: way.name)
def test_we_verify_the_embedded_proofs_of_openvc(way: Way) -> None:
    suite = SUITES[way.suite]()
    options: dict[str, Any] = {} if "jcs" in way.suite else {"extra_contexts": CONTEXTS}
    theirs = suite.add_proof(
        document_for(way),
        signing_key=their_key(way.key),
        verification_method=did_key_verification_method(way.key),
        created=NOW,
        **options,
    )
    verdict = verify(theirs, at=NOW, resolve=MemoryResolver())
    if way.name in DEPART_SIGNING:
        assert verdict.has("signature_invalid")
    else:
        assert verdict.verdict == "verified", [finding.as_dict() for finding in verdict.findings]


def token_document(key: Any) -> dict[str, Any]:
    document = document_for(WAYS[0])
    document["issuer"]["id"] = did_key(key)
    return document


@pytest.mark.parametrize("algorithm", KEYS)
def test_we_verify_the_tokens_of_openvc(algorithm: str) -> None:
    key = KEYS[algorithm]
    token = VcJwtProofSuite().sign(token_document(key), signing_key=their_key(key))
    verdict = verify(token, at=datetime.now(UTC), resolve=MemoryResolver())
    assert verdict.verdict == "verified", [finding.as_dict() for finding in verdict.findings]


def test_openvc_accepts_our_sd_jwt_vc() -> None:
    claims = {"vct": "https://example.org/badge", "iss": did_key(P256), "sub": "did:example:mira", "given_name": "Mira"}
    token = sign_sd_jwt(claims, Way("", P256).signer, created=NOW, disclosable=["/given_name"]).text
    assert accepts(token)


def test_we_verify_the_sd_jwt_vc_of_openvc() -> None:
    claims = {"iss": did_key(P256), "sub": "did:example:mira", "given_name": "Mira"}
    token = SdJwtVcProofSuite().issue(
        claims, signing_key=their_key(P256), disclosable=["given_name"], vct="https://example.org/badge"
    )
    verdict = verify(token, at=datetime.now(UTC), resolve=MemoryResolver())
    assert verdict.verdict == "verified", [finding.as_dict() for finding in verdict.findings]
