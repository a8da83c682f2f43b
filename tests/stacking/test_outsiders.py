"""What an evaluator written from the reference alone answered otherwise, each case as small as it could be made."""

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

from cairn.stacking import Award, evaluate, parse_requirement

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
