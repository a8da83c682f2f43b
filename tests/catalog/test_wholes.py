"""What is made of parts is compared and weighed by the sums over them, and only where its rule leaves no choice."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.catalog.factories import AT, Team, imported, skill, taught

from cairn.appraisal import Kind, Money, compare
from cairn.catalog import queries, search, services
from cairn.catalog.achievements import achievement_address, achievement_id
from cairn.catalog.models import Definition, DefinitionVersion, Offer, SkillTaught
from cairn.catalog.queries import Inputs
from cairn.entry.api.catalogue_answers import SearchOut

pytestmark = pytest.mark.django_db


def award_of(version: DefinitionVersion) -> dict[str, Any]:
    return {"kind": "award_of", "achievement": achievement_id(version)}


def stack(team: Team, rule: dict[str, Any], title: str = "Practical welding", **fields: Any) -> DefinitionVersion:
    given = {"rubric": None, "assessment_type": "", "workload_hours": None, "outcomes": [{"text": "Weld simple parts"}]}
    return team.published(**{"type": "certificate", "title": title, "requirement": rule, **given, **fields})


@pytest.fixture
def team() -> Team:
    return Team()


@pytest.fixture
def parts(team: Team) -> list[DefinitionVersion]:
    credited = {"credits": Decimal("0.5"), "credit_scheme": "ects"}
    found = [
        team.offered(price, title=title, **credited)[0]
        for title, price in (("Fillet welds", 9_500), ("Butt welds", 12_050))
    ]
    taught(found[0], skill("Welding"), "2", "stated")
    taught(found[1], skill("Welding"), "4", "stated")
    return found  # fmt: skip


def test_parts_of_parts_count_at_the_price_of_their_own_page(team: Team, parts: list[DefinitionVersion]) -> None:
    both = stack(team, {"kind": "in_order", "of": [award_of(parts[0]), award_of(parts[1])]})
    last = team.offered(30_000, title="Pipe welds", credits=Decimal(2), credit_scheme="ects")[0]
    wide = stack(
        team, {"kind": "all_of", "of": [award_of(both), award_of(last)]}, "Welding for a trade", type="programme"
    )
    whole = queries.whole_of(wide)
    assert whole is not None
    assert [part.title for part in whole.parts] == ["Fillet welds", "Butt welds", "Pipe welds"]
    assert (whole.price, whole.hours, whole.credits) == (51_550, Decimal(36), Decimal(3))
    assert whole.said == "sum of its 3 parts, taken singly"


def test_side_by_side_a_stack_answers_the_same_rows_and_says_that_they_are_sums(
    team: Team, parts: list[DefinitionVersion]
) -> None:
    both = stack(team, {"kind": "all_of", "of": [award_of(part) for part in parts]})
    table = compare(queries.facts_for_comparison([parts[0], both], AT))
    price, hours, each = (table.row(key).cells[1] for key in ("price_total", "workload_hours", "price_per_hour"))
    assert (price.value, hours.value, each.value) == (Money(21_550, "USD"), Decimal(24), Money(898, "USD"))
    assert price.note == hours.note == "sum of its 2 parts, taken singly"
    assert [(one.name, one.level) for one in table.row("skills").cells[1].value] == [("Welding", 4)]
    assert table.row("break_even").cells[1].kind is Kind.KNOWN
    assert queries.return_for(both, Inputs(), AT).price == Decimal("215.5")


@pytest.mark.parametrize(
    ("kind", "more"), [("any_n", {"n": 1}), ("all_of", {"extra": {"kind": "credits_at_least", "amount": 3, "scheme": "ects"}})]
)  # fmt: skip
def test_where_a_choice_is_left_nothing_is_summed_up(
    team: Team, parts: list[DefinitionVersion], kind: str, more: dict[str, Any]
) -> None:
    given = [award_of(part) for part in parts] + ([more.pop("extra")] if "extra" in more else [])
    assert queries.whole_of(stack(team, {"kind": kind, "of": given, **more})) is None


def test_where_a_part_has_no_price_the_whole_has_none(team: Team, parts: list[DefinitionVersion]) -> None:
    free_of_facts = team.published(title="Weld inspection")
    whole = queries.whole_of(
        stack(team, {"kind": "all_of", "of": [*(award_of(part) for part in parts), award_of(free_of_facts)]})
    )
    assert whole is not None
    assert (whole.price, whole.credits) == (None, None)
    assert whole.hours == 36


def test_what_the_provider_states_of_the_whole_comes_first(
    client: Client, team: Team, parts: list[DefinitionVersion]
) -> None:
    both = stack(team, {"kind": "all_of", "of": [award_of(part) for part in parts]}, workload_hours=Decimal(30))
    address = reverse("catalog:credential", args=[both.definition.slug])
    assert "sum of its 2 parts, taken singly" in client.get(address).content.decode()
    offer = services.create_offer(version=both, by=team.designer, at=AT, price_tuition=15_000)
    services.open_offer(offer=offer, by=team.designer, at=AT)
    table = compare(queries.facts_for_comparison([both, parts[0]], AT))
    assert table.row("price_total").cells[0].value == Money(15_000, "USD")
    assert table.row("workload_hours").cells[0].value == 30
    assert "taken singly" not in client.get(address).content.decode()


def found_by(price: str = "", hours: str = "", given: str = "") -> list[str]:
    ticked = {"price": [price] * bool(price), "hours": [hours] * bool(hours), "skill": [given] * bool(given)}
    return [line.title for line in search.search(facets=ticked, sort="title").versions]


def test_the_search_knows_a_whole_by_the_sums_over_its_parts(team: Team, parts: list[DefinitionVersion]) -> None:
    stack(team, {"kind": "all_of", "of": [award_of(part) for part in parts]})
    assert found_by(price="under-500", hours="10-50", given="Welding") == [
        "Butt welds",
        "Fillet welds",
        "Practical welding",
    ]
    cheapest = search.search(sort="price")
    assert [line.title for line in cheapest.versions] == ["Fillet welds", "Butt welds", "Practical welding"]
    assert "Not stated" not in [
        value.label for facet in cheapest.facets for value in facet.values if facet.name == "price"
    ]


def test_a_whole_is_found_by_what_its_parts_teach(team: Team, parts: list[DefinitionVersion]) -> None:
    taught(parts[1], skill("Reading blueprints"), "2", "stated")
    both = stack(team, {"kind": "all_of", "of": [award_of(part) for part in parts]})
    for asked, told in (("reading blueprints", "a part of it teaches"), ("blueprint", "the skills its parts name")):
        found = search.search(asked)
        assert {one.title for one in found.versions} == {"Butt welds", "Practical welding"}
        assert told in found.why[both.pk][0]
    taught(both, skill("Welding"), "2", "stated")
    assert [one.title for one in search.search("reading blueprints").versions] == ["Butt welds"]


def test_a_change_of_a_part_reaches_what_is_made_of_it_and_what_is_made_of_that(
    team: Team, parts: list[DefinitionVersion]
) -> None:
    both = stack(team, {"kind": "all_of", "of": [award_of(part) for part in parts]})
    stack(team, {"kind": "award_of", "achievement": achievement_id(both)}, "Welding for a trade", type="programme")
    assert len(found_by(price="under-500")) == 4
    Offer.objects.filter(version=parts[1]).update(price_tuition=90_000, price_total=90_000)  # by no service of ours
    assert found_by(price="500-2000") == ["Butt welds", "Practical welding", "Welding for a trade"]
    services.cancel_offer(offer=parts[0].offers.get(), by=team.designer, at=AT, reason="Too few came.")
    assert found_by(price="500-2000") == ["Butt welds"]
    assert found_by(price="unstated") == ["Fillet welds", "Practical welding", "Welding for a trade"]


def test_a_new_version_of_a_part_and_one_that_is_gone_reach_the_whole(
    team: Team, parts: list[DefinitionVersion]
) -> None:
    stack(team, {"kind": "all_of", "of": [award_of(part) for part in parts]})
    assert "Practical welding" in found_by(hours="10-50")
    DefinitionVersion.objects.filter(pk=parts[0].pk).update(state="superseded")
    newer = DefinitionVersion.objects.get(pk=parts[0].pk)
    newer.pk, newer.number, newer.state, newer.workload_hours = None, 2, "published", Decimal(200)
    newer.save()
    assert "Practical welding" in found_by(hours="150-600")
    Offer.objects.filter(version=parts[1]).delete()
    SkillTaught.objects.filter(version=parts[1]).delete()
    parts[1].delete()
    assert "Practical welding" in found_by(hours="unstated")


def test_cards_say_that_their_figures_are_sums(client: Client, team: Team, parts: list[DefinitionVersion]) -> None:
    stack(team, {"kind": "all_of", "of": [award_of(part) for part in parts]})
    stack(team, award_of(parts[0]), "Welding, the first step", workload_hours=Decimal(14))
    addresses = [reverse("catalog:search"), reverse("catalog:provider", args=[parts[0].definition.provider.slug])]
    for address in addresses:
        said = " ".join(client.get(address).content.decode().split())
        assert "$215.50 in all, in 2 parts" in said
        assert "24 hours in all</span>" in said
        assert "$95 in its one part" in said
        assert "14 hours</span>" in said


def test_programs_are_told_the_sums_apart_from_what_is_stated(
    client: Client, team: Team, parts: list[DefinitionVersion]
) -> None:
    stack(team, {"kind": "all_of", "of": [award_of(part) for part in parts]})
    answer = client.get("/api/v1/catalogue/search", {"q": "practical welding"}).json()
    [found] = [one for one in answer["results"] if one["title"] == "Practical welding"]
    assert (found["price_total"], found["hours"]) == (None, None)
    assert found["sum_of_parts"] == {"parts": 2, "price_total": 21_550, "currency": "USD", "hours": 24.0}
    assert all(one["sum_of_parts"] is None for one in answer["results"] if one != found)
    assert SearchOut.model_validate(answer).model_dump(mode="json") == answer


def test_a_list_asks_as_few_questions_for_many_wholes_as_for_two(team: Team, parts: list[DefinitionVersion]) -> None:
    wholes = [stack(team, award_of(part), f"Whole {at}") for at, part in enumerate(parts * 3)]
    asked = []
    for some in (wholes[:2], wholes):
        with CaptureQueriesContext(connection) as seen:
            assert all(line.summed for line in queries.listed([one.pk for one in some]))
        asked.append(len(seen))
    assert asked[0] == asked[1] == 4


def test_rules_that_name_each_other_in_a_ring_come_to_nothing(parts: list[DefinitionVersion]) -> None:
    missing = uuid4()
    first = imported(
        "First",
        requirement={"kind": "award_of", "achievement": achievement_address(missing, 1)},
        offer={"price_total": None},
    )
    second = imported("Second", requirement=award_of(first))
    Offer.objects.all().delete()
    assert queries.wholes_of([first, second]) == {}
    Definition.objects.filter(pk=second.definition_id).update(uid=missing)
    assert queries.wholes_of([first, second]) == {}
