"""Whoever does all that a way says completes the rule: also through what is denied twice, orders in orders, and decisions."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.stacking.test_every_kind import NAMES, doing, holdings, leaves, walk

from cairn.stacking import (
    AllOf,
    AnyN,
    AwardOf,
    Converting,
    Decision,
    EarnedTogether,
    InOrder,
    LevelAtLeast,
    Not,
    Requirement,
    Residency,
    SkillsCovered,
    contradictions,
    evaluate,
    numbered,
    parse_requirement,
)
from cairn.stacking.allocation import Branch, Cap, Case
from cairn.stacking.articulation import Agreement, Term, articulate
from cairn.stacking.awards import Level
from cairn.stacking.filling import started

NOW = datetime(2026, 6, 1, tzinfo=UTC)
A, B = AwardOf("a"), AwardOf("b")


@pytest.mark.parametrize(
    ("rule", "ways"),
    [
        (Not(Not(A)), [["Earn a"]]),
        (Not(Not(Not(Not(A)))), [["Earn a"]]),
        (AllOf((B, Not(Not(A)))), [["Earn b", "Earn a"]]),
        (Not(AllOf((Not(A), Not(B)))), [["Earn a"], ["Earn b"]]),
        (Not(AnyN(1, (Not(A), Not(B)))), [["Earn a", "Earn b"]]),
        (Not(AnyN(2, (Not(A), Not(B), Not(AwardOf("c"))))), [["Earn a", "Earn b"], ["Earn a", "Earn c"], ["Earn b", "Earn c"]]),
        (Not(LevelAtLeast(Not(A), Level("EQF", Decimal(5)))), [["Earn a, at EQF level 5 or above"]]),
        (AnyN(1, (B, Not(Not(A)))), [["Earn b"], ["Earn a"]]),
        (Not(A), []),
        (Not(Not(Not(A))), []),
    ],
)  # fmt: skip
def test_what_is_denied_twice_is_asked_for(rule: Requirement, ways: list[list[str]]) -> None:
    """What a negation denies can be ended only where that depends on another negation, whose inside can be completed."""
    result = evaluate(rule, [], NOW)
    found = [[step.sentence for step in way] for way in result.missing]
    assert sorted(found) == sorted(ways)
    assert result.met == (not ways)
    for way in result.missing:
        earned = [replace(award, level=Level("EQF", Decimal(6))) for award in doing(numbered(rule), way)]
        assert evaluate(rule, earned, NOW).met


def test_nothing_that_nobody_can_earn_is_asked_for_through_two_negations() -> None:
    rule = Not(Not(AnyN(1, (A, B))))
    assert [way[0].sentence for way in evaluate(rule, [], NOW, retired=["a"]).missing] == ["Earn b"]
    nothing = evaluate(rule, [], NOW, retired=["a", "b"])
    assert nothing.missing == ()
    assert nothing.obstacles


def test_what_is_held_and_denied_stays_in_the_way_though_something_is_denied_twice() -> None:
    rule = parse_requirement(AllOf((Not(Not(A)), Not(B))).to_json())
    held = doing(numbered(B), evaluate(B, [], NOW).missing[0])
    result = evaluate(rule, held, NOW)
    assert result.missing == ()
    assert result.obstacles


def some_parts(inner):
    two = st.lists(inner, min_size=2, max_size=2).map(tuple)
    return st.one_of(
        st.builds(AllOf, two),
        two.flatmap(lambda of: st.builds(AnyN, st.integers(1, 2), st.just(of))),
        inner.map(lambda one: Not(Not(one))),
        two.map(lambda of: Not(AnyN(1, tuple(map(Not, of))))),
        st.builds(lambda of, last: InOrder((InOrder(of), last)), two, inner),
        st.builds(lambda of, first: InOrder((first, InOrder(of))), two, inner),
        st.builds(EarnedTogether, inner, days=st.sampled_from((60, 150))),
        st.builds(lambda of, much: Converting(Residency(of, ("u",), "ECTS", much), "CATS", "ECTS", Fraction(1, 2)), inner, amounts),
        st.builds(lambda of, much: Residency(Converting(of, "CATS", "ECTS", Fraction(1, 2)), ("u",), "ECTS", much), inner, amounts),
    )  # fmt: skip


amounts = st.integers(1, 5).map(Decimal)
rules = st.recursive(leaves, some_parts, max_leaves=4)
AGREEMENT = Agreement(
    id="agreed", version="1", giver="v", receiver="u", most=Decimal(3),
    terms=tuple(Term(id=name, achievements=(name,), toward=NAMES[0], credits=Decimal(2), scheme="ECTS") for name in NAMES[1:3]),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(rules, holdings(4), st.booleans(), st.integers(0, 30), st.sampled_from(((), ("a",), ("c", "d"))))
def test_doing_what_is_missing_completes_the_rule_with_decisions_and_agreements(rule, awards, agreed, at, retired):
    assume(not contradictions(rule))
    rule = numbered(rule)
    if agreed:
        awards = [*awards, *articulate(awards, [AGREEMENT], NOW).awards]
    denied = {node.id for one, _ in walk(rule) if isinstance(one, Not) for node in inside(one)}
    among = [leaf.id for leaf, _ in walk(rule) if not leaf.parts and leaf.id not in denied]
    skills = {leaf.id for leaf, _ in walk(rule) if isinstance(leaf, SkillsCovered)}
    decisions = ()
    if among and at < 20:
        chosen = among[at % len(among)]
        accepted = awards[at % len(awards)].id if awards and at % 2 and chosen not in skills else None
        decisions = (Decision(requirement=chosen, by="the dean", at=NOW, reason="practice", award=accepted),)
    result = evaluate(rule, awards, NOW, decisions=decisions, retired=retired)
    assert not (result.met and result.missing)
    for way in result.missing:
        assert not {step.achievement for step in way} & set(retired)
        assert evaluate(rule, [*awards, *doing(rule, way)], NOW, decisions=decisions).met


def inside(node):
    return [below for part in node.parts for below in (part, *inside(part))]


def test_a_start_meets_a_rule_only_within_its_limits() -> None:
    """An award that a limit keeps out, or that serves another requirement already, does not count where a way would begin with it."""
    case = Case(Branch(2, (0, 1)), (1, 1), (0, 0), ({0: 1, 1: 1}, {1: 1}))
    assert started(case, [(0, 0), (1, 1)]).progress == 1
    assert started(case, [(0, 0), (0, 1)]).progress == Fraction(1, 2)
    limited = replace(case, caps=(Cap(1, whole={(0, 0): 1, (1, 1): 1}),))
    assert started(limited, [(0, 0), (1, 1)]).progress == Fraction(1, 2)
