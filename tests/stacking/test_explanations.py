"""Every explanation is checked: what is said to count adds up and keeps to the rule, each reason is the one thing in the way, and
nothing in a way to complete the rule is said for nothing."""

import re
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from hypothesis import assume, event, example, given, settings
from tests.stacking.test_every_kind import NOW, Plain, days, denied, doing, holdings, rules, walk

from cairn.stacking import (
    AnyN,
    AtMost,
    Award,
    AwardOf,
    Converting,
    Counting,
    CountingOnly,
    CreditsAtLeast,
    EarnedTogether,
    EarnedWithin,
    InOrder,
    Residency,
    SkillAt,
    SkillsCovered,
    contradictions,
    evaluate,
    numbered,
)
from cairn.stacking.families import Limit

MENDED = [  # how a reason begins or what it says, and the award without what it says
    (r"comes from", lambda one: replace(one, issuer="u")),
    (r"is not in maths", lambda one: replace(one, subjects=frozenset({"maths"}))),
    (r"came about by|does not say how", lambda one: replace(one, source="transfer")),
    (r"attests no hours", lambda one: replace(one, hours=Decimal(3))),
    (r"has no ECTS credits|not ECTS credits", lambda one: replace(one, credits={"ECTS": Decimal(3)})),
    (r"shows none of|shows \w+ at level", lambda one: replace(one, skills=tuple(SkillAt("F", skill, Decimal(3)) for skill in "xyz"))),
    (r"expired on", lambda one: replace(one, valid_until=None)),
    (r"was revoked on", lambda one: replace(one, revoked_at=None)),
    (r"is suspended", lambda one: replace(one, suspended=())),
    (r"was earned on [0-9-]+$", lambda one: replace(one, valid_from=days(10))),
    # what the rest of the rule has against it, so that for this requirement alone the award counts as it is
    (r"outside the .* that count", lambda one: one),
    (r"before what must come first|comes before its turn", lambda one: one),
    (r"already counts|counts once|is beyond a limit|is not needed for the best|shows nothing that other", lambda one: one),
]  # fmt: skip


def mended(award, reason):
    known = [(said, mend) for said, mend in MENDED if re.search(said, reason)]
    assert known, f"nobody knows how to mend what {reason}"
    for said, mend in known:
        event(said)
        award = mend(award)
    return award


def alone(rule, leaf):
    """A requirement by itself, with what narrows and converts around it."""
    above = next(above for node, above in walk(rule) if node is leaf)
    for outer in reversed(above):
        if isinstance(outer, CountingOnly | EarnedWithin | Counting | Converting):
            leaf = outer.with_parts((leaf,))
    return leaf


def leaves_of(rule):
    return {node.id: (node, above) for node, above in walk(rule) if not node.parts and not denied(above)}


@settings(max_examples=50, deadline=None)
@given(rules, holdings(5))
def test_what_is_said_to_count_keeps_to_the_rule_and_comes_to_the_progress(rule, awards):
    """The trace alone, read by somebody who knows what the kinds mean, gives the progress again."""
    rule = numbered(rule)
    result = evaluate(rule, awards, NOW)
    held = {award.id: award for award in awards}
    meaning = Plain(rule, awards)
    nodes = result.nodes()
    served = []
    for number, (leaf, above) in enumerate(meaning.leaves):
        node = nodes[leaf.id]
        assert [one.award for one in node.counts] == list(node.used)
        for one in node.counts:
            award = held[one.award]
            assert award in meaning.fits[number]
            assert one.amount <= meaning.worth(leaf, above, award)
            if not isinstance(leaf, SkillsCovered):
                served.append((award, number, one.amount))
        if isinstance(leaf, SkillsCovered):
            meaning.fits[number] = [held[one] for one in node.used]
        else:
            assert sum(one.amount for one in node.counts) == node.have
        assert node.progress == min(Fraction(1), Fraction(node.have) / Fraction(node.need))
    assert meaning.score(served) == result.progress
    for window, above in walk(rule):
        if isinstance(window, EarnedTogether) and not denied(above):
            inside = {one for node, _ in walk(window) if node.id in nodes for one in nodes[node.id].used}
            earned = [held[one].valid_from for one in inside]
            assert not earned or (max(earned) - min(earned)).days <= window.days


@settings(max_examples=50, deadline=None)
@given(rules, holdings(5))
def test_a_reason_is_the_one_thing_in_the_way(rule, awards):
    """Without what the reason says, the award serves that requirement, were it asked for alone."""
    rule = numbered(rule)
    result = evaluate(rule, awards, NOW)
    held = {award.id: award for award in awards}
    meaning = Plain(rule, awards)
    leaves = leaves_of(rule)
    for node in result.nodes().values():
        if node.id not in leaves:
            continue
        leaf, _ = leaves[node.id]
        for left in node.rejected:
            award = mended(held[left.award], left.reason)
            assert evaluate(alone(rule, leaf), [award], NOW).used == (award.id,)
            if "already counts for" in left.reason:
                label = re.search("“(.*)”", left.reason)[1]
                assert any(award.id in nodes.used for nodes in result.nodes().values() if nodes.sentence == label)
    for left in result.unused:
        about = re.search("so it does not serve “(.*)”", left.reason)
        if about:
            award = mended(held[left.award], left.reason.partition(", so it does not")[0])
            wanted = [leaf for leaf, _ in leaves.values() if leaf.sentence({}) == about[1]]
            assert any(evaluate(alone(rule, leaf), [award], NOW).used == (award.id,) for leaf in wanted)
        elif "not asked for" in left.reason:
            assert not any(held[left.award] in fits for fits in meaning.fits)


@settings(max_examples=50, deadline=None)
@given(rules, holdings(4))
def test_what_a_limit_is_said_to_use_is_used(rule, awards):
    rule = numbered(rule)
    result = evaluate(rule, awards, NOW)
    nodes = result.nodes()
    for limit, above in walk(rule):
        if not isinstance(limit, Limit) or denied(above):
            continue
        size = 100 if limit.scheme else 1
        for used in re.findall(r"([0-9.]+) of at most", nodes[limit.id].note):
            assert Decimal(used) * size <= limit.most
        if isinstance(limit, AtMost) and limit.scheme and all(
            isinstance(leaf, CreditsAtLeast) for leaf, around_it in leaves_of(rule).values() if limit in around_it
        ):  # fmt: skip
            counted = {}
            for leaf, around_it in leaves_of(rule).values():
                for one in nodes[leaf.id].counts if limit in around_it else ():
                    award = next(award for award in awards if award.id == one.award)
                    if all(criterion.fault(award, NOW) is None for criterion in limit.criteria):
                        key = award.issuer if limit.each_issuer else ""
                        counted[key] = counted.get(key, 0) + one.amount
            said = [Decimal(one) for one in re.findall(r"([0-9.]+) of at most", nodes[limit.id].note)]
            assert said == [counted[key] for key in sorted(counted)] or (said == [0] and not counted)


def amounts(way):
    return {(one.id, one.achievement): one.amount for one in way}


@settings(max_examples=50, deadline=None)
@given(rules, holdings(4))
def test_no_way_asks_for_all_that_another_asks_and_more(rule, awards):
    assume(not contradictions(rule))
    ways = evaluate(numbered(rule), awards, NOW).missing
    for one in ways:
        for other in ways:
            if one is not other:
                mine, theirs = amounts(one), amounts(other)
                assert not all(key in theirs and theirs[key] >= much for key, much in mine.items())


@settings(max_examples=50, deadline=None)
@given(rules, holdings(4))
@example(
    AnyN(2, (AwardOf("a"), SkillsCovered("f", ("x",)), SkillsCovered("f", ("x",)))), []
)  # one thing does both others
@example(  # what is held has done the first part, as long as what is earned of the same does not take its place
    InOrder(
        (
            AnyN(1, (AwardOf("a"), SkillsCovered("F", ("x",), Decimal(0)))),
            Residency(AwardOf("a"), ("u",), "ECTS", Decimal(1)),
        )
    ),
    [Award(id="held", achievement="a", issuer="v", valid_from=days(10), credits={"ECTS": Decimal(1)}, shareable=True)],
)
def test_nothing_in_a_way_is_for_nothing(rule, awards):
    """Whoever does all but one thing of a way has not completed the rule."""
    assume(not contradictions(rule))
    rule = numbered(rule)
    for way in evaluate(rule, awards, NOW).missing:
        for left_out in range(len(way)):
            rest = (*way[:left_out], *way[left_out + 1 :])
            assert not evaluate(rule, [*awards, *doing(rule, rest)], NOW).met
