"""One request: its time line for everybody who may see it, and the form of the next step for whoever takes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from cairn.errors import CairnError, NotFound
from cairn.outside import clock, fetching
from cairn.people.models import Role
from cairn.people.queries import has_role
from cairn.recognition import queries, services
from cairn.recognition.forms import SCHEMES, JudgementForm, ReasonForm
from cairn.recognition.models import RecognitionRequest
from cairn.recognition.pages.person import private, signed_in
from cairn.recognition.saying import said_by, wanted_by

State = RecognitionRequest.State


@dataclass(frozen=True)
class Act:
    """Something that can be done with a request: its form, its words, and the service behind it."""

    title: str
    button: str
    make: Callable[..., ReasonForm]
    run: Callable[..., RecognitionRequest]
    said: str
    label: str = "Reason"
    hint: str = ""
    needs_reason: bool = True
    danger: bool = False


def _examine(form: Any, **common: Any) -> RecognitionRequest:
    yes = form.cleaned_data["verdict"] == "yes"
    return services.examine(
        recommend=yes, reason=form.cleaned_data["reason"], granting=form.granting() if yes else None, **common
    )


def _decide(form: Any, **common: Any) -> RecognitionRequest:
    yes = form.cleaned_data["verdict"] == "yes"
    return services.decide(
        grant=yes, reason=form.cleaned_data["reason"], granting=form.granting() if yes else None,
        world=fetching.site_resolver(), **common,
    )  # fmt: skip


def _said(service: Callable[..., RecognitionRequest], name: str) -> Callable[..., RecognitionRequest]:
    return lambda form, **common: service(**{name: form.cleaned_data["reason"]}, **common)


def _confirm(form: Any, **common: Any) -> RecognitionRequest:
    return services.confirm(reason=form.cleaned_data["reason"], world=fetching.site_resolver(), **common)


ACTS: dict[str, Act] = {
    "examine": Act("Examine", "Send to the dean", JudgementForm, _examine, "Your recommendation is with the dean."),
    "decide": Act("Decide", "Decide", JudgementForm, _decide, "The decision is made."),
    "ask": Act(
        "Ask for more evidence", "Ask the learner", ReasonForm, _said(services.ask_for_more, "question"),
        "The learner has been asked.", "What is missing", "The learner reads it and answers here.",
    ),
    "confirm": Act(
        "Confirm and record", "Confirm and sign", ReasonForm, _confirm, "It is recorded, and the recognition is signed.",
        "Remark", "May stay empty.", needs_reason=False,
    ),
    "send-back": Act(
        "Do not record", "Refuse to record", ReasonForm, _said(services.send_back, "reason"), "It is not recorded.",
        "Why not", "The learner reads it, and may appeal.", danger=True,
    ),
    "revoke": Act(
        "Revoke the recognition", "Revoke for good", ReasonForm, _said(services.revoke_recognition, "reason"),
        "The recognition is revoked.", "Why", "The learner reads it. It cannot be undone.", danger=True,
    ),
    "answer": Act(
        "Give what was asked for", "Send", ReasonForm, _said(services.answer_question, "text"), "Your answer is in.", "Your answer",
    ),
    "appeal": Act(
        "Appeal", "Appeal", ReasonForm, _said(services.appeal_refusal, "because"), "Your appeal is in. Another dean decides.",
        "What the decision overlooked", "An appeal is possible once.",
    ),
    "withdraw": Act(
        "Take the request back", "Take it back", ReasonForm, _said(services.withdraw_request, "reason"), "Your request is taken back.",
        "Remark", "May stay empty.", needs_reason=False, danger=True,
    ),
}  # fmt: skip
"""Word in the address → what it does. Forms stand on the page of the request in this order."""

DESK_ACTS = {
    State.SUBMITTED: ("examine", "ask"),
    State.RECOMMENDED: ("decide", "ask"),
    State.APPEALED: ("decide", "ask"),
    State.GRANTED: ("confirm", "send-back"),
}
OWN_ACTS = {State.ASKED: ("answer", "withdraw"), State.REFUSED: ("appeal",)}


@require_safe
@login_required
def show(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show one request."""
    return _page(request, queries.request_seen_by(signed_in(request), uid))


@require_POST
@login_required
def act(request: HttpRequest, uid: UUID, act: str) -> HttpResponse:
    """Take one step."""
    person = signed_in(request)
    found = queries.request_seen_by(person, uid)
    chosen = ACTS.get(act)
    if chosen is None:
        raise NotFound("There is no such step.", remedy="Open the request, and choose what to do there.")
    form = _form(chosen, act, request.POST)
    if not form.is_valid():
        return _page(request, found, {act: form}, status=422)
    try:
        chosen.run(form, request=found, by=person, at=clock.now())
    except CairnError as refusal:
        form.add_error(None, f"{refusal.message} {refusal.remedy}")
        return _page(request, queries.request_seen_by(person, uid), {act: form}, status=409)
    messages.success(request, chosen.said)
    return redirect("recognition:request", uid=uid)


@require_safe
def achievement(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Say what an identifier in a recognition stands for, without a word about whose it is."""
    found = (
        RecognitionRequest.objects.filter(pk=uid, state__in=[State.RECOGNISED, State.REVOKED])
        .select_related("organisation", "agreement", "toward__definition")
        .first()
    )
    if found is None:
        raise NotFound("There is no such recognition.", remedy="Check the address.")
    return render(request, "recognition/achievement.html", {"found": found})


def _page(
    request: HttpRequest, found: RecognitionRequest, forms: dict[str, ReasonForm] | None = None, *, status: int = 200
) -> HttpResponse:
    person = signed_in(request)
    own = found.person_id == person.pk
    names: tuple[str, ...] = ()
    why = None
    if own:
        names = OWN_ACTS.get(State(found.state), ("withdraw",) if found.state in queries.OPEN else ())
        if found.state == State.REFUSED and (found.steps.filter(kind="appealed").exists() or _late(found)):
            names = ()
    elif found.state in queries.NEXT:
        why = queries.why_not_acting(found, person)
        names = DESK_ACTS[State(found.state)] if why is None else ()
    elif found.state == State.RECOGNISED and has_role(person, found.organisation, Role.REGISTRAR):
        names = ("revoke",)
    initial = _proposed(found)
    offered = [
        {"name": name, "act": ACTS[name], "form": (forms or {}).get(name) or _form(ACTS[name], name, initial=initial), "first": not number}
        for number, name in enumerate(names)
    ]  # fmt: skip
    context = {
        "found": found, "own": own, "stages": queries.timeline_of(found), "acts": offered, "why_not": why,
        "evidence": _evidence(found), "said": said_by(found), "wanted": wanted_by(found), "late": _late(found),
        "open": found.state in queries.OPEN,
    }  # fmt: skip
    return private(render(request, "recognition/request.html", context, status=status))


def _proposed(found: RecognitionRequest) -> dict[str, Any]:
    """What stands in the form of a judgement: what was proposed before; for the examiner what the course gives that it shall count as."""
    course = found.toward
    if found.state == State.SUBMITTED and found.credits is None and course is not None and not found.requirement:
        whole = course.credits is not None and course.credit_scheme in dict(SCHEMES)
        return {
            "credits": course.credits if whole else None,
            "scheme": course.credit_scheme if whole else "",
            "level": course.level if course.level_framework == "eqf" else None,
        }
    level = int(found.level) if found.level else None
    return {"credits": found.credits, "scheme": found.scheme, "level": level, "grade": found.grade}


def _form(act: Act, name: str, data: Any = None, initial: dict[str, Any] | None = None) -> ReasonForm:
    form = act.make(data, label=act.label, hint=act.hint, initial=initial, prefix=None, auto_id=f"{name}-%s")
    form.fields["reason"].required = act.needs_reason
    return form


def _late(found: RecognitionRequest) -> bool:
    return found.due_at is not None and clock.now() > found.due_at


def _evidence(found: RecognitionRequest) -> dict[str, Any]:
    """The latest check of what the request rests on, as it was kept with a step."""
    kept = [step.facts["evidence"] for step in queries.steps_of(found) if "evidence" in step.facts]
    return {**kept[-1], "checked_at": datetime.fromisoformat(kept[-1]["checked_at"])} if kept else {}
