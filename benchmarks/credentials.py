"""How fast credentials are signed, checked and canonicalised on one core, beside the signature alone."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any

import badge
import nacl.signing
from badge import AWARDED, NOW, World
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from measuring import Figure, Work, beside, rates

from cairn.credentials import PINNED, Credential, issue, issue_batch, verify
from cairn.credentials.jose.issuing import sign_vc_jwt
from cairn.credentials.linkeddata.canonical import rdf_canonical
from cairn.credentials.repeating.family import FAMILIES
from cairn.credentials.repeating.shapes import SHAPES, Shapes, canonical
from cairn.credentials.sd import derive

MATERIAL = 400
"""Different credentials that take their turns."""
SIGNS, CHECKS = "libsodium signs", "libsodium verifies"
EC_SIGNS, EC_CHECKS = "OpenSSL signs on P-256", "OpenSSL verifies on P-256"
MANDATORY = ("/issuer", "/validFrom", "/credentialSubject/achievement/name")
SHOWN = ("/credentialSubject/result",)


class Material:
    """Credentials made beforehand, and the proof that the short ways and the long way agree on them."""

    def __init__(self, world: World) -> None:
        self.world = world
        made = issue_batch(badge.badge(), badge.recipients(MATERIAL), world.signer, created=AWARDED)
        self.texts = [one.text.encode() for one in made]
        self.documents = [{k: v for k, v in json.loads(text).items() if k != "proof"} for text in self.texts]
        signer, second = world.signer, world.elliptic_signer
        few = self.documents[:40]
        self.tokens = [sign_vc_jwt(one, signer, created=AWARDED).text for one in few]
        self.by_text = self._signed(few, "eddsa-jcs-2022")
        self.elliptic = [
            issue(one, second, created=AWARDED, cryptosuite="ecdsa-rdfc-2019").text.encode() for one in few
        ]
        self.base = [
            issue(one, second, created=AWARDED, cryptosuite="ecdsa-sd-2023", mandatory=MANDATORY) for one in few[:10]
        ]
        self.derived = [derive(one, SHOWN).text.encode() for one in self.base]
        for number, document in enumerate(few):
            if canonical(document, PINNED) != rdf_canonical(document, PINNED):
                raise SystemExit("The short way and the long way differ.")
            for source in (self.texts[number], self.tokens[number], self.by_text[number], self.elliptic[number]):
                self._check(source)
        for source in self.derived:
            self._check(source)

    def _signed(self, documents: Iterable[Mapping[str, Any]], suite: str) -> list[bytes]:
        return [issue(one, self.world.signer, created=AWARDED, cryptosuite=suite).text.encode() for one in documents]

    def _check(self, source: bytes | str) -> None:
        if verify(source, at=NOW, resolve=self.world.pages).verdict != "verified":
            raise SystemExit("A credential that was just issued does not verify.")


def afresh(work: Work, *, shapes: bool) -> Work:
    """Forget all families each time, and with ``shapes`` all shapes: the ways for strangers."""

    def run(number: int) -> object:
        FAMILIES.clear()
        if shapes:
            SHAPES.clear()
        return work(number)

    return run


def measured(material: Material, seconds: float, rounds: int) -> Iterable[Figure]:
    """All rates of one core."""
    world, documents = material.world, material.documents
    raw, message = nacl.signing.SigningKey(world.key.seed), b"m" * 64
    signed = raw.sign(message)
    pair, digest = ec.generate_private_key(ec.SECP256R1()), ec.ECDSA(hashes.SHA256())
    openssl, public = pair.sign(message, digest), pair.public_key()
    stream = issue_batch(badge.badge(), badge.recipients(10**9, 1000), world.signer, created=AWARDED)
    strangers = Shapes()

    own = count()

    def stranger(number: int) -> object:
        document = copy.copy(documents[number % MATERIAL])
        document["credentialSubject"] = {**document["credentialSubject"], "creditsEarned": next(own)}
        return strangers.canonical(document, PINNED)

    def issued(number: int) -> Credential:
        return issue(documents[number % MATERIAL], world.signer, created=AWARDED)

    def of(sources: list[bytes] | list[str]) -> Work:
        return lambda number: verify(sources[number % len(sources)], at=NOW, resolve=world.pages)

    def suite(name: str, **more: Any) -> Work:
        signer = world.elliptic_signer if name.startswith("ecdsa") else world.signer
        return lambda number: issue(documents[number % MATERIAL], signer, created=AWARDED, cryptosuite=name, **more)

    works: dict[str, tuple[Work, str]] = {
        SIGNS: (lambda _: raw.sign(message), SIGNS),
        CHECKS: (lambda _: raw.verify_key.verify(signed), CHECKS),
        EC_SIGNS: (lambda _: pair.sign(message, digest), EC_SIGNS),
        EC_CHECKS: (lambda _: public.verify(openssl, message, digest), EC_CHECKS),
        "canonical form, long way": (lambda number: rdf_canonical(documents[number % MATERIAL], PINNED), SIGNS),
        "canonical form, each document of a shape of its own": (stranger, SIGNS),
        "canonical form, known shape": (lambda number: canonical(documents[number % MATERIAL], PINNED), SIGNS),
        "issue, long way": (afresh(issued, shapes=True), SIGNS),
        "issue, known shape": (issued, SIGNS),
        "issue, batch": (lambda _: next(stream), SIGNS),
        "verify, long way": (afresh(of(material.texts), shapes=True), CHECKS),
        "verify, known shape": (afresh(of(material.texts), shapes=False), CHECKS),
        "verify, one achievement": (of(material.texts), CHECKS),
        "issue VC-JWT (EdDSA)": (
            lambda number: sign_vc_jwt(documents[number % MATERIAL], world.signer, created=AWARDED),
            SIGNS,
        ),
        "verify VC-JWT (EdDSA)": (of(material.tokens), CHECKS),
        "issue eddsa-jcs-2022": (suite("eddsa-jcs-2022"), SIGNS),
        "verify eddsa-jcs-2022": (of(material.by_text), CHECKS),
        "issue ecdsa-rdfc-2019 (P-256)": (suite("ecdsa-rdfc-2019"), EC_SIGNS),
        "verify ecdsa-rdfc-2019 (P-256)": (of(material.elliptic), EC_CHECKS),
        "issue ecdsa-sd-2023, base": (suite("ecdsa-sd-2023", mandatory=MANDATORY), EC_SIGNS),
        "derive ecdsa-sd-2023": (lambda number: derive(material.base[number % len(material.base)], SHOWN), EC_SIGNS),
        "verify ecdsa-sd-2023, derived": (of(material.derived), EC_CHECKS),
    }
    values = rates({name: work for name, (work, _) in works.items()}, seconds, rounds)
    return beside(values, "a CPU-second", {name: yardstick for name, (_, yardstick) in works.items()})
