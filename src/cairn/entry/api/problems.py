"""Every error of the API is a problem document (RFC 9457) that says what is wrong, where, and what to do next."""

from __future__ import annotations

from typing import Any

from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError

from cairn.appraisal import AppraisalError
from cairn.credentials import CredentialError
from cairn.errors import CairnError, Invalid, NotFound, meaning_of

SIGN_IN = (
    "Send “Authorization: Bearer” and a token: one of your own, made on the page of your account, or one of your organisation, which an "
    "administrator makes."
)


def answer_with_problems(api: NinjaAPI, *, unusable: int = 422) -> None:
    """Make ``api`` answer each kind of error in its own words; ``unusable`` is the status for what cannot be used."""

    @api.exception_handler(CairnError)
    def refused(request: HttpRequest, error: CairnError) -> HttpResponse:
        meaning = meaning_of(error)
        status = unusable if meaning.status == 422 else meaning.status
        if error.specific_code == "bad_token":
            status = 401
        return problem(status, meaning.heading, error.as_dict())

    @api.exception_handler(CredentialError)
    def unreadable(request: HttpRequest, error: CredentialError) -> HttpResponse:
        facts = {"where": error.where} if error.where else {}
        return refused(request, Invalid(error.message, remedy=error.remedy, code=error.code, **facts))

    @api.exception_handler(DataError)
    def not_kept(request: HttpRequest, error: DataError) -> HttpResponse:
        """PostgreSQL keeps no null letter; anything else it refuses is our fault and is reported."""
        if "NUL" not in str(error):
            raise error
        remedy = "Leave the letter \\u0000 out."
        return refused(
            request, Invalid("A text holds a letter that cannot be kept.", remedy=remedy, code="null_letter")
        )

    @api.exception_handler(AppraisalError)
    def incomparable(request: HttpRequest, error: AppraisalError) -> HttpResponse:
        return refused(request, Invalid(str(error), remedy=getattr(error, "remedy", ""), code="not_comparable"))

    @api.exception_handler(ValidationError)
    def malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
        wrong = [
            {"where": ".".join(str(part) for part in each["loc"] if part != "payload"), "message": each["msg"]}
            for each in error.errors
        ]
        facts = {
            "code": "malformed_request",
            "message": "; ".join(f"{each['where']}: {each['message']}" for each in wrong[:3]) + ".",
            "remedy": "Compare the request with /api/v1/openapi.json.",
            "errors": wrong,
        }
        return problem(unusable, "That could not be used", facts)

    @api.exception_handler(AuthenticationError)
    def unknown_caller(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        return problem(
            401,
            "Who is asking?",
            {"code": "token_missing", "message": "This operation needs a token.", "remedy": SIGN_IN},
        )

    @api.exception_handler(Throttled)
    def too_fast(request: HttpRequest, error: Throttled) -> HttpResponse:
        response = problem(
            429,
            "A little slower, please",
            {
                "code": "too_many_requests",
                "message": "These were too many requests in a minute.",
                "remedy": "Wait, then go on.",
            },
        )
        response["Retry-After"] = str(getattr(error, "wait", None) or 60)
        return response

    @api.exception_handler(HttpError)
    def other(request: HttpRequest, error: HttpError) -> HttpResponse:
        facts = {
            "code": "bad_request",
            "message": error.message,
            "remedy": "Compare the request with /api/v1/openapi.json.",
        }
        return problem(error.status_code, "That did not work", facts)

    @api.exception_handler(Http404)
    def nothing_here(request: HttpRequest, error: Http404) -> HttpResponse:
        return refused(request, NotFound("There is nothing at this address.", remedy="See /api/v1/openapi.json."))


def problem(status: int, title: str, facts: dict[str, Any]) -> HttpResponse:
    """Return the problem document; ``facts`` are code, message, remedy and whatever else is known."""
    document = {"type": "about:blank", "title": title, "status": status, "detail": facts["message"], **facts}
    response = JsonResponse(document, status=status, content_type="application/problem+json")
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="Cairn"'
    return response
