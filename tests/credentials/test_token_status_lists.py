"""The status of credentials that came as tokens (draft-ietf-oauth-status-list)."""

from __future__ import annotations

import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.credentials.tokens import key_for, token
from tests.credentials.world import AWARDED, NOW, Issuer, MemoryResolver

from cairn.credentials import CredentialError, Verdict, verify
from cairn.credentials.jose.issuing import sign_sd_jwt
from cairn.credentials.multibase import base64url
from cairn.credentials.status.tokenlist import TokenStatusList

URL = "https://badges.example.org/statuslists/1"
# The three lists of section 4.1, as published: bits for each value, the packed list, the values.
PUBLISHED: list[tuple[int, str, list[int]]] = [
    (1, "eNrbuRgAAhcBXQ", [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]),
    (2, "eNo76fITAAPfAgc", [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]),
]


def packed(values: bytes) -> str:
    return base64url(zlib.compress(values, 9))


def ask(issuer: Issuer, world: MemoryResolver, *, index: Any = 3, **claims: Any) -> Verdict:
    """Ask about an SD-JWT VC whose list has 1, 2, 0, 3 as its values, with claims of the list's token changed."""
    key = claims.pop("key", issuer.key)
    header = {"alg": "EdDSA", "kid": "key-1", "typ": "statuslist+jwt", **claims.pop("header", {})}
    status = {"bits": 2, "lst": packed(bytes([0b11_00_10_01]))}
    payload = {"sub": URL, "iat": AWARDED.timestamp(), "ttl": 3600, "status_list": status, **claims}
    world.pages[URL] = token(header, payload, key).encode()
    credential = {
        "vct": "https://vct.example/1",
        "iss": issuer.did,
        "status": {"status_list": {"idx": index, "uri": URL}},
    }
    return verify(sign_sd_jwt(credential, issuer.signer, created=AWARDED), at=NOW, resolve=world)


@pytest.mark.parametrize(("bits", "text", "values"), PUBLISHED)
def test_the_lists_of_the_specification(bits: int, text: str, values: list[int]) -> None:
    found = TokenStatusList.read({"bits": bits, "lst": text})
    assert [found.value(index) for index in range(len(values))] == values
    with pytest.raises(CredentialError) as caught:
        found.value(len(values))
    assert caught.value.code == "index_out_of_range"


@given(st.sampled_from([1, 2, 4, 8]), st.data())
def test_every_value_is_found_where_it_was_put(bits: int, data: st.DataObject) -> None:
    values = data.draw(st.lists(st.integers(0, 2**bits - 1), min_size=8, max_size=64).filter(lambda v: len(v) % 8 == 0))
    whole = sum(value << place * bits for place, value in enumerate(values))
    found = TokenStatusList.read({"bits": bits, "lst": packed(whole.to_bytes(len(values) * bits // 8, "little"))})
    assert [found.value(index) for index in range(len(values))] == values


@pytest.mark.parametrize(
    ("index", "code", "verdict"),
    [
        (2, "not_revoked", "verified"),
        (0, "revoked", "not_verified"),
        (1, "suspended", "not_verified"),
        (3, "status_message", "undetermined"),
        (4, "index_out_of_range", "undetermined"),
        (-1, "bad_status_entry", "undetermined"),
        ("2", "bad_status_entry", "undetermined"),
        (True, "bad_status_entry", "undetermined"),
        (10**13, "bad_status_entry", "undetermined"),
    ],
)
def test_what_the_values_say(issuer: Issuer, world: MemoryResolver, index: Any, code: str, verdict: str) -> None:
    answer = ask(issuer, world, index=index)
    assert answer.has(code)
    assert answer.verdict == verdict
    assert answer.authentic == "pass"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"sub": "https://badges.example.org/statuslists/2"}, "status_wrong_list"),
        ({"iss": "did:web:evil.example"}, "status_other_issuer"),
        ({"exp": NOW.timestamp()}, "status_list_expired"),
        ({"iat": NOW.timestamp() + 3600}, "status_list_not_yet_valid"),
        ({"iat": None}, "status_list_not_yet_valid"),
        ({"exp": "never"}, "bad_status_list"),
        ({"key": key_for("EdDSA")}, "status_list_not_authentic"),
        ({"key": key_for("ES256"), "header": {"alg": "ES256"}}, "status_list_not_authentic"),
        ({"header": {"kid": "another"}}, "status_other_issuer"),
        ({"header": {"alg": "none"}}, "bad_status_list"),
        ({"header": {"alg": "PS256"}}, "status_list_unchecked"),
        ({"header": {"typ": "JWT"}}, "bad_status_list"),
        ({"status_list": {"bits": 3, "lst": packed(b"\0")}}, "bad_status_list"),
        ({"status_list": {"bits": True, "lst": packed(b"\0")}}, "bad_status_list"),
        ({"status_list": {"bits": 1, "lst": "AAAA"}}, "bad_status_list"),
        ({"status_list": {"bits": 1, "lst": packed(b"\0" * 99)[:-2]}}, "bad_status_list"),
        ({"status_list": {"bits": 1, "lst": packed(bytes(17 * 2**20))}}, "bad_status_list"),
        ({"status_list": None}, "bad_status_list"),
    ],
)
def test_a_list_that_cannot_be_relied_on_leaves_the_question_open(
    issuer: Issuer, world: MemoryResolver, changes: dict[str, Any], code: str
) -> None:
    answer = ask(issuer, world, index=2, **changes)
    assert answer.has(code), [finding.code for finding in answer.findings]
    assert answer.verdict == "undetermined"


def test_a_list_that_does_not_answer(issuer: Issuer, world: MemoryResolver) -> None:
    world.silent.add(URL)
    assert ask(issuer, world).has("status_unreachable")
