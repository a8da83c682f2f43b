"""A rule that cannot be used says where, what is wrong, and what to write."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from cairn.stacking import AllOf, AnyN, Award, AwardOf, CreditsAtLeast, Problem, RuleError, evaluate, parse_requirement
from cairn.stacking.requirements import nodes

A = {"kind": "award_of", "achievement": "a"}
B = {"kind": "award_of", "achievement": "b"}


def problems(source):
    with pytest.raises(RuleError) as refused:
        parse_requirement(source)
    return refused.value.problems


@pytest.mark.parametrize(
    ("rule", "path", "wrong"),
    [
        ({}, "$.kind", "It is missing."),
        ({"kind": "some_of", "of": [A]}, "$.kind", "'some_of' is not a kind of requirement."),
        ({"kind": "all_of", "of": []}, "$.of", "There is nothing in this group."),
        ({"kind": "all_of"}, "$.of", "There is nothing in this group."),
        ({"kind": "any_n", "n": 3, "of": [A, B]}, "$.n", "It needs 3 of only 2, which nobody can meet."),
        ({"kind": "any_n", "n": True, "of": [A, B]}, "$.n", "True is not a whole number of 1 or more."),
        ({"kind": "all_of", "of": [A, "b"]}, "$.of[1]", "This is not a requirement."),
        ({"kind": "all_of", "of": [{"kind": "award_of"}]}, "$.of[0].achievement", "It is missing."),
        ({**A, "achievment": "b"}, "$.achievment", "Nothing reads this field."),
        ({**A, "role": "finale"}, "$.role", "'finale' is not a role."),
        ({**A, "equivalents": ["a"]}, "$.equivalents", "An achievement stands twice."),
        ({"kind": "credits_at_least", "amount": 0, "scheme": "ECTS"}, "$.amount", None),
        ({"kind": "credits_at_least", "amount": "1.234", "scheme": "ECTS"}, "$.amount", None),
        ({"kind": "credits_at_least", "amount": "NaN", "scheme": "ECTS"}, "$.amount", None),
        ({"kind": "credits_at_least", "amount": 5}, "$.scheme", "It is missing."),
        ({"kind": "awards_at_least", "count": 1, "filter": {}}, "$.filter", "This filter asks for nothing."),
        ({"kind": "awards_at_least", "count": 1, "filter": {"tags": []}}, "$.filter.tags", "This is not a list of texts."),
        ({"kind": "level_at_least", "level": {"value": 5}, "of": A}, "$.level.framework", "It is missing."),
        ({"kind": "level_at_least", "level": {"framework": "EQF", "value": 5}}, "$.of", "There is no requirement inside."),
        ({"kind": "all_of", "of": [B, {"kind": "grade_at_least", "minimum": "x", "scale": ["y"], "of": A}]}, "$.of[1].minimum", None),
    ],
)  # fmt: skip
def test_each_fault_is_named_at_its_place(rule, path, wrong):
    found = problems(rule)[0]
    assert found.path == path
    assert wrong in (None, found.wrong)
    assert found.write


def test_all_faults_are_told_at_once():
    rule = {"kind": "all_of", "of": [{"kind": "award_of"}, A, {"kind": "nothing"}]}
    assert [problem.path for problem in problems(rule)] == ["$.of[0].achievement", "$.of[2].kind"]


def test_text_that_is_not_json_is_refused():
    assert problems("{")[0].path == "$"
    assert problems("[]")[0].wrong == "A rule is a JSON object."


def test_a_rule_that_needs_one_award_twice_is_found_when_it_is_written():
    assert "more than once" in problems({"kind": "all_of", "of": [A, A]})[0].wrong
    choice = {"kind": "any_n", "n": 2, "of": [{"kind": "all_of", "of": [A, B]}, A, {**B, "equivalents": ["a"]}]}
    assert parse_requirement(choice)
    assert "more than once" in problems({**choice, "n": 3})[0].wrong


def test_levels_of_two_frameworks_of_one_award_contradict():
    inner = {"kind": "awards_at_least", "count": 1, "filter": {"level_at_least": {"framework": "AQF", "value": 7}}}
    rule = {
        "kind": "all_of",
        "of": [{"kind": "level_at_least", "level": {"framework": "EQF", "value": 5}, "of": inner}],
    }
    assert problems(rule) == (
        Problem(
            "$.of[0].of",
            "It asks for levels in AQF and in EQF, but an award states one level.",
            "Ask for one framework here, or write separate requirements.",
        ),
    )


def test_ids_stand_once_and_places_give_the_others():
    twice = Problem("$.of[1].of.id", "Two requirements have this id.", "Give each its own id.")
    inside = {"kind": "recency", "days": 3, "of": {**B, "id": "x"}}
    assert problems({"kind": "all_of", "of": [{**A, "id": "x"}, inside]}) == (twice,)
    taken = parse_requirement({"kind": "all_of", "of": [{**A, "id": "1.2"}, B]})
    assert [part.id for part in taken.parts] == ["1.2", "1.2.0"]
    rule = parse_requirement({"kind": "all_of", "of": [{**A, "id": "x"}, B]})
    assert [part.id for part in rule.parts] == ["x", "1.2"]


def test_rules_are_put_into_others_with_the_numbers_they_had_alone():
    first = parse_requirement({"kind": "all_of", "of": [A, B]}).to_json()
    second = parse_requirement(
        {"kind": "any_n", "n": 1, "of": [{**A, "id": "own"}, {**B, "achievement": "urn:c"}]}
    ).to_json()
    together = parse_requirement({"kind": "any_n", "n": 1, "of": [first, second]})
    ids = [node.id for node in nodes(together)]
    assert len(set(ids)) == len(ids) == 7
    assert ids[1:4] == ["1", "1.1", "1.2"]
    assert "own" in ids
    assert parse_requirement(together.to_json()) == together
    assert [node.id for node in nodes(parse_requirement(first))] == ["1", "1.1", "1.2"]
    assert problems({"kind": "all_of", "of": [{**A, "id": "x"}, {**B, "id": "x"}]})


def test_amounts_that_are_too_fine_and_limits_of_none_say_so():
    fine = problems({"kind": "credits_at_least", "amount": "7.555", "scheme": "ECTS"})
    assert fine[0].wrong == "'7.555' has more than two decimals."
    for limit in ({"count": 0}, {"amount": 0, "scheme": "ECTS"}):
        (none,) = problems({"kind": "at_most", **limit, "filter": {"types": ["Badge"]}, "of": A})
        assert "counting_only" in none.write


def test_amounts_are_exact_however_they_are_written():
    for amount in ("7.1", 7.1):
        text = json.dumps({"kind": "credits_at_least", "amount": amount, "scheme": "ECTS"})
        rule = parse_requirement(text)
        assert isinstance(rule, CreditsAtLeast)
        assert rule.amount == Decimal("7.1")


def test_a_rule_built_in_code_is_refused_for_the_same_faults():
    with pytest.raises(RuleError, match="nothing in this group"):
        AllOf(())
    with pytest.raises(RuleError, match="2 of only 1"):
        AnyN(2, (AwardOf("a"),))


def test_a_rule_that_never_ends_is_refused():
    rule = A
    for _ in range(60):
        rule = {"kind": "all_of", "of": [rule]}
    assert "deeper than 50 levels" in problems(rule)[0].wrong


def test_a_window_that_is_open_to_one_side_can_be_met():
    part = {"kind": "award_of", "achievement": "a"}
    for window in ({"since": "2026-01-01T00:00:00Z"}, {"until": "2026-01-01T00:00:00Z"}):
        assert parse_requirement({"kind": "earned_within", **window, "of": part}).kind == "earned_within"
    later = {"kind": "earned_within", "since": "2026-06-01T00:00:00Z", "of": part}
    assert (
        parse_requirement({"kind": "earned_within", "since": "2026-01-01T00:00:00Z", "of": later}).kind
        == "earned_within"
    )
    with pytest.raises(RuleError, match="No award can be all of this"):
        parse_requirement({"kind": "earned_within", "until": "2026-01-01T00:00:00Z", "of": later})


def test_a_residency_may_ask_for_more_than_what_is_inside_it():
    inside = {"kind": "credits_at_least", "amount": "30", "scheme": "ects"}
    rule = parse_requirement({"kind": "residency", "issuers": ["here"], "scheme": "ects", "amount": "40", "of": inside})
    moment = datetime(2026, 1, 1, tzinfo=UTC)

    def held(number):
        return [
            Award(
                id=str(one), achievement=f"urn:{one}", issuer="here", valid_from=moment, credits={"ects": Decimal(10)}
            )
            for one in range(number)
        ]

    three = evaluate(rule, held(3), moment)
    assert three.state == "partly"
    assert [step.amount for (step,) in three.missing] == [10]
    assert evaluate(rule, held(4), moment).met
