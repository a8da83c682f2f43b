"""Open Badges 2.0 and 1.x, signed: a signature counts only if the issuer's own profile lists the key that made it."""

from __future__ import annotations

import json
import struct
import zlib
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from tests.credentials.badges2 import BETH, Site, Web, copy, documents, rsa_key, sealed_token
from tests.credentials.test_baking import picture
from tests.credentials.world import NOW, Registry

from cairn.credentials import Ed25519Key, Outcome, Recipient, Verdict, bake, verify
from cairn.credentials.keys import EllipticKey
from cairn.credentials.openbadges2.pem import key_of_pem, pem_of


@pytest.fixture
def web() -> Web:
    return Web()


@pytest.fixture
def site(web: Web) -> Site:
    return Site(web)


def check(web: Web, source: Any, **asked: Any) -> Verdict:
    return verify(source, at=NOW, resolve=web, **asked)


def failed(verdict: Verdict, code: str) -> bool:
    return verdict.verdict == "not_verified" and verdict.authentic is Outcome.FAIL and verdict.has(code)


def open_question(verdict: Verdict, code: str) -> bool:
    return verdict.verdict == "undetermined" and verdict.authentic is Outcome.UNKNOWN and verdict.has(code)


def test_a_signed_badge_is_verified(web: Web, site: Site) -> None:
    verdict = check(web, site.token(), recipient=Recipient(email=BETH), trust=Registry({site.issuer_url: "Example"}))
    assert verdict.verdict == "verified"
    assert (verdict.trusted, verdict.about_person) == (Outcome.PASS, Outcome.PASS)
    assert verdict.as_dict()["name"] == "Robots"
    assert verdict.has("signature_valid")
    assert verdict.has("not_revoked")
    # The award itself lies nowhere, and nobody asked for it.
    assert site.award_url not in web.asked


def test_a_signed_badge_with_its_badge_inside_keeps_the_words_that_were_signed(web: Web, site: Site) -> None:
    signed_then = {**site.badge, "description": "Built a robot that walks, in 2025."}
    verdict = check(web, site.token(badge=signed_then))
    assert verdict.verdict == "verified"
    assert verdict.credential is not None
    assert verdict.credential.achievement is not None
    assert verdict.credential.achievement["description"] == "Built a robot that walks, in 2025."
    ephemeral = {**site.badge, "id": "urn:uuid:5d2ae7a9-3ca1-4bb4-b264-1ff0c8b0bd35"}
    assert check(web, site.token(badge=ephemeral)).verdict == "verified"
    # What it leaves unsaid, the badge's own page says.
    partly = check(web, site.token(badge={"id": site.badge_url, "name": "Robots, as signed"}))
    assert partly.verdict == "verified"
    assert partly.as_dict()["name"] == "Robots, as signed"
    # Badge pages go away, or turn into web pages; the signature stays.
    page = web.pages[site.badge_url]
    web.pages[site.badge_url] = b"<!doctype html><title>Robots</title>"
    assert check(web, site.token(badge=site.badge)).has("badge_not_published")
    web.pages[site.badge_url] = page
    del web.pages[site.badge_url]
    kept = check(web, site.token(badge=site.badge))
    assert kept.verdict == "verified"
    assert kept.has("badge_not_published")
    assert open_question(check(web, site.token()), "not_published")


@pytest.mark.parametrize("kind", ["P-256", "Ed25519"])
def test_newer_kinds_of_key_are_read_as_well(web: Web, site: Site, kind: str) -> None:
    key = Ed25519Key.generate() if kind == "Ed25519" else EllipticKey.generate(kind)
    site.key_document["publicKeyPem"] = pem_of(key.public)
    site.publish()
    header = {"alg": "EdDSA" if kind == "Ed25519" else "ES256"}
    assert check(web, site.token(header, key)).verdict == "verified"
    assert failed(check(web, site.token({"alg": "RS256"}, key)), "wrong_key_type")


def test_a_changed_letter_is_refused(web: Web, site: Site) -> None:
    head, body, signature = site.token().split(".")
    _, other, _ = site.token(recipient={"type": "email", "identity": "mallory@m.example"}).split(".")
    assert failed(check(web, f"{head}.{other}.{signature}"), "signature_invalid")
    broken = ("A" if signature[10] != "A" else "B").join((signature[:10], signature[11:]))
    assert failed(check(web, f"{head}.{body}.{broken}"), "signature_invalid")


@pytest.mark.parametrize("alg", ["none", "HS256", "hs256", "NONE"])
def test_none_and_shared_secrets_are_no_signatures(web: Web, site: Site, alg: str) -> None:
    assert failed(check(web, site.token({"alg": alg})), "forbidden_algorithm")
    head, body, _ = site.token({"alg": alg}).split(".")
    assert check(web, f"{head}.{body}.").verdict == "not_verified"


def test_a_key_in_the_header_is_not_believed(web: Web, site: Site) -> None:
    mallory = rsa_key("mallory")
    header = {"alg": "RS256", "jwk": mallory.public.jwk, "jku": "https://mallory.example/keys", "kid": site.key_url}
    assert failed(check(web, site.token(header, mallory)), "signature_invalid")
    assert "https://mallory.example/keys" not in web.asked


def test_the_bare_words_of_a_signed_badge_prove_nothing(web: Web, site: Site) -> None:
    assert failed(check(web, site.signed_award()), "no_proof")
    # Nor does publishing them without the signature.
    award = site.signed_award(id=site.award_url)
    web.pages[site.award_url] = award
    assert failed(check(web, {**award, "verification": {"type": "hosted"}}), "no_proof")


# -- whose key ------------------------------------------------------------------------------------------------------------------


def test_a_key_the_issuer_does_not_list_is_refused(web: Web, site: Site) -> None:
    mallory = rsa_key("mallory")
    key = {**site.key_document, "id": "https://mallory.example/key.json", "publicKeyPem": pem_of(mallory.public)}
    web.pages[key["id"]] = key
    way = {"type": "SignedBadge", "creator": key["id"]}
    assert failed(check(web, site.token(signer=mallory, verification=way)), "key_not_listed")
    # Not even on the issuer's own site, nor inside the award.
    web.pages[f"{site.root}/uploads/key.json"] = {**key, "id": f"{site.root}/uploads/key.json"}
    way = {"type": "SignedBadge", "creator": f"{site.root}/uploads/key.json"}
    assert failed(check(web, site.token(signer=mallory, verification=way)), "key_not_listed")
    way = {"type": "SignedBadge", "creator": {**key}}
    assert failed(check(web, site.token(signer=mallory, verification=way)), "key_not_listed")


def test_a_profile_inside_the_award_cannot_list_keys(web: Web, site: Site) -> None:
    mallory = rsa_key("mallory")
    key = {**site.key_document, "id": "https://mallory.example/key.json", "publicKeyPem": pem_of(mallory.public)}
    web.pages[key["id"]] = key
    way = {"type": "SignedBadge", "creator": key["id"]}
    for issuer in (
        {**site.issuer, "publicKey": key["id"]},
        {**site.issuer, "publicKey": key},
        {"type": "Issuer", "name": "Example Institute", "url": site.root, "publicKey": key},
        {"type": "Issuer", "name": "Example Institute", "origin": site.root, "publicKey": key["id"]},
    ):
        badge = {**site.badge, "id": "urn:uuid:5d2ae7a9-3ca1-4bb4-b264-1ff0c8b0bd35", "issuer": issuer}
        assert failed(check(web, site.token(signer=mallory, verification=way, badge=badge)), "key_not_listed")


def test_a_listed_key_of_another_owner_is_refused(web: Web, site: Site) -> None:
    """The profile lists a key that says it belongs to somebody else: one word against the other."""
    site.key_document["owner"] = "https://mallory.example/issuer"
    site.publish()
    assert failed(check(web, site.token()), "key_not_of_issuer")
    site.issuer["publicKey"] = {**site.key_document}
    site.publish()
    assert failed(check(web, site.token()), "key_not_of_issuer")
    del site.key_document["owner"]
    site.issuer["publicKey"] = site.key_url
    site.publish()
    assert failed(check(web, site.token()), "key_not_of_issuer")


def test_somebody_elses_badge_cannot_be_awarded(web: Web, site: Site) -> None:
    other = Site(web, "https://mallory.example", "Mallory")
    # She signs an award of the real badge: its issuer's keys count, and hers is none of them.
    assert failed(check(web, other.token(badge=site.badge_url)), "key_not_listed")
    # She writes herself down as the badge's issuer: the badge's own page says otherwise.
    badge = {**site.badge, "issuer": other.issuer_url}
    assert failed(check(web, other.token(badge=badge)), "badge_of_another_issuer")
    del web.pages[site.badge_url]
    assert open_question(check(web, other.token(badge=badge)), "not_published")


def test_keys_are_rotated(web: Web, site: Site) -> None:
    old = site.token()
    newer = rsa_key("newer")
    key = {**site.key_document, "id": f"{site.root}/key-2.json", "publicKeyPem": pem_of(newer.public)}
    web.pages[key["id"]] = key
    site.issuer["publicKey"] = [key["id"], site.key_url]
    site.publish()
    without = {"type": "SignedBadge"}
    assert check(web, old).verdict == "verified"
    assert check(web, site.token(verification=without)).verdict == "verified"
    assert check(web, site.token(signer=newer, verification=without)).verdict == "verified"
    assert check(web, site.token(signer=newer, verification={**without, "creator": key["id"]})).verdict == "verified"
    # Naming the other of two keys is naming the wrong one.
    assert failed(check(web, site.token(signer=newer)), "signature_invalid")
    # One that does not answer any more is in nobody's way, until it is the one that is needed.
    web.silent.add(site.key_url)
    assert check(web, site.token(signer=newer, verification=without)).verdict == "verified"
    assert open_question(check(web, site.token(verification=without)), "issuer_unreachable")
    web.silent.clear()
    # A key taken out of the profile speaks for it no more.
    site.issuer["publicKey"] = key["id"]
    site.publish()
    assert failed(check(web, old), "key_not_listed")


def test_of_very_many_keys_the_first_are_tried_and_the_rest_is_an_open_question(web: Web, site: Site) -> None:
    others = [f"{site.root}/keys/{number}" for number in range(9)]
    for address in others:
        web.pages[address] = {**site.key_document, "id": address, "publicKeyPem": pem_of(rsa_key("newer").public)}
    site.issuer["publicKey"] = [*others, site.key_url]
    site.publish()
    assert open_question(check(web, site.token(verification={"type": "signed"})), "too_complex")
    assert check(web, site.token()).verdict == "verified"
    assert web.asked.count(others[0]) == 1


def test_a_token_around_a_hosted_badge_is_checked_where_it_is_hosted(web: Web, site: Site) -> None:
    """The signature of such a token is nobody's: the issuer's copy decides."""
    assert check(web, sealed_token(site.award, rsa_key("mallory"))).verdict == "verified"
    assert failed(
        check(web, sealed_token({**site.award, "issuedOn": "2020-01-01T00:00:00Z"}, site.key)), "differs_from_hosted"
    )


def test_a_key_inside_the_published_profile_will_do(web: Web, site: Site) -> None:
    site.issuer["publicKey"] = [copy(site.key_document)]
    site.publish()
    del web.pages[site.key_url]
    assert check(web, site.token()).verdict == "verified"


def test_silence_about_a_key_is_an_open_question(web: Web, site: Site) -> None:
    web.silent.add(site.key_url)
    assert open_question(check(web, site.token()), "issuer_unreachable")
    web.silent.clear()
    web.silent.add(site.issuer_url)
    assert open_question(check(web, site.token()), "issuer_unreachable")
    web.silent.clear()
    web.gone.add(site.issuer_url)
    assert check(web, site.token()).verdict == "undetermined"


def test_a_key_that_can_be_broken_proves_nothing(web: Web, site: Site) -> None:
    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - that is the point
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    site.key_document["publicKeyPem"] = weak.public_key().public_bytes(serialization.Encoding.PEM, form).decode()
    site.publish()
    assert open_question(check(web, site.token()), "weak_key")


@pytest.mark.parametrize(
    "pem",
    [
        None,
        7,
        "",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
        "x" * 20000,
        "-----BEGIN PRIVATE KEY-----",
    ],
)
def test_what_is_no_key_is_refused(web: Web, site: Site, pem: Any) -> None:
    site.key_document["publicKeyPem"] = pem
    web.pages[site.key_url] = {name: value for name, value in site.key_document.items() if value is not None}
    assert failed(check(web, site.token()), "bad_key")


def test_line_ends_that_were_escaped_twice_are_read(site: Site) -> None:
    pem = pem_of(site.key.public)
    assert key_of_pem(pem.replace("\n", "\\n")) == site.key.public


# -- revocation -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "entry",
    [
        "urn:uuid:a953081a-4bbd-4927-9653-7219bca00e3b",
        {"id": "urn:uuid:a953081a-4bbd-4927-9653-7219bca00e3b", "revocationReason": "Honor code violation"},
        {"uid": "abc123", "revocationReason": "Honor code violation"},
    ],
)
def test_a_listed_award_is_revoked(web: Web, site: Site, entry: Any) -> None:
    site.revoked["revokedAssertions"] = ["urn:uuid:3c574c87-b96f-4f06-8eb5-68a29335b60e", entry]
    site.publish()
    verdict = check(web, site.token(uid="abc123"))
    assert verdict.verdict == "not_verified"
    assert (verdict.authentic, verdict.current) == (Outcome.PASS, Outcome.FAIL)
    assert isinstance(entry, str) or any("Honor code violation" in f.message for f in verdict.findings)
    site.revoked["revokedAssertions"] = [{**entry, "revoked": False}] if isinstance(entry, dict) else []
    site.publish()
    assert check(web, site.token(uid="abc123")).verdict == "verified"


def test_a_list_of_another_issuer_leaves_it_open(web: Web, site: Site) -> None:
    site.revoked["issuer"] = "https://mallory.example/issuer"
    site.publish()
    verdict = check(web, site.token())
    assert (verdict.verdict, verdict.authentic, verdict.current) == ("undetermined", Outcome.PASS, Outcome.UNKNOWN)
    assert verdict.has("status_other_issuer")
    # What can be said beside it is still said.
    assert verdict.has("in_period")


@pytest.mark.parametrize("page", [b"not JSON", b"[]", None])
def test_a_list_that_cannot_be_read_leaves_it_open(web: Web, site: Site, page: bytes | None) -> None:
    if page is None:
        del web.pages[site.list_url]
    else:
        web.pages[site.list_url] = page
    verdict = check(web, site.token())
    assert (verdict.verdict, verdict.authentic, verdict.current) == ("undetermined", Outcome.PASS, Outcome.UNKNOWN)


def test_an_issuer_without_a_list_revokes_nothing(web: Web, site: Site) -> None:
    del site.issuer["revocationList"]
    site.publish()
    assert check(web, site.token()).verdict == "verified"


def test_an_older_list_names_uids_and_reasons(web: Web, site: Site) -> None:
    web.pages[site.list_url] = {"abc123": "Issued in error"}
    verdict = check(web, site.token(uid="abc123"))
    assert verdict.current is Outcome.FAIL
    assert any("Issued in error" in finding.message for finding in verdict.findings)
    assert check(web, site.token(uid="abc124")).verdict == "verified"


# -- older, and other containers ------------------------------------------------------------------------------------------------


def _signed_1_0(site: Site, **changes: Any) -> dict[str, Any]:
    return {
        "uid": "f2c20",
        "recipient": {"type": "email", "hashed": False, "identity": BETH},
        "issuedOn": 1735689599,
        "badge": site.badge_url,
        "verify": {"type": "signed", "url": site.key_url},
        **changes,
    }


def test_a_signed_badge_of_1_0_is_verified_by_the_key_on_its_issuers_site(web: Web, site: Site) -> None:
    web.pages[site.key_url] = pem_of(site.key.public).encode()
    web.pages[site.issuer_url] = {"name": "Example Institute", "url": site.root, "revocationList": site.list_url}
    web.pages[site.badge_url] = {
        name: value for name, value in site.badge.items() if name not in ("@context", "id", "type")
    }
    web.pages[site.list_url] = {"abc-1234": "Issued in error"}
    verdict = check(web, sealed_token(_signed_1_0(site), site.key), recipient=Recipient(email=BETH))
    assert verdict.verdict == "verified", [f.message for f in verdict.findings]
    assert verdict.has("older_rules")
    assert verdict.as_dict()["valid_from"] == "2024-12-31T23:59:59Z"
    web.pages[site.list_url] = {"f2c20": "Issued in error"}
    assert check(web, sealed_token(_signed_1_0(site), site.key)).has("revoked")
    # Mallory's key on Mallory's site is not the issuer's.
    mallory = rsa_key("mallory")
    web.pages["https://mallory.example/key.pem"] = pem_of(mallory.public).encode()
    way = {"type": "signed", "url": "https://mallory.example/key.pem"}
    assert failed(check(web, sealed_token(_signed_1_0(site, verify=way), mallory)), "key_not_of_issuer")
    # As soon as the issuer lists its keys, the list decides.
    web.pages[site.issuer_url]["publicKey"] = "https://example.org/another-key.json"
    assert check(web, sealed_token(_signed_1_0(site), site.key)).verdict != "verified"


def test_a_badge_2_0_without_a_listed_key_is_refused(web: Web, site: Site) -> None:
    del site.issuer["publicKey"]
    site.publish()
    assert failed(check(web, site.token()), "key_not_listed")
    assert failed(check(web, site.token(verification={"type": "signed", "url": site.key_url})), "key_not_listed")


def test_a_badge_image_holds_a_signed_badge_or_a_hosted_one(web: Web, site: Site) -> None:
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><rect width="1" height="1"/></svg>'
    for image in (picture(), drawing):
        for inside in (site.token(), json.dumps(site.award)):
            assert check(web, bake(image, inside)).verdict == "verified"
    # Many old ones hold no more than their address, often an unprotected one.
    text = b"openbadges\0" + site.award_url.replace("https:", "http:").encode()
    head, tail = picture()[:33], picture()[33:]
    chunk = struct.pack(">I", len(text)) + b"tEXt" + text + struct.pack(">I", zlib.crc32(b"tEXt" + text))
    verdict = check(web, head + chunk + tail)
    assert verdict.verdict == "verified"
    assert not any(asked.startswith("http:") for asked in web.asked)


def test_the_specifications_token_is_read_and_its_key_does_not_exist(web: Web) -> None:
    found = documents("specification")
    for name in ("badge", "issuer"):
        web.pages[found["documents"][name]["id"]] = found["documents"][name]
    verdict = check(web, found["token"])
    # Its creator is …/publicKey, and its issuer lists …/publicKey.json.
    assert failed(verdict, "key_not_listed")
    assert verdict.credential is not None
    assert verdict.credential.reading["evidence"][0]["id"] == "https://example.org/beths-robot-work.html"


def test_extensions_of_the_signature_that_must_be_understood_are_refused(web: Web, site: Site) -> None:
    assert check(web, site.token({"alg": "RS256", "crit": ["b64"], "b64": False})).verdict == "not_verified"
