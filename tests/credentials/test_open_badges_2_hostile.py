"""Hostile badges of Open Badges 2.0 and 1.x: whatever stands where, there is a verdict, and it is never a polite one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.credentials.badges2 import V2, Site, Web, copy
from tests.credentials.world import NOW

from cairn.credentials import Credential, CredentialError, Recipient, verify
from cairn.credentials.openbadges2.dates import as_stamp, read_date
from cairn.credentials.openbadges2.places import https_twin, in_scope, place_of, same_place, same_site, site_of
from cairn.credentials.openbadges2.reading import reading_of

_FIELDS = [
    *(
        "@context",
        "id",
        "@id",
        "type",
        "@type",
        "uid",
        "recipient",
        "salt",
        "badge",
        "verification",
        "verify",
        "issuedOn",
    ),
    *(
        "expires",
        "image",
        "evidence",
        "narrative",
        "revoked",
        "endorsement",
        "identity",
        "hashed",
        "creator",
        "url",
        "name",
    ),
    *(
        "issuer",
        "criteria",
        "alignment",
        "tags",
        "publicKey",
        "owner",
        "publicKeyPem",
        "revocationList",
        "claim",
        "origin",
    ),
    *(
        "startsWith",
        "allowedOrigins",
        "revokedAssertions",
        "description",
        "related",
        "version",
        "@language",
        "issued_on",
    ),
]
odd_texts = st.sampled_from(
    [
        *(
            "",
            " ",
            "x",
            "https://example.org/awards/7",
            "https://mallory.example/x",
            "http://",
            "https://[::1]/",
            "urn:x",
        ),
        *(
            "Assertion",
            "BadgeClass",
            "hosted",
            "signed",
            "sha256$",
            "md5$00",
            "true",
            V2,
            "\u202e",
            "\x00",
            "../../etc",
        ),
        *(
            "https://example.org/issuer",
            "https://example.org/key.json",
            "1e999",
            "99999999999",
            "2026-02-30",
            "did:x:y",
        ),
    ]
)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False, width=32)
    | odd_texts,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(odd_texts | st.sampled_from(_FIELDS), inner, max_size=4)
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_whatever_stands_where_there_is_a_verdict(data: st.DataObject) -> None:
    web = Web()
    site = Site(web)
    hosted = data.draw(st.booleans())
    award = copy(site.award if hosted else site.signed_award())
    for _ in range(data.draw(st.integers(1, 3))):
        page = data.draw(st.sampled_from(["in hand", *web.pages]))
        changed = award if page == "in hand" else web.pages[page]
        changed[data.draw(st.sampled_from(_FIELDS))] = data.draw(json_values)
    source: Any = award
    if not hosted:
        source = site.token(**{name: value for name, value in award.items() if name in site.signed_award()})
    verdict = verify(source, at=NOW, resolve=web, recipient=Recipient(email="beth@example.org"))
    assert verdict.verdict in ("verified", "not_verified", "undetermined")
    json.dumps(verdict.as_dict())
    assert all(asked.startswith("https://") for asked in web.asked)
    if verdict.verdict == "verified":
        # Only the real site, and somebody it really named, comes out as verified.
        assert verdict.credential is not None
        assert str(verdict.credential.issuer_id).startswith(("https://example.org", "https://mallory.example"))


@settings(max_examples=150, deadline=None)
@given(fields=st.dictionaries(st.sampled_from(_FIELDS), json_values, max_size=12))
def test_any_document_can_be_read(fields: dict[str, Any]) -> None:
    reading = reading_of(fields)
    json.dumps(reading)
    try:
        parsed = Credential.parse({**fields, "@context": V2})
    except CredentialError:
        return
    parsed.form.faults(parsed.document)
    parsed.form.gaps(parsed.document)
    assert parsed.name is None or isinstance(parsed.name, str)
    assert parsed.subject_id is None or isinstance(parsed.subject_id, str)


@given(st.text(max_size=40) | odd_texts)
def test_any_text_is_an_address_or_none(text: str) -> None:
    twin = https_twin(text)
    assert twin is None or twin.startswith("https://")
    assert twin is None or https_twin(twin) == twin
    assert same_place(text, text)
    assert place_of(place_of(text)) == place_of(text) or twin is not None
    assert in_scope(text, {"id": text}) is (site_of(text) is not None)


@given(st.text(max_size=30) | st.integers() | odd_texts)
def test_any_date_is_a_moment_or_stays_what_it_is(value: Any) -> None:
    moment = read_date(value)
    assert (as_stamp(value) == value) if moment is None else (moment.utcoffset() is not None)


@pytest.mark.parametrize(
    ("value", "end", "stamp"),
    [
        ("2015-04-30", False, "2015-04-30T00:00:00Z"),
        ("2015-04-30", True, "2015-04-30T23:59:59Z"),
        (1359217910, False, "2013-01-26T16:31:50Z"),
        ("1359217910", False, "2013-01-26T16:31:50Z"),
        ("2016-12-31T23:59:59+00:00", False, "2016-12-31T23:59:59Z"),
        ("2016-12-31T23:59:59+0100", False, "2016-12-31T22:59:59Z"),
        ("2016-12-31T23:59", False, "2016-12-31T23:59:00Z"),
        ("2016-12-31 23:59:59.5Z", False, "2016-12-31T23:59:59.500000Z"),
        ("2016-12-31T23:59:59", True, "2016-12-31T23:59:59Z"),
    ],
)
def test_moments_are_read_as_badges_have_written_them(value: object, end: bool, stamp: str) -> None:
    assert as_stamp(value, end=end) == stamp


@pytest.mark.parametrize(
    "value", [True, 1.5, 10**13, "1" * 13, "2016-13-01", "tomorrow", [], {}, "2016-12-31T25:00:00Z"]
)
def test_what_is_no_moment_stays_what_it_is(value: object) -> None:
    assert as_stamp(value) == value


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://example.org/a", "http://EXAMPLE.org:80/b", True),
        ("https://example.org/a", "https://www.example.org/a", True),
        ("https://example.org/a", "https://example.org.mallory.example/a", False),
        ("https://example.org/a", "https://mallory.example/https://example.org/a", False),
        ("https://example.org/a", "https://example.org@mallory.example/a", False),
        ("https://example.org/a", "https://example.org:444/a", False),
        ("https://a.github.io/x", "https://b.github.io/x", False),
        ("https://s3.amazonaws.com/example/a", "https://s3.amazonaws.com/mallory/a", False),
        ("urn:x", "urn:x", False),
    ],
)
def test_sites_are_told_apart(one: str, other: str, same: bool) -> None:
    assert same_site(one, other) is same


def test_an_endorsement_that_endorses_itself_comes_to_an_end() -> None:
    web = Web()
    site = Site(web)
    address = "https://example.org/endorsement"
    endorsement = {
        "@context": V2,
        "type": "Endorsement",
        "id": address,
        "issuer": site.issuer_url,
        "claim": {"id": site.issuer_url, "endorsementComment": "We are good."},
        "verification": {"type": "hosted"},
        "endorsement": address,
    }
    web.pages[address] = endorsement
    site.issuer["endorsement"] = [{name: value for name, value in endorsement.items() if name != "@context"}] * 20
    site.badge["endorsement"] = [address] * 50
    site.publish()
    verdict = verify(site.award, at=NOW, resolve=web)
    assert verdict.verdict == "verified"
    assert len(web.asked) < 20


def test_a_hosted_document_too_large_or_too_deep_is_not_read() -> None:
    web = Web()
    site = Site(web)
    web.pages[site.award_url] = json.dumps({**site.award, "narrative": "x" * (3 * 1024 * 1024)}).encode()
    assert verify(site.award, at=NOW, resolve=web).verdict == "undetermined"
    web.pages[site.award_url] = json.dumps(site.award)[:-1].encode() + b', "x": ' + b"[" * 5000 + b"]" * 5000 + b"}"
    assert verify(site.award, at=NOW, resolve=web).verdict == "undetermined"
    web.pages[site.award_url] = json.dumps(site.award)[:-1].encode() + b', "id": "https://mallory.example/"}'
    assert verify(site.award, at=NOW, resolve=web).verdict == "undetermined"
