"""What somebody writes who has read one page: taken as it is meant, or refused in words that help."""

from datetime import UTC, datetime

import pytest

from cairn.stacking import AwardError, RuleError, evaluate, parse_requirement
from cairn.stacking.documents import read_awards

NOW = datetime(2026, 6, 1, tzinfo=UTC)
ONE = {"id": "1", "achievement": "a", "issuer": "u", "valid_from": "2025-01-01T00:00:00Z"}
CREDITS = {"kind": "credits_at_least", "scheme": "ECTS", "amount": 5}


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ('{"kind": "award_of", "achievement": "a", "achievement": "b"}', "the field 'achievement' stands twice"),
        ('{"kind": "any_n", "n": %s, "of": []}' % ("9" * 5000), "more digits than are read"),
        ({"kind": "all_of", "of": {"kind": "award_of", "achievement": "a"}}, "$.of: This is not a list."),
        ({**CREDITS, "amount": "9" * 5000}, f"$.amount: '{'9' * 59}… is not a number."),
        ({**CREDITS, "amount": "٣٠"}, "$.amount: '٣٠' is not a number."),
        ({**CREDITS, "amount": " 30\n"}, "$.amount: ' 30\\n' is not a number."),
        ('{"kind": "credits_at_least", "scheme": "ECTS", "amount": 7.505}', "$.amount: 7.505 is not a positive amount"),
        ({**CREDITS, "tag": "x", "minimum": 3}, "$.minimum: Nothing reads minimum, tag."),
        (
            {**CREDITS, "filter": {"tag": "x"}},
            "use one of achievements, issuers, level_at_least, sources, subjects, tags, types.",
        ),
    ],
    ids=["twice", "digits", "of", "long", "arabic", "spaces", "thousandths", "strays", "filter"],
)
def test_a_rule_that_is_not_quite_one_is_refused_with_what_to_write(rule: str | dict[str, object], said: str) -> None:
    with pytest.raises(RuleError) as refused:
        parse_requirement(rule)
    assert said in str(refused.value)
    assert len(str(refused.value)) < 300


def test_a_whole_number_may_be_written_with_a_point() -> None:
    rule = parse_requirement('{"kind": "awards_at_least", "count": 1.0}')
    assert rule == parse_requirement('{"kind": "awards_at_least", "count": 1}')
    with pytest.raises(RuleError):
        parse_requirement('{"kind": "awards_at_least", "count": 1e999999}')


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"awards": [ONE], "equivalent": [[]]}, "$.equivalent: This is not a list of lists of texts."),
        (
            [{**ONE, "suspended": [{"start": "2026-02-01T00:00:00Z", "end": "2026-01-01T00:00:00Z"}]}],
            "$[0].suspended[0].end: This suspension ends before it begins.",
        ),
        ({"awards": [ONE], "award": []}, "use one of awards, decisions, equivalent, names, retired, validity."),
    ],
    ids=["equivalent", "suspended", "stray"],
)
def test_awards_that_are_not_quite_right_are_refused_at_their_place(document: object, said: str) -> None:
    with pytest.raises(AwardError) as refused:
        read_awards(document)  # type: ignore[arg-type]  # whatever JSON may hold
    assert said in str(refused.value)


def test_what_an_issuer_took_over_from_elsewhere_is_not_residency() -> None:
    rule = parse_requirement(
        {"kind": "residency", "issuers": ["u"], "scheme": "ECTS", "amount": 5, "of": {**CREDITS, "amount": 10}}
    )
    held = [{**ONE, "credits": {"ECTS": 5}}, {**ONE, "id": "2", "achievement": "b", "credits": {"ECTS": 5}}]
    for source, met in (("assessed", True), ("transfer", False)):
        awards = read_awards([{**one, "source": source} for one in held]).awards
        assert evaluate(rule, awards, NOW).met is met
