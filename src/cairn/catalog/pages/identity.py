"""The operator's page of who is who: register entries that may mean a provider, with what speaks for and against it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from cairn.catalog.models import ProviderMatch, Register
from cairn.catalog.queries.identity import matches_to_review
from cairn.catalog.services import identity as services
from cairn.errors import CairnError, NotFound
from cairn.outside import clock
from cairn.people.models import Person
from cairn.people.pages.signed_in import person_of

STEPS: dict[str, tuple[Callable[..., Any], str]] = {
    "accept": (services.accept_match, "They are the same institution now."),
    "reject": (services.reject_match, "They are not the same institution."),
    "take_back": (services.take_back_match, "The decision is taken back."),
}
STATES = [("suggested", "To be reviewed"), ("accepted", "The same"), ("rejected", "Not the same"), ("all", "All")]


@login_required
@require_GET
def identity(request: HttpRequest) -> HttpResponse:
    """List matches, those that wait first; narrowed by state, register and name."""
    _operator(request)
    asked = _asked(request)
    found = matches_to_review(
        state="" if asked["state"] == "all" else asked["state"], register=asked["register"], words=asked["q"]
    )
    page = Paginator(found, 20).get_page(request.GET.get("page"))
    counts = {state: ProviderMatch.objects.filter(state=state).count() for state in ProviderMatch.State.values}
    context = {
        "page": page,
        "asked": asked,
        "states": [(key, name, sum(counts.values()) if key == "all" else counts[key]) for key, name in STATES],
        "registers": Register.objects.order_by("name"),
        "query": urlencode(asked),
    }
    return render(request, "catalog/identity.html", context)


@login_required
@require_POST
def identity_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept, reject or take back one match; the service decides whether it is allowed."""
    person = _operator(request)
    match = ProviderMatch.objects.filter(pk=pk).select_related("provider", "entry").first()
    step = STEPS.get(request.POST.get("step", ""))
    if match is None or step is None:
        raise NotFound("There is no such match or step.", remedy="Go back to the list and use its buttons.")
    try:
        step[0](match=match, by=person, at=clock.now())
    except CairnError as error:
        messages.error(request, f"{error.message} {error.remedy}")
    else:
        messages.success(request, f"{match.provider.name} and {match.entry.name}: {step[1]}")
    return redirect(reverse("catalog:identity") + "?" + urlencode(_asked(request)))


@login_required
@require_POST
def identity_again(request: HttpRequest) -> HttpResponse:
    """Compare all providers with all registers again."""
    report = services.match_all(by=_operator(request), at=clock.now())
    messages.success(request, " ".join(report.notes) or "There is nothing to compare yet.")
    return redirect("catalog:identity")


def _asked(request: HttpRequest) -> dict[str, str]:
    told = request.POST if request.method == "POST" else request.GET
    state = told.get("state", "suggested")
    return {
        "state": state if state in dict(STATES) else "suggested",
        "register": told.get("register", "")[:60],
        "q": told.get("q", "")[:100],
    }


def _operator(request: HttpRequest) -> Person:
    person = person_of(request)
    if not person.is_staff:
        raise NotFound("There is no such page.", remedy="Go back to the catalogue.")
    return person
