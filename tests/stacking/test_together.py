"""Awards that must have been earned within so long of each other: which window counts, what is said of it, and how much work it is."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.stacking import (
    AllOf,
    AnyN,
    Award,
    AwardFilter,
    AwardOf,
    AwardsAtLeast,
    CreditsAtLeast,
    Decision,
    EarnedTogether,
    EarnedWithin,
    InOrder,
    Not,
    RuleError,
    contradictions,
    evaluate,
    numbered,
    parse_requirement,
    sentences,
    windowing,
)
from cairn.stacking.streaming import Patterns

NOW = datetime(2026, 6, 1, tzinfo=UTC)
NAMES = {"a": "Algebra", "b": "Biology", "c": "Chemistry"}


def award(number, achievement, earned, **more):
    moment = earned if isinstance(earned, datetime) else datetime.combine(earned, datetime.min.time(), UTC)
    return Award(id=f"award-{number:03}", achievement=achievement, issuer="u", valid_from=moment, **more)


def of(*days, names="abc"):
    return [award(number, name, day) for number, (name, day) in enumerate(zip(names, days, strict=False))]


def all_of(*names):
    return AllOf(tuple(AwardOf(name) for name in names))


TWO_YEARS = EarnedTogether(all_of("a", "b", "c"), years=2)


def test_the_last_day_of_a_window_counts_and_the_next_one_does_not():
    first, last = date(2020, 3, 15), date(2022, 3, 15)
    assert evaluate(TWO_YEARS, of(first, date(2021, 1, 1), last), NOW).met
    late = evaluate(TWO_YEARS, of(first, date(2021, 1, 1), last + timedelta(days=1)), NOW)
    assert late.progress == Fraction(2, 3)


def test_a_day_is_one_in_utc_whatever_zone_an_award_writes():
    tokyo = datetime.fromisoformat("2022-03-16T08:00:00+09:00")  # 15 March, 23:00 UTC
    assert evaluate(TWO_YEARS, of(date(2020, 3, 15), date(2021, 1, 1), tokyo), NOW).met


@pytest.mark.parametrize(
    ("length", "first", "last"),
    [
        ({"days": 30}, date(2020, 1, 31), date(2020, 3, 1)),
        ({"months": 1}, date(2020, 1, 31), date(2020, 2, 29)),
        ({"months": 1}, date(2021, 1, 29), date(2021, 2, 28)),
        ({"months": 13}, date(2020, 12, 31), date(2022, 1, 31)),
        ({"years": 1}, date(2020, 2, 29), date(2021, 2, 28)),
        ({"years": 4}, date(2020, 2, 29), date(2024, 2, 29)),
        ({"years": 100}, date(9950, 1, 1), date.max),
        ({"days": 36_525}, date(9950, 1, 1), date.max),
    ],
)
def test_a_window_ends_on_the_same_day_so_much_later(length, first, last):
    assert EarnedTogether(all_of("a", "b"), **length).last(first) == last


some_lengths = st.sampled_from(({"months": 1}, {"months": 7}, {"years": 3}, {"days": 45}))


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(0, 40), some_lengths)
def test_a_later_beginning_never_ends_sooner_and_the_first_day_is_the_first(day, later, length):
    window = EarnedTogether(all_of("a", "b"), **length)
    assert window.last(day) <= window.last(day + timedelta(days=later))
    first = window.first(day)
    assert window.last(first) >= day > window.last(first - timedelta(days=1))


def test_the_best_window_counts_and_among_equals_the_latest():
    held = [*of(date(2015, 1, 1), date(2016, 1, 1)), award(9, "c", date(2025, 1, 1))]
    best = evaluate(TWO_YEARS, held, NOW)
    assert (best.progress, best.used) == (Fraction(2, 3), ("award-000", "award-001"))
    latest = evaluate(TWO_YEARS, [held[0], held[2]], NOW)
    assert latest.used == ("award-009",)


def test_what_lies_outside_is_told_with_the_window_that_counts():
    held = of(date(2015, 1, 1), date(2024, 8, 1), date(2025, 1, 1))
    result = evaluate(TWO_YEARS, held, NOW)
    assert [(one.award, one.reason) for one in result.nodes()["1.1.1"].rejected] == [
        ("award-000", "was earned on 2015-01-01, outside the 2 years from 2024-08-01 to 2026-08-01 that count")
    ]
    assert result.trace.note == "earned from 2024-08-01 to 2025-01-01; the window of 2 years is open until 2026-08-01"


def test_a_full_window_says_when_its_awards_were_earned():
    result = evaluate(TWO_YEARS, of(date(2015, 1, 1), date(2015, 1, 1), date(2016, 1, 1)), NOW)
    assert result.trace.note == "earned from 2015-01-01 to 2016-01-01"


def test_what_is_missing_has_the_day_by_which_it_must_be_earned():
    result = evaluate(TWO_YEARS, of(date(2025, 1, 1), date(2025, 5, 1)), NOW, names=NAMES)
    (way,) = result.missing
    assert [step.sentence for step in way] == ["Earn Chemistry, by 2027-01-01, or Algebra must be earned again as well"]
    done = award(7, "c", date(2027, 1, 1))
    held = of(date(2025, 1, 1), date(2025, 5, 1))
    assert evaluate(TWO_YEARS, [*held, done], NOW + timedelta(days=999)).met
    late = award(7, "c", date(2027, 1, 2))
    assert not evaluate(TWO_YEARS, [*held, late], NOW + timedelta(days=999)).met


def test_what_was_earned_too_long_ago_must_be_earned_again():
    result = evaluate(TWO_YEARS, of(date(2020, 1, 1), date(2025, 3, 1)), NOW, names=NAMES)
    (way,) = result.missing
    assert [step.sentence for step in way] == [
        "Earn Algebra again, because that of 2020-01-01 is too long ago, by 2027-03-01, or Biology must be earned again as well",
        "Earn Chemistry, by 2027-03-01, or Biology must be earned again as well",
    ]


def test_a_window_that_has_closed_is_begun_anew():
    result = evaluate(TWO_YEARS, of(date(2015, 1, 1), date(2015, 3, 1)), NOW, names=NAMES)
    assert result.trace.note.endswith("closed on 2017-01-01")
    (way,) = result.missing
    assert len(way) == 3
    assert all(step.sentence.endswith(", all within 2 years of each other") for step in way)


def test_each_window_is_its_own_and_one_inside_another_lies_in_both():
    year = EarnedTogether(all_of("a", "b"), years=1)
    both = AllOf((year, EarnedTogether(all_of("c", "d"), years=1)))
    far = of(date(2010, 1, 1), date(2010, 5, 1), date(2020, 1, 1), date(2020, 5, 1), names="abcd")
    assert evaluate(both, far, NOW).met
    nested = EarnedTogether(AllOf((year, AwardOf("c"))), years=3)
    assert evaluate(nested, of(date(2010, 1, 1), date(2010, 12, 1), date(2012, 12, 1)), NOW).met
    assert not evaluate(nested, of(date(2010, 1, 1), date(2011, 12, 1), date(2012, 12, 1)), NOW).met


def test_credits_and_counts_are_added_up_within_one_window():
    rule = EarnedTogether(AllOf((CreditsAtLeast(Decimal(10), "ECTS"), AwardsAtLeast(1))), months=6)
    held = [award(n, f"x{n}", date(2020, 1 + 2 * n, 1), credits={"ECTS": Decimal(4)}) for n in range(6)]
    result = evaluate(rule, held, NOW)
    assert result.met
    assert len(result.used) == 4


def test_a_decision_counts_whenever_the_award_was_earned():
    held = [*of(date(2025, 1, 1), date(2025, 2, 1)), award(5, "c", date(2001, 1, 1))]
    rule = numbered(TWO_YEARS)
    decided = [
        Decision(requirement="1.1.3", by="registrar", at=NOW, reason="Taught the course since.", award="award-005")
    ]
    result = evaluate(rule, held, NOW, decisions=decided)
    assert result.met
    assert result.trace.note == "earned from 2025-01-01 to 2025-02-01"


def test_a_negation_asks_whether_things_were_earned_near_each_other():
    rule = AllOf((AwardOf("a"), Not(EarnedTogether(all_of("a", "b"), days=10))))
    near, apart = of(date(2020, 1, 1), date(2020, 1, 11)), of(date(2020, 1, 1), date(2020, 1, 12))
    assert not evaluate(rule, near, NOW).met
    assert evaluate(rule, apart, NOW).met
    assert contradictions(AllOf((all_of("a", "b"), rule.of[1]))) == ()


@pytest.mark.parametrize(
    ("values", "path", "wrong"),
    [
        ({}, "$", "It says no time."),
        ({"years": 1, "days": 3}, "$", "It says years and days, which are two times."),
        ({"years": 101}, "$.years", "101 years are longer than anybody learns."),
        ({"months": 0}, "$.months", "0 is not a whole number of 1 or more."),
        ({"days": 1.5}, "$.days", "1.5 is not a whole number of 1 or more."),
        ({"weeks": 3, "days": 3}, "$.weeks", None),
    ],
)
def test_a_window_without_one_clear_length_is_refused_where_it_stands(values, path, wrong):
    with pytest.raises(RuleError) as refused:
        parse_requirement({"kind": "earned_together", **values, "of": all_of("a", "b").to_json()})
    (problem,) = refused.value.problems
    assert problem.path == path
    assert wrong in (None, problem.wrong)


def test_a_window_that_says_nothing_or_can_hold_nothing_is_found():
    alone = EarnedTogether(AwardOf("a"), years=1)
    assert [one.path for one in contradictions(AllOf((AwardOf("b"), alone)))] == ["$.of[1]"]
    early = EarnedWithin(AwardOf("a"), until=datetime(2010, 1, 1, tzinfo=UTC))
    late = EarnedWithin(AwardOf("b"), since=datetime(2012, 1, 1, tzinfo=UTC))
    (found,) = contradictions(EarnedTogether(AllOf((early, late)), years=2))
    assert found.wrong == "What must count inside lies more than 2 years apart."
    assert contradictions(EarnedTogether(AllOf((early, late)), months=25)) == ()
    assert contradictions(EarnedTogether(AnyN(1, (early, late)), years=2)) == ()


def test_it_reads_as_a_sentence():
    assert sentences(TWO_YEARS).lines()[0] == "Counting only awards earned within 2 years of each other:"
    month = EarnedTogether(all_of("a", "b"), months=1)
    assert month.sentence({}) == "Counting only awards earned within 1 month of each other:"


days = st.integers(0, 60).map(lambda ago: (NOW - timedelta(days=ago)).date())
held = st.lists(st.tuples(st.sampled_from("abcd"), days), max_size=7).map(
    lambda pairs: [award(number, name, day) for number, (name, day) in enumerate(pairs)]
)
two_of_three, ordered = AnyN(2, tuple(map(AwardOf, "abc"))), InOrder((AwardOf("a"), AwardOf("b")))
groups = st.sampled_from((all_of("a", "b"), two_of_three, AwardsAtLeast(3), ordered))
lengths = st.sampled_from((3, 10, 25))


def best_by_trying(groups, awards):
    """Each group in a window of its own, whatever it begins with; an award of one achievement serves one group."""
    begins = sorted({one.valid_from for one in awards}) or [NOW]
    best = Fraction(0)
    for chosen in product(begins, repeat=len(groups)):
        windows = zip(groups, chosen, strict=True)
        plain = AllOf(
            tuple(EarnedWithin(group, day, day + timedelta(days=length + 1)) for (group, length), day in windows)
        )
        best = max(best, evaluate(plain, awards, NOW).progress)
    return best


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(groups, lengths), min_size=1, max_size=2), held)
def test_no_choice_of_windows_beats_the_evaluation(chosen, awards):
    rule = AllOf(tuple(EarnedTogether(group, days=length) for group, length in chosen))
    result = evaluate(rule, awards, NOW)
    assert result.exact
    assert result.progress == best_by_trying(chosen, awards)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(groups, lengths), min_size=1, max_size=2), held)
def test_doing_what_is_missing_in_time_completes_it(chosen, awards):
    rule = AllOf(tuple(EarnedTogether(group, days=length) for group, length in chosen))
    for way in evaluate(rule, awards, NOW).missing:
        earned = [
            award(100 + 10 * number + unit, step.achievement or f"new-{number}-{unit}", NOW)
            for number, step in enumerate(way)
            for unit in range(1 if step.achievement else int(step.amount))
        ]
        assert evaluate(rule, [*awards, *earned], NOW).met


@settings(max_examples=60, deadline=None)
@given(st.tuples(groups, lengths), st.lists(held, min_size=2, max_size=4))
def test_many_learners_are_told_what_each_is_told_alone(chosen, learners):
    rule = EarnedTogether(chosen[0], days=chosen[1])
    patterns = Patterns(rule, NOW)
    for awards in learners:
        assert patterns.evaluate(awards).progress == evaluate(rule, awards, NOW).progress
        assert patterns.alike(awards).evaluation.progress == evaluate(rule, awards, NOW).progress


def test_few_windows_are_weighed_among_many(monkeypatch):
    """Five hundred awards on as many days: the bounds leave a few dozen windows to look at, not five hundred."""
    weighed = []
    plain = windowing.allocate
    monkeypatch.setattr(windowing, "allocate", lambda case: weighed.append(case) or plain(case))
    held = [
        award(number, f"x{number}", NOW - timedelta(days=7 * number), credits={"ECTS": Decimal(1 + number % 3)})
        for number in range(500)
    ]
    rule = EarnedTogether(CreditsAtLeast(Decimal(120), "ECTS"), years=1)
    result = evaluate(rule, held, NOW)
    assert result.exact
    assert not result.met
    assert len(weighed) < 60


def test_what_windows_promise_is_held_to_what_they_keep(monkeypatch):
    """Both groups want the one course, so that every window promises more than it keeps; that shows after few weighings."""
    weighed = []
    plain = windowing.allocate
    monkeypatch.setattr(windowing, "allocate", lambda case: weighed.append(case) or plain(case))
    group = AllOf((AwardsAtLeast(1, AwardFilter(tags=("one",))), AwardsAtLeast(1, AwardFilter(tags=("one", "two")))))
    rule = AllOf((EarnedTogether(group, days=20), EarnedTogether(group, days=20)))
    held = [
        award(number, f"x{number}", NOW - timedelta(days=30 * number), tags=frozenset({"one" if number % 2 else "two"}))
        for number in range(40)
    ]
    result = evaluate(rule, held, NOW)
    assert result.exact
    assert result.progress == Fraction(1, 2)
    assert len(weighed) < 6


def test_a_search_that_is_cut_short_says_so_and_keeps_the_best_it_found(monkeypatch):
    monkeypatch.setattr(windowing, "TRIES", 0)
    monkeypatch.setattr(windowing, "FIRST", 0)
    held = [
        award(n, f"x{n}", NOW - timedelta(days=20 * n), credits={"ECTS": Decimal(1 + n * 7 % 5)}) for n in range(40)
    ]
    rule = EarnedTogether(CreditsAtLeast(Decimal(30), "ECTS"), days=45)
    short = evaluate(rule, held, NOW)
    monkeypatch.setattr(windowing, "TRIES", 400)
    monkeypatch.setattr(windowing, "FIRST", 3)
    full = evaluate(rule, held, NOW)
    assert full.exact
    assert not short.exact
    assert 0 < short.progress <= full.progress
