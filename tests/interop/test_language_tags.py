"""Texts whose language tag has capitals: the others' engines write it in two ways, and we go along with both.

Digital Bazaar's and the Digital Credentials Consortium's write small letters, as we do; SpruceID's Rust code writes a tag as it stands. So
neither of these two accepts what the other signs, and we accept both.
"""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from tests.credentials.world import MemoryResolver
from tests.interop.conftest import Ask
from tests.interop.test_every_suite import ED, NOW, POINTERS, WAYS, Way, document_for, secret_jwk
from tests.interop.test_other_peoples_verifiers import world

from cairn.credentials import Contexts, issue, verify
from cairn.credentials.linkeddata.contexts import PINNED
from cairn.credentials.sd.deriving import derive

BAZAAR, CORE, SPRUCE = "@digitalbazaar/vc", "@digitalcredentials/verifier-core", "@learncard/didkit-plugin"
CREATED = "2026-11-01T00:00:00Z"
BY_MEANING = [way for way in WAYS if "jcs" not in way.suite]
WITH_ED25519 = [way for way in BY_MEANING if way.key is ED]


def spoken(way: Way, tags: tuple[str, str] = ("en-GB", "zh-Hant")) -> dict[str, Any]:
    document = document_for(way)
    document["name"] = {"@value": "Colour theory", "@language": tags[0]}
    document["credentialSubject"]["achievement"]["name"] = [
        {"@value": "Colour theory", "@language": tags[0]},
        {"@value": "色彩理論", "@language": tags[1]},
    ]
    return document


def ours(way: Way, document: dict[str, Any], contexts: Contexts = PINNED) -> dict[str, Any]:
    made = issue(document, way.signer, created=NOW, cryptosuite=way.suite, contexts=contexts)
    shown = derive(made, [*POINTERS, "/name"]) if way.suite == "ecdsa-sd-2023" else made
    signed: dict[str, Any] = json.loads(shown.text)
    return signed


def in_one_language(way: Way) -> dict[str, Any]:
    """The same, where the plain texts have the language that the document's @context names."""
    document = spoken(way)
    return {**document, "@context": [*document["@context"], {"@language": "de-AT"}]}


@pytest.fixture(scope="module")
def said(ask: Ask) -> dict[str, dict[str, Any]]:
    cases: list[dict[str, Any]] = []
    for way in BY_MEANING:
        touched = copy.deepcopy(ours(way, spoken(way)))
        touched["name"]["@language"] = "en-US"
        cases.append({"name": way.name, "credential": ours(way, spoken(way)), "peers": [BAZAAR]})
        cases.append({"name": f"{way.name} changed", "credential": touched, "peers": [BAZAAR]})
        whole = ours(way, in_one_language(way))
        cases.append({"name": f"{way.name} in one language", "credential": whole, "peers": [BAZAAR]})
    for way in WITH_ED25519:
        peers = [BAZAAR, CORE, SPRUCE]
        cases.append({"name": f"{way.name} as most", "credential": ours(way, spoken(way)), "peers": peers})
        cases.append(
            {
                "name": f"{way.name} as written",
                "credential": ours(way, spoken(way), PINNED.keeping_capitals()),
                "peers": peers,
            }
        )
        cases.append(
            {
                "name": f"{way.name} without capitals",
                "credential": ours(way, spoken(way, ("en-gb", "zh-hant"))),
                "peers": peers,
            }
        )
    return {case["name"]: case["peers"] for case in ask({**world(), "cases": cases})["cases"]}


PEERS = {"bazaar": BY_MEANING, "spruce": WITH_ED25519}
DOCUMENTS = {"": spoken, " in one language": in_one_language}


@pytest.fixture(scope="module")
def made(make: Ask) -> dict[str, dict[str, Any]]:
    disclosed = {"mandatory": ["/issuer", "/validFrom"], "pointers": [*POINTERS, "/name"]}
    jobs: list[dict[str, Any]] = [
        {
            "name": f"bazaar {way.name}{how}",
            "suite": way.suite,
            "document": document(way),
            "key": way.multikey(),
            "created": CREATED,
            **(disclosed if way.suite == "ecdsa-sd-2023" else {}),
        }
        for way in BY_MEANING
        for how, document in DOCUMENTS.items()
    ]
    jobs += [
        {
            "name": f"spruce {way.name}{how}",
            "by": "spruce",
            "suite": way.suite,
            "document": document(way),
            "key": {**secret_jwk("EdDSA", way.key), "kid": way.signer.verification_method},
            "created": CREATED,
        }
        for way in WITH_ED25519
        for how, document in DOCUMENTS.items()
    ]
    return {job["name"]: job for job in make({**world(), "jobs": jobs})["jobs"]}


@pytest.mark.parametrize("way", BY_MEANING, ids=lambda way: way.name)
def test_digital_bazaar_accepts_what_we_sign_and_not_what_was_changed(
    said: dict[str, dict[str, Any]], way: Way
) -> None:
    assert said[way.name][BAZAAR]["accepted"], said[way.name][BAZAAR]["said"]
    assert not said[f"{way.name} changed"][BAZAAR]["accepted"]
    whole = said[f"{way.name} in one language"][BAZAAR]
    assert whole["accepted"], whole["said"]


@pytest.mark.parametrize("way", WITH_ED25519, ids=lambda way: way.name)
def test_who_writes_tags_in_which_way(said: dict[str, dict[str, Any]], way: Way) -> None:
    """Should this change, the reasons given for the form we sign want another look."""
    accepted = {
        form: {peer for peer, answer in said[f"{way.name} {form}"].items() if answer["accepted"]}
        for form in ("as most", "as written", "without capitals")
    }
    assert accepted == {
        "as most": {BAZAAR, CORE},
        "as written": {SPRUCE},
        "without capitals": {BAZAAR, CORE, SPRUCE},
    }


@pytest.mark.parametrize(
    "name",
    [f"{peer} {way.name}{how}" for how in DOCUMENTS for peer, ways in PEERS.items() for way in ways],
)
def test_we_verify_what_others_sign_and_not_what_was_changed(made: dict[str, dict[str, Any]], name: str) -> None:
    assert "made" in made[name], made[name]
    credential = copy.deepcopy(made[name]["made"])
    assert credential["name"]["@language"] == "en-GB"
    for _ in range(3):  # as a stranger, and by its shape
        verdict = verify(credential, at=NOW, resolve=MemoryResolver())
        assert verdict.verdict == "verified", [finding.as_dict() for finding in verdict.findings]
    credential["name"]["@language"] = "en-US"
    assert verify(credential, at=NOW, resolve=MemoryResolver()).has("signature_invalid")
