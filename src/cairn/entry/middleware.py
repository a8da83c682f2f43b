"""What happens to every answer: errors become what the medium needs (a page, a fragment of one, or a problem document, RFC 9457), and
pages for one person stay with that person."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control

from cairn.entry.api.problems import problem
from cairn.errors import CairnError, Invalid, NotFound, meaning_of


class ErrorPages:
    """Middleware: answers a :class:`CairnError` raised by a page. The API answers its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, unless its address holds the null letter: no database keeps it, so nothing can lie there."""
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return self._page(request, NotFound("There is nothing at this address.", remedy="Check that it is whole."))
        response = self.get_response(request)
        if (
            response.status_code in NO_PAGES
            and _asks_the_api(request)
            and response["Content-Type"].startswith("text/html")
        ):
            heading, refusal = NO_PAGES[response.status_code]
            said = problem(response.status_code, heading, refusal.as_dict())
            for name in ("Allow", "Cache-Control"):
                if name in response:
                    said[name] = response[name]
            return said
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer errors of ours; leave every other one to Django, which reports it."""
        if isinstance(error, DataError) and "NUL" in str(error):
            error = Invalid(
                "What was sent holds a letter that cannot be kept.", remedy="Type it again.", code="null_letter"
            )
        if isinstance(error, TooManyFieldsSent | RequestDataTooBig):
            error = Invalid(
                "That is more than is read in one go.", remedy="Send less of it at a time.", code="too_much"
            )
        return self._page(request, error) if isinstance(error, CairnError) else None

    def _page(self, request: HttpRequest, error: CairnError) -> HttpResponse:
        meaning = meaning_of(error)
        accepted = request.headers.get("Accept", "text/html")
        if _asks_the_api(request) or ("text/html" not in accepted and "*/*" not in accepted):
            return problem(meaning.status, meaning.heading, error.as_dict())
        context = {
            "heading": meaning.heading,
            "message": error.message,
            "remedy": error.remedy,
            "missing": error.facts.get("missing"),
        }
        return render(request, "problem.html", context, status=meaning.status)


NO_PAGES = {
    400: ("That did not work", Invalid("The request is malformed.", remedy="Compare it with /api/v1/openapi.json.", code="bad_request")),
    404: ("Not here", NotFound("The API has nothing at this address.", remedy="Compare it with /api/v1/openapi.json.")),
    405: ("Not that way", Invalid("Nobody answers this method here.", remedy="See “Allow” for those that are.", code="method_not_allowed")),
}  # fmt: skip
"""What programs are told where Django would answer with a page: the heading and the error, by status."""


def _asks_the_api(request: HttpRequest) -> bool:
    return request.path.startswith(("/api/v1/", "/api/vc/"))


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
