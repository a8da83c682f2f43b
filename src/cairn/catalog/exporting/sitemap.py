"""The sitemap: an index, and parts of at most 50,000 addresses (sitemaps.org protocol 0.9), streamed.

A part holds the credentials (or providers) whose keys lie in one span of 50,000. So a part never grows too long and its addresses
never move to another one, however many are added or retired.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from xml.sax.saxutils import escape

from django.conf import settings
from django.db.models import F, IntegerField, Max, Min
from django.db.models.functions import Cast, Floor
from django.urls import reverse

from cairn.catalog.models import DefinitionVersion, Provider
from cairn.errors import NotFound

LONGEST = 50_000
"""Addresses of one part, by the protocol."""
KINDS = ("credentials", "providers")
_HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_PUBLIC = DefinitionVersion.State.PUBLISHED


def sitemap_index() -> Iterator[bytes]:
    """Yield the index of all parts that have something in them."""
    yield _HEAD + f'<sitemapindex xmlns="{_SPACE}">\n'.encode()
    spans = DefinitionVersion.objects.filter(state=_PUBLIC).annotate(span=_span("definition_id"))
    parts = spans.values("span").annotate(changed=Max("published_at")).order_by("span")
    for span, changed in parts.values_list("span", "changed"):
        yield _entry("sitemap", _part("credentials", span), changed)
    providers = Provider.objects.annotate(span=_span("pk")).values("span").annotate(first=Min("pk")).order_by("span")
    for span in providers.values_list("span", flat=True):
        yield _entry("sitemap", _part("providers", span), None)
    yield b"</sitemapindex>\n"


def sitemap_part(kind: str, number: int) -> Iterator[bytes]:
    """Yield one part. Raises NotFound (at once) for a kind that does not exist or a part with nothing in it."""
    low, high = number * LONGEST, (number + 1) * LONGEST
    rows: Iterator[tuple[str, datetime | None]]
    if kind == "credentials":
        versions = DefinitionVersion.objects.filter(state=_PUBLIC, definition_id__gte=low, definition_id__lt=high)
        exists = versions.exists()
        rows = versions.order_by("definition_id").values_list("definition__slug", "published_at").iterator(2000)
    elif kind == "providers":
        providers = Provider.objects.filter(pk__gte=low, pk__lt=high)
        exists = providers.exists()
        rows = ((slug, None) for slug in providers.order_by("pk").values_list("slug", flat=True).iterator(2000))
    else:
        exists, rows = False, iter(())
    if not exists:
        raise NotFound("There is no such part of the sitemap.", remedy="The index names those that there are.")
    return _written("catalog:credential" if kind == "credentials" else "catalog:provider", rows)


def _written(page: str, rows: Iterator[tuple[str, datetime | None]]) -> Iterator[bytes]:
    yield _HEAD + f'<urlset xmlns="{_SPACE}">\n'.encode()
    for slug, changed in rows:
        yield _entry("url", settings.PUBLIC_URL + reverse(page, args=[slug]), changed)
    yield b"</urlset>\n"


def _entry(element: str, address: str, changed: datetime | None) -> bytes:
    when = f"<lastmod>{changed.isoformat(timespec='seconds')}</lastmod>" if changed else ""
    return f"<{element}><loc>{escape(address)}</loc>{when}</{element}>\n".encode()


def _part(kind: str, number: int) -> str:
    return settings.PUBLIC_URL + reverse("catalog:sitemap_part", args=[kind, number])


def _span(column: str) -> Cast:
    return Cast(Floor(F(column) / float(LONGEST)), IntegerField())
