"""Where nothing leads to a need the answer says why: who teaches it, what leaves them out, and what waits for what."""

from datetime import date

import pytest

from cairn.planning import Learner, Limits, Money, Need, Offer, SkillLevel, Target, plan

SQL = SkillLevel("sql", 2)


def course(key, requires=(), **more):
    return Offer(
        id=key, title=key.title(), provides={"sql": 2}, cost=Money(100, "EUR"), hours=10, requires=requires, **more
    )


@pytest.mark.parametrize(
    ("offers", "limits", "told"),
    [
        ([], Limits(), "No offer here leads to sql at level 2."),
        ([Offer(id="low", provides={"sql": 1}, cost=Money(1, "EUR"), hours=1)], Limits(), "the highest is level 1"),
        ([course("a", (("b",),)), course("b", (("a",),))], Limits(), "A and B each wait for another of them"),
        ([course("a", ((SQL,),))], Limits(), "it requires what it brings itself, and nobody else does"),
        (
            [course("a", (("b",),)), course("b", (("missing",),))],
            Limits(),
            "B requires missing, to which no offer here leads",
        ),
        (
            [course("a", (("basis",),)), Offer(id="basis", provides={}, cost=Money(0, "EUR"), hours=1, language="de")],
            Limits(languages=frozenset({"en"})),
            "it requires basis, to which only offers outside these limits lead",
        ),
        ([course("a", mode="onsite")], Limits(modes=frozenset({"online"})), "not taught in that way of taking part"),
        ([course("a")], Limits(without=frozenset({"a"})), "A is ruled out"),
        (
            [course("a", starts=(date(2026, 8, 3),))],
            Limits(start=date(2026, 9, 7)),
            "A starts only before the first day",
        ),
        (
            [course("a", starts=(date(2026, 9, 7),), weeks=1)],
            Limits(start=date(2026, 9, 7), hours_per_week=5),
            "A asks for more hours a week than there are",
        ),
    ],
    ids=["nobody", "lower", "loop", "itself", "missing", "language", "mode", "ruled out", "started", "load"],
)
def test_the_reason_is_told(offers, limits, told):
    found = plan(offers, Learner(), Target((Need("sql", 2),)), limits)
    assert told in found.infeasible.reason


def test_of_many_needs_a_few_are_told():
    needs = tuple(Need(f"s{number}", 1) for number in range(9))
    assert "Nothing leads to 6 more needs either." in plan([], Learner(), Target(needs)).infeasible.reason
