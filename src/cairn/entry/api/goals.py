"""A person's own goals with their limits and plans, what-if, and the skills they state: what the pages do, for a program of theirs."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from cairn import planning
from cairn.catalog.queries import version_of
from cairn.entry.api.plans import SkillWanted, SupposingThat, WorthAssumed
from cairn.entry.api.tokens import PerToken, Scoped, caller
from cairn.errors import Invalid
from cairn.journeys import itinerary, queries
from cairn.journeys.models import Goal, Plan, SkillClaim
from cairn.journeys.services import claims, goals, searching
from cairn.journeys.wishes import MOST_EXCLUDED, Wishes
from cairn.outside import clock
from cairn.people.models import Person
from cairn.skills.queries import occupation_by_code

router = Router()
READ, WRITE = "goals:read", "goals:write"


class GoalOut(Schema):
    """Where a person wants to be, within what they can give."""

    id: int
    title: str
    occupation: str | None = Field(description="Its code")
    stack: str | None = Field(description="Slug of the larger credential")
    needs: list[dict[str, Any]] | None = Field(description="Skills with levels, where the goal is a list of them")
    budget: int | None = Field(description="Minor units")
    currency: str
    hours_per_week: int | None
    deadline: date | None
    wishes: dict[str, Any] = Field(
        description="What plans aim at and keep to beside: what is not there is as POST /goals has it"
    )
    created_at: datetime

    @staticmethod
    def of(goal: Goal) -> dict[str, Any]:
        """Return the values of one."""
        return {
            "id": goal.pk, "title": str(goal), "occupation": goal.occupation.code if goal.occupation else None,
            "stack": goal.version.definition.slug if goal.version else None, "needs": goal.needs, "budget": goal.budget,
            "currency": goal.currency, "hours_per_week": goal.hours_per_week, "deadline": goal.deadline,
            "wishes": goal.wishes, "created_at": goal.created_at,
        }  # fmt: skip


class PlanOut(Schema):
    """A plan as it was shown: steps, totals, what is proven."""

    objective: str
    proposed_at: datetime
    taken_at: datetime | None
    plan: dict[str, Any]

    @staticmethod
    def of(plan: Plan) -> dict[str, Any]:
        """Return the values of one."""
        return {
            "objective": plan.objective, "proposed_at": plan.proposed_at, "taken_at": plan.taken_at, "plan": plan.document,
        }  # fmt: skip


class GoalWithPlans(GoalOut):
    """A goal with its plan, where one was taken, and the one proposed last."""

    taken: PlanOut | None
    proposed: PlanOut | None


class LimitsIn(Schema):
    """What a plan keeps to. What is not named stays as it is; null lifts a limit, [] of what will do says: any."""

    currency: str | None = Field(
        default=None, pattern="^[A-Z]{3}$", description="One in which something here is priced; nothing is converted"
    )
    budget: int | None = Field(default=None, ge=0, le=10**12, description="Minor units of the goal's currency")
    hours_per_week: int | None = Field(default=None, ge=1, le=80)
    deadline: date | None = Field(default=None, description="The day to be done by; needs hours_per_week")
    objective: planning.Objective = planning.Objective.CHEAPEST
    modes: list[str] = Field(default=[], max_length=20)
    languages: list[str] = Field(default=[], max_length=50)
    places: list[str] = Field(default=[], max_length=200)
    quality_at_least: int | None = Field(default=None, ge=0, le=100)
    without: list[str] = Field(default=[], max_length=MOST_EXCLUDED, description="Offers ruled out, by id")
    without_providers: list[int] = Field(default=[], max_length=MOST_EXCLUDED, description="Providers ruled out")
    count_claimed: bool = Field(default=True, description="Whether stated skills count; false for proof alone")
    only_stated: bool = False
    worth: WorthAssumed | None = None


class GoalIn(LimitsIn):
    """One of ``occupation``, ``stack`` (with ``skills`` beside it, if you like) and ``skills`` under a ``title``; and limits."""

    occupation: str | None = Field(default=None, max_length=40, description="A code like 15-1231.00; see /occupations")
    stack: str | None = Field(default=None, max_length=160, description="Slug of a credential that is made of others")
    skills: list[SkillWanted] | None = Field(default=None, max_length=goals.MOST_NEEDS)
    title: str = Field(default="", max_length=200, description="What the skills are for")


class ClaimIn(Schema):
    """A skill that somebody says they have."""

    skill: str = Field(max_length=300, description="URI of the skill")
    level: Decimal = Field(ge=0, le=7)


class ClaimOut(Schema):
    """A stated skill: marked as claimed wherever it counts."""

    id: int
    skill: str
    name: str
    level: float
    stated_at: datetime

    @staticmethod
    def of(claim: SkillClaim) -> dict[str, Any]:
        """Return the values of one."""
        return {
            "id": claim.pk, "skill": claim.skill.uri, "name": claim.skill.name, "level": float(claim.level),
            "stated_at": claim.stated_at,
        }  # fmt: skip


class ChoiceOut(PlanOut):
    """A plan to choose: its number to take it by, and what no other of the choices does better."""

    id: int
    best_in: list[str]


class ChoicesOut(Schema):
    """The gap that the plans start from, skill by skill, and the plans; why they cannot be told apart by the goal's aim, if so."""

    gap: list[dict[str, Any]]
    choices: list[ChoiceOut]
    why_not: str


@router.get("/goals", auth=Scoped(READ), throttle=[PerToken("120/m")], operation_id="my_goals", response=list[GoalOut],
            summary="My goals")  # fmt: skip
def my_goals(request: HttpRequest) -> list[dict[str, Any]]:
    """List the open goals of the person whose token it is, newest first."""
    return [GoalOut.of(one) for one in queries.goals_of(caller(request).created_by)]


@router.get("/goals/{pk}", auth=Scoped(READ), throttle=[PerToken("120/m")], operation_id="my_goal", response=GoalWithPlans,
            summary="One of my goals, with its plan")  # fmt: skip
def my_goal(request: HttpRequest, pk: int) -> dict[str, Any]:
    """Read one goal with the plan that was taken for it and the one that was proposed last, as the pages showed them."""
    goal = _goal(request, pk)
    taken, proposed = queries.taken_plan(goal), goal.plans.order_by("-proposed_at", "-pk").first()
    return {
        **GoalOut.of(goal),
        "taken": PlanOut.of(taken) if taken else None,
        "proposed": PlanOut.of(proposed) if proposed else None,
    }


@router.post("/goals", auth=Scoped(WRITE), throttle=[PerToken("60/m")], operation_id="set_goal", response={201: GoalOut},
             summary="Set a goal")  # fmt: skip
def set_goal(request: HttpRequest, payload: GoalIn) -> Status[dict[str, Any]]:
    """Make an occupation, a larger credential or skills a goal. What is a goal already keeps its number and what is not named."""
    person, moment = caller(request).created_by, clock.now()
    what, open_one = _target(payload, person)
    limits = _limits(payload, open_one)
    return Status(201, GoalOut.of(goals.set_goal(person=person, at=moment, **what, **limits)))


@router.post("/goals/{pk}", auth=Scoped(WRITE), throttle=[PerToken("60/m")], operation_id="change_limits", response=GoalOut,
             summary="Change a goal's limits")  # fmt: skip
def change_limits(request: HttpRequest, pk: int, payload: LimitsIn) -> dict[str, Any]:
    """Change what the plans for a goal keep to: money, time, ways of taking part, what is ruled out, what to aim at."""
    goal = _goal(request, pk)
    return GoalOut.of(goals.change_limits(goal=goal, at=clock.now(), **_limits(payload, goal)))


@router.post("/goals/{pk}/close", auth=Scoped(WRITE), throttle=[PerToken("60/m")], operation_id="close_goal", response=GoalOut,
             summary="Put a goal away")  # fmt: skip
def close_goal(request: HttpRequest, pk: int) -> dict[str, Any]:
    """Put a goal away; its plans stay readable."""
    return GoalOut.of(goals.close_goal(goal=_goal(request, pk), at=clock.now()))


@router.post("/goals/{pk}/plans", auth=Scoped(WRITE), throttle=[PerToken("10/m")], operation_id="find_plans",
             response={201: ChoicesOut}, summary="Find plans for a goal")  # fmt: skip
def find_plans(request: HttpRequest, pk: int) -> Status[dict[str, Any]]:
    """Search the plans to choose from: first what the goal aims at, then the others. One that nobody takes within a day goes."""
    goal, moment = _goal(request, pk), clock.now()
    journey = itinerary.of_goal(goal, moment)
    found = goals.choices(goal, moment)
    shown = [{**PlanOut.of(one["plan"]), "id": one["plan"].pk, "best_in": one["objectives"]} for one in found]
    why_not = searching.why_not(journey.objective, journey)
    return Status(201, {"gap": itinerary.gaps_json(journey), "choices": shown, "why_not": why_not})


@router.post("/goals/{pk}/plans/{plan}/take", auth=Scoped(WRITE), throttle=[PerToken("60/m")], operation_id="take_plan",
             response=PlanOut, summary="Take a plan")  # fmt: skip
def take_plan(request: HttpRequest, pk: int, plan: int) -> dict[str, Any]:
    """Make a plan that was found the one the person follows, in place of any other."""
    return PlanOut.of(goals.take_plan(plan=queries.plan_of(_goal(request, pk), plan), at=clock.now()))


@router.post("/goals/{pk}/what-if", auth=Scoped(READ), throttle=[PerToken("30/m")], operation_id="suppose",
             response=dict[str, Any], summary="What would become of a goal's plan")  # fmt: skip
def suppose(request: HttpRequest, pk: int, payload: SupposingThat) -> dict[str, Any]:
    """Say what would become of the plan without an offer, or with more or less money, hours or weeks. Nothing is kept."""
    journey = itinerary.of_goal(_goal(request, pk), clock.now())
    if searching.why_not(journey.objective, journey):
        journey = journey.aiming(planning.Objective.CHEAPEST)
    return itinerary.consequence_json(*searching.what_if(journey, payload.value()), journey)


@router.get("/claims", auth=Scoped(READ), throttle=[PerToken("120/m")], operation_id="my_claims", response=list[ClaimOut],
            summary="Skills I state")  # fmt: skip
def my_claims(request: HttpRequest) -> list[dict[str, Any]]:
    """List the skills that the person says they have, by name."""
    return [ClaimOut.of(one) for one in queries.claims_of(caller(request).created_by)]


@router.post("/claims", auth=Scoped(WRITE), throttle=[PerToken("120/m")], operation_id="state_skill", response={201: ClaimOut},
             summary="State a skill")  # fmt: skip
def state_skill(request: HttpRequest, payload: ClaimIn) -> Status[dict[str, Any]]:
    """Say that the person has a skill at a level; saying it again replaces the level. It counts as claimed, never as proven."""
    claim = claims.state_skill(
        person=caller(request).created_by, skill_uri=payload.skill, level=payload.level, at=clock.now()
    )
    return Status(201, ClaimOut.of(claim))


@router.post("/claims/{pk}/withdraw", auth=Scoped(WRITE), throttle=[PerToken("120/m")], operation_id="withdraw_skill",
             response={204: None}, summary="Take a stated skill back")  # fmt: skip
def withdraw_skill(request: HttpRequest, pk: int) -> Status[None]:
    """Take back what the person said."""
    claims.withdraw_skill(person=caller(request).created_by, claim_id=pk)
    return Status(204, None)


def _goal(request: HttpRequest, pk: int) -> Goal:
    return queries.goal_of(caller(request).created_by, pk)


def _target(asked: GoalIn, person: Person) -> tuple[dict[str, Any], Goal | None]:
    """What the goal is, as the service takes it, and the open goal for the same where there is one."""
    alone = asked.skills if asked.stack is None else None
    if sum(one is not None for one in (asked.occupation, alone, asked.stack)) != 1:
        raise Invalid(
            "A goal is one thing.",
            remedy="Give one of occupation, skills and stack; beside a stack, skills may be given too.",
            code="one_target",
        )
    needs = None if asked.skills is None else [one.dict() for one in asked.skills]
    mine = queries.goals_of(person)
    if asked.stack is not None:
        version = version_of(asked.stack)
        already = queries.open_goal_for(person, version)
        return {"version": already.version if already else version, "needs": needs}, already
    if asked.occupation is not None:
        occupation = occupation_by_code(asked.occupation)
        return {"occupation": occupation}, mine.filter(occupation=occupation).first()
    same = mine.filter(occupation=None, version=None, title=" ".join(asked.title.split()))
    return {"title": asked.title, "needs": needs}, same.first()


def _limits(asked: LimitsIn, goal: Goal | None) -> dict[str, Any]:
    """The limits as the services take them: what is named anew, the rest as it stands."""
    given = asked.model_fields_set
    if goal is not None and asked.currency not in (None, goal.currency):
        worth = Wishes.read(goal.wishes).worth
        if (goal.budget is not None and "budget" not in given) or (worth is not None and "worth" not in given):
            raise Invalid(
                f"The goal's amounts are in {goal.currency}, and nothing is converted.",
                remedy=f"Give its budget and worth in {asked.currency} too, or null.",
                code="amounts_in_another_currency",
            )
    plain = {
        name: getattr(asked, name) if name in given or goal is None else getattr(goal, name)
        for name in ("budget", "hours_per_week", "deadline")
    }
    wishes = Wishes.read(goal.wishes if goal else {})
    changed: dict[str, Any] = {
        name: frozenset(getattr(asked, name))
        for name in ("modes", "languages", "places", "without", "without_providers")
        if name in given
    }
    changed |= {
        name: getattr(asked, name)
        for name in ("objective", "quality_at_least", "count_claimed", "only_stated")
        if name in given
    }
    if "worth" in given:
        changed["worth"] = asked.worth and asked.worth.value()
    return {**plain, "currency": asked.currency, "wishes": replace(wishes, **changed)}
