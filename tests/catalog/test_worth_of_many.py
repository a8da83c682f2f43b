"""What is known of many versions at once is what is known of each, and asks the database no more often."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.catalog.factories import AT, Team, approval, imported, occupation, organisation, outcome, provider, taught
from tests.catalog.factories import skill as make_skill

from cairn.appraisal import Evidence, Tier, strongest
from cairn.catalog import queries, services
from cairn.catalog.models import (
    CredibilityScore,
    DefinitionVersion,
    Endorsement,
    ProviderMatch,
    Register,
    RegisterEntry,
    RegisterStatement,
)
from cairn.people.models import Organisation
from cairn.skills.models import Occupation

pytestmark = pytest.mark.django_db
D = Decimal


def catalogue(many: int) -> list[DefinitionVersion]:
    """Versions of several kinds, each with what can stand beside it."""
    occupation()
    team = Team()
    found = [team.published(title=f"Reading balance sheets {number}") for number in range(many)]
    for number in range(many):
        school = provider(f"School {number}")
        approval(school, until=date(2030, 1, 1))
        outcome(school)
        version = imported(f"Welding {number}", by=school)
        taught(version, make_skill(f"Skill {number}"), origin="stated")
        found.append(version)
    return list(queries.published().filter(pk__in=[one.pk for one in found]).order_by("pk"))


def questions(versions: Sequence[DefinitionVersion]) -> int:
    queries.credibilities_of(versions, AT)
    with CaptureQueriesContext(connection) as seen:
        queries.credibilities_of(versions, AT)
    return len(seen)


def test_many_at_once_are_judged_as_each_by_itself() -> None:
    versions = catalogue(3)
    assert len(versions) == 6
    together = queries.credibilities_of(versions, AT)
    for version in versions:
        assert together[version.pk] == queries.credibility_of(version, AT)


def test_credibility_of_many_asks_no_more_often_than_of_one_of_each_kind() -> None:
    versions = catalogue(6)
    few = [versions[0], versions[-1]]
    assert questions(few) == questions(versions) <= 18


def test_five_side_by_side_ask_no_more_often_than_two() -> None:
    versions = catalogue(5)

    def asked(some: Sequence[DefinitionVersion]) -> int:
        with CaptureQueriesContext(connection) as seen:
            queries.facts_for_comparison(some, AT)
        return len(seen)

    asked(versions)
    assert asked([versions[0], versions[-1]]) == asked([*versions[:2], *versions[-3:]]) <= 34


def test_the_break_even_of_a_list_is_that_of_the_page() -> None:
    version = imported()
    on_its_page = queries.return_for(version, queries.Inputs(), AT)
    cell = queries.facts_for_comparison([version], AT)[0].fact("break_even")
    assert on_its_page.base is not None
    assert cell.value.minor == round(on_its_page.base) * 100, "in whole dollars: nobody knows it to the cent"
    nothing = imported(workload_hours=None, offer={"hours": None})
    assert queries.facts_for_comparison([nothing], AT)[0].fact("break_even").value is None


def judged(version: DefinitionVersion, criterion: str) -> Any:
    found = next(one for one in queries.credibility_of(version, AT).criteria if one.criterion.id == criterion)
    return found.low, found.high, found.sentence


def test_a_list_that_approves_each_programme_covers_this_one_until_the_approval_ends() -> None:
    version = imported()
    approval(version.definition.provider)
    assert judged(version, "A3")[:2] == (3, 3)
    version.definition.provider.approvals.update(until=date(2020, 1, 1))
    fresh = queries.version_of(version.definition.slug)
    assert judged(fresh, "A3")[:2] == (0, 3)


def register(version: DefinitionVersion, *, kind: str = "accredited", **fields: object) -> RegisterStatement:
    held, _ = Register.objects.get_or_create(slug="dapip", defaults={"name": "DAPIP", "as_of": "2026-01"})
    entry, _ = RegisterEntry.objects.get_or_create(
        register=held, key="1", defaults={"name": "Camden Welding School Inc."}
    )
    ProviderMatch.objects.get_or_create(
        provider=version.definition.provider, entry=entry,
        defaults={"kind": "identifier", "score": D(1), "state": "accepted", "automatic": True},
    )  # fmt: skip
    return RegisterStatement.objects.create(
        entry=entry, key=f"{kind}-{fields}", kind=kind, authority="Higher Commission", scope="Institutional", **fields
    )


def test_what_a_register_states_counts_with_its_name_date_and_end() -> None:
    version = imported()
    register(version, until=date(2031, 5, 1))
    low, high, sentence = judged(version, "A2")
    assert (low, high) == (6, 6)
    assert "Higher Commission" in sentence
    assert "DAPIP, 2026-01" in sentence
    assert "holds until 2031-05-01" in sentence
    assert judged(version, "A3")[:2] == (0, 3)
    assert "whether it covers this credential is not said" in judged(version, "A3")[2]
    assert judged(version, "A1")[:2] == (2, 4)


def test_a_match_nobody_accepted_and_an_accreditation_that_ended_or_has_not_begun_bring_nothing() -> None:
    version = imported()
    register(version, until=date(2020, 5, 1))
    assert judged(version, "A2")[:2] == (0, 0)
    RegisterStatement.objects.all().delete()
    register(version, since=date(2090, 1, 1))
    assert judged(version, "A2")[:2] == (0, 6)
    RegisterStatement.objects.all().delete()
    register(version)
    ProviderMatch.objects.update(state="suggested")
    assert judged(version, "A2")[:2] == (0, 6)
    assert judged(version, "A1")[:2] == (0, 4)


@pytest.mark.parametrize("kind", ["caution", "closed"])
def test_a_registers_warning_is_a_label_until_it_ends(kind: str) -> None:
    version = imported()
    found = register(version, kind=kind)
    worth = queries.credibility_of(version, AT)
    assert [gate.key for gate in queries.gates_of(version, worth, AT.date())] == ["caution"]
    found.until = date(2020, 1, 1)
    found.save()
    assert queries.gates_of(version, worth, AT.date()) == ()


@pytest.mark.parametrize(
    ("said", "ends"),
    [("Project", ("0.8", 6)), ("Examination", ("0.4", 6)), ("Attendance sheet", (0, 6))],
    ids=["project", "examination", "unheard-of"],
)
def test_the_kind_of_assessment_says_how_much_it_demands_at_least(said: str, ends: tuple[object, object]) -> None:
    low, high, _ = judged(imported(assessment_type=said), "C2")
    assert (low, high) == (D(str(ends[0])), D(str(ends[1])))


def test_demand_for_an_occupation_is_said_to_be_that_and_leaves_the_rest_possible() -> None:
    occupation()
    version = imported()
    assert judged(version, "D3")[:2] == (0, 3)
    Occupation.objects.update(in_demand=True)
    low, high, sentence = judged(version, "D3")
    assert (low, high) == (1, 3)
    assert "need of the occupation, not of this credential" in sentence


def test_a_professional_body_that_signed_recognises_it_and_an_employer_that_signed_does_not() -> None:
    version = imported()
    employer = organisation("Harbour Cranes", kind=Organisation.Kind.EMPLOYER)
    Endorsement.objects.create(version=version, endorser=employer, document="{}", given_at=AT)
    assert judged(version, "E2")[:2] == (0, 3)
    body = organisation("Welders' Institute", kind=Organisation.Kind.PROFESSIONAL)
    Endorsement.objects.create(version=version, endorser=body, document="{}", given_at=AT)
    assert judged(version, "E2")[:2] == (3, 3)
    assert "Welders' Institute" in judged(version, "E2")[2]


def test_earnings_compared_with_nobody_bring_no_points_and_are_told() -> None:
    version = imported()
    outcome(version.definition.provider)
    low, high, sentence = judged(version, "F3")
    assert (low, high) == (0, 5)
    assert "compared with nobody" in sentence


def test_suppressed_earnings_are_not_told_as_published() -> None:
    version = imported()
    outcome(version.definition.provider, mean_quarterly_wage=None, earners=None)
    assert "not known" in judged(version, "F3")[2]


def piece(points: int, tier: Tier, most: int | None = None) -> Evidence:
    return Evidence("F3", D(points), tier, "told", at_most=None if most is None else D(most))


def test_a_part_that_is_certain_stands_back_for_a_whole_that_was_checked_and_bounds_one_only_declared() -> None:
    part, whole, declared = piece(1, Tier.VERIFIED, 5), piece(4, Tier.REVIEWED), piece(5, Tier.DECLARED)
    assert strongest([part, whole, declared]) == [whole]
    assert strongest([declared, part]) == [declared]  # 2 points, within 1 to 5
    assert strongest([piece(1, Tier.DECLARED), part]) == [piece(1, Tier.VERIFIED)]  # 0.4 points, and 1 is certain
    assert strongest([whole, piece(5, Tier.VERIFIED)]) == [piece(5, Tier.VERIFIED)]


def test_scores_of_many_are_kept_once_and_again_when_something_changed() -> None:
    versions = catalogue(3)
    assert services.keep_scores(versions=versions, at=AT) == 6
    assert services.keep_scores(versions=versions, at=AT) == 0
    assert services.keep_score(version=versions[-1], at=AT) is None
    Endorsement.objects.create(version=versions[-1], endorser=organisation("Guild"), document="{}", given_at=AT)
    assert services.keep_scores(versions=versions, at=AT) == 1
    kept = CredibilityScore.objects.filter(version=versions[-1]).order_by("pk")
    assert [one.because for one in kept] == ["taken anew", "taken anew"]
    assert kept[1].low > kept[0].low
