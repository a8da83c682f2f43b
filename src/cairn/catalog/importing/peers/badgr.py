"""Badgr and Canvas Credentials: answers of the API v2 and v1 (badgr-server: the serializers of badge classes and issuers)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cairn.catalog.importing.peers.found import Found, entries, long_text, months_of, tags_of, web_address
from cairn.catalog.importing.records import CatalogRecord, Identifier, Place, ProviderRecord, SkillRecord
from cairn.errors import Invalid
from cairn.skills.importing.json_files import text_of


def badgr(document: Any, place: Place, found: Found) -> None:
    """Read an answer of Badgr's API v2: {"status", "result": [entity, …]}, or the entities themselves."""
    values = document.get("result", document) if isinstance(document, dict) else document
    if (
        isinstance(document, dict)
        and document.get("status", {})
        and isinstance(document["status"], dict)
        and document["status"].get("success") is False
    ):
        raise Invalid(
            f"“{place.file}” is an error message of Badgr, no export.",
            remedy="Export it again, signed in.",
            code="error_answer",
        )
    for entry, here in entries(values, place, found):
        entry = _of_version_1(entry)
        kind = text_of(entry.get("entityType"))
        if kind == "Assertion":
            found.award()
        elif kind == "Issuer":
            _badgr_issuer(entry, here, found)
        elif kind == "BadgeClass":
            _badgr_class(entry, here, found)
        else:
            found.refuse(
                here.at("entityType"),
                "unknown_kind",
                f"{f'“{kind[:40]}”' if kind else 'What says no entityType'} is neither badge class, issuer nor assertion.",
                "Export these.",
            )


def _of_version_1(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an entity of the API v1, which calls things otherwise and carries its Open Badge as ``json``, the way v2 names it."""
    badge = entry.get("json")
    if "entityType" in entry or not isinstance(badge, dict) or not text_of(entry.get("slug")):
        return entry
    kind = text_of(badge.get("type"))
    issuer = badge.get("issuer")
    aligned = entry.get("alignment")
    return {
        **entry,
        "entityType": "Issuer" if kind in {"Issuer", "Profile"} else kind,
        "entityId": entry["slug"],
        "openBadgeId": badge.get("id"),
        "issuer": text_of(entry.get("issuer")).rstrip("/").rpartition("/")[2],
        "issuerOpenBadgeId": issuer.get("id") if isinstance(issuer, dict) else issuer,
        "criteriaNarrative": entry.get("criteria_text"),
        "criteriaUrl": entry.get("criteria_url"),
        "alignments": [
            {f"target{name.title()}": one.get(f"target_{name}") for name in ("name", "url", "framework")}
            for one in (aligned if isinstance(aligned, list) else [])
            if isinstance(one, dict)
        ],
    }


def _badgr_issuer(entry: Mapping[str, Any], here: Place, found: Found) -> None:
    identifier, name = text_of(entry.get("entityId")), text_of(entry.get("name"), 250)
    if not identifier or not name:
        found.refuse(here, "no_name", "The issuer has no name or no entityId.", "Fill it in and export again.")
        return
    own = text_of(entry.get("openBadgeId"), 300)
    provider = ProviderRecord(
        key=own or identifier,
        name=name,
        website=web_address(text_of(entry.get("url"), 500)),
        identifiers=(Identifier("open-badge-id", own),) if own else (),
    )
    found.issuers[identifier] = provider
    if own:
        found.issuers[own] = provider


def _badgr_class(entry: Mapping[str, Any], here: Place, found: Found) -> None:
    issuer, own = text_of(entry.get("issuer")), text_of(entry.get("openBadgeId"), 300)
    issuer_own = text_of(entry.get("issuerOpenBadgeId"), 300)
    expires = entry.get("expires") if isinstance(entry.get("expires"), dict) else {}
    aligned = entry.get("alignments") or []

    def make(found: Found) -> CatalogRecord:
        provider = found.issuers.get(issuer) or found.issuers.get(issuer_own)
        if provider is None and (issuer or issuer_own):
            told = (
                f"Its issuer “{(issuer_own or issuer)[:80]}” is not among the files; it is shown under that identifier."
            )
            found.report.remark(
                "records", here.at("issuer").repaired("unknown_issuer", told, "Export the issuers too.")
            )
            provider = ProviderRecord(key=issuer_own or issuer, name=f"Issuer {issuer or issuer_own}"[:250])
        return CatalogRecord(
            key=own or text_of(entry.get("entityId")),
            place=here,
            title=text_of(entry.get("name")),
            provider=provider,
            type="badge",
            language="und",
            description=long_text(entry.get("description")),
            criteria=long_text(entry.get("criteriaNarrative")),
            homepage=web_address(text_of(entry.get("criteriaUrl"), 500)) or web_address(own),
            tags=tags_of(entry.get("tags")),
            valid_months=months_of(expires, here, found),
            skills=tuple(
                SkillRecord(
                    text_of(one.get("targetName")),
                    url=web_address(text_of(one.get("targetUrl"), 300)),
                    framework=text_of(one.get("targetFramework")),
                )
                for one in (aligned if isinstance(aligned, list) else [])
                if isinstance(one, dict) and text_of(one.get("targetName"))
            ),
            identifiers=(Identifier("open-badge-id", own),) if own else (),
        )

    found.later(make, here)
