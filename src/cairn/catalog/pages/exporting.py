"""The catalogue given away by HTTP: to everybody, kept by caches, not sent again to whoever has it (RFC 9110, conditional requests)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from cairn.catalog import queries
from cairn.catalog.exporting import (
    FORMATS,
    atom_feed,
    catalogue_stamp,
    entries,
    entry_of,
    format_named,
    sitemap_index,
    sitemap_part,
)

KEPT = 900
"""Seconds for which caches may give a copy away without asking."""


@require_safe
def exports(request: HttpRequest) -> HttpResponse:
    """Say in which formats the catalogue is given away."""
    return render(request, "catalog/exports.html", {"formats": FORMATS.values()})


@require_safe
def export(request: HttpRequest, name: str) -> HttpResponseBase:
    """Stream the whole catalogue in one format."""
    form = format_named(name)
    return _streamed(
        request, lambda: form.write(entries()), form.media_type, salt=form.name, download=f"catalogue.{form.suffix}"
    )


@require_safe
def export_one(request: HttpRequest, slug: str, name: str) -> HttpResponseBase:
    """Give away what one credential says, in one format."""
    form = format_named(name)
    version = queries.version_of(slug)
    body = form.one(entry_of(version))
    return _whole(request, body, form.media_type, catalogue_stamp()[1])


@require_safe
def sitemap(request: HttpRequest) -> HttpResponseBase:
    """Give the index of the sitemap."""
    return _streamed(request, sitemap_index, "application/xml", salt="sitemap")


@require_safe
def sitemap_chunk(request: HttpRequest, kind: str, number: int) -> HttpResponseBase:
    """Stream one part of the sitemap."""
    part = sitemap_part(kind, number)
    return _streamed(request, lambda: part, "application/xml", salt=f"{kind}-{number}")


@require_safe
def feed(request: HttpRequest) -> HttpResponseBase:
    """Give the feed of new and changed credentials."""
    return _whole(request, atom_feed(), "application/atom+xml; charset=utf-8", catalogue_stamp()[1])


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell crawlers where the sitemap is, and which pages are nobody's to index."""
    closed = ("/account/", "/desk/", "/s/", "/me/", "/operator/", "/exports/")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    lines.append(f"Sitemap: {settings.PUBLIC_URL}{reverse('catalog:sitemap')}")
    response = HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={KEPT}"
    return response


def _streamed(
    request: HttpRequest, content: Callable[[], Iterator[bytes]], media_type: str, *, salt: str, download: str = ""
) -> HttpResponseBase:
    stamp, changed = catalogue_stamp()
    # Weak: the same facts, though perhaps not the same bytes on another machine.
    tag = f'W/"{sha256(f"{salt}|{stamp}|{settings.PUBLIC_URL}".encode()).hexdigest()[:32]}"'
    unchanged = get_conditional_response(request, tag, int(changed.timestamp()) if changed else None)
    if unchanged is not None:
        return _headed(unchanged, tag, changed)
    response = StreamingHttpResponse(content() if request.method != "HEAD" else iter(()), content_type=media_type)
    if download:
        response["Content-Disposition"] = f'attachment; filename="{download}"'
    return _headed(response, tag, changed)


def _whole(request: HttpRequest, body: bytes, media_type: str, changed: datetime | None) -> HttpResponseBase:
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    response = HttpResponse(body, content_type=media_type)
    found = get_conditional_response(request, tag, int(changed.timestamp()) if changed else None, response)
    return _headed(found or response, tag, changed)


def _headed(response: HttpResponseBase, tag: str, changed: datetime | None) -> HttpResponseBase:
    if response.status_code >= 400:
        return response
    response["ETag"] = tag
    response["Cache-Control"] = f"public, max-age={KEPT}"
    response["Access-Control-Allow-Origin"] = "*"
    if changed is not None:
        response["Last-Modified"] = http_date(changed.timestamp())
    return response
