"""The recognition desk: what waits for whom, by when."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from cairn.outside import clock
from cairn.people.queries import organisation as organisation_at
from cairn.people.queries import organisations_of, roles_of
from cairn.people.services import require
from cairn.recognition import queries
from cairn.recognition.pages.person import private, signed_in


@require_safe
@login_required
def choose(request: HttpRequest) -> HttpResponse:
    """Lead to the desk of the person's institution; where there are several, let them choose."""
    found = list(organisations_of(signed_in(request), *queries.DESK_ROLES))
    if len(found) == 1:
        return redirect("recognition:queue", slug=found[0].slug)
    return private(render(request, "recognition/choose.html", {"organisations": found}))


@require_safe
@login_required
def queue(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what waits for this person first, then everything that is open, then what has ended."""
    person, organisation = signed_in(request), organisation_at(slug)
    require(person, organisation, *queries.DESK_ROLES)
    mine = queries.waiting_for_role(organisation, person)
    ours = {one.pk for one in mine}
    context = {
        "organisation": organisation,
        "place": "queue",
        "roles": roles_of(person, organisation),
        "mine": mine,
        "others": [one for one in queries.requests_at(organisation) if one.pk not in ours],
        "ended": queries.requests_at(organisation, open_only=False)[:20],
        "now": clock.now(),
    }
    return private(render(request, "recognition/queue.html", context))
