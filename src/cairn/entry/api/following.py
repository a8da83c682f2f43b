"""A person's own steps for programs: which version of a rule they follow, what they ask other institutions to recognise; and the
registrar's decisions about larger credentials of which a part fell. A token acts as the person who made it."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from cairn.catalog.models import DefinitionVersion
from cairn.entry.api.recognition import RequestOut
from cairn.entry.api.tokens import PerToken, Scoped, caller
from cairn.errors import NotFound
from cairn.issuing.models import Award, StatusChange
from cairn.journeys import queries as journeys
from cairn.journeys.models import StackQuestion
from cairn.journeys.services import questions, stacks, versions
from cairn.outside import clock, fetching
from cairn.people.models import Person, Role
from cairn.people.queries import organisation as organisation_at
from cairn.people.services import require
from cairn.recognition import queries, services
from cairn.recognition.models import ExternalAward, RecognitionRequest

router = Router()
FOLLOW, ASK, DECIDE = "stacks:follow", "recognition:ask", "stacks:decide"


class VersionsOut(Schema):
    """The version of a rule that somebody follows beside the published one, each with what the person has reached under it."""

    stack: str
    follows: int
    published: int
    no_longer_asked: list[str]
    newly_asked: list[str]
    evaluation: dict[str, Any] = Field(description="Under the version that is followed")
    evaluation_then: dict[str, Any] = Field(description="Under the published one")


class VersionIn(Schema):
    """The version to follow from now on, as it was shown."""

    version: int = Field(ge=1, description="The number of the published version")


class ProgressOut(Schema):
    """How far somebody is in a stack, in the version they follow."""

    stack: str
    version: int
    state: str
    evaluation: dict[str, Any]


@router.get("/stacks/{slug}/versions", auth=Scoped("stacks:read"), throttle=[PerToken("60/m")], operation_id="compare_versions",
            response=VersionsOut, summary="What a newer version of a rule would change for me")  # fmt: skip
def compare_versions(request: HttpRequest, slug: str) -> dict[str, Any]:
    """Weigh what the person holds under the version they follow and under the published one. 404 where there is no newer one."""
    found = versions.compare_versions(person=_person(request), slug=slug, at=clock.now())
    return {
        "stack": slug, "follows": found.mine.number, "published": found.newer.number, "no_longer_asked": list(found.only_mine),
        "newly_asked": list(found.only_newer), "evaluation": found.mine_document, "evaluation_then": found.newer_document,
    }  # fmt: skip


@router.post("/stacks/{slug}/versions", auth=Scoped(FOLLOW), throttle=[PerToken("30/m")], operation_id="choose_version",
             response=ProgressOut, summary="Follow the newer version of a rule")  # fmt: skip
def choose_version(request: HttpRequest, slug: str, payload: VersionIn) -> dict[str, Any]:
    """Follow the published version instead of the one started under. It cannot be taken back, and may complete the stack."""
    person, moment = _person(request), clock.now()
    row = versions.choose_version(person=person, slug=slug, number=payload.version, at=moment)
    evaluation = stacks.weigh(row.version, person, moment).document
    return {"stack": slug, "version": row.version.number, "state": row.state, "evaluation": evaluation}


class AskIn(Schema):
    """What is to be recognised, by whom, as what, and why. Either an award of this site or a credential that was brought is named."""

    institution: str = Field(max_length=80, description="Short name of the institution that is asked")
    award: UUID | None = Field(default=None, description="An award of this site")
    brought: int | None = Field(
        default=None, ge=1, description="A credential from elsewhere, by its number in GET /recognition/sources"
    )
    toward: str = Field(
        default="", max_length=80, description="Short name of its credential that this counts toward; empty: credit"
    )
    part: str = Field(
        default="", max_length=200, description="The id of the part of that credential's rule, where it counts for one"
    )
    because: str = Field(min_length=1, max_length=5000)


class SourceOut(Schema):
    """A credential that can be asked about: exactly one of `award` and `brought` says which."""

    award: UUID | None
    brought: int | None
    title: str
    issuer: str


class OwnAct(Schema):
    """A learner's step with a request of theirs."""

    act: Literal["answer", "appeal", "withdraw"]
    text: str = Field(default="", max_length=5000, description="The answer, or why; may stay empty to take it back")


@router.get("/recognition/sources", auth=Scoped(ASK), throttle=[PerToken("60/m")], operation_id="recognition_sources",
            response=list[SourceOut], summary="What I can ask to have recognised")  # fmt: skip
def recognition_sources(request: HttpRequest) -> list[dict[str, Any]]:
    """List the person's own awards that stand, and the credentials from elsewhere that were verified."""
    own, brought = _own(_person(request)), _brought(_person(request))
    return [
        *(
            {"award": one.pk, "brought": None, "title": one.version.title, "issuer": one.organisation.name}
            for one in own
        ),
        *({"award": None, "brought": one.pk, "title": one.name, "issuer": one.issuer_name} for one in brought),
    ]


@router.get("/recognition/mine", auth=Scoped(ASK), throttle=[PerToken("120/m")], operation_id="my_requests",
            response=list[RequestOut], summary="Read my requests")  # fmt: skip
def my_requests(request: HttpRequest) -> list[dict[str, Any]]:
    """List what the person who made the token asked institutions to recognise, with every step."""
    return [RequestOut.of(one) for one in queries.requests_of(_person(request))]


@router.post("/recognition/mine", auth=Scoped(ASK), throttle=[PerToken("20/m")], operation_id="ask_recognition",
             response={201: RequestOut}, summary="Ask for recognition")  # fmt: skip
def ask_recognition(request: HttpRequest, payload: AskIn) -> Status[dict[str, Any]]:
    """Ask an institution to recognise a credential of the person's; what it rests on is verified first."""
    person = _person(request)
    own = _own(person).filter(pk=payload.award).first() if payload.award else None
    source = own or (
        _brought(person).filter(pk=payload.brought).first() if payload.brought and not payload.award else None
    )
    if source is None or (payload.award and payload.brought):
        raise NotFound(
            "There is no such credential of yours that stands.", remedy="Name one of GET /recognition/sources."
        )
    institution = organisation_at(payload.institution)
    toward = None
    if payload.toward:
        published = DefinitionVersion.objects.filter(
            definition__owner=institution, state=DefinitionVersion.State.PUBLISHED
        )
        toward = published.filter(definition__slug=payload.toward).first()
        if toward is None:
            raise NotFound(
                f"“{payload.toward}” is no credential that {institution} awards.", remedy="Name one of theirs, or none."
            )
    found = services.submit_request(
        person=person, organisation=institution, source=source, toward=toward, requirement=payload.part, because=payload.because,
        at=clock.now(), world=fetching.site_resolver(),
    )  # fmt: skip
    return Status(201, RequestOut.of(found))


@router.post("/recognition/mine/{uid}", auth=Scoped(ASK), throttle=[PerToken("30/m")], operation_id="act_on_my_request",
             response=RequestOut, summary="Answer, appeal, or take a request back")  # fmt: skip
def act_on_my_request(request: HttpRequest, uid: UUID, payload: OwnAct) -> dict[str, Any]:
    """Give what was asked for, appeal a refusal once and in time, or take an open request back."""
    person = _person(request)
    found = queries.request_seen_by(person, uid)
    if found.person_id != person.pk:
        raise NotFound("This is no request of yours.", remedy="Name one of GET /recognition/mine.")
    _OWN_ACTS[payload.act](payload.text, {"request": found, "by": person, "at": clock.now()})
    return RequestOut.of(queries.request_seen_by(person, uid))


_OWN_ACTS: dict[str, Callable[[str, dict[str, Any]], RecognitionRequest]] = {
    "answer": lambda text, common: services.answer_question(text=text, **common),
    "appeal": lambda text, common: services.appeal_refusal(because=text, **common),
    "withdraw": lambda text, common: services.withdraw_request(reason=text, **common),
}


class QuestionOut(Schema):
    """A larger credential of which a part no longer stands, and what was decided."""

    id: int
    award: UUID
    credential: str
    holder: str
    component: UUID | None
    about: str
    opened_at: datetime
    decision: str = Field(description="stands, revoked, replaced, or empty while it is open")

    @staticmethod
    def of(row: StackQuestion) -> dict[str, Any]:
        """Return the values of a question."""
        return {
            "id": row.pk, "award": row.stacked_id, "credential": row.stacked.version.title, "holder": row.stacked.holder.email,
            "component": row.component_id, "about": row.about, "opened_at": row.opened_at, "decision": row.decision,
        }  # fmt: skip


class QuestionAct(Schema):
    """What follows for the larger credential, and why; revoking also needs the ground."""

    decision: Literal["stands", "revoked", "replaced"]
    reason: str = Field(min_length=1, max_length=2000)
    ground: Literal[tuple(StatusChange.Reason.values)] = Field(default=str(StatusChange.Reason.WITHDRAWAL))  # type: ignore[valid-type]  # the model's own list


class AgainOut(Schema):
    """A stack that is complete again after what was awarded for it was revoked."""

    id: int
    stack: str
    credential: str
    holder: str
    percent: Decimal


class AgainIn(Schema):
    """Why it is awarded again."""

    reason: str = Field(min_length=1, max_length=2000)


class AwardedOut(Schema):
    """The new award."""

    award: UUID


@router.get("/stack-questions", auth=Scoped(DECIDE), throttle=[PerToken("60/m")], operation_id="stack_questions",
            response=list[QuestionOut], summary="Larger credentials of which a part fell")  # fmt: skip
def stack_questions(request: HttpRequest) -> list[dict[str, Any]]:
    """List the open questions of your organisation, oldest first."""
    return [QuestionOut.of(row) for row in journeys.questions_of(_desk(request))]


@router.post("/stack-questions/{pk}", auth=Scoped(DECIDE), throttle=[PerToken("30/m")], operation_id="decide_stack_question",
             response=QuestionOut, summary="Decide what follows")  # fmt: skip
def decide_stack_question(request: HttpRequest, pk: int, payload: QuestionAct) -> dict[str, Any]:
    """Let the larger credential stand, revoke it, or award it again with the parts that stand. Nobody decides about their own."""
    found = journeys.question_of(_desk(request), pk)
    common: dict[str, Any] = {"question": found, "by": _person(request), "reason": payload.reason, "at": clock.now()}
    if payload.decision == "stands":
        questions.let_stand(**common)
    elif payload.decision == "revoked":
        questions.revoke_stacked(ground=payload.ground, **common)
    else:
        questions.replace_stacked(**common)
    return QuestionOut.of(journeys.question_of(_desk(request), pk))


@router.get("/complete-again", auth=Scoped(DECIDE), throttle=[PerToken("60/m")], operation_id="complete_again",
            response=list[AgainOut], summary="Stacks that are complete again")  # fmt: skip
def complete_again(request: HttpRequest) -> list[dict[str, Any]]:
    """List the stacks of your organisation that are complete although what was awarded for them was revoked."""
    return [
        {
            "id": row.pk, "stack": row.version.definition.slug, "credential": row.version.title, "holder": row.person.email,
            "percent": row.percent,
        }
        for row in journeys.complete_again(_desk(request))
    ]  # fmt: skip


@router.post("/complete-again/{pk}", auth=Scoped(DECIDE), throttle=[PerToken("30/m")], operation_id="award_again",
             response={201: AwardedOut}, summary="Award such a stack again")  # fmt: skip
def award_again(request: HttpRequest, pk: int, payload: AgainIn) -> Status[dict[str, Any]]:
    """Award a stack again that is complete again, for a reason."""
    progress = journeys.complete_again(_desk(request)).filter(pk=pk).first()
    if progress is None:
        raise NotFound("There is nothing to award again there.", remedy="Name one of GET /complete-again.")
    award = questions.award_again(progress=progress, by=_person(request), reason=payload.reason, at=clock.now())
    return Status(201, {"award": award.pk})


def _person(request: HttpRequest) -> Person:
    return caller(request).created_by


def _desk(request: HttpRequest) -> Any:
    token = caller(request)
    require(token.created_by, token.acts_for(), Role.REGISTRAR)
    return token.acts_for()


def _own(person: Person) -> Any:
    rows = Award.objects.filter(holder=person, state=Award.State.AWARDED).select_related("version", "organisation")
    return rows.order_by("version__title", "pk")


def _brought(person: Person) -> Any:
    return queries.brought_by(person).filter(standing=ExternalAward.Standing.VERIFIED).order_by("name", "pk")
