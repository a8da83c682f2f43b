"""What a learner and a registrar read: states, reasons, ways to complete, under the questions they ask."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from cairn.stacking import (
    AllOf,
    AnyN,
    Award,
    AwardError,
    AwardFilter,
    AwardOf,
    AwardsAtLeast,
    CountingOnly,
    CreditsAtLeast,
    GradeAtLeast,
    Interval,
    Level,
    LevelAtLeast,
    Recency,
    Rejection,
    State,
    Validity,
    evaluate,
    sentences,
)

NOW = datetime(2026, 6, 1, tzinfo=UTC)
EARLIER = datetime(2025, 1, 1, tzinfo=UTC)


def award(name, **values):
    return Award(**{"id": f"my-{name}", "achievement": name, "issuer": "uni", "valid_from": EARLIER, **values})


def test_a_stack_that_is_complete_says_what_counted_where():
    rule = AllOf((AwardOf("basics", id="first"), AwardOf("project", role="capstone", id="last")))
    result = evaluate(rule, [award("basics"), award("project"), award("cooking")], NOW)
    assert result.state is State.MET
    assert result.progress == 1
    assert result.nodes()["first"].used == ("my-basics",)
    assert result.nodes()["last"].used == ("my-project",)
    assert result.unused == (Rejection("my-cooking", "is not asked for by this rule"),)
    assert result.missing == ()


def test_what_a_rule_names_is_told_why_it_does_not_serve_there_even_where_it_could_have_served_elsewhere():
    own = CreditsAtLeast(Decimal(5), "ECTS", id="own")
    thesis = CountingOnly(of=AwardOf("thesis"), filter=AwardFilter(issuers=("uni",)))
    five = {"ECTS": Decimal(5)}
    moved = award("thesis", issuer="college", credits=five)
    result = evaluate(AllOf((own, thesis)), [award("one", credits=five), moved], NOW, names={"college": "Elm College"})
    assert result.unused == (Rejection("my-thesis", "comes from Elm College, so it does not serve “Earn thesis”"),)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"valid_until": datetime(2026, 5, 31, tzinfo=UTC)}, "expired on 2026-05-31"),
        ({"revoked_at": datetime(2026, 5, 30, tzinfo=UTC)}, "was revoked on 2026-05-30"),
        ({"suspended": (Interval(datetime(2026, 5, 1, tzinfo=UTC)),)}, "is suspended"),
        ({"valid_from": datetime(2026, 7, 1, tzinfo=UTC)}, "is valid only from 2026-07-01"),
    ],
)
def test_an_award_that_is_not_valid_now_does_not_count_and_says_why(values, reason):
    result = evaluate(AwardOf("basics"), [award("basics", **values)], NOW)
    assert result.state is State.NOT
    assert result.trace.rejected == (Rejection("my-basics", reason),)


def test_a_suspension_that_has_ended_takes_nothing_away():
    over = Interval(EARLIER, NOW)
    assert evaluate(AwardOf("basics"), [award("basics", suspended=(over,))], NOW).met


def test_an_expired_award_counts_where_the_rule_counts_when_earned_but_a_revoked_one_never():
    expired = award("basics", valid_until=datetime(2026, 5, 31, tzinfo=UTC))
    assert evaluate(AwardOf("basics"), [expired], NOW, validity=Validity.WHEN_EARNED).met
    revoked = replace(expired, revoked_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert not evaluate(AwardOf("basics"), [revoked], NOW, validity=Validity.WHEN_EARNED).met


def test_one_award_does_not_serve_two_requirements_unless_it_is_shareable():
    rule = AllOf((AwardOf("a", ("b",)), AwardsAtLeast(1)))
    one = evaluate(rule, [award("a")], NOW)
    assert one.progress == Decimal("0.5")
    assert "already counts for “Earn a, or b instead”" in one.nodes()["1.2"].rejected[0].reason
    assert evaluate(rule, [award("a", shareable=True)], NOW).met


def test_two_awards_of_one_achievement_count_once():
    rule = CreditsAtLeast(Decimal(10), "ECTS")
    twice = [award("a", id="one", credits={"ECTS": Decimal(5)}), award("a", id="two", credits={"ECTS": Decimal(5)})]
    result = evaluate(rule, twice, NOW)
    assert result.trace.have == 5
    assert result.trace.rejected == (Rejection("two", "is held twice: the same achievement counts once"),)


def test_awards_of_two_issuers_declared_equivalent_count_once_and_serve_for_each_other():
    credits_of = {"ECTS": Decimal(5)}
    both = [award("a", credits=credits_of), award("b", credits=credits_of)]
    rule = CreditsAtLeast(Decimal(10), "ECTS")
    assert evaluate(rule, both, NOW).met
    assert evaluate(rule, both, NOW, equivalent=[{"a", "b"}]).trace.have == 5
    assert evaluate(AwardOf("a"), [award("b")], NOW, equivalent=[{"a", "b"}]).met


def test_credits_add_up_to_the_hundredth_and_schemes_are_never_mixed():
    held = [award(str(number), credits={"ECTS": Decimal("0.1")}) for number in range(3)]
    assert evaluate(CreditsAtLeast(Decimal("0.3"), "ECTS"), held, NOW).met
    other = award("x", credits={"CATS": Decimal(20)})
    result = evaluate(CreditsAtLeast(Decimal("0.4"), "ECTS"), [*held, other], NOW)
    assert result.trace.have == Decimal("0.3")
    assert result.trace.rejected == (Rejection("my-x", "has CATS credits, not ECTS credits"),)
    assert result.missing[0][0].sentence == "Collect 0.1 more ECTS credits"


def test_near_misses_say_the_one_thing_that_keeps_them_out():
    rule = LevelAtLeast(CreditsAtLeast(Decimal(5), "ECTS", AwardFilter(tags=("data",))), Level("EQF", Decimal(6)))
    low = award("low", credits={"ECTS": Decimal(5)}, tags=frozenset({"data"}), level=Level("EQF", Decimal(5)))
    foreign = replace(low, id="foreign", achievement="f", level=Level("AQF", Decimal(8)))
    art = replace(low, id="art", achievement="art", level=Level("EQF", Decimal(7)), tags=frozenset({"art"}))
    result = evaluate(rule, [low, foreign, art], NOW)
    assert {left.award: left.reason for left in result.nodes()["1.1"].rejected} == {
        "my-low": "is at EQF level 5",
        "foreign": "states its level in AQF, not in EQF",
        "art": "is not tagged data",
    }


def test_a_grade_is_judged_by_its_place_on_the_scale_or_as_a_number():
    scale = ("fail", "pass", "merit")
    assert evaluate(GradeAtLeast(AwardOf("a"), "pass", scale), [award("a", grade="merit")], NOW).met
    assert not evaluate(GradeAtLeast(AwardOf("a"), "merit", scale), [award("a", grade="pass")], NOW).met
    assert evaluate(GradeAtLeast(AwardOf("a"), "9.5"), [award("a", grade="10")], NOW).met
    unclear = evaluate(GradeAtLeast(AwardOf("a"), "9.5"), [award("a", grade="A")], NOW)
    assert unclear.nodes()["1.1"].rejected[0].reason == "has grade A, which is not a number"


def test_an_award_that_is_too_old_does_not_count_where_recency_matters():
    assert evaluate(Recency(AwardOf("a"), 600), [award("a")], NOW).met
    assert not evaluate(Recency(AwardOf("a"), 500), [award("a")], NOW).met


def test_parts_beyond_the_number_needed_are_shown_but_not_counted():
    rule = AnyN(1, (AwardOf("a"), AwardOf("b")))
    result = evaluate(rule, [award("a"), award("b")], NOW)
    assert [(part.state, part.counted) for part in result.trace.parts] == [(State.MET, True), (State.MET, False)]
    assert result.used == ("my-a",)
    assert result.unused == (Rejection("my-b", "would serve “Earn b”, which other awards make unnecessary"),)


def test_the_nearest_way_comes_first():
    rule = AnyN(1, (AllOf((AwardOf("a"), AwardOf("b"))), AllOf((AwardOf("c"), AwardOf("d")))))
    ways = evaluate(rule, [award("c")], NOW, names={"d": "Data with care"}).missing
    assert [[missing.sentence for missing in way] for way in ways] == [["Earn Data with care"], ["Earn a", "Earn b"]]


def test_an_award_that_serves_elsewhere_is_not_asked_for_again():
    """The one award could serve either part; earning it again would change nothing, so other credits are asked for."""
    rule = AllOf((AllOf((AwardOf("a"), AwardOf("b"))), CreditsAtLeast(Decimal(10), "ECTS")))
    result = evaluate(rule, [award("a", credits={"ECTS": Decimal(10)})], NOW)
    (way,) = result.missing
    assert [missing.sentence for missing in way] == ["Earn b", "Collect 10 more ECTS credits"]


def test_a_rule_reads_as_sentences():
    rule = AllOf(
        (
            AnyN(2, (AwardOf("a", ("z",)), AwardOf("b"), AwardOf("c"))),
            CreditsAtLeast(Decimal("7.5"), "ECTS", AwardFilter(issuers=("u", "v"), level=Level("EQF", Decimal(5)))),
            AwardOf("p", role="project", label="the shop"),
        )
    )
    assert sentences(rule, {"a": "Statistics"}).lines() == [
        "All of these:",
        "  Any 2 of these 3:",
        "    Earn Statistics, or z instead",
        "    Earn b",
        "    Earn c",
        "  Collect at least 7.5 ECTS credits from awards from u or v and at EQF level 5 or above",
        "  Pass the project the shop",
    ]


def test_awards_that_cannot_be_weighed_are_refused_with_a_reason():
    with pytest.raises(AwardError, match="without a time zone"):
        award("a", valid_from=datetime(2025, 1, 1))  # noqa: DTZ001 (the fault under test)
    with pytest.raises(AwardError, match="at most two decimals"):
        award("a", credits={"ECTS": Decimal("0.001")})
    with pytest.raises(AwardError, match="Two different awards have the id x"):
        evaluate(AwardOf("a"), [award("a", id="x"), award("b", id="x")], NOW)
    with pytest.raises(AwardError, match="no time zone"):
        evaluate(AwardOf("a"), [], datetime(2026, 1, 1))  # noqa: DTZ001 (the fault under test)
