"""Credly: badge templates and issued badges of the Web Service API (https://www.credly.com/docs/badge_templates)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cairn.catalog.importing.peers.found import MOST, Found, entries, long_text, web_address
from cairn.catalog.importing.records import CatalogRecord, Identifier, OfferRecord, Place, ProviderRecord, SkillRecord
from cairn.errors import Invalid
from cairn.skills.importing.json_files import text_of

_CREDLY_TYPES = {
    "certification": "industry",
    "certificate": "certificate",
    "learning": "badge",
    "validation": "badge",
    "experience": "badge",
}


def credly(document: Any, place: Place, found: Found) -> None:
    """Read Credly's {"data": [badge template or issued badge, …]}, or what it holds by itself."""
    values = document.get("data", document) if isinstance(document, dict) else document
    if isinstance(values, dict) and isinstance(values.get("message"), str) and "id" not in values:
        raise Invalid(
            f"“{place.file}” is an error message of Credly, no export.",
            remedy="Export it again, signed in.",
            code="error_answer",
        )
    pages = document.get("metadata") if isinstance(document, dict) else None
    last = pages.get("total_pages") if isinstance(pages, dict) else None
    if isinstance(pages, dict) and isinstance(last, int) and last > 1:
        found.report.notes.append(
            f"“{place.file}” is page {text_of(pages.get('current_page')) or '1'} of {last:,}: give the others too."
        )
    for entry, here in _inside(values, place, found):
        template = entry.get("badge_template")
        if isinstance(template, dict):
            found.award()
            if not template.get("issuer") and isinstance(entry.get("issuer"), dict):
                template = {**template, "issuer": entry["issuer"]}
            _credly_template(template, here.at("badge_template"), found, again=True)
        elif "name" in entry:
            _credly_template(entry, here, found, again=False)
        else:
            found.refuse(
                here, "unknown_kind", "It is neither badge template nor issued badge.", "Export badge templates."
            )


def _inside(values: Any, place: Place, found: Found) -> Iterator[tuple[Mapping[str, Any], Place]]:
    """Yield the entries; of a collection, the badge templates in it."""
    for entry, here in entries(values, place, found):
        nested = entry.get("badge_templates")
        if not isinstance(nested, list):
            yield entry, here
            continue
        found.report.skip("collections: the badge templates in them are read")
        for number, one in enumerate(nested[:MOST]):
            if isinstance(one, dict):
                yield one, here.at("badge_templates", number)
            else:
                found.refuse(
                    here.at("badge_templates", number), "no_object", "The entry is not an object with names and values."
                )


def _credly_template(entry: Mapping[str, Any], here: Place, found: Found, *, again: bool) -> None:
    key = text_of(entry.get("id"))
    if again and key in found.seen:
        return
    found.seen[key] = here
    if text_of(entry.get("state")) in {"draft", "archived"}:
        found.report.skip("badge templates that are drafts or archived at their source")
        return
    activities = entry.get("badge_template_activities")
    criteria = [
        f"- {text_of(one.get('title'), 500)}"
        for one in (activities if isinstance(activities, list) else [])
        if isinstance(one, dict) and text_of(one.get("title"))
    ]
    skills = entry.get("skills") if isinstance(entry.get("skills"), list) else []
    cost, time = text_of(entry.get("cost"), 60), text_of(entry.get("time_to_earn"), 60)
    offer = OfferRecord(
        price_total=0 if cost.casefold() == "free" else None,
        price_text=cost,
        duration_text=time,
        url=web_address(text_of(entry.get("earn_this_badge_url"), 500)),
    )
    found.later(
        lambda _: CatalogRecord(
            key=key,
            place=here,
            title=text_of(entry.get("name")),
            provider=_credly_issuer(entry),
            language=text_of(entry.get("language")) or "und",
            type=_CREDLY_TYPES.get(text_of(entry.get("type_category")).casefold(), "badge"),
            description=long_text(entry.get("description")),
            criteria="\n".join(criteria),
            level_text=text_of(entry.get("level"), 200),
            homepage=web_address(text_of(entry.get("url"), 500) or text_of(entry.get("global_activity_url"), 500)),
            skills=tuple(SkillRecord(text_of(one)) for one in (skills or [])[:300] if text_of(one)),
            offers=(offer,) if cost or time or offer.url else (),
            identifiers=(Identifier("credly-template", key),) if key else (),
        ),
        here,
    )


def _credly_issuer(entry: Mapping[str, Any]) -> ProviderRecord | None:
    issuer = entry.get("issuer")
    entities = issuer.get("entities") if isinstance(issuer, dict) else None
    listed = (
        [one for one in entities or [] if isinstance(one, dict) and isinstance(one.get("entity"), dict)]
        if isinstance(entities, list)
        else []
    )
    chosen = next((one for one in listed if one.get("primary")), listed[0] if listed else None)
    owner = chosen["entity"] if chosen else entry.get("owner")
    if not isinstance(owner, dict) or not text_of(owner.get("name"), 250):
        return None
    return ProviderRecord(
        key=text_of(owner.get("id")) or text_of(owner.get("name"), 250),
        name=text_of(owner.get("name"), 250),
        website=web_address(text_of(owner.get("vanity_url"), 500)),
    )
