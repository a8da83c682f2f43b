"""Canvas: ``course_settings/course_settings.xml`` of a course export (``.imscc``, Common Cartridge)."""

from __future__ import annotations

from typing import Any

from cairn.catalog.importing.peers.found import Found, long_text
from cairn.catalog.importing.records import CatalogRecord, Identifier, Place
from cairn.errors import Invalid
from cairn.skills.importing.values import tidy


def canvas(document: Any, place: Place, found: Found) -> None:
    """Read course_settings.xml of a Canvas course export."""
    if isinstance(document, dict | list) or not str(document.tag).endswith("course"):
        raise Invalid(
            f"“{place.file}” is no Canvas course export.",
            remedy="Give the .imscc file, or its course_settings.xml.",
            code="nothing_found",
        )
    values = {str(one.tag).rpartition("}")[2]: (one.text or "").strip() for one in document}
    key = str(document.get("identifier") or "")
    found.later(
        lambda _: CatalogRecord(
            key=key,
            place=place,
            title=tidy(values.get("title", ""))[:300],
            provider=None,
            language=values.get("locale", "") or "und",
            description=long_text(values.get("public_description")),
            identifiers=(Identifier("course-code", values["course_code"]),) if values.get("course_code") else (),
        ),
        place,
    )
    found.report.remark(
        "records",
        place.repaired(
            "no_level",
            "A Canvas course says nothing of workload, level or assessment: they stay open.",
            "Complete them at the provider's desk.",
        ),
    )
