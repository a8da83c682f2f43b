"""Side by side: the same rows for all, unknowns as their own kind, exact money."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.appraisal import (
    ROWS,
    AppraisalError,
    Cover,
    Goal,
    Item,
    Kind,
    Money,
    SkillGiven,
    SkillNeeded,
    compare,
    known,
    suppressed,
)

WELDING = Item(
    "welding",
    "Welding",
    {
        "price_total": known(Money(4200_00, "USD"), "list"),
        "workload_hours": known(Decimal(240), "list"),
        "employed_2": known(Decimal("71.9"), "state", "of 64 people"),
        "skills": known(
            (SkillGiven("s:weld", "Welding", Decimal(3)), SkillGiven("s:read", "Reading drawings")), "list"
        ),
    },
)
NURSING = Item(
    "nursing",
    "Nurse aide",
    {"price_total": known(Money(4200_00, "USD"), "other list"), "employed_2": suppressed("state", "Too few people.")},
)


def test_every_item_answers_the_same_rows() -> None:
    compared = compare([WELDING, NURSING])
    assert [row.kind for row in compared.rows] == [row for row in ROWS if row.key != "cover"]
    assert all(len(row.cells) == 2 for row in compared.rows)


def test_suppressed_not_stated_and_zero_are_three_things() -> None:
    free = Item("free", "Free", {"price_total": known(Money(0, "USD"), "list")})
    row = compare([WELDING, NURSING, free])
    assert [cell.kind for cell in row.row("employed_2").cells] == [Kind.KNOWN, Kind.SUPPRESSED, Kind.NOT_STATED]
    assert row.row("price_total").cells[2].value == Money(0, "USD")


def test_rows_are_marked_where_answers_differ_and_the_source_alone_is_no_difference() -> None:
    compared = compare([WELDING, NURSING])
    assert not compared.row("price_total").differs
    assert compared.row("workload_hours").differs
    assert not compared.row("mode").differs
    assert compared.row("mode").empty


def test_the_price_per_hour_is_exact_to_the_cent_and_unknown_without_hours() -> None:
    cells = compare([WELDING, NURSING]).row("price_per_hour").cells
    assert cells[0].value == Money(17_50, "USD")
    assert cells[1].kind is Kind.NOT_STATED


def test_unknowns_are_listed_for_each_item() -> None:
    compared = compare([WELDING, NURSING])
    unknown = [row.kind.key for row in compared.unknowns(NURSING)]
    assert "employed_2" in unknown
    assert "mode" in unknown
    assert "price_total" not in unknown


def test_skills_are_held_against_the_goal_by_level() -> None:
    goal = Goal("Welder", (SkillNeeded("s:weld", "Welding", Decimal(3)), SkillNeeded("s:read", "Reading drawings", Decimal(2)),
                           SkillNeeded("s:cut", "Cutting")))  # fmt: skip
    cells = compare([WELDING, NURSING], goal).row("cover").cells
    assert cells[0].value == Cover(("Welding",), ("Reading drawings",), ("Cutting",))
    assert cells[1].kind is Kind.NOT_STATED


def test_occupation_wages_say_that_they_are_of_all_people() -> None:
    note = compare([WELDING]).row("occupations").kind.note
    assert "Wages shown are for all people in this occupation." in note
    assert "not the effect of the credential" in note


def test_none_six_and_the_same_twice_are_refused() -> None:
    with pytest.raises(AppraisalError, match="nothing to compare"):
        compare([])
    with pytest.raises(AppraisalError, match="too many"):
        compare([Item(str(number), "x") for number in range(6)])
    with pytest.raises(AppraisalError, match="twice"):
        compare([WELDING, WELDING])


def test_a_row_that_does_not_exist_is_refused() -> None:
    with pytest.raises(AppraisalError, match="pirce"):
        Item("a", "A", {"pirce": known(1, "x")})


@pytest.mark.parametrize("empty", [None, "", ()])
def test_emptiness_is_not_stated(empty: object) -> None:
    assert known(empty, "list").kind is Kind.NOT_STATED


@given(st.lists(st.one_of(st.none(), st.integers(0, 10**7)), min_size=1, max_size=5))
def test_what_is_not_stated_never_becomes_a_number(prices: list[int | None]) -> None:
    items = [
        Item(str(place), "x", {} if price is None else {"price_total": known(Money(price, "USD"), "list")})
        for place, price in enumerate(prices)
    ]
    cells = compare(items).row("price_total").cells
    assert [None if cell.kind is Kind.NOT_STATED else cell.value.minor for cell in cells] == prices
