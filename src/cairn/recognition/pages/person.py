"""Who is asking, and pages that nobody keeps."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

from cairn.people.models import Person


def signed_in(request: HttpRequest) -> Person:
    """Return the person behind the request; pages that call it are for people who are signed in."""
    return cast("Person", request.user)


def private(response: HttpResponse) -> HttpResponse:
    """Let nobody on the way keep a page about somebody's records."""
    patch_cache_control(response, private=True, no_store=True)
    return response
