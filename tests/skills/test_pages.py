"""Pages about occupations, as a visitor meets them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from cairn.skills.models import FieldOfStudyLink, Framework, Occupation, OccupationLink, OccupationNeed, Skill, Wage

pytestmark = pytest.mark.django_db


@pytest.fixture
def nurse() -> Occupation:
    onet = Framework.objects.create(
        slug="onet", name="O*NET", version="29.2", publisher="x", licence="CC BY 4.0", attribution="Thanks to O*NET."
    )
    esco = Framework.objects.create(slug="esco", name="ESCO", version="1.1.1", publisher="x", licence="x")
    nurse = Occupation.objects.create(
        framework=onet, uri="https://www.onetonline.org/link/summary/29-1141.00", code="29-1141.00", soc="29-1141",
        title="Registered Nurses",
        alt_titles=["Staff Nurse"], job_zone=3, in_demand=True,
    )  # fmt: skip
    carer = Occupation.objects.create(
        framework=esco, uri="urn:e:1", code="2221.1", title="nurse responsible for general care"
    )
    OccupationLink.objects.create(source=carer, target=nurse, kind="confidence 2 of 2", origin="Nesta")
    for number in range(10):
        skill = Skill.objects.create(
            framework=onet, uri=f"urn:k:{number}", name=f"Knowledge {number}", kind="knowledge"
        )
        OccupationNeed.objects.create(
            occupation=nurse, skill=skill, importance=Decimal("4.25") - number, importance_error=Decimal("0.16"), level=Decimal("4.12"),
            level_error=Decimal("0.31"),
        )  # fmt: skip
        OccupationNeed.objects.create(occupation=carer, skill=skill, essential=number % 2 == 0)
    Wage.objects.create(
        soc="29-1141", area="U.S.", year=2024, employment=3282010, p10=66030, p25=78610, median=93600, p75=107960, p90=239200,
        top_coded=["p90"], source="BLS OEWS, May 2024",
    )  # fmt: skip
    FieldOfStudyLink.objects.create(cip="51.3801", cip_title="Registered Nursing", soc="29-1141")
    return nurse


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_the_first_page_shows_what_is_in_demand_by_family(client: Client, nurse: Occupation) -> None:
    text = page(client, reverse("skills:occupations"))
    assert "Healthcare practice" in text
    assert reverse("skills:occupation", args=["29-1141.00"]) in text


def test_a_search_shows_the_other_name_it_was_found_by(client: Client, nurse: Occupation) -> None:
    text = page(client, reverse("skills:occupations") + "?q=staff+nurse")
    assert "1 occupation found" in text
    assert "also called Staff Nurse" in text


def test_a_search_without_result_says_what_to_try(client: Client, nurse: Occupation) -> None:
    assert "Try another word" in page(client, reverse("skills:occupations") + "?q=%3Cscript%3E")


def test_without_any_data_the_first_page_still_stands(client: Client) -> None:
    assert "No occupations are marked as in demand" in page(client, reverse("skills:occupations"))


def test_an_occupation_shows_what_it_needs_with_how_sure_that_is(client: Client, nurse: Occupation) -> None:
    text = page(client, reverse("skills:occupation", args=[nurse.code]))
    assert "level 4.1 ± 0.3, importance 4.2" in text
    assert "2 more" in text
    assert "job zone 3 of 5" in text


def test_pay_is_shown_as_what_it_is_and_not_as_the_effect_of_a_credential(client: Client, nurse: Occupation) -> None:
    text = page(client, reverse("skills:occupation", args=[nurse.code]))
    assert "Wages shown are for all people in this occupation: U.S., 2024, 3,282,010 employed." in text
    assert "not the effect of any credential" in text
    assert "Published only as this much or more: the highest tenth&#x27;s limit" in text
    assert "BLS OEWS, May 2024" in text


def test_the_way_onward_leads_to_programmes_and_to_a_goal(client: Client, nurse: Occupation) -> None:
    text = page(client, reverse("skills:occupation", args=[nurse.code]))
    assert f'{reverse("catalog:search")}?occupation=Registered%20Nurses"' in text
    assert f'action="{reverse("journeys:new_goal")}"' in text
    assert 'name="occupation" value="29-1141.00"' in text


def test_sources_are_named_on_the_page(client: Client, nurse: Occupation) -> None:
    text = page(client, reverse("skills:occupation", args=[nurse.code]))
    assert "Thanks to O*NET. Licence: CC BY 4.0." in text
    assert "nurse responsible for general care" in text


def test_an_esco_occupation_shows_essential_and_optional_skills_and_no_pay(client: Client, nurse: Occupation) -> None:
    text = page(client, reverse("skills:occupation", args=["2221.1"]))
    assert "essential" in text
    assert "No wages are published here" in text
    assert "Registered Nurses" in text


def test_an_occupation_that_nobody_rated_says_so(client: Client, nurse: Occupation) -> None:
    OccupationNeed.objects.filter(occupation=nurse).delete()
    assert "has not yet asked people in this occupation" in page(
        client, reverse("skills:occupation", args=[nurse.code])
    )


def test_an_unknown_occupation_says_what_to_do(client: Client, nurse: Occupation) -> None:
    response = client.get(reverse("skills:occupation", args=["nurse"]))
    assert response.status_code == 404
    assert "Search the occupations by name" in response.content.decode()


def test_pages_are_read_and_not_written(client: Client, nurse: Occupation) -> None:
    assert client.post(reverse("skills:occupation", args=[nurse.code])).status_code == 405


def test_an_operator_can_read_every_kind_of_row_and_change_none(admin_client: Client, nurse: Occupation) -> None:
    for model in (Framework, Skill, Occupation, OccupationNeed, OccupationLink, Wage, FieldOfStudyLink):
        name = f"admin:skills_{model.__name__.lower()}"
        assert model in admin.site._registry
        assert admin_client.get(reverse(f"{name}_changelist")).status_code == 200
        first = model.objects.order_by("pk").first()
        assert first is not None
        assert admin_client.post(reverse(f"{name}_change", args=[first.pk]), {}).status_code == 403
        assert admin_client.get(reverse(f"{name}_add")).status_code == 403
