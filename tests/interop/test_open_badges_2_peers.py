"""Open Badges 2.0 beside other people's programs: 1EdTech's own validator (PyPI: openbadges) and openbadgeslib.

They accept what Cairn writes, hosted, signed and baked, refuse it once anybody has touched it, and Cairn accepts what they make. The
validator is of 2019 and lives in an environment of its own (interop/openbadges, locked), made on first use. Nothing reaches a network.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import io
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from PIL import Image
from tests.credentials.badges2 import Web

from cairn.credentials import Credential, Ed25519Key, Recipient, achievement_credential, bake, identity_object, verify
from cairn.credentials.baking import unbake
from cairn.credentials.keys import EllipticKey, KeySigner, RsaKey
from cairn.credentials.openbadges2.pem import pem_of
from cairn.credentials.openbadges2.writing import OpenBadges2, open_badges_2, sealed

FOLDER = Path(__file__).parents[2] / "interop" / "openbadges"
UV = Path(__file__).parents[2] / ".tools" / "uv" / "bin" / "uv"
ROOT = "https://badges.example.edu/ob2"
EMAIL = "learner@example.org"
NOW = datetime.now(UTC).replace(microsecond=0)
PLACES: dict[str, Any] = {
    "assertion_url": f"{ROOT}/awards/7",
    "badge_url": f"{ROOT}/badges/42",
    "issuer_url": f"{ROOT}/issuer",
    "image_url": f"{ROOT}/badges/42.png",
    "issuer_email": "badges@example.edu",
    "revocation_list_url": f"{ROOT}/revoked.json",
}
SIGNED = {**PLACES, "assertion_url": "urn:uuid:7f3c2c3a-6f3c-4d3b-9c58-0f2f4f1d7a11"}
KEY_URL = f"{ROOT}/key.json"

type Ask = Callable[[dict[str, Any]], dict[str, Any]]


def _asked(python: str, script: str, question: dict[str, Any]) -> dict[str, Any]:
    done = subprocess.run(  # noqa: S603 - our own script
        [python, str(FOLDER / script)],
        input=json.dumps(question),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    answer: dict[str, Any] = json.loads(done.stdout)
    return {job["name"]: job for job in answer["jobs"]}


@pytest.fixture(scope="session")
def validator() -> Ask:
    """1EdTech's validator, in an environment of its own; left out, and said so, where it cannot be made."""
    place, requirements = FOLDER / ".venv", FOLDER / "requirements.txt"
    python = place / "bin" / "python"
    wanted = hashlib.sha256(requirements.read_bytes() + sys.version.encode()).hexdigest()
    made = place / "made-of"
    uv = str(UV) if UV.exists() else shutil.which("uv")
    if uv is None:
        pytest.skip(
            "no uv here, with which the environment of the Open Badges validator is made (make setup brings it)"
        )
    with requirements.open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several workers come here at once
        if not made.is_file() or made.read_text() != wanted:
            shutil.rmtree(place, ignore_errors=True)
            base = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
            steps = (
                [uv, "venv", "-q", "--python", str(base if base.exists() else sys.executable), str(place)],
                [
                    uv,
                    "pip",
                    "install",
                    "-q",
                    "--python",
                    str(python),
                    "--no-deps",
                    "--require-hashes",
                    "-r",
                    str(requirements),
                ],
            )
            for step in steps:
                done = subprocess.run(step, capture_output=True, text=True, timeout=300, check=False)  # noqa: S603 - a tool of ours
                if done.returncode:
                    pytest.skip(f"the environment of the Open Badges validator cannot be made: {done.stderr[-300:]}")
            made.write_text(wanted)
    return partial(_asked, str(python), "validate.py")


@pytest.fixture(scope="session")
def library() -> Ask:
    """openbadgeslib, which Cairn carries anyway for its contexts; asked from outside, since it is slow to load."""
    return partial(_asked, sys.executable, "library.py")


def picture() -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(data, "PNG")
    return data.getvalue()


def award(**changes: Any) -> Credential:
    given: dict[str, Any] = {
        "id": "urn:uuid:0f8fad5b-d9cb-469f-a165-70867728950e",
        "issuer": {
            "id": "did:web:badges.example.edu",
            "name": "Académie du Port — 港",
            "url": "https://badges.example.edu",
        },
        "achievement": {
            "id": "https://badges.example.edu/achievements/42",
            "name": "Réseaux: fundamentals",
            "description": "Plans, builds and repairs a small network.",
            "criteria": {"narrative": "Completed **three** assessed tasks."},
            "alignment": [
                {
                    "targetName": "Telecommunications",
                    "targetUrl": "https://www.onetonline.org/find/descriptor/result/2.C.9.a",
                    "targetFramework": "O*NET",
                }
            ],
            "tag": ["networks", "naïve"],
            "inLanguage": "en",
        },
        "subject": {"identifier": [identity_object(EMAIL, "a1b2c3")], "narrative": "Worked in a team of three."},
        "valid_from": NOW - timedelta(days=400),
        "valid_until": NOW + timedelta(days=400),
        "evidence": [{"id": "https://portfolio.example.net/1", "name": "Network plan", "genre": "Report"}],
    }
    return Credential.parse(achievement_credential(**{**given, **changes}))


def pages_of(written: OpenBadges2) -> dict[str, Any]:
    return {**written.documents, PLACES["image_url"]: {"image/png": base64.b64encode(picture()).decode()}}


def test_the_validator_accepts_our_hosted_badge(validator: Ask) -> None:
    written = open_badges_2(award(), **PLACES)
    profile = {"id": "https://learner.example.org", "type": "Profile", "email": EMAIL}
    jobs = [
        {"name": "by address", "check": PLACES["assertion_url"], "recipient": profile},
        {"name": "as JSON", "check": json.dumps(written.assertion), "recipient": profile},
        {"name": "as a PNG", "check": _file(bake(picture(), json.dumps(written.assertion))), "recipient": profile},
        {"name": "other recipient", "check": PLACES["assertion_url"], "recipient": {**profile, "email": "x@y.example"}},
    ]
    answers = validator({"pages": pages_of(written), "jobs": jobs})
    for name in ("by address", "as JSON", "as a PNG"):
        assert answers[name]["valid"], answers[name]["messages"]
    assert not answers["other recipient"]["valid"]


def test_the_validator_accepts_our_signed_badge_and_sees_what_was_done_to_it(validator: Ask) -> None:
    key, other = RsaKey.generate(2048), RsaKey.generate(2048)
    written = open_badges_2(award(), **SIGNED, signed_with=(KEY_URL, key.public))
    token = sealed(written, KeySigner(key, KEY_URL))
    head, body, _ = token.split(".")
    forged = sealed(written, KeySigner(other, KEY_URL)).split(".")[2]
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><rect width="1" height="1"/></svg>'
    jobs = [
        {"name": "as a token", "check": token},
        {"name": "as a PNG", "check": _file(bake(picture(), token))},
        {"name": "as an SVG", "check": _file(bake(svg, token))},
        {"name": "another key", "check": f"{head}.{body}.{forged}"},
    ]
    answers = validator({"pages": pages_of(written), "jobs": jobs})
    for name in ("as a token", "as a PNG", "as an SVG"):
        assert answers[name]["valid"], answers[name]["messages"]
    assert not answers["another key"]["valid"]
    revoked = open_badges_2(
        award(), **SIGNED, signed_with=(KEY_URL, key.public), revoked=[(SIGNED["assertion_url"], "Issued in error")]
    )
    answer = validator({"pages": pages_of(revoked), "jobs": jobs[:1]})["as a token"]
    assert not answer["valid"]
    assert any("Issued in error" in message for message in answer["messages"])


def test_validator_and_cairn_agree_on_what_is_out_of_scope(validator: Ask) -> None:
    written = open_badges_2(award(), **PLACES)
    elsewhere = {**written.assertion, "id": "https://mallory.example/awards/7"}
    pages = {**pages_of(written), elsewhere["id"]: elsewhere}
    answers = validator({"pages": pages, "jobs": [{"name": "elsewhere", "check": elsewhere["id"]}]})
    assert not answers["elsewhere"]["valid"]
    assert verify(elsewhere["id"], at=NOW, resolve=Web(pages)).has("not_on_issuers_site")


def test_cairn_reads_what_the_bakery_bakes(validator: Ask) -> None:
    written = open_badges_2(award(), **PLACES)
    text = json.dumps(written.assertion)
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><rect width="1" height="1"/></svg>'
    jobs = [
        {"name": "PNG", "bake": text, "into": base64.b64encode(picture()).decode()},
        {"name": "PNG with an address", "bake": PLACES["assertion_url"], "into": base64.b64encode(picture()).decode()},
        {"name": "SVG", "bake": text, "into": base64.b64encode(svg).decode()},
    ]
    answers = validator({"pages": {}, "jobs": jobs})
    for name, answer in answers.items():
        baked = base64.b64decode(answer["baked"])
        verdict = verify(baked, at=NOW, resolve=Web(written.documents), recipient=Recipient(email=EMAIL))
        assert verdict.verdict == "verified", (name, [f.message for f in verdict.findings])


@pytest.mark.parametrize("kind", ["RSA", "P-256", "Ed25519"])
def test_the_library_accepts_ours(library: Ask, kind: str) -> None:
    key = {"RSA": partial(RsaKey.generate, 2048), "P-256": partial(EllipticKey.generate, "P-256")}.get(
        kind, Ed25519Key.generate
    )()
    hosted = open_badges_2(award(), **PLACES)
    signed = open_badges_2(award(), **SIGNED, signed_with=(KEY_URL, key.public))
    token = sealed(signed, KeySigner(key, KEY_URL))
    answers = library(
        {
            "pages": {**hosted.documents, **signed.documents},
            "jobs": [
                {"name": "signed", "check": token, "recipient": EMAIL},
                {"name": "hosted", "check": json.dumps(hosted.assertion), "recipient": EMAIL},
                {"name": "other recipient", "check": token, "recipient": "x@y.example"},
                {
                    "name": "touched",
                    "check": token[:-40] + ("A" if token[-40] != "A" else "B") + token[-39:],
                    "recipient": EMAIL,
                },
            ],
        }
    )
    assert answers["signed"]["valid"], answers["signed"]["message"]
    assert answers["hosted"]["valid"], answers["hosted"]["message"]
    assert not answers["other recipient"]["valid"]
    assert not answers["touched"]["valid"]


@pytest.mark.parametrize(("kind", "algorithm"), [("RSA", "RS256"), ("P-256", "ES256"), ("Ed25519", "EdDSA")])
def test_cairn_accepts_the_librarys(library: Ask, kind: str, algorithm: str) -> None:
    key = _pem_pair(kind)
    places = {
        "badge": f"{ROOT}/badge",
        "issuer": f"{ROOT}/issuer",
        "key": KEY_URL,
        "revoked": f"{ROOT}/revoked.json",
        "image": f"{ROOT}/badge.png",
        "criteria": f"{ROOT}/criteria",
        "evidence": "https://portfolio.example.net/1",
        "home": "https://badges.example.edu",
    }
    job = {
        **key,
        "places": places,
        "recipient": EMAIL,
        "image": base64.b64encode(picture()).decode(),
        "algorithm": algorithm,
    }
    jobs = [{**job, "name": "2.0", "make": "2.0"}]
    if kind != "Ed25519":
        jobs.append({**job, "name": "1.0", "make": "1.0"})
    answers = library({"pages": {}, "jobs": jobs})
    at = datetime.now(UTC) + timedelta(minutes=1)
    for version, answer in answers.items():
        web = Web(answer["pages"])
        if version == "1.0":
            web.pages[KEY_URL] = key["public"].encode()
        for given in (answer["made"], base64.b64decode(answer["baked"])):
            verdict = verify(given, at=at, resolve=web, recipient=Recipient(email=EMAIL))
            assert verdict.verdict == "verified", (version, [f.message for f in verdict.findings])
            assert verdict.as_dict()["name"] == "Networks"
        assert (
            Credential.parse(unbake(base64.b64decode(answer["baked"]))).form.name
            == f"ob-{version[0]}.{'0' if version == '2.0' else 'x'}"
        )
        head, body, signature = answer["made"].split(".")
        touched = f"{head}.{body}.{('A' if signature[9] != 'A' else 'B').join((signature[:9], signature[10:]))}"
        assert verify(touched, at=at, resolve=web).has("signature_invalid")


def _pem_pair(kind: str) -> dict[str, str]:
    key = {"RSA": partial(RsaKey.generate, 2048), "P-256": partial(EllipticKey.generate, "P-256")}.get(
        kind, Ed25519Key.generate
    )()
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    if isinstance(key, Ed25519Key):
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        secret: Any = Ed25519PrivateKey.from_private_bytes(key.seed)
    else:
        secret = key._pair  # the test hands its own secret to the other program
    pem = secret.private_bytes(encoding, form, serialization.NoEncryption()).decode()
    return {"key": pem, "public": pem_of(key.public)}


def _file(data: bytes) -> dict[str, str]:
    return {"file": base64.b64encode(data).decode()}
