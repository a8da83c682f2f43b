"""An organisation from within: members and their roles, tokens for programs, the audit trail."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from cairn.errors import CairnError, NotFound
from cairn.outside import clock
from cairn.people import queries, services
from cairn.people.forms import MemberForm, TokenForm, add_problem
from cairn.people.models import ApiToken, AuditEvent, Membership, Organisation, Person, Role
from cairn.people.pages.signed_in import person_of
from cairn.people.roles import DUTIES, label_of
from cairn.people.services.trail import line_of

LINES_PER_PAGE = 50


@require_safe
@login_required
@never_cache
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """Show members and, to administrators, what they can change."""
    found = _member_of(request, slug)
    return _organisation(request, found, MemberForm())


@require_POST
@login_required
def add_member(request: HttpRequest, slug: str) -> HttpResponse:
    """Give somebody a role."""
    found = _member_of(request, slug, Role.ADMIN)
    form = MemberForm(request.POST)
    if form.is_valid():
        try:
            services.add_member(
                organisation=found,
                person=queries.person_by_email(form.cleaned_data["email"]),
                role=form.cleaned_data["role"],
                by=person_of(request),
                at=clock.now(),
            )
        except CairnError as error:
            add_problem(form, error, "email" if isinstance(error, NotFound) else None)
        else:
            messages.success(request, f"{form.cleaned_data['email']} is now {label_of(form.cleaned_data['role'])}.")
            return redirect("people:organisation", slug=slug)
    return _organisation(request, found, form, status=422)


@require_POST
@login_required
def end_membership(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """End a role: an administrator anybody's, everybody their own."""
    found = _member_of(request, slug)
    membership = Membership.objects.select_related("person", "organisation").filter(pk=pk, organisation=found).first()
    if membership is None:
        raise NotFound("There is no such role here.", remedy="Go back to the list of members.")
    services.end_membership(membership=membership, by=person_of(request), at=clock.now())
    messages.success(request, f"{membership.person} is no longer {label_of(membership.role)}.")
    if queries.roles_of(person_of(request), found):
        return redirect("people:organisation", slug=slug)
    return redirect("people:account")


@login_required
@never_cache
def tokens(request: HttpRequest, slug: str) -> HttpResponse:
    """List tokens (one's own; to administrators all) and make one; the new token is shown on this one page and never again."""
    found = _member_of(request, slug)
    roles = queries.roles_of(person_of(request), found)
    form = TokenForm(request.POST or None, roles=roles)
    shown = ""
    if request.method == "POST" and form.is_valid():
        try:
            shown, _ = services.issue_token(
                organisation=found,
                name=form.cleaned_data["name"],
                scopes=form.cleaned_data["scopes"],
                by=person_of(request),
                at=clock.now(),
                expires_at=form.expires_at(),
            )
        except CairnError as error:
            add_problem(form, error)
        else:
            form = TokenForm(roles=roles)
    context = {
        "organisation": found,
        "form": form,
        "tokens": _tokens_seen(request, found),
        "is_admin": Role.ADMIN in roles,
        "sees_trail": bool(roles & {Role.ADMIN, Role.AUDITOR}),
        "shown": shown,
        "now": clock.now(),
    }
    return render(request, "people/tokens.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def revoke_token(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """End a token: an administrator anybody's, everybody their own."""
    found = _member_of(request, slug)
    token = _tokens_seen(request, found).filter(pk=pk).first()
    if token is None:
        raise NotFound("There is no such token here.", remedy="Go back to the list of tokens.")
    services.revoke_token(token=token, by=person_of(request), at=clock.now())
    messages.success(request, f"The token “{token.name}” no longer works.")
    return redirect("people:tokens", slug=slug)


@require_safe
@login_required
@never_cache
def trail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the audit trail, newest first, and check the chain when asked to (``?check=1``)."""
    found = _member_of(request, slug, Role.ADMIN, Role.AUDITOR)
    checked = "check" in request.GET
    events = queries.audit_events(found, action=request.GET.get("action", ""), object_id=request.GET.get("object", ""))
    page = Paginator(events, LINES_PER_PAGE).get_page(request.GET.get("page"))
    # Whoever acts for the organisation is named. Learners stand on its trail too, and who they are is not the auditor's to read.
    actors = Person.objects.filter(uid__in={event.actor for event in page if event.actor})
    names = dict(actors.filter(memberships__organisation=found).values_list("uid", "name"))
    context = {
        "organisation": found,
        "page": page,
        "lines": [(event, names.get(event.actor, "") if event.actor else "", _role_words(event)) for event in page],
        "actions": AuditEvent.objects.filter(chain=found.slug)
        .order_by("action")
        .values_list("action", flat=True)
        .distinct(),
        "action": request.GET.get("action", ""),
        "object": request.GET.get("object", ""),
        "checked": checked,
        "is_admin": queries.has_role(person_of(request), found, Role.ADMIN),
        "sees_trail": True,
        "problems": services.verify_chain(found) if checked else [],
    }
    return render(request, "people/trail.html", context)


@require_GET
@login_required
@never_cache
def trail_file(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """Hand the whole trail out as JSON lines in their order, with their hashes, so that others can check the chain."""
    found = _member_of(request, slug, Role.ADMIN, Role.AUDITOR)
    events = queries.audit_events(found).order_by("sequence").iterator(chunk_size=500)
    lines = (json.dumps({**line_of(event), "hash": event.hash}, ensure_ascii=False) + "\n" for event in events)
    response = StreamingHttpResponse(lines, content_type="application/jsonl; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="trail-{found.slug}.jsonl"'
    return response


def _organisation(
    request: HttpRequest, found: Organisation, member_form: MemberForm, *, status: int = 200
) -> HttpResponse:
    roles = queries.roles_of(person_of(request), found)
    context: dict[str, Any] = {
        "organisation": found,
        "members": [(each, label_of(each.role), DUTIES[each.role]) for each in queries.members_of(found)],
        "my_roles": sorted(label_of(role) for role in roles),
        "is_admin": Role.ADMIN in roles,
        "sees_trail": bool(roles & {Role.ADMIN, Role.AUDITOR}),
        "form": member_form,
    }
    return render(request, "people/organisation.html", context, status=status)


def _tokens_seen(request: HttpRequest, found: Organisation) -> QuerySet[ApiToken]:
    """Whose programs there are is the administrators' to know; everybody else sees their own."""
    person, rows = person_of(request), queries.tokens_of(found)
    return rows if queries.has_role(person, found, Role.ADMIN) else rows.filter(created_by=person)


def _member_of(request: HttpRequest, slug: str, *roles: str) -> Organisation:
    found = queries.organisation(slug)
    services.require(person_of(request), found, *(roles or tuple(Role.values)))
    return found


def _role_words(event: AuditEvent) -> str:
    return label_of(event.role) if event.role in Role.values else event.role
