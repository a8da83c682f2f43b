"""Many learners under one rule: what is remembered of one learner never makes another's answer differ."""

import json
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.stacking import test_every_kind as every_kind
from tests.stacking import test_properties as simple

from cairn.stacking import Award, AwardError, Decision, Validity, evaluate, parse_requirement
from cairn.stacking.documents import as_json
from cairn.stacking.streaming import LASTING, Patterns, asks_for, recompute, stand_in, stand_in_end, touches

NOW = datetime(2026, 6, 1, tzinfo=UTC)
TWO = {"kind": "all_of", "of": [{"kind": "award_of", "achievement": name} for name in ("a", "b")]}
RECENT = {"kind": "recency", "days": 100, "of": TWO}
IN_ORDER = {**TWO, "kind": "in_order"}

any_rule = st.one_of(simple.rules, every_kind.rules)


@st.composite
def crowds(draw):
    """Learners whose holdings are variations of each other: other ids, another order, earned hours or days apart, one award less."""
    awards = draw(st.one_of(simple.holdings(4), every_kind.holdings(4)))
    crowd = [awards]
    for number in range(draw(st.integers(1, 4))):
        names = draw(st.permutations([f"{number}-{place}" for place in range(len(awards))]))
        hours = draw(st.sampled_from((0, 0, 1, 30)))
        other = [
            replace(award, id=name, valid_from=award.valid_from - timedelta(hours=hours))
            for award, name in zip(awards, names, strict=True)
        ]
        if other and draw(st.booleans()):
            other.pop()
        crowd.append(draw(st.permutations(other)))
    return crowd


@settings(max_examples=250, deadline=None)
@given(any_rule, crowds(), st.sampled_from(list(Validity)))
def test_a_learner_in_a_stream_gets_the_answer_they_get_alone(rule, crowd, validity):
    stream = recompute(rule, enumerate(crowd), NOW, validity=validity)
    for (number, found), awards in zip(stream, crowd, strict=True):
        assert found == evaluate(rule, awards, NOW, validity=validity), number


@settings(max_examples=250, deadline=None)
@given(any_rule, crowds())
def test_a_shared_answer_is_word_for_word_the_learners_own(rule, crowd):
    shared = Patterns(rule, NOW)
    for awards in crowd:
        ours, fresh = shared.alike(awards), Patterns(rule, NOW).alike(awards)
        assert ours.ids == fresh.ids
        assert as_json(ours.evaluation) == as_json(fresh.evaluation)
        assert ours.evaluation.progress == evaluate(rule, awards, NOW).progress


@settings(max_examples=150, deadline=None)
@given(any_rule, crowds())
def test_a_shared_answer_is_the_evaluation_of_the_same_awards_under_other_names(rule, crowd):
    shared = Patterns(rule, NOW)
    for awards in crowd:
        ours = shared.alike(awards)
        places = {key: place for place, key in enumerate(ours.ids)}
        renamed = [
            replace(
                award, id=stand_in(place), valid_until=stand_in_end(place) if ours.ends[place] else award.valid_until
            )
            for award in awards
            for place in [places[award.id]]
        ]
        assert as_json(ours.evaluation) == as_json(evaluate(rule, renamed, NOW))


def award(key: str, achievement: str, days: int = 10, **more: object) -> Award:
    return Award(id=key, achievement=achievement, issuer="u", valid_from=NOW - timedelta(days=days), **more)


def test_learners_with_the_same_courses_are_one_pattern_whenever_they_passed():
    patterns = Patterns(parse_requirement(TWO), NOW)
    one = patterns.alike([award("x", "a", 3), award("y", "b", 9)])
    other = patterns.alike([award("p", "b", 400), award("q", "a", 500)])
    assert one.pattern == other.pattern
    assert one.evaluation is other.evaluation
    assert (one.ids, other.ids) == (("x", "y"), ("q", "p"))


@pytest.mark.parametrize(
    ("rule", "first", "second"),
    [
        (RECENT, (10, 20), (10, 200)),
        (IN_ORDER, (20, 10), (10, 20)),
    ],
    ids=["how long ago", "in which order"],
)
def test_where_the_rule_asks_when_learners_are_alike_only_if_it_comes_to_the_same(rule, first, second):
    patterns = Patterns(parse_requirement(rule), NOW)
    one, other = (
        patterns.evaluate([award("x", "a", a_days), award("y", "b", b_days)]) for a_days, b_days in (first, second)
    )
    assert not patterns.timeless
    assert (one.met, other.met) == (True, False)


def test_an_award_that_ran_out_is_not_taken_for_one_that_stands():
    patterns = Patterns(parse_requirement(TWO), NOW)
    good = [award("x", "a"), award("y", "b")]
    assert patterns.evaluate(good).met
    assert not patterns.evaluate([good[0], replace(good[1], valid_until=NOW - timedelta(days=1))]).met


def test_a_decision_is_weighed_for_its_learner_alone():
    patterns = Patterns(
        parse_requirement({**TWO, "of": [{**part, "id": part["achievement"]} for part in TWO["of"]]}), NOW
    )
    waived = Decision(requirement="b", by="the dean", at=NOW, reason="years of practice")
    served = Decision(requirement="b", by="the dean", at=NOW, reason="the same course elsewhere", award="z")
    held = [award("x", "a"), award("z", "c")]
    assert not patterns.alike(held).evaluation.met
    for decision in (waived, served):
        decided = patterns.alike(held, [decision])
        assert decided.evaluation.met
        assert decided.pattern is None
    assert not patterns.alike(held).evaluation.met
    used = patterns.alike(held, [served])
    assert [used.ids[int(name.strip("«»"))] for name in used.evaluation.used] == ["x", "z"]


def test_what_is_remembered_stays_bounded_and_answers_stay_right():
    rule = parse_requirement({"kind": "credits_at_least", "amount": 5, "scheme": "ECTS"})
    patterns = Patterns(rule, NOW, kept=3)
    for _ in range(2):
        for number in range(100):
            held = [award("x", f"course-{number}", credits={"ECTS": Decimal(number % 10)})]
            assert patterns.evaluate(held).met == (number % 10 >= 5)
            assert patterns.alike(held).evaluation.met == (number % 10 >= 5)


def test_the_same_award_twice_is_one_and_two_different_ones_with_one_id_are_refused():
    patterns = Patterns(parse_requirement({"kind": "awards_at_least", "count": 2}), NOW)
    once = award("x", "a")
    assert not patterns.evaluate([once, once]).met
    with pytest.raises(AwardError, match="Two different awards have the id x"):
        patterns.alike([once, award("x", "b")])


def test_a_moment_without_a_time_zone_is_refused_before_anybody_is_weighed():
    with pytest.raises(AwardError, match="no time zone"):
        Patterns(parse_requirement(TWO), datetime(2026, 1, 1))  # noqa: DTZ001 - that is the point


def test_an_answer_from_a_stream_is_written_as_json():
    [(_, found)] = recompute(parse_requirement(TWO), [("one", [award("x", "a")])], NOW)
    assert json.loads(json.dumps(as_json(found)))["progress"] == "1/2"


@settings(max_examples=200, deadline=None)
@given(any_rule, st.one_of(simple.holdings(4), every_kind.holdings(4)))
def test_what_a_rule_asks_for_leaves_out_nothing_that_touches_it(rule, awards):
    asked = asks_for(rule)
    for one in awards:
        if asked is not None and one.achievement not in asked:
            assert not touches(rule, one)


def test_a_rule_says_which_achievements_it_asks_for():
    assert asks_for(parse_requirement(TWO)) == {"a", "b"}
    assert asks_for(parse_requirement(TWO), equivalent=[{"a", "z"}]) == {"a", "b", "z"}
    either = {"kind": "awards_at_least", "count": 1, "filter": {"achievements": ["c", "d"]}}
    assert asks_for(parse_requirement(either)) == {"c", "d"}
    assert asks_for(parse_requirement({"kind": "all_of", "of": [TWO, {"kind": "awards_at_least", "count": 1}]})) is None
    without = {"kind": "all_of", "of": [TWO, {"kind": "not", "of": {"kind": "award_of", "achievement": "x"}}]}
    assert asks_for(parse_requirement(without)) == {"a", "b", "x"}


def test_no_field_of_an_award_is_left_out_of_what_makes_learners_alike():
    moments = {"id", "valid_from", "valid_until", "revoked_at", "suspended", "earned_at"}
    assert {field.name for field in fields(Award)} == LASTING | moments
