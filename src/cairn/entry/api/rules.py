"""Rules of stacks for programs: check one as it is written, and try it before it is published. Nothing of it is kept."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from cairn import stacking
from cairn.catalog.models import DefinitionVersion
from cairn.catalog.rules.judging import Judged, judge
from cairn.catalog.rules.picking import names_in
from cairn.catalog.rules.picture import picture_of
from cairn.catalog.rules.supply import remarks
from cairn.catalog.rules.tree import MOST_NODES, Node, from_rule
from cairn.entry.api.tokens import PerToken, Scoped, caller
from cairn.errors import Invalid, NotFound
from cairn.journeys import trying
from cairn.journeys.services import trials
from cairn.look.drawings import stack
from cairn.outside import clock
from cairn.stacking import documents

router = Router()
SCOPE = "stacks:design"
MOST_AT_ONCE = 500
"""Learners that one request weighs."""


class RuleIn(Schema):
    """A rule, finished or not."""

    rule: dict[str, Any] = Field(description="A stacking rule; see the schema stacking-rule.json")
    title: str = Field(default="", max_length=300, description="What the credential is called, for its picture")


class LineOut(Schema):
    """One line of the rule as a learner reads it. ``path`` is its place in the document."""

    path: str
    depth: int
    kind: str
    text: str


class FaultOut(Schema):
    """Something to mend, at a place in the document. ``field`` is empty where it is about the whole requirement."""

    path: str
    field: str
    text: str


class RemarkOut(Schema):
    """Something worth knowing about what this catalogue can bring; no fault."""

    path: str
    text: str


class CheckOut(Schema):
    """What a rule says, what is wrong with it, and its picture as SVG."""

    usable: bool
    sentences: list[LineOut]
    problems: list[FaultOut]
    remarks: list[RemarkOut]
    picture: str


class TryIn(Schema):
    """A finished rule, and what to try it on: awards that you send, or the records of your organisation's own learners."""

    rule: dict[str, Any] = Field(description="A stacking rule; see the schema stacking-rule.json")
    awards: list[Any] | dict[str, Any] | None = Field(
        default=None, description="Awards to weigh; see the schema stacking-awards.json"
    )
    definition: str | None = Field(
        default=None,
        max_length=160,
        description="Slug of a definition of yours: its learners, and its published rule beside",
    )
    page: int = Field(default=1, ge=1, le=1000, description=f"Learners come {MOST_AT_ONCE} at a time")
    at: datetime | None = Field(default=None, description="The moment; now where it is left out")


class RecordOut(Schema):
    """One learner under a pseudonym, the same each time for one definition. ``before`` is the state under the published rule."""

    learner: str
    state: str
    percent: int
    before: str
    percent_before: int
    why: str


class TryOut(Schema):
    """What the rule came to: an evaluation of the awards sent, or counts and records of learners."""

    evaluation: dict[str, Any] | None = None
    learners: int = Field(default=0, description="How many there are in all")
    looked_at: int = 0
    counts: dict[str, int] | None = None
    records: list[RecordOut] = []


@router.post("/stacks/check", response=CheckOut, auth=Scoped(SCOPE), throttle=[PerToken("120/m")], operation_id="check_rule",
             summary="Check a rule as it is written")  # fmt: skip
def check_rule(request: HttpRequest, payload: RuleIn) -> dict[str, Any]:
    """Say a rule in sentences, find what cannot work in it and where, and draw it. It may be unfinished."""
    root = read(payload.rule)
    names = names_in(root)
    judged = judge(root, names)
    places = {node.key: (path, depth) for node, path, depth in _places(root)}
    noted = remarks(judged, clock.now())
    return {
        "usable": judged.rule is not None,
        "sentences": _lines(root, judged, places),
        "problems": [
            {"path": places[key][0], "field": fault.field, "text": fault.text}
            for key in places
            for fault in judged.faults.get(key, ())
        ],
        "remarks": [{"path": places[key][0], "text": text} for key in places for text in noted.get(key, ())],
        "picture": str(stack(picture_of(payload.title, "", root, judged, names, links=False))),
    }


@router.post("/stacks/try", response=TryOut, auth=Scoped(SCOPE), throttle=[PerToken("30/m")], operation_id="try_rule",
             summary="Try a rule on records")  # fmt: skip
def try_rule(request: HttpRequest, payload: TryIn) -> dict[str, Any]:
    """Weigh awards that you send, or your own learners' records, under a rule. Learners stand under pseudonyms; the trial is audited."""
    moment = payload.at or clock.now()
    if moment.tzinfo is None:
        raise Invalid("The moment has no time zone.", remedy="Write for example 2026-06-01T00:00:00Z.", code="no_zone")
    if (payload.awards is None) == (payload.definition is None):
        raise Invalid(
            "Say what to try it on: awards, or the learners of a definition.",
            remedy="Give either awards or definition.",
            code="nothing_to_try_on",
        )
    if payload.awards is not None:
        return {"evaluation": _evaluated(payload.rule, payload.awards, moment)}
    token = caller(request)
    version = (
        DefinitionVersion.objects.filter(definition__slug=payload.definition, definition__owner=token.acts_for())
        .select_related("definition__owner")
        .order_by("-number")
        .first()
    )
    if version is None:
        raise NotFound(
            f"{token.acts_for()} has no definition “{payload.definition}”.",
            remedy="Use the slug of a definition of your organisation.",
            code="not_your_definition",
        )
    read(payload.rule)
    trial = trials.begin_trial(version=version, rule=payload.rule, by=token.created_by, at=moment)
    learners = trial.total
    before = (payload.page - 1) * MOST_AT_ONCE
    trial.total = max(0, min(MOST_AT_ONCE, learners - before))
    if before and trial.total:
        trial.after = trying.learners_of(token.acts_for()).values_list("pk", flat=True)[before - 1]
    while not trial.done:
        trying.go_on(trial, version, token.acts_for(), moment)
    names = ("state", "percent", "before", "percent_before", "why")
    return {
        "learners": learners,
        "looked_at": len(trial.rows),
        "counts": trial.counts,
        "records": [
            {"learner": trying.pseudonym(version, pk), **dict(zip(names, rest, strict=True))}
            for pk, *rest in trial.rows
        ],
    }


def read(rule: dict[str, Any]) -> Node:
    """Return a rule as a draft; raises Invalid for what is no tree of known kinds, or too large."""
    numbers = iter(range(1, 1_000_000))
    root = from_rule(rule, lambda: f"k{next(numbers)}")
    if sum(1 for _ in root.walk()) > MOST_NODES:
        raise Invalid(
            f"The rule has more than {MOST_NODES} parts.", remedy="Check it in pieces.", code="rule_too_large"
        )
    return root


def _evaluated(rule: dict[str, Any], awards: list[Any] | dict[str, Any], moment: datetime) -> dict[str, Any]:
    read(rule)
    try:
        requirement = stacking.parse_requirement(rule)
        held = documents.read_awards(awards)
        evaluation = stacking.evaluate(
            requirement, held.awards, moment, validity=held.validity, equivalent=held.equivalent, names=held.names,
            decisions=held.decisions, retired=held.retired,
        )  # fmt: skip
    except (stacking.RuleError, stacking.AwardError) as error:
        places = [str(problem) for problem in error.problems]
        raise Invalid(
            places[0] if places else str(error),
            remedy="Mend what is named, and send it again.",
            code="bad_rule" if isinstance(error, stacking.RuleError) else "bad_awards",
            problems=places,
        ) from error
    return documents.as_json(evaluation)


def _places(node: Node, path: str = "$", depth: int = 0) -> list[tuple[Node, str, int]]:
    found = [(node, path, depth)]
    for number, part in enumerate(node.parts):
        found += _places(part, f"{path}.of[{number}]" if node.shape == "group" else f"{path}.of", depth + 1)
    return found


def _lines(root: Node, judged: Judged, places: dict[str, tuple[str, int]]) -> list[dict[str, Any]]:
    return [
        {"path": places[node.key][0], "depth": places[node.key][1], "kind": node.kind, "text": judged.said[node.key]}
        for node in root.walk()
    ]
