"""Limits, calendars and explanations, one question a person may ask per test."""

import subprocess
import sys
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from cairn.planning import (
    Bundle,
    Have,
    Learner,
    Limits,
    Money,
    Need,
    Objective,
    Offer,
    OfferIndex,
    PlanningError,
    SkillLevel,
    Source,
    Supposing,
    Target,
    gap,
    plan,
    what_if,
)

EUR = "EUR"
NOBODY = Learner()
MONDAY = date(2026, 6, 1)


def offer(name, skills, cost=0, hours=0, **values):
    return Offer(id=name, provides=skills, cost=Money(cost, EUR), hours=hours, **values)


def ids(result):
    return [step.offer.id for step in result.steps]


def weeks(result):
    return {step.offer.id: (step.start_week, step.end_week) for step in result.steps}


def test_who_has_everything_needs_no_plan():
    result = plan([offer("a", {"sql": 2})], Learner({"sql": Have(2)}), Target((Need("sql", 2),)))
    assert result.steps == ()
    assert result.optimal
    assert result.coverage == result.coverage_before == 1


def test_claimed_skills_are_marked_and_can_be_left_out():
    learner = Learner({"sql": Have(2, Source.CLAIMED)})
    target = Target((Need("sql", 2),))
    assert gap(learner, target)[0].known_from is Source.CLAIMED
    assert ids(plan([offer("a", {"sql": 2})], learner, target, Limits(count_claimed=False))) == ["a"]


def test_what_is_held_counts_as_prerequisite_and_is_not_taken_again():
    market = [
        offer("basics", {"sql": 1}, 5, achievement="badge"),
        offer("next", {"sql": 2}, 5, requires=(("badge", SkillLevel("sql", 1)),)),
    ]
    target = Target((Need("sql", 2),))
    assert ids(plan(market, NOBODY, target)) == ["basics", "next"]
    assert ids(plan(market, Learner(holds=frozenset({"badge"})), target)) == ["next"]
    assert ids(plan(market, Learner({"sql": Have(1)}), target)) == ["next"]


def test_offers_that_require_each_other_are_never_a_plan():
    market = [
        offer("a", {"x": 1}, 1, requires=(("b",),)),
        offer("b", {"y": 1}, 1, requires=(("a", "c"),)),
        offer("c", {}, 50),
    ]
    assert sorted(ids(plan(market, NOBODY, Target((Need("x", 1), Need("y", 1)))))) == ["a", "b", "c"]
    alone = plan(market[:2], NOBODY, Target((Need("x", 1),)))
    assert alone.steps == ()
    assert alone.infeasible.unreachable == (SkillLevel("x", 1),)


def test_a_budget_that_is_too_small_gives_the_best_part_and_the_smallest_change():
    market = [offer("a", {"x": 1}, 400), offer("b", {"y": 1}, 300), offer("c", {"y": 1}, 900)]
    result = plan(market, NOBODY, Target((Need("x", 1, 3), Need("y", 1, 1))), Limits(budget=Money(500, EUR)))
    assert ids(result) == ["a"]
    assert result.coverage == Fraction(3, 4)
    assert [(row.skill, row.missing) for row in result.still_open] == [("y", 1)]
    assert result.bound is None
    ((change,),) = result.infeasible.ways
    assert (change.what, change.by, change.to) == ("budget", 200, 700)
    assert change.sentence == "With €2 more, €7 in all, everything fits."


def test_essential_needs_come_before_heavier_ones():
    market = [offer("a", {"x": 1}, 10), offer("b", {"y": 1}, 10)]
    target = Target((Need("x", 1, 1, essential=True), Need("y", 1, 9, essential=False)))
    assert ids(plan(market, NOBODY, target, Limits(budget=Money(10, EUR)))) == ["a"]


def test_a_skill_that_nobody_teaches_is_named_and_the_rest_is_planned():
    result = plan([offer("a", {"x": 2}, 10)], NOBODY, Target((Need("x", 2), Need("z", 1))))
    assert ids(result) == ["a"]
    assert result.infeasible.unreachable == (SkillLevel("z", 1),)
    assert result.infeasible.ways == ()
    assert "z at level 1" in result.infeasible.reason


def test_a_limit_that_hides_the_way_is_named():
    market = [offer("a", {"x": 1}, mode="online"), offer("b", {"y": 1}, mode="onsite")]
    result = plan(market, NOBODY, Target((Need("x", 1), Need("y", 1))), Limits(modes=frozenset({"online"})))
    assert ids(result) == ["a"]
    assert [way[0].what for way in result.infeasible.ways] == ["modes"]
    good = Limits(quality_at_least=Decimal("0.5"))
    assert plan([offer("a", {"x": 1})], NOBODY, Target((Need("x", 1),)), good).steps == ()


def test_self_paced_offers_fill_the_weeks_one_after_the_other():
    market = [offer("a", {"x": 1}, hours=5), offer("b", {"y": 1}, hours=5), offer("c", {"z": 1}, hours=12)]
    target = Target((Need("x", 1), Need("y", 1), Need("z", 1)))
    result = plan(market, NOBODY, target, Limits(hours_per_week=10))
    assert weeks(result) == {"a": (1, 1), "b": (1, 1), "c": (2, 3)}
    assert result.weeks == 3


def test_a_course_with_weeks_runs_beside_others_and_is_followed_the_week_after():
    market = [
        offer("term", {"x": 1}, hours=16, weeks=8),
        offer("beside", {"y": 1}, hours=24),
        offer("after", {"z": 1}, hours=1, requires=(("term",),)),
    ]
    result = plan(market, NOBODY, Target((Need("x", 1), Need("y", 1), Need("z", 1))), Limits(hours_per_week=10))
    assert weeks(result) == {"beside": (1, 3), "term": (1, 8), "after": (9, 9)}


def test_fixed_starts_are_kept_and_those_that_are_over_are_not_offered():
    market = [
        offer("autumn", {"x": 1}, 1, hours=10, weeks=2, starts=(date(2026, 5, 1), date(2026, 6, 15))),
        offer("over", {"x": 1}, 0, hours=10, weeks=2, starts=(date(2026, 5, 1),)),
    ]
    result = plan(market, NOBODY, Target((Need("x", 1),)), Limits(hours_per_week=10, start=MONDAY))
    assert weeks(result) == {"autumn": (3, 4)}
    with pytest.raises(PlanningError, match="Give the day"):
        plan(market, NOBODY, Target((Need("x", 1),)), Limits(hours_per_week=10))


def test_fastest_means_the_earliest_end_even_with_more_study():
    market = [offer("short", {"x": 1}, hours=10, weeks=12), offer("dense", {"x": 1}, hours=30)]
    target, limits = Target((Need("x", 1),)), Limits(hours_per_week=10)
    fastest = plan(market, NOBODY, target, limits, Objective.FASTEST)
    assert (ids(fastest), fastest.weeks, fastest.bound, fastest.optimal) == (["dense"], 3, 3, True)
    assert ids(plan(market, NOBODY, target, limits, Objective.LEAST_STUDY)) == ["short"]


def test_a_deadline_chooses_the_dearer_way_or_says_how_many_days_are_missing():
    market = [offer("slow", {"x": 1}, 10, hours=40), offer("quick", {"x": 1}, 90, hours=20)]
    target = Target((Need("x", 1),))

    def by(day):
        return plan(market, NOBODY, target, Limits(hours_per_week=10, start=MONDAY, deadline=day))

    assert ids(by(date(2026, 6, 28))) == ["slow"]
    assert ids(by(date(2026, 6, 27))) == ["quick"]
    assert ids(by(date(2026, 6, 14))) == ["quick"]
    (tie,) = by(date(2026, 6, 27)).alternatives
    assert (tie.offer.id, tie.fits, tie.why) == ("slow", False, "The plan would not be finished in time.")
    late = by(date(2026, 6, 7))
    assert late.steps == ()
    assert [(way[0].what, way[0].by, way[0].to) for way in late.infeasible.ways] == [
        ("deadline", 7, 14),
        ("hours_per_week", 10, 20),
    ]


def test_when_money_and_time_are_both_short_the_changes_come_together():
    market = [offer("a", {"x": 1}, 100, hours=20)]
    limits = Limits(budget=Money(40, EUR), hours_per_week=10, weeks=1)
    result = plan(market, NOBODY, Target((Need("x", 1),)), limits)
    assert [[change.what for change in way] for way in result.infeasible.ways] == [
        ["budget", "weeks"],
        ["budget", "hours_per_week"],
    ]


def test_near_alternatives_say_what_they_would_cost_or_what_blocks_them():
    market = [
        offer("best", {"x": 1}, 100, 10),
        offer("dearer", {"x": 1}, 150, 8),
        offer("blocked", {"x": 1}, 20, 1, requires=(("entry",),)),
        offer("entry", {}, 500, 1),
    ]
    ties = {tie.offer.id: tie for tie in plan(market, NOBODY, Target((Need("x", 1),))).alternatives}
    assert (ties["dearer"].fits, ties["dearer"].why) == (True, "It takes €0.50 more and 2 hours less.")
    assert (ties["blocked"].fits, ties["blocked"].why) == (
        False,
        "It requires something that this plan does not bring.",
    )


def test_offers_that_exclude_each_other_are_not_taken_together():
    market = [
        offer("a", {"x": 1}, 1, exclusive_with=frozenset({"b"})),
        offer("b", {"y": 1}, 1),
        offer("c", {"y": 1}, 9),
    ]
    target = Target((Need("x", 1), Need("y", 1)))
    assert ids(plan(market, NOBODY, target)) == ["a", "c"]
    none = plan(market[:2], NOBODY, target)
    assert none.coverage == Fraction(1, 2)
    assert "exclude each other" in none.infeasible.reason


def test_an_index_answers_as_the_plain_list_does():
    market = [offer(name, {"x": 1, "y": 2}, cost, 5) for name, cost in (("a", 3), ("b", 2), ("c", 4))]
    target = Target((Need("y", 2),))
    result = plan(OfferIndex(market), NOBODY, target)
    assert result == plan(reversed(market), NOBODY, target)
    assert (result.considered.offers, result.considered.relevant, result.considered.candidates) == (3, 3, 1)


@pytest.mark.parametrize(
    ("pose", "message"),
    [
        (lambda: Target(()), "The target needs nothing"),
        (lambda: Target((Need("x", 1), Need("x", 2))), "names a skill twice"),
        (lambda: offer("a", {"x": 0}), "below level 1"),
        (lambda: offer("a", {"x": 1}, requires=((),)), "one of nothing"),
        (lambda: Limits(deadline=MONDAY), "A deadline needs"),
        (lambda: OfferIndex([offer("a", {}), offer("a", {})]), "Two offers have the id a"),
        (
            lambda: OfferIndex([offer("a", {}, 1), Offer(id="b", provides={}, cost=Money(1, "USD"), hours=0)]),
            "Prices are in EUR and USD",
        ),
        (
            lambda: plan([offer("a", {"x": 1}, 1)], NOBODY, Target((Need("x", 1),)), Limits(budget=Money(1, "USD"))),
            "The budget is in USD",
        ),
    ],
)
def test_a_problem_that_cannot_be_posed_says_why(pose, message):
    with pytest.raises(PlanningError, match=message):
        pose()


def test_importing_the_room_does_not_load_the_solver():
    code = "import sys, cairn.planning, cairn.stacking; sys.exit('ortools' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 (our own interpreter)


def test_a_later_deadline_is_asked_for_in_weeks_and_only_where_there_is_one():
    market = [offer("A", {"sql": 1}, 10_000, 20)]
    wanted = Target((Need("sql", 1),))
    tight = Limits(hours_per_week=10, start=date(2026, 9, 7), deadline=date(2026, 9, 13))
    now = plan(market, Learner(), wanted, tight)
    assert not now.complete
    told = what_if(market, Learner(), wanted, tight, supposing=Supposing(more_weeks=1), now=now)
    assert told.result.complete
    assert told.sentence == "Then everything fits, for €100 and 20 hours."
    counted = Limits(hours_per_week=10, weeks=1)
    assert what_if(market, Learner(), wanted, counted, supposing=Supposing(more_weeks=1), now=now).result.weeks == 2
    with pytest.raises(PlanningError, match="no deadline to change"):
        Supposing(more_weeks=1).applied(Limits())
    with pytest.raises(PlanningError, match="No calendar"):
        Supposing(more_weeks=10**6).applied(tight)


def test_an_offer_that_requires_what_it_brings_never_stands_in_for_the_one_that_brings_it_first():
    again = offer("again", {"sql": 1}, requires=((SkillLevel("sql", 1),),))
    first = offer("first", {"sql": 1}, cost=800)
    for sold in ((), (Bundle(id="cheap", offers=frozenset({"first"}), cost=Money(300, EUR)),)):
        found = plan(OfferIndex([again, first], bundles=sold), NOBODY, Target((Need("sql", 1),)))
        assert (ids(found), found.complete, found.optimal, found.infeasible) == (["first"], True, True, None)
        assert found.bound == found.cost.minor == (300 if sold else 800)


def test_what_stays_open_is_weighed_as_the_plan_weighs_it_and_given_up_all_together():
    """Time is enough for the essential certificate, or for all else: without its course more in all is closed, and less of what matters."""
    market = [offer("cert", {"certificate": 1}, hours=20), offer("rest", {"writing": 1, "cloud": 1}, hours=15)]
    needs = (Need("certificate", 1, 2), Need("writing", 1, 1), Need("cloud", 1, 4, essential=False))
    limits = Limits(hours_per_week=10, weeks=2)
    now = plan(market, NOBODY, Target(needs), limits)
    assert ids(now) == ["cert"]
    lost = what_if(market, NOBODY, Target(needs), limits, supposing=Supposing(without=frozenset({"cert"})), now=now)
    assert lost.sentence == "Then less of what is essential can be closed: certificate stays open."
    assert " ".join(one.sentence for one in now.infeasible.give_up) == (
        "Without the need for cloud, and without the need for writing, everything else fits."
    )
