"""On small markets every possible plan is tried: no plan may beat the solver's, and every plan it gives must hold."""

from fractions import Fraction
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.planning import Have, Learner, Limits, Money, Need, Objective, Offer, SkillLevel, Target, pareto, plan

SKILLS = ("s", "t", "u")
NAMES = ("a", "b", "c", "d", "e", "f", "g")

levels = st.integers(1, 3)
alternatives = st.one_of(st.builds(SkillLevel, st.sampled_from(SKILLS), levels), st.sampled_from((*NAMES, "badge")))
groups = st.lists(st.lists(alternatives, min_size=1, max_size=2).map(tuple), max_size=2).map(tuple)


@st.composite
def markets(draw):
    names = NAMES[: draw(st.integers(1, len(NAMES)))]
    return [
        Offer(
            id=name,
            provides=draw(st.dictionaries(st.sampled_from(SKILLS), levels, max_size=2)),
            cost=Money(draw(st.integers(0, 6)), "EUR"),
            hours=draw(st.integers(0, 6)),
            requires=draw(groups),
            achievement=draw(st.sampled_from(("", "", "badge"))),
            exclusive_with=frozenset(draw(st.lists(st.sampled_from(NAMES), max_size=1))) - {name},
        )
        for name in names
    ]


learners = st.builds(
    Learner,
    st.dictionaries(st.sampled_from(SKILLS), st.builds(Have, levels), max_size=2),
    st.frozensets(st.sampled_from(("badge", "a", "x")), max_size=1),
)
targets = st.lists(
    st.builds(Need, st.sampled_from(SKILLS), levels, st.integers(1, 3), st.booleans()),
    min_size=1,
    max_size=3,
    unique_by=lambda need: need.skill,
).map(lambda needs: Target(tuple(needs)))
budgets = st.one_of(st.none(), st.integers(0, 12).map(lambda minor: Money(minor, "EUR")))


def replayed(chosen, learner):
    """The levels after taking the offers one after the other, or None if that cannot be done."""
    held = {skill: have.level for skill, have in learner.have.items()}
    names = set(learner.holds)
    waiting = list(chosen)
    while waiting:
        for offer in waiting:
            if all(
                any(held.get(a.skill, 0) >= a.level if isinstance(a, SkillLevel) else a in names for a in group)
                for group in offer.requires
            ):
                break
        else:
            return None
        waiting.remove(offer)
        names |= {offer.id, offer.achievement} - {""}
        for skill, level in offer.provides.items():
            held[skill] = max(held.get(skill, 0), level)
    return held


def valid_plans(market, learner, budget):
    """Every set of offers that may be taken, with the levels it leads to."""
    market = [
        offer
        for offer in market
        if not {offer.id, offer.achievement} & learner.holds and not offer.exclusive_with & learner.holds
    ]
    for size in range(len(market) + 1):
        for chosen in combinations(market, size):
            clash = any({a.id, a.achievement} & b.exclusive_with for a in chosen for b in chosen if a is not b)
            if clash or (budget and sum(offer.cost.minor for offer in chosen) > budget.minor):
                continue
            held = replayed(chosen, learner)
            if held is not None:
                yield chosen, held


def covered(held, needs):
    total = sum(need.weight for need in needs)
    return sum(Fraction(need.weight * min(held.get(need.skill, 0), need.level), need.level) for need in needs) / total


def totals(chosen):
    return sum(offer.cost.minor for offer in chosen), sum(offer.hours for offer in chosen)


@settings(max_examples=150, deadline=None)
@given(
    markets(),
    learners,
    targets,
    budgets,
    st.sampled_from((Objective.CHEAPEST, Objective.LEAST_STUDY, Objective.FASTEST)),
)
def test_no_plan_beats_the_solver(market, learner, target, budget, objective):
    result = plan(market, learner, target, Limits(budget=budget), objective)
    order = [step.offer for step in result.steps]
    everything = list(valid_plans(market, learner, budget))

    # It holds when replayed, in its own order, within the limits.
    assert {offer.id for offer in order} in [{offer.id for offer in chosen} for chosen, _ in everything]
    for place in range(len(order)):
        assert replayed(order[: place + 1], learner) is not None
    assert (result.cost.minor, result.hours) == totals(order)
    assert result.optimal

    # Nothing closes more: the essential needs first, then all of them.
    essential = [need for need in target.needs if need.essential] or list(target.needs)

    def worth(held):
        return covered(held, essential), covered(held, target.needs)

    full = [chosen for chosen, held in everything if covered(held, target.needs) == 1]
    most = (1, 1) if full else max(worth(held) for _, held in everything)
    held = replayed(order, learner)
    assert worth(held) == most
    assert result.coverage == covered(held, target.needs)
    assert result.complete == bool(full)

    # And among those that close as much, nothing is better for the objective.
    rivals = [totals(chosen) for chosen, held in everything if worth(held) == most]
    if objective is not Objective.CHEAPEST:
        rivals = [(hours, cost) for cost, hours in rivals]
    own = (result.cost.minor, result.hours) if objective is Objective.CHEAPEST else (result.hours, result.cost.minor)
    assert own == min(rivals)
    if full:
        assert result.bound == own[0]


@settings(max_examples=60, deadline=None)
@given(markets(), learners, targets, budgets)
def test_the_pareto_choices_are_all_and_only_the_undominated_plans(market, learner, target, budget):
    full = {totals(chosen) for chosen, held in valid_plans(market, learner, budget) if covered(held, target.needs) == 1}
    front = sorted(one for one in full if not any(o[0] <= one[0] and o[1] <= one[1] and o != one for o in full))
    found = pareto(market, learner, target, Limits(budget=budget))
    if front:
        assert [(choice.cost.minor, choice.hours) for choice in found] == front
    else:
        assert [choice.complete for choice in found] == [False]


@settings(max_examples=60, deadline=None)
@given(markets(), learners, targets, st.integers(0, 8))
def test_the_smallest_extra_budget_is_enough_and_a_cent_less_is_not(market, learner, target, budget):
    result = plan(market, learner, target, Limits(budget=Money(budget, "EUR")))
    if result.infeasible and result.infeasible.ways and not result.infeasible.unreachable:
        ((change,),) = result.infeasible.ways
        assert change.what == "budget"
        assert plan(market, learner, target, Limits(budget=Money(change.to, "EUR"))).complete
        assert not plan(market, learner, target, Limits(budget=Money(change.to - 1, "EUR"))).complete


@settings(max_examples=60, deadline=None)
@given(markets(), learners, targets)
def test_what_is_said_about_each_step_and_each_alternative_is_true(market, learner, target):
    result = plan(market, learner, target)
    order = [step.offer for step in result.steps]
    reached = replayed(order, learner)
    for step in result.steps:
        rest = [offer for offer in order if offer is not step.offer]
        for closed in step.closes:
            assert step.offer.provides[closed.skill] >= closed.level
            assert all(offer.provides.get(closed.skill, 0) < closed.level for offer in rest)
        left = replayed(rest, learner)
        assert (left is None) == bool(step.unlocks)
    needs = {need.skill: min(need.level, reached.get(need.skill, 0)) for need in target.needs}
    for tie in result.alternatives:
        swapped = [offer for offer in order if offer.id != tie.instead_of] + [tie.offer]
        held = replayed(swapped, learner)
        clash = any({a.id, a.achievement} & b.exclusive_with for a in swapped for b in swapped if a is not b)
        holds = held is not None and not clash and all(held.get(skill, 0) >= level for skill, level in needs.items())
        assert tie.fits == holds, tie
        if tie.fits and result.complete:
            assert (tie.more_cost, tie.more_hours) >= (0, 0)
