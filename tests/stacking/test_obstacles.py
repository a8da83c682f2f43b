"""Why nothing completes a rule: each reason is true, and what is certain holds whatever is earned afterwards."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from tests.stacking.schema import faults
from tests.stacking.test_every_kind import NAMES, NOW, around, days, holdings, leaves, walk

from cairn.stacking import (
    AllOf,
    Award,
    Decision,
    EarnedTogether,
    EarnedWithin,
    InOrder,
    Not,
    Residency,
    contradictions,
    evaluate,
    numbered,
    parse_requirement,
    schemas,
)
from cairn.stacking.documents import as_json, read_awards
from cairn.stacking.families import Limit
from cairn.stacking.obstructing import CODES


def of(name, **fields):
    return {"kind": "award_of", "achievement": name, **fields}


def every(*parts):
    return {"kind": "all_of", "of": list(parts)}


def either(n, *parts):
    return {"kind": "any_n", "n": n, "of": list(parts)}


def ects(amount, **fields):
    return {"kind": "credits_at_least", "amount": amount, "scheme": "ECTS", **fields}


def held(name, days=100, **fields):
    return Award(id=f"my-{name}", achievement=name, issuer="u", valid_from=NOW - timedelta(days=days), **fields)


OVER = {"kind": "earned_within", "until": "2026-01-01T00:00:00Z"}
AHEAD = {"kind": "earned_within", "since": "2027-01-01T00:00:00Z"}
A = of("a")

STORIES = {
    "a window that is over": ({**OVER, "of": A}, (), (), [("1.1", "window_over", True)]),
    "a window that has not begun": ({**AHEAD, "of": A}, (), (), [("1.1", "window_ahead", True)]),
    "an exclusion that is broken": (every(of("b"), {"kind": "not", "of": A}), [held("a")], (), [("1.2", "excluded", True)]),
    "a retired award": (every(A, of("b")), (), ("a",), [("1.1", "retired", True)]),
    "fewer left than needed": (
        {"kind": "awards_at_least", "count": 2, "filter": {"achievements": ["a", "b", "c"]}},
        (), ("a", "b"), [("1", "retired", True)],
    ),
    "an order that can no longer be kept": (
        {"kind": "in_order", "of": [A, {**OVER, "of": of("b")}]}, [held("b", days=300)], (), [("1.2.1", "order", True)],
    ),
    "a choice of which too little is left": (
        either(2, {**OVER, "of": of("b")}, A, of("c")), (), ("a",), [("1.1.1", "window_over", True), ("1.2", "retired", True)],
    ),
    "a body from which nothing can come": (
        {"kind": "residency", "issuers": ["u"], "scheme": "ECTS", "amount": 5,
         "of": {"kind": "converting", "source": "CATS", "target": "ECTS", "factor": "1/2", "of": {**OVER, "of": ects(5)}}},
        [held("a", days=300, credits={"ECTS": Decimal(5)}, source="transfer")], (), [("1", "residency", True)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("story", STORIES)
def test_where_nothing_completes_a_rule_it_says_why(story: str) -> None:
    rule, awards, retired, expected = STORIES[story]
    result = evaluate(parse_requirement(rule), awards, NOW, retired=retired)
    assert not result.met
    assert result.missing == ()
    assert [(one.id, one.code, one.certain) for one in result.obstacles] == expected
    document = as_json(result)
    assert [one["code"] for one in document["obstacles"]] == [code for _, code, _ in expected]
    assert faults(schemas.evaluation(), document) == []


def test_an_obstacle_is_said_in_words() -> None:
    rule = parse_requirement(every({**OVER, "of": A}, {"kind": "not", "of": of("b")}, of("c")))
    result = evaluate(rule, [held("b")], NOW, names={"a": "Statistics", "b": "Basics", "c": "Data"}, retired=["c"])
    assert [one.sentence for one in result.obstacles] == [
        "“Earn Statistics”: only what was earned before 2026-01-01 counts, and that is over",
        "“Earn Basics” is excluded, and is so already: my-b stands against it",
        "“Earn Data”: Data is no longer awarded",
    ]
    assert result.obstacles[1].awards == ("my-b",)


def test_equivalents_declared_later_may_leave_an_award_to_count_twice() -> None:
    rule = parse_requirement(every(of("a"), of("b")))
    result = evaluate(rule, [held("a")], NOW, equivalent=[{"a", "b"}])
    assert [(one.code, one.certain) for one in result.obstacles] == [("counts_once", False)]


def test_no_way_asks_for_what_nobody_can_earn_any_more() -> None:
    rule = parse_requirement(every(of("a", equivalents=["b"]), of("c")))
    assert [one.achievement for one in evaluate(rule, [], NOW, retired=["a"]).missing[0]] == ["b", "c"]
    assert evaluate(rule, [held("a")], NOW, retired=["a"]).missing[0][0].achievement == "c"
    limited = {"kind": "at_most", "count": 1, "filter": {"achievements": ["a", "d"]},
               "of": every({"kind": "awards_at_least", "count": 1, "filter": {"achievements": ["a", "d"]}}, of("c"))}  # fmt: skip
    (way,) = evaluate(parse_requirement(limited), [], NOW, retired=["a"]).missing
    assert "a" not in [one.achievement for one in way]


def test_the_reference_says_what_each_code_means() -> None:
    page = (Path(__file__).parents[2] / "docs/reference/stacking.md").read_text(encoding="utf-8")
    assert [f"| `{code}` | {meaning} |" for code, meaning in CODES.items()] == re.findall(
        r"^\| `[a-z_]+` \| .*\. \|$", page, re.M
    )


def test_a_document_of_awards_says_what_is_retired() -> None:
    holding = read_awards({"awards": [], "retired": ["a"]})
    assert holding.retired == ("a",)
    assert faults(schemas.awards(), {"awards": [], "retired": ["a"]}) == []


def test_documents_from_before_there_were_reasons_keep_to_the_schema() -> None:
    document = as_json(evaluate(parse_requirement(A), [], NOW))
    assert document.pop("decided") is True
    assert document.pop("obstacles") == []
    assert faults(schemas.evaluation(), document) == []


def obstructed(inner):
    """Any kind around something, windows that are over and exclusions more often than elsewhere."""
    return st.one_of(
        around(inner),
        st.builds(EarnedWithin, inner, st.none(), st.just(days(50))),
        st.lists(inner, min_size=2, max_size=3).map(lambda of: AllOf((*of[:-1], Not(of[-1])))),
        st.lists(inner, min_size=2, max_size=2).map(lambda of: InOrder(tuple(of))),
    )


def without(rule, key):
    if rule.id == key:
        return AllOf(rule.of, id=key) if isinstance(rule, InOrder) else rule.of
    return rule.with_parts(tuple(without(part, key) for part in rule.parts)) if rule.parts else rule


@settings(max_examples=60, deadline=None)
@given(
    st.recursive(leaves, obstructed, max_leaves=4),
    holdings(4),
    holdings(4),
    st.sets(st.sampled_from(NAMES), max_size=3),
)
def test_there_is_a_way_or_a_reason_and_every_reason_is_true(rule, awards, more, retired):
    """No award earned from now on changes what is certain; without what stands in the way alone, or with the rest waived, is a way."""
    assume(not contradictions(rule))
    rule = numbered(rule)
    result = evaluate(rule, awards, NOW, retired=retired)
    assert [result.met, bool(result.missing), bool(result.obstacles)].count(True) == 1
    by_id = {node.id: node for node, _ in walk(rule)}
    later = [replace(one, id=f"later-{one.id}", valid_from=NOW, valid_until=None, revoked_at=None, suspended=())
             for one in more if one.achievement not in retired]  # fmt: skip
    waived = []
    for one in result.obstacles:
        event(f"{one.code} {'certain' if one.certain else 'found out'}")
        assert one.code in CODES
        node = by_id[one.id]
        if one.certain:
            assert not evaluate(rule, [*awards, *later], NOW).met
        elif isinstance(node, Limit | InOrder | EarnedTogether):
            freed = evaluate(without(rule, one.id), awards, NOW, retired=retired)
            assert freed.met or freed.missing
        elif isinstance(node, Not | Residency):
            freed = evaluate(rule, awards, NOW, retired=retired, decisions=[waiver(one.id)])
            assert freed.met or freed.missing
        elif one.code != "not_found":
            waived.append(waiver(one.id))
    if waived:
        freed = evaluate(rule, awards, NOW, retired=retired, decisions=waived)
        assert freed.met or freed.missing


def waiver(key):
    return Decision(requirement=key, by="the dean", at=datetime(2026, 1, 1, tzinfo=UTC), reason="to see")
