"""Problems as somebody outside would write them: against every plan tried by brute force, and those that once went wrong."""

import json
from fractions import Fraction

import pytest
from tests.planning.unseen import oracle, problems

from cairn.planning import PlanningError, answer, read_problem


def asked(problem):
    return answer(read_problem(json.loads(json.dumps(problem))))


def offer(name, price, hours, provides, **more):
    return {"id": name, "provides": provides, "price": price, "hours": hours, **more}


def problem(*offers, needs, **more):
    wanted = [{"skill": skill, "level": level} for skill, level in needs.items()]
    return {"currency": "EUR", "offers": list(offers), "target": {"needs": wanted}, **more}


@pytest.mark.parametrize("batch", range(4))
def test_nothing_is_better_than_what_is_told(batch):
    for seed in range(batch * 15, batch * 15 + 15):
        made = problems.problem(seed)
        told, every = asked(made), oracle.outcomes(made)
        best = oracle.best(made, every)
        taken = frozenset(step["offer"] for step in told["steps"] if not step["granted"])
        mine = next((one for one in every if one.taken == taken), None)
        assert mine is not None, (seed, "is no plan", taken)
        assert oracle.ranked(made["objective"], mine) == oracle.ranked(made["objective"], best), seed
        assert (mine.essential, mine.coverage) == (best.essential, best.coverage), seed
        assert (told["cost"], told["hours"], Fraction(told["coverage"])) == (mine.cost, mine.hours, mine.coverage), seed
        assert told["complete"] == best.full, seed
        assert told["optimal"], seed
        totals = {(one.cost, one.hours) for one in every if one.full}
        front = sorted(one for one in totals if not any(o[0] <= one[0] and o[1] <= one[1] and o != one for o in totals))
        assert not best.full or [(one["cost"], one["hours"]) for one in told["pareto"]] == front, seed
        for tie in told["alternatives"]:
            _holds(tie, mine, {one.taken: one for one in every}, told["steps"], seed)


def _holds(tie, mine, by_set, steps, seed):
    """An alternative that is said to fit does, and comes to what is said of it."""
    if any(step["granted"] and step["offer"] == tie["instead_of"] for step in steps):
        swapped = mine.taken | {tie["offer"]}
    else:
        swapped = mine.taken - {tie["instead_of"]} | {tie["offer"]}
    other = by_set.get(swapped)
    fits = other is not None and other.coverage >= mine.coverage and other.essential >= mine.essential
    assert tie["fits"] == fits, (seed, tie)
    assert not fits or tie["more_cost"] == other.cost - mine.cost, (seed, tie)


def test_a_stack_that_comes_by_itself_earns_its_discount_whatever_is_aimed_at():
    stack = {"id": "stack", "parts": [[{"skill": "t", "level": 2}]], "achievement": "grant"}
    loyal = {"id": "loyal", "offer": "a", "off": 3, "when": [["grant"]]}
    made = problem(
        offer("a", 7, 6, {"t": 2}, expected_return=1),
        needs={"t": 2}, stacks=[stack], discounts=[loyal], objective="best_return",
    )  # fmt: skip
    told = asked(made)
    assert (told["cost"], told["discounts"]) == (4, ["loyal"])


def test_an_alternative_is_priced_with_what_it_is_granted():
    stack = {"id": "stack", "parts": [["c"]]}
    loyal = {"id": "loyal", "offer": "c", "off": 90, "when": [["stack"]]}
    made = problem(
        offer("c", 400, 9, {"s": 1}), offer("e", 300, 7, {"s": 1}),
        needs={"s": 1}, stacks=[stack], discounts=[loyal],
    )  # fmt: skip
    (tie,) = asked(made)["alternatives"]
    assert (tie["offer"], tie["more_cost"], tie["why"]) == ("c", 10, "It takes €0.10 more and 2 hours more.")


def test_recognition_decides_where_something_stays_open_too():
    made = problem(
        offer("known", 600, 8, {"t": 2}, recognition=3), offer("unknown", 400, 8, {"t": 3}, recognition=-1),
        needs={"t": 2, "u": 1}, objective="most_recognised",
    )  # fmt: skip
    told = asked(made)
    assert not told["complete"]
    assert [step["offer"] for step in told["steps"]] == ["known"]


@pytest.mark.parametrize("objective", ["cheapest", "best_return", "least_study"])
def test_what_a_bundle_throws_in_is_no_step(objective):
    both = {"id": "both", "offers": ["idle", "useful"], "price": 10}
    made = problem(
        offer("idle", 70, 0, {"x": 1}), offer("useful", 60, 3, {"t": 2}),
        needs={"t": 3}, bundles=[both], objective=objective,
    )  # fmt: skip
    assert [step["offer"] for step in asked(made)["steps"]] == ["useful"]


def test_a_step_that_is_there_for_a_discount_says_so():
    made = problem(
        offer("c", 100, 8, {"t": 2}), offer("club", 1, 0, {"x": 1}),
        needs={"t": 2}, discounts=[{"id": "members", "offer": "c", "off": 50, "when": [["club"]]}],
    )  # fmt: skip
    told = asked(made)
    assert told["cost"] == 51
    assert {step["offer"]: step["why"] for step in told["steps"]} == {
        "c": "It alone brings t at level 2.",
        "club": "Without it the discount “members” would not hold.",
    }


def test_a_claim_beyond_what_is_held_is_remembered_where_only_proof_counts():
    made = problem(
        offer("d", 8, 3, {"t": 1}),
        needs={"t": 2},
        learner={"have": [{"skill": "t", "level": 2, "source": "claimed"}], "holds": ["d"]},
        limits={"count_claimed": False},
    )
    told = asked(made)
    assert [(row["have"], row["known_from"]) for row in told["gap"]] == [(1, "verified")]
    ((way,),) = told["infeasible"]["ways"]
    assert way["what"] == "count_claimed"
    del made["limits"]
    assert asked(made)["complete"]
    assert asked(made)["gap"][0]["known_from"] == "claimed"


def test_what_is_held_excludes_what_it_names():
    made = problem(
        offer("held", 1, 1, {"x": 1}, exclusive_with=["a"]), offer("a", 1, 1, {"s": 1}), offer("b", 2, 1, {"s": 1}),
        needs={"s": 1}, learner={"holds": ["held"]},
    )  # fmt: skip
    assert [step["offer"] for step in asked(made)["steps"]] == ["b"]


def test_an_offer_whose_award_is_held_from_another_may_be_taken_for_what_it_teaches_beyond():
    made = problem(
        offer("short", 1, 1, {"s": 1}, achievement="badge"), offer("long", 2, 1, {"s": 1, "t": 1}, achievement="badge"),
        needs={"s": 1, "t": 1}, learner={"holds": ["badge"]},
    )  # fmt: skip
    assert [step["offer"] for step in asked(made)["steps"]] == ["long"]


def test_of_many_choices_the_one_with_the_least_study_is_always_told():
    made = problem(*(offer(f"o{n}", 10 + n, 60 - 3 * n, {"s": 1}) for n in range(16)), needs={"s": 1})
    assert [choice["offers"] for choice in asked(made)["pareto"]] == [[f"o{n}"] for n in [*range(11), 15]]


def test_changes_that_are_needed_together_are_one_sentence():
    made = problem(
        offer("a", 500, 30, {"s": 1}), needs={"s": 1}, limits={"budget": 200, "hours_per_week": 10, "weeks": 2}
    )
    way = asked(made)["infeasible"]["ways"][0]
    told = " ".join(change["sentence"] for change in way)
    assert told.startswith("With ")
    assert told.endswith(" in all, and with 1 more week, 3 in all, everything fits.")


def test_where_everything_is_free_the_currency_is_the_one_of_the_problem():
    assert asked(problem(offer("a", 0, 1, {"s": 1}), needs={"s": 1}))["currency"] == "EUR"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"bundles": [{"id": "b", "offers": ["a"], "price": 1}] * 2}, r"bundles\[1\].id is 'b', which another has"),
        ({"target": {"needs": [{"skill": "s", "level": 1, "weight": 1}]}}, 'weight must be text, like "1.5"'),
        ({"target": {"needs": [{"skill": "s", "level": 1, "weight": "\u0663"}]}}, "Write it as 1.5"),
    ],
    ids=["two bundles of one id", "a number for a decimal", "other digits"],
)
def test_what_is_wrong_is_told_with_its_place(change, told):
    with pytest.raises(PlanningError, match=told):
        asked(problem(offer("a", 1, 1, {"s": 1}), needs={"s": 1}) | change)


def test_a_deadline_before_the_start_is_pointed_out():
    limits = {"start": "2026-05-01", "deadline": "2026-01-01", "hours_per_week": 5}
    told = asked(problem(offer("a", 1, 1, {"s": 1}), needs={"s": 1}, limits=limits))
    assert [remark["path"] for remark in told["remarks"]] == ["limits.deadline"]


@pytest.mark.parametrize("seed", [3, 8, 21])
def test_the_order_in_which_a_problem_is_written_changes_nothing(seed):
    made = problems.problem(seed)
    turned = json.loads(json.dumps(made))
    turned["offers"].reverse()
    turned["target"]["needs"].reverse()
    for one in turned["offers"]:
        one["provides"] = dict(reversed(one["provides"].items()))
    first, second = asked(made), asked(turned)
    for part in ("steps", "cost", "hours", "complete", "bundles", "discounts", "infeasible", "pareto", "alternatives"):
        assert first[part] == second[part], part


def test_what_is_asked_for_in_two_ways_is_named_once():
    made = problem(
        offer("b", 1, 1, {"v": 1}, mode="online", requires=[["badge", "d", "d"]]),
        offer("d", 1, 1, {"x": 1}, achievement="badge", mode="onsite"),
        needs={"v": 1}, limits={"modes": ["online"]},
    )  # fmt: skip
    told = asked(made)["infeasible"]["reason"]
    assert told == "b would bring v at level 1, but it requires d, to which only offers outside these limits lead."
