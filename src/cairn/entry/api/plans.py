"""Plan a way to an occupation, for anybody's skills. Nothing of it is kept."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from cairn import planning
from cairn.entry.api.tokens import PerToken, Scoped
from cairn.errors import Invalid
from cairn.journeys import itinerary
from cairn.outside import clock
from cairn.skills.queries import occupation_by_code

router = Router()


class Question(Schema):
    """What to plan: an occupation, what the learner brings, and the limits to keep."""

    occupation: str = Field(description="Code of the occupation, like 15-1231.00; see /occupations", max_length=40)
    have: dict[str, Decimal] = Field(default={}, description="Skill URI to level, 0 to 7", max_length=500)
    budget: int | None = Field(default=None, ge=0, description="All that can be spent, in minor units")
    currency: str = Field(default="USD", pattern="^[A-Z]{3}$")
    hours_per_week: int | None = Field(default=None, ge=1, le=80)
    deadline: date | None = Field(default=None, description="The day to be done by; needs hours_per_week")
    objective: planning.Objective = Field(
        default=planning.Objective.CHEAPEST, description="What to make as small as can be"
    )


class Answer(Schema):
    """The plan, and the gap it starts from. Money in minor units, shares in percent."""

    occupation: dict[str, str]
    plan: dict[str, Any]
    gap: list[dict[str, Any]]


@router.post("/plans", response=Answer, auth=Scoped("plans:read"), throttle=[PerToken("30/m")], operation_id="plan",
             summary="Plan a way to an occupation")  # fmt: skip
def make_plan(request: HttpRequest, payload: Question) -> dict[str, Any]:
    """Find the best way through the offers of the catalogue: steps with reasons, what stays open, whether it is proven best."""
    moment = clock.now()
    if payload.deadline is not None and payload.deadline <= moment.date():
        raise Invalid("The deadline has gone by.", remedy="Give a day in the future, or none.", code="deadline_past")
    if payload.deadline is not None and payload.hours_per_week is None:
        raise Invalid(
            "A deadline says nothing without the time there is for learning.",
            remedy="Give hours_per_week too.",
            code="hours_missing",
        )
    too_high = [uri for uri, level in payload.have.items() if not 0 <= level <= 7]
    if too_high:
        raise Invalid(
            f"The level of {too_high[0]} is not between 0 and 7.", remedy="Levels go from 0 to 7.", code="bad_level"
        )
    occupation = occupation_by_code(payload.occupation)
    learner = itinerary.learner_from_words(payload.have, moment)
    limits = planning.Limits(
        budget=None if payload.budget is None else planning.Money(payload.budget, payload.currency),
        hours_per_week=payload.hours_per_week,
        start=moment.date(),
        deadline=payload.deadline,
    )
    journey = itinerary.of_occupation(occupation, learner=learner, limits=limits, currency=payload.currency)
    result = planning.plan(journey.offers.offers, learner, journey.target, limits, objective=payload.objective)
    return {
        "occupation": {"code": occupation.code, "title": occupation.title},
        "plan": itinerary.as_json(result, journey),
        "gap": itinerary.gaps_json(journey),
    }
