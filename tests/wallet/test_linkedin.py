"""The LinkedIn link, letter by letter."""

from __future__ import annotations

from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from cairn.errors import Invalid
from cairn.wallet.linkedin import add_to_profile_url


def test_the_link_is_the_one_that_linkedin_documents() -> None:
    address = add_to_profile_url(
        name="Data & Insight: Foundations",
        organisation="Université d'Été",
        issued=datetime(2026, 3, 9, 23, 30, tzinfo=UTC),
        expires=date(2029, 3, 9),
        share_url="https://credentials.example.org/s/Zk3-x_9/",
        credential_id="urn:uuid:5b1d0c9e-0000-4000-8000-000000000001",
    )
    assert address == (
        "https://www.linkedin.com/profile/add?startTask=CERTIFICATION_NAME"
        "&name=Data%20%26%20Insight%3A%20Foundations"
        "&organizationName=Universit%C3%A9%20d%27%C3%89t%C3%A9"
        "&issueYear=2026&issueMonth=3&expirationYear=2029&expirationMonth=3"
        "&certUrl=https%3A%2F%2Fcredentials.example.org%2Fs%2FZk3-x_9%2F"
        "&certId=urn%3Auuid%3A5b1d0c9e-0000-4000-8000-000000000001"
    )


def test_an_award_that_never_ends_has_no_expiration_and_a_known_page_replaces_the_name() -> None:
    address = add_to_profile_url(
        name="Welding",
        organisation="County College",
        organisation_id=1234567,
        issued=date(2026, 12, 1),
        share_url="https://credentials.example.org/s/a/",
        credential_id="x",
    )
    fields = parse_qs(urlsplit(address).query)
    assert fields["organizationId"] == ["1234567"]
    assert not {"organizationName", "expirationYear", "expirationMonth"} & set(fields)
    assert fields["issueMonth"] == ["12"]


@pytest.mark.parametrize("name", ["数据分析 入门", "a+b=c&d#e?f", "100 % «sûr»", "🏅 Badge"])
def test_whatever_the_title_it_arrives_as_it_is(name: str) -> None:
    address = add_to_profile_url(
        name=name, organisation=name, issued=date(2026, 1, 1), share_url="https://x.example/s/1/", credential_id=name
    )
    assert address.isascii()
    assert " " not in address
    fields = parse_qs(urlsplit(address).query)
    assert fields["name"] == fields["organizationName"] == fields["certId"] == [name]


def test_a_link_without_a_public_page_is_refused_with_what_to_do() -> None:
    with pytest.raises(Invalid) as refusal:
        add_to_profile_url(
            name="x", organisation="y", issued=date(2026, 1, 1), share_url="javascript:alert(1)", credential_id="z"
        )
    assert "share link" in refusal.value.remedy
