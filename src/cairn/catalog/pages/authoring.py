"""The provider's desk for definitions: what waits, writing with the completeness beside it, and the steps of the lifecycle."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cairn.appraisal import Completeness
from cairn.catalog import queries, services
from cairn.catalog.forms import DefinitionForm, OfferForm
from cairn.catalog.models import Definition, DefinitionVersion, Offer, Provider
from cairn.errors import CairnError, NotAllowed, NotFound
from cairn.outside import clock
from cairn.people import queries as people
from cairn.people.models import Organisation, Person, Role

DESK = (Role.DESIGNER, Role.REVIEWER, Role.PUBLISHER, Role.ADMIN, Role.AUDITOR)
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
    person = _person(request)
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
    person = _person(request)
    owner = _owner(request, person)
    form = DefinitionForm(request.POST or None, owner=owner)
    if request.method == "POST" and form.is_valid():
        try:
            version = services.draft_definition(
                by=person, organisation=owner, at=clock.now(), type=form.cleaned_data["type"], **form.content()
            )
        except CairnError as error:
            form.add_error(None, f"{error.message} {error.remedy}")
        else:
            messages.success(request, "Your draft is saved.")
            return redirect(
                "catalog:author_edit" if "stay" in request.POST else "catalog:author_definition", version.pk
            )
    return render(
        request, "catalog/author_edit.html", {"form": form, "owner": owner, "completeness": _while_writing(form, owner)}
    )


@login_required
@require_http_methods(["GET", "POST"])
def author_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    person = _person(request)
    version, owner = _version(person, pk)
    if version.state != State.DRAFT:
        messages.info(request, "Only a draft can be changed. Make a new version to change what is published.")
        return redirect("catalog:author_definition", version.pk)
    form = DefinitionForm(request.POST or None, owner=owner, version=version)
    if request.method == "POST" and form.is_valid():
        try:
            services.revise_draft(version=version, by=person, at=clock.now(), **form.content())
        except CairnError as error:
            form.add_error(None, f"{error.message} {error.remedy}")
        else:
            messages.success(request, "Saved.")
            return redirect(
                "catalog:author_edit" if "stay" in request.POST else "catalog:author_definition", version.pk
            )
    told = _while_writing(form, owner) if form.is_bound else queries.completeness_of(version)
    return render(
        request, "catalog/author_edit.html", {"form": form, "version": version, "owner": owner, "completeness": told}
    )


@login_required
@require_POST
def author_completeness(request: HttpRequest) -> HttpResponse:
    """Say how complete what is being written is; asked by the form while somebody types, writes nothing."""
    owner = _owner(request, _person(request))
    form = DefinitionForm(request.POST, owner=owner)
    return render(request, "catalog/_completeness.html", {"completeness": _while_writing(form, owner), "writing": True})


@login_required
@require_GET
def author_definition(request: HttpRequest, pk: int, offer_form: OfferForm | None = None) -> HttpResponse:
    """Show one version with what is still to mend and the steps that this person may take."""
    person = _person(request)
    version, owner = _version(person, pk)
    return render(
        request,
        "catalog/author_definition.html",
        _definition_context(person, version, owner, offer_form or OfferForm()),
    )


@login_required
@require_POST
def author_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one step of the lifecycle; the services decide whether it is allowed."""
    person = _person(request)
    version, _ = _version(person, pk)
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
    person = _person(request)
    version, owner = _version(person, pk)
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
    return {
        "version": version,
        "owner": owner,
        "may": may,
        "problems": services.problems_of(version) if version.state == State.DRAFT else [],
        "completeness": queries.completeness_of(version),
        "recognition": services.is_recognition(version),
        "offers": version.offers.order_by("-pk"),
        "offer_form": offer_form,
        "state": State(version.state),
    }


def _person(request: HttpRequest) -> Person:
    person = request.user
    if not isinstance(person, Person):
        raise NotAllowed("This desk is for people who are signed in.", remedy="Sign in first.")
    return person


def _owner(request: HttpRequest, person: Person) -> Organisation:
    """The organisation to write for: the one asked for, else the only one; the person must be its designer."""
    designs = list(people.organisations_of(person, Role.DESIGNER))
    asked = request.POST.get("organisation") or request.GET.get("organisation")
    chosen = [one for one in designs if not asked or one.slug == asked]
    if not chosen:
        raise NotAllowed(
            "Only a designer writes definitions.",
            remedy="Ask an administrator of your organisation for the role of designer.",
        )
    return chosen[0]


def _version(person: Person, pk: int) -> tuple[DefinitionVersion, Organisation]:
    """Return a version of an organisation the person works for; to anybody else there is no such thing."""
    version = queries.with_context(DefinitionVersion.objects.filter(pk=pk, definition__owner__isnull=False)).first()
    owner = version.definition.owner if version else None
    if version is None or owner is None or not people.has_role(person, owner, *DESK):
        raise NotFound("There is no such definition on your desk.", remedy="Look at the list of definitions.")
    return version, owner


def _while_writing(form: DefinitionForm, owner: Organisation) -> Completeness:
    """Return the completeness of what a form holds now, also where some of it cannot be read yet."""
    if form.is_bound:
        form.is_valid()
    given = form.cleaned_data if form.is_bound else {}
    text = {
        name: str(given.get(name) or "")
        for name in ("title", "assessment_type", "participation", "supervision", "prerequisites")
    }
    provider = Provider.objects.filter(organisation=owner).first() or Provider(
        name=owner.name, country=owner.country, website=owner.website
    )
    outcomes = given.get("outcomes")
    draft = DefinitionVersion(
        definition=Definition(type=given.get("type", ""), provider=provider, owner=owner),
        **text,
        outcomes=outcomes if isinstance(outcomes, list) else [],
        rubric=given.get("rubric") or None,
        requirement=given.get("requirement") or None,
        workload_hours=given.get("workload_hours"),
        credits=given.get("credits"),
        level=given.get("level"),
        level_framework="eqf" if given.get("level") else "",
        quality_assurance=str(given.get("quality_assurance") or ""),
    )
    return queries.completeness_of(draft)
