"""What happens to every answer: errors become what the medium needs (a page, a fragment of one, or a problem document, RFC 9457), and
pages for one person stay with that person."""

from __future__ import annotations

from collections.abc import Callable

from django.db import DataError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control

from cairn.errors import CairnError, Invalid, NotFound, meaning_of


class ErrorPages:
    """Middleware: answers a :class:`CairnError` raised by a page. The API answers its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, unless its address holds the null letter: no database keeps it, so nothing can lie there."""
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return self._page(request, NotFound("There is nothing at this address.", remedy="Check that it is whole."))
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer errors of ours; leave every other one to Django, which reports it."""
        if isinstance(error, DataError) and "NUL" in str(error):
            error = Invalid(
                "What was sent holds a letter that cannot be kept.", remedy="Type it again.", code="null_letter"
            )
        return self._page(request, error) if isinstance(error, CairnError) else None

    def _page(self, request: HttpRequest, error: CairnError) -> HttpResponse:
        meaning = meaning_of(error)
        if "text/html" not in request.headers.get("Accept", "text/html") and "*/*" not in request.headers.get(
            "Accept", ""
        ):
            return JsonResponse(
                {
                    "type": "about:blank",
                    "title": meaning.heading,
                    "status": meaning.status,
                    **error.as_dict(),
                },
                status=meaning.status,
                content_type="application/problem+json",
            )
        context = {
            "heading": meaning.heading,
            "message": error.message,
            "remedy": error.remedy,
            "missing": error.facts.get("missing"),
        }
        return render(request, "problem.html", context, status=meaning.status)


class PrivatePages:
    """Middleware: what was made for somebody who is signed in stays with them, in no shared cache and in no browser's history.

    Pages that say themselves how long they may be kept are left alone, and documents for everybody are not asked who looks.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on and mark its answer."""
        response = self.get_response(request)
        if "Cache-Control" not in response and request.session.accessed and request.user.is_authenticated:
            patch_cache_control(response, private=True, no_store=True)
        return response
