"""Goals of every kind on pages: a role's needs, typed skills, a stack; limits; what if; a plan whose offer closed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from tests.catalog.factories import imported, need, occupation, provider, skill, taught
from tests.issuing.factories import MOMENT, make_college, make_version
from tests.people.factories import make_person

from cairn import planning
from cairn.catalog import services as catalog
from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import DefinitionVersion, Offer
from cairn.catalog.queries import offers_for_planning
from cairn.errors import Invalid
from cairn.issuing.services import award_credential
from cairn.journeys import itinerary, queries
from cairn.journeys.models import Goal
from cairn.journeys.services import goals, searching
from cairn.journeys.targets import plan_link
from cairn.journeys.wishes import Wishes
from cairn.people.models import Person
from cairn.planning import Objective, Worth
from cairn.planning.solver import Answer
from cairn.skills.models import Framework, Skill

pytestmark = pytest.mark.django_db


@pytest.fixture
def learner() -> Person:
    return make_person("Mina Learner")


@pytest.fixture
def client(learner: Person) -> Client:
    signed_in = Client()
    signed_in.force_login(learner)
    return signed_in


@pytest.fixture
def welding() -> Skill:
    return skill("Welding")


@pytest.fixture
def courses(welding: Skill) -> list[DefinitionVersion]:
    made = [
        imported("Combination welding", workload_hours=Decimal(400), offer={"price_total": 90_000, "mode": "onsite"}),
        imported("Welding in a month", workload_hours=Decimal(160), offer={"price_total": 250_000, "mode": "blended"}),
    ]
    for version in made:
        taught(version, welding, "3")
    return made


def skills_goal(learner: Person, welding: Skill, **limits: Any) -> Goal:
    return goals.set_goal(
        person=learner, title="Fitter", needs=[{"skill": welding.uri, "level": 3}], at=MOMENT, **limits
    )


def part(client: Client, address: str) -> str:
    """What htmx is given for an address."""
    return client.get(address, headers={"HX-Request": "true"}).text


def test_a_role_hands_its_needs_over_by_a_link_and_nothing_else(client: Client, welding: Skill) -> None:
    stored = [{"skill": welding.uri, "name": "Welding", "level": 2.5, "weight": 3.0, "essential": True}]
    link = plan_link("Welder at Pinewood", stored)
    assert set(parse_qs(urlsplit(link).query)) == {"title", "need"}
    shown = client.get(link)
    assert "Welder at Pinewood" in shown.text
    assert "Welding, level 2.5" in shown.text
    form = {"limits": "1", "title": "Welder at Pinewood", "need": f"2.5:3:1:{welding.uri}", "hours_per_week": "10"}
    answer = client.post(reverse("journeys:new_goal"), form)
    goal = Goal.objects.get()
    assert answer["Location"] == reverse("journeys:goal", args=[goal.pk])
    assert goal.needs == stored
    [gap] = itinerary.gaps_json(itinerary.of_goal(goal, MOMENT))
    assert (gap["need"], gap["importance"], gap["source"]) == (3, "3.0", "Welder at Pinewood")


@pytest.mark.parametrize("text", ["", "3", "x:1:1:urn:none", "9:1:1:https://example.org/skills/welding", "3:0:1:"])
def test_a_broken_link_is_refused_in_words(client: Client, welding: Skill, text: str) -> None:
    page = client.get(reverse("journeys:new_goal"), {"title": "Welder", "need": text})
    assert page.status_code == 422
    assert "Traceback" not in page.text
    assert not Goal.objects.exists()


def test_skills_are_typed_one_on_each_line_and_a_slip_is_told_with_what_comes_near(
    client: Client, welding: Skill
) -> None:
    address = reverse("journeys:new_goal") + "?kind=skills"
    wrong = client.post(address, {"kind": "skills", "title": "Fitter", "skills": "Welding pipes = 3"})
    assert "Did you mean “Welding”?" in wrong.text
    assert "Welding pipes = 3" in wrong.text
    client.post(address, {"kind": "skills", "title": "Fitter", "skills": "welding = 4\n\n"})
    assert [(one["name"], one["level"]) for one in Goal.objects.get().needs or []] == [("Welding", 4.0)]


def test_a_stack_is_a_goal_and_the_plan_completes_it(client: Client, learner: Person) -> None:
    college = make_college()
    parts = [make_version(college, title=title) for title in ("Reading drawings", "Welding seams", "Cutting plates")]
    for version in parts:
        version.offers.create(price_total=10_000, hours=Decimal(20), state="open")
        taught(version, skill("Welding"), "2", "stated")
    rule = {
        "kind": "all_of",
        "of": [
            {"kind": "award_of", "achievement": achievement_id(parts[0])},
            {
                "kind": "any_n",
                "n": 1,
                "of": [{"kind": "award_of", "achievement": achievement_id(one)} for one in parts[1:]],
            },
        ],
    }
    whole = make_version(college, title="Welder", requirement=rule)
    goal = goals.set_goal(person=learner, version=whole, at=MOMENT)
    page = client.get(reverse("journeys:goal", args=[goal.pk])).text
    assert "What is missing" in page
    plan = goals.propose(goal=goal, objective="cheapest", at=MOMENT)
    document = plan.document
    assert (document["cost"], document["complete"], document["optimal"]) == (20_000, True, True)
    assert document["steps"][-1]["granted"] is True
    assert document["steps"][-1]["why"] == "It is what the plan leads to."
    assert "cannot be awarded" in document["steps"][0]["why"]
    award_credential(version=parts[0], holder=learner, by=college.registrar, at=MOMENT, origin="direct:1")
    goals.take_plan(plan=plan, at=MOMENT)
    page = client.get(reverse("journeys:goal", args=[goal.pk])).text
    assert "1 of 3 steps done" in page
    assert page.count('class="step-done"') == page.count("Done: awarded on") == page.count('aria-current="step"') == 1
    again = goals.propose(goal=goal, objective="cheapest", at=MOMENT).document
    assert again["cost"] == 10_000
    assert "Reading drawings" not in [step["title"] for step in again["steps"]]


def test_a_stack_part_that_nobody_offers_is_named(learner: Person) -> None:
    college = make_college()
    lonely = make_version(college, title="Night shift")
    rule = {"kind": "all_of", "of": [{"kind": "award_of", "achievement": achievement_id(lonely)}]}
    whole = make_version(college, title="Watchman", requirement=rule)
    goal = goals.set_goal(person=learner, version=whole, at=MOMENT)
    document = goals.propose(goal=goal, objective="cheapest", at=MOMENT).document
    assert not document["complete"]
    assert document["notes"] == ["No offer here leads to “Night shift”: none that is open tells its price and hours."]


def test_a_rule_in_which_order_decides_is_planned_and_proven(learner: Person) -> None:
    college = make_college()
    badges = [make_version(college, title=title) for title in ("Reading drawings", "Welding seams", "Cutting plates")]
    for version in badges:
        version.offers.create(price_total=10_000, hours=Decimal(20), state="open")
        taught(version, skill("Welding"), "2", "stated")
    rule = {"kind": "in_order", "of": [{"kind": "award_of", "achievement": achievement_id(one)} for one in badges[:2]]}
    goal = goals.set_goal(person=learner, version=make_version(college, title="Weld shop", requirement=rule), at=MOMENT)
    document = goals.propose(goal=goal, objective="cheapest", at=MOMENT).document
    assert (document["complete"], document["cost"], document["optimal"]) == (True, 20_000, True)
    assert [step["title"] for step in document["steps"]] == ["Reading drawings", "Welding seams", "Weld shop"]


def test_a_rule_that_counts_more_than_credentials_says_that_it_cannot_be_planned(
    client: Client, learner: Person
) -> None:
    rule = {"kind": "credits_at_least", "amount": 9, "scheme": "ects"}
    whole = make_version(make_college(), title="Scholar", requirement=rule)
    goal = goals.set_goal(person=learner, version=whole, at=MOMENT)
    with pytest.raises(Invalid, match="more than certain credentials"):
        itinerary.of_goal(goal, MOMENT)
    assert "asks for more than certain credentials" in client.get(reverse("journeys:goal", args=[goal.pk])).text


def test_limits_of_every_kind_are_kept_with_the_goal_and_kept_to(
    client: Client, learner: Person, welding: Skill, courses: list[Any]
) -> None:
    goal = skills_goal(learner, welding)
    address = reverse("journeys:goal", args=[goal.pk])
    form = {"budget": "3000", "objective": "least_study", "modes": ["onsite"], "only_proven": "on"}
    assert client.post(address, form).status_code == 302
    goal.refresh_from_db()
    assert Wishes.read(goal.wishes) == Wishes(
        objective=Objective.LEAST_STUDY, modes=frozenset({"onsite"}), count_claimed=False
    )
    journey = itinerary.of_goal(goal, MOMENT)
    assert journey.limits.modes == frozenset({"onsite"})
    assert [step.offer.title for step in searching.best(journey).steps] == ["Combination welding"]
    refused = client.post(address, {"modes": ["by pigeon"]})
    assert "Select a valid choice" in refused.text


def test_the_least_quality_is_held_against_what_is_on_record(
    learner: Person, welding: Skill, courses: list[Any]
) -> None:
    goal = skills_goal(learner, welding, wishes=Wishes(quality_at_least=99))
    document = goals.propose(goal=goal, objective="cheapest", at=MOMENT).document
    assert document["steps"] == []
    assert document["infeasible"]["ways"] == [["Without a least quality everything fits."]]


def test_offers_and_providers_are_ruled_out_and_come_back(
    client: Client, learner: Person, welding: Skill, courses: list[Any]
) -> None:
    goal = skills_goal(learner, welding)
    offer = courses[0].offers.get()
    client.post(reverse("journeys:rule_out", args=[goal.pk]), {"offer": f"offer:{offer.pk}"})
    goal.refresh_from_db()
    assert [step["title"] for step in goals.choices(goal, MOMENT)[0]["plan"].document["steps"]] == [
        "Welding in a month"
    ]
    assert "Combination welding, Camden Welding School" in client.get(reverse("journeys:goal", args=[goal.pk])).text
    goals.rule_out(goal=goal, offer=courses[1].offers.get(), whole_provider=True)
    assert not goals.choices(goal, MOMENT)[0]["plan"].document["complete"]
    client.post(reverse("journeys:goal", args=[goal.pk]), {"without": []})
    goal.refresh_from_db()
    assert goals.choices(goal, MOMENT)[0]["plan"].document["complete"]


def test_a_best_return_nobody_has_estimated_is_not_promised(
    client: Client, learner: Person, welding: Skill, courses: list[Any]
) -> None:
    goal = skills_goal(learner, welding, wishes=Wishes(objective=Objective.BEST_RETURN))
    page = client.get(reverse("journeys:choices", args=[goal.pk])).text
    assert "No source here estimates" in page
    assert "costs the least" in page
    with pytest.raises(Invalid, match="No source here estimates"):
        goals.propose(goal=goal, objective="best_return", at=MOMENT)


def test_with_an_assumption_of_ones_own_plans_say_what_they_bring_and_from_where_on_they_pay(
    client: Client, learner: Person, welding: Skill, courses: list[Any]
) -> None:
    goal = skills_goal(learner, welding)
    asked = {"objective": "best_return", "premium": "2600", "hour": "10", "years": "5", "fade": "90", "discount": "3"}
    client.post(reverse("journeys:goal", args=[goal.pk]), asked)
    goal.refresh_from_db()
    assert Wishes.read(goal.wishes).worth == Worth(premium=260_000, hour=1_000)
    page = client.get(reverse("journeys:choices", args=[goal.pk])).text
    assert "brings the most beyond what it costs, by your assumption" in page
    assert "By your own assumption of $2,600 more a year" in page
    assert "nobody here knows whether you will" in page
    returns = goals.choices(goal, MOMENT)[0]["plan"].document["returns"]
    assert (
        returns["net"] == returns["value"] - goals.choices(goal, MOMENT)[0]["plan"].document["cost"] - returns["time"]
    )
    assert "$2,600" not in client.get(reverse("journeys:goal", args=[goal.pk])).text.replace('value="2600"', "")


def test_a_plan_that_cannot_reach_everything_is_not_said_to_bring_the_most(
    client: Client, learner: Person, welding: Skill, courses: list[Any]
) -> None:
    worth = Worth(premium=260_000)
    goal = skills_goal(learner, welding, budget=0, wishes=Wishes(objective=Objective.BEST_RETURN, worth=worth))
    (first, *_) = goals.choices(goal, MOMENT)
    assert not first["plan"].document["complete"]
    assert "best_return" not in first["objectives"]
    assert first["plan"].document["returns"] is None
    assert "no return can be reckoned" in first["plan"].document["notes"][0]


def test_the_first_good_plan_comes_without_waiting_and_asks_for_the_rest(
    client: Client, learner: Person, welding: Skill, courses: list[Any]
) -> None:
    address = reverse("journeys:choices", args=[skills_goal(learner, welding).pk])
    first = part(client, address + "?first=1")
    assert f'hx-get="{address}"' in first
    assert "Take this plan" not in first
    rest = part(client, address)
    assert "<html" not in rest
    assert rest.count("Take this plan") == 2
    assert "Side by side" in rest
    whole = client.get(address + "?first=1").text  # without htmx: everything at once
    assert "Side by side" in whole


def test_when_time_runs_out_nothing_empty_is_shown_as_a_plan_and_nothing_is_called_impossible(
    client: Client, learner: Person, welding: Skill, courses: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cairn.planning.solver.Search.best", lambda *_, **__: Answer("unknown"))
    monkeypatch.setattr("cairn.planning.narrowing.relax", lambda *_, **__: None)
    found = part(client, reverse("journeys:choices", args=[skills_goal(learner, welding).pk]))
    assert "Combination welding" in found
    assert "Not proven the best" in found
    tight = reverse("journeys:choices", args=[skills_goal(learner, welding, budget=1_000).pk])
    shown = part(client, tight)
    assert "No plan found in the time there was" in shown
    assert "Nothing that closes everything was found yet" in shown
    for wrong in ("No plan fits", "Not everything can be closed", "$0", "Take this plan", "Side by side"):
        assert wrong not in shown
    assert "A first good plan" not in part(client, tight + "?first=1")


def test_only_plans_that_reach_everything_are_laid_beside_each_other_where_there_is_one(
    learner: Person, welding: Skill, courses: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*given: Any, **more: Any) -> planning.PlanResult:
        """The cheapest is not found in time, the others are."""
        result = searched(*given, **more)
        stuck = planning.Infeasible("Time ran out.", (), (), proven=False)
        if given[4] is not Objective.CHEAPEST:
            return result
        return replace(result, steps=(), still_open=result.closes, infeasible=stuck, optimal=False)

    searched = planning.plan
    monkeypatch.setattr(planning, "plan", busy)
    found = goals.choices(skills_goal(learner, welding), MOMENT)
    assert found
    assert all(one["plan"].document["complete"] for one in found)


def test_of_a_plan_in_between_no_more_is_said_to_be_proven_than_is(
    learner: Person, welding: Skill, courses: list[Any]
) -> None:
    between = imported("Welding by day", workload_hours=Decimal(300), offer={"price_total": 150_000, "mode": "onsite"})
    taught(between, welding, "3")
    found = goals.choices(skills_goal(learner, welding), MOMENT)
    proofs = {one["plan"].document["cost"]: one["plan"].document["proof"] for one in found}
    assert proofs == {
        90_000: "Proven: no other plan within these limits costs less.",
        150_000: "Proven: no other plan within these limits that takes as few hours costs less.",
        250_000: "Proven: no other plan within these limits needs fewer hours.",
    }


def test_what_an_hour_is_worth_says_at_its_field_what_it_counts_beside(
    client: Client, learner: Person, welding: Skill, courses: list[Any]
) -> None:
    address = reverse("journeys:goal", args=[skills_goal(learner, welding).pk])
    refused = client.post(address, {"objective": "cheapest", "hour": "8"})
    assert "It counts only beside what you expect to earn more a year." in refused.text
    assert refused.text.count('aria-invalid="true"') == 1
    assert client.post(address, {"objective": "cheapest", "hour": "8", "premium": "0"}).status_code == 302
    kept = Wishes.read(Goal.objects.get().wishes).worth
    assert kept is not None
    assert (kept.premium, kept.hour) == (0, 800)


def test_what_if_answers_in_words_with_the_difference(
    client: Client, learner: Person, welding: Skill, courses: list[Any]
) -> None:
    goal = skills_goal(learner, welding, budget=100_000, hours_per_week=10)
    address = reverse("journeys:what_if", args=[goal.pk])
    lost = part(client, f"{address}?lose=offer:{courses[0].offers.get().pk}")
    assert "What if “Combination welding” were not offered?" in lost
    assert "Then not everything fits any more: Welding stays open." in lost
    sooner = client.get(address, {"more_hours": "10"}).text
    assert "Then the same plan is done 20 weeks sooner." in sooner
    assert client.get(address, {"more_weeks": "4"}).status_code == 422  # there is no deadline
    for broken in ({"more_budget": "x"}, {"more_hours": "99999999999"}, {"more_budget": "9" * 400}):
        assert client.get(address, broken).status_code == 422


def test_a_taken_plan_stays_and_says_what_closed_and_what_costs_another_price_now(
    client: Client, learner: Person
) -> None:
    college = make_college()
    badge = make_version(college, title="Reading drawings", skills={skill("Welding").uri: Decimal(3)})
    offer = catalog.create_offer(version=badge, by=college.designer, at=MOMENT, price_total=9_500, hours=Decimal(12))
    catalog.open_offer(offer=offer, by=college.designer, at=MOMENT)
    goal = skills_goal(learner, skill("Welding"))
    plan = goals.propose(goal=goal, objective="cheapest", at=MOMENT)
    before = plan.document
    goals.take_plan(plan=plan, at=MOMENT)
    assert goals.changed_since(plan) == []
    Offer.objects.filter(pk=offer.pk).update(price_total=12_000)
    assert "“Reading drawings” costs $120 now." in client.get(reverse("journeys:goal", args=[goal.pk])).text
    offer.refresh_from_db()
    catalog.close_offer(offer=offer, by=college.designer, at=MOMENT)
    page = client.get(reverse("journeys:goal", args=[goal.pk])).text
    assert "“Reading drawings” is closed." in page
    assert "Plan again" in page
    taken = queries.taken_plan(goal)
    assert taken is not None
    assert taken.document == before
    assert not goals.choices(goal, MOMENT)[0]["plan"].document["complete"]


def test_what_is_only_said_is_counted_marked_and_can_be_left_out(learner: Person, welding: Skill) -> None:
    from cairn.journeys.services import claims

    claims.state_skill(person=learner, skill_uri=welding.uri, level="3", at=MOMENT)
    goal = skills_goal(learner, welding)
    document = goals.propose(goal=goal, objective="cheapest", at=MOMENT).document
    assert (document["complete"], document["by_word"]) == (True, ["Welding"])
    proven = goals.change_limits(
        goal=goal, at=MOMENT, budget=None, hours_per_week=None, deadline=None, wishes=Wishes(count_claimed=False)
    )
    assert not goals.propose(goal=proven, objective="cheapest", at=MOMENT).document["complete"]


def test_the_catalogue_is_read_once_and_again_when_it_changes(welding: Skill, courses: list[Any]) -> None:
    first = offers_for_planning(skills=[welding.uri])
    assert offers_for_planning(skills=[welding.uri]) is first
    assert first.index is offers_for_planning(skills=[welding.uri]).index
    taught(imported("Night welding", offer={"price_total": 5_000}), welding, "3")
    assert {offer.title for offer in offers_for_planning(skills=[welding.uri]).offers} == {
        "Combination welding", "Welding in a month", "Night welding",
    }  # fmt: skip
    Offer.objects.filter(version=courses[0]).update(state=Offer.State.CLOSED)  # past every service, so no one was told
    taught(imported("Day welding", by=provider(), offer={"price_total": 6_000}), welding, "3")
    assert "Combination welding" not in {offer.title for offer in offers_for_planning(skills=[welding.uri]).offers}


def test_nothing_is_said_of_an_offer_that_its_source_does_not_say(welding: Skill, courses: list[Any]) -> None:
    by_title = {offer.title: offer for offer in offers_for_planning(skills=[welding.uri]).offers}
    one = by_title["Combination welding"]
    assert (one.language, one.mode, one.place, one.weeks, one.starts) == ("", "onsite", "Camden", None, ())
    assert (one.expected_return, one.recognition, one.quality_low) == (0, 0, None)


def test_a_skill_of_another_framework_counts_only_where_it_says_the_same_and_the_page_tells_how(
    client: Client, learner: Person, welding: Skill
) -> None:
    esco = Framework.objects.create(slug="esco", name="ESCO", version="1.2", publisher="EU", licence="open")
    same = Skill.objects.create(framework=esco, uri="https://example.org/esco/1", name="welding", kind="skill")
    other = Skill.objects.create(framework=esco, uri="https://example.org/esco/2", name="melding", kind="skill")
    for version, what in ((imported("Weld"), same), (imported("Meld"), other)):
        taught(version, what, "3", "stated")
    goal = skills_goal(learner, welding)
    document = goals.propose(goal=goal, objective="cheapest", at=MOMENT).document
    assert [step["title"] for step in document["steps"]] == ["Weld"]
    page = client.get(reverse("journeys:goal", args=[goal.pk])).text
    assert "“welding” (ESCO 1.2) counts as the same" in page
    assert "melding" not in page


def test_an_inferred_skill_is_not_said_as_if_the_provider_had_said_it(
    learner: Person, welding: Skill, courses: list[Any]
) -> None:
    found = occupation()
    need(found, welding)
    goal = goals.set_goal(person=learner, occupation=found, at=MOMENT)
    [step] = goals.propose(goal=goal, objective="cheapest", at=MOMENT).document["steps"]
    assert step["why"] == "Judging by its field of study, it alone brings Welding at level 3."
    stated = goals.change_limits(
        goal=goal, at=MOMENT, budget=None, hours_per_week=None, deadline=None, wishes=Wishes(only_stated=True)
    )
    assert goals.propose(goal=stated, objective="cheapest", at=MOMENT).document["steps"] == []


def test_what_is_bought_together_and_what_comes_off_is_told() -> None:
    two = [
        planning.Offer(
            id=f"offer:{n}", title=f"Part {n}", provides={f"s{n}": 1}, cost=planning.Money(100_00, "USD"), hours=1
        )
        for n in (1, 2, 3)
    ]
    index = planning.OfferIndex(
        two,
        bundles=[planning.Bundle(id="b", title="Both", offers=frozenset({"offer:1", "offer:2"}), cost=planning.Money(150_00, "USD"))],
        discounts=[planning.Discount(id="d", title="Third", offer="offer:3", off=planning.Money(20_00, "USD"), when=(("offer:1",),))],
    )  # fmt: skip
    target = planning.Target(tuple(planning.Need(f"s{n}", 1) for n in (1, 2, 3)))
    from cairn.catalog.queries import PlanningOffers

    journey = itinerary.Journey(
        planning.Learner(), target, planning.Limits(), PlanningOffers(index, frozenset(), 0, 0), {}
    )
    document = itinerary.as_json(searching.best(journey), journey)
    assert document["cost"] == 230_00
    assert [one["title"] for one in document["bundles"]] == ["Both"]
    assert [(one["title"], one["of"], one["off"]) for one in document["discounts"]] == [("Third", "Part 3", 20_00)]
