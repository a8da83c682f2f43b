"""The provider's desk: what waits, what was awarded, the keys, direct awards, endorsements."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.catalog.models import DefinitionVersion
from cairn.errors import CairnError
from cairn.issuing import queries, services
from cairn.issuing.forms import EndorsementForm
from cairn.issuing.models import Award
from cairn.issuing.pages.person import signed_in
from cairn.outside import clock, fetching
from cairn.people.models import Organisation, Role
from cairn.people.queries import organisation as organisation_at
from cairn.people.queries import organisations_of, roles_of
from cairn.people.services import require

PER_PAGE = 25


@require_safe
@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """Lead to the desk of the person's organisation; where there are several, let them choose; where none, say so."""
    found = list(organisations_of(signed_in(request), *queries.DESK_ROLES))
    if len(found) == 1:
        return redirect("issuing:overview", slug=found[0].slug)
    return render(request, "issuing/choose.html", {"organisations": found})


@require_safe
@login_required
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what waits and what happened last."""
    organisation, context = frame(request, slug, "overview", *queries.DESK_ROLES)
    if context["is_registrar"]:
        recent = queries.awards_of_organisation(organisation).exclude(state=Award.State.PROPOSED)
        context |= {"waiting": queries.awards_waiting(organisation), "recent": recent[:6]}
    context |= {
        "definitions": _by_state(organisation),
        "to_endorse": queries.to_endorse(organisation) if Role.ENDORSER in context["roles"] else (),
        "key": queries.keys_of(organisation).filter(state="active").first(),
    }
    return render(request, "issuing/overview.html", context)


@require_safe
@login_required
def awards(request: HttpRequest, slug: str) -> HttpResponse:
    """List an organisation's awards, with search by words and by state."""
    organisation, context = frame(request, slug, "awards", *queries.AWARD_ROLES)
    text, state = request.GET.get("q", "").strip(), request.GET.get("state", "")
    found = queries.awards_of_organisation(organisation, text=text, state=state)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context |= {"page": page, "text": text, "state": state, "states": Award.State.choices}
    return render(request, "issuing/awards.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def keys(request: HttpRequest, slug: str) -> HttpResponse:
    """List the keys; make the first one."""
    organisation, context = frame(request, slug, "keys", Role.ADMIN, Role.REGISTRAR)
    if request.method == "POST":
        services.ensure_signing_key(organisation=organisation, by=signed_in(request), at=clock.now())
        messages.success(request, "The signing key is made. Awards can be signed now.")
        return redirect("issuing:keys", slug=slug)
    found = list(queries.keys_of(organisation))
    active = next((key for key in found if key.state == "active"), None)
    context |= {
        "keys": found, "active": active, "rotates": bool(active and active.did.startswith("did:web:")),
        "may_rotate": Role.ADMIN in context["roles"],
    }  # fmt: skip
    return render(request, "issuing/keys.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def rotate(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask once more, then rotate the key."""
    organisation, context = frame(request, slug, "keys", Role.ADMIN)
    if request.method == "POST":
        compromised = request.POST.get("why") == "compromised"
        services.rotate_key(organisation=organisation, by=signed_in(request), at=clock.now(), compromised=compromised)
        messages.success(request, "The new key signs from now on.")
        return redirect("issuing:keys", slug=slug)
    return render(request, "issuing/rotate.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def endorse(request: HttpRequest, slug: str, version: int) -> HttpResponse:
    """Let an endorser read what they stand behind, and sign."""
    organisation, context = frame(request, slug, "overview", Role.ENDORSER)
    endorsed = queries.endorsable(organisation, version)
    form = EndorsementForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.endorse_version(
                version=endorsed,
                endorser=organisation,
                by=signed_in(request),
                at=clock.now(),
                comment=form.cleaned_data["comment"],
            )
        except CairnError as error:
            form.add_error(None, f"{error.message} {error.remedy}")
        else:
            messages.success(request, f"{organisation} endorses “{endorsed.title}”.")
            return redirect("issuing:overview", slug=slug)
    context |= {"version": endorsed, "form": form}
    return render(request, "issuing/endorse.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def approve(request: HttpRequest, award_id: Any) -> HttpResponse:
    """Approve a waiting award as the second person."""
    award = queries.award_seen_by(signed_in(request), award_id)
    services.approve_award(award=award, by=signed_in(request), at=clock.now(), world=fetching.site_resolver())
    messages.success(request, "The award is signed, and its holder has it.")
    return redirect("issuing:award", award_id=award_id)


def frame(request: HttpRequest, slug: str, place: str, *roles: str) -> tuple[Organisation, dict[str, Any]]:
    """Return the organisation and what every page of its desk shows; raises NotAllowed without one of ``roles``."""
    organisation = organisation_at(slug)
    person = signed_in(request)
    require(person, organisation, *roles)
    held = roles_of(person, organisation)
    return organisation, {
        "organisation": organisation,
        "roles": held,
        "place": place,
        "is_registrar": Role.REGISTRAR in held,
        "sees_keys": bool(held & {Role.REGISTRAR, Role.ADMIN}),
    }


def _by_state(organisation: Organisation) -> list[tuple[str, list[DefinitionVersion]]]:
    found: dict[str, list[DefinitionVersion]] = {}
    for version in queries.versions_of(organisation):
        found.setdefault(version.state, []).append(version)
    order = [state for state in DefinitionVersion.State if state.value in found]
    return [(str(state.label), found[state.value]) for state in order]
