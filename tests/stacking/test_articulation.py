"""Articulation agreements: what a receiving institution grants for the awards of a giving one."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.stacking import AtMost, Award, AwardError, AwardFilter, AwardOf, CreditsAtLeast, Level, evaluate
from cairn.stacking.articulation import Agreement, Term, articulate

NOW = datetime(2026, 6, 1, tzinfo=UTC)
EARLIER = datetime(2025, 1, 1, tzinfo=UTC)
TERM = Term(
    id="t1", achievements=("college/nursing-1",), toward="uni/nur-101", credits=Decimal(6), scheme="ECTS",
    level=Level("EQF", Decimal(5)), grade="B", grades=("C", "B", "A"),
)  # fmt: skip
AGREEMENT = Agreement(id="nursing", version="2", giver="college", receiver="uni", terms=(TERM,))


def award(name="nursing-1", **values):
    given = {"level": Level("EQF", Decimal(5)), "grade": "B", "valid_from": EARLIER, "issuer": "college"}
    return Award(**{"id": f"my-{name}", "achievement": f"college/{name}", **given, **values})


def test_an_award_counts_at_the_receiving_institution_and_names_the_agreement():
    found = articulate([award()], [AGREEMENT], NOW)
    (derived,) = found.derived
    assert (derived.original, derived.agreement, derived.version, derived.term) == (
        "my-nursing-1",
        "nursing",
        "2",
        "t1",
    )
    assert (derived.award.issuer, derived.award.achievement, derived.award.source) == ("uni", "uni/nur-101", "transfer")
    result = evaluate(AwardOf("uni/nur-101"), [*found.awards, award()], NOW)
    assert result.met
    assert result.trace.counts[0].because == "my-nursing-1 of college, by term t1 of agreement nursing, version 2"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"grade": "C"}, "has grade C, which term t1 of agreement nursing, version 2 does not accept"),
        ({"level": Level("EQF", Decimal(4))}, "is at EQF level 4, which term t1 of agreement nursing, version 2 does not accept"),
        ({"achievement": "college/art"}, "is not named in agreement nursing, version 2"),
        ({"revoked_at": EARLIER}, "was revoked on 2025-01-01"),
    ],
)  # fmt: skip
def test_what_the_agreement_does_not_accept_is_refused_with_the_reason(change, reason):
    found = articulate([award(**change)], [AGREEMENT], NOW)
    assert found.derived == ()
    assert found.refused[0].reason == reason


def test_an_agreement_that_ended_gives_nothing_and_one_not_begun_neither():
    ended = replace(AGREEMENT, until=EARLIER)
    assert "ended on 2025-01-01" in articulate([award()], [ended], NOW).refused[0].reason
    later = replace(AGREEMENT, since=NOW)
    assert "before agreement nursing, version 2 began" in articulate([award()], [later], NOW).refused[0].reason


def test_a_cap_of_the_agreement_cuts_what_is_beyond_it():
    terms = tuple(replace(TERM, id=f"t{n}", achievements=(f"college/c{n}",), toward=f"uni/{n}") for n in range(3))
    capped = replace(AGREEMENT, terms=terms, most=Decimal(10))
    found = articulate([award(f"c{n}") for n in range(3)], [capped], NOW)
    assert [one.award.credits["ECTS"] for one in found.derived] == [Decimal(6), Decimal(4)]
    assert found.derived[1].cut == 2
    assert "is beyond what agreement nursing, version 2 gives in all: 10 ECTS credits" in found.refused[0].reason


def test_a_degree_plan_with_transfer_caps_what_comes_from_elsewhere():
    rule = AtMost(
        CreditsAtLeast(Decimal(12), "ECTS"), amount=Decimal(4), scheme="ECTS", filter=AwardFilter(sources=("transfer",))
    )
    own = Award(id="own", achievement="uni/x", issuer="uni", valid_from=EARLIER, credits={"ECTS": Decimal(8)})
    derived = articulate([award()], [AGREEMENT], NOW).awards
    assert evaluate(rule, [own, *derived], NOW).met
    assert evaluate(rule, derived, NOW).trace.parts[0].have == 4


def test_agreements_that_say_nothing_certain_are_refused():
    with pytest.raises(AwardError, match="two versions"):
        articulate([], [AGREEMENT, replace(AGREEMENT, version="3")], NOW)
    with pytest.raises(AwardError, match="itself"):
        replace(AGREEMENT, receiver="college")
    with pytest.raises(AwardError, match="same id"):
        replace(AGREEMENT, terms=(TERM, TERM))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 4), unique=True), st.integers(1, 30), st.randoms(use_true_random=False))
def test_no_agreement_gives_more_than_its_cap_and_order_changes_nothing(numbers, most, random):
    terms = tuple(replace(TERM, id=f"t{n}", achievements=(f"college/c{n}",), credits=Decimal(n + 3)) for n in range(4))
    capped = replace(AGREEMENT, terms=terms, most=Decimal(most))
    held = [award(f"c{number}") for number in numbers]
    found = articulate(held, [capped], NOW)
    assert sum(one.award.credits.get("ECTS", 0) for one in found.derived) <= most
    assert {one.original for one in found.derived} | {one.award for one in found.refused} == {one.id for one in held}
    random.shuffle(held)
    assert articulate(held, [capped], NOW) == found
