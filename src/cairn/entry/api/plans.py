"""Plan a way to an occupation, to skills or to a larger credential, for anybody's skills; or solve a problem. Nothing of it is kept."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Body, Field, Router, Schema

from cairn import planning
from cairn.catalog.queries import version_of
from cairn.entry.api.tokens import PerToken, Scoped
from cairn.errors import Invalid
from cairn.journeys import itinerary
from cairn.journeys.services import goals, searching
from cairn.journeys.wishes import Wishes
from cairn.outside import clock
from cairn.planning.schemas import PLAN
from cairn.skills.queries import occupation_by_code

router = Router()
MOST_SUPPOSED = 5
"""Each is a search of its own."""
SECONDS = 4.0
"""How much work each search of one request may take, in seconds of a usual machine."""
TOGETHER = 25.0
"""How long all searches of one request may take together, on the clock."""


class SkillWanted(Schema):
    """A skill to reach, at a level of O*NET's scale, with how much it counts against the others."""

    skill: str = Field(max_length=300, description="URI of the skill")
    level: Decimal = Field(gt=0, le=7)
    weight: Decimal = Field(default=Decimal(1), gt=0, le=100)
    essential: bool = True


class WorthAssumed(Schema):
    """What the learner says reaching the target is worth: an assumption of theirs. Money in minor units."""

    premium: int = Field(ge=0, le=10**10, description="What they expect to earn more each year")
    hour: int = Field(default=0, ge=0, le=10**7, description="What an hour of their time is worth")
    discount: Decimal = Field(
        default=Decimal("0.03"), ge=0, le=10, description="Rate a year at which later money counts less"
    )
    years: int = Field(default=5, ge=1, le=100, description="How long the premium lasts")
    fade: Decimal = Field(default=Decimal("0.9"), gt=0, le=1, description="What is left of it each next year")

    def value(self) -> planning.Worth:
        """As the planner takes it."""
        return planning.Worth(
            premium=self.premium, hour=self.hour, discount=self.discount, years=self.years, fade=self.fade
        )


class SupposingThat(Schema):
    """A change to ask about: what would become of the plan."""

    without: list[str] = Field(default=[], max_length=50, description="Offers that are lost, by id")
    more_budget: int = Field(default=0, description="In minor units; below zero for less")
    more_hours_per_week: int = Field(default=0, ge=-79, le=79)
    more_weeks: int = Field(default=0, ge=-520, le=520, description="Until the deadline")

    def value(self) -> planning.Supposing:
        """As the planner takes it."""
        return planning.Supposing(
            without=frozenset(self.without), more_budget=self.more_budget,
            more_hours_per_week=self.more_hours_per_week, more_weeks=self.more_weeks,
        )  # fmt: skip


class Question(Schema):
    """Where to: ``occupation``, ``skills`` or ``stack``, or a ``stack`` with ``skills`` beside it. Then what they bring, and limits."""

    occupation: str | None = Field(default=None, max_length=40, description="A code like 15-1231.00; see /occupations")
    skills: list[SkillWanted] | None = Field(default=None, max_length=goals.MOST_NEEDS)
    stack: str | None = Field(default=None, max_length=160, description="Slug of a credential that is made of others")
    have: dict[str, Decimal] = Field(default={}, description="Skill URI to level, 0 to 7", max_length=500)
    holds: list[str] = Field(default=[], max_length=500, description="Addresses of achievements the learner holds")
    budget: int | None = Field(default=None, ge=0, le=10**12, description="All that can be spent, in minor units")
    currency: str | None = Field(
        default=None, pattern="^[A-Z]{3}$", description="Without one, what most offers here are priced in"
    )
    hours_per_week: int | None = Field(default=None, ge=1, le=80)
    deadline: date | None = Field(default=None, description="The day to be done by; needs hours_per_week")
    modes: list[str] = Field(default=[], max_length=20, description="Ways of taking part that will do; [] for any")
    languages: list[str] = Field(default=[], max_length=50)
    places: list[str] = Field(default=[], max_length=200)
    quality_at_least: int | None = Field(
        default=None, ge=0, le=100, description="Least lower end of an offer's credibility"
    )
    without: list[str] = Field(default=[], max_length=200, description="Offers ruled out, by id")
    count_claimed: bool = Field(default=True, description="Whether `have` counts; false to plan from proof alone")
    only_stated: bool = Field(
        default=False, description="Only offers whose provider states skill by skill what they teach"
    )
    objective: planning.Objective = Field(
        default=planning.Objective.CHEAPEST, description="What to make as small (or large) as can be"
    )
    worth: WorthAssumed | None = Field(default=None, description="What `best_return` is reckoned with")
    side_by_side: bool = Field(
        default=False, description="Also the plans that no other beats in money and hours: `result.pareto`"
    )
    what_if: list[SupposingThat] = Field(default=[], max_length=MOST_SUPPOSED)


class Answer(Schema):
    """The plan with names and sentences, the gap it starts from, and the same as the published document `planning-plan.json`."""

    occupation: dict[str, str] | None
    target: str
    plan: dict[str, Any]
    gap: list[dict[str, Any]]
    result: dict[str, Any]


@router.post("/plans", response=Answer, auth=Scoped("plans:read"), throttle=[PerToken("30/m")], operation_id="plan",
             summary="Plan a way to an occupation, to skills or to a larger credential")  # fmt: skip
def make_plan(request: HttpRequest, payload: Question) -> dict[str, Any]:
    """Find the best way through the offers of the catalogue: steps with reasons, what stays open, whether it is proven best."""
    moment = clock.now()
    _check(payload, moment)
    journey, target, occupation = _journey(payload, moment)
    with planning.waiting(TOGETHER):
        found = searching.best(journey, seconds=SECONDS)
        beside = planning.pareto(*journey.posed, seconds=SECONDS) if payload.side_by_side else []
        supposed = [_supposed(journey, one.value(), found) for one in payload.what_if]
    rows = planning.gap(journey.learner, journey.target, count_claimed=journey.limits.count_claimed)
    return {
        "occupation": occupation,
        "target": target,
        "plan": itinerary.as_json(found, journey),
        "gap": itinerary.gaps_json(journey),
        "result": planning.written(found, rows, beside, supposed),
    }


@router.post("/plans/problem", response=dict[str, Any], auth=Scoped("plans:read"), throttle=[PerToken("30/m")],
             operation_id="solve_problem", summary="Solve a planning problem",
             openapi_extra={"responses": {200: {"content": {"application/json": {"schema": PLAN}}}}})  # fmt: skip
def solve(request: HttpRequest, payload: Body[dict[str, Any]]) -> dict[str, Any]:
    """Answer a problem that brings its own offers (`planning-problem.json`) with a plan (`planning-plan.json`)."""
    try:
        question = planning.read_problem(payload)
        if len(question.what_if) > MOST_SUPPOSED:
            raise planning.PlanningError(
                f"what_if asks {len(question.what_if)} questions. Ask {MOST_SUPPOSED} at once."
            )
        with planning.waiting(TOGETHER):
            return planning.answer(question, seconds=SECONDS)
    except planning.PlanningError as error:
        raise Invalid(
            str(error), remedy="Compare it with the schema planning-problem.json.", code="bad_problem"
        ) from error


def _check(asked: Question, moment: datetime) -> None:
    if asked.deadline is not None and asked.deadline <= moment.date():
        raise Invalid("The deadline has gone by.", remedy="Give a day in the future, or none.", code="deadline_past")
    if asked.deadline is not None and asked.hours_per_week is None:
        raise Invalid(
            "A deadline says nothing without the time there is for learning.",
            remedy="Give hours_per_week too.",
            code="hours_missing",
        )
    too_high = [uri for uri, level in asked.have.items() if not 0 <= level <= 7]
    if too_high:
        raise Invalid(
            f"The level of {too_high[0]} is not between 0 and 7.", remedy="Levels go from 0 to 7.", code="bad_level"
        )
    alone = asked.skills if asked.stack is None else None
    if sum(one is not None for one in (asked.occupation, alone, asked.stack)) != 1:
        raise Invalid(
            "A plan leads to one thing.",
            remedy="Give one of occupation, skills and stack; beside a stack, skills may be given too.",
            code="one_target",
        )


def _journey(asked: Question, moment: datetime) -> tuple[itinerary.Journey, str, dict[str, str] | None]:
    giving = itinerary.Giving(
        budget=asked.budget,
        currency=asked.currency or goals.usual_currency(),
        hours_per_week=asked.hours_per_week,
        start=moment.date(),
        deadline=asked.deadline,
        wishes=Wishes(
            objective=asked.objective,
            modes=frozenset(asked.modes),
            languages=frozenset(asked.languages),
            places=frozenset(asked.places),
            quality_at_least=asked.quality_at_least,
            without=frozenset(asked.without),
            count_claimed=asked.count_claimed,
            only_stated=asked.only_stated,
            worth=None if asked.worth is None else asked.worth.value(),
        ),
    )
    if asked.occupation is not None:
        occupation = occupation_by_code(asked.occupation)
        learner = _learner(asked, moment)
        journey = itinerary.of_occupation(occupation, learner=learner, giving=giving, at=moment)
        return journey, occupation.title, {"code": occupation.code, "title": occupation.title}
    learner = _learner(asked, moment)
    if asked.stack is not None:
        version = version_of(asked.stack)
        beside = goals.checked_needs([one.dict() for one in asked.skills]) if asked.skills else ()
        journey = itinerary.of_stack(version, None, learner=learner, giving=giving, at=moment, beside=beside)
        return journey, version.title, None
    needs = goals.checked_needs([one.dict() for one in asked.skills or []])
    journey = itinerary.of_skills(needs, learner=learner, giving=giving, at=moment)
    return journey, ", ".join(need["name"] for need in needs), None


def _learner(asked: Question, moment: datetime) -> planning.Learner:
    known = itinerary.learner_from_words(asked.have, moment)
    return planning.Learner(known.have, frozenset(asked.holds))


def _supposed(
    journey: itinerary.Journey, supposing: planning.Supposing, now: planning.PlanResult
) -> planning.Consequence:
    try:
        return planning.what_if(*journey.posed, journey.objective, supposing=supposing, now=now, seconds=SECONDS)
    except planning.PlanningError as error:
        raise Invalid(str(error), code="nothing_to_change") from error
