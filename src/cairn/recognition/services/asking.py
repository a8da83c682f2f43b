"""The learner's side of a request: ask, answer, appeal, withdraw.

Only what is genuine, in force and the learner's can be asked about. Where an agreement in force covers the case, nobody has to examine
or decide again: the request goes to the registrar at once, and says by which agreement.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum

from cairn import stacking
from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import DefinitionVersion
from cairn.catalog.queries import achievement_family
from cairn.credentials import Resolver
from cairn.errors import Conflict, Invalid, NotFound
from cairn.issuing import holdings
from cairn.issuing.models import Award
from cairn.people.models import Organisation, Person
from cairn.people.services import record
from cairn.recognition.checking import check_evidence
from cairn.recognition.models import AgreementVersion, ExternalAward, RecognitionRequest, RequestStep
from cairn.recognition.queries import held_elsewhere, rows_in_force
from cairn.recognition.queries.held import as_value
from cairn.recognition.queries.requests import OPEN
from cairn.recognition.services.letters import tell_learner
from cairn.recognition.terms import as_agreement
from cairn.stacking.articulation import articulate
from cairn.stacking.families import Leaf

State = RecognitionRequest.State
Kind = RequestStep.Kind

DAYS = {
    State.SUBMITTED: 14,
    State.RECOMMENDED: 14,
    State.GRANTED: 7,
    State.ASKED: 30,
    State.REFUSED: 30,
    State.APPEALED: 21,
}
"""Days within which the next step of a request is to be taken; for ``refused``, within which it may be appealed."""


def submit_request(
    *,
    person: Person,
    organisation: Organisation,
    source: Award | ExternalAward,
    at: datetime,
    because: str,
    toward: DefinitionVersion | None = None,
    requirement: str = "",
    world: Resolver | None = None,
) -> RecognitionRequest:
    """Ask ``organisation`` to recognise ``source``: toward a credential of its own, toward a part of that credential's rule (by the id
    of the ``requirement``), or as credit where ``toward`` is None.

    Raises NotFound (somebody else's), Invalid (does not verify; not the institution's; no such part; no reason), Conflict (asked already).
    """
    document, value = _held(person, source, at)
    if not because.strip():
        raise Invalid(
            "Say why it should be recognised.",
            remedy="One or two sentences: what you learnt, and how it fits what you ask for.",
            code="reason",
        )
    text = _toward_text(organisation, toward, requirement)
    evidence = check_evidence(document, person=person, at=at, world=world, awarded_here=isinstance(source, Award))
    if not evidence.verified:
        raise Invalid(
            f"This credential cannot be recognised as it is: {evidence.finding}",
            remedy="Open it in your wallet and check it again, or ask its issuer for a new copy.",
            code="not_verified",
        )
    with transaction.atomic():
        Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        cover = _covered(person, organisation, value, toward if not requirement else None, at)
        same = RecognitionRequest.objects.filter(
            person=person, organisation=organisation, achievement_id=value.achievement, toward=toward,
            requirement=requirement, state__in=[*OPEN, State.REFUSED, State.RECOGNISED],
        ).first()  # fmt: skip
        if same is not None:
            raise Conflict(
                f"You have asked this already: {same.get_state_display().lower()}.",
                remedy="Open that request; a refusal can be appealed there.",
                code="asked_already",
                request=str(same.pk),
            )
        found = RecognitionRequest(
            person=person, organisation=organisation, state=State.GRANTED if cover else State.SUBMITTED,
            award=source if isinstance(source, Award) else None,
            external=source if isinstance(source, ExternalAward) else None,
            document=document, digest=hashlib.sha256(document.encode()).hexdigest(),
            name=source.version.title if isinstance(source, Award) else source.name,
            issuer_name=source.organisation.name if isinstance(source, Award) else source.issuer_name,
            issuer=value.issuer, achievement_id=value.achievement, toward=toward, requirement=requirement, toward_text=text,
            asked_because=because.strip(), submitted_at=at,
        )  # fmt: skip
        found.due_at = at + timedelta(days=DAYS[State(found.state)])
        if cover:
            found.agreement, found.term = cover.row, cover.term
            found.credits, found.scheme = cover.credits, cover.scheme
            if cover.level is not None:
                found.level_framework, found.level = cover.level.framework, cover.level.value
        found.save(force_insert=True)
        add_step(found, Kind.SUBMITTED, by=person, at=at, reason=because, facts={"evidence": evidence.as_json()})
        if cover:
            add_step(
                found, Kind.COVERED, by=None, at=at, granting=True,
                reason=f"Term {cover.term} of the agreement “{cover.row.title}”, version {cover.row.number}, covers it. "
                "Nobody has to examine or decide it again; a registrar confirms it.",
                facts=outcome_of(found),
            )  # fmt: skip
    return found


@transaction.atomic
def answer_question(*, request: RecognitionRequest, by: Person, at: datetime, text: str) -> RecognitionRequest:
    """Give the evidence that was asked for; the request goes back to whoever asked. Raises NotFound, Invalid, Conflict."""
    found = own_request(request, by, State.ASKED)
    if not text.strip():
        raise Invalid("There is nothing in your answer.", remedy="Write what was asked for, or where it is found.")
    found.state, found.asked_from = State(found.asked_from), ""
    found.due_at = at + timedelta(days=DAYS[State(found.state)])
    found.save(update_fields=["state", "asked_from", "due_at"])
    add_step(found, Kind.ANSWERED, by=by, at=at, reason=text)
    return found


@transaction.atomic
def appeal_refusal(*, request: RecognitionRequest, by: Person, at: datetime, because: str) -> RecognitionRequest:
    """Appeal against a refusal, once and within its time; another dean decides. Raises NotFound, Invalid, Conflict."""
    found = own_request(request, by, State.REFUSED)
    if found.steps.filter(kind=Kind.APPEALED).exists() or found.due_at is None or at > found.due_at:
        raise Conflict(
            "This refusal can no longer be appealed.",
            remedy="Ask anew when you have further evidence.",
            code="appeal_closed",
        )
    if not because.strip():
        raise Invalid("Say why the decision was wrong.", remedy="Name what it overlooked.", code="reason")
    found.state, found.ended_at = State.APPEALED, None
    found.due_at = at + timedelta(days=DAYS[State.APPEALED])
    found.save(update_fields=["state", "ended_at", "due_at"])
    add_step(found, Kind.APPEALED, by=by, at=at, reason=because)
    return found


@transaction.atomic
def withdraw_request(*, request: RecognitionRequest, by: Person, at: datetime, reason: str = "") -> RecognitionRequest:
    """Take a request back before it is recorded. Raises NotFound, Conflict (it has ended)."""
    found = own_request(request, by, *OPEN, State.REFUSED)
    found.state, found.ended_at, found.due_at = State.WITHDRAWN, at, None
    found.save(update_fields=["state", "ended_at", "due_at"])
    add_step(found, Kind.WITHDRAWN, by=by, at=at, reason=reason)
    return found


def locked(request: RecognitionRequest, *states: str) -> RecognitionRequest:
    """Return the request, locked; raises Conflict where it is in none of ``states`` any more."""
    found = (
        RecognitionRequest.objects.select_for_update(of=("self",))
        .select_related("organisation", "person", "toward__definition", "agreement")
        .get(pk=request.pk)
    )
    if found.state not in states:
        raise Conflict(
            f"This request has moved on: {found.get_state_display().lower()}.",
            remedy="Open it again to see what can be done now.",
            code="request_state",
        )
    return found


def own_request(request: RecognitionRequest, by: Person, *states: str) -> RecognitionRequest:
    """Return the person's own request, locked; raises NotFound for other people's."""
    if request.person_id != by.pk:
        raise NotFound("There is no such request of yours.", remedy="Open it from your list of requests.")
    return locked(request, *states)


def add_step(
    found: RecognitionRequest, kind: str, *, by: Person | None, at: datetime, reason: str, role: str = "",
    granting: bool | None = None, facts: Mapping[str, Any] | None = None,
) -> RequestStep:  # fmt: skip
    """Keep one step with its reason, leave its line in the institution's trail (without what the learner wrote), and tell the learner."""
    step = RequestStep.objects.create(
        request=found,
        kind=kind,
        by=by,
        role=role,
        at=at,
        reason=reason.strip(),
        granting=granting,
        facts=dict(facts or {}),
    )
    record(
        organisation=found.organisation, actor=by, role=role, action=f"recognition.{kind}", object_type="recognition",
        object_id=found.pk, at=at, reason=reason.strip() if role else "", details={"granting": granting, **dict(facts or {})},
    )  # fmt: skip
    tell_learner(found, kind)
    return step


def outcome_of(found: RecognitionRequest) -> dict[str, Any]:
    """Return what a request would grant or grants: credits, level, grade."""
    stated = {
        "credits": None if found.credits is None else str(found.credits), "scheme": found.scheme,
        "level_framework": found.level_framework, "level": None if found.level is None else str(found.level),
        "grade": found.grade,
    }  # fmt: skip
    return {name: value for name, value in stated.items() if value}


@dataclass(frozen=True, slots=True)
class Cover:
    """The term of an agreement that decides a case, and what it gives."""

    row: AgreementVersion
    term: str
    credits: Decimal
    scheme: str
    level: stacking.Level | None


def covering(
    person: Person,
    organisation: Organisation,
    source: Award | ExternalAward,
    toward: DefinitionVersion | None,
    at: datetime,
) -> Cover | None:
    """Return the agreement in force that decides a case, or None. Nothing is checked and nothing kept."""
    return _covered(person, organisation, _held(person, source, at)[1], toward, at)


def _covered(
    person: Person, organisation: Organisation, value: stacking.Award, toward: DefinitionVersion | None, at: datetime
) -> Cover | None:
    if toward is None:
        return None
    rows = {str(row.uid): row for row in rows_in_force(at, receiving=organisation)}
    found = articulate([value], [as_agreement(row) for row in rows.values()], at)
    family = achievement_family(achievement_id(toward))
    covers = []
    for derived in found.derived:
        row, (scheme, amount) = rows[derived.agreement], next(iter(derived.award.credits.items()), ("", Decimal(0)))
        left = min([amount, *_left(person, row, derived.term)])
        if derived.award.achievement in family and (left > 0 or not amount):
            covers.append(Cover(row, derived.term, left, scheme, derived.award.level))
    return max(covers, key=lambda cover: cover.credits, default=None)


def _left(person: Person, row: AgreementVersion, term: str) -> list[Decimal]:
    """What the caps of an agreement and of its term leave of what the person was granted by it so far, in any version of it."""
    given = RecognitionRequest.objects.filter(
        person=person, agreement__uid=row.uid, state__in=[State.GRANTED, State.RECOGNISED]
    )
    most = {str(one["id"]): one.get("most") for one in row.terms}[term]
    caps = [(given, row.most), (given.filter(term=term), Decimal(most) if most else None)]
    return [
        cap - (among.aggregate(credits=Sum("credits"))["credits"] or Decimal(0))
        for among, cap in caps
        if cap is not None
    ]


def _held(person: Person, source: Award | ExternalAward, at: datetime) -> tuple[str, stacking.Award]:
    holder = source.holder_id if isinstance(source, Award) else source.person_id
    if holder != person.pk:
        raise NotFound("There is no such credential of yours.", remedy="Choose one from your wallet.")
    if isinstance(source, Award):
        if source.state != Award.State.AWARDED:
            raise Invalid(
                f"This award does not stand: it is {source.get_state_display().lower()}.",
                remedy="Choose another one, or ask its awarding body.",
                code="not_verified",
            )
        return source.document, holdings.as_value(source)
    value = next((one for one in held_elsewhere(person) if one.id == as_value(source).id), None)
    return source.document, value or as_value(source)


def _toward_text(organisation: Organisation, toward: DefinitionVersion | None, requirement: str) -> str:
    if toward is None:
        return f"credit at {organisation.name}"
    if toward.definition.owner_id != organisation.pk or toward.state not in {"published", "superseded"}:
        raise Invalid(
            f"{organisation} does not award “{toward.title}”.",
            remedy="Choose one of its published credentials.",
            code="not_theirs",
        )
    if not requirement:
        return f"“{toward.title}”"
    part = next((node for node in parts_of(toward) if node.id == requirement), None)
    if part is None:
        raise Invalid(
            f"“{toward.title}” has no part {requirement[:80]}.", remedy="Choose one of its parts.", code="no_such_part"
        )
    return f"part {requirement} of “{toward.title}”"


def parts_of(version: DefinitionVersion) -> list[stacking.Requirement]:
    """Return the parts of a version's rule for which an award can stand in, each with its id; none where it has no rule."""
    if version.requirement is None:
        return []

    def leaves(node: stacking.Requirement) -> list[stacking.Requirement]:
        if isinstance(node, Leaf):
            return [node] if node.spends else []
        return [] if isinstance(node, stacking.Not) else [leaf for part in node.parts for leaf in leaves(part)]

    return leaves(stacking.numbered(stacking.parse_requirement(version.requirement)))
