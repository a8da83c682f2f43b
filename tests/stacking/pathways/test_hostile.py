"""Documents that were made to break a reader: circles, gaps, doubles, wrong types, depth and size."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.stacking import RuleError, sentences
from cairn.stacking.parsing import parse_requirement
from cairn.stacking.pathways import LEFT_OUT, read_pathways, write_pathway


def node(name: str, *targets: str, number: Any = None, kind: str = "CourseComponent", **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"@id": name, "@type": f"ceterms:{kind}", "ceterms:name": name.upper()} | more
    if targets:
        condition: dict[str, Any] = {"@type": "ceterms:ComponentCondition", "ceterms:targetComponent": list(targets)}
        if number is not None:
            condition["ceterms:requiredNumber"] = number
        made["ceterms:hasCondition"] = [condition]
    return made


def graph(*nodes: Any, to: Any = "goal") -> dict[str, Any]:
    return {"@graph": [{"@id": "p", "@type": "ceterms:Pathway", "ceterms:hasDestinationComponent": to}, *nodes]}


def read(*nodes: Any) -> tuple[list[str], list[str]]:
    (found,) = read_pathways(graph(*nodes))
    return sentences(found.rule).lines(), [remark.why for remark in found.remarks if remark.effect == LEFT_OUT]


def test_a_circle_is_cut_and_said() -> None:
    lines, lost = read(node("goal", "a"), node("a", "b"), node("b", "a"))
    assert lines == ["These one after the other:", "  Earn B", "  Earn A"]
    assert lost == ["A leads back to itself here; this step of the circle is not asked for."]


def test_a_destination_that_asks_for_itself_asks_for_nothing() -> None:
    with pytest.raises(RuleError, match=r"asks for nothing"):
        read(node("goal", "goal"))


def test_a_condition_within_itself_is_cut() -> None:
    condition = {
        "@id": "_:c",
        "@type": "ceterms:ComponentCondition",
        "ceterms:targetComponent": "a",
        "ceterms:hasCondition": "_:c",
    }
    lines, lost = read({**node("goal"), "ceterms:hasCondition": "_:c"}, condition, node("a"))
    assert lines == ["Earn A"]
    assert lost == ["A condition leads back to itself here."]


def test_what_is_missing_is_named() -> None:
    lines, lost = read(node("goal", "a", "gone", number=2), node("a"))
    assert lines == ["Earn A"]
    assert lost == [
        "It names a component that the document does not hold.",
        "2 are required of 1 that stand here; all of them are asked for.",
    ]


def test_a_node_that_stands_twice_and_contradicts_itself_is_said() -> None:
    twice = {
        "@id": "_:c",
        "@type": "ceterms:ComponentCondition",
        "ceterms:targetComponent": ["a", "b"],
        "ceterms:requiredNumber": 1,
    }
    lines, lost = read(
        {**node("goal"), "ceterms:hasCondition": ["_:c"]},
        twice,
        {**twice, "ceterms:requiredNumber": 2},
        node("a"),
        node("b"),
    )
    assert lines[0] == "One of these 2:"
    assert lost == ["This node stands twice, with two different values of requiredNumber; the first holds."]


def test_the_same_node_twice_is_one() -> None:
    lines, lost = read(node("goal", "a"), node("a"), node("a"))
    assert (lines, lost) == (["Earn A"], [])


def test_a_component_with_two_parents_is_asked_for_once() -> None:
    lines, lost = read(
        node("goal", "x", "y", number=2), node("x", kind="BasicComponent"), node("y", kind="BasicComponent"),
        {**node("a"), "ceasn:isChildOf": ["x", "y"]}, {**node("b"), "ceasn:isChildOf": "y"},
    )  # fmt: skip
    assert lines == ["All of these:", "  This:", "    Earn A", "  This:", "    Earn B"]
    assert lost == []


@pytest.mark.parametrize("number", ["two", -1, 1.5, True, None, {"a": 1}, [], 10**30, "9" * 5000])
def test_a_number_that_is_none_is_not_believed(number: Any) -> None:
    made = node("goal", "a", "b")
    made["ceterms:hasCondition"][0]["ceterms:requiredNumber"] = number
    lines, _ = read(made, node("a"), node("b"))
    assert lines[0] == "All of these:"


def test_none_required_asks_for_nothing() -> None:
    lines, _ = read(
        node("goal", "a", "x", number=2), node("a"), node("x", "b", number=0, kind="BasicComponent"), node("b")
    )
    assert lines == ["All of these:", "  Earn A", "  Earn X"]


def test_shared_components_that_would_grow_without_end_are_refused() -> None:
    layers = [node("goal", "l0", "r0", number=2, kind="BasicComponent")]
    for depth in range(40):
        below = (f"l{depth + 1}", f"r{depth + 1}")
        layers += [
            node(f"l{depth}", *below, number=1, kind="BasicComponent"),
            node(f"r{depth}", *below, number=1, kind="BasicComponent"),
        ]
    layers += [node("l40"), node("r40")]
    with pytest.raises(RuleError, match=r"more than 2000"):
        read(*layers)


def test_a_chain_too_long_is_refused() -> None:
    chain = [node("goal", "n0")] + [node(f"n{i}", f"n{i + 1}") for i in range(5000)] + [node("n5000")]
    with pytest.raises(RuleError, match=r"too deep"):
        read(*chain)


def test_depth_in_json_is_refused() -> None:
    deep: Any = {"@id": "x"}
    for _ in range(90):
        deep = {"@type": "ceterms:ComponentCondition", "ceterms:hasCondition": deep}
    with pytest.raises(RuleError, match=r"deeper|levels"):
        read({**node("goal"), "ceterms:hasCondition": deep})
    with pytest.raises(RuleError):
        read_pathways("[" * 100_000)


def test_size_is_refused() -> None:
    with pytest.raises(RuleError, match=r"longer than"):
        read_pathways(b" " * 5_000_001)
    with pytest.raises(RuleError, match=r"nodes|values"):
        read_pathways([{"@id": str(number), "@type": "ceterms:CourseComponent"} for number in range(20_001)])


def test_many_large_pathways_are_refused_together() -> None:
    many = [
        {"@id": f"p{number}", "@type": "ceterms:Pathway", "ceterms:hasDestinationComponent": "goal"}
        for number in range(60)
    ]
    parts = [str(number) for number in range(200)]
    with pytest.raises(RuleError, match=r"more than 10000 things together"):
        read_pathways([*many, node("goal", *parts), *(node(part) for part in parts)])


def test_many_remarks_are_counted_not_kept() -> None:
    made = node("goal", *(f"gone{number}" for number in range(3000)), "a")
    (found,) = read_pathways(graph(made, node("a")))
    assert len(found.remarks) <= 502
    assert found.remarks[-1].why == "There are 2500 more remarks than can be shown."
    assert not found.whole


def test_an_extension_that_was_left_behind_is_not_believed() -> None:
    rule = parse_requirement({"kind": "recency", "days": 30, "of": {"kind": "any_n", "n": 2, "of": [
        {"kind": "award_of", "achievement": name} for name in "abc"
    ]}})  # fmt: skip
    document = json.loads(json.dumps(write_pathway(rule, title="x").document))
    (same,) = read_pathways(document)
    assert same.rule == rule
    outer = document["@graph"][1]["ceterms:hasCondition"][0]
    inner = outer["ceterms:hasCondition"][0]
    inner["ceterms:requiredNumber"] = 3  # changed by somebody: the condition holds, and the one around it still does
    assert sentences(read_pathways(document)[0].rule).lines()[:2] == [
        "Counting only awards earned in the last 30 days:",
        "  All of these:",
    ]
    outer["cairn:requirement"] = {"kind": "any_n", "n": 1}
    (found,) = read_pathways(document)
    assert found.rule.kind == "all_of"
    assert found.remarks[0].why.startswith("cairn:requirement says something else")


@pytest.mark.parametrize("said", [
    None, 7, "x", [], {"kind": "nothing"}, {"kind": "recency"}, {"kind": "recency", "days": 30, "of": {}},
    {"kind": "at_most", "share": "1/2"},
    {"kind": ["recency"]}, {"kind": "award_of", "achievement": "somebody's else"}, {"kind": "recency", "days": 30, "more": 1},
])  # fmt: skip
def test_an_extension_of_the_wrong_kind_is_not_believed(said: Any) -> None:
    made = node("goal", "a")
    made["ceterms:hasCondition"][0]["cairn:requirement"] = said
    lines, _ = read(made, node("a"))
    assert lines == ["Earn A"]


junk = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-2, 3),
        st.floats(),
        st.sampled_from(("a", "goal", "p", "_:c", "", "logic:Or", "en")),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(("@id", "@type", "@value", "@list", "en", "ceterms:hasCondition", "cairn:requirement")),
            inner,
            max_size=3,
        ),
    ),
    max_leaves=6,
)
WORDS = (
    "@id", "@type", "ceterms:hasCondition", "ceterms:targetComponent", "ceterms:requiredNumber", "ceterms:logicalOperator",
    "ceterms:hasConstraint", "ceterms:name", "ceasn:hasChild", "ceasn:isChildOf", "ceterms:proxyFor", "ceterms:leftSource",
    "ceterms:comparator", "ceterms:rightSource", "ceterms:creditValue", "ceterms:prerequisite", "cairn:requirement", "x:y",
)  # fmt: skip
TYPES = (
    "ceterms:CourseComponent",
    "ceterms:BasicComponent",
    "ceterms:ComponentCondition",
    "ceterms:CompetencyComponent",
    "ceterms:Constraint",
)
nodes = st.fixed_dictionaries(
    {"@id": st.sampled_from(("goal", "a", "b", "_:c", "p")), "@type": st.sampled_from(TYPES)},
    optional={
        word: st.one_of(junk, st.lists(st.sampled_from(("goal", "a", "b", "_:c")), max_size=3)) for word in WORDS[2:]
    },
)


@settings(max_examples=200, deadline=None)
@given(st.lists(nodes, max_size=6), junk)
def test_whatever_stands_there_is_read_or_refused(made: list[Any], loose: Any) -> None:
    try:
        found = read_pathways(graph(*made, loose))
    except RuleError:
        return
    for pathway in found:
        assert parse_requirement(pathway.rule.to_json()) == pathway.rule
        assert all(remark.place and remark.why for remark in pathway.remarks)
