"""What is a person's own, for a program of theirs: the wallet with its signed documents, goals and the plans that were made for them."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from cairn.entry.api.tokens import PerToken, Scoped, caller
from cairn.journeys import queries as journeys
from cairn.journeys.models import Goal, Plan
from cairn.outside import clock
from cairn.people.models import Person
from cairn.wallet import queries as wallet
from cairn.wallet.models import HeldCredential
from cairn.wallet.standing import standing_of

router = Router()
WALLET, GOALS = "wallet:read", "goals:read"
MOST = 100
"""Credentials that are listed at a time."""


class HeldOut(Schema):
    """A credential in a wallet. Its signed document: GET /wallet/{id}."""

    id: int
    credential: str = Field(description="What the credential calls itself")
    title: str
    issuer: str
    awarded_here: bool
    added_at: datetime
    standing: str = Field(description="How it stands now, in a word")
    holds: bool = Field(description="Whether it counts at this moment as far as this site knows; verify it to be sure")

    @staticmethod
    def of(held: HeldCredential, at: datetime) -> dict[str, Any]:
        """Return the values of one."""
        standing = standing_of(held, at=at)
        return {
            "id": held.pk, "credential": held.credential_id, "title": held.name, "issuer": held.issuer_name,
            "awarded_here": held.award_id is not None, "added_at": held.added_at, "standing": standing.word, "holds": standing.holds,
        }  # fmt: skip


class DocumentOut(HeldOut):
    """A credential with its document, letter by letter as it was signed: JSON, or a token."""

    document: str


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
    created_at: datetime

    @staticmethod
    def of(goal: Goal) -> dict[str, Any]:
        """Return the values of one."""
        return {
            "id": goal.pk, "title": str(goal), "occupation": goal.occupation.code if goal.occupation else None,
            "stack": goal.version.definition.slug if goal.version else None, "needs": goal.needs, "budget": goal.budget,
            "currency": goal.currency, "hours_per_week": goal.hours_per_week, "deadline": goal.deadline, "created_at": goal.created_at,
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


@router.get("/wallet", auth=Scoped(WALLET), throttle=[PerToken("120/m")], operation_id="my_wallet", response=list[HeldOut],
            summary="What I hold")  # fmt: skip
def my_wallet(request: HttpRequest, page: Annotated[int, Query(ge=1, le=10_000)] = 1) -> list[dict[str, Any]]:
    """List the credentials in the wallet of the person whose token it is, newest first, a hundred to a page."""
    rows, moment = wallet.held_by(_person(request)), clock.now()
    return [HeldOut.of(one, moment) for one in rows[(page - 1) * MOST : page * MOST]]


@router.get("/wallet/{pk}", auth=Scoped(WALLET), throttle=[PerToken("600/m")], operation_id="my_credential", response=DocumentOut,
            summary="One of my credentials, as it was signed")  # fmt: skip
def my_credential(request: HttpRequest, pk: int) -> dict[str, Any]:
    """Read one credential of the wallet with its signed document, which anybody can verify without this site."""
    held = wallet.held_of(_person(request), pk)
    return {**HeldOut.of(held, clock.now()), "document": wallet.document_of(held)}


@router.get("/goals", auth=Scoped(GOALS), throttle=[PerToken("120/m")], operation_id="my_goals", response=list[GoalOut],
            summary="My goals")  # fmt: skip
def my_goals(request: HttpRequest) -> list[dict[str, Any]]:
    """List the open goals of the person whose token it is, newest first."""
    return [GoalOut.of(one) for one in journeys.goals_of(_person(request))]


@router.get("/goals/{pk}", auth=Scoped(GOALS), throttle=[PerToken("120/m")], operation_id="my_goal", response=GoalWithPlans,
            summary="One of my goals, with its plan")  # fmt: skip
def my_goal(request: HttpRequest, pk: int) -> dict[str, Any]:
    """Read one goal with the plan that was taken for it and the one that was proposed last, as the pages showed them."""
    goal = journeys.goal_of(_person(request), pk)
    taken, proposed = journeys.taken_plan(goal), goal.plans.order_by("-proposed_at", "-pk").first()
    return {
        **GoalOut.of(goal),
        "taken": PlanOut.of(taken) if taken else None,
        "proposed": PlanOut.of(proposed) if proposed else None,
    }


def _person(request: HttpRequest) -> Person:
    return caller(request).created_by
