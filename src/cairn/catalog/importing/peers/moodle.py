"""Moodle: ``core_badges_get_user_badges`` of the web service, and ``badges.xml`` of a course backup."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cairn.catalog.importing.peers.found import MOST, Found, entries, long_text, web_address
from cairn.catalog.importing.records import CatalogRecord, Place, ProviderRecord, SkillRecord
from cairn.errors import Invalid
from cairn.skills.importing.json_files import text_of
from cairn.skills.importing.values import tidy

ARCHIVED = "4"
"""What Moodle calls ``BADGE_STATUS_ARCHIVED``."""
MONTH = 86_400 * 365.25 / 12
"""Seconds; Moodle keeps in seconds how long a badge is valid."""


def moodle(document: Any, place: Place, found: Found) -> None:
    """Read {"badges": […]} of the web service, or the root of a backup's badges.xml."""
    if not isinstance(document, dict | list):
        _moodle_backup(document, place, found)
        return
    if isinstance(document, dict) and "exception" in document:
        raise Invalid(
            f"“{place.file}” is an error message of Moodle, no export.",
            remedy="Ask again with a valid token.",
            code="error_answer",
        )
    for entry, here in entries(
        document.get("badges", document) if isinstance(document, dict) else document, place, found
    ):
        if entry.get("uniquehash") or entry.get("dateissued"):
            found.award()
        key = text_of(entry.get("badgeid") or entry.get("id"))
        if key and key in found.seen and entry.get("uniquehash"):
            continue
        found.seen[key] = here
        _moodle_badge(entry, here, found, key)


def _moodle_badge(entry: Mapping[str, Any], here: Place, found: Found, key: str) -> None:
    if text_of(entry.get("status")) == ARCHIVED:
        found.report.skip("badges that are archived at their source")
        return
    name, site = text_of(entry.get("issuername"), 250), web_address(text_of(entry.get("issuerurl"), 500))
    aligned = entry.get("alignment") if isinstance(entry.get("alignment"), list) else entry.get("alignments")
    found.later(
        lambda _: CatalogRecord(
            key=f"{site or name}#{key}" if key else "",
            place=here,
            title=text_of(entry.get("name")),
            type="badge",
            provider=ProviderRecord(key=site or name, name=name, website=site) if name else None,
            language=text_of(entry.get("language"), 20).replace("_", "-") or "und",
            description=long_text(entry.get("description")),
            criteria=long_text(entry.get("criteria")),
            valid_months=_months(entry.get("expireperiod")),
            skills=tuple(
                SkillRecord(
                    text_of(one.get("targetname") or one.get("targetName")),
                    url=web_address(text_of(one.get("targeturl") or one.get("targetUrl"), 300)),
                    framework=text_of(one.get("targetframework") or one.get("targetFramework")),
                )
                for one in (aligned if isinstance(aligned, list) else [])
                if isinstance(one, dict) and text_of(one.get("targetname") or one.get("targetName"))
            ),
        ),
        here,
    )


def _months(seconds: Any) -> int | None:
    """Return how many months a badge is valid; None where it has no such period, or an end of its own on a fixed day."""
    told = text_of(seconds, 15)
    return max(1, round(int(told) / MONTH)) if told.isascii() and told.isdecimal() and int(told) else None


def _moodle_backup(root: Any, place: Place, found: Found) -> None:
    if root.tag != "badges":
        raise Invalid(
            f"“{place.file}” is no badges.xml of a Moodle backup (it begins with <{str(root.tag)[:40]}>).",
            remedy="Give badges.xml.",
            code="nothing_found",
        )
    for number, badge in enumerate(list(root)[:MOST], 1):
        here = Place(place.file, number)
        if badge.tag != "badge":
            found.refuse(here, "unknown_kind", f"<{str(badge.tag)[:40]}> is no badge.")
            continue
        values: dict[str, Any] = {str(one.tag): one.text or "" for one in badge if not len(one)}
        values = {name: "" if value == "$@NULL@$" else value for name, value in values.items()}
        values["alignment"] = [
            {str(part.tag): part.text or "" for part in one} for one in badge.iterfind("alignments/alignment")
        ]
        values["criteria"] = "\n".join(
            tidy(re.sub(r"<[^>]{0,500}>", " ", one.findtext("description") or ""))
            for one in badge.iterfind("criteria/criterion")
            if one.findtext("description")
        )
        found.award(len(badge.findall("manual_awards/manual_award")))
        _moodle_badge(values, here, found, str(badge.get("id") or ""))
