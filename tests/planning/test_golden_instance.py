"""The small market whose best plans were found by hand and by brute force: a gap in three skills, six offers, two choices."""

import pytest

from cairn.planning import Have, Learner, Money, Need, Objective, Offer, SkillLevel, Target, coverage, gap, pareto, plan


def offer(name, cost, hours, requires=(), **provides):
    return Offer(id=name, provides=provides, cost=Money(cost * 100, "EUR"), hours=hours, requires=tuple(requires))


MARKET = [
    offer("A", 100, 20, sql=2),
    offer("B", 250, 40, [("A",)], sql=3),
    offer("C", 0, 30, python=2),
    offer("D", 400, 60, [("C",)], python=3, viz=1),
    offer("E", 120, 25, viz=2),
    offer("F", 1200, 160, sql=3, python=3, viz=2),
]
LEARNER = Learner({"sql": Have(1)})
TARGET = Target((Need("sql", 3), Need("python", 3), Need("viz", 2)))


def ids(result):
    return {step.offer.id for step in result.steps}


def test_the_cheapest_plan_takes_five_small_offers():
    best = plan(MARKET, LEARNER, TARGET)
    assert ids(best) == set("ABCDE")
    assert (best.cost, best.hours) == (Money(87000, "EUR"), 175)
    assert best.optimal
    assert best.bound == 87000
    assert best.complete
    assert best.coverage == 1


@pytest.mark.parametrize("objective", [Objective.LEAST_STUDY, Objective.FASTEST])
def test_the_shortest_plan_takes_the_one_large_offer(objective):
    best = plan(MARKET, LEARNER, TARGET, objective=objective)
    assert ids(best) == {"F"}
    assert (best.cost, best.hours) == (Money(120000, "EUR"), 160)
    assert best.optimal


def test_the_pareto_choices_are_exactly_these_two():
    choices = pareto(MARKET, LEARNER, TARGET)
    assert [(choice.cost.minor // 100, choice.hours, ids(choice)) for choice in choices] == [
        (870, 175, set("ABCDE")),
        (1200, 160, {"F"}),
    ]
    assert all(choice.optimal for choice in choices)


def test_each_step_says_what_it_alone_brings_and_what_it_unlocks():
    by_id = {step.offer.id: step for step in plan(MARKET, LEARNER, TARGET).steps}
    assert by_id["B"].closes == (SkillLevel("sql", 3),)
    assert by_id["B"].needs == ("A",)
    assert by_id["A"].closes == ()
    assert by_id["A"].unlocks == ("B",)
    assert by_id["A"].order < by_id["B"].order
    assert by_id["E"].why == "It alone brings viz at level 2."


def test_the_gap_says_what_is_missing_before_anything_is_planned():
    rows = gap(LEARNER, TARGET)
    assert [(row.skill, row.have, row.need, row.missing) for row in rows] == [
        ("python", 0, 3, 3),
        ("sql", 1, 3, 2),
        ("viz", 0, 2, 2),
    ]
    assert float(coverage({"sql": 1}, TARGET)) == pytest.approx(1 / 9)
