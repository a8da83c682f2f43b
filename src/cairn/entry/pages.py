"""The front page and the sign of life."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from cairn.catalog.models import Definition, DefinitionVersion
from cairn.people.models import Person, Role
from cairn.people.queries import organisations_of
from cairn.skills.models import Occupation, Wage


def home(request: HttpRequest) -> HttpResponse:
    """Say what Cairn is for and lead each kind of person to their place."""
    published = DefinitionVersion.objects.filter(state=DefinitionVersion.State.PUBLISHED)
    context = {
        "offered": published.count(),
        "providers": Definition.objects.filter(versions__in=published).values("provider").distinct().count(),
        "occupations": Occupation.objects.filter(needs__isnull=False).distinct().count(),
        "wages": Wage.objects.count(),
        "ours": published.filter(definition__owner__isnull=False)
        .select_related("definition__provider")
        .order_by("-published_at", "pk")[:6],
    }
    return render(request, "entry/home.html", context)


def health(_request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database answers: for load balancers and the like. Says nothing about anybody."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


DESKS: dict[str, tuple[Role, ...]] = {
    "provider": (Role.ADMIN, Role.DESIGNER, Role.REVIEWER, Role.PUBLISHER, Role.REGISTRAR, Role.ENDORSER),
    "assessor": (Role.ASSESSOR, Role.INSTRUCTOR),
    "employer": (Role.RECRUITER,),
    "recognition": (Role.EXAMINER, Role.DEAN, Role.REGISTRAR),
}
"""Desk to the roles that work at it."""


class _Desks:
    """The desks a person works at, looked up when a template first asks."""

    def __init__(self, person: Any) -> None:
        self._person = person
        self._found: frozenset[str] | None = None

    def __contains__(self, desk: object) -> bool:
        if self._found is None:
            person = self._person
            known = isinstance(person, Person)
            self._found = frozenset(
                name for name, roles in DESKS.items() if known and organisations_of(person, *roles).exists()
            ) | ({"operator"} if known and person.is_staff else frozenset())
        return desk in self._found


def desks(request: HttpRequest) -> dict[str, Any]:
    """Context of every page: the desks the signed-in person works at."""
    return {"desks": _Desks(getattr(request, "user", None))}
