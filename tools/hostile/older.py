"""Badges of Open Badges 2.0, hosted and signed, that use somebody's name or send the verifier astray."""

# ruff: noqa: E501 - one row for each file, so that a table reads as a table

from __future__ import annotations

import hmac
from collections.abc import Iterator
from typing import Any

from cryptography.hazmat.primitives import serialization
from tools.hostile.ground import INWARD, MALLORY, Case, Document, rsa_numbers, written
from tools.hostile.tokens import part, token

from cairn.credentials import RsaKey
from cairn.credentials.multibase import base64url
from cairn.credentials.openbadges2.pem import pem_of

V2 = "https://w3id.org/openbadges/v2"
ROOT, EVIL = "https://badges2.example", "https://mallory.example"
HOSTED = "Open Badges 2.0, HostedBadge verification; cairn.credentials.openbadges2.verifying"
SIGNED = "Open Badges 2.0, SignedBadge verification; cairn.credentials.openbadges2.signed"
AWARD, BADGE, ISSUER, KEY_URL, REVOKED = (
    f"{ROOT}/{name}" for name in ("awards/7", "badges/robots", "issuer", "key.json", "revoked.json")
)
CHAIN = (AWARD, BADGE, ISSUER, REVOKED)
EVIL_AWARD, EVIL_BADGE, EVIL_ISSUER, EVIL_KEY = (
    f"{EVIL}/{name}" for name in ("awards/7", "badges/robots", "issuer", "key.json")
)
URN = "urn:uuid:a953081a-4bbd-4927-9653-7219bca00e3b"


def _rsa(seed: int) -> RsaKey:
    pair = rsa_numbers(seed, 2048)
    plain = serialization.NoEncryption()
    return RsaKey(pair.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, plain))


def _issuer(root: str, **changes: Any) -> Document:
    return {
        "@context": V2, "type": "Issuer", "id": f"{root}/issuer", "name": "Example Institute", "url": root,
        "email": "contact@example.org", "publicKey": f"{root}/key.json", "revocationList": REVOKED, **changes,
    }  # fmt: skip


def _badge(root: str, **changes: Any) -> Document:
    return {
        "@context": V2, "type": "BadgeClass", "id": f"{root}/badges/robots", "name": "Robots", "description": "Builds a robot that walks.",
        "image": f"{root}/robots.png", "criteria": {"narrative": "The robot walks."}, "issuer": f"{root}/issuer", **changes,
    }  # fmt: skip


def _award(**changes: Any) -> Document:
    return {
        "@context": V2, "type": "Assertion", "id": AWARD, "recipient": {"type": "email", "hashed": False, "identity": "beth@example.org"},
        "issuedOn": "2025-12-31T23:59:59Z", "badge": BADGE, "verification": {"type": "hosted"}, **changes,
    }  # fmt: skip


def _key(root: str, key: RsaKey, owner: str) -> Document:
    return {
        "@context": V2,
        "type": "CryptographicKey",
        "id": f"{root}/key.json",
        "owner": owner,
        "publicKeyPem": pem_of(key.public),
    }


def pages() -> dict[str, Any]:
    """What the honest site and the forger's publish."""
    revoked = {
        "@context": V2,
        "type": "RevocationList",
        "id": REVOKED,
        "issuer": ISSUER,
        "revokedAssertions": [{"id": f"{URN[:-1]}f", "revocationReason": "Fraud"}],
    }
    inward = _award(id=f"{ROOT}/awards/inward", badge=INWARD)
    circle = f"{ROOT}/awards/circle"
    endorsement = {
        "type": "Endorsement",
        "id": f"{ROOT}/endorsement",
        "issuer": ISSUER,
        "claim": {"id": ISSUER},
        "verification": {"type": "hosted"},
    }
    return {
        AWARD: _award(),
        BADGE: _badge(ROOT),
        ISSUER: _issuer(ROOT),
        KEY_URL: _key(ROOT, _rsa(7), ISSUER),
        REVOKED: revoked,
        EVIL_AWARD: _award(id=EVIL_AWARD),
        EVIL_BADGE: _badge(EVIL, issuer=ISSUER),
        f"{EVIL}/awards/8": _award(id=f"{EVIL}/awards/8", badge=EVIL_BADGE),
        EVIL_KEY: _key(EVIL, _rsa(8), ISSUER),
        f"{ROOT}/awards/inward": inward,
        f"{ROOT}/awards/page": b"<!doctype html><title>Robots</title>",
        f"{ROOT}/awards/of-another": _award(id=AWARD),
        f"{ROOT}/awards/twice": written(_award(id=f"{ROOT}/awards/twice")).replace(
            b'"badge":', f'"badge": "{EVIL_BADGE}", "badge":'.encode(), 1
        ),
        circle: _award(id=circle, endorsement=[f"{ROOT}/endorsement"] * 60),
        f"{ROOT}/endorsement": {"@context": V2, **endorsement, "endorsement": [endorsement] * 20},
        f"{ROOT}/awards/taken-back": _award(id=f"{ROOT}/awards/taken-back", revoked=True, revocationReason="Fraud"),
    }


def cases() -> Iterator[Case]:
    """Every file of this kind."""
    yield from _hosted()
    yield from _signed()


def _hosted() -> Iterator[Case]:
    better = {"type": "email", "hashed": False, "identity": "mallory@example.org"}
    no, open_ = "not_verified", "undetermined"
    rows: tuple[tuple[str, Document, str, str, str, tuple[str, ...]], ...] = (
        ("honest", _award(), "Nothing: an honest hosted badge.", "verified", "hosted_by_issuer", CHAIN),
        ("other-recipient", _award(recipient=better), "Names another recipient than the issuer's own copy.", no, "differs_from_hosted", CHAIN),
        ("on-forgers-site", _award(id=EVIL_AWARD), "Lies on a forger's site and names an honest badge.", no, "not_on_issuers_site", (EVIL_AWARD, *CHAIN)),
        ("badge-on-forgers-site", _award(id=f"{EVIL}/awards/8", badge=EVIL_BADGE), "Lies on a forger's site with its badge, which names an honest issuer.", no, "not_on_issuers_site", (f"{EVIL}/awards/8", EVIL_BADGE, *CHAIN)),
        ("embedded-issuer", _award(badge=_badge(ROOT, name="Master of Robots")), "Brings along its own copy of the badge, with another name.", no, "differs_from_hosted", CHAIN),
        ("address-of-another", _award(id=f"{ROOT}/awards/of-another"), "Names an address where another award lies.", no, "something_else_there", (f"{ROOT}/awards/of-another", *CHAIN)),
        ("taken-back", _award(id=f"{ROOT}/awards/taken-back"), "Was taken back by its issuer.", no, "revoked", (f"{ROOT}/awards/taken-back", *CHAIN)),
        ("not-published", _award(id=f"{ROOT}/awards/999"), "Names an address where nothing lies.", open_, "issuer_unreachable", (f"{ROOT}/awards/999",)),
        ("web-page", _award(id=f"{ROOT}/awards/page"), "Names an address where a web page lies.", open_, "unreadable_there", (f"{ROOT}/awards/page",)),
        ("twice", _award(id=f"{ROOT}/awards/twice"), "Names an address where a document with two badges lies.", open_, "unreadable_there", (f"{ROOT}/awards/twice",)),
        ("inward", _award(id=INWARD), "Names an address in the verifier's own network.", open_, "issuer_unreachable", (INWARD,)),
        ("badge-inward", _award(id=f"{ROOT}/awards/inward", badge=INWARD), "Names a badge in the verifier's own network.", open_, "issuer_unreachable", (f"{ROOT}/awards/inward", INWARD)),
        ("file", _award(id="file:///etc/passwd"), "Names a file of the verifier's machine as its address.", open_, "no_address", ()),
        ("verification-unknown", _award(verification={"type": "TrustMe"}), "Is to be verified in a way that nobody knows.", open_, "unsupported_proof", ()),
        ("signed-without-signature", _award(verification={"type": "SignedBadge", "creator": KEY_URL}), "Says that it is signed, and is not.", no, "no_proof", ()),
        ("endorsement-circle", _award(id=f"{ROOT}/awards/circle", endorsement=[f"{ROOT}/endorsement"] * 60), "Is endorsed sixty times by something that endorses itself.", "verified", "hosted_by_issuer", (f"{ROOT}/awards/circle", f"{ROOT}/endorsement", *CHAIN)),
    )  # fmt: skip
    for name, document, tries, verdict, code, asks in rows:
        yield Case(f"open-badges-2/{name}.json", written(document), tries, verdict, code, asks, HOSTED)


def _signed() -> Iterator[Case]:
    key, stranger = _rsa(7), _rsa(8)
    asks = (BADGE, ISSUER, KEY_URL, REVOKED, EVIL_KEY)
    pem = pem_of(key.public).encode()

    def award(**changes: Any) -> Document:
        return _award(id=URN, verification={"type": "SignedBadge", "creator": KEY_URL}, **changes)

    header = {"alg": "RS256"}
    sealed = f"{part({'alg': 'HS256'})}.{part(award())}"
    rows: tuple[tuple[str, str, str, str, str], ...] = (
        ("honest", token(header, award(), key), "Nothing: an honest signed badge.", "verified", "signature_valid"),
        ("alg-none", f"{part({'alg': 'none'})}.{part(award())}.", "Says that it needs no signature.", "not_verified", "no_proof"),
        ("alg-hs256", f"{sealed}.{base64url(hmac.digest(pem, sealed.encode(), 'sha256'))}", "Is sealed with the public key as if that were a secret.", "not_verified", "forbidden_algorithm"),
        ("by-another", token(header, award(), stranger), "Is signed by a forger under the issuer's key's name.", "not_verified", "signature_invalid"),
        ("creator-of-another", token(header, {**award(), "verification": {"type": "SignedBadge", "creator": EVIL_KEY}}, stranger), "Is signed by a forger, whose key says that the issuer owns it.", "not_verified", "key_not_listed"),
        ("jwk-embedded", token({"alg": "EdDSA", "jwk": MALLORY.public.jwk}, award(), MALLORY), "Is signed by a forger who brings the key along.", "not_verified", "wrong_key_type"),
        ("jku", token({**header, "jku": EVIL_KEY}, award(), stranger), "Is signed by a forger who says where keys are to be fetched.", "not_verified", "signature_invalid"),
        ("crit", token({**header, "crit": ["exp"], "exp": 1}, award(), key), "Asks for an extension that must be understood.", "not_verified", "critical_header"),
        ("revoked", token(header, {**award(), "id": f"{URN[:-1]}f"}, key), "Stands in the issuer's list of revoked awards.", "not_verified", "revoked"),
    )  # fmt: skip
    for name, text, tries, verdict, code in rows:
        yield Case(f"open-badges-2/signed-{name}.jws", (text + "\n").encode(), tries, verdict, code, asks, SIGNED)
