"""Problems and plans as JSON: the schemas, the code and the published files say the same; what is wrong is named with its place."""

import copy
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.planning import Money, PlanningError, SkillLevel, answer, read_problem
from cairn.planning.checking import check
from cairn.planning.schemas import PLAN, PROBLEM

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLE = json.loads((DOCS / "examples" / "problem.json").read_text(encoding="utf-8"))


def test_the_published_schemas_are_those_of_the_code():
    for name, schema in (("planning-problem", PROBLEM), ("planning-plan", PLAN)):
        assert json.loads((DOCS / "reference" / "schemas" / f"{name}.json").read_text(encoding="utf-8")) == schema


def test_the_example_is_answered_and_its_answer_follows_the_schema():
    found = answer(read_problem(EXAMPLE))
    check(json.loads(json.dumps(found)), PLAN)
    assert (found["cost"], found["hours"], found["weeks"], found["optimal"]) == (77000, 175, 11, True)
    assert (found["bundles"], found["discounts"]) == (["sql-both"], ["loyal"])
    assert [sorted(one["offers"]) for one in found["pareto"]] == [list("ABCDE")]
    assert [one["complete"] for one in found["what_if"]] == [True, False, True]


def test_what_cannot_be_closed_is_answered_by_the_schema_too():
    problem = {
        **copy.deepcopy(EXAMPLE),
        "limits": {"budget": 50000, "hours_per_week": 10, "weeks": 5, "languages": ["en"]},
    }
    found = answer(read_problem({**problem, "what_if": []}))
    check(json.loads(json.dumps(found)), PLAN)
    assert not found["complete"]
    assert found["infeasible"]["give_up"]


def test_every_member_of_a_problem_is_read():
    question = read_problem(
        {
            "currency": "EUR",
            "offers": [
                {
                    "id": "x", "provides": {"s": 2}, "price": 100, "hours": 5, "title": "X", "provider": "P", "achievement": "badge",
                    "requires": [["y", {"skill": "t", "level": 1}]], "weeks": 3, "starts": ["2026-09-07"], "mode": "online",
                    "language": "en", "place": "Graz", "quality_low": "0.75", "exclusive_with": ["z"], "expected_return": -5,
                    "recognition": 3,
                },
            ],
            "stacks": [{"id": "st", "parts": [["x"], ["y"]], "at_least": 1, "provides": {"u": 1}, "achievement": "cert", "title": "S"}],
            "bundles": [{"id": "b", "offers": ["x"], "price": 50, "title": "B"}],
            "discounts": [{"id": "d", "offer": "x", "off": 10, "when": [["y"]], "title": "D"}],
            "learner": {"have": [{"skill": "t", "level": 1, "source": "claimed", "on": "2026-01-02"}], "holds": ["h"]},
            "target": {"needs": [{"skill": "s", "level": 2, "weight": "1.5", "essential": False, "source": "O*NET", "uncertainty": "0.1"}]},
            "limits": {
                "budget": 500, "hours_per_week": 4, "start": "2026-09-01", "deadline": "2026-12-01", "weeks": 9, "modes": ["online"],
                "languages": ["en"], "places": ["Graz"], "quality_at_least": "0.5", "recognition_at_least": 1, "without": ["st"],
                "count_claimed": False,
            },
            "objective": "most_recognised",
            "what_if": [{"without": ["x"], "more_budget": -1, "more_hours_per_week": 2}],
        }
    )  # fmt: skip
    stack, offer = question.index.offers
    assert (offer.requires, offer.weeks, offer.starts) == ((("y", SkillLevel("t", 1)),), 3, (date(2026, 9, 7),))
    assert (offer.title, offer.provider, offer.achievement, offer.mode) == ("X", "P", "badge", "online")
    assert (offer.language, offer.place, offer.quality_low, offer.exclusive_with) == (
        "en",
        "Graz",
        Decimal("0.75"),
        {"z"},
    )
    assert (offer.expected_return, offer.recognition, offer.cost) == (-5, 3, Money(100, "EUR"))
    assert (stack.granted, stack.at_least, stack.achievement, stack.provides) == (True, 1, "cert", {"u": 1})
    assert (question.index.bundles[0].cost, question.index.discounts[0].off) == (Money(50, "EUR"), Money(10, "EUR"))
    assert (question.learner.have["t"].source, question.learner.holds) == ("claimed", {"h"})
    need = question.target.needs[0]
    assert (need.weight, need.essential, need.source, need.uncertainty) == (
        Decimal("1.5"),
        False,
        "O*NET",
        Decimal("0.1"),
    )
    limits = question.limits
    assert (limits.budget, limits.weeks, limits.deadline) == (Money(500, "EUR"), 9, date(2026, 12, 1))
    assert (limits.modes, limits.languages, limits.places, limits.without) == ({"online"}, {"en"}, {"Graz"}, {"st"})
    assert (limits.quality_at_least, limits.recognition_at_least, limits.count_claimed) == (Decimal("0.5"), 1, False)
    assert (question.objective, question.what_if[0].more_budget) == ("most_recognised", -1)


def broken(path, value):
    document = copy.deepcopy(EXAMPLE)
    inner = document
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return document


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([], "The document must be an object"),
        ({}, "has no currency"),
        (broken(["offers", 0, "price"], -1), r"offers\[0\].price must be at least 0"),
        (broken(["offers", 0, "price"], 1.5), r"offers\[0\].price must be a whole number"),
        (broken(["offers", 0, "price"], True), r"offers\[0\].price must be a whole number"),
        (broken(["offers", 0, "prise"], 1), r"offers\[0\] has a member 'prise'"),
        (broken(["offers", 0, "provides"], {"sql": 0}), r"offers\[0\].provides.sql must be at least 1"),
        (broken(["offers", 1, "requires"], [[]]), r"requires\[0\] must list at least 1"),
        (broken(["offers", 1, "requires"], [[{"skill": "x", "level": 0}]]), "level must be at least 1"),
        (broken(["offers", 1, "id"], "A"), "Two offers have the id A"),
        (broken(["limits", "start"], "2026-02-30"), "limits.start is '2026-02-30', which is no day"),
        (broken(["objective"], "best"), "objective must be one of: cheapest"),
        (broken(["discounts", 0, "off"], 50000), "The discounts on D come to more than its price"),
        (broken(["learner", "have"], [{"skill": "x", "level": 1}] * 2), "learner: .* stands there twice"),
        (broken(["offers", 2, "starts"], ["2026-09-07"]), r"offers\[2\] starts on fixed days. Give limits.start"),
        (broken(["target", "needs", 0, "weight"], "0"), "target: The need for sql has level 3, weight 0"),
        (broken(["limits", "deadline"], "2026-12-01"), "limits: A deadline needs the day of the start"),
        (broken(["what_if"], [{}, {"more_weeks": 1}]), r"what_if\[1\]: There is no deadline to change"),
        (broken(["what_if"], [{"more_hours_per_week": -16}]), r"what_if\[0\]: .* Give at least one hour per week"),
        (broken(["target", "needs"], []), "target.needs must list at least 1"),
        (broken(["what_if"], [{}] * 21), "what_if must list at most 20"),
        (broken(["currency"], "EUR\n"), "currency is"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_place(document, message):
    with pytest.raises(PlanningError, match=message):
        read_problem(document)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
paths = st.sampled_from(
    [
        ["offers"], ["offers", 0], ["offers", 0, "id"], ["offers", 0, "provides"], ["offers", 1, "requires"], ["offers", 0, "starts"],
        ["bundles"], ["bundles", 0, "offers"], ["discounts", 0, "when"], ["learner"], ["learner", "have"], ["target"], ["limits"],
        ["limits", "modes"], ["limits", "budget"], ["limits", "deadline"], ["stacks"], ["what_if"], ["what_if", 0],
    ]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(paths, json_values)
def test_a_hostile_member_is_refused_or_read_and_never_breaks_anything(path, value):
    try:
        read_problem(broken(path, value))
    except PlanningError:
        return


def test_half_a_character_is_refused_where_it_stands():
    offers = [{**EXAMPLE["offers"][0], "title": "\ud800"}, *EXAMPLE["offers"][1:]]
    with pytest.raises(PlanningError, match=r"offers\[0\]\.title holds half of a character"):
        read_problem({**EXAMPLE, "offers": offers})
    with pytest.raises(PlanningError, match="half of a character"):
        read_problem({**EXAMPLE, "offers": [{**EXAMPLE["offers"][0], "provides": {"\udc00": 1}}]})


def small(**more):
    offers = [
        {"id": "b", "provides": {"s": 2}, "price": 5, "hours": 1, "achievement": "cert"},
        {"id": "b2", "provides": {"s": 1, "t": 1}, "price": 5, "hours": 1, "achievement": "cert"},
        {"id": "c", "provides": {"u": 1}, "price": 5, "hours": 1, "requires": [[{"skill": "s", "level": 2}]]},
    ]
    return {"currency": "EUR", "offers": offers, "target": {"needs": [{"skill": "u", "level": 1}]}, **more}


@pytest.mark.parametrize(
    ("learner", "limits", "steps"),
    [
        ({}, {}, ["b", "c"]),
        ({"holds": ["b"]}, {}, ["c"]),
        ({"holds": ["cert"]}, {"without": ["b"]}, []),
        ({"holds": ["b"], "have": [{"skill": "s", "level": 3, "source": "claimed"}]}, {"count_claimed": False}, ["c"]),
        ({"holds": ["b"], "have": [{"skill": "s", "level": 1}]}, {}, ["c"]),
    ],
    ids=["nothing", "the offer", "an achievement of two offers", "beside a claim", "beside a lower level"],
)
def test_who_holds_an_offer_has_its_skills(learner, limits, steps):
    found = answer(read_problem(small(learner=learner, limits=limits)))
    assert [step["offer"] for step in found["steps"]] == steps


def test_an_achievement_of_several_offers_brings_what_they_have_in_common():
    have = read_problem(small(learner={"holds": ["cert"]})).learner.have
    assert {skill: one.level for skill, one in have.items()} == {"s": 1}


def test_names_that_nothing_in_the_problem_has_are_told():
    problem = small(
        learner={"holds": ["elsewhere"]},
        stacks=[{"id": "st", "parts": [["b"], ["gone"]], "at_least": 1}],
        bundles=[{"id": "both", "offers": ["b", "lost"], "price": 3}],
        discounts=[{"id": "d", "offer": "missing", "off": 1, "when": [["elsewhere"], ["nobody"]]}],
    )
    problem["offers"][2]["requires"] += [["elsewhere", "b"], ["cert", "other"]]
    problem["offers"][2]["exclusive_with"] = ["b2", "rival"]
    found = answer(read_problem(problem))
    check(json.loads(json.dumps(found)), PLAN)
    assert [one["path"] for one in found["remarks"]] == [
        "offers[2].requires[2][1]",
        "stacks[0].parts[1][0]",
        "discounts[0].when[1][0]",
        "bundles[0].offers[1]",
        "discounts[0].offer",
        "offers[2].exclusive_with[1]",
    ]
    assert found["remarks"][0]["text"] == "other is no offer of this problem and not held, so nothing here brings it."


@pytest.mark.parametrize(
    ("more", "path"),
    [({"limits": {"without": ["b", "gone"]}}, "limits.without[1]"), ({"what_if": [{"without": ["gone"]}]}, "what_if[0].without[0]")],
    ids=["limits", "what if"],
)  # fmt: skip
def test_only_offers_of_the_problem_can_be_left_out(more, path):
    with pytest.raises(PlanningError, match="no offer of this problem") as refused:
        read_problem(small(**more))
    assert str(refused.value).startswith(f"{path} is 'gone', ")
    assert read_problem(small(limits={"without": ["cert"]})).limits.without == {"cert"}


def test_what_the_learner_assumes_is_read_and_what_comes_of_it_is_told_as_the_schema_says():
    document = json.loads((DOCS / "examples" / "problem.json").read_text(encoding="utf-8"))
    document["objective"] = "best_return"
    document["target"]["worth"] = {"premium": 300_000, "hour": 500, "fade": "0.95"}
    found = answer(read_problem(document))
    check(found, PLAN)
    assert found["optimal"]
    assert found["bound"] == found["returned"]["net"]
    assert (found["returned"]["years"], found["returned"]["fade"], found["returned"]["discount"]) == (5, "0.95", "0.03")
    assert found["returned"]["sentence"].startswith("By your own assumption of €3,000 more a year from the end of week")
    document["offers"][0]["expected_return"] = 5
    stated = answer(read_problem(document))
    assert stated["returned"] is None
    assert [one["path"] for one in stated["remarks"]] == ["target.worth"]


def test_a_best_return_of_which_nothing_is_known_says_so():
    document = json.loads((DOCS / "examples" / "problem.json").read_text(encoding="utf-8"))
    document["objective"] = "best_return"
    assert "no plan returns more than another" in answer(read_problem(document))["remarks"][0]["text"]
