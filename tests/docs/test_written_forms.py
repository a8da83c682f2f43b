"""The table of what is written, row by row: each form with each kind of key is signed and verified, or refused with a reason."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from cairn.credentials import (
    CouldNotFetch,
    Credential,
    CredentialError,
    Fetched,
    KeySigner,
    achievement_credential,
    clr_credential,
    derive,
    did_jwk,
    generate_key,
    issue,
    open_badges_2,
    present,
    sign_sd_jwt,
    sign_vc_jwt,
    verify,
    verify_presentation,
)
from cairn.credentials.integrity.suites import SUITES
from cairn.credentials.keys import RsaKey
from cairn.credentials.openbadges2.writing import sealed

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "credentials.md"
NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
SUITES_OF = {
    "Ed25519": {"eddsa-rdfc-2022", "eddsa-jcs-2022", "Ed25519Signature2020"},
    "P-256": {"ecdsa-rdfc-2019", "ecdsa-jcs-2019", "ecdsa-sd-2023"},
    "P-384": {"ecdsa-rdfc-2019", "ecdsa-jcs-2019"},
    "RSA": set[str](),
}
"""What the page says of each kind of key, for proofs inside the document."""


class Party(NamedTuple):
    """An issuer whose identifier holds its key."""

    key: Any
    did: str
    signer: KeySigner


class Pages:
    """What lies at which address."""

    def __init__(self, pages: Mapping[str, Any]) -> None:
        self.pages = pages

    def fetch(self, url: str, *, accept: str) -> Fetched:
        if url not in self.pages:
            raise CouldNotFetch("nothing is published")
        return Fetched(json.dumps(self.pages[url]).encode(), "application/json", url)


NOBODY = Pages({})


@cache
def party(kind: str) -> Party:
    key = RsaKey.generate(2048) if kind == "RSA" else generate_key(kind)
    did = did_jwk(key)
    return Party(key, did, KeySigner(key, f"{did}#0"))


def award(issuer: str, **more: Any) -> dict[str, Any]:
    return achievement_credential(
        id="urn:uuid:6a1676b8-b51f-11ed-937b-d76685a20ff5",
        issuer={"id": issuer, "name": "Example Institute", "url": "https://badges.example.org"},
        achievement={
            "id": "https://badges.example.org/achievements/42",
            "name": "Data Analysis with Python",
            "description": "Cleans, models and shows tabular data.",
            "criteria": {"narrative": "Four assessed projects."},
        },
        subject={"id": "did:example:mira"},
        valid_from=NOW,
        **more,
    )


@pytest.mark.parametrize("suite", sorted(SUITES))
@pytest.mark.parametrize("kind", sorted(SUITES_OF))
def test_a_suite_signs_with_the_keys_that_the_page_names_for_it(kind: str, suite: str) -> None:
    who = party(kind)
    model: Any = "1.1" if suite == "Ed25519Signature2020" else "2.0"
    if suite not in SUITES_OF[kind]:
        with pytest.raises(CredentialError) as refused:
            issue(award(who.did, data_model=model), who.signer, created=NOW, cryptosuite=suite)
        assert refused.value.code == "wrong_key_type"
        return
    credential = issue(award(who.did, data_model=model), who.signer, created=NOW, cryptosuite=suite)
    if suite == "ecdsa-sd-2023":
        credential = derive(credential, ["/credentialSubject/achievement/name"])
    assert verify(credential.text, at=NOW, resolve=NOBODY).verdict == "verified"


TOKENS: Mapping[str, Callable[[Party], Credential]] = {
    "VC-JWT": lambda who: sign_vc_jwt(award(who.did), who.signer, created=NOW),
    "VC-JWT of VC 1.1": lambda who: sign_vc_jwt(award(who.did, data_model="1.1"), who.signer, created=NOW),
    "SD-JWT": lambda who: sign_sd_jwt(award(who.did), who.signer, created=NOW, disclosable=["/credentialSubject/id"]),
    "SD-JWT VC": lambda who: sign_sd_jwt(
        {"iss": who.did, "vct": "https://badges.example.org/types/1", "degree": "none"},
        who.signer,
        created=NOW,
        disclosable=["/degree"],
    ),
}


@pytest.mark.parametrize("form", TOKENS)
@pytest.mark.parametrize("kind", sorted(SUITES_OF))
def test_tokens_are_signed_with_every_kind_of_key(kind: str, form: str) -> None:
    assert verify(TOKENS[form](party(kind)).text, at=NOW, resolve=NOBODY).verdict == "verified"


@pytest.mark.parametrize("kind", sorted(SUITES_OF))
def test_open_badges_2_is_signed_with_every_kind_of_key(kind: str) -> None:
    who, address = party(kind), "https://badges.example.org/ob2/key"
    written = open_badges_2(
        Credential.parse(award(who.did)),
        assertion_url="https://badges.example.org/ob2/awards/7",
        badge_url="https://badges.example.org/ob2/badges/42",
        issuer_url="https://badges.example.org/ob2/issuer",
        image_url="https://badges.example.org/ob2/badges/42.png",
        issuer_email="badges@example.org",
        signed_with=(address, who.key.public),
    )
    verdict = verify(sealed(written, KeySigner(who.key, address)), at=NOW, resolve=Pages(written.documents))
    assert verdict.verdict == "verified"


@pytest.mark.parametrize("kind", ["Ed25519", "P-256", "P-384"])
def test_records_and_presentations_are_signed_with_every_kind_but_rsa(kind: str) -> None:
    who = party(kind)
    held = issue(award(who.did), who.signer, created=NOW)
    record = clr_credential(
        id="urn:uuid:cccccccc-0000-4000-8000-000000000003", issuer={"id": who.did, "name": "Example Institute"},
        subject={"id": "did:example:mira"}, credentials=[held], name="A year", valid_from=NOW,
    )  # fmt: skip
    assert verify(issue(record, who.signer, created=NOW), at=NOW, resolve=NOBODY).verdict == "verified"
    shown = present([held], who.signer, holder=who.did, created=NOW, challenge="a", domain="b")
    assert verify_presentation(shown, at=NOW, resolve=NOBODY, challenge="a", domain="b").verdict == "verified"


def test_the_page_names_every_suite() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert [name for name in SUITES if f"`{name}`" not in text] == []
