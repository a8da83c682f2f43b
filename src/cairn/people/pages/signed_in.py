"""Who is asking, on pages that only signed-in people reach."""

from __future__ import annotations

from django.http import HttpRequest

from cairn.errors import NotAllowed
from cairn.people.models import Person


def person_of(request: HttpRequest) -> Person:
    """Return the signed-in person; raises NotAllowed where a page forgot to ask for sign-in first."""
    if not isinstance(request.user, Person):
        raise NotAllowed("Only people who have signed in can do this.", remedy="Sign in first.")
    return request.user
