"""What the catalogue knows: wages and outcomes kept apart, unknowns kept unknown, plans that promise no more than was said."""

from __future__ import annotations

import gc
import weakref
from datetime import date
from decimal import Decimal

import pytest
from django.utils.timezone import now
from tests.catalog.factories import (
    AT,
    Team,
    approval,
    imported,
    need,
    occupation,
    organisation,
    outcome,
    provider,
    skill,
    taught,
)

from cairn import planning
from cairn.appraisal import Kind, Money, compare
from cairn.catalog import queries
from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import Endorsement
from cairn.catalog.queries import planning as kept_for_planning
from cairn.errors import NotFound
from cairn.skills.models import FieldOfStudyLink, Wage

pytestmark = pytest.mark.django_db


def test_a_draft_is_nobodys_to_see_and_a_wrong_address_says_what_to_do() -> None:
    draft = Team().draft()
    for slug in (draft.definition.slug, "nothing"):
        with pytest.raises(NotFound) as missing:
            queries.version_of(slug)
        assert missing.value.remedy
    assert queries.version_by_achievement(achievement_id(draft)) is None


def test_a_stack_is_known_from_its_parts_and_its_parts_from_the_stack() -> None:
    team = Team()
    part, other = team.published(title="Fillet welds"), team.published(title="Safe hot work")
    rule = {"kind": "all_of", "of": [{"kind": "award_of", "achievement": achievement_id(one)} for one in (part, other)]}
    stack = team.published(type="certificate", title="Practical welding", requirement=rule, rubric=None, assessment_type="",
                           outcomes=[{"text": "Weld simple parts from a drawing"}])  # fmt: skip
    assert queries.stacks_that_name(part) == [stack]
    assert queries.stacks_that_name(stack) == []
    from cairn.stacking import parse_requirement

    assert queries.named_in(parse_requirement(rule)) == {
        achievement_id(part): "Fillet welds",
        achievement_id(other): "Safe hot work",
    }


def test_occupations_come_with_the_latest_wages_and_suppressed_ones_stay_unknown() -> None:
    occupation("Welders")
    occupation("Boilermakers", soc="47-2011", median=None, p10=None)
    Wage.objects.create(soc="51-4121", area="U.S.", year=2023, median=1, source="old")
    FieldOfStudyLink.objects.create(cip="48.0508", soc="99-9999", cip_title="Welding technology")
    pays = queries.occupations_for(imported())
    assert [(pay.title, pay.wage.median if pay.wage else "none") for pay in pays] == [
        ("Welders", 50000),
        ("Boilermakers", None),
    ]
    assert queries.occupations_for(imported(field_of_study="")) == []


def test_wages_of_the_area_asked_for_are_preferred() -> None:
    occupation("Welders")
    Wage.objects.create(soc="51-4121", area="New Jersey", year=2024, median=58000, source="BLS OEWS, May 2024")
    version = imported()
    assert [pay.wage.median for pay in queries.occupations_for(version) if pay.wage] == [50000]
    assert [pay.wage.median for pay in queries.occupations_for(version, "New Jersey") if pay.wage] == [58000]


def test_small_numbers_are_marked_as_small() -> None:
    school = provider()
    outcome(school, 2, completers=12, earners=9)
    outcome(school, 4)
    lines = queries.outcomes_of(school, "48.0508")
    assert [(line.when, line.small, line.wage_small) for line in lines] == [
        ("half a year", True, True),
        ("a year", False, False),
    ]
    assert queries.outcomes_of(school, "") == []


def test_a_comparison_keeps_stated_suppressed_and_unknown_apart() -> None:
    school = provider()
    approval(school)
    outcome(school, 2)
    outcome(school, 4, mean_quarterly_wage=None, earners=None)
    occupation("Welders")
    known, silent = imported(by=school), imported("Silent course", field_of_study="", workload_hours=None, offer={
        "price_total": None, "price_tuition": None, "price_fees": None, "hours": None})  # fmt: skip
    compared = compare(queries.facts_for_comparison([known, silent], AT))
    first = {row.kind.key: row.cells[0] for row in compared.rows}
    second = {row.kind.key: row.cells[1] for row in compared.rows}
    assert first["price_total"].value == Money(4200_00, "USD")
    assert first["price_per_hour"].value == Money(17_50, "USD")
    assert first["price_materials"].kind is Kind.NOT_STATED
    assert (first["wage_2"].value, first["wage_2"].note) == (Money(8150_00, "USD"), "of 46 people")
    assert first["wage_4"].kind is Kind.SUPPRESSED
    assert first["occupations"].value[0].median == 50000
    assert first["approved_by"].value == ("New Jersey Eligible Training Provider List (approved)",)
    assert first["price_total"].source == "New Jersey Eligible Training Provider List, 2021"
    for key in (
        "price_total",
        "price_per_hour",
        "workload_hours",
        "wage_2",
        "wage_4",
        "occupations",
        "completers",
        "approved_by",
        "skills",
    ):
        assert second[key].kind is Kind.NOT_STATED


def test_skills_by_crosswalk_are_never_shown_as_stated() -> None:
    version = imported()
    taught(version, skill())
    fact = queries.facts_for_comparison([version], AT)[0].fact("skills")
    assert [one.stated for one in fact.value] == [False]
    assert "Not stated by the provider" in fact.note


def test_a_goal_is_read_from_what_is_needed() -> None:
    assert queries.goal_of("Welder", []) is None
    goal = queries.goal_of("Welder", [("s:weld", "Welding", Decimal(3))])
    assert goal is not None
    assert goal.needs[0].name == "Welding"


def test_credibility_knows_only_what_rows_prove() -> None:
    bare = queries.credibility_of(imported(), AT)
    assert {one.criterion.id for one in bare.criteria if one.evidence} == {"B2", "B3", "B4"}
    ours = queries.credibility_of(Team().published(level=3, level_framework="eqf"), now())
    assert ours.low > bare.low
    assert ours.coverage > bare.coverage
    assert {one.criterion.id for one in ours.criteria if one.evidence} >= {"B1", "B2", "B3", "C1", "C4", "D4", "E3"}


def test_an_approval_that_has_ended_is_a_known_zero_and_a_signed_endorsement_is_points() -> None:
    school = provider()
    approval(school, until=date(2021, 6, 30))
    points = {one.criterion.id: one for one in queries.credibility_of(imported(by=school), AT).criteria}
    assert points["A2"].evidence is not None
    assert (points["A2"].low, points["A2"].high) == (0, 0)
    guild = organisation("Welders' Guild")
    version = Team().published(partner=guild)
    before = queries.credibility_of(version, AT)
    Endorsement.objects.create(version=version, endorser=guild, document="{}", given_at=AT)
    after = queries.credibility_of(version, AT)
    assert after.low > before.low


def test_what_a_provider_says_of_its_own_approval_counts_less_than_a_register() -> None:
    told, listed = provider("A"), provider("B")
    approval(told, "Microsoft", status="", scope="outside government, in the provider's words")
    approval(listed)
    lows = [
        next(one.low for one in queries.credibility_of(imported(by=one), AT).criteria if one.criterion.id == "A2")
        for one in (told, listed)
    ]
    assert lows == [Decimal("2.4"), 6]


def test_completeness_counts_what_the_awarding_system_always_writes_only_for_its_own() -> None:
    missing = {element.key for element in queries.completeness_of(imported()).missing_mandatory}
    assert {"1", "4", "5", "6", "8", "9"} <= missing
    assert queries.completeness_of(Team().published(level=3, level_framework="eqf")).score == 11


def test_offers_for_an_occupation_are_what_leads_to_its_skills() -> None:
    welder, welding, cutting = occupation("Welders"), skill("Welding"), skill("Cutting")
    need(welder, welding)
    fitting, elsewhere, unpriced = (
        imported(),
        imported("Poetry", field_of_study="23.1302"),
        imported("Silent", offer={"price_total": None}),
    )
    for version in (fitting, elsewhere, unpriced):
        taught(version, welding, "3.7")
    taught(fitting, cutting, None)
    ours, offer = Team().offered(skills={welding.uri: Decimal(2)})
    found = queries.offers_for_planning(occupation=welder)
    assert {one.title for one in found.offers} == {"Combination welding", "Reading weld drawings"}
    assert found.left_out == 1
    by_title = {one.title: one for one in found.offers}
    assert by_title["Combination welding"].provides == {welding.uri: 3, cutting.uri: 1}
    assert by_title["Combination welding"].cost == planning.Money(4200_00, "USD")
    assert found.by_crosswalk == {by_title["Combination welding"].id}
    mine = by_title["Reading weld drawings"]
    assert (mine.id, mine.achievement, mine.hours, mine.provides) == (
        f"offer:{offer.pk}",
        achievement_id(ours),
        12,
        {welding.uri: 2},
    )


def test_offers_can_be_asked_for_by_skill_or_all_at_once() -> None:
    version = imported()
    taught(version, skill("Welding"))
    assert len(queries.offers_for_planning(skills=[skill("Welding").uri]).offers) == 1
    assert queries.offers_for_planning(skills=["https://example.org/skills/none"]).offers == ()
    assert len(queries.offers_for_planning().offers) == 1
    assert queries.offers_for_planning(currency="EUR").priced_otherwise == 1


def test_a_large_catalogue_is_left_alone_by_the_collector_of_garbage_until_it_changes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class InHand:
        """What a question of another thread has in hand; it holds itself, so that only the collector frees it."""

        def __init__(self) -> None:
            self.itself = self

    try:
        gc.unfreeze()
        taught(imported(), skill("Welding"))
        queries.offers_for_planning()
        assert gc.get_freeze_count() == 0
        monkeypatch.setattr(kept_for_planning, "MANY", 1)
        in_hand = InHand()
        left = weakref.ref(in_hand)
        taught(imported("Brazing"), skill("Brazing"))
        queries.offers_for_planning()
        rows = kept_for_planning.rows_now()
        assert gc.get_freeze_count() > 0
        assert not any(one is rows for one in gc.get_objects())
        del in_hand
        gc.collect()
        assert left() is not None
        taught(imported("Soldering"), skill("Soldering"))
        queries.offers_for_planning()
        assert left() is None
    finally:
        gc.unfreeze()
