"""What is called contradictory nobody can meet: looked for among what could be earned, and tried with random holders. And each pair of
kinds that can stand in each other's way, in the whole rule and in one part of a choice."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from tests.stacking.test_every_kind import NOW, around, days, holdings, leaves
from tests.stacking.test_obstacles import obstructed

from cairn.stacking import (
    AllOf,
    AnyN,
    AtMost,
    AwardFilter,
    AwardsAtLeast,
    CreditsAtLeast,
    Not,
    RuleError,
    contradictions,
    evaluate,
    numbered,
    parse_requirement,
)
from cairn.stacking.families import Around, Group


def of(name, **fields):
    return {"kind": "award_of", "achievement": name, **fields}


def every(*parts):
    return {"kind": "all_of", "of": list(parts)}


def any_n(n, *parts):
    return {"kind": "any_n", "n": n, "of": list(parts)}


def ects(amount, **fields):
    return {"kind": "credits_at_least", "amount": amount, "scheme": "ECTS", **fields}


def no(part):
    return {"kind": "not", "of": part}


def most(amount, part, **chosen):
    return {"kind": "at_most", "amount": amount, "scheme": "ECTS", "filter": chosen, "of": part}


def between(part, since=None, until=None):
    return {
        "kind": "earned_within",
        **({"since": since} if since else {}),
        **({"until": until} if until else {}),
        "of": part,
    }


MOVED = {"filter": {"sources": ["transfer"]}}
EITHER = {"filter": {"sources": ["transfer", "prior_learning"]}}
FROM_U = {"filter": {"issuers": ["u"]}}
EARLY, LATE = "2020-01-01T00:00:00Z", "2024-01-01T00:00:00Z"
BODY = {"kind": "residency", "issuers": ["u"], "scheme": "ECTS"}
LEVEL = {"kind": "level_at_least", "level": {"framework": "EQF", "value": 6}}

IMPOSSIBLE = {
    "a limit below the credits asked inside it": (most(10, ects(20, **MOVED), sources=["transfer"]), "$"),
    "two limits that together let too little count": (
        most(10, most(5, ects(20, **EITHER), sources=["transfer"]), sources=["prior_learning"]), "$.of.of",
    ),
    "a limit for each of the issuers that are named": (
        {"kind": "at_most", "amount": 10, "scheme": "ECTS", "each_issuer": True, "of": ects(30, filter={"issuers": ["u", "v"]})}, "$.of",
    ),
    "a limit of awards below those asked": (
        {"kind": "at_most", "count": 1, **FROM_U, "of": {"kind": "awards_at_least", "count": 2, **FROM_U}},
        "$",
    ),
    "a body whose awards are limited": ({**BODY, "amount": 20, "of": most(10, ects(30), issuers=["u"])}, "$"),
    "a body that nothing inside can come from": ({**BODY, "amount": 5, "of": ects(5, filter={"issuers": ["v"]})}, "$"),
    "a body and nothing but what was moved": ({**BODY, "amount": 5, "of": ects(5, **MOVED)}, "$"),
    "levels of two frameworks": ({**LEVEL, "of": ects(5, filter={"level_at_least": {"framework": "NQF", "value": 3}})}, "$.of"),
    "grades of two scales": (
        {"kind": "grade_at_least", "minimum": "B", "scale": ["C", "B", "A"],
         "of": {"kind": "grade_at_least", "minimum": "60", "of": of("a")}}, "$.of.of",
    ),
    "what is asked for is excluded": (every(of("a"), no(of("a"))), "$.of[1]"),
    "a later part whose window ends first": (
        {"kind": "in_order", "of": [between(of("a"), since=LATE), between(of("b"), until=EARLY)]}, "$",
    ),
    "windows apart from each other": (between(between(of("a"), since=LATE), until=EARLY), "$.of.of"),
    "a window too short": (
        {"kind": "earned_together", "years": 1, "of": every(between(of("a"), until=EARLY), between(of("b"), since=LATE))}, "$",
    ),
    "an award for two": (every(of("a"), of("a")), "$"),
    "an order of one award": ({"kind": "in_order", "of": [of("a"), of("a")]}, "$"),
    "fewer achievements than awards": ({"kind": "awards_at_least", "count": 3, "filter": {"achievements": ["a", "b"]}}, "$"),
    "of those that exclude each other two": ({"kind": "exclusive", "achievements": ["a", "b"], "of": every(of("a"), of("b"))}, "$"),
}  # fmt: skip


def problems_of(document):
    with pytest.raises(RuleError) as refused:
        parse_requirement(document)
    return refused.value.problems


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_what_nobody_can_meet_is_refused_at_its_place(case: str) -> None:
    rule, place = IMPOSSIBLE[case]
    assert [one.path for one in problems_of(rule)] == [place]


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_it_is_found_in_one_part_of_a_choice_too(case: str) -> None:
    rule, _ = IMPOSSIBLE[case]
    inside = any_n(1, of("y"), every(rule, of("z")))
    assert problems_of(inside)[0].path.startswith("$.of[1]")


@pytest.mark.parametrize(
    "rule",
    [
        most(10, ects(20, **EITHER), sources=["transfer"]),
        {"kind": "at_most", "amount": 10, "scheme": "ECTS", "each_issuer": True, "of": ects(30)},
        {"kind": "at_most", "amount": 10, "scheme": "ECTS", "each_issuer": True, "of": ects(20, filter={"issuers": ["u", "v"]})},
        {**BODY, "amount": 5, "of": ects(10, filter={"sources": ["transfer", "assessed"]})},
        every({"kind": "awards_at_least", "count": 1, "filter": {"issuers": ["u", "v"]}},
              no({"kind": "awards_at_least", "count": 1, "filter": {"issuers": ["u"]}})),
        every(of("a"), {"kind": "skills_covered", "framework": "F", "skills": ["s"]}, no({"kind": "awards_at_least", "count": 2})),
        every({"kind": "skills_covered", "framework": "F", "skills": ["s", "t"], "count": 1},
              no({"kind": "skills_covered", "framework": "F", "skills": ["s"]})),
        every(of("a"), of("b"), no({"kind": "in_order", "of": [of("a"), of("b")]})),
        every(of("a"), of("b"), no(any_n(1, between(of("a"), until=EARLY), between(of("b"), since=LATE)))),
        {"kind": "grade_at_least", "minimum": "60", "scale": ["60", "70"],
         "of": {"kind": "grade_at_least", "minimum": "65", "of": of("a")}},
        {"kind": "in_order", "of": [between(of("a"), since=EARLY), between(of("b"), until=LATE)]},
        {"kind": "in_order", "of": [any_n(1, of("c"), between(of("a"), since=LATE)), between(of("b"), until=EARLY)]},
        {"kind": "converting", "source": "A", "target": "B", "factor": 2,
         "of": {"kind": "converting", "source": "B", "target": "A", "factor": 2, "of": ects(5)}},
        {"kind": "equivalences", "sets": [["a", "b"], ["b", "c"], ["c", "a"]], "of": of("a")},
    ],
    ids=["limit of one way", "each of many issuers", "each of two", "moved or not", "one of two issuers", "skill of another",
         "one of two skills", "the other order", "the other time", "numbers on a scale", "window after window", "a free part",
         "there and back", "in a ring"],
)  # fmt: skip
def test_what_somebody_can_meet_is_taken(rule: dict[str, object]) -> None:
    assert not contradictions(parse_requirement(rule))


ABOUT_WORDS = re.compile("limits nothing|near itself|says nothing|have this id|hold for the whole")
"""What makes a rule unclear, not impossible."""


def focused(rule, path):
    """The rule in which every choice on the way to a place is made so; None where that lies in a negation."""
    if path == "$":
        return rule
    step, rest = re.match(r"\$\.of(\[\d+\])?(.*)", path).groups()
    if isinstance(rule, Not):
        return None
    if isinstance(rule, Around):
        inside = focused(rule.of, f"${rest}")
        return None if inside is None else rule.with_parts((inside,))
    chosen = int(step[1:-1])
    inside = focused(rule.parts[chosen], f"${rest}")
    if inside is None:
        return None
    if isinstance(rule, Group) and rule.choose < len(rule.parts):
        return AllOf((inside,), id=rule.id)
    return rule.with_parts((*rule.parts[:chosen], inside, *rule.parts[chosen + 1 :]))


named = st.builds(
    AwardFilter,
    issuers=st.sampled_from(((), ("u",), ("u", "v"))),
    sources=st.sampled_from(((), ("transfer",), ("transfer", "prior"))),
    achievements=st.sampled_from(((), ("a", "c"))),
)
limiting = named.filter(lambda one: bool(one.criteria))
asking = st.one_of(
    leaves,
    st.builds(CreditsAtLeast, st.integers(1, 5).map(Decimal), st.just("ECTS"), named),
    st.builds(AwardsAtLeast, st.integers(1, 3), named),
)


def entangled(inner):
    """Limits, bodies, exclusions and choices more often than elsewhere."""
    parts = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        obstructed(inner),
        around(inner),
        st.builds(
            lambda of, n, what: AtMost(of, amount=Decimal(n), scheme="ECTS", filter=what),
            inner,
            st.integers(1, 4),
            limiting,
        ),
        st.builds(lambda of, n, what: AtMost(of, count=n, filter=what), inner, st.integers(1, 2), limiting),
        parts.flatmap(lambda of: st.builds(AnyN, st.integers(1, len(of)), st.just(of))),
    )


@settings(max_examples=80, deadline=None)
@given(st.recursive(asking, entangled, max_leaves=4), holdings(5))
def test_nobody_meets_what_is_called_contradictory(rule, awards):
    """Neither a random holder, nor somebody who begins with nothing and earns all that the search for ways would earn."""
    problems = [one for one in contradictions(rule) if not ABOUT_WORDS.search(one.wrong)]
    held = [replace(one, shareable=False) for one in awards]
    for problem in problems:
        alone = focused(rule, problem.path.removesuffix(".id"))
        if alone is None:
            continue
        event(problem.wrong[:40])
        alone = numbered(alone)
        assert not evaluate(alone, held, NOW).met
        for begun in ([], held):
            assert not evaluate(alone, begun, days(5_000)).missing
            assert not evaluate(alone, begun, NOW).missing
