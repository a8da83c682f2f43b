"""Agreements: the list at the desk, drafting, signing, and the public page with the signed document."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.credentials import Outcome, verify
from cairn.credentials.linkeddata.isolated import shared
from cairn.errors import CairnError, NotFound
from cairn.issuing.published import SiteResolver
from cairn.outside import clock
from cairn.people.models import Organisation, Person, Role
from cairn.people.queries import has_role, roles_of
from cairn.people.queries import organisation as organisation_at
from cairn.people.services import require
from cairn.recognition import queries, services
from cairn.recognition.forms import MOST_SHOWN, AgreementForm, ReasonForm, TermForm, initial_of, published
from cairn.recognition.models import AgreementVersion
from cairn.recognition.pages.person import private, signed_in
from cairn.recognition.terms import sentences, signatures_of

State = AgreementVersion.State
SPARE_ROWS = 2
MOST_ROWS = 60


@require_safe
@login_required
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """List an institution's agreements."""
    organisation = organisation_at(slug)
    require(signed_in(request), organisation, *queries.DESK_ROLES)
    now = clock.now()
    rows = [{"row": row, "holds": queries.is_in_force(row, now)} for row in queries.agreements_of(organisation)]
    others = (
        Organisation.objects.filter(signing_keys__state="active")
        .exclude(pk=organisation.pk)
        .distinct()
        .order_by("name")
    )
    context = {
        "organisation": organisation, "place": "agreements", "rows": rows, "others": others,
        "roles": roles_of(signed_in(request), organisation),
    }  # fmt: skip
    return private(render(request, "recognition/agreements.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def draft(request: HttpRequest, slug: str) -> HttpResponse:
    """Draft an agreement with another institution (``?with=…&we=give|receive``)."""
    organisation = organisation_at(slug)
    require(signed_in(request), organisation, Role.REGISTRAR)
    other = organisation_at(request.GET.get("with", ""))
    sides = (organisation, other) if request.GET.get("we") == "give" else (other, organisation)
    return _editor(request, organisation, *sides)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, uid: UUID, number: int) -> HttpResponse:
    """Change a draft; of an agreed version, draft the next."""
    row = queries.agreement_at(uid, number, signed_in(request))
    organisation = _side_of(row, signed_in(request))
    return _editor(request, organisation, row.giver, row.receiver, row)


def _editor(
    request: HttpRequest, organisation: Organisation, giver: Organisation, receiver: Organisation,
    row: AgreementVersion | None = None,
) -> HttpResponse:  # fmt: skip
    person, now = signed_in(request), clock.now()
    rows = _rows(request, row)
    kept = row.terms if row else []
    data = request.POST if request.method == "POST" else None
    form = AgreementForm(data, initial=initial_of(row) if row else {"in_force_from": now.date()})
    shown = [TermForm.initial_of(kept[number]) if number < len(kept) else {"scheme": "ects"} for number in range(rows)]
    given, counted, find = published(giver), published(receiver), request.POST.get("find", "")[:200]
    terms = [
        TermForm(given, counted, data, prefix=f"t{number}", initial=initial, find=find)
        for number, initial in enumerate(shown)
    ]
    saving = data is not None and "more" not in data and "search" not in data
    if saving and form.is_valid() and all(one.is_valid() for one in terms):
        found = [term for number, one in enumerate(terms, start=1) if (term := one.term(number)) is not None]
        try:
            if row is not None and row.state == State.DRAFT:
                saved = services.change_draft(agreement=row, by=person, at=now, terms=found, **form.values())
            else:
                saved = services.draft_agreement(
                    organisation=organisation, giver=giver, receiver=receiver, terms=found, by=person, at=now, supersedes=row,
                    **form.values(),
                )  # fmt: skip
        except CairnError as refusal:
            form.add_error(None, f"{refusal.message} {refusal.remedy}")
        else:
            messages.success(request, "The draft is kept. Read it once more, then sign it.")
            return redirect("recognition:agreement", uid=saved.uid, number=saved.number)
    context = {
        "organisation": organisation, "giver": giver, "receiver": receiver, "form": form, "terms": terms, "row": row, "rows": rows,
        "find": find, "many": len(given) > MOST_SHOWN,
        "place": "agreements", "roles": roles_of(person, organisation),
    }  # fmt: skip
    return private(render(request, "recognition/agreement_edit.html", context, status=422 if saving else 200))


def _rows(request: HttpRequest, row: AgreementVersion | None) -> int:
    asked = request.POST.get("rows", "")
    shown = int(asked) if asked.isdecimal() and len(asked) < 4 else (len(row.terms) if row else 0) + SPARE_ROWS
    return min(shown + (SPARE_ROWS if "more" in request.POST else 0), MOST_ROWS)


@require_safe
def show(request: HttpRequest, uid: UUID, number: int) -> HttpResponse:
    """Show one version: for everybody what both signed, with both signatures checked; at the desk also what is under way."""
    person = request.user if isinstance(request.user, Person) else None
    row = queries.agreement_at(uid, number, person)
    now = clock.now()
    verdict = verify(row.document, at=now, resolve=SiteResolver(None), isolated=shared()) if row.document else None
    side = _side_of(row, person) if person is not None and _registrar_sides(row, person) else None
    context: dict[str, Any] = {
        "row": row,
        "sentences": sentences(row),
        "holds": queries.is_in_force(row, now),
        "ends": row.ended_at or row.in_force_until,
        "verdict": verdict,
        "signatures": signatures_of(row),
        "genuine": verdict is not None and verdict.authentic is Outcome.PASS,
        "versions": queries.versions_of_agreement(row.uid),
        "side": side,
        "may_sign": side is not None and row.state == State.DRAFT,
        "may_countersign": row.state == State.OFFERED and _holds_other_side(row, person),
        "may_withdraw": side is not None and row.state == State.AGREED and (row.ended_at is None or row.ended_at > now),
        "form": ReasonForm(label="Why", hint="The other side reads it."),
    }
    response = render(request, "recognition/agreement.html", context)
    return response if row.state == State.AGREED and side is None else private(response)


@require_safe
def signed(request: HttpRequest, uid: UUID, number: int) -> HttpResponse:
    """Send the signed agreement, byte for byte."""
    row = queries.agreement_at(uid, number, request.user if isinstance(request.user, Person) else None)
    if not row.document:
        raise NotFound("This version is not signed yet.", remedy="Wait until both sides have signed it.")
    return HttpResponse(row.document, content_type="application/vc+ld+json")


@require_POST
@login_required
def act(request: HttpRequest, uid: UUID, number: int, act: str) -> HttpResponse:
    """Sign, countersign, decline or withdraw."""
    person, now = signed_in(request), clock.now()
    row = queries.agreement_at(uid, number, person)
    reason = request.POST.get("reason", "")[:5000]
    acts: dict[str, tuple[Any, dict[str, Any], str]] = {
        "sign": (services.sign_agreement, {}, "It is signed. The other side can sign it now."),
        "countersign": (services.countersign_agreement, {}, "It is signed by both."),
        "decline": (services.decline_agreement, {"reason": reason}, "It is declined."),
        "withdraw": (services.withdraw_agreement, {"reason": reason}, "Notice is given."),
    }
    if act not in acts:
        raise NotFound("There is no such step.", remedy="Open the agreement, and choose what to do there.")
    service, more, said = acts[act]
    if act == "withdraw":
        more["organisation"] = _side_of(row, person)
    try:
        service(agreement=row, by=person, at=now, **more)
    except CairnError as refusal:
        messages.error(request, f"{refusal.message} {refusal.remedy}")
    else:
        messages.success(request, said)
    return redirect("recognition:agreement", uid=uid, number=number)


def _registrar_sides(row: AgreementVersion, person: Person) -> list[Organisation]:
    sides = [row.drafted_for] if row.state == State.DRAFT else [row.drafted_for, services.other_side(row)]
    return [side for side in sides if has_role(person, side, Role.REGISTRAR)]


def _side_of(row: AgreementVersion, person: Person) -> Organisation:
    sides = _registrar_sides(row, person)
    if not sides:
        raise NotFound("There is no such agreement at your desk.", remedy="Look for it in the list of agreements.")
    return sides[0]


def _holds_other_side(row: AgreementVersion, person: Person | None) -> bool:
    return has_role(person, services.other_side(row), Role.REGISTRAR) and person != row.offered_by
