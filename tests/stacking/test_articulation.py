"""Articulation agreements: what a receiving institution grants for the awards of a giving one."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.stacking import (
    AllOf,
    AtMost,
    Award,
    AwardError,
    AwardFilter,
    AwardOf,
    CreditsAtLeast,
    Level,
    Residency,
    evaluate,
)
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


def test_a_term_that_accepts_several_achievements_has_a_cap_of_its_own():
    electives = replace(TERM, achievements=("college/c0", "college/c1", "college/c2"), most=Decimal(9))
    found = articulate([award(f"c{n}") for n in range(3)], [replace(AGREEMENT, terms=(electives,))], NOW)
    assert [one.award.credits["ECTS"] for one in found.derived] == [Decimal(6), Decimal(3)]
    assert (
        "is beyond what term t1 of agreement nursing, version 2 gives in all: 9 ECTS credits" in found.refused[0].reason
    )
    with pytest.raises(AwardError, match="caps at"):
        replace(TERM, most=Decimal(0))


def test_an_award_and_what_an_agreement_makes_of_it_count_once():
    original = award(credits={"ECTS": Decimal(8)})
    derived = articulate([original], [AGREEMENT], NOW).awards
    fourteen = CreditsAtLeast(Decimal(14), "ECTS", id="credits")
    both = evaluate(fourteen, [original, *derived], NOW)
    assert both.trace.have == 8  # the better of the two, not fourteen
    assert ("my-nursing-1→nursing", "already counts as my-nursing-1, and the same learning counts once") in [
        (one.award, one.reason) for one in both.trace.rejected
    ]
    named = AllOf((AwardOf("uni/nur-101"), CreditsAtLeast(Decimal(8), "ECTS")))
    assert not evaluate(named, [original, *derived], NOW).met
    own = Award(id="own", achievement="uni/x", issuer="uni", valid_from=EARLIER, credits={"ECTS": Decimal(8)})
    assert evaluate(named, [own, original, *derived], NOW).met


def test_two_awards_that_an_agreement_takes_for_one_course_still_count_each_as_what_it_is():
    terms = tuple(replace(TERM, id=f"t{n}", achievements=(f"college/c{n}",)) for n in range(2))
    held = [award(f"c{n}", credits={"ECTS": Decimal(5)}) for n in range(2)]
    derived = articulate(held, [replace(AGREEMENT, terms=terms)], NOW).awards
    rule = AllOf((AwardOf("uni/nur-101"), CreditsAtLeast(Decimal(5), "ECTS")))
    assert evaluate(rule, [*held, *derived], NOW).met


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(0, 9)), min_size=1, max_size=4),
    st.integers(1, 30),
    st.integers(1, 30),
)
def test_transfer_never_counts_learning_twice_and_never_less_than_the_best_choice(pairs, first, second):
    """Each award counts as itself or as what it was derived into, in one place: all choices are tried."""
    held, derived = [], []
    for number, (own, given_credits) in enumerate(pairs):
        original = award(f"c{number}", credits={"ECTS": Decimal(own)})
        term = replace(
            TERM, achievements=(original.achievement,), toward=f"uni/{number}", credits=Decimal(given_credits)
        )
        held.append(original)
        derived += articulate([original], [replace(AGREEMENT, id=f"a{number}", terms=(term,))], NOW).awards
    rule = AllOf((
        CreditsAtLeast(Decimal(first), "ECTS", filter=AwardFilter(issuers=("college",))),
        CreditsAtLeast(Decimal(second), "ECTS", filter=AwardFilter(issuers=("uni",))),
    ))  # fmt: skip
    reachable = any(
        sum(own for (own, _), here in zip(pairs, choice, strict=True) if here) >= first
        and sum(other for (_, other), here in zip(pairs, choice, strict=True) if not here) >= second
        for choice in product([True, False], repeat=len(pairs))
    )
    assert evaluate(rule, [*held, *derived], NOW).met == reachable


def test_what_was_transferred_is_not_residency():
    rule = Residency(CreditsAtLeast(Decimal(6), "ECTS"), ("uni",), "ECTS", amount=Decimal(2))
    derived = articulate([award()], [AGREEMENT], NOW).awards
    assert not evaluate(rule, derived, NOW).met
    own = Award(id="own", achievement="uni/x", issuer="uni", valid_from=EARLIER, credits={"ECTS": Decimal(2)})
    assert evaluate(rule, [own, *derived], NOW).met
