"""At the desk: every element of Annex I has its field and is asked for, and what is typed as money is kept exactly."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.catalog.factories import Team

from cairn.appraisal import ELEMENTS
from cairn.catalog import queries
from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import DefinitionVersion, Offer

pytestmark = pytest.mark.django_db
FORM = {
    "title": "Grinding and finishing", "type": "badge", "description": "For welders.", "outcomes": "Grind a weld flush -> 1",
    "rubric": "Grinding\n- Not yet: leaves a ridge\n* Meets: flush", "assessment_type": "Observed task", "participation": "onsite",
}  # fmt: skip


def page(response: Any) -> str:
    return " ".join(response.content.decode().split())


EVERYTHING = {
    "workload_hours": "8", "level_text": "No framework applies", "quality_assurance": "External review", "prerequisites": "None",
    "supervision": "Supervised, identity not checked", "grading": "Pass or distinction", "stackability": "stand-alone",
    "further_information": "https://harbour.example/grinding",
}  # fmt: skip


def test_each_of_the_sixteen_elements_can_be_written_at_the_desk_and_is_asked_for_until_it_is(client: Client) -> None:
    team = Team()
    client.force_login(team.designer)
    asking, saving = reverse("catalog:author_completeness"), reverse("catalog:author_new")
    mine = {"organisation": team.organisation.slug}
    empty = page(client.post(asking, {**mine, "title": "Grinding"}))
    full = FORM | EVERYTHING | mine
    told = page(client.post(asking, full))
    for element in ELEMENTS:
        assert element.write not in told
        if element.key not in {"1", "2", "3", "4", "5", "11"}:  # known of an organisation of this site, or given above
            assert element.write in unescape(empty)
    client.post(saving, full)
    version = DefinitionVersion.objects.get()
    found = queries.completeness_of(version)
    assert (found.score, found.missing) == (11, ())
    assert (version.level_text, version.grading) == ("No framework applies", "Pass or distinction")
    again = page(client.get(reverse("catalog:author_edit", args=[version.pk])))
    assert "https://harbour.example/grinding" in again
    assert '<option value="stand-alone" selected' in again


@pytest.mark.parametrize(
    ("currency", "amount", "minor"),
    [
        ("JPY", "12000.5", None),
        ("USD", "12.345", None),
        ("JPY", "12000", 12_000),
        ("kwd", "12.345", 12_345),
        ("USD", "12.30", 1230),
    ],
)
def test_a_price_is_kept_to_the_unit_its_currency_has_and_never_rounded(
    client: Client, currency: str, amount: str, minor: int | None
) -> None:
    team = Team()
    version = team.published()
    client.force_login(team.designer)
    answer = client.post(
        reverse("catalog:author_offer", args=[version.pk]),
        {"currency": currency, "price_tuition": amount, "self_paced": "on"},
    )
    if minor is None:
        assert not Offer.objects.exists()
        assert "digits after the point" in page(answer)
    else:
        offer = Offer.objects.get()
        assert (offer.price_tuition, offer.price_total, offer.currency) == (minor, minor, currency.upper())


def test_what_counts_towards_something_larger_says_so_among_its_facts(client: Client) -> None:
    team = Team()
    part = team.published()
    stack = team.published(
        title="Workshop ready", type="certificate", rubric=None, outcomes=[{"text": "Work in a workshop"}], assessment_type="",
        requirement={"kind": "all_of", "of": [{"kind": "award_of", "achievement": achievement_id(part)}]},
    )  # fmt: skip
    assert "counts towards <a" in page(client.get(reverse("catalog:credential", args=[part.definition.slug])))
    assert "made of parts" in page(client.get(reverse("catalog:credential", args=[stack.definition.slug])))
