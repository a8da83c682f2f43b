"""Who asks for a page."""

from __future__ import annotations

from django.http import HttpRequest

from cairn.errors import NotFound
from cairn.people.models import Person


def person_of(request: HttpRequest) -> Person:
    """Return who is signed in; raises :class:`NotFound` for the operator's technical accounts."""
    if not isinstance(request.user, Person):
        raise NotFound("This is for people with an account.", remedy="Sign in first.")
    return request.user
