"""How credible a credential is, criterion by criterion: what is known and from where, what the provider says, how it changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from cairn.appraisal import Criterion, Rubric
from cairn.catalog import queries, services
from cairn.catalog.models import CriterionAppeal, CriterionEvidence, DefinitionVersion
from cairn.catalog.pages.authoring_asking import person_asking
from cairn.catalog.worth_forms import FindingForm
from cairn.errors import CairnError, Invalid, NotFound
from cairn.outside import clock
from cairn.people.models import Organisation, Person

MOST_SCORES = 50


@require_safe
def credibility(request: HttpRequest, slug: str) -> HttpResponse:
    """Show every criterion of a version with its points, evidence, source, date, the provider's answer and its appeals."""
    return _page(request, queries.version_of(slug))


@require_safe
def rubric(request: HttpRequest) -> HttpResponse:
    """Show the rubric in use: what is asked, what it is worth, how much the way of checking counts."""
    found = queries.rubric_in_use()
    context = {
        "rubric": found,
        "groups": _groups(found),
        "tiers": [(tier.value, share) for tier, share in found.multipliers.items()],
    }
    return render(request, "catalog/worth_rubric.html", context)


@require_safe
def rubric_document(request: HttpRequest) -> HttpResponse:
    """Give the rubric in use as data, in the shape in which another one can be loaded."""
    found = queries.rubric_in_use()
    document = {
        "id": found.id, "version": found.version, "tiers": {tier.value: float(share) for tier, share in found.multipliers.items()},
        "groups": [
            {
                "id": key, "name": name,
                "criteria": [
                    {
                        "id": one.id, "points": _number(one.points), "name": one.name, "asks": one.asks,
                        **({"steps": [{"points": _number(points), "when": when} for points, when in one.steps]} if one.steps else {}),
                    }
                    for one in found.criteria
                    if one.group == key
                ],
            }
            for key, name in found.groups
        ],
    }  # fmt: skip
    return HttpResponse(json.dumps(document, indent=2, ensure_ascii=False) + "\n", content_type="application/json")


@login_required
@require_POST
def judge(request: HttpRequest, slug: str) -> HttpResponse:
    """Carry out one act on one criterion; which, ``act`` says."""
    version, person = queries.version_of(slug), person_asking(request)
    act = ACTS.get(request.POST.get("act", ""))
    if act is None:
        raise Invalid("There is no such act.", remedy="Use the buttons of the page.")
    try:
        done = act(request, version, person)
    except CairnError as error:
        messages.error(request, f"{error.message} {error.remedy}")
        return redirect(_address(version, request))
    if isinstance(done, FindingForm):
        return _page(request, version, done)
    messages.success(request, done)
    return redirect(_address(version, request))


def _page(request: HttpRequest, version: DefinitionVersion, wrong: FindingForm | None = None) -> HttpResponse:
    at, person = clock.now(), request.user if isinstance(request.user, Person) else None
    found = queries.credibility_of(version, at)
    judging = queries.judging_for(person, version)
    speaking = queries.speaking_for(person, version)
    recorded, appeals = list(queries.evidence_rows(version)), queries.appeals_on(version)
    answers = queries.latest_answers(version)
    rows: list[dict[str, Any]] = [
        {
            "judged": one,
            "criterion": one.criterion,
            "answer": answers.get(one.criterion.id),
            "appeals": [appeal for appeal in appeals if appeal.criterion == one.criterion.id],
            "open": next((a for a in appeals if a.criterion == one.criterion.id and a.state == "lodged"), None),
            "recorded": [row for row in recorded if row.criterion == one.criterion.id],
            "form": _form(one.criterion, wrong, own=not judging) if judging or speaking else None,
        }
        for one in found.criteria
    ]
    context = {
        "version": version, "found": found, "gates": queries.gates_of(version, found, at.date()), "judging": judging, "speaking": speaking,
        "interval": {"low": float(found.low), "high": float(found.high), "known": float(found.coverage)},
        "groups": [{"name": name, "rows": [row for row in rows if row["criterion"].group == key]} for key, name in found.rubric.groups],
        "scores": queries.scores_of(version)[:MOST_SCORES], "wrong": wrong,
    }  # fmt: skip
    return render(request, "catalog/worth_credibility.html", context, status=422 if wrong else 200)


def _form(criterion: Criterion, wrong: FindingForm | None, *, own: bool) -> FindingForm:
    form = FindingForm(criterion=criterion, initial={"checked_on": clock.now().date()})
    if wrong is not None and wrong.criterion.id == criterion.id:
        form = wrong
    if own:
        form.for_oneself()
    return form


def _record(request: HttpRequest, version: DefinitionVersion, person: Person) -> str | FindingForm:
    form = FindingForm(request.POST, criterion=_criterion(request))
    if not form.is_valid():
        return form
    organisation = _for(request, version, person)
    services.record_evidence(
        version=version, organisation=organisation, finding=form.finding(), by=person, at=clock.now()
    )
    return "It is on record."


def _withdraw(request: HttpRequest, version: DefinitionVersion, person: Person) -> str:
    row = _row(request, "evidence", queries.evidence_rows(version))
    services.withdraw_evidence(
        evidence=row, version=version, reason=request.POST.get("reason", ""), by=person, at=clock.now()
    )
    return "Withdrawn. It stays readable."


def _answer(request: HttpRequest, version: DefinitionVersion, person: Person) -> str:
    criterion, text = _criterion(request).id, request.POST.get("text", "")
    services.answer(version=version, criterion=criterion, text=text, by=person, at=clock.now())
    return "Your answer stands beside the criterion."


def _appeal(request: HttpRequest, version: DefinitionVersion, person: Person) -> str:
    criterion, grounds = _criterion(request).id, request.POST.get("grounds", "")
    services.appeal(version=version, criterion=criterion, grounds=grounds, by=person, at=clock.now())
    return "Your appeal is in. Somebody who had no part in it decides."


def _take_back(request: HttpRequest, version: DefinitionVersion, person: Person) -> str:
    services.take_back(appeal=_open_appeal(request, version), by=person, at=clock.now())
    return "The appeal is taken back."


def _dismiss(request: HttpRequest, version: DefinitionVersion, person: Person) -> str:
    services.decide(
        appeal=_open_appeal(request, version), organisation=_for(request, version, person), reasons=request.POST.get("reasons", ""),
        by=person, at=clock.now(),
    )  # fmt: skip
    return "Dismissed, with your reasons."


def _uphold(request: HttpRequest, version: DefinitionVersion, person: Person) -> str | FindingForm:
    form = FindingForm(request.POST, criterion=_criterion(request))
    if not form.is_valid():
        return form
    services.decide(
        appeal=_open_appeal(request, version), organisation=_for(request, version, person), reasons=request.POST.get("reasons", ""),
        remedy=form.finding(), by=person, at=clock.now(),
    )  # fmt: skip
    return "Upheld. The new finding holds from now on."


type Act = Callable[[HttpRequest, DefinitionVersion, Person], str | FindingForm]
ACTS: dict[str, Act] = {
    "record": _record,
    "withdraw": _withdraw,
    "answer": _answer,
    "appeal": _appeal,
    "take_back": _take_back,
    "dismiss": _dismiss,
    "uphold": _uphold,
}
"""What the buttons of the page do."""


def _criterion(request: HttpRequest) -> Criterion:
    wanted = request.POST.get("criterion", "")
    found = next((one for one in queries.rubric_in_use().criteria if one.id == wanted), None)
    if found is None:
        raise NotFound("There is no such criterion.", remedy="Use the buttons of the page.")
    return found


def _for(request: HttpRequest, version: DefinitionVersion, person: Person) -> Organisation:
    side = queries.speaking_for(person, version)
    able = [*queries.judging_for(person, version), *([side] if side else [])]
    asked = request.POST.get("organisation")
    found = next((one for one in able if not asked or one.slug == asked), None)
    if found is None:
        raise NotFound(
            "You judge for no organisation here.",
            remedy="Quality reviewers of accreditors, professional bodies and the operator do.",
        )
    return found


def _row(request: HttpRequest, name: str, rows: Any) -> CriterionEvidence:
    asked = request.POST.get(name, "")
    found: CriterionEvidence | None = rows.filter(pk=asked).first() if asked.isdecimal() and len(asked) < 18 else None
    if found is None:
        raise NotFound("There is no such evidence.", remedy="Use the buttons of the page.")
    return found


def _open_appeal(request: HttpRequest, version: DefinitionVersion) -> CriterionAppeal:
    wanted = _criterion(request).id
    found = next(
        (one for one in queries.appeals_on(version) if one.criterion == wanted and one.state == "lodged"), None
    )
    if found is None:
        raise NotFound("No appeal on this criterion is open.", remedy="Look at the page again.")
    return found


def _address(version: DefinitionVersion, request: HttpRequest) -> str:
    criterion = request.POST.get("criterion", "")
    known = any(one.id == criterion for one in queries.rubric_in_use().criteria)
    page = reverse("catalog:credibility", args=[version.definition.slug])
    return f"{page}#{criterion}" if known else page


def _groups(found: Rubric) -> list[dict[str, Any]]:
    return [
        {
            "name": name, "points": sum(one.points for one in found.criteria if one.group == key),
            "criteria": [one for one in found.criteria if one.group == key],
        }
        for key, name in found.groups
    ]  # fmt: skip


def _number(amount: Any) -> float | int:
    return int(amount) if amount == int(amount) else float(amount)
