"""The search index: fed from the database, kept beside it, thrown away and made again whenever it does not match.

``settings.SEARCH_INDEX`` holds one folder per build and ``current.json``, which names the one in use, what shape it has and which state
of the data it was made from. A build writes a new folder and then replaces ``current.json``, so a reader sees the old index or the
new one, never half of one. The database stays the truth: hits are looked up there, and what is not there any more is not shown.
"""

from __future__ import annotations

import json
import shutil
import unicodedata
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tantivy
from django.conf import settings
from django.db.models import Max, Prefetch

from cairn.catalog.models import DefinitionVersion, ImportRun, Offer, SkillTaught
from cairn.catalog.queries.definitions import published
from cairn.catalog.search.bands import hours_band, leads_kind, mode_of, price_band
from cairn.skills.models import FieldOfStudyLink, Occupation

SHAPE = 1
"""Raise it when the fields change: older indexes are then made again."""
LAST = 2**62
"""Where what is not stated stands when sorting: at the end."""
INLINE = 20_000
"""Up to so many versions a page may wait for the index to be made; above, it is made by the command."""
TEXTS = ("title", "provider_name", "leads_to", "skills", "occupations", "place")
WRITER_BYTES = 32_000_000


@dataclass(frozen=True)
class Opened:
    """An index that is ready to be asked."""

    index: tantivy.Index
    schema: tantivy.Schema
    folder: str


_opened: dict[Path, Opened] = {}


def schema() -> tantivy.Schema:
    """Return the fields of the index."""
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("version", stored=True, indexed=True, fast=True)
    for name in TEXTS:
        builder.add_text_field(name)
    for name in ("type", "leads", "price", "hours", "mode", "county", "provider", "occupation"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_text_field("title_order", tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_unsigned_field("price_order", fast=True)
    builder.add_unsigned_field("hours_order", fast=True)
    return builder.build()


def rebuild() -> int:
    """Make the index from the database and put it in the place of the old one; return how many versions it holds."""
    home = Path(settings.SEARCH_INDEX)
    home.mkdir(parents=True, exist_ok=True)
    folder = home / f"index-{uuid.uuid4().hex}"
    folder.mkdir()
    state = fingerprint()
    shape = schema()
    writer = tantivy.Index(shape, path=str(folder)).writer(heap_size=WRITER_BYTES, num_threads=1)
    count = 0
    for document in documents(None):
        writer.add_document(tantivy.Document.from_dict(document, shape))
        count += 1
    writer.commit()
    writer.wait_merging_threads()
    _point_at(folder.name, state)
    for old in home.glob("index-*"):
        if old.name != folder.name:
            shutil.rmtree(old, ignore_errors=True)
    return count


def update(version_ids: Iterable[int]) -> bool:
    """Bring these versions into the index, or out of it when they are not published any more.

    Returns whether it worked; when another process is writing, or there is no index yet, the index is marked as old and is made again by
    the next search.
    """
    ids = sorted(set(version_ids))
    current = _current()
    if current is None:
        return False
    state = fingerprint()
    if _imports(current["state"]) != _imports(state):  # much more has changed than these
        return False
    try:
        index = tantivy.Index.open(str(Path(settings.SEARCH_INDEX) / current["folder"]))
        writer = index.writer(heap_size=WRITER_BYTES, num_threads=1)
        for number in ids:
            writer.delete_documents_by_query(tantivy.Query.term_query(index.schema, "version", number))
        for document in documents(ids):
            writer.add_document(tantivy.Document.from_dict(document, index.schema))
        writer.commit()
        writer.wait_merging_threads()
    except ValueError:  # tantivy's word for "locked", "gone" and "broken"
        _point_at(current["folder"], "")
        return False
    _point_at(current["folder"], state)
    return True


def ready() -> Opened | None:
    """Return the index if there is one that matches the data; make it first where that takes no longer than a page may."""
    current = _current()
    if current is None or current["state"] != fingerprint():
        if published().count() > INLINE:
            return None
        rebuild()
        current = _current()
        if current is None:
            return None
    folder = Path(settings.SEARCH_INDEX) / current["folder"]
    opened = _opened.get(folder)
    try:
        if opened is None:
            index = tantivy.Index.open(str(folder))
            _opened.clear()
            opened = _opened[folder] = Opened(index, index.schema, folder.name)
        opened.index.reload()
    except (ValueError, OSError):
        _opened.pop(folder, None)
        return None
    return opened


def fingerprint() -> str:
    """Say in a few cheap questions which state the data is in: it changes whenever something is imported, published or offered."""
    newest = DefinitionVersion.objects.aggregate(version=Max("pk"), published=Max("published_at"))
    told = [
        SHAPE,
        newest["version"],
        newest["published"].isoformat() if newest["published"] else None,
        Offer.objects.aggregate(offer=Max("pk"))["offer"],
        DefinitionVersion.objects.filter(state=DefinitionVersion.State.SUSPENDED).count(),
        ImportRun.objects.filter(dry_run=False).aggregate(finished=Max("finished_at"))["finished"],
    ]
    return json.dumps(told, default=str)


def _imports(state: str) -> object:
    """Return shape and last import of a state of the data: what an update cannot mend; "old" for an index that was marked as old."""
    if not state:
        return "old"
    told = json.loads(state)
    return told[0], told[-1]


def documents(ids: list[int] | None) -> Iterator[dict[str, Any]]:
    """Write published versions as documents of the index; all of them, or these."""
    versions = published().prefetch_related(
        Prefetch("offers", Offer.objects.filter(state__in=[Offer.State.OPEN, Offer.State.SCHEDULED, Offer.State.RUNNING]).order_by("pk")),
        Prefetch("skills", SkillTaught.objects.select_related("skill")),
    )  # fmt: skip
    if ids is not None:
        versions = versions.filter(pk__in=ids)
    titles = _occupation_titles()
    for version in versions.order_by("pk").iterator(chunk_size=2000):
        yield _document(version, titles.get(version.field_of_study, ()))


def _document(version: DefinitionVersion, occupations: Iterable[str]) -> dict[str, Any]:
    provider = version.definition.provider
    offers = list(version.offers.all())
    prices = [offer.price_total for offer in offers if offer.price_total is not None]
    hours = version.workload_hours
    if hours is None:
        hours = next((offer.hours for offer in offers if offer.hours is not None), None)
    offer = offers[0] if offers else Offer()
    county = offer.county or provider.county
    return {
        "version": version.pk,
        "title": version.title,
        "provider_name": provider.name,
        "leads_to": version.leads_to,
        "skills": " · ".join(taught.skill.name for taught in version.skills.all()),
        "occupations": " · ".join(occupations),
        "place": " ".join(
            part for part in (offer.city or provider.city, county, offer.state_code or provider.state) if part
        ),
        "type": version.definition.type or "unstated",
        "leads": leads_kind(version.leads_to),
        "price": price_band(min(prices, default=None)),
        "hours": hours_band(hours),
        "mode": mode_of(version.participation or offer.mode),
        "county": county or "unstated",
        "provider": provider.slug,
        "occupation": list(occupations),
        "title_order": _order(version.title),
        "price_order": min(prices, default=LAST),
        "hours_order": int(hours * 100) if hours is not None else LAST,
    }


def _occupation_titles() -> dict[str, tuple[str, ...]]:
    """Return the titles of the occupations that each field of study prepares for, one for each SOC."""
    named: dict[str, str] = {}
    for occupation in Occupation.objects.exclude(soc="").order_by("code").only("soc", "title"):
        named.setdefault(occupation.soc, occupation.title)
    found: dict[str, list[str]] = {}
    for cip, soc in FieldOfStudyLink.objects.order_by("cip", "soc").values_list("cip", "soc"):
        if soc in named:
            found.setdefault(cip, []).append(named[soc])
    return {cip: tuple(dict.fromkeys(titles)) for cip, titles in found.items()}


def _order(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().casefold()
    return "".join(letter for letter in plain if letter.isalnum() or letter == " ").strip()


def _current() -> dict[str, str] | None:
    try:
        found = json.loads((Path(settings.SEARCH_INDEX) / "current.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and {"folder", "state"} <= set(found) else None


def _point_at(folder: str, state: str) -> None:
    home = Path(settings.SEARCH_INDEX)
    fresh = home / f"current-{uuid.uuid4().hex}.tmp"
    fresh.write_text(json.dumps({"folder": folder, "state": state}), encoding="utf-8")
    fresh.replace(home / "current.json")  # in one step: a reader sees the old one or the new one
