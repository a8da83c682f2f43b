"""Stacks for programs: weigh any awards against any rule, and how far the person a token acts as is in the stacks of this site."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema

from cairn import stacking
from cairn.catalog.models import DefinitionVersion
from cairn.catalog.queries import named_in, version_of
from cairn.entry.api.tokens import PerToken, Scoped, caller
from cairn.errors import Invalid, NotFound
from cairn.journeys import queries, traces
from cairn.journeys.models import StackProgress
from cairn.journeys.services import stacks
from cairn.look.drawings import stack as drawn
from cairn.outside import clock
from cairn.people.models import Person
from cairn.recognition.degrees import degree_plan
from cairn.stacking import Sentence, documents
from cairn.stacking.requirements import nodes

router = Router()
MOST_AWARDS, MOST_NODES = 1_000, 500
"""What is weighed for a program at a time; `cairn stack` weighs more."""


class Weighing(Schema):
    """A rule and awards, as `cairn stack` takes them (JSON Schemas: stacking-rule, stacking-awards)."""

    rule: dict[str, Any]
    awards: list[dict[str, Any]] | dict[str, Any] = Field(
        description="A list of awards, or an object with `awards` and what belongs to it"
    )
    at: datetime | None = Field(default=None, description="The moment, with its time zone; default: now")


@router.post("/stacks/weigh", auth=Scoped("stacks:read"), throttle=[PerToken("60/m")], operation_id="weigh",
             response=dict[str, Any], summary="Weigh awards against a rule")  # fmt: skip
def weigh(request: HttpRequest, payload: Weighing) -> dict[str, Any]:
    """Say what awards add up to under a rule: what counts where, what does not and why, and what is missing. Nothing of it is kept."""
    moment = payload.at or clock.now()
    if moment.utcoffset() is None:
        raise Invalid(
            "The moment has no time zone.", remedy="Write for example 2026-01-01T00:00:00Z.", code="no_time_zone"
        )
    rule = _rule(payload.rule)
    try:
        holding = documents.read_awards(payload.awards)
        if len(holding.awards) > MOST_AWARDS:
            raise Invalid(
                f"These are more than {MOST_AWARDS} awards.",
                remedy="Weigh fewer, or use cairn stack.",
                code="too_many_awards",
            )
        evaluation = stacking.evaluate(
            rule, holding.awards, moment, validity=holding.validity, equivalent=holding.equivalent, names=holding.names,
            decisions=holding.decisions, retired=holding.retired,
        )  # fmt: skip
        return {"at": moment.isoformat(), **documents.as_json(evaluation)}
    except stacking.AwardError as fault:
        raise Invalid(
            f"The awards cannot be weighed: {fault}", remedy="Mend the places named; the schema is stacking-awards.json.",
            code="bad_awards", problems=[str(problem) for problem in fault.problems],
        ) from fault  # fmt: skip


@router.get("/stacks", auth=Scoped("stacks:read"), throttle=[PerToken("120/m")], operation_id="my_stacks",
            response=list[dict[str, Any]], summary="The stacks the person is in")  # fmt: skip
def my_stacks(request: HttpRequest) -> list[dict[str, Any]]:
    """List the stacks in which the person who made the token has progress, the nearest to completion first."""
    return [_progress(row, answer) for row, answer in stacks.under_way(_person(request), clock.now())]


@router.get("/stacks/{slug}/progress", auth=Scoped("stacks:read"), throttle=[PerToken("120/m")], operation_id="my_stack",
            response=dict[str, Any], summary="How far the person is in a stack")  # fmt: skip
def my_stack(request: HttpRequest, slug: str) -> dict[str, Any]:
    """Weigh what the person who made the token holds against a stack, now, under the version of the rule they follow."""
    person, version = _person(request), _stack(slug)
    mine = queries.followed(person).get(version.definition_id, version)
    document = stacks.weigh(mine, person, clock.now()).document
    return {"stack": slug, "title": mine.title, "version": mine.number, "evaluation": document}


@router.get(
    "/stacks/{slug}", auth=None, operation_id="stack", response=dict[str, Any], summary="What a stack is made of"
)
def stack(request: HttpRequest, slug: str) -> dict[str, Any]:
    """Return a stack's rule as JSON and as sentences; open to everybody, as its page is."""
    version = _stack(slug)
    rule = queries.rule_of(version)
    if rule is None:
        raise _no_stack(version.title)
    return {
        "stack": slug,
        "title": version.title,
        "version": version.number,
        "rule": rule.to_json(),
        "sentences": _said(stacking.sentences(rule, named_in(rule))),
    }


@router.get("/stacks/{slug}/picture.svg", auth=None, operation_id="stack_picture", summary="A stack as a drawing")
def stack_picture(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the drawing of a stack as SVG, with the same told in its description; it takes its colours from the page's style."""
    version = _stack(slug)
    document = stacks.weigh(version, None, clock.now()).document
    node = traces.picture_of(version.title, version.definition.type or "certificate", document)
    return HttpResponse(str(drawn(node)), content_type="image/svg+xml; charset=utf-8")


class DegreePart(Schema):
    """One thing that counts in a degree: what it is, whose, how it came in, how much of it counts, and how much a cap leaves out."""

    name: str
    issuer: str
    how: str
    counts: str
    cut: str


class DegreeRefusal(Schema):
    """What is held and counts nothing, and why."""

    names: list[str]
    reason: str


class DegreeOut(Schema):
    """A degree plan: what sits inside a programme, how each came in, what counts where (``evaluation``), and what is missing."""

    stack: str
    title: str
    version: int
    state: str
    percent: int
    parts: list[DegreePart]
    refused: list[DegreeRefusal]
    notes: list[str]
    missing: list[list[str]] = Field(description="The nearest ways to complete it, each a list of steps")
    obstacles: list[str] = Field(description="Why there is no way, where there is none")
    evaluation: dict[str, Any]


@router.get("/stacks/{slug}/degree", auth=Scoped("stacks:read"), throttle=[PerToken("60/m")], operation_id="my_degree",
            response=DegreeOut, summary="The person's degree plan")  # fmt: skip
def my_degree(request: HttpRequest, slug: str) -> dict[str, Any]:
    """Weigh a programme's rule over all that counts for the person: awards, what agreements make of them, what was recognised."""
    plan = degree_plan(_stack(slug), _person(request), clock.now())
    return {
        "stack": slug, "title": plan.version.title, "version": plan.version.number, "state": plan.evaluation.state,
        "percent": int(plan.evaluation.progress * 100),
        "parts": [{name: getattr(one, name) for name in DegreePart.model_fields} for one in plan.parts],
        "refused": [{"names": list(names), "reason": reason} for names, reason in plan.refused],
        "notes": list(plan.notes), "missing": [list(way) for way in plan.missing], "obstacles": list(plan.obstacles),
        "evaluation": documents.as_json(plan.evaluation),
    }  # fmt: skip


def _rule(document: dict[str, Any]) -> stacking.Requirement:
    try:
        rule = stacking.parse_requirement(document)
    except stacking.RuleError as fault:
        raise Invalid(
            f"The rule cannot be used: {'; '.join(map(str, fault.problems[:5]))}",
            remedy="Mend the places named; the schema is stacking-rule.json.",
            code="bad_requirement",
            problems=[str(problem) for problem in fault.problems[:50]],
        ) from fault
    if len(nodes(rule)) > MOST_NODES:
        raise Invalid(
            f"This rule has more than {MOST_NODES} requirements.",
            remedy="Use cairn stack for it.",
            code="rule_too_large",
        )
    return rule


def _stack(slug: str) -> DefinitionVersion:
    version = version_of(slug)
    if version.requirement is None:
        raise _no_stack(version.title)
    return version


def _no_stack(title: str) -> NotFound:
    return NotFound(
        f"“{title}” is not made of other credentials.",
        remedy="Its page says what must be shown to earn it.",
        code="not_a_stack",
    )


def _person(request: HttpRequest) -> Person:
    return caller(request).created_by


def _progress(row: StackProgress, answer: stacks.Weighed) -> dict[str, Any]:
    return {
        "stack": row.version.definition.slug,
        "title": row.version.title,
        "version": row.version.number,
        "state": answer.state,
        "percent": answer.percent,
        "question": row.question,
        "missing": [[step["sentence"] for step in way] for way in answer.document["missing"]],
        "obstacles": [one["sentence"] for one in answer.document["obstacles"]],
        "evaluated_at": row.evaluated_at.isoformat(),
    }


def _said(line: Sentence) -> dict[str, Any]:
    return {"id": line.id, "text": line.text, "parts": [_said(part) for part in line.parts]}
