"""A rule written as a CTDL pathway and read back is the same rule, whatever kinds stand in it."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from cairn.stacking import (
    KINDS,
    AllOf,
    AnyN,
    AtMost,
    AwardFilter,
    AwardOf,
    AwardsAtLeast,
    Converting,
    Counting,
    CountingOnly,
    CreditsAtLeast,
    EarnedTogether,
    EarnedWithin,
    Equivalences,
    Exclusive,
    ExperienceHours,
    GradeAtLeast,
    InOrder,
    Level,
    LevelAtLeast,
    Not,
    Recency,
    Requirement,
    Residency,
    RuleError,
    SkillsCovered,
    Validity,
    contradictions,
    numbered,
)
from cairn.stacking.pathways import ASIDE, read_pathways, write_pathway
from cairn.stacking.requirements import nodes

NOW = datetime(2026, 1, 1, tzinfo=UTC)
NAMES = ("https://uni.example/a", "b", " c ", "ce-d", "e")
words = st.text("abé “”:/# \n", max_size=4)
labels = st.one_of(st.just(""), st.just(""), words)
values = st.lists(
    st.sampled_from(("x", "https://u.example/y", "ceterms:Badge", "Badge", "z z")), unique=True, max_size=2
).map(tuple)
levels = st.builds(Level, st.sampled_from(("EQF", "A level of ours")), st.sampled_from((Decimal(5), Decimal("6.5"))))
filters = st.builds(
    AwardFilter, types=values, issuers=values, tags=values, subjects=values, sources=values, achievements=values,
    level=st.one_of(st.none(), levels),
)  # fmt: skip
somehow = filters.filter(lambda one: bool(one.criteria))
amounts = st.sampled_from((Decimal(5), Decimal("7.25"), Decimal(30)))
skills = st.sampled_from((("https://f.example/x",), ("https://f.example/x", "https://f.example/y"), ("q", "r"), ("q",)))
leaves = st.one_of(
    st.builds(AwardOf, st.sampled_from(NAMES), role=st.sampled_from(("component", "capstone", "project")), label=labels),
    st.builds(
        lambda a, b, label: AwardOf(a, tuple(x for x in b if x != a), label=label),
        st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES), unique=True, max_size=2), labels,
    ),
    st.builds(AwardsAtLeast, st.integers(1, 3), filters, label=labels),
    st.builds(CreditsAtLeast, amounts, st.sampled_from(("ECTS", "a/b", "Credits")), filters, st.booleans(), label=labels),
    st.builds(ExperienceHours, amounts, filters, label=labels),
    st.builds(
        SkillsCovered, st.sampled_from(("https://f.example", "F")), skills, st.sampled_from((Decimal(0), Decimal(2))),
        st.sampled_from((None, 1)), label=labels,
    ),
)  # fmt: skip


def around(inner: st.SearchStrategy[Requirement]) -> st.SearchStrategy[Requirement]:
    parts = st.lists(inner, min_size=1, max_size=4).map(tuple)
    two = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(AllOf, parts, label=labels),
        parts.flatmap(lambda of: st.builds(AnyN, st.integers(1, len(of)), st.just(of), label=labels)),
        st.builds(InOrder, two, label=labels),
        st.builds(CountingOnly, inner, somehow, label=labels),
        st.builds(LevelAtLeast, inner, levels, label=labels),
        st.builds(GradeAtLeast, inner, st.just("pass"), st.sampled_from((("pass", "good"), ("fail", "pass"), ("pass",))), label=labels),
        st.builds(GradeAtLeast, inner, st.just("3.5"), label=labels),
        st.builds(Recency, inner, st.integers(1, 900), label=labels),
        st.builds(EarnedWithin, inner, st.just(NOW), label=labels),
        st.builds(Counting, inner, st.sampled_from(list(Validity)), label=labels),
        st.builds(Converting, inner, st.just("CATS"), st.just("ECTS"), st.just(Fraction(1, 2)), label=labels),
        st.builds(lambda of, most, what: AtMost(of, amount=most, scheme="ECTS", filter=what), inner, amounts, somehow),
        st.builds(lambda of, what: AtMost(of, count=2, filter=what), inner, somehow),
        st.builds(Exclusive, inner, st.just(("a", "c")), label=labels),
        st.builds(Residency, inner, st.just(("u",)), st.just("ECTS"), amounts, label=labels),
        st.builds(Not, inner, label=labels),
    )  # fmt: skip


rules = st.recursive(leaves, around, max_leaves=5)


def sound(rule: Requirement) -> bool:
    try:
        return not contradictions(numbered(rule))
    except RuleError:
        return False


def with_ids(rule: Requirement, ids: list[bool]) -> Requirement:
    """Some nodes get ids of their own."""
    from dataclasses import replace

    own = replace(rule, id=f"own-{len(ids)}") if ids and ids.pop() else rule
    return own.with_parts(tuple(with_ids(part, ids) for part in own.parts)) if own.parts else own


SECOND = InOrder((AwardOf("ce-d"), AwardOf("https://uni.example/a")))
"""Names all that an option beside it names, which yet asks more of it."""


@settings(max_examples=150, deadline=None)
@example(AnyN(1, (GradeAtLeast(AwardOf("ce-d"), "3.5"), SECOND)), [], "")
@example(AnyN(1, (Exclusive(AwardOf("ce-d"), ("a", "c")), SECOND)), [], "")
@example(AnyN(1, (AwardOf("ce-d", role="capstone"), SECOND)), [], "")
@given(rules, st.lists(st.booleans(), max_size=6), st.sampled_from(("", "https://uni.example/stacks/x/pathway")))
def test_a_rule_comes_back_equal(rule: Requirement, ids: list[bool], base: str) -> None:
    rule = numbered(with_ids(rule, ids))
    assume(sound(rule))
    document = json.loads(json.dumps(write_pathway(rule, title="A stack", base=base).document))
    (read,) = read_pathways(document)
    assert read.rule == rule
    assert read.whole
    assert [remark for remark in read.remarks if remark.effect != ASIDE] == []


@settings(max_examples=60, deadline=None)
@given(rules)
def test_equivalences_around_a_rule_come_back_too(rule: Requirement) -> None:
    rule = numbered(Equivalences(rule, (("b", "e"), ("q", "r"))))
    assume(sound(rule))
    (read,) = read_pathways(write_pathway(rule, title="").document)
    assert read.rule == rule


NATIVE: dict[str, Requirement] = {
    "all of some awards": AllOf((AwardOf("a"), AwardOf("b", label="Bee"))),
    "any two of three": AnyN(2, (AwardOf("a"), AwardOf("b"), AwardOf("c"))),
    "one after the other": InOrder((AwardOf("a"), AwardOf("b"), AwardOf("c"))),
    "an award after a choice": InOrder((AnyN(1, (AwardOf("a"), AwardOf("b"))), AwardOf("c", role="capstone"))),
    "groups of groups": AllOf((AnyN(1, (AwardOf("a"), AwardOf("b"))), AnyN(2, (AwardOf("c"), AwardOf("d"), AwardOf("e"))))),
    "two of three groups": AnyN(
        2, (AllOf((AwardOf("a"), AwardOf("b"))), AllOf((AwardOf("c"), AwardOf("d"))), CreditsAtLeast(Decimal(5), "ECTS"))
    ),
    "credits of a kind": CreditsAtLeast(Decimal("7.5"), "ECTS", AwardFilter(tags=("data",), level=Level("EQF", Decimal(5)))),
    "so many awards": AwardsAtLeast(3, AwardFilter(types=("Badge",), issuers=("https://uni.example",))),
    "hours of experience": ExperienceHours(Decimal("500.25")),
    "skills of a framework": SkillsCovered("https://f.example", ("https://f.example/x", "https://f.example/y"), count=1),
    "never with another": AllOf((AwardOf("a"), Not(AwardOf("b")))),
    "a level": LevelAtLeast(AllOf((AwardOf("a"), AwardOf("b"))), Level("EQF", Decimal(6))),
    "a grade on a scale": GradeAtLeast(AllOf((AwardOf("a"), AwardOf("b"))), "C", ("C", "B", "A")),
    "a grade that is a number": GradeAtLeast(AwardOf("a"), "3.5"),
    "only awards of an issuer": CountingOnly(CreditsAtLeast(Decimal(30), "ECTS"), AwardFilter(issuers=("u",))),
}  # fmt: skip


@pytest.mark.parametrize("name", list(NATIVE))
def test_what_ctdl_can_say_needs_no_extension(name: str) -> None:
    rule = numbered(NATIVE[name])
    written = write_pathway(rule, title="A stack")
    assert "cairn:requirement" not in json.dumps(written.document)
    assert written.remarks == ()
    (read,) = read_pathways(written.document)
    assert read.rule == rule


BEYOND: dict[str, Requirement] = {
    "recency": Recency(AwardOf("a"), 730),
    "earned_within": EarnedWithin(AwardOf("a"), NOW),
    "earned_together": EarnedTogether(AllOf((AwardOf("a"), AwardOf("b"))), months=18),
    "at_most": AtMost(CreditsAtLeast(Decimal(30), "ECTS"), amount=Decimal(10), scheme="ECTS", filter=AwardFilter(sources=("transfer",))),
    "exclusive": Exclusive(AllOf((AwardOf("a"), AwardsAtLeast(1))), ("b", "c")),
    "residency": Residency(CreditsAtLeast(Decimal(30), "ECTS"), ("u",), "ECTS", Decimal(10)),
    "converting": Converting(CreditsAtLeast(Decimal(30), "ECTS"), "CATS", "ECTS", Fraction(1, 2)),
    "equivalences": Equivalences(AwardOf("a"), (("a", "b"),)),
    "counting": Counting(AwardOf("a"), Validity.WHEN_EARNED),
}  # fmt: skip


@pytest.mark.parametrize("kind", list(BEYOND))
def test_what_ctdl_cannot_say_travels_beside_it_and_is_said(kind: str) -> None:
    rule = numbered(BEYOND[kind])
    written = write_pathway(rule, title="A stack")
    (said,) = [remark for remark in written.remarks if remark.place.startswith(kind)]
    assert "CTDL has no words" in said.why
    (read,) = read_pathways(written.document)
    assert read.rule == rule


def test_every_kind_is_shown_in_ctdl_or_beside_it() -> None:
    native = {node.kind for rule in NATIVE.values() for node in nodes(rule)}
    assert native | set(BEYOND) == set(KINDS)


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        (
            SkillsCovered("Harbour skills", ("welding",)),
            "CTDL has no words for Harbour skills, the framework of welding; cairn:requirement carries it.",
        ),
        (
            AllOf((AwardOf("a", id="first"), AwardOf("b"))),
            "CTDL has no words for the id “first” of “Earn a”; cairn:requirement carries it.",
        ),
    ],
)
def test_what_only_the_extension_of_a_component_carries_is_said(rule, why):
    written = write_pathway(rule, title="Whole", base="https://uni.example/whole/pathway")
    assert [remark.why for remark in written.remarks] == [why]
    assert read_pathways(written.document)[0].rule == numbered(rule)
