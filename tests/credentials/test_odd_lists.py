"""Whatever an issuer publishes as status list, or as newer copy, verification answers, and nonsense never frees nor condemns."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.credentials.forging import signed_anyway
from tests.credentials.world import AWARDED, NOW, Issuer, MemoryResolver

from cairn.credentials import CredentialError, StatusList, status_entry, verify

URL = "https://badges.example.org/status/9"
REVOKED = "https://badges.example.org/revoked.json"
SERVICE = "https://badges.example.org/refresh/7"
ODD: tuple[Any, ...] = (
    None,
    True,
    -1,
    7.5,
    "",
    "x",
    "\u0000",
    "9" * 400,
    [],
    {},
    [[]],
    [None],
    {"a": {"b": []}},
    [{}, {}],
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def places(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, one in items:
        yield from places(one, (*path, step))


def with_odd(document: Any, path: tuple[str | int, ...], odd: Any) -> Any:
    changed = deepcopy(document)
    place = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = odd
    return changed


def test_a_list_with_any_value_in_any_place_leaves_at_most_the_question_open() -> None:
    issuer = Issuer(MemoryResolver())
    bits = StatusList()
    bits.set(1)
    award = issuer.award(status=[status_entry(URL, 1)])
    unsigned = bits.to_credential(url=URL, issuer=issuer.did, valid_from=AWARDED, valid_until=NOW, ttl_ms=1000)
    tried = 0
    for path in places(unsigned):
        for odd in ODD:
            try:
                listed = signed_anyway(with_odd(unsigned, path, odd), issuer.signer)
            except CredentialError:
                continue
            issuer.world.pages[URL] = listed.text.encode()
            verdict = verify(award, at=NOW, resolve=issuer.world)
            assert verdict.authentic == "pass", (path, odd)
            assert verdict.verdict != "verified", (path, odd)
            tried += 1
    assert tried > 150


@given(JSON)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_json_at_the_address_of_a_list_leaves_the_question_open(page: Any) -> None:
    for url, entry in ((URL, status_entry(URL, 1)), (REVOKED, {"id": REVOKED, "type": "1EdTechRevocationList"})):
        ISSUER.world.pages[url] = json.dumps(page).encode()
        verdict = verify(AWARDS[url], at=NOW, resolve=ISSUER.world)
        assert (verdict.verdict, verdict.authentic) == ("undetermined", "pass"), entry
        assert verdict.has("bad_status_list") or verdict.has("status_other_issuer")


ISSUER = Issuer(MemoryResolver())
AWARDS = {
    URL: signed_anyway(ISSUER.document(status=[status_entry(URL, 1)]), ISSUER.signer),
    REVOKED: signed_anyway(ISSUER.document(status=[{"id": REVOKED, "type": "1EdTechRevocationList"}]), ISSUER.signer),
}


@given(st.dictionaries(st.sampled_from(["revokedCredential", "revokedCredentials"]), JSON, min_size=1), JSON)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_entries_in_a_1edtech_list_get_an_answer(entries: dict[str, Any], extra: Any) -> None:
    ISSUER.world.pages[REVOKED] = json.dumps({"issuer": ISSUER.did, **entries, "note": extra}).encode()
    verdict = verify(AWARDS[REVOKED], at=NOW, resolve=ISSUER.world)
    assert verdict.authentic == "pass"
    assert not verdict.has("revoked"), "nothing in it names this award"


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: repr(odd)[:20])
def test_a_newer_copy_with_any_value_in_any_place_costs_the_award_nothing(odd: Any) -> None:
    issuer = Issuer(MemoryResolver())
    document = {**issuer.document(status=()), "refreshService": {"id": SERVICE, "type": "1EdTechCredentialRefresh"}}
    award = signed_anyway(document, issuer.signer)
    for path in places(json.loads(award.text)):
        if path[0] in ("credentialSubject", "evidence", "description", "name", "image", "proof"):
            continue  # what a newer copy may well say otherwise, and proofs, which others look after
        newer = json.dumps(with_odd(json.loads(award.text), path, odd)).encode()
        issuer.world.pages[SERVICE] = newer
        verdict = verify(award, at=NOW, resolve=issuer.world, refresh=True)
        assert (verdict.verdict, verdict.credential) == ("verified", award), path
