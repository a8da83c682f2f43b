"""Plans toward rules that add up credits, hours and awards: no choice of offers that meets the rule is better, and each meets it."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.catalog.factories import imported, skill, taught
from tests.issuing.factories import make_college, make_version
from tests.people.factories import make_person

from cairn import planning, stacking
from cairn.catalog.achievements import achievement_id
from cairn.issuing.services import award_credential
from cairn.journeys import itinerary, queries
from cairn.journeys.amounts import Asked, counting
from cairn.journeys.held import Held
from cairn.journeys.services import goals, searching
from cairn.people.models import Person
from cairn.stacking import (
    AllOf,
    AnyN,
    AtMost,
    AwardFilter,
    AwardOf,
    AwardsAtLeast,
    Converting,
    CountingOnly,
    CreditsAtLeast,
    Equivalences,
    Residency,
)

MOMENT = datetime(2026, 4, 7, 10, 30, tzinfo=UTC)
NAMES = "abcdefg"


def award(rng: random.Random, name: str, key: str) -> stacking.Award:
    brought = {rng.choice(("ECTS", "ECTS", "CATS")): Decimal(rng.randint(1, 12)) / rng.choice((1, 2))}
    return stacking.Award(
        id=key, achievement=name, issuer=rng.choice("uv"), valid_from=MOMENT, credits=brought,
        tags=frozenset(rng.sample("xyz", rng.randint(0, 2))), type=rng.choice(("badge", "certificate")),
    )  # fmt: skip


def a_filter(rng: random.Random) -> AwardFilter:
    return AwardFilter(
        tags=rng.choice(((), (), tuple(rng.sample("xyz", 1)))),
        issuers=rng.choice(((), (), (), ("u",))),
        types=rng.choice(((), (), (), ("badge",))),
    )


def a_rule(rng: random.Random, depth: int = 2) -> stacking.Requirement:
    """A random rule without anything in which more is less."""
    kind = rng.choice(
        ("credits", "credits", "credits", "awards", "named") if depth == 0 else ("all", "all", "any", "around", "leaf")
    )
    if kind == "leaf":
        return a_rule(rng, 0)
    if kind == "credits":
        return CreditsAtLeast(Decimal(rng.randint(2, 10)), "ECTS", a_filter(rng), rng.random() < 0.3)
    if kind == "awards":
        return AwardsAtLeast(rng.randint(1, 2), a_filter(rng))
    if kind == "named":
        return AwardOf(rng.choice(NAMES))
    if kind in ("all", "any"):
        parts = tuple(a_rule(rng, depth - 1) for _ in range(2 if kind == "all" else 3))
        return AllOf(parts) if kind == "all" else AnyN(rng.randint(1, 2), parts)
    inner = a_rule(rng, depth - 1)
    return rng.choice((
        lambda: AtMost(inner, amount=Decimal(rng.randint(2, 6)), scheme="ECTS", filter=AwardFilter(issuers=("u",))),
        lambda: AtMost(inner, count=rng.randint(1, 2), filter=AwardFilter(types=("badge",))),
        lambda: AtMost(inner, amount=Decimal(rng.randint(3, 6)), scheme="ECTS", each_issuer=True),
        lambda: Residency(inner, issuers=("v",), scheme="ECTS", amount=Decimal(rng.randint(1, 4))),
        lambda: Converting(inner, "CATS", "ECTS", Fraction(1, 2)),
        lambda: CountingOnly(inner, AwardFilter(tags=tuple(rng.sample("xyz", 2)))),
        lambda: Equivalences(inner, (("a", "b"),)),
    ))()  # fmt: skip


def a_question(seed: int) -> tuple[Asked, list[planning.Offer]]:
    rng = random.Random(seed)  # noqa: S311 (made-up rules need no secure randomness)
    rule = a_rule(rng)
    names = NAMES[: rng.randint(3, 7)]
    earned = {name: (award(rng, name, f"new-{name}"),) for name in names}
    held = Held(tuple(award(rng, f"h{number}", f"held-{number}") for number in range(rng.choice((0, 0, 1, 2)))))
    stack: Any = SimpleNamespace(
        rule=rule, families=(), names={}, retired=frozenset(), version=SimpleNamespace(pk=seed)
    )
    asked = Asked(stack, stacking.compiled(rule), held, (), earned, MOMENT)
    offers = [
        planning.Offer(
            id=f"{name}{number}", provides={}, cost=planning.Money(rng.randint(0, 20), "EUR"), hours=rng.randint(0, 9),
            achievement=name, requires=tuple((rng.choice(names),) for _ in range(rng.choice((0, 0, 0, 1)))),
        )
        for name in names for number in range(rng.choice((1, 1, 1, 2)))
    ]  # fmt: skip
    return asked, offers[:8]


def doable(chosen: tuple[planning.Offer, ...]) -> bool:
    done: set[str] = set()
    waiting = list(chosen)
    while ready := [one for one in waiting if all(done & set(group) for group in one.requires)]:
        done |= {one.achievement for one in ready}
        waiting = [one for one in waiting if one not in ready]
    return not waiting


@pytest.mark.parametrize("batch", range(6))
def test_no_choice_that_meets_the_rule_is_better_than_the_plan(batch: int) -> None:
    possible = 0
    for seed in range(batch * 15, batch * 15 + 15):
        asked, offers = a_question(seed)
        met = asked.weighed(()).met
        counted = counting(asked, met=met)
        whole = planning.Offer(
            id="whole", provides={"whole": 1}, cost=planning.Money(0, ""), hours=0, granted=True, counting=counted,
            requires=tuple((name,) for name in sorted(counted.names)), at_least=1 if counted.names else None,
        )  # fmt: skip
        target = planning.Target((planning.Need("whole", 1),))
        found = planning.plan([*offers, whole], planning.Learner(), target)
        full = []
        known: dict[frozenset[str], bool] = {}
        for size in range(len(offers) + 1):
            for chosen in combinations(offers, size):
                names = frozenset(one.achievement for one in chosen)
                if names not in known:
                    known[names] = asked.weighed(names).met
                if known[names] and doable(chosen):
                    full.append((sum(one.cost.minor for one in chosen), sum(one.hours for one in chosen)))
        assert found.complete == bool(full), seed
        assert found.optimal, seed
        if full:
            possible += 1
            assert (found.cost.minor, found.hours) == min(full), seed
            assert asked.weighed({step.offer.achievement for step in found.steps} - {""}).met, seed
    assert possible


def a_course(college: Any, title: str, amount: str, price: int, **more: Any) -> Any:
    version = make_version(college, title=title, credits=Decimal(amount), credit_scheme="ects", **more)
    version.offers.create(price_total=price, hours=Decimal(20), state="open")
    return version


@pytest.fixture
def learner() -> Person:
    return make_person("Mina Learner")


def ects(amount: str, **conditions: Any) -> dict[str, Any]:
    rule = {"kind": "credits_at_least", "amount": amount, "scheme": "ects"}
    return rule | ({"filter": conditions} if conditions else {})


@pytest.mark.django_db
def test_a_credential_that_asks_for_credits_is_planned_and_proven_and_each_step_says_what_it_gives(
    learner: Person,
) -> None:
    college = make_college()
    held = a_course(college, "Held already", "2", 90_000)
    a_course(college, "Ten for much", "10", 50_000)
    a_course(college, "Five for little", "5", 10_000)
    a_course(college, "Three for little", "3", 12_000)
    a_course(college, "Two for nothing much", "2.5", 1_000, tags=["open"])
    rule = {"kind": "all_of", "of": [ects("10"), ects("2", tags=["open"])]}
    whole = make_version(college, title="Scholar", kind="certificate", requirement=rule)
    award_credential(version=held, holder=learner, by=college.registrar, at=MOMENT, origin="direct:1")
    goal = goals.set_goal(person=learner, version=whole, at=MOMENT)
    document = goals.propose(goal=goal, objective="cheapest", at=MOMENT).document
    assert [step["title"] for step in document["steps"]] == [
        "Five for little",
        "Three for little",
        "Two for nothing much",
        "Scholar",
    ]
    assert (document["cost"], document["complete"], document["optimal"]) == (23_000, True, True)
    by_title = {step["title"]: step["why"] for step in document["steps"]}
    assert "It gives 5 of the 8 ECTS credits still to be gained for Scholar." in by_title["Five for little"]
    assert "Without it Scholar cannot be awarded." in by_title["Two for nothing much"]
    assert by_title["Scholar"] == "It is what the plan leads to."
    assert document["notes"] == ["“Collect at least 10 ECTS credits”: 2 of 10 ECTS credits count already."]


@pytest.mark.django_db
def test_where_all_that_is_offered_is_too_little_it_says_how_much_that_is(learner: Person, client: Client) -> None:
    college = make_college()
    a_course(college, "Five", "5", 10_000)
    a_course(college, "Seven and a half", "7.5", 10_000)
    whole = make_version(college, title="Scholar", kind="certificate", requirement=ects("30"))
    goal = goals.set_goal(person=learner, version=whole, at=MOMENT)
    document = goals.propose(goal=goal, objective="cheapest", at=MOMENT).document
    assert (document["complete"], document["steps"], document["optimal"]) == (False, [], True)
    said = "“Collect at least 30 ECTS credits”: all that is offered here, with what is held, comes to 12.5 of 30 ECTS credits."
    assert document["notes"] == [said]
    assert "do not come to what is asked" in document["infeasible"]["reason"]
    client.force_login(learner)
    assert "12.5 of 30 ECTS credits" in client.get(reverse("journeys:goal", args=[goal.pk])).text


@pytest.mark.django_db
def test_a_budget_that_is_too_little_for_the_credits_says_what_would_be_enough(learner: Person) -> None:
    college = make_college()
    for number in range(4):
        a_course(college, f"Five {number}", "5", 10_000 + number)
    rule = {"kind": "at_most", "count": 3, "filter": {"tags": ["none"]}, "of": ects("15")}
    whole = make_version(college, title="Scholar", kind="certificate", requirement=rule)
    goal = goals.set_goal(person=learner, version=whole, at=MOMENT, budget=25_000)
    journey = itinerary.of_goal(goal, MOMENT)
    result = searching.best(journey)
    assert not result.complete
    assert result.infeasible is not None
    assert [way[0].by for way in result.infeasible.ways] == [5_003]
    more = planning.what_if(*journey.posed, supposing=planning.Supposing(more_budget=6_000), now=result)
    assert (more.result.complete, more.result.cost.minor, more.result.optimal) == (True, 30_003, True)


def test_the_share_of_the_awarding_body_is_told_to_the_solver_beforehand() -> None:
    rule = Residency(CreditsAtLeast(Decimal(20), "ECTS"), issuers=("v",), scheme="ECTS", share=Fraction(1, 2))
    made = {
        name: stacking.Award(
            id=f"new-{name}", achievement=name, issuer=issuer, valid_from=MOMENT, credits={"ECTS": Decimal(5)}
        )
        for name, issuer in zip("abcdefg", "uuuuvvv", strict=True)
    }
    held = Held((stacking.Award(id="h", achievement="h", issuer="v", valid_from=MOMENT, credits={"ECTS": Decimal(5)}),))
    stack: Any = SimpleNamespace(rule=rule, families=(), names={}, retired=frozenset(), version=SimpleNamespace(pk=1))
    asked = Asked(stack, stacking.compiled(rule), held, (), {name: (one,) for name, one in made.items()}, MOMENT)
    counting_it = counting(asked, met=False)
    assert [(sorted(one.of), one.least) for one in counting_it.amounts] == [(list("abcdefg"), 1500), (list("efg"), 500)]
    offers = [
        planning.Offer(
            id=f"o{name}",
            provides={},
            cost=planning.Money(1 if name in "abcd" else 50, "EUR"),
            hours=1,
            achievement=name,
        )
        for name in made
    ]
    whole = planning.Offer(
        id="whole", provides={"whole": 1}, cost=planning.Money(0, ""), hours=0, granted=True, counting=counting_it,
        requires=tuple((name,) for name in sorted(counting_it.names)), at_least=1,
    )  # fmt: skip
    found = planning.plan([*offers, whole], planning.Learner(), planning.Target((planning.Need("whole", 1),)))
    assert (found.cost.minor, found.optimal) == (52, True)
    assert "5 of the 5 ECTS credits of the awarding body" in " ".join(step.why for step in found.steps)


def named(*versions: Any) -> list[dict[str, Any]]:
    return [{"kind": "award_of", "achievement": achievement_id(one)} for one in versions]


@pytest.mark.django_db
def test_an_order_that_a_rule_asks_for_is_the_order_of_the_plan(learner: Person) -> None:
    college = make_college()
    first, second = (a_course(college, title, "5", 10_000) for title in ("Zero", "Advanced"))
    rule = {"kind": "in_order", "of": named(first, second)}
    whole = make_version(college, title="Scholar", kind="certificate", requirement=rule)
    goal = goals.set_goal(person=learner, version=whole, at=MOMENT, hours_per_week=10)
    document = goals.propose(goal=goal, objective="cheapest", at=MOMENT).document
    assert [step["title"] for step in document["steps"]] == ["Zero", "Advanced", "Scholar"]
    assert [step["end_week"] for step in document["steps"]] == [2, 3, 3]
    assert (document["optimal"], document["notes"]) == (True, [])


@pytest.mark.django_db
def test_what_a_rule_denies_comes_after_it_where_a_plan_needs_both(learner: Person) -> None:
    college = make_college()
    basic, advanced = (a_course(college, title, "5", 10_000) for title in ("Zero", "Advanced"))
    denied = {"kind": "not", "of": named(advanced)[0]}
    whole = make_version(
        college, title="Scholar", kind="certificate", requirement={"kind": "all_of", "of": [*named(basic), denied]}
    )
    journey = itinerary.of_stack(whole, learner, learner=planning.Learner(), giving=itinerary.Giving(), at=MOMENT)
    address = achievement_id(advanced)
    both = planning.Offer(
        id="both", provides={"both": 1}, cost=planning.Money(0, ""), hours=0, granted=True,
        requires=((address,), (achievement_id(whole),)),
    )  # fmt: skip
    later = planning.Offer(
        id="later", title="Advanced", provides={}, cost=planning.Money(0, "USD"), hours=1, achievement=address
    )
    index = planning.OfferIndex([*journey.offers.index.offers, later, both])
    found = planning.plan(index, planning.Learner(), planning.Target((*journey.target.needs, planning.Need("both", 1))))
    assert [step.offer.title for step in found.steps if step.offer.title] == ["Zero", "Scholar", "Advanced"]
    assert found.optimal
    award_credential(version=advanced, holder=learner, by=college.registrar, at=MOMENT, origin="direct:1")
    goal = goals.set_goal(person=learner, version=whole, at=MOMENT)
    never = goals.propose(goal=goal, objective="cheapest", at=MOMENT).document
    assert (never["complete"], never["optimal"], never["steps"]) == (False, True, [])


@pytest.mark.django_db
def test_what_is_held_and_denied_for_good_is_said_though_other_things_run_out(learner: Person) -> None:
    college = make_college()
    denied = a_course(college, "Advanced", "5", 10_000)
    a_course(college, "For half a year", "5", 10_000, valid_months=6)
    a_course(college, "Zero", "5", 10_000)
    rule = {"kind": "all_of", "of": [ects("10"), {"kind": "not", "of": named(denied)[0]}]}
    whole = make_version(college, title="Scholar", kind="certificate", requirement=rule)
    award_credential(version=denied, holder=learner, by=college.registrar, at=MOMENT, origin="direct:1")
    goal = goals.set_goal(person=learner, version=whole, at=MOMENT)
    never = goals.propose(goal=goal, objective="cheapest", at=MOMENT).document
    assert (never["complete"], never["optimal"], never["steps"]) == (False, True, [])
    assert never["notes"][-1] == (
        "“Only without this: Earn Advanced”: what is held rules this out, and it does not run out. "
        "Only a decision of the awarding body helps."
    )


@pytest.mark.django_db
def test_grades_are_taken_as_reached_and_the_plan_says_so(learner: Person) -> None:
    college = make_college()
    a_course(college, "Five", "5", 10_000)
    rule = {"kind": "grade_at_least", "minimum": "B", "scale": ["C", "B", "A"], "of": ects("5")}
    whole = make_version(college, title="Scholar", kind="certificate", requirement=rule)
    goal = goals.set_goal(person=learner, version=whole, at=MOMENT)
    document = goals.propose(goal=goal, objective="cheapest", at=MOMENT).document
    assert (document["complete"], document["cost"]) == (True, 10_000)
    assert "The plan takes it that you reach A where it does" in document["notes"][0]


@pytest.mark.django_db
def test_what_is_held_runs_out_before_a_slow_plan_is_done(learner: Person) -> None:
    college = make_college()
    held = a_course(college, "Held for a year", "5", 30_000, valid_months=12)
    a_course(college, "Five", "5", 10_000)
    a_course(college, "Another five", "5", 20_000)
    whole = make_version(college, title="Scholar", kind="certificate", requirement=ects("10"))
    award_credential(
        version=held, holder=learner, by=college.registrar, at=MOMENT - timedelta(days=355), origin="direct:1"
    )
    goal = goals.set_goal(person=learner, version=whole, at=MOMENT, hours_per_week=20)
    assert goals.propose(goal=goal, objective="cheapest", at=MOMENT).document["cost"] == 10_000
    goal = goals.set_goal(person=learner, version=whole, at=MOMENT, hours_per_week=5)
    document = goals.propose(goal=goal, objective="cheapest", at=MOMENT).document
    assert (document["complete"], document["cost"]) == (True, 30_000)


@pytest.mark.django_db
def test_what_nobody_in_particular_says_to_hold_counts_once(learner: Person) -> None:
    college = make_college()
    said = a_course(college, "Five said to be held", "5", 10_000)
    a_course(college, "Another five", "5", 12_000)
    a_course(college, "A third five", "5", 13_000)
    whole = make_version(college, title="Scholar", kind="certificate", requirement=ects("10"))

    def asked(holds: frozenset[str]) -> planning.PlanResult:
        journey = itinerary.of_stack(
            whole, None, learner=planning.Learner(holds=holds), giving=itinerary.Giving(), at=MOMENT
        )
        return searching.best(journey)

    assert asked(frozenset()).cost.minor == 22_000
    assert asked(frozenset({achievement_id(said)})).cost.minor == 12_000
    done = asked(frozenset({achievement_id(said), achievement_id(whole)}))
    assert (done.complete, done.steps) == (True, ())


@pytest.mark.django_db
def test_three_credit_requirements_beside_skills_are_one_question_and_proven(learner: Person, client: Client) -> None:
    college = make_college()
    welding, reading = skill("Welding"), skill("Reading drawings")
    nursing = {"field_of_study": "51.38"}
    first = a_course(college, "Nursing one", "20", 90_000, **nursing)
    a_course(college, "Nursing two", "20", 70_000, **nursing)
    a_course(college, "Theory of care", "20", 40_000, level=Decimal(6), level_framework="EQF")
    welder = a_course(college, "Welding for carers", "20", 55_000, level=Decimal(6), level_framework="EQF")
    taught(welder, welding, "3", "stated")
    aside = imported("Drawings", workload_hours=Decimal(20), offer={"price_total": 15_000, "mode": "onsite"})
    taught(aside, reading, "2", "stated")
    asks = [
        ects("40", subjects=["51"]),
        ects("20", level_at_least={"framework": "EQF", "value": "6"}),
    ]
    own = {"kind": "residency", "issuers": [college.organisation.slug], "scheme": "ects", "amount": "10"}
    rule = own | {"of": {"kind": "all_of", "of": asks}}
    whole = make_version(college, title="Scholar", kind="certificate", requirement=rule)
    client.force_login(learner)
    page = client.get(reverse("journeys:new_goal"), {"stack": whole.definition.slug}).text
    assert "Skills you want beside it" in page
    typed = {"stack": whole.definition.slug, "limits": "1", "skills": "Welding = 3\nReading drawings = 2"}
    made = client.post(reverse("journeys:new_goal"), typed)
    goal = queries.goals_of(learner)[0]
    assert made.url == reverse("journeys:goal", args=[goal.pk])
    document = goals.propose(goal=goal, objective="cheapest", at=MOMENT).document
    assert (document["complete"], document["optimal"], document["cost"]) == (True, True, 230_000)
    assert {step["title"] for step in document["steps"]} == {
        first.title, "Nursing two", "Welding for carers", "Drawings", "Scholar",
    }  # fmt: skip
    shown = client.get(reverse("journeys:goal", args=[goal.pk])).text
    assert "Skills beside it" in shown
    assert "Reading drawings" in shown
    again = client.get(reverse("journeys:new_goal"), {"stack": whole.definition.slug}).text
    assert "Welding = 3\nReading drawings = 2</textarea>" in again
    assert "Plan for this" in again
    client.post(reverse("journeys:new_goal"), typed | {"skills": ""})
    assert goals.propose(goal=queries.goals_of(learner)[0], objective="cheapest", at=MOMENT).document["cost"] == 200_000
