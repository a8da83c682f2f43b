"""Pages of goals: set one, see the gap, set limits, put it away. The plans themselves: ``plans.py``."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from cairn import planning
from cairn.catalog.models import Offer, Provider
from cairn.catalog.queries import currencies, version_of
from cairn.errors import CairnError, Invalid
from cairn.journeys import itinerary, queries, targets
from cairn.journeys.forms import BesideForm, LimitsForm, SkillsForm, WishesForm
from cairn.journeys.models import Goal
from cairn.journeys.pages.asking import person_of
from cairn.journeys.pages.plans import timeline_of, with_pictures, with_progress
from cairn.journeys.services import goals, searching
from cairn.journeys.wishes import Wishes
from cairn.outside.clock import now
from cairn.people.models import Person
from cairn.skills.queries import occupation_by_code


@login_required
@require_http_methods(["GET", "POST"])
def new_goal(request: HttpRequest) -> HttpResponse:
    """Make something a goal: show what that means and ask for the limits, then set it."""
    asked = request.POST if request.method == "POST" else request.GET
    if asked.get("kind") == "skills":
        return _typed_skills(request)
    what: dict[str, Any]
    hidden: list[tuple[str, str]]
    if "need" in asked:
        needs = targets.needs_in(asked)
        what = {"title": asked.get("title", ""), "needs": needs}
        hidden = [("title", what["title"]), *(("need", text) for text in targets.written(needs))]
        checked = goals.checked_needs(needs)
        shown: dict[str, Any] = {"title": what["title"], "needs": checked}
    elif "stack" in asked:
        version = version_of(asked["stack"])
        already = queries.open_goal_for(person_of(request), version)
        version = already.version if already and already.version else version
        what, hidden = {"version": version}, [("stack", version.definition.slug)]
        shown = {"title": version.title, "already": already}
    else:
        occupation = occupation_by_code(asked.get("occupation") or "")
        what, hidden = {"occupation": occupation}, [("occupation", occupation.code)]
        shown = {"title": occupation.title}
    given = request.POST if request.method == "POST" and "limits" in request.POST else None
    money = _money(person_of(request))
    form = BesideForm.of(given, shown["already"], **money) if "version" in what else LimitsForm(given, **money)
    if request.method == "POST" and (not form.is_bound or form.is_valid()):
        if form.is_bound and "version" in what:
            what["needs"] = form.cleaned_data["skills"]
        made = _set(request, form, **what)
        if made is not None:
            return redirect("journeys:goal", pk=made.pk)
    searching.make_ready()
    return render(request, "journeys/new_goal.html", {**shown, "hidden": hidden, "form": form})


def _typed_skills(request: HttpRequest) -> HttpResponse:
    form = SkillsForm(request.POST if request.method == "POST" else None, **_money(person_of(request)))
    if form.is_valid():
        made = _set(request, form, title=form.cleaned_data["title"], needs=form.cleaned_data["skills"])
        if made is not None:
            return redirect("journeys:goal", pk=made.pk)
    hidden = [("kind", "skills")]
    return render(request, "journeys/new_goal.html", {"typed": True, "hidden": hidden, "form": form})


def _money(person: Person) -> dict[str, Any]:
    """What a form asks a person's money in, and what else it may be."""
    return {"currency": goals.currency_for(person), "currencies": currencies()}


def _set(request: HttpRequest, form: LimitsForm, **what: Any) -> Goal | None:
    limits: dict[str, Any] = form.limits() if form.is_bound else {}
    try:
        return goals.set_goal(person=person_of(request), at=now(), **what, **limits)
    except CairnError as error:
        if not form.is_bound:
            raise
        form.add_error(None, f"{error.message} {error.remedy}")
        return None


@login_required
@require_http_methods(["GET", "POST"])
def goal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a goal: the gap, the limits, the plan taken and the plans to choose from."""
    person, moment = person_of(request), now()
    found = queries.goal_of(person, pk)
    given = request.POST if request.method == "POST" else None
    form = WishesForm(given, goal=found, at=moment, names=_ruled_out(Wishes.read(found.wishes)))
    if request.method == "POST" and form.is_valid():
        try:
            goals.change_limits(goal=found, at=moment, wishes=form.wishes(), **form.limits())
        except CairnError as error:
            form.add_error(None, f"{error.message} {error.remedy}")
        else:
            messages.success(request, "Your limits are noted. The plans below keep to them.")
            return redirect("journeys:goal", pk=found.pk)
    searching.make_ready()
    context: dict[str, Any] = {"goal": found, "form": form, "aims_at": _aims_at(found)}
    try:
        journey = itinerary.of_goal(found, moment)
    except Invalid as refusal:
        return render(request, "journeys/goal.html", {**context, "refusal": refusal})
    taken = queries.taken_plan(found)
    gaps = [gap for gap in itinerary.gaps_json(journey) if not gap["uri"].startswith(itinerary.CREDENTIAL)]
    held = {
        uri: have.level
        for uri, have in journey.learner.have.items()
        if journey.limits.count_claimed or have.source is planning.Source.VERIFIED
    }
    context |= {
        "gaps": gaps,
        "rated": found.occupation_id is not None and any(Decimal(gap["importance"]) > 1 for gap in gaps),
        "met": sum(1 for gap in gaps if gap["have"] >= gap["need"]),
        "by_word": sum(1 for gap in gaps if gap["have"] >= gap["need"] and gap["known_from"] == "claimed"),
        "coverage": int(planning.coverage(held, journey.target) * 100),
        "why_not": searching.why_not(journey.objective, journey),
        "notes": journey.notes,
        "taken": with_progress(with_pictures(taken)) if taken else None,
        "timeline": timeline_of(taken.document) if taken else None,
        "changed": goals.changed_since(taken) if taken else (),
    }
    return render(request, "journeys/goal.html", context)


def _aims_at(goal: Goal) -> str:
    """What kind of thing the goal is: it decides what the page says about the gap."""
    return "occupation" if goal.occupation_id else "credential" if goal.version_id else "skills"


def _ruled_out(wishes: Wishes) -> dict[str, str]:
    """Return the names of offers and providers that are ruled out, by the value the form gives them."""
    keys = [int(one.removeprefix("offer:")) for one in wishes.without if one.removeprefix("offer:").isdecimal()]
    offers = (
        Offer.objects.filter(pk__in=keys).select_related("version__definition__provider").order_by("version__title")
    )
    named = {f"offer:{one.pk}": f"{one.version.title}, {one.version.definition.provider}" for one in offers}
    providers = Provider.objects.filter(pk__in=wishes.without_providers).order_by("name")
    return named | {f"provider:{one.pk}": f"Everything by {one.name}" for one in providers}


@login_required
@require_POST
def rule_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Rule out an offer, or everything by its provider; the goal's form lets it come back."""
    found = queries.goal_of(person_of(request), pk)
    number = request.POST.get("offer", "").removeprefix("offer:")
    offer = None
    if number.isdecimal() and len(number) < 15:
        offer = Offer.objects.filter(pk=int(number)).select_related("version__definition__provider").first()
    if offer is None:
        raise Invalid("This offer is not here.", remedy="Open the goal and look at the plans again.")
    goals.rule_out(goal=found, offer=offer, whole_provider="provider" in request.POST)
    messages.success(request, "Ruled out. The plans below do without; you can let it come back under your limits.")
    return redirect("journeys:goal", pk=found.pk)


@login_required
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a goal away."""
    goals.close_goal(goal=queries.goal_of(person_of(request), pk), at=now())
    messages.success(request, "The goal is put away.")
    return redirect("journeys:path")
