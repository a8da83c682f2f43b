"""Who is asking, as an account."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest

from cairn.people.models import Person


def signed_in(request: HttpRequest) -> Person:
    """Return the person behind the request; pages that call it are for people who are signed in."""
    return cast("Person", request.user)
