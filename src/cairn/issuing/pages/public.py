"""What anybody may fetch: DID documents, profiles, status lists, achievements. The same answer to everybody, and nobody notes who asks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.views.decorators.http import require_safe

from cairn.catalog.achievements import achievement_document
from cairn.credentials.linkeddata.contexts import OB_3, VC_V2
from cairn.issuing import queries
from cairn.issuing.addresses import issuer_url
from cairn.issuing.documents import issuer_profile
from cairn.look.drawings.badge import badge_image
from cairn.people.queries import organisation as organisation_at

_HTML, _MACHINE = "text/html", ("application/json", "application/ld+json", "application/vc")


@require_safe
def did_document(_request: HttpRequest, slug: str) -> HttpResponse:
    """Serve the DID document of an organisation's did:web."""
    document = queries.did_document_of(organisation_at(slug))
    return _public(JsonResponse(document), seconds=300)


@require_safe
def profile(request: HttpRequest, slug: str) -> HttpResponse:
    """Show who an organisation is: a page for people, an Open Badges Profile for programs, by the Accept header."""
    organisation = organisation_at(slug)
    did = queries.issuer_id_of(organisation)
    if _wants_json(request):
        document = {"@context": [VC_V2, OB_3], **issuer_profile(organisation, did or issuer_url(organisation))}
        response: HttpResponse = _public(JsonResponse(document), seconds=300)
    else:
        context = {
            "organisation": organisation,
            "did": did,
            "keys": queries.keys_of(organisation),
            "versions": queries.awardable_versions(organisation).select_related("definition"),
            "endorsed": queries.endorsed_by(organisation),
        }
        response = render(request, "issuing/profile.html", context)
    patch_vary_headers(response, ["Accept"])
    return response


@require_safe
def status_list(request: HttpRequest, slug: str, purpose: str, number: int) -> HttpResponse:
    """Serve a signed status list, unchanged bytes with an ETag. Five minutes is how late a revocation may be seen."""
    served = queries.status_list_document(slug, purpose, number)
    response = HttpResponse(served.text, content_type="application/vc", headers={"ETag": served.etag})
    return _public(get_conditional_response(request, etag=served.etag, response=response) or response, seconds=300)


@require_safe
def achievement(request: HttpRequest, uid: UUID, number: int) -> HttpResponse:
    """Give programs the achievement as JSON, and lead people to its page in the catalogue."""
    version = queries.public_version(uid, number)
    if _wants_json(request):
        document: dict[str, Any] = {"@context": [VC_V2, OB_3], **achievement_document(version)}
        response: HttpResponse = _public(JsonResponse(document), seconds=3600)
    else:
        response = HttpResponseRedirect(reverse("catalog:credential", args=[version.definition.slug]))
    patch_vary_headers(response, ["Accept"])
    return response


@require_safe
def achievement_image(_request: HttpRequest, uid: UUID, number: int) -> HttpResponse:
    """Serve a version's picture: its author's, or one drawn from its name. Whatever stands in it, nothing in it runs."""
    version = queries.public_version(uid, number)
    definition = version.definition
    picture = version.image_svg or badge_image(
        version.title, str(definition.owner or definition.provider), definition.type, str(definition.uid)
    )
    response = HttpResponse(picture, content_type="image/svg+xml")
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
    return _public(response, seconds=86_400)


def _wants_json(request: HttpRequest) -> bool:
    return request.get_preferred_type([_HTML, *_MACHINE]) in _MACHINE


def _public[R: HttpResponse](response: R, *, seconds: int) -> R:
    """Let caches keep it and pages of any site read it: it is the same for everybody."""
    response["Cache-Control"] = f"public, max-age={seconds}"
    response["Access-Control-Allow-Origin"] = "*"
    return response
