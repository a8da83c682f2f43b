"""The provider's desk for prices: bundles of offers, and discounts on one offer for holders of credentials."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from cairn.catalog import queries, services
from cairn.catalog.models import Bundle, Discount, Offer
from cairn.catalog.pages.authoring_asking import person_asking, version_on_desk
from cairn.catalog.price_forms import BundleForm, DiscountForm
from cairn.errors import CairnError, NotAllowed, NotFound
from cairn.outside import clock
from cairn.people import queries as people
from cairn.people.models import Organisation, Person, Role

MAKE = (Role.DESIGNER, Role.PUBLISHER)


@login_required
@require_http_methods(["GET", "POST"])
def author_bundles(request: HttpRequest) -> HttpResponse:
    """List the bundles of an organisation, make one, end one."""
    person = person_asking(request)
    organisations = list(people.organisations_of(person, *MAKE))
    asked = request.POST.get("organisation") or request.GET.get("organisation")
    chosen = next((one for one in organisations if not asked or one.slug == asked), None)
    if chosen is None:
        raise NotAllowed(
            "Only a designer or publisher makes bundles.",
            remedy="Ask an administrator of your organisation for one of these roles.",
        )
    form = BundleForm(request.POST or None, choices=queries.to_bundle([chosen]))
    if request.method == "POST" and (done := _bundle_step(request, person, chosen, form)):
        messages.success(request, done)
        return redirect(f"{request.path}?organisation={chosen.slug}")
    context = {
        "organisation": chosen,
        "others": [one for one in organisations if one != chosen],
        "bundles": queries.bundles_of(chosen),
        "form": form,
        "enough": queries.to_bundle([chosen]).count() > 1,
        "today": clock.now().date(),
    }
    return render(request, "catalog/author_bundles.html", context, status=422 if form.errors else 200)


def _bundle_step(request: HttpRequest, person: Person, organisation: Organisation, form: BundleForm) -> str:
    """Make or end a bundle; what to say of it, or "" where the form has to be mended."""
    ending = request.POST.get("end", "")
    if ending:
        found = Bundle.objects.filter(pk=ending, provider__organisation=organisation) if ending.isdecimal() else None
        bundle = found.first() if found is not None else None
        if bundle is None:
            raise NotFound("There is no such bundle here.", remedy="Look at the list again.")
        services.end_bundle(bundle=bundle, by=person, at=clock.now())
        return "The bundle is no longer sold."
    if not form.is_valid():
        return ""
    try:
        services.create_bundle(organisation=organisation, by=person, at=clock.now(), **form.cleaned_data)
    except CairnError as error:
        form.add_error(None, f"{error.message} {error.remedy}")
        return ""
    return "The bundle is on sale, on the pages of its offers and in plans."


@login_required
@require_http_methods(["GET", "POST"])
def author_discounts(request: HttpRequest, pk: int) -> HttpResponse:
    """List the discounts on an offer, make one, end one."""
    person = person_asking(request)
    offer = Offer.objects.select_related("version__definition__owner").filter(pk=pk).first()
    if offer is None:
        raise NotFound("There is no such offer on your desk.", remedy="Look at the list of definitions.")
    version, owner = version_on_desk(person, offer.version_id)
    may = people.has_role(person, owner, *MAKE)
    if request.method == "POST" and not may:
        raise NotAllowed(
            "Only a designer or publisher gives discounts.",
            remedy="Ask an administrator of your organisation for one of these roles.",
        )
    form = DiscountForm(request.POST or None, offer=offer)
    if request.method == "POST" and (done := _discount_step(request, person, offer, form)):
        messages.success(request, done)
        return redirect("catalog:author_discounts", offer.pk)
    context: dict[str, Any] = {
        "version": version,
        "offer": offer,
        "discounts": queries.discounts_on([offer]),
        "form": form,
        "may": may,
        "live": offer.state in (Offer.State.SCHEDULED, Offer.State.OPEN, Offer.State.RUNNING),
        "today": clock.now().date(),
    }
    return render(request, "catalog/author_discounts.html", context, status=422 if form.errors else 200)


def _discount_step(request: HttpRequest, person: Person, offer: Offer, form: DiscountForm) -> str:
    ending = request.POST.get("end", "")
    if ending:
        found = Discount.objects.filter(pk=ending, offer=offer) if ending.isdecimal() else None
        discount = found.select_related("offer__version__definition__owner").first() if found is not None else None
        if discount is None:
            raise NotFound("There is no such discount here.", remedy="Look at the list again.")
        services.end_discount(discount=discount, by=person, at=clock.now())
        return "The discount is no longer given."
    if not form.is_valid():
        return ""
    try:
        services.create_discount(offer=offer, by=person, at=clock.now(), **form.cleaned_data)
    except CairnError as error:
        form.add_error(None, f"{error.message} {error.remedy}")
        return ""
    return "The discount is given from now on, and plans weigh it."
