"""A person's own tokens: programs that do for them what they allow."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from cairn.errors import CairnError, NotFound
from cairn.outside import clock
from cairn.people import queries, services
from cairn.people.forms import OwnTokenForm, add_problem
from cairn.people.pages.signed_in import person_of


@login_required
@never_cache
def own_tokens(request: HttpRequest) -> HttpResponse:
    """List one's tokens and make one; the new token is shown on this one page and never again."""
    person = person_of(request)
    form = OwnTokenForm(request.POST or None)
    shown = ""
    if request.method == "POST" and form.is_valid():
        try:
            shown, _ = services.issue_own_token(
                name=form.cleaned_data["name"],
                scopes=form.cleaned_data["scopes"],
                by=person,
                at=clock.now(),
                expires_at=form.expires_at(),
            )
        except CairnError as error:
            add_problem(form, error)
        else:
            form = OwnTokenForm()
    context = {"form": form, "tokens": queries.own_tokens_of(person), "shown": shown, "now": clock.now()}
    return render(request, "people/own_tokens.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def revoke_own_token(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of one's own tokens."""
    person = person_of(request)
    token = queries.own_tokens_of(person).filter(pk=pk).first()
    if token is None:
        raise NotFound("You have no such token.", remedy="Go back to the list of your tokens.")
    services.revoke_token(token=token, by=person, at=clock.now())
    messages.success(request, f"The token “{token.name}” no longer works.")
    return redirect("people:own_tokens")
