"""Each kind of requirement under the questions that a registrar asks about it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from tests.stacking.schema import faults

from cairn.stacking import (
    KINDS,
    AllOf,
    AnyN,
    AtMost,
    Award,
    AwardError,
    AwardFilter,
    AwardOf,
    AwardsAtLeast,
    Converting,
    Counting,
    CreditsAtLeast,
    Decision,
    Equivalences,
    Exclusive,
    ExperienceHours,
    InOrder,
    Level,
    Not,
    Residency,
    RuleError,
    SkillAt,
    SkillsCovered,
    Validity,
    evaluate,
    parse_requirement,
    sentences,
)
from cairn.stacking.documents import as_json, read_awards
from cairn.stacking.schemas import FIELDS, SCHEMAS
from cairn.stacking.streaming import recompute, touches

NOW = datetime(2026, 6, 1, tzinfo=UTC)
EARLIER = datetime(2025, 1, 1, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
TRANSFER = AwardFilter(sources=("transfer",))


def award(name, ects=None, **values):
    amount = {"ECTS": Decimal(str(ects))} if ects else {}
    given = {"id": f"my-{name}", "achievement": name, "issuer": "uni", "valid_from": EARLIER, "credits": amount}
    return Award(**{**given, **values})


def asks(amount, **values):
    return CreditsAtLeast(Decimal(amount), "ECTS", **values)


def test_no_more_than_the_cap_counts_and_the_trace_says_so():
    rule = AtMost(asks(60), amount=Decimal(20), scheme="ECTS", filter=TRANSFER)
    result = evaluate(rule, [award("a", 25, source="transfer"), award("b", 30)], NOW)
    assert result.progress == Fraction(50, 60)
    assert result.trace.note == "20 of at most 20 ECTS credits count"
    (cut, whole) = result.trace.parts[0].counts
    assert (cut.amount, cut.stated, cut.because) == (Decimal(20), Decimal(25), "the rest is beyond a limit")
    assert (whole.amount, whole.because) == (Decimal(30), "")
    assert [step.sentence for step in result.missing[0]] == ["Collect 10 more ECTS credits, none by transfer"]


def test_a_cap_as_a_share_is_a_share_of_what_is_asked():
    rule = AtMost(asks(60), share=Fraction(2, 3), scheme="ECTS", filter=TRANSFER)
    assert sentences(rule).text == "Counting at most 40 ECTS credits (2/3 of what is asked) from awards by transfer:"
    assert evaluate(rule, [award("a", 60, source="transfer")], NOW).progress == Fraction(40, 60)
    with pytest.raises(RuleError, match="a share of them says nothing"):
        AtMost(AwardOf("a"), share=Fraction(1, 2), scheme="ECTS", filter=TRANSFER)


def test_a_cap_holds_for_each_issuer_by_itself():
    rule = AtMost(asks(30), amount=Decimal(10), scheme="ECTS", each_issuer=True)
    held = [award(name, 10, issuer=issuer) for name, issuer in (("a", "u"), ("b", "u"), ("c", "v"), ("d", "w"))]
    assert evaluate(rule, held, NOW).met
    assert evaluate(rule, held[:3], NOW).progress == Fraction(20, 30)


def test_awards_that_exclude_each_other_count_once_together():
    rule = Exclusive(AwardsAtLeast(2), ("a", "b"))
    result = evaluate(rule, [award("a"), award("b")], NOW)
    assert result.progress == Fraction(1, 2)
    assert "is beyond a limit" in result.unused[0].reason
    assert evaluate(rule, [award("a"), award("c")], NOW).met


def test_residency_asks_for_credits_of_the_awarding_body_among_those_that_count():
    rule = Residency(asks(60), ("uni",), "ECTS", share=Fraction(1, 2))
    result = evaluate(rule, [award("a", 40, issuer="other"), award("b", 20)], NOW)
    assert [part.progress for part in result.trace.parts] == [1, Fraction(20, 30)]
    assert [step.sentence for step in result.missing[0]] == [
        "Collect 10 more ECTS credits from uni in what counts here"
    ]
    assert evaluate(rule, [award("a", 40, issuer="other"), award("b", 30)], NOW).met


def test_credits_of_one_award_are_shared_out_only_where_the_rule_says_so():
    held = [award("a", 10)]
    assert evaluate(AllOf((asks(4), asks(6))), held, NOW).progress < 1
    shared = evaluate(AllOf((asks(4, split=True), asks(6, split=True))), held, NOW)
    assert shared.met
    assert [part.counts[0].because for part in shared.trace.parts] == ["the rest counts elsewhere"] * 2


def test_a_declared_conversion_shows_both_numbers():
    rule = Converting(asks("7.5"), "CATS", "ECTS", Fraction(1, 2))
    result = evaluate(rule, [award("a", id="one", credits={"CATS": Decimal(15)})], NOW)
    assert result.met
    (counted,) = result.trace.parts[0].counts
    assert (counted.amount, counted.unit, counted.stated, counted.stated_unit) == (
        Decimal("7.5"), "ECTS credits", Decimal(15), "CATS credits",
    )  # fmt: skip
    assert counted.because == "each CATS credit counts as 1/2 ECTS credits"
    assert evaluate(asks("7.5"), [award("a", credits={"CATS": Decimal(15)})], NOW).progress == 0


def test_a_conversion_is_rounded_down_to_the_hundredth():
    rule = Converting(asks(1), "X", "ECTS", Fraction(1, 3))
    result = evaluate(rule, [award("a", credits={"X": Decimal(1)})], NOW)
    assert result.trace.parts[0].have == Decimal("0.33")


def test_in_order_an_award_earned_before_its_turn_does_not_count():
    rule = InOrder((AwardOf("basics"), AwardOf("advanced")))
    basics = award("basics", valid_from=EARLIER + timedelta(days=50))
    early = award("advanced")
    result = evaluate(rule, [basics, early], NOW)
    assert result.progress == Fraction(1, 2)
    assert result.nodes()["1.2"].rejected[0].reason == (
        "was earned on 2025-01-01, before what must come first was complete on 2025-02-20"
    )
    assert [step.sentence for step in result.missing[0]] == ["Earn advanced"]
    assert evaluate(rule, [basics, replace(early, valid_from=NOW)], NOW).met


def test_a_negation_is_weighed_by_itself_and_cannot_be_earned():
    rule = AllOf((AwardOf("a"), Not(AwardOf("misconduct"))))
    assert evaluate(rule, [award("a")], NOW).met
    broken = evaluate(rule, [award("a"), award("misconduct")], NOW)
    assert broken.progress == Fraction(1, 2)
    assert broken.missing == ()
    assert broken.trace.parts[1].note == "my-misconduct stands against it"


def test_skills_are_shown_at_their_level_and_not_spent():
    rule = AllOf((AwardOf("a"), SkillsCovered("ESCO", ("python", "sql"), Decimal(3))))
    held = [award("a", skills=(SkillAt("ESCO", "python", Decimal(3)), SkillAt("ESCO", "sql", Decimal(2))))]
    result = evaluate(rule, held, NOW)
    assert result.nodes()["1.1"].used == result.nodes()["1.2"].used == ("my-a",)
    assert [step.sentence for step in result.missing[0]] == ["Show sql at ESCO level 3 or above"]
    assert evaluate(rule, [*held, award("b", skills=(SkillAt("ESCO", "sql", Decimal(4)),))], NOW).met


def test_hours_of_experience_add_up_to_the_hundredth():
    held = [award(str(n), hours=Decimal("166.67")) for n in range(3)]
    assert evaluate(ExperienceHours(Decimal(500)), held, NOW).met
    result = evaluate(ExperienceHours(Decimal("500.02")), held, NOW)
    assert result.missing[0][0].sentence == "Show 0.01 more hours of experience"


def test_each_part_may_say_which_moment_decides():
    expired = award("a", valid_until=EARLIER + timedelta(days=1))
    assert not evaluate(AwardOf("a"), [expired], NOW).met
    assert evaluate(Counting(AwardOf("a"), Validity.WHEN_EARNED), [expired], NOW).met
    assert not evaluate(
        Counting(AwardOf("a"), Validity.AT_COMPLETION), [expired], NOW, validity=Validity.WHEN_EARNED
    ).met


def test_equivalences_declared_with_the_rule_serve_and_count_once():
    rule = Equivalences(AllOf((AwardOf("a"), asks(10))), (("a", "z"),))
    result = evaluate(rule, [award("z", 10), award("a", 10, id="twice")], NOW)
    assert result.progress == Fraction(1, 2)
    with pytest.raises(RuleError, match="hold for the whole rule"):
        parse_requirement(AllOf((Equivalences(AwardOf("a"), (("a", "z"),)), AwardOf("b"))).to_json())


def test_a_substitution_is_visible_where_it_was_decided():
    rule = AllOf((AwardOf("a", id="first"), asks(5, id="second")))
    decided = Decision(requirement="first", by="the dean", at=EARLIER, reason="the same syllabus", award="my-x")
    waived = Decision(requirement="second", by="the registrar", at=EARLIER, reason="hardship")
    result = evaluate(rule, [award("x")], NOW, decisions=[decided, waived])
    assert result.met
    assert result.nodes()["first"].counts[0].because == (
        "my-x accepted instead by the dean on 2025-01-01: the same syllabus"
    )
    assert result.nodes()["second"].decisions == (waived,)
    later = replace(decided, at=NOW + timedelta(days=1))
    assert evaluate(rule, [award("x")], NOW, decisions=[later]).progress == 0
    revoked = award("x", revoked_at=EARLIER)
    assert evaluate(rule, [revoked], NOW, decisions=[decided]).progress == 0
    with pytest.raises(AwardError, match="no requirement of this rule"):
        evaluate(rule, [], NOW, decisions=[replace(decided, requirement="third")])


def test_a_revoked_award_opens_a_question_for_a_person():
    result = evaluate(
        AwardOf("a"), [award("a", revoked_at=NOW - timedelta(days=1)), award("b", revoked_at=EARLIER)], NOW
    )
    assert [(one.award, one.reason) for one in result.questioned] == [
        ("my-a", "was revoked on 2026-05-31, and would serve “Earn a”")
    ]


A, B = ({"kind": "award_of", "achievement": name} for name in "ab")
SIXTY = {"kind": "credits_at_least", "amount": 60, "scheme": "ECTS"}
BY_TRANSFER = {"sources": ["transfer"]}
DEGREE = {"kind": "awards_at_least", "count": 1, "filter": {"types": ["Degree"]}}


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ({"kind": "at_most", "amount": 30, "scheme": "ECTS", "filter": BY_TRANSFER,
          "of": {"kind": "counting_only", "filter": BY_TRANSFER, "of": SIXTY}},
         "It lets 30 count where 60 of the same kind are asked."),
        ({"kind": "exclusive", "achievements": ["a", "b"], "of": {"kind": "all_of", "of": [A, B]}},
         "It lets 1 count where 2 of the same kind are asked."),
        ({"kind": "counting_only", "filter": {"types": ["Badge"]}, "of": DEGREE},
         "No award can be all of this: of type Badge and of type Degree."),
        ({"kind": "all_of", "of": [A, {"kind": "not", "of": A}]}, "What is asked for elsewhere in the rule is forbidden here."),
        ({"kind": "in_order", "of": [A]}, "One part alone has no order."),
        ({"kind": "skills_covered", "framework": "F", "skills": ["x"], "count": 2}, "It asks for 2 of 1 skills."),
        ({"kind": "residency", "issuers": ["u"], "scheme": "ECTS", "of": A}, "It must say how much."),
        ({"kind": "converting", "source": "A", "target": "B", "factor": "1/0", "of": A}, "'1/0' is not a positive number."),
        ({"kind": "at_most", "count": 1, "of": A}, "It limits every award, so that nothing could exceed it."),
    ],
)  # fmt: skip
def test_what_nobody_can_meet_is_found_when_the_rule_is_written(rule, wrong):
    with pytest.raises(RuleError) as refused:
        parse_requirement(rule)
    assert wrong in [problem.wrong for problem in refused.value.problems]


def test_hostile_rules_are_refused_quickly():
    for source in (
        "[" * 100_000,
        "x" * 2_000_000,
        json.dumps({"kind": "credits_at_least", "amount": "9" * 5000, "scheme": "E"}),
    ):
        with pytest.raises(RuleError):
            parse_requirement(source)
    with pytest.raises(RuleError):
        parse_requirement(
            {"kind": "converting", "source": "A", "target": "B", "factor": "1e999999999", "of": AwardOf("a").to_json()}
        )


def test_every_kind_has_its_schema_and_the_files_are_the_schemas():
    assert set(FIELDS) == set(KINDS)
    for name, make in SCHEMAS.items():
        assert json.loads((ROOT / "docs/reference/schemas" / f"{name}.json").read_text()) == make()


def test_a_document_of_awards_is_read_and_keeps_to_its_schema():
    document = {
        "awards": [
            {"id": "1", "achievement": "a", "issuer": "u", "valid_from": "2025-01-01T00:00:00Z", "credits": {"ECTS": "7.5"},
             "level": {"framework": "EQF", "value": 6}, "skills": [{"framework": "F", "skill": "x", "level": 2}], "hours": 10,
             "suspended": [{"start": "2025-02-01T00:00:00Z", "end": "2025-02-02T00:00:00Z"}], "tags": ["t"]},
        ],
        "decisions": [{"requirement": "1", "by": "dean", "at": "2025-01-01T00:00:00Z", "reason": "so"}],
        "equivalent": [["a", "b"]],
        "validity": "when_earned",
    }  # fmt: skip
    assert faults(SCHEMAS["stacking-awards"](), document) == []
    holding = read_awards(json.dumps(document))
    assert holding.awards[0].level == Level("EQF", Decimal(6))
    assert holding.awards[0].credits == {"ECTS": Decimal("7.5")}
    assert holding.decisions[0].by == "dean"
    assert holding.validity is Validity.WHEN_EARNED
    assert read_awards(document["awards"]).awards == holding.awards


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"valid_from": "2025-01-01"}, "$[0].valid_from"),
        ({"credits": {"ECTS": -1}}, "$[0].credits.ECTS"),
        ({"grad": "A"}, "$[0].grad"),
        ({"id": ""}, "$[0].id"),
    ],
)
def test_a_fault_in_an_award_is_named_at_its_place(change, place):
    one = {"id": "1", "achievement": "a", "issuer": "u", "valid_from": "2025-01-01T00:00:00Z", **change}
    with pytest.raises(AwardError) as refused:
        read_awards([one])
    assert refused.value.problems[0].path == place
    assert faults(SCHEMAS["stacking-awards"](), [one]) != []


def test_many_learners_are_weighed_one_after_the_other_as_if_alone():
    rule = AnyN(2, (AwardOf("a"), AwardOf("b"), asks(10)))
    learners = [(number, [award("a"), award(f"x{number}", number)]) for number in range(1, 12)]
    found = dict(recompute(rule, iter(learners), NOW))
    assert found == {number: evaluate(rule, awards, NOW) for number, awards in learners}
    assert as_json(found[11])["state"] == "met"


def test_an_award_that_touches_no_part_changes_no_evaluation():
    rule = AllOf((AwardOf("a"), asks(10, filter=AwardFilter(tags=("data",))), Not(AwardOf("z"))))
    assert touches(rule, award("a"))
    assert touches(rule, award("z"))
    assert touches(rule, award("q", 5, tags=frozenset({"data"}), valid_until=EARLIER))
    assert not touches(rule, award("q", 5))
    assert not touches(rule, award("q", tags=frozenset({"data"})))


def test_conditions_call_achievements_and_issuers_as_people_do() -> None:
    names = {"a": "Statistics", "b": "Basics", "u": "Harbour College"}
    inside = {"kind": "credits_at_least", "amount": 5, "scheme": "ECTS", "filter": {"issuers": ["u"]}}
    rule = parse_requirement({"kind": "counting_only", "filter": {"achievements": ["a", "b"]}, "of": {
        "kind": "at_most", "count": 1, "filter": {"issuers": ["u"]}, "of": inside}})  # fmt: skip
    assert sentences(rule, names).lines() == [
        "Counting only awards of Statistics or Basics:",
        "  Counting at most one award from Harbour College:",
        "    Collect at least 5 ECTS credits from awards from Harbour College",
    ]
    (way,) = evaluate(rule, [], NOW, names=names).missing
    said = "Collect 5 more ECTS credits from awards from Harbour College, of Statistics or Basics"
    assert [one.sentence for one in way] == [said]
