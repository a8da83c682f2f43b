"""What is made of parts is compared and weighed by the sums over them, and only where its rule leaves no choice."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.catalog.factories import AT, Team, skill, taught

from cairn.appraisal import Kind, Money, compare
from cairn.catalog import queries, services
from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import DefinitionVersion
from cairn.catalog.queries import Inputs

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
