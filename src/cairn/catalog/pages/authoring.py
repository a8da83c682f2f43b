"""The provider's desk for definitions: what waits, writing with the completeness beside it, and the steps of the lifecycle."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cairn.catalog import queries, services
from cairn.catalog.forms import DefinitionForm, OfferForm
from cairn.catalog.languages import CHOICES, to_look_at, translations_of
from cairn.catalog.models import DefinitionVersion, Offer
from cairn.catalog.pages.authoring_asking import DESK, owner_asked, person_asking, version_on_desk, while_writing
from cairn.catalog.pages.suggesting import keep_refusals, with_ticked
from cairn.catalog.queries.changes import changes_between, version_before
from cairn.errors import CairnError, NotAllowed, NotFound
from cairn.outside import clock
from cairn.people import queries as people
from cairn.people.models import Organisation, Person, Role

State = DefinitionVersion.State

type Step = Callable[..., DefinitionVersion]
STEPS: dict[str, tuple[Step, str, bool]] = {
    "submit": (services.submit_for_review, "It is with the reviewers now.", False),
    "approve": (services.approve, "Approved. A publisher can publish it now.", False),
    "send_back": (services.send_back, "It is back with its author.", True),
    "publish": (services.publish, "Published. It stands in the catalogue now and will never change.", False),
    "new_version": (services.new_version, "Here is a draft of the next version.", False),
    "suspend": (services.suspend, "Suspended. Awards already given stand.", True),
    "reinstate": (services.reinstate, "It is back in the catalogue.", True),
    "retire": (services.retire, "Retired. Awards already given stand.", True),
}
"""What the desk's buttons do: the service, what to say afterwards, and whether it needs a reason."""


@login_required
@require_GET
def author_definitions(request: HttpRequest) -> HttpResponse:
    """List the definitions of the organisations the person works for, and what waits for whom."""
    person = person_asking(request)
    organisations = list(people.organisations_of(person, *DESK))
    if not organisations:
        raise NotAllowed(
            "This desk is for people who make credentials for an organisation.",
            remedy="Ask an administrator of your organisation for the role of designer, reviewer or publisher.",
        )
    designs = list(people.organisations_of(person, Role.DESIGNER))
    reviews = people.organisations_of(person, Role.REVIEWER)
    publishes = people.organisations_of(person, Role.PUBLISHER)
    context = {
        "designs": designs,
        "versions": queries.desk_versions(organisations),
        "to_review": queries.waiting_for(list(reviews), State.IN_REVIEW).exclude(author=person),
        "to_publish": queries.waiting_for(list(publishes), State.APPROVED),
    }
    return render(request, "catalog/author_definitions.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def author_new(request: HttpRequest) -> HttpResponse:
    """Start a definition."""
    person = person_asking(request)
    owner = owner_asked(request, person)
    form = DefinitionForm(request.POST or None, owner=owner)
    if request.method == "POST" and form.is_valid():
        try:
            content = form.content()
            content["skills"] = with_ticked(request, content["skills"])
            version = services.draft_definition(
                by=person, organisation=owner, at=clock.now(), type=form.cleaned_data["type"], **content
            )
            keep_refusals(request, owner, person)
        except CairnError as error:
            form.add_error(None, f"{error.message} {error.remedy}")
        else:
            messages.success(request, "Your draft is saved.")
            return redirect(
                "catalog:author_edit" if "stay" in request.POST else "catalog:author_definition", version.pk
            )
    return render(
        request, "catalog/author_edit.html", {"form": form, "owner": owner, "completeness": while_writing(form, owner)}
    )


@login_required
@require_http_methods(["GET", "POST"])
def author_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    person = person_asking(request)
    version, owner = version_on_desk(person, pk)
    if version.state != State.DRAFT:
        messages.info(request, "Only a draft can be changed. Make a new version to change what is published.")
        return redirect("catalog:author_definition", version.pk)
    form = DefinitionForm(request.POST or None, owner=owner, version=version)
    if request.method == "POST" and form.is_valid():
        try:
            content = form.content()
            content["skills"] = with_ticked(request, content["skills"])
            after = services.revise_draft(version=version, by=person, at=clock.now(), **content)
            keep_refusals(request, owner, person)
        except CairnError as error:
            form.add_error(None, f"{error.message} {error.remedy}")
        else:
            messages.success(request, "Saved.")
            if version.texts and (look := to_look_at(version, after)):
                messages.info(request, look)
            return redirect(
                "catalog:author_edit" if "stay" in request.POST else "catalog:author_definition", version.pk
            )
    told = while_writing(form, owner) if form.is_bound else queries.completeness_of(version)
    return render(
        request,
        "catalog/author_edit.html",
        {
            "form": form,
            "version": version,
            "owner": owner,
            "completeness": told,
            "translations": translations_of(version),
        },
    )


@login_required
@require_POST
def author_completeness(request: HttpRequest) -> HttpResponse:
    """Say how complete what is being written is; asked by the form while somebody types, writes nothing."""
    person = person_asking(request)
    owner = owner_asked(request, person)
    form = DefinitionForm(request.POST, owner=owner)
    context: dict[str, Any] = {"completeness": while_writing(form, owner), "writing": True}
    if (asked := request.POST.get("version", "")).isdecimal():
        context["translations"] = translations_of(version_on_desk(person, int(asked))[0])
    return render(request, "catalog/_completeness.html", context)


@login_required
@require_GET
def author_definition(request: HttpRequest, pk: int, offer_form: OfferForm | None = None) -> HttpResponse:
    """Show one version with what is still to mend and the steps that this person may take."""
    person = person_asking(request)
    version, owner = version_on_desk(person, pk)
    return render(
        request,
        "catalog/author_definition.html",
        _definition_context(person, version, owner, offer_form or OfferForm()),
    )


@login_required
@require_POST
def author_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one step of the lifecycle; the services decide whether it is allowed."""
    person = person_asking(request)
    version, _ = version_on_desk(person, pk)
    name = request.POST.get("step", "")
    if name not in STEPS:
        raise NotFound(f"There is no step “{name}”.", remedy="Go back to the definition and use its buttons.")
    step, told, needs_reason = STEPS[name]
    terms: dict[str, Any] = {"reason": request.POST.get("reason", "")} if needs_reason else {}
    try:
        after = step(version=version, by=person, at=clock.now(), **terms)
    except CairnError as error:
        messages.error(request, " ".join([error.message, *error.facts.get("missing", []), error.remedy]))
        return redirect("catalog:author_definition", version.pk)
    messages.success(request, told)
    return redirect("catalog:author_edit" if name == "new_version" else "catalog:author_definition", after.pk)


@login_required
@require_POST
def author_offer(request: HttpRequest, pk: int) -> HttpResponse:
    """Make an offer and open it, or close one."""
    person = person_asking(request)
    version, owner = version_on_desk(person, pk)
    closing = request.POST.get("close", "")
    form = OfferForm(request.POST)
    try:
        if closing.isdecimal():
            offer = Offer.objects.filter(pk=int(closing), version=version).first()
            if offer is None:
                raise NotFound("There is no such offer here.", remedy="Look at the definition again.")
            services.close_offer(offer=offer, by=person, at=clock.now())
            messages.success(request, "The offer is closed.")
            return redirect("catalog:author_definition", version.pk)
        if form.is_valid():
            offer = services.create_offer(version=version, by=person, at=clock.now(), **form.terms())
            services.open_offer(offer=offer, by=person, at=clock.now())
            messages.success(request, "The offer is open: learners can enrol.")
            return redirect("catalog:author_definition", version.pk)
    except CairnError as error:
        form.add_error(None, f"{error.message} {error.remedy}") if not closing else messages.error(
            request, error.message
        )
    return render(
        request, "catalog/author_definition.html", _definition_context(person, version, owner, form), status=422
    )


def _definition_context(
    person: Person, version: DefinitionVersion, owner: Organisation, offer_form: OfferForm
) -> dict[str, Any]:
    roles = people.roles_of(person, owner)
    wrote = version.author_id == person.pk
    may = {
        "edit": Role.DESIGNER in roles and version.state == State.DRAFT,
        "submit": Role.DESIGNER in roles and version.state == State.DRAFT,
        "review": Role.REVIEWER in roles and version.state == State.IN_REVIEW and not wrote,
        "own_review": Role.REVIEWER in roles and version.state == State.IN_REVIEW and wrote,
        "publish": Role.PUBLISHER in roles and version.state == State.APPROVED,
        "close": Role.PUBLISHER in roles and version.state in {State.PUBLISHED, State.SUSPENDED},
        "renew": Role.DESIGNER in roles and version.state in {State.PUBLISHED, State.SUSPENDED, State.RETIRED},
        "offer": bool(roles & {Role.DESIGNER, Role.PUBLISHER}) and version.state == State.PUBLISHED,
    }
    before = version_before(version)
    return {
        "version": version,
        "owner": owner,
        "may": may,
        "translations": translations_of(version),
        "more_languages": [one for one in CHOICES if one[0] not in {version.language, *version.texts}],
        "before": before,
        "changes": changes_between(before, version) if before else [],
        "problems": services.problems_of(version) if version.state == State.DRAFT else [],
        "completeness": queries.completeness_of(version),
        "recognition": services.is_recognition(version),
        "offers": version.offers.order_by("-pk"),
        "offer_form": offer_form,
        "needed_before": queries.needed_before(version),
        "state": State(version.state),
    }
