"""What an evaluator written from the reference alone answered otherwise, each case as small as it could be made."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from cairn.stacking import Allowance, Award, Decision, RuleError, evaluate, parse_requirement, sentences

NOW = datetime(2026, 6, 1, tzinfo=UTC)
EARLIER = datetime(2025, 1, 1, tzinfo=UTC)


def held(name, achievement, **brought):
    amounts = {scheme: Decimal(amount) for scheme, amount in brought.items()}
    return Award(id=name, achievement=achievement, issuer="uni", valid_from=EARLIER, credits=amounts)


def shared(amount, scheme):
    return {"kind": "credits_at_least", "amount": amount, "scheme": scheme, "split": True}


def test_credits_are_never_shared_out_of_two_awards_of_one_achievement():
    rule = parse_requirement({"kind": "all_of", "of": [shared(4, "ECTS"), shared(4, "CATS")]})
    twice = [held("first", "statistics", CATS="5"), held("again", "statistics", ECTS="5")]
    result = evaluate(rule, twice, NOW)
    assert (result.progress, len(result.used)) == (Fraction(1, 2), 1)
    assert evaluate(rule, [twice[0], held("again", "ethics", ECTS="5")], NOW).met


def test_an_award_is_shared_out_over_two_schemes_in_proportion():
    rule = parse_requirement({"kind": "all_of", "of": [shared(2, "ECTS"), shared(4, "CATS")]})
    result = evaluate(rule, [held("one", "statistics", ECTS="5", CATS="5")], NOW)
    assert result.progress == Fraction(1, 2) * (1 + Fraction(3, 4))


def test_what_states_no_credits_in_a_scheme_is_converted_for_a_residency_too():
    rule = parse_requirement({
        "kind": "residency", "issuers": ["uni"], "scheme": "ECTS", "amount": 10,
        "of": {"kind": "converting", "source": "CATS", "target": "ECTS", "factor": "1/2",
               "of": {"kind": "credits_at_least", "amount": 10, "scheme": "ECTS"}},
    })  # fmt: skip
    assert evaluate(rule, [held("one", "statistics", CATS="20")], NOW).met
    assert evaluate(rule, [held("one", "statistics", CATS="20", ECTS="0")], NOW).met


def test_sentences_about_one_of_something_say_one():
    sum_of_two = {"kind": "credits_at_least", "amount": 2, "scheme": "ECTS"}
    rule = parse_requirement({"kind": "all_of", "of": [
        {"kind": "credits_at_least", "amount": 1, "scheme": "ECTS"},
        {"kind": "experience_hours", "hours": 1},
        {"kind": "recency", "days": 1, "of": sum_of_two},
        {"kind": "residency", "issuers": ["uni"], "scheme": "ECTS", "amount": 1, "of": sum_of_two},
        {"kind": "at_most", "amount": 1, "scheme": "ECTS", "filter": {"tags": ["soft"]}, "of": sum_of_two},
    ]})  # fmt: skip
    assert [line.strip() for line in sentences(rule).lines()] == [
        "All of these:",
        "Collect at least 1 ECTS credit",
        "Show at least 1 hour of experience",
        "Counting only awards earned in the last day:",
        "Collect at least 2 ECTS credits",
        "At least 1 ECTS credit comes from uni:",
        "Collect at least 2 ECTS credits",
        "Counting at most 1 ECTS credit from awards tagged soft:",
        "Collect at least 2 ECTS credits",
    ]


def test_a_window_that_does_not_begin_or_end_with_a_day_says_its_hour():
    rule = parse_requirement({
        "kind": "earned_within", "since": "2025-01-01T00:00:00Z", "until": "2025-12-31T23:59:59Z",
        "of": {"kind": "award_of", "achievement": "statistics"},
    })  # fmt: skip
    assert sentences(rule).lines()[0] == (
        "Counting only awards earned from 2025-01-01 until before 2025-12-31 23:59:59 (UTC):"
    )
    late = Award(
        id="one", achievement="statistics", issuer="uni", valid_from=datetime(2025, 12, 31, 23, 59, 59, tzinfo=UTC)
    )
    assert evaluate(rule, [late], NOW).unused[0].reason.startswith("was earned on 2025-12-31 23:59:59 (UTC)")


def test_the_trace_of_a_residency_counts_what_an_allowance_lets_count():
    rule = parse_requirement({
        "kind": "residency", "issuers": ["uni"], "scheme": "ECTS", "amount": 6,
        "of": {"kind": "credits_at_least", "amount": 6, "scheme": "ECTS"},
    })  # fmt: skip
    capped = replace(held("one", "statistics", ECTS="6"), within=(Allowance("agreement nursing", "ECTS", Decimal(2)),))
    resident = evaluate(rule, [capped], NOW).nodes()["1:credits"]
    assert (resident.have, [one.amount for one in resident.counts]) == (2, [2])


@pytest.mark.parametrize("accepted", ["a", "b"])
def test_a_condition_means_all_that_are_the_same_also_when_a_rule_is_read(accepted):
    rule = parse_requirement({
        "kind": "equivalences", "sets": [["a", "b"]],
        "of": {"kind": "counting_only", "filter": {"achievements": ["b"]}, "of": {"kind": "award_of", "achievement": "a"}},
    })  # fmt: skip
    assert evaluate(rule, [held("one", accepted)], NOW).met


def test_what_is_denied_by_another_name_of_the_same_is_a_contradiction():
    parts = [{"kind": "award_of", "achievement": "a"}, {"kind": "not", "of": {"kind": "award_of", "achievement": "b"}}]
    every = {"kind": "all_of", "of": parts}
    assert parse_requirement(every).kind == "all_of"
    with pytest.raises(RuleError, match="forbidden here"):
        parse_requirement({"kind": "equivalences", "sets": [["a", "b"]], "of": every})


def test_a_named_award_that_cannot_count_is_refused_with_its_name():
    named = {"kind": "award_of", "achievement": "c", "equivalents": ["d"]}
    with pytest.raises(RuleError, match=r"\$\.of: No award can be all of this: of c or d and of b\."):
        parse_requirement({"kind": "counting_only", "filter": {"achievements": ["b"]}, "of": named})


@pytest.mark.parametrize(("accepted", "progress"), [("x", Fraction(1)), ("a", Fraction(4, 5))])
def test_what_a_decision_accepts_counts_beside_the_best_window_of_the_rest(accepted, progress):
    rule = parse_requirement({"kind": "earned_together", "days": 1, "of": {"kind": "experience_hours", "hours": 10}})
    late = datetime(2026, 1, 30, tzinfo=UTC)
    brought = [("a", 4, EARLIER), ("b", 4, EARLIER), ("x", 2, late)]
    awards = [
        Award(id=key, achievement=key, issuer="uni", valid_from=day, hours=Decimal(hours))
        for key, hours, day in brought
    ]
    decision = Decision(requirement="1.1", by="the dean", at=late, reason="ill at the time", award=accepted)
    assert evaluate(rule, awards, NOW, decisions=[decision]).progress == progress
