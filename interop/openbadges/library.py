# ruff: noqa: INP001 - a script, not a package
"""Asks openbadgeslib (PyPI) to check badges of Open Badges 2.0, and to make some of 2.0 and 1.0. Runs in Cairn's own environment.

One JSON question in, one JSON answer out; no network: addresses are answered from what the question brings.

    question: {"pages": {address: JSON value}, "jobs": [job, …]}
      job:    {"name", "check": JWS or JSON text, "recipient": e-mail address or null}
              {"name", "make": "2.0" or "1.0", "key": PEM, "public": PEM, "algorithm", "places": {…}, "recipient", "image": base64 or null}
    answer:   {"jobs": [{"name", "valid", "message"} or {"name", "made": JWS, "baked": base64 or null, "pages": {address: JSON value}}]}
"""

from __future__ import annotations

import base64
import json
import sys
from typing import Any

from openbadgeslib import ob1, ob2
from openbadgeslib.badge_model import Badge, BadgeImgType
from openbadgeslib.errors import LibOpenBadgesException
from openbadgeslib.keys import KeyType, detect_key_type
from openbadgeslib.ob1.signer import Signer

QUESTION = json.load(sys.stdin)
PAGES = QUESTION["pages"]


def download(url: str) -> bytes:
    """Return the page at ``url``."""
    if url not in PAGES:
        raise LibOpenBadgesException(f"nothing at {url}")
    return json.dumps(PAGES[url]).encode()


def checked(job: dict[str, Any]) -> dict[str, Any]:
    """Let the library check."""
    verifier = ob2.OB2Verifier(download=download)
    given, recipient = job["check"], job.get("recipient")
    try:
        if given.startswith("{"):
            verifier.verify_hosted(given, expected_recipient=recipient, check_revocation=True)
        else:
            verifier.verify(given, expected_recipient=recipient, check_revocation=True)
    except LibOpenBadgesException as error:
        return {"name": job["name"], "valid": False, "message": str(error)}
    return {"name": job["name"], "valid": True, "message": ""}


def made_2_0(job: dict[str, Any]) -> dict[str, Any]:
    """Let the library sign an Open Badges 2.0 assertion, with the documents that belong to it."""
    at = job["places"]
    assertion = ob2.Assertion(
        recipient=ob2.IdentityObject.create(job["recipient"], "a pinch"),
        badge=at["badge"],
        verification=ob2.Verification(type="SignedBadge", creator=at["key"]),
        evidence=at["evidence"],
    )
    documents = [
        ob2.BadgeClass(
            at["badge"], "Networks", "Plans a network.", at["image"], at["criteria"], at["issuer"], ["networks"]
        ),
        ob2.Profile(at["issuer"], "Port", at["home"], "port@example.org", None, [at["key"]], at["revoked"]),
        ob2.CryptographicKey(at["key"], at["issuer"], job["public"]),
        ob2.RevocationList(id=at["revoked"], issuer=at["issuer"]),
    ]
    signer = ob2.OB2Signer(job["key"], job["algorithm"])
    baked = None if job.get("image") is None else signer.sign_into_png(assertion, base64.b64decode(job["image"]))
    pages = [document.to_dict() for document in documents]
    return {
        "name": job["name"],
        "made": signer.sign(assertion),
        "baked": None if baked is None else base64.b64encode(baked).decode(),
        "pages": {page["id"]: page for page in pages},
    }


def made_1_0(job: dict[str, Any]) -> dict[str, Any]:
    """Let the library sign an Open Badges 1.0 assertion, as it did for years, and bake it."""
    at = job["places"]
    kind = detect_key_type(job["key"].encode())
    badge = Badge(
        name="Networks",
        image_type=BadgeImgType.PNG,
        image=base64.b64decode(job["image"]),
        image_url=at["image"],
        json_url=at["badge"],
        verify_key_url=at["key"],
        key_type=KeyType(kind),
        privkey_pem=job["key"],
        pubkey_pem=job["public"],
    )
    signed = Signer(identity=job["recipient"].encode(), badge_type=ob1.BadgeType.SIGNED).sign_badge(badge)
    pages = {
        at["badge"]: {
            "name": "Networks",
            "description": "Plans a network.",
            "image": at["image"],
            "criteria": at["criteria"],
            "issuer": at["issuer"],
        },
        at["issuer"]: {"name": "Port", "url": at["home"], "email": "port@example.org"},
    }
    baked = base64.b64encode(signed.signed).decode()
    return {"name": job["name"], "made": signed.assertion.get_assertion().decode(), "baked": baked, "pages": pages}


MAKERS = {"2.0": made_2_0, "1.0": made_1_0}

answers = [MAKERS[job["make"]](job) if "make" in job else checked(job) for job in QUESTION["jobs"]]
json.dump({"jobs": answers}, sys.stdout)
