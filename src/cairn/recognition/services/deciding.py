"""The desk's side of a request: the examiner recommends, a dean decides, a registrar confirms and records; another dean hears an appeal.

Nobody acts twice on one request, and nobody on their own (:func:`cairn.recognition.queries.why_not_acting`). Each step gives its
reason. What the request rests on is verified again when a dean grants and when the registrar confirms: what no longer holds is not
recognised. The last step signs the recognition, gives it to the learner, and tells whoever weighs what they hold.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from cairn import facts
from cairn.credentials import CouldNotFetch, Fetched, Resolver
from cairn.errors import Conflict, Invalid, NotAllowed
from cairn.issuing.services import Securing, revoke_given, sign_given
from cairn.issuing.services.keys import key_for_signing
from cairn.people.models import Person, Role
from cairn.people.services import require
from cairn.recognition.checking import Found, check_evidence
from cairn.recognition.documents import recognition_document
from cairn.recognition.models import RecognitionRequest, RequestStep
from cairn.recognition.queries import why_not_acting
from cairn.recognition.services.asking import DAYS, add_step, locked, outcome_of
from cairn.stacking import AwardError, Level
from cairn.stacking.awards import is_hundredths

State = RecognitionRequest.State
Kind = RequestStep.Kind


@dataclass(frozen=True, slots=True)
class Granting:
    """What recognition would give: credits of a scheme, a level, a grade; each may be left out."""

    credits: Decimal | None = None
    scheme: str = ""
    level_framework: str = ""
    level: Decimal | None = None
    grade: str = ""

    def __post_init__(self) -> None:
        """Raise Invalid for credits without a scheme, a level without its framework, or amounts that are none."""
        if self.credits is not None and (not is_hundredths(self.credits) or not 0 < self.credits < 100_000):
            raise Invalid(
                "These are no credits.", remedy="Write a number above 0 with at most two decimals.", code="credits"
            )
        if (self.credits is None) != (not self.scheme):
            raise Invalid("Credits need their scheme.", remedy="Write both, for example 5 and ects.", code="credits")
        try:
            if self.level is not None:
                Level(self.level_framework, self.level)
        except AwardError as fault:
            raise Invalid(str(fault), remedy="Write for example eqf and 6.", code="level") from fault


@transaction.atomic
def examine(
    *,
    request: RecognitionRequest,
    by: Person,
    at: datetime,
    recommend: bool,
    reason: str,
    granting: Granting | None = None,
) -> RecognitionRequest:
    """Assess a request and recommend for or against it, with reasons; a dean decides. Raises NotAllowed, Invalid, Conflict."""
    found = _to_act_on(request, by, State.SUBMITTED)
    _grant(found, granting if recommend else None)
    _move(found, State.RECOMMENDED, at)
    add_step(
        found, Kind.EXAMINED, by=by, role=Role.EXAMINER, at=at, granting=recommend, reason=_reason(reason),
        facts=outcome_of(found),
    )  # fmt: skip
    return found


@transaction.atomic
def ask_for_more(*, request: RecognitionRequest, by: Person, at: datetime, question: str) -> RecognitionRequest:
    """Ask the learner for more evidence, as examiner or dean; the answer comes back to the same step. Raises as :func:`examine`."""
    found = _to_act_on(request, by, State.SUBMITTED, State.RECOMMENDED, State.APPEALED)
    role = Role.EXAMINER if found.state == State.SUBMITTED else Role.DEAN
    found.asked_from = found.state
    _move(found, State.ASKED, at)
    add_step(found, Kind.ASKED, by=by, role=role, at=at, reason=_reason(question))
    return found


def decide(
    *, request: RecognitionRequest, by: Person, at: datetime, grant: bool, reason: str, granting: Granting | None = None,
    world: Resolver | None = None,
) -> RecognitionRequest:  # fmt: skip
    """Decide as dean: after the examiner, or on an appeal. ``granting`` replaces what the examiner recommended.

    A refusal says how to appeal; one on appeal is final. Raises NotAllowed, Invalid (no reason; nothing to grant), Conflict (moved
    on; what it rests on no longer verifies).
    """
    evidence = _evidence(request, at, world) if grant else None
    with transaction.atomic():
        found = _to_act_on(request, by, State.RECOMMENDED, State.APPEALED)
        hearing = found.state == State.APPEALED
        if grant:
            _grant(found, granting or _recommended(found))
        _move(found, State.GRANTED if grant else State.CLOSED if hearing else State.REFUSED, at)
        add_step(
            found, Kind.HEARD if hearing else Kind.DECIDED, by=by, role=Role.DEAN, at=at, granting=grant, reason=_reason(reason),
            facts={**outcome_of(found), **({"evidence": evidence.as_json()} if evidence else {})},
        )  # fmt: skip
    return found


def confirm(
    *, request: RecognitionRequest, by: Person, at: datetime, reason: str = "", world: Resolver | None = None
) -> RecognitionRequest:
    """Confirm and record as registrar: sign the recognition in the institution's name and give it to the learner.

    Raises NotAllowed, NotFound (no key), Conflict (moved on; what it rests on no longer verifies).
    """
    evidence = _evidence(request, at, world)
    with transaction.atomic():
        found = _to_act_on(request, by, State.GRANTED)
        key = key_for_signing(found.organisation)
        decided = found.steps.filter(kind__in=[Kind.DECIDED, Kind.HEARD], granting=True).order_by("-at", "-pk").first()
        salt = base64.urlsafe_b64encode(secrets.token_bytes(12)).decode()
        document = recognition_document(
            found, did=key.did, salt=salt, reason=decided.reason if decided else "", checked_at=at, at=at,
            decided_by=f"a dean of {found.organisation.name} after examination" if decided else "agreement",
        )  # fmt: skip
        signed = sign_given(
            organisation=found.organisation, by=by, at=at, document=document, securing=Securing(status=True),
            world=_Nobody(),
        )  # fmt: skip
        found.credential, found.credential_id = signed.text, document["id"]
        _move(found, State.RECOGNISED, at)
        add_step(
            found, Kind.CONFIRMED, by=by, role=Role.REGISTRAR, at=at, granting=True,
            reason=reason.strip() or "Recorded; the recognition is signed.",
            facts={**outcome_of(found), "evidence": evidence.as_json(), "credential": found.credential_id},
        )  # fmt: skip
        facts.announce(facts.RecognitionGiven(request_id=found.pk, person_id=found.person_id, at=at))
        facts.announce(facts.HoldingsChanged(person_id=found.person_id, at=at))
    return found


@transaction.atomic
def send_back(*, request: RecognitionRequest, by: Person, at: datetime, reason: str) -> RecognitionRequest:
    """Refuse to record as registrar, because something is not as it was decided on; the learner may appeal. Raises as :func:`confirm`."""
    found = _to_act_on(request, by, State.GRANTED)
    _move(found, State.REFUSED, at)
    add_step(found, Kind.SENT_BACK, by=by, role=Role.REGISTRAR, at=at, granting=False, reason=_reason(reason))
    return found


@transaction.atomic
def revoke_recognition(*, request: RecognitionRequest, by: Person, at: datetime, reason: str) -> RecognitionRequest:
    """Revoke a recognition for good, as registrar, with the reason. Raises NotAllowed, Invalid, Conflict."""
    found = locked(request, State.RECOGNISED)
    role = require(by, found.organisation, Role.REGISTRAR)
    if found.person_id == by.pk:
        raise NotAllowed("It is your own recognition.", remedy="Ask a colleague.", code="separation_of_duties")
    revoke_given(organisation=found.organisation, by=by, at=at, credential_id=found.credential_id)
    found.state, found.due_at = State.REVOKED, None
    found.save(update_fields=["state", "due_at"])
    add_step(found, Kind.REVOKED, by=by, role=role, at=at, granting=False, reason=_reason(reason))
    facts.announce(facts.HoldingsChanged(person_id=found.person_id, at=at))
    return found


def _to_act_on(request: RecognitionRequest, by: Person, *states: str) -> RecognitionRequest:
    """Return the request, locked, if ``by`` may take its next step; raises NotAllowed with the reason otherwise, Conflict."""
    found = locked(request, *states)
    why = why_not_acting(found, by)
    if why is not None:
        raise NotAllowed(
            why, remedy="Leave it to a colleague in that role who had no part in it.", code="separation_of_duties"
        )
    return found


def _evidence(request: RecognitionRequest, at: datetime, world: Resolver | None) -> Found:
    evidence = check_evidence(
        request.document, person=request.person, at=at, world=world, awarded_here=request.award_id is not None
    )
    if not evidence.verified:
        raise Conflict(
            f"What this request rests on does not verify now: {evidence.finding}",
            remedy="Where somebody could not be reached, try again later. Where it no longer holds, refuse with this reason.",
            code="evidence_not_verified",
            **evidence.as_json(),
        )
    return evidence


def _grant(found: RecognitionRequest, granting: Granting | None) -> None:
    given: Any = granting or Granting()
    for name in ("credits", "scheme", "level_framework", "level", "grade"):
        setattr(found, name, getattr(given, name))
    if granting is not None and found.toward is None and found.credits is None:
        raise Invalid(
            "Recognition as credit needs its credits.", remedy="Say how many, of which scheme.", code="credits"
        )


def _recommended(found: RecognitionRequest) -> Granting:
    return Granting(found.credits, found.scheme, found.level_framework, found.level, found.grade)


def _move(found: RecognitionRequest, state: str, at: datetime) -> None:
    days = DAYS.get(State(state))
    found.state = state
    found.due_at = at + timedelta(days=days) if days is not None else None
    found.ended_at = at if state in {State.REFUSED, State.CLOSED, State.RECOGNISED} else None
    found.save()


def _reason(reason: str) -> str:
    if not reason.strip():
        raise Invalid("Give the reason.", remedy="The learner reads it: say what it rests on.", code="reason")
    return reason.strip()


class _Nobody:
    """A resolver that asks nobody: a recognition names nothing that would have to be fetched."""

    def fetch(self, url: str, *, accept: str) -> Fetched:
        """Refuse to ask."""
        raise CouldNotFetch("nothing is fetched here")
