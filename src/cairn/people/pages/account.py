"""One's own account: name, sign-in, roles, consents, a copy of everything, and the way out."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from cairn.errors import CairnError
from cairn.outside import clock
from cairn.people import queries, services
from cairn.people.forms import EraseForm, NameForm, add_problem
from cairn.people.models import Consent, Person
from cairn.people.pages.signed_in import person_of
from cairn.people.roles import label_of


@require_safe
@login_required
@never_cache
def account(request: HttpRequest) -> HttpResponse:
    """Show the account."""
    return _account(request)


@require_POST
@login_required
def rename(request: HttpRequest) -> HttpResponse:
    """Keep another name."""
    form = NameForm(request.POST)
    if not form.is_valid():
        return _account(request, name_form=form, status=422)
    person = person_of(request)
    person.name = form.cleaned_data["name"]
    person.save(update_fields=["name"])
    messages.success(request, "Your name is changed.")
    return redirect("people:account")


@require_POST
@login_required
def consents(request: HttpRequest) -> HttpResponse:
    """Give or withdraw each consent, as the boxes now stand."""
    person, moment = person_of(request), clock.now()
    given = _purposes_given(person)
    for purpose in services.PURPOSES:
        wanted = purpose in request.POST.getlist("purpose")
        if wanted and purpose not in given:
            services.give_consent(person=person, purpose=purpose, at=moment)
        elif not wanted and purpose in given:
            services.withdraw_consent(person=person, purpose=purpose, at=moment)
    messages.success(request, "Your choices are kept.")
    return redirect("people:account")


@require_GET
@login_required
@never_cache
def export(request: HttpRequest) -> HttpResponse:
    """Hand out everything kept about the person as one JSON file."""
    data = services.export_account(person_of(request), at=clock.now())
    response = HttpResponse(json.dumps(data, indent=2, ensure_ascii=False), content_type="application/json")
    response["Content-Disposition"] = 'attachment; filename="my-cairn-data.json"'
    return response


@login_required
@never_cache
def erase(request: HttpRequest) -> HttpResponse:
    """Say what erasing does, and do it when the person writes their address."""
    person = person_of(request)
    form = EraseForm(request.POST or None, expected=person.email)
    if request.method == "POST" and form.is_valid():
        try:
            services.erase_account(person=person, at=clock.now())
        except CairnError as error:
            add_problem(form, error)
        else:
            logout(request)
            messages.success(request, "Your account is erased.")
            return redirect("entry:home")
    return render(request, "people/erase.html", {"form": form}, status=422 if form.errors else 200)


def _account(request: HttpRequest, *, name_form: NameForm | None = None, status: int = 200) -> HttpResponse:
    person = person_of(request)
    given = _purposes_given(person)
    context: dict[str, Any] = {
        "name_form": name_form or NameForm(initial={"name": person.name}),
        "memberships": [
            (each, label_of(each.role)) for each in queries.memberships_of(person) if each.ended_at is None
        ],
        "organisations": queries.organisations_of(person),
        "purposes": [(name, sentence, name in given) for name, sentence in services.PURPOSES.items()],
    }
    return render(request, "people/account.html", context, status=status)


def _purposes_given(person: Person) -> set[str]:
    return set(Consent.objects.filter(person=person, withdrawn_at=None).values_list("purpose", flat=True))
