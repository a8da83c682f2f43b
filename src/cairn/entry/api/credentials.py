"""Verify, issue, read and revoke. A token acts for its organisation, as the person who made it."""

import json
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.http import HttpRequest
from ninja import Field, File, Form, Router, Schema, Status
from ninja.files import UploadedFile

from cairn.catalog import queries as catalogue
from cairn.catalog.models import DefinitionVersion
from cairn.credentials.jsontext import parse_object
from cairn.entry.api.tokens import PerToken, Scoped, caller
from cairn.errors import Conflict, Invalid, NotFound
from cairn.issuing import queries as issuing
from cairn.issuing import services
from cairn.issuing.models import Award, StatusChange
from cairn.issuing.services.recipients import Recipient, take_turns
from cairn.outside import clock
from cairn.people.models import ApiToken, Person
from cairn.verifying.services import MAX_SOURCE, check

router = Router()
REASONS = tuple(str(reason) for reason in StatusChange.Reason.values)


class VerifyIn(Schema):
    """A credential in one of three ways."""

    credential: dict[str, Any] | None = Field(default=None, description="The credential as a JSON object")
    text: str | None = Field(default=None, description="The credential as text, byte for byte as it was received")
    url: str | None = Field(default=None, description="An address to fetch it from, or a share link", max_length=2000)
    recipient: str | None = Field(
        default=None, description="E-mail address or DID: is it about this person?", max_length=300
    )


class FindingOut(Schema):
    """What one check found."""

    check: str
    outcome: str
    code: str
    message: str
    remedy: str


class VerdictOut(Schema):
    """One verdict, and the four answers behind it: pass, warn, fail, unknown or not_asked."""

    verdict: Literal["verified", "not_verified", "undetermined"]
    authentic: str
    current: str
    trusted: str
    about_person: str
    findings: list[FindingOut]
    id: str | None
    issuer: dict[str, Any]
    name: str | None
    type: str | None
    valid_from: str | None
    valid_until: str | None
    parts: list[dict[str, Any]]


class RecipientIn(Schema):
    """Who gets the credential. The name is needed where the address has no account yet."""

    email: str = Field(max_length=254)
    name: str = Field(default="", max_length=200)


class IssueIn(Schema):
    """What to award to whom."""

    definition: str = Field(description="Slug of a definition that your organisation has published", max_length=200)
    recipient: RecipientIn
    request_id: str = Field(
        description="Your own name for this award. Sending it again gives the same award, never a second one.",
        min_length=1,
        max_length=80,
        pattern=r"^[\w.:-]+$",
    )


class AwardOut(Schema):
    """An award of your organisation. ``state`` is "proposed" while a second person has to approve it; then there is no document."""

    id: UUID
    state: str
    definition: str
    version: int
    title: str
    recipient: str
    awarded_at: datetime | None
    valid_until: datetime | None
    credential_id: str | None
    digest: str = Field(description="SHA-256 of the signed document, hex")
    document: dict[str, Any] | None = Field(description="The signed credential, Open Badges 3.0")

    @staticmethod
    def of(award: Award) -> dict[str, Any]:
        """Return the values of an award."""
        return {
            "id": award.pk,
            "state": award.state,
            "definition": award.version.definition.slug,
            "version": award.version.number,
            "title": award.version.title,
            "recipient": award.holder.email,
            "awarded_at": award.awarded_at,
            "valid_until": award.valid_until,
            "credential_id": award.credential_id,
            "digest": award.digest,
            "document": json.loads(award.document) if award.document else None,
        }


class RevokeIn(Schema):
    """Why it is revoked. Revoking is final."""

    reason: str = Field(description="One of " + ", ".join(REASONS))
    explanation: str = Field(min_length=1, max_length=2000, description="A sentence that the holder will read")


@router.post("/credentials/verify", response=VerdictOut, auth=Scoped("credentials:verify"), throttle=[PerToken("600/m")],
             operation_id="verify", summary="Check a credential")  # fmt: skip
def verify(request: HttpRequest, payload: VerifyIn) -> dict[str, Any]:
    """Check a credential given as JSON, text or address. Nothing is kept, and its issuer does not learn who asked."""
    given = [each for each in (payload.credential, payload.text, payload.url) if each]
    if len(given) != 1:
        raise Invalid("Give one of credential, text and url.", remedy="Leave the others out.", code="nothing_given")
    source = payload.text or payload.url
    if source is None:
        # What stands twice in the request must not be resolved silently, one way here and another way elsewhere.
        source = json.dumps(parse_object(request.body, max_bytes=MAX_SOURCE)["credential"], ensure_ascii=False)
    return check(
        source, at=clock.now(), recipient=payload.recipient, name=payload.url or "credential"
    ).verdict.as_dict()


@router.post("/credentials/verify/file", response=VerdictOut, auth=Scoped("credentials:verify"), throttle=[PerToken("600/m")],
             operation_id="verify_file", summary="Check a credential in a file")  # fmt: skip
def verify_file(
    request: HttpRequest,
    file: Annotated[UploadedFile, File(description="JSON, a baked PNG or SVG, or a PDF of ours")],
    recipient: Annotated[str | None, Form(max_length=300)] = None,
) -> dict[str, Any]:
    """Check a credential as it was sent to you: the file itself. Nothing is kept."""
    body = file.read(MAX_SOURCE + 1)
    return check(body, at=clock.now(), recipient=recipient, name=file.name or "file").verdict.as_dict()


@router.post("/credentials", response={201: AwardOut, 200: AwardOut}, auth=Scoped("credentials:issue"), throttle=[PerToken("600/m")],
             operation_id="issue", summary="Award a credential")  # fmt: skip
def issue(request: HttpRequest, payload: IssueIn) -> Status[dict[str, Any]]:
    """Award a published definition of your organisation. 201 with the award; 200 with the same one when sent again."""
    token, moment = caller(request), clock.now()
    version = catalogue.version_of(payload.definition)
    if version.definition.owner_id != token.acts_for().pk:
        raise NotFound(
            f"{token.acts_for()} has no definition “{payload.definition}”.",
            remedy="Use the slug of a definition that your organisation has published.",
            code="not_your_definition",
        )
    email = payload.recipient.email.strip().lower()
    with transaction.atomic():
        take_turns(version)
        person = Person.objects.filter(email=email).first()
        batch = f"api-{token.acts_for().pk}-{payload.request_id}"
        earlier = _earlier(version, person, batch)
        if earlier is not None:
            return Status(200, AwardOut.of(earlier))
        row = Recipient(1, _checked(email), _named(payload.recipient.name, person), person)
        [award] = services.award_recipients(
            recipients=[row], version=version, by=token.created_by, at=moment, batch=batch
        )
    return Status(201, AwardOut.of(award))


@router.get(
    "/credentials/{award_id}",
    response=AwardOut,
    auth=Scoped("credentials:read"),
    operation_id="award",
    summary="Read an award",
)
def read_award(request: HttpRequest, award_id: UUID) -> dict[str, Any]:
    """Read an award of your organisation, with its present state and the signed document."""
    return AwardOut.of(_own(caller(request), award_id))


@router.post("/credentials/{award_id}/revoke", response=AwardOut, auth=Scoped("credentials:revoke"), operation_id="revoke",
             summary="Revoke an award")  # fmt: skip
def revoke(request: HttpRequest, award_id: UUID, payload: RevokeIn) -> dict[str, Any]:
    """Revoke an award of your organisation for good. The next check of it anywhere says revoked; the holder is told why."""
    token = caller(request)
    award = _own(token, award_id)
    services.revoke(
        award=award, by=token.created_by, reason=payload.reason, explanation=payload.explanation, at=clock.now()
    )
    return AwardOut.of(_own(token, award_id))


def _own(token: ApiToken, award_id: UUID) -> Award:
    award = issuing.award(award_id)
    if award.organisation_id != token.acts_for().pk:
        raise NotFound("There is no such award.", remedy="Check the number; awards of others are not shown.")
    return award


def _earlier(version: DefinitionVersion, person: Person | None, batch: str) -> Award | None:
    """Return what the same request awarded before; raises Conflict when the person holds the credential by another way."""
    if person is None:
        return None
    standing = Award.objects.filter(version=version, holder=person)
    same = standing.filter(origin=f"direct:{batch}").first()
    if same is not None:
        return same
    other = standing.filter(state__in=[Award.State.AWARDED, Award.State.PROPOSED]).first()
    if other is not None:
        raise Conflict(
            "This person holds the credential already, or it waits for approval.",
            remedy="Nothing is left to do; revoke that award first if it has to be given anew.",
            code="held_already",
            award=str(other.pk),
        )
    return None


def _checked(email: str) -> str:
    try:
        validate_email(email)
    except ValidationError as error:
        raise Invalid(f"“{email}” is no e-mail address.", remedy="Check the spelling.", code="bad_email") from error
    return email


def _named(name: str, person: Person | None) -> str:
    if person is None and not name.strip():
        raise Invalid(
            "There is no account with this address yet, so a name is needed to make one.",
            remedy="Give recipient.name.",
            code="name_missing",
        )
    if person is not None and not person.is_active:
        raise Invalid("This account was closed.", remedy="Ask the person for another address.", code="account_closed")
    return " ".join(name.split())
