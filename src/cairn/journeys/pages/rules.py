"""A designer tries a rule before it is published: on the records of the organisation's own learners, and on records made up by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from cairn.catalog.models import DefinitionVersion
from cairn.catalog.pages.rules import designed
from cairn.catalog.rules import drafts, picking
from cairn.catalog.services import owner_of
from cairn.errors import CairnError, NotFound
from cairn.journeys import trying
from cairn.journeys.services import trials
from cairn.outside.clock import now
from cairn.people.models import Organisation, Person

TRIALS = "rule_trials"
MOST_LISTED = 200
LONGEST = 200
ORDER = {"lost": 0, "gained": 1, "": 2}


@login_required
@require_http_methods(["GET", "POST"])
def try_rule(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the rule in the builder comes to; a POST begins a trial on real records, or goes on with it."""
    person, version = designed(request, pk)
    owner = owner_of(version)
    rule = _rule(request, version)
    trial = _trial(request, version)
    if request.method == "POST":
        try:
            if request.POST.get("step") != "more" or trial is None:
                trial = trials.begin_trial(version=version, rule=rule or {}, by=person, at=now())
            trying.go_on(trial, version, owner, now())
        except CairnError as error:
            messages.error(request, f"{error.message} {error.remedy}")
            return redirect("journeys:try_rule", version.pk)
        _keep(request, version, trial)
        if not getattr(request, "htmx", False):
            return redirect(f"{reverse('journeys:try_rule', args=[version.pk])}#records")
        return render(request, "journeys/_try_records.html", _records(person, version, owner, trial, rule))
    context = _records(person, version, owner, trial, rule) | _made_up(request, version, rule)
    return render(request, "journeys/try_rule.html", context)


@login_required
@require_GET
def try_record(request: HttpRequest, pk: int, mark: str) -> HttpResponse:
    """Show one learner's record under the tried rule; that it was opened stands in the audit trail."""
    by, version = designed(request, pk)
    owner = owner_of(version)
    trial = _trial(request, version)
    found = next((row for row in trial.rows if trying.pseudonym(version, row[0]) == mark), None) if trial else None
    person = trying.learners_of(owner).filter(pk=found[0]).first() if found else None
    if trial is None or found is None or person is None:
        raise NotFound("There is no such record in this trial.", remedy="Try the rule again.")
    seen = trials.open_record(version=version, trial=trial, person=person, by=by, at=now())
    named = trials.may_see_names(by, owner)
    context = {
        "version": version,
        "owner": owner,
        "seen": seen,
        "called": person.name if named else f"Learner {mark}",
        "named": named,
        "before": found[3],
        "why": found[5],
    }
    return render(request, "journeys/try_record.html", context)


def _rule(request: HttpRequest, version: DefinitionVersion) -> dict[str, Any] | None:
    draft = drafts.draft_of(version, request.session)
    return draft.root.to_rule() if draft.root else None


def _trial(request: HttpRequest, version: DefinitionVersion) -> trying.Trial | None:
    kept = request.session.get(TRIALS, {}).get(str(version.pk))
    return trying.Trial(**kept) if kept else None


def _keep(request: HttpRequest, version: DefinitionVersion, trial: trying.Trial) -> None:
    """Keep the newest trial of this session: numbers of learners and what came of them, no names."""
    request.session[TRIALS] = {str(version.pk): trial.to_json()}


def _records(
    person: Person,
    version: DefinitionVersion,
    owner: Organisation,
    trial: trying.Trial | None,
    rule: dict[str, Any] | None,
) -> dict[str, Any]:
    named = trials.may_see_names(person, owner)
    context: dict[str, Any] = {
        "version": version,
        "owner": owner,
        "trial": trial,
        "named": named,
        "most": trying.MOST_LEARNERS,
        "rule": rule,
        "published": trying.published_before(version),
        "stale": trial is not None and trial.rule != rule,
    }
    if trial is not None:
        context |= {"counts": trial.counts, "seen": len(trial.rows), "listed": _listed(version, trial, named=named)}
        context["unlisted"] = max(0, len(trial.rows) - MOST_LISTED)
    return context


def _listed(version: DefinitionVersion, trial: trying.Trial, *, named: bool) -> list[dict[str, Any]]:
    """The learners as the page lists them: those for whom something changes first, then the furthest."""
    rows = [
        {
            "pk": pk,
            "mark": trying.pseudonym(version, pk),
            "state": state,
            "percent": percent,
            "before": before,
            "percent_before": percent_before,
            "change": ""
            if not before or (state == "met") == (before == "met")
            else "gained"
            if state == "met"
            else "lost",
            "why": why,
        }
        for pk, state, percent, before, percent_before, why in trial.rows
    ]
    rows.sort(key=lambda row: (ORDER[row["change"]], -row["percent"], row["mark"]))
    rows = rows[:MOST_LISTED]
    names = dict(Person.objects.filter(pk__in=[row["pk"] for row in rows]).values_list("pk", "name")) if named else {}
    for row in rows:
        row["called"] = names.get(row.pop("pk")) or f"Learner {row['mark']}"
    return rows


# --- a record made up by hand: everything stands in the address, and nothing is kept ---------------------------------------------


def _made_up(request: HttpRequest, version: DefinitionVersion, rule: dict[str, Any] | None) -> dict[str, Any]:
    chosen = [one[:500] for one in request.GET.getlist("hold") if one][: trying.MOST_MADE_UP]
    query = request.GET.get("q", "")[:LONGEST]
    on = _day(request.GET.get("on", ""))
    context: dict[str, Any] = {"query": query, "on": on, "holds": [], "most_made_up": trying.MOST_MADE_UP}
    try:
        awards = trying.made_up(chosen, datetime.combine(on, time.min, UTC) if on else now())
        titles = trying.titles_of(awards)
        context["holds"] = [
            {
                "title": titles[award.id],
                "value": award.achievement,
                "without": _address(version, [one for one in chosen if one != award.achievement], on),
            }
            for award in awards
        ]
        if rule:
            ready = trying.with_rule(version, rule)
            context["seen_made_up"] = trying.look_at(ready, awards, now(), titles, version.definition.type)
    except CairnError as error:
        context["made_up_wrong"] = f"{error.message} {error.remedy}"
    if query.strip():
        context["found"] = [
            {"one": one, "address": _address(version, [*chosen, one.value], on)}
            for one in picking.achievements(query)
            if one.value not in chosen
        ]
    return context


def _address(version: DefinitionVersion, chosen: list[str], on: date | None) -> str:
    asked: list[tuple[str, str]] = [("hold", one) for one in chosen]
    asked += [("on", on.isoformat())] if on else []
    return f"{reverse('journeys:try_rule', args=[version.pk])}?{urlencode(asked)}#made-up"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
