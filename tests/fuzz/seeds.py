"""Genuine credentials to start from, one of each kind that is read, and the world in which they verify."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.credentials.world import AWARDED, Issuer, MemoryResolver

from cairn.credentials import (
    Credential,
    KeySigner,
    PublishedKey,
    bake,
    clr_credential,
    did_document,
    did_web_url,
    endorsement_credential,
    issue,
    status_entry,
)
from cairn.credentials.issue import add_proof
from cairn.credentials.jose.issuing import sign_sd_jwt, sign_vc_jwt
from cairn.credentials.keys import EllipticKey
from cairn.credentials.linkeddata.contexts import ED25519_2020
from cairn.credentials.openbadges2.writing import open_badges_2, sealed
from cairn.credentials.sd.deriving import derive

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8"/></svg>'
P256 = EllipticKey("P-256", b"\x07" * 32)
P384 = EllipticKey("P-384", b"\x07" * 48)
OLD = "https://badges.example.org/ob2"


@dataclass(frozen=True)
class Seed:
    """A credential as it is handed over: JSON, a token, or a file with one inside."""

    name: str
    data: bytes

    @property
    def is_json(self) -> bool:
        return self.data.startswith(b"{")

    @property
    def is_token(self) -> bool:
        return self.data.startswith(b"eyJ")


def seeds() -> tuple[list[Seed], MemoryResolver]:
    """Return the seeds, each of which verifies, and the resolver they verify with."""
    world = MemoryResolver()
    issuer = Issuer(world)
    keys = [PublishedKey(key.public_multibase, name) for key, name in ((P256, "p256"), (P384, "p384"))]
    world.pages[did_web_url(issuer.did)] = did_document(issuer.did, [*issuer.keys, *keys])
    badge = issuer.award()
    made = [Seed(name, credential.text.encode()) for name, credential in _credentials(issuer, badge)]
    made += [Seed(name, data) for name, data in _older(issuer, badge, world)]
    made.append(Seed("badge-svg", bake(SVG, badge)))
    return made, world


def _credentials(issuer: Issuer, badge: Credential) -> Iterator[tuple[str, Credential]]:
    p256, p384 = KeySigner(P256, f"{issuer.did}#p256"), KeySigner(P384, f"{issuer.did}#p384")
    unsigned = issuer.document()

    def signed(document: dict[str, Any], signer: KeySigner, suite: str) -> Credential:
        return issue(document, signer, created=AWARDED, cryptosuite=suite)

    yield "badge", badge
    # Enough of one family for the next to be recognised by its text (cairn.credentials.repeating.family).
    for number in range(4):
        subject = {"id": f"did:example:learner{number}", "identifier": badge.subject["identifier"]}
        named = {"id": f"urn:uuid:2c3b5d1e-0000-4000-8000-0000000001{number:02d}", "name": f"For learner {number}"}
        yield f"family-{number}", signed(_laid_over({**unsigned, **named}, subject), issuer.signer, "eddsa-rdfc-2022")
    yield "badge-jcs", issuer.award(suite="eddsa-jcs-2022")
    yield "ecdsa-rdfc", signed(unsigned, p256, "ecdsa-rdfc-2019")
    yield "ecdsa-rdfc-384", signed(unsigned, p384, "ecdsa-rdfc-2019")
    yield "ecdsa-jcs", signed(unsigned, p256, "ecdsa-jcs-2019")
    base = issue(unsigned, p256, created=AWARDED, cryptosuite="ecdsa-sd-2023", mandatory=["/issuer", "/validFrom"])
    yield "derived", derive(base, ["/credentialSubject/creditsEarned", "/credentialSubject/achievement/name"])
    suite_2020 = {**unsigned, "@context": [*unsigned["@context"], ED25519_2020]}
    yield "ed25519-2020", signed(suite_2020, issuer.signer, "Ed25519Signature2020")
    yield "two-proofs", add_proof(badge, p256, created=AWARDED)
    first = issue(unsigned, issuer.signer, created=AWARDED, proof_id="urn:uuid:2c3b5d1e-0000-4000-8000-000000000009")
    yield "chain", add_proof(first, p256, created=AWARDED, after=["urn:uuid:2c3b5d1e-0000-4000-8000-000000000009"])
    yield "old-model", signed(issuer.document(data_model="1.1", status=[]), issuer.signer, "eddsa-rdfc-2022")
    yield "vc-jwt", sign_vc_jwt(unsigned, p256, created=AWARDED)
    yield "sd-jwt", sign_sd_jwt(unsigned, p256, created=AWARDED, disclosable=["/credentialSubject/creditsEarned"])
    claims = {"vct": f"{issuer.site}/badge", "iss": issuer.did, "sub": "did:example:mira", "given_name": "Mira"}
    yield "sd-jwt-vc", sign_sd_jwt(claims, p256, created=AWARDED, disclosable=["/given_name"])
    yield "endorsement", _endorsement(issuer)
    yield "record", _record(issuer, badge)
    both = [status_entry(issuer.revocation_url, 7), status_entry(issuer.suspension_url, 9, "suspension")]
    yield "two-statuses", issuer.award(status=both)


def _laid_over(document: dict[str, Any], subject: dict[str, Any]) -> dict[str, Any]:
    return {**document, "credentialSubject": {**document["credentialSubject"], **subject}}


def _older(issuer: Issuer, badge: Credential, world: MemoryResolver) -> Iterator[tuple[str, bytes]]:
    """An Open Badge 2.0 that is hosted, and one that is signed; what they rest on is published in ``world``."""
    places = {"badge_url": f"{OLD}/badge", "issuer_url": f"{OLD}/issuer", "image_url": f"{OLD}/badge.png"}
    says = {"issuer_email": "registry@example.org", "issuer_home": issuer.site}
    hosted = open_badges_2(badge, assertion_url=f"{OLD}/awards/1", **places, **says)
    world.pages |= hosted.documents
    yield "hosted", json.dumps(hosted.assertion).encode()
    places = {name: address.replace("/ob2/", "/ob2s/") for name, address in places.items()}
    creator = f"{issuer.site}/ob2s/key"
    signed = open_badges_2(
        badge, assertion_url="urn:uuid:2c3b5d1e-0000-4000-8000-00000000000a", signed_with=(creator, P256.public), **places, **says
    )  # fmt: skip
    world.pages |= signed.documents
    yield "signed", sealed(signed, KeySigner(P256, creator)).encode()


def _endorsement(issuer: Issuer) -> Credential:
    document = endorsement_credential(
        id="urn:uuid:2c3b5d1e-0000-4000-8000-000000000001",
        issuer=issuer.profile,
        endorsed_id=f"{issuer.site}/achievements/42",
        comment="We hire people who hold this.",
        name="Endorsement",
        valid_from=AWARDED,
    )
    return issue(document, issuer.signer, created=AWARDED)


def _record(issuer: Issuer, badge: Credential) -> Credential:
    document = clr_credential(
        id="urn:uuid:2c3b5d1e-0000-4000-8000-000000000002",
        issuer=issuer.profile,
        subject={"identifier": badge.subject["identifier"]},
        credentials=[badge, issuer.award(id="urn:uuid:2c3b5d1e-0000-4000-8000-000000000003")],
        name="Record",
        valid_from=AWARDED,
        associations=[(f"{issuer.site}/achievements/42", "isPartOf", f"{issuer.site}/achievements/7")],
    )
    return issue(document, issuer.signer, created=AWARDED)
