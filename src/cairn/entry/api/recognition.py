"""Agreements between institutions and requests for recognition. A token acts for its organisation, as the person who made it."""

import json
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from cairn.entry.api.tokens import PerToken, Scoped, caller
from cairn.errors import NotFound
from cairn.outside import clock, fetching
from cairn.people.models import ApiToken
from cairn.people.queries import organisation as organisation_at
from cairn.people.services import require
from cairn.recognition import queries, services
from cairn.recognition.documents import agreement_address
from cairn.recognition.models import AgreementVersion, RecognitionRequest
from cairn.recognition.services import Granting
from cairn.recognition.terms import sentences

router = Router()
READ, DECIDE, AGREE = "recognition:read", "recognition:decide", "recognition:agree"


class AgreementOut(Schema):
    """One version of an agreement; ``document`` is the verifiable credential that both signed."""

    id: UUID
    version: int
    title: str
    giver: str
    receiver: str
    state: str
    in_force_from: datetime
    in_force_until: datetime | None
    ends: datetime | None = Field(description="When it was or will be superseded or withdrawn")
    terms: list[dict[str, Any]]
    sentences: list[str]
    address: str
    document: dict[str, Any] | None

    @staticmethod
    def of(row: AgreementVersion) -> dict[str, Any]:
        """Return the values of a version."""
        return {
            "id": row.uid, "version": row.number, "title": row.title, "giver": row.giver.slug, "receiver": row.receiver.slug,
            "state": row.state, "in_force_from": row.in_force_from, "in_force_until": row.in_force_until, "ends": row.ended_at,
            "terms": row.terms, "sentences": sentences(row), "address": agreement_address(row),
            "document": json.loads(row.document) if row.document else None,
        }  # fmt: skip


class AgreementIn(Schema):
    """What is drafted. Terms are as docs/reference/recognition.md describes them."""

    giver: str = Field(max_length=80, description="Short name of the institution whose awards count")
    receiver: str = Field(max_length=80, description="Short name of the institution where they count")
    title: str = Field(min_length=1, max_length=200)
    terms: list[dict[str, Any]] = Field(min_length=1, max_length=500)
    in_force_from: datetime
    in_force_until: datetime | None = None
    earned_from: datetime | None = None
    most: Decimal | None = Field(
        default=None, gt=0, max_digits=7, decimal_places=2, description="Credits it gives one learner in all"
    )
    notice_days: int = Field(default=90, ge=0, le=1500)
    supersedes: int | None = Field(
        default=None, description="The version that this one follows, of the agreement named by id"
    )
    id: UUID | None = Field(default=None, description="The agreement of which this is the next version")


class AgreementAct(Schema):
    """What is done with an agreement; declining and withdrawing need the reason."""

    act: Literal["sign", "countersign", "decline", "withdraw"]
    reason: str = Field(default="", max_length=5000)


@router.get(
    "/recognition/agreements",
    response=list[AgreementOut],
    operation_id="agreements",
    summary="Read agreements in force",
)
def agreements(request: HttpRequest, receiving: str = "", limit: int = 100) -> list[dict[str, Any]]:
    """List the agreements in force now, each with both signatures; ``receiving`` narrows to one institution."""
    institution = organisation_at(receiving) if receiving else None
    rows = queries.rows_in_force(clock.now(), receiving=institution)[: max(1, min(limit, 500))]
    return [AgreementOut.of(row) for row in rows]


@router.get(
    "/recognition/agreements/{uid}/{number}",
    response=AgreementOut,
    operation_id="agreement",
    summary="Read an agreement",
)
def agreement(request: HttpRequest, uid: UUID, number: int) -> dict[str, Any]:
    """Read a version that both sides signed, also when it is no longer in force."""
    return AgreementOut.of(queries.agreement_at(uid, number))


@router.post("/recognition/agreements", response={201: AgreementOut}, auth=Scoped(AGREE), throttle=[PerToken("60/m")],
             operation_id="draft_agreement", summary="Draft an agreement")  # fmt: skip
def draft_agreement(request: HttpRequest, payload: AgreementIn) -> Status[dict[str, Any]]:
    """Draft an agreement for your organisation, one of its two sides, or the next version of one."""
    token = caller(request)
    given = payload.model_dump(exclude={"giver", "receiver", "supersedes", "id"})
    older = (
        queries.agreement_at(payload.id, payload.supersedes, token.created_by)
        if payload.id and payload.supersedes
        else None
    )
    row = services.draft_agreement(
        organisation=token.acts_for(), giver=organisation_at(payload.giver), receiver=organisation_at(payload.receiver),
        by=token.created_by, at=clock.now(), supersedes=older, **given,
    )  # fmt: skip
    return Status(201, AgreementOut.of(row))


@router.post("/recognition/agreements/{uid}/{number}", response=AgreementOut, auth=Scoped(AGREE), throttle=[PerToken("60/m")],
             operation_id="act_on_agreement", summary="Sign, decline or end an agreement")  # fmt: skip
def act_on_agreement(request: HttpRequest, uid: UUID, number: int, payload: AgreementAct) -> dict[str, Any]:
    """Sign your organisation's draft, countersign or decline what the other side signed, or withdraw with notice."""
    token, now = caller(request), clock.now()
    row = queries.agreement_at(uid, number, token.created_by)
    if token.acts_for().pk not in {row.giver_id, row.receiver_id}:
        raise NotFound("Your organisation has no such agreement.", remedy="Check the address.")
    if payload.act == "sign":
        row = services.sign_agreement(agreement=row, by=token.created_by, at=now)
    elif payload.act == "countersign":
        row = services.countersign_agreement(agreement=row, by=token.created_by, at=now)
    elif payload.act == "decline":
        row = services.decline_agreement(agreement=row, by=token.created_by, at=now, reason=payload.reason)
    else:
        row = services.withdraw_agreement(
            agreement=row, organisation=token.acts_for(), by=token.created_by, at=now, reason=payload.reason
        )
    return AgreementOut.of(row)


class StepOut(Schema):
    """One step of a request."""

    kind: str
    granting: bool | None
    role: str
    reason: str
    facts: dict[str, Any]
    at: datetime


class RequestOut(Schema):
    """A request at your organisation, with its steps and, when it is recognised, the signed recognition."""

    id: UUID
    state: str
    waits_for: str = Field(description="examiner, dean, registrar, learner, or empty when it has ended")
    learner: str
    credential: str
    issuer: str
    digest: str = Field(description="SHA-256 of the credential it rests on, hex")
    toward: str
    credits: Decimal | None
    scheme: str
    due_at: datetime | None
    agreement: str | None
    steps: list[StepOut]
    document: dict[str, Any]
    recognition: dict[str, Any] | None

    @staticmethod
    def of(found: RecognitionRequest) -> dict[str, Any]:
        """Return the values of a request."""
        waits = "learner" if found.state == RecognitionRequest.State.ASKED else str(queries.NEXT.get(found.state, ""))
        return {
            "id": found.pk, "state": found.state, "waits_for": waits, "learner": found.person.email, "credential": found.name,
            "issuer": found.issuer_name, "digest": found.digest, "toward": found.toward_text, "credits": found.credits,
            "scheme": found.scheme, "due_at": found.due_at,
            "agreement": agreement_address(found.agreement) if found.agreement else None,
            "steps": [
                {name: getattr(step, name) for name in ("kind", "granting", "role", "reason", "facts", "at")}
                for step in queries.steps_of(found)
            ],
            "document": _json(found.document), "recognition": _json(found.credential) or None,
        }  # fmt: skip


class ActIn(Schema):
    """A step and its reason. Examining and deciding say for or against, and what recognition gives."""

    act: Literal["examine", "ask", "decide", "confirm", "send_back", "revoke"]
    reason: str = Field(default="", max_length=5000)
    grant: bool | None = Field(default=None, description="For (true) or against; needed to examine and to decide")
    credits: Decimal | None = Field(default=None, gt=0, max_digits=7, decimal_places=2)
    scheme: str = Field(default="", max_length=40)
    level_framework: str = Field(default="", max_length=40)
    level: Decimal | None = Field(default=None, ge=0, max_digits=4, decimal_places=2)
    grade: str = Field(default="", max_length=60)


@router.get("/recognition/requests", response=list[RequestOut], auth=Scoped(READ), throttle=[PerToken("120/m")],
            operation_id="recognition_requests", summary="Read requests at the desk")  # fmt: skip
def recognition_requests(request: HttpRequest, open: bool = True, limit: int = 50) -> list[dict[str, Any]]:  # noqa: A002 - the word in the address
    """List the requests at your organisation: the open ones by deadline, or those that have ended."""
    token = caller(request)
    require(token.created_by, token.acts_for(), *queries.DESK_ROLES)
    found = queries.requests_at(token.acts_for(), open_only=open)[: max(1, min(limit, 200))]
    return [RequestOut.of(one) for one in found]


@router.get("/recognition/requests/{uid}", response=RequestOut, auth=Scoped(READ), throttle=[PerToken("120/m")],
            operation_id="recognition_request", summary="Read a request")  # fmt: skip
def recognition_request(request: HttpRequest, uid: UUID) -> dict[str, Any]:
    """Read one request at your organisation with its steps and the credential it rests on."""
    return RequestOut.of(_at_desk(caller(request), uid))


@router.post("/recognition/requests/{uid}", response=RequestOut, auth=Scoped(DECIDE), throttle=[PerToken("60/m")],
             operation_id="act_on_request", summary="Take the next step of a request")  # fmt: skip
def act_on_request(request: HttpRequest, uid: UUID, payload: ActIn) -> dict[str, Any]:
    """Examine, ask, decide, confirm, send back or revoke, as the person who made the token; nobody acts twice on one request."""
    token = caller(request)
    found = _at_desk(token, uid)
    _ACTS[payload.act](payload, {"request": found, "by": token.created_by, "at": clock.now()})
    return RequestOut.of(_at_desk(token, uid))


def _granting(payload: ActIn) -> Granting | None:
    stated = payload.credits is not None or payload.level is not None or payload.scheme or payload.grade
    if not payload.grant or not stated:
        return None
    return Granting(payload.credits, payload.scheme, payload.level_framework, payload.level, payload.grade)


def _examine(payload: ActIn, common: dict[str, Any]) -> None:
    granting = (_granting(payload) or Granting()) if payload.grant else None
    services.examine(recommend=bool(payload.grant), reason=payload.reason, granting=granting, **common)


def _decide(payload: ActIn, common: dict[str, Any]) -> None:
    services.decide(
        grant=bool(payload.grant),
        reason=payload.reason,
        granting=_granting(payload),
        world=fetching.site_resolver(),
        **common,
    )


_ACTS: dict[str, Callable[[ActIn, dict[str, Any]], object]] = {
    "examine": _examine,
    "decide": _decide,
    "ask": lambda payload, common: services.ask_for_more(question=payload.reason, **common),
    "confirm": lambda payload, common: services.confirm(
        reason=payload.reason, world=fetching.site_resolver(), **common
    ),
    "send_back": lambda payload, common: services.send_back(reason=payload.reason, **common),
    "revoke": lambda payload, common: services.revoke_recognition(reason=payload.reason, **common),
}


def _at_desk(token: ApiToken, uid: UUID) -> RecognitionRequest:
    require(token.created_by, token.acts_for(), *queries.DESK_ROLES)
    found = queries.request_seen_by(token.created_by, uid)
    if found.organisation_id != token.acts_for().pk:
        raise NotFound("There is no such request at your organisation.", remedy="Check the address.")
    return found


def _json(document: str) -> dict[str, Any]:
    """A document as JSON; a token (a JWT) or another text stands as ``{"text": …}``."""
    try:
        found = json.loads(document) if document else {}
    except ValueError:
        return {"text": document}
    return found if isinstance(found, dict) else {"text": document}
