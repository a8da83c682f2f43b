"""Articulation agreements: what a receiving institution grants for the awards of a giving one."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.stacking import (
    AllOf,
    Allowance,
    AtMost,
    Award,
    AwardError,
    AwardFilter,
    AwardOf,
    Converting,
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


def test_a_cap_of_the_agreement_cuts_what_is_beyond_it_and_the_trace_says_so():
    terms = tuple(replace(TERM, id=f"t{n}", achievements=(f"college/c{n}",), toward=f"uni/{n}") for n in range(3))
    capped = replace(AGREEMENT, terms=terms, most=Decimal(10))
    found = articulate([award(f"c{n}") for n in range(3)], [capped], NOW)
    assert [one.award.credits["ECTS"] for one in found.derived] == [Decimal(6)] * 3
    result = evaluate(CreditsAtLeast(Decimal(20), "ECTS"), found.awards, NOW)
    assert result.trace.have == 10
    assert result.trace.note == "10 of at most 10 ECTS credits count by agreement nursing, version 2"
    whole, rest = sorted(result.trace.counts, key=lambda one: -one.amount)
    beyond = "beyond what agreement nursing, version 2 gives in all: 10 ECTS credits"
    assert (whole.amount, whole.cut, rest.amount, rest.stated, rest.cut) == (6, 0, 4, 6, 2)
    assert f"the rest is {beyond}" in rest.because
    assert [one.reason for one in result.unused] == [f"is {beyond}"]
    assert [one.reason for one in result.trace.rejected] == [f"is {beyond}"]


def test_what_the_cap_is_spent_on_is_what_the_rule_needs_not_what_is_largest():
    """Largest first, the cap of 6 would go to the course that the rule does not name."""
    large = replace(TERM, id="t1", achievements=("college/c1",), toward="uni/elective", credits=Decimal(6))
    named = replace(TERM, id="t2", achievements=("college/c2",), toward="uni/required", credits=Decimal(5))
    capped = replace(AGREEMENT, terms=(large, named), most=Decimal(6))
    found = articulate([award("c1"), award("c2")], [capped], NOW)
    rule = AllOf((AwardOf("uni/required"), CreditsAtLeast(Decimal(1), "ECTS")))
    assert evaluate(rule, found.awards, NOW).met
    assert not evaluate(rule, found.awards[:1], NOW).met


def test_of_two_terms_that_fit_the_rule_chooses():
    both = (replace(TERM, id="t1", toward="uni/a"), replace(TERM, id="t2", toward="uni/b", credits=Decimal(4)))
    found = articulate([award()], [replace(AGREEMENT, terms=both)], NOW)
    assert [one.term for one in found.derived] == ["t1", "t2"]
    assert evaluate(AwardOf("uni/b"), found.awards, NOW).met
    assert not evaluate(AllOf((AwardOf("uni/a"), AwardOf("uni/b"))), found.awards, NOW).met


def test_credit_without_a_named_course_counts_for_each_achievement():
    unnamed = replace(TERM, achievements=("college/c0", "college/c1"), toward="", credits=Decimal(3))
    awards = articulate([award("c0"), award("c1"), award("c2")], [replace(AGREEMENT, terms=(unnamed,))], NOW).awards
    assert evaluate(CreditsAtLeast(Decimal(9), "ECTS"), awards, NOW).trace.have == 6


def test_a_course_larger_than_the_cap_counts_as_a_course_and_takes_up_all_of_it():
    terms = tuple(replace(TERM, id=f"t{n}", achievements=(f"college/c{n}",), toward=f"uni/{n}") for n in range(2))
    capped = replace(AGREEMENT, terms=terms, most=Decimal(4))
    awards = articulate([award(f"c{n}") for n in range(2)], [capped], NOW).awards
    assert evaluate(AwardOf("uni/0"), awards, NOW).met
    assert not evaluate(AllOf((AwardOf("uni/0"), AwardOf("uni/1"))), awards, NOW).met


def test_an_allowance_binds_also_where_converted_credits_are_added_up_in_its_scheme():
    twelve = CreditsAtLeast(amount=Decimal(12), scheme="ECTS")
    rule = Converting(source="CATS", target="ECTS", factor=Fraction(1, 2), of=twelve)
    capped = award(credits={"CATS": Decimal(20)}, within=(Allowance("agreement nursing", "ECTS", Decimal(4)),))
    result = evaluate(rule, [capped], NOW)
    assert result.progress == Fraction(4, 12)
    assert result.trace.note == "4 of at most 4 ECTS credits count by agreement nursing"


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
    terms = tuple(
        replace(TERM, id=f"t{n}", achievements=(f"college/c{n}",), toward=f"uni/{n}", credits=Decimal(n + 3))
        for n in range(4)
    )
    capped = replace(AGREEMENT, terms=terms, most=Decimal(most))
    held = [award(f"c{number}") for number in numbers]
    found = articulate(held, [capped], NOW)
    assert {one.original for one in found.derived} | {one.award for one in found.refused} == {one.id for one in held}
    given_in_all = sum(number + 3 for number in numbers if number < 4)
    assert evaluate(CreditsAtLeast(Decimal(40), "ECTS"), found.awards, NOW).trace.have == min(most, given_in_all)
    random.shuffle(held)
    assert articulate(held, [capped], NOW) == found


def test_a_term_that_accepts_several_achievements_has_a_cap_of_its_own():
    names = ("college/c0", "college/c1", "college/c2")
    electives = tuple(
        replace(TERM, id=f"t{n}", achievements=names, toward=f"uni/{n}", most=Decimal(9)) for n in range(2)
    )
    awards = articulate([award(f"c{n}") for n in range(3)], [replace(AGREEMENT, terms=electives[:1])], NOW).awards
    assert (
        evaluate(CreditsAtLeast(Decimal(20), "ECTS"), awards, NOW).trace.have == 6
    )  # one course of the university, once
    awards = articulate([award(f"c{n}") for n in range(3)], [replace(AGREEMENT, terms=electives)], NOW).awards
    result = evaluate(CreditsAtLeast(Decimal(20), "ECTS"), awards, NOW)
    assert result.trace.have == 12
    assert "6 of at most 9 ECTS credits count by term t1 of agreement nursing, version 2" in result.trace.note
    with pytest.raises(AwardError, match="caps at"):
        replace(TERM, most=Decimal(0))


CAP = st.none() | st.integers(1, 14)
TERMS = st.lists(
    st.tuples(st.sets(st.integers(0, 2), min_size=1), st.sampled_from(["a", "b", "c"]), st.integers(1, 9), CAP),
    min_size=1,
    max_size=2,
)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=3),
    st.lists(st.tuples(TERMS, CAP), min_size=1, max_size=2),
    st.integers(1, 12),
    st.integers(1, 12),
)
def test_whatever_can_be_transferred_within_the_caps_to_satisfy_the_rule_is_found(own, agreements, here, there):
    """Every choice is tried: what each award counts as, and where; credits are cut to the caps, named courses are not."""
    held = [award(f"c{n}", credits={"ECTS": Decimal(much)}) for n, much in enumerate(own)]
    made = [
        Agreement(
            id=f"g{a}", version="1", giver="college", receiver="uni", most=None if most is None else Decimal(most),
            terms=tuple(
                Term(
                    id=f"t{t}", achievements=tuple(f"college/c{n}" for n in sorted(accepts)), toward=f"uni/{toward}",
                    credits=Decimal(much), scheme="ECTS", most=None if cap is None else Decimal(cap),
                )
                for t, (accepts, toward, much, cap) in enumerate(terms)
            ),
        )
        for a, (terms, most) in enumerate(agreements)
    ]  # fmt: skip
    rule = AllOf((
        AwardOf("uni/a"),
        CreditsAtLeast(Decimal(here), "ECTS", filter=AwardFilter(issuers=("college",))),
        CreditsAtLeast(Decimal(there), "ECTS", filter=AwardFilter(issuers=("uni",))),
    ))  # fmt: skip
    options = []
    for one in held:
        fitting = [
            (agreement, term) for agreement in made for term in agreement.terms if one.achievement in term.achievements
        ]
        options.append([None, "itself", *product(fitting, ["course", "credits"])])
    best = max(_reached(own, choice, made, here, there) for choice in product(*options))
    result = evaluate(rule, [*held, *articulate(held, made, NOW).awards], NOW)
    assert result.exact
    assert result.progress == best


def _reached(own, choice, made, here, there):
    """The progress of one choice: a course draws its credits (at most the cap) on its caps, credits share what is left of them."""
    moved = [one for one in choice if isinstance(one, tuple)]
    if len({term.toward for (_, term), _ in moved}) < len(moved):
        return 0  # one course of the university counts once
    courses = [pair for pair, where in moved if where == "course"]
    named = any(term.toward == "uni/a" for _, term in courses)
    total = 0
    for agreement in made:
        left = agreement.most
        if left is not None:
            left -= sum(min(term.credits, agreement.most) for giving, term in courses if giving is agreement)
        given_here = Decimal(0)
        for term in agreement.terms:
            room = term.most
            if room is not None:
                room -= sum(
                    min(term.credits, term.most) for giving, one in courses if giving is agreement and one is term
                )
            much = sum(
                (
                    one.credits
                    for (giving, one), where in moved
                    if where == "credits" and giving is agreement and one is term
                ),
                Decimal(0),
            )
            if room is not None and room < 0:
                return 0
            given_here += much if room is None else min(much, room)
        if left is not None and left < 0:
            return 0
        total += given_here if left is None else min(given_here, left)
    itself = sum(much for much, one in zip(own, choice, strict=True) if one == "itself")
    return Fraction(
        int(named) + min(Fraction(1), Fraction(itself, here)) + min(Fraction(1), Fraction(total) / there), 3
    )


def test_an_award_and_what_an_agreement_makes_of_it_count_once():
    original = award(credits={"ECTS": Decimal(8)})
    derived = articulate([original], [AGREEMENT], NOW).awards
    fourteen = CreditsAtLeast(Decimal(14), "ECTS", id="credits")
    both = evaluate(fourteen, [original, *derived], NOW)
    assert both.trace.have == 8  # the better of the two, not fourteen
    assert ("my-nursing-1→nursing#t1", "already counts as my-nursing-1, and the same learning counts once") in [
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
