"""Cases at the edge: awards that are the same learning, moments across zones, numbers out of use, rules nobody or somebody can meet."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from cairn.stacking import Award, AwardError, Decision, RuleError, SkillAt, evaluate, parse_requirement
from cairn.stacking.allocation import allocate
from cairn.stacking.documents import read_awards

NOW = datetime(2026, 6, 1, tzinfo=UTC)
FINAL = {"minimum": "pass", "scale": ["fail", "pass", "merit"]}


def award(key, achievement=None, *, ects=None, **fields):
    held = {"issuer": "u", "valid_from": datetime(2025, 9, 1, tzinfo=UTC), **fields}
    return Award(id=key, achievement=achievement or key, credits={"ECTS": Decimal(ects)} if ects else {}, **held)


def ects(amount, **fields):
    return {"kind": "credits_at_least", "amount": amount, "scheme": "ECTS", **fields}


def of(achievement):
    return {"kind": "award_of", "achievement": achievement}


def every(*parts):
    return {"kind": "all_of", "of": list(parts)}


def weigh(rule, *held, **asked):
    return evaluate(parse_requirement(rule), held, asked.pop("at", NOW), **asked)


def test_a_shareable_award_serves_everywhere_although_another_was_derived_from_it():
    own = award("own", "b", shareable=True)
    made = award("made", "x", stands_for="b")
    assert weigh(every(of("b"), {"kind": "awards_at_least", "count": 1, "filter": {"issuers": ["u"]}}), own, made).met
    assert weigh(every(of("b"), of("x")), own, made).progress == Fraction(1, 2)


def test_credits_are_shared_out_also_where_the_achievement_is_held_twice():
    rule = every(ects(2, split=True), ects(2, split=True, filter={"sources": ["assessed"]}))
    first = award("first", "a", ects=4, source="assessed")
    again = award("again", "a", ects=1, source="transfer", stands_for="z")
    assert weigh(rule, first, again).met


def test_an_award_that_serves_twice_is_one_award_for_a_limit():
    rule = {"kind": "exclusive", "achievements": ["a", "b"],
            "of": every({"kind": "awards_at_least", "count": 1}, ects(5))}  # fmt: skip
    assert weigh(rule, award("one", "a", ects=5, shareable=True)).met
    assert not weigh(rule, award("one", "a", ects=5), award("two", "b", ects=5)).met


def test_a_residency_counts_no_more_of_an_award_than_counts_inside():
    rule = {"kind": "residency", "issuers": ["u", "w"], "scheme": "ECTS", "amount": 20,
            "of": {"kind": "at_most", "amount": 10, "scheme": "ECTS", "each_issuer": True, "of": ects(20)}}  # fmt: skip
    result = weigh(rule, award("large", ects=30), award("other", ects=10, issuer="v"))
    assert result.exact
    assert result.progress == Fraction(3, 4)
    assert result.nodes()["1:credits"].have == 10


@pytest.mark.parametrize("at", [
    datetime(2026, 3, 29, 12, tzinfo=ZoneInfo("Europe/Vienna")),
    datetime(2026, 3, 29, 10, tzinfo=UTC),
])  # fmt: skip
@pytest.mark.parametrize(("second", "met"), [(0, True), (-1, False)])
def test_a_day_has_24_hours_wherever_the_clock_is_put_forward(at, second, met):
    earned = datetime(2026, 3, 28, 10, tzinfo=UTC) + timedelta(seconds=second)
    assert weigh({"kind": "recency", "days": 1, "of": of("a")}, award("a", valid_from=earned), at=at).met is met


def test_what_is_declared_the_same_is_the_same_near_and_far_and_in_filters_and_limits():
    same = {"kind": "equivalences", "sets": [["a", "b"], ["b", "c"]]}
    assert weigh({**same, "of": of("a")}, award("x", "c")).met
    assert weigh({**same, "of": ects(5, filter={"achievements": ["a"]})}, award("x", "c", ects=5)).met
    alone = {"kind": "exclusive", "achievements": ["a", "d"], "of": ects(10)}
    assert weigh({**same, "of": alone}, award("x", "c", ects=5), award("y", "d", ects=5)).progress == Fraction(1, 2)


@pytest.mark.parametrize("text", [
    '{"kind": "credits_at_least", "scheme": "ECTS", "amount": 1E+99999999999999999999}',
    '{"kind": "credits_at_least", "scheme": "ECTS", "amount": 1E+9999999}',
    '{"kind": "credits_at_least", "scheme": "ECTS", "amount": "1E+9999999"}',
    '{"kind": "award_of", "achievement": "\\ud800"}',
    '{"kind": "recency", "days": 999999, "of": {"kind": "award_of", "achievement": "a"}}',
    '{"kind": "recency", "days": 1000000000000, "of": {"kind": "award_of", "achievement": "a"}}',
    '{"kind": "awards_at_least", "count": 1000000000000000000000000000000}',
])  # fmt: skip
def test_numbers_and_texts_out_of_all_use_are_refused(text):
    with pytest.raises(RuleError):
        parse_requirement(text)


def test_an_award_may_have_no_credits_however_zero_is_written():
    one = (
        '{"id": "a", "achievement": "a", "issuer": "u", "valid_from": "2026-01-01T00:00:00Z", "credits": {"ECTS": %s}}'
    )
    for zero in ("0", "0.00", '"0"', '"0.00"'):
        assert read_awards(f"[{one % zero}]").awards[0].credits == {"ECTS": 0}
    for wrong in ("1E+99999999999999999999", "1E+9999999", '"\\ud800"', '"-0.5"', "0.005"):
        with pytest.raises(AwardError):
            read_awards(f"[{one % wrong}]")


@pytest.mark.parametrize("rule", [
    {"kind": "residency", "issuers": ["u"], "scheme": "ECTS", "amount": 10, "of": ects(20, filter={"issuers": ["v"]})},
    {"kind": "awards_at_least", "count": 3, "filter": {"achievements": ["a", "b"]}},
    every(of("a"), ects(5, filter={"achievements": ["a"]})),
    {"kind": "at_most", "count": 1, "filter": {"achievements": ["a", "b", "c"]},
     "of": {"kind": "any_n", "n": 2, "of": [of("a"), of("b"), of("c")]}},
    {"kind": "at_most", "count": 1, "filter": {"sources": ["transfer"]},
     "of": {"kind": "skills_covered", "framework": "F", "skills": ["s"]}},
])  # fmt: skip
def test_more_rules_that_nobody_can_meet_or_that_limit_nothing_are_refused(rule):
    with pytest.raises(RuleError):
        parse_requirement(rule)


@pytest.mark.parametrize(("rule", "held"), [
    (every(of("a"), {"kind": "not", "of": {"kind": "earned_within", "until": "2020-01-01T00:00:00Z", "of": of("a")}}),
     award("a")),
    (every({"kind": "grade_at_least", **FINAL, "of": of("a")},
           {"kind": "not", "of": {"kind": "grade_at_least", **FINAL, "minimum": "merit", "of": of("a")}}),
     award("a", grade="pass")),
    (every({"kind": "counting", "mode": "when_earned", "of": of("a")},
           {"kind": "not", "of": {"kind": "counting", "mode": "at_completion", "of": of("a")}}),
     award("a", valid_until=datetime(2026, 1, 1, tzinfo=UTC))),
])  # fmt: skip
def test_rules_that_somebody_can_meet_are_not_refused(rule, held):
    assert weigh(rule, held).met


@pytest.mark.parametrize(("rule", "held", "said"), [
    (every({"kind": "skills_covered", "framework": "F", "skills": ["s", "t", "u"]}, {"kind": "not", "of": of("z")}),
     [award("a", skills=(SkillAt("F", "s"),))], ["Show t, u of F"]),
    ({"kind": "at_most", "amount": 10, "scheme": "ECTS", "each_issuer": True, "of": ects(30)},
     [], ["Collect 30 more ECTS credits, at most 10 ECTS credits from any one issuer"]),
    ({"kind": "residency", "issuers": ["u"], "scheme": "ECTS", "amount": 10, "of": every(of("a"), of("b"))},
     [], ["Earn a, from u and earned there, with 10 ECTS credits", "Earn b"]),
    ({"kind": "level_at_least", "level": {"framework": "EQF", "value": 6},
      "of": {"kind": "grade_at_least", "minimum": "60", "of": ects(5)}},
     [], ["Collect 5 more ECTS credits, at EQF level 6 or above and with grade 60 or better"]),
    ({"kind": "awards_at_least", "count": 2, "filter": {"achievements": ["a", "b"]}},
     [award("a")], ["Earn 1 more award of a or b"]),
])  # fmt: skip
def test_a_way_is_found_and_says_all_that_an_award_must_be_like(rule, held, said):
    assert [one.sentence for one in weigh(rule, *held).missing[0]] == said


def test_a_window_that_is_over_cannot_be_filled_any_more():
    rule = {"kind": "earned_within", "until": "2026-01-01T00:00:00Z", "of": of("a")}
    assert weigh(rule).missing == ()
    assert weigh({"kind": "any_n", "n": 1, "of": [rule, of("b")]}).missing[0][0].sentence == "Earn b"


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00"])
def test_the_ends_of_time_are_moments_too(at):
    assert not weigh({"kind": "recency", "days": 1, "of": of("a")}, award("a"), at=datetime.fromisoformat(at)).met
    assert weigh({"kind": "not", "of": of("b")}, award("a"), at=datetime.fromisoformat(at)).met


def test_what_must_not_be_missing_can_be_earned():
    rule = {"kind": "not", "of": {"kind": "not", "of": of("a")}}
    assert weigh(rule, award("a")).met
    assert not weigh(rule).met


def test_an_order_waits_until_all_of_what_comes_first_could_be_met_at_once():
    """The first award alone could serve either half of what comes first, and not both."""
    rule = {"kind": "in_order", "of": [every(of("a"), ects(10)), of("b")]}

    def earned(key, achievement, days, **fields):
        return award(key, achievement, valid_from=NOW - timedelta(days=days), **fields)

    one, project = earned("one", "a", 30, ects=10), earned("project", "b", 20)
    assert weigh(rule, one, project).progress == Fraction(1, 4)
    late = weigh(rule, one, project, earned("more", "m", 10, ects=10))
    assert (late.progress, late.used) == (Fraction(1, 2), ("more", "one"))
    reasons = [(left.award, left.reason) for left in late.trace.parts[1].rejected]
    assert reasons == [("project", "was earned on 2026-05-12, before what must come first was complete on 2026-05-22")]
    assert weigh(rule, one, project, earned("more", "m", 25, ects=10)).met


def test_an_order_asks_what_comes_first_by_itself_whatever_limits_stand_around_it():
    """Only 2 of the 3 credits that come first count, and still they were there when the second award was earned."""
    ordered = {"kind": "in_order", "of": [ects(3), of("b")]}
    limit = {"kind": "at_most", "amount": 2, "scheme": "ECTS", "each_issuer": True}
    held = award("one", "a", valid_from=NOW - timedelta(days=30), ects=5), award("two", "b", valid_from=NOW)
    assert weigh({**limit, "of": ordered}, *held).progress == Fraction(5, 6)
    within = {**ordered, "of": [{**limit, "of": ects(3)}, of("b")]}
    assert weigh(within, *held).progress == Fraction(1, 3)


def test_an_order_inside_another_knows_only_what_counts_in_its_turn():
    """The first b came before its turn: what follows it waits for the second, as if all three stood in one order."""
    days = enumerate(["b", "a", "c", "b", "c"])
    b, a, c, *late = (award(f"{day}", name, valid_from=NOW - timedelta(days=9 - day)) for day, name in days)
    one = {"kind": "in_order", "of": [of("a"), of("b"), of("c")]}
    two = {"kind": "in_order", "of": [of("a"), {"kind": "in_order", "of": [of("b"), of("c")]}]}
    assert weigh(one, b, a, c).used == weigh(two, b, a, c).used == (a.id,)
    assert weigh(two, b, a, c, *late[:1]).used == (a.id, late[0].id)
    assert weigh(two, b, a, c, *late).met


def test_what_is_converted_inside_a_residency_is_brought_to_it_where_it_is_added_up():
    rate = {"kind": "converting", "source": "CATS", "target": "ECTS", "factor": "1/2", "of": ects(4)}
    rule = {"kind": "residency", "issuers": ["u"], "scheme": "ECTS", "amount": 2, "of": rate}
    found = weigh(rule, replace(award("one", "a"), credits={"CATS": Decimal(6)}))
    assert found.progress == Fraction(7, 8)
    assert [one.amount for one in found.trace.parts[-1].counts] == [Decimal(3)]


@pytest.mark.parametrize(
    "limit",
    [{"kind": "exclusive", "achievements": ["a", "e"]}, {"kind": "at_most", "count": 1, "filter": {"achievements": ["a", "e"]}}],
    ids=["exclusive", "count"],
)  # fmt: skip
def test_a_limit_of_achievements_counts_one_that_is_held_twice_once(limit):
    inside = {"kind": "any_n", "n": 2, "of": [ects(2, filter={"tags": ["x"]}), of("a"), of("e")]}
    shared = award("shared", "a", shareable=True)
    plain = award("plain", "a", ects=5, tags=frozenset({"x"}))
    found = weigh({**limit, "of": inside}, shared, plain)
    assert found.met
    assert found.trace.note == "1 of at most 1 award counts"
    assert not weigh({**limit, "of": inside}, award("other", "e"), plain).met


@pytest.mark.parametrize(
    ("held", "why"),
    [
        ((), "the decision of the dean on 2026-01-01 has no effect: life is not held"),
        (
            (award("life", "z", valid_until=datetime(2026, 2, 1, tzinfo=UTC)),),
            "the decision of the dean on 2026-01-01 has no effect: life expired on 2026-02-01",
        ),
        ((award("life", "z"),), ""),
    ],
    ids=["not held", "expired", "held"],
)
def test_a_decision_that_has_no_effect_says_so(held, why):
    decided = Decision(
        requirement="q", by="the dean", at=datetime(2026, 1, 1, tzinfo=UTC), reason="years of practice", award="life"
    )
    found = weigh(every({**of("a"), "id": "q"}, of("b")), *held, decisions=[decided])
    assert found.nodes()["q"].note == why
    assert bool(found.nodes()["q"].decisions) == (not why)


def test_of_ways_that_are_equally_near_the_one_with_the_fewest_awards_comes_first():
    rule = {"kind": "any_n", "n": 1, "of": [{"kind": "awards_at_least", "count": 3}, of("z"), ects(30)]}
    assert [[one.sentence for one in way] for way in weigh(rule).missing] == [
        ["Earn z"],
        ["Collect 30 more ECTS credits"],
        ["Earn 3 more awards"],
    ]


def test_an_order_whose_search_ran_out_is_not_called_exact(monkeypatch):
    """Either award would do for both of what comes first, so that only a search tells when both could be met at once."""
    first = every({"kind": "awards_at_least", "count": 1, "filter": {"tags": ["x"]}}, of("a"))
    rule = {"kind": "in_order", "of": [first, of("z")]}
    early = {"valid_from": datetime(2025, 1, 1, tzinfo=UTC), "tags": frozenset({"x"})}
    held = [
        award("one", "a", **early),
        award("two", "b", **early),
        award("three", "z", valid_from=datetime(2025, 2, 1, tzinfo=UTC)),
    ]
    assert weigh(rule, *held).met

    def tired(case):
        found = allocate(case)
        return replace(found, progress=Fraction(0), exact=False) if case.whole else found

    monkeypatch.setattr("cairn.stacking.gathering.allocate", tired)
    found = weigh(rule, *held)
    assert not found.met
    assert not found.exact
