"""What the reader refuses, the published schema refuses too, as far as a schema can say it; and what the reader takes, it takes."""

import pytest
from tests.stacking.schema import faults

from cairn.stacking import AwardError, RuleError, parse_requirement, schemas
from cairn.stacking.documents import read_awards

A, B = ({"kind": "award_of", "achievement": name} for name in "ab")
CREDITS = {"kind": "credits_at_least", "amount": 30, "scheme": "ECTS"}
TRANSFER = {"filter": {"sources": ["transfer"]}}
MOST = {"kind": "at_most", **TRANSFER, "of": CREDITS}
BODY = {"kind": "residency", "issuers": ["u"], "scheme": "ECTS", "of": CREDITS}
WINDOW = {"kind": "earned_within", "of": A}
TOGETHER = {"kind": "earned_together", "of": {"kind": "all_of", "of": [A, B]}}
CONVERTING = {"kind": "converting", "source": "CATS", "target": "ECTS", "of": CREDITS}
ONE = {"id": "1", "achievement": "a", "issuer": "u", "valid_from": "2025-01-01T00:00:00Z"}

REFUSED = {
    **{f"amount {amount!r}": {**CREDITS, "amount": amount} for amount in (
        0, 0.0, "0", "0.00", -1, 10**9 + 1, "1000000001", "1000000000.01", "9999999999", "1.234", "1e3", "٣", "", "0" * 11 + "1",
    )},
    "hours 0": {"kind": "experience_hours", "hours": 0},
    "skill level 0": {"kind": "skills_covered", "framework": "f", "skills": ["s"], "level": 0},
    **{f"factor {factor!r}": {**CONVERTING, "factor": factor} for factor in (0, "0", "0/3", "3/0", ".0", 1001, 10**6, "1/2/3", "")},
    **{f"share {share!r}": {**MOST, "share": share, "scheme": "ECTS"} for share in (0, "0", "0.0", 1.5, "1.01", "2", "0/5")},
    "days beyond": {"kind": "recency", "days": 50_001, "of": A},
    "count beyond": {"kind": "awards_at_least", "count": 10**6 + 1},
    "years beyond": {**TOGETHER, "years": 101},
    "no limit": MOST,
    "two limits": {**MOST, "amount": 5, "count": 1, "scheme": "ECTS"},
    "a share and an amount": {**MOST, "amount": 5, "share": "1/2", "scheme": "ECTS"},
    "no scheme": {**MOST, "amount": 5},
    "a scheme of awards": {**MOST, "count": 1, "scheme": "ECTS"},
    "of every award": {"kind": "at_most", "amount": 5, "scheme": "ECTS", "of": CREDITS},
    "of every issuer": {"kind": "at_most", "amount": 5, "scheme": "ECTS", "each_issuer": False, "of": CREDITS},
    "a body and nothing": BODY,
    "a body and two amounts": {**BODY, "amount": 5, "share": "1/2"},
    "no end": WINDOW,
    "no time": TOGETHER,
    "two times": {**TOGETHER, "years": 1, "days": 3},
    "a null letter": {"kind": "award_of", "achievement": "a\0"},
}  # fmt: skip

TAKEN = {
    **{f"amount {amount!r}": {**CREDITS, "amount": amount} for amount in (
        1, 0.01, 10**9, "0.01", "1000000000", "1000000000.00", "0000000001", "7.500", "999999999.99", 0.5,
    )},
    **{f"factor {factor!r}": {**CONVERTING, "factor": factor} for factor in (2, 0.5, "2/3", ".5", "000001", "0.000001", "999/1", 1000)},
    **{f"share {share!r}": {**MOST, "share": share, "scheme": "ECTS"} for share in (1, 0.5, "1", "1.0", "2/3", ".25", "0.25", "01")},
    "days": {"kind": "recency", "days": 50_000, "of": A},
    "years": {**TOGETHER, "years": 100},
    "awards": {**MOST, "count": 1},
    "each issuer": {"kind": "at_most", "amount": 5, "scheme": "ECTS", "each_issuer": True, "of": CREDITS},
    "a body": {**BODY, "amount": 5},
    "since": {**WINDOW, "since": "2025-01-01T00:00:00Z"},
}  # fmt: skip


@pytest.mark.parametrize("rule", REFUSED.values(), ids=map(ascii, REFUSED))
def test_a_rule_that_the_reader_refuses_does_not_keep_to_the_schema(rule):
    with pytest.raises(RuleError):
        parse_requirement(rule)
    assert faults(schemas.rule(), rule)


@pytest.mark.parametrize("rule", TAKEN.values(), ids=TAKEN)
def test_a_rule_that_the_reader_takes_keeps_to_the_schema(rule):
    parse_requirement(rule)
    assert faults(schemas.rule(), rule) == []


@pytest.mark.parametrize("amount", [-1, 10**9 + 1, "1.234", "1000000001", "0." + "0" * 21])
def test_an_amount_that_no_award_has_keeps_to_no_schema(amount):
    award = {**ONE, "credits": {"ECTS": amount}}
    with pytest.raises(AwardError):
        read_awards([award])
    assert faults(schemas.awards(), [award])


@pytest.mark.parametrize("amount", [0, "0", "0.00", 7.5, "10", 10**9])
def test_an_award_may_bring_nothing(amount):
    award = {**ONE, "credits": {"ECTS": amount}, "hours": amount}
    read_awards([award])
    assert faults(schemas.awards(), [award]) == []


@pytest.mark.parametrize(
    ("field", "value", "path"),
    [
        ("within", [{"name": "agreement nursing", "scheme": "ECTS", "most": 0}], "$[0].within[0].most"),
        ("within", 0, "$[0].within"),
        ("skills", False, "$[0].skills"),
        ("suspended", "", "$[0].suspended"),
    ],
)
def test_an_award_is_refused_by_reader_and_schema_alike_at_the_very_place(field, value, path):
    award = {**ONE, field: value}
    with pytest.raises(AwardError) as refused:
        read_awards([award])
    assert [problem.path for problem in refused.value.problems] == [path]
    assert faults(schemas.awards(), [award])


@pytest.mark.parametrize(
    ("field", "value"),
    [("equivalent", [[]]), ("retired", ["x", "x"]), ("names", {"a": "\0"}), ("awards", [{**ONE, "basis": "\0"}])],
)
def test_what_belongs_to_weighing_is_refused_by_reader_and_schema_alike(field, value):
    document = {"awards": [ONE], field: value}
    with pytest.raises(AwardError):
        read_awards(document)
    assert faults(schemas.awards(), document)


def test_a_wrong_value_is_not_repeated_in_full_however_long():
    with pytest.raises(RuleError) as refused:
        parse_requirement({"kind": "counting", "mode": "x" * 100_000, "of": {"kind": "award_of", "achievement": "a"}})
    assert len(str(refused.value)) < 500
