"""What is new and what changed in the catalogue, as an Atom feed (RFC 4287): the latest versions that were published."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

from django.conf import settings
from django.urls import reverse

from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import DefinitionVersion
from cairn.catalog.queries.definitions import published

LENGTH = 100
"""Entries of the feed; the whole catalogue is an export."""
LONGEST_SUMMARY = 500


def atom_feed() -> bytes:
    """Return the feed, latest first. An entry's id is the achievement's address, which names what this version says for ever."""
    latest = list(published().filter(published_at__isnull=False).order_by("-published_at", "-pk")[:LENGTH])
    here = settings.PUBLIC_URL + reverse("catalog:feed")
    catalogue = settings.PUBLIC_URL + reverse("catalog:search")
    changed = _moment(latest[0].published_at if latest else None)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">',
        f"<id>{escape(here)}</id>",
        "<title>New and changed credentials</title>",
        f"<updated>{changed}</updated>",
        f'<link rel="self" type="application/atom+xml" href={quoteattr(here)}/>',
        f'<link rel="alternate" type="text/html" href={quoteattr(catalogue)}/>',
        "<generator>Cairn</generator>",
        *(_entry(version) for version in latest),
        "</feed>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _entry(version: DefinitionVersion) -> str:
    page = settings.PUBLIC_URL + reverse("catalog:credential", args=[version.definition.slug])
    what = ("new", "New") if version.number == 1 else ("changed", "Changed")
    summary = version.description[:LONGEST_SUMMARY]
    return "\n".join([
        "<entry>",
        f"<id>{escape(achievement_id(version))}</id>",
        f"<title xml:lang={quoteattr(_text(version.language))}>{_text(escape(version.title))}</title>",
        f"<updated>{_moment(version.published_at)}</updated>",
        f'<link rel="alternate" type="text/html" href={quoteattr(page)}/>',
        f"<author><name>{_text(escape(version.definition.provider.name))}</name></author>",
        f'<category term="{what[0]}" label="{what[1]}"/>',
        *([f'<category term="{version.definition.type}" scheme={quoteattr(settings.PUBLIC_URL + "/types")}/>']
          if version.definition.type else []),
        *([f"<summary>{_text(escape(summary))}</summary>"] if summary else []),
        "</entry>",
    ])  # fmt: skip


def _moment(at: datetime | None) -> str:
    return (at or datetime(1970, 1, 1, tzinfo=UTC)).astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _text(text: str) -> str:
    """Leave out letters that XML 1.0 cannot hold."""
    return "".join(
        letter
        for letter in text
        if letter in "\t\n\r" or (letter >= " " and not "\ud800" <= letter <= "\udfff" and letter not in "\ufffe\uffff")
    )
